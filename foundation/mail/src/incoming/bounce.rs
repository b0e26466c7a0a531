//! Mails that came back: which recipient, and whether the address is dead, the box is full for now, or we
//! are not wanted. Which mail is such a notice and whom it names is found here; what a refusal means is decided
//! in `bounce_kind`.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::Context;
use super::bounce_kind::{AFTER_CONTENT_RULE, CHOSEN_RULE, Said, UNDECIDED, kind_of};
use super::bounce_notice::{addresses, code_in, command_in, notice, recipients_of_line, status_in, told_of};
use super::bounce_words::{HARD, any};
use super::bounce_words_notice::{FAILURE, RETURNED, TRYING};
use super::bounce_words_strong::FULL;
use super::cues::{AUTOMATIC_SUBJECT, folded, holds};
use crate::html::cut_at;
use crate::read::Incoming;
use crate::report::{DeliveryStatus, delivery_status};

/// Most recipients taken from one notice.
const RECIPIENT_CAP: usize = 50;
/// Part of a subject that is searched.
const SUBJECT_CAP: usize = 1000;

/// What a bounce means for the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BounceKind {
    /// The address does not exist (any more): suppress it.
    Hard,
    /// For now: full, greylisted, too busy, expired.
    Soft,
    /// The server does not want mail from us, or of this content.
    Block,
    /// Too large, looping, malformed, undecided.
    Other,
}

/// One recipient who did not get our mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounced {
    /// Address, lower case; None if the notice names none.
    pub recipient: Option<String>,
    /// Meaning.
    pub kind: BounceKind,
    /// Enhanced status, if any.
    pub status: Option<String>,
    /// SMTP reply code, if any.
    pub code: Option<u16>,
    /// The server's words.
    pub text: String,
    /// What decided: `text.full`, `code.5.1.1`, …
    pub rule: String,
    /// Whether a block counts against the mailbox's health; not if it is the recipient's own choice.
    pub counts_for_health: bool,
}

/// The failed recipients of a delivery status; `delayed` and good news are none.
pub(crate) fn bounced_in_report(mail: &Incoming) -> Vec<Bounced> {
    judged_if(mail, failed)
}

/// The recipients to whom the server still tries to deliver, with what keeps it from doing so. Their mail
/// is a receipt, never a bounce: writing again would reach them twice.
pub fn delayed(mail: &Incoming) -> Vec<Bounced> {
    let waiting = judged_if(mail, is_delayed);
    let by_words = waiting.is_empty() && is_from_mail_server(mail) && is_delay_notice(mail);
    if by_words { bounced_in_text(mail) } else { waiting }
}

/// Every recipient of a bounce whom the mail has not reached, in the order of its report: those the server gave up, and
/// those it still tries.
#[must_use]
pub fn unreached(mail: &Incoming, given_up: &[Bounced]) -> Vec<Bounced> {
    let waiting = judged_if(mail, is_delayed);
    let named = |waits: &Bounced| given_up.iter().any(|gone| gone.recipient == waits.recipient);
    let mut all = given_up.to_vec();
    all.extend(waiting.into_iter().filter(|waits| !named(waits)));
    let order: Vec<Option<String>> = statuses(mail).into_iter().map(|status| status.recipient).collect();
    all.sort_by_key(|one| order.iter().position(|recipient| *recipient == one.recipient));
    all
}

fn is_delayed(status: &DeliveryStatus) -> bool {
    status.action.starts_with("delay")
}

fn failed(status: &DeliveryStatus) -> bool {
    let bad = |s: &str| s.starts_with("5.") || s.starts_with("4.");
    match status.action.as_str() {
        "delivered" | "relayed" | "expanded" => false,
        _ if is_delayed(status) => false,
        action if action.starts_with("fail") => true,
        _ => status.status.as_deref().is_some_and(bad),
    }
}

fn judged_if(mail: &Incoming, wanted: fn(&DeliveryStatus) -> bool) -> Vec<Bounced> {
    let statuses = statuses(mail);
    let notice = notice(&mail.text);
    let told = |status: &DeliveryStatus| match statuses.len() {
        1 => notice.to_owned(),
        _ => told_of(notice, status.recipient.as_deref().unwrap_or_default()),
    };
    let mut seen = HashSet::new();
    let first = |s: &&DeliveryStatus| wanted(s) && seen.insert(s.recipient.clone());
    statuses.iter().filter(first).take(RECIPIENT_CAP).map(|s| bounced(s, &told(s), notice)).collect()
}

/// The delivery status of the mail, or of the notice it passes on if a mail server sent it.
fn statuses(mail: &Incoming) -> Vec<DeliveryStatus> {
    let wrapped = mail.report.recipients.is_empty() && is_from_mail_server(mail);
    if wrapped { mail.report.wrapped.clone() } else { mail.report.recipients.clone() }
}

/// `told` is what the readable part, the `notice`, says of this recipient.
fn bounced(recipient: &DeliveryStatus, told: &str, notice: &str) -> Bounced {
    let words = &recipient.diagnostic;
    let stated = recipient.status.as_deref();
    // A relay sums up as x.0.0, or as "expired", what the last server said precisely.
    let vague = stated.is_none_or(|s| s.ends_with(".0.0") || s.ends_with(".4.7"));
    let precise = if vague { status_in(words) } else { None };
    let status = precise.or_else(|| recipient.status.clone());
    let code = code_in(words);
    let said = Said {
        status: status.as_deref(),
        code,
        text: words,
        command: command_in(if told.is_empty() { notice } else { told }, words)
            .or_else(|| command_in(notice, words)),
        local: recipient.diagnostic_type == "x-unix",
    };
    let (mut kind, mut rule) = kind_of(&said);
    // Codes alone, or nothing at all: the readable part has the words.
    let wordless = !words.contains(|c: char| c.is_alphabetic());
    if (rule == UNDECIDED || wordless) && !told.trim().is_empty() {
        let status = if vague { status_in(told).or_else(|| status.clone()) } else { status.clone() };
        let code = code.or_else(|| code_in(told));
        let by_told = kind_of(&Said { status: status.as_deref(), code, text: told, ..said });
        if by_told.1 != UNDECIDED {
            (kind, rule) = by_told;
        }
    }
    finished(recipient.recipient.clone(), kind, status, code, words, rule)
}

fn finished(
    recipient: Option<String>,
    kind: BounceKind,
    status: Option<String>,
    code: Option<u16>,
    text: &str,
    rule: String,
) -> Bounced {
    let counts_for_health = counts_for_health(kind, status.as_deref(), &rule);
    let text = cut_at(text.trim(), 2000).to_owned();
    Bounced { recipient, kind, status, code, text, rule, counts_for_health }
}

/// Recipients of a notice without a delivery status, by the addresses in it; one entry at least.
pub(crate) fn bounced_in_text(mail: &Incoming) -> Vec<Bounced> {
    let notice = notice(&mail.text);
    // Some servers write the fields of a delivery status into the text.
    let mut written = delivery_status(notice);
    written.retain(|s| s.recipient.is_some() && (failed(s) || s.action.starts_with("delay")));
    if !written.is_empty() {
        let told = |s: &DeliveryStatus| told_of(notice, s.recipient.as_deref().unwrap_or_default());
        return written.iter().take(RECIPIENT_CAP).map(|s| bounced(s, &told(s), notice)).collect();
    }
    match &recipients_in_text(mail, notice)[..] {
        [] => vec![judged(None, notice)],
        [only] => vec![judged(Some(only.clone()), notice)],
        many => many.iter().map(|a| judged_among(a, notice)).collect(),
    }
}

/// One of several recipients, by what is said of it, or by what is said of all.
fn judged_among(recipient: &str, notice: &str) -> Bounced {
    let own = judged(Some(recipient.to_owned()), &told_of(notice, recipient));
    if own.rule == UNDECIDED { judged(Some(recipient.to_owned()), notice) } else { own }
}

/// By the header that Exim and Google set, by the lines that name a recipient, by any other address in the
/// notice, by whom the returned mail was written to.
fn recipients_in_text(mail: &Incoming, notice: &str) -> Vec<String> {
    let sender = mail.sender();
    let other = |a: &String| *a != sender && !mail.to.iter().any(|m| m.is(a)) && !is_postmaster(a);
    let headers = mail.headers.iter().filter(|(name, _)| name == "x-failed-recipients");
    let listed: Vec<String> =
        headers.flat_map(|(_, value)| addresses(&value.to_lowercase()).collect::<Vec<_>>()).collect();
    let lower = notice.to_lowercase();
    let mut named: Vec<String> = Vec::new();
    let lines = lower.lines().flat_map(recipients_of_line).filter(other);
    let mut found: Vec<String> = if listed.is_empty() { lines.collect() } else { listed };
    if found.is_empty() {
        found.extend(addresses(&lower).find(other));
    }
    if found.is_empty() {
        let to = mail.report.original.as_ref().and_then(|original| original.header("to"));
        let pasted = mail.text.lines().find(|line| line.starts_with("To:"));
        let to = to.or(pasted).map(str::to_lowercase);
        found.extend(to.and_then(|to| addresses(&to).next()));
    }
    for address in found {
        if named.len() < RECIPIENT_CAP && !named.contains(&address) {
            named.push(address);
        }
    }
    named
}

fn judged(recipient: Option<String>, told: &str) -> Bounced {
    let (status, code, command) = (status_in(told), code_in(told), command_in(told, ""));
    let (kind, rule) = kind_of(&Said { status: status.as_deref(), code, text: told, command, local: false });
    finished(recipient, kind, status, code, told, rule)
}

/// 5.7.124 and 5.7.133 to 136: this recipient takes mail only from some senders (Exchange Online). The same
/// in words, or a filter of the recipient's own, is no judgement about us either.
fn counts_for_health(kind: BounceKind, status: Option<&str>, rule: &str) -> bool {
    let chosen = ["5.7.124", "5.7.133", "5.7.134", "5.7.135", "5.7.136"];
    let own_choice = rule == CHOSEN_RULE || rule == AFTER_CONTENT_RULE;
    kind == BounceKind::Block && !own_choice && !status.is_some_and(|s| chosen.contains(&s))
}

/// The rule by which a mail without a readable delivery status is a bounce: it comes from a mail server and
/// says that something failed; or it comes from nobody, or to the address that only returned mail goes to,
/// and says that a mail came back.
pub(crate) fn looks_like_bounce(mail: &Incoming, context: &Context<'_>) -> Option<&'static str> {
    let null_sender = mail.return_path.as_deref() == Some("");
    let from_server = is_from_mail_server(mail);
    if !null_sender && !from_server && context.token_in_recipients(mail, "b").is_none() {
        return None;
    }
    let subject = cut_at(&mail.subject, SUBJECT_CAP);
    let words = format!("{subject}\n{}", notice(&mail.text)).to_lowercase();
    // A server that gives our mail back need not say why in a language we read.
    let given_back = mail.report.original.is_some();
    let broken = given_back || [&FAILURE[..], &HARD, &FULL, &TRYING].iter().any(|list| any(&words, list));
    match () {
        () if from_server && null_sender && broken => Some("bounce.null_sender"),
        () if from_server && broken => Some("bounce.server_sender"),
        // Absence notes too come from nobody and go to the return path (RFC 3834).
        () if from_server || holds(&folded(subject), &AUTOMATIC_SUBJECT) => None,
        () if !any(&words, &RETURNED) => None,
        () if null_sender => Some("bounce.null_sender"),
        () => Some("bounce.return_path"),
    }
}

/// Whether a notice only warns that delivery takes its time.
pub(crate) fn is_delay_notice(mail: &Incoming) -> bool {
    any(&notice(&mail.text).to_lowercase(), &TRYING)
}

/// By address, or by the name that servers give themselves.
fn is_from_mail_server(mail: &Incoming) -> bool {
    let name = mail.header("from").unwrap_or_default().to_lowercase();
    let called = ["mailer-daemon", "mail delivery s", "mail deliver s", "mail.delivery.system"];
    is_postmaster(&mail.sender()) || any(&name, &called)
}

fn is_postmaster(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    let plain: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    matches!(
        plain.as_str(),
        "mailerdaemon" | "postmaster" | "maildaemon" | "mailsystem" | "maildeliverysystem" | "mdaemon"
    )
}

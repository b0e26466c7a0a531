//! Mails that came back: which recipient, and whether the address is dead, the box is full for now, or we
//! are not wanted. Codes after RFC 3463, texts after the habits of servers; section 6 gives the order.

use serde::{Deserialize, Serialize};

use super::bounce_words::{AUTH, FULL, HARD, POLICY, RATE, SOFT, SPAM, any};
use crate::html::cut_at;
use crate::read::Incoming;
use crate::report::DeliveryStatus;

/// Part of a notice that is read for codes and words; the copy of our mail lies behind it.
const NOTICE_CAP: usize = 16 * 1024;
/// Most recipients taken from one notice.
const RECIPIENT_CAP: usize = 50;

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
    /// Whether a block counts against the mailbox's health; not if the recipient takes only some senders.
    pub counts_for_health: bool,
}

/// Decides the kind from the recipient's status, the SMTP code and the words.
///
/// Words for a full box, rate, spam and authentication beat any code; then the code; then other words.
/// Gives the kind and the rule that decided.
pub fn bounce_kind(status: Option<&str>, code: Option<u16>, text: &str) -> (BounceKind, String) {
    let words = text.to_lowercase();
    let in_class_7 = status.is_some_and(|s| s.split('.').nth(1) == Some("7"));
    let strong = [
        (&FULL[..], BounceKind::Soft, "text.full"),
        (&SPAM[..], BounceKind::Block, "text.spam"),
        (&AUTH[..], BounceKind::Block, "text.authentication"),
        (&RATE[..], if in_class_7 { BounceKind::Block } else { BounceKind::Soft }, "text.rate"),
    ];
    for (list, kind, rule) in strong {
        if any(&words, list) {
            return (kind, rule.into());
        }
    }
    if let Some(kind) = status.and_then(|s| kind_of_status(s, &words)) {
        return (kind, format!("code.{}", status.unwrap_or_default()));
    }
    let weak = kind_of_words(&words);
    if let Some(kind) = code.and_then(|c| kind_of_code(c, weak)) {
        return (kind, format!("code.{}", code.unwrap_or_default()));
    }
    match (weak, status) {
        (Some(kind), _) => (kind, "text".into()),
        (None, Some(s)) if s.starts_with("5.7.") => (BounceKind::Block, format!("code.{s}")),
        (None, Some(s)) if s.starts_with("4.") => (BounceKind::Soft, format!("code.{s}")),
        (None, _) => (BounceKind::Other, "undecided".into()),
    }
}

/// Kind by enhanced status; None where the words must decide (x.0.0, 5.7.1, 5.4.1 and unknown codes).
fn kind_of_status(status: &str, words: &str) -> Option<BounceKind> {
    let mut parts = status.split('.').map(|p| p.parse::<u16>().unwrap_or(0));
    let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
    // The corpus's own x.0.9dd and unspecific x.0.0 say nothing.
    if subject == 0 {
        return None;
    }
    // Exchange Online says so of mailboxes it does not have.
    if (class, subject, detail) == (5, 4, 1) && words.contains("recipient address rejected") {
        return Some(BounceKind::Hard);
    }
    Some(match (class, subject, detail) {
        (5, 7, 1) | (5, 4, 1) => return None,
        (4, 7, _) => BounceKind::Block,
        (5, 1, 0 | 1 | 2 | 3 | 6 | 10) | (5, 2, 1) | (5, 4, 4 | 310) => BounceKind::Hard,
        (5, 2, 2) | (5, 4, 7) | (5, 3, 1) => BounceKind::Soft,
        (5, 7, _) | (5, 1, 8) => BounceKind::Block,
        (5, 2, 3) | (5, 3, 0 | 4) | (5, 4, 6 | 14) | (5, 5 | 6, _) | (5, 1, 7) => {
            return if detail == 0 { None } else { Some(BounceKind::Other) };
        }
        (4, ..) if any(words, &HARD) && subject == 4 => return None,
        (4, ..) => BounceKind::Soft,
        _ => return None,
    })
}

/// Kind by the words left over, hard before block: a server that names the dead address and its policy
/// means the address.
fn kind_of_words(words: &str) -> Option<BounceKind> {
    match () {
        () if any(words, &HARD) => Some(BounceKind::Hard),
        () if any(words, &POLICY) => Some(BounceKind::Block),
        () if any(words, &SOFT) => Some(BounceKind::Soft),
        () => None,
    }
}

fn kind_of_code(code: u16, words: Option<BounceKind>) -> Option<BounceKind> {
    let hard = words == Some(BounceKind::Hard);
    match code {
        550 | 551 | 553 if hard => Some(BounceKind::Hard),
        550 | 551 | 553 | 554 => Some(if hard { BounceKind::Hard } else { BounceKind::Block }),
        552 => Some(BounceKind::Soft),
        421 | 450..=452 => Some(if hard { BounceKind::Hard } else { BounceKind::Soft }),
        _ => None,
    }
}

/// The failed recipients of a delivery status; `delayed` and good news are none.
pub(crate) fn bounced_in_report(mail: &Incoming) -> Vec<Bounced> {
    let failed = |r: &&DeliveryStatus| {
        let bad = |s: &str| s.starts_with("5.") || s.starts_with("4.");
        match r.action.as_str() {
            "delayed" | "delivered" | "relayed" | "expanded" => false,
            "failed" => true,
            _ => r.status.as_deref().is_some_and(bad),
        }
    };
    let recipients = &mail.report.recipients;
    let notice = notice(&mail.text);
    let told = |r: &DeliveryStatus| match recipients.len() {
        1 => notice.to_owned(),
        _ => told_of(notice, r.recipient.as_deref().unwrap_or_default()),
    };
    recipients.iter().filter(failed).map(|r| bounced(r, &told(r))).collect()
}

/// `notice` is what the readable part says of this recipient.
fn bounced(recipient: &DeliveryStatus, notice: &str) -> Bounced {
    let said = &recipient.diagnostic;
    let specific = |s: &Option<String>| s.as_deref().is_some_and(|s| !s.ends_with(".0.0"));
    // A relay often sums up as 5.0.0 what the last server said precisely.
    let status = recipient.status.clone().filter(|_| specific(&recipient.status)).or_else(|| status_in(said));
    let code = code_in(said);
    let status = status.or_else(|| recipient.status.clone());
    let (mut kind, mut rule) = bounce_kind(status.as_deref(), code, said);
    if rule == "undecided" {
        let status = status_in(notice).or_else(|| status.clone());
        (kind, rule) = bounce_kind(status.as_deref(), code.or_else(|| code_in(notice)), notice);
    }
    let health = counts_for_health(kind, status.as_deref());
    let address = recipient.recipient.clone();
    Bounced { recipient: address, kind, status, code, text: said.clone(), rule, counts_for_health: health }
}

/// Recipients of a notice without a delivery status, by the addresses in it; one entry at least.
pub(crate) fn bounced_in_text(mail: &Incoming) -> Vec<Bounced> {
    let notice = notice(&mail.text);
    if let Some(header) = mail.header("x-failed-recipients") {
        let header = header.to_lowercase();
        let named: Vec<String> = addresses(&header).take(RECIPIENT_CAP).collect();
        if let [only] = &named[..] {
            return vec![judged(Some(only.clone()), notice)];
        }
        if !named.is_empty() {
            return named.into_iter().map(|a| judged(Some(a.clone()), &told_of(notice, &a))).collect();
        }
    }
    let sender = mail.sender();
    let other = |a: &String| *a != sender && !mail.to.iter().any(|m| m.is(a)) && !is_postmaster(a);
    let mut named: Vec<String> = Vec::new();
    for line in notice.lines().filter(|l| names_recipient(l)) {
        let lower = line.to_lowercase();
        for address in addresses(&lower).filter(other) {
            if !named.contains(&address) && named.len() < RECIPIENT_CAP {
                named.push(address);
            }
        }
    }
    match &named[..] {
        [] => {
            let lower = notice.to_lowercase();
            vec![judged(addresses(&lower).find(other), notice)]
        }
        [only] => vec![judged(Some(only.clone()), notice)],
        many => many.iter().map(|a| judged(Some(a.clone()), &told_of(notice, a))).collect(),
    }
}

fn judged(recipient: Option<String>, told: &str) -> Bounced {
    let (status, code) = (status_in(told), code_in(told));
    let (kind, rule) = bounce_kind(status.as_deref(), code, told);
    let text = cut_at(told.trim(), 2000).to_owned();
    let counts_for_health = counts_for_health(kind, status.as_deref());
    Bounced { recipient, kind, status, code, text, rule, counts_for_health }
}

/// Whether a line begins with a recipient, as notices list them: `<a@b>:`, `a@b`, `550 <a@b>... no`.
fn names_recipient(line: &str) -> bool {
    let start = line.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || c == '<');
    let word = start.split(|c: char| c.is_whitespace() || ">:;,(".contains(c)).next().unwrap_or_default();
    word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

/// The lines of a notice from the recipient's own up to the next recipient's.
fn told_of(notice: &str, recipient: &str) -> String {
    let mut told = String::new();
    let mut own = false;
    for line in notice.lines() {
        if names_recipient(line) {
            own = !recipient.is_empty() && line.to_lowercase().contains(recipient);
        }
        if own {
            told.push_str(line);
            told.push('\n');
        }
    }
    told
}

/// 5.7.124 and 5.7.133 to 136: this recipient takes mail only from some senders (Exchange Online).
fn counts_for_health(kind: BounceKind, status: Option<&str>) -> bool {
    let chosen = ["5.7.124", "5.7.133", "5.7.134", "5.7.135", "5.7.136"];
    kind == BounceKind::Block && !status.is_some_and(|s| chosen.contains(&s))
}

/// The rule by which a mail without a readable delivery status is a bounce: it comes from nobody or a mail
/// server, and says that something failed.
pub(crate) fn looks_like_bounce(mail: &Incoming) -> Option<&'static str> {
    let null_sender = mail.return_path.as_deref() == Some("");
    if !null_sender && !is_from_mail_server(mail) {
        return None;
    }
    let words = format!("{}\n{}", mail.subject, notice(&mail.text)).to_lowercase();
    let failure = any(&words, &super::bounce_words::FAILURE) || any(&words, &HARD) || any(&words, &FULL);
    let rule = if null_sender { "bounce.null_sender" } else { "bounce.server_sender" };
    failure.then_some(rule)
}

/// By address, or by name where the address is empty (`MAILER-DAEMON <>`).
fn is_from_mail_server(mail: &Incoming) -> bool {
    let name = mail.header("from").unwrap_or_default().to_lowercase();
    is_postmaster(&mail.sender()) || (mail.from.is_none() && name.contains("mailer-daemon"))
}

fn is_postmaster(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    matches!(local, "mailer-daemon" | "postmaster" | "mailerdaemon" | "mail-daemon" | "mailsystem")
}

/// The notice without the copy of our mail below it.
fn notice(text: &str) -> &str {
    const MARKS: [&str; 10] = [
        "message headers follow",
        "this is a copy of the message",
        "below this line is a copy",
        "original message follows",
        "original message",
        "returned message",
        "undelivered message",
        "included is a copy",
        "message header follows",
        "unsent message below",
    ];
    let text = cut_at(text, NOTICE_CAP);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim().to_lowercase();
        let ruled = bare.starts_with("--") || bare.starts_with("==") || bare.starts_with("**");
        let header =
            ["received:", "return-path:", "message-id:", "> received:"].iter().any(|h| bare.starts_with(h));
        let marked = MARKS.iter().any(|m| bare.contains(m)) && (ruled || bare.len() < 40);
        if at > 0 && (header || marked) {
            return &text[..at];
        }
        at += line.len();
    }
    text
}

/// The first `5.x.y` or `4.x.y` that stands by itself.
fn status_in(text: &str) -> Option<String> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let shaped = |w: &&str| {
        let parts: Vec<&str> = w.split('.').collect();
        parts.len() == 3
            && matches!(parts[0], "4" | "5")
            && parts[1..].iter().all(|p| (1..=3).contains(&p.len()))
            && parts[1].len() == 1
    };
    words.map(|w| w.trim_matches('.')).find(shaped).map(str::to_owned)
}

/// The first three-digit reply code at the start of a line or after a mark, as servers quote it.
fn code_in(text: &str) -> Option<u16> {
    let bytes = text.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    for at in 0..bytes.len().saturating_sub(2) {
        let class = matches!(bytes[at], b'4' | b'5') && matches!(bytes[at + 1], b'0'..=b'5');
        if !class || !digit(at + 1) || !digit(at + 2) || digit(at + 3) {
            continue;
        }
        let before = at.checked_sub(1).map(|i| bytes[i]);
        let free = before.is_none_or(|b| b.is_ascii_whitespace() || b"#(<[:\"'".contains(&b));
        let after = bytes.get(at + 3).is_none_or(|b| b.is_ascii_whitespace() || b"-:,#)]".contains(b));
        if free && after {
            return text.get(at..at + 3)?.parse().ok();
        }
    }
    None
}

fn addresses(text: &str) -> impl Iterator<Item = String> + '_ {
    let breaks = |c: char| c.is_whitespace() || "<>()[]{},;:\"'=".contains(c);
    text.split(breaks).filter_map(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let (local, domain) = word.split_once('@')?;
        (!local.is_empty() && domain.contains('.')).then(|| word.to_owned())
    })
}

//! Which kind a refusal is, by the server's status, code and words and by the command it answered. The order
//! is section 6's: words of a full box, rate, spam and authentication beat any code; then the code; then
//! other words.

use super::bounce::BounceKind::{self, Block, Hard, Other, Soft};
use super::bounce_notice::without_names;
use super::bounce_words::{FOR_NOW, HARD, POLICY, REFUSED, SOFT, any};
use super::bounce_words_strong::{
    AFTER_CONTENT, AUTH, CHOSEN, CLIENT, CONNECTIONS, CONTENT, FULL, HELD, LOCAL, LOOP, NO_MAIL, RATE,
    SENDER, SIZE, SPAM,
};

/// The part of the conversation a refusal answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    /// Before any address was named: greeting, HELO, STARTTLS.
    Hello,
    /// The sender's address.
    Mail,
    /// The recipient's address.
    Rcpt,
    /// The content.
    Data,
}

/// What is known of one refusal.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said<'s> {
    pub(crate) status: Option<&'s str>,
    pub(crate) code: Option<u16>,
    pub(crate) text: &'s str,
    pub(crate) command: Option<Command>,
    /// A program on the recipient's machine speaks, no mail server.
    pub(crate) local: bool,
}

/// Decides the kind from the recipient's status, the SMTP code and the words.
///
/// Words for a full box, rate, spam and authentication beat any code; then the code; then other words.
/// Gives the kind and the rule that decided.
pub fn bounce_kind(status: Option<&str>, code: Option<u16>, text: &str) -> (BounceKind, String) {
    kind_of(&Said { status, code, text, ..Said::default() })
}

pub(crate) fn kind_of(said: &Said<'_>) -> (BounceKind, String) {
    let whole = said.text.to_lowercase();
    let words = without_names(&whole);
    if let Some((kind, rule)) = kind_of_strong_words(said, &whole, &words) {
        return (kind, rule.into());
    }
    if let Some(kind) = said.status.and_then(|s| kind_of_status(s, &words, said.command)) {
        return (kind, format!("code.{}", said.status.unwrap_or_default()));
    }
    let weak = kind_of_words(&words, said.command);
    let refused = any(&words, &REFUSED);
    if let Some(kind) = said.code.and_then(|c| kind_of_code(c, weak, refused)) {
        return (kind, format!("code.{}", said.code.unwrap_or_default()));
    }
    match (weak, said.status) {
        (Some(kind), _) => (kind, "text".into()),
        (None, Some(s)) if s.starts_with("5.7.") => (Block, format!("code.{s}")),
        (None, Some(s)) if s.starts_with("4.") => (Soft, format!("code.{s}")),
        (None, _) => (Other, UNDECIDED.into()),
    }
}

/// Words that beat any code. `whole` still has addresses and links, `words` has not.
fn kind_of_strong_words(said: &Said<'_>, whole: &str, words: &str) -> Option<(BounceKind, &'static str)> {
    let subject = said.status.and_then(|s| s.split('.').nth(1)).unwrap_or_default();
    let rate = if subject == "7" { Block } else { Soft };
    let strong: [(&[&str], BounceKind, &'static str); 10] = [
        (&CHOSEN, Block, CHOSEN_RULE),
        (&CONTENT, Other, "text.content"),
        (&FULL, Soft, "text.full"),
        (&SIZE, Other, "text.size"),
        (&SPAM, Block, "text.spam"),
        (&AUTH, Block, "text.authentication"),
        (&CONNECTIONS, Soft, "text.connections"),
        (&RATE, rate, "text.rate"),
        (&LOOP, Soft, "text.loop"),
        (&HELD, Other, "text.held"),
    ];
    for (list, kind, rule) in strong {
        let searched = if rule == CHOSEN_RULE { whole } else { words };
        if any(searched, list) {
            return Some((kind, rule));
        }
    }
    // A program may say that there is no such user (EX_NOUSER of sysexits.h), which says all.
    if (said.local && !any(words, &HARD)) || any(words, &LOCAL) {
        return Some((Other, "text.local_program"));
    }
    // A server that dislikes us, or has heard of us only, says nothing about the recipient, whatever its code.
    let before_recipient = matches!(said.command, Some(Command::Mail | Command::Hello));
    if any(words, &SENDER) || any(words, &CLIENT) || (before_recipient && any(words, &HARD)) {
        return Some((Block, "text.sender"));
    }
    if any(words, &NO_MAIL) {
        return Some((Hard, "text.no_mail"));
    }
    refused_after_content(said, whole, words).then_some((Block, AFTER_CONTENT_RULE))
}

/// Rule of what nothing is known about.
pub(crate) const UNDECIDED: &str = "undecided";
/// Rule of a recipient who takes mail only from some senders.
pub(crate) const CHOSEN_RULE: &str = "text.chosen_senders";
/// Rule of [`refused_after_content`].
pub(crate) const AFTER_CONTENT_RULE: &str = "text.after_content";

/// A server that took the address and calls it unknown only when it has seen the content speaks for the
/// recipient's filter: Japanese carriers and some Sendmail filters do. 5.1.x, and a reason in other words, mean
/// the address all the same; 5.2.1 means a box that is there, so its "unknown" is a filter's unless it answered
/// RCPT.
fn refused_after_content(said: &Said<'_>, whole: &str, words: &str) -> bool {
    if any(whole, &AFTER_CONTENT) {
        return true;
    }
    let status = said.status.unwrap_or_default();
    let unknown = words.contains("user unknown") || words.contains("unknown user");
    match said.command {
        Some(Command::Data) => unknown && !status.starts_with("5.1."),
        None => status == "5.2.1" && unknown,
        _ => false,
    }
}

/// Kind by enhanced status; None where the words must decide (x.0.0, 5.7.1, 5.4.1 and unknown codes).
fn kind_of_status(status: &str, words: &str, command: Option<Command>) -> Option<BounceKind> {
    let mut parts = status.split('.').map(|p| p.parse::<u16>().unwrap_or(0));
    let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
    // The corpus's own x.0.9dd and unspecific x.0.0 say nothing.
    if subject == 0 {
        return None;
    }
    // Exchange Online says so of mailboxes it does not have.
    if (class, subject, detail) == (5, 4, 1) && words.contains("recipient address rejected") {
        return Some(Hard);
    }
    let dead = any(words, &HARD) && !any(words, &FOR_NOW);
    Some(match (class, subject, detail) {
        (5, 7, 1) | (5, 4, 1) => return None,
        // RFC 5248: the recipient's account is disabled.
        (5, 7, 13 | 17) => Hard,
        // The host takes no mail at all.
        (5, 3, 2) => Hard,
        // Unknown since days: the sender has given up, so the answer is no passing one.
        (4, 1, 1) if dead => Hard,
        (4, 7, _) => Block,
        (5, 1, 0) if command == Some(Command::Mail) => Block,
        (5, 1, 0) if any(words, &REFUSED) && !dead => Block,
        (5, 1, 0 | 1 | 2 | 3 | 4 | 6 | 10) | (5, 2, 1) | (5, 4, 4 | 310) => Hard,
        (5, 2, 2 | 121 | 122) | (5, 4, 2 | 3 | 5 | 7) | (5, 3, 1 | 5) => Soft,
        // Exchange Online: connection and name service of the recipient's domain.
        (5, 4, 300..=399) => Soft,
        (5, 7, _) | (5, 1, 8) => Block,
        (5, 2, 3) | (5, 3, 0 | 4) | (5, 4, 6 | 14) | (5, 5 | 6, _) | (5, 1, 7) => {
            return if detail == 0 { None } else { Some(Other) };
        }
        (4, ..) if dead && subject == 4 => return None,
        (4, 5, 0) => return None,
        (4, ..) => Soft,
        _ => return None,
    })
}

/// Kind by the words left over, hard before block: a server that names the dead address and its policy
/// means the address.
fn kind_of_words(words: &str, command: Option<Command>) -> Option<BounceKind> {
    // Without a word why, a refusal of the recipient's address in answer to it is about the address.
    let address_refused = command == Some(Command::Rcpt)
        && words.contains("recipient address rejected")
        && !any(words, &REFUSED);
    match () {
        () if any(words, &FOR_NOW) => Some(Soft),
        () if any(words, &HARD) || address_refused => Some(Hard),
        () if any(words, &REFUSED) || any(words, &POLICY) => Some(Block),
        () if any(words, &SOFT) => Some(Soft),
        () => None,
    }
}

fn kind_of_code(code: u16, words: Option<BounceKind>, refused: bool) -> Option<BounceKind> {
    let hard = words == Some(Hard);
    match code {
        // RFC 7504: the host takes no mail at all.
        521 | 525 | 556 => Some(Hard),
        550 | 551 | 553 | 554 => Some(if hard { Hard } else { Block }),
        530 | 535 | 538 | 541 => Some(Block),
        552 if hard => Some(Hard),
        552 => Some(if refused { Block } else { Soft }),
        421 | 450..=452 => Some(if hard {
            Hard
        } else if refused {
            Block
        } else {
            Soft
        }),
        _ => None,
    }
}

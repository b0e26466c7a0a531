//! Finding one's way in the readable part of a notice: where our mail's copy begins, which lines speak of
//! which recipient, codes, addresses, and which command the server answered.

use super::bounce_kind::Command;
use crate::html::cut_at;

/// Part of a notice that is read for codes and words; the copy of our mail lies behind it.
const NOTICE_CAP: usize = 16 * 1024;

/// The notice without the copy of our mail below it.
pub(super) fn notice(text: &str) -> &str {
    const MARKS: [&str; 14] = [
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
        "unsent message follows",
        "text of your message",
        "your original message",
        "headers of your message",
    ];
    let text = cut_at(text, NOTICE_CAP);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim().to_lowercase();
        let ruled = bare.starts_with("--") || bare.starts_with("==") || bare.starts_with("**");
        // Indented headers are the ones by which a notice tells which mail it is about.
        let start = line.trim_start_matches(['>', '|']).trim_start_matches(' ');
        let indented = line.starts_with([' ', '\t']);
        let lower = start.to_lowercase();
        let header = ["received:", "return-path:", "message-id:"].iter().any(|h| lower.starts_with(h));
        let marked = MARKS.iter().any(|m| bare.contains(m)) && (ruled || bare.len() < 40);
        if at > 0 && ((header && !indented) || marked) {
            return &text[..at];
        }
        at += line.len();
    }
    text
}

/// The recipients that a lower-cased line names: at its start, as in `<a@b>:`, `* a@b`, `550 <a@b>... no`, or
/// behind a label.
pub(super) fn recipients_of_line(line: &str) -> Vec<String> {
    const LABELS: [&str; 14] = [
        "recipient address:",
        "recipient:",
        "recipients:",
        "rcpt to:",
        "delivered to:",
        "deliver message to",
        "delivering your mail to",
        "deliver mail to",
        "delivery to",
        "undeliverable address:",
        "undeliverable to",
        "attempts:",
        "email address:",
        "smtp=",
    ];
    let mark = |c: char| c.is_ascii_digit() || c.is_whitespace() || "<*-\"'.#".contains(c);
    let start = line.trim_start_matches(mark);
    let word = start.split(|c: char| c.is_whitespace() || ">:;,(\"'".contains(c)).next().unwrap_or_default();
    if is_address(word) {
        return addresses(line).collect();
    }
    let label = LABELS.iter().find_map(|label| line.split_once(label));
    label.and_then(|(_, rest)| addresses(rest).next()).into_iter().collect()
}

/// The lines of a notice from the recipient's own up to the next recipient's. What a transcript quotes of
/// the conversation belongs to the recipient named after it.
pub(super) fn told_of(notice: &str, recipient: &str) -> String {
    let mut told = String::new();
    let mut quoted = String::new();
    let mut own = false;
    for line in notice.lines() {
        if is_transcript(line) {
            quoted.push_str(line);
            quoted.push('\n');
            continue;
        }
        let lower = line.to_lowercase();
        if !recipients_of_line(&lower).is_empty() {
            own = !recipient.is_empty() && lower.contains(recipient);
        }
        if own {
            told.push_str(&quoted);
            told.push_str(line);
            told.push('\n');
        }
        quoted.clear();
    }
    if own {
        told.push_str(&quoted);
    }
    told
}

fn is_transcript(line: &str) -> bool {
    let line = line.trim_start();
    let talk = line.trim_start_matches(['.', ' ']).to_lowercase();
    line.starts_with("<<<") || line.starts_with(">>>") || talk.starts_with("while talking to")
}

/// Which command the server answered with what it `said`, where the notice tells.
pub(super) fn command_in(notice: &str, said: &str) -> Option<Command> {
    let words = folded(notice);
    let told = [
        ("in reply to end of data", Command::Data),
        ("in reply to data", Command::Data),
        ("in reply to rcpt", Command::Rcpt),
        ("in reply to mail from", Command::Mail),
        ("in reply to helo", Command::Hello),
        ("in reply to ehlo", Command::Hello),
        ("refused to talk to me", Command::Hello),
        ("after end of data", Command::Data),
        ("after data", Command::Data),
        ("after rcpt to", Command::Rcpt),
        ("after mail from", Command::Mail),
        ("after initial connection", Command::Hello),
        ("did not like our data", Command::Data),
        ("did not like our rcpt", Command::Rcpt),
        ("did not like our mail", Command::Mail),
        ("smtp:rcpt", Command::Rcpt),
        ("smtp:data", Command::Data),
        ("does not like recipient", Command::Rcpt),
        ("failed after i sent the message", Command::Data),
        ("name was rejected", Command::Hello),
        ("sender was rejected", Command::Mail),
        ("sent <<< rcpt", Command::Rcpt),
        // Gmail numbers the states of its conversation.
        ("(state 13)", Command::Rcpt),
        ("(state 14)", Command::Rcpt),
        ("(state 17)", Command::Data),
        ("(state 18)", Command::Data),
        ("sent <<< data", Command::Data),
    ];
    let stated = told.iter().find(|(phrase, _)| words.contains(phrase)).map(|(_, command)| *command);
    stated.or_else(|| command_in_transcript(notice, said))
}

/// Sendmail quotes the conversation: `>>> RCPT To:<a@b>` and below it `<<< 550 no`.
fn command_in_transcript(notice: &str, said: &str) -> Option<Command> {
    // Commands sent in one go (RFC 2920) are quoted by the last of them, and then DATA is refused as well.
    let lower = notice.to_lowercase();
    let in_one_go = lower.contains("need rcpt") || lower.contains("no valid recipients");
    let start = cut_at(said.trim(), 40);
    let mut command = None;
    for line in notice.lines().map(str::trim) {
        if let Some(sent) = line.strip_prefix(">>>") {
            let verb = sent.trim().split([' ', ':']).next().unwrap_or_default().to_ascii_lowercase();
            command = match verb.as_str() {
                "mail" => Some(Command::Mail),
                "rcpt" => Some(Command::Rcpt),
                "data" if !in_one_go => Some(Command::Data),
                "helo" | "ehlo" | "starttls" => Some(Command::Hello),
                _ => None,
            };
        } else if let Some(answer) = line.strip_prefix("<<<") {
            let answer = answer.trim();
            if answer.starts_with(['4', '5']) && (start.is_empty() || answer.starts_with(start)) {
                return command;
            }
        }
    }
    None
}

/// The text without what names machines and people: addresses, links and hosts hold words that say nothing.
pub(super) fn without_names(text: &str) -> String {
    let says = |word: &&str| {
        let host = word.trim_matches(|c: char| !c.is_alphanumeric());
        let dotted = host.matches('.').count() >= 2
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b));
        let shown = word.contains('@')
            || word.contains("://")
            || (dotted && host.contains(|c: char| c.is_alphabetic()));
        !shown
    };
    text.split_whitespace().filter(says).collect::<Vec<_>>().join(" ")
}

fn folded(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first `5.x.y` or `4.x.y` that stands by itself.
pub(super) fn status_in(text: &str) -> Option<String> {
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
pub(super) fn code_in(text: &str) -> Option<u16> {
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

pub(super) fn addresses(text: &str) -> impl Iterator<Item = String> + '_ {
    let breaks = |c: char| c.is_whitespace() || "<>()[]{},;:\"'=".contains(c);
    text.split(breaks).filter_map(|word| {
        let word = word.split_once("..").map_or(word, |(address, _)| address);
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        is_address(word).then(|| word.to_owned())
    })
}

fn is_address(word: &str) -> bool {
    let parts = word.split_once('@');
    parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'))
}

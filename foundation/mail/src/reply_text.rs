//! The words a person wrote themselves: the mail without quoted mails, signature and disclaimer.
//!
//! Line by line with a look-ahead of at most a few lines, hence linear. The original stays with the caller;
//! if nothing would be left, the whole text is given.

use serde::{Deserialize, Serialize};

use crate::html::cut_at;
use crate::read::Incoming;
use crate::reply_marks::{Attribution, attribution, is_hard_separator, is_header_block};
use crate::reply_signature::without_signature;

/// Longest text that is looked at, in bytes.
const CAP: usize = 256 * 1024;

/// Own words of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyText {
    /// What they wrote, trimmed.
    pub text: String,
    /// Whether anything quoted was taken out.
    pub quoted: bool,
    /// Whether they wrote between or under quoted lines.
    pub interleaved: bool,
    /// The signature taken off, if any.
    pub signature: Option<String>,
}

/// Own words of a mail: from its plain part unless that is empty or under a tenth of the HTML part's text.
pub fn reply_text(mail: &Incoming) -> ReplyText {
    let letters = || mail.text.chars().filter(|c| !c.is_whitespace()).count();
    let plain = mail.has_plain && letters() * 10 >= mail.html_text_len;
    match &mail.html_unquoted {
        Some(html) if !plain && !html.trim().is_empty() => {
            let reply = own_words(html);
            ReplyText { quoted: reply.quoted || html.len() < mail.text.len(), ..reply }
        }
        _ => own_words(&mail.text),
    }
}

/// Own words of a plain text.
pub fn own_words(text: &str) -> ReplyText {
    let text = cut_at(text, CAP).replace("\r\n", "\n");
    let lines: Vec<&str> = text.lines().collect();
    let (kept, quoted, interleaved) = without_quotes(&lines);
    let (own, signature) = without_signature(&kept);
    let own = own.trim();
    if own.is_empty() {
        let fallback = kept.join("\n");
        let whole = if fallback.trim().is_empty() { text.trim() } else { fallback.trim() };
        return ReplyText { text: whole.to_owned(), quoted, interleaved, signature: None };
    }
    ReplyText { text: own.to_owned(), quoted, interleaved, signature }
}

/// The lines that are not quoted, whether some were, and whether own lines follow quoted ones.
fn without_quotes<'t>(lines: &[&'t str]) -> (Vec<&'t str>, bool, bool) {
    let mut kept = Vec::with_capacity(lines.len());
    let (mut quoted, mut interleaved) = (false, false);
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if is_quoted(line) {
            quoted = true;
            at += 1;
            continue;
        }
        if is_hard_separator(line) || is_header_block(&lines[at..]) {
            return (kept, true, interleaved);
        }
        if let Some(Attribution { lines: taken }) = attribution(&lines[at..]) {
            let next = lines[at + taken..].iter().find(|l| !l.trim().is_empty());
            quoted = true;
            if !next.is_some_and(|l| is_quoted(l)) {
                return (kept, true, interleaved);
            }
            at += taken;
            continue;
        }
        interleaved |= quoted && !line.trim().is_empty();
        kept.push(line);
        at += 1;
    }
    (kept, quoted, interleaved)
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

//! The words a person wrote themselves: the mail without quoted mails, signature and disclaimer.
//!
//! Line by line with a look-ahead of a few lines, hence linear. The original stays with the caller; if nothing would
//! be left, the whole text is given. The words by which marks are known stand in `reply_words.txt`.

use std::cell::OnceCell;

use serde::{Deserialize, Serialize};

use crate::html::cut_at;
use crate::read::Incoming;
use crate::reply_attribution::{attribution, attribution_within};
use crate::reply_lines::{Lines, is_blank, is_rule};
use crate::reply_marks::{is_header_block, is_long_underscore, is_original_mark};
use crate::reply_signature::{Own, is_signature_tail, without_signature};

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
    // Lines of nothing but marks: all of it was quoted.
    let spoken = |html: &str| html.chars().any(|c| !c.is_whitespace() && !matches!(c, '>' | '-'));
    match &mail.html_unquoted {
        Some(html) if !plain && spoken(html) => own_words(html),
        _ => own_words(&mail.text),
    }
}

/// Own words of a plain text.
pub fn own_words(text: &str) -> ReplyText {
    let text = cut_at(text, CAP).replace("\r\n", "\n");
    let lines = Lines::of(&text);
    let (pieces, quoted) = without_quotes(&lines);
    let own = without_signature(&pieces);
    if own.text.is_empty() {
        let kept: Vec<&str> = pieces.iter().flat_map(|piece| piece.lines.iter().copied()).collect();
        let kept = kept.join("\n");
        let whole = if kept.chars().any(|c| !c.is_whitespace()) { kept.trim() } else { text.trim() };
        return ReplyText { text: whole.to_owned(), quoted, interleaved: false, signature: None };
    }
    let Own { text, signature, interleaved } = own;
    ReplyText { text, quoted, interleaved, signature }
}

/// Own lines without a quoted one between them.
#[derive(Debug, Default)]
pub(crate) struct Piece<'t> {
    pub lines: Vec<&'t str>,
    /// Quoted lines stand before it.
    pub below_quote: bool,
}

/// What is not quoted, and whether something was.
fn without_quotes<'t>(lines: &Lines<'t>) -> (Vec<Piece<'t>>, bool) {
    let scan = Scan { lines, last: OnceCell::new() };
    let mut pieces = vec![Piece::default()];
    let mut quoted = false;
    let mut gap = false;
    let mut at = 0;
    while at < lines.len() {
        let (taken, own) = match quote_at(&scan, at) {
            Quote::None => (1, lines.at(at)),
            Quote::ToTheEnd => {
                quoted = true;
                break;
            }
            Quote::Lines(taken) => {
                (quoted, gap) = (true, true);
                if !lines.is_quoted(at) {
                    without_rules(&mut pieces);
                }
                at += taken;
                continue;
            }
            Quote::After(own, taken) => (taken, own),
        };
        if gap && !is_blank(own) {
            pieces.push(Piece { lines: Vec::new(), below_quote: true });
            gap = false;
        }
        if let Some(piece) = pieces.last_mut() {
            piece.lines.push(own);
        }
        if taken > 1 || own.len() < lines.at(at).len() {
            (quoted, gap) = (true, true);
        }
        at += taken;
    }
    if quoted && at < lines.len() {
        without_rules(&mut pieces);
    }
    (pieces, quoted)
}

/// The lines, and what is asked of them as a whole at most once.
struct Scan<'l, 't> {
    lines: &'l Lines<'t>,
    last: OnceCell<usize>,
}

impl Scan<'_, '_> {
    /// The last line that is quoted or begins a quoted mail by something else than strokes; 0 if there is none.
    fn last_mark(&self) -> usize {
        let lines = self.lines;
        let marks = |at: &usize| {
            lines.is_quoted(*at)
                || (!lines.is_blank(*at)
                    && (begins_quoted_mail(lines, *at) || attribution(lines, *at).is_some()))
        };
        *self.last.get_or_init(|| (0..lines.len()).rev().find(marks).unwrap_or_default())
    }
}

/// What of a quoted mail begins at a line.
enum Quote<'t> {
    None,
    /// So many lines are quoted, or name what is.
    Lines(usize),
    /// Own words, and an attribution that begins on the same line and takes so many.
    After(&'t str, usize),
    /// Everything from here on.
    ToTheEnd,
}

fn quote_at<'t>(scan: &Scan<'_, 't>, at: usize) -> Quote<'t> {
    let lines = scan.lines;
    if lines.is_quoted(at) {
        return Quote::Lines(1);
    }
    if lines.is_blank(at) {
        return Quote::None;
    }
    if begins_quoted_mail(lines, at) || cuts_with_underscores(scan, at) {
        return Quote::ToTheEnd;
    }
    if let Some(taken) = attribution(lines, at) {
        return if lines.quote_follows(at + taken) { Quote::Lines(taken) } else { Quote::ToTheEnd };
    }
    attribution_within(lines, at).map_or(Quote::None, |(own, taken)| Quote::After(own, taken))
}

fn begins_quoted_mail(lines: &Lines<'_>, at: usize) -> bool {
    is_original_mark(lines.at(at)) || is_header_block(lines, at)
}

/// Whether a line of underscores cuts the quoted mail off: not if a signature stands below, nor if a quoted mail
/// begins in some other way further down.
fn cuts_with_underscores(scan: &Scan<'_, '_>, at: usize) -> bool {
    let lines = scan.lines;
    is_long_underscore(lines.at(at))
        && !is_signature_tail((at + 1..lines.len()).map(|next| lines.at(next)), true)
        && scan.last_mark() <= at
}

/// Takes off the strokes a program drew above the mail it quotes.
fn without_rules(pieces: &mut [Piece<'_>]) {
    let Some(piece) = pieces.last_mut() else { return };
    let own =
        piece.lines.iter().rposition(|line| !is_blank(line) && !is_rule(line)).map_or(0, |last| last + 1);
    if piece.lines[own..].iter().any(|line| !is_blank(line)) {
        piece.lines.truncate(own);
        piece.lines.push("");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply_words::WORDS;

    #[test]
    fn every_mark_and_every_telephone_of_the_table_is_known() {
        let mut wrong = Vec::new();
        let mut look = |line: &str, signature: bool| {
            let below = if signature { "" } else { "\nold words" };
            let found = own_words(&format!("네, 좋습니다.\nSecond line\n\n{line}\n{below}"));
            let signed = found.signature.as_deref() == Some(line.trim());
            if found.text != "네, 좋습니다.\nSecond line" || found.quoted == signature || signed != signature
            {
                wrong.push(format!("{line}: {found:?}"));
            }
        };
        for mark in &WORDS.originals {
            let tail = if mark.ends_with(" by") { " Rep" } else { "" };
            look(&format!("-----{mark}{tail}-----"), false);
            look(&format!("---------- {} ----------", format!("{mark}{tail}").to_uppercase()), false);
        }
        for mark in &WORDS.begins {
            look(&format!("{mark}:"), false);
            look(&format!("{mark} :"), false);
        }
        for device in WORDS.devices.values().flatten() {
            let gap = if device.gap { "iPhone" } else { "" };
            look(&format!("{}{gap}{}", device.before, device.after), true);
        }
        assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    }
}

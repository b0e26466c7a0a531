//! Blocks that say who somebody is: name, title, telephone, addresses.

use crate::reply_dates::DateMarks;
use crate::reply_lines::{is_blank, is_rule};
use crate::reply_signature::{paragraph_start, trimmed};
use crate::reply_words::{WORDS, edge, is_east, plain};

/// A block has at most this many lines that are not blank.
const BLOCK_LINES: usize = 14;
/// A line of a block has at most this many characters, and this many words if nothing divides them.
const LINE_CHARS: usize = 90;
const LINE_WORDS: usize = 8;

/// The start of the block at the end, or `end`. It holds two or more of telephone, web address, mail address and
/// title and begins after a blank line, or after a closing: "Regards," then goes with it, "감사합니다." is said.
pub(crate) fn before_contact_block(lines: &[&str], end: usize, others: bool) -> usize {
    if let Some((at, comma)) = closing_above(lines, end) {
        let kinds = kinds(&features(&lines[at + 1..end]));
        let inside = at > paragraph_start(lines, at + 1);
        match (comma, inside) {
            (true, _) if kinds >= 1 && (at > 0 || others) => return trimmed(lines, at),
            (false, true) if kinds >= 2 => return at + 1,
            _ => {}
        }
    }
    let (start, kinds) = block(lines, end, others);
    if kinds >= 2 && !is_announced(lines, start) { trimmed(lines, start) } else { end }
}

/// The first line of the paragraphs at the end that each show who somebody is, and how many kinds of it.
fn block(lines: &[&str], end: usize, others: bool) -> (usize, usize) {
    let mut start = end;
    let mut shown = [false; 4];
    let mut count = 0;
    loop {
        let block_end = trimmed(lines, start);
        let begin = paragraph_start(lines, block_end);
        let block = &lines[begin..block_end];
        count += block.len();
        let whole = begin == 0 && !others;
        if whole || block.is_empty() || count > BLOCK_LINES || block.iter().any(|line| is_prose(line)) {
            break;
        }
        let features = features(block);
        if !features.contains(&true) && !block.iter().all(|line| is_rule(line)) {
            break;
        }
        shown = std::array::from_fn(|kind| shown[kind] || features[kind]);
        start = begin;
    }
    (start, kinds(&shown))
}

fn kinds(shown: &[bool; 4]) -> usize {
    shown.iter().filter(|kind| **kind).count()
}

/// The last closing with nothing but short lines below it, and whether it ends with a comma.
fn closing_above(lines: &[&str], end: usize) -> Option<(usize, bool)> {
    let filled = (0..end).rev().filter(|at| !is_blank(lines[*at])).take(BLOCK_LINES + 1);
    for at in filled {
        if let Some(comma) = closing(lines[at].trim()) {
            return Some((at, comma));
        }
        // "CEO @ Acme !"
        if is_prose(lines[at].trim_end_matches(['!', ' '])) {
            return None;
        }
    }
    None
}

/// Whether the line is nothing but a closing, with or without the name, and whether a comma follows it.
fn closing(line: &str) -> Option<bool> {
    if line.len() > 120 {
        return None;
    }
    let plain = plain(line);
    let words = plain.trim_matches(|c: char| !c.is_alphanumeric());
    if WORDS.closings.contains(words) {
        return Some(plain.trim_end().ends_with([',', '，']));
    }
    let (before, name) = plain.split_once(',')?;
    let named = (1..=3).contains(&name.split_whitespace().count());
    (named && WORDS.closings.contains(before.trim())).then_some(true)
}

/// "You reach me at:" — what follows is said, not signed.
fn is_announced(lines: &[&str], start: usize) -> bool {
    let above = trimmed(lines, start);
    above > 0 && lines[above - 1].trim_end().ends_with([':', '：'])
}

/// Whether all lines are short and none is a sentence, and they say how to reach somebody or, if no more is asked for,
/// name them.
pub(crate) fn is_signature_block(lines: &[&str], more: bool) -> bool {
    let name = |line: &&str| line.split_whitespace().count() <= 5 && !line.trim_end().ends_with(['.', ':']);
    !lines.iter().any(|line| is_prose(line))
        && (features(lines).contains(&true) || (!more && lines.iter().all(name)))
}

/// Too long or too much of a sentence for a block.
fn is_prose(line: &str) -> bool {
    let line = line.trim();
    if line.len() > 4 * LINE_CHARS || line.chars().count() > LINE_CHARS {
        return true;
    }
    // Lists, headings, code and footnotes.
    let marked =
        ["- ", "* ", "# ", "## ", "### ", "• ", "```", ".. ", "$ "].iter().any(|mark| line.starts_with(mark));
    if marked || line.contains("]: ") {
        return true;
    }
    let words = line.split_whitespace().count();
    let divided = line.contains(['|', '·', '•', '/', ',', '｜', '│', '@']);
    let east = line.chars().filter(|c| is_east(*c)).count() > 6;
    let stop = line.ends_with(['?', '!', '。', '？', '！']) || (line.ends_with('.') && (words >= 5 || east));
    stop || (words > LINE_WORDS && !divided) || (east && line.ends_with("니다"))
}

/// Telephone, web address, mail address, title.
fn features(block: &[&str]) -> [bool; 4] {
    let has = |test: fn(&str) -> bool| block.iter().any(|line| test(line));
    [has(is_phone), has(is_web), has(is_mail), has(is_title)]
}

/// Eight to fifteen digits that are neither a date nor part of an address.
fn is_phone(line: &str) -> bool {
    let run = |c: char| c.is_ascii_digit() || "+-. ()/".contains(c);
    let digits = |piece: &str| piece.chars().filter(char::is_ascii_digit).count();
    let address = |word: &str| word.contains("//") || word.contains('@') || word.starts_with("www.");
    let text = if line.contains(['@', '/']) {
        line.split_whitespace().filter(|word| !address(word)).collect::<Vec<_>>().join(" ")
    } else {
        line.to_owned()
    };
    text.split(|c: char| !run(c))
        .any(|piece| (8..=15).contains(&digits(piece)) && !DateMarks::of(piece).numeric)
}

fn is_web(line: &str) -> bool {
    let lower = line.to_lowercase();
    lower.contains("http://") || lower.contains("https://") || lower.contains("www.")
}

fn is_mail(line: &str) -> bool {
    line.split_whitespace().any(|w| w.split_once('@').is_some_and(|(l, d)| !l.is_empty() && d.contains('.')))
}

fn is_title(line: &str) -> bool {
    if line.len() > 240 || line.chars().count() > 60 {
        return false;
    }
    let lower = plain(line);
    WORDS.titles.iter().any(|title| {
        lower.match_indices(title.as_str()).any(|(at, _)| {
            let (before, after) = (lower[..at].chars().next_back(), lower[at + title.len()..].chars().next());
            title.starts_with(is_east) || (edge(before) && edge(after))
        })
    })
}

//! Signatures, lines of telephones, sign-offs, disclaimers and banners around somebody's own words.

use crate::reply_contact::{before_contact_block, is_signature_block};
use crate::reply_lines::{is_blank, is_rule};
use crate::reply_text::Piece;
use crate::reply_words::{Device, WORDS, is_east, plain};

/// Most lines under two dashes without the space that makes them a mark (RFC 3676).
const DASHED_LINES: usize = 20;
/// Most paragraphs of disclaimers.
const DISCLAIMERS: usize = 8;
/// A telephone's line has at most so many characters and words.
const DEVICE_CHARS: usize = 120;
const DEVICE_WORDS: usize = 14;

/// Own words and what was taken off them.
pub(crate) struct Own {
    pub text: String,
    pub signature: Option<String>,
    /// Some of them stand below quoted lines.
    pub interleaved: bool,
}

/// The own words of all pieces in their order, and the signatures. A signature above quoted lines ends there: answers
/// below them are own words again.
pub(crate) fn without_signature(pieces: &[Piece<'_>]) -> Own {
    let spoken = |piece: &Piece<'_>| piece.lines.iter().any(|line| !is_blank(line));
    let filled = pieces.iter().filter(|piece| spoken(piece)).count();
    let last = pieces.iter().rposition(spoken).unwrap_or_default();
    let (mut text, mut signatures) = (String::new(), Vec::new());
    let mut interleaved = false;
    for (index, piece) in pieces.iter().enumerate() {
        let lines = if index == 0 { without_banner(&piece.lines) } else { &piece.lines };
        let end = trimmed(lines, lines.len());
        let others = filled > usize::from(spoken(piece));
        let cut = signature_start(&lines[..end], others, index == 0 || index == last);
        let own = lines[..cut].join("\n");
        interleaved |= piece.below_quote && !own.trim().is_empty();
        add(&mut text, &own, cut < lines.len());
        signatures.push(lines[cut..end].join("\n").trim().to_owned());
    }
    signatures.retain(|signature| signature.chars().any(char::is_alphanumeric));
    let signature = Some(signatures.join("\n")).filter(|signature| !signature.is_empty());
    Own { text: text.trim().to_owned(), signature, interleaved }
}

/// Puts the words of a piece under those before it, with one blank line at most where something was taken out.
fn add(text: &mut String, own: &str, blank_below: bool) {
    if own.trim().is_empty() {
        return;
    }
    text.push_str(if text.ends_with("\n\n") { own.trim_start_matches('\n') } else { own });
    text.push_str(if blank_below { "\n\n" } else { "\n" });
}

/// The first line of the signature at the end of one piece; the number of lines if there is none.
fn signature_start(lines: &[&str], others: bool, outer: bool) -> usize {
    let cut = marked(lines, others).unwrap_or(lines.len());
    let cut = trimmed(lines, cut);
    if !outer {
        return cut;
    }
    let cut = before_disclaimers(lines, cut, others);
    let cut = before_contact_block(lines, cut, others);
    before_sign_off(lines, cut)
}

/// The index after the last line that is not blank.
pub(crate) fn trimmed(lines: &[&str], end: usize) -> usize {
    lines[..end].iter().rposition(|l| !is_blank(l)).map_or(0, |last| last + 1)
}

/// The first line of the paragraph that ends before `end`.
pub(crate) fn paragraph_start(lines: &[&str], end: usize) -> usize {
    lines[..end].iter().rposition(|l| is_blank(l)).map_or(0, |blank| blank + 1)
}

/// The line of a signature mark: `-- ` alone, a stroke above a signature, or what a telephone adds.
fn marked(lines: &[&str], others: bool) -> Option<usize> {
    let first = lines.iter().position(|line| !is_blank(line))?;
    // Strokes are marks only above few lines.
    let few = lines.iter().enumerate().rev().filter(|(_, line)| !is_blank(line)).nth(2 * DASHED_LINES);
    let few = few.map_or(0, |(at, _)| at);
    (first..lines.len())
        .filter(|at| others || *at > first)
        .find(|at| is_device(lines, *at) || is_dashes(&lines[*at..]) || (*at >= few && is_drawn(lines, *at)))
}

fn is_dashes(lines: &[&str]) -> bool {
    let line = lines[0].trim_end_matches(|c: char| c.is_whitespace() && c != ' ');
    if line == "-- " {
        return true;
    }
    let dashes = matches!(line.trim_end(), "--" | "—" | "––" | "——" | "- -" | "–" | "__");
    let below = lines[1..].iter().filter(|line| !is_blank(line));
    dashes
        && below.clone().take(DASHED_LINES + 1).count() <= DASHED_LINES
        && below.clone().all(|line| line.chars().take(161).count() <= 160)
}

/// A stroke with nothing but a signature below. As long as the line above, it underlines a heading.
fn is_drawn(lines: &[&str], at: usize) -> bool {
    let length = |line: &str| line.trim().chars().take(200).count();
    let line = lines[at];
    let stroke = line.trim_start().starts_with(['-', '_', '—', '–', '―', '─', '━']);
    let heading = at > 0 && !is_blank(lines[at - 1]) && length(lines[at - 1]).abs_diff(length(line)) <= 1;
    stroke && is_rule(line) && !heading && is_signature_tail(lines[at + 1..].iter().copied(), false)
}

/// Whether the lines are a signature and nothing else: few, short, no sentences; if asked for more than names, with
/// a telephone, an address or a title.
pub(crate) fn is_signature_tail<'t>(lines: impl Iterator<Item = &'t str>, more: bool) -> bool {
    let filled: Vec<&str> =
        lines.filter(|line| !is_blank(line) && !is_rule(line)).take(DASHED_LINES + 1).collect();
    let known: Vec<&str> = filled.iter().copied().filter(|line| !is_device_line(line)).collect();
    filled.len() <= DASHED_LINES
        && !filled.is_empty()
        && (known.is_empty() || is_signature_block(&known, more))
}

fn is_device(lines: &[&str], at: usize) -> bool {
    let line = lines[at];
    if line.len() > 4 * DEVICE_CHARS {
        return false;
    }
    let Some(alone) = device_of(line) else { return false };
    let above = at == 0 || is_blank(lines[at - 1]) || device_of(lines[at - 1]).is_some();
    let below = lines[at + 1..].iter().filter(|l| !is_blank(l));
    !alone || (above && below.take(DASHED_LINES + 1).count() <= DASHED_LINES)
}

fn is_device_line(line: &str) -> bool {
    line.len() <= 4 * DEVICE_CHARS && device_of(line).is_some()
}

/// Whether a telephone or program added the line, and whether it must stand alone to be sure.
fn device_of(line: &str) -> Option<bool> {
    let frame = |c: char| {
        matches!(c, '_' | '*' | '(' | ')' | '[' | ']' | '<' | '>' | '"' | '\'' | '-' | '–' | '—' | '|')
    };
    let line = plain(&without_links(line));
    let line = line.trim_matches(|c: char| c == ' ' || frame(c)).trim_end_matches('!').trim();
    if line.is_empty() || line.chars().count() > DEVICE_CHARS || line.split(' ').count() > DEVICE_WORDS {
        return None;
    }
    // A gap at the start is told by the end, with or without a full stop.
    let last = line.strip_suffix('.').unwrap_or(line).chars().next_back();
    let keys = [line.chars().next(), line.chars().next_back(), last];
    let known = keys.iter().flatten().filter_map(|key| WORDS.devices.get(key)).flatten();
    known.filter(|device| fits(device, line)).map(|device| device.alone).min()
}

fn fits(device: &Device, line: &str) -> bool {
    let dotted = line.strip_suffix('.').unwrap_or(line);
    let after = device.after.as_str();
    let ended =
        if after.is_empty() { Some(line) } else { line.strip_suffix(after).or(dotted.strip_suffix(after)) };
    let Some(gap) = ended.and_then(|rest| rest.strip_prefix(device.before.as_str())) else { return false };
    if !device.gap {
        return gap.is_empty() || gap == ".";
    }
    let filled = !gap.trim().is_empty() || device.before.ends_with(|c: char| c != ' ');
    let stopped = device.alone && line.ends_with(['.', '?', ':', '다', ',']);
    filled && !stopped && !is_sentence(gap)
}

/// "Sent from my desk, is easier": a sentence goes on after the device, unless it asks to excuse the typing.
fn is_sentence(gap: &str) -> bool {
    const SORRY: [&str; 14] = [
        "excuse",
        "typo",
        "brevity",
        "brief",
        "forgive",
        "sorry",
        "pardon",
        "autocorrect",
        "tippfehler",
        "kürze",
        "fautes",
        "disculp",
        "perdon",
        "errori",
    ];
    let inner = gap.trim_end_matches(['.', '!', ' ']);
    let goes_on = inner.contains(", ") || inner.contains(". ");
    goes_on && !SORRY.iter().any(|word| gap.contains(word))
}

/// The line without the targets of its links: `Get Outlook for iOS<https://…>`, `[Outlook](https://…)`.
fn without_links(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("http") {
        let end = rest[at..].find(['>', ')', ']', ' ']).map_or(rest.len(), |e| at + e);
        out.push_str(rest[..at].trim_end_matches(['<', '(', '[']));
        rest = rest[end..].trim_start_matches(['>', ')', ']']);
    }
    out.push_str(rest);
    out.replace("](", "").replace(['[', ']'], "")
}

/// Takes off paragraphs of legal text and strokes at the end.
fn before_disclaimers(lines: &[&str], mut end: usize, others: bool) -> usize {
    for _ in 0..DISCLAIMERS {
        let start = paragraph_start(lines, end);
        let drawn = (start..end).find(|at| !is_rule(lines[*at]));
        let body = drawn.unwrap_or(end);
        if (start == 0 && !others) || !(drawn.is_none() || is_disclaimer(&lines[body..end])) {
            break;
        }
        end = trimmed(lines, start);
    }
    end
}

fn is_disclaimer(paragraph: &[&str]) -> bool {
    let text = plain(&paragraph.join(" "));
    WORDS.legal.iter().any(|set| set.iter().all(|word| text.contains(word.as_str())))
}

/// The lines without the banner a mail gateway put above them: `CAUTION: This email originated from outside …`.
fn without_banner<'l, 't>(lines: &'l [&'t str]) -> &'l [&'t str] {
    let Some(first) = lines.iter().position(|line| !is_blank(line)) else { return lines };
    let end = lines[first..].iter().position(|line| is_blank(line)).map_or(lines.len(), |len| first + len);
    let head = lines[first];
    let head = plain(&head[..head.floor_char_boundary(200)]);
    let head = head.trim_start_matches(|c: char| !c.is_alphanumeric());
    let banner = WORDS.banners.iter().any(|banner| head.starts_with(banner.as_str()));
    let rest = lines[end..].iter().any(|line| !is_blank(line));
    if banner && rest { &lines[end..] } else { lines }
}

/// Takes off `-Abhishek Kona`, alone on the last line.
fn before_sign_off(lines: &[&str], end: usize) -> usize {
    let Some(at) = end.checked_sub(1) else { return end };
    let above = lines[..at].iter().rposition(|line| !is_blank(line)).map(|above| lines[above].trim());
    let Some(above) = above else { return end };
    let list = above.starts_with(['-', '*', '•', '·']) || above.ends_with([':', '：']);
    if !list && is_sign_off(lines[at].trim()) { trimmed(lines, at) } else { end }
}

fn is_sign_off(line: &str) -> bool {
    let name = line.trim_start_matches(['-', '–', '—', '~']);
    let strokes = line.chars().count() - name.chars().count();
    if !(1..=2).contains(&strokes) || line.len() > 60 || line.ends_with('-') {
        return false;
    }
    let spaced = name.starts_with(' ');
    let words: Vec<&str> = name.split_whitespace().collect();
    let capital = |word: &&str| word.starts_with(|c: char| c.is_uppercase());
    let letters = |word: &&str| {
        let word = word.trim_end_matches(['.', ',']);
        !word.is_empty()
            && word.chars().all(|c| (c.is_alphabetic() && !is_east(c)) || matches!(c, '.' | '-' | '\''))
    };
    let one_word = words.len() == 1 && !spaced && strokes == 1 && words[0].len() >= 3;
    (1..=3).contains(&words.len()) && words.iter().all(letters) && (words.iter().all(capital) || one_word)
}

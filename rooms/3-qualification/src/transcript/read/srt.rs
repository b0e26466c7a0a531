//! SRT: an index, times, words, an empty line. The index may be missing, empty lines may stand within words.
//!
//! A cue begins at a line with an arrow; cues without words are kept, as pysrt keeps them.

use super::Found;
use super::caption::cue;
use super::clock;
use super::cue::Noted;
use super::fault::{Fault, Reason, shown};
use super::lines::{Line, lines};
use super::markup::{srt, tidy};
use super::speaker;

pub(super) fn read(text: &str) -> Result<Found, Fault> {
    let lines = lines(text);
    let starts: Vec<usize> = (0..lines.len()).filter(|at| is_times(lines[*at].text)).collect();
    let before = &lines[..starts.first().map_or(lines.len(), |first| index_before(&lines, *first))];
    if let Some(line) = before.iter().filter(|line| !line.is_blank()).find(|line| !is_index(line.text)) {
        return Err(Fault { line: line.number, reason: Reason::NoTimes(shown(line.text)) });
    }
    if starts.is_empty() {
        return Err(Fault { line: lines.len().max(1), reason: Reason::NoTimes(String::new()) });
    }
    let mut found = Found::default();
    for (nth, at) in starts.iter().enumerate() {
        let end = starts.get(nth + 1).map_or(lines.len(), |next| index_before(&lines, *next));
        let line = lines[*at];
        let times = clock::arrow(line.text)
            .ok_or_else(|| Fault { line: line.number, reason: Reason::Times(shown(line.text)) })?;
        let words = words(&lines[at + 1..end], &mut found);
        found.push(|| line.number, cue(times, tidy(&srt(&words))))?;
    }
    speaker::from_captions(&mut found.cues);
    Ok(found)
}

/// A line with an arrow that begins with a digit: others are words with an arrow in them.
fn is_times(line: &str) -> bool {
    line.contains("-->") && line.trim_start().starts_with(|c: char| c.is_ascii_digit())
}

fn is_index(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit())
}

/// Where the cue whose times stand at `at` begins: at its index, if it has one.
fn index_before(lines: &[Line<'_>], at: usize) -> usize {
    let before = lines[..at].iter().rposition(|line| !line.is_blank());
    before.filter(|before| is_index(lines[*before].text)).unwrap_or(at)
}

/// The words of a cue. An index after an empty line begins one that has lost its times: its words are kept.
fn words(lines: &[Line<'_>], found: &mut Found) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let next = lines.get(at + 1).is_some_and(|next| !next.is_blank());
        if at > 0 && lines[at - 1].is_blank() && is_index(line.text) && next {
            found.note(|| line.number, Noted::TextJoined);
        } else {
            kept.push(line.text);
        }
    }
    kept.join("\n")
}

//! Text with names: `Name: words`, with or without a time stamp before it, and the exports that put name and time into a
//! line of their own.
//!
//! `[00:01:02] Name: words` · `00:01:02 Name: words` · `[00:01:02 - 00:01:05] words` · `Name  1:02` above the words. A line
//! without a name goes on with what was said before. Without any name each paragraph is a cue of nobody.

use std::collections::HashSet;

use super::Found;
use super::clock::clock;
use super::cue::{Cue, Millis};
use super::fault::{Fault, Reason, shown};
use super::lines::{Line, lines};
use super::speaker::{named, people};

/// What a line begins with.
#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    line: Line<'a>,
    start: Option<Millis>,
    end: Option<Millis>,
    rest: &'a str,
    /// The name in a line of its own with a time.
    head: Option<&'a str>,
}

pub(super) fn read(text: &str) -> Result<Found, Fault> {
    let lines = lines(text);
    let pieces = lines.iter().map(|line| piece(*line)).collect::<Result<Vec<_>, _>>()?;
    let full: Vec<&Piece<'_>> = pieces.iter().filter(|piece| !piece.line.is_blank()).collect();
    let stamped = full.iter().filter(|piece| piece.start.is_some()).count();
    let names =
        full.iter().filter(|piece| piece.head.is_none()).filter_map(|piece| Some(named(piece.rest)?.0));
    let of = if stamped > 0 { stamped } else { full.len() };
    let people = people(names, of, 3);
    let mut found = Found::default();
    let mut open: Option<(usize, Cue)> = None;
    let mut after_blank = false;
    for piece in &pieces {
        if piece.line.is_blank() {
            after_blank = true;
            continue;
        }
        let begun = begin(piece, &people, open.is_none() || after_blank && people.is_empty() && stamped == 0);
        after_blank = false;
        match (begun, &mut open) {
            (Some(cue), _) => {
                close(&mut found, open.replace((piece.line.number, cue)))?;
            }
            (None, Some((_, cue))) => add(cue, piece.rest),
            (None, None) => {}
        }
    }
    close(&mut found, open)?;
    end_where_the_next_begins(&mut found.cues);
    Ok(found)
}

/// The cue that begins with a line, if one does.
fn begin(piece: &Piece<'_>, people: &HashSet<String>, alone: bool) -> Option<Cue> {
    if let Some(head) = piece.head {
        return Some(Cue {
            start: piece.start,
            end: None,
            speaker: Some(head.to_owned()),
            text: String::new(),
        });
    }
    match named(piece.rest).filter(|(name, _)| people.contains(*name)) {
        Some((name, words)) => Some(Cue {
            start: piece.start,
            end: piece.end,
            speaker: Some(name.to_owned()),
            text: words.to_owned(),
        }),
        None if piece.start.is_some() || alone => {
            Some(Cue { start: piece.start, end: piece.end, speaker: None, text: piece.rest.to_owned() })
        }
        None => None,
    }
}

fn add(cue: &mut Cue, words: &str) {
    if !cue.text.is_empty() {
        cue.text.push('\n');
    }
    cue.text.push_str(words);
}

fn close(found: &mut Found, open: Option<(usize, Cue)>) -> Result<(), Fault> {
    match open {
        Some((line, cue)) => found.push(|| line, cue),
        None => Ok(()),
    }
}

/// Splits a time stamp off a line.
fn piece(line: Line<'_>) -> Result<Piece<'_>, Fault> {
    let text = line.text.trim();
    let bare = Piece { line, start: None, end: None, rest: text, head: None };
    if let Some((inside, rest)) = bracketed(text) {
        if let Some((start, end)) = span(inside) {
            return Ok(Piece { start: Some(start), end, rest: rest.trim(), ..bare });
        }
        // Brackets with nothing but digits and colons mean a time.
        if inside.contains(':') && inside.chars().all(|c| c.is_ascii_digit() || ":.,".contains(c)) {
            return Err(Fault { line: line.number, reason: Reason::Stamp(shown(inside)) });
        }
        return Ok(bare);
    }
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if let Some(start) = stamp(first) {
        return Ok(Piece {
            start: Some(start),
            rest: rest.trim_start_matches(['-', '–', ' ', '\t']),
            ..bare
        });
    }
    // A name of few words and a time, and nothing else.
    let last = text.rsplit_once(char::is_whitespace);
    let head = last.and_then(|(name, time)| {
        let start = stamp(time.trim_matches(['(', ')', '[', ']']))?;
        let name = name.trim().trim_end_matches(['-', '–', '|', ',']).trim();
        let sound =
            name.split_whitespace().count() <= 4 && !name.contains([':', '.', '?', '!']) && !name.is_empty();
        sound.then_some((name, start))
    });
    Ok(head.map_or(bare, |(name, start)| Piece { start: Some(start), rest: "", head: Some(name), ..bare }))
}

fn bracketed(text: &str) -> Option<(&str, &str)> {
    let close = match text.chars().next()? {
        '[' => ']',
        '(' => ')',
        _ => return None,
    };
    text[1..].split_once(close)
}

/// A time of at least minutes and two digits of seconds, which a score or a verse is not.
fn stamp(text: &str) -> Option<Millis> {
    let seconds = text.split(['.', ',']).next()?.rsplit(':').next()?;
    (seconds.len() == 2).then(|| clock(text)).flatten()
}

/// `00:01:02` or `00:01:02 - 00:01:05`.
fn span(inside: &str) -> Option<(Millis, Option<Millis>)> {
    for arrow in ["-->", "–", "-"] {
        if let Some((start, end)) = inside.split_once(arrow) {
            return Some((stamp(start.trim())?, Some(stamp(end.trim())?)));
        }
    }
    Some((stamp(inside.trim())?, None))
}

/// Where only starts are known, speech lasts until somebody speaks next; how long the last one speaks is not known.
fn end_where_the_next_begins(cues: &mut [Cue]) {
    for at in 0..cues.len() {
        let next = cues.get(at + 1).and_then(|next| next.start);
        let cue = &mut cues[at];
        if cue.end.is_none() {
            cue.end = match (cue.start, next) {
                (Some(start), Some(next)) => Some(next.max(start)),
                _ => None,
            };
        }
    }
}

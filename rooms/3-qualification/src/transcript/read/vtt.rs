//! WebVTT, by the parser of <https://www.w3.org/TR/webvtt1/#file-parsing>.
//!
//! Blocks are told by empty lines, and by a line with an arrow, which ends what stands before it. Fields of times need
//! not be padded, as Teams writes them. Where the standard says to skip a line with broken times, the file is refused:
//! words would be lost. Cue settings, styles and regions say where words stand on a picture, and are dropped.

use super::Found;
use super::caption::cue;
use super::clock;
use super::cue::Noted;
use super::fault::{Fault, Reason, shown};
use super::lines::{Line, lines};
use super::markup::{tidy, webvtt};
use super::speaker;

pub(super) fn read(text: &str) -> Result<Found, Fault> {
    let lines = lines(text);
    let head = lines.first().map_or("", |line| line.text);
    let sound =
        head.strip_prefix("WEBVTT").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
    if !sound {
        return Err(Fault { line: 1, reason: Reason::NoHeader });
    }
    let mut found = Found::default();
    for (number, block) in blocks(&lines).iter().enumerate() {
        if number == 0 {
            let map = block.iter().find(|line| line.text.starts_with("X-TIMESTAMP-MAP"));
            map.into_iter().for_each(|line| found.note(|| line.number, Noted::TimestampMap));
        } else {
            read_block(block, &mut found)?;
        }
    }
    speaker::from_captions(&mut found.cues);
    Ok(found)
}

/// Blocks of lines, the header first.
fn blocks<'a>(lines: &'a [Line<'a>]) -> Vec<&'a [Line<'a>]> {
    let mut blocks = Vec::new();
    let mut start = 0;
    for (at, line) in lines.iter().enumerate() {
        let block = &lines[start..at];
        let arrow = line.text.contains("-->");
        let header = blocks.is_empty();
        // The arrow is the block's own in its first line, or in its second after the cue's name.
        let own = !header && (block.is_empty() || block.len() == 1 && !block[0].text.contains("-->"));
        if line.text.is_empty() || arrow && !own {
            if !block.is_empty() {
                blocks.push(block);
            }
            start = at + usize::from(line.text.is_empty());
        }
    }
    if start < lines.len() {
        blocks.push(&lines[start..]);
    }
    blocks
}

fn read_block(block: &[Line<'_>], found: &mut Found) -> Result<(), Fault> {
    let Some(at) = block.iter().position(|line| line.text.contains("-->")) else {
        let first = block[0];
        let known = ["NOTE", "STYLE", "REGION", "Style:", "Region:"].iter().any(|word| {
            first.text.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        });
        // `##` and what is left of a style that YouTube puts into the header.
        if !known && block.iter().any(|line| line.text.chars().any(char::is_alphanumeric)) {
            found.note(|| first.number, Noted::TextWithoutTimes);
        }
        return Ok(());
    };
    let line = block[at];
    if block[0].text.starts_with("NOTE") && at > 0 {
        return Ok(());
    }
    let times = clock::arrow(line.text)
        .ok_or_else(|| Fault { line: line.number, reason: Reason::Times(shown(line.text)) })?;
    let raw: Vec<&str> = block[at + 1..].iter().map(|line| line.text).collect();
    let said = webvtt(&raw.join("\n"));
    if said.several {
        found.note(|| line.number, Noted::SeveralVoices);
    }
    let mut cue = cue(times, tidy(&said.text));
    cue.speaker = said.speaker;
    found.push(|| line.number, cue)
}

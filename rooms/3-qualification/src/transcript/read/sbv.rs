//! SBV, as YouTube writes it: `0:00:01.000,0:00:03.000`, words, an empty line.

use super::Found;
use super::caption::cue;
use super::clock;
use super::cue::{Millis, Noted};
use super::fault::{Fault, Reason, shown};
use super::lines::{Line, lines};
use super::markup::tidy;
use super::speaker;

pub(super) fn read(text: &str) -> Result<Found, Fault> {
    let lines = lines(text);
    let mut found = Found::default();
    let blocks = lines.split(Line::is_blank).filter(|block| !block.is_empty());
    for (nth, block) in blocks.enumerate() {
        let first = block[0];
        let times = match times(first.text) {
            Some(times) => times,
            None if looks_like_times(first.text) => {
                return Err(Fault { line: first.number, reason: Reason::Times(shown(first.text)) });
            }
            None if nth == 0 => {
                return Err(Fault { line: first.number, reason: Reason::NoTimes(shown(first.text)) });
            }
            None => {
                found.note(|| first.number, Noted::TextWithoutTimes);
                continue;
            }
        };
        // [br] is how SubViewer breaks a line.
        let words: Vec<&str> = block[1..].iter().map(|line| line.text).collect();
        let words = tidy(&words.join("\n").replace("[br]", "\n"));
        if words.is_empty() {
            found.note(|| first.number, Noted::NoWords);
        } else {
            found.push(|| first.number, cue(times, words))?;
        }
    }
    speaker::from_captions(&mut found.cues);
    Ok(found)
}

/// Whether a line holds the times of a cue.
pub(super) fn is_times(line: &str) -> bool {
    times(line).is_some()
}

fn times(line: &str) -> Option<(Millis, Millis)> {
    let (start, end) = line.trim().split_once(',')?;
    let with_hours = |time: &str| time.matches(':').count() == 2 && time.contains('.');
    (with_hours(start) && with_hours(end)).then_some(())?;
    Some((clock::clock(start)?, clock::clock(end)?))
}

fn looks_like_times(line: &str) -> bool {
    let all = line.trim().chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | ','));
    all && line.matches(':').count() >= 2
}

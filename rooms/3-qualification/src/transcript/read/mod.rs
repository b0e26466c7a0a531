//! From the bytes of a file to cues: WebVTT, SRT, SBV, text with names, and JSON of meeting tools.
//!
//! What is not here: what the cues mean. `docs/transcripts.md` lists the formats and the fields that are understood.

mod caption;
mod clock;
mod cue;
mod encoding;
mod fault;
mod json;
mod lines;
mod markup;
mod plain;
mod sbv;
mod speaker;
mod srt;
mod vtt;

#[cfg(test)]
mod tests;

pub use cue::{Cue, Format, Millis, Note, Noted, Timing, Transcript};
pub use fault::{Fault, Reason};

/// Bytes of a transcript: a talk of a day is under one megabyte.
pub const SIZE_CAP: usize = 20 << 20;
/// Cues of a transcript.
pub const CUES_CAP: usize = 100_000;
/// Characters of one cue.
pub const CUE_CHARS: usize = 20_000;
/// Notes of a transcript; more tell nothing new.
const NOTES_CAP: usize = 100;

/// What a reader of one format found.
#[derive(Debug, Default)]
struct Found {
    cues: Vec<Cue>,
    notes: Vec<Note>,
}

impl Found {
    /// Adds a cue that begins at `line`, which is looked up when it must be said; notes an end before its start.
    fn push(&mut self, line: impl Fn() -> usize, cue: Cue) -> Result<(), Fault> {
        if self.cues.len() == CUES_CAP {
            return Err(Fault { line: line(), reason: Reason::TooManyCues });
        }
        if cue.text.len() > CUE_CHARS && cue.text.chars().count() > CUE_CHARS {
            return Err(Fault { line: line(), reason: Reason::CueTooLong });
        }
        if matches!((cue.start, cue.end), (Some(start), Some(end)) if end < start) {
            self.note(line, Noted::EndsBeforeStart);
        }
        self.cues.push(cue);
        Ok(())
    }

    fn note(&mut self, line: impl Fn() -> usize, what: Noted) {
        if self.notes.len() < NOTES_CAP {
            self.notes.push(Note { line: line(), what });
        }
    }
}

/// Reads a transcript. The file's name tells its format by its ending; without one the content does.
///
/// # Errors
/// The line at which the file is no such transcript, and why.
pub fn read(name: &str, bytes: &[u8]) -> Result<Transcript, Fault> {
    if bytes.len() > SIZE_CAP {
        return Err(Fault { line: 1, reason: Reason::TooLarge });
    }
    let (encoding, text) = encoding::decode(bytes)?;
    let format = Format::of_name(name).unwrap_or_else(|| sniff(&text));
    let found = match format {
        Format::WebVtt => vtt::read(&text)?,
        Format::Srt => srt::read(&text)?,
        Format::Sbv => sbv::read(&text)?,
        Format::Json => json::read(&text)?,
        Format::Text => plain::read(&text)?,
    };
    Ok(Transcript { format, encoding, timing: Timing::of(&found.cues), cues: found.cues, notes: found.notes })
}

/// The format by what a text begins with.
fn sniff(text: &str) -> Format {
    let text = text.trim_start();
    let open = text.strip_prefix('[').map(str::trim_start);
    if text.starts_with("WEBVTT") {
        Format::WebVtt
    } else if text.starts_with('{') || open.is_some_and(|inside| inside.starts_with(['{', ']'])) {
        Format::Json
    } else if text.lines().take(3).any(|line| line.contains("-->") && !line.starts_with('[')) {
        Format::Srt
    } else if text.lines().next().is_some_and(sbv::is_times) {
        Format::Sbv
    } else {
        Format::Text
    }
}

//! Why a file is no transcript.

/// A file was refused: at which line, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Fault {
    /// Counted from 1.
    pub line: usize,
    /// Why.
    pub reason: Reason,
}

/// Why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// The bytes are no text.
    #[error("{0}")]
    NotText(String),
    /// More than [`super::SIZE_CAP`].
    #[error("the file is larger than {} MiB", super::SIZE_CAP >> 20)]
    TooLarge,
    /// More than [`super::CUES_CAP`].
    #[error("more than {} cues", super::CUES_CAP)]
    TooManyCues,
    /// More than [`super::CUE_CHARS`].
    #[error("a cue of more than {} characters", super::CUE_CHARS)]
    CueTooLong,
    /// A WebVTT file must begin with that word.
    #[error("a WebVTT file begins with the word WEBVTT alone or with a blank after it")]
    NoHeader,
    /// Times that are none.
    #[error("“{0}” are not the times of a cue, such as 00:01:02.500 --> 00:01:05.000")]
    Times(String),
    /// Something else where times should be.
    #[error("“{0}” stands where the times of a cue should be")]
    NoTimes(String),
    /// A time stamp that is none.
    #[error("“{0}” is not a time, such as 00:01:02")]
    Stamp(String),
    /// No JSON.
    #[error("not valid JSON: {0}")]
    Json(String),
    /// JSON of a shape that is not known.
    #[error("no list of what was said was found: see the shapes in docs/transcripts.md")]
    Shape,
    /// Several talks in one file.
    #[error("the file holds {0} talks: export one at a time")]
    SeveralTalks(usize),
    /// An entry without words.
    #[error("an entry without text")]
    EntryText,
    /// An entry whose time is none.
    #[error("an entry whose {0} is not a time")]
    EntryTime(&'static str),
    /// Some entries have times, this one has none.
    #[error("an entry without a start, while others have one")]
    EntryStart,
}

impl Reason {
    /// Its key in answers of the API.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotText(_) => "not_text",
            Self::TooLarge => "too_large",
            Self::TooManyCues => "too_many_cues",
            Self::CueTooLong => "cue_too_long",
            Self::NoHeader => "no_header",
            Self::Times(_) => "times",
            Self::NoTimes(_) => "no_times",
            Self::Stamp(_) => "stamp",
            Self::Json(_) => "json",
            Self::Shape => "shape",
            Self::SeveralTalks(_) => "several_talks",
            Self::EntryText => "entry_text",
            Self::EntryTime(_) => "entry_time",
            Self::EntryStart => "entry_start",
        }
    }
}

/// The start of a line, for a message.
pub(super) fn shown(line: &str) -> String {
    const SHOWN: usize = 60;
    let clean: String = line.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match clean.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &clean[..at]),
        None => clean,
    }
}

//! What a transcript is made of.

use serde::{Deserialize, Serialize, Serializer};

/// An instant within a talk, or a length, in thousandths of a second; written in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(pub i64);

impl Millis {
    /// In seconds.
    #[must_use]
    pub fn seconds(self) -> f64 {
        // Far below 2^53: a talk has fewer than 1000 hours.
        self.0 as f64 / 1000.0
    }

    /// Of seconds; none when they are no time of a talk.
    #[must_use]
    pub fn of_seconds(seconds: f64) -> Option<Self> {
        let ms = (seconds * 1000.0).round();
        // The range is far within i64.
        (ms.is_finite() && (0.0..=MOST as f64).contains(&ms)).then_some(Self(ms as i64))
    }
}

/// The last instant a talk may have: 1000 hours.
pub(super) const MOST: i64 = 1000 * 3_600_000;

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(self.seconds())
    }
}

/// Something said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cue {
    /// When it begins; none in a text without time stamps.
    pub start: Option<Millis>,
    /// When it ends.
    pub end: Option<Millis>,
    /// Who speaks, as the file has it.
    pub speaker: Option<String>,
    /// The words, without markup.
    pub text: String,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// W3C WebVTT: Zoom, Teams, YouTube.
    #[serde(rename = "webvtt")]
    WebVtt,
    /// SubRip.
    Srt,
    /// YouTube's SubViewer.
    Sbv,
    /// JSON of a meeting tool.
    Json,
    /// "Name: words", with or without time stamps.
    Text,
}

impl Format {
    /// By the ending of a file's name. `.txt` tells nothing: tools write captions into such files too.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "vtt" | "webvtt" => Some(Self::WebVtt),
            "srt" => Some(Self::Srt),
            "sbv" | "sub" => Some(Self::Sbv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Reads the key; what is unknown is text.
    #[must_use]
    pub fn parse(key: &str) -> Self {
        let all = [Self::WebVtt, Self::Srt, Self::Sbv, Self::Json];
        all.into_iter().find(|format| format.key() == key).unwrap_or(Self::Text)
    }

    /// Its name in the database, the API and on the command line.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::WebVtt => "webvtt",
            Self::Srt => "srt",
            Self::Sbv => "sbv",
            Self::Json => "json",
            Self::Text => "text",
        }
    }
}

/// What a file says of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// When each cue begins and ends.
    Full,
    /// When each begins only; the end is where the next one begins, and the last cue has no length.
    Starts,
    /// Nothing.
    None,
}

impl Timing {
    pub(super) fn of(cues: &[Cue]) -> Self {
        if cues.iter().any(|cue| cue.start.is_none()) {
            Self::None
        } else if cues.iter().any(|cue| cue.end.is_none()) {
            Self::Starts
        } else {
            Self::Full
        }
    }

    /// Reads the key; what is unknown says nothing.
    #[must_use]
    pub fn parse(key: &str) -> Self {
        [Self::Full, Self::Starts].into_iter().find(|timing| timing.key() == key).unwrap_or(Self::None)
    }

    /// Its name in the database and the API.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Starts => "starts",
            Self::None => "none",
        }
    }
}

/// Something that was left out or looks wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = TranscriptNote)]
pub struct Note {
    /// Counted from 1.
    pub line: usize,
    /// What.
    pub what: Noted,
}

/// What was left out or looks wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Noted {
    /// Counted as no time.
    #[error("a cue that ends before it starts; it counts as no time")]
    EndsBeforeStart,
    /// Text that belongs to no cue.
    #[error("text without times; it was left out")]
    TextWithoutTimes,
    /// A cue that has lost its times.
    #[error("text without times; it was added to the cue before")]
    TextJoined,
    /// A cue without words.
    #[error("a cue without words; it was left out")]
    NoWords,
    /// Two people in one cue.
    #[error("several people speak in one cue; it counts for the first of them")]
    SeveralVoices,
    /// A piece of a longer stream.
    #[error("a time stamp map; times stay as they are written")]
    TimestampMap,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// How it is written.
    pub format: Format,
    /// In which encoding.
    pub encoding: &'static str,
    /// What it says of times.
    pub timing: Timing,
    /// What was said, in the order of the file.
    pub cues: Vec<Cue>,
    /// What was left out or looks wrong.
    pub notes: Vec<Note>,
}

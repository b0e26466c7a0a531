//! A list of entries: Whisper and WhisperX, AssemblyAI, Deepgram, Fireflies, Microsoft Teams, Google Meet, Amazon
//! Transcribe, and what `sevenfold transcript --json` prints.

use chrono::DateTime;

use super::super::clock::clock;
use super::super::cue::{Cue, Millis};
use super::super::fault::{Fault, Reason};
use super::super::markup::tidy;
use super::{Found, Node};

/// Where lists lie, the first that is there is taken.
const PLACES: &[&[&str]] = &[
    &[],
    &["cues"],
    &["segments"],
    &["utterances"],
    &["sentences"],
    &["paragraphs"],
    &["entries"],
    &["transcriptEntries"],
    &["transcripts"],
    &["transcript"],
    &["transcription"],
    &["captions"],
    &["transcript", "sentences"],
    &["transcript", "segments"],
    &["data", "transcript", "sentences"],
    &["results", "utterances"],
    &["results", "audio_segments"],
];

const TEXT: &[&str] = &["text", "transcript", "spokenText", "raw_text", "content", "sentence", "body"];
const SPEAKER: &[&str] = &[
    "speaker_name",
    "speakerName",
    "speakerDisplayName",
    "speaker",
    "speaker_label",
    "participant",
    "user_name",
    "speaker_id",
    "speakerId",
];
const START: &[&str] = &[
    "start",
    "start_time",
    "startTime",
    "startOffset",
    "startDateTime",
    "start_timestamp",
    "begin",
    "timestamp",
];
const END: &[&str] = &["end", "end_time", "endTime", "endOffset", "endDateTime", "end_timestamp"];
const START_MS: &[&str] = &["start_ms", "startMs", "startTimeMs", "start_time_ms"];
const END_MS: &[&str] = &["end_ms", "endMs", "endTimeMs", "end_time_ms"];

pub(super) fn read(root: &Node<'_>) -> Result<Found, Fault> {
    let lists = PLACES.iter().filter_map(|place| Some((place, root.path(place)?.list()?)));
    let Some((place, entries)) =
        lists.into_iter().find(|(_, list)| list.first().is_some_and(Node::is_object))
    else {
        return Err(root.fault(Reason::Shape));
    };
    if entries[0].first(TEXT).is_none() {
        return Err(entries[0].fault(Reason::EntryText));
    }
    // AssemblyAI counts in whole thousandths, everybody else under these names in seconds.
    let may_count_ms = matches!(place.first(), Some(&("utterances" | "sentences" | "paragraphs")));
    let whole = |entry: &Node<'_>| {
        entry.get("start").is_some_and(|n| n.raw().bytes().all(|b| b.is_ascii_digit()))
            && entry.get("end").is_some_and(|n| n.raw().bytes().all(|b| b.is_ascii_digit()))
    };
    let unit = if may_count_ms && entries.iter().all(whole) { 0.001 } else { 1.0 };
    let mut reader = Reader { unit, zero: None, timed: None };
    let mut found = Found::default();
    for entry in &entries {
        let cue = reader.cue(entry)?;
        found.push(|| entry.line(), cue)?;
    }
    Ok(found)
}

struct Reader {
    /// Seconds of one.
    unit: f64,
    /// The first instant, where entries say at what o'clock something was said.
    zero: Option<i64>,
    /// Whether entries have a start.
    timed: Option<bool>,
}

impl Reader {
    fn cue(&mut self, entry: &Node<'_>) -> Result<Cue, Fault> {
        let text = entry.first(TEXT).and_then(|node| node.text());
        let text = text.ok_or_else(|| entry.fault(Reason::EntryText))?;
        let start = self.time(entry, START, START_MS, "start")?;
        let end = self.time(entry, END, END_MS, "end")?;
        if *self.timed.get_or_insert(start.is_some()) != start.is_some() {
            return Err(entry.fault(Reason::EntryStart));
        }
        Ok(Cue { start, end, speaker: speaker(entry), text: tidy(&text) })
    }

    fn time(
        &mut self,
        entry: &Node<'_>,
        keys: &[&str],
        in_ms: &[&str],
        which: &'static str,
    ) -> Result<Option<Millis>, Fault> {
        let (node, unit) = match (entry.first(in_ms), entry.first(keys)) {
            (Some(node), _) => (node, 0.001),
            (None, Some(node)) => (node, self.unit),
            (None, None) => return Ok(None),
        };
        let fault = || node.fault(Reason::EntryTime(which));
        let time = match (node.number(), node.text()) {
            (Some(number), _) => Millis::of_seconds(number * unit),
            (None, Some(text)) => self.written(text.trim(), unit),
            (None, None) => None,
        };
        Ok(Some(time.ok_or_else(fault)?))
    }

    /// A number in quotes, a clock, or an instant, which counts from the first one.
    fn written(&mut self, text: &str, unit: f64) -> Option<Millis> {
        if let Ok(number) = text.trim_end_matches('s').parse::<f64>() {
            return Millis::of_seconds(number * unit);
        }
        if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            let at = instant.timestamp_millis();
            let since = at.checked_sub(*self.zero.get_or_insert(at))?;
            return Millis::of_seconds(since as f64 / 1000.0);
        }
        clock(text)
    }
}

/// A name, a number of a speaker, or an object that holds either.
pub(super) fn speaker(entry: &Node<'_>) -> Option<String> {
    let node = entry.first(SPEAKER)?;
    let node =
        if node.is_object() { node.first(&["name", "display_name", "displayName", "id"])? } else { node };
    let name = match (node.text(), node.number()) {
        (Some(name), _) => name.split_whitespace().collect::<Vec<_>>().join(" "),
        (None, Some(_)) => format!("Speaker {}", node.raw()),
        (None, None) => return None,
    };
    (!name.is_empty()).then_some(name)
}

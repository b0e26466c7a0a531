//! The places of a talk that are kept one by one: notes, ticks, the next step, and the parts of each answer. Pure.

use http_room::FieldError;
use kernel::{PersonId, limits};
use serde_json::Value as Json;

use super::merge::merge;
use super::outline::Outline;

/// Bytes of a part that is no text.
const VALUE_BYTES: usize = 4 * 1024;
/// The tick that every video meeting begins with: our own camera is on.
pub const CAMERA_ON: &str = "camera_on";

/// A part of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What they said.
    Words,
    /// What it comes to.
    Summary,
    /// What was learned, typed by where the answer goes.
    Value,
    /// Who said it.
    Person,
}

/// A place of a talk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// The notes.
    Notes,
    /// What is done next: `title`, `kind`, `due_on`.
    NextStep,
    /// A tick of the checklist.
    Check(String),
    /// A part of the answer to a question.
    Answer(String, Part),
}

impl Cell {
    /// Reads `notes`, `next_step`, `check.camera_on`, `q.today.words`.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        match key.split('.').collect::<Vec<_>>()[..] {
            ["notes"] => Some(Self::Notes),
            ["next_step"] => Some(Self::NextStep),
            ["check", tick] => Some(Self::Check(tick.to_owned())),
            ["q", question, part] => {
                let part = match part {
                    "words" => Part::Words,
                    "summary" => Part::Summary,
                    "value" => Part::Value,
                    "person_id" => Part::Person,
                    _ => return None,
                };
                Some(Self::Answer(question.to_owned(), part))
            }
            _ => None,
        }
    }

    /// Whether a talk of this outline and kind has the place.
    #[must_use]
    pub fn is_in(&self, outline: &Outline, kind: &str) -> bool {
        match self {
            Self::Notes | Self::NextStep => true,
            Self::Check(tick) => checklist(kind).contains(&tick.as_str()),
            Self::Answer(question, _) => outline.question(question).is_some(),
        }
    }

    /// Whether two changes of it can be merged.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Notes | Self::Answer(_, Part::Words | Part::Summary))
    }

    /// What is wrong with a value; drafts may be unfinished, so only form and size are looked at.
    #[must_use]
    pub fn fault(&self, place: &str, value: &Json) -> Option<FieldError> {
        let wrong = |code: &str, message: String| Some(FieldError::new(place, code, message));
        match (self, value) {
            (_, Json::Null) => None,
            (Self::Notes, Json::String(text)) if text.len() > limits::NOTE_BYTES => {
                wrong("too_long", "at most 100 KiB".to_owned())
            }
            (Self::Answer(_, Part::Words | Part::Summary), Json::String(text))
                if !limits::fits(text, limits::REASON_CHARS) =>
            {
                wrong("too_long", format!("at most {} characters", limits::REASON_CHARS))
            }
            (_, Json::String(text)) if self.is_text() && text.contains(['\0', '\u{1}']) => {
                wrong("invalid", "text without control characters".to_owned())
            }
            (_, Json::String(_)) if self.is_text() => None,
            (Self::Answer(_, Part::Person), Json::String(id)) if id.parse::<PersonId>().is_ok() => None,
            (Self::Check(_), Json::Bool(_)) => None,
            (Self::NextStep, value) if !value.is_object() => wrong("invalid", "an object".to_owned()),
            (Self::NextStep | Self::Answer(_, Part::Value), value) => (value.to_string().len() > VALUE_BYTES)
                .then(|| FieldError::new(place, "too_long", "at most 4 KiB")),
            _ => wrong("invalid", "this does not fit here".to_owned()),
        }
    }
}

/// What is ticked off before a talk of a kind begins.
#[must_use]
pub fn checklist(kind: &str) -> &'static [&'static str] {
    if kind == "video" { &[CAMERA_ON] } else { &[] }
}

/// What becomes of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Landing {
    /// It is what stands there already.
    Same,
    /// It takes the place of what it was made on.
    Kept(Json),
    /// Both changes are in it.
    Merged(Json),
    /// Both changed the same words, or a thing that cannot be merged.
    Refused,
}

/// Decides: what stood when the change was made, what stands there now, and what it is to be.
#[must_use]
pub fn land(cell: &Cell, base: &Json, now: &Json, new: &Json) -> Landing {
    if now == new {
        return Landing::Same;
    }
    if base == now {
        return Landing::Kept(new.clone());
    }
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    match cell.is_text().then(|| merge(&text(base), &text(now), &text(new))).flatten() {
        Some(merged) if merged == text(now) => Landing::Same,
        Some(merged) => Landing::Merged(Json::from(merged)),
        None => Landing::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_place_is_known_by_its_key() {
        let cases = [
            ("notes", Some(Cell::Notes)),
            ("next_step", Some(Cell::NextStep)),
            ("check.camera_on", Some(Cell::Check("camera_on".into()))),
            ("q.today.words", Some(Cell::Answer("today".into(), Part::Words))),
            ("q.today.person_id", Some(Cell::Answer("today".into(), Part::Person))),
            ("q.today", None),
            ("q.today.rating", None),
            ("notes.more", None),
            ("", None),
        ];
        for (key, cell) in cases {
            assert_eq!(Cell::parse(key), cell, "{key}");
        }
        assert_eq!((checklist("video"), checklist("call")), (&["camera_on"][..], &[][..]));
    }

    #[test]
    fn a_value_is_looked_at_for_form_and_size_only() {
        let long = "x".repeat(limits::REASON_CHARS + 1);
        let person = uuid::Uuid::nil().to_string();
        let cases = [
            ("notes", json!("said"), true),
            ("notes", json!(7), false),
            ("notes", json!("x".repeat(limits::NOTE_BYTES + 1)), false),
            ("q.a.words", json!(long), false),
            ("q.a.words", json!("a\u{0}b"), false),
            ("q.a.words", json!(null), true),
            ("q.a.value", json!({ "value": { "state": "planned" } }), true),
            ("q.a.value", json!(12), true),
            ("q.a.value", json!("x".repeat(5_000)), false),
            ("q.a.person_id", json!(person), true),
            ("q.a.person_id", json!("minji"), false),
            ("check.camera_on", json!(true), true),
            ("check.camera_on", json!("yes"), false),
            ("next_step", json!({ "title": "Send" }), true),
            ("next_step", json!("Send"), false),
        ];
        for (key, value, good) in cases {
            let cell = Cell::parse(key).expect("a key");
            assert_eq!(cell.fault("x", &value).is_none(), good, "{key} {value}");
        }
    }

    #[test]
    fn a_change_lands_merges_or_is_refused_and_is_never_lost_in_silence() {
        let (text, value) = (Cell::Notes, Cell::NextStep);
        let cases = [
            (&text, json!(null), json!(null), json!("a"), Landing::Kept(json!("a"))),
            (&text, json!("a"), json!("a"), json!(null), Landing::Kept(json!(null))),
            (&text, json!("a"), json!("b"), json!("b"), Landing::Same),
            (&text, json!("a\nb"), json!("A\nb"), json!("a\nB"), Landing::Merged(json!("A\nB"))),
            (&text, json!("a"), json!("b"), json!("c"), Landing::Refused),
            (&text, json!("a\nb"), json!("a\nb\nc"), json!("a\nb"), Landing::Same),
            (&value, json!({}), json!({ "title": "a" }), json!({ "title": "b" }), Landing::Refused),
            (&value, json!({}), json!({}), json!({ "title": "b" }), Landing::Kept(json!({ "title": "b" }))),
        ];
        for (cell, base, now, new, landing) in cases {
            assert_eq!(land(cell, &base, &now, &new), landing, "{base} {now} {new}");
        }
    }
}

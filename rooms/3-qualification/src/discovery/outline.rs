//! A framework as a document: questions in their order, and where each answer goes. Pure.

use http_room::FieldError;
use kernel::limits;
use process::facts::CommitteeRole;
use records::Kind;
use records::custom_field::Label;
use serde::{Deserialize, Serialize};

use crate::bant::rules::Factor;
use crate::finding::FindingKind;

/// Questions of one framework.
pub const QUESTIONS: usize = 60;
/// Follow-ups, and statistics and stories, of one question.
pub const PER_QUESTION: usize = 20;
/// Longest talk that a question may be given: minutes.
pub const MINUTES: u16 = 120;
/// Characters of a key.
pub const KEY_CHARS: usize = 50;

/// Where an answer goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum AnswerTarget {
    /// It becomes a finding in their own words; a challenge may carry what it costs them.
    Finding {
        /// Of which kind.
        kind: FindingKind,
    },
    /// It becomes evidence of one of the four factors.
    Bant {
        /// Which.
        factor: Factor,
    },
    /// It names who has a role in the committee.
    Role {
        /// Which.
        role: CommitteeRole,
    },
    /// It fills a field of the workspace's own, which a qualifier may read.
    Field {
        /// `deal` or `company`.
        on: Kind,
        /// The field's key, without `custom.`.
        field: String,
    },
}

/// Something to say beside a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutlineMaterial {
    /// A figure, or what happened to somebody else.
    pub kind: MaterialKind,
    /// What to say.
    pub text: Label,
    /// Where it is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Kinds of material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaterialKind {
    /// A figure.
    Statistic,
    /// What happened to somebody else.
    Story,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutlineQuestion {
    /// Unique within the framework; answers are kept under it.
    pub key: String,
    /// What is asked.
    pub ask: Label,
    /// Why it is asked.
    #[serde(default = "nothing")]
    pub purpose: Label,
    /// What to ask next, as they answer.
    #[serde(default)]
    #[schema(required = true)]
    pub follow_ups: Vec<Label>,
    /// Statistics and stories to use.
    #[serde(default)]
    #[schema(required = true)]
    pub material: Vec<OutlineMaterial>,
    /// How long it may take.
    #[serde(default)]
    pub minutes: Option<u16>,
    /// Where the answer goes; it stays in the talk when absent.
    #[serde(default)]
    pub fills: Option<AnswerTarget>,
    /// Whether the prospect is asked it in a form too.
    #[serde(default = "yes")]
    pub in_form: bool,
}

/// A framework's document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Outline {
    /// What it is called.
    pub name: Label,
    /// What it is for.
    #[serde(default = "nothing")]
    pub purpose: Label,
    /// The questions, in the order in which they are asked.
    pub questions: Vec<OutlineQuestion>,
}

fn nothing() -> Label {
    Label { en: String::new(), ko: String::new() }
}

fn yes() -> bool {
    true
}

/// Whether a text is a key: a-z, 0-9 and `_`.
#[must_use]
pub fn is_key(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    !text.is_empty() && text.len() <= KEY_CHARS && text.bytes().all(good)
}

/// Collects what is wrong, each with its place.
#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, place: &str, code: &str, message: impl Into<String>) {
        self.0.push(FieldError::new(place, code, message));
    }

    /// A text in at least one of the languages; the other one shows it too.
    fn said(&mut self, place: &str, text: &Label, max: usize) {
        if text.en.trim().is_empty() && text.ko.trim().is_empty() {
            self.add(place, "required", "give it in one language at least");
        }
        self.fits(place, text, max);
    }

    fn fits(&mut self, place: &str, text: &Label, max: usize) {
        for (language, text) in [("en", &text.en), ("ko", &text.ko)] {
            if !limits::fits(text, max) {
                self.add(&format!("{place}.{language}"), "too_long", format!("at most {max} characters"));
            }
        }
    }

    fn count(&mut self, place: &str, found: usize, most: usize) {
        if found > most {
            self.add(place, "too_many", format!("at most {most}"));
        }
    }
}

impl Outline {
    /// Everything that is wrong, each with its place; empty when it can be kept.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = Faults::default();
        faults.said("name", &self.name, limits::NAME_CHARS);
        faults.fits("purpose", &self.purpose, limits::REASON_CHARS);
        if self.questions.is_empty() {
            faults.add("questions", "required", "ask one question at least");
        }
        faults.count("questions", self.questions.len(), QUESTIONS);
        for (i, question) in self.questions.iter().enumerate() {
            let place = format!("questions.{i}");
            if !is_key(&question.key) {
                faults.add(
                    &format!("{place}.key"),
                    "invalid",
                    format!("a-z, 0-9 and _, at most {KEY_CHARS}"),
                );
            }
            if self.questions[..i].iter().any(|q| q.key == question.key) {
                faults.add(&format!("{place}.key"), "taken", "another question has this key");
            }
            question.faults(&place, &mut faults);
        }
        faults.0
    }

    /// The question of a key.
    #[must_use]
    pub fn question(&self, key: &str) -> Option<&OutlineQuestion> {
        self.questions.iter().find(|q| q.key == key)
    }

    /// Minutes its questions are given in all.
    #[must_use]
    pub fn minutes(&self) -> u32 {
        self.questions.iter().filter_map(|q| q.minutes).map(u32::from).sum()
    }
}

impl OutlineQuestion {
    fn faults(&self, place: &str, faults: &mut Faults) {
        faults.said(&format!("{place}.ask"), &self.ask, limits::LINE_CHARS);
        faults.fits(&format!("{place}.purpose"), &self.purpose, limits::REASON_CHARS);
        faults.count(&format!("{place}.follow_ups"), self.follow_ups.len(), PER_QUESTION);
        faults.count(&format!("{place}.material"), self.material.len(), PER_QUESTION);
        for (n, text) in self.follow_ups.iter().enumerate() {
            faults.said(&format!("{place}.follow_ups.{n}"), text, limits::LINE_CHARS);
        }
        for (n, material) in self.material.iter().enumerate() {
            let place = format!("{place}.material.{n}");
            faults.said(&format!("{place}.text"), &material.text, limits::REASON_CHARS);
            if let Some(url) = &material.url
                && !(limits::fits(url, limits::URL_CHARS)
                    && (url.starts_with("https://") || url.starts_with("http://")))
            {
                faults.add(&format!("{place}.url"), "invalid", "an address such as https://…");
            }
        }
        if self.minutes.is_some_and(|m| m == 0 || m > MINUTES) {
            faults.add(&format!("{place}.minutes"), "invalid", format!("from 1 to {MINUTES}"));
        }
        match &self.fills {
            Some(AnswerTarget::Field { on: Kind::Person, .. }) => {
                faults.add(&format!("{place}.fills.on"), "invalid", "deal or company");
            }
            Some(AnswerTarget::Field { field, .. }) if field.is_empty() || field.len() > KEY_CHARS => {
                faults.add(&format!("{place}.fills.field"), "required", "name the field");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    type Spoil = fn(&mut Outline);

    fn outline() -> Outline {
        serde_json::from_value(json!({
            "name": { "en": "First talk", "ko": "" },
            "questions": [
                { "key": "today", "ask": { "en": "How do you do it today?", "ko": "" } },
                { "key": "cost", "ask": { "en": "", "ko": "비용은 얼마인가요?" }, "minutes": 5,
                  "follow_ups": [{ "en": "A month?", "ko": "" }],
                  "material": [{ "kind": "story", "text": { "en": "A firm lost a week", "ko": "" } }] },
            ],
        }))
        .unwrap()
    }

    #[test]
    fn each_fault_of_a_framework_is_named_with_its_place() {
        assert_eq!(outline().faults(), []);
        let cases: [(Spoil, &str, &str); 13] = [
            (|o| o.name.en = " ".into(), "name", "required"),
            (|o| o.name.en = "x".repeat(201), "name.en", "too_long"),
            (|o| o.questions.clear(), "questions", "required"),
            (|o| o.questions[1].key = "today".into(), "questions.1.key", "taken"),
            (|o| o.questions[0].key = "To day".into(), "questions.0.key", "invalid"),
            (|o| o.questions[0].ask.en.clear(), "questions.0.ask", "required"),
            (|o| o.questions[1].minutes = Some(0), "questions.1.minutes", "invalid"),
            (|o| o.questions[1].minutes = Some(121), "questions.1.minutes", "invalid"),
            (|o| o.questions[1].follow_ups[0].en.clear(), "questions.1.follow_ups.0", "required"),
            (|o| o.questions[1].material[0].text.en.clear(), "questions.1.material.0.text", "required"),
            (
                |o| o.questions[1].material[0].url = Some("javascript:alert(1)".into()),
                "questions.1.material.0.url",
                "invalid",
            ),
            (
                |o| {
                    o.questions[0].fills = Some(AnswerTarget::Field { on: Kind::Person, field: "x".into() });
                },
                "questions.0.fills.on",
                "invalid",
            ),
            (
                |o| {
                    let one = o.questions[1].follow_ups[0].clone();
                    o.questions[1].follow_ups = vec![one; PER_QUESTION + 1];
                },
                "questions.1.follow_ups",
                "too_many",
            ),
        ];
        for (spoil, place, code) in cases {
            let mut spoilt = outline();
            spoil(&mut spoilt);
            let found: Vec<(String, String)> =
                spoilt.faults().into_iter().map(|f| (f.field, f.code)).collect();
            assert_eq!(found, [(place.to_owned(), code.to_owned())]);
        }
        let mut many = outline();
        many.questions = (0..=QUESTIONS)
            .map(|n| OutlineQuestion { key: format!("q{n}"), ..many.questions[0].clone() })
            .collect();
        assert_eq!(many.faults()[0].field, "questions");
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        let mut text = serde_json::to_value(outline()).unwrap();
        text["questions"][0]["fils"] = json!({});
        assert!(serde_json::from_value::<Outline>(text).is_err());
    }
}

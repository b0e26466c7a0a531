//! A framework's questions as fields of a page, and what was filled in as parts of answers. Pure.

use http_room::FieldError;
use kernel::{Locale, limits};
use prospecting::inbound::ask::{Askable, Asked, Given, Input, of_custom};
use prospecting::inbound::form::{FormTexts, LeadFormInput};
use records::Kind;
use records::custom_field::{ChoiceOption, CustomField, Label};
use serde_json::{Value as Json, json};

use crate::bant::rules::Factor;
use crate::discovery::outline::{AnswerTarget, Outline, OutlineQuestion};

fn label(en: &str, ko: &str) -> Label {
    Label { en: en.to_owned(), ko: ko.to_owned() }
}

/// What the page says around the questions. What a framework is called and for is ours, not theirs to read.
#[must_use]
pub fn content() -> LeadFormInput {
    let texts = FormTexts {
        title: label("A few questions before we talk", "이야기 나누기 전에 몇 가지 여쭙니다"),
        intro: label(
            "Answer what you like, as briefly as you like. You can come back to this page and change it.",
            "답하고 싶은 것만 짧게 적어 주셔도 됩니다. 이 페이지에 다시 들어와 고칠 수도 있습니다.",
        ),
        button: label("Send", "보내기"),
        thanks: label(
            "Thank you. Your answers are with us, and you can still change them on this page.",
            "감사합니다. 답변이 전달되었고, 이 페이지에서 계속 고칠 수 있습니다.",
        ),
    };
    LeadFormInput {
        name: "questions".to_owned(),
        texts,
        fields: Vec::new(),
        consent: None,
        redirect_url: None,
        source: None,
        owner_ids: Vec::new(),
        per_address: prospecting::inbound::form::PER_ADDRESS,
        per_form: prospecting::inbound::form::PER_FORM,
        active: true,
    }
}

/// The workspace's own fields that questions may fill.
#[derive(Debug, Default)]
pub struct Own {
    /// On deals.
    pub deal: Vec<CustomField>,
    /// On companies.
    pub company: Vec<CustomField>,
}

impl Own {
    fn find(&self, on: Kind, key: &str) -> Option<&CustomField> {
        let fields = if on == Kind::Company { &self.company } else { &self.deal };
        fields.iter().find(|f| f.key == key)
    }
}

/// The fields of the page: of a question that is asked there, what can be filled in by somebody outside.
#[must_use]
pub fn asked(outline: &Outline, own: &Own) -> Vec<Asked> {
    outline.questions.iter().filter(|q| q.in_form).flat_map(|q| fields(q, own)).collect()
}

fn fields(question: &OutlineQuestion, own: &Own) -> Vec<Asked> {
    let field = |part: &str, label: Label, input, options| Asked {
        field: Askable { key: format!("q.{}.{part}", question.key), label, input, options },
        required: false,
    };
    let words = || field("words", question.ask.clone(), Input::Long, Vec::new());
    match &question.fills {
        Some(AnswerTarget::Role { .. } | AnswerTarget::Bant { factor: Factor::Authority }) => Vec::new(),
        Some(AnswerTarget::Bant { factor: Factor::Budget }) => {
            let state = label("How far is the budget?", "예산은 어디까지 준비되었나요?");
            vec![words(), field("state", state, Input::Choice, budget_states())]
        }
        Some(AnswerTarget::Bant { factor: Factor::Timing }) => {
            let day = label("By which day?", "언제까지인가요?");
            vec![words(), field("day", day, Input::Date, Vec::new())]
        }
        Some(AnswerTarget::Field { on, field: key }) => {
            match own.find(*on, key).and_then(|f| of_custom(*on, f)) {
                Some(known) => vec![field("value", question.ask.clone(), known.input, known.options)],
                None => Vec::new(),
            }
        }
        _ => vec![words()],
    }
}

fn budget_states() -> Vec<ChoiceOption> {
    let option = |key: &str, en: &str, ko: &str| ChoiceOption { key: key.to_owned(), label: label(en, ko) };
    vec![
        option("none", "There is none", "예산이 없습니다"),
        option("possible", "It could be found", "마련할 수 있습니다"),
        option("planned", "It is planned", "계획되어 있습니다"),
        option("approved", "It is approved", "승인되었습니다"),
    ]
}

/// The parts of answers that were filled in, by place; all faults at once, by the page's keys.
///
/// # Errors
/// One entry for each field that does not fit.
pub fn read(outline: &Outline, own: &Own, given: &Given) -> Result<Vec<(String, Json)>, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut parts = Vec::new();
    for Asked { field, .. } in asked(outline, own) {
        let values: Vec<&str> =
            given.get(&field.key).into_iter().flatten().map(|v| v.trim()).filter(|v| !v.is_empty()).collect();
        match value(&field, &values) {
            Ok(value) => parts.push((field.key, value)),
            Err(code) => errors.push(FieldError::new(field.key, code, "does not fit")),
        }
    }
    if errors.is_empty() { Ok(placed(outline, parts)) } else { Err(errors) }
}

fn value(field: &Askable, given: &[&str]) -> Result<Json, &'static str> {
    let Some(first) = given.first() else { return Ok(Json::Null) };
    if given.iter().any(|v| !limits::fits(v, limits::REASON_CHARS)) {
        return Err("too_long");
    }
    let known = |value: &&str| field.options.iter().any(|o| o.key == **value);
    match field.input {
        Input::Choice if !known(first) => Err("invalid"),
        Input::MultiChoice if !given.iter().all(known) => Err("invalid"),
        Input::MultiChoice => Ok(json!(given)),
        Input::Date => first.parse::<chrono::NaiveDate>().map(|d| json!(d)).map_err(|_| "invalid"),
        Input::Number => {
            let number: f64 = first.parse().map_err(|_| "invalid")?;
            if number.is_finite() { Ok(json!(number)) } else { Err("invalid") }
        }
        Input::YesNo => Ok(json!(true)),
        _ => Ok(json!(first)),
    }
}

/// Parts of one question come together in the places a talk has.
fn placed(outline: &Outline, parts: Vec<(String, Json)>) -> Vec<(String, Json)> {
    let part = |key: &str| parts.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone());
    let mut places = Vec::new();
    for question in outline.questions.iter().filter(|q| q.in_form) {
        let of = |name: &str| part(&format!("q.{}.{name}", question.key));
        let words = of("words");
        let value = match &question.fills {
            Some(AnswerTarget::Bant { factor: Factor::Budget }) => {
                of("state").map(|state| filled(&state, json!({ "value": { "state": state } })))
            }
            Some(AnswerTarget::Bant { factor: Factor::Timing }) => {
                of("day").map(|day| filled(&day, json!({ "value": { "wanted_on": day } })))
            }
            Some(AnswerTarget::Bant { factor: Factor::Need }) => {
                words.as_ref().map(|impact| filled(impact, json!({ "value": { "impact": impact } })))
            }
            _ => of("value"),
        };
        places.extend(words.map(|words| (format!("q.{}.words", question.key), words)));
        places.extend(value.map(|value| (format!("q.{}.value", question.key), value)));
    }
    places
}

fn filled(part: &Json, whole: Json) -> Json {
    if part.is_null() { Json::Null } else { whole }
}

/// What was filled in before, as the page shows it.
#[must_use]
pub fn given(outline: &Outline, own: &Own, place: impl Fn(&str) -> Json) -> Given {
    let mut shown = Given::new();
    for Asked { field, .. } in asked(outline, own) {
        let (question, part) = field.key.rsplit_once('.').unwrap_or((&field.key, ""));
        let value = place(&format!("{question}.value"));
        let stood = match part {
            "words" => place(&field.key),
            "state" => value["value"]["state"].clone(),
            "day" => value["value"]["wanted_on"].clone(),
            _ => value,
        };
        let texts: Vec<String> = match stood {
            Json::Null => Vec::new(),
            Json::String(text) => vec![text],
            Json::Array(texts) => texts.iter().filter_map(|t| t.as_str().map(str::to_owned)).collect(),
            other => vec![other.to_string()],
        };
        shown.insert(field.key, texts);
    }
    shown
}

/// What the task of somebody's answers is called.
#[must_use]
pub fn answered_title(locale: Locale, person: &str) -> String {
    match locale {
        Locale::En => format!("{person} answered your questions"),
        Locale::Ko => format!("{person}님이 질문에 답했습니다"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::template::template;

    fn sent(pairs: &[(&str, &str)]) -> Given {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), vec![(*v).to_owned()])).collect()
    }

    #[test]
    fn a_page_asks_what_they_can_answer_and_nothing_about_who_decides() {
        let outline = template("bant").unwrap().outline;
        let keys: Vec<String> = asked(&outline, &Own::default()).into_iter().map(|a| a.field.key).collect();
        assert_eq!(
            keys,
            [
                "q.challenge.words",
                "q.today.words",
                "q.goal.words",
                "q.need.words",
                "q.budget.words",
                "q.budget.state",
                "q.timing.words",
                "q.timing.day",
                "q.competitors.words",
            ]
        );
    }

    #[test]
    fn what_was_filled_in_comes_to_its_places_and_back_to_the_page() {
        let (outline, own) = (template("bant").unwrap().outline, Own::default());
        let filled = sent(&[
            ("q.challenge.words", " 늦은 보고 "),
            ("q.budget.state", "planned"),
            ("q.timing.day", "2026-12-31"),
            ("q.need.words", "late"),
        ]);
        let places = read(&outline, &own, &filled).unwrap();
        let place =
            |key: &str| places.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap_or_default();
        assert_eq!(place("q.challenge.words"), json!("늦은 보고"));
        assert_eq!(place("q.budget.value"), json!({ "value": { "state": "planned" } }));
        assert_eq!(place("q.timing.value"), json!({ "value": { "wanted_on": "2026-12-31" } }));
        assert_eq!(place("q.need.value"), json!({ "value": { "impact": "late" } }));
        assert_eq!(place("q.goal.words"), Json::Null);
        let again = given(&outline, &own, place);
        assert_eq!(again["q.budget.state"], ["planned"]);
        assert_eq!(again["q.timing.day"], ["2026-12-31"]);
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_field() {
        let (outline, own) = (template("bant").unwrap().outline, Own::default());
        let long = "x".repeat(limits::REASON_CHARS + 1);
        let wrong = sent(&[("q.goal.words", &long), ("q.budget.state", "endless"), ("q.timing.day", "soon")]);
        let errors = read(&outline, &own, &wrong).unwrap_err();
        let told: Vec<(&str, &str)> = errors.iter().map(|e| (e.field.as_str(), e.code.as_str())).collect();
        let expected =
            [("q.goal.words", "too_long"), ("q.budget.state", "invalid"), ("q.timing.day", "invalid")];
        assert_eq!(told, expected);
    }
}

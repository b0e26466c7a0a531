//! The questions that lead to an ideal customer profile, and the criteria that follow from their answers (R9; domain,
//! section 3). Pure.

use std::collections::BTreeMap;

use kernel::{Country, limits};
use serde::{Deserialize, Serialize};

use super::criteria::{Criterion, Half, Role, Test, UnknownPolicy};

/// What the answers of a question are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// A few sentences.
    Text,
    /// Words or names, each by itself.
    List,
    /// A number or a span: `50-500`, `20+`, `under 100`.
    Span,
}

/// A part of the questionnaire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The best customers, and why they are.
    Customers,
    /// What a customer is worth to us.
    ValueToUs,
    /// What we are worth to a customer.
    ValueToThem,
    /// What kind of firm.
    Firm,
    /// What it is going through.
    Situation,
    /// By which ways they are reached.
    Channels,
    /// Who it must not be.
    MustNot,
    /// What we suppose and have to test.
    Assumptions,
}

/// What an answer says of companies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// Nothing a company is judged by.
    Nothing,
    /// One of these values.
    OneOf(&'static str),
    /// A number within these ends.
    Within(&'static str),
    /// Years since it was founded.
    Age,
    /// Words in its description; in a field of the workspace's own with the question's key, if there is one.
    Words,
    /// A country by its code or name, else a region.
    Place,
    /// Industries that take a company out.
    Never,
}

/// A question of the questionnaire.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// Its key, by which answers are kept.
    pub key: &'static str,
    /// Where it stands.
    pub part: Part,
    /// What its answers are.
    pub kind: AnswerKind,
    asks: Asks,
    half: Half,
    weight: u8,
}

const fn told(key: &'static str, part: Part, kind: AnswerKind) -> Question {
    Question { key, part, kind, asks: Asks::Nothing, half: Half::ToUs, weight: 0 }
}

const fn judged(
    key: &'static str,
    (part, kind): (Part, AnswerKind),
    asks: Asks,
    (half, weight): (Half, u8),
) -> Question {
    Question { key, part, kind, asks, half, weight }
}

use AnswerKind::{List, Span, Text};
use Half::{ToThem, ToUs};

/// Every question, in order.
pub const QUESTIONS: &[Question] = &[
    told("best_customers", Part::Customers, List),
    told("why_best", Part::Customers, Text),
    told("yearly_revenue", Part::ValueToUs, Span),
    told("margin", Part::ValueToUs, Span),
    told("lifetime_years", Part::ValueToUs, Span),
    told("influence", Part::ValueToUs, Text),
    told("referrals", Part::ValueToUs, Text),
    told("measured_roi", Part::ValueToThem, Text),
    told("payback_months", Part::ValueToThem, Span),
    told("service_improved", Part::ValueToThem, Text),
    judged("industries", (Part::Firm, List), Asks::OneOf("industry"), (ToUs, 8)),
    judged("employees", (Part::Firm, Span), Asks::Within("employees"), (ToUs, 6)),
    judged("revenue", (Part::Firm, Span), Asks::Within("revenue"), (ToUs, 5)),
    judged("growth", (Part::Firm, Span), Asks::Within("growth_percent"), (ToThem, 5)),
    judged("age", (Part::Firm, Span), Asks::Age, (ToUs, 2)),
    judged("region", (Part::Firm, List), Asks::Place, (ToUs, 4)),
    judged("languages", (Part::Firm, List), Asks::OneOf("locale"), (ToThem, 2)),
    judged("technology", (Part::Firm, List), Asks::Words, (ToThem, 4)),
    judged("funding", (Part::Firm, List), Asks::Words, (ToUs, 3)),
    judged("business_model", (Part::Firm, List), Asks::Words, (ToUs, 3)),
    judged("problems", (Part::Situation, List), Asks::Words, (ToThem, 7)),
    told("current_solution", Part::Situation, List),
    told("triggers", Part::Situation, List),
    told("buying_process", Part::Situation, Text),
    told("committee_titles", Part::Situation, List),
    told("cycle_days", Part::Situation, Span),
    told("deal_size", Part::Situation, Span),
    told("channels", Part::Channels, List),
    judged("must_not", (Part::MustNot, List), Asks::Never, (ToUs, 1)),
    told("assumptions", Part::Assumptions, List),
];

/// What an answer rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerEvidence {
    /// Figures or records.
    Data,
    /// What somebody thinks.
    Opinion,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IcpAnswer {
    /// A text is one entry, a list several.
    pub words: Vec<String>,
    /// What it rests on.
    pub evidence: AnswerEvidence,
}

/// Answers by the key of their question.
pub type Answers = BTreeMap<String, IcpAnswer>;

/// The question of that key.
#[must_use]
pub fn question(key: &str) -> Option<&'static Question> {
    QUESTIONS.iter().find(|question| question.key == key)
}

/// What is wrong with an answer; nothing when it may be kept.
#[must_use]
pub fn fault(question: &Question, words: &[String]) -> Option<&'static str> {
    let most = if question.kind == List { limits::ICP_CHOICES } else { 1 };
    if words.len() > most {
        return Some("too_many");
    }
    let chars = if question.kind == List { limits::LABEL_CHARS } else { limits::REASON_CHARS };
    if words.iter().any(|word| !limits::fits(word, chars)) {
        return Some("too_long");
    }
    (question.kind == Span && words.iter().any(|word| span(word).is_none())).then_some("invalid")
}

/// Questions that have no answer yet, in order.
#[must_use]
pub fn unanswered(answers: &Answers) -> Vec<&'static str> {
    QUESTIONS.iter().map(|question| question.key).filter(|key| !answers.contains_key(*key)).collect()
}

/// The criteria that follow from the answers. `fields` are those a criterion may ask for, `year` is this year.
#[must_use]
pub fn derive(answers: &Answers, fields: &[String], year: i32) -> Vec<Criterion> {
    let follow = |question: &Question| {
        let words = &answers.get(question.key)?.words;
        Some(criteria_of(question, words, fields, year))
    };
    QUESTIONS.iter().filter_map(follow).flatten().collect()
}

fn criteria_of(question: &Question, words: &[String], fields: &[String], year: i32) -> Vec<Criterion> {
    let weight =
        Role::Weight { half: question.half, weight: question.weight, unknown: UnknownPolicy::Neutral };
    let own = format!("custom.{}", question.key);
    let any = |words: &[String]| Test::Contains { keywords: words.to_vec(), all: false };
    let one_of = |words: Vec<String>| Test::Choice { accepts: words, partial: Vec::new() };
    let made = |field: &str, test: Test, role: Role| Criterion { field: field.to_owned(), test, role };
    let ends = || words.first().and_then(|word| span(word));
    let within = |(from, to): (Option<f64>, Option<f64>)| Test::Range { from, to, soft_percent: 25 };
    match question.asks {
        Asks::Nothing => Vec::new(),
        Asks::OneOf(field) => vec![made(field, one_of(words.to_vec()), weight)],
        Asks::Within(field) => ends().map(|ends| made(field, within(ends), weight)).into_iter().collect(),
        Asks::Age => {
            let founded = |age: f64| f64::from(year) - age;
            // A firm of 5 to 20 years was founded 20 to 5 years ago; a margin in per cent of a year says nothing.
            let turned = ends().map(|(young, old)| Test::Range {
                from: old.map(founded),
                to: young.map(founded),
                soft_percent: 0,
            });
            turned.map(|test| made("founded_year", test, weight)).into_iter().collect()
        }
        Asks::Words if fields.contains(&own) => vec![made(&own, any(words), weight)],
        Asks::Words => vec![made("description", any(words), weight)],
        Asks::Place => {
            let (countries, regions): (Vec<&String>, Vec<&String>) =
                words.iter().partition(|word| Country::from_code(word.trim()).is_some());
            let codes = countries.iter().map(|word| word.trim().to_uppercase()).collect::<Vec<_>>();
            let named: Vec<String> = regions.into_iter().cloned().collect();
            [("country", codes), ("region", named)]
                .into_iter()
                .filter(|(_, values)| !values.is_empty())
                .map(|(field, values)| made(field, one_of(values), weight))
                .collect()
        }
        Asks::Never => vec![made("industry", any(words), Role::Exclusion)],
    }
}

/// Criteria that were there, with those that follow: one that asks the same field with the same role gives way.
#[must_use]
pub fn merged(before: &[Criterion], derived: Vec<Criterion>) -> Vec<Criterion> {
    let excludes = |c: &Criterion| c.role == Role::Exclusion;
    let gives_way =
        |old: &&Criterion| derived.iter().any(|new| new.field == old.field && excludes(new) == excludes(old));
    let kept: Vec<Criterion> = before.iter().filter(|old| !gives_way(old)).cloned().collect();
    [derived, kept].concat()
}

/// Reads a span: `50-500`, `50 to 500`, `50~500`, `20+`, `over 20`, `under 100`, `100 이하`, or one number, which is the
/// least. Thousands may be grouped; units and `%` are passed over.
#[must_use]
pub fn span(text: &str) -> Option<(Option<f64>, Option<f64>)> {
    let numbers = numbers_in(text);
    let folded = text.to_lowercase();
    let says = |cues: &[&str]| cues.iter().any(|cue| folded.contains(cue));
    match numbers.as_slice() {
        [from, to] if from <= to => Some((Some(*from), Some(*to))),
        [only] if says(&["under", "below", "less", "up to", "at most", "<", "≤", "이하", "미만", "최대"]) => {
            Some((None, Some(*only)))
        }
        [only] => Some((Some(*only), None)),
        _ => None,
    }
}

fn numbers_in(text: &str) -> Vec<f64> {
    let digits = |c: char| c.is_ascii_digit() || c == ',' || c == '.';
    text.split(|c: char| !digits(c))
        .map(|part| part.replace(',', ""))
        .filter_map(|part| part.trim_matches('.').parse().ok())
        .collect()
}

#[cfg(test)]
#[path = "questionnaire_tests.rs"]
mod tests;

//! How well a company fits a profile: score, grade, coverage and the reasons for them.
//!
//! Domain rules, section 3. Pure: the company's fields come in as a look-up, the means of the
//! workspace as numbers; the same inputs give the same bytes.

use std::borrow::Cow;

use kernel::fold::fold;
use serde::{Deserialize, Serialize};

use super::criteria::{Criterion, CriterionProblem, GradeLimits, Half, Role, Test, UnknownPolicy, check};

/// A company's value of one field, borrowed from the record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FieldValue<'a> {
    /// Text, or the key of a choice.
    Text(&'a str),
    /// Several texts: tags, a multi-choice.
    List(&'a [String]),
    /// A number; money in major units of the profile's currency.
    Number(f64),
    /// Yes or no; compared as `yes` and `no`.
    Flag(bool),
}

/// The fields of one company by key; `None` is unknown.
pub type Fields<'f, 'a> = &'f dyn Fn(&str) -> Option<FieldValue<'a>>;

/// A profile made ready for many companies: texts folded once.
#[derive(Debug, Clone)]
pub struct Profile {
    criteria: Vec<Ready>,
    grades: GradeLimits,
}

#[derive(Debug, Clone)]
struct Ready {
    written: Criterion,
    /// Folded accepts or keywords.
    words: Vec<String>,
    /// Folded partial matches.
    partial: Vec<String>,
}

/// Grade of a company.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
pub enum Grade {
    /// Best.
    A,
    /// Good.
    B,
    /// Middling.
    C,
    /// Poor, or excluded.
    D,
    /// Nothing counted.
    #[serde(rename = "?")]
    Unknown,
}

impl Grade {
    /// Every grade, best first.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::Unknown];

    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::Unknown => "?",
        }
    }
}

/// How a company fits. Stored with the profile's version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Score {
    /// 0 to 100; null when no weight counted.
    pub score: Option<u8>,
    /// Grade by the profile's limits.
    pub grade: Grade,
    /// Whether an exclusion hit.
    pub excluded: bool,
    /// Fewer than half of the weights are known: the grade is capped at B.
    pub provisional: bool,
    /// Weight of the known criteria over all weights, 0 to 1.
    pub coverage: f64,
    /// Score of the criteria that speak of value to us.
    pub to_us: Option<u8>,
    /// Score of the criteria that speak of value to them.
    pub to_them: Option<u8>,
    /// Match of each criterion in order, 0 to 1; null where unknown.
    pub matches: Vec<Option<f64>>,
}

/// Why a score is what it is, for the screen to word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Reason {
    /// Position of the criterion, from 0.
    pub criterion: usize,
    /// Its field.
    pub field: String,
    /// The company's value as text, cut to 80 characters; null when unknown.
    pub value: Option<String>,
    /// What was asked.
    pub expected: Test,
    /// The match counted, 0 to 1.
    pub matched: f64,
    /// Points for (positive) or against (negative) of the 100.
    pub points: i32,
    /// Whether this is an exclusion that hit.
    pub exclusion: bool,
}

const REASONS_FOR: usize = 3;
const REASONS_AGAINST: usize = 2;
const VALUE_CHARS: usize = 80;

impl Profile {
    /// Makes a profile ready.
    ///
    /// # Errors
    /// Everything wrong with it.
    pub fn new(criteria: &[Criterion], grades: GradeLimits) -> Result<Self, Vec<CriterionProblem>> {
        let problems = check(criteria, grades);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self { criteria: criteria.iter().map(Ready::new).collect(), grades })
    }

    /// Keys of the fields the profile asks for, in order of the criteria.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.criteria.iter().map(|c| c.written.field.as_str())
    }

    /// Whether a criterion counts unknown values as the mean of the workspace's companies.
    #[must_use]
    pub fn wants_averages(&self) -> bool {
        let averaged =
            |c: &Ready| matches!(c.written.role, Role::Weight { unknown: UnknownPolicy::Average, .. });
        self.criteria.iter().any(averaged)
    }

    /// Scores one company. `averages` holds the mean match of the workspace's companies for each
    /// criterion, used by the policy `average`; where it is missing the weight is left out.
    #[must_use]
    pub fn score(&self, fields: Fields<'_, '_>, averages: &[Option<f64>]) -> Score {
        let matches: Vec<Option<f64>> = self
            .criteria
            .iter()
            .map(|c| fields(&c.written.field).and_then(|value| c.matched(value)))
            .collect();
        let excluded = self.exclusion(&matches).is_some();
        let coverage = self.coverage(&matches);
        let total = self.total(&matches, averages, None);
        let score = if excluded { Some(0) } else { total.score() };
        let provisional = coverage < 0.5;
        let grade = if excluded { Grade::D } else { self.grade(score, provisional) };
        let half = |half| if excluded { None } else { self.total(&matches, averages, Some(half)).score() };
        let (to_us, to_them) = (half(Half::ToUs), half(Half::ToThem));
        Score { score, grade, excluded, provisional, coverage, to_us, to_them, matches }
    }

    /// The reasons for a score: up to three for, then up to two against, each by weight of the
    /// deviation from the middle. An exclusion that hit is the only reason.
    #[must_use]
    pub fn reasons(&self, score: &Score, fields: Fields<'_, '_>, averages: &[Option<f64>]) -> Vec<Reason> {
        if let Some(at) = self.exclusion(&score.matches) {
            return vec![self.reason(at, 1.0, 0, fields)];
        }
        let counted = self.total(&score.matches, averages, None).weight;
        let mut known: Vec<(usize, f64, f64)> = self.counted(&score.matches, averages, None).collect();
        known.sort_by(|(_, w1, v1), (_, w2, v2)| (w2 * (v2 - 0.5)).abs().total_cmp(&(w1 * (v1 - 0.5)).abs()));
        let pick =
            |good: bool, most: usize| known.iter().filter(move |(.., v)| (*v >= 0.5) == good).take(most);
        pick(true, REASONS_FOR)
            .chain(pick(false, REASONS_AGAINST))
            .map(|(at, w, v)| {
                let share = if *v >= 0.5 { w * v } else { w * (1.0 - v) };
                let points = half_up(100.0 * share / counted);
                self.reason(*at, *v, if *v >= 0.5 { points } else { -points }, fields)
            })
            .collect()
    }

    fn reason(&self, at: usize, matched: f64, points: i32, fields: Fields<'_, '_>) -> Reason {
        let written = &self.criteria[at].written;
        Reason {
            criterion: at,
            field: written.field.clone(),
            value: fields(&written.field).map(shown),
            expected: written.test.clone(),
            matched,
            points,
            exclusion: written.role == Role::Exclusion,
        }
    }

    fn exclusion(&self, matches: &[Option<f64>]) -> Option<usize> {
        let hit = |(c, m): (&Ready, &Option<f64>)| c.written.role == Role::Exclusion && *m == Some(1.0);
        self.criteria.iter().zip(matches).position(hit)
    }

    /// Position, weight and value of every criterion that counts.
    fn counted<'s>(
        &'s self,
        matches: &'s [Option<f64>],
        averages: &'s [Option<f64>],
        only: Option<Half>,
    ) -> impl Iterator<Item = (usize, f64, f64)> + 's {
        self.criteria.iter().zip(matches).enumerate().filter_map(move |(at, (criterion, matched))| {
            let Role::Weight { half, weight, unknown } = criterion.written.role else { return None };
            let value = matched.or(match unknown {
                UnknownPolicy::Neutral => None,
                UnknownPolicy::Average => averages.get(at).copied().flatten(),
                UnknownPolicy::Zero => Some(0.0),
            })?;
            only.is_none_or(|o| o == half).then_some((at, f64::from(weight), value))
        })
    }

    fn total(&self, matches: &[Option<f64>], averages: &[Option<f64>], only: Option<Half>) -> Total {
        let add =
            |t: Total, (_, w, v): (usize, f64, f64)| Total { weight: t.weight + w, gained: t.gained + w * v };
        self.counted(matches, averages, only).fold(Total { weight: 0.0, gained: 0.0 }, add)
    }

    fn coverage(&self, matches: &[Option<f64>]) -> f64 {
        let (mut known, mut all) = (0_u32, 0_u32);
        for (criterion, matched) in self.criteria.iter().zip(matches) {
            if let Role::Weight { weight, .. } = criterion.written.role {
                all += u32::from(weight);
                known += if matched.is_some() { u32::from(weight) } else { 0 };
            }
        }
        if all == 0 { 0.0 } else { f64::from(known) / f64::from(all) }
    }

    fn grade(&self, score: Option<u8>, provisional: bool) -> Grade {
        match score {
            None => Grade::Unknown,
            Some(s) if s >= self.grades.a && !provisional => Grade::A,
            Some(s) if s >= self.grades.b => Grade::B,
            Some(s) if s >= self.grades.c => Grade::C,
            Some(_) => Grade::D,
        }
    }
}

struct Total {
    weight: f64,
    gained: f64,
}

impl Total {
    fn score(&self) -> Option<u8> {
        (self.weight > 0.0)
            .then(|| u8::try_from(half_up(100.0 * self.gained / self.weight).clamp(0, 100)).unwrap_or(0))
    }
}

/// Rounds half up. The tiny addend lets halves through that binary fractions make a hair too small.
#[allow(clippy::cast_possible_truncation)] // -100 to 100
fn half_up(value: f64) -> i32 {
    (value + 0.5 + 1e-9).floor() as i32
}

impl Ready {
    fn new(written: &Criterion) -> Self {
        let folded = |words: &[String]| words.iter().map(|w| fold(w.trim())).collect();
        let (words, partial) = match &written.test {
            Test::Choice { accepts, partial } => (folded(accepts), folded(partial)),
            Test::Contains { keywords, .. } => (folded(keywords), Vec::new()),
            Test::Range { .. } => (Vec::new(), Vec::new()),
        };
        Self { written: written.clone(), words, partial }
    }

    /// The match from 0 to 1; `None` when the value says nothing (empty, or of another kind).
    fn matched(&self, value: FieldValue<'_>) -> Option<f64> {
        match &self.written.test {
            Test::Range { from, to, soft_percent } => match value {
                FieldValue::Number(n) if n.is_finite() => Some(in_range(n, *from, *to, *soft_percent)),
                FieldValue::Text(text) => text
                    .trim()
                    .parse()
                    .ok()
                    .filter(|n: &f64| n.is_finite())
                    .map(|n| in_range(n, *from, *to, *soft_percent)),
                _ => None,
            },
            Test::Choice { .. } => best(value, |text| self.chosen(text)),
            Test::Contains { all, .. } => self.contained(value, *all),
        }
    }

    fn chosen(&self, text: &str) -> f64 {
        let text = folded(text.trim());
        let among = |words: &[String]| words.iter().any(|w| *w == *text);
        if among(&self.words) {
            1.0
        } else if among(&self.partial) {
            0.5
        } else {
            0.0
        }
    }

    /// Keywords may be spread over the items of a list.
    #[allow(clippy::cast_precision_loss)] // a few hundred keywords
    fn contained(&self, value: FieldValue<'_>, all: bool) -> Option<f64> {
        let hits = match value {
            FieldValue::Text(text) if !text.trim().is_empty() => {
                let text = folded(text);
                self.words.iter().filter(|w| text.contains(w.as_str())).count()
            }
            FieldValue::List(items) if !items.is_empty() => {
                let items: Vec<Cow<'_, str>> = items.iter().map(|i| folded(i)).collect();
                self.words.iter().filter(|w| items.iter().any(|i| i.contains(w.as_str()))).count()
            }
            _ => return None,
        };
        Some(if all { hits as f64 / self.words.len() as f64 } else { f64::from(u8::from(hits > 0)) })
    }
}

fn best(value: FieldValue<'_>, of: impl Fn(&str) -> f64) -> Option<f64> {
    match value {
        FieldValue::Text(text) if text.trim().is_empty() => None,
        FieldValue::Text(text) => Some(of(text)),
        FieldValue::List(items) => items.iter().map(|item| of(item)).max_by(f64::total_cmp),
        FieldValue::Number(n) => Some(of(&n.to_string())),
        FieldValue::Flag(flag) => Some(of(yes_no(flag))),
    }
}

fn in_range(n: f64, from: Option<f64>, to: Option<f64>, soft_percent: u8) -> f64 {
    let beyond = |end: f64, distance: f64| {
        let margin = end.abs() * f64::from(soft_percent) / 100.0;
        if distance < margin { 1.0 - distance / margin } else { 0.0 }
    };
    match (from, to) {
        (Some(from), _) if n < from => beyond(from, from - n),
        (_, Some(to)) if n > to => beyond(to, n - to),
        _ => 1.0,
    }
}

/// [`fold`] that copies nothing when there is nothing to fold.
fn folded(text: &str) -> Cow<'_, str> {
    let plain = text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    if plain {
        Cow::Borrowed(text)
    } else if text.is_ascii() {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Owned(fold(text))
    }
}

fn yes_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

fn shown(value: FieldValue<'_>) -> String {
    let cut = |text: &str| text.chars().take(VALUE_CHARS).collect();
    match value {
        FieldValue::Text(text) => cut(text.trim()),
        FieldValue::List(items) => cut(&items.join(", ")),
        FieldValue::Number(n) => n.to_string(),
        FieldValue::Flag(flag) => yes_no(flag).to_owned(),
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;

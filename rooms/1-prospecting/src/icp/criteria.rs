//! An ideal customer profile as it is written down: criteria over company fields.
//!
//! These types are the JSON of the API and the stored form. What they mean for a company is in
//! [`super::rules`].

use kernel::limits::{ICP_CHOICES, ICP_CRITERIA, LABEL_CHARS, fits};
use serde::{Deserialize, Serialize};

/// One criterion: a field, what is asked of it, and what the answer does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Key of a company field, or `custom.` and the key of a custom field.
    #[schema(example = "employees")]
    pub field: String,
    /// What is asked.
    pub test: Test,
    /// What the answer does.
    pub role: Role,
}

/// What is asked of a field. Texts are compared without case, accents and width.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Test {
    /// 1 for a value of `accepts`, 0.5 for one of `partial`, else 0. Of several values the best counts.
    Choice {
        /// Full matches.
        accepts: Vec<String>,
        /// Half matches.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        partial: Vec<String>,
    },
    /// 1 inside; outside falling in a line to 0 at `from` less, or `to` plus, the soft margin.
    Range {
        /// Least, included; open below when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<f64>,
        /// Most, included; open above when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<f64>,
        /// Soft margin in per cent of the end, 0 to 100.
        #[serde(default = "soft_margin")]
        soft_percent: u8,
    },
    /// Any: 1 with one keyword found. All: the share of keywords found.
    Contains {
        /// Keywords, found anywhere in the text.
        keywords: Vec<String>,
        /// Whether all are wanted.
        #[serde(default)]
        all: bool,
    },
}

fn soft_margin() -> u8 {
    25
}

/// What a criterion's answer does to the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Role {
    /// Counts with a weight.
    Weight {
        /// Whose value it speaks of.
        half: Half,
        /// 1 to 10.
        weight: u8,
        /// What an unknown value counts as.
        #[serde(default)]
        unknown: UnknownPolicy,
    },
    /// A full match takes the company out: score 0, grade D.
    Exclusion,
}

/// The two halves of a good customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// Great value to us: revenue, influence.
    ToUs,
    /// Great value to them: return, better service.
    ToThem,
}

/// What an unknown value counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnknownPolicy {
    /// The weight is left out.
    #[default]
    Neutral,
    /// The mean match of the workspace's companies.
    Average,
    /// No match.
    Zero,
}

/// From which score each grade is given; below C is D.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GradeLimits {
    /// Least score of A.
    pub a: u8,
    /// Least score of B.
    pub b: u8,
    /// Least score of C.
    pub c: u8,
}

impl Default for GradeLimits {
    fn default() -> Self {
        Self { a: 80, b: 60, c: 40 }
    }
}

/// What is wrong with a profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CriterionProblem {
    /// No field.
    #[error("criterion {0} names no field")]
    NoField(usize),
    /// Weight outside 1 to 10.
    #[error("criterion {0} has weight {1}: give 1 to 10")]
    Weight(usize, u8),
    /// Nothing to compare with, too much, or empty words.
    #[error("criterion {0} needs 1 to {ICP_CHOICES} values of 1 to {LABEL_CHARS} characters")]
    Values(usize),
    /// A range without ends, or with ends the wrong way round.
    #[error("criterion {0} needs a range with at least one end, the lower not above the upper")]
    Range(usize),
    /// Soft margin above 100 %.
    #[error("criterion {0} has a soft margin of {1} %: give 0 to 100")]
    SoftMargin(usize, u8),
    /// Too many criteria.
    #[error("a profile has at most {ICP_CRITERIA} criteria")]
    TooMany,
    /// Grade limits that do not fall.
    #[error("grade limits fall from A to C and are at most 100")]
    Grades,
    /// A half without a criterion; only asked for publishing.
    #[error("the half '{0}' has no criterion: a published profile has one on each half")]
    EmptyHalf(&'static str),
}

/// Everything wrong with a draft; empty when it can be scored. Criteria are counted from 1.
#[must_use]
pub fn check(criteria: &[Criterion], grades: GradeLimits) -> Vec<CriterionProblem> {
    let mut problems: Vec<CriterionProblem> =
        criteria.iter().enumerate().filter_map(|(at, c)| problem(at + 1, c)).collect();
    if criteria.len() > ICP_CRITERIA {
        problems.push(CriterionProblem::TooMany);
    }
    if !(grades.c < grades.b && grades.b < grades.a && grades.a <= 100) {
        problems.push(CriterionProblem::Grades);
    }
    problems
}

/// [`check`], and at least one weighted criterion on each half.
#[must_use]
pub fn check_for_publishing(criteria: &[Criterion], grades: GradeLimits) -> Vec<CriterionProblem> {
    let mut problems = check(criteria, grades);
    for (half, name) in [(Half::ToUs, "to_us"), (Half::ToThem, "to_them")] {
        let on_half = |c: &Criterion| matches!(c.role, Role::Weight { half: of, .. } if of == half);
        if !criteria.iter().any(on_half) {
            problems.push(CriterionProblem::EmptyHalf(name));
        }
    }
    problems
}

fn problem(number: usize, criterion: &Criterion) -> Option<CriterionProblem> {
    if criterion.field.trim().is_empty() || criterion.field == "custom." {
        return Some(CriterionProblem::NoField(number));
    }
    if let Role::Weight { weight, .. } = criterion.role
        && !(1..=10).contains(&weight)
    {
        return Some(CriterionProblem::Weight(number, weight));
    }
    match &criterion.test {
        Test::Choice { accepts, partial } => {
            let count = accepts.len() + partial.len();
            let sound =
                (1..=ICP_CHOICES).contains(&count) && accepts.iter().chain(partial).all(|v| is_word(v));
            (!sound).then_some(CriterionProblem::Values(number))
        }
        Test::Contains { keywords, .. } => {
            let sound = (1..=ICP_CHOICES).contains(&keywords.len()) && keywords.iter().all(|v| is_word(v));
            (!sound).then_some(CriterionProblem::Values(number))
        }
        Test::Range { soft_percent, .. } if *soft_percent > 100 => {
            Some(CriterionProblem::SoftMargin(number, *soft_percent))
        }
        Test::Range { from, to, .. } => {
            let finite = from.iter().chain(to).all(|end| end.is_finite());
            let ordered = from.is_some_and(|f| to.is_none_or(|t| f <= t)) || from.is_none() && to.is_some();
            (!(finite && ordered)).then_some(CriterionProblem::Range(number))
        }
    }
}

fn is_word(value: &str) -> bool {
    !value.trim().is_empty() && fits(value, LABEL_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn criterion(json: &str) -> Criterion {
        serde_json::from_str(json).unwrap_or_else(|e| panic!("{json}: {e}"))
    }

    #[test]
    fn criteria_arrive_as_json_and_leave_as_the_same() {
        let texts = [
            r#"{"field":"industry","test":{"type":"choice","accepts":["saas"],"partial":["it services"]},"role":{"type":"weight","half":"to_us","weight":8,"unknown":"neutral"}}"#,
            r#"{"field":"custom.growth","test":{"type":"range","from":20.0,"soft_percent":25},"role":{"type":"weight","half":"to_them","weight":5,"unknown":"average"}}"#,
            r#"{"field":"industry","test":{"type":"contains","keywords":["gambling"],"all":false},"role":{"type":"exclusion"}}"#,
        ];
        for text in texts {
            assert_eq!(serde_json::to_string(&criterion(text)).unwrap(), text);
        }
        let short = criterion(
            r#"{"field":"employees","test":{"type":"range","from":50,"to":500},"role":{"type":"weight","half":"to_us","weight":6}}"#,
        );
        assert_eq!(short.test, Test::Range { from: Some(50.0), to: Some(500.0), soft_percent: 25 });
        assert!(
            serde_json::from_str::<Criterion>(
                r#"{"field":"x","test":{"type":"regex"},"role":{"type":"exclusion"}}"#
            )
            .is_err()
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_criterion() {
        let weight = |weight| Role::Weight { half: Half::ToUs, weight, unknown: UnknownPolicy::Neutral };
        let range = |from, to, soft_percent| Test::Range { from, to, soft_percent };
        let any = |words: &[&str]| Test::Contains {
            keywords: words.iter().map(|w| (*w).to_owned()).collect(),
            all: false,
        };
        let cases = [
            ("", any(&["a"]), weight(1), Some(CriterionProblem::NoField(1))),
            ("x", any(&["a"]), weight(0), Some(CriterionProblem::Weight(1, 0))),
            ("x", any(&["a"]), weight(11), Some(CriterionProblem::Weight(1, 11))),
            ("x", any(&[]), weight(1), Some(CriterionProblem::Values(1))),
            ("x", any(&[" "]), weight(1), Some(CriterionProblem::Values(1))),
            ("x", range(None, None, 25), weight(1), Some(CriterionProblem::Range(1))),
            ("x", range(Some(2.0), Some(1.0), 25), weight(1), Some(CriterionProblem::Range(1))),
            ("x", range(Some(f64::NAN), None, 25), weight(1), Some(CriterionProblem::Range(1))),
            ("x", range(None, Some(1.0), 101), weight(1), Some(CriterionProblem::SoftMargin(1, 101))),
            ("x", range(Some(1.0), Some(1.0), 0), Role::Exclusion, None),
        ];
        for (field, test, role, expected) in cases {
            let criterion = Criterion { field: field.to_owned(), test, role };
            let found = check(std::slice::from_ref(&criterion), GradeLimits::default());
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{criterion:?}");
        }
        assert_eq!(check(&[], GradeLimits { a: 60, b: 60, c: 40 }), [CriterionProblem::Grades]);
    }

    #[test]
    fn a_published_profile_has_a_criterion_on_each_half() {
        let ours = criterion(
            r#"{"field":"x","test":{"type":"contains","keywords":["a"]},"role":{"type":"weight","half":"to_us","weight":6}}"#,
        );
        let problems = check_for_publishing(&[ours], GradeLimits::default());
        assert_eq!(problems, [CriterionProblem::EmptyHalf("to_them")]);
    }
}

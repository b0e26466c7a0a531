//! Whether an offer answers what was found out about this deal.

use kernel::Money;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a line can be tied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// What troubles them.
    Challenge,
    /// What they want to reach.
    Goal,
    /// Where they want to be in the long run.
    Ambition,
}

/// Something found out about the deal that an offer can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: FindingKind,
    /// 1 is the most important.
    pub priority: i32,
}

/// A line of the offer, as far as relevance asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// They cannot leave it out.
    pub mandatory: bool,
    /// Findings it answers.
    pub answers: Vec<Uuid>,
    /// What it comes to, in minor units.
    pub amount: i64,
}

/// A result the offer promises.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PromisedResult {
    /// What will be better.
    pub what: String,
    /// By how much, as written: `30`, `12.5`.
    pub number: Option<String>,
    /// Of what: `%`, `hours a week`.
    pub unit: Option<String>,
    /// How we know.
    pub source: Option<String>,
}

/// An offer against what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question<'a> {
    /// Its lines.
    pub lines: &'a [Line],
    /// What was found about the deal.
    pub findings: &'a [Finding],
    /// It is written down that no long-term ambition is known.
    pub no_ambition_known: bool,
    /// What the mandatory lines come to.
    pub total: Option<Money>,
    /// The most they can spend, when known.
    pub budget_max: Option<Money>,
    /// Why it may cost more than that.
    pub budget_note: Option<&'a str>,
    /// What it promises.
    pub results: &'a [PromisedResult],
}

/// One thing that keeps an offer from being relevant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// There is nothing in it.
    NoLine,
    /// A mandatory line answers no challenge and no goal.
    LineWithoutReason,
    /// The most important challenge is not answered.
    TopChallengeOpen,
    /// No long-term ambition is served, nor is it said that none is known.
    NoAmbition,
    /// It costs more than they have, and nothing is said about it.
    OverBudget,
    /// A promised result lacks number, unit or source.
    UnprovedResult,
}

impl Lack {
    /// The key used in answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NoLine => "no_line",
            Self::LineWithoutReason => "line_without_reason",
            Self::TopChallengeOpen => "top_challenge_open",
            Self::NoAmbition => "no_ambition",
            Self::OverBudget => "over_budget",
            Self::UnprovedResult => "unproved_result",
        }
    }
}

/// All that is lacking; empty when the offer is relevant.
#[must_use]
pub fn lacks(q: &Question<'_>) -> Vec<Lack> {
    let answered = |id: &Uuid| q.lines.iter().any(|l| l.answers.contains(id));
    let of = |kinds: &[FindingKind]| {
        let kinds = kinds.to_vec();
        q.findings.iter().filter(move |f| kinds.contains(&f.kind))
    };
    let reasonless = |l: &&Line| l.mandatory && !is_tied(&l.answers, q.findings);
    let top = of(&[FindingKind::Challenge]).min_by_key(|f| (f.priority, f.id));
    let ambition = of(&[FindingKind::Ambition]).any(|f| answered(&f.id));
    let checks = [
        (Lack::NoLine, q.lines.is_empty()),
        (Lack::LineWithoutReason, q.lines.iter().any(|l| reasonless(&l))),
        (Lack::TopChallengeOpen, top.is_none_or(|f| !answered(&f.id))),
        (Lack::NoAmbition, !ambition && !q.no_ambition_known),
        (Lack::OverBudget, is_over_budget(q)),
        (Lack::UnprovedResult, q.results.iter().any(is_unproved)),
    ];
    checks.into_iter().filter(|(_, lacking)| *lacking).map(|(lack, _)| lack).collect()
}

/// The share of the money that answers a challenge or a goal, in basis points; a line without a price weighs one
/// minor unit. `None` when there is nothing to weigh.
#[must_use]
pub fn score_bp(lines: &[Line], findings: &[Finding]) -> Option<u32> {
    let weigh = |l: &Line| i128::from(l.amount.max(1));
    let all: i128 = lines.iter().map(weigh).sum();
    let tied: i128 = lines.iter().filter(|l| is_tied(&l.answers, findings)).map(weigh).sum();
    (all > 0).then(|| u32::try_from(tied * 10_000 / all).unwrap_or(10_000))
}

/// Whether one of the answered findings is a challenge or a goal.
#[must_use]
pub fn is_tied(answers: &[Uuid], findings: &[Finding]) -> bool {
    let reason = |f: &Finding| matches!(f.kind, FindingKind::Challenge | FindingKind::Goal);
    findings.iter().any(|f| reason(f) && answers.contains(&f.id))
}

/// Over the budget, or in another currency than it, without a note. An unknown budget is no bound.
fn is_over_budget(q: &Question<'_>) -> bool {
    let noted = q.budget_note.is_some_and(|n| !n.trim().is_empty());
    let over = match (q.total, q.budget_max) {
        (Some(total), Some(max)) => total.currency != max.currency || total.minor > max.minor,
        _ => false,
    };
    over && !noted
}

fn is_unproved(result: &PromisedResult) -> bool {
    let said = |t: &Option<String>| t.as_deref().is_some_and(|t| !t.trim().is_empty());
    !(said(&result.number) && said(&result.unit) && said(&result.source))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn findings() -> Vec<Finding> {
        let of = |n, kind, priority| Finding { id: id(n), kind, priority };
        vec![
            of(1, FindingKind::Challenge, 2),
            of(2, FindingKind::Challenge, 1),
            of(3, FindingKind::Goal, 1),
            of(4, FindingKind::Ambition, 1),
        ]
    }

    fn line(mandatory: bool, answers: &[u128]) -> Line {
        Line { mandatory, answers: answers.iter().map(|n| id(*n)).collect(), amount: 100 }
    }

    fn usd(minor: i64) -> Option<Money> {
        Some(Money::new(minor, Currency::USD))
    }

    fn proved() -> PromisedResult {
        let said = |t: &str| Some(t.to_owned());
        PromisedResult {
            what: "time saved".into(),
            number: said("12.5"),
            unit: said("hours a week"),
            source: said("pilot"),
        }
    }

    /// Asks about a good offer that was changed in one thing.
    fn lacking(change: impl FnOnce(&mut Question<'_>)) -> Vec<Lack> {
        let (found, results) = (findings(), [proved()]);
        let lines = [line(true, &[2, 4]), line(true, &[3]), line(false, &[])];
        let mut q = Question {
            lines: &lines,
            findings: &found,
            no_ambition_known: false,
            total: usd(900),
            budget_max: usd(1_000),
            budget_note: None,
            results: &results,
        };
        change(&mut q);
        lacks(&q)
    }

    #[test]
    fn an_offer_tied_to_what_was_found_is_relevant() {
        assert_eq!(lacking(|_| ()), []);
    }

    #[test]
    fn each_lack_is_named() {
        assert_eq!(lacking(|q| q.lines = &[]), [Lack::NoLine, Lack::TopChallengeOpen, Lack::NoAmbition]);
        let untied = [line(true, &[2, 4]), line(true, &[])];
        assert_eq!(lacks_of(&untied), [Lack::LineWithoutReason]);
        let only_ambition = [line(true, &[2]), line(true, &[4])];
        assert_eq!(
            lacks_of(&only_ambition),
            [Lack::LineWithoutReason],
            "an ambition is no reason for a line"
        );
        let lesser = [line(true, &[1, 4])];
        assert_eq!(lacks_of(&lesser), [Lack::TopChallengeOpen]);
        let no_ambition = [line(true, &[2])];
        assert_eq!(lacks_of(&no_ambition), [Lack::NoAmbition]);
        assert_eq!(lacking(|q| q.total = usd(1_001)), [Lack::OverBudget]);
        assert_eq!(lacking(|q| q.budget_max = Some(Money::new(9_999, Currency::KRW))), [Lack::OverBudget]);
    }

    fn lacks_of(lines: &[Line]) -> Vec<Lack> {
        let found = findings();
        let results = [proved()];
        lacks(&Question {
            lines,
            findings: &found,
            no_ambition_known: false,
            total: usd(900),
            budget_max: usd(1_000),
            budget_note: None,
            results: &results,
        })
    }

    #[test]
    fn r52_the_score_is_the_share_of_the_money_that_answers_a_challenge_or_goal() {
        let weighing = |answers: &[u128], amount| Line { amount, ..line(true, answers) };
        let found = findings();
        for (lines, wanted) in [
            (vec![], None),
            (vec![weighing(&[2], 900), weighing(&[], 100)], Some(9_000)),
            (vec![weighing(&[4], 500), weighing(&[3], 500)], Some(5_000)),
            (vec![weighing(&[1], 0), weighing(&[], 0)], Some(5_000)),
            (vec![weighing(&[1, 2, 3], i64::MAX), weighing(&[2], i64::MAX)], Some(10_000)),
        ] {
            assert_eq!(score_bp(&lines, &found), wanted, "{lines:?}");
        }
    }

    #[test]
    fn notes_stand_in_where_the_rule_lets_them() {
        let found = findings();
        let lines = [line(true, &[2])];
        let q = |no_ambition_known, budget_note| Question {
            lines: &lines,
            findings: &found,
            no_ambition_known,
            total: usd(2_000),
            budget_max: usd(1_000),
            budget_note,
            results: &[],
        };
        assert_eq!(lacks(&q(true, Some("the rest next year"))), []);
        assert_eq!(lacks(&q(true, Some("  "))), [Lack::OverBudget]);
        assert_eq!(lacking(|q| q.budget_max = None), [], "an unknown budget is no bound");
    }

    #[test]
    fn a_promised_result_needs_number_unit_and_source() {
        let changes: [fn(&mut PromisedResult); 3] =
            [|r| r.number = None, |r| r.unit = Some(" ".into()), |r| r.source = None];
        for change in changes {
            let mut result = proved();
            change(&mut result);
            let results = [result];
            let (found, lines) = (findings(), [line(true, &[2, 4])]);
            let q = Question {
                lines: &lines,
                findings: &found,
                no_ambition_known: false,
                total: None,
                budget_max: None,
                budget_note: None,
                results: &results,
            };
            assert_eq!(lacks(&q), [Lack::UnprovedResult]);
        }
    }

    #[test]
    fn without_a_challenge_nothing_can_be_relevant() {
        const GOAL: &[Finding] = &[Finding { id: Uuid::from_u128(3), kind: FindingKind::Goal, priority: 1 }];
        assert!(lacking(|q| q.findings = GOAL).contains(&Lack::TopChallengeOpen));
    }
}

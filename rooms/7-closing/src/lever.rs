//! Levers: honest reasons to decide now (domain, closing). Each is typed, each has its end, and urgency stands on a fact
//! with a day. None is used while an objection is open. Pure.

use chrono::NaiveDate;
use kernel::Timestamp;
use objections::pressing::{Pressure, pressing};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Days a trial may last.
pub const TRIAL_DAYS: std::ops::RangeInclusive<u32> = 7..=30;

/// A lever of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Lever {
    /// Something extra for deciding by a day.
    Incentive {
        /// What they get.
        value: String,
        /// What it costs us.
        #[serde(default)]
        cost: Option<String>,
        /// The last day.
        until: NaiveDate,
        /// Why it is true, and why it ends.
        truth: String,
    },
    /// Try it first.
    Trial {
        /// Days, 7 to 30.
        days: u32,
        /// What happens at its end.
        end_task: String,
        /// By what they see that it worked.
        success: String,
    },
    /// By the month, without minimum.
    MonthlyTerm {
        /// In words.
        #[serde(default)]
        note: Option<String>,
    },
    /// It changes, runs out or ends: stands on a fact.
    Urgency {
        /// What we say.
        claim: String,
        /// The fact it stands on.
        fact_id: Uuid,
    },
    /// A start that suits them.
    StartDate {
        /// The day.
        on: NaiveDate,
    },
}

impl Lever {
    /// The key used in events and attempts.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Incentive { .. } => "incentive",
            Self::Trial { .. } => "trial",
            Self::MonthlyTerm { .. } => "monthly_term",
            Self::Urgency { .. } => "urgency",
            Self::StartDate { .. } => "start_date",
        }
    }

    /// The fact it stands on.
    #[must_use]
    pub fn fact_id(&self) -> Option<Uuid> {
        match self {
            Self::Urgency { fact_id, .. } => Some(*fact_id),
            _ => None,
        }
    }
}

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// A price changes.
    PriceChange,
    /// There are only so many places.
    Capacity,
    /// A programme ends.
    ProgrammeEnd,
}

/// A fact with a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct DatedFact {
    /// Its id.
    pub id: Uuid,
    /// What it is about.
    #[schema(value_type = FactKind)]
    pub kind: String,
    /// What holds until then: `Price list 2026: 90 a month`.
    pub what: String,
    /// What holds afterwards: `Price list 2027: 99 a month`.
    pub afterwards: String,
    /// Where that is written.
    pub source: String,
    /// The last day it holds, `YYYY-MM-DD`.
    pub on_day: String,
    /// Places that are left.
    pub places: Option<i64>,
    /// It is no longer true since then.
    pub withdrawn_at: Option<Timestamp>,
}

impl DatedFact {
    fn day(&self) -> Option<NaiveDate> {
        self.on_day.parse().ok()
    }
}

/// Whether a lever may be used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeverStanding {
    /// Yes.
    Live,
    /// An objection is open: it waits.
    Held,
    /// Its day is over: it ended on its own.
    Lapsed,
    /// The fact it stands on is gone.
    NoFact,
}

/// Whether a lever may be used on a day.
#[must_use]
pub fn standing(
    lever: &Lever,
    fact: Option<&DatedFact>,
    today: NaiveDate,
    objection_open: bool,
) -> LeverStanding {
    let over = match lever {
        Lever::Incentive { until, .. } => *until < today,
        Lever::StartDate { on } => *on < today,
        Lever::Urgency { .. } => {
            let Some(fact) = fact.filter(|fact| fact.withdrawn_at.is_none()) else {
                return LeverStanding::NoFact;
            };
            let Some(day) = fact.day() else { return LeverStanding::NoFact };
            day < today || fact.places == Some(0)
        }
        Lever::Trial { .. } | Lever::MonthlyTerm { .. } => false,
    };
    match (over, objection_open) {
        (true, _) => LeverStanding::Lapsed,
        (false, true) => LeverStanding::Held,
        (false, false) => LeverStanding::Live,
    }
}

/// What is wrong with a text that goes to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Unproved {
    /// The words.
    pub words: String,
    /// What they do.
    pub pressure: Pressure,
    /// Why they may not be said.
    pub why: WhyNot,
}

/// Why words may not be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    /// An objection is open.
    ObjectionOpen,
    /// No fact with a day stands behind them.
    NoFact,
    /// No incentive is running.
    NoIncentive,
}

/// What may not be said in a text (R64, R70): urgency without a live fact, an incentive that is not running, either while
/// an objection is open.
#[must_use]
pub fn unproved(text: &str, levers: &[(Lever, LeverStanding)], objection_open: bool) -> Vec<Unproved> {
    let live = |key: &str| levers.iter().any(|(l, s)| l.key() == key && *s == LeverStanding::Live);
    let why = |pressure: Pressure| match pressure {
        _ if objection_open => Some(WhyNot::ObjectionOpen),
        Pressure::Urgency => (!live("urgency") && !live("incentive")).then_some(WhyNot::NoFact),
        Pressure::Incentive => (!live("incentive")).then_some(WhyNot::NoIncentive),
    };
    let fault = |(pressure, words): (Pressure, &str)| {
        Some(Unproved { words: words.to_owned(), pressure, why: why(pressure)? })
    };
    pressing(text).into_iter().filter_map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use LeverStanding::{Held, Lapsed, Live, NoFact};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn fact(on: &str, places: Option<i64>, gone: bool) -> DatedFact {
        DatedFact {
            id: Uuid::nil(),
            kind: "price_change".into(),
            what: "90 a month".into(),
            afterwards: "99 a month".into(),
            source: "price list 2027".into(),
            on_day: on.into(),
            places,
            withdrawn_at: gone.then_some(Timestamp(0)),
        }
    }

    fn urgency() -> Lever {
        Lever::Urgency { claim: "The price goes up in January".into(), fact_id: Uuid::nil() }
    }

    fn incentive(until: &str) -> Lever {
        let (value, truth) = ("Onboarding".to_owned(), "Our trainer is there until then".to_owned());
        Lever::Incentive { value, cost: None, until: day(until), truth }
    }

    #[test]
    fn r70_urgency_stands_on_a_fact_with_a_day_and_ends_with_it() {
        let table = [
            (Some(fact("2026-12-31", None, false)), Live),
            (Some(fact("2026-12-01", None, false)), Live),
            (Some(fact("2026-11-30", None, false)), Lapsed),
            (Some(fact("2026-12-31", Some(2), false)), Live),
            (Some(fact("2026-12-31", Some(0), false)), Lapsed),
            (Some(fact("2026-12-31", None, true)), NoFact),
            (None, NoFact),
        ];
        for (fact, expected) in table {
            assert_eq!(standing(&urgency(), fact.as_ref(), day("2026-12-01"), false), expected, "{fact:?}");
        }
    }

    #[test]
    fn r67_an_incentive_lapses_on_its_own_after_its_last_day() {
        for (today, expected) in [("2026-12-04", Live), ("2026-12-05", Live), ("2026-12-06", Lapsed)] {
            assert_eq!(standing(&incentive("2026-12-05"), None, day(today), false), expected);
        }
    }

    #[test]
    fn no_lever_is_used_while_an_objection_is_open() {
        let today = day("2026-12-01");
        let trial = Lever::Trial { days: 14, end_task: "Look together".into(), success: "2 days".into() };
        let start = Lever::StartDate { on: day("2027-01-04") };
        for lever in [trial, start, Lever::MonthlyTerm { note: None }, incentive("2026-12-05")] {
            assert_eq!(standing(&lever, None, today, true), Held, "{lever:?}");
            assert_eq!(standing(&lever, None, today, false), Live, "{lever:?}");
        }
        assert_eq!(standing(&incentive("2026-11-05"), None, today, true), Lapsed);
    }

    #[test]
    fn r64_a_text_with_a_false_or_unproved_claim_is_found_out() {
        let text = "The price goes up, and there is a bonus.";
        let why = |levers: &[(Lever, LeverStanding)], open| -> Vec<WhyNot> {
            unproved(text, levers, open).into_iter().map(|one| one.why).collect()
        };
        assert_eq!(why(&[], false), [WhyNot::NoFact, WhyNot::NoIncentive]);
        assert_eq!(why(&[(urgency(), Live)], false), [WhyNot::NoIncentive]);
        assert_eq!(why(&[(urgency(), NoFact)], false), [WhyNot::NoFact, WhyNot::NoIncentive]);
        assert_eq!(why(&[(urgency(), Live), (incentive("2026-12-05"), Live)], false), []);
        assert_eq!(
            why(&[(urgency(), Live), (incentive("2026-12-05"), Live)], true),
            [WhyNot::ObjectionOpen; 2]
        );
        assert_eq!(unproved("What do you still need to know?", &[], true), []);
    }
}

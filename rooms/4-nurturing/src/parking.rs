//! "Not yet": which day to propose for waking.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::track::rules::TrackKind;

/// Why "not yet". The keys are those a move to park accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParkCause {
    /// The money comes with the next budget.
    BudgetCycle,
    /// They are bound until a day.
    ContractUntil,
    /// They are being turned upside down.
    Reorganisation,
    /// The project comes later.
    ProjectLater,
    /// Something else.
    Other,
}

impl ParkCause {
    /// The key a move carries.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::BudgetCycle => "budget_cycle",
            Self::ContractUntil => "contract_until",
            Self::Reorganisation => "reorganisation",
            Self::ProjectLater => "project_later",
            Self::Other => "other",
        }
    }
}

/// Days before the budget year begins.
pub const BEFORE_BUDGET: u64 = 60;
/// Days before the contract ends.
pub const BEFORE_CONTRACT_END: u64 = 90;
/// Days after an unspecific "later".
pub const LATER: u64 = 90;

/// The day to propose: 60 days before the budget year begins, 90 before the contract ends, the day
/// itself when they named one, else 90 days from now. Never earlier than tomorrow.
#[must_use]
pub fn proposed_wake(cause: ParkCause, named: Option<NaiveDate>, today: NaiveDate) -> NaiveDate {
    let before = |day: NaiveDate, days| day.checked_sub_days(Days::new(days)).unwrap_or(day);
    let later = |days| today.checked_add_days(Days::new(days)).unwrap_or(today);
    let proposed = match (cause, named) {
        (ParkCause::BudgetCycle, Some(start)) => before(start, BEFORE_BUDGET),
        (ParkCause::ContractUntil, Some(end)) => before(end, BEFORE_CONTRACT_END),
        (_, Some(day)) => day,
        (_, None) => later(LATER),
    };
    proposed.max(later(1))
}

/// Wakes without a reply after which the long campaign is proposed.
pub const WAKES_IN_VAIN: usize = 2;

/// The track to propose: the long campaign when they woke twice and did not answer.
#[must_use]
pub fn proposed_track(wakes_without_reply: usize) -> TrackKind {
    if wakes_without_reply >= WAKES_IN_VAIN { TrackKind::TwoYear } else { TrackKind::NotYet }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_wakes_without_a_reply_propose_the_two_year_campaign() {
        let proposed: Vec<TrackKind> = (0..4).map(proposed_track).collect();
        use TrackKind::{NotYet, TwoYear};
        assert_eq!(proposed, [NotYet, NotYet, TwoYear, TwoYear]);
    }

    #[test]
    fn each_cause_proposes_its_day_and_all_are_accepted_by_the_move() {
        let day = |t: &str| t.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-23");
        use ParkCause::{BudgetCycle, ContractUntil, Other, ProjectLater, Reorganisation};
        let cases = [
            (BudgetCycle, Some("2027-04-01"), "2027-01-31"),
            (ContractUntil, Some("2027-06-30"), "2027-04-01"),
            (ProjectLater, Some("2027-03-02"), "2027-03-02"),
            (Other, None, "2027-02-21"),
            (Reorganisation, None, "2027-02-21"),
            (BudgetCycle, Some("2026-12-01"), "2026-11-24"),
            (ContractUntil, Some("2026-12-31"), "2026-11-24"),
        ];
        for (cause, named, expected) in cases {
            assert_eq!(proposed_wake(cause, named.map(day), today), day(expected), "{cause:?}");
            assert!(process::transition::PARK_CAUSES.contains(&cause.key()));
        }
    }
}

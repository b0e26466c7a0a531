//! The typed values behind the ratings: what was learned, and the rating that follows from it.

use chrono::{Months, NaiveDate};
use kernel::{Money, PersonId};
use process::facts::CommitteeRole;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How pressing the need is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Need {
    /// Findings that say what troubles them.
    pub challenge_ids: Vec<Uuid>,
    /// What it does to them, in words.
    pub impact: Option<String>,
    /// What it costs them.
    pub impact_money: Option<Money>,
    /// Who owns the problem there.
    pub owner: Option<String>,
}

/// How far the money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BudgetState {
    /// There is none.
    None,
    /// It could be found.
    Possible,
    /// It is planned.
    Planned,
    /// It is approved.
    Approved,
}

/// The money for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// How far it is.
    pub state: BudgetState,
    /// At least.
    #[serde(default)]
    pub min: Option<Money>,
    /// At most.
    #[serde(default)]
    pub max: Option<Money>,
}

/// Whom we reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Who.
    pub person_id: PersonId,
    /// What they are in the committee; `None` when we reach nobody who counts.
    #[serde(default)]
    pub role: Option<CommitteeRole>,
}

/// When they want it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Timing {
    /// The day they want it by.
    pub wanted_on: Option<NaiveDate>,
    /// What forces the day.
    pub driver: Option<String>,
}

impl Need {
    /// 1 when it exists, 2 when it is quantified or somebody owns it; `None` when nothing is said.
    #[must_use]
    pub fn rating(&self) -> Option<u8> {
        let said = |text: &Option<String>| text.as_deref().is_some_and(|t| !t.trim().is_empty());
        let pressing = self.impact_money.is_some_and(|m| m.minor > 0) || said(&self.owner);
        let exists = pressing || said(&self.impact) || !self.challenge_ids.is_empty();
        exists.then_some(if pressing { 2 } else { 1 })
    }
}

impl Budget {
    /// By state and by the share of the expected value that the amount covers: under 40 % none,
    /// to 70 % possible, from 70 % or unknown as good as its state. Other currencies are not compared.
    #[must_use]
    pub fn rating(&self, expected: Option<Money>) -> u8 {
        let amount = self.max.or(self.min);
        let share = amount.zip(expected).filter(|(a, e)| a.currency == e.currency && e.minor > 0);
        let percent = share.map(|(a, e)| i128::from(a.minor) * 100 / i128::from(e.minor));
        match (self.state, percent) {
            (BudgetState::None, _) => 0,
            (_, Some(p)) if p < 40 => 0,
            (BudgetState::Possible, _) => 1,
            (BudgetState::Planned | BudgetState::Approved, Some(p)) if p < 70 => 1,
            (BudgetState::Planned | BudgetState::Approved, _) => 2,
        }
    }
}

impl Authority {
    /// 2 with who decides or approves, 1 with who helps or is heard, else 0.
    #[must_use]
    pub fn rating(&self) -> u8 {
        match self.role {
            Some(CommitteeRole::DecisionMaker | CommitteeRole::EconomicBuyer | CommitteeRole::Approver) => 2,
            Some(CommitteeRole::Champion | CommitteeRole::Influencer) => 1,
            _ => 0,
        }
    }
}

impl Timing {
    /// 2 within three months, 1 within twelve, 0 later or never.
    #[must_use]
    pub fn rating(&self, today: NaiveDate) -> u8 {
        let Some(day) = self.wanted_on else { return 0 };
        let within = |months| today.checked_add_months(Months::new(months)).is_some_and(|end| day <= end);
        if within(3) { 2 } else { u8::from(within(12)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    #[test]
    fn a_need_is_pressing_when_it_is_quantified_or_owned() {
        let said = |t: &str| Some(t.to_owned());
        let cases = [
            (Need::default(), None),
            (Need { impact: said("late reports"), ..Need::default() }, Some(1)),
            (Need { challenge_ids: vec![Uuid::nil()], ..Need::default() }, Some(1)),
            (Need { impact_money: Some(Money::new(900_000, Currency::USD)), ..Need::default() }, Some(2)),
            (Need { impact: said("late"), owner: said("head of sales"), ..Need::default() }, Some(2)),
        ];
        for (need, rating) in cases {
            assert_eq!(need.rating(), rating, "{need:?}");
        }
    }

    #[test]
    fn a_budget_is_rated_by_state_and_share_of_the_expected_value() {
        use BudgetState::{Approved, None as Nothing, Planned, Possible};
        let usd = |minor| Some(Money::new(minor, Currency::USD));
        let cases = [
            (Nothing, None, 0),
            (Nothing, usd(100_000), 0),
            (Possible, None, 1),
            (Possible, usd(100_000), 1),
            (Possible, usd(39_999), 0),
            (Planned, usd(39_999), 0),
            (Planned, usd(40_000), 1),
            (Planned, usd(69_999), 1),
            (Planned, usd(70_000), 2),
            (Approved, usd(69_000), 1),
            (Approved, None, 2),
            (Approved, Some(Money::new(1, Currency::KRW)), 2),
        ];
        for (state, max, rating) in cases {
            let budget = Budget { state, min: None, max };
            assert_eq!(budget.rating(usd(100_000)), rating, "{budget:?}");
        }
    }

    #[test]
    fn timing_is_2_up_to_three_months_and_1_up_to_twelve() {
        let today: NaiveDate = "2026-11-30".parse().unwrap();
        let cases = [
            (None, 0),
            (Some("2026-11-01"), 2),
            (Some("2027-02-28"), 2),
            (Some("2027-03-01"), 1),
            (Some("2027-11-30"), 1),
            (Some("2027-12-01"), 0),
        ];
        for (day, rating) in cases {
            let timing = Timing { wanted_on: day.map(|d| d.parse().unwrap()), driver: None };
            assert_eq!(timing.rating(today), rating, "{day:?}");
        }
    }

    #[test]
    fn authority_is_2_with_who_decides_and_1_with_who_helps() {
        use CommitteeRole::{Approver, Assistant, Champion, DecisionMaker, EconomicBuyer, Influencer, User};
        for (role, rating) in [
            (DecisionMaker, 2),
            (EconomicBuyer, 2),
            (Approver, 2),
            (Champion, 1),
            (Influencer, 1),
            (User, 0),
            (Assistant, 0),
        ] {
            assert_eq!(
                Authority { person_id: PersonId(Uuid::nil()), role: Some(role) }.rating(),
                rating,
                "{role:?}"
            );
        }
    }
}

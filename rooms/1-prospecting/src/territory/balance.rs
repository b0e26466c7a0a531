//! How even the work of a team is, before and after. Pure.

use kernel::UserId;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What one company weighs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// Fit, 0 to 100, when it is scored.
    pub score: Option<i64>,
    /// Whether its grade is A or B.
    pub good_fit: bool,
    /// Revenue a year in minor units of the workspace's currency; none when unknown or in another currency.
    pub revenue: Option<i64>,
    /// Open deals with it.
    pub open_deals: i64,
    /// Open tasks about it or its deals.
    pub open_tasks: i64,
}

/// What one person's companies come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TerritoryShare {
    /// Companies.
    pub companies: i64,
    /// Companies that are scored.
    pub scored: i64,
    /// Sum of their scores; divided by `scored`, the mean fit.
    pub score_sum: i64,
    /// Companies of grade A or B.
    pub good_fit: i64,
    /// Sum of the revenue a year of those whose revenue is known in the workspace's currency, in minor units.
    pub potential_minor: i64,
    /// Companies whose revenue is in that sum.
    pub potential_known: i64,
    /// Open deals with these companies, whoever owns the deals.
    pub open_deals: i64,
    /// Open tasks about these companies and their deals.
    pub open_tasks: i64,
}

impl TerritoryShare {
    /// With one company more (`sign` 1) or less (−1).
    pub fn count(&mut self, weight: &Weight, sign: i64) {
        self.companies += sign;
        self.scored += sign * i64::from(weight.score.is_some());
        self.score_sum += sign * weight.score.unwrap_or(0);
        self.good_fit += sign * i64::from(weight.good_fit);
        self.potential_minor += sign * weight.revenue.unwrap_or(0);
        self.potential_known += sign * i64::from(weight.revenue.is_some());
        self.open_deals += sign * weight.open_deals;
        self.open_tasks += sign * weight.open_tasks;
    }
}

/// How even each thing is among the people of the territories: 1 when all have the same, 1/n when one of n has all;
/// null when there is nothing to share. Jain's index (R. Jain, D. Chiu, W. Hawe, DEC research report TR-301, 1984).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Evenness {
    /// Of companies.
    pub companies: Option<f64>,
    /// Of companies of grade A and B.
    pub good_fit: Option<f64>,
    /// Of potential.
    pub potential: Option<f64>,
    /// Of open deals and tasks.
    pub workload: Option<f64>,
}

/// Companies by owner; `None` for those nobody owns.
pub type Shares = BTreeMap<Option<UserId>, TerritoryShare>;

/// How even `shares` are among `people`.
#[must_use]
pub fn evenness(shares: &Shares, people: &BTreeSet<UserId>) -> Evenness {
    let of = |value: fn(&TerritoryShare) -> i64| {
        let share = |user: &UserId| shares.get(&Some(*user)).map_or(0, value);
        jain(people.iter().map(share))
    };
    Evenness {
        companies: of(|s| s.companies),
        good_fit: of(|s| s.good_fit),
        potential: of(|s| s.potential_minor),
        workload: of(|s| s.open_deals + s.open_tasks),
    }
}

/// (Σx)² / (n · Σx²).
#[allow(clippy::cast_precision_loss)] // an index of two places
fn jain(values: impl Iterator<Item = i64>) -> Option<f64> {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for value in values {
        let value = value as f64;
        n += 1.0;
        sum += value;
        squares += value * value;
    }
    (squares > 0.0).then(|| sum * sum / (n * squares))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evenness_is_one_for_all_alike_and_a_share_for_one_who_has_all() {
        let cases: [(&[i64], Option<f64>); 5] = [
            (&[], None),
            (&[0, 0], None),
            (&[7, 7, 7], Some(1.0)),
            (&[12, 0, 0, 0], Some(0.25)),
            (&[1, 3], Some(0.8)),
        ];
        for (values, expected) in cases {
            assert_eq!(jain(values.iter().copied()), expected, "{values:?}");
        }
    }

    #[test]
    fn a_company_taken_away_leaves_what_was_before_it_came() {
        let weight =
            Weight { score: Some(80), good_fit: true, revenue: Some(5_000), open_deals: 2, open_tasks: 3 };
        let mut share = TerritoryShare::default();
        share.count(&Weight::default(), 1);
        let before = share;
        share.count(&weight, 1);
        assert_eq!((share.companies, share.score_sum, share.good_fit, share.open_tasks), (2, 80, 1, 3));
        share.count(&weight, -1);
        assert_eq!(share, before);
    }
}

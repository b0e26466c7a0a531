//! Whether the newest customers still look like those the profile rests on.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use stats::stability_index;

use super::groups::group;
use super::observed::{Deal, Observed, Origin, Outcome};
use super::wording;

/// Customers each side needs; with fewer the index is mostly chance.
const LEAST_CUSTOMERS: usize = 30;
/// From here on a fact is worth watching.
const WATCH: f64 = 0.1;
/// From here on the customers are others.
const ALERT: f64 = 0.25;
/// Groups kept apart; the rest are one.
const MOST_GROUPS: usize = 10;

/// Two spans of days in which customers were won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Last day of the customers the profile rests on.
    pub basis_until: i64,
    /// First day of the newest customers.
    pub newest_from: i64,
}

/// How the newest customers compare. A customer is counted once a side, by its first deal won there.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CustomerDrift {
    /// Customers the profile rests on.
    pub basis: usize,
    /// Newest customers.
    pub newest: usize,
    /// The worst of the facts, or that there are too few customers.
    pub status: DriftStatus,
    /// Each fact, the most drifted first; none when there are too few customers.
    pub fields: Vec<FieldDrift>,
}

/// How one fact drifted.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct FieldDrift {
    /// The fact.
    pub field: String,
    /// Σ (c − b) ln(c/b) over its groups, ½ added to each.
    pub psi: f64,
    /// What chance alone makes of it on average: (groups − 1)(1/basis + 1/newest).
    pub by_chance: f64,
    /// How it reads.
    pub status: DriftStatus,
    /// Its groups.
    pub groups: Vec<DriftGroup>,
}

/// Customers of one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DriftGroup {
    /// The group in short.
    pub value: String,
    /// Among those the profile rests on.
    pub basis: usize,
    /// Among the newest.
    pub newest: usize,
}

/// How a drift reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DriftStatus {
    /// Under 30 customers on a side.
    TooFew,
    /// At most 0.1.
    Stable,
    /// Above 0.1.
    Watch,
    /// Above 0.25.
    Alert,
}

impl DriftStatus {
    /// How an index reads.
    #[must_use]
    pub fn of(psi: f64) -> Self {
        match psi {
            p if p > ALERT => Self::Alert,
            p if p > WATCH => Self::Watch,
            _ => Self::Stable,
        }
    }
}

/// The drift between two spans; `None` when no deal has a day.
#[must_use]
pub fn drift(observed: &Observed, window: Window) -> Option<CustomerDrift> {
    let won: Vec<&Deal> =
        observed.deals.iter().filter(|d| d.outcome == Outcome::Won && d.decided_on.is_some()).collect();
    if won.is_empty() {
        return None;
    }
    let basis = first_deals(&won, |day| day <= window.basis_until);
    let newest = first_deals(&won, |day| day >= window.newest_from);
    let enough = basis.len() >= LEAST_CUSTOMERS && newest.len() >= LEAST_CUSTOMERS;
    let mut fields = if enough { field_drifts(observed, &basis, &newest) } else { Vec::new() };
    fields.sort_by(|a, b| b.psi.total_cmp(&a.psi));
    let worst = fields.iter().map(|f| f.status).max().unwrap_or(DriftStatus::Stable);
    let status = if enough { worst } else { DriftStatus::TooFew };
    Some(CustomerDrift { basis: basis.len(), newest: newest.len(), status, fields })
}

/// The first deal of each customer won in a span; one without a company is a customer of its own.
fn first_deals<'a>(won: &[&'a Deal], within: impl Fn(i64) -> bool) -> Vec<&'a Deal> {
    let mut deals: Vec<&Deal> = won.iter().copied().filter(|d| d.decided_on.is_some_and(&within)).collect();
    deals.sort_by_key(|d| d.decided_on);
    let mut seen = HashSet::new();
    deals.retain(|d| d.company.is_none_or(|company| seen.insert(company)));
    deals
}

fn field_drifts(observed: &Observed, basis: &[&Deal], newest: &[&Deal]) -> Vec<FieldDrift> {
    let deals: Vec<&Deal> = basis.iter().chain(newest).copied().collect();
    let customers = observed.fields.iter().enumerate().filter(|(_, f)| f.origin == Origin::Customer);
    customers
        .filter_map(|(at, field)| {
            let (groups, _) = group(field, at, &deals);
            let mut counted: BTreeMap<String, (usize, usize)> = BTreeMap::new();
            for grouped in &groups {
                let old = grouped.members.iter().filter(|m| **m < basis.len()).count();
                counted
                    .insert(wording::label(&grouped.group, field.sort), (old, grouped.members.len() - old));
            }
            one(&field.key, counted.into_iter().collect())
        })
        .collect()
}

#[allow(clippy::cast_precision_loss)] // counts of customers
fn one(field: &str, mut counted: Vec<(String, (usize, usize))>) -> Option<FieldDrift> {
    counted.sort_by_key(|(_, (old, new))| std::cmp::Reverse(old + new));
    if counted.len() > MOST_GROUPS {
        let rest = counted.split_off(MOST_GROUPS - 1);
        let sum = rest.iter().fold((0, 0), |(a, b), (_, (old, new))| (a + old, b + new));
        counted.push(("…".to_owned(), sum));
    }
    let side = |of: fn(&(usize, usize)) -> usize| counted.iter().map(|(_, n)| of(n)).collect::<Vec<_>>();
    let (old, new) = (side(|n| n.0), side(|n| n.1));
    let (basis, newest) = (old.iter().sum::<usize>(), new.iter().sum::<usize>());
    if counted.len() < 2 || basis < LEAST_CUSTOMERS || newest < LEAST_CUSTOMERS {
        return None;
    }
    let smoothed = |side: &[usize]| side.iter().map(|n| *n as f64 + 0.5).collect::<Vec<_>>();
    let psi = stability_index(&smoothed(&old), &smoothed(&new))?;
    let by_chance = (counted.len() - 1) as f64 * (1.0 / basis as f64 + 1.0 / newest as f64);
    let groups = counted.into_iter().map(|(value, (basis, newest))| DriftGroup { value, basis, newest });
    let (status, groups) = (DriftStatus::of(psi), groups.collect());
    Some(FieldDrift { field: field.to_owned(), psi, by_chance, status, groups })
}

//! What cannot be tested, and why.

use super::groups::{Grouped, LEAST_COMPANIES, LEAST_DEALS};
use super::observed::{Deal, Field, Origin};
use super::report::WhyUntested;

/// Shares of decided and open deals in which a field must be filled to be thought to follow the outcome.
const FILLED: f64 = 0.9;
const EMPTY: f64 = 0.1;

/// Share of the deals in which a fact is filled.
#[allow(clippy::cast_precision_loss)] // a number of deals
pub(super) fn filled<'a>(deals: impl Iterator<Item = &'a Deal>, at: usize) -> Option<f64> {
    let (filled, all) =
        deals.fold((0, 0), |(filled, all), d| (filled + usize::from(d.facts[at].is_some()), all + 1));
    (all > 0).then(|| filled as f64 / all as f64)
}

/// Why a fact as a whole cannot be tested. What fills only once the outcome is known, or is emptied by
/// it, would look like a perfect predictor.
pub(super) fn unfit(field: &Field, decided: Option<f64>, open: Option<f64>) -> Option<WhyUntested> {
    let decided = decided?;
    if let Some(open) = open
        && ((decided >= FILLED && open <= EMPTY) || (decided <= EMPTY && open >= FILLED))
    {
        return Some(WhyUntested::Leak);
    }
    match field.origin {
        Origin::Selling => Some(WhyUntested::FilledWhileSelling),
        Origin::Identifier => Some(WhyUntested::Identifier),
        Origin::Customer => (decided <= 0.0).then_some(WhyUntested::Empty),
    }
}

pub(super) fn too_few(grouped: &Grouped, deals: &[&Deal]) -> Option<WhyUntested> {
    if grouped.members.len() < LEAST_DEALS {
        Some(WhyUntested::TooFewDeals)
    } else if grouped.companies(deals) < LEAST_COMPANIES {
        Some(WhyUntested::TooFewCompanies)
    } else {
        None
    }
}

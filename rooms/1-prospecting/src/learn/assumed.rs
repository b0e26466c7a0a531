//! Criteria somebody assumed, tried on the deals.

use super::groups::{LEAST_COMPANIES, LEAST_DEALS};
use super::observed::{Deal, Observed, Outcome};
use super::report::ContradictedCriterion;
use super::rules::{lift_interval, rate, shrunk};
use super::worth;

/// From this weight on a criterion can be contradicted.
const HEAVY: u8 = 6;

/// A criterion somebody assumed.
#[derive(Debug, Clone)]
pub struct Assumed {
    /// Its place in the profile, from 0.
    pub criterion: usize,
    /// Its field.
    pub field: String,
    /// Its weight.
    pub weight: u8,
    /// For each observed deal whether its company meets it fully; `None` where that is unknown.
    pub met: Vec<Option<bool>>,
}

/// The criteria of weight whose group's interval lies wholly below 1.
pub(super) fn contradicted(
    observed: &Observed,
    assumed: &[Assumed],
    inflation: f64,
) -> Vec<ContradictedCriterion> {
    let judge = |assumed: &Assumed| {
        let known = observed.deals.iter().zip(&assumed.met).filter(|(d, _)| d.outcome != Outcome::Open);
        let known: Vec<(&Deal, bool)> = known.filter_map(|(d, met)| Some((d, (*met)?))).collect();
        let meets: Vec<&Deal> = known.iter().filter(|(_, met)| *met).map(|(d, _)| *d).collect();
        let all: Vec<&Deal> = known.iter().map(|(d, _)| *d).collect();
        let base = rate(&all, 0..all.len()).share().filter(|p| *p > 0.0)?;
        let of = rate(&meets, 0..meets.len());
        let few = of.n() < LEAST_DEALS as u64 || worth::companies(&meets) < LEAST_COMPANIES;
        let (interval, (_, lift)) = (lift_interval(of, base, inflation), shrunk(of, base));
        let found = assumed.weight >= HEAVY && !few && interval.high < 1.0;
        let (criterion, field, weight) = (assumed.criterion, assumed.field.clone(), assumed.weight);
        found.then(|| ContradictedCriterion {
            criterion,
            field,
            weight,
            k: of.k(),
            n: of.n(),
            lift,
            interval,
        })
    };
    assumed.iter().filter_map(judge).collect()
}

//! What groups of deals are worth: value, days, and how sure a value lift is.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use stats::{Interval, Rate, SplitMix64};

use super::observed::{Deal, Outcome};

/// Draws behind an interval.
const DRAWS: usize = 2_000;

/// How many different companies the deals are with.
pub(super) fn companies(deals: &[&Deal]) -> usize {
    deals.iter().filter_map(|d| d.company).collect::<HashSet<_>>().len()
}

/// Value won and deals decided. A lost deal is worth nothing; a won one of unknown value is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Worth {
    value: f64,
    decided: f64,
}

impl Worth {
    fn add(&mut self, deal: &Deal) {
        let value = if deal.outcome == Outcome::Won { deal.value } else { Some(0.0) };
        if let Some(value) = value {
            self.value += value;
            self.decided += 1.0;
        }
    }

    fn times(self, n: f64) -> Self {
        Self { value: self.value * n, decided: self.decided * n }
    }

    fn plus(self, other: Self) -> Self {
        Self { value: self.value + other.value, decided: self.decided + other.decided }
    }

    fn each(self) -> Option<f64> {
        (self.decided > 0.0).then(|| self.value / self.decided)
    }
}

fn has_values(deals: &[&Deal]) -> bool {
    deals.iter().any(|d| d.outcome == Outcome::Won && d.value.is_some())
}

/// A group's deals, and those of which its fact is known.
pub(super) type Part<'a> = (&'a [usize], &'a Arc<Vec<usize>>);

/// Σ won value over decided deals; `None` when no won deal among all has a value.
pub(super) fn per_decided(deals: &[&Deal], members: impl IntoIterator<Item = usize>) -> Option<f64> {
    if !has_values(deals) {
        return None;
    }
    let mut worth = Worth::default();
    members.into_iter().for_each(|at| worth.add(deals[at]));
    worth.each()
}

/// The value of a group over that of all.
pub(super) fn lift(of: Option<f64>, all: Option<f64>) -> Option<f64> {
    all.filter(|all| *all > 0.0).and_then(|all| Some(of? / all))
}

/// Median days from opening to winning.
#[allow(clippy::cast_precision_loss)] // days
pub(super) fn median_cycle(deals: &[&Deal], members: &[usize]) -> Option<f64> {
    let won = members.iter().map(|at| deals[*at]).filter(|d| d.outcome == Outcome::Won);
    let mut days: Vec<i64> = won.filter_map(|d| d.cycle_days).collect();
    days.sort_unstable();
    let (low, high) = (days.get(days.len().checked_sub(1)? / 2)?, days.get(days.len() / 2)?);
    Some(f64::midpoint(*low as f64, *high as f64))
}

/// Customers that stayed, of those of whom it is known.
pub(super) fn retained(deals: &[&Deal], members: &[usize]) -> Option<Rate> {
    let won = members.iter().map(|at| deals[*at]).filter(|d| d.outcome == Outcome::Won);
    let known = won.filter_map(|d| Rate::new(u64::from(d.retained?), 1).ok());
    known.reduce(|a, b| a + b)
}

/// 95 % intervals of the value lift of groups, each among the deals of which its fact is known: companies
/// are drawn with return, [`DRAWS`] times, because deals of one company are not independent. A deal
/// without a company is drawn on its own.
///
/// Source: Efron 1979, Ann. Statist. 7, 1 (percentile method).
pub(super) fn lift_intervals(deals: &[&Deal], groups: &[Part<'_>], seed: u64) -> Vec<Option<Interval>> {
    if groups.is_empty() || !has_values(deals) {
        return vec![None; groups.len()];
    }
    let (units, count) = units(deals);
    // Groups of one fact share the deals of which it is known: these are summed once a draw.
    let mut bases: Vec<&Arc<Vec<usize>>> = Vec::new();
    let mut base_of = Vec::with_capacity(groups.len());
    for (_, known) in groups {
        let seen = bases.iter().position(|base| Arc::ptr_eq(base, known));
        base_of.push(seen.unwrap_or(bases.len()));
        if seen.is_none() {
            bases.push(known);
        }
    }
    let groups: Vec<_> = groups.iter().map(|(members, _)| by_unit(deals, &units, members)).collect();
    let bases: Vec<_> = bases.iter().map(|known| by_unit(deals, &units, known)).collect();
    let mut random = SplitMix64::new(seed);
    let mut lifts: Vec<Vec<f64>> = vec![Vec::with_capacity(DRAWS); groups.len()];
    for _ in 0..DRAWS {
        let mut drawn = vec![0.0_f64; count];
        (0..count).for_each(|_| drawn[random.below(count)] += 1.0);
        let bases: Vec<Option<f64>> = bases.iter().map(|base| each_of(base, &drawn)).collect();
        for ((group, base), lifts) in groups.iter().zip(&base_of).zip(&mut lifts) {
            lifts.extend(lift(each_of(group, &drawn), bases[*base]));
        }
    }
    lifts.into_iter().map(middle).collect()
}

/// Value per decided deal of a draw.
fn each_of(parts: &[(usize, Worth)], drawn: &[f64]) -> Option<f64> {
    parts.iter().fold(Worth::default(), |sum, (unit, w)| sum.plus(w.times(drawn[*unit]))).each()
}

/// The unit each deal is drawn with, and how many there are.
fn units(deals: &[&Deal]) -> (Vec<usize>, usize) {
    let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
    let mut count = 0;
    let mut next = || {
        count += 1;
        count - 1
    };
    let units = deals.iter().map(|d| match d.company {
        Some(company) => *seen.entry(company).or_insert_with(&mut next),
        None => next(),
    });
    let units: Vec<usize> = units.collect();
    (units, count)
}

fn by_unit(deals: &[&Deal], units: &[usize], members: &[usize]) -> Vec<(usize, Worth)> {
    let mut sums: BTreeMap<usize, Worth> = BTreeMap::new();
    members.iter().for_each(|at| sums.entry(units[*at]).or_default().add(deals[*at]));
    sums.into_iter().collect()
}

/// The middle 95 % of the draws; none when too few of them had a value.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // places among 2,000
fn middle(mut lifts: Vec<f64>) -> Option<Interval> {
    if lifts.len() < DRAWS / 2 {
        return None;
    }
    lifts.sort_by(f64::total_cmp);
    let at = |share: f64| lifts[((lifts.len() - 1) as f64 * share).round() as usize];
    Some(Interval { low: at(0.025), high: at(0.975) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deal(company: Option<usize>, outcome: Outcome, value: Option<f64>, days: i64) -> Deal {
        let (cycle_days, retained, facts) = (Some(days), (days > 10).then_some(days > 20), Vec::new());
        Deal { outcome, company, value, cycle_days, retained, decided_on: None, facts }
    }

    #[test]
    fn a_won_deal_without_a_value_says_nothing_of_worth() {
        let deals = [
            deal(Some(0), Outcome::Won, Some(100.0), 10),
            deal(Some(0), Outcome::Lost, Some(900.0), 99),
            deal(Some(1), Outcome::Won, None, 20),
            deal(Some(1), Outcome::Won, Some(50.0), 30),
        ];
        let deals: Vec<&Deal> = deals.iter().collect();
        assert_eq!(per_decided(&deals, 0..4), Some(50.0));
        assert_eq!(per_decided(&deals, [2]), None);
        assert_eq!(per_decided(&deals[1..3], 0..2), None);
        assert_eq!(median_cycle(&deals, &[0, 1, 2, 3]), Some(20.0));
        assert_eq!(median_cycle(&deals, &[0, 3]), Some(20.0));
        assert_eq!(median_cycle(&deals, &[1]), None);
        assert_eq!(retained(&deals, &[0, 2, 3]), Some(Rate::new(1, 2).unwrap()));
        assert_eq!(companies(&deals), 2);
    }

    #[test]
    fn draws_are_of_companies_and_the_same_for_the_same_seed() {
        // One company carries the whole group: its value lift is as unsure as that company's luck.
        let mut deals: Vec<Deal> = Vec::new();
        for company in 0..20_u32 {
            for _ in 0..10 {
                let value = if company == 0 { 400.0 } else { 90.0 + f64::from(company) };
                deals.push(deal(Some(company as usize), Outcome::Won, Some(value), 5));
            }
        }
        let deals: Vec<&Deal> = deals.iter().collect();
        let all = Arc::new((0..200).collect::<Vec<usize>>());
        let few = lift_intervals(&deals, &[(&all[..20], &all), (&all[20..], &all)], 7);
        let (with_one, others) = (few[0].unwrap(), few[1].unwrap());
        assert!(with_one.low < 1.2 && with_one.high > 2.5, "{with_one:?}");
        let wide = |i: Interval| i.high - i.low;
        assert!(others.high < 1.1 && wide(with_one) > 3.0 * wide(others), "{others:?}");
        assert_eq!(few, lift_intervals(&deals, &[(&all[..20], &all), (&all[20..], &all)], 7));
        assert_ne!(few, lift_intervals(&deals, &[(&all[..20], &all), (&all[20..], &all)], 8));
    }
}

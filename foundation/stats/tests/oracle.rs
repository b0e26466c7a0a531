//! Comparisons, survival, log-rank and strata against scipy, statsmodels and lifelines (see oracle.py).
#![allow(clippy::unwrap_used)] // in what tests share

use serde::Deserialize;
use stats::{Curve, Life, Outcome, Rate, Stratum, Z_975};

const DIGITS: f64 = 1e-6;

#[derive(Deserialize)]
struct Oracle {
    two_groups: Vec<TwoGroups>,
    survival: Vec<Survival>,
    log_rank: Vec<LogRank>,
    strata: Vec<Strata>,
}

#[derive(Deserialize)]
struct TwoGroups {
    before: [u64; 2],
    after: [u64; 2],
    wilson_after: [f64; 2],
    newcombe: [f64; 2],
    fisher: f64,
    z: Option<f64>,
    z_p: Option<f64>,
}

#[derive(Deserialize)]
struct Survival {
    lives: Vec<[i64; 3]>,
    ages: Vec<i64>,
    survival: Vec<f64>,
    median: Option<i64>,
    interval: Vec<Option<[f64; 2]>>,
    won: Option<Vec<f64>>,
}

#[derive(Deserialize)]
struct LogRank {
    groups: Vec<Vec<[i64; 3]>>,
    chi2: f64,
    p: f64,
    expected: Vec<f64>,
}

#[derive(Deserialize)]
struct Strata {
    strata: Vec<[u64; 4]>,
    difference: f64,
    error: f64,
    chi2: f64,
    p: f64,
    odds: Option<f64>,
    odds_interval: [Option<f64>; 2],
}

fn oracle() -> Oracle {
    serde_json::from_str(include_str!("oracle.json")).unwrap()
}

fn rate(k: u64, n: u64) -> Rate {
    Rate::new(k, n).unwrap()
}

fn lives(list: &[[i64; 3]]) -> Vec<Life> {
    let outcome = |of: i64| [Outcome::Open, Outcome::Won, Outcome::Lost][usize::try_from(of).unwrap()];
    list.iter().map(|[entry, end, of]| Life::from_birth(*end, outcome(*of)).entered(*entry)).collect()
}

#[track_caller]
fn near(case: usize, found: f64, wanted: f64) {
    assert!((found - wanted).abs() < DIGITS, "case {case}: {found} for {wanted}");
}

#[test]
fn two_hundred_comparisons_agree() {
    for (i, case) in oracle().two_groups.iter().enumerate() {
        let (before, after) = (rate(case.before[0], case.before[1]), rate(case.after[0], case.after[1]));
        let (wilson, newcombe) =
            (stats::wilson(after, Z_975).unwrap(), stats::newcombe(before, after, Z_975).unwrap());
        near(i, wilson.low, case.wilson_after[0]);
        near(i, wilson.high, case.wilson_after[1]);
        near(i, newcombe.low, case.newcombe[0]);
        near(i, newcombe.high, case.newcombe[1]);
        near(i, stats::fisher_two_sided(before, after), case.fisher);
        match (stats::pooled_z(before, after), case.z, case.z_p) {
            (Some(found), Some(z), Some(p)) => {
                near(i, found.z, z);
                near(i, found.p, p);
            }
            (found, z, _) => assert!(found.is_none() && z.is_none(), "case {i}"),
        }
    }
}

#[test]
fn two_hundred_curves_agree() {
    for (i, case) in oracle().survival.iter().enumerate() {
        let curve = Curve::of(&lives(&case.lives));
        assert_eq!(curve.median(), case.median, "case {i}");
        for (at, age) in case.ages.iter().enumerate() {
            near(i, curve.survival(*age), case.survival[at]);
            if let Some([low, high]) = case.interval[at] {
                let found = curve.interval(*age, Z_975).unwrap();
                near(i, found.low, low);
                near(i, found.high, high);
            }
            if let Some(won) = &case.won {
                near(i, curve.won(*age), won[at]);
            }
        }
    }
}

#[test]
fn two_hundred_log_rank_tests_agree() {
    for (i, case) in oracle().log_rank.iter().enumerate() {
        let groups: Vec<Vec<Life>> = case.groups.iter().map(|group| lives(group)).collect();
        let found = stats::log_rank_groups(&groups.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap();
        near(i, found.test.statistic, case.chi2);
        near(i, found.test.p, case.p);
        for (group, expected) in found.groups.iter().zip(&case.expected) {
            near(i, group.expected, *expected);
        }
        if let [before, after] = groups.as_slice() {
            near(i, stats::log_rank(before, after).unwrap().test.statistic, case.chi2);
        }
    }
}

#[test]
fn two_hundred_stratified_tables_agree() {
    for (i, case) in oracle().strata.iter().enumerate() {
        let strata: Vec<Stratum> = (case.strata.iter())
            .map(|[k1, n1, k2, n2]| Stratum { before: rate(*k1, *n1), after: rate(*k2, *n2) })
            .collect();
        let found = stats::stratified(&strata).unwrap();
        let test = found.test.unwrap();
        near(i, found.difference, case.difference);
        near(i, found.error, case.error);
        near(i, test.statistic, case.chi2);
        near(i, test.p, case.p);
        // Where a cell leaves no finite ratio or interval there is none to show.
        match (found.odds, case.odds, case.odds_interval) {
            (Some(odds), Some(ratio), [Some(low), Some(high)]) => {
                near(i, odds.ratio, ratio);
                near(i, odds.interval.low, low);
                near(i, odds.interval.high, high);
            }
            (odds, _, interval) => {
                assert!(odds.is_none() && interval.contains(&None), "case {i}: {odds:?}");
            }
        }
    }
}

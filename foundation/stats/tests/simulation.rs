//! What the intervals and the daily look promise, on simulated groups. The full table: examples/coverage.rs.

mod simulated;

use simulated::{Before, DAILY, RATES, SIZES, coverage, false_alarms};

#[test]
fn intervals_hold_the_truth_in_about_95_of_100_runs() {
    for n in SIZES {
        let runs = if n == 1000 { 300 } else { 2_000 };
        let found: Vec<_> = RATES.iter().map(|rate| coverage(*rate, n, runs, 11)).collect();
        #[allow(clippy::cast_precision_loss)] // a dozen rates
        let mean =
            |of: &dyn Fn(&simulated::Coverage) -> f64| found.iter().map(of).sum::<f64>() / RATES.len() as f64;
        for (name, mean) in [("Wilson", mean(&|c| c.wilson)), ("Newcombe", mean(&|c| c.newcombe))] {
            assert!((0.935..=0.965).contains(&mean), "{name} at n = {n}: {mean}");
        }
    }
}

#[test]
fn looking_every_day_for_90_days_finds_no_more_than_one_false_difference_in_twenty() {
    for truth in [0.05, 0.2, 0.6] {
        for before in [Before::Grows, Before::Finished] {
            let found = false_alarms(truth, before, DAILY, 1_000, 7);
            assert!(found.guarded <= 0.05, "{truth}: {}", found.guarded);
            assert!(found.naive > 0.15, "a naive test at every look must show: {truth}: {}", found.naive);
        }
    }
}

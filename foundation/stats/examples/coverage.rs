//! How often intervals hold the truth and how often looking every day is fooled: prints both tables.
//!
//! `cargo run --release -p sevenfold-stats --example coverage [RUNS]`; RUNS is 10,000 unless given.

#[path = "../tests/simulated/mod.rs"]
mod simulated;

use simulated::{Before, DAILY, Looks, RATES, SIZES, coverage, false_alarms};

fn main() {
    let runs = std::env::args().nth(1).and_then(|runs| runs.parse().ok()).unwrap_or(10_000);
    println!("Coverage of 95 % intervals, {runs} runs a rate, mean and extremes over {} rates", RATES.len());
    println!(
        "{:>6} {:>9} {:>8} {:>8} {:>9} {:>8} {:>8}",
        "n", "Wilson", "least", "most", "Newcombe", "least", "most"
    );
    for n in SIZES {
        let (mut wilson, mut newcombe) = (Vec::new(), Vec::new());
        for rate in RATES {
            let found = coverage(rate, n, runs, 11);
            wilson.push(found.wilson);
            newcombe.push(found.newcombe);
        }
        let [w, l, m] = summary(&wilson);
        let [nw, nl, nm] = summary(&newcombe);
        println!("{n:>6} {w:>9.4} {l:>8.4} {m:>8.4} {nw:>9.4} {nl:>8.4} {nm:>8.4}");
    }
    alarms("a look on each of 90 days", DAILY, runs);
    alarms("a look after each of 1,000 trials", Looks { count: 1000, trials: 1 }, runs.min(4_000));
}

fn alarms(what: &str, looks: Looks, runs: u32) {
    println!("\nFalse differences between equal groups, {what}, {runs} runs");
    println!("{:>6} {:>18} {:>18} {:>18}", "rate", "both grow", "before finished", "z at every look");
    for rate in [0.03, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8] {
        let both = false_alarms(rate, Before::Grows, looks, runs, 7);
        let finished = false_alarms(rate, Before::Finished, looks, runs, 7);
        println!("{rate:>6} {:>18.4} {:>18.4} {:>18.4}", both.guarded, finished.guarded, finished.naive);
    }
}

fn summary(list: &[f64]) -> [f64; 3] {
    #[allow(clippy::cast_precision_loss)] // a dozen rates
    let mean = list.iter().sum::<f64>() / list.len() as f64;
    [mean, list.iter().copied().fold(f64::INFINITY, f64::min), list.iter().copied().fold(0.0, f64::max)]
}

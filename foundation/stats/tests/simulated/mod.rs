//! Simulated comparisons of which the truth is known; seeded, so that each figure can be had again.

use stats::{Rate, SequentialTest, SplitMix64, Z_975, newcombe, pooled_z, wilson};

/// Rates the coverage is averaged over.
pub const RATES: [f64; 13] = [0.02, 0.1, 0.18, 0.26, 0.34, 0.42, 0.5, 0.58, 0.66, 0.74, 0.82, 0.9, 0.98];
/// Trials a group.
pub const SIZES: [u64; 3] = [20, 100, 1000];

fn successes(random: &mut SplitMix64, rate: f64, n: u64) -> u64 {
    (0..n).filter(|_| random.unit() < rate).count() as u64
}

fn rate(k: u64, n: u64) -> Rate {
    Rate::new(k, n).expect("successes are counted among the trials")
}

/// Shares of runs in which an interval held the truth.
pub struct Coverage {
    /// Wilson's, of one rate.
    pub wilson: f64,
    /// Newcombe's, of the difference to a second group whose rate was drawn anew in each run.
    pub newcombe: f64,
}

/// Coverage at one rate before, the rate after being drawn from 0.02 to 0.98.
pub fn coverage(before: f64, n: u64, runs: u32, seed: u64) -> Coverage {
    let mut random = SplitMix64::new(seed ^ before.to_bits() ^ n);
    let (mut held, mut held_difference) = (0_u32, 0_u32);
    for _ in 0..runs {
        let after = 0.02 + 0.96 * random.unit();
        let (k1, k2) = (successes(&mut random, before, n), successes(&mut random, after, n));
        let (b, a) = (rate(k1, n), rate(k2, n));
        held += u32::from(wilson(b, Z_975).is_some_and(|i| i.contains(before)));
        held_difference += u32::from(newcombe(b, a, Z_975).is_some_and(|i| i.contains(after - before)));
    }
    Coverage { wilson: share(held, runs), newcombe: share(held_difference, runs) }
}

/// Whether the before group is finished or grows with the other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// 1,000 trials, finished.
    Finished,
    /// As many new trials a day as the after group.
    Grows,
}

/// Shares of runs of equal groups in which a difference was ever found.
pub struct FalseAlarms {
    /// By the sequential test with its guard.
    pub guarded: f64,
    /// By a z test at every look.
    pub naive: f64,
}

/// How often one looks, and how many trials a group gets between two looks.
#[derive(Clone, Copy)]
pub struct Looks {
    /// Looks.
    pub count: u32,
    /// Trials a group and look.
    pub trials: u64,
}

/// A look on each of 90 days, 11 trials a day.
pub const DAILY: Looks = Looks { count: 90, trials: 11 };

/// The smallest difference that matters is
/// max(0.02, 0.2 × the rate before), of the finished group or, where both grow, of the true rate.
pub fn false_alarms(truth: f64, before: Before, looks: Looks, runs: u32, seed: u64) -> FalseAlarms {
    let mut random = SplitMix64::new(seed ^ truth.to_bits());
    let (mut guarded, mut naive) = (0_u32, 0_u32);
    for _ in 0..runs {
        let (mut k1, mut n1) = (0, 0);
        let mut tau = 0.2 * truth;
        if before == Before::Finished {
            (k1, n1) = (successes(&mut random, truth, 1000), 1000);
            tau = 0.2 * rate(k1, n1).share().unwrap_or(0.0);
        }
        let mut test = SequentialTest::new(tau.max(0.02));
        let (mut k2, mut n2, mut fooled) = (0, 0, false);
        for _ in 0..looks.count {
            if before == Before::Grows {
                k1 += successes(&mut random, truth, looks.trials);
                n1 += looks.trials;
            }
            k2 += successes(&mut random, truth, looks.trials);
            n2 += looks.trials;
            let (b, a) = (rate(k1, n1), rate(k2, n2));
            test.look(b, a);
            fooled |= n2 >= 30 && pooled_z(b, a).is_some_and(|z| z.p <= 0.05);
        }
        guarded += u32::from(test.p() <= 0.05);
        naive += u32::from(fooled);
    }
    FalseAlarms { guarded: share(guarded, runs), naive: share(naive, runs) }
}

fn share(count: u32, of: u32) -> f64 {
    f64::from(count) / f64::from(of)
}

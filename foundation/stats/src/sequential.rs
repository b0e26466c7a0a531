//! Looking every day: the normal-mixture sequential test, valid however often one looks.
//!
//! Source: Robbins 1970; Johari, Pekelis and Walsh, "Always valid inference", 2015.

use serde::{Deserialize, Serialize};

use crate::interval::Interval;
use crate::rate::Proportion;

/// One look at two groups.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Mixture {
    /// Evidence against "no difference": 20 and more rejects at 5 %. May be infinite.
    pub lambda: f64,
    /// min(1, 1/Λ) of this look alone; a verdict uses the running minimum of [`SequentialTest`].
    pub p: f64,
    /// 95 % confidence sequence of after - before.
    pub interval: Interval,
}

/// Λ, p and the confidence sequence at one look; `tau` is the smallest difference that matters, as a
/// share, fixed before the first look. `None` when a group has no trial or `tau` is not positive.
#[must_use]
pub fn mixture(before: impl Into<Proportion>, after: impl Into<Proportion>, tau: f64) -> Option<Mixture> {
    let (before, after) = (before.into(), after.into());
    let d = after.share()? - before.share()?;
    if !(tau > 0.0 && tau.is_finite()) {
        return None;
    }
    let (q1, q2) = (before.pulled(), after.pulled());
    let v = q1 * (1.0 - q1) / before.n + q2 * (1.0 - q2) / after.n;
    let t2 = tau * tau;
    let lambda = (v / (v + t2)).sqrt() * (t2 * d * d / (2.0 * v * (v + t2))).exp();
    let half = (v * (v + t2) / t2 * (((v + t2) / v).ln() + 2.0 * 20_f64.ln())).sqrt();
    Some(Mixture { lambda, p: lambda.recip().min(1.0), interval: Interval { low: d - half, high: d + half } })
}

/// Whether both groups are large enough for the test's approximation: n ≥ 30, n p̄ ≥ 10 and
/// n(1 - p̄) ≥ 10 with the pooled share p̄. Without this guard up to 10 % of equal groups are found
/// different.
#[must_use]
pub fn look_allowed(before: impl Into<Proportion>, after: impl Into<Proportion>) -> bool {
    let (before, after) = (before.into(), after.into());
    let (k, n) = (before.k + after.k, before.n + after.n);
    let smaller = before.n.min(after.n);
    // Multiplied out, so that whole numbers are compared exactly.
    smaller >= 30.0 && smaller * k >= 10.0 * n && smaller * (n - k) >= 10.0 * n
}

/// A test that is looked at again and again. Its p never rises.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SequentialTest {
    /// The smallest difference that matters, as a share, fixed before the first look.
    tau: f64,
    /// Smallest p of all looks so far; 1 before the first allowed one.
    p: f64,
}

impl SequentialTest {
    /// A test nobody has looked at yet. `tau` must be positive, otherwise no look ever tells.
    #[must_use]
    pub fn new(tau: f64) -> Self {
        Self { tau, p: 1.0 }
    }

    /// The p-value valid at every look so far.
    #[must_use]
    pub fn p(&self) -> f64 {
        self.p
    }

    /// Looks at the groups as they stand; returns the running p. Looks at groups that are too small
    /// change nothing.
    pub fn look(&mut self, before: impl Into<Proportion>, after: impl Into<Proportion>) -> f64 {
        let (before, after) = (before.into(), after.into());
        if look_allowed(before, after)
            && let Some(look) = mixture(before, after, self.tau)
        {
            self.p = self.p.min(look.p);
        }
        self.p
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rate;

    fn rate(k: u64, n: u64) -> Rate {
        Rate::new(k, n).unwrap()
    }

    #[test]
    fn one_look_meets_the_worked_examples() {
        let cases = [
            ((24, 400), (41, 420), 2.020_061_234, -0.019_599_377, 0.094_837_472),
            ((8, 40), (14, 45), 1.028_627_223, -0.392_340_134, 0.614_562_357),
            ((0, 30), (3, 28), 1.295_466_175, -0.168_474_809, 0.382_760_524),
            ((60, 200), (61, 200), 0.679_033_603, -0.157_533_637, 0.167_533_637),
            ((2394, 3649), (1844, 3062), 4_160.039_886, -0.090_190_097, -0.017_508_674),
        ];
        for ((k1, n1), (k2, n2), lambda, low, high) in cases {
            let look = mixture(rate(k1, n1), rate(k2, n2), 0.05).unwrap();
            let digits = if lambda > 1_000.0 { 6e-7 } else { 6e-10 };
            assert!((look.lambda - lambda).abs() < digits, "{} for {lambda}", look.lambda);
            assert!((look.interval.low - low).abs() < 6e-10 && (look.interval.high - high).abs() < 6e-10);
        }
    }

    #[test]
    fn the_worked_path_keeps_its_smallest_p() {
        let before = rate(40, 400);
        let path = [
            (10, 100, 0.562_728_490, 1.0),
            (28, 200, 1.025_868_946, 0.974_783_382),
            (50, 300, 5.749_547_863, 0.173_926_720),
            (80, 400, 259.616_902_552, 0.003_851_829),
        ];
        let mut test = SequentialTest::new(0.05);
        for (k, n, lambda, p) in path {
            let look = mixture(before, rate(k, n), 0.05).unwrap();
            assert!((look.lambda - lambda).abs() < 6e-10 * lambda.max(1.0), "{}", look.lambda);
            assert!((test.look(before, rate(k, n)) - p).abs() < 6e-10);
        }
        assert!((test.look(before, rate(40, 400)) - 0.003_851_829).abs() < 6e-10, "p never rises");
    }

    #[test]
    fn further_worked_figures_are_met() {
        let cases = [
            ((150, 500), (80, 160), 0.06, 0.002_512),
            ((300, 1000), (120, 300), 0.06, 0.044_803),
            ((300, 1000), (40, 100), 0.06, 0.508_576),
            ((900, 3000), (912, 3000), 0.06, 1.0),
            ((981, 2388), (967, 2770), 0.082_161, 0.000_251),
            ((24, 400), (41, 420), 0.02, 0.507_226),
            ((60, 1000), (90, 1000), 0.02, 0.178_265),
        ];
        for ((k1, n1), (k2, n2), tau, p) in cases {
            let found = SequentialTest::new(tau).look(rate(k1, n1), rate(k2, n2));
            assert!((found - p).abs() < 6e-7, "{found} for {p}");
        }
    }

    #[test]
    fn groups_too_small_for_the_approximation_tell_nothing() {
        let cases = [
            ((40, 400), (10, 100), true),
            ((39, 400), (10, 100), false),
            ((40, 400), (25, 29), false),
            ((380, 400), (90, 100), false),
            ((200, 400), (15, 30), true),
        ];
        for ((k1, n1), (k2, n2), allowed) in cases {
            assert_eq!(look_allowed(rate(k1, n1), rate(k2, n2)), allowed, "{k1}/{n1} {k2}/{n2}");
        }
        assert_eq!(SequentialTest::new(0.02).look(rate(0, 30), rate(20, 29)), 1.0);
        assert_eq!(SequentialTest::new(0.0).look(rate(40, 400), rate(80, 400)), 1.0);
        assert_eq!(mixture(rate(0, 0), rate(1, 2), 0.05), None);
    }

    /// SplitMix64 (Steele, Lea and Flood 2014).
    struct SplitMix(u64);

    impl SplitMix {
        fn unit(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        }
    }

    /// Shares of runs of two equal groups in which a difference was ever found: by the mixture with
    /// its guard, and by a z test at every look.
    fn false_alarms(share: f64, runs: u32, seed: u64) -> (f64, f64) {
        let mut random = SplitMix(seed);
        let (mut guarded, mut naive) = (0_u32, 0_u32);
        for _ in 0..runs {
            let k1 = (0..1000).filter(|_| random.unit() < share).count() as u64;
            let before = rate(k1, 1000);
            let mut test = SequentialTest::new(0.02_f64.max(0.2 * k1 as f64 / 1000.0));
            let (mut k2, mut fooled) = (0, false);
            for n2 in 1..=1000 {
                k2 += u64::from(random.unit() < share);
                test.look(before, rate(k2, n2));
                let pooled = (k1 + k2) as f64 / (1000 + n2) as f64;
                let se = (pooled * (1.0 - pooled) * (0.001 + 1.0 / n2 as f64)).sqrt();
                fooled |= n2 >= 30 && (k2 as f64 / n2 as f64 - k1 as f64 / 1000.0).abs() > 1.96 * se;
            }
            guarded += u32::from(test.p() <= 0.05);
            naive += u32::from(fooled);
        }
        (f64::from(guarded) / f64::from(runs), f64::from(naive) / f64::from(runs))
    }

    #[test]
    fn looking_after_every_trial_finds_no_more_than_one_false_difference_in_twenty() {
        for (share, seed) in [(0.03, 3), (0.2, 20), (0.6, 60)] {
            let (guarded, naive) = false_alarms(share, 4_000, seed);
            assert!(guarded <= 0.05, "{share}: {guarded}");
            assert!(naive > 0.25, "a naive test at every look must show: {share}: {naive}");
        }
    }
}

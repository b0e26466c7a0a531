//! Two groups: their difference, Fisher's exact test, the pooled z test, and the probability that after is greater.

use std::f64::consts::FRAC_PI_2;

use statrs::function::beta::{beta_reg, ln_beta};
use statrs::function::erf::erfc;
use statrs::function::factorial::ln_binomial;

use crate::quadrature::integrate;
use crate::rate::{Proportion, Rate};

/// After minus before; `None` when one has no trial.
#[must_use]
pub fn difference(before: impl Into<Proportion>, after: impl Into<Proportion>) -> Option<f64> {
    Some(after.into().share()? - before.into().share()?)
}

/// Fisher's exact test, two-sided: the sum of all hypergeometric probabilities at most as large as
/// the observed one (times 1 + 1e-7, as in R and scipy). 1 when a group is empty.
///
/// Whole counts only: cluster-adjusted proportions have no exact table.
#[must_use]
pub fn fisher_two_sided(before: Rate, after: Rate) -> f64 {
    let successes = before.k() + after.k();
    let most = successes.min(after.n());
    let least = successes.saturating_sub(before.n());
    let all = ln_binomial(before.n() + after.n(), successes);
    let probability =
        |k2: u64| (ln_binomial(before.n(), successes - k2) + ln_binomial(after.n(), k2) - all).exp();
    let limit = probability(after.k()) * (1.0 + 1e-7);
    let tail: f64 = (least..=most).map(probability).filter(|p| *p <= limit).sum();
    tail.min(1.0)
}

/// A normal deviate and the two-sided probability of one at least as far from zero.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct ZTest {
    /// The deviate; positive when after is greater.
    pub z: f64,
    /// Two-sided p.
    pub p: f64,
}

/// The z test of two shares with their pooled variance. It holds for one look at large groups; who looks
/// often takes [`crate::SequentialTest`]. `None` when a group has no trial or all trials ended alike.
#[must_use]
pub fn pooled_z(before: impl Into<Proportion>, after: impl Into<Proportion>) -> Option<ZTest> {
    let (before, after) = (before.into(), after.into());
    let d = difference(before, after)?;
    let pooled = (before.k + after.k) / (before.n + after.n);
    let variance = pooled * (1.0 - pooled) * (before.n.recip() + after.n.recip());
    let z = d / variance.sqrt();
    (variance > 0.0).then(|| ZTest { z, p: erfc(z.abs() / std::f64::consts::SQRT_2) })
}

/// The probability that the true share after is greater than before, both shares having the
/// posterior Beta(k + 1/2, n - k + 1/2). `None` when a group has no trial.
///
/// The integral of f2(x) F1(x) with x = sin²θ, cut around the peak of f2, 64-point Gauss–Legendre on
/// each piece; absolute error below 1e-9.
#[must_use]
pub fn probability_after_greater(before: impl Into<Proportion>, after: impl Into<Proportion>) -> Option<f64> {
    let (before, after) = (before.into(), after.into());
    let (_, p2) = (before.share()?, after.share()?);
    let (a1, b1) = (before.k + 0.5, before.n - before.k + 0.5);
    let (a2, b2) = (after.k + 0.5, after.n - after.k + 0.5);
    let scale = ln_beta(a2, b2);
    let integrand = |theta: f64| {
        let (sin, cos) = theta.sin_cos();
        // f2(sin²θ)·2 sinθ cosθ, in logarithms because f2 alone over- and underflows.
        let density = ((2.0 * a2 - 1.0) * sin.ln() + (2.0 * b2 - 1.0) * cos.ln() - scale).exp() * 2.0;
        density * beta_reg(a1, b1, (sin * sin).clamp(0.0, 1.0))
    };
    let cuts = cuts(p2.sqrt().asin(), 0.5 / after.n.sqrt());
    let sum: f64 = cuts.windows(2).map(|ends| integrate(ends[0], ends[1], &integrand)).sum();
    Some(sum.clamp(0.0, 1.0))
}

fn cuts(middle: f64, spread: f64) -> Vec<f64> {
    let mut cuts: Vec<f64> = [-12.0, -3.0, 0.0, 3.0, 12.0]
        .iter()
        .map(|j| (middle + j * spread).clamp(0.0, FRAC_PI_2))
        .chain([0.0, FRAC_PI_2])
        .collect();
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate(k: u64, n: u64) -> Rate {
        Rate::new(k, n).unwrap()
    }

    /// before, after, d, Fisher p, P(after > before): docs/metrics.md, worked examples.
    type Case = ((u64, u64), (u64, u64), f64, f64, f64);
    const CASES: [Case; 5] = [
        ((24, 400), (41, 420), 0.037_619_048, 0.052_391_075, 0.977_379_915),
        ((8, 40), (14, 45), 0.111_111_111, 0.322_623_186, 0.878_785_512),
        ((0, 30), (3, 28), 0.107_142_857, 0.106_170_599, 0.974_038_960),
        ((60, 200), (61, 200), 0.005, 1.0, 0.543_324_171),
        ((2394, 3649), (1844, 3062), -0.053_849_385, 5.430_126e-6, 2.651_183e-6),
    ];

    #[test]
    fn the_worked_comparisons_are_met() {
        for ((k1, n1), (k2, n2), d, fisher, greater) in CASES {
            let (before, after) = (rate(k1, n1), rate(k2, n2));
            let near = |found: f64, wanted: f64| {
                let digits = if wanted.abs() < 1e-3 { 6e-13 } else { 6e-10 };
                assert!((found - wanted).abs() < digits, "{k1}/{n1} {k2}/{n2}: {found} for {wanted}");
            };
            near(difference(before, after).unwrap(), d);
            near(fisher_two_sided(before, after), fisher);
            near(probability_after_greater(before, after).unwrap(), greater);
        }
    }

    #[test]
    fn further_worked_figures_are_met() {
        let cases = [
            ((150, 500), (80, 160), 0.999_997),
            ((300, 1000), (120, 300), 0.999_343),
            ((300, 1000), (40, 100), 0.978_901),
            ((900, 3000), (912, 3000), 0.632_098),
            ((981, 2388), (967, 2770), 0.000_003),
            ((60, 1000), (90, 1000), 0.994_669),
        ];
        for ((k1, n1), (k2, n2), wanted) in cases {
            let found = probability_after_greater(rate(k1, n1), rate(k2, n2)).unwrap();
            assert!((found - wanted).abs() < 6e-7, "{found} for {wanted}");
        }
        let maven = fisher_two_sided(rate(981, 2388), rate(967, 2770));
        assert!((maven - 5.342_226e-6).abs() < 6e-13, "{maven}");
        let final_look = fisher_two_sided(rate(60, 1000), rate(90, 1000));
        assert!((final_look - 0.013_588).abs() < 6e-7, "{final_look}");
    }

    #[test]
    fn the_pooled_z_test_meets_its_figure() {
        let found = pooled_z(rate(2394, 3649), rate(1844, 3062)).unwrap();
        assert!((found.z - -4.554_821_493_835_751).abs() < 1e-12, "{}", found.z);
        assert!((found.p - 5.243_008e-6).abs() < 6e-13, "{}", found.p);
        assert_eq!(pooled_z(rate(0, 9), rate(0, 4)), None);
        assert_eq!(pooled_z(rate(0, 0), rate(1, 4)), None);
    }

    #[test]
    fn an_empty_group_tells_nothing() {
        assert_eq!(probability_after_greater(rate(0, 0), rate(1, 2)), None);
        assert_eq!(difference(rate(0, 0), rate(1, 2)), None);
        assert!((fisher_two_sided(rate(0, 0), rate(1, 2)) - 1.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn greater_and_smaller_make_one(k1 in 0_u64..2_000, k2 in 0_u64..2_000, m1 in 0_u64..2_000, m2 in 0_u64..2_000) {
            prop_assume!(k1 + m1 > 0 && k2 + m2 > 0);
            let (a, b) = (rate(k1, k1 + m1), rate(k2, k2 + m2));
            let sum = probability_after_greater(a, b).unwrap() + probability_after_greater(b, a).unwrap();
            prop_assert!((sum - 1.0).abs() < 1e-9, "{}", sum);
        }

        #[test]
        fn fishers_p_is_a_probability_and_symmetric(k1 in 0_u64..200, k2 in 0_u64..200, m1 in 0_u64..200, m2 in 0_u64..200) {
            let (a, b) = (rate(k1, k1 + m1), rate(k2, k2 + m2));
            let p = fisher_two_sided(a, b);
            prop_assert!(p > 0.0 && p <= 1.0);
            prop_assert!((p - fisher_two_sided(b, a)).abs() < 1e-9);
        }
    }
}

//! What is believed of a rate: Beta distributions, their products, and which of several is the greatest.

use std::f64::consts::FRAC_PI_2;

use statrs::function::beta::{beta_reg, inv_beta_reg, ln_beta};

use crate::interval::Interval;
use crate::quadrature::integrate;

/// A Beta distribution: of a rate, after `a` successes and `b` failures, counted or supposed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beta {
    a: f64,
    b: f64,
}

impl Beta {
    /// Beta(a, b). Both are held above 10⁻⁹.
    #[must_use]
    pub fn new(a: f64, b: f64) -> Self {
        Self { a: a.max(1e-9), b: b.max(1e-9) }
    }

    /// With this mean and the weight of so many trials.
    #[must_use]
    pub fn of_strength(mean: f64, strength: f64) -> Self {
        Self::new(mean * strength, (1.0 - mean) * strength)
    }

    /// Successes.
    #[must_use]
    pub fn a(self) -> f64 {
        self.a
    }

    /// Failures.
    #[must_use]
    pub fn b(self) -> f64 {
        self.b
    }

    /// After more trials; they need not be whole.
    #[must_use]
    pub fn after(self, successes: f64, failures: f64) -> Self {
        Self::new(self.a + successes.max(0.0), self.b + failures.max(0.0))
    }

    /// The mean.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.a / (self.a + self.b)
    }

    /// The variance.
    #[must_use]
    pub fn variance(self) -> f64 {
        let n = self.a + self.b;
        self.a * self.b / (n * n * (n + 1.0))
    }

    /// The value below which this share of the distribution lies, from 0 to 1.
    #[must_use]
    pub fn quantile(self, share: f64) -> f64 {
        inv_beta_reg(self.a, self.b, share.clamp(0.0, 1.0)).clamp(0.0, 1.0)
    }

    /// The central interval that holds this share, 0.8 for 80 %.
    #[must_use]
    pub fn interval(self, share: f64) -> Interval {
        let tail = (1.0 - share) / 2.0;
        Interval { low: self.quantile(tail), high: self.quantile(1.0 - tail) }
    }

    /// The product with an independent one, as the Beta of the same mean and variance.
    ///
    /// Source: Fan 1991, "The distribution of the product of independent beta variables", Communications in
    /// Statistics 20, 4043.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let (m, n) = (self.mean(), other.mean());
        let mean = m * n;
        let square = (self.variance() + m * m) * (other.variance() + n * n);
        let strength = mean * (1.0 - mean) / (square - mean * mean) - 1.0;
        Self::of_strength(mean, strength)
    }

    fn cdf(self, x: f64) -> f64 {
        beta_reg(self.a, self.b, x.clamp(0.0, 1.0))
    }
}

/// The probability that the first, multiplied by its factor, is greater than each of the others by theirs. All
/// independent; factors above 0. By quadrature over θ with p = sin²θ, as in [`crate::probability_after_greater`].
#[must_use]
pub fn probability_best(first: (Beta, f64), others: &[(Beta, f64)]) -> f64 {
    let (Beta { a, b }, factor) = first;
    let scale = ln_beta(a, b);
    let integrand = |theta: f64| {
        let (sin, cos) = theta.sin_cos();
        let density = ((2.0 * a - 1.0) * sin.ln() + (2.0 * b - 1.0) * cos.ln() - scale).exp() * 2.0;
        let p = sin * sin * factor;
        density * others.iter().map(|(other, by)| other.cdf(p / by)).product::<f64>()
    };
    let middle = first.0.mean().sqrt().asin();
    let spread = 0.5 / (a + b).sqrt();
    let mut cuts: Vec<f64> = [-12.0, -3.0, -1.0, 0.0, 1.0, 3.0, 12.0]
        .iter()
        .map(|j: &f64| (middle + j * spread).clamp(0.0, FRAC_PI_2))
        .chain([0.0, FRAC_PI_2])
        .collect();
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    cuts.windows(2).map(|ends| integrate(ends[0], ends[1], &integrand)).sum::<f64>().clamp(0.0, 1.0)
}

/// What choosing the first costs in the mean: E[max(p) - p₁] over independent rates, from 0 for a sure choice. The mean
/// of the maximum is the integral of 1 - Π Fᵢ over [0, 1].
#[must_use]
pub fn expected_loss(chosen: Beta, others: &[Beta]) -> f64 {
    let all = || std::iter::once(&chosen).chain(others);
    let above = |x: f64| 1.0 - all().map(|beta| beta.cdf(x)).product::<f64>();
    // The product rises from 0 to 1 where the rates lie: pieces around each keep the quadrature on the slope.
    let mut cuts: Vec<f64> = all()
        .flat_map(|beta| {
            let spread = beta.variance().sqrt();
            [-12.0, -4.0, -1.0, 0.0, 1.0, 4.0, 12.0].map(|j| (beta.mean() + j * spread).clamp(0.0, 1.0))
        })
        .chain([0.0, 1.0])
        .collect();
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    let best = cuts.windows(2).map(|ends| integrate(ends[0], ends[1], &above)).sum::<f64>();
    (best - chosen.mean()).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rate, probability_after_greater};
    use proptest::prelude::*;

    fn near(found: f64, wanted: f64, digits: f64) {
        assert!((found - wanted).abs() < digits, "{found} for {wanted}");
    }

    #[test]
    fn quantiles_where_they_are_known_in_closed_form() {
        // Beta(1, n): 1 - (1 - q)^(1/n). Beta(n, 1): q^(1/n).
        for (n, q) in [(1.0, 0.3), (4.0, 0.1), (98.0, 0.9)] {
            near(Beta::new(1.0, n).quantile(q), 1.0 - (1.0_f64 - q).powf(1.0 / n), 1e-9);
            near(Beta::new(n, 1.0).quantile(q), q.powf(1.0 / n), 1e-9);
        }
        let all = Beta::new(2.0, 3.0).interval(1.0);
        assert_eq!((all.low, all.high), (0.0, 1.0));
    }

    #[test]
    fn a_product_keeps_both_moments() {
        // Beta(20, 80) x Beta(2, 98): mean 0.2 x 0.02.
        let (reach, response) = (Beta::new(20.0, 80.0), Beta::new(2.0, 98.0));
        let product = reach.times(response);
        near(product.mean(), 0.004, 1e-12);
        let square = (reach.variance() + 0.04) * (response.variance() + 0.0004);
        near(product.variance(), square - 0.004 * 0.004, 1e-12);
        // Beta(a, b) x Beta(a + b, c) is Beta(a, b + c) exactly.
        let exact = Beta::new(2.0, 3.0).times(Beta::new(5.0, 4.0));
        near(exact.a(), 2.0, 1e-9);
        near(exact.b(), 7.0, 1e-9);
    }

    #[test]
    fn of_two_it_is_the_probability_that_one_is_greater() {
        for ((k1, n1), (k2, n2)) in [((24_u64, 400_u64), (41_u64, 420_u64)), ((8, 40), (14, 45))] {
            let known = probability_after_greater(Rate::new(k1, n1).unwrap(), Rate::new(k2, n2).unwrap());
            #[allow(clippy::cast_precision_loss)] // small counts
            let beta = |k: u64, n: u64| Beta::new(k as f64 + 0.5, (n - k) as f64 + 0.5);
            near(probability_best((beta(k2, n2), 1.0), &[(beta(k1, n1), 1.0)]), known.unwrap(), 1e-8);
        }
        assert!(probability_best((Beta::new(2.0, 9.0), 1.0), &[]) > 0.999_999);
    }

    proptest! {
        #[test]
        fn somebody_is_the_best(
            a in 0.6_f64..60.0, b in 20.0_f64..300.0, c in 0.6_f64..60.0, d in 20.0_f64..300.0, e in 0.6_f64..60.0,
            f in 20.0_f64..300.0, half in proptest::bool::ANY,
        ) {
            let factor = if half { 0.5 } else { 1.0 };
            let all = [(Beta::new(a, b), 1.0), (Beta::new(c, d), factor), (Beta::new(e, f), 1.0)];
            let sum: f64 = (0..3).map(|i| {
                let others: Vec<_> = (0..3).filter(|j| *j != i).map(|j| all[j]).collect();
                probability_best(all[i], &others)
            }).sum();
            prop_assert!((sum - 1.0).abs() < 1e-4, "{sum}");
        }

        #[test]
        fn a_quantile_is_where_its_share_lies(a in 0.3_f64..80.0, b in 0.5_f64..400.0, share in 0.01_f64..0.99) {
            let beta = Beta::new(a, b);
            prop_assert!((beta.cdf(beta.quantile(share)) - share).abs() < 1e-6);
        }
    }

    #[test]
    fn the_loss_of_a_choice_is_what_the_best_would_bring_more() {
        // Two of Beta(1, 1): the greater of two uniform numbers is 2/3 in the mean, one alone 1/2.
        near(expected_loss(Beta::new(1.0, 1.0), &[Beta::new(1.0, 1.0)]), 1.0 / 6.0, 1e-9);
        // Of three: 3/4.
        near(expected_loss(Beta::new(1.0, 1.0), &[Beta::new(1.0, 1.0); 2]), 0.25, 1e-9);
        let (good, bad) = (Beta::new(31.0, 171.0), Beta::new(11.0, 191.0));
        near(expected_loss(good, &[bad]), 0.0, 1e-4);
        near(expected_loss(bad, &[good]), good.mean() - bad.mean(), 1e-4);
        near(expected_loss(Beta::new(3.0, 9.0), &[]), 0.0, 1e-9);
    }
}

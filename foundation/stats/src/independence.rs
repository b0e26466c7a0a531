//! Whether groups differ at all: chi-square over the values of a field, and over clusters.

use statrs::function::erf::erfc;
use statrs::function::erf::erfc_inv;
use statrs::function::gamma::gamma_ur;

use crate::rate::{Proportion, Rate};

/// A chi-square statistic with its degrees of freedom and the probability of one at least as large.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct ChiSquare {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: u64,
    /// Probability of such a statistic, or a greater one, when nothing differs.
    pub p: f64,
}

impl ChiSquare {
    /// The statistic over its degrees of freedom: how much more the groups vary than chance alone does.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a number of groups
    pub fn inflation(self) -> f64 {
        self.statistic / self.df as f64
    }

    /// The same when every variance is `inflation` times as large (overdispersed counts).
    #[must_use]
    pub fn deflated(self, inflation: f64) -> Self {
        let statistic = self.statistic / inflation;
        Self { statistic, p: chi_square_tail(statistic, self.df), ..self }
    }
}

/// Probability of a chi-square at least as large: the upper regularised gamma of df/2 at x/2.
#[must_use]
#[allow(clippy::cast_precision_loss)] // a number of groups
pub fn chi_square_tail(statistic: f64, df: u64) -> f64 {
    if df == 0 || statistic <= 0.0 { 1.0 } else { gamma_ur(df as f64 / 2.0, statistic / 2.0) }
}

/// Pearson's test that all groups have one rate: Σ(k − n p₀)²/(n p₀ q₀), df = groups − 1. Empty groups
/// are passed over. `None` under two groups, or when all trials ended alike.
#[must_use]
pub fn homogeneity(groups: &[Rate]) -> Option<ChiSquare> {
    let groups: Vec<Proportion> = groups.iter().filter(|g| g.n() > 0).map(|g| Proportion::from(*g)).collect();
    let (k, n) = groups.iter().fold((0.0, 0.0), |(k, n), g| (k + g.k, n + g.n));
    let p0 = k / n;
    if groups.len() < 2 || k <= 0.0 || k >= n {
        return None;
    }
    let statistic = groups.iter().map(|g| (g.k - g.n * p0).powi(2) / (g.n * p0 * (1.0 - p0))).sum();
    let df = groups.len() as u64 - 1;
    Some(ChiSquare { statistic, df, p: chi_square_tail(statistic, df) })
}

/// A two-sided p value when every variance is `inflation` times as large: its normal quantile divided
/// by √inflation. An inflation of 1 or less leaves it as it is.
#[must_use]
pub fn deflated_p(p: f64, inflation: f64) -> f64 {
    if inflation <= 1.0 || p >= 1.0 {
        return p;
    }
    erfc(erfc_inv(p) / inflation.sqrt()).clamp(p, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_the_tables() {
        // Maven's sectors and companies: docs/metrics.md, learning from deals; the last three are table values.
        let cases = [
            (2.831_277, 9, 0.970_610),
            (64.553_147, 84, 0.943_210),
            (3.841_459, 1, 0.05),
            (18.307_038, 10, 0.05),
            (17.668_269, 1, 0.000_026),
        ];
        for (statistic, df, p) in cases {
            let found = chi_square_tail(statistic, df);
            assert!((found - p).abs() < 6e-7, "{statistic} on {df}: {found} for {p}");
        }
        assert_eq!((chi_square_tail(0.0, 3), chi_square_tail(5.0, 0)), (1.0, 1.0));
    }

    #[test]
    fn equal_groups_do_not_differ_and_two_groups_agree_with_the_z_test() {
        let rate = |k, n| Rate::new(k, n).unwrap();
        let same = homogeneity(&[rate(5, 10), rate(50, 100), rate(0, 0)]).unwrap();
        assert_eq!((same.statistic, same.df, same.p), (0.0, 1, 1.0));
        // 30/80 against 90/520: z² of the pooled test.
        let (p0, d) = (120.0 / 600.0, 30.0 / 80.0 - 90.0 / 520.0);
        let z2 = d * d / (p0 * (1.0 - p0) * (1.0 / 80.0 + 1.0 / 520.0));
        let found = homogeneity(&[rate(30, 80), rate(90, 520)]).unwrap();
        assert!((found.statistic - z2).abs() < 1e-9, "{found:?} for {z2}");
        assert!((found.statistic - 17.668_269).abs() < 6e-7);
        assert_eq!(homogeneity(&[rate(5, 10)]), None);
        assert_eq!(homogeneity(&[rate(0, 10), rate(0, 9)]), None);
    }

    #[test]
    fn a_larger_variance_makes_a_larger_p() {
        // z = 1.959964 with twice the variance: z = 1.385904, p = 0.165776.
        assert!((deflated_p(0.05, 2.0) - 0.165_776).abs() < 6e-7, "{}", deflated_p(0.05, 2.0));
        assert_eq!(deflated_p(0.05, 0.9), 0.05);
        assert_eq!(deflated_p(1.0, 2.0), 1.0);
        let worse =
            homogeneity(&[Rate::new(30, 80).unwrap(), Rate::new(90, 520).unwrap()]).unwrap().deflated(2.0);
        assert!((worse.statistic - 8.834_135).abs() < 6e-7 && worse.p > 0.002);
    }
}

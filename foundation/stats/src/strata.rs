//! Like with like: two groups compared within strata that were known when each trial began.
//!
//! When the mix of strata changes between the groups, the crude difference can point the other way from
//! every stratum (Simpson's paradox).

use serde::{Deserialize, Serialize};

use crate::Z_975;
use crate::independence::{ChiSquare, chi_square_tail};
use crate::interval::Interval;
use crate::rate::{Proportion, Rate};

/// What float sums leave of a difference that is exactly zero.
const ROUNDING: f64 = 1e-12;

/// Both groups within one stratum: one channel, one product, one representative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Stratum {
    /// Before the change.
    pub before: Rate,
    /// After the change.
    pub after: Rate,
}

/// Pooled odds ratio of after to before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Odds {
    /// ΣR/ΣS.
    pub ratio: f64,
    /// 95 % interval.
    pub interval: Interval,
}

/// The difference between two groups, compared within strata. Strata in which a group is empty say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Stratified {
    /// After − before over all trials, whatever their stratum.
    pub crude: f64,
    /// Mantel and Haenszel's difference.
    pub difference: f64,
    /// Its standard error.
    pub error: f64,
    /// Its 95 % interval.
    pub interval: Interval,
    /// Cochran, Mantel and Haenszel's test without correction; none when all trials of every stratum ended
    /// alike.
    pub test: Option<ChiSquare>,
    /// Pooled odds ratio; none when it is zero or infinite.
    pub odds: Option<Odds>,
}

impl Stratified {
    /// Whether like with like says the opposite of the crude figures.
    #[must_use]
    pub fn opposite(&self) -> bool {
        self.crude.abs() > ROUNDING && self.difference.abs() > ROUNDING && self.crude * self.difference < 0.0
    }
}

/// Compares within strata; `None` when no stratum has trials in both groups.
///
/// Sources: Mantel and Haenszel 1959, J. Natl. Cancer Inst. 22, 719; variance of the difference Sato 1989,
/// Biometrics 45, 1323; interval of the odds ratio Robins, Breslow and Greenland 1986, Biometrics 42, 311.
#[must_use]
pub fn stratified(strata: &[Stratum]) -> Option<Stratified> {
    let crude = crate::difference(
        strata.iter().map(|s| s.before).sum::<Rate>(),
        strata.iter().map(|s| s.after).sum::<Rate>(),
    )?;
    let mut sums = Sums::default();
    strata.iter().filter(|s| s.before.n() > 0 && s.after.n() > 0).for_each(|s| sums.add(s));
    if sums.weight <= 0.0 {
        return None;
    }
    let difference = sums.weighted / sums.weight;
    let error = ((difference * sums.p + sums.q).max(0.0)).sqrt() / sums.weight;
    let interval = Interval { low: difference - Z_975 * error, high: difference + Z_975 * error };
    let test = (sums.variance > 0.0).then(|| {
        let statistic = sums.excess * sums.excess / sums.variance;
        ChiSquare { statistic, df: 1, p: chi_square_tail(statistic, 1) }
    });
    Some(Stratified { crude, difference, error, interval, test, odds: sums.odds() })
}

/// Sums over strata, by the letters of the papers.
#[derive(Default)]
struct Sums {
    /// ΣW, W = n₁n₂/N.
    weight: f64,
    /// ΣW(p₂ − p₁).
    weighted: f64,
    p: f64,
    q: f64,
    /// Successes after, less what is expected, and the variance of it.
    excess: f64,
    variance: f64,
    r: f64,
    s: f64,
    /// ΣPR, Σ(PS + QR), ΣQS.
    pr: f64,
    mixed: f64,
    qs: f64,
}

impl Sums {
    fn add(&mut self, stratum: &Stratum) {
        let (Proportion { k: k1, n: n1 }, Proportion { k: k2, n: n2 }) =
            (stratum.before.into(), stratum.after.into());
        let (n, k) = (n1 + n2, k1 + k2);
        self.weight += n1 * n2 / n;
        self.weighted += (k2 * n1 - k1 * n2) / n;
        self.p += (n1 * n1 * k2 - n2 * n2 * k1 + n1 * n2 * (n2 - n1) / 2.0) / (n * n);
        self.q += (k2 * (n1 - k1) + k1 * (n2 - k2)) / (2.0 * n);
        self.excess += k2 - n2 * k / n;
        self.variance += n1 * n2 * k * (n - k) / (n * n * (n - 1.0));
        let (r, s) = (k2 * (n1 - k1) / n, k1 * (n2 - k2) / n);
        let (p, q) = ((k2 + n1 - k1) / n, (k1 + n2 - k2) / n);
        self.r += r;
        self.s += s;
        self.pr += p * r;
        self.mixed += p * s + q * r;
        self.qs += q * s;
    }

    fn odds(&self) -> Option<Odds> {
        if self.r <= 0.0 || self.s <= 0.0 {
            return None;
        }
        let (r, s) = (self.r, self.s);
        let variance = self.pr / (2.0 * r * r) + self.mixed / (2.0 * r * s) + self.qs / (2.0 * s * s);
        let (ratio, by) = (r / s, (Z_975 * variance.sqrt()).exp());
        Some(Odds { ratio, interval: Interval { low: ratio / by, high: ratio * by } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stratum((k1, n1, k2, n2): (u64, u64, u64, u64)) -> Stratum {
        Stratum { before: Rate::new(k1, n1).unwrap(), after: Rate::new(k2, n2).unwrap() }
    }

    fn near(found: f64, wanted: f64, digits: f64) {
        assert!((found - wanted).abs() < digits, "{found} for {wanted}");
    }

    #[test]
    fn a_changed_mix_turns_the_crude_difference_around() {
        let found = stratified(&[(90, 300, 36, 100), (10, 100, 45, 300)].map(stratum)).unwrap();
        near(found.crude, 0.2025 - 0.25, 1e-12);
        near(found.difference, 0.055, 1e-12);
        near(found.error, 0.033_697_799, 6e-10);
        near(found.interval.low, -0.011_046_473, 6e-10);
        near(found.interval.high, 0.121_046_473, 6e-10);
        let (test, odds) = (found.test.unwrap(), found.odds.unwrap());
        near(test.statistic, 2.707_284_248, 6e-10);
        near(test.p, 0.099_890_914, 6e-10);
        near(odds.ratio, 1.397_111_913, 6e-10);
        near(odds.interval.low, 0.939_613_112, 6e-10);
        near(odds.interval.high, 2.077_367_455, 6e-10);
        assert!(found.opposite());
    }

    #[test]
    fn strata_without_a_comparison_say_nothing() {
        let toy = [(90, 300, 36, 100), (10, 100, 45, 300)].map(stratum);
        let more: Vec<Stratum> =
            toy.into_iter().chain([stratum((5, 9, 0, 0)), stratum((0, 0, 3, 4))]).collect();
        let (with, without) = (stratified(&more).unwrap(), stratified(&toy).unwrap());
        assert_eq!((with.difference, with.test, with.odds), (without.difference, without.test, without.odds));
        assert_eq!(stratified(&[stratum((5, 9, 0, 0)), stratum((0, 0, 3, 4))]), None);
        assert_eq!(stratified(&[]), None);
        let alike = stratified(&[stratum((0, 9, 0, 4)), stratum((7, 7, 5, 5))]).unwrap();
        assert_eq!((alike.difference, alike.test, alike.odds), (0.0, None, None));
    }

    proptest! {
        #[test]
        fn one_stratum_is_the_plain_comparison(k1 in 0_u64..90, m1 in 1_u64..90, k2 in 0_u64..90, m2 in 1_u64..90) {
            let found = stratified(&[stratum((k1, k1 + m1, k2, k2 + m2))]).unwrap();
            prop_assert!((found.crude - found.difference).abs() < 1e-12 && !found.opposite());
            if let Some(odds) = found.odds {
                #[allow(clippy::cast_precision_loss)] // small counts
                let plain = (k2 * m1) as f64 / (k1 * m2) as f64;
                prop_assert!((odds.ratio - plain).abs() < 1e-9 * plain);
            }
        }

        #[test]
        fn groups_changed_over_are_the_mirror(
            list in proptest::collection::vec((0_u64..50, 0_u64..50, 0_u64..50, 0_u64..50), 1..8),
        ) {
            let strata: Vec<Stratum> =
                list.iter().map(|(k1, m1, k2, m2)| stratum((*k1, k1 + m1, *k2, k2 + m2))).collect();
            let turned: Vec<Stratum> =
                strata.iter().map(|s| Stratum { before: s.after, after: s.before }).collect();
            match (stratified(&strata), stratified(&turned)) {
                (Some(a), Some(b)) => {
                    prop_assert!((a.difference + b.difference).abs() < 1e-12 && (a.error - b.error).abs() < 1e-9);
                    prop_assert_eq!(a.opposite(), b.opposite());
                }
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }
}

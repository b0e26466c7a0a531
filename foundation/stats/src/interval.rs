//! Intervals: Wilson for one rate, Newcombe for a difference, and one that holds at any time.

use serde::{Deserialize, Serialize};
use statrs::function::beta::ln_beta;

use crate::rate::Proportion;

/// A closed interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Whether the value lies in it.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// Wilson's score interval for one rate; `z` is the normal quantile ([`crate::Z_975`] for 95 %).
/// Exactly 0 below when nothing succeeded, exactly 1 above when all did. `None` without a trial.
///
/// Source: Wilson 1927, J. Am. Stat. Assoc. 22, 209.
#[must_use]
pub fn wilson(rate: impl Into<Proportion>, z: f64) -> Option<Interval> {
    let rate = rate.into();
    let p = rate.share()?;
    let (n, z2) = (rate.n, z * z);
    let scale = 1.0 + z2 / n;
    let centre = (p + z2 / (2.0 * n)) / scale;
    let half = z / scale * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    Some(Interval {
        low: if rate.k <= 0.0 { 0.0 } else { (centre - half).max(0.0) },
        high: if rate.k >= n { 1.0 } else { (centre + half).min(1.0) },
    })
}

/// Newcombe's hybrid score interval for after - before, without continuity correction.
///
/// Source: Newcombe 1998, Statistics in Medicine 17, 873, method 10.
#[must_use]
pub fn newcombe(before: impl Into<Proportion>, after: impl Into<Proportion>, z: f64) -> Option<Interval> {
    let (before, after) = (before.into(), after.into());
    let (p1, p2) = (before.share()?, after.share()?);
    let (w1, w2) = (wilson(before, z)?, wilson(after, z)?);
    let d = p2 - p1;
    Some(Interval { low: d - (p2 - w2.low).hypot(w1.high - p1), high: d + (w2.high - p2).hypot(p1 - w1.low) })
}

/// A 95 % interval for one rate that stays valid however often one looks: the shares whose
/// beta-binomial likelihood ratio, prior Beta(1/2, 1/2), is below 20. `None` without a trial.
///
/// Source: Ville's inequality; Robbins 1970, Ann. Math. Stat. 41, 1397.
#[must_use]
pub fn any_time_interval(rate: impl Into<Proportion>) -> Option<Interval> {
    let rate = rate.into();
    let p = rate.share()?;
    let (k, n) = (rate.k, rate.n);
    let fixed = ln_beta(0.5 + k, 0.5 + n - k) - ln_beta(0.5, 0.5) - 20_f64.ln();
    let excess = |p: f64| fixed - k * p.ln() - (n - k) * (-p).ln_1p();
    let (tiny, inside) = (1e-300, p.clamp(1e-12, 1.0 - 1e-12));
    Some(Interval {
        low: if k <= 0.0 { 0.0 } else { bisect(tiny, inside, &excess) },
        high: if k >= n { 1.0 } else { bisect(1.0 - f64::EPSILON, inside, &excess) },
    })
}

/// The root between `outside` (value positive) and `inside` (value negative), to the last bits.
pub(crate) fn bisect(mut outside: f64, mut inside: f64, f: &dyn Fn(f64) -> f64) -> f64 {
    for _ in 0..1100 {
        let middle = f64::midpoint(outside, inside);
        if middle == outside || middle == inside {
            break;
        }
        if f(middle) > 0.0 { outside = middle } else { inside = middle }
    }
    f64::midpoint(outside, inside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rate, Z_975};
    use proptest::prelude::*;

    fn rate(k: u64, n: u64) -> Rate {
        Rate::new(k, n).unwrap()
    }

    fn close(found: Interval, low: f64, high: f64) {
        assert!(
            (found.low - low).abs() < 1e-9 && (found.high - high).abs() < 1e-9,
            "{found:?} for [{low}, {high}]"
        );
    }

    #[test]
    fn wilson_meets_the_worked_examples() {
        let cases = [
            (0, 10, 0.0, 0.277_532_800),
            (2, 5, 0.117_620_774, 0.769_275_719),
            (8, 40, 0.104_999_897, 0.347_573_063),
            (37, 412, 0.065_855_919, 0.121_334_312),
            (81, 263, 0.255_288_520, 0.366_209_577),
            (2394, 3649, 0.640_500_825, 0.671_311_229),
            (10, 10, 0.722_467_200, 1.0),
        ];
        for (k, n, low, high) in cases {
            close(wilson(rate(k, n), Z_975).unwrap(), low, high);
        }
        assert_eq!(wilson(rate(0, 10), Z_975).unwrap().low, 0.0);
        assert_eq!(wilson(rate(10, 10), Z_975).unwrap().high, 1.0);
        assert_eq!(wilson(rate(0, 0), Z_975), None);
    }

    #[test]
    fn newcombe_meets_the_worked_examples() {
        let cases = [
            ((24, 400), (41, 420), 0.000_393_443, 0.075_133_055),
            ((8, 40), (14, 45), -0.076_486_958, 0.284_909_908),
            ((0, 30), (3, 28), -0.026_231_502, 0.271_958_515),
            ((60, 200), (61, 200), -0.084_540_099, 0.094_431_119),
            ((2394, 3649), (1844, 3062), -0.077_020_820, -0.030_651_263),
            ((981, 2388), (967, 2770), -0.088_198, -0.035_149),
        ];
        for ((k1, n1), (k2, n2), low, high) in cases {
            let found = newcombe(rate(k1, n1), rate(k2, n2), Z_975).unwrap();
            let digits = if k1 == 981 { 1e-6 } else { 1e-9 };
            assert!((found.low - low).abs() < digits && (found.high - high).abs() < digits, "{found:?}");
        }
    }

    #[test]
    fn the_any_time_interval_meets_the_worked_examples() {
        let cases = [
            (0, 10, 0.0, 0.376_987_351),
            (8, 40, 0.054_315_471, 0.439_193_202),
            (37, 412, 0.048_280_219, 0.147_686_498),
            (81, 263, 0.216_098_580, 0.411_406_255),
        ];
        for (k, n, low, high) in cases {
            close(any_time_interval(rate(k, n)).unwrap(), low, high);
        }
        assert_eq!(any_time_interval(rate(5, 5)).unwrap().high, 1.0);
    }

    proptest! {
        #[test]
        fn wilson_stays_in_range_around_the_share_and_grows_with_k(n in 1_u64..5_000, k in 0_u64..5_000) {
            let k = k % n;
            let here = wilson(rate(k, n), Z_975).unwrap();
            let next = wilson(rate(k + 1, n), Z_975).unwrap();
            prop_assert!(0.0 <= here.low && here.high <= 1.0 && here.contains(rate(k, n).share().unwrap()));
            prop_assert!(here.low < next.low || k == 0 && next.low >= 0.0);
            prop_assert!(here.high < next.high);
        }

        #[test]
        fn a_difference_seen_from_the_other_side_is_its_mirror(k1 in 0_u64..300, k2 in 0_u64..300, m1 in 1_u64..300, m2 in 1_u64..300) {
            let (a, b) = (rate(k1, k1 + m1), rate(k2, k2 + m2));
            let (there, back) = (newcombe(a, b, Z_975).unwrap(), newcombe(b, a, Z_975).unwrap());
            prop_assert!((there.low + back.high).abs() < 1e-12 && (there.high + back.low).abs() < 1e-12);
        }

        #[test]
        fn looking_often_costs_width(k in 0_u64..300, m in 1_u64..300) {
            let r = rate(k, k + m);
            let (once, often) = (wilson(r, Z_975).unwrap(), any_time_interval(r).unwrap());
            prop_assert!(often.contains(r.share().unwrap()));
            prop_assert!(often.high - often.low > once.high - once.low || r.n() < 5);
        }
    }
}

//! How many trials are needed, and what those at hand can show. Two-sided 5 %, power 80 %.

use serde::{Deserialize, Serialize};

use crate::interval::bisect;
use crate::rate::{Proportion, StatsError};
use crate::{Z_80, Z_975};

/// Trials per group so that a change from `p1` to `p2` is seen.
///
/// # Errors
/// When a share lies outside 0 to 1, or both are equal.
pub fn sample_size_per_group(p1: f64, p2: f64) -> Result<u64, StatsError> {
    for p in [p1, p2] {
        if !(0.0..=1.0).contains(&p) {
            return Err(StatsError::NotAShare(p));
        }
    }
    let d = p2 - p1;
    if d == 0.0 {
        return Err(StatsError::NotAShare(p2));
    }
    Ok(to_count((spread(p1, p2) / d).powi(2)))
}

/// The smallest rise from `p1` that `n` trials per group can show; `None` when even a rise to 1
/// cannot be seen, or `p1` is no share below 1.
#[must_use]
pub fn detectable_difference(p1: f64, n: u64) -> Option<f64> {
    if !(0.0..1.0).contains(&p1) {
        return None;
    }
    #[allow(clippy::cast_precision_loss)] // counts stay far below 2^53
    let root = (n as f64).sqrt();
    let missing = |d: f64| spread(p1, p1 + d) - d * root;
    let most = 1.0 - p1;
    (missing(most) <= 0.0).then(|| bisect(0.0, most, &missing))
}

/// The smallest difference between a group of `n` and the rest of `all` trials that can be seen, both
/// having about the share `p0`: 2.801585·√(p₀q₀(1/n + 1/(N − n))). `None` when a side is empty.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts stay far below 2^53
pub fn rest_difference(p0: f64, n: u64, all: u64) -> Option<f64> {
    let rest = all.checked_sub(n)?;
    if n == 0 || rest == 0 || !(0.0..=1.0).contains(&p0) {
        return None;
    }
    Some((Z_975 + Z_80) * (p0 * (1.0 - p0) * (1.0 / n as f64 + 1.0 / rest as f64)).sqrt())
}

/// z₀.₉₇₅ √(2 p̄ q̄) + z₀.₈ √(p1 q1 + p2 q2).
fn spread(p1: f64, p2: f64) -> f64 {
    let mean = f64::midpoint(p1, p2);
    let pooled = (2.0 * mean * (1.0 - mean)).max(0.0).sqrt();
    let apart = (p1 * (1.0 - p1) + p2 * (1.0 - p2)).max(0.0).sqrt();
    Z_975 * pooled + Z_80 * apart
}

/// How many more trials the after group needs when the before group is finished.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MoreNeeded {
    /// So many more; 0 when there are enough.
    Trials {
        /// Trials.
        count: u64,
    },
    /// No number is enough: the before group is too small.
    Never {
        /// The least difference it can ever show, as a share.
        least_visible: f64,
    },
}

/// The least difference a finished before group can ever show, however many trials follow: 2.801585·√(p̃₁(1 − p̃₁)/n₁), as
/// a share. `None` without a trial.
#[must_use]
pub fn least_visible(before: impl Into<Proportion>) -> Option<f64> {
    let before = before.into();
    before.share()?;
    let p1 = before.pulled();
    Some((Z_975 + Z_80) * (p1 * (1.0 - p1) / before.n).sqrt())
}

/// Trials the after group still lacks to show a difference of `delta`, the before group being
/// finished (docs/metrics.md, "N more needed"). `None` when the before group has no trial or `delta`
/// is not a positive share.
#[must_use]
pub fn more_needed(before: impl Into<Proportion>, after_trials: u64, delta: f64) -> Option<MoreNeeded> {
    let before = before.into();
    before.share()?;
    if !(delta > 0.0 && delta < 1.0) {
        return None;
    }
    let p1 = before.pulled();
    let own = p1 * (1.0 - p1) / before.n;
    let room = (delta / (Z_975 + Z_80)).powi(2) - own;
    if room <= 0.0 {
        return Some(MoreNeeded::Never { least_visible: least_visible(before)? });
    }
    let p2 = (p1 + delta).min(1.0);
    let needed = to_count(p2 * (1.0 - p2) / room);
    Some(MoreNeeded::Trials { count: needed.saturating_sub(after_trials) })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates, never negative
fn to_count(trials: f64) -> u64 {
    trials.ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rate;
    use proptest::prelude::*;

    #[test]
    fn sample_sizes_meet_the_worked_examples() {
        for (p1, p2, n) in [(0.06, 0.09, 1_209), (0.20, 0.25, 1_094), (0.30, 0.40, 356), (0.65, 0.60, 1_471)]
        {
            assert_eq!(sample_size_per_group(p1, p2), Ok(n), "{p1} to {p2}");
        }
        assert!(sample_size_per_group(0.2, 0.2).is_err());
        assert!(sample_size_per_group(0.2, 1.2).is_err());
        assert!(sample_size_per_group(f64::NAN, 0.2).is_err());
    }

    #[test]
    fn detectable_differences_meet_the_worked_examples() {
        for (p1, n, d) in [(0.06, 400, 0.056_045), (0.30, 200, 0.134_660)] {
            assert!((detectable_difference(p1, n).unwrap() - d).abs() < 5e-7);
        }
        assert_eq!(detectable_difference(0.5, 1), None);
    }

    #[test]
    fn a_group_against_the_rest_meets_the_worked_example() {
        let found = rest_difference(4238.0 / 6711.0, 600, 6711).unwrap();
        assert!((found - 0.057_819).abs() < 6e-7, "{found}");
        assert_eq!(
            (rest_difference(0.5, 0, 9), rest_difference(0.5, 9, 9), rest_difference(0.5, 10, 9)),
            (None, None, None)
        );
    }

    #[test]
    fn the_after_group_is_told_what_it_lacks() {
        let lacks = |k, n, after, delta| more_needed(Rate::new(k, n).unwrap(), after, delta).unwrap();
        assert_eq!(lacks(300, 1000, 100, 0.06), MoreNeeded::Trials { count: 828 });
        assert_eq!(lacks(400, 2000, 100, 0.05), MoreNeeded::Trials { count: 687 });
        assert_eq!(lacks(60, 1000, 90, 0.03), MoreNeeded::Trials { count: 1_332 });
        assert_eq!(lacks(300, 1000, 5_000, 0.06), MoreNeeded::Trials { count: 0 });
        for (k, n, points) in [(24, 400, 0.0336), (60, 1000, 0.0211)] {
            match lacks(k, n, 420, 0.02) {
                MoreNeeded::Never { least_visible } => assert!((least_visible - points).abs() < 5e-5),
                MoreNeeded::Trials { .. } => panic!("{k}/{n} can never show 2 points"),
            }
        }
        assert_eq!(more_needed(Rate::default(), 10, 0.05), None);
    }

    proptest! {
        #[test]
        fn what_is_detectable_needs_just_that_many(p1 in 0.01_f64..0.9, n in 50_u64..100_000) {
            if let Some(d) = detectable_difference(p1, n) {
                let needed = sample_size_per_group(p1, p1 + d).unwrap();
                prop_assert!(needed.abs_diff(n) <= 1, "{} for {}", needed, n);
            }
        }
    }
}

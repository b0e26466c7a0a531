//! Rates as two whole numbers, and how small numbers are shown.

use serde::{Deserialize, Serialize};

/// `k` successes of `n` trials. Kept as two integers, never as a rounded percentage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "RawRate")]
pub struct Rate {
    k: u64,
    n: u64,
}

#[derive(Deserialize)]
struct RawRate {
    k: u64,
    n: u64,
}

/// What can be wrong with the numbers given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum StatsError {
    /// More successes than trials.
    #[error("{k} successes of {n} trials: a rate cannot have more successes than trials")]
    MoreSuccessesThanTrials {
        /// Successes.
        k: u64,
        /// Trials.
        n: u64,
    },
    /// A share outside 0 to 1, or a difference that is zero or leaves that range.
    #[error("{0} is not a share that can be compared: give shares from 0 to 1 that differ")]
    NotAShare(f64),
}

impl Rate {
    /// `k` of `n`.
    ///
    /// # Errors
    /// When `k > n`.
    pub fn new(k: u64, n: u64) -> Result<Self, StatsError> {
        if k > n { Err(StatsError::MoreSuccessesThanTrials { k, n }) } else { Ok(Self { k, n }) }
    }

    /// Successes.
    #[must_use]
    pub fn k(self) -> u64 {
        self.k
    }

    /// Trials.
    #[must_use]
    pub fn n(self) -> u64 {
        self.n
    }

    /// k/n from 0 to 1; `None` without a trial, because no trial is not zero per cent.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        Proportion::from(self).share()
    }

    /// How a rate of this many trials is shown (docs/metrics.md, small numbers).
    #[must_use]
    pub fn reading(self) -> Reading {
        match self.n {
            0 => Reading::None,
            1..10 => Reading::CountOnly,
            10..30 => Reading::IntervalOnly,
            _ => Reading::Full,
        }
    }
}

impl TryFrom<RawRate> for Rate {
    type Error = StatsError;
    fn try_from(raw: RawRate) -> Result<Self, StatsError> {
        Self::new(raw.k, raw.n)
    }
}

impl std::ops::Add for Rate {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { k: self.k + other.k, n: self.n + other.n }
    }
}

impl std::iter::Sum for Rate {
    fn sum<I: Iterator<Item = Self>>(rates: I) -> Self {
        rates.fold(Self::default(), |a, b| a + b)
    }
}

/// What may be shown of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// No trial: a dash, never 0 %.
    None,
    /// Under 10 trials: "k of n".
    CountOnly,
    /// 10 to 29 trials: the rate with its interval, no verdict.
    IntervalOnly,
    /// 30 trials or more: a verdict is possible.
    Full,
}

/// Whether two groups are large enough for a verdict: at least 30 trials each and 5 successes together.
#[must_use]
pub fn verdict_possible(before: Rate, after: Rate) -> bool {
    before.n >= 30 && after.n >= 30 && before.k + after.k >= 5
}

/// Successes of trials as real numbers: a [`Rate`], or what is left of one after adjusting for clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proportion {
    pub(crate) k: f64,
    pub(crate) n: f64,
}

impl Proportion {
    /// Successes of trials that need not be whole, such as counts divided by how much they cluster.
    /// Successes are held between 0 and the trials.
    #[must_use]
    pub fn of_reals(k: f64, n: f64) -> Self {
        let n = n.max(0.0);
        Self { k: k.clamp(0.0, n), n }
    }

    /// Successes, from 0 to the number of trials.
    #[must_use]
    pub fn k(self) -> f64 {
        self.k
    }

    /// Trials.
    #[must_use]
    pub fn n(self) -> f64 {
        self.n
    }

    /// k/n; `None` without a trial.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.n > 0.0).then(|| self.k / self.n)
    }

    /// (k + 1/2)/(n + 1): the share pulled away from 0 and 1, for variances.
    pub(crate) fn pulled(self) -> f64 {
        (self.k + 0.5) / (self.n + 1.0)
    }
}

impl From<Rate> for Proportion {
    #[allow(clippy::cast_precision_loss)] // counts stay far below 2^53
    fn from(rate: Rate) -> Self {
        Self { k: rate.k as f64, n: rate.n as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(k: u64, n: u64) -> Rate {
        Rate::new(k, n).unwrap()
    }

    #[test]
    fn small_numbers_are_shown_as_what_they_are() {
        let cases = [
            (0, Reading::None),
            (1, Reading::CountOnly),
            (9, Reading::CountOnly),
            (10, Reading::IntervalOnly),
            (29, Reading::IntervalOnly),
            (30, Reading::Full),
            (1_000_000, Reading::Full),
        ];
        for (n, reading) in cases {
            assert_eq!(rate(0, n).reading(), reading, "{n}");
        }
        assert_eq!(rate(0, 0).share(), None);
        assert_eq!(rate(1, 4).share(), Some(0.25));
    }

    #[test]
    fn a_verdict_needs_trials_in_both_groups_and_a_few_successes() {
        assert!(verdict_possible(rate(2, 30), rate(3, 30)));
        assert!(!verdict_possible(rate(2, 30), rate(2, 30)));
        assert!(!verdict_possible(rate(10, 29), rate(10, 30)));
    }

    #[test]
    fn impossible_rates_are_refused_also_from_json() {
        assert!(Rate::new(2, 1).is_err());
        assert!(serde_json::from_str::<Rate>(r#"{"k":2,"n":1}"#).is_err());
        assert_eq!(serde_json::from_str::<Rate>(r#"{"k":1,"n":2}"#).unwrap(), rate(1, 2));
    }

    #[test]
    fn rates_of_parts_add_up() {
        assert_eq!([rate(1, 3), rate(2, 2)].into_iter().sum::<Rate>(), rate(3, 5));
    }
}

//! Waiting times with open ends: how long until a deal is decided, and how often it is won or lost.
//!
//! A deal that is still open has waited at least so long; leaving it out makes every recent cohort look
//! fast. A deal that came under observation late was not seen to end before; counting it from birth makes
//! every early cohort look slow. Both are part of a [`Life`].

use serde::{Deserialize, Serialize};

use crate::interval::Interval;

/// Float products of survival that should be exactly one half are not.
const TOLERANCE: f64 = 1e-12;

/// How a life ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Won.
    Won,
    /// Lost.
    Lost,
    /// Not ended when last seen: censored.
    Open,
}

/// One waiting time, in whole days of age. Under observation, and at risk of ending, at every age u with
/// entry < u ≤ end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Life {
    /// Age already lived when observation began; −1 when watched from birth, so that an end on the first
    /// day counts.
    pub entry: i64,
    /// Age at the end, or when last seen.
    pub end: i64,
    /// How it ended.
    pub outcome: Outcome,
}

impl Life {
    /// Watched from birth.
    #[must_use]
    pub fn from_birth(end: i64, outcome: Outcome) -> Self {
        Self { entry: -1, end, outcome }
    }

    /// Under observation only above this age; held at −1 and above.
    #[must_use]
    pub fn entered(self, entry: i64) -> Self {
        Self { entry: entry.max(-1), ..self }
    }

    /// Whether it was ever at risk. One that ended before it came under observation tells nothing.
    pub(crate) fn observed(self) -> bool {
        self.entry < self.end
    }
}

/// One age at which a life ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Step {
    /// Age.
    pub age: i64,
    /// Lives at risk at this age.
    pub at_risk: u64,
    /// Won at this age.
    pub won: u64,
    /// Lost at this age.
    pub lost: u64,
    /// Share that lives beyond this age (Kaplan–Meier).
    pub survival: f64,
    /// Greenwood's standard error of it; none once nobody is left.
    pub error: Option<f64>,
    /// Share won up to this age, lost deals competing.
    pub won_share: f64,
    /// Share lost up to this age, won deals competing.
    pub lost_share: f64,
}

/// Survival and the cumulative incidence of both ends, which always add up to 1.
///
/// Sources: Kaplan and Meier 1958, J. Am. Stat. Assoc. 53, 457; Greenwood 1926; Aalen and Johansen 1978,
/// Scand. J. Statist. 5, 141. With late entry, an early age at which few are at risk weighs as much as any
/// other: when all of them end there, the curve is 0 from then on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Curve {
    steps: Vec<Step>,
}

impl Curve {
    /// The curve of these lives, in O(n log n).
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // lives, far below 2^53
    pub fn of(lives: &[Life]) -> Self {
        let mut steps: Vec<Step> = Vec::new();
        let (mut survival, mut greenwood, mut won_share, mut lost_share) = (1.0, 0.0, 0.0, 0.0);
        sweep(lives, |age, at_risk, ends| {
            let (won, lost) = ends.iter().fold((0, 0), |(won, lost), life| match life.outcome {
                Outcome::Won => (won + 1, lost),
                Outcome::Lost => (won, lost + 1),
                Outcome::Open => (won, lost),
            });
            if won + lost == 0 {
                return;
            }
            let (n, d) = (at_risk as f64, (won + lost) as f64);
            won_share += survival * won as f64 / n;
            lost_share += survival * lost as f64 / n;
            survival = if won + lost == at_risk { 0.0 } else { survival * (1.0 - d / n) };
            greenwood += d / (n * (n - d));
            let error = (survival > 0.0).then(|| survival * greenwood.sqrt());
            steps.push(Step { age, at_risk, won, lost, survival, error, won_share, lost_share });
        });
        Self { steps }
    }

    /// Every age at which a life ended, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The last step at or before this age; `None` before the first end.
    #[must_use]
    pub fn at(&self, age: i64) -> Option<&Step> {
        self.steps[..self.steps.partition_point(|step| step.age <= age)].last()
    }

    /// Share that lives beyond this age.
    #[must_use]
    pub fn survival(&self, age: i64) -> f64 {
        self.at(age).map_or(1.0, |step| step.survival)
    }

    /// Share won up to this age.
    #[must_use]
    pub fn won(&self, age: i64) -> f64 {
        self.at(age).map_or(0.0, |step| step.won_share)
    }

    /// Share lost up to this age.
    #[must_use]
    pub fn lost(&self, age: i64) -> f64 {
        self.at(age).map_or(0.0, |step| step.lost_share)
    }

    /// Interval of the survival at this age, on the scale log(−log S), so that it stays within 0 and 1; `z`
    /// is the normal quantile ([`crate::Z_975`] for 95 %). `None` before the first end and once nobody is
    /// left.
    ///
    /// Source: Kalbfleisch and Prentice 1980, The Statistical Analysis of Failure Time Data, 1.3.
    #[must_use]
    pub fn interval(&self, age: i64, z: f64) -> Option<Interval> {
        let step = self.at(age)?;
        let log = step.survival.ln();
        let half = z * step.error? / (step.survival * log.abs());
        let bound = |by: f64| (log * by.exp()).exp();
        Some(Interval { low: bound(half), high: bound(-half) })
    }

    /// First age at which no more than this share still lives; `None` when it is not reached.
    #[must_use]
    pub fn age_when_left(&self, share: f64) -> Option<i64> {
        let after = self.steps.partition_point(|step| step.survival > share + TOLERANCE);
        self.steps.get(after).map(|step| step.age)
    }

    /// First age at which half have ended; `None` when it is not reached.
    #[must_use]
    pub fn median(&self) -> Option<i64> {
        self.age_when_left(0.5)
    }

    /// Last age at which a life ended. Who lives beyond it has no forecast.
    #[must_use]
    pub fn last_end(&self) -> Option<i64> {
        self.steps.last().map(|step| step.age)
    }
}

/// Calls `each` with every age at which lives ended or were last seen: the age, the number at risk, and the
/// lives that end there.
fn sweep(lives: &[Life], mut each: impl FnMut(i64, u64, &[Life])) {
    let mut by_end: Vec<Life> = lives.iter().copied().filter(|life| life.observed()).collect();
    let mut entries: Vec<i64> = by_end.iter().map(|life| life.entry).collect();
    by_end.sort_unstable_by_key(|life| life.end);
    entries.sort_unstable();
    let (mut entered, mut gone) = (0, 0);
    for ends in by_end.chunk_by(|a, b| a.end == b.end) {
        let age = ends[0].end;
        entered += entries[entered..].partition_point(|entry| *entry < age);
        each(age, (entered - gone) as u64, ends);
        gone += ends.len();
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::Outcome::{Lost, Open, Won};
    use super::*;
    use crate::Z_975;
    use proptest::prelude::*;

    /// The worked ten deals (docs/metrics.md, waiting times).
    pub(crate) fn ten() -> Vec<Life> {
        let ends = [
            (4, Won),
            (7, Won),
            (7, Lost),
            (10, Open),
            (12, Won),
            (15, Lost),
            (20, Won),
            (20, Open),
            (25, Open),
            (30, Open),
        ];
        ends.iter().map(|(end, outcome)| Life::from_birth(*end, *outcome)).collect()
    }

    #[test]
    fn ten_deals_meet_the_worked_table() {
        let curve = Curve::of(&ten());
        let table = [
            (4, 10, 0.900_000, 0.094_868_33, 0.100_000, 0.000_000),
            (7, 9, 0.700_000, 0.144_913_77, 0.200_000, 0.100_000),
            (12, 6, 0.583_333, 0.161_015_30, 0.316_667, 0.100_000),
            (15, 5, 0.466_667, 0.165_775_39, 0.316_667, 0.216_667),
            (20, 4, 0.350_000, 0.160_208_20, 0.433_333, 0.216_667),
        ];
        assert_eq!(curve.steps().len(), table.len());
        for (step, (age, at_risk, survival, error, won, lost)) in curve.steps().iter().zip(table) {
            assert_eq!((step.age, step.at_risk), (age, at_risk));
            let near = |found: f64, wanted: f64, digits: f64| {
                assert!((found - wanted).abs() < digits, "at {age}: {found} for {wanted}");
            };
            near(step.survival, survival, 6e-7);
            near(step.error.unwrap(), error, 6e-9);
            near(step.won_share, won, 6e-7);
            near(step.lost_share, lost, 6e-7);
        }
        let interval = curve.interval(12, Z_975).unwrap();
        assert!(
            (interval.low - 0.229_786_519).abs() < 6e-10 && (interval.high - 0.820_739_497).abs() < 6e-10
        );
        assert_eq!((curve.median(), curve.last_end()), (Some(15), Some(20)));
        assert_eq!((curve.survival(3), curve.won(3), curve.lost(3)), (1.0, 0.0, 0.0));
        assert_eq!((curve.interval(3, Z_975), curve.at(14).unwrap().age), (None, 12));
    }

    #[test]
    fn a_median_that_is_exactly_one_half_is_reached() {
        // 5/6 × 4/5 × 3/4 falls a bit above one half in floating point.
        let lives: Vec<Life> = (1..=6).map(|end| Life::from_birth(end, Won)).collect();
        assert_eq!(Curve::of(&lives).median(), Some(3));
        let open = [Life::from_birth(3, Won), Life::from_birth(9, Open), Life::from_birth(9, Open)];
        assert_eq!(Curve::of(&open).median(), None, "not reached");
    }

    #[test]
    fn who_came_late_is_at_risk_only_from_then_on() {
        let lives = [
            Life::from_birth(2, Won),
            Life::from_birth(9, Open).entered(2),
            Life::from_birth(5, Lost).entered(4),
            Life::from_birth(3, Won).entered(3),
        ];
        let steps = Curve::of(&lives).steps().to_vec();
        let seen: Vec<(i64, u64)> = steps.iter().map(|step| (step.age, step.at_risk)).collect();
        assert_eq!(seen, [(2, 1), (5, 2)], "one that ended before it was seen is passed over");
        assert_eq!((steps[0].survival, steps[0].error), (0.0, None), "all of them ended there");
    }

    #[test]
    fn nothing_seen_is_nothing_told() {
        for lives in [vec![], vec![Life::from_birth(4, Open)]] {
            let curve = Curve::of(&lives);
            assert_eq!((curve.median(), curve.last_end(), curve.survival(9)), (None, None, 1.0));
        }
        assert_eq!(Curve::of(&[Life::from_birth(0, Won)]).median(), Some(0), "the first day counts");
    }

    fn life() -> impl Strategy<Value = Life> {
        (-1_i64..20, 0_i64..40, 0_usize..3).prop_map(|(entry, end, outcome)| Life {
            entry,
            end,
            outcome: [Won, Lost, Open][outcome],
        })
    }

    proptest! {
        #[test]
        fn survivors_won_and_lost_are_all(lives in proptest::collection::vec(life(), 0..200)) {
            let curve = Curve::of(&lives);
            let mut before = 1.0;
            for step in curve.steps() {
                prop_assert!((step.survival + step.won_share + step.lost_share - 1.0).abs() < 1e-12);
                prop_assert!(step.survival <= before && step.won + step.lost <= step.at_risk);
                if let Some(interval) = curve.interval(step.age, Z_975) {
                    prop_assert!(0.0 <= interval.low && interval.contains(step.survival) && interval.high <= 1.0);
                }
                before = step.survival;
            }
        }

        #[test]
        fn at_risk_is_whoever_entered_and_has_not_ended(lives in proptest::collection::vec(life(), 0..100)) {
            for step in Curve::of(&lives).steps() {
                let risk = lives.iter().filter(|life| life.entry < step.age && step.age <= life.end).count();
                prop_assert_eq!(risk as u64, step.at_risk);
            }
        }
    }
}

//! What two groups allow to be said: the first line of the verdict table that fits.
//!
//! Kinds and numbers only; words are the screen's. No verdict proves a cause.

use serde::{Deserialize, Serialize};

use crate::interval::newcombe;
use crate::rate::{Proportion, Rate};
use crate::sample::{MoreNeeded, least_visible, more_needed, sample_size_per_group};
use crate::sequential::SequentialTest;
use crate::{Z_975, fisher_two_sided, probability_after_greater};

/// Trials of each group below which no verdict is given.
const LEAST: f64 = 30.0;

/// Why two groups cannot be compared at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Incomparable {
    /// One group was followed for longer than the other.
    FollowUp,
    /// Trials of both versions are mixed in one group.
    MixedVersions,
    /// The before group has no trial.
    NoBefore,
}

/// Where the figures point, short of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Leaning {
    /// P(after > before) ≥ 0.9.
    Better,
    /// P(after > before) ≤ 0.1.
    Worse,
}

impl Leaning {
    /// Of a probability that after is greater.
    #[must_use]
    pub fn of(after_greater: f64) -> Option<Self> {
        match after_greater {
            p if p >= 0.9 => Some(Self::Better),
            p if p <= 0.1 => Some(Self::Worse),
            _ => None,
        }
    }
}

/// Which groups still grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Growing {
    /// The before group is finished.
    After,
    /// Both run at the same time.
    Both,
}

/// How the groups are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Again and again.
    Daily,
    /// Once, at a time agreed beforehand.
    Final,
}

impl Look {
    /// The p value of this look alone: always valid, or Fisher's. The caller keeps the smallest of daily
    /// looks ([`SequentialTest`]) and corrects for several rates ([`crate::holm`]).
    #[must_use]
    pub fn p(self, before: Rate, after: Rate, delta: f64) -> f64 {
        match self {
            Self::Daily => SequentialTest::new(delta).look(before, after),
            Self::Final => fisher_two_sided(before, after),
        }
    }
}

/// What is known when a verdict is asked for. Trials adjusted for clusters come as real numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// Before the change.
    pub before: Proportion,
    /// After the change.
    pub after: Proportion,
    /// Smallest difference that matters, as a share, fixed before the change ([`default_delta`]).
    pub delta: f64,
    /// p over all looks so far and all rates asked about.
    pub p: f64,
    /// Which groups still grow.
    pub growing: Growing,
    /// What forbids the comparison, when something does.
    pub incomparable: Option<Incomparable>,
    /// Whether like with like says the opposite ([`crate::Stratified::opposite`]).
    pub mix_changed: bool,
}

/// What may be said.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Verdict {
    /// The groups are not comparable.
    NotComparable {
        /// Why.
        why: Incomparable,
    },
    /// The mix changed: compare like with like.
    MixChanged,
    /// Better, very likely.
    Better,
    /// Worse, very likely.
    Worse,
    /// No difference that matters.
    NoDifference,
    /// Cannot be told yet.
    NotYet {
        /// Trials of the after group still needed, at least 1.
        more: u64,
        /// Where it points.
        leaning: Option<Leaning>,
    },
    /// Cannot be told from this before group, however many trials follow.
    Never {
        /// The least difference it can ever show, as a share.
        least_visible: f64,
        /// Where it points.
        leaning: Option<Leaning>,
    },
}

/// The smallest difference that matters when nobody set one: 2 points or 20 % of the rate before, whichever
/// is more. `None` without a trial.
#[must_use]
pub fn default_delta(before: impl Into<Proportion>) -> Option<f64> {
    Some((0.2 * before.into().share()?).max(0.02))
}

/// The first line of the verdict table that fits (docs/metrics.md, comparing).
#[must_use]
pub fn verdict(asked: &Asked) -> Verdict {
    let Asked { before, after, delta, p, .. } = *asked;
    if let Some(why) = asked.incomparable {
        return Verdict::NotComparable { why };
    }
    if asked.mix_changed {
        return Verdict::MixChanged;
    }
    let greater = probability_after_greater(before, after);
    if before.n.min(after.n) >= LEAST
        && before.k + after.k >= 5.0
        && let (Some(greater), Some(interval)) = (greater, newcombe(before, after, Z_975))
    {
        if greater >= 0.975 && p <= 0.05 {
            return Verdict::Better;
        }
        if greater <= 0.025 && p <= 0.05 {
            return Verdict::Worse;
        }
        if interval.low > -delta && interval.high < delta {
            return Verdict::NoDifference;
        }
    }
    let leaning = greater.and_then(Leaning::of);
    match lacking(asked) {
        Some(MoreNeeded::Trials { count }) => {
            Verdict::NotYet { more: count.max(short_of_30(after.n)).max(1), leaning }
        }
        Some(MoreNeeded::Never { least_visible }) => Verdict::Never { least_visible, leaning },
        None => Verdict::NotComparable { why: Incomparable::NoBefore },
    }
}

fn lacking(asked: &Asked) -> Option<MoreNeeded> {
    let has = whole(asked.after.n.floor());
    match asked.growing {
        // A finished group too small for any verdict stays so, whatever follows.
        Growing::After if asked.before.n < LEAST => {
            Some(MoreNeeded::Never { least_visible: least_visible(asked.before)? })
        }
        Growing::After => more_needed(asked.before, has, asked.delta),
        Growing::Both => {
            asked.before.share()?;
            let p1 = asked.before.pulled();
            let p2 = if p1 + asked.delta <= 1.0 { p1 + asked.delta } else { p1 - asked.delta };
            let needed = sample_size_per_group(p1, p2).ok()?;
            Some(MoreNeeded::Trials { count: needed.saturating_sub(has) })
        }
    }
}

fn short_of_30(n: f64) -> u64 {
    whole((LEAST - n).max(0.0).ceil())
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole, saturates, never negative
fn whole(trials: f64) -> u64 {
    trials as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate((k, n): (u64, u64)) -> Rate {
        Rate::new(k, n).unwrap()
    }

    fn asked(before: (u64, u64), after: (u64, u64), look: Look) -> Asked {
        let (before, after) = (rate(before), rate(after));
        let delta = default_delta(before).unwrap_or(0.02);
        Asked {
            before: before.into(),
            after: after.into(),
            delta,
            p: look.p(before, after, delta),
            growing: Growing::After,
            incomparable: None,
            mix_changed: false,
        }
    }

    #[test]
    fn a_finished_group_too_small_for_a_verdict_promises_none() {
        for after in [(3, 10), (5_000, 10_000)] {
            let found = verdict(&asked((29, 29), after, Look::Final));
            assert!(
                matches!(found, Verdict::Never { least_visible, .. } if least_visible > 0.0),
                "{found:?}"
            );
        }
        let both = Asked { growing: Growing::Both, ..asked((29, 29), (3, 10), Look::Final) };
        assert!(matches!(verdict(&both), Verdict::NotYet { .. }), "it grows");
    }

    #[test]
    fn every_row_of_the_worked_table_is_met() {
        use Look::{Daily, Final};
        let leaning = Some(Leaning::Better);
        let cases = [
            ((150, 500), (80, 160), Daily, 0.999_997, 0.002_512, 0.06, Verdict::Better),
            ((300, 1000), (120, 300), Daily, 0.999_343, 0.044_803, 0.06, Verdict::Better),
            (
                (300, 1000),
                (40, 100),
                Daily,
                0.978_901,
                0.508_576,
                0.06,
                Verdict::NotYet { more: 828, leaning },
            ),
            ((900, 3000), (912, 3000), Daily, 0.632_098, 1.0, 0.06, Verdict::NoDifference),
            ((981, 2388), (967, 2770), Daily, 0.000_003, 0.000_251, 0.082_161, Verdict::Worse),
            (
                (24, 400),
                (41, 420),
                Daily,
                0.977_380,
                0.507_226,
                0.02,
                Verdict::Never { least_visible: 0.0336, leaning },
            ),
            (
                (60, 1000),
                (90, 1000),
                Daily,
                0.994_669,
                0.178_265,
                0.02,
                Verdict::Never { least_visible: 0.0211, leaning },
            ),
            ((60, 1000), (90, 1000), Final, 0.994_669, 0.013_588, 0.02, Verdict::Better),
        ];
        for (before, after, look, greater, p, delta, wanted) in cases {
            let asked = asked(before, after, look);
            let near = |found: f64, wanted: f64| {
                assert!((found - wanted).abs() < 6e-7, "{before:?} {after:?}: {found} for {wanted}");
            };
            near(probability_after_greater(asked.before, asked.after).unwrap(), greater);
            near(asked.p, p);
            near(asked.delta, delta);
            match (verdict(&asked), wanted) {
                (
                    Verdict::Never { least_visible: found, leaning: to },
                    Verdict::Never { least_visible, leaning },
                ) => {
                    assert!((found - least_visible).abs() < 5e-5, "{found} for {least_visible}");
                    assert_eq!(to, leaning);
                }
                (found, wanted) => assert_eq!(found, wanted, "{before:?} {after:?}"),
            }
        }
    }

    #[test]
    fn what_forbids_a_comparison_comes_first() {
        let clear = asked((150, 500), (80, 160), Look::Daily);
        let mixed = Asked { mix_changed: true, ..clear };
        assert_eq!(verdict(&mixed), Verdict::MixChanged);
        for why in [Incomparable::FollowUp, Incomparable::MixedVersions] {
            let found = verdict(&Asked { incomparable: Some(why), ..mixed });
            assert_eq!(found, Verdict::NotComparable { why });
        }
        let nothing = asked((0, 0), (3, 9), Look::Daily);
        assert_eq!(verdict(&nothing), Verdict::NotComparable { why: Incomparable::NoBefore });
    }

    #[test]
    fn small_groups_are_told_what_they_lack() {
        // Enough by the formula, yet under 30: the rest of the 30. Five successes together, or one more trial.
        let few = verdict(&Asked { delta: 0.5, ..asked((300, 1000), (3, 9), Look::Daily) });
        assert_eq!(few, Verdict::NotYet { more: 21, leaning: None });
        let rare = verdict(&Asked { delta: 0.3, ..asked((1, 400), (2, 400), Look::Final) });
        assert_eq!(rare, Verdict::NotYet { more: 1, leaning: None });
        let unseen = verdict(&asked((300, 1000), (0, 0), Look::Daily));
        assert_eq!(unseen, Verdict::NotYet { more: 928, leaning: None });
    }

    #[test]
    fn two_groups_that_both_grow_are_never_hopeless() {
        let finished = asked((24, 400), (41, 420), Look::Daily);
        let both = Asked { growing: Growing::Both, ..finished };
        let needed = sample_size_per_group(24.5 / 401.0, 24.5 / 401.0 + 0.02).unwrap();
        assert_eq!(verdict(&both), Verdict::NotYet { more: needed - 420, leaning: Some(Leaning::Better) });
        let sure = asked((50, 50), (29, 40), Look::Final);
        assert!(matches!(verdict(&Asked { p: 1.0, growing: Growing::Both, ..sure }), Verdict::NotYet { .. }));
    }

    #[test]
    fn a_default_is_two_points_or_a_fifth_of_the_rate() {
        for (before, delta) in [((24, 400), 0.02), ((100, 1000), 0.02), ((300, 1000), 0.06), ((0, 30), 0.02)]
        {
            assert!((default_delta(rate(before)).unwrap() - delta).abs() < 1e-12, "{before:?}");
        }
        assert_eq!(default_delta(rate((0, 0))), None);
        let leanings = [(0.9, Some(Leaning::Better)), (0.5, None), (0.1, Some(Leaning::Worse))];
        for (greater, leaning) in leanings {
            assert_eq!(Leaning::of(greater), leaning);
        }
    }

    proptest! {
        #[test]
        fn better_seen_from_the_other_side_is_worse(
            k1 in 0_u64..900, m1 in 0_u64..900, k2 in 0_u64..900, m2 in 0_u64..900, p in 0.0_f64..0.1,
        ) {
            let there = Asked { p, ..asked((k1, k1 + m1), (k2, k2 + m2), Look::Final) };
            let back = Asked { before: there.after, after: there.before, ..there };
            match verdict(&there) {
                Verdict::Better => prop_assert_eq!(verdict(&back), Verdict::Worse),
                Verdict::Worse => prop_assert_eq!(verdict(&back), Verdict::Better),
                Verdict::NoDifference => prop_assert_eq!(verdict(&back), Verdict::NoDifference),
                Verdict::NotYet { more, .. } => prop_assert!(more >= 1),
                _ => {}
            }
        }
    }
}

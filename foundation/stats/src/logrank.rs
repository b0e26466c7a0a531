//! Whether groups wait equally long: the log-rank test over all ends, won or lost, with late entry.
//!
//! Sources: Mantel 1966, Cancer Chemother. Rep. 50, 163; for several groups Peto and Peto 1972,
//! J. R. Statist. Soc. A 135, 185, with the hypergeometric covariance.

use serde::{Deserialize, Serialize};

use crate::independence::{ChiSquare, chi_square_tail};
use crate::survival::{Life, Outcome};

/// Two groups; observed and expected are those of the after group.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LogRank {
    /// Ends in the after group.
    pub observed: u64,
    /// Ends in it if both groups waited equally long.
    pub expected: f64,
    /// Variance of observed − expected.
    pub variance: f64,
    /// (O − E)²/V on one degree of freedom.
    pub test: ChiSquare,
}

impl LogRank {
    /// Whether the after group ended sooner: O > E.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // ends, far below 2^53
    pub fn faster(&self) -> bool {
        self.observed as f64 > self.expected
    }
}

/// Ends of one of several groups.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GroupEnds {
    /// Ends in the group.
    pub observed: u64,
    /// Ends in it if all groups waited equally long.
    pub expected: f64,
}

/// Several groups at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LogRankGroups {
    /// Each group, in the order given.
    pub groups: Vec<GroupEnds>,
    /// The quadratic form of O − E in its covariance. Degrees of freedom are the rank of the covariance: one
    /// less than the groups that were at risk together.
    pub test: ChiSquare,
}

/// Compares two groups. `None` when they were never at risk together, so that nothing can differ.
#[must_use]
pub fn log_rank(before: &[Life], after: &[Life]) -> Option<LogRank> {
    let sums = Sums::of(&[before, after]);
    let (GroupEnds { observed, expected }, variance) = (sums.groups[1], sums.covariance[3]);
    let test = sums.test()?;
    Some(LogRank { observed, expected, variance, test })
}

/// Compares several groups. `None` when no two were ever at risk together.
#[must_use]
pub fn log_rank_groups(groups: &[&[Life]]) -> Option<LogRankGroups> {
    let sums = Sums::of(groups);
    let test = sums.test()?;
    Some(LogRankGroups { groups: sums.groups, test })
}

/// O and E of each group and the covariance of O − E, row by row.
struct Sums {
    groups: Vec<GroupEnds>,
    covariance: Vec<f64>,
}

impl Sums {
    /// One pass over the lives sorted by end, entries let in on the way: O(n log n + ends · groups²).
    fn of(groups: &[&[Life]]) -> Self {
        let mut by_end: Vec<(usize, Life)> = (groups.iter().enumerate())
            .flat_map(|(group, lives)| lives.iter().map(move |life| (group, *life)))
            .filter(|(_, life)| life.observed())
            .collect();
        let mut entries: Vec<(i64, usize)> =
            by_end.iter().map(|(group, life)| (life.entry, *group)).collect();
        by_end.sort_unstable_by_key(|(_, life)| life.end);
        entries.sort_unstable();

        let none = GroupEnds { observed: 0, expected: 0.0 };
        let mut sums =
            Self { groups: vec![none; groups.len()], covariance: vec![0.0; groups.len() * groups.len()] };
        let mut at_risk = vec![0_u64; groups.len()];
        let mut entered = 0;
        for ends in by_end.chunk_by(|a, b| a.1.end == b.1.end) {
            while let Some((_, group)) = entries.get(entered).filter(|(entry, _)| *entry < ends[0].1.end) {
                at_risk[*group] += 1;
                entered += 1;
            }
            let mut d = 0_u64;
            for (group, _) in ends.iter().filter(|(_, life)| life.outcome != Outcome::Open) {
                sums.groups[*group].observed += 1;
                d += 1;
            }
            if d > 0 {
                sums.add(d, &at_risk);
            }
            for (group, _) in ends {
                at_risk[*group] -= 1;
            }
        }
        sums
    }

    /// What `d` ends at one age are expected to be in each group, given who is at risk.
    #[allow(clippy::cast_precision_loss)] // lives, far below 2^53
    fn add(&mut self, d: u64, at_risk: &[u64]) {
        let (d, n) = (d as f64, at_risk.iter().sum::<u64>() as f64);
        let spread = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
        for (i, group) in self.groups.iter_mut().enumerate() {
            let share = at_risk[i] as f64 / n;
            group.expected += d * share;
            for (j, other) in at_risk.iter().enumerate() {
                let same = if i == j { 1.0 } else { 0.0 };
                self.covariance[i * at_risk.len() + j] += spread * share * (same - *other as f64 / n);
            }
        }
    }

    /// (O − E)ᵀ V⁻ (O − E) with a generalised inverse, since the rows of V add up to zero.
    #[allow(clippy::cast_precision_loss)] // ends, far below 2^53
    fn test(&self) -> Option<ChiSquare> {
        let apart = self.groups.iter().map(|group| group.observed as f64 - group.expected).collect();
        let (statistic, df) = quadratic_form(self.covariance.clone(), apart);
        (df > 0).then(|| ChiSquare { statistic, df, p: chi_square_tail(statistic, df) })
    }
}

/// xᵀ V⁻ x and the rank of a positive semidefinite V, by symmetric elimination with the largest pivot first.
/// What is left below 10⁻¹⁰ of the largest variance is rounding.
fn quadratic_form(mut v: Vec<f64>, mut x: Vec<f64>) -> (f64, u64) {
    let size = x.len();
    let least = 1e-10 * (0..size).map(|i| v[i * size + i]).fold(0.0, f64::max);
    let mut left: Vec<usize> = (0..size).collect();
    let (mut sum, mut rank) = (0.0, 0);
    while let Some(at) = (0..left.len()).max_by(|a, b| {
        let diagonal = |at: usize| v[left[at] * size + left[at]];
        diagonal(*a).total_cmp(&diagonal(*b))
    }) {
        let pivot = left.swap_remove(at);
        let variance = v[pivot * size + pivot];
        if variance <= least {
            break;
        }
        sum += x[pivot] * x[pivot] / variance;
        rank += 1;
        for &i in &left {
            let by = v[i * size + pivot] / variance;
            x[i] -= by * x[pivot];
            for &j in &left {
                v[i * size + j] -= by * v[pivot * size + j];
            }
        }
    }
    (sum, rank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::Outcome::{Lost, Open, Won};
    use crate::survival::tests::ten;
    use proptest::prelude::*;

    fn lives(list: &[(i64, Outcome)]) -> Vec<Life> {
        list.iter().map(|(end, outcome)| Life::from_birth(*end, *outcome)).collect()
    }

    fn second() -> Vec<Life> {
        lives(&[
            (3, Won),
            (5, Won),
            (5, Lost),
            (6, Won),
            (9, Open),
            (11, Won),
            (14, Lost),
            (18, Won),
            (18, Open),
            (21, Open),
        ])
    }

    #[test]
    fn twenty_deals_meet_the_worked_example() {
        let found = log_rank(&ten(), &second()).unwrap();
        assert_eq!((found.observed, found.test.df, found.faster()), (7, 1, true));
        let figures = [
            (found.expected, 5.513_746),
            (found.variance, 3.035_824),
            (found.test.statistic, 0.727_629),
            (found.test.p, 0.393_653),
        ];
        for (value, wanted) in figures {
            assert!((value - wanted).abs() < 6e-7, "{value} for {wanted}");
        }
        assert_eq!(crate::Curve::of(&second()).median(), Some(11));
    }

    #[test]
    fn groups_never_at_risk_together_cannot_be_compared() {
        assert_eq!(log_rank(&ten(), &[]), None);
        assert_eq!(log_rank(&[], &[]), None);
        assert_eq!(log_rank_groups(&[]), None);
        let late: Vec<Life> = ten().into_iter().map(|l| Life { end: l.end + 90, ..l }.entered(90)).collect();
        assert_eq!(log_rank(&ten(), &late), None);
    }

    #[test]
    fn an_empty_group_takes_no_degree_of_freedom() {
        let two = log_rank(&ten(), &second()).unwrap();
        let three = log_rank_groups(&[&ten(), &[], &second()]).unwrap();
        assert_eq!(three.test.df, 1);
        assert!((three.test.statistic - two.test.statistic).abs() < 1e-12);
        assert_eq!(three.groups[1], GroupEnds { observed: 0, expected: 0.0 });
    }

    fn some() -> impl Strategy<Value = Vec<Life>> {
        let life = (-1_i64..20, 0_i64..40, 0_usize..3).prop_map(|(entry, end, outcome)| Life {
            entry,
            end,
            outcome: [Won, Lost, Open][outcome],
        });
        proptest::collection::vec(life, 1..80)
    }

    proptest! {
        #[test]
        fn what_is_observed_is_expected_of_all_together(a in some(), b in some(), c in some()) {
            if let Some(found) = log_rank_groups(&[&a, &b, &c]) {
                let observed: u64 = found.groups.iter().map(|g| g.observed).sum();
                let expected: f64 = found.groups.iter().map(|g| g.expected).sum();
                prop_assert!((observed as f64 - expected).abs() < 1e-9);
                prop_assert!(found.test.statistic >= 0.0 && (0.0..=1.0).contains(&found.test.p));
                let turned = log_rank_groups(&[&c, &a, &b]).unwrap();
                prop_assert!((turned.test.statistic - found.test.statistic).abs() < 1e-6 * found.test.statistic.max(1.0));
            }
        }

        #[test]
        fn two_of_several_are_two(a in some(), b in some()) {
            match (log_rank(&a, &b), log_rank_groups(&[&a, &b]), log_rank(&b, &a)) {
                (Some(two), Some(several), Some(turned)) => {
                    #[allow(clippy::cast_precision_loss)] // small counts
                    let apart = two.observed as f64 - two.expected;
                    prop_assert!((two.test.statistic - apart * apart / two.variance).abs() < 1e-9);
                    prop_assert!((two.test.statistic - several.test.statistic).abs() < 1e-9);
                    prop_assert!((two.variance - turned.variance).abs() < 1e-9);
                }
                (a, b, c) => prop_assert!(a.is_none() && b.is_none() && c.is_none()),
            }
        }
    }
}

//! Trials that are not independent: several dials to one person count for less than several people.

use serde::{Deserialize, Serialize};

use crate::rate::{Proportion, Rate};

/// All trials of one person.
pub type Cluster = Rate;

/// A rate adjusted for clusters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClusterAdjusted {
    /// Share over all trials.
    pub p: f64,
    /// Variance of the share between clusters.
    pub variance: f64,
    /// Design effect, at least 1: how many trials tell as much as one independent trial.
    pub deff: f64,
    /// Independent trials this is worth.
    pub n_eff: f64,
    /// Fewer than 10 clusters with a design effect above 1: show "too few people", no interval.
    pub too_few: bool,
}

impl ClusterAdjusted {
    /// Successes and trials to put into the other formulas, as real numbers.
    #[must_use]
    pub fn proportion(self) -> Proportion {
        Proportion { k: self.p * self.n_eff, n: self.n_eff }
    }
}

/// Adjusts for clusters (docs/metrics.md, clusters). `None` without a trial. One cluster alone has no
/// variance between clusters: it is too few. When all or none succeeded, the variance within is
/// zero and the design effect is taken as 1.
#[must_use]
pub fn cluster_adjusted(clusters: &[Cluster]) -> Option<ClusterAdjusted> {
    let all: Proportion = clusters.iter().copied().sum::<Rate>().into();
    let p = all.share()?;
    let counted = clusters.iter().filter(|c| c.n() > 0).count();
    let squares: f64 = clusters.iter().map(|c| Proportion::from(*c)).map(|c| (c.k - p * c.n).powi(2)).sum();
    #[allow(clippy::cast_precision_loss)] // people, far below 2^53
    Some(adjusted(p, all.n, counted as f64, squares))
}

/// The same of sums over clusters, which a database can count without handing out every cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ClusterSums {
    /// Clusters with a trial.
    pub clusters: f64,
    /// Σk: successes.
    pub k: f64,
    /// Σn: trials.
    pub n: f64,
    /// Σk².
    pub kk: f64,
    /// Σkn.
    pub kn: f64,
    /// Σn².
    pub nn: f64,
}

impl ClusterSums {
    /// With the sums of other clusters.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            clusters: self.clusters + other.clusters,
            k: self.k + other.k,
            n: self.n + other.n,
            kk: self.kk + other.kk,
            kn: self.kn + other.kn,
            nn: self.nn + other.nn,
        }
    }

    /// Adjusts for clusters, as [`cluster_adjusted`]: Σ(k - pn)² is Σk² - 2pΣkn + p²Σn².
    #[must_use]
    pub fn adjusted(self) -> Option<ClusterAdjusted> {
        let p = Proportion::of_reals(self.k, self.n).share()?;
        let squares = (self.kk - 2.0 * p * self.kn + p * p * self.nn).max(0.0);
        Some(adjusted(p, self.n, self.clusters, squares))
    }
}

fn adjusted(p: f64, n: f64, clusters: f64, squares: f64) -> ClusterAdjusted {
    let variance = if clusters > 1.0 { clusters / (clusters - 1.0) * squares / (n * n) } else { 0.0 };
    let independent = p * (1.0 - p) / n;
    let deff = if independent > 0.0 { (variance / independent).max(1.0) } else { 1.0 };
    let too_few = clusters < 10.0 && deff > 1.0 || clusters < 2.0 && n > 1.0;
    ClusterAdjusted { p, variance, deff, n_eff: n / deff, too_few }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Z_975, wilson};
    use proptest::prelude::*;

    fn clusters(list: &[(u64, u64)]) -> Vec<Cluster> {
        list.iter().map(|(k, n)| Rate::new(*k, *n).unwrap()).collect()
    }

    #[test]
    fn the_worked_example_is_met() {
        let people = clusters(&[(3, 4), (0, 6), (0, 5), (2, 2), (1, 8), (0, 3), (4, 6), (0, 6)]);
        let found = cluster_adjusted(&people).unwrap();
        assert_eq!(found.p, 0.25);
        assert!((found.variance - 0.014_375).abs() < 1e-12);
        assert!((found.deff - 3.066_667).abs() < 5e-7 && (found.n_eff - 13.043_478).abs() < 5e-7);
        let interval = wilson(found.proportion(), Z_975).unwrap();
        assert!((interval.low - 0.092_651).abs() < 5e-7 && (interval.high - 0.521_103).abs() < 5e-7);
        assert!(found.too_few, "eight people");
    }

    #[test]
    fn one_trial_a_person_changes_nothing() {
        let people = clusters(&[
            (1, 1),
            (0, 1),
            (0, 1),
            (1, 1),
            (0, 1),
            (0, 1),
            (0, 1),
            (0, 1),
            (0, 1),
            (0, 1),
            (1, 1),
            (0, 1),
        ]);
        let found = cluster_adjusted(&people).unwrap();
        assert!(found.deff < 1.1 && found.n_eff > 10.9 && !found.too_few);
        assert_eq!(cluster_adjusted(&[]), None);
        assert!(cluster_adjusted(&clusters(&[(2, 9)])).unwrap().too_few);
    }

    fn sums(people: &[Cluster]) -> ClusterSums {
        let of = |c: &Cluster| {
            let c = Proportion::from(*c);
            let clusters = if c.n > 0.0 { 1.0 } else { 0.0 };
            ClusterSums { clusters, k: c.k, n: c.n, kk: c.k * c.k, kn: c.k * c.n, nn: c.n * c.n }
        };
        people.iter().map(of).fold(ClusterSums::default(), ClusterSums::and)
    }

    proptest! {
        #[test]
        fn sums_over_clusters_tell_the_same(list in proptest::collection::vec((0_u64..5, 0_u64..5), 0..30)) {
            let people: Vec<Cluster> = list.iter().map(|(k, m)| Rate::new(*k, k + m).unwrap()).collect();
            match (cluster_adjusted(&people), sums(&people).adjusted()) {
                (Some(one), Some(other)) => {
                    prop_assert!((one.p - other.p).abs() < 1e-12 && (one.n_eff - other.n_eff).abs() < 1e-6);
                }
                (one, other) => prop_assert_eq!(one, other),
            }
        }

        #[test]
        fn adjusting_never_adds_trials(list in proptest::collection::vec((0_u64..5, 0_u64..5), 1..30)) {
            let people: Vec<Cluster> = list.iter().map(|(k, m)| Rate::new(*k, k + m).unwrap()).collect();
            if let Some(found) = cluster_adjusted(&people) {
                let n = people.iter().copied().sum::<Rate>().n() as f64;
                prop_assert!(found.deff >= 1.0 && found.n_eff <= n && found.n_eff > 0.0);
                prop_assert!((found.proportion().share().unwrap() - found.p).abs() < 1e-12);
            }
        }
    }
}

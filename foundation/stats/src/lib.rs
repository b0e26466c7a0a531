//! Statistics of rates and of waiting times: intervals, comparison of groups, tests that may be looked at every
//! day, and what may be said of a change.
//!
//! Numbers in, numbers out: no clock, no I/O, no words for the screen. Definitions and worked figures
//! are those of docs/metrics.md; distributions come from statrs.

pub mod beta;
pub mod cluster;
pub mod compare;
pub mod drift;
pub mod independence;
pub mod interval;
pub mod logrank;
pub mod multiple;
mod quadrature;
pub mod rate;
pub mod sample;
pub mod seeded;
pub mod sequential;
pub mod strata;
pub mod survival;
pub mod verdict;

pub use beta::{Beta, expected_loss, probability_best};
pub use cluster::{Cluster, ClusterAdjusted, ClusterSums, cluster_adjusted};
pub use compare::{ZTest, difference, fisher_two_sided, pooled_z, probability_after_greater};
pub use drift::stability_index;
pub use independence::{ChiSquare, chi_square_tail, deflated_p, homogeneity};
pub use interval::{Interval, any_time_interval, newcombe, wilson};
pub use logrank::{GroupEnds, LogRank, LogRankGroups, log_rank, log_rank_groups};
pub use multiple::{benjamini_hochberg, holm};
pub use rate::{Proportion, Rate, Reading, StatsError, verdict_possible};
pub use sample::{
    MoreNeeded, detectable_difference, least_visible, more_needed, rest_difference, sample_size_per_group,
};
pub use seeded::SplitMix64;
pub use sequential::{Mixture, SequentialTest, look_allowed, mixture};
pub use strata::{Odds, Stratified, Stratum, stratified};
pub use survival::{Curve, Life, Outcome, Step};
pub use verdict::{Asked, Growing, Incomparable, Leaning, Look, Verdict, default_delta, verdict};

/// The 0.975 quantile of the standard normal distribution: two-sided 95 %.
pub const Z_975: f64 = 1.959_963_984_540_054;
/// The 0.8 quantile of the standard normal distribution: power 80 %.
pub const Z_80: f64 = 0.841_621_233_572_914_3;

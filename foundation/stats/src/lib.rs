//! Statistics of rates: intervals, comparison of two groups, tests that may be looked at every day.
//!
//! Numbers in, numbers out: no clock, no I/O, no words for the screen. Definitions and worked figures
//! are those of docs/metrics.md; distributions come from statrs.

pub mod beta;
pub mod cluster;
pub mod compare;
pub mod drift;
pub mod independence;
pub mod interval;
pub mod multiple;
mod quadrature;
pub mod rate;
pub mod sample;
pub mod seeded;
pub mod sequential;

pub use beta::{Beta, expected_loss, probability_best};
pub use cluster::{Cluster, ClusterAdjusted, ClusterSums, cluster_adjusted};
pub use compare::{difference, fisher_two_sided, probability_after_greater};
pub use drift::stability_index;
pub use independence::{ChiSquare, chi_square_tail, deflated_p, homogeneity};
pub use interval::{Interval, any_time_interval, newcombe, wilson};
pub use multiple::{benjamini_hochberg, holm};
pub use rate::{Proportion, Rate, Reading, StatsError, verdict_possible};
pub use sample::{MoreNeeded, detectable_difference, more_needed, rest_difference, sample_size_per_group};
pub use seeded::SplitMix64;
pub use sequential::{Mixture, SequentialTest, look_allowed, mixture};

/// The 0.975 quantile of the standard normal distribution: two-sided 95 %.
pub const Z_975: f64 = 1.959_963_984_540_054;
/// The 0.8 quantile of the standard normal distribution: power 80 %.
pub const Z_80: f64 = 0.841_621_233_572_914_3;

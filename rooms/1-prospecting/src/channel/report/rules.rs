//! What may be said of counted touches. Pure.
//!
//! Several touches of one person tell less than as many of several people: every interval is of as many independent
//! touches as they are worth (docs/metrics.md, clusters).

use serde::Serialize;
use stats::{ClusterSums, Interval, Proportion, Rate, Reading, Z_975, newcombe, verdict_possible, wilson};

use crate::channel::Channel;

/// Where the shares that were believed are cut into groups, to hold them against what came.
pub const CUTS: [f64; 7] = [0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1];

/// Touches that came out.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TouchFigure {
    /// Touches that brought a conversation or an appointment.
    pub k: u64,
    /// Touches.
    pub n: u64,
    /// People, each once a channel.
    pub people: u64,
    /// k of n, from 0 to 1; null over nothing.
    pub share: Option<f64>,
    /// 95 %, several touches of one person counting less; null over nothing or too few people.
    pub interval: Option<Interval>,
    /// What may be shown of it.
    pub reading: Reading,
}

/// What may be said of two groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// Too few touches, people or answers.
    NotEnough,
    /// More came of the first.
    Higher,
    /// Less came of the first.
    Lower,
    /// The interval of the difference holds zero.
    Unclear,
}

/// Two groups side by side. It never says that one is the cause.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Compared {
    /// Which channel; null: all of them.
    pub channel: Option<Channel>,
    /// Touches as advised; for the lot, those whose advice was drawn.
    pub one: TouchFigure,
    /// The other touches; for the lot, those whose advice was the usual one.
    pub other: TouchFigure,
    /// The share of one minus that of the other; null when there is not enough.
    pub difference: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<Interval>,
    /// What may be said of it.
    pub says: Says,
}

/// Touches of which much the same was believed.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CalibrationBin {
    /// The least share that was believed.
    pub from: f64,
    /// Below this one.
    pub to: f64,
    /// The mean of what was believed.
    pub predicted: f64,
    /// What came.
    pub seen: TouchFigure,
    /// Whether what was believed lies in the interval of what came; null when there is not enough.
    pub holds: Option<bool>,
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // counts
fn whole(count: f64) -> u64 {
    count.max(0.0) as u64
}

fn rate(sums: ClusterSums) -> Rate {
    Rate::new(whole(sums.k), whole(sums.n)).unwrap_or_default()
}

/// As many independent touches as these are worth; `None` when they are of too few people.
fn independent(sums: ClusterSums) -> Option<Proportion> {
    sums.adjusted().filter(|adjusted| !adjusted.too_few).map(|adjusted| adjusted.proportion())
}

/// One group.
#[must_use]
pub fn figure(sums: ClusterSums) -> TouchFigure {
    let rate = rate(sums);
    TouchFigure {
        k: rate.k(),
        n: rate.n(),
        people: whole(sums.clusters),
        share: rate.share(),
        interval: independent(sums).and_then(|worth| wilson(worth, Z_975)),
        reading: rate.reading(),
    }
}

/// Two groups. Nothing is said below 30 touches in each, 5 answers in both, or over too few people.
#[must_use]
pub fn compare(channel: Option<Channel>, one: ClusterSums, other: ClusterSums) -> Compared {
    let worth =
        verdict_possible(rate(other), rate(one)).then(|| Some((independent(other)?, independent(one)?)));
    let interval = worth.flatten().and_then(|(other, one)| newcombe(other, one, Z_975));
    let (one, other) = (figure(one), figure(other));
    let difference = interval.and_then(|_| Some(one.share? - other.share?));
    let says = match interval {
        None => Says::NotEnough,
        Some(interval) if interval.low > 0.0 => Says::Higher,
        Some(interval) if interval.high < 0.0 => Says::Lower,
        Some(_) => Says::Unclear,
    };
    Compared { channel, one, other, difference, interval, says }
}

/// What was believed of a group, against what came.
#[must_use]
pub fn calibration(bin: usize, predicted: f64, sums: ClusterSums) -> CalibrationBin {
    let seen = figure(sums);
    let judged = seen.interval.filter(|_| seen.reading == Reading::Full);
    CalibrationBin {
        from: CUTS.get(bin).copied().unwrap_or(0.0),
        to: CUTS.get(bin + 1).copied().unwrap_or(1.0),
        predicted,
        holds: judged.map(|interval| interval.contains(predicted)),
        seen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` touches of as many people, of which `k` brought something.
    fn alone(k: f64, n: f64) -> ClusterSums {
        ClusterSums { clusters: n, k, n, kk: k, kn: k, nn: n }
    }

    #[test]
    fn what_may_be_said_of_two_groups() {
        let table = [
            // 30 touches and 5 answers are the least.
            ((3.0, 29.0), (3.0, 400.0), Says::NotEnough),
            ((2.0, 30.0), (2.0, 400.0), Says::NotEnough),
            ((2.0, 30.0), (3.0, 60.0), Says::Unclear),
            ((0.0, 0.0), (9.0, 100.0), Says::NotEnough),
            // The worked comparison of docs/metrics.md: Newcombe just excludes 0.
            ((41.0, 420.0), (24.0, 400.0), Says::Higher),
            ((24.0, 400.0), (41.0, 420.0), Says::Lower),
            ((61.0, 200.0), (60.0, 200.0), Says::Unclear),
        ];
        for ((k1, n1), (k2, n2), says) in table {
            let found = compare(None, alone(k1, n1), alone(k2, n2));
            assert_eq!(found.says, says, "{k1}/{n1} {k2}/{n2}");
            assert_eq!(found.difference.is_some(), says != Says::NotEnough);
        }
        let worked = compare(None, alone(41.0, 420.0), alone(24.0, 400.0));
        let interval = worked.interval.expect("enough");
        // One touch of each person is worth all of them but one.
        assert!((interval.low - 0.000_346_190).abs() < 1e-8 && (interval.high - 0.075_179_939).abs() < 1e-8);
        assert!((worked.difference.expect("enough") - 0.037_619_048).abs() < 1e-8);
    }

    #[test]
    fn many_touches_of_few_people_say_less() {
        // 400 touches of 40 people, ten each; the answers all from four of them.
        let crowded = ClusterSums { clusters: 40.0, k: 40.0, n: 400.0, kk: 400.0, kn: 400.0, nn: 4_000.0 };
        let wide = |figure: TouchFigure| figure.interval.map(|i| i.high - i.low).expect("an interval");
        assert!(wide(figure(crowded)) > 2.0 * wide(figure(alone(40.0, 400.0))));
        // 60 touches of five people, unequal: no interval, nothing said.
        let few = ClusterSums { clusters: 5.0, k: 12.0, n: 60.0, kk: 144.0, kn: 144.0, nn: 720.0 };
        assert_eq!(figure(few).interval, None);
        assert_eq!(compare(None, few, alone(20.0, 300.0)).says, Says::NotEnough);
    }

    #[test]
    fn what_was_believed_is_held_against_what_came() {
        let table = [(0.10, Some(true)), (0.30, Some(false))];
        for (predicted, holds) in table {
            assert_eq!(calibration(6, predicted, alone(40.0, 400.0)).holds, holds);
        }
        assert_eq!(calibration(0, 0.3, alone(1.0, 29.0)).holds, None, "too few to say");
        let (first, last) = (calibration(0, 0.0, alone(0.0, 1.0)), calibration(6, 0.2, alone(0.0, 1.0)));
        assert_eq!((first.from, first.to, last.from, last.to), (0.0, 0.005, 0.1, 1.0));
    }
}

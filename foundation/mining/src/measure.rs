//! Counts, successions, variants and durations of a log (docs/metrics.md, process mining).

use std::collections::BTreeMap;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::log::EventLog;

/// One activity straight after another within a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Follows {
    /// The earlier one.
    pub from: String,
    /// The later one.
    pub to: String,
    /// How often.
    pub count: u64,
    /// Mean seconds between them.
    pub mean_s: f64,
}

/// One sequence of activities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Variant {
    /// Activities in their order.
    pub trace: Vec<String>,
    /// Cases that ran so.
    pub count: u64,
}

/// What a log says. Lists are ordered by count, ties alphabetically.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Mined {
    /// Cases with at least one event.
    pub cases: u64,
    /// Events.
    pub events: u64,
    /// Events of each activity.
    pub activities: BTreeMap<String, u64>,
    /// Cases that begin with it.
    pub start: BTreeMap<String, u64>,
    /// Cases that end with it.
    pub end: BTreeMap<String, u64>,
    /// What follows what.
    pub directly_follows: Vec<Follows>,
    /// Different sequences.
    pub variants: u64,
    /// The most frequent ones.
    pub top_variants: Vec<Variant>,
    /// Mean seconds from the first to the last event of a case; none without a case.
    pub duration_mean_s: Option<f64>,
    /// Median of the same, the mean of the two middle ones when their number is even.
    pub duration_median_s: Option<f64>,
}

/// Mines a log; `top` variants are listed, all are counted.
#[must_use]
pub fn mine(log: &EventLog, top: usize) -> Mined {
    let count = log.activities().len();
    let (mut all, mut start, mut end) = (vec![0_u64; count], vec![0_u64; count], vec![0_u64; count]);
    let mut follows: HashMap<(u32, u32), (u64, i128)> = HashMap::new();
    let mut durations: Vec<i64> = Vec::new();
    for case in log.cases() {
        for event in case {
            all[event.activity as usize] += 1;
        }
        for pair in case.windows(2) {
            let sum = follows.entry((pair[0].activity, pair[1].activity)).or_default();
            sum.0 += 1;
            sum.1 += i128::from(pair[1].time) - i128::from(pair[0].time);
        }
        if let (Some(first), Some(last)) = (case.first(), case.last()) {
            start[first.activity as usize] += 1;
            end[last.activity as usize] += 1;
            durations.push(last.time.saturating_sub(first.time));
        }
    }
    let traces = log.traces();
    Mined {
        cases: durations.len() as u64,
        events: log.events() as u64,
        activities: named(log, &all),
        start: named(log, &start),
        end: named(log, &end),
        directly_follows: successions(log, &follows),
        variants: traces.len() as u64,
        top_variants: variants(log, &traces, top),
        duration_mean_s: mean(&durations),
        duration_median_s: median(&mut durations),
    }
}

fn named(log: &EventLog, counts: &[u64]) -> BTreeMap<String, u64> {
    let named = log.activities().iter().zip(counts).filter(|(_, count)| **count > 0);
    named.map(|(name, count)| (name.to_string(), *count)).collect()
}

fn successions(log: &EventLog, sums: &HashMap<(u32, u32), (u64, i128)>) -> Vec<Follows> {
    let mut list: Vec<Follows> = (sums.iter())
        .map(|((from, to), (count, micros))| Follows {
            from: log.name(*from).to_owned(),
            to: log.name(*to).to_owned(),
            count: *count,
            mean_s: seconds(*micros, *count),
        })
        .collect();
    list.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
    list
}

fn variants(log: &EventLog, traces: &HashMap<Box<[u32]>, u64>, top: usize) -> Vec<Variant> {
    let names = |trace: &[u32]| trace.iter().map(|a| log.name(*a).to_owned()).collect::<Vec<String>>();
    let mut list: Vec<(&[u32], u64)> = traces.iter().map(|(trace, count)| (&**trace, *count)).collect();
    list.sort_by(|(a, m), (b, n)| {
        let name = |activity: &u32| log.name(*activity);
        n.cmp(m).then_with(|| a.iter().map(name).cmp(b.iter().map(name)))
    });
    list.truncate(top);
    list.into_iter().map(|(trace, count)| Variant { trace: names(trace), count }).collect()
}

#[allow(clippy::cast_precision_loss)] // microseconds: exact to 285 years, then to the second
fn seconds(micros: i128, over: u64) -> f64 {
    micros as f64 / 1e6 / over as f64
}

fn mean(durations: &[i64]) -> Option<f64> {
    let sum = durations.iter().map(|micros| i128::from(*micros)).sum();
    (!durations.is_empty()).then(|| seconds(sum, durations.len() as u64))
}

fn median(durations: &mut [i64]) -> Option<f64> {
    let last = durations.len().checked_sub(1)?;
    durations.sort_unstable();
    Some(seconds(i128::from(durations[last / 2]) + i128::from(durations[last.div_ceil(2)]), 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, LogBuilder};
    use proptest::prelude::*;

    fn log(events: &[(u8, u8, i64)]) -> EventLog {
        let mut log = LogBuilder::new(Limits::default());
        for (case, activity, time) in events {
            let case = log.case(&case.to_string()).unwrap();
            log.event(case, &char::from(b'a' + activity).to_string(), time * 1_000_000).unwrap();
        }
        log.finish()
    }

    #[test]
    fn a_small_log_is_counted_by_hand() {
        let found = mine(&log(&[(1, 1, 0), (1, 0, 10), (2, 1, 5), (2, 0, 25), (3, 0, 7), (4, 2, 1)]), 2);
        assert_eq!((found.cases, found.events, found.variants), (4, 6, 3));
        let follows = Follows { from: "b".into(), to: "a".into(), count: 2, mean_s: 15.0 };
        assert_eq!(found.directly_follows, [follows]);
        let traces: Vec<(Vec<String>, u64)> =
            found.top_variants.into_iter().map(|v| (v.trace, v.count)).collect();
        assert_eq!(traces, [(vec!["b".into(), "a".into()], 2), (vec!["a".into()], 1)], "ties alphabetically");
        assert_eq!((found.duration_mean_s, found.duration_median_s), (Some(7.5), Some(5.0)));
    }

    #[test]
    fn an_empty_log_has_no_duration() {
        let found = mine(&log(&[]), 5);
        assert_eq!((found.cases, found.duration_mean_s, found.duration_median_s), (0, None, None));
    }

    proptest! {
        #[test]
        fn every_event_is_a_start_or_follows_one(
            events in proptest::collection::vec((0_u8..9, 0_u8..5, 0_i64..20), 0..200),
        ) {
            let found = mine(&log(&events), usize::MAX);
            let pairs: u64 = found.directly_follows.iter().map(|f| f.count).sum();
            prop_assert_eq!(pairs + found.cases, found.events);
            prop_assert_eq!(found.start.values().sum::<u64>(), found.cases);
            prop_assert_eq!(found.end.values().sum::<u64>(), found.cases);
            prop_assert_eq!(found.top_variants.iter().map(|v| v.count).sum::<u64>(), found.cases);
            prop_assert_eq!(found.top_variants.len() as u64, found.variants);
            prop_assert!(found.directly_follows.iter().all(|f| f.mean_s >= 0.0));
        }
    }
}

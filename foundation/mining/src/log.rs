//! A log in memory: names once, events as numbers, cases sorted by time.

use hashbrown::HashMap;

use crate::limits::{Limits, MiningError};

/// Names, each kept once; its number is the order of first appearance.
#[derive(Debug, Default)]
struct Names {
    numbers: HashMap<Box<str>, u32>,
    list: Vec<Box<str>>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        // Limits keep both lists far below 2^32.
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.numbers.insert(name.into(), number);
        self.list.push(name.into());
        number
    }
}

/// What happened, and when: microseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Number of the activity, see [`EventLog::activities`].
    pub activity: u32,
    /// Microseconds since 1970 UTC.
    pub time: i64,
}

/// Events of cases as they are read, in any order.
#[derive(Debug)]
pub struct LogBuilder {
    limits: Limits,
    cases: Names,
    activities: Names,
    events: Vec<(u32, Event)>,
}

impl LogBuilder {
    /// An empty log that refuses more than the limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, cases: Names::default(), activities: Names::default(), events: Vec::new() }
    }

    /// Number of the case of this name.
    ///
    /// # Errors
    /// When the name is too long.
    pub fn case(&mut self, name: &str) -> Result<u32, MiningError> {
        self.check(name)?;
        Ok(self.cases.number(name))
    }

    /// Adds an event. Of events of one case at one time, the one added first came first.
    ///
    /// # Errors
    /// When the log grows beyond its limits.
    pub fn event(&mut self, case: u32, activity: &str, time: i64) -> Result<(), MiningError> {
        self.check(activity)?;
        if self.events.len() >= self.limits.events {
            return Err(MiningError::TooLarge { what: "events", limit: self.limits.events as u64 });
        }
        let activity = self.activities.number(activity);
        if self.activities.list.len() > self.limits.activities {
            return Err(MiningError::TooLarge { what: "activities", limit: self.limits.activities as u64 });
        }
        self.events.push((case, Event { activity, time }));
        Ok(())
    }

    fn check(&self, name: &str) -> Result<(), MiningError> {
        if name.len() <= self.limits.name {
            return Ok(());
        }
        let start = name.chars().take(20).collect();
        Err(MiningError::LongName { found: name.len(), start, limit: self.limits.name })
    }

    /// The log, each case sorted by time; ties keep the order in which they were added.
    #[must_use]
    pub fn finish(self) -> EventLog {
        let mut starts = vec![0_usize; self.cases.list.len() + 1];
        for (case, _) in &self.events {
            starts[*case as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut free = starts.clone();
        let mut events = vec![Event { activity: 0, time: 0 }; self.events.len()];
        for (case, event) in &self.events {
            events[free[*case as usize]] = *event;
            free[*case as usize] += 1;
        }
        for bounds in starts.windows(2) {
            events[bounds[0]..bounds[1]].sort_by_key(|event| event.time);
        }
        EventLog { activities: self.activities.list, events, starts }
    }
}

/// A log whose cases are sorted by time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLog {
    activities: Vec<Box<str>>,
    events: Vec<Event>,
    /// Where each case begins in `events`, and where the last one ends.
    starts: Vec<usize>,
}

impl EventLog {
    /// Names of activities by their number.
    #[must_use]
    pub fn activities(&self) -> &[Box<str>] {
        &self.activities
    }

    /// Events of all cases.
    #[must_use]
    pub fn events(&self) -> usize {
        self.events.len()
    }

    /// Events of each case that has any, in the order in which cases first appeared.
    pub fn cases(&self) -> impl Iterator<Item = &[Event]> {
        self.starts.windows(2).map(|ends| &self.events[ends[0]..ends[1]]).filter(|case| !case.is_empty())
    }

    pub(crate) fn name(&self, activity: u32) -> &str {
        &self.activities[activity as usize]
    }

    /// How many cases run through each sequence of activities.
    pub(crate) fn traces(&self) -> HashMap<Box<[u32]>, u64> {
        let mut traces: HashMap<Box<[u32]>, u64> = HashMap::new();
        let mut trace: Vec<u32> = Vec::new();
        for case in self.cases() {
            trace.clear();
            trace.extend(case.iter().map(|event| event.activity));
            match traces.get_mut(trace.as_slice()) {
                Some(count) => *count += 1,
                None => {
                    traces.insert(trace.as_slice().into(), 1);
                }
            }
        }
        traces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_sorted_by_time_and_ties_keep_the_order_of_the_log() {
        let mut log = LogBuilder::new(Limits::default());
        for (case, activity, time) in
            [("b", "z", 5), ("a", "y", 9), ("b", "a", 5), ("a", "x", 1), ("b", "m", 2)]
        {
            let case = log.case(case).unwrap();
            log.event(case, activity, time).unwrap();
        }
        log.case("empty").unwrap();
        let log = log.finish();
        let found: Vec<Vec<&str>> =
            log.cases().map(|case| case.iter().map(|event| log.name(event.activity)).collect()).collect();
        assert_eq!(found, [vec!["m", "z", "a"], vec!["x", "y"]]);
        assert_eq!(log.events(), 5);
    }

    #[test]
    fn what_is_too_large_is_refused_with_its_limit() {
        let mut log = LogBuilder::new(Limits { events: 2, activities: 1, name: 5, ..Limits::default() });
        let case = log.case("a").unwrap();
        log.event(case, "x", 0).unwrap();
        assert!(log.case("longer").unwrap_err().to_string().contains("6 bytes"));
        assert!(log.event(case, "y", 0).unwrap_err().to_string().contains("more than 1 activities"));
        let mut log = LogBuilder::new(Limits { events: 1, ..Limits::default() });
        log.event(0, "x", 0).unwrap();
        assert!(log.event(0, "x", 0).unwrap_err().to_string().contains("more than 1 events"));
    }
}

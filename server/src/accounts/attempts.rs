//! Guessing is slowed down: failed attempts are counted per address and per account name, in a
//! sliding window, in this process's memory.

use kernel::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Seconds an attempt counts.
pub const WINDOW_SECONDS: i64 = 15 * 60;
/// Failures for one account name before it is closed for the rest of the window.
pub const PER_NAME: usize = 5;
/// Failures from one network address before it is closed.
pub const PER_ADDRESS: usize = 50;
/// Names remembered; beyond that the stale ones are dropped.
const REMEMBERED: usize = 20_000;

/// The count.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<String, VecDeque<Timestamp>>>);

impl Attempts {
    /// Counts an attempt before it is made, so that many at once cannot slip through.
    ///
    /// # Errors
    /// Seconds to wait, when there were too many.
    pub fn begin(&self, name: &str, address: &str, now: Timestamp) -> Result<(), i64> {
        let mut counts = self.counts();
        if counts.len() > REMEMBERED {
            counts.retain(|_, at| at.back().is_some_and(|last| now.seconds_since(*last) < WINDOW_SECONDS));
        }
        let keys = [(name_key(name), PER_NAME), (address_key(address), PER_ADDRESS)];
        for (key, most) in &keys {
            let at = counts.entry(key.clone()).or_default();
            while at.front().is_some_and(|first| now.seconds_since(*first) >= WINDOW_SECONDS) {
                at.pop_front();
            }
            if at.len() >= *most {
                let first = at.front().copied().unwrap_or(now);
                return Err((WINDOW_SECONDS - now.seconds_since(first)).max(1));
            }
        }
        for (key, _) in keys {
            counts.entry(key).or_default().push_back(now);
        }
        Ok(())
    }

    /// The attempt was good: the name starts afresh, and the address gets this one back.
    pub fn succeeded(&self, name: &str, address: &str) {
        let mut counts = self.counts();
        counts.remove(&name_key(name));
        if let Some(at) = counts.get_mut(&address_key(address)) {
            at.pop_back();
        }
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, VecDeque<Timestamp>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name_key(name: &str) -> String {
    format!("name {name}")
}

fn address_key(address: &str) -> String {
    format!("address {address}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_763_900_000_000_000);

    #[test]
    fn the_sixth_failure_for_a_name_waits_until_the_first_is_forgotten() {
        let attempts = Attempts::default();
        for n in 0..5 {
            attempts.begin("kim@example.com", &format!("10.0.0.{n}"), NOW.plus_seconds(n)).unwrap();
        }
        assert_eq!(attempts.begin("kim@example.com", "10.0.0.9", NOW.plus_seconds(60)), Err(15 * 60 - 60));
        assert!(attempts.begin("lee@example.com", "10.0.0.9", NOW.plus_seconds(60)).is_ok());
        assert!(attempts.begin("kim@example.com", "10.0.0.9", NOW.plus_seconds(15 * 60)).is_ok());
    }

    #[test]
    fn one_address_cannot_try_many_names_for_ever() {
        let attempts = Attempts::default();
        for n in 0..PER_ADDRESS {
            attempts.begin(&format!("user{n}"), "10.0.0.1", NOW).unwrap();
        }
        assert!(attempts.begin("one more", "10.0.0.1", NOW).is_err());
        assert!(attempts.begin("one more", "10.0.0.2", NOW).is_ok());
    }

    #[test]
    fn a_good_attempt_clears_the_name_and_does_not_count_for_the_address() {
        let attempts = Attempts::default();
        for _ in 0..200 {
            attempts.begin("kim", "10.0.0.1", NOW).unwrap();
            attempts.succeeded("kim", "10.0.0.1");
        }
    }
}

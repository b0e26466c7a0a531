//! What is known of the lines of the search index, kept between questions: sets of those that fit a condition, and
//! their orders.
//!
//! A record that changes gets a new line, and no number is given twice. So what is known of a line holds for as long as
//! it is there: a set is made once, and later only the lines that are newer are looked at. Lines that went stay in it,
//! which harms nobody: no record has their number.

use crate::order::Order;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use roaring::RoaringTreemap;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Bytes of all sets together; those asked for least go first.
const SET_BYTES: u64 = 64 << 20;
/// Bytes of all orders together; one of a million lines has five million.
const ORDER_BYTES: u64 = 256 << 20;
/// Sets at most, about.
const MANY: usize = 2_000;

/// What is kept.
pub trait Kept: Clone + Default {
    /// How large it is, about.
    fn bytes(&self) -> u64;
}

impl Kept for RoaringTreemap {
    fn bytes(&self) -> u64 {
        self.serialized_size() as u64
    }
}

/// All that is known of lines.
#[derive(Debug)]
pub struct Lines {
    /// Sets, by the condition they are of.
    pub sets: Known<RoaringTreemap>,
    /// Orders, by what is sorted and how.
    pub orders: Known<Order>,
}

impl Default for Lines {
    fn default() -> Self {
        Self { sets: Known::new(SET_BYTES), orders: Known::new(ORDER_BYTES) }
    }
}

/// Things of one kind, by their names.
pub struct Known<T: Kept> {
    kept: Cache<String, Slot<T>, ByBytes>,
}

/// A thing, and how many bytes it had when it was put here.
struct Slot<T> {
    state: Arc<Mutex<State<T>>>,
    bytes: u64,
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), bytes: self.bytes }
    }
}

#[derive(Default)]
struct State<T> {
    /// The moment of the last look.
    at: Moment,
    thing: Arc<T>,
}

/// A moment of the database, as far as lines go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moment {
    /// All lines older than this are there for good, or gone: on SQLite the number of the next line, on PostgreSQL the
    /// oldest transaction that is not over.
    pub horizon: u64,
    /// What is seen: the same words, the same lines.
    pub seen: String,
}

#[derive(Clone)]
struct ByBytes;

impl<T> Weighter<String, Slot<T>> for ByBytes {
    fn weight(&self, key: &String, slot: &Slot<T>) -> u64 {
        100 + key.len() as u64 + slot.bytes
    }
}

impl<T: Kept> std::fmt::Debug for Known<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").field("things", &self.kept.len()).finish_non_exhaustive()
    }
}

/// A thing while it is read or completed; whoever asks for the same one waits.
pub struct Open<'k, T: Kept> {
    all: &'k Known<T>,
    key: String,
    slot: Slot<T>,
    state: OwnedMutexGuard<State<T>>,
}

impl<T: Kept> Known<T> {
    fn new(bytes: u64) -> Self {
        Self { kept: Cache::with_weighter(MANY, bytes, ByBytes) }
    }

    /// Whether a thing was asked for before.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.kept.peek(key).is_some_and(|slot| slot.bytes > 0)
    }

    /// The thing of a name, empty when it was not asked for before.
    pub async fn open(&self, key: String) -> Open<'_, T> {
        let new = || Ok::<_, Infallible>(Slot { state: Arc::default(), bytes: 0 });
        let slot = match self.kept.get_or_insert_with(&key, new) {
            Ok(slot) => slot,
            Err(never) => match never {},
        };
        let state = slot.state.clone().lock_owned().await;
        Open { all: self, key, slot, state }
    }
}

impl<T: Kept> Open<'_, T> {
    /// The horizon of the last look, when another moment has come; zero when there was none.
    #[must_use]
    pub fn behind(&self, now: &Moment) -> Option<u64> {
        (self.state.at != *now).then_some(self.state.at.horizon)
    }

    /// Completes it: all lines older than the horizon have been looked at now, newer ones may have.
    pub fn complete(&mut self, now: &Moment, with: impl FnOnce(&mut T)) {
        with(Arc::make_mut(&mut self.state.thing));
        self.state.at = now.clone();
        self.slot.bytes = self.state.thing.bytes();
        self.all.kept.insert(self.key.clone(), self.slot.clone());
    }

    /// As far as it is known.
    #[must_use]
    pub fn known(&self) -> Arc<T> {
        self.state.thing.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(horizon: u64) -> Moment {
        Moment { horizon, seen: horizon.to_string() }
    }

    #[tokio::test]
    async fn a_set_is_completed_and_never_made_anew() {
        let lines = Lines::default();
        let mut set = lines.sets.open("a".to_owned()).await;
        assert_eq!(set.behind(&moment(10)), Some(0));
        set.complete(&moment(10), |set| set.extend([3, 7]));
        drop(set);
        assert!(lines.sets.has("a") && !lines.sets.has("b"));
        let mut set = lines.sets.open("a".to_owned()).await;
        assert_eq!((set.behind(&moment(10)), set.behind(&moment(12))), (None, Some(10)));
        let same_horizon = Moment { seen: "another".to_owned(), ..moment(10) };
        assert_eq!(set.behind(&same_horizon), Some(10), "a younger transaction may have ended");
        let before = set.known();
        set.complete(&moment(12), |set| set.extend([11]));
        assert_eq!(set.known().iter().collect::<Vec<_>>(), [3, 7, 11]);
        assert_eq!(before.len(), 2, "who has it already reads on in peace");
        drop(set);
        assert_eq!(lines.sets.open("b".to_owned()).await.known().len(), 0);
    }

    #[tokio::test]
    async fn sets_asked_for_least_make_room() {
        let lines = Lines::default();
        // Every fifth number: some forty kilobytes each, 120 MB together.
        let large: RoaringTreemap = (0..320_000).step_by(5).collect();
        for n in 0..3_000_u64 {
            let mut set = lines.sets.open(format!("{n}")).await;
            set.complete(&moment(1_000_000), |set| set.clone_from(&large));
        }
        assert!(lines.sets.kept.weight() <= SET_BYTES, "{}", lines.sets.kept.weight());
        assert!(lines.sets.kept.len() > 100, "{}", lines.sets.kept.len());
    }
}

//! Sets of lines of SQLite's search index that fit a condition, kept between questions.
//!
//! A record that changes gets a new line with a higher number, and no number is given twice. So what is known of a line
//! holds for as long as it is there: a set is made once, and later only the lines behind it are looked at. Lines that
//! went stay in it, which harms nobody: no record has their number.

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use roaring::RoaringTreemap;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Bytes of all sets together; those asked for least go first.
const BYTES: u64 = 64 << 20;
/// Sets at most, about.
const SETS: usize = 2_000;

/// Sets by the condition they are of.
pub struct LineSets {
    kept: Cache<String, Slot, ByBytes>,
}

/// A set, and how many bytes it had when it was put here.
#[derive(Clone, Default)]
struct Slot {
    known: Arc<Mutex<Known>>,
    bytes: u64,
}

#[derive(Default)]
struct Known {
    /// The last line looked at.
    last: u64,
    lines: Arc<RoaringTreemap>,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<String, Slot> for ByBytes {
    fn weight(&self, key: &String, slot: &Slot) -> u64 {
        100 + key.len() as u64 + slot.bytes
    }
}

impl Default for LineSets {
    fn default() -> Self {
        Self { kept: Cache::with_weighter(SETS, BYTES, ByBytes) }
    }
}

impl std::fmt::Debug for LineSets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LineSets").field("sets", &self.kept.len()).finish_non_exhaustive()
    }
}

/// A set while it is read or completed; whoever asks for the same one waits.
pub struct LineSet<'s> {
    sets: &'s LineSets,
    key: String,
    slot: Slot,
    known: OwnedMutexGuard<Known>,
}

impl LineSets {
    /// The set of a condition, empty when it was not asked for before.
    pub async fn open(&self, key: String) -> LineSet<'_> {
        let slot =
            self.kept.get_or_insert_with(&key, || Ok::<_, Infallible>(Slot::default())).unwrap_or_default();
        let known = slot.known.clone().lock_owned().await;
        LineSet { sets: self, key, slot, known }
    }
}

impl LineSet<'_> {
    /// The last line looked at, when lines up to `last` have not all been.
    #[must_use]
    pub fn behind(&self, last: u64) -> Option<u64> {
        (self.known.last < last).then_some(self.known.last)
    }

    /// Takes in the lines that fit among those up to `last`.
    pub fn complete(&mut self, fitting: RoaringTreemap, last: u64) {
        if !fitting.is_empty() {
            *Arc::make_mut(&mut self.known.lines) |= fitting;
            self.slot.bytes = self.known.lines.serialized_size() as u64;
            self.sets.kept.insert(self.key.clone(), self.slot.clone());
        }
        self.known.last = last;
    }

    /// All lines that fit.
    #[must_use]
    pub fn lines(&self) -> Arc<RoaringTreemap> {
        self.known.lines.clone()
    }
}

/// Numbers as SQLite's `group_concat` writes them.
#[must_use]
pub fn read_numbers(text: &str) -> Vec<u64> {
    text.split(',').filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_set_is_completed_and_never_made_anew() {
        let sets = LineSets::default();
        let mut set = sets.open("a".to_owned()).await;
        assert_eq!(set.behind(0), None);
        assert_eq!(set.behind(10), Some(0));
        set.complete([3, 7].into_iter().collect(), 10);
        drop(set);
        let mut set = sets.open("a".to_owned()).await;
        assert_eq!((set.behind(10), set.behind(12)), (None, Some(10)));
        let before = set.lines();
        set.complete(std::iter::once(11).collect(), 12);
        assert_eq!(set.lines().iter().collect::<Vec<_>>(), [3, 7, 11]);
        assert_eq!(before.len(), 2, "who has it already reads on in peace");
        drop(set);
        assert_eq!(sets.open("b".to_owned()).await.lines().len(), 0);
    }

    #[tokio::test]
    async fn sets_asked_for_least_make_room() {
        let sets = LineSets::default();
        for n in 0..3_000_u64 {
            let mut set = sets.open(format!("{n}")).await;
            // Every second number: some forty kilobytes each, 120 MB together.
            set.complete((0..160_000).step_by(2).map(|line| line * 5).collect(), 1_000_000);
        }
        assert!(sets.kept.weight() <= BYTES, "{}", sets.kept.weight());
        assert!(sets.kept.len() > 100, "{}", sets.kept.len());
    }

    #[test]
    fn numbers_are_read() {
        assert_eq!(read_numbers("1,22,333"), [1, 22, 333]);
        assert_eq!(read_numbers(""), Vec::<u64>::new());
    }
}

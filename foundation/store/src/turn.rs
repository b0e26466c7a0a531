//! Whose turn it is to write to SQLite: first come, first served. Its own lock is first asked, first served by chance,
//! and a bulk writer that comes again at once would starve everybody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The turn of one database. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Turn {
    held: Arc<Mutex<()>>,
    waiting: Arc<AtomicUsize>,
}

/// The turn, had by whoever keeps this.
pub(crate) type Held = OwnedMutexGuard<()>;

impl Turn {
    /// Waits for it.
    pub(crate) async fn take(&self) -> Held {
        let _waiting = Waiting::beside(&self.waiting);
        Arc::clone(&self.held).lock_owned().await
    }

    /// Whether somebody waits for it.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }
}

/// Somebody who waits, until they have it or give up.
struct Waiting<'w>(&'w AtomicUsize);

impl<'w> Waiting<'w> {
    fn beside(others: &'w AtomicUsize) -> Self {
        others.fetch_add(1, Ordering::Relaxed);
        Self(others)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

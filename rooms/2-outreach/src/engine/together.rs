//! Work that costs less together: whoever comes while a round is under way waits, and the next round does all of them
//! in one transaction. Nobody waits for others to come.

use std::sync::{Mutex, PoisonError};

use tokio::sync::{Mutex as Turn, oneshot};

/// A place where callers meet. One round at a time.
#[derive(Debug)]
pub(super) struct Together<T, R> {
    waiting: Mutex<Vec<(T, oneshot::Sender<R>)>>,
    turn: Turn<()>,
}

impl<T, R> Default for Together<T, R> {
    fn default() -> Self {
        Self { waiting: Mutex::default(), turn: Turn::default() }
    }
}

impl<T, R> Together<T, R> {
    /// Answers what a round said of this item. `round` answers for its items in their order; it may be this caller's or
    /// another's. `None` when that round broke off.
    pub async fn join<F>(&self, item: T, round: impl FnOnce(Vec<T>) -> F) -> Option<R>
    where
        F: Future<Output = Vec<R>>,
    {
        let (answer, mut mine) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push((item, answer));
        let _turn = self.turn.lock().await;
        if let Ok(done) = mine.try_recv() {
            return Some(done);
        }
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        let (items, askers): (Vec<T>, Vec<_>) = waiting.into_iter().unzip();
        for (asker, answer) in askers.into_iter().zip(round(items).await) {
            // Somebody who does not wait any more does not mind.
            let _ = asker.send(answer);
        }
        mine.try_recv().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn whoever_comes_while_a_round_is_under_way_shares_the_next_one() {
        let (place, rounds) = (Together::default(), AtomicUsize::new(0));
        let ask = |n: u64| {
            place.join(n, |all: Vec<u64>| async {
                rounds.fetch_add(1, Ordering::Relaxed);
                for _ in 0..10 {
                    tokio::task::yield_now().await;
                }
                all.into_iter().map(|n| n * 2).collect()
            })
        };
        let answers = futures::future::join_all((0..100).map(ask)).await;
        assert_eq!(answers, (0..100).map(|n| Some(n * 2)).collect::<Vec<_>>());
        assert_eq!(rounds.into_inner(), 2, "the first alone, all others together");
    }
}

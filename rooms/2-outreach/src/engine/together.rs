//! Work that costs less together: whoever comes while a round is under way waits, and the next round does all of them
//! in one transaction. Nobody waits for others to come.
//!
//! One of those who wait leads the next round, and it begins before the answers of this one are given: nobody has to
//! be woken first who only takes an answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// A place where callers meet. One round at a time.
#[derive(Debug)]
pub(super) struct Together<T, R>(Arc<Mutex<Place<T, R>>>);

#[derive(Debug)]
struct Place<T, R> {
    waiting: Vec<Waiting<T, R>>,
    /// Whether somebody leads a round, or was told to.
    led: bool,
    tickets: u64,
}

#[derive(Debug)]
struct Waiting<T, R> {
    ticket: u64,
    item: T,
    /// None of whoever leads.
    tell: Option<oneshot::Sender<Told<T, R>>>,
}

/// What somebody who waits is told.
#[derive(Debug)]
enum Told<T, R> {
    /// The answer for their item.
    Answer(R),
    /// The next round is theirs.
    Lead(Lead<T, R>),
}

/// The right to hold a round. Dropped, wherever that is, it goes to the next who waits.
#[derive(Debug)]
struct Lead<T, R>(Arc<Mutex<Place<T, R>>>);

impl<T, R> Default for Together<T, R> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Place { waiting: Vec::new(), led: false, tickets: 0 })))
    }
}

fn locked<T, R>(place: &Mutex<Place<T, R>>) -> MutexGuard<'_, Place<T, R>> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T, R> Drop for Lead<T, R> {
    fn drop(&mut self) {
        let next = {
            let mut place = locked(&self.0);
            let next = place.waiting.iter_mut().find_map(|one| one.tell.take_if(|tell| !tell.is_closed()));
            place.led = next.is_some();
            next
        };
        if let Some(tell) = next {
            // Somebody who does not wait any more drops what they are told, and with it the right; their item stays.
            drop(tell.send(Told::Lead(Self(Arc::clone(&self.0)))));
        }
    }
}

impl<T, R> Together<T, R> {
    /// Answers what a round said of this item. `round` answers for its items in their order; it may be this caller's or
    /// another's. `None` when that round broke off.
    pub async fn join<F>(&self, item: T, round: impl FnOnce(Vec<T>) -> F) -> Option<R>
    where
        F: Future<Output = Vec<R>>,
    {
        let (ticket, lead) = match self.enter(item) {
            (ticket, Entered::Leads(lead)) => (ticket, lead),
            (ticket, Entered::Waits(told)) => match told.await.ok()? {
                Told::Answer(answer) => return Some(answer),
                Told::Lead(lead) => (ticket, lead),
            },
        };
        let (mut items, mut askers) = (Vec::new(), Vec::new());
        for Waiting { ticket, item, tell } in std::mem::take(&mut locked(&self.0).waiting) {
            items.push(item);
            askers.push((ticket, tell));
        }
        let answers = round(items).await;
        drop(lead);
        let mut mine = None;
        for ((of, tell), answer) in askers.into_iter().zip(answers) {
            if of == ticket {
                mine = Some(answer);
            } else if let Some(tell) = tell {
                // Somebody who does not wait any more does not mind.
                let _ = tell.send(Told::Answer(answer));
            }
        }
        mine
    }

    /// Puts an item among those that wait. Whoever finds nobody leading does so.
    fn enter(&self, item: T) -> (u64, Entered<T, R>) {
        let mut place = locked(&self.0);
        place.tickets += 1;
        let ticket = place.tickets;
        let (tell, told) = oneshot::channel();
        let leads = !std::mem::replace(&mut place.led, true);
        place.waiting.push(Waiting { ticket, item, tell: (!leads).then_some(tell) });
        let entered = if leads { Entered::Leads(Lead(Arc::clone(&self.0))) } else { Entered::Waits(told) };
        (ticket, entered)
    }
}

/// How somebody came in.
enum Entered<T, R> {
    Leads(Lead<T, R>),
    Waits(oneshot::Receiver<Told<T, R>>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use futures::future::{join_all, pending};
    use std::sync::atomic::{AtomicUsize, Ordering};

    async fn doubled(all: Vec<u64>) -> Vec<u64> {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        all.into_iter().map(|n| n * 2).collect()
    }

    #[tokio::test]
    async fn whoever_comes_while_a_round_is_under_way_shares_the_next_one() {
        let (place, rounds) = (Together::default(), AtomicUsize::new(0));
        let ask = |n: u64| {
            place.join(n, |all: Vec<u64>| {
                rounds.fetch_add(1, Ordering::Relaxed);
                doubled(all)
            })
        };
        let answers = join_all((0..100).map(ask)).await;
        assert_eq!(answers, (0..100).map(|n| Some(n * 2)).collect::<Vec<_>>());
        assert_eq!(rounds.into_inner(), 2, "the first alone, all others together");
    }

    #[tokio::test]
    async fn a_round_that_is_given_up_leaves_the_place_and_the_items_of_those_who_came_later() {
        let place = Together::default();
        let mut stuck = Box::pin(place.join(1, |_| pending::<Vec<u64>>()));
        assert!(stuck.as_mut().now_or_never().is_none());
        let mut waits = Box::pin(place.join(2, doubled));
        let mut left = Box::pin(place.join(3, doubled));
        assert!(waits.as_mut().now_or_never().is_none() && left.as_mut().now_or_never().is_none());
        drop(stuck);
        // It was told to lead, and is gone before it hears of it: its item is not.
        drop(waits);
        let asked = Mutex::new(Vec::new());
        drop(left);
        let last = place.join(4, |all| {
            asked.lock().unwrap().clone_from(&all);
            doubled(all)
        });
        assert_eq!(last.await, Some(8), "the place is free again");
        assert_eq!(asked.into_inner().unwrap(), [2, 3, 4]);
    }
}

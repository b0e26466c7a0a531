//! Lets every reaction read on.

use super::POLL;
use http_room::App;
use std::time::Duration;
use store::event::{self, Cursor};
use store::reaction::{self, Reaction};
use tokio::sync::watch;

/// First wait after an announced event could not be read yet, another transaction being open.
const SOON: Duration = Duration::from_millis(20);
/// Fewer events than that in a round, and the next waits for [`GATHER`]: while much is written, what comes meanwhile is
/// taken together.
const FEW: usize = 500;
/// How long events are gathered.
const GATHER: Duration = Duration::from_millis(50);

pub(super) async fn run(app: App, reactions: Vec<Reaction>, mut stopping: watch::Receiver<bool>) {
    let mut commits = app.db.commits();
    let mut seen = None;
    let mut wait = POLL;
    let mut resting = false;
    while !*stopping.borrow() {
        match step(&app, &reactions, &mut seen).await {
            Ok(0) if wait == POLL && !resting => {
                resting = true;
                if let Err(why) = reaction::rest(&app.db, &reactions, app.clock.now()).await {
                    tracing::warn!(%why, "reactions could not rest");
                }
            }
            Ok(0) => {}
            Ok(few) if few < FEW => {
                let _ = tokio::time::timeout(GATHER, stopping.wait_for(|stop| *stop)).await;
                continue;
            }
            Ok(_) => continue,
            Err(why) => tracing::warn!(%why, "reactions could not read the log"),
        }
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            Ok(()) = commits.changed() => (wait, resting) = (SOON, false),
            () = tokio::time::sleep(wait) => wait = (wait * 2).min(POLL),
        }
    }
}

/// One round. Without news since the last one nothing is locked or written.
async fn step(app: &App, reactions: &[Reaction], seen: &mut Option<Cursor>) -> store::Result<usize> {
    if reactions.is_empty() {
        return Ok(0);
    }
    let newest = event::newest(&app.db).await?;
    if *seen == Some(newest) {
        return Ok(0);
    }
    let taken = catch_up(app, reactions).await?;
    if taken == 0 {
        *seen = Some(newest);
    }
    Ok(taken)
}

/// Each reaction takes one batch. Answers how many events were taken.
pub(super) async fn catch_up(app: &App, reactions: &[Reaction]) -> store::Result<usize> {
    let count = |reaction: &Reaction, n: usize| {
        if n > 0 {
            metrics::counter!("reaction_events_total", "reaction" => reaction.name).increment(n as u64);
        }
    };
    reaction::advance_all(&app.db, reactions, app.clock.now(), count).await
}

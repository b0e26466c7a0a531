//! The worker: lets reactions follow the log, does the jobs, runs the timers.
//!
//! Many nodes may run it on one database: cursors, jobs and whatever timers claim are locked rows.

mod jobs;
mod reactions;
mod timers;

pub use jobs::release;

use http_room::{App, Door, JobHandler, Timer};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use store::reaction::Reaction;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle, JoinSet};

/// Longest wait between two looks for work that nobody announced.
const POLL: Duration = Duration::from_secs(1);

/// Everything there is to do.
#[derive(Clone, Debug, Default)]
pub struct Duties {
    /// Answers to events.
    pub reactions: Vec<Reaction>,
    /// Doers of jobs.
    pub jobs: Vec<JobHandler>,
    /// What comes again and again.
    pub timers: Vec<Timer>,
}

impl Duties {
    /// Gathers them from the doors.
    #[must_use]
    pub fn of(doors: &[Door]) -> Self {
        Self {
            reactions: doors.iter().flat_map(|door| door.reactions.iter().cloned()).collect(),
            jobs: doors.iter().flat_map(|door| door.jobs.iter().cloned()).collect(),
            timers: doors.iter().flat_map(|door| door.timers.iter().cloned()).collect(),
        }
    }
}

/// A task of its own, so that its panic ends nothing else; it ends with whoever holds it.
struct Held<T>(JoinHandle<T>);

impl<T: Send + 'static> Held<T> {
    fn spawn(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }

    async fn ended(mut self) -> Result<T, JoinError> {
        (&mut self.0).await
    }
}

impl<T> Drop for Held<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Works until asked to stop, then finishes what it has begun.
pub async fn run(app: App, duties: Duties, stopping: watch::Receiver<bool>) {
    let mut tasks = JoinSet::new();
    tasks.spawn(reactions::run(app.clone(), duties.reactions, stopping.clone()));
    tasks.spawn(jobs::run(app.clone(), Arc::from(duties.jobs), stopping.clone()));
    for timer in duties.timers {
        tasks.spawn(timers::run(app.clone(), timer, stopping.clone()));
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(why) = ended {
            tracing::error!(%why, "a part of the worker ended by itself");
        }
    }
}

/// Does everything there is to do now, one after the other, until nothing is left. For tests and for
/// commands that work without a server. Answers how much was done.
///
/// # Errors
/// Whatever the database says.
pub async fn drain(app: &App, duties: &Duties) -> store::Result<usize> {
    let mut total = 0;
    loop {
        let mut done = reactions::catch_up(app, &duties.reactions).await?;
        done += jobs::drain(app, &duties.jobs).await?;
        for timer in &duties.timers {
            done += timers::once(app, timer).await;
        }
        if done == 0 {
            return Ok(total);
        }
        total += done;
    }
}

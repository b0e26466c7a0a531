//! A room's door: all the server knows of a room.

use crate::App;
use kernel::{Currency, Locale, Timestamp, UserId, WorkspaceId};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use store::job::{Ended, Job};
use store::reaction::Reaction;
use store::{Migration, Reference, WriteTx};
use tokio::sync::watch;
use utoipa_axum::router::OpenApiRouter;

/// The future of a job or timer.
pub type Working<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Does jobs of one kind. It may be called again for a job it did not finish.
#[derive(Clone)]
pub struct JobHandler {
    /// The kind in `job.kind`.
    pub kind: &'static str,
    /// The work.
    pub run: Arc<dyn Fn(App, Job) -> Working<'static, Ended> + Send + Sync>,
}

impl std::fmt::Debug for JobHandler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JobHandler").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// How much a timer did, or why it could not.
pub type Ticked = Result<usize, Box<dyn std::error::Error + Send + Sync>>;

/// Something the worker does again and again: claiming due mails, waking parked deals.
#[derive(Clone)]
pub struct Timer {
    /// Its name in logs and metrics.
    pub name: &'static str,
    /// Seconds between two runs when there was nothing to do.
    pub every_seconds: u64,
    /// What ends that pause early, each time it changes: somebody has made work for it.
    pub woken: Option<watch::Receiver<()>>,
    /// The work; answers how much it did. More than nothing: it runs again at once.
    pub run: Arc<dyn Fn(App) -> Working<'static, Ticked> + Send + Sync>,
}

impl std::fmt::Debug for Timer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Timer").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A workspace that is just being made.
#[derive(Debug, Clone, Copy)]
pub struct NewWorkspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its first owner.
    pub owner: UserId,
    /// Its language.
    pub locale: Locale,
    /// Its currency.
    pub currency: Currency,
    /// When it is made.
    pub now: Timestamp,
}

/// What a room gives a new workspace, in the transaction that makes it: a published process, a first
/// profile. An error undoes the whole workspace.
pub type Furnish = Arc<
    dyn for<'a> Fn(
            &'a mut WriteTx,
            &'a NewWorkspace,
        ) -> Working<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>>
        + Send
        + Sync,
>;

/// What a room brings to the house.
#[derive(Default)]
pub struct Door {
    /// The room's name: `outreach`.
    pub name: &'static str,
    /// Routes below `/api/v1`, with their descriptions.
    pub routes: OpenApiRouter<App>,
    /// Its tables.
    pub migrations: Vec<Migration>,
    /// Its answers to events.
    pub reactions: Vec<Reaction>,
    /// Its columns that name a company or a person, and follow when two become one.
    pub references: Vec<Reference>,
    /// Its background work.
    pub jobs: Vec<JobHandler>,
    /// Its recurring work.
    pub timers: Vec<Timer>,
    /// What it gives each new workspace, called in this order.
    pub workspace_created: Vec<Furnish>,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("name", &self.name).finish_non_exhaustive()
    }
}

//! Open screens hear of changes: the tail of the event log, and the progress of jobs.

use kernel::{CompanyId, DealId, PersonId, WorkspaceId};
use serde::Serialize;
use store::job::Job;
use tokio::sync::broadcast;

/// What a screen hears.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Heard {
    /// Something changed.
    Change(Change),
    /// A job went on.
    Job(Box<Job>),
}

/// A change, by what it concerns; the screen fetches what it shows.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Change {
    /// Place in the log.
    pub seq: i64,
    /// `deal.moved`, …
    pub kind: String,
    /// The company.
    pub company_id: Option<CompanyId>,
    /// The person.
    pub person_id: Option<PersonId>,
    /// The deal.
    pub deal_id: Option<DealId>,
}

/// The loudspeaker. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Live(broadcast::Sender<(WorkspaceId, Heard)>);

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

impl Live {
    /// A loudspeaker with room for 1,024 unheard changes; slower screens reload.
    #[must_use]
    pub fn new() -> Self {
        Self(broadcast::channel(1024).0)
    }

    /// Tells all open screens of a workspace.
    pub fn tell(&self, workspace: WorkspaceId, heard: Heard) {
        // Nobody listening is fine.
        let _ = self.0.send((workspace, heard));
    }

    /// Whether any screen listens.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        self.0.receiver_count() > 0
    }

    /// Listens. Filter by workspace before passing anything on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<(WorkspaceId, Heard)> {
        self.0.subscribe()
    }
}

//! Moving a deal: read where it stands, decide, and write everything that follows in one transaction.

mod load;
mod write;

use http_room::{Answer, Problem, Role};
use kernel::{DealId, EventId, Timestamp, TransitionId, WorkspaceId};
use serde_json::json;
use store::{Actor, WriteTx};

pub use load::{Loaded, last_move, load, pauses};
pub(crate) use write::due_at;

use crate::refusal::problem_of;
use crate::transition::{Context, MoveRequest, Settings, Transition, decide};

/// Who moves, when, and because of what.
#[derive(Debug, Clone, Copy)]
pub struct Mover {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Who.
    pub actor: Actor,
    /// As what; the system moves as a manager.
    pub role: Role,
    /// When.
    pub now: Timestamp,
    /// The event that led to it.
    pub cause: Option<EventId>,
}

/// A move that was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its id.
    pub id: TransitionId,
    /// The event that tells of it.
    pub event: EventId,
    /// What was decided.
    pub transition: Transition,
}

impl Loaded {
    /// What a decision looks at.
    #[must_use]
    pub fn context<'a>(&'a self, mover: &Mover) -> Context<'a> {
        Context {
            process: &self.version.definition,
            deal: &self.state,
            facts: &self.facts,
            actor: mover.actor,
            role: mover.role,
            settings: Settings { reps_may_force: self.workspace.settings().reps_may_force_gates },
            calendar: &self.calendar,
            now: mover.now,
        }
    }
}

/// Moves a deal in the caller's transaction: the row, the transition, tasks, the pause it ends, the
/// event and the missing criteria of where it stands then.
///
/// # Errors
/// 404 without such a deal, 409 `stale` when it changed since `revision`, and the refusals of the
/// process; then nothing may be committed.
pub async fn make(tx: &mut WriteTx, mover: &Mover, deal: DealId, request: &MoveRequest) -> Answer<Made> {
    let row = crate::deal_row::hold(tx, mover.workspace, deal).await?;
    let row = row.ok_or_else(|| Problem::not_found("deal"))?;
    if request.revision.is_some_and(|seen| seen != row.revision) {
        let detail = "Somebody changed the deal in the meantime. Look at it again and repeat the move.";
        return Err(Problem::conflict("stale", detail).with_facts(json!({ "revision": row.revision })));
    }
    let loaded = load(tx, mover.workspace, row).await?;
    let transition = decide(&loaded.context(mover), request).map_err(|r| problem_of(&r))?;
    write::write(tx, mover, &loaded, transition).await
}

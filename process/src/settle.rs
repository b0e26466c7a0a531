//! Puts a new deal in order: pinned to the current version, with its due time, its entry tasks and
//! its missing criteria. Doing it twice changes nothing.

use http_room::Answer;
use kernel::{DealId, Timestamp, WorkspaceId};
use store::db::Source;
use store::{Actor, Sql, WriteTx};

use crate::deal_row::{self, DealRow};
use crate::moves::{due_at, pauses};
use crate::stage::Status;
use crate::tasks::{self, TaskFor};
use crate::{gate_cache, version};

/// Settles a deal. Does nothing when it is gone.
///
/// # Errors
/// Whatever the database says.
pub async fn settle(tx: &mut WriteTx, workspace: WorkspaceId, deal: DealId, now: Timestamp) -> Answer<()> {
    let Some(row) = deal_row::hold(tx, workspace, deal).await? else { return Ok(()) };
    let version = version::of_deal(tx, workspace, row.process_version_id).await?;
    if row.process_version_id.is_none() {
        let text = "UPDATE deal SET process_version_id = ? WHERE id = ? AND workspace_id = ?";
        let values = [version.id.into(), deal.into(), workspace.into()];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    }
    let position = row.position()?;
    let space = deal_row::workspace(tx, workspace).await?;
    let calendar = deal_row::calendar(tx, &space, row.owner_id).await?;
    let owner = records::workspace::still_member(tx, workspace, row.owner_id).await?;
    let locale = space.locale();
    let of = TaskFor { workspace, deal, owner, actor: Actor::System, calendar: &calendar, locale, now };
    if position.status == Status::Open && !ever_tasked(tx, deal).await? {
        tasks::make(tx, &of, tasks::entry_tasks(&version.definition, position.stage, locale)).await?;
    }
    set_due(tx, workspace, &row).await?;
    Ok(gate_cache::refresh(tx, workspace, deal, now).await?)
}

/// Whether the process ever made a task for the deal, done ones included.
async fn ever_tasked(tx: &WriteTx, deal: DealId) -> Answer<bool> {
    let text = "SELECT 1 FROM task WHERE deal_id = ? AND origin = 'process' LIMIT 1";
    Ok(!Sql::with(tx.engine(), text, [deal.into()]).rows(tx.conn()).await?.is_empty())
}

/// Computes anew when the stage's time is up.
///
/// # Errors
/// Whatever the database says.
pub async fn set_due(tx: &WriteTx, workspace: WorkspaceId, row: &DealRow) -> Answer<()> {
    let space = deal_row::workspace(tx, workspace).await?;
    let calendar = deal_row::calendar(tx, &space, row.owner_id).await?;
    let version = version::of_deal(tx, workspace, row.process_version_id).await?;
    let position = row.position()?;
    let stood = pauses(tx, row.id, position.entered_stage_at).await?;
    let due = due_at(&calendar, &position, version.definition.sla_of(position.stage), &stood);
    let text = "UPDATE deal SET sla_due_at = ? WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [due.into(), row.id.into(), workspace.into()]).run(tx.conn()).await?;
    Ok(())
}

//! The missing criteria of a deal's current gate, kept on its row for boards and lists.

use kernel::{DealId, Timestamp, WorkspaceId};
use serde_json::json;
use store::db::Source;
use store::{Result, Sql, WriteTx};

use crate::facts::{Facts, Thresholds};
use crate::gate::{judge_gate, missing};
use crate::stage::{Phase, Status};
use crate::{assemble, deal_row, version};

/// Judges the gate of a deal anew and keeps what is missing. Nothing is missing of a deal that is not
/// open. The row's revision stays: nobody edited it.
///
/// # Errors
/// Whatever the database says.
pub async fn refresh(tx: &WriteTx, workspace: WorkspaceId, deal: DealId, now: Timestamp) -> Result<()> {
    let Some(row) = deal_row::find(tx, workspace, deal).await? else { return Ok(()) };
    let position = row.position()?;
    let settings = deal_row::workspace(tx, workspace).await?.settings();
    let version = version::of_deal(tx, workspace, row.process_version_id).await?;
    let facts = assemble::facts(tx, workspace, &row, Thresholds::of(&settings)).await?;
    let keys = missing_keys(&version.definition, position.stage, position.status, &facts, now);
    let text = "UPDATE deal SET missing = ? WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [json!(keys).into(), deal.into(), workspace.into()]).run(tx.conn()).await?;
    Ok(())
}

/// Keys of the criteria a deal lacks where it stands.
#[must_use]
pub fn missing_keys(
    process: &crate::definition::Definition,
    stage: Phase,
    status: Status,
    facts: &Facts,
    now: Timestamp,
) -> Vec<String> {
    if status != Status::Open {
        return Vec::new();
    }
    missing(&judge_gate(process, stage, facts, now)).into_iter().map(|c| c.key).collect()
}

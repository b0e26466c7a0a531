//! Rests that are over: the conversation is open again, at the head of the list.

use http_room::{Answer, App};
use kernel::{ConversationId, Timestamp, WorkspaceId};
use serde_json::json;
use store::{Actor, NewEvent, Sql};

use super::WOKE;
use super::queries::{hold, stand};
use super::rules::{Deed, after};

/// Conversations woken in one run.
const BATCH: i64 = 200;

/// Wakes what is due. Answers how many there were.
///
/// # Errors
/// Whatever the database says.
pub async fn wake_due(app: &App) -> Answer<usize> {
    let now = app.clock.now();
    let text = "SELECT workspace_id, id FROM conversation WHERE state = 'snoozed' AND snoozed_until <= ? \
                ORDER BY snoozed_until LIMIT ?";
    let rows = Sql::with(app.db.engine(), text, [now.into(), BATCH.into()]).rows(app.db.read()).await?;
    for row in &rows {
        wake(app, row.try_get_by_index(0)?, row.try_get_by_index(1)?, now).await?;
    }
    Ok(rows.len())
}

async fn wake(app: &App, workspace: WorkspaceId, id: ConversationId, now: Timestamp) -> Answer<()> {
    let mut tx = app.db.write_tx().await?;
    let Some(row) = hold(&tx, workspace, id).await? else { return Ok(()) };
    let before = row.standing();
    if before.snoozed_until.is_none_or(|until| until > now) {
        return Ok(());
    }
    let next = after(before, Deed::Wake);
    stand(&tx, &row, next, None, now, now).await?;
    let payload = json!({ "subject": row.subject, "before": before, "after": next });
    let event = NewEvent::now(workspace, WOKE, Actor::System, now).about(row.subject_of_events());
    tx.record(event.with(payload)).await?;
    tx.commit().await?;
    Ok(())
}

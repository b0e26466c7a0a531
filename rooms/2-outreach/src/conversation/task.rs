//! The task that asks for an answer, and its conversation: whoever is done with one without writing, by telephone say, is
//! done with the other.

use kernel::{ConversationId, MessageId};
use records::events;
use serde_json::json;
use store::db::Source;
use store::reaction::Reaction;
use store::{Actor, Event, NewEvent, Sql, WriteTx};

use super::queries::{hold, stand};
use super::rules::{Deed, after};
use super::{ConversationState, DONE, REOPENED};

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The reaction.
#[must_use]
pub fn reaction() -> Reaction {
    Reaction::each("outreach.finish_answered", &[events::TASK_DONE, events::TASK_REOPENED], |e, tx| {
        Box::pin(follow(e, tx))
    })
}

async fn follow(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(task) = event.subject_id else { return Ok(()) };
    let is_done = event.kind == events::TASK_DONE;
    // What the task is by now counts: it may have been taken back meanwhile.
    let text =
        "SELECT origin_key FROM task WHERE id = ? AND workspace_id = ? AND origin = 'reply' AND state = ?";
    let state = if is_done { "done" } else { "open" };
    let values = [task.into(), event.workspace_id.into(), state.into()];
    let key: Option<Option<String>> = Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?;
    let Some(message) = key.flatten().and_then(|key| key.parse::<MessageId>().ok()) else { return Ok(()) };
    let text = "SELECT id FROM conversation WHERE message_id = ? AND workspace_id = ?";
    let values = [message.into(), event.workspace_id.into()];
    let id: Option<ConversationId> = Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?;
    let Some(id) = id else { return Ok(()) };
    let Some(row) = hold(tx, event.workspace_id, id).await? else { return Ok(()) };
    let before = row.standing();
    // What was answered by mail stays until somebody says that it is done.
    let answered = row.answered_at.is_some_and(|at| at >= row.last_in_at);
    let (from, deed, word) = match is_done {
        true => (ConversationState::Open, Deed::Done, DONE),
        false => (ConversationState::Done, Deed::Reopen, REOPENED),
    };
    if before.state != from || answered {
        return Ok(());
    }
    let next = after(before, deed);
    stand(tx, &row, next, None, row.listed_at, event.recorded_at).await?;
    let payload = json!({ "subject": row.subject, "before": before, "after": next });
    let told = NewEvent::now(event.workspace_id, word, Actor::System, event.recorded_at);
    tx.record(told.about(row.subject_of_events()).with(payload)).await?;
    Ok(())
}

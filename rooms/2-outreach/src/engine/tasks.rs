//! Tasks of sequences that people did, skipped, or did another way: their enrolments go on.

use http_room::Answer;
use kernel::{EnrolmentId, TaskId, Timestamp, WorkspaceId};
use store::db::Source;
use store::{Actor, Sql, WriteTx};

use super::connect;
use super::plan::next_due;
use crate::{enrolment, piece};

/// A task of a sequence was done, or else skipped or cancelled: its enrolment goes on.
///
/// # Errors
/// Whatever the database says.
pub async fn task_ended(tx: &mut WriteTx, task: TaskId, done: bool, now: Timestamp) -> Answer<()> {
    let text = "SELECT origin_key FROM task WHERE id = ? AND origin = 'sequence' AND state <> 'open'";
    let key: Option<Option<String>> = Sql::with(tx.engine(), text, [task.into()]).scalar(tx.conn()).await?;
    let key = key.flatten().unwrap_or_default();
    if let Some(id) = key.strip_prefix("piece:").filter(|_| done).and_then(|id| id.parse().ok()) {
        return piece::arrived(tx, id, now).await;
    }
    let Some((id, step)) = key.split_once(':').and_then(|(id, n)| Some((id.parse().ok()?, n.parse().ok()?)))
    else {
        return Ok(());
    };
    if let Some(row) = enrolment::hold(tx, id).await?.filter(|row| row.step + 1 == step) {
        match done {
            true => {
                connect::asked(tx, &row, now).await?;
                piece::posted(tx, &row, now).await?;
            }
            false => piece::withdrawn(tx, &row, now).await?,
        }
        let next = next_due(tx, &row, step, now).await?;
        enrolment::step_done(tx, &row, step, next, now).await?;
    }
    Ok(())
}

/// A call to somebody was made: the call that their enrolment waits for is done, and it goes on.
///
/// # Errors
/// Whatever the database says.
pub async fn call_made(tx: &mut WriteTx, space: WorkspaceId, id: EnrolmentId, now: Timestamp) -> Answer<()> {
    let Some(row) = enrolment::hold(tx, id).await? else { return Ok(()) };
    let text = "SELECT id FROM task WHERE workspace_id = ? AND person_id = ? AND origin = 'sequence' AND origin_key = ? \
                AND kind = 'call' AND state = 'open' AND deleted_at IS NULL";
    let key = format!("{}:{}", row.id, row.step + 1);
    let sql = Sql::with(tx.engine(), text, [space.into(), row.person_id.into(), key.into()]);
    if let Some(task) = sql.scalar::<TaskId>(tx.conn()).await? {
        records::task::set_state(tx, space, Actor::System, task, "done", now).await?;
    }
    Ok(())
}

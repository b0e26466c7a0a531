//! A call of a sequence that is open again: as long as nothing followed, its step is not done.

use http_room::Answer;
use kernel::{EnrolmentId, TaskId, Timestamp};
use store::db::Source;
use store::{Sql, WriteTx};

use crate::enrolment::{self, EnrolmentState};

/// Lets the enrolment wait for the call once more, unless the next step is under way already.
///
/// # Errors
/// Whatever the database says.
pub async fn step_back(tx: &mut WriteTx, task: TaskId, now: Timestamp) -> Answer<()> {
    let text = "SELECT origin_key FROM task WHERE id = ? AND origin = 'sequence' AND kind = 'call' AND state = 'open'";
    let key: Option<Option<String>> = Sql::with(tx.engine(), text, [task.into()]).scalar(tx.conn()).await?;
    let key = key.flatten().unwrap_or_default();
    let Some((id, step)) = read(&key) else { return Ok(()) };
    let Some(row) = enrolment::hold(tx, id).await? else { return Ok(()) };
    let on_its_way = matches!(row.state()?, EnrolmentState::Active | EnrolmentState::Scheduled);
    if row.step != step || !on_its_way || row.next_run_at.is_none() {
        return Ok(());
    }
    let text = "UPDATE enrolment SET step = ?, next_run_at = NULL, state = ?, revision = revision + 1, updated_at = ? \
                WHERE id = ?";
    let values = [(step - 1).into(), EnrolmentState::Waiting.key().into(), now.into(), id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// `<enrolment>:<step>`.
fn read(key: &str) -> Option<(EnrolmentId, i64)> {
    let (id, step) = key.split_once(':')?;
    Some((id.parse().ok()?, step.parse().ok()?))
}

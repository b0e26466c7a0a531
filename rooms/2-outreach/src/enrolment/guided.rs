//! Guided enrolments: what nurturing does to steps of its tracks. Giving free, putting off, taking back; when, it says.

use kernel::{EnrolmentId, PersonId, Timestamp, WorkspaceId};
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::EnrolmentRow;

/// People whose steps wait to be given free, with their workspace, the longest waiting first.
///
/// # Errors
/// Whatever the database says.
pub async fn guided_due(db: &impl Source, now: Timestamp, most: i64) -> Result<Vec<(WorkspaceId, PersonId)>> {
    let text = "SELECT workspace_id, person_id FROM enrolment WHERE guided AND guided_due_at <= ? \
                AND state IN ('scheduled', 'active') GROUP BY workspace_id, person_id ORDER BY MIN(guided_due_at) LIMIT ?";
    let rows = Sql::with(db.engine(), text, [now.into(), most.into()]).rows(db.conn()).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// The step may be planned now, and its mail inserts this.
///
/// # Errors
/// Whatever the database says.
pub async fn give_free(tx: &WriteTx, id: EnrolmentId, inserts: Option<Json>, now: Timestamp) -> Result<()> {
    let text = "UPDATE enrolment SET next_run_at = ?, guided_due_at = NULL, inserts = ?, reason = NULL, \
                revision = revision + 1, updated_at = ? WHERE id = ? AND guided AND state IN ('scheduled', 'active')";
    let values = [now.into(), inserts.into(), now.into(), id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// The step waits until then, and why.
///
/// # Errors
/// Whatever the database says.
pub async fn put_off(
    tx: &WriteTx,
    id: EnrolmentId,
    until: Timestamp,
    why: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let text = "UPDATE enrolment SET guided_due_at = ?, reason = ?, updated_at = ? \
                WHERE id = ? AND guided AND state IN ('scheduled', 'active')";
    Sql::with(tx.engine(), text, [until.into(), why.into(), now.into(), id.into()]).run(tx.conn()).await?;
    Ok(())
}

/// What was given free and is not written down yet waits to be given free again. What is written down keeps its text and
/// waits in the mailbox until then, also what a sender has in its hands whose content has not begun.
///
/// # Errors
/// Whatever the database says.
pub async fn take_back(
    tx: &WriteTx,
    row: &EnrolmentRow,
    until: Timestamp,
    why: &str,
    now: Timestamp,
) -> Result<()> {
    let text = "UPDATE enrolment SET next_run_at = NULL, guided_due_at = ?, reason = ?, revision = revision + 1, updated_at = ? \
                WHERE id = ? AND guided AND next_run_at IS NOT NULL";
    let values = [until.into(), why.into(), now.into(), row.id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let text = "UPDATE message SET state = 'queued', lease_until = NULL, lease_by = NULL, due_at = ?, reason = ?, updated_at = ? \
                WHERE enrolment_id = ? AND direction = 'out' AND (state = 'queued' OR state = 'sending' AND data_started_at IS NULL) \
                AND (due_at IS NULL OR due_at < ?)";
    let values = [until.into(), why.into(), now.into(), row.id.into(), until.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Nothing of it leaves until nurturing has looked again, three days at the least.
///
/// # Errors
/// Whatever the database says.
pub async fn hold_back(tx: &WriteTx, row: &EnrolmentRow, why: &str, now: Timestamp) -> Result<()> {
    take_back(tx, row, now.plus_days(3), why, now).await
}

//! How enrolments get from step to step: many at once where mails leave, one where a person does something.

use std::collections::HashMap;

use kernel::{EnrolmentId, Timestamp, WorkspaceId};
use serde_json::json;
use store::db::Source;
use store::{Actor, Engine, NewEvent, Result, Sql, WriteTx, full};

use super::{ENROLMENT_MOVED, EnrolmentRow, EnrolmentState, Happening, Next, find_all, follow, happen};

/// The mails of these held enrolments' steps are written down: they are on their way, and nothing else is due.
///
/// # Errors
/// Whatever the database says.
pub async fn mails_planned(
    tx: &WriteTx,
    workspace: WorkspaceId,
    ids: &[EnrolmentId],
    now: Timestamp,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let text = "UPDATE enrolment SET state = 'active', reason = NULL, resume_at = NULL, next_run_at = NULL, \
                revision = revision + 1, updated_at = ? WHERE id IN ";
    let mut sql = Sql::with(tx.engine(), text, [now.into()]);
    sql.bind_list(ids.iter().map(|id| (*id).into())).push(" AND ").push_check("workspace_id", workspace);
    sql.run(tx.conn()).await?;
    Ok(())
}

/// A mail step that is done.
#[derive(Debug)]
pub struct StepDone {
    /// The enrolment, held.
    pub id: EnrolmentId,
    /// Where it stands.
    pub state: EnrolmentState,
    /// The step, from 1; later than the last one done.
    pub step: i64,
    /// When the next one is due, if any is left.
    pub next: Option<Timestamp>,
}

/// Notes steps that are done and when the next ones are due. Answers the events to be recorded.
///
/// # Errors
/// Whatever the database says.
pub async fn steps_done(
    tx: &WriteTx,
    workspace: WorkspaceId,
    done: &[StepDone],
    now: Timestamp,
) -> Result<Vec<NewEvent>> {
    let mut values = Vec::with_capacity(done.len());
    let mut moved = HashMap::new();
    for one in done {
        let after = match follow(one.state, &Happening::StepDone(one.next)) {
            Next::Go { state, .. } => state,
            Next::Stay => one.state,
        };
        values.push((one, after, (!after.is_open()).then_some(now)));
        if one.state != after {
            moved.insert(one.id, (one.state, after));
        }
    }
    let mut events = Vec::with_capacity(moved.len());
    for row in find_all(tx, workspace, &moved.keys().copied().collect::<Vec<_>>()).await? {
        let Some((before, after)) = moved.get(&row.id) else { continue };
        let payload =
            json!({ "sequence_id": row.sequence_id, "before": before, "after": after, "reason": null });
        let event = NewEvent::now(workspace, ENROLMENT_MOVED, Actor::System, now);
        events.push(event.about(row.subject()).with(payload));
    }
    // A pause, or an end that came before, keeps its reason and its time.
    let text = "UPDATE enrolment SET step = v.column2, next_run_at = CASE WHEN guided THEN NULL ELSE v.column3 END, \
                guided_due_at = CASE WHEN guided THEN v.column3 END, state = v.column4, \
                ended_at = COALESCE(ended_at, v.column5), \
                reason = CASE WHEN state = v.column4 THEN reason END, \
                resume_at = CASE WHEN state = v.column4 THEN resume_at END, \
                revision = revision + 1, updated_at = ? FROM (VALUES ";
    let mut sql = Sql::with(tx.engine(), text, [now.into()]);
    // The last is said again and again until the statement has a length that comes often.
    for n in 0..full(values.len()) {
        let Some((one, after, ended)) = values.get(n).or(values.last()) else { break };
        sql.push(if n > 0 { ", " } else { "" });
        let next = one.next.filter(|_| after.is_open());
        let row = [one.id.into(), one.step.into(), next.into(), after.key().into(), (*ended).into()];
        match tx.engine() {
            Engine::Sqlite => sql.bind_list(row),
            Engine::Postgres => sql.push_with("(?, ?, CAST(? AS BIGINT), ?, CAST(? AS BIGINT))", row),
        };
    }
    sql.push(") AS v WHERE enrolment.id = v.column1 AND ").push_check("enrolment.workspace_id", workspace);
    if !done.is_empty() {
        sql.run(tx.conn()).await?;
    }
    Ok(events)
}

/// Notes that a step is done and when the next one is due, or that none is left.
///
/// # Errors
/// Whatever the database says.
pub async fn step_done(
    tx: &mut WriteTx,
    row: &EnrolmentRow,
    step: i64,
    next: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    if row.step >= step {
        return Ok(());
    }
    let text =
        "UPDATE enrolment SET step = ?, next_run_at = ?, guided_due_at = ?, updated_at = ? WHERE id = ?";
    let (free, waits) = if row.guided { (None, next) } else { (next, None) };
    let values = [step.into(), free.into(), waits.into(), now.into(), row.id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    happen(tx, row, &Happening::StepDone(next), Actor::System, now).await?;
    Ok(())
}

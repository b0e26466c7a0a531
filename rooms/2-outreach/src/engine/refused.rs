//! Steps by a channel the person asked us not to use (R28), or on a network on which there is no use in insisting (R29).
//! They are left out when they fall due, and taken back when they are under way; the next step that can be taken, by
//! another channel, follows at its usual distance, and the log says why.

use http_room::Answer;
use kernel::{PersonId, TaskId, Timestamp, WorkspaceId};
use prospecting::channel::Channel;
use serde_json::json;
use store::db::Source;
use store::{Actor, NewEvent, Sql, WriteTx};

use super::plan::next_due;
use crate::enrolment::{self, EnrolmentRow, Happening, STEP_LEFT_OUT, happen};
use crate::sequence::way::{Reach, WayOn, way_on};
use crate::sequence::{self, Step};
use crate::{piece, recipient};

pub(crate) use crate::sequence::way::DO_NOT_CONTACT;

/// Leaves out the next step of a held enrolment when its channel is barred, or ends it when nothing else is left.
/// Answers whether it did; if not, the step may be taken.
///
/// # Errors
/// Whatever the database says.
pub async fn passed_over(
    tx: &mut WriteTx,
    row: &EnrolmentRow,
    steps: &[Step],
    reach: &Reach,
    now: Timestamp,
) -> Answer<bool> {
    match way_on(steps, usize::try_from(row.step).unwrap_or(usize::MAX), reach) {
        WayOn::Take => return Ok(false),
        WayOn::LeaveOut(channel, why) => leave_out(tx, row, (channel, why), now).await?,
        WayOn::End(why) => {
            piece::withdrawn(tx, row, now).await?;
            let stop = Happening::Stop(why.to_owned());
            happen(tx, row, &stop, Actor::System, now).await?;
        }
    }
    Ok(true)
}

/// The same for a step that is under way, by what is known of the person now.
///
/// # Errors
/// Whatever the database says.
pub async fn goes_on(tx: &mut WriteTx, row: &EnrolmentRow, now: Timestamp) -> Answer<bool> {
    let followed = sequence::followed(tx, row.sequence_id, row.version).await?;
    let who = recipient::find(tx, row.workspace_id, row.person_id).await?;
    let workspace = records::workspace::find(tx, row.workspace_id).await?;
    let (Some(followed), Some(who), Some(workspace)) = (followed, who, workspace) else { return Ok(false) };
    passed_over(tx, row, &followed.steps, &who.reach(&workspace, now), now).await
}

/// Takes back what is under way to somebody by a channel that is barred from now on: mail that waits, open tasks.
/// A mail whose content is on its way is told of as it went.
///
/// # Errors
/// Whatever the database says.
pub async fn take_back(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    person: PersonId,
    now: Timestamp,
) -> Answer<()> {
    for id in enrolment::open_of_person(tx, workspace, person).await? {
        let Some(row) = enrolment::hold(tx, id).await? else { continue };
        if row.next_run_at.is_some() || is_leaving(tx, &row).await? || !goes_on(tx, &row, now).await? {
            continue;
        }
        enrolment::cancel_messages(tx, row.id, DO_NOT_CONTACT, now).await?;
        cancel_task(tx, &row, now).await?;
    }
    Ok(())
}

async fn leave_out(
    tx: &mut WriteTx,
    row: &EnrolmentRow,
    (channel, why): (Channel, &str),
    now: Timestamp,
) -> Answer<()> {
    let step = row.step + 1;
    piece::withdrawn(tx, row, now).await?;
    let payload = json!({
        "sequence_id": row.sequence_id, "step": step, "channel": channel, "reason": why,
    });
    let event = NewEvent::now(row.workspace_id, STEP_LEFT_OUT, Actor::System, now);
    tx.record(event.about(row.subject()).with(payload)).await?;
    happen(tx, row, &Happening::Due, Actor::System, now).await?;
    let Some(row) = enrolment::hold(tx, row.id).await? else { return Ok(()) };
    let next = next_due(tx, &row, step, now).await?;
    Ok(enrolment::step_done(tx, &row, step, next, now).await?)
}

/// Whether a mail of the enrolment is in a sender's hands.
async fn is_leaving(tx: &WriteTx, row: &EnrolmentRow) -> Answer<bool> {
    let text = "SELECT COUNT(*) FROM message WHERE enrolment_id = ? AND state = 'sending'";
    let count: Option<i64> = Sql::with(tx.engine(), text, [row.id.into()]).scalar(tx.conn()).await?;
    Ok(count.unwrap_or(0) > 0)
}

/// The open task of the step that was under way.
async fn cancel_task(tx: &mut WriteTx, row: &EnrolmentRow, now: Timestamp) -> Answer<()> {
    let text = "SELECT id FROM task WHERE workspace_id = ? AND person_id = ? AND origin = 'sequence' AND origin_key = ? \
                AND state = 'open' AND deleted_at IS NULL";
    let key = format!("{}:{}", row.id, row.step + 1);
    let values = [row.workspace_id.into(), row.person_id.into(), key.into()];
    let task: Option<TaskId> = Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?;
    if let Some(task) = task {
        records::task::set_state(tx, row.workspace_id, Actor::System, task, "cancelled", now).await?;
    }
    Ok(())
}

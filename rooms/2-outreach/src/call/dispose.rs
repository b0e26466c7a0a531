//! What became of a call: the call is logged, its task is done, and what was agreed is written down, in one
//! transaction; all of it can be taken back.

use chrono::NaiveDate;
use http_room::{Answer, App, FieldError, Member, Problem};
use kernel::{ActivityId, TaskId, Timestamp, UserId, limits};
use records::activity::{self, Activity, NewActivity};
use records::task::{self, NewTask, Task};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::Sql;
use store::db::Source;

use super::rules::Disposition;

/// What became of a call that was due.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDisposition {
    /// What became of it.
    pub disposition: Disposition,
    /// What was said and noted.
    #[serde(default)]
    pub body: String,
    /// Seconds of talk.
    #[serde(default)]
    pub duration_seconds: Option<i64>,
    /// When the meeting is, for `meeting_booked`.
    #[serde(default)]
    pub meeting_at: Option<Timestamp>,
    /// On which day to call again, `YYYY-MM-DD`: a new task. Needed for `callback_agreed`.
    #[serde(default)]
    pub again_on: Option<String>,
}

/// What was written down.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Disposed {
    /// The call; by its id all of it is taken back.
    pub call: Activity,
    /// The task, done.
    pub task: Task,
    /// The meeting that was booked.
    pub meeting: Option<Activity>,
    /// The call to be made again.
    pub again: Option<Task>,
}

/// Writes down what became of the call a task asks for.
///
/// # Errors
/// 404 for the task, 409 when it is no open call, 422 for fields at fault.
pub(super) async fn dispose(app: &App, me: &Member, id: TaskId, new: NewDisposition) -> Answer<Disposed> {
    check(&new)?;
    let (now, actor, space) = (app.clock.now(), me.actor(), me.workspace);
    let mut tx = app.db.write_tx().await?;
    let found = task::find(&tx, space, id).await?;
    let done = task::set_state(&mut tx, space, actor, id, "done", now).await?;
    if found.kind != "call" || found.state != "open" {
        return Err(Problem::conflict("no_open_call", "This is no call that waits to be made."));
    }
    let about = |kind: &str| NewActivity {
        kind: kind.to_owned(),
        deal_id: found.deal_id,
        company_id: found.company_id,
        person_id: found.person_id,
        ..NewActivity::default()
    };
    let call = NewActivity {
        body: new.body.clone(),
        disposition: Some(new.disposition.key().to_owned()),
        duration_seconds: new.duration_seconds,
        two_way: new.disposition.is_talk(),
        ..about("call")
    };
    let call = activity::log(&mut tx, space, actor, call, now).await?;
    let meeting = match new.meeting_at {
        Some(at) => {
            let outcome = Some("booked".to_owned());
            let meeting = NewActivity { at: Some(at), outcome, ..about("meeting") };
            Some(activity::log(&mut tx, space, actor, meeting, now).await?)
        }
        None => None,
    };
    let again = match &new.again_on {
        Some(day) => {
            let again = NewTask {
                title: found.title.clone(),
                kind: Some("call".to_owned()),
                body: found.body.clone(),
                due_on: Some(day.clone()),
                owner_id: found.owner_id,
                deal_id: found.deal_id,
                company_id: found.company_id,
                person_id: found.person_id,
                ..NewTask::default()
            };
            Some(task::create(&mut tx, space, actor, again, now).await?)
        }
        None => None,
    };
    let text = "INSERT INTO call_disposed (activity_id, workspace_id, task_id, meeting_id, callback_id, created_by, created_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = [
        call.id.into(),
        space.into(),
        id.into(),
        meeting.as_ref().map(|m| m.id).into(),
        again.as_ref().map(|t| t.id).into(),
        me.user.into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(Disposed { call, task: done, meeting, again })
}

fn check(new: &NewDisposition) -> Answer<()> {
    let mut errors = Vec::new();
    if new.body.len() > limits::NOTE_BYTES {
        errors.push(FieldError::new("body", "too_long", "at most 100 KiB of text"));
    }
    if new.disposition == Disposition::CallbackAgreed && new.again_on.is_none() {
        errors.push(FieldError::new("again_on", "required", "say on which day to call again"));
    }
    if new.again_on.as_deref().is_some_and(|day| day.parse::<NaiveDate>().is_err()) {
        errors.push(FieldError::new("again_on", "invalid", "a date as YYYY-MM-DD"));
    }
    if new.meeting_at.is_some() && new.disposition != Disposition::MeetingBooked {
        errors.push(FieldError::new("meeting_at", "not_allowed", "only a booked meeting has a time"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

#[derive(FromQueryResult)]
struct Row {
    task_id: TaskId,
    meeting_id: Option<ActivityId>,
    callback_id: Option<TaskId>,
    created_by: UserId,
    undone_at: Option<Timestamp>,
}

/// Takes a disposition back: its call and meeting are as if they had never been, and its task is open again.
///
/// # Errors
/// 404 when there is none of this call, 403 when it is a colleague's, 409 when it was taken back already.
pub(super) async fn undo(app: &App, me: &Member, id: ActivityId) -> Answer<Task> {
    let (now, actor, space) = (app.clock.now(), me.actor(), me.workspace);
    let mut tx = app.db.write_tx().await?;
    let text = "UPDATE call_disposed SET undone_at = COALESCE(undone_at, ?) WHERE activity_id = ? AND workspace_id = ? \
                RETURNING task_id, meeting_id, callback_id, created_by, undone_at";
    let row: Option<Row> =
        Sql::with(tx.engine(), text, [now.into(), id.into(), space.into()]).one(tx.conn()).await?;
    let row = row.ok_or_else(|| Problem::not_found("call"))?;
    if row.created_by != me.user {
        return Err(Problem::forbidden("A colleague wrote this down."));
    }
    // Whoever came second finds the time of whoever came first.
    let text = "SELECT 1 FROM activity WHERE id = ? AND workspace_id = ? AND deleted_at IS NULL";
    let there = Sql::with(tx.engine(), text, [id.into(), space.into()]).rows(tx.conn()).await?;
    if row.undone_at != Some(now) || there.is_empty() {
        return Err(Problem::conflict("already_undone", "This was taken back already."));
    }
    activity::delete(&mut tx, space, actor, id, now).await?;
    if let Some(meeting) = row.meeting_id {
        activity::delete(&mut tx, space, actor, meeting, now).await?;
    }
    if let Some(again) = row.callback_id {
        task::set_state(&mut tx, space, actor, again, "cancelled", now).await?;
    }
    let task = task::set_state(&mut tx, space, actor, row.task_id, "open", now).await?;
    tx.commit().await?;
    Ok(task)
}

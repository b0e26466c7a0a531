//! The end of a talk: its fields are filled, it is logged as a call or meeting, its task is done, the next step is a task.

use http_room::{Answer, FieldError, Problem};
use kernel::{TalkId, TaskId, limits};
use process::room::Visit;
use records::activity::{self, Activity, NewActivity};
use records::task::{self, NewTask, Task};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::Sql;
use store::db::Source;

use super::fill::{Filled, fill};
use super::talk::{self, TALK_FINISHED, Talk};

/// Longest talk: seconds.
const DAY: i64 = 24 * 3600;

/// How a talk ended.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishTalk {
    /// How long it was: seconds of talk, without pauses.
    pub seconds: i64,
    /// Both sides talked.
    #[serde(default = "yes")]
    pub two_way: bool,
}

fn yes() -> bool {
    true
}

/// A talk that ended.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FinishedTalk {
    /// The talk.
    pub talk: Talk,
    /// What its answers filled.
    pub filled: Filled,
    /// The call or meeting it was.
    pub activity: Activity,
    /// The next step, where one was picked.
    pub next_step: Option<Task>,
}

/// What is done next, as it stands in the talk.
#[derive(Debug, Clone, Deserialize)]
struct NextStep {
    #[serde(default)]
    title: String,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    due_on: Option<String>,
}

/// Ends a talk.
///
/// # Errors
/// 404, 409 when it ended already, 422 for fields at fault.
pub async fn finish(visit: &mut Visit, id: TalkId, how: &FinishTalk) -> Answer<FinishedTalk> {
    let held = talk::hold(&visit.tx, visit.workspace, id).await?;
    if held.state != "open" {
        return Err(Problem::conflict("talk_ended", "This talk has ended already."));
    }
    if !(0..=DAY).contains(&how.seconds) {
        return Err(Problem::field("seconds", "invalid", "from 0 to a day"));
    }
    let view = talk::view(&visit.tx, visit.workspace, id).await?;
    let cell = |key: &str| view.cells.get(key).map(|c| c.value.clone()).unwrap_or_default();
    let next = next_step(&cell("next_step"))?;
    let activity = log(visit, &held, how, cell("notes").as_str().unwrap_or_default()).await?;
    let text = "UPDATE talk SET state = 'done', ended_at = ?, seconds = ?, activity_id = ?, updated_at = ? \
                WHERE id = ? AND workspace_id = ?";
    let values = [
        visit.now.into(),
        how.seconds.into(),
        activity.id.into(),
        visit.now.into(),
        id.into(),
        visit.workspace.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let ended = talk::find(&visit.tx, visit.workspace, id).await?;
    let filled = fill(visit, &ended).await?;
    if let Some(task) = held.task_id {
        end_task(visit, task).await?;
    }
    let next_step = match next {
        Some(next) => Some(plan(visit, &held, next).await?),
        None => None,
    };
    let payload = json!({
        "kind": held.kind, "seconds": how.seconds, "two_way": how.two_way,
        "answered": talk::answered(&view.outline, &view.cells), "questions": view.outline.questions.len(),
    });
    visit.tell(TALK_FINISHED, id.0, held.person_id, payload).await?;
    Ok(FinishedTalk { talk: ended, filled, activity, next_step })
}

fn next_step(value: &Json) -> Answer<Option<NextStep>> {
    if talk::is_blank(value) {
        return Ok(None);
    }
    let wrong = |e: serde_json::Error| Problem::field("next_step", "invalid", e.to_string());
    let next: NextStep = serde_json::from_value(value.clone()).map_err(wrong)?;
    Ok((!next.title.trim().is_empty()).then_some(next))
}

async fn log(visit: &mut Visit, talk: &Talk, how: &FinishTalk, notes: &str) -> Answer<Activity> {
    let call = talk.kind == "call";
    let body: String = match notes.len() > limits::NOTE_BYTES {
        true => return Err(Problem::invalid(vec![FieldError::new("notes", "too_long", "at most 100 KiB")])),
        false => notes.to_owned(),
    };
    let new = NewActivity {
        kind: if call { "call" } else { "meeting" }.to_owned(),
        at: Some(talk.started_at),
        ends_at: (!call).then(|| talk.started_at.plus_seconds(how.seconds)),
        body,
        outcome: Some(if call { "intended" } else { "held" }.to_owned()),
        duration_seconds: Some(how.seconds),
        two_way: how.two_way,
        link: talk.link.clone(),
        deal_id: Some(visit.deal.id),
        person_id: talk.person_id,
        ..NewActivity::default()
    };
    activity::log(&mut visit.tx, visit.workspace, visit.actor, new, visit.now).await
}

async fn end_task(visit: &mut Visit, id: TaskId) -> Answer<()> {
    let found = task::find(&visit.tx, visit.workspace, id).await?;
    if found.state == "open" {
        task::set_state(&mut visit.tx, visit.workspace, visit.actor, id, "done", visit.now).await?;
    }
    Ok(())
}

async fn plan(visit: &mut Visit, talk: &Talk, next: NextStep) -> Answer<Task> {
    let new = NewTask {
        title: next.title,
        kind: next.kind,
        due_on: next.due_on,
        owner_id: visit.actor.user().or(visit.deal.owner_id),
        deal_id: Some(visit.deal.id),
        person_id: talk.person_id,
        ..NewTask::default()
    };
    let made = task::create(&mut visit.tx, visit.workspace, visit.actor, new, visit.now).await;
    made.map_err(|mut problem| {
        problem.errors.iter_mut().for_each(|e| e.field = format!("next_step.{}", e.field));
        problem
    })
}

//! What members do to a conversation, and taking it back. Each deed is an event on the record's timeline.

use http_room::{Answer, IfMatch, Member, Problem};
use kernel::{ConversationId, TaskId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{NewEvent, Sql, WriteTx};

use super::queries::{finish_tasks, hold, stand};
use super::rules::{Deed, Standing, after, may_rest_until};
use super::{ASSIGNED, ConversationRow, ConversationState, DONE, REOPENED, SNOOZED, UNDONE};

/// What taking a change back brings back.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Was {
    #[serde(flatten)]
    standing: Standing,
    /// Tasks that ended with it.
    #[serde(default)]
    tasks: Vec<TaskId>,
}

/// A conversation, held; 404 when it is not there.
pub(super) async fn held(
    tx: &WriteTx,
    me: &Member,
    id: ConversationId,
    seen: IfMatch,
) -> Answer<ConversationRow> {
    let row = hold(tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("conversation"))?;
    seen.check(row.revision)?;
    Ok(row)
}

/// Does these to a held conversation, one after the other; one undo takes all of them back.
pub(super) async fn act(
    tx: &mut WriteTx,
    me: &Member,
    row: &ConversationRow,
    deeds: &[Deed],
    now: Timestamp,
) -> Answer<()> {
    let before = row.standing();
    let mut was = Was { standing: before, tasks: Vec::new() };
    let mut standing = before;
    for deed in deeds {
        allowed(tx, me, *deed, now).await?;
        let next = after(standing, *deed);
        if next == standing {
            continue;
        }
        if *deed == Deed::Done {
            was.tasks = finish_tasks(tx, me.workspace, row.person_id, me.actor(), now).await?;
        }
        tell(tx, me, row, word(*deed), (standing, next), now).await?;
        standing = next;
    }
    if standing == before {
        return Ok(());
    }
    let was = serde_json::to_value(&was).map_err(|why| Problem::internal(&why))?;
    Ok(stand(tx, row, standing, Some(was), row.listed_at, now).await?)
}

async fn allowed(tx: &WriteTx, me: &Member, deed: Deed, now: Timestamp) -> Answer<()> {
    match deed {
        Deed::Assign(Some(to)) if !records::workspace::is_member(tx, me.workspace, to).await? => {
            Err(Problem::field("assigned_to", "not_found", "this is no member of the workspace"))
        }
        Deed::Snooze(until) if !may_rest_until(until, now) => {
            Err(Problem::field("snoozed_until", "invalid", "later than now, and within a year"))
        }
        _ => Ok(()),
    }
}

fn word(deed: Deed) -> &'static str {
    match deed {
        Deed::Assign(_) => ASSIGNED,
        Deed::Snooze(_) => SNOOZED,
        Deed::Done => DONE,
        Deed::Reopen | Deed::Wake | Deed::Arrive => REOPENED,
    }
}

/// Tells of a change, with the name of whoever it belongs to from now on.
pub(super) async fn tell(
    tx: &mut WriteTx,
    me: &Member,
    row: &ConversationRow,
    kind: &'static str,
    (before, after): (Standing, Standing),
    now: Timestamp,
) -> Answer<()> {
    let name: Option<String> = match after.assigned_to {
        Some(user) => {
            let text = "SELECT name FROM app_user WHERE id = ?";
            Sql::with(tx.engine(), text, [user.into()]).scalar(tx.conn()).await?
        }
        None => None,
    };
    let payload = json!({ "subject": row.subject, "before": before, "after": after, "assigned_name": name });
    let event = NewEvent::now(me.workspace, kind, me.actor(), now).about(row.subject_of_events());
    tx.record(event.with(payload)).await?;
    Ok(())
}

/// Takes the last change of a held conversation back: where it stood, whose it was, and the tasks that ended with it.
pub(super) async fn take_back(
    tx: &mut WriteTx,
    me: &Member,
    row: &ConversationRow,
    now: Timestamp,
) -> Answer<()> {
    let nothing = || Problem::conflict("nothing_to_undo", "Nothing was done to it since they wrote.");
    let was: Was = serde_json::from_value(row.was.clone().ok_or_else(nothing)?)
        .map_err(|why| Problem::internal(&why))?;
    let mut standing = was.standing;
    // A rest that is over meanwhile is not gone back to.
    if standing.snoozed_until.is_some_and(|until| until <= now) {
        standing = Standing { state: ConversationState::Open, snoozed_until: None, ..standing };
    }
    for task in &was.tasks {
        records::task::set_state(tx, me.workspace, me.actor(), *task, "open", now).await?;
    }
    tell(tx, me, row, UNDONE, (row.standing(), standing), now).await?;
    Ok(stand(tx, row, standing, None::<Json>, row.listed_at, now).await?)
}

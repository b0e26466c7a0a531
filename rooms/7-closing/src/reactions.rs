//! What other rooms' events mean for closing: after a meeting a summary is due, a win opens the handover, a loss worth it
//! is looked back at.

use kernel::ActivityId;
use offer::OFFER_ENDED;
use process::deal_row;
use process::owner_task::{Owed, owe};
use process::room::Visit;
use process::stage::{Phase, Status};
use records::events;
use records::task;
use store::db::Source;
use store::reaction::Reaction;
use store::{Actor, Event, Sql, WriteTx};
use uuid::Uuid;

use crate::words;
use crate::{acceptance, ending};

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// What asked for the task after a meeting.
const SUMMARY: &str = "closing:summary:";

/// The reactions of this room.
#[must_use]
pub fn reactions() -> Vec<Reaction> {
    vec![
        Reaction::each("closing.sum_up", &[events::MEETING_LOGGED, events::ACTIVITY_CHANGED], |e, tx| {
            Box::pin(sum_up(e, tx))
        }),
        Reaction::each("closing.take_yes", &[OFFER_ENDED], |e, tx| Box::pin(take_yes(e, tx))),
        Reaction::each("closing.follow_endings", &[events::DEAL_MOVED], |e, tx| Box::pin(follow(e, tx))),
    ]
}

/// Their yes on the page of the offer is a yes.
async fn take_yes(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    if event.payload["state"] == "accepted" {
        acceptance::signed(tx, event).await?;
    }
    Ok(())
}

/// Whether a meeting was held by this event.
fn held(event: &Event) -> bool {
    let outcome = |when: &str| event.payload[when]["outcome"].as_str();
    match event.kind.as_str() {
        events::MEETING_LOGGED => event.payload["outcome"] == "held",
        _ => {
            event.payload["kind"] == "meeting"
                && outcome("before") != Some("held")
                && outcome("after") == Some("held")
        }
    }
}

/// A summary is due within a business day, while the deal is still about something.
async fn sum_up(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let (Some(deal), Some(activity), true) = (event.deal_id, event.subject_id, held(event)) else {
        return Ok(());
    };
    let workspace = event.workspace_id;
    let Some(row) = deal_row::find(tx, workspace, deal).await? else { return Ok(()) };
    let position = row.position()?;
    if position.status != Status::Open || position.stage < Phase::Offer {
        return Ok(());
    }
    let key = format!("{SUMMARY}{activity}");
    let text = "SELECT 1 FROM task WHERE workspace_id = ? AND deal_id = ? AND origin_key = ?";
    let values = [workspace.into(), deal.into(), key.clone().into()];
    if !Sql::with(tx.engine(), text, values).rows(tx.conn()).await?.is_empty() {
        return Ok(());
    }
    // One summary is asked for at a time: that of the newest meeting.
    let text =
        "SELECT id FROM task WHERE workspace_id = ? AND deal_id = ? AND origin_key LIKE ? AND state = 'open'";
    let values = [workspace.into(), deal.into(), format!("{SUMMARY}%").into()];
    for row in Sql::with(tx.engine(), text, values).rows(tx.conn()).await? {
        let id: Uuid = row.try_get_by_index(0)?;
        let now = event.recorded_at;
        task::set_state(tx, workspace, Actor::System, kernel::TaskId(id), "cancelled", now).await?;
    }
    let space = deal_row::workspace(tx, workspace).await?;
    let owed = Owed {
        kind: Some("email"),
        person: event.person_id,
        key: Some(key),
        stage: Some(position.stage),
        ..Owed::process(words::summary_title(space.locale(), &row.name), 1)
    };
    owe(tx, &space, &row, Actor::System, owed, (event.recorded_at, event.recorded_at)).await?;
    Ok(())
}

/// The summary left: its task is done.
pub(crate) async fn summary_done(visit: &mut Visit, activity: ActivityId) -> http_room::Answer<()> {
    let whose = (visit.workspace, visit.actor, visit.deal.id);
    let key = format!("{SUMMARY}{activity}");
    task::end_of_keys(&mut visit.tx, whose, &[&key], "done", visit.now).await
}

async fn follow(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(deal) = event.deal_id else { return Ok(()) };
    match event.payload["move"].as_str().unwrap_or_default() {
        "win" => ending::open_handover(event, tx, deal).await,
        "lose" => ending::look_back(event, tx, deal).await,
        _ => Ok(()),
    }
}

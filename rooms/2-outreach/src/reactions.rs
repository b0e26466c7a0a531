//! What ends or continues a sequence from outside: a deal that closes, a meeting, a task that is done.

use kernel::{PersonId, TaskId};
use records::events;
use store::db::Source;
use store::reaction::Reaction;
use store::{Actor, Event, Sql, WriteTx};

use crate::click::{NewFact, note};
use crate::engine::step_back::step_back;
use crate::engine::tasks::{self, task_ended};
use crate::engine::{connect, refused};
use crate::enrolment::{self, Happening, happen_to_person, stop_of_deal};
use crate::sequence::condition::Fact;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The reactions of this room.
#[must_use]
pub fn reactions() -> Vec<Reaction> {
    vec![
        crate::call::reaction(),
        crate::conversation::reaction(),
        Reaction::each("outreach.stop_with_deal", &[events::DEAL_MOVED, events::DEAL_DELETED], |e, tx| {
            Box::pin(stop_with_deal(e, tx))
        }),
        Reaction::each("outreach.stop_for_meeting", &[events::MEETING_LOGGED], |e, tx| {
            Box::pin(stop_for_meeting(e, tx))
        }),
        Reaction::each("outreach.note_call", &[events::CALL_LOGGED], |e, tx| Box::pin(note_call(e, tx))),
        Reaction::each(
            "outreach.go_on_after_task",
            &[events::TASK_DONE, events::TASK_CANCELLED, events::TASK_REOPENED],
            |e, tx| Box::pin(go_on(e, tx)),
        ),
        Reaction::each(
            "outreach.stop_with_person",
            &[events::PERSON_DELETED, events::PERSON_MERGED],
            |e, tx| Box::pin(stop_with_person(e, tx)),
        ),
        Reaction::each("outreach.keep_consent", &[events::LEAD_ARRIVED], |e, tx| {
            Box::pin(crate::basis::consent::keep_arrived(e, tx))
        }),
        Reaction::each("outreach.leave_out_refused", &[events::PERSON_CHANGED], |e, tx| {
            Box::pin(leave_out_refused(e, tx))
        }),
    ]
}

/// A deal that is won, lost, disqualified or parked gets no more automatic mail.
async fn stop_with_deal(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let reason = match (event.kind.as_str(), event.payload["to_status"].as_str()) {
        (events::DEAL_MOVED, Some(status)) if status != "open" => format!("deal_{status}"),
        (events::DEAL_DELETED, _) => "deal_deleted".to_owned(),
        _ => return Ok(()),
    };
    let Some(deal) = event.deal_id else { return Ok(()) };
    Ok(stop_of_deal(tx, event.workspace_id, deal, &reason, event.recorded_at).await?)
}

/// Who meets us needs no automatic mail.
async fn stop_for_meeting(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let (events::MEETING_LOGGED, Some(person)) = (event.kind.as_str(), event.person_id) else {
        return Ok(());
    };
    let stop = Happening::Stop("meeting".to_owned());
    Ok(happen_to_person(tx, event.workspace_id, person, &stop, Actor::System, event.recorded_at).await?)
}

/// A call to somebody on their way decides at forks; the call step that waited for it is done.
async fn note_call(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let (Some(person), Some(outcome)) = (event.person_id, event.payload["outcome"].as_str()) else {
        return Ok(());
    };
    if is_deleted(tx, event).await? {
        return Ok(());
    }
    for id in enrolment::open_of_person(tx, event.workspace_id, person).await? {
        let new = NewFact { enrolment: id, step: None, what: Fact::Call, value: outcome.to_owned() };
        note(tx, event.workspace_id, &new, event.recorded_at).await?;
        tasks::call_made(tx, event.workspace_id, id, event.recorded_at).await?;
    }
    Ok(())
}

/// Whether the call was taken back before this came about.
async fn is_deleted(tx: &WriteTx, event: &Event) -> Result<bool, Failed> {
    let Some(id) = event.subject_id else { return Ok(false) };
    let text = "SELECT 1 FROM activity WHERE id = ? AND workspace_id = ? AND deleted_at IS NOT NULL";
    let sql = Sql::with(tx.engine(), text, [id.into(), event.workspace_id.into()]);
    Ok(!sql.rows(tx.conn()).await?.is_empty())
}

async fn stop_with_person(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let (person, why) = match (event.kind.as_str(), event.person_id) {
        (events::PERSON_DELETED, Some(person)) => (person, "person_deleted"),
        // What went over to the record that stays goes on; what could not, because that one was enrolled too, ends.
        (events::PERSON_MERGED, _) => match events::merged_records(event).last() {
            Some(merged) => (PersonId(*merged), "person_merged"),
            None => return Ok(()),
        },
        _ => return Ok(()),
    };
    let stop = Happening::Stop(why.to_owned());
    Ok(happen_to_person(tx, event.workspace_id, person, &stop, Actor::System, event.recorded_at).await?)
}

/// Who begins to refuse a channel, or turns out not to be on a network, is not reached by it any more, not even by a step
/// that is under way.
async fn leave_out_refused(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let after = &event.payload["after"];
    let changed =
        ["do_not_contact", "linkedin_state", "linkedin_state_on"].iter().any(|key| after.get(key).is_some());
    let (true, Some(person)) = (changed, event.person_id) else { return Ok(()) };
    if after["linkedin_state"] == "connected" {
        connect::accepted(tx, event.workspace_id, person, event.recorded_at).await?;
    }
    Ok(refused::take_back(tx, event.workspace_id, person, event.recorded_at).await?)
}

async fn go_on(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    match (event.kind.as_str(), event.subject_id) {
        (events::TASK_DONE | events::TASK_CANCELLED, Some(task)) => {
            let done = event.kind == events::TASK_DONE;
            Ok(task_ended(tx, TaskId(task), done, event.recorded_at).await?)
        }
        (events::TASK_REOPENED, Some(task)) => Ok(step_back(tx, TaskId(task), event.recorded_at).await?),
        _ => Ok(()),
    }
}

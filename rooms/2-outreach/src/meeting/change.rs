//! What becomes of a meeting after it was booked: another time, none at all, held or missed. Each change is told of,
//! corrects the log of activities, and moves or takes out the invitation.

use http_room::{Answer, App, Problem};
use kernel::{Timestamp, WorkspaceId};
use records::activity::{self, Correction};
use serde_json::json;
use store::db::Source;
use store::{Actor, Sql, WriteTx};

use super::letters::{self, Why};
use super::model::{self, Meeting};
use super::rules::{MeetingState, No, Span, Wish, after};
use super::{diary, kind};

fn refused(no: No) -> Problem {
    match no {
        No::Over => Problem::conflict("meeting_over", "It was cancelled, or its time has come."),
        No::TooSoon => Problem::conflict("meeting_ahead", "It has not begun yet."),
    }
}

/// Who changes it, and what they say.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// Who.
    pub actor: Actor,
    /// Why, in their words.
    pub reason: Option<&'a str>,
    /// The token of its link, for mails that name it.
    pub token: Option<&'a str>,
    /// Whether the guest is written to.
    pub tell: bool,
}

/// Another time, picked on a page that was opened then. `None` when it is taken.
///
/// # Errors
/// 409 when the meeting is over.
pub async fn move_to(
    app: &App,
    meeting: &Meeting,
    (starts, opened): (Timestamp, Timestamp),
    by: &By<'_>,
) -> Answer<Option<Meeting>> {
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    diary::hold(&tx, meeting.workspace_id, meeting.owner_id).await?;
    let Some(before) = model::hold(&tx, meeting.id).await? else { return Ok(None) };
    after(before.state()?, Wish::Move, before.starts_at, now).map_err(refused)?;
    if before.starts_at == starts {
        return Ok(Some(before));
    }
    let kind = kind::find(&tx, meeting.workspace_id, meeting.kind_id).await?;
    let Some(kind) = kind else { return Ok(None) };
    let then = Span { from: starts, to: starts.plus_seconds(kind.minutes * 60) };
    if !diary::of(&tx, &kind, then, Some(meeting.id)).await?.may_have(starts, opened, now) {
        return Ok(None);
    }
    let text = "UPDATE meeting SET starts_at = ?, ends_at = ?, answer = NULL, ics_sequence = ics_sequence + 1 WHERE id = ?";
    Sql::with(tx.engine(), text, [then.from.into(), then.to.into(), meeting.id.into()])
        .run(tx.conn())
        .await?;
    let moved = settle(&mut tx, &before, MeetingState::Moved, by, now).await?;
    let why = Why::Moved { token: by.token, from: before.starts_at, word: by.reason };
    letters::queue(app, &tx, &moved, why, now).await?;
    tx.commit().await?;
    Ok(Some(moved))
}

/// It will not take place.
///
/// # Errors
/// 409 when the meeting is over.
pub async fn cancel(app: &App, meeting: &Meeting, by: &By<'_>) -> Answer<Meeting> {
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let before = model::hold(&tx, meeting.id).await?.ok_or_else(|| Problem::not_found("meeting"))?;
    let cancelled = cancel_held(&mut tx, &before, by, now).await?;
    if by.tell {
        letters::queue(app, &tx, &cancelled, Why::Cancelled, now).await?;
    }
    tx.commit().await?;
    Ok(cancelled)
}

/// The same in the caller's transaction, of a meeting that is held; the guest is not written to.
///
/// # Errors
/// 409 when the meeting is over.
pub async fn cancel_held(tx: &mut WriteTx, before: &Meeting, by: &By<'_>, now: Timestamp) -> Answer<Meeting> {
    let state = after(before.state()?, Wish::Cancel, before.starts_at, now).map_err(refused)?;
    let text = "UPDATE meeting SET reason = ?, ics_sequence = ics_sequence + 1 WHERE id = ?";
    Sql::with(tx.engine(), text, [by.reason.into(), before.id.into()]).run(tx.conn()).await?;
    settle(tx, before, state, by, now).await
}

/// Held or missed: a person says so, once it began.
///
/// # Errors
/// 404 when it is not there, 409 when it was cancelled or lies ahead.
pub async fn say(
    tx: &mut WriteTx,
    (workspace, id): (WorkspaceId, kernel::MeetingId),
    wish: Wish,
    by: &By<'_>,
    now: Timestamp,
) -> Answer<Meeting> {
    let before = model::hold(tx, id).await?.filter(|meeting| meeting.workspace_id == workspace);
    let before = before.ok_or_else(|| Problem::not_found("meeting"))?;
    let state = after(before.state()?, wish, before.starts_at, now).map_err(refused)?;
    if state == before.state()? {
        return Ok(before);
    }
    settle(tx, &before, state, by, now).await
}

/// The state, and the log of activities with its event.
async fn settle(
    tx: &mut WriteTx,
    before: &Meeting,
    state: MeetingState,
    by: &By<'_>,
    now: Timestamp,
) -> Answer<Meeting> {
    let text = "UPDATE meeting SET state = ?, revision = revision + 1, updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [state.key().into(), now.into(), before.id.into()]).run(tx.conn()).await?;
    let gone = || Problem::not_found("meeting");
    let meeting = model::find(tx, before.workspace_id, before.id).await?.ok_or_else(gone)?;
    if let Some(activity) = meeting.activity_id {
        let correction = Correction {
            outcome: state.outcome(),
            at: meeting.starts_at,
            ends_at: meeting.ends_at,
            two_way: state == MeetingState::Held,
            more: json!({
                "meeting_id": meeting.id, "meeting": meeting.state, "title": meeting.kind_name, "from": before.starts_at,
                "starts_at": meeting.starts_at, "reason": by.reason, "rep_id": meeting.owner_id,
            }),
        };
        activity::settle(tx, (meeting.workspace_id, activity), correction, by.actor, now).await?;
    }
    Ok(meeting)
}

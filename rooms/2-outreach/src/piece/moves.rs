//! Pieces on their way: a person says where one is. With it the sequence goes on: a piece that is posted is its step
//! done, one that arrived or came back lets the call after it come.

use http_room::Answer;
use kernel::{PieceId, TaskId, Timestamp};
use records::events::PIECE_MOVED;
use records::task::NewTask;
use serde_json::json;
use store::db::Source;
use store::{Actor, NewEvent, Sql, WriteTx};

use super::model::{self, Piece};
use super::rules::PieceState;
use crate::click::{NewFact, note};
use crate::enrolment::{self, EnrolmentRow, EnrolmentState};
use crate::sequence::condition::Fact;
use crate::sequence::{self, StepKind};

/// Days after posting on which somebody asks whether it arrived.
const ASK_DAYS: i64 = 5;

/// A piece goes where somebody says it is, forward or, to correct a mistake, back. Nothing happens where it is already.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn to(
    tx: &mut WriteTx,
    seen: &Piece,
    state: PieceState,
    actor: Actor,
    (at, now): (Timestamp, Timestamp),
) -> Answer<()> {
    // The enrolment is held first, as everywhere; then the piece is as it will stay.
    let row = match seen.enrolment_id {
        Some(id) => enrolment::hold(tx, id).await?,
        None => None,
    };
    let Some(piece) = model::find(tx, seen.workspace_id, seen.id).await? else { return Ok(()) };
    let (piece, before) = (&piece, piece.state());
    if before == state {
        return Ok(());
    }
    write(tx, piece, state, (at, now)).await?;
    let payload =
        json!({ "kind": piece.kind, "before": before, "after": state, "sequence_id": piece.sequence_id });
    tx.record(
        NewEvent::now(piece.workspace_id, PIECE_MOVED, actor, now).about(piece.subject()).with(payload),
    )
    .await?;
    let Some(row) = row else { return Ok(()) };
    facts(tx, &row, piece, state, now).await?;
    if state >= PieceState::Sent {
        end_task(tx, piece, actor, &format!("{}:{}", row.id, piece.step.unwrap_or(0)), now).await?;
    }
    if state.is_over() {
        end_task(tx, piece, actor, &key_of(piece.id), now).await?;
    } else if state == PieceState::Sent && calls_later(tx, &row).await? {
        ask_later(tx, piece, &row, now).await?;
    }
    wake(tx, &row, now).await
}

/// The state and when it began; of states that lie ahead nothing is known any more.
async fn write(
    tx: &WriteTx,
    piece: &Piece,
    state: PieceState,
    (at, now): (Timestamp, Timestamp),
) -> Answer<()> {
    let since = |of: PieceState, known: Option<Timestamp>| match () {
        () if of == state => Some(at),
        () if of < state && !(of.is_over() && state.is_over()) => known,
        () => None,
    };
    let text = "UPDATE piece SET state = ?, printed_at = ?, sent_at = ?, delivered_at = ?, returned_at = ?, \
                revision = revision + 1, updated_at = ? WHERE id = ?";
    let values = [
        state.key().into(),
        since(PieceState::Printed, piece.printed_at).into(),
        since(PieceState::Sent, piece.sent_at).into(),
        since(PieceState::Delivered, piece.delivered_at).into(),
        since(PieceState::Returned, piece.returned_at).into(),
        now.into(),
        piece.id.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// What forks may ask: that it was posted, arrived, came back. A corrected mistake is forgotten.
async fn facts(
    tx: &WriteTx,
    row: &EnrolmentRow,
    piece: &Piece,
    state: PieceState,
    now: Timestamp,
) -> Answer<()> {
    let text = "DELETE FROM enrolment_fact WHERE enrolment_id = ? AND kind = ? AND step = ?";
    let values = [row.id.into(), Fact::Piece.key().into(), piece.step.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let posted = (state >= PieceState::Sent).then_some(PieceState::Sent);
    for value in posted.into_iter().chain(state.is_over().then_some(state)) {
        let new =
            NewFact { enrolment: row.id, step: piece.step, what: Fact::Piece, value: value.key().to_owned() };
        note(tx, row.workspace_id, &new, now).await?;
    }
    Ok(())
}

/// The task that asks whether a piece arrived is found by this.
fn key_of(id: PieceId) -> String {
    format!("piece:{id}")
}

async fn end_task(tx: &mut WriteTx, piece: &Piece, actor: Actor, key: &str, now: Timestamp) -> Answer<()> {
    let text = "SELECT id FROM task WHERE workspace_id = ? AND person_id = ? AND origin = 'sequence' AND origin_key = ? \
                AND state = 'open' AND deleted_at IS NULL";
    let values = [piece.workspace_id.into(), piece.person_id.into(), key.into()];
    if let Some(task) = Sql::with(tx.engine(), text, values).scalar::<TaskId>(tx.conn()).await? {
        records::task::set_state(tx, piece.workspace_id, actor, task, "done", now).await?;
    }
    Ok(())
}

/// Whether a call of the enrolment is still to come.
async fn calls_later(tx: &WriteTx, row: &EnrolmentRow) -> Answer<bool> {
    let followed = sequence::followed(tx, row.sequence_id, row.version).await?;
    let from = usize::try_from(row.step).unwrap_or(usize::MAX);
    let steps = followed.map(|f| f.steps).unwrap_or_default();
    let ahead = steps.get(from..).unwrap_or_default();
    Ok(row.state()?.is_open() && ahead.iter().any(|step| step.kind == StepKind::Call))
}

/// Gives whoever sent it the task to find out whether it arrived: nothing else would tell, and the call waits for it.
async fn ask_later(tx: &mut WriteTx, piece: &Piece, row: &EnrolmentRow, now: Timestamp) -> Answer<()> {
    let Some(workspace) = records::workspace::find(tx, row.workspace_id).await? else { return Ok(()) };
    let zone = workspace.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let name = piece.person_name.as_deref().unwrap_or_default();
    let title = match workspace.locale() {
        kernel::Locale::En => format!("Has it arrived at {name}?"),
        kernel::Locale::Ko => format!("{name} 님께 우편물이 도착했나요?"),
    };
    let text = "SELECT owner_id FROM mailbox WHERE id = ? AND workspace_id = ?";
    let values = [row.mailbox_id.into(), row.workspace_id.into()];
    let owner = Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?;
    let new = NewTask {
        title: title.chars().take(kernel::limits::NAME_CHARS).collect(),
        kind: Some("post".to_owned()),
        due_on: Some(kernel::window::local_date(zone, now.plus_days(ASK_DAYS)).to_string()),
        owner_id: owner,
        deal_id: row.deal_id,
        person_id: Some(row.person_id),
        origin: Some("sequence"),
        origin_key: Some(key_of(piece.id)),
        ..NewTask::default()
    };
    records::task::create(tx, row.workspace_id, Actor::System, new, now).await?;
    Ok(())
}

/// Lets the call come that waited for a piece: the planner looks again, and knows how long it has to wait.
async fn wake(tx: &WriteTx, row: &EnrolmentRow, now: Timestamp) -> Answer<()> {
    let followed = sequence::followed(tx, row.sequence_id, row.version).await?;
    let at = usize::try_from(row.step).unwrap_or(usize::MAX);
    let calls = followed.is_some_and(|f| f.steps.get(at).is_some_and(|step| step.kind == StepKind::Call));
    // While its task is open the enrolment is `waiting`; then the call came already.
    let free = matches!(row.state()?, EnrolmentState::Active | EnrolmentState::Paused);
    if calls && free && row.next_run_at.is_none() {
        let text = "UPDATE enrolment SET next_run_at = ?, updated_at = ? WHERE id = ?";
        Sql::with(tx.engine(), text, [now.into(), now.into(), row.id.into()]).run(tx.conn()).await?;
    }
    Ok(())
}

/// The piece of a step whose task is done: it is posted, unless somebody said more already.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn posted(tx: &mut WriteTx, row: &EnrolmentRow, now: Timestamp) -> Answer<()> {
    match model::of_step(tx, row.id, row.step + 1).await? {
        Some(piece) if piece.state() < PieceState::Sent => {
            to(tx, &piece, PieceState::Sent, Actor::System, (now, now)).await
        }
        _ => Ok(()),
    }
}

/// The piece of a step whose task was skipped: it is not sent, and no call waits for it.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn withdrawn(tx: &WriteTx, row: &EnrolmentRow, now: Timestamp) -> Answer<()> {
    let text = "UPDATE piece SET deleted_at = ?, updated_at = ? WHERE enrolment_id = ? AND step = ? \
                AND state IN ('prepared', 'printed') AND deleted_at IS NULL";
    let values = [now.into(), now.into(), row.id.into(), (row.step + 1).into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// The task that asked whether a piece arrived is done: it did, unless somebody said otherwise.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn arrived(tx: &mut WriteTx, id: PieceId, now: Timestamp) -> Answer<()> {
    let mut sql = Sql::new(tx.engine(), "SELECT workspace_id FROM piece WHERE id = ");
    let space = sql.bind(id).clone().scalar(tx.conn()).await?;
    let Some(space) = space else { return Ok(()) };
    match model::find(tx, space, id).await? {
        Some(piece) if piece.state() == PieceState::Sent => {
            to(tx, &piece, PieceState::Delivered, Actor::System, (now, now)).await
        }
        _ => Ok(()),
    }
}

/// A piece is deleted: no call waits for it any more.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn delete(tx: &mut WriteTx, piece: &Piece, actor: Actor, now: Timestamp) -> Answer<()> {
    let row = match piece.enrolment_id {
        Some(id) => enrolment::hold(tx, id).await?,
        None => None,
    };
    let text = "UPDATE piece SET deleted_at = ?, updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [now.into(), now.into(), piece.id.into()]).run(tx.conn()).await?;
    end_task(tx, piece, actor, &key_of(piece.id), now).await?;
    let event = NewEvent::now(piece.workspace_id, super::PIECE_DELETED, actor, now).about(piece.subject());
    tx.record(event.with(json!({ "kind": piece.kind }))).await?;
    match row {
        Some(row) => wake(tx, &row, now).await,
        None => Ok(()),
    }
}

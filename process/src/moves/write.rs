//! What follows from a decision, written in the transaction of the move.

use http_room::Answer;
use kernel::{EventId, TaskId, Timestamp, TransitionId};
use records::events;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{NewEvent, Result, Sql, StoreError, Subject, WriteTx};

use super::{Loaded, Made, Mover};
use crate::gate_cache::missing_keys;
use crate::sla::{BUSINESS_DAY, Calendar, Pause};
use crate::stage::Status;
use crate::tasks::{self, TaskFor};
use crate::transition::{MoveKind, Position, Transition};

pub(super) async fn write(
    tx: &mut WriteTx,
    mover: &Mover,
    loaded: &Loaded,
    transition: Transition,
) -> Answer<Made> {
    let id = TransitionId::new();
    let event = tell(tx, mover, loaded, id, &transition).await?;
    end_pause(tx, mover, loaded, &transition).await?;
    let (made, cancelled) = change_tasks(tx, mover, loaded, &transition).await?;
    keep(tx, mover, loaded, id, event, &transition, (&made, &cancelled)).await?;
    move_row(tx, mover, loaded, &transition).await?;
    Ok(Made { id, event, transition })
}

async fn tell(
    tx: &mut WriteTx,
    mover: &Mover,
    loaded: &Loaded,
    id: TransitionId,
    moved: &Transition,
) -> Result<EventId> {
    let kind = if moved.kind == MoveKind::Undo { events::DEAL_MOVE_UNDONE } else { events::DEAL_MOVED };
    let subject = Subject { company: loaded.row.company_id, deal: Some(loaded.row.id), ..Subject::default() };
    let mut event = NewEvent::now(mover.workspace, kind, mover.actor, mover.now)
        .about(subject)
        .under(Some(loaded.version.id))
        .with(payload(id, moved));
    event.cause = mover.cause;
    tx.record(event).await
}

fn payload(id: TransitionId, moved: &Transition) -> Json {
    json!({
        "move": moved.kind,
        "transition_id": moved.undoes.unwrap_or(id),
        "from_stage": moved.before.stage, "from_status": moved.before.status,
        "to_stage": moved.after.stage, "to_status": moved.after.status,
        "seconds_in_stage": moved.age_seconds, "business_seconds": moved.business_seconds,
        "sla_state": moved.sla, "forced": moved.forced, "reason": moved.reason, "reasons": moved.reasons,
        "cause": moved.cause, "track": moved.track, "note": moved.note, "told": moved.told,
        "competitor": moved.after.competitor, "wake_on": moved.after.wake_on, "value": moved.after.value,
        "start": moved.start, "carry_over": moved.carry_over, "reverses_win": moved.reverses_win,
    })
}

/// A deal that is worked on again had its clock stand since its last move.
async fn end_pause(tx: &WriteTx, mover: &Mover, loaded: &Loaded, moved: &Transition) -> Result<()> {
    if moved.before.status == Status::Open || moved.after.status != Status::Open {
        return Ok(());
    }
    let stood = loaded.state.last_move.as_ref().map_or(moved.before.entered_stage_at, |m| m.at);
    let text = "INSERT INTO deal_pause (deal_id, workspace_id, why, from_at, until_at) \
                VALUES (?, ?, 'closed', ?, ?) ON CONFLICT DO NOTHING";
    let values = [loaded.row.id.into(), mover.workspace.into(), stood.into(), mover.now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Entry tasks of the stage entered, none of the stage left; an undo turns that around.
async fn change_tasks(
    tx: &mut WriteTx,
    mover: &Mover,
    loaded: &Loaded,
    moved: &Transition,
) -> Answer<(Vec<TaskId>, Vec<TaskId>)> {
    let of = TaskFor {
        workspace: mover.workspace,
        deal: loaded.row.id,
        owner: records::workspace::still_member(tx, mover.workspace, loaded.row.owner_id).await?,
        actor: mover.actor,
        calendar: &loaded.calendar,
        locale: loaded.workspace.locale(),
        now: mover.now,
    };
    if let Some(undone) = moved.undoes {
        let (made, cancelled) = tasks_of(tx, undone).await?;
        let gone = tasks::turn(tx, &of, &made, "open", "cancelled").await?;
        return Ok((tasks::turn(tx, &of, &cancelled, "cancelled", "open").await?, gone));
    }
    let opens = moved.before.status != Status::Open && moved.after.status == Status::Open;
    let closes = moved.before.status == Status::Open && moved.after.status != Status::Open;
    let cancelled = match moved.changes_stage() || closes {
        true => tasks::cancel_of_stage(tx, &of, moved.before.stage).await?,
        false => Vec::new(),
    };
    let mut new = Vec::new();
    if moved.after.status == Status::Open && (moved.changes_stage() || opens) {
        new = tasks::entry_tasks(&loaded.version.definition, moved.after.stage, of.locale);
        new.extend(moved.carry_over.iter().map(|c| tasks::carried_over(c, of.locale)));
    }
    Ok((tasks::make(tx, &of, new).await?, cancelled))
}

/// Tasks that a move made, and tasks that it cancelled.
async fn tasks_of(tx: &WriteTx, id: TransitionId) -> Result<(Vec<TaskId>, Vec<TaskId>)> {
    let text = "SELECT tasks_made, tasks_cancelled FROM transition WHERE id = ?";
    let rows = Sql::with(tx.engine(), text, [id.into()]).rows(tx.conn()).await?;
    let Some(row) = rows.first() else { return Ok((Vec::new(), Vec::new())) };
    let ids = |n: usize| -> Result<Vec<TaskId>> {
        let shape =
            |e: serde_json::Error| StoreError::Shape { what: format!("transition {id}"), why: e.to_string() };
        serde_json::from_value(row.try_get_by_index(n)?).map_err(shape)
    };
    Ok((ids(0)?, ids(1)?))
}

async fn keep(
    tx: &WriteTx,
    mover: &Mover,
    loaded: &Loaded,
    id: TransitionId,
    event: EventId,
    moved: &Transition,
    (made, cancelled): (&[TaskId], &[TaskId]),
) -> Result<()> {
    let detail = json!({
        "cause": moved.cause, "track": moved.track, "note": moved.note, "told": moved.told,
        "competitor": moved.after.competitor, "start": moved.start, "evidence": moved.evidence,
        "carry_over": moved.carry_over, "reverses_win": moved.reverses_win,
    });
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO transition (id, workspace_id, deal_id, kind, from_stage, from_status, to_stage, to_status, at, \
         actor_kind, actor_id, process_version_id, gate, reason, reasons, forced, age_seconds, business_seconds, \
         sla_state, value_minor, value_currency, wake_on, cause_id, event_id, detail, position_before, tasks_made, \
         tasks_cancelled, undoes_id) VALUES ",
    );
    let value = moved.after.value;
    sql.bind_list([
        id.into(),
        mover.workspace.into(),
        loaded.row.id.into(),
        moved.kind.key().into(),
        moved.before.stage.key().into(),
        moved.before.status.key().into(),
        moved.after.stage.key().into(),
        moved.after.status.key().into(),
        moved.at.into(),
        mover.actor.kind().into(),
        mover.actor.user().into(),
        loaded.version.id.into(),
        json!(moved.gate).into(),
        moved.reason.clone().into(),
        json!(moved.reasons).into(),
        moved.forced.into(),
        moved.age_seconds.into(),
        moved.business_seconds.into(),
        moved.sla.key().into(),
        value.map(|v| v.minor).into(),
        value.map(|v| v.currency.code().to_owned()).into(),
        moved.after.wake_on.map(|d| d.to_string()).into(),
        mover.cause.into(),
        event.into(),
        detail.into(),
        json!(moved.before).into(),
        json!(made).into(),
        json!(cancelled).into(),
        moved.undoes.into(),
    ]);
    sql.run(tx.conn()).await?;
    Ok(())
}

async fn move_row(tx: &WriteTx, mover: &Mover, loaded: &Loaded, moved: &Transition) -> Result<()> {
    let Position { stage, status, entered_stage_at, wake_on, value, lost_reason, competitor, closed_at } =
        &moved.after;
    let process = &loaded.version.definition;
    let process_stage = process.stages_of(*stage).next().map_or(stage.key(), |s| s.key.as_str()).to_owned();
    // The stage may have been entered just now: judge with that entry on record.
    let mut facts = loaded.facts.clone();
    facts.entered.insert(*stage, *entered_stage_at);
    let missing = missing_keys(process, *stage, *status, &facts, mover.now);
    let mut pauses = super::pauses(tx, loaded.row.id, *entered_stage_at).await?;
    pauses.retain(|p| p.until > *entered_stage_at);
    let due = due_at(&loaded.calendar, &moved.after, process.sla_of(*stage), &pauses);
    let text = "UPDATE deal SET stage = ?, process_stage = ?, status = ?, entered_stage_at = ?, sla_due_at = ?, \
                wake_on = ?, value_minor = ?, value_currency = ?, lost_reason = ?, competitor = ?, closed_at = ?, \
                missing = ?, revision = revision + 1, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [
        stage.key().into(),
        process_stage.into(),
        status.key().into(),
        (*entered_stage_at).into(),
        due.into(),
        wake_on.map(|d| d.to_string()).into(),
        value.map(|v| v.minor).into(),
        value.map(|v| v.currency.code().to_owned()).into(),
        lost_reason.clone().into(),
        competitor.clone().into(),
        (*closed_at).into(),
        json!(missing).into(),
        mover.now.into(),
        loaded.row.id.into(),
        mover.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// When the stage's time is up; `None` while the clock stands for good.
#[must_use]
pub(crate) fn due_at(
    calendar: &Calendar,
    at: &Position,
    target_days: u32,
    pauses: &[Pause],
) -> Option<Timestamp> {
    if at.status != Status::Open {
        return None;
    }
    let target = i64::from(target_days) * BUSINESS_DAY;
    calendar.due_after(at.entered_stage_at, target, pauses)
}

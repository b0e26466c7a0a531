//! At which hours people answer: our own calls, counted by the hour of the week on the clock of whom they were made to.

use std::collections::HashMap;

use kernel::{PersonId, Timestamp, WorkspaceId};
use records::events;
use sea_orm::FromQueryResult;
use serde::Serialize;
use stats::Beta;
use store::db::Source;
use store::reaction::Reaction;
use store::{Event, Result, Sql, WriteTx};
use uuid::Uuid;

use super::rules::{ENOUGH_DIALS, slot_of};
use crate::recipient;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The share of the belief that its interval holds.
const SHARE: f64 = 0.95;

/// The reaction that keeps the count: a call that was logged, corrected or deleted is counted anew.
#[must_use]
pub fn reaction() -> Reaction {
    let kinds = &[events::CALL_LOGGED, events::ACTIVITY_CHANGED, events::ACTIVITY_DELETED];
    Reaction::each("outreach.call_hours", kinds, |event, tx| Box::pin(count(event, tx)))
}

#[derive(FromQueryResult)]
struct Call {
    person_id: PersonId,
    at: Timestamp,
    outcome: Option<String>,
}

async fn count(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(id) = event.subject_id else { return Ok(()) };
    let space = event.workspace_id;
    let text = "DELETE FROM call_slot WHERE activity_id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [id.into(), space.into()]).run(tx.conn()).await?;
    let text = "SELECT person_id, at, outcome FROM activity WHERE id = ? AND workspace_id = ? AND kind = 'call' \
                AND direction = 'out' AND person_id IS NOT NULL AND deleted_at IS NULL";
    let call: Option<Call> = Sql::with(tx.engine(), text, [id.into(), space.into()]).one(tx.conn()).await?;
    let Some(call) = call else { return Ok(()) };
    let Some(slot) = slot(tx, space, &call).await? else { return Ok(()) };
    let text =
        "INSERT INTO call_slot (activity_id, workspace_id, slot, connected, at) VALUES (?, ?, ?, ?, ?)";
    let connected = i64::from(call.outcome.as_deref() == Some("intended"));
    let values = [id.into(), space.into(), slot.into(), connected.into(), call.at.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// The hour of the week on the person's clock; `None` when they are gone.
async fn slot(tx: &WriteTx, space: WorkspaceId, call: &Call) -> Result<Option<i64>> {
    let workspace = records::workspace::find(tx, space).await?;
    let who = recipient::find(tx, space, call.person_id).await?;
    let (Some(workspace), Some(who)) = (workspace, who) else { return Ok(None) };
    let (zone, _) = who.zone(tx, &workspace).await?;
    Ok(Some(slot_of(call.at.to_utc().with_timezone(&zone.zone).naive_local())))
}

/// An hour of the week with what is known of calls then.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CallHour {
    /// 0 is Monday.
    pub weekday: i64,
    /// 0 to 23, on the clock of whom was called.
    pub hour: i64,
    /// Calls.
    pub dials: i64,
    /// Calls that reached whom they were made to.
    pub connects: i64,
    /// Connects by dials.
    pub rate: f64,
    /// Lower end of what is believed of that rate: 95 %, from Beta(1/2, 1/2).
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Whether there were at least 20 dials.
    pub enough: bool,
}

/// All hours of the week in which somebody was called.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CallHours {
    /// The hours, in the order of the week.
    pub hours: Vec<CallHour>,
    /// All calls.
    pub dials: i64,
    /// All that reached whom they were made to.
    pub connects: i64,
}

#[derive(FromQueryResult)]
struct Counted {
    slot: i64,
    dials: i64,
    connects: i64,
}

/// Counts a workspace's calls by the hour of the week.
///
/// # Errors
/// Whatever the database says.
pub async fn by_hour(db: &impl Source, workspace: WorkspaceId) -> Result<CallHours> {
    let text = "SELECT slot, COUNT(*) AS dials, CAST(SUM(connected) AS BIGINT) AS connects FROM call_slot \
                WHERE workspace_id = ? GROUP BY slot ORDER BY slot";
    let counted: Vec<Counted> = Sql::with(db.engine(), text, [workspace.into()]).all(db.conn()).await?;
    let sum = |of: fn(&Counted) -> i64| counted.iter().map(of).sum();
    Ok(CallHours {
        dials: sum(|c| c.dials),
        connects: sum(|c| c.connects),
        hours: counted.iter().map(hour).collect(),
    })
}

#[allow(clippy::cast_precision_loss)] // dials of a team
fn hour(counted: &Counted) -> CallHour {
    let (dials, connects) = (counted.dials as f64, counted.connects as f64);
    let belief = Beta::new(0.5, 0.5).after(connects, dials - connects).interval(SHARE);
    CallHour {
        weekday: counted.slot / 24,
        hour: counted.slot % 24,
        dials: counted.dials,
        connects: counted.connects,
        rate: connects / dials.max(1.0),
        low: belief.low,
        high: belief.high,
        enough: counted.dials >= ENOUGH_DIALS,
    }
}

impl CallHours {
    /// Dials and connects by hour of the week.
    pub(super) fn by_slot(&self) -> HashMap<i64, (i64, i64)> {
        self.hours.iter().map(|h| (h.weekday * 24 + h.hour, (h.dials, h.connects))).collect()
    }
}

/// Who was called when before.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Before {
    pub person_id: PersonId,
    pub calls: i64,
    pub last_at: Timestamp,
}

/// How often these people were called, and when last.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn before(
    db: &impl Source,
    workspace: WorkspaceId,
    people: &[Uuid],
) -> Result<HashMap<PersonId, Before>> {
    let mut sql = Sql::new(
        db.engine(),
        "SELECT person_id, COUNT(*) AS calls, MAX(at) AS last_at FROM activity WHERE person_id IN ",
    );
    sql.bind_list(people.iter().map(|id| (*id).into())).push(" AND ").push_check("workspace_id", workspace);
    sql.push(" AND kind = 'call' AND direction = 'out' AND deleted_at IS NULL GROUP BY person_id");
    let rows: Vec<Before> = sql.all(db.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.person_id, row)).collect())
}

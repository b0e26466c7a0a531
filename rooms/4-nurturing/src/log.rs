//! What happened in nurturing, row by row, and the fact it comes to.

use chrono_tz::Tz;
use kernel::{DealId, EventId, PersonId, Timestamp, WorkspaceId};
use process::deal_row::{self, DealRow};
use process::fact_store;
use process::facts::{Awareness, Evidence, EvidenceOf, Nurture, Signal, Touch};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql, StoreError, WriteTx};
use uuid::Uuid;

use crate::awareness::{Cause, moved};
use crate::signal::{SignalKind, ValueKind, one_a_day};

/// The level of awareness changed. Payload: `from`, `to`, `cause`, `note`.
pub const AWARENESS_MOVED: &str = "awareness.moved";
/// A move of awareness was taken back. Payload: `from`, `to`, `cause` (of the move).
pub const AWARENESS_UNDONE: &str = "awareness.undone";
/// A touch of value took place. Payload: `kind`, `title`, `automatic`.
pub const VALUE_GIVEN: &str = "value.given";
/// A sign of interest was seen. Payload: `kind`, `score`.
pub const SIGNAL_SEEN: &str = "signal.seen";

/// A move between levels.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct AwarenessMove {
    /// Its id.
    pub id: Uuid,
    /// The level before.
    pub from_level: String,
    /// The level after.
    pub to_level: String,
    /// What moved them.
    pub cause: String,
    /// More about it.
    pub note: Option<String>,
    /// Who.
    pub person_id: Option<PersonId>,
    /// When.
    pub at: Timestamp,
    /// The member who moved it, if one did.
    pub created_by: Option<kernel::UserId>,
}

/// A touch.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct ValueTouch {
    /// Its id.
    pub id: Uuid,
    /// `educate`, `proof`, `help`, `invite`, `news`; `ask` gives nothing and does not count.
    pub kind: String,
    /// What it was.
    pub title: String,
    /// The finding it answers.
    pub finding_id: Option<Uuid>,
    /// To whom.
    pub person_id: Option<PersonId>,
    /// Sent by a track rather than by a person.
    pub automatic: bool,
    /// The piece of content that was given.
    pub content_id: Option<Uuid>,
    /// When.
    pub at: Timestamp,
}

/// A sign of interest.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct NurtureSignal {
    /// Its id.
    pub id: Uuid,
    /// Which sign.
    pub kind: String,
    /// More about it.
    pub note: Option<String>,
    /// Who.
    pub person_id: Option<PersonId>,
    /// When.
    pub at: Timestamp,
}

/// Everything that happened in nurturing for a deal, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// Moves between levels.
    pub moves: Vec<AwarenessMove>,
    /// Touches.
    pub touches: Vec<ValueTouch>,
    /// Signs of interest.
    pub signals: Vec<NurtureSignal>,
}

/// The key a value of a fieldless enum is stored under.
pub(crate) fn key_of(value: impl Serialize) -> String {
    json!(value).as_str().unwrap_or_default().to_owned()
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_value(Json::from(text))
        .map_err(|e| StoreError::Shape { what: format!("nurturing row '{text}'"), why: e.to_string() })
}

impl Log {
    /// Loads it.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn load(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Self> {
        let of = |columns: &str, table: &str, but: &str| {
            let mut sql = Sql::new(db.engine(), "SELECT ");
            sql.push(columns).push(" FROM ").push(table);
            sql.push_with(" WHERE deal_id = ? AND workspace_id = ?", [deal.into(), workspace.into()]);
            sql.push(but).push(" ORDER BY at, id");
            sql
        };
        Ok(Self {
            moves: of(
                "id, from_level, to_level, cause, note, person_id, at, created_by",
                "awareness_move",
                " AND undone_at IS NULL",
            )
            .all(db.conn())
            .await?,
            touches: of(
                "id, kind, title, finding_id, person_id, automatic, content_id, at",
                "value_touch",
                "",
            )
            .all(db.conn())
            .await?,
            signals: of("id, kind, note, person_id, at", "nurture_signal", "").all(db.conn()).await?,
        })
    }

    /// The level they are at; `None` before anybody looked.
    ///
    /// # Errors
    /// [`StoreError::Shape`] for a row that cannot be read.
    pub fn level(&self) -> Result<Option<Awareness>> {
        self.moves.last().map(|m| read(&m.to_level)).transpose()
    }

    /// Kinds of the touches, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Shape`] for a row that cannot be read.
    pub fn touch_kinds(&self) -> Result<Vec<ValueKind>> {
        self.touches.iter().map(|t| read(&t.kind)).collect()
    }

    /// The fact: touches that give, and one signal of a kind a day in a zone.
    ///
    /// # Errors
    /// [`StoreError::Shape`] for a row that cannot be read.
    pub fn fact(&self, zone: Tz) -> Result<Nurture> {
        let proof = |id| Evidence { kind: EvidenceOf::Nurture, id };
        let mut touches = Vec::new();
        for touch in &self.touches {
            if read::<ValueKind>(&touch.kind)?.gives() {
                touches.push(Touch { at: touch.at, evidence: proof(touch.id) });
            }
        }
        let mut signals = Vec::new();
        for row in &self.signals {
            let kind: SignalKind = read(&row.kind)?;
            let (weight, half_life_days) = kind.weight_and_half_life();
            signals.push((kind, Signal { weight, half_life_days, at: row.at, evidence: proof(row.id) }));
        }
        let day = |s: &Signal| {
            use chrono::Datelike;
            i64::from(s.at.to_utc().with_timezone(&zone).date_naive().num_days_from_ce())
        };
        Ok(Nurture {
            awareness: self.level()?,
            awareness_cause: self.moves.last().map(|m| proof(m.id)),
            touches,
            signals: one_a_day(signals, day),
        })
    }
}

/// Whoever writes about a deal's nurturing: a person, or the system on an event.
#[derive(Debug, Clone, Copy)]
pub struct By {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The user, if one.
    pub user: Option<kernel::UserId>,
    /// The person of the prospect it is about.
    pub person: Option<PersonId>,
    /// The event it comes from.
    pub source: Option<EventId>,
    /// When it happened.
    pub at: Timestamp,
}

/// Writes a move for a cause. Answers it, or `None` when the level stays as it is.
///
/// # Errors
/// Whatever the database says.
pub async fn move_level(
    tx: &WriteTx,
    by: &By,
    deal: DealId,
    cause: Cause,
    said: Option<Awareness>,
    note: Option<String>,
) -> Result<Option<(Uuid, Awareness, Awareness)>> {
    let log = Log::load(tx, by.workspace, deal).await?;
    let looked = log.level()?;
    let from = looked.unwrap_or(Awareness::Unaware);
    let to = moved(from, cause, said);
    if to == from && looked.is_some() {
        return Ok(None);
    }
    let id = Uuid::now_v7();
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO awareness_move (id, workspace_id, deal_id, from_level, to_level, cause, note, person_id, \
         source_event_id, at, created_by) VALUES ",
    );
    sql.bind_list([
        id.into(),
        by.workspace.into(),
        deal.into(),
        key_of(from).into(),
        key_of(to).into(),
        key_of(cause).into(),
        note.into(),
        by.person.into(),
        by.source.into(),
        by.at.into(),
        by.user.into(),
    ]);
    sql.run(tx.conn()).await?;
    Ok(Some((id, from, to)))
}

/// Takes the last move back, if a member made it. Answers it.
///
/// # Errors
/// Whatever the database says.
pub async fn undo_move(
    tx: &WriteTx,
    workspace: WorkspaceId,
    deal: DealId,
    id: Uuid,
    now: Timestamp,
) -> Result<Option<AwarenessMove>> {
    let last = Log::load(tx, workspace, deal).await?.moves.pop();
    let Some(last) = last.filter(|last| last.id == id && last.created_by.is_some()) else { return Ok(None) };
    let text = "UPDATE awareness_move SET undone_at = ? WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [now.into(), id.into(), workspace.into()]).run(tx.conn()).await?;
    Ok(Some(last))
}

/// Writes a sign of interest; `None` when this event already gave this sign.
///
/// # Errors
/// Whatever the database says.
pub async fn see_signal(
    tx: &WriteTx,
    by: &By,
    deal: DealId,
    kind: SignalKind,
    note: Option<String>,
) -> Result<Option<Uuid>> {
    let id = Uuid::now_v7();
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO nurture_signal (id, workspace_id, deal_id, kind, note, person_id, source_event_id, at, created_by) VALUES ",
    );
    sql.bind_list([
        id.into(),
        by.workspace.into(),
        deal.into(),
        kind.key().into(),
        note.into(),
        by.person.into(),
        by.source.into(),
        by.at.into(),
        by.user.into(),
    ]);
    sql.push(" ON CONFLICT (deal_id, kind, source_event_id) DO NOTHING");
    Ok((sql.run(tx.conn()).await? > 0).then_some(id))
}

/// Writes the fact `nurturing` of a deal from its rows. Answers the points of interest now.
///
/// # Errors
/// Whatever the database says.
pub async fn refresh(tx: &WriteTx, workspace: WorkspaceId, deal: &DealRow, now: Timestamp) -> Result<f64> {
    let space = deal_row::workspace(tx, workspace).await?;
    let calendar = deal_row::calendar(tx, &space, deal.owner_id).await?;
    let fact = Log::load(tx, workspace, deal.id).await?.fact(calendar.zone)?;
    fact_store::put(tx, workspace, deal.id, &fact, &[], now).await?;
    Ok(process::facts::signal_score(&fact.signals, now))
}

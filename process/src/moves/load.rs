//! A deal with all that a decision about it needs.

use kernel::{DealId, Timestamp, TransitionId, UserId, WorkspaceId};
use records::events;
use records::workspace::Workspace;
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use store::db::Source;
use store::{Actor, Result, Sql, StoreError};

use crate::assemble;
use crate::deal_row::{self, DealRow};
use crate::facts::{Facts, Thresholds};
use crate::sla::{Calendar, Pause};
use crate::stage::Status;
use crate::transition::{DealState, LastMove};
use crate::version::{self, Version};

/// A deal, its process, its facts, its owner's days.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The row.
    pub row: DealRow,
    /// Where it stands and how it came there.
    pub state: DealState,
    /// What is known about it.
    pub facts: Facts,
    /// The version it follows.
    pub version: Version,
    /// Its workspace.
    pub workspace: Workspace,
    /// Its owner's days.
    pub calendar: Calendar,
}

/// Loads what a decision about a deal needs.
///
/// # Errors
/// Whatever the database says.
pub async fn load(db: &impl Source, workspace: WorkspaceId, row: DealRow) -> Result<Loaded> {
    let workspace = deal_row::workspace(db, workspace).await?;
    let version = version::of_deal(db, workspace.id, row.process_version_id).await?;
    let facts = assemble::facts(db, workspace.id, &row, Thresholds::of(&workspace.settings())).await?;
    let calendar = deal_row::calendar(db, &workspace, row.owner_id).await?;
    let position = row.position()?;
    let other_open_deal = position.status != Status::Open && other_open(db, workspace.id, &row).await?;
    let pauses = pauses(db, row.id, position.entered_stage_at).await?;
    let last_move = last_move(db, row.id).await?;
    let state = DealState { position, pauses, last_move, other_open_deal };
    Ok(Loaded { row, state, facts, version, workspace, calendar })
}

/// Times in which the deal's clock stood since it entered its stage.
///
/// # Errors
/// Whatever the database says.
pub async fn pauses(db: &impl Source, deal: DealId, since: Timestamp) -> Result<Vec<Pause>> {
    let text = "SELECT from_at, until_at FROM deal_pause WHERE deal_id = ? AND until_at > ? ORDER BY from_at";
    let rows = Sql::with(db.engine(), text, [deal.into(), since.into()]).rows(db.conn()).await?;
    let pause = |row: &store::Row| {
        Ok(Pause { from: Timestamp(row.try_get_by_index(0)?), until: Timestamp(row.try_get_by_index(1)?) })
    };
    rows.iter().map(pause).collect()
}

/// Whether the company has another open deal. A company sells to one line as long as there is one.
async fn other_open(db: &impl Source, workspace: WorkspaceId, row: &DealRow) -> Result<bool> {
    let Some(company) = row.company_id else { return Ok(false) };
    let text = "SELECT 1 FROM deal WHERE workspace_id = ? AND company_id = ? AND id <> ? AND status = 'open' \
                AND deleted_at IS NULL LIMIT 1";
    let values = [workspace.into(), company.into(), row.id.into()];
    Ok(!Sql::with(db.engine(), text, values).rows(db.conn()).await?.is_empty())
}

#[derive(FromQueryResult)]
struct LastRow {
    id: TransitionId,
    kind: String,
    at: Timestamp,
    actor_kind: String,
    actor_id: Option<UserId>,
    position_before: Json,
    mail_sent: i64,
}

/// The newest move of a deal, and whether a mail went out because of it.
///
/// # Errors
/// Whatever the database says, or a row that cannot be read.
pub async fn last_move(db: &impl Source, deal: DealId) -> Result<Option<LastMove>> {
    let text = "SELECT t.id, t.kind, t.at, t.actor_kind, t.actor_id, t.position_before, \
                (SELECT COUNT(*) FROM event e WHERE e.deal_id = t.deal_id AND e.kind = ? AND e.cause_id = t.event_id) \
                AS mail_sent FROM transition t WHERE t.deal_id = ? ORDER BY t.at DESC, t.id DESC LIMIT 1";
    let values = [events::MAIL_SENT.into(), deal.into()];
    let row: Option<LastRow> = Sql::with(db.engine(), text, values).one(db.conn()).await?;
    row.map(read_last).transpose()
}

fn read_last(row: LastRow) -> Result<LastMove> {
    let shape = |why: String| StoreError::Shape { what: format!("transition {}", row.id), why };
    let actor = match (row.actor_kind.as_str(), row.actor_id) {
        ("user", Some(user)) => Actor::User(user),
        ("token", Some(user)) => Actor::Token(user),
        ("outside", _) => Actor::Outside,
        _ => Actor::System,
    };
    Ok(LastMove {
        id: row.id,
        kind: row.kind.parse().map_err(|e: crate::stage::NotAName| shape(e.to_string()))?,
        at: row.at,
        actor,
        before: serde_json::from_value(row.position_before).map_err(|e| shape(e.to_string()))?,
        mail_sent: row.mail_sent > 0,
    })
}

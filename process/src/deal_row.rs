//! A deal's row as the process reads it, and the calendar of its owner.

use std::str::FromStr;

use chrono::NaiveDate;
use chrono_tz::Tz;
use kernel::{
    BusinessCalendar, CompanyId, Country, Currency, DealId, Money, ProcessVersionId, Timestamp, UserId,
    WorkspaceId,
};
use records::workspace::Workspace;
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use store::db::Source;
use store::{Engine, Result, Sql, StoreError, WriteTx};

use crate::sla::Calendar;
use crate::stage::{Phase, Status};
use crate::transition::Position;

/// What moves and gates read of a deal.
#[derive(Debug, Clone, FromQueryResult)]
pub struct DealRow {
    /// Its id.
    pub id: DealId,
    /// Its name.
    pub name: String,
    /// With whom.
    pub company_id: Option<CompanyId>,
    /// Whose it is.
    pub owner_id: Option<UserId>,
    stage: String,
    status: String,
    value_minor: Option<i64>,
    value_currency: Option<String>,
    /// Why this company.
    pub why_them: Option<String>,
    /// The version it follows.
    pub process_version_id: Option<ProcessVersionId>,
    /// Since when it stands in its stage.
    pub entered_stage_at: Timestamp,
    wake_on: Option<String>,
    closed_at: Option<Timestamp>,
    lost_reason: Option<String>,
    competitor: Option<String>,
    /// Fields of the workspace's own.
    pub custom: Json,
    /// Counts changes.
    pub revision: i64,
}

const COLUMNS: &str = "id, name, company_id, owner_id, stage, status, value_minor, value_currency, why_them, \
    process_version_id, entered_stage_at, wake_on, closed_at, lost_reason, competitor, custom, revision";

impl DealRow {
    /// Where it stands.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when the row names a stage, status, day or currency that does not exist.
    pub fn position(&self) -> Result<Position> {
        let shape = |why: String| StoreError::Shape { what: format!("deal {}", self.id), why };
        let value = match (self.value_minor, &self.value_currency) {
            (Some(minor), Some(code)) => {
                Some(Money::new(minor, Currency::parse(code).map_err(|e| shape(e.to_string()))?))
            }
            _ => None,
        };
        let day = |text: &String| NaiveDate::from_str(text).map_err(|e| shape(e.to_string()));
        Ok(Position {
            stage: self.stage.parse::<Phase>().map_err(|e| shape(e.to_string()))?,
            status: self.status.parse::<Status>().map_err(|e| shape(e.to_string()))?,
            entered_stage_at: self.entered_stage_at,
            wake_on: self.wake_on.as_ref().map(day).transpose()?,
            value,
            lost_reason: self.lost_reason.clone(),
            competitor: self.competitor.clone(),
            closed_at: self.closed_at,
        })
    }
}

/// A deal that is not deleted.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: DealId) -> Result<Option<DealRow>> {
    select(db.engine(), workspace, id).one(db.conn()).await
}

/// The same, held until the transaction ends, so that two moves cannot both start from it.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &WriteTx, workspace: WorkspaceId, id: DealId) -> Result<Option<DealRow>> {
    let mut sql = select(tx.engine(), workspace, id);
    if tx.engine() == Engine::Postgres {
        sql.push(" FOR UPDATE");
    }
    sql.one(tx.conn()).await
}

fn select(engine: Engine, workspace: WorkspaceId, id: DealId) -> Sql {
    let mut sql = Sql::new(engine, "SELECT ");
    sql.push(COLUMNS).push(" FROM deal WHERE ");
    sql.push_with("id = ? AND workspace_id = ? AND deleted_at IS NULL", [id.into(), workspace.into()]);
    sql
}

/// The calendar of an owner: their zone, the workspace's holidays; the workspace's zone without owner.
///
/// # Errors
/// Whatever the database says.
pub async fn calendar(db: &impl Source, workspace: &Workspace, owner: Option<UserId>) -> Result<Calendar> {
    let zone = match owner {
        Some(user) => {
            let text = "SELECT time_zone FROM app_user WHERE id = ?";
            Sql::with(db.engine(), text, [user.into()]).scalar::<String>(db.conn()).await?
        }
        None => None,
    };
    Ok(calendar_in(workspace, zone.as_deref()))
}

/// A calendar of a zone by name, with the workspace's holidays; the workspace's own zone when the
/// name is none.
#[must_use]
pub fn calendar_in(workspace: &Workspace, zone: Option<&str>) -> Calendar {
    let parse = |name: &str| Tz::from_str(name).ok();
    let zone = zone.and_then(parse).or_else(|| parse(&workspace.time_zone)).unwrap_or(Tz::UTC);
    Calendar { zone, days: BusinessCalendar::new(Country::from_code(&workspace.country)) }
}

/// The workspace, which must be there.
///
/// # Errors
/// Whatever the database says; [`StoreError::Shape`] when it is gone.
pub async fn workspace(db: &impl Source, id: WorkspaceId) -> Result<Workspace> {
    let found = records::workspace::find(db, id).await?;
    found.ok_or_else(|| StoreError::Shape { what: format!("workspace {id}"), why: "is not there".to_owned() })
}

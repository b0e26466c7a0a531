//! Deals: one attempt to sell to one company. Stage and status are moved by the process alone.

use crate::kind::Shape::{Company as OfCompany, Date, Line, Long, Money as Amount, Name, User, Words};
use crate::kind::{FieldSpec, field, kept};
use http_room::FieldKind::{self, Choice as OneOf, Instant, MultiChoice, Text};
use kernel::{CompanyId, DealId, PersonId, ProcessVersionId, TaskId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql};

/// An amount read from two columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromQueryResult)]
pub struct DealValue {
    /// Minor units.
    #[sea_orm(from_alias = "value_minor")]
    pub minor: i64,
    /// ISO 4217.
    #[sea_orm(from_alias = "value_currency")]
    pub currency: String,
}

/// A deal.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Deal {
    /// Its id.
    pub id: DealId,
    /// What it is called.
    pub name: String,
    /// With whom.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub company_name: Option<String>,
    /// Whose it is.
    pub owner_id: Option<UserId>,
    /// One of the seven: `prospecting` … `closing`.
    pub stage: String,
    /// The stage of the process version it is pinned to.
    pub process_stage: String,
    /// `open`, `won`, `lost`, `disqualified`, `not_yet`.
    pub status: String,
    /// What it may be worth.
    #[sea_orm(nested)]
    #[schema(value_type = Option<kernel::Money>)]
    pub value: Option<DealValue>,
    /// When it may be won.
    pub expected_close: Option<String>,
    /// Why this company, why now.
    pub why_them: Option<String>,
    /// Where it came from.
    pub source: Option<String>,
    /// Its id in the system it was imported from.
    pub external_id: Option<String>,
    /// The version of the process that governs it.
    pub process_version_id: Option<ProcessVersionId>,
    /// Since when it is in this stage.
    pub entered_stage_at: Timestamp,
    /// When the stage's time is up, in business days of the owner.
    pub sla_due_at: Option<Timestamp>,
    /// When a parked deal wakes.
    pub wake_on: Option<String>,
    /// Until when the prospect asked us to wait.
    pub waiting_until: Option<String>,
    /// When it was won, lost or disqualified.
    pub closed_at: Option<Timestamp>,
    /// Why it was lost or disqualified.
    pub lost_reason: Option<String>,
    /// To whom.
    pub competitor: Option<String>,
    /// Criteria of the current gate that are not met.
    #[schema(value_type = Vec<String>)]
    pub missing: Json,
    /// The day of the next open task, `9999-12-31` when it has none; null: nobody has anything to do.
    pub next_action_on: Option<String>,
    /// Words of our own.
    #[schema(value_type = Vec<String>)]
    pub tags: Json,
    /// Fields of the workspace's own.
    #[schema(value_type = Object)]
    pub custom: Json,
    /// Counts changes.
    pub revision: i64,
    /// Opened.
    pub created_at: Timestamp,
    /// Changed last.
    pub updated_at: Timestamp,
    /// Deleted.
    pub deleted_at: Option<Timestamp>,
}

/// The day of the earliest open task; a task without a day counts as far away.
const NEXT_ACTION: &str = "(SELECT min(COALESCE(t.due_on, '9999-12-31')) FROM task t \
    WHERE t.deal_id = deal.id AND t.state = 'open' AND t.deleted_at IS NULL)";

/// Columns of [`Deal`].
pub const COLUMNS: &str = "id, name, company_id, (SELECT c.name FROM company c WHERE c.id = deal.company_id) AS company_name, \
    owner_id, stage, process_stage, status, value_minor, value_currency, expected_close, why_them, source, external_id, \
    process_version_id, entered_stage_at, sla_due_at, wake_on, waiting_until, closed_at, lost_reason, competitor, missing, \
    (SELECT min(COALESCE(t.due_on, '9999-12-31')) FROM task t WHERE t.deal_id = deal.id AND t.state = 'open' \
    AND t.deleted_at IS NULL) AS next_action_on, tags, custom, revision, created_at, updated_at, deleted_at";

/// Fields of a deal.
pub const FIELDS: &[FieldSpec] = &[
    field("name", Text, Name, ("Name", "거래명")).sorted("deal_by_name"),
    field("company_id", FieldKind::Company, OfCompany, ("Company", "회사")).found("deal_by_company"),
    field("value", FieldKind::Money, Amount, ("Value", "금액")).sorted("deal_by_value"),
    kept("stage", OneOf, ("Stage", "단계")),
    kept("status", OneOf, ("Status", "상태")),
    field("expected_close", FieldKind::Date, Date, ("Expected close", "예상 마감일")),
    field("owner_id", FieldKind::User, User, ("Owner", "담당자")).found("deal_by_owner"),
    field("why_them", Text, Long, ("Why them, why now", "왜 이 회사, 왜 지금")),
    field("source", OneOf, Line, ("Source", "출처")),
    field("external_id", Text, Line, ("External id", "외부 ID")).found("deal_by_external"),
    field("waiting_until", FieldKind::Date, Date, ("Waiting until", "대기 기한")),
    kept("wake_on", FieldKind::Date, ("Wakes on", "깨우는 날")),
    FieldSpec {
        column: NEXT_ACTION,
        ..kept("next_action_on", FieldKind::Date, ("Next action", "다음 할 일"))
    },
    kept("lost_reason", OneOf, ("Reason", "사유")),
    field("tags", MultiChoice, Words, ("Tags", "태그")),
    kept("entered_stage_at", Instant, ("In stage since", "단계 진입")),
    kept("closed_at", Instant, ("Closed", "종료일")),
    kept("created_at", Instant, ("Created", "생성일")).sorted("deal_by_created").of_line(),
    kept("updated_at", Instant, ("Updated", "수정일")).sorted("deal_by_updated"),
];

/// Somebody of the buying committee.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct DealPerson {
    /// Who.
    pub person_id: PersonId,
    /// Their name.
    pub name: String,
    /// What they do.
    pub title: Option<String>,
    /// The first mail address.
    pub email: Option<String>,
    /// Roles: `decision_maker`, `champion`, …
    #[schema(value_type = Vec<String>)]
    pub roles: Json,
    /// From -2, against us, to 2, for us.
    pub stance: Option<i32>,
    /// How we know.
    pub evidence: Option<String>,
}

/// Roles in a buying committee.
pub const ROLES: &[&str] = &[
    "economic_buyer",
    "decision_maker",
    "approver",
    "champion",
    "influencer",
    "user",
    "technical",
    "legal",
    "procurement",
    "assistant",
    "blocker",
    "former",
];

/// The committee of a deal, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn committee(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Vec<DealPerson>> {
    let text = "SELECT d.person_id, p.name, p.title, p.email, d.roles, d.stance, d.evidence FROM deal_person d \
                JOIN person p ON p.id = d.person_id WHERE d.deal_id = ? AND d.workspace_id = ? AND p.deleted_at IS NULL \
                ORDER BY p.name, p.id";
    Sql::with(db.engine(), text, [deal.into(), workspace.into()]).all(db.conn()).await
}

/// These deals, in no order.
///
/// # Errors
/// Whatever the database says.
pub async fn of_ids(db: &impl Source, workspace: WorkspaceId, ids: &[DealId]) -> Result<Vec<Deal>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM deal WHERE ").push_check("workspace_id", workspace);
    sql.push(" AND deleted_at IS NULL AND id IN ").bind_list(ids.iter().map(|id| (*id).into()));
    sql.all(db.conn()).await
}

/// The next thing somebody has to do for a deal.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct NextAction {
    /// The deal.
    #[serde(skip)]
    pub deal_id: DealId,
    /// The task.
    pub task_id: TaskId,
    /// What.
    pub title: String,
    /// When.
    pub due_on: Option<String>,
}

/// The earliest open task of each of these deals.
///
/// # Errors
/// Whatever the database says.
pub async fn next_actions(
    db: &impl Source,
    workspace: WorkspaceId,
    deals: &[DealId],
) -> Result<Vec<NextAction>> {
    let mut sql = Sql::with(
        db.engine(),
        "SELECT deal_id, id AS task_id, title, due_on FROM task WHERE workspace_id = ? AND state = 'open' \
         AND deleted_at IS NULL AND deal_id IN ",
        [workspace.into()],
    );
    sql.bind_list(deals.iter().map(|d| (*d).into())).push(" ORDER BY COALESCE(due_on, '9999'), id");
    let all: Vec<NextAction> = sql.all(db.conn()).await?;
    let mut first: Vec<NextAction> = Vec::new();
    for task in all {
        if !first.iter().any(|t| t.deal_id == task.deal_id) {
            first.push(task);
        }
    }
    Ok(first)
}

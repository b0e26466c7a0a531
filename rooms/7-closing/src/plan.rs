//! The closing plan in the database, and the fact it comes to.

use chrono::NaiveDate;
use kernel::{DealId, PersonId, Timestamp, WorkspaceId};
use process::fact_store;
use process::facts::{Acceptance, AcceptanceKind, Closing, Evidence, EvidenceOf, Start};
use sea_orm::FromQueryResult;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, StoreError, WriteTx};
use uuid::Uuid;

use crate::rules::{PlanStep, Side, dated_steps};

/// The plan changed. Payload: `before`, `after`.
pub const PLAN_CHANGED: &str = "closing.plan_changed";
/// Their yes was recorded. Payload: `kind`, `words`, `offer_id`, `file_id`, `message_id`.
pub const ACCEPTED: &str = "closing.accepted";
/// The record of their yes was taken back. Payload: `kind`.
pub const ACCEPTANCE_WITHDRAWN: &str = "closing.acceptance_withdrawn";
/// The decision was asked for. Payload: `kind`, `direct`, `words`, `answer`, `answer_words`.
pub const ATTEMPTED: &str = "closing.attempted";

/// A result they expect, with its number and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedResult {
    /// What will be better.
    pub what: String,
    /// By how much, with its unit.
    pub number: String,
    /// How we know.
    pub source: String,
}

/// A question that is open between us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenQuestion {
    /// What is asked.
    pub question: String,
    /// The answer, once there is one.
    #[serde(default)]
    pub answer: Option<String>,
}

/// Their yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AcceptanceRecord {
    /// How they said it.
    pub kind: AcceptanceKind,
    /// The record that holds it.
    pub evidence: Evidence,
    /// In their words.
    pub words: Option<String>,
    /// Who.
    pub person_id: Option<PersonId>,
    /// When it was recorded.
    pub at: Timestamp,
}

/// The plan.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Plan {
    /// Its id.
    pub id: Uuid,
    /// Results they expect.
    pub results: Vec<ExpectedResult>,
    /// When they decide.
    pub decision_on: Option<NaiveDate>,
    /// Next steps of both sides.
    pub steps: Vec<PlanStep>,
    /// Questions between us.
    pub open_questions: Vec<OpenQuestion>,
    /// When it starts.
    pub start_date: Option<NaiveDate>,
    /// Why there is no start date.
    pub no_start_date: Option<String>,
    /// Terms in words.
    pub terms: Option<String>,
    /// Name for the invoice; the company's own stands in for it.
    pub legal_name: Option<String>,
    /// Who gets the invoice.
    pub billing_contact: Option<String>,
    /// Their yes.
    pub acceptance: Option<AcceptanceRecord>,
    /// Changed when.
    pub updated_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    results: Json,
    decision_on: Option<String>,
    steps: Json,
    open_questions: Json,
    start_date: Option<String>,
    no_start_date: Option<String>,
    terms: Option<String>,
    legal_name: Option<String>,
    billing_contact: Option<String>,
    acceptance: Option<Json>,
    updated_at: Timestamp,
}

const COLUMNS: &str = "id, results, decision_on, steps, open_questions, start_date, no_start_date, terms, legal_name, \
    billing_contact, acceptance, updated_at";

fn shape(id: Uuid, why: impl std::fmt::Display) -> StoreError {
    StoreError::Shape { what: format!("closing plan {id}"), why: why.to_string() }
}

fn read<T: DeserializeOwned>(id: Uuid, value: Json) -> Result<T> {
    serde_json::from_value(value).map_err(|e| shape(id, e))
}

impl TryFrom<Row> for Plan {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self> {
        let id = row.id;
        let day = |text: String| text.parse::<NaiveDate>().map_err(|e| shape(id, e));
        let acceptance = row.acceptance.filter(|a| !a.is_null());
        Ok(Self {
            id,
            results: read(id, row.results)?,
            decision_on: row.decision_on.map(day).transpose()?,
            steps: read(id, row.steps)?,
            open_questions: read(id, row.open_questions)?,
            start_date: row.start_date.map(day).transpose()?,
            no_start_date: row.no_start_date,
            terms: row.terms,
            legal_name: row.legal_name,
            billing_contact: row.billing_contact,
            acceptance: acceptance.map(|a| read(id, a)).transpose()?,
            updated_at: row.updated_at,
        })
    }
}

/// The plan of a deal; `None` before anybody began one.
///
/// # Errors
/// Whatever the database says.
pub async fn of_deal(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Option<Plan>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM closing_plan WHERE ");
    sql.push_with("deal_id = ? AND workspace_id = ?", [deal.into(), workspace.into()]);
    sql.one::<Row>(db.conn()).await?.map(Plan::try_from).transpose()
}

/// An attempt to close.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct CloseAttempt {
    /// Its id.
    pub id: Uuid,
    /// How it was asked.
    pub kind: String,
    /// What we said.
    pub words: String,
    /// `yes`, `no`, `hesitates`, `not_yet`.
    pub answer: String,
    /// What they said.
    pub answer_words: Option<String>,
    /// Who.
    pub person_id: Option<PersonId>,
    /// When.
    pub at: Timestamp,
}

/// The attempts of a deal, oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn attempts(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Vec<CloseAttempt>> {
    let text = "SELECT id, kind, words, answer, answer_words, person_id, at FROM close_attempt \
                WHERE deal_id = ? AND workspace_id = ? ORDER BY at, id";
    Sql::with(db.engine(), text, [deal.into(), workspace.into()]).all(db.conn()).await
}

/// Writes the fact `closing` of a deal.
///
/// # Errors
/// Whatever the database says.
pub async fn refresh(tx: &WriteTx, workspace: WorkspaceId, deal: DealId, now: Timestamp) -> Result<()> {
    let asked =
        attempts(tx, workspace, deal).await?.iter().any(|a| a.kind == process::transition::ASK_MISSING);
    let mut fact = Closing { asked_what_is_missing: asked, ..Closing::default() };
    if let Some(plan) = of_deal(tx, workspace, deal).await? {
        fact.plan = Some(Evidence { kind: EvidenceOf::ClosingPlan, id: plan.id });
        fact.acceptance = plan.acceptance.map(|a| Acceptance { kind: a.kind, evidence: a.evidence });
        fact.start = plan.start_date.map(Start::On).or(plan.no_start_date.map(Start::None));
        fact.our_steps = dated_steps(&plan.steps, Side::Us);
        fact.their_steps = dated_steps(&plan.steps, Side::Them);
        fact.legal_name = plan.legal_name;
        fact.billing_contact = plan.billing_contact;
    }
    fact_store::put(tx, workspace, deal, &fact, &[], now).await
}

//! The closing plan in the database, and the fact it comes to.

use chrono::NaiveDate;
use kernel::{DealId, MailboxId, Money, OfferId, PersonId, Timestamp, UserId, WorkspaceId};
use process::fact_store;
use process::facts::{Acceptance, AcceptanceKind, Closing, Evidence, EvidenceOf, Start};
use sea_orm::FromQueryResult;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, StoreError, WriteTx};
use uuid::Uuid;

use crate::lever::Lever;
use crate::rules::{CloseKind, PlanStep, Side, dated_steps};

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
    /// They asked it themselves, on the page of the plan.
    #[serde(default)]
    pub theirs: bool,
}

/// A document of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanDocument {
    /// What it is.
    pub title: String,
    /// Where it is: `https://…`.
    pub url: String,
}

/// How the decision will be asked for next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NextAttempt {
    /// How.
    pub kind: CloseKind,
    /// When.
    pub on: NaiveDate,
    /// In which words.
    #[serde(default)]
    pub words: Option<String>,
}

/// Who allowed that they are reminded of their steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Reminders {
    /// Who is reminded.
    pub person_id: PersonId,
    /// From which mailbox.
    pub mailbox_id: MailboxId,
    /// Who allowed it.
    pub allowed_by: Option<UserId>,
    /// When.
    pub allowed_at: Timestamp,
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
    /// Documents both sides have.
    pub documents: Vec<PlanDocument>,
    /// Levers, live or not.
    pub levers: Vec<Lever>,
    /// How the decision will be asked for next.
    pub next_attempt: Option<NextAttempt>,
    /// What they pay by the month.
    pub monthly: Option<Money>,
    /// The offer it leads to.
    pub offer_id: Option<OfferId>,
    /// The token of the page the buyer sees.
    #[serde(skip)]
    pub page_token: Option<String>,
    /// Who is reminded of their steps, once somebody allowed it.
    pub reminders: Option<Reminders>,
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
    documents: Option<Json>,
    levers: Option<Json>,
    next_attempt: Option<Json>,
    monthly: Option<Json>,
    offer_id: Option<OfferId>,
    page_token: Option<String>,
    person_id: Option<PersonId>,
    reminders_mailbox: Option<MailboxId>,
    reminders_by: Option<UserId>,
    reminders_at: Option<Timestamp>,
    acceptance: Option<Json>,
    updated_at: Timestamp,
}

const COLUMNS: &str = "id, results, decision_on, steps, open_questions, start_date, no_start_date, terms, legal_name, \
    billing_contact, documents, levers, next_attempt, monthly, offer_id, page_token, person_id, reminders_mailbox, \
    reminders_by, reminders_at, acceptance, updated_at";

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
        let there = |value: Option<Json>| value.filter(|v| !v.is_null());
        let reminders = match (row.person_id, row.reminders_mailbox, row.reminders_at) {
            (Some(person_id), Some(mailbox_id), Some(allowed_at)) => {
                Some(Reminders { person_id, mailbox_id, allowed_by: row.reminders_by, allowed_at })
            }
            _ => None,
        };
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
            documents: there(row.documents).map(|d| read(id, d)).transpose()?.unwrap_or_default(),
            levers: there(row.levers).map(|l| read(id, l)).transpose()?.unwrap_or_default(),
            next_attempt: there(row.next_attempt).map(|n| read(id, n)).transpose()?,
            monthly: there(row.monthly).map(|m| read(id, m)).transpose()?,
            offer_id: row.offer_id,
            page_token: row.page_token,
            reminders,
            acceptance: there(row.acceptance).map(|a| read(id, a)).transpose()?,
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

/// The plan a page's token names, with its workspace and deal.
///
/// # Errors
/// Whatever the database says.
pub async fn by_token(db: &impl Source, token: &str) -> Result<Option<(WorkspaceId, DealId)>> {
    let text = "SELECT workspace_id, deal_id FROM closing_plan WHERE page_token = ?";
    let rows = Sql::with(db.engine(), text, [token.into()]).rows(db.conn()).await?;
    rows.first().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).transpose()
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
    /// Levers that were shown.
    #[schema(value_type = Option<Vec<String>>)]
    pub levers: Option<Json>,
    /// Why it pressed though an objection was open.
    pub override_reason: Option<String>,
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
    let text = "SELECT id, kind, words, answer, answer_words, levers, override_reason, person_id, at FROM close_attempt \
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

//! Pieces as they are kept.

use std::collections::HashMap;

use kernel::{
    CompanyId, Currency, DealId, EnrolmentId, Money, PersonId, PieceId, SequenceId, Timestamp, UserId,
    WorkspaceId,
};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, Engine, NewEvent, Result, Sql, Subject, WriteTx};

use super::PIECE_CREATED;
use super::rules::{PieceForm, PieceKind, PieceState, warnings};
use crate::enrolment::EnrolmentRow;

/// A piece.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Piece {
    /// Its id.
    pub id: PieceId,
    #[serde(skip)]
    pub(crate) workspace_id: WorkspaceId,
    /// To whom.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: Option<String>,
    /// Their company when it was made.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub company_name: Option<String>,
    /// About which deal.
    pub deal_id: Option<DealId>,
    /// The enrolment that made it.
    pub enrolment_id: Option<EnrolmentId>,
    /// Its sequence.
    pub sequence_id: Option<SequenceId>,
    /// The step that made it, from 1.
    pub step: Option<i64>,
    /// `letter`, `postcard`, `gift`, `brochure`, `flyer`.
    pub kind: String,
    /// The letter's subject line, the large words on a card.
    pub headline: String,
    /// The text on it.
    pub body: String,
    /// What makes it personal.
    pub personality: String,
    /// What they have of it that nobody else gives them.
    pub unique_value: String,
    /// What it is to bring about.
    pub goal: String,
    /// What it costs, in minor units of its currency.
    pub cost_minor: Option<i64>,
    /// That currency.
    pub cost_currency: Option<String>,
    /// Who signs it.
    pub sender_name: String,
    /// Merge fields without value: write the text anew before it is printed.
    #[schema(value_type = Vec<String>)]
    pub missing: Json,
    /// `brochure`, `flyer`, `impersonal`, `no_value`, `no_goal`, `no_cost`.
    #[schema(value_type = Vec<String>)]
    pub warnings: Json,
    /// `prepared`, `printed`, `sent`, `delivered`, `returned`.
    pub state: String,
    /// Printed when.
    pub printed_at: Option<Timestamp>,
    /// Posted when.
    pub sent_at: Option<Timestamp>,
    /// Arrived when.
    pub delivered_at: Option<Timestamp>,
    /// Came back when.
    pub returned_at: Option<Timestamp>,
    /// Counts changes.
    pub revision: i64,
    /// Made when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

pub(super) const COLUMNS: &str = "id, workspace_id, person_id, (SELECT p.name FROM person p WHERE p.id = piece.person_id) AS person_name, \
    company_id, (SELECT c.name FROM company c WHERE c.id = piece.company_id) AS company_name, deal_id, enrolment_id, sequence_id, \
    step, kind, headline, body, personality, unique_value, goal, cost_minor, cost_currency, sender_name, missing, warnings, state, \
    printed_at, sent_at, delivered_at, returned_at, revision, created_at, updated_at";

impl Piece {
    /// Where it is; a word nobody knows is where it began.
    pub fn state(&self) -> PieceState {
        PieceState::parse(&self.state).unwrap_or(PieceState::Prepared)
    }

    /// What of it a step's form says.
    pub fn form(&self) -> PieceForm {
        let currency = self.cost_currency.as_deref().and_then(|code| Currency::parse(code).ok());
        PieceForm {
            kind: PieceKind::parse(&self.kind).unwrap_or_default(),
            headline: self.headline.clone(),
            personality: self.personality.clone(),
            unique_value: self.unique_value.clone(),
            cost: self.cost_minor.zip(currency).map(|(minor, currency)| Money { minor, currency }),
        }
    }

    /// Fields without value.
    pub fn missing(&self) -> Vec<String> {
        serde_json::from_value(self.missing.clone()).unwrap_or_default()
    }

    /// What events of it are about.
    pub fn subject(&self) -> Subject {
        Subject {
            company: self.company_id,
            person: Some(self.person_id),
            deal: self.deal_id,
            row: Some(self.id.0),
        }
    }
}

/// A piece to be made, its texts filled in.
#[derive(Debug, Clone)]
pub(crate) struct NewPiece<'a> {
    pub person: PersonId,
    pub company: Option<CompanyId>,
    pub deal: Option<DealId>,
    /// The enrolment whose next step makes it.
    pub step_of: Option<&'a EnrolmentRow>,
    pub form: PieceForm,
    pub body: String,
    pub goal: String,
    pub sender_name: String,
    pub missing: Vec<String>,
    pub author: Option<UserId>,
}

/// Makes a piece; a second one of the same step is not made.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn insert(
    tx: &mut WriteTx,
    (workspace, actor): (WorkspaceId, Actor),
    new: NewPiece<'_>,
    now: Timestamp,
) -> Result<Option<Piece>> {
    let id = PieceId::new();
    let text = "INSERT INTO piece (id, workspace_id, person_id, company_id, deal_id, enrolment_id, sequence_id, step, kind, \
        headline, body, personality, unique_value, goal, cost_minor, cost_currency, sender_name, missing, warnings, state, \
        created_by, revision, created_at, updated_at) VALUES ";
    let mut sql = Sql::new(tx.engine(), text);
    let form = &new.form;
    sql.bind_list([
        id.into(),
        workspace.into(),
        new.person.into(),
        new.company.into(),
        new.deal.into(),
        new.step_of.map(|row| row.id).into(),
        new.step_of.map(|row| row.sequence_id).into(),
        new.step_of.map(|row| row.step + 1).into(),
        form.kind.key().into(),
        form.headline.clone().into(),
        new.body.into(),
        form.personality.clone().into(),
        form.unique_value.clone().into(),
        new.goal.clone().into(),
        form.cost.map(|cost| cost.minor).into(),
        form.cost.map(|cost| cost.currency.code().to_owned()).into(),
        new.sender_name.into(),
        json!(new.missing).into(),
        json!(warnings(form, &new.goal)).into(),
        PieceState::Prepared.key().into(),
        new.author.into(),
        1_i64.into(),
        now.into(),
        now.into(),
    ]);
    sql.push(" ON CONFLICT DO NOTHING");
    if sql.run(tx.conn()).await? == 0 {
        return Ok(None);
    }
    let made = find(tx, workspace, id).await?;
    if let Some(piece) = &made {
        let event = NewEvent::now(workspace, PIECE_CREATED, actor, now).about(piece.subject());
        tx.record(event.with(json!({ "after": piece }))).await?;
    }
    Ok(made)
}

fn select(engine: Engine) -> Sql {
    let mut sql = Sql::new(engine, "SELECT ");
    sql.push(COLUMNS).push(" FROM piece WHERE deleted_at IS NULL AND ");
    sql
}

/// A piece of a workspace.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn find(db: &impl Source, workspace: WorkspaceId, id: PieceId) -> Result<Option<Piece>> {
    let mut sql = select(db.engine());
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql.one(db.conn()).await
}

/// These pieces of a workspace, in the order of their ids.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn find_all(
    db: &impl Source,
    workspace: WorkspaceId,
    ids: &[PieceId],
) -> Result<Vec<Piece>> {
    let mut sql = select(db.engine());
    sql.push("id IN ").bind_list(ids.iter().map(|id| (*id).into()));
    sql.push(" AND ").push_check("workspace_id", workspace).push(" ORDER BY id");
    sql.all(db.conn()).await
}

/// The piece a step of an enrolment made.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn of_step(db: &impl Source, enrolment: EnrolmentId, step: i64) -> Result<Option<Piece>> {
    let mut sql = select(db.engine());
    sql.push_with("enrolment_id = ? AND step = ?", [enrolment.into(), step.into()]);
    sql.one(db.conn()).await
}

/// Where the newest piece of each of these enrolments is, and since when it is delivered.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn before_call(
    db: &impl Source,
    workspace: WorkspaceId,
    enrolments: impl Iterator<Item = EnrolmentId>,
) -> Result<HashMap<EnrolmentId, (PieceState, Option<Timestamp>)>> {
    let ids: Vec<sea_orm::Value> = enrolments.map(Into::into).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let text =
        "SELECT enrolment_id, state, delivered_at FROM piece WHERE deleted_at IS NULL AND enrolment_id IN ";
    let mut sql = Sql::new(db.engine(), text);
    sql.bind_list(ids).push(" AND ").push_check("workspace_id", workspace).push(" ORDER BY step");
    let mut all = HashMap::new();
    for row in sql.rows(db.conn()).await? {
        let state: String = row.try_get_by_index(1)?;
        let state = PieceState::parse(&state).unwrap_or(PieceState::Prepared);
        all.insert(row.try_get_by_index(0)?, (state, row.try_get_by_index(2)?));
    }
    Ok(all)
}

//! An objection in the database, and the fact they come to.

use kernel::{DealId, ObjectionId, PersonId, Timestamp, WorkspaceId};
use process::fact_store;
use process::facts::{self, ObjectionFact, ObjectionState};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, StoreError, WriteTx};
use uuid::Uuid;

use crate::detect;
use crate::rules::{ObjectionKind, Standing};

/// An objection was heard. Payload: `stated`, `stated_kind`, `stage`, `related`.
pub const OBJECTION_RAISED: &str = "objection.raised";
/// Something was done about an objection. Payload: `step`, `from`, `to`, and what was said.
pub const OBJECTION_MOVED: &str = "objection.moved";
/// The real kind behind an objection was named. Payload: `stated_kind`, `real_kind`, `real_sub`, `confidence`.
pub const OBJECTION_UNDERSTOOD: &str = "objection.understood";
/// Something related was checked. Payload: `related`, `linked_id`, `note`.
pub const OBJECTION_LINKED: &str = "objection.linked";

/// A question of ours.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct ObjectionQuestion {
    /// Its id.
    pub id: Uuid,
    #[serde(skip)]
    objection_id: ObjectionId,
    /// What we asked.
    pub question: String,
    /// What they said.
    pub answer: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Something related that was checked (R58).
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct ObjectionLink {
    #[serde(skip)]
    objection_id: ObjectionId,
    /// What.
    pub related: String,
    /// The objection it turned out to be.
    pub linked_id: Option<ObjectionId>,
    /// What was found.
    pub note: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// An objection.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Objection {
    /// Its id.
    pub id: ObjectionId,
    /// Of which deal.
    pub deal_id: DealId,
    /// Who raised it.
    pub person_id: Option<PersonId>,
    /// The stage in which it was first heard.
    pub stage: String,
    /// What they said.
    pub stated: String,
    /// What it sounds like.
    pub stated_kind: ObjectionKind,
    /// More closely: a sub-kind, or a name of the workspace's own by its id.
    pub stated_sub: Option<String>,
    /// What is behind it, once known.
    pub real_kind: Option<ObjectionKind>,
    /// More closely.
    pub real_sub: Option<String>,
    /// How sure we are of that, in percent.
    pub real_confidence: Option<i64>,
    /// Where it was heard: `hand`, `mail`, `talk`, `call`, `offer_page`.
    pub source: String,
    /// The mail, talk or question.
    pub source_id: Option<Uuid>,
    /// How we acknowledged it.
    pub acknowledged: Option<String>,
    /// What to check next, by the kind that is known best.
    pub related: Vec<String>,
    /// Which of that was checked.
    pub links: Vec<ObjectionLink>,
    /// Where it stands.
    pub state: ObjectionState,
    /// How often it was raised.
    pub times: i64,
    /// What we asked, oldest first.
    pub questions: Vec<ObjectionQuestion>,
    /// What we answered.
    pub answer: Option<String>,
    /// The response of the library it was answered with.
    pub response_id: Option<Uuid>,
    /// It was answered without asking first.
    pub questions_skipped: bool,
    /// Their words of confirmation, or why the risk is accepted.
    pub settled_words: Option<String>,
    /// Who confirmed it.
    pub settled_by_person: Option<PersonId>,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
    /// When it was last raised.
    pub raised_at: Timestamp,
    /// When it was first heard.
    pub created_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: ObjectionId,
    deal_id: DealId,
    person_id: Option<PersonId>,
    stage: String,
    stated: String,
    stated_kind: String,
    stated_sub: Option<String>,
    real_kind: Option<String>,
    real_sub: Option<String>,
    real_confidence: Option<i64>,
    source: Option<String>,
    source_id: Option<Uuid>,
    acknowledged: Option<String>,
    state: String,
    times: i64,
    answer: Option<String>,
    response_id: Option<Uuid>,
    questions_skipped: bool,
    settled_words: Option<String>,
    settled_by_person: Option<PersonId>,
    settled_at: Option<Timestamp>,
    raised_at: Timestamp,
    created_at: Timestamp,
}

const COLUMNS: &str = "id, deal_id, person_id, stage, stated, stated_kind, stated_sub, real_kind, real_sub, real_confidence, \
    source, source_id, acknowledged, state, times, answer, response_id, questions_skipped, settled_words, settled_by_person, settled_at, raised_at, created_at";

impl Row {
    fn read(self, questions: Vec<ObjectionQuestion>, links: Vec<ObjectionLink>) -> Result<Objection> {
        let shape = |why: String| StoreError::Shape { what: format!("objection {}", self.id), why };
        let kind = |key: &String| ObjectionKind::parse(key).ok_or_else(|| shape(format!("kind '{key}'")));
        let stated_kind = kind(&self.stated_kind)?;
        let real_kind = self.real_kind.as_ref().map(kind).transpose()?;
        let state =
            serde_json::from_value(Json::from(self.state.clone())).map_err(|e| shape(e.to_string()))?;
        let related = real_kind.unwrap_or(stated_kind).related();
        Ok(Objection {
            id: self.id,
            deal_id: self.deal_id,
            person_id: self.person_id,
            stage: self.stage,
            stated: self.stated,
            stated_kind,
            stated_sub: self.stated_sub,
            real_kind,
            real_sub: self.real_sub,
            real_confidence: self.real_confidence,
            source: self.source.unwrap_or_else(|| "hand".to_owned()),
            source_id: self.source_id,
            acknowledged: self.acknowledged,
            links,
            related: related.iter().map(|r| (*r).to_owned()).collect(),
            state,
            times: self.times,
            questions,
            answer: self.answer,
            response_id: self.response_id,
            questions_skipped: self.questions_skipped,
            settled_words: self.settled_words,
            settled_by_person: self.settled_by_person,
            settled_at: self.settled_at,
            raised_at: self.raised_at,
            created_at: self.created_at,
        })
    }
}

impl Objection {
    /// What it is about, as far as known.
    #[must_use]
    pub fn kind(&self) -> ObjectionKind {
        self.real_kind.unwrap_or(self.stated_kind)
    }

    /// Where it stands, as far as steps ask: heard means that a question was answered since it was
    /// last raised.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let answered = |q: &ObjectionQuestion| q.answer.is_some() && q.at >= self.raised_at;
        Standing { state: self.state, heard: self.questions.iter().any(answered) }
    }
}

/// The objections of a deal, oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of_deal(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Vec<Objection>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM objection WHERE ");
    sql.push_with("deal_id = ? AND workspace_id = ?", [deal.into(), workspace.into()]);
    sql.push(" ORDER BY created_at, id");
    let rows: Vec<Row> = sql.all(db.conn()).await?;
    let text = "SELECT q.id, q.objection_id, q.question, q.answer, q.at FROM objection_question q \
                JOIN objection o ON o.id = q.objection_id WHERE o.deal_id = ? AND o.workspace_id = ? ORDER BY q.at, q.id";
    let mut asked: Vec<ObjectionQuestion> =
        Sql::with(db.engine(), text, [deal.into(), workspace.into()]).all(db.conn()).await?;
    let text = "SELECT l.objection_id, l.related, l.linked_id, l.note, l.at FROM objection_link l \
                JOIN objection o ON o.id = l.objection_id WHERE o.deal_id = ? AND o.workspace_id = ? ORDER BY l.at, l.related";
    let mut checked: Vec<ObjectionLink> =
        Sql::with(db.engine(), text, [deal.into(), workspace.into()]).all(db.conn()).await?;
    let read = |row: Row| {
        let (mine, rest) = asked.drain(..).partition(|q| q.objection_id == row.id);
        asked = rest;
        let (links, rest) = checked.drain(..).partition(|l| l.objection_id == row.id);
        checked = rest;
        row.read(mine, links)
    };
    rows.into_iter().map(read).collect()
}

/// Writes the fact `objections` of a deal.
///
/// # Errors
/// Whatever the database says.
pub async fn refresh(tx: &WriteTx, workspace: WorkspaceId, deal: DealId, now: Timestamp) -> Result<()> {
    let all = of_deal(tx, workspace, deal).await?;
    let items = all
        .iter()
        .map(|o| ObjectionFact {
            id: o.id.0,
            state: o.state,
            at: o.raised_at,
            kind: Some(o.real_kind.unwrap_or(o.stated_kind).key().to_owned()),
        })
        .collect();
    let known: Option<facts::Objections> = fact_store::get(tx, workspace, deal).await?;
    let predicted = known.unwrap_or_default().predicted;
    let proposed = detect::waiting(tx, workspace, deal).await?;
    fact_store::put(tx, workspace, deal, &facts::Objections { items, proposed, predicted }, &[], now).await
}

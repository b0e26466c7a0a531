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

use crate::rules::{ObjectionKind, Standing};

/// An objection was heard. Payload: `stated`, `stated_kind`, `stage`, `related`.
pub const OBJECTION_RAISED: &str = "objection.raised";
/// Something was done about an objection. Payload: `step`, `from`, `to`, and what was said.
pub const OBJECTION_MOVED: &str = "objection.moved";
/// The real kind behind an objection was named. Payload: `stated_kind`, `real_kind`.
pub const OBJECTION_UNDERSTOOD: &str = "objection.understood";

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

/// An objection.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Objection {
    /// Its id.
    pub id: ObjectionId,
    /// Who raised it.
    pub person_id: Option<PersonId>,
    /// The stage in which it was first heard.
    pub stage: String,
    /// What they said.
    pub stated: String,
    /// What it sounds like.
    pub stated_kind: ObjectionKind,
    /// What is behind it, once known.
    pub real_kind: Option<ObjectionKind>,
    /// What to check next, by the kind that is known best.
    pub related: Vec<String>,
    /// Where it stands.
    pub state: ObjectionState,
    /// How often it was raised.
    pub times: i64,
    /// What we asked, oldest first.
    pub questions: Vec<ObjectionQuestion>,
    /// What we answered.
    pub answer: Option<String>,
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
    person_id: Option<PersonId>,
    stage: String,
    stated: String,
    stated_kind: String,
    real_kind: Option<String>,
    state: String,
    times: i64,
    answer: Option<String>,
    questions_skipped: bool,
    settled_words: Option<String>,
    settled_by_person: Option<PersonId>,
    settled_at: Option<Timestamp>,
    raised_at: Timestamp,
    created_at: Timestamp,
}

const COLUMNS: &str = "id, person_id, stage, stated, stated_kind, real_kind, state, times, answer, questions_skipped, \
    settled_words, settled_by_person, settled_at, raised_at, created_at";

impl Row {
    fn read(self, questions: Vec<ObjectionQuestion>) -> Result<Objection> {
        let shape = |why: String| StoreError::Shape { what: format!("objection {}", self.id), why };
        let kind = |key: &String| ObjectionKind::parse(key).ok_or_else(|| shape(format!("kind '{key}'")));
        let stated_kind = kind(&self.stated_kind)?;
        let real_kind = self.real_kind.as_ref().map(kind).transpose()?;
        let state =
            serde_json::from_value(Json::from(self.state.clone())).map_err(|e| shape(e.to_string()))?;
        let related = real_kind.unwrap_or(stated_kind).related();
        Ok(Objection {
            id: self.id,
            person_id: self.person_id,
            stage: self.stage,
            stated: self.stated,
            stated_kind,
            real_kind,
            related: related.iter().map(|r| (*r).to_owned()).collect(),
            state,
            times: self.times,
            questions,
            answer: self.answer,
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
    let read = |row: Row| {
        let (mine, rest) = asked.drain(..).partition(|q| q.objection_id == row.id);
        asked = rest;
        row.read(mine)
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
    fact_store::put(tx, workspace, deal, &facts::Objections { items }, &[], now).await
}

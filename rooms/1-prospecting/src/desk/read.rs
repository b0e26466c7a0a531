//! What lies on the desk: a company, its questions, and what is known.

use std::collections::{BTreeMap, BTreeSet};

use http_room::{Answer, Problem};
use kernel::{CompanyId, Currency, DealId, Timestamp, UserId, WorkspaceId};
use process::deal_row;
use process::facts::{EvidenceKind, ResearchItem, ResearchKind};
use records::asked_field;
use records::company::Company;
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql, StoreError};
use uuid::Uuid;

use super::rules::Left;
use super::{Desk, DeskDeal, Known, Question, QuestionKind, Standing};
use crate::icp::values;
use crate::research;
use crate::scoring::{companies, published};

/// How questions about items of research begin.
pub const ITEM: &str = "item.";

/// Everything asked of any company of a workspace.
#[derive(Debug, Clone)]
pub struct Checklist {
    /// Fields, those the profile counts first.
    pub fields: Vec<(String, bool)>,
    /// In which amounts are compared.
    pub currency: Currency,
    /// Items of research that must be found.
    pub needed: u32,
}

/// What a workspace asks.
///
/// # Errors
/// Whatever the database says.
pub async fn checklist(db: &impl Source, workspace: WorkspaceId) -> Result<Checklist> {
    let space = deal_row::workspace(db, workspace).await?;
    let profile = published(db, workspace).await?;
    let scored = profile.iter().flat_map(|p| p.scorer.fields());
    // Whether there is a site is answered by the site.
    let scored = scored.map(|key| if key == values::HAS_WEBSITE { "website" } else { key.as_str() });
    let mut seen = BTreeSet::new();
    let mut fields: Vec<(String, bool)> = Vec::new();
    for key in scored.filter(|key| *key != "name") {
        if seen.insert(key.to_owned()) {
            fields.push((key.to_owned(), true));
        }
    }
    let own = asked_field::own(db, workspace).await?;
    for key in asked_field::all(db, workspace).await? {
        if asked_field::is_askable(&key, &own) && seen.insert(key.clone()) {
            fields.push((key, false));
        }
    }
    Ok(Checklist { fields, currency: space.currency(), needed: space.settings().research_items_needed })
}

#[derive(FromQueryResult)]
struct DealLine {
    id: DealId,
    stage: String,
    status: String,
    owner_id: Option<UserId>,
    missing: Json,
}

/// Deals of a company, open ones first, then the newest.
///
/// # Errors
/// Whatever the database says.
pub async fn deals(db: &impl Source, workspace: WorkspaceId, company: CompanyId) -> Result<Vec<DeskDeal>> {
    let text = "SELECT id, stage, status, owner_id, missing FROM deal WHERE workspace_id = ? AND company_id = ? \
                AND deleted_at IS NULL ORDER BY CASE WHEN status = 'open' THEN 0 ELSE 1 END, created_at DESC LIMIT 20";
    let rows: Vec<DealLine> =
        Sql::with(db.engine(), text, [workspace.into(), company.into()]).all(db.conn()).await?;
    let shown = |r: DealLine| DeskDeal {
        id: r.id,
        stage: r.stage,
        status: r.status,
        owner_id: r.owner_id,
        missing: r.missing,
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// An answer given at the desk.
#[derive(Debug, Clone, FromQueryResult)]
pub struct AnswerRow {
    /// Its id.
    pub id: Uuid,
    /// To which question.
    pub question: String,
    /// What was answered.
    pub value: Json,
    /// What was there before.
    pub before: Json,
    kind: String,
    url: Option<String>,
    quote: Option<String>,
    answered_by: Option<UserId>,
    answered_at: Timestamp,
}

impl AnswerRow {
    /// How it is known.
    ///
    /// # Errors
    /// [`StoreError::Shape`] for a kind that does not exist.
    pub fn kind(&self) -> Result<EvidenceKind> {
        serde_json::from_value(Json::from(self.kind.clone()))
            .map_err(|e| StoreError::Shape { what: format!("answer {}", self.id), why: e.to_string() })
    }

    fn known(&self) -> Result<Known> {
        let kind = self.kind()?;
        Ok(Known {
            answer_id: self.id,
            by: self.answered_by,
            at: self.answered_at,
            kind,
            confidence: kind.confidence(),
            url: self.url.clone(),
            quote: self.quote.clone(),
        })
    }
}

/// Answers about a company that stand, newest first; of each question the last ones.
///
/// # Errors
/// Whatever the database says.
pub async fn answers(db: &impl Source, workspace: WorkspaceId, company: CompanyId) -> Result<Vec<AnswerRow>> {
    let text = "SELECT id, question, value, before, kind, url, quote, answered_by, answered_at FROM company_answer \
                WHERE company_id = ? AND workspace_id = ? AND undone_at IS NULL ORDER BY answered_at DESC, id DESC LIMIT 500";
    Sql::with(db.engine(), text, [company.into(), workspace.into()]).all(db.conn()).await
}

/// The value of a field as records show it.
#[must_use]
pub fn field_value(shown: &Json, key: &str) -> Json {
    match key.strip_prefix("custom.") {
        Some(own) => shown["custom"][own].clone(),
        None => shown[key].clone(),
    }
}

/// The value of an item of research.
#[must_use]
pub fn item_value(items: &[ResearchItem], kind: ResearchKind) -> Json {
    let found = items.iter().find(|item| item.kind == kind);
    found.map_or(Json::Null, |item| json!({ "text": item.text, "source": item.source }))
}

fn questions(
    checklist: &Checklist,
    company: &Company,
    items: &[ResearchItem],
    answers: &[AnswerRow],
) -> Result<Vec<Question>> {
    let shown = json!(company);
    let known = |key: &str, value: &Json| -> Result<Option<Known>> {
        // What somebody changed since is no longer known from that answer.
        let last = answers.iter().find(|answer| answer.question == key && answer.value == *value);
        last.map(AnswerRow::known).transpose()
    };
    let mut all = Vec::new();
    for kind in ResearchKind::ALL {
        let (key, value) = (format!("{ITEM}{}", kind.key()), item_value(items, kind));
        let answered = items.iter().any(|item| item.kind == kind && item.is_sourced());
        let known = known(&key, &value)?;
        all.push(Question { key, kind: QuestionKind::Item, scored: false, answered, value, known });
    }
    for (key, scored) in &checklist.fields {
        let value = field_value(&shown, key);
        let answered = values::value(company, key, checklist.currency).is_some();
        let known = known(key, &value)?;
        let (key, scored) = (key.clone(), *scored);
        all.push(Question { key, kind: QuestionKind::Field, scored, answered, value, known });
    }
    Ok(all)
}

/// What is left to find out about a company.
#[must_use]
pub fn left(checklist: &Checklist, company: &Company, sourced: usize) -> Left {
    let open =
        checklist.fields.iter().filter(|(key, _)| values::value(company, key, checklist.currency).is_none());
    let needed = usize::try_from(checklist.needed).unwrap_or(usize::MAX);
    Left { items: needed.saturating_sub(sourced), fields: open.count(), nobody: company.people == 0 }
}

#[derive(FromQueryResult)]
struct DeskRow {
    state: String,
    reason: Option<String>,
    wake_at: Option<Timestamp>,
    held_by: Option<UserId>,
    held_until: Option<Timestamp>,
    decided_by: Option<UserId>,
    decided_at: Option<Timestamp>,
}

/// How far a company is; nobody is said to be at work whose time ran out.
///
/// # Errors
/// Whatever the database says.
pub async fn standing(
    db: &impl Source,
    workspace: WorkspaceId,
    company: CompanyId,
    now: Timestamp,
) -> Result<Standing> {
    let text = "SELECT state, reason, wake_at, held_by, held_until, decided_by, decided_at FROM research_desk \
                WHERE company_id = ? AND workspace_id = ?";
    let row: Option<DeskRow> =
        Sql::with(db.engine(), text, [company.into(), workspace.into()]).one(db.conn()).await?;
    let row = row.unwrap_or_else(|| DeskRow {
        state: "open".to_owned(),
        reason: None,
        wake_at: None,
        held_by: None,
        held_until: None,
        decided_by: None,
        decided_at: None,
    });
    let held_until = row.held_until.filter(|until| *until > now);
    Ok(Standing {
        state: row.state,
        reason: row.reason,
        wake_at: row.wake_at,
        held_by: row.held_by.filter(|_| held_until.is_some()),
        held_until,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
    })
}

/// The desk with a company on it.
///
/// # Errors
/// 404 without such a company.
pub async fn desk(
    db: &impl Source,
    workspace: WorkspaceId,
    company: CompanyId,
    now: Timestamp,
) -> Answer<Desk> {
    let mut sql = companies(db.engine(), workspace);
    sql.push(" AND id = ").bind(company);
    let company: Company = sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("company"))?;
    let checklist = checklist(db, workspace).await?;
    let deal = deals(db, workspace, company.id).await?.into_iter().next();
    let items = match &deal {
        Some(deal) => research::kept(db, workspace, deal.id).await?.research.items,
        None => Vec::new(),
    };
    let sourced = items.iter().filter(|item| item.is_sourced()).count();
    let answers = answers(db, workspace, company.id).await?;
    Ok(Desk {
        questions: questions(&checklist, &company, &items, &answers)?,
        complete: left(&checklist, &company, sourced).is_nothing(),
        standing: standing(db, workspace, company.id, now).await?,
        sourced: u32::try_from(sourced).unwrap_or(u32::MAX),
        needed: checklist.needed,
        last_answer: answers.first().map(|a| a.id),
        deal,
        company,
    })
}

/// The newest standing answer of each question about a company.
///
/// # Errors
/// Whatever the database says.
pub async fn known_from(
    db: &impl Source,
    workspace: WorkspaceId,
    company: CompanyId,
) -> Result<BTreeMap<String, (Json, Known)>> {
    let mut known = BTreeMap::new();
    for answer in answers(db, workspace, company).await?.into_iter().rev() {
        known.insert(answer.question.clone(), (answer.value.clone(), answer.known()?));
    }
    Ok(known)
}

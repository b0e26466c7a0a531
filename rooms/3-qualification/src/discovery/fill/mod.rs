//! From answers to data: each answer fills what its question names, once, and a corrected answer corrects it.

mod committee;

use std::collections::{BTreeMap, BTreeSet};

use http_room::{Answer, IfMatch, Problem};
use kernel::{FindingId, Money, PersonId, TalkId};
use process::deal_row;
use process::facts::EvidenceKind;
use process::room::Visit;
use prospecting::scoring;
use records::Kind;
use records::write::{self, Author};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::Sql;
use store::db::Source;
use uuid::Uuid;

use crate::bant::routes::{insert, rating_of, settled};
use crate::bant::rules::Factor;
use crate::bant::{self, BANT_RATED, BANT_WITHDRAWN, NewEvidence};
use crate::discovery::outline::{AnswerTarget, OutlineQuestion};
use crate::discovery::talk::{self, FORM, Talk, TalkCell, is_blank};
use crate::finding::routes::{correct, find, insert as insert_finding, refresh, take_back};
use crate::finding::{FindingKind, NewFinding};

/// What an answer could not fill, and why.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Unfilled {
    /// The question.
    pub question: String,
    /// Which part of the answer.
    pub field: String,
    /// What is wrong with it.
    pub code: String,
    /// In words.
    pub message: String,
}

/// What the answers of a talk filled.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct Filled {
    /// Questions whose answers stand in their fields now.
    pub filled: Vec<String>,
    /// Answers that do not fit their fields yet.
    pub unfilled: Vec<Unfilled>,
}

/// An answer as it stands.
struct Given {
    words: Option<String>,
    summary: Option<String>,
    value: Json,
    person: Option<PersonId>,
}

impl Given {
    fn of(question: &str, cells: &BTreeMap<String, TalkCell>, talk: &Talk) -> Self {
        let part = |part: &str| cells.get(&format!("q.{question}.{part}")).map(|c| &c.value);
        let text = |name: &str| {
            part(name).and_then(Json::as_str).map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned)
        };
        let person = part("person_id").and_then(Json::as_str).and_then(|id| id.parse().ok());
        Self {
            words: text("words"),
            summary: text("summary"),
            value: part("value").cloned().unwrap_or_default(),
            person: person.or(talk.person_id),
        }
    }

    fn is_empty(&self) -> bool {
        self.words.is_none() && self.summary.is_none() && is_blank(&self.value)
    }
}

/// The typed part of an answer that is evidence of a factor, or of a challenge's cost.
#[derive(Debug, Default, Deserialize)]
struct Typed {
    #[serde(default)]
    value: Json,
    #[serde(default)]
    rating: Option<u8>,
    #[serde(default)]
    cost: Option<Money>,
    #[serde(default)]
    owner: Option<String>,
}

/// At work on the answers of one talk.
struct Filler<'a> {
    visit: &'a mut Visit,
    talk: &'a Talk,
    kind: EvidenceKind,
    /// Rows the answers have written, by question and target.
    wrote: BTreeMap<(String, String), Uuid>,
}

/// Fills the fields of every answer of a held talk. What is as it was is left alone.
///
/// # Errors
/// Whatever the database says; an answer that does not fit its field is reported, not an error.
pub async fn fill(visit: &mut Visit, talk: &Talk) -> Answer<Filled> {
    let outline = talk::outline(&visit.tx, visit.workspace, talk).await?;
    let cells = talk::cells(&visit.tx, visit.workspace, talk.id).await?;
    let kind = if talk.kind == FORM { EvidenceKind::Written } else { EvidenceKind::Conversation };
    let wrote = written(visit, talk.id).await?;
    let mut filler = Filler { visit, talk, kind, wrote };
    let mut report = Filled::default();
    for question in &outline.questions {
        let Some(target) = &question.fills else { continue };
        let given = Given::of(&question.key, &cells, talk);
        match filler.one(question, target, &given).await {
            Ok(true) => report.filled.push(question.key.clone()),
            Ok(false) => {}
            Err(problem) if problem.status == 422 => {
                report.unfilled.extend(problem.errors.into_iter().map(|e| Unfilled {
                    question: question.key.clone(),
                    field: e.field,
                    code: e.code,
                    message: e.message,
                }));
            }
            Err(problem) => return Err(problem),
        }
    }
    let visit = filler.visit;
    refresh(visit).await?;
    let deal = deal_row::find(&visit.tx, visit.workspace, visit.deal.id).await?;
    let deal = deal.ok_or_else(|| Problem::not_found("deal"))?;
    bant::refresh(&visit.tx, visit.workspace, &deal, visit.now).await?;
    score_anew(visit).await?;
    Ok(report)
}

/// The company's score follows every discovery save; another grade is an event of its own.
async fn score_anew(visit: &mut Visit) -> Answer<()> {
    let Some(company) = visit.deal.company_id else { return Ok(()) };
    let held = scoring::hold(&visit.tx, visit.workspace, &BTreeSet::from([company])).await?;
    if let Some(published) = scoring::published(&visit.tx, visit.workspace).await? {
        scoring::score(&mut visit.tx, visit.workspace, &published, held, visit.now).await?;
    }
    Ok(())
}

async fn written(visit: &Visit, talk: TalkId) -> Answer<BTreeMap<(String, String), Uuid>> {
    let text = "SELECT question_key, target, row_id FROM talk_wrote WHERE talk_id = ? AND workspace_id = ?";
    let sql = Sql::with(visit.tx.engine(), text, [talk.into(), visit.workspace.into()]);
    let read = |row: &store::Row| -> store::Result<_> {
        Ok(((row.try_get_by_index(0)?, row.try_get_by_index(1)?), row.try_get_by_index(2)?))
    };
    Ok(sql.rows(visit.tx.conn()).await?.iter().map(read).collect::<store::Result<_>>()?)
}

impl Filler<'_> {
    /// Answers whether something stands in the field now.
    async fn one(
        &mut self,
        question: &OutlineQuestion,
        target: &AnswerTarget,
        given: &Given,
    ) -> Answer<bool> {
        let key = question.key.as_str();
        match target {
            AnswerTarget::Finding { kind } => self.finding(key, *kind, given).await,
            AnswerTarget::Bant { factor } => self.factor(key, *factor, given).await,
            AnswerTarget::Role { role } => self.role(key, *role, given).await,
            AnswerTarget::Field { on, field } => self.field(key, *on, field, given).await,
        }
    }

    fn wrote(&self, question: &str, target: &str) -> Option<Uuid> {
        self.wrote.get(&(question.to_owned(), target.to_owned())).copied()
    }

    async fn note(&mut self, question: &str, target: &str, row: Option<Uuid>) -> Answer<()> {
        let (tx, workspace) = (&self.visit.tx, self.visit.workspace);
        let key = (question.to_owned(), target.to_owned());
        let text = "DELETE FROM talk_wrote WHERE talk_id = ? AND question_key = ? AND target = ? AND workspace_id = ?";
        let values = [self.talk.id.into(), question.into(), target.into(), workspace.into()];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
        self.wrote.remove(&key);
        let Some(row) = row else { return Ok(()) };
        let text = "INSERT INTO talk_wrote (talk_id, question_key, target, workspace_id, row_id) VALUES (?, ?, ?, ?, ?)";
        let values = [self.talk.id.into(), question.into(), target.into(), workspace.into(), row.into()];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
        self.wrote.insert(key, row);
        Ok(())
    }

    async fn finding(&mut self, key: &str, kind: FindingKind, given: &Given) -> Answer<bool> {
        let typed = typed(&given.value)?;
        let said = given.summary.clone().or_else(|| given.words.clone());
        let before = match self.wrote(key, "finding") {
            // One that somebody took back by hand is not there to be corrected.
            Some(id) => match find(self.visit, FindingId(id)).await {
                Err(gone) if gone.status == 404 => None,
                found => Some(found?),
            },
            None => None,
        };
        let Some(said) = said else {
            if let Some(gone) = before {
                take_back(self.visit, gone.id).await?;
                self.note(key, "finding", None).await?;
            }
            self.withdraw(key, "need").await?;
            return Ok(false);
        };
        self.visit.check_person("person_id", given.person).await?;
        let new = NewFinding {
            kind,
            summary: said,
            words: given.words.clone(),
            priority: before.as_ref().map_or(1, |f| f.priority),
            person_id: given.person,
            activity_id: self.talk.activity_id,
        }
        .checked()?;
        let finding = match before {
            Some(f) if same(&f, &new) => f,
            Some(f) => correct(self.visit, f.id, new).await?,
            None => {
                let made = insert_finding(self.visit, &new, None).await?;
                self.note(key, "finding", Some(made.id.0)).await?;
                made
            }
        };
        if kind != FindingKind::Challenge {
            return Ok(true);
        }
        match typed.cost {
            None => self.withdraw(key, "need").await?,
            Some(cost) => {
                let value = json!({
                    "challenge_ids": [finding.id], "impact": finding.summary, "impact_money": cost, "owner": typed.owner,
                });
                self.evidence(key, "need", (Factor::Need, value, None), given).await?;
            }
        }
        Ok(true)
    }

    async fn factor(&mut self, key: &str, factor: Factor, given: &Given) -> Answer<bool> {
        let typed = typed(&given.value)?;
        if given.is_empty() || (is_blank(&typed.value) && typed.rating.is_none()) {
            self.withdraw(key, "bant").await?;
            // Words alone say nothing that can be rated.
            return match given.is_empty() {
                true => Ok(false),
                false => Err(Problem::field(
                    "value",
                    "required",
                    "say what it comes to; words alone are not rated",
                )),
            };
        }
        let role = typed.value["role"].as_str().and_then(committee::role_of);
        let person = typed.value["person_id"].as_str().and_then(|id| id.parse().ok());
        if factor == Factor::Authority
            && let (Some(person), Some(role)) = (person, role)
        {
            self.seat(key, person, role, given).await?;
        }
        self.evidence(key, "bant", (factor, typed.value, typed.rating), given).await?;
        Ok(true)
    }

    async fn evidence(
        &mut self,
        key: &str,
        target: &str,
        (factor, mut value, rating): (Factor, Json, Option<u8>),
        given: &Given,
    ) -> Answer<()> {
        self.visit.check_person("person_id", given.person).await?;
        let derived = rating_of(self.visit, factor, &mut value).await?;
        let rating = settled(derived, rating)?;
        let quote = given.words.clone().or_else(|| given.summary.clone());
        let before = bant::evidence(&self.visit.tx, self.visit.workspace, self.visit.deal.id).await?;
        let wrote = self.wrote(key, target);
        let before = before.into_iter().find(|e| Some(e.id) == wrote);
        let row = match before {
            Some(e)
                if (e.rating, &e.value, &e.quote, e.person_id, e.activity_id)
                    == (i64::from(rating), &value, &quote, given.person, self.talk.activity_id) =>
            {
                return Ok(());
            }
            Some(e) => {
                let text = "UPDATE bant_evidence SET rating = ?, value = ?, quote = ?, person_id = ?, activity_id = ? \
                            WHERE id = ? AND workspace_id = ?";
                let values = [
                    i64::from(rating).into(),
                    value.clone().into(),
                    quote.clone().into(),
                    given.person.into(),
                    self.talk.activity_id.into(),
                    e.id.into(),
                    self.visit.workspace.into(),
                ];
                Sql::with(self.visit.tx.engine(), text, values).run(self.visit.tx.conn()).await?;
                e.id
            }
            None => {
                let new = NewEvidence {
                    kind: self.kind,
                    value: value.clone(),
                    rating: Some(rating),
                    quote: quote.clone(),
                    url: None,
                    person_id: given.person,
                    activity_id: self.talk.activity_id,
                    at: None,
                };
                let id = insert(self.visit, factor, rating, &new).await?;
                self.note(key, target, Some(id)).await?;
                id
            }
        };
        let payload =
            json!({ "factor": factor, "rating": rating, "kind": self.kind, "value": value, "quote": quote });
        self.visit.tell(BANT_RATED, row, given.person, payload).await?;
        Ok(())
    }

    /// Takes back the evidence an answer was.
    async fn withdraw(&mut self, key: &str, target: &str) -> Answer<()> {
        let Some(row) = self.wrote(key, target) else { return Ok(()) };
        let text = "UPDATE bant_evidence SET deleted_at = ? WHERE id = ? AND workspace_id = ? AND deleted_at IS NULL";
        let values = [self.visit.now.into(), row.into(), self.visit.workspace.into()];
        Sql::with(self.visit.tx.engine(), text, values).run(self.visit.tx.conn()).await?;
        self.visit.tell(BANT_WITHDRAWN, row, None, json!({})).await?;
        self.note(key, target, None).await
    }

    async fn field(&mut self, key: &str, on: Kind, field: &str, given: &Given) -> Answer<bool> {
        let record = match on {
            Kind::Company => self.visit.deal.company_id.map(|id| id.0),
            _ => Some(self.visit.deal.id.0),
        };
        let record =
            record.ok_or_else(|| Problem::field("value", "no_company", "the deal has no company to fill"))?;
        let typed = typed(&given.value).map(|t| t.value).unwrap_or_default();
        let plain = if given.value.is_object() { typed } else { given.value.clone() };
        let said = || given.words.clone().map_or(Json::Null, Json::from);
        let value = if is_blank(&plain) { said() } else { plain };
        let wrote = self.wrote(key, "field").is_some();
        if value.is_null() && !wrote {
            return Ok(false);
        }
        let workspace = self.visit.workspace;
        let space = deal_row::workspace(&self.visit.tx, workspace).await?;
        let author = Author {
            workspace,
            actor: self.visit.actor,
            now: self.visit.now,
            cause: None,
            currency: space.currency(),
        };
        let patch = json!({ "custom": { field: value } });
        let patch = patch.as_object().cloned().unwrap_or_default();
        write::change(&mut self.visit.tx, &author, on, record, &patch, IfMatch(None)).await?;
        let filled = !value.is_null();
        self.note(key, "field", filled.then_some(record)).await?;
        Ok(filled)
    }
}

fn typed(value: &Json) -> Answer<Typed> {
    match value {
        Json::Null => Ok(Typed::default()),
        value => serde_json::from_value(value.clone())
            .map_err(|e| Problem::field("value", "invalid", e.to_string())),
    }
}

fn same(before: &crate::finding::Finding, new: &NewFinding) -> bool {
    (before.kind.as_str(), &before.summary, &before.words, before.person_id, before.activity_id)
        == (new.kind.key(), &new.summary, &new.words, new.person_id, new.activity_id)
}

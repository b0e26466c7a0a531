//! Answering a question about a company, and taking the answer back.

use http_room::{Answer, App, IfMatch, Member, Problem};
use kernel::{CompanyId, DealId, Timestamp, limits};
use process::facts::{EvidenceKind, Research, ResearchItem, ResearchKind};
use process::room::optional;
use records::Kind;
use records::company::Company;
use records::write::{self, Author};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use store::db::Source;
use store::{Sql, WriteTx};
use uuid::Uuid;

use super::read::{self, ITEM};
use super::{Desk, HELD_SECONDS, author, deal_of, held};
use crate::research;
use crate::scoring;

/// An answer.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    /// The key of the question: `item.trigger`, `employees`, `custom.crm`.
    pub question: String,
    /// Text for an item, for a field what it holds; null for "nothing is known".
    #[schema(value_type = Object)]
    pub value: Json,
    /// How it is known.
    #[serde(default = "research_kind")]
    pub kind: EvidenceKind,
    /// Where it stands; an item without one does not count.
    #[serde(default)]
    pub url: Option<String>,
    /// The words it rests on.
    #[serde(default)]
    pub quote: Option<String>,
}

fn research_kind() -> EvidenceKind {
    EvidenceKind::Research
}

/// What is asked: an item of research, or a field.
enum Asked<'a> {
    Item(ResearchKind),
    Field(&'a str),
}

impl Asked<'_> {
    fn of(question: &str) -> Option<Asked<'_>> {
        match question.strip_prefix(ITEM) {
            Some(key) => ResearchKind::ALL.into_iter().find(|kind| kind.key() == key).map(Asked::Item),
            None => Some(Asked::Field(question)),
        }
    }
}

fn not_asked() -> Problem {
    Problem::field("question", "not_found", "this is not asked about companies")
}

/// Answers a question about a company.
///
/// # Errors
/// 404 without the company; 422 for a question that is not asked, or what does not do as its answer.
pub async fn answer(app: &App, me: &Member, company: CompanyId, mut new: NewAnswer) -> Answer<Desk> {
    new.url = optional("url", new.url.as_deref(), limits::URL_CHARS)?;
    new.quote = optional("quote", new.quote.as_deref(), limits::REASON_CHARS)?;
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let company = held(&tx, me.workspace, company).await?;
    let by = author(&tx, me, now).await?;
    let (before, value, deal) = match Asked::of(&new.question).ok_or_else(not_asked)? {
        Asked::Item(kind) => {
            let item = item_of(kind, &new)?;
            let (before, value, deal) = put_item(&mut tx, me, &by, &company, kind, item).await?;
            (before, value, Some(deal))
        }
        Asked::Field(key) => {
            let asked = read::checklist(&tx, me.workspace).await?;
            if !asked.fields.iter().any(|(field, _)| field == key) {
                return Err(not_asked());
            }
            let (before, value) = put_field(&mut tx, &by, &company, key, new.value.clone()).await?;
            (before, value, None)
        }
    };
    keep(&tx, me, &company, (&new, before, value, deal), now).await?;
    stay(&tx, me, company.id, now).await?;
    tx.commit().await?;
    read::desk(&app.db, me.workspace, company.id, now).await
}

/// The item an answer makes; none when nothing is known.
fn item_of(kind: ResearchKind, new: &NewAnswer) -> Answer<Option<ResearchItem>> {
    let text = match &new.value {
        Json::Null => return Ok(None),
        Json::String(text) => optional("value", Some(text), limits::REASON_CHARS)?,
        _ => return Err(Problem::field("value", "invalid", "a text, or null")),
    };
    Ok(text.map(|text| ResearchItem { kind, text, source: new.url.clone() }))
}

/// Writes an item in place of the one of its kind; answers what was there, what is, and in which deal.
async fn put_item(
    tx: &mut WriteTx,
    me: &Member,
    by: &Author,
    company: &Company,
    kind: ResearchKind,
    item: Option<ResearchItem>,
) -> Answer<(Json, Json, DealId)> {
    let deal = deal_of(tx, by, company).await?;
    let old = research::kept(tx, me.workspace, deal.id).await?;
    let before = read::item_value(&old.research.items, kind);
    let mut items: Vec<ResearchItem> =
        old.research.items.iter().filter(|i| i.kind != kind).cloned().collect();
    items.extend(item);
    items.sort_by_key(|item| item.kind);
    let value = read::item_value(&items, kind);
    let new = Research { items, grade_waived: old.research.grade_waived.clone() };
    if new != old.research {
        research::write(tx, me, &deal, &old, &new, by.now).await?;
    }
    Ok((before, value, deal.id))
}

/// Writes a field and scores the company at once; answers what was there, and what is.
async fn put_field(
    tx: &mut WriteTx,
    by: &Author,
    company: &Company,
    key: &str,
    value: Json,
) -> Answer<(Json, Json)> {
    let before = read::field_value(&json!(company), key);
    let mut patch = Map::new();
    match key.strip_prefix("custom.") {
        Some(own) => patch.insert("custom".to_owned(), json!({ own: value })),
        None => patch.insert(key.to_owned(), value),
    };
    let changed = write::change(tx, by, Kind::Company, company.id.0, &patch, IfMatch(None)).await;
    let changed = changed.map_err(|mut problem| {
        problem.errors.iter_mut().for_each(|error| error.field = "value".to_owned());
        problem
    })?;
    if let Some(profile) = scoring::published(tx, by.workspace).await? {
        let company = held(tx, by.workspace, company.id).await?;
        scoring::score(tx, by.workspace, &profile, vec![company], by.now).await?;
    }
    Ok((before, read::field_value(&changed, key)))
}

async fn keep(
    tx: &WriteTx,
    me: &Member,
    company: &Company,
    (new, before, value, deal): (&NewAnswer, Json, Json, Option<DealId>),
    now: Timestamp,
) -> Answer<()> {
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO company_answer (id, workspace_id, company_id, deal_id, question, value, before, kind, url, quote, \
         answered_by, answered_at) VALUES ",
    );
    sql.bind_list([
        Uuid::now_v7().into(),
        me.workspace.into(),
        company.id.into(),
        deal.into(),
        new.question.clone().into(),
        value.into(),
        before.into(),
        json!(new.kind).as_str().unwrap_or_default().into(),
        new.url.clone().into(),
        new.quote.clone().into(),
        me.user.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    Ok(())
}

/// Whoever answers keeps the company a while longer, if they hold it.
async fn stay(tx: &WriteTx, me: &Member, company: CompanyId, now: Timestamp) -> Answer<()> {
    let text =
        "UPDATE research_desk SET held_until = ? WHERE company_id = ? AND workspace_id = ? AND held_by = ?";
    let until = now.plus_seconds(HELD_SECONDS);
    let values = [until.into(), company.into(), me.workspace.into(), me.user.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Takes an answer back: what was there before is there again.
///
/// # Errors
/// 404 without such an answer; 409 when the value was changed since.
pub async fn take_back(app: &App, me: &Member, company: CompanyId, answer: Uuid) -> Answer<Desk> {
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let company = held(&tx, me.workspace, company).await?;
    let by = author(&tx, me, now).await?;
    let answers = read::answers(&tx, me.workspace, company.id).await?;
    let row = answers.iter().find(|a| a.id == answer).ok_or_else(|| Problem::not_found("answer"))?;
    let still_so = match Asked::of(&row.question).ok_or_else(not_asked)? {
        Asked::Item(kind) => {
            let item = serde_json::from_value(with_kind(kind, &row.before)).ok();
            let (was, _, _) = put_item(&mut tx, me, &by, &company, kind, item).await?;
            was == row.value
        }
        Asked::Field(key) => {
            let was = read::field_value(&json!(company), key);
            put_field(&mut tx, &by, &company, key, row.before.clone()).await?;
            was == row.value
        }
    };
    if !still_so {
        return Err(Problem::conflict("stale", "It was changed since; answer it anew."));
    }
    let text = "UPDATE company_answer SET undone_at = ? WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [now.into(), answer.into(), me.workspace.into()]).run(tx.conn()).await?;
    stay(&tx, me, company.id, now).await?;
    tx.commit().await?;
    read::desk(&app.db, me.workspace, company.id, now).await
}

/// An item as it was kept, with the kind its question says.
fn with_kind(kind: ResearchKind, kept: &Json) -> Json {
    let mut item = kept.clone();
    if let Some(map) = item.as_object_mut() {
        map.insert("kind".to_owned(), json!(kind));
    }
    item
}

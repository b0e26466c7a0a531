//! Research on a deal's company before the first word: five things worth knowing, each with its source.

use std::collections::HashSet;

use axum::extract::{Path, State};
use http_room::body::patched;
use http_room::{Answer, App, Body, FieldError, IfMatch, Member, Problem, Reader, Right, Tagged, Writer};
use kernel::{DealId, Timestamp, UserId, WorkspaceId, limits};
use process::facts::{Evidence, EvidenceOf, Research, ResearchItem, ResearchKind};
use process::{deal_row, fact_store};
use records::workspace::Settings;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{NewEvent, Result, Sql, StoreError, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::events;

/// Research as it is saved: what is not among the items is forgotten.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveResearch {
    /// At most one of each kind; those without text are left out.
    pub items: Vec<ResearchItem>,
    /// Why a company of grade D is approached all the same; null takes that back, absent leaves it.
    /// Takes the right to pass gates.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>)]
    pub grade_waived: Option<Option<String>>,
}

/// Research on a deal.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DealResearch {
    /// What was found.
    pub items: Vec<ResearchItem>,
    /// How many have text and source.
    pub sourced: usize,
    /// How many must have, to leave prospecting.
    pub needed: u32,
    /// Why a grade D is approached all the same.
    pub grade_waived: Option<String>,
    /// Counts changes; 0 when nothing was saved yet.
    pub revision: i64,
    /// Saved last.
    pub updated_at: Option<Timestamp>,
    /// By whom.
    pub updated_by: Option<UserId>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Kept {
    /// What was found.
    pub(crate) research: Research,
    revision: i64,
    updated_at: Option<Timestamp>,
    updated_by: Option<UserId>,
}

#[derive(FromQueryResult)]
struct Row {
    items: Json,
    grade_waived: Option<String>,
    revision: i64,
    updated_at: Timestamp,
    updated_by: Option<UserId>,
}

pub(crate) async fn kept(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Kept> {
    let text = "SELECT items, grade_waived, revision, updated_at, updated_by FROM deal_research WHERE deal_id = ? AND workspace_id = ?";
    let row: Option<Row> =
        Sql::with(db.engine(), text, [deal.into(), workspace.into()]).one(db.conn()).await?;
    let Some(row) = row else { return Ok(Kept::default()) };
    let items = serde_json::from_value(row.items)
        .map_err(|e| StoreError::Shape { what: "research".to_owned(), why: e.to_string() })?;
    Ok(Kept {
        research: Research { items, grade_waived: row.grade_waived },
        revision: row.revision,
        updated_at: Some(row.updated_at),
        updated_by: row.updated_by,
    })
}

async fn settings(db: &impl Source, workspace: WorkspaceId) -> Answer<Settings> {
    Ok(deal_row::workspace(db, workspace).await?.settings())
}

fn view(kept: Kept, needed: u32) -> DealResearch {
    let Kept { research, revision, updated_at, updated_by } = kept;
    let sourced = research.items.iter().filter(|i| i.source.is_some()).count();
    let Research { items, grade_waived } = research;
    DealResearch { items, sourced, needed, grade_waived, revision, updated_at, updated_by }
}

/// Trims, drops what has no text, and names every fault.
fn read_items(sent: Vec<ResearchItem>) -> Answer<Vec<ResearchItem>> {
    let (mut items, mut errors) = (Vec::new(), Vec::new());
    let mut seen: HashSet<ResearchKind> = HashSet::new();
    for (at, item) in sent.into_iter().enumerate() {
        let text = item.text.trim().to_owned();
        let source = item.source.map(|s| s.trim().to_owned()).filter(|s| !s.is_empty());
        let of = |part: &str| format!("items.{at}.{part}");
        if !seen.insert(item.kind) {
            errors.push(FieldError::new(of("kind"), "taken", "one item of each kind"));
        }
        if !limits::fits(&text, limits::REASON_CHARS) {
            errors.push(FieldError::new(of("text"), "too_long", "at most 2,000 characters"));
        }
        if source.as_ref().is_some_and(|s| !limits::fits(s, limits::URL_CHARS)) {
            errors.push(FieldError::new(of("source"), "too_long", "at most 2,000 characters"));
        }
        if !text.is_empty() {
            items.push(ResearchItem { kind: item.kind, text, source });
        }
    }
    items.sort_by_key(|i| i.kind);
    if errors.is_empty() { Ok(items) } else { Err(Problem::invalid(errors)) }
}

fn read_waiver(
    me: &Member,
    settings: &Settings,
    sent: Option<String>,
    old: Option<&str>,
) -> Answer<Option<String>> {
    let waiver = sent.map(|w| w.trim().to_owned()).filter(|w| !w.is_empty());
    if waiver.as_ref().is_some_and(|w| !limits::fits(w, limits::REASON_CHARS)) {
        return Err(Problem::field("grade_waived", "too_long", "at most 2,000 characters"));
    }
    if waiver.as_deref() != old && !me.may(Right::Manage) && !settings.reps_may_force_gates {
        return Err(Problem::forbidden("Approaching a company of grade D takes the word of a manager."));
    }
    Ok(waiver)
}

pub(crate) async fn write(
    tx: &mut WriteTx,
    me: &Member,
    deal: &deal_row::DealRow,
    old: &Kept,
    new: &Research,
    now: Timestamp,
) -> Answer<()> {
    let text = "INSERT INTO deal_research (deal_id, workspace_id, items, grade_waived, revision, updated_at, updated_by) \
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (deal_id) DO UPDATE SET items = excluded.items, \
                grade_waived = excluded.grade_waived, revision = excluded.revision, updated_at = excluded.updated_at, updated_by = excluded.updated_by";
    let values = [
        deal.id.into(),
        me.workspace.into(),
        json!(new.items).into(),
        new.grade_waived.clone().into(),
        (old.revision + 1).into(),
        now.into(),
        me.user.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let subject = Subject { deal: Some(deal.id), company: deal.company_id, ..Subject::default() };
    let event = NewEvent::now(me.workspace, events::RESEARCH_SAVED, me.actor(), now)
        .about(subject)
        .under(deal.process_version_id)
        .with(json!({ "before": old.research, "after": new }));
    let event = tx.record(event).await?;
    let proof = Evidence { kind: EvidenceOf::Event, id: event.0 };
    fact_store::put(tx, me.workspace, deal.id, new, &[proof], now).await?;
    Ok(())
}

#[utoipa::path(get, path = "/deals/{id}/research", tag = "prospecting", operation_id = "get_deal_research", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "What was found; empty when nothing was saved", body = DealResearch), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Tagged<DealResearch>> {
    deal_row::find(&app.db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("deal"))?;
    let kept = kept(&app.db, me.workspace, id).await?;
    let needed = settings(&app.db, me.workspace).await?.research_items_needed;
    Ok(Tagged(kept.revision, view(kept, needed)))
}

#[utoipa::path(put, path = "/deals/{id}/research", tag = "prospecting", operation_id = "save_deal_research", params(("id" = Uuid, Path, description = "The deal")), request_body = SaveResearch,
    responses((status = 200, description = "As it is now", body = DealResearch), (status = 403, description = "The role may not waive the grade", body = Problem),
        (status = 404, description = "Not there", body = Problem), (status = 412, description = "Somebody else changed it", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn save(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    seen: IfMatch,
    Body(sent): Body<SaveResearch>,
) -> Answer<Tagged<DealResearch>> {
    let items = read_items(sent.items)?;
    let mut tx = app.db.write_tx().await?;
    let deal = deal_row::hold(&tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("deal"))?;
    let old = kept(&tx, me.workspace, id).await?;
    seen.check(old.revision)?;
    let settings = settings(&tx, me.workspace).await?;
    let grade_waived = match sent.grade_waived {
        Some(waiver) => read_waiver(&me, &settings, waiver, old.research.grade_waived.as_deref())?,
        None => old.research.grade_waived.clone(),
    };
    let new = Research { items, grade_waived };
    if new != old.research || old.revision == 0 {
        write(&mut tx, &me, &deal, &old, &new, app.clock.now()).await?;
    }
    let kept = kept(&tx, me.workspace, id).await?;
    tx.commit().await?;
    Ok(Tagged(kept.revision, view(kept, settings.research_items_needed)))
}

/// Routes of research.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, save))
}

//! Duplicates over HTTP: the pairs, what speaks for each, and the decision.

use super::pair::{self, DuplicatePair};
use super::rules::keep_second;
use super::{KINDS, search, settle};
use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{
    Answer, App, Body, Field, FieldKind, ListQuery, Manager, Member, Page, Problem, Reader, Writer, list,
};
use records::Kind;
use records::merge::log::{self, RecordMerge};
use records::merge::rules::{Difference, Whose};
use records::merge::{self, Request};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use store::Sql;
use store::db::Source;
use store::job::Job;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const FIELDS: &[Field] = &[
    Field::column("state", FieldKind::Choice, false),
    Field::column("score", FieldKind::Number, true),
    Field::column("found_at", FieldKind::Instant, false),
    Field::column("decided_at", FieldKind::Instant, true),
    Field::column("a_id", FieldKind::Company, false),
    Field::column("b_id", FieldKind::Company, false),
];

/// A pair with all there is to decide by.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DuplicateCase {
    /// The pair.
    pub pair: DuplicatePair,
    /// One record.
    #[schema(value_type = Object)]
    pub a: Json,
    /// The other.
    #[schema(value_type = Object)]
    pub b: Json,
    /// Which of them it is better to keep: the fuller one, or else the older.
    pub keep: Uuid,
    /// Fields of the kept record that would change.
    #[schema(value_type = Object)]
    pub changes: Map<String, Json>,
    /// Fields in which both have a value and the values differ.
    pub differences: Vec<Difference>,
}

/// How to merge a pair.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergePair {
    /// The record that stays; the better one when nothing is said.
    #[serde(default)]
    pub keep: Option<Uuid>,
    /// By field, whose value to take where both have one.
    #[serde(default)]
    pub choose: BTreeMap<String, Whose>,
}

/// How duplicates of a kind stand.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DuplicateOverview {
    /// `company` or `person`.
    pub kind: Kind,
    /// Pairs to decide.
    pub open: i64,
    /// Merged so far, by hand and by themselves.
    pub merged: i64,
    /// Called two.
    pub rejected: i64,
    /// From which score on pairs are merged without anybody looking; null: never.
    pub auto_merge_at: Option<f64>,
    /// The newest search.
    pub search: Option<Job>,
}

/// From which score on to merge without anybody looking.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DuplicateSetting {
    /// 0.9 to 1; null: never.
    pub auto_merge_at: Option<f64>,
}

/// The least score that may be merged without anybody looking.
const LEAST: f64 = 0.9;

fn kind_of(word: &str) -> Answer<Kind> {
    Kind::parse(word).filter(|kind| KINDS.contains(kind)).ok_or_else(|| Problem::not_found("kind of record"))
}

#[utoipa::path(get, path = "/duplicates/{kind}", tag = "duplicates", operation_id = "list_duplicates",
    params(("kind" = String, Path, description = "company or person"), records::routes::ListParams),
    responses((status = 200, description = "Pairs whose records are both there, and those merged; the surest first", body = Page<DuplicatePair>)))]
async fn list_pairs(
    me: Reader,
    State(app): State<App>,
    Path(kind): Path<String>,
    query: ListQuery,
) -> Answer<Answered<Page<DuplicatePair>>> {
    let kind = kind_of(&kind)?;
    let mut sql = Sql::new(app.db.engine(), "FROM duplicate_pair d WHERE ");
    sql.push_with(
        "workspace_id = ? AND record_kind = ? AND (state = 'merged' OR ",
        [me.workspace.into(), kind.key().into()],
    );
    sql.push(&pair::both_there(kind)).push(")");
    list::push_conditions(&mut sql, FIELDS, &query.filters)?;
    let page = list::page(app.db.read(), &pair::columns(kind), sql, FIELDS, &query, ("score", true)).await?;
    Ok(Answered(page))
}

async fn found(app: &impl Source, me: &Member, id: Uuid) -> Answer<(Kind, DuplicatePair)> {
    pair::find(app, me.workspace, id).await?.ok_or_else(|| Problem::not_found("pair"))
}

#[utoipa::path(get, path = "/duplicates/pairs/{id}", tag = "duplicates", operation_id = "get_duplicate", params(("id" = Uuid, Path, description = "The pair")),
    responses((status = 200, description = "Both records side by side, and what a merge would make", body = DuplicateCase), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<Answered<DuplicateCase>> {
    let (kind, pair) = found(&app.db, &me, id).await?;
    let load = async |id| {
        let record = records::write::load(&app.db, me.workspace, kind, id).await?;
        record.ok_or_else(|| Problem::not_found(kind.key()))
    };
    let (a, b) = (load(pair.a_id).await?, load(pair.b_id).await?);
    let (keep, goes) = if keep_second(&a, &b) { (pair.b_id, pair.a_id) } else { (pair.a_id, pair.b_id) };
    let there = a["deleted_at"].is_null() && b["deleted_at"].is_null();
    let (changes, differences) = match there {
        true => merge::combined(&app.db, me.workspace, kind, keep, goes).await?,
        false => Default::default(),
    };
    Ok(Answered(DuplicateCase { pair, a, b, keep, changes, differences }))
}

#[utoipa::path(post, path = "/duplicates/pairs/{id}/merge", tag = "duplicates", operation_id = "merge_duplicate", params(("id" = Uuid, Path, description = "The pair")),
    request_body = MergePair, responses((status = 201, description = "The merge; it can be taken back", body = RecordMerge), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "Decided already", body = Problem)))]
async fn merge_pair(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Body(sent): Body<MergePair>,
) -> Answer<(StatusCode, Answered<RecordMerge>)> {
    let author = records::routes::author(&app, &me).await?;
    let mut tx = app.db.write_tx().await?;
    let (kind, found) = found(&tx, &me, id).await?;
    if found.state == "merged" {
        return Err(Problem::conflict("merged", "These two are one already."));
    }
    let (kept, merged) = sides(&tx, &me, kind, &found, sent.keep).await?;
    let request = Request { kept, merged, choose: sent.choose, score: Some(found.score), automatic: false };
    let made = merge::make(&app, &mut tx, &author, kind, &request).await?;
    pair::decide(&tx, me.workspace, id, "merged", Some(made), Some(me.user), Some(author.now)).await?;
    pair::follow(&tx, me.workspace, kind, kept, merged, author.now).await?;
    let made = log::find(&tx, me.workspace, made).await?.ok_or_else(|| Problem::not_found("merge"))?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(made)))
}

/// Who stays and who goes.
async fn sides(
    db: &impl Source,
    me: &Member,
    kind: Kind,
    pair: &DuplicatePair,
    keep: Option<Uuid>,
) -> Answer<(Uuid, Uuid)> {
    match keep {
        Some(keep) if keep == pair.a_id => Ok((pair.a_id, pair.b_id)),
        Some(keep) if keep == pair.b_id => Ok((pair.b_id, pair.a_id)),
        Some(_) => Err(Problem::field("keep", "invalid", "one of the two records of the pair")),
        None => {
            let load = async |id| {
                let record = records::write::load(db, me.workspace, kind, id).await?;
                record.ok_or_else(|| Problem::not_found(kind.key()))
            };
            let second = keep_second(&load(pair.a_id).await?, &load(pair.b_id).await?);
            Ok(if second { (pair.b_id, pair.a_id) } else { (pair.a_id, pair.b_id) })
        }
    }
}

async fn set_state(app: &App, me: &Member, id: Uuid, state: &str) -> Answer<Answered<DuplicatePair>> {
    let mut tx = app.db.write_tx().await?;
    let (_, pair) = found(&tx, me, id).await?;
    match pair.merge_id.filter(|_| pair.state == "merged") {
        Some(merge) if state == "open" => {
            merge::undo(app, &mut tx, &records::routes::author(app, me).await?, merge).await?;
        }
        None if pair.state != "merged" => {}
        _ => {
            return Err(Problem::conflict(
                "merged",
                "These two are one already: take the merge back instead.",
            ));
        }
    }
    let decided = (state != "open").then(|| app.clock.now());
    let by = decided.map(|_| me.user);
    pair::decide(&tx, me.workspace, id, state, None, by, decided).await?;
    let (_, pair) = found(&tx, me, id).await?;
    tx.commit().await?;
    Ok(Answered(pair))
}

#[utoipa::path(post, path = "/duplicates/pairs/{id}/reject", tag = "duplicates", operation_id = "reject_duplicate", params(("id" = Uuid, Path, description = "The pair")),
    responses((status = 200, description = "They are two, and not proposed again", body = DuplicatePair), (status = 404, description = "Not there", body = Problem), (status = 409, description = "Merged already", body = Problem)))]
async fn reject(me: Writer, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<Answered<DuplicatePair>> {
    set_state(&app, &me, id, "rejected").await
}

#[utoipa::path(post, path = "/duplicates/pairs/{id}/reopen", tag = "duplicates", operation_id = "reopen_duplicate", params(("id" = Uuid, Path, description = "The pair")),
    responses((status = 200, description = "To be decided again; of two that were merged the merge is taken back", body = DuplicatePair), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "The record that stayed was merged again", body = Problem)))]
async fn reopen(me: Writer, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<Answered<DuplicatePair>> {
    set_state(&app, &me, id, "open").await
}

#[utoipa::path(post, path = "/duplicates/{kind}/search", tag = "duplicates", operation_id = "search_duplicates", params(("kind" = String, Path, description = "company or person")),
    responses((status = 202, description = "The search, in the background", body = Job)))]
async fn begin_search(
    me: Writer,
    State(app): State<App>,
    Path(kind): Path<String>,
) -> Answer<(StatusCode, Answered<Job>)> {
    let kind = kind_of(&kind)?;
    let tx = app.db.write_tx().await?;
    let id = search::enqueue(&tx, me.workspace, kind, Some(me.user), app.clock.now()).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Answered(crate::rescore::shown(&app.db, me.workspace, id).await?)))
}

#[utoipa::path(get, path = "/duplicates", tag = "duplicates", operation_id = "overview_duplicates",
    responses((status = 200, description = "How duplicates stand, by kind of record", body = Vec<DuplicateOverview>)))]
async fn overview(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<DuplicateOverview>>> {
    let mut all = Vec::new();
    for kind in KINDS {
        all.push(of_kind(&app, &me, kind).await?);
    }
    Ok(Answered(all))
}

async fn of_kind(app: &App, me: &Member, kind: Kind) -> Answer<DuplicateOverview> {
    let text = format!(
        "SELECT state, count(*) FROM duplicate_pair d WHERE workspace_id = ? AND record_kind = ? AND (state <> 'open' OR {}) GROUP BY state",
        pair::both_there(kind)
    );
    let values = [me.workspace.into(), kind.key().into()];
    let rows = Sql::with(app.db.engine(), &text, values).rows(app.db.read()).await?;
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for row in &rows {
        counts.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    }
    let of = |state: &str| counts.get(state).copied().unwrap_or(0);
    Ok(DuplicateOverview {
        kind,
        open: of("open"),
        merged: of("merged"),
        rejected: of("rejected"),
        auto_merge_at: settle::threshold(&app.db, me.workspace, kind).await?,
        search: search::newest(&app.db, me.workspace, kind).await?,
    })
}

#[utoipa::path(put, path = "/duplicates/{kind}/setting", tag = "duplicates", operation_id = "set_duplicate_setting", params(("kind" = String, Path, description = "company or person")),
    request_body = DuplicateSetting, responses((status = 200, description = "How duplicates stand now", body = DuplicateOverview), (status = 422, description = "A score below 0.9 or above 1", body = Problem)))]
async fn set(
    me: Manager,
    State(app): State<App>,
    Path(kind): Path<String>,
    Body(sent): Body<DuplicateSetting>,
) -> Answer<Answered<DuplicateOverview>> {
    let kind = kind_of(&kind)?;
    if sent.auto_merge_at.is_some_and(|score| !(LEAST..=1.0).contains(&score)) {
        return Err(Problem::field("auto_merge_at", "invalid", "from 0.9 to 1"));
    }
    let tx = app.db.write_tx().await?;
    let text = "DELETE FROM duplicate_setting WHERE workspace_id = ? AND record_kind = ?";
    Sql::with(tx.engine(), text, [me.workspace.into(), kind.key().into()]).run(tx.conn()).await?;
    if let Some(score) = sent.auto_merge_at {
        let text =
            "INSERT INTO duplicate_setting (workspace_id, record_kind, auto_merge_at) VALUES (?, ?, ?)";
        let values = [me.workspace.into(), kind.key().into(), score.into()];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    }
    tx.commit().await?;
    of_kind(&app, &me, kind).await.map(Answered)
}

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(overview))
        .routes(routes!(list_pairs))
        .routes(routes!(get))
        .routes(routes!(merge_pair))
        .routes(routes!(reject))
        .routes(routes!(reopen))
        .routes(routes!(begin_search))
        .routes(routes!(set))
}

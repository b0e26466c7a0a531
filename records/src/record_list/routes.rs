//! Lists over HTTP.

use super::members::{self, WhichRecords};
use super::{COLUMNS, RecordList, Selection, by_ids};
use crate::kind::Kind;
use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use http_room::body::patched;
use http_room::{Answer, App, Body, IfMatch, Problem, Reader, Tagged, Writer};
use kernel::{ListId, WorkspaceId, limits};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{Sql, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A list to make.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewList {
    /// `company` or `person`.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub purpose: Option<String>,
    /// Whether its filters choose, and not somebody.
    #[serde(default)]
    pub live: bool,
    /// The filters of a live list.
    #[serde(default)]
    pub query: Selection,
}

/// Changes to a list.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListPatch {
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is for; null takes it back.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>)]
    pub purpose: Option<Option<String>>,
    /// The filters of a live list.
    #[serde(default)]
    pub query: Option<Selection>,
}

/// How many records were put on a list or taken off it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MembersChanged {
    /// Records.
    pub changed: u64,
}

/// Which lists.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct OfKind {
    /// `company` or `person`.
    kind: Option<Kind>,
}

async fn check(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    list: &RecordList,
    query: &Selection,
) -> Answer<()> {
    if kind == Kind::Deal {
        return Err(Problem::field("kind", "invalid", "company or person"));
    }
    if list.name.is_empty() || !limits::fits(&list.name, limits::NAME_CHARS) {
        return Err(Problem::field("name", "required", "from 1 to 200 characters"));
    }
    if list.purpose.as_ref().is_some_and(|p| !limits::fits(p, limits::REASON_CHARS)) {
        return Err(Problem::field("purpose", "too_long", "at most 2,000 characters"));
    }
    if !list.live && *query != Selection::default() {
        return Err(Problem::field("query", "invalid", "only a live list has filters"));
    }
    if query.asks_for_lists() {
        return Err(Problem::field("query", "invalid", "a live list is not made of lists"));
    }
    query.check(db, workspace, kind).await
}

async fn find(db: &impl Source, workspace: WorkspaceId, id: ListId) -> Answer<(Kind, RecordList)> {
    let list = by_ids(db, workspace, &[id]).await?.pop().ok_or_else(|| Problem::not_found("list"))?;
    let kind = Kind::parse(&list.kind).ok_or_else(|| Problem::not_found("kind of record"))?;
    Ok((kind, list))
}

#[utoipa::path(get, path = "/lists", tag = "lists", operation_id = "list_lists", params(OfKind),
    responses((status = 200, description = "All lists, by name", body = Vec<RecordList>)))]
async fn all(
    me: Reader,
    State(app): State<App>,
    Query(of): Query<OfKind>,
) -> Answer<Answered<Vec<RecordList>>> {
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM record_list WHERE workspace_id = ").bind(me.workspace);
    if let Some(kind) = of.kind {
        sql.push(" AND record_kind = ").bind(kind.key());
    }
    sql.push(" ORDER BY name, id");
    Ok(Answered(sql.all(app.db.read()).await?))
}

#[utoipa::path(get, path = "/lists/{id}", tag = "lists", operation_id = "get_list", params(("id" = uuid::Uuid, Path, description = "The list")),
    responses((status = 200, description = "The list; its members are those of `/companies?where=list.eq.<id>`", body = RecordList), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<ListId>) -> Answer<Tagged<RecordList>> {
    let (_, list) = find(&app.db, me.workspace, id).await?;
    Ok(Tagged(list.revision, list))
}

fn trimmed(text: Option<String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

#[utoipa::path(post, path = "/lists", tag = "lists", operation_id = "create_list", request_body = NewList,
    responses((status = 201, description = "Made", body = RecordList), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<NewList>,
) -> Answer<(StatusCode, Tagged<RecordList>)> {
    let now = app.clock.now();
    let list = RecordList {
        id: ListId::new(),
        kind: new.kind.key().to_owned(),
        name: new.name.trim().to_owned(),
        purpose: trimmed(new.purpose),
        live: new.live,
        query: json!(new.query),
        created_by: Some(me.user),
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    let tx = app.db.write_tx().await?;
    check(&tx, me.workspace, new.kind, &list, &new.query).await?;
    insert(&tx, me.workspace, &list).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(1, list)))
}

async fn insert(tx: &WriteTx, workspace: WorkspaceId, list: &RecordList) -> Answer<()> {
    let text = "INSERT INTO record_list (id, workspace_id, record_kind, name, purpose, live, query, created_by, \
                revision, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        list.id.into(),
        workspace.into(),
        list.kind.clone().into(),
        list.name.clone().into(),
        list.purpose.clone().into(),
        list.live.into(),
        list.query.clone().into(),
        list.created_by.into(),
        list.revision.into(),
        list.created_at.into(),
        list.updated_at.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

#[utoipa::path(patch, path = "/lists/{id}", tag = "lists", operation_id = "change_list", request_body = ListPatch, params(("id" = uuid::Uuid, Path, description = "The list")),
    responses((status = 200, description = "As it is now", body = RecordList), (status = 404, description = "Not there", body = Problem),
        (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn change(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<ListId>,
    seen: IfMatch,
    Body(patch): Body<ListPatch>,
) -> Answer<Tagged<RecordList>> {
    let tx = app.db.write_tx().await?;
    let (kind, mut list) = find(&tx, me.workspace, id).await?;
    seen.check(list.revision)?;
    list.name = patch.name.map_or(list.name, |name| name.trim().to_owned());
    list.purpose = patch.purpose.map_or(list.purpose, trimmed);
    if let Some(query) = &patch.query {
        list.query = json!(query);
    }
    check(&tx, me.workspace, kind, &list, &patch.query.unwrap_or_default()).await?;
    (list.revision, list.updated_at) = (list.revision + 1, app.clock.now());
    let text =
        "UPDATE record_list SET name = ?, purpose = ?, query = ?, revision = ?, updated_at = ? WHERE id = ?";
    let (name, purpose, query) = (list.name.clone(), list.purpose.clone(), list.query.clone());
    let values =
        [name.into(), purpose.into(), query.into(), list.revision.into(), list.updated_at.into(), id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(Tagged(list.revision, list))
}

#[utoipa::path(delete, path = "/lists/{id}", tag = "lists", operation_id = "delete_list", params(("id" = uuid::Uuid, Path, description = "The list")),
    responses((status = 204, description = "Gone; the records on it stay"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(me: Writer, State(app): State<App>, Path(id): Path<ListId>) -> Answer<StatusCode> {
    let tx = app.db.write_tx().await?;
    find(&tx, me.workspace, id).await?;
    for text in ["DELETE FROM record_list_member WHERE list_id = ?", "DELETE FROM record_list WHERE id = ?"] {
        Sql::with(tx.engine(), text, [id.into()]).run(tx.conn()).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn chosen_by_hand(list: &RecordList) -> Answer<()> {
    if list.live {
        return Err(Problem::conflict("list_is_live", "The filters of a live list say who is on it."));
    }
    Ok(())
}

#[utoipa::path(post, path = "/lists/{id}/add", tag = "lists", operation_id = "add_to_list", request_body = WhichRecords, params(("id" = uuid::Uuid, Path, description = "The list")),
    responses((status = 200, description = "How many were not on it; records of others and deleted ones are passed over", body = MembersChanged),
        (status = 404, description = "Not there", body = Problem), (status = 409, description = "The list is live", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn add_members(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<ListId>,
    Body(which): Body<WhichRecords>,
) -> Answer<Answered<MembersChanged>> {
    let tx = app.db.write_tx().await?;
    let (kind, list) = find(&tx, me.workspace, id).await?;
    chosen_by_hand(&list)?;
    members::touched(&tx, &list, app.clock.now()).await?;
    let changed = members::add(&tx, me.workspace, &list, kind, which).await?;
    tx.commit().await?;
    Ok(Answered(MembersChanged { changed }))
}

#[utoipa::path(post, path = "/lists/{id}/remove", tag = "lists", operation_id = "remove_from_list", request_body = WhichRecords, params(("id" = uuid::Uuid, Path, description = "The list")),
    responses((status = 200, description = "How many were on it", body = MembersChanged), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "The list is live", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn remove_members(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<ListId>,
    Body(which): Body<WhichRecords>,
) -> Answer<Answered<MembersChanged>> {
    let tx = app.db.write_tx().await?;
    let (kind, list) = find(&tx, me.workspace, id).await?;
    chosen_by_hand(&list)?;
    members::touched(&tx, &list, app.clock.now()).await?;
    let changed = members::remove(&tx, me.workspace, &list, kind, which).await?;
    tx.commit().await?;
    Ok(Answered(MembersChanged { changed }))
}

/// Routes of lists.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(all, create))
        .routes(routes!(get, change, remove))
        .routes(routes!(add_members))
        .routes(routes!(remove_members))
}

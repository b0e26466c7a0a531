//! Merging over HTTP.

use super::log::{self, RecordMerge};
use super::rules::{Difference, Whose};
use super::{Request, combined, make, undo};
use crate::kind::Kind;
use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use http_room::{
    Answer, App, Body, Field, FieldKind, ListQuery, Member, Page, Problem, Reader, Writer, list,
};
use kernel::MergeId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use store::Sql;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Which record goes into the one of the address.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeRequest {
    /// The record that goes. It is found no more; its id still leads to the one that stays.
    pub merged_id: Uuid,
    /// By field, whose value to take where both have one; the kept record's when nothing is said. Custom
    /// fields begin with `custom.`.
    #[serde(default)]
    pub choose: BTreeMap<String, Whose>,
}

/// What a merge would make.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MergePreview {
    /// Fields of the record that stays which would change.
    #[schema(value_type = Object)]
    pub changes: Map<String, Json>,
    /// Fields to choose in: both have a value, and they differ.
    pub differences: Vec<Difference>,
}

/// Which record would go.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct With {
    /// The record that would go.
    with: Uuid,
}

const FIELDS: &[Field] = &[
    Field::column("record_kind", FieldKind::Choice, false),
    Field::column("kept_id", FieldKind::Company, false),
    Field::column("merged_id", FieldKind::Company, false),
    Field::column("automatic", FieldKind::YesNo, false),
    Field::column("undone_at", FieldKind::Instant, false),
    Field::column("created_at", FieldKind::Instant, true),
];

async fn merge(app: &App, me: &Member, kind: Kind, kept: Uuid, sent: MergeRequest) -> Answer<RecordMerge> {
    let author = crate::routes::author(app, me).await?;
    let request = Request { kept, merged: sent.merged_id, choose: sent.choose, ..Request::default() };
    let mut tx = app.db.write_tx().await?;
    let id = make(app, &mut tx, &author, kind, &request).await?;
    let made = log::find(&tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("merge"))?;
    tx.commit().await?;
    Ok(made)
}

#[utoipa::path(post, path = "/companies/{id}/merge", tag = "companies", operation_id = "merge_companies", params(("id" = Uuid, Path, description = "The company that stays")),
    request_body = MergeRequest, responses((status = 201, description = "The merge; it can be taken back", body = RecordMerge), (status = 404, description = "Either is not there", body = Problem)))]
async fn merge_companies(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Body(sent): Body<MergeRequest>,
) -> Answer<(StatusCode, Answered<RecordMerge>)> {
    Ok((StatusCode::CREATED, Answered(merge(&app, &me, Kind::Company, id, sent).await?)))
}

#[utoipa::path(post, path = "/people/{id}/merge", tag = "people", operation_id = "merge_people", params(("id" = Uuid, Path, description = "The person who stays")),
    request_body = MergeRequest, responses((status = 201, description = "The merge; it can be taken back", body = RecordMerge), (status = 404, description = "Either is not there", body = Problem)))]
async fn merge_people(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Body(sent): Body<MergeRequest>,
) -> Answer<(StatusCode, Answered<RecordMerge>)> {
    Ok((StatusCode::CREATED, Answered(merge(&app, &me, Kind::Person, id, sent).await?)))
}

async fn look_ahead(
    app: &App,
    me: &Member,
    kind: Kind,
    kept: Uuid,
    with: Uuid,
) -> Answer<Answered<MergePreview>> {
    let (changes, differences) = combined(&app.db, me.workspace, kind, kept, with).await?;
    Ok(Answered(MergePreview { changes, differences }))
}

#[utoipa::path(get, path = "/companies/{id}/merge", tag = "companies", operation_id = "preview_company_merge", params(("id" = Uuid, Path, description = "The company that would stay"), With),
    responses((status = 200, description = "What the merge would make", body = MergePreview), (status = 404, description = "Either is not there", body = Problem)))]
async fn preview_companies(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Query(asked): Query<With>,
) -> Answer<Answered<MergePreview>> {
    look_ahead(&app, &me, Kind::Company, id, asked.with).await
}

#[utoipa::path(get, path = "/people/{id}/merge", tag = "people", operation_id = "preview_person_merge", params(("id" = Uuid, Path, description = "The person who would stay"), With),
    responses((status = 200, description = "What the merge would make", body = MergePreview), (status = 404, description = "Either is not there", body = Problem)))]
async fn preview_people(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Query(asked): Query<With>,
) -> Answer<Answered<MergePreview>> {
    look_ahead(&app, &me, Kind::Person, id, asked.with).await
}

#[utoipa::path(get, path = "/merges", tag = "merges", operation_id = "list_merges", params(crate::routes::ListParams),
    responses((status = 200, description = "Merges, newest first, those taken back included", body = Page<RecordMerge>)))]
async fn list_merges(
    me: Reader,
    State(app): State<App>,
    query: ListQuery,
) -> Answer<Answered<Page<RecordMerge>>> {
    let mut sql = Sql::new(app.db.engine(), "FROM record_merge WHERE workspace_id = ");
    sql.bind(me.workspace);
    list::push_conditions(&mut sql, FIELDS, &query.filters)?;
    list::page(app.db.read(), log::COLUMNS, sql, FIELDS, &query, ("created_at", true)).await.map(Answered)
}

#[utoipa::path(post, path = "/merges/{id}/undo", tag = "merges", operation_id = "undo_merge", params(("id" = Uuid, Path, description = "The merge")),
    responses((status = 200, description = "The merge, taken back: both records are as they were, later edits kept", body = RecordMerge), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "Taken back already, or the record that stayed was merged again", body = Problem)))]
async fn undo_merge(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<MergeId>,
) -> Answer<Answered<RecordMerge>> {
    let author = crate::routes::author(&app, &me).await?;
    let mut tx = app.db.write_tx().await?;
    undo(&app, &mut tx, &author, id).await?;
    let undone = log::find(&tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("merge"))?;
    tx.commit().await?;
    Ok(Answered(undone))
}

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(merge_companies, preview_companies))
        .routes(routes!(merge_people, preview_people))
        .routes(routes!(list_merges))
        .routes(routes!(undo_merge))
}

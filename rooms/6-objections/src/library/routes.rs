//! The library over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, IfMatch, Member, Problem, Reader, Tagged, Writer};
use kernel::{Timestamp, limits};
use nurturing::content::{NewPiece, write_piece};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{NewEvent, Sql, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{
    NewResponse, ObjectionResponse, RESPONSE_CHANGED, RESPONSE_CREATED, RESPONSE_DELETED, RESPONSES,
    ResponseText, find, queries, ranked, starter, text_in,
};
use crate::rules::ObjectionKind;

/// Versions that are shown.
const SHOWN: i64 = 50;

async fn found(db: &impl Source, me: &Member, id: Uuid) -> Answer<ObjectionResponse> {
    find(db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("response"))
}

async fn tell(
    tx: &mut WriteTx,
    me: &Member,
    kind: &'static str,
    (id, payload): (Uuid, Json),
    now: Timestamp,
) -> Answer<()> {
    let subject = Subject { row: Some(id), ..Subject::default() };
    tx.record(NewEvent::now(me.workspace, kind, me.actor(), now).about(subject).with(payload)).await?;
    Ok(())
}

#[derive(Debug, Default, Deserialize)]
struct OfKind {
    kind: Option<ObjectionKind>,
}

#[utoipa::path(get, path = "/objection-responses", tag = "objections", operation_id = "list_objection_responses",
    params(("kind" = Option<ObjectionKind>, Query, description = "Of one kind")),
    responses((status = 200, description = "By kind, the best of each first, 500 at most", body = Vec<ObjectionResponse>)))]
async fn list(
    me: Reader,
    State(app): State<App>,
    Query(of): Query<OfKind>,
) -> Answer<Answered<Vec<ObjectionResponse>>> {
    Ok(Answered(ranked(&app.db, me.workspace, of.kind).await?))
}

#[utoipa::path(post, path = "/objection-responses", tag = "objections", operation_id = "create_objection_response", request_body = NewResponse,
    responses((status = 201, description = "Written", body = ObjectionResponse), (status = 409, description = "There are 500", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<NewResponse>,
) -> Answer<(StatusCode, Tagged<ObjectionResponse>)> {
    let new = new.checked()?;
    let mut tx = app.db.write_tx().await?;
    if queries::how_many(&tx, me.workspace).await? >= RESPONSES {
        return Err(Problem::conflict("too_many", "There are 500 responses; delete one first."));
    }
    let (id, now) = (Uuid::now_v7(), app.clock.now());
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO objection_response (id, workspace_id, kind, roles, texts, version, revision, created_by, created_at, \
         updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        me.workspace.into(),
        new.kind.key().into(),
        json!(new.roles).into(),
        json!(new.texts).into(),
        1_i64.into(),
        1_i64.into(),
        me.user.into(),
        now.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    let made = found(&tx, &me, id).await?;
    tell(&mut tx, &me, RESPONSE_CREATED, (id, json!({ "after": made })), now).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(made.revision, made)))
}

#[utoipa::path(put, path = "/objection-responses/{id}", tag = "objections", operation_id = "put_objection_response", request_body = NewResponse, params(("id" = Uuid, Path, description = "The response")),
    responses((status = 200, description = "As it is now; what it said before is kept as a version", body = ObjectionResponse), (status = 404, description = "Not there", body = Problem), (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn put(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    Body(new): Body<NewResponse>,
) -> Answer<Tagged<ObjectionResponse>> {
    let new = new.checked()?;
    let mut tx = app.db.write_tx().await?;
    let before = found(&tx, &me, id).await?;
    if_match.check(before.revision)?;
    let now = app.clock.now();
    keep_version(&tx, &me, &before, now).await?;
    let text = "UPDATE objection_response SET kind = ?, roles = ?, texts = ?, version = version + 1, revision = revision + 1, \
                updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values: [sea_orm::Value; 6] = [
        new.kind.key().into(),
        json!(new.roles).into(),
        json!(new.texts).into(),
        now.into(),
        id.into(),
        me.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let after = found(&tx, &me, id).await?;
    tell(&mut tx, &me, RESPONSE_CHANGED, (id, json!({ "before": before, "after": after })), now).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

async fn keep_version(tx: &WriteTx, me: &Member, before: &ObjectionResponse, now: Timestamp) -> Answer<()> {
    let text = "INSERT INTO objection_response_version (response_id, version, workspace_id, texts, created_by, at) VALUES (?, ?, ?, ?, ?, ?)";
    let values: [sea_orm::Value; 6] = [
        before.id.into(),
        before.version.into(),
        me.workspace.into(),
        json!(before.texts).into(),
        me.user.into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// How a response read before it was changed.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct ResponseVersion {
    /// Which.
    pub version: i64,
    /// By language.
    #[schema(value_type = BTreeMap<String, ResponseText>)]
    pub texts: Json,
    /// Changed when.
    pub at: Timestamp,
}

#[utoipa::path(get, path = "/objection-responses/{id}/versions", tag = "objections", operation_id = "list_objection_response_versions", params(("id" = Uuid, Path, description = "The response")),
    responses((status = 200, description = "How it read before, the newest first, 50 at most", body = Vec<ResponseVersion>), (status = 404, description = "Not there", body = Problem)))]
async fn versions(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<Uuid>,
) -> Answer<Answered<Vec<ResponseVersion>>> {
    found(&app.db, &me, id).await?;
    let text = "SELECT version, texts, at FROM objection_response_version WHERE response_id = ? AND workspace_id = ? ORDER BY version DESC LIMIT ?";
    let values = [id.into(), me.workspace.into(), SHOWN.into()];
    Ok(Answered(Sql::with(app.db.engine(), text, values).all(app.db.read()).await?))
}

#[utoipa::path(delete, path = "/objection-responses/{id}", tag = "objections", operation_id = "delete_objection_response", params(("id" = Uuid, Path, description = "The response")),
    responses((status = 204, description = "Deleted; where it was given stays known"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(me: Writer, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let row = found(&tx, &me, id).await?;
    let now = app.clock.now();
    let text = "UPDATE objection_response SET deleted_at = ? WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [now.into(), id.into(), me.workspace.into()]).run(tx.conn()).await?;
    let title = text_in(&row.texts, "en").map(|t| t.title.clone());
    tell(&mut tx, &me, RESPONSE_DELETED, (id, json!({ "kind": row.kind, "title": title })), now).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How many there are more.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct StartersAdded {
    /// New ones.
    pub added: u64,
}

#[utoipa::path(post, path = "/objection-responses/starters", tag = "objections", operation_id = "add_starter_responses",
    responses((status = 200, description = "Those that come with the house and are not there were added", body = StartersAdded)))]
async fn starters(me: Writer, State(app): State<App>) -> Answer<Answered<StartersAdded>> {
    let tx = app.db.write_tx().await?;
    let added = starter::add(&tx, me.workspace, me.user, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Answered(StartersAdded { added }))
}

/// Pieces that were written.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Pushed {
    /// Their ids in the library of nurturing, one for each language.
    pub content_ids: Vec<Uuid>,
}

#[utoipa::path(post, path = "/objection-responses/{id}/to-nurturing", tag = "objections", operation_id = "push_response_to_nurturing", params(("id" = Uuid, Path, description = "The response")),
    responses((status = 201, description = "An answer of nurturing's library in each language, to be given before they ask", body = Pushed), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`already_there`: it was given before", body = Problem)))]
async fn to_nurturing(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<Uuid>,
) -> Answer<(StatusCode, Answered<Pushed>)> {
    let mut tx = app.db.write_tx().await?;
    let response = found(&tx, &me, id).await?;
    let mut content_ids = Vec::new();
    for (lang, text) in &response.texts {
        let piece = NewPiece {
            title: text.questions.first().unwrap_or(&text.title).chars().take(limits::NAME_CHARS).collect(),
            body: text.answer.clone(),
            locale: lang.clone(),
            objections: vec![response.kind.key().to_owned()],
            roles: response.roles.iter().filter_map(|r| json!(r).as_str().map(str::to_owned)).collect(),
        };
        content_ids.extend(write_piece(&mut tx, &me, piece, app.clock.now()).await?);
    }
    if content_ids.is_empty() {
        return Err(Problem::conflict("already_there", "Nurturing has these answers already."));
    }
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(Pushed { content_ids })))
}

/// Routes of the library.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(put, remove))
        .routes(routes!(versions))
        .routes(routes!(starters))
        .routes(routes!(to_nurturing))
}

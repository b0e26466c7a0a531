//! The content library over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, IfMatch, Member, Problem, Reader, Tagged, Writer};
use kernel::{DealId, PersonId, Timestamp};
use process::deal_row;
use process::facts::Awareness;
use process::room::{Visit, look};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{NewEvent, Sql, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::best::{BestContent, best_for, task_to_write, whom_of};
use super::file;
use super::gaps::{Gap, gaps};
use super::input::{ContentPatch, NewContent};
use super::queries::{self, Use, holds};
use super::{CONTENT_CHANGED, CONTENT_CREATED, CONTENT_DELETED, Content, ContentRow, Form, PIECES, Topic};
use crate::log::key_of;

/// Uses that are shown.
const USES: i64 = 200;

/// Which pieces.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Words its title, text, challenges or industries hold, 200 characters at most.
    #[serde(default)]
    q: Option<String>,
    /// What it is.
    #[serde(default)]
    form: Option<Form>,
    /// What it is about.
    #[serde(default)]
    topic: Option<Topic>,
    /// The level it leads to.
    #[serde(default)]
    level: Option<Awareness>,
    /// `en` or `ko`.
    #[serde(default)]
    locale: Option<String>,
    /// A stage it may be used in.
    #[serde(default)]
    stage: Option<String>,
}

impl Asked {
    fn takes(&self, row: &ContentRow) -> bool {
        let is = |asked: Option<String>, is: &str| asked.is_none_or(|asked| asked == is);
        let piece = row.piece();
        is(self.form.map(key_of), &row.form)
            && is(self.topic.map(key_of), &row.topic)
            && is(self.locale.clone(), row.locale())
            && self.level.is_none_or(|level| piece.level == Some(level))
            && self.stage.as_ref().is_none_or(|s| piece.stages.is_empty() || piece.stages.contains(s))
            && self.q.as_deref().is_none_or(|q| holds(&row.text(), q))
    }
}

async fn tell(
    tx: &mut WriteTx,
    me: &Member,
    kind: &'static str,
    id: Uuid,
    payload: Json,
    now: Timestamp,
) -> Answer<()> {
    let subject = Subject { row: Some(id), ..Subject::default() };
    tx.record(NewEvent::now(me.workspace, kind, me.actor(), now).about(subject).with(payload)).await?;
    Ok(())
}

async fn found(db: &impl Source, me: &Member, id: Uuid) -> Answer<ContentRow> {
    queries::find(db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("content"))
}

#[utoipa::path(get, path = "/content", tag = "nurturing", operation_id = "list_content", params(Asked),
    responses((status = 200, description = "The newest first, 2,000 at most", body = Vec<Content>), (status = 422, description = "Fields at fault", body = Problem)))]
async fn list(
    me: Reader,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer<Answered<Vec<Content>>> {
    if asked.q.as_ref().is_some_and(|q| !kernel::limits::fits(q, kernel::limits::QUERY_CHARS)) {
        return Err(Problem::field("q", "too_long", "at most 200 characters"));
    }
    let all = queries::all(&app.db, me.workspace).await?;
    Ok(Answered(all.iter().filter(|row| asked.takes(row)).map(ContentRow::view).collect()))
}

#[utoipa::path(post, path = "/content", tag = "nurturing", operation_id = "create_content", request_body = NewContent,
    responses((status = 201, description = "Written", body = Content), (status = 409, description = "There are 2,000", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<NewContent>,
) -> Answer<(StatusCode, Tagged<Content>)> {
    let mut tx = app.db.write_tx().await?;
    let made = write_down(&mut tx, &me, new, (&app.config.base_url, app.clock.now())).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(made.revision, made)))
}

async fn write_down(
    tx: &mut WriteTx,
    me: &Member,
    new: NewContent,
    (base_url, now): (&str, Timestamp),
) -> Answer<Content> {
    let mut new = new.tidied();
    new.check(tx, me, base_url).await?;
    if queries::count(tx, me.workspace).await? >= PIECES {
        return Err(Problem::conflict("too_many", "There are 2,000 pieces; delete one first."));
    }
    let space = deal_row::workspace(tx, me.workspace).await?;
    let id = Uuid::now_v7();
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO content (id, workspace_id, form, title, body, url, file_id, topic, gives, level, locale, challenges, \
         roles, industries, objections, stages, expires_on, created_by, revision, created_at, updated_at) VALUES ",
    );
    let mut values = vec![id.into(), me.workspace.into()];
    values.extend(written(&new, space.locale().tag()));
    values.extend([me.user.into(), 1_i64.into(), now.into(), now.into()]);
    sql.bind_list(values);
    sql.run(tx.conn()).await?;
    let made = found(tx, me, id).await?.view();
    tell(tx, me, CONTENT_CREATED, id, json!({ "after": made }), now).await?;
    Ok(made)
}

/// An answer that another room has for the library.
#[derive(Debug, Clone)]
pub struct NewPiece {
    /// The question.
    pub title: String,
    /// The answer.
    pub body: String,
    /// Its language, `en` or `ko`.
    pub locale: String,
    /// Kinds of objection it answers.
    pub objections: Vec<String>,
    /// Roles of the committee it is for.
    pub roles: Vec<String>,
}

/// Writes an answer into the library, in the caller's transaction; `None` when it is there already.
///
/// # Errors
/// 409 when the library is full; 422 for fields at fault.
pub async fn write_piece(
    tx: &mut WriteTx,
    me: &Member,
    piece: NewPiece,
    now: Timestamp,
) -> Answer<Option<Uuid>> {
    let text =
        "SELECT 1 FROM content WHERE workspace_id = ? AND title = ? AND locale = ? AND deleted_at IS NULL";
    let values = [me.workspace.into(), piece.title.clone().into(), piece.locale.clone().into()];
    if !Sql::with(tx.engine(), text, values).rows(tx.conn()).await?.is_empty() {
        return Ok(None);
    }
    let new = NewContent {
        form: super::Form::Answer,
        title: piece.title,
        body: piece.body,
        url: None,
        file_id: None,
        topic: super::Topic::Product,
        gives: crate::signal::ValueKind::Educate,
        level: None,
        locale: Some(piece.locale),
        challenges: Vec::new(),
        roles: piece.roles,
        industries: Vec::new(),
        objections: piece.objections,
        stages: Vec::new(),
        expires_on: None,
    };
    // It names no file, so no address of ours stands in it.
    Ok(Some(write_down(tx, me, new, ("", now)).await?.id))
}

/// The columns from `form` to `expires_on`.
fn written(new: &NewContent, locale: &str) -> Vec<sea_orm::Value> {
    vec![
        key_of(new.form).into(),
        new.title.clone().into(),
        new.body.clone().into(),
        new.url.clone().into(),
        new.file_id.into(),
        key_of(new.topic).into(),
        key_of(new.gives).into(),
        new.level_key().into(),
        new.locale.clone().unwrap_or_else(|| locale.to_owned()).into(),
        json!(new.challenges).into(),
        json!(new.roles).into(),
        json!(new.industries).into(),
        json!(new.objections).into(),
        json!(new.stages).into(),
        new.expires_on.map(|day| day.to_string()).into(),
    ]
}

#[utoipa::path(get, path = "/content/{id}", tag = "nurturing", operation_id = "get_content", params(("id" = Uuid, Path, description = "The piece")),
    responses((status = 200, description = "The piece, with its revision as ETag", body = Content), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<Tagged<Content>> {
    let view = found(&app.db, &me, id).await?.view();
    Ok(Tagged(view.revision, view))
}

#[utoipa::path(patch, path = "/content/{id}", tag = "nurturing", operation_id = "update_content", request_body = ContentPatch, params(("id" = Uuid, Path, description = "The piece")),
    responses((status = 200, description = "As it is now", body = Content), (status = 404, description = "Not there", body = Problem), (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn patch(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    Body(patch): Body<ContentPatch>,
) -> Answer<Tagged<Content>> {
    let mut tx = app.db.write_tx().await?;
    let before = found(&tx, &me, id).await?.view();
    if_match.check(before.revision)?;
    let mut new = patch.over(&before).tidied();
    new.check(&tx, &me, &app.config.base_url).await?;
    let now = app.clock.now();
    let text = "UPDATE content SET (form, title, body, url, file_id, topic, gives, level, locale, challenges, roles, \
                industries, objections, stages, expires_on) = ";
    let mut sql = Sql::new(tx.engine(), text);
    sql.bind_list(written(&new, &before.locale)).push(", revision = revision + 1, updated_at = ").bind(now);
    sql.push(" WHERE id = ").bind(id).push(" AND ").push_check("workspace_id", me.workspace);
    sql.run(tx.conn()).await?;
    let after = found(&tx, &me, id).await?.view();
    tell(&mut tx, &me, CONTENT_CHANGED, id, json!({ "before": before, "after": after }), now).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

#[utoipa::path(delete, path = "/content/{id}", tag = "nurturing", operation_id = "delete_content", params(("id" = Uuid, Path, description = "The piece")),
    responses((status = 204, description = "Deleted; who had it stays known"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(me: Writer, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let row = found(&tx, &me, id).await?;
    let now = app.clock.now();
    let text = "UPDATE content SET deleted_at = ? WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [now.into(), id.into(), me.workspace.into()]).run(tx.conn()).await?;
    tell(&mut tx, &me, CONTENT_DELETED, id, json!({ "title": row.title }), now).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/content/{id}/uses", tag = "nurturing", operation_id = "list_content_uses", params(("id" = Uuid, Path, description = "The piece")),
    responses((status = 200, description = "Whom it was given to and what came of it, the newest first, 200 at most", body = Vec<Use>), (status = 404, description = "Not there", body = Problem)))]
async fn uses(me: Reader, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<Answered<Vec<Use>>> {
    found(&app.db, &me, id).await?;
    Ok(Answered(queries::uses(&app.db, me.workspace, id, USES).await?))
}

#[utoipa::path(get, path = "/content-gaps", tag = "nurturing", operation_id = "list_content_gaps",
    responses((status = 200, description = "Challenges of open deals nobody has a story for, those of most deals first", body = Vec<Gap>)))]
async fn missing(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<Gap>>> {
    Ok(Answered(gaps(&app.db, me.workspace).await?))
}

/// For whom.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct For {
    /// A person of the deal; left out: for the deal.
    #[serde(default)]
    person_id: Option<PersonId>,
}

#[utoipa::path(get, path = "/deals/{id}/best-content", tag = "nurturing", operation_id = "best_content", params(("id" = Uuid, Path, description = "The deal"), For),
    responses((status = 200, description = "The best next pieces, each with the reasons", body = BestContent), (status = 404, description = "Not there", body = Problem)))]
async fn best(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Query(asked): Query<For>,
) -> Answer<Answered<BestContent>> {
    let deal = look(&app, &me, id).await?;
    let space = deal_row::workspace(&app.db, me.workspace).await?;
    let whom = whom_of(&app.db, &space, &deal, asked.person_id, app.clock.now()).await?;
    Ok(Answered(best_for(&app.db, me.workspace, id, asked.person_id, whom).await?))
}

/// Whether a task was made.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ToWrite {
    /// It is new; otherwise one is open already.
    pub made: bool,
}

#[utoipa::path(post, path = "/deals/{id}/content-task", tag = "nurturing", operation_id = "ask_for_content", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "The deal's owner has the task to write content for its challenge", body = ToWrite), (status = 404, description = "Not there", body = Problem)))]
async fn ask_for(me: Writer, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<ToWrite>> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let space = deal_row::workspace(&visit.tx, me.workspace).await?;
    let whom = whom_of(&visit.tx, &space, &visit.deal, None, visit.now).await?;
    let deal = visit.deal.clone();
    let challenge = whom.troubles.first().map(String::as_str);
    let made = task_to_write(&mut visit.tx, &space, &deal, challenge, visit.now).await?;
    visit.leave().await?;
    Ok(Answered(ToWrite { made }))
}

/// Routes of the library.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, patch, remove))
        .routes(routes!(uses))
        .routes(routes!(missing))
        .routes(routes!(best))
        .routes(routes!(ask_for))
        .merge(file::routes())
}

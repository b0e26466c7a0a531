//! Frameworks over HTTP: templates, working copies, versions, and which of them a stage opens.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, IfMatch, Manager, Member, Problem, Reader, Tagged};
use kernel::{DealId, FrameworkId, limits};
use process::definition::OutlinePin;
use process::room::{look, optional};
use process::version::{self, Version};
use serde::Deserialize;
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::framework::{self, By, FRAMEWORK_CHANGED, Framework, OfferedOutline};
use super::outline::Outline;
use super::template::{OutlineTemplate, template, templates};

fn by(app: &App, me: &Member) -> By {
    By { workspace: me.workspace, actor: me.actor(), now: app.clock.now() }
}

/// A framework to write down.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFramework {
    /// Its name in the process: a-z, 0-9 and `_`.
    pub key: String,
    /// Its document.
    #[serde(default)]
    pub outline: Option<Outline>,
    /// A framework that ships, to begin with.
    #[serde(default)]
    pub template: Option<String>,
}

/// Which frameworks a stage opens.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageOutlines {
    /// In this order, each in its newest published version.
    pub framework_ids: Vec<FrameworkId>,
    /// Why, for the new version of the process.
    #[serde(default)]
    pub note: Option<String>,
}

/// Frameworks of one stage.
const PER_STAGE: usize = 10;

#[utoipa::path(get, path = "/framework-templates", tag = "qualification", operation_id = "list_framework_templates",
    responses((status = 200, description = "Frameworks that ship, in English and Korean", body = Vec<OutlineTemplate>)))]
async fn shipped(_: Reader) -> Answered<Vec<OutlineTemplate>> {
    Answered(templates())
}

#[utoipa::path(get, path = "/frameworks", tag = "qualification", operation_id = "list_frameworks",
    responses((status = 200, description = "The workspace's frameworks, the oldest first", body = Vec<Framework>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<Framework>>> {
    Ok(Answered(framework::all(&app.db, me.workspace).await?))
}

#[utoipa::path(post, path = "/frameworks", tag = "qualification", operation_id = "create_framework", request_body = NewFramework,
    responses((status = 201, description = "Written down", body = Framework), (status = 409, description = "There are too many", body = Problem), (status = 422, description = "Places at fault", body = Problem)))]
async fn create(
    me: Manager,
    State(app): State<App>,
    Body(new): Body<NewFramework>,
) -> Answer<(StatusCode, Tagged<Framework>)> {
    let outline = match (&new.outline, &new.template) {
        (Some(outline), _) => outline.clone(),
        (None, Some(key)) => {
            let missing = || Problem::field("template", "not_found", "no framework of this key ships");
            template(key).ok_or_else(missing)?.outline
        }
        (None, None) => return Err(Problem::field("outline", "required", "give a document or a template")),
    };
    let mut tx = app.db.write_tx().await?;
    let id = framework::insert(&mut tx, by(&app, &me), &new.key, &outline).await?;
    let made = framework::find(&tx, me.workspace, id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(made.revision, made)))
}

#[utoipa::path(get, path = "/frameworks/{id}", tag = "qualification", operation_id = "get_framework", params(("id" = Uuid, Path, description = "The framework")),
    responses((status = 200, description = "The framework, with its revision as ETag", body = Framework), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<FrameworkId>) -> Answer<Tagged<Framework>> {
    let found = framework::find(&app.db, me.workspace, id).await?;
    Ok(Tagged(found.revision, found))
}

#[utoipa::path(put, path = "/frameworks/{id}", tag = "qualification", operation_id = "put_framework", request_body = Outline, params(("id" = Uuid, Path, description = "The framework")),
    responses((status = 200, description = "The working copy as it is now", body = Framework), (status = 404, description = "Not there", body = Problem), (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Places at fault", body = Problem)))]
async fn put(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<FrameworkId>,
    seen: IfMatch,
    Body(outline): Body<Outline>,
) -> Answer<Tagged<Framework>> {
    let by = by(&app, &me);
    let mut tx = app.db.write_tx().await?;
    let before = framework::hold(&tx, me.workspace, id).await?;
    seen.check(before.revision)?;
    framework::check(&tx, me.workspace, &outline).await?;
    let text = "UPDATE framework SET outline = ?, revision = revision + 1, updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [json!(outline).into(), by.now.into(), id.into()]).run(tx.conn()).await?;
    framework::tell(&mut tx, by, FRAMEWORK_CHANGED, id, json!({ "key": before.key })).await?;
    let after = framework::find(&tx, me.workspace, id).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

#[utoipa::path(delete, path = "/frameworks/{id}", tag = "qualification", operation_id = "archive_framework", params(("id" = Uuid, Path, description = "The framework")),
    responses((status = 204, description = "No longer offered; talks keep it"), (status = 404, description = "Not there", body = Problem), (status = 409, description = "A stage of the process opens it", body = Problem)))]
async fn archive(me: Manager, State(app): State<App>, Path(id): Path<FrameworkId>) -> Answer<StatusCode> {
    let by = by(&app, &me);
    let mut tx = app.db.write_tx().await?;
    let found = framework::hold(&tx, me.workspace, id).await?;
    if !found.stages.is_empty() {
        return Err(Problem::conflict("in_use", "A stage of the process opens it. Take it off there first."));
    }
    let text = "UPDATE framework SET archived_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [by.now.into(), id.into()]).run(tx.conn()).await?;
    framework::tell(&mut tx, by, FRAMEWORK_CHANGED, id, json!({ "key": found.key })).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/frameworks/{id}/publish", tag = "qualification", operation_id = "publish_framework", params(("id" = Uuid, Path, description = "The framework")),
    responses((status = 200, description = "Published; the same text again is no new version", body = Framework), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Places at fault", body = Problem)))]
async fn publish(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<FrameworkId>,
) -> Answer<Tagged<Framework>> {
    let mut tx = app.db.write_tx().await?;
    framework::publish(&mut tx, by(&app, &me), id).await?;
    let after = framework::find(&tx, me.workspace, id).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

#[utoipa::path(get, path = "/frameworks/{id}/versions/{number}", tag = "qualification", operation_id = "get_framework_version",
    params(("id" = Uuid, Path, description = "The framework"), ("number" = i64, Path, description = "Counted from 1")),
    responses((status = 200, description = "As it was published", body = Outline), (status = 404, description = "Not there", body = Problem)))]
async fn one_version(
    me: Reader,
    State(app): State<App>,
    Path((id, number)): Path<(FrameworkId, i64)>,
) -> Answer<Answered<Outline>> {
    let found = framework::published(&app.db, me.workspace, id, number).await?;
    found.map(Answered).ok_or_else(|| Problem::not_found("version"))
}

#[utoipa::path(put, path = "/process/stages/{stage}/frameworks", tag = "qualification", operation_id = "put_stage_frameworks", request_body = StageOutlines, params(("stage" = String, Path, description = "Key of a stage of the current process")),
    responses((status = 200, description = "The process as it is published now; deals under way keep the version they follow", body = Version), (status = 404, description = "No such stage", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn attach(
    me: Manager,
    State(app): State<App>,
    Path(stage): Path<String>,
    Body(wanted): Body<StageOutlines>,
) -> Answer<Answered<Version>> {
    let note = optional("note", wanted.note.as_deref(), limits::REASON_CHARS)?;
    if wanted.framework_ids.len() > PER_STAGE {
        return Err(Problem::field("framework_ids", "too_many", format!("at most {PER_STAGE}")));
    }
    let by = by(&app, &me);
    let mut tx = app.db.write_tx().await?;
    let current = version::current(&tx, me.workspace).await?;
    let mut process = current.ok_or_else(|| Problem::not_found("published process"))?.definition;
    let at = process.stages.iter().position(|s| s.key == stage);
    let at = at.ok_or_else(|| Problem::not_found("stage"))?;
    process.stages[at].outlines = pins(&tx, &me, &wanted.framework_ids).await?;
    if let Some(fault) = process.faults().first() {
        return Err(Problem::field("framework_ids", "invalid", fault.to_string()));
    }
    version::publish_next(&mut tx, me.workspace, &process, note.as_deref(), by.actor, by.now).await?;
    let now = version::current(&tx, me.workspace).await?;
    tx.commit().await?;
    now.map(Answered).ok_or_else(|| Problem::not_found("published process"))
}

async fn pins(db: &impl Source, me: &Member, ids: &[FrameworkId]) -> Answer<Vec<OutlinePin>> {
    let own = framework::all(db, me.workspace).await?;
    let pin = |(n, id): (usize, &FrameworkId)| {
        let place = format!("framework_ids.{n}");
        let found = own.iter().find(|f| f.id == *id);
        let found = found.ok_or_else(|| Problem::field(&place, "not_found", "there is no such framework"))?;
        match found.version {
            0 => Err(Problem::field(&place, "not_published", "publish it first")),
            version => Ok(OutlinePin { framework: found.key.clone(), version }),
        }
    };
    ids.iter().enumerate().map(pin).collect()
}

#[utoipa::path(get, path = "/deals/{id}/frameworks", tag = "qualification", operation_id = "list_deal_frameworks", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "What can be opened beside a talk, that of the deal's stage first", body = Vec<OfferedOutline>), (status = 404, description = "Not there", body = Problem)))]
async fn offered(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<DealId>,
) -> Answer<Answered<Vec<OfferedOutline>>> {
    let deal = look(&app, &me, id).await?;
    Ok(Answered(framework::offered(&app.db, me.workspace, &deal).await?))
}

/// Routes of frameworks.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(shipped))
        .routes(routes!(list, create))
        .routes(routes!(get, put, archive))
        .routes(routes!(publish))
        .routes(routes!(one_version))
        .routes(routes!(attach))
        .routes(routes!(offered))
}

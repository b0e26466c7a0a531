//! Territories over HTTP.

use super::preview::{PreviewTerritories, TerritoryPreview, blank, defined};
use super::rules::TerritoryChoices;
use super::run::{self, TerritoryRun};
use super::{
    MOST, Territory, TerritoryDefinition, all, apply, check, insert, placed, preview, save, save_order, undo,
};
use crate::events;
use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, IfMatch, Manager, Member, Problem, Reader, Tagged, Writer};
use kernel::{JobId, TerritoryId, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::job::{self, Job, NewJob};
use store::{NewEvent, Sql, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A job that was started.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StartedJob {
    /// It.
    pub job: Job,
}

/// Changes to a territory; what is absent stays.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TerritoryPatch {
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// Whom it serves and why it is drawn this way.
    #[serde(default)]
    pub purpose: Option<String>,
    /// Which companies.
    #[serde(default)]
    pub rule: Option<records::record_list::Selection>,
    /// Who answers for it.
    #[serde(default)]
    pub owner_id: Option<kernel::UserId>,
    /// How its companies are dealt out.
    #[serde(default)]
    pub method: Option<super::rules::TerritoryMethod>,
    /// Among whom.
    #[serde(default)]
    pub members: Option<Vec<super::rules::Seat>>,
    /// Its place in the order, from 0.
    #[serde(default)]
    pub position: Option<i64>,
}

impl TerritoryPatch {
    fn over(self, old: &Territory) -> TerritoryDefinition {
        TerritoryDefinition {
            name: self.name.unwrap_or_else(|| old.name.clone()),
            purpose: self.purpose.unwrap_or_else(|| old.purpose.clone()),
            rule: self.rule.unwrap_or_else(|| old.rule.clone()),
            owner_id: self.owner_id.unwrap_or(old.owner_id),
            method: self.method.unwrap_or(old.method),
            members: self.members.unwrap_or_else(|| old.members.clone()),
            position: Some(self.position.unwrap_or(old.position)),
        }
    }
}

async fn tell(
    tx: &mut WriteTx,
    me: &Member,
    kind: &'static str,
    id: TerritoryId,
    payload: Json,
    now: kernel::Timestamp,
) -> Answer<()> {
    let subject = Subject { row: Some(id.0), ..Subject::default() };
    tx.record(NewEvent::now(me.workspace, kind, me.actor(), now).about(subject).with(payload)).await?;
    Ok(())
}

/// All territories, held by whoever writes, and the one that is meant.
async fn taken_out(
    db: &impl Source,
    workspace: WorkspaceId,
    id: TerritoryId,
) -> Answer<(Vec<Territory>, Territory)> {
    let mut others = all(db, workspace).await?;
    let at = others.iter().position(|t| t.id == id).ok_or_else(|| Problem::not_found("territory"))?;
    let one = others.remove(at);
    Ok((others, one))
}

#[utoipa::path(get, path = "/territories", tag = "territories", operation_id = "list_territories",
    responses((status = 200, description = "All, in the order in which they are tried", body = Vec<Territory>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<Territory>>> {
    Ok(Answered(all(&app.db, me.workspace).await?))
}

#[utoipa::path(get, path = "/territories/{id}", tag = "territories", operation_id = "get_territory", params(("id" = Uuid, Path, description = "The territory")),
    responses((status = 200, description = "The territory", body = Territory), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<TerritoryId>) -> Answer<Tagged<Territory>> {
    let (_, one) = taken_out(&app.db, me.workspace, id).await?;
    Ok(Tagged(one.revision, one))
}

#[utoipa::path(post, path = "/territories", tag = "territories", operation_id = "create_territory", request_body = TerritoryDefinition,
    responses((status = 201, description = "Made; nothing changes hands before it is put into force", body = Territory),
        (status = 403, description = "It takes a manager", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Manager,
    State(app): State<App>,
    Body(new): Body<TerritoryDefinition>,
) -> Answer<(StatusCode, Tagged<Territory>)> {
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    check(&tx, me.workspace, &new).await?;
    let others = all(&tx, me.workspace).await?;
    if others.len() >= MOST {
        return Err(Problem::conflict("too_many", "At most 50 territories."));
    }
    let made = defined(blank(now), &new);
    let id = made.id;
    let ordered = placed(others, made, new.position);
    save_order(&tx, &ordered).await?;
    let made = ordered.into_iter().find(|t| t.id == id).ok_or_else(|| Problem::not_found("territory"))?;
    insert(&tx, me.workspace, &made).await?;
    tell(&mut tx, &me, events::TERRITORY_CREATED, id, json!({ "after": made }), now).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(1, made)))
}

#[utoipa::path(patch, path = "/territories/{id}", tag = "territories", operation_id = "change_territory", request_body = TerritoryPatch, params(("id" = Uuid, Path, description = "The territory")),
    responses((status = 200, description = "As it is now; nothing changes hands before it is put into force", body = Territory), (status = 404, description = "Not there", body = Problem),
        (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn change(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<TerritoryId>,
    seen: IfMatch,
    Body(patch): Body<TerritoryPatch>,
) -> Answer<Tagged<Territory>> {
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let (others, old) = taken_out(&tx, me.workspace, id).await?;
    seen.check(old.revision)?;
    let new = patch.over(&old);
    check(&tx, me.workspace, &new).await?;
    let changed = Territory { revision: old.revision + 1, updated_at: now, ..defined(old.clone(), &new) };
    let ordered = placed(others, changed, new.position);
    save_order(&tx, &ordered).await?;
    let changed = ordered.into_iter().find(|t| t.id == id).ok_or_else(|| Problem::not_found("territory"))?;
    save(&tx, &changed).await?;
    let payload = json!({ "before": old, "after": changed });
    tell(&mut tx, &me, events::TERRITORY_CHANGED, id, payload, now).await?;
    tx.commit().await?;
    Ok(Tagged(changed.revision, changed))
}

#[utoipa::path(delete, path = "/territories/{id}", tag = "territories", operation_id = "delete_territory", params(("id" = Uuid, Path, description = "The territory")),
    responses((status = 204, description = "Gone; companies stay whose they are"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(me: Manager, State(app): State<App>, Path(id): Path<TerritoryId>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let (_, old) = taken_out(&tx, me.workspace, id).await?;
    let text = "DELETE FROM territory WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [id.into(), me.workspace.into()]).run(tx.conn()).await?;
    let payload = json!({ "name": old.name });
    tell(&mut tx, &me, events::TERRITORY_DELETED, id, payload, app.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/territories/preview", tag = "territories", operation_id = "preview_territories", request_body = PreviewTerritories,
    responses((status = 200, description = "What would move, and the balance before and after; nothing is written", body = TerritoryPreview),
        (status = 404, description = "No such territory", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn look_ahead(
    me: Writer,
    State(app): State<App>,
    Body(request): Body<PreviewTerritories>,
) -> Answer<Answered<TerritoryPreview>> {
    let workspace = records::workspace::find(&app.db, me.workspace)
        .await?
        .ok_or_else(|| Problem::not_found("workspace"))?;
    preview::preview(&app.db, me.workspace, &workspace.currency, &request).await.map(Answered)
}

/// What to leave alone.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyTerritories {
    /// What is left alone.
    #[serde(default)]
    pub choices: TerritoryChoices,
}

async fn started(tx: &WriteTx, me: &Member, app: &App, kind: &'static str, payload: Json) -> Answer<Job> {
    if apply::is_at_work(tx, me.workspace).await? {
        return Err(Problem::conflict(
            "territories_at_work",
            "Companies are changing hands already: wait for it to end.",
        ));
    }
    let now = app.clock.now();
    let new = NewJob { workspace: me.workspace, kind, payload, run_at: now, created_by: Some(me.user) };
    let id = job::enqueue(tx, new, now).await?;
    job::find(tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("job"))
}

#[utoipa::path(post, path = "/territories/apply", tag = "territories", operation_id = "apply_territories", request_body = ApplyTerritories,
    responses((status = 202, description = "Companies go to their owners in the background", body = StartedJob), (status = 409, description = "It is being done already", body = Problem)))]
async fn put_into_force(
    me: Manager,
    State(app): State<App>,
    Body(request): Body<ApplyTerritories>,
) -> Answer<(StatusCode, Answered<StartedJob>)> {
    let tx = app.db.write_tx().await?;
    let job = started(&tx, &me, &app, apply::KIND, json!({ "choices": request.choices })).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Answered(StartedJob { job })))
}

#[utoipa::path(get, path = "/territories/runs", tag = "territories", operation_id = "list_territory_runs",
    responses((status = 200, description = "The newest, at most 20", body = Vec<TerritoryRun>)))]
async fn runs(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<TerritoryRun>>> {
    Ok(Answered(run::recent(&app.db, me.workspace).await?))
}

#[utoipa::path(post, path = "/territories/runs/{id}/undo", tag = "territories", operation_id = "undo_territory_run", params(("id" = Uuid, Path, description = "The run")),
    responses((status = 202, description = "Companies go back in the background, where they still are with whom they went to", body = StartedJob),
        (status = 404, description = "Not there", body = Problem), (status = 409, description = "Taken back already, or companies are changing hands", body = Problem)))]
async fn take_back(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<JobId>,
) -> Answer<(StatusCode, Answered<StartedJob>)> {
    let tx = app.db.write_tx().await?;
    let run = run::find(&tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("run"))?;
    if run.undo_job_id.is_some() {
        return Err(Problem::conflict("already_undone", "This has been taken back already."));
    }
    let job = started(&tx, &me, &app, undo::KIND, json!({ "run_id": id })).await?;
    run::is_undone_by(&tx, &run, job.id).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Answered(StartedJob { job })))
}

/// Routes of territories.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(look_ahead))
        .routes(routes!(put_into_force))
        .routes(routes!(runs))
        .routes(routes!(take_back))
        .routes(routes!(get, change, remove))
}

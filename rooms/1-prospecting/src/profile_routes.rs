//! Profiles over HTTP. Reading is for everybody, changing for managers.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::body::patched;
use http_room::{Answer, App, Body, FieldError, IfMatch, Manager, Member, Problem, Reader, Tagged};
use kernel::{Currency, IcpProfileId, WorkspaceId, limits};
use records::workspace;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::job::Job;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::icp::criteria::Criterion;
use crate::preview::{self, IcpField, IcpPreview};
use crate::profile::{self, By, IcpProfile, IcpProfileVersion};
use crate::rescore;

/// A profile to write down.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIcpProfile {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub purpose: Option<String>,
    /// Its criteria, at most 100.
    #[serde(default)]
    pub criteria: Vec<Criterion>,
}

/// Changes to a profile's working copy.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IcpProfilePatch {
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is for; null clears it.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>)]
    pub purpose: Option<Option<String>>,
    /// Its criteria, whole.
    #[serde(default)]
    pub criteria: Option<Vec<Criterion>>,
}

/// What to publish with.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishIcpProfile {
    /// Why, for the history.
    #[serde(default)]
    pub note: Option<String>,
}

/// A published profile and the job that scores the companies by it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PublishedIcpProfile {
    /// The profile.
    pub profile: IcpProfile,
    /// The re-scoring.
    pub job: Job,
}

/// Criteria to try.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryCriteria {
    /// As a profile has them; the halves may be empty.
    pub criteria: Vec<Criterion>,
}

fn by(app: &App, me: &Member) -> By {
    By { workspace: me.workspace, actor: me.actor(), now: app.clock.now() }
}

async fn currency(db: &impl Source, workspace: WorkspaceId) -> Answer<Currency> {
    Ok(workspace::find(db, workspace).await?.map_or(Currency::USD, |w| w.currency()))
}

fn said(text: Option<String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

fn refuse_texts(name: &str, purpose: Option<&str>) -> Answer<()> {
    let mut errors = Vec::new();
    if name.is_empty() || !limits::fits(name, limits::NAME_CHARS) {
        errors.push(FieldError::new("name", "required", "from 1 to 200 characters"));
    }
    if purpose.is_some_and(|p| !limits::fits(p, limits::REASON_CHARS)) {
        errors.push(FieldError::new("purpose", "too_long", "at most 2,000 characters"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

#[utoipa::path(get, path = "/icp-profiles", tag = "prospecting", operation_id = "list_icp_profiles",
    responses((status = 200, description = "The published profile first, then drafts, then those that were published once", body = Vec<IcpProfile>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<IcpProfile>>> {
    Ok(Answered(profile::all(&app.db, me.workspace).await?))
}

#[utoipa::path(post, path = "/icp-profiles", tag = "prospecting", operation_id = "create_icp_profile", request_body = NewIcpProfile,
    responses((status = 201, description = "A draft", body = IcpProfile), (status = 422, description = "Fields at fault", body = Problem)))]
async fn add(
    me: Manager,
    State(app): State<App>,
    Body(new): Body<NewIcpProfile>,
) -> Answer<(StatusCode, Tagged<IcpProfile>)> {
    let (name, purpose) = (new.name.trim(), said(new.purpose));
    refuse_texts(name, purpose.as_deref())?;
    let mut tx = app.db.write_tx().await?;
    profile::refuse_faulty(&tx, me.workspace, &new.criteria).await?;
    let currency = currency(&tx, me.workspace).await?;
    let by = by(&app, &me);
    let made = profile::insert(&mut tx, by, name, purpose.as_deref(), currency, &new.criteria).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(made.revision, made)))
}

#[utoipa::path(get, path = "/icp-profiles/{id}", tag = "prospecting", operation_id = "get_icp_profile", params(("id" = Uuid, Path, description = "The profile")),
    responses((status = 200, description = "The profile", body = IcpProfile), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<IcpProfileId>) -> Answer<Tagged<IcpProfile>> {
    let found = profile::find(&app.db, me.workspace, id).await?;
    Ok(Tagged(found.revision, found))
}

#[utoipa::path(patch, path = "/icp-profiles/{id}", tag = "prospecting", operation_id = "change_icp_profile", params(("id" = Uuid, Path, description = "The profile")), request_body = IcpProfilePatch,
    responses((status = 200, description = "As it is now; scores stay until it is published", body = IcpProfile), (status = 404, description = "Not there", body = Problem),
        (status = 412, description = "Somebody else changed it", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn change(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<IcpProfileId>,
    seen: IfMatch,
    Body(patch): Body<IcpProfilePatch>,
) -> Answer<Tagged<IcpProfile>> {
    let mut tx = app.db.write_tx().await?;
    let before = profile::hold(&tx, me.workspace, id).await?;
    seen.check(before.revision)?;
    let mut after = before.clone();
    if let Some(name) = patch.name {
        name.trim().clone_into(&mut after.name);
    }
    if let Some(purpose) = patch.purpose {
        after.purpose = said(purpose);
    }
    if let Some(criteria) = patch.criteria {
        profile::refuse_faulty(&tx, me.workspace, &criteria).await?;
        after.criteria = json!(criteria);
    }
    refuse_texts(&after.name, after.purpose.as_deref())?;
    profile::update(&mut tx, by(&app, &me), &before, &after).await?;
    let changed = profile::find(&tx, me.workspace, id).await?;
    tx.commit().await?;
    Ok(Tagged(changed.revision, changed))
}

#[utoipa::path(delete, path = "/icp-profiles/{id}", tag = "prospecting", operation_id = "delete_icp_profile", params(("id" = Uuid, Path, description = "The profile")),
    responses((status = 204, description = "Gone"), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It is the published one", body = Problem),
        (status = 412, description = "Somebody else changed it", body = Problem)))]
async fn remove(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<IcpProfileId>,
    seen: IfMatch,
) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let found = profile::hold(&tx, me.workspace, id).await?;
    seen.check(found.revision)?;
    profile::remove(&mut tx, by(&app, &me), &found).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/icp-profiles/{id}/publish", tag = "prospecting", operation_id = "publish_icp_profile", params(("id" = Uuid, Path, description = "The profile")), request_body = PublishIcpProfile,
    responses((status = 200, description = "It scores every company from now on", body = PublishedIcpProfile), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`unchanged`: these criteria are published already", body = Problem), (status = 412, description = "Somebody else changed it", body = Problem),
        (status = 422, description = "`empty_half`, or a criterion at fault", body = Problem)))]
async fn publish(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<IcpProfileId>,
    seen: IfMatch,
    Body(with): Body<PublishIcpProfile>,
) -> Answer<Tagged<PublishedIcpProfile>> {
    let note = said(with.note);
    if note.as_ref().is_some_and(|n| !limits::fits(n, limits::REASON_CHARS)) {
        return Err(Problem::field("note", "too_long", "at most 2,000 characters"));
    }
    let mut tx = app.db.write_tx().await?;
    let found = profile::hold(&tx, me.workspace, id).await?;
    seen.check(found.revision)?;
    profile::refuse_faulty(&tx, me.workspace, &found.criteria()?).await?;
    let published = profile::publish(&mut tx, by(&app, &me), &found, note.as_deref()).await?;
    let job = rescore::enqueue(&tx, me.workspace, Some(me.user), app.clock.now()).await?;
    let job = rescore::shown(&tx, me.workspace, job).await?;
    tx.commit().await?;
    Ok(Tagged(published.revision, PublishedIcpProfile { profile: published, job }))
}

#[utoipa::path(get, path = "/icp-profiles/{id}/versions", tag = "prospecting", operation_id = "list_icp_profile_versions", params(("id" = Uuid, Path, description = "The profile")),
    responses((status = 200, description = "What was published, newest first", body = Vec<IcpProfileVersion>), (status = 404, description = "Not there", body = Problem)))]
async fn versions(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<IcpProfileId>,
) -> Answer<Answered<Vec<IcpProfileVersion>>> {
    profile::find(&app.db, me.workspace, id).await?;
    Ok(Answered(profile::versions(&app.db, me.workspace, id).await?))
}

#[utoipa::path(post, path = "/icp-profiles/preview", tag = "prospecting", operation_id = "preview_icp_criteria", request_body = TryCriteria,
    responses((status = 200, description = "How the scores of a sample would spread, now and by these criteria; nothing is written", body = IcpPreview),
        (status = 422, description = "A criterion at fault", body = Problem)))]
async fn try_out(
    me: Reader,
    State(app): State<App>,
    Body(sent): Body<TryCriteria>,
) -> Answer<Answered<IcpPreview>> {
    profile::refuse_faulty(&app.db, me.workspace, &sent.criteria).await?;
    let currency = currency(&app.db, me.workspace).await?;
    Ok(Answered(preview::preview(&app.db, me.workspace, &sent.criteria, currency).await?))
}

#[utoipa::path(post, path = "/icp-profiles/rescore", tag = "prospecting", operation_id = "rescore_companies",
    responses((status = 202, description = "The job that scores every company anew", body = Job), (status = 409, description = "No profile is published", body = Problem)))]
async fn rescore_all(me: Manager, State(app): State<App>) -> Answer<(StatusCode, Answered<Job>)> {
    let tx = app.db.write_tx().await?;
    if profile::published(&tx, me.workspace).await?.is_none() {
        return Err(Problem::conflict("no_profile", "Publish a profile first."));
    }
    let job = rescore::enqueue(&tx, me.workspace, Some(me.user), app.clock.now()).await?;
    let job = rescore::shown(&tx, me.workspace, job).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Answered(job)))
}

#[utoipa::path(get, path = "/icp/fields", tag = "prospecting", operation_id = "list_icp_fields",
    responses((status = 200, description = "Fields a criterion may ask for, with their most frequent values", body = Vec<IcpField>)))]
async fn fields(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<IcpField>>> {
    let currency = currency(&app.db, me.workspace).await?;
    Ok(Answered(preview::fields(&app.db, me.workspace, currency).await?))
}

/// Routes of profiles.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, change, remove))
        .routes(routes!(publish))
        .routes(routes!(versions))
        .routes(routes!(try_out))
        .routes(routes!(rescore_all))
        .routes(routes!(fields))
}

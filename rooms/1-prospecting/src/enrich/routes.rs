//! Sources of values over HTTP. Everybody may see which there are; setting them up takes an administrator.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Admin, Answer, App, Body, IfMatch, Member, Problem, Reader, Tagged};
use kernel::EnrichmentProviderId;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use store::db::Source;
use store::{NewEvent, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::provider::{self, EnrichmentProvider, EnrichmentProviderContent, ProviderRow};
use super::provider_rules::{PROVIDERS, faults, secret_faults};
use super::quota::Meter;
use super::try_out::{TriedEnrichment, TryEnrichment, try_out};
use crate::events;

/// A source to keep.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrichmentProviderInput {
    /// What it is.
    pub content: EnrichmentProviderContent,
    /// Secrets by name: a text is sealed and never shown again, null takes one away, what is left out stays.
    #[serde(default)]
    pub secrets: BTreeMap<String, Option<String>>,
}

/// The source as it would be kept, or everything wrong with it.
async fn checked(
    db: &impl Source,
    me: &Member,
    before: Option<&ProviderRow>,
    content: &EnrichmentProviderContent,
    secrets: &BTreeMap<String, Option<String>>,
) -> Answer<EnrichmentProviderContent> {
    let mut content = content.clone();
    content.name = content.name.trim().to_owned();
    if let Some(request) = &mut content.request {
        request.url = request.url.trim().to_owned();
        request.body = request.body.take().filter(|body| !body.trim().is_empty());
    }
    let custom = records::custom_field::in_use(db, me.workspace, content.on).await?;
    let kept: BTreeSet<String> = before.into_iter().flat_map(|row| row.secrets.keys().cloned()).collect();
    let mut known = kept.clone();
    for (name, secret) in secrets {
        if secret.is_some() {
            known.insert(name.clone())
        } else {
            known.remove(name)
        };
    }
    let mut errors = faults(&content, &custom, &known);
    errors.extend(secret_faults(before.map(|row| &row.content), &content, &kept, secrets));
    if errors.is_empty() { Ok(content) } else { Err(Problem::invalid(errors)) }
}

async fn tell(
    tx: &mut WriteTx,
    app: &App,
    me: &Member,
    kind: &'static str,
    id: EnrichmentProviderId,
    payload: Json,
) -> Answer<()> {
    let subject = Subject { row: Some(id.0), ..Subject::default() };
    let event = NewEvent::now(me.workspace, kind, me.actor(), app.clock.now());
    tx.record(event.about(subject).with(payload)).await?;
    Ok(())
}

async fn view(
    db: &impl Source,
    app: &App,
    me: &Member,
    id: EnrichmentProviderId,
) -> Answer<EnrichmentProvider> {
    Ok(provider::found(db, me.workspace, id).await?.view(app.clock.now()))
}

/// Addresses and headers are an administrator's business.
fn as_seen_by(me: &Member, mut seen: EnrichmentProvider) -> EnrichmentProvider {
    if !me.may(http_room::Right::Administer) {
        seen.content.request = None;
        seen.secret_names = Vec::new();
    }
    seen
}

#[utoipa::path(get, path = "/enrichment-providers", tag = "enrichment", operation_id = "list_enrichment_providers",
    responses((status = 200, description = "Every source, in the order in which they were set up; requests for administrators only", body = Vec<EnrichmentProvider>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<EnrichmentProvider>>> {
    let rows = provider::all(&app.db, me.workspace).await?;
    let now = app.clock.now();
    Ok(Answered(rows.iter().map(|row| as_seen_by(&me, row.view(now))).collect()))
}

#[utoipa::path(post, path = "/enrichment-providers", tag = "enrichment", operation_id = "create_enrichment_provider", request_body = EnrichmentProviderInput,
    responses((status = 201, description = "Set up", body = EnrichmentProvider), (status = 403, description = "It takes an administrator", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Admin,
    State(app): State<App>,
    Body(sent): Body<EnrichmentProviderInput>,
) -> Answer<(StatusCode, Tagged<EnrichmentProvider>)> {
    let mut tx = app.db.write_tx().await?;
    if provider::all(&tx, me.workspace).await?.len() >= PROVIDERS {
        return Err(Problem::conflict("too_many", "At most 20 sources."));
    }
    let content = checked(&tx, &me, None, &sent.content, &sent.secrets).await?;
    let id = EnrichmentProviderId::new();
    let secrets = provider::sealed(&app, id, BTreeMap::new(), &sent.secrets);
    provider::insert(&tx, me.workspace, id, &content, &secrets, app.clock.now()).await?;
    tell(&mut tx, &app, &me, events::ENRICHMENT_PROVIDER_CREATED, id, json!({ "after": content })).await?;
    let made = view(&tx, &app, &me, id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(made.revision, made)))
}

#[utoipa::path(get, path = "/enrichment-providers/{id}", tag = "enrichment", operation_id = "get_enrichment_provider", params(("id" = Uuid, Path, description = "The source")),
    responses((status = 200, description = "The source", body = EnrichmentProvider), (status = 404, description = "Not there", body = Problem)))]
async fn get(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<EnrichmentProviderId>,
) -> Answer<Tagged<EnrichmentProvider>> {
    let found = as_seen_by(&me, view(&app.db, &app, &me, id).await?);
    Ok(Tagged(found.revision, found))
}

#[utoipa::path(put, path = "/enrichment-providers/{id}", tag = "enrichment", operation_id = "save_enrichment_provider", params(("id" = Uuid, Path, description = "The source")), request_body = EnrichmentProviderInput,
    responses((status = 200, description = "As it is now; what it was in trouble for is forgotten", body = EnrichmentProvider), (status = 404, description = "Not there", body = Problem),
        (status = 412, description = "Somebody else changed it", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn save(
    me: Admin,
    State(app): State<App>,
    Path(id): Path<EnrichmentProviderId>,
    seen: IfMatch,
    Body(sent): Body<EnrichmentProviderInput>,
) -> Answer<Tagged<EnrichmentProvider>> {
    let mut tx = app.db.write_tx().await?;
    let row = provider::found(&tx, me.workspace, id).await?;
    seen.check(row.revision)?;
    let content = checked(&tx, &me, Some(&row), &sent.content, &sent.secrets).await?;
    let secrets = provider::sealed(&app, id, row.secrets.clone(), &sent.secrets);
    provider::update(&tx, &row, &content, &secrets, app.clock.now()).await?;
    let payload = json!({ "before": row.content, "after": content });
    tell(&mut tx, &app, &me, events::ENRICHMENT_PROVIDER_CHANGED, id, payload).await?;
    let after = view(&tx, &app, &me, id).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

#[utoipa::path(delete, path = "/enrichment-providers/{id}", tag = "enrichment", operation_id = "delete_enrichment_provider", params(("id" = Uuid, Path, description = "The source")),
    responses((status = 204, description = "Gone with its secrets; what it said stays with the records"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(
    me: Admin,
    State(app): State<App>,
    Path(id): Path<EnrichmentProviderId>,
) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let row = provider::found(&tx, me.workspace, id).await?;
    provider::remove(&tx, &row, app.clock.now()).await?;
    let payload = json!({ "name": row.content.name });
    tell(&mut tx, &app, &me, events::ENRICHMENT_PROVIDER_DELETED, id, payload).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/enrichment-providers/website-template", tag = "enrichment", operation_id = "get_website_template",
    responses((status = 200, description = "The built-in source as a new workspace gets it", body = EnrichmentProviderContent)))]
async fn built_in(me: Reader) -> Answered<EnrichmentProviderContent> {
    Answered(super::provider_rules::website(super::built_in_name(me.locale)))
}

#[utoipa::path(post, path = "/enrichment-providers/try", tag = "enrichment", operation_id = "try_enrichment_provider", request_body = TryEnrichment,
    responses((status = 200, description = "The request, the answer, and what would become of its values; nothing is kept but that a call was made", body = TriedEnrichment),
        (status = 404, description = "No such record or source", body = Problem), (status = 409, description = "The quota is used up", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn attempt(
    me: Admin,
    State(app): State<App>,
    Body(sent): Body<TryEnrichment>,
) -> Answer<Answered<TriedEnrichment>> {
    let before = match sent.provider_id {
        Some(id) => Some(provider::found(&app.db, me.workspace, id).await?),
        None => None,
    };
    let content = checked(&app.db, &me, before.as_ref(), &sent.content, &sent.secrets).await?;
    let secrets = opened(&app, before.as_ref(), &sent.secrets)?;
    let by = records::routes::author(&app, &me).await?;
    let row = as_tried(before.as_ref(), &me, content, by.now);
    try_out(&app, &by, &row, before.is_some(), secrets, sent.record_id).await.map(Answered)
}

fn opened(
    app: &App,
    before: Option<&ProviderRow>,
    sent: &BTreeMap<String, Option<String>>,
) -> Answer<Map<String, Json>> {
    let mut secrets = match before {
        Some(row) => row.opened(app)?,
        None => Map::new(),
    };
    for (name, secret) in sent {
        match secret {
            Some(secret) => secrets.insert(name.clone(), json!(secret.trim())),
            None => secrets.remove(name),
        };
    }
    Ok(secrets)
}

fn as_tried(
    before: Option<&ProviderRow>,
    me: &Member,
    content: EnrichmentProviderContent,
    now: kernel::Timestamp,
) -> ProviderRow {
    match before {
        Some(row) => row.clone().with(content),
        None => {
            let meter =
                Meter { day: 0, day_calls: 0, month: 0, month_calls: 0, next_call_at: kernel::Timestamp(0) };
            ProviderRow::fresh(EnrichmentProviderId::new(), me.workspace, content, meter, now)
        }
    }
}

/// Routes of sources.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(built_in))
        .routes(routes!(attempt))
        .routes(routes!(get, save, remove))
}

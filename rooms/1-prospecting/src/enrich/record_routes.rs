//! Enrichment of records over HTTP: asking, and deciding on what was proposed.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Member, Problem, Reader, Writer};
use kernel::{CompanyId, EnrichmentProviderId, PersonId, limits};
use records::Kind;
use records::write::load;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::db::Source;
use store::job::{self, Job};
use store::{Sql, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::provider::{self, ProviderRow};
use super::run::{self, EnrichmentRun};
use super::value::{self, EnrichmentDecide, EnrichmentValue, decide, held};

/// A value a source gave, beside what the record holds.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ShownValue {
    /// The value.
    #[serde(flatten)]
    pub value: EnrichmentValue,
    /// The source's name.
    pub provider_name: String,
    /// What the record holds there.
    #[schema(value_type = Object)]
    pub current: Json,
    /// Whether the record holds what the source wrote or confirmed.
    pub holds: bool,
}

/// What sources said of a record.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RecordEnrichment {
    /// By field.
    pub values: Vec<ShownValue>,
    /// The last time each source was asked.
    pub runs: Vec<EnrichmentRun>,
    /// How many sources can be asked.
    pub sources: usize,
}

/// Which records to ask about, and whom.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartEnrichment {
    /// `company` or `person`.
    pub kind: Kind,
    /// Which, at most 1,000.
    pub ids: Vec<Uuid>,
    /// Which sources; all that are switched on when absent.
    #[serde(default)]
    pub provider_ids: Option<Vec<EnrichmentProviderId>>,
}

/// Jobs that were started, one a source.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StartedEnrichment {
    /// They.
    pub jobs: Vec<Job>,
}

async fn shown(db: &impl Source, me: &Member, kind: Kind, id: Uuid) -> Answer<RecordEnrichment> {
    let record = load(db, me.workspace, kind, id).await?.ok_or_else(|| Problem::not_found(kind.key()))?;
    let providers = provider::all(db, me.workspace).await?;
    let runs = run::of_record(db, me.workspace, kind, id).await?;
    let name = |id| providers.iter().find(|row| row.id == id).map(|row| row.content.name.clone());
    let values = value::of_record(db, me.workspace, (kind, id)).await?.into_iter().map(|value| {
        let current = held(&record, &value.field);
        // What somebody typed in the meantime, or accepted from another source, needs no decision any more.
        let settled = value.state == "proposed" && super::standing::alike(&value.value, &current);
        let state = if settled { "same".to_owned() } else { value.state.clone() };
        let value = EnrichmentValue { state, ..value };
        let holds = match value.state.as_str() {
            "written" => value.written.as_ref() == Some(&current),
            "same" => super::standing::alike(&value.value, &current),
            _ => false,
        };
        ShownValue { provider_name: name(value.provider_id).unwrap_or_default(), current, holds, value }
    });
    let sources = providers.iter().filter(|row| row.content.enabled && row.content.on == kind).count();
    Ok(RecordEnrichment { values: values.collect(), runs, sources })
}

#[utoipa::path(get, path = "/companies/{id}/enrichment", tag = "enrichment", operation_id = "get_company_enrichment", params(("id" = Uuid, Path, description = "The company")),
    responses((status = 200, description = "What sources said of it, and what became of that", body = RecordEnrichment), (status = 404, description = "Not there", body = Problem)))]
async fn of_company(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<CompanyId>,
) -> Answer<Answered<RecordEnrichment>> {
    shown(&app.db, &me, Kind::Company, id.0).await.map(Answered)
}

#[utoipa::path(get, path = "/people/{id}/enrichment", tag = "enrichment", operation_id = "get_person_enrichment", params(("id" = Uuid, Path, description = "The person")),
    responses((status = 200, description = "What sources said of them, and what became of that", body = RecordEnrichment), (status = 404, description = "Not there", body = Problem)))]
async fn of_person(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<PersonId>,
) -> Answer<Answered<RecordEnrichment>> {
    shown(&app.db, &me, Kind::Person, id.0).await.map(Answered)
}

/// The records that are there, in the order asked for.
async fn there(tx: &WriteTx, me: &Member, kind: Kind, ids: &[Uuid]) -> Answer<Vec<Uuid>> {
    let mut sql = Sql::new(tx.engine(), "SELECT id FROM ");
    sql.push(kind.key()).push(" WHERE deleted_at IS NULL AND ").push_check("workspace_id", me.workspace);
    sql.push(" AND id IN ").bind_list(ids.iter().map(|id| (*id).into()));
    let rows = sql.rows(tx.conn()).await?;
    let found = rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect::<Answer<Vec<Uuid>>>()?;
    let mut once: Vec<Uuid> = Vec::new();
    once.extend(ids.iter().filter(|id| found.contains(id)));
    once.dedup();
    Ok(once)
}

/// The sources meant.
fn meant(rows: Vec<ProviderRow>, request: &StartEnrichment) -> Answer<Vec<ProviderRow>> {
    let rows: Vec<ProviderRow> = rows
        .into_iter()
        .filter(|row| row.content.enabled && row.content.on == request.kind)
        .filter(|row| request.provider_ids.as_ref().is_none_or(|ids| ids.contains(&row.id)))
        .collect();
    if rows.is_empty() {
        return Err(Problem::conflict("no_source", "No source for these records is switched on."));
    }
    Ok(rows)
}

#[utoipa::path(post, path = "/enrichment", tag = "enrichment", operation_id = "start_enrichment", request_body = StartEnrichment,
    responses((status = 202, description = "In line, one job a source; follow and cancel them as any job", body = StartedEnrichment),
        (status = 404, description = "None of the records is there", body = Problem), (status = 409, description = "No source is switched on", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn start(
    me: Writer,
    State(app): State<App>,
    Body(request): Body<StartEnrichment>,
) -> Answer<(StatusCode, Answered<StartedEnrichment>)> {
    if request.kind == Kind::Deal || request.ids.is_empty() || request.ids.len() > limits::BULK_ROWS {
        return Err(Problem::field("ids", "invalid", "from 1 to 1000 companies or people"));
    }
    let tx = app.db.write_tx().await?;
    let rows = meant(provider::all(&tx, me.workspace).await?, &request)?;
    let ids = there(&tx, &me, request.kind, &request.ids).await?;
    if ids.is_empty() {
        return Err(Problem::not_found(request.kind.key()));
    }
    let mut jobs = Vec::new();
    for row in rows {
        let id = super::job::start(&tx, &row, &ids, Some(me.user), app.clock.now()).await?;
        jobs.extend(job::find(&tx, me.workspace, id).await?);
    }
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Answered(StartedEnrichment { jobs })))
}

#[utoipa::path(post, path = "/enrichment/decide", tag = "enrichment", operation_id = "decide_enrichment", request_body = EnrichmentDecide,
    responses((status = 200, description = "What sources said of the record, as it is now", body = RecordEnrichment), (status = 404, description = "No such value", body = Problem),
        (status = 409, description = "Not one to decide on, or the field was changed since", body = Problem), (status = 422, description = "Values that do not fit", body = Problem)))]
async fn settle(
    me: Writer,
    State(app): State<App>,
    Body(request): Body<EnrichmentDecide>,
) -> Answer<Answered<RecordEnrichment>> {
    let by = records::routes::author(&app, &me).await?;
    let mut tx = app.db.write_tx().await?;
    let (kind, id) = decide(&mut tx, &by, &request).await?;
    let after = shown(&tx, &me, kind, id).await?;
    tx.commit().await?;
    Ok(Answered(after))
}

/// Routes of records.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(of_company))
        .routes(routes!(of_person))
        .routes(routes!(start))
        .routes(routes!(settle))
}

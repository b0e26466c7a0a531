//! Finding any record by name, and watching background work.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use http_room::{Answer, App, Problem, Reader, Writer};
use kernel::JobId;
use serde::Deserialize;
use store::job::{self, Job};
use store::search::{self, Hit};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What to look for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct Look {
    /// Words; two Korean syllables or the beginning of a word are enough.
    q: String,
    /// `company`, `person`, `deal`; all when absent.
    kind: Option<String>,
    /// Hits, 1 to 50.
    limit: Option<u32>,
}

#[utoipa::path(get, path = "/search", tag = "search", operation_id = "search", params(Look),
    responses((status = 200, description = "Best first", body = Vec<Hit>)))]
async fn find(me: Reader, State(app): State<App>, Query(look): Query<Look>) -> Answer<Answered<Vec<Hit>>> {
    let q: String = look.q.chars().take(200).collect();
    let kinds: Vec<&str> = look.kind.as_deref().into_iter().collect();
    let hits = search::find(&app.db, me.workspace, &q, &kinds, look.limit.unwrap_or(20).clamp(1, 50)).await?;
    Ok(Answered(hits))
}

#[utoipa::path(get, path = "/jobs", tag = "jobs", operation_id = "list_jobs",
    responses((status = 200, description = "The newest 50", body = Vec<Job>)))]
async fn jobs(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<Job>>> {
    Ok(Answered(job::recent(&app.db, me.workspace).await?))
}

#[utoipa::path(get, path = "/jobs/{id}", tag = "jobs", operation_id = "get_job", params(("id" = uuid::Uuid, Path, description = "The job")),
    responses((status = 200, description = "How far it is", body = Job), (status = 404, description = "Not there", body = Problem)))]
async fn one(me: Reader, State(app): State<App>, Path(id): Path<JobId>) -> Answer<Answered<Job>> {
    job::find(&app.db, me.workspace, id).await?.map(Answered).ok_or_else(|| Problem::not_found("job"))
}

#[utoipa::path(post, path = "/jobs/{id}/cancel", tag = "jobs", operation_id = "cancel_job", params(("id" = uuid::Uuid, Path, description = "The job")),
    responses((status = 200, description = "It stops at its next step", body = Job), (status = 404, description = "Not there", body = Problem)))]
async fn cancel(me: Writer, State(app): State<App>, Path(id): Path<JobId>) -> Answer<Answered<Job>> {
    let tx = app.db.write_tx().await?;
    job::request_cancel(&tx, me.workspace, id, app.clock.now()).await?;
    let job = job::find(&tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("job"))?;
    tx.commit().await?;
    Ok(Answered(job))
}

/// Routes of search and jobs.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(find))
        .routes(routes!(jobs))
        .routes(routes!(one))
        .routes(routes!(cancel))
}

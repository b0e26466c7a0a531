//! Is it alive, is it ready, and how is it doing: for load balancers and Prometheus.

use crate::layers::measures;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http_room::App;
use kernel::Timestamp;
use sea_orm::FromQueryResult;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use store::db::Source;
use store::{Engine, Sql};
use tokio::sync::watch;

/// What the checks look at.
#[derive(Clone, Debug)]
pub struct Health {
    /// The program.
    pub app: App,
    /// Ids of the migrations this binary needs.
    pub migrations: Arc<[&'static str]>,
    /// Turns true when the process is asked to stop.
    pub stopping: watch::Receiver<bool>,
    /// The bearer token `/metrics` asks for.
    pub metrics_token: Option<Arc<str>>,
}

/// `/healthz`, `/readyz`, `/metrics`.
pub fn routes(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(|| async { Json(json!({ "status": "ok" })) }))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
        .with_state(health)
}

async fn ready(State(health): State<Health>) -> Response {
    let database = migrated(&health).await;
    let stopping = *health.stopping.borrow();
    let ready = !stopping && matches!(database, Ok(true));
    let words = match database {
        Ok(true) => "ok",
        Ok(false) => "migrations are missing",
        Err(_) => "unreachable",
    };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({ "ready": ready, "database": words, "stopping": stopping });
    (status, Json(body)).into_response()
}

async fn migrated(health: &Health) -> store::Result<bool> {
    let rows = Sql::new(health.app.db.engine(), "SELECT id FROM schema_migration")
        .rows(health.app.db.conn())
        .await?;
    let done: Vec<String> = rows.iter().filter_map(|row| row.try_get_by_index(0).ok()).collect();
    Ok(health.migrations.iter().all(|id| done.iter().any(|known| known == id)))
}

/// Without a token only this machine may read the figures, and not through a proxy on it.
fn may_read(health: &Health, headers: &HeaderMap, peer: Option<SocketAddr>) -> bool {
    match &health.metrics_token {
        Some(token) => {
            use subtle::ConstantTimeEq;
            let sent = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes()).unwrap_or_default();
            bool::from(sent.ct_eq(format!("Bearer {token}").as_bytes()))
        }
        None => {
            let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
            !forwarded && peer.is_none_or(|peer| peer.ip().is_loopback())
        }
    }
}

async fn figures(
    State(health): State<Health>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    if !may_read(&health, &headers, peer.map(|peer| peer.0.0)) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Err(why) = look(&health.app).await {
        tracing::warn!(%why, "the figures of the database are missing");
    }
    match measures::recorder() {
        Some(handle) => {
            handle.run_upkeep();
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response()
        }
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

#[derive(FromQueryResult)]
struct JobCount {
    state: String,
    jobs: i64,
    oldest: Option<Timestamp>,
}

#[derive(FromQueryResult)]
struct CursorRow {
    name: String,
    seq: i64,
}

/// Reads the figures that live in the database.
async fn look(app: &App) -> store::Result<()> {
    let now = app.clock.now();
    pool(app);
    let text = "SELECT state, count(*) AS jobs, min(run_at) AS oldest FROM job WHERE state IN ('queued', 'running') \
                GROUP BY state";
    let counts: Vec<JobCount> = Sql::new(app.db.engine(), text).all(app.db.read()).await?;
    for state in ["queued", "running"] {
        let count = counts.iter().find(|count| count.state == state);
        metrics::gauge!("jobs", "state" => state).set(count.map_or(0.0, |count| count.jobs as f64));
        let waited = count.and_then(|count| count.oldest).filter(|_| state == "queued");
        if state == "queued" {
            let seconds = waited.map_or(0, |at| now.seconds_since(at).max(0));
            metrics::gauge!("job_oldest_due_age_seconds").set(seconds as f64);
        }
    }
    let newest: i64 = Sql::new(app.db.engine(), "SELECT max(seq) FROM event")
        .scalar::<Option<i64>>(app.db.read())
        .await?
        .flatten()
        .unwrap_or(0);
    let cursors: Vec<CursorRow> =
        Sql::new(app.db.engine(), "SELECT name, seq FROM reaction_cursor").all(app.db.read()).await?;
    for cursor in cursors {
        metrics::gauge!("reaction_lag_events", "reaction" => cursor.name)
            .set((newest - cursor.seq).max(0) as f64);
    }
    Ok(())
}

fn pool(app: &App) {
    let (open, idle) = match app.db.engine() {
        Engine::Sqlite => {
            let pool = app.db.read().get_sqlite_connection_pool();
            (pool.size(), pool.num_idle())
        }
        Engine::Postgres => {
            let pool = app.db.read().get_postgres_connection_pool();
            (pool.size(), pool.num_idle())
        }
    };
    metrics::gauge!("db_connections", "state" => "open").set(f64::from(open));
    metrics::gauge!("db_connections", "state" => "idle").set(idle as f64);
}

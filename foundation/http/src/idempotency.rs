//! `Idempotency-Key`: a create that is sent twice is done once, and answered twice alike.

use crate::{App, Member, Problem};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use store::{Migration, Sql};

/// The table of answers.
pub const MIGRATIONS: &[Migration] =
    &[Migration { id: "2026-11-23-01-http", sql: include_str!("../migrations/2026-11-23-01-http.sql") }];

/// Seconds an answer is kept.
const KEPT: i64 = 86_400;
/// Longest body the key may be used with.
const MAX_BODY: usize = 4 << 20;

/// Middleware for POST requests that carry the header; all others pass through.
pub async fn replay(State(app): State<App>, request: Request, next: Next) -> Response {
    let key = request.headers().get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let member = request.extensions().get::<Member>().cloned();
    match (key, member) {
        (Some(key), Some(member)) if request.method() == Method::POST => {
            once(&app, &member, &key, request, next).await.unwrap_or_else(IntoResponse::into_response)
        }
        _ => next.run(request).await,
    }
}

async fn once(
    app: &App,
    member: &Member,
    key: &str,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if key.is_empty() || key.len() > 200 {
        return Err(Problem::bad_request("Idempotency-Key must have 1 to 200 characters."));
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, MAX_BODY)
        .await
        .map_err(|_| Problem::bad_request("The body is too large for an Idempotency-Key."))?;
    let mut hash = Sha256::new();
    hash.update(parts.uri.to_string().as_bytes());
    hash.update(&bytes);
    let hash = hex::encode(hash.finalize());
    if let Some(answer) = reserve(app, member, key, &hash).await? {
        return Ok(answer);
    }
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    keep(app, member, key, response).await
}

/// Takes the key for this request, or answers with what was answered before.
async fn reserve(app: &App, member: &Member, key: &str, hash: &str) -> Result<Option<Response>, Problem> {
    let now = app.clock.now();
    let tx = app.db.write_tx().await?;
    let engine = tx.engine();
    Sql::with(engine, "DELETE FROM idempotency WHERE at < ?", [now.plus_seconds(-KEPT).into()])
        .run(&*tx)
        .await?;
    let text = "INSERT INTO idempotency (workspace_id, user_id, idempotency_key, request_hash, at) VALUES (?, ?, ?, ?, ?) \
                ON CONFLICT DO NOTHING";
    let values = [member.workspace.into(), member.user.into(), key.into(), hash.into(), now.into()];
    let taken = Sql::with(engine, text, values).run(&*tx).await? == 1;
    let text = "SELECT request_hash, status, body FROM idempotency WHERE workspace_id = ? AND user_id = ? AND idempotency_key = ?";
    let rows =
        Sql::with(engine, text, [member.workspace.into(), member.user.into(), key.into()]).rows(&*tx).await?;
    tx.commit().await?;
    let Some(row) = rows.first().filter(|_| !taken) else {
        return Ok(None);
    };
    let kept: String = row.try_get_by_index(0)?;
    let (status, body): (Option<i32>, Option<String>) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    if kept != hash {
        return Err(Problem::conflict(
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request.",
        ));
    }
    let Some(status) = status.and_then(|s| u16::try_from(s).ok()).and_then(|s| StatusCode::from_u16(s).ok())
    else {
        return Err(Problem::conflict(
            "in_progress",
            "The first request with this Idempotency-Key is still running.",
        ));
    };
    let mut response = (status, body.unwrap_or_default()).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(Some(response))
}

/// Keeps a good answer; a failed request gives the key back so that it can be tried again.
async fn keep(app: &App, member: &Member, key: &str, response: Response) -> Result<Response, Problem> {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, MAX_BODY).await.map_err(|e| Problem::internal(&e))?;
    let tx = app.db.write_tx().await?;
    let place = [member.workspace.into(), member.user.into(), key.into()];
    if parts.status.is_success() {
        let text = "UPDATE idempotency SET status = ?, body = ? WHERE workspace_id = ? AND user_id = ? AND idempotency_key = ?";
        let [a, b, c] = place;
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let values = [i32::from(parts.status.as_u16()).into(), body.into(), a, b, c];
        Sql::with(tx.engine(), text, values).run(&*tx).await?;
    } else {
        let text = "DELETE FROM idempotency WHERE workspace_id = ? AND user_id = ? AND idempotency_key = ?";
        Sql::with(tx.engine(), text, place).run(&*tx).await?;
    }
    tx.commit().await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

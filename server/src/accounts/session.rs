//! Browser sessions: opening, rotating, listing and ending them, and their cookie.

use super::auth::BySession;
use super::token::{kept, secret};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use http_room::{Answer, App, Page, Problem, Timer};
use kernel::{SessionId, Timestamp, UserId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use std::sync::Arc;
use store::db::Source;
use store::{Db, Result, Sql, WriteTx};

/// The cookie's name.
pub const COOKIE: &str = "sevenfold_session";
/// Days without use after which a session ends.
const IDLE_DAYS: i64 = 30;
/// Seconds of use after which the token changes.
pub const ROTATE_SECONDS: i64 = 24 * 3600;
/// Seconds the token before the change still holds, for requests already on their way.
const GRACE_SECONDS: i64 = 60;
/// Most of a browser's name that is kept: characters.
const AGENT_CHARS: usize = 200;

/// Where a request came from, as the list of sessions shows it.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Network address.
    pub address: String,
    /// What the browser calls itself.
    pub user_agent: String,
}

/// Opens a session; answers the token for the cookie.
///
/// # Errors
/// Whatever the database says.
pub async fn open(tx: &WriteTx, user: UserId, origin: &Origin, now: Timestamp) -> Result<String> {
    let token = secret();
    let text = "INSERT INTO session (id, user_id, token_hash, rotated_at, created_at, last_seen_at, expires_at, \
                address, user_agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let agent: String = origin.user_agent.chars().take(AGENT_CHARS).collect();
    let values = [
        SessionId::new().into(),
        user.into(),
        kept(&token).into(),
        now.into(),
        now.into(),
        now.into(),
        now.plus_days(IDLE_DAYS).into(),
        origin.address.clone().into(),
        agent.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(token)
}

/// Gives a session another token. `None` when a request at the same time did so first.
///
/// # Errors
/// Whatever the database says.
pub async fn rotate(db: &Db, id: SessionId, old_hash: &str, now: Timestamp) -> Result<Option<String>> {
    let token = secret();
    let text = "UPDATE session SET previous_hash = token_hash, previous_until = ?, token_hash = ?, rotated_at = ?, \
                last_seen_at = ?, expires_at = ? WHERE id = ? AND token_hash = ?";
    let values = [
        now.plus_seconds(GRACE_SECONDS).into(),
        kept(&token).into(),
        now.into(),
        now.into(),
        now.plus_days(IDLE_DAYS).into(),
        id.into(),
        old_hash.into(),
    ];
    let tx = db.write_tx().await?;
    let changed = Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok((changed == 1).then_some(token))
}

/// Notes that a session was used, which keeps it alive.
///
/// # Errors
/// Whatever the database says.
pub async fn touch(db: &Db, id: SessionId, now: Timestamp) -> Result<()> {
    let text = "UPDATE session SET last_seen_at = ?, expires_at = ? WHERE id = ? AND last_seen_at < ?";
    let tx = db.write_tx().await?;
    let values = [now.into(), now.plus_days(IDLE_DAYS).into(), id.into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await
}

/// Ends the session of a token, if there is one.
///
/// # Errors
/// Whatever the database says.
pub async fn end(tx: &WriteTx, token: &str) -> Result<()> {
    let hash = kept(token);
    let text = "DELETE FROM session WHERE token_hash = ? OR previous_hash = ?";
    Sql::with(tx.engine(), text, [hash.clone().into(), hash.into()]).run(tx.conn()).await?;
    Ok(())
}

/// Ends all sessions of a user.
///
/// # Errors
/// Whatever the database says.
pub async fn end_all(tx: &WriteTx, user: UserId) -> Result<u64> {
    Sql::with(tx.engine(), "DELETE FROM session WHERE user_id = ?", [user.into()]).run(tx.conn()).await
}

/// The token a browser sent.
#[must_use]
pub fn token_in(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == COOKIE && !value.is_empty())
        .map(|(_, value)| value)
}

/// The `Set-Cookie` that hands a token to the browser.
#[must_use]
pub fn cookie(token: &str, base_url: &str) -> HeaderValue {
    written(token, IDLE_DAYS * 86_400, base_url)
}

/// The `Set-Cookie` that takes it away.
#[must_use]
pub fn no_cookie(base_url: &str) -> HeaderValue {
    written("", 0, base_url)
}

fn written(token: &str, seconds: i64, base_url: &str) -> HeaderValue {
    let secure = if base_url.starts_with("https://") { "; Secure" } else { "" };
    let text = format!("{COOKIE}={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// A sign-in as its owner sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SessionInfo {
    /// Id.
    pub id: SessionId,
    /// Whether it is the one asking.
    pub current: bool,
    /// When signed in.
    pub created_at: Timestamp,
    /// When last used, to the minute.
    pub last_seen_at: Timestamp,
    /// Network address at sign-in.
    pub address: String,
    /// What the browser called itself.
    pub user_agent: String,
}

#[derive(FromQueryResult)]
struct Row {
    id: SessionId,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    address: String,
    user_agent: String,
}

/// Where you are signed in.
#[utoipa::path(get, path = "/me/sessions", tag = "accounts",
    responses((status = 200, description = "Your sessions, the last used first.", body = Page<SessionInfo>)))]
pub async fn list_sessions(me: BySession, State(app): State<App>) -> Answer<Json<Page<SessionInfo>>> {
    let text = "SELECT id, created_at, last_seen_at, address, user_agent FROM session \
                WHERE user_id = ? AND expires_at > ? ORDER BY last_seen_at DESC LIMIT 100";
    let values = [me.user.into(), app.clock.now().into()];
    let rows: Vec<Row> = Sql::with(app.db.engine(), text, values).all(app.db.read()).await?;
    let items = rows.into_iter().map(|row| SessionInfo {
        current: row.id == me.session,
        id: row.id,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        address: row.address,
        user_agent: row.user_agent,
    });
    Ok(Json(Page { items: items.collect(), next_cursor: None }))
}

/// Signs a browser out from afar.
#[utoipa::path(delete, path = "/me/sessions/{id}", tag = "accounts", params(("id" = SessionId, Path, description = "The session.")),
    responses((status = 204, description = "It is ended."), (status = 404, description = "You have no such session.", body = Problem)))]
pub async fn revoke_session(
    me: BySession,
    State(app): State<App>,
    Path(id): Path<SessionId>,
) -> Answer<StatusCode> {
    let tx = app.db.write_tx().await?;
    let text = "DELETE FROM session WHERE id = ? AND user_id = ?";
    let gone = Sql::with(tx.engine(), text, [id.into(), me.user.into()]).run(tx.conn()).await?;
    tx.commit().await?;
    if gone == 0 { Err(Problem::not_found("session")) } else { Ok(StatusCode::NO_CONTENT) }
}

/// Clears away what has run out: sessions, resets, invitations. Once an hour.
pub(super) fn sweep() -> Timer {
    Timer {
        name: "accounts.sweep",
        every_seconds: 3600,
        woken: None,
        run: Arc::new(|app| {
            Box::pin(async move {
                let now = app.clock.now();
                let tx = app.db.write_tx().await?;
                for table in ["session", "password_reset", "invitation"] {
                    let text = format!("DELETE FROM {table} WHERE expires_at <= ?");
                    Sql::with(tx.engine(), &text, [now.into()]).run(tx.conn()).await?;
                }
                tx.commit().await?;
                Ok(0)
            })
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_secure_on_https() {
        let plain = cookie("abc", "http://127.0.0.1:7000");
        assert_eq!(plain, "sevenfold_session=abc; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000");
        assert!(cookie("abc", "https://sales.example.com").to_str().unwrap().ends_with("; Secure"));
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; sevenfold_session=xyz; c=d"));
        assert_eq!(token_in(&headers), Some("xyz"));
        headers.insert(header::COOKIE, HeaderValue::from_static("not_sevenfold_session=xyz"));
        assert_eq!(token_in(&headers), None);
    }
}

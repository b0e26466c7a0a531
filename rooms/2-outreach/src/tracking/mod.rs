//! A host of a workspace's own for the links of its automatic mails: receivers distrust mails whose links lead to another
//! domain than the sender's.
//!
//! It is kept once it was seen to lead here (`look`). Links answer there and nothing else does, also after it was given
//! up, for mails that left before. What is *not* here: the links themselves (`click`, `letter`).

mod look;
mod routes;
pub mod rules;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_room::App;
use kernel::{Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use store::db::Source;
use store::{Result, Sql, WriteTx};

pub use routes::{TrackingHost, routes};

/// Links of a workspace lead over another host than before. Payload: `host`, none when it is the program's own again.
pub const TRACKING_HOST_CHANGED: &str = "tracking_host.changed";

/// A host in use.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct HostRow {
    pub host: String,
    pub secure: bool,
    pub checked_at: Timestamp,
}

impl HostRow {
    /// Where links begin.
    pub fn base(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.host)
    }
}

/// The host a workspace's links lead over, if it has one of its own.
pub(crate) async fn find(db: &impl Source, workspace: WorkspaceId) -> Result<Option<HostRow>> {
    let text = "SELECT host, secure, checked_at FROM tracking_host WHERE workspace_id = ? AND used";
    Sql::with(db.engine(), text, [workspace.into()]).one(db.conn()).await
}

/// Where the links of a workspace's mails begin.
///
/// # Errors
/// Whatever the database says.
pub async fn base(app: &App, db: &impl Source, workspace: WorkspaceId) -> Result<String> {
    let own = || app.config.base_url.trim_end_matches('/').to_owned();
    Ok(find(db, workspace).await?.map_or_else(own, |row| row.base()))
}

/// Keeps a host for a workspace, or none. Answers false when another workspace uses it.
pub(crate) async fn keep(
    tx: &WriteTx,
    workspace: WorkspaceId,
    host: Option<(&str, bool)>,
    now: Timestamp,
) -> Result<bool> {
    let text = "UPDATE tracking_host SET used = ? WHERE workspace_id = ? AND used";
    Sql::with(tx.engine(), text, [false.into(), workspace.into()]).run(tx.conn()).await?;
    let Some((host, secure)) = host else { return Ok(true) };
    let text = "INSERT INTO tracking_host (host, workspace_id, secure, used, checked_at) VALUES (?, ?, ?, ?, ?) \
                ON CONFLICT (host) DO UPDATE SET workspace_id = excluded.workspace_id, secure = excluded.secure, \
                used = excluded.used, checked_at = excluded.checked_at WHERE NOT tracking_host.used";
    let values = [host.into(), workspace.into(), secure.into(), true.into(), now.into()];
    Ok(Sql::with(tx.engine(), text, values).run(tx.conn()).await? > 0)
}

/// Pages without an account, to be mounted at the root.
pub(crate) fn public_routes() -> Router<App> {
    look::public_routes()
}

/// Lets nothing but links answer where links lead. The program's own host is never such a host.
pub async fn keep_apart(State(app): State<App>, request: Request, next: Next) -> Response {
    match serves_links_only(&app, host_of(&request)).await {
        Ok(true) if !rules::answers(request.uri().path()) => StatusCode::NOT_FOUND.into_response(),
        // Without a database nothing of the program answers but whether it lives.
        Ok(_) | Err(_) => next.run(request).await,
    }
}

/// The host a request came to, as hosts of links are kept.
fn host_of(request: &Request) -> Option<String> {
    let said = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    said.or_else(|| request.uri().authority().map(Authority::as_str)).and_then(rules::asked)
}

async fn serves_links_only(app: &App, host: Option<String>) -> Result<bool> {
    let Some(host) = host else { return Ok(false) };
    if own(app).is_some_and(|own| rules::asked(&own).as_deref() == Some(host.as_str())) {
        return Ok(false);
    }
    let text = "SELECT 1 FROM tracking_host WHERE host = ?";
    let found = Sql::with(app.db.engine(), text, [host.into()]).rows(app.db.read()).await?;
    Ok(!found.is_empty())
}

/// The host at which the program is used, with its port.
fn own(app: &App) -> Option<String> {
    let url = url::Url::parse(&app.config.base_url).ok()?;
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

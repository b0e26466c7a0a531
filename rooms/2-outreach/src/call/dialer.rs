//! A workspace's dialer: a server outside that is told whom to call, and calls the member back. What came of it is told by
//! the dialer through the API (`POST /activities`), or by the member on the call screen.

use std::time::Duration;

use http_room::{Answer, App, Member, Problem};
use kernel::{Country, TaskId, Timestamp, WorkspaceId};
use outward::{Ask, HeaderMap, HeaderValue, Method, Outside, Policy, Url};
use records::task;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Sql;
use store::db::Source;

use crate::recipient;

/// Characters of an address or a secret.
const CHARS: usize = 2_000;
/// Longest wait for the dialer.
const WITHIN: Duration = Duration::from_secs(10);
/// Bytes of its answer that are read.
const ANSWER: usize = 4_096;

/// The dialer as members see it.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct DialerView {
    /// Where it is told; empty when there is none.
    pub url: Option<String>,
    /// Whether a secret goes with it, as `Authorization: Bearer …`.
    pub has_secret: bool,
}

/// A dialer to be kept.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDialer {
    /// Where it is told; null takes it away.
    pub url: Option<String>,
    /// A secret that goes with it; left out, what is kept stays.
    #[serde(default)]
    pub secret: Option<String>,
}

#[derive(FromQueryResult)]
struct Row {
    url: String,
    secret: Option<String>,
}

async fn find(db: &impl Source, workspace: WorkspaceId) -> Answer<Option<Row>> {
    let text = "SELECT url, secret FROM dialer WHERE workspace_id = ?";
    Ok(Sql::with(db.engine(), text, [workspace.into()]).one(db.conn()).await?)
}

fn purpose(workspace: WorkspaceId) -> String {
    format!("dialer:{workspace}")
}

/// The dialer of a workspace.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn view(db: &impl Source, workspace: WorkspaceId) -> Answer<DialerView> {
    let row = find(db, workspace).await?;
    Ok(row.map(|row| DialerView { url: Some(row.url), has_secret: row.secret.is_some() }).unwrap_or_default())
}

/// Keeps a dialer, or takes it away.
///
/// # Errors
/// 422 for an address that is none.
pub(super) async fn keep(app: &App, me: &Member, new: NewDialer, now: Timestamp) -> Answer<DialerView> {
    let tx = app.db.write_tx().await?;
    let Some(url) = &new.url else {
        let text = "DELETE FROM dialer WHERE workspace_id = ?";
        Sql::with(tx.engine(), text, [me.workspace.into()]).run(tx.conn()).await?;
        tx.commit().await?;
        return Ok(DialerView::default());
    };
    address(url)?;
    let before = find(&tx, me.workspace).await?.and_then(|row| row.secret);
    let secret = match new.secret.as_deref() {
        Some(secret) if secret.chars().count() > CHARS => {
            return Err(Problem::field("secret", "too_long", "at most 2,000 characters"));
        }
        Some("") => None,
        Some(secret) => Some(app.secrets.seal(&purpose(me.workspace), secret)),
        None => before,
    };
    let text = "INSERT INTO dialer (workspace_id, url, secret, updated_by, updated_at) VALUES (?, ?, ?, ?, ?) \
                ON CONFLICT (workspace_id) DO UPDATE SET url = excluded.url, secret = excluded.secret, \
                updated_by = excluded.updated_by, updated_at = excluded.updated_at";
    let values = [me.workspace.into(), url.clone().into(), secret.into(), me.user.into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let kept = view(&tx, me.workspace).await?;
    tx.commit().await?;
    Ok(kept)
}

fn address(url: &str) -> Answer<Url> {
    let wrong = || Problem::field("url", "invalid", "a web address that begins with https:// or http://");
    let read = Url::parse(url).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
    read.filter(|_| url.chars().count() <= CHARS).ok_or_else(wrong)
}

/// Tells the dialer whom to call for a member.
///
/// # Errors
/// 404 for the task, 409 without a dialer or a number, and when the dialer does not take it.
pub(super) async fn dial(app: &App, me: &Member, id: TaskId) -> Answer<()> {
    let task = task::find(&app.db, me.workspace, id).await?;
    let row = find(&app.db, me.workspace).await?;
    let row = row.ok_or_else(|| Problem::conflict("no_dialer", "No dialer is set up."))?;
    let who = match task.person_id {
        Some(person) => recipient::find(&app.db, me.workspace, person).await?,
        None => None,
    };
    let workspace = records::workspace::find(&app.db, me.workspace).await?;
    let home = workspace.and_then(|w| Country::from_code(&w.country));
    let phone = who.as_ref().and_then(|who| who.phone(home));
    let (Some(who), Some(phone)) = (who, phone) else {
        return Err(Problem::conflict("no_number", "No number is known."));
    };
    let text = "SELECT email FROM app_user WHERE id = ?";
    let email: Option<String> =
        Sql::with(app.db.engine(), text, [me.user.into()]).scalar(app.db.read()).await?;
    let body = json!({
        "number": phone.e164, "task_id": id, "person_id": who.id, "person_name": who.name,
        "company_name": who.company_name, "deal_id": task.deal_id, "member_id": me.user, "member_email": email,
    });
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    if let Some(sealed) = &row.secret {
        let secret = app.secrets.open(&purpose(me.workspace), sealed)?;
        let value = HeaderValue::from_str(&format!("Bearer {secret}"));
        headers.insert("authorization", value.map_err(|why| Problem::internal(&why))?);
    }
    let ask = Ask {
        method: Method::POST,
        url: address(&row.url)?,
        headers,
        body: Some(body.to_string()),
        within: WITHIN,
        most_bytes: ANSWER,
        cut: true,
        redirects: 0,
    };
    let failed =
        |why: String| Problem::conflict("dialer_failed", format!("The dialer did not take it: {why}"));
    let answer = outside(app)?.ask(&ask).await.map_err(|why| failed(why.to_string()))?;
    if (200..300).contains(&answer.status) {
        Ok(())
    } else {
        Err(failed(format!("status {}", answer.status)))
    }
}

fn outside(app: &App) -> Answer<Outside> {
    let config = &app.config;
    let private = config.private_requests || config.closed_network;
    Outside::new(Policy { private, name_server: config.name_server }).map_err(|why| Problem::internal(&why))
}

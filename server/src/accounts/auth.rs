//! The gate before every API route: who is asking, and about which workspace.
//!
//! Nothing passes without proof but the routes in [`PUBLIC`]. The proof is the session cookie or an
//! API token; the workspace is the one named by `Sevenfold-Workspace` (or `?workspace=`), else the
//! member's first. A change asked for with a cookie must carry `Sevenfold-Request: 1`, which no other
//! site can make a browser send.

use super::Porch;
use super::session::{self, Origin};
use super::token::{API_PREFIX, kept};
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_room::{App, Member, Problem, Role, Scope, Visitor};
use kernel::{ApiTokenId, Locale, SessionId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use store::Sql;
use store::db::Source;
use uuid::Uuid;

/// Routes open to everybody, below `/api/v1`.
pub const PUBLIC: &[(Method, &str)] = &[
    (Method::GET, "/openapi.json"),
    (Method::GET, "/setup"),
    (Method::POST, "/setup"),
    (Method::POST, "/sign-in"),
    (Method::POST, "/sign-out"),
    (Method::POST, "/password-reset"),
    (Method::POST, "/password-reset/{token}"),
    (Method::GET, "/invitations/by-token/{token}"),
    (Method::POST, "/invitations/by-token/{token}/accept"),
];

/// Whether a route, written as in the API's document, needs no sign-in.
#[must_use]
pub fn is_public(method: &Method, path: &str) -> bool {
    PUBLIC.iter().any(|(m, p)| m == method && *p == path)
}

/// Seconds between two notes of when a session or token was last used.
const NOTE_SECONDS: i64 = 60;

/// What the gate keeps.
#[derive(Clone, Debug)]
pub struct Gate {
    app: App,
    noted: Arc<Mutex<HashMap<Uuid, Timestamp>>>,
}

impl Gate {
    /// A gate before this app.
    #[must_use]
    pub fn new(app: App) -> Self {
        Self { app, noted: Arc::default() }
    }

    /// Whether the last use should be written down now; at most once a minute each.
    fn note_now(&self, id: Uuid, now: Timestamp) -> bool {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() > 10_000 {
            noted.retain(|_, at| now.seconds_since(*at) < NOTE_SECONDS);
        }
        let due = noted.get(&id).is_none_or(|at| now.seconds_since(*at) >= NOTE_SECONDS);
        if due {
            noted.insert(id, now);
        }
        due
    }
}

/// Lets a request through, with its [`Member`] in it, or answers why not.
pub async fn admit(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let template = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let template = template.as_deref().unwrap_or_default();
    let path = template.strip_prefix(crate::API).unwrap_or(template);
    if is_public(request.method(), path) {
        return match refuse_other_sites(&request) {
            Ok(()) => next.run(request).await,
            Err(problem) => problem.into_response(),
        };
    }
    let proof = match credential(&request) {
        Ok(credential) => prove(&gate, credential).await,
        Err(problem) => Err(problem),
    };
    match proof {
        Err(problem) => problem.into_response(),
        Ok(proof) => {
            request.extensions_mut().insert(proof.member);
            if let Some(session) = proof.session {
                request.extensions_mut().insert(session);
            }
            let mut response = next.run(request).await;
            if let Some(cookie) =
                proof.cookie.filter(|_| !response.headers().contains_key(header::SET_COOKIE))
            {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            response
        }
    }
}

struct Proof {
    member: Member,
    session: Option<SessionId>,
    cookie: Option<HeaderValue>,
}

/// What a request brings as proof, and the workspace it names.
enum Credential {
    Token(String, Option<WorkspaceId>),
    Cookie(String, Option<WorkspaceId>),
}

fn credential(request: &Request) -> Result<Credential, Problem> {
    let headers = request.headers();
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        let token = token.filter(|t| t.starts_with(API_PREFIX)).ok_or_else(Problem::unauthenticated)?;
        return Ok(Credential::Token(token.to_owned(), wanted_workspace(request)?));
    }
    let token = session::token_in(headers).ok_or_else(Problem::unauthenticated)?;
    if changes(request.method()) && headers.get("sevenfold-request").is_none_or(|v| v != "1") {
        return Err(csrf("Send the header 'Sevenfold-Request: 1' with every change."));
    }
    Ok(Credential::Cookie(token.to_owned(), wanted_workspace(request)?))
}

async fn prove(gate: &Gate, credential: Credential) -> Result<Proof, Problem> {
    match credential {
        Credential::Token(token, wanted) => by_token(gate, &token, wanted).await,
        Credential::Cookie(token, wanted) => by_cookie(gate, &token, wanted).await,
    }
}

#[derive(FromQueryResult)]
struct SessionRow {
    id: SessionId,
    user_id: UserId,
    token_hash: String,
    rotated_at: Timestamp,
    last_seen_at: Timestamp,
    locale: String,
    workspace_id: Option<WorkspaceId>,
    role: Option<String>,
}

async fn by_cookie(gate: &Gate, token: &str, wanted: Option<WorkspaceId>) -> Result<Proof, Problem> {
    let (db, now, hash) = (&gate.app.db, gate.app.clock.now(), kept(token));
    let text = "SELECT s.id, s.user_id, s.token_hash, s.rotated_at, s.last_seen_at, u.locale, m.workspace_id, m.role \
        FROM session s JOIN app_user u ON u.id = s.user_id LEFT JOIN membership m ON m.user_id = s.user_id \
        WHERE (s.token_hash = ? OR (s.previous_hash = ? AND s.previous_until > ?)) \
        AND s.expires_at > ? AND u.disabled_at IS NULL ORDER BY m.created_at, m.workspace_id";
    let values = [hash.clone().into(), hash.clone().into(), now.into(), now.into()];
    let rows: Vec<SessionRow> = Sql::with(db.engine(), text, values).all(db.conn()).await?;
    let first = rows.first().ok_or_else(Problem::unauthenticated)?;
    let (workspace, role) = choose(&rows, wanted)?;
    let member = Member {
        workspace,
        user: first.user_id,
        token: None,
        role,
        scope: Scope::Write,
        locale: Locale::parse(&first.locale).unwrap_or_default(),
    };
    let stale = first.token_hash == hash && now.seconds_since(first.rotated_at) >= session::ROTATE_SECONDS;
    let mut cookie = None;
    if stale {
        // A database too busy to change the token is no reason to refuse the request.
        match session::rotate(db, first.id, &hash, now).await {
            Ok(token) => cookie = token.map(|token| session::cookie(&token, &gate.app.config.base_url)),
            Err(why) => tracing::warn!(%why, "a session's token was not changed"),
        }
    } else if now.seconds_since(first.last_seen_at) >= NOTE_SECONDS && gate.note_now(first.id.0, now) {
        let (db, id) = (db.clone(), first.id);
        // Behind the answer: a read must not wait for the database's one writer.
        tokio::spawn(async move {
            if let Err(why) = session::touch(&db, id, now).await {
                tracing::warn!(%why, "the last use of a session was not noted");
            }
        });
    }
    Ok(Proof { member, session: Some(first.id), cookie })
}

fn choose(rows: &[SessionRow], wanted: Option<WorkspaceId>) -> Result<(WorkspaceId, Role), Problem> {
    let mut memberships =
        rows.iter().filter_map(|row| Some((row.workspace_id?, row.role.as_deref().and_then(Role::parse)?)));
    match wanted {
        Some(wanted) => {
            memberships.find(|(id, _)| *id == wanted).ok_or_else(|| Problem::not_found("workspace"))
        }
        None => memberships.next().ok_or_else(no_workspace),
    }
}

/// 403 for somebody who belongs to no workspace any more.
pub(super) fn no_workspace() -> Problem {
    let detail = "You are not a member of any workspace. Ask for an invitation.";
    Problem::new(StatusCode::FORBIDDEN, "no_workspace", detail)
}

#[derive(FromQueryResult)]
struct TokenRow {
    id: ApiTokenId,
    user_id: UserId,
    workspace_id: WorkspaceId,
    scope: String,
    last_used_at: Option<Timestamp>,
    locale: String,
    role: String,
}

async fn by_token(gate: &Gate, token: &str, wanted: Option<WorkspaceId>) -> Result<Proof, Problem> {
    let (db, now) = (&gate.app.db, gate.app.clock.now());
    let text = "SELECT t.id, t.user_id, t.workspace_id, t.scope, t.last_used_at, u.locale, m.role FROM api_token t \
        JOIN app_user u ON u.id = t.user_id \
        JOIN membership m ON m.workspace_id = t.workspace_id AND m.user_id = t.user_id \
        WHERE t.token_hash = ? AND u.disabled_at IS NULL";
    let row: Option<TokenRow> = Sql::with(db.engine(), text, [kept(token).into()]).one(db.conn()).await?;
    let row = row.ok_or_else(Problem::unauthenticated)?;
    if wanted.is_some_and(|wanted| wanted != row.workspace_id) {
        return Err(Problem::not_found("workspace"));
    }
    let used = row.last_used_at.is_some_and(|at| now.seconds_since(at) < NOTE_SECONDS);
    if !used && gate.note_now(row.id.0, now) {
        let (db, id) = (db.clone(), row.id);
        tokio::spawn(async move {
            if let Err(why) = super::api_tokens::touch(&db, id, now).await {
                tracing::warn!(%why, "the last use of an API token was not noted");
            }
        });
    }
    let member = Member {
        workspace: row.workspace_id,
        user: row.user_id,
        token: Some(row.id),
        role: Role::parse(&row.role).ok_or_else(Problem::unauthenticated)?,
        scope: if row.scope == "write" { Scope::Write } else { Scope::Read },
        locale: Locale::parse(&row.locale).unwrap_or_default(),
    };
    Ok(Proof { member, session: None, cookie: None })
}

fn wanted_workspace(request: &Request) -> Result<Option<WorkspaceId>, Problem> {
    let named = request.headers().get("sevenfold-workspace").map(|v| v.to_str().unwrap_or("?").to_owned());
    let named = named.or_else(|| {
        let query = request.uri().query()?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == "workspace").map(|(_, value)| value.to_owned())
    });
    named.map(|text| text.parse().map_err(|_| Problem::not_found("workspace"))).transpose()
}

fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Open routes have no cookie to check against; browsers say where a request comes from.
fn refuse_other_sites(request: &Request) -> Result<(), Problem> {
    let site = request.headers().get("sec-fetch-site").and_then(|v| v.to_str().ok());
    match site {
        Some("cross-site" | "same-site") if changes(request.method()) => {
            Err(csrf("This request was sent by another site."))
        }
        _ => Ok(()),
    }
}

fn csrf(detail: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "csrf", detail)
}

/// A member who signed in in a browser: for what no API token may do, such as making API tokens.
#[derive(Debug, Clone)]
pub struct BySession {
    /// The member.
    pub member: Member,
    /// The session.
    pub session: SessionId,
}

impl std::ops::Deref for BySession {
    type Target = Member;
    fn deref(&self) -> &Member {
        &self.member
    }
}

impl<S: Send + Sync> FromRequestParts<S> for BySession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let member = parts.extensions.get::<Member>().cloned().ok_or_else(Problem::unauthenticated)?;
        let session = parts.extensions.get::<SessionId>().copied();
        let session = session
            .ok_or_else(|| Problem::forbidden("Sign in in a browser for this; an API token may not."))?;
        Ok(Self { member, session })
    }
}

/// Where the request comes from.
#[derive(Debug, Clone)]
pub struct CameFrom(pub Origin);

impl<S: Send + Sync> FromRequestParts<S> for CameFrom {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let behind_proxy = parts.extensions.get::<Porch>().is_some_and(|porch| porch.behind_proxy);
        let Visitor { address, user_agent } = visitor(&parts.extensions, &parts.headers, behind_proxy);
        Ok(Self(Origin { address, user_agent }))
    }
}

fn visitor(extensions: &Extensions, headers: &HeaderMap, behind_proxy: bool) -> Visitor {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
    let forwarded = behind_proxy.then(|| last_forwarded(headers)).flatten();
    let user_agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    Visitor { address: forwarded.or(peer).unwrap_or_default(), user_agent: user_agent.to_owned() }
}

/// Lets public pages know where a visitor comes from.
pub async fn note_visitor(State(behind_proxy): State<bool>, mut request: Request, next: Next) -> Response {
    let visitor = visitor(request.extensions(), request.headers(), behind_proxy);
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// The entry our own proxy added: the last one. Those before it are the client's own words.
fn last_forwarded(headers: &HeaderMap) -> Option<String> {
    let line = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next().map(|entry| entry.trim().to_owned()).filter(|entry| !entry.is_empty())
}

//! Signing in by password, and out.

use super::me::{Me, me_of};
use super::session::{self, Origin};
use super::{Porch, auth, password, users};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http_room::{Answer, App, Body, Problem, Role};
use kernel::{EmailAddress, Timestamp};
use serde::Deserialize;
use serde_json::json;

/// Proof by password.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct SignIn {
    /// Mail address.
    pub email: String,
    /// Password.
    pub password: String,
}

/// Signs in: the answer carries the session's cookie. A session the browser had before is ended.
#[utoipa::path(post, path = "/sign-in", tag = "accounts", security(()), request_body = SignIn,
    responses((status = 200, description = "You are signed in.", body = Me),
        (status = 401, description = "Address or password is wrong.", body = Problem),
        (status = 429, description = "Too many tries; facts.retry_after_seconds says how long to wait.", body = Problem)))]
pub async fn sign_in(
    State(app): State<App>,
    Extension(porch): Extension<Porch>,
    auth::CameFrom(origin): auth::CameFrom,
    headers: HeaderMap,
    Body(asked): Body<SignIn>,
) -> Answer<Response> {
    let now = app.clock.now();
    let email = EmailAddress::parse(&asked.email).map_or_else(|_| asked.email.to_lowercase(), |e| e.key());
    count(&porch, &email, &origin, now)?;
    let user = users::by_email(&app.db, &email).await?.filter(|user| user.disabled_at.is_none());
    let kept = user.as_ref().and_then(|user| user.password_hash.clone());
    let fits = password::matches(&asked.password, kept).await?;
    let user = user.filter(|_| fits).ok_or_else(wrong)?;
    porch.attempts.succeeded(&email, &origin.address);
    let memberships = users::memberships(&app.db, user.id).await?;
    let first = memberships.first().ok_or_else(auth::no_workspace)?;
    let role = Role::parse(&first.role).ok_or_else(auth::no_workspace)?;
    let tx = app.db.write_tx().await?;
    if let Some(before) = session::token_in(&headers) {
        session::end(&tx, before).await?;
    }
    let token = session::open(&tx, user.id, &origin, now).await?;
    tx.commit().await?;
    let me = me_of(&app.db, user.id, first.workspace_id, role).await?;
    Ok(([(header::SET_COOKIE, session::cookie(&token, &app.config.base_url))], Json(me)).into_response())
}

/// Counts a try with a password.
///
/// # Errors
/// 429 when there were too many of late.
pub(super) fn count(porch: &Porch, email: &str, origin: &Origin, now: Timestamp) -> Result<(), Problem> {
    porch.attempts.begin(email, &origin.address, now).map_err(|seconds| {
        let minutes = (seconds + 59) / 60;
        let detail = format!("Too many tries. Wait {minutes} minutes, or reset the password.");
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail)
            .with_facts(json!({ "retry_after_seconds": seconds }))
    })
}

fn wrong() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "invalid_credentials", "Address or password is wrong.")
}

/// Signs out. Without a session it does nothing.
#[utoipa::path(post, path = "/sign-out", tag = "accounts", security(()),
    responses((status = 204, description = "Nobody is signed in here any more.")))]
pub async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Answer<Response> {
    if let Some(token) = session::token_in(&headers) {
        let tx = app.db.write_tx().await?;
        session::end(&tx, token).await?;
        tx.commit().await?;
    }
    let cookie = session::no_cookie(&app.config.base_url);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

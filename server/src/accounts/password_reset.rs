//! A forgotten password: a link by mail, good once and for an hour.

use super::person::Reading;
use super::system_mail::SystemMail;
use super::token::{kept, secret};
use super::users::{self, User};
use super::{Porch, auth, letters, password, session, sign_in};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use http_room::{Answer, App, Body, Problem};
use kernel::{Timestamp, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use store::db::Source;
use store::job::{Ended, Job, NewJob};
use store::{Sql, WriteTx};
use uuid::Uuid;

/// The job that sends the mail.
pub const JOB: &str = "accounts.password_reset";
/// Seconds a link holds.
const HOLDS_SECONDS: i64 = 3600;

/// Whose password.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub struct ResetRequest {
    /// Mail address.
    pub email: String,
}

/// What happens next.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ResetAnswer {
    /// Whether this installation can send mail. If not, whoever runs it prints a link with
    /// `sevenfold user reset-link`.
    pub by_mail: bool,
}

/// Sends a link to set a new password, if somebody has this address. The answer is the same either way.
#[utoipa::path(post, path = "/password-reset", tag = "accounts", security(()), request_body = ResetRequest,
    responses((status = 202, description = "If the address is known, a mail is on its way.", body = ResetAnswer),
        (status = 422, description = "This is no mail address.", body = Problem),
        (status = 429, description = "Too many tries.", body = Problem)))]
pub async fn ask_password_reset(
    State(app): State<App>,
    Extension(porch): Extension<Porch>,
    auth::CameFrom(origin): auth::CameFrom,
    Body(asked): Body<ResetRequest>,
) -> Answer<(StatusCode, Json<ResetAnswer>)> {
    let now = app.clock.now();
    let mut reading = Reading::default();
    let email = reading.email("email", &asked.email);
    reading.finish()?;
    sign_in::count(&porch, &format!("reset {email}"), &origin, now)?;
    if porch.mail.is_some() {
        let tx = app.db.write_tx().await?;
        let nobody = WorkspaceId(Uuid::nil());
        let job = NewJob {
            workspace: nobody,
            kind: JOB,
            payload: json!({ "email": email }),
            run_at: now,
            created_by: None,
        };
        store::job::enqueue(&tx, job, now).await?;
        tx.commit().await?;
    }
    Ok((StatusCode::ACCEPTED, Json(ResetAnswer { by_mail: porch.mail.is_some() })))
}

/// Does the job: makes the link and mails it, if somebody has the address.
pub(super) async fn send(app: App, job: Job, mail: Option<Arc<SystemMail>>) -> Ended {
    let email = job.payload["email"].as_str().unwrap_or_default();
    let Some(mail) = mail else {
        return Ended::Failed("no SMTP server is configured".to_owned());
    };
    let sent = async {
        let Some(user) = users::by_email(&app.db, email).await?.filter(|u| u.disabled_at.is_none()) else {
            return Ok(());
        };
        let link = make_link(&app, &user).await?;
        let (subject, text) = letters::password_reset(user.locale(), &user.name, &link);
        mail.send(&user.email, &subject, &text, app.clock.now()).await.map_err(|why| Problem::internal(&why))
    };
    match sent.await {
        Ok(()) => Ended::Done(json!({})),
        Err(why) => Ended::Retry(why.to_string()),
    }
}

/// Makes a link with which this user can set a new password within the hour.
///
/// # Errors
/// Whatever the database says.
pub async fn make_link(app: &App, user: &User) -> store::Result<String> {
    let (token, now) = (secret(), app.clock.now());
    let tx = app.db.write_tx().await?;
    let text = "INSERT INTO password_reset (token_hash, user_id, created_at, expires_at) VALUES (?, ?, ?, ?)";
    let values = [kept(&token).into(), user.id.into(), now.into(), now.plus_seconds(HOLDS_SECONDS).into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(format!("{}/reset/{token}", app.config.base_url))
}

/// A new password.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct NewPassword {
    /// At least 10 characters.
    pub password: String,
}

/// Sets a new password with the link's token. Every browser is signed out.
#[utoipa::path(post, path = "/password-reset/{token}", tag = "accounts", security(()), request_body = NewPassword,
    params(("token" = String, Path, description = "The last part of the link.")),
    responses((status = 204, description = "Sign in with the new password."),
        (status = 404, description = "The link was used or has run out.", body = Problem),
        (status = 422, description = "The password is at fault.", body = Problem)))]
pub async fn reset_password(
    State(app): State<App>,
    Path(token): Path<String>,
    Body(asked): Body<NewPassword>,
) -> Answer<StatusCode> {
    let now = app.clock.now();
    if owner_of(&app.db, &token, now).await?.is_none() {
        return Err(gone());
    }
    let mut reading = Reading::default();
    reading.password("password", &asked.password);
    reading.finish()?;
    let hash = password::hash(&asked.password).await?;
    let tx = app.db.write_tx().await?;
    let user = use_up(&tx, &token, now).await?.ok_or_else(gone)?;
    users::set_password(&tx, user, &hash).await?;
    session::end_all(&tx, user).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn gone() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "This link was used or has run out. Ask for a new one.")
}

async fn owner_of(db: &impl Source, token: &str, now: Timestamp) -> store::Result<Option<UserId>> {
    let text = "SELECT user_id FROM password_reset WHERE token_hash = ? AND expires_at > ?";
    Sql::with(db.engine(), text, [kept(token).into(), now.into()]).scalar(db.conn()).await
}

/// Takes the link away, and with it every other link of this user.
async fn use_up(tx: &WriteTx, token: &str, now: Timestamp) -> store::Result<Option<UserId>> {
    let text = "DELETE FROM password_reset WHERE token_hash = ? AND expires_at > ? RETURNING user_id";
    let user: Option<UserId> =
        Sql::with(tx.engine(), text, [kept(token).into(), now.into()]).scalar(tx.conn()).await?;
    if let Some(user) = user {
        Sql::with(tx.engine(), "DELETE FROM password_reset WHERE user_id = ?", [user.into()])
            .run(tx.conn())
            .await?;
    }
    Ok(user)
}

//! Invitations: a link that makes somebody a member, once, within seven days.

use super::me::{Me, me_of};
use super::person::Reading;
use super::session::{self, Origin};
use super::system_mail::SystemMail;
use super::token::{kept, secret};
use super::users::{self, User};
use super::{Porch, auth, letters, password, sign_in};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http_room::{Admin, Answer, App, Body, Page, Problem, Role};
use kernel::{InvitationId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use store::db::Source;
use store::job::{Ended, Job, NewJob};
use store::{Actor, NewEvent, Sql, WriteTx};
use uuid::Uuid;

/// The job that mails an invitation.
pub const JOB: &str = "accounts.invitation";
/// Days an invitation holds.
const HOLDS_DAYS: i64 = 7;

/// An invitation that waits. The link itself is shown only once, when it is made.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Invitation {
    /// Id.
    pub id: InvitationId,
    /// For whom.
    pub email: String,
    /// As what.
    #[schema(value_type = Role)]
    pub role: String,
    /// By whom.
    pub invited_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// Whom to invite.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub struct Invite {
    /// Mail address.
    pub email: String,
    /// The role they get.
    pub role: Role,
}

/// An invitation just made.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Invited {
    /// The invitation.
    pub invitation: Invitation,
    /// The link to pass on. It is not shown again.
    pub link: String,
    /// Whether it goes out by mail too.
    pub by_mail: bool,
}

/// Invitations that wait.
#[utoipa::path(get, path = "/invitations", tag = "accounts",
    responses((status = 200, description = "The newest first.", body = Page<Invitation>)))]
pub async fn list_invitations(me: Admin, State(app): State<App>) -> Answer<Json<Page<Invitation>>> {
    let text = "SELECT i.id, i.email, i.role, u.name AS invited_by, i.created_at, i.expires_at FROM invitation i \
                JOIN app_user u ON u.id = i.invited_by WHERE i.workspace_id = ? AND i.expires_at > ? \
                ORDER BY i.id DESC LIMIT 200";
    let values = [me.workspace.into(), app.clock.now().into()];
    let items = Sql::with(app.db.engine(), text, values).all(app.db.read()).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// Invites somebody. An earlier invitation to the same address stops working.
#[utoipa::path(post, path = "/invitations", tag = "accounts", request_body = Invite,
    responses((status = 201, description = "Pass the link on; it is not shown again.", body = Invited),
        (status = 403, description = "Nobody gives more rights than they have.", body = Problem),
        (status = 409, description = "They are a member already.", body = Problem),
        (status = 422, description = "Fields are at fault.", body = Problem)))]
pub async fn invite(
    me: Admin,
    State(app): State<App>,
    Extension(porch): Extension<Porch>,
    Body(asked): Body<Invite>,
) -> Answer<(StatusCode, Json<Invited>)> {
    let mut reading = Reading::default();
    let email = reading.email("email", &asked.email);
    reading.finish()?;
    if asked.role > me.role {
        return Err(Problem::forbidden("You cannot give more rights than you have."));
    }
    if is_member(&app, me.workspace, &email).await? {
        return Err(Problem::conflict("already_member", "They are a member already."));
    }
    let (token, now) = (secret(), app.clock.now());
    let inviter = users::find(&app.db, me.user).await?.ok_or_else(Problem::unauthenticated)?;
    let invitation = Invitation {
        id: InvitationId::new(),
        email,
        role: asked.role.key().to_owned(),
        invited_by: inviter.name,
        created_at: now,
        expires_at: now.plus_days(HOLDS_DAYS),
    };
    let mut tx = app.db.write_tx().await?;
    insert(&tx, &invitation, me.workspace, me.user, &token).await?;
    if porch.mail.is_some() {
        post(&app, &tx, &invitation, &token).await?;
    }
    let event = NewEvent::now(me.workspace, "member.invited", me.actor(), now);
    tx.record(event.with(json!({ "email": invitation.email, "role": invitation.role }))).await?;
    tx.commit().await?;
    let link = link(&app, &token);
    Ok((StatusCode::CREATED, Json(Invited { invitation, link, by_mail: porch.mail.is_some() })))
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/invitations/{id}", tag = "accounts",
    params(("id" = InvitationId, Path, description = "The invitation.")),
    responses((status = 204, description = "Its link no longer works."),
        (status = 404, description = "There is no such invitation.", body = Problem)))]
pub async fn withdraw_invitation(
    me: Admin,
    State(app): State<App>,
    Path(id): Path<InvitationId>,
) -> Answer<StatusCode> {
    let tx = app.db.write_tx().await?;
    let text = "DELETE FROM invitation WHERE id = ? AND workspace_id = ?";
    let gone = Sql::with(tx.engine(), text, [id.into(), me.workspace.into()]).run(tx.conn()).await?;
    tx.commit().await?;
    if gone == 0 { Err(Problem::not_found("invitation")) } else { Ok(StatusCode::NO_CONTENT) }
}

/// What the holder of a link sees.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InvitationView {
    /// For whom.
    pub email: String,
    /// As what.
    #[schema(value_type = Role)]
    pub role: String,
    /// Into which workspace.
    pub workspace_name: String,
    /// By whom.
    pub invited_by: String,
    /// Until when.
    pub expires_at: Timestamp,
    /// Whether they have an account: then its password is asked for, else a new one is chosen.
    pub has_account: bool,
}

#[derive(FromQueryResult)]
struct Held {
    workspace_id: WorkspaceId,
    workspace_name: String,
    workspace_locale: String,
    workspace_zone: String,
    email: String,
    role: String,
    invited_by: String,
    expires_at: Timestamp,
}

/// Reads an invitation by its link.
#[utoipa::path(get, path = "/invitations/by-token/{token}", tag = "accounts", security(()),
    params(("token" = String, Path, description = "The last part of the link.")),
    responses((status = 200, description = "The invitation.", body = InvitationView),
        (status = 404, description = "The link was used, taken back or has run out.", body = Problem)))]
pub async fn show_invitation(
    State(app): State<App>,
    Path(token): Path<String>,
) -> Answer<Json<InvitationView>> {
    let held = held(&app.db, &token, app.clock.now()).await?;
    let user = users::by_email(&app.db, &held.email).await?;
    Ok(Json(InvitationView {
        email: held.email,
        role: held.role,
        workspace_name: held.workspace_name,
        invited_by: held.invited_by,
        expires_at: held.expires_at,
        has_account: user.is_some_and(|user| user.password_hash.is_some()),
    }))
}

/// Answer to an invitation.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct Accept {
    /// Your name; not needed with an account.
    #[serde(default)]
    pub name: String,
    /// A new password of at least 10 characters, or the one of your account.
    pub password: String,
}

/// Accepts an invitation and signs in. It works once.
#[utoipa::path(post, path = "/invitations/by-token/{token}/accept", tag = "accounts", security(()), request_body = Accept,
    params(("token" = String, Path, description = "The last part of the link.")),
    responses((status = 200, description = "You are a member and signed in.", body = Me),
        (status = 404, description = "The link was used, taken back or has run out.", body = Problem),
        (status = 422, description = "Fields are at fault.", body = Problem),
        (status = 429, description = "Too many wrong passwords.", body = Problem)))]
pub async fn accept_invitation(
    State(app): State<App>,
    Extension(porch): Extension<Porch>,
    auth::CameFrom(origin): auth::CameFrom,
    Path(token): Path<String>,
    Body(asked): Body<Accept>,
) -> Answer<Response> {
    let now = app.clock.now();
    let held = held(&app.db, &token, now).await?;
    let role = Role::parse(&held.role).ok_or_else(gone)?;
    let known = users::by_email(&app.db, &held.email).await?;
    let user = someone(&porch, &held, known, &asked, &origin, now).await?;
    let mut tx = app.db.write_tx().await?;
    use_up(&tx, &token, now).await?;
    match &user {
        Someone::Known(_) => {}
        Someone::New(user) => users::insert(&tx, user).await?,
        Someone::WithoutPassword(id, hash) => users::set_password(&tx, *id, hash).await?,
    }
    users::join(&tx, held.workspace_id, user.id(), role, now).await?;
    let event = NewEvent::now(held.workspace_id, "member.joined", Actor::User(user.id()), now);
    tx.record(event.with(json!({ "user_id": user.id(), "role": held.role }))).await?;
    let session = session::open(&tx, user.id(), &origin, now).await?;
    tx.commit().await?;
    let me = me_of(&app.db, user.id(), held.workspace_id, role).await?;
    Ok(([(header::SET_COOKIE, session::cookie(&session, &app.config.base_url))], Json(me)).into_response())
}

/// Who accepts.
enum Someone {
    Known(UserId),
    WithoutPassword(UserId, String),
    New(Box<User>),
}

impl Someone {
    fn id(&self) -> UserId {
        match self {
            Self::Known(id) | Self::WithoutPassword(id, _) => *id,
            Self::New(user) => user.id,
        }
    }
}

/// Checks what was sent against what is known, before anything is written.
async fn someone(
    porch: &Porch,
    held: &Held,
    known: Option<User>,
    asked: &Accept,
    origin: &Origin,
    now: Timestamp,
) -> Result<Someone, Problem> {
    let mut reading = Reading::default();
    match known {
        Some(User { id, password_hash: Some(hash), .. }) => {
            sign_in::count(porch, &held.email, origin, now)?;
            if !password::matches(&asked.password, Some(hash)).await? {
                reading.complain("password", "wrong", "This is not the password of your account.");
            }
            reading.finish()?;
            porch.attempts.succeeded(&held.email, &origin.address);
            Ok(Someone::Known(id))
        }
        Some(user) => {
            reading.password("password", &asked.password);
            reading.finish()?;
            Ok(Someone::WithoutPassword(user.id, password::hash(&asked.password).await?))
        }
        None => {
            let name = reading.name("name", &asked.name);
            reading.password("password", &asked.password);
            reading.finish()?;
            Ok(Someone::New(Box::new(User {
                id: UserId::new(),
                email: held.email.clone(),
                name,
                password_hash: Some(password::hash(&asked.password).await?),
                locale: held.workspace_locale.clone(),
                time_zone: held.workspace_zone.clone(),
                created_at: now,
                disabled_at: None,
            })))
        }
    }
}

async fn held(db: &impl Source, token: &str, now: Timestamp) -> Result<Held, Problem> {
    let text = "SELECT i.workspace_id, w.name AS workspace_name, w.locale AS workspace_locale, \
                w.time_zone AS workspace_zone, i.email, i.role, u.name AS invited_by, i.expires_at \
                FROM invitation i JOIN workspace w ON w.id = i.workspace_id JOIN app_user u ON u.id = i.invited_by \
                WHERE i.token_hash = ? AND i.expires_at > ?";
    let held = Sql::with(db.engine(), text, [kept(token).into(), now.into()]).one(db.conn()).await?;
    held.ok_or_else(gone)
}

fn gone() -> Problem {
    let detail = "This link was used, taken back or has run out. Ask for a new invitation.";
    Problem::new(StatusCode::NOT_FOUND, "not_found", detail)
}

async fn use_up(tx: &WriteTx, token: &str, now: Timestamp) -> Result<(), Problem> {
    let text = "DELETE FROM invitation WHERE token_hash = ? AND expires_at > ?";
    let used = Sql::with(tx.engine(), text, [kept(token).into(), now.into()]).run(tx.conn()).await?;
    if used == 1 { Ok(()) } else { Err(gone()) }
}

async fn insert(
    tx: &WriteTx,
    invitation: &Invitation,
    workspace: WorkspaceId,
    by: UserId,
    token: &str,
) -> store::Result<()> {
    let earlier = "DELETE FROM invitation WHERE workspace_id = ? AND email = ?";
    Sql::with(tx.engine(), earlier, [workspace.into(), invitation.email.clone().into()])
        .run(tx.conn())
        .await?;
    let text = "INSERT INTO invitation (id, workspace_id, email, role, token_hash, invited_by, created_at, expires_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        invitation.id.into(),
        workspace.into(),
        invitation.email.clone().into(),
        invitation.role.clone().into(),
        kept(token).into(),
        by.into(),
        invitation.created_at.into(),
        invitation.expires_at.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

async fn is_member(app: &App, workspace: WorkspaceId, email: &str) -> store::Result<bool> {
    match users::by_email(&app.db, email).await? {
        Some(user) => records::workspace::is_member(&app.db, workspace, user.id).await,
        None => Ok(false),
    }
}

fn link(app: &App, token: &str) -> String {
    format!("{}/invitation/{token}", app.config.base_url)
}

fn purpose(id: &str) -> String {
    format!("invitation {id}")
}

/// Queues the mail. The token waits there sealed.
async fn post(app: &App, tx: &WriteTx, invitation: &Invitation, token: &str) -> store::Result<()> {
    let id = invitation.id.to_string();
    let sealed = app.secrets.seal(&purpose(&id), token);
    let now = invitation.created_at;
    let payload = json!({ "invitation_id": id, "token": sealed });
    let nobody = WorkspaceId(Uuid::nil());
    let job = NewJob { workspace: nobody, kind: JOB, payload, run_at: now, created_by: None };
    store::job::enqueue(tx, job, now).await.map(|_| ())
}

/// Does the job: mails the link, if the invitation still waits.
pub(super) async fn send(app: App, job: Job, mail: Option<Arc<SystemMail>>) -> Ended {
    let Some(mail) = mail else {
        return Ended::Failed("no SMTP server is configured".to_owned());
    };
    let text = |key: &str| job.payload[key].as_str().unwrap_or_default().to_owned();
    let Ok(token) = app.secrets.open(&purpose(&text("invitation_id")), &text("token")) else {
        return Ended::Failed("the invitation's token cannot be opened".to_owned());
    };
    let Ok(held) = held(&app.db, &token, app.clock.now()).await else {
        return Ended::Done(json!({ "sent": false }));
    };
    let locale = kernel::Locale::parse(&held.workspace_locale).unwrap_or_default();
    let (subject, body) =
        letters::invitation(locale, &held.invited_by, &held.workspace_name, &link(&app, &token));
    match mail.send(&held.email, &subject, &body, app.clock.now()).await {
        Ok(()) => Ended::Done(json!({ "sent": true })),
        Err(why) => Ended::Retry(why.to_string()),
    }
}

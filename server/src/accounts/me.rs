//! Who you are here, and your own settings.

use super::auth::BySession;
use super::person::Reading;
use super::users::{self, Membership};
use super::{Porch, auth, password, session, sign_in};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http_room::{Answer, App, Body, Problem, Reader, Role};
use kernel::{UserId, WorkspaceId};
use records::workspace::Workspace;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{Db, NewEvent, Sql};

/// A user as others may see them.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct UserInfo {
    /// Id.
    pub id: UserId,
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// `en` or `ko`.
    pub locale: String,
    /// IANA zone.
    pub time_zone: String,
}

/// Who is signed in, where, as what.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Me {
    /// You.
    pub user: UserInfo,
    /// The workspace this answer is about.
    pub workspace: Workspace,
    /// Your role in it.
    pub role: Role,
    /// Every workspace you belong to, the default one first.
    pub memberships: Vec<Membership>,
}

/// Puts together who somebody is.
///
/// # Errors
/// When user or workspace are gone.
pub async fn me_of(db: &Db, user: UserId, workspace: WorkspaceId, role: Role) -> Result<Me, Problem> {
    let user = users::find(db, user).await?.ok_or_else(Problem::unauthenticated)?;
    let workspace =
        records::workspace::find(db, workspace).await?.ok_or_else(|| Problem::not_found("workspace"))?;
    let memberships = users::memberships(db, user.id).await?;
    let user = UserInfo {
        id: user.id,
        name: user.name,
        email: user.email,
        locale: user.locale,
        time_zone: user.time_zone,
    };
    Ok(Me { user, workspace, role, memberships })
}

/// Who you are.
#[utoipa::path(get, path = "/me", tag = "accounts",
    responses((status = 200, description = "You, your workspace, your role.", body = Me)))]
pub async fn show_me(me: Reader, State(app): State<App>) -> Answer<Json<Me>> {
    Ok(Json(me_of(&app.db, me.user, me.workspace, me.role).await?))
}

/// What to change about yourself; what is left out stays.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub struct MePatch {
    /// Name.
    pub name: Option<String>,
    /// `en` or `ko`.
    pub locale: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
}

/// Changes your name, language or zone.
#[utoipa::path(patch, path = "/me", tag = "accounts", request_body = MePatch,
    responses((status = 200, description = "You, as you are now.", body = Me),
        (status = 422, description = "Fields are at fault.", body = Problem)))]
pub async fn change_me(
    me: BySession,
    State(app): State<App>,
    Body(asked): Body<MePatch>,
) -> Answer<Json<Me>> {
    let mut reading = Reading::default();
    let name = asked.name.map(|text| reading.name("name", &text));
    let locale = asked.locale.map(|text| reading.locale("locale", &text).tag().to_owned());
    let zone = asked.time_zone.map(|text| reading.zone("time_zone", &text));
    reading.finish()?;
    let text = "UPDATE app_user SET name = COALESCE(?, name), locale = COALESCE(?, locale), \
                time_zone = COALESCE(?, time_zone) WHERE id = ?";
    let tx = app.db.write_tx().await?;
    let values = [name.into(), locale.into(), zone.into(), me.user.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(Json(me_of(&app.db, me.user, me.workspace, me.role).await?))
}

/// The old password and the new one.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct PasswordChange {
    /// The password you have.
    pub current: String,
    /// The one you want: at least 10 characters.
    pub password: String,
}

/// Changes your password. Every other browser is signed out.
#[utoipa::path(post, path = "/me/password", tag = "accounts", request_body = PasswordChange,
    responses((status = 204, description = "Changed."),
        (status = 422, description = "Fields are at fault.", body = Problem),
        (status = 429, description = "Too many wrong passwords.", body = Problem)))]
pub async fn change_password(
    me: BySession,
    State(app): State<App>,
    Extension(porch): Extension<Porch>,
    auth::CameFrom(origin): auth::CameFrom,
    Body(asked): Body<PasswordChange>,
) -> Answer<Response> {
    let now = app.clock.now();
    let user = users::find(&app.db, me.user).await?.ok_or_else(Problem::unauthenticated)?;
    sign_in::count(&porch, &user.email, &origin, now)?;
    let mut reading = Reading::default();
    if !password::matches(&asked.current, user.password_hash).await? {
        reading.complain("current", "wrong", "This is not your password.");
    } else {
        porch.attempts.succeeded(&user.email, &origin.address);
    }
    reading.password("password", &asked.password);
    reading.finish()?;
    let hash = password::hash(&asked.password).await?;
    let mut tx = app.db.write_tx().await?;
    users::set_password(&tx, me.user, &hash).await?;
    session::end_all(&tx, me.user).await?;
    let token = session::open(&tx, me.user, &origin, now).await?;
    let changed = NewEvent::now(me.workspace, "user.password_changed", me.actor(), now);
    tx.record(changed.with(json!({ "user_id": me.user }))).await?;
    tx.commit().await?;
    let cookie = session::cookie(&token, &app.config.base_url);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

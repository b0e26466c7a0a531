//! API tokens: a program's way in, never with more rights than the member who made it.

use super::auth::BySession;
use super::person::Reading;
use super::token::{API_PREFIX, kept, secret};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Admin, Answer, App, Body, Page, Problem, Scope};
use kernel::{ApiTokenId, Timestamp, UserId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{Db, NewEvent, Sql};

/// A token, without its secret.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct ApiToken {
    /// Id.
    pub id: ApiTokenId,
    /// What it is for.
    pub name: String,
    /// `read` or `write`.
    #[schema(value_type = Scope)]
    pub scope: String,
    /// Its last four letters, to tell tokens apart.
    pub last_four: String,
    /// Whose rights it has.
    pub user_id: UserId,
    /// Their name.
    pub user_name: String,
    /// When made.
    pub created_at: Timestamp,
    /// When last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// A token to make.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub struct NewApiToken {
    /// What it is for.
    pub name: String,
    /// What it may do at most.
    pub scope: Scope,
}

/// A token just made.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MadeApiToken {
    /// The token's description.
    pub api_token: ApiToken,
    /// The secret, `sf_…`. It is not shown again.
    pub token: String,
}

const SELECT: &str = "SELECT t.id, t.name, t.scope, t.last_four, t.user_id, u.name AS user_name, t.created_at, \
                      t.last_used_at FROM api_token t JOIN app_user u ON u.id = t.user_id ";

/// The workspace's tokens.
#[utoipa::path(get, path = "/api-tokens", tag = "accounts",
    responses((status = 200, description = "The newest first.", body = Page<ApiToken>)))]
pub async fn list_api_tokens(me: Admin, State(app): State<App>) -> Answer<Json<Page<ApiToken>>> {
    let mut sql = Sql::new(app.db.engine(), SELECT);
    sql.push_with("WHERE t.workspace_id = ? ORDER BY t.id DESC LIMIT 200", [me.workspace.into()]);
    Ok(Json(Page { items: sql.all(app.db.read()).await?, next_cursor: None }))
}

/// Makes a token that may do what you may, or read only.
#[utoipa::path(post, path = "/api-tokens", tag = "accounts", request_body = NewApiToken,
    responses((status = 201, description = "Keep the token; it is not shown again.", body = MadeApiToken),
        (status = 422, description = "Fields are at fault.", body = Problem)))]
pub async fn create_api_token(
    me: Admin,
    _browser: BySession,
    State(app): State<App>,
    Body(asked): Body<NewApiToken>,
) -> Answer<(StatusCode, Json<MadeApiToken>)> {
    let mut reading = Reading::default();
    let name = reading.name("name", &asked.name);
    reading.finish()?;
    let token = format!("{API_PREFIX}{}", secret());
    let (id, now) = (ApiTokenId::new(), app.clock.now());
    let scope = if asked.scope == Scope::Write { "write" } else { "read" };
    let last_four = token[token.len() - 4..].to_owned();
    let text = "INSERT INTO api_token (id, workspace_id, user_id, name, scope, token_hash, last_four, created_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        id.into(),
        me.workspace.into(),
        me.user.into(),
        name.clone().into(),
        scope.into(),
        kept(&token).into(),
        last_four.into(),
        now.into(),
    ];
    let mut tx = app.db.write_tx().await?;
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let event = NewEvent::now(me.workspace, "api_token.created", me.actor(), now);
    tx.record(event.with(json!({ "id": id, "name": name, "scope": scope }))).await?;
    let mut sql = Sql::new(tx.engine(), SELECT);
    sql.push("WHERE t.id = ").bind(id);
    let made = sql.one(tx.conn()).await?;
    tx.commit().await?;
    let api_token = made.ok_or_else(|| Problem::not_found("API token"))?;
    Ok((StatusCode::CREATED, Json(MadeApiToken { api_token, token })))
}

/// Revokes a token at once.
#[utoipa::path(delete, path = "/api-tokens/{id}", tag = "accounts",
    params(("id" = ApiTokenId, Path, description = "The token.")),
    responses((status = 204, description = "It no longer works."),
        (status = 404, description = "There is no such token.", body = Problem)))]
pub async fn revoke_api_token(
    me: Admin,
    State(app): State<App>,
    Path(id): Path<ApiTokenId>,
) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let text = "DELETE FROM api_token WHERE id = ? AND workspace_id = ?";
    let gone = Sql::with(tx.engine(), text, [id.into(), me.workspace.into()]).run(tx.conn()).await?;
    if gone == 0 {
        return Err(Problem::not_found("API token"));
    }
    let event = NewEvent::now(me.workspace, "api_token.revoked", me.actor(), app.clock.now());
    tx.record(event.with(json!({ "id": id }))).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes that a token was used.
///
/// # Errors
/// Whatever the database says.
pub async fn touch(db: &Db, id: ApiTokenId, now: Timestamp) -> store::Result<()> {
    let tx = db.write_tx().await?;
    let text = "UPDATE api_token SET last_used_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [now.into(), id.into()]).run(tx.conn()).await?;
    tx.commit().await
}

//! Members and their roles. There is always an owner.

use super::users;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Admin, Answer, App, Body, Member, Page, Problem, Reader, Role};
use kernel::UserId;
use records::workspace::MemberInfo;
use serde::Deserialize;
use serde_json::json;
use store::db::Source;
use store::{NewEvent, Sql, WriteTx};

/// The members.
#[utoipa::path(get, path = "/members", tag = "accounts",
    responses((status = 200, description = "By name.", body = Page<MemberInfo>)))]
pub async fn list_members(me: Reader, State(app): State<App>) -> Answer<Json<Page<MemberInfo>>> {
    let items = records::workspace::members(&app.db, me.workspace).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// Another role.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub struct MemberPatch {
    /// The role.
    pub role: Role,
}

/// Gives a member another role.
#[utoipa::path(patch, path = "/members/{user_id}", tag = "accounts", request_body = MemberPatch,
    params(("user_id" = UserId, Path, description = "The member.")),
    responses((status = 200, description = "The member.", body = MemberInfo),
        (status = 403, description = "Only an owner makes or changes owners.", body = Problem),
        (status = 404, description = "There is no such member.", body = Problem),
        (status = 409, description = "It is the last owner.", body = Problem)))]
pub async fn change_member(
    me: Admin,
    State(app): State<App>,
    Path(user): Path<UserId>,
    Body(asked): Body<MemberPatch>,
) -> Answer<Json<MemberInfo>> {
    let mut tx = app.db.write_tx().await?;
    let before = may_change(&tx, &me, user).await?;
    if asked.role > me.role {
        return Err(Problem::forbidden("You cannot give more rights than you have."));
    }
    let text = "UPDATE membership SET role = ? WHERE workspace_id = ? AND user_id = ?";
    let values = [asked.role.key().into(), me.workspace.into(), user.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    keep_an_owner(&tx, &me).await?;
    let event = NewEvent::now(me.workspace, "member.changed", me.actor(), app.clock.now());
    let change =
        json!({ "user_id": user, "before": { "role": before.key() }, "after": { "role": asked.role.key() } });
    tx.record(event.with(change)).await?;
    tx.commit().await?;
    let members = records::workspace::members(&app.db, me.workspace).await?;
    let member = members.into_iter().find(|m| m.user_id == user);
    member.map(Json).ok_or_else(|| Problem::not_found("member"))
}

/// Removes a member. What they own stays; their API tokens for this workspace stop working.
#[utoipa::path(delete, path = "/members/{user_id}", tag = "accounts",
    params(("user_id" = UserId, Path, description = "The member.")),
    responses((status = 204, description = "They are out."),
        (status = 403, description = "Only an owner removes owners.", body = Problem),
        (status = 404, description = "There is no such member.", body = Problem),
        (status = 409, description = "It is the last owner.", body = Problem)))]
pub async fn remove_member(
    me: Admin,
    State(app): State<App>,
    Path(user): Path<UserId>,
) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let role = may_change(&tx, &me, user).await?;
    let text = "DELETE FROM membership WHERE workspace_id = ? AND user_id = ?";
    Sql::with(tx.engine(), text, [me.workspace.into(), user.into()]).run(tx.conn()).await?;
    keep_an_owner(&tx, &me).await?;
    let event = NewEvent::now(me.workspace, "member.left", me.actor(), app.clock.now());
    tx.record(event.with(json!({ "user_id": user, "before": { "role": role.key() } }))).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Nobody changes somebody above them. Answers the role they have.
async fn may_change(tx: &WriteTx, me: &Member, user: UserId) -> Result<Role, Problem> {
    let role = users::role_for_update(tx, me.workspace, user).await?;
    if role > me.role {
        return Err(Problem::forbidden("Only an owner can do that to an owner."));
    }
    Ok(role)
}

async fn keep_an_owner(tx: &WriteTx, me: &Member) -> Result<(), Problem> {
    if users::owners(tx, me.workspace).await? > 0 {
        return Ok(());
    }
    Err(Problem::conflict("last_owner", "A workspace needs an owner. Make somebody else one first."))
}

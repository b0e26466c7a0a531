//! The rules of a workspace, and who stands in for whom.

use axum::Json as Answered;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use http_room::{Admin, Answer, App, Body, IfMatch, Manager, Problem, Reader, Role, Tagged};
use kernel::{UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{NewEvent, Sql, StoreError};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::day;
use super::rules::{ApprovalRule, RuleKind, usual};

/// Rules of one workspace.
const MOST_RULES: usize = 30;
/// The rules changed. Payload: `before`, `after`.
const RULES_CHANGED: &str = "offer_rules.changed";

/// The rules by which offers need somebody's agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRules {
    /// In the order in which they are answered.
    pub rules: Vec<ApprovalRule>,
}

#[derive(FromQueryResult)]
struct Row {
    rules: Json,
    revision: i64,
}

async fn stored(db: &impl Source, workspace: WorkspaceId) -> Answer<(ApprovalRules, i64)> {
    let text = "SELECT rules, revision FROM offer_rules WHERE workspace_id = ?";
    let row: Option<Row> = Sql::with(db.engine(), text, [workspace.into()]).one(db.conn()).await?;
    let Some(row) = row else { return Ok((ApprovalRules { rules: usual() }, 0)) };
    let shape =
        |e: serde_json::Error| StoreError::Shape { what: "offer rules".to_owned(), why: e.to_string() };
    Ok((ApprovalRules { rules: serde_json::from_value(row.rules).map_err(shape)? }, row.revision))
}

/// The rules of a workspace; the usual ones when it has written none.
pub(crate) async fn rules(db: &impl Source, workspace: WorkspaceId) -> Answer<ApprovalRules> {
    Ok(stored(db, workspace).await?.0)
}

#[utoipa::path(get, path = "/offer-rules", tag = "offer", operation_id = "get_offer_rules",
    responses((status = 200, description = "The rules, with their revision as ETag", body = ApprovalRules)))]
async fn get(me: Reader, State(app): State<App>) -> Answer<Tagged<ApprovalRules>> {
    let (rules, revision) = stored(&app.db, me.workspace).await?;
    Ok(Tagged(revision, rules))
}

fn check(rules: &ApprovalRules) -> Answer<()> {
    if rules.rules.len() > MOST_RULES {
        return Err(Problem::field("rules", "too_many", "at most 30"));
    }
    for (n, rule) in rules.rules.iter().enumerate() {
        let fault = match rule.kind {
            _ if rule.over < 0 => "over",
            RuleKind::Discount | RuleKind::MarginBelow if rule.over > 10_000 => "over",
            RuleKind::ValueAbove if rule.currency.is_none() => "currency",
            _ if rule.needs < Role::Manager => "needs",
            _ => continue,
        };
        return Err(Problem::field(&format!("rules.{n}.{fault}"), "invalid", "out of its range"));
    }
    Ok(())
}

#[utoipa::path(put, path = "/offer-rules", tag = "offer", operation_id = "change_offer_rules", request_body = ApprovalRules,
    responses((status = 200, description = "As they are now; what is in review goes by the rules it was asked under", body = ApprovalRules),
        (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn put(
    me: Admin,
    State(app): State<App>,
    if_match: IfMatch,
    Body(new): Body<ApprovalRules>,
) -> Answer<Tagged<ApprovalRules>> {
    check(&new)?;
    let mut tx = app.db.write_tx().await?;
    let now = app.clock.now();
    let (before, revision) = stored(&tx, me.workspace).await?;
    if_match.check(revision)?;
    let text = "INSERT INTO offer_rules (workspace_id, rules, revision, changed_by, changed_at) VALUES (?, ?, ?, ?, ?) \
                ON CONFLICT (workspace_id) DO UPDATE SET rules = excluded.rules, revision = excluded.revision, \
                changed_by = excluded.changed_by, changed_at = excluded.changed_at";
    let next = revision + 1;
    let values = [me.workspace.into(), json!(new.rules).into(), next.into(), me.user.into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let payload = json!({ "before": before.rules, "after": new.rules });
    tx.record(NewEvent::now(me.workspace, RULES_CHANGED, me.actor(), now).with(payload)).await?;
    tx.commit().await?;
    Ok(Tagged(next, new))
}

/// Who agrees in one's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromQueryResult, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Delegate {
    /// Who.
    pub to_user_id: UserId,
    /// The last day.
    #[schema(value_type = NaiveDate)]
    pub until_on: String,
}

#[utoipa::path(get, path = "/me/offer-delegate", tag = "offer", operation_id = "get_offer_delegate",
    responses((status = 200, description = "Who agrees to offers in one's place; null when nobody does", body = Option<Delegate>)))]
async fn delegate(me: Reader, State(app): State<App>) -> Answer<Answered<Option<Delegate>>> {
    let text = "SELECT to_user_id, until_on FROM offer_delegate WHERE workspace_id = ? AND user_id = ?";
    let sql = Sql::with(app.db.engine(), text, [me.workspace.into(), me.user.into()]);
    Ok(Answered(sql.one(app.db.read()).await?))
}

#[utoipa::path(put, path = "/me/offer-delegate", tag = "offer", operation_id = "set_offer_delegate", request_body = Delegate,
    responses((status = 200, description = "They agree in one's place from now on", body = Delegate), (status = 422, description = "Fields at fault", body = Problem)))]
async fn set_delegate(
    me: Manager,
    State(app): State<App>,
    Body(new): Body<Delegate>,
) -> Answer<Answered<Delegate>> {
    let until: Option<NaiveDate> = new.until_on.parse().ok();
    if until.is_none_or(|u| u < day(app.clock.now())) {
        return Err(Problem::field("until_on", "invalid", "a day that is not over"));
    }
    let tx = app.db.write_tx().await?;
    if new.to_user_id == me.user || !records::workspace::is_member(&tx, me.workspace, new.to_user_id).await? {
        return Err(Problem::field("to_user_id", "not_found", "another member of the workspace"));
    }
    let text = "INSERT INTO offer_delegate (workspace_id, user_id, to_user_id, until_on) VALUES (?, ?, ?, ?) \
                ON CONFLICT (workspace_id, user_id) DO UPDATE SET to_user_id = excluded.to_user_id, until_on = excluded.until_on";
    let values = [me.workspace.into(), me.user.into(), new.to_user_id.into(), new.until_on.clone().into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(Answered(new))
}

#[utoipa::path(delete, path = "/me/offer-delegate", tag = "offer", operation_id = "end_offer_delegate",
    responses((status = 204, description = "Nobody agrees in one's place any more")))]
async fn end_delegate(me: Manager, State(app): State<App>) -> Answer<StatusCode> {
    let tx = app.db.write_tx().await?;
    let text = "DELETE FROM offer_delegate WHERE workspace_id = ? AND user_id = ?";
    Sql::with(tx.engine(), text, [me.workspace.into(), me.user.into()]).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of rules and delegates.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, put)).routes(routes!(delegate, set_delegate, end_delegate))
}

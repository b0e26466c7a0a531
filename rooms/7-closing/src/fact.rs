//! Facts with a day over HTTP: what urgency may stand on. Whoever says that a price changes says where that is written.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use http_room::{Answer, App, Body, Manager, Problem, Reader};
use kernel::{WorkspaceId, limits};
use process::room::given;
use serde::Deserialize;
use serde_json::json;
use store::db::Source;
use store::{NewEvent, Sql, Subject};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::lever::{DatedFact, FactKind};

/// A fact with a day was written down. Payload: `kind`, `what`, `on_day`.
pub const FACT_STATED: &str = "closing.fact_stated";
/// It is no longer true. Payload: `what`.
pub const FACT_WITHDRAWN: &str = "closing.fact_withdrawn";

/// Facts that are shown.
const SHOWN: i64 = 200;
const COLUMNS: &str = "id, kind, what, afterwards, source, on_day, places, withdrawn_at";

/// The facts of a workspace, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn all(db: &impl Source, workspace: WorkspaceId) -> store::Result<Vec<DatedFact>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM closing_fact WHERE workspace_id = ").bind(workspace);
    sql.push(" ORDER BY created_at DESC, id DESC LIMIT ").bind(SHOWN);
    sql.all(db.conn()).await
}

/// These facts.
///
/// # Errors
/// Whatever the database says.
pub async fn of_ids(db: &impl Source, workspace: WorkspaceId, ids: &[Uuid]) -> store::Result<Vec<DatedFact>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM closing_fact WHERE workspace_id = ").bind(workspace);
    sql.push(" AND id IN ").bind_list(ids.iter().map(|id| (*id).into()));
    sql.all(db.conn()).await
}

#[utoipa::path(get, path = "/closing-facts", tag = "closing", operation_id = "list_closing_facts",
    responses((status = 200, description = "The newest first, withdrawn ones too, 200 at most", body = Vec<DatedFact>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<DatedFact>>> {
    Ok(Answered(all(&app.db, me.workspace).await?))
}

/// A fact to write down.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFact {
    /// What it is about.
    pub kind: FactKind,
    /// What holds until then.
    pub what: String,
    /// What holds afterwards: the new price.
    pub afterwards: String,
    /// Where that is written.
    pub source: String,
    /// The last day it holds.
    pub on_day: NaiveDate,
    /// Places that are left; needed of capacity.
    #[serde(default)]
    pub places: Option<i64>,
}

#[utoipa::path(post, path = "/closing-facts", tag = "closing", operation_id = "state_closing_fact", request_body = NewFact,
    responses((status = 201, description = "Written down", body = DatedFact), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Manager,
    State(app): State<App>,
    Body(new): Body<NewFact>,
) -> Answer<(StatusCode, Answered<DatedFact>)> {
    let counted = new.kind == FactKind::Capacity;
    if counted != new.places.is_some() || new.places.is_some_and(|n| !(0..=1_000_000).contains(&n)) {
        return Err(Problem::field("places", "invalid", "how many places are left, for capacity alone"));
    }
    let made = DatedFact {
        id: Uuid::now_v7(),
        kind: json!(new.kind).as_str().unwrap_or_default().to_owned(),
        what: given("what", &new.what, limits::LINE_CHARS)?,
        afterwards: given("afterwards", &new.afterwards, limits::LINE_CHARS)?,
        source: given("source", &new.source, limits::LINE_CHARS)?,
        on_day: new.on_day.to_string(),
        places: new.places,
        withdrawn_at: None,
    };
    let mut tx = app.db.write_tx().await?;
    let now = app.clock.now();
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO closing_fact (id, workspace_id, kind, what, afterwards, source, on_day, places, created_by, created_at, \
         updated_at) VALUES ",
    );
    sql.bind_list([
        made.id.into(),
        me.workspace.into(),
        made.kind.clone().into(),
        made.what.clone().into(),
        made.afterwards.clone().into(),
        made.source.clone().into(),
        made.on_day.clone().into(),
        made.places.into(),
        me.user.into(),
        now.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    let subject = Subject { row: Some(made.id), ..Subject::default() };
    let payload = json!({ "kind": made.kind, "what": made.what, "on_day": made.on_day });
    tx.record(NewEvent::now(me.workspace, FACT_STATED, me.actor(), now).about(subject).with(payload)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(made)))
}

#[utoipa::path(delete, path = "/closing-facts/{id}", tag = "closing", operation_id = "withdraw_closing_fact", params(("id" = Uuid, Path, description = "The fact")),
    responses((status = 204, description = "No longer true: whatever stands on it stands no more"), (status = 404, description = "Not there", body = Problem)))]
async fn withdraw(me: Manager, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let found = of_ids(&tx, me.workspace, &[id]).await?.pop().filter(|fact| fact.withdrawn_at.is_none());
    let fact = found.ok_or_else(|| Problem::not_found("closing fact"))?;
    let now = app.clock.now();
    let text = "UPDATE closing_fact SET withdrawn_at = ?, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [now.into(), now.into(), id.into(), me.workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let subject = Subject { row: Some(id), ..Subject::default() };
    let payload = json!({ "what": fact.what });
    tx.record(NewEvent::now(me.workspace, FACT_WITHDRAWN, me.actor(), now).about(subject).with(payload))
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of facts.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(create)).routes(routes!(withdraw))
}

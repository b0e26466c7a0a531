//! Saved views: a list's filters, sort and columns under a name, for oneself or for all.

use crate::kind::Kind;
use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{SavedViewId, Timestamp, UserId, limits};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A saved view.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct SavedView {
    /// Its id.
    pub id: SavedViewId,
    /// Of which records.
    #[sea_orm(from_alias = "record_kind")]
    pub kind: String,
    /// Its name.
    pub name: String,
    /// `where`, `q`, `sort`, `columns` as the screen keeps them.
    #[schema(value_type = Object)]
    pub query: Json,
    /// Whether all members see it.
    pub shared: bool,
    /// Whose it is.
    pub owner_id: UserId,
    /// Changed when.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "id, record_kind, name, query, shared, owner_id, updated_at";

/// A view to save.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSavedView {
    /// Of which records.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// `where`, `q`, `sort`, `columns`.
    #[schema(value_type = Object)]
    pub query: Json,
    /// Whether all members see it.
    #[serde(default)]
    pub shared: bool,
}

/// Changes to a view.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedViewPatch {
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// What it shows.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub query: Option<Json>,
    /// Whether all members see it.
    #[serde(default)]
    pub shared: Option<bool>,
}

fn check(name: &str, query: &Json) -> Answer<()> {
    if name.trim().is_empty() || name.chars().count() > limits::NAME_CHARS {
        return Err(Problem::field("name", "required", "from 1 to 200 characters"));
    }
    if !query.is_object() || query.to_string().len() > 20_000 {
        return Err(Problem::field("query", "invalid", "an object of at most 20 kB"));
    }
    Ok(())
}

/// Which views.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct OfKind {
    /// `company`, `person` or `deal`.
    kind: Option<Kind>,
}

#[utoipa::path(get, path = "/saved-views", tag = "views", operation_id = "list_saved_views", params(OfKind),
    responses((status = 200, description = "One's own views and those shared by others", body = Vec<SavedView>)))]
async fn list(
    me: Reader,
    State(app): State<App>,
    Query(of): Query<OfKind>,
) -> Answer<Answered<Vec<SavedView>>> {
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM saved_view WHERE ");
    sql.push_with("workspace_id = ? AND (shared OR owner_id = ?)", [me.workspace.into(), me.user.into()]);
    if let Some(kind) = of.kind {
        sql.push(" AND record_kind = ").bind(kind.key());
    }
    sql.push(" ORDER BY name, id");
    Ok(Answered(sql.all(app.db.read()).await?))
}

#[utoipa::path(post, path = "/saved-views", tag = "views", operation_id = "create_saved_view", request_body = NewSavedView,
    responses((status = 201, description = "Saved", body = SavedView), (status = 422, description = "Fields at fault", body = Problem)))]
async fn add(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<NewSavedView>,
) -> Answer<(StatusCode, Answered<SavedView>)> {
    check(&new.name, &new.query)?;
    let now = app.clock.now();
    let view = SavedView {
        id: SavedViewId::new(),
        kind: new.kind.key().to_owned(),
        name: new.name.trim().to_owned(),
        query: new.query,
        shared: new.shared,
        owner_id: me.user,
        updated_at: now,
    };
    let tx = app.db.write_tx().await?;
    let text = "INSERT INTO saved_view (id, workspace_id, record_kind, name, query, shared, owner_id, created_at, updated_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        view.id.into(),
        me.workspace.into(),
        view.kind.clone().into(),
        view.name.clone().into(),
        view.query.clone().into(),
        view.shared.into(),
        me.user.into(),
        now.into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(view)))
}

async fn own(db: &impl Source, me: &Writer, id: SavedViewId) -> Answer<SavedView> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM saved_view WHERE ");
    sql.push_with(
        "id = ? AND workspace_id = ? AND (shared OR owner_id = ?)",
        [id.into(), me.workspace.into(), me.user.into()],
    );
    let view: SavedView = sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("view"))?;
    if view.owner_id != me.user && !me.may(http_room::Right::Manage) {
        return Err(Problem::forbidden("This view belongs to somebody else: save your own."));
    }
    Ok(view)
}

#[utoipa::path(patch, path = "/saved-views/{id}", tag = "views", operation_id = "change_saved_view", request_body = SavedViewPatch, params(("id" = uuid::Uuid, Path, description = "The view")),
    responses((status = 200, description = "As it is now", body = SavedView), (status = 404, description = "Not there", body = Problem)))]
async fn change(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<SavedViewId>,
    Body(patch): Body<SavedViewPatch>,
) -> Answer<Answered<SavedView>> {
    let tx = app.db.write_tx().await?;
    let mut view = own(&tx, &me, id).await?;
    view.name = patch.name.unwrap_or(view.name);
    view.query = patch.query.unwrap_or(view.query);
    view.shared = patch.shared.unwrap_or(view.shared);
    view.updated_at = app.clock.now();
    check(&view.name, &view.query)?;
    let text = "UPDATE saved_view SET name = ?, query = ?, shared = ?, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [
        view.name.clone().into(),
        view.query.clone().into(),
        view.shared.into(),
        view.updated_at.into(),
        id.into(),
        me.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(Answered(view))
}

#[utoipa::path(delete, path = "/saved-views/{id}", tag = "views", operation_id = "delete_saved_view", params(("id" = uuid::Uuid, Path, description = "The view")),
    responses((status = 204, description = "Gone"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(me: Writer, State(app): State<App>, Path(id): Path<SavedViewId>) -> Answer<StatusCode> {
    let tx = app.db.write_tx().await?;
    own(&tx, &me, id).await?;
    let text = "DELETE FROM saved_view WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [id.into(), me.workspace.into()]).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of saved views.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(change, remove))
}

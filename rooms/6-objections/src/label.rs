//! Names of the workspace's own for what they say. Each is one of the eight kinds underneath, so that nothing that
//! counts kinds has to know it.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Manager, Problem, Reader};
use kernel::limits;
use process::room::{Visit, given};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::rules::ObjectionKind;

/// Names at most.
const LABELS: i64 = 100;

/// A name of the workspace's own.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct ObjectionLabel {
    /// Its id.
    pub id: Uuid,
    /// In English.
    pub label_en: String,
    /// In Korean.
    pub label_ko: String,
    /// The kind it is.
    #[schema(value_type = ObjectionKind)]
    pub kind: String,
}

/// A kind, what it may be more closely, and what to check next.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct KindView {
    /// Which.
    pub kind: ObjectionKind,
    /// What it may be more closely.
    pub sub_kinds: Vec<String>,
    /// Names of the workspace's own.
    pub labels: Vec<ObjectionLabel>,
    /// What to check next.
    pub related: Vec<String>,
}

async fn all(db: &impl Source, me: kernel::WorkspaceId) -> Answer<Vec<ObjectionLabel>> {
    let text = "SELECT id, label_en, label_ko, kind FROM objection_label WHERE workspace_id = ? AND deleted_at IS NULL \
                ORDER BY created_at, id";
    Ok(Sql::with(db.engine(), text, [me.into()]).all(db.conn()).await?)
}

/// A sub-kind that is said of an objection: one of its kind, or a name of the workspace's own for it.
///
/// # Errors
/// 422 naming the field.
pub(crate) async fn checked(
    visit: &Visit,
    field: &str,
    kind: ObjectionKind,
    sub: Option<&str>,
) -> Answer<Option<String>> {
    let Some(sub) = sub.map(str::trim).filter(|sub| !sub.is_empty()) else { return Ok(None) };
    if kind.sub_kinds().contains(&sub) {
        return Ok(Some(sub.to_owned()));
    }
    let own = all(&visit.tx, visit.workspace).await?;
    match own.iter().any(|label| label.kind == kind.key() && label.id.to_string() == sub) {
        true => Ok(Some(sub.to_owned())),
        false => Err(Problem::field(field, "invalid", "no sub-kind of this kind")),
    }
}

#[utoipa::path(get, path = "/objection-kinds", tag = "objections", operation_id = "list_objection_kinds",
    responses((status = 200, description = "The eight kinds, with what each may be more closely", body = Vec<KindView>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<KindView>>> {
    let own = all(&app.db, me.workspace).await?;
    let strings = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
    let view = |kind: ObjectionKind| KindView {
        kind,
        sub_kinds: strings(kind.sub_kinds()),
        labels: own.iter().filter(|label| label.kind == kind.key()).cloned().collect(),
        related: strings(kind.related()),
    };
    Ok(Answered(ObjectionKind::ALL.map(view).to_vec()))
}

/// A name to add.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLabel {
    /// In English.
    pub label_en: String,
    /// In Korean.
    pub label_ko: String,
    /// The kind it is.
    pub kind: ObjectionKind,
}

#[utoipa::path(post, path = "/objection-labels", tag = "objections", operation_id = "create_objection_label", request_body = NewLabel,
    responses((status = 201, description = "Added", body = ObjectionLabel), (status = 409, description = "There are 100", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Manager,
    State(app): State<App>,
    Body(new): Body<NewLabel>,
) -> Answer<(StatusCode, Answered<ObjectionLabel>)> {
    let made = ObjectionLabel {
        id: Uuid::now_v7(),
        label_en: given("label_en", &new.label_en, limits::LABEL_CHARS)?,
        label_ko: given("label_ko", &new.label_ko, limits::LABEL_CHARS)?,
        kind: new.kind.key().to_owned(),
    };
    let tx = app.db.write_tx().await?;
    let text = "SELECT COUNT(*) FROM objection_label WHERE workspace_id = ? AND deleted_at IS NULL";
    let count: Option<i64> = Sql::with(tx.engine(), text, [me.workspace.into()]).scalar(tx.conn()).await?;
    if count.unwrap_or(0) >= LABELS {
        return Err(Problem::conflict("too_many", "There are 100 names; delete one first."));
    }
    let text = "INSERT INTO objection_label (id, workspace_id, label_en, label_ko, kind, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = [
        made.id.into(),
        me.workspace.into(),
        made.label_en.clone().into(),
        made.label_ko.clone().into(),
        made.kind.clone().into(),
        me.user.into(),
        app.clock.now().into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(made)))
}

#[utoipa::path(delete, path = "/objection-labels/{id}", tag = "objections", operation_id = "delete_objection_label", params(("id" = Uuid, Path, description = "The name")),
    responses((status = 204, description = "Deleted; objections keep their kind"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(me: Manager, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    let tx = app.db.write_tx().await?;
    let text =
        "UPDATE objection_label SET deleted_at = ? WHERE id = ? AND workspace_id = ? AND deleted_at IS NULL";
    let values = [app.clock.now().into(), id.into(), me.workspace.into()];
    if Sql::with(tx.engine(), text, values).run(tx.conn()).await? == 0 {
        return Err(Problem::not_found("objection label"));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of kinds.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(create)).routes(routes!(remove))
}

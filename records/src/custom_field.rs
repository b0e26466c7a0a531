//! Fields a workspace makes up itself.

use crate::kind::Kind;
use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use http_room::{Admin, Answer, App, Body, Field, FieldError, FieldKind, Problem, Reader};
use kernel::{CustomFieldId, Timestamp, WorkspaceId, limits};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use store::db::Source;
use store::{Engine, Result, Sql};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Label {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

/// One of a choice field's options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChoiceOption {
    /// The word kept.
    pub key: String,
    /// What is shown.
    pub label: Label,
}

/// A custom field.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct CustomField {
    /// Its id.
    pub id: CustomFieldId,
    /// `company`, `person` or `deal`.
    #[sea_orm(from_alias = "record_kind")]
    pub on: String,
    /// Its name in the API, below `custom`.
    #[sea_orm(from_alias = "field_key")]
    pub key: String,
    /// Its label.
    #[schema(value_type = Label)]
    pub label: Json,
    /// `text`, `number`, `money`, `date`, `choice`, `multi_choice`, `yes_no`, `url`, `person`, `company`.
    pub kind: String,
    /// Options of a choice.
    #[schema(value_type = Vec<ChoiceOption>)]
    pub options: Json,
    /// Unit of a number.
    pub unit: Option<String>,
    /// Place in forms.
    pub position: i64,
    /// Since when it is no longer used; its values are kept.
    pub archived_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, record_kind, field_key, label, kind, options, unit, position, archived_at";

impl CustomField {
    /// The words a choice may hold.
    #[must_use]
    pub fn option_keys(&self) -> Vec<String> {
        let options = self.options.as_array().cloned().unwrap_or_default();
        options.iter().filter_map(|o| o["key"].as_str().map(str::to_owned)).collect()
    }

    /// As a list sees it.
    #[must_use]
    pub fn as_list_field(&self, engine: Engine) -> Option<Field> {
        let kind = FieldKind::parse(&self.kind)?;
        // The key holds only a-z, 0-9 and _, checked when the field was made.
        let key = &self.key;
        let number = matches!(kind, FieldKind::Number);
        let column = match (engine, kind) {
            (Engine::Sqlite, FieldKind::Money) => format!("json_extract(custom, '$.{key}.minor')"),
            (Engine::Sqlite, _) => format!("json_extract(custom, '$.{key}')"),
            (Engine::Postgres, FieldKind::Money) => format!("(custom->'{key}'->>'minor')::bigint"),
            (Engine::Postgres, FieldKind::MultiChoice) => format!("(custom->'{key}')"),
            (Engine::Postgres, FieldKind::YesNo) => format!("(custom->>'{key}')::boolean"),
            (Engine::Postgres, _) if number => format!("(custom->>'{key}')::double precision"),
            (Engine::Postgres, _) => format!("(custom->>'{key}')"),
        };
        // Ids live as text inside the JSON.
        let kind = if matches!(kind, FieldKind::Person | FieldKind::Company | FieldKind::User) {
            FieldKind::Text
        } else {
            kind
        };
        Some(Field {
            key: Cow::Owned(format!("custom.{key}")),
            column: Cow::Owned(column),
            kind,
            sortable: false,
        })
    }
}

/// Fields of a kind that are in use, in their order.
///
/// # Errors
/// Whatever the database says.
pub async fn in_use(db: &impl Source, workspace: WorkspaceId, kind: Kind) -> Result<Vec<CustomField>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM custom_field WHERE ");
    sql.push_with(
        "workspace_id = ? AND record_kind = ? AND archived_at IS NULL",
        [workspace.into(), kind.key().into()],
    );
    sql.push(" ORDER BY position, field_key");
    sql.all(db.conn()).await
}

/// What a new field needs.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCustomField {
    /// On which records.
    pub on: Kind,
    /// Its name in the API: a-z, 0-9 and _, beginning with a letter.
    pub key: String,
    /// Its label; a missing language takes the other's.
    pub label: Label,
    /// What it holds.
    pub kind: FieldKind,
    /// Options, for choices.
    #[serde(default)]
    pub options: Vec<ChoiceOption>,
    /// Unit of a number.
    #[serde(default)]
    pub unit: Option<String>,
}

/// What may change in a field. Its key and kind stay, its values depend on them.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomFieldPatch {
    /// Its label.
    #[serde(default)]
    pub label: Option<Label>,
    /// Options, for choices.
    #[serde(default)]
    pub options: Option<Vec<ChoiceOption>>,
    /// Place in forms.
    #[serde(default)]
    pub position: Option<i64>,
    /// Out of use, or in use again.
    #[serde(default)]
    pub archived: Option<bool>,
}

/// Makes a field, in the caller's transaction.
///
/// # Errors
/// 422 when its key, label or options do not do; 409 when the key is taken.
pub async fn create(
    tx: &store::WriteTx,
    workspace: WorkspaceId,
    new: &NewCustomField,
    now: Timestamp,
) -> Answer<CustomField> {
    let errors = faults(new);
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let existing = in_use(tx, workspace, new.on).await?;
    if existing.len() >= limits::CUSTOM_FIELDS {
        return Err(Problem::field(
            "key",
            "too_many",
            format!("at most {} fields on one kind of record", limits::CUSTOM_FIELDS),
        ));
    }
    let id = CustomFieldId::new();
    let position = existing.iter().map(|f| f.position).max().unwrap_or(0) + 1;
    let text = "INSERT INTO custom_field (id, workspace_id, record_kind, field_key, label, kind, options, unit, position, created_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        id.into(),
        workspace.into(),
        new.on.key().into(),
        new.key.clone().into(),
        json!(new.label).into(),
        new.kind.key().into(),
        json!(new.options).into(),
        new.unit.clone().into(),
        position.into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    find(tx, workspace, id).await?.ok_or_else(|| Problem::not_found("custom field"))
}

fn faults(new: &NewCustomField) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let good_key = |key: &str| {
        key.len() <= 50
            && key.starts_with(|c: char| c.is_ascii_lowercase())
            && key.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    };
    if !good_key(&new.key) {
        errors.push(FieldError::new("key", "invalid", "a-z, 0-9 and _, beginning with a letter, at most 50"));
    }
    let label_too_long = |l: &Label| {
        [&l.en, &l.ko].iter().any(|t| t.trim().is_empty() || t.chars().count() > limits::LABEL_CHARS)
    };
    if label_too_long(&new.label) {
        errors.push(FieldError::new(
            "label",
            "invalid",
            "a label in English and Korean, at most 100 characters each",
        ));
    }
    let choice = matches!(new.kind, FieldKind::Choice | FieldKind::MultiChoice);
    if choice && (new.options.is_empty() || new.options.len() > limits::CHOICE_OPTIONS) {
        errors.push(FieldError::new("options", "required", "a choice needs from 1 to 200 options"));
    }
    if matches!(new.kind, FieldKind::Instant | FieldKind::User) {
        errors.push(FieldError::new("kind", "invalid", "custom fields hold text, number, money, date, choice, multi_choice, yes_no, url, person or company"));
    }
    errors
}

async fn find(db: &impl Source, workspace: WorkspaceId, id: CustomFieldId) -> Result<Option<CustomField>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM custom_field WHERE ");
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql.one(db.conn()).await
}

/// Which records' fields.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct OnKind {
    /// `company`, `person` or `deal`; all when absent.
    on: Option<Kind>,
}

#[utoipa::path(get, path = "/custom-fields", tag = "fields", operation_id = "list_custom_fields", params(OnKind),
    responses((status = 200, description = "The workspace's own fields, archived ones included", body = Vec<CustomField>)))]
async fn list(
    me: Reader,
    State(app): State<App>,
    Query(on): Query<OnKind>,
) -> Answer<Answered<Vec<CustomField>>> {
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM custom_field WHERE workspace_id = ").bind(me.workspace);
    if let Some(kind) = on.on {
        sql.push(" AND record_kind = ").bind(kind.key());
    }
    sql.push(" ORDER BY record_kind, position, field_key");
    Ok(Answered(sql.all(app.db.read()).await?))
}

#[utoipa::path(post, path = "/custom-fields", tag = "fields", operation_id = "create_custom_field", request_body = NewCustomField,
    responses((status = 201, description = "The field", body = CustomField), (status = 422, description = "Fields at fault", body = Problem)))]
async fn add(
    me: Admin,
    State(app): State<App>,
    Body(new): Body<NewCustomField>,
) -> Answer<(StatusCode, Answered<CustomField>)> {
    let tx = app.db.write_tx().await?;
    let field = create(&tx, me.workspace, &new, app.clock.now()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(field)))
}

#[utoipa::path(patch, path = "/custom-fields/{id}", tag = "fields", operation_id = "change_custom_field", request_body = CustomFieldPatch,
    params(("id" = uuid::Uuid, Path, description = "The field")),
    responses((status = 200, description = "The field", body = CustomField), (status = 404, description = "Not there", body = Problem)))]
async fn change(
    me: Admin,
    State(app): State<App>,
    Path(id): Path<CustomFieldId>,
    Body(patch): Body<CustomFieldPatch>,
) -> Answer<Answered<CustomField>> {
    let tx = app.db.write_tx().await?;
    let field = find(&tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("custom field"))?;
    let label = patch.label.map_or(field.label, |l| json!(l));
    let options = patch.options.map_or(field.options, |o| json!(o));
    let archived = match patch.archived {
        Some(true) => field.archived_at.or(Some(app.clock.now())),
        Some(false) => None,
        None => field.archived_at,
    };
    let text = "UPDATE custom_field SET label = ?, options = ?, position = ?, archived_at = ? WHERE id = ? AND workspace_id = ?";
    let position = patch.position.unwrap_or(field.position);
    let values =
        [label.into(), options.into(), position.into(), archived.into(), id.into(), me.workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let changed = find(&tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("custom field"))?;
    tx.commit().await?;
    Ok(Answered(changed))
}

/// Routes of custom fields.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(change))
}

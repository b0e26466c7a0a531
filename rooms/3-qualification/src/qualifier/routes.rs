//! Qualifiers over HTTP; administrators make them, and gates and forms know them at once.

use std::collections::BTreeSet;

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Admin, Answer, App, Body, Problem, Reader};
use kernel::limits;
use process::room::given;
use records::Kind;
use records::asked_field;
use records::custom_field::{self, Label};
use serde::Deserialize;
use serde_json::json;
use store::db::Source;
use store::{NewEvent, Sql, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::rules::Rule;
use super::{QUALIFIER_CHANGED, Qualifier, in_use};

/// A qualifier to make, or to put in the place of the one of the same key.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQualifier {
    /// Its label.
    pub label: Label,
    /// `deal` or `company`.
    pub on: Kind,
    /// The field it reads, by its key without `custom.`; of a company any field somebody fills in.
    pub field: String,
    /// How the field's value is rated.
    pub rule: Rule,
    /// Weight in the fit, 1 to 10.
    #[serde(default = "one")]
    pub weight: i64,
    /// The gate asks for a rating of at least 1.
    #[serde(default)]
    pub required: bool,
    /// A rating of 0 speaks against the deal by itself.
    #[serde(default)]
    pub blocking: bool,
}

fn one() -> i64 {
    1
}

fn check(key: &str, new: &NewQualifier) -> Answer<()> {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if key.is_empty() || key.len() > 50 || !key.bytes().all(good) {
        return Err(Problem::field("key", "invalid", "a-z, 0-9 and _, at most 50"));
    }
    given("label.en", &new.label.en, limits::LABEL_CHARS)?;
    given("label.ko", &new.label.ko, limits::LABEL_CHARS)?;
    if new.on == Kind::Person {
        return Err(Problem::field("on", "invalid", "deal or company"));
    }
    if !(1..=10).contains(&new.weight) {
        return Err(Problem::field("weight", "invalid", "from 1 to 10"));
    }
    Ok(())
}

/// The key under which the desk asks for the field of a company; none for a field of deals.
async fn question(tx: &WriteTx, me: &Admin, new: &NewQualifier) -> Answer<Option<String>> {
    let own = custom_field::in_use(tx, me.workspace, new.on).await?;
    let custom = format!("custom.{}", new.field);
    let on_company = new.on == Kind::Company;
    if own.iter().any(|f| f.key == new.field) {
        return Ok(on_company.then_some(custom));
    }
    if on_company && asked_field::is_askable(&new.field, &own) {
        return Ok(Some(new.field.clone()));
    }
    Err(Problem::field("field", "not_found", "there is no such field; make it first"))
}

/// Who asks for the field of a qualifier.
fn asks(key: &str) -> String {
    format!("qualifier:{key}")
}

#[utoipa::path(get, path = "/qualifiers", tag = "qualification", operation_id = "list_qualifiers",
    responses((status = 200, description = "Qualifiers in use", body = Vec<Qualifier>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<Qualifier>>> {
    Ok(Answered(in_use(&app.db, me.workspace).await?))
}

#[utoipa::path(put, path = "/qualifiers/{key}", tag = "qualification", operation_id = "put_qualifier", params(("key" = String, Path, description = "Its name in answers")), request_body = NewQualifier,
    responses((status = 200, description = "The qualifier", body = Qualifier), (status = 422, description = "Fields at fault", body = Problem)))]
async fn put(
    me: Admin,
    State(app): State<App>,
    Path(key): Path<String>,
    Body(new): Body<NewQualifier>,
) -> Answer<Answered<Qualifier>> {
    let mut tx = app.db.write_tx().await?;
    check(&key, &new)?;
    let asked = question(&tx, &me, &new).await?.into_iter().collect();
    asked_field::put(&tx, me.workspace, &asks(&key), &asked).await?;
    let text = "INSERT INTO qualifier (id, workspace_id, qualifier_key, label, record_kind, field_key, rule, weight, \
                required, blocking, archived_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?) \
                ON CONFLICT (workspace_id, qualifier_key) DO UPDATE SET label = excluded.label, \
                record_kind = excluded.record_kind, field_key = excluded.field_key, rule = excluded.rule, \
                weight = excluded.weight, required = excluded.required, blocking = excluded.blocking, archived_at = NULL";
    let values = [
        Uuid::now_v7().into(),
        me.workspace.into(),
        key.clone().into(),
        json!(new.label).into(),
        new.on.key().into(),
        new.field.into(),
        json!(new.rule).into(),
        new.weight.into(),
        new.required.into(),
        new.blocking.into(),
        app.clock.now().into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let made = in_use(&tx, me.workspace).await?.into_iter().find(|q| q.key == key);
    let made = made.ok_or_else(|| Problem::not_found("qualifier"))?;
    tell(&mut tx, &me, &app, made.id, &key).await?;
    tx.commit().await?;
    Ok(Answered(made))
}

#[utoipa::path(delete, path = "/qualifiers/{key}", tag = "qualification", operation_id = "archive_qualifier", params(("key" = String, Path, description = "Its name in answers")),
    responses((status = 204, description = "No longer asked for"), (status = 404, description = "Not there", body = Problem)))]
async fn archive(me: Admin, State(app): State<App>, Path(key): Path<String>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let found = in_use(&tx, me.workspace).await?.into_iter().find(|q| q.key == key);
    let found = found.ok_or_else(|| Problem::not_found("qualifier"))?;
    asked_field::put(&tx, me.workspace, &asks(&key), &BTreeSet::new()).await?;
    let text = "UPDATE qualifier SET archived_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [app.clock.now().into(), found.id.into()]).run(tx.conn()).await?;
    tell(&mut tx, &me, &app, found.id, &key).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn tell(tx: &mut WriteTx, me: &Admin, app: &App, id: Uuid, key: &str) -> Answer<()> {
    let subject = Subject { row: Some(id), ..Subject::default() };
    let event = NewEvent::now(me.workspace, QUALIFIER_CHANGED, me.actor(), app.clock.now());
    tx.record(event.about(subject).with(json!({ "key": key }))).await?;
    Ok(())
}

/// Routes of qualifiers.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, archive))
}

//! Lists of records: pages, counts, and the fields they may be filtered and sorted by.

use crate::custom_field::{self, CustomField};
use crate::kind::{Kind, Shape};
use crate::record_list;
use crate::routes::plan::Plan;
use crate::routes::read::Reading;
use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::list::Filter;
use http_room::{Answer, App, Field, FieldKind, ListQuery, Member, Page, Problem, Reader};
use kernel::WorkspaceId;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What every list takes.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct ListParams {
    /// `field.operator.value`, repeated; operators: eq ne in nin lt lte gt gte contains starts empty filled.
    /// `list.eq.<id>` asks for the members of a list; also ne, in, nin.
    #[param(rename = "where")]
    filters: Option<Vec<String>>,
    /// Search words.
    q: Option<String>,
    /// Field to sort by; `-field` downwards.
    sort: Option<String>,
    /// Rows, 1 to 200.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// How many rows a list has.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct Count {
    /// Rows counted.
    pub count: i64,
    /// Whether there are more than were counted.
    pub capped: bool,
}

/// Rows counted at most.
pub(super) const COUNTED: i64 = 10_000;

/// The fields of a kind's lists, the workspace's own included.
///
/// # Errors
/// Whatever the database says.
pub async fn fields(db: &impl Source, workspace: WorkspaceId, kind: Kind) -> Answer<Vec<Field>> {
    let mut fields = plain_fields(kind);
    let custom = custom_field::in_use(db, workspace, kind).await?;
    fields.extend(custom.iter().filter_map(|f| f.as_list_field(db.engine())));
    Ok(fields)
}

/// The beginning every query of a list shares: the workspace, not deleted, the filters, the words.
///
/// # Errors
/// 422 for a filter that does not fit; whatever the database says.
pub async fn conditions(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    query: &ListQuery,
    fields: &[Field],
) -> Answer<Sql> {
    let plan = Plan::free(workspace, kind, fields.to_vec(), plain(kind, query), query.q.as_deref());
    planned(db, query, &plan).await
}

/// The filters that are no lists'.
fn plain(kind: Kind, query: &ListQuery) -> Vec<&Filter> {
    query.filters.iter().filter(|filter| !of_list(kind, filter)).collect()
}

pub(super) fn of_list(kind: Kind, filter: &Filter) -> bool {
    filter.field == record_list::FIELD && kind != Kind::Deal
}

/// `FROM <kind> WHERE …` with all that is asked and not known already.
pub(super) async fn planned(db: &impl Source, query: &ListQuery, plan: &Plan<'_>) -> Answer<Sql> {
    let mut sql = Sql::new(db.engine(), "");
    plan.push(&mut sql)?;
    push_lists(&mut sql, db, plan, query).await?;
    Ok(sql)
}

/// Appends the conditions of membership in lists.
pub(super) async fn push_lists(
    sql: &mut Sql,
    db: &impl Source,
    plan: &Plan<'_>,
    query: &ListQuery,
) -> Answer<()> {
    for filter in query.filters.iter().filter(|filter| of_list(plan.kind, filter)) {
        record_list::push_membership(sql, db, plan.workspace, plan.kind, filter).await?;
    }
    Ok(())
}

/// Appends `FROM <kind> WHERE …` with the filters and words.
pub(crate) fn push_matching(
    sql: &mut Sql,
    workspace: WorkspaceId,
    kind: Kind,
    (filters, q): (&[Filter], Option<&str>),
    fields: &[Field],
) -> Answer<()> {
    Plan::free(workspace, kind, fields.to_vec(), filters.iter().collect(), q).push(sql)
}

/// How rows are sorted when nobody says.
pub(super) const DEFAULT_SORT: (&str, bool) = ("created_at", true);

/// A plan for a page, or for a count, of a list.
async fn plan<'q>(
    app: &App,
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    query: &'q ListQuery,
) -> Answer<Plan<'q>> {
    // The plain list asks for no custom field and needs no look-up of them.
    let asked = query.filters.iter().any(|f| f.field.starts_with("custom."));
    let custom = if asked { custom_field::in_use(db, workspace, kind).await? } else { Vec::new() };
    let mut fields = plain_fields(kind);
    fields.extend(custom.iter().filter_map(|f| f.as_list_field(db.engine())));
    Plan::free(workspace, kind, fields, plain(kind, query), query.q.as_deref())
        .choose(db, app.db.lines(), &custom, query, DEFAULT_SORT.0)
        .await
}

/// One page.
pub async fn page<T: FromQueryResult>(
    app: &App,
    me: &Member,
    kind: Kind,
    query: &ListQuery,
) -> Answer<Page<T>> {
    let db = app.db.snapshot().await?;
    let plan = plan(app, &db, me.workspace, kind, query).await?;
    Reading { db: &db, known: app.db.lines(), query }.page(plan).await
}

fn plain_fields(kind: Kind) -> Vec<Field> {
    let mut fields: Vec<Field> = kind.fields().iter().map(|f| f.as_list_field()).collect();
    fields.push(Field::column("id", FieldKind::Company, false));
    fields
}

/// How many rows.
pub async fn count(app: &App, me: &Member, kind: Kind, query: &ListQuery) -> Answer<Count> {
    let db = app.db.snapshot().await?;
    let plan = plan(app, &db, me.workspace, kind, query).await?;
    let count = Reading { db: &db, known: app.db.lines(), query }.count(plan).await?;
    Ok(Count { count: count.min(COUNTED), capped: count > COUNTED })
}

/// A field as forms, lists and imports show it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FieldInfo {
    /// Its name; custom ones begin with `custom.`.
    pub key: String,
    /// Its label.
    #[schema(value_type = crate::custom_field::Label)]
    pub label: Json,
    /// What it holds.
    pub kind: FieldKind,
    /// The words a choice may hold; empty when it is free.
    #[schema(value_type = Vec<crate::custom_field::ChoiceOption>)]
    pub options: Json,
    /// Unit of a number.
    pub unit: Option<String>,
    /// Whether the workspace made it up.
    pub custom: bool,
    /// Whether lists can be sorted by it.
    pub sortable: bool,
    /// Whether it can be written.
    pub editable: bool,
    /// Whether it must not be empty.
    pub required: bool,
    /// Whether it is long text.
    pub multiline: bool,
}

fn options_of(shape: Shape) -> Json {
    let (Shape::Choice(words) | Shape::Choices(words)) = shape else {
        return json!([]);
    };
    words.iter().map(|w| json!({ "key": w, "label": { "en": w, "ko": w } })).collect()
}

fn custom_info(field: CustomField) -> Option<FieldInfo> {
    Some(FieldInfo {
        key: format!("custom.{}", field.key),
        label: field.label,
        kind: FieldKind::parse(&field.kind)?,
        options: field.options,
        unit: field.unit,
        custom: true,
        sortable: false,
        editable: true,
        required: false,
        multiline: false,
    })
}

#[utoipa::path(get, path = "/fields/{kind}", tag = "fields", operation_id = "list_fields",
    params(("kind" = Kind, Path, description = "company, person or deal")),
    responses((status = 200, description = "The fields of this kind of record", body = Vec<FieldInfo>)))]
async fn describe(
    me: Reader,
    State(app): State<App>,
    Path(kind): Path<String>,
) -> Answer<Answered<Vec<FieldInfo>>> {
    let kind = Kind::parse(&kind).ok_or_else(|| Problem::not_found("kind of record"))?;
    let own = kind.fields().iter().map(|f| FieldInfo {
        key: f.key.to_owned(),
        label: json!({ "en": f.label.0, "ko": f.label.1 }),
        kind: f.kind,
        options: options_of(f.shape),
        unit: None,
        custom: false,
        sortable: f.sorted_by.is_some(),
        editable: f.shape != Shape::Kept,
        required: f.key == "name",
        multiline: f.shape == Shape::Long,
    });
    let custom = custom_field::in_use(&app.db, me.workspace, kind).await?;
    Ok(Answered(own.chain(custom.into_iter().filter_map(custom_info)).collect()))
}

/// The route that describes fields.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(describe))
}

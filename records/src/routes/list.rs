//! Lists of records: pages, counts, and the fields they may be filtered and sorted by.

use crate::custom_field::{self, CustomField};
use crate::kind::{Kind, Shape};
use crate::record_list;
use crate::routes::plan::Plan;
use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::list::{self, Filter};
use http_room::{Answer, App, Field, FieldKind, ListQuery, Member, Page, Problem, Reader};
use kernel::WorkspaceId;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::lines::read_numbers;
use store::{Engine, Sql};
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
const COUNTED: i64 = 10_000;

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
    planned(db, workspace, kind, query, &plan).await
}

/// The filters that are no lists'.
fn plain(kind: Kind, query: &ListQuery) -> Vec<&Filter> {
    query.filters.iter().filter(|filter| !of_list(kind, filter)).collect()
}

fn of_list(kind: Kind, filter: &Filter) -> bool {
    filter.field == record_list::FIELD && kind != Kind::Deal
}

async fn planned(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    query: &ListQuery,
    plan: &Plan<'_>,
) -> Answer<Sql> {
    let mut sql = Sql::new(db.engine(), "");
    plan.push(&mut sql)?;
    for filter in query.filters.iter().filter(|filter| of_list(kind, filter)) {
        record_list::push_membership(&mut sql, db, workspace, kind, filter).await?;
    }
    Ok(sql)
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
const DEFAULT_SORT: (&str, bool) = ("created_at", true);

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
        .choose(db, app.db.line_sets(), &custom, query, DEFAULT_SORT.0)
        .await
}

/// Rows an index is walked at a time, at least and at most.
const STEP: (u64, u64) = (500, 100_000);

/// Walks the index of a plan from where the page begins and keeps the lines that fit, until there are `enough`.
async fn walk(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    query: &ListQuery,
    plan: &Plan<'_>,
    enough: usize,
) -> Answer<Vec<u64>> {
    let Some(found) = plan.walked() else { return Ok(Vec::new()) };
    let (mut kept, mut passed) = (Vec::new(), 0);
    // As if the fitting ones were spread evenly.
    let last = found.max().unwrap_or(0);
    let mut step = (last / found.len().max(1)).saturating_mul(enough as u64 + 10).clamp(STEP.0, STEP.1);
    loop {
        let mut sql = planned(db, workspace, kind, query, plan)
            .await?
            .prefixed("SELECT group_concat(COALESCE(search_no, 0)) FROM (SELECT search_no ");
        list::push_place(&mut sql, &plan.sorted(), query, DEFAULT_SORT)?;
        let bounds = [step, passed].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        sql.push(" LIMIT ").bind(bounds[0]).push(" OFFSET ").bind(bounds[1]).push(")");
        let lines: Option<Option<String>> = sql.scalar(db.conn()).await?;
        let lines = read_numbers(&lines.flatten().unwrap_or_default());
        kept.extend(lines.iter().filter(|line| found.contains(**line)));
        if kept.len() >= enough || (lines.len() as u64) < step {
            kept.truncate(enough);
            return Ok(kept);
        }
        passed += step;
        step = (step * 4).min(STEP.1);
    }
}

/// One page.
pub async fn page<T: FromQueryResult>(
    app: &App,
    me: &Member,
    kind: Kind,
    query: &ListQuery,
) -> Answer<Page<T>> {
    match app.db.engine() {
        Engine::Sqlite => page_of(app, &app.db.snapshot().await?, me.workspace, kind, query).await,
        Engine::Postgres => page_of(app, &app.db, me.workspace, kind, query).await,
    }
}

async fn page_of<T: FromQueryResult>(
    app: &App,
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    query: &ListQuery,
) -> Answer<Page<T>> {
    let mut plan = plan(app, db, workspace, kind, query).await?;
    if plan.walked().is_some() {
        let lines = walk(db, workspace, kind, query, &plan, query.limit as usize + 1).await?;
        plan = plan.reading(lines);
    }
    let conditions = planned(db, workspace, kind, query, &plan).await?;
    list::page(db.conn(), kind.columns(), conditions, &plan.sorted(), query, DEFAULT_SORT).await
}

fn plain_fields(kind: Kind) -> Vec<Field> {
    let mut fields: Vec<Field> = kind.fields().iter().map(|f| f.as_list_field()).collect();
    fields.push(Field::column("id", FieldKind::Company, false));
    fields
}

/// How many rows.
pub async fn count(app: &App, me: &Member, kind: Kind, query: &ListQuery) -> Answer<Count> {
    let count = match app.db.engine() {
        Engine::Sqlite => count_of(app, &app.db.snapshot().await?, me.workspace, kind, query).await?,
        Engine::Postgres => count_of(app, &app.db, me.workspace, kind, query).await?,
    };
    Ok(Count { count: count.min(COUNTED), capped: count > COUNTED })
}

async fn count_of(
    app: &App,
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    query: &ListQuery,
) -> Answer<i64> {
    let plan = plan(app, db, workspace, kind, query).await?;
    if plan.walked().is_some() {
        let all = ListQuery { cursor: None, ..query.clone() };
        let most = usize::try_from(COUNTED + 1).unwrap_or(usize::MAX);
        let lines = walk(db, workspace, kind, &all, &plan, most).await?;
        return Ok(i64::try_from(lines.len()).unwrap_or(i64::MAX));
    }
    let mut sql =
        planned(db, workspace, kind, query, &plan).await?.prefixed("SELECT count(*) FROM (SELECT 1 AS one ");
    sql.push(" LIMIT ").bind(COUNTED + 1).push(") AS counted");
    Ok(sql.scalar(db.conn()).await?.unwrap_or(0))
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

//! Imports over HTTP: upload, look, correct, try, start, watch, stop, and fetch what was refused.

use super::decode::TextEncoding;
use super::dialect::Dialect;
use super::mapping::ColumnSuggestion;
use super::plan::{Duplicates, Plan};
use super::view::{self, COLUMNS, Import, ImportView};
use crate::kind::Kind;
use axum::Json as Answered;
use axum::extract::{Multipart, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_room::{Answer, App, Body, Member, Problem, Reader, Writer};
use kernel::{JobId, Timestamp, UserId, WorkspaceId, limits};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::job::{self, Job, NewJob};
use store::{Sql, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The job kind of imports.
pub const JOB: &str = "import";

/// Keeps an uploaded file and proposes how to import it, in the caller's transaction.
///
/// # Errors
/// 422 when it is no text, empty or too large.
pub async fn propose(
    tx: &WriteTx,
    workspace: WorkspaceId,
    user: Option<UserId>,
    kind: Kind,
    name: &str,
    bytes: &[u8],
    now: Timestamp,
) -> Answer<Import> {
    let plan = Plan::propose(kind, bytes)?;
    let name: String = name.chars().filter(|c| !c.is_control()).take(limits::NAME_CHARS).collect();
    let file = store::file::keep(tx, workspace, &name, "text/csv", bytes, now).await?;
    let id = Uuid::now_v7();
    let text = "INSERT INTO import (id, workspace_id, record_kind, file_id, file_name, state, options, created_by, created_at) \
                VALUES (?, ?, ?, ?, ?, 'mapping', ?, ?, ?)";
    let values = [
        id.into(),
        workspace.into(),
        kind.key().into(),
        file.id.into(),
        name.into(),
        json!(plan).into(),
        user.into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    view::find(tx, workspace, id).await
}

/// Puts an import in the queue, in the caller's transaction.
///
/// # Errors
/// 409 when it has begun already, 422 when its columns do not do.
pub async fn enqueue(
    tx: &WriteTx,
    workspace: WorkspaceId,
    import: &Import,
    dry_run: bool,
    now: Timestamp,
) -> Answer<JobId> {
    if import.state != "mapping" {
        return Err(Problem::conflict("already_started", "This import has been started already."));
    }
    let kind = Kind::parse(&import.record_kind).ok_or_else(|| Problem::not_found("kind of record"))?;
    import.plan()?.check(kind)?;
    let new = NewJob {
        workspace,
        kind: JOB,
        payload: json!({ "import_id": import.id, "dry_run": dry_run, "file": import.file_name }),
        run_at: now,
        created_by: import.created_by,
    };
    let job = job::enqueue(tx, new, now).await?;
    if !dry_run {
        let text = "UPDATE import SET state = 'queued', job_id = ? WHERE id = ?";
        Sql::with(tx.engine(), text, [job.into(), import.id.into()]).run(tx.conn()).await?;
    }
    Ok(job)
}

/// Writes a changed plan down, in the caller's transaction.
///
/// # Errors
/// Whatever the database says.
pub async fn keep_plan(tx: &WriteTx, import: Uuid, plan: &Plan) -> Answer<()> {
    Sql::with(tx.engine(), "UPDATE import SET options = ? WHERE id = ?", [json!(plan).into(), import.into()])
        .run(tx.conn())
        .await?;
    Ok(())
}

async fn currency(app: &App, workspace: WorkspaceId) -> Answer<kernel::Currency> {
    Ok(crate::workspace::find(&app.db, workspace).await?.map_or(kernel::Currency::USD, |w| w.currency()))
}

async fn shown(app: &App, me: &Member, import: Import) -> Answer<ImportView> {
    let bytes = store::file::bytes(&app.db, me.workspace, import.file_id).await?.unwrap_or_default();
    import.with_preview(&bytes, currency(app, me.workspace).await?, me.locale)
}

/// An upload.
#[derive(utoipa::ToSchema)]
#[allow(dead_code)]
struct Upload {
    /// `company`, `person` or `deal`.
    kind: Kind,
    /// A CSV file of at most 100 MiB in UTF-8, UTF-16, CP949/EUC-KR or Windows-1252.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

#[utoipa::path(post, path = "/imports", tag = "imports", operation_id = "create_import", request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, description = "The file is kept, nothing is imported yet", body = ImportView), (status = 422, description = "It is no list that can be read", body = Problem)))]
async fn upload(
    me: Writer,
    State(app): State<App>,
    mut parts: Multipart,
) -> Answer<(StatusCode, Answered<ImportView>)> {
    let unread = |e: axum::extract::multipart::MultipartError| {
        Problem::bad_request(format!("The upload could not be read: {e}"))
    };
    let (mut kind, mut file) = (None, None);
    while let Some(part) = parts.next_field().await.map_err(unread)? {
        match part.name() {
            Some("kind") => kind = Kind::parse(part.text().await.map_err(unread)?.trim()),
            Some("file") => {
                let name = part.file_name().unwrap_or("file.csv").to_owned();
                file = Some((name, part.bytes().await.map_err(unread)?));
            }
            _ => {}
        }
    }
    let kind = kind.ok_or_else(|| Problem::field("kind", "required", "company, person or deal"))?;
    let (name, bytes) = file.ok_or_else(|| Problem::field("file", "required", "a CSV file"))?;
    let tx = app.db.write_tx().await?;
    let import = propose(&tx, me.workspace, Some(me.user), kind, &name, &bytes, app.clock.now()).await?;
    tx.commit().await?;
    let view = import.with_preview(&bytes, currency(&app, me.workspace).await?, me.locale)?;
    Ok((StatusCode::CREATED, Answered(view)))
}

#[utoipa::path(get, path = "/imports", tag = "imports", operation_id = "list_imports",
    responses((status = 200, description = "The newest 50", body = Vec<Import>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<Import>>> {
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(COLUMNS)
        .push(" FROM import WHERE workspace_id = ")
        .bind(me.workspace)
        .push(" ORDER BY created_at DESC LIMIT 50");
    Ok(Answered(sql.all(app.db.read()).await?))
}

#[utoipa::path(get, path = "/imports/{id}", tag = "imports", operation_id = "get_import", params(("id" = Uuid, Path, description = "The import")),
    responses((status = 200, description = "How it will be done, or how far it is", body = ImportView), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<Answered<ImportView>> {
    let import = view::find(&app.db, me.workspace, id).await?;
    shown(&app, &me, import).await.map(Answered)
}

/// Changes to how a file is imported.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanPatch {
    /// Another encoding; the columns are suggested anew.
    #[serde(default)]
    encoding: Option<TextEncoding>,
    /// Another delimiter or first row; the columns are suggested anew.
    #[serde(default)]
    dialect: Option<Dialect>,
    /// What each column is.
    #[serde(default)]
    columns: Option<Vec<ColumnSuggestion>>,
    /// What becomes of duplicates.
    #[serde(default)]
    duplicates: Option<Duplicates>,
    /// Where the rows come from.
    #[serde(default)]
    source: Option<String>,
}

#[utoipa::path(patch, path = "/imports/{id}", tag = "imports", operation_id = "change_import", request_body = PlanPatch, params(("id" = Uuid, Path, description = "The import")),
    responses((status = 200, description = "As it is now", body = ImportView), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It has begun", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn change(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Body(patch): Body<PlanPatch>,
) -> Answer<Answered<ImportView>> {
    let import = view::find(&app.db, me.workspace, id).await?;
    if import.state != "mapping" {
        return Err(Problem::conflict("already_started", "This import has been started already."));
    }
    let kind = Kind::parse(&import.record_kind).ok_or_else(|| Problem::not_found("kind of record"))?;
    let mut plan = import.plan()?;
    if patch.encoding.is_some() || patch.dialect.is_some() {
        let bytes = store::file::bytes(&app.db, me.workspace, import.file_id).await?.unwrap_or_default();
        let (encoding, dialect) =
            (patch.encoding.unwrap_or(plan.encoding), patch.dialect.unwrap_or(plan.dialect));
        plan = Plan {
            duplicates: plan.duplicates,
            source: plan.source,
            ..Plan::with(kind, &bytes, encoding, dialect)?
        };
    }
    plan.columns = patch.columns.unwrap_or(plan.columns);
    plan.duplicates = patch.duplicates.unwrap_or(plan.duplicates);
    plan.source = patch.source.or(plan.source).filter(|s| !s.trim().is_empty());
    plan.check(kind)?;
    let tx = app.db.write_tx().await?;
    keep_plan(&tx, id, &plan).await?;
    let import = view::find(&tx, me.workspace, id).await?;
    tx.commit().await?;
    shown(&app, &me, import).await.map(Answered)
}

/// How to start.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
struct Start {
    /// Only tell what would happen.
    #[serde(default)]
    dry_run: bool,
}

#[utoipa::path(post, path = "/imports/{id}/start", tag = "imports", operation_id = "start_import", request_body = Start, params(("id" = Uuid, Path, description = "The import")),
    responses((status = 202, description = "The job to watch", body = Job), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It has begun", body = Problem)))]
async fn start(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Body(how): Body<Start>,
) -> Answer<(StatusCode, Answered<Job>)> {
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let import = view::find(&tx, me.workspace, id).await?;
    let job = enqueue(&tx, me.workspace, &import, how.dry_run, now).await?;
    let job = job::find(&tx, me.workspace, job).await?.ok_or_else(|| Problem::not_found("job"))?;
    let event = store::NewEvent::now(me.workspace, crate::events::IMPORT_STARTED, me.actor(), now);
    tx.record(
        event.with(json!({ "file": import.file_name, "kind": import.record_kind, "dry_run": how.dry_run })),
    )
    .await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Answered(job)))
}

#[utoipa::path(post, path = "/imports/{id}/cancel", tag = "imports", operation_id = "cancel_import", params(("id" = Uuid, Path, description = "The import")),
    responses((status = 200, description = "It stops after the rows in hand; rows before are kept", body = Import), (status = 404, description = "Not there", body = Problem)))]
async fn cancel(me: Writer, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<Answered<Import>> {
    let now = app.clock.now();
    let tx = app.db.write_tx().await?;
    let import = view::find(&tx, me.workspace, id).await?;
    if let Some(job) = import.job_id {
        job::request_cancel(&tx, me.workspace, job, now).await?;
    }
    if matches!(import.state.as_str(), "mapping" | "queued") {
        let text = "UPDATE import SET state = 'cancelled', finished_at = ? WHERE id = ?";
        Sql::with(tx.engine(), text, [now.into(), id.into()]).run(tx.conn()).await?;
    }
    let import = view::find(&tx, me.workspace, id).await?;
    tx.commit().await?;
    Ok(Answered(import))
}

#[utoipa::path(get, path = "/imports/{id}/refused.csv", tag = "imports", operation_id = "download_refused_rows", params(("id" = Uuid, Path, description = "The import")),
    responses((status = 200, description = "The refused rows as they were, each with its line and reason", content_type = "text/csv", body = String), (status = 404, description = "Not there", body = Problem)))]
async fn refused(me: Reader, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<Response> {
    let import = view::find(&app.db, me.workspace, id).await?;
    let bytes = refused_csv(&app.db, &import).await?;
    let name = format!("attachment; filename=\"refused-{}.csv\"", import.id);
    Ok((
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)],
        bytes,
    )
        .into_response())
}

/// The refused rows of an import as a file that can be mended and imported again.
///
/// # Errors
/// Whatever the database says.
pub async fn refused_csv(db: &impl Source, import: &Import) -> Answer<Vec<u8>> {
    let failed = |e: csv::Error| Problem::internal(&e);
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xEF\xBB\xBF".to_vec());
    let headers: Vec<String> = import.plan()?.columns.into_iter().map(|c| c.header).collect();
    writer.write_record(headers.iter().map(String::as_str).chain(["line", "reason"])).map_err(failed)?;
    let text = "SELECT line, reason, cells FROM import_refusal WHERE import_id = ? ORDER BY line";
    for row in Sql::with(db.engine(), text, [import.id.into()]).rows(db.conn()).await? {
        let (line, reason, cells): (i64, String, Json) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let mut cells: Vec<String> = serde_json::from_value(cells).unwrap_or_default();
        cells.resize(headers.len().max(cells.len()), String::new());
        cells.extend([line.to_string(), reason]);
        writer.write_record(&cells).map_err(failed)?;
    }
    writer.into_inner().map_err(|e| Problem::internal(&e))
}

/// Routes of imports.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, upload))
        .routes(routes!(get, change))
        .routes(routes!(start))
        .routes(routes!(cancel))
        .routes(routes!(refused))
        .layer(axum::extract::DefaultBodyLimit::max(limits::IMPORT_BYTES + 1_048_576))
}

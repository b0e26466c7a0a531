//! Imports over HTTP: upload, look, correct, try, start, watch, stop, and fetch what was refused.

use super::begin::{NewImport, enqueue, keep_plan, prepare, propose};
use super::decode::TextEncoding;
use super::dialect::Dialect;
use super::mapping::ColumnSuggestion;
use super::plan::{self, Duplicates, Plan};
use super::reason;
use super::refusal::refused_csv;
use super::view::{self, COLUMNS, Import, ImportView};
use crate::kind::Kind;
use axum::Json as Answered;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, Path as At, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_room::{Answer, App, Body, Member, Problem, Reader, Writer};
use kernel::{FileId, WorkspaceId, limits};
use serde::Deserialize;
use serde_json::json;
use store::Sql;
use store::db::Source;
use store::job::{self, Job};
use tempfile::TempPath;
use tokio::io::AsyncWriteExt;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

async fn currency(app: &App, workspace: WorkspaceId) -> Answer<kernel::Currency> {
    Ok(crate::workspace::find(&app.db, workspace).await?.map_or(kernel::Currency::USD, |w| w.currency()))
}

async fn shown(app: &App, me: &Member, import: Import) -> Answer<ImportView> {
    if import.state != "mapping" {
        return Ok(ImportView { import, preview: Vec::new() });
    }
    let head = head(app, me, &import).await?;
    import.with_preview(&head[..], currency(app, me.workspace).await?, me.locale)
}

async fn head(app: &App, me: &Member, import: &Import) -> Answer<Vec<u8>> {
    let head = store::file::head(&app.db, me.workspace, import.file_id, plan::HEAD).await?;
    Ok(head.unwrap_or_default())
}

/// An upload.
#[derive(utoipa::ToSchema)]
#[allow(dead_code)]
struct Upload {
    /// `company`, `person` or `deal`.
    kind: Kind,
    /// A list of at most 1 GiB: CSV in UTF-8, UTF-16, CP949/EUC-KR or Windows-1252, an Excel workbook
    /// (`.xlsx`), a web page with a table (often named `.xls`), or vCards.
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
    let (mut kind, mut file) = (None, None);
    while let Some(part) = parts.next_field().await.map_err(|e| unread(&e))? {
        match part.name() {
            Some("kind") => kind = Kind::parse(part.text().await.map_err(|e| unread(&e))?.trim()),
            Some("file") => {
                file = Some((part.file_name().unwrap_or("file").to_owned(), on_disk(part).await?))
            }
            _ => {}
        }
    }
    let kind = kind.ok_or_else(|| Problem::field("kind", "required", "company, person or deal"))?;
    let (name, path) = file.ok_or_else(|| Problem::field("file", "required", "a list as a file"))?;
    let file = prepare(&path, None, me.locale).await?;
    let new = NewImport { kind, name: &name, path: &path, file: &file };
    let now = app.clock.now();
    let import = propose(&app.db, me.workspace, Some(me.user), &new, me.locale, now).await?;
    Ok((StatusCode::CREATED, Answered(shown(&app, &me, import).await?)))
}

fn unread(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::field("file", "too_long", "at most 1 GiB: split it");
    }
    Problem::bad_request(format!("The upload could not be read: {error}"))
}

/// Writes a part of an upload to disk as it comes in.
async fn on_disk(mut part: Field<'_>) -> Answer<TempPath> {
    let (file, path) = tempfile::NamedTempFile::new().map_err(|e| Problem::internal(&e))?.into_parts();
    let mut file = tokio::fs::File::from_std(file);
    while let Some(bytes) = part.chunk().await.map_err(|e| unread(&e))? {
        file.write_all(&bytes).await.map_err(|e| Problem::internal(&e))?;
    }
    file.flush().await.map_err(|e| Problem::internal(&e))?;
    Ok(path)
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
async fn get(me: Reader, State(app): State<App>, At(id): At<Uuid>) -> Answer<Answered<ImportView>> {
    let import = view::find(&app.db, me.workspace, id).await?;
    shown(&app, &me, import).await.map(Answered)
}

/// Changes to how a file is imported.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanPatch {
    /// Another sheet of the workbook; the columns are suggested anew.
    #[serde(default)]
    sheet: Option<String>,
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
    /// The day they come from, when no column says so: `2026-01-30`.
    #[serde(default)]
    source_date: Option<String>,
    /// `consent`, `customer`, `legitimate_interest`, `published` or `inquiry`, when no column says so.
    #[serde(default)]
    lawful_basis: Option<String>,
}

#[utoipa::path(patch, path = "/imports/{id}", tag = "imports", operation_id = "change_import", request_body = PlanPatch, params(("id" = Uuid, Path, description = "The import")),
    responses((status = 200, description = "As it is now", body = ImportView), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It has begun", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn change(
    me: Writer,
    State(app): State<App>,
    At(id): At<Uuid>,
    Body(patch): Body<PlanPatch>,
) -> Answer<Answered<ImportView>> {
    let import = view::find(&app.db, me.workspace, id).await?;
    if import.state != "mapping" {
        return Err(Problem::conflict("already_started", "This import has been started already."));
    }
    let kind = Kind::parse(&import.record_kind).ok_or_else(|| Problem::not_found("kind of record"))?;
    let mut import = import;
    let mut plan = import.plan()?;
    if let Some(sheet) = patch.sheet.clone().filter(|s| plan.sheet.as_ref() != Some(s)) {
        (import.file_id, plan) = other_sheet(&app, &me, &import, kind, sheet).await?;
    } else if patch.encoding.is_some() || patch.dialect.is_some() {
        let encoding = patch.encoding.unwrap_or(plan.encoding);
        let head = head(&app, &me, &import).await?;
        let read = plan.read_as(kind, &head[..], encoding, patch.dialect.unwrap_or(plan.dialect));
        plan = read.map_err(|e| reason::refusal(&e, me.locale))?;
    }
    let plan = patch.over(plan);
    plan.check_columns(kind)?;
    let tx = app.db.write_tx().await?;
    keep_plan(&tx, id, &plan).await?;
    Sql::with(tx.engine(), "UPDATE import SET file_id = ? WHERE id = ?", [import.file_id.into(), id.into()])
        .run(tx.conn())
        .await?;
    let import = view::find(&tx, me.workspace, id).await?;
    tx.commit().await?;
    shown(&app, &me, import).await.map(Answered)
}

impl PlanPatch {
    /// What a person chose, over what was there. Empty texts take a choice back.
    fn over(self, plan: Plan) -> Plan {
        let chosen = |new: Option<String>, old| new.or(old).filter(|s: &String| !s.trim().is_empty());
        Plan {
            columns: self.columns.unwrap_or(plan.columns),
            duplicates: self.duplicates.unwrap_or(plan.duplicates),
            source: chosen(self.source, plan.source),
            source_date: chosen(self.source_date, plan.source_date),
            lawful_basis: chosen(self.lawful_basis, plan.lawful_basis),
            ..plan
        }
    }
}

/// The text of another sheet of an import's workbook, and the plan for it.
async fn other_sheet(
    app: &App,
    me: &Member,
    import: &Import,
    kind: Kind,
    sheet: String,
) -> Answer<(FileId, Plan)> {
    let original = import.original_id.ok_or_else(|| Problem::not_found("workbook of this import"))?;
    let mut book = tempfile::NamedTempFile::new().map_err(|e| Problem::internal(&e))?;
    if !store::file::copy_to(&app.db, me.workspace, original, &mut book).await? {
        return Err(Problem::not_found("workbook of this import"));
    }
    let file = prepare(book.path(), Some(sheet), me.locale).await?;
    let before = import.plan()?;
    let mut plan = Plan::propose(kind, &file).map_err(|e| reason::refusal(&e, me.locale))?;
    (plan.duplicates, plan.source_date) = (before.duplicates, before.source_date);
    (plan.source, plan.lawful_basis) = (plan.source.or(before.source), before.lawful_basis);
    let (name, now) = (&import.file_name, app.clock.now());
    let text = store::file::keep_from(&app.db, me.workspace, name, "text/csv", file.path(), now).await?;
    Ok((text.id, plan))
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
    At(id): At<Uuid>,
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
async fn cancel(me: Writer, State(app): State<App>, At(id): At<Uuid>) -> Answer<Answered<Import>> {
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
    responses((status = 200, description = "The refused rows as they were, each with its line, the column and value at fault, and the reason", content_type = "text/csv", body = String), (status = 404, description = "Not there", body = Problem)))]
async fn refused(me: Reader, State(app): State<App>, At(id): At<Uuid>) -> Answer<Response> {
    let import = view::find(&app.db, me.workspace, id).await?;
    let bytes = refused_csv(&app.db, &import).await?;
    let name = format!("attachment; filename=\"refused-{}.csv\"", import.id);
    Ok((
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)],
        bytes,
    )
        .into_response())
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

//! An import's beginning: its file made ready and kept, its plan proposed, its job put in the queue.
//! The browser and the command line share it.

use super::plan::Plan;
use super::reason;
use super::source::{self, Prepared};
use super::view::{self, Import};
use crate::kind::Kind;
use http_room::{Answer, Problem};
use kernel::{JobId, Locale, Timestamp, UserId, WorkspaceId, limits};
use serde_json::json;
use std::path::Path;
use store::db::Source;
use store::job::{self, NewJob};
use store::{Db, Sql, WriteTx};
use uuid::Uuid;

/// The job kind of imports.
pub const JOB: &str = "import";

/// Tells what a file on disk is and makes its text ready, off the runtime's own threads.
///
/// # Errors
/// 422 with a sentence when it is no list that can be read.
pub async fn prepare(path: &Path, sheet: Option<String>, locale: Locale) -> Answer<Prepared> {
    let path = path.to_owned();
    let read = tokio::task::spawn_blocking(move || source::prepare(&path, sheet.as_deref())).await;
    read.map_err(|e| Problem::internal(&e))?.map_err(|e| reason::refusal(&e, locale))
}

/// A file that was uploaded or named on the command line.
#[derive(Debug)]
pub struct NewImport<'a> {
    /// What it is a list of.
    pub kind: Kind,
    /// Its name.
    pub name: &'a str,
    /// Where it is.
    pub path: &'a Path,
    /// Its text.
    pub file: &'a Prepared,
}

/// Keeps a file's text and proposes how to import it.
///
/// # Errors
/// 422 when there is no table in it.
pub async fn propose(
    db: &Db,
    workspace: WorkspaceId,
    user: Option<UserId>,
    new: &NewImport<'_>,
    locale: Locale,
    now: Timestamp,
) -> Answer<Import> {
    let name: String = new.name.chars().filter(|c| !c.is_control()).take(limits::NAME_CHARS).collect();
    let mut plan = Plan::propose(new.kind, new.file).map_err(|e| reason::refusal(&e, locale))?;
    plan.source = plan.source.or_else(|| Some(name.clone()));
    plan.source_date = Some(now.to_utc().format("%Y-%m-%d").to_string());
    let text = store::file::keep_from(db, workspace, &name, "text/csv", new.file.path(), now).await?;
    let original = if new.file.sheets.len() > 1 {
        Some(store::file::keep_from(db, workspace, &name, WORKBOOK, new.path, now).await?.id)
    } else {
        None
    };
    let id = Uuid::now_v7();
    let sql = "INSERT INTO import (id, workspace_id, record_kind, file_id, original_id, file_name, state, options, created_by, created_at) \
               VALUES (?, ?, ?, ?, ?, ?, 'mapping', ?, ?, ?)";
    let values = [
        id.into(),
        workspace.into(),
        new.kind.key().into(),
        text.id.into(),
        original.into(),
        name.into(),
        json!(plan).into(),
        user.into(),
        now.into(),
    ];
    let tx = db.write_tx().await?;
    Sql::with(tx.engine(), sql, values).run(tx.conn()).await?;
    let import = view::find(&tx, workspace, id).await?;
    tx.commit().await?;
    Ok(import)
}

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

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

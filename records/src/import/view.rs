//! An import as it is kept and shown.

use super::plan::Plan;
use http_room::{Answer, Problem};
use kernel::{FileId, JobId, Timestamp, UserId, WorkspaceId, limits};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::Sql;
use store::db::Source;
use uuid::Uuid;

/// An import.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Import {
    /// Its id.
    pub id: Uuid,
    /// `company`, `person` or `deal`.
    pub record_kind: String,
    /// The uploaded file.
    #[serde(skip)]
    pub file_id: FileId,
    /// The workbook it was read from, while another of its sheets may be chosen.
    #[serde(skip)]
    pub original_id: Option<FileId>,
    /// The file's name.
    pub file_name: String,
    /// `mapping`, `queued`, `running`, `done`, `failed`, `cancelled`.
    pub state: String,
    /// How it is done.
    #[schema(value_type = Plan)]
    #[sea_orm(from_alias = "options")]
    pub plan: Json,
    /// The job that does it.
    pub job_id: Option<JobId>,
    /// Rows taken so far.
    pub rows_read: i64,
    /// Rows in all, once counted.
    pub rows_total: i64,
    /// Records made.
    pub created: i64,
    /// Records written over.
    pub updated: i64,
    /// Rows left alone as duplicates.
    pub skipped: i64,
    /// Rows refused.
    pub refused: i64,
    /// Why it stopped.
    pub error: Option<String>,
    /// Who asked.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
    /// Begun.
    pub started_at: Option<Timestamp>,
    /// Ended.
    pub finished_at: Option<Timestamp>,
}

/// Columns of [`Import`].
pub const COLUMNS: &str = "id, record_kind, file_id, original_id, file_name, state, options, job_id, rows_read, rows_total, created, updated, \
    skipped, refused, error, created_by, created_at, started_at, finished_at";

/// One of the first rows of a file.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PreviewRow {
    /// Line in the file.
    pub line: u64,
    /// Its cells.
    pub cells: Vec<String>,
    /// Why it would be refused.
    pub refused: Option<String>,
}

/// An import with the beginning of its file.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ImportView {
    /// The import.
    #[serde(flatten)]
    pub import: Import,
    /// The first rows, at most 20; none once the import has begun.
    pub preview: Vec<PreviewRow>,
}

impl Import {
    /// How it is done.
    ///
    /// # Errors
    /// When what is kept cannot be read.
    pub fn plan(&self) -> Answer<Plan> {
        serde_json::from_value(self.plan.clone()).map_err(|e| Problem::internal(&e))
    }

    pub(super) fn tally(&self) -> super::run::Tally {
        super::run::Tally {
            read: self.rows_read,
            created: self.created,
            updated: self.updated,
            skipped: self.skipped,
            refused: self.refused,
        }
    }

    /// With the first rows of its text, of which the beginning is enough.
    ///
    /// # Errors
    /// When the file cannot be read that way.
    pub fn with_preview(
        self,
        text: impl std::io::Read,
        currency: kernel::Currency,
        locale: kernel::Locale,
    ) -> Answer<ImportView> {
        let plan = self.plan()?;
        let kind =
            crate::Kind::parse(&self.record_kind).ok_or_else(|| Problem::not_found("kind of record"))?;
        let sample = plan
            .sample(text, limits::IMPORT_PREVIEW_ROWS)
            .map_err(|e| super::reason::refusal(&e.into(), locale))?;
        let shown = |row: Result<super::Row, super::RefusedRow>| match row {
            Ok(row) => {
                let fault = super::record::values(kind, &plan, &row.cells, currency).err();
                PreviewRow { line: row.line, cells: row.cells, refused: fault.map(|f| f.said(locale)) }
            }
            Err(row) => {
                let refused = Some(super::reason::of_row(&row.reason, locale));
                PreviewRow { line: row.line, cells: row.cells, refused }
            }
        };
        let preview = sample.rows.into_iter().map(shown).collect();
        Ok(ImportView { import: self, preview })
    }
}

/// One import.
///
/// # Errors
/// 404 when it is not there.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: Uuid) -> Answer<Import> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM import WHERE ");
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("import"))
}

/// An import of the same bytes that has begun and not ended: a crash left it, and it goes on.
///
/// # Errors
/// Whatever the database says.
pub async fn unfinished(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: crate::Kind,
    sha256: &str,
) -> Answer<Option<Import>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM import WHERE ");
    sql.push_with(
        "workspace_id = ? AND record_kind = ? AND state IN ('queued', 'running') AND ",
        [workspace.into(), kind.key().into()],
    );
    sql.push_with(
        "file_id IN (SELECT id FROM file WHERE sha256 = ? AND workspace_id = ?)",
        [sha256.into(), workspace.into()],
    );
    sql.push(" ORDER BY created_at DESC LIMIT 1");
    Ok(sql.one(db.conn()).await?)
}

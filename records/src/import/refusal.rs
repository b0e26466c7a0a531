//! Refused rows: where each is at fault and why, kept with the import and handed out as a file.

use super::plan::Plan;
use super::reason::{self, CellFault};
use super::table::{RefusedReason, RefusedRow, Row};
use super::view::Import;
use http_room::{Answer, Problem};
use kernel::Locale;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Sql, WriteTx};
use uuid::Uuid;

/// What is kept of the cell at fault: characters.
const CELL_CHARS: usize = 300;

/// What is wrong with the fields of a row.
pub(super) struct Wrong {
    /// The first field at fault.
    pub(super) field: Option<String>,
    /// In words.
    pub(super) reason: String,
}

impl Wrong {
    /// A fault of no field.
    pub(super) fn whole(reason: String) -> Self {
        Self { field: None, reason }
    }
}

/// A refused row.
pub(super) struct Refusal {
    line: u64,
    column: Option<String>,
    cell: Option<String>,
    reason: String,
    cells: Vec<String>,
}

impl Refusal {
    /// A row that has not the form of a row.
    pub(super) fn of_form(row: RefusedRow, locale: Locale) -> Self {
        let column = match &row.reason {
            RefusedReason::CellTooLong { column, .. } | RefusedReason::ZeroByte { column } => {
                Some(column.clone())
            }
            RefusedReason::CellCount { .. } | RefusedReason::Unreadable => None,
        };
        Self {
            line: row.line,
            column,
            cell: None,
            reason: reason::of_row(&row.reason, locale),
            cells: row.cells,
        }
    }

    /// A row one of whose cells cannot be read.
    pub(super) fn of_cell(row: Row, fault: CellFault, locale: Locale) -> Self {
        let reason = fault.said(locale);
        Self { line: row.line, column: Some(fault.column), cell: Some(fault.cell), reason, cells: row.cells }
    }

    /// A row whose record cannot be kept.
    pub(super) fn of_record(row: Row, plan: &Plan, wrong: Wrong) -> Self {
        let column = wrong.field.and_then(|field| plan.column_of(&field));
        let cell = column.and_then(|c| row.cells.get(c.column).cloned());
        let column = column.map(|c| c.header.clone());
        Self { line: row.line, column, cell, reason: wrong.reason, cells: row.cells }
    }

    pub(super) fn shown(&self) -> Json {
        json!({ "line": self.line, "column": self.column, "cell": self.cut_cell(), "reason": self.reason })
    }

    fn cut_cell(&self) -> Option<String> {
        self.cell.as_ref().map(|cell| cell.chars().take(CELL_CHARS).collect())
    }
}

/// Keeps refused rows with their import.
pub(super) async fn keep(tx: &WriteTx, import: Uuid, refused: &[Refusal]) -> Answer<()> {
    for part in refused.chunks(500) {
        let text = "INSERT INTO import_refusal (import_id, line, column_name, cell, reason, cells) VALUES ";
        let mut sql = Sql::new(tx.engine(), text);
        for (n, one) in part.iter().enumerate() {
            if n > 0 {
                sql.push(", ");
            }
            let line = i64::try_from(one.line).unwrap_or(i64::MAX);
            sql.bind_list([
                import.into(),
                line.into(),
                one.column.clone().into(),
                one.cut_cell().into(),
                one.reason.clone().into(),
                json!(one.cells).into(),
            ]);
        }
        sql.push(" ON CONFLICT DO NOTHING");
        sql.run(tx.conn()).await?;
    }
    Ok(())
}

/// Refused rows a result shows; all are in the file.
pub(super) const SHOWN: usize = 20;

/// The first refused rows of an import as [`Refusal::shown`] shows them, those before a crash included.
pub(super) async fn first(db: &impl Source, import: Uuid) -> Answer<Vec<Json>> {
    let text = "SELECT line, column_name, cell, reason FROM import_refusal WHERE import_id = ? ORDER BY line LIMIT ?";
    let limit = i64::try_from(SHOWN).unwrap_or(i64::MAX);
    let rows = Sql::with(db.engine(), text, [import.into(), limit.into()]).rows(db.conn()).await?;
    let shown = |row: &store::Row| -> Answer<Json> {
        let line: i64 = row.try_get_by_index(0)?;
        let column: Option<String> = row.try_get_by_index(1)?;
        let cell: Option<String> = row.try_get_by_index(2)?;
        let reason: String = row.try_get_by_index(3)?;
        Ok(json!({ "line": line, "column": column, "cell": cell, "reason": reason }))
    };
    rows.iter().map(shown).collect()
}

/// The refused rows of an import as a file that can be mended and imported again: their cells, then
/// the row's number, the column and cell at fault, and the reason. Cells that a spreadsheet would run
/// as a formula have an apostrophe in front.
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
    let added = ["line", "column", "value", "reason"].map(str::to_owned);
    writer
        .write_record(headers.iter().chain(&added).cloned().map(crate::routes::export::safe))
        .map_err(failed)?;
    let text =
        "SELECT line, column_name, cell, reason, cells FROM import_refusal WHERE import_id = ? ORDER BY line";
    for row in Sql::with(db.engine(), text, [import.id.into()]).rows(db.conn()).await? {
        let (line, column, cell): (i64, Option<String>, Option<String>) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let (reason, cells): (String, Json) = (row.try_get_by_index(3)?, row.try_get_by_index(4)?);
        let mut cells: Vec<String> = serde_json::from_value(cells).unwrap_or_default();
        cells.resize(headers.len().max(cells.len()), String::new());
        cells.extend([line.to_string(), column.unwrap_or_default(), cell.unwrap_or_default(), reason]);
        writer.write_record(cells.into_iter().map(crate::routes::export::safe)).map_err(failed)?;
    }
    writer.into_inner().map_err(|e| Problem::internal(&e))
}

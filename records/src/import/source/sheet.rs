//! Sheets of a workbook, cell by cell.

use super::SourceError;
use super::archive;
use super::spool::{Spool, push};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use chrono::{Duration, NaiveTime, Timelike};
use kernel::limits::IMPORT_COLUMNS;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use tempfile::TempPath;

/// A sheet that was read.
pub struct Sheet {
    /// Sheets that hold anything.
    pub sheets: Vec<String>,
    /// The one read.
    pub sheet: String,
    /// Its rows.
    pub text: TempPath,
}

type Book = Xlsx<BufReader<File>>;

/// Spools a sheet: the one named, else the first that holds anything.
pub fn spool(path: &Path, wanted: Option<&str>) -> Result<Sheet, SourceError> {
    archive::check(&File::open(path)?)?;
    let mut book: Book = Xlsx::new(BufReader::new(File::open(path)?)).map_err(broken)?;
    let sheets = filled(&mut book)?;
    let sheet = match wanted {
        None => sheets.first().ok_or(SourceError::NoSheet)?,
        Some(name) => {
            sheets.iter().find(|s| *s == name).ok_or_else(|| SourceError::UnknownSheet(name.to_owned()))?
        }
    };
    let sheet = sheet.clone();
    Ok(Sheet { text: rows(&mut book, &sheet)?, sheet, sheets })
}

/// Visible sheets with at least one filled cell.
fn filled(book: &mut Book) -> Result<Vec<String>, SourceError> {
    let shown: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|s| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible)
        .map(|s| s.name.clone())
        .collect();
    let mut filled = Vec::new();
    for name in shown {
        let mut cells = book.worksheet_cells_reader(&name).map_err(broken)?;
        while let Some(cell) = cells.next_cell().map_err(broken)? {
            if !words(cell.get_value()).trim().is_empty() {
                filled.push(name);
                break;
            }
        }
    }
    Ok(filled)
}

fn rows(book: &mut Book, sheet: &str) -> Result<TempPath, SourceError> {
    let mut spool = Spool::new()?;
    let mut cells = book.worksheet_cells_reader(sheet).map_err(broken)?;
    let mut row: Vec<String> = Vec::new();
    let mut number = 0;
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (at, column) = cell.get_position();
        if at != number {
            spool.row(u64::from(number) + 1, &row)?;
            row.clear();
            number = at;
        }
        let text = words(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let column = column as usize;
        if column >= IMPORT_COLUMNS {
            return Err(SourceError::TooManyColumns(column + 1));
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column].clear();
        push(&mut row[column], &text);
    }
    spool.row(u64::from(number) + 1, &row)?;
    spool.done()
}

/// A cell as a person would type it. Faults such as `#N/A` say nothing.
fn words(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => number(*n),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(moment) => moment_words(moment),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// Fifteen digits, as many as spreadsheets show, never with an exponent, no `.0`.
fn number(value: f64) -> String {
    let shown: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    format!("{shown}")
}

/// A day as `2026-01-30`, with its time when it has one; a time of day or a span as `26:30:00`.
fn moment_words(moment: &ExcelDateTime) -> String {
    if moment.is_duration() || moment.as_f64().abs() < 1.0 {
        return moment.as_duration().map_or_else(|| number(moment.as_f64()), span);
    }
    let Some(at) = moment.as_datetime() else { return number(moment.as_f64()) };
    // Moments are kept as fractions of a day; the nearest second is what was typed.
    let at = at + Duration::nanoseconds(i64::from(at.nanosecond() >= 500_000_000) * 1_000_000_000);
    let form =
        if at.time().with_nanosecond(0) == Some(NaiveTime::MIN) { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M:%S" };
    at.format(form).to_string()
}

fn span(span: Duration) -> String {
    let seconds = (span.num_milliseconds() + 500).div_euclid(1000);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[allow(clippy::needless_pass_by_value)] // the shape map_err asks for
fn broken(error: XlsxError) -> SourceError {
    SourceError::BrokenWorkbook(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::CellErrorType;

    #[test]
    fn cells_read_as_a_person_would_type_them() {
        let cases = [
            (DataRef::Float(120.0), "120"),
            (DataRef::Float(821_012_345_678.0), "821012345678"),
            (DataRef::Float(0.1 + 0.2), "0.3"),
            (DataRef::Float(-1.5), "-1.5"),
            (DataRef::Float(1e20), "100000000000000000000"),
            (DataRef::Bool(true), "TRUE"),
            (DataRef::Error(CellErrorType::NA), ""),
            (DataRef::SharedString("가"), "가"),
        ];
        for (value, expected) in cases {
            assert_eq!(words(&value), expected);
        }
    }
}

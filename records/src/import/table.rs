//! Rows of a file under its header, each with its line, or refused with a reason.

use std::io::Read;

use kernel::limits::{IMPORT_CELL_BYTES, IMPORT_COLUMNS, IMPORT_ROWS};
use serde::{Deserialize, Serialize};

use super::decode::{DecodeError, unwrap_io};
use super::dialect::Dialect;
use super::source::{Meter, Metered, UNREADABLE};

/// A file being read row by row.
pub struct Table<R> {
    reader: csv::Reader<LineEnds<Metered<R>>>,
    meter: Meter,
    record: csv::StringRecord,
    headers: Vec<String>,
    form: Form,
    rows: usize,
    blank_rows: u64,
    ended: bool,
}

/// How the rows of a table are told from what is none.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// The first cell of a row is its number in the file it was spooled from; short rows are filled up.
    pub numbered: bool,
    /// How the only filled cell of a row begins that stands under a report and is no row of it.
    pub footers: Vec<String>,
}

/// Makes every line end one `\n`, the last line's too, so that lines can be counted.
struct LineEnds<R> {
    inner: R,
    /// Byte read before.
    after: u8,
    ended: bool,
}

impl<R: Read> Read for LineEnds<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while !self.ended && !out.is_empty() {
            let read = self.inner.read(out)?;
            if read == 0 {
                self.ended = true;
                if self.after != b'\n' && self.after != b'\r' {
                    out[0] = b'\n';
                    return Ok(1);
                }
            }
            let mut kept = 0;
            for at in 0..read {
                let byte = out[at];
                if !(byte == b'\n' && self.after == b'\r') {
                    out[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
                self.after = byte;
            }
            if kept > 0 {
                return Ok(kept);
            }
        }
        Ok(0)
    }
}

/// What is kept of a column's name: bytes. More is no name, but text where a header should be.
const HEADER_BYTES: usize = 500;

/// A row with as many cells as the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Line of the file its first cell stands in, counted from 1.
    pub line: u64,
    /// Cells, spaces around them trimmed; line ends inside are `\n`.
    pub cells: Vec<String>,
}

/// A row that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RefusedRow {
    /// Line of the file, counted from 1.
    pub line: u64,
    /// Why.
    pub reason: RefusedReason,
    /// The cells as they stand in the file.
    pub cells: Vec<String>,
}

/// Why a row cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RefusedReason {
    /// More or fewer cells than the header.
    #[error("the row has {found} cells, the header has {expected}: check quotes and delimiters")]
    CellCount {
        /// Cells of the row.
        found: usize,
        /// Cells of the header.
        expected: usize,
    },
    /// A cell over the limit; often a quote that is never closed.
    #[error("column '{column}' holds {bytes} bytes, at most {limit} are taken: is a quote left open?")]
    CellTooLong {
        /// Header of the column.
        column: String,
        /// Size of the cell.
        bytes: usize,
        /// Largest size taken.
        limit: usize,
    },
    /// A part of the file that is no row, such as a vCard without end.
    #[error("this entry cannot be read: it is damaged, or names nobody")]
    Unreadable,
    /// A zero byte, which no database keeps in text.
    #[error("column '{column}' holds a zero byte")]
    ZeroByte {
        /// Header of the column.
        column: String,
    },
}

/// Why a file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// There is no header.
    #[error("the file is empty: a header line with column names is needed")]
    Empty,
    /// Too many columns.
    #[error("the file has {0} columns, at most {IMPORT_COLUMNS} are taken")]
    TooManyColumns(usize),
    /// Too many rows.
    #[error("the file has more than {IMPORT_ROWS} rows: split it")]
    TooManyRows,
    /// A row larger than memory should hold.
    #[error("a row is larger than 16 MB: is a quote left open?")]
    RowTooLong,
    /// The text broke off.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

impl<R: Read> Table<R> {
    /// Opens UTF-8 text and reads its header. Columns without a name get one, doubled names a number.
    ///
    /// # Errors
    /// When there is no header, it has too many columns, or the text is broken.
    pub fn open(text: R, dialect: Dialect) -> Result<Self, TableError> {
        Self::open_as(text, dialect, Form::default())
    }

    /// The same for text whose rows have a form of their own.
    ///
    /// # Errors
    /// See [`Table::open`].
    pub fn open_as(text: R, dialect: Dialect, form: Form) -> Result<Self, TableError> {
        let meter = Meter::default();
        let text = meter.over(text);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(dialect.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(LineEnds { inner: text, after: b'\n', ended: false });
        let mut record = csv::StringRecord::new();
        for _ in 0..=dialect.skipped_records {
            if !read(&mut reader, &mut record)? {
                return Err(TableError::Empty);
            }
            meter.reset();
        }
        let header: Vec<&str> = record.iter().skip(usize::from(form.numbered)).collect();
        if header.len() > IMPORT_COLUMNS {
            return Err(TableError::TooManyColumns(header.len()));
        }
        if header.iter().all(|cell| cell.trim().is_empty()) {
            return Err(TableError::Empty);
        }
        let headers = named(&header);
        Ok(Self { reader, meter, record, headers, form, rows: 0, blank_rows: 0, ended: false })
    }

    /// Reads a record that is a row, into `self.record`.
    fn read_on(&mut self) -> Result<bool, TableError> {
        while read(&mut self.reader, &mut self.record)? {
            self.meter.reset();
            let skipped = usize::from(self.form.numbered);
            let mut filled = self.record.iter().skip(skipped).map(str::trim).filter(|cell| !cell.is_empty());
            let first = filled.next();
            let alone = filled.next().is_none();
            match first {
                Some(cell) if !(alone && self.form.footers.iter().any(|f| cell.starts_with(f))) => {
                    return Ok(true);
                }
                _ => self.blank_rows += 1,
            }
        }
        Ok(false)
    }

    /// Names of the columns.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Rows so far whose cells were all empty, and footers; they are neither rows nor refused.
    #[must_use]
    pub fn blank_rows(&self) -> u64 {
        self.blank_rows
    }

    /// The next row, a refused row, or `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read on; rows before the error stand.
    #[allow(clippy::type_complexity)] // the three answers of a reader, each named
    pub fn next_row(&mut self) -> Result<Option<Result<Row, RefusedRow>>, TableError> {
        if !self.ended && self.read_on()? {
            self.rows += 1;
            if self.rows > IMPORT_ROWS {
                self.ended = true;
                return Err(TableError::TooManyRows);
            }
            return Ok(Some(self.judge()));
        }
        self.ended = true;
        Ok(None)
    }

    fn judge(&self) -> Result<Row, RefusedRow> {
        if self.form.numbered {
            return self.judge_numbered();
        }
        // The reader stands behind the row's line end; line ends inside quotes belong to the row.
        let inside: usize = self.record.iter().map(|cell| cell.matches('\n').count()).sum();
        let line = self.reader.position().line().saturating_sub(1 + inside as u64);
        self.row(line, self.record.iter())
    }

    /// A row of a spool: it has its number in front, and empty cells at its end were left away.
    fn judge_numbered(&self) -> Result<Row, RefusedRow> {
        let number = self.record.get(0).unwrap_or_default();
        let line = number.trim_end_matches(UNREADABLE).parse().unwrap_or(0);
        let cells = self.record.iter().skip(1);
        if number.ends_with(UNREADABLE) {
            let cells = cells.map(|c| cut(c).replace('\0', "\u{FFFD}")).collect();
            return Err(RefusedRow { line, reason: RefusedReason::Unreadable, cells });
        }
        let missing = (self.headers.len() + 1).saturating_sub(self.record.len());
        self.row(line, cells.chain(std::iter::repeat_n("", missing)))
    }

    fn row<'a>(&self, line: u64, cells: impl Iterator<Item = &'a str> + Clone) -> Result<Row, RefusedRow> {
        let (expected, found) = (self.headers.len(), cells.clone().count());
        // Spreadsheets pad short rows with delimiters; empty cells beyond the header say nothing.
        let beyond = cells.clone().skip(expected).any(|cell| !cell.trim().is_empty());
        let reason = if found < expected || beyond {
            Some(RefusedReason::CellCount { found, expected })
        } else {
            cells.clone().zip(&self.headers).find_map(|(cell, header)| bad_cell(cell, header))
        };
        match reason {
            None => Ok(Row { line, cells: cells.take(expected).map(|c| c.trim().to_owned()).collect() }),
            Some(reason) => {
                let cells = cells.take(IMPORT_COLUMNS).map(|c| cut(c).replace('\0', "\u{FFFD}")).collect();
                Err(RefusedRow { line, reason, cells })
            }
        }
    }
}

fn bad_cell(cell: &str, header: &str) -> Option<RefusedReason> {
    if cell.len() > IMPORT_CELL_BYTES {
        let column = header.to_owned();
        return Some(RefusedReason::CellTooLong { column, bytes: cell.len(), limit: IMPORT_CELL_BYTES });
    }
    cell.contains('\0').then(|| RefusedReason::ZeroByte { column: header.to_owned() })
}

/// At most the bytes of one cell, ending at a whole character.
fn cut(cell: &str) -> &str {
    &cell[..cell.floor_char_boundary(IMPORT_CELL_BYTES)]
}

fn read<R: Read>(
    reader: &mut csv::Reader<LineEnds<Metered<R>>>,
    record: &mut csv::StringRecord,
) -> Result<bool, TableError> {
    reader.read_record(record).map_err(|error| {
        let line = error.position().map_or(0, csv::Position::byte);
        match error.into_kind() {
            csv::ErrorKind::Io(io) if super::source::is_too_long(&io) => TableError::RowTooLong,
            csv::ErrorKind::Io(io) => TableError::Decode(unwrap_io(io)),
            _ => TableError::Decode(DecodeError::Malformed { offset: line, encoding: "UTF-8" }),
        }
    })
}

fn named(cells: &[&str]) -> Vec<String> {
    let mut headers: Vec<String> = Vec::with_capacity(cells.len());
    for (at, cell) in cells.iter().enumerate() {
        let plain = cell.trim().trim_start_matches('\u{FEFF}');
        let plain = &plain[..plain.floor_char_boundary(HEADER_BYTES)];
        let base = if plain.is_empty() { format!("Column {}", at + 1) } else { plain.to_owned() };
        let mut name = base.clone();
        let mut number = 2;
        while headers.contains(&name) {
            name = format!("{base} ({number})");
            number += 1;
        }
        headers.push(name);
    }
    headers
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;

//! Rows on their way to disk: CSV in UTF-8, the row's own number first.

use super::SourceError;
use kernel::limits::{IMPORT_BYTES, IMPORT_CELL_BYTES, IMPORT_COLUMNS};
use std::fs::File;
use std::io::BufWriter;
use tempfile::{NamedTempFile, TempPath};

/// Stands behind the number of a row that could not be read; its one cell is how it begins.
pub const UNREADABLE: char = '!';

/// A spool being written.
pub struct Spool {
    writer: csv::Writer<BufWriter<File>>,
    path: TempPath,
    bytes: usize,
}

impl Spool {
    /// An empty one in the place for temporary files.
    pub fn new() -> Result<Self, SourceError> {
        let (file, path) = NamedTempFile::new()?.into_parts();
        let writer = csv::WriterBuilder::new().flexible(true).from_writer(BufWriter::new(file));
        Ok(Self { writer, path, bytes: 0 })
    }

    /// A row; empty cells at its end are left away, and so is a row without any other.
    pub fn row(&mut self, number: u64, cells: &[String]) -> Result<(), SourceError> {
        let filled = cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1);
        if filled > IMPORT_COLUMNS {
            return Err(SourceError::TooManyColumns(filled));
        }
        if filled == 0 {
            return Ok(());
        }
        self.write(&number.to_string(), &cells[..filled])
    }

    /// A row that could not be read, with its beginning.
    pub fn unreadable(&mut self, number: u64, begins: &str) -> Result<(), SourceError> {
        let begins: String = begins.chars().take(300).collect();
        self.write(&format!("{number}{UNREADABLE}"), &[begins])
    }

    fn write(&mut self, number: &str, cells: &[String]) -> Result<(), SourceError> {
        self.bytes += cells.iter().map(|cell| cell.len() + 1).sum::<usize>() + number.len();
        if self.bytes > IMPORT_BYTES {
            return Err(SourceError::TooLarge);
        }
        let record = std::iter::once(number).chain(cells.iter().map(String::as_str));
        self.writer.write_record(record).map_err(|e| SourceError::Io(e.into()))
    }

    /// The whole of it.
    pub fn done(self) -> Result<TempPath, SourceError> {
        let buffered = self.writer.into_inner().map_err(|e| SourceError::Io(e.into_error()))?;
        buffered.into_inner().map_err(|e| SourceError::Io(e.into_error()))?;
        Ok(self.path)
    }
}

/// Adds text to a cell, as far as cells are taken and one character beyond, so that a longer one is
/// refused by its row and not held in memory.
pub fn push(cell: &mut String, text: &str) {
    let room = (IMPORT_CELL_BYTES + 4).saturating_sub(cell.len());
    cell.push_str(&text[..text.floor_char_boundary(room)]);
}

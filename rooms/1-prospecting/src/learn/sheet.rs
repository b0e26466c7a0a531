//! A file read whole, and its rows by what a column holds.

use std::collections::HashMap;

use kernel::fold::{fold, fold_key};
use records::import::decode::decode;
use records::import::value::is_blank;
use records::import::{Table, TableError, detect_dialect};

use super::files::{FilesError, Source};

/// A file read whole.
pub(super) struct Sheet<'a> {
    pub(super) name: &'a str,
    pub(super) encoding: &'static str,
    pub(super) headers: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) refused: usize,
}

impl<'a> Sheet<'a> {
    pub(super) fn read(source: Source<'a>) -> Result<Self, FilesError> {
        let unreadable = |why: TableError| FilesError::Unreadable { name: source.name.to_owned(), why };
        let (encoding, text) = decode(source.bytes).map_err(|e| unreadable(e.into()))?;
        let mut table = Table::open(text.as_bytes(), detect_dialect(&text)).map_err(unreadable)?;
        let headers = table.headers().to_vec();
        let (mut rows, mut refused) = (Vec::new(), 0);
        while let Some(row) = table.next_row().map_err(unreadable)? {
            match row {
                Ok(row) => rows.push(row.cells),
                Err(_) => refused += 1,
            }
        }
        Ok(Self { name: source.name, encoding: encoding.name(), headers, rows, refused })
    }

    pub(super) fn cells(&self, column: usize) -> Vec<&str> {
        self.rows.iter().map(|row| row[column].as_str()).collect()
    }

    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.headers.iter().position(|h| fold_key(h) == fold_key(name))
    }

    /// Its rows by what a column holds, and whether each stands once.
    pub(super) fn index(&self, column: usize) -> (HashMap<String, usize>, bool) {
        let filled = self.rows.iter().enumerate().filter(|(_, row)| !is_blank(&row[column]));
        let keys: Vec<(String, usize)> = filled.map(|(at, row)| (fold(&row[column]), at)).collect();
        let count = keys.len();
        // The first of two rows of one key stands, as in an import.
        let index: HashMap<String, usize> = keys.into_iter().rev().collect();
        let once = index.len() == count;
        (index, once)
    }
}

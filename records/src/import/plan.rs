//! How one import is to be done: encoding, dialect, columns, duplicates. Kept with the import, so that
//! a worker can go on with it after a crash and a person can change it before.

use super::decode::{Decoder, TextEncoding, decode_head, detect_encoding};
use super::dialect::{Dialect, detect_dialect};
use super::mapping::{ColumnSuggestion, RecordKind, Target, suggest_columns};
use super::table::{Table, TableError};
use crate::kind::Kind;
use http_room::Problem;
use kernel::limits;
use serde::{Deserialize, Serialize};
use std::io::Cursor;

/// What becomes of a row whose record is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// Left alone.
    Skip,
    /// The row's filled cells are written over it.
    #[default]
    Update,
    /// Made once more.
    Create,
}

/// The plan of an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Plan {
    /// How the bytes become text.
    pub encoding: TextEncoding,
    /// How the text becomes cells.
    pub dialect: Dialect,
    /// What each column is.
    pub columns: Vec<ColumnSuggestion>,
    /// What becomes of duplicates.
    #[serde(default)]
    pub duplicates: Duplicates,
    /// Where the rows come from, when no column says so.
    #[serde(default)]
    pub source: Option<String>,
}

/// A header, and rows each with its line.
pub type Sample = (Vec<String>, Vec<(u64, Vec<String>)>);

/// Rows looked at for suggestions.
const SAMPLED: usize = 300;
/// Bytes looked at for encoding and dialect.
const HEAD: usize = 1 << 20;

impl Plan {
    /// Reads a file's beginning and proposes a plan.
    ///
    /// # Errors
    /// 422 when it is no text, empty or too large.
    pub fn propose(kind: Kind, bytes: &[u8]) -> Result<Self, Problem> {
        if bytes.len() > limits::IMPORT_BYTES {
            return Err(Problem::field("file", "too_long", "at most 100 MiB: split it"));
        }
        let encoding =
            detect_encoding(bytes).map_err(|e| Problem::field("file", "invalid", e.to_string()))?;
        let head = decode_head(&bytes[..bytes.len().min(HEAD)], encoding);
        Self::with(kind, bytes, encoding, detect_dialect(&head))
    }

    /// A plan for this encoding and dialect.
    ///
    /// # Errors
    /// 422 when the file cannot be read that way.
    pub fn with(kind: Kind, bytes: &[u8], encoding: TextEncoding, dialect: Dialect) -> Result<Self, Problem> {
        let mut plan =
            Self { encoding, dialect, columns: Vec::new(), duplicates: Duplicates::default(), source: None };
        let (headers, rows) = plan.sample(bytes, SAMPLED)?;
        let cells: Vec<Vec<String>> = rows.into_iter().map(|(_, cells)| cells).collect();
        plan.columns = suggest_columns(record_kind(kind), &headers, &cells);
        Ok(plan)
    }

    /// Opens the file as a table.
    ///
    /// # Errors
    /// When there is no header or the text is broken.
    pub fn open<'a>(&self, bytes: &'a [u8]) -> Result<Table<Decoder<Cursor<&'a [u8]>>>, TableError> {
        Table::open(Decoder::new(Cursor::new(bytes), self.encoding), self.dialect)
    }

    /// The header and the first rows, each with its line.
    ///
    /// # Errors
    /// 422 when the file cannot be read.
    pub fn sample(&self, bytes: &[u8], rows: usize) -> Result<Sample, Problem> {
        let broken = |e: TableError| Problem::field("file", "invalid", e.to_string());
        let mut table = self.open(bytes).map_err(broken)?;
        let headers = table.headers().to_vec();
        let mut sampled = Vec::new();
        while sampled.len() < rows {
            match table.next_row() {
                Ok(Some(Ok(row))) => sampled.push((row.line, row.cells)),
                Ok(Some(Err(refused))) => sampled.push((refused.line, refused.cells)),
                Ok(None) | Err(_) => break,
            }
        }
        Ok((headers, sampled))
    }

    /// Checks what a person changed.
    ///
    /// # Errors
    /// 422 naming the column.
    pub fn check(&self, kind: Kind) -> Result<(), Problem> {
        let known = super::record::field_keys(kind);
        for column in &self.columns {
            if let Target::Field { key } = &column.target
                && !known.contains(&key.as_str())
            {
                let field = format!("columns.{}", column.column);
                return Err(Problem::field(
                    &field,
                    "unknown_field",
                    format!("'{key}' is no field that can be imported"),
                ));
            }
        }
        let names: &[&str] = match kind {
            Kind::Company => &["name", "domain", "website"],
            Kind::Person => &["name", "given_name", "family_name", "email"],
            Kind::Deal => &["name", "company", "external_id"],
        };
        let named = self
            .columns
            .iter()
            .any(|c| matches!(&c.target, Target::Field { key } if names.contains(&key.as_str())));
        if named {
            Ok(())
        } else {
            Err(Problem::field(
                "columns",
                "required",
                format!("one column must be one of {}", names.join(", ")),
            ))
        }
    }
}

/// The list a kind of record is imported as.
#[must_use]
pub fn record_kind(kind: Kind) -> RecordKind {
    match kind {
        Kind::Company => RecordKind::Companies,
        Kind::Person => RecordKind::People,
        Kind::Deal => RecordKind::Deals,
    }
}

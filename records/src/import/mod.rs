//! Reading foreign files of companies, people and deals: encoding, dialect, rows, columns, values.
//!
//! Pure: bytes in, rows and reasons out. What is *not* here: finding duplicates, writing records,
//! jobs and progress.

pub mod date;
pub mod decode;
pub mod dialect;
pub mod key;
pub mod mapping;
mod synonyms;
pub mod table;
pub mod value;

pub use decode::{DecodeError, Decoder, TextEncoding, detect_encoding};
pub use dialect::{Dialect, detect_dialect};
pub use mapping::{ColumnSuggestion, FieldType, RecordKind, Target, suggest_columns};
pub use table::{RefusedReason, RefusedRow, Row, Table, TableError};

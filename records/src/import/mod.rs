//! Reading foreign files of companies, people and deals: format, encoding, dialect, rows, columns, values.
//!
//! `source` makes one kind of text of whatever a file is. `decode` to `value` are pure: bytes in, rows
//! and reasons out. `preset` knows the exports of other products, `plan` says how one file is to be
//! read, `resolve` finds what is there already, `run` does it in chunks, `refusal` keeps what was not
//! taken, `begin` is where browser and command line start, `routes` is its door.

pub mod begin;
pub mod date;
pub mod decode;
pub mod dialect;
mod history;
pub mod key;
pub mod known_by;
pub mod mapping;
pub mod plan;
pub mod preset;
mod reason;
mod record;
pub mod refusal;
pub mod resolve;
pub mod routes;
mod run;
pub mod source;
mod synonyms;
pub mod table;
pub mod value;
pub mod view;

pub use decode::{DecodeError, Decoder, TextEncoding, detect_encoding};
pub use dialect::{Dialect, detect_dialect};
pub use mapping::{ColumnSuggestion, FieldType, RecordKind, Target, suggest_columns};
pub use synonyms::field_named;
pub use table::{RefusedReason, RefusedRow, Row, Table, TableError};

use http_room::JobHandler;
use std::sync::Arc;

/// The handler of import jobs.
#[must_use]
pub fn job() -> JobHandler {
    JobHandler { kind: begin::JOB, run: Arc::new(|app, job| Box::pin(run::work(app, job))) }
}

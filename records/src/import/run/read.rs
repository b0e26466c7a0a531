//! Reading ahead: while the database takes one chunk of rows, the next is read, understood and checked on a thread
//! of its own.

use super::history;
use crate::custom_field::CustomField;
use crate::import::decode::Decoder;
use crate::import::known_by::Keys;
use crate::import::plan::Plan;
use crate::import::reason;
use crate::import::record::{RowValues, values};
use crate::import::refusal::Refusal;
use crate::import::source::SourceError;
use crate::import::table::{Row, Table, TableError};
use crate::kind::Kind;
use crate::write::{self, NewRecord};
use http_room::{Answer, FieldError};
use kernel::{Currency, Locale, Timestamp, WorkspaceId};
use serde_json::{Map, Value as Json};
use std::fs::File;
use std::path::Path;
use tokio::sync::mpsc;
use uuid::Uuid;

/// Rows of one chunk.
const ROWS: usize = 1_000;
/// Bytes of text after which a chunk has rows enough.
const BYTES: usize = 512 << 10;

/// How rows are understood.
#[derive(Clone)]
pub(super) struct Reader {
    pub(super) workspace: WorkspaceId,
    pub(super) kind: Kind,
    pub(super) plan: Plan,
    /// The workspace's own fields.
    pub(super) fields: Vec<CustomField>,
    /// What records get whose row does not say where it comes from.
    pub(super) provenance: Map<String, Json>,
    pub(super) currency: Currency,
    /// Of whoever imports.
    pub(super) locale: Locale,
    pub(super) now: Timestamp,
}

/// A row that can be read.
pub(super) struct Said {
    pub(super) row: Row,
    /// What it says.
    pub(super) values: RowValues,
    /// The record it would make, owner and company aside.
    pub(super) record: Result<NewRecord, Vec<FieldError>>,
}

/// A row on its way in.
pub(super) enum Taken {
    /// What it says.
    Values(Box<Said>),
    /// It cannot be read.
    Refused(Refusal),
}

/// The next rows.
pub(super) struct Chunk {
    pub(super) rows: Vec<Taken>,
    /// Why the file cannot be read on behind them.
    pub(super) stopped: Option<TableError>,
    /// Whether these are the last.
    pub(super) last: bool,
}

impl Reader {
    pub(super) fn open(&self, text: &Path) -> Answer<Table<Decoder<File>>> {
        let opened = File::open(text).map_err(SourceError::Io).and_then(|file| Ok(self.plan.open(file)?));
        opened.map_err(|error| reason::refusal(&error, self.locale))
    }

    /// All rows of the file; counted once, before the first is taken.
    pub(super) fn count(&self, text: &Path) -> Answer<i64> {
        let mut table = self.open(text)?;
        let mut rows = 0;
        // An error here is met again, with its place, when the rows are taken.
        while let Ok(Some(_)) = table.next_row() {
            rows += 1;
        }
        Ok(rows)
    }

    /// Hands out the rows after the first `passed`, chunk by chunk, until nobody listens.
    pub(super) fn read(&self, text: &Path, passed: i64, to: &mpsc::Sender<Answer<Chunk>>) {
        let broken = |e: TableError| reason::refusal(&e.into(), self.locale);
        let table = self.open(text).and_then(|mut table| {
            for _ in 0..passed {
                table.next_row().map_err(broken)?;
            }
            Ok(table)
        });
        let mut table = match table {
            Ok(table) => table,
            Err(problem) => return drop(to.blocking_send(Err(problem))),
        };
        loop {
            let chunk = self.chunk(&mut table);
            let last = chunk.last;
            if to.blocking_send(Ok(chunk)).is_err() || last {
                return;
            }
        }
    }

    fn chunk(&self, table: &mut Table<Decoder<File>>) -> Chunk {
        let mut chunk = Chunk { rows: Vec::with_capacity(ROWS), stopped: None, last: false };
        let mut bytes = 0;
        while chunk.rows.len() < ROWS && bytes < BYTES && !chunk.last {
            match table.next_row() {
                Ok(Some(Ok(row))) => {
                    bytes += row.cells.iter().map(String::len).sum::<usize>();
                    chunk.rows.push(self.understand(row));
                }
                Ok(Some(Err(refused))) => {
                    bytes += refused.cells.iter().map(String::len).sum::<usize>();
                    chunk.rows.push(Taken::Refused(Refusal::of_form(refused, self.locale)));
                }
                Ok(None) => chunk.last = true,
                Err(error) => (chunk.stopped, chunk.last) = (Some(error), true),
            }
        }
        chunk
    }

    fn understand(&self, row: Row) -> Taken {
        match values(self.kind, &self.plan, &row.cells, self.currency) {
            Ok(mut values) => {
                values.keys = Keys::of(self.kind, &values);
                self.give_provenance(&mut values.fields);
                let record = self.record(&mut values);
                Taken::Values(Box::new(Said { row, values, record }))
            }
            Err(fault) => Taken::Refused(Refusal::of_cell(row, fault, self.locale)),
        }
    }

    /// The record a row would make.
    fn record(&self, row: &mut RowValues) -> Result<NewRecord, Vec<FieldError>> {
        let fields = std::mem::take(&mut row.fields);
        let read = write::read(self.kind, &fields, &self.fields, None, self.currency);
        let mut draft = read.inspect_err(|_| row.fields = fields)?;
        if self.kind == Kind::Deal {
            history::into_draft(row, &mut draft, self.now);
        }
        Ok(NewRecord::of(self.workspace, self.kind, Uuid::now_v7(), draft))
    }

    /// Source, day and ground of a record that is made, where its row does not say them.
    pub(super) fn give_provenance(&self, fields: &mut Map<String, Json>) {
        for (key, value) in &self.provenance {
            if !fields.contains_key(key) {
                fields.insert(key.clone(), value.clone());
            }
        }
    }
}

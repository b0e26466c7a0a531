//! Where things are kept: SQLite inside the binary, or PostgreSQL by URL, behind the same calls.
//!
//! All writing goes through [`Db::write_tx`], which also carries the event log: a change and the
//! event that tells of it are committed together or not at all. What is *not* here: any table of
//! the business. Each room brings its own migrations and queries.

mod checkpoint;
pub mod clock;
pub mod db;
pub mod event;
pub mod file;
pub mod job;
pub mod lines;
pub mod migrate;
pub mod order;
pub mod reaction;
pub mod reference;
pub mod rows;
pub mod search;
pub mod secret;
pub mod sql;
mod trouble;
mod turn;
mod tx;

pub use clock::Clock;
pub use db::{Db, Engine, OpenOptions, Snapshot};
pub use event::{Actor, Event, NewEvent, Subject};
pub use migrate::Migration;
pub use reference::Reference;
pub use rows::{Clash, NewRows, Statements};
pub use sql::{Row, Sql, full, run_all, run_received};
pub use trouble::Trouble;
pub use tx::{TxConn, WriteTx};

/// What can go wrong between us and the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error("database: {0}")]
    Db(#[from] sea_orm::DbErr),
    /// The pool or the file could not be opened.
    #[error("cannot open the database: {0}")]
    Open(String),
    /// The database was written by a newer program.
    #[error(
        "this database was last used by a newer Sevenfold (it knows the migration '{0}', this binary does not): \
         start the newer binary, or restore the backup made before the upgrade"
    )]
    Newer(String),
    /// A migration failed; nothing of it was kept.
    #[error("migration '{id}' failed and was rolled back: {why}")]
    Migration {
        /// Which one.
        id: String,
        /// The database's words.
        why: String,
    },
    /// A secret could not be read with the key at hand.
    #[error("{0}")]
    Secret(String),
    /// Stored JSON does not have the shape the code expects.
    #[error("stored {what} cannot be read: {why}")]
    Shape {
        /// Which value.
        what: String,
        /// What serde said.
        why: String,
    },
    /// A file could not be read or written.
    #[error("{path}: {why}")]
    File {
        /// Where.
        path: String,
        /// The system's words.
        why: String,
    },
}

/// Shorthand for results of this crate.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

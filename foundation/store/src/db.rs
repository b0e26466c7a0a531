//! Opening the database, reading from it, and the one way to write to it.

use crate::checkpoint;
use crate::event::Cursor;
use crate::lines::Lines;
use crate::turn::Turn;
use crate::tx::{self, Signals, TxConn, WriteTx};
use crate::{Result, StoreError};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector, TransactionOptions, TransactionTrait,
};
use sqlx::SqlitePool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Which database this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The file beside the binary.
    Sqlite,
    /// A PostgreSQL server, 15 or later.
    Postgres,
}

impl Engine {
    /// SeaORM's word for it.
    #[must_use]
    pub fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }
}

/// How large to make the pools.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// Connections that read (SQLite), or all connections (PostgreSQL).
    pub connections: u32,
    /// SQLite page cache per connection, in MiB.
    pub cache_mib: u32,
}

/// SQLite page cache of the connection for bulk writing, in MiB: the upper part of every index of a million rows.
const BULK_CACHE_MIB: u32 = 128;
/// SQLite page cache of the connection that reads beside it, in MiB.
const BESIDE_CACHE_MIB: u32 = 16;
/// Statements each connection keeps ready: those of the engine come in several lengths.
const STATEMENTS: usize = 400;
/// Statements the connection for bulk writing keeps ready: one of a thousand rows takes two megabytes.
const BULK_STATEMENTS: usize = 24;
/// Pages of SQLite's log after which a writer writes them to their places itself: whoever does that beside the writers
/// ([`checkpoint`]) has not come to it.
const CHECKPOINT_PAGES: u32 = 200_000;
/// Bytes of a page of a new SQLite file.
const PAGE_BYTES: u32 = 8_192;
/// Bytes of SQLite's log that stay on the disk when nothing is left in it.
const LOG_BYTES: u32 = 512 << 20;
/// How long somebody waits for their turn to write.
const TURN: Duration = Duration::from_secs(30);

impl Default for OpenOptions {
    fn default() -> Self {
        Self { connections: 8, cache_mib: 64 }
    }
}

/// The database. Cheap to clone; clones share the pools.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Engine,
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    /// Of SQLite: the other connections.
    sqlite: Option<Sqlite>,
    turn: Turn,
    url: String,
    committed: watch::Sender<u64>,
    /// What is known of the lines of the search index.
    lines: Arc<Lines>,
    /// How far the log is known to hold nothing for a reaction, by its name.
    pub(crate) passed: Arc<std::sync::Mutex<HashMap<&'static str, Cursor>>>,
    /// Counts commits, whatever they hold.
    written: watch::Sender<u64>,
}

/// Connections to a SQLite file besides those that read, one in each pool.
#[derive(Clone, Debug)]
struct Sqlite {
    /// The one that writes.
    writer: SqlitePool,
    /// Like it, with a larger cache, and its commits wait for no disk.
    bulk: SqlitePool,
    /// What reads while it writes.
    beside: SqlitePool,
    /// What writes the log's pages to their places.
    keeper: SqlitePool,
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…`. Does not migrate.
    ///
    /// # Errors
    /// When the URL is of neither kind, or the file or server cannot be reached.
    pub async fn open(url: &str, options: &OpenOptions) -> Result<Self> {
        let (committed, _) = watch::channel(0);
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = open_postgres(url, options).await?;
            let reader = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
            return Ok(Self {
                engine: Engine::Postgres,
                writer: reader.clone(),
                reader,
                sqlite: None,
                turn: Turn::default(),
                url: url.to_owned(),
                committed,
                lines: Arc::default(),
                passed: Arc::default(),
                written: watch::channel(0).0,
            });
        }
        let Some(path) = url.strip_prefix("sqlite:") else {
            return Err(StoreError::Open(format!(
                "'{}' is neither sqlite:PATH nor postgres://USER@HOST/NAME",
                without_password(url)
            )));
        };
        let (reader, sqlite) = open_sqlite(path.trim_start_matches("//"), options).await?;
        let (written, turn) = (watch::channel(0).0, Turn::default());
        tokio::spawn(checkpoint::keep(sqlite.keeper.clone(), turn.clone(), written.subscribe()));
        Ok(Self {
            engine: Engine::Sqlite,
            reader,
            writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(sqlite.writer.clone()),
            sqlite: Some(sqlite),
            turn,
            url: url.to_owned(),
            committed,
            lines: Arc::default(),
            passed: Arc::default(),
            written,
        })
    }

    /// Which database this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The path of the SQLite file, if it is one.
    #[must_use]
    pub fn sqlite_path(&self) -> Option<&str> {
        self.url.strip_prefix("sqlite:").map(|path| path.trim_start_matches("//"))
    }

    /// The URL it was opened with, its password replaced by `***`.
    #[must_use]
    pub fn shown_url(&self) -> String {
        without_password(&self.url)
    }

    /// For reading.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For several questions whose answers belong together: what others write meanwhile is not seen.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
            isolation_level: (self.engine == Engine::Postgres).then_some(IsolationLevel::RepeatableRead),
            access_mode: (self.engine == Engine::Postgres).then_some(AccessMode::ReadOnly),
        };
        Ok(Snapshot { engine: self.engine, inner: self.reader.begin_with_options(options).await? })
    }

    /// What is known of the lines of the search index.
    #[must_use]
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// The writing connection outside a transaction, for what SQLite refuses inside one.
    pub(crate) fn outside_tx(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Starts to write: `BEGIN IMMEDIATE` on SQLite's one writing connection, a read-committed
    /// transaction on PostgreSQL. Dropping it without [`WriteTx::commit`] undoes everything.
    ///
    /// # Errors
    /// When no connection is free in time or the database refuses.
    pub async fn write_tx(&self) -> Result<WriteTx> {
        self.begin(|sqlite| &sqlite.writer).await
    }

    /// As [`Db::write_tx`], for many rows at once whose source can be read again: on SQLite the commit is not
    /// forced to the disk at once. After a loss of power it may be undone, whole, together with the place it
    /// wrote down; a later [`Db::write_tx`] forces it to the disk with its own.
    ///
    /// # Errors
    /// As [`Db::write_tx`].
    pub async fn bulk_tx(&self) -> Result<WriteTx> {
        self.begin(|sqlite| &sqlite.bulk).await
    }

    /// For reading while a [`Db::bulk_tx`] is open: what is lasting, not what that transaction has written. Its
    /// questions do not wait for that transaction's statements, and take little memory.
    #[must_use]
    pub fn beside_bulk(&self) -> Self {
        let beside = self.sqlite.as_ref().map(|sqlite| &sqlite.beside);
        let reader = beside.map(|pool| SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone()));
        Self { reader: reader.unwrap_or_else(|| self.reader.clone()), ..self.clone() }
    }

    /// Whether somebody in this process waits for their turn to write: whoever writes much in one transaction ends it
    /// then.
    #[must_use]
    pub fn is_waited_for(&self) -> bool {
        self.turn.is_waited_for()
    }

    async fn begin(&self, which: fn(&Sqlite) -> &SqlitePool) -> Result<WriteTx> {
        let signals = Signals { committed: self.committed.clone(), written: self.written.clone() };
        let Some(sqlite) = &self.sqlite else {
            let tx = self.writer.begin_with_options(TransactionOptions::default()).await?;
            return Ok(WriteTx::new(TxConn::Postgres(tokio::sync::Mutex::new(tx)), signals, None));
        };
        let turn = tokio::time::timeout(TURN, self.turn.take()).await;
        let turn =
            turn.map_err(|_| sea_orm::DbErr::ConnectionAcquire(sea_orm::error::ConnAcquireErr::Timeout))?;
        let tx = begin_immediate(which(sqlite)).await.map_err(tx::refused)?;
        Ok(WriteTx::new(TxConn::Sqlite(tokio::sync::Mutex::new(tx)), signals, Some(turn)))
    }

    /// Wakes whenever a transaction with events commits in this process.
    #[must_use]
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.committed.subscribe()
    }

    /// Closes the pools; pending work on them fails.
    ///
    /// # Errors
    /// When a connection cannot be closed.
    pub async fn close(self) -> Result<()> {
        self.writer.clone().close().await?;
        if let Some(sqlite) = self.sqlite {
            sqlite.bulk.close().await;
            sqlite.beside.close().await;
            self.reader.clone().close().await?;
            sqlite.keeper.close().await;
        }
        Ok(())
    }
}

/// The database as it is at one moment, for reading.
#[derive(Debug)]
pub struct Snapshot {
    engine: Engine,
    inner: DatabaseTransaction,
}

impl Snapshot {
    /// Ends it at once rather than when dropped.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn end(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }
}

impl Source for Snapshot {
    type Conn = DatabaseTransaction;
    fn conn(&self) -> &DatabaseTransaction {
        &self.inner
    }
    fn engine(&self) -> Engine {
        self.engine
    }
}

/// Anything queries can run on, that knows its database.
pub trait Source: Sync {
    /// What SeaORM runs on.
    type Conn: ConnectionTrait;
    /// The connection.
    fn conn(&self) -> &Self::Conn;
    /// The database.
    fn engine(&self) -> Engine;
}

impl Source for Db {
    type Conn = DatabaseConnection;
    fn conn(&self) -> &DatabaseConnection {
        &self.reader
    }
    fn engine(&self) -> Engine {
        self.engine
    }
}

/// Begins to write. A full disk makes SQLite undo a transaction by itself, and the connection believes ever after that
/// it is in one: such a connection is closed, and another takes its place.
async fn begin_immediate(pool: &SqlitePool) -> sqlx::Result<sqlx::Transaction<'static, sqlx::Sqlite>> {
    match pool.begin_with("BEGIN IMMEDIATE").await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            pool.acquire().await?.close().await?;
            pool.begin_with("BEGIN IMMEDIATE").await
        }
        begun => begun,
    }
}

async fn open_postgres(url: &str, options: &OpenOptions) -> Result<sqlx::PgPool> {
    let connect = PgConnectOptions::from_str(url)
        .map_err(|e| StoreError::Open(e.to_string()))?
        .application_name("sevenfold")
        .statement_cache_capacity(STATEMENTS);
    PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(connect)
        .await
        .map_err(|e| StoreError::Open(format!("{}: {e}", without_password(url))))
}

async fn open_sqlite(path: &str, options: &OpenOptions) -> Result<(DatabaseConnection, Sqlite)> {
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .page_size(PAGE_BYTES)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(20))
        .pragma("cache_size", format!("-{}", options.cache_mib * 1024))
        .pragma("mmap_size", "268435456")
        .pragma("journal_size_limit", LOG_BYTES.to_string())
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string())
        .pragma("temp_store", "MEMORY")
        .statement_cache_capacity(STATEMENTS);
    let failed = |e: sqlx::Error| StoreError::Open(format!("{path}: {e}"));
    let one = || SqlitePoolOptions::new().max_connections(1).acquire_timeout(TURN);
    let writer = one().connect_with(connect.clone()).await.map_err(failed)?;
    let bulk = connect
        .clone()
        .synchronous(SqliteSynchronous::Normal)
        // Whoever writes in bulk names rows it has made or read in the same transaction, and nobody else writes.
        .foreign_keys(false)
        .statement_cache_capacity(BULK_STATEMENTS)
        .pragma("cache_size", format!("-{}", BULK_CACHE_MIB.max(options.cache_mib) * 1024))
        .pragma("mmap_size", "0");
    // Most processes never write in bulk: the connection is made when it is first asked for.
    let bulk = one().connect_lazy_with(bulk);
    let narrow = |mib: u32| connect.clone().pragma("cache_size", format!("-{}", mib * 1024));
    let beside = narrow(BESIDE_CACHE_MIB).pragma("mmap_size", "0").pragma("query_only", "ON");
    let beside = one().connect_lazy_with(beside);
    let keeper = narrow(1).synchronous(SqliteSynchronous::Normal);
    let keeper = one().connect_lazy_with(keeper);
    let reader = SqlitePoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(connect.read_only(false).pragma("query_only", "ON"))
        .await
        .map_err(failed)?;
    Ok((SqlxSqliteConnector::from_sqlx_sqlite_pool(reader), Sqlite { writer, bulk, beside, keeper }))
}

fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => match url[scheme + 3..at].split_once(':') {
            Some((user, _)) => format!("{}{user}:***{}", &url[..scheme + 3], &url[at..]),
            None => url.to_owned(),
        },
        _ => url.to_owned(),
    }
}

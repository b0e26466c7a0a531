//! The transaction that writes.
//!
//! On SQLite statements go to sqlx directly: their values become its arguments without being copied, and while the
//! statement before is run. Whoever begins two statements at once has them run in their order.

use crate::db::Source;
use crate::turn::Held;
use crate::{Engine, Result};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
};
use sea_query_sqlx::SqlxValues;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, IntoArguments, Sqlite, Transaction};
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Mutex, watch};

/// A transaction that writes. Queries run on it through [`std::ops::Deref`] to [`TxConn`].
#[derive(Debug)]
pub struct WriteTx {
    inner: TxConn,
    signals: Signals,
    pub(crate) wrote_events: AtomicBool,
    /// Given to the next when the transaction has ended.
    _turn: Option<Held>,
}

/// What a commit is told to.
#[derive(Debug)]
pub(crate) struct Signals {
    /// Whoever reads events.
    pub(crate) committed: watch::Sender<u64>,
    /// Whoever looks after the log of the file.
    pub(crate) written: watch::Sender<u64>,
}

impl WriteTx {
    pub(crate) fn new(inner: TxConn, signals: Signals, turn: Option<Held>) -> Self {
        Self { inner, signals, wrote_events: AtomicBool::new(false), _turn: turn }
    }

    /// Which database this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.inner {
            TxConn::Sqlite(_) => Engine::Sqlite,
            TxConn::Postgres(_) => Engine::Postgres,
        }
    }

    /// Makes it lasting, and wakes whoever waits for events.
    ///
    /// # Errors
    /// When the database refuses; then nothing was kept.
    pub async fn commit(self) -> Result<()> {
        match self.inner {
            TxConn::Sqlite(tx) => tx.into_inner().commit().await.map_err(refused)?,
            TxConn::Postgres(tx) => tx.into_inner().commit().await?,
        }
        self.signals.written.send_modify(|n| *n += 1);
        if self.wrote_events.load(Ordering::Relaxed) {
            self.signals.committed.send_modify(|n| *n += 1);
        }
        Ok(())
    }

    /// Undoes everything, at once rather than when dropped.
    ///
    /// # Errors
    /// When the connection is gone (which undoes it too).
    pub async fn rollback(self) -> Result<()> {
        match self.inner {
            TxConn::Sqlite(tx) => tx.into_inner().rollback().await.map_err(refused)?,
            TxConn::Postgres(tx) => tx.into_inner().rollback().await?,
        }
        Ok(())
    }
}

impl std::ops::Deref for WriteTx {
    type Target = TxConn;
    fn deref(&self) -> &TxConn {
        &self.inner
    }
}

impl Source for WriteTx {
    type Conn = TxConn;
    fn conn(&self) -> &TxConn {
        &self.inner
    }
    fn engine(&self) -> Engine {
        WriteTx::engine(self)
    }
}

/// What statements of a [`WriteTx`] run on. Tokio's locks are given in the order they were asked for; the one inside
/// SeaORM's transaction is not, and a row would come before the one it refers to.
#[derive(Debug)]
pub enum TxConn {
    /// SQLite's one writing connection.
    Sqlite(Mutex<Transaction<'static, Sqlite>>),
    /// One of PostgreSQL's.
    Postgres(Mutex<DatabaseTransaction>),
}

type Query = sqlx::query::Query<'static, Sqlite, SqliteArguments>;

fn query(statement: Statement) -> Query {
    let values = SqlxValues(statement.values.unwrap_or(sea_orm::Values(Vec::new())));
    let arguments = IntoArguments::<Sqlite>::into_arguments(values);
    sqlx::query_with(AssertSqlSafe(statement.sql), arguments)
}

/// As SeaORM words it.
pub(crate) fn refused(why: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(why.into()))
}

#[async_trait::async_trait]
impl ConnectionTrait for TxConn {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Sqlite(_) => DbBackend::Sqlite,
            Self::Postgres(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> std::result::Result<ExecResult, DbErr> {
        match self {
            Self::Sqlite(tx) => {
                let query = query(statement);
                let mut tx = tx.lock().await;
                query.execute(&mut **tx).await.map(Into::into).map_err(refused)
            }
            Self::Postgres(tx) => tx.lock().await.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> std::result::Result<ExecResult, DbErr> {
        match self {
            Self::Sqlite(tx) => {
                let mut tx = tx.lock().await;
                let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut **tx).await;
                done.map(Into::into).map_err(refused)
            }
            Self::Postgres(tx) => tx.lock().await.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> std::result::Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Sqlite(tx) => {
                let query = query(statement);
                let mut tx = tx.lock().await;
                let row = query.fetch_optional(&mut **tx).await;
                row.map(|row| row.map(Into::into)).map_err(refused)
            }
            Self::Postgres(tx) => tx.lock().await.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> std::result::Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Sqlite(tx) => {
                let query = query(statement);
                let mut tx = tx.lock().await;
                let rows = query.fetch_all(&mut **tx).await;
                rows.map(|rows| rows.into_iter().map(Into::into).collect()).map_err(refused)
            }
            Self::Postgres(tx) => tx.lock().await.query_all_raw(statement).await,
        }
    }
}

//! Writes the pages of SQLite's log to their places in the file, beside the writers.
//!
//! SQLite lets the writer do it whose commit finds a long log, and that writer waits for the disk: a bulk writer spent
//! a fifth of its time so, and everybody else behind it. Here a connection of its own does it as the log grows. What
//! is written meanwhile comes behind, so the log would never be begun anew as long as somebody writes: when it has
//! grown long, the last pages are written while nobody has the turn.

use crate::turn::Turn;
use sqlx::SqlitePool;
use std::time::Duration;
use tokio::sync::watch;

/// When something is done.
#[derive(Clone, Copy)]
struct Limits {
    /// Pages of the log that are not in their places yet after which they are written.
    waiting: i64,
    /// Pages of the log after which it is to be begun anew.
    long: i64,
}

const LIMITS: Limits = Limits { waiting: 16_000, long: 50_000 };

/// Least time between two looks: not every commit is worth one.
const BETWEEN: Duration = Duration::from_millis(20);

/// Goes on until the database is closed or dropped. `written` counts the commits.
pub(crate) async fn keep(pool: SqlitePool, turn: Turn, mut written: watch::Receiver<u64>) {
    while written.changed().await.is_ok() {
        if let Err(why) = once(&pool, &turn, LIMITS).await {
            if pool.is_closed() {
                return;
            }
            tracing::warn!(%why, "pages of the log could not be written to their places");
        }
        tokio::time::sleep(BETWEEN).await;
    }
}

async fn once(pool: &SqlitePool, turn: &Turn, limits: Limits) -> Result<(), sqlx::Error> {
    let log = Log::look(pool).await?;
    if log.pages - log.placed < limits.waiting {
        return Ok(());
    }
    if Log::place(pool).await?.pages >= limits.long {
        let _nobody_writes = turn.take().await;
        Log::place(pool).await?;
    }
    Ok(())
}

/// SQLite's log.
struct Log {
    /// Pages in it.
    pages: i64,
    /// Of these, from the first, those that are in their places.
    placed: i64,
}

impl Log {
    async fn look(pool: &SqlitePool) -> Result<Self, sqlx::Error> {
        Self::ask(pool, "PRAGMA wal_checkpoint(NOOP)").await
    }

    /// Writes to their places as many as nobody who reads stands in the way of.
    async fn place(pool: &SqlitePool) -> Result<Self, sqlx::Error> {
        Self::ask(pool, "PRAGMA wal_checkpoint(PASSIVE)").await
    }

    async fn ask(pool: &SqlitePool, pragma: &'static str) -> Result<Self, sqlx::Error> {
        let (_busy, pages, placed): (i64, i64, i64) = sqlx::query_as(pragma).fetch_one(pool).await?;
        Ok(Self { pages, placed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};

    #[tokio::test]
    async fn a_log_that_grew_is_put_in_place_and_a_long_one_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("t.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .pragma("wal_autocheckpoint", "0");
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        let (turn, limits) = (Turn::default(), Limits { waiting: 20, long: 100 });
        let write = |pages: i64| {
            let pool = pool.clone();
            async move {
                sqlx::query("INSERT INTO t (bytes) VALUES (zeroblob(? * 4096))")
                    .bind(pages)
                    .execute(&pool)
                    .await
                    .unwrap();
            }
        };
        sqlx::query("CREATE TABLE t (bytes BLOB)").execute(&pool).await.unwrap();

        once(&pool, &turn, limits).await.unwrap();
        let few = Log::look(&pool).await.unwrap();
        assert!(few.pages > 0 && few.placed == 0, "a short log is left alone");

        write(30).await;
        once(&pool, &turn, limits).await.unwrap();
        let log = Log::look(&pool).await.unwrap();
        assert!(log.pages > 30 && log.placed == log.pages, "{} of {}", log.placed, log.pages);

        write(120).await;
        once(&pool, &turn, limits).await.unwrap();
        write(1).await;
        let log = Log::look(&pool).await.unwrap();
        assert!(log.pages < 20, "it began anew: {} pages", log.pages);
    }

    #[tokio::test]
    async fn whoever_writes_is_waited_for_before_a_long_log_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .pragma("wal_autocheckpoint", "0");
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        sqlx::query("CREATE TABLE t AS SELECT zeroblob(200 * 4096) AS bytes").execute(&pool).await.unwrap();
        let turn = Turn::default();
        let writing = turn.take().await;
        let limits = Limits { waiting: 20, long: 100 };
        let mut finishing = Box::pin(once(&pool, &turn, limits));
        let early = tokio::time::timeout(std::time::Duration::from_millis(300), &mut finishing).await;
        assert!(early.is_err(), "somebody writes");
        drop(writing);
        finishing.await.unwrap();
    }
}

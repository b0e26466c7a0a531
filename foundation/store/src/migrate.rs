//! Migrations: SQL files, each with one meaning on both databases, run forward at start.
//!
//! A file is plain SQL with a few words in braces for types that are spelled differently:
//! `{uuid}`, `{json}`, `{bytes}`, `{bool}`, `{serial}`. A line that starts with `--sqlite ` or
//! `--postgres ` holds SQL for that database alone.

use crate::{Db, Engine, Result, Sql, StoreError, WriteTx};
use sea_orm::ConnectionTrait;
use std::collections::HashSet;

/// One step of the schema. Ids sort by date: `2026-11-23-records`.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Date and name; unique in the whole house.
    pub id: &'static str,
    /// The SQL file's text.
    pub sql: &'static str,
}

/// The store's own tables: events, cursors, jobs, files, search.
pub const MIGRATIONS: &[Migration] = &[
    Migration { id: "2026-11-23-00-store", sql: include_str!("../migrations/2026-11-23-00-store.sql") },
    Migration {
        id: "2026-11-25-00-event-order",
        sql: include_str!("../migrations/2026-11-25-00-event-order.sql"),
    },
    Migration {
        id: "2026-11-26-00-search-words",
        sql: include_str!("../migrations/2026-11-26-00-search-words.sql"),
    },
    Migration {
        id: "2026-11-26-12-search-lines",
        sql: include_str!("../migrations/2026-11-26-12-search-lines.sql"),
    },
];

/// What [`run`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Ids run now, in order.
    pub ran: Vec<String>,
    /// Where the SQLite file was copied to first, if there was anything to copy.
    pub backup: Option<String>,
}

/// Brings the schema up to date. Call with the migrations of every room.
///
/// # Errors
/// [`StoreError::Newer`] when the database knows a migration this binary does not;
/// [`StoreError::Migration`] when one fails (it is rolled back whole, those before it stay).
pub async fn run(db: &Db, migrations: &[Migration]) -> Result<Migrated> {
    let mut known: Vec<Migration> = migrations.to_vec();
    known.sort_by_key(|m| m.id);
    let done = applied(db).await?;
    let ids: HashSet<&str> = known.iter().map(|m| m.id).collect();
    if let Some(newer) = done.iter().find(|id| !ids.contains(id.as_str())) {
        return Err(StoreError::Newer(newer.clone()));
    }
    let missing: Vec<Migration> = known.into_iter().filter(|m| !done.contains(m.id)).collect();
    let backup = if done.is_empty() || missing.is_empty() { None } else { back_up(db).await? };
    let mut ran = Vec::new();
    for migration in missing {
        if apply(db, &migration).await? {
            ran.push(migration.id.to_owned());
        }
    }
    crate::search::complete(db).await?;
    Ok(Migrated { ran, backup })
}

/// Ids already run.
async fn applied(db: &Db) -> Result<HashSet<String>> {
    let tx = db.write_tx().await?;
    if db.engine() == Engine::Postgres {
        lock(&tx).await?;
    }
    let create = "CREATE TABLE IF NOT EXISTS schema_migration (id TEXT PRIMARY KEY, ran_at TEXT NOT NULL)";
    tx.execute_unprepared(create).await?;
    tx.commit().await?;
    let rows = Sql::new(db.engine(), "SELECT id FROM schema_migration").rows(db.read()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index::<String>(0)?)).collect()
}

/// Runs one; false when another node ran it in the meantime.
async fn apply(db: &Db, migration: &Migration) -> Result<bool> {
    let failed =
        |why: sea_orm::DbErr| StoreError::Migration { id: migration.id.to_owned(), why: why.to_string() };
    let tx = db.write_tx().await?;
    if db.engine() == Engine::Postgres {
        lock(&tx).await?;
    }
    let there = Sql::with(db.engine(), "SELECT 1 FROM schema_migration WHERE id = ?", [migration.id.into()]);
    if !there.rows(&*tx).await?.is_empty() {
        return Ok(false);
    }
    tx.execute_unprepared(&dialect(migration.sql, db.engine())).await.map_err(failed)?;
    let now = chrono::Utc::now().to_rfc3339();
    let note = "INSERT INTO schema_migration (id, ran_at) VALUES (?, ?)";
    Sql::with(db.engine(), note, [migration.id.into(), now.into()]).run(&*tx).await?;
    tx.commit().await?;
    tracing::info!(migration = migration.id, "schema migrated");
    Ok(true)
}

/// Nodes that start together migrate one after the other.
async fn lock(tx: &WriteTx) -> Result<()> {
    tx.execute_unprepared("SELECT pg_advisory_xact_lock(727002026)").await?;
    Ok(())
}

async fn back_up(db: &Db) -> Result<Option<String>> {
    let Some(path) = db.sqlite_path().filter(|path| std::path::Path::new(path).exists()) else {
        return Ok(None);
    };
    let target = format!("{path}.before-{}", chrono::Utc::now().format("%Y%m%dT%H%M%S"));
    let sql = Sql::with(db.engine(), "VACUUM INTO ?", [target.clone().into()]);
    sql.run(db.outside_tx()).await?;
    Ok(Some(target))
}

/// The file's text in one database's spelling.
fn dialect(sql: &str, engine: Engine) -> String {
    let words: &[(&str, &str)] = match engine {
        Engine::Sqlite => &[
            ("{uuid}", "BLOB"),
            ("{json}", "TEXT"),
            ("{bytes}", "BLOB"),
            ("{bool}", "BOOLEAN"),
            ("{serial}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
            ("{double}", "DOUBLE"),
        ],
        Engine::Postgres => &[
            ("{uuid}", "UUID"),
            ("{json}", "JSONB"),
            ("{bytes}", "BYTEA"),
            ("{bool}", "BOOLEAN"),
            ("{serial}", "BIGSERIAL PRIMARY KEY"),
            ("{double}", "DOUBLE PRECISION"),
        ],
    };
    let (ours, theirs) = match engine {
        Engine::Sqlite => ("--sqlite ", "--postgres "),
        Engine::Postgres => ("--postgres ", "--sqlite "),
    };
    let mut text = String::with_capacity(sql.len());
    for line in sql.lines().filter(|line| !line.starts_with(theirs)) {
        text.push_str(line.strip_prefix(ours).unwrap_or(line));
        text.push('\n');
    }
    for (word, spelled) in words {
        text = text.replace(word, spelled);
    }
    text
}

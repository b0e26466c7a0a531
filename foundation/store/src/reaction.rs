//! Reactions: functions that answer to events, each with its own place in the log.
//!
//! A reaction runs in a write transaction that also moves its cursor, so what it writes and how
//! far it has read are one fact. It may see an event again after a crash before the commit; what
//! it wrote then was undone too. Nodes take turns: the cursor's row is locked while it works.

use crate::db::Source;
use crate::event::{self, Cursor, Event};
use crate::{Db, Engine, Result, Sql, WriteTx};
use kernel::Timestamp;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// The future a reaction returns.
pub type Reacting<'a> =
    Pin<Box<dyn Future<Output = Result<(), Box<dyn std::error::Error + Send + Sync>>> + Send + 'a>>;

/// A function of events.
pub type React = dyn for<'a> Fn(&'a Event, &'a mut WriteTx) -> Reacting<'a> + Send + Sync;

/// A named function of events.
#[derive(Clone)]
pub struct Reaction {
    /// Its name, under which its cursor is kept; never reuse one.
    pub name: &'static str,
    /// What it does with one event.
    pub run: Arc<React>,
}

impl std::fmt::Debug for Reaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reaction").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Events taken in one transaction.
const BATCH: u32 = 200;

/// Lets a reaction read on, one batch. Answers how many events it took; 0 means it is up to date,
/// or another node is at it.
///
/// An event on which the reaction fails is tried alone once more; then it is noted in
/// `reaction_failure` and passed over, so that one bad event does not stop the log.
///
/// # Errors
/// Whatever the database says; the reaction's own errors do not end it.
pub async fn advance(db: &Db, reaction: &Reaction, now: Timestamp) -> Result<usize> {
    match advance_by(db, reaction, now, BATCH).await? {
        Ok(taken) => Ok(taken),
        Err(_) => match advance_by(db, reaction, now, 1).await? {
            Ok(taken) => Ok(taken),
            Err(failed) => pass_over(db, reaction, now, &failed).await,
        },
    }
}

struct Failed {
    event: Event,
    why: String,
}

async fn advance_by(
    db: &Db,
    reaction: &Reaction,
    now: Timestamp,
    limit: u32,
) -> Result<Result<usize, Failed>> {
    let Some((mut tx, cursor)) = take_cursor(db, reaction.name, now).await? else {
        return Ok(Ok(0));
    };
    let events = event::read_after(&tx, cursor, limit).await?;
    let Some(last) = events.last() else {
        return Ok(Ok(0));
    };
    let reached = Cursor { tx: last.tx, seq: last.seq };
    for event in &events {
        if let Err(why) = (reaction.run)(event, &mut tx).await {
            tx.rollback().await?;
            return Ok(Err(Failed { event: event.clone(), why: why.to_string() }));
        }
    }
    put_cursor(&tx, reaction.name, reached, now).await?;
    tx.commit().await?;
    Ok(Ok(events.len()))
}

async fn pass_over(db: &Db, reaction: &Reaction, now: Timestamp, failed: &Failed) -> Result<usize> {
    tracing::error!(reaction = reaction.name, event = %failed.event.id, why = failed.why, "reaction failed, event passed over");
    let Some((tx, _)) = take_cursor(db, reaction.name, now).await? else {
        return Ok(0);
    };
    let note =
        "INSERT INTO reaction_failure (name, event_id, why, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let values = [reaction.name.into(), failed.event.id.into(), failed.why.clone().into(), now.into()];
    Sql::with(db.engine(), note, values).run(tx.conn()).await?;
    put_cursor(&tx, reaction.name, Cursor { tx: failed.event.tx, seq: failed.event.seq }, now).await?;
    tx.commit().await?;
    Ok(1)
}

/// Locks the cursor for this transaction; `None` when another node holds it.
async fn take_cursor(db: &Db, name: &'static str, now: Timestamp) -> Result<Option<(WriteTx, Cursor)>> {
    let tx = db.write_tx().await?;
    let create =
        "INSERT INTO reaction_cursor (name, tx, seq, moved_at) VALUES (?, 0, 0, ?) ON CONFLICT DO NOTHING";
    Sql::with(db.engine(), create, [name.into(), now.into()]).run(tx.conn()).await?;
    let mut sql = Sql::with(db.engine(), "SELECT tx, seq FROM reaction_cursor WHERE name = ?", [name.into()]);
    if db.engine() == Engine::Postgres {
        sql.push(" FOR UPDATE SKIP LOCKED");
    }
    let rows = sql.rows(tx.conn()).await?;
    match rows.first() {
        Some(row) => {
            let cursor = Cursor { tx: row.try_get_by_index(0)?, seq: row.try_get_by_index(1)? };
            Ok(Some((tx, cursor)))
        }
        None => Ok(None),
    }
}

async fn put_cursor(tx: &WriteTx, name: &'static str, at: Cursor, now: Timestamp) -> Result<()> {
    let text = "UPDATE reaction_cursor SET tx = ?, seq = ?, moved_at = ? WHERE name = ?";
    Sql::with(tx.engine(), text, [at.tx.into(), at.seq.into(), now.into(), name.into()])
        .run(tx.conn())
        .await?;
    Ok(())
}

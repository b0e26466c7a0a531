//! Reactions: functions that answer to events, each with its own place in the log.
//!
//! A reaction runs in a write transaction that also moves its cursor, so what it writes and how
//! far it has read are one fact. It may see an event again after a crash before the commit; what
//! it wrote then was undone too. Nodes take turns: the cursor's row is locked while it works.

use crate::db::{Snapshot, Source};
use crate::event::{self, Cursor, Event};
use crate::{Db, Engine, Result, Row, Sql, WriteTx};
use kernel::Timestamp;
use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};

/// The future a reaction returns.
pub type Reacting<'a> =
    Pin<Box<dyn Future<Output = Result<(), Box<dyn std::error::Error + Send + Sync>>> + Send + 'a>>;

/// A function of an event.
pub type React = dyn for<'a> Fn(&'a Event, &'a mut WriteTx) -> Reacting<'a> + Send + Sync;

/// A function of several events at once, in the order of the log.
pub type ReactTogether = dyn for<'a> Fn(&'a [Event], &'a mut WriteTx) -> Reacting<'a> + Send + Sync;

/// What a look came to: how it is written down.
pub type Write = Box<dyn for<'a> FnOnce(&'a [Event], &'a mut WriteTx) -> Reacting<'a> + Send>;

/// The future a look returns.
pub type Looking<'a> =
    Pin<Box<dyn Future<Output = Result<Write, Box<dyn std::error::Error + Send + Sync>>> + Send + 'a>>;

/// A look at what is there, before anything is written.
pub type Look = dyn for<'a> Fn(&'a [Event], &'a Snapshot) -> Looking<'a> + Send + Sync;

/// How a reaction takes its events.
#[derive(Clone)]
pub enum Run {
    /// One after the other.
    Each(Arc<React>),
    /// All of a batch in one call, for work that is cheaper by the hundred.
    Together(Arc<ReactTogether>),
    /// As [`Run::Together`], in two parts: nobody waits to write while the first of them reads and reckons.
    Looked(Arc<Look>),
}

/// A named function of events.
#[derive(Clone)]
pub struct Reaction {
    /// Its name, under which its cursor is kept; never reuse one.
    pub name: &'static str,
    /// Kinds of event it is told of. Others are passed over in the index of the log, without reading them.
    pub kinds: &'static [&'static str],
    /// What it does.
    pub run: Run,
}

impl Reaction {
    /// A reaction to single events.
    pub fn each(
        name: &'static str,
        kinds: &'static [&'static str],
        run: impl for<'a> Fn(&'a Event, &'a mut WriteTx) -> Reacting<'a> + Send + Sync + 'static,
    ) -> Self {
        Self { name, kinds, run: Run::Each(Arc::new(run)) }
    }

    /// A reaction to events by the batch.
    pub fn together(
        name: &'static str,
        kinds: &'static [&'static str],
        run: impl for<'a> Fn(&'a [Event], &'a mut WriteTx) -> Reacting<'a> + Send + Sync + 'static,
    ) -> Self {
        Self { name, kinds, run: Run::Together(Arc::new(run)) }
    }

    /// As [`Reaction::together`], for work that is mostly reading: `look` reads what is there at one moment, the log up
    /// to these events at least, and answers how to write down what follows. Others may write in between; what they write
    /// comes by events of its own.
    pub fn looked(
        name: &'static str,
        kinds: &'static [&'static str],
        look: impl for<'a> Fn(&'a [Event], &'a Snapshot) -> Looking<'a> + Send + Sync + 'static,
    ) -> Self {
        Self { name, kinds, run: Run::Looked(Arc::new(look)) }
    }

    fn batch(&self) -> u32 {
        match self.run {
            Run::Each(_) => 200,
            Run::Together(_) | Run::Looked(_) => 1_000,
        }
    }
}

impl std::fmt::Debug for Reaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reaction").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Events of no concern after which a cursor is moved all the same, so that the next start need not pass them over.
const PASSED: i64 = 100_000;

/// Lets a reaction read on, one batch. Answers how many events it took; 0 means it is up to date,
/// or another node is at it.
///
/// # Errors
/// As [`advance_all`].
pub async fn advance(db: &Db, reaction: &Reaction, now: Timestamp) -> Result<usize> {
    advance_all(db, std::slice::from_ref(reaction), now, |_, _| {}).await
}

/// Lets reactions read on, one batch each, and calls `took` with how many events each took. Answers how many all took; 0
/// means they are up to date, or another node is at it. Where nothing concerns them nothing is locked and seldom anything
/// written: how far there is nothing for one is kept in memory.
///
/// An event on which the reaction fails is tried alone once more; then it is noted in
/// `reaction_failure` and passed over, so that one bad event does not stop the log.
///
/// # Errors
/// Whatever the database says; the reactions' own errors do not end it.
pub async fn advance_all(
    db: &Db,
    reactions: &[Reaction],
    now: Timestamp,
    mut took: impl FnMut(&Reaction, usize),
) -> Result<usize> {
    let places = Places::read(db, reactions).await?;
    let mut all = 0;
    for reaction in reactions {
        let taken = advance_from(db, reaction, now, &places).await?;
        took(reaction, taken);
        all += taken;
    }
    Ok(all)
}

async fn advance_from(db: &Db, reaction: &Reaction, now: Timestamp, places: &Places) -> Result<usize> {
    let (at, newest) = (places.of(reaction), places.newest);
    if !places.may_concern(reaction) {
        passed(db, reaction, newest);
    } else if concerns(db, reaction, at, newest).await? {
        return take(db, reaction, now, newest).await;
    }
    if newest.seq - at.seq >= PASSED {
        pass(db, reaction, now, at, newest).await?;
    }
    Ok(0)
}

/// Takes a batch; where that fails, its first event alone; where that fails too, it is passed over.
async fn take(db: &Db, reaction: &Reaction, now: Timestamp, newest: Cursor) -> Result<usize> {
    match advance_by(db, reaction, now, newest, reaction.batch()).await? {
        Ok(taken) => Ok(taken),
        Err(_) => match advance_by(db, reaction, now, newest, 1).await? {
            Ok(taken) => Ok(taken),
            Err(failed) => pass_over(db, reaction, now, &failed).await,
        },
    }
}

/// Events of which it is looked up what kinds they are, before each reaction looks for its own.
const NEAR: i64 = 10_000;

/// How far everybody is in the log, read once for a round of all reactions.
struct Places {
    newest: Cursor,
    cursors: HashMap<String, Cursor>,
    /// Kinds of event behind the place of whoever is least far; none when that is long ago.
    kinds: Option<HashSet<String>>,
}

impl Places {
    async fn read(db: &Db, reactions: &[Reaction]) -> Result<Self> {
        let mut cursors = HashMap::new();
        for row in Sql::new(db.engine(), "SELECT tx, seq, name FROM reaction_cursor").rows(db.read()).await? {
            cursors.insert(row.try_get_by_index(2)?, read_cursor(&row)?);
        }
        let mut places = Self { newest: event::newest(db).await?, cursors, kinds: None };
        let known = |reaction: &Reaction| known(db, reaction, places.of(reaction));
        let least = reactions.iter().map(known).min().unwrap_or(places.newest);
        if places.newest.seq - least.seq <= NEAR {
            let mut sql = Sql::new(db.engine(), "SELECT DISTINCT kind FROM event WHERE ");
            event::push_after(&mut sql, least);
            let rows = sql.rows(db.read()).await?;
            places.kinds = Some(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?);
        }
        Ok(places)
    }

    fn of(&self, reaction: &Reaction) -> Cursor {
        self.cursors.get(reaction.name).copied().unwrap_or_default()
    }

    fn may_concern(&self, reaction: &Reaction) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| reaction.kinds.iter().any(|kind| kinds.contains(*kind)))
    }
}

/// Whether the log holds an event of its kinds that a reaction has not taken, readable yet or not.
///
/// # Errors
/// Whatever the database says.
pub async fn is_behind(db: &Db, reaction: &Reaction) -> Result<bool> {
    let at = cursor(db, reaction.name).await?;
    let mut sql = Sql::new(db.engine(), "SELECT 1 FROM event WHERE ");
    event::push_after(&mut sql, at);
    sql.push(" AND kind IN ").bind_list(reaction.kinds.iter().map(|kind| (*kind).into())).push(" LIMIT 1");
    Ok(!sql.rows(db.read()).await?.is_empty())
}

/// Moves the cursors of all that are up to date to the end of the log, so that an idle program shows no lag.
///
/// # Errors
/// Whatever the database says.
pub async fn rest(db: &Db, reactions: &[Reaction], now: Timestamp) -> Result<()> {
    let newest = event::newest(db).await?;
    for reaction in reactions {
        let at = cursor(db, reaction.name).await?;
        if at < newest && !concerns(db, reaction, at, newest).await? {
            pass(db, reaction, now, at, newest).await?;
        }
    }
    Ok(())
}

/// Whether there is something for a reaction behind its place. `newest` was read before.
async fn concerns(db: &Db, reaction: &Reaction, at: Cursor, newest: Cursor) -> Result<bool> {
    let from = known(db, reaction, at);
    if from >= newest {
        return Ok(false);
    }
    if !event::read_kinds(db, from, reaction.kinds, 1).await?.is_empty() {
        return Ok(true);
    }
    passed(db, reaction, newest);
    Ok(false)
}

/// Up to where there is known to be nothing for a reaction whose cursor stands at `at`.
fn known(db: &Db, reaction: &Reaction, at: Cursor) -> Cursor {
    let passed = db.passed.lock().unwrap_or_else(PoisonError::into_inner);
    passed.get(reaction.name).map_or(at, |known| at.max(*known))
}

/// Notes that up to there is nothing for a reaction.
fn passed(db: &Db, reaction: &Reaction, up_to: Cursor) {
    db.passed.lock().unwrap_or_else(PoisonError::into_inner).insert(reaction.name, up_to);
}

struct Failed {
    event: Event,
    why: String,
}

/// `newest` was read before the events are: what is not among them up to there does not concern the reaction.
async fn advance_by(
    db: &Db,
    reaction: &Reaction,
    now: Timestamp,
    newest: Cursor,
    limit: u32,
) -> Result<Result<usize, Failed>> {
    let (ready, ahead) = match &reaction.run {
        Run::Each(run) => (Ready::Each(run), None),
        Run::Together(run) => (Ready::Together(run), None),
        Run::Looked(look) => match look_ahead(db, reaction, look, limit).await? {
            Ok(Some(Looked { from, events, write })) => (Ready::Write(write), Some((from, events))),
            Ok(None) => return Ok(Ok(0)),
            Err(failed) => return Ok(Err(failed)),
        },
    };
    let Some((mut tx, at)) = take_cursor(db, reaction.name, now).await? else {
        return Ok(Ok(0));
    };
    let events = match ahead {
        // Another node was faster.
        Some((from, _)) if from != at => return Ok(Ok(0)),
        Some((_, events)) => events,
        None => event::read_kinds(&tx, at, reaction.kinds, limit).await?,
    };
    let Some(last) = events.last() else {
        return Ok(Ok(0));
    };
    let taken = Cursor { tx: last.tx, seq: last.seq };
    let reached = if events.len() < limit as usize { taken.max(newest) } else { taken };
    if let Err((event, why)) = react(ready, &events, &mut tx).await {
        tx.rollback().await?;
        return Ok(Err(Failed { event: event.clone(), why }));
    }
    put_cursor(&tx, reaction.name, reached, now).await?;
    tx.commit().await?;
    Ok(Ok(events.len()))
}

/// What was looked at before the turn to write came.
struct Looked {
    from: Cursor,
    events: Vec<Event>,
    write: Write,
}

/// Reads a batch and looks at it; `None` when there is nothing.
async fn look_ahead(
    db: &Db,
    reaction: &Reaction,
    look: &Arc<Look>,
    limit: u32,
) -> Result<std::result::Result<Option<Looked>, Failed>> {
    let there = db.snapshot().await?;
    let from = cursor(&there, reaction.name).await?;
    let events = event::read_kinds(&there, from, reaction.kinds, limit).await?;
    let Some(first) = events.first() else { return Ok(Ok(None)) };
    let looked = look(&events, &there).await;
    // Where the connection broke no event is at fault.
    there.end().await?;
    match looked {
        Ok(write) => Ok(Ok(Some(Looked { from, write, events }))),
        Err(why) => Ok(Err(Failed { event: first.clone(), why: why.to_string() })),
    }
}

/// What a reaction does once it is its turn to write.
enum Ready<'r> {
    Each(&'r Arc<React>),
    Together(&'r Arc<ReactTogether>),
    Write(Write),
}

/// Lets it react; on failure answers the event at fault, as far as it is known, and why.
async fn react<'e>(
    ready: Ready<'_>,
    events: &'e [Event],
    tx: &mut WriteTx,
) -> std::result::Result<(), (&'e Event, String)> {
    let done = match ready {
        Ready::Each(run) => {
            for event in events {
                run(event, tx).await.map_err(|why| (event, why.to_string()))?;
            }
            return Ok(());
        }
        Ready::Together(run) => run(events, tx).await,
        Ready::Write(write) => write(events, tx).await,
    };
    done.map_err(|why| (&events[0], why.to_string()))
}

async fn cursor(db: &impl Source, name: &'static str) -> Result<Cursor> {
    let text = "SELECT tx, seq FROM reaction_cursor WHERE name = ?";
    let rows = Sql::with(db.engine(), text, [name.into()]).rows(db.conn()).await?;
    rows.first().map_or(Ok(Cursor::default()), read_cursor)
}

fn read_cursor(row: &Row) -> Result<Cursor> {
    Ok(Cursor { tx: row.try_get_by_index(0)?, seq: row.try_get_by_index(1)? })
}

/// Moves a cursor over events that are of no concern, unless somebody moved it in the meantime.
async fn pass(db: &Db, reaction: &Reaction, now: Timestamp, from: Cursor, to: Cursor) -> Result<()> {
    let Some((tx, at)) = take_cursor(db, reaction.name, now).await? else { return Ok(()) };
    if at == from {
        put_cursor(&tx, reaction.name, to, now).await?;
        tx.commit().await?;
    }
    Ok(())
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
        Some(row) => Ok(Some((tx, read_cursor(row)?))),
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

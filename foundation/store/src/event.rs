//! The append-only event log: who did what, when, to which deal, person, company, under which
//! version of the process, with the values before and after.
//!
//! An event is written in the transaction of the change it tells of. Readers follow the log with
//! a [`Cursor`] and never skip an event that committed late.

use crate::db::Source;
use crate::{Clash, Db, Engine, NewRows, Result, Sql, Statements, WriteTx, run_all};
use kernel::{CompanyId, DealId, EventId, PersonId, ProcessVersionId, Timestamp, UserId, WorkspaceId};
use sea_orm::{FromQueryResult, Value};
use serde::{Deserialize, Serialize};
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// Who caused an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// A member, in the browser or by the command line.
    User(UserId),
    /// A program with an API token of this user.
    Token(UserId),
    /// The system itself: a timer, a reaction, a job.
    System,
    /// Somebody outside: a prospect's mail, a form.
    Outside,
}

impl Actor {
    /// The word stored in `event.actor_kind`.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Token(_) => "token",
            Self::System => "system",
            Self::Outside => "outside",
        }
    }

    /// The user behind it, if there is one.
    #[must_use]
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) | Self::Token(id) => Some(id),
            Self::System | Self::Outside => None,
        }
    }
}

/// What an event is about. Each part that is known should be filled: the timelines read by it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Subject {
    /// The company.
    pub company: Option<CompanyId>,
    /// The person.
    pub person: Option<PersonId>,
    /// The deal.
    pub deal: Option<DealId>,
    /// The row that changed, when it is none of the three: a task, a message, an offer.
    pub row: Option<Uuid>,
}

/// An event about to be written.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Whose.
    pub workspace: WorkspaceId,
    /// `deal.moved`, `reply.received`, …: see `records::events`.
    pub kind: &'static str,
    /// When it happened, which may be before it was written down.
    pub at: Timestamp,
    /// When it was written down.
    pub recorded_at: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// About what.
    pub subject: Subject,
    /// Under which version of the process.
    pub process_version: Option<ProcessVersionId>,
    /// The event that led to this one.
    pub cause: Option<EventId>,
    /// Before, after, and whatever the kind says.
    pub payload: serde_json::Value,
}

impl NewEvent {
    /// An event that happens now.
    #[must_use]
    pub fn now(workspace: WorkspaceId, kind: &'static str, actor: Actor, now: Timestamp) -> Self {
        Self {
            workspace,
            kind,
            at: now,
            recorded_at: now,
            actor,
            subject: Subject::default(),
            process_version: None,
            cause: None,
            payload: serde_json::Value::Object(serde_json::Map::new()),
        }
    }

    /// About this.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    /// Carrying this.
    #[must_use]
    pub fn with(mut self, payload: serde_json::Value) -> Self {
        self.payload = payload;
        self
    }

    /// Having happened then.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.at = at;
        self
    }

    /// Led to by that.
    #[must_use]
    pub fn because_of(mut self, cause: EventId) -> Self {
        self.cause = Some(cause);
        self
    }

    /// Under this version of the process.
    #[must_use]
    pub fn under(mut self, version: Option<ProcessVersionId>) -> Self {
        self.process_version = version;
        self
    }
}

/// An event as it was written.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Event {
    /// Its place in the log of this database.
    pub seq: i64,
    /// The transaction it came with; see [`Cursor`].
    pub tx: i64,
    /// Its id.
    pub id: EventId,
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Kind.
    pub kind: String,
    /// When it happened.
    pub at: Timestamp,
    /// When it was written down.
    pub recorded_at: Timestamp,
    /// `user`, `token`, `system`, `outside`.
    pub actor_kind: String,
    /// The user, if any.
    pub actor_id: Option<UserId>,
    /// The company.
    pub company_id: Option<CompanyId>,
    /// The person.
    pub person_id: Option<PersonId>,
    /// The deal.
    pub deal_id: Option<DealId>,
    /// The row that changed.
    pub subject_id: Option<Uuid>,
    /// The process version.
    pub process_version_id: Option<ProcessVersionId>,
    /// The event that led to it.
    pub cause_id: Option<EventId>,
    /// The rest.
    pub payload: serde_json::Value,
}

/// Every column of [`Event`], for queries elsewhere.
pub const COLUMNS: &str = "seq, tx, id, workspace_id, kind, at, recorded_at, actor_kind, actor_id, company_id, \
     person_id, deal_id, subject_id, process_version_id, cause_id, payload";

/// How far a reader has read: commit order first, then place in the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// Transaction of the last event read.
    pub tx: i64,
    /// Its place.
    pub seq: i64,
}

impl WriteTx {
    /// Writes one event; it is lasting when the transaction is.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn record(&mut self, event: NewEvent) -> Result<EventId> {
        let ids = self.record_all(vec![event]).await?;
        Ok(ids[0])
    }

    /// Writes many events in their order.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn record_all(&mut self, events: Vec<NewEvent>) -> Result<Vec<EventId>> {
        let (ids, statements) = self.recording(events);
        run_all(self.conn(), statements).await?;
        Ok(ids)
    }

    /// The ids of events and the statements that write them, to be run in this transaction with others.
    pub fn recording<'a>(&self, events: Vec<NewEvent>) -> (Vec<EventId>, Statements<'a>) {
        let ids: Vec<EventId> = events.iter().map(|_| EventId::new()).collect();
        self.wrote_events.fetch_or(!events.is_empty(), Ordering::Relaxed);
        let rows = NewRows { table: "event", shared: Vec::new(), own: WRITTEN.to_vec(), clash: Clash::Fails };
        let fill = |(id, event): (EventId, NewEvent), values: &mut Vec<Value>| {
            let NewEvent { subject, actor, .. } = event;
            values.extend([
                id.into(),
                event.workspace.into(),
                event.kind.into(),
                event.at.into(),
                event.recorded_at.into(),
                actor.kind().into(),
                actor.user().into(),
                subject.company.into(),
                subject.person.into(),
                subject.deal.into(),
                subject.row.into(),
                event.process_version.into(),
                event.cause.into(),
                event.payload.into(),
            ]);
        };
        let numbered: Vec<(EventId, NewEvent)> = ids.iter().copied().zip(events).collect();
        (ids, rows.statements(self.engine(), numbered, fill))
    }
}

/// Columns that are written; the others are the database's.
const WRITTEN: [&str; 14] = [
    "id",
    "workspace_id",
    "kind",
    "at",
    "recorded_at",
    "actor_kind",
    "actor_id",
    "company_id",
    "person_id",
    "deal_id",
    "subject_id",
    "process_version_id",
    "cause_id",
    "payload",
];

/// The next events after `after`, in commit order, at most `limit`.
///
/// On PostgreSQL only events of transactions older than every transaction still open are given
/// out: one that is still open may yet commit an event with a smaller place in the log.
///
/// # Errors
/// Whatever the database says.
pub async fn read_after(db: &impl Source, after: Cursor, limit: u32) -> Result<Vec<Event>> {
    read(db, after, None, limit).await
}

/// The next events of these kinds, as [`read_after`]. The others are passed over in the index `event_order`.
///
/// # Errors
/// Whatever the database says.
pub async fn read_kinds(db: &impl Source, after: Cursor, kinds: &[&str], limit: u32) -> Result<Vec<Event>> {
    read(db, after, Some(kinds), limit).await
}

async fn read(db: &impl Source, after: Cursor, kinds: Option<&[&str]>, limit: u32) -> Result<Vec<Event>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM event WHERE ");
    push_after(&mut sql, after);
    if let Some(kinds) = kinds {
        // The plus keeps SQLite from the index that begins with workspace and kind.
        let kind = if db.engine() == Engine::Sqlite { " AND +kind IN " } else { " AND kind IN " };
        sql.push(kind).bind_list(kinds.iter().map(|kind| (*kind).into()));
    }
    if db.engine() == Engine::Postgres {
        sql.push(" AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
    }
    sql.push(" ORDER BY tx, seq LIMIT ").bind(i64::from(limit));
    sql.all(db.conn()).await
}

/// Appends the condition of events behind a place. On SQLite all are of one transaction as far as their order goes, and
/// a pair would be compared by its first alone: the log would be read from its start.
pub(crate) fn push_after(sql: &mut Sql, after: Cursor) {
    match sql.engine() {
        Engine::Sqlite => sql.push("tx = 0 AND seq > ").bind(after.seq),
        Engine::Postgres => sql.push("(tx, seq) > (").bind(after.tx).push(", ").bind(after.seq).push(")"),
    };
}

/// One event of a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: EventId) -> Result<Option<Event>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM event WHERE ");
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql.one(db.conn()).await
}

/// The place of the newest event that may be read now; where a live screen starts.
///
/// # Errors
/// Whatever the database says.
pub async fn newest(db: &Db) -> Result<Cursor> {
    let mut sql = Sql::new(db.engine(), "SELECT tx, seq FROM event");
    if db.engine() == Engine::Postgres {
        sql.push(" WHERE tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
    }
    sql.push(" ORDER BY tx DESC, seq DESC LIMIT 1");
    let rows = sql.rows(db.read()).await?;
    match rows.first() {
        Some(row) => Ok(Cursor { tx: row.try_get_by_index(0)?, seq: row.try_get_by_index(1)? }),
        None => Ok(Cursor::default()),
    }
}

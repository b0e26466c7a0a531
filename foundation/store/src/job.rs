//! Background jobs: rows that a worker claims, works on under a lease, and reports progress to.
//!
//! A job survives its worker: when a lease runs out the job is claimed again and goes on from what
//! it has written. Handlers are therefore idempotent or keep their own place.

use crate::db::Source;
use crate::{Db, Engine, Result, Sql, WriteTx};
use kernel::{JobId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;

/// Seconds a claim holds without a heartbeat.
pub const LEASE_SECONDS: i64 = 60;
/// Attempts before a job that keeps failing is given up.
pub const MAX_ATTEMPTS: i32 = 5;

/// A job as clients see it.
#[derive(Debug, Clone, PartialEq, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Whose.
    #[serde(skip)]
    pub workspace_id: WorkspaceId,
    /// `import`, `rescore`, …
    pub kind: String,
    /// `queued`, `running`, `done`, `failed`, `cancelled`.
    pub state: String,
    /// What to do.
    #[schema(value_type = Object)]
    pub payload: serde_json::Value,
    /// Units of work done.
    pub done: i64,
    /// Units of work in all, 0 when not known yet.
    pub total: i64,
    /// What came of it.
    #[schema(value_type = Object)]
    pub result: serde_json::Value,
    /// Why it failed.
    pub error: Option<String>,
    /// How often it was begun.
    pub attempts: i32,
    /// Somebody asked to stop it.
    pub cancel_requested: bool,
    /// Not before.
    pub run_at: Timestamp,
    /// Who asked for it.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
    /// First begun.
    pub started_at: Option<Timestamp>,
    /// Ended.
    pub finished_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, workspace_id, kind, state, payload, done, total, result, error, attempts, \
    cancel_requested, run_at, created_by, created_at, started_at, finished_at";

/// What a new job needs.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which handler.
    pub kind: &'static str,
    /// What to do.
    pub payload: serde_json::Value,
    /// Not before.
    pub run_at: Timestamp,
    /// Who asked.
    pub created_by: Option<UserId>,
}

/// Puts a job in the queue, in the caller's transaction.
///
/// # Errors
/// Whatever the database says.
pub async fn enqueue(tx: &WriteTx, job: NewJob, now: Timestamp) -> Result<JobId> {
    let id = JobId::new();
    let text = "INSERT INTO job (id, workspace_id, kind, state, payload, result, run_at, created_by, created_at) \
                VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?)";
    let values = [
        id.into(),
        job.workspace.into(),
        job.kind.into(),
        job.payload.into(),
        serde_json::json!({}).into(),
        job.run_at.into(),
        job.created_by.into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(id)
}

/// One job of a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: JobId) -> Result<Option<Job>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM job WHERE ");
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql.one(db.conn()).await
}

/// The newest jobs of a workspace, at most 50.
///
/// # Errors
/// Whatever the database says.
pub async fn recent(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<Job>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM job WHERE ");
    sql.push_with("workspace_id = ?", [workspace.into()]);
    sql.push(" ORDER BY created_at DESC LIMIT 50");
    sql.all(db.conn()).await
}

/// Claims the next due job of one of `kinds` for `node`, or one whose lease ran out.
///
/// # Errors
/// Whatever the database says.
pub async fn claim(db: &Db, kinds: &[&'static str], node: &str, now: Timestamp) -> Result<Option<Job>> {
    claim_where(db, node, now, |sql| {
        sql.push(" AND kind IN ").bind_list(kinds.iter().map(|k| (*k).into()));
    })
    .await
}

/// Claims this very job for `node`; `None` when it has ended or another node is at it.
///
/// # Errors
/// Whatever the database says.
pub async fn claim_one(db: &Db, id: JobId, node: &str, now: Timestamp) -> Result<Option<Job>> {
    claim_where(db, node, now, |sql| {
        sql.push(" AND id = ").bind(id);
    })
    .await
}

async fn claim_where(
    db: &Db,
    node: &str,
    now: Timestamp,
    which: impl FnOnce(&mut Sql),
) -> Result<Option<Job>> {
    let tx = db.write_tx().await?;
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM job WHERE run_at <= ").bind(now);
    sql.push_with(" AND (state = 'queued' OR (state = 'running' AND lease_until < ?))", [now.into()]);
    which(&mut sql);
    sql.push(" ORDER BY run_at LIMIT 1");
    if db.engine() == Engine::Postgres {
        sql.push(" FOR UPDATE SKIP LOCKED");
    }
    let Some(mut job) = sql.one::<Job>(tx.conn()).await? else {
        return Ok(None);
    };
    job.attempts += 1;
    job.started_at = job.started_at.or(Some(now));
    job.state = "running".to_owned();
    let text = "UPDATE job SET state = 'running', attempts = ?, started_at = ?, lease_until = ?, lease_by = ? WHERE id = ?";
    let lease = now.plus_seconds(LEASE_SECONDS);
    let values = [job.attempts.into(), job.started_at.into(), lease.into(), node.into(), job.id.into()];
    Sql::with(db.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(Some(job))
}

/// Reports progress and renews the lease, in the transaction of the work itself, so that the
/// figure and the work are one fact. Answers whether to go on: false when somebody asked to stop.
///
/// # Errors
/// Whatever the database says.
pub async fn progress(tx: &WriteTx, id: JobId, done: i64, total: i64, now: Timestamp) -> Result<bool> {
    let text = "UPDATE job SET done = ?, total = ?, lease_until = ? WHERE id = ? RETURNING cancel_requested";
    let values = [done.into(), total.into(), now.plus_seconds(LEASE_SECONDS).into(), id.into()];
    let cancel: Option<bool> = Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?;
    Ok(!cancel.unwrap_or(true))
}

/// How a job ended.
#[derive(Debug, Clone)]
pub enum Ended {
    /// Well, with this result.
    Done(serde_json::Value),
    /// By request, with what was done until then.
    Cancelled(serde_json::Value),
    /// Not yet: it goes on at this time, with what it says until then. That is no failed attempt.
    Later(Timestamp, serde_json::Value),
    /// Badly, and trying again would not help.
    Failed(String),
    /// Badly; try again later, up to [`MAX_ATTEMPTS`].
    Retry(String),
}

/// Writes down how it ended.
///
/// # Errors
/// Whatever the database says.
pub async fn finish(tx: &WriteTx, job: &Job, ended: Ended, now: Timestamp) -> Result<()> {
    let attempts = if matches!(ended, Ended::Later(..)) { 0 } else { job.attempts };
    let (state, result, error, run_at) = match ended {
        Ended::Later(at, result) => ("queued", result, None, Some(at)),
        Ended::Done(result) => ("done", result, None, None),
        Ended::Cancelled(result) => ("cancelled", result, None, None),
        Ended::Retry(why) if job.attempts < MAX_ATTEMPTS => {
            let wait = 5 * 3_i64.pow(u32::try_from(job.attempts).unwrap_or(1));
            ("queued", job.result.clone(), Some(why), Some(now.plus_seconds(wait)))
        }
        Ended::Failed(why) | Ended::Retry(why) => ("failed", job.result.clone(), Some(why), None),
    };
    let finished = (state != "queued").then_some(now);
    let text = "UPDATE job SET state = ?, result = ?, error = ?, run_at = ?, finished_at = ?, attempts = ?, \
                lease_until = NULL WHERE id = ?";
    let values = [
        state.into(),
        result.into(),
        error.into(),
        run_at.unwrap_or(job.run_at).into(),
        finished.into(),
        attempts.into(),
        job.id.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Asks a job to stop. One that has not begun is cancelled at once.
///
/// # Errors
/// Whatever the database says.
pub async fn request_cancel(tx: &WriteTx, workspace: WorkspaceId, id: JobId, now: Timestamp) -> Result<bool> {
    let text = "UPDATE job SET cancel_requested = TRUE, \
                finished_at = CASE WHEN state = 'queued' THEN ? ELSE finished_at END, \
                state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END \
                WHERE id = ? AND workspace_id = ? AND state IN ('queued', 'running')";
    let values = [now.into(), id.into(), workspace.into()];
    Ok(Sql::with(tx.engine(), text, values).run(tx.conn()).await? > 0)
}

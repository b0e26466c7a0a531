//! Claims jobs, does them under a lease, writes down how they ended.

use super::{Held, POLL};
use http_room::{App, JobHandler};
use kernel::JobId;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::db::Source;
use store::job::{self, Ended, Job, LEASE_SECONDS};
use store::{Db, Sql};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Jobs at once on one node.
const AT_ONCE: usize = 4;
/// Seconds between two renewals of a lease.
const HEARTBEAT_SECONDS: u64 = LEASE_SECONDS as u64 / 3;
/// Least time between two looks that find nothing.
const GATHER: Duration = Duration::from_millis(20);
/// Longest that jobs under way may take to end when the process is asked to stop.
const GRACE: Duration = Duration::from_secs(15);

pub(super) async fn run(app: App, handlers: Arc<[JobHandler]>, mut stopping: watch::Receiver<bool>) {
    let mut commits = app.db.commits();
    let mut working = JoinSet::new();
    while !*stopping.borrow() {
        while working.try_join_next().is_some() {}
        match claim(&app, &handlers, working.len()).await {
            Ok(Some((job, handler))) => {
                working.spawn(work(app.clone(), job, handler));
                continue;
            }
            // While much is written, not every commit is a reason to look.
            Ok(None) => tokio::time::sleep(GATHER).await,
            Err(why) => tracing::warn!(%why, "no job could be claimed"),
        }
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => break,
            Ok(()) = commits.changed() => {}
            Some(_) = working.join_next() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
    let all = async { while working.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all).await.is_err() {
        tracing::warn!("jobs under way were broken off; they go on at the next start");
    }
}

/// Looks first and claims then, so that an idle worker writes nothing.
async fn claim(app: &App, handlers: &[JobHandler], busy: usize) -> store::Result<Option<(Job, JobHandler)>> {
    if busy >= AT_ONCE || handlers.is_empty() {
        return Ok(None);
    }
    let now = app.clock.now();
    let kinds: Vec<&'static str> = handlers.iter().map(|handler| handler.kind).collect();
    let text = "SELECT 1 FROM job WHERE run_at <= ? AND (state = 'queued' OR (state = 'running' AND lease_until < ?)) LIMIT 1";
    let due = Sql::with(app.db.engine(), text, [now.into(), now.into()]);
    if due.rows(app.db.read()).await?.is_empty() {
        return Ok(None);
    }
    let job = job::claim(&app.db, &kinds, &app.config.node, now).await?;
    Ok(job.and_then(|job| {
        let handler = handlers.iter().find(|handler| handler.kind == job.kind)?.clone();
        Some((job, handler))
    }))
}

/// Does one job to its end.
async fn work(app: App, job: Job, handler: JobHandler) {
    let began = Instant::now();
    tracing::info!(job = %job.id, kind = job.kind, attempt = job.attempts, "job begun");
    let _beating = Held::spawn(beat(app.db.clone(), app.clock.clone(), app.config.node.clone(), job.id));
    // A task of its own, so that a panic ends this job and nothing else.
    let (theirs, copy, run) = (app.clone(), job.clone(), handler.run);
    let ended = match Held::spawn(async move { run(theirs, copy).await }).ended().await {
        Ok(ended) => ended,
        Err(why) => Ended::Retry(format!("it broke down: {why}")),
    };
    metrics::counter!("jobs_ended_total", "kind" => handler.kind, "how" => word(&ended)).increment(1);
    metrics::histogram!("job_duration_seconds", "kind" => handler.kind).record(began.elapsed().as_secs_f64());
    tracing::info!(job = %job.id, kind = job.kind, how = word(&ended), "job ended");
    if let Err(why) = write_down(&app, &job, ended).await {
        tracing::error!(job = %job.id, %why, "how a job ended could not be written down; it will be done again");
    }
}

async fn write_down(app: &App, job: &Job, ended: Ended) -> store::Result<()> {
    let tx = app.db.write_tx().await?;
    job::finish(&tx, job, ended, app.clock.now()).await?;
    tx.commit().await
}

fn word(ended: &Ended) -> &'static str {
    match ended {
        Ended::Done(_) => "done",
        Ended::Cancelled(_) => "cancelled",
        Ended::Later(..) => "later",
        Ended::Failed(_) => "failed",
        Ended::Retry(_) => "retry",
    }
}

/// Renews the lease while the job goes on.
async fn beat(db: Db, clock: store::Clock, node: String, id: JobId) {
    loop {
        tokio::time::sleep(Duration::from_secs(HEARTBEAT_SECONDS)).await;
        if let Err(why) = renew(&db, &clock, &node, id).await {
            tracing::warn!(job = %id, %why, "a lease could not be renewed");
        }
    }
}

async fn renew(db: &Db, clock: &store::Clock, node: &str, id: JobId) -> store::Result<()> {
    let tx = db.write_tx().await?;
    let text = "UPDATE job SET lease_until = ? WHERE id = ? AND lease_by = ? AND state = 'running'";
    let lease = clock.now().plus_seconds(LEASE_SECONDS);
    Sql::with(tx.engine(), text, [lease.into(), id.into(), node.into()]).run(tx.conn()).await?;
    tx.commit().await
}

/// Gives back what this node still holds, so that another need not wait for the leases to run out.
///
/// # Errors
/// Whatever the database says.
pub async fn release(app: &App) -> store::Result<u64> {
    let tx = app.db.write_tx().await?;
    let text = "UPDATE job SET state = 'queued', lease_until = NULL, lease_by = NULL, attempts = attempts - 1 \
                WHERE lease_by = ? AND state = 'running'";
    let released = Sql::with(tx.engine(), text, [app.config.node.clone().into()]).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(released)
}

/// Does every job that is due, one after the other.
pub(super) async fn drain(app: &App, handlers: &[JobHandler]) -> store::Result<usize> {
    let mut done = 0;
    while let Some((job, handler)) = claim(app, handlers, 0).await? {
        work(app.clone(), job, handler).await;
        done += 1;
    }
    Ok(done)
}

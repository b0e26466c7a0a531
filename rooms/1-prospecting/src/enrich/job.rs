//! Asking as a job: the records in its line one after the other, each in a transaction of its own with the job's
//! progress. Where a quota ends, or the source wants a pause, the job lies down and says when it goes on.

use http_room::live::Heard;
use http_room::{Answer, App, JobHandler, Problem};
use kernel::{EnrichmentProviderId, JobId, Timestamp, UserId, WorkspaceId};
use outward::Outside;
use records::write::Author;
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::time::Duration;
use store::job::{self, Ended, Job, NewJob};
use store::{Actor, WriteTx};
use uuid::Uuid;

use super::asking::{Asked, ask};
use super::claim::{give_up, remember};
use super::provider::{self, ProviderRow};
use super::quota::{Wait, WaitReason};
use super::run::{self, Outcome};
use super::settle::settle;

/// The kind of job.
pub const KIND: &str = "enrich";
/// Longest wait that is sat out, in seconds; for longer ones the job lies down.
const SHORT: i64 = 5;
/// Failures of a source in a row after which the record at hand is passed over.
const TRIES: i64 = 3;

/// Does it.
#[must_use]
pub fn handler() -> JobHandler {
    JobHandler { kind: KIND, run: Arc::new(|app, job| Box::pin(work(app, job))) }
}

/// Puts records in line for a source and starts the job that asks.
///
/// # Errors
/// Whatever the database says.
pub async fn start(
    tx: &WriteTx,
    row: &ProviderRow,
    ids: &[Uuid],
    by: Option<UserId>,
    now: Timestamp,
) -> store::Result<JobId> {
    let payload = json!({
        "provider_id": row.id, "provider": row.content.name, "kind": row.content.on.key(), "count": ids.len(),
        "automatic": by.is_none(),
    });
    let new = NewJob { workspace: row.workspace, kind: KIND, payload, run_at: now, created_by: by };
    let id = job::enqueue(tx, new, now).await?;
    run::line_up(tx, (row.workspace, row.id), row.content.on, ids, Some(id)).await?;
    Ok(id)
}

/// What became of one record.
enum Step {
    Done,
    Ended(Ended),
    Wait(Wait),
}

async fn work(app: App, job: Job) -> Ended {
    match go(&app, &job).await {
        Ok(ended) => ended,
        Err(problem) if problem.status < 500 => Ended::Failed(problem.detail),
        Err(problem) => Ended::Retry(problem.to_string()),
    }
}

async fn go(app: &App, job: &Job) -> Answer<Ended> {
    let provider = job.payload["provider_id"].as_str().and_then(|id| id.parse().ok());
    let provider = provider.map(EnrichmentProviderId).ok_or_else(|| Problem::not_found("provider"))?;
    let total = job.payload["count"].as_i64().unwrap_or(0);
    let outside = super::outside(app)?;
    let (mut done, mut waited) = (job.done, 0);
    while let Some(record) = run::next(&app.db, job.id).await? {
        let row = provider::found(&app.db, job.workspace_id, provider).await?;
        match step(app, &outside, job, &row, record, (done + 1, total)).await? {
            Step::Done => (done, waited) = (done + 1, 0),
            Step::Ended(ended) => return Ok(ended),
            Step::Wait(wait) => {
                let seconds = wait.until.seconds_since(app.clock.now()).max(0);
                if seconds > SHORT || waited > 3 {
                    return lie_down(app, job, &row, wait).await;
                }
                waited += 1;
                let micros = (wait.until.0 - app.clock.now().0).clamp(1_000, SHORT * kernel::time::SECOND);
                tokio::time::sleep(Duration::from_micros(micros.unsigned_abs())).await;
            }
        }
        tell(app, job.workspace_id, job.id).await?;
    }
    Ok(Ended::Done(run::tally(&app.db, job.id).await?))
}

async fn step(
    app: &App,
    outside: &Outside,
    job: &Job,
    row: &ProviderRow,
    record: Uuid,
    (done, total): (i64, i64),
) -> Answer<Step> {
    let by = author(app, job.workspace_id).await?;
    let of = (row.content.on, record);
    let (asked, question) = match ask(app, outside, row, of, by.currency).await {
        Ok(asked) => asked,
        Err(problem) if problem.status == 404 => {
            let tx = app.db.write_tx().await?;
            return finish(app, tx, job, row, record, &Outcome::without("nothing", "gone", ""), (done, total)).await;
        }
        Err(problem) => return Err(problem),
    };
    let by = Author { now: app.clock.now(), ..by };
    let mut tx = app.db.write_tx().await?;
    let outcome = match asked {
        Asked::Wait(wait) => return Ok(Step::Wait(wait)),
        Asked::Off => return Ok(Step::Ended(Ended::Failed(format!("{} is switched off.", row.content.name)))),
        Asked::Unasked(word, detail) => Outcome::without("nothing", word, &detail),
        Asked::Failed(word, detail) => {
            give_up(&tx, &question).await?;
            // A company without a page that answers is no failure of anybody here.
            let state = if word == "site_unreachable" { "nothing" } else { "failed" };
            Outcome::without(state, word, &detail)
        }
        Asked::Trouble(word, detail, until, mend) => {
            give_up(&tx, &question).await?;
            provider::is_in_trouble(&tx, row.id, (word, &detail), until, by.now).await?;
            let outcome = Outcome::without("failed", word, &detail);
            return trouble(app, tx, job, row, record, outcome, (until, mend), (done, total)).await;
        }
        Asked::Found(answer, cached) => {
            if !cached {
                remember(&tx, &question, &answer, row.content.cache_days).await?;
                provider::is_well(&tx, row.id).await?;
            }
            settle(&mut tx, &by, row, record, &answer, cached).await?
        }
    };
    finish(app, tx, job, row, record, &outcome, (done, total)).await
}

async fn finish(
    app: &App,
    tx: WriteTx,
    job: &Job,
    row: &ProviderRow,
    record: Uuid,
    outcome: &Outcome,
    (done, total): (i64, i64),
) -> Answer<Step> {
    let now = app.clock.now();
    run::settle(&tx, (row.workspace, row.id), (row.content.on, record), outcome, now).await?;
    let go_on = job::progress(&tx, job.id, done.min(total), total, now).await?;
    tx.commit().await?;
    if go_on {
        return Ok(Step::Done);
    }
    Ok(Step::Ended(Ended::Cancelled(run::tally(&app.db, job.id).await?)))
}

/// The source failed. The record stays first in line, unless it has been the one at hand too often.
#[allow(clippy::too_many_arguments)] // the rest of `step`, apart for its length only
async fn trouble(
    app: &App,
    tx: WriteTx,
    job: &Job,
    row: &ProviderRow,
    record: Uuid,
    outcome: Outcome,
    (until, mend): (Timestamp, bool),
    progress: (i64, i64),
) -> Answer<Step> {
    if mend {
        let why = outcome.detail.clone().unwrap_or_default();
        let failed = Ended::Failed(format!("{}: {why}", row.content.name));
        let now = app.clock.now();
        run::settle(&tx, (row.workspace, row.id), (row.content.on, record), &outcome, now).await?;
        tx.commit().await?;
        return Ok(Step::Ended(failed));
    }
    if (row.failures + 1) % TRIES == 0 && outcome.reason != Some("rate_limited") {
        return finish(app, tx, job, row, record, &outcome, progress).await;
    }
    tx.commit().await?;
    Ok(Step::Wait(Wait { until, why: WaitReason::Pause }))
}

async fn lie_down(app: &App, job: &Job, row: &ProviderRow, wait: Wait) -> Answer<Ended> {
    let mut result = run::tally(&app.db, job.id).await?;
    let fresh = provider::found(&app.db, row.workspace, row.id).await?;
    result["waits_until"] = json!(wait.until);
    result["waits_for"] = json!(wait.why);
    result["trouble"] = fresh.trouble.map_or(Json::Null, |(word, detail, _)| json!({ "reason": word, "detail": detail }));
    Ok(Ended::Later(wait.until, result))
}

/// The program itself writes what it found; who asked for it stands in the job.
async fn author(app: &App, workspace: WorkspaceId) -> Answer<Author> {
    let space =
        records::workspace::find(&app.db, workspace).await?.ok_or_else(|| Problem::not_found("workspace"))?;
    Ok(Author { workspace, actor: Actor::System, now: app.clock.now(), cause: None, currency: space.currency() })
}

async fn tell(app: &App, workspace: WorkspaceId, id: JobId) -> Answer<()> {
    if let Some(job) = job::find(&app.db, workspace, id).await? {
        app.live.tell(workspace, Heard::Job(Box::new(job)));
    }
    Ok(())
}

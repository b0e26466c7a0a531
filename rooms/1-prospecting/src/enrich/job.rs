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
use super::claim::{Question, give_up, remember};
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
        let turn = Turn { app, job, row: &row, record, done: done + 1, total };
        match turn.take(&outside).await? {
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

/// One record's turn in a job.
struct Turn<'a> {
    app: &'a App,
    job: &'a Job,
    row: &'a ProviderRow,
    record: Uuid,
    /// Records done after this one, and in all.
    done: i64,
    total: i64,
}

impl Turn<'_> {
    async fn take(&self, outside: &Outside) -> Answer<Step> {
        let by = author(self.app, self.job.workspace_id).await?;
        let of = (self.row.content.on, self.record);
        match ask(self.app, outside, self.row, of, by.currency).await {
            Ok((asked, question)) => self.settle(by, asked, &question).await,
            Err(problem) if problem.status == 404 => {
                let tx = self.app.db.write_tx().await?;
                self.finish(tx, &Outcome::without("nothing", "gone", "")).await
            }
            Err(problem) => Err(problem),
        }
    }

    async fn settle(&self, by: Author, asked: Asked, question: &Question) -> Answer<Step> {
        let by = Author { now: self.app.clock.now(), ..by };
        let mut tx = self.app.db.write_tx().await?;
        let outcome = match asked {
            Asked::Wait(wait) => return Ok(Step::Wait(wait)),
            Asked::Off => {
                return Ok(Step::Ended(Ended::Failed(format!("{} is switched off.", self.row.content.name))));
            }
            Asked::Unasked(word, detail) => Outcome::without("nothing", word, &detail),
            Asked::Failed(word, detail) => {
                give_up(&tx, question).await?;
                // A company without a page that answers is no failure of anybody here.
                let state = if word == "site_unreachable" { "nothing" } else { "failed" };
                Outcome::without(state, word, &detail)
            }
            Asked::Trouble(word, detail, until, mend) => {
                give_up(&tx, question).await?;
                provider::is_in_trouble(&tx, self.row.id, (word, &detail), until, by.now).await?;
                return self.trouble(tx, &Outcome::without("failed", word, &detail), until, mend).await;
            }
            Asked::Found(answer, cached) => {
                if !cached {
                    remember(&tx, question, &answer, self.row.content.cache_days).await?;
                    provider::is_well(&tx, self.row.id).await?;
                }
                settle(&mut tx, &by, self.row, self.record, &answer, cached).await?
            }
        };
        self.finish(tx, &outcome).await
    }

    async fn note(&self, tx: &WriteTx, outcome: &Outcome) -> Answer<()> {
        let (source, of) = ((self.row.workspace, self.row.id), (self.row.content.on, self.record));
        Ok(run::settle(tx, source, of, outcome, self.app.clock.now()).await?)
    }

    async fn finish(&self, tx: WriteTx, outcome: &Outcome) -> Answer<Step> {
        self.note(&tx, outcome).await?;
        let done = self.done.min(self.total);
        let go_on = job::progress(&tx, self.job.id, done, self.total, self.app.clock.now()).await?;
        tx.commit().await?;
        if go_on {
            return Ok(Step::Done);
        }
        Ok(Step::Ended(Ended::Cancelled(run::tally(&self.app.db, self.job.id).await?)))
    }

    /// The source failed. The record stays first in line, unless it has been the one at hand too often.
    async fn trouble(&self, tx: WriteTx, outcome: &Outcome, until: Timestamp, mend: bool) -> Answer<Step> {
        if mend {
            self.note(&tx, outcome).await?;
            tx.commit().await?;
            let why = outcome.detail.as_deref().unwrap_or_default();
            return Ok(Step::Ended(Ended::Failed(format!("{}: {why}", self.row.content.name))));
        }
        if (self.row.failures + 1) % TRIES == 0 && outcome.reason != Some("rate_limited") {
            return self.finish(tx, outcome).await;
        }
        tx.commit().await?;
        Ok(Step::Wait(Wait { until, why: WaitReason::Pause }))
    }
}

async fn lie_down(app: &App, job: &Job, row: &ProviderRow, wait: Wait) -> Answer<Ended> {
    let mut result = run::tally(&app.db, job.id).await?;
    let fresh = provider::found(&app.db, row.workspace, row.id).await?;
    result["waits_until"] = json!(wait.until);
    result["waits_for"] = json!(wait.why);
    result["trouble"] =
        fresh.trouble.map_or(Json::Null, |(word, detail, _)| json!({ "reason": word, "detail": detail }));
    Ok(Ended::Later(wait.until, result))
}

/// The program itself writes what it found; who asked for it stands in the job.
async fn author(app: &App, workspace: WorkspaceId) -> Answer<Author> {
    let space =
        records::workspace::find(&app.db, workspace).await?.ok_or_else(|| Problem::not_found("workspace"))?;
    Ok(Author {
        workspace,
        actor: Actor::System,
        now: app.clock.now(),
        cause: None,
        currency: space.currency(),
    })
}

async fn tell(app: &App, workspace: WorkspaceId, id: JobId) -> Answer<()> {
    if let Some(job) = job::find(&app.db, workspace, id).await? {
        app.live.tell(workspace, Heard::Job(Box::new(job)));
    }
    Ok(())
}

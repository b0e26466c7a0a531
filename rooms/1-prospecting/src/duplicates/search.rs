//! Looking through the whole base for duplicates, in the background.

use super::pair::{self, Likeness};
use super::{matched_as, read, settle};
use http_room::live::Heard;
use http_room::{Answer, App, JobHandler, Problem};
use kernel::{JobId, UserId, WorkspaceId};
use linkage::{Collection, Found, Matcher, Parameters};
use records::Kind;
use serde_json::json;
use std::sync::Arc;
use store::db::Source;
use store::job::{self, Ended, Job, NewJob};
use store::{Result, Sql, WriteTx};
use uuid::Uuid;

/// The kind of job.
pub const KIND: &str = "find_duplicates";
/// Records of one read.
const PAGE: i64 = 5_000;
/// Records from which weights are learned.
const LEARN_FROM: usize = 5_000;
/// Records from which the base says how rare a value is.
const COUNT_FROM: usize = 1_000;
/// Pairs written in one transaction.
const PAIRS: usize = 1_000;

/// Does searches.
#[must_use]
pub fn handler() -> JobHandler {
    JobHandler { kind: KIND, run: Arc::new(|app, job| Box::pin(work(app, job))) }
}

/// Puts a search in the queue. One that waits there and has not begun serves as well.
///
/// # Errors
/// Whatever the database says.
pub async fn enqueue(
    tx: &WriteTx,
    workspace: WorkspaceId,
    kind: Kind,
    by: Option<UserId>,
    now: kernel::Timestamp,
) -> Result<JobId> {
    let text = "SELECT id, payload FROM job WHERE workspace_id = ? AND kind = ? AND state = 'queued' AND attempts = 0";
    for row in Sql::with(tx.engine(), text, [workspace.into(), KIND.into()]).rows(tx.conn()).await? {
        let payload: serde_json::Value = row.try_get_by_index(1)?;
        if payload["kind"] == kind.key() {
            return Ok(JobId(row.try_get_by_index(0)?));
        }
    }
    let payload = json!({ "kind": kind.key() });
    job::enqueue(tx, NewJob { workspace, kind: KIND, payload, run_at: now, created_by: by }, now).await
}

async fn work(app: App, job: Job) -> Ended {
    let Some(kind) = job.payload["kind"].as_str().and_then(Kind::parse) else {
        return Ended::Failed("the job names no kind of record".to_owned());
    };
    match run(&app, &job, kind).await {
        Ok(ended) => ended,
        Err(problem) => Ended::Retry(problem.to_string()),
    }
}

async fn run(app: &App, job: &Job, kind: Kind) -> Answer<Ended> {
    let workspace = job.workspace_id;
    let Some((ids, collection)) = collect(app, job, kind).await? else {
        return Ok(Ended::Cancelled(json!({})));
    };
    let matcher = matcher(kind, ids.len());
    let found = tokio::task::spawn_blocking(move || matcher.run(collection))
        .await
        .map_err(|e| Problem::internal(&e))?;
    keep(app, job, kind, &ids, &found).await?;
    let merged = settle::merge_sure_ones(app, workspace, kind).await?;
    Ok(Ended::Done(json!({
        "kind": kind.key(), "records": ids.len(), "pairs": found.pairs.len(), "compared": found.candidates, "merged": merged,
    })))
}

/// Weights are learned from the base where there is enough of it to learn from; a small one takes the usual ones, and
/// a very small one does not say either how rare a value is: it is compared as a newcomer is.
fn matcher(kind: Kind, records: usize) -> Matcher {
    let kind = matched_as(kind);
    let usual = || Matcher::new(kind).parameters(Parameters::default_for(kind));
    match records {
        ..COUNT_FROM => usual().without_frequencies(),
        COUNT_FROM..LEARN_FROM => usual(),
        _ => Matcher::new(kind),
    }
}

/// Reads every record; `None` when somebody cancels.
async fn collect(app: &App, job: &Job, kind: Kind) -> Answer<Option<(Vec<Uuid>, Collection)>> {
    let text = format!("SELECT count(*) FROM {} WHERE workspace_id = ? AND deleted_at IS NULL", kind.key());
    let total: i64 = Sql::with(app.db.engine(), &text, [job.workspace_id.into()])
        .scalar(app.db.read())
        .await?
        .unwrap_or(0);
    let (mut ids, mut collection) = (Vec::new(), Collection::new(matched_as(kind)));
    loop {
        let after = ids.last().copied().unwrap_or(Uuid::nil());
        let page = read::page(&app.db, job.workspace_id, kind, after, PAGE).await?;
        if page.is_empty() {
            return Ok(Some((ids, collection)));
        }
        for record in &page {
            collection.push_fields(record.fields.iter().map(|(field, value)| (*field, value.as_str())));
            ids.push(record.id);
        }
        if !report(app, job, ids.len(), total).await? {
            return Ok(None);
        }
    }
}

async fn report(app: &App, job: &Job, done: usize, total: i64) -> Answer<bool> {
    let done = i64::try_from(done).unwrap_or(i64::MAX);
    let tx = app.db.write_tx().await?;
    let go_on = job::progress(&tx, job.id, done, total.max(done), app.clock.now()).await?;
    tx.commit().await?;
    if let Some(job) = job::find(&app.db, job.workspace_id, job.id).await? {
        app.live.tell(job.workspace_id, Heard::Job(Box::new(job)));
    }
    Ok(go_on)
}

async fn keep(app: &App, job: &Job, kind: Kind, ids: &[Uuid], found: &Found) -> Answer<()> {
    let likeness = |pair: &linkage::Pair| Likeness {
        one: ids[pair.a],
        other: ids[pair.b],
        score: pair.score,
        weight: pair.weight,
        evidence: json!(pair.evidence),
    };
    for part in found.pairs.chunks(PAIRS) {
        let pairs: Vec<Likeness> = part.iter().map(likeness).collect();
        let tx = app.db.write_tx().await?;
        pair::keep(&tx, job.workspace_id, kind, Some(job.id.0), &pairs, app.clock.now()).await?;
        tx.commit().await?;
    }
    let tx = app.db.write_tx().await?;
    pair::drop_others(&tx, job.workspace_id, kind, job.id.0).await?;
    tx.commit().await?;
    Ok(())
}

/// The newest search of a kind.
///
/// # Errors
/// Whatever the database says.
pub async fn newest(db: &impl Source, workspace: WorkspaceId, kind: Kind) -> Result<Option<Job>> {
    let text = "SELECT id, payload FROM job WHERE workspace_id = ? AND kind = ? ORDER BY created_at DESC, id DESC LIMIT 20";
    for row in Sql::with(db.engine(), text, [workspace.into(), KIND.into()]).rows(db.conn()).await? {
        let payload: serde_json::Value = row.try_get_by_index(1)?;
        if payload["kind"] == kind.key() {
            return job::find(db, workspace, JobId(row.try_get_by_index(0)?)).await;
        }
    }
    Ok(None)
}

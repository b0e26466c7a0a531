//! Scoring every company anew in the background, four thousand at a time.
//!
//! Each part is one transaction with the place it reached, so a crash loses nothing and repeats
//! nothing. A run belongs to one version of one profile; when another is published in the meantime it
//! ends, and the run that came with the publishing does the work.

use http_room::live::Heard;
use http_room::{Answer, App, JobHandler, Problem};
use kernel::{CompanyId, IcpProfileId, JobId, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::db::Source;
use store::job::{self, Ended, Job, NewJob};
use store::{Result, Sql, StoreError, WriteTx};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::scan::{self, Seen};
use crate::scoring::{self, Judged, Means, Published, Standing, Update};

/// The kind of job.
pub const KIND: &str = "rescore";
/// Companies of one transaction.
const BATCH: i64 = 4_000;
/// Times a batch is tried again at once, for a deadlock on PostgreSQL.
const TRIES: u32 = 3;

/// Does re-scoring jobs.
#[must_use]
pub fn handler() -> JobHandler {
    JobHandler { kind: KIND, run: Arc::new(|app, job| Box::pin(work(app, job))) }
}

/// Puts a re-scoring in the queue. One that waits there and has not begun serves as well.
///
/// # Errors
/// Whatever the database says.
pub async fn enqueue(
    tx: &WriteTx,
    workspace: WorkspaceId,
    by: Option<UserId>,
    now: kernel::Timestamp,
) -> Result<JobId> {
    let text = "SELECT id FROM job WHERE workspace_id = ? AND kind = ? AND state = 'queued' \
                AND NOT EXISTS (SELECT 1 FROM icp_rescore r WHERE r.job_id = job.id) LIMIT 1";
    let waiting = Sql::with(tx.engine(), text, [workspace.into(), KIND.into()]).scalar(tx.conn()).await?;
    if let Some(waiting) = waiting {
        return Ok(JobId(waiting));
    }
    let job = NewJob { workspace, kind: KIND, payload: json!({}), run_at: now, created_by: by };
    job::enqueue(tx, job, now).await
}

async fn work(app: App, job: Job) -> Ended {
    let mut failures = 0;
    let mut ahead = None;
    loop {
        match step(&app, &job, &mut ahead).await {
            Ok(Some(ended)) => return ended,
            Ok(None) => failures = 0,
            Err(problem) => {
                failures += 1;
                if failures == TRIES {
                    return Ended::Retry(problem.to_string());
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Taking the means for the policy `average`.
    Averages,
    /// Scoring.
    Scores,
}

impl Phase {
    fn key(self) -> &'static str {
        match self {
            Self::Averages => "averages",
            Self::Scores => "scores",
        }
    }
}

/// How far a run has come.
#[derive(Debug, Clone, FromQueryResult)]
struct Place {
    profile_id: IcpProfileId,
    version: i64,
    phase: String,
    after_id: Option<Uuid>,
    done: i64,
    total: i64,
    scored: i64,
    changed: i64,
    sums: Json,
}

impl Place {
    fn phase(&self) -> Phase {
        if self.phase == Phase::Averages.key() { Phase::Averages } else { Phase::Scores }
    }

    fn result(&self) -> Json {
        json!({ "profile_id": self.profile_id, "version": self.version, "companies": self.scored, "changed": self.changed })
    }
}

/// The companies of one batch, read and judged, and the statements that write it down.
struct Part {
    companies: i64,
    last: Option<CompanyId>,
    sums: Json,
    updates: Vec<Update>,
}

/// The batch behind the one that is being written, on its way.
struct Ahead {
    after: Option<Uuid>,
    phase: Phase,
    part: JoinHandle<Answer<Part>>,
}

impl Ahead {
    fn of(app: &App, job: &Job, place: &Place, published: &Published) -> Self {
        let part = read(app.clone(), job.workspace_id, place.clone(), published.clone());
        Self { after: place.after_id, phase: place.phase(), part: tokio::spawn(part) }
    }
}

async fn read(app: App, workspace: WorkspaceId, place: Place, published: Published) -> Answer<Part> {
    let companies = scan::page(&app.db, workspace, &published, place.after_id.map(CompanyId), BATCH).await?;
    let count = i64::try_from(companies.len()).unwrap_or(BATCH);
    let last = companies.last().map(|seen| seen.standing.id);
    let mut part = Part { companies: count, last, sums: place.sums.clone(), updates: Vec::new() };
    if place.phase() == Phase::Averages {
        let mut sums = means(&place)?;
        companies.iter().for_each(|seen| sums.add(&published.scorer.matches_of_values(&seen.held)));
        part.sums = json!(sums);
        return Ok(part);
    }
    // Whoever this version has scored is looked at whole: perhaps nothing differs.
    let (again, anew): (Vec<Seen>, Vec<Seen>) = companies.into_iter().partition(|seen| seen.is_scored);
    let judge = |seen: Seen| (seen.standing, published.scorer.judge_values(&seen.held));
    let mut judged: Vec<(Standing, Judged)> = anew.into_iter().map(judge).collect();
    if !again.is_empty() {
        let ids = again.iter().map(|seen| seen.standing.id).collect();
        judged.extend(scoring::judge(&published, scoring::of_ids(&app.db, workspace, &ids).await?));
    }
    part.updates = scoring::updates(app.db.engine(), workspace, &published, judged);
    Ok(part)
}

/// One batch; answers how the job ended, when it did.
async fn step(app: &App, job: &Job, ahead: &mut Option<Ahead>) -> Answer<Option<Ended>> {
    let now = app.clock.now();
    let mut tx = app.db.bulk_tx().await?;
    let Some(published) = scoring::published(&tx, job.workspace_id).await? else {
        return Ok(Some(Ended::Done(json!({ "companies": 0, "changed": 0 }))));
    };
    let mut place = match find(&tx, job.id).await? {
        Some(place) => place,
        None => begin(&tx, job, &published).await?,
    };
    if (place.profile_id, place.version) != (published.id, published.version) {
        let mut result = place.result();
        result["superseded"] = json!(true);
        return Ok(Some(Ended::Done(result)));
    }
    let part = match ahead.take().filter(|a| (a.after, a.phase) == (place.after_id, place.phase())) {
        Some(ahead) => ahead.part.await.map_err(|e| Problem::internal(&e))??,
        None => read(app.clone(), job.workspace_id, place.clone(), published.clone()).await?,
    };
    let Some(last) = part.last else {
        if place.phase() == Phase::Scores {
            return Ok(Some(Ended::Done(place.result())));
        }
        keep_averages(&tx, &mut place, &published).await?;
        save(&tx, job.id, &place).await?;
        tx.commit().await?;
        return Ok(None);
    };
    (place.after_id, place.sums) = (Some(last.0), part.sums);
    place.done += part.companies;
    *ahead = Some(Ahead::of(app, job, &place, &published));
    if place.phase() == Phase::Scores {
        let changed = scoring::keep(&mut tx, job.workspace_id, &published, part.updates, now).await?;
        place.scored += part.companies;
        place.changed += i64::try_from(changed).unwrap_or(0);
    }
    save(&tx, job.id, &place).await?;
    let total = place.total.max(place.done);
    let go_on = job::progress(&tx, job.id, place.done, total, now).await?;
    tx.commit().await?;
    tell(app, job).await?;
    Ok((!go_on).then(|| Ended::Cancelled(place.result())))
}

async fn find(tx: &WriteTx, job: JobId) -> Result<Option<Place>> {
    let text = "SELECT profile_id, version, phase, after_id, done, total, scored, changed, sums FROM icp_rescore WHERE job_id = ?";
    Sql::with(tx.engine(), text, [job.into()]).one(tx.conn()).await
}

async fn begin(tx: &WriteTx, job: &Job, published: &Published) -> Result<Place> {
    // Asked by id as well, which is the index that holds no more than that.
    let text = "SELECT COUNT(*) FROM company WHERE workspace_id = ? AND id >= ? AND deleted_at IS NULL";
    let values = [job.workspace_id.into(), Uuid::nil().into()];
    let count: Option<i64> = Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?;
    let averages = published.scorer.wants_averages();
    let (phase, passes) = if averages { (Phase::Averages, 2) } else { (Phase::Scores, 1) };
    let place = Place {
        profile_id: published.id,
        version: published.version,
        phase: phase.key().to_owned(),
        after_id: None,
        done: 0,
        total: count.unwrap_or(0) * passes,
        scored: 0,
        changed: 0,
        sums: json!([]),
    };
    let text = "INSERT INTO icp_rescore (job_id, workspace_id, profile_id, version, phase, done, total, scored, changed, sums) \
                VALUES (?, ?, ?, ?, ?, 0, ?, 0, 0, ?)";
    let values = [
        job.id.into(),
        job.workspace_id.into(),
        place.profile_id.into(),
        place.version.into(),
        place.phase.clone().into(),
        place.total.into(),
        place.sums.clone().into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(place)
}

async fn save(tx: &WriteTx, job: JobId, place: &Place) -> Result<()> {
    let text = "UPDATE icp_rescore SET phase = ?, after_id = ?, done = ?, scored = ?, changed = ?, sums = ? WHERE job_id = ?";
    let values = [
        place.phase.clone().into(),
        place.after_id.into(),
        place.done.into(),
        place.scored.into(),
        place.changed.into(),
        place.sums.clone().into(),
        job.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

fn means(place: &Place) -> Answer<Means> {
    serde_json::from_value(place.sums.clone())
        .map_err(|e| StoreError::Shape { what: "sums of a re-scoring".to_owned(), why: e.to_string() }.into())
}

/// All means are taken: they belong to the version from now on, and scoring begins.
async fn keep_averages(tx: &WriteTx, place: &mut Place, published: &Published) -> Answer<()> {
    let text = "UPDATE icp_profile SET averages = ? WHERE id = ? AND version = ?";
    let averages = json!(means(place)?.get());
    Sql::with(tx.engine(), text, [averages.into(), published.id.into(), published.version.into()])
        .run(tx.conn())
        .await?;
    place.phase = Phase::Scores.key().to_owned();
    place.after_id = None;
    Ok(())
}

async fn tell(app: &App, job: &Job) -> Answer<()> {
    if let Some(job) = job::find(&app.db, job.workspace_id, job.id).await? {
        app.live.tell(job.workspace_id, Heard::Job(Box::new(job)));
    }
    Ok(())
}

/// The job as clients see it.
///
/// # Errors
/// 404, or whatever the database says.
pub async fn shown(db: &impl Source, workspace: WorkspaceId, id: JobId) -> Answer<Job> {
    job::find(db, workspace, id).await?.ok_or_else(|| Problem::not_found("job"))
}

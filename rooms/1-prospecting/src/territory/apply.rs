//! Putting territories into force in the background: the plan is written down first, then companies change hands
//! five hundred at a time, each batch one transaction with the place it reached and one bulk change of the log.

use super::rules::TerritoryChoices;
use super::run::{self, TerritoryRun};
use super::{all, save_turns, survey};
use crate::events;
use http_room::live::Heard;
use http_room::{Answer, App, JobHandler, Problem};
use kernel::{Timestamp, WorkspaceId};
use records::Kind;
use records::write::{Author, HandOver, hand_over_companies};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::job::{self, Ended, Job};
use store::{Actor, NewEvent, WriteTx};

/// The kind of job.
pub const KIND: &str = "territories";

/// Times a batch is tried again at once, for a deadlock on PostgreSQL.
pub(super) const TRIES: u32 = 3;

/// Does it.
#[must_use]
pub fn handler() -> JobHandler {
    JobHandler { kind: KIND, run: Arc::new(|app, job| Box::pin(work(app, job))) }
}

async fn work(app: App, job: Job) -> Ended {
    let mut failures = 0;
    loop {
        match step(&app, &job).await {
            Ok(Some(ended)) => return ended,
            Ok(None) => failures = 0,
            Err(problem) => {
                failures += 1;
                if problem.status < 500 || failures == TRIES {
                    return not_done(&problem);
                }
            }
        }
    }
}

/// A rule that does not fit any more fails for good, a database that is away is tried again.
pub(super) fn not_done(problem: &Problem) -> Ended {
    if problem.status < 500 {
        Ended::Failed(problem.detail.clone())
    } else {
        Ended::Retry(problem.to_string())
    }
}

/// One batch; answers how the job ended, when it did.
async fn step(app: &App, job: &Job) -> Answer<Option<Ended>> {
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let mut run = match run::find(&tx, job.workspace_id, job.id).await? {
        Some(run) => run,
        None => begin(&mut tx, job, now).await?,
    };
    let lines = run::next(&tx, &run).await?;
    let Some(last) = lines.last() else {
        tx.commit().await?;
        return Ok(Some(Ended::Done(result(&run))));
    };
    run.place = last.place;
    let forth: Vec<HandOver> = lines.iter().map(run::Line::forth).collect();
    let changed = bulk(&mut tx, job, now, &forth).await?;
    let went = i64::try_from(changed.len()).unwrap_or(0);
    run.moved += went;
    run.left_alone += i64::try_from(lines.len()).unwrap_or(0) - went;
    run::handed_over(&tx, &run, &lines, &changed).await?;
    let go_on = job::progress(&tx, job.id, run.place, run.planned, now).await?;
    tx.commit().await?;
    tell(app, job).await?;
    Ok((!go_on).then(|| Ended::Cancelled(result(&run))))
}

fn result(run: &TerritoryRun) -> Json {
    json!({ "planned": run.planned, "moved": run.moved, "left_alone": run.left_alone, "unassigned": run.unassigned })
}

async fn begin(tx: &mut WriteTx, job: &Job, now: Timestamp) -> Answer<TerritoryRun> {
    let workspace = job.workspace_id;
    let choices: TerritoryChoices =
        serde_json::from_value(job.payload["choices"].clone()).unwrap_or_default();
    let territories = all(tx, workspace).await?;
    let survey = survey::draw_up(tx, workspace, &territories, choices).await?;
    run::begin(tx, workspace, (job.id, job.created_by, now), &territories, &survey.plan).await?;
    let turns: Vec<_> = territories.iter().map(|t| t.id).zip(survey.plan.turns.iter().copied()).collect();
    save_turns(tx, &turns).await?;
    let told = NewEvent::now(workspace, events::TERRITORIES_APPLIED, actor(job), now).with(json!({
        "run_id": job.id, "planned": survey.plan.moves.len(), "choices": choices,
    }));
    tx.record(told).await?;
    run::find(tx, workspace, job.id).await?.ok_or_else(|| Problem::not_found("run"))
}

fn actor(job: &Job) -> Actor {
    job.created_by.map_or(Actor::System, Actor::User)
}

/// Hands over as one bulk change, which can also be taken back by itself.
pub(super) async fn bulk(
    tx: &mut WriteTx,
    job: &Job,
    now: Timestamp,
    hand_overs: &[HandOver],
) -> Answer<Vec<kernel::CompanyId>> {
    let workspace = records::workspace::find(tx, job.workspace_id)
        .await?
        .ok_or_else(|| Problem::not_found("workspace"))?;
    let done = NewEvent::now(job.workspace_id, records::events::BULK_DONE, actor(job), now).with(json!({
        "kind": Kind::Company.key(), "action": "update", "count": hand_overs.len(), "job_id": job.id,
    }));
    let cause = tx.record(done).await?;
    let author = Author {
        workspace: job.workspace_id,
        actor: actor(job),
        now,
        cause: Some(cause),
        currency: workspace.currency(),
    };
    hand_over_companies(tx, &author, hand_overs).await
}

/// Tells open screens how far a job has come.
pub(super) async fn tell(app: &App, job: &Job) -> Answer<()> {
    if let Some(job) = job::find(&app.db, job.workspace_id, job.id).await? {
        app.live.tell(job.workspace_id, Heard::Job(Box::new(job)));
    }
    Ok(())
}

/// Whether a run of this workspace is waiting or at work, or one is being taken back.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn is_at_work(tx: &WriteTx, workspace: WorkspaceId) -> store::Result<bool> {
    let text = "SELECT 1 FROM job WHERE workspace_id = ? AND kind IN (?, ?) AND state IN ('queued', 'running') LIMIT 1";
    let values = [workspace.into(), KIND.into(), super::undo::KIND.into()];
    let rows = store::Sql::with(store::db::Source::engine(tx), text, values);
    Ok(!rows.rows(store::db::Source::conn(tx)).await?.is_empty())
}

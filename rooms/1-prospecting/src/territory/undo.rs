//! Taking a putting into force back: companies that are still with whom they went to go back to whom they came from.

use super::{apply, run};
use http_room::{Answer, App, JobHandler, Problem};
use kernel::JobId;
use records::write::HandOver;
use serde_json::json;
use std::sync::Arc;
use store::job::{self, Ended, Job};

/// The kind of job.
pub const KIND: &str = "territories_undo";

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
                if problem.status < 500 || failures == apply::TRIES {
                    return apply::not_done(&problem);
                }
            }
        }
    }
}

async fn step(app: &App, job: &Job) -> Answer<Option<Ended>> {
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let id = job.payload["run_id"].as_str().and_then(|id| id.parse::<JobId>().ok());
    let run = match id {
        Some(id) => run::find(&tx, job.workspace_id, id).await?,
        None => None,
    };
    let mut run = run.ok_or_else(|| Problem::not_found("run"))?;
    let lines = run::next_back(&tx, &run).await?;
    let Some(first) = lines.last() else {
        let result = json!({ "moved": run.moved, "undone": run.undone });
        return Ok(Some(Ended::Done(result)));
    };
    run.undo_place = Some(first.place);
    let back: Vec<HandOver> = lines.iter().map(run::Line::back).collect();
    let changed = apply::bulk(&mut tx, job, now, &back).await?;
    run.undone += i64::try_from(changed.len()).unwrap_or(0);
    run::taken_back(&tx, &run).await?;
    // Lines are passed from the last to the first: what lies before the place is still to come.
    let done = (run.planned - first.place + 1).clamp(0, run.planned);
    let go_on = job::progress(&tx, job.id, done, run.planned, now).await?;
    tx.commit().await?;
    apply::tell(app, job).await?;
    Ok((!go_on).then(|| Ended::Cancelled(json!({ "moved": run.moved, "undone": run.undone }))))
}

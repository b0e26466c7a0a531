//! Open screens hear of changes: the tail of the event log and the progress of jobs, as server-sent
//! events.

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use futures::{Stream, StreamExt};
use http_room::live::{Change, Heard};
use http_room::{App, Reader};
use kernel::{JobId, WorkspaceId};
use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;
use store::event::{self, Cursor};
use store::job::Job;
use store::{Event, Sql};
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;

/// A stream ends after this long and the browser opens another, which proves again who is asking.
const LIFE: Duration = Duration::from_secs(600);
/// Longest wait between two looks at the log: other nodes' changes are not announced here.
const POLL: Duration = Duration::from_secs(1);
/// First wait after something was announced and could not be read yet.
const SOON: Duration = Duration::from_millis(20);
/// Least time between two looks.
const GATHER: Duration = Duration::from_millis(20);
/// Events read at once.
const BATCH: u32 = 500;

/// Says when the process is asked to stop.
#[derive(Clone, Debug)]
pub struct Stopping(pub watch::Receiver<bool>);

/// Changes as they happen.
#[utoipa::path(get, path = "/live", tag = "live",
    params(("workspace" = Option<WorkspaceId>, Query, description = "Which workspace; default: your first.")),
    responses((status = 200, content_type = "text/event-stream", body = Change,
        description = "`event: change` tells what changed, `event: job` carries a job, `event: resync` says that some \
            were missed and the screen should load again.")))]
pub async fn listen(
    me: Reader,
    State(app): State<App>,
    Extension(stopping): Extension<Stopping>,
) -> Sse<impl Stream<Item = Result<Message, Infallible>>> {
    let heard = futures::stream::unfold(app.live.listen(), |mut ear| async move {
        match ear.recv().await {
            Ok(heard) => Some((Some(heard), ear)),
            Err(broadcast::error::RecvError::Lagged(_)) => Some((None, ear)),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    });
    let workspace = me.workspace;
    let messages = heard.filter_map(move |heard| async move { message(workspace, heard) });
    let end = async move {
        let mut stopping = stopping.0;
        tokio::select! {
            () = tokio::time::sleep(LIFE) => {}
            _ = stopping.wait_for(|stop| *stop) => {}
        }
    };
    let hello = futures::stream::iter([Ok(Message::default().comment("listening"))]);
    let messages = hello.chain(messages.map(Ok)).take_until(Box::pin(end));
    Sse::new(messages).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

/// What one screen is told; nothing of other workspaces.
fn message(workspace: WorkspaceId, heard: Option<(WorkspaceId, Heard)>) -> Option<Message> {
    match heard {
        None => Some(Message::default().event("resync").data("{}")),
        Some((whose, _)) if whose != workspace => None,
        Some((_, Heard::Change(change))) => {
            Message::default().event("change").id(change.seq.to_string()).json_data(change).ok()
        }
        Some((_, Heard::Job(job))) => Message::default().event("job").json_data(job).ok(),
    }
}

/// Follows the event log and the jobs, and tells the screens of this node. Ends when asked to stop.
pub async fn follow(app: App, mut stopping: watch::Receiver<bool>) {
    let mut commits = app.db.commits();
    let mut at = match event::newest(&app.db).await {
        Ok(cursor) => cursor,
        Err(why) => {
            tracing::error!(%why, "the log's end is not known, live screens start at its beginning");
            Cursor::default()
        }
    };
    let mut jobs = HashMap::new();
    let mut jobs_due = Instant::now();
    let mut wait = POLL;
    loop {
        let read = tell_changes(&app, &mut at).await;
        if jobs_due <= Instant::now() {
            jobs_due = Instant::now() + POLL;
            if let Err(why) = tell_jobs(&app, &mut jobs).await {
                tracing::warn!(%why, "jobs could not be read for live screens");
            }
        }
        match read {
            Ok(n) if n > 0 => continue,
            Ok(_) => {}
            Err(why) => tracing::warn!(%why, "the event log could not be read for live screens"),
        }
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            Ok(()) = gathered(&mut commits) => wait = SOON,
            () = tokio::time::sleep(wait) => wait = (wait * 2).min(POLL),
        }
    }
}

/// Waits for a commit, and a moment longer: while much is written, not every one is a reason to look.
async fn gathered(commits: &mut watch::Receiver<u64>) -> Result<(), watch::error::RecvError> {
    commits.changed().await?;
    tokio::time::sleep(GATHER).await;
    Ok(())
}

async fn tell_changes(app: &App, at: &mut Cursor) -> store::Result<usize> {
    if !app.live.is_heard() {
        // Whoever listens later loads what is there then; whoever came while it was looked up is told.
        let newest = event::newest(&app.db).await?;
        if !app.live.is_heard() {
            *at = newest;
            return Ok(0);
        }
    }
    let events = event::read_after(&app.db, *at, BATCH).await?;
    for event in &events {
        *at = Cursor { tx: event.tx, seq: event.seq };
        app.live.tell(event.workspace_id, Heard::Change(change(event)));
    }
    Ok(events.len())
}

fn change(event: &Event) -> Change {
    Change {
        seq: event.seq,
        kind: event.kind.clone(),
        company_id: event.company_id,
        person_id: event.person_id,
        deal_id: event.deal_id,
    }
}

/// Tells of jobs that went on since the last look, and once more of those that ended.
async fn tell_jobs(app: &App, known: &mut HashMap<JobId, Job>) -> store::Result<()> {
    let text = "SELECT id, workspace_id, kind, state, payload, done, total, result, error, attempts, cancel_requested, \
                run_at, created_by, created_at, started_at, finished_at FROM job \
                WHERE state IN ('queued', 'running') ORDER BY run_at LIMIT 200";
    let open: Vec<Job> = Sql::new(app.db.engine(), text).all(app.db.read()).await?;
    let mut before = std::mem::take(known);
    for job in open {
        if before.remove(&job.id).as_ref() != Some(&job) {
            app.live.tell(job.workspace_id, Heard::Job(Box::new(job.clone())));
        }
        known.insert(job.id, job);
    }
    for ended in before.into_values() {
        if let Some(job) = store::job::find(&app.db, ended.workspace_id, ended.id).await? {
            app.live.tell(job.workspace_id, Heard::Job(Box::new(job)));
        }
    }
    Ok(())
}

//! Asking by itself: newcomers, and records that were asked about long ago.

use http_room::{App, Timer};
use kernel::{Timestamp, WorkspaceId};
use records::{Kind, events};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::db::Source;
use store::reaction::Reaction;
use store::{Event, Result, Sql, WriteTx};
use uuid::Uuid;

use super::provider::{self, ProviderRow};
use super::{claim, job, run};

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Records of one job that begins by itself.
const BATCH: i64 = 500;

/// Newcomers are put in line.
#[must_use]
pub fn arrivals() -> Reaction {
    const KINDS: &[&str] = &[events::COMPANY_CREATED, events::PERSON_CREATED];
    Reaction::together("prospecting.enrich_newcomers", KINDS, |e, tx| Box::pin(react(e, tx)))
}

async fn react(events: &[Event], tx: &mut WriteTx) -> std::result::Result<(), Failed> {
    let mut of: BTreeMap<(WorkspaceId, &str), Vec<Uuid>> = BTreeMap::new();
    for event in events {
        let company = event.company_id.map(|id| id.0);
        let person = event.person_id.map(|id| id.0);
        let (kind, id) = match event.kind.as_str() {
            events::PERSON_CREATED => ("person", person),
            _ => ("company", company),
        };
        of.entry((event.workspace_id, kind)).or_default().extend(id);
    }
    let workspaces: BTreeSet<WorkspaceId> = of.keys().map(|(workspace, _)| *workspace).collect();
    for workspace in workspaces {
        for row in provider::all(tx, workspace).await? {
            let wanted = row.content.enabled && row.content.on_arrival;
            if let Some(ids) = of.get(&(workspace, row.content.on.key())).filter(|_| wanted) {
                run::line_up(tx, (workspace, row.id), row.content.on, ids, None).await?;
            }
        }
    }
    Ok(())
}

/// Starts jobs for what is due.
#[must_use]
pub fn timer() -> Timer {
    Timer {
        name: "prospecting.enrich_due",
        every_seconds: 60,
        woken: None,
        run: Arc::new(|app| Box::pin(begin(app))),
    }
}

async fn begin(app: App) -> std::result::Result<usize, Failed> {
    let now = app.clock.now();
    let mut started = 0;
    for row in provider::automatic(&app.db).await? {
        if row.paused_until.is_some_and(|until| until > now) {
            continue;
        }
        // Looks first, so that an idle timer writes nothing.
        if due(&app.db, &row, now).await?.is_empty() || is_at_work(&app.db, &row).await? {
            continue;
        }
        let tx = app.db.write_tx().await?;
        if provider::hold(&tx, row.workspace, row.id).await?.is_none() || is_at_work(&tx, &row).await? {
            continue;
        }
        let ids = due(&tx, &row, now).await?;
        job::start(&tx, &row, &ids, None, now).await?;
        tx.commit().await?;
        started += 1;
    }
    if claim::has_old(&app.db, now).await? {
        let tx = app.db.write_tx().await?;
        claim::forget_old(&tx, now).await?;
        tx.commit().await?;
    }
    Ok(started)
}

/// Whether a job of this source is waiting or at work.
async fn is_at_work(db: &impl Source, row: &ProviderRow) -> Result<bool> {
    let text =
        "SELECT payload FROM job WHERE workspace_id = ? AND kind = ? AND state IN ('queued', 'running')";
    let rows = Sql::with(db.engine(), text, [row.workspace.into(), job::KIND.into()]).rows(db.conn()).await?;
    let own = row.id.to_string();
    for row in rows {
        let payload: Json = row.try_get_by_index(0)?;
        if payload["provider_id"] == own.as_str() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Records of a source that were never asked about though they came in, or not for so many days. Those whose job
/// somebody cancelled wait until somebody asks.
async fn due(db: &impl Source, row: &ProviderRow, now: Timestamp) -> Result<Vec<Uuid>> {
    let column = run::column(row.content.on);
    let before = row.content.refresh_days.map_or(Timestamp(0), |days| now.plus_days(-days));
    let text = format!(
        "SELECT r.{column} FROM enrichment_run r JOIN {} k ON k.id = r.{column} WHERE r.provider_id = ? \
         AND r.asked_at <= ? AND k.deleted_at IS NULL AND NOT (r.state = 'queued' AND EXISTS \
         (SELECT 1 FROM job j WHERE j.id = r.job_id AND j.state = 'cancelled')) ORDER BY r.asked_at LIMIT {BATCH}",
        if row.content.on == Kind::Person { "person" } else { "company" }
    );
    let rows = Sql::with(db.engine(), &text, [row.id.into(), before.into()]).rows(db.conn()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

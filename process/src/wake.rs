//! Wakes parked deals at nine in the morning of their day, where their owner is; of a day off, on the next business day.

use http_room::{App, Problem, Role};
use kernel::{DealId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use store::{Actor, Sql};

use crate::moves::{self, Mover};
use crate::transition::{MoveKind, MoveRequest};

/// Seconds between two looks.
pub const EVERY_SECONDS: u64 = 60;
/// Deals looked at in one go.
const BATCH: i64 = 500;
/// A day has begun somewhere 14 hours before it begins in Greenwich.
const EARLIEST_ZONE_HOURS: i64 = 14;

#[derive(FromQueryResult)]
struct Parked {
    id: DealId,
    workspace_id: WorkspaceId,
}

/// Wakes every deal whose day and hour have come. Answers how many woke.
///
/// # Errors
/// Whatever the database says.
pub async fn wake_due(app: &App) -> Result<usize, Problem> {
    let mut woken = 0;
    let mut after = DealId(uuid::Uuid::nil());
    loop {
        let now = app.clock.now();
        let parked = parked(app, now, after).await?;
        let Some(last) = parked.last() else { return Ok(woken) };
        after = last.id;
        for deal in &parked {
            woken += usize::from(wake(app, deal, now).await?);
        }
    }
}

/// Parked deals whose day has begun somewhere on earth; the move itself asks for the owner's nine o'clock.
async fn parked(app: &App, now: Timestamp, after: DealId) -> Result<Vec<Parked>, Problem> {
    let latest = now.plus_seconds(EARLIEST_ZONE_HOURS * 3_600).to_utc().date_naive().to_string();
    let text = "SELECT id, workspace_id FROM deal WHERE status = 'not_yet' AND deleted_at IS NULL \
                AND wake_on <= ? AND id > ? ORDER BY id LIMIT ?";
    Ok(Sql::with(app.db.engine(), text, [latest.into(), after.into(), BATCH.into()])
        .all(app.db.read())
        .await?)
}

/// Wakes one deal; false when its hour has not come, or it was moved in the meantime.
async fn wake(app: &App, deal: &Parked, now: Timestamp) -> Result<bool, Problem> {
    let mover =
        Mover { workspace: deal.workspace_id, actor: Actor::System, role: Role::Manager, now, cause: None };
    let request =
        MoveRequest { cause: Some("wake_on_reached".to_owned()), ..MoveRequest::of(MoveKind::Wake) };
    let mut tx = app.db.write_tx().await?;
    match moves::make(&mut tx, &mover, deal.id, &request).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(true)
        }
        Err(problem) if matches!(problem.status, 404 | 409) => Ok(false),
        Err(problem) => Err(problem),
    }
}

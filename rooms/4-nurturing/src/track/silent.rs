//! The silent: parked deals that heard nothing from us for more than 95 days (R49), and the level that silence costs.

use http_room::{Answer, App};
use kernel::{CompanyId, DealId, Timestamp, UserId, WorkspaceId};
use process::deal_row;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::json;
use store::db::Source;
use store::{Actor, NewEvent, Sql, Subject};

use crate::awareness::{Cause, SILENT_DAYS as LEVEL_DAYS};
use crate::cadence::rules::SILENT_DAYS;
use crate::log::{AWARENESS_MOVED, By, move_level, refresh};

/// Deals listed at most.
const LISTED: i64 = 500;
/// Deals whose level is looked at in one go.
const BATCH: i64 = 200;

/// A parked deal nobody was in touch with for long.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Silent {
    /// The deal.
    pub id: DealId,
    /// Its name.
    pub name: String,
    /// With which company.
    pub company_id: Option<CompanyId>,
    /// The company's name.
    pub company_name: Option<String>,
    /// Whose it is.
    pub owner_id: Option<UserId>,
    /// When it wakes.
    pub wake_on: Option<String>,
    /// The last touch; since when it is parked, where there was none.
    pub last_touch_at: Timestamp,
}

/// Parked deals without a touch for more than 95 days, the longest first.
///
/// # Errors
/// Whatever the database says.
pub async fn silent(db: &impl Source, workspace: WorkspaceId, now: Timestamp) -> Answer<Vec<Silent>> {
    let last = "COALESCE((SELECT MAX(t.at) FROM value_touch t WHERE t.deal_id = d.id), d.entered_stage_at)";
    let text = format!(
        "SELECT * FROM (SELECT d.id, d.name, d.company_id, c.name AS company_name, d.owner_id, d.wake_on, {last} AS last_touch_at \
         FROM deal d LEFT JOIN company c ON c.id = d.company_id WHERE d.workspace_id = ? AND d.status = 'not_yet' \
         AND d.deleted_at IS NULL) AS parked WHERE last_touch_at < ? ORDER BY last_touch_at, id LIMIT ?"
    );
    let values = [workspace.into(), now.plus_days(-SILENT_DAYS).into(), LISTED.into()];
    Ok(Sql::with(db.engine(), &text, values).all(db.conn()).await?)
}

#[derive(FromQueryResult)]
struct Fading {
    deal_id: DealId,
    workspace_id: WorkspaceId,
}

/// Takes a level from deals without any sign for 180 days. Answers how many.
///
/// # Errors
/// Whatever the database says.
pub async fn fade(app: &App) -> Answer<usize> {
    let now = app.clock.now();
    let since = now.plus_days(-LEVEL_DAYS);
    let text = "SELECT a.deal_id, a.workspace_id FROM awareness_move a JOIN deal d ON d.id = a.deal_id \
                WHERE d.deleted_at IS NULL AND d.status IN ('open', 'not_yet') AND a.undone_at IS NULL \
                GROUP BY a.deal_id, a.workspace_id HAVING MAX(a.at) <= ? \
                AND NOT EXISTS (SELECT 1 FROM nurture_signal s WHERE s.deal_id = a.deal_id AND s.at > ?) \
                AND (SELECT l.to_level FROM awareness_move l WHERE l.deal_id = a.deal_id AND l.undone_at IS NULL \
                ORDER BY l.at DESC, l.id DESC LIMIT 1) IN ('solution_aware', 'product_aware', 'most_aware') LIMIT ?";
    let sql = Sql::with(app.db.engine(), text, [since.into(), since.into(), BATCH.into()]);
    let fading: Vec<Fading> = sql.all(app.db.read()).await?;
    for one in &fading {
        let mut tx = app.db.write_tx().await?;
        let Some(deal) = deal_row::hold(&tx, one.workspace_id, one.deal_id).await? else { continue };
        let by = By { workspace: one.workspace_id, user: None, person: None, source: None, at: now };
        if let Some((id, from, to)) = move_level(&tx, &by, deal.id, Cause::Silence, None, None).await? {
            let subject =
                Subject { company: deal.company_id, person: None, deal: Some(deal.id), row: Some(id) };
            let payload = json!({ "from": from, "to": to, "cause": Cause::Silence, "note": null });
            let told = NewEvent::now(one.workspace_id, AWARENESS_MOVED, Actor::System, now);
            tx.record(told.about(subject).under(deal.process_version_id).with(payload)).await?;
            refresh(&tx, one.workspace_id, &deal, now).await?;
        }
        tx.commit().await?;
    }
    Ok(fading.len())
}

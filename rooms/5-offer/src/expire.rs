//! Ends offers whose last day is over where the prospect is.

use std::str::FromStr;

use chrono_tz::Tz;
use http_room::{App, Problem};
use kernel::{DealId, OfferId, Timestamp, WorkspaceId};
use process::deal_row;
use process::room::Visit;
use sea_orm::FromQueryResult;
use store::{Actor, Sql};

use crate::change::{end, find};
use crate::state::{OfferState, is_expired};

/// Seconds between two looks.
pub const EVERY_SECONDS: u64 = 300;

#[derive(FromQueryResult)]
struct Out {
    id: OfferId,
    deal_id: DealId,
    workspace_id: WorkspaceId,
    expires_on: String,
    company_zone: Option<String>,
    workspace_zone: String,
}

/// Expires every offer whose day is over. Answers how many.
///
/// # Errors
/// Whatever the database says.
pub async fn expire_due(app: &App) -> Result<usize, Problem> {
    let now = app.clock.now();
    let mut expired = 0;
    let mut after = OfferId(uuid::Uuid::nil());
    loop {
        let batch = over_somewhere(app, now, after).await?;
        let Some(last) = batch.last() else { return Ok(expired) };
        after = last.id;
        for offer in &batch {
            expired += usize::from(expire(app, offer, now).await?);
        }
    }
}

/// Offers that are out and whose last day is over in the easternmost zone.
async fn over_somewhere(app: &App, now: Timestamp, after: OfferId) -> Result<Vec<Out>, Problem> {
    let latest = now.plus_seconds(14 * 3_600).to_utc().date_naive().to_string();
    let text = "SELECT o.id, o.deal_id, o.workspace_id, o.expires_on, c.time_zone AS company_zone, \
                w.time_zone AS workspace_zone FROM offer o JOIN workspace w ON w.id = o.workspace_id \
                JOIN deal d ON d.id = o.deal_id LEFT JOIN company c ON c.id = d.company_id \
                WHERE o.state IN ('sent', 'viewed') AND o.expires_on < ? AND o.id > ? ORDER BY o.id LIMIT 500";
    Ok(Sql::with(app.db.engine(), text, [latest.into(), after.into()]).all(app.db.read()).await?)
}

async fn expire(app: &App, offer: &Out, now: Timestamp) -> Result<bool, Problem> {
    let zone = offer.company_zone.as_deref().and_then(|z| Tz::from_str(z).ok());
    let zone = zone.or_else(|| Tz::from_str(&offer.workspace_zone).ok()).unwrap_or(Tz::UTC);
    let Ok(last_day) = offer.expires_on.parse() else { return Ok(false) };
    if !is_expired(last_day, zone, now) {
        return Ok(false);
    }
    let tx = app.db.write_tx().await?;
    let Some(deal) = deal_row::hold(&tx, offer.workspace_id, offer.deal_id).await? else { return Ok(false) };
    let mut visit = Visit { tx, deal, workspace: offer.workspace_id, actor: Actor::System, now };
    let found = find(&visit, offer.id).await?;
    if !found.state.may_become(OfferState::Expired) {
        return Ok(false);
    }
    end(&mut visit, &found, OfferState::Expired, None).await?;
    visit.leave().await?;
    Ok(true)
}

//! Writing down that somebody looked.

use http_room::{Answer, App, Visitor};
use process::deal_row;
use process::room::Visit;
use serde_json::json;
use store::db::Source;
use store::{Actor, Sql};
use uuid::Uuid;

use super::visit::Opened;
use crate::audit::{self, Happened};
use crate::link::Link;
use crate::notice::{What, tell_owner};
use crate::offer::{OFFER_VIEWED, refresh};
use crate::state::OfferState;

/// Openings written down for a link and day.
const OPENINGS: i64 = 50;

/// Whether a program looks that says of itself that it is none somebody reads with.
pub(super) fn is_machine(user_agent: &str) -> bool {
    let name = user_agent.to_ascii_lowercase();
    name.is_empty()
        || ["bot", "crawler", "spider", "preview", "scanner", "curl/", "python", "facebookexternalhit"]
            .iter()
            .any(|part| name.contains(part))
}

/// Writes down that they looked: in the audit when the program or network is new that day, in the log once a day, as
/// the deal's fact, and on the owner's day the first time.
pub(super) async fn write_view(app: &App, opened: &Opened, visitor: &Visitor) -> Answer<()> {
    let (link, standing) = (&opened.link, &opened.standing);
    let zone = standing.zone;
    let day = standing.today();
    let midnight = kernel::window::instant_of(zone, day.and_time(chrono::NaiveTime::MIN));
    let midnight = midnight.unwrap_or(standing.now.plus_seconds(-24 * 3_600));
    if known_today(app, link, midnight, visitor).await? {
        return Ok(());
    }
    let tx = app.db.write_tx().await?;
    let Some(deal) = deal_row::hold(&tx, link.workspace_id, link.deal_id).await? else { return Ok(()) };
    let today = audit::count_since(&tx, link.id, "opened", midnight).await?;
    if today >= OPENINGS {
        return Ok(());
    }
    let now = standing.now;
    let facts = json!({ "version": standing.offer.version, "content_sha256": standing.hash });
    let happened = Happened { kind: "opened", link: Some(link.id), visitor: Some(visitor), facts };
    audit::add(&tx, link.workspace_id, link.offer_id, happened, now).await?;
    let mut visit = Visit { tx, deal, workspace: link.workspace_id, actor: Actor::Outside, now };
    let fresh = crate::change::find(&visit, link.offer_id).await?;
    if today == 0 && fresh.state.may_become(OfferState::Viewed) {
        view(&mut visit, link, fresh.version).await?;
    }
    visit.leave().await
}

/// Whether that person was seen today from there with that.
async fn known_today(app: &App, link: &Link, midnight: kernel::Timestamp, visitor: &Visitor) -> Answer<bool> {
    let text = "SELECT facts FROM offer_audit WHERE link_id = ? AND kind = 'opened' AND at >= ? AND address = ? LIMIT 50";
    let values = [link.id.into(), midnight.into(), visitor.address.clone().into()];
    let rows = Sql::with(app.db.engine(), text, values).rows(app.db.read()).await?;
    let agent: String = visitor.user_agent.chars().take(400).collect();
    Ok(rows.iter().any(|row| {
        row.try_get_by_index::<serde_json::Value>(0).is_ok_and(|facts| facts["user_agent"] == agent.as_str())
    }))
}

async fn view(visit: &mut Visit, link: &Link, version: i64) -> Answer<()> {
    let text = "SELECT COUNT(*) FROM offer_view WHERE offer_id = ? AND workspace_id = ?";
    let values = [link.offer_id.into(), visit.workspace.into()];
    let before: Option<i64> = Sql::with(visit.tx.engine(), text, values).scalar(visit.tx.conn()).await?;
    let text = "INSERT INTO offer_view (id, workspace_id, offer_id, person_id, at) VALUES (?, ?, ?, ?, ?)";
    let values = [
        Uuid::now_v7().into(),
        visit.workspace.into(),
        link.offer_id.into(),
        link.person_id.into(),
        visit.now.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let text = "UPDATE offer SET state = ?, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values =
        [OfferState::Viewed.key().into(), visit.now.into(), link.offer_id.into(), visit.workspace.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    visit.tell(OFFER_VIEWED, link.offer_id.0, Some(link.person_id), json!({ "version": version })).await?;
    refresh(&visit.tx, visit.workspace, visit.deal.id, visit.now).await?;
    if before.unwrap_or(0) == 0 {
        let who = outreach::recipient::find(&visit.tx, visit.workspace, link.person_id).await?;
        let name = who.map(|w| w.name).unwrap_or_default();
        tell_owner(visit, Some(link.person_id), What::Viewed(&name)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_machine;

    #[test]
    fn programs_that_say_so_are_no_readers() {
        let table = [
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1", false),
            ("Mozilla/5.0 (compatible; Googlebot/2.1)", true),
            ("Slackbot-LinkExpanding 1.0", true),
            ("curl/8.1", true),
            ("", true),
        ];
        for (agent, machine) in table {
            assert_eq!(is_machine(agent), machine, "{agent}");
        }
    }
}

//! Turning an offer from one state into another, in the transaction of whoever does it.

use http_room::{Answer, Problem};
use kernel::OfferId;
use process::room::Visit;
use serde_json::json;
use store::db::Source;
use store::{Actor, Sql};

use crate::audit::{self, Happened};
use crate::offer::{self, OFFER_ENDED, Offer, refresh};
use crate::state::OfferState;

/// An offer of the deal that is visited.
///
/// # Errors
/// 404 when it is not there.
pub async fn find(visit: &Visit, id: OfferId) -> Answer<Offer> {
    let found = offer::find(&visit.tx, visit.workspace, visit.deal.id, id).await?;
    found.ok_or_else(|| Problem::not_found("offer"))
}

/// Refuses a way the table of states does not have.
///
/// # Errors
/// 409 naming the ways there are.
pub fn check_way(offer: &Offer, to: OfferState) -> Answer<()> {
    if offer.state.may_become(to) {
        return Ok(());
    }
    let (from, allowed) = (offer.state.key(), offer.state.next());
    let detail = format!("An offer that is {from} cannot become {}.", to.key());
    Err(Problem::conflict("offer_state", detail).with_facts(json!({ "state": from, "allowed": allowed })))
}

/// Ends an offer: accepted, declined, expired, superseded, withdrawn or discarded.
///
/// # Errors
/// 409 when it cannot end so.
pub async fn end(visit: &mut Visit, offer: &Offer, to: OfferState, reason: Option<&str>) -> Answer<()> {
    check_way(offer, to)?;
    let text = "UPDATE offer SET state = ?, ended_at = ?, end_reason = ?, updated_at = ?, revision = revision + 1 WHERE id = ?";
    let values = [
        to.key().into(),
        visit.now.into(),
        reason.map(str::to_owned).into(),
        visit.now.into(),
        offer.id.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    // Whoever ends it from its page is written down there, with where they are.
    if offer.sent_at.is_some() && visit.actor != Actor::Outside {
        let facts = json!({
            "version": offer.version, "content_sha256": offer.content_hash, "reason": reason, "by": visit.actor.user(),
        });
        let happened = Happened { kind: to.key(), link: None, visitor: None, facts };
        audit::add(&visit.tx, visit.workspace, offer.id, happened, visit.now).await?;
    }
    let payload = json!({ "version": offer.version, "state": to, "reason": reason });
    visit.tell(OFFER_ENDED, offer.id.0, None, payload).await?;
    refresh(&visit.tx, visit.workspace, visit.deal.id, visit.now).await?;
    Ok(())
}

/// They said yes to an offer that is out. Saying it again changes nothing.
///
/// # Errors
/// 404 without such an offer, 409 when it is not out any more.
pub async fn accept(visit: &mut Visit, id: OfferId) -> Answer<()> {
    let offer = find(visit, id).await?;
    if offer.state == OfferState::Accepted {
        return Ok(());
    }
    end(visit, &offer, OfferState::Accepted, None).await
}

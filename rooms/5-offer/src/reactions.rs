//! Keeps the relevance of a draft true when findings or the budget change.

use qualification::bant::{BANT_RATED, BANT_WITHDRAWN};
use qualification::finding::{FINDING_ADDED, FINDING_CHANGED, FINDING_REMOVED};
use store::reaction::Reaction;
use store::{Event, WriteTx};

use crate::offer::{of_deal, refresh};

type Failed = Box<dyn std::error::Error + Send + Sync>;

const ASKED_OF: &[&str] = &[FINDING_ADDED, FINDING_CHANGED, FINDING_REMOVED, BANT_RATED, BANT_WITHDRAWN];

/// The reactions of this room.
#[must_use]
pub fn reactions() -> Vec<Reaction> {
    vec![Reaction::each("offer.judge_relevance", ASKED_OF, |e, tx| Box::pin(judge(e, tx)))]
}

async fn judge(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(deal) = event.deal_id else { return Ok(()) };
    if !of_deal(tx, event.workspace_id, deal).await?.is_empty() {
        refresh(tx, event.workspace_id, deal, event.recorded_at).await?;
    }
    Ok(())
}

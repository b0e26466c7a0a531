//! Scores a company as it comes in or changes.

use std::sync::Arc;

use kernel::CompanyId;
use records::events;
use store::reaction::Reaction;
use store::{Event, WriteTx};

use crate::icp::values::touches;
use crate::scoring;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The reaction.
#[must_use]
pub fn score_companies() -> Reaction {
    Reaction { name: "prospecting.score_companies", run: Arc::new(|e, tx| Box::pin(react(e, tx))) }
}

async fn react(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let concerned =
        [events::COMPANY_CREATED, events::COMPANY_CHANGED, events::COMPANY_RESTORED].contains(&&*event.kind);
    if [events::COMPANY_MERGED, events::COMPANY_MERGE_UNDONE].contains(&&*event.kind) {
        for company in events::merged_records(event) {
            score_one(event, tx, CompanyId(company)).await?;
        }
        return Ok(());
    }
    let Some(id) = event.company_id.filter(|_| concerned) else { return Ok(()) };
    score_one(event, tx, id).await
}

async fn score_one(event: &Event, tx: &mut WriteTx, id: CompanyId) -> Result<(), Failed> {
    // The company first: whoever holds it last reads the newest profile.
    let Some(company) = scoring::hold(tx, event.workspace_id, id).await? else { return Ok(()) };
    let Some(published) = scoring::published(tx, event.workspace_id).await? else { return Ok(()) };
    let changed = event.kind == events::COMPANY_CHANGED;
    if changed && !touches(&event.payload["after"], published.scorer.fields()) {
        return Ok(());
    }
    scoring::score(tx, event.workspace_id, &published, &[company], event.recorded_at).await?;
    Ok(())
}

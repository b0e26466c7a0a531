//! What is known to trouble people: the deal's research and findings, and the tags of the person.

use std::collections::HashMap;

use http_room::Answer;
use kernel::{DealId, WorkspaceId};
use process::fact_store;
use process::facts::{Discovery, Research, ResearchKind};
use store::db::Source;

use crate::recipient::{self, DealFields, Recipient};

/// Troubles by deal, in somebody's words.
pub(crate) type Pains = HashMap<DealId, Vec<String>>;

/// What is known to trouble the company of each of these deals.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn pains_of(db: &impl Source, workspace: WorkspaceId, deals: &[DealId]) -> Answer<Pains> {
    let mut all = Pains::new();
    for (deal, research) in fact_store::of_deals::<Research>(db, workspace, deals).await? {
        let likely = research.items.into_iter().filter(|item| item.kind == ResearchKind::LikelyChallenge);
        all.entry(deal).or_default().extend(likely.map(|item| item.text));
    }
    for (deal, discovery) in fact_store::of_deals::<Discovery>(db, workspace, deals).await? {
        all.entry(deal).or_default().extend(discovery.challenge_words);
    }
    Ok(all)
}

/// What is known to trouble somebody: of the deal that is named, else of their company's open ones.
pub(crate) async fn troubles_of(
    db: &impl Source,
    workspace: WorkspaceId,
    who: &Recipient,
    deal: Option<&DealFields>,
) -> Answer<Vec<String>> {
    let deals = match (deal, who.company_id) {
        (Some(deal), _) => vec![deal.id],
        (None, Some(company)) => recipient::open_deals(db, workspace, company).await?,
        (None, None) => Vec::new(),
    };
    let pains = pains_of(db, workspace, &deals).await?;
    Ok(pains.into_values().flatten().chain(who.tags()).collect())
}

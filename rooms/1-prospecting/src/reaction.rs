//! Scores companies as they come in or change.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{CompanyId, Timestamp, WorkspaceId};
use records::events;
use store::reaction::Reaction;
use store::{Event, WriteTx};

use crate::icp::values::touches;
use crate::scoring;

type Failed = Box<dyn std::error::Error + Send + Sync>;

const KINDS: &[&str] = &[
    events::COMPANY_CREATED,
    events::COMPANY_CHANGED,
    events::COMPANY_RESTORED,
    events::COMPANY_MERGED,
    events::COMPANY_MERGE_UNDONE,
];

/// The reaction.
#[must_use]
pub fn score_companies() -> Reaction {
    Reaction::together("prospecting.score_companies", KINDS, |e, tx| Box::pin(react(e, tx)))
}

async fn react(events: &[Event], tx: &mut WriteTx) -> Result<(), Failed> {
    let mut of: BTreeMap<WorkspaceId, Vec<&Event>> = BTreeMap::new();
    for event in events {
        of.entry(event.workspace_id).or_default().push(event);
    }
    for (workspace, events) in of {
        score(tx, workspace, &events).await?;
    }
    Ok(())
}

/// Scores every company the events concern, once.
async fn score(tx: &mut WriteTx, workspace: WorkspaceId, events: &[&Event]) -> Result<(), Failed> {
    let mentioned: BTreeSet<CompanyId> = events.iter().flat_map(|event| companies_of(event)).collect();
    // The companies first: whoever holds them last reads the newest profile.
    let mut held = scoring::hold(tx, workspace, &mentioned).await?;
    let Some(published) = scoring::published(tx, workspace).await? else { return Ok(()) };
    let concerned: BTreeSet<CompanyId> = events
        .iter()
        .filter(|e| {
            e.kind != events::COMPANY_CHANGED || touches(&e.payload["after"], published.scorer.fields())
        })
        .flat_map(|event| companies_of(event))
        .collect();
    held.retain(|company| concerned.contains(&company.id));
    let now = events.iter().map(|event| event.recorded_at).max().unwrap_or(Timestamp(0));
    scoring::score(tx, workspace, &published, held, now).await?;
    Ok(())
}

fn companies_of(event: &Event) -> Vec<CompanyId> {
    match event.kind.as_str() {
        events::COMPANY_MERGED | events::COMPANY_MERGE_UNDONE => {
            events::merged_records(event).into_iter().map(CompanyId).collect()
        }
        _ => event.company_id.into_iter().collect(),
    }
}

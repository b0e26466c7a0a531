//! Companies that come in by an import or from outside are dealt out as they arrive.
//!
//! Nobody chose an owner for them: an import gives them to whoever imports, an inquiry to nobody. What a row of an
//! import names another owner for keeps that owner, and what no territory matches stays as it is. A company that a member
//! makes by hand, or a program with a member's token, is that member's. A rule on the fit holds from the next putting
//! into force on: a newcomer may not have been scored yet.

use super::{Territory, all, save_turns, survey};
use kernel::{CompanyId, UserId, WorkspaceId};
use records::events;
use records::write::{Author, HandOver, hand_over_companies};
use std::collections::BTreeMap;
use store::reaction::Reaction;
use store::{Actor, Event, WriteTx};

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The reaction.
#[must_use]
pub fn reaction() -> Reaction {
    Reaction::together("prospecting.assign_newcomers", &[events::COMPANY_CREATED], |e, tx| {
        Box::pin(react(e, tx))
    })
}

/// Whose a newcomer is when nobody was named; `None` when somebody made it by hand.
fn unnamed(event: &Event) -> Option<(CompanyId, Option<UserId>)> {
    let imported = event.payload.get("import_id").is_some();
    let company = event.company_id.filter(|_| imported || event.actor_kind == Actor::Outside.kind())?;
    Some((company, event.actor_id))
}

async fn react(events: &[Event], tx: &mut WriteTx) -> Result<(), Failed> {
    let mut of: BTreeMap<WorkspaceId, (BTreeMap<CompanyId, Option<UserId>>, kernel::Timestamp)> =
        BTreeMap::new();
    for event in events {
        if let Some((company, by)) = unnamed(event) {
            let (companies, now) =
                of.entry(event.workspace_id).or_insert((BTreeMap::new(), event.recorded_at));
            companies.insert(company, by);
            *now = event.recorded_at.max(*now);
        }
    }
    for (workspace, (companies, now)) in of {
        let territories = all(tx, workspace).await?;
        if !territories.is_empty() {
            assign(tx, workspace, &territories, &companies, now).await?;
        }
    }
    Ok(())
}

async fn assign(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    territories: &[Territory],
    newcomers: &BTreeMap<CompanyId, Option<UserId>>,
    now: kernel::Timestamp,
) -> Result<(), Failed> {
    let ids: Vec<CompanyId> = newcomers.keys().copied().collect();
    let mut first: BTreeMap<CompanyId, (Option<UserId>, usize)> = BTreeMap::new();
    for (at, territory) in territories.iter().enumerate() {
        let matched = match survey::matching(tx, workspace, &territory.rule, Some(&ids)).await {
            Ok(matched) => matched,
            Err(problem) if problem.status < 500 => {
                tracing::warn!(territory = %territory.id, why = problem.detail, "rule does not fit any more");
                continue;
            }
            Err(problem) => return Err(problem.into()),
        };
        for company in matched {
            first.entry(company.company()).or_insert((company.owner(), at));
        }
    }
    first.retain(|company, (owner, _)| owner.is_none() || newcomers.get(company) == Some(owner));
    deal(tx, workspace, territories, &first, now).await
}

async fn deal(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    territories: &[Territory],
    first: &BTreeMap<CompanyId, (Option<UserId>, usize)>,
    now: kernel::Timestamp,
) -> Result<(), Failed> {
    if first.is_empty() {
        return Ok(());
    }
    let there = survey::members(tx, workspace).await?;
    let mut loads = survey::loads(tx, workspace).await?;
    for owner in first.values().filter_map(|(owner, _)| *owner) {
        *loads.entry(owner).or_default() -= 1;
    }
    let mut dealers: Vec<_> = territories.iter().map(|t| survey::dealer(t, &there)).collect();
    let mut hand_overs = Vec::new();
    for (company, (from, at)) in first {
        match dealers[*at].next(&mut loads) {
            Some(to) => hand_overs.push(HandOver { company: *company, from: *from, to: Some(to) }),
            None => {
                if let Some(owner) = from {
                    *loads.entry(*owner).or_default() += 1;
                }
            }
        }
    }
    let Some(space) = records::workspace::find(tx, workspace).await? else { return Ok(()) };
    let author = Author { workspace, actor: Actor::System, now, cause: None, currency: space.currency() };
    hand_over_companies(tx, &author, &hand_overs).await?;
    let turns: Vec<_> = dealers.iter().map(|dealer| (dealer.territory, dealer.turn)).collect();
    Ok(save_turns(tx, &turns).await?)
}

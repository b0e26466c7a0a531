//! What research still owes a deal before anybody writes to its people (R8).
//!
//! The rule is the criterion `research_done` of the deal's own process. Where the process does not ask for it,
//! or somebody led the deal past it giving a reason, nothing is owed.

use kernel::{DealId, Timestamp, WorkspaceId};
use serde::Serialize;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql};

use crate::criterion::Criterion;
use crate::deal_row::{self, DealRow};
use crate::facts::{Facts, Research, ResearchKind, Thresholds};
use crate::gate::{Verdict, judge};
use crate::stage::Phase;
use crate::{fact_store, version};

/// Research that is not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ResearchOwed {
    /// Items with text and source.
    pub have: u32,
    /// Items that must have both.
    pub need: u32,
    /// Items without text or source, in the order in which they are asked.
    pub missing: Vec<ResearchKind>,
}

/// What is owed of a deal, or of somebody without one, for whom nothing was found out yet.
///
/// # Errors
/// Whatever the database says.
pub async fn research_owed(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: Option<&DealRow>,
    now: Timestamp,
) -> Result<Option<ResearchOwed>> {
    let version = version::of_deal(db, workspace, deal.and_then(|d| d.process_version_id)).await?;
    let gate = version.definition.gate_of(Phase::Prospecting);
    let Some(asked) = gate.into_iter().find(|c| matches!(c, Criterion::ResearchDone { .. })) else {
        return Ok(None);
    };
    let research = match deal {
        Some(deal) => fact_store::get::<Research>(db, workspace, deal.id).await?,
        None => None,
    };
    let thresholds = Thresholds::of(&deal_row::workspace(db, workspace).await?.settings());
    let check = judge(asked, &Facts { thresholds, research, ..Facts::default() }, now);
    if check.verdict == Verdict::Met {
        return Ok(None);
    }
    if let Some(deal) = deal
        && passed_over(db, workspace, deal, &check.key).await?
    {
        return Ok(None);
    }
    let missing =
        ResearchKind::ALL.into_iter().filter(|kind| check.lacking.iter().any(|key| key == kind.key()));
    let (have, need) = (check.have.unwrap_or(0), check.need.unwrap_or(0));
    Ok(Some(ResearchOwed { have, need, missing: missing.collect() }))
}

/// Whether the deal last left prospecting over this criterion, for a reason that was written down.
async fn passed_over(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: &DealRow,
    criterion: &str,
) -> Result<bool> {
    if deal.position()?.stage == Phase::Prospecting {
        return Ok(false);
    }
    let reasons: Option<Json> = last_exit(db, workspace, deal.id).await?;
    Ok(reasons.is_some_and(|given| given[criterion].as_str().is_some_and(|why| !why.trim().is_empty())))
}

/// The reasons given when the deal last left prospecting.
async fn last_exit(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Option<Json>> {
    let text = "SELECT reasons FROM transition WHERE deal_id = ? AND workspace_id = ? AND from_stage = 'prospecting' \
                AND to_stage <> 'prospecting' ORDER BY at DESC, id DESC LIMIT 1";
    Sql::with(db.engine(), text, [deal.into(), workspace.into()]).scalar(db.conn()).await
}

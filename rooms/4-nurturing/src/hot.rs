//! A hot signal: from 40 points on, the deal's next action heads Today.

use http_room::Answer;
use kernel::{DealId, Locale, Timestamp, WorkspaceId};
use process::deal_row::{self, DealRow};
use process::fact_store;
use process::facts::{Nurture, signal_score};
use process::owner_task::{Due, Owed, owe};
use process::stage::Status;
use process::transition::WAKE_POINTS;
use records::task;
use store::db::Source;
use store::{Actor, WriteTx};

/// Points of interest a deal shows.
///
/// # Errors
/// Whatever the database says.
pub async fn score_of(db: &impl Source, workspace: WorkspaceId, deal: DealId, now: Timestamp) -> Answer<f64> {
    let fact: Option<Nurture> = fact_store::get(db, workspace, deal).await?;
    Ok(fact.map_or(0.0, |nurture| signal_score(&nurture.signals, now)))
}

/// When an open deal becomes hot, its next action is due today; without one, somebody is asked to get in touch.
///
/// # Errors
/// Whatever the database says.
pub async fn head_today(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    deal: &DealRow,
    (before, score): (f64, f64),
    now: Timestamp,
) -> Answer<()> {
    if before >= WAKE_POINTS || score < WAKE_POINTS || deal.position()?.status != Status::Open {
        return Ok(());
    }
    let space = deal_row::workspace(tx, workspace).await?;
    let calendar = deal_row::calendar(tx, &space, deal.owner_id).await?;
    let today = calendar.date(now);
    if task::bring_forward(tx, workspace, deal.id, today, now).await? {
        return Ok(());
    }
    let title = match space.locale() {
        Locale::En => format!("They show interest now: {}", deal.name),
        Locale::Ko => format!("지금 관심을 보입니다: {}", deal.name),
    };
    let owed =
        Owed { kind: Some("call"), key: Some("hot".to_owned()), due: Due::Today, ..Owed::process(title, 0) };
    owe(tx, &space, deal, Actor::System, owed, (now, now)).await?;
    Ok(())
}

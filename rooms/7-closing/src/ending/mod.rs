//! What an ending asks for. Won (`handover`): every question answered, a dated step on each side, and the deal that follows.
//! Lost (`loss`): what it taught, one honest mail, and a look back where much was at stake.

pub mod handover;
pub mod loss;

use http_room::App;
use kernel::limits;
use process::deal_row::{self, DealRow};
use records::task::{self, NewTask};
use store::{Actor, Event, WriteTx};
use utoipa_axum::router::OpenApiRouter;

pub(crate) use handover::open_handover;
pub(crate) use loss::look_back;

pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

async fn a_task(
    tx: &mut WriteTx,
    deal: &DealRow,
    event: &Event,
    (key, days): (&str, u32),
    title: impl Fn(kernel::Locale, &str) -> String,
) -> Result<(), Failed> {
    let space = deal_row::workspace(tx, event.workspace_id).await?;
    let calendar = deal_row::calendar(tx, &space, deal.owner_id).await?;
    let owner = match deal.owner_id {
        Some(user) if records::workspace::is_member(tx, space.id, user).await? => Some(user),
        _ => None,
    };
    let new = NewTask {
        title: title(space.locale(), &deal.name).chars().take(limits::NAME_CHARS).collect(),
        due_on: Some(calendar.days.add(calendar.date(event.recorded_at), days).date.to_string()),
        owner_id: owner,
        deal_id: Some(deal.id),
        origin: Some("process"),
        origin_key: Some(key.to_owned()),
        ..NewTask::default()
    };
    task::create(tx, space.id, Actor::System, new, event.recorded_at).await?;
    Ok(())
}

/// Routes of endings.
pub fn routes() -> OpenApiRouter<App> {
    handover::routes().merge(loss::routes())
}

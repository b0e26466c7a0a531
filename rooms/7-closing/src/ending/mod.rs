//! What an ending asks for. Won (`handover`): every question answered, a dated step on each side, and the deal that follows.
//! Lost (`loss`): what it taught, one honest mail, and a look back where much was at stake.

pub mod handover;
pub mod loss;

use http_room::App;
use process::deal_row::{self, DealRow};
use process::owner_task::{Owed, owe};
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
    let title = title(space.locale(), &deal.name);
    let owed = Owed { key: Some(key.to_owned()), ..Owed::process(title, days) };
    owe(tx, &space, deal, Actor::System, owed, (event.recorded_at, event.recorded_at)).await?;
    Ok(())
}

/// Routes of endings.
pub fn routes() -> OpenApiRouter<App> {
    handover::routes().merge(loss::routes())
}

//! What other rooms' events mean here: a mail may hold objections, a deal comes into nurturing, is lost, or is open again.

use kernel::Locale;
use offer::{OFFER_ENDED, OFFER_FEEDBACK, OFFER_VIEWED};
use process::deal_row;
use process::owner_task::{Owed, owe};
use process::stage::{Phase, Status};
use records::events;
use records::task;
use store::db::Source;
use store::reaction::Reaction;
use store::{Actor, Event, Sql, WriteTx};

use crate::rules::ObjectionKind;
use crate::{detect, early, library};

/// What asked for the task after a look at an offer.
const AFTER_LOOK: &str = "offer:viewed";

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The reactions of this room.
#[must_use]
pub fn reactions() -> Vec<Reaction> {
    vec![
        detect::reaction(),
        Reaction::each(
            "objections.ask_after_offer",
            &[OFFER_VIEWED, OFFER_FEEDBACK, OFFER_ENDED],
            |e, tx| Box::pin(after_offer(e, tx)),
        ),
        Reaction::each(
            "objections.follow_deals",
            &[events::DEAL_MOVED, events::DEAL_MOVE_UNDONE],
            |e, tx| Box::pin(follow(e, tx)),
        ),
    ]
}

/// They looked at the offer: the ball is theirs. Somebody asks what they think, when they had a day; nothing is sent
/// (R54).
async fn ask_back(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(deal) = event.deal_id else { return Ok(()) };
    let workspace = event.workspace_id;
    let Some(row) = deal_row::find(tx, workspace, deal).await? else { return Ok(()) };
    let text =
        "SELECT 1 FROM task WHERE workspace_id = ? AND deal_id = ? AND origin_key = ? AND state = 'open'";
    let values = [workspace.into(), deal.into(), AFTER_LOOK.into()];
    let waits = !Sql::with(tx.engine(), text, values).rows(tx.conn()).await?.is_empty();
    let position = row.position()?;
    // Once the deal has gone on, it is answered by what came of it.
    if waits || position.status != Status::Open || position.stage != Phase::Offer {
        return Ok(());
    }
    let space = deal_row::workspace(tx, workspace).await?;
    let title = match space.locale() {
        Locale::En => format!("They looked at the offer: ask what they think, {}", row.name),
        Locale::Ko => format!("제안서를 열람했습니다. 의견 여쭤보기: {}", row.name),
    };
    let owed = Owed {
        person: event.person_id,
        key: Some(AFTER_LOOK.to_owned()),
        stage: Some(position.stage),
        ..Owed::process(title, 1)
    };
    // It takes the place of asking without a look.
    let whose = (workspace, Actor::System, deal);
    task::end_of_keys(tx, whose, &[offer::FOLLOW_UP], "cancelled", event.recorded_at).await?;
    owe(tx, &space, &row, Actor::System, owed, (event.at, event.recorded_at)).await?;
    Ok(())
}

/// In the order it happened: a look asks for a question, an answer or an end takes it back.
async fn after_offer(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    match event.kind.as_str() {
        OFFER_VIEWED => ask_back(event, tx).await,
        _ => heard(event, tx).await,
    }
}

/// They said what they think, or it is over: nobody has to ask.
async fn heard(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    if let Some(deal) = event.deal_id {
        let whose = (event.workspace_id, Actor::System, deal);
        task::end_of_keys(tx, whose, &[AFTER_LOOK], "cancelled", event.recorded_at).await?;
    }
    Ok(())
}

async fn follow(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(deal) = event.deal_id else { return Ok(()) };
    let said = |key: &str| event.payload[key].as_str().unwrap_or_default();
    if event.kind == events::DEAL_MOVE_UNDONE || said("move") == "reopen" {
        library::close_deal(tx, deal, None).await?;
    } else if said("move") == "lose" {
        if let Some(kind) = ObjectionKind::of_loss(said("reason")) {
            library::close_deal(tx, deal, Some((kind, event.at))).await?;
        }
    } else {
        early::foretell(event, tx).await?;
    }
    Ok(())
}

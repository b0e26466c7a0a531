//! What other rooms' events mean here: a mail may hold objections, a deal comes into nurturing, is lost, or is open again.

use kernel::Locale;
use offer::OFFER_VIEWED;
use process::deal_row;
use process::stage::{Phase, Status};
use records::events;
use records::task::{self, NewTask};
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
        Reaction::each("objections.their_turn", &[OFFER_VIEWED], |e, tx| Box::pin(ask_back(e, tx))),
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
    let calendar = deal_row::calendar(tx, &space, row.owner_id).await?;
    let owner = match row.owner_id {
        Some(user) if records::workspace::is_member(tx, workspace, user).await? => Some(user),
        _ => None,
    };
    let title = match space.locale() {
        Locale::En => format!("They looked at the offer: ask what they think, {}", row.name),
        Locale::Ko => format!("제안서를 열람했습니다. 의견 여쭤보기: {}", row.name),
    };
    let new = NewTask {
        title: title.chars().take(kernel::limits::NAME_CHARS).collect(),
        due_on: Some(calendar.days.add(calendar.date(event.at), 1).date.to_string()),
        owner_id: owner,
        deal_id: Some(deal),
        person_id: event.person_id,
        origin: Some("process"),
        origin_key: Some(AFTER_LOOK.to_owned()),
        stage: Some(position.stage.key().to_owned()),
        ..NewTask::default()
    };
    task::create(tx, workspace, Actor::System, new, event.recorded_at).await?;
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

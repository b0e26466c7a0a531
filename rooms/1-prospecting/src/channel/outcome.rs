//! What came of each touch, counted by channel and segment as the log tells of it (R20).
//!
//! A mail of a sequence, a call of ours and a piece of post that arrives begin a touch. A conversation ends it well at
//! once; silence ends it after ten business days. A call that nobody answered counts against reaching them, not against what is said.

use std::collections::BTreeMap;

use kernel::{PersonId, Timestamp, WorkspaceId};
use records::events;
use sea_orm::FromQueryResult;
use store::db::Source;
use store::reaction::{Reaction, Write};
use store::{Event, Result, Sql, WriteTx};
use uuid::Uuid;

use super::Channel;
use super::hour_tally::{self, HourOutcome};
use super::tally::{Tally, add};
use super::touch::{self, Begun, begin};

type Failed = Box<dyn std::error::Error + Send + Sync>;

const KINDS: &[&str] = &[
    events::MAIL_SENT,
    events::MAIL_BOUNCED,
    events::REPLY_RECEIVED,
    events::CALL_LOGGED,
    events::MEETING_LOGGED,
    events::PIECE_MOVED,
];
/// Touches settled in one transaction.
const BATCH: i64 = 500;

/// The reaction. Mails come by the thousand: what belongs to them is read before it is the turn to write.
#[must_use]
pub fn reaction() -> Reaction {
    Reaction::looked("prospecting.channel_outcomes", KINDS, |events, there| {
        Box::pin(async move {
            // Up to the first that changes what would be advised.
            let first = alike(events).next().filter(|run| is_mail(&run[0])).unwrap_or_default();
            let (ready, many) = (touch::ready(there, &begun(first)).await?, first.len());
            let write: Write = Box::new(move |events, tx| {
                Box::pin(async move {
                    touch::write(tx, ready).await?;
                    react_all(&events[many..], tx).await
                })
            });
            Ok(write)
        })
    })
}

fn is_mail(event: &Event) -> bool {
    event.kind == events::MAIL_SENT
}

/// Mails of one workspace that follow each other in the log are written down together: there are many of them.
fn alike(events: &[Event]) -> impl Iterator<Item = &[Event]> {
    events.chunk_by(|a, b| is_mail(a) && is_mail(b) && a.workspace_id == b.workspace_id)
}

async fn react_all(events: &[Event], tx: &mut WriteTx) -> Result<(), Failed> {
    for run in alike(events) {
        match run {
            [event] if !is_mail(event) => react(event, tx).await?,
            mails => {
                begin(tx, &begun(mails)).await?;
            }
        }
    }
    Ok(())
}

/// The touches automatic mails begin.
fn begun(mails: &[Event]) -> Vec<Begun<'_>> {
    mails
        .iter()
        .filter(|event| event.payload["sequence_id"].is_string())
        .filter_map(|event| {
            let source = event.payload["message_id"].as_str().and_then(|id| id.parse().ok());
            Some(Begun { event, person: event.person_id?, channel: Channel::Email, state: "open", source })
        })
        .collect()
}

async fn react(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(person) = event.person_id else { return Ok(()) };
    let said = |key: &str| event.payload[key].as_str();
    let called = |state| [Begun { event, person, channel: Channel::Phone, state, source: None }];
    match event.kind.as_str() {
        events::MAIL_BOUNCED => forget(tx, person, said("message_id")).await?,
        events::REPLY_RECEIVED if said("class") == Some("human") => {
            let well = event.payload["positive"] == true;
            answer(tx, event, person, well, said("answers_message_id")).await?;
        }
        events::CALL_LOGGED if said("direction") == Some("in") => {
            begin(tx, &called("called_us")).await?;
            answer(tx, event, person, true, None).await?;
        }
        events::CALL_LOGGED => {
            let reached = said("outcome") == Some("intended");
            let written = begin(tx, &called(if reached { "open" } else { "failure" })).await?;
            let at = written.at.get(&event.id.0).filter(|_| written.new > 0);
            if let Some((segment, hour)) = at {
                dialled(tx, event, segment, *hour, reached).await?;
            }
        }
        events::PIECE_MOVED if said("after") == Some("delivered") => {
            let channel = Channel::Postal;
            begin(tx, &[Begun { event, person, channel, state: "open", source: None }]).await?;
        }
        events::MEETING_LOGGED if matches!(said("outcome"), Some("booked" | "held")) => {
            answer(tx, event, person, true, None).await?;
        }
        _ => {}
    }
    Ok(())
}

/// A call of ours that was just written down. One that reached nobody has come out.
async fn dialled(tx: &WriteTx, event: &Event, segment: &str, hour: Option<i64>, reached: bool) -> Result<()> {
    let (space, channel) = (event.workspace_id, Channel::Phone);
    let tally = Tally { touches: i64::from(!reached), ..Tally::reach(reached) };
    add(tx, space, segment, channel, tally, event.at).await?;
    if reached {
        return Ok(());
    }
    let outcome = HourOutcome { segment: segment.to_owned(), channel, hour, successes: 0, sends: 1 };
    hour_tally::add(tx, space, &[outcome], event.at).await
}

/// A mail that came back was no touch.
async fn forget(tx: &WriteTx, person: PersonId, message: Option<&str>) -> Result<()> {
    let Some(message) = message.and_then(|id| id.parse::<Uuid>().ok()) else { return Ok(()) };
    let text = "DELETE FROM channel_touch WHERE person_id = ? AND source_id = ? AND state = 'open'";
    Sql::with(tx.engine(), text, [person.into(), message.into()]).run(tx.conn()).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct OpenTouch {
    id: Uuid,
    workspace_id: WorkspaceId,
    channel: String,
    segment: String,
    local_hour: Option<i64>,
}

/// The touch that was answered, or else the newest that still may be, comes out.
async fn answer(tx: &WriteTx, event: &Event, person: PersonId, well: bool, of: Option<&str>) -> Result<()> {
    let of = of.and_then(|id| id.parse::<Uuid>().ok()).unwrap_or_default();
    let text = "SELECT id, workspace_id, channel, segment, local_hour FROM channel_touch WHERE person_id = ? AND workspace_id = ? \
                AND state = 'open' AND at <= ? ORDER BY CASE WHEN source_id = ? THEN 0 ELSE 1 END, at DESC LIMIT 1";
    let values = [person.into(), event.workspace_id.into(), event.at.into(), of.into()];
    let touch: Option<OpenTouch> = Sql::with(tx.engine(), text, values).one(tx.conn()).await?;
    match touch {
        Some(touch) => settle(tx, &touch, if well { "success" } else { "answered" }, event.at).await,
        None => Ok(()),
    }
}

async fn settle(tx: &WriteTx, touch: &OpenTouch, state: &str, at: Timestamp) -> Result<()> {
    let text = "UPDATE channel_touch SET state = ?, settles_at = NULL WHERE id = ? AND state = 'open'";
    let ours = Sql::with(tx.engine(), text, [state.into(), touch.id.into()]).run(tx.conn()).await? > 0;
    let Some(channel) = Channel::parse(&touch.channel).filter(|_| ours) else { return Ok(()) };
    let well = state == "success";
    let tally = Tally { touches: 1, ..Tally::response(well) };
    add(tx, touch.workspace_id, &touch.segment, channel, tally, at).await?;
    let (segment, hour) = (touch.segment.clone(), touch.local_hour);
    let outcome = HourOutcome { segment, channel, hour, successes: well.into(), sends: 1 };
    hour_tally::add(tx, touch.workspace_id, &[outcome], at).await
}

/// Touches nobody answered in time are failures. Answers how many there were.
///
/// # Errors
/// Whatever the database says.
pub async fn settle_due(app: http_room::App) -> Result<usize, Failed> {
    let mut settled = 0;
    loop {
        let now = app.clock.now();
        let tx = app.db.write_tx().await?;
        let over = give_up(&tx, now).await?;
        for (workspace, outcomes) in &over {
            let mut by_segment: BTreeMap<(&str, Channel), i64> = BTreeMap::new();
            for one in outcomes {
                *by_segment.entry((&one.segment, one.channel)).or_default() += one.sends;
            }
            for ((segment, channel), count) in by_segment {
                add(&tx, *workspace, segment, channel, Tally::unanswered(count), now).await?;
            }
            hour_tally::add(&tx, *workspace, outcomes, now).await?;
        }
        tx.commit().await?;
        let ended: i64 = over.values().flatten().map(|one| one.sends).sum();
        if ended == 0 {
            return Ok(settled);
        }
        settled += usize::try_from(ended).unwrap_or_default();
    }
}

/// Ends the touches whose time is over, and counts them by segment, channel and hour of each workspace.
async fn give_up(tx: &WriteTx, now: Timestamp) -> Result<BTreeMap<WorkspaceId, Vec<HourOutcome>>> {
    let mut sql = Sql::new(
        tx.engine(),
        "UPDATE channel_touch SET state = 'failure', settles_at = NULL WHERE state = 'open' AND id IN \
         (SELECT id FROM channel_touch WHERE state = 'open' AND settles_at <= ",
    );
    sql.bind(now).push(" ORDER BY settles_at LIMIT ").bind(BATCH);
    sql.hold_free();
    sql.push(") RETURNING workspace_id, segment, channel, local_hour");
    let mut over: BTreeMap<(WorkspaceId, String, String, Option<i64>), i64> = BTreeMap::new();
    for row in sql.rows(tx.conn()).await? {
        let which = (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        *over.entry((which.0, which.1, which.2, row.try_get_by_index(3)?)).or_default() += 1;
    }
    let mut outcomes: BTreeMap<WorkspaceId, Vec<HourOutcome>> = BTreeMap::new();
    for ((workspace, segment, channel, hour), sends) in over {
        let Some(channel) = Channel::parse(&channel) else { continue };
        let outcome = HourOutcome { segment, channel, hour, successes: 0, sends };
        outcomes.entry(workspace).or_default().push(outcome);
    }
    Ok(outcomes)
}

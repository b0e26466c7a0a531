//! What came of each touch, counted by channel and segment as the log tells of it (R20).
//!
//! A mail of a sequence and a call of ours begin a touch. A conversation ends it well at once; silence ends it after
//! ten business days. A call that nobody answered counts against reaching them, not against what is said.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use kernel::business_day::BusinessCalendar;
use kernel::{Country, PersonId, Timestamp, WorkspaceId};
use records::events;
use sea_orm::FromQueryResult;
use store::db::Source;
use store::reaction::Reaction;
use store::{Engine, Event, Result, Sql, WriteTx};
use uuid::Uuid;

use super::Channel;
use super::rules::SETTLE_DAYS;
use super::segment::segment;
use super::tally::{Tally, add};

type Failed = Box<dyn std::error::Error + Send + Sync>;

const KINDS: &[&str] = &[
    events::MAIL_SENT,
    events::MAIL_BOUNCED,
    events::REPLY_RECEIVED,
    events::CALL_LOGGED,
    events::MEETING_LOGGED,
];
/// Touches settled in one transaction.
const BATCH: i64 = 500;

/// The reaction.
#[must_use]
pub fn reaction() -> Reaction {
    Reaction::each("prospecting.channel_outcomes", KINDS, |event, tx| Box::pin(react(event, tx)))
}

async fn react(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(person) = event.person_id else { return Ok(()) };
    let said = |key: &str| event.payload[key].as_str();
    match event.kind.as_str() {
        events::MAIL_SENT if said("sequence_id").is_some() => {
            begin(tx, event, person, (Channel::Email, "open"), said("message_id")).await?;
        }
        events::MAIL_BOUNCED => forget(tx, person, said("message_id")).await?,
        events::REPLY_RECEIVED if said("class") == Some("human") => {
            let well = event.payload["positive"] == true;
            answer(tx, event, person, well, said("answers_message_id")).await?;
        }
        events::CALL_LOGGED if said("direction") == Some("in") => {
            begin(tx, event, person, (Channel::Phone, "called_us"), None).await?;
            answer(tx, event, person, true, None).await?;
        }
        events::CALL_LOGGED => {
            let reached = said("outcome") == Some("intended");
            let state = if reached { "open" } else { "failure" };
            if begin(tx, event, person, (Channel::Phone, state), None).await? {
                let tally = Tally { touches: i64::from(!reached), ..Tally::reach(reached) };
                let segment = segment_of(tx, event.workspace_id, person).await?;
                add(tx, event.workspace_id, &segment, Channel::Phone, tally, event.at).await?;
            }
        }
        events::MEETING_LOGGED if matches!(said("outcome"), Some("booked" | "held")) => {
            answer(tx, event, person, true, None).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Writes a touch down, once. Answers whether it is new.
async fn begin(
    tx: &WriteTx,
    event: &Event,
    person: PersonId,
    (channel, state): (Channel, &str),
    source: Option<&str>,
) -> Result<bool> {
    let settles =
        if state == "open" { Some(settles_at(tx, event.workspace_id, event.at).await?) } else { None };
    let text = "INSERT INTO channel_touch (id, workspace_id, person_id, channel, segment, source_id, state, reached, at, settles_at) \
                SELECT ?, p.workspace_id, p.id, ?, ?, ?, ?, ?, ?, ? FROM person p WHERE p.id = ? AND p.workspace_id = ? \
                ON CONFLICT DO NOTHING";
    let values = [
        event.id.0.into(),
        channel.key().into(),
        segment_of(tx, event.workspace_id, person).await?.into(),
        source.and_then(|id| id.parse::<Uuid>().ok()).into(),
        state.into(),
        (state != "failure").into(),
        event.at.into(),
        settles.into(),
        person.into(),
        event.workspace_id.into(),
    ];
    Ok(Sql::with(tx.engine(), text, values).run(tx.conn()).await? > 0)
}

/// The end of the tenth business day where the workspace is.
async fn settles_at(tx: &WriteTx, workspace: WorkspaceId, at: Timestamp) -> Result<Timestamp> {
    let known = records::workspace::find(tx, workspace).await?;
    let zone = known.as_ref().and_then(|w| w.time_zone.parse().ok()).unwrap_or(chrono_tz::Tz::UTC);
    let calendar = BusinessCalendar::new(known.and_then(|w| Country::from_code(&w.country)));
    let day = calendar.add(kernel::window::local_date(zone, at), SETTLE_DAYS).date;
    let end = day.succ_opt().and_then(|next| kernel::window::instant_of(zone, next.and_time(NaiveTime::MIN)));
    Ok(end.unwrap_or_else(|| at.plus_days(14)))
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
}

/// The touch that was answered, or else the newest that still may be, comes out.
async fn answer(tx: &WriteTx, event: &Event, person: PersonId, well: bool, of: Option<&str>) -> Result<()> {
    let of = of.and_then(|id| id.parse::<Uuid>().ok()).unwrap_or_default();
    let text = "SELECT id, workspace_id, channel, segment FROM channel_touch WHERE person_id = ? AND workspace_id = ? \
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
    let tally = Tally { touches: 1, ..Tally::response(state == "success") };
    add(tx, touch.workspace_id, &touch.segment, channel, tally, at).await
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
        for ((workspace, segment, channel), count) in &over {
            let Some(channel) = Channel::parse(channel) else { continue };
            add(&tx, *workspace, segment, channel, Tally::unanswered(*count), now).await?;
        }
        tx.commit().await?;
        if over.is_empty() {
            return Ok(settled);
        }
        settled += over.values().sum::<usize>();
    }
}

/// Ends the touches whose time is over, and counts them by workspace, segment and channel.
async fn give_up(tx: &WriteTx, now: Timestamp) -> Result<BTreeMap<(WorkspaceId, String, String), usize>> {
    let mut sql = Sql::new(
        tx.engine(),
        "UPDATE channel_touch SET state = 'failure', settles_at = NULL WHERE state = 'open' AND id IN \
         (SELECT id FROM channel_touch WHERE state = 'open' AND settles_at <= ",
    );
    sql.bind(now).push(" ORDER BY settles_at LIMIT ").bind(BATCH);
    if tx.engine() == Engine::Postgres {
        sql.push(" FOR NO KEY UPDATE SKIP LOCKED");
    }
    sql.push(") RETURNING workspace_id, segment, channel");
    let mut over = BTreeMap::new();
    for row in sql.rows(tx.conn()).await? {
        let key = (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        *over.entry(key).or_default() += 1;
    }
    Ok(over)
}

#[derive(FromQueryResult)]
struct Traits {
    title: Option<String>,
    country: Option<String>,
    icp_grade: Option<String>,
}

async fn segment_of(tx: &WriteTx, workspace: WorkspaceId, person: PersonId) -> Result<String> {
    let text = "SELECT p.title, COALESCE(p.country, c.country) AS country, c.icp_grade FROM person p \
                LEFT JOIN company c ON c.id = p.company_id WHERE p.id = ? AND p.workspace_id = ?";
    let traits: Option<Traits> =
        Sql::with(tx.engine(), text, [person.into(), workspace.into()]).one(tx.conn()).await?;
    Ok(traits.map_or_else(
        || segment(None, None, None),
        |t| segment(t.icp_grade.as_deref(), t.country.as_deref(), t.title.as_deref()),
    ))
}

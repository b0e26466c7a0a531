//! What came of each touch, counted by channel and segment as the log tells of it (R20).
//!
//! A mail of a sequence, a call of ours and a piece of post that arrives begin a touch. A conversation ends it well at
//! once; silence ends it after ten business days. A call that nobody answered counts against reaching them, not against what is said.

use std::collections::{BTreeMap, HashMap};

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
    events::PIECE_MOVED,
];
/// Touches settled in one transaction.
const BATCH: i64 = 500;

/// The reaction.
#[must_use]
pub fn reaction() -> Reaction {
    Reaction::together("prospecting.channel_outcomes", KINDS, |events, tx| Box::pin(react_all(events, tx)))
}

/// Mails that follow each other in the log are written down together: there are many of them.
async fn react_all(events: &[Event], tx: &mut WriteTx) -> Result<(), Failed> {
    let is_mail = |event: &Event| event.kind == events::MAIL_SENT;
    let alike = events.chunk_by(|a, b| is_mail(a) && is_mail(b) && a.workspace_id == b.workspace_id);
    for run in alike {
        match run {
            [event] if !is_mail(event) => react(event, tx).await?,
            mails => mailed(tx, mails).await?,
        }
    }
    Ok(())
}

/// Automatic mails of one workspace begin touches.
async fn mailed(tx: &WriteTx, mails: &[Event]) -> Result<()> {
    let begun: Vec<Begun<'_>> = mails
        .iter()
        .filter(|event| event.payload["sequence_id"].is_string())
        .filter_map(|event| {
            let source = event.payload["message_id"].as_str().and_then(|id| id.parse().ok());
            Some(Begun { event, person: event.person_id?, channel: Channel::Email, state: "open", source })
        })
        .collect();
    begin(tx, &begun).await?;
    Ok(())
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
            if begin(tx, &called(if reached { "open" } else { "failure" })).await? > 0 {
                let tally = Tally { touches: i64::from(!reached), ..Tally::reach(reached) };
                let segments = segments_of(tx, event.workspace_id, [person]).await?;
                let segment = segments.get(&person).cloned().unwrap_or_else(|| segment(None, None, None));
                add(tx, event.workspace_id, &segment, Channel::Phone, tally, event.at).await?;
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

/// A touch that begins.
struct Begun<'a> {
    event: &'a Event,
    person: PersonId,
    channel: Channel,
    state: &'static str,
    source: Option<Uuid>,
}

/// Writes touches of one workspace down, each once. Answers how many are new.
async fn begin(tx: &WriteTx, touches: &[Begun<'_>]) -> Result<u64> {
    let Some(first) = touches.first() else { return Ok(0) };
    let space = first.event.workspace_id;
    let ends = Ends::of(tx, space).await?;
    let segments = segments_of(tx, space, touches.iter().map(|touch| touch.person)).await?;
    // Somebody who is not there any more is nobody's touch.
    let known: Vec<_> = touches.iter().filter_map(|t| Some((t, segments.get(&t.person)?))).collect();
    if known.is_empty() {
        return Ok(0);
    }
    let columns = "id, workspace_id, person_id, channel, segment, source_id, state, reached, at, settles_at";
    let mut sql = Sql::new(tx.engine(), &format!("INSERT INTO channel_touch ({columns}) VALUES "));
    for (n, (touch, segment)) in known.into_iter().enumerate() {
        sql.push(if n > 0 { ", " } else { "" });
        sql.bind_list([
            touch.event.id.0.into(),
            space.into(),
            touch.person.into(),
            touch.channel.key().into(),
            segment.clone().into(),
            touch.source.into(),
            touch.state.into(),
            (touch.state != "failure").into(),
            touch.event.at.into(),
            (touch.state == "open").then(|| ends.of_touch(touch.event.at)).into(),
        ]);
    }
    sql.push(" ON CONFLICT DO NOTHING");
    sql.run(tx.conn()).await
}

/// When touches of a workspace settle.
struct Ends {
    zone: chrono_tz::Tz,
    calendar: BusinessCalendar,
}

impl Ends {
    async fn of(tx: &WriteTx, workspace: WorkspaceId) -> Result<Self> {
        let known = records::workspace::find(tx, workspace).await?;
        let zone = known.as_ref().and_then(|w| w.time_zone.parse().ok()).unwrap_or(chrono_tz::Tz::UTC);
        let calendar = BusinessCalendar::new(known.and_then(|w| Country::from_code(&w.country)));
        Ok(Self { zone, calendar })
    }

    /// The end of the tenth business day where the workspace is.
    fn of_touch(&self, at: Timestamp) -> Timestamp {
        let day = self.calendar.add(kernel::window::local_date(self.zone, at), SETTLE_DAYS).date;
        let end = day
            .succ_opt()
            .and_then(|next| kernel::window::instant_of(self.zone, next.and_time(NaiveTime::MIN)));
        end.unwrap_or_else(|| at.plus_days(14))
    }
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
    id: PersonId,
    title: Option<String>,
    country: Option<String>,
    icp_grade: Option<String>,
}

/// The segment of each of these people that are there.
async fn segments_of(
    tx: &WriteTx,
    workspace: WorkspaceId,
    people: impl IntoIterator<Item = PersonId>,
) -> Result<HashMap<PersonId, String>> {
    let text = "SELECT p.id, p.title, COALESCE(p.country, c.country) AS country, c.icp_grade FROM person p \
                LEFT JOIN company c ON c.id = p.company_id WHERE p.workspace_id = ? AND p.id IN ";
    let mut sql = Sql::with(tx.engine(), text, [workspace.into()]);
    sql.bind_list(people.into_iter().map(Into::into));
    let traits: Vec<Traits> = sql.all(tx.conn()).await?;
    let named = |t: Traits| (t.id, segment(t.icp_grade.as_deref(), t.country.as_deref(), t.title.as_deref()));
    Ok(traits.into_iter().map(named).collect())
}

//! A touch as it is written down: to whom, at which hour of theirs, and what was advised just before.

use std::collections::HashMap;

use chrono::NaiveTime;
use chrono_tz::Tz;
use kernel::business_day::BusinessCalendar;
use kernel::window::{instant_of, local_date};
use kernel::{Country, PersonId, Timestamp, WorkspaceId};
use records::workspace::Workspace;
use sea_orm::{FromQueryResult, Value};
use store::db::Source;
use store::{Event, Result, Sql, WriteTx};
use uuid::Uuid;

use super::Channel;
use super::clock::clocks;
use super::read::advise;
use super::rules::{Ranking, SETTLE_DAYS};
use super::segment::segment;

/// A touch that begins.
pub struct Begun<'a> {
    /// What tells of it; its id is the touch's.
    pub event: &'a Event,
    /// To whom.
    pub person: PersonId,
    /// By which way.
    pub channel: Channel,
    /// `open`, `failure` or `called_us`.
    pub state: &'static str,
    /// The mail it is.
    pub source: Option<Uuid>,
}

/// What became of touches to be written down.
#[derive(Debug, Default)]
pub struct Written {
    /// How many are new.
    pub new: u64,
    /// The segment and local hour of each that was made to somebody who is there.
    pub at: HashMap<Uuid, (String, Option<i64>)>,
}

/// Touches as they will be written down.
#[derive(Debug, Default)]
pub struct Ready {
    rows: Vec<Vec<Value>>,
    at: HashMap<Uuid, (String, Option<i64>)>,
}

/// Writes touches of one workspace down, each once, with the advice as it is before them.
///
/// # Errors
/// Whatever the database says.
pub async fn begin(tx: &WriteTx, touches: &[Begun<'_>]) -> Result<Written> {
    write(tx, ready(tx, touches).await?).await
}

/// Writes them down, each once.
///
/// # Errors
/// Whatever the database says.
pub async fn write(tx: &WriteTx, ready: Ready) -> Result<Written> {
    Ok(Written { new: insert(tx, ready.rows).await?, at: ready.at })
}

/// Reads what belongs to touches of one workspace, with the advice as it is before them.
///
/// # Errors
/// Whatever the database says.
pub async fn ready(db: &impl Source, touches: &[Begun<'_>]) -> Result<Ready> {
    let Some(first) = touches.first() else { return Ok(Ready::default()) };
    let space = first.event.workspace_id;
    let Some(workspace) = records::workspace::find(db, space).await? else { return Ok(Ready::default()) };
    let ends = Ends::of(&workspace);
    let people = || touches.iter().map(|touch| touch.person);
    let segments = segments_of(db, space, people()).await?;
    let clocks = clocks(db, &workspace, people()).await?;
    let advice = advice_before(db, space, touches).await?;
    let mut at = HashMap::new();
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(touches.len());
    for touch in touches {
        // Somebody who is not there any more is nobody's touch.
        let Some(segment) = segments.get(&touch.person) else { continue };
        let hour = clocks.get(&touch.person).map(|clock| i64::from(clock.hour(touch.event.at)));
        let advised = advice.get(&touch.person).filter(|_| touch.is_ours());
        let advised = advised.and_then(|ranking| Advised::of(ranking, touch.channel));
        rows.push(touch.row(segment, ends.of_touch(touch.event.at), hour, advised));
        at.insert(touch.event.id.0, (segment.clone(), hour));
    }
    Ok(Ready { rows, at })
}

const COLUMNS: &str = "id, workspace_id, person_id, channel, segment, source_id, state, reached, at, settles_at, \
    local_hour, advised, as_advised, drawn, predicted";

async fn insert(tx: &WriteTx, rows: Vec<Vec<Value>>) -> Result<u64> {
    if rows.is_empty() {
        return Ok(0);
    }
    let mut sql = Sql::new(tx.engine(), &format!("INSERT INTO channel_touch ({COLUMNS}) VALUES "));
    for (n, row) in rows.into_iter().enumerate() {
        sql.push(if n > 0 { ", " } else { "" }).bind_list(row);
    }
    sql.push(" ON CONFLICT DO NOTHING");
    sql.run(tx.conn()).await
}

impl Begun<'_> {
    /// Whether it is we who touch them.
    fn is_ours(&self) -> bool {
        self.state != "called_us"
    }

    /// In the order of [`COLUMNS`].
    fn row(&self, segment: &str, end: Timestamp, hour: Option<i64>, advised: Option<Advised>) -> Vec<Value> {
        vec![
            self.event.id.0.into(),
            self.event.workspace_id.into(),
            self.person.into(),
            self.channel.key().into(),
            segment.into(),
            self.source.into(),
            self.state.into(),
            (self.state != "failure").into(),
            self.event.at.into(),
            (self.state == "open").then_some(end).into(),
            hour.into(),
            advised.map(|a| a.first.key()).into(),
            advised.map(|a| a.followed).into(),
            advised.and_then(|a| a.lot).into(),
            advised.and_then(|a| a.predicted).into(),
        ]
    }
}

/// What was advised, as a touch keeps it.
#[derive(Debug, Clone, Copy)]
struct Advised {
    first: Channel,
    followed: bool,
    lot: Option<bool>,
    predicted: Option<f64>,
}

impl Advised {
    fn of(ranking: &Ranking, channel: Channel) -> Option<Self> {
        let way = ranking.ways.iter().find(|way| way.channel == channel);
        Some(Self {
            first: ranking.first?,
            followed: ranking.advises(channel),
            lot: ranking.lot,
            predicted: way.map(|way| way.belief.per_touch().mean()),
        })
    }
}

/// The advice for whom we touch, as it is before these touches are written down.
async fn advice_before(
    db: &impl Source,
    space: WorkspaceId,
    touches: &[Begun<'_>],
) -> Result<HashMap<PersonId, Ranking>> {
    let ours = || touches.iter().filter(|touch| touch.is_ours());
    let Some(now) = ours().map(|touch| touch.event.at).max() else { return Ok(HashMap::new()) };
    let mut people: Vec<PersonId> = ours().map(|touch| touch.person).collect();
    people.sort_unstable();
    people.dedup();
    let advised = advise(db, space, &people, now).await?;
    Ok(advised.into_iter().map(|(person, ranking)| (person.id, ranking)).collect())
}

/// When touches of a workspace settle.
pub struct Ends {
    zone: Tz,
    calendar: BusinessCalendar,
}

impl Ends {
    /// By the workspace's zone and holidays.
    #[must_use]
    pub fn of(workspace: &Workspace) -> Self {
        let zone = workspace.time_zone.parse().unwrap_or(Tz::UTC);
        Self { zone, calendar: BusinessCalendar::new(Country::from_code(&workspace.country)) }
    }

    /// The end of the tenth business day where the workspace is.
    #[must_use]
    pub fn of_touch(&self, at: Timestamp) -> Timestamp {
        let day = self.calendar.add(local_date(self.zone, at), SETTLE_DAYS).date;
        let end = day.succ_opt().and_then(|next| instant_of(self.zone, next.and_time(NaiveTime::MIN)));
        end.unwrap_or_else(|| at.plus_days(14))
    }

    /// The first instant whose touches may still be answered: those before it have all come out.
    #[must_use]
    pub fn first_open(&self, now: Timestamp) -> Timestamp {
        let mut day = local_date(self.zone, now);
        for _ in 0..60 {
            let Some(start) = instant_of(self.zone, day.and_time(NaiveTime::MIN)) else { break };
            let Some(before) = day.pred_opt() else { break };
            if self.of_touch(Timestamp(start.0 - 1)) <= now {
                return start;
            }
            day = before;
        }
        now.plus_days(-60)
    }
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
    db: &impl Source,
    workspace: WorkspaceId,
    people: impl IntoIterator<Item = PersonId>,
) -> Result<HashMap<PersonId, String>> {
    let text = "SELECT p.id, p.title, COALESCE(p.country, c.country) AS country, c.icp_grade FROM person p \
                LEFT JOIN company c ON c.id = p.company_id WHERE p.workspace_id = ? AND p.id IN ";
    let mut sql = Sql::with(db.engine(), text, [workspace.into()]);
    sql.bind_list(people.into_iter().map(Into::into));
    let traits: Vec<Traits> = sql.all(db.conn()).await?;
    let named = |t: Traits| (t.id, segment(t.icp_grade.as_deref(), t.country.as_deref(), t.title.as_deref()));
    Ok(traits.into_iter().map(named).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_touch_before_the_first_that_may_be_open_has_come_out() {
        let ends = Ends { zone: chrono_tz::Asia::Seoul, calendar: BusinessCalendar::new(Some(Country::KR)) };
        // Through Chuseok 2026 and a plain autumn.
        for day in 0..60 {
            let now = Timestamp::parse("2026-09-20T12:30:00+09:00").unwrap().plus_days(day);
            let first = ends.first_open(now);
            assert!(ends.of_touch(Timestamp(first.0 - 1)) <= now, "{now}");
            assert!(ends.of_touch(first) > now, "{now}");
        }
    }
}

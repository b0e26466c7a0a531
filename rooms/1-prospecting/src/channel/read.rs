//! What is known of people, a page of them in a few questions, and the advice that follows.

use std::collections::{HashMap, HashSet};

use kernel::business_day::BusinessCalendar;
use kernel::{CompanyId, Country, PersonId, Timestamp, WorkspaceId};
use records::stored::Stored;
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql};

use super::block::Barred;
use super::clock::{Clock, clocks};
use super::hour_tally::{self, SeenByHour};
use super::hours::{Hours, NextHour, next_hour};
use super::lawful::unlawful;
use super::lot::Lot;
use super::presence::Presence;
use super::rules::{Access, Belief, Ranking, Seen, Story, Way, rank};
use super::segment::{WORKSPACE, segment};
use super::tally::{SeenBy, seen_in};
use super::{Channel, Refusals, block};

/// Days of touches looked at.
const LOOK_BACK_DAYS: i64 = 365;

/// A person, with how their company fits.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Prospect {
    /// Who.
    pub id: PersonId,
    /// Their company.
    pub company_id: Option<CompanyId>,
    title: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    linkedin_url: Option<String>,
    linkedin_state: Option<String>,
    linkedin_state_on: Option<String>,
    updated_at: Timestamp,
    profiles: Json,
    country: Option<String>,
    do_not_contact: Json,
    preferred_channel: Option<String>,
    lawful_basis: Option<String>,
    address: Option<String>,
    /// A to D or `?`; none when no profile scored it.
    pub icp_grade: Option<String>,
    /// 0 to 100.
    pub icp_score: Option<i64>,
    /// 0 to 1.
    pub icp_coverage: Option<f64>,
    /// Why.
    pub icp_reasons: Option<Stored>,
}

impl Prospect {
    fn has_email(&self) -> bool {
        self.email.as_deref().is_some_and(|email| !email.trim().is_empty())
    }

    fn segment(&self) -> String {
        segment(self.icp_grade.as_deref(), self.country.as_deref(), self.title.as_deref())
    }

    /// What is known of them on LinkedIn; a day that is not said is that of the record's last change.
    fn presence(&self, now: Timestamp) -> Presence {
        let said = self.linkedin_state_on.as_deref().and_then(|day| day.parse().ok());
        let since = said.unwrap_or_else(|| self.updated_at.to_utc().date_naive());
        Presence::read(self.linkedin_state.as_deref(), Some(since), now.to_utc().date_naive())
    }
}

#[derive(Debug, Clone, FromQueryResult)]
struct Touch {
    person_id: PersonId,
    channel: String,
    state: String,
    reached: bool,
    at: Timestamp,
}

/// The advice for people of a workspace, in the order of their ids; who is not there is left out.
///
/// # Errors
/// Whatever the database says.
pub async fn advise(
    db: &impl Source,
    workspace: WorkspaceId,
    ids: &[PersonId],
    now: Timestamp,
) -> Result<Vec<(Prospect, Ranking)>> {
    let people = prospects(db, workspace, ids).await?;
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let segments: Vec<String> = people.iter().map(Prospect::segment).collect();
    let seen = seen_in(db, workspace, &segments, now).await?;
    let mut touches: HashMap<PersonId, Vec<Touch>> = HashMap::new();
    for touch in touches_of(db, &people, now).await? {
        touches.entry(touch.person_id).or_default().push(touch);
    }
    let keys = |p: &Prospect| block::keys_of(workspace, p.id, p.email.as_deref());
    let blocked = block::among(db, workspace, people.iter().flat_map(keys).collect()).await?;
    let known = records::workspace::find(db, workspace).await?;
    // The law is asked only of those who have an address that nothing else keeps from being written to.
    let may_be_mailed = |person: &&Prospect| {
        let open = block::reach(&keys(person), &blocked) == Barred::Nothing;
        open && person.has_email() && !Refusals::read(&person.do_not_contact).refuse(Channel::Email)
    };
    let unlawful = match &known {
        Some(known) => {
            let asked = people.iter().filter(may_be_mailed).map(|person| person.id).collect();
            unlawful(db, known, asked, now).await?
        }
        None => HashSet::new(),
    };
    let calendar = BusinessCalendar::new(known.as_ref().and_then(|w| Country::from_code(&w.country)));
    let settings = known.map(|w| w.settings()).unwrap_or_default();
    let pending = settings.connection_pending_days;
    // Ranking costs an integral; people of one segment whom one can reach alike are ranked alike.
    let mut ranked: HashMap<(String, Vec<Access>, Story), Ranking> = HashMap::new();
    let advised = people.into_iter().map(|person| {
        let told = touches.get(&person.id).map_or(&[][..], Vec::as_slice);
        let barred =
            Barring { list: block::reach(&keys(&person), &blocked), law: unlawful.contains(&person.id) };
        let ways = ways(&person, told, (barred, &seen), (pending, now));
        let story = story(&person, told, &calendar, now).in_short();
        let alike = (person.segment(), ways.iter().map(|way| way.access).collect(), story);
        let ranking = ranked.entry(alike).or_insert_with(|| rank(ways, &story)).clone();
        let ranking = Lot::of(person.id, settings.channel_try_percent).cast(ranking);
        (person, ranking)
    });
    Ok(advised.collect())
}

/// A good hour to touch somebody, and what it is compared with.
#[derive(Debug, Clone, Copy)]
pub struct GoodHour {
    /// The hour.
    pub next: NextHour,
    /// What is believed of the channel whatever the hour.
    pub mean: f64,
    /// Their clock.
    pub clock: Clock,
}

/// The next good hour for the channel each is advised; letters and visits have none.
///
/// # Errors
/// Whatever the database says.
pub async fn good_hours(
    db: &impl Source,
    workspace: WorkspaceId,
    advised: &[(Prospect, Ranking)],
    now: Timestamp,
) -> Result<HashMap<PersonId, GoodHour>> {
    let Some(known) = records::workspace::find(db, workspace).await?.filter(|_| !advised.is_empty()) else {
        return Ok(HashMap::new());
    };
    let clocks = clocks(db, &known, advised.iter().map(|(person, _)| person.id)).await?;
    let mut segments: Vec<String> = advised.iter().map(|(person, _)| person.segment()).collect();
    segments.push(WORKSPACE.to_owned());
    segments.sort_unstable();
    segments.dedup();
    let seen = hour_tally::seen_in(db, workspace, segments, now).await?;
    let hour = |(person, ranking): &(Prospect, Ranking)| {
        let clock = *clocks.get(&person.id)?;
        Some((person.id, good_hour(&person.segment(), ranking, &seen, clock, now)?))
    };
    Ok(advised.iter().filter_map(hour).collect())
}

fn good_hour(
    segment: &str,
    ranking: &Ranking,
    seen: &SeenByHour,
    clock: Clock,
    now: Timestamp,
) -> Option<GoodHour> {
    let channel = ranking.first.filter(|first| !matches!(first, Channel::Postal | Channel::InPerson))?;
    let mean = ranking.ways.iter().find(|way| way.channel == channel)?.belief.per_touch().mean();
    let hours = Hours { mean, seen: hour_tally::of(seen, segment, channel) };
    Some(GoodHour { next: next_hour(&hours, channel, clock, now)?, mean, clock })
}

async fn prospects(db: &impl Source, workspace: WorkspaceId, ids: &[PersonId]) -> Result<Vec<Prospect>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT p.id, p.company_id, p.title, p.email, p.phone, p.linkedin_url, p.linkedin_state, p.linkedin_state_on, p.updated_at, p.profiles, \
                COALESCE(p.country, c.country) AS country, p.do_not_contact, p.preferred_channel, p.lawful_basis, c.address, \
                c.icp_grade, c.icp_score, c.icp_coverage, c.icp_reasons FROM person p \
                LEFT JOIN company c ON c.id = p.company_id AND c.deleted_at IS NULL \
                WHERE p.workspace_id = ? AND p.deleted_at IS NULL AND p.id IN ";
    let mut sql = Sql::with(db.engine(), text, [workspace.into()]);
    sql.bind_list(ids.iter().map(|id| (*id).into())).push(" ORDER BY p.id");
    sql.all(db.conn()).await
}

async fn touches_of(db: &impl Source, people: &[Prospect], now: Timestamp) -> Result<Vec<Touch>> {
    let text =
        "SELECT person_id, channel, state, reached, at FROM channel_touch WHERE at > ? AND person_id IN ";
    let mut sql = Sql::with(db.engine(), text, [now.plus_days(-LOOK_BACK_DAYS).into()]);
    sql.bind_list(people.iter().map(|person| person.id.into()));
    sql.all(db.conn()).await
}

/// What keeps somebody from being written to.
#[derive(Clone, Copy)]
struct Barring {
    /// The list of those not to be written to.
    list: Barred,
    /// The law wants a ground for mail, and none is known.
    law: bool,
}

fn ways(
    person: &Prospect,
    touches: &[Touch],
    (barred, seen): (Barring, &SeenBy),
    (pending, now): (u32, Timestamp),
) -> Vec<Way> {
    let on_linkedin = person.presence(now).access(pending);
    let segment = person.segment();
    let refusals = Refusals::read(&person.do_not_contact);
    Channel::ALL
        .into_iter()
        .map(|channel| {
            let of = |segment: &str| seen.get(&(segment.to_owned(), channel)).copied().unwrap_or_default();
            let (whole, here): (Seen, Seen) = (of(WORKSPACE), of(&segment));
            let access = match access(person, channel, touches, on_linkedin) {
                Access::NoAddress => Access::NoAddress,
                _ if refusals.refuse(channel) => Access::Refused,
                _ if barred.list == Barred::Person => Access::Suppressed,
                _ if barred.list == Barred::Mail && channel == Channel::Email => Access::Suppressed,
                _ if barred.law && channel == Channel::Email => Access::NotLawful,
                other => other,
            };
            let belief = Belief::of_workspace(channel, &whole).in_segment(&here);
            Way { channel, access, belief, touches: here.touches }
        })
        .collect()
}

/// How the person can be reached, were it not for refusals. A place is known for a letter or a visit only to somebody
/// who asked for it: the address is their company's. A text message needs a consent.
fn access(person: &Prospect, channel: Channel, touches: &[Touch], on_linkedin: Access) -> Access {
    let known = |t: &Touch| t.reached && (t.state != "open" || channel == Channel::Phone);
    let worked = || touches.iter().any(|t| t.channel == channel.key() && known(t));
    let address = |known: &Option<String>| match known.as_deref().map(str::trim) {
        None | Some("") => Access::NoAddress,
        Some(_) if worked() => Access::Verified,
        Some(_) => Access::Unverified,
    };
    let asked_for = person.preferred_channel.as_deref() == Some(channel.key());
    let consented = matches!(person.lawful_basis.as_deref(), Some("consent" | "customer" | "inquiry"));
    match channel {
        Channel::Email => address(&person.email),
        Channel::Phone => address(&person.phone),
        Channel::Sms if !asked_for && !consented && person.phone.is_some() => Access::NotLawful,
        Channel::Sms => address(&person.phone),
        Channel::Linkedin => match person.linkedin_url.as_deref() {
            None | Some("") => Access::NoAddress,
            Some(_) => on_linkedin,
        },
        Channel::Social => {
            let elsewhere =
                |p: &Json| !p["label"].as_str().unwrap_or_default().eq_ignore_ascii_case("linkedin");
            let other = person.profiles.as_array().into_iter().flatten().any(elsewhere);
            if other { Access::Unverified } else { Access::NoAddress }
        }
        Channel::Postal | Channel::InPerson if asked_for => address(&person.address),
        Channel::Postal | Channel::InPerson => Access::NoAddress,
    }
}

fn story(person: &Prospect, touches: &[Touch], calendar: &BusinessCalendar, now: Timestamp) -> Story {
    let answered =
        touches.iter().filter(|t| matches!(t.state.as_str(), "success" | "answered" | "called_us"));
    let heard = answered.map(|t| t.at).max();
    let silent: Vec<&Touch> = touches
        .iter()
        .filter(|t| t.channel != Channel::Phone.key() && matches!(t.state.as_str(), "open" | "failure"))
        .filter(|t| heard.is_none_or(|heard| t.at > heard))
        .collect();
    let first = silent.iter().map(|t| t.at).min();
    let day = |at: Timestamp| at.to_utc().date_naive();
    Story {
        preferred: person.preferred_channel.as_deref().and_then(Channel::parse),
        asked_for_call: touches.iter().any(|t| t.state == "called_us"),
        unanswered: u32::try_from(silent.len()).unwrap_or(u32::MAX),
        unanswered_days: first.map_or(0, |first| calendar.between(day(first), day(now))),
    }
}

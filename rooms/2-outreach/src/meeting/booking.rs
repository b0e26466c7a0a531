//! Somebody books: in one transaction the time is theirs alone, the person known, their sequence stopped, the meeting
//! logged and told of, and the invitation queued.

use chrono_tz::Tz;
use http_room::{Answer, App, Visitor};
use kernel::{CompanyId, DealId, EmailAddress, EnrolmentId, Locale, MeetingId, PersonId, Timestamp};
use prospecting::inbound::arrival::{self, Coming};
use prospecting::inbound::arrive::{Newcomer, arrive};
use records::activity::{self, NewActivity};
use records::write::Author;
use serde_json::{Map, Value as Json, json};
use store::db::Source;
use store::{Actor, Sql, WriteTx};

use super::kind::MeetingKind;
use super::model::{self, hash_of};
use super::rules::Span;
use super::{diary, invite, letters};
use crate::click::{NewFact, note};
use crate::enrolment::{self, Happening, happen, happen_to_person};
use crate::message::MessageRow;
use crate::recipient;
use crate::sequence::condition::Fact;

/// What a guest asks for.
#[derive(Debug, Clone)]
pub struct Booking<'a> {
    /// Which kind.
    pub kind: &'a MeetingKind,
    /// When it begins.
    pub starts: Timestamp,
    /// The guest's zone.
    pub zone: Tz,
    /// The guest's language.
    pub locale: Locale,
    /// The guest's name.
    pub name: String,
    /// The guest's address.
    pub email: EmailAddress,
    /// What they wrote.
    pub note: Option<String>,
    /// The mail of ours whose link they followed.
    pub via: Option<MessageRow>,
    /// When they opened the page.
    pub opened: Timestamp,
    /// The page they booked on: sent twice it is one booking.
    pub ticket: &'a str,
    /// Who they are on the network.
    pub visitor: &'a Visitor,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Booked {
    /// It is theirs: the token of its link.
    Yes(String),
    /// Somebody was quicker, or the time no longer fits.
    Taken,
}

/// With whom the meeting is.
struct Guest {
    person: Option<PersonId>,
    company: Option<CompanyId>,
    deal: Option<DealId>,
    enrolment: Option<EnrolmentId>,
}

/// The token of a booking's link, made from the page's ticket, which nobody else knows.
fn token_of(ticket: &str) -> String {
    hash_of(&format!("meeting {ticket}"))[..40].to_owned()
}

/// Books.
///
/// # Errors
/// Whatever the database says, and 422 when the person cannot be written down.
pub async fn book(app: &App, booking: &Booking<'_>) -> Answer<Booked> {
    let (kind, now, token) = (booking.kind, app.clock.now(), token_of(booking.ticket));
    let mut tx = app.db.write_tx().await?;
    diary::hold(&tx, kind.workspace_id, kind.owner_id).await?;
    if model::by_token(&tx, &token).await?.is_some() {
        return Ok(Booked::Yes(token));
    }
    let then = Span { from: booking.starts, to: booking.starts.plus_seconds(kind.minutes * 60) };
    if !diary::of(&tx, kind, then, None).await?.may_have(booking.starts, booking.opened, now) {
        return Ok(Booked::Taken);
    }
    let guest = guest(&mut tx, booking, now).await?;
    let id = write(&mut tx, booking, &guest, (&token, then), now).await?;
    stop(&mut tx, kind, &guest, now).await?;
    if let Some(meeting) = model::find(&tx, kind.workspace_id, id).await? {
        letters::queue(app, &tx, &meeting, letters::Why::Booked(&token), now).await?;
    }
    tx.commit().await?;
    Ok(Booked::Yes(token))
}

/// Who it is. Whoever books with the address our mail went to is the person we wrote to; anybody else becomes known
/// as those do who fill in a form. The sequence whose link was followed is theirs in either case.
async fn guest(tx: &mut WriteTx, booking: &Booking<'_>, now: Timestamp) -> Answer<Guest> {
    let space = booking.kind.workspace_id;
    let via = booking.via.as_ref();
    let enrolment = via.and_then(|mail| mail.enrolment_id);
    let key = records::person::fold_email(booking.email.as_str());
    let same = via.is_some_and(|mail| records::person::fold_email(&mail.to_address) == key);
    let known = match via.and_then(|mail| mail.person_id).filter(|_| same) {
        Some(person) => recipient::find(tx, space, person).await?,
        None => None,
    };
    let (person, company) = match known {
        Some(who) => (who.id, who.company_id),
        None => newcomer(tx, booking, now).await?,
    };
    let deal = match via.and_then(|mail| mail.deal_id).filter(|_| same) {
        Some(deal) => Some(deal),
        None => recipient::open_deal(tx, space, person).await?,
    };
    Ok(Guest { person: Some(person), company, deal, enrolment })
}

async fn newcomer(
    tx: &mut WriteTx,
    booking: &Booking<'_>,
    now: Timestamp,
) -> Answer<(PersonId, Option<CompanyId>)> {
    let kind = booking.kind;
    let space = process::deal_row::workspace(tx, kind.workspace_id).await?;
    let by = Author {
        workspace: kind.workspace_id,
        actor: Actor::Outside,
        now,
        cause: None,
        currency: space.currency(),
    };
    let given = json!({ "person.name": [booking.name], "person.email": [booking.email.as_str()] });
    let coming = Coming {
        workspace: kind.workspace_id,
        form: None,
        origin: format!("meeting:{}", kind.id),
        external_id: Some(hash_of(booking.ticket)),
        spam_reason: None,
        given,
        source: Some(kind.name.clone()),
        locale: Some(booking.locale.tag()),
        consent: None,
        visitor: Some(booking.visitor.clone()),
        now,
    };
    let id = arrival::reserve(tx, &coming).await?;
    let arrival = id.ok_or_else(|| http_room::Problem::conflict("taken", "It was booked already."))?;
    let person: Map<String, Json> = [
        ("name", json!(booking.name)),
        ("email", json!(booking.email.as_str())),
        ("time_zone", json!(booking.zone.name())),
        ("locale", json!(booking.locale.tag())),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect();
    let lead = Newcomer {
        person,
        company: Map::new(),
        message: booking.note.clone(),
        owner: Some(kind.owner_id),
        basis: "inquiry",
        source: Some(kind.name.clone()),
        form: None,
        arrival,
        answer: false,
    };
    let arrived = arrive(tx, &by, &lead).await?;
    Ok((arrived.person_id, arrived.company_id))
}

/// The meeting and its line in the log of activities.
async fn write(
    tx: &mut WriteTx,
    booking: &Booking<'_>,
    guest: &Guest,
    (token, then): (&str, Span),
    now: Timestamp,
) -> Answer<MeetingId> {
    let kind = booking.kind;
    let logged = NewActivity {
        kind: "meeting".to_owned(),
        at: Some(then.from),
        ends_at: Some(then.to),
        title: Some(kind.name.clone()),
        body: booking.note.clone().unwrap_or_default(),
        outcome: Some("booked".to_owned()),
        link: Some(kind.place.clone()).filter(|place| !place.is_empty()),
        deal_id: guest.deal,
        company_id: guest.company.filter(|_| guest.deal.is_none()),
        person_id: guest.person,
        ..NewActivity::default()
    };
    let (id, via) = (MeetingId::new(), booking.via.as_ref());
    let more = json!({
        "meeting_id": id, "kind_id": kind.id, "rep_id": kind.owner_id, "enrolment_id": guest.enrolment,
        "answers_message_id": via.map(|mail| mail.id), "sequence_id": via.and_then(|mail| mail.sequence_id),
        "step": via.and_then(|mail| mail.step),
    });
    let activity = activity::log_with(tx, kind.workspace_id, Actor::Outside, logged, more, now).await?;
    let mailbox = crate::mailbox::find(tx, kind.workspace_id, kind.mailbox_id).await?;
    let uid = invite::uid_of(id, mailbox.as_ref().map_or("", |mailbox| mailbox.address.as_str()));
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO meeting (id, workspace_id, kind_id, owner_id, mailbox_id, person_id, company_id, deal_id, enrolment_id, \
         activity_id, state, starts_at, ends_at, before_minutes, after_minutes, place_kind, place, zone, locale, name, email, email_key, note, \
         token_hash, uid, ics_sequence, address, revision, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        kind.workspace_id.into(),
        kind.id.into(),
        kind.owner_id.into(),
        kind.mailbox_id.into(),
        guest.person.into(),
        activity.company_id.or(guest.company).into(),
        guest.deal.into(),
        guest.enrolment.into(),
        activity.id.into(),
        "booked".into(),
        then.from.into(),
        then.to.into(),
        kind.before_minutes.into(),
        kind.after_minutes.into(),
        kind.place_kind.clone().into(),
        kind.place.clone().into(),
        booking.zone.name().into(),
        booking.locale.tag().into(),
        booking.name.clone().into(),
        booking.email.as_str().into(),
        records::person::fold_email(booking.email.as_str()).into(),
        booking.note.clone().into(),
        hash_of(token).into(),
        uid.into(),
        0_i64.into(),
        booking.visitor.address.clone().into(),
        1_i64.into(),
        now.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    Ok(id)
}

/// Who has a meeting with us gets no more automatic mail: what decides at forks is noted first.
async fn stop(tx: &mut WriteTx, kind: &MeetingKind, guest: &Guest, now: Timestamp) -> Answer<()> {
    let (space, stop) = (kind.workspace_id, Happening::Stop("meeting".to_owned()));
    let mut open = match guest.person {
        Some(person) => enrolment::open_of_person(tx, space, person).await?,
        None => Vec::new(),
    };
    open.extend(guest.enrolment);
    open.sort_unstable();
    open.dedup();
    for id in open {
        let fact = NewFact { enrolment: id, step: None, what: Fact::Meeting, value: "booked".to_owned() };
        note(tx, space, &fact, now).await?;
        if let Some(row) = enrolment::hold(tx, id).await?.filter(|row| row.workspace_id == space) {
            happen(tx, &row, &stop, Actor::Outside, now).await?;
        }
    }
    if let Some(person) = guest.person {
        happen_to_person(tx, space, person, &stop, Actor::Outside, now).await?;
    }
    Ok(())
}

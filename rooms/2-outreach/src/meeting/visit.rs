//! A guest at the page of a kind of meeting: picking a time and booking it.
//!
//! No sign-in and no cookie, hence nothing another site could ride on; a booking's link is known to its guest alone. A
//! page carries a sealed ticket that says when it was opened: it tells machines by their haste, and the same page sent
//! twice is one booking. A machine is answered like anybody else.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use chrono::NaiveDate;
use chrono_tz::Tz;
pub(super) use http_room::guarded;
use http_room::{Answer, App, Visitor};
use kernel::{EmailAddress, Locale, Timestamp, limits};
use prospecting::inbound::rules::{TICKET_SECONDS, spam_reason};
use serde::Deserialize;

use super::booking::{Booked, Booking, book};
use super::kind::{self, MeetingKind};
use super::model::{self, Meeting};
use super::page::{self, Filled, Picking, Wrong, words};
use super::rules::{Span, by_day};
use super::{diary, own_page, reading};
use crate::message::{COLUMNS, MessageRow};
use crate::{mailbox, recipient};

/// Longest token that is looked for.
const TOKEN: usize = 64;
/// Most bytes a guest may send.
const BODY: usize = 32 << 10;
/// Longest remark, characters.
const NOTE: usize = 2_000;
/// Bookings of a kind from one network address in an hour.
const OF_ADDRESS: i64 = 10;
/// Bookings of a kind in an hour.
const OF_KIND: i64 = 60;
/// Meetings of a kind that lie ahead for one mail address.
const AHEAD: i64 = 3;

/// `/m/{token}` books, `/m/b/{token}` is what was booked; to be mounted at the root.
pub fn public_routes() -> Router<App> {
    Router::new()
        .route("/m/page.css", get(|| async { part("text/css; charset=utf-8", page::STYLE) }))
        .route("/m/page.js", get(|| async { part("text/javascript; charset=utf-8", page::SCRIPT) }))
        .route("/m/{token}", get(show).post(send))
        .merge(own_page::routes())
        .layer(DefaultBodyLimit::max(4 * BODY))
}

/// A file of the program itself, which browsers may keep for an hour.
fn part(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")], text).into_response()
}

/// What a page's address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Wanted {
    pub(super) lang: Option<String>,
    pub(super) zone: Option<String>,
    pub(super) day: Option<String>,
    pub(super) r: Option<String>,
    pub(super) new: Option<String>,
}

impl Wanted {
    fn zone(&self) -> Option<Tz> {
        self.zone.as_deref().and_then(|zone| zone.parse().ok())
    }
}

pub(super) fn locale(headers: &HeaderMap, wanted: Option<&str>) -> Option<Locale> {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    wanted.and_then(Locale::parse).or_else(|| Locale::from_accept_language(header?))
}

fn notice(locale: Locale, status: StatusCode, title: &str, text: &str) -> Answer<Response> {
    Ok(guarded(true, (status, Html(page::notice(locale, title, text)?))))
}

pub(super) fn closed(locale: Locale) -> Answer<Response> {
    let words = words(locale);
    notice(locale, StatusCode::NOT_FOUND, words.closed, words.closed_text)
}

pub(super) fn is_token(token: &str) -> bool {
    !token.is_empty() && token.len() <= TOKEN && token.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// A kind that can be booked, and everything its page needs.
pub(super) struct Counter {
    pub(super) kind: MeetingKind,
    pub(super) host: String,
    pub(super) usual: Locale,
}

pub(super) async fn counter(app: &App, kind: MeetingKind) -> Answer<Counter> {
    let space = process::deal_row::workspace(&app.db, kind.workspace_id).await?;
    let from = mailbox::find(&app.db, kind.workspace_id, kind.mailbox_id).await?;
    let host = from.map_or_else(|| space.name.clone(), |from| from.from_name);
    Ok(Counter { kind, host, usual: space.locale() })
}

async fn open_counter(app: &App, token: &str) -> Answer<Option<Counter>> {
    if !is_token(token) {
        return Ok(None);
    }
    match kind::by_token(&app.db, token).await? {
        Some(kind) => counter(app, kind).await.map(Some),
        None => Ok(None),
    }
}

/// The mail of ours whose link was followed.
async fn mail_of(app: &App, kind: &MeetingKind, token: Option<&str>) -> Answer<Option<MessageRow>> {
    let Some(token) = token.filter(|token| is_token(token)) else { return Ok(None) };
    let mut sql = store::Sql::new(app.db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM message WHERE direction = 'out' AND token = ").bind(token);
    let found: Option<MessageRow> = sql.one(app.db.read()).await?;
    Ok(found.filter(|mail| mail.workspace_id == kind.workspace_id))
}

fn purpose(kind: &MeetingKind) -> String {
    format!("meeting {}", kind.id)
}

/// When the page was opened; none when the ticket is not ours, or too old.
pub(super) fn opened(app: &App, kind: &MeetingKind, ticket: &str) -> Option<Timestamp> {
    let at = app.secrets.open(&purpose(kind), ticket).ok()?.parse().ok().map(Timestamp)?;
    (0..=TICKET_SECONDS).contains(&app.clock.now().seconds_since(at)).then_some(at)
}

/// What is shown besides the free times.
#[derive(Default)]
pub(super) struct Shown<'a> {
    pub(super) wanted: Wanted,
    pub(super) moving: Option<(&'a Meeting, &'a str)>,
    pub(super) at: Option<Timestamp>,
    pub(super) filled: Filled,
    pub(super) wrong: Wrong,
    pub(super) alert: Option<&'static str>,
}

/// The page to pick a time on, as it is free now.
pub(super) async fn picking(
    app: &App,
    counter: &Counter,
    locale: Locale,
    shown: Shown<'_>,
) -> Answer<String> {
    let (kind, now) = (&counter.kind, app.clock.now());
    let ahead = Span { from: now, to: now.plus_days(kind.horizon_days + 2) };
    let diary = diary::of(&app.db, kind, ahead, shown.moving.map(|(meeting, _)| meeting.id)).await?;
    let via = mail_of(app, kind, shown.wanted.r.as_deref()).await?;
    let (known, filled) = guest(app, kind, via.as_ref(), shown.filled).await?;
    let of_meeting = shown.moving.map(|(meeting, _)| meeting.zone());
    let said = shown.wanted.zone().or(of_meeting);
    let zone = said.or(known).unwrap_or(diary.zone);
    let days = by_day(&diary.free(ahead, now), zone);
    let of_hour = shown.at.map(|at| kernel::window::local_date(zone, at));
    let day = of_hour.or_else(|| shown.wanted.day.as_deref()?.parse::<NaiveDate>().ok());
    let day = day.filter(|day| days.contains_key(day)).or_else(|| days.keys().next().copied());
    let picking = Picking {
        locale,
        kind,
        host: &counter.host,
        zone,
        host_zone: diary.zone,
        zone_said: said.is_some(),
        days,
        day,
        at: shown.at,
        ticket: app.secrets.seal(&purpose(kind), &now.0.to_string()),
        via: via.as_ref().and(shown.wanted.r.as_deref()),
        moving: shown.moving,
        filled,
        wrong: shown.wrong,
        alert: shown.alert,
        now,
    };
    picking.render()
}

/// Where the guest may be, and what need not be asked of them: a reader of our mail is known.
async fn guest(
    app: &App,
    kind: &MeetingKind,
    via: Option<&MessageRow>,
    mut filled: Filled,
) -> Answer<(Option<Tz>, Filled)> {
    let Some(mail) = via else { return Ok((None, filled)) };
    if filled.name.is_empty() && filled.email.is_empty() {
        filled.name = mail.to_name.clone().unwrap_or_default();
        filled.email = mail.to_address.clone();
    }
    let Some(person) = mail.person_id else { return Ok((None, filled)) };
    let Some(who) = recipient::find(&app.db, kind.workspace_id, person).await? else {
        return Ok((None, filled));
    };
    let space = process::deal_row::workspace(&app.db, kind.workspace_id).await?;
    let (zone, _) = who.zone(&app.db, &space).await?;
    Ok((Some(zone.zone), filled))
}

async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Answer<Response> {
    let said = locale(&headers, wanted.lang.as_deref());
    let Some(counter) = open_counter(&app, &token).await? else { return closed(said.unwrap_or_default()) };
    let locale = said.unwrap_or(counter.usual);
    let html = picking(&app, &counter, locale, Shown { wanted, ..Shown::default() }).await?;
    Ok(guarded(true, Html(html)))
}

/// What was sent, by name. Control characters but line breaks are dropped.
pub(super) fn read(body: &[u8]) -> Option<BTreeMap<String, String>> {
    if body.len() > BODY {
        return None;
    }
    let clean = |text: &str| text.chars().filter(|c| !c.is_control() || *c == '\n').collect::<String>();
    Some(form_urlencoded::parse(body).map(|(key, value)| (key.into_owned(), clean(value.trim()))).collect())
}

pub(super) fn text<'a>(given: &'a BTreeMap<String, String>, key: &str) -> &'a str {
    given.get(key).map(String::as_str).unwrap_or_default()
}

pub(super) fn wanted_of(given: &BTreeMap<String, String>) -> Wanted {
    let some = |key: &str| given.get(key).cloned().filter(|text| !text.is_empty());
    Wanted { lang: some("lang"), zone: some("zone"), r: some("r"), ..Wanted::default() }
}

pub(super) fn instant(given: &BTreeMap<String, String>) -> Option<Timestamp> {
    text(given, "at").parse().ok().map(Timestamp)
}

async fn send(
    State(app): State<App>,
    Path(token): Path<String>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Response> {
    let given = read(&body);
    let said = locale(&headers, given.as_ref().and_then(|given| given.get("lang")).map(String::as_str));
    let Some(counter) = open_counter(&app, &token).await? else { return closed(said.unwrap_or_default()) };
    let locale = said.unwrap_or(counter.usual);
    let Some(given) = given else {
        return notice(locale, StatusCode::PAYLOAD_TOO_LARGE, &counter.kind.name, words(locale).too_large);
    };
    take(&app, &counter, locale, &given, &visitor).await
}

/// What is wrong with what was filled in.
fn faults(locale: Locale, given: &BTreeMap<String, String>) -> Wrong {
    let words = words(locale);
    let name = text(given, "name");
    let fine = !name.is_empty() && !name.contains('\n') && limits::fits(name, limits::NAME_CHARS);
    Wrong {
        at: instant(given).is_none().then_some(words.no_hour),
        name: (!fine).then_some(words.no_name),
        email: EmailAddress::parse(text(given, "email")).is_err().then_some(words.no_email),
        note: (!limits::fits(text(given, "note"), NOTE)).then_some(words.no_note),
    }
}

async fn take(
    app: &App,
    counter: &Counter,
    locale: Locale,
    given: &BTreeMap<String, String>,
    visitor: &Visitor,
) -> Answer<Response> {
    let (kind, words, now) = (&counter.kind, words(locale), app.clock.now());
    let email_key = records::person::fold_email(text(given, "email"));
    let hour = now.plus_seconds(-3600);
    let (theirs, all, ahead) =
        model::since(&app.db, kind.id, (&visitor.address, &email_key), (hour, now)).await?;
    if theirs >= OF_ADDRESS || all >= OF_KIND || ahead >= AHEAD {
        let mut refused = notice(locale, StatusCode::TOO_MANY_REQUESTS, &kind.name, words.too_many)?;
        refused.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("3600"));
        return Ok(refused);
    }
    let ticket = text(given, "ticket");
    let Some(at) = opened(app, kind, ticket) else {
        return again(app, counter, locale, given, (Wrong::default(), Some(words.too_old))).await;
    };
    let wrong = faults(locale, given);
    let (Some(starts), Ok(email), false) =
        (instant(given), EmailAddress::parse(text(given, "email")), wrong.any())
    else {
        return again(app, counter, locale, given, (wrong, None)).await;
    };
    if spam_reason(text(given, "fax_number"), at, now).is_some() {
        return notice(locale, StatusCode::OK, words.booked, words.booked_text);
    }
    let wanted = wanted_of(given);
    fresh_calendar(app, kind).await;
    let booking = Booking {
        kind,
        starts,
        zone: wanted.zone().unwrap_or(Tz::UTC),
        locale,
        name: text(given, "name").to_owned(),
        email,
        note: Some(text(given, "note").to_owned()).filter(|note| !note.is_empty()),
        via: mail_of(app, kind, wanted.r.as_deref()).await?,
        opened: at,
        ticket,
        visitor,
    };
    match book(app, &booking).await {
        Ok(Booked::Yes(token)) => Ok(on_to(&token, locale)),
        Ok(Booked::Taken) => again(app, counter, locale, given, (Wrong::default(), Some(words.taken))).await,
        // What arose only in the writing cannot be laid at one field of the page.
        Err(problem) => {
            tracing::warn!(%problem, kind = %kind.id, "a meeting could not be booked");
            again(app, counter, locale, given, (Wrong::default(), Some(words.not_now))).await
        }
    }
}

/// What the host's calendar says was read a moment ago, when that can be had.
pub(super) async fn fresh_calendar(app: &App, kind: &MeetingKind) {
    let row = super::hours::find(&app.db, kind.workspace_id, kind.owner_id).await;
    if let Ok(Some(row)) = row
        && let Err(why) = reading::refresh(app, &row, false).await
    {
        tracing::warn!(%why, kind = %kind.id, "a calendar could not be read before a booking");
    }
}

pub(super) fn on_to(token: &str, locale: Locale) -> Response {
    let to = format!("/m/b/{token}?new=1&lang={}", locale.tag());
    guarded(false, (StatusCode::SEE_OTHER, [(header::LOCATION, to)]))
}

/// The page once more, as it was filled in, with what is wrong.
async fn again(
    app: &App,
    counter: &Counter,
    locale: Locale,
    given: &BTreeMap<String, String>,
    (wrong, alert): (Wrong, Option<&'static str>),
) -> Answer<Response> {
    let said = |key: &str| text(given, key).chars().take(NOTE).collect::<String>();
    let filled = Filled { name: said("name"), email: said("email"), note: said("note") };
    let shown = Shown { wanted: wanted_of(given), at: instant(given), filled, wrong, alert, moving: None };
    let html = picking(app, counter, locale, shown).await?;
    let status = if wrong.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CONFLICT };
    Ok(guarded(true, (status, Html(html))))
}

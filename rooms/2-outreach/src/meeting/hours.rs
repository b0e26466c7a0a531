//! A rep's bookable time as it is kept: hours, zone, and their calendar's address with what it said last.
//!
//! The address of a calendar opens it to whoever knows it, so it is sealed and never shown again.

use chrono_tz::Tz;
use http_room::{Answer, App, FieldError, Problem};
use kernel::{Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql, StoreError, WriteTx};

use super::calendar::Busy;
use super::rules::{Span, Week};

/// Spans of one day at most.
const SPANS: usize = 12;
/// Longest address of a calendar, characters.
const URL: usize = kernel::limits::URL_CHARS;

/// Bookable time as it is kept.
#[derive(Debug, Clone, FromQueryResult)]
pub struct HoursRow {
    /// Whose workspace.
    pub workspace_id: WorkspaceId,
    /// Whose time.
    pub user_id: UserId,
    zone: String,
    week: Json,
    /// Public holidays of the workspace's country are free of meetings.
    pub holidays: bool,
    calendar_url: Option<String>,
    calendar_host: Option<String>,
    /// When the calendar was read last.
    pub calendar_read_at: Option<Timestamp>,
    calendar_failure: Option<String>,
    calendar_events: i64,
    calendar_unread: i64,
    busy: Json,
    /// Counts changes.
    pub revision: i64,
}

const COLUMNS: &str = "workspace_id, user_id, zone, week, holidays, calendar_url, calendar_host, calendar_read_at, calendar_failure, \
    calendar_events, calendar_unread, busy, revision";

/// How a calendar is doing.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CalendarView {
    /// Where it is; the rest of its address is secret.
    pub host: String,
    /// When it was read last.
    pub read_at: Option<Timestamp>,
    /// Why it could not be read, if so; what it said before still counts.
    pub failure: Option<String>,
    /// Events it has.
    pub events: i64,
    /// Events that could not be read.
    pub unread: i64,
}

/// A member's bookable time.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BookableHours {
    /// The zone the hours are in.
    pub zone: String,
    /// The hours of each day, in minutes after midnight.
    pub week: Week,
    /// Public holidays of the workspace's country are free of meetings.
    pub holidays: bool,
    /// The calendar whose busy times are left out.
    pub calendar: Option<CalendarView>,
    /// Whether somebody saved them; the usual ones otherwise.
    pub saved: bool,
    /// Counts changes.
    pub revision: i64,
}

/// Bookable time to save.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookableHoursInput {
    /// The zone the hours are in: `Asia/Seoul`.
    pub zone: String,
    /// The hours of each day, in minutes after midnight.
    pub week: Week,
    /// Public holidays of the workspace's country are free of meetings.
    #[serde(default)]
    pub holidays: bool,
    /// The address of an iCalendar file whose busy times are left out. Left out: as it was; null or empty: none.
    #[serde(default, deserialize_with = "http_room::body::patched")]
    #[schema(value_type = Option<String>)]
    pub calendar_url: Option<Option<String>>,
}

/// What the calendar's address is sealed for.
fn purpose(workspace: WorkspaceId, user: UserId) -> String {
    format!("calendar of {user} in {workspace}")
}

/// An address as calendars are asked for: `webcal:` means `https:`.
fn address(text: &str) -> Option<url::Url> {
    let text = text.trim();
    let text = match text.strip_prefix("webcal://").or(text.strip_prefix("webcals://")) {
        Some(rest) => format!("https://{rest}"),
        None => text.to_owned(),
    };
    let url = url::Url::parse(&text).ok()?;
    (text.len() <= URL && matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

impl BookableHoursInput {
    /// The zone and the calendar's address, if one is given.
    ///
    /// # Errors
    /// 422 with every field at fault.
    pub fn check(&self) -> Answer<(Tz, Option<Option<url::Url>>)> {
        let mut errors = Vec::new();
        let zone = self.zone.parse::<Tz>().ok();
        if zone.is_none() {
            errors.push(FieldError::new("zone", "invalid", "a zone such as Asia/Seoul is expected"));
        }
        if self.week.days().iter().any(|day| day.len() > SPANS) {
            errors.push(FieldError::new("week", "too_many", "at most 12 spans a day"));
        }
        let url = self.calendar_url.as_ref().map(|url| url.as_deref().filter(|url| !url.trim().is_empty()));
        let parsed = url.map(|url| url.map(address));
        if parsed.as_ref().is_some_and(|url| matches!(url, Some(None))) {
            let told = "an address that begins with https:// or webcal:// is expected";
            errors.push(FieldError::new("calendar_url", "invalid", told));
        }
        match zone {
            Some(zone) if errors.is_empty() => Ok((zone, parsed.map(Option::flatten))),
            _ => Err(Problem::invalid(errors)),
        }
    }
}

impl HoursRow {
    /// The zone of the hours.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone.parse().unwrap_or(Tz::UTC)
    }

    /// The hours.
    ///
    /// # Errors
    /// When the row holds none.
    pub fn week(&self) -> Result<Week> {
        let shape = |why: serde_json::Error| StoreError::Shape {
            what: "bookable_hours".to_owned(),
            why: why.to_string(),
        };
        serde_json::from_value(self.week.clone()).map_err(shape)
    }

    /// What the calendar said last.
    #[must_use]
    pub fn busy(&self) -> Vec<Span> {
        let spans: Vec<(i64, i64)> = serde_json::from_value(self.busy.clone()).unwrap_or_default();
        spans.into_iter().map(|(from, to)| Span { from: Timestamp(from), to: Timestamp(to) }).collect()
    }

    /// Whether there is a calendar.
    #[must_use]
    pub fn has_calendar(&self) -> bool {
        self.calendar_url.is_some()
    }

    /// The calendar's address.
    ///
    /// # Errors
    /// When it was sealed with another key.
    pub fn calendar(&self, app: &App) -> Result<Option<url::Url>> {
        let Some(sealed) = &self.calendar_url else { return Ok(None) };
        let plain = app.secrets.open(&purpose(self.workspace_id, self.user_id), sealed)?;
        Ok(url::Url::parse(&plain).ok())
    }

    /// As its owner sees it.
    ///
    /// # Errors
    /// When the row holds no hours.
    pub fn view(&self) -> Result<BookableHours> {
        let calendar = self.calendar_host.clone().map(|host| CalendarView {
            host,
            read_at: self.calendar_read_at,
            failure: self.calendar_failure.clone(),
            events: self.calendar_events,
            unread: self.calendar_unread,
        });
        Ok(BookableHours {
            zone: self.zone.clone(),
            week: self.week()?,
            holidays: self.holidays,
            calendar,
            saved: true,
            revision: self.revision,
        })
    }
}

/// What holds for somebody who saved nothing: the usual hours in this zone.
#[must_use]
pub fn usual(zone: &str) -> BookableHours {
    BookableHours {
        zone: zone.to_owned(),
        week: Week::usual(),
        holidays: true,
        calendar: None,
        saved: false,
        revision: 0,
    }
}

/// A member's bookable time, if they saved any.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, user: UserId) -> Result<Option<HoursRow>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM bookable_hours WHERE ");
    sql.push_with("workspace_id = ? AND user_id = ?", [workspace.into(), user.into()]);
    sql.one(db.conn()).await
}

/// Saves it. A new address of a calendar is due at once, and what the old one said is forgotten.
///
/// # Errors
/// Whatever the database says.
pub async fn save(
    app: &App,
    tx: &WriteTx,
    (workspace, user): (WorkspaceId, UserId),
    input: &BookableHoursInput,
    calendar: Option<Option<url::Url>>,
    now: Timestamp,
) -> Result<()> {
    let text = "INSERT INTO bookable_hours (workspace_id, user_id, zone, week, holidays, busy, revision, created_at, updated_at) \
                VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (workspace_id, user_id) DO UPDATE SET zone = excluded.zone, \
                week = excluded.week, holidays = excluded.holidays, revision = bookable_hours.revision + 1, \
                updated_at = excluded.updated_at";
    let values = [
        workspace.into(),
        user.into(),
        input.zone.clone().into(),
        json!(input.week).into(),
        input.holidays.into(),
        json!([]).into(),
        now.into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let Some(url) = calendar else { return Ok(()) };
    let text = "UPDATE bookable_hours SET calendar_url = ?, calendar_host = ?, calendar_due_at = ?, calendar_read_at = NULL, \
                calendar_failure = NULL, calendar_events = 0, calendar_unread = 0, busy = ? WHERE workspace_id = ? AND user_id = ?";
    let sealed = url.as_ref().map(|url| app.secrets.seal(&purpose(workspace, user), url.as_str()));
    let values = [
        sealed.into(),
        url.as_ref().and_then(|url| url.host_str()).map(str::to_owned).into(),
        url.as_ref().map(|_| now).into(),
        json!([]).into(),
        workspace.into(),
        user.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Writes down what a calendar said, or why it said nothing, unless its address changed meanwhile.
///
/// # Errors
/// Whatever the database says.
pub async fn note(
    tx: &WriteTx,
    row: &HoursRow,
    read: &std::result::Result<Busy, String>,
    (now, next): (Timestamp, Timestamp),
) -> Result<()> {
    let mut sql = Sql::new(tx.engine(), "UPDATE bookable_hours SET ");
    sql.push("calendar_due_at = ").bind(next);
    match read {
        Ok(busy) => {
            let spans: Vec<(i64, i64)> = busy.spans.iter().map(|span| (span.from.0, span.to.0)).collect();
            let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
            let text = ", calendar_read_at = ?, calendar_failure = NULL, calendar_events = ?, calendar_unread = ?, busy = ?";
            let values =
                [now.into(), count(busy.events).into(), count(busy.unread).into(), json!(spans).into()];
            sql.push_with(text, values);
        }
        Err(why) => {
            sql.push(", calendar_failure = ").bind(why.chars().take(500).collect::<String>());
        }
    }
    let text = " WHERE workspace_id = ? AND user_id = ? AND calendar_url = ?";
    sql.push_with(text, [row.workspace_id.into(), row.user_id.into(), row.calendar_url.clone().into()]);
    sql.run(tx.conn()).await?;
    Ok(())
}

/// Calendars that are due, taken by this node until `until`.
///
/// # Errors
/// Whatever the database says.
pub async fn take_due(tx: &WriteTx, now: Timestamp, until: Timestamp, most: i64) -> Result<Vec<HoursRow>> {
    let text = "UPDATE bookable_hours SET calendar_due_at = ? WHERE (workspace_id, user_id) IN \
                (SELECT workspace_id, user_id FROM bookable_hours WHERE calendar_due_at <= ? ORDER BY calendar_due_at LIMIT ?) \
                AND calendar_due_at <= ? RETURNING ";
    let mut sql = Sql::with(tx.engine(), text, [until.into(), now.into(), most.into(), now.into()]);
    sql.push(COLUMNS);
    sql.all(tx.conn()).await
}

//! A rep's bookable time as it is kept: hours, zone, and what their calendar said last.
//!
//! What is *not* here: what opens the calendar (`connect`), and how it is read (`fetch`).

use chrono_tz::Tz;
use http_room::{Answer, App, FieldError, Problem};
use kernel::{Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql, StoreError, WriteTx};

use super::calendar::Busy;
use super::connect::{self, Connection, SignIn};
use super::fetch::{CalendarKind, Failure};
use super::rules::{Span, Week};

/// Spans of one day at most.
const SPANS: usize = 12;

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
    calendar_user: Option<String>,
    calendar_password: Option<String>,
    calendar_kind: Option<String>,
    /// When the calendar was read last.
    pub calendar_read_at: Option<Timestamp>,
    calendar_failure: Option<String>,
    calendar_failure_code: Option<String>,
    calendar_events: i64,
    calendar_unread: i64,
    busy: Json,
    /// Counts changes.
    pub revision: i64,
}

const COLUMNS: &str = "workspace_id, user_id, zone, week, holidays, calendar_url, calendar_host, calendar_user, calendar_password, calendar_kind, \
    calendar_read_at, calendar_failure, calendar_failure_code, calendar_events, calendar_unread, busy, revision";

/// How a calendar is doing.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CalendarView {
    /// Where it is; the rest of its address is secret.
    pub host: String,
    /// The user name it is read with; the password is shown to nobody.
    pub user: Option<String>,
    /// What it turned out to be: `ics`, a file; `caldav`, a calendar of a server.
    pub kind: Option<String>,
    /// When it was read last.
    pub read_at: Option<Timestamp>,
    /// Why it could not be read, if so; what it said before still counts.
    pub failure: Option<String>,
    /// The same as a code: `sign_in`, it asks who reads it; `password`; `none`, no calendar is there; `too_large`; `cut`, its server
    /// sends only a part; `not_xml`; `refused`; `away`; `kept`, what is kept of it cannot be used.
    pub failure_code: Option<String>,
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
    /// The address of an iCalendar file, or of a calendar of a CalDAV server, whose busy times are left out. Left out: as it
    /// was; null or empty: none.
    #[serde(default, deserialize_with = "http_room::body::patched")]
    #[schema(value_type = Option<String>)]
    pub calendar_url: Option<Option<String>>,
    /// Who reads the calendar, if it asks. With an address: of that one; without: of the one that is there.
    #[serde(default)]
    pub calendar_user: Option<String>,
    /// The password that goes with the user name.
    #[serde(default)]
    pub calendar_password: Option<String>,
}

impl BookableHoursInput {
    /// The zone, and what becomes of the calendar.
    ///
    /// # Errors
    /// 422 with every field at fault.
    pub fn check(&self) -> Answer<(Tz, Connection)> {
        let mut errors = Vec::new();
        let zone = self.zone.parse::<Tz>().ok();
        if zone.is_none() {
            errors.push(FieldError::new("zone", "invalid", "a zone such as Asia/Seoul is expected"));
        }
        if self.week.days().iter().any(|day| day.len() > SPANS) {
            errors.push(FieldError::new("week", "too_many", "at most 12 spans a day"));
        }
        let connection = connect::entered(self, &mut errors);
        match zone {
            Some(zone) if errors.is_empty() => Ok((zone, connection)),
            _ => Err(Problem::invalid(errors)),
        }
    }

    /// Whether the calendar is read at once.
    #[must_use]
    pub fn changes_calendar(&self) -> bool {
        self.calendar_url.is_some() || self.calendar_password.is_some()
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
        let plain = app.secrets.open(&connect::purpose(self.workspace_id, self.user_id), sealed)?;
        Ok(url::Url::parse(&plain).ok())
    }

    /// Who reads the calendar, if it asks.
    ///
    /// # Errors
    /// When the password was sealed with another key.
    pub fn sign_in(&self, app: &App) -> Result<Option<SignIn>> {
        let (Some(user), Some(sealed)) = (&self.calendar_user, &self.calendar_password) else {
            return Ok(None);
        };
        let purpose = connect::password_purpose(self.workspace_id, self.user_id);
        Ok(Some(SignIn { user: user.clone(), password: app.secrets.open(&purpose, sealed)? }))
    }

    /// What the calendar turned out to be.
    #[must_use]
    pub fn calendar_kind(&self) -> Option<CalendarKind> {
        self.calendar_kind.as_deref().and_then(CalendarKind::parse)
    }

    /// As its owner sees it.
    ///
    /// # Errors
    /// When the row holds no hours.
    pub fn view(&self) -> Result<BookableHours> {
        let calendar = self.calendar_host.clone().map(|host| CalendarView {
            host,
            user: self.calendar_user.clone(),
            kind: self.calendar_kind.clone(),
            read_at: self.calendar_read_at,
            failure: self.calendar_failure.clone(),
            failure_code: self.calendar_failure_code.clone(),
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
    calendar: &Connection,
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
    connect::save(app, tx, (workspace, user), calendar, now).await
}

/// Writes down what a calendar said, or why it said nothing, unless it was changed meanwhile.
///
/// # Errors
/// Whatever the database says.
pub async fn note(
    tx: &WriteTx,
    row: &HoursRow,
    read: &std::result::Result<(CalendarKind, Busy), Failure>,
    (now, next): (Timestamp, Timestamp),
) -> Result<()> {
    let mut sql = Sql::new(tx.engine(), "UPDATE bookable_hours SET ");
    sql.push("calendar_due_at = ").bind(next);
    match read {
        Ok((source, busy)) => {
            let spans: Vec<(i64, i64)> = busy.spans.iter().map(|span| (span.from.0, span.to.0)).collect();
            let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
            let text = ", calendar_kind = ?, calendar_read_at = ?, calendar_failure = NULL, calendar_failure_code = NULL, \
                        calendar_events = ?, calendar_unread = ?, busy = ?";
            let values = [
                source.name().into(),
                now.into(),
                count(busy.events).into(),
                count(busy.unread).into(),
                json!(spans).into(),
            ];
            sql.push_with(text, values);
        }
        Err(why) => {
            let told: String = why.to_string().chars().take(500).collect();
            let text = ", calendar_failure = ?, calendar_failure_code = ?";
            sql.push_with(text, [told.into(), why.code().into()]);
        }
    }
    let text = " WHERE workspace_id = ? AND user_id = ? AND calendar_url = ? AND COALESCE(calendar_password, '') = ?";
    let (url, password) = (row.calendar_url.clone(), row.calendar_password.clone().unwrap_or_default());
    sql.push_with(text, [row.workspace_id.into(), row.user_id.into(), url.into(), password.into()]);
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

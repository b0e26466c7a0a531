//! What decides about a kind's beginnings, read from the database: the host's hours, calendar and other meetings.

use chrono_tz::Tz;
use http_room::Answer;
use kernel::{BusinessCalendar, Country, MeetingId, Timestamp, UserId, WorkspaceId};
use store::db::Source;
use store::{Engine, Sql, WriteTx};

use super::hours::{self, HoursRow};
use super::kind::MeetingKind;
use super::rules::{Diary, Shape, Span, Taken, Week};

/// The diary of one host for one kind of meeting.
pub struct HostDiary {
    /// The host's zone.
    pub zone: Tz,
    /// Their bookable time, if they saved any.
    pub hours: Option<HoursRow>,
    week: Week,
    shape: Shape,
    taken: Vec<Taken>,
    holidays: Option<BusinessCalendar>,
}

/// Reads it, for beginnings in a span of time, without the meeting that is to be moved.
///
/// # Errors
/// Whatever the database says.
pub async fn of(
    db: &impl Source,
    kind: &MeetingKind,
    within: Span,
    but: Option<MeetingId>,
) -> Answer<HostDiary> {
    let workspace = process::deal_row::workspace(db, kind.workspace_id).await?;
    let hours = hours::find(db, kind.workspace_id, kind.owner_id).await?;
    let (zone, week, off) = match &hours {
        Some(row) => (row.zone(), row.week()?, row.holidays),
        None => (workspace.time_zone.parse().unwrap_or(Tz::UTC), Week::usual(), true),
    };
    let mut taken = meetings(db, (kind.workspace_id, kind.owner_id), within, but).await?;
    taken.extend(hours.iter().flat_map(HoursRow::busy).map(Taken::by_calendar));
    let holidays = off.then(|| BusinessCalendar::new(Country::from_code(&workspace.country)));
    Ok(HostDiary { zone, hours, week, shape: kind.shape(), taken, holidays })
}

/// The host's meetings that may touch a span of time.
async fn meetings(
    db: &impl Source,
    (workspace, owner): (WorkspaceId, UserId),
    within: Span,
    but: Option<MeetingId>,
) -> Answer<Vec<Taken>> {
    let text = "SELECT id, starts_at, ends_at, before_minutes, after_minutes FROM meeting WHERE workspace_id = ? AND owner_id = ? \
                AND state IN ('booked', 'moved') AND starts_at >= ? AND starts_at < ?";
    let (from, to) = (within.from.plus_days(-1), within.to.plus_days(1));
    let values = [workspace.into(), owner.into(), from.into(), to.into()];
    let mut taken = Vec::new();
    for row in Sql::with(db.engine(), text, values).rows(db.conn()).await? {
        let id: MeetingId = row.try_get_by_index(0)?;
        if Some(id) != but {
            taken.push(Taken {
                span: Span { from: row.try_get_by_index(1)?, to: row.try_get_by_index(2)? },
                before: row.try_get_by_index(3)?,
                after: row.try_get_by_index(4)?,
            });
        }
    }
    Ok(taken)
}

impl HostDiary {
    fn ask<T>(&self, ask: impl FnOnce(&Diary<'_>) -> T) -> T {
        let closed = |day| self.holidays.as_ref().is_some_and(|days| days.holiday(day).is_some());
        ask(&Diary {
            zone: self.zone,
            week: &self.week,
            shape: self.shape,
            taken: &self.taken,
            closed: &closed,
        })
    }

    /// Beginnings in a span of time.
    #[must_use]
    pub fn free(&self, within: Span, now: Timestamp) -> Vec<Timestamp> {
        self.ask(|diary| diary.free(within, now))
    }

    /// Whether a meeting may begin then.
    #[must_use]
    pub fn is_free(&self, at: Timestamp, now: Timestamp) -> bool {
        self.ask(|diary| diary.is_free(at, now))
    }
}

/// Seconds a guest has to fill in the page: a time that was far enough ahead when they opened it still is.
const GRACE: i64 = 3_600;

impl HostDiary {
    /// Whether a guest who opened the page then may have this beginning now.
    #[must_use]
    pub fn may_have(&self, at: Timestamp, opened: Timestamp, now: Timestamp) -> bool {
        at > now && self.is_free(at, opened.min(now).max(now.plus_seconds(-GRACE)))
    }
}

/// Keeps everybody else from booking this host until the transaction ends. SQLite writes one at a time anyway.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &WriteTx, workspace: WorkspaceId, owner: UserId) -> Answer<()> {
    if tx.engine() == Engine::Postgres {
        let text = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))";
        let key = format!("meetings {workspace} {owner}");
        Sql::with(Engine::Postgres, text, [key.into()]).rows(tx.conn()).await?;
    }
    Ok(())
}

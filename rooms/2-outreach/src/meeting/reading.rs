//! Calendars are fetched: every so often by a timer, and once more before somebody books when that was a while ago.
//! Only addresses outside our own network, unless the operator allows others; answers have a limit in bytes and time.

use http_room::{Answer, App, Problem};
use kernel::Timestamp;
use outward::{Outside, Policy};

use super::calendar::Busy;
use super::connect::is_safe;
use super::fetch::{Calendar, CalendarKind, Failure};
use super::hours::{self, HoursRow};
use super::rules::Span;

/// Seconds from one reading to the next.
const EVERY: i64 = 600;
/// Seconds after which a calendar is read again before somebody books.
const FRESH: i64 = 60;
/// Seconds a node has for the calendars it took.
const LEASE: i64 = 120;
/// Calendars taken at once.
const AT_ONCE: i64 = 4;
/// Days ahead that are kept; no horizon is longer.
pub const AHEAD_DAYS: i64 = 370;

fn outside(app: &App) -> Answer<Outside> {
    let config = &app.config;
    let private = config.closed_network || config.private_requests;
    Outside::new(Policy { private, name_server: config.name_server }).map_err(|why| Problem::internal(&why))
}

/// Reads calendars that are due. Answers how many.
///
/// # Errors
/// Whatever the database says.
pub async fn read_due(app: &App) -> Answer<usize> {
    let now = app.clock.now();
    let tx = app.db.write_tx().await?;
    let due = hours::take_due(&tx, now, now.plus_seconds(LEASE), AT_ONCE).await?;
    tx.commit().await?;
    let outside = if due.is_empty() { return Ok(0) } else { outside(app)? };
    let all = due.iter().map(|row| read(app, &outside, row));
    for read in futures::future::join_all(all).await {
        read?;
    }
    Ok(due.len())
}

/// Reads a calendar now, unless that was done a moment ago. When it cannot be read, what it said before counts.
///
/// # Errors
/// Whatever the database says.
pub async fn refresh(app: &App, row: &HoursRow, however_fresh: bool) -> Answer<()> {
    let fresh = row.calendar_read_at.is_some_and(|at| app.clock.now().seconds_since(at) < FRESH);
    if row.has_calendar() && (however_fresh || !fresh) {
        read(app, &outside(app)?, row).await?;
    }
    Ok(())
}

async fn read(app: &App, outside: &Outside, row: &HoursRow) -> Answer<()> {
    let asked = app.clock.now();
    let said = fetch(app, outside, row, asked).await;
    let now = app.clock.now();
    let tx = app.db.write_tx().await?;
    hours::note(&tx, row, &said, (now, now.plus_seconds(EVERY))).await?;
    tx.commit().await?;
    Ok(())
}

async fn fetch(
    app: &App,
    outside: &Outside,
    row: &HoursRow,
    now: Timestamp,
) -> Result<(CalendarKind, Busy), Failure> {
    let kept = |why: store::StoreError| Failure::Kept(why.to_string());
    let no_address = || Failure::Kept("the address is no web address".to_owned());
    let url = row.calendar(app).map_err(kept)?.ok_or_else(no_address)?;
    let sign_in = row.sign_in(app).map_err(kept)?;
    if sign_in.is_some() && !is_safe(&url) {
        return Err(Failure::Kept(
            "a password is only sent to an address that begins with https://".to_owned(),
        ));
    }
    let within = Span { from: now.plus_days(-2), to: now.plus_days(AHEAD_DAYS) };
    Calendar { outside, url, sign_in, zone: row.zone(), within }.read(row.calendar_kind()).await
}

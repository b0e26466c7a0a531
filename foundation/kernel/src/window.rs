//! When a mail may leave: windows of the recipient's day, business days, quiet hours, clock changes.
//!
//! Domain rules, outreach, "Days" and "Windows". Nothing here reads a clock: `from` is an argument.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::business_day::BusinessCalendar;
use crate::time::SECOND;

/// A half-open span of the local day, in minutes after midnight: `[from, to)`, `to` at most 1440.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "RawWindow")]
pub struct LocalWindow {
    from: u16,
    to: u16,
}

#[derive(Deserialize)]
struct RawWindow {
    from: u16,
    to: u16,
}

/// The window is empty or leaves the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a window runs from one minute of the day to a later one, at most 1440; got {0} to {1}")]
pub struct NotAWindow(pub u16, pub u16);

impl LocalWindow {
    /// From minute `from` up to, not including, minute `to` of the local day.
    ///
    /// # Errors
    /// When it is empty or ends after midnight.
    pub fn new(from: u16, to: u16) -> Result<Self, NotAWindow> {
        if from < to && to <= 1440 { Ok(Self { from, to }) } else { Err(NotAWindow(from, to)) }
    }

    /// First minute.
    #[must_use]
    pub fn from(self) -> u16 {
        self.from
    }

    /// First minute after it.
    #[must_use]
    pub fn to(self) -> u16 {
        self.to
    }
}

impl TryFrom<RawWindow> for LocalWindow {
    type Error = NotAWindow;
    fn try_from(raw: RawWindow) -> Result<Self, NotAWindow> {
        Self::new(raw.from, raw.to)
    }
}

/// When mail may leave, on business days of the recipient's country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SendWindows {
    /// Spans of the local day, in any order; overlaps are harmless.
    pub windows: Vec<LocalWindow>,
}

impl Default for SendWindows {
    /// 08:00 to 10:00 and 15:00 to 16:00.
    fn default() -> Self {
        Self { windows: vec![LocalWindow { from: 480, to: 600 }, LocalWindow { from: 900, to: 960 }] }
    }
}

/// Hours outside which the law or the workspace forbids sending, in every one of the zones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuietHours<'a> {
    /// The hours that are allowed.
    pub allowed: LocalWindow,
    /// Zones, besides the recipient's, in which they must hold too.
    pub zones: &'a [Tz],
}

/// What a slot is looked for with.
#[derive(Debug, Clone, Copy)]
pub struct Slots<'a> {
    /// The recipient's zone.
    pub zone: Tz,
    /// The recipient's business days.
    pub calendar: &'a BusinessCalendar,
    /// When mail may leave.
    pub windows: &'a SendWindows,
    /// Quiet hours, if any.
    pub quiet: Option<&'a QuietHours<'a>>,
}

/// An open span of time, `[opens, closes)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenSpan {
    /// First instant.
    pub opens: Timestamp,
    /// First instant after it.
    pub closes: Timestamp,
}

/// How far ahead a slot is looked for. Beyond it there is none: every window is shut.
const HORIZON_DAYS: u64 = 400;
/// With less than this left of a window, the next one is taken.
const LEAST_REST: i64 = 120 * SECOND;

impl Slots<'_> {
    /// The first instant at or after `from` at which mail may leave. `None` when no window opens
    /// within 400 days.
    #[must_use]
    pub fn next(&self, from: Timestamp) -> Option<Timestamp> {
        self.spans(from).next().map(|span| span.opens.max(from))
    }

    /// The instant at which this message leaves: window start + hash(message) mod window length; if
    /// that has passed, a point of the window's rest; with under two minutes left, the next window.
    /// The same message and `from` always give the same instant.
    #[must_use]
    pub fn for_message(&self, from: Timestamp, message: &[u8]) -> Option<Timestamp> {
        let hash = stable_hash(message);
        self.spans(from).find_map(|span| {
            let planned = point(span.opens, span.closes, hash);
            if planned >= from {
                return Some(planned);
            }
            (span.closes.0 - from.0 >= LEAST_REST).then(|| point(from, span.closes, hash))
        })
    }

    /// The first instant mail may leave on the n-th business day after the local day of `done`.
    #[must_use]
    pub fn after_days(&self, done: Timestamp, n: u32) -> Option<Timestamp> {
        let day = local_date(self.zone, done);
        let due = self.calendar.add(day, n).date;
        let midnight = instant_of(self.zone, due.and_time(NaiveTime::MIN))?;
        self.next(midnight.max(done))
    }

    /// Open spans that end after `from`, in order.
    fn spans(&self, from: Timestamp) -> impl Iterator<Item = OpenSpan> + '_ {
        let first = local_date(self.zone, from);
        let mut windows = self.windows.windows.clone();
        windows.sort_unstable();
        (0..HORIZON_DAYS)
            .filter_map(move |n| first.checked_add_days(Days::new(n)))
            .filter(|day| self.calendar.is_business_day(*day))
            .flat_map(move |day| windows.clone().into_iter().filter_map(move |w| self.span(day, w)))
            .filter_map(|span| self.outside_quiet(span))
            .filter(move |span| span.closes > from)
    }

    fn span(&self, day: NaiveDate, window: LocalWindow) -> Option<OpenSpan> {
        span_of(self.zone, day, window)
    }

    /// The part of a span that is allowed in every zone. Quiet hours are one span a day, so a part
    /// is one span too, unless a window is longer than the night; then its first part counts.
    fn outside_quiet(&self, span: OpenSpan) -> Option<OpenSpan> {
        let Some(quiet) = self.quiet else { return Some(span) };
        let zones = std::iter::once(&self.zone).chain(quiet.zones);
        zones.copied().try_fold(span, |open, zone| allowed_part(open, zone, quiet.allowed))
    }
}

fn allowed_part(open: OpenSpan, zone: Tz, allowed: LocalWindow) -> Option<OpenSpan> {
    let first = local_date(zone, open.opens);
    (0..=2).filter_map(|n| span_of(zone, first.checked_add_days(Days::new(n))?, allowed)).find_map(|day| {
        let part = OpenSpan { opens: open.opens.max(day.opens), closes: open.closes.min(day.closes) };
        (part.opens < part.closes).then_some(part)
    })
}

fn span_of(zone: Tz, day: NaiveDate, window: LocalWindow) -> Option<OpenSpan> {
    let at = |minute: u16| {
        let local = day.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::minutes(minute.into()))?;
        instant_of(zone, local)
    };
    let (opens, closes) = (at(window.from)?, at(window.to)?);
    (opens < closes).then_some(OpenSpan { opens, closes })
}

/// The instant of a local time: one that the clocks skip moves to the next valid minute, one that
/// comes twice means the first. `None` at the ends of the calendar.
#[must_use]
pub fn instant_of(zone: Tz, local: NaiveDateTime) -> Option<Timestamp> {
    // The longest known gap is a whole day (Samoa, 2011).
    (0..=24 * 60).find_map(|minutes| {
        let shifted = local.checked_add_signed(TimeDelta::minutes(minutes))?;
        let earliest = zone.from_local_datetime(&shifted).earliest()?;
        Some(Timestamp::from_utc(earliest.to_utc()))
    })
}

/// The calendar day it is in a zone.
#[must_use]
pub fn local_date(zone: Tz, at: Timestamp) -> NaiveDate {
    at.to_utc().with_timezone(&zone).date_naive()
}

/// A point of `[from, to)` in whole seconds after `from`, chosen by the hash.
fn point(from: Timestamp, to: Timestamp, hash: u64) -> Timestamp {
    let seconds = u64::try_from((to.0 - from.0) / SECOND).unwrap_or(0).max(1);
    from.plus_seconds(i64::try_from(hash % seconds).unwrap_or(0))
}

/// FNV-1a (Fowler, Noll, Vo) with the finaliser of SplitMix64: the same on every machine and version,
/// which the standard library's hash is not. Not for keys an attacker chooses.
#[must_use]
pub fn stable_hash(bytes: &[u8]) -> u64 {
    let fnv = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (fnv ^ (fnv >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;

//! When a meeting may begin: the host's hours, less what is taken, less what is too soon or too far. Pure.
//!
//! Slots are laid out from the beginning of each span of the host's own day in steps of real minutes, so a night on
//! which clocks change has as many of them as it has hours. A visitor sees the same instants in their own zone.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use kernel::Timestamp;
use kernel::window::{LocalWindow, instant_of, local_date};
use serde::{Deserialize, Serialize};

/// Seconds of a minute.
const MINUTE: i64 = 60;
/// Days a calendar day of one zone may lie from the same instant's day in another.
const ZONES_APART: u64 = 2;

/// A half-open span of time, `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First instant.
    pub from: Timestamp,
    /// First instant after it.
    pub to: Timestamp,
}

impl Span {
    /// Whether they have an instant in common.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// Longer by so many minutes on both sides.
    #[must_use]
    pub fn widened(self, before: i64, after: i64) -> Self {
        Self { from: self.from.plus_seconds(-before * MINUTE), to: self.to.plus_seconds(after * MINUTE) }
    }
}

/// Time that is taken, with the minutes around it that are to stay free: none for what a calendar says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// When.
    pub span: Span,
    /// Minutes before it.
    pub before: i64,
    /// Minutes after it.
    pub after: i64,
}

impl Taken {
    /// By an event of a calendar.
    #[must_use]
    pub fn by_calendar(span: Span) -> Self {
        Self { span, before: 0, after: 0 }
    }
}

/// A host's week: spans of each local day, Monday first. A day without spans is free of meetings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Week {
    /// Monday.
    #[serde(default)]
    pub mon: Vec<LocalWindow>,
    /// Tuesday.
    #[serde(default)]
    pub tue: Vec<LocalWindow>,
    /// Wednesday.
    #[serde(default)]
    pub wed: Vec<LocalWindow>,
    /// Thursday.
    #[serde(default)]
    pub thu: Vec<LocalWindow>,
    /// Friday.
    #[serde(default)]
    pub fri: Vec<LocalWindow>,
    /// Saturday.
    #[serde(default)]
    pub sat: Vec<LocalWindow>,
    /// Sunday.
    #[serde(default)]
    pub sun: Vec<LocalWindow>,
}

impl Week {
    /// Monday to Friday from nine to five, with an hour at noon.
    #[must_use]
    pub fn usual() -> Self {
        let day =
            || [(540, 720), (780, 1020)].iter().filter_map(|(a, b)| LocalWindow::new(*a, *b).ok()).collect();
        Self { mon: day(), tue: day(), wed: day(), thu: day(), fri: day(), sat: Vec::new(), sun: Vec::new() }
    }

    /// The days in their order.
    #[must_use]
    pub fn days(&self) -> [&[LocalWindow]; 7] {
        [&self.mon, &self.tue, &self.wed, &self.thu, &self.fri, &self.sat, &self.sun]
    }

    fn on(&self, day: NaiveDate) -> &[LocalWindow] {
        self.days()[day.weekday().num_days_from_monday() as usize]
    }
}

/// How long a meeting is, and how it may lie. All in minutes, the horizon in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// How long it takes.
    pub minutes: i64,
    /// Kept free before it.
    pub before: i64,
    /// Kept free after it.
    pub after: i64,
    /// From one possible beginning to the next.
    pub step: i64,
    /// At least so long ahead.
    pub notice: i64,
    /// At most so many days ahead, by the host's calendar.
    pub horizon: i64,
}

/// Everything that decides about a beginning but the moment itself.
pub struct Diary<'a> {
    /// The host's zone.
    pub zone: Tz,
    /// The host's hours.
    pub week: &'a Week,
    /// What is asked for.
    pub shape: Shape,
    /// What is taken.
    pub taken: &'a [Taken],
    /// Days on which nobody works, whatever the hours say.
    pub closed: &'a dyn Fn(NaiveDate) -> bool,
}

impl Diary<'_> {
    /// Beginnings in a span of time, in order.
    #[must_use]
    pub fn free(&self, within: Span, now: Timestamp) -> Vec<Timestamp> {
        let earliest = now.plus_seconds(self.shape.notice * MINUTE).max(within.from);
        let first = local_date(self.zone, earliest).checked_sub_days(Days::new(1));
        let horizon = u64::try_from(self.shape.horizon).unwrap_or(0);
        let last = local_date(self.zone, now).checked_add_days(Days::new(horizon));
        let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
        let last = last.min(local_date(self.zone, within.to));
        let mut found = BTreeSet::new();
        for day in first.iter_days().take_while(|day| *day <= last).filter(|day| !(self.closed)(*day)) {
            for span in self.week.on(day).iter().filter_map(|window| span_of(self.zone, day, *window)) {
                found.extend(self.begins(span).filter(|at| *at >= earliest && *at < within.to));
            }
        }
        found.into_iter().filter(|at| self.fits(*at)).collect()
    }

    /// Whether a meeting may begin then.
    #[must_use]
    pub fn is_free(&self, at: Timestamp, now: Timestamp) -> bool {
        let then = Span { from: at, to: Timestamp(at.0.saturating_add(1)) };
        self.free(then, now).contains(&at)
    }

    fn begins(&self, span: Span) -> impl Iterator<Item = Timestamp> + use<> {
        let (minutes, step) = (self.shape.minutes, self.shape.step.max(1));
        std::iter::successors(Some(span.from), move |at| Some(at.plus_seconds(step * MINUTE)))
            .take_while(move |at| at.plus_seconds(minutes * MINUTE) <= span.to)
    }

    /// What is kept free around a meeting may touch what is kept free around another, but not the other itself.
    fn fits(&self, at: Timestamp) -> bool {
        let own = Span { from: at, to: at.plus_seconds(self.shape.minutes * MINUTE) };
        let wide = own.widened(self.shape.before, self.shape.after);
        !self
            .taken
            .iter()
            .any(|taken| wide.meets(taken.span) || own.meets(taken.span.widened(taken.before, taken.after)))
    }
}

fn span_of(zone: Tz, day: NaiveDate, window: LocalWindow) -> Option<Span> {
    let midnight = day.and_time(NaiveTime::MIN);
    let at = |minute: u16| instant_of(zone, midnight + chrono::TimeDelta::minutes(minute.into()));
    let span = Span { from: at(window.from())?, to: at(window.to())? };
    (span.from < span.to).then_some(span)
}

/// Beginnings by the visitor's own days.
#[must_use]
pub fn by_day(free: &[Timestamp], zone: Tz) -> BTreeMap<NaiveDate, Vec<Timestamp>> {
    let mut days: BTreeMap<NaiveDate, Vec<Timestamp>> = BTreeMap::new();
    for at in free {
        days.entry(local_date(zone, *at)).or_default().push(*at);
    }
    days
}

/// The span of time in which any zone may have one of the days from `first` to `last`.
#[must_use]
pub fn around(first: NaiveDate, last: NaiveDate) -> Option<Span> {
    let at = |day: NaiveDate| Timestamp::from_utc(day.and_time(NaiveTime::MIN).and_utc());
    let from = first.checked_sub_days(Days::new(ZONES_APART))?;
    let to = last.checked_add_days(Days::new(ZONES_APART))?;
    Some(Span { from: at(from), to: at(to) })
}

/// Spans in order, those that touch or overlap put together.
#[must_use]
pub fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| span.from < span.to);
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::new();
    for span in spans {
        match out.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => out.push(span),
        }
    }
    out
}

/// Where a meeting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeetingState {
    /// It lies ahead, as it was booked first.
    Booked,
    /// It lies ahead, at another time than at first.
    Moved,
    /// It will not take place. Final.
    Cancelled,
    /// It took place: a person said so.
    Held,
    /// Nobody came: a person said so.
    Missed,
}

impl MeetingState {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Moved => "moved",
            Self::Cancelled => "cancelled",
            Self::Held => "held",
            Self::Missed => "missed",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::from(key)).ok()
    }

    /// Whether time is kept for it.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Booked | Self::Moved)
    }

    /// What the log of activities calls it.
    #[must_use]
    pub fn outcome(self) -> &'static str {
        match self {
            Self::Booked | Self::Moved => "booked",
            Self::Cancelled => "cancelled",
            Self::Held => "held",
            Self::Missed => "no_show",
        }
    }
}

/// What is asked of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Another time.
    Move,
    /// Not at all.
    Cancel,
    /// It took place.
    Hold,
    /// Nobody came.
    Miss,
}

/// Why a wish is not granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum No {
    /// It was cancelled, or is over.
    Over,
    /// It has not begun.
    TooSoon,
}

/// Where a meeting stands after a wish. Whether it was held may be said again, by who was mistaken.
///
/// # Errors
/// Why not.
pub fn after(state: MeetingState, wish: Wish, begins: Timestamp, now: Timestamp) -> Result<MeetingState, No> {
    use MeetingState::{Cancelled, Held, Missed, Moved};
    match (wish, state) {
        (Wish::Move | Wish::Cancel, state) if !state.is_open() || begins <= now => Err(No::Over),
        (Wish::Move, _) => Ok(Moved),
        (Wish::Cancel, _) => Ok(Cancelled),
        (_, Cancelled) => Err(No::Over),
        (_, _) if begins > now => Err(No::TooSoon),
        (Wish::Hold, _) => Ok(Held),
        (Wish::Miss, _) => Ok(Missed),
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;

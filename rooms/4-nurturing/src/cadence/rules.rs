//! When the next automatic touch of somebody may be. Pure: the same functions move the steps of tracks and the simulated
//! years of the tests.
//!
//! Limits win over tracks: a step that may not be yet moves, and the order of steps stays.

use chrono::NaiveDate;
use chrono_tz::Tz;
use kernel::window::{instant_of, local_date};
use kernel::{BusinessCalendar, Timestamp};
use serde::{Deserialize, Serialize};

/// Days in which at most [`Limits::in_week`] automatic touches are.
pub const WEEK_DAYS: i64 = 7;
/// Days in which at most [`Limits::in_month`] automatic touches are.
pub const MONTH_DAYS: i64 = 30;
/// Business days of rest after a human exchange.
pub const REST_DAYS: u32 = 3;
/// Business days before a meeting from which nothing automatic goes out.
pub const BEFORE_MEETING_DAYS: u32 = 2;
/// Days between two touches beyond which a relation is silent.
pub const SILENT_DAYS: i64 = 95;
/// Looks at the limits before a day is given up: each moves the step by a day at least, or ends.
const LOOKS: usize = 500;

/// How many automatic touches somebody may get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// In 7 days.
    pub in_week: usize,
    /// In 30 days.
    pub in_month: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { in_week: 1, in_month: 4 }
    }
}

/// What one person had from us and has ahead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Automatic touches that went out, over all tracks; older than 30 days need not be among them.
    pub touches: Vec<Timestamp>,
    /// One was given free and has not left yet.
    pub under_way: bool,
    /// The last time a person of ours and they spoke or wrote to each other.
    pub exchanged_at: Option<Timestamp>,
    /// Meetings that are agreed.
    pub meetings: Vec<Timestamp>,
    /// An objection of theirs awaits our answer.
    pub objection_open: bool,
    /// They said stop.
    pub refused: bool,
}

/// Where somebody is: which days are worked, and when they begin.
#[derive(Debug, Clone, Copy)]
pub struct Where<'a> {
    /// Their zone.
    pub zone: Tz,
    /// Their business days.
    pub days: &'a BusinessCalendar,
}

/// Why a touch is not when it was planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The day is no business day.
    DayOff,
    /// They had one in the last 7 days.
    WeekFull,
    /// They had four in the last 30 days.
    MonthFull,
    /// Somebody of us was in touch with them just now.
    Rest,
    /// They meet us within two business days.
    MeetingAhead,
    /// Their objection awaits our answer.
    ObjectionOpen,
    /// Another touch is about to leave.
    UnderWay,
    /// They said stop.
    Refused,
}

impl Because {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::DayOff => "day_off",
            Self::WeekFull => "week_full",
            Self::MonthFull => "month_full",
            Self::Rest => "rest",
            Self::MeetingAhead => "meeting_ahead",
            Self::ObjectionOpen => "objection_open",
            Self::UnderWay => "under_way",
            Self::Refused => "refused",
        }
    }
}

/// When a touch may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// From then on; the reason when that is later than planned.
    From(Timestamp, Option<Because>),
    /// Not before something else has happened: to be asked again then, or a day later.
    NotYet(Because),
    /// Never again.
    Never,
}

/// The earliest instant at or after `planned` at which an automatic touch keeps every limit.
#[must_use]
pub fn next_allowed(planned: Timestamp, had: &History, limits: Limits, place: Where<'_>) -> Allowed {
    if had.refused {
        return Allowed::Never;
    }
    if had.objection_open {
        return Allowed::NotYet(Because::ObjectionOpen);
    }
    if had.under_way {
        return Allowed::NotYet(Because::UnderWay);
    }
    let mut at = planned;
    let mut because = None;
    for _ in 0..LOOKS {
        let Some((later, why)) = hindrance(at, had, limits, place) else {
            return Allowed::From(at, because);
        };
        // What a day off adds to another reason explains nothing.
        if because.is_none() || why != Because::DayOff {
            because = Some(why);
        }
        at = later.max(at.plus_seconds(1));
    }
    Allowed::NotYet(because.unwrap_or(Because::DayOff))
}

/// The first limit an instant breaks, and until when it is broken.
fn hindrance(at: Timestamp, had: &History, limits: Limits, place: Where<'_>) -> Option<(Timestamp, Because)> {
    let full = |days: i64, most: usize| full_until(at, &had.touches, days, most);
    let rest = had.exchanged_at.map(|last| rested_at(last, place)).filter(|until| *until > at);
    full(WEEK_DAYS, limits.in_week)
        .map(|until| (until, Because::WeekFull))
        .or_else(|| full(MONTH_DAYS, limits.in_month).map(|until| (until, Because::MonthFull)))
        .or_else(|| rest.map(|until| (until, Because::Rest)))
        .or_else(|| meeting_near(at, &had.meetings, place).map(|until| (until, Because::MeetingAhead)))
        .or_else(|| day_off(at, place).map(|until| (until, Because::DayOff)))
}

/// When a window of so many days has room again; `None` when it has. With no room at all it never has.
fn full_until(at: Timestamp, touches: &[Timestamp], days: i64, most: usize) -> Option<Timestamp> {
    let mut within: Vec<Timestamp> =
        touches.iter().copied().filter(|touch| touch.plus_days(days) > at).collect();
    within.sort_unstable();
    // The one after which fewer than the limit are left.
    let leaves = within.len().checked_sub(most.max(1))?;
    within.get(leaves).map(|touch| touch.plus_days(days))
}

/// The same hour three business days later.
fn rested_at(last: Timestamp, place: Where<'_>) -> Timestamp {
    let local = last.to_utc().with_timezone(&place.zone).naive_local();
    let day = place.days.add(local.date(), REST_DAYS).date;
    instant_of(place.zone, day.and_time(local.time())).unwrap_or(last.plus_days(i64::from(REST_DAYS)))
}

/// When a meeting that is at most two business days ahead is over and rested from.
fn meeting_near(at: Timestamp, meetings: &[Timestamp], place: Where<'_>) -> Option<Timestamp> {
    let today = local_date(place.zone, at);
    // Nothing nearer than that many business days is further away than these, holidays and all.
    let near = |meeting: &&Timestamp| **meeting >= at && meeting.seconds_since(at) < 30 * 86_400;
    let ahead = meetings.iter().filter(near).find(|meeting| {
        place.days.between(today, local_date(place.zone, **meeting)) <= BEFORE_MEETING_DAYS
    })?;
    Some(rested_at(*ahead, place))
}

/// When the next business day begins, on a day that is none.
fn day_off(at: Timestamp, place: Where<'_>) -> Option<Timestamp> {
    let today = local_date(place.zone, at);
    if place.days.is_business_day(today) {
        return None;
    }
    start_of(place.days.add(today, 0).date, place.zone)
}

fn start_of(day: NaiveDate, zone: Tz) -> Option<Timestamp> {
    instant_of(zone, day.and_time(chrono::NaiveTime::MIN))
}

/// Whether a relation is silent: more than 95 days since the last touch, or since it was to begin.
#[must_use]
pub fn is_silent(last_touch: Timestamp, now: Timestamp) -> bool {
    last_touch.plus_days(SILENT_DAYS) < now
}

/// The steps that are due of one person, in the order in which they are asked: the one planned first comes first.
pub fn in_order<T>(due: &mut [T], planned: impl Fn(&T) -> Timestamp, key: impl Fn(&T) -> u128) {
    due.sort_by_key(|one| (planned(one), key(one)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Country;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn korea(planned: &str, had: &History) -> Allowed {
        let days = BusinessCalendar::new(Country::from_code("KR"));
        let place = Where { zone: "Asia/Seoul".parse().unwrap(), days: &days };
        next_allowed(at(planned), had, Limits::default(), place)
    }

    fn touched(on: &[&str]) -> History {
        History { touches: on.iter().map(|t| at(t)).collect(), ..History::default() }
    }

    #[test]
    fn each_limit_moves_a_touch_as_far_as_it_must_and_says_why() {
        let had = |set: fn(&mut History)| {
            let mut history = History::default();
            set(&mut history);
            history
        };
        let monday = "2026-11-23T09:00:00+09:00";
        let table = [
            ("nothing so far", monday, History::default(), monday, None),
            (
                "one five days ago",
                monday,
                touched(&["2026-11-18T09:00:00+09:00"]),
                "2026-11-25T09:00:00+09:00",
                Some(Because::WeekFull),
            ),
            ("one seven days ago", monday, touched(&["2026-11-16T09:00:00+09:00"]), monday, None),
            (
                "four in thirty days",
                monday,
                touched(&[
                    "2026-10-26T09:00:00+09:00",
                    "2026-11-02T09:00:00+09:00",
                    "2026-11-09T09:00:00+09:00",
                    "2026-11-16T09:00:00+09:00",
                ]),
                "2026-11-25T09:00:00+09:00",
                Some(Because::MonthFull),
            ),
            (
                "a talk on Friday",
                monday,
                had(|h| h.exchanged_at = Some(at("2026-11-20T14:00:00+09:00"))),
                "2026-11-25T14:00:00+09:00",
                Some(Because::Rest),
            ),
            (
                "a talk before Chuseok",
                "2026-09-24T09:00:00+09:00",
                had(|h| h.exchanged_at = Some(at("2026-09-23T10:00:00+09:00"))),
                "2026-09-30T10:00:00+09:00",
                Some(Because::Rest),
            ),
            (
                "a meeting in two business days",
                monday,
                had(|h| h.meetings = vec![at("2026-11-25T10:00:00+09:00")]),
                "2026-11-30T10:00:00+09:00",
                Some(Because::MeetingAhead),
            ),
            (
                "a meeting in three business days",
                monday,
                had(|h| h.meetings = vec![at("2026-11-26T10:00:00+09:00")]),
                monday,
                None,
            ),
            (
                "a Saturday",
                "2026-11-28T09:00:00+09:00",
                History::default(),
                "2026-11-30T00:00:00+09:00",
                Some(Because::DayOff),
            ),
            (
                "a week that ends on a Saturday",
                "2026-11-23T09:00:00+09:00",
                touched(&["2026-11-21T10:00:00+09:00"]),
                "2026-11-30T00:00:00+09:00",
                Some(Because::WeekFull),
            ),
        ];
        for (what, planned, history, expected, because) in table {
            assert_eq!(korea(planned, &history), Allowed::From(at(expected), because), "{what}");
        }
    }

    #[test]
    fn an_open_objection_or_a_touch_under_way_holds_and_a_stop_is_for_good() {
        let monday = "2026-11-23T09:00:00+09:00";
        let objection = History { objection_open: true, ..History::default() };
        assert_eq!(korea(monday, &objection), Allowed::NotYet(Because::ObjectionOpen));
        let under_way = History { under_way: true, ..History::default() };
        assert_eq!(korea(monday, &under_way), Allowed::NotYet(Because::UnderWay));
        let refused = History { refused: true, objection_open: true, ..History::default() };
        assert_eq!(korea(monday, &refused), Allowed::Never);
    }

    #[test]
    fn what_is_planned_first_comes_first() {
        let mut due = vec![(at("2026-11-23T09:00:00Z"), 2), (at("2026-11-21T09:00:00Z"), 9)];
        in_order(&mut due, |one| one.0, |one| one.1);
        assert_eq!(due.iter().map(|one| one.1).collect::<Vec<_>>(), [9, 2]);
    }

    #[test]
    fn beyond_ninety_five_days_a_relation_is_silent() {
        let now = at("2026-11-23T09:00:00Z");
        assert!(!is_silent(now.plus_days(-95), now));
        assert!(is_silent(now.plus_days(-96), now));
    }
}

//! How long a deal stands in a stage, in business time of its owner.
//!
//! A business second lies on a business day of the owner's calendar, around the clock, so that a
//! target of ten business days is ten days of 86,400 seconds whatever the working hours are.

use chrono::{Days, NaiveDate, TimeZone};
use chrono_tz::Tz;
use kernel::{BusinessCalendar, Timestamp};
use serde::{Deserialize, Serialize};

/// Seconds of one business day.
pub const BUSINESS_DAY: i64 = 86_400;
/// Longest stay that is counted day by day; a stay beyond it counts as this long.
const MAX_DAYS: usize = 36_600;

/// The owner's days: zone and which days are worked.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Zone of the owner.
    pub zone: Tz,
    /// Which local dates are business days.
    pub days: BusinessCalendar,
}

/// A time during which the clock stood still, from inclusive to exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// Where a stay stands against its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlaState {
    /// Under 80 % of the target.
    Ok,
    /// 80 to 100 %.
    Due,
    /// Over the target.
    Breached,
}

impl SlaState {
    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Due => "due",
            Self::Breached => "breached",
        }
    }
}

impl Calendar {
    /// The local date of an instant.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> NaiveDate {
        at.to_utc().with_timezone(&self.zone).date_naive()
    }

    /// The instant at which a local date begins; the first valid one where midnight is skipped.
    #[must_use]
    pub fn start_of(&self, day: NaiveDate) -> Timestamp {
        self.at_hour(day, 0)
    }

    /// The instant of a local hour of a day: the first of two, or the first valid one in a gap.
    #[must_use]
    pub fn at_hour(&self, day: NaiveDate, hour: u32) -> Timestamp {
        let mut local = day.and_hms_opt(hour, 0, 0).unwrap_or_default();
        for _ in 0..8 {
            if let Some(found) = self.zone.from_local_datetime(&local).earliest() {
                return Timestamp::from_utc(found.to_utc());
            }
            local += chrono::TimeDelta::minutes(30);
        }
        Timestamp::from_utc(local.and_utc())
    }

    /// Seconds between two instants that lie on business days; 0 when `until` is not later.
    #[must_use]
    pub fn business_seconds(&self, from: Timestamp, until: Timestamp) -> i64 {
        if until <= from {
            return 0;
        }
        let mut total = 0;
        let mut day = self.date(from);
        for _ in 0..MAX_DAYS {
            let Some(next) = day.checked_add_days(Days::new(1)) else { break };
            let (start, end) = (self.start_of(day).max(from), self.start_of(next).min(until));
            if self.days.is_business_day(day) {
                total += end.seconds_since(start).max(0);
            }
            if end >= until {
                break;
            }
            day = next;
        }
        total
    }

    /// Business seconds of a stay without its pauses.
    #[must_use]
    pub fn worked_seconds(&self, from: Timestamp, until: Timestamp, pauses: &[Pause]) -> i64 {
        let paused: i64 =
            merged(pauses).iter().map(|p| self.business_seconds(p.from.max(from), p.until.min(until))).sum();
        (self.business_seconds(from, until) - paused).max(0)
    }

    /// The instant at which `seconds` of business time have passed since `from`; `None` when the
    /// calendar has no business day within a century.
    #[must_use]
    pub fn after_business_seconds(&self, from: Timestamp, seconds: i64) -> Option<Timestamp> {
        let mut left = seconds.max(0);
        let mut day = self.date(from);
        for _ in 0..MAX_DAYS {
            let next = day.checked_add_days(Days::new(1))?;
            let start = self.start_of(day).max(from);
            let here = self.start_of(next).seconds_since(start).max(0);
            if self.days.is_business_day(day) {
                if left <= here {
                    return Some(start.plus_seconds(left));
                }
                left -= here;
            }
            day = next;
        }
        None
    }
}

impl Calendar {
    /// The instant at which `target` business seconds outside the pauses have passed since `from`.
    #[must_use]
    pub fn due_after(&self, from: Timestamp, target: i64, pauses: &[Pause]) -> Option<Timestamp> {
        let mut due = self.after_business_seconds(from, target)?;
        for pause in merged(pauses) {
            if pause.until <= from || pause.from >= due {
                continue;
            }
            let stood = self.business_seconds(pause.from.max(from), pause.until);
            let rest = self.business_seconds(pause.from.max(from), due);
            due = self.after_business_seconds(pause.from.max(from), stood + rest)?;
        }
        Some(due)
    }
}

/// Pauses in order, overlapping ones joined, so that no second is taken off twice.
fn merged(pauses: &[Pause]) -> Vec<Pause> {
    let mut sorted: Vec<Pause> = pauses.iter().copied().filter(|p| p.until > p.from).collect();
    sorted.sort_by_key(|p| p.from);
    let mut joined: Vec<Pause> = Vec::with_capacity(sorted.len());
    for pause in sorted {
        match joined.last_mut() {
            Some(last) if pause.from <= last.until => last.until = last.until.max(pause.until),
            _ => joined.push(pause),
        }
    }
    joined
}

/// Where `worked` business seconds stand against a target in business days.
#[must_use]
pub fn state(worked: i64, target_days: u32) -> SlaState {
    let target = i64::from(target_days) * BUSINESS_DAY;
    if worked > target {
        SlaState::Breached
    } else if worked * 10 >= target * 8 {
        SlaState::Due
    } else {
        SlaState::Ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seoul() -> Calendar {
        Calendar { zone: chrono_tz::Asia::Seoul, days: BusinessCalendar::default() }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn only_seconds_of_business_days_count() {
        let cases = [
            ("2026-11-23T00:00:00+09:00", "2026-11-24T00:00:00+09:00", 86_400),
            ("2026-11-20T12:00:00+09:00", "2026-11-23T12:00:00+09:00", 86_400),
            ("2026-11-21T00:00:00+09:00", "2026-11-22T23:59:59+09:00", 0),
            ("2026-11-23T09:00:00+09:00", "2026-11-23T10:00:00+09:00", 3_600),
            ("2026-11-23T10:00:00+09:00", "2026-11-23T09:00:00+09:00", 0),
            ("2026-11-02T00:00:00+09:00", "2026-11-16T00:00:00+09:00", 864_000),
        ];
        for (from, until, seconds) in cases {
            assert_eq!(seoul().business_seconds(at(from), at(until)), seconds, "{from} to {until}");
        }
    }

    #[test]
    fn the_day_is_the_owners_and_not_that_of_greenwich() {
        // Friday 23:00 in Los Angeles is Saturday in Greenwich.
        let la = Calendar { zone: chrono_tz::America::Los_Angeles, days: BusinessCalendar::default() };
        let (from, until) = (at("2026-11-21T07:00:00Z"), at("2026-11-21T08:00:00Z"));
        assert_eq!(la.business_seconds(from, until), 3_600);
        assert_eq!(seoul().business_seconds(from, until), 0);
    }

    #[test]
    fn a_day_of_23_hours_counts_its_own_seconds() {
        // In Beirut the clock jumps at midnight, so the day has no 00:00.
        let open = BusinessCalendar::default().with_day(day("2026-03-29"), false);
        let beirut = Calendar { zone: chrono_tz::Asia::Beirut, days: open };
        let (start, end) = (beirut.start_of(day("2026-03-29")), beirut.start_of(day("2026-03-30")));
        assert_eq!(beirut.business_seconds(start, end), 23 * 3_600);
    }

    #[test]
    fn a_holiday_is_no_business_day() {
        let days = BusinessCalendar::default().with_day(day("2026-12-25"), true);
        let calendar = Calendar { zone: chrono_tz::Asia::Seoul, days };
        let (from, until) = (at("2026-12-24T12:00:00+09:00"), at("2026-12-28T12:00:00+09:00"));
        assert_eq!(calendar.business_seconds(from, until), 86_400);
        assert_eq!(calendar.after_business_seconds(from, 86_400), Some(until));
        assert_eq!(
            calendar.after_business_seconds(at("2026-12-26T10:00:00+09:00"), 0),
            Some(at("2026-12-28T00:00:00+09:00"))
        );
    }

    #[test]
    fn the_clock_stands_while_it_is_paused_and_no_second_is_taken_off_twice() {
        let (from, until) = (at("2026-11-02T00:00:00+09:00"), at("2026-11-07T00:00:00+09:00"));
        let pause = |a: &str, b: &str| Pause { from: at(a), until: at(b) };
        let pauses = [
            pause("2026-11-03T00:00:00+09:00", "2026-11-04T12:00:00+09:00"),
            pause("2026-11-04T00:00:00+09:00", "2026-11-05T00:00:00+09:00"),
            pause("2026-11-06T12:00:00+09:00", "2026-12-01T00:00:00+09:00"),
        ];
        assert_eq!(seoul().worked_seconds(from, until, &pauses), 2 * 86_400 + 43_200);
    }

    #[test]
    fn the_due_time_is_put_off_by_what_the_clock_stood() {
        let from = at("2026-11-02T00:00:00+09:00");
        let pause = |a: &str, b: &str| Pause { from: at(a), until: at(b) };
        let two_days = 2 * BUSINESS_DAY;
        let due = |pauses: &[Pause]| seoul().due_after(from, two_days, pauses).unwrap();
        assert_eq!(due(&[]), at("2026-11-04T00:00:00+09:00"));
        let first = pause("2026-11-03T00:00:00+09:00", "2026-11-05T00:00:00+09:00");
        assert_eq!(due(&[first]), at("2026-11-06T00:00:00+09:00"));
        let second = pause("2026-11-05T12:00:00+09:00", "2026-11-09T12:00:00+09:00");
        assert_eq!(due(&[first, second]), at("2026-11-10T00:00:00+09:00"), "a weekend lies in the second");
        let later = pause("2026-12-01T00:00:00+09:00", "2026-12-02T00:00:00+09:00");
        assert_eq!(due(&[later]), at("2026-11-04T00:00:00+09:00"), "after it was due");
        let pauses = [first, second];
        assert_eq!(seoul().worked_seconds(from, due(&pauses), &pauses), two_days);
    }

    #[test]
    fn ok_under_80_percent_due_up_to_100_breached_beyond() {
        let days = |d: f64| (d * 86_400.0) as i64;
        let cases = [
            (0.0, SlaState::Ok),
            (7.99, SlaState::Ok),
            (8.0, SlaState::Due),
            (10.0, SlaState::Due),
            (10.001, SlaState::Breached),
        ];
        for (worked, expected) in cases {
            assert_eq!(state(days(worked), 10), expected, "{worked} of 10 days");
        }
    }

    proptest! {
        #[test]
        fn time_adds_up_over_any_split(start in 1_700_000_000_i64..1_800_000_000, a in 0_i64..5_000_000, b in 0_i64..5_000_000) {
            let t = |s: i64| Timestamp(s * kernel::time::SECOND);
            let whole = seoul().business_seconds(t(start), t(start + a + b));
            let parts = seoul().business_seconds(t(start), t(start + a)) + seoul().business_seconds(t(start + a), t(start + a + b));
            prop_assert_eq!(whole, parts);
            prop_assert!(whole <= a + b);
            let due = seoul().after_business_seconds(t(start), whole).unwrap();
            prop_assert_eq!(seoul().business_seconds(t(start), due), whole);
        }
    }
}

//! When a mail may leave: the recipient's zone, business days, windows, quiet hours. Pure.

use chrono::NaiveTime;
use chrono_tz::Tz;
use kernel::window::{LocalWindow, QuietHours, SendWindows, Slots, instant_of, local_date};
use kernel::{BusinessCalendar, Country, Timestamp};
use serde::{Deserialize, Serialize};

/// When a sequence sends, on business days, in the recipient's own time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Windows {
    /// Spans of the local day in minutes after midnight; 08:00-10:00 and 15:00-16:00 unless said otherwise.
    #[serde(default = "usual")]
    pub windows: Vec<LocalWindow>,
    /// No rule of timing holds. Only in closed networks and tests.
    #[serde(default)]
    pub always: bool,
}

fn usual() -> Vec<LocalWindow> {
    SendWindows::default().windows
}

impl Default for Windows {
    fn default() -> Self {
        Self { windows: usual(), always: false }
    }
}

/// How long after the step before a step comes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delay {
    /// Business days.
    pub days: u32,
    /// Hours, before the days are counted.
    pub hours: u32,
}

impl Delay {
    /// Business days alone.
    #[must_use]
    pub fn days(days: u32) -> Self {
        Self { days, hours: 0 }
    }
}

/// Everything that decides when one person gets mail.
#[derive(Debug, Clone)]
pub struct Timing {
    /// Their zone.
    pub zone: Tz,
    /// Zones in which quiet hours must hold too, when theirs is not sure.
    pub quiet_zones: Vec<Tz>,
    /// Their country, if known: its holidays and quiet hours.
    pub country: Option<Country>,
    /// When the sequence sends.
    pub windows: Windows,
}

impl Timing {
    fn calendar(&self) -> BusinessCalendar {
        BusinessCalendar::new(self.country)
    }

    /// Korea's night, 21:00 to 08:00, applies to mail too (domain, outreach engine).
    fn quiet(&self) -> Option<QuietHours<'_>> {
        let allowed = LocalWindow::new(8 * 60, 21 * 60).ok()?;
        (self.country == Some(Country::KR)).then_some(QuietHours { allowed, zones: &self.quiet_zones })
    }

    fn with_slots<T>(&self, ask: impl FnOnce(&Slots<'_>) -> T) -> T {
        let windows = SendWindows { windows: self.windows.windows.clone() };
        let (calendar, quiet) = (self.calendar(), self.quiet());
        ask(&Slots { zone: self.zone, calendar: &calendar, windows: &windows, quiet: quiet.as_ref() })
    }

    /// When the step is due that follows so long after `done`, at a point of a window
    /// that `key` decides. `None` when no window ever opens.
    #[must_use]
    pub fn due(&self, done: Timestamp, delay: Delay, key: &[u8]) -> Option<Timestamp> {
        let from = self.not_before(done.plus_seconds(i64::from(delay.hours) * 3600), delay.days)?;
        if self.windows.always {
            return Some(from);
        }
        self.with_slots(|slots| slots.for_message(from, key))
    }

    fn not_before(&self, done: Timestamp, delay_days: u32) -> Option<Timestamp> {
        if delay_days == 0 {
            return Some(done);
        }
        let day = self.calendar().add(local_date(self.zone, done), delay_days).date;
        Some(instant_of(self.zone, day.and_time(NaiveTime::MIN))?.max(done))
    }

    /// Business days from one instant to a later one, 366 at most.
    #[must_use]
    pub fn business_days_between(&self, from: Timestamp, to: Timestamp) -> u32 {
        let (calendar, today) = (self.calendar(), local_date(self.zone, to));
        let mut day = local_date(self.zone, from);
        let mut passed = 0;
        while passed < 366 {
            day = calendar.add(day, 1).date;
            if day > today {
                break;
            }
            passed += 1;
        }
        passed
    }

    /// `now` when a window is open, else when the next one opens.
    #[must_use]
    pub fn open(&self, now: Timestamp) -> Option<Timestamp> {
        if self.windows.always { Some(now) } else { self.with_slots(|slots| slots.next(now)) }
    }

    /// A point of the first window of a later local day.
    #[must_use]
    pub fn tomorrow(&self, now: Timestamp, key: &[u8]) -> Option<Timestamp> {
        let day = local_date(self.zone, now).succ_opt()?;
        let from = instant_of(self.zone, day.and_time(NaiveTime::MIN))?;
        if self.windows.always { Some(from) } else { self.with_slots(|slots| slots.for_message(from, key)) }
    }

    /// Whether the holidays of the year of that instant are not known.
    #[must_use]
    pub fn year_unknown(&self, at: Timestamp) -> bool {
        self.calendar().add(local_date(self.zone, at), 0).unknown_year
    }

    /// The n-th business day after `now`, as its first instant.
    #[must_use]
    pub fn business_days_later(&self, now: Timestamp, n: u32) -> Timestamp {
        self.not_before(now, n).unwrap_or_else(|| now.plus_days(i64::from(n)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing(zone: &str, country: &str, windows: Windows) -> Timing {
        let zone = zone.parse().expect("a zone");
        Timing { zone, quiet_zones: Vec::new(), country: Country::from_code(country), windows }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("an instant")
    }

    #[test]
    fn a_step_is_due_in_a_window_of_the_recipients_business_day() {
        // zone, country, done, delay, first and last instant that fit
        let table = [
            // Chuseok 24 to 26 September 2026.
            (
                "Asia/Seoul",
                "KR",
                "2026-09-23T09:00:00+09:00",
                2,
                "2026-09-29T08:00:00+09:00",
                "2026-09-29T15:59:59+09:00",
            ),
            (
                "America/New_York",
                "US",
                "2026-11-20T15:30:00-05:00",
                1,
                "2026-11-23T08:00:00-05:00",
                "2026-11-23T15:59:59-05:00",
            ),
            // The clocks go forward on 8 March 2026.
            (
                "America/New_York",
                "US",
                "2026-03-06T09:00:00-05:00",
                1,
                "2026-03-09T08:00:00-04:00",
                "2026-03-09T15:59:59-04:00",
            ),
            (
                "Asia/Riyadh",
                "SA",
                "2026-11-26T09:00:00+03:00",
                1,
                "2026-11-29T08:00:00+03:00",
                "2026-11-29T15:59:59+03:00",
            ),
            // Sent at noon: the rest of the day is the afternoon window.
            (
                "Europe/Berlin",
                "DE",
                "2026-11-23T12:00:00+01:00",
                0,
                "2026-11-23T15:00:00+01:00",
                "2026-11-23T15:59:59+01:00",
            ),
        ];
        for (zone, country, done, delay, from, to) in table {
            for key in ["a", "b", "c", "d"] {
                let timing = timing(zone, country, Windows::default());
                let due = timing.due(at(done), Delay::days(delay), key.as_bytes()).expect("a slot");
                assert!((at(from)..=at(to)).contains(&due), "{zone} {done} +{delay}: {due}");
                assert_eq!(
                    timing.due(at(done), Delay::days(delay), key.as_bytes()),
                    Some(due),
                    "the same again"
                );
                assert_eq!(timing.open(due), Some(due), "and it is open then");
            }
        }
    }

    #[test]
    fn nights_in_korea_stay_quiet_whatever_the_window() {
        let night = Windows { windows: vec![LocalWindow::new(0, 1440).expect("a window")], always: false };
        let korea = timing("Asia/Seoul", "KR", night.clone());
        let asked = at("2026-11-23T22:00:00+09:00");
        assert_eq!(korea.open(asked), Some(at("2026-11-24T08:00:00+09:00")));
        assert_eq!(timing("Europe/London", "GB", night).open(asked), Some(asked));
    }

    #[test]
    fn without_rules_of_timing_a_step_is_due_at_once() {
        let always = Windows { always: true, ..Windows::default() };
        let timing = timing("Asia/Seoul", "KR", always);
        let saturday = at("2026-11-28T03:00:00+09:00");
        assert_eq!(timing.due(saturday, Delay::days(0), b"x"), Some(saturday));
        assert_eq!(timing.due(saturday, Delay::days(1), b"x"), Some(at("2026-11-30T00:00:00+09:00")));
        assert_eq!(timing.open(saturday), Some(saturday));
    }
}

//! No mail leaves outside its window or inside quiet hours, in any zone of the world, through both nights of the year in
//! which clocks change.

use chrono::{DateTime, Duration, NaiveTime, Offset, TimeZone, Timelike, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use kernel::window::{LocalWindow, local_date};
use kernel::{BusinessCalendar, Country, Timestamp};
use outreach::timing::{Delay, Timing, Windows};
use proptest::prelude::*;

fn stamp(at: DateTime<Utc>) -> Timestamp {
    Timestamp(at.timestamp_micros())
}

fn offset(zone: Tz, at: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

/// The instants of a year at which a zone's clocks change.
fn changes(zone: Tz) -> Vec<DateTime<Utc>> {
    let mut at = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).single().expect("an instant");
    let end = at + Duration::days(365);
    let mut found = Vec::new();
    while at < end {
        let next = at + Duration::hours(24);
        if offset(zone, at) != offset(zone, next) {
            let (mut low, mut high) = (at, next);
            while high - low > Duration::seconds(1) {
                let middle = low + (high - low) / 2;
                if offset(zone, middle) == offset(zone, at) { low = middle } else { high = middle }
            }
            found.push(high);
        }
        at = next;
    }
    found
}

fn window(from: u16, to: u16) -> LocalWindow {
    LocalWindow::new(from, to).expect("a window")
}

/// Whether an automatic mail may leave at this instant, said without the code under test: by the clock on their wall.
fn allowed(timing: &Timing, at: Timestamp) -> Result<(), String> {
    let local = at.to_utc().with_timezone(&timing.zone);
    let minute = u16::try_from(local.hour() * 60 + local.minute()).expect("a minute of the day");
    if !timing.windows.windows.iter().any(|w| (w.from()..w.to()).contains(&minute)) {
        return Err(format!("{local} is in no window"));
    }
    let day = local_date(timing.zone, at);
    if BusinessCalendar::new(timing.country).add(day, 0).date != day {
        return Err(format!("{local} is no business day"));
    }
    if timing.country == Some(Country::KR) {
        for zone in timing.quiet_zones.iter().chain([&timing.zone]) {
            let theirs = at.to_utc().with_timezone(zone).time();
            let (from, to) = (NaiveTime::from_hms_opt(8, 0, 0), NaiveTime::from_hms_opt(21, 0, 0));
            if from.is_some_and(|from| theirs < from) || to.is_some_and(|to| theirs >= to) {
                return Err(format!("{local} is {theirs} in {zone}: night"));
            }
        }
    }
    Ok(())
}

fn check(timing: &Timing, done: Timestamp, delay: Delay, key: &[u8]) -> Result<(), String> {
    if let Some(due) = timing.due(done, delay, key) {
        allowed(timing, due)?;
        if due < done {
            return Err(format!("due at {due}, before {done}"));
        }
        if timing.open(due) != Some(due) {
            return Err(format!("due at {due}, and not open then"));
        }
    }
    match timing.open(done) {
        Some(open) if open == done => allowed(timing, done),
        Some(open) => allowed(timing, open),
        None => Ok(()),
    }?;
    timing.tomorrow(done, key).map_or(Ok(()), |at| allowed(timing, at))
}

#[test]
fn no_mail_leaves_outside_its_window_in_any_zone_around_the_nights_when_clocks_change() {
    let sets = [
        Windows::default(),
        // Windows that a change swallows or doubles.
        Windows { windows: vec![window(120, 150), window(60, 125)], always: false },
        Windows { windows: vec![window(0, 1440)], always: false },
        Windows { windows: vec![window(1_380, 1_440), window(0, 30)], always: false },
    ];
    let mut changed = 0;
    for zone in TZ_VARIANTS {
        for at in changes(zone) {
            changed += 1;
            for (n, windows) in sets.iter().enumerate() {
                let country =
                    [None, Some(Country::KR), Country::from_code("DE"), Country::from_code("SA")][n];
                let timing = Timing { zone, quiet_zones: vec![zone], country, windows: windows.clone() };
                for step in -2_i64..=2 {
                    let done = stamp(at + Duration::minutes(step * 697));
                    let delay = Delay { days: u32::from(step == 1), hours: u32::from(step == 2) * 7 };
                    let said = check(&timing, done, delay, &step.to_le_bytes());
                    assert!(said.is_ok(), "{zone}, clocks change at {at}, done {done}: {said:?}");
                }
            }
        }
    }
    // About a third of the world's zones keep summer time.
    assert!(changed > 300, "{changed} changes of clocks were found");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_mail_leaves_outside_its_window_or_inside_quiet_hours(
        zone in 0..TZ_VARIANTS.len(),
        other in 0..TZ_VARIANTS.len(),
        minutes in 0_i64..(730 * 1440),
        spans in prop::collection::vec((0_u16..1439, 1_u16..600), 1..4),
        country in prop::sample::select(vec!["KR", "US", "DE", "SA", "IL", "JP", "GB", ""]),
        days in 0_u32..9,
        hours in 0_u32..60,
        key in any::<[u8; 8]>(),
    ) {
        let windows = spans.into_iter().map(|(from, long)| window(from, (from + long).min(1440))).collect();
        let timing = Timing {
            zone: TZ_VARIANTS[zone],
            quiet_zones: vec![TZ_VARIANTS[zone], TZ_VARIANTS[other]],
            country: Country::from_code(country),
            windows: Windows { windows, always: false },
        };
        let start = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).single().expect("an instant");
        let said = check(&timing, stamp(start + Duration::minutes(minutes)), Delay { days, hours }, &key);
        prop_assert!(said.is_ok(), "{:?}", said);
    }
}

use chrono_tz::Tz;
use kernel::{Country, Timestamp};
use stats::{Beta, probability_best};

use super::Channel::{Email, Linkedin, Phone};
use super::clock::Clock;
use super::hours::*;

/// The mean of mail in the worked example of section 7: Beta(16.34, 483.66).
const MEAN: f64 = 16.34 / 500.0;

fn hours(seen: &[(u32, f64, f64, u64)]) -> Hours {
    let mut hours = Hours { mean: MEAN, seen: [HourSeen::default(); 24] };
    for (hour, successes, failures, sends) in seen {
        let seen = HourSeen { successes: *successes, failures: *failures, sends: *sends };
        hours.seen[usize::try_from(*hour).expect("an hour")] = seen;
    }
    hours
}

fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-9, "{found} for {wanted}");
}

#[test]
fn before_any_touch_an_hour_is_the_mean_of_the_channel_by_its_factor() {
    for hour in 0..24 {
        let expected = match hour {
            8 | 9 | 15 => 1.3,
            7 | 10 | 11 | 12 | 13 | 14 | 16 | 17 => 1.0,
            _ => 0.5,
        };
        let belief = hours(&[]).belief(&[hour]);
        near(belief.mean(), MEAN * expected);
        near(belief.a() + belief.b(), 50.0);
        assert_eq!(is_usual(hour), matches!(hour, 8 | 9 | 15), "{hour}");
    }
}

#[test]
fn touches_at_an_hour_move_what_is_believed_of_it_and_of_no_other() {
    let seen = hours(&[(11, 6.0, 94.0, 100)]);
    near(seen.belief(&[11]).mean(), (50.0 * MEAN + 6.0) / 150.0);
    near(seen.belief(&[10]).mean(), MEAN);
    // Two hours share one prior of 50 touches.
    near(seen.belief(&[11, 15]).mean(), (50.0 * MEAN * 1.15 + 6.0) / 150.0);
}

#[test]
fn a_window_is_proposed_from_300_sends_and_nine_tenths_on() {
    let table = [
        (299, 0.91, false),
        (300, 0.91, true),
        (300, 0.9, true),
        (300, 0.89, false),
        (5_000, 0.89, false),
        (299, 1.0, false),
    ];
    for (sends, sure, may) in table {
        assert_eq!(may_propose(sends, sure), may, "{sends} {sure}");
    }
    // Far better, and one send short of it.
    for (sends, proposed) in [(299, false), (300, true)] {
        let found = proposal(&hours(&[(9, 6.0, 394.0, 400), (11, 40.0, 260.0, sends)]));
        assert_eq!(found.map(|one| (one.from, one.to, one.sends)).is_some(), proposed, "{sends}");
    }
}

#[test]
fn a_window_is_proposed_just_when_it_is_surely_better_than_the_usual_ones() {
    // The usual windows: 14 of 400 answered, on top of 50 touches at 1.3 of the mean.
    let usual = Beta::of_strength(MEAN * 1.3, 50.0).after(14.0, 386.0);
    let mut sides = [0, 0];
    for well in 0..40_u32 {
        let well = f64::from(well);
        let seen = hours(&[(8, 14.0, 386.0, 400), (12, well, 300.0 - well, 300)]);
        let alone = Beta::of_strength(MEAN, 50.0).after(well, 300.0 - well);
        let sure = probability_best((alone, 1.0), &[(usual, 1.0)]);
        let found = proposal(&seen);
        assert_eq!(found.is_some(), sure >= 0.9, "{well}: {sure}");
        sides[usize::from(found.is_some())] += 1;
        if let Some(found) = found {
            assert!(found.sure >= 0.9 && found.belief.mean() > found.usual.mean());
            assert_eq!((found.from, found.to), (12, 13), "an empty hour is not taken along");
        }
    }
    assert!(sides[0] > 5 && sides[1] > 5, "{sides:?}");
}

#[test]
fn two_hours_that_together_have_sends_enough_are_proposed_together() {
    let found = proposal(&hours(&[(9, 4.0, 396.0, 400), (11, 14.0, 146.0, 160), (12, 14.0, 146.0, 160)]));
    assert_eq!(found.map(|one| (one.from, one.to, one.sends)), Some((11, 13, 320)));
}

#[test]
fn neither_the_usual_hours_nor_the_night_are_proposed() {
    for hour in [8, 9, 15, 7, 6, 21, 22, 3] {
        assert_eq!(proposal(&hours(&[(hour, 60.0, 340.0, 400)])), None, "{hour}");
    }
    for hour in [10, 14, 16, 20] {
        assert!(proposal(&hours(&[(hour, 60.0, 340.0, 400)])).is_some(), "{hour}");
    }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("an instant")
}

fn clock(zone: &str, country: &str) -> Clock {
    let zone: Tz = zone.parse().expect("a zone");
    Clock { zone, country: Country::from_code(country) }
}

#[test]
fn the_next_good_hour_is_on_their_clock_and_inside_what_is_allowed() {
    let (seoul, york) = (clock("Asia/Seoul", "KR"), clock("America/New_York", "US"));
    let plain = hours(&[]);
    let eleven = hours(&[(11, 30.0, 170.0, 200)]);
    let table = [
        // Before any touch: the usual hours, the earliest of equals; the running one while ten minutes are left.
        (&plain, Email, seoul, "2026-11-23T07:00:00+09:00", "2026-11-23T08:00:00+09:00"),
        (&plain, Email, seoul, "2026-11-23T08:50:00+09:00", "2026-11-23T08:50:00+09:00"),
        (&plain, Email, seoul, "2026-11-23T08:51:00+09:00", "2026-11-23T09:00:00+09:00"),
        (&plain, Email, seoul, "2026-11-23T10:00:00+09:00", "2026-11-23T15:00:00+09:00"),
        (&plain, Phone, seoul, "2026-11-23T17:00:00+09:00", "2026-11-24T08:00:00+09:00"),
        // The same instant is the evening before in New York.
        (&plain, Email, york, "2026-11-24T08:30:00+09:00", "2026-11-24T08:00:00-05:00"),
        // Saturday; Thanksgiving; Seollal 2026.
        (&plain, Email, seoul, "2026-11-28T09:00:00+09:00", "2026-11-30T08:00:00+09:00"),
        (&plain, Email, york, "2026-11-26T09:00:00-05:00", "2026-11-27T08:00:00-05:00"),
        (&plain, Phone, seoul, "2026-02-16T09:00:00+09:00", "2026-02-19T08:00:00+09:00"),
        // Calls go where they are answered; mail keeps to the usual windows until a person changes them.
        (&eleven, Phone, seoul, "2026-11-23T07:00:00+09:00", "2026-11-23T11:00:00+09:00"),
        (&eleven, Email, seoul, "2026-11-23T07:00:00+09:00", "2026-11-23T08:00:00+09:00"),
        (&plain, Linkedin, seoul, "2026-11-23T09:20:00+09:00", "2026-11-23T09:20:00+09:00"),
    ];
    for (hours, channel, clock, now, expected) in table {
        let found = next_hour(hours, channel, clock, at(now)).expect("an hour");
        assert_eq!(found.at, at(expected), "{channel:?} {now}: {}", found.at);
        assert_eq!(found.hour, clock.hour(found.at));
    }
    let found = next_hour(&eleven, Phone, seoul, at("2026-11-23T07:00:00+09:00")).expect("an hour");
    near(found.belief.mean(), (50.0 * MEAN + 30.0) / 250.0);
    assert_eq!(found.sends, 200);
}

//! Tables of cases of when a meeting may begin.

use super::*;
use chrono_tz::{America, Asia, Australia, Europe, Pacific};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("an instant")
}

fn span(from: &str, to: &str) -> Span {
    Span { from: at(from), to: at(to) }
}

fn window(from: u16, to: u16) -> LocalWindow {
    LocalWindow::new(from, to).expect("a window")
}

/// Every day the same.
fn daily(windows: &[(u16, u16)]) -> Week {
    let day = || windows.iter().map(|(from, to)| window(*from, *to)).collect::<Vec<_>>();
    Week { mon: day(), tue: day(), wed: day(), thu: day(), fri: day(), sat: day(), sun: day() }
}

const HALF_HOUR: Shape = Shape { minutes: 30, before: 0, after: 0, step: 30, notice: 0, horizon: 60 };

/// Local beginnings on one day of the host.
fn local(zone: Tz, week: &Week, shape: Shape, taken: &[Taken], day: &str, now: &str) -> Vec<String> {
    let day: NaiveDate = day.parse().expect("a day");
    let diary = Diary { zone, week, shape, taken, closed: &|_| false };
    let found = diary.free(around(day, day).expect("a span"), at(now));
    let own = found.into_iter().filter(|at| local_date(zone, *at) == day);
    own.map(|at| at.to_utc().with_timezone(&zone).format("%H:%M").to_string()).collect()
}

#[test]
fn hours_of_the_host_less_what_is_taken_and_kept_free() {
    let week = daily(&[(540, 660)]);
    let padded = Shape { before: 15, after: 15, ..HALF_HOUR };
    let calendar = |from, to| vec![Taken::by_calendar(span(from, to))];
    let meeting = |before, after| {
        vec![Taken { span: span("2026-12-01T00:30:00Z", "2026-12-01T01:00:00Z"), before, after }]
    };
    let table: [(&str, Shape, Vec<Taken>, &[&str]); 12] = [
        ("all of it", HALF_HOUR, vec![], &["09:00", "09:30", "10:00", "10:30"]),
        ("an hour", Shape { minutes: 60, ..HALF_HOUR }, vec![], &["09:00", "09:30", "10:00"]),
        ("in quarters", Shape { minutes: 90, step: 15, ..HALF_HOUR }, vec![], &["09:00", "09:15", "09:30"]),
        ("longer than the day", Shape { minutes: 121, ..HALF_HOUR }, vec![], &[]),
        (
            "one event",
            HALF_HOUR,
            calendar("2026-12-01T00:30:00Z", "2026-12-01T01:00:00Z"),
            &["09:00", "10:00", "10:30"],
        ),
        (
            "touching",
            HALF_HOUR,
            calendar("2026-11-30T23:00:00Z", "2026-12-01T00:00:00Z"),
            &["09:00", "09:30", "10:00", "10:30"],
        ),
        (
            "a minute of it",
            HALF_HOUR,
            calendar("2026-12-01T00:59:00Z", "2026-12-01T01:01:00Z"),
            &["09:00", "10:30"],
        ),
        ("kept free around", padded, calendar("2026-12-01T00:30:00Z", "2026-12-01T01:00:00Z"), &["10:30"]),
        ("another's own room", HALF_HOUR, meeting(15, 15), &["10:30"]),
        ("before only", HALF_HOUR, meeting(1, 0), &["10:00", "10:30"]),
        ("both, not added up", padded, meeting(15, 15), &["10:30"]),
        ("the whole day", HALF_HOUR, calendar("2026-11-30T15:00:00Z", "2026-12-01T15:00:00Z"), &[]),
    ];
    for (case, shape, taken, expected) in table {
        let found = local(Asia::Seoul, &week, shape, &taken, "2026-12-01", "2026-11-30T00:00:00Z");
        assert_eq!(found, expected, "{case}");
    }
}

#[test]
fn not_too_soon_not_too_far_and_never_in_the_past() {
    let week = daily(&[(540, 660)]);
    let table: [(&str, i64, i64, &str, &str, usize); 8] = [
        ("tomorrow", 0, 60, "2026-12-02", "2026-12-01T00:00:00Z", 4),
        ("now", 0, 60, "2026-12-01", "2026-12-01T00:00:00Z", 4),
        ("a moment late", 0, 60, "2026-12-01", "2026-12-01T00:00:01Z", 3),
        ("an hour's notice", 60, 60, "2026-12-01", "2026-12-01T00:00:00Z", 2),
        ("a day's notice", 1440, 60, "2026-12-02", "2026-12-01T00:30:00Z", 3),
        ("over", 0, 60, "2026-12-01", "2026-12-01T03:00:00Z", 0),
        ("the last day", 0, 7, "2026-12-08", "2026-12-01T00:00:00Z", 4),
        ("beyond", 0, 7, "2026-12-09", "2026-12-01T00:00:00Z", 0),
    ];
    for (case, notice, horizon, day, now, expected) in table {
        let shape = Shape { notice, horizon, ..HALF_HOUR };
        assert_eq!(local(Asia::Seoul, &week, shape, &[], day, now).len(), expected, "{case}");
    }
}

#[test]
fn a_night_on_which_clocks_change_has_as_many_slots_as_hours() {
    let night = daily(&[(0, 240)]);
    let hour = Shape { minutes: 60, step: 60, horizon: 400, ..HALF_HOUR };
    let table: [(Tz, &str, &[&str]); 6] = [
        (Europe::Berlin, "2027-03-27", &["00:00", "01:00", "02:00", "03:00"]),
        (Europe::Berlin, "2027-03-28", &["00:00", "01:00", "03:00"]),
        (Europe::Berlin, "2026-10-25", &["00:00", "01:00", "02:00", "02:00", "03:00"]),
        (America::New_York, "2027-03-14", &["00:00", "01:00", "03:00"]),
        (America::New_York, "2026-11-01", &["00:00", "01:00", "01:00", "02:00", "03:00"]),
        (Australia::Lord_Howe, "2026-10-04", &["00:00", "01:00", "02:30"]),
    ];
    for (zone, day, expected) in table {
        let found = local(zone, &night, hour, &[], day, "2026-09-01T00:00:00Z");
        assert_eq!(found, expected, "{zone} {day}");
    }
    let shut = daily(&[(120, 180)]);
    let found = local(Europe::Berlin, &shut, hour, &[], "2027-03-28", "2026-09-01T00:00:00Z");
    assert!(found.is_empty(), "an hour that does not come has no slots: {found:?}");
}

#[test]
fn each_day_has_its_own_hours_and_a_day_off_none() {
    let week = Week { tue: vec![window(600, 660), window(540, 630)], ..Week::default() };
    let found = local(Asia::Seoul, &week, HALF_HOUR, &[], "2026-12-01", "2026-11-30T00:00:00Z");
    assert_eq!(found, ["09:00", "09:30", "10:00", "10:30"], "spans that overlap are one");
    assert!(local(Asia::Seoul, &week, HALF_HOUR, &[], "2026-12-02", "2026-11-30T00:00:00Z").is_empty());
    let off: NaiveDate = "2026-12-01".parse().expect("a day");
    let closed = |day: NaiveDate| day == off;
    let diary = Diary { zone: Asia::Seoul, week: &week, shape: HALF_HOUR, taken: &[], closed: &closed };
    let found = diary.free(around(off, off).expect("a span"), at("2026-11-30T00:00:00Z"));
    assert!(found.is_empty(), "a holiday");
}

#[test]
fn a_visitor_sees_the_same_instants_on_their_own_days() {
    let week = daily(&[(540, 600)]);
    let day: NaiveDate = "2026-12-01".parse().expect("a day");
    let diary = Diary { zone: Asia::Seoul, week: &week, shape: HALF_HOUR, taken: &[], closed: &|_| false };
    let within = Span { from: at("2026-12-01T00:00:00Z"), to: at("2026-12-01T01:00:00Z") };
    let free = diary.free(within, at("2026-11-30T00:00:00Z"));
    assert_eq!(free, [at("2026-12-01T00:00:00Z"), at("2026-12-01T00:30:00Z")]);
    for (zone, their_day) in [
        (Asia::Seoul, day),
        (America::New_York, day.pred_opt().expect("a day")),
        (Pacific::Kiritimati, day),
        (Pacific::Niue, day.pred_opt().expect("a day")),
    ] {
        let days = by_day(&free, zone);
        assert_eq!(days.keys().collect::<Vec<_>>(), [&their_day], "{zone}");
        assert_eq!(days[&their_day], free);
    }
    assert!(diary.is_free(free[1], at("2026-11-30T00:00:00Z")));
    assert!(!diary.is_free(free[1].plus_seconds(60), at("2026-11-30T00:00:00Z")), "only on its step");
}

#[test]
fn spans_that_touch_are_one() {
    let one = span("2026-12-01T00:00:00Z", "2026-12-01T01:00:00Z");
    let next = span("2026-12-01T01:00:00Z", "2026-12-01T02:00:00Z");
    let within = span("2026-12-01T00:10:00Z", "2026-12-01T00:20:00Z");
    let other = span("2026-12-01T05:00:00Z", "2026-12-01T06:00:00Z");
    let none = Span { from: other.to, to: other.from };
    let all = Span { from: one.from, to: next.to };
    assert_eq!(merged(vec![other, next, within, one, none]), [all, other]);
}

#[test]
fn what_may_become_of_a_meeting() {
    use MeetingState::{Booked, Cancelled, Held, Missed, Moved};
    let (before, begins, after_it) =
        (at("2026-12-01T00:00:00Z"), at("2026-12-01T01:00:00Z"), at("2026-12-01T02:00:00Z"));
    let table = [
        (Booked, Wish::Move, before, Ok(Moved)),
        (Moved, Wish::Move, before, Ok(Moved)),
        (Moved, Wish::Cancel, before, Ok(Cancelled)),
        (Booked, Wish::Cancel, after_it, Err(No::Over)),
        (Booked, Wish::Move, begins, Err(No::Over)),
        (Cancelled, Wish::Move, before, Err(No::Over)),
        (Cancelled, Wish::Cancel, before, Err(No::Over)),
        (Cancelled, Wish::Hold, after_it, Err(No::Over)),
        (Booked, Wish::Hold, before, Err(No::TooSoon)),
        (Booked, Wish::Hold, begins, Ok(Held)),
        (Moved, Wish::Miss, after_it, Ok(Missed)),
        (Held, Wish::Miss, after_it, Ok(Missed)),
        (Missed, Wish::Hold, after_it, Ok(Held)),
        (Held, Wish::Cancel, before, Err(No::Over)),
    ];
    for (state, wish, now, expected) in table {
        assert_eq!(after(state, wish, begins, now), expected, "{state:?} {wish:?}");
    }
    for state in [Booked, Moved, Cancelled, Held, Missed] {
        assert_eq!(MeetingState::parse(state.key()), Some(state));
    }
}

proptest::proptest! {
    /// Whatever the zone, the day and the night: slots lie in the host's hours, one after the other, off what is taken.
    #[test]
    fn slots_lie_in_the_hours_and_off_what_is_taken(
        zone in 0..chrono_tz::TZ_VARIANTS.len(), day in 0_i64..1500, minutes in 5_i64..180, step in 5_i64..120,
        busy in 0_i64..86_400, length in 60_i64..20_000,
    ) {
        let zone = chrono_tz::TZ_VARIANTS[zone];
        let now = at("2026-01-01T00:00:00Z").plus_days(day);
        let week = daily(&[(0, 300), (540, 1440)]);
        let shape = Shape { minutes, step, horizon: 3, ..HALF_HOUR };
        let taken = Span { from: now.plus_seconds(busy), to: now.plus_seconds(busy + length) };
        let taken = [Taken::by_calendar(taken)];
        let diary = Diary { zone, week: &week, shape, taken: &taken, closed: &|_| false };
        let free = diary.free(Span { from: now, to: now.plus_days(5) }, now);
        proptest::prop_assert!(free.windows(2).all(|pair| pair[0] < pair[1]));
        for begins in free {
            let ends = begins.plus_seconds(minutes * 60);
            let own = Span { from: begins, to: ends };
            proptest::prop_assert!(!own.meets(taken[0].span));
            proptest::prop_assert!(begins >= now && begins <= now.plus_days(5));
            let local = begins.to_utc().with_timezone(&zone);
            let minute = chrono::Timelike::hour(&local) * 60 + chrono::Timelike::minute(&local);
            proptest::prop_assert!(!(300..540).contains(&minute), "{local}");
        }
    }
}

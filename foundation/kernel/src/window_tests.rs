use super::*;
use crate::Country;
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

struct Setting {
    zone: Tz,
    calendar: BusinessCalendar,
    windows: SendWindows,
}

fn setting(zone: Tz, country: &str) -> Setting {
    Setting {
        zone,
        calendar: BusinessCalendar::new(Country::from_code(country)),
        windows: SendWindows::default(),
    }
}

impl Setting {
    fn slots(&self) -> Slots<'_> {
        Slots { zone: self.zone, calendar: &self.calendar, windows: &self.windows, quiet: None }
    }
}

#[test]
fn delays_count_business_days_of_the_recipient() {
    let seoul = setting(Tz::Asia__Seoul, "KR");
    let new_york = setting(Tz::America__New_York, "US");
    let cases = [
        (&seoul, "2026-09-18T16:30:00+09:00", 3, "2026-09-23T08:00:00+09:00"),
        (&seoul, "2026-09-18T16:30:00+09:00", 4, "2026-09-28T08:00:00+09:00"),
        (&seoul, "2026-09-23T09:00:00+09:00", 2, "2026-09-29T08:00:00+09:00"),
        (&seoul, "2026-12-24T09:00:00+09:00", 1, "2026-12-28T08:00:00+09:00"),
        (&new_york, "2026-10-30T08:10:00-04:00", 1, "2026-11-02T08:00:00-05:00"),
        (&new_york, "2026-03-06T09:00:00-05:00", 1, "2026-03-09T08:00:00-04:00"),
        (&seoul, "2026-11-24T09:12:00+09:00", 0, "2026-11-24T09:12:00+09:00"),
    ];
    for (setting, done, n, slot) in cases {
        assert_eq!(setting.slots().after_days(at(done), n), Some(at(slot)), "{done} + {n}");
    }
}

#[test]
fn windows_are_half_open() {
    let seoul = setting(Tz::Asia__Seoul, "KR");
    let cases = [
        ("2026-11-24T09:12:00+09:00", "2026-11-24T09:12:00+09:00"),
        ("2026-11-24T10:00:00+09:00", "2026-11-24T15:00:00+09:00"),
        ("2026-11-24T16:00:00+09:00", "2026-11-25T08:00:00+09:00"),
        ("2026-11-24T07:59:59+09:00", "2026-11-24T08:00:00+09:00"),
        ("2026-11-27T16:00:00+09:00", "2026-11-30T08:00:00+09:00"),
    ];
    for (due, slot) in cases {
        assert_eq!(seoul.slots().next(at(due)), Some(at(slot)), "{due}");
    }
}

#[test]
fn a_skipped_local_time_moves_on_and_a_doubled_one_means_the_first() {
    let local = |text: &str| text.parse::<NaiveDateTime>().unwrap();
    let cases = [
        (Tz::America__New_York, "2026-03-08T02:30:00", "2026-03-08T03:00:00-04:00"),
        (Tz::America__New_York, "2026-11-01T01:30:00", "2026-11-01T01:30:00-04:00"),
        (Tz::Europe__Berlin, "2026-03-29T02:00:00", "2026-03-29T03:00:00+02:00"),
        (Tz::Australia__Lord_Howe, "2026-10-04T02:15:00", "2026-10-04T02:30:00+11:00"),
        (Tz::Pacific__Apia, "2011-12-30T09:00:00", "2011-12-31T00:00:00+14:00"),
        (Tz::Asia__Seoul, "2026-11-24T08:00:00", "2026-11-24T08:00:00+09:00"),
    ];
    for (zone, text, instant) in cases {
        assert_eq!(instant_of(zone, local(text)), Some(at(instant)), "{zone} {text}");
    }
}

#[test]
fn quiet_hours_hold_in_every_zone_the_person_may_be_in() {
    let setting = setting(Tz::America__New_York, "US");
    let quiet =
        QuietHours { allowed: LocalWindow::new(480, 1260).unwrap(), zones: &[Tz::America__Los_Angeles] };
    let slots = Slots { quiet: Some(&quiet), ..setting.slots() };
    assert_eq!(
        slots.next(at("2026-11-24T07:00:00-05:00")),
        Some(at("2026-11-24T15:00:00-05:00")),
        "08:00 is 05:00 there"
    );
    let honolulu =
        QuietHours { allowed: LocalWindow::new(630, 1260).unwrap(), zones: &[Tz::Pacific__Honolulu] };
    let slots = Slots { quiet: Some(&honolulu), ..setting.slots() };
    assert_eq!(
        slots.next(at("2026-11-24T07:00:00-05:00")),
        Some(at("2026-11-24T15:30:00-05:00")),
        "10:30 there"
    );
}

#[test]
fn a_message_whose_point_has_passed_takes_the_rest_or_the_next_window() {
    let seoul = setting(Tz::Asia__Seoul, "KR");
    let opens = at("2026-11-24T08:00:00+09:00");
    let planned = seoul.slots().for_message(opens, b"m1").unwrap();
    assert!(planned > opens, "the hash of m1 does not fall on the first second");
    assert_eq!(seoul.slots().for_message(planned, b"m1"), Some(planned));
    let late = planned.plus_seconds(1);
    let rest = seoul.slots().for_message(late, b"m1").unwrap();
    assert!(rest >= late && rest < at("2026-11-24T10:00:00+09:00"));
    let too_late = seoul.slots().for_message(at("2026-11-24T09:58:01+09:00"), b"m1").unwrap();
    assert!(too_late >= at("2026-11-24T15:00:00+09:00"), "{too_late}");
}

#[test]
fn without_a_window_there_is_no_slot() {
    let mut seoul = setting(Tz::Asia__Seoul, "KR");
    seoul.windows.windows.clear();
    assert_eq!(seoul.slots().next(at("2026-11-24T09:00:00+09:00")), None);
    assert!(LocalWindow::new(600, 600).is_err() && LocalWindow::new(0, 1441).is_err());
    assert!(serde_json::from_str::<LocalWindow>(r#"{"from":600,"to":480}"#).is_err());
}

#[test]
fn the_hash_never_changes() {
    assert_eq!(stable_hash(b""), 0xf52a_15e9_a9b5_e89b);
    assert_eq!(stable_hash(b"a"), 0x02c0_bdbf_4814_20f8);
}

const ZONES: [(Tz, &str); 6] = [
    (Tz::Asia__Seoul, "KR"),
    (Tz::America__New_York, "US"),
    (Tz::Europe__London, "GB"),
    (Tz::Australia__Lord_Howe, "AU"),
    (Tz::Asia__Riyadh, "SA"),
    (Tz::Pacific__Apia, "WS"),
];

proptest! {
    #[test]
    fn a_slot_is_never_early_and_always_inside_a_window_of_a_business_day(
        which in 0_usize..6, second in 1_704_067_200_i64..1_861_920_000, message in any::<[u8; 16]>(),
    ) {
        let (zone, country) = ZONES[which];
        let setting = setting(zone, country);
        let from = Timestamp(second * SECOND);
        for slot in [setting.slots().next(from), setting.slots().for_message(from, &message)] {
            let slot = slot.unwrap();
            prop_assert!(slot >= from);
            let local = slot.to_utc().with_timezone(&zone).naive_local();
            prop_assert!(setting.calendar.is_business_day(local.date()));
            let clock = local.format("%H:%M:%S").to_string();
            let inside = ("08:00:00".."10:00:00").contains(&clock.as_str()) || ("15:00:00".."16:00:00").contains(&clock.as_str());
            prop_assert!(inside, "{}", local);
        }
        prop_assert_eq!(setting.slots().for_message(from, &message), setting.slots().for_message(from, &message));
    }
}

//! Calendars as programs write them.

use super::*;
use chrono_tz::{Asia, Europe};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("an instant")
}

fn within() -> Span {
    Span { from: at("2026-12-01T00:00:00Z"), to: at("2026-12-31T00:00:00Z") }
}

fn calendar(lines: &[&str]) -> String {
    let mut all = vec!["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN"];
    all.extend(lines);
    all.push("END:VCALENDAR");
    all.join("\r\n") + "\r\n"
}

fn event(lines: &[&str]) -> String {
    let mut all = vec!["BEGIN:VEVENT", "UID:one@calendar.test", "DTSTAMP:20261101T000000Z"];
    all.extend(lines);
    all.push("END:VEVENT");
    calendar(&all)
}

fn read(text: &str) -> Vec<String> {
    let busy = busy(text, Asia::Seoul, within()).expect("a calendar");
    assert_eq!(busy.unread, 0, "{text}");
    let short = |at: Timestamp| at.to_utc().format("%d %H:%M").to_string();
    busy.spans.iter().map(|span| format!("{}-{}", short(span.from), short(span.to))).collect()
}

#[test]
fn single_events_in_every_way_times_are_written() {
    let table: [(&[&str], &[&str]); 10] = [
        (&["DTSTART:20261202T010000Z", "DTEND:20261202T020000Z"], &["02 01:00-02 02:00"]),
        (&["DTSTART;TZID=Europe/Berlin:20261202T090000", "DURATION:PT45M"], &["02 08:00-02 08:45"]),
        (
            &[
                "DTSTART;TZID=Korea Standard Time:20261202T090000",
                "DTEND;TZID=Korea Standard Time:20261202T100000",
            ],
            &["02 00:00-02 01:00"],
        ),
        (
            &["DTSTART;TZID=\"W. Europe Standard Time\":20261202T090000", "DURATION:PT1H"],
            &["02 08:00-02 09:00"],
        ),
        (&["DTSTART:20261202T090000", "DTEND:20261202T100000"], &["02 00:00-02 01:00"]),
        (&["DTSTART;VALUE=DATE:20261202", "DTEND;VALUE=DATE:20261203"], &["01 15:00-02 15:00"]),
        (&["DTSTART;VALUE=DATE:20261202", "TRANSP:TRANSPARENT"], &[]),
        (&["DTSTART:20261202T010000Z", "DTEND:20261202T020000Z", "STATUS:CANCELLED"], &[]),
        (&["DTSTART:20261202T010000Z", "DTEND:20261202T020000Z", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"], &[]),
        (&["DTSTART:20261130T230000Z", "DTEND:20261201T010000Z"], &["01 00:00-01 01:00"]),
    ];
    for (lines, expected) in table {
        assert_eq!(read(&event(lines)), expected, "{lines:?}");
    }
}

#[test]
fn repeating_events_with_exceptions_moved_and_cancelled_occurrences() {
    let weekly = "DTSTART;TZID=Asia/Seoul:20250106T100000";
    let hour = "DTEND;TZID=Asia/Seoul:20250106T110000";
    let table: [(&[&str], &[&str]); 12] = [
        (
            &[weekly, hour, "RRULE:FREQ=WEEKLY;BYDAY=MO"],
            &["07 01:00-07 02:00", "14 01:00-14 02:00", "21 01:00-21 02:00", "28 01:00-28 02:00"],
        ),
        (
            &[
                weekly,
                hour,
                "RRULE:FREQ=WEEKLY;BYDAY=MO",
                "EXDATE;TZID=Asia/Seoul:20261214T100000,20261221T100000",
            ],
            &["07 01:00-07 02:00", "28 01:00-28 02:00"],
        ),
        (&[weekly, hour, "RRULE:FREQ=WEEKLY;UNTIL=20261208T000000Z"], &["07 01:00-07 02:00"]),
        (&[weekly, hour, "RRULE:FREQ=WEEKLY;UNTIL=20251208T000000Z"], &[]),
        (
            &[weekly, hour, "RRULE:FREQ=WEEKLY;UNTIL=20261214T010000Z"],
            &["07 01:00-07 02:00", "14 01:00-14 02:00"],
        ),
        (&[weekly, hour, "RRULE:FREQ=WEEKLY;UNTIL=20261214T005959Z"], &["07 01:00-07 02:00"]),
        (&[weekly, hour, "RRULE:FREQ=WEEKLY;UNTIL=20261214"], &["07 01:00-07 02:00", "14 01:00-14 02:00"]),
        (
            &[
                "DTSTART:20250106T233000Z",
                "DURATION:PT1H",
                "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261208T233000Z",
            ],
            &["01 00:00-01 00:30", "07 23:30-08 00:30"],
        ),
        (&["DTSTART:20261207T010000Z", "RRULE:FREQ=WEEKLY"], &[]),
        (&["DTSTART;TZID=Asia/Seoul:20280107T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"], &[]),
        (&[weekly, hour, "RRULE:FREQ=MONTHLY;BYDAY=2TU"], &["08 01:00-08 02:00"]),
        (&[weekly, hour, "RDATE;TZID=Asia/Seoul:20261203T100000"], &["03 01:00-03 02:00"]),
    ];
    for (lines, expected) in table {
        assert_eq!(read(&event(lines)), expected, "{lines:?}");
    }
    let master = [
        "BEGIN:VEVENT",
        "UID:a@c.test",
        "DTSTAMP:20261101T000000Z",
        "SEQUENCE:1",
        weekly,
        hour,
        "RRULE:FREQ=WEEKLY;BYDAY=MO",
        "END:VEVENT",
    ];
    let moved = [
        "BEGIN:VEVENT",
        "UID:a@c.test",
        "DTSTAMP:20261101T000000Z",
        "SEQUENCE:3",
        "RECURRENCE-ID;TZID=Asia/Seoul:20261214T100000",
        "DTSTART;TZID=Asia/Seoul:20261215T150000",
        "DTEND;TZID=Asia/Seoul:20261215T160000",
        "END:VEVENT",
    ];
    let cancelled = [
        "BEGIN:VEVENT",
        "UID:a@c.test",
        "DTSTAMP:20261101T000000Z",
        "STATUS:CANCELLED",
        "RECURRENCE-ID;TZID=Asia/Seoul:20261221T100000",
        "DTSTART;TZID=Asia/Seoul:20261221T100000",
        "DTEND;TZID=Asia/Seoul:20261221T110000",
        "END:VEVENT",
    ];
    let lines = [&master[..], &moved[..], &cancelled[..]].concat();
    assert_eq!(read(&calendar(&lines)), ["07 01:00-07 02:00", "15 06:00-15 07:00", "28 01:00-28 02:00"]);
}

#[test]
fn a_meeting_every_day_keeps_its_hour_when_clocks_change() {
    let text = event(&["DTSTART;TZID=Europe/Berlin:20261020T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY"]);
    let days = Span { from: at("2026-10-24T00:00:00Z"), to: at("2026-10-26T23:00:00Z") };
    let busy = busy(&text, Europe::Berlin, days).expect("a calendar");
    let hours: Vec<String> = busy.spans.iter().map(|s| s.from.to_utc().format("%d %H").to_string()).collect();
    assert_eq!(hours, ["24 07", "25 08", "26 08"]);
    let whole = event(&["DTSTART;VALUE=DATE:20261025", "DTEND;VALUE=DATE:20261026"]);
    let busy = super::busy(&whole, Europe::Berlin, days).expect("a calendar");
    assert_eq!(busy.spans, [Span { from: at("2026-10-24T22:00:00Z"), to: at("2026-10-25T23:00:00Z") }]);
}

#[test]
fn free_busy_lists_count_but_for_what_is_free() {
    let text = calendar(&[
        "BEGIN:VFREEBUSY",
        "DTSTART:20261201T000000Z",
        "DTEND:20261231T000000Z",
        "FREEBUSY:20261202T010000Z/20261202T020000Z,20261203T010000Z/PT30M",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261204T010000Z/PT30M",
        "FREEBUSY;FBTYPE=FREE:20261205T010000Z/PT30M",
        "END:VFREEBUSY",
    ]);
    assert_eq!(read(&text), ["02 01:00-02 02:00", "03 01:00-03 01:30", "04 01:00-04 01:30"]);
}

#[test]
fn our_own_invitations_are_left_out_since_we_know_them_better() {
    let ours = format!("UID:{OURS}0193@sales.test");
    let text = calendar(&[
        "BEGIN:VEVENT",
        &ours,
        "DTSTAMP:20261101T000000Z",
        "DTSTART:20261202T010000Z",
        "DTEND:20261202T020000Z",
        "END:VEVENT",
    ]);
    assert!(read(&text).is_empty());
}

#[test]
fn what_repeats_without_end_or_sense_is_told_of_and_keeps_nothing_from_being_read() {
    let text = calendar(&[
        "BEGIN:VEVENT",
        "UID:a@c.test",
        "DTSTART:20100101T000000Z",
        "DURATION:PT1S",
        "RRULE:FREQ=SECONDLY",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:b@c.test",
        "DTSTART:20261202T010000Z",
        "DURATION:PT1H",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:c@c.test",
        "SUMMARY:when?",
        "END:VEVENT",
    ]);
    let busy = busy(&text, Asia::Seoul, within()).expect("a calendar");
    assert_eq!((busy.spans.len(), busy.events, busy.unread), (1, 3, 2));
}

#[test]
fn what_is_no_calendar_is_refused_and_nothing_brings_the_reader_down() {
    for text in ["", "<!doctype html><p>Sign in</p>", "BEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD\r\n"] {
        assert_eq!(busy(text, Asia::Seoul, within()), Err(NoCalendar), "{text:?}");
    }
    let whole =
        event(&["DTSTART;TZID=Europe/Berlin:20261202T090000", "DURATION:PT45M", "RRULE:FREQ=DAILY;COUNT=3"]);
    for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        let _ = busy(&whole[..end], Asia::Seoul, within());
    }
}

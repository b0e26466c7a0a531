//! What must hold of a life, counted day by day and without the rules that made it.

use chrono::{NaiveDate, Timelike};
use kernel::Timestamp;

use super::life::{END, Life};

fn local(life: &Life, at: Timestamp) -> chrono::DateTime<chrono_tz::Tz> {
    at.to_utc().with_timezone(&life.timing.zone)
}

fn day(life: &Life, at: Timestamp) -> NaiveDate {
    local(life, at).date_naive()
}

/// Business days after one day up to another; more than three are not told apart.
fn business_days(life: &Life, from: NaiveDate, to: NaiveDate) -> usize {
    let days = from.iter_days().skip(1).take_while(|d| *d <= to);
    days.filter(|d| life.calendar.days.is_business_day(*d)).take(4).count()
}

pub fn all(life: &Life, person: u64) {
    limits(life, person);
    rest(life, person);
    tracks(life, person);
    wake_up(life, person);
}

fn limits(life: &Life, person: u64) {
    for (n, sent) in life.sent.iter().enumerate() {
        let within = |days: i64| {
            life.sent[..=n].iter().filter(|other| sent.at.seconds_since(other.at) < days * 86_400).count()
        };
        assert!(within(7) <= 1, "person {person}: {} in a week at {}", within(7), sent.at);
        assert!(within(30) <= 4, "person {person}: {} in a month at {}", within(30), sent.at);
        let at = local(life, sent.at);
        assert!(life.calendar.days.is_business_day(at.date_naive()), "person {person}: {at} is a day off");
        assert!([8, 9, 15].contains(&at.hour()), "person {person}: {at} is outside the windows");
    }
}

fn rest(life: &Life, person: u64) {
    for sent in &life.sent {
        let today = day(life, sent.at);
        let spoken = life.exchanges.iter().chain(life.meetings.iter().map(|(_, at)| at));
        // No three business days span a month.
        let near = |at: &&Timestamp| (0..30 * 86_400).contains(&sent.at.seconds_since(**at));
        for before in spoken.filter(near) {
            let rested = business_days(life, day(life, *before), today);
            assert!(rested >= 3, "person {person}: {rested} business days of rest at {}", sent.at);
        }
        for (agreed, meeting) in &life.meetings {
            if *agreed <= sent.at && *meeting > sent.at && meeting.seconds_since(sent.at) < 30 * 86_400 {
                let ahead = business_days(life, today, day(life, *meeting));
                assert!(ahead > 2, "person {person}: {} with a meeting at {meeting}", sent.at);
            }
        }
        let open = life.objections.iter().any(|(from, until)| (*from..*until).contains(&sent.at));
        assert!(!open, "person {person}: {} while an objection is open", sent.at);
        let stopped = life.stop.is_some_and(|stop| stop <= sent.at);
        assert!(!stopped, "person {person}: {} after they said stop", sent.at);
    }
}

/// Steps keep their order, none comes before its day, and limits alone do not starve a track.
fn tracks(life: &Life, person: u64) {
    for (track, (every, touches, ends)) in life.tracks.iter().enumerate() {
        let mut next = 0;
        for sent in life.sent.iter().filter(|sent| sent.track == track) {
            assert_eq!(sent.step, next, "person {person}, track {track}");
            let earliest = records::testing::MORNING.plus_days(every * sent.step);
            assert!(sent.at >= earliest, "person {person}, track {track}: {} is early", sent.at);
            let awake = life.woke_at.is_some_and(|woke| woke <= sent.at);
            assert!(!(*ends && awake), "person {person}, track {track}: {} after waking", sent.at);
            next += 1;
        }
        assert!(next <= *touches);
        let undisturbed = life.stop.is_none() && life.woke_at.is_none();
        assert!(!undisturbed || next > 0, "person {person}, track {track} never had its turn");
    }
}

fn wake_up(life: &Life, person: u64) {
    let Some(asked) = life.wake_on else { return assert!(life.woke_at.is_none()) };
    let expected =
        asked.iter_days().find(|d| life.calendar.days.is_business_day(*d)).expect("a business day");
    let Some(woke) = life.woke_at else {
        return assert!(life.calendar.start_of(expected) >= END.plus_days(-2), "person {person} never woke");
    };
    let at = local(life, woke);
    assert_eq!(at.date_naive(), expected, "person {person}: asked for {asked}");
    assert_eq!((at.hour(), at.minute() < 10), (9, true), "person {person}: {at}");
}

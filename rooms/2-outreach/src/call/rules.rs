//! What a disposition of the call screen leads to, and which hour is a good one. Pure.

use chrono::{Datelike, NaiveDateTime, Timelike};
use kernel::BusinessCalendar;
use serde::{Deserialize, Serialize};
use stats::Beta;

/// Dials from which an hour of the week is shown as known.
pub const ENOUGH_DIALS: i64 = 20;
/// The hours of a day at which nobody is called: before and from this one on.
const DAY: (u32, u32) = (8, 21);
/// How sure the belief on an hour is before any call: as many dials.
const STRENGTH: f64 = 50.0;
/// Of calls that are answered, before any call (domain, section 7: 20 %).
const PRIOR: (f64, f64) = (20.0, 80.0);
/// From this share of the mean of all hours on an hour is a good one, and below the other a poor one.
const GOOD: f64 = 1.1;
const POOR: f64 = 0.75;

/// What became of a dial, as the call screen offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// It rang.
    NoAnswer,
    /// Engaged.
    Busy,
    /// A machine; nothing was said.
    Voicemail,
    /// A message was left.
    VoicemailLeft,
    /// Somebody who keeps calls away.
    Gatekeeper,
    /// Somebody else.
    WrongPerson,
    /// The number is nobody's, or somebody else's for good.
    WrongNumber,
    /// They hung up within 15 seconds.
    HungUpAtOnce,
    /// A talk with them.
    Conversation,
    /// A talk that goes on another time.
    CallbackAgreed,
    /// A talk that led to a meeting.
    MeetingBooked,
    /// A talk in which they said no.
    RefusedAfterTalk,
}

impl Disposition {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NoAnswer => "no_answer",
            Self::Busy => "busy",
            Self::Voicemail => "voicemail",
            Self::VoicemailLeft => "voicemail_left",
            Self::Gatekeeper => "gatekeeper",
            Self::WrongPerson => "wrong_person",
            Self::WrongNumber => "wrong_number",
            Self::HungUpAtOnce => "hung_up_at_once",
            Self::Conversation => "conversation",
            Self::CallbackAgreed => "callback_agreed",
            Self::MeetingBooked => "meeting_booked",
            Self::RefusedAfterTalk => "refused_after_talk",
        }
    }

    /// Whether both sides talked.
    #[must_use]
    pub fn is_talk(self) -> bool {
        records::disposition::outcome_of(self.key()) == Some("intended")
    }
}

/// How good it is to call somebody at an hour of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HourStanding {
    /// More answer than at other hours.
    Good,
    /// About as many.
    Fair,
    /// Fewer.
    Poor,
    /// Night, weekend or holiday where they are.
    Closed,
}

/// The hour of the week, 0 to 167, from Monday at midnight.
#[must_use]
pub fn slot_of(local: NaiveDateTime) -> i64 {
    i64::from(local.weekday().num_days_from_monday() * 24 + local.hour())
}

/// How good the hour on their clock is. `here` are the dials and connects of that hour of the week, `all` of all hours.
///
/// The belief on an hour is Beta(50 m f, 50 (1 - m f)) and what was counted, where m is the mean of all hours and f is
/// 1.3 at 8, 9 and 15, 1.0 from 7 to 17 and 0.5 else (domain, section 7, hour model).
#[must_use]
pub fn standing(
    local: NaiveDateTime,
    calendar: &BusinessCalendar,
    here: (i64, i64),
    all: (i64, i64),
) -> HourStanding {
    let hour = local.hour();
    if !(DAY.0..DAY.1).contains(&hour) || !calendar.is_business_day(local.date()) {
        return HourStanding::Closed;
    }
    let after = |belief: Beta, (dials, connects): (i64, i64)| {
        #[allow(clippy::cast_precision_loss)] // dials of a team
        belief.after(connects as f64, (dials - connects) as f64)
    };
    let mean = after(Beta::new(PRIOR.0, PRIOR.1), all).mean();
    let factor = match hour {
        8 | 9 | 15 => 1.3,
        7 | 10..=14 | 16 | 17 => 1.0,
        _ => 0.5,
    };
    let expected = after(Beta::of_strength((mean * factor).min(0.95), STRENGTH), here).mean();
    if expected >= mean * GOOD {
        HourStanding::Good
    } else if expected < mean * POOR {
        HourStanding::Poor
    } else {
        HourStanding::Fair
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use kernel::Country;

    const ALL: [Disposition; 12] = [
        Disposition::NoAnswer,
        Disposition::Busy,
        Disposition::Voicemail,
        Disposition::VoicemailLeft,
        Disposition::Gatekeeper,
        Disposition::WrongPerson,
        Disposition::WrongNumber,
        Disposition::HungUpAtOnce,
        Disposition::Conversation,
        Disposition::CallbackAgreed,
        Disposition::MeetingBooked,
        Disposition::RefusedAfterTalk,
    ];

    #[test]
    fn every_disposition_is_known_to_the_log_and_its_word_reads_back() {
        for one in ALL {
            assert!(records::disposition::outcome_of(one.key()).is_some(), "{one:?}");
            let read: Disposition = serde_json::from_value(one.key().into()).expect("its word");
            assert_eq!(read, one);
        }
        assert_eq!(ALL.len(), records::disposition::DISPOSITIONS.len());
        assert!(Disposition::RefusedAfterTalk.is_talk() && !Disposition::Gatekeeper.is_talk());
    }

    #[test]
    fn an_hour_is_good_by_its_own_calls_and_by_the_usual_hours_before_there_are_any() {
        let korea = BusinessCalendar::new(Country::from_code("KR"));
        let at = |day: u32, hour: u32| {
            NaiveDate::from_ymd_opt(2026, 11, day).and_then(|d| d.and_hms_opt(hour, 30, 0)).expect("an hour")
        };
        let none = (0, 0);
        let table = [
            (at(23, 9), none, none, HourStanding::Good),
            (at(23, 11), none, none, HourStanding::Fair),
            (at(23, 18), none, none, HourStanding::Poor),
            (at(23, 7), none, none, HourStanding::Closed),
            (at(23, 21), none, none, HourStanding::Closed),
            // Saturday.
            (at(28, 9), none, none, HourStanding::Closed),
            // A hundred calls at eleven of which forty were answered, among a thousand with a fifth.
            (at(23, 11), (100, 40), (1_000, 200), HourStanding::Good),
            (at(23, 9), (200, 8), (1_000, 200), HourStanding::Poor),
        ];
        for (local, here, all, expected) in table {
            assert_eq!(standing(local, &korea, here, all), expected, "{local} {here:?}");
        }
    }

    #[test]
    fn the_week_begins_on_monday_at_midnight() {
        let at = |day: u32, hour: u32| {
            NaiveDate::from_ymd_opt(2026, 11, day).and_then(|d| d.and_hms_opt(hour, 0, 0)).expect("an hour")
        };
        assert_eq!([slot_of(at(23, 0)), slot_of(at(24, 9)), slot_of(at(29, 23))], [0, 33, 167]);
    }
}

//! Who has to be told what, until when, and what keeps it from being told. Pure.

use chrono::{Months, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use kernel::window::instant_of;
use kernel::{Country, Timestamp};
use records::workspace::{MailNeed, MailRules};
use serde::{Deserialize, Serialize};

use crate::basis::law;

/// Days from what somebody said until they must have been told what came of it (enforcement decree, article 62-2).
const TELL_DAYS: i64 = 14;
/// Seconds for which a consent can be taken off the record again before anybody is told of it.
const SECOND_THOUGHTS: i64 = 3_600;
/// Days before the end at which a member is asked to tell what no mail could.
const BY_HAND_DAYS: i64 = 3;
/// Seconds until what cannot be told yet is tried again.
pub const AGAIN_SECONDS: i64 = 6 * 3_600;
/// Months for which a consent holds from the day it was given or confirmed (enforcement decree, article 62-3).
const HOLDS_MONTHS: u32 = 24;
/// Months after which it is asked about.
const ASK_MONTHS: u32 = 23;
/// Days from its beginning until a consent is looked at: no 23 months are shorter.
const LOOK_AFTER_DAYS: i64 = 699;
/// Days until it is seen again whether a consent must be asked about that need not be yet.
const LOOK_DAYS: i64 = 7;
/// The hours of a day in which a notice is sent, where its reader is.
const DAYTIME: (u32, u32) = (9, 18);

/// What somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// That their consent is on record.
    Given,
    /// That it was taken back.
    Withdrawn,
    /// That they get no more, who had not agreed before.
    Refused,
    /// What they agreed to two years ago, and how to keep it or take it back.
    Confirm,
}

impl NoticeKind {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Withdrawn => "withdrawn",
            Self::Refused => "refused",
            Self::Confirm => "confirm",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::from(key)).ok()
    }

    /// Whether it answers a no: it reaches somebody although they want no mail, since that is what it is about.
    #[must_use]
    pub fn answers_refusal(self) -> bool {
        matches!(self, Self::Withdrawn | Self::Refused)
    }
}

/// Whether people of a country are told. Not where an admin decided that what is written there needs nothing, since it
/// is no advertisement then.
#[must_use]
pub fn owed_in(country: Country, rules: &MailRules) -> bool {
    let free = law::set_otherwise(country, rules).is_some_and(|rule| rule.need == MailNeed::Nothing);
    law::of(country).wants_record() && !free
}

/// Until when somebody must have been told.
#[must_use]
pub fn tell_by(said_at: Timestamp) -> Timestamp {
    said_at.plus_days(TELL_DAYS)
}

/// When a notice is due of what was said and put on record now; `None` where the time to tell was over before that: who
/// took the consent elsewhere had to tell then.
#[must_use]
pub fn due(said_at: Timestamp, zone: Tz, now: Timestamp) -> Option<Timestamp> {
    let at = daytime(zone, now.plus_seconds(SECOND_THOUGHTS));
    (tell_by(said_at) > now).then(|| at.min(tell_by(said_at)))
}

/// What is to be done about a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// Ask about it, before that instant.
    Ask(Timestamp),
    /// Look again then.
    Look(Timestamp),
    /// Its two years are over: whoever wants to use it again asks by hand.
    Over,
}

/// When a consent that was given or confirmed at an instant is looked at first.
#[must_use]
pub fn first_look(since: Timestamp) -> Timestamp {
    since.plus_days(LOOK_AFTER_DAYS)
}

/// What is to be done about a consent that was given or confirmed at an instant; `asked`: by itself, and of this person.
#[must_use]
pub fn renewal(since: Timestamp, asked: bool, now: Timestamp) -> Renewal {
    let after = |months| {
        let at = since.to_utc().checked_add_months(Months::new(months));
        at.map_or(since, Timestamp::from_utc)
    };
    let (opens, ends) = (after(ASK_MONTHS), after(HOLDS_MONTHS));
    match (now < opens, now < ends) {
        (true, _) => Renewal::Look(opens),
        (_, false) => Renewal::Over,
        (..) if asked => Renewal::Ask(ends),
        (..) => Renewal::Look(now.plus_days(LOOK_DAYS).min(ends)),
    }
}

/// That instant, or the next morning where it is evening or night.
#[must_use]
pub fn daytime(zone: Tz, at: Timestamp) -> Timestamp {
    let local = at.to_utc().with_timezone(&zone).naive_local();
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    let (opens, closes) = (hour(DAYTIME.0), hour(DAYTIME.1));
    let day = match local.time() {
        time if time < opens => local.date(),
        time if time < closes => return at,
        _ => local.date().checked_add_signed(TimeDelta::days(1)).unwrap_or(local.date()),
    };
    instant_of(zone, day.and_time(opens)).unwrap_or(at).max(at)
}

/// Whether what could not be told so far has to be told by hand now.
#[must_use]
pub fn is_late(tell_by: Timestamp, now: Timestamp) -> bool {
    now >= tell_by.plus_days(-BY_HAND_DAYS)
}

/// Why a mail that answers a no may not even go out once: an address that does not exist, or somebody who threatened or
/// pressed "spam". Anything else is kept by any entry.
#[must_use]
pub fn kept_from(answers_refusal: bool, suppressed: Option<&str>, refuses_mail: bool) -> Option<String> {
    match suppressed {
        Some("unsubscribe" | "by_hand") | None if answers_refusal => None,
        Some(reason) => Some(format!("suppressed_{reason}")),
        None => refuses_mail.then(|| crate::engine::refused::DO_NOT_CONTACT.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::workspace::MailRule;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn only_people_under_koreas_law_are_told() {
        let rule = |need| MailRules::from([("KR".to_owned(), MailRule { need, reason: "asked".into() })]);
        let table = [
            ("KR", MailRules::new(), true),
            ("DE", MailRules::new(), false),
            ("US", MailRules::new(), false),
            ("KR", rule(MailNeed::Consent), true),
            ("KR", rule(MailNeed::Nothing), false),
        ];
        for (code, rules, expected) in table {
            assert_eq!(owed_in(Country::from_code(code).unwrap(), &rules), expected, "{code} {rules:?}");
        }
    }

    #[test]
    fn a_notice_is_due_by_day_and_within_fourteen_days_of_what_was_said() {
        let now = at("2026-11-27T01:30:00Z");
        let table = [
            // Half past ten in Seoul: an hour later.
            (now, now, Some("2026-11-27T02:30:00Z")),
            // Half past eight in the evening: the next morning at nine.
            (at("2026-11-27T11:30:00Z"), at("2026-11-27T11:30:00Z"), Some("2026-11-28T00:00:00Z")),
            // Early in the morning.
            (at("2026-11-26T20:00:00Z"), at("2026-11-26T20:00:00Z"), Some("2026-11-27T00:00:00Z")),
            // Put on record on the last day.
            (at("2026-11-13T01:40:00Z"), now, Some("2026-11-27T01:40:00Z")),
            (at("2026-11-13T01:30:00Z"), now, None),
            (at("2024-11-13T01:30:00Z"), now, None),
        ];
        for (said, now, expected) in table {
            assert_eq!(due(said, Tz::Asia__Seoul, now), expected.map(at), "{said:?} {now:?}");
        }
        assert_eq!(tell_by(now), at("2026-12-11T01:30:00Z"));
        assert!(!is_late(tell_by(now), at("2026-12-08T01:29:59Z")));
        assert!(is_late(tell_by(now), at("2026-12-08T01:30:00Z")));
    }

    #[test]
    fn a_consent_is_asked_about_a_month_before_its_two_years_are_over() {
        let since = at("2024-12-15T03:00:00Z");
        let (opens, ends) = (at("2026-11-15T03:00:00Z"), at("2026-12-15T03:00:00Z"));
        let table = [
            ("2024-12-15T03:00:00Z", true, Renewal::Look(opens)),
            ("2026-11-15T02:59:59Z", true, Renewal::Look(opens)),
            ("2026-11-15T03:00:00Z", true, Renewal::Ask(ends)),
            ("2026-12-15T02:59:59Z", true, Renewal::Ask(ends)),
            ("2026-12-15T03:00:00Z", true, Renewal::Over),
            ("2026-11-15T03:00:00Z", false, Renewal::Look(at("2026-11-22T03:00:00Z"))),
            ("2026-12-14T03:00:00Z", false, Renewal::Look(ends)),
            ("2026-12-16T03:00:00Z", false, Renewal::Over),
        ];
        for (now, asked, expected) in table {
            assert_eq!(renewal(since, asked, at(now)), expected, "{now} {asked}");
        }
        for day in
            ["2024-12-15T03:00:00Z", "2025-02-28T00:00:00Z", "2025-03-01T00:00:00Z", "2026-01-31T00:00:00Z"]
        {
            let (early, opens) = (first_look(at(day)), renewal(at(day), true, at(day)));
            assert!(matches!(opens, Renewal::Look(opens) if early <= opens), "{day}");
        }
        assert_eq!(
            renewal(at("2025-03-31T00:00:00Z"), true, at("2027-02-28T00:00:00Z")),
            Renewal::Ask(at("2027-03-31T00:00:00Z"))
        );
    }

    #[test]
    fn a_no_is_answered_once_and_nothing_else_passes_the_list() {
        let table = [
            (true, Some("unsubscribe"), false, None),
            (true, Some("by_hand"), true, None),
            (true, None, true, None),
            (true, Some("hard_bounce"), false, Some("suppressed_hard_bounce")),
            (true, Some("complaint"), false, Some("suppressed_complaint")),
            (true, Some("hostile"), false, Some("suppressed_hostile")),
            (false, Some("unsubscribe"), false, Some("suppressed_unsubscribe")),
            (false, None, true, Some("do_not_contact")),
            (false, None, false, None),
        ];
        for (answers, suppressed, refuses, expected) in table {
            let kept = kept_from(answers, suppressed, refuses);
            assert_eq!(kept.as_deref(), expected, "{answers} {suppressed:?} {refuses}");
        }
    }
}

//! Signs of interest and what they weigh. The sum and its fading are the process's.

use process::facts::Signal;
use serde::{Deserialize, Serialize};

/// A sign of interest.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    /// Asked for contact, or filled a form.
    AsksForContact,
    /// Looked at the offer.
    OfferViewed,
    /// Wrote a positive reply.
    PositiveReply,
    /// Agreed a meeting.
    MeetingBooked,
    /// Came to the meeting.
    MeetingHeld,
    /// Came to an event.
    EventAttended,
    /// Clicked on content.
    ContentClick,
    /// Looked at prices.
    PricePageVisit,
    /// Looked at another page, and we know who it was.
    PageVisit,
    /// New job, funding, hiring, new technology.
    CompanyChange,
    /// Sent somebody to us.
    ReferralByThem,
}

impl SignalKind {
    /// Points when fresh, and days after which half of them are left (domain, nurturing).
    #[must_use]
    pub fn weight_and_half_life(self) -> (f64, f64) {
        match self {
            Self::AsksForContact => (40.0, 30.0),
            Self::OfferViewed => (15.0, 14.0),
            Self::PositiveReply => (30.0, 21.0),
            Self::MeetingBooked => (35.0, 21.0),
            Self::MeetingHeld => (20.0, 30.0),
            Self::EventAttended => (10.0, 30.0),
            Self::ContentClick => (5.0, 7.0),
            Self::PricePageVisit => (12.0, 7.0),
            Self::PageVisit => (2.0, 7.0),
            Self::CompanyChange => (10.0, 45.0),
            Self::ReferralByThem => (15.0, 60.0),
        }
    }

    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::AsksForContact => "asks_for_contact",
            Self::OfferViewed => "offer_viewed",
            Self::PositiveReply => "positive_reply",
            Self::MeetingBooked => "meeting_booked",
            Self::MeetingHeld => "meeting_held",
            Self::EventAttended => "event_attended",
            Self::ContentClick => "content_click",
            Self::PricePageVisit => "price_page_visit",
            Self::PageVisit => "page_visit",
            Self::CompanyChange => "company_change",
            Self::ReferralByThem => "referral_by_them",
        }
    }
}

/// What a touch gave them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// Taught something.
    Educate,
    /// Showed that it works.
    Proof,
    /// Helped with something.
    Help,
    /// Invited.
    Invite,
    /// Told news.
    News,
    /// A word from one person to another.
    Personal,
    /// Asked for something: gives nothing, and does not count.
    Ask,
}

impl ValueKind {
    /// Whether the touch gave them something.
    #[must_use]
    pub fn gives(self) -> bool {
        self != Self::Ask
    }

    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Educate => "educate",
            Self::Proof => "proof",
            Self::Help => "help",
            Self::Invite => "invite",
            Self::News => "news",
            Self::Personal => "personal",
            Self::Ask => "ask",
        }
    }
}

/// Whether a run of touches asks too much: more than one `ask` in any four in a row (R46).
#[must_use]
pub fn asks_too_much(touches: &[ValueKind]) -> bool {
    let asks = |part: &[ValueKind]| part.iter().filter(|t| !t.gives()).count();
    if touches.len() < 4 { asks(touches) > 1 } else { touches.windows(4).any(|four| asks(four) > 1) }
}

/// One of a kind and day counts: of several signals of one kind on one day the first stays.
/// `day` gives the day of a signal in the reader's calendar.
#[must_use]
pub fn one_a_day(mut signals: Vec<(SignalKind, Signal)>, day: impl Fn(&Signal) -> i64) -> Vec<Signal> {
    signals.sort_by_key(|(_, s)| (s.at, s.evidence));
    let mut seen = std::collections::BTreeSet::new();
    signals.into_iter().filter(|(kind, s)| seen.insert((*kind, day(s)))).map(|(_, s)| s).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Timestamp;
    use process::facts::{Evidence, EvidenceOf, signal_score};

    const NOW: Timestamp = Timestamp(1_763_888_100_000_000);

    fn signal(kind: SignalKind, days_ago: i64) -> (SignalKind, Signal) {
        let (weight, half_life_days) = kind.weight_and_half_life();
        let evidence = Evidence { kind: EvidenceOf::Nurture, id: uuid::Uuid::nil() };
        (kind, Signal { weight, half_life_days, at: NOW.plus_days(-days_ago), evidence })
    }

    fn score(signals: Vec<(SignalKind, Signal)>) -> f64 {
        signal_score(&one_a_day(signals, |s| s.at.0 / kernel::time::DAY), NOW)
    }

    #[test]
    fn the_example_of_the_domain_scores_21_and_does_not_wake() {
        use SignalKind::{ContentClick, MeetingHeld, PricePageVisit};
        let found = score(vec![signal(MeetingHeld, 30), signal(PricePageVisit, 7), signal(ContentClick, 0)]);
        assert!((found - 21.0).abs() < 1e-9, "{found}");
        assert!(found < process::gate::INTEREST_POINTS);
    }

    #[test]
    fn one_signal_of_a_kind_counts_per_day() {
        use SignalKind::{ContentClick, PageVisit};
        assert!((score(vec![signal(ContentClick, 0); 10]) - 5.0).abs() < 1e-9);
        assert!((score(vec![signal(ContentClick, 0), signal(PageVisit, 0)]) - 7.0).abs() < 1e-9);
        assert!((score(vec![signal(ContentClick, 0), signal(ContentClick, 7)]) - 7.5).abs() < 1e-9);
    }

    #[test]
    fn more_than_one_ask_in_four_touches_is_too_much() {
        use ValueKind::{Ask, Educate, Help, News, Proof};
        let cases = [
            (vec![], false),
            (vec![Ask], false),
            (vec![Ask, Ask], true),
            (vec![Educate, Ask, Help, Proof], false),
            (vec![Ask, Educate, Help, Ask], true),
            (vec![Ask, Educate, Help, News, Ask], false),
        ];
        for (touches, expected) in cases {
            assert_eq!(asks_too_much(&touches), expected, "{touches:?}");
        }
    }
}

//! The life of one version of an offer.

use chrono::{Days, NaiveDate};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// Days after sending on which an offer expires, when nothing else is said.
pub const EXPIRY_DAYS: u64 = 30;

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfferState {
    /// Being written.
    Draft,
    /// Somebody else looks at it.
    InReview,
    /// May be sent.
    Approved,
    /// With them.
    Sent,
    /// They looked at it.
    Viewed,
    /// They said yes.
    Accepted,
    /// They said no.
    Declined,
    /// Its day is over.
    Expired,
    /// A newer version was sent.
    Superseded,
    /// We took it back.
    Withdrawn,
    /// Never sent, and never will be.
    Discarded,
}

impl OfferState {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Draft,
        Self::InReview,
        Self::Approved,
        Self::Sent,
        Self::Viewed,
        Self::Accepted,
        Self::Declined,
        Self::Expired,
        Self::Superseded,
        Self::Withdrawn,
        Self::Discarded,
    ];

    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Approved => "approved",
            Self::Sent => "sent",
            Self::Viewed => "viewed",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Withdrawn => "withdrawn",
            Self::Discarded => "discarded",
        }
    }

    /// Reads the key.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// States it may turn into.
    #[must_use]
    pub fn next(self) -> &'static [Self] {
        const ANSWERS: [OfferState; 5] = [
            OfferState::Accepted,
            OfferState::Declined,
            OfferState::Expired,
            OfferState::Superseded,
            OfferState::Withdrawn,
        ];
        match self {
            Self::Draft => &[Self::InReview, Self::Sent, Self::Discarded],
            // Changes requested lead back to the draft.
            Self::InReview => &[Self::Approved, Self::Draft],
            Self::Approved => &[Self::Sent, Self::Draft],
            Self::Sent => &[
                Self::Viewed,
                Self::Accepted,
                Self::Declined,
                Self::Expired,
                Self::Superseded,
                Self::Withdrawn,
            ],
            Self::Viewed => &ANSWERS,
            _ => &[],
        }
    }

    /// Whether it may turn into that. Looking twice changes nothing and is allowed.
    #[must_use]
    pub fn may_become(self, to: Self) -> bool {
        self.next().contains(&to) || (self == Self::Viewed && to == Self::Viewed)
    }

    /// Nothing follows.
    #[must_use]
    pub fn is_final(self) -> bool {
        self.next().is_empty()
    }

    /// They have it, or answered it.
    #[must_use]
    pub fn is_out(self) -> bool {
        matches!(self, Self::Sent | Self::Viewed | Self::Accepted | Self::Declined)
    }

    /// Its content may be changed; what was reviewed becomes a draft again.
    #[must_use]
    pub fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::InReview | Self::Approved)
    }
}

/// The last day on which an offer sent today holds.
#[must_use]
pub fn default_expiry(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(EXPIRY_DAYS)).unwrap_or(today)
}

/// Whether its last day is over: that day ends at 23:59:59 in the prospect's zone.
#[must_use]
pub fn is_expired(last_day: NaiveDate, zone: chrono_tz::Tz, now: Timestamp) -> bool {
    now.to_utc().with_timezone(&zone).date_naive() > last_day
}

#[cfg(test)]
mod tests {
    use super::*;
    use OfferState::{
        Accepted, Approved, Declined, Discarded, Draft, Expired, InReview, Sent, Superseded, Viewed,
        Withdrawn,
    };

    #[test]
    fn an_offer_goes_only_the_ways_of_the_table() {
        let table: [(OfferState, &[OfferState]); 11] = [
            (Draft, &[InReview, Sent, Discarded]),
            (InReview, &[Draft, Approved]),
            (Approved, &[Draft, Sent]),
            (Sent, &[Viewed, Accepted, Declined, Expired, Superseded, Withdrawn]),
            (Viewed, &[Viewed, Accepted, Declined, Expired, Superseded, Withdrawn]),
            (Accepted, &[]),
            (Declined, &[]),
            (Expired, &[]),
            (Superseded, &[]),
            (Withdrawn, &[]),
            (Discarded, &[]),
        ];
        for (from, ways) in table {
            for to in OfferState::ALL {
                assert_eq!(from.may_become(to), ways.contains(&to), "{from:?} to {to:?}");
            }
            assert_eq!(OfferState::parse(from.key()), Some(from));
            assert_eq!(from.is_final(), ways.is_empty());
        }
    }

    #[test]
    fn an_offer_holds_to_the_end_of_its_day_where_the_prospect_is() {
        let day: NaiveDate = "2026-12-23".parse().unwrap();
        let at = |t: &str| Timestamp::parse(t).unwrap();
        let seoul = chrono_tz::Asia::Seoul;
        assert!(!is_expired(day, seoul, at("2026-12-23T23:59:59+09:00")));
        assert!(is_expired(day, seoul, at("2026-12-24T00:00:00+09:00")));
        assert!(!is_expired(day, chrono_tz::America::New_York, at("2026-12-24T00:00:00+09:00")));
        assert_eq!(default_expiry("2026-11-23".parse().unwrap()), day);
    }
}

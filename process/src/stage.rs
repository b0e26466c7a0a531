//! The seven phases of the cycle and the five statuses of a deal.
//!
//! Names of custom stages are free; reports, targets and moves know only these phases.

use serde::{Deserialize, Serialize};

/// One of the seven phases, in the order a lead walks through them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Pick whom to approach, and study them.
    Prospecting,
    /// Start a conversation.
    Outreach,
    /// Learn whether it fits and what they need.
    Qualification,
    /// Become the source they trust.
    Nurturing,
    /// Present the solution.
    Offer,
    /// Explain why it is the best one.
    Objections,
    /// Decide, and set up what comes next.
    Closing,
}

/// Whether a deal is being worked on, and if not, how it ended.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being worked on.
    Open,
    /// They bought. Only in closing.
    Won,
    /// They did not buy.
    Lost,
    /// We decided that it does not fit.
    Disqualified,
    /// They said "later". Only in nurturing, always with a day on which to wake.
    NotYet,
}

/// The text names no phase or status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is none of the cycle's names")]
pub struct NotAName(pub String);

impl Phase {
    /// All seven, in order.
    pub const ALL: [Self; 7] = [
        Self::Prospecting,
        Self::Outreach,
        Self::Qualification,
        Self::Nurturing,
        Self::Offer,
        Self::Objections,
        Self::Closing,
    ];

    /// The key used in tables, answers and addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Prospecting => "prospecting",
            Self::Outreach => "outreach",
            Self::Qualification => "qualification",
            Self::Nurturing => "nurturing",
            Self::Offer => "offer",
            Self::Objections => "objections",
            Self::Closing => "closing",
        }
    }

    /// Where it stands in the cycle, 0 to 6.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// The phase after this one; `None` behind closing.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self.index() + 1).copied()
    }

    /// Phases from `self` up to but without `end`, in order; empty when `end` does not lie ahead.
    pub fn until(self, end: Self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |p| *p >= self && *p < end)
    }
}

impl Status {
    /// All five.
    pub const ALL: [Self; 5] = [Self::Open, Self::Won, Self::Lost, Self::Disqualified, Self::NotYet];

    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Disqualified => "disqualified",
            Self::NotYet => "not_yet",
        }
    }
}

impl std::str::FromStr for Phase {
    type Err = NotAName;
    fn from_str(text: &str) -> Result<Self, NotAName> {
        Self::ALL.into_iter().find(|p| p.key() == text).ok_or_else(|| NotAName(text.to_owned()))
    }
}

impl std::str::FromStr for Status {
    type Err = NotAName;
    fn from_str(text: &str) -> Result<Self, NotAName> {
        Self::ALL.into_iter().find(|s| s.key() == text).ok_or_else(|| NotAName(text.to_owned()))
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_the_one_that_json_carries_and_reads_back() {
        for phase in Phase::ALL {
            assert_eq!(phase.key().parse::<Phase>().unwrap(), phase);
            assert_eq!(serde_json::to_value(phase).unwrap(), phase.key());
        }
        for status in Status::ALL {
            assert_eq!(status.key().parse::<Status>().unwrap(), status);
            assert_eq!(serde_json::to_value(status).unwrap(), status.key());
        }
        assert!("negotiation".parse::<Phase>().is_err());
    }

    #[test]
    fn the_cycle_has_seven_phases_in_the_order_of_the_article() {
        let keys: Vec<&str> = Phase::ALL.map(Phase::key).to_vec();
        let expected =
            ["prospecting", "outreach", "qualification", "nurturing", "offer", "objections", "closing"];
        assert_eq!(keys, expected);
        assert_eq!(Phase::Closing.next(), None);
        let between: Vec<Phase> = Phase::Qualification.until(Phase::Offer).collect();
        assert_eq!(between, [Phase::Qualification, Phase::Nurturing]);
        assert_eq!(Phase::Offer.until(Phase::Outreach).count(), 0);
    }
}

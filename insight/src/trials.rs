//! From the events of one company to the trials of the five rates. Pure.
//!
//! Words and rules are those of docs/metrics.md: dial, connect, delivered, positive reply, pursuit,
//! conversation, qualified opportunity, customer.

mod facts;
mod pursuit;

pub use facts::LogEvent;

use kernel::{DealId, PersonId, ProcessVersionId, SequenceId, Timestamp, UserId};

/// Which rate a trial belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RateKey {
    /// A dial; success is a connect.
    DialToConnect,
    /// A mail sent; shown beside the people reached, never judged by itself.
    MailSent,
    /// A person reached by at least one delivered mail; success is a positive reply.
    PositiveReply,
    /// A first conversation; success is a next sales conversation held.
    Conversion,
    /// A meeting booked; success is that it was held. Shown beside conversion, never judged by itself.
    Booked,
    /// A next sales conversation; success is a qualified opportunity.
    SalesAcceptance,
    /// A qualified opportunity; success is a customer.
    Close,
}

impl RateKey {
    /// The word kept in the table.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::DialToConnect => "dial_to_connect",
            Self::MailSent => "mail_sent",
            Self::PositiveReply => "positive_reply",
            Self::Conversion => "conversion",
            Self::Booked => "booked",
            Self::SalesAcceptance => "sales_acceptance",
            Self::Close => "close",
        }
    }

    /// Days in which a success must come to count in the cohort view.
    #[must_use]
    pub fn horizon_days(self) -> i64 {
        match self {
            Self::DialToConnect => 0,
            Self::MailSent | Self::PositiveReply => 14,
            Self::Conversion | Self::Booked | Self::SalesAcceptance => 30,
            Self::Close => 180,
        }
    }
}

/// One trial with the labels that held when it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// Of which rate.
    pub rate: RateKey,
    /// When it began.
    pub at: Timestamp,
    /// When it succeeded.
    pub success_at: Option<Timestamp>,
    /// When it was lost; for [`RateKey::Close`].
    pub lost_at: Option<Timestamp>,
    /// For mails: not bounced hard within seven days.
    pub delivered: bool,
    /// The person dialled, mailed or talked to.
    pub person: Option<PersonId>,
    /// The deal, for [`RateKey::Close`].
    pub deal: Option<DealId>,
    /// Who did it.
    pub rep: Option<UserId>,
    /// `phone`, `email`, `meeting`.
    pub channel: Option<&'static str>,
    /// The sequence that caused it.
    pub sequence: Option<SequenceId>,
    /// The version of the process that governed it.
    pub version: Option<ProcessVersionId>,
}

/// Rules that a process may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Days without an event after which a pursuit has ended.
    pub quiet_days: i64,
    /// Days in which a win that is taken back counts as none.
    pub reversal_days: i64,
    /// Versions in the order of their publishing, for events that name none.
    pub versions: Vec<(Timestamp, ProcessVersionId)>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { quiet_days: 180, reversal_days: 14, versions: Vec::new() }
    }
}

/// The trials in the events of one company, or of one person without company. `events` may come in
/// any order; what was undone or corrected is taken as if it had always been so.
#[must_use]
pub fn trials_of(events: &[LogEvent], rules: &Rules) -> Vec<Trial> {
    let facts = facts::settle(events, rules);
    let mut trials = Vec::new();
    for pursuit in pursuit::split(facts, rules) {
        trials.extend(pursuit.trials());
    }
    trials.sort_by_key(|t| (t.rate, t.at, t.person, t.deal));
    trials
}

#[cfg(test)]
#[path = "trials_tests.rs"]
mod tests;

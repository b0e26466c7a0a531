//! How one mail goes on (domain, outreach engine), above all: never twice. Pure.

use kernel::Timestamp;
use mail::Outcome;
use serde::{Deserialize, Serialize};

/// Seconds for which a sender holds its claim.
pub const LEASE_SECONDS: i64 = 120;
/// Attempts until a mail that is refused for now is given up: by then 48 hours have passed.
pub const ATTEMPTS: i64 = 12;
/// Minutes to wait after the first refusals; then six hours each time.
const BACKOFF_MINUTES: [i64; 4] = [5, 15, 60, 240];

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// Written, waiting for its time.
    Planned,
    /// Something in it has no value; a person must edit it.
    NeedsEdit,
    /// Ready; a sender may take it.
    Queued,
    /// A sender has it.
    Sending,
    /// It may have left: nobody knows. Never sent again by itself.
    Uncertain,
    /// The first server took it.
    Sent,
    /// It came back.
    Bounced,
    /// It could not be sent.
    Failed,
    /// It will not be sent.
    Cancelled,
    /// Came in and belongs to somebody.
    Received,
    /// Came in and waits to be put to somebody.
    Unmatched,
}

impl MessageState {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::NeedsEdit => "needs_edit",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Uncertain => "uncertain",
            Self::Sent => "sent",
            Self::Bounced => "bounced",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Received => "received",
            Self::Unmatched => "unmatched",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::from(key)).ok()
    }

    /// Whether it can still be kept from leaving.
    #[must_use]
    pub fn can_be_cancelled(self) -> bool {
        matches!(self, Self::Planned | Self::NeedsEdit | Self::Queued)
    }
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// It is sent.
    Sent,
    /// Try again then.
    Retry(Timestamp),
    /// Given up; a definite no.
    Failed,
    /// Nobody knows.
    Uncertain,
}

/// What follows from the server's answer. `attempts` counts this one.
#[must_use]
pub fn after_attempt(outcome: &Outcome, attempts: i64, now: Timestamp) -> After {
    match outcome {
        Outcome::Sent { .. } => After::Sent,
        Outcome::Unknown { .. } => After::Uncertain,
        Outcome::Refused(refusal) if refusal.transient => retry(attempts, now),
        Outcome::Refused(_) => After::Failed,
    }
}

/// When a mail that certainly did not leave is tried again, for 48 hours.
#[must_use]
pub fn retry(attempts: i64, now: Timestamp) -> After {
    if attempts >= ATTEMPTS {
        return After::Failed;
    }
    let nth = usize::try_from(attempts - 1).unwrap_or(0);
    let minutes = BACKOFF_MINUTES.get(nth).copied().unwrap_or(360);
    After::Retry(now.plus_seconds(minutes * 60))
}

/// What becomes of a mail whose sender went away: before the content began it is free again; after it
/// nobody knows.
#[must_use]
pub fn after_lost_lease(data_started: bool) -> MessageState {
    if data_started { MessageState::Uncertain } else { MessageState::Queued }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail::smtp::Refusal;

    fn refused(code: u16) -> Outcome {
        Outcome::Refused(Refusal {
            transient: code < 500,
            code,
            status: None,
            text: "no".into(),
            recipient: None,
        })
    }

    #[test]
    fn only_a_definite_no_or_an_unstarted_attempt_is_ever_repeated() {
        let now = Timestamp(1_000_000_000_000);
        let unknown = Outcome::Unknown { why: "gone".into() };
        let sent = Outcome::Sent { response: "ok".into() };
        let table = [
            (sent, 1, After::Sent),
            (unknown.clone(), 1, After::Uncertain),
            (unknown, 11, After::Uncertain),
            (refused(550), 1, After::Failed),
            (refused(451), 1, After::Retry(now.plus_seconds(300))),
            (refused(421), 2, After::Retry(now.plus_seconds(900))),
            (refused(451), 3, After::Retry(now.plus_seconds(3600))),
            (refused(451), 4, After::Retry(now.plus_seconds(4 * 3600))),
            (refused(451), 5, After::Retry(now.plus_seconds(6 * 3600))),
            (refused(451), 11, After::Retry(now.plus_seconds(6 * 3600))),
            (refused(451), 12, After::Failed),
        ];
        for (outcome, attempts, expected) in table {
            assert_eq!(after_attempt(&outcome, attempts, now), expected, "{outcome:?} {attempts}");
        }
        assert_eq!(after_lost_lease(false), MessageState::Queued);
        assert_eq!(after_lost_lease(true), MessageState::Uncertain);
    }

    #[test]
    fn nothing_that_may_have_left_can_be_cancelled_or_taken_for_unsent() {
        use MessageState::{
            Bounced, Cancelled, Failed, NeedsEdit, Planned, Queued, Received, Sending, Sent, Uncertain,
            Unmatched,
        };
        for state in [Planned, NeedsEdit, Queued] {
            assert!(state.can_be_cancelled());
        }
        for state in [Sending, Uncertain, Sent, Bounced, Failed, Cancelled, Received, Unmatched] {
            assert!(!state.can_be_cancelled());
            assert_eq!(MessageState::parse(state.key()), Some(state));
        }
    }
}

//! How a conversation goes on. Pure.

use kernel::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Longest rest, in days.
pub const REST_DAYS: i64 = 366;

/// Where a conversation stands in the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversationState {
    /// It waits for somebody of us.
    #[default]
    Open,
    /// It rests until a time, or until they write again.
    Snoozed,
    /// Nothing is left to do.
    Done,
}

impl ConversationState {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Snoozed => "snoozed",
            Self::Done => "done",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        [Self::Open, Self::Snoozed, Self::Done].into_iter().find(|state| state.key() == key)
    }
}

/// What members decide about a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// Where it stands.
    pub state: ConversationState,
    /// Whose it is.
    pub assigned_to: Option<UserId>,
    /// Until when it rests.
    pub snoozed_until: Option<Timestamp>,
}

/// What happens to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It becomes somebody's, or nobody's.
    Assign(Option<UserId>),
    /// It rests until then.
    Snooze(Timestamp),
    /// Nothing is left to do.
    Done,
    /// It waits again, because somebody says so.
    Reopen,
    /// Its rest is over.
    Wake,
    /// They wrote something that wants an answer.
    Arrive,
}

/// Where a conversation stands after a deed. Whose it is changes by assigning alone.
#[must_use]
pub fn after(before: Standing, deed: Deed) -> Standing {
    use ConversationState::{Done, Open, Snoozed};
    match deed {
        Deed::Assign(to) => Standing { assigned_to: to, ..before },
        Deed::Snooze(until) => Standing { state: Snoozed, snoozed_until: Some(until), ..before },
        Deed::Done => Standing { state: Done, snoozed_until: None, ..before },
        Deed::Wake if before.state != Snoozed => before,
        Deed::Reopen | Deed::Wake | Deed::Arrive => Standing { state: Open, snoozed_until: None, ..before },
    }
}

/// Whether a mail waits for an answer of ours: what a person wrote, unless they ask for no more mail.
#[must_use]
pub fn wants_answer(class: &str, intent: Option<&str>) -> bool {
    class == "human" && intent != Some("unsubscribe")
}

/// Whether a rest may end then: later than now, and within [`REST_DAYS`].
#[must_use]
pub fn may_rest_until(until: Timestamp, now: Timestamp) -> bool {
    until > now && until <= now.plus_days(REST_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_392_000_000_000);

    #[test]
    fn each_deed_leads_where_the_table_says() {
        use ConversationState::{Done, Open, Snoozed};
        let (ada, ben) = (Some(UserId::new()), Some(UserId::new()));
        let stands = |state, assigned_to, snoozed_until| Standing { state, assigned_to, snoozed_until };
        let later = Some(NOW.plus_days(1));
        let table = [
            (stands(Open, ada, None), Deed::Assign(ben), stands(Open, ben, None)),
            (stands(Snoozed, ada, later), Deed::Assign(None), stands(Snoozed, None, later)),
            (stands(Open, ada, None), Deed::Snooze(NOW.plus_days(1)), stands(Snoozed, ada, later)),
            (stands(Done, ada, None), Deed::Snooze(NOW.plus_days(1)), stands(Snoozed, ada, later)),
            (stands(Snoozed, ada, later), Deed::Done, stands(Done, ada, None)),
            (stands(Done, ada, None), Deed::Reopen, stands(Open, ada, None)),
            (stands(Snoozed, None, later), Deed::Wake, stands(Open, None, None)),
            (stands(Done, ada, None), Deed::Wake, stands(Done, ada, None)),
            (stands(Snoozed, ada, later), Deed::Arrive, stands(Open, ada, None)),
            (stands(Done, ada, None), Deed::Arrive, stands(Open, ada, None)),
        ];
        for (before, deed, expected) in table {
            assert_eq!(after(before, deed), expected, "{before:?} {deed:?}");
        }
    }

    #[test]
    fn only_what_a_person_wrote_wants_an_answer() {
        let table = [
            ("human", Some("question"), true),
            ("human", None, true),
            ("human", Some("unsubscribe"), false),
            ("automatic", None, false),
            ("calendar", None, false),
            ("unsubscribe", None, false),
        ];
        for (class, intent, expected) in table {
            assert_eq!(wants_answer(class, intent), expected, "{class} {intent:?}");
        }
    }

    #[test]
    fn a_rest_ends_in_the_future_and_within_a_year() {
        for (until, may) in [
            (NOW, false),
            (NOW.plus_seconds(-1), false),
            (NOW.plus_seconds(1), true),
            (NOW.plus_days(366), true),
            (NOW.plus_days(367), false),
        ] {
            assert_eq!(may_rest_until(until, NOW), may, "{until}");
        }
    }
}

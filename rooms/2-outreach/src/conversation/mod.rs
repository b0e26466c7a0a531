//! Conversations: what one person and one mailbox of ours write to each other, as the shared inbox lists it. One
//! begins with the first mail of theirs, waits for an answer, and is somebody's, or nobody's yet.
//!
//! `rules` say how one goes on; `queries` keep the row; `change` is what members do to it, with its events; `reply`
//! answers in the thread. What is *not* here: reading mail and knowing whose it is (`inbox`), and sending (`engine`).

mod change;
mod queries;
mod reply;
mod routes;
pub mod rules;
mod task;
mod wake;

use kernel::{
    CompanyId, ConversationId, DealId, MailboxId, MessageId, PersonId, Timestamp, UserId, WorkspaceId,
};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::Subject;

pub use queries::{Arrived, answered, arrived, intent_changed, page_query, rebuild};
pub use routes::routes;
pub use rules::ConversationState;
pub use task::reaction;
pub use wake::wake_due;

/// A conversation became somebody's, or nobody's. Payload: `before`, `after` (`assigned_to`, with its `name`).
pub const ASSIGNED: &str = "conversation.assigned";
/// It rests until later. Payload: `before`, `after` (`state`, `snoozed_until`).
pub const SNOOZED: &str = "conversation.snoozed";
/// Its rest is over. Payload: `before`, `after`.
pub const WOKE: &str = "conversation.woke";
/// Nothing is left to do about it. Payload: `before`, `after`.
pub const DONE: &str = "conversation.done";
/// It waits again. Payload: `before`, `after`.
pub const REOPENED: &str = "conversation.reopened";
/// What was done to it last was taken back. Payload: `before`, `after`.
pub const UNDONE: &str = "conversation.undone";

/// A conversation as the inbox lists it.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct ConversationRow {
    /// Its id.
    pub id: ConversationId,
    #[serde(skip)]
    pub(crate) workspace_id: WorkspaceId,
    /// `open`, `snoozed`, `done`.
    pub state: String,
    /// Whose it is.
    pub assigned_to: Option<UserId>,
    /// Their name.
    pub assigned_name: Option<String>,
    /// Until when it rests.
    pub snoozed_until: Option<Timestamp>,
    /// With whom.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: Option<String>,
    /// Their company.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub company_name: Option<String>,
    /// The deal it is about.
    pub deal_id: Option<DealId>,
    /// Its name.
    pub deal_name: Option<String>,
    /// The mailbox it came to.
    pub mailbox_id: MailboxId,
    /// Its address.
    pub mailbox_address: Option<String>,
    /// The mail of theirs it stands on: the one to answer.
    pub message_id: MessageId,
    /// Its subject.
    pub subject: Option<String>,
    /// How it begins, without what it quotes.
    pub excerpt: Option<String>,
    /// What that mail is: `human`, `automatic`, …
    pub class: String,
    /// What it wants.
    pub intent: Option<String>,
    /// When it came.
    pub last_in_at: Timestamp,
    /// When it was answered by hand; not since, when this lies before `last_in_at`.
    pub answered_at: Option<Timestamp>,
    /// Its place in the list: when their mail came, or when the conversation woke.
    pub listed_at: Timestamp,
    /// What taking the last change back brings back: `state`, `assigned_to`, `snoozed_until`; empty when there is nothing.
    #[schema(value_type = Option<Object>)]
    pub was: Option<Json>,
    /// Counts changes.
    pub revision: i64,
    /// Began when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

impl ConversationRow {
    /// What events of it are about.
    #[must_use]
    pub fn subject_of_events(&self) -> Subject {
        Subject {
            company: self.company_id,
            person: Some(self.person_id),
            deal: self.deal_id,
            row: Some(self.id.0),
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn standing(&self) -> rules::Standing {
        rules::Standing {
            state: ConversationState::parse(&self.state).unwrap_or_default(),
            assigned_to: self.assigned_to,
            snoozed_until: self.snoozed_until,
        }
    }
}

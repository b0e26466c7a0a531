//! What people under Korea's law have to be told about their consent: that it is on record, or that it or their refusal
//! was heard, within fourteen days (Network Act, article 50 (7); enforcement decree, article 62-2), and every two years what
//! they agreed to (50 (8), 62-3).
//!
//! `arise` makes a notice of what the log says, `confirm` of consents that grow old; `tell` writes its mail in time and follows it; `rules` say when and
//! whether; `words` are the mails' texts. A notice is no advertisement, and no step of a sequence: it is sent like mail by
//! hand, once. What is *not* here: whether somebody may get advertisements (`law`).

pub mod arise;
pub mod confirm;
mod desk;
mod followed;
mod queries;
pub mod rules;
pub mod tell;
pub mod words;

use kernel::{MessageId, PersonId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use uuid::Uuid;

pub use arise::reactions;
pub use queries::of_person;
pub use rules::NoticeKind;

/// Somebody could not be told what became of their consent or refusal, and a member was asked to. Payload: `kind`, `why`.
pub const CONSENT_UNTOLD: &str = "consent.untold";

/// What a person has to be told about a consent or refusal.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct ConsentNotice {
    /// Its id.
    pub id: Uuid,
    #[serde(skip)]
    pub(super) workspace_id: WorkspaceId,
    #[serde(skip)]
    pub(super) person_id: PersonId,
    /// The consent, or for `refused` the entry of the list of those not to be written to.
    pub cause_id: Uuid,
    /// `given`, `withdrawn`, `refused`, or `confirm`: they are asked about a consent of two years ago.
    pub kind: String,
    /// When they said it, or confirmed it last.
    pub said_at: Timestamp,
    /// Until when they must be told.
    pub tell_by: Timestamp,
    /// `waiting`, `queued` (its mail is on its way), `told`, `untold`.
    pub state: String,
    /// Why not, or not yet: `no_email`, `no_mailbox`, `do_not_contact`, `suppressed_…`, or what became of its mail.
    pub why: Option<String>,
    /// The mail.
    pub message_id: Option<MessageId>,
    /// When they were told.
    pub told_at: Option<Timestamp>,
}

//! Typed ids. Every row has a UUIDv7, so ids made later sort later and pages by id stay stable.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
            sea_orm::DeriveValueType, utoipa::ToSchema,
        )]
        #[schema(value_type = uuid::Uuid)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, later than every id made before it on this machine.
            #[must_use]
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(s).map(Self)
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

ids! {
    /// A workspace: the wall between customers' data, and the sharding key.
    WorkspaceId,
    /// A person who signs in. One user may be a member of several workspaces.
    UserId,
    /// A company somebody sells to.
    CompanyId,
    /// A person at a company, or alone.
    PersonId,
    /// An address, number or profile by which a person is reached.
    ContactPointId,
    /// One attempt to sell to one company.
    DealId,
    /// Two records that became one.
    MergeId,
    /// Something somebody has to do.
    TaskId,
    /// A note, call or meeting.
    ActivityId,
    /// A field the workspace made up itself.
    CustomFieldId,
    /// A list's filters, sort and columns under a name.
    SavedViewId,
    /// A list of companies or people, chosen one by one or by filters.
    ListId,
    /// A rule that says whose companies are.
    TerritoryId,
    /// A background job: import, export, re-score.
    JobId,
    /// An uploaded or generated file.
    FileId,
    /// An API token.
    ApiTokenId,
    /// An invitation to a workspace.
    InvitationId,
    /// A browser's sign-in.
    SessionId,
    /// A published or draft version of the process.
    ProcessVersionId,
    /// A move of a deal between stages or statuses.
    TransitionId,
    /// An ideal customer profile.
    IcpProfileId,
    /// A form on a site, by which people get in touch.
    LeadFormId,
    /// Somebody who got in touch, as it came in.
    LeadArrivalId,
    /// A source of values for records.
    EnrichmentProviderId,
    /// A value a source gave for a field of a record.
    EnrichmentValueId,
    /// A mail account a rep sends from.
    MailboxId,
    /// Where members sign in to their mail accounts.
    SignInProviderId,
    /// A sequence of steps.
    SequenceId,
    /// A short text that mails insert.
    SnippetId,
    /// A letter, a card or something else that is sent by post.
    PieceId,
    /// A person going through a sequence.
    EnrolmentId,
    /// One mail of one step, out or in.
    MessageId,
    /// What one person and one mailbox write to each other.
    ConversationId,
    /// A kind of meeting people can book.
    MeetingKindId,
    /// A meeting somebody booked.
    MeetingId,
    /// A challenge, goal or other finding of a discovery talk.
    FindingId,
    /// What was said in a call or a meeting.
    TranscriptId,
    /// A discovery framework: questions in their order.
    FrameworkId,
    /// A discovery talk, its notes and answers.
    TalkId,
    /// An offer.
    OfferId,
    /// An objection.
    ObjectionId,
    /// One line of the event log.
    EventId,
}

//! To which mail of ours an incoming mail belongs: the first hit of eight (domain, outreach engine). Pure.

use kernel::{CompanyId, MessageId, PersonId};
use serde::{Deserialize, Serialize};

/// Days within which the same subject from a known address continues a thread.
pub const SUBJECT_DAYS: i64 = 90;

/// By which rule a mail was matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// In-Reply-To or References name a mail of ours.
    Reference,
    /// A token stands in a recipient or in our own header.
    Token,
    /// A mail of ours is attached.
    Attached,
    /// Outlook's conversation is one of ours.
    Conversation,
    /// A known address continues a subject of ours.
    Subject,
    /// A known person writes.
    Person,
    /// Somebody of a known company writes.
    Company,
}

impl MatchedBy {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Token => "token",
            Self::Attached => "attached",
            Self::Conversation => "conversation",
            Self::Subject => "subject",
            Self::Person => "person",
            Self::Company => "company",
        }
    }
}

/// What was found for each rule.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Our mails by their id, in the order in which the answer names them: nearest first.
    pub referenced: Vec<MessageId>,
    /// Our mail by a token in a recipient or header.
    pub by_token: Option<MessageId>,
    /// Our mail by the id of an attached mail.
    pub attached: Option<MessageId>,
    /// Our mail of the same conversation.
    pub conversation: Option<MessageId>,
    /// The newest mail of ours to this address with the same base subject within [`SUBJECT_DAYS`].
    pub same_subject: Option<MessageId>,
    /// The sender.
    pub person: Option<PersonId>,
    /// The one company of the sender's domain, if it is not one of free mail.
    pub company: Option<CompanyId>,
}

/// What it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// A mail of ours.
    Message(MessageId, MatchedBy),
    /// A person, by no mail in particular.
    Person(PersonId),
    /// Somebody new at a company we know: a proposal.
    Company(CompanyId),
    /// Nobody: to the tray.
    Nobody,
}

/// The first hit.
#[must_use]
pub fn first_hit(found: &Found) -> Hit {
    let by_message = [
        (found.referenced.first().copied(), MatchedBy::Reference),
        (found.by_token, MatchedBy::Token),
        (found.attached, MatchedBy::Attached),
        (found.conversation, MatchedBy::Conversation),
        (found.same_subject, MatchedBy::Subject),
    ];
    let message = by_message.into_iter().find_map(|(id, by)| id.map(|id| Hit::Message(id, by)));
    message
        .or_else(|| found.person.map(Hit::Person))
        .or_else(|| found.company.map(Hit::Company))
        .unwrap_or(Hit::Nobody)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rule_that_hits_wins() {
        let ids: Vec<MessageId> = (0..6).map(|_| MessageId::new()).collect();
        let (person, company) = (PersonId::new(), CompanyId::new());
        let mut found = Found {
            referenced: vec![ids[0], ids[5]],
            by_token: Some(ids[1]),
            attached: Some(ids[2]),
            conversation: Some(ids[3]),
            same_subject: Some(ids[4]),
            person: Some(person),
            company: Some(company),
        };
        assert_eq!(first_hit(&found), Hit::Message(ids[0], MatchedBy::Reference));
        found.referenced.clear();
        assert_eq!(first_hit(&found), Hit::Message(ids[1], MatchedBy::Token));
        found.by_token = None;
        assert_eq!(first_hit(&found), Hit::Message(ids[2], MatchedBy::Attached));
        found.attached = None;
        assert_eq!(first_hit(&found), Hit::Message(ids[3], MatchedBy::Conversation));
        found.conversation = None;
        assert_eq!(first_hit(&found), Hit::Message(ids[4], MatchedBy::Subject));
        found.same_subject = None;
        assert_eq!(first_hit(&found), Hit::Person(person));
        found.person = None;
        assert_eq!(first_hit(&found), Hit::Company(company));
        found.company = None;
        assert_eq!(first_hit(&found), Hit::Nobody);
    }
}

//! Why somebody was not enrolled: a code, words, and what would have to be done.

use kernel::{CompanyId, DealId, PersonId};
use process::owed::ResearchOwed;
use serde::Serialize;

use crate::recipient::{DealFields, Recipient};

/// Somebody who was not enrolled.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Refused {
    /// The person; empty for a deal without one.
    pub person_id: Option<PersonId>,
    /// What they are called, where they were found.
    pub person_name: Option<String>,
    /// Their company, where they were found.
    pub company_id: Option<CompanyId>,
    /// The deal that was named, or else the one it would have been about.
    pub deal_id: Option<DealId>,
    /// `not_found`, `no_email`, `suppressed`, `do_not_contact`, `not_on_network`, `already_enrolled`, `research_missing`,
    /// `why_them_missing`, `company_cap`, `deal_closed`, `sale_unconfirmed`, `no_mailbox`, `no_window`, `no_basis`, `sender_incomplete`.
    pub code: String,
    /// The same in words.
    pub message: String,
    /// With `research_missing`: what has to be found out first.
    pub research: Option<ResearchOwed>,
    /// With `no_basis`: the law that wants one, as `GET /mail-laws` names it.
    pub law: Option<String>,
}

const WORDS: [(&str, &str); 15] = [
    ("not_found", "There is no such person or deal."),
    ("no_email", "The person has no mail address."),
    ("suppressed", "This person must not be written to."),
    ("do_not_contact", "The person asked not to get mail."),
    ("not_on_network", "Every step is on LinkedIn, and that leads nowhere for them."),
    ("already_enrolled", "The person is in a sequence already."),
    ("research_missing", "Find out more about the company first."),
    ("why_them_missing", "Say why them, why now."),
    ("company_cap", "Three people of this company are being written to already."),
    ("deal_closed", "The deal is no longer open."),
    ("sale_unconfirmed", "The deal is large for a sale at first contact: confirm that this is meant."),
    ("no_mailbox", "Connect a mailbox first."),
    ("no_window", "No window of this sequence ever opens for them."),
    ("no_basis", "The law where they are wants a ground for writing to them, and none is known."),
    (
        "sender_incomplete",
        "Korean law wants the sender's phone number and postal address: enter both in the settings.",
    ),
];

impl Refused {
    /// A refusal with its words; of whom is said by the others.
    pub(super) fn because(code: &str) -> Self {
        let (code, message) = WORDS.into_iter().find(|(key, _)| *key == code).unwrap_or(WORDS[0]);
        Self {
            person_id: None,
            person_name: None,
            company_id: None,
            deal_id: None,
            code: code.to_owned(),
            message: message.to_owned(),
            research: None,
            law: None,
        }
    }

    /// The law that wants a ground.
    pub(super) fn under(self, law: &str) -> Self {
        Self { law: Some(law.to_owned()), ..self }
    }

    /// What research lacks.
    pub(super) fn owing(owed: ResearchOwed) -> Self {
        Self { research: Some(owed), ..Self::because("research_missing") }
    }

    /// Whom it is about.
    pub(super) fn of(self, who: &Recipient) -> Self {
        Self {
            person_id: Some(who.id),
            person_name: Some(who.name.clone()),
            company_id: who.company_id,
            ..self
        }
    }

    /// Which deal it is about.
    pub(super) fn about(self, deal: Option<&DealFields>) -> Self {
        Self {
            deal_id: deal.map(|d| d.id),
            company_id: self.company_id.or(deal.and_then(|d| d.company_id)),
            ..self
        }
    }
}

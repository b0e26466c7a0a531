//! Facts from the offer to the signature: offer, objections, closing plan.

use kernel::{Money, OfferId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Evidence;

/// Whether the offer answers what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Relevance {
    /// It does.
    Relevant,
    /// It does not, and its sender said why that is right.
    Overridden {
        /// Why.
        reason: String,
    },
    /// It does not.
    Lacking {
        /// What is missing.
        missing: Vec<String>,
    },
}

/// Fact `offer`: the newest version that was not discarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The offer.
    pub id: OfferId,
    /// Which version, counted from 1.
    pub version: u32,
    /// It is out: sent or viewed, or answered by them.
    pub out: bool,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// Whether it answers what was found.
    pub relevance: Relevance,
    /// To whom it was sent and who looked at it.
    pub reached: Vec<PersonId>,
    /// They said something about it, or said that nothing speaks against it.
    pub feedback: Vec<Evidence>,
}

/// Where an objection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectionState {
    /// Heard.
    Open,
    /// We are asking.
    Probing,
    /// We answered.
    Answered,
    /// They said in their words that it is settled.
    Confirmed,
    /// They live with it, and it is written down why.
    AcceptedRisk,
    /// They took it back.
    Withdrawn,
}

impl ObjectionState {
    /// Nothing is left to be done about it.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Confirmed | Self::AcceptedRisk | Self::Withdrawn)
    }
}

/// An objection of the deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionFact {
    /// The objection.
    pub id: Uuid,
    /// Where it stands.
    pub state: ObjectionState,
    /// When it was last raised.
    pub at: Timestamp,
    /// What it is about, as far as known: the real objection, else the stated one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// Fact `objections`: all objections of the deal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Objections {
    /// Each of them.
    pub items: Vec<ObjectionFact>,
    /// What they wrote that sounds like an objection, and nobody has looked at yet.
    #[serde(skip_serializing_if = "is_zero")]
    pub proposed: u32,
    /// Kinds that are to be expected, by what comparable deals raised.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub predicted: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// How they said yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AcceptanceKind {
    /// On the offer page.
    Online,
    /// A signed file.
    SignedFile,
    /// A written yes, such as a mail.
    WrittenYes,
}

/// Their yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// How.
    pub kind: AcceptanceKind,
    /// The file, mail or offer that holds it.
    pub evidence: Evidence,
}

/// When it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// On a day.
    On(chrono::NaiveDate),
    /// Not on any day, and why.
    None(String),
}

/// Fact `closing`: the plan towards the signature and past it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Closing {
    /// The plan.
    pub plan: Option<Evidence>,
    /// Their yes.
    pub acceptance: Option<Acceptance>,
    /// When it starts.
    pub start: Option<Start>,
    /// Dated next steps of ours.
    pub our_steps: u32,
    /// Dated next steps of theirs.
    pub their_steps: u32,
    /// Name for the invoice; the company's own legal name stands in for it.
    pub legal_name: Option<String>,
    /// Who gets the invoice.
    pub billing_contact: Option<String>,
    /// Somebody asked what they still need to know.
    pub asked_what_is_missing: bool,
    /// What the deal is worth by the plan.
    pub amount: Option<Money>,
}

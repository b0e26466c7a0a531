//! What a gate can ask for. The rule behind each lives in `gate`.

use serde::{Deserialize, Serialize};

use crate::facts::Awareness;

/// One condition of a gate. JSON is the key alone, or the key with its parameters:
/// `"contact_found"`, `{"research_done": {"min": 3}}`, `{"awareness_at_least": "product_aware"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Criterion {
    /// The profile's score is computed and the grade is not D, or the grade was waived.
    IcpScored,
    /// Enough of the five research items are known, each with a source.
    ResearchDone {
        /// How many of the five; the workspace's setting when not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<u8>,
    },
    /// Somebody can be reached on a channel that is not suppressed.
    ContactFound,
    /// It is written down why this company.
    WhyThem,
    /// A member of the committee answered or talked.
    ConversationStarted,
    /// A challenge in their own words, a goal, and what they use today.
    DiscoveryDone,
    /// The four factors roll up to `qualified`.
    BantMet,
    /// Somebody is the decision maker, with evidence.
    DecisionMakerKnown,
    /// A conversation in both directions took place; mail alone is none.
    TwoWayTalk,
    /// Every qualifier that the workspace requires is met.
    RequiredQualifiers,
    /// They know at least so much.
    AwarenessAtLeast(Awareness),
    /// Enough touches of value since the stage was entered.
    ValueTouches {
        /// How many.
        min: u8,
    },
    /// They show interest.
    InterestSignal,
    /// The current version of the offer is sent.
    OfferSent,
    /// The offer answers what was found, or its sender said why it need not.
    OfferRelevant,
    /// The offer reached somebody who decides.
    DecisionMakerReached,
    /// They said something about the offer.
    FeedbackReceived,
    /// No objection is open.
    ObjectionsConfirmed,
    /// Their yes is on record.
    AcceptanceRecorded,
    /// When it starts, or the note that there is no start.
    StartDateKnown,
    /// A dated next step on each side.
    HandoverReady,
    /// Legal name and billing contact.
    BillingReady,
    /// A field of the deal or company has a value.
    FieldSet {
        /// `deal.<key>` or `company.<key>`.
        field: String,
    },
}

impl Criterion {
    /// The stable key: names the criterion in answers, transitions and translations.
    #[must_use]
    pub fn key(&self) -> String {
        let key = match self {
            Self::IcpScored => "icp_scored",
            Self::ResearchDone { .. } => "research_done",
            Self::ContactFound => "contact_found",
            Self::WhyThem => "why_them",
            Self::ConversationStarted => "conversation_started",
            Self::DiscoveryDone => "discovery_done",
            Self::BantMet => "bant_met",
            Self::DecisionMakerKnown => "decision_maker_known",
            Self::TwoWayTalk => "two_way_talk",
            Self::RequiredQualifiers => "required_qualifiers",
            Self::AwarenessAtLeast(_) => "awareness_at_least",
            Self::ValueTouches { .. } => "value_touches",
            Self::InterestSignal => "interest_signal",
            Self::OfferSent => "offer_sent",
            Self::OfferRelevant => "offer_relevant",
            Self::DecisionMakerReached => "decision_maker_reached",
            Self::FeedbackReceived => "feedback_received",
            Self::ObjectionsConfirmed => "objections_confirmed",
            Self::AcceptanceRecorded => "acceptance_recorded",
            Self::StartDateKnown => "start_date_known",
            Self::HandoverReady => "handover_ready",
            Self::BillingReady => "billing_ready",
            Self::FieldSet { field } => return format!("field_set:{field}"),
        };
        key.to_owned()
    }
}

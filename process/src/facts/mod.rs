//! What is known about a deal, as far as gates ask. Each fact says on which records it rests.
//!
//! Rooms write these through the fact store; nothing here decides anything.

mod decision;
mod discovery;

use std::collections::BTreeMap;

use kernel::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use decision::*;
pub use discovery::*;

use crate::stage::Phase;

/// A record a fact rests on.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
pub struct Evidence {
    /// What kind of record.
    pub kind: EvidenceOf,
    /// Its id.
    pub id: Uuid,
}

/// Kinds of record that prove something.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceOf {
    /// A company.
    Company,
    /// A person.
    Person,
    /// A note, call or meeting.
    Activity,
    /// A mail.
    Message,
    /// A finding of a discovery talk.
    Finding,
    /// Evidence of a BANT factor.
    Bant,
    /// A touch, move or signal of nurturing.
    Nurture,
    /// An offer.
    Offer,
    /// An objection.
    Objection,
    /// A closing plan.
    ClosingPlan,
    /// A file.
    File,
    /// An event of the log.
    Event,
}

/// How a value became known, weakest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// Somebody thinks so.
    Guess,
    /// Read somewhere.
    Research,
    /// Told by somebody else.
    ThirdParty,
    /// Written by them.
    Written,
    /// Said by them.
    Conversation,
    /// Stands in a document of theirs.
    Document,
}

impl EvidenceKind {
    /// How sure it makes us when it is fresh, 0 to 1.
    #[must_use]
    pub fn confidence(self) -> f64 {
        match self {
            Self::Guess => 0.2,
            Self::Research => 0.5,
            Self::ThirdParty => 0.6,
            Self::Written => 0.85,
            Self::Conversation => 0.9,
            Self::Document => 1.0,
        }
    }
}

/// Fit with the ideal customer profile.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
pub enum Grade {
    /// At least 80.
    A,
    /// At least 60.
    B,
    /// At least 40.
    C,
    /// Under 40, or excluded.
    D,
}

/// The company's score.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Icp {
    /// 0 to 100; `None` when nothing could be counted.
    pub score: Option<f64>,
    /// The grade, when there is one.
    pub grade: Option<Grade>,
    /// The company that was scored.
    pub company: Option<Evidence>,
}

/// What the workspace sets for its gates.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// Research items with a source, of five.
    pub research_items: u8,
    /// Qualification needs a talk; mail alone is none.
    pub talk_needs_voice: bool,
    /// Intents of replies that show interest (R94).
    pub positive_intents: Vec<String>,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self::of(&records::workspace::Settings::default())
    }
}

impl Thresholds {
    /// Those of a workspace.
    #[must_use]
    pub fn of(settings: &records::workspace::Settings) -> Self {
        Self {
            research_items: u8::try_from(settings.research_items_needed).unwrap_or(u8::MAX),
            talk_needs_voice: settings.two_way_talk_needs_voice,
            positive_intents: settings.positive_intents.clone(),
        }
    }
}

/// Everything gates read about one deal.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// What the workspace sets.
    pub thresholds: Thresholds,
    /// Newest entry into each phase.
    pub entered: BTreeMap<Phase, Timestamp>,
    /// Score of the company.
    pub icp: Icp,
    /// Research, once begun.
    pub research: Option<Research>,
    /// People of the deal and their reachability.
    pub contacts: Vec<Contact>,
    /// Why this company.
    pub why_them: Option<String>,
    /// Human replies.
    pub replies: Vec<Reply>,
    /// Calls and meetings.
    pub talks: Vec<Talk>,
    /// Findings.
    pub discovery: Option<Discovery>,
    /// The four factors.
    pub bant: Option<Bant>,
    /// Own qualifiers.
    pub qualifiers: Qualifiers,
    /// The buying committee.
    pub committee: Vec<Member>,
    /// Awareness, touches, signals.
    pub nurture: Nurture,
    /// The current offer.
    pub offer: Option<Offer>,
    /// Objections.
    pub objections: Vec<ObjectionFact>,
    /// What sounds like an objection and waits for somebody to look at it.
    pub objections_proposed: u32,
    /// The closing plan.
    pub closing: Option<Closing>,
    /// Legal name of the company.
    pub company_legal_name: Option<String>,
    /// Keys of fields with a value, as `deal.<key>` and `company.<key>`.
    pub fields_set: std::collections::BTreeSet<String>,
}

/// Intents of a reply that starts no conversation.
pub const INTENTS_WITHOUT_CONVERSATION: [&str; 3] = ["unsubscribe", "not_interested", "wrong_person"];
/// Seconds from which a connected call counts as a talk.
pub const TALK_SECONDS: i64 = 60;

impl Talk {
    /// A connected call of a minute or marked as two-way, or a held meeting.
    #[must_use]
    pub fn is_two_way(&self) -> bool {
        let long = self.seconds.is_some_and(|s| s >= TALK_SECONDS);
        self.connected && (self.meeting || self.two_way || long)
    }
}

impl Facts {
    /// Whether the person belongs to the deal's committee.
    #[must_use]
    pub fn in_committee(&self, person: PersonId) -> bool {
        self.committee.iter().any(|m| m.person == person)
    }

    /// Points of interest now: the sum of all signals, each halved per half-life, at most 100.
    /// Signals from the future count nothing.
    #[must_use]
    pub fn signal_score(&self, now: Timestamp) -> f64 {
        signal_score(&self.nurture.signals, now)
    }

    /// Whether a reply shows interest.
    #[must_use]
    pub fn is_positive(&self, reply: &Reply) -> bool {
        self.thresholds.positive_intents.contains(&reply.intent)
    }

    /// Whether an objection is not settled.
    #[must_use]
    pub fn has_open_objection(&self) -> bool {
        self.objections.iter().any(|o| !o.state.is_settled())
    }
}

/// `min(100, sum w x 0.5^(age / half-life))` over signals up to `now` (domain, nurturing).
#[must_use]
pub fn signal_score(signals: &[Signal], now: Timestamp) -> f64 {
    let points = |s: &Signal| {
        let age_days = now.seconds_since(s.at) as f64 / 86_400.0;
        s.weight * 0.5_f64.powf(age_days / s.half_life_days)
    };
    signals.iter().filter(|s| s.at <= now).map(points).sum::<f64>().min(100.0)
}

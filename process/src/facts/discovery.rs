//! Facts from the first look to the warm relation: research, replies, talks, findings, BANT, committee,
//! awareness, signals.

use std::collections::BTreeMap;

use kernel::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Evidence, EvidenceKind};

/// What research may find out.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ResearchKind {
    /// What they do.
    WhatTheyDo,
    /// News that makes now a good time.
    Trigger,
    /// What probably troubles them.
    LikelyChallenge,
    /// Who probably buys.
    LikelyBuyer,
    /// What they use today.
    CurrentSolution,
}

impl ResearchKind {
    /// All five, in the order in which they are asked.
    pub const ALL: [Self; 5] =
        [Self::WhatTheyDo, Self::Trigger, Self::LikelyChallenge, Self::LikelyBuyer, Self::CurrentSolution];

    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::WhatTheyDo => "what_they_do",
            Self::Trigger => "trigger",
            Self::LikelyChallenge => "likely_challenge",
            Self::LikelyBuyer => "likely_buyer",
            Self::CurrentSolution => "current_solution",
        }
    }
}

/// One item of research.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ResearchItem {
    /// Which of the five.
    pub kind: ResearchKind,
    /// What was found.
    pub text: String,
    /// Where: an address, a document, a person. Without one the item does not count.
    #[serde(default)]
    pub source: Option<String>,
}

impl ResearchItem {
    /// Whether it counts: said, and where it was found.
    #[must_use]
    pub fn is_sourced(&self) -> bool {
        let said = |text: &str| !text.trim().is_empty();
        said(&self.text) && self.source.as_deref().is_some_and(said)
    }
}

/// Fact `research`: the five items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Research {
    /// At most one of a kind counts.
    pub items: Vec<ResearchItem>,
    /// Why a grade D is approached all the same.
    pub grade_waived: Option<String>,
}

/// A person of the deal and whether a message could reach them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Who.
    pub person: PersonId,
    /// Has an address, number or profile that is neither suppressed nor refused.
    pub usable: bool,
}

/// A mail a human wrote to us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The mail.
    pub message: Uuid,
    /// Who wrote it, when known.
    pub person: Option<PersonId>,
    /// Its primary intent, after correction by a person: `interested`, `not_now`, …
    pub intent: String,
    /// When it arrived.
    pub at: Timestamp,
}

/// Fact `replies`: human replies, newest last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Replies {
    /// The mails.
    pub items: Vec<Reply>,
}

/// A call or meeting that took place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// The activity.
    pub activity: Uuid,
    /// A meeting rather than a call.
    pub meeting: bool,
    /// With whom, as far as recorded.
    pub people: Vec<PersonId>,
    /// The call was connected, or the meeting held.
    pub connected: bool,
    /// Length in seconds.
    pub seconds: Option<i64>,
    /// Marked as talk in both directions.
    pub two_way: bool,
    /// When.
    pub at: Timestamp,
}

/// Fact `discovery`: what the talk brought to light.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Discovery {
    /// Challenges in their own words.
    pub challenges: Vec<Evidence>,
    /// What challenges are about, summary and words, whether or not they are in their own: stories are chosen by them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub challenge_words: Vec<String>,
    /// Goals.
    pub goals: Vec<Evidence>,
    /// What they use today.
    pub current_solution: Option<Evidence>,
}

/// Where the roll-up of the four factors stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BantState {
    /// A blocking factor speaks against it.
    DisqualifiedSuggested,
    /// Need and authority are confirmed, and enough is known.
    Qualified,
    /// Looks good, not yet sure.
    Promising,
    /// Too little is known.
    Unclear,
}

/// The rating of one factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorFact {
    /// 0 to 2.
    pub rating: u8,
    /// How it is known.
    pub kind: EvidenceKind,
    /// On what it rests.
    pub evidence: Vec<Evidence>,
}

/// Fact `bant`: the four factors and their roll-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bant {
    /// The roll-up when it was written.
    pub state: BantState,
    /// Last instant at which `qualified` still holds: confidence fades.
    pub qualified_until: Option<Timestamp>,
    /// Need.
    pub need: Option<FactorFact>,
    /// Budget.
    pub budget: Option<FactorFact>,
    /// Authority.
    pub authority: Option<FactorFact>,
    /// Timing.
    pub timing: Option<FactorFact>,
}

/// Fact `qualifiers`: the workspace's own qualifiers that are required.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Qualifiers {
    /// Key of the qualifier, and whether it is met; `None` when its field is empty.
    pub required: BTreeMap<String, Option<bool>>,
}

/// What somebody is in the buying committee.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CommitteeRole {
    /// Holds the money.
    EconomicBuyer,
    /// Decides.
    DecisionMaker,
    /// Must agree.
    Approver,
    /// Wants it and works for it.
    Champion,
    /// Is listened to.
    Influencer,
    /// Will use it.
    User,
    /// Judges the technique.
    Technical,
    /// Judges the contract.
    Legal,
    /// Buys.
    Procurement,
    /// Keeps the calendar.
    Assistant,
    /// Is against it.
    Blocker,
    /// No longer there.
    Former,
}

/// A member of the buying committee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// What they are there.
    pub roles: Vec<CommitteeRole>,
    /// Roles that somebody backed with evidence.
    pub proven: Vec<CommitteeRole>,
    /// Decision makers this person named.
    pub named: Vec<PersonId>,
}

/// Fact `committee`: evidence for roles; the roles themselves stand with the deal's people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Committee {
    /// One entry per proven role.
    pub proofs: Vec<RoleProof>,
}

/// Why somebody is held to have a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleProof {
    /// Who.
    pub person: PersonId,
    /// Which role.
    pub role: CommitteeRole,
    /// Who named them, when a member of the committee did.
    pub named_by: Option<PersonId>,
}

/// How much they know, from nothing to all but the terms.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Awareness {
    /// Do not see the problem.
    Unaware,
    /// Feel the pain.
    ProblemAware,
    /// Know kinds of cures.
    SolutionAware,
    /// Know ours.
    ProductAware,
    /// Convinced, need the deal.
    MostAware,
}

/// A weighted sign of interest that fades.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Points when fresh.
    pub weight: f64,
    /// Days after which half of it is left.
    pub half_life_days: f64,
    /// When.
    pub at: Timestamp,
    /// On what it rests.
    pub evidence: Evidence,
}

/// Something useful we gave them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// When.
    pub at: Timestamp,
    /// On what it rests.
    pub evidence: Evidence,
}

/// Fact `nurturing`: awareness, touches, signals.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Nurture {
    /// The level, once somebody looked.
    pub awareness: Option<Awareness>,
    /// The move that led to it.
    pub awareness_cause: Option<Evidence>,
    /// Touches that carried value.
    pub touches: Vec<Touch>,
    /// Signs of interest.
    pub signals: Vec<Signal>,
}

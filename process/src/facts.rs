//! What is known about a deal, as far as gates ask. Each fact says on which records it rests.
//!
//! Rooms write these through the fact store; nothing here decides anything.

use std::collections::BTreeMap;

use kernel::{Money, OfferId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
}

/// Fact `objections`: all objections of the deal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Objections {
    /// Each of them.
    pub items: Vec<ObjectionFact>,
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

/// Everything gates read about one deal.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
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
    /// The closing plan.
    pub closing: Option<Closing>,
    /// Legal name of the company.
    pub company_legal_name: Option<String>,
    /// Keys of fields with a value, as `deal.<key>` and `company.<key>`.
    pub fields_set: std::collections::BTreeSet<String>,
}

/// Intents that show interest (R94).
pub const POSITIVE_INTENTS: [&str; 4] = ["referral", "meeting", "interested", "question"];
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

//! The table of moves, row by row. `walk` has the properties.

mod ahead;
mod aside;
mod endings;
mod table;

use super::*;
use crate::definition::Definition;
use crate::facts::{
    Acceptance, AcceptanceKind, Awareness, Bant, BantState, Closing, CommitteeRole, Contact, Discovery,
    Evidence, EvidenceKind, EvidenceOf, FactorFact, Facts, Grade, Icp, Member, Nurture, ObjectionFact,
    ObjectionState, Offer, Relevance, Reply, Research, ResearchItem, ResearchKind, Signal, Start, Talk,
    Touch,
};
use crate::sla::{Calendar, SlaState};
use crate::stage::{Phase, Status};
use chrono::NaiveDate;
use http_room::Role;
use kernel::{BusinessCalendar, Currency, Money, OfferId, PersonId, Timestamp, TransitionId, UserId};
use store::Actor;
use uuid::Uuid;

/// A Monday, 12:00 in Seoul.
pub(super) const NOW: &str = "2026-11-23T12:00:00+09:00";
pub(super) const REP: Actor = Actor::User(UserId(Uuid::from_u128(1)));

pub(super) fn now() -> Timestamp {
    Timestamp::parse(NOW).unwrap()
}

/// A calendar without weekends, so that durations in the tests are plain.
pub(super) fn calendar() -> Calendar {
    let days = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap().iter_days().take(200);
    let open = days.fold(BusinessCalendar::default(), |calendar, day| calendar.with_day(day, false));
    Calendar { zone: chrono_tz::Asia::Seoul, days: open }
}

pub(super) fn proof() -> Evidence {
    Evidence { kind: EvidenceOf::Event, id: Uuid::from_u128(77) }
}

pub(super) fn factor(rating: u8, kind: EvidenceKind) -> Option<FactorFact> {
    Some(FactorFact { rating, kind, evidence: vec![proof()] })
}

/// Facts with which every gate is met.
pub(super) fn everything() -> Facts {
    let person = PersonId(Uuid::from_u128(5));
    let roles = vec![CommitteeRole::DecisionMaker];
    let item = |kind| ResearchItem { kind, text: "known".into(), source: Some("https://example.com".into()) };
    use ResearchKind::{LikelyBuyer, Trigger, WhatTheyDo};
    Facts {
        icp: Icp { score: Some(72.0), grade: Some(Grade::B), company: None },
        research: Some(Research {
            items: [WhatTheyDo, Trigger, LikelyBuyer].map(item).to_vec(),
            grade_waived: None,
        }),
        contacts: vec![Contact { person, usable: true }],
        why_them: Some("they hire reps".into()),
        replies: vec![Reply {
            message: Uuid::from_u128(8),
            person: Some(person),
            intent: "interested".into(),
            at: now(),
        }],
        talks: vec![Talk {
            activity: Uuid::from_u128(9),
            meeting: true,
            people: vec![person],
            connected: true,
            seconds: None,
            two_way: true,
            at: now(),
        }],
        discovery: Some(Discovery {
            challenges: vec![proof()],
            challenge_words: Vec::new(),
            goals: vec![proof()],
            current_solution: Some(proof()),
        }),
        bant: Some(Bant {
            state: BantState::Qualified,
            qualified_until: None,
            need: factor(2, EvidenceKind::Conversation),
            budget: factor(1, EvidenceKind::Conversation),
            authority: factor(2, EvidenceKind::Conversation),
            timing: factor(2, EvidenceKind::Conversation),
        }),
        committee: vec![Member { person, roles: roles.clone(), proven: roles, named: vec![] }],
        nurture: Nurture {
            awareness: Some(Awareness::ProductAware),
            awareness_cause: None,
            touches: vec![Touch { at: now(), evidence: proof() }; 2],
            signals: vec![Signal { weight: 40.0, half_life_days: 30.0, at: now(), evidence: proof() }],
        },
        offer: Some(Offer {
            id: OfferId(Uuid::from_u128(6)),
            version: 1,
            out: true,
            sent_at: Some(now()),
            relevance: Relevance::Relevant,
            reached: vec![person],
            feedback: vec![proof()],
        }),
        closing: Some(Closing {
            plan: Some(proof()),
            acceptance: Some(Acceptance { kind: AcceptanceKind::WrittenYes, evidence: proof() }),
            start: Some(Start::On("2027-01-04".parse().unwrap())),
            our_steps: 1,
            their_steps: 1,
            legal_name: Some("Acme Inc.".into()),
            billing_contact: Some("ap@acme.example".into()),
            asked_what_is_missing: true,
            amount: None,
        }),
        ..Facts::default()
    }
}

/// A deal that has stood in a stage for four days.
pub(super) fn deal(stage: Phase, status: Status) -> DealState {
    let mut position = Position::new(None, now().plus_days(-4));
    position.stage = stage;
    position.status = status;
    position.wake_on = (status == Status::NotYet).then(|| "2026-12-01".parse().unwrap());
    position.closed_at = (status != Status::Open && status != Status::NotYet).then(|| now().plus_days(-4));
    DealState { position, pauses: vec![], last_move: None, other_open_deal: false }
}

/// Who asks and what is known, and the answer.
pub(super) struct Ask {
    pub process: Definition,
    pub deal: DealState,
    pub facts: Facts,
    pub actor: Actor,
    pub role: Role,
    pub settings: Settings,
    pub calendar: Calendar,
    pub now: Timestamp,
}

impl Ask {
    pub fn about(stage: Phase, status: Status, facts: Facts) -> Self {
        let (actor, role, settings) = (REP, Role::Rep, Settings::default());
        Self {
            process: Definition::seven_stages(),
            deal: deal(stage, status),
            facts,
            actor,
            role,
            settings,
            calendar: calendar(),
            now: now(),
        }
    }

    pub fn context(&self) -> Context<'_> {
        Context {
            process: &self.process,
            deal: &self.deal,
            facts: &self.facts,
            actor: self.actor,
            role: self.role,
            settings: self.settings,
            calendar: &self.calendar,
            now: self.now,
        }
    }

    pub fn to(&self, request: &MoveRequest) -> Result<Transition, Refusal> {
        decide(&self.context(), request)
    }
}

fn of(kind: MoveKind) -> MoveRequest {
    MoveRequest::of(kind)
}

fn missing_keys(answer: Result<Transition, Refusal>) -> Vec<String> {
    match answer {
        Err(Refusal::GateNotMet { missing, .. } | Refusal::RoleNotAllowed { missing, .. }) => {
            missing.into_iter().map(|c| c.key).collect()
        }
        other => panic!("no refusal for criteria: {other:?}"),
    }
}

fn missing_fields(answer: Result<Transition, Refusal>) -> Vec<String> {
    match answer {
        Err(Refusal::FieldsMissing { fields }) => fields,
        other => panic!("no refusal for fields: {other:?}"),
    }
}

//! The table of moves, row by row. `walk` has the properties.

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

#[test]
fn from_each_stage_and_status_exactly_the_moves_of_the_table_exist() {
    use MoveKind::*;
    let open: [(&[MoveKind], Phase); 7] = [
        (&[Advance, AdvanceForced, Skip, Lose, Disqualify], Phase::Prospecting),
        (&[Advance, AdvanceForced, Skip, Back, Lose, Disqualify], Phase::Outreach),
        (&[Advance, AdvanceForced, Skip, SkipUrgent, Back, Park, Lose, Disqualify], Phase::Qualification),
        (&[Advance, AdvanceForced, Skip, SkipUrgent, Back, Park, Lose, Disqualify], Phase::Nurturing),
        (&[Advance, AdvanceForced, Skip, SkipNoObjection, Back, Park, Lose], Phase::Offer),
        (&[Advance, AdvanceForced, Back, Park, Lose], Phase::Objections),
        (&[Back, Park, Lose, Win], Phase::Closing),
    ];
    for (kinds, stage) in open {
        let ask = Ask::about(stage, Status::Open, Facts::default());
        assert_eq!(allowed(&ask.context()), kinds, "{stage}");
    }
    for stage in Phase::ALL {
        for status in [Status::Lost, Status::Disqualified, Status::Won] {
            let ask = Ask::about(stage, status, Facts::default());
            assert_eq!(allowed(&ask.context()), [Reopen], "{stage} {status}");
        }
    }
    let parked = Ask::about(Phase::Nurturing, Status::NotYet, Facts::default());
    assert_eq!(allowed(&parked.context()), [Wake, Lose, Disqualify]);
}

#[test]
fn every_other_combination_is_refused_naming_the_allowed_ones() {
    for stage in Phase::ALL {
        for status in Status::ALL {
            let ask = Ask::about(stage, status, everything());
            let possible = allowed(&ask.context());
            for kind in MoveKind::ALL.into_iter().filter(|k| !possible.contains(k)) {
                let expected = Refusal::NotAllowed { kind, stage, status, allowed: possible.clone() };
                assert_eq!(ask.to(&of(kind)), Err(expected), "{kind:?} from {stage} {status}");
            }
        }
    }
    let refusal =
        Ask::about(Phase::Closing, Status::Open, everything()).to(&of(MoveKind::Advance)).unwrap_err();
    assert_eq!(refusal.code(), "transition_not_allowed");
    assert_eq!(
        refusal.to_string(),
        "'advance' is not possible from closing, open; possible: back, park, lose, win"
    );
}

#[test]
fn who_only_looks_moves_nothing() {
    let ask = Ask { role: Role::ReadOnly, ..Ask::about(Phase::Offer, Status::Open, everything()) };
    assert!(matches!(ask.to(&of(MoveKind::Advance)), Err(Refusal::RoleNotAllowed { .. })));
    assert!(allowed(&ask.context()).is_empty());
}

#[test]
fn each_stage_is_left_ahead_when_its_gate_is_met_and_not_before() {
    for stage in Phase::ALL.into_iter().filter(|s| *s < Phase::Closing) {
        let moved = Ask::about(stage, Status::Open, everything()).to(&of(MoveKind::Advance)).unwrap();
        assert_eq!(moved.after.stage, stage.next().unwrap());
        assert_eq!(moved.after.entered_stage_at, now());
        assert!(!moved.forced && !moved.gate.is_empty());
        let asked: Vec<String> = Definition::seven_stages().gate_of(stage).iter().map(|c| c.key()).collect();
        if stage == Phase::Objections {
            continue; // Nothing raised, nothing to settle.
        }
        let refused =
            missing_keys(Ask::about(stage, Status::Open, Facts::default()).to(&of(MoveKind::Advance)));
        let vacuous = ["required_qualifiers"];
        assert_eq!(refused, asked.into_iter().filter(|k| !vacuous.contains(&k.as_str())).collect::<Vec<_>>());
    }
}

#[test]
fn a_gate_is_forced_by_a_manager_with_a_reason_for_each_missing_criterion() {
    let mut ask = Ask::about(Phase::Prospecting, Status::Open, Facts::default());
    ask.facts.why_them = Some("referred".into());
    let mut request = of(MoveKind::AdvanceForced);
    assert_eq!(
        missing_keys(ask.to(&request)),
        ["icp_scored", "research_done", "contact_found"],
        "a rep may not"
    );
    ask.role = Role::Manager;
    let unsaid = ["reasons.icp_scored", "reasons.research_done", "reasons.contact_found"];
    assert_eq!(missing_fields(ask.to(&request)), unsaid);
    request.reasons = [("icp_scored", "old customer"), ("research_done", "known"), ("contact_found", " ")]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
    assert_eq!(missing_fields(ask.to(&request)), ["reasons.contact_found"], "blanks are no reason");
    request.reasons.insert("contact_found".into(), "meeting them at the fair".into());
    let moved = ask.to(&request).unwrap();
    assert!(moved.forced);
    assert_eq!(moved.after.stage, Phase::Outreach);
    assert_eq!(moved.reasons.len(), 3);
    let (role, settings) = (Role::Rep, Settings { reps_may_force: true });
    assert!(Ask { role, settings, ..ask }.to(&request).is_ok(), "a rep where the workspace allows it");
}

#[test]
fn a_gate_that_is_met_is_not_forced() {
    let ask = Ask { role: Role::Owner, ..Ask::about(Phase::Outreach, Status::Open, everything()) };
    assert!(matches!(ask.to(&of(MoveKind::AdvanceForced)), Err(Refusal::NotAllowed { .. })));
}

#[test]
fn the_acceptance_is_never_forced() {
    let mut ask = Ask { role: Role::Owner, ..Ask::about(Phase::Objections, Status::Open, everything()) };
    ask.facts.closing = None;
    ask.process.stages[5].gate.push(crate::criterion::Criterion::AcceptanceRecorded);
    let request = MoveRequest {
        reasons: [("acceptance_recorded".to_owned(), "they will".to_owned())].into(),
        ..of(MoveKind::AdvanceForced)
    };
    assert!(matches!(ask.to(&request), Err(Refusal::GateNotMet { can_force: false, .. })));
}

#[test]
fn a_skip_passes_over_stages_whose_gates_are_met_and_says_why() {
    let ask = Ask::about(Phase::Qualification, Status::Open, everything());
    let mut request = of(MoveKind::Skip);
    assert_eq!(missing_fields(ask.to(&request)), ["to", "reason"]);
    request.reason = Some("they know us".into());
    for near in [Phase::Prospecting, Phase::Qualification, Phase::Nurturing] {
        request.to = Some(near);
        assert!(matches!(ask.to(&request), Err(Refusal::FieldInvalid { field: "to", .. })), "{near}");
    }
    request.to = Some(Phase::Offer);
    let moved = ask.to(&request).unwrap();
    assert_eq!((moved.after.stage, moved.forced), (Phase::Offer, false));
    let judged: Vec<&str> = moved.gate.iter().map(|c| c.key.as_str()).collect();
    assert!(judged.contains(&"bant_met") && judged.contains(&"value_touches"), "both gates are on record");
}

#[test]
fn a_skip_over_unmet_gates_needs_force() {
    let mut ask = Ask::about(Phase::Nurturing, Status::Open, everything());
    ask.facts.offer = None;
    let mut request =
        MoveRequest { to: Some(Phase::Closing), reason: Some("renewal".into()), ..of(MoveKind::Skip) };
    let lacking = ["offer_sent", "offer_relevant", "decision_maker_reached", "feedback_received"];
    assert_eq!(missing_keys(ask.to(&request)), lacking);
    request.reasons = lacking.map(|k| (k.to_owned(), "same terms as last year".to_owned())).into();
    assert!(matches!(ask.to(&request), Err(Refusal::RoleNotAllowed { needs: "manager", .. })));
    ask.role = Role::Manager;
    assert!(ask.to(&request).unwrap().forced);
}

#[test]
fn an_urgent_wish_goes_straight_to_the_offer_and_carries_the_rest_over() {
    let with = |need, authority, timing| Facts {
        bant: Some(Bant {
            state: BantState::Unclear,
            qualified_until: None,
            need,
            budget: None,
            authority,
            timing,
        }),
        ..Facts::default()
    };
    use EvidenceKind::{Conversation, Document, Guess, Research as Read, Written};
    let cases = [
        (factor(1, Guess), factor(1, Guess), factor(2, Written), true),
        (factor(1, Guess), factor(1, Guess), factor(2, Conversation), true),
        (factor(1, Guess), factor(2, Guess), factor(2, Document), true),
        (factor(1, Guess), factor(1, Guess), factor(2, Read), false),
        (factor(1, Guess), factor(1, Guess), factor(1, Conversation), false),
        (factor(0, Conversation), factor(1, Guess), factor(2, Conversation), false),
        (factor(1, Guess), None, factor(2, Conversation), false),
    ];
    let request = MoveRequest { evidence: vec![proof()], ..of(MoveKind::SkipUrgent) };
    for stage in [Phase::Qualification, Phase::Nurturing] {
        for (need, authority, timing, urgent) in cases.clone() {
            let answer = Ask::about(stage, Status::Open, with(need, authority, timing.clone())).to(&request);
            assert_eq!(answer.is_ok(), urgent, "{stage} {timing:?}");
        }
    }
    let facts = with(factor(1, Guess), factor(1, Guess), factor(2, Written));
    let ask = Ask::about(Phase::Qualification, Status::Open, facts);
    assert_eq!(missing_fields(ask.to(&of(MoveKind::SkipUrgent))), ["evidence"]);
    let moved = ask.to(&request).unwrap();
    assert_eq!(moved.after.stage, Phase::Offer);
    assert_eq!(moved.evidence, [proof()]);
    let carried = [
        "discovery_done",
        "bant_met",
        "decision_maker_known",
        "two_way_talk",
        "awareness_at_least",
        "value_touches",
        "interest_signal",
    ];
    assert_eq!(moved.carry_over, carried);
}

#[test]
fn without_objection_the_offer_leads_to_closing() {
    let mut ask = Ask::about(Phase::Offer, Status::Open, everything());
    assert_eq!(ask.to(&of(MoveKind::SkipNoObjection)).unwrap().after.stage, Phase::Closing);
    ask.facts.objections.push(ObjectionFact { id: Uuid::nil(), state: ObjectionState::Answered, at: now() });
    assert_eq!(missing_keys(ask.to(&of(MoveKind::SkipNoObjection))), ["no_open_objection"]);
    ask.facts.objections[0].state = ObjectionState::Confirmed;
    ask.facts.offer.as_mut().unwrap().out = false;
    assert_eq!(missing_keys(ask.to(&of(MoveKind::SkipNoObjection))), ["offer_sent"]);
}

#[test]
fn a_deal_goes_back_with_a_reason_and_the_gate_is_judged_afresh() {
    let ask = Ask::about(Phase::Offer, Status::Open, Facts::default());
    assert_eq!(missing_fields(ask.to(&of(MoveKind::Back))), ["to", "reason"]);
    let request = |to| MoveRequest { to: Some(to), reason: Some("new boss".into()), ..of(MoveKind::Back) };
    for ahead in [Phase::Offer, Phase::Closing] {
        assert!(matches!(ask.to(&request(ahead)), Err(Refusal::FieldInvalid { field: "to", .. })));
    }
    let moved = ask.to(&request(Phase::Qualification)).unwrap();
    assert_eq!((moved.after.stage, moved.after.status), (Phase::Qualification, Status::Open));
    assert_eq!(moved.gate.len(), 5, "qualification's own gate");
}

#[test]
fn not_yet_needs_cause_day_and_track_and_lands_in_nurturing() {
    for stage in [Phase::Qualification, Phase::Nurturing, Phase::Offer, Phase::Objections, Phase::Closing] {
        let ask = Ask::about(stage, Status::Open, Facts::default());
        assert_eq!(missing_fields(ask.to(&of(MoveKind::Park))), ["cause", "wake_on", "track"]);
        let request = |day: &str| MoveRequest {
            cause: Some("budget_cycle".into()),
            wake_on: Some(day.parse().unwrap()),
            track: Some("two_years".into()),
            ..of(MoveKind::Park)
        };
        for (day, fits) in
            [("2026-11-23", false), ("2026-11-24", true), ("2029-11-23", true), ("2029-11-24", false)]
        {
            let answer = ask.to(&request(day));
            assert_eq!(answer.is_ok(), fits, "{day}");
        }
        let moved = ask.to(&request("2027-03-01")).unwrap();
        assert_eq!((moved.after.stage, moved.after.status), (Phase::Nurturing, Status::NotYet));
        assert_eq!(moved.after.wake_on, Some("2027-03-01".parse().unwrap()));
        let odd = MoveRequest { cause: Some("holiday".into()), ..request("2027-03-01") };
        assert!(matches!(ask.to(&odd), Err(Refusal::FieldInvalid { field: "cause", .. })));
    }
}

#[test]
fn outreach_parks_only_after_a_not_now() {
    let mut ask = Ask::about(Phase::Outreach, Status::Open, Facts::default());
    assert!(!allowed(&ask.context()).contains(&MoveKind::Park));
    let at = now();
    ask.facts.replies.push(Reply { message: Uuid::nil(), person: None, intent: "not_now".into(), at });
    assert!(allowed(&ask.context()).contains(&MoveKind::Park));
}

#[test]
fn a_parked_deal_wakes_at_nine_on_its_day_by_signal_by_reply_or_by_hand() {
    let by_system = |cause: &str| MoveRequest { cause: Some(cause.into()), ..of(MoveKind::Wake) };
    let mut ask = Ask::about(Phase::Nurturing, Status::NotYet, Facts::default());
    assert_eq!(ask.to(&of(MoveKind::Wake)).unwrap().cause.as_deref(), Some("by_hand"));
    ask.actor = Actor::System;
    assert_eq!(missing_fields(ask.to(&of(MoveKind::Wake))), ["cause"]);
    for cause in ["wake_on_reached", "signal", "reply"] {
        assert_eq!(missing_keys(ask.to(&by_system(cause))), [cause]);
    }
    ask.now = Timestamp::parse("2026-12-01T08:59:59+09:00").unwrap();
    assert!(ask.to(&by_system("wake_on_reached")).is_err());
    ask.now = Timestamp::parse("2026-12-01T09:00:00+09:00").unwrap();
    let moved = ask.to(&by_system("wake_on_reached")).unwrap();
    assert_eq!(
        (moved.after.stage, moved.after.status, moved.after.wake_on),
        (Phase::Nurturing, Status::Open, None)
    );
    let signal = |weight| Signal { weight, half_life_days: 30.0, at: ask.now, evidence: proof() };
    ask.facts.nurture.signals = vec![signal(39.9)];
    assert!(ask.to(&by_system("signal")).is_err());
    ask.facts.nurture.signals = vec![signal(40.0)];
    assert!(ask.to(&by_system("signal")).is_ok());
    ask.facts.replies = everything().replies;
    assert!(ask.to(&by_system("reply")).is_ok());
}

#[test]
fn a_loss_names_a_reason_of_the_process_and_the_competitor_if_it_is_one() {
    let ask = Ask::about(Phase::Offer, Status::Open, Facts::default());
    assert_eq!(missing_fields(ask.to(&of(MoveKind::Lose))), ["reason"]);
    let request = |reason: &str| MoveRequest { reason: Some(reason.into()), ..of(MoveKind::Lose) };
    assert!(matches!(ask.to(&request("weather")), Err(Refusal::FieldInvalid { field: "reason", .. })));
    assert_eq!(missing_fields(ask.to(&request("competitor"))), ["competitor"]);
    assert_eq!(missing_fields(ask.to(&request("other"))), ["note"]);
    let lost = ask.to(&MoveRequest { competitor: Some("Rival".into()), ..request("competitor") }).unwrap();
    assert_eq!((lost.after.stage, lost.after.status), (Phase::Offer, Status::Lost));
    assert_eq!(lost.after.lost_reason.as_deref(), Some("competitor"));
    assert_eq!(lost.after.competitor.as_deref(), Some("Rival"));
    let parked = Ask::about(Phase::Nurturing, Status::NotYet, Facts::default());
    let lost = parked.to(&request("no_need")).unwrap();
    assert_eq!((lost.after.status, lost.after.wake_on), (Status::Lost, None));
}

#[test]
fn in_closing_nobody_gives_up_before_asking_what_is_missing() {
    let mut ask = Ask::about(Phase::Closing, Status::Open, Facts::default());
    let mut request = MoveRequest { reason: Some("price".into()), ..of(MoveKind::Lose) };
    assert_eq!(missing_keys(ask.to(&request)), ["ask_missing"]);
    request.reasons.insert("ask_missing".into(), "the company is closed down".into());
    assert!(ask.to(&request).unwrap().forced);
    ask.facts.closing = Some(Closing { asked_what_is_missing: true, ..Closing::default() });
    request.reasons.clear();
    assert!(!ask.to(&request).unwrap().forced);
}

#[test]
fn a_disqualification_names_the_criterion_and_whether_they_were_told() {
    let ask = Ask::about(Phase::Qualification, Status::Open, Facts::default());
    assert_eq!(missing_fields(ask.to(&of(MoveKind::Disqualify))), ["reason", "told"]);
    let request =
        MoveRequest { reason: Some("need".into()), told: Some(Told::Mail), ..of(MoveKind::Disqualify) };
    let moved = ask.to(&request).unwrap();
    assert_eq!((moved.after.stage, moved.after.status), (Phase::Qualification, Status::Disqualified));
    assert_eq!(moved.told, Some(Told::Mail));
}

#[test]
fn a_deal_is_won_only_in_closing_with_its_gate_amount_and_start() {
    let mut ask = Ask::about(Phase::Closing, Status::Open, everything());
    assert_eq!(missing_fields(ask.to(&of(MoveKind::Win))), ["amount"]);
    let amount = Some(Money::new(1_250_000, Currency::KRW));
    let mut request = MoveRequest { amount, ..of(MoveKind::Win) };
    let won = ask.to(&request).unwrap();
    assert_eq!((won.after.status, won.after.value), (Status::Won, amount));
    assert_eq!(won.start, Some(Start::On("2027-01-04".parse().unwrap())), "the plan's");
    ask.facts.closing.as_mut().unwrap().start = None;
    assert_eq!(missing_keys(ask.to(&request)), ["start_date_known"]);
    request.no_start_date = Some("delivered once".into());
    assert_eq!(ask.to(&request).unwrap().start, Some(Start::None("delivered once".into())));
    ask.facts.closing.as_mut().unwrap().acceptance = None;
    assert_eq!(missing_keys(ask.to(&request)), ["acceptance_recorded"]);
    request.amount = Some(Money::new(-1, Currency::KRW));
    ask.facts = everything();
    assert!(matches!(ask.to(&request), Err(Refusal::FieldInvalid { field: "amount", .. })));
}

#[test]
fn a_closed_deal_is_reopened_where_it_ended_or_earlier_and_a_won_one_for_30_days() {
    let request = |to| MoveRequest { to, reason: Some("they wrote again".into()), ..of(MoveKind::Reopen) };
    for status in [Status::Lost, Status::Disqualified] {
        let mut ask = Ask::about(Phase::Nurturing, status, Facts::default());
        assert_eq!(missing_fields(ask.to(&of(MoveKind::Reopen))), ["reason"]);
        let moved = ask.to(&request(None)).unwrap();
        assert_eq!((moved.after.stage, moved.after.status), (Phase::Nurturing, Status::Open));
        assert!(!moved.reverses_win);
        assert_eq!(ask.to(&request(Some(Phase::Outreach))).unwrap().after.stage, Phase::Outreach);
        assert!(matches!(
            ask.to(&request(Some(Phase::Offer))),
            Err(Refusal::FieldInvalid { field: "to", .. })
        ));
        ask.deal.other_open_deal = true;
        assert_eq!(ask.to(&request(None)), Err(Refusal::OtherOpenDeal));
    }
    let mut won = Ask::about(Phase::Closing, Status::Won, Facts::default());
    assert!(won.to(&request(None)).unwrap().reverses_win);
    won.deal.position.closed_at = Some(now().plus_days(-30));
    assert!(won.to(&request(None)).is_ok());
    won.deal.position.closed_at = Some(now().plus_days(-30).plus_seconds(-1));
    assert!(matches!(won.to(&request(None)), Err(Refusal::NotAllowed { .. })));
}

#[test]
fn a_move_is_undone_within_ten_minutes_by_who_made_it_unless_a_mail_went_out() {
    let base = Ask::about(Phase::Outreach, Status::Open, everything());
    let moved = base.to(&of(MoveKind::Advance)).unwrap();
    let id = TransitionId(Uuid::from_u128(3));
    let after = base.deal.after(id, REP, &moved);
    let ask = |change: fn(&mut Ask)| {
        let mut ask = Ask { deal: after.clone(), ..Ask::about(Phase::Outreach, Status::Open, everything()) };
        ask.now = now().plus_seconds(600);
        change(&mut ask);
        ask.to(&of(MoveKind::Undo))
    };
    let undone = ask(|_| ()).unwrap();
    assert_eq!(undone.after, base.deal.position, "as before, entry time included");
    assert_eq!(undone.undoes, Some(id));
    let refused: [fn(&mut Ask); 4] = [
        |a| a.now = now().plus_seconds(601),
        |a| a.actor = Actor::User(UserId(Uuid::from_u128(2))),
        |a| a.deal.last_move.as_mut().unwrap().mail_sent = true,
        |a| a.deal.last_move.as_mut().unwrap().kind = MoveKind::Undo,
    ];
    for change in refused {
        assert!(matches!(ask(change), Err(Refusal::NotAllowed { .. })));
    }
}

#[test]
fn a_migration_is_the_systems_and_keeps_the_clock() {
    let mut ask = Ask::about(Phase::Qualification, Status::Open, Facts::default());
    ask.actor = Actor::System;
    assert_eq!(missing_fields(ask.to(&of(MoveKind::Migrate))), ["plan_id"]);
    let plan_id = Some("p".to_owned());
    let moved =
        ask.to(&MoveRequest { plan_id, to: Some(Phase::Qualification), ..of(MoveKind::Migrate) }).unwrap();
    assert_eq!(moved.after, moved.before);
}

#[test]
fn every_move_records_the_time_in_the_stage_left() {
    let mut ask = Ask::about(Phase::Outreach, Status::Open, everything());
    let moved = ask.to(&of(MoveKind::Advance)).unwrap();
    assert_eq!((moved.age_seconds, moved.business_seconds), (4 * 86_400, 4 * 86_400));
    assert_eq!(moved.sla, SlaState::Ok);
    ask.deal.position.entered_stage_at = now().plus_days(-31);
    assert_eq!(ask.to(&of(MoveKind::Advance)).unwrap().sla, SlaState::Breached);
    ask.deal.pauses = vec![crate::sla::Pause { from: now().plus_days(-20), until: now().plus_days(-10) }];
    let moved = ask.to(&of(MoveKind::Advance)).unwrap();
    assert_eq!((moved.business_seconds, moved.sla), (21 * 86_400, SlaState::Ok));
}

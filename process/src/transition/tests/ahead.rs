//! Moves ahead: by the gate, by force, by skipping.

use super::*;

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
fn r44_nurturing_follows_qualification_and_a_skip_over_it_says_why() {
    let ask = Ask::about(Phase::Qualification, Status::Open, everything());
    assert_eq!(ask.to(&of(MoveKind::Advance)).unwrap().after.stage, Phase::Nurturing);
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
    ask.facts.objections.push(ObjectionFact {
        id: Uuid::nil(),
        state: ObjectionState::Answered,
        at: now(),
        kind: None,
    });
    assert_eq!(missing_keys(ask.to(&of(MoveKind::SkipNoObjection))), ["no_open_objection"]);
    ask.facts.objections[0].state = ObjectionState::Confirmed;
    ask.facts.offer.as_mut().unwrap().out = false;
    assert_eq!(missing_keys(ask.to(&of(MoveKind::SkipNoObjection))), ["offer_sent"]);
}

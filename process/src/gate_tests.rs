use super::*;
use crate::facts::{
    Acceptance, AcceptanceKind, Bant, Closing, Contact, Discovery, EvidenceKind, FactorFact, Icp, Member,
    Nurture, ObjectionFact, ObjectionState, Offer, Reply, Research, ResearchItem, ResearchKind, Signal,
    Start, Talk, Touch,
};
use kernel::OfferId;
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_763_888_100_000_000);

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn who(n: u128) -> PersonId {
    PersonId(id(n))
}

fn proof(n: u128) -> Evidence {
    Evidence { kind: EvidenceOf::Event, id: id(n) }
}

fn ago(days: i64) -> Timestamp {
    NOW.plus_days(-days)
}

type Set = fn(&mut Facts);

/// Facts after a change, and what the criterion says about them.
fn says(criterion: &Criterion, set: Set) -> Verdict {
    let mut facts = Facts::default();
    set(&mut facts);
    judge(criterion, &facts, NOW).verdict
}

fn table(criterion: &Criterion, cases: &[(&str, Set, Verdict)]) {
    assert_eq!(judge(criterion, &Facts::default(), NOW).key, criterion.key());
    for (name, set, verdict) in cases {
        assert_eq!(says(criterion, *set), *verdict, "{}: {name}", criterion.key());
    }
}

fn item(kind: ResearchKind, source: Option<&str>) -> ResearchItem {
    ResearchItem { kind, text: "known".into(), source: source.map(str::to_owned) }
}

fn member(n: u128, roles: &[CommitteeRole]) -> Member {
    Member { person: who(n), roles: roles.to_vec(), proven: Vec::new(), named: Vec::new() }
}

fn reply(person: Option<u128>, intent: &str, at: Timestamp) -> Reply {
    Reply { message: id(900), person: person.map(who), intent: intent.into(), at }
}

fn call(person: u128, connected: bool, seconds: Option<i64>, two_way: bool) -> Talk {
    Talk {
        activity: id(800),
        meeting: false,
        people: vec![who(person)],
        connected,
        seconds,
        two_way,
        at: ago(1),
    }
}

fn meeting(person: u128, held: bool, at: Timestamp) -> Talk {
    Talk {
        activity: id(801),
        meeting: true,
        people: vec![who(person)],
        connected: held,
        seconds: None,
        two_way: false,
        at,
    }
}

fn offer(relevance: Relevance, out: bool) -> Offer {
    let sent_at = out.then(|| ago(3));
    Offer {
        id: OfferId(id(700)),
        version: 1,
        out,
        sent_at,
        relevance,
        reached: Vec::new(),
        feedback: Vec::new(),
    }
}

fn objection(state: ObjectionState, at: Timestamp) -> ObjectionFact {
    ObjectionFact { id: id(600), state, at }
}

fn bant(state: BantState, until: Option<Timestamp>) -> Bant {
    let need = Some(FactorFact { rating: 2, kind: EvidenceKind::Conversation, evidence: vec![proof(1)] });
    Bant { state, qualified_until: until, need, budget: None, authority: None, timing: None }
}

#[test]
fn prospecting_asks_for_a_score_that_is_not_d_or_a_waived_grade() {
    table(
        &Criterion::IcpScored,
        &[
            ("never scored", |_| (), Verdict::Unknown),
            (
                "nothing counted, grade ?",
                |f| f.icp = Icp { score: None, grade: None, company: Some(proof(1)) },
                Verdict::Unknown,
            ),
            (
                "grade C",
                |f| f.icp = Icp { score: Some(41.0), grade: Some(Grade::C), company: None },
                Verdict::Met,
            ),
            (
                "grade D",
                |f| f.icp = Icp { score: Some(39.0), grade: Some(Grade::D), company: None },
                Verdict::Unmet,
            ),
            (
                "grade D waived",
                |f| {
                    f.icp = Icp { score: Some(0.0), grade: Some(Grade::D), company: None };
                    f.research =
                        Some(Research { items: vec![], grade_waived: Some("asked us themselves".into()) });
                },
                Verdict::Met,
            ),
            (
                "grade D waived with blanks",
                |f| {
                    f.icp = Icp { score: Some(0.0), grade: Some(Grade::D), company: None };
                    f.research = Some(Research { items: vec![], grade_waived: Some("  ".into()) });
                },
                Verdict::Unmet,
            ),
        ],
    );
}

#[test]
fn research_counts_items_of_different_kinds_that_name_a_source() {
    use ResearchKind::{LikelyBuyer, Trigger, WhatTheyDo};
    table(
        &Criterion::ResearchDone { min: None },
        &[
            ("none", |_| (), Verdict::Unknown),
            ("begun", |f| f.research = Some(Research::default()), Verdict::Unknown),
            (
                "three",
                |f| {
                    let items = [WhatTheyDo, Trigger, LikelyBuyer]
                        .map(|k| item(k, Some("https://example.com")))
                        .to_vec();
                    f.research = Some(Research { items, grade_waived: None });
                },
                Verdict::Met,
            ),
            (
                "one without source",
                |f| {
                    let items = vec![
                        item(WhatTheyDo, Some("site")),
                        item(Trigger, Some("news")),
                        item(LikelyBuyer, None),
                    ];
                    f.research = Some(Research { items, grade_waived: None });
                },
                Verdict::Unmet,
            ),
            (
                "three of one kind",
                |f| {
                    let items = (0..3).map(|_| item(Trigger, Some("news"))).collect();
                    f.research = Some(Research { items, grade_waived: None });
                },
                Verdict::Unmet,
            ),
        ],
    );
    let facts = Facts {
        research: Some(Research { items: vec![item(Trigger, Some("news"))], grade_waived: None }),
        ..Facts::default()
    };
    let check = judge(&Criterion::ResearchDone { min: None }, &facts, NOW);
    assert_eq!((check.have, check.need), (Some(1), Some(3)));
}

#[test]
fn a_contact_needs_a_channel_and_the_why_needs_words() {
    table(
        &Criterion::ContactFound,
        &[
            ("nobody", |_| (), Verdict::Unknown),
            ("suppressed", |f| f.contacts.push(Contact { person: who(1), usable: false }), Verdict::Unmet),
            ("usable", |f| f.contacts.push(Contact { person: who(1), usable: true }), Verdict::Met),
        ],
    );
    table(
        &Criterion::WhyThem,
        &[
            ("none", |_| (), Verdict::Unknown),
            ("blank", |f| f.why_them = Some(" \n".into()), Verdict::Unknown),
            ("said", |f| f.why_them = Some("grew 40 % and hires sales".into()), Verdict::Met),
        ],
    );
}

#[test]
fn a_conversation_starts_with_a_human_reply_or_a_real_talk_with_the_committee() {
    table(
        &Criterion::ConversationStarted,
        &[
            ("silence", |_| (), Verdict::Unknown),
            ("a stranger replies", |f| f.replies.push(reply(Some(2), "interested", NOW)), Verdict::Unmet),
            (
                "a member replies",
                |f| {
                    f.committee.push(member(1, &[]));
                    f.replies.push(reply(Some(1), "question", NOW));
                },
                Verdict::Met,
            ),
            (
                "a member says later",
                |f| {
                    f.committee.push(member(1, &[]));
                    f.replies.push(reply(Some(1), "not_now", NOW));
                },
                Verdict::Met,
            ),
            (
                "a member declines",
                |f| {
                    f.committee.push(member(1, &[]));
                    for intent in INTENTS_WITHOUT_CONVERSATION {
                        f.replies.push(reply(Some(1), intent, NOW));
                    }
                },
                Verdict::Unmet,
            ),
            (
                "59 seconds",
                |f| {
                    f.committee.push(member(1, &[]));
                    f.talks.push(call(1, true, Some(59), false));
                },
                Verdict::Unmet,
            ),
            (
                "a minute",
                |f| {
                    f.committee.push(member(1, &[]));
                    f.talks.push(call(1, true, Some(60), false));
                },
                Verdict::Met,
            ),
            (
                "short but two-way",
                |f| {
                    f.committee.push(member(1, &[]));
                    f.talks.push(call(1, true, None, true));
                },
                Verdict::Met,
            ),
            (
                "voicemail of two minutes",
                |f| {
                    f.committee.push(member(1, &[]));
                    f.talks.push(call(1, false, Some(120), false));
                },
                Verdict::Unmet,
            ),
            (
                "meeting held",
                |f| {
                    f.committee.push(member(1, &[]));
                    f.talks.push(meeting(1, true, ago(1)));
                },
                Verdict::Met,
            ),
            (
                "meeting planned",
                |f| {
                    f.committee.push(member(1, &[]));
                    f.talks.push(meeting(1, false, ago(1)));
                },
                Verdict::Unmet,
            ),
        ],
    );
}

#[test]
fn discovery_needs_challenge_goal_and_current_solution() {
    let all =
        Discovery { challenges: vec![proof(1)], goals: vec![proof(2)], current_solution: Some(proof(3)) };
    let mut facts = Facts { discovery: Some(all), ..Facts::default() };
    assert_eq!(judge(&Criterion::DiscoveryDone, &facts, NOW).verdict, Verdict::Met);
    assert_eq!(judge(&Criterion::DiscoveryDone, &facts, NOW).evidence, [proof(1), proof(2), proof(3)]);
    facts.discovery.as_mut().unwrap().goals.clear();
    let check = judge(&Criterion::DiscoveryDone, &facts, NOW);
    assert_eq!((check.verdict, check.lacking), (Verdict::Unmet, vec!["goal".to_owned()]));
    assert_eq!(
        says(&Criterion::DiscoveryDone, |f| f.discovery = Some(Discovery::default())),
        Verdict::Unknown
    );
}

#[test]
fn bant_is_met_while_qualified_and_until_confidence_has_faded() {
    table(
        &Criterion::BantMet,
        &[
            ("not rated", |_| (), Verdict::Unknown),
            ("qualified", |f| f.bant = Some(bant(BantState::Qualified, Some(NOW))), Verdict::Met),
            (
                "faded",
                |f| f.bant = Some(bant(BantState::Qualified, Some(NOW.plus_seconds(-1)))),
                Verdict::Unmet,
            ),
            ("promising", |f| f.bant = Some(bant(BantState::Promising, None)), Verdict::Unmet),
            (
                "unclear, nothing known",
                |f| {
                    f.bant = Some(Bant { need: None, ..bant(BantState::Unclear, None) });
                },
                Verdict::Unknown,
            ),
        ],
    );
}

#[test]
fn the_decision_maker_needs_evidence_and_not_only_the_name_of_the_role() {
    table(
        &Criterion::DecisionMakerKnown,
        &[
            ("nobody", |_| (), Verdict::Unknown),
            ("no role", |f| f.committee.push(member(1, &[])), Verdict::Unknown),
            ("a champion", |f| f.committee.push(member(1, &[CommitteeRole::Champion])), Verdict::Unmet),
            (
                "said, not shown",
                |f| f.committee.push(member(1, &[CommitteeRole::DecisionMaker])),
                Verdict::Unmet,
            ),
            (
                "shown",
                |f| {
                    let proven = vec![CommitteeRole::DecisionMaker];
                    f.committee.push(Member { proven, ..member(1, &[CommitteeRole::DecisionMaker]) });
                },
                Verdict::Met,
            ),
        ],
    );
}

#[test]
fn mail_alone_is_no_talk_in_both_directions() {
    table(
        &Criterion::TwoWayTalk,
        &[
            ("mail only", |f| f.replies.push(reply(Some(1), "interested", NOW)), Verdict::Unknown),
            ("no answer", |f| f.talks.push(call(1, false, None, false)), Verdict::Unmet),
            ("call", |f| f.talks.push(call(1, true, Some(600), false)), Verdict::Met),
            ("meeting", |f| f.talks.push(meeting(1, true, ago(1))), Verdict::Met),
        ],
    );
}

#[test]
fn a_workspace_may_let_mail_count_as_talk_and_set_its_own_thresholds() {
    let mut facts = Facts { replies: vec![reply(Some(1), "noted", NOW)], ..Facts::default() };
    assert_eq!(judge(&Criterion::TwoWayTalk, &facts, NOW).verdict, Verdict::Unknown);
    assert_eq!(judge(&Criterion::InterestSignal, &facts, NOW).verdict, Verdict::Unmet);
    facts.thresholds.talk_needs_voice = false;
    facts.thresholds.positive_intents = vec!["noted".into()];
    facts.thresholds.research_items = 5;
    assert_eq!(judge(&Criterion::TwoWayTalk, &facts, NOW).verdict, Verdict::Met);
    assert_eq!(judge(&Criterion::InterestSignal, &facts, NOW).verdict, Verdict::Met);
    assert_eq!(judge(&Criterion::ResearchDone { min: None }, &facts, NOW).need, Some(5));
    assert_eq!(judge(&Criterion::ResearchDone { min: Some(2) }, &facts, NOW).need, Some(2));
}

#[test]
fn required_qualifiers_must_all_be_met_and_none_is_required_at_first() {
    table(
        &Criterion::RequiredQualifiers,
        &[
            ("none required", |_| (), Verdict::Met),
            (
                "empty",
                |f| {
                    f.qualifiers.required.insert("region".into(), None);
                },
                Verdict::Unknown,
            ),
            (
                "not met",
                |f| {
                    f.qualifiers.required.insert("region".into(), Some(false));
                },
                Verdict::Unmet,
            ),
            (
                "met",
                |f| {
                    f.qualifiers.required.insert("region".into(), Some(true));
                },
                Verdict::Met,
            ),
            (
                "one of two",
                |f| {
                    f.qualifiers.required.insert("region".into(), Some(true));
                    f.qualifiers.required.insert("size".into(), None);
                },
                Verdict::Unmet,
            ),
        ],
    );
}

#[test]
fn nurturing_asks_for_awareness_touches_since_entry_and_interest() {
    let level = |a| Facts { nurture: Nurture { awareness: a, ..Nurture::default() }, ..Facts::default() };
    let cases = [
        (None, Verdict::Unknown),
        (Some(Awareness::SolutionAware), Verdict::Unmet),
        (Some(Awareness::ProductAware), Verdict::Met),
        (Some(Awareness::MostAware), Verdict::Met),
    ];
    for (awareness, verdict) in cases {
        let check = judge(&Criterion::AwarenessAtLeast(Awareness::ProductAware), &level(awareness), NOW);
        assert_eq!(check.verdict, verdict, "{awareness:?}");
    }
    let touch = |days| Touch { at: ago(days), evidence: proof(5) };
    let mut facts = Facts::default();
    facts.nurture.touches = vec![touch(20), touch(2)];
    let touches = Criterion::ValueTouches { min: 2 };
    assert_eq!(judge(&touches, &facts, NOW).verdict, Verdict::Met, "never in nurturing: all count");
    facts.entered.insert(Phase::Nurturing, ago(10));
    assert_eq!(judge(&touches, &facts, NOW).verdict, Verdict::Unmet, "one since entry");
    facts.nurture.touches.push(touch(1));
    assert_eq!(judge(&touches, &facts, NOW).have, Some(2));
    assert_eq!(judge(&touches, &facts, NOW).verdict, Verdict::Met);
}

#[test]
fn interest_is_25_points_or_a_positive_reply_or_a_meeting_of_the_last_30_days() {
    table(
        &Criterion::InterestSignal,
        &[
            ("nothing", |_| (), Verdict::Unknown),
            (
                "positive reply 30 days ago",
                |f| f.replies.push(reply(None, "interested", ago(30))),
                Verdict::Met,
            ),
            (
                "positive reply 31 days ago",
                |f| f.replies.push(reply(None, "interested", ago(31))),
                Verdict::Unmet,
            ),
            ("objection by mail", |f| f.replies.push(reply(None, "objection", ago(1))), Verdict::Unmet),
            ("meeting", |f| f.talks.push(meeting(1, true, ago(29))), Verdict::Met),
            ("a call is no meeting", |f| f.talks.push(call(1, true, Some(900), true)), Verdict::Unmet),
            (
                "a form today",
                |f| {
                    f.nurture.signals.push(Signal {
                        weight: 40.0,
                        half_life_days: 30.0,
                        at: NOW,
                        evidence: proof(1),
                    });
                },
                Verdict::Met,
            ),
            (
                "a form 21 days ago is 24.6 points",
                |f| {
                    f.nurture.signals.push(Signal {
                        weight: 40.0,
                        half_life_days: 30.0,
                        at: ago(21),
                        evidence: proof(1),
                    });
                },
                Verdict::Unmet,
            ),
        ],
    );
}

#[test]
fn the_signal_example_of_the_domain_is_21_points() {
    let signal =
        |weight, half_life_days, days| Signal { weight, half_life_days, at: ago(days), evidence: proof(1) };
    let signals = [signal(20.0, 30.0, 30), signal(12.0, 7.0, 7), signal(5.0, 7.0, 0)];
    let score = crate::facts::signal_score(&signals, NOW);
    assert!((score - 21.0).abs() < 1e-9, "{score}");
    let flood = vec![signal(40.0, 30.0, 0); 9];
    assert!((crate::facts::signal_score(&flood, NOW) - 100.0).abs() < 1e-9);
    assert!(
        crate::facts::signal_score(&[signal(40.0, 30.0, -1)], NOW).abs() < 1e-9,
        "the future counts nothing"
    );
}

#[test]
fn the_offer_must_be_out_relevant_and_reach_who_decides() {
    table(
        &Criterion::OfferSent,
        &[
            ("none", |_| (), Verdict::Unknown),
            ("draft", |f| f.offer = Some(offer(Relevance::Relevant, false)), Verdict::Unmet),
            ("sent", |f| f.offer = Some(offer(Relevance::Relevant, true)), Verdict::Met),
        ],
    );
    table(
        &Criterion::OfferRelevant,
        &[
            ("none", |_| (), Verdict::Unknown),
            ("relevant", |f| f.offer = Some(offer(Relevance::Relevant, true)), Verdict::Met),
            (
                "reason",
                |f| f.offer = Some(offer(Relevance::Overridden { reason: "renewal".into() }, true)),
                Verdict::Met,
            ),
            (
                "lacking",
                |f| f.offer = Some(offer(Relevance::Lacking { missing: vec!["budget".into()] }, true)),
                Verdict::Unmet,
            ),
        ],
    );
    table(
        &Criterion::DecisionMakerReached,
        &[
            ("no offer", |_| (), Verdict::Unknown),
            ("reached nobody", |f| f.offer = Some(offer(Relevance::Relevant, true)), Verdict::Unknown),
            (
                "reached a user",
                |f| {
                    f.committee.push(member(1, &[CommitteeRole::User]));
                    f.offer = Some(Offer { reached: vec![who(1)], ..offer(Relevance::Relevant, true) });
                },
                Verdict::Unmet,
            ),
            (
                "reached the approver",
                |f| {
                    f.committee.push(member(1, &[CommitteeRole::Approver]));
                    f.offer = Some(Offer { reached: vec![who(1)], ..offer(Relevance::Relevant, true) });
                },
                Verdict::Met,
            ),
            (
                "reached a champion",
                |f| {
                    f.committee.push(member(1, &[CommitteeRole::Champion]));
                    f.offer = Some(Offer { reached: vec![who(1)], ..offer(Relevance::Relevant, true) });
                },
                Verdict::Unmet,
            ),
            (
                "reached a champion who named the decision maker",
                |f| {
                    f.committee.push(Member { named: vec![who(2)], ..member(1, &[CommitteeRole::Champion]) });
                    f.offer = Some(Offer { reached: vec![who(1)], ..offer(Relevance::Relevant, true) });
                },
                Verdict::Met,
            ),
        ],
    );
}

#[test]
fn feedback_is_what_they_say_after_the_offer_went_out() {
    table(
        &Criterion::FeedbackReceived,
        &[
            ("no offer", |_| (), Verdict::Unknown),
            ("sent", |f| f.offer = Some(offer(Relevance::Relevant, true)), Verdict::Unknown),
            (
                "a reply before it",
                |f| {
                    f.offer = Some(offer(Relevance::Relevant, true));
                    f.replies.push(reply(Some(1), "question", ago(4)));
                },
                Verdict::Unknown,
            ),
            (
                "a reply after it",
                |f| {
                    f.offer = Some(offer(Relevance::Relevant, true));
                    f.replies.push(reply(Some(1), "question", ago(2)));
                },
                Verdict::Met,
            ),
            (
                "a call after it",
                |f| {
                    f.offer = Some(offer(Relevance::Relevant, true));
                    f.talks.push(call(1, true, Some(30), false));
                },
                Verdict::Met,
            ),
            (
                "an objection after it",
                |f| {
                    f.offer = Some(offer(Relevance::Relevant, true));
                    f.objections.push(objection(ObjectionState::Open, ago(1)));
                },
                Verdict::Met,
            ),
            (
                "no objection marked",
                |f| {
                    f.offer = Some(Offer { feedback: vec![proof(9)], ..offer(Relevance::Relevant, true) });
                },
                Verdict::Met,
            ),
        ],
    );
}

#[test]
fn objections_are_settled_only_by_confirmation_accepted_risk_or_withdrawal() {
    let cases = [
        (ObjectionState::Open, Verdict::Unmet),
        (ObjectionState::Probing, Verdict::Unmet),
        (ObjectionState::Answered, Verdict::Unmet),
        (ObjectionState::Confirmed, Verdict::Met),
        (ObjectionState::AcceptedRisk, Verdict::Met),
        (ObjectionState::Withdrawn, Verdict::Met),
    ];
    for (state, verdict) in cases {
        let facts = Facts { objections: vec![objection(state, NOW)], ..Facts::default() };
        assert_eq!(judge(&Criterion::ObjectionsConfirmed, &facts, NOW).verdict, verdict, "{state:?}");
    }
    assert_eq!(says(&Criterion::ObjectionsConfirmed, |_| ()), Verdict::Met, "none was raised");
}

#[test]
fn closing_asks_for_their_yes_the_start_both_sides_steps_and_who_pays() {
    fn plan(f: &mut Facts) -> &mut Closing {
        f.closing.get_or_insert_default()
    }
    table(
        &Criterion::AcceptanceRecorded,
        &[
            (
                "no",
                |f| {
                    plan(f);
                },
                Verdict::Unknown,
            ),
            (
                "yes",
                |f| {
                    plan(f).acceptance =
                        Some(Acceptance { kind: AcceptanceKind::WrittenYes, evidence: proof(1) })
                },
                Verdict::Met,
            ),
        ],
    );
    table(
        &Criterion::StartDateKnown,
        &[
            (
                "no",
                |f| {
                    plan(f);
                },
                Verdict::Unknown,
            ),
            ("a day", |f| plan(f).start = Some(Start::On("2027-01-04".parse().unwrap())), Verdict::Met),
            ("none, and why", |f| plan(f).start = Some(Start::None("one-off delivery".into())), Verdict::Met),
        ],
    );
    table(
        &Criterion::HandoverReady,
        &[
            ("no plan", |_| (), Verdict::Unknown),
            (
                "no steps",
                |f| {
                    plan(f);
                },
                Verdict::Unknown,
            ),
            ("ours only", |f| plan(f).our_steps = 3, Verdict::Unmet),
            ("theirs only", |f| plan(f).their_steps = 1, Verdict::Unmet),
            (
                "both",
                |f| {
                    plan(f).our_steps = 1;
                    plan(f).their_steps = 1;
                },
                Verdict::Met,
            ),
        ],
    );
    table(
        &Criterion::BillingReady,
        &[
            (
                "nothing",
                |f| {
                    plan(f);
                },
                Verdict::Unknown,
            ),
            ("the company's name", |f| f.company_legal_name = Some("Acme Inc.".into()), Verdict::Unmet),
            ("contact only", |f| plan(f).billing_contact = Some("ap@acme.example".into()), Verdict::Unmet),
            (
                "both",
                |f| {
                    f.company_legal_name = Some("Acme Inc.".into());
                    plan(f).billing_contact = Some("ap@acme.example".into());
                },
                Verdict::Met,
            ),
        ],
    );
}

#[test]
fn a_custom_field_in_a_gate_needs_a_value() {
    let field = Criterion::FieldSet { field: "deal.lost_meetings".into() };
    table(
        &field,
        &[
            ("empty", |_| (), Verdict::Unknown),
            (
                "set",
                |f| {
                    f.fields_set.insert("deal.lost_meetings".into());
                },
                Verdict::Met,
            ),
        ],
    );
}

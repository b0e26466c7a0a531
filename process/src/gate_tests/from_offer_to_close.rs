//! Offer, objections, closing, and fields of the workspace's own.

use super::*;

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

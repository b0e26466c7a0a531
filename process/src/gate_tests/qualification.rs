//! Qualification: needs, BANT, who decides, and the workspace's own criteria.

use super::*;

#[test]
fn discovery_needs_challenge_goal_and_current_solution() {
    let all = Discovery {
        challenges: vec![proof(1)],
        goals: vec![proof(2)],
        current_solution: Some(proof(3)),
        ..Discovery::default()
    };
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

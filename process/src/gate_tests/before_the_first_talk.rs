//! Prospecting and outreach: who fits, who is reached, and the first conversation.

use super::*;

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

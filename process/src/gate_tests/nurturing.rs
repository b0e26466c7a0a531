//! Nurturing: awareness, value and interest.

use super::*;

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

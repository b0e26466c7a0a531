//! Moves back, parking and waking.

use super::*;

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
fn a_wake_up_on_a_day_off_comes_on_the_next_business_day() {
    let days = BusinessCalendar::new(kernel::Country::from_code("KR"));
    let korea = Calendar { zone: chrono_tz::Asia::Seoul, days };
    let table = [
        ("2026-12-01", "2026-12-01T09:00:00+09:00"),
        ("2026-11-28", "2026-11-30T09:00:00+09:00"),
        ("2026-12-25", "2026-12-28T09:00:00+09:00"),
    ];
    for (day, expected) in table {
        assert_eq!(wakes_at(day.parse().unwrap(), &korea), Timestamp::parse(expected).unwrap(), "{day}");
    }
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

//! Endings, what takes them back, and what a move records.

use super::*;

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

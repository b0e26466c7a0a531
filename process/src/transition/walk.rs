//! Any sequence of moves: the cycle never loses a deal from sight.

use super::tests::{Ask, REP, everything, now, proof};
use super::*;
use crate::facts::Facts;
use crate::gate::{judge_gate, missing};
use crate::stage::{Phase, Status};
use http_room::Role;
use kernel::{Currency, Money, TransitionId};
use proptest::prelude::*;

/// One step of the walk: what is asked, by whom, with what known, and how much later.
#[derive(Debug, Clone)]
struct Step {
    request: MoveRequest,
    role: Role,
    known: bool,
    seconds: i64,
}

fn requests() -> impl Strategy<Value = MoveRequest> {
    let kind = proptest::sample::select(MoveKind::ALL.to_vec());
    let to = proptest::option::of(proptest::sample::select(Phase::ALL.to_vec()));
    (kind, to, any::<bool>(), 1_u64..900).prop_map(|(kind, to, full, days)| {
        let mut request = MoveRequest { to, ..MoveRequest::of(kind) };
        if full {
            request.reason = Some(if kind == MoveKind::Lose { "price" } else { "so it is" }.to_owned());
            request.cause = Some("other".to_owned());
            request.wake_on =
                "2026-11-23".parse::<chrono::NaiveDate>().unwrap().checked_add_days(chrono::Days::new(days));
            request.track = Some("letters".to_owned());
            request.told = Some(Told::Yes);
            request.amount = Some(Money::new(100, Currency::USD));
            request.evidence = vec![proof()];
            let process = crate::definition::Definition::seven_stages();
            let criteria = Phase::ALL.into_iter().flat_map(|p| process.gate_of(p)).map(|c| c.key());
            request.reasons =
                criteria.chain([ASK_MISSING.to_owned()]).map(|k| (k, "known case".to_owned())).collect();
        }
        request
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let role = proptest::sample::select(vec![Role::ReadOnly, Role::Rep, Role::Manager]);
    let step = (requests(), role, any::<bool>(), 0_i64..2_000)
        .prop_map(|(request, role, known, seconds)| Step { request, role, known, seconds });
    proptest::collection::vec(step, 1..60)
}

fn check_position(position: &Position) -> Result<(), TestCaseError> {
    let Position { stage, status, wake_on, .. } = position;
    prop_assert!(*status != Status::Won || *stage == Phase::Closing, "won outside closing");
    prop_assert!(*status != Status::NotYet || *stage == Phase::Nurturing, "parked outside nurturing");
    prop_assert_eq!(
        *status == Status::NotYet,
        wake_on.is_some(),
        "parked without a day, or a day without parking"
    );
    let closed_with_reason = matches!(status, Status::Lost | Status::Disqualified);
    prop_assert_eq!(closed_with_reason, position.lost_reason.is_some(), "a loss without a reason");
    let closed = closed_with_reason || *status == Status::Won;
    prop_assert_eq!(closed, position.closed_at.is_some(), "closed without a time, or open with one");
    Ok(())
}

fn check_move(ask: &Ask, step: &Step, moved: &Transition) -> Result<(), TestCaseError> {
    let gates_passed = match moved.kind {
        MoveKind::Advance | MoveKind::AdvanceForced | MoveKind::Skip | MoveKind::SkipNoObjection => {
            let end =
                if moved.kind == MoveKind::SkipNoObjection { Phase::Objections } else { moved.after.stage };
            moved.before.stage.until(end).collect::<Vec<_>>()
        }
        MoveKind::Win => vec![Phase::Closing],
        _ => Vec::new(),
    };
    let gates = gates_passed.iter().flat_map(|p| judge_gate(&ask.process, *p, &ask.facts, ask.now));
    let lacking = missing(&gates.collect::<Vec<_>>());
    if lacking.is_empty() {
        return Ok(());
    }
    prop_assert!(moved.forced && step.role >= Role::Manager, "a gate was passed without force");
    for check in lacking {
        prop_assert!(moved.reasons.contains_key(&check.key), "{} was passed without a reason", check.key);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn after_any_sequence_of_moves_a_deal_has_one_stage_and_one_status_and_no_gate_is_passed_in_silence(walk in steps()) {
        let mut ask = Ask::about(Phase::Prospecting, Status::Open, Facts::default());
        ask.now = now();
        for (n, step) in walk.iter().enumerate() {
            ask.now = ask.now.plus_seconds(step.seconds);
            ask.facts = if step.known { everything() } else { Facts::default() };
            ask.role = step.role;
            let before = ask.deal.clone();
            match ask.to(&step.request) {
                Err(refusal) => {
                    prop_assert!(!refusal.to_string().is_empty());
                    prop_assert_eq!(&ask.deal, &before, "a refusal changed the deal");
                }
                Ok(moved) => {
                    prop_assert!(step.role > Role::ReadOnly);
                    prop_assert!(allowed(&ask.context()).contains(&moved.kind));
                    prop_assert_eq!(&moved.before, &before.position);
                    prop_assert!(moved.age_seconds >= moved.business_seconds && moved.business_seconds >= 0);
                    check_move(&ask, step, &moved)?;
                    check_position(&moved.after)?;
                    ask.deal = ask.deal.after(TransitionId(uuid::Uuid::from_u128(n as u128)), REP, &moved);
                }
            }
        }
    }

    #[test]
    fn an_undo_at_once_restores_exactly_what_was(walk in steps()) {
        let mut ask = Ask::about(Phase::Prospecting, Status::Open, everything());
        ask.now = now();
        for (n, step) in walk.iter().enumerate() {
            ask.now = ask.now.plus_seconds(step.seconds);
            ask.role = Role::Owner;
            let Ok(moved) = ask.to(&step.request) else { continue };
            if moved.kind == MoveKind::Undo {
                continue;
            }
            let before = ask.deal.position.clone();
            let id = TransitionId(uuid::Uuid::from_u128(n as u128));
            ask.deal = ask.deal.after(id, REP, &moved);
            let undone = ask.to(&MoveRequest::of(MoveKind::Undo)).expect("the newest move of the same person");
            prop_assert_eq!(undone.after, before);
        }
    }
}

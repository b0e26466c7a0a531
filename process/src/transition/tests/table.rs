//! Which moves exist from where, and who may make them.

use super::*;

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

use super::*;
use EvidenceKind::{Conversation, Document, Guess, Research, ThirdParty, Written};

const NOW: Timestamp = Timestamp(1_763_888_100_000_000);

fn proof(id: u32, rating: u8, kind: EvidenceKind, days_ago: i64) -> Proof<u32> {
    Proof { id, rating, kind, at: NOW.plus_days(-days_ago) }
}

fn standing(proofs: &[Proof<u32>]) -> (u8, f64, bool) {
    let s = weigh(proofs, NOW).unwrap();
    (s.rating, (s.confidence(NOW) * 1_000.0).round() / 1_000.0, s.is_confirmed(NOW))
}

#[test]
fn each_kind_of_evidence_has_its_confidence_and_fades_by_half_in_180_days() {
    let cases = [
        (Guess, 0, 0.2),
        (Research, 0, 0.5),
        (ThirdParty, 0, 0.6),
        (Written, 0, 0.85),
        (Conversation, 0, 0.9),
        (Document, 0, 1.0),
        (Conversation, 180, 0.45),
        (Conversation, 360, 0.225),
        (Guess, 360, 0.1),
        (Research, 1_000, 0.1),
    ];
    for (kind, days, expected) in cases {
        assert_eq!(standing(&[proof(1, 1, kind, days)]).1, expected, "{kind:?} {days} days ago");
    }
}

#[test]
fn research_before_any_contact_never_exceeds_one_half_nor_confirms() {
    let many: Vec<Proof<u32>> = (0..9).map(|n| proof(n, 2, Research, 0)).collect();
    assert_eq!(standing(&many), (2, 0.5, false));
}

#[test]
fn a_rating_is_confirmed_only_by_their_own_words() {
    let cases = [
        (Guess, false),
        (Research, false),
        (ThirdParty, false),
        (Written, true),
        (Conversation, true),
        (Document, true),
    ];
    for (kind, confirmed) in cases {
        assert_eq!(standing(&[proof(1, 2, kind, 0)]).2, confirmed, "{kind:?}");
    }
}

#[test]
fn a_rating_takes_its_best_evidence() {
    assert_eq!(standing(&[proof(1, 2, Conversation, 10), proof(2, 2, Guess, 0)]).1, 0.866);
    let ids = weigh(&[proof(1, 2, Guess, 10), proof(2, 2, Document, 1)], NOW).unwrap().ids;
    assert_eq!(ids, [2, 1]);
}

#[test]
fn contradiction_of_equal_or_higher_kind_takes_over_less_sure() {
    let cases = [
        (vec![proof(1, 2, Conversation, 5), proof(2, 1, Conversation, 0)], (1, 0.7, false)),
        (vec![proof(1, 2, Research, 5), proof(2, 0, Written, 0)], (0, 0.65, false)),
        (vec![proof(1, 2, Research, 5), proof(2, 1, Document, 0)], (1, 0.8, true)),
        (vec![proof(1, 2, Guess, 5), proof(2, 1, Guess, 0)], (1, 0.1, false)),
    ];
    for (proofs, expected) in cases {
        assert_eq!(standing(&proofs), expected, "{proofs:?}");
    }
}

#[test]
fn contradiction_of_a_lower_kind_changes_nothing() {
    let proofs = [proof(1, 2, Conversation, 0), proof(2, 0, Research, 0)];
    assert_eq!(standing(&proofs), (2, 0.9, true));
}

#[test]
fn saying_it_again_settles_a_contradiction() {
    let proofs = [proof(1, 2, Conversation, 3), proof(2, 1, Conversation, 2), proof(3, 1, Conversation, 0)];
    assert_eq!(standing(&proofs), (1, 0.9, true));
}

#[test]
fn the_order_in_which_evidence_is_written_down_does_not_matter() {
    let mut proofs =
        vec![proof(1, 2, Conversation, 3), proof(2, 1, Written, 2), proof(3, 0, Conversation, 1)];
    let expected = standing(&proofs);
    proofs.reverse();
    assert_eq!(standing(&proofs), expected);
    assert_eq!(expected.0, 0);
}

#[test]
fn confirmation_lasts_until_confidence_falls_under_its_bound() {
    let s = weigh(&[proof(1, 2, Conversation, 0)], NOW).unwrap();
    let until = s.confirmed_until().unwrap();
    assert!(s.is_confirmed(until));
    assert!(!s.is_confirmed(until.plus_seconds(2)));
    let days = until.seconds_since(NOW) as f64 / 86_400.0;
    assert!((days - 30.587).abs() < 0.001, "0.9 falls to 0.8 in {days} days");
    assert_eq!(weigh(&[proof(1, 2, Research, 0)], NOW).unwrap().confirmed_until(), None);
}

fn four(ratings: [Option<(u8, EvidenceKind)>; 4]) -> Four<u32> {
    ratings.map(|r| r.and_then(|(rating, kind)| weigh(&[proof(1, rating, kind, 0)], NOW)))
}

#[test]
fn the_roll_up_follows_the_order_of_the_states() {
    let talk = |rating| Some((rating, Conversation));
    let read = |rating| Some((rating, Research));
    use BantState::{Promising, Qualified, Unclear};
    let cases = [
        ("all good", [talk(2), talk(2), talk(2), talk(2)], Some(100), Qualified),
        ("three known are enough", [talk(2), None, talk(1), talk(1)], Some(67), Qualified),
        ("two known are not", [talk(2), None, talk(2), None], Some(100), Promising),
        ("need only read", [read(2), talk(2), talk(2), talk(2)], Some(100), Promising),
        ("authority only read", [talk(2), talk(2), read(2), talk(2)], Some(100), Promising),
        ("no access", [talk(2), talk(2), talk(0), talk(2)], Some(75), Promising),
        ("fit 50", [talk(1), talk(1), talk(1), talk(1)], Some(50), Promising),
        ("fit 38", [talk(1), talk(0), talk(1), talk(1)], Some(38), Unclear),
        ("nothing known", [None, None, None, None], None, Unclear),
        ("fit 63", [talk(2), talk(1), talk(1), talk(1)], Some(63), Qualified),
    ];
    for (name, ratings, fit, state) in cases {
        let rolled = roll_up(&four(ratings), &[], true, 60, NOW);
        assert_eq!((rolled.fit, rolled.state), (fit, state), "{name}");
        assert_eq!(rolled.qualified_until.is_some(), state == Qualified, "{name}");
    }
}

#[test]
fn own_qualifiers_count_by_weight_and_may_require_or_block() {
    let good = four([Some((2, Conversation)); 4]);
    let own = |rating, weight, blocking, confidence| Rated { rating, weight, blocking, confidence };
    let rolled = roll_up(&good, &[own(Some(0), 4.0, false, 1.0)], true, 60, NOW);
    assert_eq!((rolled.fit, rolled.state), (Some(50), BantState::Promising));
    let rolled = roll_up(&good, &[own(None, 4.0, false, 0.0)], true, 60, NOW);
    assert_eq!((rolled.fit, rolled.completeness), (Some(100), 0.5), "unknown lowers completeness alone");
    assert_eq!(roll_up(&good, &[], false, 60, NOW).state, BantState::Promising, "a required one is not met");
    let blocked = roll_up(&good, &[own(Some(0), 1.0, true, 0.8)], true, 60, NOW);
    assert_eq!(blocked.state, BantState::DisqualifiedSuggested);
    assert_eq!(roll_up(&good, &[own(Some(0), 1.0, true, 0.79)], true, 60, NOW).state, BantState::Qualified);
    assert_eq!(roll_up(&good, &[], true, 101, NOW).state, BantState::Promising, "the threshold is a setting");
}

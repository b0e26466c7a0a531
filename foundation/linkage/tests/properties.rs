//! What holds whatever the records are.

use linkage::{Field, Kind, Level, Matcher, Record, blocking_keys};
use proptest::prelude::*;

fn person(parts: (usize, usize, usize, usize, bool)) -> Record {
    let given = ["Ana", "Anna", "Bo", "민수", "Chris", "Chr is"];
    let family = ["Kim", "Lee", "Van der Berg", "김", "O'Neill", "Bo"];
    let city = ["Seoul", "Busan", "서울", "", "Suwon", "Seol"];
    let (g, f, c, n, mail) = parts;
    let mut fields = vec![(Field::GivenName, given[g].to_owned()), (Field::FamilyName, family[f].to_owned())];
    fields.push((Field::City, city[c].to_owned()));
    if mail {
        fields.push((Field::Email, format!("p{n}@acme.com")));
    }
    Record { fields }
}

fn people() -> impl Strategy<Value = Vec<Record>> {
    proptest::collection::vec((0_usize..6, 0_usize..6, 0_usize..6, 0_usize..8, any::<bool>()), 0..40)
        .prop_map(|all| all.into_iter().map(person).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_record_is_paired_with_itself_and_no_pair_comes_twice(records in people()) {
        let found = Matcher::new(Kind::People).threshold(0.01).within(&records);
        for pair in &found.pairs {
            prop_assert!(pair.a < pair.b && pair.b < records.len());
            prop_assert!((0.0..=1.0).contains(&pair.score) && pair.score >= 0.01);
            let sum: f64 = pair.evidence.iter().map(|e| e.bits).sum();
            prop_assert!((sum - pair.weight).abs() < 1e-6);
        }
        let mut seen: Vec<(usize, usize)> = found.pairs.iter().map(|p| (p.a, p.b)).collect();
        seen.dedup();
        prop_assert_eq!(seen.len(), found.pairs.len());
    }

    #[test]
    fn a_run_says_the_same_every_time(records in people()) {
        let matcher = Matcher::new(Kind::People).threshold(0.1);
        prop_assert_eq!(matcher.within(&records), matcher.within(&records));
    }

    #[test]
    fn a_score_does_not_depend_on_which_record_comes_first(records in people()) {
        prop_assume!(records.len() >= 2);
        let matcher = Matcher::new(Kind::People);
        let there = matcher.score(&records[0], &records[1..2]).remove(0);
        let back = matcher.score(&records[1], &records[..1]).remove(0);
        prop_assert!((there.weight - back.weight).abs() < 1e-9);
        prop_assert_eq!(there.score.to_bits(), back.score.to_bits());
    }

    #[test]
    fn with_kept_parameters_the_order_of_records_changes_nothing(records in people(), turn in 0_usize..40) {
        let kept = Matcher::new(Kind::People).within(&records).parameters;
        let matcher = Matcher::new(Kind::People).parameters(kept).threshold(0.1);
        let mut turned = records.clone();
        let turn = turn % records.len().max(1);
        turned.rotate_left(turn);
        let ends = |p: &linkage::Pair, shift: usize| {
            let at = |i: usize| (i + shift) % records.len();
            (at(p.a).min(at(p.b)), at(p.a).max(at(p.b)))
        };
        let mut plain: Vec<_> = matcher.within(&records).pairs.iter().map(|p| ends(p, 0)).collect();
        let mut shifted: Vec<_> = matcher.within(&turned).pairs.iter().map(|p| ends(p, turn)).collect();
        plain.sort_unstable();
        shifted.sort_unstable();
        prop_assert_eq!(plain, shifted);
    }
}

#[test]
fn a_record_on_arrival_is_scored_against_candidates_with_reasons() {
    let new = Record::new([
        (Field::FullName, "Ana Kim"),
        (Field::Email, "ana.kim@acme.com"),
        (Field::Company, "Acme Inc."),
        (Field::Phone, "+82 10-1234-5678"),
    ]);
    let same = Record::new([
        (Field::GivenName, "Anna"),
        (Field::FamilyName, "KIM"),
        (Field::Email, "Ana.Kim@ACME.com"),
        (Field::Phone, "010-1234-5678"),
    ]);
    let colleague = Record::new([
        (Field::FullName, "Bo Kim"),
        (Field::Email, "bo.kim@acme.com"),
        (Field::Company, "ACME"),
        (Field::Phone, "010-9999-0000"),
    ]);
    let scored = Matcher::new(Kind::People).score(&new, &[colleague.clone(), same.clone()]);
    assert_eq!((scored[0].b, scored[1].b), (1, 0));
    assert!(scored[0].score > 0.99, "{:?}", scored[0]);
    assert!(scored[1].score < 0.1, "a colleague is somebody else: {:?}", scored[1]);
    let level = |field| scored[0].evidence.iter().find(|e| e.field == field).map(|e| e.level);
    assert_eq!(level(Field::Email), Some(Level::Exact));
    assert_eq!(level(Field::Phone), Some(Level::Exact));
    assert_eq!(level(Field::GivenName), Some(Level::Close));
    assert_eq!(level(Field::Company), None, "missing is no evidence");
    let (new, same) = (blocking_keys(Kind::People, &new), blocking_keys(Kind::People, &same));
    assert!(new.iter().any(|key| same.contains(key)), "they find each other in an index");
}

#[test]
fn names_in_each_others_place_speak_for_a_match() {
    let a = Record::new([
        (Field::GivenName, "lusted"),
        (Field::FamilyName, "petreece"),
        (Field::City, "Branxton"),
    ]);
    let b = Record::new([
        (Field::GivenName, "petreece"),
        (Field::FamilyName, "lusted"),
        (Field::City, "Branxton"),
    ]);
    let pair = Matcher::new(Kind::People).score(&a, &[b]).remove(0);
    assert!(pair.evidence.iter().filter(|e| e.level == Level::Swapped).count() == 2 && pair.weight > 10.0);
}

#[test]
fn lists_without_records_or_with_one_have_no_pairs() {
    let one = [Record::new([(Field::FullName, "Ana Kim")])];
    let matcher = Matcher::new(Kind::People);
    assert!(matcher.within(&[]).pairs.is_empty());
    assert!(matcher.within(&one).pairs.is_empty());
    assert!(matcher.between(&[], &one).pairs.is_empty());
    assert!(matcher.between(&one, &[]).pairs.is_empty());
}

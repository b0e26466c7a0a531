use super::*;
use proptest::prelude::*;
use uuid::Uuid;

fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

fn seat(n: u128, capacity: Option<i64>) -> Seat {
    Seat { user_id: user(n), capacity }
}

fn dealer(method: TerritoryMethod, seats: Vec<Seat>) -> Dealer {
    Dealer { territory: TerritoryId(Uuid::nil()), method, seats, turn: 0 }
}

fn dealt(mut dealer: Dealer, loads: &[(u128, i64)], n: usize) -> (Vec<u128>, i64) {
    let mut loads: Loads = loads.iter().map(|(u, load)| (user(*u), *load)).collect();
    let given = (0..n).map_while(|_| dealer.next(&mut loads)).map(|u| u.0.as_u128()).collect();
    (given, dealer.turn)
}

#[test]
fn who_is_next() {
    use TerritoryMethod::{CapacityWeighted, Owner, RoundRobin};
    let free = |users: &[u128]| users.iter().map(|u| seat(*u, None)).collect::<Vec<_>>();
    let limited = |seats: &[(u128, i64)]| seats.iter().map(|(u, c)| seat(*u, Some(*c))).collect::<Vec<_>>();
    type Case = (&'static str, TerritoryMethod, Vec<Seat>, Vec<(u128, i64)>, usize, Vec<u128>);
    let cases: Vec<Case> = vec![
        ("all to the owner", Owner, free(&[7]), vec![], 3, vec![7, 7, 7]),
        ("in turn", RoundRobin, free(&[1, 2, 3]), vec![], 5, vec![1, 2, 3, 1, 2]),
        (
            "the full are passed over",
            RoundRobin,
            limited(&[(1, 1), (2, 9), (3, 1)]),
            vec![],
            4,
            vec![1, 2, 3, 2],
        ),
        ("until all are full", RoundRobin, limited(&[(1, 1), (2, 2)]), vec![], 9, vec![1, 2, 2]),
        (
            "what they own elsewhere counts",
            RoundRobin,
            limited(&[(1, 5), (2, 5)]),
            vec![(1, 5)],
            2,
            vec![2, 2],
        ),
        ("nobody", RoundRobin, vec![], vec![], 2, vec![]),
        (
            "twice the capacity, twice as many",
            CapacityWeighted,
            limited(&[(1, 10), (2, 20)]),
            vec![],
            6,
            vec![2, 1, 2, 2, 1, 2],
        ),
        ("ties by id", CapacityWeighted, limited(&[(2, 4), (1, 4)]), vec![], 4, vec![1, 2, 1, 2]),
        (
            "whoever is behind catches up",
            CapacityWeighted,
            limited(&[(1, 10), (2, 10)]),
            vec![(1, 3)],
            4,
            vec![2, 2, 2, 1],
        ),
        (
            "no capacity, no company",
            CapacityWeighted,
            vec![seat(1, None), seat(2, Some(0))],
            vec![],
            2,
            vec![],
        ),
        ("full", CapacityWeighted, limited(&[(1, 1), (2, 1)]), vec![], 5, vec![1, 2]),
    ];
    for (why, method, seats, loads, n, expected) in cases {
        assert_eq!(dealt(dealer(method, seats), &loads, n).0, expected, "{why}");
    }
}

#[test]
fn turns_go_on_where_they_stopped() {
    let seats = vec![seat(1, None), seat(2, None), seat(3, None)];
    let (_, turn) = dealt(dealer(TerritoryMethod::RoundRobin, seats.clone()), &[], 4);
    let again = Dealer { turn, ..dealer(TerritoryMethod::RoundRobin, seats) };
    assert_eq!(dealt(again, &[], 2).0, [2, 3]);
}

fn candidate(n: u128, owner: Option<u128>, open_deal: bool) -> Candidate {
    Candidate { company: CompanyId(Uuid::from_u128(n)), owner: owner.map(user), open_deal, territory: 0 }
}

fn drawn_up(
    seats: Vec<Seat>,
    candidates: &[Candidate],
    choices: TerritoryChoices,
) -> (Vec<(u128, u128)>, i64, i64) {
    let mut loads = Loads::new();
    candidates.iter().filter_map(|c| c.owner).for_each(|o| *loads.entry(o).or_default() += 1);
    let plan = plan(vec![dealer(TerritoryMethod::RoundRobin, seats)], candidates.to_vec(), loads, choices);
    let moves = plan.moves.iter().map(|m| (m.company.0.as_u128(), m.to.0.as_u128())).collect();
    (moves, plan.kept_for_deals, plan.unassigned[0])
}

#[test]
fn what_stays_and_what_goes() {
    let kept = TerritoryChoices::default();
    let anew = TerritoryChoices { deal_anew: true, ..kept };
    let (c, both) = (candidate, vec![seat(1, None), seat(2, None)]);
    type Case = (&'static str, Vec<Seat>, Vec<Candidate>, TerritoryChoices, (Vec<(u128, u128)>, i64, i64));
    let cases: Vec<Case> = vec![
        (
            "a member keeps theirs",
            both.clone(),
            vec![c(1, Some(1), false), c(2, Some(1), false)],
            kept,
            (vec![], 0, 0),
        ),
        (
            "dealt anew they are shared",
            both.clone(),
            vec![c(1, Some(1), false), c(2, Some(1), false)],
            anew,
            (vec![(2, 2)], 0, 0),
        ),
        (
            "another's go",
            both.clone(),
            vec![c(1, Some(9), false), c(2, None, false)],
            kept,
            (vec![(1, 1), (2, 2)], 0, 0),
        ),
        ("but not with a deal", both.clone(), vec![c(1, Some(9), true)], kept, (vec![], 1, 0)),
        (
            "unless one says so",
            both.clone(),
            vec![c(1, Some(9), true)],
            TerritoryChoices { keep_open_deals: false, ..kept },
            (vec![(1, 1)], 0, 0),
        ),
        ("a deal nobody owns binds nobody", both, vec![c(1, None, true)], kept, (vec![(1, 1)], 0, 0)),
        (
            "beyond capacity",
            vec![seat(1, Some(1))],
            vec![c(1, Some(1), false), c(2, Some(9), false)],
            kept,
            (vec![], 0, 1),
        ),
        (
            "deals take room",
            vec![seat(1, Some(1))],
            vec![c(1, Some(9), false), c(2, Some(1), true)],
            kept,
            (vec![], 0, 1),
        ),
    ];
    for (why, seats, candidates, choices, expected) in cases {
        assert_eq!(drawn_up(seats, &candidates, choices), expected, "{why}");
    }
}

fn counts(given: &[u128]) -> BTreeMap<u128, i64> {
    let mut counts = BTreeMap::new();
    given.iter().for_each(|u| *counts.entry(*u).or_default() += 1);
    counts
}

proptest! {
    #[test]
    fn by_capacity_everybody_is_within_one_of_the_exact_share(
        capacities in prop::collection::vec(1_i64..400, 1..9),
        part in 0.0_f64..=1.0,
    ) {
        let total: i64 = capacities.iter().sum();
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
        let n = (total as f64 * part) as usize;
        let seats = capacities.iter().zip(1..).map(|(c, u)| seat(u, Some(*c))).collect();
        let given = counts(&dealt(dealer(TerritoryMethod::CapacityWeighted, seats), &[], n).0);
        let exact_n = i64::try_from(n).unwrap();
        prop_assert_eq!(given.values().sum::<i64>(), exact_n, "as long as there is room, all are given");
        for (capacity, u) in capacities.iter().zip(1_u128..) {
            let got = given.get(&u).copied().unwrap_or(0);
            prop_assert!((got * total - exact_n * capacity).abs() <= total, "{got} of {n} for {capacity} of {total}");
            prop_assert!(got <= *capacity);
        }
    }

    #[test]
    fn in_turn_nobody_is_more_than_one_ahead(people in 1_u128..12, turn in 0_i64..40, n in 0_usize..500) {
        let seats = (1..=people).map(|u| seat(u, None)).collect();
        let given = counts(&dealt(Dealer { turn, ..dealer(TerritoryMethod::RoundRobin, seats) }, &[], n).0);
        let got = (1..=people).map(|u| given.get(&u).copied().unwrap_or(0));
        let (least, most) = got.fold((i64::MAX, 0), |(a, b), x| (a.min(x), b.max(x)));
        prop_assert!(most - least <= 1);
    }

    #[test]
    fn the_order_in_which_companies_and_members_come_changes_nothing(
        owners in prop::collection::vec((prop::option::of(1_u128..6), any::<bool>()), 0..60),
        capacities in prop::collection::vec(1_i64..30, 1..5),
        anew in any::<bool>(),
    ) {
        let choices = TerritoryChoices { deal_anew: anew, ..TerritoryChoices::default() };
        let seats: Vec<Seat> = capacities.iter().zip(1..).map(|(c, u)| seat(u, Some(*c))).collect();
        let all: Vec<Candidate> = owners.iter().zip(1..).map(|((o, deal), n)| candidate(n, *o, *deal)).collect();
        let mut loads = Loads::new();
        all.iter().filter_map(|c| c.owner).for_each(|o| *loads.entry(o).or_default() += 1);
        let one = plan(vec![dealer(TerritoryMethod::CapacityWeighted, seats.clone())], all.clone(), loads.clone(), choices);
        let turned = |mut seats: Vec<Seat>| { seats.reverse(); seats };
        let backwards = all.into_iter().rev().collect();
        let other = plan(vec![dealer(TerritoryMethod::CapacityWeighted, turned(seats))], backwards, loads, choices);
        prop_assert_eq!(one, other);
    }

    #[test]
    fn nobody_is_given_more_than_they_can_work_and_nothing_is_lost(
        owners in prop::collection::vec((prop::option::of(1_u128..6), any::<bool>()), 0..60),
        capacities in prop::collection::vec(0_i64..12, 1..5),
    ) {
        let seats: Vec<Seat> = capacities.iter().zip(1..).map(|(c, u)| seat(u, Some(*c))).collect();
        let all: Vec<Candidate> = owners.iter().zip(1..).map(|((o, deal), n)| candidate(n, *o, *deal)).collect();
        let mut loads = Loads::new();
        all.iter().filter_map(|c| c.owner).for_each(|o| *loads.entry(o).or_default() += 1);
        let before = loads.clone();
        let drawn = plan(vec![dealer(TerritoryMethod::RoundRobin, seats.clone())], all.clone(), loads, TerritoryChoices::default());
        let mut after = before.clone();
        for one in &drawn.moves {
            prop_assert!(Some(one.to) != one.from);
            *after.entry(one.to).or_default() += 1;
            if let Some(from) = one.from {
                *after.entry(from).or_default() -= 1;
            }
        }
        for seat in &seats {
            let (was, is) = (load(&before, seat.user_id), load(&after, seat.user_id));
            prop_assert!(is <= was.max(seat.capacity.unwrap_or(i64::MAX)), "{was} became {is}");
        }
    }
}

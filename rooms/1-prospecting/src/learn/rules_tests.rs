//! Cases of the rules: what is tested, refused, proposed, contradicted, and how customers drift.

use super::assumed::Assumed;
use super::drift::{DriftStatus, Window};
use super::groups::FactGroup;
use super::observed::{Deal, FactSort, Field, Observed, Origin, Outcome};
use super::report::{Learned, ProposalDirection, WhyNothing, WhyUntested};
use super::rules::{Asked, learn};
use crate::icp::criteria::{Role, Test};
use crate::icp::values::Held;

fn text(word: &str) -> Option<Held> {
    Some(Held::Text(word.to_owned()))
}

fn deal(company: usize, outcome: Outcome, facts: Vec<Option<Held>>) -> Deal {
    let value = (outcome == Outcome::Won).then_some(100.0);
    Deal { outcome, company: Some(company), value, cycle_days: None, retained: None, decided_on: None, facts }
}

/// `n` deals of `companies` companies from `first`, of which the first `k` are won.
fn block(first: usize, companies: usize, (k, n): (usize, usize), held: &Option<Held>) -> Vec<Deal> {
    let outcome = |at| if at < k { Outcome::Won } else { Outcome::Lost };
    (0..n).map(|at| deal(first + at % companies, outcome(at), vec![held.clone()])).collect()
}

fn observed(sort: FactSort, deals: Vec<Deal>) -> Observed {
    let field = Field { key: "fact".to_owned(), sort, origin: Origin::Customer };
    Observed { fields: vec![field], deals }
}

fn run(observed: &Observed) -> Learned {
    learn(observed, &Asked::default())
}

#[test]
fn what_cannot_be_learned_from_is_said() {
    let cases = [
        (vec![], WhyNothing::NothingDecided),
        (vec![deal(0, Outcome::Open, vec![text("a")])], WhyNothing::NothingDecided),
        (block(0, 9, (40, 40), &text("a")), WhyNothing::OneOutcome),
        (block(0, 9, (5, 10), &None), WhyNothing::NoFacts),
        ([block(0, 9, (5, 29), &text("a")), block(20, 9, (5, 29), &text("b"))].concat(), WhyNothing::TooFew),
        (
            [block(0, 4, (20, 40), &text("a")), block(20, 4, (20, 40), &text("b"))].concat(),
            WhyNothing::TooFew,
        ),
        (
            [block(0, 9, (20, 40), &text("a")), block(20, 9, (20, 40), &text("b"))].concat(),
            WhyNothing::NothingSeparates,
        ),
    ];
    for (deals, reason) in cases {
        let found = run(&observed(FactSort::Words, deals));
        assert_eq!((found.reason_code, found.proposed.len()), (Some(reason), 0));
        assert!(found.reason.is_some());
    }
}

#[test]
fn a_field_that_follows_the_outcome_is_refused() {
    let filled = |deals: Vec<Deal>| deals;
    let open = |n: usize, known: usize| {
        (0..n)
            .map(|at| deal(at, Outcome::Open, vec![(at < known).then(|| text("a")).flatten()]))
            .collect::<Vec<_>>()
    };
    let decided = [block(0, 9, (20, 40), &text("a")), block(20, 9, (30, 40), &text("b"))].concat();
    let unknown = block(0, 9, (20, 40), &None);
    let cases = [
        (filled([decided.clone(), open(20, 2)].concat()), true),
        (filled([decided.clone(), open(20, 3)].concat()), false),
        (filled([unknown, open(20, 18)].concat()), true),
        (decided, false),
    ];
    for (deals, leaks) in cases {
        let found = run(&observed(FactSort::Words, deals));
        assert_eq!(found.refused.iter().any(|r| r.why == WhyUntested::Leak), leaks, "{:?}", found.refused);
        assert_eq!(found.tests.is_empty(), leaks);
    }
}

#[test]
fn r11_a_group_that_wins_more_is_proposed_with_weight_and_criterion() {
    let deals =
        [block(0, 20, (160, 200), &text("Retail")), block(50, 40, (160, 400), &text("Other"))].concat();
    let found = run(&observed(FactSort::Words, deals));
    // Two values are tested once, the rarer.
    assert_eq!((found.tests.len(), found.proposed.len()), (1, 1));
    let proposal = &found.proposed[0];
    let base = 320.0 / 600.0;
    let lift = (160.0 + 50.0 * base) / 250.0 / base;
    assert!((proposal.finding.lift - lift).abs() < 1e-12);
    assert_eq!((proposal.direction, proposal.weight), (ProposalDirection::For, 7));
    let criterion = proposal.criterion.as_ref().unwrap();
    assert!(matches!(&criterion.test, Test::Choice { accepts, .. } if accepts == &["Retail"]));
    assert!(matches!(criterion.role, Role::Weight { weight: 7, .. }));
    let worth = proposal.value_interval.unwrap();
    assert!(worth.low > 1.0 && worth.contains(proposal.finding.value_lift.unwrap()), "{worth:?}");
}

#[test]
fn a_group_that_wins_less_asks_for_the_others_and_a_hopeless_one_for_review() {
    let middling = [
        block(0, 20, (90, 300), &text("a")),
        block(50, 40, (180, 300), &text("b")),
        block(99, 9, (90, 150), &text("c")),
    ]
    .concat();
    let found = run(&observed(FactSort::Words, middling));
    let against = found.proposed.iter().find(|p| p.finding.value == "a").unwrap();
    assert_eq!(against.direction, ProposalDirection::Against);
    let criterion = against.criterion.as_ref().unwrap();
    assert!(matches!(&criterion.test, Test::Choice { accepts, .. } if accepts == &["b", "c"]));
    assert!(matches!(criterion.role, Role::Weight { weight, .. } if weight >= 5));
    assert!(against.weight < 5);
    let hopeless = [block(0, 20, (5, 300), &text("a")), block(50, 40, (250, 400), &text("b"))].concat();
    let found = run(&observed(FactSort::Words, hopeless));
    assert_eq!(found.proposed[0].direction, ProposalDirection::Exclude);
    assert_eq!(found.proposed[0].criterion.as_ref().unwrap().role, Role::Exclusion);
}

#[test]
fn bands_become_ranges_that_begin_above_their_edge() {
    let number = |n: f64| Some(Held::Number(n));
    let deals = [
        block(0, 20, (160, 200), &number(300.0)),
        block(50, 40, (160, 400), &number(50.0)),
        block(99, 20, (80, 200), &number(9000.0)),
    ]
    .concat();
    let found = run(&observed(FactSort::Employees, deals));
    let proposal = found.proposed.iter().find(|p| p.direction == ProposalDirection::For).unwrap();
    assert_eq!(proposal.finding.group, FactGroup::Band { above: Some(200.0), to: Some(1000.0) });
    let test = &proposal.criterion.as_ref().unwrap().test;
    assert_eq!(*test, Test::Range { from: Some(201.0), to: Some(1000.0), soft_percent: 0 });
    // The lowest band wins less: the criterion asks for all above it.
    let against = found.proposed.iter().find(|p| p.finding.value == "1–200").unwrap();
    let test = &against.criterion.as_ref().unwrap().test;
    assert_eq!(*test, Test::Range { from: Some(201.0), to: None, soft_percent: 0 });
}

#[test]
fn companies_that_differ_widen_every_variance() {
    // Ten companies win all, ten none: 400 deals tell no more than 20 companies do.
    let mut deals = Vec::new();
    for company in 0..20 {
        let word = text(if company < 8 || company == 19 { "a" } else { "b" });
        deals.extend(block(company, 1, (if company < 10 { 20 } else { 0 }, 20), &word));
    }
    let found = run(&observed(FactSort::Words, deals));
    let effect = found.company_effect.unwrap();
    assert!((effect.chi_square.statistic - 400.0).abs() < 1e-9 && effect.chi_square.df == 19);
    assert!((effect.inflation - 400.0 / 19.0).abs() < 1e-9);
    let test = &found.tests[0];
    // Unwidened, 160 of 180 against 40 of 220 has p below 1e-40.
    assert!(test.p > 1e-6 && test.p < 0.01, "{}", test.p);
    assert!(test.interval.high - test.interval.low > 0.5, "{:?}", test.interval);
}

#[test]
fn a_group_worth_more_that_wins_no_more_is_bigger_not_likelier() {
    let mut deals = [block(0, 20, (100, 200), &text("a")), block(50, 40, (100, 200), &text("b"))].concat();
    deals.iter_mut().take(100).for_each(|d| d.value = Some(300.0));
    let found = run(&observed(FactSort::Words, deals));
    let test = &found.tests[0];
    assert_eq!((test.lift, test.value_lift, test.bigger_not_likelier), (1.0, Some(1.5), true));
    assert!(found.proposed.is_empty());
}

#[test]
fn r11_a_heavy_criterion_the_deals_speak_against_is_marked() {
    let deals = [block(0, 20, (40, 200), &text("a")), block(50, 40, (240, 400), &text("b"))].concat();
    let observed = observed(FactSort::Words, deals);
    let met: Vec<Option<bool>> = (0..600).map(|at| Some(at < 200)).collect();
    let assumed =
        |weight, met: Vec<Option<bool>>| Assumed { criterion: 2, field: "fact".to_owned(), weight, met };
    let contradicted =
        |assumed| learn(&observed, &Asked { assumed: vec![assumed], ..Asked::default() }).contradicted;
    let found = contradicted(assumed(6, met.clone()));
    assert_eq!((found.len(), found[0].criterion, found[0].k, found[0].n), (1, 2, 40, 200));
    assert!(found[0].interval.high < 1.0);
    assert!(contradicted(assumed(5, met.clone())).is_empty());
    assert!(contradicted(assumed(9, met.iter().map(|m| m.map(|m| !m)).collect())).is_empty());
    assert!(contradicted(assumed(9, vec![None; 600])).is_empty());
}

#[test]
fn newest_customers_that_look_different_raise_the_alarm() {
    let customers = |first: usize, n: usize, share: f64, day: i64| {
        (0..n).map(move |at| {
            let word = if (at as f64) < share * n as f64 { "a" } else { "b" };
            Deal { decided_on: Some(day), ..deal(first + at, Outcome::Won, vec![text(word)]) }
        })
    };
    let window = Some(Window { basis_until: 99, newest_from: 100 });
    let cases = [
        (100, 0.5, Some(DriftStatus::Stable)),
        (100, 0.3, Some(DriftStatus::Watch)),
        (100, 0.1, Some(DriftStatus::Alert)),
        (29, 0.1, Some(DriftStatus::TooFew)),
    ];
    for (newest, share, status) in cases {
        // A second deal with the same customer does not count it twice.
        let deals = customers(0, 100, 0.5, 10)
            .chain(customers(0, 100, 0.5, 20))
            .chain(customers(500, newest, share, 150));
        let observed = observed(FactSort::Words, deals.collect());
        let drift = learn(&observed, &Asked { window, ..Asked::default() }).drift.unwrap();
        assert_eq!((drift.basis, drift.newest, Some(drift.status)), (100, newest, status));
    }
    let undated = observed(FactSort::Words, block(0, 9, (20, 40), &text("a")));
    assert_eq!(learn(&undated, &Asked { window, ..Asked::default() }).drift, None);
}

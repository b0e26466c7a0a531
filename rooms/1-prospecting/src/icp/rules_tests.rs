use std::collections::HashMap;

use super::*;
use proptest::prelude::*;

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|w| (*w).to_owned()).collect()
}

fn choice(accepts: &[&str], partial: &[&str]) -> Test {
    Test::Choice { accepts: words(accepts), partial: words(partial) }
}

fn range(from: Option<f64>, to: Option<f64>) -> Test {
    Test::Range { from, to, soft_percent: 25 }
}

fn weighted(field: &str, test: Test, half: Half, weight: u8, unknown: UnknownPolicy) -> Criterion {
    Criterion { field: field.to_owned(), test, role: Role::Weight { half, weight, unknown } }
}

/// The worked example of the domain rules, with the policy for unknown growth.
fn example(growth: UnknownPolicy) -> Vec<Criterion> {
    let neutral = UnknownPolicy::Neutral;
    let problem = Test::Contains { keywords: words(&["lead", "pipeline"]), all: false };
    vec![
        weighted("industry", choice(&["SaaS", "fintech"], &["IT services"]), Half::ToUs, 8, neutral),
        weighted("employees", range(Some(50.0), Some(500.0)), Half::ToUs, 6, neutral),
        weighted("region", choice(&["KR", "JP"], &[]), Half::ToUs, 4, neutral),
        weighted("custom.problem", problem, Half::ToThem, 7, neutral),
        weighted("custom.growth", range(Some(20.0), None), Half::ToThem, 5, growth),
        Criterion { field: "industry".to_owned(), test: choice(&["gambling"], &[]), role: Role::Exclusion },
    ]
}

type Company = HashMap<&'static str, FieldValue<'static>>;

fn company() -> Company {
    HashMap::from([
        ("industry", FieldValue::Text("it services")),
        ("employees", FieldValue::Number(560.0)),
        ("region", FieldValue::Text("KR")),
        ("custom.problem", FieldValue::Text("Cannot fill the Pipeline")),
    ])
}

fn judged(criteria: &[Criterion], company: &Company, averages: &[Option<f64>]) -> (Score, Vec<String>) {
    let profile = Profile::new(criteria, GradeLimits::default()).unwrap();
    let fields = |key: &str| company.get(key).copied();
    let score = profile.score(&fields, averages);
    let reasons = profile.reasons(&score, &fields, averages);
    (score, reasons.iter().map(Reason::text).collect())
}

#[test]
fn the_worked_example_scores_72_and_is_a_b() {
    let (score, reasons) = judged(&example(UnknownPolicy::Neutral), &company(), &[]);
    assert_eq!((score.score, score.grade, score.provisional), (Some(72), Grade::B, false));
    assert_eq!((score.to_us, score.to_them), (Some(62), Some(100)));
    assert!((score.coverage - 25.0 / 30.0).abs() < 1e-12);
    let wanted = [Some(0.5), Some(0.52), Some(1.0), Some(1.0), None, Some(0.0)];
    for (found, wanted) in score.matches.iter().zip(wanted) {
        assert_eq!(found.map(|m| (m * 1e9).round()), wanted.map(|m: f64| (m * 1e9).round()));
    }
    assert_eq!(
        reasons,
        [
            "problem Cannot fill the Pipeline speaks of lead, pipeline (+28)",
            "region KR is among KR, JP (+16)",
            "employees 560 outside 50-500 (+12)",
        ]
    );
}

#[test]
fn unknown_growth_counts_by_its_policy() {
    let (zero, reasons) = judged(&example(UnknownPolicy::Zero), &company(), &[]);
    assert_eq!((zero.score, zero.grade), (Some(60), Grade::B));
    assert!(reasons.contains(&"growth unknown (-17)".to_owned()), "{reasons:?}");
    let averages = [None, None, None, None, Some(0.6), None];
    let (average, _) = judged(&example(UnknownPolicy::Average), &company(), &averages);
    assert_eq!(average.score, Some(70), "(18.12 + 3)/30");
    assert_eq!(average.coverage, zero.coverage, "an average is not knowledge");
    let (without, _) = judged(&example(UnknownPolicy::Average), &company(), &[]);
    assert_eq!(without.score, Some(72));
}

#[test]
fn an_exclusion_is_the_only_reason() {
    let mut casino = company();
    casino.insert("industry", FieldValue::Text("Gambling"));
    let (score, reasons) = judged(&example(UnknownPolicy::Neutral), &casino, &[]);
    assert_eq!((score.score, score.grade, score.excluded), (Some(0), Grade::D, true));
    assert_eq!(reasons, ["industry Gambling is among gambling: excluded"]);
}

#[test]
fn too_little_knowledge_caps_the_grade() {
    let only_region = HashMap::from([("region", FieldValue::Text("kr"))]);
    let (score, _) = judged(&example(UnknownPolicy::Neutral), &only_region, &[]);
    assert_eq!((score.score, score.grade, score.provisional), (Some(100), Grade::B, true));
    let (nothing, reasons) = judged(&example(UnknownPolicy::Neutral), &HashMap::new(), &[]);
    assert_eq!((nothing.score, nothing.grade, nothing.coverage), (None, Grade::Unknown, 0.0));
    assert_eq!((nothing.to_us, nothing.to_them, reasons.len()), (None, None, 0));
    for grade in Grade::ALL {
        assert_eq!(serde_json::to_value(grade).unwrap(), grade.key());
    }
}

#[test]
fn each_test_matches_as_the_table_says() {
    let list: &'static [String] = Vec::leak(words(&["Fintech", "gaming"]));
    let contains = |all| Test::Contains { keywords: words(&["납기", "Lead"]), all };
    let hard = Test::Range { from: Some(0.0), to: Some(0.0), soft_percent: 25 };
    let cases = [
        (choice(&["fintech"], &["saas"]), FieldValue::List(list), Some(1.0)),
        (choice(&["x"], &["GAMING"]), FieldValue::List(list), Some(0.5)),
        (choice(&["ＳａａＳ"], &[]), FieldValue::Text(" saas "), Some(1.0)),
        (choice(&["yes"], &[]), FieldValue::Flag(true), Some(1.0)),
        (choice(&["2017"], &[]), FieldValue::Number(2017.0), Some(1.0)),
        (choice(&["x"], &[]), FieldValue::Text("  "), None),
        (choice(&["x"], &[]), FieldValue::List(&[]), None),
        (range(Some(50.0), Some(500.0)), FieldValue::Number(50.0), Some(1.0)),
        (range(Some(50.0), Some(500.0)), FieldValue::Number(45.0), Some(0.6)),
        (range(Some(50.0), Some(500.0)), FieldValue::Number(37.5), Some(0.0)),
        (range(Some(50.0), Some(500.0)), FieldValue::Number(625.0), Some(0.0)),
        (range(None, Some(500.0)), FieldValue::Number(-9.0), Some(1.0)),
        (range(Some(20.0), None), FieldValue::Text("25"), Some(1.0)),
        (range(Some(20.0), None), FieldValue::Text("many"), None),
        (range(Some(20.0), None), FieldValue::Number(f64::NAN), None),
        (hard, FieldValue::Number(0.1), Some(0.0)),
        (contains(false), FieldValue::Text("납기 지연"), Some(1.0)),
        (contains(true), FieldValue::Text("납기 지연"), Some(0.5)),
        (contains(true), FieldValue::Text("leads, 납기"), Some(1.0)),
        (contains(false), FieldValue::Text("price"), Some(0.0)),
    ];
    for (test, value, matched) in cases {
        let criterion = weighted("f", test, Half::ToUs, 5, UnknownPolicy::Neutral);
        let profile = Profile::new(std::slice::from_ref(&criterion), GradeLimits::default()).unwrap();
        let found = profile.score(&|_| Some(value), &[]).matches[0];
        assert_eq!(
            found.map(|m| (m * 1e9).round()),
            matched.map(|m: f64| (m * 1e9).round()),
            "{criterion:?} {value:?}"
        );
    }
}

#[test]
fn reasons_are_the_weightiest_ties_in_order_three_for_and_two_against() {
    let of = |field: &str, weight| {
        weighted(field, choice(&["yes"], &[]), Half::ToUs, weight, UnknownPolicy::Neutral)
    };
    let criteria = [of("a", 2), of("b", 2), of("c", 9), of("d", 2), of("e", 5), of("f", 5), of("g", 10)];
    let good = ["a", "b", "c", "d"];
    let fields = |key: &str| Some(FieldValue::Text(if good.contains(&key) { "yes" } else { "no" }));
    let profile = Profile::new(&criteria, GradeLimits::default()).unwrap();
    let reasons = profile.reasons(&profile.score(&fields, &[]), &fields, &[]);
    let order: Vec<(&str, i32)> = reasons.iter().map(|r| (r.field.as_str(), r.points)).collect();
    assert_eq!(order, [("c", 26), ("a", 6), ("b", 6), ("g", -29), ("e", -14)]);
}

#[test]
fn a_profile_with_a_fault_is_refused_whole() {
    let faulty = weighted("f", choice(&[], &[]), Half::ToUs, 50, UnknownPolicy::Neutral);
    assert_eq!(
        Profile::new(&[faulty], GradeLimits::default()).unwrap_err(),
        [CriterionProblem::Weight(1, 50)]
    );
}

fn any_criterion() -> impl Strategy<Value = Criterion> {
    let unknown =
        prop_oneof![Just(UnknownPolicy::Neutral), Just(UnknownPolicy::Average), Just(UnknownPolicy::Zero)];
    let half = prop_oneof![Just(Half::ToUs), Just(Half::ToThem)];
    let test = prop_oneof![
        Just(choice(&["red", "blue"], &["green"])),
        (-100.0_f64..100.0, 0.0_f64..200.0, 0_u8..=100).prop_map(|(from, width, soft_percent)| {
            Test::Range { from: Some(from), to: Some(from + width), soft_percent }
        }),
        any::<bool>().prop_map(|all| Test::Contains { keywords: words(&["red", "gre"]), all }),
    ];
    let role = prop_oneof![
        8 => (half, 1_u8..=10, unknown).prop_map(|(half, weight, unknown)| Role::Weight { half, weight, unknown }),
        1 => Just(Role::Exclusion),
    ];
    ("[abc]", test, role).prop_map(|(field, test, role)| Criterion { field, test, role })
}

proptest! {
    #[test]
    fn a_score_stays_in_range_and_is_the_same_to_the_byte(
        criteria in proptest::collection::vec(any_criterion(), 0..12),
        number in proptest::option::of(-300.0_f64..300.0),
        text in proptest::option::of("(red|blue|green|grey| )"),
        mean in proptest::option::of(0.0_f64..=1.0),
    ) {
        let profile = Profile::new(&criteria, GradeLimits::default()).unwrap();
        let fields = |key: &str| match key {
            "a" => number.map(FieldValue::Number),
            "b" => text.as_deref().map(FieldValue::Text),
            _ => None,
        };
        let averages = vec![mean; criteria.len()];
        let score = profile.score(&fields, &averages);
        for part in [score.score, score.to_us, score.to_them].into_iter().flatten() {
            prop_assert!(part <= 100);
        }
        prop_assert!((0.0..=1.0).contains(&score.coverage));
        prop_assert!(score.matches.iter().flatten().all(|m| (0.0..=1.0).contains(m)));
        prop_assert!(!(score.grade == Grade::A && score.provisional));
        let again = Profile::new(&criteria, GradeLimits::default()).unwrap().score(&fields, &averages);
        prop_assert_eq!(serde_json::to_vec(&score).unwrap(), serde_json::to_vec(&again).unwrap());
        let reasons = profile.reasons(&score, &fields, &averages);
        prop_assert!(reasons.len() <= 5 && (!score.excluded || reasons.len() == 1));
        prop_assert!(reasons.iter().all(|r| !r.text().is_empty() && r.points.abs() <= 100));
    }
}

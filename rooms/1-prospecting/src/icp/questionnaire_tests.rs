use serde_json::{Value as Json, json};

use super::super::criteria::{GradeLimits, check, check_for_publishing};
use super::*;

fn answers(all: &[(&str, &[&str])]) -> Answers {
    let answer = |words: &[&str]| IcpAnswer {
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        evidence: AnswerEvidence::Data,
    };
    all.iter().map(|(key, words)| ((*key).to_owned(), answer(words))).collect()
}

fn fields() -> Vec<String> {
    ["industry", "employees", "description", "custom.technology"].map(str::to_owned).to_vec()
}

/// Field, test and role of each criterion, as JSON.
fn derived(all: &[(&str, &[&str])]) -> Vec<Json> {
    derive(&answers(all), &fields(), 2026).iter().map(|c| json!(c)).collect()
}

#[test]
fn every_question_of_the_domain_is_asked_once() {
    let mut keys: Vec<&str> = QUESTIONS.iter().map(|question| question.key).collect();
    assert_eq!(keys.len(), 30);
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 30);
    for part in [
        Part::Customers,
        Part::ValueToUs,
        Part::ValueToThem,
        Part::Firm,
        Part::Situation,
        Part::Channels,
        Part::MustNot,
        Part::Assumptions,
    ] {
        assert!(QUESTIONS.iter().any(|question| question.part == part), "{part:?}");
    }
}

#[test]
fn r9_answers_become_criteria() {
    let weighted = |field: &str, test: Json, half: &str, weight: u8| json!({ "field": field, "test": test, "role": { "type": "weight", "half": half, "weight": weight, "unknown": "neutral" } });
    let choice = |accepts: Json| json!({ "type": "choice", "accepts": accepts });
    let range = |ends: Json| {
        let mut test = json!({ "type": "range", "soft_percent": 25 });
        test.as_object_mut().expect("an object").extend(ends.as_object().expect("an object").clone());
        test
    };
    let any = |keywords: Json| json!({ "type": "contains", "keywords": keywords, "all": false });
    type Case<'a> = (&'a str, &'a [&'a str], Vec<Json>);
    let table: [Case<'_>; 13] = [
        (
            "industries",
            &["saas", "fintech"],
            vec![weighted("industry", choice(json!(["saas", "fintech"])), "to_us", 8)],
        ),
        (
            "employees",
            &["50-500"],
            vec![weighted("employees", range(json!({ "from": 50.0, "to": 500.0 })), "to_us", 6)],
        ),
        (
            "revenue",
            &["1,000,000+"],
            vec![weighted("revenue", range(json!({ "from": 1_000_000.0 })), "to_us", 5)],
        ),
        (
            "growth",
            &["over 20 %"],
            vec![weighted("growth_percent", range(json!({ "from": 20.0 })), "to_them", 5)],
        ),
        (
            "age",
            &["5 to 20"],
            vec![weighted(
                "founded_year",
                json!({ "type": "range", "from": 2006.0, "to": 2021.0, "soft_percent": 0 }),
                "to_us",
                2,
            )],
        ),
        (
            "region",
            &["kr", "JP", "Bavaria"],
            vec![
                weighted("country", choice(json!(["KR", "JP"])), "to_us", 4),
                weighted("region", choice(json!(["Bavaria"])), "to_us", 4),
            ],
        ),
        ("languages", &["ko"], vec![weighted("locale", choice(json!(["ko"])), "to_them", 2)]),
        ("technology", &["excel"], vec![weighted("custom.technology", any(json!(["excel"])), "to_them", 4)]),
        ("funding", &["series a"], vec![weighted("description", any(json!(["series a"])), "to_us", 3)]),
        (
            "problems",
            &["lead", "pipeline"],
            vec![weighted("description", any(json!(["lead", "pipeline"])), "to_them", 7)],
        ),
        (
            "must_not",
            &["gambling"],
            vec![
                json!({ "field": "industry", "test": any(json!(["gambling"])), "role": { "type": "exclusion" } }),
            ],
        ),
        ("why_best", &["They stay"], vec![]),
        ("deal_size", &["10000"], vec![]),
    ];
    for (key, words, expected) in table {
        assert_eq!(derived(&[(key, words)]), expected, "{key}");
    }
}

#[test]
fn r9_what_follows_from_a_whole_questionnaire_can_be_published() {
    let all = answers(&[
        ("industries", &["saas"]),
        ("employees", &["50-500"]),
        ("problems", &["pipeline"]),
        ("must_not", &["gambling"]),
    ]);
    let criteria = derive(&all, &fields(), 2026);
    assert!(check_for_publishing(&criteria, GradeLimits::default()).is_empty());
    assert_eq!(unanswered(&all).len(), 26);
    assert_eq!(unanswered(&Answers::new()).first(), Some(&"best_customers"));
}

#[test]
fn spans_are_read_as_people_write_them() {
    let table = [
        ("50-500", Some((Some(50.0), Some(500.0)))),
        ("50 ~ 500명", Some((Some(50.0), Some(500.0)))),
        ("from 1,000 to 2,500.5", Some((Some(1000.0), Some(2500.5)))),
        ("20+", Some((Some(20.0), None))),
        ("> 20 %", Some((Some(20.0), None))),
        ("12", Some((Some(12.0), None))),
        ("under 100", Some((None, Some(100.0)))),
        ("100 이하", Some((None, Some(100.0)))),
        ("≤100", Some((None, Some(100.0)))),
        ("500-50", None),
        ("1-2-3", None),
        ("many", None),
        ("", None),
    ];
    for (text, expected) in table {
        assert_eq!(span(text), expected, "{text}");
    }
}

#[test]
fn an_answer_that_cannot_be_kept_says_why() {
    let of = |key: &str| question(key).expect("a question");
    let long = "x".repeat(3000);
    let many = vec!["a".to_owned(); limits::ICP_CHOICES + 1];
    let table: [(&str, Vec<String>, Option<&str>); 6] = [
        ("industries", vec!["saas".into(), "fintech".into()], None),
        ("industries", many, Some("too_many")),
        ("why_best", vec!["a".into(), "b".into()], Some("too_many")),
        ("why_best", vec![long.clone()], Some("too_long")),
        ("industries", vec![long], Some("too_long")),
        ("employees", vec!["many".into()], Some("invalid")),
    ];
    for (key, words, expected) in table {
        assert_eq!(fault(of(key), &words), expected, "{key}");
    }
}

#[test]
fn criteria_written_by_hand_stay_unless_an_answer_speaks_of_the_same() {
    let by_hand = derive(&answers(&[("employees", &["1-9"]), ("languages", &["ko"])]), &fields(), 2026);
    let new = derive(&answers(&[("employees", &["50-500"]), ("must_not", &["gambling"])]), &fields(), 2026);
    let all = merged(&by_hand, new.clone());
    assert_eq!(all, [new, vec![by_hand[1].clone()]].concat());
    assert!(check(&all, GradeLimits::default()).is_empty());
}

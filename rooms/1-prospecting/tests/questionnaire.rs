//! The questionnaire of a profile, through its door on both databases (R9).

use axum::http::{Method, StatusCode};
use http_room::{Door, Role};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door()]
}

async fn answer(house: &House, path: &str, key: &str, words: Json) -> Json {
    house.put(&format!("{path}/{key}"), json!({ "words": words, "evidence": "data" })).await
}

on_both_databases!(
    r9_finishing_the_questionnaire_gives_criteria_and_lists_what_is_unanswered,
    finishes,
    doors
);
async fn finishes(house: House) {
    let made = house.post("/icp-profiles", json!({ "name": "Our best" })).await;
    let profile = format!("/icp-profiles/{}", made["id"].as_str().expect("an id"));
    let path = format!("{profile}/questionnaire");
    let empty = house.get(&path).await;
    let asked = empty["questions"].as_array().expect("a list").len();
    assert_eq!(empty["unanswered"].as_array().map(Vec::len), Some(asked));
    let (status, problem) =
        house.send(&house.owner, Method::POST, &format!("{path}/finish"), None, &[]).await;
    assert_eq!(
        (status, &problem["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("nothing_to_score"))
    );

    answer(&house, &path, "industries", json!([" saas ", "", "fintech"])).await;
    answer(&house, &path, "employees", json!(["50-500"])).await;
    answer(&house, &path, "problems", json!(["pipeline"])).await;
    answer(&house, &path, "must_not", json!(["gambling"])).await;
    answer(&house, &path, "why_best", json!(["They stay for years"])).await;
    let kept = house.get(&path).await;
    let industries = kept["questions"].as_array().expect("a list").iter().find(|q| q["key"] == "industries");
    assert_eq!(
        industries.expect("asked")["answer"],
        json!({ "words": ["saas", "fintech"], "evidence": "data" })
    );

    let done = house.post(&format!("{path}/finish"), json!({})).await;
    assert_eq!((&done["derived"], &done["profile"]["state"]), (&json!(4), &json!("draft")));
    let fields: Vec<&str> = done["profile"]["criteria"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|c| c["field"].as_str())
        .collect();
    assert_eq!(fields, ["industry", "employees", "description", "industry"]);
    let left = done["unanswered"].as_array().expect("a list");
    assert_eq!(left.len(), asked - 5);
    assert!(left.contains(&json!("best_customers")) && !left.contains(&json!("industries")));
    assert_eq!(house.get(&profile).await["criteria"], done["profile"]["criteria"]);
    let published = house.post(&format!("{profile}/publish"), json!({})).await;
    assert_eq!(published["profile"]["state"], "published", "both halves have a criterion");

    let taken_back = answer(&house, &path, "industries", json!([])).await;
    assert!(taken_back["unanswered"].as_array().is_some_and(|l| l.contains(&json!("industries"))));
}

on_both_databases!(an_answer_that_does_not_fit_is_refused_and_only_managers_answer, refuses, doors);
async fn refuses(house: House) {
    let made = house.post("/icp-profiles", json!({ "name": "Our best" })).await;
    let path = format!("/icp-profiles/{}/questionnaire", made["id"].as_str().expect("an id"));
    let rep = house.member(Role::Rep).await;
    let cases = [
        (&house.owner, "employees", json!(["many"]), StatusCode::UNPROCESSABLE_ENTITY),
        (&house.owner, "why_best", json!(["a", "b"]), StatusCode::UNPROCESSABLE_ENTITY),
        (&house.owner, "star_sign", json!(["leo"]), StatusCode::NOT_FOUND),
        (&rep, "employees", json!(["5+"]), StatusCode::FORBIDDEN),
    ];
    for (who, key, words, expected) in cases {
        let body = Some(json!({ "words": words, "evidence": "opinion" }));
        let (status, _) = house.send(who, Method::PUT, &format!("{path}/{key}"), body, &[]).await;
        assert_eq!(status, expected, "{key}");
    }
    let nobody = format!("/icp-profiles/{}/questionnaire", uuid::Uuid::now_v7());
    let (status, _) = house.send(&house.owner, Method::GET, &nobody, None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

//! Nobody is written to whose company was not researched, on both databases.

use crate::support::{doors, person, researched, sandbox, sequence, text};
use axum::http::StatusCode;
use http_room::Role;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

const ALL: [&str; 5] = ["what_they_do", "trigger", "likely_challenge", "likely_buyer", "current_solution"];

async fn active(house: &House) -> String {
    let mailbox = sandbox(house).await;
    let sequence = sequence(house, &mailbox).await;
    format!("/sequences/{sequence}/enrol")
}

async fn deal_with(house: &House, person: &str) -> String {
    let company = house.get(&format!("/people/{person}")).await["company_id"].clone();
    let new = json!({ "name": "Scheduling", "company_id": company, "why_them": "They opened an office" });
    let deal = text(&house.post("/deals", new).await["id"]);
    house.put(&format!("/deals/{deal}/people/{person}"), json!({ "roles": ["champion"] })).await;
    house.react().await;
    deal
}

fn found(kinds: &[&str]) -> Json {
    let items: Vec<Json> = kinds
        .iter()
        .map(|kind| json!({ "kind": kind, "text": "So it is", "source": "their site" }))
        .collect();
    json!({ "items": items })
}

on_both_databases!(r8_enrolling_a_deal_not_researched_is_refused_with_the_missing_items, refused_one, doors);
async fn refused_one(house: House) {
    let path = active(&house).await;
    let ada = person(&house, "Ada", "ada@customer.test").await;
    let deal = deal_with(&house, &ada).await;
    for body in [
        json!({ "people": [{ "person_id": ada, "deal_id": deal }], "why_them": "because" }),
        json!({ "person_ids": [ada], "why_them": "because" }),
        json!({ "deal_ids": [deal] }),
    ] {
        let answer = house.post(&path, body).await;
        assert_eq!(answer["enrolled"], json!([]));
        let refused = &answer["refused"][0];
        assert_eq!(refused["code"], "research_missing");
        assert_eq!(refused["research"], json!({ "have": 0, "need": 3, "missing": ALL }));
        assert_eq!((text(&refused["deal_id"]), text(&refused["person_id"])), (deal.clone(), ada.clone()));
        assert_eq!(refused["person_name"], "Ada Kim");
    }
    house.put(&format!("/deals/{deal}/research"), found(&["trigger", "likely_buyer"])).await;
    let answer = house.post(&path, json!({ "deal_ids": [deal] })).await;
    let missing = ["what_they_do", "likely_challenge", "current_solution"];
    assert_eq!(answer["refused"][0]["research"], json!({ "have": 2, "need": 3, "missing": missing }));
    house.put(&format!("/deals/{deal}/research"), found(&["trigger", "likely_buyer", "what_they_do"])).await;
    let answer = house.post(&path, json!({ "deal_ids": [deal] })).await;
    assert_eq!((answer["refused"].clone(), answer["enrolled"].as_array().unwrap().len()), (json!([]), 1));
}

on_both_databases!(r8_of_many_only_those_not_researched_are_refused_each_by_name, refused_some, doors);
async fn refused_some(house: House) {
    let path = active(&house).await;
    let ada = person(&house, "Ada", "ada@one.test").await;
    let bob = person(&house, "Bob", "bob@two.test").await;
    let cyd = person(&house, "Cyd", "cyd@three.test").await;
    researched(&house, &bob).await;
    let all = json!({ "person_ids": [ada, bob, cyd], "why_them": "because" });
    let answer = house.post(&path, all).await;
    assert_eq!(answer["enrolled"].as_array().unwrap().len(), 1);
    let refused: Vec<(&str, &str, &Json)> = answer["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["person_name"].as_str().unwrap(), r["code"].as_str().unwrap(), &r["deal_id"]))
        .collect();
    assert_eq!(
        refused,
        [("Ada Kim", "research_missing", &Json::Null), ("Cyd Kim", "research_missing", &Json::Null)]
    );
    let company = house.get(&format!("/people/{ada}")).await["company_id"].clone();
    assert_eq!(answer["refused"][0]["company_id"], company, "where the research is to be done");
    assert_eq!(
        house.get("/deals").await["items"].as_array().unwrap().len(),
        1,
        "no deal was opened for those refused"
    );
}

on_both_databases!(r8_a_deal_led_past_research_with_a_reason_may_be_enrolled, forced, doors);
async fn forced(house: House) {
    let path = active(&house).await;
    let ada = person(&house, "Ada", "ada@customer.test").await;
    let deal = deal_with(&house, &ada).await;
    let missing = house.get(&format!("/deals/{deal}")).await["missing"].clone();
    let reasons: serde_json::Map<String, Json> = missing
        .as_array()
        .unwrap()
        .iter()
        .map(|key| (key.as_str().unwrap().to_owned(), json!("an old customer of ours")))
        .collect();
    house.post(&format!("/deals/{deal}/move"), json!({ "kind": "advance_forced", "reasons": reasons })).await;
    let answer = house.post(&path, json!({ "deal_ids": [deal] })).await;
    assert_eq!((answer["refused"].clone(), answer["enrolled"].as_array().unwrap().len()), (json!([]), 1));
}

on_both_databases!(r8_and_r10_neither_research_nor_why_them_can_be_left_out, neither, doors);
async fn neither(house: House) {
    let path = active(&house).await;
    let ada = person(&house, "Ada", "ada@customer.test").await;
    researched(&house, &ada).await;
    for why in [json!(null), json!(""), json!("   ")] {
        let answer = house.post(&path, json!({ "person_ids": [ada], "why_them": why })).await;
        assert_eq!(answer["refused"][0]["code"], "why_them_missing");
    }
    let answer = house.post(&path, json!({ "person_ids": [ada], "why_them": "They hire" })).await;
    let id = text(&answer["enrolled"][0]);
    assert_eq!(house.get(&format!("/enrolments/{id}")).await["why_them"], "They hire");
    let reader = house.member(Role::ReadOnly).await;
    let (status, _) =
        house.send(&reader, axum::http::Method::POST, &path, Some(json!({ "person_ids": [ada] })), &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

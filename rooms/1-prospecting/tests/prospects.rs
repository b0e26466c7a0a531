//! The people of a company, listed and counted, on both databases.

use crate::support::{company, doors};
use axum::http::Method;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

on_both_databases!(r15_the_people_of_a_company_are_listed_with_their_roles, listed, doors);
async fn listed(house: House) {
    let id = company(&house, "Acme", Some(100), true).await;
    let need = "/companies?where=needs_people.eq.true&sort=-icp_score";
    assert_eq!(house.get(need).await["items"][0]["id"], json!(id), "fits, and nobody is known");
    assert_eq!(house.get("/research-queue").await["needs_people"]["count"], 1);
    let people = json!({ "people": [
        { "name": "Ada Kim", "title": "CFO", "email": "ada@acme.com", "linkedin_url": "https://linkedin.com/in/ada" },
        { "name": "Bob Lee", "title": "Sales manager" },
        { "name": "Cyd Park", "title": "영업본부장", "roles": ["champion"] },
        { "name": "Dan", "email": "not an address" },
    ] });
    let added = house.post(&format!("/companies/{id}/prospects"), people).await;
    let rows: Vec<(&str, Json)> = added["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["outcome"].as_str().unwrap(), r["roles"].clone()))
        .collect();
    assert_eq!(
        rows,
        [
            ("created", json!(["economic_buyer"])),
            ("created", json!(["champion"])),
            ("created", json!(["champion"])),
            ("refused", json!([])),
        ]
    );
    assert_eq!(added["rows"][3]["errors"][0]["field"], "email");
    let deal = added["deal_id"].as_str().unwrap();
    let seats = house.get(&format!("/deals/{deal}/people")).await;
    assert_eq!(seats.as_array().unwrap().len(), 3, "{seats}");
    let ada = house.get(&format!("/people/{}", added["rows"][0]["person_id"].as_str().unwrap())).await;
    assert_eq!((ada["company_id"].clone(), ada["source"].as_str()), (json!(id), Some("research")));
    assert_eq!(ada["lawful_basis"], "legitimate_interest");
    assert!(house.get(need).await["items"].as_array().unwrap().is_empty(), "known at once");
    let row = house.get(&format!("/companies/{id}")).await;
    assert_eq!((row["people"].as_i64(), row["needs_people"].as_bool()), (Some(3), Some(false)));
}

on_both_databases!(r15_whoever_is_known_already_is_not_written_down_twice, twice, doors);
async fn twice(house: House) {
    let id = company(&house, "Acme", Some(100), true).await;
    let other = company(&house, "Other", Some(100), true).await;
    let path = format!("/companies/{id}/prospects");
    let known =
        house.post("/people", json!({ "name": "Ada Kim", "email": "ada@acme.com", "company_id": id })).await;
    house.post("/people", json!({ "name": "Eve Oh", "email": "eve@other.com", "company_id": other })).await;
    let sent = json!({ "people": [
        { "name": "Ada K.", "title": "CFO", "email": "ADA@acme.com" },
        { "name": "ada kim" },
        { "name": "Eve Oh", "email": "eve@other.com" },
        { "name": "Ada Kim", "anyway": true },
    ] });
    let rows = house.post(&path, sent).await["rows"].clone();
    let outcomes: Vec<&str> =
        rows.as_array().unwrap().iter().map(|r| r["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["known", "same_name", "elsewhere", "created"]);
    assert_eq!(rows[0]["person_id"], known["id"]);
    assert_eq!(rows[1]["same_as"]["id"], known["id"]);
    assert_eq!(
        (rows[2]["person_id"].clone(), rows[2]["same_as"]["name"].as_str()),
        (Json::Null, Some("Eve Oh"))
    );
    let ada = house.get(&format!("/people/{}", known["id"].as_str().unwrap())).await;
    assert_eq!(
        (ada["title"].as_str(), ada["name"].as_str()),
        (Some("CFO"), Some("Ada Kim")),
        "gaps are filled, nothing else"
    );
}

on_both_databases!(r15_a_company_needs_people_again_when_its_last_one_leaves, counted, doors);
async fn counted(house: House) {
    let id = company(&house, "Acme", Some(100), true).await;
    let other = company(&house, "Other", Some(100), true).await;
    let needs = async |id: &str| {
        house.react().await;
        let row = house.get(&format!("/companies/{id}")).await;
        (row["people"].as_i64().unwrap(), row["needs_people"].as_bool().unwrap())
    };
    assert_eq!(needs(&id).await, (0, true));
    let ada = house.post("/people", json!({ "name": "Ada", "company_id": id })).await;
    let ada = format!("/people/{}", ada["id"].as_str().unwrap());
    assert_eq!(needs(&id).await, (1, false));
    house.patch(&ada, json!({ "company_id": other })).await;
    assert_eq!((needs(&id).await, needs(&other).await), ((0, true), (1, false)));
    house.send(&house.owner, Method::DELETE, &ada, None, &[]).await;
    assert_eq!(needs(&other).await, (0, true));
    house
        .patch(&format!("/companies/{id}"), json!({ "employees": 100_000, "website": null, "domain": null }))
        .await;
    assert_eq!(needs(&id).await, (0, false), "it no longer fits");
}

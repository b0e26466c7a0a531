//! Research and fit of a deal, and the gate that reads them, on both databases.

use axum::http::{Method, StatusCode};
use http_room::{Door, Role};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door()]
}

/// A deal of a company of this size, in software, with a site.
async fn deal(house: &House, employees: u32) -> String {
    let sent = json!({ "name": "Acme", "employees": employees, "website": "https://acme.com" });
    let company = house.post("/companies", sent).await;
    let deal = house.post("/deals", json!({ "name": "Acme deal", "company_id": company["id"] })).await;
    house.react().await;
    format!("/deals/{}", deal["id"].as_str().unwrap())
}

fn item(kind: &str, source: Option<&str>) -> Json {
    json!({ "kind": kind, "text": format!("about {kind}"), "source": source })
}

async fn missing(house: &House, deal: &str) -> Vec<String> {
    let row = house.get(deal).await;
    row["missing"].as_array().unwrap().iter().map(|k| k.as_str().unwrap().to_owned()).collect()
}

on_both_databases!(r8_three_findings_with_a_source_open_the_gate_of_research, gate, doors);
async fn gate(house: House) {
    let deal = deal(&house, 100).await;
    assert_eq!(missing(&house, &deal).await, ["research_done", "contact_found", "why_them"]);
    let empty = house.get(&format!("{deal}/research")).await;
    assert_eq!((empty["items"].as_array().unwrap().len(), empty["needed"].as_i64()), (0, Some(3)));
    let two =
        [item("what_they_do", Some("their site")), item("trigger", Some("news")), item("likely_buyer", None)];
    let saved = house.put(&format!("{deal}/research"), json!({ "items": two })).await;
    assert_eq!((saved["sourced"].as_i64(), saved["revision"].as_i64()), (Some(2), Some(1)));
    assert!(
        missing(&house, &deal).await.contains(&"research_done".to_owned()),
        "a finding without source does not count"
    );
    let three = [
        item("what_they_do", Some("their site")),
        item("trigger", Some("news")),
        item("likely_buyer", Some("LinkedIn")),
    ];
    house.put(&format!("{deal}/research"), json!({ "items": three })).await;
    assert_eq!(missing(&house, &deal).await, ["contact_found", "why_them"]);
    assert_eq!(house.get(&format!("{deal}/research")).await["items"].as_array().unwrap().len(), 3);
    let told: Vec<Json> =
        house.events().await.into_iter().filter(|e| e.0 == "research.saved").map(|e| e.1).collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[1]["before"]["items"][2]["source"], Json::Null);
    assert_eq!(told[1]["after"]["items"][2]["source"], "LinkedIn");
}

on_both_databases!(r16_likely_challenge_and_buyer_are_kept_from_research_before_any_contact, early, doors);
async fn early(house: House) {
    let deal = deal(&house, 100).await;
    let items = [item("likely_challenge", Some("job ads")), item("likely_buyer", Some("LinkedIn"))];
    let saved = house.put(&format!("{deal}/research"), json!({ "items": items })).await;
    assert_eq!(saved["items"][0]["kind"], "likely_challenge");
    assert_eq!(house.get(&deal).await["stage"], "prospecting");
}

on_both_databases!(research_at_fault_is_refused_whole, faults, doors);
async fn faults(house: House) {
    let deal = deal(&house, 100).await;
    let items = [
        item("trigger", None),
        item("trigger", None),
        json!({ "kind": "likely_buyer", "text": "x".repeat(2_001), "source": "y".repeat(2_001) }),
    ];
    let (status, problem) = house
        .send(&house.owner, Method::PUT, &format!("{deal}/research"), Some(json!({ "items": items })), &[])
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["items.1.kind", "items.2.text", "items.2.source"]);
    assert_eq!(house.get(&format!("{deal}/research")).await["revision"], 0);
    let blank = json!({ "items": [{ "kind": "trigger", "text": "  ", "source": "z" }] });
    assert!(house.put(&format!("{deal}/research"), blank).await["items"].as_array().unwrap().is_empty());
    let stale = house
        .send(
            &house.owner,
            Method::PUT,
            &format!("{deal}/research"),
            Some(json!({ "items": [] })),
            &[("if-match", "\"0\"")],
        )
        .await;
    assert_eq!(stale.0, StatusCode::PRECONDITION_FAILED);
}

on_both_databases!(a_poor_fit_is_approached_only_on_the_word_of_a_manager, waiver, doors);
async fn waiver(house: House) {
    let deal = deal(&house, 100_000).await;
    house.patch(&format!("/icp-profiles/{}", house.get("/icp-profiles").await[0]["id"].as_str().unwrap()), json!({ "criteria": [
        { "field": "employees", "test": { "type": "range", "from": 10, "to": 500 }, "role": { "type": "weight", "half": "to_us", "weight": 9 } },
        { "field": "has_website", "test": { "type": "choice", "accepts": ["yes"] }, "role": { "type": "weight", "half": "to_them", "weight": 1 } },
    ] })).await;
    let profile = house.get("/icp-profiles").await[0]["id"].as_str().unwrap().to_owned();
    house.post(&format!("/icp-profiles/{profile}/publish"), json!({})).await;
    assert!(!missing(&house, &deal).await.contains(&"icp_scored".to_owned()), "40 is a C");
    house.work().await;
    assert!(
        missing(&house, &deal).await.contains(&"icp_scored".to_owned()),
        "the job judged the gate: 10 is a D"
    );
    let rep = house.member(Role::Rep).await;
    let waive = json!({ "items": [], "grade_waived": "they asked us" });
    let path = format!("{deal}/research");
    assert_eq!(house.send(&rep, Method::PUT, &path, Some(waive.clone()), &[]).await.0, StatusCode::FORBIDDEN);
    house.put(&path, waive).await;
    assert!(!missing(&house, &deal).await.contains(&"icp_scored".to_owned()));
    let (status, kept) =
        house.send(&rep, Method::PUT, &path, Some(json!({ "items": [item("trigger", None)] })), &[]).await;
    assert_eq!((status, kept["grade_waived"].as_str()), (StatusCode::OK, Some("they asked us")));
}

on_both_databases!(r10_the_fit_of_a_deal_gives_the_reasons_to_say_why_them, why, doors);
async fn why(house: House) {
    let deal = deal(&house, 100).await;
    let fit = house.get(&format!("{deal}/fit")).await;
    assert_eq!(
        (fit["company"]["name"].as_str(), fit["profile"]["version"].as_i64()),
        (Some("Acme"), Some(1))
    );
    let shown = &fit["fit"];
    assert_eq!(
        (shown["score"].as_i64(), shown["grade"].as_str(), shown["coverage"].as_f64()),
        (Some(100), Some("A"), Some(1.0))
    );
    assert_eq!((shown["to_us"].as_i64(), shown["to_them"].as_i64()), (Some(100), Some(100)));
    assert_eq!(shown["matches"], json!([1.0, 1.0]));
    let why = shown["why_them"].as_str().unwrap();
    assert!(why.starts_with("employees 100 within 10-500; "), "{why}");
    house.patch(&deal, json!({ "why_them": why })).await;
    house.react().await;
    assert!(!missing(&house, &deal).await.contains(&"why_them".to_owned()));
    let alone = house.post("/deals", json!({ "name": "Nobody yet" })).await;
    let fit = house.get(&format!("/deals/{}/fit", alone["id"].as_str().unwrap())).await;
    assert_eq!((&fit["company"], &fit["fit"]), (&Json::Null, &Json::Null));
}

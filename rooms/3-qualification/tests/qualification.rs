//! Qualification through its routes, on both databases.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use axum::http::{Method, StatusCode};
use http_room::{Door, Role};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};

fn doors() -> Vec<Door> {
    vec![process::door(), qualification::door()]
}

/// A deal of 1,000 dollars in qualification with one person in its committee.
struct Lead {
    path: String,
    person: String,
}

async fn lead(house: &House) -> Lead {
    let company = house.post("/companies", json!({ "name": "Acme" })).await;
    let person = json!({ "name": "Kim Minji", "email": "minji@acme.example", "company_id": company["id"] });
    let person = house.post("/people", person).await["id"].as_str().unwrap().to_owned();
    let value = json!({ "minor": 100_000, "currency": "USD" });
    let deal = house
        .post("/deals", json!({ "name": "Acme deal", "company_id": company["id"], "value": value }))
        .await;
    let path = format!("/deals/{}", deal["id"].as_str().unwrap());
    house.put(&format!("{path}/people/{person}"), json!({ "roles": ["decision_maker", "user"] })).await;
    house.react().await;
    let reasons = |keys: &[&str]| {
        keys.iter().map(|k| ((*k).to_owned(), json!("known"))).collect::<serde_json::Map<_, _>>()
    };
    for keys in [&["icp_scored", "research_done", "why_them"][..], &["conversation_started"][..]] {
        house
            .post(&format!("{path}/move"), json!({ "kind": "advance_forced", "reasons": reasons(keys) }))
            .await;
    }
    Lead { path, person }
}

async fn missing(house: &House, lead: &Lead) -> Vec<String> {
    let deal = house.get(&lead.path).await;
    deal["missing"].as_array().unwrap().iter().map(|k| k.as_str().unwrap().to_owned()).collect()
}

async fn verdict(house: &House, lead: &Lead, key: &str) -> Json {
    let gate = house.get(&format!("{}/gate", lead.path)).await;
    gate["checks"].as_array().unwrap().iter().find(|c| c["key"] == key).unwrap().clone()
}

async fn refused(house: &House, path: &str, body: Json) -> (StatusCode, String) {
    let (status, problem) = house.send(&house.owner, Method::POST, path, Some(body), &[]).await;
    (status, problem["errors"][0]["field"].as_str().unwrap_or_default().to_owned())
}

on_both_databases!(
    r34_discovery_keeps_each_finding_in_their_own_words_and_the_gate_reads_them,
    findings,
    doors
);
async fn findings(house: House) {
    let lead = lead(&house).await;
    let path = format!("{}/findings", lead.path);
    let challenge = house
        .post(&path, json!({ "kind": "challenge", "summary": "Reports come late", "priority": 1 }))
        .await;
    house.post(&path, json!({ "kind": "goal", "summary": "Close the month in two days" })).await;
    house.post(&path, json!({ "kind": "current_solution", "summary": "Sheets" })).await;
    let check = verdict(&house, &lead, "discovery_done").await;
    assert_eq!(
        (&check["verdict"], &check["lacking"]),
        (&json!("unmet"), &json!(["challenge"])),
        "no words yet"
    );
    let change = json!({ "kind": "challenge", "summary": "Reports come late", "words": "We see the numbers in week three" });
    let one = format!("{path}/{}", challenge["id"].as_str().unwrap());
    house.put(&one, change).await;
    assert!(!missing(&house, &lead).await.contains(&"discovery_done".to_owned()));
    let check = verdict(&house, &lead, "discovery_done").await;
    assert_eq!(check["evidence"][0], json!({ "kind": "finding", "id": challenge["id"] }));
    let (status, _) = house.send(&house.owner, Method::DELETE, &one, None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(missing(&house, &lead).await.contains(&"discovery_done".to_owned()));
    assert_eq!(house.get(&path).await.as_array().unwrap().len(), 2);
    assert_eq!(
        refused(&house, &path, json!({ "kind": "goal", "summary": " " })).await,
        (StatusCode::UNPROCESSABLE_ENTITY, "summary".into())
    );
    let kinds: Vec<String> =
        house.events().await.into_iter().map(|e| e.0).filter(|k| k.starts_with("finding")).collect();
    assert_eq!(
        kinds,
        ["finding.added", "finding.added", "finding.added", "finding.changed", "finding.removed"]
    );
}

on_both_databases!(r37_a_deal_is_qualified_by_what_they_said_and_only_while_it_is_fresh, qualified, doors);
async fn qualified(house: House) {
    let lead = lead(&house).await;
    let rate = |factor: &str| format!("{}/bant/{factor}", lead.path);
    let read = json!({ "kind": "research", "value": { "impact": "slow reports" } });
    let bant = house.post(&rate("need"), read).await;
    assert_eq!(
        (&bant["factors"][0]["rating"], &bant["factors"][0]["confidence"]),
        (&json!(1), &json!(0.5)),
        "R16"
    );
    assert_eq!(bant["factors"][0]["confirmed"], false, "R18");
    let said = json!({ "kind": "conversation", "value": { "impact_money": { "minor": 900_000, "currency": "USD" } }, "quote": "nine thousand a month" });
    let bant = house.post(&rate("need"), said).await;
    assert_eq!(
        (&bant["factors"][0]["rating"], &bant["factors"][0]["confidence"]),
        (&json!(2), &json!(0.7)),
        "it contradicts what was read"
    );
    let again = json!({ "kind": "conversation", "value": { "impact_money": { "minor": 900_000, "currency": "USD" } } });
    house.post(&rate("need"), again).await;
    let who = json!({ "kind": "conversation", "value": { "person_id": lead.person } });
    let bant = house.post(&rate("authority"), who).await;
    assert_eq!(
        (&bant["factors"][2]["rating"], &bant["state"]),
        (&json!(2), &json!("promising")),
        "two of four"
    );
    let budget = json!({ "kind": "written", "value": { "state": "planned", "max": { "minor": 60_000, "currency": "USD" } } });
    let bant = house.post(&rate("budget"), budget).await;
    assert_eq!(
        (&bant["factors"][1]["rating"], &bant["fit"], &bant["state"]),
        (&json!(1), &json!(83), &json!("qualified"))
    );
    assert!(!missing(&house, &lead).await.contains(&"bant_met".to_owned()));
    assert_eq!(verdict(&house, &lead, "bant_met").await["verdict"], "met");
    house.app.clock.set(MORNING.plus_days(31));
    assert_eq!(verdict(&house, &lead, "bant_met").await["verdict"], "unmet", "0.9 has faded under 0.8");
    assert_eq!(house.get(&format!("{}/bant", lead.path)).await["state"], "promising");
}

on_both_databases!(a_rating_follows_from_its_value_and_is_not_gainsaid, ratings, doors);
async fn ratings(house: House) {
    let lead = lead(&house).await;
    let timing = format!("{}/bant/timing", lead.path);
    let value = json!({ "wanted_on": "2027-01-31", "driver": "new fiscal year" });
    let bant = house.post(&timing, json!({ "kind": "written", "value": value, "rating": 2 })).await;
    assert_eq!(bant["factors"][3]["rating"], 2);
    let cases = [
        (json!({ "kind": "written", "value": { "wanted_on": "2028-01-31" }, "rating": 2 }), "rating"),
        (json!({ "kind": "written" }), "rating"),
        (json!({ "kind": "written", "rating": 3 }), "rating"),
        (json!({ "kind": "written", "value": { "someday": true } }), "value"),
        (json!({ "kind": "written", "rating": 1, "at": "2026-12-01T00:00:00Z" }), "at"),
        (json!({ "kind": "written", "rating": 1, "person_id": uuid::Uuid::now_v7() }), "person_id"),
    ];
    for (body, field) in cases {
        assert_eq!(
            refused(&house, &timing, body.clone()).await,
            (StatusCode::UNPROCESSABLE_ENTITY, field.into()),
            "{body}"
        );
    }
    let id = bant["factors"][3]["evidence"][0]["id"].as_str().unwrap().to_owned();
    let (status, _) = house.send(&house.owner, Method::DELETE, &format!("{timing}/{id}"), None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(house.get(&format!("{}/bant", lead.path)).await["factors"][3]["rating"], Json::Null);
    assert_eq!(
        refused(&house, &format!("{}/bant/luck", lead.path), json!({ "kind": "guess", "rating": 1 })).await.0,
        StatusCode::NOT_FOUND
    );
}

on_both_databases!(r35_the_decision_maker_is_known_with_evidence, decision_maker, doors);
async fn decision_maker(house: House) {
    let lead = lead(&house).await;
    assert_eq!(verdict(&house, &lead, "decision_maker_known").await["verdict"], "unmet");
    let path = format!("{}/role-proofs", lead.path);
    let proof = json!({ "person_id": lead.person, "role": "champion", "evidence": "said so" });
    assert_eq!(
        refused(&house, &path, proof).await,
        (StatusCode::UNPROCESSABLE_ENTITY, "role".into()),
        "not her role"
    );
    let proof =
        json!({ "person_id": lead.person, "role": "decision_maker", "evidence": "signs every contract" });
    house.post(&path, proof).await;
    assert_eq!(verdict(&house, &lead, "decision_maker_known").await["verdict"], "met");
    let bant = house.get(&format!("{}/bant", lead.path)).await;
    assert_eq!(bant["warnings"], json!(["one_contact_only", "no_champion"]));
}

on_both_databases!(r17_a_qualifier_made_by_an_admin_is_asked_for_at_once, own_qualifiers, doors);
async fn own_qualifiers(house: House) {
    let lead = lead(&house).await;
    assert_eq!(verdict(&house, &lead, "required_qualifiers").await["verdict"], "met", "none is required");
    let label = json!({ "en": "Meetings lost", "ko": "놓친 미팅" });
    house
        .post(
            "/custom-fields",
            json!({ "on": "deal", "key": "lost_meetings", "label": label, "kind": "number" }),
        )
        .await;
    let rule = json!({ "good": { "op": "gte", "value": 10 }, "fair": { "op": "gte", "value": 3 } });
    let qualifier = json!({ "label": label, "on": "deal", "field": "lost_meetings", "rule": rule, "weight": 4, "required": true, "blocking": true });
    let rep = house.member(Role::Rep).await;
    let put = |me| house.send(me, Method::PUT, "/qualifiers/lost_meetings", Some(qualifier.clone()), &[]);
    assert_eq!(put(&rep).await.0, StatusCode::FORBIDDEN);
    assert_eq!(put(&house.owner).await.0, StatusCode::OK);
    house.react().await;
    let check = verdict(&house, &lead, "required_qualifiers").await;
    assert_eq!((&check["verdict"], &check["lacking"]), (&json!("unknown"), &json!(["lost_meetings"])));
    for (value, verdict_then, rating) in [(2, "unmet", json!(0)), (3, "met", json!(1)), (12, "met", json!(2))]
    {
        house.patch(&lead.path, json!({ "custom": { "lost_meetings": value } })).await;
        house.react().await;
        assert_eq!(verdict(&house, &lead, "required_qualifiers").await["verdict"], verdict_then, "{value}");
        let bant = house.get(&format!("{}/bant", lead.path)).await;
        assert_eq!(bant["qualifiers"][0]["rating"], rating);
        let state = if value == 2 { "disqualified_suggested" } else { "promising" };
        assert!(bant["state"] == state || value == 3, "{value}: {}", bant["state"]);
    }
    let (status, _) = house.send(&house.owner, Method::DELETE, "/qualifiers/lost_meetings", None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    house.react().await;
    assert_eq!(verdict(&house, &lead, "required_qualifiers").await["verdict"], "met");
    let (_, theirs) = house.send(&house.stranger, Method::GET, "/qualifiers", None, &[]).await;
    assert_eq!(theirs, json!([]));
}

on_both_databases!(another_workspace_sees_nothing_of_a_qualification, walls, doors);
async fn walls(house: House) {
    let lead = lead(&house).await;
    let cases = [
        (Method::GET, "findings"),
        (Method::POST, "findings"),
        (Method::GET, "bant"),
        (Method::POST, "bant/need"),
        (Method::GET, "role-proofs"),
        (Method::POST, "role-proofs"),
    ];
    for (method, path) in cases {
        let body = match path {
            "findings" => json!({ "kind": "goal", "summary": "x" }),
            "role-proofs" => json!({ "person_id": lead.person, "role": "user", "evidence": "x" }),
            _ => json!({ "kind": "guess", "rating": 1 }),
        };
        let path = format!("{}/{path}", lead.path);
        let (status, _) = house.send(&house.stranger, method.clone(), &path, Some(body), &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
    }
}

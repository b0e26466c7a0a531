//! Nurturing through its routes, on both databases.

use axum::http::{Method, StatusCode};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};

use crate::support::doors;

/// A deal in nurturing with one person in its committee.
struct Lead {
    path: String,
    person: String,
}

async fn lead(house: &House) -> Lead {
    let company = house.post("/companies", json!({ "name": "Acme" })).await;
    let person = json!({ "name": "Kim Minji", "email": "minji@acme.example", "company_id": company["id"] });
    let person = house.post("/people", person).await["id"].as_str().unwrap().to_owned();
    let deal = house.post("/deals", json!({ "name": "Acme deal", "company_id": company["id"] })).await;
    let path = format!("/deals/{}", deal["id"].as_str().unwrap());
    house.put(&format!("{path}/people/{person}"), json!({ "roles": ["champion"] })).await;
    house.react().await;
    while house.get(&path).await["stage"] != "nurturing" {
        let missing = house.get(&path).await["missing"].clone();
        let reasons: serde_json::Map<String, Json> = missing
            .as_array()
            .unwrap()
            .iter()
            .map(|k| (k.as_str().unwrap().to_owned(), json!("known")))
            .collect();
        house.post(&format!("{path}/move"), json!({ "kind": "advance_forced", "reasons": reasons })).await;
    }
    Lead { path, person }
}

async fn missing(house: &House, lead: &Lead) -> Json {
    house.get(&lead.path).await["missing"].clone()
}

on_both_databases!(the_gate_of_nurturing_opens_by_awareness_value_and_interest, gate, doors);
async fn gate(house: House) {
    let lead = lead(&house).await;
    assert_eq!(
        missing(&house, &lead).await,
        json!(["awareness_at_least", "value_touches", "interest_signal"])
    );
    let touches = format!("{}/value-touches", lead.path);
    house.post(&touches, json!({ "kind": "educate", "title": "How others close in two days" })).await;
    house.post(&touches, json!({ "kind": "ask", "title": "Asked for a meeting" })).await;
    assert_eq!(missing(&house, &lead).await[1], "value_touches", "asking gives nothing");
    house.post(&touches, json!({ "kind": "help", "title": "Template for the month's end" })).await;
    assert_eq!(missing(&house, &lead).await, json!(["awareness_at_least", "interest_signal"]));
    let words = json!({ "cause": "said", "said": "product_aware", "note": "We compared your plans", "person_id": lead.person });
    let view = house.post(&format!("{}/awareness", lead.path), words).await;
    assert_eq!((&view["level"], view["moves"].as_array().unwrap().len()), (&json!("product_aware"), 1));
    let signal = json!({ "kind": "asks_for_contact", "person_id": lead.person });
    let view = house.post(&format!("{}/signals", lead.path), signal.clone()).await;
    assert_eq!(view["score"], 40.0);
    let view = house.post(&format!("{}/signals", lead.path), signal).await;
    assert_eq!(view["score"], 40.0, "one of a kind counts a day");
    assert_eq!(missing(&house, &lead).await, json!([]));
    let answer = house.post(&format!("{}/move", lead.path), json!({ "kind": "advance" })).await;
    assert_eq!(answer["deal"]["stage"], "offer");
}

on_both_databases!(r45_awareness_moves_one_level_per_event_with_its_cause, awareness, doors);
async fn awareness(house: House) {
    let lead = lead(&house).await;
    let path = format!("{}/awareness", lead.path);
    assert_eq!(house.get(&path).await["level"], Json::Null);
    for (cause, level) in [
        ("meeting_held", "problem_aware"),
        ("meeting_held", "solution_aware"),
        ("tool_named", "solution_aware"),
        ("asked_for_terms", "product_aware"),
    ] {
        assert_eq!(house.post(&path, json!({ "cause": cause })).await["level"], level, "{cause}");
    }
    let causes: Vec<Json> =
        house.get(&path).await["moves"].as_array().unwrap().iter().map(|m| m["cause"].clone()).collect();
    assert_eq!(causes, ["meeting_held", "meeting_held", "asked_for_terms"]);
    let (status, problem) = house
        .send(&house.owner, Method::POST, &path, Some(json!({ "cause": "said", "said": "most_aware" })), &[])
        .await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("said")),
        "without words"
    );
}

on_both_databases!(what_happens_in_other_rooms_moves_awareness_and_interest_once, reactions, doors);
async fn reactions(house: House) {
    let lead = lead(&house).await;
    let id = lead.path.trim_start_matches("/deals/").to_owned();
    house
        .post(
            &format!("{}/findings", lead.path),
            json!({ "kind": "challenge", "summary": "Late", "words": "week three" }),
        )
        .await;
    house.react().await;
    let meeting = json!({ "kind": "meeting", "outcome": "held", "body": "demo", "deal_id": id, "person_id": lead.person });
    house.post("/activities", meeting).await;
    house.react().await;
    house.react().await;
    let view = house.get(&format!("{}/awareness", lead.path)).await;
    assert_eq!((&view["level"], &view["score"]), (&json!("solution_aware"), &json!(20.0)));
    assert_eq!(view["signals"].as_array().unwrap().len(), 1);
    let told = house.events().await.into_iter().filter(|(kind, _)| kind == "awareness.moved").count();
    assert_eq!(told, 2);
}

on_both_databases!(a_parked_deal_wakes_at_forty_points_with_the_story_so_far, wake, doors);
async fn wake(house: House) {
    let lead = lead(&house).await;
    house
        .post(
            &format!("{}/findings", lead.path),
            json!({ "kind": "challenge", "summary": "Reports come late" }),
        )
        .await;
    let proposal =
        house.get(&format!("{}/parking-proposal?cause=contract_until&day=2027-06-30", lead.path)).await;
    assert_eq!(proposal["wake_on"], "2027-04-01");
    let park = json!({ "kind": "park", "cause": "contract_until", "wake_on": proposal["wake_on"], "track": "letters" });
    house.post(&format!("{}/move", lead.path), park).await;
    house.app.clock.set(MORNING.plus_days(1));
    house.post(&format!("{}/signals", lead.path), json!({ "kind": "meeting_booked" })).await;
    assert_eq!(house.get(&lead.path).await["status"], "not_yet", "35 points");
    house.post(&format!("{}/signals", lead.path), json!({ "kind": "content_click" })).await;
    assert_eq!(house.get(&lead.path).await["status"], "open", "40 points");
    house.react().await;
    let tasks = house.get("/tasks?where=state.eq.open").await;
    let task =
        tasks["items"].as_array().unwrap().iter().find(|t| t["origin_key"] == "wake").cloned().unwrap();
    assert_eq!(task["title"], "Pick up the conversation: Acme deal");
    assert_eq!(
        task["body"],
        "- Reports come late\n\nLast time you told me about \"Reports come late\". Where does it stand today?"
    );
}

on_both_databases!(another_workspace_sees_nothing_of_nurturing, walls, doors);
async fn walls(house: House) {
    let lead = lead(&house).await;
    let cases = [
        (Method::GET, "awareness", Json::Null),
        (Method::POST, "awareness", json!({ "cause": "meeting_held" })),
        (Method::POST, "value-touches", json!({ "kind": "help", "title": "x" })),
        (Method::POST, "signals", json!({ "kind": "page_visit" })),
        (Method::GET, "parking-proposal?cause=other", Json::Null),
    ];
    for (method, path, body) in cases {
        let path = format!("{}/{path}", lead.path);
        let (status, _) = house.send(&house.stranger, method.clone(), &path, Some(body), &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
    }
}

//! Offers through their routes, on both databases.

use axum::http::{Method, StatusCode};
use http_room::Door;
use kernel::Timestamp;
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};

fn doors() -> Vec<Door> {
    vec![process::door(), qualification::door(), offer::door()]
}

/// A deal in the offer stage, what was found about it, and who decides.
struct Lead {
    path: String,
    person: String,
    challenge: String,
    ambition: String,
}

async fn lead(house: &House) -> Lead {
    let company = house.post("/companies", json!({ "name": "Acme", "time_zone": "America/New_York" })).await;
    let person = json!({ "name": "Kim Minji", "email": "minji@acme.example", "company_id": company["id"] });
    let person = house.post("/people", person).await["id"].as_str().unwrap().to_owned();
    let deal = house.post("/deals", json!({ "name": "Acme deal", "company_id": company["id"] })).await;
    let path = format!("/deals/{}", deal["id"].as_str().unwrap());
    house.put(&format!("{path}/people/{person}"), json!({ "roles": ["approver"] })).await;
    house.react().await;
    while house.get(&path).await["stage"] != "offer" {
        let missing = house.get(&path).await["missing"].clone();
        let reasons: serde_json::Map<String, Json> = missing
            .as_array()
            .unwrap()
            .iter()
            .map(|k| (k.as_str().unwrap().to_owned(), json!("known")))
            .collect();
        house.post(&format!("{path}/move"), json!({ "kind": "advance_forced", "reasons": reasons })).await;
    }
    let find = async |kind: &str| {
        let finding = json!({ "kind": kind, "summary": kind, "words": "so they said" });
        house.post(&format!("{path}/findings"), finding).await["id"].as_str().unwrap().to_owned()
    };
    let (challenge, ambition) = (find("challenge").await, find("ambition").await);
    Lead { person, challenge, ambition, path }
}

fn draft(lead: &Lead) -> Json {
    json!({
        "title": "Close in two days", "note": "As discussed", "currency": "USD",
        "lines": [
            { "text": "Licence", "minor": 90_000, "answers": [lead.challenge, lead.ambition] },
            { "text": "Training", "minor": 20_000, "mandatory": false },
        ],
        "results": [{ "what": "Days to close", "number": "2", "unit": "days", "source": "pilot" }],
    })
}

async fn missing(house: &House, lead: &Lead) -> Json {
    house.get(&lead.path).await["missing"].clone()
}

async fn refused(house: &House, path: &str, body: Json) -> (StatusCode, Json) {
    house.send(&house.owner, Method::POST, path, Some(body), &[]).await
}

on_both_databases!(r51_the_gate_opens_with_a_relevant_offer_that_reached_who_decides, gate, doors);
async fn gate(house: House) {
    let lead = lead(&house).await;
    let offers = format!("{}/offers", lead.path);
    assert_eq!(
        missing(&house, &lead).await,
        json!(["offer_sent", "offer_relevant", "decision_maker_reached", "feedback_received"])
    );
    let made = house.post(&offers, draft(&lead)).await;
    assert_eq!(
        (&made["version"], &made["state"], &made["total"]["minor"], &made["lacking"]),
        (&json!(1), &json!("draft"), &json!(90_000), &json!([]))
    );
    assert_eq!(
        missing(&house, &lead).await,
        json!(["offer_sent", "decision_maker_reached", "feedback_received"])
    );
    let one = format!("{offers}/{}", made["id"].as_str().unwrap());
    let sent = house.post(&format!("{one}/send"), json!({ "sent_to": [lead.person] })).await;
    assert_eq!((&sent["state"], &sent["expires_on"]), (&json!("sent"), &json!("2026-12-23")));
    assert_eq!(missing(&house, &lead).await, json!(["feedback_received"]));
    let tasks = house.get("/tasks?where=state.eq.open").await;
    let due: Vec<&Json> = tasks["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|t| t["origin_key"] == "offer:follow_up")
        .map(|t| &t["due_on"])
        .collect();
    assert_eq!(due, [&json!("2026-11-26")]);
    assert_eq!(
        house.post(&format!("{one}/views"), json!({ "person_id": lead.person })).await["state"],
        "viewed"
    );
    house.post(&format!("{one}/feedback"), json!({ "kind": "no_objection" })).await;
    assert_eq!(missing(&house, &lead).await, json!([]));
    let moved = house.post(&format!("{}/move", lead.path), json!({ "kind": "skip_no_objection" })).await;
    assert_eq!(moved["deal"]["stage"], "closing");
    let kinds: Vec<String> =
        house.events().await.into_iter().map(|e| e.0).filter(|k| k.starts_with("offer.")).collect();
    assert_eq!(kinds, ["offer.drafted", "offer.sent", "offer.viewed", "offer.feedback"]);
}

on_both_databases!(r52_what_is_not_relevant_is_sent_only_with_a_reason_which_is_kept, relevance, doors);
async fn relevance(house: House) {
    let lead = lead(&house).await;
    let budget = json!({ "kind": "conversation", "value": { "state": "approved", "max": { "minor": 50_000, "currency": "USD" } } });
    house.post(&format!("{}/bant/budget", lead.path), budget).await;
    let mut poor = draft(&lead);
    poor["lines"][0]["answers"] = json!([]);
    poor["results"][0]["source"] = Json::Null;
    let made = house.post(&format!("{}/offers", lead.path), poor.clone()).await;
    let lacking =
        json!(["line_without_reason", "top_challenge_open", "no_ambition", "over_budget", "unproved_result"]);
    assert_eq!(made["lacking"], lacking);
    let one = format!("{}/offers/{}", lead.path, made["id"].as_str().unwrap());
    let (status, problem) =
        refused(&house, &format!("{one}/send"), json!({ "sent_to": [lead.person] })).await;
    assert_eq!(
        (status, problem["code"].as_str(), &problem["facts"]["lacking"]),
        (StatusCode::CONFLICT, Some("offer_not_relevant"), &lacking)
    );
    let sending = json!({ "sent_to": [lead.person], "override_reason": "They asked for exactly this" });
    let sent = house.post(&format!("{one}/send"), sending).await;
    assert_eq!(sent["override_reason"], "They asked for exactly this");
    assert!(!missing(&house, &lead).await.as_array().unwrap().contains(&json!("offer_relevant")));
    let (status, problem) = house.send(&house.owner, Method::PUT, &one, Some(poor), &[]).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::CONFLICT, Some("offer_state")),
        "a sent version never changes"
    );
}

on_both_databases!(a_newer_version_takes_the_place_of_the_one_they_have, versions, doors);
async fn versions(house: House) {
    let lead = lead(&house).await;
    let offers = format!("{}/offers", lead.path);
    let send = async |id: &Json| {
        let path = format!("{offers}/{}/send", id.as_str().unwrap());
        house.post(&path, json!({ "sent_to": [lead.person] })).await
    };
    let first = house.post(&offers, draft(&lead)).await;
    let (status, problem) = refused(&house, &offers, draft(&lead)).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("draft_exists")));
    send(&first["id"]).await;
    let second = house.post(&offers, draft(&lead)).await;
    assert_eq!(second["version"], 2);
    assert!(
        missing(&house, &lead).await.as_array().unwrap().contains(&json!("offer_sent")),
        "the current version is a draft"
    );
    send(&second["id"]).await;
    let states: Vec<Json> =
        house.get(&offers).await.as_array().unwrap().iter().map(|o| o["state"].clone()).collect();
    assert_eq!(states, ["sent", "superseded"]);
    let end = format!("{offers}/{}/end", second["id"].as_str().unwrap());
    let (status, problem) = refused(&house, &end, json!({ "state": "declined" })).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("reason"))
    );
    assert_eq!(
        house.post(&end, json!({ "state": "declined", "reason": "too late" })).await["state"],
        "declined"
    );
    let (status, problem) = refused(&house, &end, json!({ "state": "withdrawn" })).await;
    assert_eq!((status, &problem["facts"]["allowed"]), (StatusCode::CONFLICT, &json!([])));
}

on_both_databases!(an_offer_expires_at_the_end_of_its_day_where_the_prospect_is, expiry, doors);
async fn expiry(house: House) {
    let lead = lead(&house).await;
    let offers = format!("{}/offers", lead.path);
    let made = house.post(&offers, draft(&lead)).await;
    let path = format!("{offers}/{}/send", made["id"].as_str().unwrap());
    house.post(&path, json!({ "sent_to": [lead.person], "expires_on": "2026-12-01" })).await;
    for (time, state) in [
        ("2026-12-02T10:00:00+09:00", "sent"),
        ("2026-12-01T23:59:59-05:00", "sent"),
        ("2026-12-02T00:00:00-05:00", "expired"),
    ] {
        house.app.clock.set(Timestamp::parse(time).unwrap());
        house.tick().await;
        assert_eq!(house.get(&offers).await[0]["state"], state, "{time}");
    }
    assert!(missing(&house, &lead).await.as_array().unwrap().contains(&json!("offer_sent")));
    house.app.clock.set(MORNING.plus_days(20));
    let (status, _) = refused(&house, &path.replace("/send", "/views"), json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

on_both_databases!(faults_of_a_draft_are_named_and_strangers_see_nothing, faults, doors);
async fn faults(house: House) {
    let lead = lead(&house).await;
    let offers = format!("{}/offers", lead.path);
    let line = |change: Json| {
        let mut line = json!({ "text": "Licence", "minor": 1 });
        for (key, value) in change.as_object().unwrap() {
            line[key] = value.clone();
        }
        json!({ "title": "t", "lines": [line] })
    };
    let cases = [
        (json!({ "title": " " }), "title"),
        (line(json!({ "text": "" })), "lines.0.text"),
        (line(json!({ "minor": -1 })), "lines.0.minor"),
        (line(json!({ "answers": [uuid::Uuid::now_v7()] })), "lines.0.answers"),
        (
            json!({ "title": "t", "lines": [{ "text": "a", "minor": i64::MAX }, { "text": "b", "minor": 1 }] }),
            "lines",
        ),
    ];
    for (body, field) in cases {
        let (status, problem) = refused(&house, &offers, body.clone()).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)),
            "{body}"
        );
    }
    let made = house.post(&offers, draft(&lead)).await;
    let id = made["id"].as_str().unwrap();
    let sending = json!({ "sent_to": [lead.person] });
    for (method, path, body) in [
        (Method::GET, offers.clone(), Json::Null),
        (Method::POST, offers.clone(), draft(&lead)),
        (Method::PUT, format!("{offers}/{id}"), draft(&lead)),
        (Method::POST, format!("{offers}/{id}/send"), sending),
        (Method::POST, format!("{offers}/{id}/views"), json!({})),
        (Method::POST, format!("{offers}/{id}/feedback"), json!({ "kind": "no_objection" })),
        (Method::POST, format!("{offers}/{id}/end"), json!({ "state": "discarded" })),
    ] {
        let (status, _) = house.send(&house.stranger, method.clone(), &path, Some(body), &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
    }
}

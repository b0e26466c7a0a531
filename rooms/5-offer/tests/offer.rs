//! Offers through their routes, on both databases.

use axum::http::{Method, StatusCode};
use kernel::Timestamp;
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};

use crate::support::{Lead, doors, draft, lead, refused};

async fn missing(house: &House, lead: &Lead) -> Json {
    house.get(&lead.path).await["missing"].clone()
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
    poor["packages"][0]["lines"][0]["answers"] = json!([]);
    poor["results"][0]["source"] = Json::Null;
    let made = house.post(&format!("{}/offers", lead.path), poor.clone()).await;
    let lacking =
        json!(["line_without_reason", "top_challenge_open", "no_ambition", "over_budget", "unproved_result"]);
    assert_eq!((&made["lacking"], &made["budget_max"]["minor"]), (&lacking, &json!(50_000)));
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
        let mut line = json!({ "text": "Licence", "unit_minor": 1 });
        for (key, value) in change.as_object().unwrap() {
            line[key] = value.clone();
        }
        json!({ "title": "t", "packages": [{ "lines": [line] }] })
    };
    let with = |key: &str, value: Json| json!({ "title": "t", key: value });
    let at = |field: &str| format!("packages.0.lines.0.{field}");
    let huge =
        json!([{ "lines": [{ "text": "a", "unit_minor": i64::MAX }, { "text": "b", "unit_minor": 1 }] }]);
    let nobody = uuid::Uuid::now_v7();
    let cases = [
        (json!({ "title": " " }), "title".to_owned()),
        (line(json!({ "text": "" })), at("text")),
        (line(json!({ "unit_minor": -1 })), at("unit_minor")),
        (line(json!({ "discount_bp": 10_001 })), at("discount_bp")),
        (line(json!({ "answers": [nobody] })), at("answers")),
        (line(json!({ "alternative_to": nobody })), at("alternative_to")),
        (with("packages", huge), "packages.0.lines".to_owned()),
        (
            with("packages", json!([{ "discount": { "kind": "fixed", "minor": 1 } }])),
            "packages.0.discount".to_owned(),
        ),
        (with("packages", json!([{}, {}, {}, {}])), "packages".to_owned()),
        (with("video_url", json!("http://ours.example")), "video_url".to_owned()),
        (with("locale", json!("de")), "locale".to_owned()),
        (with("sections", json!([{ "file_id": nobody }])), "sections.0.file_id".to_owned()),
        (with("price_book_version", json!(nobody)), "price_book_version".to_owned()),
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
        (Method::GET, format!("{offers}/{id}"), Json::Null),
        (Method::GET, format!("{offers}/{id}/changes"), Json::Null),
        (Method::GET, format!("{offers}/{id}/review"), Json::Null),
        (Method::GET, format!("{offers}/{id}/discount"), Json::Null),
        (Method::POST, format!("{offers}/{id}/review"), Json::Null),
        (Method::POST, format!("{offers}/{id}/review/decision"), json!({ "approve": true })),
        (Method::POST, format!("{offers}/{id}/send"), sending),
        (Method::POST, format!("{offers}/{id}/views"), json!({})),
        (Method::POST, format!("{offers}/{id}/feedback"), json!({ "kind": "no_objection" })),
        (Method::POST, format!("{offers}/{id}/end"), json!({ "state": "discarded" })),
    ] {
        let (status, _) = house.send(&house.stranger, method.clone(), &path, Some(body), &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
    }
}

on_both_databases!(
    r53_an_offer_has_packages_totals_and_a_hash_and_its_versions_differ_readably,
    versions_differ,
    doors
);
async fn versions_differ(house: House) {
    let lead = lead(&house).await;
    let offers = format!("{}/offers", lead.path);
    let mut two = draft(&lead);
    let best = json!({ "name": "Best", "discount": { "kind": "share", "bp": 500 }, "lines": [
        { "text": "Licence", "quantity": "2.5", "unit_minor": 1_999, "period": "monthly", "tax": { "kind": "rate", "bp": 1_000 } },
    ] });
    two["packages"].as_array_mut().unwrap().push(best);
    let made = house.post(&offers, two).await;
    let best = &made["packages"][1]["totals"];
    assert_eq!(
        (&best["lines"][0]["net"], &best["order_discount"], &best["monthly"]["amount"]),
        (&json!(4_998), &json!(250), &json!({ "net": 4_748, "tax": 475, "total": 5_223 }))
    );
    assert_eq!(best["contract"]["total"], 5_223 * 12);
    assert_eq!((&made["discount_bp"], &made["relevance_bp"]), (&json!(501), &json!(10_000)));
    assert_eq!(made["untied"].as_array().unwrap().len(), 2);
    assert_eq!(made["content_hash"].as_str().unwrap().len(), 64);

    let one = format!("{offers}/{}", made["id"].as_str().unwrap());
    let mut content = made["content"].clone();
    content["packages"].as_array_mut().unwrap().pop();
    let again = house.put(&one, content.clone()).await;
    assert_ne!(again["content_hash"], made["content_hash"]);
    let stale =
        house.send(&house.owner, Method::PUT, &one, Some(content.clone()), &[("if-match", "\"1\"")]).await;
    assert_eq!((stale.0, &stale.1["code"]), (StatusCode::PRECONDITION_FAILED, &json!("stale")));
    house.post(&format!("{one}/send"), json!({ "sent_to": [lead.person] })).await;
    content["packages"][0]["lines"][0]["unit_minor"] = json!(80_000);
    content["title"] = json!("Close in a day");
    let newer = house.post(&offers, content).await;
    let changes = house.get(&format!("{offers}/{}/changes", newer["id"].as_str().unwrap())).await;
    let told: Vec<(&Json, &Json, &Json)> = changes
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (&c["part"], &c["kind"], &c["fields"][0]["field"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("offer"), &json!("changed"), &json!("title")),
            (&json!("line"), &json!("changed"), &json!("unit_minor")),
        ]
    );
}

on_both_databases!(merge_fields_are_filled_in_when_it_is_sent_and_what_has_no_value_stops_it, merging, doors);
async fn merging(house: House) {
    let lead = lead(&house).await;
    let offers = format!("{}/offers", lead.path);
    let mut merged = draft(&lead);
    merged["note"] = json!("Dear {{ person.name }} of {{ company.name }}");
    merged["sections"] = json!([{ "title": "Why", "body": "For {{ company.city }}" }]);
    let made = house.post(&offers, merged.clone()).await;
    let one = format!("{offers}/{}", made["id"].as_str().unwrap());
    let (status, problem) =
        refused(&house, &format!("{one}/send"), json!({ "sent_to": [lead.person] })).await;
    assert_eq!(
        (status, &problem["code"], &problem["facts"]["missing"]),
        (StatusCode::CONFLICT, &json!("offer_text_incomplete"), &json!(["company.city"]))
    );
    merged["sections"][0]["body"] = json!("For {{ company.city | fallback(\"you\") }}");
    house.put(&one, merged).await;
    let sent = house.post(&format!("{one}/send"), json!({ "sent_to": [lead.person] })).await;
    assert_eq!(sent["content"]["note"], "Dear Kim Minji of Acme");
    assert_eq!(sent["content"]["sections"][0]["body"], "For you");
    assert_eq!(sent["content_hash"], house.get(&one).await["content_hash"]);
}

//! Tracks from parking to waking, with the mails they send, on both databases.

use axum::http::{Method, StatusCode};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};

use crate::support::{Lead, doors, piece, sandbox, troubled, work};

async fn park(house: &House, lead: &Lead, track: &str) {
    let park = json!({ "kind": "park", "cause": "project_later", "wake_on": "2027-06-01", "track": track });
    house.post(&format!("{}/move", lead.path), park).await;
    house.react().await;
}

async fn touches(house: &House, lead: &Lead) -> Vec<Json> {
    house.get(&format!("{}/awareness", lead.path)).await["touches"].as_array().unwrap().clone()
}

on_both_databases!(r43_a_track_gives_each_deal_the_content_its_challenge_asks_for, picks, doors);
async fn picks(house: House) {
    sandbox(&house).await;
    let (late, scrap) = (
        troubled(&house, "Stone", "Reports come late").await,
        troubled(&house, "Hammer", "Too much scrap").await,
    );
    let on_late = piece(&house, "Faster reports", "late reports").await;
    let on_scrap = piece(&house, "Less scrap", "scrap").await;
    for lead in [&late, &scrap] {
        park(&house, lead, "two_year").await;
    }
    work(&house).await;
    for (lead, content) in [(&late, &on_late), (&scrap, &on_scrap)] {
        let given = touches(&house, lead).await;
        let told: Vec<_> = given
            .iter()
            .map(|t| (t["content_id"].clone(), t["kind"].clone(), t["automatic"].clone()))
            .collect();
        assert_eq!(told, [(json!(content), json!("educate"), json!(true))]);
    }
    let tracks = house.get("/tracks").await;
    assert_eq!(
        (&tracks[0]["kind"], &tracks[0]["every_days"], &tracks[0]["running"]),
        (&json!("two_year"), &json!(91), &json!(2))
    );
    assert_eq!(
        (&tracks[0]["touches"], &tracks[0]["warnings"], &tracks[0]["steps"]),
        (&json!(8), &json!([]), &json!([]))
    );
    let path = format!("/tracks/{}/people", tracks[0]["sequence_id"].as_str().unwrap());
    assert_eq!(
        house.get(&path).await.as_array().unwrap().len(),
        2,
        "the number opens to the people behind it"
    );
    let uses = house.get(&format!("/content/{on_late}/uses")).await;
    assert_eq!((uses.as_array().unwrap().len(), &uses[0]["automatic"]), (1, &json!(true)));
}

on_both_databases!(over_all_tracks_nobody_gets_two_mails_in_a_week, limits, doors);
async fn limits(house: House) {
    sandbox(&house).await;
    let lead = troubled(&house, "Stone", "Reports come late").await;
    for title in ["One", "Two", "Three"] {
        piece(&house, title, "late reports").await;
    }
    let mut tracks = Vec::new();
    for _ in 0..2 {
        let track = house.post("/tracks", json!({ "kind": "not_yet", "shape": { "every_days": 84 } })).await;
        let id = track["sequence_id"].as_str().unwrap().to_owned();
        let body =
            json!({ "people": [{ "person_id": lead.person, "deal_id": lead.id }], "why_them": "They asked" });
        let answer = house.post(&format!("/sequences/{id}/enrol"), body).await;
        assert_eq!(answer["refused"], json!([]), "tracks may overlap");
        tracks.push(id);
    }
    work(&house).await;
    assert_eq!(touches(&house, &lead).await.len(), 1);
    house.app.clock.set(MORNING.plus_days(4));
    work(&house).await;
    assert_eq!(touches(&house, &lead).await.len(), 1, "not within seven days");
    let because = |rows: Json| rows[0]["because"].clone();
    let mut reasons = Vec::new();
    for id in &tracks {
        reasons.push(because(house.get(&format!("/tracks/{id}/people")).await));
    }
    assert!(reasons.contains(&json!("week_full")), "{reasons:?}");
    for day in [7, 8, 9] {
        house.app.clock.set(MORNING.plus_days(day));
        work(&house).await;
    }
    assert_eq!(touches(&house, &lead).await.len(), 2);
}

on_both_databases!(
    without_content_that_fits_the_step_waits_and_somebody_is_asked_to_write_some,
    no_content,
    doors
);
async fn no_content(house: House) {
    sandbox(&house).await;
    let lead = troubled(&house, "Stone", "Reports come late").await;
    park(&house, &lead, "not_yet").await;
    work(&house).await;
    assert_eq!(touches(&house, &lead).await.len(), 0);
    let tasks = house.get("/tasks?where=state.eq.open").await;
    let asked = tasks["items"].as_array().unwrap().iter().filter(|t| t["origin_key"] == "content").count();
    assert_eq!(asked, 1, "{tasks}");
    piece(&house, "Faster reports", "late reports").await;
    house.app.clock.set(MORNING.plus_days(1));
    work(&house).await;
    assert_eq!(touches(&house, &lead).await.len(), 1);
}

on_both_databases!(a_call_holds_back_what_a_track_was_about_to_send, rest, doors);
async fn rest(house: House) {
    sandbox(&house).await;
    let lead = troubled(&house, "Stone", "Reports come late").await;
    piece(&house, "Faster reports", "late reports").await;
    park(&house, &lead, "not_yet").await;
    house.react().await;
    nurturing::track::clear::clear_due(&house.app).await.unwrap();
    outreach::engine::plan::plan_due(&house.app).await.unwrap();
    let call = json!({ "kind": "call", "outcome": "intended", "body": "They called", "deal_id": lead.id, "person_id": lead.person });
    house.post("/activities", call).await;
    work(&house).await;
    assert_eq!(touches(&house, &lead).await.len(), 0, "it rests for three business days");
    house.app.clock.set(MORNING.plus_days(2));
    work(&house).await;
    assert_eq!(touches(&house, &lead).await.len(), 0);
    for day in [3, 4] {
        house.app.clock.set(MORNING.plus_days(day));
        work(&house).await;
    }
    assert_eq!(touches(&house, &lead).await.len(), 1);
}

on_both_databases!(r107_the_campaign_ends_at_waking_and_refuses_prices, campaign, doors);
async fn campaign(house: House) {
    sandbox(&house).await;
    let lead = troubled(&house, "Stone", "Reports come late").await;
    park(&house, &lead, "two_year").await;
    let track = house.get("/tracks").await[0].clone();
    let sequence = format!("/sequences/{}", track["sequence_id"].as_str().unwrap());
    let mut steps = house.get(&sequence).await["steps"].clone();
    steps[0]["body"] = json!("Only now: 20 % off");
    let (status, problem) =
        house.send(&house.owner, Method::PATCH, &sequence, Some(json!({ "steps": steps })), &[]).await;
    assert_eq!(
        (status, &problem["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("price_word"))
    );
    house.post(&format!("{}/move", lead.path), json!({ "kind": "wake" })).await;
    house.react().await;
    assert_eq!(house.get(&format!("/tracks/{}", track["sequence_id"].as_str().unwrap())).await["running"], 0);
}

on_both_databases!(who_said_stop_hears_nothing_more_of_any_track, stop, doors);
async fn stop(house: House) {
    sandbox(&house).await;
    let lead = troubled(&house, "Stone", "Reports come late").await;
    piece(&house, "Faster reports", "late reports").await;
    park(&house, &lead, "not_yet").await;
    let entry = json!({ "scope": "person", "person_id": lead.person });
    house.post("/suppressions", entry).await;
    work(&house).await;
    assert_eq!(touches(&house, &lead).await.len(), 0);
    assert_eq!(house.get("/tracks").await[0]["running"], 0);
}

on_both_databases!(a_track_takes_in_and_lets_go_by_awareness, by_level, doors);
async fn by_level(house: House) {
    sandbox(&house).await;
    let shape = json!({ "enter_from": "problem_aware", "exit_at": "product_aware", "enters_alone": true });
    let track = house.post("/tracks", json!({ "kind": "regular", "locale": "en", "shape": shape })).await;
    let path = format!("/tracks/{}", track["sequence_id"].as_str().unwrap());
    let lead = troubled(&house, "Stone", "Reports come late").await;
    house.react().await;
    assert_eq!(house.get(&path).await["running"], 1, "they named a challenge");
    let said = json!({ "cause": "said", "said": "product_aware", "note": "We compared you" });
    house.post(&format!("{}/awareness", lead.path), said).await;
    house.react().await;
    assert_eq!(house.get(&path).await["running"], 0);
}

on_both_databases!(whom_no_track_takes_alone_is_told_of_once, not_taken, doors);
async fn not_taken(house: House) {
    sandbox(&house).await;
    let shape = json!({ "enters_alone": true });
    let track = house.post("/tracks", json!({ "kind": "regular", "locale": "en", "shape": shape })).await;
    let lead = troubled(&house, "Stone", "Reports come late").await;
    let entry = json!({ "scope": "person", "person_id": lead.person });
    house.post("/suppressions", entry).await;
    house.react().await;
    let said = json!({ "cause": "said", "said": "solution_aware", "note": "We looked at two" });
    house.post(&format!("{}/awareness", lead.path), said).await;
    house.react().await;
    assert_eq!(house.get(&format!("/tracks/{}", track["sequence_id"].as_str().unwrap())).await["running"], 0);
    let tasks = house.get(&format!("/tasks?where=deal_id.eq.{}", lead.id)).await;
    let told = tasks["items"].as_array().unwrap().iter().filter(|one| one["origin_key"] == "track");
    assert_eq!(told.count(), 1, "{tasks}");
}

on_both_databases!(r49_a_parked_deal_nobody_was_in_touch_with_for_ninety_five_days_is_silent, silent, doors);
async fn silent(house: House) {
    let lead = troubled(&house, "Stone", "Reports come late").await;
    let without = json!({ "kind": "park", "cause": "project_later" });
    let (status, problem) =
        house.send(&house.owner, Method::POST, &format!("{}/move", lead.path), Some(without), &[]).await;
    assert_eq!((status, problem["errors"].as_array().unwrap().len()), (StatusCode::UNPROCESSABLE_ENTITY, 2));
    park(&house, &lead, "letters").await;
    house.app.clock.set(MORNING.plus_days(95));
    assert_eq!(house.get("/silent-deals").await, json!([]));
    house.app.clock.set(MORNING.plus_days(96));
    assert_eq!(house.get("/silent-deals").await[0]["id"], json!(lead.id));
    house
        .post(&format!("{}/value-touches", lead.path), json!({ "kind": "help", "title": "A template" }))
        .await;
    assert_eq!(house.get("/silent-deals").await, json!([]));
}

//! Signs of interest, awareness by hand, questions and clocks, on both databases.

use axum::http::{Method, StatusCode};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::json;

use crate::support::{doors, lead_of, troubled};

on_both_databases!(a_hot_signal_moves_the_next_action_to_the_top_of_today, hot, doors);
async fn hot(house: House) {
    let (warm, cold) = (lead_of(&house, "Stone").await, lead_of(&house, "Hammer").await);
    for (lead, title, day) in [(&warm, "Next month", "2026-12-20"), (&cold, "Today's call", "2026-11-23")] {
        let task = json!({ "title": title, "deal_id": lead.id, "due_on": day, "owner_id": house.owner.user });
        house.post("/tasks", task).await;
        let open = house.get(&format!("/tasks?where=deal_id.eq.{}&where=state.eq.open", lead.id)).await;
        for other in open["items"].as_array().unwrap().iter().filter(|t| t["title"] != title) {
            house
                .post(
                    &format!("/tasks/{}/done", other["id"].as_str().unwrap()),
                    json!({ "state": "skipped" }),
                )
                .await;
        }
    }
    house.react().await;
    house.post(&format!("{}/signals", warm.path), json!({ "kind": "asks_for_contact" })).await;
    let today = house.get("/today").await;
    assert_eq!(
        (&today[0]["task"]["title"], &today[0]["why"]),
        (&json!("Next month"), &json!("hot")),
        "{today}"
    );
    let view = house.get(&format!("{}/awareness", warm.path)).await;
    assert_eq!(
        (&view["hot"], &view["jump_lacks"]),
        (&json!(true), &json!(["timing_urgent", "need", "authority"]))
    );
}

on_both_databases!(r50_urgent_and_known_opens_the_jump_to_the_offer, urgent, doors);
async fn urgent(house: House) {
    let lead = lead_of(&house, "Stone").await;
    for (factor, rating) in [("timing", 2), ("need", 1), ("authority", 1)] {
        let rated = json!({ "rating": rating, "kind": "conversation", "quote": "We need it this month" });
        house.post(&format!("{}/bant/{factor}", lead.path), rated).await;
    }
    assert_eq!(house.get(&format!("{}/awareness", lead.path)).await["jump_lacks"], json!([]));
}

on_both_databases!(a_correction_of_awareness_is_explained_and_can_be_taken_back, correction, doors);
async fn correction(house: House) {
    let lead = lead_of(&house, "Stone").await;
    let path = format!("{}/awareness", lead.path);
    house.post(&path, json!({ "cause": "said", "said": "most_aware", "note": "We want it" })).await;
    let (status, _) = house
        .send(
            &house.owner,
            Method::POST,
            &path,
            Some(json!({ "cause": "corrected", "said": "unaware" })),
            &[],
        )
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "without a reason");
    let view = house
        .post(&path, json!({ "cause": "corrected", "said": "unaware", "note": "It was somebody else" }))
        .await;
    assert_eq!(view["level"], "unaware");
    let last = view["moves"][1].clone();
    assert_eq!((&last["cause"], &last["note"]), (&json!("corrected"), &json!("It was somebody else")));
    let undo = |id: &serde_json::Value| format!("{path}/{}", id.as_str().unwrap());
    let (status, _) =
        house.send(&house.owner, Method::DELETE, &undo(&view["moves"][0]["id"]), None, &[]).await;
    assert_eq!(status, StatusCode::CONFLICT, "only the last");
    let (status, _) = house.send(&house.stranger, Method::DELETE, &undo(&last["id"]), None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, view) = house.send(&house.owner, Method::DELETE, &undo(&last["id"]), None, &[]).await;
    assert_eq!((status, &view["level"]), (StatusCode::OK, &json!("most_aware")));
    let told = house.events().await.into_iter().filter(|(kind, _)| kind == "awareness.undone").count();
    assert_eq!(told, 1);
}

on_both_databases!(r45_a_hundred_and_eighty_days_without_a_sign_cost_one_level, fading, doors);
async fn fading(house: House) {
    let lead = lead_of(&house, "Stone").await;
    let path = format!("{}/awareness", lead.path);
    house.post(&path, json!({ "cause": "said", "said": "product_aware", "note": "We compared you" })).await;
    house.app.clock.set(MORNING.plus_days(100));
    house.post(&format!("{}/signals", lead.path), json!({ "kind": "page_visit" })).await;
    house.app.clock.set(MORNING.plus_days(279));
    assert_eq!(nurturing::track::silent::fade(&house.app).await.unwrap(), 0);
    house.app.clock.set(MORNING.plus_days(281));
    assert_eq!(nurturing::track::silent::fade(&house.app).await.unwrap(), 1);
    assert_eq!(nurturing::track::silent::fade(&house.app).await.unwrap(), 0, "once");
    let view = house.get(&path).await;
    assert_eq!((&view["level"], &view["moves"][1]["cause"]), (&json!("solution_aware"), &json!("silence")));
}

on_both_databases!(two_wakes_without_a_reply_propose_the_two_year_campaign, twice, doors);
async fn twice(house: House) {
    let lead = troubled(&house, "Stone", "Reports come late").await;
    let proposal = format!("{}/parking-proposal?cause=other", lead.path);
    assert_eq!(house.get(&proposal).await["track"], "not_yet");
    for n in 0..2 {
        house.app.clock.set(MORNING.plus_days(n + 1));
        let park = json!({ "kind": "park", "cause": "other", "wake_on": "2027-06-01", "track": "letters" });
        house.post(&format!("{}/move", lead.path), park).await;
        house.post(&format!("{}/move", lead.path), json!({ "kind": "wake" })).await;
    }
    assert_eq!(house.get(&proposal).await["track"], "two_year");
}

on_both_databases!(r48_questions_and_the_clock_of_our_answers_are_empty_until_somebody_writes, clock, doors);
async fn clock(house: House) {
    let lead = lead_of(&house, "Stone").await;
    let asked = house.get(&format!("/people/{}/questions", lead.person)).await;
    assert_eq!(
        (&asked["median_seconds"], &asked["waiting"], &asked["items"]),
        (&json!(null), &json!(0), &json!([]))
    );
    let (status, _) = house
        .send(&house.stranger, Method::GET, &format!("/people/{}/questions", lead.person), None, &[])
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

//! Objections through their routes, on both databases.

use crate::support::{doors, lead, raise, step};
use axum::http::{Method, StatusCode};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};

use crate::support::Lead;

async fn missing(house: &House, lead: &Lead) -> Json {
    house.get(&lead.path).await["missing"].clone()
}

on_both_databases!(r62_the_gate_opens_when_every_objection_is_settled_in_their_words, gate, doors);
async fn gate(house: House) {
    let lead = lead(&house).await;
    assert_eq!(missing(&house, &lead).await, json!([]), "none was raised");
    let one = raise(&house, &lead, "price_value").await;
    assert_eq!(missing(&house, &lead).await, json!(["objections_confirmed"]));
    let answer = json!({ "step": "answer", "text": "It saves nine thousand a month" });
    let (status, problem) = step(&house, &one, answer.clone()).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("not_heard")), "R61");
    let (_, asked) = step(
        &house,
        &one,
        json!({ "step": "ask", "question": "Compared with what?", "answer": "with doing nothing" }),
    )
    .await;
    assert_eq!(
        (&asked["state"], &asked["questions"][0]["answer"]),
        (&json!("probing"), &json!("with doing nothing"))
    );
    let confirm = json!({ "step": "confirm", "words": "Then it is worth it", "person_id": lead.person });
    let (status, problem) = step(&house, &one, confirm.clone()).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("not_answered")), "R59");
    assert_eq!(step(&house, &one, answer).await.1["state"], "answered");
    assert_eq!(missing(&house, &lead).await, json!(["objections_confirmed"]));
    let (status, problem) = step(&house, &one, json!({ "step": "confirm", "words": "fine" })).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("person_id"))
    );
    let (_, settled) = step(&house, &one, confirm).await;
    assert_eq!(
        (&settled["state"], &settled["settled_words"]),
        (&json!("confirmed"), &json!("Then it is worth it"))
    );
    assert_eq!(settled["settled_at"], json!(MORNING));
    assert_eq!(missing(&house, &lead).await, json!([]));
    let moved = house.post(&format!("{}/move", lead.path), json!({ "kind": "advance" })).await;
    assert_eq!(moved["deal"]["stage"], "closing");
    let kinds: Vec<String> =
        house.events().await.into_iter().map(|e| e.0).filter(|k| k.starts_with("objection.")).collect();
    assert_eq!(kinds, ["objection.raised", "objection.moved", "objection.moved", "objection.moved"]);
    let timeline = house.get(&format!("/people/{}/timeline", lead.person)).await;
    let confirmed = timeline["items"].as_array().unwrap().iter().find(|e| e["payload"]["step"] == "confirm");
    assert!(confirmed.is_some(), "who confirmed it is named by the event: {timeline}");
}

on_both_databases!(an_objection_that_comes_again_reopens_the_same_record, repeat, doors);
async fn repeat(house: House) {
    let lead = lead(&house).await;
    let one = raise(&house, &lead, "risk").await;
    assert_eq!(step(&house, &one, json!({ "step": "repeat" })).await.1["code"], "still_open");
    step(&house, &one, json!({ "step": "ask", "question": "What could fail?", "answer": "the migration" }))
        .await;
    let (_, risk) = step(&house, &one, json!({ "step": "accept_risk", "reason": "a pilot covers it" })).await;
    assert_eq!(
        (&risk["state"], &risk["settled_words"]),
        (&json!("accepted_risk"), &json!("a pilot covers it"))
    );
    assert_eq!(step(&house, &one, json!({ "step": "withdraw" })).await.1["code"], "settled");
    house.app.clock.set(MORNING.plus_days(1));
    let (_, again) = step(&house, &one, json!({ "step": "repeat" })).await;
    assert_eq!(
        (&again["state"], &again["times"], &again["settled_words"]),
        (&json!("open"), &json!(2), &Json::Null)
    );
    assert_eq!(missing(&house, &lead).await, json!(["objections_confirmed"]));
    let (_, problem) = step(&house, &one, json!({ "step": "answer", "text": "as before" })).await;
    assert_eq!(problem["code"], "not_heard", "what they said the last time is no answer now");
    let (_, skipped) =
        step(&house, &one, json!({ "step": "answer", "text": "as before", "skip_questions": true })).await;
    assert_eq!((&skipped["state"], &skipped["questions_skipped"]), (&json!("answered"), &json!(true)));
    assert_eq!(step(&house, &one, json!({ "step": "withdraw" })).await.1["state"], "withdrawn");
    assert_eq!(missing(&house, &lead).await, json!([]));
}

on_both_databases!(r60_stated_and_real_objection_are_two_things, hidden, doors);
async fn hidden(house: House) {
    let lead = lead(&house).await;
    let one = raise(&house, &lead, "hidden").await;
    let listed = house.get(&format!("{}/objections", lead.path)).await;
    assert_eq!(listed[0]["related"][0], "past_disappointment");
    let known = house.patch(&one, json!({ "real_kind": "risk" })).await;
    assert_eq!(
        (&known["stated_kind"], &known["real_kind"], &known["related"][0]),
        (&json!("hidden"), &json!("risk"), &json!("content"))
    );
}

on_both_databases!(strangers_see_no_objection_and_faults_are_named, walls, doors);
async fn walls(house: House) {
    let lead = lead(&house).await;
    let one = raise(&house, &lead, "content").await;
    let all = format!("{}/objections", lead.path);
    let new = json!({ "stated": "no", "stated_kind": "hidden" });
    for (method, path, body) in [
        (Method::GET, all.clone(), Json::Null),
        (Method::POST, all.clone(), new),
        (Method::PATCH, one.clone(), json!({ "real_kind": "risk" })),
        (Method::POST, format!("{one}/steps"), json!({ "step": "withdraw" })),
    ] {
        let (status, _) = house.send(&house.stranger, method.clone(), &path, Some(body), &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
    }
    for (body, field) in [
        (json!({ "stated": " ", "stated_kind": "risk" }), "stated"),
        (json!({ "stated": "x", "stated_kind": "risk", "person_id": uuid::Uuid::now_v7() }), "person_id"),
    ] {
        let (status, problem) = house.send(&house.owner, Method::POST, &all, Some(body), &[]).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field))
        );
    }
}

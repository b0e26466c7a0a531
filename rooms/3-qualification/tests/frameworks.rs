//! Frameworks: what ships, working copies and versions, and which of them the process opens.

use axum::http::{Method, StatusCode};
use http_room::Role;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

use crate::support::{doors, lead, text};

fn outline(ask: &str) -> Json {
    json!({ "name": { "en": "First talk", "ko": "첫 대화" }, "questions": [
        { "key": "today", "ask": { "en": ask, "ko": "" }, "fills": { "type": "finding", "kind": "current_solution" } },
    ] })
}

on_both_databases!(
    r84_frameworks_ship_in_english_and_korean_and_are_edited_in_versions_that_never_change,
    versions,
    doors
);
async fn versions(house: House) {
    let shipped = house.get("/framework-templates").await;
    let keys: Vec<&str> = shipped.as_array().unwrap().iter().map(|t| t["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["plain", "bant", "meddic"]);
    let new = json!({ "key": "first", "outline": outline("How today?") });
    let rep = house.member(Role::Rep).await;
    let (status, _) = house.send(&rep, Method::POST, "/frameworks", Some(new.clone()), &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let made = house.post("/frameworks", new.clone()).await;
    assert_eq!((made["version"].as_i64(), made["changed"].as_bool()), (Some(0), Some(true)));
    let (status, taken) = house.send(&house.owner, Method::POST, "/frameworks", Some(new), &[]).await;
    assert_eq!((status, &taken["errors"][0]["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("taken")));
    let path = format!("/frameworks/{}", text(&made["id"]));
    let first = house.post(&format!("{path}/publish"), json!({})).await;
    assert_eq!((first["version"].as_i64(), first["changed"].as_bool()), (Some(1), Some(false)));
    let same = house.post(&format!("{path}/publish"), json!({})).await;
    assert_eq!(same["version"], 1, "the same text is no new version");
    let seen = same["revision"].to_string();
    let stale = [("if-match", "\"1\"")];
    let (status, _) = house.send(&house.owner, Method::PUT, &path, Some(outline("And now?")), &stale).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    let tag = format!("\"{seen}\"");
    let (status, draft) =
        house.send(&house.owner, Method::PUT, &path, Some(outline("And now?")), &[("if-match", &tag)]).await;
    assert_eq!((status, &draft["changed"]), (StatusCode::OK, &json!(true)));
    house.post(&format!("{path}/publish"), json!({})).await;
    for (number, ask) in [(1, "How today?"), (2, "And now?")] {
        let old = house.get(&format!("{path}/versions/{number}")).await;
        assert_eq!(old["questions"][0]["ask"]["en"], ask);
    }
    let (status, _) = house.send(&house.stranger, Method::GET, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

on_both_databases!(every_fault_of_a_framework_is_named_with_its_place_over_http, faults, doors);
async fn faults(house: House) {
    let wrong = |document: Json| json!({ "key": "first", "outline": document });
    let mut no_field = outline("x");
    no_field["questions"][0]["fills"] = json!({ "type": "field", "on": "deal", "field": "lost" });
    let mut long = outline(&"x".repeat(501));
    long["questions"][0]["minutes"] = json!(0);
    let cases = [
        (wrong(no_field), vec!["questions.0.fills.field"]),
        (wrong(long), vec!["questions.0.ask.en", "questions.0.minutes"]),
        (json!({ "key": "First one", "outline": outline("x") }), vec!["key"]),
        (json!({ "key": "first" }), vec!["outline"]),
        (json!({ "key": "first", "template": "spin" }), vec!["template"]),
    ];
    for (body, places) in cases {
        let (status, problem) =
            house.send(&house.owner, Method::POST, "/frameworks", Some(body.clone()), &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let told: Vec<&str> =
            problem["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
        assert_eq!(told, places);
    }
}

on_both_databases!(
    r84_a_published_process_pins_the_version_of_its_framework_and_a_talk_keeps_the_one_it_began_with,
    pinned,
    doors
);
async fn pinned(house: House) {
    let before = lead(&house, "Before").await;
    let made = house.post("/frameworks", json!({ "key": "first", "outline": outline("One?") })).await;
    let id = text(&made["id"]);
    let attach = |ids: Json| json!({ "framework_ids": ids, "note": "Discovery with one question" });
    let stage = "/process/stages/qualification/frameworks";
    let (status, problem) =
        house.send(&house.owner, Method::PUT, stage, Some(attach(json!([id]))), &[]).await;
    assert_eq!(
        (status, &problem["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("not_published"))
    );
    house.post(&format!("/frameworks/{id}/publish"), json!({})).await;
    let process = house.put(stage, attach(json!([id]))).await;
    assert_eq!(process["number"], 2);
    let pin = &process["definition"]["stages"][2]["outlines"];
    assert_eq!(pin, &json!([{ "framework": "first", "version": 1 }]));
    let again = house.put(stage, attach(json!([id]))).await;
    assert_eq!(again["number"], 2, "the same process is no new version");
    let old = house.get("/process/versions").await;
    assert_eq!((&old[1]["number"], &old[1]["state"]), (&json!(1), &json!("retired")));
    assert!(old[1]["definition"]["stages"][2].get("outlines").is_none(), "published versions never change");

    let after = lead(&house, "After").await;
    house.put(&format!("/frameworks/{id}"), outline("Two?")).await;
    house.post(&format!("/frameworks/{id}/publish"), json!({})).await;
    let offered = house.get(&format!("{}/frameworks", after.path)).await;
    assert_eq!(
        (&offered[0]["key"], &offered[0]["version"], &offered[0]["of_stage"]),
        (&json!("first"), &json!(1), &json!(true))
    );
    let unpinned = house.get(&format!("{}/frameworks", before.path)).await;
    let first = unpinned.as_array().unwrap().iter().find(|o| o["key"] == "first").unwrap();
    assert_eq!((&first["version"], &first["of_stage"]), (&json!(2), &json!(false)));

    let new = json!({ "kind": "call", "framework_id": id });
    let talk = house.post(&format!("{}/talks", after.path), new).await;
    assert_eq!(talk["outline"]["questions"][0]["ask"]["en"], "One?");
    house.put(stage, attach(json!([id]))).await;
    let kept = house.get(&format!("/talks/{}", text(&talk["id"]))).await;
    assert_eq!((&kept["framework_version"], &kept["outline"]), (&json!(1), &talk["outline"]));
    let (status, _) = house.send(&house.owner, Method::DELETE, &format!("/frameworks/{id}"), None, &[]).await;
    assert_eq!(status, StatusCode::CONFLICT, "a stage opens it");
    let (status, _) = house
        .send(&house.owner, Method::PUT, "/process/stages/lounge/frameworks", Some(attach(json!([]))), &[])
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    house.put(stage, attach(json!([]))).await;
    let (status, _) = house.send(&house.owner, Method::DELETE, &format!("/frameworks/{id}"), None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

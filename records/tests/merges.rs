//! Two records become one and two again, through the routes, on both databases.

use axum::http::{Method, StatusCode};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

fn doors() -> Vec<http_room::Door> {
    Vec::new()
}

fn id(row: &Json) -> String {
    row["id"].as_str().unwrap().to_owned()
}

/// Everything a workspace can carry away of these records: the files of all lists, and each timeline.
async fn carried_away(house: &House, records: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for list in ["companies", "people", "deals"] {
        let path = format!("/{list}/export");
        let (status, bytes) = house.send_raw(&house.owner, Method::GET, &path, None, &[]).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        all.push((path, String::from_utf8(bytes).unwrap()));
    }
    for (list, id) in records {
        let path = format!("/{list}/{id}/timeline?limit=200");
        all.push((path.clone(), house.get(&path).await.to_string()));
    }
    all
}

/// A company with two people who are one, each with notes, tasks, a place in a committee, addresses, own fields.
struct Two {
    kept: String,
    merged: String,
    shared: String,
    lone: String,
}

async fn two_people(house: &House) -> Two {
    house.post("/custom-fields", json!({ "on": "person", "kind": "text", "label": { "en": "Hobby", "ko": "취미" }, "key": "hobby" })).await;
    let company =
        id(&house.post("/companies", json!({ "name": "삼성전자㈜", "domain": "samsung.com" })).await);
    let kept = id(&house
        .post("/people", json!({ "name": "김철수", "email": "cs.kim@samsung.com", "company_id": company, "tags": ["vip"] }))
        .await);
    let merged = id(&house
        .post(
            "/people",
            json!({ "name": "Kim Chulsoo", "email": "kim@home.kr", "phone": "010-1234-5678", "title": "CTO",
            "country": "KR", "tags": ["event"], "do_not_contact": ["sms"], "custom": { "hobby": "golf" } }),
        )
        .await);
    let shared = id(&house.post("/deals", json!({ "name": "Shared", "company_id": company })).await);
    let lone = id(&house.post("/deals", json!({ "name": "Lone", "company_id": company })).await);
    for (deal, person, roles) in
        [(&shared, &kept, ["user"]), (&shared, &merged, ["champion"]), (&lone, &merged, ["decision_maker"])]
    {
        house.put(&format!("/deals/{deal}/people/{person}"), json!({ "roles": roles })).await;
    }
    for person in [&kept, &merged] {
        house
            .post("/activities", json!({ "kind": "note", "body": "met at the fair", "person_id": person }))
            .await;
        house.post("/tasks", json!({ "title": "call back", "person_id": person })).await;
    }
    Two { kept, merged, shared, lone }
}

async fn merge(house: &House, list: &str, kept: &str, merged: &str) -> Json {
    house.post(&format!("/{list}/{kept}/merge"), json!({ "merged_id": merged })).await
}

async fn undo(house: &House, merge: &Json) {
    house.post(&format!("/merges/{}/undo", id(merge)), json!({})).await;
}

fn roles_of(committee: &Json, person: &str) -> Option<Json> {
    let members = committee.as_array().or(committee["items"].as_array()).unwrap();
    members.iter().find(|m| m["person_id"] == person).map(|m| m["roles"].clone())
}

on_both_databases!(a_merged_person_has_all_of_both, all_of_both, doors);
async fn all_of_both(house: House) {
    let two = two_people(&house).await;
    let made = merge(&house, "people", &two.kept, &two.merged).await;
    assert_eq!(made["merged_name"], "Kim Chulsoo");
    let person = house.get(&format!("/people/{}", two.kept)).await;
    assert_eq!((person["name"].as_str(), person["title"].as_str()), (Some("김철수"), Some("CTO")));
    assert_eq!(person["email"], "cs.kim@samsung.com");
    let emails: Vec<&str> =
        person["emails"].as_array().unwrap().iter().map(|e| e["value"].as_str().unwrap()).collect();
    assert_eq!(emails, ["cs.kim@samsung.com", "kim@home.kr"]);
    assert_eq!(person["tags"], json!(["vip", "event"]));
    assert_eq!(person["do_not_contact"], json!(["sms"]));
    assert_eq!(person["custom"]["hobby"], "golf");
    let committee = house.get(&format!("/deals/{}/people", two.shared)).await;
    assert_eq!(roles_of(&committee, &two.kept), Some(json!(["user", "champion"])));
    assert_eq!(roles_of(&committee, &two.merged), None);
    let committee = house.get(&format!("/deals/{}/people", two.lone)).await;
    assert_eq!(roles_of(&committee, &two.kept), Some(json!(["decision_maker"])));
    let timeline = house.get(&format!("/people/{}/timeline?limit=200", two.kept)).await;
    let kinds: Vec<&str> =
        timeline["items"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[0], "person.merged");
    assert_eq!(kinds.iter().filter(|k| **k == "note.added").count(), 2, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|k| **k == "person.created").count(), 2, "{kinds:?}");
    assert_eq!(house.get("/people").await["items"].as_array().unwrap().len(), 1);
    assert_eq!(house.get(&format!("/people/{}", two.merged)).await["merged_into"], two.kept.as_str());
    let found = house.get("/search?q=Chulsoo").await;
    assert!(found.as_array().unwrap().is_empty(), "the merged name is not found by itself: {found}");
}

on_both_databases!(a_merge_taken_back_leaves_not_a_byte_behind, not_a_byte, doors);
async fn not_a_byte(house: House) {
    let two = two_people(&house).await;
    let records = [
        ("people", two.kept.as_str()),
        ("people", two.merged.as_str()),
        ("deals", two.shared.as_str()),
        ("deals", two.lone.as_str()),
    ];
    let before = carried_away(&house, &records).await;
    let made = merge(&house, "people", &two.kept, &two.merged).await;
    assert_ne!(carried_away(&house, &records).await, before);
    undo(&house, &made).await;
    assert_eq!(carried_away(&house, &records).await, before);
    let found = house.get("/search?q=Chulsoo").await;
    assert_eq!(found[0]["id"], two.merged.as_str(), "found by its words again");
    let path = format!("/merges/{}/undo", id(&made));
    let (status, problem) = house.send(&house.owner, Method::POST, &path, None, &[]).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("already_undone")));
    let listed = house.get("/merges").await;
    assert!(!listed["items"][0]["undone_at"].is_null(), "the list of merges remembers: {listed}");
}

on_both_databases!(companies_with_their_people_and_deals_become_one_and_two_again, companies, doors);
async fn companies(house: House) {
    let kept = id(&house.post("/companies", json!({ "name": "Acme Corp.", "domain": "acme.com" })).await);
    let merged =
        id(&house.post("/companies", json!({ "name": "The ACME Corporation", "employees": 50 })).await);
    let person = id(&house.post("/people", json!({ "name": "Ann Lee", "company_id": merged })).await);
    let deal = id(&house.post("/deals", json!({ "name": "Pilot", "company_id": merged })).await);
    let records = [
        ("companies", kept.as_str()),
        ("companies", merged.as_str()),
        ("people", person.as_str()),
        ("deals", deal.as_str()),
    ];
    let before = carried_away(&house, &records).await;
    let made = merge(&house, "companies", &kept, &merged).await;
    assert_eq!(house.get(&format!("/companies/{kept}")).await["employees"], 50);
    for (list, row) in [("people", &person), ("deals", &deal)] {
        assert_eq!(house.get(&format!("/{list}/{row}")).await["company_id"], kept.as_str());
    }
    // The newcomer of the meantime stays where they came to.
    let late = id(&house.post("/people", json!({ "name": "Bo Kim", "company_id": kept })).await);
    house.send(&house.owner, Method::DELETE, &format!("/people/{late}"), None, &[]).await;
    undo(&house, &made).await;
    let after = carried_away(&house, &records).await;
    for ((path, then), (_, now)) in before.iter().zip(&after).filter(|((path, _), _)| !path.contains(&kept)) {
        assert_eq!(then, now, "{path}");
    }
    let timeline = house.get(&format!("/companies/{kept}/timeline")).await;
    let kinds: Vec<&str> =
        timeline["items"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["person.deleted", "person.created", "company.created"]);
}

on_both_databases!(edits_after_a_merge_survive_its_undoing, edits_survive, doors);
async fn edits_survive(house: House) {
    let two = two_people(&house).await;
    let made = merge(&house, "people", &two.kept, &two.merged).await;
    let kept = format!("/people/{}", two.kept);
    house.patch(&kept, json!({ "title": "CEO", "tags": ["vip", "event", "board"] })).await;
    house
        .post("/activities", json!({ "kind": "note", "body": "after the merge", "person_id": two.kept }))
        .await;
    let tasks = house.get(&format!("/tasks?where=person_id.eq.{}", two.kept)).await;
    let tasks = tasks["items"].as_array().unwrap();
    assert_eq!(tasks.len(), 2);
    for task in tasks {
        house.post(&format!("/tasks/{}/done", id(task)), json!({})).await;
    }
    undo(&house, &made).await;
    let person = house.get(&kept).await;
    assert_eq!((person["title"].as_str(), &person["tags"]), (Some("CEO"), &json!(["vip", "board"])));
    assert_eq!(person["emails"].as_array().unwrap().len(), 1);
    assert!(person["custom"]["hobby"].is_null());
    let other = house.get(&format!("/people/{}", two.merged)).await;
    assert_eq!((other["title"].as_str(), other["merged_into"].is_null()), (Some("CTO"), true));
    let notes = house.get(&format!("{kept}/timeline?limit=200")).await;
    assert!(notes.to_string().contains("after the merge"));
    let theirs = house.get(&format!("/tasks?where=state.eq.done&where=person_id.eq.{}", two.merged)).await;
    assert_eq!(theirs["items"].as_array().unwrap().len(), 1, "its task came back, done: {theirs}");
    assert_eq!(theirs["items"][0]["state"], "done");
    // The record that came back is an ordinary one.
    house.patch(&format!("/people/{}", two.merged), json!({ "city": "Daegu" })).await;
}

on_both_databases!(merges_into_the_same_record_are_taken_back_in_any_order, any_order, doors);
async fn any_order(house: House) {
    for backwards in [false, true] {
        let mut ids = Vec::new();
        for (n, city) in [("a", json!(null)), ("b", json!("Seoul")), ("c", json!("Busan"))] {
            ids.push(id(&house.post("/people", json!({ "name": n, "city": city, "tags": [n] })).await));
        }
        let records: Vec<(&str, &str)> = ids.iter().map(|i| ("people", i.as_str())).collect();
        let before = carried_away(&house, &records).await;
        let mut made = [
            merge(&house, "people", &ids[0], &ids[1]).await,
            merge(&house, "people", &ids[0], &ids[2]).await,
        ];
        if backwards {
            made.reverse();
        }
        for merge in &made {
            undo(&house, merge).await;
        }
        assert_eq!(carried_away(&house, &records).await, before, "backwards {backwards}");
    }
}

on_both_databases!(a_record_merged_on_is_not_taken_apart_below, chains, doors);
async fn chains(house: House) {
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(id(&house.post("/companies", json!({ "name": name })).await));
    }
    let first = merge(&house, "companies", &ids[1], &ids[2]).await;
    let second = merge(&house, "companies", &ids[0], &ids[1]).await;
    let path = format!("/merges/{}/undo", id(&first));
    let (status, problem) = house.send(&house.owner, Method::POST, &path, None, &[]).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("merged_again")), "{problem}");
    undo(&house, &second).await;
    undo(&house, &first).await;
    assert_eq!(house.get("/companies").await["items"].as_array().unwrap().len(), 3);
}

on_both_databases!(a_merge_can_be_looked_at_before_and_steered, steered, doors);
async fn steered(house: House) {
    let kept = id(&house.post("/companies", json!({ "name": "Acme", "city": "Seoul" })).await);
    let merged =
        id(&house.post("/companies", json!({ "name": "ACME", "city": "Busan", "employees": 9 })).await);
    let preview = house.get(&format!("/companies/{kept}/merge?with={merged}")).await;
    assert_eq!(preview["changes"], json!({ "employees": 9 }));
    let fields: Vec<&str> =
        preview["differences"].as_array().unwrap().iter().map(|d| d["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["name", "city"]);
    let sent = json!({ "merged_id": merged, "choose": { "city": "merged" } });
    house.post(&format!("/companies/{kept}/merge"), sent).await;
    assert_eq!(house.get(&format!("/companies/{kept}")).await["city"], "Busan");
}

on_both_databases!(a_merge_that_cannot_be_is_refused, refused, doors);
async fn refused(house: House) {
    let ours = id(&house.post("/companies", json!({ "name": "Acme" })).await);
    let theirs = {
        let (_, made) = house
            .send(&house.stranger, Method::POST, "/companies", Some(json!({ "name": "Theirs" })), &[])
            .await;
        id(&made)
    };
    let path = format!("/companies/{ours}/merge");
    let cases = [
        (json!({ "merged_id": ours }), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({ "merged_id": theirs }), StatusCode::NOT_FOUND),
        (
            json!({ "merged_id": theirs, "choose": { "nonsense": "merged" } }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ];
    for (sent, wanted) in cases {
        let (status, problem) = house.send(&house.owner, Method::POST, &path, Some(sent), &[]).await;
        assert_eq!(status, wanted, "{problem}");
    }
    let other = id(&house.post("/companies", json!({ "name": "Other" })).await);
    let made = merge(&house, "companies", &ours, &other).await;
    let undo = format!("/merges/{}/undo", id(&made));
    let (status, _) = house.send(&house.stranger, Method::POST, &undo, None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let restore = format!("/companies/{other}/restore");
    let (status, problem) = house.send(&house.owner, Method::POST, &restore, None, &[]).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("merged")));
}

on_both_databases!(a_merge_on_the_timeline_is_taken_back_from_there, from_timeline, doors);
async fn from_timeline(house: House) {
    let kept = id(&house.post("/companies", json!({ "name": "Acme" })).await);
    let merged = id(&house.post("/companies", json!({ "name": "ACME" })).await);
    merge(&house, "companies", &kept, &merged).await;
    let timeline = house.get(&format!("/companies/{kept}/timeline")).await;
    let entry = &timeline["items"][0];
    assert_eq!((entry["kind"].as_str(), entry["can_undo"].as_bool()), (Some("company.merged"), Some(true)));
    house.post(&format!("/events/{}/undo", id(entry)), json!({})).await;
    assert_eq!(house.get("/companies").await["items"].as_array().unwrap().len(), 2);
}

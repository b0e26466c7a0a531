//! What the tests of this room build with.

use axum::http::{Method, StatusCode};
use http_room::Door;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::{Actor, NewEvent, Subject};
use uuid::Uuid;

/// The doors of a house in which objections are tried.
pub fn doors() -> Vec<Door> {
    vec![process::door(), outreach::door(), qualification::door(), nurturing::door(), objections::door()]
}

/// A deal with one person in its committee.
pub struct Lead {
    pub id: Uuid,
    pub path: String,
    pub person: String,
}

/// A deal in the objections stage.
pub async fn lead(house: &House) -> Lead {
    lead_in(house, "Acme", "objections").await
}

/// A deal in a stage, with a company of an industry.
pub async fn lead_in(house: &House, name: &str, stage: &str) -> Lead {
    let company = house.post("/companies", json!({ "name": name, "industry": "Automotive" })).await;
    let email = format!("minji@{}.example", name.to_lowercase());
    let person = json!({ "name": "Kim Minji", "email": email, "company_id": company["id"], "locale": "en" });
    let person = house.post("/people", person).await["id"].as_str().unwrap().to_owned();
    let deal =
        json!({ "name": format!("{name} deal"), "company_id": company["id"], "owner_id": house.owner.user });
    let id = house.post("/deals", deal).await["id"].as_str().unwrap().to_owned();
    let path = format!("/deals/{id}");
    house.put(&format!("{path}/people/{person}"), json!({ "roles": ["approver"] })).await;
    house.react().await;
    while house.get(&path).await["stage"] != stage {
        let missing = house.get(&path).await["missing"].clone();
        let reasons: serde_json::Map<String, Json> = missing
            .as_array()
            .unwrap()
            .iter()
            .map(|k| (k.as_str().unwrap().to_owned(), json!("known")))
            .collect();
        let kind = if reasons.is_empty() { "advance" } else { "advance_forced" };
        house.post(&format!("{path}/move"), json!({ "kind": kind, "reasons": reasons })).await;
    }
    Lead { id: id.parse().unwrap(), path, person }
}

/// Writes an objection down; answers its path.
pub async fn raise(house: &House, lead: &Lead, kind: &str) -> String {
    let new =
        json!({ "stated": "It is too expensive for us", "stated_kind": kind, "person_id": lead.person });
    let made = house.post(&format!("{}/objections", lead.path), new).await;
    format!("{}/objections/{}", lead.path, made["id"].as_str().unwrap())
}

/// Takes a step.
pub async fn step(house: &House, one: &str, body: Json) -> (StatusCode, Json) {
    house.send(&house.owner, Method::POST, &format!("{one}/steps"), Some(body), &[]).await
}

/// Takes a step that must be taken.
pub async fn did(house: &House, one: &str, body: Json) -> Json {
    house.post(&format!("{one}/steps"), body).await
}

/// Writes an event of another room.
pub async fn tell(house: &House, kind: &'static str, lead: &Lead, payload: Json) -> Uuid {
    let mut tx = house.app.db.write_tx().await.unwrap();
    let row = Uuid::now_v7();
    let about = Subject {
        deal: Some(lead.id.to_string().parse().unwrap()),
        person: Some(lead.person.parse().unwrap()),
        row: Some(row),
        ..Subject::default()
    };
    let event = NewEvent::now(house.owner.workspace, kind, Actor::Outside, house.app.clock.now());
    tx.record(event.about(about).with(payload)).await.unwrap();
    tx.commit().await.unwrap();
    house.react().await;
    row
}

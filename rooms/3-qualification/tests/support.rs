//! What the tests of discovery build with.

use axum::http::{Method, StatusCode};
use http_room::{Door, Member};
use records::testing::House;
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// The doors of a house in which discovery is tried.
pub fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door(), outreach::door(), qualification::door()]
}

/// A deal in qualification with one person in its committee.
pub struct Lead {
    pub path: String,
    pub company: String,
    pub person: String,
}

/// A text of an answer.
pub fn text(json: &Json) -> String {
    json.as_str().unwrap_or_else(|| panic!("{json} is no text")).to_owned()
}

/// A deal of 1,000 dollars that stands in qualification.
pub async fn lead(house: &House, name: &str) -> Lead {
    let website = format!("https://{}.example", name.to_lowercase());
    let company = text(&house.post("/companies", json!({ "name": name, "website": website })).await["id"]);
    let email = format!("minji@{}.example", name.to_lowercase());
    let person = json!({ "name": "Kim Minji", "given_name": "Minji", "email": email, "company_id": company });
    let person = text(&house.post("/people", person).await["id"]);
    let value = json!({ "minor": 100_000, "currency": "USD" });
    let deal = json!({ "name": format!("{name} deal"), "company_id": company, "value": value });
    let path = format!("/deals/{}", text(&house.post("/deals", deal).await["id"]));
    house.put(&format!("{path}/people/{person}"), json!({ "roles": ["user"] })).await;
    house.react().await;
    let known = |keys: &[&str]| -> Json {
        keys.iter().map(|k| ((*k).to_owned(), json!("known"))).collect::<serde_json::Map<_, _>>().into()
    };
    for keys in [&["icp_scored", "research_done", "why_them"][..], &["conversation_started"][..]] {
        let forced = json!({ "kind": "advance_forced", "reasons": known(keys) });
        house.post(&format!("{path}/move"), forced).await;
    }
    Lead { path, company, person }
}

/// A talk about a lead by a framework that ships.
pub async fn talk(house: &House, lead: &Lead, template: &str, kind: &str) -> Json {
    let new = json!({ "kind": kind, "template": template, "person_id": lead.person });
    house.post(&format!("{}/talks", lead.path), new).await
}

/// One change of a place.
pub fn patch(cell: &str, base: i64, value: Json) -> Json {
    json!({ "id": Uuid::now_v7(), "cell": cell, "base": base, "value": value })
}

/// Sends changes as a member; answers status and body.
pub async fn save(house: &House, me: &Member, talk: &Json, patches: Vec<Json>) -> (StatusCode, Json) {
    let path = format!("/talks/{}/cells", text(&talk["id"]));
    house.send(me, Method::PATCH, &path, Some(json!({ "patches": patches })), &[]).await
}

/// Answers a question for the first time; it must be kept.
pub async fn answer(house: &House, talk: &Json, parts: &[(&str, Json)]) {
    let patches = parts.iter().map(|(cell, value)| patch(cell, 0, value.clone())).collect();
    let (status, saved) = save(house, &house.owner, talk, patches).await;
    assert_eq!(status, StatusCode::OK, "{saved}");
}

/// Fills the fields of a talk.
pub async fn fill(house: &House, talk: &Json) -> Json {
    house.post(&format!("/talks/{}/fill", text(&talk["id"])), json!({})).await
}

/// A criterion of the gate a lead stands before.
pub async fn verdict(house: &House, lead: &Lead, key: &str) -> Json {
    let gate = house.get(&format!("{}/gate", lead.path)).await;
    gate["checks"].as_array().unwrap().iter().find(|c| c["key"] == key).unwrap()["verdict"].clone()
}

/// Kinds of events that begin so.
pub async fn kinds(house: &House, begin: &str) -> Vec<String> {
    house.events().await.into_iter().map(|e| e.0).filter(|k| k.starts_with(begin)).collect()
}

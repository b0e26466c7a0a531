//! What the tests of this room build with.

use axum::http::{Method, StatusCode};
use http_room::Door;
use records::testing::House;
use serde_json::{Value as Json, json};

/// The doors of a house in which offers are tried.
pub fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door(), outreach::door(), qualification::door(), offer::door()]
}

/// A deal in the offer stage, what was found about it, and who decides.
#[derive(Clone)]
pub struct Lead {
    pub path: String,
    pub person: String,
    pub challenge: String,
    pub ambition: String,
}

/// Brings a new deal as far as the offer.
pub async fn lead(house: &House) -> Lead {
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

/// An offer that answers what was found.
pub fn draft(lead: &Lead) -> Json {
    json!({
        "title": "Close in two days", "note": "As discussed", "currency": "USD",
        "packages": [{ "name": "Good", "lines": [
            { "text": "Licence", "unit_minor": 90_000, "answers": [lead.challenge, lead.ambition] },
            { "text": "Training", "unit_minor": 20_000, "mandatory": false },
        ] }],
        "results": [{ "what": "Days to close", "number": "2", "unit": "days", "source": "pilot" }],
    })
}

/// POST as the owner; whatever the answer is.
pub async fn refused(house: &House, path: &str, body: Json) -> (StatusCode, Json) {
    house.send(&house.owner, Method::POST, path, Some(body), &[]).await
}

//! What the tests of this room build with.

use http_room::Door;
use records::testing::House;
use serde_json::{Value as Json, json};

/// The doors of a house in which nurturing is tried.
pub fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door(), outreach::door(), qualification::door(), nurturing::door()]
}

/// A deal in nurturing with one person in its committee.
pub struct Lead {
    pub id: String,
    pub path: String,
    pub person: String,
}

/// Brings a new deal as far as nurturing.
pub async fn lead_of(house: &House, name: &str) -> Lead {
    let key = name.to_lowercase();
    let company = house.post("/companies", json!({ "name": name, "industry": "Automotive" })).await;
    let person = json!({ "name": format!("Kim {name}"), "given_name": "Minji", "email": format!("minji@{key}.example"),
        "company_id": company["id"], "time_zone": "Asia/Seoul", "locale": "en" });
    let person = house.post("/people", person).await["id"].as_str().unwrap().to_owned();
    let deal =
        json!({ "name": format!("{name} deal"), "company_id": company["id"], "owner_id": house.owner.user });
    let id = house.post("/deals", deal).await["id"].as_str().unwrap().to_owned();
    let path = format!("/deals/{id}");
    house.put(&format!("{path}/people/{person}"), json!({ "roles": ["champion"] })).await;
    house.react().await;
    while house.get(&path).await["stage"] != "nurturing" {
        let missing = house.get(&path).await["missing"].clone();
        let reasons: serde_json::Map<String, Json> = missing
            .as_array()
            .unwrap()
            .iter()
            .map(|k| (k.as_str().unwrap().to_owned(), json!("known")))
            .collect();
        house.post(&format!("{path}/move"), json!({ "kind": "advance_forced", "reasons": reasons })).await;
    }
    Lead { id, path, person }
}

/// The same, with what troubles them in their own words.
pub async fn troubled(house: &House, name: &str, trouble: &str) -> Lead {
    let lead = lead_of(house, name).await;
    let finding = json!({ "kind": "challenge", "summary": trouble, "words": trouble });
    house.post(&format!("{}/findings", lead.path), finding).await;
    lead
}

/// A piece about a challenge.
pub async fn piece(house: &House, title: &str, challenge: &str) -> String {
    let new = json!({ "form": "link", "title": title, "url": "https://ours.example/read", "challenges": [challenge],
        "locale": "en", "level": "solution_aware" });
    house.post("/content", new).await["id"].as_str().unwrap().to_owned()
}

/// The workspace's sandbox mailbox.
pub async fn sandbox(house: &House) {
    let mut tx = house.app.db.write_tx().await.unwrap();
    let now = house.app.clock.now();
    outreach::ensure_sandbox_mailbox(&mut tx, house.owner.workspace, house.owner.user, now).await.unwrap();
    tx.commit().await.unwrap();
}

/// Lets tracks, the planner and the sender do what is due.
pub async fn work(house: &House) {
    let sender = outreach::engine::send::Sender::default();
    house.react().await;
    loop {
        nurturing::track::clear::clear_due(&house.app).await.unwrap();
        let planned = outreach::engine::plan::plan_due(&house.app).await.unwrap();
        let sent = outreach::engine::send::send_next(&house.app, &sender).await.unwrap();
        if planned + sent == 0 {
            break;
        }
    }
    house.react().await;
}

//! What the tests of this room build with.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_room::Door;
use records::testing::House;
use serde_json::{Value as Json, json};
use tower::ServiceExt;

/// The doors of a house in which closing is tried.
pub fn doors() -> Vec<Door> {
    vec![
        process::door(),
        prospecting::door(),
        outreach::door(),
        qualification::door(),
        nurturing::door(),
        offer::door(),
        objections::door(),
        closing::door(),
    ]
}

/// A deal with one person in its committee.
pub struct Lead {
    pub id: String,
    pub path: String,
    pub person: String,
    pub company: String,
}

pub async fn lead(house: &House) -> Lead {
    lead_of(house, "Acme", Json::Null).await
}

/// A deal of a value.
pub async fn lead_of(house: &House, name: &str, value: Json) -> Lead {
    let company = house.post("/companies", json!({ "name": name, "legal_name": "Acme Inc." })).await;
    let company = company["id"].as_str().unwrap().to_owned();
    let email = format!("minji@{}.example", name.to_lowercase());
    let person = json!({ "name": "Kim Minji", "given_name": "Minji", "email": email, "company_id": company, "locale": "en" });
    let person = house.post("/people", person).await["id"].as_str().unwrap().to_owned();
    let deal = json!({ "name": format!("{name} deal"), "company_id": company, "owner_id": house.owner.user, "value": value });
    let id = house.post("/deals", deal).await["id"].as_str().unwrap().to_owned();
    let path = format!("/deals/{id}");
    let place = json!({ "roles": ["decision_maker", "approver"], "evidence": "signs every contract" });
    house.put(&format!("{path}/people/{person}"), place).await;
    house.react().await;
    Lead { id, path, person, company }
}

pub async fn force_to_closing(house: &House, lead: &Lead) {
    while house.get(&lead.path).await["stage"] != "closing" {
        let deal = house.get(&lead.path).await;
        let missing = deal["missing"].as_array().unwrap().clone();
        let reasons: serde_json::Map<String, Json> =
            missing.into_iter().map(|k| (k.as_str().unwrap().to_owned(), json!("known"))).collect();
        let kind = if reasons.is_empty() { "advance" } else { "advance_forced" };
        house.post(&format!("{}/move", lead.path), json!({ "kind": kind, "reasons": reasons })).await;
    }
}

pub async fn refused(house: &House, path: &str, body: Json) -> (StatusCode, Json) {
    house.send(&house.owner, Method::POST, path, Some(body), &[]).await
}

pub fn plan() -> Json {
    json!({
        "results": [{ "what": "Days to close the books", "number": "2 days", "source": "pilot" }],
        "decision_on": "2026-12-04",
        "steps": [
            { "what": "Send the contract", "who": "The owner", "side": "us", "due_on": "2026-12-01" },
            { "what": "Name the project lead", "who": "Kim Minji", "side": "them", "due_on": "2026-12-03" },
        ],
        "start_date": "2027-01-04", "billing_contact": "ap@acme.example",
    })
}

/// The workspace's sandbox mailbox.
pub async fn sandbox(house: &House) -> String {
    let mut tx = house.app.db.write_tx().await.unwrap();
    let now = house.app.clock.now();
    outreach::ensure_sandbox_mailbox(&mut tx, house.owner.workspace, house.owner.user, now).await.unwrap();
    tx.commit().await.unwrap();
    house.get("/mailboxes").await[0]["id"].as_str().unwrap().to_owned()
}

/// Open tasks of an origin.
pub async fn asked(house: &House, key: &str) -> Vec<Json> {
    let tasks = house.get("/tasks?where=state.eq.open&limit=200").await;
    let all = tasks["items"].as_array().unwrap().clone();
    all.into_iter().filter(|t| t["origin_key"].as_str().is_some_and(|k| k.starts_with(key))).collect()
}

/// Lets the timer look after everything.
pub async fn watch(house: &House) {
    while closing::watch::look(&house.app).await.unwrap() > 0 {}
}

/// Somebody at a public page.
pub async fn visit(
    house: &House,
    method: Method,
    path: &str,
    form: &[(&str, &str)],
) -> (StatusCode, HeaderMap, String) {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = Request::builder().method(method).uri(path).body(Body::from(body)).unwrap();
    let router = closing::public_routes().with_state(house.app.clone());
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 20).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
}

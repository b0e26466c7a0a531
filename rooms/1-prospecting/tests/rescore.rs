//! Re-scoring thousands of companies: crashes, cancelling, a second publishing, samples.

use axum::http::{Method, StatusCode};
use http_room::Door;
use kernel::Currency;
use records::Kind;
use records::on_both_databases;
use records::testing::House;
use records::write::{Author, insert_many, read};
use serde_json::{Value as Json, json};
use store::{Actor, Sql};
use uuid::Uuid;

const COMPANIES: i64 = 10_000;

fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door()]
}

/// Companies of which every fifth has no known size; all grade A by the profile one begins with.
async fn fill(house: &House) {
    let author = Author {
        workspace: house.owner.workspace,
        actor: Actor::System,
        now: house.app.clock.now(),
        cause: None,
        currency: Currency::USD,
    };
    let mut drafts = Vec::new();
    for n in 0..COMPANIES {
        let employees = if n % 5 == 0 { Json::Null } else { json!(if n % 5 == 1 { 100 } else { 400 }) };
        let sent = json!({ "name": format!("Company {n}"), "employees": employees, "domain": format!("c{n}.com"), "industry": "Software" });
        drafts.push((
            Uuid::now_v7(),
            read(Kind::Company, sent.as_object().unwrap(), &[], None, Currency::USD).unwrap(),
        ));
    }
    let mut tx = house.app.db.write_tx().await.unwrap();
    insert_many(&mut tx, &author, Kind::Company, drafts).await.unwrap();
    tx.commit().await.unwrap();
}

/// Publishes criteria by which the size counts 5 to us, as the mean where unknown, and industry 5.
async fn publish(house: &House, industry: &str) -> String {
    let criteria = json!([
        { "field": "employees", "test": { "type": "range", "from": 50, "to": 200, "soft_percent": 0 }, "role": { "type": "weight", "half": "to_us", "weight": 5, "unknown": "average" } },
        { "field": "industry", "test": { "type": "choice", "accepts": [industry] }, "role": { "type": "weight", "half": "to_them", "weight": 5 } },
    ]);
    let made = house.post("/icp-profiles", json!({ "name": industry, "criteria": criteria })).await;
    let path = format!("/icp-profiles/{}/publish", made["id"].as_str().unwrap());
    let published = house.post(&path, json!({})).await;
    published["job"]["id"].as_str().unwrap().to_owned()
}

/// The lease of a worker that died runs out.
fn lease_runs_out(house: &House) {
    house.app.clock.set(house.app.clock.now().plus_seconds(store::job::LEASE_SECONDS + 1));
}

/// How many companies have this score.
async fn with_score(house: &House, score: i64) -> i64 {
    let text = "SELECT COUNT(*) FROM company WHERE workspace_id = ? AND icp_score = ?";
    let sql = Sql::with(house.app.db.engine(), text, [house.owner.workspace.into(), score.into()]);
    sql.scalar(house.app.db.read()).await.unwrap().unwrap()
}

async fn grade_changes(house: &House) -> i64 {
    let text = "SELECT COUNT(*) FROM event WHERE workspace_id = ? AND kind = 'icp.grade_changed'";
    let sql = Sql::with(house.app.db.engine(), text, [house.owner.workspace.into()]);
    sql.scalar(house.app.db.read()).await.unwrap().unwrap()
}

async fn job(house: &House, id: &str) -> Json {
    house.get(&format!("/jobs/{id}")).await
}

on_both_databases!(a_re_scoring_that_crashes_goes_on_without_missing_or_doubling, crash, doors);
async fn crash(house: House) {
    fill(&house).await;
    house.react().await;
    assert_eq!(with_score(&house, 100).await, 10_000);
    let id = publish(&house, "Food").await;
    assert_eq!(house.work_until(|done| done >= 4_000).await, 4_000, "while the means are taken");
    lease_runs_out(&house);
    assert_eq!(house.work_until(|done| done >= 14_000).await, 14_000, "while companies are scored");
    assert_eq!(grade_changes(&house).await, 4_000, "what was reported is kept, what was not is undone");
    lease_runs_out(&house);
    house.work().await;
    let ended = job(&house, &id).await;
    assert_eq!(
        (ended["state"].as_str(), ended["done"].as_i64(), ended["total"].as_i64()),
        (Some("done"), Some(20_000), Some(20_000))
    );
    assert_eq!(
        (ended["result"]["companies"].as_i64(), ended["result"]["changed"].as_i64()),
        (Some(10_000), Some(10_000))
    );
    // A fifth fits, three fifths do not, and a fifth counts as the mean of those: 1/4.
    assert_eq!(with_score(&house, 50).await, 2_000);
    assert_eq!(with_score(&house, 0).await, 6_000);
    assert_eq!(with_score(&house, 13).await, 2_000);
    assert_eq!(grade_changes(&house).await, 10_000, "each once");
}

on_both_databases!(a_cancelled_re_scoring_ends_after_the_batch_at_hand, cancel, doors);
async fn cancel(house: House) {
    fill(&house).await;
    let id = publish(&house, "Software").await;
    house.work_until(|done| done >= 14_000).await;
    let (status, _) =
        house.send(&house.owner, Method::POST, &format!("/jobs/{id}/cancel"), Some(json!({})), &[]).await;
    assert_eq!(status, StatusCode::OK);
    lease_runs_out(&house);
    house.work().await;
    let ended = job(&house, &id).await;
    assert_eq!(
        (ended["state"].as_str(), ended["result"]["companies"].as_i64()),
        (Some("cancelled"), Some(8_000))
    );
    assert_eq!(
        with_score(&house, 100).await + with_score(&house, 50).await + with_score(&house, 63).await,
        8_000
    );
}

on_both_databases!(a_second_publishing_takes_over_from_the_first, superseded, doors);
async fn superseded(house: House) {
    fill(&house).await;
    let first = publish(&house, "Food").await;
    house.work_until(|done| done >= 14_000).await;
    let second = publish(&house, "Software").await;
    let third = publish(&house, "software").await;
    assert_ne!(first, second);
    assert_eq!(second, third, "one that waits serves for both");
    lease_runs_out(&house);
    house.work().await;
    assert_eq!(job(&house, &first).await["result"]["superseded"], true);
    let ended = job(&house, &third).await;
    assert_eq!(
        (ended["state"].as_str(), ended["result"]["companies"].as_i64()),
        (Some("done"), Some(10_000))
    );
    assert_eq!(
        (with_score(&house, 100).await, with_score(&house, 50).await, with_score(&house, 63).await),
        (2_000, 6_000, 2_000)
    );
}

on_both_databases!(a_preview_looks_at_an_even_sample_of_many_companies, sampled, doors);
async fn sampled(house: House) {
    fill(&house).await;
    let criteria = json!([
        { "field": "employees", "test": { "type": "range", "from": 50, "to": 200, "soft_percent": 0 }, "role": { "type": "weight", "half": "to_us", "weight": 5, "unknown": "average" } },
    ]);
    let seen = house.post("/icp-profiles/preview", json!({ "criteria": criteria })).await;
    assert_eq!(seen["total"], 10_000);
    let sampled = seen["sampled"].as_i64().unwrap();
    assert!((1_800..=2_000).contains(&sampled), "{sampled}");
    assert_eq!(seen["now"]["grades"]["?"], sampled, "not scored yet");
    let fitting = seen["histogram"][9].as_i64().unwrap();
    assert!((300..=500).contains(&fitting), "a fifth of the sample, give or take: {fitting}");
    let again = house.post("/icp-profiles/preview", json!({ "criteria": criteria })).await;
    assert_eq!(seen, again, "the same sample");
}

on_both_databases!(a_run_over_thousands_judges_each_as_if_it_were_alone, alike, doors);
async fn alike(house: House) {
    for (key, kind) in [("seats", "number"), ("plan", "text"), ("trial", "yes_no"), ("deal", "money")] {
        let label = json!({ "en": key, "ko": key });
        let field = json!({ "on": "company", "key": key, "label": label, "kind": kind });
        house.post("/custom-fields", field).await;
    }
    let companies = [
        json!({ "name": "Bare" }),
        json!({ "name": "Spaces", "domain": "   ", "industry": " ", "tags": [], "custom": { "plan": "" } }),
        json!({ "name": "Whole", "domain": "whole.com", "industry": "Software", "employees": 120, "tags": ["fast", "kind"],
            "growth_percent": 12.3, "founded_year": 1999, "country": "KR", "city": "부산",
            "revenue": { "minor": 123_456_700, "currency": "USD" },
            "custom": { "seats": 0.1, "plan": "large", "trial": true, "deal": { "minor": 5_000, "currency": "USD" } } }),
        json!({ "name": "Foreign", "website": "https://foreign.kr", "employees": 7, "tags": ["slow"], "growth_percent": -1.5,
            "revenue": { "minor": 900_000_000, "currency": "KRW" },
            "custom": { "seats": 250, "plan": "small", "trial": false, "deal": { "minor": 5_000, "currency": "KRW" } } }),
    ];
    for company in companies {
        house.post("/companies", company).await;
    }
    let range = |field: &str, from: f64, to: f64| {
        json!({ "field": field, "test": { "type": "range", "from": from, "to": to, "soft_percent": 25 },
            "role": { "type": "weight", "half": "to_us", "weight": 3, "unknown": "average" } })
    };
    let choice = |field: &str, accepts: &[&str]| {
        json!({ "field": field, "test": { "type": "choice", "accepts": accepts },
            "role": { "type": "weight", "half": "to_them", "weight": 2, "unknown": "neutral" } })
    };
    let criteria = json!([
        range("employees", 100.0, 150.0),
        range("growth_percent", 0.0, 12.0),
        range("founded_year", 1990.0, 2000.0),
        range("revenue", 1_000_000.0, 1_200_000.0),
        range("custom.seats", 0.2, 300.0),
        range("custom.deal", 10.0, 49.0),
        choice("industry", &["Software"]),
        choice("country", &["KR"]),
        choice("city", &["부산"]),
        choice("tags", &["kind"]),
        choice("custom.plan", &["large"]),
        choice("custom.trial", &["yes"]),
        choice("has_website", &["yes"]),
    ]);
    let made = house.post("/icp-profiles", json!({ "name": "All", "criteria": criteria })).await;
    house.post(&format!("/icp-profiles/{}/publish", made["id"].as_str().unwrap()), json!({})).await;
    house.work().await;
    let scored = house.get("/companies?sort=name").await;
    let scores: Vec<i64> =
        scored["items"].as_array().unwrap().iter().filter_map(|c| c["icp_score"].as_i64()).collect();
    assert_eq!(scores.len(), 4);
    assert!(scores.iter().max() > scores.iter().min(), "{scores:?}");
    // A second run of the same version reads each company whole, and writes where anything differs: figures or reasons.
    let again = house.post("/icp-profiles/rescore", json!({})).await;
    house.work().await;
    let ended = job(&house, again["id"].as_str().unwrap()).await;
    assert_eq!(
        (ended["result"]["companies"].as_i64(), ended["result"]["changed"].as_i64()),
        (Some(4), Some(0))
    );
}

on_both_databases!(a_profile_of_a_hundred_fields_scores_by_all_of_them, hundred, doors);
async fn hundred(house: House) {
    let mut criteria = Vec::new();
    let mut custom = serde_json::Map::new();
    for n in 0..100 {
        let label = json!({ "en": format!("Sign {n}"), "ko": format!("신호 {n}") });
        let field = json!({ "on": "company", "key": format!("sign_{n}"), "label": label, "kind": "number" });
        house.post("/custom-fields", field).await;
        custom.insert(format!("sign_{n}"), json!(if n < 75 { 1 } else { 9 }));
        let half = if n % 2 == 0 { "to_us" } else { "to_them" };
        criteria.push(json!({ "field": format!("custom.sign_{n}"), "test": { "type": "range", "from": 0, "to": 2, "soft_percent": 0 },
            "role": { "type": "weight", "half": half, "weight": 1, "unknown": "zero" } }));
    }
    house.post("/companies", json!({ "name": "Acme", "custom": custom })).await;
    let made = house.post("/icp-profiles", json!({ "name": "Hundred", "criteria": criteria })).await;
    house.post(&format!("/icp-profiles/{}/publish", made["id"].as_str().unwrap()), json!({})).await;
    house.work().await;
    assert_eq!(with_score(&house, 75).await, 1);
}

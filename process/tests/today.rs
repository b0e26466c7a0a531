//! Today through its route, on both databases.
use axum::http::{Method, StatusCode};
use http_room::{Door, Role};
use kernel::DealId;
use process::fact_store::put;
use process::facts::{Evidence, EvidenceOf, Nurture, Signal};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::Sql;
use store::db::Source;
use uuid::Uuid;

fn doors() -> Vec<Door> {
    vec![process::door()]
}

/// A deal whose entry tasks are gone, with one task due on a day.
async fn deal(house: &House, name: &str, dollars: i64, due_on: &str, kind: &str) -> DealId {
    let value = json!({ "minor": dollars * 100, "currency": "USD" });
    let deal = house.post("/deals", json!({ "name": name, "value": value })).await;
    house.react().await;
    let open = house.get(&format!("/tasks?where=deal_id.eq.{}", deal["id"].as_str().unwrap())).await;
    for task in open["items"].as_array().unwrap() {
        house.post(&format!("/tasks/{}/done", task["id"].as_str().unwrap()), json!({})).await;
    }
    let task = json!({ "title": name, "due_on": due_on, "kind": kind, "deal_id": deal["id"] });
    house.post("/tasks", task).await;
    deal["id"].as_str().unwrap().parse().unwrap()
}

async fn shows_interest(house: &House, deal: DealId, weight: f64) {
    let at = house.app.clock.now();
    let evidence = Evidence { kind: EvidenceOf::Event, id: Uuid::from_u128(7) };
    let signal = Signal { at, weight, half_life_days: 30.0, evidence };
    let nurture = Nurture { signals: vec![signal], ..Nurture::default() };
    let tx = house.app.db.write_tx().await.unwrap();
    put(&tx, house.owner.workspace, deal, &nurture, &[], at).await.unwrap();
    tx.commit().await.unwrap();
}

async fn breaches(house: &House, deal: DealId) {
    let tx = house.app.db.write_tx().await.unwrap();
    let at = house.app.clock.now().plus_days(-1);
    let text = "UPDATE deal SET sla_due_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [at.into(), deal.into()]).run(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
}

fn titles(today: &Json) -> Vec<(&str, &str)> {
    today
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["task"]["title"].as_str().unwrap(), one["why"].as_str().unwrap()))
        .collect()
}

on_both_databases!(r111_today_lists_one_step_per_deal_the_most_pressing_first, ordered, doors);
async fn ordered(house: House) {
    let day = |days: i64| house.app.clock.now().plus_days(days).to_utc().date_naive().to_string();
    let small = deal(&house, "small", 10, &day(0), "todo").await;
    deal(&house, "large", 9_000, &day(0), "todo").await;
    let warm = deal(&house, "warm", 20, &day(0), "todo").await;
    shows_interest(&house, warm, 45.0).await;
    let slow = deal(&house, "slow", 30, &day(1), "todo").await;
    breaches(&house, slow).await;
    deal(&house, "waits", 40, &day(0), "reply").await;
    deal(&house, "late", 50, &day(-3), "reply").await;
    deal(&house, "far", 60, &day(5), "todo").await;
    deal(&house, "tomorrow", 9_900, &day(1), "todo").await;
    let second = json!({ "title": "second step", "due_on": day(1), "deal_id": small });
    house.post("/tasks", second).await;
    let today = house.get("/today").await;
    let expected = [
        ("late", "late_reply"),
        ("slow", "sla_breached"),
        ("warm", "hot"),
        ("waits", "reply"),
        ("large", "due_today"),
        ("small", "due_today"),
        ("tomorrow", "later"),
    ];
    assert_eq!(titles(&today), expected);
    assert_eq!(today[2]["signal"], 45);
    assert_eq!(today[2]["deal"]["id"], json!(warm));
}

on_both_databases!(today_is_each_members_own, own, doors);
async fn own(house: House) {
    let day = house.app.clock.now().to_utc().date_naive().to_string();
    deal(&house, "mine", 10, &day, "todo").await;
    let colleague = house.member(Role::Rep).await;
    let (status, theirs) = house.send(&colleague, Method::GET, "/today", None, &[]).await;
    assert_eq!((status, theirs), (StatusCode::OK, json!([])));
}

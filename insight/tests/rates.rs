//! The five rates through their route, on both databases, from events as the rooms write them.

#![allow(clippy::unwrap_used)]

use kernel::time::DAY;
use kernel::{CompanyId, DealId, PersonId, Timestamp};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};
use store::{Actor, NewEvent, Sql, Subject};
use uuid::Uuid;

fn doors() -> Vec<http_room::Door> {
    vec![process::door(), insight::door()]
}

/// Writes an event of `days` ago.
async fn tell(
    house: &House,
    days: i64,
    kind: &'static str,
    company: u128,
    person: u128,
    row: u128,
    payload: Json,
) {
    let mut tx = house.app.db.write_tx().await.unwrap();
    let subject = Subject {
        company: Some(CompanyId(Uuid::from_u128(company))),
        person: (person > 0).then(|| PersonId(Uuid::from_u128(person))),
        deal: (kind == "deal.moved").then(|| DealId(Uuid::from_u128(row))),
        row: (kind != "deal.moved").then(|| Uuid::from_u128(row)),
    };
    let at = Timestamp(MORNING.0 - days * DAY);
    let event = NewEvent::now(house.owner.workspace, kind, Actor::User(house.owner.user), MORNING);
    tx.record(event.about(subject).at(at).with(payload)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_pursuit(house: &House, n: u128, days: i64, won: bool) {
    let (company, person, mail) = (n, 1000 + n, 2000 + n);
    let id = |n: u128| Uuid::from_u128(n);
    tell(
        house,
        days,
        "call.logged",
        company,
        person,
        3000 + n,
        json!({ "direction": "out", "outcome": "no_answer" }),
    )
    .await;
    tell(house, days, "mail.sent", company, person, mail, json!({ "message_id": id(mail) })).await;
    let reply = json!({ "class": "human", "positive": true, "answers_message_id": id(mail) });
    tell(house, days - 1, "reply.received", company, person, 4000 + n, reply).await;
    tell(house, days - 3, "meeting.logged", company, person, 5000 + n, json!({ "outcome": "held" })).await;
    let moved = |from: &str, to: &str, status: &str| json!({ "from_stage": from, "to_stage": to, "from_status": "open", "to_status": status });
    tell(house, days - 4, "deal.moved", company, 0, 6000 + n, moved("qualification", "nurturing", "open"))
        .await;
    let end = if won { "won" } else { "lost" };
    tell(house, days - 9, "deal.moved", company, 0, 6000 + n, moved("closing", "closing", end)).await;
}

fn figures(rates: &Json) -> Vec<(String, u64, u64, u64)> {
    let list = rates["rates"].as_array().unwrap();
    list.iter()
        .map(|r| {
            let n = |v: &Json| v.as_u64().unwrap();
            (
                r["rate"].as_str().unwrap().to_owned(),
                n(&r["main"]["k"]),
                n(&r["main"]["n"]),
                n(&r["maturing"]["n"]),
            )
        })
        .collect()
}

on_both_databases!(r92_to_r97_each_rate_has_its_numerator_denominator_and_interval, counted, doors);
async fn counted(house: House) {
    for n in 1..=12 {
        a_pursuit(&house, n, 200, n % 3 != 0).await;
    }
    a_pursuit(&house, 90, 5, false).await;
    house.react().await;
    let rates = house.get("/insight/rates?from=2026-01-01&to=2026-11-23").await;
    let named = |list: &[(&str, u64, u64, u64)]| {
        list.iter().map(|(r, k, n, m)| ((*r).to_owned(), *k, *n, *m)).collect::<Vec<_>>()
    };
    let expected = [
        ("dial_to_connect", 0, 13, 0),
        ("positive_reply", 12, 12, 1),
        ("conversion", 12, 12, 1),
        ("sales_acceptance", 12, 12, 1),
        ("close", 8, 12, 1),
    ];
    assert_eq!(figures(&rates), named(&expected));
    let close = &rates["rates"][4]["main"];
    assert!((close["share"].as_f64().unwrap() - 8.0 / 12.0).abs() < 1e-12);
    assert!((close["interval"]["low"].as_f64().unwrap() - 0.390_622).abs() < 1e-5, "{close}");
    assert_eq!(close["reading"], "interval_only");
    let period = house.get("/insight/rates?from=2026-11-01&to=2026-11-23&view=period").await;
    assert_eq!(figures(&period)[1], ("positive_reply".to_owned(), 1, 1, 0));
    assert!(period["rates"][1]["main"]["interval"].is_null());
    let nothing = house.get("/insight/rates?from=2020-01-01&to=2020-02-01").await;
    assert!(nothing["rates"][0]["main"]["share"].is_null(), "no trial is not zero per cent");
    let past = house.get("/insight/rates?from=2026-01-01&to=2026-11-23&as_of=2026-05-01T00:00:00Z").await;
    assert_eq!(figures(&past)[0].2, 0, "what came later is not known then");
}

on_both_databases!(the_figures_equal_a_rebuild_and_another_workspace_sees_none_of_them, rebuilt, doors);
async fn rebuilt(house: House) {
    for n in 1..=5 {
        a_pursuit(&house, n, 100 + n as i64, n % 2 == 0).await;
    }
    house.react().await;
    let before = rows(&house).await;
    assert!(before.len() > 20);
    let tx = house.app.db.write_tx().await.unwrap();
    Sql::new(tx.engine(), "DELETE FROM trial").run(&*tx).await.unwrap();
    let subject = |n| insight::rebuild::Subject::Company(CompanyId(Uuid::from_u128(n)));
    let subjects: Vec<_> = (1..=5).map(subject).collect();
    let rebuilt = insight::rebuild::rebuild(&tx, house.owner.workspace, &subjects).await.unwrap();
    rebuilt.put(&tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rows(&house).await, before);
    let (_, theirs) = house
        .send(&house.stranger, axum::http::Method::GET, "/insight/rates?from=2026-01-01", None, &[])
        .await;
    assert!(figures(&theirs).iter().all(|(_, k, n, m)| k + n + m == 0));
}

async fn rows(house: &House) -> Vec<(String, i64, Option<i64>)> {
    let text = "SELECT rate, at, success_at FROM trial ORDER BY subject_id, rate, n";
    let rows = Sql::new(house.app.db.engine(), text).rows(house.app.db.read()).await.unwrap();
    rows.iter()
        .map(|r| {
            (r.try_get_by_index(0).unwrap(), r.try_get_by_index(1).unwrap(), r.try_get_by_index(2).unwrap())
        })
        .collect()
}

on_both_databases!(a_call_corrected_on_the_screen_moves_the_figure, corrected, doors);
async fn corrected(house: House) {
    let company = house.post("/companies", json!({ "name": "Acme" })).await;
    let person = house.post("/people", json!({ "name": "Ada Lovelace", "company_id": company["id"] })).await;
    let call = house
        .post("/activities", json!({ "kind": "call", "outcome": "intended", "person_id": person["id"] }))
        .await;
    house.react().await;
    assert_eq!(figures(&house.get("/insight/rates").await)[0], ("dial_to_connect".to_owned(), 1, 1, 0));
    house
        .patch(&format!("/activities/{}", call["id"].as_str().unwrap()), json!({ "outcome": "wrong_person" }))
        .await;
    house.react().await;
    assert_eq!(figures(&house.get("/insight/rates").await)[0], ("dial_to_connect".to_owned(), 0, 1, 0));
    let path = format!("/activities/{}", call["id"].as_str().unwrap());
    house.send(&house.owner, axum::http::Method::DELETE, &path, None, &[]).await;
    house.react().await;
    assert_eq!(figures(&house.get("/insight/rates").await)[0], ("dial_to_connect".to_owned(), 0, 0, 0));
}

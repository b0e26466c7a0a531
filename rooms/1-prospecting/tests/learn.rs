//! Learning the profile from the workspace's own deals, on both databases.

use axum::http::{Method, StatusCode};
use http_room::Door;
use kernel::Currency;
use records::Kind;
use records::on_both_databases;
use records::testing::House;
use records::write::{Author, insert_many, read};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, Sql};
use uuid::Uuid;

fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door()]
}

const DEALS_EACH: usize = 5;

/// Companies of an industry with five deals each, `won` of them won and the rest lost, all `days_ago`.
async fn industry(house: &House, name: &str, companies: usize, won: usize, days_ago: i64) -> Vec<Uuid> {
    let now = house.app.clock.now();
    let closed = now.plus_days(-days_ago);
    let author = Author {
        workspace: house.owner.workspace,
        actor: Actor::System,
        now: closed.plus_days(-30),
        cause: None,
        currency: Currency::USD,
    };
    let draft = |kind, sent: Json| read(kind, sent.as_object().unwrap(), &[], None, Currency::USD).unwrap();
    let ids: Vec<Uuid> = (0..companies).map(|_| Uuid::now_v7()).collect();
    let firms = ids
        .iter()
        .map(|id| (*id, draft(Kind::Company, json!({ "name": format!("{name} {id}"), "industry": name }))));
    let deals = ids.iter().flat_map(|id| {
        (0..DEALS_EACH).map(move |at| {
            let end = if at < won { "won" } else { "lost" };
            json!({ "name": format!("{end} {name}"), "company_id": id, "value": { "minor": 100_000, "currency": "USD" } })
        })
    });
    let deals: Vec<_> = deals.map(|sent| (Uuid::now_v7(), draft(Kind::Deal, sent))).collect();
    let mut tx = house.app.db.write_tx().await.unwrap();
    insert_many(&mut tx, &author, Kind::Company, firms.collect()).await.unwrap();
    insert_many(&mut tx, &author, Kind::Deal, deals).await.unwrap();
    for end in ["won", "lost"] {
        let text = "UPDATE deal SET status = ?, closed_at = ? WHERE workspace_id = ? AND name = ?";
        let values =
            [end.into(), closed.into(), house.owner.workspace.into(), format!("{end} {name}").into()];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await.unwrap();
    }
    tx.commit().await.unwrap();
    ids
}

fn proposed(learned: &Json) -> Vec<(String, String)> {
    let text = |proposal: &Json, key: &str| proposal[key].as_str().unwrap().to_owned();
    let proposals = learned["proposed"].as_array().unwrap().iter();
    proposals.map(|p| (text(p, "field"), text(p, "value"))).collect()
}

on_both_databases!(r11_own_deals_propose_a_criterion_a_profile_can_take_in, proposes, doors);
async fn proposes(house: House) {
    let retail = industry(&house, "Retail", 40, 4, 300).await;
    industry(&house, "Finance", 60, 2, 10).await;
    // What became known later does not change what was known when the deal opened.
    house.patch(&format!("/companies/{}", retail[0]), json!({ "industry": "Finance" })).await;
    let learned = house.get("/icp/learn").await;
    assert_eq!((learned["decided"].as_u64(), learned["won"].as_u64()), (Some(500), Some(280)));
    assert_eq!(proposed(&learned), [("industry".to_owned(), "Retail".to_owned())]);
    let proposal = &learned["proposed"][0];
    let figures = ["k", "n", "companies"].map(|key| proposal[key].as_u64().unwrap());
    assert_eq!(figures, [160, 200, 40]);
    // (160 + 50·0.56)/250/0.56 = 1.342857; round(5 + 5 log₂ of it) = 7
    assert!((proposal["lift"].as_f64().unwrap() - 1.342_857_142_857).abs() < 1e-9);
    assert_eq!((proposal["weight"].as_u64(), proposal["direction"].as_str()), (Some(7), Some("for")));
    assert_eq!(learned["reason_code"], Json::Null);
    let made = house.post("/icp-profiles", json!({ "name": "Learned" })).await;
    let path = format!("/icp-profiles/{}", made["id"].as_str().unwrap());
    let kept = house.patch(&path, json!({ "criteria": [proposal["criterion"]] })).await;
    assert_eq!(kept["criteria"][0]["test"]["accepts"], json!(["Retail"]));
    assert_eq!(kept["criteria"][0]["role"]["weight"], 7);
}

on_both_databases!(r11_a_heavy_criterion_that_the_deals_contradict_is_marked, contradicts, doors);
async fn contradicts(house: House) {
    industry(&house, "Retail", 40, 4, 300).await;
    industry(&house, "Finance", 60, 2, 10).await;
    let asks = |field: &str, accepts: &str, weight: u8| json!({ "field": field, "test": { "type": "choice", "accepts": [accepts] }, "role": { "type": "weight", "half": "to_us", "weight": weight } });
    let criteria = json!([
        asks("industry", "Retail", 8),
        asks("industry", "Finance", 8),
        asks("industry", "Finance", 5)
    ]);
    let made = house.post("/icp-profiles", json!({ "name": "Assumed", "criteria": criteria })).await;
    let learned = house.get(&format!("/icp/learn?profile_id={}", made["id"].as_str().unwrap())).await;
    let found = learned["contradicted"].as_array().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0]["criterion"].as_u64(), found[0]["k"].as_u64(), found[0]["n"].as_u64()),
        (Some(1), Some(120), Some(300))
    );
    assert!(found[0]["interval"]["high"].as_f64().unwrap() < 1.0);
}

on_both_databases!(newest_customers_unlike_the_earlier_ones_are_told, drifts, doors);
async fn drifts(house: House) {
    industry(&house, "Retail", 40, 4, 300).await;
    let before = house.get("/icp/learn").await;
    assert_eq!(
        (before["drift"]["status"].as_str(), before["drift"]["newest"].as_u64()),
        (Some("too_few"), Some(0))
    );
    industry(&house, "Finance", 60, 2, 10).await;
    let drift = house.get("/icp/learn").await["drift"].clone();
    assert_eq!(
        (drift["status"].as_str(), drift["basis"].as_u64(), drift["newest"].as_u64()),
        (Some("alert"), Some(40), Some(60))
    );
    assert_eq!(drift["fields"][0]["field"], "industry");
    assert!(drift["fields"][0]["psi"].as_f64().unwrap() > 0.25);
}

on_both_databases!(nothing_to_learn_from_is_said_and_nobody_sees_others_deals, empty, doors);
async fn empty(house: House) {
    let learned = house.get("/icp/learn").await;
    assert_eq!(
        (learned["reason_code"].as_str(), learned["decided"].as_u64()),
        (Some("nothing_decided"), Some(0))
    );
    industry(&house, "Retail", 20, 3, 30).await;
    industry(&house, "Finance", 20, 3, 30).await;
    let learned = house.get("/icp/learn").await;
    assert_eq!(learned["reason_code"], "nothing_separates");
    assert!(learned["visible"]["difference"].as_f64().unwrap() > 0.1, "100 deals show no small difference");
    let (status, theirs) = house.send(&house.stranger, Method::GET, "/icp/learn", None, &[]).await;
    assert_eq!((status, theirs["decided"].as_u64()), (StatusCode::OK, Some(0)));
    let ours = house.post("/icp-profiles", json!({ "name": "Ours" })).await;
    let path = format!("/icp/learn?profile_id={}", ours["id"].as_str().unwrap());
    let (status, _) = house.send(&house.stranger, Method::GET, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

on_both_databases!(deals_disqualified_before_they_were_opportunities_do_not_count, disqualified, doors);
async fn disqualified(house: House) {
    industry(&house, "Retail", 20, 3, 30).await;
    let tx = house.app.db.write_tx().await.unwrap();
    let text = "UPDATE deal SET status = 'disqualified' WHERE workspace_id = ? AND status = 'lost'";
    Sql::with(tx.engine(), text, [house.owner.workspace.into()]).run(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    let learned = house.get("/icp/learn").await;
    assert_eq!(
        (learned["decided"].as_u64(), learned["reason_code"].as_str()),
        (Some(60), Some("one_outcome"))
    );
}

//! Offers written before content was one document are carried over, on both databases.

use http_room::Door;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Migration, Sql, migrate};
use uuid::Uuid;

use crate::support;

fn begun() -> Vec<Door> {
    let mut doors = support::doors();
    for door in doors.iter_mut().filter(|d| d.name == "offer") {
        door.migrations.truncate(1);
    }
    doors
}

on_both_databases!(what_the_first_versions_said_is_carried_over, carried, begun);
async fn carried(house: House) {
    let deal = house.post("/deals", json!({ "name": "Acme deal" })).await["id"].as_str().unwrap().to_owned();
    let tx = house.app.db.write_tx().await.unwrap();
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO offer (id, workspace_id, deal_id, version, state, title, note, currency, lines, results, no_ambition_known, \
         budget_note, lacking, sent_to, sent_at, created_at, updated_at) VALUES ",
    );
    let lines = json!([{ "text": "Licence \"large\"", "minor": 90_000, "mandatory": true, "answers": [] }, { "text": "Training", "minor": 5, "mandatory": false, "answers": [] }]);
    sql.bind_list([
        Uuid::now_v7().into(),
        house.owner.workspace.into(),
        deal.parse::<Uuid>().unwrap().into(),
        1_i64.into(),
        "sent".into(),
        "It's \"ours\"".into(),
        "가나\nda".into(),
        "KRW".into(),
        lines.into(),
        json!([{ "what": "Days", "number": "2", "unit": "days", "source": "pilot" }]).into(),
        true.into(),
        None::<String>.into(),
        json!([]).into(),
        json!([]).into(),
        1_i64.into(),
        1_i64.into(),
        1_i64.into(),
    ]);
    sql.run(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    let mut all: Vec<Migration> = [migrate::MIGRATIONS, http_room::idempotency::MIGRATIONS].concat();
    all.extend(records::door().migrations);
    all.extend(support::doors().into_iter().flat_map(|d| d.migrations));
    migrate::run(&house.app.db, &all).await.unwrap();

    let path = format!("/deals/{deal}/offers");
    let offer = house.get(&path).await[0].clone();
    let content = &offer["content"];
    assert_eq!((&content["title"], &content["note"]), (&json!("It's \"ours\""), &json!("가나\nda")));
    assert_eq!((&content["currency"], &content["no_ambition_known"]), (&json!("KRW"), &json!(true)));
    assert_eq!((&content["results"][0]["number"], &content["budget_note"]), (&json!("2"), &Json::Null));
    assert_eq!((&offer["total"]["minor"], &offer["state"]), (&json!(90_000), &json!("sent")));
    let line = &content["packages"][0]["lines"][0];
    assert_eq!((&line["text"], &line["unit_minor"]), (&json!("Licence \"large\""), &json!(90_000)));
    assert_eq!(house.get(&path).await[0]["content_hash"], offer["content_hash"], "its ids do not change");
}

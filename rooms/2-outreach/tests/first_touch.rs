//! What a first touch must be, through the door, on both databases.

use crate::support::{
    doors, enrol, enrolment, mails, pass, person, refused, researched, sandbox, sequence_of, text, told, work,
};
use axum::http::{Method, StatusCode};
use records::on_both_databases;
use records::testing::House;
use serde_json::json;
use store::Sql;
use store::db::Source;

on_both_databases!(r24_a_mail_with_an_unresolved_variable_is_never_sent_and_names_it, unresolved, doors);
async fn unresolved(house: House) {
    let mailbox = sandbox(&house).await;
    let steps = json!([{ "subject": "Hello", "body": "As {{ person.title }} of {{ company.name }}, how do you plan?" }]);
    let sequence = sequence_of(&house, &mailbox, steps).await;
    let who = person(&house, "Ada", "ada@ada.test").await;
    let id = enrol(&house, &sequence, &who).await;
    work(&house).await;
    let mail = mails(&house, &id, "out").await.remove(0);
    assert_eq!((&mail["state"], &mail["missing"]), (&json!("needs_edit"), &json!(["person.title"])));
    pass(&house, 3 * 86_400);
    work(&house).await;
    assert!(told(&house, "mail.sent").await.is_empty());
}

on_both_databases!(r25_an_automatic_first_touch_leaves_between_8_and_10_or_15_and_16, windows, doors);
async fn windows(house: House) {
    let mailbox = sandbox(&house).await;
    let new = json!({ "name": "Windows", "mailbox_id": mailbox, "steps": [{ "subject": "Hello", "body": "How do you plan?" }] });
    let sequence = text(&house.post("/sequences", new).await["id"]);
    house.post(&format!("/sequences/{sequence}/activate"), json!({})).await;
    let mut ids = Vec::new();
    for name in ["Ada", "Ben", "Cho", "Dan", "Eva"] {
        let who = person(&house, name, &format!("{name}@{name}.test")).await;
        ids.push(enrol(&house, &sequence, &who).await);
    }
    // Every ten minutes of two weeks, and a second before, lest a window end before anybody looked at who was due in it.
    for _ in 0..14 {
        for _ in 0..144 {
            work(&house).await;
            pass(&house, 599);
            work(&house).await;
            pass(&house, 1);
        }
        if told(&house, "mail.sent").await.len() == ids.len() {
            break;
        }
    }
    let mut sent = 0;
    for id in &ids {
        for mail in mails(&house, id, "out").await {
            let Some(at) = mail["sent_at"].as_str() else { continue };
            let at = kernel::Timestamp::parse(at).expect("an instant").to_utc();
            let local = at.with_timezone(&chrono_tz::Asia::Seoul).format("%H:%M").to_string();
            let inside =
                ("08:00".."10:00").contains(&local.as_str()) || ("15:00".."16:00").contains(&local.as_str());
            assert!(inside, "{local}");
            sent += 1;
        }
    }
    assert_eq!(sent, 5);
}

async fn write(house: &House, sql: &str, value: uuid::Uuid, id: &str) {
    let tx = house.app.db.write_tx().await.expect("a transaction");
    let id: uuid::Uuid = id.parse().expect("an id");
    Sql::with(tx.engine(), sql, [value.into(), id.into()]).run(tx.conn()).await.expect("written");
    tx.commit().await.expect("commit");
}

on_both_databases!(r30_a_first_mail_to_somebody_a_colleague_wrote_to_waits_for_a_person, colleague, doors);
async fn colleague(house: House) {
    let mailbox = sandbox(&house).await;
    let steps = json!([{ "subject": "Hello", "body": "Hello {{ person.given_name }}, how do you plan?" }]);
    let sequence = sequence_of(&house, &mailbox, steps).await;
    let (ada, ben) =
        (person(&house, "Ada", "ada@ada.test").await, person(&house, "BEN", "ben@ben.test").await);
    // A colleague's mail by hand, a month ago, from a mailbox of their own.
    let hand = json!({ "mailbox_id": mailbox, "person_id": ada, "subject": "By hand", "text": "Hello." });
    house.post("/messages", hand).await;
    work(&house).await;
    let place = json!({ "host": "mail.stone.test", "port": 587, "security": "starttls", "username": "bo", "password": "secret" });
    let theirs = json!({ "email": "bo@stone.test", "from_name": "Bo", "smtp": place, "imap": place });
    let theirs = text(&house.post("/mailboxes", theirs).await["id"]);
    write(&house, "UPDATE mailbox SET owner_id = ? WHERE id = ?", uuid::Uuid::now_v7(), &theirs).await;
    let theirs: uuid::Uuid = theirs.parse().expect("an id");
    write(&house, "UPDATE message SET mailbox_id = ? WHERE mailbox_id = ?", theirs, &mailbox).await;
    pass(&house, 30 * 86_400);
    for (who, doubt) in [(&ada, "colleague"), (&ben, "name")] {
        let id = enrol(&house, &sequence, who).await;
        work(&house).await;
        let mail = mails(&house, &id, "out").await.remove(0);
        assert_eq!((&mail["state"], &mail["reason"]), (&json!("needs_edit"), &json!(doubt)));
        // Whoever looked at it and saves it sends it.
        let path = format!("/messages/{}", text(&mail["id"]));
        house.patch(&path, json!({ "text": "Hello, how do you plan today?" })).await;
        work(&house).await;
        assert_eq!(mails(&house, &id, "out").await[0]["state"], "sent");
    }
}

on_both_databases!(r32_a_sale_at_first_contact_asks_for_a_word_and_writes_it_down, sale, doors);
async fn sale(house: House) {
    let mailbox = sandbox(&house).await;
    let steps = json!([{ "subject": "Hello", "body": "Hello {{ person.given_name }}, shall we?" }]);
    let new = json!({ "name": "Sell", "goal": "sale", "mailbox_id": mailbox, "windows": { "always": true }, "steps": steps });
    let sequence = text(&house.post("/sequences", new).await["id"]);
    house.post(&format!("/sequences/{sequence}/activate"), json!({})).await;
    let who = person(&house, "Ada", "ada@ada.test").await;
    let deal = researched(&house, &who).await;
    house
        .patch(
            &format!("/deals/{deal}"),
            json!({ "value": { "minor": 5_000_000_000_i64, "currency": "KRW" } }),
        )
        .await;
    let path = format!("/sequences/{sequence}/enrol");
    let ask = |sure: bool| json!({ "people": [{ "person_id": who, "deal_id": deal }], "why_them": "They grow.", "confirm_sale": sure });
    let answer = house.post(&path, ask(false)).await;
    assert_eq!(answer["refused"][0]["code"], "sale_unconfirmed");
    let answer = house.post(&path, ask(true)).await;
    assert_eq!(answer["refused"], json!([]));
    assert_eq!(told(&house, "enrolment.started").await[0]["sale_confirmed"], true);
    assert_eq!(enrolment(&house, &text(&answer["enrolled"][0])).await["state"], "scheduled");
}

on_both_databases!(r31_a_sequence_without_a_goal_is_refused, goal, doors);
async fn goal(house: House) {
    let no = json!({ "name": "Aimless", "goal": "", "steps": [{ "subject": "Hello", "body": "How?" }] });
    let (status, _) = refused(&house, Method::POST, "/sequences", no).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let usual = house.post("/sequences", json!({ "name": "Usual" })).await;
    assert_eq!(usual["goal"], "conversation");
}

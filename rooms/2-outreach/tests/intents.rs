//! What replies are taken for, who said so, and what is learned from it, on both databases.

use crate::support::{
    answer_to, arrive, doors, enrol, enrolment, mails, person, refused, sandbox, sequence, text, told, work,
};
use axum::http::{Method, StatusCode};
use http_room::Role;
use kernel::{DealId, WorkspaceId};
use mail::Intent;
use mail::incoming::intents_with;
use outreach::message::correction;
use process::facts::Replies;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

/// An enrolled person's reply, as a message.
async fn reply(house: &House, mailbox: &str, name: &str, uid: i64, words: &str) -> Json {
    let sequence = sequence(house, mailbox).await;
    let address = format!("{}@{name}.test", name.to_lowercase());
    let who = person(house, name, &address).await;
    let id = enrol(house, &sequence, &who).await;
    work(house).await;
    let ours = mails(house, &id, "out").await.remove(0);
    assert!(arrive(house, mailbox, uid, &answer_to(house, &ours, words)).await);
    mails(house, &id, "in").await.remove(0)
}

async fn take_back(house: &House, path: &str) -> Json {
    let (status, row) = house.send(&house.owner, Method::DELETE, &format!("{path}/intent"), None, &[]).await;
    assert_eq!(status, StatusCode::OK, "{row}");
    row
}

async fn fact(house: &House, deal: &Json) -> String {
    let deal: DealId = text(deal).parse().expect("an id");
    let fact = process::fact_store::get::<Replies>(&house.app.db, house.owner.workspace, deal).await;
    fact.expect("the database").expect("a fact").items[0].intent.clone()
}

on_both_databases!(
    a_correction_overrides_what_was_read_is_kept_with_who_and_when_and_can_be_taken_back,
    corrected,
    doors
);
async fn corrected(house: House) {
    let mailbox = sandbox(&house).await;
    let got = reply(&house, &mailbox, "Ada", 1, "Sounds good. Could you send me more?").await;
    let path = format!("/messages/{}", text(&got["id"]));
    assert_eq!((&got["intent"], &got["intents"][0]["intent"]), (&json!("interested"), &json!("interested")));
    let sure = got["intents"][0]["confidence"].as_f64().expect("how sure");
    assert!((0.5..=1.0).contains(&sure), "{sure}");
    assert_eq!(told(&house, "reply.received").await[0]["intents"], got["intents"]);
    assert_eq!(house.get(&format!("{path}/intent")).await, json!([]));

    let (status, _) =
        house.send(&house.stranger, Method::PATCH, &path, Some(json!({ "intent": "question" })), &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let later = house.patch(&path, json!({ "intent": "not_now" })).await;
    assert_eq!((&later["intent"], &later["positive"]), (&json!("not_now"), &json!(false)));
    assert_eq!(later["intents"], got["intents"], "what was read stays");
    assert!(later["intent_corrected_at"].is_string());
    let same = house.patch(&path, json!({ "intent": "not_now" })).await;
    assert_eq!(same["revision"], later["revision"], "saying it twice says nothing");
    house.react().await;
    assert_eq!(fact(&house, &got["deal_id"]).await, "not_now");

    let again = house.patch(&path, json!({ "intent": "meeting" })).await;
    assert_eq!((&again["intent"], &again["positive"]), (&json!("meeting"), &json!(true)));
    let kept = house.get(&format!("{path}/intent")).await;
    assert_eq!((&kept[0]["intent"], &kept[0]["before_intent"]), (&json!("meeting"), &json!("not_now")));
    assert_eq!((&kept[1]["intent"], &kept[1]["before_intent"]), (&json!("not_now"), &json!("interested")));
    assert_eq!(kept[1]["created_by"], json!(house.owner.user));

    assert_eq!(take_back(&house, &path).await["intent"], "not_now");
    let first = take_back(&house, &path).await;
    assert_eq!((&first["intent"], &first["positive"]), (&json!("interested"), &json!(true)));
    assert!(first["intent_corrected_at"].is_null() && first["corrected_by"].is_null());
    let (status, problem) =
        house.send(&house.owner, Method::DELETE, &format!("{path}/intent"), None, &[]).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("not_corrected")));
    let kept = house.get(&format!("{path}/intent")).await;
    assert!(kept.as_array().expect("a list").iter().all(|one| one["undone_at"].is_string()), "{kept}");
    let events = told(&house, "reply.corrected").await;
    let said: Vec<(&Json, &Json)> = events.iter().map(|e| (&e["intent"], &e["undone"])).collect();
    assert_eq!(
        said,
        [
            (&json!("not_now"), &json!(false)),
            (&json!("meeting"), &json!(false)),
            (&json!("not_now"), &json!(true)),
            (&json!("interested"), &json!(true)),
        ]
    );
    house.react().await;
    assert_eq!(fact(&house, &got["deal_id"]).await, "interested");
}

on_both_databases!(an_intent_is_one_of_the_table_and_only_of_what_a_person_wrote, refusals, doors);
async fn refusals(house: House) {
    let mailbox = sandbox(&house).await;
    let got = reply(&house, &mailbox, "Ada", 1, "How much is it?").await;
    let path = format!("/messages/{}", text(&got["id"]));
    let (status, problem) =
        house.send(&house.owner, Method::PATCH, &path, Some(json!({ "intent": "maybe" })), &[]).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("intent"))
    );
    let reader = house.member(Role::ReadOnly).await;
    let (status, _) =
        house.send(&reader, Method::PATCH, &path, Some(json!({ "intent": "other" })), &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let ours = house.get(&format!("/messages/{}", text(&got["answers_id"]))).await;
    let path = format!("/messages/{}", text(&ours["id"]));
    let (status, _) =
        house.send(&house.owner, Method::PATCH, &path, Some(json!({ "intent": "other" })), &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused(&house, Method::DELETE, &format!("{path}/intent"), json!(null)).await.1,
        "not_corrected"
    );
}

on_both_databases!(a_workspace_learns_from_its_corrections_and_no_other_does, learns, doors);
async fn learns(house: House) {
    let mailbox = sandbox(&house).await;
    let words = "Please log it under CAPEX-17, thanks";
    let first = reply(&house, &mailbox, "Ada", 1, words).await;
    assert_ne!(first["intent"], "not_now");
    let path = format!("/messages/{}", text(&first["id"]));
    house.patch(&path, json!({ "intent": "not_now" })).await;
    let second = reply(&house, &mailbox, "Bea", 2, "Please log it under CAPEX-23, thanks").await;
    assert_eq!(second["intent"], "not_now", "{}", second["intents"]);
    assert_eq!(second["positive"], false);

    let taught = |workspace: WorkspaceId| correction::lessons(&house.app.db, workspace);
    let ours = taught(house.owner.workspace).await.expect("the database");
    assert_eq!(intents_with(words, &ours)[0].intent, Intent::NotNow);
    assert!(taught(house.stranger.workspace).await.expect("the database").is_empty());
    take_back(&house, &path).await;
    assert!(taught(house.owner.workspace).await.expect("the database").is_empty());
}

on_both_databases!(who_is_said_to_refuse_gets_no_mail_until_that_is_taken_back, refuses, doors);
async fn refuses(house: House) {
    let mailbox = sandbox(&house).await;
    let got = reply(&house, &mailbox, "Ada", 1, "Kindly treat this as closed").await;
    let path = format!("/messages/{}", text(&got["id"]));
    assert_eq!(house.get("/suppressions").await["items"], json!([]));
    house.patch(&path, json!({ "intent": "unsubscribe" })).await;
    let list = house.get("/suppressions").await;
    assert_eq!(
        (&list["items"][0]["text"], &list["items"][0]["reason"]),
        (&json!("ada@ada.test"), &json!("unsubscribe"))
    );
    house.patch(&path, json!({ "intent": "hostile" })).await;
    let list = house.get("/suppressions").await;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(
        (&list["items"][0]["scope"], &list["items"][0]["reason"]),
        (&json!("person"), &json!("hostile"))
    );
    take_back(&house, &path).await;
    take_back(&house, &path).await;
    assert_eq!(house.get("/suppressions").await["items"], json!([]));
    assert_eq!(enrolment(&house, &text(&got["enrolment_id"])).await["state"], "replied");
}

on_both_databases!(what_somebody_asked_for_themselves_stays_whatever_is_said_of_a_reply, asked, doors);
async fn asked(house: House) {
    let mailbox = sandbox(&house).await;
    let got = reply(&house, &mailbox, "Ada", 1, "Please take me off your mailing list.").await;
    assert_eq!(got["intent"], "unsubscribe");
    assert_eq!(house.get("/suppressions").await["items"][0]["text"], "ada@ada.test");
    let path = format!("/messages/{}", text(&got["id"]));
    house.patch(&path, json!({ "intent": "interested" })).await;
    assert_eq!(house.get("/suppressions").await["items"][0]["text"], "ada@ada.test");
    take_back(&house, &path).await;
    assert_eq!(house.get("/suppressions").await["items"][0]["text"], "ada@ada.test");
}

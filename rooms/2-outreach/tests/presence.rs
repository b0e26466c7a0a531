//! On LinkedIn nobody insists (R29), through the door, on both databases.

use crate::support::{doors, enrol, enrolment, mails, pass, person, sandbox, sequence_of, text, told, work};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

/// A request to connect, fifteen business days later a message there, a mail the day after, a call.
fn social_and_mail() -> Json {
    json!([
        { "kind": "social", "connect": true, "subject": "Connect with {{ person.name }}" },
        { "kind": "social", "delay_days": 15, "subject": "Write to {{ person.name }} there" },
        { "delay_days": 1, "subject": "A question", "body": "How do you do this today?" },
    ])
}

async fn set_up(house: &House) -> (String, String) {
    let mailbox = sandbox(house).await;
    let sequence = sequence_of(house, &mailbox, social_and_mail()).await;
    (sequence, person(house, "Ada", "ada@customer.test").await)
}

async fn days_pass(house: &House, days: i64) {
    pass(house, days * 86_400);
    work(house).await;
    house.react().await;
}

/// Step, channel and reason of each step that was left out.
async fn left_out(house: &House) -> Vec<(i64, String, String)> {
    let events = told(house, "enrolment.step_left_out").await;
    events
        .iter()
        .map(|e| (e["step"].as_i64().unwrap_or(0), text(&e["channel"]), text(&e["reason"])))
        .collect()
}

async fn open_tasks(house: &House) -> Vec<Json> {
    let path = "/tasks?where=origin.eq.sequence&where=state.eq.open";
    house.get(path).await["items"].as_array().expect("a list").clone()
}

fn skipped(step: i64, why: &str) -> (i64, String, String) {
    (step, "linkedin".to_owned(), why.to_owned())
}

on_both_databases!(
    r29_who_is_absent_or_inactive_on_linkedin_gets_the_mail_of_the_fallback_channel,
    absent,
    doors
);
async fn absent(house: House) {
    let mailbox = sandbox(&house).await;
    let sequence = sequence_of(&house, &mailbox, social_and_mail()).await;
    for (name, state) in [("Ada", "absent"), ("Ben", "inactive")] {
        let who = person(&house, name, &format!("{name}@{name}.test")).await;
        house.patch(&format!("/people/{who}"), json!({ "linkedin_state": state })).await;
        let preview =
            house.post(&format!("/sequences/{sequence}/preview"), json!({ "person_id": who })).await;
        assert_eq!(preview["messages"][0]["warnings"], json!([state]));
        let id = enrol(&house, &sequence, &who).await;
        work(&house).await;
        days_pass(&house, 25).await;
        days_pass(&house, 4).await;
        assert!(open_tasks(&house).await.is_empty(), "nobody is asked to insist");
        assert_eq!(mails(&house, &id, "out").await[0]["state"], "sent");
        let skipped = [skipped(1, state), skipped(2, state)];
        assert!(left_out(&house).await.ends_with(&skipped), "{:?}", left_out(&house).await);
    }
}

on_both_databases!(
    r29_a_request_nobody_answered_for_over_14_days_is_not_followed_by_a_message_there,
    silent,
    doors
);
async fn silent(house: House) {
    let (sequence, ada) = set_up(&house).await;
    let id = enrol(&house, &sequence, &ada).await;
    work(&house).await;
    let asked = open_tasks(&house).await.remove(0);
    house.post(&format!("/tasks/{}/done", text(&asked["id"])), json!({})).await;
    house.react().await;
    let known = house.get(&format!("/people/{ada}")).await;
    let state = (&known["linkedin_state"], &known["linkedin_state_on"]);
    assert_eq!(state, (&json!("pending"), &json!("2026-11-23")));
    days_pass(&house, 25).await;
    assert_eq!(left_out(&house).await, [skipped(2, "silent")]);
    days_pass(&house, 4).await;
    assert_eq!(mails(&house, &id, "out").await[0]["state"], "sent");
    assert_eq!(enrolment(&house, &id).await["state"], "finished");
}

on_both_databases!(r29_who_took_the_request_is_written_to_there, connected, doors);
async fn connected(house: House) {
    let (sequence, ada) = set_up(&house).await;
    enrol(&house, &sequence, &ada).await;
    work(&house).await;
    let asked = open_tasks(&house).await.remove(0);
    house.post(&format!("/tasks/{}/done", text(&asked["id"])), json!({})).await;
    house.react().await;
    house.patch(&format!("/people/{ada}"), json!({ "linkedin_state": "connected" })).await;
    house.react().await;
    days_pass(&house, 25).await;
    assert_eq!(open_tasks(&house).await[0]["title"], "Write to Ada Kim there");
    assert_eq!(left_out(&house).await, []);
}

on_both_databases!(
    r29_whoever_turns_out_to_be_absent_loses_the_open_task_and_the_mail_follows,
    underway,
    doors
);
async fn underway(house: House) {
    let (sequence, ada) = set_up(&house).await;
    let id = enrol(&house, &sequence, &ada).await;
    work(&house).await;
    assert_eq!(open_tasks(&house).await.len(), 1);
    house.patch(&format!("/people/{ada}"), json!({ "linkedin_state": "absent" })).await;
    house.react().await;
    assert!(open_tasks(&house).await.is_empty());
    days_pass(&house, 25).await;
    days_pass(&house, 4).await;
    assert_eq!(left_out(&house).await, [skipped(1, "absent"), skipped(2, "absent")]);
    assert_eq!(mails(&house, &id, "out").await[0]["state"], "sent");
}

on_both_databases!(
    r29_a_sequence_on_linkedin_alone_is_not_begun_with_somebody_who_is_not_there,
    alone,
    doors
);
async fn alone(house: House) {
    let mailbox = sandbox(&house).await;
    let only = json!([{ "kind": "social", "connect": true, "subject": "Connect with {{ person.name }}" }]);
    let sequence = sequence_of(&house, &mailbox, only).await;
    let ada = person(&house, "Ada", "ada@customer.test").await;
    house.patch(&format!("/people/{ada}"), json!({ "linkedin_state": "absent" })).await;
    let body = json!({ "person_ids": [ada], "why_them": "They grow." });
    let answer = house.post(&format!("/sequences/{sequence}/enrol"), body).await;
    assert_eq!(answer["refused"][0]["code"], "not_on_network");
}

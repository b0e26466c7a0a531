//! What a person asked us not to use is not used, and a call is no first step, on both databases (R21, R28).

use crate::support::{
    begin, claim, doors, enrol, enrolment, mails, pass, person, sandbox, sequence_of, text, told, work,
};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

/// A mail, a call the day after, a last mail a day later.
fn mail_call_mail() -> Json {
    json!([
        { "subject": "A question", "body": "How do you do this today?" },
        { "kind": "task", "channel": "phone", "delay_days": 1, "subject": "Call {{ person.name }}" },
        { "delay_days": 1, "subject": "", "body": "Is this something you look after?" },
    ])
}

async fn refuse(house: &House, person: &str, channels: Json) {
    house.patch(&format!("/people/{person}"), json!({ "do_not_contact": channels })).await;
    house.react().await;
}

async fn days_pass(house: &House, days: i64) {
    pass(house, days * 86_400);
    work(house).await;
}

/// Step and channel of each step that was left out.
async fn left_out(house: &House) -> Vec<(i64, String)> {
    let events = told(house, "enrolment.step_left_out").await;
    events.iter().map(|e| (e["step"].as_i64().unwrap_or(0), text(&e["channel"]))).collect()
}

async fn tasks(house: &House, state: &str) -> Vec<Json> {
    let path = format!("/tasks?where=origin.eq.sequence&where=state.eq.{state}");
    house.get(&path).await["items"].as_array().expect("a list").clone()
}

async fn set_up(house: &House, steps: Json) -> (String, String) {
    let mailbox = sandbox(house).await;
    let sequence = sequence_of(house, &mailbox, steps).await;
    (sequence, person(house, "Ada", "ada@customer.test").await)
}

on_both_databases!(r28_a_call_they_refuse_is_left_out_and_the_mail_after_it_follows, no_calls, doors);
async fn no_calls(house: House) {
    let (sequence, ada) = set_up(&house, mail_call_mail()).await;
    refuse(&house, &ada, json!(["phone"])).await;
    let preview = house.post(&format!("/sequences/{sequence}/preview"), json!({ "person_id": ada })).await;
    assert_eq!(preview["messages"][1]["warnings"], json!(["refused"]));
    let id = enrol(&house, &sequence, &ada).await;
    work(&house).await;
    days_pass(&house, 2).await;
    assert_eq!(left_out(&house).await, [(2, "phone".to_owned())]);
    assert!(tasks(&house, "open").await.is_empty(), "nobody is asked to call");
    days_pass(&house, 3).await;
    assert_eq!(mails(&house, &id, "out").await.len(), 2);
    assert_eq!(enrolment(&house, &id).await["state"], "finished");
}

on_both_databases!(r28_who_refuses_mail_is_called_and_gets_none, no_mail, doors);
async fn no_mail(house: House) {
    let (sequence, ada) = set_up(&house, mail_call_mail()).await;
    refuse(&house, &ada, json!(["email"])).await;
    let id = enrol(&house, &sequence, &ada).await;
    work(&house).await;
    assert_eq!(enrolment(&house, &id).await["state"], "active");
    days_pass(&house, 2).await;
    let open = tasks(&house, "open").await;
    assert_eq!((&open[0]["title"], &open[0]["kind"]), (&json!("Call Ada Kim"), &json!("call")));
    house.post(&format!("/tasks/{}/done", text(&open[0]["id"])), json!({})).await;
    house.react().await;
    days_pass(&house, 3).await;
    let ended = enrolment(&house, &id).await;
    assert_eq!((&ended["state"], &ended["reason"]), (&json!("stopped"), &json!("do_not_contact")));
    assert!(mails(&house, &id, "out").await.is_empty());
    assert_eq!(left_out(&house).await, [(1, "email".to_owned())]);
}

on_both_databases!(r28_a_refusal_takes_back_the_mail_that_waits_and_the_task_that_is_open, underway, doors);
async fn underway(house: House) {
    let (sequence, ada) = set_up(&house, mail_call_mail()).await;
    let id = enrol(&house, &sequence, &ada).await;
    outreach::engine::plan::plan_due(&house.app).await.expect("planned");
    refuse(&house, &ada, json!(["email"])).await;
    let mail = mails(&house, &id, "out").await.remove(0);
    assert_eq!((&mail["state"], &mail["reason"]), (&json!("cancelled"), &json!("do_not_contact")));
    days_pass(&house, 2).await;
    assert_eq!(tasks(&house, "open").await.len(), 1);
    refuse(&house, &ada, json!(["phone"])).await;
    assert_eq!((tasks(&house, "open").await.len(), tasks(&house, "cancelled").await.len()), (0, 1));
    days_pass(&house, 3).await;
    assert_eq!(left_out(&house).await, [(1, "email".to_owned()), (2, "phone".to_owned())]);
    assert_eq!(mails(&house, &id, "out").await[1]["state"], "sent", "mail is welcome again");
    assert_eq!(enrolment(&house, &id).await["state"], "finished");
}

on_both_databases!(r28_a_mail_claimed_before_the_refusal_does_not_leave, claimed, doors);
async fn claimed(house: House) {
    let (sequence, ada) = set_up(&house, mail_call_mail()).await;
    let id = enrol(&house, &sequence, &ada).await;
    outreach::engine::plan::plan_due(&house.app).await.expect("planned");
    let claimed = claim(&house).await.expect("a mail");
    refuse(&house, &ada, json!(["email"])).await;
    assert!(!begin(&house, &claimed).await);
    assert_eq!(mails(&house, &id, "out").await[0]["state"], "cancelled");
    let goes_on = enrolment(&house, &id).await;
    assert_eq!((&goes_on["state"], &goes_on["step"]), (&json!("active"), &json!(1)));
}

on_both_databases!(r28_who_refuses_everything_is_left_alone_with_the_reason, all, doors);
async fn all(house: House) {
    let (sequence, ada) = set_up(&house, mail_call_mail()).await;
    let id = enrol(&house, &sequence, &ada).await;
    refuse(&house, &ada, json!(["all"])).await;
    work(&house).await;
    let ended = enrolment(&house, &id).await;
    assert_eq!((&ended["state"], &ended["reason"]), (&json!("stopped"), &json!("do_not_contact")));
    let again = json!({ "person_ids": [ada], "why_them": "because" });
    let answer = house.post(&format!("/sequences/{sequence}/enrol"), again).await;
    assert_eq!(answer["refused"][0]["code"], "do_not_contact");
}

on_both_databases!(r21_a_call_as_the_first_step_warns_where_another_way_is_open, call_first, doors);
async fn call_first(house: House) {
    let steps = json!([{ "kind": "task", "channel": "phone", "subject": "Call {{ person.name }}" }]);
    let (sequence, ada) = set_up(&house, steps).await;
    let called = house.post("/people", json!({ "name": "Bo", "phone": "+82 2 312 3456" })).await;
    for (person, warnings) in [(json!(ada), json!(["call_first"])), (called["id"].clone(), json!([]))] {
        let path = format!("/sequences/{sequence}/preview");
        let preview = house.post(&path, json!({ "person_id": person })).await;
        assert_eq!(preview["messages"][0]["warnings"], warnings);
    }
}

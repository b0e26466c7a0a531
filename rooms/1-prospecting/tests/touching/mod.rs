//! People to touch, and what the log tells of them, for the tests of the channel advisor.

use kernel::PersonId;
use records::events;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, NewEvent, Sql, Subject};

pub fn doors() -> Vec<http_room::Door> {
    vec![process::door(), prospecting::door()]
}

/// Lets so many of a hundred people draw lots, and lets the law ask nothing.
pub async fn lots(house: &House, percent: u32) {
    let free = json!({ "need": "nothing", "reason": "nobody is written to" });
    let settings = json!({ "channel_try_percent": percent, "mail_rules": { "KR": free, "other": free } });
    set(house, settings).await;
}

/// The workspace's settings, as an admin leaves them.
pub async fn set(house: &House, settings: Json) {
    let tx = house.app.db.write_tx().await.expect("a transaction");
    let values = [settings.into(), house.owner.workspace.into()];
    Sql::with(tx.engine(), "UPDATE workspace SET settings = ? WHERE id = ?", values)
        .run(tx.conn())
        .await
        .expect("the setting");
    tx.commit().await.expect("commit");
}

pub async fn company(house: &House, country: &str) -> String {
    let new = json!({ "name": format!("Firm in {country}"), "country": country, "industry": "saas", "employees": 240 });
    let id = house.post("/companies", new).await["id"].as_str().expect("an id").to_owned();
    house.react().await;
    id
}

/// Somebody there with an address, a number and a profile.
pub async fn person(house: &House, company: &str, more: Json) -> String {
    let mut new = json!({ "name": "Ada Kim", "title": "CEO", "company_id": company, "email": "ada@firm.test",
        "phone": "+82 2 312 3456", "linkedin_url": "https://www.linkedin.com/in/ada" });
    for (key, value) in more.as_object().expect("an object") {
        new[key] = value.clone();
    }
    house.post("/people", new).await["id"].as_str().expect("an id").to_owned()
}

pub async fn advice(house: &House, person: &str) -> Json {
    house.get(&format!("/people/{person}/channel-advice")).await
}

/// What the log tells of a person.
pub async fn tell(house: &House, person: &str, kind: &'static str, payload: Json) {
    tell_all(house, person, kind, [payload]).await;
}

pub async fn tell_all(
    house: &House,
    person: &str,
    kind: &'static str,
    payloads: impl IntoIterator<Item = Json>,
) {
    let now = house.app.clock.now();
    let mut tx = house.app.db.write_tx().await.expect("a transaction");
    for payload in payloads {
        let subject = Subject { person: person.parse::<PersonId>().ok(), ..Subject::default() };
        let event = NewEvent::now(house.owner.workspace, kind, Actor::System, now);
        tx.record(event.about(subject).with(payload)).await.expect("recorded");
    }
    tx.commit().await.expect("commit");
}

pub async fn mailed(house: &House, person: &str) -> String {
    let message = uuid::Uuid::now_v7().to_string();
    let payload = json!({ "message_id": message, "sequence_id": uuid::Uuid::now_v7() });
    tell(house, person, events::MAIL_SENT, payload).await;
    message
}

/// Mails of a sequence, so many at once; the first of them are answered well.
pub async fn mailed_at_once(house: &House, person: &str, mails: usize, answered: usize) {
    let ids: Vec<String> = (0..mails).map(|_| uuid::Uuid::now_v7().to_string()).collect();
    let mail = |id: &String| json!({ "message_id": id, "sequence_id": uuid::Uuid::now_v7() });
    tell_all(house, person, events::MAIL_SENT, ids.iter().map(mail)).await;
    house.react().await;
    let reply = |id: &String| json!({ "class": "human", "positive": true, "answers_message_id": id });
    tell_all(house, person, events::REPLY_RECEIVED, ids[..answered].iter().map(reply)).await;
    house.react().await;
}

pub async fn days_pass(house: &House, days: i64) {
    house.react().await;
    house.app.clock.set(house.app.clock.now().plus_days(days));
    prospecting::channel::settle_due(house.app.clone()).await.expect("settled");
}

pub fn of<'a>(advice: &'a Json, channel: &str) -> &'a Json {
    let all = advice["channels"].as_array().expect("a list");
    all.iter().find(|c| c["channel"] == channel).expect("every channel is there")
}

/// What the log tells of a record of a person's, by its id.
pub async fn tell_of(house: &House, person: &str, row: uuid::Uuid, kind: &'static str, payload: Json) {
    let now = house.app.clock.now();
    let mut tx = house.app.db.write_tx().await.expect("a transaction");
    let subject = Subject { person: person.parse::<PersonId>().ok(), row: Some(row), ..Subject::default() };
    let event = NewEvent::now(house.owner.workspace, kind, Actor::System, now);
    tx.record(event.about(subject).with(payload)).await.expect("recorded");
    tx.commit().await.expect("commit");
}

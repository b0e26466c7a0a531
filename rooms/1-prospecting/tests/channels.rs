//! By which way people are best reached, through its door on both databases (R7, R19 to R23, R28).

use axum::http::{Method, StatusCode};
use kernel::PersonId;
use records::events;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::{Actor, NewEvent, Subject};

fn doors() -> Vec<http_room::Door> {
    vec![process::door(), prospecting::door()]
}

async fn company(house: &House, country: &str) -> String {
    let new = json!({ "name": format!("Firm in {country}"), "country": country, "industry": "saas", "employees": 240 });
    let id = house.post("/companies", new).await["id"].as_str().expect("an id").to_owned();
    house.react().await;
    id
}

/// Somebody there with an address, a number and a profile.
async fn person(house: &House, company: &str, more: Json) -> String {
    let mut new = json!({ "name": "Ada Kim", "title": "CEO", "company_id": company, "email": "ada@firm.test",
        "phone": "+82 2 312 3456", "linkedin_url": "https://www.linkedin.com/in/ada" });
    for (key, value) in more.as_object().expect("an object") {
        new[key] = value.clone();
    }
    house.post("/people", new).await["id"].as_str().expect("an id").to_owned()
}

async fn advice(house: &House, person: &str) -> Json {
    house.get(&format!("/people/{person}/channel-advice")).await
}

/// What the log tells of a person.
async fn tell(house: &House, person: &str, kind: &'static str, payload: Json) {
    let now = house.app.clock.now();
    let mut tx = house.app.db.write_tx().await.expect("a transaction");
    let subject = Subject { person: person.parse::<PersonId>().ok(), ..Subject::default() };
    let event = NewEvent::now(house.owner.workspace, kind, Actor::System, now);
    tx.record(event.about(subject).with(payload)).await.expect("recorded");
    tx.commit().await.expect("commit");
}

async fn mailed(house: &House, person: &str) -> String {
    let message = uuid::Uuid::now_v7().to_string();
    let payload = json!({ "message_id": message, "sequence_id": uuid::Uuid::now_v7() });
    tell(house, person, events::MAIL_SENT, payload).await;
    message
}

async fn days_pass(house: &House, days: i64) {
    house.react().await;
    house.app.clock.set(house.app.clock.now().plus_days(days));
    prospecting::channel::settle_due(house.app.clone()).await.expect("settled");
}

fn of<'a>(advice: &'a Json, channel: &str) -> &'a Json {
    let all = advice["channels"].as_array().expect("a list");
    all.iter().find(|c| c["channel"] == channel).expect("every channel is there")
}

on_both_databases!(r7_a_page_of_prospects_comes_with_grade_reasons_and_channel, page, doors);
async fn page(house: House) {
    let firm = company(&house, "KR").await;
    let ada = person(&house, &firm, json!({})).await;
    let alone = house.post("/people", json!({ "name": "Nobody", "phone": "+82 2 312 3457" })).await;
    let nobody = uuid::Uuid::now_v7();
    let asked = json!({ "person_ids": [ada, alone["id"], nobody] });
    let found = house.post("/channel-advice", asked).await;
    let all = found.as_array().expect("a list");
    assert_eq!(all.len(), 2, "who is not there is left out");
    let of_ada = all.iter().find(|a| a["person_id"] == *ada).expect("her advice");
    let scored = house.get(&format!("/companies/{firm}")).await;
    assert_eq!(of_ada["fit"]["grade"], scored["icp_grade"]);
    assert_eq!(of_ada["fit"]["reasons"], scored["icp_reasons"]);
    assert!(of_ada["fit"]["reasons"].as_array().is_some_and(|r| !r.is_empty()), "{of_ada}");
    assert_eq!((&of_ada["first"], &of_ada["phone"]), (&json!("email"), &Json::Null));
    assert_eq!(of_ada["path"], json!(["linkedin", "email", "phone"]));
    assert_eq!(of(of_ada, "email")["basis"], "assumption");
    assert_eq!(of(of_ada, "phone")["basis"], "article");
    let of_alone = all.iter().find(|a| a["person_id"] == alone["id"]).expect("advice");
    assert_eq!((&of_alone["first"], &of_alone["phone"]), (&json!("phone"), &json!("only_way")));
    assert_eq!(of_alone["fit"], Json::Null);

    let many: Vec<_> = (0..201).map(|_| uuid::Uuid::now_v7()).collect();
    let body = Some(json!({ "person_ids": many }));
    let (status, _) = house.send(&house.owner, Method::POST, "/channel-advice", body, &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

on_both_databases!(r20_the_ranking_changes_after_outcomes_in_the_same_segment, learns, doors);
async fn learns(house: House) {
    let korea = company(&house, "KR").await;
    let ada = person(&house, &korea, json!({})).await;
    let before = advice(&house, &ada).await;
    assert_eq!(before["first"], "email");
    let others = person(&house, &korea, json!({ "email": "other@firm.test" })).await;
    for _ in 0..120 {
        mailed(&house, &others).await;
    }
    days_pass(&house, 5).await;
    assert_eq!(of(&advice(&house, &ada).await, "email")["touches"], 0, "they may still answer");
    days_pass(&house, 15).await;
    let after = advice(&house, &ada).await;
    assert_eq!(after["first"], "linkedin", "{after}");
    assert_eq!(
        (&of(&after, "email")["basis"], &of(&after, "email")["touches"]),
        (&json!("own"), &json!(120))
    );
    let elsewhere = person(&house, &company(&house, "US").await, json!({ "email": "us@firm.test" })).await;
    let there = advice(&house, &elsewhere).await;
    let p = |advice: &Json| of(advice, "email")["p"].as_f64().expect("a share");
    assert!(p(&after) < p(&there) && p(&there) < p(&before), "the workspace's mean elsewhere");
}

on_both_databases!(r20_an_answer_counts_at_once_and_a_mail_that_came_back_not_at_all, answers, doors);
async fn answers(house: House) {
    let ada = person(&house, &company(&house, "KR").await, json!({})).await;
    let p = |advice: &Json| of(advice, "email")["p"].as_f64().expect("a share");
    let before = p(&advice(&house, &ada).await);
    let (bounced, answered) = (mailed(&house, &ada).await, mailed(&house, &ada).await);
    house.react().await;
    tell(&house, &ada, events::MAIL_BOUNCED, json!({ "message_id": bounced, "hard": true })).await;
    let reply = json!({ "class": "human", "positive": true, "answers_message_id": answered });
    tell(&house, &ada, events::REPLY_RECEIVED, reply.clone()).await;
    tell(&house, &ada, events::REPLY_RECEIVED, reply).await;
    house.react().await;
    let after = advice(&house, &ada).await;
    assert_eq!(of(&after, "email")["touches"], 1, "one touch, answered once");
    assert!(p(&after) > before);
    assert_eq!(of(&after, "email")["access"], "verified");
    days_pass(&house, 20).await;
    assert_eq!(of(&advice(&house, &ada).await, "email")["touches"], 1);
}

on_both_databases!(r21_a_call_is_proposed_after_silence_or_when_they_called_and_never_else, calls, doors);
async fn calls(house: House) {
    let ada = person(&house, &company(&house, "KR").await, json!({})).await;
    let call = |direction: &str, outcome: &str| json!({ "kind": "call", "person_id": ada, "direction": direction, "outcome": outcome });
    house.post("/activities", call("out", "voicemail")).await;
    house.react().await;
    let dialled = advice(&house, &ada).await;
    assert_eq!((&dialled["phone"], &of(&dialled, "phone")["touches"]), (&Json::Null, &json!(1)));
    mailed(&house, &ada).await;
    mailed(&house, &ada).await;
    days_pass(&house, 8).await;
    let silent = advice(&house, &ada).await;
    assert_eq!((&silent["phone"], &silent["first"]), (&json!("unanswered"), &json!("email")));
    house.post("/activities", call("in", "intended")).await;
    house.react().await;
    assert_eq!(advice(&house, &ada).await["phone"], "asked_for");
}

on_both_databases!(r28_a_preference_comes_first_and_a_refused_channel_is_never_proposed, wishes, doors);
async fn wishes(house: House) {
    let firm = company(&house, "KR").await;
    let ada = person(&house, &firm, json!({ "preferred_channel": "phone" })).await;
    let preferred = advice(&house, &ada).await;
    assert_eq!(
        (&preferred["first"], &preferred["preferred"], &preferred["phone"]),
        (&json!("phone"), &json!(true), &json!("preferred"))
    );
    house.patch(&format!("/people/{ada}"), json!({ "do_not_contact": ["phone", "email"] })).await;
    let refused = advice(&house, &ada).await;
    assert_eq!((&refused["first"], &refused["preferred"]), (&json!("linkedin"), &json!(false)));
    for channel in ["phone", "email"] {
        assert_eq!(
            (&of(&refused, channel)["access"], &of(&refused, channel)["utility"]),
            (&json!("refused"), &json!(0.0))
        );
    }
    house.patch(&format!("/people/{ada}"), json!({ "do_not_contact": ["all"] })).await;
    let left = advice(&house, &ada).await;
    assert_eq!((&left["first"], &left["path"]), (&Json::Null, &json!([])));
}

on_both_databases!(who_is_suppressed_is_not_proposed_a_mail, suppressed, doors);
async fn suppressed(house: House) {
    let ada = person(&house, &company(&house, "KR").await, json!({})).await;
    let entries = [
        (json!({ "scope": "domain", "text": "firm.test" }), "linkedin"),
        (json!({ "scope": "address", "text": "Ada+news@firm.test" }), "linkedin"),
    ];
    for (entry, first) in entries {
        tell(&house, "", events::CONTACT_SUPPRESSED, entry.clone()).await;
        house.react().await;
        let barred = advice(&house, &ada).await;
        assert_eq!(
            (&barred["first"], &of(&barred, "email")["access"]),
            (&json!(first), &json!("suppressed")),
            "{entry}"
        );
        tell(&house, "", events::CONTACT_SUPPRESSION_LIFTED, entry).await;
        house.react().await;
        assert_eq!(advice(&house, &ada).await["first"], "email");
    }
    tell(&house, &ada, events::CONTACT_SUPPRESSED, json!({ "scope": "person" })).await;
    house.react().await;
    assert_eq!(advice(&house, &ada).await["first"], Json::Null);
}

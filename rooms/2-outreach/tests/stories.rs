//! Snippets and stories in mails (R102), through the door, on both databases.

use crate::support::{doors, enrol, mails, person, refused, sandbox, sequence_of, told, work};
use axum::http::{Method, StatusCode};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

/// A story about late parts, told by the owner.
async fn story(house: &House, key: &str, pain: &str) -> Json {
    let new = json!({ "key": key, "name": key, "kind": "story", "owner_id": house.owner.user, "pains": [pain],
        "texts": { "en": format!("{{{{ person.given_name }}}}, at a firm like yours {pain} went away."), "ko": "사라졌습니다." } });
    house.post("/snippets", new).await
}

/// Writes down what troubles the company of a person, besides what `enrol` does.
async fn troubled_by(house: &House, person: &str, words: &str) {
    let deal = crate::support::researched(house, person).await;
    let item =
        |kind: &str, text: &str| json!({ "kind": kind, "text": text, "source": "https://customer.test" });
    let items =
        [item("what_they_do", "Pumps"), item("trigger", "A new plant"), item("likely_challenge", words)];
    house.put(&format!("/deals/{deal}/research"), json!({ "items": items })).await;
}

/// Enrols somebody whose company is troubled by this, and answers the mail that was written.
async fn mail_to(house: &House, sequence: &str, name: &str, trouble: &str) -> Json {
    let who = person(house, name, &format!("{name}@{name}.test").to_lowercase()).await;
    troubled_by(house, &who, trouble).await;
    let body = json!({ "person_ids": [who], "why_them": "They grow." });
    let answer = house.post(&format!("/sequences/{sequence}/enrol"), body).await;
    assert_eq!(answer["refused"], json!([]));
    work(house).await;
    mails(house, answer["enrolled"][0].as_str().expect("an id"), "out").await.remove(0)
}

on_both_databases!(r102_a_story_goes_to_whom_its_pain_troubles_and_waits_for_others_naming_it, fits, doors);
async fn fits(house: House) {
    let mailbox = sandbox(&house).await;
    story(&house, "late", "late parts").await;
    let steps =
        json!([{ "subject": "A question", "body": "Hello,\n{{ snippet.late }}\nHow is it with you?" }]);
    let sequence = sequence_of(&house, &mailbox, steps).await;
    let ada = mail_to(&house, &sequence, "Ada", "Parts come in late every week").await;
    assert_eq!(ada["state"], "sent");
    assert!(
        ada["text"].as_str().expect("a text").contains("Ada, at a firm like yours late parts went away.")
    );
    let ben = mail_to(&house, &sequence, "Ben", "Too much scrap").await;
    let held = (&ben["state"], &ben["reason"], &ben["missing"]);
    assert_eq!(held, (&json!("needs_edit"), &json!("story"), &json!(["snippet.late"])));
    // Whoever looked at it and saves it sends it.
    let path = format!("/messages/{}", ben["id"].as_str().expect("an id"));
    house.patch(&path, json!({ "text": "How is it with you, Ben?" })).await;
    work(&house).await;
    assert_eq!(house.get(&path).await["state"], "sent");
}

on_both_databases!(r102_the_senders_story_that_fits_best_is_chosen_or_none, chosen, doors);
async fn chosen(house: House) {
    let mailbox = sandbox(&house).await;
    story(&house, "late", "late parts").await;
    story(&house, "scrap", "scrap").await;
    let theirs = json!({ "key": "theirs", "name": "Theirs", "kind": "story", "pains": ["idle machines"],
        "owner_id": house.member(http_room::Role::Rep).await.user, "texts": { "en": "When I was there" } });
    house.post("/snippets", theirs).await;
    let steps = json!([{ "subject": "A question", "body": "Hello,\n{{ story }}\nHow is it with you?" }]);
    let sequence = sequence_of(&house, &mailbox, steps).await;
    let ada = mail_to(&house, &sequence, "Ada", "Much scrap").await;
    assert!(ada["text"].as_str().expect("a text").contains("scrap went away"), "{ada}");
    let ben = mail_to(&house, &sequence, "Ben", "Idle machines").await;
    let held = (&ben["state"], &ben["missing"]);
    assert_eq!(held, (&json!("needs_edit"), &json!(["story"])), "another rep's story is not the sender's");
}

on_both_databases!(r102_a_snippet_is_written_in_the_language_of_the_mail, languages, doors);
async fn languages(house: House) {
    let mailbox = sandbox(&house).await;
    let new = json!({ "key": "us", "name": "Us", "kind": "text", "texts": { "en": "We plan.", "ko": "저희는 계획합니다." } });
    house.post("/snippets", new).await;
    let en = json!([{ "subject": "Hello", "body": "So: {{ snippet.us }} And you?" }]);
    let ko = json!([{ "subject": "안녕하세요", "body": "그래서: {{ snippet.us }} 어떠세요?" }]);
    for (steps, name, text) in
        [(en, "Ada", "So: We plan. And you?"), (ko, "Bora", "그래서: 저희는 계획합니다. 어떠세요?")]
    {
        let sequence = sequence_of(&house, &mailbox, steps).await;
        let mail = mail_to(&house, &sequence, name, "Nothing").await;
        assert_eq!((&mail["state"], &mail["text"]), (&json!("sent"), &json!(text)));
    }
}

on_both_databases!(r102_the_preview_says_that_a_story_does_not_fit, preview, doors);
async fn preview(house: House) {
    let mailbox = sandbox(&house).await;
    story(&house, "late", "late parts").await;
    let steps = json!([{ "subject": "A question", "body": "Hello {{ person.given_name }},\n{{ snippet.late }}\nHow?" }]);
    let sequence = sequence_of(&house, &mailbox, steps).await;
    let ada = person(&house, "Ada", "ada@ada.test").await;
    let path = format!("/sequences/{sequence}/preview");
    let before = house.post(&path, json!({ "person_id": ada })).await["messages"][0].clone();
    assert_eq!((&before["warnings"], &before["missing"]), (&json!(["story"]), &json!(["snippet.late"])));
    troubled_by(&house, &ada, "Late parts").await;
    let after = house.post(&path, json!({ "person_id": ada })).await["messages"][0].clone();
    assert_eq!((&after["warnings"], &after["missing"]), (&json!([]), &json!([])));
}

on_both_databases!(a_call_script_shows_the_mark_of_a_story_that_does_not_fit, script, doors);
async fn script(house: House) {
    let mailbox = sandbox(&house).await;
    story(&house, "late", "late parts").await;
    let steps =
        json!([{ "kind": "call", "subject": "Call {{ person.name }}", "body": "Tell: {{ snippet.late }}" }]);
    let sequence = sequence_of(&house, &mailbox, steps).await;
    let ada = person(&house, "Ada", "ada@ada.test").await;
    enrol(&house, &sequence, &ada).await;
    work(&house).await;
    let tasks = house.get("/tasks?where=origin.eq.sequence").await;
    assert_eq!(tasks["items"][0]["body"], "Tell: [snippet.late]");
}

on_both_databases!(snippets_are_written_changed_and_deleted_within_their_workspace, kept, doors);
async fn kept(house: House) {
    let made = story(&house, "late", "late parts").await;
    let path = format!("/snippets/{}", made["id"].as_str().expect("an id"));
    let changed = house.patch(&path, json!({ "name": "Parts that came late", "owner_id": null })).await;
    assert_eq!((&changed["name"], &changed["owner_id"]), (&json!("Parts that came late"), &Json::Null));
    assert_eq!(changed["pains"], json!(["late parts"]), "what is left out stays");
    let (status, _) = refused(&house, Method::PATCH, &path, json!({ "pains": [] })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let again = json!({ "key": "late", "name": "x", "kind": "text", "texts": { "en": "x" } });
    let (status, _) = refused(&house, Method::POST, "/snippets", again).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "its key is taken");
    let (status, theirs) = house.send(&house.stranger, Method::GET, "/snippets", None, &[]).await;
    assert_eq!((status, theirs), (StatusCode::OK, json!([])));
    for method in [Method::GET, Method::DELETE] {
        let (status, _) = house.send(&house.stranger, method, &path, None, &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    let (status, _) = house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(house.get("/snippets").await, json!([]));
    assert_eq!(told(&house, "snippet.deleted").await[0]["key"], "late");
}

on_both_databases!(
    whoever_answers_by_hand_finds_texts_filled_in_for_the_person_those_that_fit_first,
    ready,
    doors
);
async fn ready(house: House) {
    story(&house, "a_scrap", "scrap").await;
    story(&house, "late", "late parts").await;
    let text = json!({ "key": "thanks", "name": "thanks", "kind": "text", "texts": { "en": "Thank you, {{ person.title }} {{ person.given_name }}." } });
    house.post("/snippets", text).await;
    let ada = person(&house, "Ada", "ada@ada.test").await;
    troubled_by(&house, &ada, "Parts come in late every week").await;
    let all = house.get(&format!("/people/{ada}/snippets")).await;
    let shown: Vec<(&str, bool)> = all
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["key"].as_str().expect("a key"), one["fits"].as_bool().expect("a word")))
        .collect();
    assert_eq!(shown, [("late", true), ("thanks", true), ("a_scrap", false)]);
    assert_eq!(all[0]["text"], "Ada, at a firm like yours late parts went away.");
    assert_eq!(all[1]["text"], "Thank you, [person.title] Ada.");
    assert_eq!(all[1]["missing"], json!(["person.title"]));
    // In the language they read, and where there is none of it in the other.
    house.patch(&format!("/people/{ada}"), json!({ "locale": "ko" })).await;
    let korean = house.get(&format!("/people/{ada}/snippets")).await;
    assert_eq!(korean[0]["text"], "사라졌습니다.");
    assert_eq!(korean[1]["text"], "Thank you, [person.title] Ada.");
}

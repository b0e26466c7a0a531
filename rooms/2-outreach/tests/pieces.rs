//! First-touch pieces before a call (R104) and their paper, through the door, on both databases.

use crate::support::{doors, enrol, enrolment, pass, person, refused, sandbox, sequence_of, text, work};
use axum::http::{Method, StatusCode};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

/// A letter, a call a business day after it is posted.
fn letter_and_call() -> Json {
    json!([
        { "kind": "post", "goal": "A talk", "subject": "Write to {{ person.name }}",
          "body": "Dear {{ person.given_name }},\n\nhow do you plan at {{ company.name }}?",
          "piece": { "kind": "letter", "headline": "For {{ person.name }}", "personality": "A line by hand",
                     "unique_value": "Their figures", "cost": { "minor": 1500, "currency": "KRW" } } },
        { "kind": "call", "delay_days": 1, "subject": "Call {{ person.name }}" },
    ])
}

async fn days_pass(house: &House, days: i64) {
    pass(house, days * 86_400);
    work(house).await;
    house.react().await;
}

async fn piece_of(house: &House, enrolment: &str) -> Json {
    house.get(&format!("/pieces?where=enrolment_id.eq.{enrolment}")).await["items"][0].clone()
}

async fn move_to(house: &House, pieces: &[&Json], state: &str) -> Json {
    let ids: Vec<&Json> = pieces.iter().map(|piece| &piece["id"]).collect();
    let moved = house.post("/pieces/move", json!({ "ids": ids, "state": state })).await;
    house.react().await;
    work(house).await;
    moved
}

async fn open_tasks(house: &House) -> Vec<String> {
    let path = "/tasks?where=origin.eq.sequence&where=state.eq.open&sort=created_at";
    let tasks = house.get(path).await["items"].as_array().expect("a list").clone();
    tasks.iter().map(|task| text(&task["title"])).collect()
}

/// Somebody on their way whose letter is prepared.
async fn begun(house: &House, steps: Json) -> (String, String) {
    let mailbox = sandbox(house).await;
    let sequence = sequence_of(house, &mailbox, steps).await;
    let ada = person(house, "Ada", "ada@customer.test").await;
    let id = enrol(house, &sequence, &ada).await;
    work(house).await;
    (ada, id)
}

on_both_databases!(r104_a_step_by_post_makes_a_piece_with_personality_value_goal_and_cost, made, doors);
async fn made(house: House) {
    let (ada, id) = begun(&house, letter_and_call()).await;
    let piece = piece_of(&house, &id).await;
    assert_eq!(
        (&piece["state"], &piece["kind"], &piece["person_id"]),
        (&json!("prepared"), &json!("letter"), &json!(ada))
    );
    assert_eq!((&piece["headline"], &piece["goal"]), (&json!("For Ada Kim"), &json!("A talk")));
    assert_eq!(piece["body"], "Dear Ada,\n\nhow do you plan at Ada's company?");
    assert_eq!(
        (&piece["personality"], &piece["unique_value"]),
        (&json!("A line by hand"), &json!("Their figures"))
    );
    assert_eq!((&piece["cost_minor"], &piece["warnings"]), (&json!(1500), &json!([])));
    assert_eq!(open_tasks(&house).await, ["Write to Ada Kim"]);
}

on_both_databases!(
    r104_the_call_waits_until_the_piece_was_delivered_and_a_business_day_has_passed,
    waits,
    doors
);
async fn waits(house: House) {
    let (_, id) = begun(&house, letter_and_call()).await;
    let piece = piece_of(&house, &id).await;
    let moved = move_to(&house, &[&piece], "sent").await;
    assert_eq!(moved["pieces"][0]["state"], "sent");
    assert_eq!(open_tasks(&house).await, ["Has it arrived at Ada Kim?"], "what was posted is done");
    days_pass(&house, 7).await;
    let waiting = enrolment(&house, &id).await;
    let why = (&waiting["state"], &waiting["reason"], &waiting["next_run_at"]);
    assert_eq!(why, (&json!("active"), &json!("piece_under_way"), &Json::Null));
    move_to(&house, &[&piece], "delivered").await;
    assert!(open_tasks(&house).await.is_empty(), "not on the day it arrived");
    days_pass(&house, 1).await;
    assert_eq!(open_tasks(&house).await, ["Call Ada Kim"]);
    assert_eq!(enrolment(&house, &id).await["state"], "waiting");
}

on_both_databases!(r104_doing_the_tasks_is_enough_posted_then_arrived, tasks, doors);
async fn tasks(house: House) {
    let (_, id) = begun(&house, letter_and_call()).await;
    for (title, state) in [("Write to Ada Kim", "sent"), ("Has it arrived at Ada Kim?", "delivered")] {
        let open = house.get("/tasks?where=origin.eq.sequence&where=state.eq.open").await["items"][0].clone();
        assert_eq!(open["title"], title);
        house.post(&format!("/tasks/{}/done", text(&open["id"])), json!({})).await;
        house.react().await;
        assert_eq!(piece_of(&house, &id).await["state"], state);
    }
    days_pass(&house, 4).await;
    assert_eq!(open_tasks(&house).await, ["Call Ada Kim"]);
}

on_both_databases!(r104_a_piece_that_came_back_or_was_skipped_is_not_waited_for, returned, doors);
async fn returned(house: House) {
    let (_, id) = begun(&house, letter_and_call()).await;
    let piece = piece_of(&house, &id).await;
    move_to(&house, &[&piece], "sent").await;
    days_pass(&house, 7).await;
    move_to(&house, &[&piece], "returned").await;
    assert_eq!(open_tasks(&house).await, ["Call Ada Kim"]);

    let ben = person(&house, "Ben", "ben@customer.test").await;
    let sequence = text(&enrolment(&house, &id).await["sequence_id"]);
    let other = enrol(&house, &sequence, &ben).await;
    work(&house).await;
    let skipped =
        house.get(&format!("/tasks?where=person_id.eq.{ben}&where=state.eq.open")).await["items"][0].clone();
    house.post(&format!("/tasks/{}/done", text(&skipped["id"])), json!({ "state": "skipped" })).await;
    house.react().await;
    assert_eq!(piece_of(&house, &other).await, Json::Null, "what is not sent is no piece");
    days_pass(&house, 4).await;
    assert_eq!(open_tasks(&house).await, ["Call Ada Kim", "Call Ben Kim"]);
}

on_both_databases!(r104_a_fork_asks_whether_the_piece_was_delivered, forks, doors);
async fn forks(house: House) {
    let delivered = json!({ "is": "happened", "what": "piece", "value": "delivered" });
    let steps = json!([
        { "kind": "post", "subject": "A card", "body": "Hello", "piece": { "kind": "postcard" } },
        { "kind": "wait", "delay_days": 3, "branches": [{ "if": delivered, "go_to": "thank" }] },
        { "kind": "task", "subject": "Look for another address" },
        { "kind": "task", "key": "thank", "subject": "Ask how they liked it" },
    ]);
    let (_, id) = begun(&house, steps).await;
    let piece = piece_of(&house, &id).await;
    // Said by mistake, and corrected.
    for state in ["returned", "sent", "delivered"] {
        move_to(&house, &[&piece], state).await;
    }
    days_pass(&house, 7).await;
    assert_eq!(open_tasks(&house).await, ["Ask how they liked it"]);
}

on_both_databases!(r104_a_brochure_or_a_flyer_is_warned_of, flyer, doors);
async fn flyer(house: House) {
    let mailbox = sandbox(&house).await;
    let mut steps = letter_and_call();
    steps[0]["piece"]["kind"] = json!("flyer");
    let sequence = sequence_of(&house, &mailbox, steps).await;
    let ada = person(&house, "Ada", "ada@customer.test").await;
    let preview = house.post(&format!("/sequences/{sequence}/preview"), json!({ "person_id": ada })).await;
    assert_eq!(preview["messages"][0]["warnings"], json!(["flyer"]));
    let new = json!({ "person_id": ada, "form": { "kind": "brochure" } });
    let made = house.post("/pieces", new).await;
    assert_eq!(made["warnings"], json!(["brochure", "impersonal", "no_value", "no_goal", "no_cost"]));
}

on_both_databases!(pieces_of_a_list_are_moved_at_once_and_only_within_the_workspace, many, doors);
async fn many(house: House) {
    let mut made = Vec::new();
    for name in ["Ada", "Ben", "Cho"] {
        let who = person(&house, name, &format!("{name}@{name}.test")).await;
        let new = json!({ "person_id": who, "form": { "kind": "letter" }, "body": "Dear all" });
        made.push(house.post("/pieces", new).await);
    }
    let all: Vec<&Json> = made.iter().collect();
    let moved = move_to(&house, &all, "printed").await;
    assert_eq!(moved["pieces"].as_array().map(Vec::len), Some(3));
    let listed = house.get("/pieces?where=state.eq.printed").await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(3));
    let path = format!("/pieces/{}", text(&made[0]["id"]));
    let body = json!({ "ids": [made[0]["id"]], "state": "sent" });
    let (_, theirs) = house.send(&house.stranger, Method::POST, "/pieces/move", Some(body), &[]).await;
    assert_eq!(theirs["pieces"], json!([]));
    for (method, path) in [(Method::GET, path.as_str()), (Method::DELETE, path.as_str())] {
        let (status, _) = house.send(&house.stranger, method, path, None, &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    move_to(&house, &[&made[0]], "sent").await;
    let (status, code) = refused(&house, Method::PATCH, &path, json!({ "body": "Other" })).await;
    assert_eq!((status, code.as_str()), (StatusCode::CONFLICT, "in_post"));
    let (status, _) =
        refused(&house, Method::POST, "/pieces/move", json!({ "ids": [], "state": "sent" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

on_both_databases!(
    letters_and_cards_of_a_list_become_one_pdf_and_what_cannot_be_printed_is_named,
    paper,
    doors
);
async fn paper(house: House) {
    let ada = person(&house, "Ada", "ada@customer.test").await;
    let company = text(&house.get(&format!("/people/{ada}")).await["company_id"]);
    let form = json!({ "kind": "letter", "headline": "#panic(\"x\") *Ada*" });
    let letter = house.post("/pieces", json!({ "person_id": ada, "form": form, "body": "Dear Ada" })).await;
    let card = json!({ "kind": "postcard", "headline": "안녕하세요" });
    let card = house.post("/pieces", json!({ "person_id": ada, "form": card, "body": "반갑습니다." })).await;
    let gift = house
        .post("/pieces", json!({ "person_id": ada, "form": { "kind": "gift" }, "body": "A book" }))
        .await;
    let print = |ids: Json| {
        house.send_raw(&house.owner, Method::POST, "/pieces/print", Some(json!({ "ids": ids })), &[])
    };
    let (status, body) = print(json!([letter["id"], gift["id"]])).await;
    let problem: Json = serde_json::from_slice(&body).expect("a problem");
    let codes: Vec<(Json, Json)> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| (error["field"].clone(), error["code"].clone()))
        .collect();
    let expected = [(json!("ids.0"), json!("no_address")), (json!("ids.1"), json!("not_printed"))];
    assert_eq!((status, codes), (StatusCode::UNPROCESSABLE_ENTITY, expected.to_vec()));
    house
        .patch(&format!("/companies/{company}"), json!({ "address": "Teheran-ro 1", "city": "Seoul" }))
        .await;
    let (status, pdf) = print(json!([letter["id"], card["id"]])).await;
    assert_eq!(status, StatusCode::OK);
    assert!(pdf.starts_with(b"%PDF-"));
    let body = Some(json!({ "ids": [letter["id"]] }));
    let (status, _) = house.send(&house.stranger, Method::POST, "/pieces/print", body, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

on_both_databases!(
    a_piece_with_a_field_without_value_is_not_printed_until_it_is_written_anew,
    unresolved,
    doors
);
async fn unresolved(house: House) {
    let steps = json!([{ "kind": "post", "subject": "A letter", "body": "As {{ person.title }} you plan." }]);
    let (_, id) = begun(&house, steps).await;
    let piece = piece_of(&house, &id).await;
    assert_eq!(piece["missing"], json!(["person.title"]));
    let ids = json!({ "ids": [piece["id"]] });
    let (status, _) = refused(&house, Method::POST, "/pieces/print", ids).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let path = format!("/pieces/{}", text(&piece["id"]));
    let after = house.patch(&path, json!({ "body": "You plan." })).await;
    assert_eq!(after["missing"], json!([]));
}

//! Forks, wordings and links of sequences, through the door, on both databases.

use crate::support::{doors, enrol, enrolment, mails, pass, person, sandbox, sequence_of, text, told, work};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use tower::ServiceExt;

fn forked() -> Json {
    json!([
        { "subject": "Hello", "body": "Hello {{ person.given_name }},\nhttps://stone.test/plan shows how. Do you plan by hand?" },
        { "kind": "wait", "delay_days": 2, "branches": [
            { "if": { "is": "happened", "what": "clicked", "value": "1" }, "go_to": "call" },
            { "if": { "is": "field", "field": "person.tags", "op": "contains", "value": "stop" } },
        ] },
        { "subject": "", "body": "Is this still a question for you?" },
        { "kind": "call", "key": "call", "subject": "Call {{ person.name }}" },
    ])
}

/// Follows a path of ours as a browser would; answers the status and where it leads.
async fn follow(house: &House, path: &str) -> (StatusCode, Option<String>) {
    let app = outreach::public_routes().with_state(house.app.clone());
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let answer = app.oneshot(request).await.expect("an answer");
    let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().expect("text").to_owned());
    (answer.status(), to)
}

async fn token_of(house: &House, message: &Json) -> String {
    let id: kernel::MessageId = text(&message["id"]).parse().expect("an id");
    let sql = store::Sql::with(house.app.db.engine(), "SELECT token FROM message WHERE id = ?", [id.into()]);
    sql.scalar(house.app.db.read()).await.expect("the database").expect("a token")
}

on_both_databases!(a_fork_sends_whoever_clicked_to_the_call_and_others_on, forks, doors);
async fn forks(house: House) {
    let mailbox = sandbox(&house).await;
    let sequence = sequence_of(&house, &mailbox, forked()).await;
    let mut ids = Vec::new();
    for name in ["Ada", "Ben", "Cho"] {
        let who = person(&house, name, &format!("{name}@{name}.test")).await;
        ids.push(enrol(&house, &sequence, &who).await);
        if name == "Cho" {
            house.patch(&format!("/people/{who}"), json!({ "tags": ["stop"] })).await;
        }
    }
    work(&house).await;
    pass(&house, 60);
    let first = mails(&house, &ids[0], "out").await.remove(0);
    let path = format!("/c/{}/1", token_of(&house, &first).await);
    let there = (StatusCode::FOUND, Some("https://stone.test/plan".to_owned()));
    assert_eq!(follow(&house, &path).await, there);
    assert_eq!(follow(&house, &path).await, there, "again, and it counts once");
    let clicks = told(&house, "mail.clicked").await;
    assert_eq!(clicks.len(), 1);
    assert_eq!((&clicks[0]["link"], &clicks[0]["step"]), (&json!(1), &json!(1)));
    pass(&house, 4 * 86_400);
    work(&house).await;
    let states: Vec<(String, i64, usize)> = {
        let mut all = Vec::new();
        for id in &ids {
            let now = enrolment(&house, id).await;
            let out = mails(&house, id, "out").await.len();
            all.push((text(&now["state"]), now["step"].as_i64().unwrap_or(-1), out));
        }
        all
    };
    assert_eq!(states[0], ("waiting".to_owned(), 3, 1), "whoever clicked is called");
    assert_eq!(states[1].2, 2, "whoever did not gets the second mail");
    assert_eq!((states[2].0.as_str(), states[2].2), ("finished", 1), "and for the third it ends");
    let ways: Vec<Json> =
        told(&house, "enrolment.branched").await.into_iter().map(|e| e["to"].clone()).collect();
    assert!(ways.len() == 2 && ways.contains(&json!(4)) && ways.contains(&Json::Null), "{ways:?}");
}

on_both_databases!(a_link_leads_only_where_the_mail_said_and_a_scanner_is_no_reader, links, doors);
async fn links(house: House) {
    let mailbox = sandbox(&house).await;
    let sequence = sequence_of(&house, &mailbox, forked()).await;
    let who = person(&house, "Ada", "ada@ada.test").await;
    let id = enrol(&house, &sequence, &who).await;
    work(&house).await;
    let token = token_of(&house, &mails(&house, &id, "out").await[0]).await;
    assert_eq!(follow(&house, &format!("/c/{token}/1")).await.0, StatusCode::FOUND);
    assert!(told(&house, "mail.clicked").await.is_empty(), "within a moment of sending");
    for wrong in [
        format!("/c/{token}/0"),
        format!("/c/{token}/2"),
        "/c/nothing/1".to_owned(),
        format!("/c/{}/1", "a".repeat(200)),
    ] {
        assert_eq!(follow(&house, &wrong).await, (StatusCode::NOT_FOUND, None), "{wrong}");
    }
}

on_both_databases!(wordings_are_dealt_out_and_shown_with_what_they_brought, wordings, doors);
async fn wordings(house: House) {
    let mailbox = sandbox(&house).await;
    let steps = json!([
        { "subject": "A question", "body": "Do you plan by hand?",
          "variants": [{ "subject": "Planning", "body": "How do you plan?" }] },
    ]);
    let sequence = sequence_of(&house, &mailbox, steps).await;
    let mut ids = Vec::new();
    for n in 0..16 {
        let who = person(&house, &format!("P{n}"), &format!("p{n}@company{n}.test")).await;
        ids.push(enrol(&house, &sequence, &who).await);
    }
    work(&house).await;
    let mut got = [0, 0];
    for id in &ids {
        let mail = mails(&house, id, "out").await.remove(0);
        let arm = mail["variant"].as_u64().expect("a wording") as usize;
        assert_eq!(mail["subject"], ["A question", "Planning"][arm - 1]);
        got[arm - 1] += 1;
    }
    // All sixteen alike come by chance twice in 65,536 runs.
    assert!(got[0] > 0 && got[1] > 0, "{got:?}");
    let path = format!("/sequences/{sequence}/variants");
    let fresh = house.get(&path).await;
    assert_eq!(fresh[0]["arms"][0]["delivered"], 0, "replies have five business days");
    pass(&house, 14 * 86_400);
    house.tick().await;
    let then = house.get(&path).await;
    assert_eq!(then[0]["arms"][0]["delivered"].as_u64(), Some(got[0]));
    assert_eq!(then[0]["arms"][1]["delivered"].as_u64(), Some(got[1]));
    assert_eq!((&then[0]["winner"], &then[0]["step"]), (&Json::Null, &json!(1)));
}

on_both_databases!(a_sequence_is_taken_out_as_a_text_and_read_back_the_same, texts, doors);
async fn texts(house: House) {
    let mailbox = sandbox(&house).await;
    let sequence = sequence_of(&house, &mailbox, forked()).await;
    let path = format!("/sequences/{sequence}/export");
    let (status, bytes) = house.send_raw(&house.owner, axum::http::Method::GET, &path, None, &[]).await;
    let file = String::from_utf8(bytes).expect("text");
    assert_eq!(status, StatusCode::OK);
    assert!(file.starts_with("sevenfold: sequence/1"), "{file}");
    let back = house.post("/sequences/import", json!({ "text": file })).await;
    let first = house.get(&format!("/sequences/{sequence}")).await;
    for field in ["name", "goal", "steps", "windows"] {
        assert_eq!(back[field], first[field], "{field}");
    }
    assert_eq!((&back["state"], &back["mailbox_id"]), (&json!("draft"), &Json::Null));
    let broken = json!({ "text": "sevenfold: sequence/1\nname: x\nstepps: []\n" });
    let (status, code) =
        crate::support::refused(&house, axum::http::Method::POST, "/sequences/import", broken).await;
    assert_eq!((status, code.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "validation"));
}

on_both_databases!(a_simulation_says_who_would_get_what_and_when_and_writes_nothing, simulation, doors);
async fn simulation(house: House) {
    let mailbox = sandbox(&house).await;
    house.patch(&format!("/mailboxes/{mailbox}"), json!({ "daily_cap": 2 })).await;
    let steps = json!([
        { "subject": "Hello", "body": "How do you plan?" },
        { "kind": "call", "delay_days": 2, "subject": "Call" },
    ]);
    let new = json!({ "name": "Plan", "mailbox_id": mailbox, "steps": steps });
    let sequence = text(&house.post("/sequences", new).await["id"]);
    let mut ids = Vec::new();
    for name in ["Ada", "Ben", "Cho"] {
        ids.push(person(&house, name, &format!("{name}@{name}.test")).await);
    }
    let mute = text(&house.post("/people", json!({ "name": "Mute" })).await["id"]);
    ids.push(mute);
    let path = format!("/sequences/{sequence}/simulate");
    let plan = house.post(&path, json!({ "person_ids": ids })).await;
    assert_eq!(plan["people"][3]["refused"], "no_email");
    let put_off: Vec<&Json> = (0..3).map(|n| &plan["people"][n]["steps"][0]["put_off"]).collect();
    assert_eq!(put_off, [&json!(false), &json!(false), &json!(true)], "two a day");
    let mails: Vec<u64> =
        plan["days"].as_array().expect("days").iter().filter_map(|d| d["mails"].as_u64()).collect();
    assert_eq!((mails.iter().sum::<u64>(), mails.iter().max()), (3, Some(&2)));
    for one in plan["people"].as_array().expect("people").iter().take(3) {
        let hour: u32 =
            one["steps"][0]["due_local"].as_str().expect("a time")[11..13].parse().expect("an hour");
        assert!((8..10).contains(&hour) || hour == 15, "in a window of their own day: {one}");
    }
    assert_eq!(house.get("/messages").await["items"], json!([]));
    assert_eq!(house.get("/enrolments").await["items"], json!([]));
}

const OPEN_CALLS: &str = "/tasks?where=state.eq.open&where=origin.eq.sequence";

on_both_databases!(a_call_decides_at_a_fork_and_ends_the_step_that_waited_for_it, calls, doors);
async fn calls(house: House) {
    let mailbox = sandbox(&house).await;
    let steps = json!([
        { "kind": "call", "subject": "Call {{ person.name }}" },
        { "subject": "Hello", "body": "I could not reach you. How do you plan?", "branches": [
            { "if": { "is": "happened", "what": "call", "value": "intended" } },
        ] },
    ]);
    let sequence = sequence_of(&house, &mailbox, steps).await;
    let mut ends = Vec::new();
    for (name, outcome) in [("Ada", "intended"), ("Ben", "voicemail")] {
        let who = person(&house, name, &format!("{name}@{name}.test")).await;
        let id = enrol(&house, &sequence, &who).await;
        work(&house).await;
        assert_eq!(enrolment(&house, &id).await["state"], "waiting");
        house.post("/activities", json!({ "kind": "call", "person_id": who, "outcome": outcome })).await;
        house.react().await;
        work(&house).await;
        ends.push((text(&enrolment(&house, &id).await["state"]), mails(&house, &id, "out").await.len()));
        assert_eq!(house.get(OPEN_CALLS).await["items"], json!([]));
    }
    assert_eq!(ends, [("finished".to_owned(), 0), ("finished".to_owned(), 1)]);
}

on_both_databases!(r27_the_default_sequence_runs_from_end_to_end, default_sequence, doors);
async fn default_sequence(house: House) {
    let mailbox = sandbox(&house).await;
    let template = house.get("/sequence-templates?locale=ko").await[0].clone();
    let sequence = sequence_of(&house, &mailbox, template["steps"].clone()).await;
    let who = person(&house, "Ada", "ada@ada.test").await;
    let id = enrol(&house, &sequence, &who).await;
    let mut ways = Vec::new();
    for _ in 0..12 {
        work(&house).await;
        let open = house.get(OPEN_CALLS).await;
        for task in open["items"].as_array().expect("tasks") {
            ways.push(text(&task["kind"]));
            house.post(&format!("/tasks/{}/done", text(&task["id"])), json!({})).await;
            house.react().await;
        }
        pass(&house, 2 * 86_400);
    }
    assert_eq!(ways, ["social", "call"]);
    let sent = mails(&house, &id, "out").await;
    let end = enrolment(&house, &id).await;
    assert_eq!((&end["state"], sent.len()), (&json!("finished"), 2), "{end}");
    assert!(sent.iter().all(|mail| mail["state"] == "sent"));
}

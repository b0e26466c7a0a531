//! Calls that are due, what became of them, taking that back, and the hours at which people answer, on both databases.

use crate::support::{doors, enrol, enrolment, person, sandbox, sequence_of, text, work};
use axum::http::{Method, StatusCode};
use http_room::{Member, Role};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::Sql;

/// A person with a number, who is on their way to a call; the call is due.
async fn to_call(house: &House, name: &str, phone: &str) -> (String, String) {
    let mailbox = sandbox(house).await;
    let steps = json!([
        { "kind": "call", "subject": "Call {{ person.given_name }}",
          "body": "Hello {{ person.given_name }}, I see {{ company.name }} grows." },
        { "delay_days": 3, "subject": "As agreed", "body": "Hello {{ person.given_name }}" },
    ]);
    let sequence = sequence_of(house, &mailbox, steps).await;
    let who = person(house, name, &format!("{}@{name}.test", name.to_lowercase())).await;
    house.patch(&format!("/people/{who}"), json!({ "phone": phone, "preferred_channel": "phone" })).await;
    let id = enrol(house, &sequence, &who).await;
    work(house).await;
    (who, id)
}

async fn queue(house: &House, me: &Member) -> Vec<Json> {
    let (status, list) = house.send(me, Method::GET, "/calls/queue", None, &[]).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    list.as_array().expect("a list").clone()
}

async fn dispose(house: &House, me: &Member, item: &Json, body: Json) -> (StatusCode, Json) {
    let path = format!("/calls/queue/{}/disposition", text(&item["task_id"]));
    house.send(me, Method::POST, &path, Some(body), &[]).await
}

on_both_databases!(a_call_that_is_due_has_its_number_its_hour_and_its_script, due, doors);
async fn due(house: House) {
    let (who, _) = to_call(&house, "Ada", "010-1234-5678").await;
    let calls = queue(&house, &house.owner).await;
    assert_eq!(calls.len(), 1, "{calls:?}");
    let call = &calls[0];
    assert_eq!((&call["person_id"], &call["title"]), (&json!(who), &json!("Call Ada")));
    assert_eq!(call["script"], "Hello Ada, I see Ada's company grows.");
    assert_eq!((&call["phone"], &call["phone_shown"]), (&json!("+821012345678"), &json!("010-1234-5678")));
    // Nine in the morning of a Monday in Seoul.
    assert_eq!((&call["zone"], &call["hour"]), (&json!("Asia/Seoul"), &json!("good")));
    assert_eq!((&call["calls"], &call["refuses"]), (&json!(0), &json!(false)));
    house.app.clock.set(house.app.clock.now().plus_seconds(13 * 3600));
    assert_eq!(queue(&house, &house.owner).await[0]["hour"], "closed", "nobody is called at ten at night");
    assert!(queue(&house, &house.stranger).await.is_empty());
    let colleague = house.member(Role::Rep).await;
    assert!(queue(&house, &colleague).await.is_empty(), "it is the owner's call");
}

on_both_databases!(a_disposition_logs_the_call_ends_its_task_and_can_be_taken_back, disposed, doors);
async fn disposed(house: House) {
    let (who, id) = to_call(&house, "Ada", "+82 10-1234-5678").await;
    let me = house.owner.clone();
    let item = queue(&house, &me).await.remove(0);
    for (body, field) in [
        (json!({ "disposition": "sold" }), ""),
        (json!({ "disposition": "callback_agreed" }), "again_on"),
        (json!({ "disposition": "busy", "again_on": "tomorrow" }), "again_on"),
        (json!({ "disposition": "busy", "meeting_at": "2026-11-25T09:00:00Z" }), "meeting_at"),
        (json!({ "disposition": "busy", "duration_seconds": -1 }), "duration_seconds"),
    ] {
        let (status, problem) = dispose(&house, &me, &item, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    let reader = house.member(Role::ReadOnly).await;
    assert_eq!(
        dispose(&house, &reader, &item, json!({ "disposition": "busy" })).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        dispose(&house, &house.stranger, &item, json!({ "disposition": "busy" })).await.0,
        StatusCode::NOT_FOUND
    );

    let body = json!({ "disposition": "callback_agreed", "body": "On Thursday then", "duration_seconds": 95,
        "again_on": "2026-11-26" });
    let (status, done) = dispose(&house, &me, &item, body).await;
    assert_eq!(status, StatusCode::CREATED, "{done}");
    let call = &done["call"];
    assert_eq!((&call["outcome"], &call["disposition"]), (&json!("intended"), &json!("callback_agreed")));
    assert_eq!((&call["two_way"], &call["person_id"]), (&json!(true), &json!(who)));
    assert_eq!((&done["task"]["state"], &done["again"]["due_on"]), (&json!("done"), &json!("2026-11-26")));
    assert!(queue(&house, &me).await.is_empty());
    let (status, problem) = dispose(&house, &me, &item, json!({ "disposition": "busy" })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("no_open_call")));
    house.react().await;
    assert_eq!(enrolment(&house, &id).await["step"], 1, "the sequence goes on");

    let undo = format!("/calls/{}/undo", text(&call["id"]));
    let colleague = house.member(Role::Rep).await;
    for (who, expected) in [
        (&reader, StatusCode::FORBIDDEN),
        (&colleague, StatusCode::FORBIDDEN),
        (&house.stranger, StatusCode::NOT_FOUND),
        (&me, StatusCode::OK),
        (&me, StatusCode::CONFLICT),
    ] {
        let (status, answer) = house.send(who, Method::POST, &undo, None, &[]).await;
        assert_eq!(status, expected, "{answer}");
    }
    house.react().await;
    let after = enrolment(&house, &id).await;
    assert_eq!(
        (&after["step"], &after["state"]),
        (&json!(0), &json!("waiting")),
        "and waits for the call again"
    );
    assert_eq!(queue(&house, &me).await.len(), 1);
    let again = house.get(&format!("/tasks/{}", text(&done["again"]["id"]))).await;
    assert_eq!(again["state"], "cancelled");
    let gone = format!("/activities/{}", text(&call["id"]));
    assert_eq!(house.send(&me, Method::GET, &gone, None, &[]).await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.get("/calls/hours").await["dials"], 0);

    let (status, _) = dispose(&house, &me, &item, json!({ "disposition": "voicemail_left" })).await;
    assert_eq!(status, StatusCode::CREATED);
    house.react().await;
    assert_eq!(enrolment(&house, &id).await["step"], 1);
}

on_both_databases!(a_call_taken_back_before_anybody_heard_of_it_ends_no_step, at_once, doors);
async fn at_once(house: House) {
    let (_, id) = to_call(&house, "Ada", "+82 10-1234-5678").await;
    house.react().await;
    let me = house.owner.clone();
    let item = queue(&house, &me).await.remove(0);
    let (_, done) = dispose(&house, &me, &item, json!({ "disposition": "no_answer" })).await;
    house.post(&format!("/calls/{}/undo", text(&done["call"]["id"])), json!({})).await;
    house.react().await;
    let after = enrolment(&house, &id).await;
    assert_eq!((&after["step"], &after["state"]), (&json!(0), &json!("waiting")));
    assert_eq!(queue(&house, &me).await.len(), 1);
}

on_both_databases!(a_booked_meeting_is_logged_and_ends_the_sequence, meeting, doors);
async fn meeting(house: House) {
    let (_, id) = to_call(&house, "Ada", "+82 10-1234-5678").await;
    let me = house.owner.clone();
    let item = queue(&house, &me).await.remove(0);
    let body = json!({ "disposition": "meeting_booked", "meeting_at": "2026-11-25T01:00:00Z" });
    let (status, done) = dispose(&house, &me, &item, body).await;
    assert_eq!(status, StatusCode::CREATED, "{done}");
    assert_eq!(
        (&done["meeting"]["kind"], &done["meeting"]["outcome"]),
        (&json!("meeting"), &json!("booked"))
    );
    house.react().await;
    assert_eq!(enrolment(&house, &id).await["state"], "stopped");
}

on_both_databases!(calls_are_counted_by_the_hour_of_whom_they_were_made_to, hours, doors);
async fn hours(house: House) {
    let ada = person(&house, "Ada", "ada@ada.test").await;
    let bea = person(&house, "Bea", "bea@bea.test").await;
    house.patch(&format!("/people/{bea}"), json!({ "time_zone": "America/New_York" })).await;
    let log = async |person: &str, at: &str, outcome: &str, direction: &str| {
        let new = json!({ "kind": "call", "person_id": person, "at": at, "outcome": outcome, "direction": direction });
        text(&house.post("/activities", new).await["id"])
    };
    // Monday 10:15 in Seoul, twenty-one times; Sunday 20:15 in New York once.
    let mut first = String::new();
    for n in 0..21 {
        let outcome = if n < 6 { "intended" } else { "no_answer" };
        first = log(&ada, "2026-11-23T01:15:00Z", outcome, "out").await;
    }
    log(&bea, "2026-11-23T01:15:00Z", "voicemail", "out").await;
    log(&ada, "2026-11-23T01:15:00Z", "intended", "in").await;
    house.react().await;
    let counted = house.get("/calls/hours").await;
    assert_eq!(
        (&counted["dials"], &counted["connects"]),
        (&json!(22), &json!(6)),
        "they called us once: no dial"
    );
    let [monday, sunday] = counted["hours"].as_array().expect("hours").as_slice() else {
        panic!("{counted}")
    };
    assert_eq!((&monday["weekday"], &monday["hour"], &monday["dials"]), (&json!(0), &json!(10), &json!(21)));
    assert_eq!((&monday["connects"], &monday["enough"]), (&json!(6), &json!(true)));
    let at = |key: &str| monday[key].as_f64().expect("a number");
    assert!(at("low") < at("rate") && at("rate") < at("high"), "{monday}");
    assert_eq!(
        (&sunday["weekday"], &sunday["hour"], &sunday["enough"]),
        (&json!(6), &json!(20), &json!(false))
    );

    house.patch(&format!("/activities/{first}"), json!({ "outcome": "intended" })).await;
    house.react().await;
    assert_eq!(house.get("/calls/hours").await["connects"], 7);
    let path = format!("/activities/{first}");
    assert_eq!(house.send(&house.owner, Method::DELETE, &path, None, &[]).await.0, StatusCode::NO_CONTENT);
    house.react().await;
    let counted = house.get("/calls/hours").await;
    assert_eq!((&counted["dials"], &counted["connects"]), (&json!(21), &json!(6)));
    let (_, theirs) = house.send(&house.stranger, Method::GET, "/calls/hours", None, &[]).await;
    assert_eq!(theirs["dials"], 0);
    assert!(plan(&house).await.contains("call_slot_of"), "counted in the index");
}

on_both_databases!(a_dialer_is_told_whom_to_call_and_its_refusal_is_told, dialled, doors);
async fn dialled(house: House) {
    let (who, _) = to_call(&house, "Ada", "010-1234-5678").await;
    let item = queue(&house, &house.owner).await.remove(0);
    let path = format!("/calls/queue/{}/dial", text(&item["task_id"]));
    let dial = async || {
        let (status, answer) = house.send(&house.owner, Method::POST, &path, None, &[]).await;
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(dial().await, (StatusCode::CONFLICT, "no_dialer".to_owned()));
    let (heard, mut told) = tokio::sync::mpsc::unbounded_channel();
    let take = move |headers: axum::http::HeaderMap, body: axum::Json<Json>| async move {
        let bearer = headers.get("authorization").and_then(|v| v.to_str().ok()).map(str::to_owned);
        heard.send((bearer, body.0)).expect("somebody listens");
        if headers.contains_key("authorization") { StatusCode::ACCEPTED } else { StatusCode::UNAUTHORIZED }
    };
    let router = axum::Router::new().route("/dial", axum::routing::post(take));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/dial", listener.local_addr().expect("an address"));
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    let rep = house.member(Role::Rep).await;
    let new = json!({ "url": url, "secret": "of the dialer" });
    assert_eq!(
        house.send(&rep, Method::PUT, "/dialer", Some(new.clone()), &[]).await.0,
        StatusCode::FORBIDDEN
    );
    let bad =
        house.send(&house.owner, Method::PUT, "/dialer", Some(json!({ "url": "ftp://x.test" })), &[]).await;
    assert_eq!((bad.0, &bad.1["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("url")));
    assert_eq!(house.put("/dialer", new).await, json!({ "url": url, "has_secret": true }));
    assert_eq!(dial().await.0, StatusCode::NO_CONTENT);
    let (bearer, body) = told.recv().await.expect("it was told");
    assert_eq!(bearer.as_deref(), Some("Bearer of the dialer"));
    assert_eq!((&body["number"], &body["person_id"]), (&json!("+821012345678"), &json!(who)));
    assert_eq!(body["member_id"], json!(house.owner.user));

    house.put("/dialer", json!({ "url": url, "secret": "" })).await;
    assert_eq!(dial().await, (StatusCode::CONFLICT, "dialer_failed".to_owned()));
    let (_, theirs) = house.send(&house.stranger, Method::GET, "/dialer", None, &[]).await;
    assert_eq!(theirs, json!({ "url": null, "has_secret": false }));
    house.put("/dialer", json!({ "url": null })).await;
    assert_eq!(dial().await.1, "no_dialer");
    server.abort();
}

async fn plan(house: &House) -> String {
    let engine = house.app.db.engine();
    let sqlite = engine == store::Engine::Sqlite;
    let text = "SELECT slot, COUNT(*), SUM(connected) FROM call_slot WHERE workspace_id = ? GROUP BY slot";
    let sql = Sql::with(engine, text, [house.owner.workspace.into()]);
    let sql = sql.prefixed(if sqlite { "EXPLAIN QUERY PLAN " } else { "EXPLAIN " });
    let tx = house.app.db.write_tx().await.expect("a transaction");
    if !sqlite {
        Sql::new(engine, "SET LOCAL enable_seqscan = off").run(&*tx).await.expect("a setting");
    }
    let rows = sql.rows(&*tx).await.expect("a plan");
    let column = if sqlite { 3 } else { 0 };
    rows.iter()
        .map(|row| row.try_get_by_index::<String>(column).expect("a line"))
        .collect::<Vec<_>>()
        .join("\n")
}

//! The shared inbox: what waits, whose it is, resting, being done, answering once, and taking it back, on both databases.

use crate::support::{
    answer_to, arrive, doors, enrol, mailbox_row, mails, pass, person, sandbox, sequence, text, told, work,
};
use axum::http::{Method, StatusCode};
use http_room::{ListQuery, Member, Role};
use outreach::conversation::page_query;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::Sql;

const LIST: &str = "/inbox/conversations";

/// Somebody who was written to answers. Their enrolment.
async fn wrote(house: &House, mailbox: &str, name: &str, uid: i64, words: &str) -> String {
    let sequence = sequence(house, mailbox).await;
    let who = person(house, name, &format!("{}@{name}.test", name.to_lowercase())).await;
    let id = enrol(house, &sequence, &who).await;
    work(house).await;
    again(house, mailbox, &id, uid, words).await;
    id
}

/// They answer our first mail, once more.
async fn again(house: &House, mailbox: &str, enrolment: &str, uid: i64, words: &str) {
    pass(house, 60);
    let ours = mails(house, enrolment, "out").await.remove(0);
    assert!(arrive(house, mailbox, uid, &answer_to(house, &ours, words)).await);
}

async fn list(house: &House, query: &str) -> Vec<Json> {
    house.get(&format!("{LIST}?{query}")).await["items"].as_array().expect("a list").clone()
}

fn names(list: &[Json]) -> Vec<&str> {
    list.iter().map(|one| one["person_name"].as_str().unwrap_or_default()).collect()
}

async fn change(house: &House, me: &Member, row: &Json, patch: Json) -> (StatusCode, Json) {
    let path = format!("{LIST}/{}", text(&row["id"]));
    let seen = row["revision"].to_string();
    house.send(me, Method::PATCH, &path, Some(patch), &[("if-match", &seen)]).await
}

async fn done_to(house: &House, row: &Json, patch: Json) -> Json {
    let (status, after) = change(house, &house.owner, row, patch).await;
    assert_eq!(status, StatusCode::OK, "{after}");
    after
}

async fn reply(house: &House, me: &Member, row: &Json, body: Json) -> (StatusCode, Json) {
    let path = format!("{LIST}/{}/reply", text(&row["id"]));
    let mut body = body;
    if body["answers_id"].is_null() {
        body["answers_id"] = row["message_id"].clone();
    }
    house.send(me, Method::POST, &path, Some(body), &[]).await
}

/// The timer that ends rests.
async fn wake(house: &House) {
    outreach::conversation::wake_due(&house.app).await.expect("the database");
}

async fn open_tasks(house: &House) -> Vec<String> {
    let tasks = house.get("/tasks?where=kind.eq.reply").await;
    tasks["items"].as_array().expect("a list").iter().map(|t| text(&t["title"])).collect()
}

on_both_databases!(what_people_wrote_waits_newest_first_and_is_found_by_its_filters, waits, doors);
async fn waits(house: House) {
    let mailbox = sandbox(&house).await;
    wrote(&house, &mailbox, "Ada", 1, "How much is it?").await;
    wrote(&house, &mailbox, "Bea", 2, "Not now, try again in spring.").await;
    wrote(&house, &mailbox, "Cho", 3, "Please take me off your mailing list.").await;
    let open = list(&house, "").await;
    assert_eq!(names(&open), ["Bea Kim", "Ada Kim"], "who asks for no more mail waits for nothing");
    assert_eq!(open[1]["excerpt"], "How much is it?");
    assert_eq!(open[1]["intent"], "question");
    assert_eq!(open[1]["assigned_to"], json!(house.owner.user), "the mailbox's owner answers");
    assert_eq!(open[1]["company_name"], "Ada's company");
    let paged = house.get(&format!("{LIST}?limit=1")).await;
    let next = text(&paged["next_cursor"]);
    assert_eq!(names(&list(&house, &format!("limit=1&cursor={next}")).await), ["Ada Kim"]);
    let me = house.owner.user;
    for (query, who) in [
        (format!("where=assigned_to.eq.{me}"), vec!["Bea Kim", "Ada Kim"]),
        ("where=assigned_to.empty".to_owned(), vec![]),
        (format!("where=mailbox_id.eq.{mailbox}&where=intent.eq.question"), vec!["Ada Kim"]),
        ("where=class.eq.automatic".to_owned(), vec![]),
        ("where=state.eq.done".to_owned(), vec!["Cho Kim"]),
        ("where=state.eq.snoozed".to_owned(), vec![]),
        ("q=bea".to_owned(), vec!["Bea Kim"]),
        ("q=nobody".to_owned(), vec![]),
    ] {
        assert_eq!(names(&list(&house, &query).await), who, "{query}");
    }
    let counts = house.get("/inbox/counts").await;
    assert_eq!(counts, json!({ "mine": 2, "unassigned": 0, "everybody": 2, "snoozed": 0, "unmatched": 0 }));
    let path = format!("{LIST}/{}", text(&open[1]["id"]));
    let thread = house.get(&path).await;
    let directions: Vec<&Json> =
        thread["messages"].as_array().expect("mails").iter().map(|m| &m["direction"]).collect();
    assert_eq!(directions, ["out", "in"]);
    let corrected = format!("/messages/{}", text(&open[1]["message_id"]));
    house.patch(&corrected, json!({ "intent": "meeting" })).await;
    assert_eq!(names(&list(&house, "where=intent.eq.meeting").await), ["Ada Kim"]);

    let (status, theirs) = house.send(&house.stranger, Method::GET, LIST, None, &[]).await;
    assert_eq!((status, &theirs["items"]), (StatusCode::OK, &json!([])));
    for (method, path) in
        [(Method::GET, path.clone()), (Method::PATCH, path.clone()), (Method::POST, format!("{path}/undo"))]
    {
        let body = (method != Method::GET).then(|| json!({ "state": "done" }));
        let (status, _) = house.send(&house.stranger, method, &path, body, &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, _) = reply(&house, &house.stranger, &open[1], json!({ "text": "Hello" })).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let reader = house.member(Role::ReadOnly).await;
    let (status, _) = change(&house, &reader, &open[1], json!({ "state": "done" })).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(reply(&house, &reader, &open[1], json!({ "text": "Hello" })).await.0, StatusCode::FORBIDDEN);
    assert_eq!(house.send(&reader, Method::GET, &path, None, &[]).await.0, StatusCode::OK);
}

on_both_databases!(a_conversation_rests_until_its_time_or_until_they_write_again, rests, doors);
async fn rests(house: House) {
    let mailbox = sandbox(&house).await;
    let ada = wrote(&house, &mailbox, "Ada", 1, "How much is it?").await;
    wrote(&house, &mailbox, "Bea", 2, "Who are you?").await;
    let until = |seconds: i64| json!({ "snoozed_until": house.app.clock.now().plus_seconds(seconds) });
    let row = list(&house, "q=ada").await.remove(0);
    for bad in [until(-60), until(400 * 86_400), json!({ "state": "snoozed" })] {
        let (status, problem) = change(&house, &house.owner, &row, bad).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("snoozed_until"))
        );
    }
    let resting = done_to(&house, &row, until(3600)).await;
    assert_eq!(resting["state"], "snoozed");
    assert_eq!(names(&list(&house, "").await), ["Bea Kim"]);
    assert_eq!(names(&list(&house, "where=state.eq.snoozed").await), ["Ada Kim"]);
    assert_eq!(house.get("/inbox/counts").await["snoozed"], 1);
    wake(&house).await;
    assert_eq!(names(&list(&house, "").await), ["Bea Kim"], "its time has not come");
    pass(&house, 3600);
    wake(&house).await;
    assert_eq!(names(&list(&house, "").await), ["Ada Kim", "Bea Kim"], "it woke, and stands first");
    assert_eq!(told(&house, "conversation.woke").await.len(), 1);

    let row = list(&house, "q=ada").await.remove(0);
    done_to(&house, &row, until(86_400)).await;
    again(&house, &mailbox, &ada, 3, "Are you there?").await;
    let woken = list(&house, "").await.remove(0);
    assert_eq!((&woken["person_name"], &woken["excerpt"]), (&json!("Ada Kim"), &json!("Are you there?")));
    assert!(woken["snoozed_until"].is_null() && woken["was"].is_null());
    pass(&house, 2 * 86_400);
    wake(&house).await;
    assert_eq!(told(&house, "conversation.woke").await.len(), 1, "no second waking");
}

on_both_databases!(what_was_done_to_a_conversation_is_on_the_timeline_and_can_be_taken_back, undone, doors);
async fn undone(house: House) {
    let mailbox = sandbox(&house).await;
    wrote(&house, &mailbox, "Ada", 1, "How much is it?").await;
    let colleague = house.member(Role::Rep).await;
    let row = list(&house, "").await.remove(0);
    let undo = format!("{LIST}/{}/undo", text(&row["id"]));
    let (status, problem) = house.send(&house.owner, Method::POST, &undo, None, &[]).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("nothing_to_undo")));

    let given = done_to(&house, &row, json!({ "assigned_to": colleague.user })).await;
    assert_eq!((&given["assigned_to"], &given["state"]), (&json!(colleague.user), &json!("open")));
    let (status, problem) =
        change(&house, &house.owner, &given, json!({ "assigned_to": house.stranger.user })).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("assigned_to"))
    );
    let back = house.post(&undo, json!({})).await;
    assert_eq!(back["assigned_to"], json!(house.owner.user));
    let nobodys = done_to(&house, &back, json!({ "assigned_to": null })).await;
    assert_eq!(house.get("/inbox/counts").await["unassigned"], 1);

    assert_eq!(open_tasks(&house).await, ["Answer Ada Kim"]);
    let done = done_to(&house, &nobodys, json!({ "state": "done" })).await;
    assert_eq!(done["state"], "done");
    assert!(open_tasks(&house).await.is_empty(), "nobody is asked to answer it any more");
    let same = done_to(&house, &done, json!({ "state": "done" })).await;
    assert_eq!(same["revision"], done["revision"], "saying it twice says nothing");
    let back = house.post(&undo, json!({})).await;
    assert_eq!((&back["state"], &back["assigned_to"]), (&json!("open"), &json!(null)));
    assert_eq!(open_tasks(&house).await, ["Answer Ada Kim"]);

    let person = text(&row["person_id"]);
    let timeline = house.get(&format!("/people/{person}/timeline")).await;
    let kinds: Vec<&str> =
        timeline["items"].as_array().expect("a list").iter().filter_map(|e| e["kind"].as_str()).collect();
    let ours: Vec<&&str> = kinds.iter().filter(|k| k.starts_with("conversation.")).collect();
    assert_eq!(
        ours,
        [
            &"conversation.undone",
            &"conversation.done",
            &"conversation.assigned",
            &"conversation.undone",
            &"conversation.assigned"
        ]
    );
}

on_both_databases!(two_colleagues_at_once_do_not_undo_each_other_and_answer_once, at_once, doors);
async fn at_once(house: House) {
    let mailbox = sandbox(&house).await;
    let ada = wrote(&house, &mailbox, "Ada", 1, "How much is it?").await;
    let colleague = house.member(Role::Rep).await;
    let row = list(&house, "").await.remove(0);
    let (first, second) = tokio::join!(
        change(&house, &house.owner, &row, json!({ "state": "done" })),
        change(&house, &colleague, &row, json!({ "assigned_to": colleague.user })),
    );
    let mut statuses = [first.0.as_u16(), second.0.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "whoever came second looks again");

    let row = house.get(&format!("{LIST}/{}", text(&row["id"]))).await["conversation"].clone();
    let (first, second) = tokio::join!(
        reply(&house, &house.owner, &row, json!({ "text": "It is 20 a month." })),
        reply(&house, &colleague, &row, json!({ "text": "It is 20 a month." })),
    );
    let mut statuses = [first.0.as_u16(), second.0.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let refused = if first.0 == StatusCode::CONFLICT { first.1 } else { second.1 };
    assert_eq!(refused["code"], "answered");
    let (status, _) =
        reply(&house, &colleague, &row, json!({ "text": "And setup is free.", "again": true })).await;
    assert_eq!(status, StatusCode::CREATED, "unless one means to");

    again(&house, &mailbox, &ada, 2, "And in euro?").await;
    let (status, problem) = reply(&house, &colleague, &row, json!({ "text": "Hello?" })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("wrote_again")));
}

on_both_databases!(an_answer_goes_into_its_thread_once_under_the_writers_own_signature, answers, doors);
async fn answers(house: House) {
    let mailbox = sandbox(&house).await;
    let ada = wrote(&house, &mailbox, "Ada", 1, "How much is it?").await;
    let colleague = house.member(Role::Rep).await;
    let server = json!({ "host": "mail.customer.test", "port": 465, "security": "tls", "username": "u", "password": "p" });
    let own = json!({ "email": "ben@ours.test", "from_name": "Ben", "signature": "Ben, at your service",
        "smtp": server, "imap": server });
    let (status, made) = house.send(&colleague, Method::POST, "/mailboxes", Some(own), &[]).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let row = list(&house, "").await.remove(0);
    let path = format!("{LIST}/{}", text(&row["id"]));
    let (_, thread) = house.send(&colleague, Method::GET, &path, None, &[]).await;
    assert_eq!(thread["signature"], "Ben, at your service");
    assert_eq!(open_tasks(&house).await, ["Answer Ada Kim"]);

    let (status, sent) =
        reply(&house, &colleague, &row, json!({ "text": "It is 20 a month.", "done": true })).await;
    assert_eq!(status, StatusCode::CREATED, "{sent}");
    assert_eq!(sent["conversation"]["state"], "done");
    assert!(sent["conversation"]["answered_at"].is_string());
    assert!(open_tasks(&house).await.is_empty());
    let mail = &sent["message"];
    assert_eq!(mail["subject"], "Re: A question about Ada's company");
    assert_eq!((&mail["to_address"], &mail["mailbox_id"]), (&json!("ada@ada.test"), &json!(mailbox)));
    let theirs = house.get(&format!("/messages/{}", text(&row["message_id"]))).await;
    assert_eq!(mail["answers_id"], theirs["id"]);
    let composed = composed(&house, &mailbox, &text(&mail["id"])).await;
    assert!(composed.contains("Ben, at your service"), "{composed}");
    assert!(composed.contains(&format!("In-Reply-To: <{}>", text(&theirs["mime_id"]))), "{composed}");
    let ours = mails(&house, &ada, "out").await.remove(0);
    let references = composed.replace("\r\n ", " ");
    let references =
        references.lines().find(|l| l.starts_with("References:")).expect("references").to_owned();
    for id in [&ours["mime_id"], &theirs["mime_id"]] {
        assert!(references.contains(&text(id)), "{references}");
    }
    work(&house).await;
    let sent = house.get(&format!("/messages/{}", text(&mail["id"]))).await;
    assert_eq!(sent["state"], "sent");
    let (status, problem) = reply(&house, &colleague, &row, json!({ "text": "It is 20 a month." })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("answered")));
    let (status, problem) = reply(&house, &colleague, &row, json!({ "text": " ", "again": true })).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("text")));
}

/// The finished mail of a row.
async fn composed(house: &House, mailbox: &str, id: &str) -> String {
    let from = mailbox_row(house, mailbox).await;
    let workspace = records::workspace::find(&house.app.db, house.owner.workspace).await;
    let workspace = workspace.expect("the database").expect("a workspace");
    let row = outreach::message::find(&house.app.db, workspace.id, id.parse().expect("an id")).await;
    let row = row.expect("the database").expect("a message");
    let frame = outreach::letter::Frame { workspace: &workspace, locale: kernel::Locale::En, links: None };
    let mail = outreach::letter::compose_row(&house.app, &row, &from, frame, None);
    String::from_utf8(mail.expect("composes").bytes).expect("text")
}

on_both_databases!(a_mail_that_was_put_to_somebody_by_hand_waits_too, by_hand, doors);
async fn by_hand(house: House) {
    let mailbox = sandbox(&house).await;
    let who = person(&house, "Ada", "ada@ada.test").await;
    let at = house.app.clock.now();
    let from = mail::Mailbox::named("Somebody", "private@home.test");
    let to = mail::Mailbox::bare(mailbox_row(&house, &mailbox).await.address);
    let draft = mail::Draft::new(from, to, "Hello", "Can we talk?", "1@home.test", at.to_utc());
    assert!(arrive(&house, &mailbox, 1, &draft).await);
    assert!(list(&house, "").await.is_empty());
    assert_eq!(house.get("/inbox/counts").await["unmatched"], 1);
    let waiting = house.get("/inbox/unmatched").await["items"][0].clone();
    let path = format!("/inbox/unmatched/{}/assign", text(&waiting["id"]));
    house.post(&path, json!({ "person_id": who })).await;
    let row = list(&house, "").await.remove(0);
    assert_eq!((&row["person_name"], &row["message_id"]), (&json!("Ada Kim"), &waiting["id"]));
    let (status, sent) = reply(&house, &house.owner, &row, json!({ "text": "Gladly." })).await;
    assert_eq!(status, StatusCode::CREATED, "{sent}");
    assert_eq!(sent["message"]["to_address"], "private@home.test", "back to where they wrote from");
}

on_both_databases!(who_is_done_with_the_task_of_answering_is_done_with_the_conversation, by_task, doors);
async fn by_task(house: House) {
    let mailbox = sandbox(&house).await;
    wrote(&house, &mailbox, "Ada", 1, "How much is it?").await;
    let task = text(&house.get("/tasks?where=kind.eq.reply").await["items"][0]["id"]);
    house.post(&format!("/tasks/{task}/done"), json!({})).await;
    house.react().await;
    assert!(list(&house, "").await.is_empty());
    house.post(&format!("/tasks/{task}/reopen"), json!({})).await;
    house.react().await;
    let row = list(&house, "").await.remove(0);
    let (status, sent) = reply(&house, &house.owner, &row, json!({ "text": "It is 20 a month." })).await;
    assert_eq!(status, StatusCode::CREATED, "{sent}");
    house.react().await;
    assert!(open_tasks(&house).await.is_empty());
    assert_eq!(names(&list(&house, "").await), ["Ada Kim"], "what was answered stays until it is done");
}

on_both_databases!(no_list_of_the_inbox_sorts_or_walks_all_conversations, planned, doors);
async fn planned(house: House) {
    let me = house.owner.user;
    for (query, index) in [
        (String::new(), "conversation_list"),
        ("where=state.eq.snoozed".to_owned(), "conversation_list"),
        (format!("where=assigned_to.eq.{me}"), "conversation_of_member"),
        ("where=assigned_to.empty".to_owned(), "conversation_of_"),
        (format!("where=mailbox_id.eq.{me}"), "conversation_of_mailbox"),
        ("where=class.eq.automatic".to_owned(), "conversation_of_class"),
        ("where=intent.eq.question".to_owned(), "conversation_of_intent"),
    ] {
        let plan = plan(&house, &query).await;
        assert!(plan.contains(index), "{query}: {plan}");
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Sort"), "{query}: {plan}");
    }
}

/// How a page is read.
async fn plan(house: &House, query: &str) -> String {
    let engine = house.app.db.engine();
    let query = ListQuery::parse(query).expect("a query");
    let mut sql = page_query(engine, house.owner.workspace, &query, None).expect("conditions");
    sql.push(" ORDER BY COALESCE(listed_at, -1) DESC, id DESC LIMIT 51");
    let sqlite = engine == store::Engine::Sqlite;
    let sql = sql.prefixed(if sqlite { "EXPLAIN QUERY PLAN SELECT id " } else { "EXPLAIN SELECT id " });
    let tx = house.app.db.write_tx().await.expect("a transaction");
    if !sqlite {
        for text in [
            "SET LOCAL enable_seqscan = off",
            "SET LOCAL enable_sort = off",
            "SET LOCAL enable_bitmapscan = off",
        ] {
            Sql::new(engine, text).run(&*tx).await.expect("a setting");
        }
    }
    let rows = sql.rows(&*tx).await.expect("a plan");
    let column = if sqlite { 3 } else { 0 };
    rows.iter()
        .map(|row| row.try_get_by_index::<String>(column).expect("a line"))
        .collect::<Vec<_>>()
        .join("\n")
}

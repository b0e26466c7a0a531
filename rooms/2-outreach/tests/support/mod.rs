//! What the tests of this room build with.
pub mod oauth;
pub mod radicale;

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use http_room::Door;
use kernel::MailboxId;
use mail::{Draft, Mailbox, compose};
use outreach::engine::Handed;
use outreach::engine::claim::{self, Claimed, outboxes};
use outreach::engine::send::Sender;
use outreach::inbox::{Arrival, receive};
use outreach::mailbox::MailboxRow;
use records::testing::House;
use serde_json::{Value as Json, json};

/// The doors of a house in which outreach is tried.
pub fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door(), outreach::door()]
}

/// A text of an answer.
pub fn text(json: &Json) -> String {
    json.as_str().unwrap_or_else(|| panic!("{json} is no text")).to_owned()
}

/// The workspace's sandbox mailbox.
pub async fn sandbox(house: &House) -> String {
    let mut tx = house.app.db.write_tx().await.expect("a transaction");
    let now = house.app.clock.now();
    let (workspace, owner) = (house.owner.workspace, house.owner.user);
    let id = outreach::ensure_sandbox_mailbox(&mut tx, workspace, owner, now).await.expect("a mailbox");
    let again = outreach::ensure_sandbox_mailbox(&mut tx, workspace, owner, now).await.expect("a mailbox");
    assert_eq!(id, again, "there is one sandbox");
    tx.commit().await.expect("commit");
    id.to_string()
}

/// A mailbox as the engine sees it.
pub async fn mailbox_row(house: &House, id: &str) -> MailboxRow {
    let id: MailboxId = id.parse().expect("an id");
    outreach::mailbox::find(&house.app.db, house.owner.workspace, id)
        .await
        .expect("the database")
        .expect("a mailbox")
}

/// Two mails, the second a business day later in the same thread, without rules of timing.
pub async fn sequence(house: &House, mailbox: &str) -> String {
    let steps = json!([
        { "subject": "A question about {{ company.name }}", "body": "Hello {{ person.given_name }},\n{{ deal.why_them }}\nHow do you do this today?" },
        { "delay_days": 1, "subject": "", "body": "Is this something you look after, {{ person.given_name }}?" },
    ]);
    sequence_of(house, mailbox, steps).await
}

/// An active sequence of these steps without rules of timing.
pub async fn sequence_of(house: &House, mailbox: &str, steps: Json) -> String {
    let new = json!({ "name": "First conversation", "mailbox_id": mailbox, "windows": { "always": true }, "steps": steps });
    let id = text(&house.post("/sequences", new).await["id"]);
    let active = house.post(&format!("/sequences/{id}/activate"), json!({})).await;
    assert_eq!((active["state"].as_str(), active["version"].as_i64()), (Some("active"), Some(1)));
    id
}

/// A person at a company of their own.
pub async fn person(house: &House, name: &str, email: &str) -> String {
    let company = house.post("/companies", json!({ "name": format!("{name}'s company") })).await;
    let new = json!({ "name": format!("{name} Kim"), "given_name": name, "family_name": "Kim", "email": email,
        "company_id": company["id"], "time_zone": "Asia/Seoul" });
    text(&house.post("/people", new).await["id"])
}

/// A deal with the person's company, found out about as far as a first mail needs.
pub async fn researched(house: &House, person: &str) -> String {
    let person = house.get(&format!("/people/{person}")).await;
    let company = text(&person["company_id"]);
    let known = house.get(&format!("/deals?where=company_id.eq.{company}&where=status.eq.open")).await;
    let deal = match known["items"][0]["id"].as_str() {
        Some(deal) => deal.to_owned(),
        None => {
            let name = house.get(&format!("/companies/{company}")).await["name"].clone();
            let new = json!({ "name": name, "company_id": company });
            text(&house.post("/deals", new).await["id"])
        }
    };
    let items: Vec<Json> = ["what_they_do", "trigger", "likely_challenge"]
        .into_iter()
        .map(|kind| json!({ "kind": kind, "text": "They grow", "source": "https://customer.test" }))
        .collect();
    house.put(&format!("/deals/{deal}/research"), json!({ "items": items })).await;
    deal
}

/// Finds out about the company and enrols one person, who must be taken.
pub async fn enrol(house: &House, sequence: &str, person: &str) -> String {
    researched(house, person).await;
    let body = json!({ "person_ids": [person], "why_them": "They just opened an office in Busan." });
    let answer = house.post(&format!("/sequences/{sequence}/enrol"), body).await;
    assert_eq!(answer["refused"], json!([]));
    text(&answer["enrolled"][0])
}

/// Lets the engine plan, send and tidy up until nothing is left, without the sample prospects answering.
pub async fn work(house: &House) {
    let sender = Sender::default();
    loop {
        let planned = outreach::engine::plan::plan_for(&house.app, &sender.handed).await.expect("planned");
        let freed = outreach::engine::lease::release_lost(&house.app).await.expect("freed");
        let sent = outreach::engine::send::send_next(&house.app, &sender).await.expect("sent");
        if planned + freed + sent == 0 {
            return;
        }
    }
}

/// A mail that may leave now, claimed; those that may not are decided about on the way.
pub async fn claim(house: &House) -> Option<Arc<Claimed>> {
    loop {
        let mut looked_at = 0;
        for outbox in outboxes(&house.app).await.expect("the database") {
            let mut claims =
                claim::claim(&house.app, &Handed::default(), outbox, 1).await.expect("the database");
            if let Some(mail) = claims.mails.pop() {
                return Some(Arc::new(mail));
            }
            looked_at += claims.looked_at;
        }
        if looked_at == 0 {
            return None;
        }
    }
}

/// Whether its content may begin.
pub async fn begin(house: &House, claimed: &Arc<Claimed>) -> bool {
    Sender::default().begin_data(&house.app, Arc::clone(claimed)).await.expect("the database")
}

/// An enrolment as it is now.
pub async fn enrolment(house: &House, id: &str) -> Json {
    house.get(&format!("/enrolments/{id}")).await
}

/// The mails of an enrolment in one direction, oldest first.
pub async fn mails(house: &House, enrolment: &str, direction: &str) -> Vec<Json> {
    let path =
        format!("/messages?where=enrolment_id.eq.{enrolment}&where=direction.eq.{direction}&sort=created_at");
    house.get(&path).await["items"].as_array().expect("a list").clone()
}

/// Moves the clock.
pub fn pass(house: &House, seconds: i64) {
    house.app.clock.set(house.app.clock.now().plus_seconds(seconds));
}

/// An answer to a mail of ours, as its recipient's program would write it.
pub fn answer_to(house: &House, ours: &Json, words: &str) -> Draft {
    let at = house.app.clock.now();
    let from = Mailbox::named("Prospect", text(&ours["to_address"]));
    let to = Mailbox::bare(text(&ours["from_address"]));
    let subject = format!("Re: {}", text(&ours["subject"]));
    let id = format!("{}.{}@customer.test", at.0, text(&ours["id"]));
    let mut draft = Draft::new(from, to, &subject, words, &id, at.to_utc());
    draft.in_reply_to = Some(text(&ours["mime_id"]));
    draft
}

/// Lets a mail arrive in the mailbox under a UID; answers whether it was new.
pub async fn arrive(house: &House, mailbox: &str, uid: i64, draft: &Draft) -> bool {
    arrive_bytes(house, mailbox, uid, &compose(draft, None).expect("composes").bytes).await
}

/// The same with bytes as they are.
pub async fn arrive_bytes(house: &House, mailbox: &str, uid: i64, bytes: &[u8]) -> bool {
    let row = mailbox_row(house, mailbox).await;
    let arrival = Arrival { folder: "INBOX", uid_validity: 7, uid, at: house.app.clock.now() };
    receive(&house.app, &row, &arrival, bytes).await.expect("received")
}

/// Payloads of the events of one kind.
pub async fn told(house: &House, kind: &str) -> Vec<Json> {
    house.events().await.into_iter().filter(|(k, _)| k == kind).map(|(_, p)| p).collect()
}

/// A refused request: its status and the code of the problem.
pub async fn refused(house: &House, method: Method, path: &str, body: Json) -> (StatusCode, String) {
    let (status, problem) = house.send(&house.owner, method, path, Some(body), &[]).await;
    (status, problem["code"].as_str().unwrap_or_default().to_owned())
}

/// The report of a server that a mail of ours did not arrive, with a status such as `5.1.1`.
pub fn report_on(ours: &Json, status: &str) -> Vec<u8> {
    let (id, to) = (text(&ours["mime_id"]), text(&ours["to_address"]));
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@customer.test\r\nTo: {from}\r\nSubject: Undelivered\r\nMessage-ID: <report-{id}>\r\n\
         Date: Mon, 30 Nov 2026 02:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.customer.test\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: {status}\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{id}>\r\n\r\n--b--\r\n",
        from = text(&ours["from_address"]),
    )
    .into_bytes()
}

//! What people under Korea's law are told about their consent, and that each of them is told once.

mod support;

use axum::http::Method;
use kernel::{EmailAddress, Locale, Timestamp};
use mail::Outcome;
use mail::smtp::Refusal;
use outreach::basis::notice::tell::tell_due;
use outreach::engine::send::Sender;
use outreach::suppression::{Entry, Reason, Target, suppress};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, Sql};
use support::*;

/// Half past ten in the morning in Seoul, and the law as it is.
async fn morning(house: &House) {
    house.app.clock.set(Timestamp::parse("2026-11-30T01:30:00Z").expect("an instant"));
    let settings = json!({ "postal_address": "서울시 종로구 1", "sender_phone": "02-123-4567" });
    let tx = house.app.db.write_tx().await.expect("a transaction");
    Sql::with(
        tx.engine(),
        "UPDATE workspace SET settings = ?, name = 'Stone' WHERE id = ?",
        [settings.into(), house.owner.workspace.into()],
    )
    .run(tx.conn())
    .await
    .expect("set");
    tx.commit().await.expect("commit");
}

async fn mailbox(house: &House, name: &str) -> String {
    let place = json!({ "host": "127.0.0.1", "port": 9, "security": "none", "username": name, "password": "geheim-7" });
    let new = json!({ "email": format!("{name}@stone.test"), "from_name": name, "smtp": place, "imap": place, "gap_seconds": 90 });
    text(&house.post("/mailboxes", new).await["id"])
}

/// A person, by default in Korea.
async fn kim(house: &House, email: Option<&str>) -> String {
    let new = json!({ "name": "Kim Min", "email": email, "country": "KR", "locale": "ko" });
    text(&house.post("/people", new).await["id"])
}

async fn agree(house: &House, people: &[&String], given_at: Option<&str>) {
    let new = json!({ "person_ids": people, "kind": "consent", "how": "at the fair", "wording": "Yes, write to me.",
        "given_at": given_at });
    house.post("/consents", new).await;
    house.react().await;
}

async fn basis(house: &House, person: &str) -> Json {
    house.get(&format!("/people/{person}/mail-basis")).await
}

/// State and reason of the newest notice of a person.
async fn notice(house: &House, person: &str) -> (String, Json) {
    let basis = basis(house, person).await;
    let newest = &basis["notices"][0];
    (
        format!(
            "{} {}",
            newest["kind"].as_str().unwrap_or("no"),
            newest["state"].as_str().unwrap_or("notice")
        ),
        newest["why"].clone(),
    )
}

/// Lets the hour of second thoughts pass, and two nodes look at what is due at once.
async fn tell(house: &House) {
    pass(house, 3_700);
    let (one, other) = tokio::join!(tell_due(&house.app), tell_due(&house.app));
    one.and(other).expect("told");
}

/// Mails the law wants, the newest first.
async fn law_mails(house: &House) -> Vec<Json> {
    let page = house.get("/messages?where=origin.eq.law&sort=-created_at").await;
    page["items"].as_array().expect("a list").clone()
}

/// Sends what may leave: the text of each, as its reader gets it.
async fn send(house: &House) -> Vec<String> {
    let workspace =
        records::workspace::find(&house.app.db, house.owner.workspace).await.expect("the database");
    let (workspace, sender) = (workspace.expect("a workspace"), Sender::default());
    let mut sent = Vec::new();
    while let Some(claimed) = claim(house).await {
        let (row, from) = (&claimed.message, &claimed.mailbox);
        let mail = outreach::letter::compose_row(&house.app, row, from, &workspace, Locale::Ko, None);
        let mail = mail::read(&mail.expect("composes").bytes).expect("a mail");
        sent.push(format!("{}\n{}", mail.subject, mail.text));
        assert!(begin(house, &claimed).await, "it may leave");
        let taken = Outcome::Sent { response: "250 taken".to_owned() };
        sender.settle(&house.app, claimed, taken).await.expect("settled");
    }
    pass(house, 90);
    tell_due(&house.app).await.expect("followed");
    house.react().await;
    sent
}

async fn unsubscribe(house: &House, address: &str, reason: Reason) {
    let entry = Entry {
        workspace: house.owner.workspace,
        actor: Actor::Outside,
        reason,
        note: None,
        message: None,
        now: house.app.clock.now(),
    };
    let mut tx = house.app.db.write_tx().await.expect("a transaction");
    let target = Target::Address(EmailAddress::parse(address).expect("an address"));
    suppress(&mut tx, &target, &entry).await.expect("the database");
    tx.commit().await.expect("commit");
    house.react().await;
}

/// Open tasks that ask to tell somebody.
async fn tasks(house: &House) -> Vec<Json> {
    let page = house.get("/tasks?where=origin.eq.notice&where=state.eq.open").await;
    page["items"].as_array().expect("a list").clone()
}

on_both_databases!(who_agrees_in_korea_is_told_once_by_whom_they_know, given, doors);
async fn given(house: House) {
    morning(&house).await;
    let (_first, second) = (mailbox(&house, "ada").await, mailbox(&house, "ben").await);
    let kim = kim(&house, Some("kim@hanbit.test")).await;
    let hello = json!({ "mailbox_id": second, "person_id": kim, "subject": "Hello", "text": "Hello" });
    house.post("/messages", hello).await;
    assert_eq!(send(&house).await.len(), 1);
    agree(&house, &[&kim], None).await;
    let before = basis(&house, &kim).await["notices"][0].clone();
    assert_eq!(
        (&before["state"], &before["tell_by"]),
        (&json!("waiting"), &json!("2026-12-14T01:31:30.000000Z")),
        "{before}"
    );
    tell_due(&house.app).await.expect("told");
    assert!(law_mails(&house).await.is_empty(), "somebody may have mistyped");
    tell(&house).await;
    let mails = law_mails(&house).await;
    assert_eq!((mails.len(), &mails[0]["mailbox_id"]), (1, &json!(second)), "{mails:?}");
    let sent = send(&house).await;
    assert!(sent[0].starts_with("[Stone] 수신동의 처리 결과 안내"), "{}", sent[0]);
    for shown in
        ["2026년 11월 30일", "Yes, write to me.", "ben@stone.test", "02-123-4567", "서울시 종로구 1", "/u/"]
    {
        assert!(sent[0].contains(shown), "{shown}: {}", sent[0]);
    }
    assert!(!sent[0].contains("(광고)"));
    assert_eq!(notice(&house, &kim).await, ("given told".to_owned(), Json::Null));
    tell(&house).await;
    assert_eq!((send(&house).await.len(), law_mails(&house).await.len()), (0, 1), "never again");
    let told = told(&house, "mail.sent").await;
    assert_eq!(told.last().map(|mail| mail["notice"].clone()), Some(json!(true)), "it is no outreach");
}

on_both_databases!(who_takes_a_consent_back_is_told_although_they_want_no_more_mail, withdrawn, doors);
async fn withdrawn(house: House) {
    morning(&house).await;
    let mailbox = mailbox(&house, "ada").await;
    let kim = kim(&house, Some("kim@hanbit.test")).await;
    agree(&house, &[&kim], None).await;
    agree(&house, &[&kim], None).await;
    unsubscribe(&house, "kim@hanbit.test", Reason::Unsubscribe).await;
    tell(&house).await;
    let sent = send(&house).await;
    assert_eq!(sent.len(), 1, "two consents, one mail, and none of what does not hold any more: {sent:?}");
    assert!(sent[0].contains("철회가 처리되었습니다") && !sent[0].contains("/u/"), "{}", sent[0]);
    assert_eq!(notice(&house, &kim).await, ("withdrawn told".to_owned(), Json::Null));
    let hello = json!({ "mailbox_id": mailbox, "person_id": kim, "subject": "Hello", "text": "Hello" });
    let refused = refused(&house, Method::POST, "/messages", hello).await;
    assert_eq!(refused.1, "suppressed", "nothing else reaches them");
    // Somebody who never agreed refuses.
    let lee =
        house.post("/people", json!({ "name": "Lee", "email": "lee@hanbit.test", "country": "KR" })).await;
    unsubscribe(&house, "lee@hanbit.test", Reason::Unsubscribe).await;
    tell(&house).await;
    let sent = send(&house).await;
    assert!(sent.len() == 1 && sent[0].contains("수신거부가 처리되었습니다"), "{sent:?}");
    assert_eq!(notice(&house, &text(&lee["id"])).await.0, "refused told");
    // Whoever presses "spam" is not written to again.
    let cho =
        house.post("/people", json!({ "name": "Cho", "email": "cho@hanbit.test", "country": "KR" })).await;
    agree(&house, &[&text(&cho["id"])], None).await;
    unsubscribe(&house, "cho@hanbit.test", Reason::Complaint).await;
    tell(&house).await;
    let waits = notice(&house, &text(&cho["id"])).await;
    assert_eq!(waits, ("withdrawn waiting".to_owned(), json!("suppressed_complaint")));
}

on_both_databases!(whom_no_mail_reaches_a_member_tells, by_hand, doors);
async fn by_hand(house: House) {
    morning(&house).await;
    let (kim, lee) = (kim(&house, None).await, kim(&house, Some("lee@hanbit.test")).await);
    agree(&house, &[&kim, &lee], None).await;
    tell(&house).await;
    assert_eq!(notice(&house, &kim).await, ("given untold".to_owned(), json!("no_email")));
    assert_eq!(notice(&house, &lee).await, ("given waiting".to_owned(), json!("no_mailbox")));
    let asked = tasks(&house).await;
    assert_eq!((asked.len(), &asked[0]["person_id"]), (1, &json!(kim)), "{asked:?}");
    assert_eq!(told(&house, "consent.untold").await.len(), 1);
    house.post(&format!("/tasks/{}/done", text(&asked[0]["id"])), json!({})).await;
    house.react().await;
    assert_eq!(notice(&house, &kim).await.0, "given told");
    // Eleven days without a mailbox.
    pass(&house, 11 * 86_400);
    tell(&house).await;
    assert_eq!(notice(&house, &lee).await, ("given untold".to_owned(), json!("no_mailbox")));
    assert_eq!(tasks(&house).await.len(), 1);
    tell(&house).await;
    assert_eq!(tasks(&house).await.len(), 1, "asked once");
}

on_both_databases!(a_mail_that_does_not_arrive_tells_nobody, failing, doors);
async fn failing(house: House) {
    morning(&house).await;
    mailbox(&house, "ada").await;
    let (kim, lee) = (kim(&house, Some("kim@hanbit.test")).await, kim(&house, Some("lee@hanbit.test")).await);
    agree(&house, &[&kim, &lee], None).await;
    tell(&house).await;
    let mails = law_mails(&house).await;
    let mut due: Vec<Timestamp> =
        mails.iter().map(|mail| Timestamp::parse(&text(&mail["due_at"])).expect("an instant")).collect();
    due.sort_unstable();
    assert_eq!(due[1].seconds_since(due[0]), 90, "many follow each other");
    let claimed = claim(&house).await.expect("a mail that may leave");
    let gone = claimed.message.person_id.expect("a person").to_string();
    assert!(begin(&house, &claimed).await);
    let refusal = Refusal {
        transient: false,
        code: 550,
        status: Some("5.1.1".into()),
        text: "unknown".into(),
        recipient: Some("kim".into()),
    };
    let sender = Sender::default();
    sender.settle(&house.app, claimed, Outcome::Refused(refusal)).await.expect("settled");
    pass(&house, 70);
    tell_due(&house.app).await.expect("followed");
    let other = if gone == kim { &lee } else { &kim };
    assert_eq!(notice(&house, &gone).await, ("given untold".to_owned(), json!("hard_bounce")));
    assert_eq!(notice(&house, other).await.0, "given queued");
    assert_eq!(tasks(&house).await.len(), 1);
}

on_both_databases!(nobody_else_is_told, elsewhere, doors);
async fn elsewhere(house: House) {
    morning(&house).await;
    mailbox(&house, "ada").await;
    let ann =
        house.post("/people", json!({ "name": "Ann", "email": "ann@brot.test", "country": "DE" })).await;
    let (ann, kim) = (text(&ann["id"]), kim(&house, Some("kim@hanbit.test")).await);
    agree(&house, &[&ann], None).await;
    // Taken elsewhere, long ago: who took it had to tell them.
    agree(&house, &[&kim], Some("2026-10-01T00:00:00Z")).await;
    let other =
        json!({ "person_ids": [kim], "kind": "not_advertising", "how": "contract", "wording": "An order." });
    house.post("/consents", other).await;
    house.react().await;
    for person in [&ann, &kim] {
        assert_eq!(basis(&house, person).await["notices"], json!([]));
    }
}

//! What people under Korea's law are told about their consent, and that each of them is told once.

use crate::support::*;
use axum::http::{Method, StatusCode};
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
use tower::ServiceExt;

/// Half past ten in the morning in Seoul, and the law as it is.
async fn morning(house: &House) {
    house.app.clock.set(Timestamp::parse("2026-11-30T01:30:00Z").expect("an instant"));
    choose(house, json!({})).await;
}

/// The workspace's settings besides those of the sender.
async fn choose(house: &House, more: Json) {
    let mut settings = json!({ "postal_address": "서울시 종로구 1", "sender_phone": "02-123-4567" });
    for (key, value) in more.as_object().expect("an object") {
        settings[key] = value.clone();
    }
    let tx = house.app.db.write_tx().await.expect("a transaction");
    let values = [settings.into(), house.owner.workspace.into()];
    let text = "UPDATE workspace SET settings = ?, name = 'Stone' WHERE id = ?";
    Sql::with(tx.engine(), text, values).run(tx.conn()).await.expect("set");
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
        let frame = outreach::letter::Frame { workspace: &workspace, locale: Locale::Ko, links: None };
        let mail = outreach::letter::compose_row(&house.app, row, from, frame, None);
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

/// Lets two nodes see which consents grow old, then what is due.
async fn grow_old(house: &House) {
    use outreach::basis::notice::confirm::confirm_due;
    // A consent that is looked at for the first time is given the day it is looked at again.
    for _ in 0..2 {
        let (one, other) = tokio::join!(confirm_due(&house.app), confirm_due(&house.app));
        one.and(other).expect("looked at");
    }
    tell_due(&house.app).await.expect("told");
}

on_both_databases!(a_consent_of_two_years_is_asked_about_once_and_lasts_without_an_answer, old, doors);
async fn old(house: House) {
    morning(&house).await;
    mailbox(&house, "ada").await;
    let (kim, lee) = (kim(&house, Some("kim@hanbit.test")).await, kim(&house, Some("lee@hanbit.test")).await);
    agree(&house, &[&kim], Some("2024-12-15T03:00:00Z")).await;
    agree(&house, &[&lee], Some("2025-03-15T03:00:00Z")).await;
    grow_old(&house).await;
    let asked = basis(&house, &kim).await["notices"][0].clone();
    assert_eq!(
        (&asked["kind"], &asked["tell_by"]),
        (&json!("confirm"), &json!("2026-12-15T03:00:00.000000Z")),
        "{asked}"
    );
    let sent = send(&house).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    for shown in ["유지 여부 확인", "2024년 12월 15일", "Yes, write to me.", "제50조 제8항", "/u/"]
    {
        assert!(sent[0].contains(shown), "{shown}: {}", sent[0]);
    }
    assert_eq!(basis(&house, &kim).await["consents"][0]["confirmed_at"], "2026-11-30T01:30:00.000000Z");
    assert_eq!(
        told(&house, "consent.given").await.iter().filter(|given| given["confirmed"] == true).count(),
        1
    );
    grow_old(&house).await;
    assert_eq!(send(&house).await.len(), 0, "once");
    // Two years after that they are asked again, if it is not said otherwise.
    house.app.clock.set(Timestamp::parse("2027-02-16T01:00:00Z").expect("an instant"));
    choose(&house, json!({ "confirm_consents": false })).await;
    grow_old(&house).await;
    assert_eq!(send(&house).await.len(), 0, "Lee is asked by hand");
    choose(&house, json!({ "confirm_consents": true })).await;
    house.app.clock.set(Timestamp::parse("2027-03-01T01:00:00Z").expect("an instant"));
    grow_old(&house).await;
    assert_eq!(send(&house).await.len(), 1, "Lee");
    house.app.clock.set(Timestamp::parse("2028-11-02T01:00:00Z").expect("an instant"));
    grow_old(&house).await;
    let sent = send(&house).await;
    assert!(sent.len() == 1 && sent[0].contains("2026년 11월 30일"), "{sent:?}");
    assert_eq!(basis(&house, &kim).await["notices"].as_array().map(Vec::len), Some(2));
    // They have another address by now, and take it back by the link.
    house.patch(&format!("/people/{kim}"), json!({ "email": "min@elsewhere.test", "emails": [] })).await;
    let link = sent[0].split("/u/").nth(1).expect("a link").split_whitespace().next().expect("a token");
    let request = axum::http::Request::post(format!("/u/{link}")).body(axum::body::Body::empty());
    let router = outreach::public_routes().with_state(house.app.clone());
    let answer = router.oneshot(request.expect("a request")).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(basis(&house, &kim).await["consents"][0]["withdrawn_why"], "unsubscribe");
    house.react().await;
    assert_eq!(notice(&house, &kim).await.0, "withdrawn waiting");
}

on_both_databases!(a_consent_that_is_over_or_was_asked_about_by_hand_is_not_asked_about, not_asked, doors);
async fn not_asked(house: House) {
    morning(&house).await;
    let (kim, lee) = (kim(&house, Some("kim@hanbit.test")).await, kim(&house, Some("lee@hanbit.test")).await);
    agree(&house, &[&kim], Some("2024-11-15T03:00:00Z")).await;
    agree(&house, &[&lee], Some("2024-12-15T03:00:00Z")).await;
    grow_old(&house).await;
    assert_eq!(basis(&house, &kim).await["notices"], json!([]));
    assert_eq!(notice(&house, &lee).await, ("confirm waiting".to_owned(), json!("no_mailbox")));
    let consent = text(&basis(&house, &lee).await["consents"][0]["id"]);
    house.post(&format!("/consents/{consent}/confirm"), json!({})).await;
    mailbox(&house, "ada").await;
    pass(&house, 7 * 3_600);
    grow_old(&house).await;
    assert_eq!((send(&house).await.len(), notice(&house, &lee).await.0), (0, "no notice".to_owned()));
}

on_both_databases!(a_mail_that_comes_back_confirms_nothing, came_back, doors);
async fn came_back(house: House) {
    morning(&house).await;
    let mailbox = mailbox(&house, "ada").await;
    let kim = kim(&house, Some("kim@hanbit.test")).await;
    agree(&house, &[&kim], Some("2024-12-15T03:00:00Z")).await;
    grow_old(&house).await;
    assert_eq!(send(&house).await.len(), 1);
    assert_eq!(notice(&house, &kim).await.0, "confirm told");
    assert_ne!(basis(&house, &kim).await["consents"][0]["confirmed_at"], Json::Null);
    let report = report_on(&law_mails(&house).await[0], "5.1.1");
    assert!(arrive_bytes(&house, &mailbox, 1, &report).await);
    house.react().await;
    assert_eq!(notice(&house, &kim).await, ("confirm untold".to_owned(), json!("bounced")));
    assert_eq!(basis(&house, &kim).await["consents"][0]["confirmed_at"], Json::Null);
    let asked = tasks(&house).await;
    house.post(&format!("/tasks/{}/done", text(&asked[0]["id"])), json!({})).await;
    house.react().await;
    assert_ne!(basis(&house, &kim).await["consents"][0]["confirmed_at"], Json::Null, "asked by telephone");
}

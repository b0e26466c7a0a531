//! Whom the law protects from mail they did not ask for, and how mail that may go is marked.

use crate::support::*;
use axum::http::{Method, StatusCode};
use kernel::PersonId;
use outreach::engine::send::Sender;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::Sql;
use store::db::Source;

/// The workspace's settings, as an admin leaves them.
async fn set(house: &House, settings: Json) {
    let tx = house.app.db.write_tx().await.expect("a transaction");
    let values = [settings.into(), house.owner.workspace.into()];
    Sql::with(tx.engine(), "UPDATE workspace SET settings = ? WHERE id = ?", values)
        .run(tx.conn())
        .await
        .expect("set");
    tx.commit().await.expect("commit");
}

fn sender() -> Json {
    json!({ "postal_address": "서울시 종로구 1", "sender_phone": "02-123-4567" })
}

/// A mailbox with a server of its own, whatever is sent from it.
async fn mailbox(house: &House) -> String {
    let place = json!({ "host": "127.0.0.1", "port": 9, "security": "none", "username": "ada", "password": "geheim-7" });
    let new = json!({ "email": "ada@stone.test", "from_name": "Ada Stone", "smtp": place, "imap": place, "gap_seconds": 0 });
    text(&house.post("/mailboxes", new).await["id"])
}

/// What enrolling a person answers: `None` when they were taken, else the code and the law.
async fn asked(house: &House, sequence: &str, person: &str) -> Option<(String, Json)> {
    researched(house, person).await;
    let body = json!({ "person_ids": [person], "why_them": "They opened an office." });
    let answer = house.post(&format!("/sequences/{sequence}/enrol"), body).await;
    answer["refused"]
        .as_array()
        .and_then(|all| all.first())
        .map(|one| (text(&one["code"]), one["law"].clone()))
}

async fn agree(house: &House, person: &str, kind: &str) -> StatusCode {
    let consent =
        json!({ "person_ids": [person], "kind": kind, "how": "at the fair", "wording": "Yes, write to me." });
    let (status, _) = house.send(&house.owner, Method::POST, "/consents", Some(consent), &[]).await;
    status
}

async fn in_country(house: &House, name: &str, country: &str, basis: Option<&str>) -> String {
    let id =
        person(house, name, &format!("{}@{}.example.org", name.to_lowercase(), country.to_lowercase())).await;
    house.patch(&format!("/people/{id}"), json!({ "country": country, "lawful_basis": basis })).await;
    id
}

on_both_databases!(nobody_is_enrolled_whom_the_law_protects, enrolling, doors);
async fn enrolling(house: House) {
    set(&house, sender()).await;
    let mailbox = mailbox(&house).await;
    let sequence = sequence(&house, &mailbox).await;
    let no = |law: &str| Some(("no_basis".to_owned(), json!(law)));
    let table = [
        ("Ann", "US", None, None),
        ("Ben", "DE", None, no("opt_in")),
        ("Cem", "DE", Some("legitimate_interest"), no("opt_in")),
        ("Dan", "DE", Some("customer"), None),
        ("Eva", "FR", Some("legitimate_interest"), None),
        ("Fay", "BR", None, no("legitimate_interest")),
        ("Gil", "KR", Some("consent"), no("kr_network_act")),
        // They work for a company.
        ("Hal", "GB", None, None),
    ];
    for (name, country, basis, expected) in table {
        let person = in_country(&house, name, country, basis).await;
        assert_eq!(asked(&house, &sequence, &person).await, expected, "{name} {country}");
    }
    let ida = in_country(&house, "Ida", "KR", None).await;
    assert_eq!(agree(&house, &ida, "consent").await, StatusCode::CREATED);
    assert_eq!(asked(&house, &sequence, &ida).await, None);
    // Nothing is asked of the sandbox, from which nothing leaves.
    let sandbox = sandbox(&house).await;
    let tried = crate::support::sequence(&house, &sandbox).await;
    let ben = in_country(&house, "Bea", "DE", None).await;
    assert_eq!(asked(&house, &tried, &ben).await, None);
}

on_both_databases!(an_admin_sets_a_country_otherwise_with_a_reason, otherwise, doors);
async fn otherwise(house: House) {
    let mailbox = mailbox(&house).await;
    let sequence = sequence(&house, &mailbox).await;
    set(
        &house,
        json!({ "mail_rules": { "DE": { "need": "nothing", "reason": "Only customers are in this list." },
        "US": { "need": "consent", "reason": "Our own policy." } } }),
    )
    .await;
    let (ann, ben) =
        (in_country(&house, "Ann", "US", None).await, in_country(&house, "Ben", "DE", None).await);
    assert_eq!(asked(&house, &sequence, &ann).await, Some(("no_basis".to_owned(), json!("us_can_spam"))));
    assert_eq!(asked(&house, &sequence, &ben).await, None);
    let laws = house.get("/mail-laws").await;
    let rule = |place: &str| {
        laws.as_array().expect("a list").iter().find(|l| l["place"] == place).expect(place)["rule"].clone()
    };
    assert_eq!(rule("DE")["reason"], "Only customers are in this list.");
    assert_eq!(rule("KR"), Json::Null);
    let basis = house.get(&format!("/people/{ann}/mail-basis")).await;
    assert_eq!((&basis["standing"], &basis["rule"]["need"]), (&json!("refused"), &json!("consent")));
}

/// The mail that may leave now as the server would get it.
async fn composed(house: &House) -> String {
    let claimed = claim(house).await.expect("a mail that may leave");
    let workspace =
        records::workspace::find(&house.app.db, house.owner.workspace).await.expect("the database");
    let workspace = workspace.expect("a workspace");
    let locale = kernel::Locale::Ko;
    let row = &claimed.message;
    let frame = outreach::letter::Frame { workspace: &workspace, locale, links: None };
    let composed = outreach::letter::compose_row(&house.app, row, &claimed.mailbox, frame, None);
    let mail = mail::read(&composed.expect("composes").bytes).expect("a mail");
    format!("{}\n{}", mail.subject, mail.text)
}

on_both_databases!(an_advertisement_in_korea_is_marked_and_says_who_sends_it, marked, doors);
async fn marked(house: House) {
    set(&house, json!({})).await;
    let mailbox = mailbox(&house).await;
    let sequence = sequence(&house, &mailbox).await;
    let (kim, lee) =
        (in_country(&house, "Kim", "KR", None).await, in_country(&house, "Lee", "KR", None).await);
    agree(&house, &kim, "consent").await;
    assert_eq!(asked(&house, &sequence, &kim).await, Some(("sender_incomplete".to_owned(), Json::Null)));
    set(&house, sender()).await;
    assert_eq!(asked(&house, &sequence, &kim).await, None);
    outreach::engine::plan::plan_due(&house.app).await.expect("planned");
    let mail = composed(&house).await;
    assert!(mail.starts_with("(광고) A question about"), "{mail}");
    for shown in [
        "Ada Stone",
        "ada@stone.test",
        "02-123-4567",
        "서울시 종로구 1",
        "무료로 수신을 거부",
        "free of charge",
        "/u/",
    ] {
        assert!(mail.contains(shown), "{shown}: {mail}");
    }
    // What is no advertisement is not marked.
    agree(&house, &lee, "not_advertising").await;
    assert_eq!(asked(&house, &sequence, &lee).await, None);
    outreach::engine::plan::plan_due(&house.app).await.expect("planned");
    let mail = composed(&house).await;
    assert!(mail.starts_with("A question about") && !mail.contains("광고"), "{mail}");
}

on_both_databases!(the_second_try_of_an_advertisement_is_marked_like_the_first, second_try, doors);
async fn second_try(house: House) {
    set(&house, sender()).await;
    let mailbox = mailbox(&house).await;
    let sequence = sequence(&house, &mailbox).await;
    let kim = in_country(&house, "Kim", "KR", None).await;
    agree(&house, &kim, "consent").await;
    let id = enrol(&house, &sequence, &kim).await;
    outreach::engine::plan::plan_due(&house.app).await.expect("planned");
    let claimed = claim(&house).await.expect("a mail that may leave");
    assert!(begin(&house, &claimed).await);
    let taken = mail::Outcome::Sent { response: "250 taken".to_owned() };
    Sender::default().settle(&house.app, claimed, taken).await.expect("settled");
    let report = report_on(&mails(&house, &id, "out").await[0], "4.2.2");
    assert!(arrive_bytes(&house, &mailbox, 1, &report).await);
    let labels: Vec<Json> =
        mails(&house, &id, "out").await.iter().map(|mail| mail["label"].clone()).collect();
    assert_eq!(labels, [json!("ad_kr"), json!("ad_kr")]);
}

on_both_databases!(a_consent_that_is_taken_back_halts_what_is_under_way, taken_back, doors);
async fn taken_back(house: House) {
    set(&house, sender()).await;
    let mailbox = mailbox(&house).await;
    let sequence = sequence(&house, &mailbox).await;
    let kim = in_country(&house, "Kim", "KR", None).await;
    agree(&house, &kim, "consent").await;
    researched(&house, &kim).await;
    let body = json!({ "person_ids": [kim], "why_them": "They opened an office." });
    let id = text(&house.post(&format!("/sequences/{sequence}/enrol"), body).await["enrolled"][0]);
    outreach::engine::plan::plan_due(&house.app).await.expect("planned");
    assert_eq!(mails(&house, &id, "out").await[0]["state"], "queued");
    let basis = house.get(&format!("/people/{kim}/mail-basis")).await;
    assert_eq!((&basis["standing"], &basis["marked"]), (&json!("allowed"), &json!(true)));
    let consent = text(&basis["consents"][0]["id"]);
    house.post(&format!("/consents/{consent}/withdraw"), json!({ "reason": "by phone" })).await;
    assert!(claim(&house).await.is_none(), "nothing leaves after that");
    outreach::engine::plan::plan_due(&house.app).await.expect("planned");
    let halted = enrolment(&house, &id).await;
    assert_eq!((&halted["state"], &halted["reason"]), (&json!("paused"), &json!("no_basis")));
    assert_eq!(mails(&house, &id, "out").await.len(), 0, "it is planned anew once it may be");
    // They agree again, and it goes on.
    agree(&house, &kim, "consent").await;
    house.post(&format!("/enrolments/{id}/resume"), json!({})).await;
    outreach::engine::plan::plan_due(&house.app).await.expect("planned");
    assert_eq!(mails(&house, &id, "out").await[0]["label"], "ad_kr");
    let again = refused(&house, Method::POST, &format!("/consents/{consent}/withdraw"), json!({})).await;
    assert_eq!(again.0, StatusCode::NOT_FOUND);
}

on_both_databases!(a_consent_in_korea_is_confirmed_every_two_years, confirmed, doors);
async fn confirmed(house: House) {
    set(&house, sender()).await;
    let kim = in_country(&house, "Kim", "KR", None).await;
    agree(&house, &kim, "consent").await;
    let path = format!("/people/{kim}/mail-basis");
    pass(&house, 740 * 86_400);
    let late = house.get(&path).await;
    assert_eq!((&late["standing"], &late["ground"]), (&json!("lapsed"), &json!("consent")));
    house.post(&format!("/consents/{}/confirm", text(&late["consents"][0]["id"])), json!({})).await;
    assert_eq!(house.get(&path).await["standing"], "allowed");
    let unknown = refused(
        &house,
        Method::POST,
        "/consents",
        json!({ "person_ids": [kim], "kind": "customer", "how": "x", "wording": "y" }),
    )
    .await;
    assert_eq!(unknown.0, StatusCode::UNPROCESSABLE_ENTITY);
    let elsewhere = json!({ "person_ids": [PersonId::new()], "kind": "consent", "how": "x", "wording": "y" });
    assert_eq!(house.post("/consents", elsewhere).await["put"], 0, "people of others are not known here");
}

on_both_databases!(what_was_agreed_to_in_a_form_is_on_record_word_by_word, by_form, doors);
async fn by_form(house: House) {
    let lead = json!({ "person": { "name": "Min Park", "email": "min@park.example.kr", "country": "KR" }, "source": "trade fair",
        "consent": { "text": "메일로 소식을 받는 데 동의합니다." } });
    let answer = house.post("/leads", lead).await;
    house.react().await;
    let path = format!("/people/{}/mail-basis", text(&answer["person_id"]));
    let consents = house.get(&path).await["consents"].clone();
    assert_eq!(consents.as_array().map(Vec::len), Some(1), "{answer}");
    assert_eq!(consents[0]["wording"], "메일로 소식을 받는 데 동의합니다.");
    assert_eq!(consents[0]["how"], "trade fair");
}

on_both_databases!(the_first_mail_in_europe_says_where_the_data_came_from, source_told, doors);
async fn source_told(house: House) {
    set(&house, sender()).await;
    let mailbox = mailbox(&house).await;
    let sequence = sequence(&house, &mailbox).await;
    let table = [
        ("Eva", "FR", "legitimate_interest", "en", Some("address from: Salon list. ")),
        ("Fay", "GB", "published", "ko", Some("출처: Salon list.")),
        ("Gus", "FR", "inquiry", "en", None),
        ("Hal", "US", "published", "en", None),
    ];
    let mut enrolled = Vec::new();
    for (name, country, basis, locale, expected) in table {
        let id = in_country(&house, name, country, Some(basis)).await;
        house.patch(&format!("/people/{id}"), json!({ "source": "Salon list", "locale": locale })).await;
        enrolled.push(enrol(&house, &sequence, &id).await);
        outreach::engine::plan::plan_due(&house.app).await.expect("planned");
        let mail = composed(&house).await;
        assert_eq!(expected.is_some_and(|words| mail.contains(words)), expected.is_some(), "{name}: {mail}");
        assert_eq!(mail.contains("Salon list"), expected.is_some(), "{name}: {mail}");
    }
    // The first is on its way; a second sequence does not tell it again.
    let told = mails(&house, &enrolled[0], "out").await;
    assert!(told[0]["source_told"].as_str().is_some_and(|said| said.contains("Salon list")), "{told:?}");
    let eva = text(&told[0]["person_id"]);
    let preview = json!({ "person_id": eva, "why_them": "They opened an office." });
    let preview = house.post(&format!("/sequences/{sequence}/preview"), preview).await;
    assert!(!preview["messages"][0]["text"].as_str().expect("a text").contains("Salon list"), "{preview}");
    // Who switches it off says nothing.
    let mut off = sender();
    off["tell_source"] = json!(false);
    set(&house, off).await;
    let ida = in_country(&house, "Ida", "FR", Some("published")).await;
    enrol(&house, &sequence, &ida).await;
    outreach::engine::plan::plan_due(&house.app).await.expect("planned");
    assert!(!composed(&house).await.contains("our own research"));
}

/// A source outside that wrote somebody's address.
async fn found_by(house: &House, person: &str, name: &str, address: &str) {
    let (provider, space) = (uuid::Uuid::now_v7(), house.owner.workspace);
    let person: PersonId = person.parse().expect("an id");
    let tx = house.app.db.write_tx().await.expect("a transaction");
    let text = "INSERT INTO enrichment_provider (id, workspace_id, record_kind, enabled, on_arrival, content, secrets, meter_day, \
                meter_day_calls, meter_month, meter_month_calls, next_call_at, failures, revision, created_at, updated_at) \
                VALUES (?, ?, 'person', ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 1, 0, 0)";
    let content = json!({ "name": name });
    let values = [provider.into(), space.into(), true.into(), false.into(), content.into(), json!({}).into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await.expect("a source");
    let text = "INSERT INTO enrichment_value (id, workspace_id, provider_id, person_id, field, value, state, confidence, \
                fetched_at, written, written_at) VALUES (?, ?, ?, ?, 'email', ?, 'filled', 0.9, 0, ?, 0)";
    let address = json!(address);
    let id = uuid::Uuid::now_v7();
    let values =
        [id.into(), space.into(), provider.into(), person.into(), address.clone().into(), address.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await.expect("a value");
    tx.commit().await.expect("commit");
}

on_both_databases!(the_source_that_found_the_address_is_named_before_the_records, found, doors);
async fn found(house: House) {
    set(&house, sender()).await;
    let mailbox = mailbox(&house).await;
    let sequence = sequence(&house, &mailbox).await;
    for (name, address, expected) in
        [("Eva", "eva@fr.example.org", "Finder"), ("Fay", "before@fr.example.org", "our own research")]
    {
        let id = in_country(&house, name, "FR", Some("published")).await;
        found_by(&house, &id, "Finder", address).await;
        enrol(&house, &sequence, &id).await;
        outreach::engine::plan::plan_due(&house.app).await.expect("planned");
        let mail = composed(&house).await;
        assert!(mail.contains(&format!("address from: {expected}.")), "{name}: {mail}");
    }
}

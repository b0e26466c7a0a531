//! What nobody may do to an offer that is out: read another's code, guess it, change what was promised, sign with a
//! picture that is none.

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Timestamp;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::Sql;
use store::db::Source as _;

use super::{Out, accept, as_pairs, ask, audited, form, look, out, send, state, token_of, with_code};
use crate::support::{doors, draft, lead, refused};

const LOGO: &[u8] = include_bytes!("../../../../foundation/paper/src/document/logo.png");

async fn run(house: &House, text: &str) {
    let tx = house.app.db.write_tx().await.unwrap();
    Sql::new(tx.engine(), text).run(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
}

on_both_databases!(no_member_reads_the_code_of_a_signer, unread, doors);
async fn unread(house: House) {
    let out = out(&house).await;
    // A mailbox that mail really leaves from.
    run(&house, "UPDATE mailbox SET kind = 'real'").await;
    let page = look(&house, &format!("/o/{}", out.token)).await;
    let filled = form(&page.text, &[("name", "Kim Minji"), ("consent", "yes")]);
    let asked = ask(&house, Method::POST, &format!("/o/{}/accept", out.token), &as_pairs(&filled)).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    let row = Sql::new(
        house.app.db.engine(),
        "SELECT id, subject, text, mailbox_id FROM message WHERE subject LIKE 'Your code%'",
    );
    let row = row.rows(house.app.db.read()).await.unwrap().pop().unwrap();
    let (id, subject, text): (uuid::Uuid, String, String) = (
        row.try_get_by_index(0).unwrap(),
        row.try_get_by_index(1).unwrap(),
        row.try_get_by_index(2).unwrap(),
    );
    let mailbox: kernel::MailboxId = row.try_get_by_index(3).unwrap();
    let secrets = &house.app.secrets;
    let opened = outreach::sealed::open(secrets, (mailbox, "minji@acme.example"), &text).unwrap();
    let code: String =
        opened.trim_start_matches("Your code is ").chars().take_while(char::is_ascii_digit).collect();
    assert_eq!(code.len(), 6, "{opened}");
    assert!(!subject.contains(&code) && !text.contains(&code), "{text}");
    let seen = house.get(&format!("/messages/{id}")).await;
    assert!(seen["text"].as_str().unwrap().starts_with("Your code is ••••••."), "{seen}");
    assert!(outreach::sealed::open(secrets, (mailbox, "rep@ours.example"), &text).is_err());
    let edit = house
        .send(&house.owner, Method::PATCH, &format!("/messages/{id}"), Some(json!({ "subject": "Hi" })), &[])
        .await;
    assert_eq!((edit.0, &edit.1["code"]), (StatusCode::CONFLICT, &json!("sealed")));
    let copied =
        json!({ "mailbox_id": mailbox, "person_id": out.lead.person, "subject": "Hi", "text": text });
    let (status, _) = refused(&house, "/messages", copied).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "nobody writes a mark by hand");
    let mut whole = filled;
    whole.push(("code".to_owned(), code));
    assert_eq!(accept(&house, &out, &whole).await.status, StatusCode::SEE_OTHER);
    let told =
        Sql::new(house.app.db.engine(), "SELECT COUNT(*) FROM message WHERE subject LIKE 'You signed%'");
    assert_eq!(told.scalar::<i64>(house.app.db.read()).await.unwrap(), Some(1), "they hear of it");
}

on_both_databases!(a_code_leaves_from_a_real_mailbox_while_there_is_one, real, doors);
async fn real(house: House) {
    let out = out(&house).await;
    let server =
        json!({ "host": "127.0.0.1", "port": 9, "security": "none", "username": "x", "password": "x" });
    let mailbox = json!({ "email": "rep@ours.example", "from_name": "Rep", "smtp": server, "imap": server });
    let mailbox = house.post("/mailboxes", mailbox).await;
    let page = look(&house, &format!("/o/{}", out.token)).await;
    let filled = form(&page.text, &[("name", "Kim Minji"), ("consent", "yes")]);
    ask(&house, Method::POST, &format!("/o/{}/accept", out.token), &as_pairs(&filled)).await;
    let text = "SELECT mailbox_id FROM message WHERE subject LIKE 'Your code%'";
    let from = Sql::new(house.app.db.engine(), text).scalar::<uuid::Uuid>(house.app.db.read()).await.unwrap();
    assert_eq!(json!(from), mailbox["id"], "nobody reads it in a mailbox for trying things out");
}

on_both_databases!(whoever_guesses_is_stopped_until_the_link_is_made_anew, guessed, doors);
async fn guessed(house: House) {
    let out = out(&house).await;
    let mut tries = 0;
    let alert = loop {
        let page = look(&house, &format!("/o/{}", out.token)).await;
        let mut filled = form(&page.text, &[("name", "Kim Minji"), ("consent", "yes")]);
        let asked = ask(&house, Method::POST, &format!("/o/{}/accept", out.token), &as_pairs(&filled)).await;
        if asked.status != StatusCode::OK {
            break asked.text;
        }
        filled.push(("code".to_owned(), "12".to_owned()));
        for _ in 0..5 {
            assert_ne!(accept(&house, &out, &filled).await.status, StatusCode::SEE_OTHER);
            tries += 1;
        }
        assert!(tries <= 20, "nobody stops them");
        house.app.clock.set(house.app.clock.now().plus_seconds(3_601));
    };
    assert_eq!(tries, 20);
    assert!(alert.contains("ask your contact for a new link"), "{alert}");
    let view = house.get(&format!("{}/page", out.path)).await;
    let link = view["links"][0]["id"].as_str().unwrap();
    let view = house.post(&format!("{}/links/{link}/renewal", out.path), Json::Null).await;
    let renewed = Out { token: token_of(&view["links"][0]["url"]), ..out };
    assert_eq!(look(&house, &format!("/o/{}", out.token)).await.status, StatusCode::NOT_FOUND);
    let whole = with_code(&house, &renewed).await;
    assert_eq!(accept(&house, &renewed, &whole).await.status, StatusCode::SEE_OTHER);
    assert!(audited(&house, &renewed).await.contains(&"renewed".to_owned()));
}

on_both_databases!(a_code_made_before_the_clock_was_put_back_is_no_code, put_back, doors);
async fn put_back(house: House) {
    let out = out(&house).await;
    let old = with_code(&house, &out).await;
    house.app.clock.set(house.app.clock.now().plus_seconds(-7_200));
    assert_ne!(accept(&house, &out, &old).await.status, StatusCode::SEE_OTHER, "made in the future");
    let new = with_code(&house, &out).await;
    assert_ne!(accept(&house, &out, &old).await.status, StatusCode::SEE_OTHER, "one is open at a time");
    assert_eq!(accept(&house, &out, &new).await.status, StatusCode::SEE_OTHER);
}

on_both_databases!(r67_what_they_were_shown_stands_and_holds_for_all_who_sign, stands, doors);
async fn stands(house: House) {
    let out = out(&house).await;
    let path = format!("{}/incentive", out.path);
    let new = json!({ "text": "Setting up is free", "value_minor": 30_000, "until_on": "2026-12-01", "truth_note": "A team is free" });
    let rep = house.member(http_room::Role::Rep).await;
    let (status, _) = house.send(&rep, Method::PUT, &path, Some(new.clone()), &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "what went out was agreed to without it");
    house.put(&path, new.clone()).await;
    for (method, body) in [
        (Method::PUT, Some(json!({ "text": "Nothing", "until_on": "2026-11-25", "truth_note": "x" }))),
        (Method::DELETE, None),
    ] {
        let (status, problem) = house.send(&house.owner, method, &path, body, &[]).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("incentive_stands")));
    }
    assert!(audited(&house, &out).await.contains(&"incentive".to_owned()));
    let other = json!({ "name": "Lee Juno", "email": "juno@acme.example" });
    let other = house.post("/people", other).await["id"].as_str().unwrap().to_owned();
    house.put(&format!("{}/people/{other}", out.lead.path), json!({ "roles": ["approver"] })).await;
    for twice in [json!({ "signers": [other, other] })] {
        let (status, problem) =
            house.send(&house.owner, Method::PUT, &format!("{}/page", out.path), Some(twice), &[]).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("signers"))
        );
    }
    let view = house.put(&format!("{}/page", out.path), json!({ "signers": [out.lead.person, other] })).await;
    let second = view["links"].as_array().unwrap().iter().find(|l| l["person_id"] == other.as_str()).unwrap();
    let second = Out { lead: out.lead.clone(), path: out.path.clone(), token: token_of(&second["url"]) };
    // It lapses between opening the page and signing: nobody signs for what they did not see.
    let seen = with_code(&house, &out).await;
    house.app.clock.set(Timestamp::parse("2026-12-01T23:55:00-05:00").unwrap());
    let late = with_code(&house, &out).await;
    house.app.clock.set(Timestamp::parse("2026-12-02T00:05:00-05:00").unwrap());
    let answer = accept(&house, &out, &late).await;
    assert!(answer.text.contains("A price has changed"), "{}", answer.text);
    drop(seen);
    house.app.clock.set(Timestamp::parse("2026-12-01T23:56:00-05:00").unwrap());
    let first = with_code(&house, &out).await;
    assert_eq!(accept(&house, &out, &first).await.status, StatusCode::SEE_OTHER);
    house.app.clock.set(Timestamp::parse("2026-12-03T12:00:00-05:00").unwrap());
    let page = look(&house, &format!("/o/{}", second.token)).await;
    assert!(page.text.contains("Setting up is free"), "what the first got, the second gets");
    let mut filled = form(&page.text, &[("name", "Lee Juno"), ("consent", "yes")]);
    ask(&house, Method::POST, &format!("/o/{}/accept", second.token), &as_pairs(&filled)).await;
    filled.push(("code".to_owned(), super::code(&house).await));
    assert_eq!(accept(&house, &second, &filled).await.status, StatusCode::SEE_OTHER);
    let view = house.get(&format!("{}/page", out.path)).await;
    let receipts: Vec<&Json> = view["links"].as_array().unwrap().iter().map(|l| &l["receipt"]).collect();
    assert_eq!(receipts[0]["incentive"], receipts[1]["incentive"]);
    assert_eq!(receipts[0]["price_day"], receipts[1]["price_day"]);
    assert_eq!(state(&house, &out).await, "accepted");
}

on_both_databases!(a_drawing_that_is_no_picture_leaves_the_typed_name, undrawn, doors);
async fn undrawn(house: House) {
    let whole_png = format!("data:image/png;base64,{}", STANDARD.encode(LOGO));
    let head_only = format!("data:image/png;base64,{}", STANDARD.encode(&LOGO[..33]));
    for (drawn, kept) in [(head_only, false), (whole_png, true)] {
        let out = out(&house).await;
        let mut whole = with_code(&house, &out).await;
        whole.push(("drawn".to_owned(), drawn));
        assert_eq!(accept(&house, &out, &whole).await.status, StatusCode::SEE_OTHER);
        let view = house.get(&format!("{}/page", out.path)).await;
        assert_eq!(view["links"][0]["receipt"]["drawn"], kept);
        let agreement = look(&house, &format!("/o/{}/agreement.pdf", out.token)).await;
        assert_eq!(agreement.status, StatusCode::OK, "it can be printed");
    }
}

on_both_databases!(an_offer_that_cannot_be_printed_is_not_sent, unprintable, doors);
async fn unprintable(house: House) {
    let lead = lead(&house).await;
    let tx = house.app.db.write_tx().await.unwrap();
    let (workspace, now) = (house.owner.workspace, house.app.clock.now());
    let half = &LOGO[..LOGO.len() / 2];
    let file = store::file::keep(&tx, workspace, "half.png", "image/png", half, now).await.unwrap();
    tx.commit().await.unwrap();
    let mut draft = draft(&lead);
    draft["sections"] = json!([{ "title": "Look", "body": "", "file_id": file.id }]);
    let made = house.post(&format!("{}/offers", lead.path), draft.clone()).await;
    let path = format!("{}/offers/{}", lead.path, made["id"].as_str().unwrap());
    let (status, problem) =
        refused(&house, &format!("{path}/send"), json!({ "sent_to": [lead.person] })).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("offer_not_printable")),
        "{problem}"
    );
    assert_eq!(house.get(&path).await["state"], "draft");
    draft["title"] = json!("Two\nlines");
    let (status, problem) = house.send(&house.owner, Method::PUT, &path, Some(draft), &[]).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("title")));
}

on_both_databases!(one_link_prints_so_many_times_an_hour, printed, doors);
async fn printed(house: House) {
    let lead = lead(&house).await;
    let content = draft(&lead);
    let out = send(&house, lead, content).await;
    let pdf = format!("/o/{}/offer.pdf", out.token);
    for _ in 0..60 {
        assert_eq!(look(&house, &pdf).await.status, StatusCode::OK);
    }
    assert_eq!(look(&house, &pdf).await.status, StatusCode::TOO_MANY_REQUESTS);
    house.app.clock.set(house.app.clock.now().plus_seconds(3_601));
    assert_eq!(look(&house, &pdf).await.status, StatusCode::OK);
}

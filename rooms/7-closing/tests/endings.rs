//! Summaries, wins, losses, and others of the same company, on both databases.

use crate::support::{Lead, asked, doors, force_to_closing, lead, lead_of, plan, refused, sandbox};
use axum::http::{Method, StatusCode};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};

async fn colleague(house: &House, lead: &Lead, name: &str, title: &str) -> String {
    let email = format!("{}@acme.example", name.to_lowercase());
    let new =
        json!({ "name": name, "email": email, "title": title, "company_id": lead.company, "locale": "en" });
    house.post("/people", new).await["id"].as_str().unwrap().to_owned()
}

on_both_databases!(r74_a_summary_is_drafted_with_copies_unticked_and_sent_only_on_a_click, summary, doors);
async fn summary(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let boss = colleague(&house, &lead, "Boss", "CEO").await;
    house.put(&format!("{}/people/{boss}", lead.path), json!({ "roles": ["economic_buyer"] })).await;
    let user = colleague(&house, &lead, "User", "Clerk").await;
    house.put(&format!("{}/people/{user}", lead.path), json!({ "roles": ["user"] })).await;
    house.put(&format!("{}/closing-plan", lead.path), plan()).await;
    let meeting = json!({ "kind": "meeting", "outcome": "held", "body": "- Reports come late", "deal_id": lead.id, "person_id": lead.person });
    let meeting = house.post("/activities", meeting).await["id"].as_str().unwrap().to_owned();
    house.react().await;
    let offered = asked(&house, "closing:summary:").await;
    assert_eq!((offered.len(), &offered[0]["due_on"]), (1, &json!("2026-11-24")), "within a business day");
    assert_eq!(house.get("/messages").await["items"], json!([]), "nothing is sent by itself");
    let path = format!("{}/meetings/{meeting}/summary", lead.path);
    let draft = house.get(&path).await;
    let text = draft["text"].as_str().unwrap();
    for part in [
        "Hello Minji,",
        "- Reports come late",
        "Kim Minji: Name the project lead, 3 Dec 2026",
        "2 days (pilot)",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(draft["to"][0]["person_id"], json!(lead.person));
    let copies: Vec<&Json> =
        draft["cc_proposals"].as_array().unwrap().iter().map(|p| &p["person_id"]).collect();
    assert_eq!(copies, [&json!(boss)], "the boss, not the user");
    assert!(house.get(&format!("{path}?locale=ko")).await["text"].as_str().unwrap().contains("다음 단계"));
    let mailbox = sandbox(&house).await;
    let send = json!({ "mailbox_id": mailbox, "to": [lead.person], "cc": [boss], "subject": draft["subject"], "text": text });
    house.post("/suppressions", json!({ "scope": "address", "text": "boss@acme.example" })).await;
    assert_eq!(refused(&house, &path, send.clone()).await.1["code"], "suppressed");
    assert_eq!(house.get("/messages").await["items"], json!([]), "then nobody gets it");
    let mut alone = send;
    alone["cc"] = json!([user]);
    let sent = house.post(&path, alone.clone()).await;
    assert_eq!(sent["message_ids"].as_array().unwrap().len(), 2);
    let first = house.get(&format!("/messages/{}", sent["message_ids"][0].as_str().unwrap())).await;
    assert!(first["text"].as_str().unwrap().ends_with("This also goes to User."), "{first}");
    assert_eq!(refused(&house, &path, alone).await.1["code"], "summary_sent");
    assert_eq!(asked(&house, "closing:summary:").await.len(), 0, "its task is done");
    let (status, _) = house.send(&house.stranger, Method::GET, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

async fn win(house: &House, lead: &Lead) {
    let yes = json!({ "kind": "written_yes", "words": "We go ahead", "person_id": lead.person });
    house.post(&format!("{}/acceptance", lead.path), yes).await;
    let amount = json!({ "minor": 90_000, "currency": "USD" });
    house.post(&format!("{}/move", lead.path), json!({ "kind": "win", "amount": amount })).await;
    house.react().await;
}

on_both_databases!(r66_a_win_needs_a_start_date_or_the_explicit_note_none, start, doors);
async fn start(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let mut new = plan();
    new["start_date"] = Json::Null;
    house.put(&format!("{}/closing-plan", lead.path), new).await;
    let yes = json!({ "kind": "written_yes", "words": "We go ahead", "person_id": lead.person });
    house.post(&format!("{}/acceptance", lead.path), yes).await;
    let win = |more: Json| {
        let mut body = json!({ "kind": "win", "amount": { "minor": 90_000, "currency": "USD" } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let moves = format!("{}/move", lead.path);
    let (status, problem) = refused(&house, &moves, win(json!({}))).await;
    assert_eq!(
        (status, &problem["facts"]["missing"][0]["key"]),
        (StatusCode::CONFLICT, &json!("start_date_known"))
    );
    let won = house.post(&moves, win(json!({ "no_start_date": "none" }))).await;
    assert_eq!(won["deal"]["status"], "won");
}

on_both_databases!(r73_a_win_opens_the_handover_and_a_customer_renews, handover, doors);
async fn handover(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let path = format!("{}/closing-plan", lead.path);
    let mut new = plan();
    new["open_questions"] = json!([{ "question": "Who trains us?" }]);
    new["monthly"] = json!({ "minor": 9000, "currency": "USD" });
    house.put(&path, new.clone()).await;
    let begin = format!("{}/follow-ons", lead.path);
    assert_eq!(refused(&house, &begin, json!({ "kind": "renewal" })).await.1["code"], "not_won");
    win(&house, &lead).await;
    let view = house.get(&format!("{}/handover", lead.path)).await;
    assert_eq!((&view["complete"], &view["monthly"]["minor"]), (&json!(false), &json!(9000)));
    assert_eq!(view["lines"][0], json!({ "item": "questions_answered", "holds": false }));
    assert_eq!(asked(&house, "closing:handover").await.len(), 1);
    new["open_questions"][0]["answer"] = json!("Our trainer, on 4 January");
    house.put(&path, new).await;
    assert_eq!(house.get(&format!("{}/handover", lead.path)).await["complete"], true);
    let begun = house.post(&begin, json!({ "kind": "renewal", "expected_close": "2027-12-01" })).await;
    let next = &begun["follow_ons"][0];
    assert_eq!((&next["name"], &next["kind"]), (&json!("Acme deal, renewal"), &json!("renewal")));
    let deal = house.get(&format!("/deals/{}", next["deal_id"].as_str().unwrap())).await;
    assert_eq!((&deal["company_id"], &deal["status"]), (&json!(lead.company), &json!("open")));
    let (status, _) =
        house.send(&house.stranger, Method::POST, &begin, Some(json!({ "kind": "renewal" })), &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

on_both_databases!(
    a_loss_offers_one_honest_mail_keeps_its_lesson_and_is_looked_back_at_above_the_median,
    loss,
    doors
);
async fn loss(house: House) {
    let usd = |minor: i64| json!({ "minor": minor, "currency": "USD" });
    let lose = json!({ "kind": "lose", "reason": "price", "reasons": { "ask_missing": "known" } });
    let mut leads = Vec::new();
    for (name, value) in [("Small", 100), ("Other", 300), ("Large", 900)] {
        let lead = lead_of(&house, name, usd(value)).await;
        house.post(&format!("{}/move", lead.path), lose.clone()).await;
        house.react().await;
        leads.push(lead);
    }
    let reviews = asked(&house, "closing:review").await;
    let names: Vec<&str> = reviews.iter().map(|t| t["deal_name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(
        names.contains(&"Large deal") && names.contains(&"Other deal"),
        "each worth more than the middle then"
    );
    let lead = &leads[2];
    let path = format!("{}/loss", lead.path);
    let view = house.get(&format!("{path}?person_id={}", lead.person)).await;
    assert!(view["text"].as_str().unwrap().starts_with("Hello Minji,"));
    let mailbox = sandbox(&house).await;
    let mail = json!({ "mailbox_id": mailbox, "person_id": lead.person, "subject": view["subject"], "text": view["text"] });
    let kept = house.post(&path, json!({ "lesson": "Show the return earlier", "mail": mail })).await;
    assert_eq!(kept["note"]["lesson"], "Show the return earlier");
    assert!(kept["note"]["message_id"].is_string());
    assert_eq!(refused(&house, &path, json!({ "mail": mail })).await.1["code"], "farewell_sent");
    let open = lead_of(&house, "Open", Json::Null).await;
    let early = refused(&house, &format!("{}/loss", open.path), json!({ "lesson": "x" })).await;
    assert_eq!(early.1["code"], "not_lost");
    let (status, _) = house.send(&house.stranger, Method::GET, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

on_both_databases!(r75_not_yet_parks_with_cause_day_and_track, parked, doors);
async fn parked(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let park = format!("{}/move", lead.path);
    let (status, _) = refused(&house, &park, json!({ "kind": "park", "cause": "budget_cycle" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let not_yet =
        json!({ "kind": "park", "cause": "budget_cycle", "wake_on": "2027-02-01", "track": "not_yet" });
    let moved = house.post(&park, not_yet).await;
    assert_eq!((&moved["deal"]["status"], &moved["deal"]["stage"]), (&json!("not_yet"), &json!("nurturing")));
    assert_eq!(moved["deal"]["wake_on"], "2027-02-01");
}

on_both_databases!(
    r76_others_of_the_company_are_proposed_after_not_yet_and_never_written_to_by_themselves,
    others,
    doors
);
async fn others(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let buyer = colleague(&house, &lead, "Buyer", "CFO").await;
    let _ = colleague(&house, &lead, "Clerk", "Clerk").await;
    let refuser = colleague(&house, &lead, "Refuser", "VP Sales").await;
    house.post("/suppressions", json!({ "scope": "address", "text": "refuser@acme.example" })).await;
    let path = format!("{}/other-contacts", lead.path);
    assert_eq!(house.get(&path).await["contacts"], json!([]), "not while it is open");
    let not_yet =
        json!({ "kind": "park", "cause": "budget_cycle", "wake_on": "2027-02-01", "track": "not_yet" });
    house.post(&format!("{}/move", lead.path), not_yet).await;
    let found = house.get(&path).await;
    let ids: Vec<&Json> = found["contacts"].as_array().unwrap().iter().map(|c| &c["person_id"]).collect();
    assert!(ids.contains(&&json!(buyer)) && !ids.contains(&&json!(refuser)), "{found}");
    assert!(!ids.contains(&&json!(lead.person)), "whoever is in the thread is no other contact");
    let begun = house.post(&path, json!({ "person_id": buyer })).await;
    let task = house.get(&format!("/tasks/{}", begun["task_id"].as_str().unwrap())).await;
    assert_eq!(task["body"], "Do not mention whom we talked to first.");
    assert_eq!(house.get("/messages").await["items"], json!([]));
    let stranger = json!({ "person_id": refuser });
    assert_eq!(refused(&house, &path, stranger).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let refusal = format!("{}/company-refusal", lead.path);
    let told = house.put(&refusal, json!({ "words": "Nobody here wants it" })).await;
    assert_eq!((&told["contacts"], &told["refused"]), (&json!([]), &json!("Nobody here wants it")));
    house.app.clock.set(MORNING.plus_seconds(60));
    assert_ne!(house.put(&refusal, json!({ "words": null })).await["contacts"], json!([]));
    let (status, _) = house.send(&house.stranger, Method::GET, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

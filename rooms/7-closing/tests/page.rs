//! The page of a plan, and reminders, on both databases.

use crate::support::{doors, force_to_closing, lead, plan, sandbox, visit, watch};
use axum::http::{Method, StatusCode, header};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};

async fn open_page(house: &House, path: &str) -> String {
    let view = house.post(&format!("{path}/closing-plan/page"), json!({})).await;
    let url = view["page_url"].as_str().unwrap();
    url[url.find("/c/").unwrap()..].to_owned()
}

on_both_databases!(the_buyer_sees_the_plan_by_a_link_nobody_guesses_and_nothing_of_ours, page, doors);
async fn page(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let mut new = plan();
    new["open_questions"] = json!([{ "question": "Who trains us? <b>", "answer": null }]);
    new["levers"] = json!([{ "kind": "monthly_term", "note": "Stop when you like" }]);
    new["next_attempt"] = json!({ "kind": "direct_question", "on": "2026-12-02", "words": "SECRETWORDS" });
    new["monthly"] = json!({ "minor": 123_456, "currency": "USD" });
    house.put(&format!("{}/closing-plan", lead.path), new).await;
    let url = open_page(&house, &lead.path).await;
    assert_eq!(url.len(), "/c/".len() + 40, "160 bits");
    assert_eq!(open_page(&house, &lead.path).await, url, "the same link again");
    let (status, headers, html) = visit(&house, Method::GET, &url, &[]).await;
    assert_eq!(status, StatusCode::OK);
    for shown in
        ["Name the project lead", "2 days", "Who trains us? &lt;b&gt;", "Stop when you like", "3 Dec 2026"]
    {
        assert!(html.contains(shown), "{shown}: {html}");
    }
    for ours in ["SECRETWORDS", "1,234", "123456", "ap@acme.example", "<script", "minji@acme", "readiness"] {
        assert!(!html.contains(ours), "{ours}");
    }
    assert!(html.len() + closing::page::STYLE.len() < 150_000);
    assert_eq!(headers["x-robots-tag"], "noindex");
    assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
    assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("default-src 'none'"));
    let (_, _, korean) = visit(&house, Method::GET, &format!("{url}?lang=ko"), &[]).await;
    assert!(korean.contains("함께 만든 계획") && korean.contains("2026년 12월 3일"));
    let (status, _, _) = visit(&house, Method::GET, "/c/0000000000000000000000000000000000000000", &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = house
        .send(
            &house.stranger,
            Method::POST,
            &format!("{}/closing-plan/page", lead.path),
            Some(json!({})),
            &[],
        )
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let gone = format!("{}/closing-plan/page", lead.path);
    let (status, view) = house.send(&house.owner, Method::DELETE, &gone, None, &[]).await;
    assert_eq!((status, &view["page_url"]), (StatusCode::OK, &Json::Null));
    assert_eq!(visit(&house, Method::GET, &url, &[]).await.0, StatusCode::NOT_FOUND);
}

on_both_databases!(the_buyer_asks_and_says_what_is_done_without_scripts_and_cannot_flood_us, writes, doors);
async fn writes(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let plan = house.put(&format!("{}/closing-plan", lead.path), plan()).await["plan"].clone();
    let url = open_page(&house, &lead.path).await;
    let ask = format!("{url}/question");
    let (status, headers, _) =
        visit(&house, Method::POST, &ask, &[("question", "Who trains us?"), ("lang", "en")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let back = headers[header::LOCATION].to_str().unwrap().to_owned();
    assert!(visit(&house, Method::GET, &back, &[]).await.2.contains("Your question is in the plan"));
    assert_eq!(
        visit(&house, Method::POST, &ask, &[("question", "")]).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let machine = [("question", "Buy pills"), ("fax_number", "1")];
    assert_eq!(visit(&house, Method::POST, &ask, &machine).await.0, StatusCode::SEE_OTHER);
    let view = house.get(&format!("{}/closing-plan", lead.path)).await;
    assert_eq!(
        view["plan"]["open_questions"],
        json!([{ "question": "Who trains us?", "answer": null, "theirs": true }])
    );
    let done = format!("{url}/done");
    let ours = plan["steps"][0]["id"].as_str().unwrap();
    let theirs = plan["steps"][1]["id"].as_str().unwrap();
    for step in [ours, theirs] {
        assert_eq!(visit(&house, Method::POST, &done, &[("step", step)]).await.0, StatusCode::SEE_OTHER);
    }
    let steps = house.get(&format!("{}/closing-plan", lead.path)).await["plan"]["steps"].clone();
    assert_eq!((&steps[0]["done"], &steps[1]["done"]), (&json!(false), &json!(true)), "only their own");
    let mut last = StatusCode::OK;
    for n in 0..10 {
        last = visit(&house, Method::POST, &ask, &[("question", &format!("Question {n}?"))]).await.0;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    house
        .post(
            &format!("{}/close-attempts", lead.path),
            json!({ "kind": "ask_missing", "words": "?", "answer": "no" }),
        )
        .await;
    house.post(&format!("{}/move", lead.path), json!({ "kind": "lose", "reason": "price" })).await;
    assert_eq!(
        visit(&house, Method::GET, &url, &[]).await.0,
        StatusCode::NOT_FOUND,
        "a lost deal has no page"
    );
}

on_both_databases!(
    overdue_steps_of_theirs_are_reminded_of_once_a_week_and_only_when_allowed,
    reminded,
    doors
);
async fn reminded(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let path = format!("{}/closing-plan", lead.path);
    house.put(&path, plan()).await;
    let mailbox = sandbox(&house).await;
    let mails = async |house: &House| {
        let all = house.get("/messages").await["items"].as_array().unwrap().clone();
        all.into_iter().filter(|m| m["subject"] == "A small reminder of our plan").collect::<Vec<Json>>()
    };
    // Friday 4 December: their step was due the day before.
    house.app.clock.set(MORNING.plus_days(11).plus_seconds(3_600));
    watch(&house).await;
    assert_eq!(mails(&house).await.len(), 0, "nobody allowed it");
    let set = format!("{path}/reminders");
    let allow = json!({ "person_id": lead.person, "mailbox_id": mailbox });
    house.put(&set, allow.clone()).await;
    house.app.clock.set(MORNING.plus_days(11).plus_seconds(7_300));
    watch(&house).await;
    let sent = mails(&house).await;
    assert_eq!(sent.len(), 1);
    assert!(sent[0]["text"].as_str().unwrap().contains("- Name the project lead (3 Dec 2026)"), "{sent:?}");
    house.app.clock.set(MORNING.plus_days(11).plus_seconds(11_000));
    watch(&house).await;
    assert_eq!(mails(&house).await.len(), 1, "once a week for each step");
    house.app.clock.set(MORNING.plus_days(12).plus_seconds(7_200));
    watch(&house).await;
    assert_eq!(mails(&house).await.len(), 1, "nor on a Saturday");
    house.app.clock.set(MORNING.plus_days(14).plus_seconds(7_200));
    watch(&house).await;
    assert_eq!(mails(&house).await.len(), 2, "a new week");
    let seat = format!("{}/people/{}", lead.path, lead.person);
    house.send(&house.owner, Method::DELETE, &seat, None, &[]).await;
    house.app.clock.set(MORNING.plus_days(21).plus_seconds(7_200));
    watch(&house).await;
    assert_eq!(mails(&house).await.len(), 2, "whoever left the committee is told of it no more");
    house.put(&seat, json!({ "roles": ["decision_maker"] })).await;
    house.post("/suppressions", json!({ "scope": "address", "text": "minji@acme.example" })).await;
    house.app.clock.set(MORNING.plus_days(28).plus_seconds(7_200));
    watch(&house).await;
    assert_eq!(mails(&house).await.len(), 2, "whoever must not be written to is not");
    let (status, _) = house.send(&house.stranger, Method::PUT, &set, Some(allow), &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let stopped = house.put(&set, json!({ "person_id": null })).await;
    assert_eq!(stopped["plan"]["reminders"], Json::Null);
}

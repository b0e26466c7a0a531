//! The plan: levers and facts, attempts, mails that ask, and what stands in Today, on both databases.

use crate::support::{asked, doors, force_to_closing, lead, lead_of, plan, refused, sandbox, watch};
use axum::http::{Method, StatusCode};
use http_room::Role;
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};
use store::db::Source as _;
use uuid::Uuid;

async fn fact(house: &House, on_day: &str) -> String {
    let new = json!({ "kind": "price_change", "what": "90 a month", "afterwards": "99 a month", "source": "price list 2027",
        "on_day": on_day });
    house.post("/closing-facts", new).await["id"].as_str().unwrap().to_owned()
}

fn with_levers(levers: Json) -> Json {
    let mut new = plan();
    new["levers"] = levers;
    new
}

async fn put(house: &House, path: &str, body: Json) -> (StatusCode, Json) {
    house.send(&house.owner, Method::PUT, path, Some(body), &[]).await
}

on_both_databases!(r63_the_readiness_list_names_what_is_missing, ready, doors);
async fn ready(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let view = house.get(&format!("{}/closing-plan", lead.path)).await;
    let items: Vec<&str> =
        view["readiness"].as_array().unwrap().iter().map(|r| r["item"].as_str().unwrap()).collect();
    assert_eq!(
        items,
        [
            "fits_profile",
            "bant_qualified",
            "value_shown",
            "decision_maker_reached",
            "offer_current",
            "no_open_objection"
        ]
    );
    assert_eq!(view["readiness"][0]["holds"], false);
}

on_both_databases!(
    r70_urgency_needs_a_real_dated_event_and_a_claim_whose_fact_is_gone_is_not_sent,
    levers,
    doors
);
async fn levers(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let path = format!("{}/closing-plan", lead.path);
    let urgency = |id: &str| json!([{ "kind": "urgency", "claim": "The price goes up", "fact_id": id }]);
    let (status, problem) = put(&house, &path, with_levers(urgency(&uuid::Uuid::now_v7().to_string()))).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("levers.0.fact_id"))
    );
    let past = fact(&house, "2026-11-01").await;
    assert_eq!(put(&house, &path, with_levers(urgency(&past))).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let real = fact(&house, "2026-12-31").await;
    let view = house.put(&path, with_levers(urgency(&real))).await;
    assert_eq!(
        (&view["levers"][0]["standing"], &view["levers"][0]["fact"]["what"]),
        (&json!("live"), &json!("90 a month"))
    );
    let mailbox = sandbox(&house).await;
    let mail = json!({ "kind": "deadline", "mailbox_id": mailbox, "person_id": lead.person, "subject": "The new year",
        "text": "The price goes up on 1 January." });
    let nudges = format!("{}/nudges", lead.path);
    let sent = house.post(&nudges, mail.clone()).await;
    let queued = house.get(&format!("/messages/{}", sent["message_id"].as_str().unwrap())).await;
    assert_eq!((&queued["state"], &queued["origin"]), (&json!("queued"), &json!("hand")));
    let (status, _) =
        house.send(&house.owner, Method::DELETE, &format!("/closing-facts/{real}"), None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(house.get(&path).await["levers"][0]["standing"], "no_fact");
    let (status, problem) = refused(&house, &nudges, mail).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("claim_unproved")));
    assert_eq!(problem["facts"]["claims"][0]["why"], "no_fact");
    let read = house.post(&format!("{}/claims", lead.path), json!({ "text": "There is a bonus" })).await;
    assert_eq!((&read[0]["why"], &read[0]["words"]), (&json!("no_incentive"), &json!("bonus")));
    let (status, _) =
        house.send(&house.stranger, Method::DELETE, &format!("/closing-facts/{past}"), None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

on_both_databases!(a_plan_names_no_offer_but_one_of_its_deal, offers, doors);
async fn offers(house: House) {
    let (lead, other) = (lead(&house).await, lead_of(&house, "Beta", Json::Null).await);
    let offer = house.post(&format!("{}/offers", other.path), json!({ "title": "For somebody else" })).await;
    let path = format!("{}/closing-plan", lead.path);
    for id in [offer["id"].clone(), json!(uuid::Uuid::now_v7())] {
        let mut named = plan();
        named["offer_id"] = id;
        let (status, problem) = put(&house, &path, named).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("offer_id")),
            "{problem}"
        );
    }
}

on_both_databases!(r67_an_incentive_has_value_deadline_and_truth_and_lapses_on_its_own, incentive, doors);
async fn incentive(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let path = format!("{}/closing-plan", lead.path);
    let bonus = |truth: &str| json!([{ "kind": "incentive", "value": "Onboarding on site", "cost": "900", "until": "2026-11-27", "truth": truth }]);
    let (status, problem) = put(&house, &path, with_levers(bonus(" "))).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("levers.0.truth"))
    );
    house.put(&path, with_levers(bonus("Our trainer is in town until then"))).await;
    let attempts = format!("{}/close-attempts", lead.path);
    let today = json!({ "kind": "sign_today_bonus", "words": "If it suits you", "answer": "hesitates", "levers": ["incentive"] });
    let view = house.post(&attempts, today.clone()).await;
    assert_eq!(view["attempts"][0]["levers"], json!(["incentive"]));
    house.app.clock.set(MORNING.plus_days(5));
    assert_eq!(house.get(&path).await["levers"][0]["standing"], "lapsed");
    assert_eq!(refused(&house, &attempts, today).await.1["code"], "lever_not_live");
    let trial = json!([{ "kind": "trial", "days": 6, "end_task": "Look together", "success": "Two days" }]);
    assert_eq!(put(&house, &path, with_levers(trial)).await.1["errors"][0]["field"], "levers.0.days");
}

on_both_databases!(r67_the_incentive_of_the_offer_counts_as_a_lever_that_was_used, offered, doors);
async fn offered(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let path = format!("{}/closing-plan", lead.path);
    let offers = format!("{}/offers", lead.path);
    let content = json!({ "title": "Close in two days", "packages": [{ "lines": [{ "text": "Licence", "unit_minor": 90_000 }] }] });
    let offer = house.post(&offers, content).await["id"].as_str().unwrap().to_owned();
    let one = format!("{offers}/{offer}");
    house.post(&format!("{one}/send"), json!({ "sent_to": [lead.person], "override_reason": "tried" })).await;
    assert_eq!(house.get(&path).await["offered"], Json::Null);
    let attempts = format!("{}/close-attempts", lead.path);
    let tried = json!({ "kind": "start_date", "words": "When do we start?", "answer": "yes", "levers": ["incentive"] });
    assert_eq!(refused(&house, &attempts, tried.clone()).await.1["code"], "lever_not_live");
    let text = "You get a free month on top.";
    let why = house.post(&format!("{}/claims", lead.path), json!({ "text": text })).await;
    assert_eq!(why[0]["why"], "no_incentive", "{why}");
    let incentive =
        json!({ "text": "Setting up is free", "until_on": "2026-12-01", "truth_note": "A team is free" });
    house.put(&format!("{one}/incentive"), incentive).await;
    let view = house.get(&path).await;
    assert_eq!(
        (&view["offered"]["lever"]["value"], &view["offered"]["standing"]),
        (&json!("Setting up is free"), &json!("live"))
    );
    assert_eq!(view["levers"], json!([]), "it stays the offer's");
    assert_eq!(house.post(&format!("{}/claims", lead.path), json!({ "text": text })).await, json!([]));
    let view = house.post(&attempts, tried).await;
    assert_eq!(view["attempts"][0]["levers"], json!(["incentive"]));
}

on_both_databases!(r57_no_lever_while_an_objection_is_open_unless_a_manager_says_why, held, doors);
async fn held(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let path = format!("{}/closing-plan", lead.path);
    house.put(&path, with_levers(json!([{ "kind": "monthly_term" }]))).await;
    let objection = json!({ "stated": "Too dear", "stated_kind": "price_value" });
    house.post(&format!("{}/objections", lead.path), objection).await;
    let view = house.get(&path).await;
    assert_eq!((&view["levers"][0]["standing"], &view["objection_open"]), (&json!("held"), &json!(true)));
    let more = json!([{ "kind": "monthly_term" }, { "kind": "start_date", "on": "2027-01-04" }]);
    assert_eq!(put(&house, &path, with_levers(more)).await.1["code"], "objection_open");
    house.put(&path, with_levers(json!([{ "kind": "monthly_term" }]))).await;
    let attempts = format!("{}/close-attempts", lead.path);
    let push = json!({ "kind": "monthly_term", "words": "By the month?", "answer": "yes" });
    assert_eq!(refused(&house, &attempts, push.clone()).await.1["code"], "objection_open");
    let mut why = push;
    why["override_reason"] = json!("They asked for it");
    let rep = house.member(Role::Rep).await;
    let (status, _) = house.send(&rep, Method::POST, &attempts, Some(why.clone()), &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let view = house.post(&attempts, why).await;
    assert_eq!(view["attempts"][0]["override_reason"], "They asked for it");
}

on_both_databases!(r69_results_need_number_and_source_and_both_forms_of_close_are_there, closes, doors);
async fn closes(house: House) {
    let kinds = house.get("/close-kinds").await;
    let of = |direct: bool| kinds.as_array().unwrap().iter().filter(|k| k["direct"] == direct).count();
    assert_eq!((of(true), of(false)), (3, 8));
    assert!(kinds.as_array().unwrap().iter().all(|k| k["en"].as_str().unwrap().contains('?')));
    let lead = lead(&house).await;
    let path = format!("{}/closing-plan", lead.path);
    let mut new = plan();
    new["results"][0]["source"] = json!("");
    assert_eq!(put(&house, &path, new).await.1["errors"][0]["field"], "results.0.source");
    let mut new = plan();
    new["documents"] = json!([{ "title": "Contract", "url": "javascript:alert(1)" }]);
    assert_eq!(put(&house, &path, new).await.1["errors"][0]["field"], "documents.0.url");
    let mut new = plan();
    new["documents"] = json!([{ "title": "Contract", "url": "https://ours.example/contract" }]);
    new["next_attempt"] = json!({ "kind": "start_date", "on": "2026-12-02", "words": "When do we start?" });
    new["monthly"] = json!({ "minor": 9000, "currency": "USD" });
    let view = house.put(&path, new.clone()).await;
    assert_eq!(view["plan"]["monthly"]["minor"], 9000);
    assert!(view["plan"]["steps"][0]["id"].is_string(), "a step has an id once it is kept");
    new["seen_at"] = json!("2026-01-01T00:00:00Z");
    assert_eq!(put(&house, &path, new).await.1["code"], "stale");
}

on_both_databases!(
    r64_a_closing_deal_without_a_next_action_within_seven_days_raises_a_task,
    next_action,
    doors
);
async fn next_action(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    for task in house.get("/tasks?where=state.eq.open").await["items"].as_array().unwrap() {
        house.post(&format!("/tasks/{}/done", task["id"].as_str().unwrap()), json!({})).await;
    }
    let far = json!({ "title": "Later", "deal_id": lead.id, "due_on": "2026-12-01" });
    house.post("/tasks", far).await;
    watch(&house).await;
    let raised = asked(&house, "closing:next_action").await;
    assert_eq!((raised.len(), &raised[0]["due_on"]), (1, &json!("2026-11-23")));
    house.app.clock.set(MORNING.plus_seconds(7_200));
    watch(&house).await;
    assert_eq!(asked(&house, "closing:next_action").await.len(), 1, "one is enough");
}

on_both_databases!(r72_five_silent_business_days_propose_to_ask_what_is_missing, silent, doors);
async fn silent(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let path = format!("{}/closing-plan", lead.path);
    house.app.clock.set(MORNING.plus_days(4));
    watch(&house).await;
    assert_eq!(asked(&house, "closing:ask_missing").await.len(), 0, "four business days");
    assert_eq!(house.get(&path).await["proposes"], Json::Null);
    house.app.clock.set(MORNING.plus_days(7));
    watch(&house).await;
    let view = house.get(&path).await;
    assert_eq!((&view["proposes"], &view["silent_days"]), (&json!("ask_missing"), &json!(5)));
    assert_eq!(asked(&house, "closing:ask_missing").await.len(), 1);
    let words = json!({ "kind": "ask_missing", "words": "What is missing?", "answer": "hesitates", "answer_words": "A reference" });
    let view = house.post(&format!("{}/close-attempts", lead.path), words).await;
    assert_eq!((&view["proposes"], &view["open_questions"]), (&Json::Null, &json!(1)));
}

on_both_databases!(steps_whose_day_has_come_stand_in_today_and_leave_it_when_they_are_done, overdue, doors);
async fn overdue(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let path = format!("{}/closing-plan", lead.path);
    let kept = house.put(&path, plan()).await["plan"].clone();
    assert_eq!(asked(&house, "closing:step:").await.len(), 0, "nothing is due yet");
    house.app.clock.set(MORNING.plus_days(11));
    watch(&house).await;
    let due = asked(&house, "closing:step:").await;
    assert_eq!(due.len(), 2);
    assert!(due.iter().any(|t| t["title"] == "Ask Kim Minji about: Name the project lead"), "{due:?}");
    assert_eq!(house.get(&path).await["overdue"], json!([0, 1]));
    for task in asked(&house, "").await {
        if !task["origin_key"].as_str().unwrap().starts_with("closing:step:") {
            house.post(&format!("/tasks/{}/done", task["id"].as_str().unwrap()), json!({})).await;
        }
    }
    let today = house.get("/today").await;
    assert_eq!(today[0]["task"]["title"], "Send the contract: Acme deal", "{today}");
    let mut done = plan();
    done["steps"] = kept["steps"].clone();
    done["steps"][0]["done"] = json!(true);
    house.put(&path, done).await;
    assert_eq!(asked(&house, "closing:step:").await.len(), 1);
}

on_both_databases!(r65_a_signature_on_the_page_of_the_offer_is_their_yes, signed, doors);
async fn signed(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let offers = format!("{}/offers", lead.path);
    let content = json!({ "title": "Close in two days", "packages": [{ "lines": [{ "text": "Licence", "unit_minor": 90_000 }] }] });
    let offer = house.post(&offers, content).await["id"].as_str().unwrap().to_owned();
    house
        .post(
            &format!("{offers}/{offer}/send"),
            json!({ "sent_to": [lead.person], "override_reason": "tried" }),
        )
        .await;
    let page = house.put(&format!("{offers}/{offer}/page"), json!({})).await;
    let money = json!({ "minor": 90_000, "currency": "USD" });
    let receipt = json!({
        "version": 1, "place": 1, "signers": 1, "package_id": Uuid::nil(), "package": "Good", "lines": [], "first": money,
        "contract": money, "price_day": "2026-11-23", "incentive": null, "name": "Kim Minji", "role": "", "start_on": "2027-01-04",
        "mail": "minji@acme.example", "consent": "I accept", "consent_version": 1, "drawn": false, "content_sha256": "0",
        "pdf_sha256": "0", "pdf_file_id": Uuid::nil(), "at": "2026-11-23T00:00:00Z", "address": "203.0.113.7", "user_agent": "",
    });
    let id: kernel::DealId = lead.id.parse().unwrap();
    let mut visit = process::room::Visit::begin(&house.app, &house.owner, id).await.unwrap();
    let text = "INSERT INTO offer_acceptance (id, workspace_id, offer_id, link_id, person_id, place, receipt, at) \
                VALUES (?, ?, ?, ?, ?, 1, ?, ?)";
    let uuid = |text: &str| text.parse::<Uuid>().unwrap();
    let values = [
        Uuid::now_v7().into(),
        visit.workspace.into(),
        uuid(&offer).into(),
        uuid(page["links"][0]["id"].as_str().unwrap()).into(),
        uuid(&lead.person).into(),
        receipt.into(),
        visit.now.into(),
    ];
    store::Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await.unwrap();
    offer::accept(&mut visit, kernel::OfferId(uuid(&offer))).await.unwrap();
    visit.leave().await.unwrap();
    house.react().await;
    let plan = house.get(&format!("{}/closing-plan", lead.path)).await["plan"].clone();
    assert_eq!(
        (&plan["acceptance"]["kind"], &plan["acceptance"]["evidence"]["id"]),
        (&json!("online"), &json!(offer))
    );
    assert_eq!(
        (&plan["acceptance"]["person_id"], &plan["start_date"]),
        (&json!(lead.person), &json!("2027-01-04"))
    );
    let again = json!({ "kind": "written_yes", "words": "Yes" });
    assert_eq!(refused(&house, &format!("{}/acceptance", lead.path), again).await.1["code"], "accepted");
    let told = house.events().await.into_iter().filter(|e| e.0 == "closing.accepted").count();
    assert_eq!(told, 1);
}

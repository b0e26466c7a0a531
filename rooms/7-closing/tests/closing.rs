//! Closing through its routes, and a lead that walks through the rooms on recorded facts alone.
use crate::support::{Lead, doors, force_to_closing, lead, plan, refused};
use axum::http::{Method, StatusCode};
use kernel::DealId;
use process::facts::{Research, ResearchItem, ResearchKind};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::Sql;

async fn missing(house: &House, lead: &Lead) -> Vec<String> {
    let deal = house.get(&lead.path).await;
    deal["missing"].as_array().unwrap().iter().map(|k| k.as_str().unwrap().to_owned()).collect()
}

on_both_databases!(the_gate_to_won_opens_by_yes_start_steps_and_billing, gate, doors);
async fn gate(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let closing = ["acceptance_recorded", "start_date_known", "handover_ready", "billing_ready"];
    assert_eq!(missing(&house, &lead).await, closing);
    let path = format!("{}/closing-plan", lead.path);
    assert_eq!(house.get(&path).await["plan"], Json::Null);
    let mut one_sided = plan();
    one_sided["steps"].as_array_mut().unwrap().remove(1);
    house.put(&path, one_sided).await;
    assert_eq!(missing(&house, &lead).await, ["acceptance_recorded", "handover_ready"]);
    house.put(&path, plan()).await;
    assert_eq!(missing(&house, &lead).await, ["acceptance_recorded"]);
    let amount = json!({ "minor": 90_000, "currency": "USD" });
    let (status, problem) =
        refused(&house, &format!("{}/move", lead.path), json!({ "kind": "win", "amount": amount })).await;
    assert_eq!(
        (status, &problem["facts"]["can_force"]),
        (StatusCode::CONFLICT, &json!(false)),
        "their yes is never assumed"
    );
    let yes = format!("{}/acceptance", lead.path);
    for (body, field) in [
        (json!({ "kind": "written_yes" }), "words"),
        (json!({ "kind": "signed_file" }), "file_id"),
        (json!({ "kind": "signed_file", "file_id": uuid::Uuid::now_v7() }), "file_id"),
        (json!({ "kind": "online" }), "offer_id"),
    ] {
        let (status, problem) = refused(&house, &yes, body.clone()).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)),
            "{body}"
        );
    }
    let written = json!({ "kind": "written_yes", "words": "We go ahead", "person_id": lead.person });
    house.post(&yes, written.clone()).await;
    assert_eq!(refused(&house, &yes, written.clone()).await.1["code"], "accepted");
    assert_eq!(missing(&house, &lead).await, Vec::<String>::new());
    let (status, _) = house.send(&house.owner, Method::DELETE, &yes, None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(missing(&house, &lead).await, ["acceptance_recorded"]);
    house.post(&yes, written).await;
    house.put(&path, plan()).await;
    let won = house.post(&format!("{}/move", lead.path), json!({ "kind": "win", "amount": amount })).await;
    assert_eq!(won["deal"]["status"], "won", "changing the plan leaves their yes");
}

on_both_databases!(
    r72_what_they_still_need_to_know_becomes_an_open_question_and_a_loss_asks_first,
    attempts,
    doors
);
async fn attempts(house: House) {
    let lead = lead(&house).await;
    force_to_closing(&house, &lead).await;
    let lose = json!({ "kind": "lose", "reason": "price" });
    let (status, problem) = refused(&house, &format!("{}/move", lead.path), lose.clone()).await;
    assert_eq!(
        (status, &problem["facts"]["missing"][0]["key"]),
        (StatusCode::CONFLICT, &json!("ask_missing"))
    );
    let attempts = format!("{}/close-attempts", lead.path);
    let asked = json!({ "kind": "ask_missing", "words": "What do you still need to know?", "answer": "hesitates", "answer_words": "Who trains our team?" });
    let view = house.post(&attempts, asked).await;
    assert_eq!(
        (&view["open_questions"], &view["plan"]["open_questions"][0]["question"]),
        (&json!(1), &json!("Who trains our team?"))
    );
    let objection = json!({ "stated": "Too dear", "stated_kind": "price_value" });
    house.post(&format!("{}/objections", lead.path), objection).await;
    let push = |kind: &str| json!({ "kind": kind, "words": "Sign today", "answer": "no" });
    assert_eq!(refused(&house, &attempts, push("sign_today_bonus")).await.1["code"], "objection_open", "R57");
    house.post(&attempts, push("results_reminder")).await;
    assert_eq!(house.post(&format!("{}/move", lead.path), lose).await["deal"]["status"], "lost");
    let told = house.events().await.into_iter().filter(|(kind, _)| kind == "closing.attempted").count();
    assert_eq!(told, 2);
}

on_both_databases!(faults_of_a_plan_are_named_and_strangers_see_nothing, walls, doors);
async fn walls(house: House) {
    let lead = lead(&house).await;
    let path = format!("{}/closing-plan", lead.path);
    for (body, field) in [
        (json!({ "results": [{ "what": "x", "number": "", "source": "y" }] }), "results.0.number"),
        (json!({ "steps": [{ "what": "x", "who": " ", "side": "us" }] }), "steps.0.who"),
        (json!({ "start_date": "2027-01-04", "no_start_date": "none" }), "no_start_date"),
    ] {
        let (status, problem) = house.send(&house.owner, Method::PUT, &path, Some(body.clone()), &[]).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)),
            "{body}"
        );
    }
    for (method, path, body) in [
        (Method::GET, path.clone(), Json::Null),
        (Method::PUT, path.clone(), plan()),
        (Method::POST, format!("{}/acceptance", lead.path), json!({ "kind": "written_yes", "words": "yes" })),
        (Method::DELETE, format!("{}/acceptance", lead.path), Json::Null),
        (
            Method::POST,
            format!("{}/close-attempts", lead.path),
            json!({ "kind": "trial", "words": "x", "answer": "yes" }),
        ),
    ] {
        let (status, _) = house.send(&house.stranger, method.clone(), &path, Some(body), &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
    }
}

/// What prospecting leaves behind: a score and research with sources.
async fn prospected(house: &House, lead: &Lead) {
    let id: DealId = lead.path.trim_start_matches("/deals/").parse().unwrap();
    let tx = house.app.db.write_tx().await.unwrap();
    let text = "UPDATE company SET icp_score = 72, icp_grade = 'B' WHERE workspace_id = ?";
    Sql::with(tx.engine(), text, [house.owner.workspace.into()]).run(&*tx).await.unwrap();
    let item =
        |kind| ResearchItem { kind, text: "known".into(), source: Some("https://acme.example".into()) };
    let items =
        [ResearchKind::WhatTheyDo, ResearchKind::Trigger, ResearchKind::LikelyBuyer].map(item).to_vec();
    let research = Research { items, grade_waived: None };
    let now = house.app.clock.now();
    process::fact_store::put(&tx, house.owner.workspace, id, &research, &[], now).await.unwrap();
    tx.commit().await.unwrap();
    house.patch(&lead.path, json!({ "why_them": "They hire reps" })).await;
}

async fn advance(house: &House, lead: &Lead, kind: &str) -> String {
    house.react().await;
    assert_eq!(missing(house, lead).await, Vec::<String>::new());
    let answer = house.post(&format!("{}/move", lead.path), json!({ "kind": kind })).await;
    assert_eq!(answer["transition"]["forced"], false);
    answer["deal"]["stage"].as_str().unwrap().to_owned()
}

on_both_databases!(a_lead_walks_through_the_rooms_on_recorded_facts_and_no_gate_is_forced, walk, doors);
async fn walk(house: House) {
    let lead = lead(&house).await;
    let at = |path: &str| format!("{}/{path}", lead.path);
    prospected(&house, &lead).await;
    assert_eq!(advance(&house, &lead, "advance").await, "outreach");

    let deal = lead.path.trim_start_matches("/deals/");
    let meeting = json!({ "kind": "meeting", "outcome": "held", "body": "discovery", "deal_id": deal, "person_id": lead.person });
    house.post("/activities", meeting).await;
    assert_eq!(advance(&house, &lead, "advance").await, "qualification");

    let words =
        json!({ "kind": "challenge", "summary": "Late reports", "words": "We see them in week three" });
    let challenge = house.post(&at("findings"), words).await["id"].clone();
    house.post(&at("findings"), json!({ "kind": "goal", "summary": "Close in two days" })).await;
    house.post(&at("findings"), json!({ "kind": "current_solution", "summary": "Sheets" })).await;
    let said = |value: Json| json!({ "kind": "conversation", "value": value });
    house
        .post(&at("bant/need"), said(json!({ "impact_money": { "minor": 900_000, "currency": "USD" } })))
        .await;
    house.post(&at("bant/authority"), said(json!({ "person_id": lead.person }))).await;
    house.post(&at("bant/timing"), said(json!({ "wanted_on": "2027-01-31" }))).await;
    assert_eq!(advance(&house, &lead, "advance").await, "nurturing");

    for title in ["How others do it", "A template"] {
        house.post(&at("value-touches"), json!({ "kind": "help", "title": title })).await;
    }
    house
        .post(&at("awareness"), json!({ "cause": "said", "said": "product_aware", "note": "We tried it" }))
        .await;
    assert_eq!(advance(&house, &lead, "advance").await, "offer");

    let lines = json!([{ "text": "Licence", "unit_minor": 90_000, "answers": [challenge] }]);
    let draft = json!({ "title": "Close in two days", "currency": "USD", "packages": [{ "lines": lines }], "no_ambition_known": true });
    let offer = house.post(&at("offers"), draft).await["id"].as_str().unwrap().to_owned();
    house.post(&at(&format!("offers/{offer}/send")), json!({ "sent_to": [lead.person] })).await;
    let objection = json!({ "stated": "Too dear", "stated_kind": "price_value", "person_id": lead.person });
    let objection = house.post(&at("objections"), objection).await["id"].as_str().unwrap().to_owned();
    assert_eq!(advance(&house, &lead, "advance").await, "objections");

    for step in [
        json!({ "step": "ask", "question": "Compared with what?", "answer": "doing nothing" }),
        json!({ "step": "answer", "text": "Nine thousand a month" }),
        json!({ "step": "confirm", "words": "Then it pays", "person_id": lead.person }),
    ] {
        house.post(&at(&format!("objections/{objection}/steps")), step).await;
    }
    assert_eq!(advance(&house, &lead, "advance").await, "closing");

    house.put(&at("closing-plan"), plan()).await;
    house
        .post(&at("acceptance"), json!({ "kind": "online", "offer_id": offer, "person_id": lead.person }))
        .await;
    assert_eq!(house.get(&at("offers")).await[0]["state"], "accepted");
    let view = house.get(&at("closing-plan")).await;
    let open: Vec<&Json> =
        view["readiness"].as_array().unwrap().iter().filter(|r| r["holds"] == false).collect();
    assert_eq!(open, Vec::<&Json>::new());
    let won = house
        .post(&at("move"), json!({ "kind": "win", "amount": { "minor": 90_000, "currency": "USD" } }))
        .await;
    assert_eq!(won["deal"]["status"], "won");
    let moves: Vec<Json> = house
        .events()
        .await
        .into_iter()
        .filter(|(kind, _)| kind == "deal.moved")
        .map(|(_, p)| p["to_stage"].clone())
        .collect();
    assert_eq!(
        moves,
        ["outreach", "qualification", "nurturing", "offer", "objections", "closing", "closing"]
    );
}

//! The process through its routes, on both databases.
use axum::http::{Method, StatusCode};
use http_room::{Door, Member, Role};
use kernel::{DealId, PersonId, Timestamp};
use process::fact_store::{Fact, put};
use process::facts::{
    Acceptance, AcceptanceKind, Awareness, Bant, BantState, Closing, Discovery, Evidence, EvidenceKind,
    EvidenceOf, FactorFact, Nurture, Objections, Offer, Relevance, Replies, Reply, Research, ResearchItem,
    ResearchKind, Start, Touch,
};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};
use store::event::Actor;
use store::{NewEvent, Sql, Subject};
use uuid::Uuid;

fn doors() -> Vec<Door> {
    vec![process::door()]
}

fn keys(checks: &Json) -> Vec<String> {
    checks.as_array().unwrap().iter().map(|c| c["key"].as_str().unwrap().to_owned()).collect()
}

fn proof() -> Evidence {
    Evidence { kind: EvidenceOf::Event, id: Uuid::from_u128(7) }
}

/// A deal of a company with one reachable person in its committee.
struct Lead {
    path: String,
    id: DealId,
    person: PersonId,
}

async fn lead(house: &House) -> Lead {
    let company = house.post("/companies", json!({ "name": "Acme", "legal_name": "Acme Inc." })).await;
    let person = json!({ "name": "Kim Minji", "email": "minji@acme.example", "company_id": company["id"] });
    let person = house.post("/people", person).await;
    let deal = json!({ "name": "Acme deal", "company_id": company["id"], "value": { "minor": 500_000, "currency": "USD" } });
    let deal = house.post("/deals", deal).await;
    let path = format!("/deals/{}", deal["id"].as_str().unwrap());
    let place = json!({ "roles": ["decision_maker"], "evidence": "signs all contracts" });
    house.put(&format!("{path}/people/{}", person["id"].as_str().unwrap()), place).await;
    house.react().await;
    let id = deal["id"].as_str().unwrap().parse().unwrap();
    Lead { path, id, person: person["id"].as_str().unwrap().parse().unwrap() }
}

async fn know<F: Fact>(house: &House, deal: DealId, fact: &F) {
    let tx = house.app.db.write_tx().await.unwrap();
    put(&tx, house.owner.workspace, deal, fact, &[proof()], house.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn score(house: &House, grade: &str) {
    let tx = house.app.db.write_tx().await.unwrap();
    let text = "UPDATE company SET icp_score = 72, icp_grade = ? WHERE workspace_id = ?";
    Sql::with(tx.engine(), text, [grade.into(), house.owner.workspace.into()]).run(&*tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn ask(house: &House, me: &Member, lead: &Lead, body: Json) -> (StatusCode, Json) {
    house.send(me, Method::POST, &format!("{}/move", lead.path), Some(body), &[]).await
}

async fn moved(house: &House, lead: &Lead, body: Json) -> Json {
    house.post(&format!("{}/move", lead.path), body).await
}

/// Moves by force to the stage, passing each gate with reasons.
async fn force_to(house: &House, lead: &Lead, stage: &str) {
    loop {
        let gate = house.get(&format!("{}/gate", lead.path)).await;
        if gate["stage"] == stage {
            return;
        }
        let checks = gate["checks"].as_array().unwrap();
        let missing = checks.iter().filter(|c| c["verdict"] != "met");
        let reasons: serde_json::Map<String, Json> =
            missing.map(|c| (c["key"].as_str().unwrap().to_owned(), json!("for the test"))).collect();
        let kind = if reasons.is_empty() { "advance" } else { "advance_forced" };
        moved(house, lead, json!({ "kind": kind, "reasons": reasons })).await;
    }
}

async fn open_tasks(house: &House) -> Vec<String> {
    let page = house.get("/tasks?where=state.eq.open").await;
    let mut titles: Vec<String> =
        page["items"].as_array().unwrap().iter().map(|t| t["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    titles
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

on_both_databases!(r1_a_fresh_workspace_has_the_seven_stages_published, fresh, doors);
async fn fresh(house: House) {
    let current = house.get("/process/current").await;
    assert_eq!((current["number"].as_i64(), current["state"].as_str()), (Some(1), Some("published")));
    let stages = current["definition"]["stages"].as_array().unwrap();
    let phases: Vec<&str> = stages.iter().map(|s| s["phase"].as_str().unwrap()).collect();
    let seven = ["prospecting", "outreach", "qualification", "nurturing", "offer", "objections", "closing"];
    assert_eq!(phases, seven);
    assert_eq!(house.get("/process/versions").await.as_array().unwrap().len(), 1);
    let (_, theirs) = house.send(&house.stranger, Method::GET, "/process/current", None, &[]).await;
    assert_ne!(theirs["id"], current["id"], "each workspace has its own");
}

on_both_databases!(a_new_deal_is_pinned_tasked_and_says_what_it_lacks, settled, doors);
async fn settled(house: House) {
    let lead = lead(&house).await;
    let deal = house.get(&lead.path).await;
    let current = house.get("/process/current").await;
    assert_eq!(deal["process_version_id"], current["id"]);
    assert_eq!(deal["missing"], json!(["icp_scored", "research_done", "why_them"]));
    // Ten business days after Monday morning: Monday two weeks later, no holiday between.
    assert_eq!(deal["sla_due_at"], json!(MORNING.plus_days(14)));
    assert_eq!(open_tasks(&house).await, ["Research the company and write down why them"]);
    let step = house.get(&format!("{}/next-step", lead.path)).await;
    assert_eq!((step["key"].as_str(), step["room"].as_str()), (Some("score_company"), Some("prospecting")));
    house.react().await;
    assert_eq!(open_tasks(&house).await.len(), 1, "settling twice makes no second task");
}

on_both_databases!(a_gate_opens_when_its_criteria_are_met_and_not_before, gate, doors);
async fn gate(house: House) {
    let lead = lead(&house).await;
    let (status, problem) = ask(&house, &house.owner, &lead, json!({ "kind": "advance" })).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("gate_not_met")));
    assert_eq!(keys(&problem["facts"]["missing"]), ["icp_scored", "research_done", "why_them"]);
    score(&house, "B").await;
    let item =
        |kind| ResearchItem { kind, text: "known".into(), source: Some("https://acme.example".into()) };
    let items =
        vec![item(ResearchKind::WhatTheyDo), item(ResearchKind::Trigger), item(ResearchKind::LikelyBuyer)];
    know(&house, lead.id, &Research { items, grade_waived: None }).await;
    assert_eq!(house.get(&lead.path).await["missing"], json!(["why_them"]), "judged with the fact");
    house.patch(&lead.path, json!({ "why_them": "They hire five reps" })).await;
    house.react().await;
    assert_eq!(house.get(&lead.path).await["missing"], json!([]));
    assert_eq!(house.get(&format!("{}/next-step", lead.path)).await["move"], "advance");
    house.app.clock.set(MORNING.plus_days(2));
    let answer = moved(&house, &lead, json!({ "kind": "advance" })).await;
    assert_eq!(answer["deal"]["stage"], "outreach");
    assert_eq!(answer["deal"]["entered_stage_at"], json!(MORNING.plus_days(2)));
    assert_eq!(answer["transition"]["age_seconds"], 2 * 86_400);
    assert_eq!(answer["transition"]["business_seconds"], 2 * 86_400);
    assert_eq!(
        keys(&answer["transition"]["gate"]),
        ["icp_scored", "research_done", "contact_found", "why_them"]
    );
    assert_eq!(answer["gate"]["checks"][0]["key"], "conversation_started");
    assert_eq!(open_tasks(&house).await, ["Make the first touch on the channel that suits them"]);
    let told: Vec<(String, Json)> = house.events().await;
    let told = &told.iter().find(|(kind, _)| kind == "deal.moved").unwrap().1;
    assert_eq!(
        (told["from_stage"].as_str(), told["to_stage"].as_str()),
        (Some("prospecting"), Some("outreach"))
    );
    assert_eq!(told["seconds_in_stage"], 2 * 86_400);
}

on_both_databases!(a_gate_is_forced_by_a_manager_with_reasons_and_it_is_written_down, forced, doors);
async fn forced(house: House) {
    let lead = lead(&house).await;
    let (rep, manager) = (house.member(Role::Rep).await, house.member(Role::Manager).await);
    let reasons =
        json!({ "icp_scored": "old customer", "research_done": "known well", "why_them": "renewal" });
    let request = json!({ "kind": "advance_forced", "reasons": reasons });
    let (status, problem) = ask(&house, &rep, &lead, request.clone()).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::FORBIDDEN, Some("forbidden")));
    let (status, problem) = ask(&house, &manager, &lead, json!({ "kind": "advance_forced" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["reasons.icp_scored", "reasons.research_done", "reasons.why_them"]);
    let (status, answer) = ask(&house, &manager, &lead, request).await;
    assert_eq!((status, &answer["transition"]["forced"]), (StatusCode::OK, &json!(true)));
    assert_eq!(answer["transition"]["reasons"], reasons);
    let reader = house.member(Role::ReadOnly).await;
    let (status, _) = ask(&house, &reader, &lead, json!({ "kind": "back" })).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

on_both_databases!(a_move_from_an_old_look_is_stale_and_a_strangers_deal_is_not_there, stale, doors);
async fn stale(house: House) {
    let lead = lead(&house).await;
    let (status, problem) =
        ask(&house, &house.owner, &lead, json!({ "kind": "advance", "revision": 99 })).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("stale")));
    for path in ["gate", "next-step", "move", "move/undo"] {
        let method = if path.starts_with("move") { Method::POST } else { Method::GET };
        let body = Some(json!({ "kind": "advance" }));
        let (status, _) =
            house.send(&house.stranger, method, &format!("{}/{path}", lead.path), body, &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, problem) = ask(&house, &house.owner, &lead, json!({ "kind": "win" })).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("transition_not_allowed")));
    let expected = json!(["advance", "advance_forced", "skip", "lose", "disqualify"]);
    assert_eq!(problem["facts"]["allowed"], expected);
    let (status, _) = ask(&house, &house.owner, &lead, json!({ "kind": "teleport" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

on_both_databases!(an_undo_puts_stage_tasks_and_times_back_for_ten_minutes, undo, doors);
async fn undo(house: House) {
    let lead = lead(&house).await;
    let before = house.get(&lead.path).await;
    house.app.clock.set(MORNING.plus_days(1));
    force_to(&house, &lead, "outreach").await;
    assert_eq!(open_tasks(&house).await, ["Make the first touch on the channel that suits them"]);
    house.app.clock.set(MORNING.plus_days(1).plus_seconds(601));
    let undo = format!("{}/move/undo", lead.path);
    let (status, _) = house.send(&house.owner, Method::POST, &undo, None, &[]).await;
    assert_eq!(status, StatusCode::CONFLICT, "eleven minutes are too long");
    house.app.clock.set(MORNING.plus_days(1).plus_seconds(600));
    let manager = house.member(Role::Manager).await;
    let (status, _) = house.send(&manager, Method::POST, &undo, None, &[]).await;
    assert_eq!(status, StatusCode::CONFLICT, "somebody else's move");
    house.post(&undo, json!({})).await;
    let after = house.get(&lead.path).await;
    for field in ["stage", "status", "entered_stage_at", "sla_due_at", "missing", "value"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert_eq!(open_tasks(&house).await, ["Research the company and write down why them"]);
    let told = house.events().await;
    assert!(told.iter().any(|(kind, p)| kind == "deal.move_undone" && p["to_stage"] == "prospecting"));
    let (status, _) = house.send(&house.owner, Method::POST, &undo, None, &[]).await;
    assert_eq!(status, StatusCode::CONFLICT, "an undo is not undone");
}

on_both_databases!(a_move_that_sent_a_mail_is_not_undone, mail_sent, doors);
async fn mail_sent(house: House) {
    let lead = lead(&house).await;
    force_to(&house, &lead, "outreach").await;
    let text = "SELECT event_id FROM transition WHERE deal_id = ?";
    let sql = Sql::with(house.app.db.engine(), text, [lead.id.into()]);
    let event: Uuid = sql.scalar(house.app.db.read()).await.unwrap().unwrap();
    let mut tx = house.app.db.write_tx().await.unwrap();
    let subject = Subject { deal: Some(lead.id), ..Subject::default() };
    let sent = NewEvent::now(house.owner.workspace, "mail.sent", Actor::System, house.app.clock.now());
    tx.record(sent.about(subject).because_of(kernel::EventId(event))).await.unwrap();
    tx.commit().await.unwrap();
    let (status, _) =
        house.send(&house.owner, Method::POST, &format!("{}/move/undo", lead.path), None, &[]).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

on_both_databases!(r75_not_yet_goes_to_nurturing_and_wakes_at_nine_on_its_day, parked, doors);
async fn parked(house: House) {
    let lead = lead(&house).await;
    force_to(&house, &lead, "qualification").await;
    let (status, problem) = ask(&house, &house.owner, &lead, json!({ "kind": "park" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"].as_array().unwrap().len(), 3, "cause, day and track: {problem}");
    let park =
        json!({ "kind": "park", "cause": "budget_cycle", "wake_on": "2026-12-01", "track": "two_years" });
    let answer = moved(&house, &lead, park).await;
    let deal = &answer["deal"];
    assert_eq!((deal["stage"].as_str(), deal["status"].as_str()), (Some("nurturing"), Some("not_yet")));
    assert_eq!((deal["wake_on"].as_str(), &deal["sla_due_at"]), (Some("2026-12-01"), &Json::Null));
    assert!(open_tasks(&house).await.is_empty(), "tasks of the stage left are cancelled");
    let board = house.get("/cycle").await;
    assert_eq!((&board["columns"][3]["count"], &board["columns"][3]["parked"]), (&json!(0), &json!(1)));
    for (time, status) in [("2026-12-01T08:59:59+09:00", "not_yet"), ("2026-12-01T09:00:00+09:00", "open")] {
        house.app.clock.set(at(time));
        house.tick().await;
        assert_eq!(house.get(&lead.path).await["status"], status, "{time}");
    }
    let woken = house.get(&lead.path).await;
    assert_eq!((woken["stage"].as_str(), &woken["wake_on"]), (Some("nurturing"), &Json::Null));
    assert_eq!(open_tasks(&house).await, ["Send something useful for their challenge"]);
    let gate = house.get(&format!("{}/gate", lead.path)).await;
    assert_eq!(gate["business_seconds"], 0, "the clock stood while it was parked");
}

on_both_databases!(a_human_answer_wakes_a_parked_deal_and_is_a_fact, answered, doors);
async fn answered(house: House) {
    let lead = lead(&house).await;
    force_to(&house, &lead, "nurturing").await;
    let park =
        json!({ "kind": "park", "cause": "project_later", "wake_on": "2027-06-01", "track": "letters" });
    moved(&house, &lead, park).await;
    for (class, status) in [("automatic", "not_yet"), ("human", "open")] {
        let mut tx = house.app.db.write_tx().await.unwrap();
        let subject = Subject { deal: Some(lead.id), person: Some(lead.person), ..Subject::default() };
        let reply = json!({ "class": class, "intent": "interested", "message_id": Uuid::now_v7() });
        let now = house.app.clock.now();
        let event = NewEvent::now(house.owner.workspace, "reply.received", Actor::Outside, now);
        tx.record(event.about(subject).with(reply)).await.unwrap();
        tx.commit().await.unwrap();
        house.react().await;
        assert_eq!(house.get(&lead.path).await["status"], status, "{class}");
    }
    let gate = house.get(&format!("{}/gate", lead.path)).await;
    let interest =
        gate["checks"].as_array().unwrap().iter().find(|c| c["key"] == "interest_signal").unwrap().clone();
    assert_eq!(interest["verdict"], "met");
}

on_both_databases!(the_clock_stands_while_they_asked_us_to_wait, waiting, doors);
async fn waiting(house: House) {
    let lead = lead(&house).await;
    house.patch(&lead.path, json!({ "waiting_until": "2026-11-25" })).await;
    house.react().await;
    let due = house.get(&lead.path).await["sla_due_at"].clone();
    assert_eq!(due, json!(at("2026-12-10T00:00:00+09:00")), "ten business days from Thursday on");
    house.app.clock.set(at("2026-11-27T00:00:00+09:00"));
    let gate = house.get(&format!("{}/gate", lead.path)).await;
    assert_eq!(gate["business_seconds"], 86_400);
    let column = house.get("/cycle/prospecting").await;
    assert_eq!(column["items"][0]["business_seconds"], 86_400);
    house.app.clock.set(at("2026-11-24T09:00:00+09:00"));
    house.patch(&lead.path, json!({ "waiting_until": null })).await;
    house.react().await;
    assert_eq!(house.get(&lead.path).await["sla_due_at"], json!(MORNING.plus_days(15)), "one day was waited");
}

on_both_databases!(the_board_shows_seven_columns_and_pages_through_every_card_once, board, doors);
async fn board(house: House) {
    let mut names = Vec::new();
    for n in 0..60 {
        house.app.clock.set(MORNING.plus_seconds(n));
        let value = json!({ "minor": 100 + n, "currency": if n % 2 == 0 { "USD" } else { "KRW" } });
        house.post("/deals", json!({ "name": format!("Deal {n:02}"), "value": value })).await;
        names.push(format!("Deal {n:02}"));
    }
    let lead = lead(&house).await;
    force_to(&house, &lead, "outreach").await;
    house.react().await;
    let board = house.get("/cycle").await;
    let columns = board["columns"].as_array().unwrap();
    let counts: Vec<i64> = columns.iter().map(|c| c["count"].as_i64().unwrap()).collect();
    assert_eq!(counts, [60, 1, 0, 0, 0, 0, 0]);
    let sums = json!([{ "minor": 30 * 100 + 900, "currency": "KRW", "deals": 30 }, { "minor": 30 * 100 + 870, "currency": "USD", "deals": 30 }]);
    assert_eq!(columns[0]["values"], sums);
    assert_eq!(columns[0]["name"]["ko"], "발굴");
    let card = &columns[1]["cards"][0];
    assert_eq!(card["company_name"], "Acme");
    assert_eq!(card["people"][0]["name"], "Kim Minji");
    assert_eq!(card["next_action"]["title"], "Make the first touch on the channel that suits them");
    assert_eq!((&card["missing"], &card["sla_state"]), (&json!(["conversation_started"]), &json!("ok")));
    let mut seen: Vec<String> = Vec::new();
    let mut page = json!({ "items": columns[0]["cards"], "next_cursor": columns[0]["next_cursor"] });
    loop {
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|d| d["name"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        page = house.get(&format!("/cycle/prospecting?limit=7&cursor={cursor}")).await;
    }
    assert_eq!(seen, names, "longest in the stage first, each once");
    let nobody = house.member(Role::Rep).await.user;
    let empty = house.get(&format!("/cycle?owner={nobody}")).await;
    assert_eq!(empty["columns"][0]["count"], 0);
    let (_, theirs) = house.send(&house.stranger, Method::GET, "/cycle", None, &[]).await;
    assert!(theirs["columns"].as_array().unwrap().iter().all(|c| c["count"] == 0));
}

on_both_databases!(r50_an_urgent_wish_goes_straight_to_the_offer_with_the_rest_as_tasks, urgent, doors);
async fn urgent(house: House) {
    let lead = lead(&house).await;
    force_to(&house, &lead, "qualification").await;
    let factor =
        |rating| Some(FactorFact { rating, kind: EvidenceKind::Conversation, evidence: vec![proof()] });
    let (need, authority, timing) = (factor(1), factor(1), factor(2));
    let bant =
        Bant { state: BantState::Promising, qualified_until: None, need, budget: None, authority, timing };
    know(&house, lead.id, &bant).await;
    let answer = moved(&house, &lead, json!({ "kind": "skip_urgent", "evidence": [proof()] })).await;
    assert_eq!(answer["deal"]["stage"], "offer");
    let tasks = open_tasks(&house).await;
    assert!(tasks.contains(&"Write the offer from what was found".to_owned()));
    assert!(
        tasks.contains(&"Make up for what was skipped: a talk in both directions".to_owned()),
        "{tasks:?}"
    );
}

/// Facts with which every gate of a lead opens.
async fn know_everything(house: &House, lead: &Lead) {
    score(house, "A").await;
    let item = |kind| ResearchItem { kind, text: "known".into(), source: Some("site".into()) };
    let items =
        [ResearchKind::WhatTheyDo, ResearchKind::Trigger, ResearchKind::LikelyBuyer].map(item).to_vec();
    know(house, lead.id, &Research { items, grade_waived: None }).await;
    let now = house.app.clock.now();
    let reply =
        Reply { message: Uuid::now_v7(), person: Some(lead.person), intent: "interested".into(), at: now };
    know(house, lead.id, &Replies { items: vec![reply] }).await;
    let discovery = Discovery {
        challenges: vec![proof()],
        goals: vec![proof()],
        current_solution: Some(proof()),
        ..Discovery::default()
    };
    know(house, lead.id, &discovery).await;
    let bant = Bant {
        state: BantState::Qualified,
        qualified_until: None,
        need: Some(FactorFact { rating: 2, kind: EvidenceKind::Conversation, evidence: vec![proof()] }),
        budget: None,
        authority: None,
        timing: None,
    };
    know(house, lead.id, &bant).await;
    let touches = vec![Touch { at: now, evidence: proof() }; 2];
    let nurture =
        Nurture { awareness: Some(Awareness::ProductAware), awareness_cause: None, touches, signals: vec![] };
    know(house, lead.id, &nurture).await;
    let offer = Offer {
        id: kernel::OfferId::new(),
        version: 1,
        out: true,
        sent_at: Some(now),
        relevance: Relevance::Relevant,
        reached: vec![lead.person],
        feedback: vec![proof()],
    };
    know(house, lead.id, &offer).await;
    know(house, lead.id, &Objections::default()).await;
    let closing = Closing {
        acceptance: Some(Acceptance { kind: AcceptanceKind::WrittenYes, evidence: proof() }),
        start: Some(Start::On("2027-01-04".parse().unwrap())),
        our_steps: 1,
        their_steps: 1,
        billing_contact: Some("ap@acme.example".into()),
        ..Closing::default()
    };
    know(house, lead.id, &closing).await;
}

on_both_databases!(a_lead_walks_through_seven_rooms_to_won_and_back_within_thirty_days, walk, doors);
async fn walk(house: House) {
    let lead = lead(&house).await;
    house.patch(&lead.path, json!({ "why_them": "They asked" })).await;
    let meeting = json!({ "kind": "meeting", "outcome": "held", "body": "demo", "deal_id": lead.id, "person_id": lead.person });
    house.post("/activities", meeting).await;
    know_everything(&house, &lead).await;
    for stage in ["outreach", "qualification", "nurturing", "offer", "objections", "closing"] {
        let answer = moved(&house, &lead, json!({ "kind": "advance" })).await;
        assert_eq!(answer["deal"]["stage"], stage);
        assert_eq!(answer["transition"]["forced"], false);
    }
    assert_eq!(house.get(&format!("{}/next-step", lead.path)).await["move"], "win");
    let (status, _) = ask(&house, &house.owner, &lead, json!({ "kind": "win" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "the amount must be given");
    let won =
        moved(&house, &lead, json!({ "kind": "win", "amount": { "minor": 480_000, "currency": "USD" } }))
            .await;
    assert_eq!((won["deal"]["status"].as_str(), won["deal"]["closed_at"].is_null()), (Some("won"), false));
    assert_eq!(won["deal"]["value"]["minor"], 480_000);
    assert_eq!(house.get(&format!("{}/next-step", lead.path)).await, Json::Null);
    assert!(open_tasks(&house).await.is_empty());
    house.app.clock.set(MORNING.plus_days(10));
    let again = moved(&house, &lead, json!({ "kind": "reopen", "reason": "They stepped back" })).await;
    assert_eq!(
        (again["deal"]["stage"].as_str(), again["deal"]["status"].as_str()),
        (Some("closing"), Some("open"))
    );
    assert_eq!(again["gate"]["business_seconds"], 0, "the clock stood while it was closed");
    let told = house.events().await;
    let (_, last) = told.iter().rev().find(|(kind, _)| kind == "deal.moved").unwrap();
    assert_eq!(last["reverses_win"], true);
}

on_both_databases!(lost_and_disqualified_need_a_reason_and_can_be_reopened, lost, doors);
async fn lost(house: House) {
    let lead = lead(&house).await;
    let (status, problem) = ask(&house, &house.owner, &lead, json!({ "kind": "lose" })).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("reason"))
    );
    let lose = json!({ "kind": "lose", "reason": "competitor", "competitor": "Rival" });
    let answer = moved(&house, &lead, lose).await;
    assert_eq!(answer["deal"]["status"], "lost");
    assert_eq!(
        (answer["deal"]["lost_reason"].as_str(), answer["deal"]["competitor"].as_str()),
        (Some("competitor"), Some("Rival"))
    );
    assert_eq!(answer["deal"]["missing"], json!([]));
    let company = house.get(&lead.path).await["company_id"].clone();
    let other = house.post("/deals", json!({ "name": "Second", "company_id": company })).await;
    let (status, problem) =
        ask(&house, &house.owner, &lead, json!({ "kind": "reopen", "reason": "again" })).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("other_open_deal")));
    let other = Lead {
        path: format!("/deals/{}", other["id"].as_str().unwrap()),
        id: other["id"].as_str().unwrap().parse().unwrap(),
        person: lead.person,
    };
    moved(&house, &other, json!({ "kind": "disqualify", "reason": "need", "told": "yes" })).await;
    assert_eq!(house.get(&other.path).await["lost_reason"], "need");
    let answer = moved(&house, &lead, json!({ "kind": "reopen", "reason": "again" })).await;
    assert_eq!(
        (answer["deal"]["status"].as_str(), &answer["deal"]["lost_reason"]),
        (Some("open"), &Json::Null)
    );
}

on_both_databases!(of_two_moves_at_once_one_wins, race, doors);
async fn race(house: House) {
    let lead = lead(&house).await;
    let revision = house.get(&lead.path).await["revision"].clone();
    let lose = json!({ "kind": "lose", "reason": "price", "revision": revision });
    let (first, second) =
        tokio::join!(ask(&house, &house.owner, &lead, lose.clone()), ask(&house, &house.owner, &lead, lose));
    let mut statuses = [first.0, second.0];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT]);
}

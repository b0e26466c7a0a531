//! The desk: companies handed out one by one, answered, decided on, and their people listed, on both databases.

use crate::support::{company, doors};
use axum::http::{Method, StatusCode};
use http_room::{Member, Role};
use kernel::{CompanyId, UserId};
use prospecting::desk::head_count;
use prospecting::desk::queue::{self, Asking, GRADES};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

async fn next(house: &House, me: &Member) -> Option<String> {
    let (status, handed) =
        house.send(me, Method::POST, "/research-queue/next", Some(json!({ "mine": false })), &[]).await;
    assert_eq!(status, StatusCode::OK, "{handed}");
    handed["desk"]["company"]["id"].as_str().map(str::to_owned)
}

async fn decide(house: &House, company: &str, verdict: Json) -> Json {
    house.post(&format!("/companies/{company}/research/verdict"), verdict).await
}

async fn answer(house: &House, company: &str, question: &str, value: Json) -> Json {
    let sent =
        json!({ "question": question, "value": value, "url": "https://acme.com/about", "quote": "We do" });
    house.post(&format!("/companies/{company}/research/answers"), sent).await
}

fn question<'a>(desk: &'a Json, key: &str) -> &'a Json {
    desk["questions"].as_array().unwrap().iter().find(|q| q["key"] == key).unwrap_or(&Json::Null)
}

on_both_databases!(r8_the_queue_hands_out_the_best_company_first_and_no_two_reps_the_same, order, doors);
async fn order(house: House) {
    let b = company(&house, "Bee", Some(550), true).await;
    let a = company(&house, "Ace", Some(100), true).await;
    let unknown = company(&house, "Unknown", None, false).await;
    company(&house, "Dee", Some(100_000), false).await;
    let (one, two, three) =
        (house.owner.clone(), house.member(Role::Rep).await, house.member(Role::Rep).await);
    assert_eq!(next(&house, &one).await.as_ref(), Some(&a), "grade A first");
    assert_eq!(next(&house, &one).await.as_ref(), Some(&a), "whoever holds one is given it again");
    let second = next(&house, &two).await.unwrap();
    let third = next(&house, &three).await;
    assert_eq!(second, b, "the next best for the next rep");
    assert!(third.is_none() || third.as_ref() == Some(&unknown), "a D is handed to nobody");
    house.app.clock.set(house.app.clock.now().plus_seconds(20 * 60 + 1));
    assert_eq!(next(&house, &three).await.as_ref(), Some(&a), "nobody keeps a company they left lying");
    let waiting = house.get("/research-queue").await;
    assert_eq!(waiting["to_research"]["count"], 2, "{waiting}");
}

on_both_databases!(r8_reps_who_ask_at_the_same_instant_get_different_companies, at_once, doors);
async fn at_once(house: House) {
    for n in 0..12 {
        company(&house, &format!("Firm{n}"), Some(100), true).await;
    }
    let mut reps = vec![house.owner.clone()];
    for _ in 0..7 {
        reps.push(house.member(Role::Rep).await);
    }
    let mut handed: Vec<String> = futures::future::join_all(reps.iter().map(|rep| next(&house, rep)))
        .await
        .into_iter()
        .flatten()
        .collect();
    assert_eq!(handed.len(), 8);
    handed.sort();
    handed.dedup();
    assert_eq!(handed.len(), 8, "nobody works on a colleague's company");
}

on_both_databases!(what_the_workspace_asks_joins_the_checklist, checklist, doors);
async fn checklist(house: House) {
    let id = company(&house, "Acme", Some(100), true).await;
    let field =
        json!({ "on": "company", "key": "crm", "label": { "en": "CRM", "ko": "CRM" }, "kind": "text" });
    house.post("/custom-fields", field).await;
    let asked = json!({ "fields": ["custom.crm", "region"] });
    assert_eq!(house.put("/research-checklist", asked.clone()).await, asked);
    assert_eq!(house.get("/research-checklist").await, asked);
    let desk = house.get(&format!("/companies/{id}/research")).await;
    assert_eq!(question(&desk, "custom.crm")["answered"], false);
    assert_eq!(question(&desk, "region")["scored"], false);
    let answered = answer(&house, &id, "custom.crm", json!("a sheet")).await;
    assert_eq!(question(&answered, "custom.crm")["value"], "a sheet");
    assert_eq!(house.get(&format!("/companies/{id}")).await["custom"]["crm"], "a sheet");
    let rep = house.member(Role::Rep).await;
    let put = |me, body| house.send(me, Method::PUT, "/research-checklist", Some(body), &[]);
    assert_eq!(put(&rep, asked).await.0, StatusCode::FORBIDDEN);
    for wrong in ["icp_score", "owner_id", "custom.nothing", "nonsense"] {
        let (status, problem) = put(&house.owner, json!({ "fields": ["region", wrong] })).await;
        assert_eq!(
            (status, problem["errors"][0]["field"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some("fields.1"))
        );
    }
}

on_both_databases!(an_answer_is_kept_with_its_source_and_the_score_is_known_at_once, answers, doors);
async fn answers(house: House) {
    let id = company(&house, "Acme", None, true).await;
    let before = house.get(&format!("/companies/{id}/research")).await;
    assert_eq!(before["company"]["icp_coverage"].as_f64().map(|c| c < 1.0), Some(true));
    assert_eq!((&before["deal"], before["sourced"].as_i64()), (&Json::Null, Some(0)));
    let after = answer(&house, &id, "employees", json!(100)).await;
    assert_eq!(
        (after["company"]["icp_grade"].as_str(), after["company"]["icp_coverage"].as_f64()),
        (Some("A"), Some(1.0))
    );
    let employees = question(&after, "employees");
    assert_eq!((employees["answered"].as_bool(), employees["value"].as_i64()), (Some(true), Some(100)));
    let known = &employees["known"];
    assert_eq!((known["kind"].as_str(), known["confidence"].as_f64()), (Some("research"), Some(0.5)));
    assert_eq!(
        (known["url"].as_str(), known["quote"].as_str()),
        (Some("https://acme.com/about"), Some("We do"))
    );
    assert_eq!(known["by"], json!(house.owner.user));
    assert_eq!(after["deal"], Json::Null, "a field needs no deal");

    let after = answer(&house, &id, "item.trigger", json!("They hire")).await;
    assert_eq!((after["sourced"].as_i64(), after["deal"]["stage"].as_str()), (Some(1), Some("prospecting")));
    let deal = after["deal"]["id"].as_str().unwrap().to_owned();
    for item in ["item.what_they_do", "item.likely_buyer"] {
        answer(&house, &id, item, json!("So it is")).await;
    }
    let row = house.get(&format!("/deals/{deal}")).await;
    assert!(!row["missing"].as_array().unwrap().contains(&json!("research_done")), "the gate knows: {row}");
    assert_eq!(house.get("/deals").await["items"].as_array().unwrap().len(), 1, "one deal for all answers");
}

on_both_databases!(the_last_answer_can_be_taken_back_unless_somebody_changed_it, undo, doors);
async fn undo(house: House) {
    let id = company(&house, "Acme", Some(7), true).await;
    let desk = answer(&house, &id, "employees", json!(100)).await;
    let last = desk["last_answer"].as_str().unwrap().to_owned();
    let path = format!("/companies/{id}/research/answers/{last}");
    let (status, back) = house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    assert_eq!((status, question(&back, "employees")["value"].as_i64()), (StatusCode::OK, Some(7)));
    assert_eq!(house.send(&house.owner, Method::DELETE, &path, None, &[]).await.0, StatusCode::NOT_FOUND);

    let desk = answer(&house, &id, "item.trigger", json!("They hire")).await;
    let path = format!("/companies/{id}/research/answers/{}", desk["last_answer"].as_str().unwrap());
    let (_, back) = house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    assert_eq!(
        (question(&back, "item.trigger")["value"].clone(), back["sourced"].as_i64()),
        (Json::Null, Some(0))
    );

    let desk = answer(&house, &id, "employees", json!(100)).await;
    house.patch(&format!("/companies/{id}"), json!({ "employees": 300 })).await;
    let path = format!("/companies/{id}/research/answers/{}", desk["last_answer"].as_str().unwrap());
    let (status, problem) = house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("stale")));
    assert_eq!(house.get(&format!("/companies/{id}")).await["employees"], 300, "nothing was written");
    assert_eq!(
        question(&house.get(&format!("/companies/{id}/research")).await, "employees")["known"],
        Json::Null
    );
}

on_both_databases!(what_is_not_asked_or_does_not_do_is_refused, faults, doors);
async fn faults(house: House) {
    let id = company(&house, "Acme", None, true).await;
    let path = format!("/companies/{id}/research/answers");
    for (question, value, field) in [
        ("item.nonsense", json!("x"), "question"),
        ("owner_id", json!(null), "question"),
        ("employees", json!("many"), "value"),
        ("item.trigger", json!(7), "value"),
        ("item.trigger", json!("x".repeat(2_001)), "value"),
    ] {
        let sent = json!({ "question": question, "value": value });
        let (status, problem) = house.send(&house.owner, Method::POST, &path, Some(sent), &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{question}");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    let gone = format!("/companies/{}/research", uuid::Uuid::now_v7());
    assert_eq!(house.send(&house.owner, Method::GET, &gone, None, &[]).await.0, StatusCode::NOT_FOUND);
    let reader = house.member(Role::ReadOnly).await;
    let sent = json!({ "question": "employees", "value": 7 });
    assert_eq!(house.send(&reader, Method::POST, &path, Some(sent), &[]).await.0, StatusCode::FORBIDDEN);
}

on_both_databases!(skipped_companies_come_back_on_their_day_and_unfit_ones_do_not, verdicts, doors);
async fn verdicts(house: House) {
    let first = company(&house, "First", Some(100), true).await;
    let second = company(&house, "Second", Some(100), true).await;
    let me = house.owner.clone();
    let top = next(&house, &me).await.unwrap();
    let other = if top == first { second.clone() } else { first.clone() };
    decide(&house, &top, json!({ "verdict": "later" })).await;
    assert_eq!(next(&house, &me).await.as_ref(), Some(&other));
    let (status, problem) = house
        .send(
            &me,
            Method::POST,
            &format!("/companies/{other}/research/verdict"),
            Some(json!({ "verdict": "unfit" })),
            &[],
        )
        .await;
    assert_eq!(
        (status, problem["errors"][0]["field"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("reason"))
    );
    let deal = answer(&house, &other, "item.trigger", json!("They close")).await["deal"]["id"].clone();
    let unfit = decide(&house, &other, json!({ "verdict": "unfit", "reason": "They shut down" })).await;
    assert_eq!(
        (unfit["standing"]["state"].as_str(), unfit["standing"]["reason"].as_str()),
        (Some("unfit"), Some("They shut down"))
    );
    let row = house.get(&format!("/deals/{}", deal.as_str().unwrap())).await;
    assert_eq!(
        (row["status"].as_str(), row["lost_reason"].as_str()),
        (Some("disqualified"), Some("They shut down"))
    );
    assert_eq!(next(&house, &me).await, None, "one sleeps, one does not fit");
    house.app.clock.set(house.app.clock.now().plus_days(1).plus_seconds(1));
    house.tick().await;
    assert_eq!(next(&house, &me).await.as_ref(), Some(&top), "tomorrow has come");
    let told: Vec<Json> =
        house.events().await.into_iter().filter(|e| e.0 == "research.decided").map(|e| e.1).collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[1]["reason"], "They shut down");
}

on_both_databases!(does_not_fit_can_be_taken_back_at_once_with_its_deal, taken_back, doors);
async fn taken_back(house: House) {
    let id = company(&house, "Acme", Some(100), true).await;
    let deal = answer(&house, &id, "item.trigger", json!("They close")).await["deal"]["id"].clone();
    decide(&house, &id, json!({ "verdict": "unfit", "reason": "A slip" })).await;
    let open = decide(&house, &id, json!({ "verdict": "open" })).await;
    assert_eq!(
        (open["standing"]["state"].as_str(), open["deal"]["status"].as_str()),
        (Some("open"), Some("open"))
    );
    assert_eq!(open["deal"]["id"], deal);
    assert_eq!(next(&house, &house.owner.clone()).await, Some(id));
}

on_both_databases!(a_company_held_by_a_colleague_is_theirs_to_decide_on, held, doors);
async fn held(house: House) {
    let id = company(&house, "Acme", Some(100), true).await;
    let rep = house.member(Role::Rep).await;
    assert_eq!(next(&house, &rep).await, Some(id.clone()));
    let path = format!("/companies/{id}/research/verdict");
    let (status, problem) =
        house.send(&house.owner, Method::POST, &path, Some(json!({ "verdict": "done" })), &[]).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("held")));
    assert_eq!(
        house.send(&rep, Method::POST, &path, Some(json!({ "verdict": "done" })), &[]).await.0,
        StatusCode::OK
    );
    assert_eq!(next(&house, &rep).await, None);
}

on_both_databases!(companies_past_prospecting_or_fully_known_leave_the_queue_by_themselves, settled, doors);
async fn settled(house: House) {
    let known = company(&house, "Known", Some(100), true).await;
    let sold = company(&house, "Sold", Some(100), true).await;
    for item in ["item.trigger", "item.what_they_do", "item.likely_buyer"] {
        answer(&house, &known, item, json!("So it is")).await;
    }
    house.post(&format!("/companies/{known}/prospects"), json!({ "people": [{ "name": "Ada Kim" }] })).await;
    let desk = house.get(&format!("/companies/{known}/research")).await;
    assert_eq!(desk["complete"], true, "{desk}");
    let deal = house.post("/deals", json!({ "name": "Sold", "company_id": sold })).await;
    let lost = json!({ "kind": "lose", "reason": "price" });
    house.post(&format!("/deals/{}/move", deal["id"].as_str().unwrap()), lost).await;
    assert_eq!(next(&house, &house.owner.clone()).await, None);
    let asking = Asking {
        workspace: house.owner.workspace,
        me: house.owner.user,
        mine: false,
        now: house.app.clock.now(),
    };
    for grade in GRADES {
        let left = queue::candidates(house.app.db.engine(), asking, grade, None)
            .rows(house.app.db.read())
            .await
            .unwrap();
        assert!(left.is_empty(), "they are not looked at again");
    }
}

#[tokio::test]
async fn the_next_company_and_the_needy_are_found_in_an_index() {
    let house = House::on_sqlite(doors()).await;
    let engine = house.app.db.engine();
    let me = UserId(uuid::Uuid::now_v7());
    let plan = async |sql: store::Sql| {
        let rows = sql.prefixed("EXPLAIN QUERY PLAN ").rows(house.app.db.read()).await.unwrap();
        let lines: Vec<String> = rows.iter().map(|r| r.try_get_by_index::<String>(3).unwrap()).collect();
        lines.join("\n")
    };
    for mine in [false, true] {
        let asking = Asking { workspace: house.owner.workspace, me, mine, now: house.app.clock.now() };
        for grade in GRADES {
            let lines = plan(queue::candidates(engine, asking, grade, None)).await;
            assert!(lines.contains("company_by_grade"), "{lines}");
            assert!(!lines.contains("SCAN") && !lines.contains("TEMP B-TREE"), "{lines}");
        }
    }
    let needy = "SELECT id FROM company WHERE workspace_id = ? AND deleted_at IS NULL AND (needs_people = TRUE) \
                 ORDER BY COALESCE(icp_score, -1) DESC, id DESC LIMIT 51";
    let lines = plan(store::Sql::with(engine, needy, [house.owner.workspace.into()])).await;
    assert!(lines.contains("company_in_need_of_people"), "{lines}");
    assert!(!lines.contains("SCAN") && !lines.contains("TEMP B-TREE"), "{lines}");
    let ids: Vec<CompanyId> = (0..400).map(|_| CompanyId::new()).collect();
    let lines = plan(head_count::counting(engine, house.owner.workspace, &ids)).await;
    assert!(lines.contains("company_by_id (workspace_id=? AND id=?)"), "{lines}");
    assert!(!lines.contains("SCAN"), "{lines}");
}

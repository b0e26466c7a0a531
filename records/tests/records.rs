//! Records through their routes, on both databases.

use axum::http::{Method, StatusCode};
use http_room::Role;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

fn doors() -> Vec<http_room::Door> {
    Vec::new()
}

fn codes(problem: &Json) -> Vec<(String, String)> {
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    errors
        .iter()
        .map(|e| (e["field"].as_str().unwrap().to_owned(), e["code"].as_str().unwrap().to_owned()))
        .collect()
}

on_both_databases!(a_company_is_made_read_changed_deleted_and_restored, life, doors);
async fn life(house: House) {
    let made = house.post("/companies", json!({ "name": "주식회사 한빛소프트", "website": "https://www.hanbit.co.kr/kr", "employees": 240, "revenue": { "minor": 5_000_000_000_i64, "currency": "KRW" }, "country": "South Korea", "tags": ["vip", "vip"] })).await;
    assert_eq!(made["domain"], "hanbit.co.kr");
    assert_eq!(made["country"], "KR");
    assert_eq!(made["tags"], json!(["vip"]));
    assert_eq!(made["revenue"], json!({ "minor": 5_000_000_000_i64, "currency": "KRW" }));
    let path = format!("/companies/{}", made["id"].as_str().unwrap());
    let changed = house.patch(&path, json!({ "employees": 260, "industry": "Games", "revenue": null })).await;
    assert_eq!((changed["employees"].as_i64(), changed["revision"].as_i64()), (Some(260), Some(2)));
    assert!(changed["revenue"].is_null());
    let (status, _) = house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(house.get("/companies").await["items"].as_array().unwrap().is_empty());
    assert!(house.get("/search?q=%ED%95%9C%EB%B9%9B").await.as_array().unwrap().is_empty());
    house.post(&format!("{path}/restore"), json!({})).await;
    assert_eq!(house.get("/companies").await["items"].as_array().unwrap().len(), 1);
    assert_eq!(house.get("/search?q=%ED%95%9C%EB%B9%9B").await[0]["kind"], "company");
    let kinds: Vec<String> = house.events().await.into_iter().map(|e| e.0).collect();
    assert_eq!(kinds, ["company.created", "company.changed", "company.deleted", "company.restored"]);
}

on_both_databases!(every_field_at_fault_is_named_at_once, faults, doors);
async fn faults(house: House) {
    let sent = json!({ "name": " ", "employees": "many", "country": "Atlantis", "nonsense": 1, "website": "javascript:alert(1)", "owner_id": "019a0000-0000-7000-8000-000000000000", "custom": { "x": 1 } });
    let (status, problem) = house.send(&house.owner, Method::POST, "/companies", Some(sent), &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut at_fault: Vec<String> = codes(&problem).into_iter().map(|c| c.0).collect();
    at_fault.sort();
    assert_eq!(at_fault, ["country", "custom.x", "employees", "name", "nonsense", "website"]);
    assert!(house.events().await.is_empty(), "nothing was written");
}

on_both_databases!(a_change_over_somebody_elses_change_is_refused, stale, doors);
async fn stale(house: House) {
    let made = house.post("/companies", json!({ "name": "Acme" })).await;
    let path = format!("/companies/{}", made["id"].as_str().unwrap());
    house.patch(&path, json!({ "city": "Seoul" })).await;
    let (status, problem) = house
        .send(&house.owner, Method::PATCH, &path, Some(json!({ "city": "Busan" })), &[("if-match", "\"1\"")])
        .await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::PRECONDITION_FAILED, Some("stale")));
    let (status, _) = house
        .send(&house.owner, Method::PATCH, &path, Some(json!({ "city": "Busan" })), &[("if-match", "\"2\"")])
        .await;
    assert_eq!(status, StatusCode::OK);
}

on_both_databases!(another_workspaces_record_is_simply_not_there, walls, doors);
async fn walls(house: House) {
    let company = house.post("/companies", json!({ "name": "Acme" })).await;
    let person = house
        .post("/people", json!({ "name": "김철수", "email": "cs@acme.com", "company_id": company["id"] }))
        .await;
    let deal = house.post("/deals", json!({ "name": "Acme deal", "company_id": company["id"] })).await;
    for (kind, row) in [("companies", &company), ("people", &person), ("deals", &deal)] {
        let id = row["id"].as_str().unwrap();
        for (method, path) in [
            (Method::GET, format!("/{kind}/{id}")),
            (Method::PATCH, format!("/{kind}/{id}")),
            (Method::DELETE, format!("/{kind}/{id}")),
            (Method::POST, format!("/{kind}/{id}/restore")),
            (Method::GET, format!("/{kind}/{id}/timeline")),
        ] {
            let (status, _) = house.send(&house.stranger, method.clone(), &path, Some(json!({})), &[]).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
        }
        let (_, page) = house.send(&house.stranger, Method::GET, &format!("/{kind}"), None, &[]).await;
        assert!(page["items"].as_array().unwrap().is_empty());
    }
    let (status, problem) = house
        .send(
            &house.stranger,
            Method::POST,
            "/people",
            Some(json!({ "name": "Spy", "company_id": company["id"] })),
            &[],
        )
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(codes(&problem), [("company_id".to_owned(), "not_found".to_owned())]);
}

on_both_databases!(a_reader_reads_and_changes_nothing, roles, doors);
async fn roles(house: House) {
    let reader = house.member(Role::ReadOnly).await;
    let (status, _) = house.send(&reader, Method::GET, "/companies", None, &[]).await;
    assert_eq!(status, StatusCode::OK);
    let (status, problem) =
        house.send(&reader, Method::POST, "/companies", Some(json!({ "name": "x" })), &[]).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::FORBIDDEN, Some("forbidden")));
}

on_both_databases!(a_list_pages_through_every_row_once_in_order, paging, doors);
async fn paging(house: House) {
    for n in 0..23 {
        let employees = if n % 5 == 0 { Json::Null } else { json!(n % 7) };
        house.post("/companies", json!({ "name": format!("Company {n:02}"), "employees": employees, "industry": if n % 2 == 0 { "Software" } else { "Food" } })).await;
    }
    for sort in ["name", "-name", "employees", "-employees", "created_at", "-created_at"] {
        let (mut seen, mut cursor): (Vec<Json>, String) = (Vec::new(), String::new());
        loop {
            let page = house.get(&format!("/companies?sort={sort}&limit=5&cursor={cursor}")).await;
            seen.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        let ids: std::collections::HashSet<&str> = seen.iter().map(|c| c["id"].as_str().unwrap()).collect();
        assert_eq!((seen.len(), ids.len()), (23, 23), "{sort}");
        let values: Vec<i64> = seen.iter().map(|c| c["employees"].as_i64().unwrap_or(-1)).collect();
        if sort == "employees" {
            assert!(values.is_sorted());
        }
    }
    let page = house.get("/companies?where=industry.eq.Food&where=employees.gte.3&sort=name").await;
    assert!(
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|c| c["industry"] == "Food" && c["employees"].as_i64().unwrap() >= 3)
    );
    assert_eq!(
        house.get("/companies/count?where=industry.eq.Food").await,
        json!({ "count": 11, "capped": false })
    );
    assert_eq!(house.get("/companies/count?where=employees.empty").await["count"], 5);
    assert_eq!(house.get("/companies?q=company%2007").await["items"].as_array().unwrap().len(), 1);
    for wrong in [
        "where=nope.eq.1",
        "where=employees.eq.many",
        "sort=description",
        "cursor=zzz",
        "where=employees.contains.3",
    ] {
        let (status, _) =
            house.send(&house.owner, Method::GET, &format!("/companies?{wrong}"), None, &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

on_both_databases!(r17_a_custom_field_works_at_once_in_forms_lists_and_filters, custom, doors);
async fn custom(house: House) {
    let fields = [
        json!({ "on": "company", "key": "crm", "label": { "en": "CRM", "ko": "CRM" }, "kind": "choice", "options": [{ "key": "sheet", "label": { "en": "Sheet", "ko": "시트" } }, { "key": "none", "label": { "en": "None", "ko": "없음" } }] }),
        json!({ "on": "company", "key": "seats", "label": { "en": "Seats", "ko": "좌석" }, "kind": "number" }),
        json!({ "on": "company", "key": "budget", "label": { "en": "Budget", "ko": "예산" }, "kind": "money" }),
        json!({ "on": "company", "key": "tools", "label": { "en": "Tools", "ko": "도구" }, "kind": "multi_choice", "options": [{ "key": "a", "label": { "en": "A", "ko": "가" } }, { "key": "b", "label": { "en": "B", "ko": "나" } }] }),
        json!({ "on": "company", "key": "live", "label": { "en": "Live", "ko": "사용 중" }, "kind": "yes_no" }),
    ];
    for field in fields {
        house.post("/custom-fields", field).await;
    }
    let made = house.post("/companies", json!({ "name": "Acme", "custom": { "crm": "sheet", "seats": 12, "budget": { "minor": 100, "currency": "USD" }, "tools": ["a"], "live": true } })).await;
    house
        .post(
            "/companies",
            json!({ "name": "Other", "custom": { "crm": "none", "seats": 3, "live": false } }),
        )
        .await;
    for filter in [
        "custom.crm.eq.sheet",
        "custom.seats.gt.5",
        "custom.budget.gte.100",
        "custom.tools.contains.a",
        "custom.live.eq.true",
    ] {
        let page = house.get(&format!("/companies?where={filter}")).await;
        assert_eq!(
            page["items"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect::<Vec<_>>(),
            ["Acme"],
            "{filter}"
        );
    }
    let (status, problem) = house
        .send(
            &house.owner,
            Method::POST,
            "/companies",
            Some(json!({ "name": "X", "custom": { "crm": "paper", "seats": "many", "live": 3 } })),
            &[],
        )
        .await;
    assert_eq!((status, codes(&problem).len()), (StatusCode::UNPROCESSABLE_ENTITY, 3));
    let path = format!("/companies/{}", made["id"].as_str().unwrap());
    let changed = house.patch(&path, json!({ "custom": { "seats": null } })).await;
    assert!(changed["custom"].get("seats").is_none());
    assert_eq!(changed["custom"]["crm"], "sheet");
    let info = house.get("/fields/company").await;
    assert!(info.as_array().unwrap().iter().any(|f| f["key"] == "custom.crm" && f["custom"] == true));
    let (_, csv) = house.send_raw(&house.owner, Method::GET, "/companies/export", None, &[]).await;
    assert!(String::from_utf8(csv).unwrap().lines().next().unwrap().contains("custom.crm"));
    let (status, _) = house.send(&house.owner, Method::POST, "/custom-fields", Some(json!({ "on": "company", "key": "crm", "label": { "en": "CRM", "ko": "CRM" }, "kind": "text" })), &[]).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

on_both_databases!(a_person_is_found_by_any_of_their_addresses_and_korean_names_are_split, people, doors);
async fn people(house: House) {
    let made = house.post("/people", json!({ "name": "김철수", "email": "CS.Kim@Acme.co.kr", "country": "KR", "phones": [{ "value": "010-1234-5678", "label": "mobile" }] })).await;
    assert_eq!((made["family_name"].as_str(), made["given_name"].as_str()), (Some("김"), Some("철수")));
    assert_eq!(made["phone"], "010-1234-5678");
    let path = format!("/people/{}", made["id"].as_str().unwrap());
    let changed = house.patch(&path, json!({ "email": "new@acme.co.kr" })).await;
    let emails: Vec<&str> =
        changed["emails"].as_array().unwrap().iter().map(|e| e["value"].as_str().unwrap()).collect();
    assert_eq!(emails, ["new@acme.co.kr"], "the first address is replaced");
    let rows = store::Sql::new(house.app.db.engine(), "SELECT kind, folded FROM contact_point ORDER BY kind")
        .rows(house.app.db.read())
        .await
        .unwrap();
    let points: Vec<(String, String)> =
        rows.iter().map(|r| (r.try_get_by_index(0).unwrap(), r.try_get_by_index(1).unwrap())).collect();
    assert_eq!(
        points,
        [("email".to_owned(), "new@acme.co.kr".to_owned()), ("phone".to_owned(), "+821012345678".to_owned())]
    );
    let nameless = house.post("/people", json!({ "email": "info@acme.com" })).await;
    assert_eq!(nameless["name"], "info@acme.com");
    let western = house.post("/people", json!({ "given_name": "Ada", "family_name": "Lovelace" })).await;
    assert_eq!(western["name"], "Ada Lovelace");
}

on_both_databases!(a_change_is_taken_back_from_history_unless_somebody_changed_it_since, undo, doors);
async fn undo(house: House) {
    let made = house.post("/companies", json!({ "name": "Acme", "city": "Seoul" })).await;
    let path = format!("/companies/{}", made["id"].as_str().unwrap());
    house.patch(&path, json!({ "city": "Busan", "industry": "Food" })).await;
    let timeline = house.get(&format!("{path}/timeline")).await;
    let change = &timeline["items"][0];
    assert_eq!(
        (change["kind"].as_str(), change["can_undo"].as_bool()),
        (Some("company.changed"), Some(true))
    );
    assert_eq!(change["payload"]["before"], json!({ "city": "Seoul", "industry": null }));
    house.post(&format!("/events/{}/undo", change["id"].as_str().unwrap()), json!({})).await;
    let back = house.get(&path).await;
    assert_eq!((back["city"].as_str(), back["industry"].as_str()), (Some("Seoul"), None));
    let (status, problem) = house
        .send(
            &house.owner,
            Method::POST,
            &format!("/events/{}/undo", change["id"].as_str().unwrap()),
            Some(json!({})),
            &[],
        )
        .await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("changed_since")));
    let (status, _) = house
        .send(
            &house.stranger,
            Method::POST,
            &format!("/events/{}/undo", change["id"].as_str().unwrap()),
            Some(json!({})),
            &[],
        )
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

on_both_databases!(a_bulk_edit_tells_what_it_refused_and_is_taken_back_whole, bulk, doors);
async fn bulk(house: House) {
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(
            house.post("/companies", json!({ "name": format!("C{n}"), "city": "Seoul" })).await["id"].clone(),
        );
    }
    ids.push(json!("019a0000-0000-7000-8000-000000000000"));
    let answer = house
        .post("/companies/bulk", json!({ "action": "update", "ids": ids, "changes": { "city": "Busan" } }))
        .await;
    assert_eq!(
        (answer["changed"].as_i64(), answer["refused"][0]["code"].as_str()),
        (Some(3), Some("not_found"))
    );
    assert_eq!(house.get("/companies/count?where=city.eq.Busan").await["count"], 3);
    let undone =
        house.post(&format!("/events/{}/undo", answer["event_id"].as_str().unwrap()), json!({})).await;
    assert_eq!(undone, json!({ "undone": 3, "left": 0 }));
    assert_eq!(house.get("/companies/count?where=city.eq.Seoul").await["count"], 3);
    let answer = house.post("/companies/bulk", json!({ "action": "delete", "ids": ids })).await;
    assert_eq!(answer["changed"], 3);
    house.post(&format!("/events/{}/undo", answer["event_id"].as_str().unwrap()), json!({})).await;
    assert_eq!(house.get("/companies/count").await["count"], 3);
}

on_both_databases!(tasks_notes_calls_and_meetings_join_the_timeline_of_all_they_concern, activities, doors);
async fn activities(house: House) {
    let company = house.post("/companies", json!({ "name": "Acme" })).await;
    let person = house.post("/people", json!({ "name": "Ada Lovelace", "company_id": company["id"] })).await;
    let deal = house.post("/deals", json!({ "name": "Acme deal", "company_id": company["id"], "value": { "minor": 120_000, "currency": "USD" } })).await;
    assert_eq!((deal["stage"].as_str(), deal["status"].as_str()), (Some("prospecting"), Some("open")));
    let task = house.post("/tasks", json!({ "title": "Call Ada", "kind": "call", "due_on": "2026-11-24", "deal_id": deal["id"], "person_id": person["id"] })).await;
    assert_eq!(task["company_id"], company["id"], "taken from the deal");
    house.post("/deals", json!({ "name": "Forgotten deal" })).await;
    let idle = house.get("/deals?where=status.eq.open&where=next_action_on.empty").await;
    assert_eq!(
        idle["items"][0]["name"], "Forgotten deal",
        "R2: a deal without next action does not drop out of sight"
    );
    assert_eq!(idle["items"].as_array().unwrap().len(), 1);
    let call = house.post("/activities", json!({ "kind": "call", "outcome": "intended", "two_way": true, "duration_seconds": 240, "body": "They lose a week a month.", "deal_id": deal["id"], "person_id": person["id"] })).await;
    house.post("/activities", json!({ "kind": "note", "body": "메모", "company_id": company["id"] })).await;
    house.post(&format!("/tasks/{}/done", task["id"].as_str().unwrap()), json!({})).await;
    let kinds = |page: &Json| {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["kind"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let of_deal = house.get(&format!("/deals/{}/timeline", deal["id"].as_str().unwrap())).await;
    assert_eq!(kinds(&of_deal), ["task.done", "call.logged", "task.created", "deal.created"]);
    assert_eq!(of_deal["items"][1]["person_name"], "Ada Lovelace");
    let of_company = house.get(&format!("/companies/{}/timeline", company["id"].as_str().unwrap())).await;
    assert_eq!(kinds(&of_company).len(), 7);
    let (status, problem) = house
        .send(
            &house.owner,
            Method::POST,
            "/activities",
            Some(json!({ "kind": "call", "outcome": "great", "deal_id": deal["id"] })),
            &[],
        )
        .await;
    assert_eq!((status, codes(&problem)[0].0.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "outcome"));
    let path = format!("/activities/{}", call["id"].as_str().unwrap());
    let corrected = house.patch(&path, json!({ "outcome": "wrong_person" })).await;
    assert_eq!(corrected["outcome"], "wrong_person");
    assert!(house.get("/tasks").await["items"].as_array().unwrap().is_empty());
}

on_both_databases!(the_committee_holds_people_with_roles_and_how_we_know, committee, doors);
async fn committee(house: House) {
    let person = house.post("/people", json!({ "name": "Ada Lovelace" })).await;
    let deal = house.post("/deals", json!({ "name": "Acme deal" })).await;
    let path = format!("/deals/{}/people/{}", deal["id"].as_str().unwrap(), person["id"].as_str().unwrap());
    let people = house.put(&path, json!({ "roles": ["decision_maker", "champion"], "stance": 1, "evidence": "said so on the call" })).await;
    assert_eq!(people[0]["roles"], json!(["decision_maker", "champion"]));
    let (status, _) = house
        .send(&house.owner, Method::PUT, &path, Some(json!({ "roles": ["king"], "stance": 9 })), &[])
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let endless = json!({ "roles": [], "evidence": "x".repeat(kernel::limits::REASON_CHARS + 1) });
    let (status, problem) = house.send(&house.owner, Method::PUT, &path, Some(endless), &[]).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("evidence"))
    );
    let (status, _) = house.send(&house.stranger, Method::PUT, &path, Some(json!({})), &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let changes: Vec<Json> =
        house.events().await.into_iter().filter(|e| e.0 == "deal.committee_changed").map(|e| e.1).collect();
    let left = changes.last().unwrap();
    assert_eq!((&left["before"]["evidence"], &left["after"]), (&json!("said so on the call"), &json!(null)));
}

on_both_databases!(people_and_deals_are_found_by_the_name_of_their_company, found_by_company, doors);
async fn found_by_company(house: House) {
    let company = house.post("/companies", json!({ "name": "한빛정밀" })).await;
    house.post("/people", json!({ "name": "Ada Lovelace", "company_id": company["id"] })).await;
    house.post("/deals", json!({ "name": "Two sites", "company_id": company["id"] })).await;
    house.post("/deals", json!({ "name": "Of nobody" })).await;
    let hits = house.get("/search?q=%ED%95%9C%EB%B9%9B").await;
    let mut kinds: Vec<&str> = hits.as_array().unwrap().iter().map(|h| h["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["company", "deal", "person"]);
    let deal = hits.as_array().unwrap().iter().find(|h| h["kind"] == "deal").unwrap();
    assert_eq!((&deal["title"], &deal["subtitle"]), (&json!("Two sites"), &json!("한빛정밀")));
}

on_both_databases!(an_export_holds_every_row_and_no_formula_runs, export, doors);
async fn export(house: House) {
    for n in 0..230 {
        house
            .post(
                "/companies",
                json!({ "name": if n == 0 { "=HYPERLINK(1)".to_owned() } else { format!("회사 {n}") } }),
            )
            .await;
    }
    let (status, bytes) =
        house.send_raw(&house.owner, Method::GET, "/companies/export?sort=created_at", None, &[]).await;
    assert_eq!(status, StatusCode::OK);
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with('\u{feff}'), "Excel needs the mark to read Hangul");
    assert_eq!(text.lines().count(), 231);
    assert!(text.contains("'=HYPERLINK(1)"));
    let (_, xlsx) =
        house.send_raw(&house.owner, Method::GET, "/companies/export?format=xlsx", None, &[]).await;
    assert!(xlsx.starts_with(b"PK"));
}

on_both_databases!(views_are_ones_own_until_shared, views, doors);
async fn views(house: House) {
    let colleague = house.member(Role::Rep).await;
    let view = house
        .post(
            "/saved-views",
            json!({ "kind": "company", "name": "A grades", "query": { "where": ["icp_grade.eq.A"] } }),
        )
        .await;
    let (_, seen) = house.send(&colleague, Method::GET, "/saved-views?kind=company", None, &[]).await;
    assert!(seen.as_array().unwrap().is_empty());
    let path = format!("/saved-views/{}", view["id"].as_str().unwrap());
    house.patch(&path, json!({ "shared": true })).await;
    let (_, seen) = house.send(&colleague, Method::GET, "/saved-views?kind=company", None, &[]).await;
    assert_eq!(seen[0]["name"], "A grades");
    let (status, _) = house.send(&colleague, Method::DELETE, &path, None, &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = house.send(&house.stranger, Method::DELETE, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

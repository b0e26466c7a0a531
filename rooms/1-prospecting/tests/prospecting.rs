//! Prospecting through its routes, on both databases.

use axum::http::{Method, StatusCode};
use http_room::{Door, Member, Role};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door()]
}

fn weighted(field: &str, test: Json, half: &str, weight: u8, unknown: &str) -> Json {
    json!({ "field": field, "test": test, "role": { "type": "weight", "half": half, "weight": weight, "unknown": unknown } })
}

fn range(from: u32, to: u32) -> Json {
    json!({ "type": "range", "from": from, "to": to })
}

fn choice(accepts: &[&str]) -> Json {
    json!({ "type": "choice", "accepts": accepts })
}

/// Firms of 50 to 500 people (6, to us) in software (4, to them).
fn software() -> Vec<Json> {
    vec![
        weighted("employees", range(50, 500), "to_us", 6, "neutral"),
        weighted("industry", choice(&["Software"]), "to_them", 4, "neutral"),
    ]
}

fn id(row: &Json) -> &str {
    row["id"].as_str().unwrap()
}

async fn company(house: &House, name: &str, employees: u32, industry: &str) -> String {
    let sent = json!({ "name": name, "employees": employees, "industry": industry });
    id(&house.post("/companies", sent).await).to_owned()
}

/// `(score, grade)` of a company.
async fn fit(house: &House, company: &str) -> (Option<i64>, Option<String>) {
    let row = house.get(&format!("/companies/{company}")).await;
    (row["icp_score"].as_i64(), row["icp_grade"].as_str().map(str::to_owned))
}

fn scored(score: i64, grade: &str) -> (Option<i64>, Option<String>) {
    (Some(score), Some(grade.to_owned()))
}

async fn draft(house: &House, criteria: &[Json]) -> String {
    let sent = json!({ "name": "Software houses", "criteria": criteria });
    format!("/icp-profiles/{}", id(&house.post("/icp-profiles", sent).await))
}

async fn publish(house: &House, criteria: &[Json]) -> String {
    let path = draft(house, criteria).await;
    house.post(&format!("{path}/publish"), json!({})).await;
    path
}

async fn refused(house: &House, me: &Member, method: Method, path: &str, body: Json) -> (u16, String) {
    let (status, problem) = house.send(me, method, path, Some(body), &[]).await;
    (status.as_u16(), problem["code"].as_str().unwrap_or_default().to_owned())
}

async fn events_of(house: &House, kind: &str) -> Vec<Json> {
    house.events().await.into_iter().filter(|(k, _)| k == kind).map(|(_, payload)| payload).collect()
}

on_both_databases!(r12_a_fresh_workspace_has_a_published_profile_with_both_halves, fresh, doors);
async fn fresh(house: House) {
    let profiles = house.get("/icp-profiles").await;
    assert_eq!(profiles.as_array().unwrap().len(), 1);
    let first = &profiles[0];
    assert_eq!((first["state"].as_str(), first["version"].as_i64()), (Some("published"), Some(1)));
    let halves: Vec<&str> =
        first["criteria"].as_array().unwrap().iter().map(|c| c["role"]["half"].as_str().unwrap()).collect();
    assert_eq!(halves, ["to_us", "to_them"]);
    assert_eq!(first["criteria"], first["published_criteria"]);
    let versions = house.get(&format!("/icp-profiles/{}/versions", id(first))).await;
    assert_eq!(versions.as_array().unwrap().len(), 1);
    let acme = house
        .post("/companies", json!({ "name": "Acme", "employees": 100, "website": "https://acme.com" }))
        .await;
    house.react().await;
    assert_eq!(fit(&house, id(&acme)).await, scored(100, "A"));
}

on_both_databases!(r12_a_profile_without_both_halves_is_not_published, halves, doors);
async fn halves(house: House) {
    let path = draft(&house, &software()[..1]).await;
    let (status, problem) =
        house.send(&house.owner, Method::POST, &format!("{path}/publish"), Some(json!({})), &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"][0]["code"], "empty_half");
    assert!(problem["errors"][0]["message"].as_str().unwrap().contains("to_them"));
    house.patch(&path, json!({ "criteria": software() })).await;
    let published = house.post(&format!("{path}/publish"), json!({ "note": "first real one" })).await;
    assert_eq!(published["profile"]["state"], "published");
    assert_eq!(
        (published["job"]["kind"].as_str(), published["job"]["state"].as_str()),
        (Some("rescore"), Some("queued"))
    );
    let states: Vec<Json> =
        house.get("/icp-profiles").await.as_array().unwrap().iter().map(|p| p["state"].clone()).collect();
    assert_eq!(states, ["published", "archived"], "one profile at a time");
    let told = events_of(&house, "icp.published").await;
    assert_eq!(told[1]["before"]["name"], "Starting profile");
    assert_eq!(told[1]["after"]["criteria"].as_array().unwrap().len(), 2);
    assert_eq!(told[1]["note"], "first real one");
    let again = refused(&house, &house.owner, Method::POST, &format!("{path}/publish"), json!({})).await;
    assert_eq!(again, (409, "unchanged".to_owned()));
}

on_both_databases!(r13_publishing_scores_every_company_in_the_background, background, doors);
async fn background(house: House) {
    let mut ids = Vec::new();
    for (name, employees, industry) in [("A", 100, "Software"), ("B", 100, "Food"), ("C", 2_000, "Food")] {
        ids.push(company(&house, name, employees, industry).await);
    }
    house.react().await;
    let path = publish(&house, &software()).await;
    house.work().await;
    let expected = [scored(100, "A"), scored(60, "B"), scored(0, "D")];
    for (company, expected) in ids.iter().zip(expected) {
        assert_eq!(fit(&house, company).await, expected);
    }
    let row = house.get(&format!("/companies/{}", ids[1])).await;
    let texts: Vec<&str> =
        row["icp_reasons"].as_array().unwrap().iter().map(|r| r["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["employees 100 within 50-500 (+60)", "industry Food is not among Software (-40)"]);
    assert_eq!((row["icp_coverage"].as_f64(), row["icp_profile_version"].as_i64()), (Some(1.0), Some(1)));
    assert_eq!(row["revision"], 1, "a score is no edit");
    let page = house.get("/companies?where=icp_grade.in.A,B&sort=-icp_score").await;
    let names: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["A", "B"]);
    house
        .patch(
            &path,
            json!({ "criteria": [
        weighted("employees", range(1_000, 5_000), "to_us", 5, "neutral"),
        weighted("industry", choice(&["Food"]), "to_them", 5, "neutral"),
    ] }),
        )
        .await;
    assert_eq!(fit(&house, &ids[2]).await, scored(0, "D"), "a draft scores nothing");
    let job = house.post(&format!("{path}/publish"), json!({})).await["job"].clone();
    house.work().await;
    assert_eq!(fit(&house, &ids[2]).await, scored(100, "A"));
    let job = house.get(&format!("/jobs/{}", id(&job))).await;
    assert_eq!(
        (job["state"].as_str(), job["done"].as_i64(), job["total"].as_i64()),
        (Some("done"), Some(3), Some(3))
    );
    assert_eq!((job["result"]["companies"].as_i64(), job["result"]["changed"].as_i64()), (Some(3), Some(3)));
    let changes = events_of(&house, "icp.grade_changed").await;
    let last = changes.last().unwrap();
    assert_eq!((last["before"]["grade"].as_str(), last["after"]["grade"].as_str()), (Some("D"), Some("A")));
    let job = house.post("/icp-profiles/rescore", json!({})).await;
    house.work().await;
    let job = house.get(&format!("/jobs/{}", id(&job))).await;
    assert_eq!(job["result"]["changed"], 0, "the same inputs give the same scores");
}

on_both_databases!(a_new_company_is_scored_as_it_comes_in, comes_in, doors);
async fn comes_in(house: House) {
    publish(&house, &software()).await;
    house.work().await;
    let new = company(&house, "New", 100, "Software").await;
    assert_eq!(fit(&house, &new).await, (None, None));
    house.react().await;
    assert_eq!(fit(&house, &new).await, scored(100, "A"));
    assert!(events_of(&house, "icp.grade_changed").await.is_empty(), "there was no grade before");
    assert!(events_of(&house, "company.changed").await.is_empty());
}

on_both_databases!(r36_a_change_of_a_wanted_field_scores_anew_and_a_new_grade_is_an_event, changes, doors);
async fn changes(house: House) {
    publish(&house, &software()).await;
    let it = company(&house, "It", 100, "Food").await;
    house.react().await;
    house.work().await;
    assert_eq!(fit(&house, &it).await, scored(60, "B"));
    house.patch(&format!("/companies/{it}"), json!({ "employees": 120 })).await;
    house.react().await;
    let row = house.get(&format!("/companies/{it}")).await;
    assert_eq!(row["icp_reasons"][0]["value"], "120", "the reasons follow");
    assert!(events_of(&house, "icp.grade_changed").await.is_empty(), "the grade is as it was");
    house.patch(&format!("/companies/{it}"), json!({ "employees": 10_000 })).await;
    house.react().await;
    assert_eq!(fit(&house, &it).await, scored(0, "D"));
    let told = events_of(&house, "icp.grade_changed").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["before"], json!({ "grade": "B", "score": 60 }));
    assert_eq!(told[0]["after"], json!({ "grade": "D", "score": 0 }));
}

on_both_databases!(a_change_of_another_field_leaves_the_score_alone, untouched, doors);
async fn untouched(house: House) {
    publish(&house, &software()).await;
    let it = company(&house, "It", 100, "Food").await;
    house.react().await;
    // The working copy changes nothing; a stale score would betray that it was looked at again.
    let tx = house.app.db.write_tx().await.unwrap();
    store::Sql::new(tx.engine(), "UPDATE company SET icp_score = 1").run(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    house.patch(&format!("/companies/{it}"), json!({ "city": "Busan" })).await;
    house.react().await;
    assert_eq!(fit(&house, &it).await.0, Some(1));
    house.patch(&format!("/companies/{it}"), json!({ "industry": "Software" })).await;
    house.react().await;
    assert_eq!(fit(&house, &it).await, scored(100, "A"));
}

on_both_databases!(an_excluded_company_has_grade_d_and_one_reason, excluded, doors);
async fn excluded(house: House) {
    let mut criteria = software();
    criteria
        .push(json!({ "field": "industry", "test": choice(&["Gambling"]), "role": { "type": "exclusion" } }));
    publish(&house, &criteria).await;
    let casino = company(&house, "Casino", 100, "gambling").await;
    house.react().await;
    assert_eq!(fit(&house, &casino).await, scored(0, "D"));
    let reasons = house.get(&format!("/companies/{casino}")).await["icp_reasons"].clone();
    assert_eq!(reasons.as_array().unwrap().len(), 1);
    assert_eq!(
        (reasons[0]["exclusion"].as_bool(), reasons[0]["field"].as_str()),
        (Some(true), Some("industry"))
    );
}

on_both_databases!(
    unknown_values_count_as_the_mean_of_the_companies_where_the_policy_says_so,
    average,
    doors
);
async fn average(house: House) {
    for (name, employees) in
        [("A", Some(100)), ("B", Some(100)), ("C", Some(10_000)), ("D", Some(100)), ("E", None)]
    {
        house
            .post("/companies", json!({ "name": name, "employees": employees, "industry": "Software" }))
            .await;
    }
    house.react().await;
    let mut criteria = software();
    criteria[0] = weighted("employees", range(50, 500), "to_us", 6, "average");
    publish(&house, &criteria).await;
    house.work().await;
    let unknown = house.get("/companies?where=name.eq.E").await["items"][0].clone();
    assert_eq!(unknown["icp_score"], 85, "6 x 0.75 + 4 x 1 of 10");
    let late = house.post("/companies", json!({ "name": "F", "industry": "Food" })).await;
    house.react().await;
    assert_eq!(fit(&house, id(&late)).await, scored(45, "C"), "the reaction counts the same mean");
}

on_both_databases!(r17_a_custom_field_an_admin_makes_works_as_a_criterion_at_once, custom, doors);
async fn custom(house: House) {
    let mut criteria = software();
    criteria.push(weighted("custom.crm_in_use", choice(&["sheet"]), "to_them", 10, "zero"));
    let before = refused(
        &house,
        &house.owner,
        Method::POST,
        "/icp-profiles",
        json!({ "name": "x", "criteria": criteria }),
    )
    .await;
    assert_eq!(before, (422, "validation".to_owned()));
    let option = |key: &str| json!({ "key": key, "label": { "en": key, "ko": key } });
    house.post("/custom-fields", json!({ "on": "company", "key": "crm_in_use", "kind": "choice", "label": { "en": "CRM", "ko": "CRM" }, "options": [option("sheet"), option("other")] })).await;
    publish(&house, &criteria).await;
    let sheet = json!({ "name": "Sheet", "employees": 100, "industry": "Software", "custom": { "crm_in_use": "sheet" } });
    let sheet = house.post("/companies", sheet).await;
    house.react().await;
    assert_eq!(fit(&house, id(&sheet)).await, scored(100, "A"));
    house.patch(&format!("/companies/{}", id(&sheet)), json!({ "custom": { "crm_in_use": "other" } })).await;
    house.react().await;
    assert_eq!(fit(&house, id(&sheet)).await, scored(50, "C"));
    let fields = house.get("/icp/fields").await;
    let own = fields.as_array().unwrap().iter().find(|f| f["key"] == "custom.crm_in_use").unwrap();
    assert_eq!(
        (own["kind"].as_str(), own["custom"].as_bool(), own["known"].as_f64()),
        (Some("choice"), Some(true), Some(1.0))
    );
    assert_eq!(own["values"], json!([{ "value": "other", "count": 1 }]));
    assert_eq!(own["options"].as_array().unwrap().len(), 2);
    let industry = fields.as_array().unwrap().iter().find(|f| f["key"] == "industry").unwrap();
    assert_eq!(industry["values"], json!([{ "value": "Software", "count": 1 }]));
    assert!(fields.as_array().unwrap().iter().all(|f| f["key"] != "icp_score" && f["key"] != "owner_id"));
}

on_both_databases!(criteria_at_fault_are_named_by_their_place, at_fault, doors);
async fn at_fault(house: House) {
    let criteria = json!([
        weighted("employees", range(50, 500), "to_us", 11, "neutral"),
        weighted("industry", choice(&[]), "to_us", 1, "neutral"),
    ]);
    let (_, problem) = house
        .send(&house.owner, Method::POST, "/icp-profiles/preview", Some(json!({ "criteria": criteria })), &[])
        .await;
    let fields: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["criteria.0.role.weight", "criteria.1.test"]);
    let unknown = json!([weighted("shoe_size", range(1, 2), "to_us", 1, "neutral")]);
    let (_, problem) = house
        .send(
            &house.owner,
            Method::POST,
            "/icp-profiles",
            Some(json!({ "name": "x", "criteria": unknown })),
            &[],
        )
        .await;
    assert_eq!(
        (problem["errors"][0]["field"].as_str(), problem["errors"][0]["code"].as_str()),
        (Some("criteria.0.field"), Some("unknown_field"))
    );
}

on_both_databases!(a_preview_shows_what_would_change_and_changes_nothing, previewed, doors);
async fn previewed(house: House) {
    publish(&house, &software()).await;
    for n in 0..24 {
        company(&house, &format!("{n:02}"), if n % 2 == 0 { 100 } else { 5_000 }, "Food").await;
    }
    house.react().await;
    house.work().await;
    let log = house.events().await.len();
    let before = house.get("/companies?sort=name").await;
    let food = [
        weighted("employees", range(50, 500), "to_us", 6, "neutral"),
        weighted("industry", choice(&["Food"]), "to_them", 4, "neutral"),
    ];
    let seen = house.post("/icp-profiles/preview", json!({ "criteria": food })).await;
    assert_eq!((seen["total"].as_i64(), seen["sampled"].as_i64()), (Some(24), Some(24)));
    assert_eq!(seen["now"]["grades"], json!({ "A": 0, "B": 12, "C": 0, "D": 12, "?": 0 }));
    assert_eq!(seen["grades"], json!({ "A": 12, "B": 0, "C": 12, "D": 0, "?": 0 }));
    assert_eq!(seen["histogram"], json!([0, 0, 0, 0, 12, 0, 0, 0, 0, 12]));
    let shown = seen["companies"].as_array().unwrap();
    assert_eq!(shown.len(), 10);
    assert_eq!((shown[0]["score"].as_i64(), shown[0]["was"].as_str()), (Some(100), Some("B")));
    assert_eq!((shown[9]["score"].as_i64(), shown[9]["was"].as_str()), (Some(40), Some("D")));
    assert_eq!(shown[9]["reasons"].as_array().unwrap().len(), 2);
    assert_eq!(house.get("/companies?sort=name").await, before);
    assert_eq!(house.events().await.len(), log);
    assert!(house.get("/jobs").await.as_array().unwrap().iter().all(|j| j["state"] == "done"));
}

on_both_databases!(another_workspaces_profile_is_simply_not_there, walls, doors);
async fn walls(house: House) {
    let path = publish(&house, &software()).await;
    let deal = house.post("/deals", json!({ "name": "Ours" })).await;
    let deal = format!("/deals/{}", id(&deal));
    for (method, path, body) in [
        (Method::GET, path.clone(), json!({})),
        (Method::PATCH, path.clone(), json!({ "name": "theirs" })),
        (Method::DELETE, path.clone(), json!({})),
        (Method::POST, format!("{path}/publish"), json!({})),
        (Method::GET, format!("{path}/versions"), json!({})),
        (Method::GET, format!("{deal}/research"), json!({})),
        (Method::PUT, format!("{deal}/research"), json!({ "items": [] })),
        (Method::GET, format!("{deal}/fit"), json!({})),
    ] {
        let answer = refused(&house, &house.stranger, method.clone(), &path, body).await;
        assert_eq!(answer, (404, "not_found".to_owned()), "{method} {path}");
    }
    let (_, theirs) = house.send(&house.stranger, Method::GET, "/icp-profiles", None, &[]).await;
    assert_eq!(theirs.as_array().unwrap().len(), 1, "only their own");
}

on_both_databases!(another_workspaces_companies_keep_their_scores, neighbours, doors);
async fn neighbours(house: House) {
    let sent = json!({ "name": "Theirs", "employees": 100, "industry": "Food" });
    let (_, theirs) = house.send(&house.stranger, Method::POST, "/companies", Some(sent), &[]).await;
    let path = format!("/companies/{}", id(&theirs));
    company(&house, "Ours", 100, "Food").await;
    house.react().await;
    let (_, before) = house.send(&house.stranger, Method::GET, &path, None, &[]).await;
    assert_eq!(before["icp_grade"], "B", "by the profile they began with: 6 of 10, having no website");
    publish(&house, &software()).await;
    house.work().await;
    let (_, after) = house.send(&house.stranger, Method::GET, &path, None, &[]).await;
    assert_eq!(before, after);
    let preview = json!({ "criteria": software() });
    let (_, seen) =
        house.send(&house.stranger, Method::POST, "/icp-profiles/preview", Some(preview), &[]).await;
    assert_eq!((seen["total"].as_i64(), seen["companies"][0]["name"].as_str()), (Some(1), Some("Theirs")));
}

on_both_databases!(profiles_are_changed_by_managers_over_what_they_saw, rights, doors);
async fn rights(house: House) {
    let path = draft(&house, &software()).await;
    let rep = house.member(Role::Rep).await;
    assert_eq!(house.send(&rep, Method::GET, &path, None, &[]).await.0, StatusCode::OK);
    for (method, path) in [
        (Method::POST, "/icp-profiles".to_owned()),
        (Method::PATCH, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::POST, format!("{path}/publish")),
        (Method::POST, "/icp-profiles/rescore".to_owned()),
    ] {
        let answer = refused(&house, &rep, method.clone(), &path, json!({ "name": "x" })).await;
        assert_eq!(answer, (403, "forbidden".to_owned()), "{method} {path}");
    }
    let manager = house.member(Role::Manager).await;
    let seen = [("if-match", "\"1\"")];
    let patch = |name: &str| Some(json!({ "name": name }));
    assert_eq!(house.send(&manager, Method::PATCH, &path, patch("One"), &seen).await.0, StatusCode::OK);
    let stale = house.send(&manager, Method::PATCH, &path, patch("Two"), &seen).await;
    assert_eq!((stale.0, stale.1["code"].as_str()), (StatusCode::PRECONDITION_FAILED, Some("stale")));
    house.post(&format!("{path}/publish"), json!({})).await;
    assert_eq!(
        refused(&house, &manager, Method::DELETE, &path, json!({})).await,
        (409, "published".to_owned())
    );
    let other = draft(&house, &software()).await;
    assert_eq!(house.send(&manager, Method::DELETE, &other, None, &[]).await.0, StatusCode::NO_CONTENT);
    assert_eq!(house.send(&manager, Method::GET, &other, None, &[]).await.0, StatusCode::NOT_FOUND);
}

//! Qualification through its routes, on both databases.

use axum::http::{Method, StatusCode};
use http_room::{Door, Role};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};

fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door(), qualification::door()]
}

/// A deal of 1,000 dollars in qualification with one person in its committee.
struct Lead {
    path: String,
    person: String,
}

async fn lead(house: &House) -> Lead {
    let company = house.post("/companies", json!({ "name": "Acme" })).await;
    let person = json!({ "name": "Kim Minji", "email": "minji@acme.example", "company_id": company["id"] });
    let person = house.post("/people", person).await["id"].as_str().unwrap().to_owned();
    let value = json!({ "minor": 100_000, "currency": "USD" });
    let deal = house
        .post("/deals", json!({ "name": "Acme deal", "company_id": company["id"], "value": value }))
        .await;
    let path = format!("/deals/{}", deal["id"].as_str().unwrap());
    house.put(&format!("{path}/people/{person}"), json!({ "roles": ["decision_maker", "user"] })).await;
    house.react().await;
    let reasons = |keys: &[&str]| {
        keys.iter().map(|k| ((*k).to_owned(), json!("known"))).collect::<serde_json::Map<_, _>>()
    };
    for keys in [&["icp_scored", "research_done", "why_them"][..], &["conversation_started"][..]] {
        house
            .post(&format!("{path}/move"), json!({ "kind": "advance_forced", "reasons": reasons(keys) }))
            .await;
    }
    Lead { path, person }
}

async fn missing(house: &House, lead: &Lead) -> Vec<String> {
    let deal = house.get(&lead.path).await;
    deal["missing"].as_array().unwrap().iter().map(|k| k.as_str().unwrap().to_owned()).collect()
}

async fn verdict(house: &House, lead: &Lead, key: &str) -> Json {
    let gate = house.get(&format!("{}/gate", lead.path)).await;
    gate["checks"].as_array().unwrap().iter().find(|c| c["key"] == key).unwrap().clone()
}

async fn refused(house: &House, path: &str, body: Json) -> (StatusCode, String) {
    let (status, problem) = house.send(&house.owner, Method::POST, path, Some(body), &[]).await;
    (status, problem["errors"][0]["field"].as_str().unwrap_or_default().to_owned())
}

on_both_databases!(
    r34_discovery_keeps_each_finding_in_their_own_words_and_the_gate_reads_them,
    findings,
    doors
);
async fn findings(house: House) {
    let lead = lead(&house).await;
    let path = format!("{}/findings", lead.path);
    let challenge = house
        .post(&path, json!({ "kind": "challenge", "summary": "Reports come late", "priority": 1 }))
        .await;
    house.post(&path, json!({ "kind": "goal", "summary": "Close the month in two days" })).await;
    house.post(&path, json!({ "kind": "current_solution", "summary": "Sheets" })).await;
    let check = verdict(&house, &lead, "discovery_done").await;
    assert_eq!(
        (&check["verdict"], &check["lacking"]),
        (&json!("unmet"), &json!(["challenge"])),
        "no words yet"
    );
    let change = json!({ "kind": "challenge", "summary": "Reports come late", "words": "We see the numbers in week three" });
    let one = format!("{path}/{}", challenge["id"].as_str().unwrap());
    house.put(&one, change).await;
    assert!(!missing(&house, &lead).await.contains(&"discovery_done".to_owned()));
    let check = verdict(&house, &lead, "discovery_done").await;
    assert_eq!(check["evidence"][0], json!({ "kind": "finding", "id": challenge["id"] }));
    let (status, _) = house.send(&house.owner, Method::DELETE, &one, None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(missing(&house, &lead).await.contains(&"discovery_done".to_owned()));
    assert_eq!(house.get(&path).await.as_array().unwrap().len(), 2);
    assert_eq!(
        refused(&house, &path, json!({ "kind": "goal", "summary": " " })).await,
        (StatusCode::UNPROCESSABLE_ENTITY, "summary".into())
    );
    let kinds: Vec<String> =
        house.events().await.into_iter().map(|e| e.0).filter(|k| k.starts_with("finding")).collect();
    assert_eq!(
        kinds,
        ["finding.added", "finding.added", "finding.added", "finding.changed", "finding.removed"]
    );
}

on_both_databases!(r37_a_deal_is_qualified_by_what_they_said_and_only_while_it_is_fresh, qualified, doors);
async fn qualified(house: House) {
    let lead = lead(&house).await;
    let rate = |factor: &str| format!("{}/bant/{factor}", lead.path);
    let read = json!({ "kind": "research", "value": { "impact": "slow reports" } });
    let bant = house.post(&rate("need"), read).await;
    assert_eq!(
        (&bant["factors"][0]["rating"], &bant["factors"][0]["confidence"]),
        (&json!(1), &json!(0.5)),
        "R16"
    );
    assert_eq!(bant["factors"][0]["confirmed"], false, "R18");
    let said = json!({ "kind": "conversation", "value": { "impact_money": { "minor": 900_000, "currency": "USD" } }, "quote": "nine thousand a month" });
    let bant = house.post(&rate("need"), said).await;
    assert_eq!(
        (&bant["factors"][0]["rating"], &bant["factors"][0]["confidence"]),
        (&json!(2), &json!(0.7)),
        "it contradicts what was read"
    );
    let again = json!({ "kind": "conversation", "value": { "impact_money": { "minor": 900_000, "currency": "USD" } } });
    house.post(&rate("need"), again).await;
    let who = json!({ "kind": "conversation", "value": { "person_id": lead.person } });
    let bant = house.post(&rate("authority"), who).await;
    assert_eq!(
        (&bant["factors"][2]["rating"], &bant["state"]),
        (&json!(2), &json!("promising")),
        "two of four"
    );
    let budget = json!({ "kind": "written", "value": { "state": "planned", "max": { "minor": 60_000, "currency": "USD" } } });
    let bant = house.post(&rate("budget"), budget).await;
    assert_eq!(
        (&bant["factors"][1]["rating"], &bant["fit"], &bant["state"]),
        (&json!(1), &json!(83), &json!("qualified"))
    );
    assert!(!missing(&house, &lead).await.contains(&"bant_met".to_owned()));
    assert_eq!(verdict(&house, &lead, "bant_met").await["verdict"], "met");
    house.app.clock.set(MORNING.plus_days(31));
    assert_eq!(verdict(&house, &lead, "bant_met").await["verdict"], "unmet", "0.9 has faded under 0.8");
    assert_eq!(house.get(&format!("{}/bant", lead.path)).await["state"], "promising");
}

on_both_databases!(a_rating_follows_from_its_value_and_is_not_gainsaid, ratings, doors);
async fn ratings(house: House) {
    let lead = lead(&house).await;
    let timing = format!("{}/bant/timing", lead.path);
    let value = json!({ "wanted_on": "2027-01-31", "driver": "new fiscal year" });
    let bant = house.post(&timing, json!({ "kind": "written", "value": value, "rating": 2 })).await;
    assert_eq!(bant["factors"][3]["rating"], 2);
    let cases = [
        (json!({ "kind": "written", "value": { "wanted_on": "2028-01-31" }, "rating": 2 }), "rating"),
        (json!({ "kind": "written" }), "rating"),
        (json!({ "kind": "written", "rating": 3 }), "rating"),
        (json!({ "kind": "written", "value": { "someday": true } }), "value"),
        (json!({ "kind": "written", "rating": 1, "at": "2026-12-01T00:00:00Z" }), "at"),
        (json!({ "kind": "written", "rating": 1, "person_id": uuid::Uuid::now_v7() }), "person_id"),
    ];
    for (body, field) in cases {
        assert_eq!(
            refused(&house, &timing, body.clone()).await,
            (StatusCode::UNPROCESSABLE_ENTITY, field.into()),
            "{body}"
        );
    }
    let id = bant["factors"][3]["evidence"][0]["id"].as_str().unwrap().to_owned();
    let (status, _) = house.send(&house.owner, Method::DELETE, &format!("{timing}/{id}"), None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(house.get(&format!("{}/bant", lead.path)).await["factors"][3]["rating"], Json::Null);
    assert_eq!(
        refused(&house, &format!("{}/bant/luck", lead.path), json!({ "kind": "guess", "rating": 1 })).await.0,
        StatusCode::NOT_FOUND
    );
}

on_both_databases!(r35_the_decision_maker_is_known_with_evidence, decision_maker, doors);
async fn decision_maker(house: House) {
    let lead = lead(&house).await;
    assert_eq!(verdict(&house, &lead, "decision_maker_known").await["verdict"], "unmet");
    let path = format!("{}/role-proofs", lead.path);
    let proof = json!({ "person_id": lead.person, "role": "champion", "evidence": "said so" });
    assert_eq!(
        refused(&house, &path, proof).await,
        (StatusCode::UNPROCESSABLE_ENTITY, "role".into()),
        "not her role"
    );
    let proof =
        json!({ "person_id": lead.person, "role": "decision_maker", "evidence": "signs every contract" });
    house.post(&path, proof).await;
    assert_eq!(verdict(&house, &lead, "decision_maker_known").await["verdict"], "met");
    let bant = house.get(&format!("{}/bant", lead.path)).await;
    assert_eq!(bant["warnings"], json!(["one_contact_only", "no_champion"]));
}

on_both_databases!(r17_a_qualifier_made_by_an_admin_is_asked_for_at_once, own_qualifiers, doors);
async fn own_qualifiers(house: House) {
    let lead = lead(&house).await;
    assert_eq!(verdict(&house, &lead, "required_qualifiers").await["verdict"], "met", "none is required");
    let label = json!({ "en": "Meetings lost", "ko": "놓친 미팅" });
    house
        .post(
            "/custom-fields",
            json!({ "on": "deal", "key": "lost_meetings", "label": label, "kind": "number" }),
        )
        .await;
    let rule = json!({ "good": { "op": "gte", "value": 10 }, "fair": { "op": "gte", "value": 3 } });
    let qualifier = json!({ "label": label, "on": "deal", "field": "lost_meetings", "rule": rule, "weight": 4, "required": true, "blocking": true });
    let rep = house.member(Role::Rep).await;
    let put = |me| house.send(me, Method::PUT, "/qualifiers/lost_meetings", Some(qualifier.clone()), &[]);
    assert_eq!(put(&rep).await.0, StatusCode::FORBIDDEN);
    assert_eq!(put(&house.owner).await.0, StatusCode::OK);
    house.react().await;
    let check = verdict(&house, &lead, "required_qualifiers").await;
    assert_eq!((&check["verdict"], &check["lacking"]), (&json!("unknown"), &json!(["lost_meetings"])));
    for (value, verdict_then, rating) in [(2, "unmet", json!(0)), (3, "met", json!(1)), (12, "met", json!(2))]
    {
        house.patch(&lead.path, json!({ "custom": { "lost_meetings": value } })).await;
        house.react().await;
        assert_eq!(verdict(&house, &lead, "required_qualifiers").await["verdict"], verdict_then, "{value}");
        let bant = house.get(&format!("{}/bant", lead.path)).await;
        assert_eq!(bant["qualifiers"][0]["rating"], rating);
        let state = if value == 2 { "disqualified_suggested" } else { "promising" };
        assert!(bant["state"] == state || value == 3, "{value}: {}", bant["state"]);
    }
    let (status, _) = house.send(&house.owner, Method::DELETE, "/qualifiers/lost_meetings", None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    house.react().await;
    assert_eq!(verdict(&house, &lead, "required_qualifiers").await["verdict"], "met");
    let (_, theirs) = house.send(&house.stranger, Method::GET, "/qualifiers", None, &[]).await;
    assert_eq!(theirs, json!([]));
}

/// A deal in prospecting, nobody talked to yet.
async fn fresh(house: &House) -> (String, String) {
    let company = house.post("/companies", json!({ "name": "Acme", "website": "https://acme.com" })).await;
    let company = company["id"].as_str().unwrap().to_owned();
    let deal = house.post("/deals", json!({ "name": "Acme deal", "company_id": company })).await;
    house.react().await;
    (company, format!("/deals/{}", deal["id"].as_str().unwrap()))
}

on_both_databases!(
    r16_the_four_factors_are_known_from_research_before_any_contact_and_never_for_sure,
    early,
    doors
);
async fn early(house: House) {
    let (company, deal) = fresh(&house).await;
    let person = house.post("/people", json!({ "name": "Ada", "company_id": company })).await;
    let person = person["id"].as_str().unwrap();
    house.put(&format!("{deal}/people/{person}"), json!({ "roles": ["decision_maker"] })).await;
    let values = [
        ("need", json!({ "impact": "They plan by hand", "owner": "Head of operations" })),
        ("budget", json!({ "state": "planned" })),
        ("authority", json!({ "person_id": person })),
        ("timing", json!({ "wanted_on": "2026-12-31", "driver": "A new site opens" })),
    ];
    for (factor, value) in values {
        let sent =
            json!({ "kind": "research", "value": value, "url": "https://acme.com/news", "quote": "We open" });
        house.post(&format!("{deal}/bant/{factor}"), sent).await;
    }
    let bant = house.get(&format!("{deal}/bant")).await;
    assert_eq!(bant["completeness"].as_f64(), Some(1.0));
    for view in bant["factors"].as_array().unwrap() {
        assert!(view["rating"].as_i64().unwrap() >= 1, "{view}");
        assert!(view["confidence"].as_f64().unwrap() <= 0.5, "{view}");
        assert_eq!((view["kind"].as_str(), view["confirmed"].as_bool()), (Some("research"), Some(false)));
        assert_eq!(view["evidence"][0]["url"], "https://acme.com/news");
    }
    assert_ne!(bant["state"], "qualified", "nobody has talked yet");
    for factor in ["need", "authority"] {
        for _ in 0..5 {
            house.post(&format!("{deal}/bant/{factor}"), json!({ "kind": "research", "rating": 2 })).await;
        }
    }
    let bant = house.get(&format!("{deal}/bant")).await;
    let sure = |at: usize| bant["factors"][at]["confidence"].as_f64().unwrap();
    assert!(sure(0) <= 0.5 && sure(2) <= 0.5, "reading more does not make sure: {bant}");
    assert_eq!(house.get(&deal).await["stage"], "prospecting", "nobody was contacted");
}

on_both_databases!(r18_only_what_they_said_or_wrote_confirms_a_factor, confirmed, doors);
async fn confirmed(house: House) {
    for (kind, confirms, sure) in [
        ("guess", false, 0.2),
        ("research", false, 0.5),
        ("third_party", false, 0.6),
        ("written", true, 0.85),
        ("conversation", true, 0.9),
        ("document", true, 1.0),
    ] {
        let (_, deal) = fresh(&house).await;
        let bant = house.post(&format!("{deal}/bant/need"), json!({ "kind": kind, "rating": 2 })).await;
        let need = &bant["factors"][0];
        assert_eq!(
            (need["confirmed"].as_bool(), need["confidence"].as_f64()),
            (Some(confirms), Some(sure)),
            "{kind}"
        );
    }
    let (_, deal) = fresh(&house).await;
    for _ in 0..3 {
        house.post(&format!("{deal}/bant/budget"), json!({ "kind": "third_party", "rating": 2 })).await;
    }
    let bant = house.post(&format!("{deal}/bant/budget"), json!({ "kind": "research", "rating": 2 })).await;
    assert_eq!(bant["factors"][1]["confirmed"], false, "many voices of others are not theirs");
    let bant = house.post(&format!("{deal}/bant/budget"), json!({ "kind": "written", "rating": 2 })).await;
    assert_eq!(bant["factors"][1]["confirmed"], true);
}

on_both_databases!(
    r17_an_own_qualifier_is_in_form_gate_filter_score_and_export_without_restart,
    everywhere,
    doors
);
async fn everywhere(house: House) {
    let lead = lead(&house).await;
    let (company, deal) =
        (house.get(&lead.path).await["company_id"].as_str().unwrap().to_owned(), &lead.path);
    let label = json!({ "en": "Sites", "ko": "사업장 수" });
    let field = json!({ "on": "company", "key": "sites", "label": label, "kind": "number" });
    house.post("/custom-fields", field).await;
    let rule = json!({ "good": { "op": "gte", "value": 10 }, "fair": { "op": "gte", "value": 3 } });
    let qualifier = json!({ "label": label, "on": "company", "field": "sites", "rule": rule, "weight": 3, "required": true });
    house.put("/qualifiers/sites", qualifier).await;
    house.react().await;

    let fields = house.get("/fields/company").await;
    let form = fields.as_array().unwrap().iter().find(|f| f["key"] == "custom.sites").unwrap();
    assert_eq!(
        (form["label"]["ko"].as_str(), form["editable"].as_bool()),
        (Some("사업장 수"), Some(true)),
        "form"
    );
    let desk = house.get(&format!("/companies/{company}/research")).await;
    let asked = |desk: &Json| {
        desk["questions"].as_array().unwrap().iter().find(|q| q["key"] == "custom.sites").cloned()
    };
    assert_eq!(asked(&desk).unwrap()["answered"], false, "checklist of research");

    let own = house.get(&format!("{deal}/bant")).await["qualifiers"][0].clone();
    assert_eq!((own["rating"].clone(), own["confidence"].as_f64()), (Json::Null, Some(0.0)));
    let check = verdict(&house, &lead, "required_qualifiers").await;
    assert_eq!((&check["verdict"], &check["lacking"]), (&json!("unknown"), &json!(["sites"])), "gate");
    let sent = json!({ "question": "custom.sites", "value": 12, "url": "https://acme.com/sites" });
    house.post(&format!("/companies/{company}/research/answers"), sent).await;
    house.react().await;
    assert_eq!(verdict(&house, &lead, "required_qualifiers").await["verdict"], "met", "gate");
    let own = house.get(&format!("{deal}/bant")).await["qualifiers"][0].clone();
    assert_eq!((own["rating"].as_i64(), own["confidence"].as_f64()), (Some(2), Some(0.5)), "score: {own}");
    assert_eq!(
        (own["known"]["url"].as_str(), own["known"]["by"].clone()),
        (Some("https://acme.com/sites"), json!(house.owner.user))
    );
    assert_eq!(house.get(&format!("{deal}/bant")).await["fit"], 100, "it counts in the fit");

    let found = house.get("/companies?where=custom.sites.gte.10").await;
    assert_eq!(found["items"][0]["id"], json!(company), "filter");
    assert!(house.get("/companies?where=custom.sites.lt.10").await["items"].as_array().unwrap().is_empty());
    let (status, csv) =
        house.send_raw(&house.owner, Method::GET, "/companies/export?format=csv", None, &[]).await;
    assert_eq!(status, StatusCode::OK);
    let csv = String::from_utf8(csv).unwrap();
    let (head, row) = csv.split_once('\n').unwrap();
    let at = head
        .trim()
        .trim_start_matches('\u{feff}')
        .split(',')
        .position(|c| c == "custom.sites")
        .expect("export has the column");
    assert!(row.trim().split(',').nth(at).is_some_and(|cell| cell.starts_with("12")), "export: {row}");

    let profile = house.get("/icp-profiles").await[0]["id"].as_str().unwrap().to_owned();
    let half = |half: &str| json!({ "type": "weight", "half": half, "weight": 5 });
    let criteria = json!([
        { "field": "custom.sites", "test": { "type": "range", "from": 10, "to": null }, "role": half("to_us") },
        { "field": "has_website", "test": { "type": "choice", "accepts": ["yes"] }, "role": half("to_them") },
    ]);
    house.patch(&format!("/icp-profiles/{profile}"), json!({ "criteria": criteria })).await;
    house.post(&format!("/icp-profiles/{profile}/publish"), json!({})).await;
    house.work().await;
    let reasons = house.get(&format!("/companies/{company}")).await["icp_reasons"].clone();
    assert!(
        reasons.as_array().unwrap().iter().any(|r| r["field"] == "custom.sites"),
        "profile's score: {reasons}"
    );
}

on_both_databases!(
    r17_a_required_qualifier_on_a_field_every_company_has_is_read_by_the_gate,
    built_in,
    doors
);
async fn built_in(house: House) {
    let lead = lead(&house).await;
    let company = house.get(&lead.path).await["company_id"].as_str().unwrap().to_owned();
    let rule = json!({ "good": { "op": "gte", "value": 50 } });
    let label = json!({ "en": "Size", "ko": "규모" });
    let qualifier =
        json!({ "label": label, "on": "company", "field": "employees", "rule": rule, "required": true });
    house.put("/qualifiers/size", qualifier.clone()).await;
    house.react().await;
    assert_eq!(verdict(&house, &lead, "required_qualifiers").await["lacking"], json!(["size"]));
    for (employees, then) in [(7, "unmet"), (70, "met")] {
        house.patch(&format!("/companies/{company}"), json!({ "employees": employees })).await;
        house.react().await;
        assert_eq!(verdict(&house, &lead, "required_qualifiers").await["verdict"], then, "{employees}");
    }
    for field in ["nonsense", "icp_score", "owner_id"] {
        let mut wrong = qualifier.clone();
        wrong["field"] = json!(field);
        let (status, _) = house.send(&house.owner, Method::PUT, "/qualifiers/other", Some(wrong), &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
    }
}

on_both_databases!(another_workspace_sees_nothing_of_a_qualification, walls, doors);
async fn walls(house: House) {
    let lead = lead(&house).await;
    let cases = [
        (Method::GET, "findings"),
        (Method::POST, "findings"),
        (Method::GET, "bant"),
        (Method::POST, "bant/need"),
        (Method::GET, "role-proofs"),
        (Method::POST, "role-proofs"),
    ];
    for (method, path) in cases {
        let body = match path {
            "findings" => json!({ "kind": "goal", "summary": "x" }),
            "role-proofs" => json!({ "person_id": lead.person, "role": "user", "evidence": "x" }),
            _ => json!({ "kind": "guess", "rating": 1 }),
        };
        let path = format!("{}/{path}", lead.path);
        let (status, _) = house.send(&house.stranger, method.clone(), &path, Some(body), &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
    }
}

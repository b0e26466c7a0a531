//! Enrichment through the door, on both databases, with a real service and a real name server on this machine.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails here

mod service;

use axum::http::{Method, StatusCode};
use http_room::{Door, Role};
use outward::testing::{NameServer, Zone};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};
use service::Service;
use std::net::Ipv4Addr;
use std::sync::Arc;
use store::Clock;

fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door()]
}

fn content(service: &Service) -> Json {
    json!({
        "name": "Acme Data", "enabled": true, "source": "http", "on": "company",
        "request": { "method": "GET", "url": format!("{}/companies/{{{{ domain }}}}", service.url),
            "headers": [{ "name": "Authorization", "value": "Bearer {{ secret.key }}" }] },
        "mapping": [
            { "from": "/size", "to": "employees", "transform": "number", "confidence": 0.8 },
            { "from": "/sector", "to": "industry" },
            { "from": "$.place.city", "to": "city" },
            { "from": "stack[*].name", "to": "extra.technologies", "transform": "list" },
        ],
        "quota": { "per_day": 10, "per_month": 100, "spacing_ms": 0 }, "cache_days": 30, "timeout_seconds": 5,
    })
}

/// The service set up in a workspace that has no other source.
async fn set_up(house: &House, service: &Service, change: impl FnOnce(&mut Json)) -> Json {
    for built_in in house.get("/enrichment-providers").await.as_array().unwrap() {
        let path = format!("/enrichment-providers/{}", built_in["id"].as_str().unwrap());
        house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    }
    let mut content = content(service);
    change(&mut content);
    house
        .post("/enrichment-providers", json!({ "content": content, "secrets": { "key": "s3cret" } }))
        .await
}

async fn company(house: &House, domain: &str, more: Json) -> String {
    let mut sent = json!({ "name": domain, "domain": domain });
    sent.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    house.post("/companies", sent).await["id"].as_str().unwrap().to_owned()
}

async fn enrich(house: &House, ids: &[&str]) -> Json {
    let started = house.post("/enrichment", json!({ "kind": "company", "ids": ids })).await;
    house.work().await;
    job(house, started["jobs"][0]["id"].as_str().unwrap()).await
}

async fn job(house: &House, id: &str) -> Json {
    let job = store::job::find(&house.app.db, house.owner.workspace, id.parse().unwrap()).await.unwrap();
    json!(job.unwrap())
}

async fn of(house: &House, id: &str) -> Json {
    house.get(&format!("/companies/{id}/enrichment")).await
}

fn value(enrichment: &Json, field: &str) -> Json {
    let values = enrichment["values"].as_array().unwrap();
    values.iter().find(|value| value["field"] == field).cloned().unwrap_or_default()
}

async fn decide(house: &House, value: &Json, decision: &str) -> (StatusCode, Json) {
    let body = json!({ "ids": [value["id"]], "decision": decision });
    house.send(&house.owner, Method::POST, "/enrichment/decide", Some(body), &[]).await
}

fn later(house: &mut House, seconds: i64) {
    house.app.clock = Clock::fixed(house.app.clock.now().plus_seconds(seconds));
}

on_both_databases!(r7_gaps_are_filled_and_every_value_says_where_it_comes_from, fills, doors);
async fn fills(house: House) {
    let service = Service::start().await;
    let provider = set_up(&house, &service, |_| {}).await;
    let id = company(&house, "hanbit.co.kr", json!({})).await;
    let done = enrich(&house, &[&id]).await;
    assert_eq!((&done["state"], &done["result"]["written"]), (&json!("done"), &json!(3)), "{done}");
    let company = house.get(&format!("/companies/{id}")).await;
    assert_eq!((&company["employees"], &company["industry"]), (&json!(40), &json!("Software")));
    let enrichment = of(&house, &id).await;
    let size = value(&enrichment, "employees");
    assert_eq!((&size["state"], &size["holds"]), (&json!("written"), &json!(true)));
    assert_eq!((&size["provider_id"], &size["provider_name"]), (&provider["id"], &json!("Acme Data")));
    assert_eq!((&size["confidence"], &size["fetched_at"]), (&json!(0.8), &json!(MORNING)));
    assert_eq!(size["source_url"], format!("{}/companies/hanbit.co.kr", service.url));
    let beside = value(&enrichment, "extra.technologies");
    assert_eq!((&beside["state"], &beside["value"]), (&json!("beside"), &json!(["Rust", "Go"])));
    assert_eq!(service.keys(), ["Bearer s3cret"]);
    let events = house.events().await;
    let filled = events.iter().find(|(kind, _)| kind == "enrichment.filled").unwrap();
    assert_eq!(filled.1["fields"], json!(["employees", "industry", "city"]));
    let (_, changed) = events.iter().find(|(kind, _)| kind == "company.changed").unwrap();
    assert_eq!((&changed["before"]["city"], &changed["after"]["city"]), (&Json::Null, &json!("Seoul")));
}

on_both_databases!(r7_a_value_a_person_typed_is_never_overwritten_silently, typed, doors);
async fn typed(mut house: House) {
    let service = Service::start().await;
    set_up(&house, &service, |content| content["cache_days"] = json!(0)).await;
    let id = company(&house, "hanbit.co.kr", json!({ "employees": 90 })).await;
    enrich(&house, &[&id]).await;
    let path = format!("/companies/{id}");
    assert_eq!(house.get(&path).await["employees"], 90);
    assert_eq!(value(&of(&house, &id).await, "employees")["state"], "proposed");
    // A person changes what the source wrote; the source says something new of everything.
    house.patch(&path, json!({ "industry": "Logistics" })).await;
    service.says("hanbit.co.kr", json!({ "size": 41, "sector": "Games", "place": { "city": "Busan" } }));
    later(&mut house, 60);
    enrich(&house, &[&id]).await;
    let company = house.get(&path).await;
    assert_eq!((&company["employees"], &company["industry"]), (&json!(90), &json!("Logistics")));
    assert_eq!(company["city"], "Busan", "what the source wrote itself is made new");
    let enrichment = of(&house, &id).await;
    let state = |field| value(&enrichment, field)["state"].clone();
    assert_eq!((state("employees"), state("industry"), state("city")), (json!("proposed"), json!("proposed"), json!("written")));
    // A person takes a value away: it does not come back by itself.
    house.patch(&path, json!({ "city": null })).await;
    later(&mut house, 60);
    enrich(&house, &[&id]).await;
    assert_eq!(house.get(&path).await["city"], Json::Null);
    assert_eq!(value(&of(&house, &id).await, "city")["state"], "proposed");
}

on_both_databases!(r7_a_proposal_is_accepted_rejected_and_taken_back, decisions, doors);
async fn decisions(mut house: House) {
    let service = Service::start().await;
    set_up(&house, &service, |content| content["cache_days"] = json!(0)).await;
    let id = company(&house, "hanbit.co.kr", json!({ "employees": 90, "industry": "Logistics" })).await;
    let path = format!("/companies/{id}");
    enrich(&house, &[&id]).await;
    let proposed = of(&house, &id).await;
    let (status, after) = decide(&house, &value(&proposed, "employees"), "accept").await;
    assert_eq!(status, StatusCode::OK, "{after}");
    assert_eq!(house.get(&path).await["employees"], 40);
    let accepted = value(&after, "employees");
    assert_eq!((&accepted["state"], &accepted["before_value"]), (&json!("written"), &json!(90)));
    assert_eq!(accepted["decided_by"], json!(house.owner.user));
    decide(&house, &value(&proposed, "industry"), "reject").await;
    later(&mut house, 60);
    enrich(&house, &[&id]).await;
    assert_eq!(value(&of(&house, &id).await, "industry")["state"], "rejected", "it is not asked again");
    assert_eq!(house.get(&path).await["industry"], "Logistics");
    // Taken back: both are open again.
    for field in ["employees", "industry", "city"] {
        let (status, _) = decide(&house, &value(&of(&house, &id).await, field), "reopen").await;
        assert_eq!(status, StatusCode::OK, "{field}");
    }
    let company = house.get(&path).await;
    assert_eq!((&company["employees"], &company["city"]), (&json!(90), &Json::Null));
    let open: Vec<Json> = of(&house, &id).await["values"].as_array().unwrap().clone();
    let ids: Vec<&Json> = open.iter().filter(|v| v["state"] == "proposed").map(|v| &v["id"]).collect();
    assert_eq!(ids.len(), 3);
    house.post("/enrichment/decide", json!({ "ids": ids, "decision": "accept" })).await;
    let company = house.get(&path).await;
    let values = (&company["employees"], &company["industry"], &company["city"]);
    assert_eq!(values, (&json!(40), &json!("Software"), &json!("Seoul")));
    // What a person changed since is not taken back over their head.
    house.patch(&path, json!({ "employees": 77 })).await;
    let (status, problem) = decide(&house, &value(&of(&house, &id).await, "employees"), "reopen").await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("changed_since")));
    let (status, problem) = decide(&house, &value(&of(&house, &id).await, "extra.technologies"), "accept").await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("not_decidable")));
}

on_both_databases!(r7_of_two_sources_that_differ_somebody_chooses, two, doors);
async fn two(house: House) {
    let (service, other) = (Service::start().await, Service::start().await);
    set_up(&house, &service, |_| {}).await;
    other.says("hanbit.co.kr", json!({ "size": 55, "sector": "Software" }));
    let mut second = content(&other);
    second["name"] = json!("Second");
    house.post("/enrichment-providers", json!({ "content": second, "secrets": { "key": "k" } })).await;
    let id = company(&house, "hanbit.co.kr", json!({ "industry": "Logistics" })).await;
    enrich(&house, &[&id]).await;
    assert_eq!(house.get(&format!("/companies/{id}")).await["employees"], 40, "one source does not overwrite another");
    let of_field = |enrichment: &Json, field: &str, state: &str| -> Vec<Json> {
        let values = enrichment["values"].as_array().unwrap().iter();
        values.filter(|v| v["field"] == field && v["state"] == state).map(|v| v["id"].clone()).collect()
    };
    let before = of(&house, &id).await;
    let (industry, size) = (of_field(&before, "industry", "proposed"), of_field(&before, "employees", "proposed"));
    assert_eq!((industry.len(), size.len()), (2, 1));
    let body = json!({ "ids": [industry[0]], "decision": "accept" });
    let after = house.post("/enrichment/decide", body).await;
    assert_eq!(of_field(&after, "industry", "same"), [industry[1].clone()], "the other says the same by now");
    house.post("/enrichment/decide", json!({ "ids": size, "decision": "accept" })).await;
    house.patch(&format!("/companies/{id}"), json!({ "employees": 1 })).await;
    let both: Vec<Json> = of(&house, &id).await["values"].as_array().unwrap().iter()
        .filter(|v| v["field"] == "employees").map(|v| v["id"].clone()).collect();
    let refused = Some(json!({ "ids": both, "decision": "accept" }));
    let (status, problem) = house.send(&house.owner, Method::POST, "/enrichment/decide", refused, &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert_eq!(problem["errors"][0]["code"], "contradicts_value");
}

on_both_databases!(r7_what_was_filled_in_is_taken_back_from_the_timeline, undone, doors);
async fn undone(house: House) {
    let service = Service::start().await;
    set_up(&house, &service, |_| {}).await;
    let id = company(&house, "hanbit.co.kr", json!({})).await;
    enrich(&house, &[&id]).await;
    let timeline = house.get(&format!("/companies/{id}/timeline")).await;
    let changed = timeline["items"].as_array().unwrap().iter().find(|e| e["kind"] == "company.changed").unwrap();
    house.post(&format!("/events/{}/undo", changed["id"].as_str().unwrap()), json!({})).await;
    assert_eq!(house.get(&format!("/companies/{id}")).await["employees"], Json::Null);
    assert_eq!(value(&of(&house, &id).await, "employees")["holds"], false);
}

on_both_databases!(r7_the_same_question_is_asked_once_while_its_answer_holds, cache, doors);
async fn cache(mut house: House) {
    let service = Service::start().await;
    set_up(&house, &service, |_| {}).await;
    let first = company(&house, "hanbit.co.kr", json!({})).await;
    let second = company(&house, "hanbit.co.kr", json!({ "name": "Hanbit, Busan" })).await;
    let unknown = company(&house, "nobody.co.kr", json!({})).await;
    let again = company(&house, "nobody.co.kr", json!({ "name": "Nobody" })).await;
    let done = enrich(&house, &[&first, &second, &unknown, &again]).await;
    assert_eq!((&done["result"]["enriched"], &done["result"]["nothing"]), (&json!(2), &json!(2)), "{done}");
    assert_eq!(service.calls(), 2);
    let provider = &house.get("/enrichment-providers").await[0];
    assert_eq!((&provider["used_today"], &provider["used_this_month"]), (&json!(2), &json!(2)));
    assert_eq!(of(&house, &second).await["runs"][0]["cached"], true);
    assert_eq!(of(&house, &unknown).await["runs"][0]["reason"], "unknown_there");
    later(&mut house, 31 * 86_400);
    enrich(&house, &[&first]).await;
    assert_eq!(service.calls(), 3, "it holds for thirty days");
}

on_both_databases!(r7_a_job_stops_at_the_quota_and_says_when_it_goes_on, quota, doors);
async fn quota(mut house: House) {
    let service = Service::start().await;
    set_up(&house, &service, |content| content["quota"]["per_day"] = json!(2)).await;
    let mut ids = Vec::new();
    for domain in ["a.co.kr", "b.co.kr", "c.co.kr"] {
        service.says(domain, json!({ "size": 1 }));
        ids.push(company(&house, domain, json!({})).await);
    }
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let waiting = enrich(&house, &ids).await;
    assert_eq!((&waiting["state"], &waiting["done"], &waiting["total"]), (&json!("queued"), &json!(2), &json!(3)));
    assert_eq!(waiting["result"]["waits_for"], "day");
    assert_eq!(waiting["result"]["waits_until"], "2026-11-24T00:00:00.000000Z");
    assert_eq!((service.calls(), &waiting["attempts"]), (2, &json!(0)));
    assert_eq!(of(&house, ids[2]).await["runs"][0]["state"], "queued");
    later(&mut house, 86_400);
    house.work().await;
    let done = job(&house, waiting["id"].as_str().unwrap()).await;
    assert_eq!((&done["state"], &done["result"]["enriched"]), (&json!("done"), &json!(3)));
    assert_eq!(service.calls(), 3);
}

on_both_databases!(r7_no_number_of_workers_exceeds_a_quota, workers, doors);
async fn workers(house: House) {
    let service = Service::start().await;
    set_up(&house, &service, |content| content["quota"]["per_day"] = json!(7)).await;
    for n in 0..4 {
        let mut ids = Vec::new();
        for m in 0..5 {
            ids.push(company(&house, &format!("d{n}{m}.co.kr"), json!({})).await);
        }
        house.post("/enrichment", json!({ "kind": "company", "ids": ids })).await;
    }
    let house = Arc::new(house);
    tokio::join!(house.work(), house.work(), house.work(), house.work());
    assert_eq!(service.calls(), 7);
    assert_eq!(house.get("/enrichment-providers").await[0]["used_today"], 7);
}

on_both_databases!(r7_a_source_that_fails_is_left_alone_as_long_as_it_asks, failures, doors);
async fn failures(mut house: House) {
    let service = Service::start().await;
    set_up(&house, &service, |_| {}).await;
    let id = company(&house, "hanbit.co.kr", json!({})).await;
    service.fails(429, Some("600"));
    let waiting = enrich(&house, &[&id]).await;
    assert_eq!((&waiting["state"], &waiting["result"]["waits_for"]), (&json!("queued"), &json!("pause")));
    assert_eq!(waiting["run_at"], json!(MORNING.plus_seconds(600)));
    let provider = house.get("/enrichment-providers").await[0].clone();
    assert_eq!(provider["trouble"]["reason"], "rate_limited");
    assert_eq!(provider["paused_until"], json!(MORNING.plus_seconds(600)));
    later(&mut house, 599);
    house.work().await;
    assert_eq!(service.calls(), 1, "nobody asks before");
    later(&mut house, 1);
    service.fails(503, None);
    house.work().await;
    let waiting = job(&house, waiting["id"].as_str().unwrap()).await;
    assert_eq!(waiting["run_at"], json!(MORNING.plus_seconds(660)), "a minute after the second failure in a row");
    service.answers();
    later(&mut house, 60);
    house.work().await;
    let done = job(&house, waiting["id"].as_str().unwrap()).await;
    assert_eq!((&done["state"], &done["result"]["enriched"]), (&json!("done"), &json!(1)), "{done}");
    assert_eq!(house.get("/enrichment-providers").await[0]["trouble"], Json::Null);
}

on_both_databases!(r7_each_failure_is_said_by_source_and_by_record, said, doors);
async fn said(mut house: House) {
    let service = Service::start().await;
    set_up(&house, &service, |content| content["timeout_seconds"] = json!(1)).await;
    let nameless = house.post("/companies", json!({ "name": "No domain" })).await;
    enrich(&house, &[nameless["id"].as_str().unwrap()]).await;
    let run = of(&house, nameless["id"].as_str().unwrap()).await["runs"][0].clone();
    assert_eq!((&run["reason"], &run["detail"]), (&json!("missing"), &json!("domain")));
    assert_eq!(service.calls(), 0, "what cannot be asked costs nothing");
    let table = [
        ("text.co.kr", json!("text"), "failed", "not_json"),
        ("long.co.kr", json!({ "size": "x".repeat(1_100_000) }), "failed", "too_long"),
        ("empty.co.kr", json!({ "other": 1 }), "nothing", "unknown_there"),
        ("unfit.co.kr", json!({ "size": "51-200" }), "nothing", "nothing_fits"),
        ("partly.co.kr", json!({ "size": "51-200", "sector": "Games" }), "done", "some_do_not_fit"),
    ];
    for (domain, says, state, reason) in table {
        service.says(domain, says);
        let id = company(&house, domain, json!({})).await;
        enrich(&house, &[&id]).await;
        let run = of(&house, &id).await["runs"][0].clone();
        assert_eq!((&run["state"], &run["reason"]), (&json!(state), &json!(reason)), "{domain}: {run}");
    }
    let id = company(&house, "hanbit.co.kr", json!({})).await;
    for (status, reason) in [(400, "refused"), (401, "unauthorized"), (402, "payment_required")] {
        service.fails(status, None);
        let ended = enrich(&house, &[&id]).await;
        let run = of(&house, &id).await["runs"][0].clone();
        assert_eq!((&run["state"], &run["reason"]), (&json!("failed"), &json!(reason)), "{status}: {run}");
        assert_eq!(ended["state"], if status == 400 { "done" } else { "failed" }, "{ended}");
        later(&mut house, 3_601);
    }
    assert_eq!(house.get("/enrichment-providers").await[0]["trouble"]["reason"], "payment_required");
    service.answers();
    enrich(&house, &[&id]).await;
    assert_eq!(house.get("/enrichment-providers").await[0]["trouble"], Json::Null);
    service.hangs();
    let late = company(&house, "late.co.kr", json!({})).await;
    let waiting = enrich(&house, &[&late]).await;
    assert_eq!(waiting["state"], "queued");
    assert_eq!(waiting["result"]["trouble"]["reason"], "late");
}

on_both_databases!(r7_a_source_is_tried_out_before_it_is_switched_on, trial, doors);
async fn trial(house: House) {
    let service = Service::start().await;
    let id = company(&house, "hanbit.co.kr", json!({ "employees": 90, "city": "seoul" })).await;
    let mut sent = json!({ "content": content(&service), "secrets": { "key": "s3cret" }, "record_id": id });
    sent["content"]["enabled"] = json!(false);
    let tried = house.post("/enrichment-providers/try", sent.clone()).await;
    assert_eq!(tried["request"]["url"], format!("{}/companies/hanbit.co.kr", service.url));
    assert_eq!(tried["request"]["headers"], json!(["authorization: Bearer ****"]));
    assert_eq!(tried["answer"]["status"], 200);
    let standing = |to: &str| {
        let values = tried["values"].as_array().unwrap();
        values.iter().find(|v| v["to"] == to).unwrap()["standing"].clone()
    };
    let got = [standing("employees"), standing("industry"), standing("city"), standing("extra.technologies")];
    assert_eq!(json!(got), json!(["propose", "write", "same", "beside"]));
    assert!(!tried.to_string().contains("s3cret"), "{tried}");
    assert_eq!(house.get(&format!("/companies/{id}")).await["industry"], Json::Null, "nothing is kept");
    service.fails(401, None);
    let refused = house.post("/enrichment-providers/try", sent.clone()).await;
    assert_eq!((&refused["reason"], &refused["answer"]["status"]), (&json!("unauthorized"), &json!(401)));
    // A trial of a kept source is a call like any other.
    let kept = set_up(&house, &service, |content| content["quota"]["per_day"] = json!(1)).await;
    sent["provider_id"] = kept["id"].clone();
    sent["content"]["quota"]["per_day"] = json!(1_000);
    sent["secrets"] = json!({});
    let first = house.post("/enrichment-providers/try", sent.clone()).await;
    assert_eq!(first["reason"], "unauthorized");
    let (status, problem) =
        house.send(&house.owner, Method::POST, "/enrichment-providers/try", Some(sent), &[]).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("quota_used_up")));
}

on_both_databases!(r7_secrets_are_never_shown_and_go_to_no_other_server, secrets, doors);
async fn secrets(house: House) {
    let service = Service::start().await;
    let made = set_up(&house, &service, |_| {}).await;
    assert_eq!(made["secret_names"], json!(["key"]));
    let path = format!("/enrichment-providers/{}", made["id"].as_str().unwrap());
    let seen = house.get(&path).await;
    assert!(!seen.to_string().contains("s3cret") && !json!(house.events().await).to_string().contains("s3cret"));
    let rows = store::Sql::new(house.app.db.engine(), "SELECT secrets FROM enrichment_provider")
        .rows(house.app.db.read())
        .await
        .unwrap();
    assert!(rows.iter().all(|row| !row.try_get_by_index::<Json>(0).unwrap().to_string().contains("s3cret")));
    let mut elsewhere = content(&service);
    elsewhere["request"]["url"] = json!("https://evil.test/{{ domain }}");
    for (method, path, body) in [
        (Method::PUT, path.clone(), json!({ "content": elsewhere })),
        (
            Method::POST,
            "/enrichment-providers/try".to_owned(),
            json!({ "content": elsewhere, "provider_id": made["id"], "record_id": made["id"] }),
        ),
    ] {
        let (status, problem) = house.send(&house.owner, method, &path, Some(body), &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(problem["errors"][0]["field"], "secrets.key");
    }
    let rep = house.member(Role::Rep).await;
    let (_, as_rep) = house.send(&rep, Method::GET, &path, None, &[]).await;
    assert_eq!((&as_rep["content"]["request"], &as_rep["secret_names"]), (&Json::Null, &json!([])));
    let body = Some(json!({ "content": content(&service) }));
    let manager = house.member(Role::Manager).await;
    let (status, _) = house.send(&manager, Method::POST, "/enrichment-providers", body.clone(), &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = house.send(&house.stranger, Method::GET, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

on_both_databases!(r7_our_own_network_is_not_asked_unless_the_operator_allowed_it, guarded, doors);
async fn guarded(mut house: House) {
    let service = Service::start().await;
    let config = http_room::app::Config { closed_network: false, ..(*house.app.config).clone() };
    house.app.config = Arc::new(config.clone());
    set_up(&house, &service, |_| {}).await;
    let id = company(&house, "hanbit.co.kr", json!({})).await;
    let ended = enrich(&house, &[&id]).await;
    assert_eq!(ended["state"], "failed", "{ended}");
    assert_eq!(of(&house, &id).await["runs"][0]["reason"], "private_address");
    assert_eq!(service.calls(), 0);
    house.app.config = Arc::new(http_room::app::Config { private_requests: true, ..config });
    later(&mut house, 3_601);
    enrich(&house, &[&id]).await;
    assert_eq!(service.calls(), 1);
}

on_both_databases!(r7_newcomers_are_looked_up_and_old_values_asked_for_again, automatic, doors);
async fn automatic(mut house: House) {
    let service = Service::start().await;
    set_up(&house, &service, |content| {
        content["on_arrival"] = json!(true);
        content["refresh_days"] = json!(90);
    })
    .await;
    let id = company(&house, "hanbit.co.kr", json!({})).await;
    house.react().await;
    assert_eq!(of(&house, &id).await["runs"][0]["state"], "due");
    house.tick().await;
    house.work().await;
    assert_eq!(house.get(&format!("/companies/{id}")).await["employees"], 40);
    service.says("hanbit.co.kr", json!({ "size": 55 }));
    later(&mut house, 89 * 86_400);
    house.tick().await;
    house.work().await;
    assert_eq!(service.calls(), 1);
    later(&mut house, 86_400);
    house.tick().await;
    house.work().await;
    assert_eq!(house.get(&format!("/companies/{id}")).await["employees"], 55);
}

on_both_databases!(r7_a_cancelled_job_asks_no_more, cancelled, doors);
async fn cancelled(mut house: House) {
    let service = Service::start().await;
    set_up(&house, &service, |content| {
        content["quota"]["per_day"] = json!(1);
        content["on_arrival"] = json!(true);
    })
    .await;
    company(&house, "hanbit.co.kr", json!({})).await;
    let second = company(&house, "b.co.kr", json!({})).await;
    house.react().await;
    house.tick().await;
    house.work().await;
    let jobs = store::job::recent(&house.app.db, house.owner.workspace).await.unwrap();
    let enriching = jobs.iter().find(|job| job.kind == "enrich").unwrap();
    assert_eq!(enriching.state, "queued");
    let tx = house.app.db.write_tx().await.unwrap();
    store::job::request_cancel(&tx, house.owner.workspace, enriching.id, house.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    later(&mut house, 2 * 86_400);
    house.tick().await;
    house.work().await;
    assert_eq!(service.calls(), 1);
    assert_eq!(of(&house, &second).await["runs"], json!([]));
}

on_both_databases!(r7_a_person_is_asked_about_with_what_their_company_is, person, doors);
async fn person(house: House) {
    let service = Service::start().await;
    house
        .post("/custom-fields", json!({ "on": "person", "key": "level", "label": { "en": "Level", "ko": "직급" },
            "kind": "choice", "options": [{ "key": "head", "label": { "en": "Head", "ko": "장" } }] }))
        .await;
    let provider = json!({
        "name": "People", "enabled": true, "source": "http", "on": "person",
        "request": { "method": "POST", "url": format!("{}/people", service.url),
            "body": "{\"mail\": \"{{ email }}\", \"at\": \"{{ company.name }}\"}" },
        "mapping": [
            { "from": "/title", "to": "title" },
            { "from": "/rank", "to": "custom.level", "transform": "choice", "choices": [{ "from": "Lead", "to": "head" }] },
        ],
    });
    house.post("/enrichment-providers", json!({ "content": provider })).await;
    let company = company(&house, "hanbit.co.kr", json!({ "name": "Hanbit \"Soft\"" })).await;
    let kim = json!({ "name": "Kim", "email": "kim@hanbit.co.kr", "company_id": company });
    let kim = house.post("/people", kim).await["id"].as_str().unwrap().to_owned();
    house.post("/enrichment", json!({ "kind": "person", "ids": [kim] })).await;
    house.work().await;
    let person = house.get(&format!("/people/{kim}")).await;
    assert_eq!((&person["title"], &person["custom"]["level"]), (&json!("CTO"), &json!("head")));
    assert_eq!(service.bodies(), [json!({ "mail": "kim@hanbit.co.kr", "at": "Hanbit \"Soft\"" })]);
    let shown = house.get(&format!("/people/{kim}/enrichment")).await;
    assert_eq!(value(&shown, "custom.level")["holds"], true);
}

on_both_databases!(r7_what_sources_said_follows_when_two_companies_become_one, merged, doors);
async fn merged(house: House) {
    let service = Service::start().await;
    set_up(&house, &service, |_| {}).await;
    let (kept, gone) = (company(&house, "hanbit.co.kr", json!({})).await, company(&house, "c.co.kr", json!({})).await);
    service.says("c.co.kr", json!({ "size": 9, "stack": [{ "name": "Java" }] }));
    service.says("hanbit.co.kr", json!({ "sector": "Software" }));
    enrich(&house, &[&kept, &gone]).await;
    house.post(&format!("/companies/{kept}/merge"), json!({ "merged_id": gone })).await;
    let shown = of(&house, &kept).await;
    assert_eq!(value(&shown, "employees")["value"], 9);
    assert_eq!(value(&shown, "industry")["value"], "Software");
}

on_both_databases!(r7_the_built_in_source_reads_dns_and_the_companys_own_page, website, doors);
async fn website(mut house: House) {
    let service = Service::start().await;
    let zone = Zone::default()
        .address("hanbit.co.kr", Ipv4Addr::LOCALHOST)
        .mail("hanbit.co.kr", "aspmx.l.google.com")
        .text("hanbit.co.kr", "v=spf1 include:sendgrid.net ~all")
        .mail("mailonly.co.kr", "mailonly-co-kr.mail.protection.outlook.com");
    let names = NameServer::start(zone).await;
    let config = http_room::app::Config { name_server: Some(names.at), ..(*house.app.config).clone() };
    house.app.config = Arc::new(config);
    let site = format!("http://hanbit.co.kr:{}/home", service.port);
    let id = company(&house, "hanbit.co.kr", json!({ "website": site })).await;
    let mail_only = company(&house, "mailonly.co.kr", json!({})).await;
    let unreachable = company(&house, "nowhere.co.kr", json!({})).await;
    let done = enrich(&house, &[&id, &mail_only, &unreachable]).await;
    assert_eq!(done["state"], "done", "{done}");
    let company = house.get(&format!("/companies/{id}")).await;
    assert_eq!((&company["description"], &company["country"]), (&json!("Software for shippers"), &json!("KR")));
    assert_eq!((&company["phone"], &company["employees"]), (&json!("+82-2-123-4567"), &json!(50)));
    assert_eq!((&company["founded_year"], &company["locale"]), (&json!(1998), &json!("ko")));
    assert_eq!(company["linkedin_url"], "https://www.linkedin.com/company/hanbit");
    let shown = of(&house, &id).await;
    assert_eq!(value(&shown, "extra.technologies")["value"], json!(["Google Workspace", "SendGrid", "WordPress"]));
    assert_eq!(value(&shown, "phone")["source_url"], site);
    let shown = of(&house, &mail_only).await;
    assert_eq!(value(&shown, "extra.mail_provider")["value"], "Microsoft 365");
    assert_eq!(value(&shown, "extra.mail_provider")["source_url"], "dns:mailonly.co.kr");
    let run = of(&house, &unreachable).await["runs"][0].clone();
    assert_eq!((&run["state"], &run["reason"]), (&json!("nothing"), &json!("site_unreachable")), "{run}");
    let provider = house.get("/enrichment-providers").await[0].clone();
    assert_eq!(provider["trouble"], Json::Null, "a company without a page is no trouble of the source");
}

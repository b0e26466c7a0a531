//! How sources of values are asked: limits, failures, secrets, trials and asking by itself, on both databases.

use crate::service::{Service, company, content, doors, enrich, job, later, of, set_up};
use axum::http::{Method, StatusCode};
use http_room::Role;
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};
use std::sync::Arc;

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
    assert_eq!(
        (&waiting["state"], &waiting["done"], &waiting["total"]),
        (&json!("queued"), &json!(2), &json!(3))
    );
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
    assert_eq!(
        waiting["run_at"],
        json!(MORNING.plus_seconds(660)),
        "a minute after the second failure in a row"
    );
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
    assert!(
        !seen.to_string().contains("s3cret") && !json!(house.events().await).to_string().contains("s3cret")
    );
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
    store::job::request_cancel(&tx, house.owner.workspace, enriching.id, house.app.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    later(&mut house, 2 * 86_400);
    house.tick().await;
    house.work().await;
    assert_eq!(service.calls(), 1);
    assert_eq!(of(&house, &second).await["runs"], json!([]));
}

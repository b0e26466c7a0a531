//! What enrichment does to records, on both databases, with a real service and a real name server on this machine.

use crate::service::{Service, company, content, decide, doors, enrich, later, of, set_up, value};
use axum::http::{Method, StatusCode};
use outward::testing::{NameServer, Zone};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};
use std::net::Ipv4Addr;
use std::sync::Arc;

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
    assert_eq!(
        (state("employees"), state("industry"), state("city")),
        (json!("proposed"), json!("proposed"), json!("written"))
    );
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
    let (status, problem) =
        decide(&house, &value(&of(&house, &id).await, "extra.technologies"), "accept").await;
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
    assert_eq!(
        house.get(&format!("/companies/{id}")).await["employees"],
        40,
        "one source does not overwrite another"
    );
    let of_field = |enrichment: &Json, field: &str, state: &str| -> Vec<Json> {
        let values = enrichment["values"].as_array().unwrap().iter();
        values.filter(|v| v["field"] == field && v["state"] == state).map(|v| v["id"].clone()).collect()
    };
    let before = of(&house, &id).await;
    let (industry, size) =
        (of_field(&before, "industry", "proposed"), of_field(&before, "employees", "proposed"));
    assert_eq!((industry.len(), size.len()), (2, 1));
    let body = json!({ "ids": [industry[0]], "decision": "accept" });
    let after = house.post("/enrichment/decide", body).await;
    assert_eq!(of_field(&after, "industry", "same"), [industry[1].clone()], "the other says the same by now");
    house.post("/enrichment/decide", json!({ "ids": size, "decision": "accept" })).await;
    house.patch(&format!("/companies/{id}"), json!({ "employees": 1 })).await;
    let both: Vec<Json> = of(&house, &id).await["values"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|v| v["field"] == "employees")
        .map(|v| v["id"].clone())
        .collect();
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
    let changed =
        timeline["items"].as_array().unwrap().iter().find(|e| e["kind"] == "company.changed").unwrap();
    house.post(&format!("/events/{}/undo", changed["id"].as_str().unwrap()), json!({})).await;
    assert_eq!(house.get(&format!("/companies/{id}")).await["employees"], Json::Null);
    assert_eq!(value(&of(&house, &id).await, "employees")["holds"], false);
}

on_both_databases!(r7_a_person_is_asked_about_with_what_their_company_is, person, doors);
async fn person(house: House) {
    let service = Service::start().await;
    house
        .post(
            "/custom-fields",
            json!({ "on": "person", "key": "level", "label": { "en": "Level", "ko": "직급" },
            "kind": "choice", "options": [{ "key": "head", "label": { "en": "Head", "ko": "장" } }] }),
        )
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
    let (kept, gone) =
        (company(&house, "hanbit.co.kr", json!({})).await, company(&house, "c.co.kr", json!({})).await);
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
    assert_eq!(
        (&company["description"], &company["country"]),
        (&json!("Software for shippers"), &json!("KR"))
    );
    assert_eq!((&company["phone"], &company["employees"]), (&json!("+82-2-123-4567"), &json!(50)));
    assert_eq!((&company["founded_year"], &company["locale"]), (&json!(1998), &json!("ko")));
    assert_eq!(company["linkedin_url"], "https://www.linkedin.com/company/hanbit");
    let shown = of(&house, &id).await;
    assert_eq!(
        value(&shown, "extra.technologies")["value"],
        json!(["Google Workspace", "SendGrid", "WordPress"])
    );
    assert_eq!(value(&shown, "phone")["source_url"], site);
    let shown = of(&house, &mail_only).await;
    assert_eq!(value(&shown, "extra.mail_provider")["value"], "Microsoft 365");
    assert_eq!(value(&shown, "extra.mail_provider")["source_url"], "dns:mailonly.co.kr");
    let run = of(&house, &unreachable).await["runs"][0].clone();
    assert_eq!((&run["state"], &run["reason"]), (&json!("nothing"), &json!("site_unreachable")), "{run}");
    let provider = house.get("/enrichment-providers").await[0].clone();
    assert_eq!(provider["trouble"], Json::Null, "a company without a page is no trouble of the source");
}

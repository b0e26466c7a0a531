//! Leads from other systems and the forms of a workspace, on both databases.

use axum::http::{Method, StatusCode};
use http_room::{Door, Member, Role, Scope};
use kernel::ApiTokenId;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door()]
}

fn lead(email: &str) -> Json {
    json!({
        "person": { "name": "Kim Minsu", "email": email, "phone": "02-123-4567" },
        "company": { "name": "Hanbit Soft", "employees": 40 },
        "message": "How much is it for twenty people?", "source": "Fair",
    })
}

fn form() -> Json {
    let text = json!({ "en": "", "ko": "" });
    json!({
        "name": "Contact", "texts": { "title": text, "intro": text, "button": text, "thanks": text },
        "fields": [{ "field": "person.email" }, { "field": "message", "required": true }],
    })
}

async fn sends(house: &House, me: &Member, path: &str, body: Json) -> (StatusCode, Json) {
    house.send(me, Method::POST, path, Some(body), &[]).await
}

on_both_databases!(a_new_lead_makes_person_company_task_and_event, new, doors);
async fn new(house: House) {
    let program = Member { token: Some(ApiTokenId::new()), scope: Scope::Write, ..house.owner.clone() };
    let (status, done) = sends(&house, &program, "/leads", lead("kim@hanbit.co.kr")).await;
    assert_eq!(status, StatusCode::CREATED, "{done}");
    assert_eq!(done["created"], json!({ "person": true, "company": true }));
    let person = house.get(&format!("/people/{}", done["person_id"].as_str().unwrap())).await;
    assert_eq!((&person["source"], &person["lawful_basis"]), (&json!("Fair"), &json!("inquiry")));
    assert_eq!(person["company_id"], done["company_id"]);
    assert_eq!(person["source_date"], "2026-11-23");
    let company = house.get(&format!("/companies/{}", done["company_id"].as_str().unwrap())).await;
    assert_eq!((&company["domain"], &company["employees"]), (&json!("hanbit.co.kr"), &json!(40)));
    let task = house.get(&format!("/tasks/{}", done["task_id"].as_str().unwrap())).await;
    assert_eq!(task["title"], "Answer the enquiry: Kim Minsu");
    assert_eq!(task["body"], "How much is it for twenty people?");
    assert_eq!((&task["due_on"], &task["person_id"]), (&json!("2026-11-23"), &done["person_id"]));
    assert_eq!(task["owner_id"], json!(house.owner.user), "whoever sent it, when nobody is named");
    let path = format!("/people/{}/timeline", done["person_id"].as_str().unwrap());
    let timeline = house.get(&path).await;
    let told =
        timeline["items"].as_array().unwrap().iter().find(|e| e["kind"] == "lead.arrived").unwrap().clone();
    assert_eq!(told["payload"]["message"], "How much is it for twenty people?");
    assert_eq!(told["actor_kind"], "token");
}

on_both_databases!(what_somebody_typed_stays_and_gaps_are_filled, gaps, doors);
async fn gaps(house: House) {
    let company = house
        .post("/companies", json!({ "name": "Hanbit", "domain": "hanbit.co.kr", "employees": 90 }))
        .await;
    let typed = json!({ "name": "Minsu Kim", "email": "Kim@Hanbit.co.kr", "title": "CTO" });
    let person = house.post("/people", typed).await;
    let mut sent = lead("kim@hanbit.co.kr");
    sent["person"]["title"] = json!("CEO");
    sent["company"] = json!({ "name": "Hanbit", "employees": 40, "city": "Seoul" });
    let (status, done) = sends(&house, &house.owner, "/leads", sent).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    assert_eq!(done["person_id"], person["id"]);
    assert_eq!(done["company_id"], company["id"]);
    assert_eq!(done["created"], json!({ "person": false, "company": false }));
    let fields = ["person.company_id", "person.lawful_basis", "person.phone", "company.city"];
    assert_eq!(done["updated_fields"], json!(fields));
    let after = house.get(&format!("/people/{}", person["id"].as_str().unwrap())).await;
    assert_eq!((&after["name"], &after["title"]), (&json!("Minsu Kim"), &json!("CTO")));
    let after = house.get(&format!("/companies/{}", company["id"].as_str().unwrap())).await;
    assert_eq!((&after["employees"], &after["city"]), (&json!(90), &json!("Seoul")));
}

on_both_databases!(whoever_writes_of_another_firm_keeps_theirs, another, doors);
async fn another(house: House) {
    let company = house.post("/companies", json!({ "name": "Hanbit", "domain": "hanbit.co.kr" })).await;
    house
        .post("/people", json!({ "name": "Kim", "email": "kim@hanbit.co.kr", "company_id": company["id"] }))
        .await;
    let mut sent = lead("kim@hanbit.co.kr");
    sent["company"] = json!({ "name": "Acme", "city": "Busan" });
    let (_, done) = sends(&house, &house.owner, "/leads", sent).await;
    assert_eq!(done["company_id"], company["id"]);
    let after = house.get(&format!("/companies/{}", company["id"].as_str().unwrap())).await;
    assert_eq!(after["city"], Json::Null);
    assert_eq!(house.get("/companies").await["items"].as_array().unwrap().len(), 1);
}

on_both_databases!(free_mail_names_no_company_and_company_mail_does, mail, doors);
async fn mail(house: House) {
    let bare = |email: &str| json!({ "person": { "email": email } });
    let (_, free) = sends(&house, &house.owner, "/leads", bare("kim@gmail.com")).await;
    assert_eq!(
        (&free["company_id"], &free["task_id"]),
        (&Json::Null, &Json::Null),
        "no message, nothing to answer"
    );
    let (_, firm) = sends(&house, &house.owner, "/leads", bare("kim@hanbit.co.kr")).await;
    let company = house.get(&format!("/companies/{}", firm["company_id"].as_str().unwrap())).await;
    assert_eq!((&company["name"], &company["domain"]), (&json!("hanbit.co.kr"), &json!("hanbit.co.kr")));
    let (_, second) = sends(&house, &house.owner, "/leads", bare("lee@hanbit.co.kr")).await;
    assert_eq!(second["company_id"], firm["company_id"]);
    assert_eq!(second["created"], json!({ "person": true, "company": false }));
}

on_both_databases!(the_same_external_id_is_one_lead, external, doors);
async fn external(house: House) {
    let mut sent = lead("kim@hanbit.co.kr");
    sent["external_id"] = json!("A-17");
    let (status, first) = sends(&house, &house.owner, "/leads", sent.clone()).await;
    assert_eq!((status, &first["repeated"]), (StatusCode::CREATED, &json!(false)), "{first}");
    let before = house.events().await.len();
    let (status, again) = sends(&house, &house.owner, "/leads", sent.clone()).await;
    assert_eq!((status, &again["repeated"]), (StatusCode::OK, &json!(true)));
    assert_eq!(again["person_id"], first["person_id"]);
    assert_eq!(house.events().await.len(), before, "nothing happened again");
    sent["source"] = json!("Partner");
    let (_, other) = sends(&house, &house.owner, "/leads", sent.clone()).await;
    assert_eq!(other["repeated"], false, "another system counts its own ids");
    let (status, theirs) = sends(&house, &house.stranger, "/leads", sent).await;
    assert_eq!((status, &theirs["repeated"]), (StatusCode::CREATED, &json!(false)));
    assert_ne!(theirs["person_id"], first["person_id"]);
}

on_both_databases!(one_who_may_be_known_is_told_as_a_possible_duplicate_and_scored, alike, doors);
async fn alike(house: House) {
    let typed =
        json!({ "name": "Kim Minsu", "email": "minsu@gmail.com", "phone": "02-123-4567", "title": "CTO" });
    let known = house.post("/people", typed).await;
    let mut sent = lead("kim@hanbit.co.kr");
    sent["person"]["title"] = json!("CTO");
    let (_, done) = sends(&house, &house.owner, "/leads", sent).await;
    let found = &done["possible_duplicates"][0];
    assert_eq!((&found["kind"], &found["other_id"]), (&json!("person"), &known["id"]), "{done}");
    house.react().await;
    let pairs = house.get("/duplicates/person").await;
    assert_eq!(pairs["items"].as_array().unwrap().len(), 1, "{pairs}");
}

on_both_databases!(every_fault_of_a_lead_is_told_at_once, faults, doors);
async fn faults(house: House) {
    let sent = json!({
        "person": { "email": "no address", "owner_id": house.owner.user, "custom": { "size": 1 } },
        "company": { "employees": "many" }, "owner_id": house.stranger.user, "source": "x".repeat(501),
    });
    let (status, told) = sends(&house, &house.owner, "/leads", sent).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut fields: Vec<&str> =
        told["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    fields.sort_unstable();
    let expected =
        ["company.employees", "owner_id", "person.custom.size", "person.email", "person.owner_id", "source"];
    assert_eq!(fields, expected, "{told}");
    let (status, told) = sends(&house, &house.owner, "/leads", json!({ "person": {} })).await;
    assert_eq!(
        (status, &told["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("person.email"))
    );
    let reader = house.member(Role::ReadOnly).await;
    assert_eq!(sends(&house, &reader, "/leads", lead("kim@hanbit.co.kr")).await.0, StatusCode::FORBIDDEN);
}

on_both_databases!(a_manager_sets_forms_up_and_nobody_else_sees_or_changes_them, forms, doors);
async fn forms(house: House) {
    let rep = house.member(Role::Rep).await;
    assert_eq!(sends(&house, &rep, "/lead-forms", form()).await.0, StatusCode::FORBIDDEN);
    let made = house.post("/lead-forms", form()).await;
    assert_eq!(made["token"].as_str().unwrap().len(), 43);
    assert!(made["page_url"].as_str().unwrap().ends_with(&format!("/f/{}", made["token"].as_str().unwrap())));
    let path = format!("/lead-forms/{}", made["id"].as_str().unwrap());
    let (status, _) = house.send(&house.stranger, Method::GET, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let mut changed = form();
    changed["consent"] = json!({ "text": { "en": "I agree.", "ko": "동의합니다." }, "required": true });
    let after = house.put(&path, changed.clone()).await;
    assert_eq!(after["consent_version"], 2);
    changed["name"] = json!("Talk to us");
    assert_eq!(
        house.put(&path, changed.clone()).await["consent_version"],
        2,
        "only another wording is another version"
    );
    let (status, _) =
        house.send(&house.owner, Method::PUT, &path, Some(form()), &[("if-match", "\"1\"")]).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    changed["owner_ids"] = json!([house.stranger.user]);
    let (status, told) = house.send(&house.owner, Method::PUT, &path, Some(changed), &[]).await;
    assert_eq!(
        (status, &told["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("owner_ids.0"))
    );
    let (status, shown) = sends(&house, &house.owner, "/lead-forms/preview?lang=ko", form()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(shown["html"].as_str().unwrap().contains("<html lang=\"ko\">"));
    let (status, _) = house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(house.get("/lead-forms").await, json!([]));
}

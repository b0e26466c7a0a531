//! Products and price books through their routes, on both databases.

use axum::http::{Method, StatusCode};
use http_room::Role;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

use crate::support::{doors, draft, lead, refused};

async fn product(house: &House, code: &str) -> String {
    let content = json!({ "code": code, "name": { "en": "Licence", "ko": "라이선스" }, "unit": "seat", "tax": { "kind": "rate", "bp": 1_000 } });
    let new = json!({ "content": content, "cost": { "minor": 4_000, "currency": "USD" } });
    house.post("/products", new).await["id"].as_str().unwrap().to_owned()
}

fn book(product: &str) -> Json {
    json!({ "name": "List 2026", "currency": "USD", "terms": [{ "term": "month_to_month", "change_bp": 1_000 }, { "term": "12_months" }],
        "items": [{ "product_id": product, "period": "monthly", "minor": 10_000, "floor_minor": 8_000,
            "tiers": [{ "from": "10", "minor": 9_000 }], "rises": [{ "on": "2027-01-01", "minor": 12_000 }] }] })
}

on_both_databases!(what_a_product_costs_us_is_told_to_managers_only, cost, doors);
async fn cost(house: House) {
    let id = product(&house, "LIC").await;
    let path = format!("/products/{id}");
    for (role, cost) in [(Role::Rep, Json::Null), (Role::ReadOnly, Json::Null), (Role::Manager, json!(4_000))]
    {
        let member = house.member(role).await;
        let (_, one) = house.send(&member, Method::GET, &path, None, &[]).await;
        let (_, all) = house.send(&member, Method::GET, "/products", None, &[]).await;
        assert_eq!((&one["cost"]["minor"], &all[0]["cost"]["minor"]), (&cost, &cost), "{role:?}");
        let (status, _) = house.send(&member, Method::GET, "/products/sheet", None, &[]).await;
        assert_eq!(status == StatusCode::OK, role == Role::Manager);
    }
    let content = json!({ "code": "LIC", "name": { "en": "Twin" } });
    let (status, problem) = refused(&house, "/products", json!({ "content": content })).await;
    assert_eq!((status, &problem["errors"][0]["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("taken")));
    let bundle =
        json!({ "code": "SET", "name": { "en": "Set" }, "parts": [{ "product_id": id, "quantity": "5" }] });
    assert_eq!(
        house.post("/products", json!({ "content": bundle })).await["content"]["parts"][0]["quantity"],
        "5"
    );
    for (method, path) in [(Method::GET, &path), (Method::PUT, &path), (Method::DELETE, &path)] {
        let body = json!({ "content": { "code": "X", "name": { "en": "X" } } });
        let (status, _) = house.send(&house.stranger, method, path, Some(body), &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}

on_both_databases!(a_published_version_never_changes_and_an_offer_keeps_to_the_one_it_names, pinned, doors);
async fn pinned(house: House) {
    let lead = lead(&house).await;
    let id = product(&house, "LIC").await;
    let made = house.post("/price-books", book(&id)).await;
    let path = format!("/price-books/{}", made["id"].as_str().unwrap());
    assert_eq!(
        house.get(&format!("{}/price-books", lead.path)).await,
        json!([]),
        "a draft is offered to nobody"
    );
    let first = house.post(&format!("{path}/publish"), Json::Null).await;
    let (status, problem) = refused(&house, &format!("{path}/publish"), Json::Null).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("nothing_to_publish")));

    let mut offer = draft(&lead);
    offer["price_book_version"] = first["id"].clone();
    offer["packages"][0]["lines"] = json!([
        { "text": "Licence", "product_id": id, "quantity": "12", "answers": [lead.challenge, lead.ambition] },
    ]);
    let drafted = house.post(&format!("{}/offers", lead.path), offer).await;
    let line = drafted["content"]["packages"][0]["lines"][0].clone();
    assert_eq!(
        (&line["unit_minor"], &line["list_minor"], &line["floor_minor"]),
        (&json!(9_000), &json!(9_000), &json!(8_000))
    );
    assert_eq!((&line["period"], &line["rise"]["on"]), (&json!("monthly"), &json!("2027-01-01")));
    assert_eq!((&drafted["total"]["minor"], &drafted["discount_bp"]), (&json!(9_000 * 12 * 12), &json!(0)));

    let mut dearer = book(&id);
    dearer["items"][0]["minor"] = json!(20_000);
    house.put(&path, dearer).await;
    let second = house.post(&format!("{path}/publish"), Json::Null).await;
    assert_eq!(second["version"], 2);
    let other = house.post("/deals", json!({ "name": "Another" })).await;
    let other = format!("/deals/{}/offers", other["id"].as_str().unwrap());
    let (status, problem) =
        refused(&house, &other, json!({ "title": "Late", "price_book_version": first["id"] })).await;
    assert_eq!(
        (status, &problem["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("outdated"))
    );
    let kept = house.get(&format!("/price-book-versions/{}", first["id"].as_str().unwrap())).await;
    assert_eq!(kept["content"]["items"][0]["minor"], 10_000);
    let one = format!("{}/offers/{}", lead.path, drafted["id"].as_str().unwrap());
    let mut content = drafted["content"].clone();
    content["term"] = json!("month_to_month");
    content["packages"][0]["lines"][0]["quantity"] = json!("1");
    let changed = house.put(&one, content.clone()).await;
    assert_eq!(
        changed["content"]["packages"][0]["lines"][0]["unit_minor"], 11_000,
        "its own version, its own term"
    );
    content["packages"][0]["lines"][0]["list_minor"] = json!(11_000);
    content["packages"][0]["lines"][0]["unit_minor"] = json!(7_999);
    content["discount_reason"] = json!("A reference");
    house.put(&one, content).await;
    let rules: Vec<Json> = house.get(&format!("{one}/review")).await["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| json!([r["kind"], r["needs"]]))
        .collect();
    assert_eq!(
        rules,
        [json!(["discount", "manager"]), json!(["discount", "owner"]), json!(["under_floor", "manager"])]
    );
}

on_both_databases!(the_price_book_that_fits_the_company_best_comes_first, fitting, doors);
async fn fitting(house: House) {
    let lead = lead(&house).await;
    let id = product(&house, "LIC").await;
    let company = house.get(&lead.path).await["company_id"].as_str().unwrap().to_owned();
    let body = json!({ "country": "KR", "employees": 50 });
    house.send(&house.owner, Method::PATCH, &format!("/companies/{company}"), Some(body), &[]).await;
    for (name, change) in [
        ("all", json!({})),
        ("korea", json!({ "segment": { "countries": ["KR"] } })),
        ("small", json!({ "segment": { "countries": ["KR"], "max_employees": 99 } })),
        ("large", json!({ "segment": { "min_employees": 100 } })),
        ("over", json!({ "valid_until": "2026-11-22" })),
        ("later", json!({ "valid_from": "2026-11-24" })),
    ] {
        let mut new = book(&id);
        new["name"] = json!(name);
        for (key, value) in change.as_object().unwrap() {
            new[key] = value.clone();
        }
        let made = house.post("/price-books", new).await;
        house.post(&format!("/price-books/{}/publish", made["id"].as_str().unwrap()), Json::Null).await;
    }
    let found = house.get(&format!("{}/price-books", lead.path)).await;
    let names: Vec<&Json> = found.as_array().unwrap().iter().map(|v| &v["content"]["name"]).collect();
    assert_eq!(names, ["small", "korea", "all"]);
    for (change, field) in [
        (json!({ "items": [{ "product_id": uuid::Uuid::now_v7(), "minor": 1 }] }), "items.0.product_id"),
        (json!({ "valid_from": "2026-02-01", "valid_until": "2026-01-01" }), "valid_until"),
        (json!({ "segment": { "countries": ["Korea"] } }), "segment.countries"),
        (json!({ "terms": [{ "term": "12_months" }, { "term": "12_months" }] }), "terms"),
    ] {
        let mut new = book(&id);
        for (key, value) in change.as_object().unwrap() {
            new[key] = value.clone();
        }
        let (status, problem) = refused(&house, "/price-books", new).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field))
        );
    }
}

on_both_databases!(products_go_out_as_a_sheet_and_come_in_again, sheet, doors);
async fn sheet(house: House) {
    product(&house, "LIC").await;
    let (_, bytes) = house.send_raw(&house.owner, Method::GET, "/products/sheet", None, &[]).await;
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("LIC,Licence,라이선스,,,seat,rate,10.00,40.00,USD"), "{text}");
    let text = text.replace("Licence", "Seat") + "DAY,Day,하루,,,day,exempt,,,\n";
    let taken = house.post("/products/sheet", json!({ "text": text })).await;
    assert_eq!(taken, json!({ "created": 1, "changed": 1 }));
    let names: Vec<Json> = house
        .get("/products")
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["content"]["name"]["en"].clone())
        .collect();
    assert_eq!(names, ["Day", "Seat"]);
    // What the sheet has no column for stays as it was.
    let before = house.get("/products").await[1].clone();
    house.post("/products/sheet", json!({ "text": "code,name_en\nLIC,Seats\n" })).await;
    let after = house.get("/products").await[1].clone();
    assert_eq!(after["content"]["name"], json!({ "en": "Seats", "ko": "라이선스" }));
    for part in ["tax", "unit", "text"] {
        assert_eq!(after["content"][part], before["content"][part], "{part}");
    }
    assert_eq!((&after["cost"], after["cost"]["minor"].is_i64()), (&before["cost"], true));
    let (status, _) = refused(&house, "/products/sheet", json!({ "text": "name_en\nSeats\n" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "products are known by their code");
    let (status, problem) =
        refused(&house, "/products/sheet", json!({ "text": "code,name_en,tax_percent\nA,A,ten\n" })).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("rows.1.tax_percent"))
    );
}

on_both_databases!(templates_bring_chapters_in_both_languages, templates, doors);
async fn templates(house: House) {
    let shipped = house.get("/offer-templates").await;
    assert_eq!(shipped.as_array().unwrap().len(), 2);
    let new = json!({ "name": "Ours", "locale": "ko", "sections": [{ "title": "왜", "body": "{{ company.name }}" }] });
    let made = house.post("/offer-templates", new.clone()).await;
    let path = format!("/offer-templates/{}", made["id"].as_str().unwrap());
    assert_eq!(house.get("/offer-templates").await[0]["content"]["name"], "Ours");
    let mut broken = new.clone();
    broken["sections"][0]["body"] = json!("{{ company.");
    let (status, problem) = refused(&house, "/offer-templates", broken).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("sections.0.body"))
    );
    let (status, _) = house.send(&house.stranger, Method::PUT, &path, Some(new), &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    assert_eq!(
        (status, house.get("/offer-templates").await.as_array().unwrap().len()),
        (StatusCode::NO_CONTENT, 2)
    );
}

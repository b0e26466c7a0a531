//! Lists through HTTP: chosen one by one and by filters, as part of a filter, and when records become one.

use axum::http::{Method, StatusCode};
use http_room::Door;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

fn doors() -> Vec<Door> {
    Vec::new()
}

async fn company(house: &House, name: &str, country: &str) -> String {
    let made = house.post("/companies", json!({ "name": name, "country": country })).await;
    made["id"].as_str().unwrap().to_owned()
}

async fn list(house: &House, body: Json) -> String {
    house.post("/lists", body).await["id"].as_str().unwrap().to_owned()
}

/// Names of the companies a filter leaves, by name.
async fn names(house: &House, filter: &str) -> Vec<String> {
    let page = house.get(&format!("/companies?where={filter}&sort=name")).await;
    let counted = house.get(&format!("/companies/count?where={filter}")).await;
    let items = page["items"].as_array().unwrap();
    assert_eq!(counted["count"], items.len());
    items.iter().map(|c| c["name"].as_str().unwrap().to_owned()).collect()
}

on_both_databases!(a_static_list_holds_what_was_put_on_it, chosen, doors);
async fn chosen(house: House) {
    let ids = [
        company(&house, "A", "KR").await,
        company(&house, "B", "JP").await,
        company(&house, "C", "KR").await,
    ];
    let id =
        list(&house, json!({ "kind": "company", "name": " Fair in May ", "purpose": "Met in Seoul" })).await;
    assert_eq!(house.get(&format!("/lists/{id}")).await["name"], "Fair in May");
    let add = format!("/lists/{id}/add");
    assert_eq!(house.post(&add, json!({ "ids": [ids[0], ids[1]] })).await["changed"], 2);
    assert_eq!(house.post(&add, json!({ "matching": { "where": ["country.eq.KR"] } })).await["changed"], 1);
    assert_eq!(house.post(&add, json!({ "ids": [ids[0]] })).await["changed"], 0, "it is on it");
    assert_eq!(names(&house, &format!("list.eq.{id}")).await, ["A", "B", "C"]);
    let remove = format!("/lists/{id}/remove");
    assert_eq!(
        house.post(&remove, json!({ "matching": { "where": ["country.eq.JP"] } })).await["changed"],
        1
    );
    assert_eq!(names(&house, &format!("list.eq.{id}")).await, ["A", "C"]);
    assert_eq!(names(&house, &format!("list.ne.{id}")).await, ["B"]);
    let (status, _) =
        house.send(&house.owner, Method::DELETE, &format!("/companies/{}", ids[0]), None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(names(&house, &format!("list.eq.{id}")).await, ["C"]);
    house.post(&format!("/companies/{}/restore", ids[0]), json!({})).await;
    assert_eq!(names(&house, &format!("list.eq.{id}")).await, ["A", "C"], "restored, it is on it again");
}

on_both_databases!(a_live_list_holds_whatever_its_filters_leave, live, doors);
async fn live(house: House) {
    company(&house, "A", "KR").await;
    house.post("/custom-fields", json!({ "on": "company", "key": "tier", "label": { "en": "Tier", "ko": "등급" }, "kind": "text" })).await;
    let b = company(&house, "B", "JP").await;
    let live = list(
        &house,
        json!({ "kind": "company", "name": "Korea", "live": true, "query": { "where": ["country.eq.KR"] } }),
    )
    .await;
    assert_eq!(names(&house, &format!("list.eq.{live}")).await, ["A"]);
    house.patch(&format!("/companies/{b}"), json!({ "country": "KR", "custom": { "tier": "one" } })).await;
    assert_eq!(names(&house, &format!("list.eq.{live}")).await, ["A", "B"]);
    house.patch(&format!("/lists/{live}"), json!({ "query": { "where": ["custom.tier.eq.one"] } })).await;
    assert_eq!(names(&house, &format!("list.eq.{live}")).await, ["B"]);
    let other = list(
        &house,
        json!({ "kind": "company", "name": "A", "live": true, "query": { "where": ["name.eq.A"] } }),
    )
    .await;
    assert_eq!(names(&house, &format!("list.in.{live},{other}")).await, ["A", "B"]);
    assert_eq!(names(&house, &format!("list.nin.{live},{other}")).await, [""; 0]);
    let (status, problem) = house
        .send(&house.owner, Method::POST, &format!("/lists/{live}/add"), Some(json!({ "ids": [b] })), &[])
        .await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("list_is_live")));
}

on_both_databases!(who_becomes_one_is_on_the_lists_of_both, merged, doors);
async fn merged(house: House) {
    let mut people = Vec::new();
    for name in ["Kept", "Merged"] {
        people.push(house.post("/people", json!({ "name": name })).await["id"].as_str().unwrap().to_owned());
    }
    let both = list(&house, json!({ "kind": "person", "name": "Both" })).await;
    let one = list(&house, json!({ "kind": "person", "name": "One" })).await;
    house.post(&format!("/lists/{both}/add"), json!({ "ids": people })).await;
    house.post(&format!("/lists/{one}/add"), json!({ "ids": [people[1]] })).await;
    let merge = house.post(&format!("/people/{}/merge", people[0]), json!({ "merged_id": people[1] })).await;
    let count =
        async |list: &str| house.get(&format!("/people/count?where=list.eq.{list}")).await["count"].clone();
    assert_eq!((count(&both).await, count(&one).await), (json!(1), json!(1)));
    house.post(&format!("/merges/{}/undo", merge["id"].as_str().unwrap()), json!({})).await;
    assert_eq!((count(&both).await, count(&one).await), (json!(2), json!(1)));
}

on_both_databases!(what_does_not_fit_is_refused_and_others_see_nothing, refused, doors);
async fn refused(house: House) {
    let a = company(&house, "A", "KR").await;
    let id = list(&house, json!({ "kind": "company", "name": "Ours" })).await;
    house.post(&format!("/lists/{id}/add"), json!({ "ids": [a] })).await;
    let cases = [
        (json!({ "kind": "company", "name": " " }), "name"),
        (json!({ "kind": "deal", "name": "Deals" }), "kind"),
        (json!({ "kind": "company", "name": "X", "query": { "where": ["country.eq.KR"] } }), "query"),
        (
            json!({ "kind": "company", "name": "X", "live": true, "query": { "where": ["nonsense.eq.1"] } }),
            "where",
        ),
        (
            json!({ "kind": "company", "name": "X", "live": true, "query": { "where": [format!("list.eq.{id}")] } }),
            "query",
        ),
    ];
    for (body, field) in cases {
        let (status, problem) =
            house.send(&house.owner, Method::POST, "/lists", Some(body.clone()), &[]).await;
        assert_eq!(
            (status, problem["errors"][0]["field"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some(field)),
            "{body}"
        );
    }
    for filter in ["list.gt.1", "list.eq.x"] {
        let (status, _) =
            house.send(&house.owner, Method::GET, &format!("/companies?where={filter}"), None, &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{filter}");
    }
    let path = format!("/lists/{id}");
    for (method, path, body) in [
        (Method::GET, path.clone(), None),
        (Method::PATCH, path.clone(), Some(json!({ "name": "Theirs" }))),
        (Method::POST, format!("{path}/add"), Some(json!({ "ids": [a] }))),
        (Method::POST, format!("{path}/remove"), Some(json!({ "ids": [a] }))),
        (Method::DELETE, path.clone(), None),
    ] {
        let (status, _) = house.send(&house.stranger, method, &path, body, &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    let (_, theirs) = house
        .send(
            &house.stranger,
            Method::POST,
            "/lists",
            Some(json!({ "kind": "company", "name": "Theirs" })),
            &[],
        )
        .await;
    let add = format!("/lists/{}/add", theirs["id"].as_str().unwrap());
    let (_, changed) =
        house.send(&house.stranger, Method::POST, &add, Some(json!({ "ids": [a] })), &[]).await;
    assert_eq!(changed["changed"], 0, "somebody else's company is passed over");
    let (_, page) =
        house.send(&house.stranger, Method::GET, &format!("/companies?where=list.eq.{id}"), None, &[]).await;
    assert_eq!(page["items"], json!([]));
    let (status, _) = house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(house.get("/lists?kind=company").await, json!([]));
    assert_eq!(house.get(&format!("/companies/{a}")).await["name"], "A");
}

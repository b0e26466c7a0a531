//! Lists read the same rows whichever way they are read: looked up one by one, or along an index.

use axum::http::{Method, StatusCode};
use http_room::Door;
use records::Kind;
use records::on_both_databases;
use records::testing::House;
use records::write::{Author, insert_many, read};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use uuid::Uuid;

fn doors() -> Vec<Door> {
    Vec::new()
}

/// More than are ever looked up one by one, and half of them more than are looked at before it is found out what fits.
const PEOPLE: usize = 13_000;

/// A person: every third is in Korea, every second is called Kim, one in a thousand has read the guide, half have
/// a number of seats, one has an odd pair of words.
fn person(n: usize) -> Json {
    let mut custom = json!({ "seats": n % 100, "stage": if n.is_multiple_of(2) { "even" } else { "odd" } });
    if n.is_multiple_of(1_000) {
        custom["guide"] = json!("read");
    }
    let family = if n.is_multiple_of(2) { "Kim" } else { "Lee" };
    let name = if n == 4_321 { "Zaphod 한빛".to_owned() } else { format!("{family} Person{n:05}") };
    json!({ "name": name, "country": if n.is_multiple_of(3) { "KR" } else { "US" }, "custom": custom })
}

async fn fill(house: &House) {
    for (key, kind) in [("seats", "number"), ("stage", "text"), ("guide", "text")] {
        let label = json!({ "en": key, "ko": key });
        house
            .post("/custom-fields", json!({ "on": "person", "key": key, "label": label, "kind": kind }))
            .await;
    }
    add(house, 0..PEOPLE).await;
}

async fn add(house: &House, people: std::ops::Range<usize>) {
    let mut tx = house.app.db.write_tx().await.unwrap();
    let author = Author {
        workspace: house.owner.workspace,
        actor: store::Actor::User(house.owner.user),
        now: house.app.clock.now(),
        cause: None,
        currency: kernel::Currency::USD,
    };
    let fields = records::custom_field::in_use(&tx, author.workspace, Kind::Person).await.unwrap();
    let drafts = people.map(|n| {
        let sent = person(n).as_object().unwrap().clone();
        (Uuid::now_v7(), read(Kind::Person, &sent, &fields, None, author.currency).unwrap())
    });
    insert_many(&mut tx, &author, Kind::Person, drafts.collect()).await.unwrap();
    tx.commit().await.unwrap();
}

/// All names of a list, page by page, in its order.
async fn names(house: &House, query: &str) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = house.get(&format!("/people?limit=200&{query}{cursor}")).await;
        let items = page["items"].as_array().unwrap();
        names.extend(items.iter().map(|p| p["name"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return names,
        }
    }
}

on_both_databases!(a_list_holds_the_same_rows_however_many_match, same_rows, doors);
async fn same_rows(house: House) {
    fill(&house).await;
    type Fits = fn(usize) -> bool;
    let cases: [(&str, Fits); 17] = [
        ("where=country.eq.KR", |n| n % 3 == 0),
        ("q=kim", |n| n % 2 == 0 && n != 4_321),
        ("q=zaphod", |n| n == 4_321),
        ("q=%ED%95%9C%EB%B9%9B", |n| n == 4_321),
        ("q=person0000", |n| n < 10),
        ("where=custom.guide.eq.read", |n| n % 1_000 == 0),
        ("where=custom.stage.eq.odd", |n| n % 2 == 1),
        ("where=custom.stage.in.odd,none&where=country.eq.KR", |n| n % 2 == 1 && n % 3 == 0),
        ("where=custom.seats.gte.99", |n| n % 100 == 99),
        ("where=custom.seats.lt.60&q=kim", |n| n % 100 < 60 && n % 2 == 0 && n != 4_321),
        ("where=country.eq.KR&where=custom.guide.eq.read&q=kim", |n| n % 3 == 0 && n % 1_000 == 0),
        ("where=name.eq.Kim Person00000", |n| n == 0),
        ("where=name.starts.lee", |n| n % 2 == 1 && n != 4_321),
        ("where=name.starts.lee&where=country.in.KR,DE&where=custom.seats.lt.9", |n| {
            n % 2 == 1 && n % 3 == 0 && n % 100 < 9 && n != 4_321
        }),
        ("q=k", |n| n % 2 == 0 && n != 4_321),
        ("where=custom.stage.eq.odd&q=kim", |_| false),
        ("where=custom.stage.eq.even&where=custom.seats.gte.50&q=p", |n| n % 2 == 0 && n % 100 >= 50),
    ];
    for (query, fits) in cases {
        let query = query.replace(' ', "%20");
        let wanted: BTreeSet<String> = (0..PEOPLE)
            .filter(|n| fits(*n))
            .map(|n| person(n)["name"].as_str().unwrap().to_owned())
            .collect();
        for sort in ["name", "-name", "country", "-created_at", "updated_at"] {
            let found = names(&house, &format!("{query}&sort={sort}")).await;
            assert_eq!(found.len(), wanted.len(), "{query} by {sort}: each once");
            assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), wanted, "{query} by {sort}");
            if sort == "name" {
                assert!(found.is_sorted(), "{query} by name");
            }
        }
        let count = house.get(&format!("/people/count?{query}")).await;
        assert_eq!(count["count"], wanted.len(), "{query}");
    }
    // What was found out before is completed: by a few records one by one, by many from the index.
    for (from, to, kims) in [(PEOPLE, PEOPLE + 10, 6_505), (PEOPLE + 10, PEOPLE + 1_010, 7_005)] {
        add(&house, from..to).await;
        assert_eq!(names(&house, "q=kim&sort=name").await.len(), kims);
        assert_eq!(names(&house, "where=custom.stage.eq.even&sort=name").await.len(), kims);
    }
}

on_both_databases!(a_changed_value_is_found_and_the_old_one_is_not, changed, doors);
async fn changed(house: House) {
    let label = json!({ "en": "Stage", "ko": "단계" });
    house
        .post("/custom-fields", json!({ "on": "company", "key": "stage", "label": label, "kind": "text" }))
        .await;
    let company = house.post("/companies", json!({ "name": "Acme", "custom": { "stage": "new" } })).await;
    let path = format!("/companies/{}", company["id"].as_str().unwrap());
    let found = |value: &'static str| {
        let house = &house;
        async move {
            let page = house.get(&format!("/companies?where=custom.stage.eq.{value}")).await;
            page["items"].as_array().unwrap().len()
        }
    };
    assert_eq!((found("new").await, found("old").await), (1, 0));
    house.patch(&path, json!({ "custom": { "stage": "old" } })).await;
    assert_eq!((found("new").await, found("old").await), (0, 1));
    house.patch(&path, json!({ "custom": { "stage": null } })).await;
    assert_eq!((found("new").await, found("old").await), (0, 0));
    house.patch(&path, json!({ "name": "Renamed", "custom": { "stage": "again" } })).await;
    let (status, _) = house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    assert_eq!((status, found("again").await), (StatusCode::NO_CONTENT, 0));
    house.post(&format!("{path}/restore"), json!({})).await;
    assert_eq!(found("again").await, 1);
    let page = house.get("/companies?q=renam&sort=name").await;
    assert_eq!(page["items"][0]["name"], "Renamed", "found by its words again too");
}

on_both_databases!(letters_beyond_ascii_are_found_as_they_stand, letters, doors);
async fn letters(house: House) {
    for name in ["École Nova", "MÜLLER GmbH", "Plain"] {
        house.post("/companies", json!({ "name": name })).await;
    }
    for (filter, wanted) in [
        ("name.starts.École", 1),
        ("name.contains.MÜLLER", 1),
        ("name.contains.ÜL", 1),
        ("name.contains.PLAIN", 1),
        ("name.contains.Zürich", 0),
    ] {
        let page = house
            .get(&format!(
                "/companies?where={}",
                filter.replace('É', "%C3%89").replace('Ü', "%C3%9C").replace('ü', "%C3%BC")
            ))
            .await;
        assert_eq!(page["items"].as_array().unwrap().len(), wanted, "{filter}");
    }
}

on_both_databases!(a_cursor_somebody_made_up_is_refused_in_a_sentence, forged, doors);
async fn forged(house: House) {
    // {"s":"name ASC","v":7,"id":…}, then a text for an instant, then no cursor at all.
    let forged = [
        ("name", "eyJzIjoibmFtZSBBU0MiLCJ2Ijo3LCJpZCI6IjAxOTNhMGIwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMCJ9"),
        (
            "created_at",
            "eyJzIjoiY3JlYXRlZF9hdCBBU0MiLCJ2IjoieCIsImlkIjoiMDE5M2EwYjAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAwIn0",
        ),
        ("name", "nonsense"),
    ];
    for (sort, cursor) in forged {
        let path = format!("/people?sort={sort}&cursor={cursor}");
        let (status, answer) = house.send(&house.owner, Method::GET, &path, None, &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{sort}: {answer}");
    }
}

//! Territories through HTTP: preview, putting into force, taking back, who comes in.

use axum::http::{Method, StatusCode};
use http_room::{Door, Member, Role};
use kernel::{Currency, UserId};
use records::Kind;
use records::on_both_databases;
use records::testing::House;
use records::write::{Author, insert_many, read};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use store::{Actor, Sql};
use uuid::Uuid;

fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door()]
}

fn definition(name: &str, filters: &[&str], owner: &Member) -> Json {
    json!({ "name": name, "purpose": "Somebody who speaks their language answers within a day.",
        "rule": { "where": filters }, "owner_id": owner.user, "method": "owner" })
}

fn dealt(
    name: &str,
    filters: &[&str],
    method: &str,
    owner: &Member,
    seats: &[(&Member, Option<i64>)],
) -> Json {
    let mut new = definition(name, filters, owner);
    new["method"] = json!(method);
    new["members"] = seats.iter().map(|(m, c)| json!({ "user_id": m.user, "capacity": c })).collect();
    new
}

/// `n` companies of a country, owned by `owner`, made by the system.
async fn companies(house: &House, country: &str, n: usize, owner: Option<UserId>) -> Vec<Uuid> {
    let author = Author {
        workspace: house.owner.workspace,
        actor: Actor::System,
        now: house.app.clock.now(),
        cause: None,
        currency: Currency::USD,
    };
    let drafts: Vec<_> = (0..n)
        .map(|i| {
            let sent = json!({ "name": format!("{country} {i}"), "country": country, "owner_id": owner,
                "revenue": { "minor": 100_000, "currency": "USD" } });
            (
                Uuid::now_v7(),
                read(Kind::Company, sent.as_object().unwrap(), &[], None, Currency::USD).unwrap(),
            )
        })
        .collect();
    let ids = drafts.iter().map(|(id, _)| *id).collect();
    let mut tx = house.app.db.write_tx().await.unwrap();
    insert_many(&mut tx, &author, Kind::Company, drafts).await.unwrap();
    tx.commit().await.unwrap();
    ids
}

/// Companies by owner, those of nobody under null.
async fn owned(house: &House) -> BTreeMap<Option<UserId>, i64> {
    let text = "SELECT owner_id, COUNT(*) FROM company WHERE workspace_id = ? AND deleted_at IS NULL GROUP BY owner_id";
    let sql = Sql::with(house.app.db.engine(), text, [house.owner.workspace.into()]);
    let rows = sql.rows(house.app.db.read()).await.unwrap();
    rows.iter()
        .map(|r| (r.try_get_by_index::<Option<Uuid>>(0).unwrap().map(UserId), r.try_get_by_index(1).unwrap()))
        .collect()
}

fn after(preview: &Json) -> BTreeMap<Option<UserId>, i64> {
    let people = preview["people"].as_array().unwrap();
    let one = |p: &Json| {
        let user = p["user_id"].as_str().map(|id| id.parse().unwrap());
        (user, p["after"]["companies"].as_i64().unwrap())
    };
    people.iter().map(one).filter(|(_, companies)| *companies > 0).collect()
}

async fn job(house: &House, answer: &Json) -> Json {
    house.work().await;
    house.get(&format!("/jobs/{}", answer["job"]["id"].as_str().unwrap())).await
}

on_both_databases!(r105_territories_are_rules_with_a_purpose_and_an_owner_and_overlap_is_shown, r105, doors);
async fn r105(house: House) {
    let (kim, lee) = (house.member(Role::Rep).await, house.member(Role::Rep).await);
    companies(&house, "KR", 6, Some(kim.user)).await;
    companies(&house, "JP", 4, None).await;
    let mut without = definition("Korea", &["country.eq.KR"], &lee);
    without["purpose"] = json!(" ");
    let (status, problem) = house.send(&house.owner, Method::POST, "/territories", Some(without), &[]).await;
    assert_eq!(
        (status, problem["errors"][0]["field"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("purpose"))
    );
    house.post("/territories", definition("Korea", &["country.eq.KR"], &lee)).await;
    house.post("/territories", definition("East Asia", &["country.in.KR,JP"], &kim)).await;
    let seen = house.post("/territories/preview", json!({})).await;
    assert_eq!(seen["overlaps"][0]["companies"], 6, "{seen}");
    let reach: Vec<_> =
        seen["territories"].as_array().unwrap().iter().map(|t| (&t["matched"], &t["first"])).collect();
    assert_eq!(reach, [(&json!(6), &json!(6)), (&json!(10), &json!(4))], "the first that matches decides");
    assert_eq!(owned(&house).await[&Some(kim.user)], 6, "a preview writes nothing");
    let started = house.post("/territories/apply", json!({})).await;
    assert_eq!(job(&house, &started).await["result"]["moved"], 10);
    assert_eq!(owned(&house).await, BTreeMap::from([(Some(lee.user), 6), (Some(kim.user), 4)]));
}

on_both_databases!(what_is_previewed_is_what_happens_and_it_can_be_taken_back, agreement, doors);
async fn agreement(house: House) {
    let (kim, lee, park) =
        (house.member(Role::Rep).await, house.member(Role::Rep).await, house.member(Role::Rep).await);
    let of_kim = companies(&house, "KR", 700, Some(kim.user)).await;
    companies(&house, "KR", 500, None).await;
    companies(&house, "DE", 20, Some(park.user)).await;
    house
        .post("/deals", json!({ "name": "Won by care", "company_id": of_kim[3], "owner_id": kim.user }))
        .await;
    let before = owned(&house).await;
    let new = dealt(
        "Korea",
        &["country.eq.KR"],
        "capacity_weighted",
        &lee,
        &[(&lee, Some(900)), (&park, Some(450))],
    );
    let unsaved = house.post("/territories/preview", json!({ "territory": new })).await;
    assert_eq!((unsaved["moves"].as_i64(), unsaved["kept_for_deals"].as_i64()), (Some(1_199), Some(1)));
    assert_eq!(after(&unsaved)[&Some(park.user)], 406, "twenty of their own counted: 406 and 813 of 1,219");
    assert!(
        unsaved["evenness_after"]["companies"].as_f64() > unsaved["evenness_before"]["companies"].as_f64()
    );
    house.post("/territories", new).await;
    let saved = house.post("/territories/preview", json!({})).await;
    assert_eq!((&saved["people"], &saved["moves"]), (&unsaved["people"], &unsaved["moves"]));
    let started = house.post("/territories/apply", json!({})).await;
    let (status, problem) =
        house.send(&house.owner, Method::POST, "/territories/apply", Some(json!({})), &[]).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("territories_at_work")));
    let ended = job(&house, &started).await;
    assert_eq!((ended["state"].as_str(), ended["done"].as_i64()), (Some("done"), Some(1_199)));
    assert_eq!(owned(&house).await, after(&saved));
    assert_eq!(house.post("/territories/preview", json!({})).await["moves"], 0, "it has come to rest");

    house.patch(&format!("/companies/{}", of_kim[0]), json!({ "owner_id": house.owner.user })).await;
    let run = house.get("/territories/runs").await[0]["id"].as_str().unwrap().to_owned();
    let undoing = house.post(&format!("/territories/runs/{run}/undo"), json!({})).await;
    assert_eq!(job(&house, &undoing).await["result"]["undone"], 1_198, "but one that went on since");
    let mut expected = before;
    *expected.get_mut(&Some(kim.user)).unwrap() -= 1;
    expected.insert(Some(house.owner.user), 1);
    assert_eq!(owned(&house).await, expected);
    let (status, _) = house
        .send(&house.owner, Method::POST, &format!("/territories/runs/{run}/undo"), Some(json!({})), &[])
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
}

on_both_databases!(a_batch_is_one_change_of_the_log_and_a_crash_loses_nothing, crash, doors);
async fn crash(house: House) {
    let kim = house.member(Role::Rep).await;
    let ids = companies(&house, "KR", 1_100, None).await;
    house.post("/territories", definition("Korea", &["country.eq.KR"], &kim)).await;
    house.post("/territories/apply", json!({})).await;
    assert_eq!(house.work_until(|done| done >= 500).await, 500);
    house.app.clock.set(house.app.clock.now().plus_seconds(store::job::LEASE_SECONDS + 1));
    house.work().await;
    assert_eq!(owned(&house).await, BTreeMap::from([(Some(kim.user), 1_100)]));
    let changed = house.events().await.into_iter().filter(|(kind, _)| kind == "company.changed").count();
    assert_eq!(changed, 1_100, "each once");
    let text =
        "SELECT id FROM event WHERE workspace_id = ? AND kind = 'records.bulk_done' ORDER BY seq LIMIT 1";
    let sql = Sql::with(house.app.db.engine(), text, [house.owner.workspace.into()]);
    let bulk: Uuid = sql.scalar(house.app.db.read()).await.unwrap().unwrap();
    let undone = house.post(&format!("/events/{bulk}/undo"), json!({})).await;
    assert_eq!(undone["undone"], 500);
    assert_eq!(house.get(&format!("/companies/{}", ids[0])).await["owner_id"], Json::Null);
}

on_both_databases!(a_preview_shows_a_redefinition_and_a_territory_given_up, redefined, doors);
async fn redefined(house: House) {
    let (kim, lee) = (house.member(Role::Rep).await, house.member(Role::Rep).await);
    companies(&house, "KR", 5, None).await;
    companies(&house, "JP", 3, None).await;
    let korea = house.post("/territories", definition("Korea", &["country.eq.KR"], &kim)).await;
    house.post("/territories", definition("Rest", &[], &lee)).await;
    let id = korea["id"].as_str().unwrap();
    let wider = definition("Korea", &["country.in.KR,JP"], &kim);
    let seen = house.post("/territories/preview", json!({ "id": id, "territory": wider })).await;
    assert_eq!((&seen["overlaps"][0]["companies"], &seen["overlaps"][0]["before"]), (&json!(8), &json!(5)));
    assert_eq!(after(&seen), BTreeMap::from([(Some(kim.user), 8)]));
    let gone = house.post("/territories/preview", json!({ "id": id })).await;
    assert_eq!(after(&gone), BTreeMap::from([(Some(lee.user), 8)]));
    let first = house
        .post(
            "/territories",
            json!({ "name": "Japan", "purpose": "Tokyo hours.", "rule": { "where": ["country.eq.JP"] },
        "owner_id": lee.user, "method": "owner", "position": 0 }),
        )
        .await;
    let names = |all: &Json| {
        all.as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&house.get("/territories").await), ["Japan", "Korea", "Rest"]);
    house.patch(&format!("/territories/{}", first["id"].as_str().unwrap()), json!({ "position": 1 })).await;
    assert_eq!(names(&house.get("/territories").await), ["Korea", "Japan", "Rest"]);
}

on_both_databases!(whoever_comes_in_by_an_import_is_dealt_out, arrivals, doors);
async fn arrivals(house: House) {
    let (kim, lee) = (house.member(Role::Rep).await, house.member(Role::Rep).await);
    house
        .post(
            "/territories",
            dealt("Korea", &["country.eq.KR"], "round_robin", &kim, &[(&kim, None), (&lee, Some(1))]),
        )
        .await;
    let table = "name,country\nHan,KR\nBit,KR\nSoft,KR\nKraft,DE\n";
    let (status, import) =
        house.upload(&house.owner, "/imports", "company", "list.csv", table.as_bytes()).await;
    assert_eq!(status, StatusCode::CREATED, "{import}");
    house
        .post(&format!("/imports/{}/start", import["id"].as_str().unwrap()), json!({ "dry_run": false }))
        .await;
    house.work().await;
    house.post("/companies", json!({ "name": "By hand", "country": "KR" })).await;
    assert_eq!(owned(&house).await, BTreeMap::from([(Some(house.owner.user), 5)]));
    house.react().await;
    let expected = BTreeMap::from([(Some(kim.user), 2), (Some(lee.user), 1), (Some(house.owner.user), 2)]);
    assert_eq!(owned(&house).await, expected, "what was made by hand and what matches nothing stays");
    house.react().await;
    assert_eq!(owned(&house).await, expected);
}

on_both_databases!(what_does_not_fit_is_refused_and_others_see_nothing, refused, doors);
async fn refused(house: House) {
    let rep = house.member(Role::Rep).await;
    let good = definition("Korea", &["country.eq.KR"], &rep);
    let with = |field: &str, value: Json| {
        let mut one = good.clone();
        one[field] = value;
        one
    };
    let seat = |user: UserId, capacity: Option<i64>| json!({ "user_id": user, "capacity": capacity });
    let mut dealt = with("method", json!("capacity_weighted"));
    dealt["members"] = json!([seat(rep.user, None)]);
    let mut twice = with("method", json!("round_robin"));
    twice["members"] = json!([seat(rep.user, None), seat(rep.user, None)]);
    let cases = [
        (with("name", json!("")), "name"),
        (with("owner_id", json!(house.stranger.user)), "owner_id"),
        (with("rule", json!({ "where": ["nonsense.eq.1"] })), "where"),
        (with("rule", json!({ "where": ["employees.gt.many"] })), "where"),
        (with("rule", json!({ "where": [format!("list.eq.{}", Uuid::now_v7())] })), "where"),
        (with("method", json!("round_robin")), "members"),
        (with("members", json!([seat(house.stranger.user, None)])), "members"),
        (with("members", json!([seat(rep.user, Some(-1))])), "members"),
        (dealt, "members"),
        (twice, "members"),
    ];
    for (body, field) in cases {
        let (status, problem) =
            house.send(&house.owner, Method::POST, "/territories", Some(body.clone()), &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {problem}");
        assert_eq!(problem["errors"][0]["field"], field, "{body}");
    }
    let (status, _) = house.send(&rep, Method::POST, "/territories", Some(good.clone()), &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "it takes a manager");
    let made = house.post("/territories", good.clone()).await;
    let path = format!("/territories/{}", made["id"].as_str().unwrap());
    for (method, body) in [(Method::GET, None), (Method::PATCH, Some(json!({}))), (Method::DELETE, None)] {
        let (status, _) = house.send(&house.stranger, method, &path, body, &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    let (status, _) = house
        .send(&house.stranger, Method::POST, "/territories/preview", Some(json!({ "id": made["id"] })), &[])
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = house
        .send(&house.owner, Method::PATCH, &path, Some(json!({ "name": "K" })), &[("if-match", "\"7\"")])
        .await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    let (status, _) = house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(house.get("/territories").await, json!([]));
}

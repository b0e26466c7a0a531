//! Duplicates: found on arrival and by the search, looked at, merged, taken apart, on both databases.

use axum::http::{Method, StatusCode};
use http_room::Role;
use prospecting::duplicates::read;
use records::testing::House;
use records::{Kind, on_both_databases};
use serde_json::{Value as Json, json};

fn doors() -> Vec<http_room::Door> {
    vec![process::door(), prospecting::door()]
}

fn id(row: &Json) -> String {
    row["id"].as_str().unwrap().to_owned()
}

async fn pairs(house: &House, kind: &str, state: &str) -> Vec<Json> {
    let page = house.get(&format!("/duplicates/{kind}?where=state.eq.{state}")).await;
    page["items"].as_array().unwrap().clone()
}

async fn person(house: &House, given: &str, family: &str, email: &str) -> String {
    id(&house.post("/people", json!({ "given_name": given, "family_name": family, "email": email })).await)
}

/// Enough different people that a search has something to learn from.
async fn crowd(house: &House) {
    let given = ["Anna", "Boris", "Chloe", "Daniel", "Emma", "Farid", "Grace", "Hugo", "Ines", "Jonas"];
    let family = ["Abel", "Brandt", "Costa", "Duval", "Eriksen", "Fischer"];
    for (n, g) in given.iter().enumerate() {
        for (m, f) in family.iter().enumerate() {
            let city = ["Seoul", "Busan", "Berlin", "Paris"][(n + m) % 4];
            let sent = json!({ "given_name": g, "family_name": f, "email": format!("{g}.{f}@firm{n}{m}.com"), "city": city,
                "phone": format!("+4930{:07}", 1_000_003 * (n * 7 + m + 1) % 9_999_999) });
            house.post("/people", sent).await;
        }
    }
}

on_both_databases!(who_comes_in_twice_is_found_at_once_with_the_reasons, on_arrival, doors);
async fn on_arrival(house: House) {
    let first = id(&house
        .post("/companies", json!({ "name": "한빛소프트㈜", "domain": "hanbit.co.kr", "city": "서울" }))
        .await);
    house.react().await;
    let second = id(&house
        .post("/companies", json!({ "name": "주식회사 한빛소프트", "website": "www.hanbit.co.kr" }))
        .await);
    house.post("/companies", json!({ "name": "Unrelated", "domain": "unrelated.com" })).await;
    house.react().await;
    let found = pairs(&house, "company", "open").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0]["a_id"].as_str(), found[0]["b_id"].as_str()), (Some(&*first), Some(&*second)));
    assert!(found[0]["score"].as_f64().unwrap() > 0.9, "{}", found[0]);
    let fields: Vec<(&str, &str)> = found[0]["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["field"].as_str().unwrap(), e["level"].as_str().unwrap()))
        .collect();
    assert!(fields.contains(&("domain", "exact")) && fields.contains(&("company", "exact")), "{fields:?}");
    let case = house.get(&format!("/duplicates/pairs/{}", id(&found[0]))).await;
    assert_eq!(case["keep"], first.as_str(), "more is known of the first: {case}");
    assert_eq!(case["changes"]["website"], "www.hanbit.co.kr");
    assert_eq!(case["differences"][0]["field"], "name");
}

on_both_databases!(a_pair_is_merged_taken_apart_and_then_left_in_peace, decided, doors);
async fn decided(house: House) {
    person(&house, "Ann", "Lee", "ann.lee@acme.com").await;
    person(&house, "Anne", "Lee", "ann.lee@acme.com").await;
    house.react().await;
    let pair = pairs(&house, "person", "open").await.remove(0);
    let path = format!("/duplicates/pairs/{}", id(&pair));
    let merge = house.post(&format!("{path}/merge"), json!({ "keep": pair["b_id"] })).await;
    assert_eq!(merge["kept_id"], pair["b_id"]);
    house.react().await;
    assert!(pairs(&house, "person", "open").await.is_empty());
    assert_eq!(pairs(&house, "person", "merged").await[0]["merge_id"], merge["id"]);
    let (status, problem) =
        house.send(&house.owner, Method::POST, &format!("{path}/merge"), Some(json!({})), &[]).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("merged")));
    house.post(&format!("/merges/{}/undo", id(&merge)), json!({})).await;
    house.react().await;
    assert_eq!(pairs(&house, "person", "rejected").await.len(), 1, "taken apart means: they are two");
    house.post("/duplicates/person/search", json!({})).await;
    house.work().await;
    assert!(pairs(&house, "person", "open").await.is_empty(), "what was decided is not asked again");
    house.post(&format!("{path}/reopen"), json!({})).await;
    assert_eq!(pairs(&house, "person", "open").await.len(), 1);
    house.post(&format!("{path}/reject"), json!({})).await;
    let overview = house.get("/duplicates").await;
    let people = overview.as_array().unwrap().iter().find(|o| o["kind"] == "person").unwrap();
    assert_eq!((people["open"].as_i64(), people["rejected"].as_i64()), (Some(0), Some(1)));
}

on_both_databases!(a_merge_opened_again_is_taken_back_and_stays_open, opened_again, doors);
async fn opened_again(house: House) {
    person(&house, "Ann", "Lee", "ann.lee@acme.com").await;
    person(&house, "Anne", "Lee", "ann.lee@acme.com").await;
    house.react().await;
    let pair = pairs(&house, "person", "open").await.remove(0);
    let path = format!("/duplicates/pairs/{}", id(&pair));
    house.post(&format!("{path}/merge"), json!({ "keep": pair["a_id"] })).await;
    house.react().await;
    let gone = house.get(&format!("/people/{}", pair["b_id"].as_str().unwrap())).await;
    assert_eq!(gone["merged_into"], pair["a_id"]);
    let open = house.post(&format!("{path}/reopen"), json!({})).await;
    assert_eq!((open["state"].as_str(), open["merge_id"].is_null()), (Some("open"), true));
    house.react().await;
    assert_eq!(pairs(&house, "person", "open").await.len(), 1, "still to be decided");
    let back = house.get(&format!("/people/{}", pair["b_id"].as_str().unwrap())).await;
    assert!(back["merged_into"].is_null() && back["deleted_at"].is_null(), "{back}");
}

on_both_databases!(a_search_of_a_few_records_finds_what_was_found_on_arrival, few, doors);
async fn few(house: House) {
    for (name, domain) in [("Corden", "corden.test"), ("Corden BV", "corden.test"), ("Ostra", "ostra.test")] {
        house.post("/companies", json!({ "name": name, "domain": domain })).await;
        house.react().await;
    }
    let found = pairs(&house, "company", "open").await;
    assert_eq!(found.len(), 1, "{found:?}");
    house.post("/duplicates/company/search", json!({})).await;
    house.work().await;
    let again = pairs(&house, "company", "open").await;
    assert_eq!(again.len(), 1, "{again:?}");
    assert_eq!(again[0]["id"], found[0]["id"]);
}

on_both_databases!(a_search_finds_what_no_shared_address_gives_away, searched, doors);
async fn searched(house: House) {
    crowd(&house).await;
    let sent = json!({ "given_name": "Farid", "family_name": "Fisher", "email": "farid@private.example", "city": "Berlin",
        "phone": house.get("/people?q=farid%20fischer").await["items"][0]["phone"] });
    let twin = id(&house.post("/people", sent).await);
    let job = house.post("/duplicates/person/search", json!({})).await;
    let again = house.post("/duplicates/person/search", json!({})).await;
    assert_eq!(job["id"], again["id"], "one waiting search is enough");
    house.work().await;
    let found = pairs(&house, "person", "open").await;
    assert!(found.iter().any(|p| p["a_id"] == twin.as_str() || p["b_id"] == twin.as_str()), "{found:?}");
    assert_eq!(found.len(), 1, "and nobody else: {found:?}");
    let overview = house.get("/duplicates").await;
    let people = overview.as_array().unwrap().iter().find(|o| o["kind"] == "person").unwrap();
    assert_eq!(people["search"]["result"]["records"], 61);
}

on_both_databases!(sure_pairs_are_merged_by_themselves_when_the_workspace_says_so, automatic, doors);
async fn automatic(house: House) {
    let sent = json!({ "auto_merge_at": 0.5 });
    let (status, _) =
        house.send(&house.owner, Method::PUT, "/duplicates/person/setting", Some(sent), &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "half sure is not sure");
    let rep = house.member(Role::Rep).await;
    let (status, _) = house
        .send(&rep, Method::PUT, "/duplicates/person/setting", Some(json!({ "auto_merge_at": 0.95 })), &[])
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    house.put("/duplicates/person/setting", json!({ "auto_merge_at": 0.95 })).await;
    crowd(&house).await;
    let same = json!({ "given_name": "Anna", "family_name": "Abel", "email": "anna.abel@firm00.com", "city": "Seoul",
        "phone": house.get("/people?q=anna%20abel").await["items"][0]["phone"] });
    house.post("/people", same).await;
    house.post("/duplicates/person/search", json!({})).await;
    house.work().await;
    let merges = house.get("/merges").await;
    assert_eq!(merges["items"].as_array().unwrap().len(), 1, "{merges}");
    assert_eq!(merges["items"][0]["automatic"], true);
    let undo = format!("/merges/{}/undo", id(&merges["items"][0]));
    house.post(&undo, json!({})).await;
    house.post("/duplicates/person/search", json!({})).await;
    house.work().await;
    let merges = house.get("/merges?where=undone_at.empty.").await;
    assert!(merges["items"].as_array().unwrap().is_empty(), "what somebody took apart stays apart: {merges}");
}

on_both_databases!(pairs_of_a_merged_record_go_over_to_the_one_that_stays, followed, doors);
async fn followed(house: House) {
    let mut ids = Vec::new();
    for name in ["Bo Kim", "Bo Kim", "Bo Kim"] {
        let sent = json!({ "name": name, "email": "bo.kim@acme.com" });
        ids.push(id(&house.post("/people", sent).await));
        house.react().await;
    }
    assert_eq!(pairs(&house, "person", "open").await.len(), 3);
    house.post(&format!("/people/{}/merge", ids[0]), json!({ "merged_id": ids[1] })).await;
    house.react().await;
    let open = pairs(&house, "person", "open").await;
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!((open[0]["a_id"].as_str(), open[0]["b_id"].as_str()), (Some(&*ids[0]), Some(&*ids[2])));
}

on_both_databases!(another_workspaces_pairs_are_not_there, walls, doors);
async fn walls(house: House) {
    person(&house, "Ann", "Lee", "ann.lee@acme.com").await;
    person(&house, "Ann", "Lee", "ann.lee@acme.com").await;
    house.react().await;
    let pair = pairs(&house, "person", "open").await.remove(0);
    for (method, path) in [
        (Method::GET, format!("/duplicates/pairs/{}", id(&pair))),
        (Method::POST, format!("/duplicates/pairs/{}/reject", id(&pair))),
        (Method::POST, format!("/duplicates/pairs/{}/merge", id(&pair))),
    ] {
        let (status, _) = house.send(&house.stranger, method, &path, Some(json!({})), &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let (_, theirs) = house.send(&house.stranger, Method::GET, "/duplicates/person", None, &[]).await;
    assert!(theirs["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_page_to_compare_is_found_by_id() {
    let house = House::on_sqlite(doors()).await;
    for kind in [Kind::Company, Kind::Person] {
        let after = uuid::Uuid::now_v7();
        let sql = read::paging(house.app.db.engine(), house.owner.workspace, kind, after, 5_000);
        let rows = sql.prefixed("EXPLAIN QUERY PLAN ").rows(house.app.db.read()).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.try_get_by_index(3).unwrap()).collect();
        let key = format!("SEARCH r USING INDEX sqlite_autoindex_{}_1 (id>?)", kind.key());
        assert!(plan.contains(&key) && !plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
    }
}

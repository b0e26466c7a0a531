//! Agreement before an offer goes out, on both databases.

use axum::http::{Method, StatusCode};
use http_room::{Member, Role};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

use crate::support::{Lead, doors, draft, lead, refused};

fn cheaper(lead: &Lead, bp: u32) -> Json {
    let mut offer = draft(lead);
    offer["packages"][0]["lines"][0]["discount_bp"] = json!(bp);
    offer["discount_reason"] = json!("They asked for three years");
    offer
}

async fn decide(house: &House, me: &Member, one: &str, verdict: Json) -> (StatusCode, Json) {
    house.send(me, Method::POST, &format!("{one}/review/decision"), Some(verdict), &[]).await
}

async fn send(house: &House, lead: &Lead, one: &str) -> (StatusCode, Json) {
    refused(house, &format!("{one}/send"), json!({ "sent_to": [lead.person] })).await
}

on_both_databases!(r68_a_discount_needs_a_reason_and_somebody_elses_agreement, agreement, doors);
async fn agreement(house: House) {
    let lead = lead(&house).await;
    let manager = house.member(Role::Manager).await;
    let mut offer = cheaper(&lead, 1_000);
    offer["discount_reason"] = json!(" ");
    let made = house.post(&format!("{}/offers", lead.path), offer).await;
    assert_eq!(made["discount_bp"], 1_000);
    let one = format!("{}/offers/{}", lead.path, made["id"].as_str().unwrap());
    for path in ["send", "review"] {
        let (status, problem) =
            refused(&house, &format!("{one}/{path}"), json!({ "sent_to": [lead.person] })).await;
        let field = &problem["errors"][0]["field"];
        assert_eq!((status, field), (StatusCode::UNPROCESSABLE_ENTITY, &json!("discount_reason")), "{path}");
    }
    house.put(&one, cheaper(&lead, 1_000)).await;
    let (status, problem) = send(&house, &lead, &one).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("offer_needs_approval")));
    assert_eq!(problem["facts"]["rules"][0]["kind"], "discount");

    let review = house.post(&format!("{one}/review"), Json::Null).await;
    assert_eq!((&review["can_decide"], &review["approvers"]), (&json!(false), &json!([manager.user])));
    assert_eq!(house.get(&one).await["state"], "in_review");
    let open = async || {
        let tasks = house.get("/tasks?where=state.eq.open").await;
        let all = tasks["items"].as_array().unwrap().clone();
        let asked = all.into_iter().filter(|t| t["title"].as_str().unwrap().ends_with(": Close in two days"));
        asked.map(|t| (t["owner_id"].clone(), t["origin_key"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(open().await, [(json!(manager.user), json!("offer:approval"))]);
    let (status, _) = decide(&house, &house.owner, &one, json!({ "approve": true })).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "nobody agrees to their own");
    let (status, problem) = decide(&house, &manager, &one, json!({ "approve": false })).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("words")));
    decide(&house, &manager, &one, json!({ "approve": false, "words": "Offer a trial first" })).await;
    assert_eq!(house.get(&one).await["state"], "draft");
    assert_eq!(open().await, [(json!(house.owner.user), json!("offer:changes"))]);

    house.post(&format!("{one}/review"), Json::Null).await;
    let (status, _) = decide(&house, &manager, &one, json!({ "approve": true })).await;
    assert_eq!((status, &house.get(&one).await["state"]), (StatusCode::OK, &json!("approved")));
    assert_eq!(open().await, []);
    house.put(&one, cheaper(&lead, 1_100)).await;
    assert_eq!(house.get(&one).await["state"], "draft", "a change takes back what was agreed to");
    assert_eq!(send(&house, &lead, &one).await.0, StatusCode::CONFLICT);

    house.post(&format!("{one}/review"), Json::Null).await;
    decide(&house, &manager, &one, json!({ "approve": true, "words": "Once" })).await;
    assert_eq!(send(&house, &lead, &one).await.0, StatusCode::OK);
    let states: Vec<Json> = house.get(&format!("{one}/review")).await["approvals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["state"].clone())
        .collect();
    assert_eq!(states, ["changes_requested", "void", "approved"]);
    let kinds: Vec<String> = house.events().await.into_iter().map(|e| e.0).collect();
    let told = |kind: &str| kinds.iter().filter(|k| *k == kind).count();
    assert_eq!((told("offer.review_asked"), told("offer.reviewed"), told("offer.discounted")), (3, 3, 1));
}

on_both_databases!(all_rules_that_match_are_answered_in_order_and_delegates_stand_in, in_order, doors);
async fn in_order(house: House) {
    let lead = lead(&house).await;
    let (manager, rep) = (house.member(Role::Manager).await, house.member(Role::Rep).await);
    let rules = json!({ "rules": [
        { "kind": "free_text_clause", "needs": "manager" },
        { "kind": "value_above", "over": 10_000, "currency": "USD", "needs": "admin" },
        { "kind": "payment_days", "over": 30, "needs": "manager" },
    ] });
    let (status, _) = house.send(&manager, Method::PUT, "/offer-rules", Some(rules.clone()), &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    house.put("/offer-rules", rules).await;
    let mut offer = draft(&lead);
    offer["clause"] = json!("They may return it");
    let offers = format!("{}/offers", lead.path);
    // Written by the manager, so that the owner may answer what needs an administrator.
    let (status, made) = house.send(&manager, Method::POST, &offers, Some(offer), &[]).await;
    assert_eq!(status, StatusCode::CREATED);
    let one = format!("{offers}/{}", made["id"].as_str().unwrap());
    house.send(&manager, Method::POST, &format!("{one}/review"), None, &[]).await;
    let until = json!({ "to_user_id": rep.user, "until_on": "2026-12-01" });
    let (status, _) = decide(&house, &rep, &one, json!({ "approve": true })).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    house.put("/me/offer-delegate", until.clone()).await;
    let (status, review) = decide(&house, &rep, &one, json!({ "approve": true })).await;
    assert_eq!((status, &review["approvals"][0]["decided_for"]), (StatusCode::OK, &json!(house.owner.user)));
    assert_eq!(review["approvals"][1]["rule"]["kind"], "value_above", "payment within 30 days asks nobody");
    assert_eq!(house.get(&one).await["state"], "in_review", "one more to answer");
    decide(&house, &house.owner, &one, json!({ "approve": true })).await;
    assert_eq!(house.get(&one).await["state"], "approved");
    assert_eq!(house.get("/me/offer-delegate").await, until);
    let (status, _) = house.send(&house.owner, Method::DELETE, "/me/offer-delegate", None, &[]).await;
    assert_eq!((status, house.get("/me/offer-delegate").await), (StatusCode::NO_CONTENT, Json::Null));
    for body in [
        json!({ "to_user_id": house.owner.user, "until_on": "2026-12-01" }),
        json!({ "to_user_id": house.stranger.user, "until_on": "2026-12-01" }),
    ] {
        let (status, _) = house.send(&house.owner, Method::PUT, "/me/offer-delegate", Some(body), &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

on_both_databases!(r71_month_to_month_asks_nobody_and_a_term_nobody_offers_does, terms, doors);
async fn terms(house: House) {
    let lead = lead(&house).await;
    let mut offer = draft(&lead);
    offer["term"] = json!("month_to_month");
    let made = house.post(&format!("{}/offers", lead.path), offer.clone()).await;
    let one = format!("{}/offers/{}", lead.path, made["id"].as_str().unwrap());
    assert_eq!(house.get(&format!("{one}/review")).await["rules"], json!([]));
    offer["term"] = json!("18_months");
    house.put(&one, offer).await;
    assert_eq!(house.get(&format!("{one}/review")).await["rules"][0]["kind"], "non_standard_term");
}

on_both_databases!(whoever_once_changed_an_offer_does_not_agree_to_it, earlier_author, doors);
async fn earlier_author(house: House) {
    let lead = lead(&house).await;
    let (one, two) = (house.member(Role::Manager).await, house.member(Role::Manager).await);
    let made = house.post(&format!("{}/offers", lead.path), cheaper(&lead, 1_000)).await;
    let path = format!("{}/offers/{}", lead.path, made["id"].as_str().unwrap());
    house.send(&one, Method::PUT, &path, Some(cheaper(&lead, 1_400)), &[]).await;
    house.put(&path, cheaper(&lead, 1_450)).await;
    let review = house.post(&format!("{path}/review"), Json::Null).await;
    assert_eq!(review["approvers"], json!([two.user]), "the first manager had a hand in it");
    assert_eq!(decide(&house, &one, &path, json!({ "approve": true })).await.0, StatusCode::FORBIDDEN);
    assert_eq!(decide(&house, &two, &path, json!({ "approve": true })).await.0, StatusCode::OK);
}

on_both_databases!(a_price_beside_the_price_book_needs_agreement, beside, doors);
async fn beside(house: House) {
    let lead = lead(&house).await;
    let made = house.post(&format!("{}/offers", lead.path), draft(&lead)).await;
    let path = format!("{}/offers/{}/review", lead.path, made["id"].as_str().unwrap());
    assert_eq!(house.get(&path).await["rules"], json!([]), "where no price book holds every price is free");
    let product = house.post("/products", json!({ "content": { "code": "A", "name": { "en": "A" } } })).await;
    let book = json!({ "name": "List", "currency": "USD", "items": [{ "product_id": product["id"], "minor": 90_000 }] });
    let book = house.post("/price-books", book).await["id"].as_str().unwrap().to_owned();
    house.post(&format!("/price-books/{book}/publish"), Json::Null).await;
    let rules = house.get(&path).await["rules"].clone();
    assert_eq!((rules.as_array().unwrap().len(), &rules[0]["kind"]), (1, &json!("no_list_price")));
}

on_both_databases!(a_margin_is_told_to_managers_and_a_rule_asks_below_it, margin, doors);
async fn margin(house: House) {
    let lead = lead(&house).await;
    let cost = json!({ "minor": 60_000, "currency": "USD" });
    let product = json!({ "content": { "code": "A", "name": { "en": "A" } }, "cost": cost });
    let product = house.post("/products", product).await;
    let mut content = draft(&lead);
    content["packages"][0]["lines"][0]["product_id"] = product["id"].clone();
    let made = house.post(&format!("{}/offers", lead.path), content).await;
    let path = format!("{}/offers/{}", lead.path, made["id"].as_str().unwrap());
    let margin = house.get(&format!("{path}/margin")).await[0].clone();
    assert_eq!(
        (&margin["margin_bp"], &margin["cost"]["minor"], &margin["unknown"]),
        (&json!(3_333), &json!(60_000), &json!(0))
    );
    let rep = house.member(Role::Rep).await;
    let (status, _) = house.send(&rep, Method::GET, &format!("{path}/margin"), None, &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    for (over, asks) in [(3_333, false), (3_334, true)] {
        house
            .put(
                "/offer-rules",
                json!({ "rules": [{ "kind": "margin_below", "over": over, "needs": "owner" }] }),
            )
            .await;
        let rules = house.get(&format!("{path}/review")).await["rules"].clone();
        assert_eq!(!rules.as_array().unwrap().is_empty(), asks, "{over}");
    }
    let (status, _) = house.send(&house.stranger, Method::GET, &format!("{path}/margin"), None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

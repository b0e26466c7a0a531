//! Kinds, the library, what mails may hold and what is to be expected, through their routes on both databases.

use crate::support::{did, doors, lead, lead_in, raise, step, tell};
use axum::http::{Method, StatusCode};
use http_room::Role;
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};
use uuid::Uuid;

async fn response(house: &House, kind: &str, title: &str) -> String {
    let text =
        json!({ "title": title, "answer": "Nine thousand a month", "questions": ["Compared with what?"] });
    let new = json!({ "kind": kind, "texts": { "en": text } });
    house.post("/objection-responses", new).await["id"].as_str().unwrap().to_owned()
}

/// Asked, heard and answered with a response.
async fn answered(house: &House, one: &str, response: &str) {
    did(house, one, json!({ "step": "ask", "question": "Compared with what?", "answer": "doing nothing" }))
        .await;
    did(house, one, json!({ "step": "answer", "text": "Nine thousand", "response_id": response })).await;
}

on_both_databases!(r55_usual_objections_have_kinds_and_own_names_map_to_one, kinds, doors);
async fn kinds(house: House) {
    let kinds = house.get("/objection-kinds").await;
    let keys: Vec<&str> = kinds.as_array().unwrap().iter().map(|k| k["kind"].as_str().unwrap()).collect();
    assert_eq!(
        keys,
        ["price_value", "risk", "content", "contract", "timing", "authority", "competitor", "hidden"]
    );
    assert_eq!(kinds[0]["sub_kinds"], json!(["too_dear", "no_roi", "no_budget", "cheaper_rival"]));
    let label = json!({ "label_en": "Works council", "label_ko": "노사협의회", "kind": "authority" });
    let label = house.post("/objection-labels", label).await["id"].as_str().unwrap().to_owned();
    let lead = lead(&house).await;
    let all = format!("{}/objections", lead.path);
    let new =
        json!({ "stated": "The works council must agree", "stated_kind": "authority", "stated_sub": label });
    assert_eq!(house.post(&all, new.clone()).await["stated_sub"], json!(label));
    let mut wrong = new;
    wrong["stated_kind"] = json!("risk");
    let (status, problem) = house.send(&house.owner, Method::POST, &all, Some(wrong), &[]).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("stated_sub"))
    );
    let path = format!("/objection-labels/{label}");
    assert_eq!(house.send(&house.stranger, Method::DELETE, &path, None, &[]).await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.send(&house.owner, Method::DELETE, &path, None, &[]).await.0, StatusCode::NO_CONTENT);
}

on_both_databases!(r58_a_price_objection_proposes_to_check_content_and_the_link_is_kept, related, doors);
async fn related(house: House) {
    let lead = lead(&house).await;
    let price = raise(&house, &lead, "price_value").await;
    let content = raise(&house, &lead, "content").await;
    let listed = house.get(&format!("{}/objections", lead.path)).await;
    assert_eq!(listed[0]["related"][0], "content");
    let id = content.rsplit('/').next().unwrap();
    let checked = json!({ "related": "content", "linked_id": id, "note": "They had not seen the import" });
    let kept = house.post(&format!("{price}/related"), checked).await;
    assert_eq!(
        (&kept["links"][0]["related"], &kept["links"][0]["linked_id"]),
        (&json!("content"), &json!(id))
    );
    for (body, field) in [
        (json!({ "related": "committee" }), "related"),
        (json!({ "related": "content", "linked_id": price.rsplit('/').next().unwrap() }), "linked_id"),
    ] {
        let path = format!("{price}/related");
        let (status, problem) = house.send(&house.owner, Method::POST, &path, Some(body), &[]).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field))
        );
    }
}

on_both_databases!(
    r57_drafts_acknowledge_first_and_what_presses_is_refused_while_it_is_open,
    unhurried,
    doors
);
async fn unhurried(house: House) {
    let lead = lead(&house).await;
    let one = raise(&house, &lead, "price_value").await;
    let guide = house.get(&format!("{one}/guide")).await;
    let (acknowledge, ask) = (guide["drafts"]["acknowledge"].as_str().unwrap(), &guide["drafts"]["ask"]);
    assert!(
        acknowledge.starts_with("You are right to ask") || acknowledge.starts_with("I understand"),
        "{guide}"
    );
    assert!(ask.as_str().unwrap().starts_with(acknowledge) && ask.as_str().unwrap().ends_with('?'));
    assert!(guide["drafts"]["answer"].as_str().unwrap().starts_with(acknowledge));
    let (_, heard) = step(&house, &one, json!({ "step": "acknowledge", "text": acknowledge })).await;
    assert_eq!((&heard["state"], &heard["acknowledged"]), (&json!("open"), &json!(acknowledge)));
    let press =
        json!({ "step": "answer", "text": "Sign today and there is a bonus", "skip_questions": true });
    let (status, problem) = step(&house, &one, press.clone()).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("pressing")));
    assert_eq!(problem["facts"]["words"], json!(["sign today", "bonus"]));
    let mut why = press;
    why["override_reason"] = json!("They asked for it themselves");
    let rep = house.member(Role::Rep).await;
    let path = format!("{one}/steps");
    let (status, _) = house.send(&rep, Method::POST, &path, Some(why.clone()), &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(did(&house, &one, why).await["state"], "answered");
    let told = house.events().await.into_iter().rev().find(|e| e.0 == "objection.moved").unwrap().1;
    assert_eq!(told["said"]["override_reason"], "They asked for it themselves");
}

on_both_databases!(r59_handled_becomes_confirmed_only_with_who_when_and_their_words, confirmed, doors);
async fn confirmed(house: House) {
    let lead = lead(&house).await;
    let one = raise(&house, &lead, "risk").await;
    did(&house, &one, json!({ "step": "ask", "question": "What could fail?", "answer": "the move" })).await;
    did(&house, &one, json!({ "step": "answer", "text": "We move it with you" })).await;
    for (body, field) in [
        (json!({ "step": "confirm", "words": " ", "person_id": lead.person }), "words"),
        (json!({ "step": "confirm", "words": "Fine" }), "person_id"),
    ] {
        let (status, problem) = step(&house, &one, body).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field))
        );
    }
    let yes = json!({ "step": "confirm", "words": "That settles it", "person_id": lead.person });
    let settled = did(&house, &one, yes).await;
    assert_eq!(settled["state"], "confirmed");
    assert_eq!(
        (&settled["settled_by_person"], &settled["settled_at"], &settled["settled_words"]),
        (&json!(lead.person), &json!(MORNING), &json!("That settles it"))
    );
}

on_both_databases!(
    r60_a_cue_of_no_interest_offers_hypotheses_with_questions_ordered_by_what_was_found,
    hidden,
    doors
);
async fn hidden(house: House) {
    let lead = lead(&house).await;
    let one = raise(&house, &lead, "hidden").await;
    let guide = house.get(&format!("{one}/guide")).await;
    let shares: Vec<f64> =
        guide["hypotheses"].as_array().unwrap().iter().map(|h| h["share"].as_f64().unwrap()).collect();
    assert_eq!(shares.len(), 5);
    assert!(shares.iter().all(|share| (share - 0.2).abs() < 1e-12), "prior equal: {shares:?}");
    assert!(guide["questions"][0].as_str().unwrap().ends_with('?'));
    let named = json!({ "real_kind": "authority", "real_sub": "wrong_person", "confidence": 80 });
    let named = house.patch(&one, named).await;
    assert_eq!((&named["real_sub"], &named["real_confidence"]), (&json!("wrong_person"), &json!(80)));
    let next = raise(&house, &lead, "hidden").await;
    let guide = house.get(&format!("{next}/guide")).await;
    assert_eq!(guide["hypotheses"][0]["key"], "wrong_person");
    assert!((guide["hypotheses"][0]["share"].as_f64().unwrap() - 3.0 / 11.0).abs() < 1e-12, "strength 10");
    let (status, _) = house
        .send(&house.owner, Method::PATCH, &one, Some(json!({ "real_kind": "risk", "confidence": 101 })), &[])
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

on_both_databases!(r61_the_library_shows_frequency_and_effect_and_answers_open_after_asking, effect, doors);
async fn effect(house: House) {
    let good = response(&house, "contract", "Good").await;
    let bad = response(&house, "contract", "Bad").await;
    for n in 0..6 {
        let lead = lead_in(&house, &format!("Deal{n}"), "offer").await;
        let one = raise(&house, &lead, "contract").await;
        let early = json!({ "step": "answer", "text": "x", "response_id": good });
        assert_eq!(step(&house, &one, early).await.1["code"], "not_heard");
        answered(&house, &one, if n == 5 { &bad } else { &good }).await;
        let yes = json!({ "step": "confirm", "words": "Fine", "person_id": lead.person });
        did(&house, &one, yes).await;
        if n == 5 {
            house.app.clock.set(MORNING.plus_days(20));
            did(&house, &one, json!({ "step": "repeat" })).await;
            house.app.clock.set(MORNING);
        }
    }
    let list = house.get("/objection-responses?kind=contract").await;
    assert_eq!(list[0]["texts"]["en"]["title"], "Good", "{list}");
    let found = &list[0]["outcome"];
    assert_eq!(
        (&found["uses"], &found["effect"]["settled"], &found["effect"]["held"]),
        (&json!(5), &json!(5), &json!(5))
    );
    // m = (5 + 10) / (6 + 20); e = (5 + 10 m) / 15.
    let m = 15.0 / 26.0;
    assert!((found["effect"]["effect"].as_f64().unwrap() - (5.0 + 10.0 * m) / 15.0).abs() < 1e-9);
    assert_eq!(found["effect"]["too_few"], false);
    let last = list.as_array().unwrap().iter().find(|r| r["id"] == json!(bad)).unwrap();
    assert_eq!(
        (&last["outcome"]["effect"]["held"], &last["outcome"]["effect"]["too_few"]),
        (&json!(0), &json!(true))
    );
    let lead = lead_in(&house, "Next", "offer").await;
    let one = raise(&house, &lead, "contract").await;
    let guide = house.get(&format!("{one}/guide")).await;
    assert_eq!((&guide["best"]["response_id"], &guide["best"]["because"]), (&json!(good), &json!("effect")));
}

on_both_databases!(
    a_deal_lost_for_that_reason_counts_against_the_answer_and_one_opened_again_does_not,
    lost,
    doors
);
async fn lost(house: House) {
    let lead = lead(&house).await;
    let response = response(&house, "price_value", "Ours").await;
    let one = raise(&house, &lead, "price_value").await;
    answered(&house, &one, &response).await;
    let outcome = async |house: &House| {
        let list = house.get("/objection-responses?kind=price_value").await;
        list.as_array().unwrap().iter().find(|r| r["id"] == json!(response)).unwrap()["outcome"].clone()
    };
    assert_eq!(outcome(&house).await["effect"]["settled"], 0, "not settled yet");
    house.post(&format!("{}/move", lead.path), json!({ "kind": "lose", "reason": "price" })).await;
    house.react().await;
    let found = outcome(&house).await;
    assert_eq!((&found["effect"]["settled"], &found["effect"]["held"]), (&json!(1), &json!(0)));
    assert_eq!((&found["decided"], &found["won"]), (&json!(1), &json!(0)));
    house.app.clock.set(MORNING.plus_days(1));
    house.post(&format!("{}/move", lead.path), json!({ "kind": "reopen", "reason": "new budget" })).await;
    house.react().await;
    assert_eq!(outcome(&house).await["effect"]["settled"], 0);
}

on_both_databases!(
    what_is_written_to_us_proposes_several_objections_and_a_person_takes_each,
    detected,
    doors
);
async fn detected(house: House) {
    let lead = lead(&house).await;
    let text = "It is too expensive. And my boss has to agree.";
    let source = Uuid::now_v7();
    let asked = json!({ "words": text, "feedback_id": source });
    tell(&house, "offer.feedback", &lead, asked).await;
    let open = house.get(&format!("/objection-proposals?source_id={source}")).await;
    let mut kinds: Vec<&str> = open.as_array().unwrap().iter().map(|p| p["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["authority", "price_value"]);
    assert_eq!(house.get(&format!("{}/objections", lead.path)).await, json!([]), "proposed, not decided");
    let of = |kind: &str| {
        let one = open.as_array().unwrap().iter().find(|p| p["kind"] == kind).unwrap();
        format!("/objection-proposals/{}", one["id"].as_str().unwrap())
    };
    let take = json!({ "verdict": "take" });
    let (status, _) =
        house.send(&house.stranger, Method::POST, &of("authority"), Some(take.clone()), &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let taken = house.post(&of("price_value"), take.clone()).await;
    assert_eq!(taken["state"], "taken");
    assert_eq!(house.post(&of("authority"), json!({ "verdict": "leave" })).await["state"], "left");
    let (status, problem) =
        house.send(&house.owner, Method::POST, &of("authority"), Some(take.clone()), &[]).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("already_decided")));
    let all = house.get(&format!("{}/objections", lead.path)).await;
    assert_eq!(
        (&all[0]["stated"], &all[0]["source"]),
        (&json!("It is too expensive."), &json!("offer_page"))
    );
    // Settled, and said again: the same record opens once more.
    let one = format!("{}/objections/{}", lead.path, all[0]["id"].as_str().unwrap());
    did(&house, &one, json!({ "step": "withdraw" })).await;
    let source = Uuid::now_v7();
    let again = json!({ "words": "Still too expensive.", "feedback_id": source });
    tell(&house, "offer.feedback", &lead, again).await;
    let open = house.get(&format!("/objection-proposals?source_id={source}")).await;
    house.post(&format!("/objection-proposals/{}", open[0]["id"].as_str().unwrap()), take).await;
    let all = house.get(&format!("{}/objections", lead.path)).await;
    assert_eq!(all.as_array().unwrap().len(), 1);
    assert_eq!((&all[0]["state"], &all[0]["times"]), (&json!("open"), &json!(2)));
    let line = &house.get("/objections").await[0];
    assert_eq!((&line["deal_name"], &line["times"]), (&json!("Acme deal"), &json!(2)));
}

on_both_databases!(r54_a_look_at_the_offer_raises_a_task_and_sends_nothing, looked, doors);
async fn looked(house: House) {
    let lead = lead_in(&house, "Acme", "offer").await;
    for _ in 0..2 {
        tell(&house, "offer.viewed", &lead, json!({})).await;
    }
    let tasks = house.get("/tasks").await;
    let asked: Vec<&Json> =
        tasks["items"].as_array().unwrap().iter().filter(|t| t["origin_key"] == "offer:viewed").collect();
    assert_eq!(asked.len(), 1, "one, however often they look");
    assert_eq!(asked[0]["due_on"], "2026-11-24");
    assert_eq!(house.get("/messages").await["items"], json!([]), "the ball is in their court");
}

on_both_databases!(r56_what_comparable_deals_raise_is_foretold_and_answered_in_nurturing, early, doors);
async fn early(house: House) {
    let lead = lead_in(&house, "First", "offer").await;
    let path = format!("{}/expected-objections", lead.path);
    assert_eq!(house.get(&path).await["segment"], Json::Null, "too few deals");
    assert_eq!(house.get("/objection-report").await["too_few"], true);
    raise(&house, &lead, "risk").await;
    for n in 0..20 {
        let other = lead_in(&house, &format!("Deal{n}"), "offer").await;
        if n < 4 {
            raise(&house, &other, "price_value").await;
        }
        if n < 2 {
            raise(&house, &other, "timing").await;
        }
    }
    let found = house.get(&path).await;
    assert_eq!(found["segment"], "industry");
    assert_eq!(found["kinds"].as_array().unwrap().len(), 1, "10 % is not enough: {found}");
    assert_eq!(
        (&found["kinds"][0]["kind"], &found["kinds"][0]["raised"]),
        (&json!("price_value"), &json!(4))
    );
    assert_eq!(found["kinds"][0]["pieces"], json!([]));
    let response = response(&house, "price_value", "Against doing nothing").await;
    let push = format!("/objection-responses/{response}/to-nurturing");
    let pushed = house.post(&push, json!({})).await;
    assert_eq!(pushed["content_ids"].as_array().unwrap().len(), 1);
    let (status, problem) = house.send(&house.owner, Method::POST, &push, Some(json!({})), &[]).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("already_there")));
    assert_eq!(house.get(&path).await["kinds"][0]["pieces"][0]["title"], "Compared with what?");
    let report = house.get("/objection-report").await;
    let price = report["kinds"].as_array().unwrap().iter().find(|k| k["kind"] == "price_value").unwrap();
    assert_eq!(
        (&price["late"], &price["could_be_early"], &price["pieces"]),
        (&json!(4), &json!(4), &json!(1))
    );
    // Whoever comes into nurturing now is given content that answers it.
    let next = lead_in(&house, "Next", "nurturing").await;
    house.react().await;
    house
        .post(
            &format!("{}/findings", next.path),
            json!({ "kind": "challenge", "summary": "slow", "words": "slow" }),
        )
        .await;
    let piece = json!({ "form": "link", "title": "Fast", "url": "https://ours.example/read", "challenges": ["slow"],
        "objections": ["price_value"], "locale": "en" });
    house.post("/content", piece).await;
    let best = house.get(&format!("{}/best-content", next.path)).await;
    let reasons = best["pieces"][0]["reasons"].as_array().unwrap();
    assert!(
        reasons.iter().any(|r| r["fits"] == "objection" && r["what"] == json!(["price_value"])),
        "{best}"
    );
}

on_both_databases!(responses_keep_their_versions_and_strangers_see_none, versions, doors);
async fn versions(house: House) {
    let starters = house.get("/objection-responses").await;
    assert_eq!(starters.as_array().unwrap().len(), 14, "a new workspace begins with some");
    assert_eq!(house.post("/objection-responses/starters", json!({})).await["added"], 0);
    let id = response(&house, "risk", "First").await;
    let path = format!("/objection-responses/{id}");
    let new =
        json!({ "kind": "risk", "roles": ["user"], "texts": { "ko": { "title": "둘째", "answer": "답" } } });
    let (status, _) =
        house.send(&house.owner, Method::PUT, &path, Some(new.clone()), &[("if-match", "9")]).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    let (status, put) =
        house.send(&house.owner, Method::PUT, &path, Some(new.clone()), &[("if-match", "1")]).await;
    assert_eq!((status, &put["version"]), (StatusCode::OK, &json!(2)), "{put}");
    assert_eq!(house.get(&format!("{path}/versions")).await[0]["texts"]["en"]["title"], "First");
    for (method, path, body) in [
        (Method::PUT, path.clone(), Some(new)),
        (Method::GET, format!("{path}/versions"), None),
        (Method::POST, format!("{path}/to-nurturing"), Some(json!({}))),
        (Method::DELETE, path.clone(), None),
    ] {
        let (status, _) =
            house.send(&house.stranger, method.clone(), &path, body, &[("if-match", "2")]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
    }
    for (body, field) in [
        (json!({ "kind": "risk", "texts": {} }), "texts"),
        (json!({ "kind": "risk", "texts": { "fr": { "title": "x", "answer": "y" } } }), "texts"),
        (json!({ "kind": "risk", "texts": { "en": { "title": "x", "answer": " " } } }), "texts.en.answer"),
    ] {
        let (status, problem) =
            house.send(&house.owner, Method::POST, "/objection-responses", Some(body), &[]).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field))
        );
    }
    assert_eq!(house.send(&house.owner, Method::DELETE, &path, None, &[]).await.0, StatusCode::NO_CONTENT);
    assert_eq!(house.get("/objection-responses").await.as_array().unwrap().len(), 14);
}

//! Talks: keeping what is typed, and answers that become data.

use axum::http::{Method, StatusCode};
use http_room::Role;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

use crate::support::{answer, doors, fill, kinds, lead, patch, save, talk, text, verdict};

on_both_databases!(what_was_typed_is_kept_place_by_place_and_sent_twice_is_one_change, kept, doors);
async fn kept(house: House) {
    let lead = lead(&house, "Acme").await;
    let talk = talk(&house, &lead, "plain", "call").await;
    let (first, second) =
        (patch("notes", 0, json!("Minji sounds tired")), patch("q.today.words", 0, json!("Sheets")));
    let (status, saved) = save(&house, &house.owner, &talk, vec![first.clone(), second.clone()]).await;
    assert_eq!((status, &saved["cells"][0]["revision"]), (StatusCode::OK, &json!(1)), "{saved}");
    // The answer was lost on the way: the same changes come again, after the next one.
    let third = patch("notes", 1, json!("Minji sounds tired\nShe laughed"));
    save(&house, &house.owner, &talk, vec![third]).await;
    let (status, again) = save(&house, &house.owner, &talk, vec![first, second]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(again["cells"][0]["value"], "Minji sounds tired\nShe laughed");
    let kept = house.get(&format!("/talks/{}", text(&talk["id"]))).await;
    assert_eq!(
        (&kept["cells"]["notes"]["revision"], &kept["cells"]["q.today.words"]["value"]),
        (&json!(2), &json!("Sheets"))
    );
    let cleared = patch("notes", 2, Json::Null);
    let (status, _) = save(&house, &house.owner, &talk, vec![cleared]).await;
    assert_eq!(status, StatusCode::OK);
    let (_, behind) = save(&house, &house.owner, &talk, vec![patch("notes", 3, json!("anew"))]).await;
    assert_eq!(
        (&behind["cells"][0]["outcome"], &behind["cells"][0]["revision"]),
        (&json!("kept"), &json!(4))
    );
    let wrong = [
        ("q.nothing.words", json!("x"), "patches.0.cell"),
        ("check.camera_on", json!(true), "patches.0.cell"),
        ("notes", json!(7), "patches.0.value"),
        ("q.today.words", json!("x".repeat(2_001)), "patches.0.value"),
    ];
    for (cell, value, place) in wrong {
        let (status, problem) = save(&house, &house.owner, &talk, vec![patch(cell, 0, value)]).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(place))
        );
    }
    let many = (0..101).map(|_| patch("notes", 0, json!("x"))).collect();
    assert_eq!(save(&house, &house.owner, &talk, many).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

on_both_databases!(
    two_people_in_the_same_answers_get_a_merge_or_a_clear_conflict_and_never_a_silent_loss,
    two_people,
    doors
);
async fn two_people(house: House) {
    let lead = lead(&house, "Acme").await;
    let talk = talk(&house, &lead, "plain", "call").await;
    let path = format!("/talks/{}", text(&talk["id"]));
    let other = house.member(Role::Rep).await;
    save(&house, &house.owner, &talk, vec![patch("notes", 0, json!("one\ntwo\nthree"))]).await;
    let mine = patch("notes", 1, json!("ONE\ntwo\nthree"));
    let theirs = vec![patch("notes", 1, json!("one\ntwo\nTHREE")), patch("q.goal.words", 0, json!("Grow"))];
    save(&house, &house.owner, &talk, vec![mine]).await;
    let (status, merged) = save(&house, &other, &talk, theirs).await;
    assert_eq!(status, StatusCode::OK, "other fields merge, and other lines of a text");
    assert_eq!(
        (&merged["cells"][0]["outcome"], &merged["cells"][0]["value"]),
        (&json!("merged"), &json!("ONE\ntwo\nTHREE"))
    );
    let clash =
        vec![patch("notes", 1, json!("uno\ntwo\nthree")), patch("q.ambition.words", 0, json!("Korea"))];
    let (status, problem) = save(&house, &other, &talk, clash).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("edited_elsewhere")));
    let told = &problem["facts"]["conflicts"][0];
    assert_eq!(
        (&told["yours"], &told["theirs"], &told["revision"]),
        (&json!("uno\ntwo\nthree"), &json!("ONE\ntwo\nTHREE"), &json!(3))
    );
    let now = house.get(&path).await;
    assert_eq!(now["cells"]["notes"]["value"], "ONE\ntwo\nTHREE", "what stands there stays");
    assert_eq!(now["cells"]["q.ambition.words"]["value"], "Korea", "the rest of the request is kept");
    let revisions = house.get(&format!("{path}/revisions?cell=notes")).await;
    let all: Vec<(&str, &str)> = revisions
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["outcome"].as_str().unwrap(), r["value"].as_str().unwrap()))
        .collect();
    assert!(all.contains(&("refused", "uno\ntwo\nthree")), "both texts are kept: {all:?}");
    assert_eq!(all.len(), 4);
    let settled = patch("notes", 3, json!("ONE, or uno\ntwo\nTHREE"));
    assert_eq!(save(&house, &other, &talk, vec![settled]).await.0, StatusCode::OK);
    let (status, _) = house.send(&house.stranger, Method::GET, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = save(&house, &house.stranger, &talk, vec![patch("notes", 0, json!("x"))]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

on_both_databases!(
    r34_answers_become_findings_in_their_own_words_once_and_a_corrected_answer_corrects_them,
    findings,
    doors
);
async fn findings(house: House) {
    let lead = lead(&house, "Acme").await;
    let talk = talk(&house, &lead, "plain", "call").await;
    let parts = [
        ("q.challenge.words", json!("We see the numbers in week three")),
        ("q.challenge.summary", json!("Reports come late")),
        (
            "q.challenge.value",
            json!({ "cost": { "minor": 900_000, "currency": "USD" }, "owner": "Head of sales" }),
        ),
        ("q.goal.words", json!("Close the month in two days")),
        ("q.today.words", json!("Sheets")),
        ("q.process.words", json!("The board decides in March")),
    ];
    answer(&house, &talk, &parts).await;
    let filled = fill(&house, &talk).await;
    assert_eq!(filled["filled"], json!(["today", "challenge", "goal", "process"]));
    assert_eq!(verdict(&house, &lead, "discovery_done").await, "met");
    let list = |kind: &'static str| {
        let (house, path) = (&house, format!("{}/findings", lead.path));
        async move {
            let all = house.get(&path).await;
            all.as_array().unwrap().iter().filter(|f| f["kind"] == kind).cloned().collect::<Vec<Json>>()
        }
    };
    let challenge = list("challenge").await;
    assert_eq!(
        (&challenge[0]["summary"], &challenge[0]["words"], &challenge[0]["person_id"]),
        (&json!("Reports come late"), &json!("We see the numbers in week three"), &json!(lead.person))
    );
    let bant = house.get(&format!("{}/bant", lead.path)).await;
    let need = &bant["factors"][0];
    assert_eq!((&need["rating"], &need["kind"]), (&json!(2), &json!("conversation")), "what it costs them");
    assert_eq!(need["evidence"][0]["value"]["challenge_ids"], json!([challenge[0]["id"]]));
    let written = kinds(&house, "finding.").await.len();
    fill(&house, &talk).await;
    assert_eq!(kinds(&house, "finding.").await.len(), written, "nothing is written twice");

    let corrected = vec![
        patch("q.challenge.words", 1, json!("We see the numbers in week four")),
        patch("q.challenge.value", 1, json!({ "cost": { "minor": 800_000, "currency": "USD" } })),
        patch("q.goal.words", 1, Json::Null),
    ];
    save(&house, &house.owner, &talk, corrected).await;
    fill(&house, &talk).await;
    let again = list("challenge").await;
    assert_eq!((again.len(), &again[0]["id"]), (1, &challenge[0]["id"]));
    assert_eq!(again[0]["words"], "We see the numbers in week four");
    assert!(list("goal").await.is_empty(), "an answer that is taken away takes its finding with it");
    let bant = house.get(&format!("{}/bant", lead.path)).await;
    let evidence = bant["factors"][0]["evidence"].as_array().unwrap();
    assert_eq!((evidence.len(), &evidence[0]["value"]["impact_money"]["minor"]), (1, &json!(800_000)));
    assert_eq!(verdict(&house, &lead, "discovery_done").await, "unmet");
}

on_both_databases!(
    r37_r35_r41_a_talk_by_bant_meets_the_four_the_decision_maker_and_the_two_way_talk,
    gates,
    doors
);
async fn gates(house: House) {
    let lead = lead(&house, "Acme").await;
    let task = json!({ "title": "Discovery talk", "kind": "call", "deal_id": lead.path.trim_start_matches("/deals/") });
    let task = text(&house.post("/tasks", task).await["id"]);
    let new = json!({ "kind": "call", "template": "bant", "person_id": lead.person, "task_id": task });
    let talk = house.post(&format!("{}/talks", lead.path), new).await;
    let parts = [
        ("q.challenge.words", json!("보고가 늦습니다")),
        ("q.today.words", json!("엑셀")),
        ("q.goal.words", json!("이틀 안에 마감")),
        ("q.need.value", json!({ "value": { "impact": "late", "owner": "CFO" } })),
        ("q.need.words", json!("CFO가 맡고 있어요")),
        ("q.budget.value", json!({ "value": { "state": "approved" } })),
        ("q.timing.value", json!({ "value": { "wanted_on": "2026-12-31", "driver": "fiscal year" } })),
        ("q.authority.words", json!("제가 서명합니다")),
        ("q.authority.value", json!({ "value": { "person_id": lead.person, "role": "decision_maker" } })),
        ("next_step", json!({ "title": "Send the summary", "kind": "email", "due_on": "2026-11-25" })),
        ("notes", json!("좋은 대화")),
    ];
    answer(&house, &talk, &parts).await;
    assert_ne!(verdict(&house, &lead, "two_way_talk").await, "met");
    let id = text(&talk["id"]);
    let ended = house.post(&format!("/talks/{id}/finish"), json!({ "seconds": 1_260 })).await;
    assert_eq!(ended["filled"]["unfilled"], json!([]));
    house.react().await;
    for key in ["discovery_done", "bant_met", "decision_maker_known", "two_way_talk"] {
        assert_eq!(verdict(&house, &lead, key).await, "met", "{key}");
    }
    assert_eq!(
        (&ended["activity"]["kind"], &ended["activity"]["two_way"], &ended["activity"]["duration_seconds"]),
        (&json!("call"), &json!(true), &json!(1_260))
    );
    assert_eq!(ended["activity"]["body"], "좋은 대화");
    assert_eq!(house.get(&format!("/tasks/{task}")).await["state"], "done");
    assert_eq!(ended["next_step"]["title"], "Send the summary");
    let bant = house.get(&format!("{}/bant", lead.path)).await;
    assert_eq!(bant["factors"][1]["evidence"][0]["activity_id"], ended["activity"]["id"]);
    assert_eq!(bant["state"], "qualified");
    let twice = json!({ "seconds": 1 });
    let (status, _) =
        house.send(&house.owner, Method::POST, &format!("/talks/{id}/finish"), Some(twice), &[]).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(kinds(&house, "discovery.").await, ["discovery.started", "discovery.finished"]);
}

on_both_databases!(
    an_answer_that_does_not_fit_its_field_yet_is_kept_and_named_and_spoils_nothing,
    unfitting,
    doors
);
async fn unfitting(house: House) {
    let lead = lead(&house, "Acme").await;
    let talk = talk(&house, &lead, "bant", "meeting").await;
    let parts = [
        ("q.goal.words", json!("Grow")),
        ("q.budget.words", json!("There may be some")),
        ("q.timing.value", json!({ "value": { "wanted_on": "soon" } })),
    ];
    answer(&house, &talk, &parts).await;
    let filled = fill(&house, &talk).await;
    assert_eq!(filled["filled"], json!(["goal"]));
    let named: Vec<&str> =
        filled["unfilled"].as_array().unwrap().iter().map(|u| u["question"].as_str().unwrap()).collect();
    assert_eq!(named, ["budget", "timing"]);
    let kept = house.get(&format!("/talks/{}", text(&talk["id"]))).await;
    assert_eq!(kept["cells"]["q.budget.words"]["value"], "There may be some");
}

on_both_databases!(
    r36_the_score_is_recomputed_after_every_discovery_save_and_a_change_of_grade_is_an_event,
    scored,
    doors
);
async fn scored(house: House) {
    let lead = lead(&house, "Acme").await;
    let label = json!({ "en": "Sites", "ko": "사업장 수" });
    let field = json!({ "on": "company", "key": "sites", "label": label, "kind": "number" });
    house.post("/custom-fields", field).await;
    let profile = house.get("/icp-profiles").await[0]["id"].as_str().unwrap().to_owned();
    let half = |half: &str| json!({ "type": "weight", "half": half, "weight": 5 });
    let criteria = json!([
        { "field": "custom.sites", "test": { "type": "range", "from": 10, "to": null }, "role": half("to_us") },
        { "field": "has_website", "test": { "type": "choice", "accepts": ["yes"] }, "role": half("to_them") },
    ]);
    house.patch(&format!("/icp-profiles/{profile}"), json!({ "criteria": criteria })).await;
    house.post(&format!("/icp-profiles/{profile}/publish"), json!({})).await;
    house.work().await;
    let outline = json!({ "name": { "en": "Sites", "ko": "" }, "questions": [
        { "key": "sites", "ask": { "en": "How many sites?", "ko": "" }, "fills": { "type": "field", "on": "company", "field": "sites" } },
    ] });
    let framework = house.post("/frameworks", json!({ "key": "sites", "outline": outline })).await;
    house.post(&format!("/frameworks/{}/publish", text(&framework["id"])), json!({})).await;
    let new = json!({ "kind": "call", "framework_id": framework["id"] });
    let talk = house.post(&format!("{}/talks", lead.path), new).await;
    let path = format!("/companies/{}", lead.company);
    answer(&house, &talk, &[("q.sites.value", json!(12))]).await;
    fill(&house, &talk).await;
    let rich = house.get(&path).await;
    assert_eq!(rich["custom"]["sites"].as_f64(), Some(12.0));
    assert_eq!(rich["icp_score"], 100, "before any reaction");
    save(&house, &house.owner, &talk, vec![patch("q.sites.value", 1, json!(1))]).await;
    fill(&house, &talk).await;
    let poor = house.get(&path).await;
    assert!(poor["icp_score"].as_i64().unwrap() < 100, "{poor}");
    let changed = house.events().await.into_iter().filter(|e| e.0 == "icp.grade_changed").count();
    assert!(changed >= 1, "another grade is an event");
}

on_both_databases!(r88_a_video_meeting_reminds_that_the_camera_is_on, camera, doors);
async fn camera(house: House) {
    let lead = lead(&house, "Acme").await;
    let new = json!({ "kind": "video", "template": "plain", "link": "https://meet.example/a" });
    let video = house.post(&format!("{}/talks", lead.path), new).await;
    assert_eq!(video["checklist"], json!(["camera_on"]));
    answer(&house, &video, &[("check.camera_on", json!(true))]).await;
    let call = talk(&house, &lead, "plain", "call").await;
    assert_eq!(call["checklist"], json!([]));
    let ended = house.post(&format!("/talks/{}/finish", text(&video["id"])), json!({ "seconds": 60 })).await;
    assert_eq!(
        (&ended["activity"]["kind"], &ended["activity"]["outcome"], &ended["activity"]["link"]),
        (&json!("meeting"), &json!("held"), &json!("https://meet.example/a"))
    );
    let wrong = json!({ "kind": "call", "template": "plain", "link": "javascript:alert(1)" });
    let (status, _) =
        house.send(&house.owner, Method::POST, &format!("{}/talks", lead.path), Some(wrong), &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

on_both_databases!(r86_the_brief_has_everything_on_one_page_when_the_call_falls_due, brief, doors);
async fn brief(house: House) {
    let lead = lead(&house, "Acme").await;
    let deal = lead.path.trim_start_matches("/deals/");
    let items =
        json!([{ "kind": "trigger", "text": "They open a site", "source": "https://news.example/acme" }]);
    house.put(&format!("{}/research", lead.path), json!({ "items": items })).await;
    house.post("/activities", json!({ "kind": "note", "body": "Met at the fair", "deal_id": deal })).await;
    let due = json!({ "title": "Call Minji", "kind": "call", "deal_id": deal, "due_on": "2026-11-23" });
    let due = text(&house.post("/tasks", due).await["id"]);
    let talk = talk(&house, &lead, "plain", "call").await;
    answer(&house, &talk, &[("q.goal.words", json!("Grow"))]).await;
    fill(&house, &talk).await;
    let brief = house.get(&format!("{}/brief", lead.path)).await;
    let today = house.get("/today").await;
    assert!(today.as_array().unwrap().iter().any(|i| i["task"]["deal_id"] == deal), "it is due: {today}");
    assert!(brief["due"]["kind"] == "call" && !due.is_empty());
    assert_eq!(brief["company"]["name"], "Acme");
    let links: Vec<&str> =
        brief["links"].as_array().unwrap().iter().map(|l| l["url"].as_str().unwrap()).collect();
    assert_eq!(links, ["https://acme.example", "https://news.example/acme"]);
    assert_eq!(brief["people"][0]["name"], "Kim Minji");
    assert_eq!(brief["findings"][0]["summary"], "Grow");
    assert_eq!(brief["open_talk"], talk["id"]);
    assert!(brief["touches"].as_array().unwrap().iter().any(|t| t["kind"] == "note.added"));
    let missing: Vec<&str> =
        brief["missing"].as_array().unwrap().iter().map(|m| m["key"].as_str().unwrap()).collect();
    assert!(missing.contains(&"bant_met") && missing.contains(&"discovery_done"), "{missing:?}");
    let open: Vec<&str> =
        brief["open_questions"].as_array().unwrap().iter().map(|q| q["key"].as_str().unwrap()).collect();
    assert!(open.contains(&"challenge") && !open.contains(&"goal"), "{open:?}");
    let (status, _) =
        house.send(&house.stranger, Method::GET, &format!("{}/brief", lead.path), None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

//! The content library through its routes, on both databases.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};
use tower::ServiceExt;

use crate::support::{doors, lead_of, piece, troubled};

on_both_databases!(r42_an_answer_is_found_by_its_words_with_its_tags_stage_and_language, answers, doors);
async fn answers(house: House) {
    let new = json!({ "form": "answer", "title": "How long is the notice period?", "body": "Three months, in writing.",
        "challenges": ["contract fear"], "stages": ["offer"], "locale": "en", "topic": "product" });
    let made = house.post("/content", new).await;
    assert_eq!(
        (&made["form"], &made["challenges"], &made["stages"]),
        (&json!("answer"), &json!(["contract fear"]), &json!(["offer"]))
    );
    let korean = json!({ "form": "answer", "title": "해지 통보 기간은 얼마인가요?", "body": "서면으로 3개월입니다.", "locale": "ko" });
    house.post("/content", korean).await;
    let found = |query: &'static str| {
        let house = &house;
        async move { house.get(&format!("/content?{query}")).await.as_array().unwrap().len() }
    };
    assert_eq!(found("form=answer&q=writing").await, 1);
    assert_eq!(found("q=%ED%86%B5%EB%B3%B4").await, 1, "Korean");
    assert_eq!(found("q=contract%20fear").await, 1, "by its tags");
    assert_eq!(found("q=price").await, 0);
    assert_eq!(found("stage=offer").await, 2, "one without a stage may be used in all");
    assert_eq!(found("locale=ko").await, 1);
    let id = made["id"].as_str().unwrap();
    let path = format!("/content/{id}");
    let (status, _) = house
        .send(
            &house.owner,
            Method::PATCH,
            &path,
            Some(json!({ "body": "Two months." })),
            &[("if-match", "\"9\"")],
        )
        .await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    let (status, changed) = house
        .send(
            &house.owner,
            Method::PATCH,
            &path,
            Some(json!({ "body": "Two months.", "topic": "service" })),
            &[("if-match", "\"1\"")],
        )
        .await;
    assert_eq!(
        (status, &changed["body"], &changed["title"]),
        (StatusCode::OK, &json!("Two months."), &made["title"])
    );
    let (status, _) = house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(found("").await, 1);
}

on_both_databases!(content_that_says_too_little_is_refused_field_by_field, faults, doors);
async fn faults(house: House) {
    let cases = [
        (json!({ "form": "link", "title": "x" }), "url"),
        (json!({ "form": "link", "title": "x", "url": "ftp://a" }), "url"),
        (json!({ "form": "story", "title": "x" }), "challenges"),
        (json!({ "form": "answer", "title": "x" }), "body"),
        (json!({ "form": "answer", "title": " ", "body": "y" }), "title"),
        (json!({ "form": "answer", "title": "x", "body": "y", "gives": "ask" }), "gives"),
        (json!({ "form": "answer", "title": "x", "body": "y", "roles": ["boss"] }), "roles"),
        (json!({ "form": "answer", "title": "x", "body": "y", "stages": ["later"] }), "stages"),
        (json!({ "form": "answer", "title": "x", "body": "y", "locale": "fr" }), "locale"),
        (
            json!({ "form": "file", "title": "x", "file_id": "018f0000-0000-7000-8000-000000000000" }),
            "file_id",
        ),
    ];
    for (body, field) in cases {
        let (status, problem) =
            house.send(&house.owner, Method::POST, "/content", Some(body.clone()), &[]).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)),
            "{body}"
        );
    }
}

on_both_databases!(
    r43_two_deals_with_different_challenges_get_different_content_with_the_reasons,
    best,
    doors
);
async fn best(house: House) {
    let late = troubled(&house, "Stone", "Reports come late").await;
    let scrap = troubled(&house, "Hammer", "Too much scrap").await;
    let on_late = piece(&house, "Faster reports", "late reports").await;
    let on_scrap = piece(&house, "Less scrap", "scrap").await;
    house.post(&format!("{}/awareness", late.path), json!({ "cause": "challenge_named" })).await;
    let best_of =
        |lead: &crate::support::Lead| format!("{}/best-content?person_id={}", lead.path, lead.person);
    let found = house.get(&best_of(&late)).await;
    assert_eq!(
        (&found["pieces"][0]["content"]["id"], &found["pieces"][0]["score"]),
        (&json!(on_late), &json!(7))
    );
    let reasons: Vec<Json> = found["pieces"][0]["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| json!([r["fits"], r["points"]]))
        .collect();
    assert_eq!(reasons, [json!(["challenge", 4]), json!(["next_level", 3])]);
    assert_eq!(house.get(&best_of(&scrap)).await["pieces"][0]["content"]["id"], json!(on_scrap));
    let given = json!({ "kind": "educate", "title": "Faster reports", "person_id": late.person, "content_id": on_late });
    house.post(&format!("{}/value-touches", late.path), given).await;
    let after = house.get(&best_of(&late)).await;
    assert_eq!(
        (&after["pieces"], &after["write_for"]),
        (&json!([]), &json!("Reports come late Reports come late")),
        "seen already"
    );
    assert_eq!(house.post(&format!("{}/content-task", late.path), json!({})).await["made"], true);
    assert_eq!(house.post(&format!("{}/content-task", late.path), json!({})).await["made"], false, "once");
    let tasks = house.get("/tasks?where=state.eq.open").await;
    let made = tasks["items"]
        .as_array()
        .unwrap()
        .iter()
        .any(|t| t["title"].as_str().unwrap().starts_with("Write content for: Reports"));
    assert!(made, "{tasks}");
}

on_both_databases!(r85_challenges_nobody_has_a_story_for_are_listed_with_their_deals, gaps, doors);
async fn gaps(house: House) {
    let late = troubled(&house, "Stone", "Reports come late").await;
    troubled(&house, "Hammer", "Too much scrap").await;
    let story = json!({ "form": "story", "title": "Half the waste", "body": "…", "challenges": ["scrap"] });
    house.post("/content", story).await;
    let found = house.get("/content-gaps").await;
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(
        (&found[0]["challenge"], &found[0]["deals"][0]["id"]),
        (&json!("Reports come late"), &json!(late.id))
    );
}

on_both_databases!(use_and_effect_of_content_are_counted_and_open_to_the_rows_behind_them, effect, doors);
async fn effect(house: House) {
    let (one, two) = (lead_of(&house, "Stone").await, lead_of(&house, "Hammer").await);
    let id = piece(&house, "Faster reports", "late reports").await;
    for lead in [&one, &two] {
        let given = json!({ "kind": "educate", "title": "Faster reports", "person_id": lead.person, "content_id": id });
        house.post(&format!("{}/value-touches", lead.path), given).await;
    }
    house.app.clock.set(MORNING.plus_days(2));
    house
        .post(&format!("{}/signals", one.path), json!({ "kind": "content_click", "person_id": one.person }))
        .await;
    house.app.clock.set(MORNING.plus_days(20));
    house.post(&format!("{}/signals", two.path), json!({ "kind": "content_click" })).await;
    let view = house.get(&format!("/content/{id}")).await;
    assert_eq!(
        (&view["uses"], &view["effects"]),
        (&json!(2), &json!(1)),
        "what comes after two weeks is no effect"
    );
    let rows = house.get(&format!("/content/{id}/uses")).await;
    let with = rows.as_array().unwrap().iter().filter(|row| row["effect"] == "content_click").count();
    assert_eq!((rows.as_array().unwrap().len(), with), (2, 1));
    assert_eq!(rows[0]["person_name"].as_str().map(|n| n.starts_with("Kim")), Some(true));
}

on_both_databases!(another_workspace_sees_nothing_of_the_library, walls, doors);
async fn walls(house: House) {
    let lead = troubled(&house, "Stone", "Reports come late").await;
    let id = piece(&house, "Faster reports", "late reports").await;
    for path in
        [format!("/content/{id}"), format!("/content/{id}/uses"), format!("{}/best-content", lead.path)]
    {
        let (status, _) = house.send(&house.stranger, Method::GET, &path, None, &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/content", "/content-gaps", "/tracks", "/silent-deals", "/response-times"] {
        let (_, list) = house.send(&house.stranger, Method::GET, path, None, &[]).await;
        assert_eq!(list, json!([]), "{path}");
    }
}

on_both_databases!(a_file_of_the_library_is_opened_by_whoever_was_given_its_link, files, doors);
async fn files(house: House) {
    let pdf = b"%PDF-1.7 a story".as_slice();
    let upload = |name: &'static str, bytes: &'static [u8]| {
        let house = &house;
        async move { house.upload_form(&house.owner, "/content-files", &[], (name, bytes)).await }
    };
    let (status, kept) = upload("사례.pdf", pdf).await;
    assert_eq!(status, StatusCode::CREATED, "{kept}");
    assert_eq!((&kept["name"], &kept["size"]), (&json!("사례.pdf"), &json!(pdf.len())));
    for (name, bytes, code) in [("page.html", b"<p>".as_slice(), "file_kind"), ("empty.pdf", b"", "required")]
    {
        let (status, problem) = upload(name, bytes).await;
        assert_eq!(
            (status, &problem["errors"][0]["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(code)),
            "{name}"
        );
    }
    let piece = json!({ "form": "file", "title": "How others did it", "file_id": kept["file_id"], "topic": "industry" });
    let made = house.post("/content", piece.clone()).await;
    assert_eq!(made["url"], kept["url"], "whoever gets the piece gets the link of the file");
    let (status, _) = house.send(&house.stranger, Method::POST, "/content", Some(piece), &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "a file of another workspace is none");

    let path = kept["url"].as_str().unwrap().strip_prefix(&house.app.config.base_url).unwrap().to_owned();
    let pages = nurturing::public_routes().with_state(house.app.clone());
    let get = |path: &str| {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        pages.clone().oneshot(request)
    };
    let answer = get(&path).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    assert_eq!(answer.headers()["content-security-policy"], "sandbox; default-src 'none'");
    assert_eq!(to_bytes(answer.into_body(), 1 << 20).await.unwrap(), pdf);
    for wrong in ["/d/00000000000000000000000000000000", "/d/nothing", &format!("{path}0")] {
        assert_eq!(get(wrong).await.unwrap().status(), StatusCode::NOT_FOUND, "{wrong}");
    }
}

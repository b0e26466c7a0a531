//! The same questions as a page for the prospect.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use tower::ServiceExt;

use crate::support::{doors, kinds, lead, text, verdict};

async fn visit(house: &House, method: Method, url: &str, body: &str) -> (StatusCode, String) {
    let path = url.split_once("/q/").map(|(_, rest)| format!("/q/{rest}")).unwrap();
    let kind = "application/x-www-form-urlencoded";
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body.to_owned()));
    let router = qualification::public_routes().with_state(house.app.clone());
    let response = router.oneshot(request.unwrap()).await.unwrap();
    let status = response.status();
    (status, String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap())
}

on_both_databases!(
    the_same_questions_are_a_page_for_the_prospect_and_what_they_write_is_evidence,
    page,
    doors
);
async fn page(house: House) {
    let lead = lead(&house, "Acme").await;
    let forms = format!("{}/question-forms", lead.path);
    let new = json!({ "person_id": lead.person, "template": "bant" });
    let form = house.post(&forms, new.clone()).await;
    let url = text(&form["page_url"]);
    assert!(text(&form["embed"]).contains("/embed.js"));
    assert_eq!(house.post(&forms, new).await["page_url"], form["page_url"], "one for a deal and a person");
    let (status, html) = visit(&house, Method::GET, &format!("{url}?lang=ko"), "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("지금은 무엇을 쓰고 계신가요?") && !html.contains("BANT"), "{html}");
    assert!(!html.contains("누가 하시고, 어떻게 하면 뵐 수"), "who decides is asked in a talk");
    let (status, _) = visit(&house, Method::GET, &format!("{url}/embed.js"), "").await;
    assert_eq!(status, StatusCode::OK);

    let sent = "q.challenge.words=Reports+come+late&q.goal.words=Two+days&q.today.words=Sheets\
                &q.budget.state=approved&q.timing.day=2026-12-31&q.need.words=It+hurts";
    let (status, _) = visit(&house, Method::POST, &url, sent).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(verdict(&house, &lead, "discovery_done").await, "met");
    let bant = house.get(&format!("{}/bant", lead.path)).await;
    let factor = |n: usize| {
        (
            bant["factors"][n]["kind"].clone(),
            bant["factors"][n]["rating"].clone(),
            bant["factors"][n]["confidence"].clone(),
        )
    };
    assert_eq!(factor(1), (json!("written"), json!(2), json!(0.85)));
    assert_eq!(factor(0).0, "written");
    assert_eq!(bant["factors"][1]["evidence"][0]["person_id"], json!(lead.person));
    assert_eq!(kinds(&house, "discovery.").await, ["discovery.form_answered"]);
    let tasks = house.get("/tasks?where=origin.eq.notice").await;
    assert_eq!(tasks["items"].as_array().unwrap().len(), 1, "{tasks}");

    let corrected = sent.replace("Sheets", "Paper");
    visit(&house, Method::POST, &url, &corrected).await;
    visit(&house, Method::POST, &url, &corrected).await;
    let findings = house.get(&format!("{}/findings", lead.path)).await;
    let today: Vec<&Json> =
        findings.as_array().unwrap().iter().filter(|f| f["kind"] == "current_solution").collect();
    assert_eq!((today.len(), &today[0]["words"]), (1, &json!("Paper")));
    assert_eq!(kinds(&house, "discovery.").await.len(), 2, "the same again says nothing new");
    let (_, html) = visit(&house, Method::GET, &url, "").await;
    assert!(html.contains("Paper"), "they find what they wrote");

    let (status, html) = visit(&house, Method::POST, &url, "q.timing.day=soon").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("role=\"alert\""));
    let (status, _) = visit(&house, Method::POST, &url, "q.goal.words=Spam&fax_number=1").await;
    assert_eq!(status, StatusCode::OK, "a machine is answered like anybody else");
    let goals = house.get(&format!("{}/findings", lead.path)).await;
    assert!(!goals.to_string().contains("Spam"));
    let talk = text(&form["talk"]["id"]);
    let (status, _) =
        house.send(&house.stranger, Method::DELETE, &format!("{forms}/{talk}"), None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    house.send(&house.owner, Method::DELETE, &format!("{forms}/{talk}"), None, &[]).await;
    assert_eq!(visit(&house, Method::GET, &url, "").await.0, StatusCode::NOT_FOUND);
    assert_eq!(visit(&house, Method::GET, "/q/nothing", "").await.0, StatusCode::NOT_FOUND);
}

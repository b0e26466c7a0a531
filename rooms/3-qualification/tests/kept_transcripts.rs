//! Transcripts of calls and meetings through their routes, on both databases.

use axum::http::{Method, StatusCode};
use http_room::{Door, Role};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

use crate::transcripts::fixtures;

fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door(), qualification::door()]
}

/// A deal with a meeting and its two people.
struct Talked {
    deal: String,
    meeting: String,
    person: String,
}

async fn talked(house: &House) -> Talked {
    let text = |json: &Json| json["id"].as_str().unwrap().to_owned();
    let company = house.post("/companies", json!({ "name": "Acme" })).await;
    let person = json!({ "name": "이서연", "email": "seoyeon@acme.example", "company_id": company["id"] });
    let person = text(&house.post("/people", person).await);
    let deal = text(&house.post("/deals", json!({ "name": "Acme deal", "company_id": company["id"] })).await);
    house.put(&format!("/deals/{deal}/people/{person}"), json!({ "roles": ["user"] })).await;
    let meeting = json!({ "kind": "meeting", "outcome": "held", "title": "First talk", "deal_id": deal, "person_id": person });
    let meeting = text(&house.post("/activities", meeting).await);
    Talked { deal, meeting, person }
}

/// Puts a file of the fixtures on record.
async fn put(house: &House, meeting: &str, file: &str, more: &[(&str, &str)]) -> (StatusCode, Json) {
    let bytes = std::fs::read(fixtures().join(file)).unwrap();
    let name = file.rsplit('/').next().unwrap();
    let mut fields = vec![("activity_id", meeting)];
    fields.extend_from_slice(more);
    house.upload_form(&house.owner, "/transcripts", &fields, (name, &bytes)).await
}

const AGREED: [(&str, &str); 2] = [("consent_how", "spoken"), ("consent_by", "이서연")];

async fn kept(house: &House, meeting: &str, file: &str) -> Json {
    let (status, view) = put(house, meeting, file, &AGREED).await;
    assert_eq!(status, StatusCode::CREATED, "{view}");
    view
}

on_both_databases!(r87_a_transcript_belongs_to_a_talk_and_says_who_agreed, belongs, doors);
async fn belongs(house: House) {
    let talked = talked(&house).await;
    let (status, answer) =
        put(&house, &talked.meeting, "talks/한국어-상담.vtt", &[("consent_how", "spoken")]).await;
    assert_eq!(
        (status, &answer["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("consent_by"))
    );
    let (status, answer) =
        put(&house, &talked.meeting, "talks/한국어-상담.vtt", &[("consent_by", "이서연")]).await;
    assert_eq!(
        (status, &answer["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("consent_how"))
    );
    let view = kept(&house, &talked.meeting, "talks/한국어-상담.vtt").await;
    assert_eq!((&view["consent_how"], &view["consent_by"]), (&json!("spoken"), &json!("이서연")));
    assert_eq!(
        (&view["format"], &view["activity_kind"], &view["deal_id"]),
        (&json!("webvtt"), &json!("meeting"), &json!(talked.deal))
    );
    assert_eq!(
        view["cues"][1],
        json!({ "start": 10.5, "end": 31.0, "speaker": "이서연", "text": "대부분 손으로 잡습니다. 바쁘니까 자주 놓치죠." })
    );
    let line = house.get(&format!("/deals/{}/timeline", talked.deal)).await;
    assert_eq!(
        (&line["items"][0]["kind"], &line["items"][0]["payload"]["cues"]),
        (&json!("transcript.added"), &json!(9))
    );
    let note =
        house.post("/activities", json!({ "kind": "note", "body": "A note", "deal_id": talked.deal })).await;
    let (status, answer) = put(&house, note["id"].as_str().unwrap(), "talks/even.vtt", &AGREED).await;
    assert_eq!(
        (status, &answer["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("activity_id"))
    );
}

on_both_databases!(an_invalid_file_is_refused_with_its_line_and_nothing_is_kept, refused, doors);
async fn refused(house: House) {
    let talked = talked(&house).await;
    let (status, answer) = put(&house, &talked.meeting, "own/invalid-no-fraction.srt", &AGREED).await;
    assert_eq!(
        (status, &answer["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("not_a_transcript"))
    );
    assert_eq!((&answer["facts"]["line"], &answer["facts"]["reason"]), (&json!(6), &json!("times")));
    assert_eq!(house.get("/transcripts").await, json!({ "items": [], "n": 0 }));
}

on_both_databases!(r103_who_speaks_is_mapped_and_the_talk_is_measured_per_side, mapped, doors);
async fn mapped(house: House) {
    let talked = talked(&house).await;
    let view = kept(&house, &talked.meeting, "talks/한국어-상담.vtt").await;
    let path = format!("/transcripts/{}", view["id"].as_str().unwrap());
    assert_eq!(view["rep_assumed"], true, "nobody said who is ours: whoever speaks first");
    assert_eq!(
        view["speakers"][1],
        json!({ "name": "이서연", "side": "prospect", "person_id": talked.person, "user_id": null })
    );
    assert_eq!(view["talk"]["share"].as_f64().map(|share| (share * 1000.0).round()), Some(468.0));
    assert_eq!(view["talk"]["questions"], json!({ "rep": 3, "prospect": 1 }));
    let asked = view["moments"].as_array().unwrap().iter().filter(|m| m["kind"] == "question").count();
    assert_eq!(asked, 4, "each figure has its rows");
    let me = house.owner.user;
    let turned = json!({ "speakers": [
        { "name": "김민수", "side": "prospect", "person_id": talked.person },
        { "name": "이서연", "side": "rep", "user_id": me },
    ] });
    let after = house.put(&format!("{path}/speakers"), turned).await;
    assert_eq!(
        (&after["rep_assumed"], &after["talk"]["questions"]),
        (&json!(false), &json!({ "rep": 1, "prospect": 3 }))
    );
    let mine = house.get(&format!("/transcripts?user_id={me}")).await;
    assert_eq!((&mine["n"], &mine["items"][0]["talk"]["questions"]["rep"]), (&json!(1), &json!(1)));
    let with = house.get(&format!("/transcripts?person_id={}", talked.person)).await;
    assert_eq!(with["n"], 1);
    for (speakers, field) in [
        (json!([{ "name": "김민수", "side": "rep" }]), "speakers"),
        (
            json!([{ "name": "Nobody", "side": "rep" }, { "name": "이서연", "side": "rep" }]),
            "speakers.0.name",
        ),
        (
            json!([{ "name": "김민수", "side": "both" }, { "name": "이서연", "side": "rep" }]),
            "speakers.0.side",
        ),
        (
            json!([{ "name": "김민수", "side": "prospect", "user_id": me }, { "name": "이서연", "side": "rep" }]),
            "speakers.0.side",
        ),
        (
            json!([{ "name": "김민수", "side": "prospect", "person_id": me }, { "name": "이서연", "side": "rep" }]),
            "speakers.0.person_id",
        ),
    ] {
        let body = Some(json!({ "speakers": speakers }));
        let (status, answer) =
            house.send(&house.owner, Method::PUT, &format!("{path}/speakers"), body, &[]).await;
        assert_eq!(
            (status, &answer["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)),
            "{answer}"
        );
    }
}

on_both_databases!(what_was_said_is_found_and_gone_when_it_is_deleted, found, doors);
async fn found(house: House) {
    let talked = talked(&house).await;
    let view = kept(&house, &talked.meeting, "talks/한국어-상담.vtt").await;
    kept(&house, &talked.meeting, "talks/whisper.json").await;
    for (words, n) in [("예산은", 1), ("화요일", 1), ("forty week", 1), ("hand", 1), ("elephant", 0)] {
        let query: String = form_urlencoded(words);
        assert_eq!(house.get(&format!("/transcripts?q={query}")).await["n"], n, "{words}");
    }
    assert_eq!(
        house.get(&format!("/search?q={}", form_urlencoded("예산은"))).await,
        json!([]),
        "records alone"
    );
    let path = format!("/transcripts/{}", view["id"].as_str().unwrap());
    let (status, file) = house.send_raw(&house.owner, Method::GET, &format!("{path}/file"), None, &[]).await;
    assert_eq!(
        (status, file),
        (StatusCode::OK, std::fs::read(fixtures().join("talks/한국어-상담.vtt")).unwrap())
    );
    let reader = house.member(Role::ReadOnly).await;
    assert_eq!(house.send(&reader, Method::DELETE, &path, None, &[]).await.0, StatusCode::FORBIDDEN);
    assert_eq!(house.send(&house.owner, Method::DELETE, &path, None, &[]).await.0, StatusCode::NO_CONTENT);
    assert_eq!(house.send(&house.owner, Method::GET, &path, None, &[]).await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.get(&format!("/transcripts?q={}", form_urlencoded("예산은"))).await["n"], 0);
    assert_eq!(house.get("/transcripts").await["n"], 1);
}

fn form_urlencoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

on_both_databases!(an_accepted_suggestion_is_a_finding_that_names_its_second, accepted, doors);
async fn accepted(house: House) {
    let talked = talked(&house).await;
    let view = kept(&house, &talked.meeting, "talks/한국어-상담.vtt").await;
    let path = format!("/transcripts/{}", view["id"].as_str().unwrap());
    let offered = |view: &Json, kind: &str| {
        view["suggestions"].as_array().unwrap().iter().find(|s| s["kind"] == kind).cloned().unwrap()
    };
    let challenge = offered(&view, "challenge");
    assert_eq!(
        (&challenge["at"], &challenge["state"], &challenge["finding_kind"]),
        (&json!(10.5), &json!("open"), &json!("challenge"))
    );
    let id = challenge["id"].as_str().unwrap();
    let finding = house
        .post(&format!("{path}/suggestions/{id}/accept"), json!({ "summary": "예약을 손으로 잡는다" }))
        .await;
    assert_eq!((&finding["evidence"], &finding["said_at_ms"]), (&json!("conversation"), &json!(10_500)));
    assert_eq!((&finding["transcript_id"], &finding["activity_id"]), (&view["id"], &json!(talked.meeting)));
    assert_eq!((&finding["words"], &finding["person_id"]), (&challenge["quote"], &json!(talked.person)));
    let listed = house.get(&format!("/deals/{}/findings", talked.deal)).await;
    assert_eq!(listed[0]["id"], finding["id"]);
    let after = offered(&house.get(&path).await, "challenge");
    assert_eq!((&after["state"], &after["finding_id"]), (&json!("accepted"), &finding["id"]));
    let again = house
        .send(&house.owner, Method::POST, &format!("{path}/suggestions/{id}/accept"), Some(json!({})), &[])
        .await;
    assert_eq!((again.0, &again.1["code"]), (StatusCode::CONFLICT, &json!("already_decided")));
    assert_eq!(
        house.get(&format!("/deals/{}/findings", talked.deal)).await.as_array().unwrap().len(),
        1,
        "not twice"
    );
    let date = offered(&view, "date");
    let id = date["id"].as_str().unwrap();
    let aside =
        house.send(&house.owner, Method::POST, &format!("{path}/suggestions/{id}/dismiss"), None, &[]).await;
    assert_eq!(aside.0, StatusCode::NO_CONTENT, "{}", aside.1);
    assert_eq!(offered(&house.get(&path).await, "date")["state"], "dismissed");
    let none = house
        .send(&house.owner, Method::POST, &format!("{path}/suggestions/goal.goal.99.0/dismiss"), None, &[])
        .await;
    assert_eq!(none.0, StatusCode::NOT_FOUND);
}

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
    assert_eq!(house.get("/transcripts").await, json!({ "items": [], "n": 0, "listening": null }));
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
    assert_eq!(mine["listening"], json!(null), "one talk says nothing of listening");
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

on_both_databases!(r87_listening_is_a_training_item_of_who_speaks_too_much, listening, doors);
async fn listening(house: House) {
    let talked = talked(&house).await;
    let me = house.owner.user;
    for _ in 0..5 {
        let view = kept(&house, &talked.meeting, "talks/한국어-상담.vtt").await;
        let speakers = json!({ "speakers": [
            { "name": "김민수", "side": "rep", "user_id": me },
            { "name": "이서연", "side": "prospect", "person_id": talked.person },
        ] });
        house.put(&format!("/transcripts/{}/speakers", view["id"].as_str().unwrap()), speakers).await;
    }
    let mine = house.get(&format!("/transcripts?user_id={me}")).await;
    let said = &mine["listening"];
    assert_eq!((&said["talks"], &said["practise"]), (&json!(5), &json!(false)), "46.8 % is no reason");
    assert_eq!(said["median_share"], mine["items"][0]["talk"]["share"]);
    assert_eq!(house.get("/transcripts").await["listening"], json!(null), "of one member only");
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

/// The same house with a program for speech.
fn speaking(house: &mut House, command: &[&str], seconds: u64) {
    let command = command.iter().map(|word| (*word).to_owned()).collect();
    let speech_to_text = Some(http_room::app::SpeechToText { command, seconds });
    house.app.config =
        std::sync::Arc::new(http_room::app::Config { speech_to_text, ..(*house.app.config).clone() });
}

/// A recording goes in; answers the job when it has ended.
async fn transcribed(house: &House, meeting: &str) -> Json {
    let fields = [("activity_id", meeting), AGREED[0], AGREED[1]];
    let sound = "Ann: Shall we begin?\nBen: Yes.\nAnn: Good.\n";
    let (status, job) =
        house.upload_form(&house.owner, "/recordings", &fields, ("talk.wav", sound.as_bytes())).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{job}");
    house.work().await;
    house.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await
}

on_both_databases!(
    a_recording_goes_through_the_operators_program_and_comes_out_as_a_transcript,
    speech,
    doors
);
async fn speech(mut house: House) {
    let talked = talked(&house).await;
    let fields = [("activity_id", talked.meeting.as_str()), AGREED[0], AGREED[1]];
    let (status, answer) = house.upload_form(&house.owner, "/recordings", &fields, ("talk.wav", b"x")).await;
    assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("no_speech_to_text")));
    speaking(&mut house, &["cat", "{file}"], 60);
    let job = transcribed(&house, &talked.meeting).await;
    assert_eq!(job["state"], "done", "{job}");
    let view = house.get(&format!("/transcripts/{}", job["result"]["transcript_id"].as_str().unwrap())).await;
    assert_eq!(
        (&view["format"], &view["consent_by"], &view["talk"]["turns"]),
        (&json!("text"), &json!("이서연"), &json!(3))
    );
    for (command, seconds, why) in [
        (&["false"][..], 60, "false failed (exit status: 1): it said nothing"),
        (&["sh", "-c", "echo no model >&2; exit 3"], 60, "sh failed (exit status: 3): no model"),
        (&["sh", "-c", "sleep 60"], 0, "sh was ended: it took longer than 0 s"),
        (
            &["/no/such/program"],
            60,
            "/no/such/program could not be started: No such file or directory (os error 2)",
        ),
        (&["true"], 60, "file: line 1: the file is empty"),
    ] {
        speaking(&mut house, command, seconds);
        let job = transcribed(&house, &talked.meeting).await;
        assert_eq!((&job["state"], &job["error"]), (&json!("failed"), &json!(why)));
    }
    assert_eq!(house.get("/transcripts").await["n"], 1);
}

on_both_databases!(a_watched_folder_is_read_and_says_what_it_refused, watched, doors);
async fn watched(mut house: House) {
    let talked = talked(&house).await;
    let folder = tempfile::tempdir().unwrap();
    let space = folder.path().join(house.owner.workspace.to_string());
    std::fs::create_dir(&space).unwrap();
    let transcripts_folder = Some(folder.path().to_owned());
    house.app.config =
        std::sync::Arc::new(http_room::app::Config { transcripts_folder, ..(*house.app.config).clone() });
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
    let drop_in = |name: &str, from: &str, settled: bool| {
        let path = space.join(name);
        std::fs::copy(fixtures().join(from), &path).unwrap();
        if settled {
            std::fs::File::options().write(true).open(path).unwrap().set_modified(old).unwrap();
        }
    };
    let good = format!("{}--written--이서연.vtt", talked.meeting);
    drop_in(&good, "talks/한국어-상담.vtt", true);
    drop_in(&format!("{}--spoken--Ann.srt", talked.meeting), "own/invalid-no-fraction.srt", true);
    drop_in("talk.vtt", "talks/even.vtt", true);
    drop_in(&format!("{}--spoken--Ben.vtt", talked.meeting), "talks/even.vtt", false);
    house.tick().await;
    let kept = house.get("/transcripts").await;
    assert_eq!(
        (&kept["n"], &kept["items"][0]["consent_how"], &kept["items"][0]["consent_by"]),
        (&json!(1), &json!("written"), &json!("이서연"))
    );
    assert!(space.join("kept").join(&good).exists());
    let why =
        |name: &str| std::fs::read_to_string(space.join("refused").join(format!("{name}.why.txt"))).unwrap();
    assert!(why(&format!("{}--spoken--Ann.srt", talked.meeting)).contains("line 6"));
    assert!(why("talk.vtt").contains("not of the shape"));
    assert!(space.join(format!("{}--spoken--Ben.vtt", talked.meeting)).exists(), "it may still be written");
    house.tick().await;
    assert_eq!(house.get("/transcripts").await["n"], 1, "not twice");
}

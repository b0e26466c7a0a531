//! The sample data: a year that every screen can show, the same from the same seed, whole after a cut.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use server::on_both;
use server::testing::{Choices, Client, MORNING, On, TestServer, first_owner};
use store::{Clock, Sql};

/// A program that was set up with sample data, its job not yet begun.
async fn asked_for(on: On, locale: &str) -> (TestServer, Client) {
    let choices = Choices { clock: Clock::fixed(MORNING), ..Choices::default() };
    let server = TestServer::chosen(on, choices).await;
    let owner = server.client();
    let mut first = first_owner();
    first["start"] = json!("sample");
    first["locale"] = json!(locale);
    let _ = owner.post("/setup", first).await.expect(200);
    (server, owner)
}

async fn count(server: &TestServer, text: &str) -> i64 {
    let db = &server.app.db;
    Sql::new(db.engine(), text).scalar::<i64>(db.read()).await.unwrap().unwrap_or(0)
}

/// A value of whatever type the column has.
fn shown(row: &store::Row, column: &str) -> String {
    let text = row.try_get::<Option<String>>("", column).map(|v| format!("{v:?}"));
    let number = || row.try_get::<Option<i64>>("", column).map(|v| format!("{v:?}"));
    let truth = || row.try_get::<Option<bool>>("", column).map(|v| format!("{v:?}"));
    let json = || row.try_get::<Option<Value>>("", column).map(|v| format!("{v:?}"));
    text.or_else(|_| number()).or_else(|_| truth()).or_else(|_| json()).unwrap()
}

/// What can be compared between two databases: everything but ids.
async fn fingerprint(server: &TestServer) -> Vec<String> {
    let db = &server.app.db;
    let mut rows = Vec::new();
    for text in [
        "SELECT name, country, employees, icp_grade FROM company ORDER BY domain",
        "SELECT name, email, title, phone FROM person ORDER BY email",
        "SELECT name, stage, status, created_at, entered_stage_at, closed_at, lost_reason, missing FROM deal ORDER BY created_at, name",
        "SELECT kind, at, body, outcome FROM activity ORDER BY at, kind",
        "SELECT kind, from_stage, to_stage, at, forced FROM transition ORDER BY at, kind",
        "SELECT direction, subject, state, created_at FROM message ORDER BY created_at, subject",
        "SELECT kind, at FROM event WHERE deal_id IS NOT NULL AND actor_kind <> 'system' ORDER BY at, kind",
        "SELECT state, reason, step, next_run_at, created_at, ended_at FROM enrolment ORDER BY created_at, step, state",
        "SELECT title, state, due_on, created_at FROM task ORDER BY created_at, title, state, due_on",
    ] {
        let found = Sql::new(db.engine(), text).rows(db.read()).await.unwrap();
        for row in found {
            rows.push(format!("{:?}", row.column_names().iter().map(|c| shown(&row, c)).collect::<Vec<_>>()));
        }
    }
    rows
}

async fn rates(owner: &Client, more: &str) -> Vec<(String, u64, u64)> {
    let answer = owner.get(&format!("/insight/rates?from=2025-11-24&to=2026-11-23{more}")).await.expect(200);
    let figures = answer.body["rates"].as_array().unwrap();
    let figure = |r: &Value| {
        let n = r["main"]["n"].as_u64().unwrap() + r["maturing"]["n"].as_u64().unwrap();
        let k = r["main"]["k"].as_u64().unwrap() + r["maturing"]["succeeded"].as_u64().unwrap();
        (r["rate"].as_str().unwrap_or_default().to_owned(), k, n)
    };
    figures.iter().map(figure).collect()
}

async fn the_year_is_believable(on: On) {
    let (server, owner) = asked_for(on, "en").await;
    let begun = std::time::Instant::now();
    server.work().await;
    eprintln!("made in {:?}", begun.elapsed());
    let failed = count(&server, "SELECT count(*) FROM reaction_failure").await;
    assert_eq!(failed, 0, "every reaction understood the story");
    let job = owner_job(&server).await;
    eprintln!("{job}");
    assert_eq!(job["companies"], 320);
    assert_eq!(job["people"], 650);
    assert_eq!(job["deals"], 420);
    let within = |key: &str, low: i64, high: i64| {
        let n = job[key].as_i64().unwrap();
        assert!((low..=high).contains(&n), "{key}: {n}");
    };
    within("open", 63, 63);
    within("not_yet", 28, 28);
    within("won", 95, 135);
    assert!((175..=235).contains(&(job["lost"].as_i64().unwrap() + job["disqualified"].as_i64().unwrap())));
    within("forced_moves", 0, 20);
    every_column_has_deals(&owner).await;
    the_sequence_has_run(&owner).await;
    the_gates_are_as_the_board_says(&server, &owner).await;
    today_is_full_but_not_too_full(&owner).await;
    for rate in rates(&owner, "").await {
        eprintln!("{rate:?}");
        assert!(rate.2 > 30 && rate.1 > 0 && rate.1 <= rate.2, "{rate:?}");
    }
    let versions = owner.get("/process/versions").await.expect(200);
    let versions: Vec<&str> = versions
        .body
        .as_array()
        .or(versions.body["items"].as_array())
        .unwrap()
        .iter()
        .map(|v| v["id"].as_str().unwrap())
        .collect();
    assert_eq!(versions.len(), 2);
    for version in versions {
        for rate in rates(&owner, &format!("&version={version}")).await {
            eprintln!("{version} {rate:?}");
            assert!(rate.2 > 30, "{rate:?}");
        }
    }
    let late = format!("SELECT count(*) FROM event WHERE at > {}", MORNING.0);
    assert_eq!(count(&server, &late).await, 0, "nothing happened after the story's end");
    let lived =
        "SELECT count(*) FROM deal WHERE entered_stage_at < created_at OR closed_at < entered_stage_at";
    assert_eq!(count(&server, lived).await, 0);
}

async fn owner_job(server: &TestServer) -> Value {
    let db = &server.app.db;
    let text = "SELECT state, result, error FROM job WHERE kind = 'sample_data'";
    let rows = Sql::new(db.engine(), text).rows(db.read()).await.unwrap();
    let state: String = rows[0].try_get_by_index(0).unwrap();
    let error: Option<String> = rows[0].try_get_by_index(2).unwrap();
    assert_eq!((state.as_str(), error.as_deref()), ("done", None));
    rows[0].try_get_by_index(1).unwrap()
}

async fn every_column_has_deals(owner: &Client) {
    let cycle = owner.get("/cycle").await.expect(200);
    let columns = cycle.body["columns"].as_array().unwrap();
    assert_eq!(columns.len(), 7);
    for column in columns {
        assert!(column["count"].as_i64().unwrap() >= 5, "{column}");
    }
}

async fn the_sequence_has_run(owner: &Client) {
    let sequences = owner.get("/sequences").await.expect(200);
    let sequences = sequences.body.as_array().or(sequences.body["items"].as_array()).unwrap().clone();
    assert_eq!(sequences.len(), 1);
    assert!(sequences[0]["replied"].as_i64().unwrap() > 50, "{}", sequences[0]);
}

async fn the_gates_are_as_the_board_says(server: &TestServer, owner: &Client) {
    let db = &server.app.db;
    let text = "SELECT id, missing FROM deal WHERE status = 'open'";
    let rows = Sql::new(db.engine(), text).rows(db.read()).await.unwrap();
    for row in rows {
        let id: uuid::Uuid = row.try_get_by_index(0).unwrap();
        let kept: Value = row.try_get_by_index(1).unwrap();
        let gate = owner.get(&format!("/deals/{id}/gate")).await.expect(200);
        let fresh = gate.body["checks"].as_array().unwrap().iter().filter(|c| c["verdict"] != "met");
        let fresh: Vec<&Value> = fresh.map(|c| &c["key"]).collect();
        assert_eq!(json!(fresh), kept, "{}", gate.body);
    }
}

async fn today_is_full_but_not_too_full(owner: &Client) {
    let me = owner.get("/me").await.text_at("/user/id");
    let tasks = owner
        .get(&format!("/tasks?limit=200&where=owner_id.eq.{me}&where=due_on.lte.2026-11-23"))
        .await
        .expect(200);
    let items = tasks.body["items"].as_array().unwrap();
    let due = items.len();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for one in items {
        *kinds.entry(format!("{} {}", one["origin"], one["origin_key"])).or_default() += 1;
    }
    // Strong interest brings next steps forward.
    assert!((15..=40).contains(&due), "{due} things to do today: {kinds:?}");
}

#[tokio::test]
async fn the_year_is_believable_and_every_screen_has_something_to_show() {
    the_year_is_believable(On::Sqlite).await;
}

/// The first twenty deals of the story, played in one go.
async fn short(on: On) -> (TestServer, store::job::Job) {
    let (server, _) = asked_for(on, "ko").await;
    let claimed = store::job::claim(&server.app.db, &["sample_data"], "first", MORNING).await;
    let mut job = claimed.unwrap().unwrap();
    job.payload = json!({ "deals": 20 });
    (server, job)
}

fn handler(server: &TestServer) -> http_room::JobHandler {
    server.duties.jobs.iter().find(|j| j.kind == "sample_data").unwrap().clone()
}

async fn a_cut_job_goes_on(on: On) {
    let (whole, job) = short(on).await;
    let ended = (handler(&whole).run)(whole.app.clone(), job).await;
    assert!(matches!(ended, store::job::Ended::Done(_)), "{ended:?}");
    let (cut, job) = short(on).await;
    let mut commits = cut.app.db.commits();
    let working = tokio::spawn((handler(&cut).run)(cut.app.clone(), job.clone()));
    while count(&cut, "SELECT count(*) FROM transition").await < 25 {
        commits.changed().await.unwrap();
    }
    working.abort();
    assert!(working.await.unwrap_err().is_cancelled());
    let left = count(&cut, "SELECT count(*) FROM deal").await;
    assert!((1..20).contains(&left), "cut in the middle: {left}");
    let ended = (handler(&cut).run)(cut.app.clone(), job).await;
    assert!(matches!(ended, store::job::Ended::Done(_)), "{ended:?}");
    let (a, b) = (fingerprint(&whole).await, fingerprint(&cut).await);
    let only = |these: &[String], those: &[String]| {
        these.iter().filter(|one| !those.contains(one)).cloned().collect::<Vec<_>>()
    };
    assert_eq!((only(&a, &b), only(&b, &a)), (vec![], vec![]), "rows of one alone");
    assert_eq!(a.len(), b.len());
}

on_both!(a_job_cut_in_the_middle_makes_no_doubles_and_the_same_rows, a_cut_job_goes_on);

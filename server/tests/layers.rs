//! What every request passes: headers, limits, problems, compression, live screens, the worker.

use axum::body::Body;
use axum::http::{Method, Request, header};
use futures::StreamExt;
use http_room::{Door, JobHandler, Timer};
use kernel::WorkspaceId;
use serde_json::{Value, json};
use server::on_both;
use server::testing::{Client, On, TestServer, read};
use server::worker::{self, Duties};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::db::Source;
use store::job::{Ended, NewJob};
use tokio::sync::{Notify, watch};

async fn get(client: &Client, uri: &str, headers: &[(header::HeaderName, &str)]) -> axum::response::Response {
    let mut request = Request::builder().uri(uri);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    client.raw(request.body(Body::empty()).unwrap()).await
}

on_both!(a_host_of_links_answers_links_alone, links_alone);
async fn links_alone(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let tx = server.app.db.write_tx().await.unwrap();
    let text = "INSERT INTO tracking_host (host, workspace_id, secure, used, checked_at) SELECT ?, id, ?, ?, ? FROM workspace";
    let values = ["links.ours.test".into(), true.into(), true.into(), server.app.clock.now().into()];
    store::Sql::with(tx.engine(), text, values).run(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    for uri in [
        "/",
        "/sign-in",
        "/api/v1/me",
        "/api/v1/openapi.json",
        "/healthz",
        "/metrics",
        "/u/a",
        "/assets/x.js",
    ] {
        for host in ["links.ours.test", "LINKS.ours.test:443", "links.ours.test."] {
            let reply = read(get(&owner, uri, &[(header::HOST, host)]).await).await;
            assert_eq!(
                (reply.status.as_u16(), reply.text.contains("Sevenfold")),
                (404, false),
                "{host}{uri}"
            );
        }
    }
    let lost = read(get(&owner, "/c/abc/1", &[(header::HOST, "links.ours.test")]).await).await;
    assert!(lost.text.contains("This link is not complete"), "{}", lost.text);
    for host in ["127.0.0.1:7000", "crm.ours.test", "localhost"] {
        assert_eq!(get(&owner, "/api/v1/me", &[(header::HOST, host)]).await.status(), 200, "{host}");
    }
}

#[tokio::test]
async fn every_answer_carries_its_guards() {
    let (server, owner) = TestServer::owned(On::Sqlite).await;
    for uri in ["/", "/api/v1/me", "/healthz", "/api/v1/nowhere"] {
        let reply = read(get(&owner, uri, &[]).await).await;
        let policy = reply.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
        assert_eq!(reply.headers["referrer-policy"], "same-origin");
        assert!(reply.headers.contains_key("x-request-id"), "{uri}");
    }
    let reply = owner.get("/me").await;
    assert_eq!(reply.headers["cache-control"], "no-store");
    drop(server);
}

#[tokio::test]
async fn whatever_goes_wrong_is_a_problem() {
    let (_server, owner) = TestServer::owned(On::Sqlite).await;
    let cases = [
        (Method::GET, "/nowhere", 404, "not_found"),
        (Method::PUT, "/me", 405, "method_not_allowed"),
        (Method::GET, "/companies/not-an-id", 400, "bad_request"),
        (Method::GET, "/companies?where=nonsense", 422, "validation"),
    ];
    for (method, path, status, code) in cases {
        let reply = owner.send(method, path, None).await.expect(status);
        assert_eq!(reply.headers["content-type"], "application/problem+json", "{path}");
        assert_eq!((reply.code(), reply.body["status"].as_u64()), (code, Some(u64::from(status))), "{path}");
    }
}

#[tokio::test]
async fn a_panic_is_a_problem_that_tells_nothing() {
    let router = axum::Router::new().route("/api/v1/broken", axum::routing::get(|| async { broken().await }));
    let router = server::layers::around(router, true);
    let request = Request::builder().uri("/api/v1/broken").body(Body::empty()).unwrap();
    let reply = read(tower::ServiceExt::oneshot(router, request).await.unwrap()).await.expect(500);
    assert_eq!(reply.code(), "internal");
    assert!(!reply.text.contains("the secret reason"), "{}", reply.text);
    assert!(reply.headers.contains_key("strict-transport-security"));
}

async fn broken() -> &'static str {
    panic!("the secret reason")
}

#[tokio::test]
async fn a_body_over_two_mebibytes_is_refused() {
    let (_server, owner) = TestServer::owned(On::Sqlite).await;
    let body = json!({ "name": "x".repeat(kernel::limits::BODY_BYTES) });
    let reply = owner.post("/companies", body).await;
    assert!([400, 413].contains(&reply.status.as_u16()), "{}", reply.text);
    assert_eq!(reply.headers["content-type"], "application/problem+json");
}

#[tokio::test]
async fn large_answers_are_compressed_as_the_browser_likes() {
    let (_server, owner) = TestServer::owned(On::Sqlite).await;
    for (accepted, encoding) in [("br, gzip", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
        let response = get(&owner, "/api/v1/openapi.json", &[(header::ACCEPT_ENCODING, accepted)]).await;
        let got = response.headers().get(header::CONTENT_ENCODING).map(|v| v.to_str().unwrap().to_owned());
        assert_eq!(got.as_deref(), encoding, "{accepted}");
    }
}

#[tokio::test]
async fn addresses_inside_the_app_get_its_first_page_and_missing_files_do_not() {
    let server = TestServer::empty(On::Sqlite).await;
    let client = server.client();
    let home = read(get(&client, "/", &[]).await).await;
    let deep = read(get(&client, "/rooms/outreach", &[]).await).await;
    assert_eq!((home.status, &home.text), (deep.status, &deep.text));
    assert!(home.text.contains("<html"));
    for missing in ["/assets/gone.js", "/nothing.png", "/index.html.br"] {
        assert_eq!(get(&client, missing, &[]).await.status().as_u16(), 404, "{missing}");
    }
    if server::web::is_built() {
        let tag = home.headers["etag"].to_str().unwrap();
        let again = get(&client, "/", &[(header::IF_NONE_MATCH, tag)]).await;
        assert_eq!(again.status().as_u16(), 304);
    }
}

#[tokio::test]
async fn figures_count_requests_by_route_and_are_for_this_machine_only() {
    let (_server, owner) = TestServer::owned(On::Sqlite).await;
    let _ = owner.get("/companies/01990000-0000-7000-8000-000000000000").await.expect(404);
    let far = get(&owner, "/metrics", &[]).await;
    assert_eq!(far.status().as_u16(), 404);
    let mut request = Request::builder().uri("/metrics").body(Body::empty()).unwrap();
    request
        .extensions_mut()
        .insert(axum::extract::ConnectInfo(std::net::SocketAddr::from(([127, 0, 0, 1], 9))));
    let near = tower::ServiceExt::oneshot(_server.router.clone(), request).await.unwrap();
    let text = read(near).await.expect(200).text;
    assert!(text.contains(r#"route="/api/v1/companies/{id}",status="404""#), "{text}");
    assert!(text.contains("http_request_duration_seconds_bucket"), "{text}");
    assert!(text.contains("db_connections") && text.contains("jobs{"), "{text}");
}

on_both!(it_is_ready_when_the_database_answers_and_every_migration_ran, readiness);
async fn readiness(on: On) {
    let server = TestServer::empty(on).await;
    let ready = read(get(&server.client(), "/readyz", &[]).await).await.expect(200);
    assert_eq!(ready.body["ready"], json!(true));
    let tx = server.app.db.write_tx().await.unwrap();
    store::Sql::new(tx.engine(), "DELETE FROM schema_migration WHERE id = '2026-11-23-03-accounts'")
        .run(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let not = read(get(&server.client(), "/readyz", &[]).await).await.expect(503);
    assert_eq!(not.body["database"], json!("migrations are missing"));
    let _ = read(get(&server.client(), "/healthz", &[]).await).await.expect(200);
}

/// Reads server-sent events until one of this name comes; answers its data.
async fn next_event(
    stream: &mut (impl futures::Stream<Item = Result<axum::body::Bytes, axum::Error>> + Unpin),
    name: &str,
) -> Value {
    let mut text = String::new();
    let reading = async {
        while let Some(Ok(bytes)) = stream.next().await {
            text.push_str(&String::from_utf8_lossy(&bytes));
            for block in text.split("\n\n").filter(|block| block.contains(&format!("event: {name}\n"))) {
                if let Some(data) = block.lines().find_map(|line| line.strip_prefix("data: ")) {
                    return serde_json::from_str(data).unwrap();
                }
            }
        }
        panic!("the stream ended before '{name}': {text}");
    };
    tokio::time::timeout(Duration::from_secs(20), reading).await.unwrap()
}

on_both!(an_open_screen_hears_of_changes_in_its_workspace_and_of_no_other, live);
async fn live(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let stranger = server.other_workspace("Globex").await;
    server.follow();
    let response = get(&owner, "/api/v1/live", &[]).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    let hello = stream.next().await.unwrap().unwrap();
    assert!(hello.starts_with(b": listening"), "{hello:?}");
    // The follower starts at the end of the log: tell it until it hears.
    let telling = async {
        loop {
            let _ = stranger.post("/companies", json!({ "name": "Theirs" })).await.expect(201);
            let _ = owner.post("/companies", json!({ "name": "Ours" })).await.expect(201);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let change = tokio::select! {
        change = next_event(&mut stream, "change") => change,
        () = telling => unreachable!(),
    };
    assert_eq!(change["kind"], json!("company.created"));
    let id = change["company_id"].as_str().unwrap();
    assert_eq!(owner.get(&format!("/companies/{id}")).await.expect(200).text_at("/name"), "Ours");
}

/// A door with one job, that does as told.
fn door_with_job(run: impl Fn(u32) -> Ended + Send + Sync + 'static) -> Door {
    let run = Arc::new(run);
    Door {
        name: "test",
        jobs: vec![JobHandler {
            kind: "test",
            run: Arc::new(move |_, job| {
                let run = Arc::clone(&run);
                Box::pin(async move { run(u32::try_from(job.attempts).unwrap()) })
            }),
        }],
        ..Door::default()
    }
}

async fn enqueue(server: &TestServer, workspace: WorkspaceId) -> kernel::JobId {
    let now = server.app.clock.now();
    let tx = server.app.db.write_tx().await.unwrap();
    let new = NewJob { workspace, kind: "test", payload: json!({}), run_at: now, created_by: None };
    let id = store::job::enqueue(&tx, new, now).await.unwrap();
    tx.commit().await.unwrap();
    id
}

on_both!(a_job_that_panics_is_tried_again_and_the_worker_lives_on, panics);
async fn panics(on: On) {
    let server = TestServer::empty(on).await;
    let workspace = WorkspaceId::new();
    let door = door_with_job(|attempt| match attempt {
        1 => panic!("on purpose"),
        _ => Ended::Done(json!({ "attempt": attempt })),
    });
    let duties = Duties::of(&[door]);
    let id = enqueue(&server, workspace).await;
    worker::drain(&server.app, &duties).await.unwrap();
    let job = store::job::find(&server.app.db, workspace, id).await.unwrap().unwrap();
    assert_eq!((job.state.as_str(), job.attempts), ("queued", 1));
    assert!(job.error.unwrap().contains("broke down"));
    server.later(3600);
    worker::drain(&server.app, &duties).await.unwrap();
    let job = store::job::find(&server.app.db, workspace, id).await.unwrap().unwrap();
    assert_eq!((job.state.as_str(), job.result), ("done", json!({ "attempt": 2 })));
}

on_both!(a_worker_asked_to_stop_finishes_the_job_it_has_begun, finishes);
async fn finishes(on: On) {
    let server = TestServer::empty(on).await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begun_in, go_on_in) = (Arc::clone(&begun), Arc::clone(&go_on));
    let handler = JobHandler {
        kind: "test",
        run: Arc::new(move |_, _| {
            let (begun, go_on) = (Arc::clone(&begun_in), Arc::clone(&go_on_in));
            Box::pin(async move {
                begun.notify_one();
                go_on.notified().await;
                Ended::Done(json!({}))
            })
        }),
    };
    let duties = Duties { jobs: vec![handler], ..Duties::default() };
    let workspace = WorkspaceId::new();
    let id = enqueue(&server, workspace).await;
    let (stop, stopping) = watch::channel(false);
    let working = tokio::spawn(worker::run(server.app.clone(), duties, stopping));
    tokio::time::timeout(Duration::from_secs(20), begun.notified()).await.unwrap();
    stop.send_replace(true);
    go_on.notify_one();
    tokio::time::timeout(Duration::from_secs(20), working).await.unwrap().unwrap();
    let job = store::job::find(&server.app.db, workspace, id).await.unwrap().unwrap();
    assert_eq!(job.state, "done");
}

on_both!(what_a_node_still_holds_is_given_back_when_it_stops, leases);
async fn leases(on: On) {
    let server = TestServer::empty(on).await;
    let workspace = WorkspaceId::new();
    let id = enqueue(&server, workspace).await;
    let now = server.app.clock.now();
    let claimed = store::job::claim(&server.app.db, &["test"], &server.app.config.node, now).await.unwrap();
    assert_eq!(claimed.unwrap().id, id);
    assert_eq!(worker::release(&server.app).await.unwrap(), 1);
    let again = store::job::claim(&server.app.db, &["test"], "another", now).await.unwrap().unwrap();
    assert_eq!((again.id, again.attempts), (id, 1), "being stopped is no failed attempt");
}

#[tokio::test]
async fn a_timer_runs_again_at_once_while_there_is_work_and_survives_its_failures() {
    let server = TestServer::empty(On::Sqlite).await;
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let done = Arc::new(Notify::new());
    let told = Arc::clone(&done);
    let timer = Timer {
        name: "test",
        every_seconds: 3600,
        woken: None,
        run: Arc::new(move |_| {
            let n = counted.fetch_add(1, Ordering::SeqCst);
            let told = Arc::clone(&told);
            Box::pin(async move {
                match n {
                    0..3 => Ok(1),
                    _ => {
                        told.notify_one();
                        Err("on purpose".into())
                    }
                }
            })
        }),
    };
    let (stop, stopping) = watch::channel(false);
    let duties = Duties { timers: vec![timer], ..Duties::default() };
    let working = tokio::spawn(worker::run(server.app.clone(), duties, stopping));
    tokio::time::timeout(Duration::from_secs(20), done.notified()).await.unwrap();
    stop.send_replace(true);
    tokio::time::timeout(Duration::from_secs(20), working).await.unwrap().unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn a_timer_that_is_woken_does_not_wait_for_the_end_of_its_pause() {
    let server = TestServer::empty(On::Sqlite).await;
    let (wake, woken) = watch::channel(());
    let (ran, mut runs) = watch::channel(0);
    let timer = Timer {
        name: "test",
        every_seconds: 3600,
        woken: Some(woken),
        run: Arc::new(move |_| {
            ran.send_modify(|n| *n += 1);
            Box::pin(async { Ok(0) })
        }),
    };
    let (stop, stopping) = watch::channel(false);
    let duties = Duties { timers: vec![timer], ..Duties::default() };
    let working = tokio::spawn(worker::run(server.app.clone(), duties, stopping));
    for n in 1..=3 {
        tokio::time::timeout(Duration::from_secs(20), runs.wait_for(|ran| *ran == n)).await.unwrap().unwrap();
        wake.send_replace(());
    }
    stop.send_replace(true);
    tokio::time::timeout(Duration::from_secs(20), working).await.unwrap().unwrap();
}

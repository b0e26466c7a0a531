//! Ways in and out, on both databases.

use serde_json::{Value, json};
use server::on_both;
use server::testing::{Choices, Client, MORNING, On, PASSWORD, TestServer, first_owner};
use store::Sql;
use store::db::Source;

async fn invite(owner: &Client, email: &str, role: &str) -> String {
    let reply = owner.post("/invitations", json!({ "email": email, "role": role })).await.expect(201);
    let link = reply.text_at("/link");
    link.rsplit('/').next().unwrap().to_owned()
}

async fn count(server: &TestServer, table: &str) -> i64 {
    let text = format!("SELECT count(*) FROM {table}");
    Sql::new(server.app.db.engine(), &text).scalar(server.app.db.conn()).await.unwrap().unwrap()
}

on_both!(set_up_works_once_even_when_two_race, set_up_once);
async fn set_up_once(on: On) {
    let server = TestServer::empty(on).await;
    assert_eq!(server.client().get("/setup").await.body["first_run"], json!(true));
    let (one, two) = (server.client(), server.client());
    let second = json!({ "email": "eve@acme.example", "workspace_name": "Evil" });
    let mut other = first_owner();
    other.as_object_mut().unwrap().extend(second.as_object().unwrap().clone());
    let (a, b) = tokio::join!(one.post("/setup", first_owner()), two.post("/setup", other));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!((count(&server, "app_user").await, count(&server, "workspace").await), (1, 1));
    assert_eq!(server.client().get("/setup").await.body["first_run"], json!(false));
    let late = server.client().post("/setup", first_owner()).await.expect(409);
    assert_eq!(late.code(), "already_set_up");
}

on_both!(set_up_names_every_field_at_fault_and_writes_nothing, set_up_faults);
async fn set_up_faults(on: On) {
    let server = TestServer::empty(on).await;
    let body = json!({
        "name": "", "email": "nobody", "password": "short", "workspace_name": "Acme", "locale": "fr",
        "time_zone": "Seoul", "country": "Korea", "currency": "WONS", "start": "sample",
    });
    let reply = server.client().post("/setup", body).await.expect(422);
    let fields: Vec<&str> =
        reply.body["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    for field in ["name", "email", "password", "locale", "time_zone", "country", "currency"] {
        assert!(fields.contains(&field), "{field} in {fields:?}");
    }
    assert_eq!(count(&server, "app_user").await, 0);
}

on_both!(who_signs_in_is_who_they_say_and_may_leave_again, sign_in_and_out);
async fn sign_in_and_out(on: On) {
    let (server, _) = TestServer::owned(on).await;
    let browser = server.client();
    let _ = browser.get("/me").await.expect(401);
    let reply = browser
        .post("/sign-in", json!({ "email": " Ada@ACME.example", "password": PASSWORD }))
        .await
        .expect(200);
    assert_eq!(reply.text_at("/user/email"), "ada@acme.example");
    assert_eq!(reply.body["role"], json!("owner"));
    let cookie = reply.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
        "{cookie}"
    );
    let before = browser.cookie().unwrap();
    let _ = browser.get("/me").await.expect(200);
    let _ = browser.post("/sign-out", json!({})).await.expect(204);
    assert_eq!(browser.cookie(), None);
    browser.keep(&before);
    let _ = browser.get("/me").await.expect(401);
}

on_both!(signing_in_again_ends_the_session_the_browser_had, sign_in_rotates);
async fn sign_in_rotates(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let before = owner.cookie().unwrap();
    let _ = owner
        .post("/sign-in", json!({ "email": "ada@acme.example", "password": PASSWORD }))
        .await
        .expect(200);
    assert_ne!(owner.cookie().unwrap(), before);
    let thief = server.client();
    thief.keep(&before);
    let _ = thief.get("/me").await.expect(401);
}

on_both!(a_wrong_password_is_refused_and_the_sixth_must_wait, rate_limited);
async fn rate_limited(on: On) {
    let (server, _) = TestServer::owned(on).await;
    let guess = |client: Client, email: &'static str, password: &'static str| async move {
        client.post("/sign-in", json!({ "email": email, "password": password })).await
    };
    for _ in 0..5 {
        let reply = guess(server.client(), "ada@acme.example", "not her password").await.expect(401);
        assert_eq!(reply.code(), "invalid_credentials");
    }
    let locked = guess(server.client().from_address(9), "ada@acme.example", PASSWORD).await.expect(429);
    assert_eq!(locked.code(), "rate_limited");
    assert!(locked.body["facts"]["retry_after_seconds"].as_i64().unwrap() > 0);
    server.later(15 * 60);
    let _ = guess(server.client(), "ada@acme.example", PASSWORD).await.expect(200);
}

on_both!(an_unknown_address_is_answered_like_a_wrong_password, unknown_address);
async fn unknown_address(on: On) {
    let (server, _) = TestServer::owned(on).await;
    let wrong = json!({ "email": "ada@acme.example", "password": "not her password" });
    let unknown = json!({ "email": "nobody@acme.example", "password": "not her password" });
    let wrong = server.client().post("/sign-in", wrong).await;
    let unknown = server.client().post("/sign-in", unknown).await;
    assert_eq!((wrong.status, wrong.body), (unknown.status, unknown.body));
}

on_both!(a_change_by_cookie_needs_the_header_no_other_site_can_send, csrf);
async fn csrf(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let forged = owner.without_header("sevenfold-request");
    let reply = forged.patch("/me", json!({ "name": "Eve" })).await.expect(403);
    assert_eq!(reply.code(), "csrf");
    let _ = forged.get("/me").await.expect(200);
    let elsewhere = server.client().with_header("sec-fetch-site", "cross-site");
    let sign_in = json!({ "email": "ada@acme.example", "password": PASSWORD });
    assert_eq!(elsewhere.post("/sign-in", sign_in).await.expect(403).code(), "csrf");
    assert_eq!(owner.get("/me").await.text_at("/user/name"), "Ada");
}

on_both!(the_session_token_changes_every_day_and_the_old_one_ends_a_minute_later, rotation);
async fn rotation(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let old = owner.cookie().unwrap();
    server.later(23 * 3600);
    let _ = owner.get("/me").await.expect(200);
    assert_eq!(owner.cookie().unwrap(), old);
    server.later(3600);
    let reply = owner.get("/me").await.expect(200);
    assert!(reply.headers.contains_key("set-cookie"));
    let new = owner.cookie().unwrap();
    assert_ne!(new, old);
    let tab = server.client();
    tab.keep(&old);
    server.later(59);
    let late = tab.get("/me").await.expect(200);
    assert!(!late.headers.contains_key("set-cookie"), "the old token gets no new one");
    server.later(2);
    let _ = tab.get("/me").await.expect(401);
    let _ = owner.get("/me").await.expect(200);
}

on_both!(a_session_ends_after_thirty_days_without_use, idle);
async fn idle(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    server.later(29 * 86_400);
    let _ = owner.get("/me").await.expect(200);
    server.later(30 * 86_400);
    let _ = owner.get("/me").await.expect(401);
    server.work().await;
    assert_eq!(count(&server, "session").await, 0);
}

on_both!(a_session_can_be_ended_from_another_browser, revocation);
async fn revocation(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let laptop = server.client().with_header("user-agent", "Laptop");
    let _ = laptop
        .post("/sign-in", json!({ "email": "ada@acme.example", "password": PASSWORD }))
        .await
        .expect(200);
    let list = owner.get("/me/sessions").await.expect(200);
    let items = list.body["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 2);
    assert_eq!(items.iter().filter(|s| s["current"] == json!(true)).count(), 1);
    let theirs = items.iter().find(|s| s["user_agent"] == json!("Laptop")).unwrap();
    let path = format!("/me/sessions/{}", theirs["id"].as_str().unwrap());
    let stranger = server.other_workspace("Globex").await;
    let _ = stranger.delete(&path).await.expect(404);
    let _ = owner.delete(&path).await.expect(204);
    let _ = laptop.get("/me").await.expect(401);
    let _ = owner.get("/me").await.expect(200);
}

on_both!(a_new_password_signs_out_every_other_browser, password_change);
async fn password_change(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let laptop = server.client();
    let _ = laptop
        .post("/sign-in", json!({ "email": "ada@acme.example", "password": PASSWORD }))
        .await
        .expect(200);
    let wrong = json!({ "current": "not the one", "password": "another sentence" });
    let reply = owner.post("/me/password", wrong).await.expect(422);
    assert_eq!(reply.body["errors"][0]["field"], json!("current"));
    let right = json!({ "current": PASSWORD, "password": "another sentence" });
    let _ = owner.post("/me/password", right).await.expect(204);
    let _ = owner.get("/me").await.expect(200);
    let _ = laptop.get("/me").await.expect(401);
    let old = json!({ "email": "ada@acme.example", "password": PASSWORD });
    let _ = server.client().post("/sign-in", old).await.expect(401);
}

on_both!(a_reset_link_works_once_and_for_an_hour, reset);
async fn reset(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let link = || async {
        let link = server::accounts::console::reset_link(&server.app, "ada@acme.example").await.unwrap();
        format!("/password-reset/{}", link.rsplit('/').next().unwrap())
    };
    let (path, stale) = (link().await, link().await);
    let reply = owner.post(&path, json!({ "password": "short" })).await.expect(422);
    assert_eq!(reply.body["errors"][0]["field"], json!("password"));
    let _ = server.client().post(&path, json!({ "password": "a third sentence" })).await.expect(204);
    let _ = owner.get("/me").await.expect(401);
    for used in [path, stale] {
        let _ = server.client().post(&used, json!({ "password": "a fourth sentence" })).await.expect(404);
    }
    let expired = link().await;
    server.later(3600);
    let _ = server.client().post(&expired, json!({ "password": "a fourth sentence" })).await.expect(404);
    let new = json!({ "email": "ada@acme.example", "password": "a third sentence" });
    let _ = server.client().post("/sign-in", new).await.expect(200);
}

on_both!(asking_for_a_reset_tells_nobody_who_has_an_account, reset_is_silent);
async fn reset_is_silent(on: On) {
    let (server, _) = TestServer::owned(on).await;
    let known =
        server.client().post("/password-reset", json!({ "email": "ada@acme.example" })).await.expect(202);
    let unknown =
        server.client().post("/password-reset", json!({ "email": "x@acme.example" })).await.expect(202);
    assert_eq!(known.body, unknown.body);
    assert_eq!(known.body, json!({ "by_mail": false }));
}

on_both!(no_answer_and_no_table_holds_a_secret_in_clear, no_secrets);
async fn no_secrets(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let made = owner.post("/api-tokens", json!({ "name": "sync", "scope": "write" })).await.expect(201);
    let token = made.text_at("/token");
    let link = invite(&owner, "bob@acme.example", "rep").await;
    let session = owner.cookie().unwrap().split_once('=').unwrap().1.to_owned();
    for path in ["/me", "/me/sessions", "/members", "/api-tokens", "/invitations", "/workspace", "/setup"] {
        let text = owner.get(path).await.expect(200).text;
        for secret in [&token, &link, &session] {
            assert!(!text.contains(secret.as_str()), "{path}");
        }
        assert!(!text.contains("argon2") && !text.contains("hash"), "{path}: {text}");
    }
    for column in ["session.token_hash", "api_token.token_hash", "invitation.token_hash"] {
        let (table, column) = column.split_once('.').unwrap();
        let text = format!("SELECT {column} FROM {table}");
        let rows = Sql::new(server.app.db.engine(), &text).rows(server.app.db.conn()).await.unwrap();
        assert!(!rows.is_empty(), "{table}");
        for row in rows {
            let kept: String = row.try_get_by_index(0).unwrap();
            assert!(kept.len() == 64 && ![&token, &link, &session].contains(&&kept), "{table}");
        }
    }
    let events = Sql::new(server.app.db.engine(), "SELECT payload FROM event");
    for row in events.rows(server.app.db.conn()).await.unwrap() {
        let payload: Value = row.try_get_by_index(0).unwrap();
        let text = payload.to_string();
        assert!(!text.contains(&token) && !text.contains(&link), "{text}");
    }
}

on_both!(a_key_for_a_repeated_create_keeps_no_secret, no_replayed_secret);
async fn no_replayed_secret(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let keyed = owner.with_header("idempotency-key", "k1");
    let _ = keyed.post("/api-tokens", json!({ "name": "sync", "scope": "write" })).await.expect(201);
    assert_eq!(count(&server, "idempotency").await, 0);
    let first = keyed.post("/companies", json!({ "name": "Initech" })).await.expect(201);
    let second = keyed.post("/companies", json!({ "name": "Initech" })).await.expect(201);
    assert_eq!(first.body["id"], second.body["id"]);
    assert_eq!(second.headers["idempotency-replayed"], "true");
}

on_both!(use_of_a_session_is_noted_once_a_minute, noted);
async fn noted(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let last_seen = || async { owner.get("/me/sessions").await.expect(200).text_at("/items/0/last_seen_at") };
    let first = last_seen().await;
    server.later(59);
    assert_eq!(last_seen().await, first);
    assert_eq!(last_seen().await, first);
    server.later(1);
    let noted = server.app.clock.now().to_string();
    // It is written behind the answer: ask until it shows.
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while last_seen().await != noted {
        assert!(tokio::time::Instant::now() < deadline, "the use was not noted");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn behind_our_proxy_the_client_is_the_last_one_named() {
    let choices = Choices { behind_proxy: true, ..Choices::default() };
    let server = TestServer::chosen(On::Sqlite, choices).await;
    let owner = server.client().with_header("x-forwarded-for", "203.0.113.9, 198.51.100.7");
    let _ = owner.post("/setup", first_owner()).await.expect(200);
    assert_eq!(owner.get("/me/sessions").await.text_at("/items/0/address"), "198.51.100.7");
    let plain = TestServer::empty(On::Sqlite).await;
    let owner = plain.client().with_header("x-forwarded-for", "203.0.113.9");
    let _ = owner.post("/setup", first_owner()).await.expect(200);
    assert_eq!(owner.get("/me/sessions").await.text_at("/items/0/address"), "192.0.2.1");
}

#[test]
fn the_tests_begin_on_a_monday_morning_in_seoul() {
    assert_eq!(MORNING.to_string(), "2026-11-23T00:00:00.000000Z");
}

//! Mailboxes that sign in at a provider, from the button to the token, on both databases.

use crate::support::oauth::{CLIENT, OAuthServer};
use crate::support::{
    doors, enrol, enrolment, mailbox_row, mails, pass, person, refused, sequence, text, told, work,
};
use axum::http::{Method, StatusCode};
use http_room::{Member, Role};
use mail::Login;
use outreach::mailbox::NoLogin;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::Sql;

const REP: &str = "rep@sevenfold.test";

fn custom(server: &OAuthServer) -> Json {
    let at = |port: u16| json!({ "host": "127.0.0.1", "port": port, "security": "none" });
    json!({ "kind": "custom", "name": "Ours", "client_id": CLIENT.0, "client_secret": CLIENT.1,
        "authorize_url": format!("{}/authorize", server.at), "token_url": format!("{}/token", server.at),
        "scopes": "openid  email mail", "smtp": at(9), "imap": at(9) })
}

async fn provider(house: &House, server: &OAuthServer) -> String {
    text(&house.post("/sign-in-providers", custom(server)).await["id"])
}

/// Begins a sign-in and consents. Answers what comes back.
async fn consented(house: &House, server: &OAuthServer, body: Json) -> Json {
    let begun = house.post("/mailbox-sign-ins", body).await;
    json!(server.consent(&text(&begun["authorize_url"])).await)
}

async fn finish(house: &House, me: &Member, back: &Json) -> (StatusCode, Json) {
    house.send(me, Method::POST, "/mailbox-sign-ins/finish", Some(back.clone()), &[]).await
}

/// A mailbox connected by signing in.
async fn signed_in(house: &House, server: &OAuthServer) -> String {
    let provider = provider(house, server).await;
    let back = consented(house, server, json!({ "provider_id": provider })).await;
    let (status, mailbox) = finish(house, &house.owner, &back).await;
    assert_eq!(status, StatusCode::OK, "{mailbox}");
    text(&mailbox["id"])
}

/// The token a mailbox signs in with now.
async fn token(house: &House, mailbox: &str) -> Result<String, NoLogin> {
    let settings = mailbox_row(house, mailbox).await.imap_settings(&house.app).await?;
    match settings.login {
        Login::OAuth2 { username, token } => {
            assert_eq!(username, REP);
            Ok(token)
        }
        Login::Password { .. } => panic!("a password"),
    }
}

async fn error_of(house: &House, me: &Member, back: &Json) -> (StatusCode, String) {
    let (status, problem) = finish(house, me, back).await;
    (status, problem["code"].as_str().unwrap_or_default().to_owned())
}

fn over() -> (StatusCode, String) {
    (StatusCode::CONFLICT, "sign_in_over".to_owned())
}

on_both_databases!(a_member_signs_in_and_has_a_mailbox_without_a_password, connect, doors);
async fn connect(house: House) {
    let server = OAuthServer::start(REP).await;
    let mailbox = signed_in(&house, &server).await;
    let view = house.get(&format!("/mailboxes/{mailbox}")).await;
    assert_eq!((&view["email"], &view["from_name"]), (&json!(REP), &json!("The owner")));
    assert_eq!((&view["state"], &view["signed_out"]), (&json!("active"), &json!(false)));
    assert_eq!((&view["smtp"]["username"], &view["imap"]["username"]), (&json!(REP), &json!(REP)));
    assert_eq!(token(&house, &mailbox).await.expect("a token"), "access-3");
    assert_eq!(token(&house, &mailbox).await.expect("a token"), "access-3", "it is valid for an hour");
    assert_eq!(server.asked("refresh_token"), 0);
    assert_eq!(told(&house, "mailbox.signed_in").await[0]["provider"], "Ours");
    let list = house.get("/sign-in-providers").await;
    assert_eq!(list["providers"][0]["mailboxes"], 1);
    for (status, code, method, path) in [
        (StatusCode::CONFLICT, "provider_in_use", Method::DELETE, &list["providers"][0]["id"]),
        (StatusCode::METHOD_NOT_ALLOWED, "", Method::GET, &list["providers"][0]["id"]),
    ] {
        let path = format!("/sign-in-providers/{}", text(path));
        assert_eq!(refused(&house, method, &path, json!({})).await, (status, code.to_owned()));
    }
    // Nothing that signs in is kept in the open.
    let rows = "SELECT refresh_token || access_token FROM mailbox_token UNION ALL SELECT client_secret FROM sign_in_provider";
    let rows = Sql::new(house.app.db.engine(), rows).rows(house.app.db.read()).await.expect("the database");
    for row in rows {
        let kept: String = row.try_get_by_index(0).expect("text");
        assert!(kept.starts_with("s1:") && !kept.contains("access-") && !kept.contains(CLIENT.1), "{kept}");
    }
    house.send(&house.owner, Method::DELETE, &format!("/mailboxes/{mailbox}"), None, &[]).await;
    let left = "SELECT COUNT(*) FROM mailbox_token";
    let left: Option<i64> =
        Sql::new(house.app.db.engine(), left).scalar(house.app.db.read()).await.expect("the database");
    assert_eq!(left, Some(0), "the tokens go with the mailbox");
}

on_both_databases!(a_sign_in_is_for_one_member_of_one_workspace_once_and_for_ten_minutes, states, doors);
async fn states(house: House) {
    let server = OAuthServer::start(REP).await;
    let provider = provider(&house, &server).await;
    let back = consented(&house, &server, json!({ "provider_id": provider })).await;
    let mut wrong = back.clone();
    wrong["state"] = "another".into();
    let colleague = house.member(Role::Rep).await;
    let reader = house.member(Role::ReadOnly).await;
    assert_eq!(error_of(&house, &house.owner, &wrong).await, over(), "a state that nobody began");
    assert_eq!(error_of(&house, &house.stranger, &back).await, over(), "another workspace");
    assert_eq!(error_of(&house, &colleague, &back).await, over(), "another member");
    assert_eq!(error_of(&house, &reader, &back).await.0, StatusCode::FORBIDDEN);
    assert_eq!(server.asked("authorization_code"), 0, "the provider is not asked for any of them");
    assert_eq!(finish(&house, &house.owner, &back).await.0, StatusCode::OK, "the right member still can");
    assert_eq!(error_of(&house, &house.owner, &back).await, over(), "twice");
    assert_eq!(server.asked("authorization_code"), 1);

    let late = consented(&house, &server, json!({ "provider_id": provider })).await;
    pass(&house, 601);
    assert_eq!(error_of(&house, &house.owner, &late).await, over(), "too late");
    let theirs = house
        .send(
            &house.stranger,
            Method::POST,
            "/mailbox-sign-ins",
            Some(json!({ "provider_id": provider })),
            &[],
        )
        .await;
    assert_eq!(theirs.0, StatusCode::NOT_FOUND, "another workspace's provider");
}

on_both_databases!(what_a_provider_refuses_is_said, provider_errors, doors);
async fn provider_errors(house: House) {
    let server = OAuthServer::start(REP).await;
    let provider = provider(&house, &server).await;
    let new = json!({ "provider_id": provider });
    server.book().consent_error = Some("access_denied");
    let back = consented(&house, &server, new.clone()).await;
    let (status, problem) = finish(&house, &house.owner, &back).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("consent_refused")));
    let words = "access_denied: The member said no.";
    assert_eq!(problem["facts"], json!({ "provider": "Ours", "words": words }));
    assert_eq!(error_of(&house, &house.owner, &back).await, over(), "a refusal ends the sign-in too");
    server.book().consent_error = None;
    for (answer, code) in [
        ((400, json!({ "error": "invalid_grant" })), "sign_in_expired"),
        ((401, json!({ "error": "invalid_client" })), "client_refused"),
        ((400, json!({ "error": "invalid_scope" })), "scope_refused"),
        ((400, json!({ "error": "odd" })), "provider_refused"),
        ((503, json!({})), "provider_unavailable"),
        ((200, json!({ "access_token": "a" })), "nothing_lasting"),
    ] {
        server.book().token_error = Some(answer.clone());
        let back = consented(&house, &server, new.clone()).await;
        assert_eq!(
            error_of(&house, &house.owner, &back).await,
            (StatusCode::CONFLICT, code.to_owned()),
            "{answer:?}"
        );
    }
    server.book().token_error = None;
    // Whose account it is has to be known.
    server.book().account = None;
    let back = consented(&house, &server, new.clone()).await;
    assert_eq!(error_of(&house, &house.owner, &back).await.1, "account_unknown");
    let back =
        consented(&house, &server, json!({ "provider_id": provider, "email": REP, "from_name": "Rep Lee" }))
            .await;
    let (status, mailbox) = finish(&house, &house.owner, &back).await;
    assert_eq!(
        (status, &mailbox["email"], &mailbox["from_name"]),
        (StatusCode::OK, &json!(REP), &json!("Rep Lee"))
    );
    // And the one that was meant.
    server.book().account = Some("private@elsewhere.test".to_owned());
    let again = json!({ "provider_id": provider, "mailbox_id": mailbox["id"] });
    let back = consented(&house, &server, again).await;
    let (_, problem) = finish(&house, &house.owner, &back).await;
    assert_eq!(problem["code"], "other_account", "{problem}");
    assert_eq!(house.get("/mailboxes").await.as_array().map(Vec::len), Some(1), "nothing else was connected");
}

on_both_databases!(a_token_is_renewed_once_for_all_and_the_new_refresh_token_is_kept, rotation, doors);
async fn rotation(house: House) {
    let server = OAuthServer::start(REP).await;
    let mailbox = signed_in(&house, &server).await;
    let first = token(&house, &mailbox).await.expect("a token");
    pass(&house, 3600);
    // Eight connections want a token at once while the provider takes its time.
    let held = server.closed().await;
    let row = mailbox_row(&house, &mailbox).await;
    let asking: Vec<_> = (0..8)
        .map(|_| {
            let (row, app) = (row.clone(), house.app.clone());
            tokio::spawn(async move { row.smtp_settings(&app).await.map(|settings| settings.login) })
        })
        .collect();
    while server.asked("refresh_token") == 0 {
        tokio::task::yield_now().await;
    }
    drop(held);
    let mut got = Vec::new();
    for one in asking {
        match one.await.expect("no panic").expect("a token") {
            Some(Login::OAuth2 { token, .. }) => got.push(token),
            other => panic!("{other:?}"),
        }
    }
    got.dedup();
    assert_eq!(got.len(), 1, "all of them have the same: {got:?}");
    assert_ne!(got[0], first);
    assert_eq!(server.asked("refresh_token"), 1);
    // A provider that takes a refresh token handed in twice for stolen ends everything: it is not.
    for round in 2..5 {
        pass(&house, 3400);
        token(&house, &mailbox).await.expect("a token");
        assert_eq!(server.asked("refresh_token"), round, "renewed before it ended");
    }
    assert_eq!(house.get(&format!("/mailboxes/{mailbox}")).await["state"], "active");
}

on_both_databases!(who_goes_away_while_a_token_is_renewed_does_not_lose_it, cancelled, doors);
async fn cancelled(house: House) {
    let server = OAuthServer::start(REP).await;
    let mailbox = signed_in(&house, &server).await;
    pass(&house, 3600);
    let held = server.closed().await;
    let (row, app) = (mailbox_row(&house, &mailbox).await, house.app.clone());
    let asking = tokio::spawn(async move { row.smtp_settings(&app).await.map(|_| ()) });
    while server.asked("refresh_token") == 0 {
        tokio::task::yield_now().await;
    }
    asking.abort();
    assert!(asking.await.expect_err("cut short").is_cancelled());
    drop(held);
    token(&house, &mailbox).await.expect("a token");
    assert_eq!(server.asked("refresh_token"), 1, "the answer was kept though nobody waited for it");
}

on_both_databases!(mails_wait_for_somebody_to_sign_in_again_and_none_is_lost, ended, doors);
async fn ended(house: House) {
    let server = OAuthServer::start(REP).await;
    let mailbox = signed_in(&house, &server).await;
    let sequence = sequence(&house, &mailbox).await;
    let who = person(&house, "Minji", "minji@customer.test").await;
    let id = enrol(&house, &sequence, &who).await;
    server.revoke_all();
    pass(&house, 3600);
    work(&house).await;
    let view = house.get(&format!("/mailboxes/{mailbox}")).await;
    assert_eq!((&view["state"], &view["signed_out"]), (&json!("error"), &json!(true)), "{view}");
    assert_eq!(view["state_reason"], "sign_in_again");
    assert!(text(&told(&house, "mailbox.signed_out").await[0]["reason"]).starts_with("invalid_grant"));
    for _ in 0..20 {
        pass(&house, 6 * 3600);
        house.tick().await;
    }
    assert_eq!(server.asked("refresh_token"), 1, "a provider that said no is not asked again");
    let waiting = mails(&house, &id, "out").await;
    assert_eq!((waiting.len(), &waiting[0]["state"]), (1, &json!("queued")), "{waiting:?}");
    assert_eq!(attempts(&house).await, 0, "waiting is no attempt");
    assert_eq!(enrolment(&house, &id).await["state"], "active");
    let tested = refused(&house, Method::POST, &format!("/mailboxes/{mailbox}/test"), json!({})).await;
    assert_eq!(tested, (StatusCode::CONFLICT, "sign_in_again".to_owned()));
    let view =
        house.patch(&format!("/mailboxes/{mailbox}"), json!({ "daily_cap": 20, "state": "active" })).await;
    assert_eq!(
        (&view["state"], &view["signed_out"]),
        (&json!("error"), &json!(true)),
        "only signing in helps"
    );

    let again = json!({ "provider_id": view["sign_in_provider_id"], "mailbox_id": mailbox });
    let back = consented(&house, &server, again).await;
    let (status, view) = finish(&house, &house.owner, &back).await;
    assert_eq!((status, &view["id"]), (StatusCode::OK, &json!(mailbox)), "it is the same mailbox");
    assert_eq!((&view["state"], &view["signed_out"]), (&json!("active"), &json!(false)));
    token(&house, &mailbox).await.expect("a token");
    let outboxes = outreach::engine::claim::outboxes(&house.app).await.expect("the database");
    assert_eq!(outboxes.len(), 1, "what waited may leave");
}

async fn attempts(house: &House) -> i64 {
    let text = "SELECT MAX(attempts) FROM message";
    let most: Option<i64> =
        Sql::new(house.app.db.engine(), text).scalar(house.app.db.read()).await.expect("the database");
    most.unwrap_or(-1)
}

on_both_databases!(a_provider_that_is_down_is_asked_again_later_and_is_no_fault_of_the_mailbox, down, doors);
async fn down(house: House) {
    let server = OAuthServer::start(REP).await;
    let mailbox = signed_in(&house, &server).await;
    let sequence = sequence(&house, &mailbox).await;
    let who = person(&house, "Minji", "minji@customer.test").await;
    let id = enrol(&house, &sequence, &who).await;
    server.book().token_error = Some((503, json!({})));
    // Valid for some minutes yet: used, though it could not be renewed.
    pass(&house, 3400);
    assert!(token(&house, &mailbox).await.is_ok());
    assert_eq!(server.asked("refresh_token"), 1);
    pass(&house, 300);
    work(&house).await;
    work(&house).await;
    assert_eq!(server.asked("refresh_token"), 2, "then it rests");
    assert!(matches!(token(&house, &mailbox).await, Err(NoLogin::Waits(_))));
    let view = house.get(&format!("/mailboxes/{mailbox}")).await;
    assert_eq!((&view["state"], &view["state_reason"]), (&json!("active"), &Json::Null), "{view}");
    assert_eq!(mails(&house, &id, "out").await[0]["state"], "queued");
    assert_eq!(attempts(&house).await, 0);
    pass(&house, 61);
    server.book().token_error = None;
    token(&house, &mailbox).await.expect("a token");
    assert_eq!(server.asked("refresh_token"), 3);
}

on_both_databases!(
    a_client_that_is_refused_is_said_on_the_mailbox_until_an_administrator_mends_it,
    client,
    doors
);
async fn client(house: House) {
    let server = OAuthServer::start(REP).await;
    let mailbox = signed_in(&house, &server).await;
    let provider = text(&house.get(&format!("/mailboxes/{mailbox}")).await["sign_in_provider_id"]);
    let mut changed = custom(&server);
    changed["client_secret"] = "ran-out".into();
    house.put(&format!("/sign-in-providers/{provider}"), changed.clone()).await;
    pass(&house, 3600);
    let connections = outreach::engine::read::Connections::default();
    outreach::engine::read::read_next(&house.app, &connections).await.expect("read");
    let view = house.get(&format!("/mailboxes/{mailbox}")).await;
    assert_eq!((&view["state"], &view["signed_out"]), (&json!("error"), &json!(false)));
    assert!(text(&view["state_reason"]).contains("invalid_client: Said by the test."), "{view}");
    changed["client_secret"] = CLIENT.1.into();
    house.put(&format!("/sign-in-providers/{provider}"), changed).await;
    assert!(token(&house, &mailbox).await.is_ok(), "at once, without a rest");
}

on_both_databases!(administrators_set_providers_up_and_secrets_are_never_shown, providers, doors);
async fn providers(house: House) {
    let rep = house.member(Role::Rep).await;
    let google = json!({ "kind": "google", "client_id": " id.apps ", "client_secret": "GOCSPX-secret" });
    let (status, _) = house.send(&rep, Method::POST, "/sign-in-providers", Some(google.clone()), &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let made = house.post("/sign-in-providers", google.clone()).await;
    assert_eq!((&made["client_id"], &made["has_secret"]), (&json!("id.apps"), &json!(true)));
    assert_eq!(refused(&house, Method::POST, "/sign-in-providers", google).await.0, StatusCode::CONFLICT);
    let microsoft = json!({ "kind": "microsoft", "client_id": "id", "tenant": "ours.onmicrosoft.com" });
    let made = house.post("/sign-in-providers", microsoft).await;
    assert_eq!(made["token_url"], "https://login.microsoftonline.com/ours.onmicrosoft.com/oauth2/v2.0/token");
    assert_eq!(
        made["smtp"],
        json!({ "host": "smtp.office365.com", "port": 587, "security": "starttls", "username": "" })
    );
    let list = house.get("/sign-in-providers").await;
    assert_eq!(list["redirect_url"], "http://127.0.0.1:7000/mailboxes/signed-in");
    assert!(!list.to_string().contains("GOCSPX"));
    let begun = house
        .post("/mailbox-sign-ins", json!({ "provider_id": list["providers"][0]["id"], "email": REP }))
        .await;
    let url = text(&begun["authorize_url"]);
    for part in [
        "https://accounts.google.com/o/oauth2/v2/auth?",
        "access_type=offline",
        "prompt=consent",
        "S256",
        "rep%40",
    ] {
        assert!(url.contains(part), "{part} in {url}");
    }
    let theirs = house.send(&house.stranger, Method::GET, "/sign-in-providers", None, &[]).await;
    assert_eq!(theirs.1["providers"], json!([]));

    let server = OAuthServer::start(REP).await;
    for (field, value, at) in [
        ("client_id", json!(""), "client_id"),
        ("client_id", json!("two words"), "client_id"),
        ("name", json!(" "), "name"),
        ("authorize_url", json!("http://login.example.com/"), "authorize_url"),
        ("token_url", json!("javascript:alert(1)"), "token_url"),
        ("token_url", json!("https://login.example.com/#x"), "token_url"),
        ("scopes", json!(" "), "scopes"),
        ("imap", Json::Null, "imap.host"),
        ("smtp", json!({ "host": "mail.example.com", "port": 25, "security": "none" }), "smtp.security"),
    ] {
        let mut new = custom(&server);
        new[field] = value;
        let (status, problem) =
            house.send(&house.owner, Method::POST, "/sign-in-providers", Some(new), &[]).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(at)),
            "{problem}"
        );
    }
    let id = text(&house.post("/sign-in-providers", custom(&server)).await["id"]);
    let mut moved = custom(&server);
    moved["token_url"] = "https://elsewhere.test/token".into();
    moved.as_object_mut().expect("an object").remove("client_secret");
    let path = format!("/sign-in-providers/{id}");
    let (_, problem) = house.send(&house.owner, Method::PUT, &path, Some(moved), &[]).await;
    assert_eq!(problem["errors"][0]["field"], "client_secret", "a secret goes to no other server: {problem}");
    let (status, _) = house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(told(&house, "sign_in_provider.deleted").await.len(), 1);
}

on_both_databases!(a_token_goes_to_no_other_server_and_passwords_take_its_place, passwords, doors);
async fn passwords(house: House) {
    let server = OAuthServer::start(REP).await;
    let mailbox = signed_in(&house, &server).await;
    let path = format!("/mailboxes/{mailbox}");
    let at = |host: &str| json!({ "host": host, "port": 9, "security": "none", "username": REP });
    let (_, problem) =
        house.send(&house.owner, Method::PATCH, &path, Some(json!({ "imap": at("thief.test") })), &[]).await;
    assert_eq!(problem["errors"][0]["field"], "imap.password", "{problem}");
    let mut with = at("127.0.0.1");
    with["password"] = "pw".into();
    let (_, problem) =
        house.send(&house.owner, Method::PATCH, &path, Some(json!({ "smtp": with })), &[]).await;
    assert_eq!(problem["errors"][0]["field"], "imap.password", "both or none: {problem}");
    let view = house.patch(&path, json!({ "smtp": with, "imap": with })).await;
    assert_eq!((&view["sign_in_provider_id"], &view["signed_out"]), (&Json::Null, &json!(false)));
    let settings = mailbox_row(&house, &mailbox).await.imap_settings(&house.app).await.expect("a login");
    assert!(matches!(settings.login, Login::Password { .. }));
    // And back, by its address.
    let provider = text(&house.get("/sign-in-providers").await["providers"][0]["id"]);
    let colleague = house.member(Role::Rep).await;
    let begun = house
        .send(&colleague, Method::POST, "/mailbox-sign-ins", Some(json!({ "provider_id": provider })), &[])
        .await;
    let theirs = json!(server.consent(&text(&begun.1["authorize_url"])).await);
    assert_eq!(
        error_of(&house, &colleague, &theirs).await.0,
        StatusCode::FORBIDDEN,
        "another member's mailbox"
    );
    let back = consented(&house, &server, json!({ "provider_id": provider })).await;
    let (_, view) = finish(&house, &house.owner, &back).await;
    assert_eq!(view["id"], json!(mailbox));
    assert!(token(&house, &mailbox).await.is_ok());
}

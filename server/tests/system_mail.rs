//! The installation's own mails, through a real mail server.

use mail::Security;
use serde_json::json;
use server::accounts::system_mail::SystemMailSettings;
use server::testing::{Choices, On, PASSWORD, TestServer};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

async fn with_mail(host: &hosts::mail::MailHost) -> TestServer {
    let smtp = SystemMailSettings {
        host: "127.0.0.1".to_owned(),
        port: host.mx_port,
        security: Security::Plain,
        username: None,
        password: None,
        from: "sevenfold@example.test".to_owned(),
        from_name: "Sevenfold".to_owned(),
    };
    TestServer::chosen(On::Sqlite, Choices { smtp: Some(smtp), ..Choices::default() }).await
}

/// The last part of the only link in a mail.
fn token_in(raw: &[u8], path: &str) -> String {
    let mail = mail::read(raw).unwrap();
    let text = format!("{mail:?}");
    let at = text.find(path).unwrap_or_else(|| panic!("no {path} in {text}"));
    text[at + path.len()..].chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

#[tokio::test]
async fn a_forgotten_password_is_reset_and_a_guest_invited_by_mail() {
    let host =
        hosts::mail::MailHost::start(&[("ada@example.test", "x"), ("bob@example.test", "x")]).await.unwrap();
    let server = with_mail(&host).await;
    let owner = server.client();
    let mut first = server::testing::first_owner();
    first["email"] = json!("ada@example.test");
    let _ = owner.post("/setup", first).await.expect(200);

    let reply =
        server.client().post("/password-reset", json!({ "email": "ada@example.test" })).await.expect(202);
    assert_eq!(reply.body, json!({ "by_mail": true }));
    let unknown =
        server.client().post("/password-reset", json!({ "email": "x@example.test" })).await.expect(202);
    assert_eq!(unknown.body, reply.body);
    server.work().await;
    let mails = host.wait_for_mail("ada@example.test", 1, PATIENCE).await.unwrap();
    let path = format!("/password-reset/{}", token_in(&mails[0], "/reset/"));
    let _ = server.client().post(&path, json!({ "password": "another sentence" })).await.expect(204);
    let again = json!({ "email": "ada@example.test", "password": "another sentence" });
    let _ = owner.post("/sign-in", again).await.expect(200);

    let invited =
        owner.post("/invitations", json!({ "email": "bob@example.test", "role": "rep" })).await.expect(201);
    assert_eq!(invited.body["by_mail"], json!(true));
    server.work().await;
    let mails = host.wait_for_mail("bob@example.test", 1, PATIENCE).await.unwrap();
    let path = format!("/invitations/by-token/{}/accept", token_in(&mails[0], "/invitation/"));
    let _ = server.client().post(&path, json!({ "name": "Bob", "password": PASSWORD })).await.expect(200);
}

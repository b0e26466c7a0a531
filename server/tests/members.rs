//! Members, invitations, API tokens and the workspace, on both databases.

use serde_json::{Value, json};
use server::on_both;
use server::testing::{Client, On, PASSWORD, TestServer};

async fn invite(owner: &Client, email: &str, role: &str) -> String {
    let reply = owner.post("/invitations", json!({ "email": email, "role": role })).await.expect(201);
    let link = reply.text_at("/link");
    link.rsplit('/').next().unwrap().to_owned()
}

/// Invites somebody and lets them accept.
async fn join(owner: &Client, email: &str, role: &str) -> Client {
    let token = invite(owner, email, role).await;
    let guest = owner.signed_out();
    let accept = json!({ "name": "Guest", "password": PASSWORD });
    let _ = guest.post(&format!("/invitations/by-token/{token}/accept"), accept).await.expect(200);
    guest
}

on_both!(an_invitation_lets_one_person_in_once, invitation_once);
async fn invitation_once(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let token = invite(&owner, "bob@acme.example", "rep").await;
    let path = format!("/invitations/by-token/{token}");
    let view = server.client().get(&path).await.expect(200);
    assert_eq!(view.text_at("/workspace_name"), "Acme");
    assert_eq!(view.body["has_account"], json!(false));
    let accept = json!({ "name": "Bob", "password": PASSWORD });
    let path = format!("{path}/accept");
    let (one, two) = (server.client(), server.client());
    let (a, b) = tokio::join!(one.post(&path, accept.clone()), two.post(&path, accept.clone()));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert!(statuses == [200, 404] || statuses == [200, 409], "{statuses:?}");
    let _ = server.client().post(&path, accept).await.expect(404);
    assert_eq!(owner.get("/members").await.body["items"].as_array().unwrap().len(), 2);
}

on_both!(an_invitation_taken_back_replaced_or_a_week_old_lets_nobody_in, invitation_gone);
async fn invitation_gone(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let replaced = invite(&owner, "bob@acme.example", "rep").await;
    let current = invite(&owner, "bob@acme.example", "manager").await;
    let show = |token: String| {
        let client = server.client();
        async move { client.get(&format!("/invitations/by-token/{token}")).await.status.as_u16() }
    };
    assert_eq!(show(replaced).await, 404);
    assert_eq!(show(current.clone()).await, 200);
    let list = owner.get("/invitations").await.expect(200);
    assert_eq!(list.body["items"].as_array().unwrap().len(), 1);
    let _ = owner.delete(&format!("/invitations/{}", list.text_at("/items/0/id"))).await.expect(204);
    assert_eq!(show(current).await, 404);
    let old = invite(&owner, "bob@acme.example", "rep").await;
    server.later(7 * 86_400);
    assert_eq!(show(old).await, 404);
}

on_both!(an_account_joins_a_second_workspace_with_its_own_password, second_workspace);
async fn second_workspace(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let other = server.other_workspace("Globex").await;
    let token = invite(&other, "ada@acme.example", "rep").await;
    let path = format!("/invitations/by-token/{token}/accept");
    let _ = server.client().post(&path, json!({ "password": "not her password" })).await.expect(422);
    let me = server.client().post(&path, json!({ "password": PASSWORD })).await.expect(200);
    assert_eq!(me.body["memberships"].as_array().unwrap().len(), 2);
    assert_eq!(owner.get("/me").await.text_at("/workspace/name"), "Acme");
    let there = owner.with_header("sevenfold-workspace", &me.text_at("/workspace/id"));
    let reply = there.get("/me").await.expect(200);
    assert_eq!(
        (reply.text_at("/workspace/name"), reply.text_at("/role")),
        ("Globex".to_owned(), "rep".to_owned())
    );
}

on_both!(a_workspace_one_does_not_belong_to_is_not_there, foreign_workspace);
async fn foreign_workspace(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let other = server.other_workspace("Globex").await;
    let id = other.get("/me").await.text_at("/workspace/id");
    for named in [id.as_str(), "00000000-0000-7000-8000-000000000000", "nonsense"] {
        let _ = owner.with_header("sevenfold-workspace", named).get("/me").await.expect(404);
    }
    let _ = owner.get(&format!("/live?workspace={id}")).await.expect(404);
}

on_both!(the_last_owner_stays, last_owner);
async fn last_owner(on: On) {
    let (_server, owner) = TestServer::owned(on).await;
    let me = owner.get("/me").await.text_at("/user/id");
    let path = format!("/members/{me}");
    assert_eq!(owner.delete(&path).await.expect(409).code(), "last_owner");
    assert_eq!(owner.patch(&path, json!({ "role": "admin" })).await.expect(409).code(), "last_owner");
    let second = join(&owner, "bob@acme.example", "owner").await;
    let bob = second.get("/me").await.text_at("/user/id");
    let bobs = format!("/members/{bob}");
    let (a, b) = tokio::join!(
        owner.patch(&bobs, json!({ "role": "rep" })),
        second.patch(&path, json!({ "role": "rep" }))
    );
    let good = [&a, &b].iter().filter(|r| r.status.as_u16() == 200).count();
    assert_eq!(good, 1, "{} {}", a.text, b.text);
    let roles = owner.get("/members").await.body["items"].clone();
    assert_eq!(roles.as_array().unwrap().iter().filter(|m| m["role"] == json!("owner")).count(), 1);
}

on_both!(nobody_gives_or_takes_more_rights_than_they_have, ranks);
async fn ranks(on: On) {
    let (_server, owner) = TestServer::owned(on).await;
    let ada = owner.get("/me").await.text_at("/user/id");
    let admin = join(&owner, "bob@acme.example", "admin").await;
    let rep = join(&owner, "cho@acme.example", "rep").await;
    let cho = rep.get("/me").await.text_at("/user/id");
    let _ = admin.patch(&format!("/members/{ada}"), json!({ "role": "rep" })).await.expect(403);
    let _ = admin.delete(&format!("/members/{ada}")).await.expect(403);
    let _ = admin.patch(&format!("/members/{cho}"), json!({ "role": "owner" })).await.expect(403);
    let invite = json!({ "email": "dan@acme.example", "role": "owner" });
    let _ = admin.post("/invitations", invite).await.expect(403);
    let _ = admin.patch(&format!("/members/{cho}"), json!({ "role": "manager" })).await.expect(200);
    assert_eq!(rep.get("/me").await.text_at("/role"), "manager");
    let _ = rep.get("/invitations").await.expect(403);
    let _ = admin.delete(&format!("/members/{cho}")).await.expect(204);
    assert_eq!(rep.get("/me").await.expect(403).code(), "no_workspace");
}

on_both!(an_api_token_does_what_its_scope_says_and_no_more, token_scopes);
async fn token_scopes(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let make = |scope: &'static str| {
        let owner = owner.clone();
        async move {
            let made = owner.post("/api-tokens", json!({ "name": scope, "scope": scope })).await.expect(201);
            (made.text_at("/token"), made.text_at("/api_token/id"))
        }
    };
    let ((read, read_id), (write, _)) = (make("read").await, make("write").await);
    assert!(read.starts_with("sf_"));
    let (reader, writer) = (server.client().with_token(&read), server.client().with_token(&write));
    let _ = reader.get("/companies").await.expect(200);
    let _ = reader.post("/companies", json!({ "name": "Initech" })).await.expect(403);
    let _ = writer.post("/companies", json!({ "name": "Initech" })).await.expect(201);
    let _ = writer.post("/api-tokens", json!({ "name": "more", "scope": "write" })).await.expect(403);
    let password = json!({ "current": PASSWORD, "password": "another sentence" });
    let _ = writer.post("/me/password", password).await.expect(403);
    let _ = owner.delete(&format!("/api-tokens/{read_id}")).await.expect(204);
    let _ = reader.get("/companies").await.expect(401);
    let _ = server.client().with_token("sf_nonsense").get("/companies").await.expect(401);
    let other = server.other_workspace("Globex").await.get("/me").await.text_at("/workspace/id");
    let _ = writer.with_header("sevenfold-workspace", &other).get("/companies").await.expect(404);
}

on_both!(a_member_who_leaves_takes_their_tokens_along, tokens_leave);
async fn tokens_leave(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let admin = join(&owner, "bob@acme.example", "admin").await;
    let made = admin.post("/api-tokens", json!({ "name": "sync", "scope": "write" })).await.expect(201);
    let program = server.client().with_token(&made.text_at("/token"));
    let _ = program.get("/companies").await.expect(200);
    let bob = admin.get("/me").await.text_at("/user/id");
    let _ = owner.delete(&format!("/members/{bob}")).await.expect(204);
    let _ = program.get("/companies").await.expect(401);
}

on_both!(the_workspace_changes_field_by_field_and_refuses_strange_settings, workspace_patch);
async fn workspace_patch(on: On) {
    let (_server, owner) = TestServer::owned(on).await;
    let change = json!({ "name": "Acme Korea", "settings": { "fit_needed": 70 } });
    let after = owner.patch("/workspace", change).await.expect(200);
    assert_eq!(after.body["settings"]["fit_needed"], json!(70));
    assert_eq!(after.body["settings"]["research_items_needed"], json!(3));
    assert_eq!(after.body["time_zone"], json!("Asia/Seoul"));
    let reply = owner
        .patch("/workspace", json!({ "settings": { "nonsense": 1 }, "country": "Korea" }))
        .await
        .expect(422);
    let fields: Vec<&Value> = reply.body["errors"].as_array().unwrap().iter().map(|e| &e["field"]).collect();
    assert_eq!(fields, [&json!("country"), &json!("settings.nonsense")]);
    assert_eq!(owner.get("/workspace").await.text_at("/name"), "Acme Korea");
}

//! The offer as its buyer sees it, through its links, on both databases: `read` what the page shows and hears, `sign` how it ends.

mod guard;
mod read;
mod sign;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_room::Visitor;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::Sql;
use tower::ServiceExt;

use crate::support::{Lead, draft, lead};

/// An offer that is out, and the link of its signer.
struct Out {
    lead: Lead,
    path: String,
    token: String,
}

struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
    bytes: Vec<u8>,
}

const PHONE: &str = "Mozilla/5.0 (iPhone) Safari/604.1";

async fn ask_as(
    house: &House,
    visitor: Visitor,
    method: Method,
    path: &str,
    form: &[(&str, &str)],
) -> Answered {
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    request.extensions_mut().insert(visitor);
    let answer = offer::public_routes().with_state(house.app.clone()).oneshot(request).await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let bytes = to_bytes(answer.into_body(), 16 << 20).await.unwrap().to_vec();
    Answered { status, headers, text: String::from_utf8_lossy(&bytes).into_owned(), bytes }
}

async fn ask(house: &House, method: Method, path: &str, form: &[(&str, &str)]) -> Answered {
    let visitor = Visitor { address: "203.0.113.7".into(), user_agent: PHONE.into() };
    ask_as(house, visitor, method, path, form).await
}

async fn look(house: &House, path: &str) -> Answered {
    ask(house, Method::GET, path, &[]).await
}

async fn mailbox(house: &House) -> String {
    let mut tx = house.app.db.write_tx().await.unwrap();
    let (workspace, owner) = (house.owner.workspace, house.owner.user);
    let id =
        outreach::ensure_sandbox_mailbox(&mut tx, workspace, owner, house.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    id.0.to_string()
}

fn token_of(url: &Json) -> String {
    url.as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

async fn send(house: &House, lead: Lead, draft: Json) -> Out {
    mailbox(house).await;
    let made = house.post(&format!("{}/offers", lead.path), draft).await;
    let path = format!("{}/offers/{}", lead.path, made["id"].as_str().unwrap());
    house
        .post(&format!("{path}/send"), json!({ "sent_to": [lead.person], "override_reason": "tried" }))
        .await;
    let page = house.put(&format!("{path}/page"), json!({})).await;
    let token = token_of(&page["links"][0]["url"]);
    Out { lead, path, token }
}

async fn out(house: &House) -> Out {
    let lead = lead(house).await;
    let draft = draft(&lead);
    send(house, lead, draft).await
}

/// The value of a hidden field.
fn hidden(html: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, after) = html.split_once(&start).unwrap_or_else(|| panic!("{name} in {html}"));
    after.split('"').next().unwrap().to_owned()
}

/// The form as a browser sends it, filled in.
fn form<'a>(html: &'a str, fields: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = ["hash", "granted", "total", "p"]
        .iter()
        .map(|name| ((*name).to_owned(), hidden(html, name)))
        .collect();
    all.extend(fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    all
}

fn as_pairs(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

/// The code that was mailed last.
async fn code(house: &House) -> String {
    let text = "SELECT text FROM message WHERE direction = 'out' AND (subject LIKE 'Your code%' OR subject LIKE '%코드') \
                ORDER BY id DESC LIMIT 1";
    let text: Option<String> =
        Sql::new(house.app.db.engine(), text).scalar(house.app.db.read()).await.unwrap();
    text.unwrap().chars().filter(char::is_ascii_digit).take(6).collect()
}

async fn state(house: &House, out: &Out) -> Json {
    house.get(&out.path).await["state"].clone()
}

async fn audited(house: &House, out: &Out) -> Vec<String> {
    let rows = house.get(&format!("{}/audit", out.path)).await;
    rows.as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap().to_owned()).collect()
}

/// Asks for a code with everything filled in; answers the form with the code in it.
async fn with_code(house: &House, out: &Out) -> Vec<(String, String)> {
    let page = look(house, &format!("/o/{}", out.token)).await;
    let filled = form(
        &page.text,
        &[("name", "Kim Minji"), ("role", "CFO"), ("consent", "yes"), ("start_on", "2027-01-04")],
    );
    let asked = ask(house, Method::POST, &format!("/o/{}/accept", out.token), &as_pairs(&filled)).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    assert!(
        asked.text.contains("name=\"code\"") && asked.text.contains("m•••@acme.example"),
        "{}",
        asked.text
    );
    let mut whole = filled;
    whole.push(("code".to_owned(), code(house).await));
    whole
}

async fn accept(house: &House, out: &Out, form: &[(String, String)]) -> Answered {
    ask(house, Method::POST, &format!("/o/{}/accept", out.token), &as_pairs(form)).await
}

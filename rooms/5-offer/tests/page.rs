//! The offer as its buyer sees it, through its links, on both databases.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_room::Visitor;
use kernel::Timestamp;
use offer::audit::{Audited, is_whole};
use offer::sign::seal::verify;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::Sql;
use tower::ServiceExt;

use crate::support::{Lead, doors, draft, lead, refused};

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
    let mut all: Vec<(String, String)> =
        ["hash", "total", "p"].iter().map(|name| ((*name).to_owned(), hidden(html, name))).collect();
    all.extend(fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    all
}

fn as_pairs(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

/// The code that was mailed last.
async fn code(house: &House) -> String {
    let text =
        "SELECT subject FROM message WHERE direction = 'out' ORDER BY created_at DESC, id DESC LIMIT 1";
    let subject: Option<String> =
        Sql::new(house.app.db.engine(), text).scalar(house.app.db.read()).await.unwrap();
    subject.unwrap().chars().filter(char::is_ascii_digit).take(6).collect()
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

on_both_databases!(r65_acceptance_is_one_form_with_name_consent_and_an_optional_start_date, one_form, doors);
async fn one_form(house: House) {
    let out = out(&house).await;
    let page = look(&house, &format!("/o/{}", out.token)).await;
    let empty = form(&page.text, &[("name", ""), ("start_on", "2020-01-01")]);
    let wrong = accept(&house, &out, &empty).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["name-error", "start-error", "consent-error"] {
        assert!(wrong.text.contains(&format!("id=\"{field}\"")), "{field}");
    }
    let whole = with_code(&house, &out).await;
    let mut mistaken = whole.clone();
    mistaken.last_mut().unwrap().1 = "000000x".to_owned();
    if whole.last().unwrap().1 != "000000" {
        assert!(accept(&house, &out, &mistaken).await.text.contains("id=\"code-error\""));
    }
    let done = accept(&house, &out, &whole).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(done.headers[header::LOCATION], format!("/o/{}/receipt", out.token));
    assert_eq!(state(&house, &out).await, "accepted");
    let view = house.get(&format!("{}/page", out.path)).await;
    let receipt = view["links"][0]["receipt"].clone();
    assert_eq!(
        (
            &receipt["name"],
            &receipt["role"],
            &receipt["start_on"],
            &receipt["mail"],
            &receipt["contract"]["minor"]
        ),
        (
            &json!("Kim Minji"),
            &json!("CFO"),
            &json!("2027-01-04"),
            &json!("minji@acme.example"),
            &json!(90_000)
        )
    );
    // Sent once more, as after a torn connection: the same receipt, and nothing else is written.
    assert_eq!(accept(&house, &out, &whole).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.get(&format!("{}/page", out.path)).await["links"][0]["receipt"], receipt);
    assert_eq!(audited(&house, &out).await.iter().filter(|kind| *kind == "signed").count(), 1);
    let shown = look(&house, &format!("/o/{}/receipt", out.token)).await;
    assert!(shown.text.contains("$900.00") && shown.text.contains(receipt["pdf_sha256"].as_str().unwrap()));
    let kinds: Vec<String> =
        house.events().await.into_iter().map(|e| e.0).filter(|k| k.starts_with("offer.")).collect();
    assert_eq!(kinds, ["offer.drafted", "offer.sent", "offer.viewed", "offer.signed", "offer.ended"]);
}

on_both_databases!(of_two_answers_at_once_one_wins, at_once, doors);
async fn at_once(house: House) {
    let out = out(&house).await;
    let whole = with_code(&house, &out).await;
    let (first, second) = tokio::join!(accept(&house, &out, &whole), accept(&house, &out, &whole));
    assert_eq!((first.status, second.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    let rows: Option<i64> = Sql::new(house.app.db.engine(), "SELECT COUNT(*) FROM offer_acceptance")
        .scalar(house.app.db.read())
        .await
        .unwrap();
    assert_eq!(rows, Some(1));
    let ends = house.events().await.into_iter().filter(|e| e.0 == "offer.ended").count();
    assert_eq!((ends, state(&house, &out).await), (1, json!("accepted")));
}

on_both_databases!(taking_back_and_signing_at_once_leaves_one_of_both, race, doors);
async fn race(house: House) {
    let out = out(&house).await;
    let whole = with_code(&house, &out).await;
    let end = format!("{}/end", out.path);
    let (signed, withdrawn) =
        tokio::join!(accept(&house, &out, &whole), refused(&house, &end, json!({ "state": "withdrawn" })));
    let now = state(&house, &out).await;
    let wanted = match signed.status {
        StatusCode::SEE_OTHER => ("accepted", StatusCode::CONFLICT),
        _ => ("withdrawn", StatusCode::OK),
    };
    assert_eq!((now.as_str().unwrap(), withdrawn.0), wanted);
}

on_both_databases!(replayed_expired_superseded_and_forwarded_links_cannot_accept, cannot, doors);
async fn cannot(house: House) {
    let out = out(&house).await;
    // A code is good for one link, fifteen minutes and five mistakes.
    let whole = with_code(&house, &out).await;
    house.app.clock.set(Timestamp::parse("2026-11-23T00:15:01Z").unwrap());
    let late = accept(&house, &out, &whole).await;
    assert!(late.text.contains("id=\"code-error\""), "{}", late.text);
    let right = with_code(&house, &out).await;
    let mut mistaken = right.clone();
    mistaken.last_mut().unwrap().1 =
        String::from(if right.last().unwrap().1 == "111111" { "222222" } else { "111111" });
    for _ in 0..5 {
        accept(&house, &out, &mistaken).await;
    }
    assert!(accept(&house, &out, &right).await.text.contains("id=\"code-error\""), "after five mistakes");
    // What was shown is not what is asked for.
    for (field, value) in
        [("hash", "0".repeat(64)), ("total", "1".to_owned()), ("p", uuid::Uuid::nil().to_string())]
    {
        let mut other = with_code(&house, &out).await;
        other.iter_mut().filter(|(key, _)| key == field).for_each(|(_, old)| old.clone_from(&value));
        let answer = accept(&house, &out, &other).await;
        match field {
            // An unknown package is the advised one: it was shown.
            "p" => assert_eq!(answer.status, StatusCode::SEE_OTHER),
            _ => assert!(answer.text.contains("role=\"alert\""), "{field}"),
        }
        house.app.clock.set(house.app.clock.now().plus_seconds(3_601));
    }
    assert_eq!(state(&house, &out).await, "accepted");
}

on_both_databases!(links_of_versions_that_are_over_read_and_cannot_sign, over, doors);
async fn over(house: House) {
    let old = out(&house).await;
    let whole = with_code(&house, &old).await;
    let mut newer = draft(&old.lead);
    newer["title"] = json!("Close in one day");
    let newer = send(&house, old.lead.clone(), newer).await;
    let page = look(&house, &format!("/o/{}", old.token)).await;
    assert!(page.text.contains(&newer.token), "it leads to the newer version");
    assert!(!page.text.contains("id=\"accept\""));
    let answer = ask(&house, Method::POST, &format!("/o/{}/accept", old.token), &as_pairs(&whole)).await;
    assert!(answer.text.contains("A newer version took the place"), "{}", answer.text);
    // The link of somebody else reads, and cannot sign: no code is sent for it, and the code of another link is none.
    let other = house.post("/people", json!({ "name": "Lee Juno", "email": "juno@acme.example" })).await;
    let other = other["id"].as_str().unwrap();
    house.put(&format!("{}/people/{other}", newer.lead.path), json!({ "roles": ["user"] })).await;
    let third = house.post(&format!("{}/offers", newer.lead.path), draft(&newer.lead)).await;
    let path = format!("{}/offers/{}", newer.lead.path, third["id"].as_str().unwrap());
    house.post(&format!("{path}/send"), json!({ "sent_to": [newer.lead.person, other] })).await;
    let view = house.put(&format!("{path}/page"), json!({})).await;
    let links = view["links"].as_array().unwrap();
    assert_eq!((links.len(), &links[0]["signs_at"], &links[1]["signs_at"]), (2, &json!(1), &Json::Null));
    let (signer, reader) = (token_of(&links[0]["url"]), token_of(&links[1]["url"]));
    let signing = Out { lead: newer.lead.clone(), path: path.clone(), token: signer };
    let whole = with_code(&house, &signing).await;
    let read = look(&house, &format!("/o/{reader}")).await;
    assert!(read.text.contains("This link is for reading") && !read.text.contains("id=\"accept\""));
    let answer = ask(&house, Method::POST, &format!("/o/{reader}/accept"), &as_pairs(&whole)).await;
    assert_ne!(answer.status, StatusCode::SEE_OTHER);
    // Its last day is over where they are: nobody waits for a timer.
    house.app.clock.set(Timestamp::parse("2026-12-24T00:00:01-05:00").unwrap());
    let answer = accept(&house, &signing, &whole).await;
    assert!(answer.text.contains("no longer valid"), "{}", answer.text);
    house.tick().await;
    assert_eq!(house.get(&path).await["state"], "expired");
}

on_both_databases!(several_sign_in_their_order_and_the_last_one_ends_it, several, doors);
async fn several(house: House) {
    let out = out(&house).await;
    let other = json!({ "name": "Lee Juno", "email": "juno@acme.example" });
    let other = house.post("/people", other).await["id"].as_str().unwrap().to_owned();
    let (status, _) = house
        .send(
            &house.owner,
            Method::PUT,
            &format!("{}/page", out.path),
            Some(json!({ "signers": [other] })),
            &[],
        )
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "not in the committee");
    house.put(&format!("{}/people/{other}", out.lead.path), json!({ "roles": ["approver"] })).await;
    let order = json!({ "signers": [out.lead.person, other] });
    let view = house.put(&format!("{}/page", out.path), order.clone()).await;
    let links = view["links"].as_array().unwrap();
    let second = links.iter().find(|l| l["person_id"] == other.as_str()).unwrap();
    let second = Out { lead: out.lead.clone(), path: out.path.clone(), token: token_of(&second["url"]) };
    let first = Out { lead: second.lead.clone(), path: out.path.clone(), token: out.token.clone() };
    let early = look(&house, &format!("/o/{}", second.token)).await;
    assert!(early.text.contains("Somebody else signs first") && !early.text.contains("id=\"accept\""));
    let whole = with_code(&house, &first).await;
    assert_eq!(accept(&house, &first, &whole).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&house, &first).await, "viewed", "one signature is missing");
    let (status, problem) =
        house.send(&house.owner, Method::PUT, &format!("{}/page", out.path), Some(order), &[]).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("signing_began")));
    let page = look(&house, &format!("/o/{}", second.token)).await;
    let filled = form(&page.text, &[("name", "Lee Juno"), ("consent", "yes")]);
    ask(&house, Method::POST, &format!("/o/{}/accept", second.token), &as_pairs(&filled)).await;
    let mut whole = filled;
    whole.push(("code".to_owned(), code(&house).await));
    assert_eq!(accept(&house, &second, &whole).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&house, &first).await, "accepted");
}

on_both_databases!(the_agreement_is_sealed_and_the_audit_is_whole, sealed, doors);
async fn sealed(house: House) {
    let out = out(&house).await;
    let whole = with_code(&house, &out).await;
    let agreement = format!("/o/{}/agreement.pdf", out.token);
    assert_eq!(look(&house, &agreement).await.status, StatusCode::NOT_FOUND);
    assert_eq!(accept(&house, &out, &whole).await.status, StatusCode::SEE_OTHER);
    let (first, second) = tokio::join!(look(&house, &agreement), look(&house, &agreement));
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert!(first.bytes == second.bytes, "it is made once");
    let key = house.get("/offer-seal-key").await["public_key"].as_str().unwrap().to_owned();
    verify(&first.bytes, Some(&key)).unwrap();
    let mut other = first.bytes.clone();
    let middle = other.len() / 2;
    other[middle] ^= 1;
    assert!(verify(&other, Some(&key)).is_err());
    let rows = house.get(&format!("{}/audit", out.path)).await;
    assert_eq!(audited(&house, &out).await, ["sent", "linked", "opened", "code_sent", "signed", "accepted"]);
    let signed = rows.as_array().unwrap().iter().find(|row| row["kind"] == "signed").unwrap();
    for fact in
        ["content_sha256", "pdf_sha256", "name", "mail", "role", "consent", "consent_version", "user_agent"]
    {
        assert!(!signed["facts"][fact].is_null(), "{fact}");
    }
    assert_eq!(signed["address"], "203.0.113.7");
    let read = |row: &Json| Audited {
        n: row["n"].as_i64().unwrap(),
        at: Timestamp::parse(row["at"].as_str().unwrap()).unwrap(),
        kind: row["kind"].as_str().unwrap().to_owned(),
        link_id: row["link_id"].as_str().map(|id| id.parse().unwrap()),
        address: row["address"].as_str().unwrap().to_owned(),
        facts: row["facts"].clone(),
        seal: row["seal"].as_str().unwrap().to_owned(),
    };
    let mut rows: Vec<Audited> = rows.as_array().unwrap().iter().map(read).collect();
    assert!(is_whole(&rows));
    rows[4].facts["name"] = json!("Somebody Else");
    assert!(!is_whole(&rows));
}

on_both_databases!(r53_page_and_pdf_show_the_same_totals, totals, doors);
async fn totals(house: House) {
    let out = out(&house).await;
    let content = house.get(&out.path).await["content"].clone();
    let (package, line) = (
        content["packages"][0]["id"].as_str().unwrap(),
        content["packages"][0]["lines"][1]["id"].as_str().unwrap(),
    );
    for (query, sum) in [(String::new(), "$900.00"), (format!("?p={package}&c={line}"), "$1,100.00")] {
        let page = look(&house, &format!("/o/{}{query}", out.token)).await;
        let totals = page.text.split_once("id=\"totals\"").unwrap().1.split_once("</dl>").unwrap().0;
        assert!(totals.contains(sum), "{totals}");
        let part = look(&house, &format!("/o/{}/buy{query}", out.token)).await;
        assert!(part.text.contains(totals), "the part that is fetched is the part of the page");
        let pdf = look(&house, &format!("/o/{}/offer.pdf{query}", out.token)).await;
        assert!(pdf.bytes.starts_with(b"%PDF-"), "{}", pdf.text);
        if let Ok(folder) = std::env::var("PAPER_PICTURES") {
            std::fs::write(format!("{folder}/offer-{}.pdf", query.len()), &pdf.bytes).unwrap();
        }
    }
}

on_both_databases!(r54_views_and_words_raise_a_task_and_a_view_counts_once_a_day, views, doors);
async fn views(house: House) {
    let out = out(&house).await;
    let page = format!("/o/{}", out.token);
    let opened = async || house.events().await.into_iter().filter(|e| e.0 == "offer.viewed").count();
    ask(&house, Method::HEAD, &page, &[]).await;
    let bot = Visitor { address: "198.51.100.1".into(), user_agent: "Slackbot-LinkExpanding 1.0".into() };
    ask_as(&house, bot, Method::GET, &page, &[]).await;
    assert_eq!(opened().await, 0, "programs are no readers");
    for _ in 0..3 {
        look(&house, &page).await;
    }
    let laptop =
        Visitor { address: "198.51.100.9".into(), user_agent: "Mozilla/5.0 (X11) Firefox/150".into() };
    ask_as(&house, laptop, Method::GET, &page, &[]).await;
    assert_eq!((opened().await, state(&house, &out).await), (1, json!("viewed")));
    let view = house.get(&format!("{}/page", out.path)).await;
    assert_eq!(view["links"][0]["places"], 2, "it is seen that it was opened elsewhere");
    house.app.clock.set(house.app.clock.now().plus_days(1));
    look(&house, &page).await;
    assert_eq!(opened().await, 2);
    let said = [("section", "price"), ("words", "Is training needed?"), ("kind", "question")];
    let answer = ask(&house, Method::POST, &format!("{page}/comment"), &said).await;
    let to = answer.headers[header::LOCATION].to_str().unwrap();
    assert!(to.starts_with(&format!("{page}?p=")) && to.ends_with("&said=1#packages"), "{to}");
    assert!(look(&house, &page).await.text.contains("Is training needed?"));
    let told = house.events().await.into_iter().find(|e| e.0 == "offer.feedback").unwrap().1;
    assert_eq!((&told["kind"], &told["words"]), (&json!("question"), &json!("Is training needed?")));
    let tasks = house.get("/tasks?where=state.eq.open").await;
    let titles: Vec<&str> =
        tasks["items"].as_array().unwrap().iter().map(|t| t["title"].as_str().unwrap()).collect();
    for title in [
        "Kim Minji opened the offer",
        "Answer Kim Minji: a word about the offer",
        "Ask what they think of the offer",
    ] {
        assert_eq!(titles.iter().filter(|t| **t == title).count(), 1, "{title} in {titles:?}");
    }
    for _ in 0..25 {
        ask(&house, Method::POST, &format!("{page}/comment"), &said).await;
    }
    let comments = house.get(&format!("{}/page", out.path)).await["comments"].as_array().unwrap().len();
    assert_eq!(comments, 20, "twenty an hour");
}

on_both_databases!(reading_is_timed_only_for_whoever_agreed, timing, doors);
async fn timing(house: House) {
    let out = out(&house).await;
    let page = format!("/o/{}", out.token);
    let tell = async || {
        ask(
            &house,
            Method::POST,
            &format!("{page}/reading"),
            &[("price", "30"), ("nothing", "5"), ("x", "9999")],
        )
        .await
    };
    let timed = async || house.get(&format!("{}/page", out.path)).await["links"][0].clone();
    assert_eq!(tell().await.status, StatusCode::NO_CONTENT);
    assert_eq!((&timed().await["reading"], &timed().await["timed"]), (&json!([]), &Json::Null));
    ask(&house, Method::POST, &format!("{page}/timing"), &[("agreed", "yes")]).await;
    tell().await;
    tell().await;
    assert_eq!(timed().await["reading"], json!([{ "section": "price", "seconds": 60 }]));
    ask(&house, Method::POST, &format!("{page}/timing"), &[("agreed", "no")]).await;
    tell().await;
    assert_eq!(
        (&timed().await["reading"], &timed().await["timed"]),
        (&json!([]), &json!(false)),
        "it is forgotten"
    );
}

on_both_databases!(a_page_runs_nothing_of_others_is_small_and_is_listed_nowhere, careful, doors);
async fn careful(house: House) {
    let lead = lead(&house).await;
    let mut draft = draft(&lead);
    draft["note"] = json!("<script>alert(1)</script>\n\n[x](javascript:alert(2))");
    draft["sections"] = json!([{ "title": "<img src=x onerror=alert(3)>", "body": "**Bold** <b>x</b>" }]);
    let out = send(&house, lead, draft).await;
    let page = look(&house, &format!("/o/{}", out.token)).await;
    assert!(
        !page.text.contains("<script>alert")
            && !page.text.contains("javascript:")
            && !page.text.contains("<img src=x")
    );
    assert!(page.text.contains("<strong>Bold</strong>") && page.text.contains("noindex"));
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("script-src 'self'")
            && !policy.contains("unsafe")
    );
    assert_eq!(page.headers["x-robots-tag"], "noindex");
    let parts = [look(&house, "/o/page.css").await, look(&house, "/o/page.js").await];
    let size = page.bytes.len() + parts.iter().map(|p| p.bytes.len()).sum::<usize>();
    assert!(size < 60_000, "{size} bytes before compression");
    for path in
        ["/o/nothing", "/o/..", &format!("/o/{}x", out.token), &format!("/o/{}/agreement.pdf", out.token)]
    {
        let answer = look(&house, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.text.contains("Acme"));
    }
    let kept: Option<String> =
        Sql::new(house.app.db.engine(), "SELECT token_sealed || token_hash FROM offer_link")
            .scalar(house.app.db.read())
            .await
            .unwrap();
    assert!(!kept.unwrap().contains(&out.token), "the token itself is kept nowhere");
}

on_both_databases!(r67_an_incentive_is_on_the_page_until_its_day_is_over, incentive, doors);
async fn incentive(house: House) {
    let out = out(&house).await;
    let new = json!({ "text": "Setting up is free", "value_minor": 30_000, "until_on": "2026-12-01", "truth_note": "A team is free until then" });
    house.put(&format!("{}/incentive", out.path), new).await;
    let said = async || {
        look(&house, &format!("/o/{}", out.token)).await.text.contains("Setting up is free (worth $300.00)")
    };
    assert!(said().await);
    house.app.clock.set(Timestamp::parse("2026-12-01T23:59:00-05:00").unwrap());
    assert!(said().await, "where they are it is still the day");
    house.app.clock.set(Timestamp::parse("2026-12-02T00:00:01-05:00").unwrap());
    assert!(!said().await, "it lapsed on its own");
}

on_both_databases!(r70_a_price_that_rises_is_shown_with_its_day_and_holds_from_then_on, rise, doors);
async fn rise(house: House) {
    let lead = lead(&house).await;
    let mut draft = draft(&lead);
    let product = json!({ "content": { "code": "LIC", "name": { "en": "Licence" } } });
    let product = house.post("/products", product).await["id"].clone();
    let item = json!({
        "product_id": product, "period": "one_off", "minor": 90_000, "rises": [{ "on": "2026-12-10", "minor": 100_000 }],
    });
    let book =
        json!({ "name": "List", "currency": "USD", "terms": [{ "term": "12_months" }], "items": [item] });
    let book = house.post("/price-books", book).await["id"].as_str().unwrap().to_owned();
    draft["price_book_version"] =
        house.post(&format!("/price-books/{book}/publish"), Json::Null).await["id"].clone();
    draft["packages"][0]["lines"][0]["product_id"] = product;
    let out = send(&house, lead, draft).await;
    let before = look(&house, &format!("/o/{}", out.token)).await.text;
    assert!(before.contains("$900.00 each until 10 Dec 2026, $1,000.00 from then on"));
    let whole = with_code(&house, &out).await;
    house.app.clock.set(Timestamp::parse("2026-12-10T00:00:01-05:00").unwrap());
    let answer = accept(&house, &out, &whole).await;
    assert!(answer.text.contains("A price has changed"), "{}", answer.text);
    assert!(answer.text.contains("$1,000.00 each since 10 Dec 2026"));
}

on_both_databases!(an_offer_is_mailed_with_a_link_for_each_and_looks_as_the_workspace_wants, mailed, doors);
async fn mailed(house: House) {
    let out = out(&house).await;
    let mail = json!({ "mailbox_id": mailbox(&house).await, "person_ids": [out.lead.person], "subject": "Our offer", "text": "Here it is: {{link}}" });
    house.post(&format!("{}/mail", out.path), mail).await;
    let text: Option<String> =
        Sql::new(house.app.db.engine(), "SELECT text FROM message WHERE subject = 'Our offer'")
            .scalar(house.app.db.read())
            .await
            .unwrap();
    assert!(text.unwrap().contains(&format!("/o/{}", out.token)));
    assert!(audited(&house, &out).await.contains(&"mailed".to_owned()));
    let (status, problem) = house
        .send(&house.owner, Method::PUT, "/offer-theme", Some(json!({ "accent": "#ffe066" })), &[])
        .await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("accent"))
    );
    house
        .put(
            "/offer-theme",
            json!({ "accent": "#5F3DC4", "sender": "Hanbit Soft", "sender_lines": "Teheran-ro 1" }),
        )
        .await;
    let (status, _) = house.upload(&house.owner, "/offer-theme/logo", "logo", "logo.svg", b"<svg/>").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let logo = include_bytes!("../../../foundation/paper/src/document/logo.png");
    let (status, set) = house.upload(&house.owner, "/offer-theme/logo", "logo", "logo.png", logo).await;
    assert_eq!((status, &set["logo"], &set["accent"]), (StatusCode::OK, &json!(true), &json!("#5f3dc4")));
    assert_eq!(look(&house, "/o/theme/5f3dc4.css").await.text, ":root { --accent: #5f3dc4; }\n");
    assert_eq!(look(&house, "/o/theme/zz.css").await.status, StatusCode::NOT_FOUND);
    assert_eq!(look(&house, &format!("/o/{}/logo", out.token)).await.bytes, logo);
    let page = look(&house, &format!("/o/{}", out.token)).await.text;
    assert!(page.contains("Hanbit Soft") && page.contains("/o/theme/5f3dc4.css"));
    for path in ["page", "audit", "pdf", "agreement", "preview"] {
        let (status, _) =
            house.send(&house.stranger, Method::GET, &format!("{}/{path}", out.path), None, &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, pdf) =
        house.send_raw(&house.owner, Method::GET, &format!("{}/pdf", out.path), None, &[]).await;
    assert!(status == StatusCode::OK && pdf.starts_with(b"%PDF-"));
    let (_, html) =
        house.send_raw(&house.owner, Method::GET, &format!("{}/preview", out.path), None, &[]).await;
    let html = String::from_utf8(html).unwrap();
    assert!(html.contains("Hanbit Soft") && !html.contains("<button"), "nothing can be sent from a preview");
}

on_both_databases!(who_declines_says_why_and_the_owner_hears_of_it, declined, doors);
async fn declined(house: House) {
    let out = out(&house).await;
    let path = format!("/o/{}/decline", out.token);
    ask(&house, Method::POST, &path, &[("reason", "  ")]).await;
    assert_eq!(state(&house, &out).await, "sent");
    ask(&house, Method::POST, &path, &[("reason", "Too late for us")]).await;
    let now = house.get(&out.path).await;
    assert_eq!((&now["state"], &now["end_reason"]), (&json!("declined"), &json!("Too late for us")));
    let page = look(&house, &format!("/o/{}", out.token)).await;
    assert!(page.text.contains("This offer was declined.") && !page.text.contains("id=\"accept\""));
}

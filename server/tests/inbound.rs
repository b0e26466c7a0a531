//! A visitor at a form: the page, what they send, and what is kept of it.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};
use server::on_both;
use server::testing::{Client, On, Reply, TestServer, read};

fn form() -> Value {
    let text = |en: &str, ko: &str| json!({ "en": en, "ko": ko });
    json!({
        "name": "Contact", "source": "Website",
        "texts": { "title": text("Talk to us", "문의하기"), "intro": text("", ""), "button": text("", ""), "thanks": text("Thanks!", "고맙습니다!") },
        "fields": [
            { "field": "person.name", "required": true }, { "field": "person.email" },
            { "field": "company.name" }, { "field": "message", "required": true },
        ],
        "consent": { "text": text("I agree to be contacted.", "연락에 동의합니다."), "required": true },
    })
}

async fn made(owner: &Client, form: Value) -> (String, String) {
    let made = owner.post("/lead-forms", form).await.expect(201);
    (made.text_at("/id"), format!("/f/{}", made.text_at("/token")))
}

async fn page(client: &Client, path: &str, language: &str) -> Reply {
    let request = Request::get(path).header(header::ACCEPT_LANGUAGE, language).body(Body::empty());
    read(client.raw(request.unwrap()).await).await
}

fn ticket(page: &Reply) -> String {
    let (_, rest) = page.text.split_once("name=\"ticket\" value=\"").unwrap();
    rest.split('"').next().unwrap().replace("&#x2f;", "/").replace("&#x3d;", "=").replace("&#43;", "+")
}

async fn post(client: &Client, path: &str, pairs: &[(&str, &str)]) -> Reply {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(pairs);
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::USER_AGENT, "Test Browser")
        .body(Body::from(body.finish()));
    read(client.raw(request.unwrap()).await).await
}

fn filled<'a>(ticket: &'a str, email: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("ticket", ticket),
        ("lang", "en"),
        ("person.name", "Kim Minsu"),
        ("person.email", email),
        ("company.name", "Hanbit Soft"),
        ("message", "How much is it?"),
        ("consent", "true"),
        ("fax_number", ""),
    ]
}

/// Opens the page, waits as long as somebody needs to fill it in, and sends it.
async fn fill(server: &TestServer, client: &Client, path: &str, email: &str) -> Reply {
    let ticket = ticket(&page(client, path, "en").await.expect(200));
    server.later(30);
    post(client, path, &filled(&ticket, email)).await
}

on_both!(a_visitor_becomes_a_person_with_a_consent_that_can_be_proved, consent);
async fn consent(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let (id, path) = made(&owner, form()).await;
    let visitor = server.client().from_address(77);
    let sent = fill(&server, &visitor, &path, "kim@hanbit.co.kr").await.expect(200);
    assert!(sent.text.contains("Thanks!"), "{}", sent.text);
    let arrivals = owner.get(&format!("/lead-arrivals?where=form_id.eq.{id}")).await.expect(200);
    let arrival = &arrivals.body["items"][0];
    assert_eq!(arrival["consent_text"], "I agree to be contacted.");
    assert_eq!((&arrival["consent_version"], &arrival["locale"]), (&json!(1), &json!("en")));
    assert_eq!((&arrival["address"], &arrival["user_agent"]), (&json!("192.0.2.77"), &json!("Test Browser")));
    assert_eq!(arrival["consented_at"], arrival["created_at"]);
    assert_eq!(arrival["given"]["message"], json!(["How much is it?"]));
    assert!(arrival["given"].get("ticket").is_none(), "{arrival}");
    let person = owner.get(&format!("/people/{}", arrivals.text_at("/items/0/person_id"))).await.expect(200);
    assert_eq!(
        (&person.body["lawful_basis"], &person.body["source"]),
        (&json!("consent"), &json!("Website"))
    );
    assert_eq!(person.body["company_name"], "Hanbit Soft");
    assert_eq!(person.body["owner_id"], Value::Null, "nobody was named");
    let timeline = owner.get(&format!("/people/{}/timeline", person.text_at("/id"))).await.expect(200);
    let told =
        timeline.body["items"].as_array().unwrap().iter().find(|e| e["kind"] == "lead.arrived").unwrap();
    assert_eq!(
        (&told["actor_kind"], &told["payload"]["message"]),
        (&json!("outside"), &json!("How much is it?"))
    );
    let tasks = owner.get("/tasks").await.expect(200);
    assert_eq!(tasks.body["items"][0]["title"], "Answer the enquiry: Kim Minsu");
    server.work().await;
}

on_both!(the_page_speaks_both_languages_and_may_stand_on_any_site, languages);
async fn languages(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let (_, path) = made(&owner, form()).await;
    let visitor = server.client();
    let english = page(&visitor, &path, "fr, en;q=0.8").await.expect(200);
    let korean = page(&visitor, &path, "ko-KR,ko;q=0.9,en;q=0.5").await.expect(200);
    assert!(english.text.contains("Talk to us") && english.text.contains("I agree to be contacted."));
    assert!(
        korean.text.contains("문의하기")
            && korean.text.contains("연락에 동의합니다.")
            && korean.text.contains("(필수)")
    );
    let policy = english.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(
        policy.contains("frame-ancestors *")
            && policy.contains("script-src 'self'")
            && !policy.contains("unsafe")
    );
    assert!(english.headers.get(header::X_FRAME_OPTIONS).is_none());
    assert!(!english.text.contains("<script"), "no scripts are needed");
    let framed = page(&visitor, &format!("{path}?embed=1&lang=ko"), "en").await.expect(200);
    assert!(framed.text.contains("문의하기") && framed.text.contains("/f/frame.js"));
    let script = page(&visitor, &format!("{path}/embed.js"), "en").await.expect(200);
    assert!(script.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/javascript"));
    for part in ["/f/form.css", "/f/frame.js"] {
        let _ = page(&visitor, part, "en").await.expect(200);
    }
    let wrong = post(&visitor, &path, &[("ticket", &ticket(&korean)), ("lang", "ko")]).await.expect(422);
    assert!(wrong.text.contains("입력해 주세요.") && wrong.text.contains("동의해 주세요"), "{}", wrong.text);
    let _ = page(&visitor, "/f/nothing-is-here", "en").await.expect(404);
    let _ = page(&visitor, "/f/nothing-is-here/embed.js", "en").await.expect(404);
    let app = server.client().get("/setup").await;
    assert_eq!(app.headers[header::X_FRAME_OPTIONS], "DENY", "other pages stay unframed");
}

on_both!(what_a_visitor_types_is_never_markup_and_stays_in_the_form, markup);
async fn markup(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let (_, path) = made(&owner, form()).await;
    let visitor = server.client();
    let open = ticket(&page(&visitor, &path, "en").await);
    server.later(30);
    let evil = "\"><script>alert(1)</script>";
    let pairs = [
        ("ticket", open.as_str()),
        ("person.name", evil),
        ("person.email", evil),
        ("message", evil),
        ("lang", evil),
    ];
    let reply = post(&visitor, &path, &pairs).await.expect(422);
    assert!(!reply.text.contains("<script"), "{}", reply.text);
    assert!(reply.text.contains("&quot;&gt;&lt;script&gt;alert(1)"), "{}", reply.text);
    assert!(reply.text.contains("aria-invalid=\"true\""));
    assert!(reply.text.contains("Please agree before you send this."));
    assert_eq!(owner.get("/lead-arrivals").await.body["items"], json!([]), "what is at fault is not kept");
}

on_both!(a_machine_is_thanked_and_kept_apart_until_somebody_looks, machine);
async fn machine(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let (_, path) = made(&owner, form()).await;
    let visitor = server.client();
    let open = ticket(&page(&visitor, &path, "en").await);
    let quick = post(&visitor, &path, &filled(&open, "quick@hanbit.co.kr")).await.expect(200);
    let open = ticket(&page(&visitor, &path, "en").await);
    server.later(30);
    let mut trapped = filled(&open, "bot@hanbit.co.kr");
    trapped.pop();
    trapped.push(("fax_number", "1"));
    let trapped = post(&visitor, &path, &trapped).await.expect(200);
    assert!(quick.text.contains("Thanks!") && trapped.text == quick.text, "they cannot tell");
    assert_eq!(owner.get("/people").await.body["items"], json!([]));
    let spam = owner.get("/lead-arrivals?where=state.eq.spam").await.expect(200);
    let reasons: Vec<&Value> =
        spam.body["items"].as_array().unwrap().iter().map(|a| &a["spam_reason"]).collect();
    assert_eq!(reasons, [&json!("trap_filled"), &json!("too_quick")]);
    let accept = format!("/lead-arrivals/{}/accept", spam.text_at("/items/1/id"));
    let accepted = owner.post(&accept, json!({})).await.expect(200);
    assert_eq!(
        (&accepted.body["state"], &accepted.body["person_name"]),
        (&json!("arrived"), &json!("Kim Minsu"))
    );
    assert_eq!(owner.post(&accept, json!({})).await.expect(409).code(), "not_spam");
    let token = owner.post("/api-tokens", json!({ "name": "later", "scope": "write" })).await.expect(201);
    server.later(31 * 86_400);
    server.work().await;
    let left = server.client().with_token(&token.text_at("/token")).get("/lead-arrivals").await.expect(200);
    assert_eq!(left.body["items"].as_array().unwrap().len(), 1, "spam is forgotten, leads are not");
}

on_both!(the_same_page_sent_twice_is_one_lead_and_a_forged_or_old_ticket_is_none, twice);
async fn twice(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let (_, path) = made(&owner, form()).await;
    let visitor = server.client();
    let open = ticket(&page(&visitor, &path, "en").await);
    server.later(30);
    for _ in 0..2 {
        let sent = post(&visitor, &path, &filled(&open, "kim@hanbit.co.kr")).await.expect(200);
        assert!(sent.text.contains("Thanks!"));
    }
    assert_eq!(owner.get("/lead-arrivals").await.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(owner.get("/tasks").await.body["items"].as_array().unwrap().len(), 1);
    let forged = post(&visitor, &path, &filled("forged", "lee@hanbit.co.kr")).await.expect(422);
    assert!(forged.text.contains("open for too long") && forged.text.contains("lee@hanbit.co.kr"));
    let old = ticket(&page(&visitor, &path, "en").await);
    server.later(24 * 3600 + 1);
    let _ = post(&visitor, &path, &filled(&old, "lee@hanbit.co.kr")).await.expect(422);
    assert_eq!(owner.get("/people").await.body["items"].as_array().unwrap().len(), 1);
}

on_both!(too_many_an_hour_are_refused_by_address_and_by_form, limits);
async fn limits(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let mut few = form();
    few["per_address"] = json!(2);
    few["per_form"] = json!(3);
    let (_, path) = made(&owner, few).await;
    let (one, other, third) =
        (server.client().from_address(1), server.client().from_address(2), server.client().from_address(3));
    for n in 0..2 {
        let _ = fill(&server, &one, &path, &format!("a{n}@hanbit.co.kr")).await.expect(200);
    }
    let refused = fill(&server, &one, &path, "a3@hanbit.co.kr").await.expect(429);
    assert!(refused.text.contains("Please try again in an hour."), "{}", refused.text);
    let _ = fill(&server, &other, &path, "b@hanbit.co.kr").await.expect(200);
    let _ = fill(&server, &third, &path, "c@hanbit.co.kr").await.expect(429);
    server.later(3600);
    let _ = fill(&server, &one, &path, "a3@hanbit.co.kr").await.expect(200);
}

on_both!(a_site_with_a_form_of_its_own_sends_json, json_form);
async fn json_form(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let mut onward = form();
    onward["redirect_url"] = json!("https://acme.example/thanks?x=1");
    let (_, path) = made(&owner, onward).await;
    let site =
        server.client().with_header("origin", "https://acme.example").without_header("sevenfold-request");
    let preflight =
        Request::options(&path).header("access-control-request-method", "POST").body(Body::empty());
    let preflight = read(site.raw(preflight.unwrap()).await).await.expect(204);
    assert_eq!(preflight.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    let shape = Request::get(&path).header(header::ACCEPT, "application/json").body(Body::empty());
    let shape = read(site.raw(shape.unwrap()).await).await.expect(200);
    assert_eq!(shape.body["fields"][1]["field"]["key"], "person.email");
    let send = |body: Value| {
        let request = Request::post(&path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        let site = site.clone();
        async move { read(site.raw(request.unwrap()).await).await }
    };
    let mut body = json!({ "ticket": shape.body["ticket"], "person.name": "Kim", "person.email": "kim@hanbit.co.kr", "message": "Hello", "consent": false });
    server.later(30);
    let refused = send(body.clone()).await.expect(422);
    assert_eq!(refused.body["errors"][0]["field"], "consent");
    body["consent"] = json!(true);
    let sent = send(body).await.expect(200);
    assert_eq!(sent.body["redirect_url"], "https://acme.example/thanks?x=1");
    let open = page(&server.client(), &path, "en").await;
    assert!(
        open.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap()
            .contains("form-action 'self' https://acme.example;")
    );
    server.later(30);
    let sent = post(&server.client(), &path, &filled(&ticket(&open), "lee@hanbit.co.kr")).await.expect(303);
    assert_eq!(sent.headers[header::LOCATION], "https://acme.example/thanks?x=1");
    let long = "x".repeat(70_000);
    let large = post(&server.client(), &path, &[("message", &long)]).await;
    assert_eq!(large.status.as_u16(), 413, "{}", large.text);
}

on_both!(a_form_writes_to_its_own_workspace_only_and_a_closed_one_takes_nothing, walls);
async fn walls(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let stranger = server.other_workspace("Xylo").await;
    let theirs =
        stranger.post("/people", json!({ "name": "Kim", "email": "kim@hanbit.co.kr" })).await.expect(201);
    let (id, path) = made(&owner, form()).await;
    let _ = fill(&server, &server.client(), &path, "kim@hanbit.co.kr").await.expect(200);
    let kept = stranger.get(&format!("/people/{}", theirs.text_at("/id"))).await.expect(200);
    assert_eq!(kept.body["revision"], 1);
    assert_eq!(stranger.get("/lead-arrivals").await.expect(200).body["items"], json!([]));
    let arrival = owner.get("/lead-arrivals").await.text_at("/items/0/id");
    let _ = stranger.get(&format!("/lead-arrivals/{arrival}")).await.expect(404);
    let open = ticket(&page(&server.client(), &path, "en").await);
    let (_, second) = made(&owner, form()).await;
    server.later(30);
    let _ = post(&server.client(), &second, &filled(&open, "lee@hanbit.co.kr")).await.expect(422);
    let mut closed = form();
    closed["active"] = json!(false);
    let _ = owner.put(&format!("/lead-forms/{id}"), closed).await.expect(200);
    let _ = page(&server.client(), &path, "en").await.expect(404);
    let _ = post(&server.client(), &path, &filled(&open, "lee@hanbit.co.kr")).await.expect(404);
}

on_both!(owners_take_turns_and_a_known_company_keeps_its_own, turns);
async fn turns(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let me = owner.get("/me").await.text_at("/user/id");
    let company = json!({ "name": "Nobody's", "domain": "nobody.example", "owner_id": me });
    let _ = owner.post("/companies", company).await.expect(201);
    let mut given = form();
    given["owner_ids"] = json!([me]);
    given["fields"] =
        json!([{ "field": "person.email" }, { "field": "person.name" }, { "field": "message" }]);
    let (_, path) = made(&owner, given).await;
    for email in ["kim@nobody.example", "lee@gmail.com"] {
        let _ = fill(&server, &server.client(), &path, email).await.expect(200);
    }
    let people = owner.get("/people").await.expect(200);
    assert!(
        people.body["items"].as_array().unwrap().iter().all(|p| p["owner_id"] == json!(me)),
        "{}",
        people.text
    );
    let tasks = owner.get("/tasks").await.expect(200);
    assert!(
        tasks.body["items"].as_array().unwrap().iter().all(|t| t["owner_id"] == json!(me)),
        "{}",
        tasks.text
    );
}

//! A walk over every route of the document: nobody passes without proof, nobody sees another
//! workspace's records, and who may only read changes nothing.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use server::on_both;
use server::testing::{Client, On, Reply, TestServer, read};
use std::collections::BTreeMap;
use store::db::Source;
use uuid::Uuid;

/// What a reader may ask for though its method says change.
const FOR_READERS: &[&str] = &[
    // A preview writes nothing.
    "POST /sequences/{id}/preview",
    // Nor does a simulation.
    "POST /sequences/{id}/simulate",
    // Your own affairs: every member has them, whatever the role.
    "PATCH /me",
    "POST /me/password",
    "DELETE /me/sessions/{id}",
    // Answers how a profile would score, and keeps nothing.
    "POST /icp-profiles/preview",
    // Looks at many people at once, and keeps nothing.
    "POST /channel-advice",
    // Makes a file of what is there, and keeps nothing.
    "POST /pieces/print",
];

/// Parameters that are words of the language of sales, not ids of rows.
fn word(name: &str) -> Option<&'static str> {
    match name {
        "kind" => Some("company"),
        "stage" => Some("prospecting"),
        "factor" => Some("budget"),
        "key" => Some("team_size"),
        "question" => Some("industries"),
        "number" => Some("1"),
        _ => None,
    }
}

struct Route {
    method: Method,
    /// Below `/api/v1`, with its parameters in braces.
    path: String,
}

impl Route {
    fn is_public(&self) -> bool {
        server::accounts::auth::is_public(&self.method, &self.path)
    }

    fn reads(&self) -> bool {
        self.method == Method::GET
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it names a row.
    fn has_id(&self) -> bool {
        self.path.split('/').filter_map(parameter).any(|name| word(name).is_none())
    }

    /// The path with words and ids filled in.
    fn filled(&self, mut fill: impl FnMut(&str, &str) -> String) -> String {
        let mut before = String::new();
        let mut filled = String::new();
        for part in self.path.split('/').skip(1) {
            filled.push('/');
            match parameter(part) {
                Some(name) => match word(name) {
                    Some(word) => filled.push_str(word),
                    None => filled.push_str(&fill(&before, name)),
                },
                None => filled.push_str(part),
            }
            before = format!("{before}/{part}");
        }
        filled
    }
}

fn parameter(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

fn routes() -> Vec<Route> {
    let document = serde_json::to_value(server::openapi()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in [Method::GET, Method::PUT, Method::POST, Method::DELETE, Method::PATCH] {
            if item.get(method.as_str().to_lowercase()).is_some() {
                let path = path.strip_prefix(server::API).unwrap().to_owned();
                routes.push(Route { method, path });
            }
        }
    }
    assert!(routes.len() > 60, "the document lists the routes");
    routes
}

async fn ask(client: &Client, route: &Route, path: &str) -> Reply {
    let body = (!route.reads()).then(|| json!({}));
    client.send(route.method.clone(), path, body).await
}

/// Where the rows are that a parameter names: by its name, or by what stands before it.
fn collection<'a>(before: &'a str, name: &str) -> &'a str {
    match name {
        "company_id" => "/companies",
        "person_id" => "/people",
        "deal_id" => "/deals",
        // Mail that belongs to nobody yet is kept among the messages.
        _ if before == "/inbox/unmatched" => "/messages",
        _ => before,
    }
}

/// A word that stands in everything of the other workspace.
const MARK: &str = "Xylophonix";

/// Makes one of everything in a workspace. Answers the ids by the collection they are in: `/companies`.
async fn seed_everything(server: &TestServer, owner: &Client) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    let name = format!("{MARK} Industries");
    let company =
        made(owner, &mut ids, "/companies", json!({ "name": name, "domain": "xylophonix.example" })).await;
    let person = json!({ "given_name": MARK, "family_name": "Kim", "company_id": company });
    let person = made(owner, &mut ids, "/people", person).await;
    let deal = json!({ "name": format!("{MARK} deal"), "company_id": company });
    let deal = made(owner, &mut ids, "/deals", deal).await;
    made(owner, &mut ids, "/tasks", json!({ "title": format!("Call {MARK}"), "deal_id": deal })).await;
    let note = json!({ "kind": "note", "body": format!("{MARK} likes music"), "company_id": company, "person_id": person });
    made(owner, &mut ids, "/activities", note).await;
    let label = json!({ "en": format!("{MARK} field"), "ko": format!("{MARK} 항목") });
    let field = json!({ "on": "company", "key": "xylophonix", "label": label, "kind": "text" });
    made(owner, &mut ids, "/custom-fields", field).await;
    let view = json!({ "kind": "company", "name": format!("{MARK} view"), "query": {} });
    made(owner, &mut ids, "/saved-views", view).await;
    let invitation = json!({ "email": "guest@xylophonix.example", "role": "rep" });
    let invited = owner.post("/invitations", invitation).await.expect(201);
    ids.insert("/invitations".to_owned(), invited.text_at("/invitation/id"));
    let token = owner.post("/api-tokens", json!({ "name": MARK, "scope": "read" })).await.expect(201);
    ids.insert("/api-tokens".to_owned(), token.text_at("/api_token/id"));
    ids.insert("/members".to_owned(), owner.get("/me").await.text_at("/user/id"));
    ids.insert("/me/sessions".to_owned(), owner.get("/me/sessions").await.text_at("/items/0/id"));
    let timeline = owner.get(&format!("/companies/{company}/timeline")).await.expect(200);
    ids.insert("/events".to_owned(), timeline.text_at("/items/0/id"));
    seed_the_rooms(owner, &mut ids).await;
    seed_a_link(owner, &mut ids).await;
    seed_discovery(server, owner, &mut ids).await;
    seed_outreach(owner, &mut ids).await;
    seed_talks(owner, &mut ids).await;
    seed_closing(server, owner, &mut ids).await;
    seed_inbox(server, owner, &mut ids).await;
    seed_calls(owner, &mut ids).await;
    seed_twins(server, owner, &mut ids).await;
    seed_lists(server, owner, &mut ids).await;
    seed_inbound(owner, &mut ids).await;
    seed_meetings(server, owner, &mut ids).await;
    seed_enrichment(owner, &mut ids).await;
    seed_catalogue(owner, &mut ids).await;
    let found = json!({ "question": "item.trigger", "value": format!("{MARK} grows") });
    let desk = owner.post(&format!("/companies/{company}/research/answers"), found).await.expect(200);
    ids.insert("/companies/{id}/research/answers".to_owned(), desk.text_at("/last_answer"));
    let import = upload(owner).await;
    ids.insert("/imports".to_owned(), import.clone());
    let started = owner.post(&format!("/imports/{import}/start"), json!({ "dry_run": false })).await;
    ids.insert("/jobs".to_owned(), started.text_at("/id"));
    ids
}

/// Two companies that may be one, and two people who are.
async fn seed_twins(server: &TestServer, owner: &Client, ids: &mut BTreeMap<String, String>) {
    let twin = json!({ "name": format!("{MARK} Twins"), "domain": "xylophonix-twins.example" });
    let person = json!({ "name": format!("{MARK} Twin") });
    let mut people = Vec::new();
    for _ in 0..2 {
        let _ = owner.post("/companies", twin.clone()).await.expect(201);
        people.push(owner.post("/people", person.clone()).await.expect(201).text_at("/id"));
    }
    let merge = owner.post(&format!("/people/{}/merge", people[0]), json!({ "merged_id": people[1] })).await;
    ids.insert("/merges".to_owned(), merge.expect(201).text_at("/id"));
    server.work().await;
    let pairs = owner.get("/duplicates/company").await.expect(200);
    ids.insert("/duplicates/pairs".to_owned(), pairs.text_at("/items/0/id"));
}

/// A source of values that is not switched on.
async fn seed_enrichment(owner: &Client, ids: &mut BTreeMap<String, String>) {
    let content = json!({
        "name": format!("{MARK} data"), "source": "http", "on": "company",
        "request": { "url": "https://xylophonix.example/?d={{ domain }}" },
        "mapping": [{ "from": "/size", "to": "employees" }],
    });
    made(owner, ids, "/enrichment-providers", json!({ "content": content })).await;
}

/// A product, a published price book and a template.
async fn seed_catalogue(owner: &Client, ids: &mut BTreeMap<String, String>) {
    let product = json!({ "content": { "code": MARK, "name": { "en": format!("{MARK} licence") } } });
    let product = made(owner, ids, "/products", product).await;
    let book = json!({ "name": format!("{MARK} list"), "currency": "USD", "items": [{ "product_id": product, "minor": 100 }] });
    let book = made(owner, ids, "/price-books", book).await;
    let published = owner.post(&format!("/price-books/{book}/publish"), json!({})).await.expect(201);
    ids.insert("/price-book-versions".to_owned(), published.text_at("/id"));
    made(owner, ids, "/offer-templates", json!({ "name": MARK, "locale": "en" })).await;
}

/// A list with somebody on it, a territory, and a putting of it into force.
async fn seed_lists(server: &TestServer, owner: &Client, ids: &mut BTreeMap<String, String>) {
    let list = made(owner, ids, "/lists", json!({ "kind": "company", "name": format!("{MARK} list") })).await;
    let _ =
        owner.post(&format!("/lists/{list}/add"), json!({ "ids": [ids["/companies"]] })).await.expect(200);
    let territory = json!({ "name": format!("{MARK} North"), "purpose": format!("{MARK} is near"), "rule": { "where": [] },
        "owner_id": ids["/members"], "method": "owner" });
    made(owner, ids, "/territories", territory).await;
    let _ = owner.post("/territories/apply", json!({})).await.expect(202);
    server.work().await;
    let runs = owner.get("/territories/runs").await.expect(200);
    ids.insert("/territories/runs".to_owned(), runs.text_at("/0/id"));
}

/// What the rooms keep of a deal, and what they keep for the workspace.
async fn seed_the_rooms(owner: &Client, ids: &mut BTreeMap<String, String>) {
    let deal = ids["/deals"].clone();
    let profile = json!({ "name": format!("{MARK} profile"), "criteria": [] });
    made(owner, ids, "/icp-profiles", profile).await;
    let below = [
        ("findings", "finding", json!({ "kind": "challenge", "summary": format!("{MARK} loses time") })),
        (
            "objections",
            "objection",
            json!({ "stated": format!("{MARK} is dear"), "stated_kind": "price_value" }),
        ),
        ("offers", "offer", json!({ "title": format!("{MARK} offer") })),
        (
            "bant/budget",
            "evidence",
            json!({ "kind": "conversation", "rating": 2, "quote": format!("{MARK} has money") }),
        ),
    ];
    for (place, what, body) in below {
        let reply = owner.post(&format!("/deals/{deal}/{place}"), body).await;
        assert!(reply.status.is_success(), "{place}: {}", reply.text);
        let id = newest_id(&reply.body, what).unwrap_or_else(|| panic!("{place}: {}", reply.text));
        ids.insert(format!("/deals/{{id}}/{}", place.replace("budget", "{factor}")), id);
    }
}

/// The link of an offer that is out.
async fn seed_a_link(owner: &Client, ids: &mut BTreeMap<String, String>) {
    let (deal, person) = (ids["/deals"].clone(), ids["/people"].clone());
    let offer = format!("/deals/{deal}/offers/{}", ids["/deals/{id}/offers"]);
    let _ =
        owner.put(&format!("/deals/{deal}/people/{person}"), json!({ "roles": ["user"] })).await.expect(200);
    let sending = json!({ "sent_to": [person], "override_reason": MARK });
    let _ = owner.post(&format!("{offer}/send"), sending).await.expect(200);
    let page = owner.put(&format!("{offer}/page"), json!({})).await.expect(200);
    ids.insert("/deals/{id}/offers/{offer_id}/links".to_owned(), page.text_at("/links/0/id"));
}

/// A framework, a talk that follows it, the same as a form, and an answer to an honest mail.
async fn seed_discovery(server: &TestServer, owner: &Client, ids: &mut BTreeMap<String, String>) {
    let deal = json!({ "name": format!("{MARK} talk") });
    let deal = owner.post("/deals", deal).await.expect(201).text_at("/id");
    let person = ids["/people"].clone();
    let place = json!({ "roles": ["user"] });
    let _ = owner.put(&format!("/deals/{deal}/people/{person}"), place).await.expect(200);
    let name = json!({ "en": MARK, "ko": MARK });
    let outline = json!({ "name": name, "questions": [{ "key": "mark", "ask": name }] });
    let framework = made(owner, ids, "/frameworks", json!({ "key": "mark", "outline": outline })).await;
    let _ = owner.post(&format!("/frameworks/{framework}/publish"), json!({})).await.expect(200);
    let talk = json!({ "kind": "call", "framework_id": framework });
    let talk = owner.post(&format!("/deals/{deal}/talks"), talk).await.expect(201).text_at("/id");
    let note = json!({ "id": Uuid::now_v7(), "cell": "notes", "base": 0, "value": MARK });
    let _ = owner.patch(&format!("/talks/{talk}/cells"), json!({ "patches": [note] })).await.expect(200);
    ids.insert("/talks".to_owned(), talk);
    let form = json!({ "person_id": person, "framework_id": framework });
    let form =
        owner.post(&format!("/deals/{deal}/question-forms"), form).await.expect(201).text_at("/talk/id");
    ids.insert("/deals/{id}/question-forms".to_owned(), form);
    let decision = json!({ "verdict": "need_more", "reason": MARK });
    let decision = owner.post(&format!("/deals/{deal}/decisions"), decision).await.expect(201).text_at("/id");
    let text = "INSERT INTO reopen_proposal (id, workspace_id, deal_id, decision_id, message_id, excerpt, state, created_at) \
                SELECT ?, workspace_id, deal_id, id, id, ?, 'open', at FROM fit_decision WHERE id = ?";
    let (id, decision): (Uuid, Uuid) = (Uuid::now_v7(), decision.parse().unwrap());
    let tx = server.app.db.write_tx().await.unwrap();
    let values = [id.into(), MARK.into(), decision.into()];
    store::Sql::with(tx.engine(), text, values).run(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    ids.insert("/reopen-proposals".to_owned(), id.to_string());
}

/// A mailbox nobody reaches, a sequence with somebody in it, a mail written by hand, a refusal, a snippet, a letter.
async fn seed_outreach(owner: &Client, ids: &mut BTreeMap<String, String>) {
    let server =
        json!({ "host": "127.0.0.1", "port": 9, "security": "none", "username": "x", "password": "x" });
    let mailbox =
        json!({ "email": "rep@xylophonix.example", "from_name": MARK, "smtp": server, "imap": server });
    let mailbox = made(owner, ids, "/mailboxes", mailbox).await;
    ids.insert("/sending-domains".to_owned(), "xylophonix.example".to_owned());
    let provider = json!({ "kind": "google", "client_id": MARK, "client_secret": MARK });
    made(owner, ids, "/sign-in-providers", provider).await;
    let steps =
        json!([{ "delay_days": 5, "subject": format!("{MARK}?"), "body": "Hello, how do you do it today?" }]);
    let sequence = json!({ "name": format!("{MARK} hello"), "mailbox_id": mailbox, "steps": steps });
    let sequence = made(owner, ids, "/sequences", sequence).await;
    let _ = owner.post(&format!("/sequences/{sequence}/activate"), json!({})).await.expect(200);
    let person = json!({ "name": format!("{MARK} Lee"), "email": "lee@xylophonix.example" });
    let person = owner.post("/people", person).await.expect(201).text_at("/id");
    let deal = json!({ "name": format!("{MARK} by mail") });
    let deal = owner.post("/deals", deal).await.expect(201).text_at("/id");
    let found = |kind| json!({ "kind": kind, "text": MARK, "source": "https://xylophonix.example" });
    let items = ["what_they_do", "trigger", "likely_buyer"].map(found);
    let research = owner.put(&format!("/deals/{deal}/research"), json!({ "items": items })).await;
    assert!(research.status.is_success(), "{}", research.text);
    let sender = json!({ "postal_address": format!("{MARK} street 1"), "sender_phone": "02-123-4567" });
    let _ = owner.patch("/workspace", json!({ "settings": sender })).await.expect(200);
    let consent = json!({ "person_ids": [person], "kind": "consent", "how": MARK, "wording": format!("{MARK} agrees") });
    let _ = owner.post("/consents", consent).await.expect(201);
    let basis = owner.get(&format!("/people/{person}/mail-basis")).await.expect(200);
    ids.insert("/consents".to_owned(), basis.text_at("/consents/0/id"));
    let people = json!([{ "person_id": person, "deal_id": deal }]);
    let enrol = json!({ "people": people, "why_them": "They hired six reps." });
    let enrolled = owner.post(&format!("/sequences/{sequence}/enrol"), enrol).await;
    assert!(enrolled.status.is_success(), "{}", enrolled.text);
    ids.insert("/enrolments".to_owned(), owner.get("/enrolments").await.text_at("/items/0/id"));
    let mail = json!({ "mailbox_id": mailbox, "person_id": person, "subject": MARK, "text": "Hello" });
    made(owner, ids, "/messages", mail).await;
    made(owner, ids, "/suppressions", json!({ "scope": "address", "text": "no@xylophonix.example" })).await;
    let snippet = json!({ "key": "mark", "name": MARK, "kind": "text", "texts": { "en": MARK } });
    made(owner, ids, "/snippets", snippet).await;
    let piece = json!({ "person_id": person, "form": { "kind": "letter", "headline": MARK }, "body": MARK });
    made(owner, ids, "/pieces", piece).await;
}

/// Somebody who was written to answers.
async fn seed_inbox(server: &TestServer, owner: &Client, ids: &mut BTreeMap<String, String>) {
    let space = owner.get("/me").await.text_at("/workspace/id").parse().unwrap();
    let mailbox = ids["/mailboxes"].parse().unwrap();
    let mailbox = outreach::mailbox::find(&server.app.db, space, mailbox).await.unwrap().unwrap();
    let ours = owner.get(&format!("/messages/{}", ids["/messages"])).await.text_at("/mime_id");
    let mail = format!(
        "From: {MARK} Lee <lee@xylophonix.example>\r\nTo: rep@xylophonix.example\r\nSubject: Re: {MARK}\r\n\
         Message-ID: <1@xylophonix.example>\r\nIn-Reply-To: <{ours}>\r\n\r\n{MARK} would like to know more\r\n"
    );
    let at = server.app.clock.now();
    let arrival = outreach::inbox::Arrival { folder: "INBOX", uid_validity: 1, uid: 1, at };
    assert!(outreach::inbox::receive(&server.app, &mailbox, &arrival, mail.as_bytes()).await.unwrap());
    let waiting = owner.get("/inbox/conversations").await.expect(200);
    ids.insert("/inbox/conversations".to_owned(), waiting.text_at("/items/0/id"));
}

/// A call that waits, and one that was made.
async fn seed_calls(owner: &Client, ids: &mut BTreeMap<String, String>) {
    let call = json!({ "title": format!("Call {MARK}"), "kind": "call", "person_id": ids["/people"] });
    let made = owner.post("/tasks", call.clone()).await.expect(201).text_at("/id");
    let became = json!({ "disposition": "voicemail", "body": MARK });
    let became = owner.post(&format!("/calls/queue/{made}/disposition"), became).await.expect(201);
    ids.insert("/calls".to_owned(), became.text_at("/call/id"));
    ids.insert("/calls/queue".to_owned(), owner.post("/tasks", call).await.expect(201).text_at("/id"));
}

/// A kind of meeting, and somebody who booked one.
async fn seed_meetings(server: &TestServer, owner: &Client, ids: &mut BTreeMap<String, String>) {
    let kind = json!({ "name": format!("{MARK} talk"), "minutes": 30 });
    let kind = made(owner, ids, "/meeting-kinds", kind).await;
    let token = owner.get(&format!("/meeting-kinds/{kind}")).await.text_at("/token");
    let _ = crate::booking::book(server, owner, &format!("/m/{token}"), MARK, "kim@xylophonix.example")
        .await
        .expect(303);
    ids.insert("/meetings".to_owned(), owner.get("/meetings").await.text_at("/items/0/id"));
}

/// A form, and somebody who came in.
async fn seed_inbound(owner: &Client, ids: &mut BTreeMap<String, String>) {
    let text = json!({ "en": MARK, "ko": MARK });
    let texts = json!({ "title": text, "intro": text, "button": text, "thanks": text });
    let form = json!({ "name": MARK, "texts": texts, "fields": [{ "field": "person.email" }] });
    made(owner, ids, "/lead-forms", form).await;
    let lead = json!({ "person": { "name": format!("{MARK} Park"), "email": "park@xylophonix.example" } });
    let _ = owner.post("/leads", lead).await.expect(201);
    ids.insert("/lead-arrivals".to_owned(), owner.get("/lead-arrivals").await.text_at("/items/0/id"));
}

/// The id of what was made: the answer's own, or that of the evidence in it.
fn newest_id(body: &Value, what: &str) -> Option<String> {
    let own = body["id"].as_str().or_else(|| body[what]["id"].as_str());
    let factors =
        || body["factors"].as_array()?.iter().find_map(|f| f["evidence"].as_array()?.last()?["id"].as_str());
    own.or_else(factors).map(str::to_owned)
}

/// Uploads a list of companies; answers the import's id.
async fn upload(owner: &Client) -> String {
    let list = (&format!("{MARK}.csv")[..], &format!("name,domain\n{MARK} Two,two.example\n")[..]);
    upload_form(owner, "/imports", &[("kind", "company")], list).await.text_at("/id")
}

async fn upload_form(owner: &Client, path: &str, fields: &[(&str, &str)], file: (&str, &str)) -> Reply {
    let part = |(name, value): &(&str, &str)| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let (name, text) = file;
    let body = format!(
        "{}--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: text/plain\r\n\r\n{text}\r\n--x--\r\n",
        fields.iter().map(part).collect::<String>()
    );
    let request = Request::post(format!("{}{path}", server::API))
        .header("content-type", "multipart/form-data; boundary=x")
        .body(Body::from(body));
    let reply = read(owner.raw(request.unwrap()).await).await;
    assert!(reply.status.is_success(), "{path}: {}", reply.text);
    reply
}

/// A piece of content, what somebody knows, a track, and the transcript of a meeting.
async fn seed_talks(owner: &Client, ids: &mut BTreeMap<String, String>) {
    let piece = json!({ "form": "link", "title": MARK, "url": "https://xylophonix.example/read" });
    made(owner, ids, "/content", piece).await;
    let said = json!({ "cause": "said", "said": "product_aware", "note": format!("{MARK} knows ours") });
    let moved = owner.post(&format!("/deals/{}/awareness", ids["/deals"]), said).await.expect(200);
    ids.insert("/deals/{id}/awareness".to_owned(), moved.text_at("/moves/0/id"));
    let track = owner.post("/tracks", json!({ "kind": "not_yet" })).await;
    assert!(track.status.is_success(), "{}", track.text);
    ids.insert("/tracks".to_owned(), track.text_at("/sequence_id"));
    let meeting = json!({ "kind": "meeting", "outcome": "held", "title": MARK, "deal_id": ids["/deals"], "person_id": ids["/people"] });
    let meeting = owner.post("/activities", meeting).await.expect(201).text_at("/id");
    let fields = [("activity_id", &meeting[..]), ("consent_how", "spoken"), ("consent_by", MARK)];
    let said =
        "Ann: How do you plan today?\nBen: Our biggest problem is that we plan by hand and lose a week.\n";
    let transcript = upload_form(owner, "/transcripts", &fields, ("talk.txt", said)).await;
    ids.insert("/transcripts".to_owned(), transcript.text_at("/id"));
    ids.insert("/transcripts/{id}/suggestions".to_owned(), transcript.text_at("/suggestions/0/id"));
    ids.insert("/deals/{id}/meetings".to_owned(), meeting);
}

/// A response, a name for what they say, something that may be an objection, and a fact with a day.
async fn seed_closing(server: &TestServer, owner: &Client, ids: &mut BTreeMap<String, String>) {
    let text = json!({ "title": MARK, "answer": MARK });
    made(owner, ids, "/objection-responses", json!({ "kind": "risk", "texts": { "en": text } })).await;
    let label = json!({ "label_en": MARK, "label_ko": MARK, "kind": "risk" });
    made(owner, ids, "/objection-labels", label).await;
    let fact = json!({ "kind": "price_change", "what": MARK, "afterwards": MARK, "source": MARK, "on_day": "2027-12-31" });
    made(owner, ids, "/closing-facts", fact).await;
    let plan = json!({ "results": [{ "what": MARK, "number": "1", "source": MARK }] });
    let _ = owner.put(&format!("/deals/{}/closing-plan", ids["/deals"]), plan).await.expect(200);
    let (id, deal): (Uuid, Uuid) = (Uuid::now_v7(), ids["/deals"].parse().unwrap());
    let text = "INSERT INTO objection_proposal (id, workspace_id, deal_id, source, source_id, kind, quote, state, at) \
                SELECT ?, workspace_id, id, 'mail', id, 'risk', ?, 'open', created_at FROM deal WHERE id = ?";
    let tx = server.app.db.write_tx().await.unwrap();
    let sql = store::Sql::with(tx.engine(), text, [id.into(), MARK.into(), deal.into()]);
    assert_eq!(sql.run(tx.conn()).await.unwrap(), 1);
    tx.commit().await.unwrap();
    ids.insert("/objection-proposals".to_owned(), id.to_string());
}

async fn made(owner: &Client, ids: &mut BTreeMap<String, String>, path: &str, body: Value) -> String {
    let reply = owner.post(path, body).await;
    assert!(reply.status.is_success(), "{path}: {}", reply.text);
    let id = reply.text_at("/id");
    ids.insert(path.to_owned(), id.clone());
    id
}

on_both!(every_route_asks_for_proof_but_the_open_ones, proof);
async fn proof(on: On) {
    let (server, _) = TestServer::owned(on).await;
    let nobody = server.client();
    for route in routes().into_iter().filter(|route| !route.is_public()) {
        let path = route.filled(|_, _| Uuid::now_v7().to_string());
        let reply = ask(&nobody, &route, &path).await;
        assert_eq!(reply.status.as_u16(), 401, "{}: {}", route.name(), reply.text);
        assert_eq!(reply.code(), "unauthenticated", "{}", route.name());
    }
}

on_both!(another_workspaces_ids_answer_exactly_like_ids_that_never_were, walls);
async fn walls(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let stranger = server.other_workspace(MARK).await;
    let theirs = seed_everything(&server, &stranger).await;
    server.work().await;
    let mut used = BTreeMap::new();
    for route in routes().into_iter().filter(|route| !route.is_public() && route.has_id()) {
        let nothing = Uuid::now_v7().to_string();
        let fake = route.filled(|_, _| nothing.clone());
        let real = route.filled(|before, name| {
            let found = theirs.get(collection(before, name));
            used.insert(collection(before, name).to_owned(), found.is_some());
            found.cloned().unwrap_or_else(|| nothing.clone())
        });
        let (fake, real_reply) = (ask(&owner, &route, &fake).await, ask(&owner, &route, &real).await);
        let name = route.name();
        assert_eq!(real_reply.status, fake.status, "{name}: {} / {}", real_reply.text, fake.text);
        let text = theirs.values().fold(real_reply.text.clone(), |text, id| text.replace(id.as_str(), "ID"));
        assert_eq!(text, fake.text.replace(&nothing, "ID"), "{name}");
        assert!(!text.contains(MARK), "{name}: {text}");
        let refused = matches!(real_reply.status.as_u16(), 400 | 404 | 415 | 422);
        assert!(refused, "{name}: {} {}", real_reply.status, real_reply.text);
        if route.reads() && route.path.ends_with('}') {
            assert!([400, 404].contains(&real_reply.status.as_u16()), "{name}: {}", real_reply.text);
        }
    }
    let unseeded: Vec<&String> = used.iter().filter(|(_, seeded)| !**seeded).map(|(path, _)| path).collect();
    assert!(unseeded.is_empty(), "seed_everything makes one of everything that has an id: {unseeded:?}");
    let intact = stranger.get(&format!("/companies/{}", theirs["/companies"])).await.expect(200);
    assert!(intact.text.contains(MARK) && intact.body["deleted_at"].is_null(), "{}", intact.text);
}

on_both!(lists_and_searches_show_nothing_of_another_workspace, lists);
async fn lists(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let stranger = server.other_workspace(MARK).await;
    let _ = seed_everything(&server, &stranger).await;
    server.work().await;
    let found = stranger.get(&format!("/search?q={MARK}")).await.expect(200);
    assert!(found.text.contains(MARK), "the search itself works: {}", found.text);
    for route in routes().into_iter().filter(|r| r.reads() && !r.is_public() && r.path != "/live") {
        let path = route.filled(|_, _| Uuid::now_v7().to_string());
        let reply = ask(&owner, &route, &format!("{path}?q={MARK}&kind=company&format=csv")).await;
        assert!(!reply.text.contains(MARK), "{}: {}", route.name(), reply.text);
        assert_ne!(reply.status.as_u16(), 500, "{}: {}", route.name(), reply.text);
    }
}

on_both!(who_may_only_read_changes_nothing, readers);
async fn readers(on: On) {
    let (server, owner) = TestServer::owned(on).await;
    let made = owner.post("/api-tokens", json!({ "name": "reader", "scope": "read" })).await.expect(201);
    let reader = server.client().with_token(&made.text_at("/token"));
    for route in routes().into_iter().filter(|route| !route.reads() && !route.is_public()) {
        let path = route.filled(|_, _| Uuid::now_v7().to_string());
        let reply = ask(&reader, &route, &path).await;
        let own = FOR_READERS.contains(&route.name().as_str());
        let refused = reply.status.as_u16() == 403 || (own && !reply.status.is_success());
        assert!(refused, "{}: {} {}", route.name(), reply.status, reply.text);
    }
}

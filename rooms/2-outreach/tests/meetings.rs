//! Meetings: a guest books, moves and cancels through the public pages, on both databases.

use crate::support::{
    arrive_bytes, doors, enrol, enrolment, mailbox_row, mails, pass, person, refused, sandbox, sequence_of,
    text, told, work,
};
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use futures::future::join_all;
use kernel::Timestamp;
use outreach::letter;
use outreach::message::MessageRow;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use tower::ServiceExt;

/// What a guest's browser got.
struct Page {
    status: StatusCode,
    to: Option<String>,
    text: String,
}

async fn ask(house: &House, request: Request<Body>) -> Page {
    let app = outreach::public_routes().with_state(house.app.clone());
    let answer = app.oneshot(request).await.expect("an answer");
    let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().expect("text").to_owned());
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
    Page { status, to, text: String::from_utf8(bytes.to_vec()).expect("text") }
}

async fn open(house: &House, path: &str) -> Page {
    let request = Request::get(path).header(header::ACCEPT_LANGUAGE, "en").body(Body::empty());
    ask(house, request.expect("a request")).await
}

async fn post(house: &House, path: &str, pairs: &[(&str, &str)]) -> Page {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(pairs);
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    ask(house, request.body(Body::from(body.finish())).expect("a request")).await
}

fn plain(text: &str) -> String {
    let entities = [("&#x2f;", "/"), ("&#x3d;", "="), ("&#43;", "+"), ("&amp;", "&"), ("&quot;", "\"")];
    entities.iter().fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c))
}

/// Values of inputs of a name, in their order.
fn values(page: &str, name: &str) -> Vec<String> {
    let mark = format!("name=\"{name}\" value=\"");
    let all = page.split(mark.as_str()).skip(1).filter_map(|rest| rest.split('"').next());
    all.map(plain).collect()
}

/// A kind of meeting of the owner's, from the sandbox mailbox; its page.
async fn kind(house: &House, mailbox: &str, more: Json) -> (String, String) {
    let mut new = json!({ "name": "First talk", "mailbox_id": mailbox, "minutes": 30, "place": "https://meet.test/room" });
    new.as_object_mut().expect("a kind").extend(more.as_object().expect("a map").clone());
    let made = house.post("/meeting-kinds", new).await;
    (text(&made["id"]), format!("/m/{}", text(&made["token"])))
}

/// Opens a page, waits as long as somebody needs to fill it in, and books this beginning or the first.
async fn book(house: &House, path: &str, email: &str, at: Option<&str>) -> Page {
    let page = open(house, path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let (ticket, hours) = (values(&page.text, "ticket"), values(&page.text, "at"));
    pass(house, 30);
    let pairs = [
        ("ticket", ticket[0].as_str()),
        ("at", at.unwrap_or(hours[0].as_str())),
        ("zone", "America/New_York"),
        ("lang", "en"),
        ("name", "Ada Kim"),
        ("email", email),
        ("note", "We plan by hand."),
        ("r", path.split_once("?r=").map_or("", |(_, r)| r)),
    ];
    post(house, path.split('?').next().expect("a path"), &pairs).await
}

/// The own page of a booking that succeeded.
fn own(page: &Page) -> String {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.to.as_deref().and_then(|to| to.split('?').next()).expect("a page of its own").to_owned()
}

async fn meetings(house: &House) -> Vec<Json> {
    house.get("/meetings?sort=starts_at").await["items"].as_array().expect("a list").clone()
}

/// Mails about meetings, oldest first, as they leave.
async fn notices(house: &House) -> Vec<(Json, String)> {
    let found = house.get("/messages?where=origin.eq.meeting&sort=created_at").await;
    let mut all = Vec::new();
    for mail in found["items"].as_array().expect("a list") {
        let id: kernel::MessageId = text(&mail["id"]).parse().expect("an id");
        let row: MessageRow = outreach::message::find(&house.app.db, house.owner.workspace, id)
            .await
            .expect("the database")
            .expect("a mail");
        let from = mailbox_row(house, &text(&mail["mailbox_id"])).await;
        let space =
            records::workspace::find(&house.app.db, house.owner.workspace).await.expect("the database");
        let space = space.expect("a workspace");
        let frame = letter::Frame { workspace: &space, locale: kernel::Locale::En, links: None };
        let whole = letter::compose_row(&house.app, &row, &from, frame, None).expect("composes");
        all.push((mail.clone(), String::from_utf8(whole.bytes).expect("7-bit")));
    }
    all
}

/// A line of the invitation in a mail.
fn line(mail: &str, name: &str) -> String {
    let read = mail::read(mail.as_bytes()).expect("a mail");
    assert!(read.report.calendar_method.is_some(), "calendars read it: {mail}");
    let body = mail.replace("=\r\n", "").replace("=3D", "=").replace("\r\n ", "");
    let from = body.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    from.trim().to_owned()
}

on_both_databases!(a_guest_books_by_the_link_of_a_mail_and_the_sequence_stops, by_link, doors);
async fn by_link(house: House) {
    let mailbox = sandbox(&house).await;
    kind(&house, &mailbox, json!({})).await;
    let steps = json!([
        { "subject": "A question", "body": "Hello {{ person.given_name }}, shall we talk? {{ booking_link }} How do you plan?" },
        { "delay_days": 2, "subject": "", "body": "Is this still a question for you?" },
    ]);
    let sequence = sequence_of(&house, &mailbox, steps).await;
    let ada = person(&house, "Ada", "ada@ada.test").await;
    let id = enrol(&house, &sequence, &ada).await;
    work(&house).await;
    let mail = mails(&house, &id, "out").await.remove(0);
    let words = text(&mail["text"]);
    let link = words.split_whitespace().find(|word| word.contains("/m/")).expect("a link").to_owned();
    let path = link.strip_prefix("http://127.0.0.1:7000").expect("our own address");
    let page = open(&house, path).await;
    assert_eq!(values(&page.text, "name"), ["Ada Kim"], "whoever reads our mail is known");
    assert_eq!(values(&page.text, "zone")[0], "Asia/Seoul", "and where they are");
    let own = own(&book(&house, path, "ada@ada.test", None).await);

    let stopped = enrolment(&house, &id).await;
    assert_eq!((text(&stopped["state"]), text(&stopped["reason"])), ("stopped".into(), "meeting".into()));
    let meeting = meetings(&house).await.remove(0);
    assert_eq!((&meeting["person_id"], &meeting["enrolment_id"]), (&json!(ada), &json!(id)));
    assert_eq!(
        (text(&meeting["state"]), text(&meeting["zone"])),
        ("booked".into(), "America/New_York".into())
    );
    assert!(meeting["deal_id"].is_string(), "it belongs to the deal the mail was about");
    let logged = told(&house, "meeting.logged").await;
    assert_eq!(logged.len(), 1);
    assert_eq!((&logged[0]["outcome"], &logged[0]["sequence_id"]), (&json!("booked"), &json!(sequence)));
    let fact = "SELECT COUNT(*) FROM enrolment_fact WHERE kind = 'meeting' AND value = 'booked'";
    let facts: Option<i64> =
        store::Sql::new(house.app.db.engine(), fact).scalar(house.app.db.read()).await.expect("the database");
    assert_eq!(facts, Some(1), "forks can ask whether a meeting was booked");
    assert!(told(&house, "lead.arrived").await.is_empty(), "they are no newcomer");

    house.react().await;
    work(&house).await;
    let (mail, bytes) = notices(&house).await.remove(0);
    assert_eq!((text(&mail["state"]), text(&mail["to_address"])), ("sent".into(), "ada@ada.test".into()));
    assert!(text(&mail["text"]).contains(&own), "the way to move it stands in the mail");
    assert!(!text(&mail["text"]).contains("rather not hear"), "it is no outreach");
    assert_eq!(line(&bytes, "METHOD:"), "REQUEST");
    pass(&house, 10 * 86_400);
    work(&house).await;
    assert_eq!(mails(&house, &id, "out").await.len(), 1, "no further mail of the sequence");
    let sent = told(&house, "mail.sent").await;
    assert_eq!(sent.iter().filter(|event| event["notice"] == true).count(), 1);
}

on_both_databases!(of_guests_who_race_for_one_time_exactly_one_wins, race, doors);
async fn race(house: House) {
    let mailbox = sandbox(&house).await;
    let (_, path) = kind(&house, &mailbox, json!({ "notice_minutes": 50 })).await;
    let (_, other) =
        kind(&house, &mailbox, json!({ "name": "Demo", "minutes": 60, "notice_minutes": 50 })).await;
    let mut tickets = Vec::new();
    for n in 0..8 {
        let path = if n % 2 == 0 { &path } else { &other };
        let page = open(&house, path).await;
        tickets.push((
            path.clone(),
            values(&page.text, "ticket").remove(0),
            values(&page.text, "at").remove(0),
        ));
    }
    pass(&house, 30);
    let all = tickets.iter().enumerate().map(|(n, (path, ticket, at))| {
        let email = format!("guest{n}@g{n}.test");
        let house = &house;
        async move {
            let pairs = [
                ("ticket", ticket.as_str()),
                ("at", at),
                ("zone", "Asia/Seoul"),
                ("name", "Guest"),
                ("email", &email),
            ];
            post(house, path, &pairs).await.status
        }
    });
    let answers = join_all(all).await;
    let won = answers.iter().filter(|status| **status == StatusCode::SEE_OTHER).count();
    assert_eq!(won, 1, "{answers:?}");
    assert!(
        answers.iter().all(|status| [StatusCode::SEE_OTHER, StatusCode::CONFLICT].contains(status)),
        "{answers:?}"
    );
    assert_eq!(meetings(&house).await.len(), 1);
    let people = house.get("/people").await;
    assert_eq!(people["items"].as_array().map(Vec::len), Some(1), "who was late is not written down");
    let again = open(&house, &path).await;
    assert!(!values(&again.text, "at").contains(&tickets[0].2), "the time is gone from the page");
}

on_both_databases!(a_guest_moves_and_cancels_by_the_link_and_the_invitation_keeps_its_uid, moving, doors);
async fn moving(house: House) {
    let mailbox = sandbox(&house).await;
    let (_, path) = kind(&house, &mailbox, json!({ "notice_minutes": 50 })).await;
    let own = own(&book(&house, &path, "ben@ben.test", None).await);
    let first = meetings(&house).await.remove(0);
    let picker = open(&house, &format!("{own}/move")).await;
    let hours = values(&picker.text, "at");
    let kept = open(&house, &path).await;
    assert_eq!(
        post(&house, &format!("{own}/move"), &[("at", "")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(post(&house, &format!("{own}/move"), &[("at", "7")]).await.status, StatusCode::CONFLICT);
    let moved =
        post(&house, &format!("{own}/move"), &[("at", hours.last().expect("an hour")), ("lang", "en")]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    let second = meetings(&house).await.remove(0);
    assert_eq!((text(&second["state"]), &second["id"]), ("moved".into(), &first["id"]));
    assert_ne!(second["starts_at"], first["starts_at"]);
    let free = values(&open(&house, &path).await.text, "at");
    let before = Timestamp::parse(&text(&first["starts_at"])).expect("an instant").0.to_string();
    assert!(
        free.contains(&before) && !values(&kept.text, "at").contains(&before),
        "its first time is free again"
    );

    let cancelled = post(&house, &format!("{own}/cancel"), &[("reason", "We decided otherwise.")]).await;
    assert_eq!(cancelled.status, StatusCode::SEE_OTHER);
    let third = meetings(&house).await.remove(0);
    assert_eq!(
        (text(&third["state"]), text(&third["reason"])),
        ("cancelled".into(), "We decided otherwise.".into())
    );
    let again = post(&house, &format!("{own}/cancel"), &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "twice is once");
    assert_eq!(open(&house, &format!("{own}/move")).await.status, StatusCode::NOT_FOUND);
    work(&house).await;
    let all = notices(&house).await;
    let of = |name: &str| all.iter().map(|(_, bytes)| line(bytes, name)).collect::<Vec<_>>();
    assert_eq!(of("METHOD:"), ["REQUEST", "REQUEST", "CANCEL"]);
    assert_eq!(of("SEQUENCE:"), ["0", "1", "2"]);
    let uids = of("UID:");
    assert!(!uids[0].is_empty() && uids.iter().all(|uid| *uid == uids[0]), "{uids:?}");
    let words: Vec<Json> =
        told(&house, "activity.changed").await.iter().map(|e| e["meeting"].clone()).collect();
    assert_eq!(words, [json!("moved"), json!("cancelled")]);
}

on_both_databases!(a_rep_moves_and_cancels_it_with_a_word_to_the_guest, by_rep, doors);
async fn by_rep(house: House) {
    let mailbox = sandbox(&house).await;
    let (_, path) = kind(&house, &mailbox, json!({ "notice_minutes": 50 })).await;
    let _ = own(&book(&house, &path, "ben@ben.test", None).await);
    let _ = own(&book(&house, &path, "cho@cho.test", None).await);
    let first = meetings(&house).await.remove(0);
    let taken = text(&meetings(&house).await[1]["starts_at"]);
    let at = |word: &str| format!("/meetings/{}/{word}", text(&first["id"]));
    let free = house.get(&at("times")).await;
    assert_eq!(free["zone"], "America/New_York");
    let times: Vec<String> = free["times"].as_array().expect("times").iter().map(text).collect();
    assert!(times.contains(&text(&first["starts_at"])), "its own time is free for it");
    assert!(!times.contains(&taken), "another guest's is not");
    let to = |starts: &str| json!({ "starts_at": starts, "reason": "A train is late." });
    let no = refused(&house, Method::POST, &at("move"), to(&taken)).await;
    assert_eq!(no, (StatusCode::CONFLICT, "meeting_time_taken".to_owned()));
    let before = refused(&house, Method::POST, &at("move"), to("2020-01-06T10:00:00Z")).await;
    assert_eq!(before.1, "meeting_time_taken");
    let later = times.last().expect("a time");
    let moved = house.post(&at("move"), to(later)).await;
    assert_eq!((&moved["state"], &text(&moved["starts_at"])), (&json!("moved"), later));
    let (status, _) = house.send(&house.stranger, Method::GET, &at("times"), None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = house.send(&house.stranger, Method::POST, &at("move"), Some(to(later)), &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    house.post(&at("cancel"), json!({ "reason": "We meet at the fair." })).await;
    let over = refused(&house, Method::POST, &at("move"), to(&text(&first["starts_at"]))).await;
    assert_eq!(over, (StatusCode::CONFLICT, "meeting_over".to_owned()));
    work(&house).await;
    let mails = notices(&house).await;
    let theirs: Vec<_> = mails.iter().filter(|(mail, _)| mail["to_address"] == "ben@ben.test").collect();
    let of = |name: &str| theirs.iter().map(|(_, bytes)| line(bytes, name)).collect::<Vec<_>>();
    assert_eq!(of("METHOD:"), ["REQUEST", "REQUEST", "CANCEL"]);
    assert_eq!(of("SEQUENCE:"), ["0", "1", "2"]);
    assert!(of("UID:").iter().all(|uid| *uid == of("UID:")[0]));
    let says = |n: usize, word: &str| text(&theirs[n].0["text"]).contains(word);
    assert!(says(1, "A train is late.") && says(2, "We meet at the fair."), "{theirs:?}");
}

on_both_databases!(an_unknown_guest_becomes_a_person_and_is_asked_nothing_twice, unknown, doors);
async fn unknown(house: House) {
    let mailbox = sandbox(&house).await;
    let (_, path) = kind(&house, &mailbox, json!({})).await;
    let first = book(&house, &path, "cho@hanbit.co.kr", None).await;
    let _ = own(&first);
    let person = house.get("/people").await["items"][0].clone();
    assert_eq!(
        (text(&person["name"]), text(&person["email"])),
        ("Ada Kim".into(), "cho@hanbit.co.kr".into())
    );
    assert_eq!(
        (text(&person["source"]), text(&person["lawful_basis"])),
        ("First talk".into(), "inquiry".into())
    );
    assert_eq!(person["time_zone"], "America/New_York");
    let company = house.get("/companies").await["items"][0].clone();
    assert_eq!(company["domain"], "hanbit.co.kr", "and their company is known by its domain");
    assert_eq!(told(&house, "lead.arrived").await.len(), 1);
    let _ = own(&book(&house, &path, "CHO@hanbit.co.kr", None).await);
    assert_eq!(
        house.get("/people").await["items"].as_array().map(Vec::len),
        Some(1),
        "known by their address"
    );
    let stranger = house.send(&house.stranger, Method::GET, "/meetings", None, &[]).await.1;
    assert_eq!(stranger["items"], json!([]), "nobody else's workspace sees them");
}

on_both_databases!(machines_haste_and_floods_are_kept_out, kept_out, doors);
async fn kept_out(house: House) {
    let mailbox = sandbox(&house).await;
    let (id, path) = kind(&house, &mailbox, json!({})).await;
    let page = open(&house, &path).await;
    let (ticket, at) = (values(&page.text, "ticket").remove(0), values(&page.text, "at").remove(0));
    let fields = |ticket: &str, trap: &str, email: &str| {
        [("ticket", ticket), ("at", &at), ("name", "Bot"), ("email", email), ("fax_number", trap)]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
    };
    let send = |fields: [(String, String); 5]| {
        let (house, path) = (&house, &path);
        async move {
            let pairs: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            post(house, path, &pairs).await
        }
    };
    assert_eq!(
        send(fields(&ticket, "", "bot@b.test")).await.status,
        StatusCode::OK,
        "too quick, told nothing"
    );
    pass(&house, 30);
    assert_eq!(send(fields(&ticket, "x", "bot@b.test")).await.status, StatusCode::OK, "the trap");
    assert!(meetings(&house).await.is_empty());
    assert_eq!(send(fields("s1:forged", "", "bot@b.test")).await.status, StatusCode::CONFLICT);
    assert_eq!(send(fields(&ticket, "", "no address")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let long = post(&house, &path, &[("note", &"x".repeat(40_000))]).await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
    let once = send(fields(&ticket, "", "dan@dan.test")).await;
    let twice = send(fields(&ticket, "", "dan@dan.test")).await;
    assert_eq!(
        (once.status, &once.to),
        (StatusCode::SEE_OTHER, &twice.to),
        "the same page sent twice is one booking"
    );
    for _ in 0..2 {
        let _ = own(&book(&house, &path, "dan@dan.test", None).await);
    }
    let fourth = book(&house, &path, "dan@dan.test", None).await;
    assert_eq!(fourth.status, StatusCode::TOO_MANY_REQUESTS, "three lie ahead for one address at most");
    house.patch(&format!("/meeting-kinds/{id}"), json!({ "active": false })).await;
    assert_eq!(open(&house, &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(open(&house, "/m/b/0123456789abcdef").await.status, StatusCode::NOT_FOUND);
}

on_both_databases!(a_person_says_whether_it_was_held_once_it_began, held, doors);
async fn held(house: House) {
    let mailbox = sandbox(&house).await;
    let (_, path) = kind(&house, &mailbox, json!({})).await;
    let _ = own(&book(&house, &path, "eve@eve.test", None).await);
    let id = text(&meetings(&house).await[0]["id"]);
    let say = |word: &str| format!("/meetings/{id}/{word}");
    let ahead = refused(&house, Method::POST, &say("held"), json!({})).await;
    assert_eq!(ahead, (StatusCode::CONFLICT, "meeting_ahead".to_owned()));
    pass(&house, 7 * 86_400);
    assert_eq!(house.post(&say("missed"), json!({})).await["state"], "missed");
    assert_eq!(house.post(&say("held"), json!({})).await["state"], "held", "who was mistaken says it again");
    let over = refused(&house, Method::POST, &say("cancel"), json!({})).await;
    assert_eq!(over, (StatusCode::CONFLICT, "meeting_over".to_owned()));
    let changes = told(&house, "activity.changed").await;
    let outcomes: Vec<&Json> = changes.iter().map(|event| &event["after"]["outcome"]).collect();
    assert_eq!(outcomes, [&json!("no_show"), &json!("held")]);
    let (status, _) = house.send(&house.stranger, Method::POST, &say("held"), Some(json!({})), &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

on_both_databases!(what_the_guests_calendar_answers_changes_the_meeting, answers, doors);
async fn answers(house: House) {
    let mailbox = sandbox(&house).await;
    let (_, path) = kind(&house, &mailbox, json!({})).await;
    let _ = own(&book(&house, &path, "fay@fay.test", None).await);
    work(&house).await;
    let uid = line(&notices(&house).await[0].1, "UID:");
    let reply = |from: &str, answer: &str, n: u8| {
        format!(
            "From: {from}\r\nTo: x@x.test\r\nSubject: {answer}\r\nMessage-ID: <{n}@fay.test>\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n\
             BEGIN:VEVENT\r\nUID:{uid}\r\nATTENDEE;PARTSTAT={answer}:mailto:{from}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    };
    let state = async |house: &House| {
        let meeting = meetings(house).await.remove(0);
        (text(&meeting["state"]), meeting["answer"].as_str().unwrap_or_default().to_owned())
    };
    arrive_bytes(&house, &mailbox, 1, reply("fay@fay.test", "ACCEPTED", 1).as_bytes()).await;
    assert_eq!(state(&house).await, ("booked".into(), "accepted".into()));
    arrive_bytes(&house, &mailbox, 2, reply("other@fay.test", "DECLINED", 2).as_bytes()).await;
    assert_eq!(
        state(&house).await,
        ("booked".into(), "accepted".into()),
        "only the guest's own answer counts"
    );
    arrive_bytes(&house, &mailbox, 3, reply("fay@fay.test", "DECLINED", 3).as_bytes()).await;
    assert_eq!(state(&house).await, ("cancelled".into(), "declined".into()));
    work(&house).await;
    assert_eq!(notices(&house).await.len(), 1, "whoever declined is not told of it");
}

on_both_databases!(busy_times_of_a_calendar_are_not_offered, busy, doors);
async fn busy(house: House) {
    use std::sync::{Arc, Mutex};
    let said = Arc::new(Mutex::new(String::from("<p>Sign in</p>")));
    let told = Arc::clone(&said);
    let router = axum::Router::new()
        .route("/cal.ics", axum::routing::get(move || async move { told.lock().expect("a lock").clone() }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("its address");
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let mailbox = sandbox(&house).await;
    let (_, path) = kind(&house, &mailbox, json!({ "notice_minutes": 0 })).await;
    let before = values(&open(&house, &path).await.text, "at");
    let week: Json = house.get("/me/bookable-hours").await["week"].clone();
    let hours = json!({ "zone": "Asia/Seoul", "week": week, "calendar_url": format!("http://{at}/cal.ics?key=secret") });
    let saved = house.put("/me/bookable-hours", hours).await;
    assert!(text(&saved["calendar"]["failure"]).contains("no iCalendar"), "{saved}");
    assert!(!saved.to_string().contains("secret"), "its address is shown to nobody");
    let first = Timestamp(before[0].parse().expect("an instant"));
    let stamp = |at: Timestamp| at.to_utc().format("%Y%m%dT%H%M%SZ").to_string();
    *said.lock().expect("a lock") = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a@b.test\r\nDTSTART:{}\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n",
        stamp(first)
    );
    // Whoever books a time that was free when the page was opened finds that it no longer is.
    pass(&house, 120);
    let late = book(&house, &path, "gil@gil.test", Some(&before[1])).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
    let free = values(&open(&house, &path).await.text, "at");
    assert!(
        !free.contains(&before[0]) && !free.contains(&before[1]) && free.contains(&before[2]),
        "{free:?}"
    );
    let view = house.get("/me/bookable-hours").await["calendar"].clone();
    assert_eq!(
        (&view["failure"], &view["events"], &view["host"]),
        (&Json::Null, &json!(1), &json!("127.0.0.1"))
    );
    let bad = json!({ "zone": "Mars/Base", "week": week, "calendar_url": "ftp://x.test/a" });
    let (status, _) = refused(&house, Method::PUT, "/me/bookable-hours", bad).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    serving.abort();
}

//! Calendars of servers (CalDAV): read from a real one, and from some that answer otherwise, on both databases.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::Timestamp;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use tower::ServiceExt;

use crate::support::radicale::{ADA, Radicale};
use crate::support::{doors, pass, refused, sandbox, text};

/// The page on which a meeting is booked.
async fn page(house: &House) -> String {
    let mailbox = sandbox(house).await;
    let kind = json!({ "name": "First talk", "mailbox_id": mailbox, "minutes": 30, "place": "x", "notice_minutes": 0 });
    format!("/m/{}", text(&house.post("/meeting-kinds", kind).await["token"]))
}

/// Beginnings a guest can choose from in the first week.
async fn free(house: &House, path: &str) -> Vec<Timestamp> {
    let mut all = BTreeSet::new();
    for day in 23..30 {
        let app = outreach::public_routes().with_state(house.app.clone());
        let day = format!("{path}?zone=Asia/Seoul&day=2026-11-{day}");
        let answer = app.oneshot(Request::get(day).body(Body::empty()).expect("a request")).await;
        let bytes = to_bytes(answer.expect("an answer").into_body(), 1 << 20).await.expect("a body");
        let page = String::from_utf8(bytes.to_vec()).expect("text");
        let found = page.split("name=\"at\" value=\"").skip(1).filter_map(|rest| rest.split('"').next());
        all.extend(found.map(|at| Timestamp(at.parse().expect("an instant"))));
    }
    all.into_iter().collect()
}

/// Saves the usual week with this about the calendar; what is told of it.
async fn save(house: &House, calendar: Json) -> Json {
    let week = house.get("/me/bookable-hours").await["week"].clone();
    let mut hours = json!({ "zone": "Asia/Seoul", "week": week });
    hours.as_object_mut().expect("a map").extend(calendar.as_object().expect("a map").clone());
    let saved = house.put("/me/bookable-hours", hours).await;
    assert!(!saved.to_string().contains(ADA.1), "a password is shown to nobody: {saved}");
    saved["calendar"].clone()
}

fn stamp(at: Timestamp) -> String {
    at.to_utc().format("%Y%m%dT%H%M%SZ").to_string()
}

/// Three days in a row from `first` on, of which the second is off and the third an hour later.
fn series(first: Timestamp) -> String {
    let (second, third) = (first.plus_days(1), first.plus_days(2));
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:a@b.test\r\nDTSTAMP:20261101T000000Z\r\n\
         DTSTART:{}\r\nDURATION:PT30M\r\nSUMMARY:Plan & <check>\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE:{}\r\nEND:VEVENT\r\n\
         BEGIN:VEVENT\r\nUID:a@b.test\r\nDTSTAMP:20261101T000000Z\r\nRECURRENCE-ID:{}\r\nDTSTART:{}\r\nDURATION:PT30M\r\n\
         SUMMARY:later\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        stamp(first),
        stamp(second),
        stamp(third),
        stamp(third.plus_seconds(3600)),
    )
}

/// Whether exactly what [`series`] takes is no longer free.
async fn assert_series_is_busy(house: &House, path: &str, before: &[Timestamp]) {
    let first = before[0];
    let now = free(house, path).await;
    let gone: Vec<Timestamp> = before.iter().copied().filter(|at| !now.contains(at)).collect();
    let half = 1800;
    let (a, c) = (first, first.plus_days(2).plus_seconds(3600));
    let taken = |at: Timestamp| [a, c].into_iter().any(|busy| at.seconds_since(busy).abs() < half);
    assert_eq!(gone, before.iter().copied().filter(|at| taken(*at)).collect::<Vec<_>>());
    assert!(gone.contains(&a) && gone.contains(&c), "{gone:?}");
}

on_both_databases!(busy_times_of_a_calendar_server_are_not_offered, radicale, doors);
async fn radicale(house: House) {
    let server = Radicale::start().await;
    server.put("MKCALENDAR", "/ada/work/", "").await;
    let path = page(&house).await;
    let before = free(&house, &path).await;
    let work = server.url("/ada/work/");

    let view = save(&house, json!({ "calendar_url": work })).await;
    assert_eq!((&view["failure_code"], &view["user"]), (&json!("sign_in"), &Json::Null), "{view}");
    let view = save(&house, json!({ "calendar_user": ADA.0, "calendar_password": "battery staple" })).await;
    assert_eq!((&view["failure_code"], &view["user"]), (&json!("password"), &json!(ADA.0)), "{view}");
    let by_ada = json!({ "calendar_user": ADA.0, "calendar_password": ADA.1 });
    let view = save(&house, by_ada.clone()).await;
    let found = (&view["failure"], &view["kind"], &view["events"], &view["unread"]);
    assert_eq!(found, (&Json::Null, &json!("caldav"), &json!(0), &json!(0)), "{view}");
    assert_eq!(free(&house, &path).await, before, "an empty calendar takes nothing");

    server.put("PUT", "/ada/work/a.ics", &series(before[0])).await;
    let past = series(before[0].plus_days(-900)).replace("a@b", "old@b");
    server.put("PUT", "/ada/work/old.ics", &past).await;
    let view = house.post("/me/bookable-hours/read-calendar", json!({})).await["calendar"].clone();
    assert_eq!(
        (&view["failure"], &view["events"]),
        (&Json::Null, &json!(1)),
        "what is over is not sent: {view}"
    );
    assert_series_is_busy(&house, &path, &before).await;

    // A guest who opens the page later sees what was entered meanwhile.
    let other = series(before[0].plus_days(4)).replace("a@b", "b@b").replace("COUNT=3", "COUNT=1");
    server.put("PUT", "/ada/work/b.ics", &other).await;
    pass(&house, 120);
    let saved = save(&house, json!({})).await;
    assert_eq!(saved["events"], json!(1), "hours alone do not ask the server again");
    house.post("/me/bookable-hours/read-calendar", json!({})).await;
    assert!(!free(&house, &path).await.contains(&before[0].plus_days(4)));

    for (at, code) in [("/ada/", "none"), ("/ada/nothing/", "none"), ("/eve/work/", "refused")] {
        let mut there = by_ada.clone();
        there["calendar_url"] = json!(server.url(at));
        let view = save(&house, there).await;
        assert_eq!((&view["failure_code"], &view["kind"]), (&json!(code), &Json::Null), "{at}: {view}");
    }
    // The password belongs to the address it was given with.
    let view = save(&house, json!({ "calendar_url": work })).await;
    assert_eq!((&view["failure_code"], &view["user"]), (&json!("sign_in"), &Json::Null), "{view}");
}

/// Answers: to which method, with which status and body.
type Said = Vec<(&'static str, u16, String)>;

/// A server that answers each method with what it is told; `expand` apart.
async fn fake(said: Arc<Mutex<Said>>) -> (String, tokio::task::JoinHandle<()>) {
    let router = axum::Router::new().fallback(move |request: Request<Body>| {
        let said = Arc::clone(&said);
        async move { answer(request, &said).await }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("its address");
    let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
    (format!("http://{at}/cal/"), serving)
}

async fn answer(request: Request<Body>, said: &Mutex<Said>) -> Response {
    let method = request.method().to_string();
    let body = to_bytes(request.into_body(), 1 << 20).await.expect("a body");
    let expand = String::from_utf8_lossy(&body).contains("expand");
    let said = said.lock().expect("a lock");
    let fits = |name: &str| name == method || (name == "EXPAND" && method == "REPORT" && expand);
    match said.iter().find(|(name, ..)| fits(name)) {
        Some((_, status, body)) => {
            (StatusCode::from_u16(*status).expect("a status"), body.clone()).into_response()
        }
        None => StatusCode::NOT_IMPLEMENTED.into_response(),
    }
}

fn multistatus(inner: &str) -> String {
    format!(
        "<d:multistatus xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\"><d:response>{inner}</d:response></d:multistatus>"
    )
}

on_both_databases!(servers_that_answer_otherwise_are_understood_or_named, otherwise, doors);
async fn otherwise(house: House) {
    let said = Arc::new(Mutex::new(Vec::new()));
    let (url, serving) = fake(Arc::clone(&said)).await;
    let path = page(&house).await;
    let before = free(&house, &path).await;
    let prop = |inner: &str| multistatus(&format!("<d:propstat><d:prop>{inner}</d:prop></d:propstat>"));
    let is = ("PROPFIND", 207, prop("<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"));
    let events = series(before[0]).replace('&', "&amp;").replace('<', "&lt;").replace('\r', "&#13;");
    let events = prop(&format!("<c:calendar-data>{events}</c:calendar-data>"));
    let cut = multistatus("<d:status>HTTP/1.1 507 Insufficient Storage</d:status>");
    let page_of_another = "<html><body><p>Sign in</body></html>".to_owned();
    let cases = [
        ("repeats no events itself", vec![is.clone(), ("REPORT", 207, events.clone())], Json::Null),
        (
            "knows no expand",
            vec![is.clone(), ("EXPAND", 400, String::new()), ("REPORT", 207, events.clone())],
            Json::Null,
        ),
        (
            "too much when expanded",
            vec![is.clone(), ("EXPAND", 207, "x".repeat(9 << 20)), ("REPORT", 207, events.clone())],
            Json::Null,
        ),
        ("a file after all", vec![("GET", 200, series(before[0]))], Json::Null),
        ("far too much", vec![is.clone(), ("REPORT", 207, "x".repeat(9 << 20))], json!("too_large")),
        ("no XML", vec![is.clone(), ("REPORT", 207, page_of_another.clone())], json!("not_xml")),
        (
            "no calendar texts",
            vec![is.clone(), ("REPORT", 207, prop("<c:calendar-data>hm</c:calendar-data>"))],
            json!("not_xml"),
        ),
        ("a part only", vec![is.clone(), ("REPORT", 207, cut)], json!("cut")),
        ("gone", vec![is.clone(), ("REPORT", 404, String::new())], json!("none")),
        (
            "a page",
            vec![("PROPFIND", 207, prop("<d:resourcetype/>")), ("GET", 200, page_of_another)],
            json!("none"),
        ),
        ("broken", vec![("PROPFIND", 500, String::new()), ("GET", 503, String::new())], json!("refused")),
    ];
    for by in [json!({}), json!({ "calendar_user": ADA.0, "calendar_password": ADA.1 })] {
        for (what, says, code) in cases.clone() {
            *said.lock().expect("a lock") = says;
            let mut calendar = by.clone();
            calendar["calendar_url"] = json!(url);
            let view = save(&house, calendar).await;
            assert_eq!(view["failure_code"], code, "{what}: {view}");
            if code.is_null() {
                assert_series_is_busy(&house, &path, &before).await;
            } else {
                assert!(!text(&view["failure"]).is_empty(), "{what}: {view}");
                assert_eq!(free(&house, &path).await, before, "{what}");
            }
        }
    }
    let week = house.get("/me/bookable-hours").await["week"].clone();
    let cases = [
        json!({ "calendar_url": "http://calendar.test/a/", "calendar_user": "ada", "calendar_password": "p" }),
        json!({ "calendar_url": "https://calendar.test/a/", "calendar_user": "ada" }),
        json!({ "calendar_url": "https://calendar.test/a/", "calendar_password": "p" }),
        json!({ "calendar_user": "a:b", "calendar_password": "p" }),
        json!({ "calendar_user": "ada", "calendar_password": "p".repeat(2_000) }),
        json!({ "calendar_user": "ada", "calendar_password": "p\nq" }),
    ];
    for case in cases {
        let mut hours = json!({ "zone": "Asia/Seoul", "week": week });
        hours.as_object_mut().expect("a map").extend(case.as_object().expect("a map").clone());
        let (status, code) = refused(&house, Method::PUT, "/me/bookable-hours", hours).await;
        assert_eq!((status, code.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "validation"), "{case}");
    }
    serving.abort();
}

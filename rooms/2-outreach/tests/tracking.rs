//! A host of one's own for the links of mails: it is seen to lead here, carries links, and nothing else answers there.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode, header};
use axum::response::Redirect;
use axum::routing::get;
use http_room::Role;
use http_room::app::Config;
use outreach::engine::plan;
use outreach::letter;
use outward::testing::{NameServer, Zone};
use outward::{Ask, HeaderMap, Outside, Policy};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

use crate::support::{claim, doors, enrol, pass, person, sandbox, sequence_of, text, told};

/// Serves a router at a port of this machine.
async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("its address");
    tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
    at
}

/// The program as far as it matters: public pages, something else, and the guard before both.
async fn program(house: &House) -> SocketAddr {
    let apart = axum::middleware::from_fn_with_state(house.app.clone(), outreach::tracking::keep_apart);
    let pages = outreach::public_routes().with_state(house.app.clone());
    serve(pages.fallback(|| async { "the app" }).layer(apart)).await
}

/// The house at `crm.ours.test`, in a world with these names on this machine.
async fn named(house: &mut House, names: &[&str]) -> NameServer {
    let zone = names.iter().fold(Zone::default(), |zone, name| zone.address(name, Ipv4Addr::LOCALHOST));
    let names = NameServer::start(zone).await;
    let before = (*house.app.config).clone();
    let base_url = "https://crm.ours.test".to_owned();
    house.app.config = Arc::new(Config { name_server: Some(names.at), base_url, ..before });
    names
}

async fn save(house: &House, host: &Json) -> (StatusCode, Json) {
    house.send(&house.owner, Method::PUT, "/tracking-host", Some(json!({ "host": host })), &[]).await
}

/// What a browser gets: the status, where it is sent on to, the text.
async fn browse(names: &NameServer, url: &str) -> (u16, Option<String>, String) {
    let policy = Policy { private: true, name_server: Some(names.at) };
    let ask = Ask {
        method: Method::HEAD,
        url: url.parse().expect("an address"),
        headers: HeaderMap::new(),
        body: None,
        within: std::time::Duration::from_secs(20),
        most_bytes: 1 << 20,
        cut: false,
        redirects: 0,
    };
    let outside = Outside::new(policy).expect("a client");
    let head = outside.ask(&ask).await.expect("an answer");
    let to = head.header(header::LOCATION.as_str()).map(str::to_owned);
    if to.is_some() {
        return (head.status, to, String::new());
    }
    let got = outside.ask(&Ask { method: Method::GET, ..ask }).await.expect("an answer");
    (got.status, None, String::from_utf8_lossy(&got.body).into_owned())
}

on_both_databases!(a_host_that_leads_elsewhere_is_refused_with_what_is_there, elsewhere, doors);
async fn elsewhere(mut house: House) {
    let others = Router::new()
        .route("/", get(|| async { "x" }))
        .fallback(|| async { "<h1>This domain is\nparked</h1>" });
    let parked = serve(others).await.port();
    let missing = serve(Router::new()).await.port();
    let app = program(&house).await;
    let to = format!("http://crm.ours.test:{}", app.port());
    let on = serve(Router::new().fallback(move || async move { Redirect::temporary(&to) })).await.port();
    let _names = named(&mut house, &["links.ours.test", "crm.ours.test"]).await;
    let cases = [
        (format!("links.ours.test:{parked}"), "“<h1>This domain is parked</h1>”"),
        (format!("links.ours.test:{missing}"), "answers 404"),
        (format!("links.ours.test:{on}"), "sends on to crm.ours.test"),
        ("nobody.ours.test".to_owned(), "was not found"),
    ];
    for (host, says) in cases {
        let (status, problem) = save(&house, &json!(host)).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("tracking_host")),
            "{problem}"
        );
        assert!(text(&problem["detail"]).contains(says), "{host}: {problem}");
    }
    let cases = [
        ("links.ours.test/x", "invalid"),
        ("127.0.0.1", "invalid"),
        ("", "invalid"),
        ("CRM.ours.test", "not_allowed"),
    ];
    for (host, code) in cases {
        let (status, problem) = save(&house, &json!(host)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{host}");
        assert_eq!(problem["errors"][0]["code"], code, "{host}");
    }
    let here = [("host", "alias.ours.test")];
    let body = Some(json!({ "host": "alias.ours.test" }));
    let (_, problem) = house.send(&house.owner, Method::PUT, "/tracking-host", body, &here).await;
    assert_eq!(problem["errors"][0]["code"], "not_allowed", "the program is used there: {problem}");
    let rep = house.member(Role::Manager).await;
    let body = Some(json!({ "host": null }));
    let (status, _) = house.send(&rep, Method::PUT, "/tracking-host", body, &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let view = house.get("/tracking-host").await;
    assert_eq!((&view["host"], &view["base"]), (&Json::Null, &json!("https://crm.ours.test")));
    assert!(told(&house, "tracking_host.changed").await.is_empty());
}

on_both_databases!(links_lead_over_a_host_of_ones_own_where_nothing_else_answers, own, doors);
async fn own(mut house: House) {
    let names = named(&mut house, &["links.ours.test", "crm.ours.test"]).await;
    let port = program(&house).await.port();
    let host = format!("links.ours.test:{port}");
    let base = format!("http://{host}");
    let (status, view) = save(&house, &json!(format!(" HTTP://Links.Ours.test:{port}/ "))).await;
    assert_eq!(
        (status, &view["host"], &view["base"]),
        (StatusCode::OK, &json!(host), &json!(base)),
        "{view}"
    );
    assert_eq!(
        (&view["secure"], view["checked_at"].is_string() || view["checked_at"].is_number()),
        (&json!(false), true)
    );
    assert_eq!(told(&house, "tracking_host.changed").await, [json!({ "host": host })]);

    let mailbox = sandbox(&house).await;
    let steps = json!([{ "subject": "Hello", "body": "See https://stone.test/plan for how." }]);
    let sequence = sequence_of(&house, &mailbox, steps).await;
    let ada = person(&house, "Ada", "ada@customer.test").await;
    enrol(&house, &sequence, &ada).await;
    plan::plan_due(&house.app).await.expect("planned");
    let claimed = claim(&house).await.expect("a mail");
    let frame = claimed.frame();
    let mail = letter::compose_row(&house.app, &claimed.message, &claimed.mailbox, frame, None);
    let read = mail::read(&mail.expect("composes").bytes).expect("a mail");
    let token = store::Sql::new(house.app.db.engine(), "SELECT token FROM message WHERE token IS NOT NULL");
    let token: String = token.scalar(house.app.db.read()).await.expect("the database").expect("a token");
    let link = format!("{base}/c/{token}/1");
    let html = read.html.clone().unwrap_or_default();
    assert!(html.contains(&link) && !html.contains("crm.ours.test/c/"), "{html}");
    let refuse = format!("https://crm.ours.test/u/{token}");
    assert!(
        read.header("list-unsubscribe").is_some_and(|way| way.contains(&refuse)),
        "it stays where it was"
    );

    pass(&house, 60);
    let (status, to, _) = browse(&names, &link).await;
    assert_eq!((status, to.as_deref()), (302, Some("https://stone.test/plan")));
    for path in ["/", "/api/v1/me", "/u/abc", "/m/abc", "/healthz", "/c"] {
        assert_eq!(browse(&names, &format!("{base}{path}")).await, (404, None, String::new()), "{path}");
    }
    let at_home = format!("http://crm.ours.test:{port}");
    assert_eq!(browse(&names, &format!("{at_home}/")).await.2, "the app");
    assert_eq!(browse(&names, &format!("{at_home}/c/{token}/1")).await.0, 302, "mails that left before");

    // A host is one workspace's; one that was given up leads on, and may become another's.
    let body = || Some(json!({ "host": host }));
    let (status, problem) = house.send(&house.stranger, Method::PUT, "/tracking-host", body(), &[]).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("tracking_host_taken")));
    let (_, view) = save(&house, &Json::Null).await;
    assert_eq!((&view["host"], &view["base"]), (&Json::Null, &json!("https://crm.ours.test")));
    assert_eq!(browse(&names, &link).await.0, 302);
    assert_eq!(browse(&names, &format!("{base}/")).await.0, 404);
    let (status, _) = house.send(&house.stranger, Method::PUT, "/tracking-host", body(), &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(house.get("/tracking-host").await["host"], Json::Null);
}

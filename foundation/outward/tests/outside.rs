//! Questions to real servers on this machine: a web server and a name server.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails here

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap as Sent, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{any, get};
use outward::testing::{NameServer, Zone};
use outward::{Ask, HeaderMap, HeaderValue, Method, Outside, OutwardError, Policy, Url};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    at
}

fn ask(url: &str) -> Ask {
    Ask {
        method: Method::GET,
        url: Url::parse(url).unwrap(),
        headers: HeaderMap::new(),
        body: None,
        within: Duration::from_secs(5),
        most_bytes: 1_000,
        cut: false,
        redirects: 3,
    }
}

async fn pages() -> SocketAddr {
    let key = |headers: Sent| async move { format!("key: {:?}", headers.get("x-key")) };
    serve(
        Router::new()
            .route("/", get(|| async { "hello" }))
            .route("/key", get(key))
            .route("/long", get(|| async { "x".repeat(1_001) }))
            .route("/late", get(std::future::pending::<&'static str>))
            .route("/round", get(|| async { Redirect::to("/round") }))
            .route("/home", any(|| async { Redirect::to("/key") }))
            .route(
                "/to",
                get(|request: Request| async move {
                    Redirect::to(request.uri().query().unwrap_or_default()).into_response()
                }),
            )
            .route("/gone", get(|| async { (StatusCode::NOT_FOUND, "nothing") })),
    )
    .await
}

async fn world(private: bool, zone: Zone) -> (Outside, NameServer) {
    let names = NameServer::start(zone).await;
    let policy = Policy { private, name_server: Some(names.at) };
    (Outside::new(policy).unwrap(), names)
}

fn local() -> Zone {
    let here = Ipv4Addr::LOCALHOST;
    Zone::default()
        .address("hanbit.test", here)
        .address("other.test", here)
        .address("mixed.test", Ipv4Addr::new(93, 184, 215, 14))
        .address("mixed.test", here)
        .mail("hanbit.test", "aspmx.l.google.com")
        .text("hanbit.test", "v=spf1 include:_spf.google.com ~all")
}

#[tokio::test]
async fn our_own_network_is_not_asked_by_name_nor_by_number_nor_by_a_redirect() {
    let at = pages().await;
    let (outside, _names) = world(false, local()).await;
    let urls = [
        format!("http://{at}/"),
        format!("http://hanbit.test:{}/", at.port()),
        format!("http://mixed.test:{}/", at.port()),
        format!("http://[::1]:{}/", at.port()),
        format!("http://[::ffff:127.0.0.1]:{}/", at.port()),
        format!("http://2130706433:{}/", at.port()),
        "http://169.254.169.254/latest/meta-data".to_owned(),
    ];
    for url in urls {
        let refused = outside.ask(&ask(&url)).await.unwrap_err();
        assert!(matches!(refused, OutwardError::Private { .. }), "{url}: {refused:?}");
    }
    for url in ["ftp://hanbit.test/", "file:///etc/passwd"] {
        let refused = outside.ask(&ask(url)).await.unwrap_err();
        assert!(matches!(refused, OutwardError::Address(_)), "{url}: {refused:?}");
    }
}

#[tokio::test]
async fn what_the_operator_allowed_is_asked() {
    let at = pages().await;
    let (outside, _names) = world(true, local()).await;
    let answer = outside.ask(&ask(&format!("http://hanbit.test:{}/", at.port()))).await.unwrap();
    assert_eq!((answer.status, &answer.body[..]), (200, &b"hello"[..]));
    let gone = outside.ask(&ask(&format!("http://{at}/gone"))).await.unwrap();
    assert_eq!(gone.status, 404, "an answer with an error status is an answer");
}

#[tokio::test]
async fn redirects_are_followed_a_few_times_and_headers_stay_with_the_server_they_were_for() {
    let at = pages().await;
    let (outside, _names) = world(true, local()).await;
    let with_key = |url: String| {
        let mut ask = ask(&url);
        ask.headers.insert("x-key", HeaderValue::from_static("s3cret"));
        ask
    };
    let here = outside.ask(&with_key(format!("http://{at}/home"))).await.unwrap();
    assert_eq!(&here.body[..], b"key: Some(\"s3cret\")");
    assert_eq!(here.url.path(), "/key");
    let url = format!("http://hanbit.test:{0}/to?http://other.test:{0}/key", at.port());
    let other = outside.ask(&with_key(url)).await.unwrap();
    assert_eq!(&other.body[..], b"key: None");
    let round = outside.ask(&ask(&format!("http://{at}/round"))).await.unwrap_err();
    assert!(matches!(round, OutwardError::Redirects { most: 3, .. }), "{round:?}");
    let file = outside.ask(&ask(&format!("http://{at}/to?file:///etc/passwd"))).await.unwrap_err();
    assert!(matches!(file, OutwardError::Address(_)), "{file:?}");
    let posted = Ask { method: Method::POST, body: Some("{}".into()), ..ask(&format!("http://{at}/home")) };
    let posted = outside.ask(&posted).await.unwrap();
    assert_eq!((posted.status, posted.url.path()), (303, "/home"), "what is sent is not sent elsewhere");
}

#[tokio::test]
async fn an_answer_has_a_limit_in_bytes_and_in_time() {
    let at = pages().await;
    let (outside, _names) = world(true, local()).await;
    let long = outside.ask(&ask(&format!("http://{at}/long"))).await.unwrap_err();
    assert!(matches!(long, OutwardError::TooLong { bytes: 1_000, .. }), "{long:?}");
    let cut = Ask { cut: true, ..ask(&format!("http://{at}/long")) };
    assert_eq!(outside.ask(&cut).await.unwrap().body.len(), 1_000);
    let late = Ask { within: Duration::from_millis(100), ..ask(&format!("http://{at}/late")) };
    let late = outside.ask(&late).await.unwrap_err();
    assert!(matches!(late, OutwardError::Late { .. }), "{late:?}");
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let nobody = outside.ask(&ask(&format!("http://{nobody}/?key=s3cret"))).await.unwrap_err();
    assert!(matches!(nobody, OutwardError::Unreachable { .. }), "{nobody:?}");
    assert!(!nobody.to_string().contains("s3cret"), "{nobody}");
}

#[tokio::test]
async fn names_tell_of_mail_and_of_nothing() {
    let (outside, _names) = world(true, local()).await;
    assert_eq!(outside.mail_servers("hanbit.test").await.unwrap(), ["aspmx.l.google.com"]);
    assert_eq!(outside.texts("hanbit.test").await.unwrap(), ["v=spf1 include:_spf.google.com ~all"]);
    assert_eq!(outside.mail_servers("nobody.test").await.unwrap(), Vec::<String>::new());
    let nobody = outside.ask(&ask("http://nobody.test/")).await.unwrap_err();
    assert!(matches!(nobody, OutwardError::Name { .. }), "{nobody:?}");
}

//! A guest who books a meeting through its public page.

use axum::body::Body;
use axum::http::{Request, header};
use server::testing::{Client, Reply, TestServer, read};

fn value(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().replace("&#x2f;", "/").replace("&#x3d;", "=").replace("&#43;", "+")
}

/// Opens the page, waits as long as somebody needs to fill it in, and books its first beginning.
pub async fn book(server: &TestServer, guest: &Client, path: &str, name: &str, email: &str) -> Reply {
    let page = read(guest.raw(Request::get(path).body(Body::empty()).unwrap()).await).await.expect(200).text;
    server.later(30);
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("ticket", &value(&page, "ticket")).append_pair("at", &value(&page, "at"));
    body.append_pair("zone", "Asia/Seoul").append_pair("name", name).append_pair("email", email);
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    read(guest.raw(request.body(Body::from(body.finish())).unwrap()).await).await
}

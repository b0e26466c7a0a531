//! The web app, carried in the binary (debug builds read `web/dist` from disk).
//!
//! Files come compressed as the web build left them beside each other: `x.js`, `x.js.br`, `x.js.gz`.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use http_room::Problem;
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../web/dist"]
struct Dist;

const INDEX: &str = "index.html";

/// Whether the web app is there.
#[must_use]
pub fn is_built() -> bool {
    Dist::get(INDEX).is_some()
}

/// Answers what no route took: files of the web app, its first page for its own addresses, 404 else.
pub async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if request.uri().path().starts_with("/api/") {
        return Problem::not_found("route").into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let name = if path.is_empty() { INDEX } else { path };
    if is_served(name)
        && let Some(response) = file(name, request.headers())
    {
        return response;
    }
    // A name with a dot is a file that is not there; anything else is an address inside the app.
    if path.rsplit('/').next().is_some_and(|last| last.contains('.')) || path.starts_with("assets/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    file(INDEX, request.headers()).unwrap_or_else(not_built)
}

/// Compressed twins are chosen by header, not by name.
fn is_served(name: &str) -> bool {
    !name.ends_with(".br") && !name.ends_with(".gz")
}

fn file(name: &str, headers: &HeaderMap) -> Option<Response> {
    let (encoding, found) = choose(name, headers)?;
    let tag = format!("\"{}\"", hex::encode(&found.metadata.sha256_hash()[..12]));
    let seen = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let unchanged = seen.split(',').any(|entry| entry.trim().trim_start_matches("W/") == tag);
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(Body::from(found.data.into_owned()));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
        if let Some(encoding) = encoding {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    };
    let keep = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
    Some(response)
}

/// The smallest form the browser takes.
fn choose(name: &str, headers: &HeaderMap) -> Option<(Option<&'static str>, EmbeddedFile)> {
    let accepted =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
        if accepts(accepted, encoding)
            && let Some(found) = Dist::get(&format!("{name}.{ending}"))
        {
            return Some((Some(encoding), found));
        }
    }
    Dist::get(name).map(|found| (None, found))
}

fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|entry| {
        let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

fn not_built() -> Response {
    let page = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sevenfold</title>\
        <body style=\"font-family:sans-serif;max-width:40em;margin:4em auto;line-height:1.6\">\
        <h1>Sevenfold</h1><p>The web app was not built into this binary. The API works: \
        <a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a>. To build the app: <code>make web</code>.</p>\
        <p lang=\"ko\">이 실행 파일에는 웹 화면이 포함되어 있지 않습니다. API는 동작합니다: \
        <a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a>. 화면을 빌드하려면 <code>make web</code>을 실행하세요.</p></body></html>";
    (StatusCode::SERVICE_UNAVAILABLE, Html(page)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_taken_unless_its_weight_is_nought() {
        for (header, encoding, expected) in [
            ("gzip, deflate, br", "br", true),
            ("gzip;q=1.0, br;q=0", "br", false),
            ("gzip;q=1.0, br;q=0", "gzip", true),
            ("", "br", false),
            ("brotli", "br", false),
        ] {
            assert_eq!(accepts(header, encoding), expected, "{header}");
        }
    }
}

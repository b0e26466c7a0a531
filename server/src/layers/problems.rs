//! Errors in one shape, wherever they arise: a panic, a path that does not parse, a wrong method.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_room::Problem;
use std::any::Any;

/// Longest text of an error that is passed on.
const TEXT_BYTES: usize = 4096;

/// Turns the API's plain-text errors, which the framework writes, into problems.
pub(super) async fn in_one_shape(request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with(crate::API);
    let response = next.run(request).await;
    let status = response.status();
    let error = status.is_client_error() || status.is_server_error();
    if api && error && is_plain(&response) { shape(response).await } else { response }
}

fn is_plain(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_none_or(|kind| kind.starts_with("text/plain"))
}

async fn shape(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let text = to_bytes(body, TEXT_BYTES).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let detail =
        if text.is_empty() { parts.status.canonical_reason().unwrap_or("Error").to_owned() } else { text };
    let shaped = Problem::new(parts.status, code_of(parts.status), detail).into_response();
    parts.headers.remove(header::CONTENT_LENGTH);
    let (problem, body) = shaped.into_parts();
    parts.headers.extend(problem.headers);
    Response::from_parts(parts, body)
}

fn code_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        StatusCode::UNPROCESSABLE_ENTITY => "validation",
        status if status.is_server_error() => "internal",
        _ => "bad_request",
    }
}

/// A panic answers 500; what it said goes to the log only.
pub(super) fn of_panic(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let words = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    let mut response = Problem::internal(&format!("panicked: {words}")).into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

//! A request that takes too long is given up, so that its connection and its locks come free.

use super::{DEADLINE, is_upload};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_room::Problem;

/// Answers 503 after the time limit. Uploads take as long as the line needs; a stream of events has
/// answered once it begins.
pub(super) async fn keep(request: Request, next: Next) -> Response {
    if is_upload(request.headers()) {
        return next.run(request).await;
    }
    tokio::time::timeout(DEADLINE, next.run(request)).await.unwrap_or_else(|_| {
        let detail = "This took too long and was given up. Try again, or ask for less at once.";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", detail).into_response()
    })
}

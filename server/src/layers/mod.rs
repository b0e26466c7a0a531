//! What every answer passes on its way out: time limits, problems in one shape, headers, measures.

mod deadline;
mod headers;
mod problems;

pub mod measures;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderName, Request, header};
use axum::middleware;
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::TraceLayer;

/// Longest an ordinary request may take.
pub const DEADLINE: Duration = Duration::from_secs(30);
/// Most bytes of an upload: the file and the form around it.
pub const UPLOAD_BYTES: usize = kernel::limits::IMPORT_BYTES + (10 << 20);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Whether the request carries files.
#[must_use]
pub fn is_upload(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

/// Puts the layers around the whole program; the first named sees a request first.
pub fn around(router: Router, https: bool) -> Router {
    let outermost = ServiceBuilder::new()
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(middleware::from_fn(move |request, next| headers::guard(https, request, next)))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(middleware::from_fn(problems::in_one_shape))
        .layer(CatchPanicLayer::custom(problems::of_panic))
        .layer(middleware::from_fn(deadline::keep))
        .layer(DefaultBodyLimit::max(kernel::limits::BODY_BYTES));
    router.route_layer(middleware::from_fn(measures::time)).layer(outermost)
}

/// The span of a request. Its query is left out: search words are the users' own.
fn span<B>(request: &Request<B>) -> tracing::Span {
    let id = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
}

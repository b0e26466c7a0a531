//! Optimistic locking: a record's revision as its ETag, and `If-Match` to write only over what was read.

use crate::Problem;
use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// The revision the client last saw, if it sent one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    /// Refuses when the record has moved on.
    ///
    /// # Errors
    /// 412 `stale` with the revision that is there now.
    pub fn check(self, revision: i64) -> Result<(), Problem> {
        match self.0 {
            Some(seen) if seen != revision => Err(Problem::new(
                StatusCode::PRECONDITION_FAILED,
                "stale",
                "Somebody changed it in the meantime. Load it again and repeat your change.",
            )
            .with_facts(serde_json::json!({ "revision": revision }))),
            _ => Ok(()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Ok(Self(None));
        };
        let text = value.to_str().unwrap_or_default().trim().trim_start_matches("W/").trim_matches('"');
        if text == "*" {
            return Ok(Self(None));
        }
        let revision =
            text.parse().map_err(|_| Problem::bad_request("If-Match must be the ETag of the record."))?;
        Ok(Self(Some(revision)))
    }
}

/// A record with its revision as ETag.
#[derive(Debug, Clone)]
pub struct Tagged<T>(pub i64, pub T);

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.1).into_response();
        if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", self.0)) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

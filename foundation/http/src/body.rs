//! Reading a JSON body, with errors that say where it is wrong.

use crate::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

/// A JSON body. Unknown or ill-typed fields answer 422 naming the place.
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|e| Problem::bad_request(format!("The body could not be read: {e}")))?;
        let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(bytes).map(Self).map_err(|e| problem_of(&e))
    }
}

fn problem_of(error: &serde_json::Error) -> Problem {
    if error.is_syntax() || error.is_eof() {
        return Problem::bad_request(format!("The body is not JSON: {error}"));
    }
    let text = error.to_string();
    let named = text.split('`').nth(1).filter(|_| text.contains("field")).unwrap_or_default();
    let code = if text.starts_with("missing field") { "required" } else { "invalid" };
    Problem::field(named, code, text.clone())
}

/// Keeps "not sent" apart from "sent as null" in merge patches: the outer `Option` says whether the
/// field was there at all. Use with `#[serde(default, deserialize_with = "patched")]`.
///
/// # Errors
/// When the value does not fit.
pub fn patched<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}

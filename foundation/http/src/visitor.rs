//! Somebody who asks for a public page, and where they ask from.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;

/// A visitor of a public page, put into the request by the server. Where nobody put one in, nothing is
/// known of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visitor {
    /// Their network address.
    pub address: String,
    /// What their browser calls itself.
    pub user_agent: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

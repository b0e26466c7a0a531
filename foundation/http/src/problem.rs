//! Errors as RFC 9457 problem details that name the field and the cure.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use store::{StoreError, Trouble};

/// One thing wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldError {
    /// Path of the field in what was sent: `email`, `lines.2.quantity`.
    pub field: String,
    /// Stable word for programs and translations: `required`, `invalid`, `too_long`, `taken`.
    pub code: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl FieldError {
    /// A complaint about a field.
    #[must_use]
    pub fn new(field: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code: code.to_owned(), message: message.into() }
    }
}

/// An RFC 9457 problem.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the code says more.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable word for programs and translations.
    pub code: String,
    /// What happened and what to do.
    pub detail: String,
    /// Which fields, when fields are at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Further facts a screen may need, by code.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    #[schema(value_type = Object)]
    pub facts: serde_json::Value,
}

impl Problem {
    /// A problem of this status.
    #[must_use]
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            detail: detail.into(),
            errors: Vec::new(),
            facts: serde_json::Value::Null,
        }
    }

    /// With facts a screen may need.
    #[must_use]
    pub fn with_facts(mut self, facts: serde_json::Value) -> Self {
        self.facts = facts;
        self
    }

    /// 400: the request itself cannot be read.
    #[must_use]
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", detail)
    }

    /// 401: nobody is signed in.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Sign in, or send a token.")
    }

    /// 403: signed in, but not allowed.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// 404, for what is not there and for what belongs to another workspace alike.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("There is no such {what}."))
    }

    /// 409: it collides with what is there.
    #[must_use]
    pub fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 422: fields are at fault.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail =
            errors.iter().map(|e| format!("{}: {}", e.field, e.message)).collect::<Vec<_>>().join("; ");
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation", detail) }
    }

    /// 422: one field is at fault.
    #[must_use]
    pub fn field(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(field, code, message)])
    }

    /// 500: our fault. What happened goes to the log, not to the client.
    #[must_use]
    pub fn internal(why: &dyn std::fmt::Display) -> Self {
        tracing::error!(%why, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side. It was written to the server's log.",
        )
    }

    /// 503 or 507: the database does not answer now, or its disk is full. What was asked is not at fault.
    fn of_database(trouble: Trouble, why: &dyn std::fmt::Display) -> Self {
        tracing::error!(%why, "the database is in trouble");
        match trouble {
            Trouble::Away => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "database_away",
                "The database does not answer at the moment. Try again shortly.",
            ),
            Trouble::Full => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "disk_full",
                "The disk of the database is full. Nothing of this was kept.",
            ),
        }
    }

    /// Whether the database was in trouble, not what was asked: it may work the next time.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self.code.as_str(), "database_away" | "disk_full")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.detail)
    }
}

impl std::error::Error for Problem {}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Db(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<sea_orm::DbErr> for Problem {
    fn from(error: sea_orm::DbErr) -> Self {
        if let Some(trouble) = Trouble::behind(&error) {
            return Self::of_database(trouble, &error);
        }
        match error.sql_err() {
            Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => {
                Self::conflict("taken", "There is one like this already.")
            }
            Some(sea_orm::SqlErr::ForeignKeyConstraintViolation(_)) => Self::conflict(
                "reference",
                "It refers to something that is not there, or something still refers to it.",
            ),
            _ => Self::internal(&error),
        }
    }
}

//! A refused move as the API answers it.

use axum::http::StatusCode;
use http_room::{FieldError, Problem};
use serde_json::json;

use crate::transition::Refusal;

/// The problem that says what is lacking: `facts.allowed` names the possible moves, `facts.missing`
/// the criteria, `errors` the fields.
#[must_use]
pub fn problem_of(refusal: &Refusal) -> Problem {
    let detail = refusal.to_string();
    match refusal {
        Refusal::NotAllowed { allowed, stage, status, .. } => Problem::conflict(refusal.code(), detail)
            .with_facts(json!({ "allowed": allowed, "stage": stage, "status": status })),
        Refusal::GateNotMet { missing, can_force } => Problem::conflict(refusal.code(), detail)
            .with_facts(json!({ "missing": missing, "can_force": can_force })),
        Refusal::FieldsMissing { fields } => {
            let error = |f: &String| FieldError::new(f.clone(), "required", "must be given for this move");
            Problem::invalid(fields.iter().map(error).collect())
        }
        Refusal::FieldInvalid { field, message } => Problem::field(field, "invalid", message.clone()),
        Refusal::RoleNotAllowed { missing, needs } => {
            Problem::new(StatusCode::FORBIDDEN, refusal.code(), format!("This move {detail}."))
                .with_facts(json!({ "missing": missing, "needs": needs }))
        }
        Refusal::OtherOpenDeal => Problem::conflict(refusal.code(), detail),
    }
}

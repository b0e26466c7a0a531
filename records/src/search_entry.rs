//! What a record is found by.

use crate::kind::Kind;
use kernel::WorkspaceId;
use serde_json::{Map, Value as Json};
use store::search::Entry;
use uuid::Uuid;

/// The line of a record in the search index.
#[must_use]
pub fn of(workspace: WorkspaceId, kind: Kind, record: Uuid, shown: &Map<String, Json>) -> Entry {
    let text = |key: &str| shown.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    let joined = |keys: &[&str], by: &str| {
        keys.iter().map(|k| text(k)).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(by)
    };
    let (subtitle, body) = match kind {
        Kind::Company => (
            joined(&["domain", "industry"], " · "),
            joined(&["legal_name", "registration_number", "city"], " "),
        ),
        Kind::Person => (
            joined(&["title", "email"], " · "),
            joined(&["given_name", "family_name", "phone", "company_name"], " "),
        ),
        Kind::Deal => (joined(&["company_name"], " · "), joined(&["external_id"], " ")),
    };
    Entry { workspace, kind: kind.key(), record, title: text("name"), subtitle, body }
}

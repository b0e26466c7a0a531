//! A record that is about to be made, worked out as far as it can be without the database: an import does so on a
//! thread of its own, while the database takes the rows before.

use super::{Draft, points};
use crate::kind::Kind;
use crate::search_entry;
use kernel::WorkspaceId;
use serde_json::{Value as Json, json};
use store::search::Entry;
use uuid::Uuid;

/// A new record.
#[derive(Debug)]
pub struct NewRecord {
    /// Its id to be.
    pub id: Uuid,
    pub(super) draft: Draft,
    /// What it will be found by.
    pub(super) entry: Entry,
    /// A person's addresses and numbers, folded: (kind, folded).
    pub(super) points: Vec<(&'static str, String)>,
    kind: Kind,
    company_name: Option<String>,
}

impl NewRecord {
    /// Of what was read and checked.
    #[must_use]
    pub fn of(workspace: WorkspaceId, kind: Kind, id: Uuid, draft: Draft) -> Self {
        let entry =
            search_entry::of_values(workspace, kind, id, |key| draft.value(key).and_then(Json::as_str));
        let points = if kind == Kind::Person { points::of_draft(&draft) } else { Vec::new() };
        Self { id, draft, entry, points, kind, company_name: None }
    }

    /// Lets it belong to a company.
    pub fn belong_to(&mut self, company: Uuid, name: &str) {
        self.draft.put("company_id", "company_id", json!(company), company.into());
        self.found_by_company(name.to_owned());
    }

    /// Lets it be found by the name of the company its draft names.
    pub fn found_by_company(&mut self, name: String) {
        match self.kind {
            Kind::Deal => self.entry.show_beside(&name),
            _ => self.entry.add(&name),
        }
        self.company_name = Some(name);
    }

    /// The name of its company, if it has one.
    #[must_use]
    pub fn company_name(&self) -> Option<&str> {
        self.company_name.as_deref()
    }

    /// Gives it an owner.
    pub fn give_to(&mut self, owner: Uuid) {
        self.draft.put("owner_id", "owner_id", json!(owner), owner.into());
    }

    /// What it says.
    #[must_use]
    pub fn draft(&self) -> &Draft {
        &self.draft
    }
}

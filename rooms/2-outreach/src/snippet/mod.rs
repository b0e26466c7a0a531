//! Snippets: short texts of a workspace that mails insert by `{{ snippet.key }}`. A story is a snippet a rep tells of
//! themselves or of a customer, tagged by the pain it is about (R102); `{{ story }}` is the sender's story that fits best.
//!
//! `rules` say in which language a mail is and whether a story fits; `insert` puts texts into merge fields. What troubles
//! somebody comes from research, from the talk and from their tags; this folder asks for it and keeps none of it.

mod insert;
mod known;
mod ready;
mod routes;
pub mod rules;

use std::collections::BTreeMap;

use kernel::{SnippetId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql};

pub(crate) use insert::{Inserted, Shelf, Whom, inserts};
pub(crate) use known::{Pains, pains_of, troubles_of};
pub use routes::routes;

/// A snippet was written. Payload: `after`.
pub const SNIPPET_CREATED: &str = "snippet.created";
/// A snippet changed. Payload: `before`, `after`.
pub const SNIPPET_CHANGED: &str = "snippet.changed";
/// A snippet was deleted. Payload: `name`, `key`.
pub const SNIPPET_DELETED: &str = "snippet.deleted";

/// Snippets of a workspace at most.
pub const SNIPPETS: usize = 500;

/// What a snippet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SnippetKind {
    /// A text that fits everywhere.
    Text,
    /// A story, for those whom its pains trouble.
    Story,
}

impl SnippetKind {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Story => "story",
        }
    }
}

/// A snippet or story.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Snippet {
    /// Its id.
    pub id: SnippetId,
    /// Its name in mails: `{{ snippet.key }}`.
    pub key: String,
    /// What it is called in lists.
    pub name: String,
    /// `text`, `story`.
    #[schema(value_type = SnippetKind)]
    pub kind: String,
    /// The text by language, `en` and `ko`; may hold merge fields.
    #[schema(value_type = BTreeMap<String, String>)]
    pub texts: Json,
    /// What a story is about: pains in a few words each.
    #[schema(value_type = Vec<String>)]
    pub pains: Json,
    /// Whose story it is; empty: everybody may tell it.
    pub owner_id: Option<UserId>,
    /// Counts changes.
    pub revision: i64,
    /// Written when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "id, key, name, kind, texts, pains, owner_id, revision, created_at, updated_at";

impl Snippet {
    fn is_story(&self) -> bool {
        self.kind == SnippetKind::Story.key()
    }

    fn texts(&self) -> BTreeMap<String, String> {
        serde_json::from_value(self.texts.clone()).unwrap_or_default()
    }

    fn pains(&self) -> Vec<String> {
        serde_json::from_value(self.pains.clone()).unwrap_or_default()
    }
}

/// The snippets of a workspace, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn all(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<Snippet>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM snippet WHERE deleted_at IS NULL AND workspace_id = ").bind(workspace);
    sql.push(" ORDER BY name, id LIMIT ").bind(i64::try_from(SNIPPETS).unwrap_or(i64::MAX));
    sql.all(db.conn()).await
}

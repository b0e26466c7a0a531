//! Lists of companies or people: chosen one by one (static), or by filters that hold whenever one looks (live).
//!
//! Everybody in the workspace sees them. Their members are read like any list, by `where=list.eq.<id>`, so
//! that they are sorted, searched, edited in bulk and exported like any list. A live list is made of filters
//! over the record's own fields, not of other lists.

mod members;
mod routes;
mod selection;

pub use routes::routes;
pub use selection::Selection;
pub(crate) use selection::push_membership;

use kernel::{ListId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql};

/// The filter that asks for the members of a list.
pub const FIELD: &str = "list";

/// A list.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct RecordList {
    /// Its id.
    pub id: ListId,
    /// `company` or `person`.
    #[sea_orm(from_alias = "record_kind")]
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: Option<String>,
    /// Whether its filters choose, and not somebody.
    pub live: bool,
    /// The filters of a live list.
    #[schema(value_type = Selection)]
    pub query: Json,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// Counts changes.
    pub revision: i64,
    /// Made when.
    pub created_at: Timestamp,
    /// Changed when, members included.
    pub updated_at: Timestamp,
}

const COLUMNS: &str =
    "id, record_kind, name, purpose, live, query, created_by, revision, created_at, updated_at";

/// The lists of a workspace with these ids.
async fn by_ids(db: &impl Source, workspace: WorkspaceId, ids: &[ListId]) -> Result<Vec<RecordList>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM record_list WHERE workspace_id = ").bind(workspace);
    sql.push(" AND id IN ").bind_list(ids.iter().map(|id| (*id).into())).push(" ORDER BY id");
    sql.all(db.conn()).await
}

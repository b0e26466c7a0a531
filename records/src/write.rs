//! The one way a record is written: values are read by the field table, completed, checked, kept and
//! told of by an event, in the caller's transaction.

mod change;
mod draft;
mod fresh;
mod insert;
mod owner;
pub(crate) mod points;
mod shape;

pub(crate) use change::apply;
pub use change::{change, remove, restore};
pub use draft::{Draft, read};
pub use fresh::NewRecord;
pub use insert::{Inserting, create, insert_many};
pub use owner::{HandOver, hand_over_companies};

use crate::custom_field::CustomField;
use crate::kind::Kind;
use http_room::Problem;
use kernel::{EventId, Timestamp, WorkspaceId};
use serde_json::Value as Json;
use store::db::Source;
use store::{Actor, Sql};
use uuid::Uuid;

/// Who writes, where, when, and what fields the workspace has made up.
#[derive(Debug, Clone)]
pub struct Author {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
    /// The event that led to it, for bulk edits and undo.
    pub cause: Option<EventId>,
    /// The currency of amounts sent without one.
    pub currency: kernel::Currency,
}

/// One record as the API shows it, deleted ones included.
///
/// # Errors
/// Whatever the database says.
pub async fn load(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    id: Uuid,
) -> Result<Option<Json>, Problem> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(kind.columns()).push(" FROM ").push(kind.key());
    sql.push_with(" WHERE id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    let row = match kind {
        Kind::Company => sql.one::<crate::company::Company>(db.conn()).await?.map(serde_json::to_value),
        Kind::Person => sql.one::<crate::person::Person>(db.conn()).await?.map(serde_json::to_value),
        Kind::Deal => sql.one::<crate::deal::Deal>(db.conn()).await?.map(serde_json::to_value),
    };
    row.transpose().map_err(|e| Problem::internal(&e))
}

/// The record, or 404.
async fn load_or_404(db: &impl Source, author: &Author, kind: Kind, id: Uuid) -> Result<Json, Problem> {
    load(db, author.workspace, kind, id).await?.ok_or_else(|| Problem::not_found(kind.key()))
}

/// Custom fields of this kind that are in use.
async fn custom_fields(db: &impl Source, author: &Author, kind: Kind) -> Result<Vec<CustomField>, Problem> {
    Ok(crate::custom_field::in_use(db, author.workspace, kind).await?)
}

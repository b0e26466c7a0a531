//! Merges as they are written down.

use crate::kind::Kind;
use crate::write::Author;
use http_room::{Answer, Problem};
use kernel::{DealId, EventId, MergeId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use store::db::Source;
use store::{Reference, Result, Sql, WriteTx};
use uuid::Uuid;

/// A merge that is being made.
#[derive(Debug, Clone)]
pub struct Merge {
    /// Its id.
    pub id: MergeId,
    /// Of what.
    pub kind: Kind,
    /// The record that stays.
    pub kept_id: Uuid,
    /// The record that goes.
    pub merged_id: Uuid,
    /// What the one was called.
    pub kept_name: String,
    /// What the other was called.
    pub merged_name: String,
    /// Fields of the record that stays, as they were.
    pub before: Json,
    /// The same fields, as they became.
    pub after: Json,
    /// Committee rows whose roles were united.
    pub roles: Json,
    /// How sure the matcher was.
    pub score: Option<f64>,
    /// Whether nobody looked at it.
    pub automatic: bool,
}

/// A merge that was made.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct RecordMerge {
    /// Its id.
    pub id: MergeId,
    /// `company` or `person`.
    pub record_kind: String,
    /// The record that stayed.
    pub kept_id: Uuid,
    /// What it was called.
    pub kept_name: String,
    /// The record that went into it.
    pub merged_id: Uuid,
    /// What it was called.
    pub merged_name: String,
    /// Fields of the record that stayed, as they were.
    #[schema(value_type = Object)]
    pub before: Json,
    /// The same fields, as the merge left them.
    #[schema(value_type = Object)]
    pub after: Json,
    /// Committee rows whose roles were united.
    #[serde(skip)]
    pub roles: Json,
    /// How sure the matcher was, 0 to 1.
    pub score: Option<f64>,
    /// Whether nobody looked at it.
    pub automatic: bool,
    /// The event that tells of it.
    pub event_id: Option<EventId>,
    /// Who merged.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
    /// Who took it back.
    pub undone_by: Option<UserId>,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

/// Columns of [`RecordMerge`].
pub const COLUMNS: &str = "id, record_kind, kept_id, kept_name, merged_id, merged_name, before, after, roles, score, automatic, \
    event_id, created_by, created_at, undone_by, undone_at";

impl RecordMerge {
    /// Of what.
    ///
    /// # Errors
    /// When the row names a kind that does not exist.
    pub fn kind(&self) -> Answer<Kind> {
        Kind::parse(&self.record_kind).ok_or_else(|| Problem::not_found("kind of record"))
    }
}

/// Keys of moved rows in one row of the table.
const KEYS: usize = 2_000;

pub(super) async fn insert(tx: &WriteTx, author: &Author, merge: &Merge) -> Result<()> {
    let text = "INSERT INTO record_merge (id, workspace_id, record_kind, kept_id, merged_id, kept_name, merged_name, before, \
                after, roles, score, automatic, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        merge.id.into(),
        author.workspace.into(),
        merge.kind.key().into(),
        merge.kept_id.into(),
        merge.merged_id.into(),
        merge.kept_name.clone().into(),
        merge.merged_name.clone().into(),
        merge.before.clone().into(),
        merge.after.clone().into(),
        merge.roles.clone().into(),
        merge.score.into(),
        merge.automatic.into(),
        author.actor.user().into(),
        author.now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Writes down which rows moved; answers the number of the next part.
pub(super) async fn keep_moved(
    tx: &WriteTx,
    merge: MergeId,
    mut n: i64,
    reference: &Reference,
    keys: &[Json],
) -> Result<i64> {
    for part in keys.chunks(KEYS) {
        let text = "INSERT INTO record_merge_moved (merge_id, n, table_name, column_name, row_keys) VALUES (?, ?, ?, ?, ?)";
        let keys = Json::Array(part.to_vec());
        let values = [merge.into(), n.into(), reference.table.into(), reference.column.into(), keys.into()];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
        n += 1;
    }
    Ok(n)
}

/// Rows that moved.
#[derive(Debug, FromQueryResult)]
pub(super) struct Moved {
    pub table_name: String,
    pub column_name: String,
    pub row_keys: Json,
}

pub(super) async fn moved(tx: &WriteTx, workspace: WorkspaceId, merge: MergeId) -> Result<Vec<Moved>> {
    let text = "SELECT v.table_name, v.column_name, v.row_keys FROM record_merge_moved v JOIN record_merge m ON m.id = v.merge_id \
                WHERE v.merge_id = ? AND m.workspace_id = ? ORDER BY v.n";
    Sql::with(tx.engine(), text, [merge.into(), workspace.into()]).all(tx.conn()).await
}

pub(super) async fn set_event(
    tx: &WriteTx,
    workspace: WorkspaceId,
    merge: MergeId,
    event: EventId,
) -> Result<()> {
    let text = "UPDATE record_merge SET event_id = ? WHERE id = ? AND workspace_id = ?";
    let values = [event.into(), merge.into(), workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

pub(super) async fn set_undone(tx: &WriteTx, author: &Author, merge: MergeId) -> Result<()> {
    let text = "UPDATE record_merge SET undone_at = ?, undone_by = ? WHERE id = ? AND workspace_id = ?";
    let values = [author.now.into(), author.actor.user().into(), merge.into(), author.workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// One merge.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: MergeId) -> Result<Option<RecordMerge>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS)
        .push_with(" FROM record_merge WHERE id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql.one(db.conn()).await
}

/// People who were merged into members of a deal's committee, each with the member they are now, by their ids
/// in text: what was written about them before counts for the member.
///
/// # Errors
/// Whatever the database says.
pub async fn merged_into_committee(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: DealId,
) -> Result<BTreeMap<String, String>> {
    let text = "WITH RECURSIVE merged (id, now_id) AS (SELECT p.id, p.merged_into FROM deal_person d \
                JOIN person p ON p.merged_into = d.person_id WHERE d.deal_id = ? AND d.workspace_id = ? \
                UNION SELECT p.id, m.now_id FROM person p JOIN merged m ON p.merged_into = m.id) SELECT id, now_id FROM merged";
    let rows = Sql::with(db.engine(), text, [deal.into(), workspace.into()]).rows(db.conn()).await?;
    let read = |row: &store::Row| {
        let (was, is): (Uuid, Uuid) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        Ok((was.to_string(), is.to_string()))
    };
    rows.iter().map(read).collect()
}

//! Putting records on a list and taking them off, by the thousand in one statement.

use super::{RecordList, Selection};
use crate::kind::Kind;
use http_room::{Answer, Problem};
use kernel::{Timestamp, WorkspaceId, limits};
use serde::Deserialize;
use store::db::Source;
use store::{Sql, WriteTx};
use uuid::Uuid;

/// Records put on a list, or taken off it, at once at most.
const AT_ONCE: i64 = 100_000;

/// Which records.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhichRecords {
    /// These, at most 1,000.
    #[serde(default)]
    pub ids: Vec<Uuid>,
    /// All that match, at most 100,000. Either this or `ids`.
    #[serde(default)]
    pub matching: Option<Selection>,
}

/// The column that names a member of a list of this kind.
pub(super) fn column(kind: Kind) -> &'static str {
    if kind == Kind::Person { "person_id" } else { "company_id" }
}

/// `FROM … WHERE …` of the records meant.
async fn meant(tx: &WriteTx, workspace: WorkspaceId, kind: Kind, which: WhichRecords) -> Answer<Sql> {
    match which {
        WhichRecords { ids, matching: None } => {
            if ids.is_empty() || ids.len() > limits::BULK_ROWS {
                let most = format!("from 1 to {} records", limits::BULK_ROWS);
                return Err(Problem::field("ids", "invalid", most));
            }
            let mut sql =
                Sql::new(tx.engine(), &format!("FROM {} WHERE deleted_at IS NULL AND ", kind.key()));
            sql.push_check("workspace_id", workspace).push(" AND id IN ");
            sql.bind_list(ids.into_iter().map(Into::into));
            Ok(sql)
        }
        WhichRecords { ids, matching: Some(selection) } => {
            if !ids.is_empty() {
                return Err(Problem::field("ids", "invalid", "either ids or filters"));
            }
            let mut sql = selection
                .matching(tx, workspace, kind)
                .await?
                .prefixed("SELECT count(*) FROM (SELECT 1 AS one ");
            sql.push(" LIMIT ").bind(AT_ONCE + 1).push(") AS counted");
            let count: Option<i64> = sql.scalar(tx.conn()).await?;
            if count.unwrap_or(0) > AT_ONCE {
                return Err(Problem::field("matching", "too_many", "at most 100,000 records at once"));
            }
            selection.matching(tx, workspace, kind).await
        }
    }
}

/// Puts records on a static list; answers how many were not on it.
pub(super) async fn add(
    tx: &WriteTx,
    workspace: WorkspaceId,
    list: &RecordList,
    kind: Kind,
    which: WhichRecords,
) -> Answer<u64> {
    let column = column(kind);
    let into = format!(
        "INSERT INTO record_list_member (list_id, workspace_id, {column}, added_at) \
         SELECT l.id, l.workspace_id, r.id, l.updated_at FROM record_list l JOIN (SELECT id "
    );
    let mut sql = meant(tx, workspace, kind, which).await?.prefixed(&into);
    sql.push(") AS r ON TRUE WHERE l.id = ").bind(list.id).push(" ON CONFLICT DO NOTHING");
    Ok(sql.run(tx.conn()).await?)
}

/// Takes records off a static list; answers how many were on it.
pub(super) async fn remove(
    tx: &WriteTx,
    workspace: WorkspaceId,
    list: &RecordList,
    kind: Kind,
    which: WhichRecords,
) -> Answer<u64> {
    let from = format!("DELETE FROM record_list_member WHERE {} IN (SELECT id ", column(kind));
    let mut sql = meant(tx, workspace, kind, which).await?.prefixed(&from);
    sql.push(") AND list_id = ").bind(list.id);
    Ok(sql.run(tx.conn()).await?)
}

/// Notes that the members changed.
pub(super) async fn touched(tx: &WriteTx, list: &RecordList, now: Timestamp) -> Answer<()> {
    let text = "UPDATE record_list SET updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [now.into(), list.id.into()]).run(tx.conn()).await?;
    Ok(())
}

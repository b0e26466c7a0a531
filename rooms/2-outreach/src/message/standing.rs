//! Where claimed mails stand: all that is asked anew before and after a mail leaves. The rest of a row does not change
//! while it is somebody's to send.

use std::collections::HashMap;

use kernel::{MessageId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use store::db::Source;
use store::{Engine, Result, Sql, WriteTx};

/// How far a mail is.
#[derive(Debug, FromQueryResult)]
pub struct Standing {
    id: MessageId,
    /// Its state, as in its row.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// Since when its content may be on the way.
    pub data_started_at: Option<Timestamp>,
}

/// Where these mails of a workspace stand, held until the transaction ends, in a fixed order. Hold their enrolments
/// first.
///
/// # Errors
/// Whatever the database says.
pub async fn hold_standing(
    tx: &WriteTx,
    workspace: WorkspaceId,
    ids: &[MessageId],
) -> Result<HashMap<MessageId, Standing>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql =
        Sql::new(tx.engine(), "SELECT id, state, attempts, data_started_at FROM message WHERE id IN ");
    sql.bind_list(ids.iter().map(|id| (*id).into()));
    sql.push(" AND ").push_check("workspace_id", workspace).push(" ORDER BY id");
    if tx.engine() == Engine::Postgres {
        sql.push(" FOR NO KEY UPDATE");
    }
    let rows: Vec<Standing> = sql.all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

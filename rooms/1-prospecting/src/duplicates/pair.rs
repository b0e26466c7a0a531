//! Pairs of records that may be one, as they are kept.

use kernel::{MergeId, Timestamp, UserId, WorkspaceId};
use records::Kind;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, WriteTx};
use uuid::Uuid;

/// A pair that was found, before it is kept.
#[derive(Debug, Clone)]
pub struct Likeness {
    /// One record.
    pub one: Uuid,
    /// The other.
    pub other: Uuid,
    /// Probability that they are one, 0 to 1.
    pub score: f64,
    /// The evidence in bits.
    pub weight: f64,
    /// Field by field.
    pub evidence: Json,
}

/// A pair.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct DuplicatePair {
    /// Its id.
    pub id: Uuid,
    /// `company` or `person`.
    pub record_kind: String,
    /// One record.
    pub a_id: Uuid,
    /// Its name.
    pub a_name: String,
    /// The other record.
    pub b_id: Uuid,
    /// Its name.
    pub b_name: String,
    /// Probability that they are one, 0 to 1.
    pub score: f64,
    /// The evidence in bits: +1 doubles the odds, -1 halves them.
    pub weight: f64,
    /// Field by field: `field`, `level` (`exact`, `swapped`, `close`, `similar`, `weak`, `different`), `bits`.
    #[schema(value_type = Vec<Object>)]
    pub evidence: Json,
    /// `open`, `rejected`, `merged`.
    pub state: String,
    /// The merge that made them one.
    pub merge_id: Option<MergeId>,
    /// When it was found.
    pub found_at: Timestamp,
    /// Who decided.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<Timestamp>,
}

/// Columns of [`DuplicatePair`] for a table `d`, names read by `kind`.
#[must_use]
pub fn columns(kind: Kind) -> String {
    format!(
        "id, record_kind, a_id, (SELECT r.name FROM {0} r WHERE r.id = d.a_id) AS a_name, b_id, \
         (SELECT r.name FROM {0} r WHERE r.id = d.b_id) AS b_name, score, weight, evidence, state, merge_id, found_at, \
         decided_by, decided_at",
        kind.key()
    )
}

/// That both records of a pair `d` are there.
#[must_use]
pub fn both_there(kind: Kind) -> String {
    format!(
        "(SELECT count(*) FROM {} r WHERE r.id IN (d.a_id, d.b_id) AND r.deleted_at IS NULL) = 2",
        kind.key()
    )
}

/// One pair of a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    db: &impl Source,
    workspace: WorkspaceId,
    id: Uuid,
) -> Result<Option<(Kind, DuplicatePair)>> {
    let text = "SELECT record_kind FROM duplicate_pair WHERE id = ? AND workspace_id = ?";
    let kind: Option<String> =
        Sql::with(db.engine(), text, [id.into(), workspace.into()]).scalar(db.conn()).await?;
    let Some(kind) = kind.and_then(|kind| Kind::parse(&kind)) else { return Ok(None) };
    let text = format!("SELECT {} FROM duplicate_pair d WHERE id = ? AND workspace_id = ?", columns(kind));
    let pair = Sql::with(db.engine(), &text, [id.into(), workspace.into()]).one(db.conn()).await?;
    Ok(pair.map(|pair| (kind, pair)))
}

/// Keeps pairs: new ones open; of those known the open ones take the new figures, decided ones stay. `run` is the
/// search that found them.
///
/// # Errors
/// Whatever the database says.
pub async fn keep(
    tx: &WriteTx,
    workspace: WorkspaceId,
    kind: Kind,
    run: Option<Uuid>,
    pairs: &[Likeness],
    now: Timestamp,
) -> Result<()> {
    for part in pairs.chunks(200) {
        let mut sql = Sql::new(
            tx.engine(),
            "INSERT INTO duplicate_pair (id, workspace_id, record_kind, a_id, b_id, score, weight, evidence, state, found_by, \
             found_at) VALUES ",
        );
        for (n, pair) in part.iter().enumerate() {
            if n > 0 {
                sql.push(", ");
            }
            let (a, b) = (pair.one.min(pair.other), pair.one.max(pair.other));
            sql.bind_list([
                Uuid::now_v7().into(),
                workspace.into(),
                kind.key().into(),
                a.into(),
                b.into(),
                pair.score.into(),
                pair.weight.into(),
                pair.evidence.clone().into(),
                "open".into(),
                run.into(),
                now.into(),
            ]);
        }
        sql.push(
            " ON CONFLICT (workspace_id, record_kind, a_id, b_id) DO UPDATE SET score = excluded.score, \
             weight = excluded.weight, evidence = excluded.evidence, found_by = excluded.found_by \
             WHERE duplicate_pair.state = 'open'",
        );
        sql.run(tx.conn()).await?;
    }
    Ok(())
}

/// Lets go of open pairs that a search of everything did not find again.
///
/// # Errors
/// Whatever the database says.
pub async fn drop_others(tx: &WriteTx, workspace: WorkspaceId, kind: Kind, run: Uuid) -> Result<()> {
    let text = "DELETE FROM duplicate_pair WHERE workspace_id = ? AND record_kind = ? AND state = 'open' \
                AND (found_by IS NULL OR found_by <> ?)";
    Sql::with(tx.engine(), text, [workspace.into(), kind.key().into(), run.into()]).run(tx.conn()).await?;
    Ok(())
}

/// Writes a decision down.
///
/// # Errors
/// Whatever the database says.
pub async fn decide(
    tx: &WriteTx,
    workspace: WorkspaceId,
    id: Uuid,
    state: &str,
    merge: Option<MergeId>,
    by: Option<UserId>,
    at: Option<Timestamp>,
) -> Result<()> {
    let text = "UPDATE duplicate_pair SET state = ?, merge_id = ?, decided_by = ?, decided_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [state.into(), merge.into(), by.into(), at.into(), id.into(), workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// A merge was taken back: its two are two, and are not proposed again. A pair that was opened again with it stays open.
///
/// # Errors
/// Whatever the database says.
pub async fn told_apart(
    tx: &WriteTx,
    workspace: WorkspaceId,
    kind: Kind,
    one: Uuid,
    other: Uuid,
    at: Timestamp,
) -> Result<()> {
    let text = "UPDATE duplicate_pair SET state = 'rejected', merge_id = NULL, decided_at = ? \
                WHERE workspace_id = ? AND record_kind = ? AND a_id = ? AND b_id = ? AND state = 'merged'";
    let values =
        [at.into(), workspace.into(), kind.key().into(), one.min(other).into(), one.max(other).into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Two became one: the pairs of the record that went are pairs of the one that stays.
///
/// # Errors
/// Whatever the database says.
pub async fn follow(
    tx: &WriteTx,
    workspace: WorkspaceId,
    kind: Kind,
    kept: Uuid,
    merged: Uuid,
    now: Timestamp,
) -> Result<()> {
    let text = "SELECT a_id, b_id, score, weight, evidence FROM duplicate_pair WHERE workspace_id = ? AND record_kind = ? \
                AND state = 'open' AND (a_id = ? OR b_id = ?)";
    let values = || [workspace.into(), kind.key().into(), merged.into(), merged.into()];
    let rows = Sql::with(tx.engine(), text, values()).rows(tx.conn()).await?;
    let mut pairs = Vec::new();
    for row in &rows {
        let (a, b): (Uuid, Uuid) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let other = if a == merged { b } else { a };
        if other != kept {
            let (score, weight) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
            pairs.push(Likeness { one: kept, other, score, weight, evidence: row.try_get_by_index(4)? });
        }
    }
    let text = "DELETE FROM duplicate_pair WHERE workspace_id = ? AND record_kind = ? AND state = 'open' \
                AND (a_id = ? OR b_id = ?)";
    Sql::with(tx.engine(), text, values()).run(tx.conn()).await?;
    keep(tx, workspace, kind, None, &pairs, now).await
}

//! Merging pairs without anybody looking, from the score on that the workspace has set.

use super::pair::{self, DuplicatePair};
use super::rules::keep_second;
use http_room::{Answer, App};
use kernel::WorkspaceId;
use records::Kind;
use records::merge::{self, Request};
use records::write::Author;
use store::db::Source;
use store::{Actor, Sql};

/// Pairs looked at in one read.
const BATCH: i64 = 200;

/// From which score on a workspace merges by itself; `None`: never.
///
/// # Errors
/// Whatever the database says.
pub async fn threshold(db: &impl Source, workspace: WorkspaceId, kind: Kind) -> store::Result<Option<f64>> {
    let text = "SELECT auto_merge_at FROM duplicate_setting WHERE workspace_id = ? AND record_kind = ?";
    Sql::with(db.engine(), text, [workspace.into(), kind.key().into()]).scalar(db.conn()).await
}

/// Merges every open pair at or above the threshold, the surest first, each in a transaction of its own.
/// What somebody took apart before is left. Answers how many were merged.
///
/// # Errors
/// Whatever the database says.
pub async fn merge_sure_ones(app: &App, workspace: WorkspaceId, kind: Kind) -> Answer<usize> {
    let Some(from) = threshold(&app.db, workspace, kind).await? else { return Ok(0) };
    let mut merged = 0;
    loop {
        let pairs = sure(app, workspace, kind, from).await?;
        if pairs.is_empty() {
            return Ok(merged);
        }
        for pair in &pairs {
            merged += usize::from(settle(app, workspace, kind, pair).await?);
        }
    }
}

async fn sure(app: &App, workspace: WorkspaceId, kind: Kind, from: f64) -> store::Result<Vec<DuplicatePair>> {
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(&pair::columns(kind)).push(" FROM duplicate_pair d WHERE ");
    sql.push_with(
        "workspace_id = ? AND record_kind = ? AND state = 'open' AND COALESCE(score, -1) >= ? AND ",
        [workspace.into(), kind.key().into(), from.into()],
    );
    sql.push(&pair::both_there(kind));
    sql.push(
        " AND NOT EXISTS (SELECT 1 FROM record_merge m WHERE m.undone_at IS NOT NULL \
         AND ((m.kept_id = d.a_id AND m.merged_id = d.b_id) OR (m.kept_id = d.b_id AND m.merged_id = d.a_id)))",
    );
    sql.push(" ORDER BY COALESCE(score, -1) DESC, id LIMIT ").bind(BATCH);
    sql.all(app.db.read()).await
}

/// One pair; `false` when one of its records went in the meantime.
async fn settle(app: &App, workspace: WorkspaceId, kind: Kind, pair: &DuplicatePair) -> Answer<bool> {
    let mut tx = app.db.write_tx().await?;
    let records = records::write::load(&tx, workspace, kind, pair.a_id)
        .await?
        .zip(records::write::load(&tx, workspace, kind, pair.b_id).await?);
    let Some((a, b)) = records.filter(|(a, b)| a["deleted_at"].is_null() && b["deleted_at"].is_null()) else {
        return Ok(false);
    };
    let (kept, merged) = if keep_second(&a, &b) { (pair.b_id, pair.a_id) } else { (pair.a_id, pair.b_id) };
    let Some(space) = records::workspace::find(&tx, workspace).await? else { return Ok(false) };
    let now = app.clock.now();
    let author = Author { workspace, actor: Actor::System, now, cause: None, currency: space.currency() };
    let request = Request { kept, merged, score: Some(pair.score), automatic: true, ..Request::default() };
    let made = merge::make(app, &mut tx, &author, kind, &request).await?;
    pair::decide(&tx, workspace, pair.id, "merged", Some(made), None, Some(now)).await?;
    pair::follow(&tx, workspace, kind, kept, merged, now).await?;
    tx.commit().await?;
    Ok(true)
}

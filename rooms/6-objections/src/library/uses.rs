//! Each time a response was given, and what came of it.

use kernel::{DealId, ObjectionId, Timestamp};
use process::room::Visit;
use store::db::Source;
use store::{Result, Sql, WriteTx};
use uuid::Uuid;

use crate::rules::ObjectionKind;

/// Writes down that a response was given.
pub(crate) async fn begin(
    visit: &Visit,
    objection: ObjectionId,
    kind: ObjectionKind,
    (response, version): (Uuid, i64),
) -> Result<()> {
    let text = "INSERT INTO objection_use (id, workspace_id, objection_id, deal_id, response_id, version, kind, at, created_by) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        Uuid::now_v7().into(),
        visit.workspace.into(),
        objection.into(),
        visit.deal.id.into(),
        response.into(),
        version.into(),
        kind.key().into(),
        visit.now.into(),
        visit.actor.user().into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    Ok(())
}

/// They say it is settled: the last response that was given since it was raised did it.
pub(crate) async fn confirm(visit: &Visit, objection: ObjectionId, raised_at: Timestamp) -> Result<()> {
    let text = "UPDATE objection_use SET confirmed_at = ? WHERE id = (SELECT id FROM objection_use WHERE objection_id = ? \
                AND at >= ? ORDER BY at DESC, id DESC LIMIT 1)";
    let values = [visit.now.into(), objection.into(), raised_at.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    Ok(())
}

/// It was raised again: what had settled it did not hold.
pub(crate) async fn reopen(visit: &Visit, objection: ObjectionId) -> Result<()> {
    let text = "UPDATE objection_use SET reopened_at = ? WHERE objection_id = ? AND confirmed_at IS NOT NULL AND reopened_at IS NULL";
    let values = [visit.now.into(), objection.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    Ok(())
}

/// The deal was lost for this kind of reason, or, with none, is open again.
pub(crate) async fn close_deal(
    tx: &WriteTx,
    deal: DealId,
    lost: Option<(ObjectionKind, Timestamp)>,
) -> Result<()> {
    let sql = match lost {
        Some((kind, at)) => {
            let text = "UPDATE objection_use SET lost_at = ? WHERE deal_id = ? AND kind = ? AND lost_at IS NULL \
                        AND NOT EXISTS (SELECT 1 FROM objection_use o WHERE o.objection_id = objection_use.objection_id \
                        AND (o.at > objection_use.at OR (o.at = objection_use.at AND o.id > objection_use.id)))";
            Sql::with(tx.engine(), text, [at.into(), deal.into(), kind.key().into()])
        }
        None => {
            let text = "UPDATE objection_use SET lost_at = NULL WHERE deal_id = ? AND lost_at IS NOT NULL";
            Sql::with(tx.engine(), text, [deal.into()])
        }
    };
    sql.run(tx.conn()).await?;
    Ok(())
}

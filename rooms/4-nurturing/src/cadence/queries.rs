//! What somebody had from us by itself, and what lies ahead of them.

use kernel::{DealId, PersonId, Timestamp, WorkspaceId};
use process::fact_store;
use process::facts::Objections;
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::rules::{History, MONTH_DAYS};

/// What the limits ask of one person. Steps of `but` enrolments are not counted as under way.
///
/// # Errors
/// Whatever the database says.
pub async fn history(
    tx: &WriteTx,
    workspace: WorkspaceId,
    person: PersonId,
    deals: &[DealId],
    now: Timestamp,
) -> Result<History> {
    let objections = fact_store::of_deals::<Objections>(tx, workspace, deals).await?;
    let open = |(_, all): &(DealId, Objections)| all.items.iter().any(|one| !one.state.is_settled());
    Ok(History {
        touches: touches(tx, workspace, person, now).await?,
        under_way: is_under_way(tx, workspace, person).await?,
        exchanged_at: exchanged_at(tx, workspace, person, now).await?,
        meetings: meetings(tx, workspace, person, now).await?,
        objection_open: objections.iter().any(open),
        refused: false,
    })
}

/// Automatic mails that left within the longest window, over all sequences.
async fn touches(
    tx: &WriteTx,
    workspace: WorkspaceId,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<Timestamp>> {
    let text = "SELECT sent_at FROM message WHERE workspace_id = ? AND person_id = ? AND direction = 'out' AND origin = 'sequence' \
                AND state IN ('sending', 'sent', 'uncertain', 'bounced') AND sent_at > ? ORDER BY sent_at";
    let values = [workspace.into(), person.into(), now.plus_days(-MONTH_DAYS).into()];
    let rows = Sql::with(tx.engine(), text, values).rows(tx.conn()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Whether a mail of a sequence waits to leave, or a track's step was given free.
async fn is_under_way(tx: &WriteTx, workspace: WorkspaceId, person: PersonId) -> Result<bool> {
    let text = "SELECT 1 FROM message WHERE workspace_id = ? AND person_id = ? AND direction = 'out' AND origin = 'sequence' \
                AND state IN ('planned', 'needs_edit', 'queued', 'sending') \
                UNION ALL SELECT 1 FROM enrolment WHERE workspace_id = ? AND person_id = ? AND guided AND next_run_at IS NOT NULL \
                AND state IN ('scheduled', 'active', 'paused') LIMIT 1";
    let values = [workspace.into(), person.into(), workspace.into(), person.into()];
    Ok(!Sql::with(tx.engine(), text, values).rows(tx.conn()).await?.is_empty())
}

/// The last time we and they spoke or wrote to each other: their mail, ours by hand, a connected call, a meeting that was
/// held or whose hour is past.
async fn exchanged_at(
    tx: &WriteTx,
    workspace: WorkspaceId,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let text = "SELECT MAX(at) FROM (\
        SELECT MAX(created_at) AS at FROM message WHERE workspace_id = ? AND person_id = ? AND direction = 'in' AND class = 'human' \
        UNION ALL SELECT MAX(sent_at) FROM message WHERE workspace_id = ? AND person_id = ? AND direction = 'out' AND origin = 'hand' \
        UNION ALL SELECT MAX(at) FROM activity WHERE workspace_id = ? AND person_id = ? AND deleted_at IS NULL AND at <= ? \
          AND ((kind = 'call' AND outcome = 'intended') OR (kind = 'meeting' AND outcome IN ('held', 'booked'))) \
        UNION ALL SELECT MAX(starts_at) FROM meeting WHERE workspace_id = ? AND person_id = ? AND starts_at <= ? AND state IN ('booked', 'moved')\
        ) AS exchange";
    let (space, who) = (workspace, person);
    let values = [
        space.into(),
        who.into(),
        space.into(),
        who.into(),
        space.into(),
        who.into(),
        now.into(),
        space.into(),
        who.into(),
        now.into(),
    ];
    let found: Option<Option<Timestamp>> = Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?;
    Ok(found.flatten())
}

/// Meetings that are agreed and lie ahead.
async fn meetings(
    tx: &WriteTx,
    workspace: WorkspaceId,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<Timestamp>> {
    let text = "SELECT starts_at FROM meeting WHERE workspace_id = ? AND person_id = ? AND starts_at > ? AND state IN ('booked', 'moved') \
                UNION SELECT at FROM activity WHERE workspace_id = ? AND person_id = ? AND deleted_at IS NULL \
                AND kind = 'meeting' AND outcome = 'booked' AND at > ?";
    let values = [workspace.into(), person.into(), now.into(), workspace.into(), person.into(), now.into()];
    let rows = Sql::with(tx.engine(), text, values).rows(tx.conn()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

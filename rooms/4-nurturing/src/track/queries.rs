//! Tracks of a workspace, and what became of their steps.

use std::collections::HashMap;

use kernel::{EnrolmentId, SequenceId, Timestamp, WorkspaceId};
use store::db::Source;
use store::{Result, Sql, WriteTx};
use uuid::Uuid;

use super::TrackRow;
use crate::cadence::rules::Because;

const COLUMNS: &str = "t.sequence_id, t.kind, t.every_days, t.enter_from, t.enter_to, t.exit_at, t.enters_alone, t.revision, t.created_at";

/// The tracks of a workspace whose sequences are there.
///
/// # Errors
/// Whatever the database says.
pub async fn of_workspace(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<TrackRow>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM track t JOIN sequence s ON s.id = t.sequence_id AND s.deleted_at IS NULL");
    sql.push(" WHERE t.workspace_id = ").bind(workspace).push(" ORDER BY t.created_at, t.sequence_id");
    sql.all(db.conn()).await
}

/// One of them.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: SequenceId) -> Result<Option<TrackRow>> {
    Ok(of_workspace(db, workspace).await?.into_iter().find(|track| track.sequence_id == id))
}

/// These, by their sequence.
///
/// # Errors
/// Whatever the database says.
pub async fn of_sequences(db: &impl Source, workspace: WorkspaceId) -> Result<HashMap<SequenceId, TrackRow>> {
    Ok(of_workspace(db, workspace).await?.into_iter().map(|track| (track.sequence_id, track)).collect())
}

/// When a step was first planned for, if it was asked before.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn planned_at(tx: &WriteTx, enrolment: EnrolmentId, step: i64) -> Result<Option<Timestamp>> {
    let text = "SELECT planned_at FROM track_turn WHERE enrolment_id = ? AND step = ?";
    Sql::with(tx.engine(), text, [enrolment.into(), step.into()]).scalar(tx.conn()).await
}

/// What becomes of a step.
pub(super) struct Noted {
    pub workspace: WorkspaceId,
    pub enrolment: EnrolmentId,
    pub step: i64,
    pub planned_at: Timestamp,
    pub moved: Option<(Timestamp, Option<Because>)>,
    pub content: Option<Uuid>,
    pub cleared_at: Option<Timestamp>,
}

/// Writes it down, in place of what was there.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn note(tx: &WriteTx, turn: &Noted) -> Result<()> {
    let text = "INSERT INTO track_turn (enrolment_id, step, workspace_id, planned_at, moved_to, because, content_id, cleared_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (enrolment_id, step) DO UPDATE SET moved_to = excluded.moved_to, \
                because = COALESCE(excluded.because, track_turn.because), content_id = COALESCE(excluded.content_id, track_turn.content_id), \
                cleared_at = excluded.cleared_at";
    let because = turn.moved.and_then(|(_, because)| because).map(Because::key);
    let values = [
        turn.enrolment.into(),
        turn.step.into(),
        turn.workspace.into(),
        turn.planned_at.into(),
        turn.moved.map(|(at, _)| at).into(),
        because.into(),
        turn.content.into(),
        turn.cleared_at.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// The piece a step was given free with.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn content_of(tx: &WriteTx, enrolment: EnrolmentId, step: i64) -> Result<Option<Uuid>> {
    let text =
        "SELECT content_id FROM track_turn WHERE enrolment_id = ? AND step = ? AND content_id IS NOT NULL";
    Sql::with(tx.engine(), text, [enrolment.into(), step.into()]).scalar(tx.conn()).await
}

//! Puttings into force, as they are kept: what was planned, how far it has come, what was taken back.

use super::Territory;
use super::rules::{Move, Plan};
use kernel::{CompanyId, JobId, Timestamp, UserId, WorkspaceId};
use records::write::HandOver;
use sea_orm::FromQueryResult;
use serde::Serialize;
use std::collections::HashSet;
use store::db::Source;
use store::{Result, Sql, WriteTx};

/// Companies handed over in one transaction.
pub(super) const BATCH: i64 = 500;

/// One putting into force.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct TerritoryRun {
    /// Its id, which is also that of its job.
    pub id: JobId,
    /// Companies that were to go to somebody else.
    pub planned: i64,
    /// Companies nobody had room for.
    pub unassigned: i64,
    /// Companies that went.
    pub moved: i64,
    /// Companies that were deleted or had gone to somebody else in the meantime.
    pub left_alone: i64,
    /// How its job stands: `queued`, `running`, `done`, `failed`, `cancelled`.
    pub state: String,
    /// Begun when.
    pub started_at: Timestamp,
    /// By whom.
    pub started_by: Option<UserId>,
    /// The job that takes it back.
    pub undo_job_id: Option<JobId>,
    /// Companies that went back.
    pub undone: i64,
    #[serde(skip)]
    pub(super) place: i64,
    #[serde(skip)]
    pub(super) undo_place: Option<i64>,
}

const COLUMNS: &str = "r.id, r.planned, r.unassigned, r.moved, r.left_alone, j.state, r.started_at, r.started_by, \
    r.undo_job_id, r.undone, r.place, r.undo_place";
const FROM: &str = " FROM territory_run r JOIN job j ON j.id = r.id WHERE r.workspace_id = ";

/// The newest runs, at most 20.
///
/// # Errors
/// Whatever the database says.
pub async fn recent(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<TerritoryRun>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(FROM).bind(workspace).push(" ORDER BY r.started_at DESC, r.id DESC LIMIT 20");
    sql.all(db.conn()).await
}

/// One run.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: JobId) -> Result<Option<TerritoryRun>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(FROM).bind(workspace).push(" AND r.id = ").bind(id);
    sql.one(db.conn()).await
}

/// Writes down what is going to happen, company by company.
pub(super) async fn begin(
    tx: &WriteTx,
    workspace: WorkspaceId,
    (id, by, now): (JobId, Option<UserId>, Timestamp),
    territories: &[Territory],
    plan: &Plan,
) -> Result<()> {
    let text = "INSERT INTO territory_run (id, workspace_id, planned, unassigned, moved, left_alone, place, started_at, \
                started_by, undone) VALUES (?, ?, ?, ?, 0, 0, 0, ?, ?, 0)";
    let planned = i64::try_from(plan.moves.len()).unwrap_or(i64::MAX);
    let unassigned: i64 = plan.unassigned.iter().sum();
    let values = [id.into(), workspace.into(), planned.into(), unassigned.into(), now.into(), by.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let places: Vec<(i64, &Move)> = (1..).zip(&plan.moves).collect();
    let statement = |part: &[(i64, &Move)]| {
        let mut sql = Sql::new(
            tx.engine(),
            "INSERT INTO territory_move (run_id, place, workspace_id, subject_id, territory_id, from_id, to_id, moved) VALUES ",
        );
        for (n, (place, one)) in part.iter().enumerate() {
            sql.push(if n > 0 { ", " } else { "" }).bind_list([
                id.into(),
                (*place).into(),
                workspace.into(),
                one.company.into(),
                territories[one.territory].id.into(),
                one.from.into(),
                one.to.into(),
                false.into(),
            ]);
        }
        sql
    };
    store::run_all(tx.conn(), places.chunks(500).map(statement)).await
}

/// A line of a run.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Line {
    pub place: i64,
    subject_id: CompanyId,
    from_id: Option<UserId>,
    to_id: UserId,
}

impl Line {
    pub fn forth(&self) -> HandOver {
        HandOver { company: self.subject_id, from: self.from_id, to: Some(self.to_id) }
    }

    pub fn back(&self) -> HandOver {
        HandOver { company: self.subject_id, from: Some(self.to_id), to: self.from_id }
    }
}

/// The next lines to hand over.
pub(super) async fn next(tx: &WriteTx, run: &TerritoryRun) -> Result<Vec<Line>> {
    let text = "SELECT place, subject_id, from_id, to_id FROM territory_move WHERE run_id = ? AND place > ? \
                ORDER BY place LIMIT ?";
    Sql::with(tx.engine(), text, [run.id.into(), run.place.into(), BATCH.into()]).all(tx.conn()).await
}

/// The next lines to take back, the last first.
pub(super) async fn next_back(tx: &WriteTx, run: &TerritoryRun) -> Result<Vec<Line>> {
    let text = "SELECT place, subject_id, from_id, to_id FROM territory_move WHERE run_id = ? AND moved AND place < ? \
                ORDER BY place DESC LIMIT ?";
    let before = run.undo_place.unwrap_or(i64::MAX);
    Sql::with(tx.engine(), text, [run.id.into(), before.into(), BATCH.into()]).all(tx.conn()).await
}

/// Notes what was handed over.
pub(super) async fn handed_over(
    tx: &WriteTx,
    run: &TerritoryRun,
    lines: &[Line],
    changed: &[CompanyId],
) -> Result<()> {
    let changed: HashSet<CompanyId> = changed.iter().copied().collect();
    let moved: Vec<i64> = lines.iter().filter(|l| changed.contains(&l.subject_id)).map(|l| l.place).collect();
    if !moved.is_empty() {
        let text = "UPDATE territory_move SET moved = ? WHERE run_id = ? AND place IN ";
        let mut sql = Sql::with(tx.engine(), text, [true.into(), run.id.into()]);
        sql.bind_list(moved.iter().map(|place| (*place).into()));
        sql.run(tx.conn()).await?;
    }
    let text = "UPDATE territory_run SET moved = ?, left_alone = ?, place = ? WHERE id = ?";
    let values = [run.moved.into(), run.left_alone.into(), run.place.into(), run.id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Notes what was taken back.
pub(super) async fn taken_back(tx: &WriteTx, run: &TerritoryRun) -> Result<()> {
    let text = "UPDATE territory_run SET undone = ?, undo_place = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [run.undone.into(), run.undo_place.into(), run.id.into()])
        .run(tx.conn())
        .await?;
    Ok(())
}

/// Notes the job that takes it back.
pub(super) async fn is_undone_by(tx: &WriteTx, run: &TerritoryRun, job: JobId) -> Result<()> {
    let text = "UPDATE territory_run SET undo_job_id = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [job.into(), run.id.into()]).run(tx.conn()).await?;
    Ok(())
}

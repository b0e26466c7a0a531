//! Decisions and proposals in the database.

use http_room::{Answer, Problem};
use kernel::{DealId, MessageId, PersonId, Timestamp, UserId, WorkspaceId};
use process::room::Visit;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::db::Source;
use store::{Result, Sql};
use uuid::Uuid;

use super::FitDecision;

/// That a deal may be opened again, because they answered our honest mail.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct ReopenProposal {
    /// Its id.
    pub id: Uuid,
    /// Which deal.
    pub deal_id: DealId,
    /// Its name.
    pub deal_name: String,
    /// The decision it speaks against.
    pub decision_id: Uuid,
    /// Why it was decided so.
    pub reason: Option<String>,
    /// Their answer: the evidence.
    pub message_id: MessageId,
    /// Who wrote it.
    pub person_id: Option<PersonId>,
    /// Its first words.
    pub excerpt: String,
    /// `open`, `accepted`, `dismissed`.
    pub state: String,
    /// Who settled it.
    pub settled_by: Option<UserId>,
    /// When it came in.
    pub created_at: Timestamp,
}

/// Writes a decision down.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(visit: &Visit, made: &FitDecision) -> Result<()> {
    let mut sql = Sql::new(
        visit.tx.engine(),
        "INSERT INTO fit_decision (id, workspace_id, deal_id, verdict, reason, note, told, message_id, person_id, recheck_on, \
         task_id, transition_id, grade, score, decided_by, at) VALUES ",
    );
    sql.bind_list([
        made.id.into(),
        visit.workspace.into(),
        made.deal_id.into(),
        made.verdict.clone().into(),
        made.reason.clone().into(),
        made.note.clone().into(),
        made.told.clone().into(),
        made.message_id.into(),
        made.person_id.into(),
        made.recheck_on.clone().into(),
        made.task_id.into(),
        made.transition_id.into(),
        made.grade.clone().into(),
        made.score.into(),
        made.decided_by.into(),
        made.at.into(),
    ]);
    sql.run(visit.tx.conn()).await?;
    Ok(())
}

/// Decisions about a deal, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of_deal(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Vec<FitDecision>> {
    let text = "SELECT id, deal_id, verdict, reason, note, told, message_id, person_id, recheck_on, task_id, transition_id, \
                grade, score, decided_by, at FROM fit_decision WHERE deal_id = ? AND workspace_id = ? \
                ORDER BY at DESC, id DESC LIMIT 100";
    Sql::with(db.engine(), text, [deal.into(), workspace.into()]).all(db.conn()).await
}

const PROPOSALS: &str = "SELECT p.id, p.deal_id, d.name AS deal_name, p.decision_id, f.reason, p.message_id, p.person_id, \
    p.excerpt, p.state, p.settled_by, p.created_at FROM reopen_proposal p JOIN deal d ON d.id = p.deal_id \
    JOIN fit_decision f ON f.id = p.decision_id WHERE p.workspace_id = ";

/// Proposals about a deal, or all that are open; the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn proposals(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: Option<DealId>,
) -> Result<Vec<ReopenProposal>> {
    let mut sql = Sql::new(db.engine(), PROPOSALS);
    sql.bind(workspace);
    match deal {
        Some(deal) => sql.push(" AND p.deal_id = ").bind(deal),
        None => sql.push(" AND p.state = 'open' AND d.deleted_at IS NULL"),
    };
    sql.push(" ORDER BY p.created_at DESC, p.id DESC LIMIT 100");
    sql.all(db.conn()).await
}

/// One proposal.
///
/// # Errors
/// 404, or whatever the database says.
pub async fn proposal(db: &impl Source, workspace: WorkspaceId, id: Uuid) -> Answer<ReopenProposal> {
    let mut sql = Sql::new(db.engine(), PROPOSALS);
    sql.bind(workspace).push(" AND p.id = ").bind(id);
    sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("proposal"))
}

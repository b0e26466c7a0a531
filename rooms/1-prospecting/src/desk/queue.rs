//! Handing out the next company: the best that fits, is not researched, and nobody else works on.

use http_room::{Answer, App, Member};
use kernel::{CompanyId, DealId, Timestamp, UserId, WorkspaceId};
use records::company::Company;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::db::Source;
use store::{Engine, Result, Sql, WriteTx};

use super::read::{self, Checklist};
use super::rules::{DealSeen, Turn, turn};
use super::{Desk, HELD_SECONDS, held};
use crate::research;

/// Grades in the order in which companies are handed out; the last two are companies of whom too little is known
/// to grade them.
pub const GRADES: [Option<&str>; 4] = [Some("A"), Some("B"), Some("?"), None];
/// Companies looked at in one query.
const PAGE: i64 = 20;
/// Companies looked at before giving up until the next time; those passed over for good are not met again.
const LOOKED_AT: usize = 2_000;
/// Companies counted at most.
pub const COUNTED: i64 = 10_000;

/// A number of companies, counted up to [`COUNTED`].
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct Counted {
    /// How many.
    pub count: i64,
    /// Whether there are more.
    pub capped: bool,
}

/// What waits in prospecting.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Waiting {
    /// Companies of grade A or B to research.
    pub to_research: Counted,
    /// Companies of grade A or B where nobody is known.
    pub needs_people: Counted,
    /// The one on the member's desk.
    pub held: Option<CompanyId>,
}

/// A company that may be next.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub struct Candidate {
    /// Which.
    pub id: CompanyId,
    score: i64,
}

/// Whose companies are asked for, by whom and when.
#[derive(Debug, Clone, Copy)]
pub struct Asking {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Who asks.
    pub me: UserId,
    /// Only their own.
    pub mine: bool,
    /// When.
    pub now: Timestamp,
}

/// The query for the next companies of a grade, after one that was looked at.
#[must_use]
pub fn candidates(engine: Engine, asking: Asking, grade: Option<&str>, after: Option<Candidate>) -> Sql {
    let mut sql = Sql::new(engine, "SELECT id, COALESCE(icp_score, -1) AS score FROM company ");
    sql.push(along_grades(engine));
    let text = "WHERE workspace_id = ? AND deleted_at IS NULL AND research_settled_at IS NULL";
    sql.push_with(text, [asking.workspace.into()]);
    match grade {
        Some(grade) => sql.push(" AND icp_grade = ").bind(grade),
        None => sql.push(" AND icp_grade IS NULL"),
    };
    if asking.mine {
        sql.push(" AND owner_id = ").bind(asking.me);
    }
    if let Some(after) = after {
        sql.push_with(" AND (COALESCE(icp_score, -1), id) < (?, ?)", [after.score.into(), after.id.into()]);
    }
    let held = " AND NOT EXISTS (SELECT 1 FROM research_desk d WHERE d.company_id = company.id AND d.held_until > ? \
                AND d.held_by <> ?) ORDER BY COALESCE(icp_score, -1) DESC, id DESC LIMIT ?";
    sql.push_with(held, [asking.now.into(), asking.me.into(), PAGE.into()]);
    sql
}

/// SQLite does not know that the owner's companies of a grade are many, and would sort them all.
fn along_grades(engine: Engine) -> &'static str {
    if engine == Engine::Sqlite { "INDEXED BY company_by_grade " } else { "" }
}

/// Hands the member the company they hold, else the next; `None` when there is none.
///
/// # Errors
/// Whatever the database says.
pub async fn next(app: &App, me: &Member, mine: bool) -> Answer<Option<Desk>> {
    let asking = Asking { workspace: me.workspace, me: me.user, mine, now: app.clock.now() };
    let mut tx = app.db.write_tx().await?;
    let company = match on_desk(&tx, asking).await? {
        Some(company) => Some(company),
        None => find(&mut tx, asking).await?,
    };
    if let Some(company) = company {
        hold(&tx, asking, company).await?;
    }
    tx.commit().await?;
    match company {
        Some(company) => read::desk(&app.db, me.workspace, company, asking.now).await.map(Some),
        None => Ok(None),
    }
}

/// The company a member holds.
///
/// # Errors
/// Whatever the database says.
pub async fn on_desk(db: &impl Source, asking: Asking) -> Result<Option<CompanyId>> {
    let text = "SELECT d.company_id FROM research_desk d JOIN company c ON c.id = d.company_id WHERE d.workspace_id = ? \
                AND d.held_by = ? AND d.held_until > ? AND d.state = 'open' AND c.deleted_at IS NULL \
                ORDER BY d.held_until DESC LIMIT 1";
    let values = [asking.workspace.into(), asking.me.into(), asking.now.into()];
    Sql::with(db.engine(), text, values).scalar(db.conn()).await
}

async fn find(tx: &mut WriteTx, asking: Asking) -> Answer<Option<CompanyId>> {
    let checklist = read::checklist(tx, asking.workspace).await?;
    let mut looked_at = 0;
    for grade in GRADES {
        let mut after = None;
        while looked_at < LOOKED_AT {
            let page: Vec<Candidate> = candidates(tx.engine(), asking, grade, after).all(tx.conn()).await?;
            for candidate in &page {
                if look(tx, asking, &checklist, candidate.id).await? {
                    return Ok(Some(candidate.id));
                }
            }
            looked_at += page.len();
            after = page.last().copied();
            if page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
                break;
            }
        }
    }
    Ok(None)
}

/// Whether this one is to be handed out, and still free.
async fn look(tx: &mut WriteTx, asking: Asking, checklist: &Checklist, id: CompanyId) -> Answer<bool> {
    let company = held(tx, asking.workspace, id).await?;
    match turn_of(tx, asking, checklist, &company).await? {
        Turn::Hand => hold(tx, asking, id).await,
        Turn::LeaveToColleague => Ok(false),
        Turn::Settle => {
            settle(tx, asking.workspace, id, Some(asking.now)).await?;
            Ok(false)
        }
    }
}

async fn turn_of(tx: &WriteTx, asking: Asking, checklist: &Checklist, company: &Company) -> Result<Turn> {
    let deals = read::deals(tx, asking.workspace, company.id).await?;
    let sourced = match deals.first() {
        Some(deal) => sourced(tx, asking.workspace, deal.id).await?,
        None => 0,
    };
    let seen: Vec<DealSeen> = deals
        .iter()
        .map(|d| DealSeen {
            in_prospecting: d.status == "open" && d.stage == "prospecting",
            owner: d.owner_id,
        })
        .collect();
    Ok(turn(&seen, read::left(checklist, company, sourced), asking.me))
}

async fn sourced(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<usize> {
    let kept = research::kept(db, workspace, deal).await?;
    Ok(kept.research.items.iter().filter(|item| item.is_sourced()).count())
}

/// Takes a company out of the queue, or puts it back.
///
/// # Errors
/// Whatever the database says.
pub async fn settle(
    tx: &WriteTx,
    workspace: WorkspaceId,
    company: CompanyId,
    at: Option<Timestamp>,
) -> Result<()> {
    let text = "UPDATE company SET research_settled_at = ? WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [at.into(), company.into(), workspace.into()]).run(tx.conn()).await?;
    Ok(())
}

/// Holds a company for the member; false when a colleague was quicker.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &WriteTx, asking: Asking, company: CompanyId) -> Answer<bool> {
    let text = "INSERT INTO research_desk (company_id, workspace_id, state, held_by, held_until) VALUES (?, ?, 'open', ?, ?) \
                ON CONFLICT (company_id) DO UPDATE SET held_by = excluded.held_by, held_until = excluded.held_until, \
                state = 'open', wake_at = NULL, reason = NULL \
                WHERE research_desk.held_by IS NULL OR research_desk.held_by = excluded.held_by OR research_desk.held_until <= ?";
    let values = [
        company.into(),
        asking.workspace.into(),
        asking.me.into(),
        asking.now.plus_seconds(HELD_SECONDS).into(),
        asking.now.into(),
    ];
    Ok(Sql::with(tx.engine(), text, values).run(tx.conn()).await? == 1)
}

/// What waits, and what lies on the member's desk.
///
/// # Errors
/// Whatever the database says.
pub async fn waiting(db: &impl Source, asking: Asking) -> Result<Waiting> {
    let research = format!(
        "SELECT 1 AS one FROM company {}WHERE workspace_id = ? AND deleted_at IS NULL \
         AND research_settled_at IS NULL AND icp_grade IN ('A', 'B')",
        along_grades(db.engine())
    );
    let people =
        "SELECT 1 AS one FROM company WHERE workspace_id = ? AND deleted_at IS NULL AND needs_people = TRUE";
    Ok(Waiting {
        to_research: counted(db, asking.workspace, &research).await?,
        needs_people: counted(db, asking.workspace, people).await?,
        held: on_desk(db, asking).await?,
    })
}

/// How many rows a query of one workspace has.
async fn counted(db: &impl Source, workspace: WorkspaceId, text: &str) -> Result<Counted> {
    let text = format!("SELECT COUNT(*) FROM ({text} LIMIT ?) AS counted");
    let values = [workspace.into(), (COUNTED + 1).into()];
    let count: i64 = Sql::with(db.engine(), &text, values).scalar(db.conn()).await?.unwrap_or(0);
    Ok(Counted { count: count.min(COUNTED), capped: count > COUNTED })
}

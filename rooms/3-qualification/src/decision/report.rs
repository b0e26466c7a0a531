//! How many fit, beside the team's own history; and who fitted on paper and failed in the talk.

use http_room::Answer;
use kernel::{DealId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::db::Source;
use store::{Result, Sql};

use super::rules::{AgainstHistory, EXPECTED_UNDER, against_history};

/// Days of a period.
const PERIOD_DAYS: i64 = 90;
/// Periods shown, the current one among them.
const PERIODS: i64 = 8;
/// Rows shown.
const ROWS: i64 = 500;

/// How many fitted in one period.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FitPeriod {
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub to: Timestamp,
    /// Deals that went on from qualification.
    pub qualified: i64,
    /// Deals that were disqualified.
    pub disqualified: i64,
    /// The share that fitted; null without a decision.
    pub rate: Option<f64>,
    /// The 95 % interval of the share.
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
}

/// A deal behind a number of a period.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct FitRow {
    /// The deal.
    pub deal_id: DealId,
    /// Its name.
    pub deal_name: String,
    /// The company's name.
    pub company_name: Option<String>,
    /// The move that decided: `advance`, `advance_forced`, `skip`, `skip_urgent`, `disqualify`.
    pub kind: String,
    /// Why it was disqualified.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A deal that fitted on paper and failed in the talk.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct PaperFit {
    /// The deal.
    pub deal_id: DealId,
    /// Its name.
    pub deal_name: String,
    /// The company's name.
    pub company_name: Option<String>,
    /// The grade it had.
    pub grade: String,
    /// Why it was disqualified.
    pub reason: String,
    /// In which stage.
    pub stage: String,
    /// Whose it is.
    pub owner_id: Option<UserId>,
    /// When.
    pub at: Timestamp,
}

/// One reason and its deals.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PaperFitReason {
    /// The reason.
    pub reason: String,
    /// How many.
    pub count: usize,
    /// The deals behind the number.
    pub deals: Vec<PaperFit>,
}

/// The report of qualification.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FitReport {
    /// Fewer than this share is expected to fit; under it is normal, not a fault.
    pub expected_under: f64,
    /// The current period first.
    pub periods: Vec<FitPeriod>,
    /// The current one against those before it.
    pub against_history: AgainstHistory,
    /// Fits on paper, fails in the talk: grade A or B and yet disqualified, in the last two years, by reason.
    pub paper_fits: Vec<PaperFitReason>,
}

#[derive(FromQueryResult)]
struct Moved {
    at: Timestamp,
    kind: String,
}

/// Puts the report together.
///
/// # Errors
/// Whatever the database says.
pub async fn report(db: &impl Source, workspace: WorkspaceId, now: Timestamp) -> Answer<FitReport> {
    let since = now.plus_days(-PERIOD_DAYS * PERIODS);
    let moved = moved(db, workspace, since, now).await?;
    let periods: Vec<FitPeriod> = (0..PERIODS).map(|n| period(&moved, now, n)).collect();
    let sum = |periods: &[FitPeriod]| {
        periods.iter().fold((0, 0), |(k, n), p| (k + p.qualified, n + p.qualified + p.disqualified))
    };
    let against_history = against_history(sum(&periods[..1]), sum(&periods[1..]));
    let paper_fits = by_reason(paper_fits(db, workspace, since).await?);
    Ok(FitReport { expected_under: EXPECTED_UNDER, periods, against_history, paper_fits })
}

/// Decisions on whether deals fit, taken back ones left out: forward out of qualification, or disqualified in it or before.
const DECIDED: &str = "t.workspace_id = ? AND t.at > ? AND t.at <= ? \
    AND (t.kind = 'disqualify' OR (t.from_stage = 'qualification' \
    AND t.kind IN ('advance', 'advance_forced', 'skip', 'skip_urgent'))) \
    AND NOT EXISTS (SELECT 1 FROM transition u WHERE u.deal_id = t.deal_id AND u.undoes_id = t.id)";

async fn moved(
    db: &impl Source,
    workspace: WorkspaceId,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<Moved>> {
    let text = format!("SELECT t.at, t.kind FROM transition t WHERE {DECIDED} ORDER BY t.at");
    Sql::with(db.engine(), &text, [workspace.into(), since.into(), now.into()]).all(db.conn()).await
}

/// The deals behind a number of a period: those that fit, or those that did not, the newest first, 500 at most.
///
/// # Errors
/// Whatever the database says.
pub async fn rows(
    db: &impl Source,
    workspace: WorkspaceId,
    (from, to): (Timestamp, Timestamp),
    fits: bool,
) -> Result<Vec<FitRow>> {
    let which = if fits { "<>" } else { "=" };
    let text = format!(
        "SELECT t.deal_id, d.name AS deal_name, c.name AS company_name, t.kind, \
         CASE WHEN t.kind = 'disqualify' THEN t.reason END AS reason, t.at FROM transition t \
         JOIN deal d ON d.id = t.deal_id LEFT JOIN company c ON c.id = d.company_id \
         WHERE {DECIDED} AND t.kind {which} 'disqualify' ORDER BY t.at DESC, t.id DESC LIMIT ?"
    );
    let values = [workspace.into(), from.into(), to.into(), ROWS.into()];
    Sql::with(db.engine(), &text, values).all(db.conn()).await
}

fn period(moved: &[Moved], now: Timestamp, n: i64) -> FitPeriod {
    let (from, to) = (now.plus_days(-PERIOD_DAYS * (n + 1)), now.plus_days(-PERIOD_DAYS * n));
    let within = moved.iter().filter(|m| m.at > from && m.at <= to);
    let (mut qualified, mut disqualified) = (0, 0);
    for one in within {
        if one.kind == "disqualify" { disqualified += 1 } else { qualified += 1 }
    }
    let share = stats::Proportion::of_reals(qualified as f64, (qualified + disqualified) as f64);
    let interval = stats::wilson(share, stats::Z_975);
    FitPeriod {
        from,
        to,
        qualified,
        disqualified,
        rate: share.share(),
        low: interval.map(|i| i.low),
        high: interval.map(|i| i.high),
    }
}

async fn paper_fits(db: &impl Source, workspace: WorkspaceId, since: Timestamp) -> Result<Vec<PaperFit>> {
    let text = "SELECT d.id AS deal_id, d.name AS deal_name, c.name AS company_name, \
                COALESCE(f.grade, c.icp_grade) AS grade, COALESCE(d.lost_reason, '') AS reason, d.stage, d.owner_id, \
                d.closed_at AS at FROM deal d JOIN company c ON c.id = d.company_id \
                LEFT JOIN fit_decision f ON f.deal_id = d.id AND f.verdict = 'disqualified' AND f.at = d.closed_at \
                WHERE d.workspace_id = ? AND d.status = 'disqualified' AND d.deleted_at IS NULL AND d.closed_at >= ? \
                AND COALESCE(f.grade, c.icp_grade) IN ('A', 'B') ORDER BY d.closed_at DESC, d.id LIMIT ?";
    Sql::with(db.engine(), text, [workspace.into(), since.into(), ROWS.into()]).all(db.conn()).await
}

/// The reason with the most deals first.
fn by_reason(deals: Vec<PaperFit>) -> Vec<PaperFitReason> {
    let mut reasons: Vec<PaperFitReason> = Vec::new();
    for deal in deals {
        match reasons.iter_mut().find(|r| r.reason == deal.reason) {
            Some(known) => known.deals.push(deal),
            None => reasons.push(PaperFitReason { reason: deal.reason.clone(), count: 0, deals: vec![deal] }),
        }
    }
    reasons.iter_mut().for_each(|r| r.count = r.deals.len());
    reasons.sort_by_key(|r| std::cmp::Reverse(r.count));
    reasons
}

//! What deals raised, and when; what the library of nurturing has to say to it beforehand.

use kernel::{DealId, WorkspaceId};
use process::deal_row::DealRow;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql};
use uuid::Uuid;

use super::rules::{Expected, Seen, Segment, of_segment};
use crate::rules::ObjectionKind;

/// Pieces of nurturing's library that are looked at.
const PIECES: i64 = 2_000;

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

/// Deals that came past the first talks, other than one, of an industry if it is named: how many, and what they raised.
async fn seen(
    db: &impl Source,
    workspace: WorkspaceId,
    but: Option<DealId>,
    industry: Option<&str>,
) -> Result<Seen> {
    let of = |sql: &mut Sql| {
        sql.push(" FROM deal d LEFT JOIN company c ON c.id = d.company_id");
    };
    let narrow = |sql: &mut Sql| {
        sql.push(" WHERE d.deleted_at IS NULL AND d.stage NOT IN ('prospecting', 'outreach') AND d.workspace_id = ");
        sql.bind(workspace);
        if let Some(but) = but {
            sql.push(" AND d.id <> ").bind(but);
        }
        if let Some(industry) = industry {
            sql.push(" AND c.industry = ").bind(industry.to_owned());
        }
    };
    let mut sql = Sql::new(db.engine(), "SELECT COUNT(*)");
    of(&mut sql);
    narrow(&mut sql);
    let deals: Option<i64> = sql.scalar(db.conn()).await?;
    let mut sql = Sql::new(
        db.engine(),
        "SELECT COALESCE(o.real_kind, o.stated_kind) AS kind, COUNT(DISTINCT o.deal_id) AS raised",
    );
    of(&mut sql);
    sql.push(" JOIN objection o ON o.deal_id = d.id");
    narrow(&mut sql);
    sql.push(" GROUP BY COALESCE(o.real_kind, o.stated_kind) ORDER BY 1");
    let mut raised = Vec::new();
    for row in sql.rows(db.conn()).await? {
        let (kind, n): (String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        raised.extend(ObjectionKind::parse(&kind).map(|kind| (kind, count(n))));
    }
    Ok(Seen { deals: count(deals.unwrap_or(0)), raised })
}

/// Kinds a deal will probably meet, and by which deals that is said; `None` where there are too few.
///
/// # Errors
/// Whatever the database says.
pub async fn expected_of(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: &DealRow,
) -> Result<Option<(Segment, Vec<Expected>)>> {
    let industry: Option<Option<String>> = match deal.company_id {
        Some(company) => {
            let text = "SELECT industry FROM company WHERE id = ? AND workspace_id = ?";
            Sql::with(db.engine(), text, [company.into(), workspace.into()]).scalar(db.conn()).await?
        }
        None => None,
    };
    let own = match industry.flatten().filter(|name| !name.is_empty()) {
        Some(name) => Some(seen(db, workspace, Some(deal.id), Some(&name)).await?),
        None => None,
    };
    Ok(of_segment(own.as_ref(), &seen(db, workspace, Some(deal.id), None).await?))
}

/// What all deals of a workspace raised.
pub(super) async fn of_workspace(db: &impl Source, workspace: WorkspaceId) -> Result<Seen> {
    seen(db, workspace, None, None).await
}

/// A piece of nurturing's library.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AnswerPiece {
    /// Its id.
    pub id: Uuid,
    /// Its title.
    pub title: String,
    /// Its language.
    pub locale: String,
    /// Kinds of objection it answers.
    #[serde(skip)]
    pub kinds: Vec<String>,
}

#[derive(FromQueryResult)]
struct PieceRow {
    id: Uuid,
    title: String,
    locale: String,
    objections: Json,
}

/// The pieces that answer objections.
///
/// # Errors
/// Whatever the database says.
pub async fn pieces(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<AnswerPiece>> {
    let text = "SELECT id, title, locale, objections FROM content WHERE workspace_id = ? AND deleted_at IS NULL \
                ORDER BY created_at DESC, id DESC LIMIT ?";
    let rows: Vec<PieceRow> =
        Sql::with(db.engine(), text, [workspace.into(), PIECES.into()]).all(db.conn()).await?;
    let piece = |row: PieceRow| AnswerPiece {
        id: row.id,
        title: row.title,
        locale: row.locale,
        kinds: serde_json::from_value(row.objections).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(piece).filter(|piece| !piece.kinds.is_empty()).collect())
}

/// How often a kind was raised up to nurturing and after it.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct WhenRaised {
    pub kind: String,
    pub early: i64,
    pub late: i64,
    pub early_settled: i64,
    pub late_settled: i64,
}

pub(super) async fn when_raised(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<WhenRaised>> {
    let early = "o.stage IN ('prospecting', 'outreach', 'qualification', 'nurturing')";
    let sum = |what: &str| format!("CAST(SUM(CASE WHEN {what} THEN 1 ELSE 0 END) AS BIGINT)");
    let text = format!(
        "SELECT COALESCE(o.real_kind, o.stated_kind) AS kind, {} AS early, {} AS late, {} AS early_settled, {} AS late_settled \
         FROM objection o JOIN deal d ON d.id = o.deal_id AND d.deleted_at IS NULL WHERE o.workspace_id = ? \
         GROUP BY COALESCE(o.real_kind, o.stated_kind)",
        sum(early),
        sum(&format!("NOT {early}")),
        sum(&format!("{early} AND o.state = 'confirmed'")),
        sum(&format!("NOT {early} AND o.state = 'confirmed'")),
    );
    Sql::with(db.engine(), &text, [workspace.into()]).all(db.conn()).await
}

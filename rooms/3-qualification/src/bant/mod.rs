//! Need, budget, authority, timing: what we learned, how sure we are, and what it comes to.

pub(crate) mod routes;
pub mod rules;
pub mod value;

use kernel::{DealId, PersonId, Timestamp, UserId, WorkspaceId};
use process::deal_row::{self, DealRow};
use process::fact_store;
use process::facts::{Bant, BantState, Evidence, EvidenceKind, EvidenceOf, FactorFact, Qualifiers};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, StoreError, WriteTx};
use uuid::Uuid;

pub use routes::{BantView, NewEvidence, routes};

use crate::qualifier;
use rules::{Factor, Four, Proof, RollUp, roll_up, weigh};

/// A factor was rated. Payload: `factor`, `rating`, `kind`, `value`, `quote`, `state`.
pub const BANT_RATED: &str = "bant.rated";
/// A rating's evidence was taken back. Payload: `factor`.
pub const BANT_WITHDRAWN: &str = "bant.withdrawn";

/// A piece of evidence.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct BantEvidence {
    /// Its id.
    pub id: Uuid,
    /// `need`, `budget`, `authority`, `timing`.
    pub factor: String,
    /// 0 to 2.
    pub rating: i64,
    /// `guess`, `research`, `third_party`, `written`, `conversation`, `document`.
    pub kind: String,
    /// What was learned, typed by factor.
    #[schema(value_type = Object)]
    pub value: Json,
    /// What they said or wrote.
    pub quote: Option<String>,
    /// Where it stands.
    pub url: Option<String>,
    /// Who said it.
    pub person_id: Option<PersonId>,
    /// In which call or meeting.
    pub activity_id: Option<Uuid>,
    /// Since when it is known.
    pub at: Timestamp,
    /// Who of us wrote it down.
    pub created_by: Option<UserId>,
}

const COLUMNS: &str = "id, factor, rating, kind, value, quote, url, person_id, activity_id, at, created_by";

/// Evidence of a deal, oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn evidence(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Vec<BantEvidence>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM bant_evidence WHERE ");
    sql.push_with("deal_id = ? AND workspace_id = ? AND deleted_at IS NULL", [deal.into(), workspace.into()]);
    sql.push(" ORDER BY at, id");
    sql.all(db.conn()).await
}

/// Reads the key of a kind of evidence.
fn kind_of(row: &BantEvidence) -> Result<EvidenceKind> {
    serde_json::from_value(Json::from(row.kind.clone()))
        .map_err(|e| StoreError::Shape { what: format!("bant evidence {}", row.id), why: e.to_string() })
}

/// What the evidence comes to, factor by factor.
///
/// # Errors
/// [`StoreError::Shape`] for a row that cannot be read.
pub fn standings(rows: &[BantEvidence], now: Timestamp) -> Result<Four<Uuid>> {
    let mut four: Four<Uuid> = [None, None, None, None];
    for (slot, factor) in four.iter_mut().zip(Factor::ALL) {
        let of_factor = rows.iter().filter(|r| r.factor == factor.key());
        let proof = |row: &BantEvidence| {
            let rating = row.rating.clamp(0, 2) as u8;
            Ok(Proof { id: row.id, rating, kind: kind_of(row)?, at: row.at })
        };
        *slot = weigh(&of_factor.map(proof).collect::<Result<Vec<_>>>()?, now);
    }
    Ok(four)
}

/// Everything about a deal's qualification, computed now.
pub(crate) struct Assessed {
    pub(crate) rows: Vec<BantEvidence>,
    pub(crate) four: Four<Uuid>,
    pub(crate) own: Vec<qualifier::Answered>,
    pub(crate) rolled: RollUp,
}

pub(crate) async fn assess(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: &DealRow,
    now: Timestamp,
) -> Result<Assessed> {
    let rows = evidence(db, workspace, deal.id).await?;
    let four = standings(&rows, now)?;
    let own = qualifier::answers(db, workspace, deal, now).await?;
    let required_met = qualifier::required(&own).values().all(|met| *met == Some(true));
    let settings = deal_row::workspace(db, workspace).await?.settings();
    let rated: Vec<rules::Rated> = own.iter().map(qualifier::Answered::rated).collect();
    let rolled = roll_up(&four, &rated, required_met, settings.fit_needed, now);
    Ok(Assessed { rows, four, own, rolled })
}

/// Assesses a deal and writes its facts `bant` and `qualifiers`. Answers the state.
///
/// # Errors
/// Whatever the database says.
pub async fn refresh(
    tx: &WriteTx,
    workspace: WorkspaceId,
    deal: &DealRow,
    now: Timestamp,
) -> Result<BantState> {
    let Assessed { four, own, rolled, .. } = assess(tx, workspace, deal, now).await?;
    let required = qualifier::required(&own);
    fact_store::put(tx, workspace, deal.id, &Qualifiers { required }, &[], now).await?;
    let fact = |standing: Option<rules::Standing<Uuid>>| {
        standing.map(|s| FactorFact {
            rating: s.rating,
            kind: s.kind,
            evidence: s.ids.into_iter().map(|id| Evidence { kind: EvidenceOf::Bant, id }).collect(),
        })
    };
    let [need, budget, authority, timing] = four.map(fact);
    let (state, qualified_until) = (rolled.state, rolled.qualified_until);
    let bant = Bant { state, qualified_until, need, budget, authority, timing };
    fact_store::put(tx, workspace, deal.id, &bant, &[], now).await?;
    Ok(state)
}

/// The most they can spend, by the newest evidence of the budget that names an amount.
///
/// # Errors
/// Whatever the database says.
pub async fn budget_max(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: DealId,
) -> Result<Option<kernel::Money>> {
    let rows = evidence(db, workspace, deal).await?;
    let amount = |row: &BantEvidence| {
        let budget: value::Budget = serde_json::from_value(row.value.clone()).ok()?;
        budget.max.or(budget.min)
    };
    Ok(rows.iter().rev().filter(|r| r.factor == Factor::Budget.key()).find_map(amount))
}

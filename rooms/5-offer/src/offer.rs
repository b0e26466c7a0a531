//! An offer in the database, and the fact it comes to.

use chrono::NaiveDate;
use kernel::{Currency, DealId, Money, OfferId, PersonId, Timestamp, WorkspaceId};
use process::fact_store;
use process::facts::{self, Evidence, EvidenceOf, Relevance};
use qualification::finding;
use sea_orm::FromQueryResult;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, StoreError, WriteTx};
use uuid::Uuid;

use crate::relevance::{self, Finding, FindingKind, Lack, PromisedResult, Question};
use crate::state::OfferState;

/// A version was begun. Payload: `version`, `title`.
pub const OFFER_DRAFTED: &str = "offer.drafted";
/// A draft changed. Payload: `version`.
pub const OFFER_CHANGED: &str = "offer.changed";
/// A version was sent. Payload: `version`, `total`, `sent_to`, `expires_on`, `override_reason`, `lacking`.
pub const OFFER_SENT: &str = "offer.sent";
/// Somebody looked at it. Payload: `version`.
pub const OFFER_VIEWED: &str = "offer.viewed";
/// They said something about it. Payload: `version`, `kind`, `words`.
pub const OFFER_FEEDBACK: &str = "offer.feedback";
/// It came to an end. Payload: `version`, `state`, `reason`.
pub const OFFER_ENDED: &str = "offer.ended";

/// A line of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferLine {
    /// What it is.
    pub text: String,
    /// What it costs, in minor units of the offer's currency.
    #[serde(default)]
    pub minor: i64,
    /// They cannot leave it out.
    #[serde(default = "yes")]
    pub mandatory: bool,
    /// Findings of the deal it answers.
    #[serde(default)]
    pub answers: Vec<Uuid>,
}

fn yes() -> bool {
    true
}

/// A version of an offer.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Offer {
    /// Its id.
    pub id: OfferId,
    /// The deal.
    pub deal_id: DealId,
    /// Counted from 1 within the deal.
    pub version: i64,
    /// Where it stands.
    pub state: OfferState,
    /// What it is called.
    pub title: String,
    /// What it says in words.
    pub note: String,
    /// What it offers.
    pub lines: Vec<OfferLine>,
    /// What it promises.
    pub results: Vec<PromisedResult>,
    /// The sum of the lines they cannot leave out.
    pub total: Money,
    /// It is written down that no long-term ambition is known.
    pub no_ambition_known: bool,
    /// Why it may cost more than they have.
    pub budget_note: Option<String>,
    /// Why it was sent though it lacked something.
    pub override_reason: Option<String>,
    /// What keeps it from being relevant; as it was when it was sent.
    pub lacking: Vec<Lack>,
    /// Its last day, in the prospect's zone.
    pub expires_on: Option<NaiveDate>,
    /// To whom it was sent.
    pub sent_to: Vec<PersonId>,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// When it was accepted, declined, expired, superseded, withdrawn or discarded.
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// Made when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: OfferId,
    deal_id: DealId,
    version: i64,
    state: String,
    title: String,
    note: String,
    currency: String,
    lines: Json,
    results: Json,
    no_ambition_known: bool,
    budget_note: Option<String>,
    override_reason: Option<String>,
    lacking: Json,
    expires_on: Option<String>,
    sent_to: Json,
    sent_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    end_reason: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

const COLUMNS: &str = "id, deal_id, version, state, title, note, currency, lines, results, no_ambition_known, budget_note, \
    override_reason, lacking, expires_on, sent_to, sent_at, ended_at, end_reason, created_at, updated_at";

fn read<T: DeserializeOwned>(id: OfferId, value: Json) -> Result<T> {
    serde_json::from_value(value).map_err(|e| shape(id, e.to_string()))
}

fn shape(id: OfferId, why: String) -> StoreError {
    StoreError::Shape { what: format!("offer {id}"), why }
}

impl TryFrom<Row> for Offer {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self> {
        let id = row.id;
        let currency = Currency::parse(&row.currency).map_err(|e| shape(id, e.to_string()))?;
        let lines: Vec<OfferLine> = read(id, row.lines)?;
        let total = total(&lines, currency).ok_or_else(|| shape(id, "its total does not fit".to_owned()))?;
        let day = |text: String| text.parse::<NaiveDate>().map_err(|e| shape(id, e.to_string()));
        Ok(Self {
            id,
            deal_id: row.deal_id,
            version: row.version,
            state: OfferState::parse(&row.state)
                .ok_or_else(|| shape(id, format!("state '{}'", row.state)))?,
            title: row.title,
            note: row.note,
            lines,
            results: read(id, row.results)?,
            total,
            no_ambition_known: row.no_ambition_known,
            budget_note: row.budget_note,
            override_reason: row.override_reason,
            lacking: read(id, row.lacking)?,
            expires_on: row.expires_on.map(day).transpose()?,
            sent_to: read(id, row.sent_to)?,
            sent_at: row.sent_at,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// The sum of the mandatory lines; `None` when it does not fit 64 bits.
#[must_use]
pub fn total(lines: &[OfferLine], currency: Currency) -> Option<Money> {
    let mandatory = lines.iter().filter(|l| l.mandatory);
    let minor = mandatory.map(|l| l.minor).try_fold(0_i64, i64::checked_add)?;
    Some(Money::new(minor, currency))
}

/// The versions of a deal's offer, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of_deal(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Vec<Offer>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM offer WHERE ");
    sql.push_with("deal_id = ? AND workspace_id = ?", [deal.into(), workspace.into()]);
    sql.push(" ORDER BY version DESC");
    sql.all::<Row>(db.conn()).await?.into_iter().map(Offer::try_from).collect()
}

/// What an offer lacks, asked of the findings and budget of its deal.
///
/// # Errors
/// Whatever the database says.
pub async fn lacks(db: &impl Source, workspace: WorkspaceId, offer: &Offer) -> Result<Vec<Lack>> {
    let found = finding::of_deal(db, workspace, offer.deal_id).await?;
    let findings: Vec<Finding> = found.iter().filter_map(as_finding).collect();
    let budget_max = qualification::bant::budget_max(db, workspace, offer.deal_id).await?;
    let lines: Vec<relevance::Line> = offer
        .lines
        .iter()
        .map(|l| relevance::Line { mandatory: l.mandatory, answers: l.answers.clone() })
        .collect();
    Ok(relevance::lacks(&Question {
        lines: &lines,
        findings: &findings,
        no_ambition_known: offer.no_ambition_known,
        total: Some(offer.total),
        budget_max,
        budget_note: offer.budget_note.as_deref(),
        results: &offer.results,
    }))
}

fn as_finding(found: &finding::Finding) -> Option<Finding> {
    let kind = match found.kind.as_str() {
        "challenge" => FindingKind::Challenge,
        "goal" => FindingKind::Goal,
        "ambition" => FindingKind::Ambition,
        _ => return None,
    };
    Some(Finding { id: found.id.0, kind, priority: i32::try_from(found.priority).unwrap_or(i32::MAX) })
}

#[derive(FromQueryResult)]
struct Heard {
    id: Uuid,
    person_id: Option<PersonId>,
}

async fn heard(db: &impl Source, table: &str, offer: OfferId) -> Result<Vec<Heard>> {
    let mut sql = Sql::new(db.engine(), "SELECT id, person_id FROM ");
    sql.push(table).push(" WHERE offer_id = ").bind(offer).push(" ORDER BY at, id");
    sql.all(db.conn()).await
}

/// Writes the fact `offer` of a deal: its newest version that was not discarded.
///
/// # Errors
/// Whatever the database says.
pub async fn refresh(tx: &WriteTx, workspace: WorkspaceId, deal: DealId, now: Timestamp) -> Result<()> {
    let all = of_deal(tx, workspace, deal).await?;
    let Some(offer) = all.into_iter().find(|o| o.state != OfferState::Discarded) else {
        return fact_store::remove::<facts::Offer>(tx, workspace, deal, now).await;
    };
    // What was sent is judged as it was when it was sent; a draft as it stands now.
    let lacking =
        if offer.sent_at.is_some() { offer.lacking.clone() } else { lacks(tx, workspace, &offer).await? };
    let missing: Vec<String> = lacking.iter().map(|l| l.key().to_owned()).collect();
    let relevance = match (missing.is_empty(), &offer.override_reason) {
        (true, _) => Relevance::Relevant,
        (false, Some(reason)) => Relevance::Overridden { reason: reason.clone() },
        (false, None) => Relevance::Lacking { missing },
    };
    let mut reached = offer.sent_to.clone();
    reached.extend(heard(tx, "offer_view", offer.id).await?.into_iter().filter_map(|v| v.person_id));
    let said = heard(tx, "offer_feedback", offer.id).await?;
    let fact = facts::Offer {
        id: offer.id,
        version: u32::try_from(offer.version).unwrap_or(u32::MAX),
        out: offer.state.is_out(),
        sent_at: offer.sent_at,
        relevance,
        reached,
        feedback: said.into_iter().map(|f| Evidence { kind: EvidenceOf::Offer, id: f.id }).collect(),
    };
    fact_store::put(tx, workspace, deal, &fact, &[], now).await
}

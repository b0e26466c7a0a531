//! An offer in the database, and the fact it comes to.

use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::{DealId, Money, OfferId, PersonId, Timestamp, UserId, WorkspaceId};
use process::fact_store;
use process::facts::{self, Evidence, EvidenceOf, Relevance};
use qualification::finding;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, StoreError, WriteTx};
use uuid::Uuid;

use crate::content::{Content, OfferLine, PackageTotals};
use crate::price::PriceError;
use crate::relevance::{self, Finding, FindingKind, Lack, Question};
use crate::state::OfferState;

/// A version was begun. Payload: `version`, `title`.
pub const OFFER_DRAFTED: &str = "offer.drafted";
/// A draft changed, or what they get for deciding by a day. Payload: `version`; then also `incentive`.
pub const OFFER_CHANGED: &str = "offer.changed";
/// A version was sent. Payload: `version`, `total`, `sent_to`, `expires_on`, `override_reason`, `lacking`, `term`,
/// `discount_bp`, `content_hash`.
pub const OFFER_SENT: &str = "offer.sent";
/// Something was taken off the price of what was sent. Payload: `version`, `discount_bp`, `reason`, `term`.
pub const OFFER_DISCOUNTED: &str = "offer.discounted";
/// Somebody was asked to agree to it. Payload: `version`, `rules`.
pub const OFFER_REVIEW_ASKED: &str = "offer.review_asked";
/// Somebody agreed to it, or asked for changes. Payload: `version`, `rule`, `decision`, `words`.
pub const OFFER_REVIEWED: &str = "offer.reviewed";
/// Somebody looked at it. Payload: `version`.
pub const OFFER_VIEWED: &str = "offer.viewed";
/// They said something about it. Payload: `version`, `kind`, `words`; from their page also `section` and `feedback_id`.
pub const OFFER_FEEDBACK: &str = "offer.feedback";
/// It came to an end. Payload: `version`, `state`, `reason`.
pub const OFFER_ENDED: &str = "offer.ended";

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
    /// What it says.
    pub content: Content,
    /// SHA-256 of the canonical form of its content: what they accept.
    pub content_hash: String,
    /// What each package comes to with nothing optional chosen.
    pub packages: Vec<PackageTotals>,
    /// What the advised package comes to over the term.
    pub total: Money,
    /// The most that is taken off anything, in basis points.
    pub discount_bp: u32,
    /// The share of the money that answers a challenge or a goal, in basis points; none when nothing can be weighed.
    pub relevance_bp: Option<u32>,
    /// Lines that answer no challenge and no goal.
    pub untied: Vec<Uuid>,
    /// The most they can spend, when known.
    pub budget_max: Option<Money>,
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
    /// Who began it.
    pub created_by: Option<UserId>,
    /// Who changed it last.
    pub changed_by: Option<UserId>,
    /// Counts changes.
    pub revision: i64,
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
    content: Json,
    content_hash: String,
    override_reason: Option<String>,
    lacking: Json,
    expires_on: Option<String>,
    sent_to: Json,
    sent_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    end_reason: Option<String>,
    created_by: Option<UserId>,
    changed_by: Option<UserId>,
    revision: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

const COLUMNS: &str = "id, deal_id, version, state, content, content_hash, override_reason, lacking, expires_on, sent_to, \
    sent_at, ended_at, end_reason, created_by, changed_by, revision, created_at, updated_at";

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
        // Parts of the first versions have no ids of their own: theirs follow from the offer's.
        let mut last = id.0.as_u128();
        let content = read::<Content>(id, row.content)?.with_ids(|| {
            last = last.wrapping_add(1);
            Uuid::from_u128(last)
        });
        let fault = |e: PriceError| shape(id, e.to_string());
        let hash = content.hash().map_err(|e| shape(id, e.to_string()))?;
        let day = |text: String| text.parse::<NaiveDate>().map_err(|e| shape(id, e.to_string()));
        Ok(Self {
            id,
            deal_id: row.deal_id,
            version: row.version,
            state: OfferState::parse(&row.state)
                .ok_or_else(|| shape(id, format!("state '{}'", row.state)))?,
            content_hash: if row.content_hash.is_empty() { hash } else { row.content_hash },
            packages: content.totals().map_err(fault)?,
            total: content.value().map_err(fault)?,
            discount_bp: content.discount_bp().map_err(fault)?,
            content,
            relevance_bp: None,
            untied: Vec::new(),
            budget_max: None,
            override_reason: row.override_reason,
            lacking: read(id, row.lacking)?,
            expires_on: row.expires_on.map(day).transpose()?,
            sent_to: read(id, row.sent_to)?,
            sent_at: row.sent_at,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
            created_by: row.created_by,
            changed_by: row.changed_by,
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
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

/// One version of a deal's offer.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: DealId,
    id: OfferId,
) -> Result<Option<Offer>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM offer WHERE ");
    let values = [id.into(), deal.into(), workspace.into()];
    sql.push_with("id = ? AND deal_id = ? AND workspace_id = ?", values);
    sql.one::<Row>(db.conn()).await?.map(Offer::try_from).transpose()
}

/// An offer against what was found about its deal.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What keeps it from being relevant.
    pub lacking: Vec<Lack>,
    /// The share of the advised package that answers a challenge or a goal.
    pub relevance_bp: Option<u32>,
    /// Lines that answer no challenge and no goal.
    pub untied: Vec<Uuid>,
    /// The most they can spend, when known.
    pub budget_max: Option<Money>,
}

/// Judges an offer by the findings and the budget of its deal.
///
/// # Errors
/// Whatever the database says.
pub async fn judge(db: &impl Source, workspace: WorkspaceId, offer: &Offer) -> Result<Judged> {
    let found = finding::of_deal(db, workspace, offer.deal_id).await?;
    let findings: Vec<Finding> = found.iter().filter_map(as_finding).collect();
    let budget_max = qualification::bant::budget_max(db, workspace, offer.deal_id).await?;
    let content = &offer.content;
    let amounts: HashMap<Uuid, i64> = offer.amounts().collect();
    let line = |l: &OfferLine| relevance::Line {
        mandatory: l.mandatory && l.alternative_to.is_none(),
        answers: l.answers.clone(),
        amount: amounts.get(&l.id).copied().unwrap_or(0),
    };
    let lines: Vec<relevance::Line> = content.lines().map(line).collect();
    let advised: Vec<relevance::Line> = content
        .advised()
        .map(|p| p.lines.iter().filter(|l| amounts.contains_key(&l.id)).map(line).collect())
        .unwrap_or_default();
    let lacking = relevance::lacks(&Question {
        lines: &lines,
        findings: &findings,
        no_ambition_known: content.no_ambition_known,
        total: Some(offer.total),
        budget_max,
        budget_note: content.budget_note.as_deref(),
        results: &content.results,
    });
    let untied = |l: &&OfferLine| !relevance::is_tied(&l.answers, &findings);
    Ok(Judged {
        lacking,
        relevance_bp: relevance::score_bp(&advised, &findings),
        untied: content.lines().filter(untied).map(|l| l.id).collect(),
        budget_max,
    })
}

impl Offer {
    /// What each line that counts comes to.
    fn amounts(&self) -> impl Iterator<Item = (Uuid, i64)> {
        self.packages.iter().flat_map(PackageTotals::amounts)
    }

    /// The offer with how it stands against what was found; what was sent keeps what it lacked then.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn judged(mut self, db: &impl Source, workspace: WorkspaceId) -> Result<Self> {
        let judged = judge(db, workspace, &self).await?;
        if self.sent_at.is_none() {
            self.lacking = judged.lacking;
        }
        self.relevance_bp = judged.relevance_bp;
        self.untied = judged.untied;
        self.budget_max = judged.budget_max;
        Ok(self)
    }
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
    let lacking = if offer.sent_at.is_some() {
        offer.lacking.clone()
    } else {
        judge(tx, workspace, &offer).await?.lacking
    };
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

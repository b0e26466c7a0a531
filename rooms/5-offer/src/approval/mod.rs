//! Agreement before an offer goes out: who has to give it, who gave it, and when it is void.
//!
//! Rules (`rules`) are the workspace's. Asking writes one row for every rule that matches; they are
//! answered in their order. Any change of content makes them void. What is *not* here: whether an
//! offer is relevant (`relevance`), which its sender answers for.

mod queries;
mod routes;
pub mod rules;
mod settings;
mod tasks;

use chrono::NaiveDate;
use http_room::{Answer, App, Problem, Role};
use kernel::{OfferId, Timestamp, UserId};
use process::room::Visit;
use serde::{Deserialize, Serialize};
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

use crate::offer::Offer;
use crate::{catalogue, margin};
use rules::{ApprovalRule, Asked, is_standard, matching};

pub use settings::{ApprovalRules, Delegate};

/// Where an agreement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// Nobody answered yet.
    Pending,
    /// Given.
    Approved,
    /// They want something changed.
    ChangesRequested,
    /// The content changed since, or something else was asked to change.
    Void,
}

impl ApprovalState {
    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::ChangesRequested => "changes_requested",
            Self::Void => "void",
        }
    }
}

/// An agreement that was asked for.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Approval {
    /// Its id.
    pub id: Uuid,
    /// The rule that asks for it.
    pub rule: ApprovalRule,
    /// Where it stands.
    pub state: ApprovalState,
    /// The content it is about.
    pub content_hash: String,
    /// Who asked.
    pub asked_by: Option<UserId>,
    /// When.
    pub asked_at: Timestamp,
    /// Who answered.
    pub decided_by: Option<UserId>,
    /// In whose place.
    pub decided_for: Option<UserId>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// What they said.
    pub words: Option<String>,
}

/// What keeps an offer from going out, and who may help.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Review {
    /// Rules that match it as it stands.
    pub rules: Vec<ApprovalRule>,
    /// What was asked for, the newest asking last.
    pub approvals: Vec<Approval>,
    /// The next to be answered can be answered by whoever asks.
    pub can_decide: bool,
    /// Members who could answer it, in their own place or another's.
    pub approvers: Vec<UserId>,
}

/// Who had a hand in an offer and therefore agrees to nothing of it: whoever began it, changed it at any time, or asked.
async fn authors(
    db: &impl Source,
    workspace: kernel::WorkspaceId,
    offer: &Offer,
    asked_by: Option<UserId>,
) -> store::Result<Vec<UserId>> {
    let mut all = queries::writers(db, workspace, offer).await?;
    all.extend([offer.created_by, offer.changed_by, asked_by].into_iter().flatten());
    Ok(all)
}

/// The rules that match an offer as it stands.
///
/// # Errors
/// Whatever the database says.
pub async fn needed(
    db: &impl Source,
    workspace: kernel::WorkspaceId,
    offer: &Offer,
    now: Timestamp,
) -> Answer<Vec<ApprovalRule>> {
    let today = catalogue::today(db, workspace, offer.deal_id, now).await?;
    let content = &offer.content;
    let terms = match content.price_book_version {
        Some(version) => catalogue::terms(db, workspace, version).await?,
        None => Vec::new(),
    };
    let margins = margin::of_offer(db, workspace, offer).await?;
    let fault = |e: crate::price::PriceError| Problem::field("packages", "invalid", e.to_string());
    let margins = margins.map_err(fault)?;
    let asked = Asked {
        discount_bp: offer.discount_bp,
        is_under_floor: content.is_under_floor().map_err(fault)?,
        margin_bp: margins.iter().filter_map(|m| m.least_bp).min(),
        has_free_price: content.has_free_price() && catalogue::holds(db, workspace, today).await?,
        is_standard_term: is_standard(content.term, &terms),
        payment_days: content.payment_days,
        has_clause: !content.clause.trim().is_empty(),
        value: offer.total,
    };
    let rules = settings::rules(db, workspace).await?;
    Ok(matching(&rules.rules, &asked))
}

/// Makes everything void that was asked for or given.
async fn void(visit: &Visit, offer: OfferId) -> Answer<()> {
    let text = "UPDATE offer_approval SET state = 'void' WHERE offer_id = ? AND workspace_id = ? \
                AND state IN ('pending', 'approved')";
    let values = [offer.into(), visit.workspace.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    Ok(())
}

/// The content changed: what was asked for or given is void, and nobody is asked any more.
///
/// # Errors
/// Whatever the database says.
pub async fn start_over(visit: &mut Visit, offer: OfferId) -> Answer<()> {
    void(visit, offer).await?;
    tasks::finish(visit).await
}

fn day(now: Timestamp) -> NaiveDate {
    now.to_utc().date_naive()
}

fn role(key: &str) -> Role {
    Role::parse(key).unwrap_or(Role::ReadOnly)
}

/// Routes of agreement.
pub fn routes() -> OpenApiRouter<App> {
    routes::routes().merge(settings::routes())
}

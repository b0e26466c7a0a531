//! The discount guard (R68), and how terms compare (R71).
//!
//! Whoever takes something off a price sees what discounts are associated with, five things to offer
//! instead, and gives a reason. What is *not* here: who has to agree (`approval`).

pub mod rules;

use std::collections::BTreeMap;

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use http_room::{Answer, App, Problem, Reader};
use kernel::{DealId, OfferId, WorkspaceId};
use process::room::look;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use stats::Rate;
use store::db::Source;
use store::{Result, Sql};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::offer::{Offer, of_deal};
use crate::price::Term;
use rules::{Comparison, DiscountEffect, WonRate, WorthIt, compare, effect, worth};

/// Refuses a discount nobody gave a reason for.
///
/// # Errors
/// 422 naming `discount_reason`.
pub(crate) fn check_reason(offer: &Offer) -> Answer<()> {
    match offer.discount_bp > 0 && offer.content.discount_reason.is_none() {
        true => Err(Problem::field("discount_reason", "required", "why anything is taken off the price")),
        false => Ok(()),
    }
}

/// Decided deals of one kind.
#[derive(FromQueryResult)]
struct Decided {
    discounted: i64,
    term: Option<String>,
    status: String,
    deals: i64,
}

/// Decided deals to which something was sent, by whether any of it was discounted and by the term sent last.
async fn decided(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<Decided>> {
    let text = "SELECT s.discounted, s.term, d.status, COUNT(*) AS deals FROM deal d JOIN (\
                SELECT o.deal_id, CAST(MAX(CASE WHEN o.discount_bp > 0 THEN 1 ELSE 0 END) AS BIGINT) AS discounted, \
                MAX(CASE WHEN o.version = (SELECT MAX(x.version) FROM offer x WHERE x.deal_id = o.deal_id \
                AND x.sent_at IS NOT NULL) THEN o.term END) AS term FROM offer o WHERE o.workspace_id = ? \
                AND o.sent_at IS NOT NULL AND o.discount_bp IS NOT NULL GROUP BY o.deal_id) s ON s.deal_id = d.id \
                WHERE d.workspace_id = ? AND d.status IN ('won', 'lost') AND d.deleted_at IS NULL \
                GROUP BY s.discounted, s.term, d.status";
    Sql::with(db.engine(), text, [workspace.into(), workspace.into()]).all(db.conn()).await
}

fn rate<'a>(rows: impl Iterator<Item = &'a Decided>) -> Rate {
    let (mut won, mut all) = (0, 0);
    for row in rows {
        let deals = u64::try_from(row.deals).unwrap_or(0);
        all += deals;
        won += if row.status == "won" { deals } else { 0 };
    }
    Rate::new(won, all).unwrap_or_default()
}

/// The effect of discounts in a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn effect_of(db: &impl Source, workspace: WorkspaceId) -> Result<DiscountEffect> {
    let rows = decided(db, workspace).await?;
    let of = |discounted: bool| rate(rows.iter().filter(|r| (r.discounted > 0) == discounted));
    Ok(effect(of(true), of(false)))
}

/// Counts to compare, from anywhere; the workspace's own decided deals when none are given.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct Counts {
    /// Won with a discount.
    #[serde(default)]
    with_won: Option<u64>,
    /// Decided with a discount.
    #[serde(default)]
    with_decided: Option<u64>,
    /// Won without.
    #[serde(default)]
    without_won: Option<u64>,
    /// Decided without.
    #[serde(default)]
    without_decided: Option<u64>,
}

#[utoipa::path(get, path = "/offer-reports/discounts", tag = "offer", operation_id = "get_discount_effect", params(Counts),
    responses((status = 200, description = "What discounts are associated with: the article's figure, or one's own from 50 decided deals with and without on", body = DiscountEffect),
        (status = 422, description = "Fields at fault", body = Problem)))]
async fn discounts(
    me: Reader,
    State(app): State<App>,
    Query(asked): Query<Counts>,
) -> Answer<Answered<DiscountEffect>> {
    let Counts { with_won, with_decided, without_won, without_decided } = asked;
    let given = [with_won, with_decided, without_won, without_decided];
    if given.iter().all(Option::is_none) {
        return Ok(Answered(effect_of(&app.db, me.workspace).await?));
    }
    let pair = |field: &str, won: Option<u64>, all: Option<u64>| {
        let fault = || Problem::field(field, "invalid", "won and decided, no more won than decided");
        Rate::new(won.ok_or_else(fault)?, all.ok_or_else(fault)?).map_err(|_| fault())
    };
    let with = pair("with_won", with_won, with_decided)?;
    let without = pair("without_won", without_won, without_decided)?;
    Ok(Answered(effect(with, without)))
}

/// How one term fared.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TermRate {
    /// For how long.
    pub term: Term,
    /// Won of decided.
    pub won: WonRate,
}

/// How deals by the month fare against those that bind for longer.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TermReport {
    /// Term by term, the shortest first.
    pub terms: Vec<TermRate>,
    /// `with`: month to month; `without`: every longer term. Association, not proof.
    pub month_to_month: Comparison,
}

#[utoipa::path(get, path = "/offer-reports/terms", tag = "offer", operation_id = "get_term_report",
    responses((status = 200, description = "Decided deals by the term of what was sent last", body = TermReport)))]
async fn terms(me: Reader, State(app): State<App>) -> Answer<Answered<TermReport>> {
    let rows = decided(&app.db, me.workspace).await?;
    let mut by_term: BTreeMap<Term, Vec<&Decided>> = BTreeMap::new();
    for row in &rows {
        if let Some(term) = row.term.as_deref().and_then(|t| Term::parse(t).ok()) {
            by_term.entry(term).or_default().push(row);
        }
    }
    let of = |monthly: bool| {
        let terms = by_term.iter().filter(|(t, _)| (**t == Term::MONTH_TO_MONTH) == monthly);
        rate(terms.flat_map(|(_, rows)| rows.iter().copied()))
    };
    let terms = by_term
        .iter()
        .map(|(term, rows)| TermRate { term: *term, won: WonRate::of(rate(rows.iter().copied())) })
        .collect();
    Ok(Answered(TermReport { terms, month_to_month: compare(of(true), of(false)) }))
}

/// What is shown beside a discount.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DiscountGuard {
    /// The most that is taken off anything, in basis points; nothing means the guard stays shut.
    pub discount_bp: u32,
    /// Why.
    pub reason: Option<String>,
    /// What discounts are associated with.
    pub effect: DiscountEffect,
    /// What this one makes of the expected value; none when nothing, or all of it, is taken off.
    pub worth: Option<WorthIt>,
}

#[utoipa::path(get, path = "/deals/{id}/offers/{offer_id}/discount", tag = "offer", operation_id = "get_offer_discount",
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "What is taken off, why, and what that is associated with", body = DiscountGuard), (status = 404, description = "Not there", body = Problem)))]
async fn guard(
    me: Reader,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
) -> Answer<Answered<DiscountGuard>> {
    look(&app, &me, deal).await?;
    let all = of_deal(&app.db, me.workspace, deal).await?;
    let offer = all.into_iter().find(|o| o.id == id).ok_or_else(|| Problem::not_found("offer"))?;
    let effect = effect_of(&app.db, me.workspace).await?;
    let bp = offer.discount_bp;
    Ok(Answered(DiscountGuard {
        discount_bp: bp,
        reason: offer.content.discount_reason,
        worth: worth(effect.relative, bp).filter(|_| bp > 0),
        effect,
    }))
}

/// Routes of the guard and of both reports.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(discounts)).routes(routes!(terms)).routes(routes!(guard))
}

//! Asking for agreement and giving it, over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Body, Member, Problem, Reader, Writer};
use kernel::{DealId, OfferId, limits};
use process::room::{Visit, look, optional};
use serde::Deserialize;
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rules::{Refused, may_decide};
use super::{Approval, ApprovalState, Review, authors, day, needed, queries, tasks};
use crate::change::{check_way, find};
use crate::offer::{self, OFFER_REVIEW_ASKED, OFFER_REVIEWED, Offer, refresh};
use crate::state::OfferState;

async fn review_of(db: &impl Source, me: &Member, offer: &Offer, now: kernel::Timestamp) -> Answer<Review> {
    let approvals = queries::of_offer(db, me.workspace, offer.id).await?;
    let rules = needed(db, me.workspace, offer, now).await?;
    let mut review = Review { rules, approvals, can_decide: false, approvers: Vec::new() };
    let next = pending(&review.approvals).cloned();
    let rule = next.as_ref().map(|a| a.rule).or(review.rules.first().copied());
    if let (Some(rule), false) = (rule, offer.sent_at.is_some()) {
        let asked_by = next.as_ref().and_then(|a| a.asked_by);
        let mut hands = authors(db, me.workspace, offer, asked_by).await?;
        if next.is_none() {
            hands.push(me.user);
        }
        review.approvers = queries::approvers(db, me, &rule, &hands, now).await?;
        review.can_decide = next.is_some() && review.approvers.contains(&me.user);
    }
    Ok(review)
}

fn pending(approvals: &[Approval]) -> Option<&Approval> {
    approvals.iter().find(|a| a.state == ApprovalState::Pending)
}

#[utoipa::path(get, path = "/deals/{id}/offers/{offer_id}/review", tag = "offer", operation_id = "get_offer_review",
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "Which rules match, what was asked and answered, and who may answer", body = Review), (status = 404, description = "Not there", body = Problem)))]
async fn get(
    me: Reader,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
) -> Answer<Answered<Review>> {
    look(&app, &me, deal).await?;
    let found = offer::find(&app.db, me.workspace, deal, id).await?;
    let offer = found.ok_or_else(|| Problem::not_found("offer"))?;
    Ok(Answered(review_of(&app.db, &me, &offer, app.clock.now()).await?))
}

async fn turn(visit: &Visit, offer: &Offer, to: OfferState) -> Answer<()> {
    check_way(offer, to)?;
    let text = "UPDATE offer SET state = ?, updated_at = ?, revision = revision + 1 WHERE id = ?";
    let values = [to.key().into(), visit.now.into(), offer.id.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    Ok(())
}

#[utoipa::path(post, path = "/deals/{id}/offers/{offer_id}/review", tag = "offer", operation_id = "ask_offer_review",
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The draft")),
    responses((status = 200, description = "Asked", body = Review), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "No rule asks for it, or it is no draft", body = Problem), (status = 422, description = "A discount without a reason", body = Problem)))]
async fn ask(
    me: Writer,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
) -> Answer<Answered<Review>> {
    let mut visit = Visit::begin(&app, &me, deal).await?;
    let draft = find(&visit, id).await?;
    crate::discount::check_reason(&draft)?;
    let rules = needed(&visit.tx, visit.workspace, &draft, visit.now).await?;
    if rules.is_empty() {
        return Err(Problem::conflict("no_rule_matches", "Nobody has to agree to this offer: send it."));
    }
    turn(&visit, &draft, OfferState::InReview).await?;
    queries::ask(&visit, id, &draft.content_hash, &rules).await?;
    let payload = json!({ "version": draft.version, "rules": rules });
    visit.tell(OFFER_REVIEW_ASKED, id.0, None, payload).await?;
    refresh(&visit.tx, visit.workspace, deal, visit.now).await?;
    let offer = find(&visit, id).await?;
    tasks::follow(&mut visit, &me, &offer).await?;
    let review = review_of(&visit.tx, &me, &offer, visit.now).await?;
    visit.leave().await?;
    Ok(Answered(review))
}

/// What somebody who was asked says.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// They agree; otherwise they want something changed.
    pub approve: bool,
    /// What they say; needed when something has to change.
    #[serde(default)]
    pub words: Option<String>,
}

#[utoipa::path(post, path = "/deals/{id}/offers/{offer_id}/review/decision", tag = "offer", operation_id = "decide_offer_review", request_body = Verdict,
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version in review")),
    responses((status = 200, description = "Decided; the last agreement approves the offer, a wish for changes makes it a draft again", body = Review),
        (status = 403, description = "They wrote it, or their role does not reach", body = Problem), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "Nothing waits for an answer", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn decide(
    me: Writer,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
    Body(verdict): Body<Verdict>,
) -> Answer<Answered<Review>> {
    let words = optional("words", verdict.words.as_deref(), limits::REASON_CHARS)?;
    if !verdict.approve && words.is_none() {
        return Err(Problem::field("words", "required", "what has to change"));
    }
    let mut visit = Visit::begin(&app, &me, deal).await?;
    let offer = find(&visit, id).await?;
    let all = queries::of_offer(&visit.tx, visit.workspace, id).await?;
    let next =
        pending(&all).ok_or_else(|| Problem::conflict("offer_state", "Nothing waits for an answer."))?;
    let places = queries::delegations(&visit.tx, visit.workspace, me.user).await?;
    let hands = authors(&visit.tx, visit.workspace, &offer, next.asked_by).await?;
    let place =
        may_decide(me.user, me.role, next.rule.needs, &hands, &places, day(visit.now)).map_err(refused)?;
    settle(&mut visit, &offer, &all, next, (verdict.approve, place, words.as_deref())).await?;
    refresh(&visit.tx, visit.workspace, deal, visit.now).await?;
    let offer = find(&visit, id).await?;
    tasks::follow(&mut visit, &me, &offer).await?;
    let review = review_of(&visit.tx, &me, &offer, visit.now).await?;
    visit.leave().await?;
    Ok(Answered(review))
}

fn refused(why: Refused) -> Problem {
    Problem::forbidden(match why {
        Refused::Author => "Whoever wrote an offer does not agree to it; ask somebody else.",
        Refused::Role => "Your role does not reach for this; ask somebody of the role it needs.",
    })
}

async fn settle(
    visit: &mut Visit,
    offer: &Offer,
    all: &[Approval],
    next: &Approval,
    (approve, place, words): (bool, Option<kernel::UserId>, Option<&str>),
) -> Answer<()> {
    let state = if approve { ApprovalState::Approved } else { ApprovalState::ChangesRequested };
    queries::decide(visit, next.id, state, place, words).await?;
    if !approve {
        super::void(visit, offer.id).await?;
        turn(visit, offer, OfferState::Draft).await?;
    } else if all.iter().filter(|a| a.state == ApprovalState::Pending).count() == 1 {
        turn(visit, offer, OfferState::Approved).await?;
    }
    let payload =
        json!({ "version": offer.version, "rule": next.rule.kind, "decision": state, "words": words });
    visit.tell(OFFER_REVIEWED, offer.id.0, None, payload).await?;
    Ok(())
}

/// Routes of asking and answering.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, ask)).routes(routes!(decide))
}

//! Decisions over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{DealId, PersonId, Timestamp};
use process::deal_row;
use process::room::{Visit, look};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::letter::{HonestDraft, draft};
use super::queries::{self, ReopenProposal};
use super::reopen::{ReopenVerdict, settle};
use super::report::{FitReport, FitRow, report, rows};
use super::{FitDecision, NewDecision, decide};

/// Decisions about a deal, and what speaks for opening it again.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DealDecisions {
    /// The newest first.
    pub decisions: Vec<FitDecision>,
    /// Answers to an honest mail, the newest first.
    pub proposals: Vec<ReopenProposal>,
}

#[utoipa::path(get, path = "/deals/{id}/decisions", tag = "qualification", operation_id = "list_decisions", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "What was decided, and what came of it", body = DealDecisions), (status = 404, description = "Not there", body = Problem)))]
async fn list(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<DealDecisions>> {
    look(&app, &me, id).await?;
    let decisions = queries::of_deal(&app.db, me.workspace, id).await?;
    let proposals = queries::proposals(&app.db, me.workspace, Some(id)).await?;
    Ok(Answered(DealDecisions { decisions, proposals }))
}

#[utoipa::path(post, path = "/deals/{id}/decisions", tag = "qualification", operation_id = "decide_fit", params(("id" = Uuid, Path, description = "The deal")), request_body = NewDecision,
    responses((status = 201, description = "Decided, moved, told and stopped in one go", body = FitDecision), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "The gate is not met, the move is not allowed, or they must not be written to", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn add(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewDecision>,
) -> Answer<(StatusCode, Answered<FitDecision>)> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let made = decide(&mut visit, &me, new).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, Answered(made)))
}

#[derive(Debug, Default, Deserialize)]
struct ForWhom {
    person_id: Option<PersonId>,
    reason: Option<String>,
}

#[utoipa::path(get, path = "/deals/{id}/honest-mail", tag = "qualification", operation_id = "draft_honest_mail",
    params(("id" = Uuid, Path, description = "The deal"), ("person_id" = Option<Uuid>, Query, description = "To whom"), ("reason" = Option<String>, Query, description = "Why it does not fit, in words for them")),
    responses((status = 200, description = "A draft in their language", body = HonestDraft), (status = 404, description = "Not there", body = Problem)))]
async fn honest(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Query(whom): Query<ForWhom>,
) -> Answer<Answered<HonestDraft>> {
    look(&app, &me, id).await?;
    let space = deal_row::workspace(&app.db, me.workspace).await?;
    let who = match whom.person_id {
        Some(person) => {
            let found = outreach::recipient::find(&app.db, me.workspace, person).await?;
            Some(found.ok_or_else(|| Problem::not_found("person"))?)
        }
        None => None,
    };
    let locale = who.as_ref().and_then(|w| w.language()).unwrap_or(space.locale());
    let name = who.as_ref().map(|w| w.name.clone()).unwrap_or_default();
    let given = who.as_ref().and_then(|w| w.given_name.as_deref());
    Ok(Answered(draft(locale, &name, given, whom.reason.as_deref())))
}

/// What is done about an answer to an honest mail.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleReopen {
    /// Open the deal again, or leave it closed.
    pub verdict: ReopenVerdict,
}

#[utoipa::path(get, path = "/reopen-proposals", tag = "qualification", operation_id = "list_reopen_proposals",
    responses((status = 200, description = "Open ones of all deals, the newest first, at most 100", body = Vec<ReopenProposal>)))]
async fn proposals(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<ReopenProposal>>> {
    Ok(Answered(queries::proposals(&app.db, me.workspace, None).await?))
}

#[utoipa::path(post, path = "/reopen-proposals/{id}", tag = "qualification", operation_id = "settle_reopen_proposal", params(("id" = Uuid, Path, description = "The proposal")), request_body = SettleReopen,
    responses((status = 200, description = "Settled", body = ReopenProposal), (status = 404, description = "Not there", body = Problem), (status = 409, description = "Settled already, or the deal cannot be opened again", body = Problem)))]
async fn settled(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Body(new): Body<SettleReopen>,
) -> Answer<Answered<ReopenProposal>> {
    let deal = queries::proposal(&app.db, me.workspace, id).await?.deal_id;
    let mut visit = Visit::begin(&app, &me, deal).await?;
    let settled = settle(&mut visit, &me, id, new.verdict).await?;
    visit.leave().await?;
    Ok(Answered(settled))
}

#[utoipa::path(get, path = "/qualification/report", tag = "qualification", operation_id = "qualification_report",
    responses((status = 200, description = "How many fit beside the team's own history, and who fitted on paper only", body = FitReport)))]
async fn reported(me: Reader, State(app): State<App>) -> Answer<Answered<FitReport>> {
    report(&app.db, me.workspace, app.clock.now()).await.map(Answered)
}

/// Behind which number.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct Behind {
    /// The beginning of the period, as the report says it.
    from: Timestamp,
    /// Its end.
    to: Timestamp,
    /// Those that fitted, or those that did not.
    fits: bool,
}

#[utoipa::path(get, path = "/qualification/report/deals", tag = "qualification", operation_id = "qualification_report_deals", params(Behind),
    responses((status = 200, description = "The deals behind a number of the report, the newest first, 500 at most", body = Vec<FitRow>)))]
async fn behind(
    me: Reader,
    State(app): State<App>,
    Query(asked): Query<Behind>,
) -> Answer<Answered<Vec<FitRow>>> {
    Ok(Answered(rows(&app.db, me.workspace, (asked.from, asked.to), asked.fits).await?))
}

/// Routes of decisions.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(honest))
        .routes(routes!(proposals))
        .routes(routes!(settled))
        .routes(routes!(reported))
        .routes(routes!(behind))
}

//! What they do with an offer that is out: look, say something, end it.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Body, Problem, Writer};
use kernel::{DealId, OfferId, PersonId, limits};
use process::room::{Visit, optional};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::change::{check_way, end, find};
use crate::offer::{OFFER_FEEDBACK, OFFER_VIEWED, Offer, refresh};
use crate::state::OfferState;

/// Who looked.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Viewing {
    /// Who, when known.
    pub person_id: Option<PersonId>,
}

#[utoipa::path(post, path = "/deals/{id}/offers/{offer_id}/views", tag = "offer", operation_id = "view_offer", request_body = Viewing,
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "Written down", body = Offer), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It is not out", body = Problem)))]
async fn view(
    me: Writer,
    State(app): State<App>,
    Path((id, offer)): Path<(DealId, OfferId)>,
    Body(viewing): Body<Viewing>,
) -> Answer<Answered<Offer>> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("person_id", viewing.person_id).await?;
    let seen = find(&visit, offer).await?;
    check_way(&seen, OfferState::Viewed)?;
    let row = Uuid::now_v7();
    let text = "INSERT INTO offer_view (id, workspace_id, offer_id, person_id, at) VALUES (?, ?, ?, ?, ?)";
    let values =
        [row.into(), visit.workspace.into(), offer.into(), viewing.person_id.into(), visit.now.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let text = "UPDATE offer SET state = ?, updated_at = ? WHERE id = ?";
    let values = [OfferState::Viewed.key().into(), visit.now.into(), offer.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    visit.tell(OFFER_VIEWED, offer.0, viewing.person_id, json!({ "version": seen.version })).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    let seen = find(&visit, offer).await?;
    visit.leave().await?;
    Ok(Answered(seen))
}

/// How they said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackKind {
    /// By mail.
    Reply,
    /// In a call.
    CallNote,
    /// Nothing speaks against it.
    NoObjection,
}

/// What they said about an offer.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// How.
    pub kind: FeedbackKind,
    /// In their words; may be left out when nothing speaks against it.
    #[serde(default)]
    pub words: Option<String>,
    /// Who.
    #[serde(default)]
    pub person_id: Option<PersonId>,
}

#[utoipa::path(post, path = "/deals/{id}/offers/{offer_id}/feedback", tag = "offer", operation_id = "hear_feedback", request_body = Feedback,
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "Written down", body = Offer), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It was never sent", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn feedback(
    me: Writer,
    State(app): State<App>,
    Path((id, offer)): Path<(DealId, OfferId)>,
    Body(said): Body<Feedback>,
) -> Answer<Answered<Offer>> {
    let words = optional("words", said.words.as_deref(), limits::REASON_CHARS)?;
    if said.kind != FeedbackKind::NoObjection && words.is_none() {
        return Err(Problem::field("words", "required", "in their words"));
    }
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("person_id", said.person_id).await?;
    let about = find(&visit, offer).await?;
    if about.sent_at.is_none() {
        return Err(Problem::conflict("offer_state", "It was never sent."));
    }
    let text = "INSERT INTO offer_feedback (id, workspace_id, offer_id, kind, words, person_id, at, created_by) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let kind = json!(said.kind).as_str().unwrap_or_default().to_owned();
    let values = [
        Uuid::now_v7().into(),
        visit.workspace.into(),
        offer.into(),
        kind.into(),
        words.clone().into(),
        said.person_id.into(),
        visit.now.into(),
        visit.actor.user().into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let payload = json!({ "version": about.version, "kind": said.kind, "words": words });
    visit.tell(OFFER_FEEDBACK, offer.0, said.person_id, payload).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    visit.leave().await?;
    Ok(Answered(about))
}

/// How a version ends.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// `declined`, `withdrawn` or `discarded`.
    pub state: OfferState,
    /// Why; needed for `declined`.
    #[serde(default)]
    pub reason: Option<String>,
}

#[utoipa::path(post, path = "/deals/{id}/offers/{offer_id}/end", tag = "offer", operation_id = "end_offer", request_body = Ending,
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "Ended", body = Offer), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It cannot end so", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn end_offer(
    me: Writer,
    State(app): State<App>,
    Path((id, offer)): Path<(DealId, OfferId)>,
    Body(ending): Body<Ending>,
) -> Answer<Answered<Offer>> {
    let reason = optional("reason", ending.reason.as_deref(), limits::REASON_CHARS)?;
    if !matches!(ending.state, OfferState::Declined | OfferState::Withdrawn | OfferState::Discarded) {
        return Err(Problem::field("state", "invalid", "declined, withdrawn or discarded"));
    }
    if ending.state == OfferState::Declined && reason.is_none() {
        return Err(Problem::field("reason", "required", "why they declined"));
    }
    let mut visit = Visit::begin(&app, &me, id).await?;
    let before = find(&visit, offer).await?;
    end(&mut visit, &before, ending.state, reason.as_deref()).await?;
    let after = find(&visit, offer).await?;
    visit.leave().await?;
    Ok(Answered(after))
}

/// Their routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(view)).routes(routes!(feedback)).routes(routes!(end_offer))
}

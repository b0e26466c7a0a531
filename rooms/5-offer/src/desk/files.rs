//! The files of an offer for members: its PDF, its page as they see it, the sealed agreement and the key to check it with.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use http_room::{Answer, App, Member, Problem, Reader, guarded};
use kernel::{DealId, OfferId};
use process::room::look;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::version;
use crate::page;
use crate::sign::certificate;
use crate::standing::Standing;
use crate::theme;

async fn standing(app: &App, me: &Member, deal: DealId, id: OfferId) -> Answer<Standing> {
    let row = look(app, me, deal).await?;
    let offer = version(&app.db, me, deal, id).await?;
    let reader = offer.sent_to.first().copied();
    let mut standing = Standing::of_offer(app, &app.db, me.workspace, row, offer).await?;
    if let Some(person) = reader {
        standing.who = outreach::recipient::find(&app.db, me.workspace, person).await?;
    }
    Ok(standing)
}

#[utoipa::path(get, path = "/deals/{id}/offers/{offer_id}/pdf", tag = "offer", operation_id = "print_offer",
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "The PDF as they get it, of a draft too", content_type = "application/pdf", body = String), (status = 404, description = "Not there", body = Problem)))]
async fn pdf(
    me: Reader,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
) -> Answer<Response> {
    let standing = standing(&app, &me, deal, id).await?;
    let bytes = standing.pdf(&app, None).await?;
    Ok(page::pdf_file(&standing.content.title, bytes))
}

#[utoipa::path(get, path = "/deals/{id}/offers/{offer_id}/agreement", tag = "offer", operation_id = "get_offer_agreement",
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "The sealed agreement", content_type = "application/pdf", body = String), (status = 404, description = "Not there, or not accepted on its page", body = Problem)))]
async fn agreement(
    me: Reader,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
) -> Answer<Response> {
    let standing = standing(&app, &me, deal, id).await?;
    let bytes = certificate::of(&app, me.workspace, &standing).await?;
    let bytes = bytes.ok_or_else(|| Problem::not_found("agreement"))?;
    Ok(page::pdf_file(&standing.content.title, bytes))
}

#[utoipa::path(get, path = "/deals/{id}/offers/{offer_id}/preview", tag = "offer", operation_id = "preview_offer",
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "The page as they see it; nothing on it can be sent", content_type = "text/html", body = String), (status = 404, description = "Not there", body = Problem)))]
async fn preview(
    me: Reader,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
) -> Answer<Response> {
    let standing = standing(&app, &me, deal, id).await?;
    let theme = theme::of(&app.db, &standing.space).await?;
    Ok(guarded(false, Html(page::preview(&standing, &theme)?)))
}

/// The key with which agreements are sealed.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SealKey {
    /// Ed25519, in base64; null while nothing was sealed yet.
    pub public_key: Option<String>,
}

#[utoipa::path(get, path = "/offer-seal-key", tag = "offer", operation_id = "get_seal_key",
    responses((status = 200, description = "What sealed agreements are checked with", body = SealKey)))]
async fn seal_key(_: Reader, State(app): State<App>) -> Answer<Answered<SealKey>> {
    Ok(Answered(SealKey { public_key: crate::sign::public_key(&app.db).await? }))
}

/// Routes of the files.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(pdf))
        .routes(routes!(agreement))
        .routes(routes!(preview))
        .routes(routes!(seal_key))
}

//! A link made anew: the old address is dead, and wrong codes are forgotten.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Problem, Writer};
use kernel::{DealId, OfferId};
use process::room::Visit;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{PageView, view};
use crate::audit::{self, Happened};
use crate::change::find;
use crate::link;
use crate::sign::code;

#[utoipa::path(post, path = "/deals/{id}/offers/{offer_id}/links/{link_id}/renewal", tag = "offer", operation_id = "renew_offer_link",
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version"), ("link_id" = Uuid, Path, description = "The link")),
    responses((status = 200, description = "It has a new address; the old one leads nowhere", body = PageView), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It was answered or is over", body = Problem)))]
async fn renew(
    me: Writer,
    State(app): State<App>,
    Path((deal, id, link_id)): Path<(DealId, OfferId, Uuid)>,
) -> Answer<Answered<PageView>> {
    let visit = Visit::begin(&app, &me, deal).await?;
    if find(&visit, id).await?.state.is_final() {
        return Err(Problem::conflict("offer_state", "It is over; what was signed stays where it is."));
    }
    let links = link::of_offer(&visit.tx, visit.workspace, id).await?;
    let one = links.into_iter().find(|l| l.id == link_id).ok_or_else(|| Problem::not_found("link"))?;
    link::renew(&app, &visit.tx, &one).await?;
    code::forget(&visit.tx, &one).await?;
    let facts = json!({ "by": visit.actor.user() });
    let happened = Happened { kind: "renewed", link: Some(one.id), visitor: None, facts };
    audit::add(&visit.tx, visit.workspace, id, happened, visit.now).await?;
    visit.leave().await?;
    Ok(Answered(view(&app, &me, id).await?))
}

/// Its route.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(renew))
}

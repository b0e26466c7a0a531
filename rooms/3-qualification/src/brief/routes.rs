//! The brief over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Problem, Reader};
use kernel::DealId;
use process::room::look;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{CallBrief, brief};

#[utoipa::path(get, path = "/deals/{id}/brief", tag = "qualification", operation_id = "get_call_brief", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Everything known before the talk, on one page", body = CallBrief), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<CallBrief>> {
    let deal = look(&app, &me, id).await?;
    brief(&app.db, me.workspace, &deal, app.clock.now()).await.map(Answered)
}

/// Routes of the brief.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

//! Giving the page its link, and taking the link back.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Problem, Writer};
use kernel::DealId;
use process::room::Visit;
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::plan::{Plan, of_deal};
use crate::routes::{ClosingView, current};

/// The page of the plan was opened to the buyer, or closed. Payload: `open`.
pub const PAGE_SET: &str = "closing.page_set";

async fn plan(visit: &Visit) -> Answer<Plan> {
    let found = of_deal(&visit.tx, visit.workspace, visit.deal.id).await?;
    found.ok_or_else(|| Problem::not_found("closing plan"))
}

async fn keep(visit: &mut Visit, plan: &Plan, token: Option<String>) -> Answer<()> {
    let payload = json!({ "open": token.is_some() });
    let text = "UPDATE closing_plan SET page_token = ? WHERE id = ?";
    Sql::with(visit.tx.engine(), text, [token.into(), plan.id.into()]).run(visit.tx.conn()).await?;
    visit.tell(PAGE_SET, plan.id, None, payload).await?;
    Ok(())
}

#[utoipa::path(post, path = "/deals/{id}/closing-plan/page", tag = "closing", operation_id = "open_closing_page", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "The plan has a link that cannot be guessed; the same one when it had one", body = ClosingView), (status = 404, description = "Not there, or there is no plan", body = Problem)))]
async fn open(me: Writer, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<ClosingView>> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let plan = plan(&visit).await?;
    if plan.page_token.is_none() {
        keep(&mut visit, &plan, Some(new_token())).await?;
    }
    visit.leave().await?;
    current(&app, &me, id).await
}

/// 160 bits of chance.
fn new_token() -> String {
    let mut bytes = [0_u8; 20];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    hex::encode(bytes)
}

#[utoipa::path(delete, path = "/deals/{id}/closing-plan/page", tag = "closing", operation_id = "close_closing_page", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "The link leads nowhere any more", body = ClosingView), (status = 404, description = "Not there, or there is no plan", body = Problem)))]
async fn close(me: Writer, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<ClosingView>> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let plan = plan(&visit).await?;
    if plan.page_token.is_some() {
        keep(&mut visit, &plan, None).await?;
    }
    visit.leave().await?;
    current(&app, &me, id).await
}

/// Routes of the link.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open, close))
}

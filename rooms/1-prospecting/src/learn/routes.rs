//! What the workspace's own deals say of its customers, over HTTP. Nothing here writes: a proposal is
//! taken into a profile by changing the profile.

use axum::Json as Answered;
use axum::extract::{Query, State};
use http_room::{Answer, App, Problem, Reader};
use kernel::{Currency, IcpProfileId};
use records::workspace;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::facts;
use super::report::Learned;
use super::rules::learn;
use crate::profile;

/// What to compare with.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LearnFor {
    /// The profile whose criteria are tried on the deals; the published one when absent.
    pub profile_id: Option<IcpProfileId>,
}

#[utoipa::path(get, path = "/icp/learn", tag = "prospecting", operation_id = "learn_icp", params(LearnFor),
    responses((status = 200, description = "What tells won deals from lost ones, or why nothing does; from the newest 50,000 decided deals and what was known of their companies when they opened", body = Learned),
        (status = 404, description = "No such profile", body = Problem)))]
async fn from_deals(
    me: Reader,
    State(app): State<App>,
    Query(asked): Query<LearnFor>,
) -> Answer<Answered<Learned>> {
    let currency = workspace::find(&app.db, me.workspace).await?.map_or(Currency::USD, |w| w.currency());
    let profile = match asked.profile_id {
        Some(id) => Some(profile::find(&app.db, me.workspace, id).await?),
        None => profile::published(&app.db, me.workspace).await?,
    };
    let now = app.clock.now();
    let (observed, asked) = facts::gather(&app.db, me.workspace, currency, profile.as_ref(), now).await?;
    // Thousands of draws: not on the thread that serves others.
    let learned = tokio::task::spawn_blocking(move || learn(&observed, &asked)).await;
    learned.map(Answered).map_err(|e| Problem::internal(&e))
}

/// Routes of learning.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(from_deals))
}

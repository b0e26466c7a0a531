//! The figures over HTTP.

use crate::rates::{Question, RateAnswer, View, five};
use axum::Json as Answered;
use axum::extract::{Query, State};
use chrono::{Days, NaiveDate};
use http_room::{Answer, App, Problem, Reader};
use kernel::window::{instant_of, local_date};
use kernel::{ProcessVersionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What is asked.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct Asked {
    /// First day, `YYYY-MM-DD` in the workspace's zone; 90 days back when absent.
    from: Option<String>,
    /// Last day, included; today when absent.
    to: Option<String>,
    /// As the log stood at this instant; now when absent.
    as_of: Option<Timestamp>,
    /// `cohort` (default) or `period`.
    #[serde(default)]
    view: View,
    /// Only trials governed by this version of the process.
    version: Option<ProcessVersionId>,
    /// Only this rep's trials.
    rep: Option<UserId>,
}

/// The five rates and what was asked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Rates {
    /// First day.
    from: String,
    /// Last day, included.
    to: String,
    /// The zone these are days of.
    time_zone: String,
    /// As the log stood then.
    as_of: Timestamp,
    /// Cohort or period.
    view: View,
    /// Dial-to-connect, positive reply, conversion, sales acceptance, close.
    rates: Vec<RateAnswer>,
}

fn day(text: Option<&str>, field: &str) -> Answer<Option<NaiveDate>> {
    let wrong = |_| Problem::field(field, "invalid", "a date as YYYY-MM-DD is expected");
    text.map(|t| NaiveDate::parse_from_str(t, "%Y-%m-%d").map_err(wrong)).transpose()
}

#[utoipa::path(get, path = "/insight/rates", tag = "insight", operation_id = "five_rates", params(Asked),
    responses((status = 200, description = "Each rate with numerator, denominator and interval", body = Rates), (status = 422, description = "A date that is none", body = Problem)))]
async fn rates(me: Reader, State(app): State<App>, Query(asked): Query<Asked>) -> Answer<Answered<Rates>> {
    let workspace = records::workspace::find(&app.db, me.workspace)
        .await?
        .ok_or_else(|| Problem::not_found("workspace"))?;
    let zone: chrono_tz::Tz = workspace.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let now = app.clock.now();
    let to = day(asked.to.as_deref(), "to")?.unwrap_or_else(|| local_date(zone, now));
    let from = day(asked.from.as_deref(), "from")?.unwrap_or_else(|| to - Days::new(89));
    let midnight = |d: NaiveDate| d.and_hms_opt(0, 0, 0).and_then(|t| instant_of(zone, t)).unwrap_or(now);
    let question = Question {
        workspace: me.workspace,
        from: midnight(from),
        to: midnight(to + Days::new(1)),
        as_of: asked.as_of.unwrap_or(now),
        view: asked.view,
        version: asked.version,
        rep: asked.rep,
    };
    let rates = five(&app.db, &question).await?;
    Ok(Answered(Rates {
        from: from.to_string(),
        to: to.to_string(),
        time_zone: workspace.time_zone,
        as_of: question.as_of,
        view: asked.view,
        rates,
    }))
}

/// Routes of insight.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(rates))
}

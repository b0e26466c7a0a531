//! The report over HTTP.

use std::collections::BTreeMap;

use axum::Json as Answered;
use axum::extract::{Query, State};
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use http_room::{Answer, App, Problem, Reader};
use kernel::Timestamp;
use kernel::window::{instant_of, local_date};
use records::workspace::Workspace;
use serde::{Deserialize, Serialize};
use stats::ClusterSums;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::read::{Group, Span, begun, by_belief, groups};
use super::rules::{CalibrationBin, Compared, calibration, compare};
use crate::channel::Channel;
use crate::channel::touch::Ends;

/// Days looked back at unless a first day is said.
const LOOK_BACK_DAYS: u64 = 90;

/// What is asked.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct Asked {
    /// First day, `YYYY-MM-DD` in the workspace's zone; 90 days back when absent.
    from: Option<String>,
    /// Last day, included; today when absent.
    to: Option<String>,
}

/// Touches whose advice chance decided: the people of both groups differ by chance alone.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ByLot {
    /// `one`: the advice was drawn. `other`: it was the usual one. Each whether reps followed it or not.
    pub compared: Compared,
    /// Of the touches whose advice was drawn, how many followed it.
    pub drawn_followed: u64,
    /// Of those with the usual advice, how many followed it.
    pub usual_followed: u64,
}

/// How well the advice did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AdviceReport {
    /// First day.
    pub from: String,
    /// Last day, included.
    pub to: String,
    /// The zone these are days of.
    pub time_zone: String,
    /// Touches from this instant on may still be answered: they are waiting and in no rate.
    pub open_from: Timestamp,
    /// How many of the period wait.
    pub waiting: i64,
    /// `one`: as advised. `other`: otherwise. Over all channels.
    pub all: Compared,
    /// The same by channel, those with touches.
    pub channels: Vec<Compared>,
    /// What chance decided.
    pub by_lot: ByLot,
    /// What was believed against what came.
    pub calibration: Vec<CalibrationBin>,
}

fn day(text: Option<&str>, field: &str) -> Answer<Option<NaiveDate>> {
    let wrong = |_| Problem::field(field, "invalid", "a date as YYYY-MM-DD is expected");
    text.map(|t| NaiveDate::parse_from_str(t, "%Y-%m-%d").map_err(wrong)).transpose()
}

type Groups = BTreeMap<Group, ClusterSums>;

fn sum(groups: &Groups, of: impl Fn(&Group) -> bool) -> ClusterSums {
    groups
        .iter()
        .filter(|(group, _)| of(group))
        .map(|(_, sums)| *sums)
        .fold(ClusterSums::default(), ClusterSums::and)
}

fn followed_or_not(groups: &Groups, channel: Option<Channel>) -> Compared {
    let of = |followed: bool| {
        sum(groups, |g| g.followed == followed && channel.is_none_or(|channel| g.channel == channel))
    };
    compare(channel, of(true), of(false))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count
fn by_lot(groups: &Groups) -> ByLot {
    let of = |drawn: bool| sum(groups, |g| g.lot == Some(drawn));
    let followed = |drawn: bool| sum(groups, |g| g.lot == Some(drawn) && g.followed).n as u64;
    ByLot {
        compared: compare(None, of(true), of(false)),
        drawn_followed: followed(true),
        usual_followed: followed(false),
    }
}

/// The days asked about, in the workspace's zone, and the touches begun in them.
fn period(asked: &Asked, workspace: &Workspace, now: Timestamp) -> Answer<(NaiveDate, NaiveDate, Span)> {
    let zone: Tz = workspace.time_zone.parse().unwrap_or(Tz::UTC);
    let to = day(asked.to.as_deref(), "to")?.unwrap_or_else(|| local_date(zone, now));
    let from = day(asked.from.as_deref(), "from")?.unwrap_or_else(|| to - Days::new(LOOK_BACK_DAYS - 1));
    let midnight = |d: NaiveDate| d.and_hms_opt(0, 0, 0).and_then(|t| instant_of(zone, t)).unwrap_or(now);
    let span = Span { workspace: workspace.id, from: midnight(from), to: midnight(to + Days::new(1)) };
    Ok((from, to, span))
}

#[utoipa::path(get, path = "/channel-advice/report", tag = "prospecting", operation_id = "get_channel_advice_report", params(Asked),
    responses((status = 200, description = "What came of touches as advised and of others; no cause is claimed", body = AdviceReport), (status = 422, description = "A date that is none", body = Problem)))]
async fn report(
    me: Reader,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer<Answered<AdviceReport>> {
    let workspace = records::workspace::find(&app.db, me.workspace)
        .await?
        .ok_or_else(|| Problem::not_found("workspace"))?;
    let now = app.clock.now();
    let (from, to, span) = period(&asked, &workspace, now)?;
    let open_from = Ends::of(&workspace).first_open(now);
    let settled = Span { to: span.to.min(open_from), ..span };
    let counted = groups(&app.db, settled).await?;
    let bins = by_belief(&app.db, settled).await?;
    let used = |channel: &Channel| counted.keys().any(|group| group.channel == *channel);
    Ok(Answered(AdviceReport {
        from: from.to_string(),
        to: to.to_string(),
        time_zone: workspace.time_zone,
        open_from,
        waiting: begun(&app.db, Span { from: span.from.max(open_from), ..span }).await?,
        all: followed_or_not(&counted, None),
        channels: Channel::ALL.into_iter().filter(used).map(|c| followed_or_not(&counted, Some(c))).collect(),
        by_lot: by_lot(&counted),
        calibration: bins.into_iter().map(|(bin, p, sums)| calibration(bin, p, sums)).collect(),
    }))
}

/// Routes of the report.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(report))
}

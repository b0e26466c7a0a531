//! The hours at which touches are answered, over HTTP: by segment, and the windows worth a proposal.

use axum::Json as Answered;
use axum::extract::{Query, State};
use http_room::{Answer, App, Problem, Reader};
use kernel::{Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use stats::Beta;
use store::db::Source;
use store::{Result, Sql};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Channel;
use super::hour_tally;
use super::hours::{ENOUGH_SENDS, Hours, SURE, WindowProposal, factor, is_counted, is_usual, proposal};
use super::rules::Belief;
use super::segment::WORKSPACE;
use super::tally;

/// Segments shown, those with most touches.
const SEGMENTS: i64 = 20;
/// The share of the belief that an interval holds.
const INTERVAL: f64 = 0.8;

/// An hour of the day in a segment.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct HourChance {
    /// 0 to 23, on the clock of whom was touched.
    pub hour: u32,
    /// The believed share of touches that bring a conversation or an appointment.
    pub p: f64,
    /// The lower end of its 80 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How this hour compares with the mean before any touch: an assumption of this product.
    pub factor: f64,
    /// Touches that came out.
    pub sends: u64,
    /// Whether mail leaves then unless a sequence says otherwise.
    pub usual: bool,
}

/// A window that did better than the usual ones. It changes nothing by itself.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProposedWindow {
    /// Its first hour.
    pub from: u32,
    /// The hour at which it ends.
    pub to: u32,
    /// Mails that left in it.
    pub sends: u64,
    /// The believed share of those that bring something.
    pub p: f64,
    /// The same of the usual windows.
    pub usual_p: f64,
    /// How sure it is better than the usual windows, 0 to 1.
    pub sure: f64,
}

impl From<WindowProposal> for ProposedWindow {
    fn from(found: WindowProposal) -> Self {
        Self {
            from: found.from,
            to: found.to,
            sends: found.sends,
            p: found.belief.mean(),
            usual_p: found.usual.mean(),
            sure: found.sure,
        }
    }
}

/// The hours of one segment.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SegmentHours {
    /// ICP grade, country and seniority, as `A|KR|decides`, `?` what is not known; empty: the whole workspace.
    pub segment: String,
    /// What is believed of the channel there, whatever the hour.
    pub mean: f64,
    /// Touches that came out at a known hour.
    pub sends: u64,
    /// 24 of them.
    pub hours: Vec<HourChance>,
    /// A better window for mail, when one is known; a person decides.
    pub proposal: Option<ProposedWindow>,
}

/// The hours of a channel.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ChannelHours {
    /// Mail or phone.
    pub channel: Channel,
    /// The workspace, then its segments, those with most touches first, 20 at most.
    pub segments: Vec<SegmentHours>,
    /// Sends in a window from which it may be proposed.
    pub enough_sends: u64,
    /// How sure it must be better.
    pub sure: f64,
}

fn segment_hours(segment: String, channel: Channel, hours: &Hours) -> SegmentHours {
    let hour = |hour: u32| {
        let belief: Beta = hours.belief(&[hour]);
        let interval = belief.interval(INTERVAL);
        HourChance {
            hour,
            p: belief.mean(),
            low: interval.low,
            high: interval.high,
            factor: factor(hour),
            sends: hours.of(hour).sends,
            usual: is_usual(hour),
        }
    };
    let found = (channel == Channel::Email).then(|| proposal(hours)).flatten();
    SegmentHours {
        segment,
        mean: hours.mean,
        sends: hours.seen.iter().map(|seen| seen.sends).sum(),
        hours: (0..24).map(hour).collect(),
        proposal: found.map(Into::into),
    }
}

/// The segments in which a channel was used most.
async fn busiest(db: &impl Source, workspace: WorkspaceId, channel: Channel) -> Result<Vec<String>> {
    let text = "SELECT segment FROM channel_outcome WHERE workspace_id = ? AND channel = ? AND segment <> ? AND touches > 0 \
                ORDER BY touches DESC, segment LIMIT ?";
    let values = [workspace.into(), channel.key().into(), WORKSPACE.into(), SEGMENTS.into()];
    let rows = Sql::with(db.engine(), text, values).rows(db.conn()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

async fn of_channel(
    db: &impl Source,
    workspace: WorkspaceId,
    channel: Channel,
    now: Timestamp,
) -> Result<Vec<SegmentHours>> {
    let segments = busiest(db, workspace, channel).await?;
    let seen = tally::seen_in(db, workspace, &segments, now).await?;
    let all: Vec<String> = [WORKSPACE.to_owned()].into_iter().chain(segments).collect();
    let by_hour = hour_tally::seen_in(db, workspace, all.iter().cloned(), now).await?;
    let of = |segment: &str| seen.get(&(segment.to_owned(), channel)).copied().unwrap_or_default();
    let whole = Belief::of_workspace(channel, &of(WORKSPACE));
    let told = |segment: String| {
        let belief = if segment == WORKSPACE { whole } else { whole.in_segment(&of(&segment)) };
        let seen = by_hour.get(&(segment.clone(), channel)).copied().unwrap_or_default();
        segment_hours(segment, channel, &Hours { mean: belief.per_touch().mean(), seen })
    };
    Ok(all.into_iter().map(told).collect())
}

/// What is asked.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct Asked {
    /// `email` (default) or `phone`.
    channel: Option<Channel>,
}

#[utoipa::path(get, path = "/channel-advice/hours", tag = "prospecting", operation_id = "get_channel_hours", params(Asked),
    responses((status = 200, description = "What is believed of each hour, by segment, and the windows worth a proposal", body = ChannelHours), (status = 422, description = "A channel that is not counted by the hour", body = Problem)))]
async fn hours(
    me: Reader,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer<Answered<ChannelHours>> {
    let channel = asked.channel.unwrap_or(Channel::Email);
    if !is_counted(channel) {
        return Err(Problem::field("channel", "invalid", "only mail and calls are counted by the hour"));
    }
    let segments = of_channel(&app.db, me.workspace, channel, app.clock.now()).await?;
    Ok(Answered(ChannelHours { channel, segments, enough_sends: ENOUGH_SENDS, sure: SURE }))
}

/// Routes of the hours.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(hours))
}

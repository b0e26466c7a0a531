//! Advice over HTTP, for one person or a page of them.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Body, Problem, Reader};
use kernel::{CompanyId, PersonId, Timestamp};
use records::stored::Stored;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Channel;
use super::read::{GoodHour, Prospect, advise, good_hours};
use super::rules::{Access, Basis, PhoneGround, Ranking, Way, prior};
use crate::scoring::WordedReason;

/// People asked about at once.
const AT_ONCE: usize = 200;

/// One channel to one person.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ChannelChance {
    /// Which.
    pub channel: Channel,
    /// How they can be reached by it.
    pub access: Access,
    /// The believed share of touches that bring a conversation or an appointment, 0 to 1.
    pub p: f64,
    /// The lower end of its 80 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// p by how well they can be reached: what the order goes by.
    pub utility: f64,
    /// A person's minutes per touch.
    pub minutes: u32,
    /// What p rests on.
    pub basis: Basis,
    /// Touches of the workspace that came out, in the person's segment.
    pub touches: u64,
}

impl ChannelChance {
    fn of(way: &Way) -> Self {
        let (belief, supposed) = (way.belief.per_touch(), prior(way.channel));
        let (interval, p) = (belief.interval(0.8), belief.mean());
        Self {
            channel: way.channel,
            access: way.access,
            p,
            low: interval.low,
            high: interval.high,
            utility: p * way.access.share(),
            minutes: supposed.minutes,
            basis: if way.touches > 0 { Basis::Own } else { supposed.basis },
            touches: way.touches,
        }
    }
}

/// How a prospect's company fits.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProspectFit {
    /// The company.
    pub company_id: CompanyId,
    /// `A` to `D` or `?`; null when no profile is published.
    pub grade: Option<String>,
    /// 0 to 100.
    pub score: Option<i64>,
    /// How much of it is known, 0 to 1.
    pub coverage: Option<f64>,
    /// Up to three for it, then up to two against.
    #[schema(value_type = Vec<WordedReason>)]
    pub reasons: Option<Stored>,
}

/// The next good hour to touch somebody by the channel that is advised.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BestHour {
    /// When: the beginning of the hour, or now when it has begun.
    pub at: Timestamp,
    /// The hour on their clock, 0 to 23.
    pub hour: u32,
    /// Their time zone.
    #[schema(example = "Asia/Seoul")]
    pub zone: String,
    /// The believed share of touches at that hour that bring a conversation or an appointment.
    pub p: f64,
    /// The lower end of its 80 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The same share of the channel whatever the hour.
    pub mean: f64,
    /// `own` when touches of the workspace at that hour came out, else `assumption`.
    pub basis: Basis,
    /// How many.
    pub sends: u64,
}

impl From<GoodHour> for BestHour {
    fn from(good: GoodHour) -> Self {
        let interval = good.next.belief.interval(0.8);
        Self {
            at: good.next.at,
            hour: good.next.hour,
            zone: good.clock.zone.name().to_owned(),
            p: good.next.belief.mean(),
            low: interval.low,
            high: interval.high,
            mean: good.mean,
            basis: if good.next.sends > 0 { Basis::Own } else { Basis::Assumption },
            sends: good.next.sends,
        }
    }
}

/// By which way a person is best reached, and how their company fits.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ChannelAdvice {
    /// Who.
    pub person_id: PersonId,
    /// What to begin with; null when there is no way.
    pub first: Option<Channel>,
    /// The first was drawn by lot, so that the advisor goes on learning: a try.
    pub tried: bool,
    /// What would be first without the lot.
    pub usual: Option<Channel>,
    /// The two best can hardly be told apart; the one that costs less time goes first.
    pub close_call: bool,
    /// They asked for it.
    pub preferred: bool,
    /// Which channel after which.
    pub path: Vec<Channel>,
    /// Why a call is allowed; null when it is not.
    pub phone: Option<PhoneGround>,
    /// Every channel, the best first.
    pub channels: Vec<ChannelChance>,
    /// The next good hour for the first; null for a letter or a visit.
    pub best_hour: Option<BestHour>,
    /// How their company fits; null when they have none.
    pub fit: Option<ProspectFit>,
}

impl ChannelAdvice {
    fn of((person, ranking): (Prospect, Ranking), hour: Option<GoodHour>) -> Self {
        let fit = person.company_id.map(|company_id| ProspectFit {
            company_id,
            grade: person.icp_grade,
            score: person.icp_score,
            coverage: person.icp_coverage,
            reasons: person.icp_reasons,
        });
        Self {
            person_id: person.id,
            first: ranking.first,
            tried: ranking.lot == Some(true),
            usual: ranking.usual,
            close_call: ranking.close_call,
            preferred: ranking.preferred,
            path: ranking.path,
            phone: ranking.phone,
            channels: ranking.ways.iter().map(ChannelChance::of).collect(),
            best_hour: hour.map(Into::into),
            fit,
        }
    }
}

/// Whom advice is asked for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdviceRequest {
    /// People, 200 at most.
    pub person_ids: Vec<PersonId>,
}

async fn advised(app: &App, me: &Reader, ids: &[PersonId]) -> Answer<Vec<ChannelAdvice>> {
    let now = app.clock.now();
    let found = advise(&app.db, me.workspace, ids, now).await?;
    let mut hours = good_hours(&app.db, me.workspace, &found, now).await?;
    let answer = |one: (Prospect, Ranking)| {
        let hour = hours.remove(&one.0.id);
        ChannelAdvice::of(one, hour)
    };
    Ok(found.into_iter().map(answer).collect())
}

#[utoipa::path(get, path = "/people/{id}/channel-advice", tag = "prospecting", operation_id = "get_channel_advice", params(("id" = Uuid, Path, description = "The person")),
    responses((status = 200, description = "The channels in order, and how the company fits", body = ChannelAdvice), (status = 404, description = "Not there", body = Problem)))]
async fn one(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<PersonId>,
) -> Answer<Answered<ChannelAdvice>> {
    let found = advised(&app, &me, &[id]).await?.pop();
    found.map(Answered).ok_or_else(|| Problem::not_found("person"))
}

#[utoipa::path(post, path = "/channel-advice", tag = "prospecting", operation_id = "list_channel_advice", request_body = AdviceRequest,
    responses((status = 200, description = "The same for each; who is not there is left out", body = Vec<ChannelAdvice>), (status = 422, description = "More than 200 people", body = Problem)))]
async fn many(
    me: Reader,
    State(app): State<App>,
    Body(asked): Body<AdviceRequest>,
) -> Answer<Answered<Vec<ChannelAdvice>>> {
    if asked.person_ids.len() > AT_ONCE {
        return Err(Problem::field("person_ids", "too_many", "at most 200 people"));
    }
    Ok(Answered(advised(&app, &me, &asked.person_ids).await?))
}

/// Routes of the advisor.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(one)).routes(routes!(many))
}

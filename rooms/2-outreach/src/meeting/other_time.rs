//! A rep gives a meeting another time: which are free, and the one they pick, over HTTP. The rules are the guest's, and
//! the guest is written to with the moved invitation and the rep's word.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Body, Member, Problem, Reader, Writer};
use kernel::{MeetingId, Timestamp, limits};
use process::room::optional;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::change::{self, By};
use super::kind::{self, MeetingKind};
use super::model::{self, Meeting};
use super::rules::Span;
use super::{diary, visit};

/// When a meeting could be instead.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MeetingTimes {
    /// The guest's zone.
    pub zone: String,
    /// Free beginnings, the next first; its own time is among them.
    pub times: Vec<Timestamp>,
}

/// Another time.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherTime {
    /// When it begins.
    pub starts_at: Timestamp,
    /// Why, in your words; the guest reads them.
    #[serde(default)]
    pub reason: Option<String>,
}

async fn of(app: &App, me: &Member, id: MeetingId) -> Answer<(Meeting, MeetingKind)> {
    let meeting = model::find(&app.db, me.workspace, id).await?;
    let meeting = meeting.ok_or_else(|| Problem::not_found("meeting"))?;
    let kind = kind::find(&app.db, me.workspace, meeting.kind_id).await?;
    Ok((meeting, kind.ok_or_else(taken)?))
}

fn taken() -> Problem {
    Problem::conflict("meeting_time_taken", "This time is not free any more.")
}

#[utoipa::path(get, path = "/meetings/{id}/times", tag = "meetings", operation_id = "meeting_times", params(("id" = Uuid, Path, description = "The meeting")),
    responses((status = 200, description = "When it could be instead", body = MeetingTimes), (status = 404, description = "Not there", body = Problem), (status = 409, description = "`meeting_time_taken`: its kind is offered no more", body = Problem)))]
async fn times(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<MeetingId>,
) -> Answer<Answered<MeetingTimes>> {
    let (meeting, kind) = of(&app, &me, id).await?;
    visit::fresh_calendar(&app, &kind).await;
    let now = app.clock.now();
    let ahead = Span { from: now, to: now.plus_days(kind.horizon_days + 2) };
    let times = diary::of(&app.db, &kind, ahead, Some(meeting.id)).await?.free(ahead, now);
    Ok(Answered(MeetingTimes { zone: meeting.zone, times }))
}

#[utoipa::path(post, path = "/meetings/{id}/move", tag = "meetings", operation_id = "move_meeting", request_body = OtherTime, params(("id" = Uuid, Path, description = "The meeting")),
    responses((status = 200, description = "Moved; the guest is written to", body = Meeting), (status = 404, description = "Not there", body = Problem), (status = 409, description = "`meeting_over`: it was cancelled, or its time has come; `meeting_time_taken`", body = Problem)))]
async fn send(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<MeetingId>,
    Body(other): Body<OtherTime>,
) -> Answer<Answered<Meeting>> {
    let reason = optional("reason", other.reason.as_deref(), limits::REASON_CHARS)?;
    let (meeting, kind) = of(&app, &me, id).await?;
    visit::fresh_calendar(&app, &kind).await;
    let by = By { actor: me.actor(), reason: reason.as_deref(), token: None, tell: true };
    let moved = change::move_to(&app, &meeting, (other.starts_at, app.clock.now()), &by).await?;
    moved.map(Answered).ok_or_else(taken)
}

/// Routes of another time.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(times)).routes(routes!(send))
}

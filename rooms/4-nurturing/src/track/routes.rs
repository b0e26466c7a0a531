//! Tracks over HTTP. Their steps are edited as those of any sequence.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{DealId, EnrolmentId, Locale, PersonId, SequenceId, Timestamp, WorkspaceId};
use outreach::sequence::{Step, StepKind, followed};
use process::deal_row;
use process::facts::Awareness;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::enter::{Shape, begin, put};
use super::rules::{CAMPAIGN_BY_HAND, CAMPAIGN_TOUCHES, TrackKind};
use super::silent::{Silent, silent};
use super::{TrackRow, queries};
use crate::content::lint::{carries_content, touch_warnings};
use crate::signal::{ValueKind, asks_too_much};

/// People of a track that are shown.
const READERS: i64 = 500;

/// What is noticed in a step.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StepWarnings {
    /// From 1.
    pub step: usize,
    /// `checking_in`, `impersonal`, `no_value`.
    pub warnings: Vec<String>,
}

/// A track.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Track {
    /// Its sequence: the steps are edited there.
    pub sequence_id: SequenceId,
    /// The sequence's name.
    pub name: String,
    /// The sequence's state.
    pub state: String,
    /// What it is for.
    pub kind: TrackKind,
    /// Days from the beginning of a step to that of the next; null: the sequence's own pace.
    pub every_days: Option<i64>,
    /// Who comes in, from this level on.
    pub enter_from: Option<Awareness>,
    /// Up to and with this level.
    pub enter_to: Option<Awareness>,
    /// Whoever reaches this level leaves.
    pub exit_at: Option<Awareness>,
    /// Whoever fits comes in without anybody's doing.
    pub enters_alone: bool,
    /// Touches it has.
    pub touches: usize,
    /// People in it now.
    pub running: i64,
    /// More than one of four touches in a row asks for something (R46).
    pub asks_too_much: bool,
    /// The long campaign is not one: `too_short`, `too_little_by_hand`.
    pub warnings: Vec<String>,
    /// What is noticed step by step; steps with nothing are left out.
    pub steps: Vec<StepWarnings>,
    /// Counts changes.
    pub revision: i64,
}

#[derive(FromQueryResult)]
struct Named {
    name: String,
    state: String,
    version: i64,
    running: i64,
}

async fn view(db: &impl Source, workspace: WorkspaceId, row: &TrackRow) -> Answer<Track> {
    let text = "SELECT name, state, version, (SELECT COUNT(*) FROM enrolment e WHERE e.sequence_id = s.id \
                AND e.state IN ('scheduled', 'active', 'waiting', 'paused')) AS running FROM sequence s WHERE s.id = ? AND s.workspace_id = ?";
    let sql = Sql::with(db.engine(), text, [row.sequence_id.into(), workspace.into()]);
    let named: Named = sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("track"))?;
    let steps = followed(db, row.sequence_id, named.version).await?.map(|f| f.steps).unwrap_or_default();
    let kinds: Vec<ValueKind> = steps.iter().filter_map(|step| step.gives).map(ValueKind::from).collect();
    let span = row.span();
    Ok(Track {
        sequence_id: row.sequence_id,
        name: named.name,
        state: named.state,
        kind: row.kind(),
        every_days: row.every_days,
        enter_from: span.enter_from,
        enter_to: span.enter_to,
        exit_at: span.exit_at,
        enters_alone: row.enters_alone,
        touches: steps.iter().filter(|step| step.kind != StepKind::Wait).count(),
        running: named.running,
        asks_too_much: asks_too_much(&kinds),
        warnings: campaign_warnings(row.kind(), &steps).into_iter().map(str::to_owned).collect(),
        steps: step_warnings(&steps),
        revision: row.revision,
    })
}

fn campaign_warnings(kind: TrackKind, steps: &[Step]) -> Vec<&'static str> {
    if kind != TrackKind::TwoYear {
        return Vec::new();
    }
    let by_hand = steps.iter().filter(|step| step.kind.is_task()).count();
    let checks =
        [(steps.len() < CAMPAIGN_TOUCHES, "too_short"), (by_hand < CAMPAIGN_BY_HAND, "too_little_by_hand")];
    checks.into_iter().filter(|(hit, _)| *hit).map(|(_, key)| key).collect()
}

fn step_warnings(steps: &[Step]) -> Vec<StepWarnings> {
    let of = |(n, step): (usize, &Step)| {
        let mut found: Vec<&'static str> = Vec::new();
        if step.kind != StepKind::Wait && step.gives.is_none() {
            found.push("no_value");
        }
        if step.kind == StepKind::Mail {
            for arm in 0..step.arms() {
                let (subject, body) = step.wording(arm);
                let matched = carries_content(subject) || carries_content(body);
                found.extend(touch_warnings(subject, body, matched));
            }
        }
        found.dedup();
        let warnings: Vec<String> = found.into_iter().map(str::to_owned).collect();
        (!warnings.is_empty()).then_some(StepWarnings { step: n + 1, warnings })
    };
    steps.iter().enumerate().filter_map(of).collect()
}

#[utoipa::path(get, path = "/tracks", tag = "nurturing", operation_id = "list_tracks",
    responses((status = 200, description = "The workspace's tracks, the oldest first", body = Vec<Track>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<Track>>> {
    let mut all = Vec::new();
    for row in queries::of_workspace(&app.db, me.workspace).await? {
        all.push(view(&app.db, me.workspace, &row).await?);
    }
    Ok(Answered(all))
}

/// A track to begin from one that ships, or what is to change in one.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrackShape {
    /// Days from the beginning of a step to that of the next, 7 to 365; left out: the sequence's own pace.
    #[serde(default)]
    pub every_days: Option<i64>,
    /// Who comes in, from this level on.
    #[serde(default)]
    pub enter_from: Option<Awareness>,
    /// Up to and with this level.
    #[serde(default)]
    pub enter_to: Option<Awareness>,
    /// Whoever reaches this level leaves.
    #[serde(default)]
    pub exit_at: Option<Awareness>,
    /// Whoever fits comes in without anybody's doing.
    #[serde(default)]
    pub enters_alone: bool,
}

/// A track to begin.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTrack {
    /// Which of those that ship.
    pub kind: TrackKind,
    /// `en` or `ko`; left out: the workspace's.
    #[serde(default)]
    pub locale: Option<String>,
    /// For whom it is, and at which pace.
    #[serde(default)]
    pub shape: Option<TrackShape>,
}

impl TrackShape {
    fn checked(&self) -> Answer<Shape> {
        if self.every_days.is_some_and(|days| !(7..=365).contains(&days)) {
            return Err(Problem::field("every_days", "invalid", "from 7 to 365 days"));
        }
        if self.enter_from.zip(self.enter_to).is_some_and(|(from, to)| from > to) {
            return Err(Problem::field("enter_to", "invalid", "not below the level from which they come in"));
        }
        if self.exit_at.zip(self.enter_from).is_some_and(|(exit, from)| exit <= from) {
            return Err(Problem::field("exit_at", "invalid", "above the level from which they come in"));
        }
        Ok(Shape {
            every_days: self.every_days,
            enter_from: self.enter_from,
            enter_to: self.enter_to,
            exit_at: self.exit_at,
            enters_alone: self.enters_alone,
        })
    }
}

#[utoipa::path(post, path = "/tracks", tag = "nurturing", operation_id = "begin_track", request_body = NewTrack,
    responses((status = 201, description = "Begun and switched on", body = Track), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<NewTrack>,
) -> Answer<(StatusCode, Answered<Track>)> {
    let shape = new.shape.as_ref().map_or(Ok(Shape::default()), TrackShape::checked)?;
    let locale = match new.locale.as_deref() {
        Some(tag) => Locale::parse(tag).ok_or_else(|| Problem::field("locale", "invalid", "en or ko"))?,
        None => deal_row::workspace(&app.db, me.workspace).await?.locale(),
    };
    let mut tx = app.db.write_tx().await?;
    let id = begin(&mut tx, &me, new.kind, locale, shape, app.clock.now()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(found(&app, me.workspace, id).await?)))
}

async fn found(app: &App, workspace: WorkspaceId, id: SequenceId) -> Answer<Track> {
    let row = queries::find(&app.db, workspace, id).await?.ok_or_else(|| Problem::not_found("track"))?;
    view(&app.db, workspace, &row).await
}

#[utoipa::path(get, path = "/tracks/{id}", tag = "nurturing", operation_id = "get_track", params(("id" = Uuid, Path, description = "Its sequence")),
    responses((status = 200, description = "The track, with what is noticed in its steps", body = Track), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<SequenceId>) -> Answer<Answered<Track>> {
    Ok(Answered(found(&app, me.workspace, id).await?))
}

#[utoipa::path(put, path = "/tracks/{id}", tag = "nurturing", operation_id = "shape_track", params(("id" = Uuid, Path, description = "Its sequence")), request_body = TrackShape,
    responses((status = 200, description = "As it is now", body = Track), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn shape(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<SequenceId>,
    Body(new): Body<TrackShape>,
) -> Answer<Answered<Track>> {
    let shape = new.checked()?;
    let mut tx = app.db.write_tx().await?;
    let row = queries::find(&tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("track"))?;
    put(&mut tx, &me, id, row.kind(), shape, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Answered(found(&app, me.workspace, id).await?))
}

/// Somebody in a track.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct InTrack {
    /// The enrolment.
    pub id: EnrolmentId,
    /// Who.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// The deal.
    pub deal_id: Option<DealId>,
    /// Its name.
    pub deal_name: Option<String>,
    /// Where the enrolment stands.
    pub state: String,
    /// Steps done.
    pub step: i64,
    /// When the next one is asked; null while one is under way.
    pub next_at: Option<Timestamp>,
    /// When it was planned for first.
    pub planned_at: Option<Timestamp>,
    /// Why it moved: `week_full`, `month_full`, `rest`, `meeting_ahead`, `objection_open`, `under_way`, `day_off`, `no_content`.
    pub because: Option<String>,
}

#[utoipa::path(get, path = "/tracks/{id}/people", tag = "nurturing", operation_id = "list_people_in_track", params(("id" = Uuid, Path, description = "Its sequence")),
    responses((status = 200, description = "Who is in it, who is asked next first, 500 at most", body = Vec<InTrack>), (status = 404, description = "Not there", body = Problem)))]
async fn people(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<SequenceId>,
) -> Answer<Answered<Vec<InTrack>>> {
    queries::find(&app.db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("track"))?;
    let text = "SELECT e.id, e.person_id, p.name AS person_name, e.deal_id, d.name AS deal_name, e.state, e.step, \
                e.guided_due_at AS next_at, t.planned_at, COALESCE(e.reason, t.because) AS because FROM enrolment e \
                JOIN person p ON p.id = e.person_id LEFT JOIN deal d ON d.id = e.deal_id \
                LEFT JOIN track_turn t ON t.enrolment_id = e.id AND t.step = e.step + 1 \
                WHERE e.sequence_id = ? AND e.workspace_id = ? AND e.state IN ('scheduled', 'active', 'waiting', 'paused') \
                ORDER BY COALESCE(e.guided_due_at, 0), e.id LIMIT ?";
    let sql = Sql::with(app.db.engine(), text, [id.into(), me.workspace.into(), READERS.into()]);
    Ok(Answered(sql.all(app.db.read()).await?))
}

/// Whose.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct Whose {
    /// Only those of the member who asks.
    #[serde(default)]
    mine: bool,
}

#[utoipa::path(get, path = "/silent-deals", tag = "nurturing", operation_id = "list_silent_deals", params(Whose),
    responses((status = 200, description = "Parked deals without a touch for more than 95 days, the longest first, 500 at most", body = Vec<Silent>)))]
async fn silent_ones(
    me: Reader,
    State(app): State<App>,
    Query(whose): Query<Whose>,
) -> Answer<Answered<Vec<Silent>>> {
    let mut all = silent(&app.db, me.workspace, app.clock.now()).await?;
    all.retain(|deal| !whose.mine || deal.owner_id == Some(me.user));
    Ok(Answered(all))
}

/// Routes of tracks.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, shape))
        .routes(routes!(people))
        .routes(routes!(silent_ones))
}

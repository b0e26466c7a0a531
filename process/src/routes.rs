//! The process over HTTP: versions, the board, gates and moves.

use std::collections::BTreeMap;

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Body, IfMatch, ListQuery, Member, Page, Problem, Reader, Role, Writer};
use kernel::{DealId, Timestamp, TransitionId};
use records::Kind;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::board::{self, Board, Card, Narrowed};
use crate::deal_row;
use crate::gate::{Check, judge_gate};
use crate::moves::{self, Loaded, Mover};
use crate::next_step::{self, NextStep};
use crate::sla::SlaState;
use crate::stage::{Phase, Status};
use crate::today::{self, TodayItem};
use crate::transition::{MoveKind, MoveRequest, allowed};
use crate::version::{self, Version};

#[utoipa::path(get, path = "/process/versions", tag = "process", operation_id = "list_process_versions",
    responses((status = 200, description = "All versions, newest first", body = Vec<Version>)))]
async fn versions(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<Version>>> {
    Ok(Answered(version::all(&app.db, me.workspace).await?))
}

#[utoipa::path(get, path = "/process/current", tag = "process", operation_id = "current_process",
    responses((status = 200, description = "The version new deals follow", body = Version), (status = 404, description = "None is published", body = Problem)))]
async fn current(me: Reader, State(app): State<App>) -> Answer<Answered<Version>> {
    let found = version::current(&app.db, me.workspace).await?;
    found.map(Answered).ok_or_else(|| Problem::not_found("published process"))
}

#[utoipa::path(get, path = "/cycle", tag = "cycle", operation_id = "cycle_board",
    params(("owner" = Option<Uuid>, Query, description = "Only deals of this member")),
    responses((status = 200, description = "Seven columns with counts, sums and the first page of cards", body = Board)))]
async fn cycle(me: Reader, State(app): State<App>, query: ListQuery) -> Answer<Answered<Board>> {
    let narrowed = Narrowed::read(&query)?;
    board::board(&app.db, me.workspace, narrowed, app.clock.now()).await.map(Answered)
}

#[utoipa::path(get, path = "/cycle/{stage}", tag = "cycle", operation_id = "cycle_column",
    params(("stage" = String, Path, description = "One of the seven"), ("owner" = Option<Uuid>, Query, description = "Only deals of this member"),
        ("cursor" = Option<String>, Query, description = "Where to go on"), ("limit" = Option<u32>, Query, description = "Cards, 1 to 200")),
    responses((status = 200, description = "Cards, longest in the stage first", body = Page<Card>), (status = 404, description = "No such stage", body = Problem)))]
async fn column(
    me: Reader,
    State(app): State<App>,
    Path(stage): Path<String>,
    query: ListQuery,
) -> Answer<Answered<Page<Card>>> {
    let phase: Phase = stage.parse().map_err(|_| Problem::not_found("stage"))?;
    board::column(&app.db, me.workspace, phase, &query, app.clock.now()).await.map(Answered)
}

#[utoipa::path(get, path = "/today", tag = "cycle", operation_id = "today",
    responses((status = 200, description = "What the member has to do by tomorrow, the most pressing first; one task a deal", body = Vec<TodayItem>)))]
async fn today(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<TodayItem>>> {
    today::of(&app.db, me.workspace, me.user, app.clock.now()).await.map(Answered)
}

/// A deal's current gate.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct GateView {
    /// Where the deal stands.
    pub stage: Phase,
    /// And how.
    pub status: Status,
    /// Its criteria, judged.
    pub checks: Vec<Check>,
    /// Moves that exist from here for who asks.
    pub allowed: Vec<MoveKind>,
    /// Whether who asks may pass over criteria, giving reasons.
    pub may_force: bool,
    /// Business seconds in the stage, without pauses.
    pub business_seconds: i64,
    /// The stay against its target.
    pub sla_state: SlaState,
    /// Revision of the deal that was judged; a move carries it.
    pub revision: i64,
}

async fn loaded(app: &App, me: &Member, id: DealId) -> Answer<Loaded> {
    let row = deal_row::find(&app.db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("deal"))?;
    Ok(moves::load(&app.db, me.workspace, row).await?)
}

fn mover(app: &App, me: &Member) -> Mover {
    let (workspace, actor, role) = (me.workspace, me.actor(), me.role);
    Mover { workspace, actor, role, now: app.clock.now(), cause: None }
}

fn gate_view(loaded: &Loaded, mover: &Mover) -> GateView {
    let ctx = loaded.context(mover);
    let position = &loaded.state.position;
    let process = &loaded.version.definition;
    let worked = ctx.calendar.worked_seconds(position.entered_stage_at, mover.now, &loaded.state.pauses);
    GateView {
        stage: position.stage,
        status: position.status,
        checks: judge_gate(process, position.stage, &loaded.facts, mover.now),
        allowed: allowed(&ctx),
        may_force: mover.role >= Role::Manager || ctx.settings.reps_may_force,
        business_seconds: worked,
        sla_state: crate::sla::state(worked, process.sla_of(position.stage)),
        revision: loaded.row.revision,
    }
}

#[utoipa::path(get, path = "/deals/{id}/gate", tag = "cycle", operation_id = "deal_gate", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "The gate of the stage it stands in", body = GateView), (status = 404, description = "Not there", body = Problem)))]
async fn gate(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<GateView>> {
    let loaded = loaded(&app, &me, id).await?;
    Ok(Answered(gate_view(&loaded, &mover(&app, &me))))
}

#[utoipa::path(get, path = "/deals/{id}/next-step", tag = "cycle", operation_id = "deal_next_step", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "What the process asks for next; null for a closed deal", body = Option<NextStep>), (status = 404, description = "Not there", body = Problem)))]
async fn next(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<DealId>,
) -> Answer<Answered<Option<NextStep>>> {
    let loaded = loaded(&app, &me, id).await?;
    let position = &loaded.state.position;
    let process = &loaded.version.definition;
    Ok(Answered(next_step::next_step(
        process,
        position.stage,
        position.status,
        &loaded.facts,
        app.clock.now(),
    )))
}

/// A move that was made.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Moved {
    /// The deal as it is now.
    #[schema(value_type = records::deal::Deal)]
    pub deal: Json,
    /// What was decided.
    pub transition: TransitionView,
    /// The gate it stands before now.
    pub gate: GateView,
}

/// What was written down about a move.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TransitionView {
    /// Its id.
    pub id: TransitionId,
    /// Which move.
    pub kind: MoveKind,
    /// From which phase.
    pub from_stage: Phase,
    /// From which status.
    pub from_status: Status,
    /// To which phase.
    pub to_stage: Phase,
    /// To which status.
    pub to_status: Status,
    /// When.
    pub at: Timestamp,
    /// A criterion was passed over.
    pub forced: bool,
    /// Why.
    pub reason: Option<String>,
    /// Why each criterion was passed over.
    pub reasons: BTreeMap<String, String>,
    /// The gates that were judged.
    pub gate: Vec<Check>,
    /// Seconds in the stage left.
    pub age_seconds: i64,
    /// Business seconds in the stage left, without pauses.
    pub business_seconds: i64,
    /// That stay against its target.
    pub sla_state: SlaState,
}

impl From<moves::Made> for TransitionView {
    fn from(made: moves::Made) -> Self {
        let t = made.transition;
        Self {
            id: made.id,
            kind: t.kind,
            from_stage: t.before.stage,
            from_status: t.before.status,
            to_stage: t.after.stage,
            to_status: t.after.status,
            at: t.at,
            forced: t.forced,
            reason: t.reason,
            reasons: t.reasons,
            gate: t.gate,
            age_seconds: t.age_seconds,
            business_seconds: t.business_seconds,
            sla_state: t.sla,
        }
    }
}

async fn make(app: &App, me: &Member, id: DealId, request: MoveRequest) -> Answer<Answered<Moved>> {
    let mover = mover(app, me);
    let mut tx = app.db.write_tx().await?;
    let made = moves::make(&mut tx, &mover, id, &request).await?;
    tx.commit().await?;
    let deal = records::write::load(&app.db, me.workspace, Kind::Deal, id.0).await?;
    let deal = deal.ok_or_else(|| Problem::not_found("deal"))?;
    let gate = gate_view(&loaded(app, me, id).await?, &mover);
    Ok(Answered(Moved { deal, transition: made.into(), gate }))
}

#[utoipa::path(post, path = "/deals/{id}/move", tag = "cycle", operation_id = "move_deal", params(("id" = Uuid, Path, description = "The deal")), request_body = MoveRequest,
    responses((status = 200, description = "Moved", body = Moved), (status = 403, description = "The role may not", body = Problem), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`stale`, `transition_not_allowed` naming the allowed ones, or `gate_not_met` naming what is missing", body = Problem),
        (status = 422, description = "Fields at fault", body = Problem)))]
async fn move_deal(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    seen: IfMatch,
    Body(mut request): Body<MoveRequest>,
) -> Answer<Answered<Moved>> {
    if request.kind == MoveKind::Undo {
        request = MoveRequest::of(MoveKind::Undo);
    }
    request.revision = request.revision.or(seen.0);
    make(&app, &me, id, request).await
}

#[utoipa::path(post, path = "/deals/{id}/move/undo", tag = "cycle", operation_id = "undo_move", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Where it was before", body = Moved), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "Too late, by somebody else, or a mail went out", body = Problem)))]
async fn undo(me: Writer, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<Moved>> {
    make(&app, &me, id, MoveRequest::of(MoveKind::Undo)).await
}

/// The process's routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(versions))
        .routes(routes!(current))
        .routes(routes!(cycle))
        .routes(routes!(column))
        .routes(routes!(today))
        .routes(routes!(gate))
        .routes(routes!(next))
        .routes(routes!(move_deal))
        .routes(routes!(undo))
}

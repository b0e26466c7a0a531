//! Nurturing over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use http_room::{Answer, App, Body, Member, Problem, Reader, Role, Writer};
use kernel::{DealId, PersonId, Timestamp, limits};
use process::deal_row;
use process::fact_store;
use process::facts::{Awareness, Bant, FactorFact, Replies, Signal};
use process::moves::{self, Mover};
use process::room::{Visit, given, look, optional};
use process::stage::{Phase, Status};
use process::transition::{MoveKind, MoveRequest, WAKE_POINTS};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{Actor, Sql};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::awareness::Cause;
use crate::content::queries as library;
use crate::hot::{head_today, score_of};
use crate::log::{
    AWARENESS_MOVED, AWARENESS_UNDONE, AwarenessMove, By, Log, NurtureSignal, SIGNAL_SEEN, VALUE_GIVEN,
    ValueTouch, move_level, refresh, see_signal, undo_move,
};
use crate::parking::{ParkCause, proposed_track, proposed_wake};
use crate::signal::{SignalKind, ValueKind, asks_too_much};
use crate::track::rules::TrackKind;

/// Nurturing at a glance.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NurtureView {
    /// How much they know; null before anybody looked.
    pub level: Option<Awareness>,
    /// Points of interest now, 0 to 100.
    pub score: f64,
    /// From 40 points on: it heads Today, and a parked deal wakes.
    pub hot: bool,
    /// What the jump to the offer still lacks: `timing_urgent`, `need`, `authority`; empty: it is open (R50).
    pub jump_lacks: Option<Vec<String>>,
    /// More than one of four touches in a row asks for something.
    pub asks_too_much: bool,
    /// Moves between levels, oldest first.
    pub moves: Vec<AwarenessMove>,
    /// Touches, oldest first.
    pub touches: Vec<ValueTouch>,
    /// Signs of interest, oldest first, with what is left of each.
    pub signals: Vec<SeenSignal>,
}

/// A sign of interest and its part of the points.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SeenSignal {
    /// The sign.
    #[serde(flatten)]
    pub signal: NurtureSignal,
    /// Points it still counts; 0 for a further one of its kind on the same day.
    pub points: f64,
}

/// The signs with what each still counts.
fn with_points(signals: Vec<NurtureSignal>, counted: &[Signal], now: Timestamp) -> Vec<SeenSignal> {
    let points = |id: Uuid| {
        let one = counted.iter().find(|signal| signal.evidence.id == id);
        one.map_or(0.0, |signal| process::facts::signal_score(std::slice::from_ref(signal), now))
    };
    signals.into_iter().map(|signal| SeenSignal { points: points(signal.id), signal }).collect()
}

async fn current(app: &App, me: &Member, id: DealId) -> Answer<Answered<NurtureView>> {
    let deal = look(app, me, id).await?;
    let space = deal_row::workspace(&app.db, me.workspace).await?;
    let calendar = deal_row::calendar(&app.db, &space, deal.owner_id).await?;
    let log = Log::load(&app.db, me.workspace, id).await?;
    let fact = log.fact(calendar.zone)?;
    let score = process::facts::signal_score(&fact.signals, app.clock.now());
    Ok(Answered(NurtureView {
        level: fact.awareness,
        score,
        hot: score >= WAKE_POINTS,
        jump_lacks: jump_lacks(app, me, id).await?,
        asks_too_much: asks_too_much(&log.touch_kinds()?),
        moves: log.moves,
        touches: log.touches,
        signals: with_points(log.signals, &fact.signals, app.clock.now()),
    }))
}

/// What the jump to the offer lacks where the deal stands; `None` where there is no such jump.
async fn jump_lacks(app: &App, me: &Member, id: DealId) -> Answer<Option<Vec<String>>> {
    let deal = look(app, me, id).await?;
    let position = deal.position()?;
    let from = matches!(position.stage, Phase::Qualification | Phase::Nurturing);
    if !from || position.status != Status::Open {
        return Ok(None);
    }
    let bant: Option<Bant> = fact_store::get(&app.db, me.workspace, id).await?;
    let at_least = |factor: Option<&FactorFact>, rating| factor.is_some_and(|f| f.rating >= rating);
    let bant = bant.as_ref();
    let checks = [
        ("timing_urgent", at_least(bant.and_then(|b| b.timing.as_ref()), 2)),
        ("need", at_least(bant.and_then(|b| b.need.as_ref()), 1)),
        ("authority", at_least(bant.and_then(|b| b.authority.as_ref()), 1)),
    ];
    Ok(Some(checks.into_iter().filter(|(_, met)| !met).map(|(key, _)| key.to_owned()).collect()))
}

#[utoipa::path(get, path = "/deals/{id}/awareness", tag = "nurturing", operation_id = "get_awareness", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Level, touches and signs of interest", body = NurtureView), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<NurtureView>> {
    current(&app, &me, id).await
}

/// Something that says how much they know.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAwareness {
    /// What happened.
    pub cause: Cause,
    /// The level their own statement puts them at, for `said`.
    #[serde(default)]
    pub said: Option<Awareness>,
    /// More about it; their words, for `said`.
    #[serde(default)]
    pub note: Option<String>,
    /// Who.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// When; now when absent.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

fn by(visit: &Visit, person: Option<PersonId>, at: Option<Timestamp>) -> Answer<By> {
    let at = at.unwrap_or(visit.now);
    if at > visit.now {
        return Err(Problem::field("at", "invalid", "must not lie in the future"));
    }
    Ok(By { workspace: visit.workspace, user: visit.actor.user(), person, source: None, at })
}

#[utoipa::path(post, path = "/deals/{id}/awareness", tag = "nurturing", operation_id = "move_awareness", params(("id" = Uuid, Path, description = "The deal")), request_body = NewAwareness,
    responses((status = 200, description = "Where they are now", body = NurtureView), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn move_awareness(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewAwareness>,
) -> Answer<Answered<NurtureView>> {
    let note = optional("note", new.note.as_deref(), limits::REASON_CHARS)?;
    let explained = matches!(new.cause, Cause::Said | Cause::Corrected);
    if explained && (new.said.is_none() || note.is_none()) {
        return Err(Problem::field(
            "said",
            "required",
            "give the level and, as note, their words or your reason",
        ));
    }
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("person_id", new.person_id).await?;
    let by = by(&visit, new.person_id, new.at)?;
    let moved = move_level(&visit.tx, &by, id, new.cause, new.said, note.clone()).await?;
    if let Some((row, from, to)) = moved {
        let payload = json!({ "from": from, "to": to, "cause": new.cause, "note": note });
        visit.tell(AWARENESS_MOVED, row, new.person_id, payload).await?;
    }
    refresh(&visit.tx, visit.workspace, &visit.deal, visit.now).await?;
    visit.leave().await?;
    current(&app, &me, id).await
}

#[utoipa::path(delete, path = "/deals/{id}/awareness/{move_id}", tag = "nurturing", operation_id = "undo_awareness",
    params(("id" = Uuid, Path, description = "The deal"), ("move_id" = Uuid, Path, description = "Its last move, made by a member")),
    responses((status = 200, description = "Taken back", body = NurtureView), (status = 404, description = "Not there", body = Problem), (status = 409, description = "Not the last move, or not made by a member", body = Problem)))]
async fn undo_awareness(
    me: Writer,
    State(app): State<App>,
    Path((id, move_id)): Path<(DealId, Uuid)>,
) -> Answer<Answered<NurtureView>> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let undone = undo_move(&visit.tx, visit.workspace, id, move_id, visit.now).await?;
    let undone = undone.ok_or_else(|| {
        Problem::conflict(
            "not_undoable",
            "Only the last move can be taken back, and only what a member moved.",
        )
    })?;
    let payload = json!({ "from": undone.to_level, "to": undone.from_level, "cause": undone.cause });
    visit.tell(AWARENESS_UNDONE, move_id, undone.person_id, payload).await?;
    refresh(&visit.tx, visit.workspace, &visit.deal, visit.now).await?;
    visit.leave().await?;
    current(&app, &me, id).await
}

/// A touch to write down.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTouch {
    /// What it gives.
    pub kind: ValueKind,
    /// What it was.
    pub title: String,
    /// The finding it answers.
    #[serde(default)]
    pub finding_id: Option<Uuid>,
    /// To whom.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// Sent by a track rather than by a person.
    #[serde(default)]
    pub automatic: bool,
    /// The piece of content that was given.
    #[serde(default)]
    pub content_id: Option<Uuid>,
    /// When; now when absent.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

#[utoipa::path(post, path = "/deals/{id}/value-touches", tag = "nurturing", operation_id = "give_value", params(("id" = Uuid, Path, description = "The deal")), request_body = NewTouch,
    responses((status = 201, description = "Written down", body = NurtureView), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn give_value(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewTouch>,
) -> Answer<(StatusCode, Answered<NurtureView>)> {
    let title = given("title", &new.title, limits::LINE_CHARS)?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("person_id", new.person_id).await?;
    if let Some(finding) = new.finding_id {
        let found = qualification::finding::of_deal(&visit.tx, visit.workspace, id).await?;
        if !found.iter().any(|f| f.id.0 == finding) {
            return Err(Problem::field("finding_id", "not_found", "there is no such finding of this deal"));
        }
    }
    if let Some(content) = new.content_id
        && library::find(&visit.tx, visit.workspace, content).await?.is_none()
    {
        return Err(Problem::field("content_id", "not_found", "there is no such piece of content"));
    }
    let by = by(&visit, new.person_id, new.at)?;
    let row = insert_touch(&visit, &by, &new, &title).await?;
    let payload = json!({ "kind": new.kind, "title": title, "automatic": new.automatic });
    visit.tell(VALUE_GIVEN, row, new.person_id, payload).await?;
    refresh(&visit.tx, visit.workspace, &visit.deal, visit.now).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, current(&app, &me, id).await?))
}

async fn insert_touch(visit: &Visit, by: &By, new: &NewTouch, title: &str) -> Answer<Uuid> {
    let id = Uuid::now_v7();
    let mut sql = Sql::new(
        visit.tx.engine(),
        "INSERT INTO value_touch (id, workspace_id, deal_id, kind, title, finding_id, person_id, automatic, content_id, at, created_by) VALUES ",
    );
    sql.bind_list([
        id.into(),
        visit.workspace.into(),
        visit.deal.id.into(),
        new.kind.key().into(),
        title.into(),
        new.finding_id.into(),
        new.person_id.into(),
        new.automatic.into(),
        new.content_id.into(),
        by.at.into(),
        by.user.into(),
    ]);
    sql.run(visit.tx.conn()).await?;
    Ok(id)
}

/// A sign of interest to write down.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSignal {
    /// Which sign.
    pub kind: SignalKind,
    /// More about it.
    #[serde(default)]
    pub note: Option<String>,
    /// Who.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// When; now when absent.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

#[utoipa::path(post, path = "/deals/{id}/signals", tag = "nurturing", operation_id = "see_signal", params(("id" = Uuid, Path, description = "The deal")), request_body = NewSignal,
    responses((status = 201, description = "Written down; a parked deal wakes from 40 points", body = NurtureView), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn signal(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewSignal>,
) -> Answer<(StatusCode, Answered<NurtureView>)> {
    let note = optional("note", new.note.as_deref(), limits::REASON_CHARS)?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("person_id", new.person_id).await?;
    let by = by(&visit, new.person_id, new.at)?;
    let before = score_of(&visit.tx, visit.workspace, id, visit.now).await?;
    let row = see_signal(&visit.tx, &by, id, new.kind, note).await?;
    let score = refresh(&visit.tx, visit.workspace, &visit.deal, visit.now).await?;
    if let Some(row) = row {
        visit.tell(SIGNAL_SEEN, row, new.person_id, json!({ "kind": new.kind, "score": score })).await?;
    }
    let (workspace, deal, now) = (visit.workspace, visit.deal.clone(), visit.now);
    head_today(&mut visit.tx, workspace, &deal, (before, score), now).await?;
    wake_when_warm(&mut visit, score).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, current(&app, &me, id).await?))
}

/// A parked deal wakes when they show enough interest.
async fn wake_when_warm(visit: &mut Visit, score: f64) -> Answer<()> {
    if visit.deal.position()?.status != Status::NotYet || score < WAKE_POINTS {
        return Ok(());
    }
    let (workspace, actor, now) = (visit.workspace, Actor::System, visit.now);
    let mover = Mover { workspace, actor, role: Role::Manager, now, cause: None };
    let request = MoveRequest { cause: Some("signal".to_owned()), ..MoveRequest::of(MoveKind::Wake) };
    moves::make(&mut visit.tx, &mover, visit.deal.id, &request).await?;
    Ok(())
}

/// Why it is parked, and a day they named.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
struct Asked {
    /// Why "not yet".
    cause: ParkCause,
    /// First day of the budget year, last day of the contract, or the day they named.
    day: Option<NaiveDate>,
}

/// A day to propose.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Proposal {
    /// The day on which to wake.
    pub wake_on: NaiveDate,
    /// The track that keeps in touch: the long campaign once two wakes brought no reply.
    pub track: TrackKind,
}

#[utoipa::path(get, path = "/deals/{id}/parking-proposal", tag = "nurturing", operation_id = "propose_parking", params(("id" = Uuid, Path, description = "The deal"), Asked),
    responses((status = 200, description = "When to wake", body = Proposal), (status = 404, description = "Not there", body = Problem)))]
async fn propose(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Query(asked): Query<Asked>,
) -> Answer<Answered<Proposal>> {
    let deal = look(&app, &me, id).await?;
    let space = deal_row::workspace(&app.db, me.workspace).await?;
    let today = deal_row::calendar(&app.db, &space, deal.owner_id).await?.date(app.clock.now());
    let wakes = wakes_without_reply(&app, &me, id).await?;
    Ok(Answered(Proposal {
        wake_on: proposed_wake(asked.cause, asked.day, today),
        track: proposed_track(wakes),
    }))
}

/// How often the deal woke since they last wrote.
async fn wakes_without_reply(app: &App, me: &Member, id: DealId) -> Answer<usize> {
    let replies: Option<Replies> = fact_store::get(&app.db, me.workspace, id).await?;
    let last = replies.unwrap_or_default().items.into_iter().map(|reply| reply.at).max();
    let text =
        "SELECT COUNT(*) FROM transition WHERE deal_id = ? AND workspace_id = ? AND kind = 'wake' AND at > ?";
    let values = [id.into(), me.workspace.into(), last.unwrap_or(Timestamp(0)).into()];
    let count: Option<i64> = Sql::with(app.db.engine(), text, values).scalar(app.db.read()).await?;
    Ok(usize::try_from(count.unwrap_or(0)).unwrap_or(0))
}

/// Routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get, move_awareness))
        .routes(routes!(undo_awareness))
        .routes(routes!(give_value))
        .routes(routes!(signal))
        .routes(routes!(propose))
}

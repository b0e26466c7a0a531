//! Pieces over HTTP.

use axum::Json as Answered;
use axum::body::Body as Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_room::list::{self, push_conditions};
use http_room::{
    Answer, App, Body, Field, FieldError, FieldKind, IfMatch, ListQuery, Member, Page, Problem, Reader,
    Tagged, Writer,
};
use kernel::{DealId, PersonId, PieceId, Timestamp, limits};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{NewEvent, Sql};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{self, COLUMNS, NewPiece, Piece};
use super::rules::{BODY_CHARS, PieceForm, PieceState, warnings};
use super::{PIECE_CHANGED, moves, printing};
use crate::recipient;

/// Pieces moved or printed at once.
pub(super) const AT_ONCE: usize = 200;

const FIELDS: &[Field] = &[
    Field::column("state", FieldKind::Choice, false),
    Field::column("kind", FieldKind::Choice, false),
    Field::column("person_id", FieldKind::Person, false),
    Field::column("company_id", FieldKind::Company, false),
    Field::column("deal_id", FieldKind::Company, false),
    Field::column("enrolment_id", FieldKind::Company, false),
    Field::column("sequence_id", FieldKind::Company, false),
    Field::column("created_at", FieldKind::Instant, true),
];

/// A piece to make by hand.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandMade {
    /// To whom.
    pub person_id: PersonId,
    /// About which deal.
    #[serde(default)]
    pub deal_id: Option<DealId>,
    /// What it is, without merge fields.
    pub form: PieceForm,
    /// The text on it.
    #[serde(default)]
    pub body: String,
    /// What it is to bring about.
    #[serde(default)]
    pub goal: String,
}

/// Changes to a piece that is not in the post; what is left out stays.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PiecePatch {
    /// What it is, all of it.
    #[serde(default)]
    pub form: Option<PieceForm>,
    /// The text on it.
    #[serde(default)]
    pub body: Option<String>,
    /// What it is to bring about.
    #[serde(default)]
    pub goal: Option<String>,
}

/// Where pieces are.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MovePieces {
    /// Which, 200 at most.
    pub ids: Vec<PieceId>,
    /// Where they are.
    pub state: PieceState,
    /// Since when; now when left out.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MovedPieces {
    /// The pieces as they are now; which are not there is left out.
    pub pieces: Vec<Piece>,
}

/// Pieces to print.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrintPieces {
    /// Letters and postcards, 200 at most.
    pub ids: Vec<PieceId>,
}

/// Sizes of a piece's texts.
fn faults(form: &PieceForm, body: &str, goal: &str) -> Vec<FieldError> {
    let mut errors = form.faults();
    for error in &mut errors {
        error.field = format!("form.{}", error.field);
    }
    if !limits::fits(body, BODY_CHARS) {
        errors.push(FieldError::new("body", "too_long", "at most 6,000 characters"));
    }
    if !limits::fits(goal, limits::LINE_CHARS) {
        errors.push(FieldError::new("goal", "too_long", "one line of at most 500 characters"));
    }
    errors
}

pub(super) fn some_ids(ids: &[PieceId]) -> Answer<()> {
    match (1..=AT_ONCE).contains(&ids.len()) {
        true => Ok(()),
        false => Err(Problem::field("ids", "invalid", "from 1 to 200 pieces")),
    }
}

async fn found(db: &impl Source, me: &Member, id: PieceId) -> Answer<Piece> {
    model::find(db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("piece"))
}

#[utoipa::path(get, path = "/pieces", tag = "outreach", operation_id = "list_pieces", params(records::routes::ListParams),
    responses((status = 200, description = "A page, newest first", body = Page<Piece>), (status = 422, description = "A filter, sort or cursor that does not fit", body = Problem)))]
async fn list(me: Reader, State(app): State<App>, query: ListQuery) -> Answer<Answered<Page<Piece>>> {
    let mut sql = Sql::new(app.db.engine(), "FROM piece WHERE deleted_at IS NULL AND workspace_id = ");
    sql.bind(me.workspace);
    push_conditions(&mut sql, FIELDS, &query.filters)?;
    list::page(app.db.read(), COLUMNS, sql, FIELDS, &query, ("created_at", true)).await.map(Answered)
}

#[utoipa::path(post, path = "/pieces", tag = "outreach", operation_id = "make_piece", request_body = HandMade,
    responses((status = 201, description = "Prepared", body = Piece), (status = 422, description = "Fields at fault", body = Problem)))]
async fn make(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<HandMade>,
) -> Answer<(StatusCode, Tagged<Piece>)> {
    let errors = faults(&new.form, &new.body, &new.goal);
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let mut tx = app.db.write_tx().await?;
    let who = recipient::find(&tx, me.workspace, new.person_id).await?;
    let who = who.ok_or_else(|| Problem::field("person_id", "not_found", "there is no such person"))?;
    if who.refusals().refuse(prospecting::channel::Channel::Postal) {
        return Err(Problem::conflict("no_post", "They asked not to get post."));
    }
    if let Some(deal) = new.deal_id
        && recipient::deal(&tx, me.workspace, deal).await?.is_none()
    {
        return Err(Problem::field("deal_id", "not_found", "there is no such deal"));
    }
    let members = records::workspace::members(&tx, me.workspace).await?;
    let mine = members.into_iter().find(|member| member.user_id == me.user);
    let piece = NewPiece {
        person: who.id,
        company: who.company_id,
        deal: new.deal_id,
        step_of: None,
        form: new.form,
        body: new.body,
        goal: new.goal.trim().to_owned(),
        sender_name: mine.map(|member| member.name).unwrap_or_default(),
        missing: Vec::new(),
        author: Some(me.user),
    };
    let made = model::insert(&mut tx, (me.workspace, me.actor()), piece, app.clock.now()).await?;
    let made = made.ok_or_else(|| Problem::not_found("piece"))?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(made.revision, made)))
}

#[utoipa::path(get, path = "/pieces/{id}", tag = "outreach", operation_id = "get_piece", params(("id" = Uuid, Path, description = "The piece")),
    responses((status = 200, description = "The piece, with its revision as ETag", body = Piece), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<PieceId>) -> Answer<Tagged<Piece>> {
    let piece = found(&app.db, &me, id).await?;
    Ok(Tagged(piece.revision, piece))
}

#[utoipa::path(patch, path = "/pieces/{id}", tag = "outreach", operation_id = "update_piece", request_body = PiecePatch, params(("id" = Uuid, Path, description = "The piece")),
    responses((status = 200, description = "As it is now", body = Piece), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It is in the post", body = Problem), (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn patch(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<PieceId>,
    if_match: IfMatch,
    Body(patch): Body<PiecePatch>,
) -> Answer<Tagged<Piece>> {
    let mut tx = app.db.write_tx().await?;
    let before = found(&tx, &me, id).await?;
    if_match.check(before.revision)?;
    if before.state() >= PieceState::Sent {
        return Err(Problem::conflict("in_post", "It is in the post."));
    }
    let form = patch.form.unwrap_or_else(|| before.form());
    let body = patch.body.unwrap_or_else(|| before.body.clone());
    let goal = patch.goal.unwrap_or_else(|| before.goal.clone());
    let errors = faults(&form, &body, &goal);
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let still = |name: &String| {
        let mark = format!("[{name}]");
        [&form.headline, &form.personality, &form.unique_value, &body].iter().any(|text| text.contains(&mark))
    };
    let missing: Vec<String> = before.missing().into_iter().filter(still).collect();
    let text = "UPDATE piece SET kind = ?, headline = ?, body = ?, personality = ?, unique_value = ?, goal = ?, cost_minor = ?, \
                cost_currency = ?, missing = ?, warnings = ?, revision = revision + 1, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [
        form.kind.key().into(),
        form.headline.trim().into(),
        body.into(),
        form.personality.trim().into(),
        form.unique_value.trim().into(),
        goal.trim().into(),
        form.cost.map(|cost| cost.minor).into(),
        form.cost.map(|cost| cost.currency.code().to_owned()).into(),
        json!(missing).into(),
        json!(warnings(&form, &goal)).into(),
        app.clock.now().into(),
        id.into(),
        me.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let after = found(&tx, &me, id).await?;
    let event = NewEvent::now(me.workspace, PIECE_CHANGED, me.actor(), app.clock.now());
    tx.record(event.about(after.subject()).with(json!({ "before": before, "after": after }))).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

#[utoipa::path(delete, path = "/pieces/{id}", tag = "outreach", operation_id = "delete_piece", params(("id" = Uuid, Path, description = "The piece")),
    responses((status = 204, description = "Gone; no call waits for it"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(me: Writer, State(app): State<App>, Path(id): Path<PieceId>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let piece = found(&tx, &me, id).await?;
    moves::delete(&mut tx, &piece, me.actor(), app.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/pieces/move", tag = "outreach", operation_id = "move_pieces", request_body = MovePieces,
    responses((status = 200, description = "Where they are now; sequences that waited go on", body = MovedPieces), (status = 422, description = "None, too many, or a time to come", body = Problem)))]
async fn move_all(
    me: Writer,
    State(app): State<App>,
    Body(asked): Body<MovePieces>,
) -> Answer<Answered<MovedPieces>> {
    some_ids(&asked.ids)?;
    let now = app.clock.now();
    let at = asked.at.unwrap_or(now);
    if at > now {
        return Err(Problem::field("at", "invalid", "not in the time to come"));
    }
    let mut tx = app.db.write_tx().await?;
    let mut pieces = model::find_all(&tx, me.workspace, &asked.ids).await?;
    // Whoever holds several enrolments holds them in the same order.
    pieces.sort_by_key(|piece| piece.enrolment_id);
    for piece in &pieces {
        moves::to(&mut tx, piece, asked.state, me.actor(), (at, now)).await?;
    }
    let pieces = model::find_all(&tx, me.workspace, &asked.ids).await?;
    tx.commit().await?;
    Ok(Answered(MovedPieces { pieces }))
}

#[utoipa::path(post, path = "/pieces/print", tag = "outreach", operation_id = "print_pieces", request_body = PrintPieces,
    responses((status = 200, description = "All of them in one file, ready to print", content_type = "application/pdf", body = Vec<u8>), (status = 404, description = "Not there", body = Problem), (status = 422, description = "What cannot be printed, and why: `ids.3`", body = Problem)))]
async fn print(me: Reader, State(app): State<App>, Body(asked): Body<PrintPieces>) -> Answer<Response> {
    some_ids(&asked.ids)?;
    let pdf = printing::print(&app, &me, &asked.ids).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"pieces.pdf\""),
    ];
    Ok((headers, Bytes::from(pdf)).into_response())
}

/// Routes of pieces.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(move_all))
        .routes(routes!(print))
        .routes(routes!(get, patch, remove))
}

//! Talks over HTTP: begin, keep what is typed, fill the fields, end.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{DealId, TalkId};
use process::room::{Visit, look};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::autosave::{self, CellPatches, Saved, Saver, TalkRevision, told};
use super::fill::{Filled, fill};
use super::finish::{FinishTalk, FinishedTalk, finish};
use super::talk::{self, NewTalk, Talk, TalkView};

#[utoipa::path(get, path = "/deals/{id}/talks", tag = "qualification", operation_id = "list_talks", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Talks about the deal, the newest first, at most 200", body = Vec<Talk>), (status = 404, description = "Not there", body = Problem)))]
async fn list(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<Vec<Talk>>> {
    look(&app, &me, id).await?;
    Ok(Answered(talk::of_deal(&app.db, me.workspace, id).await?))
}

#[utoipa::path(post, path = "/deals/{id}/talks", tag = "qualification", operation_id = "start_talk", params(("id" = Uuid, Path, description = "The deal")), request_body = NewTalk,
    responses((status = 201, description = "Begun; it follows this version of its framework to its end", body = TalkView), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn start(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewTalk>,
) -> Answer<(StatusCode, Answered<TalkView>)> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let talk = talk::start(&mut visit, &new).await?;
    let view = talk::view(&visit.tx, me.workspace, talk).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, Answered(view)))
}

#[utoipa::path(get, path = "/talks/{id}", tag = "qualification", operation_id = "get_talk", params(("id" = Uuid, Path, description = "The talk")),
    responses((status = 200, description = "The talk, its questions and what stands in it", body = TalkView), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<TalkId>) -> Answer<Answered<TalkView>> {
    Ok(Answered(talk::view(&app.db, me.workspace, id).await?))
}

#[utoipa::path(patch, path = "/talks/{id}/cells", tag = "qualification", operation_id = "save_talk", params(("id" = Uuid, Path, description = "The talk")), request_body = CellPatches,
    responses((status = 200, description = "Kept or merged", body = Saved), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`edited_elsewhere`: somebody changed the same words. The rest is kept, and of these both texts are: the facts name them", body = Problem),
        (status = 422, description = "A change that can never fit; nothing of the request was kept", body = Problem)))]
async fn save(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<TalkId>,
    Body(new): Body<CellPatches>,
) -> Answer<Answered<Saved>> {
    let tx = app.db.write_tx().await?;
    let held = talk::hold(&tx, me.workspace, id).await?;
    let by = Saver { workspace: me.workspace, user: me.actor().user(), now: app.clock.now() };
    let saved = autosave::save(&tx, by, &held, &new.patches).await?;
    tx.commit().await?;
    told(saved, &new.patches).map(Answered)
}

#[derive(Debug, Default, Deserialize)]
struct OfCell {
    cell: Option<String>,
}

#[utoipa::path(get, path = "/talks/{id}/revisions", tag = "qualification", operation_id = "list_talk_revisions",
    params(("id" = Uuid, Path, description = "The talk"), ("cell" = Option<String>, Query, description = "One place; all when absent")),
    responses((status = 200, description = "Everything that was sent, what was refused among it, the newest first, at most 200", body = Vec<TalkRevision>), (status = 404, description = "Not there", body = Problem)))]
async fn revisions(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<TalkId>,
    Query(of): Query<OfCell>,
) -> Answer<Answered<Vec<TalkRevision>>> {
    talk::find(&app.db, me.workspace, id).await?;
    Ok(Answered(autosave::revisions(&app.db, me.workspace, id, of.cell.as_deref()).await?))
}

/// The deal held first, then the talk: whoever changes both comes in the same order.
async fn visit(app: &App, me: &http_room::Member, id: TalkId) -> Answer<Visit> {
    let deal = talk::find(&app.db, me.workspace, id).await?.deal_id;
    Visit::begin(app, me, deal).await
}

#[utoipa::path(post, path = "/talks/{id}/fill", tag = "qualification", operation_id = "fill_from_talk", params(("id" = Uuid, Path, description = "The talk")),
    responses((status = 200, description = "The fields hold what the answers say; a corrected answer corrected what it wrote", body = Filled), (status = 404, description = "Not there", body = Problem)))]
async fn fill_fields(me: Writer, State(app): State<App>, Path(id): Path<TalkId>) -> Answer<Answered<Filled>> {
    let mut visit = visit(&app, &me, id).await?;
    let held = talk::hold(&visit.tx, me.workspace, id).await?;
    let filled = fill(&mut visit, &held).await?;
    visit.leave().await?;
    Ok(Answered(filled))
}

#[utoipa::path(post, path = "/talks/{id}/finish", tag = "qualification", operation_id = "finish_talk", params(("id" = Uuid, Path, description = "The talk")), request_body = FinishTalk,
    responses((status = 200, description = "Ended: logged, its fields filled, its task done, the next step planned", body = FinishedTalk), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It ended already", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn end(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<TalkId>,
    Body(how): Body<FinishTalk>,
) -> Answer<Answered<FinishedTalk>> {
    let mut visit = visit(&app, &me, id).await?;
    let finished = finish(&mut visit, id, &how).await?;
    visit.leave().await?;
    Ok(Answered(finished))
}

/// Routes of talks.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, start))
        .routes(routes!(get))
        .routes(routes!(save))
        .routes(routes!(revisions))
        .routes(routes!(fill_fields))
        .routes(routes!(end))
}

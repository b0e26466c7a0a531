//! Calling over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Admin, Answer, App, Body, Problem, Reader, Writer};
use kernel::{ActivityId, TaskId};
use records::task::Task;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dialer::{self, DialerView, NewDialer};
use super::dispose::{self, Disposed, NewDisposition};
use super::hours::{CallHours, by_hour};
use super::queue::{CallItem, due};

#[utoipa::path(get, path = "/calls/queue", tag = "outreach", operation_id = "list_due_calls",
    responses((status = 200, description = "Your calls that are due, those at a good hour first, at most 100", body = Vec<CallItem>)))]
async fn queue(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<CallItem>>> {
    Ok(Answered(due(&app, &me).await?))
}

#[utoipa::path(get, path = "/calls/hours", tag = "outreach", operation_id = "get_call_hours",
    responses((status = 200, description = "The workspace's calls by the hour of the week of whom they were made to", body = CallHours)))]
async fn hours(me: Reader, State(app): State<App>) -> Answer<Answered<CallHours>> {
    Ok(Answered(by_hour(&app.db, me.workspace).await?))
}

#[utoipa::path(post, path = "/calls/queue/{id}/disposition", tag = "outreach", operation_id = "dispose_call", request_body = NewDisposition, params(("id" = Uuid, Path, description = "The task that asks for the call")),
    responses((status = 201, description = "Logged, and the task done", body = Disposed), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It is no call that waits", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn disposition(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<TaskId>,
    Body(new): Body<NewDisposition>,
) -> Answer<(StatusCode, Answered<Disposed>)> {
    Ok((StatusCode::CREATED, Answered(dispose::dispose(&app, &me, id, new).await?)))
}

#[utoipa::path(post, path = "/calls/{id}/undo", tag = "outreach", operation_id = "undo_disposition", params(("id" = Uuid, Path, description = "The call that was logged")),
    responses((status = 200, description = "The task, open again", body = Task), (status = 404, description = "Not there", body = Problem), (status = 403, description = "A colleague's", body = Problem), (status = 409, description = "Taken back already", body = Problem)))]
async fn undo(me: Writer, State(app): State<App>, Path(id): Path<ActivityId>) -> Answer<Answered<Task>> {
    Ok(Answered(dispose::undo(&app, &me, id).await?))
}

#[utoipa::path(post, path = "/calls/queue/{id}/dial", tag = "outreach", operation_id = "dial_call", params(("id" = Uuid, Path, description = "The task that asks for the call")),
    responses((status = 204, description = "The dialer was told"), (status = 404, description = "Not there", body = Problem), (status = 409, description = "No dialer, no number, or the dialer did not take it", body = Problem)))]
async fn dial(me: Writer, State(app): State<App>, Path(id): Path<TaskId>) -> Answer<StatusCode> {
    dialer::dial(&app, &me, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/dialer", tag = "outreach", operation_id = "get_dialer",
    responses((status = 200, description = "The workspace's dialer", body = DialerView)))]
async fn shown(me: Reader, State(app): State<App>) -> Answer<Answered<DialerView>> {
    Ok(Answered(dialer::view(&app.db, me.workspace).await?))
}

#[utoipa::path(put, path = "/dialer", tag = "outreach", operation_id = "put_dialer", request_body = NewDialer,
    responses((status = 200, description = "As it is now", body = DialerView), (status = 422, description = "Fields at fault", body = Problem)))]
async fn kept(me: Admin, State(app): State<App>, Body(new): Body<NewDialer>) -> Answer<Answered<DialerView>> {
    Ok(Answered(dialer::keep(&app, &me, new, app.clock.now()).await?))
}

/// Routes of calling.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(queue))
        .routes(routes!(hours))
        .routes(routes!(disposition))
        .routes(routes!(undo))
        .routes(routes!(dial))
        .routes(routes!(shown, kept))
}

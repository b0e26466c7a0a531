//! Bookable time, kinds of meetings and meetings over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::list::{self, push_conditions};
use http_room::{
    Answer, App, Body, Field, FieldKind, IfMatch, ListQuery, Member, Page, Problem, Reader, Right, Tagged,
    Writer,
};
use kernel::{MeetingId, MeetingKindId, limits};
use process::room::optional;
use serde::Deserialize;
use serde_json::Value as Json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::change::{self, By};
use super::hours::{self, BookableHours, BookableHoursInput};
use super::kind::{self, MeetingKind, MeetingKindInput};
use super::model::{self, Meeting};
use super::reading;
use super::rules::Wish;

/// Kinds one member may offer.
const KINDS: i64 = 20;

const KIND_FIELDS: &[Field] = &[
    Field::column("owner_id", FieldKind::User, false),
    Field::column("active", FieldKind::YesNo, false),
    Field::column("created_at", FieldKind::Instant, true),
];

const FIELDS: &[Field] = &[
    Field::column("state", FieldKind::Choice, false),
    Field::column("kind_id", FieldKind::Company, false),
    Field::column("owner_id", FieldKind::User, false),
    Field::column("person_id", FieldKind::Person, false),
    Field::column("company_id", FieldKind::Company, false),
    Field::column("deal_id", FieldKind::Company, false),
    Field::column("starts_at", FieldKind::Instant, true),
];

async fn own_hours(app: &App, me: &Member) -> Answer<BookableHours> {
    if let Some(row) = hours::find(&app.db, me.workspace, me.user).await? {
        return Ok(row.view()?);
    }
    let workspace = process::deal_row::workspace(&app.db, me.workspace).await?;
    Ok(hours::usual(&workspace.time_zone))
}

#[utoipa::path(get, path = "/me/bookable-hours", tag = "meetings", operation_id = "get_bookable_hours",
    responses((status = 200, description = "Your bookable time; the usual one while none was saved", body = BookableHours)))]
async fn get_hours(me: Reader, State(app): State<App>) -> Answer<Tagged<BookableHours>> {
    own_hours(&app, &me).await.map(|hours| Tagged(hours.revision, hours))
}

#[utoipa::path(put, path = "/me/bookable-hours", tag = "meetings", operation_id = "save_bookable_hours", request_body = BookableHoursInput,
    responses((status = 200, description = "Saved; a new calendar was read, or it says why not", body = BookableHours), (status = 422, description = "Fields at fault", body = Problem)))]
async fn save_hours(
    me: Writer,
    State(app): State<App>,
    seen: IfMatch,
    Body(input): Body<BookableHoursInput>,
) -> Answer<Tagged<BookableHours>> {
    let (_, calendar) = input.check()?;
    let tx = app.db.write_tx().await?;
    let before = hours::find(&tx, me.workspace, me.user).await?;
    seen.check(before.map_or(0, |row| row.revision))?;
    hours::save(&app, &tx, (me.workspace, me.user), &input, &calendar, app.clock.now()).await?;
    tx.commit().await?;
    read_calendar(&app, &me, input.changes_calendar()).await?;
    own_hours(&app, &me).await.map(|hours| Tagged(hours.revision, hours))
}

async fn read_calendar(app: &App, me: &Member, wanted: bool) -> Answer<()> {
    match hours::find(&app.db, me.workspace, me.user).await?.filter(|_| wanted) {
        Some(row) => reading::refresh(app, &row, true).await,
        None => Ok(()),
    }
}

#[utoipa::path(post, path = "/me/bookable-hours/read-calendar", tag = "meetings", operation_id = "read_calendar",
    responses((status = 200, description = "The calendar was read, or it says why not", body = BookableHours)))]
async fn read_now(me: Writer, State(app): State<App>) -> Answer<Tagged<BookableHours>> {
    read_calendar(&app, &me, true).await?;
    own_hours(&app, &me).await.map(|hours| Tagged(hours.revision, hours))
}

async fn owned(db: &impl Source, me: &Member, id: MeetingKindId) -> Answer<MeetingKind> {
    let found =
        kind::find(db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("kind of meeting"))?;
    if found.owner_id != me.user && !me.may(Right::Manage) {
        return Err(Problem::forbidden("Only its owner or a manager changes it."));
    }
    Ok(found)
}

#[utoipa::path(get, path = "/meeting-kinds", tag = "meetings", operation_id = "list_meeting_kinds", params(records::routes::ListParams),
    responses((status = 200, description = "A page, oldest first", body = Page<MeetingKind>), (status = 422, description = "A filter, sort or cursor that does not fit", body = Problem)))]
async fn list_kinds(
    me: Reader,
    State(app): State<App>,
    query: ListQuery,
) -> Answer<Answered<Page<MeetingKind>>> {
    let mut sql = Sql::new(app.db.engine(), "FROM meeting_kind WHERE deleted_at IS NULL AND workspace_id = ");
    sql.bind(me.workspace);
    push_conditions(&mut sql, KIND_FIELDS, &query.filters)?;
    list::page(app.db.read(), kind::COLUMNS, sql, KIND_FIELDS, &query, ("created_at", false))
        .await
        .map(Answered)
}

#[utoipa::path(post, path = "/meeting-kinds", tag = "meetings", operation_id = "add_meeting_kind", request_body = MeetingKindInput,
    responses((status = 201, description = "It can be booked at `/m/{token}`", body = MeetingKind), (status = 422, description = "Fields at fault", body = Problem)))]
async fn add_kind(
    me: Writer,
    State(app): State<App>,
    Body(input): Body<MeetingKindInput>,
) -> Answer<(StatusCode, Answered<MeetingKind>)> {
    let faults = input.faults();
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let tx = app.db.write_tx().await?;
    let count =
        "SELECT COUNT(*) FROM meeting_kind WHERE workspace_id = ? AND owner_id = ? AND deleted_at IS NULL";
    let count = Sql::with(tx.engine(), count, [me.workspace.into(), me.user.into()]);
    if count.scalar::<i64>(tx.conn()).await?.unwrap_or(0) >= KINDS {
        return Err(Problem::field("name", "too_many", "at most 20 kinds of meetings"));
    }
    let mailbox = kind::mailbox_for(&tx, me.workspace, me.user, input.mailbox_id).await?;
    let id = kind::insert(&tx, (me.workspace, me.user, mailbox.id), &input, app.clock.now()).await?;
    let made = owned(&tx, &me, id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(made)))
}

#[utoipa::path(get, path = "/meeting-kinds/{id}", tag = "meetings", operation_id = "get_meeting_kind", params(("id" = Uuid, Path, description = "The kind")),
    responses((status = 200, description = "The kind", body = MeetingKind), (status = 404, description = "Not there", body = Problem)))]
async fn get_kind(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<MeetingKindId>,
) -> Answer<Tagged<MeetingKind>> {
    let found = kind::find(&app.db, me.workspace, id).await?;
    found.map(|kind| Tagged(kind.revision, kind)).ok_or_else(|| Problem::not_found("kind of meeting"))
}

#[utoipa::path(patch, path = "/meeting-kinds/{id}", tag = "meetings", operation_id = "change_meeting_kind", request_body = MeetingKindInput, params(("id" = Uuid, Path, description = "The kind")),
    responses((status = 200, description = "As it is now; what is booked stays as it was", body = MeetingKind), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn change_kind(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<MeetingKindId>,
    seen: IfMatch,
    Body(patch): Body<serde_json::Map<String, Json>>,
) -> Answer<Tagged<MeetingKind>> {
    let tx = app.db.write_tx().await?;
    let before = owned(&tx, &me, id).await?;
    seen.check(before.revision)?;
    let mut merged = serde_json::to_value(before.as_input()).map_err(|e| Problem::internal(&e))?;
    patch.into_iter().for_each(|(key, value)| merged[key] = value);
    let input: MeetingKindInput =
        serde_json::from_value(merged).map_err(|e| Problem::field("", "invalid", e.to_string()))?;
    let faults = input.faults();
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let mailbox = kind::mailbox_for(&tx, me.workspace, before.owner_id, input.mailbox_id).await?;
    kind::update(&tx, &before, mailbox.id, &input, app.clock.now()).await?;
    let after = owned(&tx, &me, id).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

#[utoipa::path(delete, path = "/meeting-kinds/{id}", tag = "meetings", operation_id = "delete_meeting_kind", params(("id" = Uuid, Path, description = "The kind")),
    responses((status = 204, description = "It can no longer be booked; what is booked stays"), (status = 404, description = "Not there", body = Problem)))]
async fn delete_kind(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<MeetingKindId>,
) -> Answer<StatusCode> {
    let tx = app.db.write_tx().await?;
    let found = owned(&tx, &me, id).await?;
    kind::remove(&tx, &found, app.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/meetings", tag = "meetings", operation_id = "list_meetings", params(records::routes::ListParams),
    responses((status = 200, description = "A page, the latest first", body = Page<Meeting>), (status = 422, description = "A filter, sort or cursor that does not fit", body = Problem)))]
async fn list_meetings(
    me: Reader,
    State(app): State<App>,
    query: ListQuery,
) -> Answer<Answered<Page<Meeting>>> {
    let mut sql = Sql::new(app.db.engine(), "FROM meeting WHERE workspace_id = ");
    sql.bind(me.workspace);
    push_conditions(&mut sql, FIELDS, &query.filters)?;
    list::page(app.db.read(), model::COLUMNS, sql, FIELDS, &query, ("starts_at", true)).await.map(Answered)
}

#[utoipa::path(get, path = "/meetings/{id}", tag = "meetings", operation_id = "get_meeting", params(("id" = Uuid, Path, description = "The meeting")),
    responses((status = 200, description = "The meeting", body = Meeting), (status = 404, description = "Not there", body = Problem)))]
async fn get_meeting(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<MeetingId>,
) -> Answer<Answered<Meeting>> {
    let found = model::find(&app.db, me.workspace, id).await?;
    found.map(Answered).ok_or_else(|| Problem::not_found("meeting"))
}

async fn say(app: &App, me: &Member, id: MeetingId, wish: Wish) -> Answer<Answered<Meeting>> {
    let mut tx = app.db.write_tx().await?;
    let by = By { actor: me.actor(), reason: None, token: None, tell: false };
    let after = change::say(&mut tx, (me.workspace, id), wish, &by, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Answered(after))
}

#[utoipa::path(post, path = "/meetings/{id}/held", tag = "meetings", operation_id = "meeting_held", params(("id" = Uuid, Path, description = "The meeting")),
    responses((status = 200, description = "It took place", body = Meeting), (status = 404, description = "Not there", body = Problem), (status = 409, description = "`meeting_over`: it was cancelled; `meeting_ahead`: it has not begun", body = Problem)))]
async fn held(me: Writer, State(app): State<App>, Path(id): Path<MeetingId>) -> Answer<Answered<Meeting>> {
    say(&app, &me, id, Wish::Hold).await
}

#[utoipa::path(post, path = "/meetings/{id}/missed", tag = "meetings", operation_id = "meeting_missed", params(("id" = Uuid, Path, description = "The meeting")),
    responses((status = 200, description = "Nobody came", body = Meeting), (status = 404, description = "Not there", body = Problem), (status = 409, description = "`meeting_over`: it was cancelled; `meeting_ahead`: it has not begun", body = Problem)))]
async fn missed(me: Writer, State(app): State<App>, Path(id): Path<MeetingId>) -> Answer<Answered<Meeting>> {
    say(&app, &me, id, Wish::Miss).await
}

/// Why a meeting is cancelled.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancelling {
    /// In your words; the guest reads them.
    #[serde(default)]
    pub reason: Option<String>,
}

#[utoipa::path(post, path = "/meetings/{id}/cancel", tag = "meetings", operation_id = "cancel_meeting", request_body = Cancelling, params(("id" = Uuid, Path, description = "The meeting")),
    responses((status = 200, description = "Cancelled; the guest is written to", body = Meeting), (status = 404, description = "Not there", body = Problem), (status = 409, description = "`meeting_over`: it was cancelled, or its time has come", body = Problem)))]
async fn cancel(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<MeetingId>,
    Body(why): Body<Cancelling>,
) -> Answer<Answered<Meeting>> {
    let reason = optional("reason", why.reason.as_deref(), limits::REASON_CHARS)?;
    let found = model::find(&app.db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("meeting"))?;
    let by = By { actor: me.actor(), reason: reason.as_deref(), token: None, tell: true };
    change::cancel(&app, &found, &by).await.map(Answered)
}

/// Routes of meetings.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_hours, save_hours))
        .routes(routes!(read_now))
        .routes(routes!(list_kinds, add_kind))
        .routes(routes!(get_kind, change_kind, delete_kind))
        .routes(routes!(list_meetings))
        .routes(routes!(get_meeting))
        .routes(routes!(held))
        .routes(routes!(missed))
        .routes(routes!(cancel))
}

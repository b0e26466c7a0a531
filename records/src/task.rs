//! Tasks: what somebody has to do. Made by hand, by the process on entering a stage, by a sequence.

use crate::events;
use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use http_room::body::patched;
use http_room::list::{self, push_conditions};
use http_room::{
    Answer, App, Body, Field, FieldError, FieldKind, IfMatch, ListQuery, Page, Problem, Reader, Tagged,
    Writer,
};
use kernel::{CompanyId, DealId, PersonId, TaskId, Timestamp, UserId, WorkspaceId, limits};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{Actor, NewEvent, Sql, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A task.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// For which deal.
    pub deal_id: Option<DealId>,
    /// Its name.
    pub deal_name: Option<String>,
    /// For which company.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub company_name: Option<String>,
    /// For which person.
    pub person_id: Option<PersonId>,
    /// Their name.
    pub person_name: Option<String>,
    /// `todo`, `call`, `email`, `social`, `post`, `meeting`, `research`, `reply`.
    pub kind: String,
    /// What to do.
    pub title: String,
    /// More about it.
    pub body: Option<String>,
    /// By which day.
    pub due_on: Option<String>,
    /// By which instant, when hours matter.
    pub due_at: Option<Timestamp>,
    /// Who.
    pub owner_id: Option<UserId>,
    /// `open`, `done`, `skipped`, `cancelled`.
    pub state: String,
    /// `hand`, `process`, `sequence`, `reply`, `notice`.
    pub origin: String,
    /// Which step or criterion asked for it.
    pub origin_key: Option<String>,
    /// The stage it belongs to.
    pub stage: Option<String>,
    /// Done when.
    pub done_at: Option<Timestamp>,
    /// Counts changes.
    pub revision: i64,
    /// Made when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "id, deal_id, (SELECT d.name FROM deal d WHERE d.id = task.deal_id) AS deal_name, company_id, \
    (SELECT c.name FROM company c WHERE c.id = task.company_id) AS company_name, person_id, \
    (SELECT p.name FROM person p WHERE p.id = task.person_id) AS person_name, kind, title, body, due_on, due_at, owner_id, \
    state, origin, origin_key, stage, done_at, revision, created_at, updated_at";

/// Kinds of task.
pub const KINDS: &[&str] = &["todo", "call", "email", "social", "post", "meeting", "research", "reply"];

const FIELDS: &[Field] = &[
    Field::column("state", FieldKind::Choice, false),
    Field::column("kind", FieldKind::Choice, false),
    Field::column("owner_id", FieldKind::User, false),
    Field::column("deal_id", FieldKind::Company, false),
    Field::column("company_id", FieldKind::Company, false),
    Field::column("person_id", FieldKind::Person, false),
    Field::column("due_on", FieldKind::Date, true),
    Field::column("origin", FieldKind::Choice, false),
    Field::column("stage", FieldKind::Choice, false),
    Field::column("created_at", FieldKind::Instant, true),
];

/// A task to make.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    /// What to do.
    pub title: String,
    /// Kind; `todo` when absent.
    #[serde(default)]
    pub kind: Option<String>,
    /// More about it.
    #[serde(default)]
    pub body: Option<String>,
    /// By which day, `YYYY-MM-DD`.
    #[serde(default)]
    pub due_on: Option<String>,
    /// By which instant.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    /// Who; the maker when absent.
    #[serde(default)]
    pub owner_id: Option<UserId>,
    /// For which deal.
    #[serde(default)]
    pub deal_id: Option<DealId>,
    /// For which company; the deal's when absent.
    #[serde(default)]
    pub company_id: Option<CompanyId>,
    /// For which person.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// Who or what asked for it: `hand`, `process`, `sequence`, `reply`, `notice`. Clients make `hand` only.
    #[serde(skip)]
    pub origin: Option<&'static str>,
    /// Which step or criterion asked.
    #[serde(skip)]
    pub origin_key: Option<String>,
    /// The stage it belongs to.
    #[serde(skip)]
    pub stage: Option<String>,
}

/// Changes to a task; null clears.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskPatch {
    /// What to do.
    #[serde(default)]
    pub title: Option<String>,
    /// Kind.
    #[serde(default)]
    pub kind: Option<String>,
    /// More about it.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>)]
    pub body: Option<Option<String>>,
    /// By which day.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>)]
    pub due_on: Option<Option<String>>,
    /// Who.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<UserId>)]
    pub owner_id: Option<Option<UserId>>,
}

fn faults(
    title: Option<&str>,
    kind: Option<&str>,
    due_on: Option<&str>,
    body: Option<&str>,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if let Some(title) = title
        && (title.trim().is_empty() || title.chars().count() > limits::NAME_CHARS)
    {
        errors.push(FieldError::new("title", "required", "from 1 to 200 characters"));
    }
    if kind.is_some_and(|k| !KINDS.contains(&k)) {
        errors.push(FieldError::new("kind", "invalid", format!("one of {}", KINDS.join(", "))));
    }
    if due_on.is_some_and(|d| chrono::NaiveDate::parse_from_str(d, "%Y-%m-%d").is_err()) {
        errors.push(FieldError::new("due_on", "invalid", "a date as YYYY-MM-DD"));
    }
    if body.is_some_and(|b| b.len() > limits::NOTE_BYTES) {
        errors.push(FieldError::new("body", "too_long", "at most 100 KiB"));
    }
    errors
}

/// Makes a task, in the caller's transaction. Its deal, company and person must be of the workspace.
///
/// # Errors
/// 422 with every field at fault.
pub async fn create(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    actor: Actor,
    new: NewTask,
    now: Timestamp,
) -> Answer<Task> {
    let mut errors =
        faults(Some(&new.title), new.kind.as_deref(), new.due_on.as_deref(), new.body.as_deref());
    let links = crate::link::resolve(tx, workspace, new.deal_id, new.company_id, new.person_id).await?;
    errors.extend(links.errors());
    if let Some(owner) = new.owner_id
        && !crate::workspace::is_member(tx, workspace, owner).await?
    {
        errors.push(FieldError::new("owner_id", "not_found", "this is no member of the workspace"));
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let id = TaskId::new();
    let kind = new.kind.unwrap_or_else(|| "todo".to_owned());
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO task (id, workspace_id, deal_id, company_id, person_id, kind, title, body, due_on, due_at, owner_id, state, \
         origin, origin_key, stage, revision, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        workspace.into(),
        links.deal.into(),
        links.company.into(),
        links.person.into(),
        kind.clone().into(),
        new.title.trim().into(),
        new.body.into(),
        new.due_on.clone().into(),
        new.due_at.into(),
        new.owner_id.or(actor.user()).into(),
        "open".into(),
        new.origin.unwrap_or("hand").into(),
        new.origin_key.into(),
        new.stage.into(),
        1_i64.into(),
        now.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    let payload = json!({ "title": new.title.trim(), "kind": kind, "due_on": new.due_on });
    let event = NewEvent::now(workspace, events::TASK_CREATED, actor, now)
        .about(links.subject(Some(id.0)))
        .with(payload);
    tx.record(event).await?;
    find(tx, workspace, id).await
}

/// One task.
///
/// # Errors
/// 404 when it is not there.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: TaskId) -> Answer<Task> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM task WHERE ");
    sql.push_with("id = ? AND workspace_id = ? AND deleted_at IS NULL", [id.into(), workspace.into()]);
    sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("task"))
}

/// Open tasks of a member that are due by a day, the earliest first, at most `limit`.
///
/// # Errors
/// Whatever the database says.
pub async fn due_by(
    db: &impl Source,
    workspace: WorkspaceId,
    owner: UserId,
    day: NaiveDate,
    limit: u32,
) -> Answer<Vec<Task>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM task WHERE state = 'open' AND deleted_at IS NULL AND ");
    sql.push_with("workspace_id = ? AND owner_id = ? ", [workspace.into(), owner.into()]);
    // Without a day it is nobody's business today; '' is how the index keeps those.
    sql.push_with(
        "AND COALESCE(due_on, '') > '' AND COALESCE(due_on, '') <= ? ORDER BY COALESCE(due_on, ''), id LIMIT ?",
        [day.to_string().into(), i64::from(limit).into()],
    );
    Ok(sql.all(db.conn()).await?)
}

impl Task {
    fn subject(&self) -> Subject {
        Subject { company: self.company_id, person: self.person_id, deal: self.deal_id, row: Some(self.id.0) }
    }
}

/// Moves a task to `done`, `skipped`, `cancelled` or back to `open`, in the caller's transaction.
///
/// # Errors
/// 404 when it is not there.
pub async fn set_state(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    actor: Actor,
    id: TaskId,
    state: &str,
    now: Timestamp,
) -> Answer<Task> {
    let task = find(tx, workspace, id).await?;
    if task.state == state {
        return Ok(task);
    }
    let done_at = (state == "done").then_some(now);
    let text = "UPDATE task SET state = ?, done_at = ?, done_by = ?, revision = revision + 1, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let by = actor.user().filter(|_| state == "done");
    let values = [state.into(), done_at.into(), by.into(), now.into(), id.into(), workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let word = match state {
        "done" => events::TASK_DONE,
        "open" => events::TASK_REOPENED,
        _ => events::TASK_CANCELLED,
    };
    let payload = json!({ "title": task.title, "kind": task.kind, "before": { "state": task.state }, "after": { "state": state } });
    tx.record(NewEvent::now(workspace, word, actor, now).about(task.subject()).with(payload)).await?;
    find(tx, workspace, id).await
}

/// Brings a deal's next open task forward to a day. Answers whether it has an open task at all.
///
/// # Errors
/// Whatever the database says.
pub async fn bring_forward(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    deal: DealId,
    day: NaiveDate,
    now: Timestamp,
) -> Answer<bool> {
    let mut sql = Sql::new(tx.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM task WHERE state = 'open' AND deleted_at IS NULL AND ");
    sql.push_with("workspace_id = ? AND deal_id = ?", [workspace.into(), deal.into()]);
    sql.push(" ORDER BY COALESCE(due_on, '9999'), id LIMIT 1");
    let Some(task) = sql.one::<Task>(tx.conn()).await? else { return Ok(false) };
    let day = day.to_string();
    if task.due_on.as_ref().is_some_and(|due| *due <= day) {
        return Ok(true);
    }
    let text = "UPDATE task SET due_on = ?, revision = revision + 1, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [day.clone().into(), now.into(), task.id.into(), workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let payload = json!({ "before": { "title": task.title, "due_on": task.due_on }, "after": { "title": task.title, "due_on": day } });
    let event = NewEvent::now(workspace, events::TASK_CHANGED, Actor::System, now);
    tx.record(event.about(task.subject()).with(payload)).await?;
    Ok(true)
}

/// Ends a deal's open tasks that were asked for under one of these keys: `done`, or `cancelled` when their reason is gone.
///
/// # Errors
/// Whatever the database says.
pub async fn end_of_keys(
    tx: &mut WriteTx,
    (workspace, actor, deal): (WorkspaceId, Actor, DealId),
    keys: &[&str],
    state: &str,
    now: Timestamp,
) -> Answer<()> {
    let mut sql =
        Sql::new(tx.engine(), "SELECT id FROM task WHERE state = 'open' AND deleted_at IS NULL AND ");
    sql.push_with("deal_id = ? AND workspace_id = ?", [deal.into(), workspace.into()]);
    sql.push(" AND origin_key IN ").bind_list(keys.iter().map(|key| (*key).into()));
    for row in sql.rows(tx.conn()).await? {
        let id: TaskId = row.try_get_by_index(0)?;
        set_state(tx, workspace, actor, id, state, now).await?;
    }
    Ok(())
}

/// Cancels the open tasks the process made for a deal's stage; called when the stage is left.
///
/// # Errors
/// Whatever the database says.
pub async fn cancel_of_stage(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    actor: Actor,
    deal: DealId,
    stage: &str,
    now: Timestamp,
) -> Answer<()> {
    let text = "SELECT id FROM task WHERE deal_id = ? AND workspace_id = ? AND stage = ? AND origin = 'process' AND state = 'open' AND deleted_at IS NULL";
    let rows =
        Sql::with(tx.engine(), text, [deal.into(), workspace.into(), stage.into()]).rows(tx.conn()).await?;
    for row in rows {
        let id: TaskId = row.try_get_by_index(0)?;
        set_state(tx, workspace, actor, id, "cancelled", now).await?;
    }
    Ok(())
}

#[utoipa::path(get, path = "/tasks", tag = "tasks", operation_id = "list_tasks", params(crate::routes::ListParams),
    responses((status = 200, description = "A page; open tasks when nothing is asked of `state`", body = Page<Task>)))]
async fn list(me: Reader, State(app): State<App>, query: ListQuery) -> Answer<Answered<Page<Task>>> {
    let mut sql = Sql::new(app.db.engine(), "FROM task WHERE workspace_id = ");
    sql.bind(me.workspace).push(" AND deleted_at IS NULL");
    if !query.filters.iter().any(|f| f.field == "state") {
        sql.push(" AND state = 'open'");
    }
    push_conditions(&mut sql, FIELDS, &query.filters)?;
    list::page(app.db.read(), COLUMNS, sql, FIELDS, &query, ("due_on", false)).await.map(Answered)
}

#[utoipa::path(post, path = "/tasks", tag = "tasks", operation_id = "create_task", request_body = NewTask,
    responses((status = 201, description = "Made", body = Task), (status = 422, description = "Fields at fault", body = Problem)))]
async fn add(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<NewTask>,
) -> Answer<(StatusCode, Answered<Task>)> {
    let mut tx = app.db.write_tx().await?;
    let task = create(&mut tx, me.workspace, me.actor(), new, app.clock.now()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(task)))
}

#[utoipa::path(get, path = "/tasks/{id}", tag = "tasks", operation_id = "get_task", params(("id" = uuid::Uuid, Path, description = "The task")),
    responses((status = 200, description = "The task", body = Task), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<TaskId>) -> Answer<Tagged<Task>> {
    find(&app.db, me.workspace, id).await.map(|task| Tagged(task.revision, task))
}

#[utoipa::path(patch, path = "/tasks/{id}", tag = "tasks", operation_id = "change_task", request_body = TaskPatch, params(("id" = uuid::Uuid, Path, description = "The task")),
    responses((status = 200, description = "As it is now", body = Task), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn change(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<TaskId>,
    seen: IfMatch,
    Body(patch): Body<TaskPatch>,
) -> Answer<Tagged<Task>> {
    let due = patch.due_on.clone().flatten();
    let errors = faults(
        patch.title.as_deref(),
        patch.kind.as_deref(),
        due.as_deref(),
        patch.body.clone().flatten().as_deref(),
    );
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let task = find(&tx, me.workspace, id).await?;
    seen.check(task.revision)?;
    let owner = patch.owner_id.unwrap_or(task.owner_id);
    if let Some(owner) = owner
        && !crate::workspace::is_member(&tx, me.workspace, owner).await?
    {
        return Err(Problem::field("owner_id", "not_found", "this is no member of the workspace"));
    }
    let after = (
        patch.title.unwrap_or_else(|| task.title.clone()),
        patch.kind.unwrap_or_else(|| task.kind.clone()),
        patch.body.unwrap_or_else(|| task.body.clone()),
        patch.due_on.unwrap_or_else(|| task.due_on.clone()),
    );
    let text = "UPDATE task SET title = ?, kind = ?, body = ?, due_on = ?, owner_id = ?, revision = revision + 1, updated_at = ? \
                WHERE id = ? AND workspace_id = ?";
    let values = [
        after.0.clone().into(),
        after.1.clone().into(),
        after.2.clone().into(),
        after.3.clone().into(),
        owner.into(),
        now.into(),
        id.into(),
        me.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let payload = json!({
        "before": { "title": task.title, "kind": task.kind, "due_on": task.due_on, "owner_id": task.owner_id },
        "after": { "title": after.0, "kind": after.1, "due_on": after.3, "owner_id": owner },
    });
    tx.record(
        NewEvent::now(me.workspace, events::TASK_CHANGED, me.actor(), now)
            .about(task.subject())
            .with(payload),
    )
    .await?;
    let task = find(&tx, me.workspace, id).await?;
    tx.commit().await?;
    Ok(Tagged(task.revision, task))
}

/// How a task ends.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
struct Ending {
    /// `done` (default) or `skipped`.
    #[serde(default)]
    state: Option<String>,
}

#[utoipa::path(post, path = "/tasks/{id}/done", tag = "tasks", operation_id = "finish_task", request_body = Ending, params(("id" = uuid::Uuid, Path, description = "The task")),
    responses((status = 200, description = "As it is now", body = Task), (status = 404, description = "Not there", body = Problem)))]
async fn done(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<TaskId>,
    Body(ending): Body<Ending>,
) -> Answer<Answered<Task>> {
    let state = match ending.state.as_deref() {
        None | Some("done") => "done",
        Some("skipped") => "skipped",
        Some("cancelled") => "cancelled",
        Some(_) => return Err(Problem::field("state", "invalid", "done, skipped or cancelled")),
    };
    let mut tx = app.db.write_tx().await?;
    let task = set_state(&mut tx, me.workspace, me.actor(), id, state, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Answered(task))
}

#[utoipa::path(post, path = "/tasks/{id}/reopen", tag = "tasks", operation_id = "reopen_task", params(("id" = uuid::Uuid, Path, description = "The task")),
    responses((status = 200, description = "As it is now", body = Task), (status = 404, description = "Not there", body = Problem)))]
async fn reopen(me: Writer, State(app): State<App>, Path(id): Path<TaskId>) -> Answer<Answered<Task>> {
    let mut tx = app.db.write_tx().await?;
    let task = set_state(&mut tx, me.workspace, me.actor(), id, "open", app.clock.now()).await?;
    tx.commit().await?;
    Ok(Answered(task))
}

/// Routes of tasks.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, change))
        .routes(routes!(done))
        .routes(routes!(reopen))
}

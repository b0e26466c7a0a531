//! Sequences over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use http_room::{Answer, App, Body, FieldError, IfMatch, Member, Problem, Reader, Tagged, Writer};
use kernel::{Locale, SequenceId, Timestamp};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{NewEvent, Sql, StoreError, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::enrol::{EnrolAnswer, EnrolRequest};
use super::input::{Form, NewSequence, SequencePatch, check};
use super::lint::campaign_faults;
use super::preview::{Preview, PreviewRequest};
use super::simulate::{SimulateRequest, Simulation, simulate};
use super::template::{SequenceTemplate, templates};
use super::variant::{self, VariantsView};
use super::{
    CAMPAIGN, COLUMNS, OUTREACH, SEQUENCE_CHANGED, SEQUENCE_CREATED, SEQUENCE_DELETED, SEQUENCE_MOVED,
    SequenceRow, SequenceView, found, publish, rules, text,
};
use crate::{enrolment, message};

async fn tell(
    tx: &mut WriteTx,
    now: Timestamp,
    me: &Member,
    kind: &'static str,
    id: SequenceId,
    payload: Json,
) -> Answer<()> {
    let subject = Subject { row: Some(id.0), ..Subject::default() };
    tx.record(NewEvent::now(me.workspace, kind, me.actor(), now).about(subject).with(payload)).await?;
    Ok(())
}

#[utoipa::path(get, path = "/sequences", tag = "outreach", operation_id = "list_sequences",
    responses((status = 200, description = "By name, archived ones last", body = Vec<SequenceView>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<SequenceView>>> {
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM sequence WHERE deleted_at IS NULL AND workspace_id = ").bind(me.workspace);
    sql.push(" ORDER BY CASE WHEN state = 'archived' THEN 1 ELSE 0 END, name, id");
    let rows: Vec<SequenceRow> = sql.all(app.db.read()).await?;
    let views: Result<_, StoreError> = rows.iter().map(SequenceRow::view).collect();
    Ok(Answered(views?))
}

#[utoipa::path(post, path = "/sequences", tag = "outreach", operation_id = "create_sequence", request_body = NewSequence,
    responses((status = 201, description = "Written, as a draft", body = SequenceView), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<NewSequence>,
) -> Answer<(StatusCode, Tagged<SequenceView>)> {
    let view = insert(&app, &me, &new).await?;
    Ok((StatusCode::CREATED, Tagged(view.revision, view)))
}

/// A new sequence, as a draft.
async fn insert(app: &App, me: &Member, new: &NewSequence) -> Answer<SequenceView> {
    let mut tx = app.db.write_tx().await?;
    let view = insert_in(&mut tx, me, new, OUTREACH, app.clock.now()).await?;
    tx.commit().await?;
    Ok(view)
}

/// A new sequence of a purpose, as a draft, in the caller's transaction.
pub(super) async fn insert_in(
    tx: &mut WriteTx,
    me: &Member,
    new: &NewSequence,
    purpose: &str,
    now: Timestamp,
) -> Answer<SequenceView> {
    let goal = new.goal.as_deref().unwrap_or("conversation");
    let form = Form {
        name: &new.name,
        goal,
        mailbox: new.mailbox_id,
        others: &new.mailbox_ids,
        windows: &new.windows,
        steps: &new.steps,
    };
    check(tx, me, &form).await?;
    if purpose == CAMPAIGN {
        refuse_unready(campaign_faults(&new.steps))?;
    }
    let id = SequenceId::new();
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO sequence (id, workspace_id, name, goal, purpose, state, mailbox_id, mailbox_ids, windows, steps, version, created_by, \
         revision, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        me.workspace.into(),
        new.name.trim().into(),
        goal.into(),
        purpose.into(),
        "draft".into(),
        new.mailbox_id.into(),
        json!(new.mailbox_ids).into(),
        json!(new.windows).into(),
        json!(new.steps).into(),
        0_i64.into(),
        me.user.into(),
        1_i64.into(),
        now.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    let view = found(tx, me.workspace, id).await?.view()?;
    tell(tx, now, me, SEQUENCE_CREATED, id, json!({ "after": view })).await?;
    Ok(view)
}

/// A sequence as a text file.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SequenceFile {
    /// The file's text, YAML as `GET /sequences/{id}/export` writes it.
    pub text: String,
}

#[utoipa::path(post, path = "/sequences/import", tag = "outreach", operation_id = "import_sequence", request_body = SequenceFile,
    responses((status = 201, description = "Written, as a draft", body = SequenceView), (status = 422, description = "The text cannot be read, with the line; or fields at fault", body = Problem)))]
async fn import(
    me: Writer,
    State(app): State<App>,
    Body(file): Body<SequenceFile>,
) -> Answer<(StatusCode, Tagged<SequenceView>)> {
    let text::SequenceText { name, goal, windows, steps, .. } = text::SequenceText::read(&file.text)?;
    let new =
        NewSequence { name, goal: Some(goal), mailbox_id: None, mailbox_ids: Vec::new(), windows, steps };
    let view = insert(&app, &me, &new).await?;
    Ok((StatusCode::CREATED, Tagged(view.revision, view)))
}

/// In which language.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct TemplateQuery {
    /// `en` or `ko`; left out: the workspace's.
    #[serde(default)]
    locale: Option<String>,
}

#[utoipa::path(get, path = "/sequence-templates", tag = "outreach", operation_id = "list_sequence_templates", params(TemplateQuery),
    responses((status = 200, description = "Sequences to begin with, the default first", body = Vec<SequenceTemplate>)))]
async fn shipped(
    me: Reader,
    State(app): State<App>,
    Query(asked): Query<TemplateQuery>,
) -> Answer<Answered<Vec<SequenceTemplate>>> {
    let workspace = records::workspace::find(&app.db, me.workspace).await?;
    let own = workspace.map(|w| w.locale()).unwrap_or_default();
    let locale = asked.locale.as_deref().and_then(Locale::parse).unwrap_or(own);
    Ok(Answered(templates(locale)?))
}

#[utoipa::path(get, path = "/sequences/{id}/export", tag = "outreach", operation_id = "export_sequence", params(("id" = Uuid, Path, description = "The sequence")),
    responses((status = 200, description = "The sequence as a text file", content_type = "text/yaml", body = String), (status = 404, description = "Not there", body = Problem)))]
async fn export(me: Reader, State(app): State<App>, Path(id): Path<SequenceId>) -> Answer<impl IntoResponse> {
    let row = found(&app.db, me.workspace, id).await?;
    let text = text::SequenceText::new(&row.name, &row.goal, row.windows()?, row.steps()?).write()?;
    let name = format!("attachment; filename=\"{}\"", text::file_name(&row.name));
    let headers =
        [(header::CONTENT_TYPE, "text/yaml; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, text))
}

#[utoipa::path(post, path = "/sequences/{id}/simulate", tag = "outreach", operation_id = "simulate_sequence", request_body = SimulateRequest, params(("id" = Uuid, Path, description = "The sequence")),
    responses((status = 200, description = "Who would get what and when; nothing is written", body = Simulation), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn simulated(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<SequenceId>,
    Body(asked): Body<SimulateRequest>,
) -> Answer<Answered<Simulation>> {
    let row = found(&app.db, me.workspace, id).await?;
    Ok(Answered(simulate(&app, &me, &row, asked).await?))
}

#[utoipa::path(get, path = "/sequences/{id}", tag = "outreach", operation_id = "get_sequence", params(("id" = Uuid, Path, description = "The sequence")),
    responses((status = 200, description = "The sequence, with its revision as ETag", body = SequenceView), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<SequenceId>) -> Answer<Tagged<SequenceView>> {
    let view = found(&app.db, me.workspace, id).await?.view()?;
    Ok(Tagged(view.revision, view))
}

#[utoipa::path(patch, path = "/sequences/{id}", tag = "outreach", operation_id = "update_sequence", request_body = SequencePatch, params(("id" = Uuid, Path, description = "The sequence")),
    responses((status = 200, description = "As it is now", body = SequenceView), (status = 404, description = "Not there", body = Problem), (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn patch(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<SequenceId>,
    if_match: IfMatch,
    Body(patch): Body<SequencePatch>,
) -> Answer<Tagged<SequenceView>> {
    let mut tx = app.db.write_tx().await?;
    let row = found(&tx, me.workspace, id).await?;
    if_match.check(row.revision)?;
    let before = row.view()?;
    let steps = patch.steps.clone().unwrap_or_else(|| before.steps.clone());
    let windows = patch.windows.clone().unwrap_or_else(|| before.windows.clone());
    let name = patch.name.as_deref().unwrap_or(&before.name);
    let goal = patch.goal.as_deref().unwrap_or(&before.goal);
    let mailbox = patch.mailbox_id.unwrap_or(before.mailbox_id);
    let others = patch.mailbox_ids.as_ref().unwrap_or(&before.mailbox_ids);
    check(&tx, &me, &Form { name, goal, mailbox, others, windows: &windows, steps: &steps }).await?;
    if row.purpose == CAMPAIGN {
        refuse_unready(campaign_faults(&steps))?;
    }
    let running = matches!(row.state.as_str(), "active" | "paused");
    if running {
        refuse_unready(rules::unready(goal, &steps, &windows, app.config.closed_network))?;
    }
    let text = "UPDATE sequence SET name = ?, goal = ?, mailbox_id = ?, mailbox_ids = ?, windows = ?, steps = ?, \
                revision = revision + 1, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [
        name.trim().into(),
        goal.into(),
        mailbox.into(),
        json!(others).into(),
        json!(windows).into(),
        json!(steps).into(),
        app.clock.now().into(),
        id.into(),
        me.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    if running && (steps != before.steps || windows != before.windows) {
        let changed = found(&tx, me.workspace, id).await?;
        publish(&tx, &changed, app.clock.now()).await?;
    }
    let after = found(&tx, me.workspace, id).await?.view()?;
    tell(&mut tx, app.clock.now(), &me, SEQUENCE_CHANGED, id, json!({ "before": before, "after": after }))
        .await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

fn refuse_unready(errors: Vec<FieldError>) -> Answer<()> {
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

#[utoipa::path(delete, path = "/sequences/{id}", tag = "outreach", operation_id = "delete_sequence", params(("id" = Uuid, Path, description = "The sequence")),
    responses((status = 204, description = "Deleted; people on their way are stopped"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(me: Writer, State(app): State<App>, Path(id): Path<SequenceId>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let row = found(&tx, me.workspace, id).await?;
    let now = app.clock.now();
    enrolment::stop_of_sequence(&mut tx, me.workspace, id, me.actor(), "sequence_deleted", now).await?;
    let text = "UPDATE sequence SET deleted_at = ?, state = 'archived' WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [now.into(), id.into(), me.workspace.into()]).run(tx.conn()).await?;
    tell(&mut tx, now, &me, SEQUENCE_DELETED, id, json!({ "name": row.name })).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/sequences/{id}/variants", tag = "outreach", operation_id = "get_sequence_variants", params(("id" = Uuid, Path, description = "The sequence")),
    responses((status = 200, description = "What the wordings of its mails brought, by step; steps with one wording are left out", body = Vec<VariantsView>), (status = 404, description = "Not there", body = Problem)))]
async fn variants(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<SequenceId>,
) -> Answer<Answered<Vec<VariantsView>>> {
    let row = found(&app.db, me.workspace, id).await?;
    Ok(Answered(variant::view(&app, me.workspace, &row).await?))
}

/// Brings a sequence into another state; being there already is no error.
async fn turn(app: &App, me: &Member, id: SequenceId, to: &'static str) -> Answer<Tagged<SequenceView>> {
    let mut tx = app.db.write_tx().await?;
    let view = turn_in(&mut tx, me, id, to, (app.config.closed_network, app.clock.now())).await?;
    tx.commit().await?;
    Ok(Tagged(view.revision, view))
}

/// The same in the caller's transaction; whether the network is closed, and now.
pub(super) async fn turn_in(
    tx: &mut WriteTx,
    me: &Member,
    id: SequenceId,
    to: &'static str,
    (closed_network, now): (bool, Timestamp),
) -> Answer<SequenceView> {
    let row = found(tx, me.workspace, id).await?;
    match (row.state.as_str(), to) {
        (from, to) if from == to => return row.view().map_err(Into::into),
        ("draft" | "paused" | "archived", "active") => {
            let errors = rules::unready(&row.goal, &row.steps()?, &row.windows()?, closed_network);
            refuse_unready(errors)?;
            if row.state == "paused" {
                message::held_are_due(tx, me.workspace, id, now).await?;
            } else {
                publish(tx, &row, now).await?;
            }
        }
        ("active", "paused") => {}
        (_, "archived") => {
            enrolment::stop_of_sequence(tx, me.workspace, id, me.actor(), "sequence_archived", now).await?;
        }
        _ => return Err(Problem::conflict("not_active", "Only an active sequence can be paused.")),
    }
    let text = "UPDATE sequence SET state = ?, revision = revision + 1, updated_at = ? WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [to.into(), now.into(), id.into(), me.workspace.into()])
        .run(tx.conn())
        .await?;
    let after = found(tx, me.workspace, id).await?.view()?;
    let payload = json!({ "before": row.state, "after": to, "version": after.version, "name": after.name });
    tell(tx, now, me, SEQUENCE_MOVED, id, payload).await?;
    Ok(after)
}

#[utoipa::path(post, path = "/sequences/{id}/activate", tag = "outreach", operation_id = "activate_sequence", params(("id" = Uuid, Path, description = "The sequence")),
    responses((status = 200, description = "It sends", body = SequenceView), (status = 404, description = "Not there", body = Problem), (status = 422, description = "What is missing", body = Problem)))]
async fn activate(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<SequenceId>,
) -> Answer<Tagged<SequenceView>> {
    turn(&app, &me, id, "active").await
}

#[utoipa::path(post, path = "/sequences/{id}/pause", tag = "outreach", operation_id = "pause_sequence", params(("id" = Uuid, Path, description = "The sequence")),
    responses((status = 200, description = "It sends nothing until it is active again", body = SequenceView), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It was not active", body = Problem)))]
async fn pause(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<SequenceId>,
) -> Answer<Tagged<SequenceView>> {
    turn(&app, &me, id, "paused").await
}

#[utoipa::path(post, path = "/sequences/{id}/archive", tag = "outreach", operation_id = "archive_sequence", params(("id" = Uuid, Path, description = "The sequence")),
    responses((status = 200, description = "Put away; people on their way are stopped", body = SequenceView), (status = 404, description = "Not there", body = Problem)))]
async fn archive(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<SequenceId>,
) -> Answer<Tagged<SequenceView>> {
    turn(&app, &me, id, "archived").await
}

#[utoipa::path(post, path = "/sequences/{id}/preview", tag = "outreach", operation_id = "preview_sequence", request_body = PreviewRequest, params(("id" = Uuid, Path, description = "The sequence")),
    responses((status = 200, description = "How it reads for one person, and when", body = Preview), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn preview(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<SequenceId>,
    Body(asked): Body<PreviewRequest>,
) -> Answer<Answered<Preview>> {
    let row = found(&app.db, me.workspace, id).await?;
    super::preview::preview(&app, &me, &row, &asked).await.map(Answered)
}

#[utoipa::path(post, path = "/sequences/{id}/enrol", tag = "outreach", operation_id = "enrol_in_sequence", request_body = EnrolRequest, params(("id" = Uuid, Path, description = "The sequence")),
    responses((status = 200, description = "Who is enrolled, and who is not and why", body = EnrolAnswer), (status = 404, description = "Not there", body = Problem), (status = 409, description = "The sequence is not active", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn enrol(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<SequenceId>,
    body: Body<EnrolRequest>,
) -> Answer<Answered<EnrolAnswer>> {
    let row = found(&app.db, me.workspace, id).await?;
    super::enrol::enrol(&app, &me, &row, body).await.map(Answered)
}

/// Routes of sequences.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, patch, remove))
        .routes(routes!(activate))
        .routes(routes!(pause))
        .routes(routes!(archive))
        .routes(routes!(preview))
        .routes(routes!(variants))
        .routes(routes!(import))
        .routes(routes!(shipped))
        .routes(routes!(export))
        .routes(routes!(simulated))
        .routes(routes!(enrol))
}

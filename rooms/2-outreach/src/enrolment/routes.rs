//! Enrolments over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::list::{self, push_conditions};
use http_room::{Answer, App, Body, Field, FieldKind, ListQuery, Member, Page, Problem, Reader, Writer};
use kernel::{CompanyId, DealId, EnrolmentId, MailboxId, PersonId, SequenceId, Timestamp, limits};
use process::room::optional;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Happening, happen, hold};

/// An enrolment as clients see it.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct EnrolmentView {
    /// Its id.
    pub id: EnrolmentId,
    /// Which sequence.
    pub sequence_id: SequenceId,
    /// Its name.
    pub sequence_name: String,
    /// Which version of it.
    pub version: i64,
    /// Who.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// Their company when they were enrolled.
    pub company_id: Option<CompanyId>,
    /// The deal it is about.
    pub deal_id: Option<DealId>,
    /// From which mailbox.
    pub mailbox_id: MailboxId,
    /// Why them.
    pub why_them: String,
    /// `scheduled`, `active`, `waiting`, `paused`, `replied`, `finished`, `stopped`, `failed`.
    pub state: String,
    /// Why it is in this state.
    pub reason: Option<String>,
    /// Steps done.
    pub step: i64,
    /// When the next step is due; empty while one is under way.
    pub next_run_at: Option<Timestamp>,
    /// Until when a pause lasts.
    pub resume_at: Option<Timestamp>,
    /// The person's zone.
    pub zone: String,
    /// How it was found.
    pub zone_source: String,
    /// Counts changes.
    pub revision: i64,
    /// Enrolled when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
    /// Ended when.
    pub ended_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, sequence_id, (SELECT s.name FROM sequence s WHERE s.id = enrolment.sequence_id) AS sequence_name, version, \
    person_id, (SELECT p.name FROM person p WHERE p.id = enrolment.person_id) AS person_name, company_id, deal_id, mailbox_id, \
    why_them, state, reason, step, next_run_at, resume_at, zone, zone_source, revision, created_at, updated_at, ended_at";

const FIELDS: &[Field] = &[
    Field::column("state", FieldKind::Choice, false),
    Field::column("reason", FieldKind::Choice, false),
    Field::column("sequence_id", FieldKind::Company, false),
    Field::column("person_id", FieldKind::Person, false),
    Field::column("company_id", FieldKind::Company, false),
    Field::column("deal_id", FieldKind::Company, false),
    Field::column("mailbox_id", FieldKind::Company, false),
    Field::column("created_at", FieldKind::Instant, true),
];

/// Why somebody is stopped or halted, and until when.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Halt {
    /// In your words.
    #[serde(default)]
    pub reason: Option<String>,
    /// For a pause: when it ends by itself.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

async fn view(db: &impl Source, me: &Member, id: EnrolmentId) -> Answer<EnrolmentView> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM enrolment WHERE ");
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), me.workspace.into()]);
    sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("enrolment"))
}

async fn change(
    app: &App,
    me: &Member,
    id: EnrolmentId,
    happening: &Happening,
) -> Answer<Answered<EnrolmentView>> {
    let mut tx = app.db.write_tx().await?;
    let row = hold(&tx, id).await?.filter(|row| row.workspace_id == me.workspace);
    let row = row.ok_or_else(|| Problem::not_found("enrolment"))?;
    if !row.state()?.is_open() {
        return Err(Problem::conflict("ended", "It has ended already; enrol the person anew."));
    }
    happen(&mut tx, &row, happening, me.actor(), app.clock.now()).await?;
    let after = view(&tx, me, id).await?;
    tx.commit().await?;
    Ok(Answered(after))
}

#[utoipa::path(get, path = "/enrolments", tag = "outreach", operation_id = "list_enrolments", params(records::routes::ListParams),
    responses((status = 200, description = "A page, newest first", body = Page<EnrolmentView>), (status = 422, description = "A filter, sort or cursor that does not fit", body = Problem)))]
async fn list(me: Reader, State(app): State<App>, query: ListQuery) -> Answer<Answered<Page<EnrolmentView>>> {
    let mut sql = Sql::new(app.db.engine(), "FROM enrolment WHERE workspace_id = ");
    sql.bind(me.workspace);
    push_conditions(&mut sql, FIELDS, &query.filters)?;
    list::page(app.db.read(), COLUMNS, sql, FIELDS, &query, ("created_at", true)).await.map(Answered)
}

#[utoipa::path(get, path = "/enrolments/{id}", tag = "outreach", operation_id = "get_enrolment", params(("id" = Uuid, Path, description = "The enrolment")),
    responses((status = 200, description = "The enrolment", body = EnrolmentView), (status = 404, description = "Not there", body = Problem)))]
async fn get(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<EnrolmentId>,
) -> Answer<Answered<EnrolmentView>> {
    view(&app.db, &me, id).await.map(Answered)
}

#[utoipa::path(post, path = "/enrolments/{id}/stop", tag = "outreach", operation_id = "stop_enrolment", request_body = Halt, params(("id" = Uuid, Path, description = "The enrolment")),
    responses((status = 200, description = "Stopped; what waited is cancelled", body = EnrolmentView), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It has ended already", body = Problem)))]
async fn stop(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<EnrolmentId>,
    Body(halt): Body<Halt>,
) -> Answer<Answered<EnrolmentView>> {
    let reason = optional("reason", halt.reason.as_deref(), limits::REASON_CHARS)?;
    let reason = reason.unwrap_or_else(|| "by_hand".to_owned());
    change(&app, &me, id, &Happening::Stop(reason)).await
}

#[utoipa::path(post, path = "/enrolments/{id}/pause", tag = "outreach", operation_id = "pause_enrolment", request_body = Halt, params(("id" = Uuid, Path, description = "The enrolment")),
    responses((status = 200, description = "Halted", body = EnrolmentView), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It has ended already", body = Problem)))]
async fn pause(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<EnrolmentId>,
    Body(halt): Body<Halt>,
) -> Answer<Answered<EnrolmentView>> {
    let reason = optional("reason", halt.reason.as_deref(), limits::REASON_CHARS)?;
    let reason = reason.unwrap_or_else(|| "by_hand".to_owned());
    change(&app, &me, id, &Happening::Pause(reason, halt.until)).await
}

#[utoipa::path(post, path = "/enrolments/{id}/resume", tag = "outreach", operation_id = "resume_enrolment", params(("id" = Uuid, Path, description = "The enrolment")),
    responses((status = 200, description = "On its way again", body = EnrolmentView), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It has ended already", body = Problem)))]
async fn resume(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<EnrolmentId>,
) -> Answer<Answered<EnrolmentView>> {
    change(&app, &me, id, &Happening::Resume).await
}

/// Routes of enrolments.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(stop))
        .routes(routes!(pause))
        .routes(routes!(resume))
}

//! The suppression list over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::list::{self, push_conditions};
use http_room::{Admin, Answer, App, Body, Field, FieldKind, ListQuery, Page, Problem, Reader, Writer};
use kernel::{EmailAddress, PersonId, Timestamp, WorkspaceId, limits};
use process::room::{given, optional};
use serde::Deserialize;
use serde_json::json;
use store::db::Source;
use store::{NewEvent, Row, Sql, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{COLUMNS, Entry, Reason, SUPPRESSION_LIFTED, Scope, Suppression, Target, suppress};
use crate::basis::consent;
use crate::enrolment;

const FIELDS: &[Field] = &[
    Field::column("scope", FieldKind::Choice, false),
    Field::column("reason", FieldKind::Choice, false),
    Field::column("text", FieldKind::Text, false),
    Field::column("person_id", FieldKind::Person, false),
    Field::column("lifted_at", FieldKind::Instant, false),
    Field::column("created_at", FieldKind::Instant, true),
];

/// Somebody not to be written to.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSuppression {
    /// How far it reaches.
    pub scope: Scope,
    /// The address or domain, for those scopes.
    #[serde(default)]
    pub text: Option<String>,
    /// The person, for that scope.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// In your words.
    #[serde(default)]
    pub note: Option<String>,
}

impl NewSuppression {
    fn target(&self) -> Answer<Target> {
        let text = self.text.as_deref().unwrap_or_default().trim();
        match self.scope {
            Scope::Address => EmailAddress::parse(text)
                .map(Target::Address)
                .map_err(|e| Problem::field("text", "invalid", e.to_string())),
            Scope::Domain => kernel::domain::host_of(text)
                .filter(|d| d.contains('.') && !kernel::domain::is_free_mail(d))
                .map(Target::Domain)
                .ok_or_else(|| Problem::field("text", "invalid", "a company's domain such as example.com")),
            Scope::Person => self
                .person_id
                .map(Target::Person)
                .ok_or_else(|| Problem::field("person_id", "required", "must be given")),
        }
    }
}

/// Why a suppression is lifted.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Lift {
    /// Why; for one who unsubscribed: when and how they agreed anew.
    pub reason: String,
}

#[utoipa::path(get, path = "/suppressions", tag = "outreach", operation_id = "list_suppressions", params(records::routes::ListParams),
    responses((status = 200, description = "A page; those in force when nothing is asked of `lifted_at`", body = Page<Suppression>), (status = 422, description = "A filter, sort or cursor that does not fit", body = Problem)))]
async fn list(me: Reader, State(app): State<App>, query: ListQuery) -> Answer<Answered<Page<Suppression>>> {
    let mut sql = Sql::new(app.db.engine(), "FROM suppression WHERE workspace_id = ");
    sql.bind(me.workspace);
    if !query.filters.iter().any(|f| f.field == "lifted_at") {
        sql.push(" AND lifted_at IS NULL");
    }
    push_conditions(&mut sql, FIELDS, &query.filters)?;
    list::page(app.db.read(), COLUMNS, sql, FIELDS, &query, ("created_at", true)).await.map(Answered)
}

#[utoipa::path(post, path = "/suppressions", tag = "outreach", operation_id = "add_suppression", request_body = NewSuppression,
    responses((status = 201, description = "Suppressed; running sequences to them are stopped", body = Suppression), (status = 409, description = "Suppressed already", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn add(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<NewSuppression>,
) -> Answer<(StatusCode, Answered<Suppression>)> {
    let target = new.target()?;
    let note = optional("note", new.note.as_deref(), limits::REASON_CHARS)?;
    let mut tx = app.db.write_tx().await?;
    let now = app.clock.now();
    if let Target::Person(id) = &target
        && crate::recipient::find(&tx, me.workspace, *id).await?.is_none()
    {
        return Err(Problem::field("person_id", "not_found", "there is no such person"));
    }
    let entry = Entry {
        workspace: me.workspace,
        actor: me.actor(),
        reason: Reason::ByHand,
        note,
        message: None,
        now,
    };
    let id = suppress(&mut tx, &target, &entry).await?;
    let id = id.ok_or_else(|| Problem::conflict("taken", "They are on the list already."))?;
    enrolment::stop_suppressed(&mut tx, me.workspace, &target, me.actor(), now).await?;
    let mut sql = Sql::new(tx.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM suppression WHERE ");
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), me.workspace.into()]);
    let made = sql.one(tx.conn()).await?.ok_or_else(|| Problem::not_found("suppression"))?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(made)))
}

#[utoipa::path(post, path = "/suppressions/{id}/lift", tag = "outreach", operation_id = "lift_suppression", request_body = Lift, params(("id" = Uuid, Path, description = "The entry")),
    responses((status = 204, description = "No longer in force"), (status = 404, description = "Not there, or lifted already", body = Problem), (status = 409, description = "They refused, and did not agree anew", body = Problem), (status = 422, description = "No reason", body = Problem)))]
async fn lift(
    me: Admin,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Body(lift): Body<Lift>,
) -> Answer<StatusCode> {
    let reason = given("reason", &lift.reason, limits::REASON_CHARS)?;
    let mut tx = app.db.write_tx().await?;
    let now = app.clock.now();
    let text = "UPDATE suppression SET lifted_at = ?, lifted_by = ?, lift_reason = ? \
                WHERE id = ? AND workspace_id = ? AND lifted_at IS NULL RETURNING scope, text, person_id, reason, created_at";
    let values = [now.into(), me.user.into(), reason.clone().into(), id.into(), me.workspace.into()];
    let rows = Sql::with(tx.engine(), text, values).rows(tx.conn()).await?;
    let row = rows.first().ok_or_else(|| Problem::not_found("suppression"))?;
    let (scope, text): (String, Option<String>) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let (cause, since): (String, Timestamp) = (row.try_get_by_index(3)?, row.try_get_by_index(4)?);
    if cause == Reason::Unsubscribe.key() && !agreed_anew(&tx, me.workspace, row, since).await? {
        return Err(Problem::conflict(
            "consent_needed",
            "They refused. Put on record first when and how they agreed anew.",
        ));
    }
    let subject = Subject { person: row.try_get_by_index(2)?, row: Some(id), ..Subject::default() };
    let event = NewEvent::now(me.workspace, SUPPRESSION_LIFTED, me.actor(), now).about(subject);
    tx.record(event.with(json!({ "scope": scope, "text": text, "reason": reason }))).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether somebody an entry is about agreed after it was made.
async fn agreed_anew(tx: &WriteTx, workspace: WorkspaceId, row: &Row, since: Timestamp) -> Answer<bool> {
    let text: Option<String> = row.try_get_by_index(1)?;
    let target = match (row.try_get_by_index::<Option<PersonId>>(2)?, text) {
        (Some(person), _) => Target::Person(person),
        (None, Some(text)) => match EmailAddress::parse(&text) {
            Ok(address) => Target::Address(address),
            Err(_) => Target::Domain(text),
        },
        (None, None) => return Ok(false),
    };
    let people = enrolment::people_behind(tx, workspace, &target).await?;
    Ok(consent::given_since(tx, workspace, &people, since).await?)
}

/// Routes of the suppression list.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(lift))
}

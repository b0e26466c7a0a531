//! Notes, calls and meetings: what people did and learned, in their own words.

use crate::disposition::outcome_of;
use crate::events;
use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, FieldError, IfMatch, Problem, Reader, Tagged, Writer};
use kernel::{ActivityId, CompanyId, DealId, PersonId, Timestamp, UserId, WorkspaceId, limits};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, NewEvent, Sql, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A note, call or meeting.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Activity {
    /// Its id.
    pub id: ActivityId,
    /// `note`, `call`, `meeting`.
    pub kind: String,
    /// The deal.
    pub deal_id: Option<DealId>,
    /// The company.
    pub company_id: Option<CompanyId>,
    /// The person talked to.
    pub person_id: Option<PersonId>,
    /// When it happened.
    pub at: Timestamp,
    /// When it ended.
    pub ends_at: Option<Timestamp>,
    /// A meeting's title.
    pub title: Option<String>,
    /// What was said and noted.
    pub body: String,
    /// `out` or `in`, for calls.
    pub direction: Option<String>,
    /// For calls `intended`, `voicemail`, `gatekeeper`, `wrong_person`, `busy`, `no_answer`, `dropped`;
    /// for meetings `booked`, `held`, `no_show`, `cancelled`.
    pub outcome: Option<String>,
    /// For calls, finer than the outcome: `voicemail_left`, `wrong_number`, `callback_agreed`, …
    pub disposition: Option<String>,
    /// Seconds.
    pub duration_seconds: Option<i64>,
    /// Both sides talked.
    pub two_way: bool,
    /// Where it takes place.
    pub link: Option<String>,
    /// Who wrote it down.
    pub author_id: Option<UserId>,
    /// Counts changes.
    pub revision: i64,
    /// Written down when.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "id, kind, deal_id, company_id, person_id, at, ends_at, title, body, direction, outcome, \
    disposition, duration_seconds, two_way, link, author_id, revision, created_at";

/// How an outbound or inbound call may end. `intended` alone is a connect (docs/metrics.md).
pub const CALL_OUTCOMES: &[&str] =
    &["intended", "voicemail", "gatekeeper", "wrong_person", "busy", "no_answer", "dropped"];
/// What may become of a meeting.
pub const MEETING_OUTCOMES: &[&str] = &["booked", "held", "no_show", "cancelled"];

/// A note, call or meeting to log.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewActivity {
    /// `note`, `call`, `meeting`.
    pub kind: String,
    /// When it happened; now when absent.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// When it ended.
    #[serde(default)]
    pub ends_at: Option<Timestamp>,
    /// A meeting's title.
    #[serde(default)]
    pub title: Option<String>,
    /// What was said and noted.
    #[serde(default)]
    pub body: String,
    /// `out` (default) or `in`, for calls.
    #[serde(default)]
    pub direction: Option<String>,
    /// See [`Activity::outcome`]; follows from the disposition when left out.
    #[serde(default)]
    pub outcome: Option<String>,
    /// See [`Activity::disposition`].
    #[serde(default)]
    pub disposition: Option<String>,
    /// Seconds.
    #[serde(default)]
    pub duration_seconds: Option<i64>,
    /// Both sides talked.
    #[serde(default)]
    pub two_way: bool,
    /// Where it takes place.
    #[serde(default)]
    pub link: Option<String>,
    /// The deal.
    #[serde(default)]
    pub deal_id: Option<DealId>,
    /// The company; the deal's when absent.
    #[serde(default)]
    pub company_id: Option<CompanyId>,
    /// The person talked to.
    #[serde(default)]
    pub person_id: Option<PersonId>,
}

impl NewActivity {
    fn faults(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let outcomes = match self.kind.as_str() {
            "note" => &[][..],
            "call" => CALL_OUTCOMES,
            "meeting" => MEETING_OUTCOMES,
            _ => {
                errors.push(FieldError::new("kind", "invalid", "note, call or meeting"));
                &[][..]
            }
        };
        if self.kind == "note" && self.body.trim().is_empty() {
            errors.push(FieldError::new("body", "required", "a note needs words"));
        }
        if self.body.len() > limits::NOTE_BYTES || self.body.contains('\0') {
            errors.push(FieldError::new("body", "too_long", "at most 100 KiB of text"));
        }
        match &self.outcome {
            Some(outcome) if !outcomes.contains(&outcome.as_str()) => {
                errors.push(FieldError::new("outcome", "invalid", format!("one of {}", outcomes.join(", "))));
            }
            None if !outcomes.is_empty() => {
                errors.push(FieldError::new("outcome", "required", format!("one of {}", outcomes.join(", "))))
            }
            _ => {}
        }
        if let Some(disposition) = &self.disposition
            && (self.kind != "call" || outcome_of(disposition) != self.outcome.as_deref())
        {
            errors.push(FieldError::new(
                "disposition",
                "invalid",
                "what became of a call, as its outcome says",
            ));
        }
        if self.direction.as_deref().is_some_and(|d| d != "in" && d != "out") {
            errors.push(FieldError::new("direction", "invalid", "in or out"));
        }
        if self.duration_seconds.is_some_and(|s| !(0..=86_400).contains(&s)) {
            errors.push(FieldError::new("duration_seconds", "invalid", "from 0 to 86400"));
        }
        if self.title.as_ref().is_some_and(|t| t.chars().count() > limits::NAME_CHARS) {
            errors.push(FieldError::new("title", "too_long", "at most 200 characters"));
        }
        errors
    }

    fn payload(&self) -> Json {
        json!({
            "title": self.title, "body": self.body, "direction": self.direction, "outcome": self.outcome,
            "disposition": self.disposition, "duration_seconds": self.duration_seconds, "two_way": self.two_way, "link": self.link,
        })
    }

    fn word(&self) -> &'static str {
        match self.kind.as_str() {
            "call" => events::CALL_LOGGED,
            "meeting" => events::MEETING_LOGGED,
            _ => events::NOTE_ADDED,
        }
    }
}

/// Logs it, in the caller's transaction.
///
/// # Errors
/// 422 with every field at fault.
pub async fn log(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    actor: Actor,
    new: NewActivity,
    now: Timestamp,
) -> Answer<Activity> {
    log_with(tx, workspace, actor, new, Json::Null, now).await
}

/// The payload of an event, with what a room has to add.
fn with_more(mut payload: Json, more: Json) -> Json {
    if let (Some(payload), Json::Object(more)) = (payload.as_object_mut(), more) {
        payload.extend(more);
    }
    payload
}

/// The same, with more in the payload of its event. A meeting that lies ahead is told of when it is booked.
///
/// # Errors
/// 422 with every field at fault.
pub async fn log_with(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    actor: Actor,
    mut new: NewActivity,
    more: Json,
    now: Timestamp,
) -> Answer<Activity> {
    if new.outcome.is_none() {
        new.outcome = new.disposition.as_deref().and_then(outcome_of).map(str::to_owned);
    }
    let mut errors = new.faults();
    let links = crate::link::resolve(tx, workspace, new.deal_id, new.company_id, new.person_id).await?;
    errors.extend(links.errors());
    if links.deal.is_none() && links.company.is_none() && links.person.is_none() && errors.is_empty() {
        errors.push(FieldError::new(
            "company_id",
            "required",
            "say to which deal, company or person it belongs",
        ));
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    if new.kind == "call" {
        new.direction.get_or_insert_with(|| "out".to_owned());
    }
    let id = ActivityId::new();
    let at = new.at.unwrap_or(now);
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO activity (id, workspace_id, kind, deal_id, company_id, person_id, at, ends_at, title, body, direction, \
         outcome, disposition, duration_seconds, two_way, link, author_id, revision, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        workspace.into(),
        new.kind.clone().into(),
        links.deal.into(),
        links.company.into(),
        links.person.into(),
        at.into(),
        new.ends_at.into(),
        new.title.clone().into(),
        new.body.clone().into(),
        new.direction.clone().into(),
        new.outcome.clone().into(),
        new.disposition.clone().into(),
        new.duration_seconds.into(),
        new.two_way.into(),
        new.link.clone().into(),
        actor.user().into(),
        1_i64.into(),
        now.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    let version = version_of(tx, links.deal).await?;
    let event = NewEvent::now(workspace, new.word(), actor, now)
        .at(at.min(now))
        .about(links.subject(Some(id.0)))
        .under(version)
        .with(with_more(new.payload(), more));
    tx.record(event).await?;
    find(tx, workspace, id).await
}

/// What became of a meeting that was booked.
#[derive(Debug, Clone)]
pub struct Correction {
    /// One of [`MEETING_OUTCOMES`].
    pub outcome: &'static str,
    /// Begins.
    pub at: Timestamp,
    /// Ends.
    pub ends_at: Timestamp,
    /// Both sides talked.
    pub two_way: bool,
    /// What the room has to add to the event.
    pub more: Json,
}

/// Corrects a meeting by what became of it. Nothing happens to one that was deleted.
///
/// # Errors
/// Whatever the database says.
pub async fn settle(
    tx: &mut WriteTx,
    (workspace, id): (WorkspaceId, ActivityId),
    correction: Correction,
    actor: Actor,
    now: Timestamp,
) -> Answer<()> {
    let mut sql = Sql::new(tx.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM activity WHERE ");
    sql.push_with("id = ? AND workspace_id = ? AND deleted_at IS NULL", [id.into(), workspace.into()]);
    let Some(before) = sql.one::<Activity>(tx.conn()).await? else { return Ok(()) };
    let after = NewActivity {
        outcome: Some(correction.outcome.to_owned()),
        at: Some(correction.at),
        ends_at: Some(correction.ends_at),
        two_way: correction.two_way,
        ..before.as_new()
    };
    let text = "UPDATE activity SET at = ?, ends_at = ?, outcome = ?, two_way = ?, revision = revision + 1, updated_at = ? \
                WHERE id = ? AND workspace_id = ?";
    let values = [
        correction.at.into(),
        correction.ends_at.into(),
        correction.outcome.into(),
        correction.two_way.into(),
        now.into(),
        id.into(),
        workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let payload = json!({ "kind": before.kind, "at": after.at, "before": before.as_new().payload(), "after": after.payload() });
    let version = version_of(tx, before.deal_id).await?;
    let event = NewEvent::now(workspace, events::ACTIVITY_CHANGED, actor, now).about(before.subject());
    tx.record(event.under(version).with(with_more(payload, correction.more))).await?;
    Ok(())
}

/// The process version a deal is pinned to.
///
/// # Errors
/// Whatever the database says.
pub async fn version_of(tx: &WriteTx, deal: Option<DealId>) -> Answer<Option<kernel::ProcessVersionId>> {
    let Some(deal) = deal else {
        return Ok(None);
    };
    let text = "SELECT process_version_id FROM deal WHERE id = ?";
    let version: Option<Option<kernel::ProcessVersionId>> =
        Sql::with(tx.engine(), text, [deal.into()]).scalar(tx.conn()).await?;
    Ok(version.flatten())
}

/// One note, call or meeting.
///
/// # Errors
/// 404 when it is not there.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: ActivityId) -> Answer<Activity> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM activity WHERE ");
    sql.push_with("id = ? AND workspace_id = ? AND deleted_at IS NULL", [id.into(), workspace.into()]);
    sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("note, call or meeting"))
}

impl Activity {
    fn subject(&self) -> Subject {
        Subject { company: self.company_id, person: self.person_id, deal: self.deal_id, row: Some(self.id.0) }
    }

    fn as_new(&self) -> NewActivity {
        NewActivity {
            kind: self.kind.clone(),
            at: Some(self.at),
            ends_at: self.ends_at,
            title: self.title.clone(),
            body: self.body.clone(),
            direction: self.direction.clone(),
            outcome: self.outcome.clone(),
            disposition: self.disposition.clone(),
            duration_seconds: self.duration_seconds,
            two_way: self.two_way,
            link: self.link.clone(),
            deal_id: self.deal_id,
            company_id: self.company_id,
            person_id: self.person_id,
        }
    }
}

#[utoipa::path(post, path = "/activities", tag = "activities", operation_id = "log_activity", request_body = NewActivity,
    responses((status = 201, description = "Logged", body = Activity), (status = 422, description = "Fields at fault", body = Problem)))]
async fn add(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<NewActivity>,
) -> Answer<(StatusCode, Answered<Activity>)> {
    let mut tx = app.db.write_tx().await?;
    let activity = log(&mut tx, me.workspace, me.actor(), new, app.clock.now()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(activity)))
}

#[utoipa::path(get, path = "/activities/{id}", tag = "activities", operation_id = "get_activity", params(("id" = uuid::Uuid, Path, description = "The note, call or meeting")),
    responses((status = 200, description = "It", body = Activity), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<ActivityId>) -> Answer<Tagged<Activity>> {
    find(&app.db, me.workspace, id).await.map(|a| Tagged(a.revision, a))
}

#[utoipa::path(patch, path = "/activities/{id}", tag = "activities", operation_id = "correct_activity", request_body = NewActivity, params(("id" = uuid::Uuid, Path, description = "The note, call or meeting")),
    responses((status = 200, description = "As it is now", body = Activity), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn correct(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<ActivityId>,
    seen: IfMatch,
    Body(patch): Body<serde_json::Map<String, Json>>,
) -> Answer<Tagged<Activity>> {
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let before = find(&tx, me.workspace, id).await?;
    seen.check(before.revision)?;
    let mut merged = serde_json::to_value(before.as_new()).map_err(|e| Problem::internal(&e))?;
    // A corrected outcome no longer has the disposition it followed from.
    if patch.contains_key("outcome") && !patch.contains_key("disposition") {
        merged["disposition"] = Json::Null;
    }
    for (key, value) in patch {
        if matches!(key.as_str(), "kind" | "deal_id" | "company_id" | "person_id") {
            return Err(Problem::field(&key, "invalid", "this cannot be changed: delete it and log it anew"));
        }
        merged[key] = value;
    }
    let after: NewActivity =
        serde_json::from_value(merged).map_err(|e| Problem::field("", "invalid", e.to_string()))?;
    let errors = after.faults();
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let text = "UPDATE activity SET at = ?, ends_at = ?, title = ?, body = ?, direction = ?, outcome = ?, disposition = ?, duration_seconds = ?, \
                two_way = ?, link = ?, revision = revision + 1, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [
        after.at.unwrap_or(before.at).into(),
        after.ends_at.into(),
        after.title.clone().into(),
        after.body.clone().into(),
        after.direction.clone().into(),
        after.outcome.clone().into(),
        after.disposition.clone().into(),
        after.duration_seconds.into(),
        after.two_way.into(),
        after.link.clone().into(),
        now.into(),
        id.into(),
        me.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let payload = json!({ "kind": before.kind, "at": after.at, "before": before.as_new().payload(), "after": after.payload() });
    tx.record(
        NewEvent::now(me.workspace, events::ACTIVITY_CHANGED, me.actor(), now)
            .about(before.subject())
            .with(payload),
    )
    .await?;
    let activity = find(&tx, me.workspace, id).await?;
    tx.commit().await?;
    Ok(Tagged(activity.revision, activity))
}

#[utoipa::path(delete, path = "/activities/{id}", tag = "activities", operation_id = "delete_activity", params(("id" = uuid::Uuid, Path, description = "The note, call or meeting")),
    responses((status = 204, description = "As if it had never been"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(me: Writer, State(app): State<App>, Path(id): Path<ActivityId>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    delete(&mut tx, me.workspace, me.actor(), id, app.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes it, as if it had never been, in the caller's transaction.
///
/// # Errors
/// 404 when it is not there.
pub async fn delete(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    actor: Actor,
    id: ActivityId,
    now: Timestamp,
) -> Answer<()> {
    let activity = find(tx, workspace, id).await?;
    let text =
        "UPDATE activity SET deleted_at = ?, revision = revision + 1 WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [now.into(), id.into(), workspace.into()]).run(tx.conn()).await?;
    let payload = json!({ "kind": activity.kind, "before": activity.as_new().payload() });
    let event = NewEvent::now(workspace, events::ACTIVITY_DELETED, actor, now);
    tx.record(event.about(activity.subject()).with(payload)).await?;
    Ok(())
}

/// Routes of notes, calls and meetings.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(add)).routes(routes!(get, correct, remove))
}

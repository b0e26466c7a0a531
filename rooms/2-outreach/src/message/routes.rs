//! Messages over HTTP: reading, editing before they leave, correcting what came in, writing by hand.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::list::{self, push_conditions};
use http_room::{
    Answer, App, Body, Field, FieldError, FieldKind, IfMatch, ListQuery, Member, Page, Problem, Reader,
    Tagged, Writer,
};
use kernel::MessageId;
use mail::Intent;
use serde::Deserialize;
use serde_json::json;
use store::db::Source;
use store::{NewEvent, Sql, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::correction::{self, IntentCorrection};
use super::hand::{HandWritten, body, line, write_by_hand};
use super::{COLUMNS, MessageRow, MessageState, find, hold};
use crate::engine::settle;
use crate::sealed;

/// A mail was edited before it left. Payload: `before`, `after` (subject, text).
pub const MESSAGE_EDITED: &str = "message.edited";

const FIELDS: &[Field] = &[
    Field::column("direction", FieldKind::Choice, false),
    Field::column("origin", FieldKind::Choice, false),
    Field::column("state", FieldKind::Choice, false),
    Field::column("class", FieldKind::Choice, false),
    Field::column("intent", FieldKind::Choice, false),
    Field::column("deal_id", FieldKind::Company, false),
    Field::column("person_id", FieldKind::Person, false),
    Field::column("company_id", FieldKind::Company, false),
    Field::column("enrolment_id", FieldKind::Company, false),
    Field::column("sequence_id", FieldKind::Company, false),
    Field::column("mailbox_id", FieldKind::Company, false),
    Field::column("created_at", FieldKind::Instant, true),
];

/// What is to change: subject and text of a mail that has not left, or the intent of one that came in.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessagePatch {
    /// Subject.
    #[serde(default)]
    pub subject: Option<String>,
    /// Text.
    #[serde(default)]
    pub text: Option<String>,
    /// What they want: `interested`, `question`, `not_now`, …
    #[serde(default)]
    pub intent: Option<String>,
}

/// How an uncertain mail is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It left.
    Sent,
    /// It did not: send it.
    Queued,
}

/// What a person decides about an uncertain mail.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// How to take it.
    pub verdict: Verdict,
}

async fn found(db: &impl Source, me: &Member, id: MessageId) -> Answer<MessageRow> {
    find(db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("message"))
}

#[utoipa::path(get, path = "/messages", tag = "outreach", operation_id = "list_messages", params(records::routes::ListParams),
    responses((status = 200, description = "A page, newest first", body = Page<MessageRow>), (status = 422, description = "A filter, sort or cursor that does not fit", body = Problem)))]
async fn list(me: Reader, State(app): State<App>, query: ListQuery) -> Answer<Answered<Page<MessageRow>>> {
    let mut sql = Sql::new(app.db.engine(), "FROM message WHERE workspace_id = ");
    sql.bind(me.workspace);
    push_conditions(&mut sql, FIELDS, &query.filters)?;
    list::page(app.db.read(), COLUMNS, sql, FIELDS, &query, ("created_at", true)).await.map(Answered)
}

#[utoipa::path(get, path = "/messages/{id}", tag = "outreach", operation_id = "get_message", params(("id" = Uuid, Path, description = "The message")),
    responses((status = 200, description = "The message, with its revision as ETag", body = MessageRow), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<MessageId>) -> Answer<Tagged<MessageRow>> {
    let row = found(&app.db, &me, id).await?;
    Ok(Tagged(row.revision, row))
}

#[utoipa::path(post, path = "/messages", tag = "outreach", operation_id = "write_message", request_body = HandWritten,
    responses((status = 201, description = "Queued", body = MessageRow), (status = 404, description = "No such mailbox", body = Problem), (status = 409, description = "They must not be written to", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn write(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<HandWritten>,
) -> Answer<(StatusCode, Tagged<MessageRow>)> {
    let mut tx = app.db.write_tx().await?;
    let id = write_by_hand(&mut tx, &me, new, app.clock.now()).await?;
    let row = found(&tx, &me, id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(row.revision, row)))
}

#[utoipa::path(patch, path = "/messages/{id}", tag = "outreach", operation_id = "update_message", request_body = MessagePatch, params(("id" = Uuid, Path, description = "The message")),
    responses((status = 200, description = "As it is now", body = MessageRow), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It has left, or is leaving", body = Problem), (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn patch(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<MessageId>,
    if_match: IfMatch,
    Body(patch): Body<MessagePatch>,
) -> Answer<Tagged<MessageRow>> {
    let mut tx = app.db.write_tx().await?;
    let seen = found(&tx, &me, id).await?;
    if let Some(enrolment) = seen.enrolment_id {
        crate::enrolment::hold(&tx, enrolment).await?;
    }
    let row = hold(&tx, id).await?.ok_or_else(|| Problem::not_found("message"))?;
    if_match.check(row.revision)?;
    if row.direction == "in" {
        correction::correct(&app, &mut tx, &me, &row, said(&patch)?).await?;
    } else {
        edit(&app, &mut tx, &me, &row, &patch).await?;
    }
    let after = found(&tx, &me, id).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

/// A mail that has not left gets new words and goes on.
async fn edit(
    app: &App,
    tx: &mut WriteTx,
    me: &Member,
    row: &MessageRow,
    patch: &MessagePatch,
) -> Answer<()> {
    if patch.intent.is_some() {
        return Err(Problem::field("intent", "not_allowed", "only mail that came in has an intent"));
    }
    if !MessageState::parse(&row.state).is_some_and(MessageState::can_be_cancelled) {
        return Err(Problem::conflict("left", "It has left, is leaving, or never will."));
    }
    if sealed::is_in(&row.text) {
        return Err(Problem::conflict(
            "sealed",
            "It holds what only its reader may know: cancel it, or let it go.",
        ));
    }
    let subject = line("subject", patch.subject.as_deref().unwrap_or(&row.subject))?;
    let text = body("text", patch.text.as_deref().unwrap_or(&row.text))?;
    let left = unfilled(row, &subject, &text);
    if !left.is_empty() {
        return Err(Problem::invalid(left));
    }
    let (now, due) = (app.clock.now(), row.due_at.unwrap_or(row.created_at));
    let update = "UPDATE message SET state = 'queued', reason = NULL, missing = ?, subject = ?, thread_subject = ?, text = ?, \
                  due_at = ?, revision = revision + 1, updated_at = ? WHERE id = ?";
    let values = [
        json!([]).into(),
        subject.clone().into(),
        super::thread_key(&subject).into(),
        text.clone().into(),
        due.max(now).into(),
        now.into(),
        row.id.into(),
    ];
    Sql::with(tx.engine(), update, values).run(tx.conn()).await?;
    let payload = json!({
        "before": { "subject": row.subject, "text": row.text }, "after": { "subject": subject, "text": text },
    });
    let event = NewEvent::now(me.workspace, MESSAGE_EDITED, me.actor(), now).about(row.subject_of_events());
    tx.record(event.with(payload)).await?;
    Ok(())
}

/// Marks of fields without value that are still in the text (R24).
fn unfilled(row: &MessageRow, subject: &str, text: &str) -> Vec<FieldError> {
    let missing: Vec<String> = serde_json::from_value(row.missing.clone()).unwrap_or_default();
    let still = |name: &&String| {
        let mark = format!("[{name}]");
        subject.contains(&mark) || text.contains(&mark)
    };
    let named = missing.iter().filter(still);
    named.map(|n| FieldError::new("text", "unresolved", format!("fill in {n}"))).collect()
}

/// The intent a reply is said to have.
fn said(patch: &MessagePatch) -> Answer<Intent> {
    let intent = patch.intent.as_deref().and_then(Intent::from_key);
    intent.ok_or_else(|| Problem::field("intent", "invalid", "one of the known intents"))
}

#[utoipa::path(get, path = "/messages/{id}/intent", tag = "outreach", operation_id = "list_intent_corrections", params(("id" = Uuid, Path, description = "The reply")),
    responses((status = 200, description = "Who took it for what, the newest first", body = Vec<IntentCorrection>), (status = 404, description = "Not there", body = Problem)))]
async fn corrections(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<MessageId>,
) -> Answer<Answered<Vec<IntentCorrection>>> {
    let row = found(&app.db, &me, id).await?;
    Ok(Answered(correction::of(&app.db, me.workspace, row.id).await?))
}

#[utoipa::path(delete, path = "/messages/{id}/intent", tag = "outreach", operation_id = "undo_intent_correction", params(("id" = Uuid, Path, description = "The reply")),
    responses((status = 200, description = "Taken for what it was before", body = MessageRow), (status = 404, description = "Not there", body = Problem), (status = 409, description = "Nobody corrected it", body = Problem)))]
async fn take_back(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<MessageId>,
) -> Answer<Tagged<MessageRow>> {
    let mut tx = app.db.write_tx().await?;
    found(&tx, &me, id).await?;
    let row = hold(&tx, id).await?.ok_or_else(|| Problem::not_found("message"))?;
    correction::take_back(&app, &mut tx, &me, &row).await?;
    let after = found(&tx, &me, id).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

#[utoipa::path(post, path = "/messages/{id}/decide", tag = "outreach", operation_id = "decide_message", request_body = Decide, params(("id" = Uuid, Path, description = "The message")),
    responses((status = 200, description = "Taken as you say", body = MessageRow), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It is not uncertain", body = Problem)))]
async fn decide(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<MessageId>,
    Body(decide): Body<Decide>,
) -> Answer<Tagged<MessageRow>> {
    let row = found(&app.db, &me, id).await?;
    let held = settle::hold(&app, &row).await?;
    let mut held = held.ok_or_else(|| Problem::not_found("message"))?;
    if held.message.state != MessageState::Uncertain.key() {
        return Err(Problem::conflict("not_uncertain", "It is known what became of this mail."));
    }
    match decide.verdict {
        Verdict::Sent => settle::sent(&mut held, "said so by hand").await?,
        Verdict::Queued => {
            let text = "UPDATE message SET data_started_at = NULL, sent_at = NULL, due_at = ? WHERE id = ?";
            Sql::with(held.tx.engine(), text, [held.now.into(), id.into()]).run(held.tx.conn()).await?;
            super::set_state(&held.tx, id, MessageState::Queued, None, held.now).await?;
        }
    }
    held.tx.commit().await?;
    let row = found(&app.db, &me, id).await?;
    Ok(Tagged(row.revision, row))
}

/// Routes of messages.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, write))
        .routes(routes!(get, patch))
        .routes(routes!(decide))
        .routes(routes!(corrections, take_back))
}

//! The tray of mails that belong to nobody yet, and putting one to somebody.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::list::{self, push_conditions};
use http_room::{Answer, App, Body, Field, FieldKind, ListQuery, Member, Page, Problem, Reader, Writer};
use kernel::{DealId, MessageId, PersonId};
use records::events::REPLY_RECEIVED;
use serde::Deserialize;
use serde_json::json;
use store::db::Source;
use store::{NewEvent, Sql, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answered::{Answered as AnsweredMail, answered};
use super::receive::{Said, Whose};
use crate::message::{self, COLUMNS, MessageRow, MessageState};
use crate::{mailbox, recipient};

const FIELDS: &[Field] = &[
    Field::column("from_address", FieldKind::Text, false),
    Field::column("mailbox_id", FieldKind::Company, false),
    Field::column("created_at", FieldKind::Instant, true),
];

/// Whom a mail is from.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The person.
    pub person_id: PersonId,
    /// The deal; left out: their newest open one.
    #[serde(default)]
    pub deal_id: Option<DealId>,
}

#[utoipa::path(get, path = "/inbox/unmatched", tag = "outreach", operation_id = "list_unmatched_mail", params(records::routes::ListParams),
    responses((status = 200, description = "A page, newest first", body = Page<MessageRow>), (status = 422, description = "A filter, sort or cursor that does not fit", body = Problem)))]
async fn list(me: Reader, State(app): State<App>, query: ListQuery) -> Answer<Answered<Page<MessageRow>>> {
    let mut sql = Sql::new(app.db.engine(), "FROM message WHERE state = 'unmatched' AND workspace_id = ");
    sql.bind(me.workspace);
    push_conditions(&mut sql, FIELDS, &query.filters)?;
    list::page(app.db.read(), COLUMNS, sql, FIELDS, &query, ("created_at", true)).await.map(Answered)
}

#[utoipa::path(post, path = "/inbox/unmatched/{id}/assign", tag = "outreach", operation_id = "assign_unmatched_mail", request_body = Assign, params(("id" = Uuid, Path, description = "The mail")),
    responses((status = 200, description = "It belongs to them; their sequences are stopped", body = MessageRow), (status = 404, description = "Not in the tray", body = Problem), (status = 422, description = "No such person or deal", body = Problem)))]
async fn assign(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<MessageId>,
    Body(to): Body<Assign>,
) -> Answer<Answered<MessageRow>> {
    let mut tx = app.db.write_tx().await?;
    let row = message::hold(&tx, id).await?.filter(|m| m.workspace_id == me.workspace);
    let row = row.filter(|m| m.state == MessageState::Unmatched.key());
    let row = row.ok_or_else(|| Problem::not_found("unmatched mail"))?;
    let whose = whose(&tx, &me, &to).await?;
    put(&app, &mut tx, &me, &row, to.person_id, whose).await?;
    let after = message::find(&tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("mail"))?;
    tx.commit().await?;
    Ok(Answered(after))
}

async fn whose(tx: &WriteTx, me: &Member, to: &Assign) -> Answer<Whose> {
    let who = recipient::find(tx, me.workspace, to.person_id).await?;
    let who = who.ok_or_else(|| Problem::field("person_id", "not_found", "there is no such person"))?;
    let deal = match to.deal_id {
        Some(id) => {
            let deal = recipient::deal(tx, me.workspace, id).await?;
            Some(deal.ok_or_else(|| Problem::field("deal_id", "not_found", "there is no such deal"))?.id)
        }
        None => {
            let text = "SELECT d.id FROM deal d JOIN deal_person p ON p.deal_id = d.id WHERE d.workspace_id = ? AND p.person_id = ? \
                        AND d.deleted_at IS NULL AND d.status IN ('open', 'not_yet') ORDER BY d.created_at DESC LIMIT 1";
            let values = [me.workspace.into(), to.person_id.into()];
            Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?
        }
    };
    Ok(Whose { person: Some(who.id), company: who.company_id, deal })
}

/// From now on it is as if it had been matched when it came.
async fn put(
    app: &App,
    tx: &mut WriteTx,
    me: &Member,
    row: &MessageRow,
    person: PersonId,
    whose: Whose,
) -> Answer<()> {
    let now = app.clock.now();
    let text = "UPDATE message SET state = 'received', person_id = ?, company_id = ?, deal_id = ?, matched_by = 'by_hand', \
                corrected_by = ?, revision = revision + 1, updated_at = ? WHERE id = ?";
    let values =
        [person.into(), whose.company.into(), whose.deal.into(), me.user.into(), now.into(), row.id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let at = row.sent_at.unwrap_or(row.created_at);
    let payload = json!({
        "message_id": row.id, "class": row.class, "intent": row.intent, "intents": row.intents, "positive": row.positive,
        "subject": row.subject, "from": row.from_address, "excerpt": row.excerpt, "assigned_by_hand": true,
    });
    let subject =
        Subject { company: whose.company, person: Some(person), deal: whose.deal, row: Some(row.id.0) };
    let event = NewEvent::now(me.workspace, REPLY_RECEIVED, me.actor(), now).at(at).about(subject);
    tx.record(event.with(payload)).await?;
    let mailbox = match row.mailbox_id {
        Some(id) => mailbox::find(tx, me.workspace, id).await?,
        None => None,
    };
    let Some(mailbox) = mailbox else { return Ok(()) };
    let workspace = records::workspace::find(tx, me.workspace).await?;
    let said = Said {
        excerpt: row.excerpt.clone(),
        intent: row.intent.clone(),
        intents: Vec::new(),
        positive: row.positive,
    };
    let workspace = workspace.as_ref();
    answered(
        tx,
        &AnsweredMail { mailbox: &mailbox, workspace, id: row.id, person, whose, said: &said, at, now },
    )
    .await
}

/// Routes of the tray.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(assign))
}

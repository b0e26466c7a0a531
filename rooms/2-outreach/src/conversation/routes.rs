//! The shared inbox over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::body::patched;
use http_room::{Answer, App, Body, IfMatch, ListQuery, Page, Problem, Reader, Tagged, Writer, list};
use kernel::{ConversationId, Timestamp, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use store::{Db, Result, Sql, search};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::change::{act, held, take_back};
use super::queries::{COLUMNS, FIELDS, find, mails_with, page_query};
use super::reply::{NewReply, Replied, reply};
use super::rules::Deed;
use super::{ConversationRow, ConversationState};
use crate::mailbox;
use crate::message::MessageRow;

/// Conversations counted at most.
const COUNTED: i64 = 1_000;
/// Mails of a conversation shown at once, the newest.
const MAILS: i64 = 100;
/// People and companies that a word may find, each.
const FOUND: u32 = 50;

/// How much waits in the inbox; each number at most 1,000.
#[derive(Debug, Clone, Copy, Default, Serialize, utoipa::ToSchema)]
pub struct InboxCounts {
    /// Open conversations of the one who asks.
    pub mine: i64,
    /// Open ones of nobody.
    pub unassigned: i64,
    /// All open ones.
    pub everybody: i64,
    /// All that rest.
    pub snoozed: i64,
    /// Mails that belong to nobody yet.
    pub unmatched: i64,
}

/// A conversation with its mails.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ConversationThread {
    /// The conversation.
    pub conversation: ConversationRow,
    /// Mails with the person, oldest first, the newest 100.
    pub messages: Vec<MessageRow>,
    /// Whether there are older ones.
    pub has_older: bool,
    /// What will stand under an answer from the conversation's mailbox by the one who asks.
    pub signature: String,
}

/// What is to become of a conversation.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConversationPatch {
    /// Whose it is from now on; null: nobody's.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<UserId>)]
    pub assigned_to: Option<Option<UserId>>,
    /// `open`, `done`, or `snoozed` with `snoozed_until`.
    #[serde(default)]
    pub state: Option<ConversationState>,
    /// Until when it rests: later than now, within a year.
    #[serde(default)]
    pub snoozed_until: Option<Timestamp>,
}

impl ConversationPatch {
    fn deeds(&self) -> Answer<Vec<Deed>> {
        let assign = self.assigned_to.map(Deed::Assign);
        let state = match (self.state, self.snoozed_until) {
            (Some(ConversationState::Snoozed) | None, Some(until)) => Some(Deed::Snooze(until)),
            (Some(ConversationState::Snoozed), None) => {
                return Err(Problem::field("snoozed_until", "required", "say until when it rests"));
            }
            (Some(_), Some(_)) => {
                return Err(Problem::field("snoozed_until", "not_allowed", "only what rests has a time"));
            }
            (Some(ConversationState::Open), None) => Some(Deed::Reopen),
            (Some(ConversationState::Done), None) => Some(Deed::Done),
            (None, None) => None,
        };
        Ok(assign.into_iter().chain(state).collect())
    }
}

#[utoipa::path(get, path = "/inbox/conversations", tag = "outreach", operation_id = "list_conversations", params(records::routes::ListParams),
    responses((status = 200, description = "A page, newest first; open ones when nothing is asked of `state`. `q` finds by person and company", body = Page<ConversationRow>), (status = 422, description = "A filter, sort or cursor that does not fit", body = Problem)))]
async fn page(
    me: Reader,
    State(app): State<App>,
    query: ListQuery,
) -> Answer<Answered<Page<ConversationRow>>> {
    let found = match &query.q {
        Some(words) => Some(found(&app.db, me.workspace, words).await?),
        None => None,
    };
    let sql = page_query(app.db.engine(), me.workspace, &query, found)?;
    list::page(app.db.read(), COLUMNS, sql, FIELDS, &query, ("listed_at", true)).await.map(Answered)
}

/// The people and companies that words find.
async fn found(db: &Db, workspace: WorkspaceId, words: &str) -> Result<(Vec<uuid::Uuid>, Vec<uuid::Uuid>)> {
    let people = search::find(db, workspace, words, &["person"], FOUND).await?;
    let companies = search::find(db, workspace, words, &["company"], FOUND).await?;
    let ids = |hits: Vec<search::Hit>| hits.into_iter().map(|hit| hit.record_id).collect();
    Ok((ids(people), ids(companies)))
}

#[utoipa::path(get, path = "/inbox/counts", tag = "outreach", operation_id = "count_inbox",
    responses((status = 200, description = "How much waits", body = InboxCounts)))]
async fn counts(me: Reader, State(app): State<App>) -> Answer<Answered<InboxCounts>> {
    let open = "conversation WHERE state = 'open' AND workspace_id = ?";
    let space = me.workspace;
    Ok(Answered(InboxCounts {
        mine: count(&app.db, space, &format!("{open} AND assigned_to = ?"), Some(me.user)).await?,
        unassigned: count(&app.db, space, &format!("{open} AND assigned_to IS NULL"), None).await?,
        everybody: count(&app.db, space, open, None).await?,
        snoozed: count(&app.db, space, "conversation WHERE state = 'snoozed' AND workspace_id = ?", None)
            .await?,
        unmatched: count(&app.db, space, "message WHERE state = 'unmatched' AND workspace_id = ?", None)
            .await?,
    }))
}

async fn count(db: &Db, workspace: WorkspaceId, of: &str, user: Option<UserId>) -> Result<i64> {
    let text = format!("SELECT COUNT(*) FROM (SELECT 1 FROM {of} LIMIT ?) AS counted");
    let limit = COUNTED.into();
    let sql = match user {
        Some(user) => Sql::with(db.engine(), &text, [workspace.into(), user.into(), limit]),
        None => Sql::with(db.engine(), &text, [workspace.into(), limit]),
    };
    Ok(sql.scalar(db.read()).await?.unwrap_or_default())
}

#[utoipa::path(get, path = "/inbox/conversations/{id}", tag = "outreach", operation_id = "get_conversation", params(("id" = Uuid, Path, description = "The conversation")),
    responses((status = 200, description = "It with its mails, and its revision as ETag", body = ConversationThread), (status = 404, description = "Not there", body = Problem)))]
async fn get(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<ConversationId>,
) -> Answer<Tagged<ConversationThread>> {
    let row = find(&app.db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("conversation"))?;
    let (messages, has_older) = mails_with(&app.db, me.workspace, row.person_id, MAILS).await?;
    let from = mailbox::find(&app.db, me.workspace, row.mailbox_id).await?;
    let signature = match from {
        Some(from) if from.owner_id == me.user => from.signature,
        from => {
            let own = mailbox::signature_of(&app.db, me.workspace, me.user).await?;
            own.or(from.map(|m| m.signature)).unwrap_or_default()
        }
    };
    Ok(Tagged(row.revision, ConversationThread { conversation: row, messages, has_older, signature }))
}

#[utoipa::path(patch, path = "/inbox/conversations/{id}", tag = "outreach", operation_id = "change_conversation", request_body = ConversationPatch, params(("id" = Uuid, Path, description = "The conversation")),
    responses((status = 200, description = "As it is now", body = ConversationRow), (status = 404, description = "Not there", body = Problem), (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn change(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<ConversationId>,
    seen: IfMatch,
    Body(patch): Body<ConversationPatch>,
) -> Answer<Tagged<ConversationRow>> {
    let deeds = patch.deeds()?;
    let mut tx = app.db.write_tx().await?;
    let row = held(&tx, &me, id, seen).await?;
    act(&mut tx, &me, &row, &deeds, app.clock.now()).await?;
    let after = held(&tx, &me, id, IfMatch(None)).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

#[utoipa::path(post, path = "/inbox/conversations/{id}/undo", tag = "outreach", operation_id = "undo_conversation", params(("id" = Uuid, Path, description = "The conversation")),
    responses((status = 200, description = "As it was before its last change", body = ConversationRow), (status = 404, description = "Not there", body = Problem), (status = 409, description = "Nothing was done to it since they wrote", body = Problem), (status = 412, description = "Changed by somebody else", body = Problem)))]
async fn undo(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<ConversationId>,
    seen: IfMatch,
) -> Answer<Tagged<ConversationRow>> {
    let mut tx = app.db.write_tx().await?;
    let row = held(&tx, &me, id, seen).await?;
    take_back(&mut tx, &me, &row, app.clock.now()).await?;
    let after = held(&tx, &me, id, IfMatch(None)).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

#[utoipa::path(post, path = "/inbox/conversations/{id}/reply", tag = "outreach", operation_id = "reply_to_conversation", request_body = NewReply, params(("id" = Uuid, Path, description = "The conversation")),
    responses((status = 201, description = "Queued", body = Replied), (status = 404, description = "Not there", body = Problem), (status = 409, description = "Answered already, they wrote again, or they must not be written to", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn answer(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<ConversationId>,
    Body(new): Body<NewReply>,
) -> Answer<(StatusCode, Answered<Replied>)> {
    Ok((StatusCode::CREATED, Answered(reply(&app, &me, id, new).await?)))
}

/// Routes of the inbox.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(page))
        .routes(routes!(counts))
        .routes(routes!(get, change))
        .routes(routes!(undo))
        .routes(routes!(answer))
}

//! Answering a conversation: in its thread, once, and with it done if one likes.

use http_room::{Answer, App, Member, Problem};
use kernel::{ConversationId, MailboxId, MessageId};
use serde::{Deserialize, Serialize};
use store::db::Source;
use store::{Sql, WriteTx};

use super::ConversationRow;
use super::change::{act, held};
use super::queries::find;
use super::rules::Deed;
use crate::message::{self, HandWritten, MessageRow};

/// An answer to a conversation.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReply {
    /// The mail of theirs one has read and answers. Refused when they wrote again since.
    pub answers_id: MessageId,
    /// Text, without signature.
    pub text: String,
    /// From which mailbox; the conversation's when left out.
    #[serde(default)]
    pub mailbox_id: Option<MailboxId>,
    /// Nothing is left to do about it then.
    #[serde(default)]
    pub done: bool,
    /// It was answered already, and is to be answered once more.
    #[serde(default)]
    pub again: bool,
}

/// What became of an answer.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Replied {
    /// The mail that leaves.
    pub message: MessageRow,
    /// The conversation as it is now.
    pub conversation: ConversationRow,
}

/// Writes the answer down for the sender.
///
/// # Errors
/// 409 when it was answered already or they wrote again; and what writing by hand refuses.
pub(super) async fn reply(app: &App, me: &Member, id: ConversationId, new: NewReply) -> Answer<Replied> {
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    // The mail is held before the conversation, as by whoever corrects what it was taken for.
    let gone = || Problem::not_found("conversation");
    let theirs = message::hold(&tx, new.answers_id).await?;
    let theirs = theirs.filter(|m| m.workspace_id == me.workspace && m.direction == "in");
    let row = held(&tx, me, id, http_room::IfMatch(None)).await?;
    if row.message_id != new.answers_id {
        return Err(Problem::conflict("wrote_again", "They wrote again meanwhile. Read that first."));
    }
    let theirs = theirs.ok_or_else(gone)?;
    if !new.again {
        refuse_second(&tx, theirs.id).await?;
    }
    let written = HandWritten {
        mailbox_id: new.mailbox_id.unwrap_or(row.mailbox_id),
        person_id: row.person_id,
        deal_id: row.deal_id.filter(|_| row.deal_name.is_some()),
        answers_id: Some(theirs.id),
        subject: String::new(),
        text: new.text,
    };
    let message = message::write_by_hand(&mut tx, me, written, now).await?;
    if new.done {
        let row = held(&tx, me, id, http_room::IfMatch(None)).await?;
        act(&mut tx, me, &row, &[Deed::Done], now).await?;
    }
    let message = message::find(&tx, me.workspace, message).await?.ok_or_else(gone)?;
    let conversation = find(&tx, me.workspace, id).await?.ok_or_else(gone)?;
    tx.commit().await?;
    Ok(Replied { message, conversation })
}

/// The same mail is not answered twice unless somebody means to.
async fn refuse_second(tx: &WriteTx, theirs: MessageId) -> Answer<()> {
    let text = "SELECT u.name FROM message m LEFT JOIN app_user u ON u.id = m.created_by WHERE m.answers_id = ? \
                AND m.direction = 'out' AND m.state NOT IN ('cancelled', 'failed') ORDER BY m.created_at DESC LIMIT 1";
    let found: Option<Option<String>> =
        Sql::with(tx.engine(), text, [theirs.into()]).scalar(tx.conn()).await?;
    match found {
        None => Ok(()),
        Some(name) => {
            let who = name.unwrap_or_default();
            let problem = Problem::conflict("answered", format!("{who} answered this already."));
            Err(problem.with_facts(serde_json::json!({ "by": who })))
        }
    }
}

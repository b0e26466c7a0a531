//! Mail a person writes by hand, on its own or as an answer.

use http_room::{Answer, Member, Problem};
use kernel::{DealId, EmailAddress, MailboxId, MessageId, PersonId, Timestamp, limits};
use process::room::given;
use serde::Deserialize;
use store::WriteTx;

use super::{MessageRow, NewMessage, find, write_out};
use crate::mailbox::{self, MailboxRow};
use crate::recipient::{self, Recipient};
use crate::{conversation, letter, sealed, suppression};

/// A mail to write by hand. It leaves at once, whatever the hour; not to those who must not be written to.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandWritten {
    /// From which mailbox.
    pub mailbox_id: MailboxId,
    /// To whom.
    pub person_id: PersonId,
    /// About which deal.
    #[serde(default)]
    pub deal_id: Option<DealId>,
    /// The mail of theirs it answers; the subject may then be left out.
    #[serde(default)]
    pub answers_id: Option<MessageId>,
    /// Subject.
    #[serde(default)]
    pub subject: String,
    /// Text.
    pub text: String,
}

/// Writes a mail by hand down for the sender, in the caller's transaction: to those who may be written to, under the
/// writer's own signature. An answer goes to the address it was written from, in its thread.
///
/// # Errors
/// 404 for the mailbox or the mail it answers, 409 when they must not be written to, 422 for fields at fault.
pub async fn write_by_hand(
    tx: &mut WriteTx,
    me: &Member,
    new: HandWritten,
    now: Timestamp,
) -> Answer<MessageId> {
    let from = mailbox::found(tx, me.workspace, new.mailbox_id).await?;
    let who = recipient::find(tx, me.workspace, new.person_id).await?;
    let who = who.ok_or_else(|| Problem::field("person_id", "not_found", "there is no such person"))?;
    let answers = match new.answers_id {
        Some(id) => {
            let found = find(tx, me.workspace, id).await?;
            Some(found.ok_or_else(|| Problem::not_found("message"))?)
        }
        None => None,
    };
    let theirs = answers.as_ref().filter(|a| a.direction == "in" && a.person_id == Some(who.id));
    let address = address_of(tx, me, &who, theirs).await?;
    if let Some(deal) = new.deal_id
        && recipient::deal(tx, me.workspace, deal).await?.is_none()
    {
        return Err(Problem::field("deal_id", "not_found", "there is no such deal"));
    }
    let subject = match (&answers, new.subject.trim()) {
        (Some(before), "") => letter::answer_subject(&before.subject),
        (_, subject) => line("subject", subject)?,
    };
    let message = NewMessage {
        person: Some(who.id),
        company: who.company_id,
        deal: new.deal_id.or_else(|| answers.as_ref().and_then(|a| a.deal_id)),
        to_name: who.name.clone(),
        to_address: address.as_str().to_owned(),
        subject,
        text: body("text", &new.text)?,
        after: answers.as_ref().and_then(|a| Some((a.mime_id.clone()?, a.thread()))),
        author: Some(me.user),
        answers: new.answers_id,
        signature: own_signature(tx, me, &from).await?,
        ..NewMessage::default()
    };
    let id = write_out(tx, &from, message, now).await?;
    let id = id.ok_or_else(|| Problem::conflict("taken", "It was written already."))?;
    if let Some(theirs) = theirs {
        conversation::answered(tx, theirs, me.actor(), now).await?;
    }
    Ok(id)
}

/// Where it goes: back to where they wrote from, else to their first address.
async fn address_of(
    tx: &WriteTx,
    me: &Member,
    who: &Recipient,
    theirs: Option<&MessageRow>,
) -> Answer<EmailAddress> {
    let back = theirs.and_then(|m| EmailAddress::parse(&m.from_address).ok());
    let address = back.or_else(|| who.address());
    let address =
        address.ok_or_else(|| Problem::field("person_id", "no_email", "they have no mail address"))?;
    if who.refuses_mail() {
        return Err(Problem::conflict("do_not_contact", "They asked not to get mail."));
    }
    if let Some(why) = suppression::in_force(tx, me.workspace, Some(&address), Some(who.id)).await? {
        let detail = format!("They must not be written to ({why}).");
        return Err(Problem::conflict("suppressed", detail));
    }
    Ok(address)
}

/// Whoever writes from a colleague's mailbox signs as in their own; `None` where the mailbox's signature fits.
async fn own_signature(tx: &WriteTx, me: &Member, from: &MailboxRow) -> Answer<Option<String>> {
    if from.owner_id == me.user {
        return Ok(None);
    }
    Ok(mailbox::signature_of(tx, me.workspace, me.user).await?)
}

pub(super) fn line(field: &str, text: &str) -> Answer<String> {
    let text = given(field, text, limits::LINE_CHARS)?;
    if text.chars().any(char::is_control) {
        return Err(Problem::field(field, "invalid", "must be one line"));
    }
    Ok(text)
}

pub(super) fn body(field: &str, text: &str) -> Answer<String> {
    if text.len() > limits::NOTE_BYTES {
        return Err(Problem::field(field, "too_long", "at most 100 KiB"));
    }
    if sealed::is_in(text) {
        return Err(Problem::field(field, "not_allowed", "what is sealed cannot be written by hand"));
    }
    given(field, text, limits::NOTE_BYTES)
}

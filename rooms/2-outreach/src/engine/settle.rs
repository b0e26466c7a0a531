//! What became of an attempt, written down with everything that follows: the event, the next step, the
//! address that does not exist.

use http_room::{Answer, App};
use kernel::{EmailAddress, ProcessVersionId, Timestamp, UserId};
use mail::incoming::{BounceKind, bounce_kind};
use mail::smtp::Refusal;
use mail::{MailError, Outcome};
use records::events::{MAIL_BOUNCED, MAIL_SENT};
use serde_json::json;
use store::db::Source;
use store::{Actor, NewEvent, Sql, WriteTx};

use super::claim::Claimed;
use super::round::is_ours;
use crate::enrolment::{self, EnrolmentRow, Happening, happen};
use crate::mailbox::health::{self, About, Trouble};
use crate::message::rules::{After, after_attempt, retry};
use crate::message::{self, MessageRow, MessageState};
use crate::suppression::{Entry, Reason, Target, suppress};
use crate::{mailbox, recipient};

/// A transaction that holds a mail and its enrolment.
pub(crate) struct Held {
    pub tx: WriteTx,
    pub message: MessageRow,
    pub enrolment: Option<EnrolmentRow>,
    pub now: Timestamp,
}

/// Holds the enrolment, then the mail.
pub(crate) async fn hold(app: &App, row: &MessageRow) -> Answer<Option<Held>> {
    let tx = app.db.write_tx().await?;
    let enrolment = match row.enrolment_id {
        Some(id) => enrolment::hold(&tx, id).await?,
        None => None,
    };
    let message = message::hold(&tx, row.id).await?;
    Ok(message.map(|message| Held { tx, message, enrolment, now: app.clock.now() }))
}

/// Tells of a mail that was sent.
pub(super) fn sent_event(
    row: &MessageRow,
    owner: Option<UserId>,
    version: Option<ProcessVersionId>,
    at: Timestamp,
    now: Timestamp,
) -> NewEvent {
    let mut payload = json!({
        "message_id": row.id, "sequence_id": row.sequence_id, "step": row.step, "subject": row.subject,
        "to": row.to_address, "rep_id": owner,
    });
    if row.is_notice() {
        payload["notice"] = true.into();
    }
    let event = NewEvent::now(row.workspace_id, MAIL_SENT, Actor::System, now).at(at);
    event.about(row.subject_of_events()).under(version).with(payload)
}

/// Writes down the server's answer to one claimed mail.
pub(super) async fn settle(app: &App, claimed: &Claimed, outcome: &Outcome) -> Answer<()> {
    let Some(mut held) = hold(app, &claimed.message).await? else { return Ok(()) };
    let uncertain = held.message.state == MessageState::Uncertain.key();
    let late = uncertain && held.message.attempts == claimed.message.attempts;
    if !is_ours(&held.message.state, held.message.attempts, claimed) && !late {
        return Ok(());
    }
    match after_attempt(outcome, held.message.attempts, held.now) {
        After::Sent => {
            let response = if let Outcome::Sent { response } = outcome { response.as_str() } else { "" };
            sent(&mut held, response).await?;
        }
        // A definite answer after all: it did not leave, but its step counts as done already.
        After::Retry(_) if late => refused(&mut held, outcome).await?,
        After::Retry(at) => {
            note_trouble(&mut held, outcome).await?;
            queue_again(&held, at, &words(outcome)).await?;
        }
        After::Failed => refused(&mut held, outcome).await?,
        After::Uncertain => uncertain_now(&mut held, &words(outcome)).await?,
    }
    held.tx.commit().await?;
    Ok(())
}

fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Sent { response } => response.clone(),
        Outcome::Refused(refusal) => format!("{} {}", refusal.code, refusal.text),
        Outcome::Unknown { why } => why.clone(),
    }
}

/// Puts a mail that certainly did not leave back into the queue.
pub(super) async fn give_back(app: &App, claimed: &Claimed, why: &str) -> Answer<()> {
    let Some(mut held) = hold(app, &claimed.message).await? else { return Ok(()) };
    if !is_ours(&held.message.state, held.message.attempts, claimed) {
        return Ok(());
    }
    match retry(held.message.attempts, held.now) {
        After::Retry(at) => queue_again(&held, at, why).await?,
        _ => fail(&mut held, why, "send_failed").await?,
    }
    held.tx.commit().await?;
    Ok(())
}

/// Puts a mail that was not even offered back where it was: the attempt does not count, it waits for its mailbox.
pub(super) async fn put_back(app: &App, claimed: &Claimed, why: &str) -> Answer<()> {
    let Some(held) = hold(app, &claimed.message).await? else { return Ok(()) };
    if !is_ours(&held.message.state, held.message.attempts, claimed) {
        return Ok(());
    }
    let at = held.message.due_at.unwrap_or(held.now);
    queue_again(&held, at, why).await?;
    let text = "UPDATE message SET attempts = attempts - 1 WHERE id = ? AND attempts > 0";
    Sql::with(held.tx.engine(), text, [held.message.id.into()]).run(held.tx.conn()).await?;
    held.tx.commit().await?;
    Ok(())
}

/// A mail that can never be sent as it is.
pub(super) async fn unsendable(app: &App, claimed: &Claimed, why: &MailError) -> Answer<()> {
    let Some(mut held) = hold(app, &claimed.message).await? else { return Ok(()) };
    if is_ours(&held.message.state, held.message.attempts, claimed) {
        fail(&mut held, &why.to_string(), "unsendable").await?;
        held.tx.commit().await?;
    }
    Ok(())
}

async fn queue_again(held: &Held, at: Timestamp, why: &str) -> Answer<()> {
    let text = "UPDATE message SET state = 'queued', due_at = ?, response = ?, lease_until = NULL, lease_by = NULL, \
                data_started_at = NULL, updated_at = ? WHERE id = ?";
    let values = [at.into(), why.into(), held.now.into(), held.message.id.into()];
    Sql::with(held.tx.engine(), text, values).run(held.tx.conn()).await?;
    release_cap(held).await
}

/// The place in today's cap is free again.
async fn release_cap(held: &Held) -> Answer<()> {
    let text = "UPDATE mailbox SET sent_today = sent_today - 1, \
                sent_in_hour = CASE WHEN sent_in_hour > 0 THEN sent_in_hour - 1 ELSE 0 END WHERE id = ? AND sent_today > 0";
    Sql::with(held.tx.engine(), text, [held.message.mailbox_id.into()]).run(held.tx.conn()).await?;
    Ok(())
}

/// It left: the event, and when the next step is due.
pub(crate) async fn sent(held: &mut Held, response: &str) -> Answer<()> {
    let (now, row) = (held.now, held.message.clone());
    let at = row.data_started_at.unwrap_or(now);
    message::all_sent(&held.tx, row.workspace_id, &[(row.id, at, response.to_owned())], now).await?;
    let owner = match row.mailbox_id {
        Some(id) => mailbox::find(&held.tx, row.workspace_id, id).await?.map(|m| m.owner_id),
        None => None,
    };
    let version = match row.deal_id {
        Some(id) => recipient::deal(&held.tx, row.workspace_id, id).await?.and_then(|d| d.process_version_id),
        None => None,
    };
    held.tx.record(sent_event(&row, owner, version, at, now)).await?;
    step_done(held, at).await
}

async fn step_done(held: &mut Held, at: Timestamp) -> Answer<()> {
    let (Some(row), Some(step)) = (held.enrolment.clone(), held.message.step) else { return Ok(()) };
    if row.step < step {
        let next = super::plan::next_due(&held.tx, &row, step, at).await?;
        enrolment::step_done(&mut held.tx, &row, step, next, held.now).await?;
    }
    Ok(())
}

/// Nobody knows whether it left. Later steps take it for sent.
pub(super) async fn uncertain_now(held: &mut Held, why: &str) -> Answer<()> {
    let text = "UPDATE message SET state = 'uncertain', response = ?, sent_at = ?, lease_until = NULL, lease_by = NULL, \
                revision = revision + 1, updated_at = ? WHERE id = ?";
    let at = held.message.data_started_at.unwrap_or(held.now);
    let values = [why.into(), at.into(), held.now.into(), held.message.id.into()];
    Sql::with(held.tx.engine(), text, values).run(held.tx.conn()).await?;
    step_done(held, at).await
}

async fn fail(held: &mut Held, why: &str, reason: &'static str) -> Answer<()> {
    let text = "UPDATE message SET state = 'failed', reason = ?, response = ?, lease_until = NULL, lease_by = NULL, \
                revision = revision + 1, updated_at = ? WHERE id = ?";
    let values = [reason.into(), why.into(), held.now.into(), held.message.id.into()];
    Sql::with(held.tx.engine(), text, values).run(held.tx.conn()).await?;
    release_cap(held).await?;
    if let Some(row) = held.enrolment.clone() {
        happen(&mut held.tx, &row, &Happening::Unreachable(reason), Actor::System, held.now).await?;
    }
    Ok(())
}

/// A definite no: the address may not exist.
async fn refused(held: &mut Held, outcome: &Outcome) -> Answer<()> {
    let Outcome::Refused(refusal) = outcome else { return fail(held, &words(outcome), "send_failed").await };
    note_trouble(held, outcome).await?;
    let Refusal { code, status, text, .. } = refusal;
    let (kind, _) = bounce_kind(status.as_deref(), Some(*code), text);
    let hard = kind == BounceKind::Hard && refusal.recipient.is_some();
    if hard {
        dead_address(held, &format!("{code} {text}")).await?;
    }
    fail(held, &words(outcome), if hard { "hard_bounce" } else { "refused" }).await
}

/// Writes down what a refusal says about the mailbox; one for now counts only when it is about us.
async fn note_trouble(held: &mut Held, outcome: &Outcome) -> Answer<()> {
    let (Outcome::Refused(refusal), Some(mailbox)) = (outcome, held.message.mailbox_id) else {
        return Ok(());
    };
    let Refusal { code, status, text, transient, recipient } = refusal;
    let (kind, _) = bounce_kind(status.as_deref(), Some(*code), text);
    let trouble = match Trouble::of_refusal(kind, status.as_deref()) {
        Some(Trouble::Hard) if *transient || recipient.is_none() => return Ok(()),
        Some(trouble) => trouble,
        None => return Ok(()),
    };
    let row = &held.message;
    let about = About { workspace: row.workspace_id, mailbox, message: row.id, sent_at: held.now };
    health::note(&mut held.tx, &about, trouble, held.now).await?;
    Ok(())
}

/// The address does not exist: suppressed, and told of.
pub(crate) async fn dead_address(held: &mut Held, why: &str) -> Answer<()> {
    let row = &held.message;
    if let Ok(address) = EmailAddress::parse(&row.to_address) {
        let entry = Entry {
            workspace: row.workspace_id,
            actor: Actor::System,
            reason: Reason::HardBounce,
            note: Some(why.to_owned()),
            message: Some(row.id),
            now: held.now,
        };
        suppress(&mut held.tx, &Target::Address(address), &entry).await?;
    }
    bounced_event(held, BounceKind::Hard, why).await
}

/// Tells of a bounce.
pub(crate) async fn bounced_event(held: &mut Held, kind: BounceKind, why: &str) -> Answer<()> {
    let row = &held.message;
    let payload = json!({
        "message_id": row.id, "sequence_id": row.sequence_id, "bounce_kind": kind, "hard": kind == BounceKind::Hard,
        "to": row.to_address, "text": why,
    });
    let event = NewEvent::now(row.workspace_id, MAIL_BOUNCED, Actor::Outside, held.now);
    held.tx.record(event.about(row.subject_of_events()).with(payload)).await?;
    Ok(())
}

//! The sender. Three transactions a mail: claim it, say that its content starts, say what became of it.
//! Between the second and the third it may have left; a crash there makes it uncertain, never sent again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use http_room::{Answer, App};
use kernel::{EnrolmentId, Locale, MailboxId, MessageId, Timestamp};
use mail::smtp::Offer;
use mail::{MailError, Outcome, SmtpConnection};
use records::workspace::Workspace;
use store::db::Source;
use store::{Engine, Result, Sql, WriteTx};

use super::refused::{self, DO_NOT_CONTACT};
use super::settle::{give_back, settle};
use crate::enrolment::{self, EnrolmentRow, EnrolmentState};
use crate::mailbox::{self, MailboxRow};
use crate::message::check::{Checks, Decision, REST_SECONDS, may_send};
use crate::message::rules::LEASE_SECONDS;
use crate::message::{self, MessageRow, MessageState};
use crate::recipient::Recipient;
use crate::timing::Timing;
use crate::{letter, recipient, sequence, suppression};

/// Open connections by mailbox and revision of its settings; one mail uses one at a time.
#[derive(Debug, Default)]
pub struct Connections(Mutex<HashMap<(MailboxId, i64), SmtpConnection>>);

impl Connections {
    fn take(&self, key: (MailboxId, i64)) -> Option<SmtpConnection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key)
    }

    fn keep(&self, key: (MailboxId, i64), connection: SmtpConnection) {
        if connection.usable() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, connection);
        }
    }
}

/// A mail that is ours to send until its lease ends.
#[derive(Debug)]
pub struct Claimed {
    /// The mail, as claimed.
    pub message: MessageRow,
    /// The mailbox it leaves from.
    pub mailbox: MailboxRow,
    workspace: Workspace,
    locale: Locale,
}

/// Sends the next mail that may leave. Answers 1, or 0 when there is none.
///
/// # Errors
/// Whatever the database says. What the mail server says is no error: it is written to the mail.
pub async fn send_next(app: &App, connections: &Connections) -> Answer<usize> {
    let Some(claimed) = claim(app).await? else { return Ok(0) };
    deliver(app, connections, &claimed).await?;
    Ok(1)
}

/// Claims the next mail that may leave: holds its enrolment, checks everything anew, reserves the
/// mailbox's cap, all in one transaction. Mails that may not leave are put off or cancelled on the way.
///
/// # Errors
/// Whatever the database says.
pub async fn claim(app: &App) -> Answer<Option<Claimed>> {
    loop {
        let now = app.clock.now();
        let mut tx = app.db.write_tx().await?;
        let Some((id, enrolment)) = candidate(&tx, now).await? else { return Ok(None) };
        let held = match enrolment {
            Some(enrolment) => enrolment::hold(&tx, enrolment).await?,
            None => None,
        };
        let Some(message) = message::hold(&tx, id).await?.filter(|m| m.state == MessageState::Queued.key())
        else {
            continue;
        };
        let case = look(app, &tx, message, held.as_ref(), now).await?;
        match may_send(&case.checks, now) {
            Decision::Send => {
                let claimed = take(app, &tx, case, now).await?;
                tx.commit().await?;
                return Ok(claimed);
            }
            Decision::Hold => put_off(&tx, id, now.plus_seconds(600), None, now).await?,
            Decision::Defer(until, why) => put_off(&tx, id, until, Some(why), now).await?,
            Decision::Cancel(why) => cancel(&mut tx, id, held.as_ref(), &why, now).await?,
        }
        tx.commit().await?;
    }
}

/// The mail due first whose enrolment nobody else holds. On PostgreSQL the enrolment, or the mail by
/// hand itself, is held from here on; on SQLite the transaction holds everything.
async fn candidate(tx: &WriteTx, now: Timestamp) -> Result<Option<(MessageId, Option<EnrolmentId>)>> {
    const MAILBOX: &str = "AND (b.deleted_at IS NOT NULL OR b.state <> 'paused')";
    let mut hand = Sql::new(tx.engine(), "SELECT m.id FROM message m JOIN mailbox b ON b.id = m.mailbox_id ");
    hand.push("WHERE m.state = 'queued' AND m.enrolment_id IS NULL AND m.due_at <= ").bind(now);
    hand.push(" ").push(MAILBOX).push(" ORDER BY m.due_at LIMIT 1");
    if tx.engine() == Engine::Postgres {
        hand.push(" FOR NO KEY UPDATE OF m SKIP LOCKED");
    }
    if let Some(id) = hand.scalar::<MessageId>(tx.conn()).await? {
        return Ok(Some((id, None)));
    }
    let mut sql = Sql::new(
        tx.engine(),
        "SELECT m.id, m.enrolment_id FROM message m JOIN enrolment e ON e.id = m.enrolment_id \
         JOIN mailbox b ON b.id = m.mailbox_id JOIN sequence s ON s.id = m.sequence_id \
         WHERE m.state = 'queued' AND e.state = 'active' AND s.state = 'active' AND m.due_at <= ",
    );
    sql.bind(now).push(" AND b.next_slot_at <= ").bind(now);
    sql.push(" ").push(MAILBOX).push(" ORDER BY m.due_at LIMIT 1");
    if tx.engine() == Engine::Postgres {
        sql.push(" FOR NO KEY UPDATE OF e SKIP LOCKED");
    }
    let rows = sql.rows(tx.conn()).await?;
    rows.first().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).transpose()
}

/// A held mail with what decides about it.
struct Case {
    message: MessageRow,
    mailbox: Option<MailboxRow>,
    workspace: Option<Workspace>,
    who: Option<Recipient>,
    checks: Checks,
    today: String,
}

async fn look(
    app: &App,
    tx: &WriteTx,
    message: MessageRow,
    held: Option<&EnrolmentRow>,
    now: Timestamp,
) -> Answer<Case> {
    let space = message.workspace_id;
    let workspace = records::workspace::find(tx, space).await?;
    let who = match message.person_id {
        Some(id) => recipient::find(tx, space, id).await?,
        None => None,
    };
    let mailbox = match message.mailbox_id {
        Some(id) => mailbox::hold(tx, space, id).await?,
        None => None,
    };
    let address = kernel::EmailAddress::parse(&message.to_address).ok();
    let state = held.map(EnrolmentRow::state).transpose()?;
    let mut checks = Checks {
        automatic: message.is_automatic(),
        enrolment_active: state.is_none_or(|s| s == EnrolmentState::Active),
        enrolment_over: state.is_some_and(|s| !s.is_open()),
        sequence_active: true,
        suppressed: suppression::in_force(tx, space, address.as_ref(), message.person_id).await?,
        do_not_contact: who.as_ref().is_some_and(Recipient::refuses_mail),
        gone: mailbox.is_none() || workspace.is_none() || (message.person_id.is_some() && who.is_none()),
        mailbox_state: mailbox.as_ref().map(|m| m.state.clone()).filter(|s| s == "paused"),
        last_mail_at: last_mail(tx, &message, now).await?,
        ..Checks::default()
    };
    let mut today = String::new();
    if let (Some(mailbox), Some(workspace)) = (&mailbox, &workspace) {
        let zone = workspace.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
        today = kernel::window::local_date(zone, now).to_string();
        let same_day = mailbox.sent_day.as_deref() == Some(&today);
        checks.sent_today = if same_day { mailbox.sent_today } else { 0 };
        checks.daily_cap = mailbox.daily_cap;
        checks.mailbox_free_at = mailbox.next_slot_at;
        if let (Some(held), Some(who)) = (held, &who)
            && let Some(timing) = timing_of(tx, held, who, workspace).await?
        {
            checks.untimed = timing.windows.always && app.config.closed_network;
            checks.window = timing.open(now);
            checks.tomorrow = timing.tomorrow(now, &letter::key_of(message.id));
        }
    }
    Ok(Case { message, mailbox, workspace, who, checks, today })
}

async fn timing_of(
    tx: &WriteTx,
    held: &EnrolmentRow,
    who: &Recipient,
    workspace: &Workspace,
) -> Answer<Option<Timing>> {
    let Some(followed) = sequence::followed(tx, held.sequence_id, held.version).await? else {
        return Ok(None);
    };
    Ok(Some(who.timing(tx, workspace, followed.windows).await?.0))
}

/// When this address got its last automatic mail, within the time of rest.
async fn last_mail(tx: &WriteTx, message: &MessageRow, now: Timestamp) -> Result<Option<Timestamp>> {
    let text = "SELECT MAX(sent_at) FROM message WHERE workspace_id = ? AND to_key = ? AND origin = 'sequence' \
                AND state IN ('sent', 'uncertain') AND sent_at > ?";
    let key = records::person::fold_email(&message.to_address);
    let values = [message.workspace_id.into(), key.into(), now.plus_seconds(-REST_SECONDS).into()];
    let last: Option<Option<Timestamp>> = Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?;
    Ok(last.flatten())
}

/// The lease, and the mailbox's count and next free moment.
async fn take(app: &App, tx: &WriteTx, case: Case, now: Timestamp) -> Answer<Option<Claimed>> {
    let (Some(mailbox), Some(workspace)) = (case.mailbox, case.workspace) else { return Ok(None) };
    let id = case.message.id;
    let text = "UPDATE message SET state = 'sending', reason = NULL, attempts = attempts + 1, lease_until = ?, lease_by = ?, \
                data_started_at = NULL, updated_at = ? WHERE id = ?";
    let node = app.config.node.clone();
    let values = [now.plus_seconds(LEASE_SECONDS).into(), node.into(), now.into(), id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let timed = case.checks.automatic && !case.checks.untimed;
    let gap = if timed { jittered(mailbox.gap_seconds, id) } else { 0 };
    let text = "UPDATE mailbox SET sent_day = ?, sent_today = ?, next_slot_at = ? WHERE id = ?";
    let free = now.plus_seconds(gap).max(mailbox.next_slot_at);
    let values = [case.today.into(), (case.checks.sent_today + 1).into(), free.into(), mailbox.id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let said = case.who.as_ref().and_then(|w| w.locale.as_deref()).and_then(Locale::parse);
    let locale = said.unwrap_or_else(|| workspace.locale());
    let message = message::find(tx, case.message.workspace_id, id).await?;
    Ok(message.map(|message| Claimed { message, mailbox, workspace, locale }))
}

/// From once to three times the gap, decided by the mail.
fn jittered(gap_seconds: i64, id: MessageId) -> i64 {
    let hash = kernel::window::stable_hash(id.0.as_bytes());
    let spread = u64::try_from(gap_seconds * 2 + 1).unwrap_or(1);
    gap_seconds + i64::try_from(hash % spread).unwrap_or(0)
}

async fn put_off(
    tx: &WriteTx,
    id: MessageId,
    until: Timestamp,
    why: Option<&str>,
    now: Timestamp,
) -> Answer<()> {
    let text = "UPDATE message SET due_at = ?, reason = ?, updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [until.into(), why.into(), now.into(), id.into()]).run(tx.conn()).await?;
    Ok(())
}

async fn cancel(
    tx: &mut WriteTx,
    id: MessageId,
    held: Option<&EnrolmentRow>,
    why: &str,
    now: Timestamp,
) -> Answer<()> {
    message::set_state(tx, id, MessageState::Cancelled, Some(why), now).await?;
    if let Some(row) = held {
        if why == DO_NOT_CONTACT && refused::goes_on(tx, row, now).await? {
            return Ok(());
        }
        let stop = enrolment::Happening::Stop(why.to_owned());
        enrolment::happen(tx, row, &stop, store::Actor::System, now).await?;
    }
    Ok(())
}

/// Brings a claimed mail to the server and writes down what became of it.
///
/// # Errors
/// Whatever the database says.
pub async fn deliver(app: &App, connections: &Connections, claimed: &Claimed) -> Answer<()> {
    if claimed.mailbox.is_sandbox() {
        if begin_data(app, claimed).await? {
            settle(app, claimed, &Outcome::Sent { response: "kept in the sandbox".to_owned() }).await?;
        }
        return Ok(());
    }
    let composed =
        letter::compose_row(app, &claimed.message, &claimed.mailbox, &claimed.workspace, claimed.locale);
    let composed = match composed {
        Ok(composed) => composed,
        Err(why) => return super::settle::unsendable(app, claimed, &why).await,
    };
    let key = (claimed.mailbox.id, claimed.mailbox.revision);
    let (mut connection, offer) = match offer(app, connections, claimed, &composed.envelope).await {
        Ok(offered) => offered,
        Err(why @ MailError::Field { .. }) => return super::settle::unsendable(app, claimed, &why).await,
        Err(why) => {
            mailbox::note_health(app, &claimed.mailbox, Some(&why.to_string())).await?;
            return give_back(app, claimed, &why.to_string()).await;
        }
    };
    mailbox::note_health(app, &claimed.mailbox, None).await?;
    if let Offer::Refused(refusal) = offer {
        settle(app, claimed, &Outcome::Refused(refusal)).await?;
    } else if begin_data(app, claimed).await? {
        let outcome = connection.deliver(&composed.bytes).await;
        settle(app, claimed, &outcome).await?;
    } else {
        // The offer stands on this connection and must not be used for another mail.
        return Ok(());
    }
    connections.keep(key, connection);
    Ok(())
}

/// Offers on a connection that lives, else on a new one. Nothing can have left when it fails.
async fn offer(
    app: &App,
    connections: &Connections,
    claimed: &Claimed,
    envelope: &mail::Envelope,
) -> Result<(SmtpConnection, Offer), MailError> {
    let key = (claimed.mailbox.id, claimed.mailbox.revision);
    if let Some(mut kept) = connections.take(key)
        && kept.alive().await
    {
        let offer = kept.offer(envelope).await?;
        return Ok((kept, offer));
    }
    let settings = claimed
        .mailbox
        .smtp_settings(app)
        .map_err(|e| MailError::SignIn { words: format!("the stored password cannot be opened: {e}") })?;
    let mut fresh = SmtpConnection::open(&settings).await?;
    let offer = fresh.offer(envelope).await?;
    Ok((fresh, offer))
}

/// Commits that the content starts, unless something happened since the claim that forbids it: a reply
/// that came in meanwhile still keeps the mail from leaving. Answers whether to go on.
///
/// # Errors
/// Whatever the database says.
pub async fn begin_data(app: &App, claimed: &Claimed) -> Answer<bool> {
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let held = match claimed.message.enrolment_id {
        Some(id) => enrolment::hold(&tx, id).await?,
        None => None,
    };
    let message = message::hold(&tx, claimed.message.id).await?;
    let Some(message) = message.filter(|m| is_ours(m, claimed) && m.data_started_at.is_none()) else {
        return Ok(false);
    };
    let state = held.as_ref().map(EnrolmentRow::state).transpose()?;
    let address = kernel::EmailAddress::parse(&message.to_address).ok();
    let suppressed =
        suppression::in_force(&tx, message.workspace_id, address.as_ref(), message.person_id).await?;
    let forbidden = match (suppressed, message.person_id) {
        (Some(why), _) => Some(format!("suppressed_{why}")),
        (None, Some(person)) => {
            let who = recipient::find(&tx, message.workspace_id, person).await?;
            who.filter(Recipient::refuses_mail).map(|_| DO_NOT_CONTACT.to_owned())
        }
        (None, None) => None,
    };
    match (state, forbidden) {
        (_, Some(why)) => cancel(&mut tx, message.id, held.as_ref(), &why, now).await?,
        (Some(state), None) if !state.is_open() => {
            message::set_state(&tx, message.id, MessageState::Cancelled, Some(state.key()), now).await?;
        }
        (Some(state), None) if state != EnrolmentState::Active => {
            message::set_state(&tx, message.id, MessageState::Queued, None, now).await?;
        }
        _ => {
            let text = "UPDATE message SET data_started_at = ?, lease_until = ? WHERE id = ?";
            let values = [now.into(), now.plus_seconds(LEASE_SECONDS).into(), message.id.into()];
            Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
            tx.commit().await?;
            return Ok(true);
        }
    }
    tx.commit().await?;
    Ok(false)
}

/// Whether the row is still as we claimed it: same state, same attempt.
pub(super) fn is_ours(message: &MessageRow, claimed: &Claimed) -> bool {
    message.state == MessageState::Sending.key() && message.attempts == claimed.message.attempts
}

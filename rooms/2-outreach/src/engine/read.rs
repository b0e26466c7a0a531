//! The reader: asks each mailbox for what is new and hands it on, one mail a transaction.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use http_room::{Answer, App};
use kernel::{MailboxId, Timestamp};
use mail::{ImapConnection, MailError, RawContent, RawMail};
use store::Sql;

use crate::imap::{self, Wanted};
use crate::inbox::{Arrival, receive};
use crate::mailbox::{self, COLUMNS, MailboxRow, NoLogin, sign_in};

/// Seconds between two looks into one mailbox.
const EVERY_SECONDS: i64 = 4;
/// Seconds for which a reader keeps a mailbox to itself.
const LEASE_SECONDS: i64 = 180;
/// Mailboxes read at once.
const AT_ONCE: i64 = 8;
/// Mails fetched at once.
const BATCH: usize = 20;
/// Older mails looked at when a mailbox is read for the first time.
const FIRST_LOOK: u32 = 200;
/// Larger mails are read by their header only.
const SIZE_CAP: u32 = 10 * 1024 * 1024;

/// Open connections by mailbox and revision of its settings.
#[derive(Debug, Default)]
pub struct Connections(Mutex<HashMap<(MailboxId, i64), ImapConnection>>);

/// Reads the mailboxes that have waited longest. Answers how many mails were new.
///
/// # Errors
/// Whatever the database says. What a mail server says is written to its mailbox.
pub async fn read_next(app: &App, connections: &Connections) -> Answer<usize> {
    let now = app.clock.now();
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(COLUMNS)
        .push(" FROM mailbox WHERE deleted_at IS NULL AND kind = 'real' AND state <> 'paused' AND signed_out_at IS NULL AND ");
    sql.push_with(
        "read_at <= ? AND reading_until < ?",
        [now.plus_seconds(-EVERY_SECONDS).into(), now.into()],
    );
    sql.push(" ORDER BY read_at LIMIT ").bind(AT_ONCE);
    let due: Vec<MailboxRow> = sql.all(app.db.read()).await?;
    let reading = due.iter().map(|row| read_mailbox(app, connections, row));
    let counts = futures::future::join_all(reading).await;
    counts.into_iter().try_fold(0, |sum, count| Ok(sum + count?))
}

/// Reads what is new in one mailbox, unless another reader is at it. Answers how many mails were new.
///
/// # Errors
/// Whatever the database says.
pub async fn read_mailbox(app: &App, connections: &Connections, row: &MailboxRow) -> Answer<usize> {
    if !reserve(app, row).await? {
        return Ok(0);
    }
    // Progress as of the reservation: another reader may have been at it since the list was made.
    let Some(row) = mailbox::find(&app.db, row.workspace_id, row.id).await? else { return Ok(0) };
    let outcome = fetch(app, connections, &row).await;
    let (count, why) = match outcome {
        Ok(count) => (count, None),
        Err(ReadError::Mail(why)) => {
            if matches!(why, MailError::SignIn { .. }) {
                sign_in::doubt(app, &row).await?;
            }
            (0, Some(why.to_string()))
        }
        Err(ReadError::Login(why @ NoLogin::Refused(_))) => (0, Some(why.to_string())),
        // What is not the mailbox's fault is not noted on it.
        Err(ReadError::Login(NoLogin::SignedOut | NoLogin::Waits(_))) => {
            release(app, &row).await?;
            return Ok(0);
        }
        Err(ReadError::Login(why)) => {
            release(app, &row).await?;
            return Err(why.into());
        }
        Err(ReadError::Ours(problem)) => {
            release(app, &row).await?;
            return Err(problem);
        }
    };
    mailbox::note_health(app, &row, why.as_deref()).await?;
    release(app, &row).await?;
    Ok(count)
}

async fn reserve(app: &App, row: &MailboxRow) -> Answer<bool> {
    let now = app.clock.now();
    let tx = app.db.write_tx().await?;
    let text = "UPDATE mailbox SET reading_until = ?, read_at = ? WHERE id = ? AND reading_until < ?";
    let values = [now.plus_seconds(LEASE_SECONDS).into(), now.into(), row.id.into(), now.into()];
    let ours = Sql::with(app.db.engine(), text, values).run(&*tx).await? > 0;
    tx.commit().await?;
    Ok(ours)
}

async fn release(app: &App, row: &MailboxRow) -> Answer<()> {
    let tx = app.db.write_tx().await?;
    let text = "UPDATE mailbox SET reading_until = 0 WHERE id = ?";
    Sql::with(app.db.engine(), text, [row.id.into()]).run(&*tx).await?;
    Ok(tx.commit().await?)
}

#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Login(#[from] NoLogin),
    #[error(transparent)]
    Ours(#[from] http_room::Problem),
}

async fn fetch(app: &App, connections: &Connections, row: &MailboxRow) -> Result<usize, ReadError> {
    let key = (row.id, row.revision);
    let settings = row.imap_settings(app).await?;
    let mut kept = connections.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    let mut since = row
        .uid_validity
        .and_then(|validity| Some((u32::try_from(validity).ok()?, u32::try_from(row.last_uid).ok()?)));
    let mut new = 0;
    loop {
        let wanted = Wanted { since, first_look: FIRST_LOOK, limit: BATCH, size_cap: SIZE_CAP };
        let (connection, selected, mails) = imap::fetch(settings.clone(), kept.take(), wanted).await?;
        kept = Some(connection);
        let Some(newest) = mails.last().map(|m| m.uid) else { break };
        for mail in &mails {
            new += usize::from(take(app, row, selected.uid_validity, mail).await?);
        }
        since = Some((selected.uid_validity, newest));
        remember(app, row, selected.uid_validity, newest).await?;
    }
    if let Some(connection) = kept {
        connections.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, connection);
    }
    Ok(new)
}

async fn take(app: &App, row: &MailboxRow, uid_validity: u32, mail: &RawMail) -> Answer<bool> {
    let bytes = match &mail.content {
        RawContent::Bytes(bytes) | RawContent::TooLarge { header: bytes } => bytes,
        RawContent::Gone => return Ok(false),
    };
    let now = app.clock.now();
    let at = mail.internal_date.map_or(now, |at| Timestamp::from_utc(at).min(now));
    let arrival =
        Arrival { folder: "INBOX", uid_validity: i64::from(uid_validity), uid: i64::from(mail.uid), at };
    receive(app, row, &arrival, bytes).await
}

async fn remember(app: &App, row: &MailboxRow, uid_validity: u32, last: u32) -> Answer<()> {
    let tx = app.db.write_tx().await?;
    let text = "UPDATE mailbox SET uid_validity = ?, last_uid = ? WHERE id = ?";
    let values = [i64::from(uid_validity).into(), i64::from(last).into(), row.id.into()];
    Sql::with(app.db.engine(), text, values).run(&*tx).await?;
    Ok(tx.commit().await?)
}

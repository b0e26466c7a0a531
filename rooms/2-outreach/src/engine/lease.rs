//! Mails whose sender went away, and mails of which nobody knows whether they left.

use http_room::{Answer, App};
use kernel::{MailboxId, WorkspaceId};
use mail::MailError;
use store::Sql;

use super::settle::{hold, sent, uncertain_now};
use crate::imap::{self, Sought};
use crate::letter::TOKEN_HEADER;
use crate::mailbox::{self, MailboxRow, NoLogin};
use crate::message::rules::after_lost_lease;
use crate::message::{self, COLUMNS, MessageRow, MessageState};

/// Mails looked at per run.
const BATCH: i64 = 50;
/// Seconds for which an uncertain mail is looked for.
const LOOK_SECONDS: i64 = 24 * 3600;

/// No lease reaches as far ahead, seconds: one that does was taken before the clock was put back.
const AHEAD_SECONDS: i64 = 3600;

/// Frees mails whose lease ran out: back to the queue when the content had not begun, else uncertain.
///
/// # Errors
/// Whatever the database says.
pub async fn release_lost(app: &App) -> Answer<usize> {
    let now = app.clock.now();
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    let ahead = now.plus_seconds(AHEAD_SECONDS);
    sql.push(COLUMNS).push(" FROM message WHERE state = 'sending' AND ");
    sql.push_with("(lease_until < ? OR lease_until > ?)", [now.into(), ahead.into()]);
    sql.push(" ORDER BY lease_until LIMIT ").bind(BATCH);
    let rows: Vec<MessageRow> = sql.all(app.db.read()).await?;
    let mut done = 0;
    for row in rows {
        let Some(mut held) = hold(app, &row).await? else { continue };
        let lost = held.message.lease_until.is_some_and(|until| until < now || until > ahead);
        if !lost || held.message.state != MessageState::Sending.key() {
            continue;
        }
        match after_lost_lease(held.message.data_started_at.is_some()) {
            MessageState::Uncertain => {
                uncertain_now(&mut held, "the sender went away while the content was on its way").await?
            }
            state => message::set_state(&held.tx, row.id, state, None, now).await?,
        }
        held.tx.commit().await?;
        done += 1;
    }
    Ok(done)
}

/// Looks for uncertain mails in their mailbox: in the folder of sent mail and in the inbox. One that is
/// found was sent; one that is not stays uncertain until a person decides.
///
/// # Errors
/// Whatever the database says.
pub async fn look_for_uncertain(app: &App) -> Answer<usize> {
    let now = app.clock.now();
    let text =
        "SELECT DISTINCT workspace_id, mailbox_id FROM message WHERE state = 'uncertain' AND updated_at > ?";
    let since = now.plus_seconds(-LOOK_SECONDS);
    let rows = Sql::with(app.db.engine(), text, [since.into()]).rows(app.db.read()).await?;
    let mut found = 0;
    for row in rows {
        let (space, id): (WorkspaceId, MailboxId) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let Some(mailbox) = mailbox::find(&app.db, space, id).await?.filter(|m| !m.is_sandbox()) else {
            continue;
        };
        match look_in(app, &mailbox).await? {
            Ok(n) => found += n,
            Err(why) => tracing::warn!(mailbox = %mailbox.id, %why, "cannot look for uncertain mails"),
        }
    }
    Ok(found)
}

/// Why a mailbox cannot be looked into.
#[derive(Debug, thiserror::Error)]
enum NoLook {
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Login(#[from] NoLogin),
}

async fn look_in(app: &App, mailbox: &MailboxRow) -> Answer<Result<usize, NoLook>> {
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM message WHERE state = 'uncertain' AND mailbox_id = ").bind(mailbox.id);
    sql.push(" ORDER BY updated_at LIMIT ").bind(BATCH);
    let rows: Vec<MessageRow> = sql.all(app.db.read()).await?;
    let sought = rows.iter().map(|r| Sought { token: r.token.clone(), mime_id: r.mime_id.clone() }).collect();
    let settings = match mailbox.imap_settings(app).await {
        Ok(settings) => settings,
        Err(why) => return Ok(Err(why.into())),
    };
    let seen = match imap::find(settings, TOKEN_HEADER, sought).await {
        Ok(seen) => seen,
        Err(why) => return Ok(Err(why.into())),
    };
    for row in seen.iter().filter_map(|n| rows.get(*n)) {
        if let Some(mut held) = hold(app, row).await?
            && held.message.state == MessageState::Uncertain.key()
        {
            sent(&mut held, "found in the mailbox").await?;
            held.tx.commit().await?;
        }
    }
    Ok(Ok(seen.len()))
}

//! The tokens of a mailbox as they are kept, and renewing one: whoever does it holds the row meanwhile, on whichever node,
//! so that a refresh token that changes with every use is used once.

use http_room::{Answer, App};
use kernel::{MailboxId, SignInProviderId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use serde_json::json;
use store::db::Source;
use store::{Actor, NewEvent, Result, Sql, Subject, WriteTx};

use super::super::{MailboxRow, open, seal};
use super::grant::{GrantError, HandIn, ask};
use super::rules::{Grant, Times};
use super::{MAILBOX_SIGNED_OUT, SIGN_IN_AGAIN, provider};

/// Seconds for which a row is held for whoever renews its token; longer than the token server is waited for.
const HELD: i64 = 45;
/// Seconds until a provider that could not be asked is asked again.
const RETRY: i64 = 60;
/// Seconds for which a token that the mail server refused is believed in all the same.
const YOUNG: i64 = 60;

/// The tokens of a mailbox, sealed.
#[derive(Clone, FromQueryResult)]
pub struct TokenRow {
    mailbox_id: MailboxId,
    workspace_id: WorkspaceId,
    refresh_token: String,
    access_token: String,
    issued_at: Timestamp,
    ends_at: Timestamp,
    turn: i64,
    renewing_until: Timestamp,
    retry_at: Timestamp,
    /// Since when somebody has to sign in again.
    pub signed_out_at: Option<Timestamp>,
}

impl TokenRow {
    /// Its times.
    pub fn times(&self) -> Times {
        Times {
            issued_at: self.issued_at,
            ends_at: self.ends_at,
            renewing_until: self.renewing_until,
            retry_at: self.retry_at,
        }
    }

    /// The access token, opened.
    ///
    /// # Errors
    /// When it does not open.
    pub fn access_token(&self, app: &App) -> Result<String> {
        open(app, self.mailbox_id, "access", Some(&self.access_token))
    }
}

/// The tokens of a mailbox.
pub async fn find(db: &impl Source, mailbox: MailboxId) -> Result<Option<TokenRow>> {
    let text = "SELECT t.mailbox_id, t.workspace_id, t.refresh_token, t.access_token, t.issued_at, t.ends_at, t.turn, \
                t.renewing_until, t.retry_at, b.signed_out_at FROM mailbox_token t JOIN mailbox b ON b.id = t.mailbox_id \
                WHERE t.mailbox_id = ? AND b.deleted_at IS NULL";
    Sql::with(db.engine(), text, [mailbox.into()]).one(db.conn()).await
}

/// Keeps what a member signed in for, whatever was there before.
pub async fn keep(
    app: &App,
    tx: &WriteTx,
    space: WorkspaceId,
    mailbox: MailboxId,
    grant: &Grant,
    refresh_token: &str,
) -> Result<()> {
    let now = app.clock.now();
    let text = "INSERT INTO mailbox_token (mailbox_id, workspace_id, refresh_token, access_token, issued_at, ends_at) \
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (mailbox_id) DO UPDATE SET refresh_token = excluded.refresh_token, \
                access_token = excluded.access_token, issued_at = excluded.issued_at, ends_at = excluded.ends_at, \
                turn = mailbox_token.turn + 1, renewing_until = 0, retry_at = 0";
    let values = [
        mailbox.into(),
        space.into(),
        seal(app, mailbox, "refresh", refresh_token).into(),
        seal(app, mailbox, "access", &grant.access_token).into(),
        now.into(),
        now.plus_seconds(grant.seconds).into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Forgets the tokens of a mailbox.
pub async fn drop_token(tx: &WriteTx, mailbox: MailboxId) -> Result<()> {
    let text = "DELETE FROM mailbox_token WHERE mailbox_id = ?";
    Sql::with(tx.engine(), text, [mailbox.into()]).run(tx.conn()).await?;
    Ok(())
}

/// The mail server refused the token though it should be valid: the next connection gets a new one.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn doubt(app: &App, mailbox: &MailboxRow) -> Result<()> {
    if mailbox.sign_in_provider_id.is_none() {
        return Ok(());
    }
    let now = app.clock.now();
    let tx = app.db.write_tx().await?;
    let text = "UPDATE mailbox_token SET ends_at = ? WHERE mailbox_id = ? AND ends_at > ? AND issued_at <= ?";
    let values = [now.into(), mailbox.id.into(), now.into(), now.plus_seconds(-YOUNG).into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await
}

/// Renews a token unless somebody else began to. Answers why there is none, if the provider said so.
///
/// # Errors
/// Whatever the database says.
pub async fn renew(
    app: &App,
    mailbox: &MailboxRow,
    provider: SignInProviderId,
    old: &TokenRow,
) -> Answer<Option<GrantError>> {
    let provider = provider::found(&app.db, old.workspace_id, provider).await?;
    let refresh_token = open(app, old.mailbox_id, "refresh", Some(&old.refresh_token))?;
    if !hold(app, old).await? {
        return Ok(None);
    }
    let turn = old.turn + 1;
    let asked = ask(app, &provider, HandIn::Refresh(&refresh_token)).await;
    let mut tx = app.db.write_tx().await?;
    let why = match asked {
        Ok(Ok(grant)) => {
            renewed(app, &tx, old, turn, &grant).await?;
            None
        }
        Ok(Err(GrantError::Ended(words))) => {
            if set_back(app, &tx, old, turn, 0).await? {
                signed_out(app, &mut tx, mailbox, &words).await?;
            }
            Some(GrantError::Ended(words))
        }
        Ok(Err(why)) => {
            set_back(app, &tx, old, turn, RETRY).await?;
            Some(why)
        }
        Err(problem) => {
            set_back(app, &tx, old, turn, RETRY).await?;
            tx.commit().await?;
            return Err(problem);
        }
    };
    tx.commit().await?;
    Ok(why)
}

/// Takes the row for oneself. Answers whether nobody else did.
async fn hold(app: &App, old: &TokenRow) -> Result<bool> {
    let now = app.clock.now();
    let tx = app.db.write_tx().await?;
    let text = "UPDATE mailbox_token SET turn = turn + 1, renewing_until = ? \
                WHERE mailbox_id = ? AND turn = ? AND renewing_until <= ?";
    let values = [now.plus_seconds(HELD).into(), old.mailbox_id.into(), old.turn.into(), now.into()];
    let ours = Sql::with(tx.engine(), text, values).run(tx.conn()).await? > 0;
    tx.commit().await?;
    Ok(ours)
}

/// Keeps the new token, and the new refresh token when there is one, unless somebody signed in meanwhile.
async fn renewed(app: &App, tx: &WriteTx, old: &TokenRow, turn: i64, grant: &Grant) -> Result<()> {
    let (id, now) = (old.mailbox_id, app.clock.now());
    let refresh_token = match &grant.refresh_token {
        Some(token) => seal(app, id, "refresh", token),
        None => old.refresh_token.clone(),
    };
    let text = "UPDATE mailbox_token SET refresh_token = ?, access_token = ?, issued_at = ?, ends_at = ?, renewing_until = 0, \
                retry_at = 0 WHERE mailbox_id = ? AND turn = ?";
    let values = [
        refresh_token.into(),
        seal(app, id, "access", &grant.access_token).into(),
        now.into(),
        now.plus_seconds(grant.seconds).into(),
        id.into(),
        turn.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Lets the row go without a new token. Answers whether it was still ours.
async fn set_back(app: &App, tx: &WriteTx, old: &TokenRow, turn: i64, pause: i64) -> Result<bool> {
    let text = "UPDATE mailbox_token SET renewing_until = 0, retry_at = ? WHERE mailbox_id = ? AND turn = ?";
    let retry_at = app.clock.now().plus_seconds(pause);
    let values = [retry_at.into(), old.mailbox_id.into(), turn.into()];
    Ok(Sql::with(tx.engine(), text, values).run(tx.conn()).await? > 0)
}

/// Somebody has to sign in again; mails wait until then.
async fn signed_out(app: &App, tx: &mut WriteTx, mailbox: &MailboxRow, words: &str) -> Result<()> {
    let now = app.clock.now();
    let text = "UPDATE mailbox SET signed_out_at = ?, state = CASE WHEN state = 'paused' THEN state ELSE 'error' END, \
                state_reason = CASE WHEN state = 'paused' THEN state_reason ELSE ? END, revision = revision + 1, \
                updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values =
        [now.into(), SIGN_IN_AGAIN.into(), now.into(), mailbox.id.into(), mailbox.workspace_id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let subject = Subject { row: Some(mailbox.id.0), ..Subject::default() };
    let event = NewEvent::now(mailbox.workspace_id, MAILBOX_SIGNED_OUT, Actor::System, now).about(subject);
    tx.record(event.with(json!({ "address": mailbox.address, "reason": words }))).await?;
    Ok(())
}

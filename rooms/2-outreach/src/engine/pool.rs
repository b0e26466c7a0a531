//! Open connections to the mailboxes' servers, kept for the next mail.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use http_room::App;
use kernel::MailboxId;
use mail::smtp::Offer;
use mail::{Envelope, MailError, SmtpConnection};

use crate::mailbox::{MailboxRow, NoLogin, sign_in};

/// A connection that lay idle longer is not trusted any more.
const IDLE: Duration = Duration::from_secs(60);

/// By mailbox and revision of its settings.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<HashMap<(MailboxId, i64), Vec<Kept>>>);

/// Why nothing was offered.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoOffer {
    /// The server or the way to it.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// Its server cannot be reached, or does not let it in: no fault of the mail.
    #[error(transparent)]
    Away(MailError),
    /// There is nothing to sign in with.
    #[error(transparent)]
    Login(#[from] NoLogin),
}

/// Since when it lies idle.
type Kept = (Instant, SmtpConnection);

impl Pool {
    fn take(&self, key: (MailboxId, i64)) -> Option<SmtpConnection> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.get_mut(&key)?;
        kept.retain(|(since, _)| since.elapsed() < IDLE);
        kept.pop().map(|(_, connection)| connection)
    }

    /// Keeps a connection over which another mail may go.
    pub fn keep(&self, mailbox: &MailboxRow, connection: SmtpConnection) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, kept| kept.iter().any(|(since, _)| since.elapsed() < IDLE));
        if connection.usable() {
            all.entry((mailbox.id, mailbox.revision)).or_default().push((Instant::now(), connection));
        }
    }

    /// Offers on a connection that lives, else on a new one. Nothing can have left when it fails.
    ///
    /// # Errors
    /// What the server or the way to it says, or why there is no token to sign in with.
    pub async fn offer(
        &self,
        app: &App,
        mailbox: &MailboxRow,
        envelope: &Envelope,
    ) -> Result<(SmtpConnection, Offer), NoOffer> {
        // The server may have hung up meanwhile: that shows at the offer, and nothing is lost by it.
        while let Some(mut kept) = self.take((mailbox.id, mailbox.revision)) {
            match kept.offer(envelope).await {
                Err(MailError::Lost { .. }) => {}
                // "I am closing": said to a connection that lay idle, not to the mail.
                Ok(Offer::Refused(refusal)) if refusal.code == 421 => {}
                answer => return Ok(answer.map(|offer| (kept, offer))?),
            }
        }
        let settings = match mailbox.smtp_settings(app).await {
            Ok(settings) => settings,
            Err(why @ (NoLogin::Store(_) | NoLogin::Ours(_))) => {
                let words = format!("the stored password or token cannot be opened: {why}");
                return Err(NoOffer::Away(MailError::SignIn { words }));
            }
            Err(why) => return Err(why.into()),
        };
        let mut fresh = match SmtpConnection::open(&settings).await {
            Err(why @ MailError::SignIn { .. }) => {
                sign_in::doubt(app, mailbox).await.map_err(NoLogin::from)?;
                return Err(NoOffer::Away(why));
            }
            opened => opened.map_err(NoOffer::Away)?,
        };
        let offer = fresh.offer(envelope).await?;
        Ok((fresh, offer))
    }
}

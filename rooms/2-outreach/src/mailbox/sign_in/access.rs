//! How a mailbox signs in now: with its password, or with a token that is renewed first when it is about to end.

use std::time::{Duration, Instant};

use http_room::{App, Problem};
use kernel::SignInProviderId;
use mail::Login;
use store::StoreError;

use super::super::{MailboxRow, open};
use super::grant::GrantError;
use super::rules::Step;
use super::token::{self, TokenRow};

/// Longest wait for somebody else who renews the token.
const WAIT: Duration = Duration::from_secs(20);
/// How often is looked whether they have.
const LOOK: Duration = Duration::from_millis(100);

/// Why a mailbox cannot sign in now.
#[derive(Debug, thiserror::Error)]
pub enum NoLogin {
    /// Until somebody signs in at the provider again.
    #[error("Somebody has to sign in to this mailbox again.")]
    SignedOut,
    /// Until its provider can be asked again; no fault of the mailbox.
    #[error("The provider's sign-in cannot be asked now and is asked again soon: {0}")]
    Waits(String),
    /// Until somebody mends what the provider does not like.
    #[error("The provider's sign-in refused: {0}")]
    Refused(String),
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Ours.
    #[error(transparent)]
    Ours(#[from] Problem),
}

impl From<NoLogin> for Problem {
    fn from(why: NoLogin) -> Self {
        match why {
            NoLogin::Store(why) => why.into(),
            NoLogin::Ours(problem) => problem,
            NoLogin::SignedOut => Self::conflict("sign_in_again", why.to_string()),
            NoLogin::Waits(_) => Self::conflict("provider_unavailable", why.to_string()),
            NoLogin::Refused(_) => Self::conflict("provider_refused", why.to_string()),
        }
    }
}

/// How a mailbox signs in to one of its servers, named `smtp` or `imap`.
///
/// # Errors
/// Why it cannot.
pub async fn login(
    app: &App,
    row: &MailboxRow,
    server: &str,
    username: &str,
    sealed: Option<&str>,
) -> Result<Login, NoLogin> {
    let username = username.to_owned();
    match row.sign_in_provider_id {
        Some(provider) => Ok(Login::OAuth2 { username, token: access_token(app, row, provider).await? }),
        None => Ok(Login::Password { username, password: open(app, row.id, server, sealed)? }),
    }
}

/// A token that is valid for long enough.
async fn access_token(app: &App, row: &MailboxRow, provider: SignInProviderId) -> Result<String, NoLogin> {
    let began = Instant::now();
    loop {
        let Some(kept) = token::find(&app.db, row.id).await? else { return Err(NoLogin::SignedOut) };
        if kept.signed_out_at.is_some() {
            return Err(NoLogin::SignedOut);
        }
        match kept.times().step(app.clock.now()) {
            Step::Use => return Ok(kept.access_token(app)?),
            Step::Rest => return Err(NoLogin::Waits("it did not answer the last time".to_owned())),
            Step::Wait if began.elapsed() > WAIT => {
                return Err(NoLogin::Waits("another connection is asking".to_owned()));
            }
            Step::Wait => tokio::time::sleep(LOOK).await,
            Step::Renew => {
                let usable = kept.times().is_usable(app.clock.now());
                // A token that is valid for a while yet is used all the same: the next look says so.
                if let Err(why) = renewed(app, row, provider, kept).await
                    && !usable
                {
                    return Err(why);
                }
            }
        }
    }
}

/// Lets the token be renewed, apart from whoever asks: who goes away meanwhile must not take the answer with them.
async fn renewed(
    app: &App,
    row: &MailboxRow,
    provider: SignInProviderId,
    kept: TokenRow,
) -> Result<(), NoLogin> {
    let (app, row) = (app.clone(), row.clone());
    let asking = tokio::spawn(async move { token::renew(&app, &row, provider, &kept).await });
    match asking.await.map_err(|why| Problem::internal(&why))?? {
        None | Some(GrantError::Ended(_)) => Ok(()),
        Some(GrantError::Later(why)) => Err(NoLogin::Waits(why)),
        Some(GrantError::Refused { words, .. }) => Err(NoLogin::Refused(words)),
    }
}

//! From a socket to a signed-in session: greeting, STARTTLS, LOGIN or XOAUTH2.

use async_imap::{Client, Session};
use tokio::net::TcpStream;

use super::{ImapLimits, ImapSettings, ImapStream, Stream, failure};
use crate::MailError;
use crate::connect::{Login, tls, within};

pub(crate) async fn greeted(stream: Stream, limits: ImapLimits) -> Result<Client<Stream>, MailError> {
    read_greeting(Client::new(stream), limits).await
}

pub(crate) async fn greeted_plain(
    stream: TcpStream,
    limits: ImapLimits,
) -> Result<Client<TcpStream>, MailError> {
    read_greeting(Client::new(stream), limits).await
}

async fn read_greeting<T: ImapStream>(
    mut client: Client<T>,
    limits: ImapLimits,
) -> Result<Client<T>, MailError> {
    let lost = |why: String| MailError::Lost { step: "greet", why };
    let greeting = within("greet", limits.command, client.read_response()).await?;
    match greeting.map_err(|e| lost(e.to_string()))? {
        Some(_) => Ok(client),
        None => Err(lost("the server closed the connection".into())),
    }
}

pub(crate) async fn start_tls(
    mut client: Client<TcpStream>,
    settings: &ImapSettings,
) -> Result<Client<Stream>, MailError> {
    let limits = settings.limits;
    let upgrade = client.run_command_and_check_ok("STARTTLS", None);
    within("tls", limits.command, upgrade).await?.map_err(|e| failure("STARTTLS", e))?;
    let stream = tls(client.into_inner(), &settings.host, &settings.trust, limits.connect).await?;
    Ok(Client::new(Box::new(stream)))
}

pub(crate) async fn sign_in(
    client: Client<Stream>,
    settings: &ImapSettings,
) -> Result<Session<Stream>, MailError> {
    let answer = match &settings.login {
        Login::Password { username, password } => {
            within("sign-in", settings.limits.command, client.login(username, password)).await?
        }
        Login::OAuth2 { username, token } => {
            let proof = Bearer { proof: Some(format!("user={username}\x01auth=Bearer {token}\x01\x01")) };
            within("sign-in", settings.limits.command, client.authenticate("XOAUTH2", proof)).await?
        }
    };
    answer.map_err(|(e, _)| match failure("sign-in", e) {
        MailError::Server { words, .. } => MailError::SignIn { words },
        other => other,
    })
}

/// XOAUTH2: the proof first; if the server then explains its refusal, an empty answer lets it say no.
struct Bearer {
    proof: Option<String>,
}

impl async_imap::Authenticator for Bearer {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        self.proof.take().unwrap_or_default()
    }
}

//! Sending one mail over SMTP in two steps, so that the caller can commit "data started" between them.
//!
//! [`SmtpConnection::offer`] names sender and recipients; nothing can have been sent if it fails.
//! [`SmtpConnection::deliver`] sends the content; if no answer to its end arrives, the outcome is
//! [`Outcome::Unknown`] and the mail must never be sent again by itself. Queueing and retrying live elsewhere.

use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Response;
use serde::{Deserialize, Serialize};

use crate::MailError;
use crate::address::parse_address;
use crate::compose::Envelope;
use crate::connect::{Login, Security, TlsTransport, Trust, connect_tcp, resolve, tls, within};

type SmtpError = lettre::transport::smtp::Error;

/// Where and how to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmtpSettings {
    /// Host name, also the name its certificate must bear.
    pub host: String,
    /// Usually 587 with STARTTLS or 465 with TLS.
    pub port: u16,
    /// Protection of the connection.
    pub security: Security,
    /// None for a server that asks for no password.
    pub login: Option<Login>,
    /// What to call ourselves in EHLO; a host name.
    pub ehlo_name: String,
    /// Whom to believe during TLS.
    pub trust: Trust,
    /// Time limits.
    pub limits: SmtpLimits,
}

/// Longest waits. Together they stay under the 120 s for which a sender holds its claim on a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmtpLimits {
    /// Resolving, connecting, TLS: each.
    pub connect: Duration,
    /// Greeting, sign-in, MAIL, RCPT: each.
    pub command: Duration,
    /// From DATA to the server's answer after the final dot.
    pub deliver: Duration,
}

impl Default for SmtpLimits {
    fn default() -> Self {
        SmtpLimits {
            connect: Duration::from_secs(10),
            command: Duration::from_secs(20),
            deliver: Duration::from_secs(60),
        }
    }
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome {
    /// The server took responsibility (2yz).
    Sent {
        /// Its words, usually with a queue id.
        response: String,
    },
    /// The server said no; nothing was sent.
    Refused(Refusal),
    /// The connection ended, or the limit passed, after DATA and before an answer. It may have been sent.
    Unknown {
        /// What happened.
        why: String,
    },
}

/// A definite no of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// 4yz: trying again later may work.
    pub transient: bool,
    /// Reply code, such as 550.
    pub code: u16,
    /// Enhanced status (RFC 3463), such as `5.1.1`, if the text starts with one.
    pub status: Option<String>,
    /// The server's words, without code.
    pub text: String,
    /// The recipient that was refused; None if it was the sender or the content.
    pub recipient: Option<String>,
}

/// The answer to [`SmtpConnection::offer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// Sender and every recipient are welcome; `deliver` may follow.
    Accepted,
    /// Sender or one recipient is not welcome. Nobody gets the mail: a mail is never half sent.
    Refused(Refusal),
}

/// A signed-in connection for one mail after another.
pub struct SmtpConnection {
    inner: AsyncSmtpConnection,
    limits: SmtpLimits,
    usable: bool,
}

impl std::fmt::Debug for SmtpConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpConnection").field("usable", &self.usable).finish_non_exhaustive()
    }
}

impl SmtpConnection {
    /// Resolves, connects, protects, greets and signs in.
    pub async fn open(settings: &SmtpSettings) -> Result<Self, MailError> {
        let limits = settings.limits;
        let addresses = resolve(&settings.host, settings.port, limits.connect).await?;
        let stream = connect_tcp(&settings.host, settings.port, &addresses, limits.connect).await?;
        let mut inner = match settings.security {
            Security::Tls => {
                let stream = tls(stream, &settings.host, &settings.trust, limits.connect).await?;
                greet(Box::new(TlsTransport(stream)), settings).await?
            }
            Security::Plain | Security::StartTls => greet(Box::new(stream), settings).await?,
        };
        if settings.security == Security::StartTls {
            start_tls(&mut inner, settings).await?;
        }
        sign_in(&mut inner, settings).await?;
        Ok(SmtpConnection { inner, limits, usable: true })
    }

    /// Whether another mail may be offered on this connection.
    pub fn usable(&self) -> bool {
        self.usable
    }

    /// Asks the server for a sign of life (NOOP); false means: open a new connection.
    pub async fn alive(&mut self) -> bool {
        let answer = within("NOOP", self.limits.command, self.inner.command(Noop)).await;
        self.usable = self.usable && matches!(answer, Ok(Ok(_)));
        self.usable
    }

    /// MAIL FROM and RCPT TO. An error means that nothing was sent and another connection may try.
    pub async fn offer(&mut self, envelope: &Envelope) -> Result<Offer, MailError> {
        if !self.usable {
            return Err(MailError::Lost { step: "MAIL FROM", why: "the connection had ended before".into() });
        }
        let from = parse_address("envelope.from", &envelope.from)?;
        let to: Result<Vec<_>, _> = envelope.to.iter().map(|a| parse_address("envelope.to", a)).collect();
        let to = to?;
        if to.is_empty() {
            return Err(MailError::field("envelope.to", "names nobody"));
        }
        let wide = std::iter::once(&from).chain(&to).any(|a| !AsRef::<str>::as_ref(a).is_ascii());
        if wide && !self.inner.server_info().supports_feature(Extension::SmtpUtfEight) {
            let why = "holds letters outside ASCII and the server does not offer SMTPUTF8";
            return Err(MailError::field("envelope.to", why));
        }
        let options = if wide { vec![MailParameter::SmtpUtfEight] } else { Vec::new() };
        if let Some(refusal) = self.ask("MAIL FROM", Mail::new(Some(from), options)).await? {
            return self.withdraw(refusal).await;
        }
        for address in to {
            let recipient = address.to_string();
            if let Some(refusal) = self.ask("RCPT TO", Rcpt::new(address, Vec::new())).await? {
                return self.withdraw(Refusal { recipient: Some(recipient), ..refusal }).await;
            }
        }
        Ok(Offer::Accepted)
    }

    /// DATA, the content with dots stuffed, the final dot. Call it only after an accepted offer, and commit
    /// that it starts before calling it.
    pub async fn deliver(&mut self, bytes: &[u8]) -> Outcome {
        if let Err(why) = sendable(bytes) {
            self.usable = false;
            return Outcome::Refused(Refusal {
                transient: false,
                code: 554,
                status: Some("5.6.0".into()),
                text: format!("not offered to the server: {why}"),
                recipient: None,
            });
        }
        let limit = self.limits.deliver;
        let Ok(outcome) = tokio::time::timeout(limit, self.send_content(bytes)).await else {
            self.usable = false;
            return Outcome::Unknown { why: format!("no answer within {limit:?} after DATA") };
        };
        outcome
    }

    /// QUIT. The mails are safe without it; errors do not matter.
    pub async fn close(mut self) {
        if self.usable {
            let _ = within("QUIT", self.limits.command, self.inner.quit()).await;
        }
    }

    async fn send_content(&mut self, bytes: &[u8]) -> Outcome {
        match self.inner.command(Data).await {
            Ok(answer) if answer.has_code(354) => {}
            Ok(answer) => return self.unknown(format!("unexpected answer to DATA: {}", joined(&answer))),
            Err(e) => return self.failed(&e),
        }
        let content = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
        match self.inner.message(content).await {
            Ok(answer) => Outcome::Sent { response: joined(&answer) },
            Err(e) => self.failed(&e),
        }
    }

    fn failed(&mut self, error: &SmtpError) -> Outcome {
        match refusal(error) {
            Some(refusal) => {
                self.usable = refusal.code != 421;
                Outcome::Refused(refusal)
            }
            None => self.unknown(error.to_string()),
        }
    }

    fn unknown(&mut self, why: String) -> Outcome {
        self.usable = false;
        Outcome::Unknown { why }
    }

    /// One command before DATA: None if welcome, the refusal if not, an error if the connection is gone.
    async fn ask(
        &mut self,
        step: &'static str,
        command: impl std::fmt::Display,
    ) -> Result<Option<Refusal>, MailError> {
        let answer = match within(step, self.limits.command, self.inner.command(command)).await {
            Ok(answer) => answer,
            Err(e) => {
                self.usable = false;
                return Err(e);
            }
        };
        match answer {
            Ok(_) => Ok(None),
            Err(e) => match refusal(&e) {
                Some(refusal) => Ok(Some(refusal)),
                None => {
                    self.usable = false;
                    Err(MailError::Lost { step, why: e.to_string() })
                }
            },
        }
    }

    async fn withdraw(&mut self, refusal: Refusal) -> Result<Offer, MailError> {
        let reset = within("RSET", self.limits.command, self.inner.command(Rset)).await;
        self.usable = refusal.code != 421 && matches!(reset, Ok(Ok(_)));
        Ok(Offer::Refused(refusal))
    }
}

pub(crate) async fn greet(
    stream: Box<dyn AsyncTokioStream>,
    settings: &SmtpSettings,
) -> Result<AsyncSmtpConnection, MailError> {
    let hello = ClientId::Domain(settings.ehlo_name.clone());
    if hello.to_string().is_empty() || !settings.ehlo_name.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(MailError::field("ehlo_name", "must be a host name"));
    }
    let greeting = AsyncSmtpConnection::connect_with_transport(stream, &hello);
    within("greet", settings.limits.command, greeting).await?.map_err(|e| failure("greet", &e))
}

pub(crate) async fn start_tls(
    connection: &mut AsyncSmtpConnection,
    settings: &SmtpSettings,
) -> Result<(), MailError> {
    let failed = |e: &SmtpError| MailError::Tls { host: settings.host.clone(), why: e.to_string() };
    let mut parameters = TlsParameters::builder(settings.host.clone())
        .dangerous_accept_invalid_certs(settings.trust.accept_invalid_certs)
        .dangerous_accept_invalid_hostnames(settings.trust.accept_invalid_certs);
    for root in crate::connect::extra_roots(&settings.trust)? {
        let root = Certificate::from_der(root.as_ref().to_vec()).map_err(|e| failed(&e))?;
        parameters = parameters.add_root_certificate(root);
    }
    let parameters = parameters.build().map_err(|e| failed(&e))?;
    let hello = ClientId::Domain(settings.ehlo_name.clone());
    let upgrade = connection.starttls(parameters, &hello);
    within("tls", settings.limits.connect, upgrade).await?.map_err(|e| failed(&e))
}

pub(crate) async fn sign_in(
    connection: &mut AsyncSmtpConnection,
    settings: &SmtpSettings,
) -> Result<(), MailError> {
    let (mechanisms, credentials) = match &settings.login {
        None => return Ok(()),
        Some(Login::Password { username, password }) => {
            (&[Mechanism::Plain, Mechanism::Login][..], Credentials::new(username.clone(), password.clone()))
        }
        Some(Login::OAuth2 { username, token }) => {
            (&[Mechanism::Xoauth2][..], Credentials::new(username.clone(), token.clone()))
        }
    };
    let answer =
        within("sign-in", settings.limits.command, connection.auth(mechanisms, &credentials)).await?;
    match answer {
        Ok(_) => Ok(()),
        Err(e) => match refusal(&e) {
            Some(refusal) => Err(MailError::SignIn { words: format!("{} {}", refusal.code, refusal.text) }),
            None if e.is_client() => Err(MailError::SignIn { words: e.to_string() }),
            None => Err(MailError::Lost { step: "sign-in", why: e.to_string() }),
        },
    }
}

fn failure(step: &'static str, error: &SmtpError) -> MailError {
    match refusal(error) {
        Some(r) => MailError::Server { command: step.into(), words: format!("{} {}", r.code, r.text) },
        None => MailError::Lost { step, why: error.to_string() },
    }
}

/// The server's no, if the error is one.
fn refusal(error: &SmtpError) -> Option<Refusal> {
    let code: u16 = error.status()?.into();
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    Some(Refusal {
        transient: error.is_transient(),
        code,
        status: enhanced_status(&text),
        text,
        recipient: None,
    })
}

fn enhanced_status(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let parts: Vec<&str> = word.split('.').collect();
    let numbers = parts.iter().all(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()));
    (parts.len() == 3 && numbers).then(|| word.to_owned())
}

fn joined(answer: &Response) -> String {
    answer.message().collect::<Vec<_>>().join(" ")
}

/// Bare CR or LF ends a line for some servers and not for others; letters outside ASCII need an offer we
/// did not make. Composed mails have neither.
fn sendable(bytes: &[u8]) -> Result<(), &'static str> {
    if !bytes.is_ascii() {
        return Err("the content is not 7-bit");
    }
    let mut previous = 0;
    for &byte in bytes {
        if (byte == b'\n') != (previous == b'\r') {
            return Err("the content holds a line end other than CRLF");
        }
        previous = byte;
    }
    if previous == b'\r' { Err("the content ends within a line end") } else { Ok(()) }
}

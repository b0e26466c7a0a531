//! Tries the settings of a mailbox step by step, so that a page can say which step failed and why.

use lettre::transport::smtp::extension::Extension;
use serde::{Deserialize, Serialize};

use crate::MailError;
use crate::connect::{Security, TlsTransport, connect_tcp, resolve, tls};
use crate::imap::{ImapConnection, ImapSettings, sign_in as imap_steps};
use crate::smtp::{self, SmtpSettings};

/// A step of a probe, in the order in which they are tried; `tls` comes after `greet` with STARTTLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The host name has an address.
    Resolve,
    /// A TCP connection stands.
    Connect,
    /// TLS is agreed and the certificate believed.
    Tls,
    /// The server greets as such a server does.
    Greet,
    /// User name and password, or token, are right.
    SignIn,
    /// The inbox opens.
    Folder,
}

/// How a step went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepResult {
    /// The step.
    pub step: Step,
    /// Whether it worked.
    pub ok: bool,
    /// The server's or the system's words if it did not; addresses or folder facts if it did.
    pub words: String,
}

/// Steps up to and including the first that failed.
pub type Probe = Vec<StepResult>;

struct Steps(Probe);

impl Steps {
    fn note<T>(&mut self, step: Step, words: &str, outcome: Result<T, MailError>) -> Option<T> {
        let (ok, words) = match &outcome {
            Ok(_) => (true, words.to_owned()),
            Err(e) => (false, e.to_string()),
        };
        self.0.push(StepResult { step, ok, words });
        outcome.ok()
    }
}

/// Tries to reach and sign in to the server that sends; sends nothing.
pub async fn probe_smtp(settings: &SmtpSettings) -> Probe {
    let mut steps = Steps(Vec::new());
    let _ = smtp_steps(settings, &mut steps).await;
    steps.0
}

async fn smtp_steps(settings: &SmtpSettings, steps: &mut Steps) -> Option<()> {
    let limits = settings.limits;
    let addresses = resolve(&settings.host, settings.port, limits.connect).await;
    let addresses = steps.note(Step::Resolve, "", addresses)?;
    let stream = connect_tcp(&settings.host, settings.port, &addresses, limits.connect).await;
    let stream = steps.note(Step::Connect, "", stream)?;
    let mut connection = if settings.security == Security::Tls {
        let stream = tls(stream, &settings.host, &settings.trust, limits.connect).await;
        let stream = steps.note(Step::Tls, "", stream)?;
        let greeted = smtp::greet(Box::new(TlsTransport(stream)), settings).await;
        steps.note(Step::Greet, "", greeted)?
    } else {
        let greeted = smtp::greet(Box::new(stream), settings).await;
        steps.note(Step::Greet, "", greeted)?
    };
    if settings.security == Security::StartTls {
        let upgraded = smtp::start_tls(&mut connection, settings).await;
        steps.note(Step::Tls, "", upgraded)?;
    }
    let signed_in = smtp::sign_in(&mut connection, settings).await;
    let done = steps.note(Step::SignIn, "", signed_in);
    connection.abort().await;
    done
}

/// Whether the server that sends offers to protect the connection (STARTTLS); sends and signs in to nothing.
///
/// # Errors
/// What stood in the way of asking.
pub async fn offers_starttls(settings: &SmtpSettings) -> Result<bool, MailError> {
    let limits = settings.limits;
    let addresses = resolve(&settings.host, settings.port, limits.connect).await?;
    let stream = connect_tcp(&settings.host, settings.port, &addresses, limits.connect).await?;
    let mut connection = smtp::greet(Box::new(stream), settings).await?;
    let offered = connection.server_info().supports_feature(Extension::StartTls);
    connection.abort().await;
    Ok(offered)
}

/// Tries to reach, sign in to and open the inbox of the server that receives; changes nothing.
pub async fn probe_imap(settings: &ImapSettings) -> Probe {
    let mut steps = Steps(Vec::new());
    let _ = imap_probe(settings, &mut steps).await;
    steps.0
}

async fn imap_probe(settings: &ImapSettings, steps: &mut Steps) -> Option<()> {
    let limits = settings.limits;
    let addresses = resolve(&settings.host, settings.port, limits.connect).await;
    let addresses = steps.note(Step::Resolve, "", addresses)?;
    let stream = connect_tcp(&settings.host, settings.port, &addresses, limits.connect).await;
    let stream = steps.note(Step::Connect, "", stream)?;
    let client = match settings.security {
        Security::Plain => {
            let greeted = imap_steps::greeted(Box::new(stream), limits).await;
            steps.note(Step::Greet, "", greeted)?
        }
        Security::Tls => {
            let stream = tls(stream, &settings.host, &settings.trust, limits.connect).await;
            let stream = steps.note(Step::Tls, "", stream)?;
            let greeted = imap_steps::greeted(Box::new(stream), limits).await;
            steps.note(Step::Greet, "", greeted)?
        }
        Security::StartTls => {
            let greeted = imap_steps::greeted_plain(stream, limits).await;
            let client = steps.note(Step::Greet, "", greeted)?;
            let upgraded = imap_steps::start_tls(client, settings).await;
            steps.note(Step::Tls, "", upgraded)?
        }
    };
    let session = imap_steps::sign_in(client, settings).await;
    let session = steps.note(Step::SignIn, "", session)?;
    let mut connection = ImapConnection::signed_in(session, limits);
    let selected = connection.select("INBOX").await;
    let words = selected.as_ref().map(|s| format!("{} mails", s.exists)).unwrap_or_default();
    let done = steps.note(Step::Folder, &words, selected).map(|_| ());
    connection.close().await;
    done
}

//! The installation's own outgoing mail: resets and invitations. Not the reps' mailboxes (outreach).

use kernel::Timestamp;
use mail::smtp::{Offer, SmtpLimits};
use mail::{Draft, Login, MailError, Mailbox, Outcome, Security, SmtpConnection, SmtpSettings, Trust};
use serde::{Deserialize, Serialize};

/// The `[smtp]` part of the configuration.
#[derive(Clone, Serialize, Deserialize)]
pub struct SystemMailSettings {
    /// Host name.
    pub host: String,
    /// Port: 587 with `starttls`, 465 with `tls`.
    #[serde(default = "submission")]
    pub port: u16,
    /// `starttls`, `tls`, or `plain` for a server on this machine.
    #[serde(default = "starttls")]
    pub security: Security,
    /// User name, if the server asks for one.
    #[serde(default)]
    pub username: Option<String>,
    /// Its password.
    #[serde(default)]
    pub password: Option<String>,
    /// The sender's address.
    pub from: String,
    /// The sender's name.
    #[serde(default = "sevenfold")]
    pub from_name: String,
}

impl std::fmt::Debug for SystemMailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SystemMailSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

fn submission() -> u16 {
    587
}

fn starttls() -> Security {
    Security::StartTls
}

fn sevenfold() -> String {
    "Sevenfold".to_owned()
}

/// Why a mail of ours did not go out.
#[derive(Debug, thiserror::Error)]
pub enum SystemMailError {
    /// Connecting, signing in or composing failed.
    #[error("the SMTP server of the configuration: {0}")]
    Mail(#[from] MailError),
    /// The server refused it.
    #[error("the SMTP server of the configuration refused the mail: {0}")]
    Refused(String),
}

/// Sends our own mails, one connection each: there are few.
#[derive(Clone, Debug)]
pub struct SystemMail {
    settings: SmtpSettings,
    from: Mailbox,
}

impl SystemMail {
    /// By these settings. Connects to nothing yet.
    #[must_use]
    pub fn new(settings: &SystemMailSettings) -> Self {
        let login = settings.username.clone().map(|username| Login::Password {
            username,
            password: settings.password.clone().unwrap_or_default(),
        });
        let from = Mailbox::named(settings.from_name.clone(), settings.from.clone());
        Self {
            settings: SmtpSettings {
                host: settings.host.clone(),
                port: settings.port,
                security: settings.security,
                login,
                ehlo_name: from.domain(),
                trust: Trust::default(),
                limits: SmtpLimits::default(),
            },
            from,
        }
    }

    /// Connects and signs in, and nothing more.
    ///
    /// # Errors
    /// Which step failed and why.
    pub async fn probe(&self) -> Result<(), SystemMailError> {
        SmtpConnection::open(&self.settings).await?.close().await;
        Ok(())
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// Which step failed and why. Such a mail may be sent again: twice is better than never here.
    pub async fn send(
        &self,
        to: &str,
        subject: &str,
        text: &str,
        now: Timestamp,
    ) -> Result<(), SystemMailError> {
        let id = mail::new_message_id("system", &self.from.domain());
        let draft = Draft {
            headers: vec![("Auto-Submitted".to_owned(), "auto-generated".to_owned())],
            ..Draft::new(self.from.clone(), Mailbox::bare(to), subject, text, &id, now.to_utc())
        };
        let composed = mail::compose(&draft, None)?;
        let mut connection = SmtpConnection::open(&self.settings).await?;
        if let Offer::Refused(refusal) = connection.offer(&composed.envelope).await? {
            return Err(SystemMailError::Refused(refusal.text));
        }
        let outcome = connection.deliver(&composed.bytes).await;
        connection.close().await;
        match outcome {
            Outcome::Sent { .. } => Ok(()),
            Outcome::Refused(refusal) => Err(SystemMailError::Refused(refusal.text)),
            Outcome::Unknown { why } => Err(SystemMailError::Refused(why)),
        }
    }
}

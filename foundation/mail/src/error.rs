//! What can go wrong with mail, said so that a settings page or a log line can show it as it is.

use std::time::Duration;

/// Everything this crate refuses or fails at, except merge fields (see [`crate::TemplateError`]).
///
/// None of the connection variants means that a mail may have left: that is [`crate::Outcome::Unknown`].
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// A field of a draft or of the settings cannot be used; nothing was sent.
    #[error("{field}: {why}")]
    Field {
        /// Name of the field as it stands in the struct, or of the header.
        field: String,
        /// What is wrong and what would be right.
        why: String,
    },
    /// The host name has no address.
    #[error("{host} was not found: {why}")]
    Resolve {
        /// Host as it stands in the settings.
        host: String,
        /// The resolver's words.
        why: String,
    },
    /// No TCP connection to any address of the host.
    #[error("no connection to {host}:{port}: {why}")]
    Connect {
        /// Host as it stands in the settings.
        host: String,
        /// Port as it stands in the settings.
        port: u16,
        /// The system's words for the last address tried.
        why: String,
    },
    /// TLS could not be agreed, or the certificate is not trusted.
    #[error("TLS with {host} failed: {why}")]
    Tls {
        /// Host as it stands in the settings.
        host: String,
        /// The TLS library's or the server's words.
        why: String,
    },
    /// The server does not want this user name, password or token.
    #[error("sign-in refused: {words}")]
    SignIn {
        /// The server's words.
        words: String,
    },
    /// The server said no to a command.
    #[error("{command} refused: {words}")]
    Server {
        /// The command in question.
        command: String,
        /// The server's words.
        words: String,
    },
    /// No answer within the limit of the step.
    #[error("{step}: no answer within {limit:?}")]
    Timeout {
        /// The step that waited.
        step: &'static str,
        /// How long it waited.
        limit: Duration,
    },
    /// The connection ended; it cannot be used again.
    #[error("connection lost during {step}: {why}")]
    Lost {
        /// The step that was under way.
        step: &'static str,
        /// The system's words.
        why: String,
    },
    /// The mail is larger than this crate reads.
    #[error("the mail has {size} bytes, more than the {cap} this system reads")]
    TooLarge {
        /// Size in bytes.
        size: usize,
        /// Largest size accepted, in bytes.
        cap: usize,
    },
    /// The bytes are not a mail: no header could be read.
    #[error("not a mail: no header could be read")]
    NotAMail,
}

impl MailError {
    pub(crate) fn field(field: impl Into<String>, why: impl Into<String>) -> Self {
        MailError::Field { field: field.into(), why: why.into() }
    }
}

//! What clients say of a mailbox, and what is wrong with it.

use http_room::body::patched;
use http_room::{Answer, FieldError, Problem};
use kernel::{EmailAddress, UserId, limits};
use serde::Deserialize;

use super::ramp::MOST_A_DAY;
use super::{Security, Server};

/// A server with its password.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerInput {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// User name; may be empty for SMTP.
    #[serde(default)]
    pub username: String,
    /// Password. Left out in a change: the one that is stored stays.
    #[serde(default)]
    pub password: Option<String>,
}

impl ServerInput {
    /// A server without a password.
    pub(super) fn of(server: &Server) -> Self {
        let Server { host, port, security, username } = server.clone();
        Self { host, port, security, username, password: None }
    }

    pub(super) fn kept(&self) -> Server {
        Server {
            host: self.host.trim().to_owned(),
            port: self.port,
            security: self.security,
            username: self.username.trim().to_owned(),
        }
    }

    pub(super) fn faults(&self, name: &str) -> Option<FieldError> {
        let host = self.host.trim();
        let plain = !host.is_empty() && host.len() <= 253 && host.bytes().all(|b| b.is_ascii_graphic());
        (!plain || self.port == 0).then(|| {
            FieldError::new(format!("{name}.host"), "invalid", "a host name and a port from 1 to 65535")
        })
    }
}

/// A mailbox to connect or to try.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMailbox {
    /// Address.
    pub email: String,
    /// Sender name.
    pub from_name: String,
    /// Outgoing server.
    pub smtp: ServerInput,
    /// Incoming server.
    pub imap: ServerInput,
    /// Automatic mails a day at most; 50.
    #[serde(default)]
    pub daily_cap: Option<i64>,
    /// Automatic mails an hour at most; no limit of its own when left out.
    #[serde(default)]
    pub hourly_cap: Option<i64>,
    /// Whether it is new and starts with a few mails a day; left out: yes, unless its server is on this machine or the
    /// network is closed.
    #[serde(default)]
    pub ramp: Option<bool>,
    /// Seconds between two automatic mails at least, up to three times as many; 60.
    #[serde(default)]
    pub gap_seconds: Option<i64>,
    /// Lines under every mail.
    #[serde(default)]
    pub signature: Option<String>,
    /// A certificate in PEM to believe besides the usual roots.
    #[serde(default)]
    pub certificate_pem: Option<String>,
    /// Who sends from it; yourself. Another member: administrators only.
    #[serde(default)]
    pub owner_id: Option<UserId>,
}

/// Changes to a mailbox; what is left out stays.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailboxPatch {
    /// Address.
    #[serde(default)]
    pub email: Option<String>,
    /// Sender name.
    #[serde(default)]
    pub from_name: Option<String>,
    /// Outgoing server.
    #[serde(default)]
    pub smtp: Option<ServerInput>,
    /// Incoming server.
    #[serde(default)]
    pub imap: Option<ServerInput>,
    /// Automatic mails a day at most.
    #[serde(default)]
    pub daily_cap: Option<i64>,
    /// Automatic mails an hour at most; null takes the limit away.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i64>)]
    pub hourly_cap: Option<Option<i64>>,
    /// `true` begins the ramp of a new mailbox anew, `false` ends it.
    #[serde(default)]
    pub ramp: Option<bool>,
    /// Seconds between two automatic mails at least.
    #[serde(default)]
    pub gap_seconds: Option<i64>,
    /// Lines under every mail.
    #[serde(default)]
    pub signature: Option<String>,
    /// A certificate in PEM; null takes it away.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>)]
    pub certificate_pem: Option<Option<String>>,
    /// `active` or `paused`.
    #[serde(default)]
    pub state: Option<String>,
}

impl MailboxPatch {
    /// Whether it signs in with passwords from now on.
    pub(super) fn gives_password(&self) -> bool {
        let gives = |server: &Option<ServerInput>| server.as_ref().is_some_and(|s| s.password.is_some());
        gives(&self.smtp) || gives(&self.imap)
    }

    /// Passwords that are not given, for a mailbox that keeps none.
    pub(super) fn lacks_password(&self) -> Vec<FieldError> {
        let servers = [("smtp", &self.smtp), ("imap", &self.imap)].into_iter();
        let without = servers.filter(|(_, s)| s.as_ref().is_none_or(|s| s.password.is_none()));
        let fault =
            |name: &str| FieldError::new(format!("{name}.password"), "required", "one for each server");
        without.map(|(name, _)| fault(name)).collect()
    }
}

/// What is wrong with a sender name.
pub(super) fn name_fault(from_name: &str) -> Option<FieldError> {
    let name = from_name.trim();
    let wrong =
        name.is_empty() || !limits::fits(name, limits::NAME_CHARS) || name.chars().any(char::is_control);
    wrong.then(|| FieldError::new("from_name", "required", "from 1 to 200 characters on one line"))
}

/// What is wrong with the plain values of a mailbox.
pub(super) fn faults(
    from_name: &str,
    caps: (i64, Option<i64>),
    gap_seconds: i64,
    signature: &str,
) -> Vec<FieldError> {
    let (daily_cap, hourly_cap) = caps;
    let mut errors = Vec::from_iter(name_fault(from_name));
    if !(1..=MOST_A_DAY).contains(&daily_cap) {
        errors.push(FieldError::new("daily_cap", "invalid", "from 1 to 2000"));
    }
    if hourly_cap.is_some_and(|cap| !(1..=MOST_A_DAY).contains(&cap)) {
        errors.push(FieldError::new("hourly_cap", "invalid", "from 1 to 2000, or none"));
    }
    if !(0..=3600).contains(&gap_seconds) {
        errors.push(FieldError::new("gap_seconds", "invalid", "from 0 to 3600"));
    }
    if !limits::fits(signature, limits::REASON_CHARS) {
        errors.push(FieldError::new("signature", "too_long", "at most 2000 characters"));
    }
    errors
}

pub(super) fn address_of(email: &str) -> Answer<EmailAddress> {
    EmailAddress::parse(email).map_err(|e| Problem::field("email", "invalid", e.to_string()))
}

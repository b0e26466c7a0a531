//! Providers that come with their addresses, scopes and servers filled in.
//!
//! Google: <https://developers.google.com/workspace/gmail/imap/xoauth2-protocol> and
//! <https://developers.google.com/identity/protocols/oauth2/web-server>. Microsoft:
//! <https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth>.

use serde::{Deserialize, Serialize};

use super::super::{Security, Server};

/// Which kind of provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProviderKind {
    /// Gmail and Google Workspace.
    Google,
    /// Microsoft 365 and Outlook.
    Microsoft,
    /// Any other, with addresses of its own.
    Custom,
}

impl ProviderKind {
    /// As it is kept.
    pub fn key(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
            Self::Custom => "custom",
        }
    }

    /// From what is kept.
    pub fn parse(key: &str) -> Self {
        match key {
            "google" => Self::Google,
            "microsoft" => Self::Microsoft,
            _ => Self::Custom,
        }
    }

    /// What else Google wants to hear: without it, it gives nothing that lasts.
    pub fn further(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Google => &[("access_type", "offline"), ("prompt", "consent")],
            Self::Microsoft | Self::Custom => &[],
        }
    }
}

/// What is known of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct KnownProvider {
    /// Which.
    pub kind: ProviderKind,
    /// Its name.
    pub name: String,
    /// Where members consent.
    pub authorize_url: String,
    /// Where tokens are given.
    pub token_url: String,
    /// What is asked for, by spaces.
    pub scopes: String,
    /// Outgoing server.
    pub smtp: Server,
    /// Incoming server.
    pub imap: Server,
}

/// The tenant of Microsoft in which everybody may sign in.
pub const ANY_TENANT: &str = "common";
/// The scope without which Gmail lets nobody read or send.
pub const GOOGLE_MAIL: &str = "https://mail.google.com/";

fn server(host: &str, port: u16, security: Security) -> Server {
    Server { host: host.to_owned(), port, security, username: String::new() }
}

/// Google's.
pub fn google() -> KnownProvider {
    KnownProvider {
        kind: ProviderKind::Google,
        name: "Google".to_owned(),
        authorize_url: "https://accounts.google.com/o/oauth2/v2/auth".to_owned(),
        token_url: "https://oauth2.googleapis.com/token".to_owned(),
        scopes: format!("openid email {GOOGLE_MAIL}"),
        smtp: server("smtp.gmail.com", 465, Security::Tls),
        imap: server("imap.gmail.com", 993, Security::Tls),
    }
}

/// Microsoft's, for the members of one tenant or of any.
pub fn microsoft(tenant: &str) -> KnownProvider {
    let at = format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0");
    KnownProvider {
        kind: ProviderKind::Microsoft,
        name: "Microsoft".to_owned(),
        authorize_url: format!("{at}/authorize"),
        token_url: format!("{at}/token"),
        scopes: "openid email offline_access https://outlook.office.com/SMTP.Send \
                 https://outlook.office.com/IMAP.AccessAsUser.All"
            .to_owned(),
        smtp: server("smtp.office365.com", 587, Security::Starttls),
        imap: server("outlook.office365.com", 993, Security::Tls),
    }
}

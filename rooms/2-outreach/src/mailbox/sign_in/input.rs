//! What administrators say of a provider, and what is wrong with it.

use http_room::{Answer, FieldError, Problem};
use kernel::limits;
use serde::Deserialize;
use url::Url;

use super::super::{Security, Server, is_near};
use super::known::{ANY_TENANT, KnownProvider, ProviderKind, google, microsoft};
use super::provider::ProviderRow;

/// Characters of an address, scopes, an id or a secret.
const CHARS: usize = 2_000;

/// A server of a provider; the user name is the mailbox's.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderServer {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
}

/// A provider to be kept. Google and Microsoft take `client_id` and `client_secret` only, Microsoft a tenant too.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSignInProvider {
    /// Which kind; does not change.
    pub kind: ProviderKind,
    /// The app's id at the provider.
    pub client_id: String,
    /// The app's secret there. Left out in a change: the one that is kept stays.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// Microsoft: the tenant whose members may sign in, by name or id; any when left out.
    #[serde(default)]
    pub tenant: Option<String>,
    /// Custom: its name, as it stands on the button.
    #[serde(default)]
    pub name: Option<String>,
    /// Custom: where members consent.
    #[serde(default)]
    pub authorize_url: Option<String>,
    /// Custom: where tokens are given.
    #[serde(default)]
    pub token_url: Option<String>,
    /// Custom: what is asked for, by spaces. `openid email` tells whose account it is.
    #[serde(default)]
    pub scopes: Option<String>,
    /// Custom: outgoing server.
    #[serde(default)]
    pub smtp: Option<ProviderServer>,
    /// Custom: incoming server.
    #[serde(default)]
    pub imap: Option<ProviderServer>,
}

/// A provider without faults.
pub struct Checked {
    /// What it is.
    pub known: KnownProvider,
    /// Microsoft: the tenant.
    pub tenant: Option<String>,
    /// The app's id there.
    pub client_id: String,
    /// Its secret, when one was given.
    pub client_secret: Option<String>,
}

impl NewSignInProvider {
    /// Without faults; `old` when it is there already.
    ///
    /// # Errors
    /// 422 with the fields at fault.
    pub fn checked(&self, old: Option<&ProviderRow>) -> Answer<Checked> {
        let mut errors = Vec::new();
        let client_id = self.client_id.trim().to_owned();
        if !plain(&client_id) {
            errors.push(FieldError::new("client_id", "required", "from 1 to 2,000 letters without spaces"));
        }
        let client_secret = self.client_secret.as_deref().map(str::trim).filter(|secret| !secret.is_empty());
        if client_secret.is_some_and(|secret| !plain(secret)) {
            errors.push(FieldError::new("client_secret", "invalid", "at most 2,000 letters without spaces"));
        }
        let tenant = self.tenant(&mut errors);
        let known = match self.kind {
            ProviderKind::Google => google(),
            ProviderKind::Microsoft => microsoft(&tenant),
            ProviderKind::Custom => self.custom(&mut errors),
        };
        if old.is_some_and(|old| old.kind() != self.kind) {
            errors.push(FieldError::new("kind", "not_allowed", "a provider stays of its kind"));
        }
        // A secret never goes to another server than the one it was given for.
        let elsewhere = old.is_some_and(|old| old.has_secret() && old.token_url != known.token_url);
        if elsewhere && client_secret.is_none() && self.kind == ProviderKind::Custom {
            errors.push(FieldError::new("client_secret", "required", "give it again for another address"));
        }
        if !errors.is_empty() {
            return Err(Problem::invalid(errors));
        }
        let tenant = (self.kind == ProviderKind::Microsoft).then_some(tenant);
        Ok(Checked { known, tenant, client_id, client_secret: client_secret.map(str::to_owned) })
    }

    fn tenant(&self, errors: &mut Vec<FieldError>) -> String {
        let tenant = self.tenant.as_deref().map(str::trim).filter(|tenant| !tenant.is_empty());
        let tenant = tenant.unwrap_or(ANY_TENANT);
        let fits =
            tenant.len() <= 253 && tenant.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
        if !fits {
            errors.push(FieldError::new(
                "tenant",
                "invalid",
                "the name or id of a tenant, or nothing for any",
            ));
        }
        tenant.to_owned()
    }

    fn custom(&self, errors: &mut Vec<FieldError>) -> KnownProvider {
        let name = self.name.as_deref().unwrap_or_default().trim().to_owned();
        if name.is_empty() || !limits::fits(&name, limits::NAME_CHARS) || name.chars().any(char::is_control) {
            errors.push(FieldError::new("name", "required", "from 1 to 200 characters on one line"));
        }
        let scopes = self.scopes.as_deref().unwrap_or_default();
        let scopes = scopes.split_whitespace().collect::<Vec<_>>().join(" ");
        if scopes.is_empty() || !limits::fits(&scopes, CHARS) {
            errors.push(FieldError::new("scopes", "required", "what to ask for, with spaces between"));
        }
        KnownProvider {
            kind: ProviderKind::Custom,
            name,
            authorize_url: address("authorize_url", self.authorize_url.as_deref(), errors),
            token_url: address("token_url", self.token_url.as_deref(), errors),
            scopes,
            smtp: server("smtp", self.smtp.as_ref(), errors),
            imap: server("imap", self.imap.as_ref(), errors),
        }
    }
}

/// Letters of ASCII without spaces, not too many.
fn plain(text: &str) -> bool {
    (1..=CHARS).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// An address with https, or on this machine or in a private network.
fn address(field: &str, given: Option<&str>, errors: &mut Vec<FieldError>) -> String {
    let given = given.unwrap_or_default().trim();
    let read = Url::parse(given).ok().filter(|url| given.len() <= CHARS && url.fragment().is_none());
    let safe = read.is_some_and(|url| match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => is_near(host.trim_start_matches('[').trim_end_matches(']')),
        _ => false,
    });
    if !safe {
        errors.push(FieldError::new(field, "invalid", "a web address that begins with https://"));
    }
    given.to_owned()
}

fn server(field: &str, given: Option<&ProviderServer>, errors: &mut Vec<FieldError>) -> Server {
    let host = given.map_or("", |given| given.host.trim());
    let (port, security) = given.map_or((0, Security::Tls), |given| (given.port, given.security));
    let fits = !host.is_empty() && host.len() <= 253 && host.bytes().all(|b| b.is_ascii_graphic());
    if !fits || port == 0 {
        errors.push(FieldError::new(
            format!("{field}.host"),
            "invalid",
            "a host name and a port from 1 to 65535",
        ));
    } else if security == Security::None && !is_near(host) {
        errors.push(FieldError::new(
            format!("{field}.security"),
            "not_allowed",
            "a token is sent encrypted only",
        ));
    }
    Server { host: host.to_owned(), port, security, username: String::new() }
}

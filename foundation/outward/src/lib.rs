//! Questions to servers outside, by HTTP and DNS: never into our own network, never more than was allowed.
//!
//! Addresses come from people and from records, so each is checked: `http` or `https`, and every address a name
//! stands for is a public one, at the moment of connecting and again after each redirect, unless the operator said
//! otherwise. An answer has a limit in bytes, the whole exchange one in time. What is *not* here: what is asked and
//! what the answer means.

mod address;
mod ask;
mod names;
#[cfg(feature = "testing")]
pub mod testing;

pub use address::is_public;
pub use ask::{Answer, Ask};
pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
pub use reqwest::{Method, Url};

use names::Guarded;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// What the operator decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// Whether private, loopback and link-local addresses may be asked.
    pub private: bool,
    /// The name server to ask; the system's when absent.
    pub name_server: Option<SocketAddr>,
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutwardError {
    /// Not an address we ask.
    #[error("'{0}' is not a web address that begins with http:// or https://")]
    Address(String),
    /// The server's own network.
    #[error(
        "{host} is in a private network ({address}), which this server does not ask; \
         its operator can allow it with --private-requests"
    )]
    Private {
        /// The host.
        host: String,
        /// What it stands for.
        address: String,
    },
    /// The name stands for nothing.
    #[error("the name {host} was not found: {why}")]
    Name {
        /// The host.
        host: String,
        /// The resolver's words.
        why: String,
    },
    /// Nobody answered there.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// The system's words, without the address asked for.
        why: String,
    },
    /// It took too long.
    #[error("{host} did not answer within {seconds} seconds")]
    Late {
        /// The host.
        host: String,
        /// The limit.
        seconds: u64,
    },
    /// The answer was too long.
    #[error("the answer of {host} is longer than {bytes} bytes")]
    TooLong {
        /// The host.
        host: String,
        /// The limit.
        bytes: usize,
    },
    /// It kept sending us elsewhere.
    #[error("{host} sends on to other addresses more than {most} times")]
    Redirects {
        /// The host.
        host: String,
        /// The limit.
        most: usize,
    },
    /// This program could not be set up to ask.
    #[error("requests cannot be made: {0}")]
    Setup(String),
}

/// The world outside, as far as the operator lets us go. Cheap to clone.
#[derive(Clone)]
pub struct Outside {
    http: reqwest::Client,
    names: Guarded,
}

impl std::fmt::Debug for Outside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outside").field("private", &self.names.private()).finish_non_exhaustive()
    }
}

impl Outside {
    /// Within this policy.
    ///
    /// # Errors
    /// [`OutwardError::Setup`] when the system's name servers cannot be read or TLS cannot be set up.
    pub fn new(policy: Policy) -> Result<Self, OutwardError> {
        let names = Guarded::new(policy)?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
            .dns_resolver(Arc::new(names.clone()))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(Duration::from_secs(10))
            .user_agent(concat!("Sevenfold/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|why| OutwardError::Setup(why.to_string()))?;
        Ok(Self { http, names })
    }

    /// Names of the servers that take a domain's mail, the preferred first. None when it takes no mail.
    ///
    /// # Errors
    /// [`OutwardError::Name`] when no name server answered.
    pub async fn mail_servers(&self, domain: &str) -> Result<Vec<String>, OutwardError> {
        self.names.mail_servers(domain).await
    }

    /// A domain's TXT records.
    ///
    /// # Errors
    /// As [`Outside::mail_servers`].
    pub async fn texts(&self, domain: &str) -> Result<Vec<String>, OutwardError> {
        self.names.texts(domain).await
    }

    /// Addresses a name stands for, public or not; none when it is not known.
    ///
    /// # Errors
    /// As [`Outside::mail_servers`].
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, OutwardError> {
        self.names.stands_for(host).await
    }

    /// Names an address is said to have (PTR).
    ///
    /// # Errors
    /// As [`Outside::mail_servers`].
    pub async fn names_of(&self, address: IpAddr) -> Result<Vec<String>, OutwardError> {
        self.names.names_of(address).await
    }
}

fn tls() -> Result<rustls::ClientConfig, OutwardError> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|why| OutwardError::Setup(why.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

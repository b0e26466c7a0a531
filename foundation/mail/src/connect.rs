//! Sockets for SMTP and IMAP: resolving, connecting without Nagle's delay, TLS, and what to trust.
//!
//! Not here: the protocols. Every step has a time limit and an error that names the step.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsConnector, rustls};

use crate::MailError;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Nothing; for servers on the same machine only.
    Plain,
    /// Plain greeting, then an upgrade that must succeed.
    StartTls,
    /// TLS from the first byte (465, 993).
    Tls,
}

/// Whom to believe during TLS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    /// Further root certificates in PEM, for closed networks with their own authority.
    pub extra_roots_pem: Option<String>,
    /// Accept any certificate. For closed networks and tests; the operator must switch it on.
    pub accept_invalid_certs: bool,
}

/// How to sign in. Its `Debug` form hides the secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Login {
    /// User name and password: PLAIN or LOGIN, as the server offers.
    Password {
        /// User name.
        username: String,
        /// Password or app password.
        password: String,
    },
    /// XOAUTH2 with a valid access token; refreshing it is the caller's work.
    OAuth2 {
        /// The mailbox's address.
        username: String,
        /// Access token.
        token: String,
    },
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (kind, username) = match self {
            Login::Password { username, .. } => ("Password", username),
            Login::OAuth2 { username, .. } => ("OAuth2", username),
        };
        f.debug_struct(kind).field("username", username).finish_non_exhaustive()
    }
}

/// Addresses of the host, in the resolver's order.
pub(crate) async fn resolve(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, MailError> {
    let failed = |why: String| MailError::Resolve { host: host.to_owned(), why };
    let found = within("resolve", limit, tokio::net::lookup_host((host, port))).await?;
    let found: Vec<SocketAddr> = found.map_err(|e| failed(e.to_string()))?.collect();
    if found.is_empty() { Err(failed("no address".into())) } else { Ok(found) }
}

/// A TCP connection to the first address that answers, with TCP_NODELAY: without it each mail waits for
/// Nagle's algorithm and the peer's delayed acknowledgement, some 45 ms.
pub(crate) async fn connect_tcp(
    host: &str,
    port: u16,
    addresses: &[SocketAddr],
    limit: Duration,
) -> Result<TcpStream, MailError> {
    let failed = |why: String| MailError::Connect { host: host.to_owned(), port, why };
    let mut last = failed("no address".into());
    for address in addresses {
        match within("connect", limit, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true).map_err(|e| failed(e.to_string()))?;
                return Ok(stream);
            }
            Ok(Err(e)) => last = failed(e.to_string()),
            Err(e) => last = e,
        }
    }
    Err(last)
}

/// TLS over the stream, for a server of that name.
pub(crate) async fn tls(
    stream: TcpStream,
    host: &str,
    trust: &Trust,
    limit: Duration,
) -> Result<TlsStream<TcpStream>, MailError> {
    let failed = |why: String| MailError::Tls { host: host.to_owned(), why };
    let name = ServerName::try_from(host.to_owned()).map_err(|e| failed(e.to_string()))?;
    let connector = TlsConnector::from(Arc::new(client_config(host, trust)?));
    within("tls", limit, connector.connect(name, stream)).await?.map_err(|e| failed(e.to_string()))
}

fn client_config(host: &str, trust: &Trust) -> Result<rustls::ClientConfig, MailError> {
    let failed = |why: String| MailError::Tls { host: host.to_owned(), why };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    for certificate in extra_roots(trust)? {
        roots.add(certificate).map_err(|e| failed(format!("extra root certificate: {e}")))?;
    }
    let builder = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|e| failed(e.to_string()))?;
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    if trust.accept_invalid_certs {
        config.dangerous().set_certificate_verifier(Arc::new(AnyCertificate(provider)));
    }
    Ok(config)
}

pub(crate) fn extra_roots(trust: &Trust) -> Result<Vec<CertificateDer<'static>>, MailError> {
    let Some(pem) = &trust.extra_roots_pem else { return Ok(Vec::new()) };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(MailError::field("extra_roots_pem", "holds no certificate in PEM form")),
        Err(e) => Err(MailError::field("extra_roots_pem", e.to_string())),
    }
}

/// Runs one step under its time limit.
pub(crate) async fn within<T>(
    step: &'static str,
    limit: Duration,
    work: impl Future<Output = T>,
) -> Result<T, MailError> {
    timeout(limit, work).await.map_err(|_| MailError::Timeout { step, limit })
}

/// Believes every certificate but still checks that the peer holds its key.
#[derive(Debug)]
struct AnyCertificate(Arc<rustls::crypto::CryptoProvider>);

impl rustls::client::danger::ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: rustls::pki_types::UnixTime,
    ) -> Result<rustls::client::danger::ServerCertVerified, rustls::Error> {
        Ok(rustls::client::danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// TLS from the first byte, as lettre's connection takes it.
#[derive(Debug)]
pub(crate) struct TlsTransport(pub(crate) TlsStream<TcpStream>);

impl lettre::transport::smtp::client::AsyncTokioStream for TlsTransport {
    fn peer_addr(&self) -> std::io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for TlsTransport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for TlsTransport {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

//! Signing composed mails (RFC 6376), by lettre.

use lettre::message::dkim::{
    DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm, DkimSigningKey,
};
use lettre::message::header::HeaderName;

use crate::MailError;

/// Headers inside the DKIM signature; RFC 8058 wants both List-Unsubscribe headers in it. Those a mail lacks are named
/// too, so that nobody adds them on the way.
const SIGNED_HEADERS: [&str; 13] = [
    "From",
    "To",
    "Cc",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];
/// A key to sign mails of one domain with (RFC 6376), relaxed/relaxed.
#[derive(Debug)]
pub struct DkimKey {
    config: DkimConfig,
}

impl DkimKey {
    /// An RSA key in PKCS#1 PEM form.
    pub fn rsa(selector: &str, domain: &str, pem: &str) -> Result<Self, MailError> {
        Self::new(selector, domain, pem, DkimSigningAlgorithm::Rsa)
    }

    /// An Ed25519 key: base64 of the 32-byte seed. Many receivers ignore it; publish RSA beside it.
    pub fn ed25519(selector: &str, domain: &str, seed: &str) -> Result<Self, MailError> {
        Self::new(selector, domain, seed, DkimSigningAlgorithm::Ed25519)
    }

    pub(crate) fn config(&self) -> &DkimConfig {
        &self.config
    }

    fn new(
        selector: &str,
        domain: &str,
        key: &str,
        algorithm: DkimSigningAlgorithm,
    ) -> Result<Self, MailError> {
        let key = DkimSigningKey::new(key, algorithm).map_err(|e| MailError::field("dkim", e.to_string()))?;
        let headers = SIGNED_HEADERS.map(HeaderName::new_from_ascii_str).to_vec();
        let relaxed = DkimCanonicalization {
            header: DkimCanonicalizationType::Relaxed,
            body: DkimCanonicalizationType::Relaxed,
        };
        Ok(DkimKey { config: DkimConfig::new(selector.into(), domain.into(), key, headers, relaxed) })
    }
}

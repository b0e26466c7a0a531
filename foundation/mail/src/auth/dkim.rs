//! DKIM keys (RFC 6376): made here, and as a domain publishes them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs1::{DecodeRsaPublicKey, EncodeRsaPrivateKey};
use rsa::pkcs8::{DecodePublicKey, EncodePublicKey, LineEnding};
use rsa::traits::PublicKeyParts;
use rsa::{RsaPrivateKey, RsaPublicKey};

use super::tags;
use crate::MailError;

/// Bits of a key made here.
pub const RSA_BITS: usize = 2048;
/// Characters one string of a TXT record holds (RFC 1035 3.3.14); longer records are several strings.
const STRING: usize = 255;

/// A fresh pair.
#[derive(Clone)]
pub struct NewKey {
    /// PKCS#1, PEM: what [`crate::DkimKey::rsa`] takes. A secret.
    pub private: String,
    /// What the record publishes: base64 of the public key's DER form.
    pub public: String,
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// Makes an RSA key of [`RSA_BITS`] bits. Takes some tenths of a second of one core.
///
/// # Errors
/// When the system gives no random numbers.
pub fn new_rsa() -> Result<NewKey, MailError> {
    let failed = |why: String| MailError::field("dkim", why);
    let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, RSA_BITS).map_err(|e| failed(e.to_string()))?;
    let public = key.to_public_key().to_public_key_der().map_err(|e| failed(e.to_string()))?;
    let private = key.to_pkcs1_pem(LineEnding::LF).map_err(|e| failed(e.to_string()))?;
    Ok(NewKey { private: private.to_string(), public: STANDARD.encode(public.as_bytes()) })
}

/// The name under which a key is published.
#[must_use]
pub fn record_name(selector: &str, domain: &str) -> String {
    format!("{selector}._domainkey.{domain}")
}

/// What is published there.
#[must_use]
pub fn record_value(public: &str) -> String {
    format!("v=DKIM1; k=rsa; p={public}")
}

/// A value as zone files and many providers' forms take it: strings of at most 255 characters in quotes.
#[must_use]
pub fn quoted(value: &str) -> String {
    let bytes = value.as_bytes().chunks(STRING);
    bytes.map(|part| format!("\"{}\"", String::from_utf8_lossy(part))).collect::<Vec<_>>().join(" ")
}

/// A key as a domain publishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// A key that can be used.
    Key {
        /// As published, white space apart.
        public: String,
        /// Bits of an RSA key; 256 for Ed25519, which is as strong as 3,072 of RSA.
        bits: usize,
        /// `rsa` or `ed25519`.
        kind: String,
    },
    /// The key was taken back (`p=` is empty).
    Revoked,
    /// It cannot be used, and why.
    Broken(&'static str),
}

/// Reads a record; `None` when it is another kind of text.
#[must_use]
pub fn published(text: &str) -> Option<Published> {
    let about_dkim = text.contains("p=") && !text.trim_start().starts_with("v=spf1");
    let Some(tags) = tags::read(text) else {
        return about_dkim.then_some(Published::Broken("no list of tags"));
    };
    if tags::of(&tags, "v").is_some_and(|v| v != "DKIM1") {
        return None;
    }
    let public: String = tags::of(&tags, "p")?.split_whitespace().collect();
    if public.is_empty() {
        return Some(Published::Revoked);
    }
    let kind = tags::of(&tags, "k").unwrap_or("rsa").to_ascii_lowercase();
    let Ok(bytes) = STANDARD.decode(&public) else { return Some(Published::Broken("p= is no base64")) };
    let bits = match kind.as_str() {
        "rsa" => RsaPublicKey::from_public_key_der(&bytes)
            .ok()
            .or_else(|| RsaPublicKey::from_pkcs1_der(&bytes).ok())
            .map(|key| key.n().bits()),
        "ed25519" => (bytes.len() == 32).then_some(256),
        _ => return Some(Published::Broken("k= names a kind of key that is not known")),
    };
    Some(match bits {
        Some(bits) => Published::Key { public, bits, kind },
        None => Published::Broken("p= holds no key"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_made_here_is_read_back_as_published() {
        let key = new_rsa().expect("a key");
        assert!(crate::DkimKey::rsa("s", "a.test", &key.private).is_ok());
        let value = record_value(&key.public);
        let expected = Published::Key { public: key.public.clone(), bits: RSA_BITS, kind: "rsa".into() };
        assert_eq!(published(&value), Some(expected));
        assert!(value.len() > STRING && quoted(&value).split("\" \"").all(|part| part.len() <= STRING + 2));
        assert!(!format!("{key:?}").contains("PRIVATE"), "a secret is not shown");
    }

    #[test]
    fn each_kind_of_record_is_told() {
        let ed = format!("v=DKIM1; k=ed25519; p={}", STANDARD.encode([9_u8; 32]));
        assert!(matches!(published(&ed), Some(Published::Key { bits: 256, .. })));
        let table = [
            ("v=DKIM1; p=", Some(Published::Revoked)),
            ("v=DKIM1; k=rsa; p=AAAA", Some(Published::Broken("p= holds no key"))),
            ("v=DKIM1; p=!!", Some(Published::Broken("p= is no base64"))),
            ("v=DKIM1; p p=AAAA", Some(Published::Broken("no list of tags"))),
            ("v=DKIM1; k=x; p=AAAA", Some(Published::Broken("k= names a kind of key that is not known"))),
            ("v=spf1 -all", None),
            ("hello", None),
            ("v=DKIM2; p=AAAA", None),
        ];
        for (text, expected) in table {
            assert_eq!(published(text), expected, "{text}");
        }
    }
}

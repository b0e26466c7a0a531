//! Secrets at rest: mailbox passwords and the like, sealed with a key kept beside, not in, the database.

use crate::{Result, StoreError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use rand::Rng;
use std::path::Path;

/// Seals and opens. The key never leaves it; `Debug` shows nothing.
#[derive(Clone)]
pub struct Secrets(XChaCha20Poly1305);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

const PREFIX: &str = "s1:";

impl Secrets {
    /// From 32 bytes in base64, as in the environment variable.
    ///
    /// # Errors
    /// When it is not that.
    pub fn from_base64(text: &str) -> Result<Self> {
        let bytes = STANDARD.decode(text.trim()).ok().filter(|b| b.len() == 32);
        let Some(bytes) = bytes else {
            return Err(StoreError::Secret("the secret key must be 32 bytes in base64".to_owned()));
        };
        let mut key = [0; 32];
        key.copy_from_slice(&bytes);
        Ok(Self(XChaCha20Poly1305::new(&Key::from(key))))
    }

    /// From a file, made with mode 0600 when there is none yet.
    ///
    /// # Errors
    /// When the file cannot be read or written, holds no key, or others may read it.
    pub fn from_file(path: &Path) -> Result<Self> {
        let failed =
            |e: std::io::Error| StoreError::File { path: path.display().to_string(), why: e.to_string() };
        match std::fs::read_to_string(path) {
            Ok(text) => {
                refuse_if_open(path)?;
                Self::from_base64(&text)
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let mut key = [0_u8; 32];
                rand::rng().fill_bytes(&mut key);
                let text = STANDARD.encode(key);
                write_private(path, &text).map_err(failed)?;
                Self::from_base64(&text)
            }
            Err(e) => Err(failed(e)),
        }
    }

    /// Seals a secret. `purpose` (table and row) is bound to it: it opens nowhere else.
    #[must_use]
    pub fn seal(&self, purpose: &str, plain: &str) -> String {
        let mut nonce = [0_u8; 24];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload { msg: plain.as_bytes(), aad: purpose.as_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        let mut whole = nonce.to_vec();
        whole.extend_from_slice(&sealed);
        format!("{PREFIX}{}", STANDARD.encode(whole))
    }

    /// Opens a secret sealed for the same purpose.
    ///
    /// # Errors
    /// When the key is another, the purpose is another, or the text was changed.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<String> {
        let wrong = || {
            StoreError::Secret(format!(
                "the secret of {purpose} cannot be opened: is this the key it was sealed with?"
            ))
        };
        let whole =
            sealed.strip_prefix(PREFIX).and_then(|s| STANDARD.decode(s).ok()).filter(|w| w.len() > 24);
        let whole = whole.ok_or_else(wrong)?;
        let (nonce, body) = whole.split_at(24);
        let nonce = <[u8; 24]>::try_from(nonce).map_err(|_| wrong())?;
        let payload = Payload { msg: body, aad: purpose.as_bytes() };
        let plain = self.0.decrypt(&XNonce::from(nonce), payload).map_err(|_| wrong())?;
        String::from_utf8(plain).map_err(|_| wrong())
    }
}

#[cfg(unix)]
fn refuse_if_open(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_or(0, |m| m.permissions().mode());
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(StoreError::Secret(format!(
        "{} can be read by others (mode {:o}): run chmod 600 on it",
        path.display(),
        mode & 0o777
    )))
}

#[cfg(not(unix))]
fn refuse_if_open(_: &Path) -> Result<()> {
    Ok(())
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_for_its_purpose_and_with_its_key() {
        let dir = tempfile::tempdir().unwrap();
        let secrets = Secrets::from_file(&dir.path().join("key")).unwrap();
        let sealed = secrets.seal("mailbox 1", "비밀");
        assert!(!sealed.contains("비밀"));
        assert_eq!(secrets.open("mailbox 1", &sealed).unwrap(), "비밀");
        assert!(secrets.open("mailbox 2", &sealed).is_err());
        let again = Secrets::from_file(&dir.path().join("key")).unwrap();
        assert_eq!(again.open("mailbox 1", &sealed).unwrap(), "비밀");
        let other = Secrets::from_file(&dir.path().join("other")).unwrap();
        assert!(other.open("mailbox 1", &sealed).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn the_key_file_is_private_and_an_open_one_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        Secrets::from_file(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Secrets::from_file(&path).unwrap_err().to_string().contains("chmod 600"));
    }
}

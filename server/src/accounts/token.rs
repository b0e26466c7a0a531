//! Random secrets, and the form in which they are kept.

use rand::Rng;
use sha2::{Digest, Sha256};

/// What an API token begins with, so that people and secret scanners know it.
pub const API_PREFIX: &str = "sf_";

/// 256 random bits in base64url: the secret itself. It is shown or sent once and never stored.
#[must_use]
pub fn secret() -> String {
    use base64::Engine as _;
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored of a secret. A plain hash is enough: there is nothing to guess in 256 random bits.
#[must_use]
pub fn kept(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_43_letters_and_never_repeats() {
        let (a, b) = (secret(), secret());
        assert_eq!(a.len(), 43);
        assert_ne!(a, b);
        assert_eq!(kept(&a).len(), 64);
        assert!(!kept(&a).contains(&a));
    }
}

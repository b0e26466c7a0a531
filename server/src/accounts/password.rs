//! Passwords: what makes a good one, and how they are kept (argon2id, the crate's default cost,
//! which is OWASP's first choice: 19 MiB, 2 passes).

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use http_room::{FieldError, Problem};
use kernel::limits::{PASSWORD_MAX_BYTES, PASSWORD_MIN_CHARS};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Hashes at once: each takes 19 MiB and a processor.
static SLOTS: Semaphore = Semaphore::const_new(4);

/// Checked when there is nothing else to check, so that an unknown address takes as long as a known one.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hash_now(&super::token::secret()).unwrap_or_default());

/// What is wrong with a new password, if anything.
#[must_use]
pub fn complaint(field: &str, password: &str) -> Option<FieldError> {
    if password.chars().count() < PASSWORD_MIN_CHARS {
        let message = format!("Use at least {PASSWORD_MIN_CHARS} characters; a short sentence is good.");
        return Some(FieldError::new(field, "too_short", message));
    }
    if password.len() > PASSWORD_MAX_BYTES {
        return Some(FieldError::new(field, "too_long", format!("Use at most {PASSWORD_MAX_BYTES} bytes.")));
    }
    let mut letters = password.chars();
    let first = letters.next();
    if letters.all(|c| Some(c) == first) {
        return Some(FieldError::new(field, "too_simple", "One letter repeated is guessed first."));
    }
    None
}

/// Hashes a password, away from the async threads.
///
/// # Errors
/// When the machine has no memory for it.
pub async fn hash(password: &str) -> Result<String, Problem> {
    let password = password.to_owned();
    run(move || hash_now(&password))
        .await?
        .ok_or_else(|| Problem::internal(&"a password could not be hashed"))
}

/// Whether the password is the one of `kept`; with nothing kept it takes as long and answers no.
///
/// # Errors
/// When the check could not run.
pub async fn matches(password: &str, kept: Option<String>) -> Result<bool, Problem> {
    let password = password.to_owned();
    run(move || {
        let known = kept.is_some();
        let text = kept.unwrap_or_else(|| NOBODYS.clone());
        let fits = PasswordHash::new(&text)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        known && fits
    })
    .await
}

fn hash_now(password: &str) -> Option<String> {
    Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let _slot = SLOTS.acquire().await.map_err(|e| Problem::internal(&e))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_and_only_it_matches() {
        let kept = hash("a decent sentence").await.unwrap();
        assert!(kept.starts_with("$argon2id$"), "{kept}");
        assert!(matches("a decent sentence", Some(kept.clone())).await.unwrap());
        assert!(!matches("another sentence", Some(kept)).await.unwrap());
        assert!(!matches("a decent sentence", None).await.unwrap());
    }

    #[test]
    fn short_long_and_repeated_passwords_are_refused() {
        let code = |password: &str| complaint("password", password).map(|e| e.code);
        assert_eq!(code("nine char").as_deref(), Some("too_short"));
        assert_eq!(code(&"x".repeat(2000)).as_deref(), Some("too_long"));
        assert_eq!(code("aaaaaaaaaaaa").as_deref(), Some("too_simple"));
        assert_eq!(code("열 글자가 되는 문장"), None);
    }
}

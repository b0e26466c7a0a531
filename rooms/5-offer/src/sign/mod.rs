//! Saying yes: who may, what exactly they say it to, and the proof that is kept of it.
//!
//! `rules` decides; `code` shows that a signer reads the mail of their address; `letters` are the mails they get, `post` how; `accept` writes an acceptance in one
//! transaction; `certificate` prints the agreement, and `seal` lets anybody see that it was not changed.

pub mod accept;
pub mod certificate;
pub mod code;
mod key;
mod letters;
mod post;
pub mod rules;
pub mod seal;

pub use key::{SigningKey, public_key};

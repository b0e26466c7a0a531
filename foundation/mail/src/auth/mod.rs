//! What a domain publishes so that its mails are believed: SPF, DKIM, DMARC as texts in DNS, and keys to sign with. Pure.
//!
//! What is not here: asking DNS, and what follows from an answer.

pub mod dkim;
pub mod dmarc;
pub mod spf;
mod tags;

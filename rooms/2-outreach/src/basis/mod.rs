//! On what ground somebody may get automatic mail: the law of where they are (`law`, of prospecting), consents as they were given
//! (`consent`), what people are told of theirs (`notice`) and of where their data came from (`source`), and law and consents put together for many people at once (`check`). Asked at enrolling, planning and claiming, like
//! the suppression list. Mail written by hand is an answer from one person to another and is not asked.

pub mod check;
pub mod consent;
pub mod notice;
mod routes;
pub mod source;

pub use check::{Standing, standings};
pub use law::{Ground, Verdict};
pub use prospecting::mail_law as law;
pub use routes::{routes, sender_lacks};

/// Why somebody is not written to whom the law would have to allow it.
pub const NO_BASIS: &str = "no_basis";
/// Why an advertisement in Korea waits: the settings lack what it has to show of its sender.
pub const SENDER_INCOMPLETE: &str = "sender_incomplete";
/// What a mail is marked with that advertises in Korea: the whole of it, at the beginning of the subject (Network Act,
/// enforcement decree, table 6).
pub const AD_KR: &str = "ad_kr";
/// The words of [`AD_KR`].
pub const AD_KR_WORDS: &str = "(광고)";

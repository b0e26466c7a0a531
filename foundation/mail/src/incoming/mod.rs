//! What a mail that came in is: own, complaint, bounce, receipt, refusal, calendar answer, automatic answer,
//! bulk, or a person.
//!
//! Pure: an [`Incoming`] and a [`Context`] in, a [`Verdict`] out. Finding the message it belongs to and
//! acting on the verdict is done elsewhere; a person's correction overrides it there.

pub mod automatic;
pub mod bounce;
mod bounce_kind;
mod bounce_notice;
#[cfg(test)]
mod bounce_tests;
mod bounce_words;
mod bounce_words_notice;
mod bounce_words_strong;
pub mod class;
pub mod cues;
mod date_words;
mod dates;
pub mod intent;
pub mod return_date;

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use serde::{Deserialize, Serialize};

pub use automatic::{Automatic, AutomaticKind};
pub use bounce::{BounceKind, Bounced, delayed, unreached};
pub use bounce_kind::bounce_kind;
pub use class::classify;
pub use dates::days_named;
pub use intent::{Confidence, Heard, Intent, Lessons, intents, intents_with};
pub use return_date::{Return, return_date};

use crate::read::Incoming;
use crate::reply_text::ReplyText;

/// What the caller knows beyond the mail itself.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// Whether a Message-ID (without brackets) is one of ours, learned aliases included.
    pub is_ours: &'c dyn Fn(&str) -> bool,
    /// Whether a token, from [`Self::token_header`] or a `b+token@` or `u+token@` recipient, is one of ours.
    pub is_token: &'c dyn Fn(&str) -> bool,
    /// Name of the header that carries our token.
    pub token_header: &'c str,
    /// The mail was read from the Sent folder.
    pub in_sent_folder: bool,
    /// When our mail that this one answers was sent, if known.
    pub sent_at: Option<DateTime<Utc>>,
    /// When this mail arrived.
    pub received_at: DateTime<Utc>,
    /// The sender's country, ISO 3166 two letters in upper case, if known; tells the order of `8/4`.
    pub country: Option<&'c str>,
    /// Business days of the sender's country; [`weekday`] if no calendar is at hand.
    pub is_business_day: &'c dyn Fn(NaiveDate) -> bool,
}

/// Monday to Friday.
pub fn weekday(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// What a mail is and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The class, with what it carries.
    pub class: Class,
    /// The rule that fired, such as `bounce.delivery_status`; stored beside the class.
    pub rule: String,
}

/// The nine classes, first that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "class", rename_all = "lowercase")]
pub enum Class {
    /// Written by us.
    Own,
    /// Somebody pressed "spam".
    Complaint(Complaint),
    /// One or more recipients did not get our mail; each by itself.
    Bounce {
        /// Only failed recipients; drop those we never wrote to.
        recipients: Vec<Bounced>,
    },
    /// Read or delivery notice; a fact only.
    Receipt,
    /// The mail asks for nothing but to be taken off.
    Unsubscribe {
        /// Token of the `u+token@` recipient, if it came that way.
        token: Option<String>,
    },
    /// Answer to an invitation.
    Calendar {
        /// REPLY, COUNTER or CANCEL.
        method: String,
        /// ACCEPTED, DECLINED, TENTATIVE.
        answer: Option<String>,
    },
    /// No person wrote it.
    Automatic(Automatic),
    /// Newsletter and the like.
    Bulk,
    /// A person wrote it.
    Human {
        /// Their own words.
        reply: ReplyText,
        /// All that match, the primary first; never empty.
        intents: Vec<Heard>,
    },
}

impl Class {
    /// Its name in the database, the API and on the command line.
    pub fn key(&self) -> &'static str {
        match self {
            Class::Own => "own",
            Class::Complaint(_) => "complaint",
            Class::Bounce { .. } => "bounce",
            Class::Receipt => "receipt",
            Class::Unsubscribe { .. } => "unsubscribe",
            Class::Calendar { .. } => "calendar",
            Class::Automatic(_) => "automatic",
            Class::Bulk => "bulk",
            Class::Human { .. } => "human",
        }
    }
}

/// A complaint report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// Feedback-Type: `abuse`, `fraud`, `not-spam`, …
    pub kind: String,
    /// Whether it speaks against us; `not-spam` and authentication reports do not.
    pub counts: bool,
    /// Who complained, if the report says so; else match by [`Incoming::report`]'s original.
    pub recipients: Vec<String>,
}

impl Context<'_> {
    /// The token of a recipient `prefix+token@…`, if it is one of ours.
    pub(crate) fn token_in_recipients(&self, mail: &Incoming, prefix: &str) -> Option<String> {
        let delivered =
            ["delivered-to", "x-original-to", "envelope-to"].iter().filter_map(|h| mail.header(h));
        let listed = mail.to.iter().chain(&mail.cc).map(|m| m.address.as_str());
        listed.chain(delivered).find_map(|address| {
            let (local, _) = address.trim_matches(['<', '>', ' ']).rsplit_once('@')?;
            let (start, token) = local.split_once('+')?;
            let fits = start.eq_ignore_ascii_case(prefix) && (self.is_token)(token);
            fits.then(|| token.to_owned())
        })
    }

    /// Whether the mail gives back one of ours: by id, token header, or return-path token.
    pub(crate) fn is_about_ours(&self, mail: &Incoming) -> bool {
        let by_original = mail.report.original.as_ref().is_some_and(|original| {
            original.message_id.as_deref().is_some_and(self.is_ours)
                || original.header(self.token_header).is_some_and(self.is_token)
        });
        by_original || mail.refers_to().any(self.is_ours) || self.token_in_recipients(mail, "b").is_some()
    }
}

//! Answers that no person wrote: how they are known (RFC 3834 and habits), of what kind they are, and when
//! an absent person is back.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Context;
use super::cues::{ACK, AUTOMATIC_BODY, AUTOMATIC_SUBJECT, LEFT, MOVED, count, folded, holds};
use super::return_date::{Return, add_business_days, return_date};
use crate::read::Incoming;

/// An arrival this many seconds after our mail is too quick for a person.
const TOO_QUICK: i64 = 120;
/// Business days to wait when an absence note names no date.
const UNKNOWN_ABSENCE: u32 = 5;

/// What an automatic answer says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automatic {
    /// Kind.
    pub kind: AutomaticKind,
    /// First day back, if one is named.
    pub returns: Option<NaiveDate>,
    /// Back only in more than 180 days: treat as left.
    pub long_leave: bool,
    /// When mails may go on: a business day after the return, or five business days if no date is named.
    /// Only for `ooo`.
    pub resume_on: Option<NaiveDate>,
    /// Other addresses the text names: successor, stand-in or new address, in order.
    pub contacts: Vec<String>,
}

/// Kinds of automatic answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AutomaticKind {
    /// Absent for a while.
    Ooo,
    /// Has left the company.
    Left,
    /// Has a new address.
    Moved,
    /// A machine confirms that our mail came in.
    Ack,
}

impl Automatic {
    /// Reads kind, dates and contacts of a mail known to be automatic.
    pub fn read(mail: &Incoming, context: &Context<'_>) -> Self {
        let subject = folded(&mail.subject);
        let body = folded(&mail.text);
        let arrived = context.received_at.date_naive();
        let found = return_date(&mail.text, arrived, context.country, context.is_business_day)
            .or_else(|| return_date(&mail.subject, arrived, context.country, context.is_business_day));
        let absent = count(&body, &AUTOMATIC_BODY) > 0 || holds(&subject, &AUTOMATIC_SUBJECT);
        let kind = match () {
            () if holds(&body, &LEFT) || holds(&subject, &LEFT) => AutomaticKind::Left,
            () if holds(&body, &MOVED) => AutomaticKind::Moved,
            () if holds(&body, &ACK) && found.is_none() => AutomaticKind::Ack,
            () if absent || found.is_some() => AutomaticKind::Ooo,
            () => AutomaticKind::Ack,
        };
        let returns = found.filter(|_| kind == AutomaticKind::Ooo).map(Return::day);
        let long_leave =
            kind == AutomaticKind::Ooo && found.is_some_and(|f| matches!(f, Return::LongLeave(_)));
        let resume_on = (kind == AutomaticKind::Ooo && !long_leave).then(|| match returns {
            Some(day) => add_business_days(day, 1, context.is_business_day),
            None => add_business_days(arrived, UNKNOWN_ABSENCE, context.is_business_day),
        });
        Automatic { kind, returns, long_leave, resume_on, contacts: contacts(mail) }
    }
}

/// The rule by which the mail is automatic, or None if a person may have written it.
/// X-Auto-Response-Suppress alone proves nothing: ordinary Outlook mail bears it.
pub(crate) fn automatic_rule(mail: &Incoming, context: &Context<'_>) -> Option<String> {
    if let Some(header) = automatic_header(mail) {
        return Some(format!("automatic.header.{header}"));
    }
    let subject = folded(&mail.subject);
    if is_subject_cue(&subject) {
        return Some("automatic.subject".into());
    }
    let own = folded(&crate::reply_text(mail).text);
    let cues = count(&own, &AUTOMATIC_BODY);
    if cues >= 2 {
        return Some("automatic.body".into());
    }
    let quick = context.sent_at.is_some_and(|sent| {
        let seconds = (context.received_at - sent).num_seconds();
        (0..=TOO_QUICK).contains(&seconds)
    });
    (cues == 1 && quick).then(|| "automatic.quick_body".into())
}

fn automatic_header(mail: &Incoming) -> Option<&'static str> {
    let value = |name: &str| mail.header(name).map(|v| v.trim().to_lowercase());
    let says =
        |name: &str| value(name).is_some_and(|v| v.split([';', ' ']).next().unwrap_or_default() != "no");
    for name in ["auto-submitted", "x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from"] {
        if says(name) {
            return Some(name);
        }
    }
    let is = |name: &str, wanted: &str| value(name).is_some_and(|v| v == wanted);
    match () {
        () if is("precedence", "auto_reply") || is("precedence", "auto-reply") => Some("precedence"),
        () if is("x-fc-machinegenerated", "true") => Some("x-fc-machinegenerated"),
        () if is("x-post-messageclass", "9")
            || value("x-post-messageclass").is_some_and(|v| v.starts_with("9;")) =>
        {
            Some("x-post-messageclass")
        }
        () if value("x-ms-exchange-generated-message-source").is_some_and(|v| v.contains("rules agent")) => {
            Some("x-ms-exchange-generated-message-source")
        }
        () => None,
    }
}

/// A cue counts only before our own subject: an answer to a mail about holidays is no absence note.
fn is_subject_cue(subject: &str) -> bool {
    let answer = crate::base_subject(subject) != subject;
    !answer && holds(subject, &AUTOMATIC_SUBJECT)
}

/// Addresses in the text other than the sender's and the recipients'.
fn contacts(mail: &Incoming) -> Vec<String> {
    let own = crate::reply_text(mail).text;
    let mut found: Vec<String> = Vec::new();
    for word in own.split(|c: char| c.is_whitespace() || "<>()[]{},;:\"'".contains(c)) {
        let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_lowercase();
        // Korean and Japanese write particles straight after the address.
        let end = word.find(|c: char| !c.is_ascii()).unwrap_or(word.len());
        let word = word[..end].to_owned();
        let shaped =
            word.split_once('@').is_some_and(|(l, d)| !l.is_empty() && d.contains('.') && !d.contains('@'));
        let known = mail.from.iter().chain(&mail.to).chain(&mail.cc).any(|m| m.is(&word));
        if shaped && !known && !found.contains(&word) && found.len() < 10 {
            found.push(word);
        }
    }
    found
}

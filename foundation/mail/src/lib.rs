//! Everything about mail that needs no knowledge of a sales cycle: composing, merge fields, SMTP, IMAP,
//! reading MIME, and telling a person's answer from a bounce, a complaint or an absence note.
//!
//! What is not here: who may be written to, when, and what an answer means for a deal. This crate takes
//! values and sockets and gives values back; it keeps nothing, and it never answers a mail by itself.
//!
//! Message ids are held without angle brackets everywhere in this crate; brackets exist only on the wire.

pub mod address;
pub mod auth;
mod bounds;
pub mod compose;
pub mod connect;
pub mod error;
pub mod html;
pub mod imap;
pub mod incoming;
pub mod probe;
mod quoted_html;
pub mod read;
mod reply_attribution;
mod reply_contact;
mod reply_dates;
mod reply_lines;
mod reply_marks;
mod reply_signature;
pub mod reply_text;
mod reply_words;
pub mod report;
mod report_json;
mod signing;
pub mod smtp;
pub mod subject;
pub mod template;

pub use address::Mailbox;
pub use compose::{
    Attachment, CalendarPart, Composed, Draft, Envelope, ListUnsubscribe, compose, new_message_id,
};
pub use connect::{Login, Security, Trust};
pub use error::MailError;
pub use html::{Harmless, clean_html, html_from_text, html_with_links, links, text_from_html};
pub use imap::{ImapConnection, ImapSettings, RawContent, RawMail};
pub use incoming::{Class, Context, Intent, Verdict, classify};
pub use read::{Incoming, read};
pub use reply_text::{ReplyText, reply_text};
pub use signing::DkimKey;
pub use smtp::{Outcome, SmtpConnection, SmtpSettings};
pub use subject::base_subject;
pub use template::{TemplateError, render, render_html, variables};

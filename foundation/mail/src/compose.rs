//! From a draft to the frozen bytes of one mail, by lettre's builder.
//!
//! The bytes are 7-bit and use CRLF only, so that they pass every server unchanged and a signature holds.
//! Merge fields are filled before ([`crate::template`]); suppression, consent and wording are checked elsewhere.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, HeaderName, HeaderValue, Headers, MIME_VERSION_1_0,
};
use lettre::message::{Attachment as LettreAttachment, Body, MessageBuilder, MultiPart, SinglePart};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::address::{Mailbox, folded, parse_address, single_line};
use crate::html::text_with_links;
use crate::signing::DkimKey;
use crate::{Harmless, MailError};

/// Headers that compose writes itself and a draft's extra headers may therefore not set.
const OWN_HEADERS: [&str; 18] = [
    "from",
    "to",
    "cc",
    "bcc",
    "sender",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "dkim-signature",
    "return-path",
];
/// Most ids written into References: the first and the newest (RFC 5322 lets the middle go).
const REFERENCES: usize = 20;
/// Longest id repeated from somebody else's mail.
const ID_CAP: usize = 250;

/// One mail before it is written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Author; also the envelope sender unless `return_path` is given.
    pub from: Mailbox,
    /// At least one recipient.
    pub to: Vec<Mailbox>,
    /// Further visible recipients.
    pub cc: Vec<Mailbox>,
    /// Where answers go, if not to the author.
    pub reply_to: Option<Mailbox>,
    /// Envelope sender for bounces (`b+token@domain`), if not the author's address.
    pub return_path: Option<String>,
    /// Subject, decoded, one line.
    pub subject: String,
    /// Plain text; may be empty if `html` is given and is then made from it.
    pub text: String,
    /// HTML alternative. None: a plain-text mail.
    pub html: Option<Harmless>,
    /// From [`new_message_id`], without brackets.
    pub message_id: String,
    /// Id of the mail this one answers.
    pub in_reply_to: Option<String>,
    /// Ids of the thread, oldest first.
    pub references: Vec<String>,
    /// Further headers, each name and decoded value (the token header, for one).
    pub headers: Vec<(String, String)>,
    /// One-click refusal; required on automated mail by its sender, not by this crate.
    pub list_unsubscribe: Option<ListUnsubscribe>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// An invitation, which calendars read as another form of the text, and people can open as a file.
    pub calendar: Option<CalendarPart>,
    /// The `Date` header.
    pub date: DateTime<Utc>,
}

impl Draft {
    /// A plain-text draft from one person to another; the other fields are empty and may be set after.
    pub fn new(from: Mailbox, to: Mailbox, subject: &str, text: &str, id: &str, date: DateTime<Utc>) -> Self {
        Draft {
            from,
            to: vec![to],
            cc: Vec::new(),
            reply_to: None,
            return_path: None,
            subject: subject.to_owned(),
            text: text.to_owned(),
            html: None,
            message_id: id.to_owned(),
            in_reply_to: None,
            references: Vec::new(),
            headers: Vec::new(),
            list_unsubscribe: None,
            attachments: Vec::new(),
            calendar: None,
            date,
        }
    }
}

/// The two ways to refuse further mail in one step (RFC 2369, RFC 8058).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListUnsubscribe {
    /// `https://…` address that takes a POST.
    pub url: String,
    /// Address with an optional `?subject=…`, without `mailto:`.
    pub mailto: String,
}

/// A file that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// File name as the recipient sees it.
    pub name: String,
    /// MIME type, such as `application/pdf`.
    pub content_type: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// An iCalendar object that goes with a mail (RFC 6047).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarPart {
    /// Its METHOD: `REQUEST`, `CANCEL`.
    pub method: String,
    /// The object.
    pub text: String,
}

/// Who the mail is from and for on the wire; not always what the headers say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Where bounces go.
    pub from: String,
    /// Every recipient, To and Cc together.
    pub to: Vec<String>,
}

/// A mail that is finished: these bytes are sent, stored and signed, and never made anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composed {
    /// Without brackets.
    pub message_id: String,
    /// For MAIL FROM and RCPT TO.
    pub envelope: Envelope,
    /// Header and body, 7-bit, CRLF.
    pub bytes: Vec<u8>,
}

/// A fresh Message-ID (without brackets) that carries the token: `token.uuid@domain`. Made once per message
/// and kept over every retry.
pub fn new_message_id(token: &str, domain: &str) -> String {
    format!("{token}.{}@{domain}", Uuid::now_v7().simple())
}

/// Writes the mail out. Any value with a line break is refused with the field's name, since it would let
/// its author write headers.
pub fn compose(draft: &Draft, dkim: Option<&DkimKey>) -> Result<Composed, MailError> {
    check(draft)?;
    let builder = with_extra_headers(with_addresses(draft)?, draft)?;
    let text = if draft.text.trim().is_empty() {
        draft.html.as_ref().map(|html| text_with_links(html.as_str())).unwrap_or_default()
    } else {
        draft.text.clone()
    };
    let html = draft.html.as_ref().map(|html| lines(html.as_str()));
    let mut message = with_body(builder, draft, lines(&text), html)?;
    if let Some(key) = dkim {
        message.sign(key.config());
    }
    let bytes = message.formatted();
    Ok(Composed { message_id: bare_id(&draft.message_id).to_owned(), envelope: envelope(draft), bytes })
}

fn envelope(draft: &Draft) -> Envelope {
    let mut to: Vec<String> = Vec::new();
    for mailbox in draft.to.iter().chain(&draft.cc) {
        if !to.iter().any(|known| mailbox.is(known)) {
            to.push(mailbox.address.trim().to_owned());
        }
    }
    let from = draft.return_path.as_deref().unwrap_or(&draft.from.address);
    Envelope { from: from.trim().to_owned(), to }
}

fn check(draft: &Draft) -> Result<(), MailError> {
    if draft.to.is_empty() {
        return Err(MailError::field("to", "names nobody"));
    }
    single_line("subject", &draft.subject)?;
    check_id("message_id", &draft.message_id)?;
    if let Some(id) = &draft.in_reply_to {
        check_id("in_reply_to", id)?;
    }
    for id in &draft.references {
        check_id("references", id)?;
    }
    if let Some(path) = &draft.return_path {
        parse_address("return_path", path)?;
    }
    if let Some(list) = &draft.list_unsubscribe {
        check_link("list_unsubscribe.url", &list.url)?;
        check_link("list_unsubscribe.mailto", &list.mailto)?;
    }
    draft.attachments.iter().try_for_each(|a| single_line("attachments", &a.name))
}

fn check_link(field: &str, link: &str) -> Result<(), MailError> {
    single_line(field, link)?;
    match link.is_ascii() && !link.is_empty() && !link.contains(['<', '>', ' ', ',']) {
        true => Ok(()),
        false => Err(MailError::field(field, "must be one ASCII address without spaces, commas or brackets")),
    }
}

fn check_id(field: &str, id: &str) -> Result<(), MailError> {
    let id = bare_id(id);
    let odd = |c: char| !c.is_ascii_graphic() || c == '<' || c == '>';
    if !id.contains('@') || id.chars().any(odd) {
        return Err(MailError::field(field, format!("`{}` is no message id", id.escape_debug())));
    }
    Ok(())
}

fn bare_id(id: &str) -> &str {
    id.trim_matches(' ').trim_start_matches('<').trim_end_matches('>')
}

fn with_addresses(draft: &Draft) -> Result<MessageBuilder, MailError> {
    let mut builder = Message::builder()
        .date(SystemTime::from(draft.date))
        .from(draft.from.to_lettre("from")?)
        .message_id(Some(format!("<{}>", bare_id(&draft.message_id))))
        .subject(folded(&draft.subject));
    for mailbox in &draft.to {
        builder = builder.to(mailbox.to_lettre("to")?);
    }
    for mailbox in &draft.cc {
        builder = builder.cc(mailbox.to_lettre("cc")?);
    }
    if let Some(mailbox) = &draft.reply_to {
        builder = builder.reply_to(mailbox.to_lettre("reply_to")?);
    }
    if let Some(id) = &draft.in_reply_to {
        builder = builder.in_reply_to(format!("<{}>", bare_id(id)));
    }
    let ids = references(&draft.references);
    if !ids.is_empty() {
        builder = builder.references(ids);
    }
    Ok(builder)
}

fn references(ids: &[String]) -> String {
    let ids: Vec<&str> = ids.iter().map(|id| bare_id(id)).filter(|id| id.len() <= ID_CAP).collect();
    let skipped = ids.len().saturating_sub(REFERENCES - 1).max(1);
    let kept = ids.first().into_iter().chain(ids.iter().skip(skipped));
    kept.map(|id| format!("<{id}>")).collect::<Vec<_>>().join(" ")
}

fn with_extra_headers(mut builder: MessageBuilder, draft: &Draft) -> Result<MessageBuilder, MailError> {
    if let Some(list) = &draft.list_unsubscribe {
        let value = format!("<{}>, <mailto:{}>", list.url, list.mailto);
        builder = builder.raw_header(raw("List-Unsubscribe", &value)?);
        builder = builder.raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?);
    }
    for (name, value) in &draft.headers {
        if OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(MailError::field(name, "has its own field in the draft"));
        }
        builder = builder.raw_header(raw(name, value)?);
    }
    Ok(builder)
}

fn raw(name: &str, value: &str) -> Result<HeaderValue, MailError> {
    single_line(name, value)?;
    let plain = name.bytes().all(|b| b.is_ascii_graphic() && b != b':');
    let header = HeaderName::new_from_ascii(name.to_owned()).ok().filter(|_| plain);
    let header = header
        .ok_or_else(|| MailError::field("headers", format!("`{}` is no header name", name.escape_debug())))?;
    Ok(HeaderValue::new(header, folded(value)))
}

fn with_body(
    builder: MessageBuilder,
    draft: &Draft,
    text: String,
    html: Option<String>,
) -> Result<Message, MailError> {
    let failed = |e: lettre::error::Error| MailError::field("draft", e.to_string());
    let boundary = |kind: &str| format!("{kind}-{:016x}", fnv(&draft.message_id));
    let calendar = draft.calendar.as_ref().map(calendar_part).transpose()?;
    let forms: Vec<SinglePart> = html.map(SinglePart::html).into_iter().chain(calendar).collect();
    let alternative = |text, forms: Vec<SinglePart>| {
        let first = MultiPart::alternative().boundary(boundary("alt")).singlepart(SinglePart::plain(text));
        forms.into_iter().fold(first, MultiPart::singlepart)
    };
    if draft.attachments.is_empty() && draft.calendar.is_none() {
        let (headers, bytes) = match forms.is_empty() {
            true => headed(SinglePart::plain(text), SinglePart::headers, SinglePart::formatted),
            false => headed(alternative(text, forms), MultiPart::headers, MultiPart::formatted),
        };
        return with_whole(builder, &headers, &bytes).map_err(failed);
    }
    let mixed = MultiPart::mixed().boundary(boundary("mix"));
    let mut mixed = match forms.is_empty() {
        true => mixed.singlepart(SinglePart::plain(text)),
        false => mixed.multipart(alternative(text, forms)),
    };
    if let Some(calendar) = &draft.calendar {
        let kind = calendar_kind(&calendar.method, "application/ics")?;
        let file =
            LettreAttachment::new("invite.ics".to_owned()).body(calendar.text.clone().into_bytes(), kind);
        mixed = mixed.singlepart(file);
    }
    for attachment in &draft.attachments {
        let kind = ContentType::parse(&attachment.content_type)
            .map_err(|_| MailError::field("attachments", format!("`{}` is no MIME type", attachment.name)))?;
        let part = LettreAttachment::new(attachment.name.clone()).body(attachment.bytes.clone(), kind);
        mixed = mixed.singlepart(part);
    }
    let (headers, bytes) = headed(mixed, MultiPart::headers, MultiPart::formatted);
    with_whole(builder, &headers, &bytes).map_err(failed)
}

fn headed<P>(part: P, headers: fn(&P) -> &Headers, bytes: fn(&P) -> Vec<u8>) -> (Headers, Vec<u8>) {
    (headers(&part).clone(), bytes(&part))
}

/// A part as the mail's whole content, its headers among the mail's own: lettre signs no others.
fn with_whole(
    builder: MessageBuilder,
    headers: &Headers,
    formatted: &[u8],
) -> Result<Message, lettre::error::Error> {
    let start = formatted.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 4);
    let encoding = headers.get::<ContentTransferEncoding>().unwrap_or(ContentTransferEncoding::SevenBit);
    let builder = builder.header(MIME_VERSION_1_0);
    let builder = match headers.get::<ContentType>() {
        Some(kind) => builder.header(kind),
        None => builder,
    };
    builder.body(Body::dangerous_pre_encoded(formatted[start..].to_vec(), encoding))
}

fn calendar_kind(method: &str, kind: &str) -> Result<ContentType, MailError> {
    let plain = !method.is_empty() && method.bytes().all(|b| b.is_ascii_alphabetic());
    let parsed =
        ContentType::parse(&format!("{kind}; charset=utf-8; method={method}")).ok().filter(|_| plain);
    parsed.ok_or_else(|| MailError::field("calendar", format!("`{}` is no METHOD", method.escape_debug())))
}

fn calendar_part(calendar: &CalendarPart) -> Result<SinglePart, MailError> {
    let kind = calendar_kind(&calendar.method, "text/calendar")?;
    Ok(SinglePart::builder().header(kind).body(calendar.text.clone()))
}

/// Line ends as lettre expects them; a bare carriage return would reach the server as it is.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// FNV-1a, to make the boundary from the message id instead of from chance.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

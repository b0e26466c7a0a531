//! Reading one mail: from bytes to an [`Incoming`] with decoded text, headers, files and report parts.
//!
//! Any bytes may come in; the answer is a mail or an error, never a panic, in time linear in the size. What
//! the mail means is decided in [`crate::incoming`].

use base64::Engine;
use chrono::{DateTime, FixedOffset, TimeZone, Utc};
use mail_parser::{
    Addr, Address, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType,
};
use serde::{Deserialize, Serialize};

use crate::address::Mailbox;
use crate::bounds::{MAIL_FILE, bounded};
use crate::report::{Report, read_report};
use crate::{MailError, clean_html, text_from_html};

/// Largest mail that is read, in bytes.
pub const SIZE_CAP: usize = 25 * 1024 * 1024;
/// Most headers kept.
const HEADER_CAP: usize = 500;
/// Part of an undividable body that is kept.
const UNDIVIDED_CAP: usize = 256 * 1024;
/// Most ids kept of one References header.
const ID_CAP: usize = 200;

/// One mail that came in. Ids are without brackets; header names are lower case, values decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incoming {
    /// Its own id.
    pub message_id: Option<String>,
    /// What it answers.
    pub in_reply_to: Vec<String>,
    /// Its thread, oldest first.
    pub references: Vec<String>,
    /// Author.
    pub from: Option<Mailbox>,
    /// Where the author wants answers.
    pub reply_to: Vec<Mailbox>,
    /// Recipients.
    pub to: Vec<Mailbox>,
    /// Further recipients.
    pub cc: Vec<Mailbox>,
    /// Decoded subject; empty if there is none.
    pub subject: String,
    /// The `Date` header with the author's own offset from UTC, which tells a time zone.
    pub date: Option<DateTime<FixedOffset>>,
    /// What there is to read: the plain part, else the HTML part as text.
    pub text: String,
    /// Whether `text` comes from a plain part.
    pub has_plain: bool,
    /// The HTML part, made harmless.
    pub html: Option<String>,
    /// Text of the HTML part without its quoted blocks (see [`crate::reply_text()`]).
    pub html_unquoted: Option<String>,
    /// Text of the whole HTML part: its length in characters without white space.
    pub html_text_len: usize,
    /// Every header, in order.
    pub headers: Vec<(String, String)>,
    /// First 22 bytes of Outlook's Thread-Index, in hex: equal within a conversation.
    pub thread_index_root: Option<String>,
    /// Envelope sender as the last server noted it; `Some("")` is the null sender of bounces.
    pub return_path: Option<String>,
    /// Files.
    pub attachments: Vec<IncomingFile>,
    /// Machine-readable parts: delivery status, complaint, calendar answer, the returned original.
    pub report: Report,
}

/// A file of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingFile {
    /// Name as given, path parts removed; never empty.
    pub name: String,
    /// MIME type, lower case.
    pub content_type: String,
    /// Size in bytes.
    pub size: usize,
    /// Content.
    pub bytes: Vec<u8>,
}

impl Incoming {
    /// The first header of that name (any letter case), decoded.
    pub fn header(&self, name: &str) -> Option<&str> {
        header_of(&self.headers, name)
    }

    /// The author's address in lower case; empty if there is none.
    pub fn sender(&self) -> String {
        self.from.as_ref().map(|f| f.address.to_lowercase()).unwrap_or_default()
    }

    /// Every id it refers to, nearest first: In-Reply-To, then References from last to first.
    pub fn refers_to(&self) -> impl Iterator<Item = &str> {
        self.in_reply_to.iter().chain(self.references.iter().rev()).map(String::as_str)
    }
}

pub(crate) fn header_of<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
}

/// Reads a mail. Errors: over [`SIZE_CAP`], or no header at all.
pub fn read(bytes: &[u8]) -> Result<Incoming, MailError> {
    if bytes.len() > SIZE_CAP {
        return Err(MailError::TooLarge { size: bytes.len(), cap: SIZE_CAP });
    }
    let bytes = bounded(line_ends(without_mbox_line(bytes)));
    let message = MessageParser::default().parse(bytes.as_ref()).ok_or(MailError::NotAMail)?;
    if message.headers().is_empty() {
        return Err(MailError::NotAMail);
    }
    let mut incoming = Incoming {
        message_id: message.message_id().map(str::to_owned),
        in_reply_to: ids(message.in_reply_to()),
        references: ids(message.references()),
        from: message.from().and_then(|a| mailboxes(a).into_iter().next()),
        reply_to: message.reply_to().map(mailboxes).unwrap_or_default(),
        to: message.all_to().flat_map(mailboxes).collect(),
        cc: message.all_cc().flat_map(mailboxes).collect(),
        subject: message.subject().unwrap_or_default().trim().to_owned(),
        date: message.date().and_then(date),
        headers: headers(&message),
        return_path: return_path(&message),
        attachments: files(&message),
        ..Incoming::default()
    };
    incoming.thread_index_root = incoming.header("thread-index").and_then(thread_root);
    read_bodies(&message, &mut incoming);
    incoming.report = read_report(&message, &incoming.text);
    Ok(incoming)
}

/// Old archives begin with a `From sender date` line that is no header.
fn without_mbox_line(bytes: &[u8]) -> &[u8] {
    if !bytes.starts_with(b"From ") && !bytes.starts_with(b">From ") {
        return bytes;
    }
    let end = bytes.iter().position(|b| *b == b'\n' || *b == b'\r').map_or(bytes.len(), |p| p + 1);
    bytes[end..].strip_prefix(b"\n").unwrap_or(&bytes[end..])
}

/// Carriage returns alone as line ends, as old Macs wrote them, become line feeds.
fn line_ends(bytes: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    if bytes.contains(&b'\n') || !bytes.contains(&b'\r') {
        return bytes.into();
    }
    bytes.iter().map(|b| if *b == b'\r' { b'\n' } else { *b }).collect::<Vec<u8>>().into()
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let ids: Vec<String> = match value {
        HeaderValue::TextList(list) => list.iter().map(ToString::to_string).collect(),
        HeaderValue::Text(one) => vec![one.to_string()],
        _ => Vec::new(),
    };
    let skipped = ids.len().saturating_sub(ID_CAP);
    ids.into_iter().skip(skipped).map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect()
}

fn mailboxes(address: &Address<'_>) -> Vec<Mailbox> {
    let mailbox = |addr: &Addr<'_>| {
        let name = addr.name().unwrap_or_default().trim();
        addr.address().map(|address| Mailbox::named(name, address.trim()))
    };
    address.iter().filter_map(mailbox).collect()
}

fn date(value: &mail_parser::DateTime) -> Option<DateTime<FixedOffset>> {
    if !value.is_valid() {
        return None;
    }
    let minutes = i32::from(value.tz_hour) * 60 + i32::from(value.tz_minute);
    let east = if value.tz_before_gmt { -minutes } else { minutes };
    let utc = Utc.timestamp_opt(value.to_timestamp(), 0).single()?;
    Some(utc.with_timezone(&FixedOffset::east_opt(east * 60)?))
}

pub(crate) fn headers(message: &Message<'_>) -> Vec<(String, String)> {
    let value = |header: &mail_parser::Header<'_>| match &header.value {
        HeaderValue::Text(text) => text.to_string(),
        HeaderValue::TextList(list) => list.join(", "),
        _ => {
            let span = header.offset_start as usize..header.offset_end as usize;
            let raw = message.raw_message.get(span).unwrap_or_default();
            String::from_utf8_lossy(raw).split_whitespace().collect::<Vec<_>>().join(" ")
        }
    };
    let kept = message.headers().iter().take(HEADER_CAP);
    kept.map(|h| (h.name.as_str().to_ascii_lowercase(), value(h).trim().to_owned())).collect()
}

fn return_path(message: &Message<'_>) -> Option<String> {
    let raw = message.header_raw(HeaderName::ReturnPath)?;
    Some(raw.trim().trim_start_matches('<').trim_end_matches('>').trim().to_owned())
}

fn thread_root(value: &str) -> Option<String> {
    let packed: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(packed).ok()?;
    let root = bytes.get(..22)?;
    Some(root.iter().map(|b| format!("{b:02x}")).collect())
}

fn read_bodies(message: &Message<'_>, incoming: &mut Incoming) {
    let part = |id: &u32| message.parts.get(*id as usize).map(|p| &p.body);
    let plain: Vec<&str> = message
        .text_body
        .iter()
        .filter_map(part)
        .filter_map(|body| if let PartType::Text(text) = body { Some(text.as_ref()) } else { None })
        .collect();
    let html: Vec<&str> = message
        .html_body
        .iter()
        .filter_map(part)
        .filter_map(|body| if let PartType::Html(html) = body { Some(html.as_ref()) } else { None })
        .collect();
    incoming.text = plain.join("\n").replace("\r\n", "\n");
    incoming.has_plain = !incoming.text.trim().is_empty();
    if html.is_empty() {
        let closed = message.parts.iter().any(is_closed);
        if !incoming.has_plain && (closed || (plain.is_empty() && incoming.attachments.is_empty())) {
            incoming.text = undivided(message);
        }
        return;
    }
    let html = html.join("\n");
    let whole = text_from_html(&html);
    incoming.html_text_len = whole.chars().filter(|c| !c.is_whitespace()).count();
    incoming.html_unquoted = Some(text_from_html(&crate::quoted_html::without_quotes(&html)));
    incoming.html = Some(clean_html(&html));
    if !incoming.has_plain {
        incoming.text = whole;
    }
}

/// Whether a part that should hold others was left as one piece, for its boundary is not the one named.
fn is_closed(part: &MessagePart<'_>) -> bool {
    let several = part.content_type().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("multipart"));
    several && matches!(part.body, PartType::Binary(_) | PartType::Text(_))
}

/// The body as it stands, for a mail whose parts cannot be told apart.
fn undivided(message: &Message<'_>) -> String {
    let from = message.root_part().offset_body as usize;
    let body = message.raw_message.get(from..).unwrap_or_default();
    String::from_utf8_lossy(&body[..body.len().min(UNDIVIDED_CAP)]).replace("\r\n", "\n")
}

fn files(message: &Message<'_>) -> Vec<IncomingFile> {
    let mut files = Vec::new();
    for id in &message.attachments {
        let Some(part) = message.parts.get(*id as usize) else { continue };
        let kind = part.content_type().map_or_else(
            || "application/octet-stream".to_owned(),
            |ct| format!("{}/{}", ct.ctype(), ct.subtype().unwrap_or("octet-stream")).to_ascii_lowercase(),
        );
        let bytes = match &part.body {
            PartType::Message(nested) => nested.raw_message().to_vec(),
            _ => part.contents().to_vec(),
        };
        let kind = kind.replace(MAIL_FILE, "rfc822");
        let named = part.attachment_name().map(file_name).filter(|n| !n.is_empty());
        let name = named.unwrap_or_else(|| format!("part-{id}"));
        files.push(IncomingFile { name, content_type: kind, size: bytes.len(), bytes });
    }
    files
}

/// The last part of a path, without control characters: a name is data, never a place to write to.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    clean.trim().trim_start_matches('.').to_owned()
}

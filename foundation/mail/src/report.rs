//! The machine-readable parts of reports: delivery status (RFC 3464), complaints (RFC 5965), receipts
//! (RFC 8098), calendar answers (RFC 5546), and what is known of the original mail.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use serde::{Deserialize, Serialize};

use crate::bounds::MAIL_FILE;
use crate::html::cut_at;
use crate::read::{header_of, headers};
use crate::report_json::read_notice;

/// Most recipients read of one delivery status.
const RECIPIENT_CAP: usize = 1000;
/// Part of a body searched for a copied original.
const SEARCH_CAP: usize = 256 * 1024;

/// What the parts say; all empty for an ordinary mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// One entry per recipient of a delivery status.
    pub recipients: Vec<DeliveryStatus>,
    /// The same of a report that is attached as a mail of its own; a person may have forwarded it.
    pub wrapped: Vec<DeliveryStatus>,
    /// A complaint.
    pub feedback: Option<Feedback>,
    /// A read receipt (`disposition-notification`): its Disposition field.
    pub disposition: Option<String>,
    /// METHOD of a calendar part, upper case: REPLY, COUNTER, CANCEL, REQUEST.
    pub calendar_method: Option<String>,
    /// PARTSTAT of a calendar REPLY, upper case: ACCEPTED, DECLINED, TENTATIVE.
    pub calendar_answer: Option<String>,
    /// UID of what a calendar part is about.
    pub calendar_uid: Option<String>,
    /// The mail the report is about.
    pub original: Option<Original>,
}

/// What became of the mail to one recipient.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryStatus {
    /// Original-Recipient, else Final-Recipient, without type; lower case.
    pub recipient: Option<String>,
    /// The address it was forwarded to, if that is another one.
    pub final_recipient: Option<String>,
    /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`; lower case.
    pub action: String,
    /// `5.1.1`.
    pub status: Option<String>,
    /// Type of the Diagnostic-Code, lower case: `smtp`, or `x-unix` for the words of a local program.
    pub diagnostic_type: String,
    /// Diagnostic-Code without type.
    pub diagnostic: String,
}

/// A complaint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// `abuse`, `fraud`, `not-spam`, …; lower case.
    pub kind: String,
    /// Who complained, if the report says so; lower case.
    pub recipients: Vec<String>,
}

/// What a report gives back of the mail it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    /// Its id, without brackets.
    pub message_id: Option<String>,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Original {
    /// The first header of that name, such as our token header.
    pub fn header(&self, name: &str) -> Option<&str> {
        header_of(&self.headers, name)
    }
}

pub(crate) fn read_report(message: &Message<'_>, text: &str) -> Report {
    let mut report = Report { wrapped: wrapped(message), ..Report::default() };
    for part in &message.parts {
        if let PartType::Message(nested) = &part.body {
            report.original.get_or_insert_with(|| original(nested));
            continue;
        }
        let Some(kind) = part.content_type() else { continue };
        let subtype = kind.subtype().unwrap_or_default().to_ascii_lowercase();
        match (kind.ctype().to_ascii_lowercase().as_str(), subtype.as_str()) {
            ("message", "delivery-status" | "global-delivery-status") => {
                report.recipients.extend(delivery_status(&lossy(part.contents())));
            }
            ("message", "feedback-report") => report.feedback = Some(feedback(&lossy(part.contents()))),
            ("message", "disposition-notification" | "global-disposition-notification") => {
                let fields = fields(&lossy(part.contents()));
                report.disposition = Some(field(&fields, "disposition").unwrap_or_default().to_lowercase());
            }
            ("text", "rfc822-headers")
            | ("message", "rfc822-headers" | "global-headers" | "rfc822" | "partial" | MAIL_FILE) => {
                let copy = MessageParser::default().parse_headers(part.contents()).map(|m| original(&m));
                report.original = report.original.or(copy);
            }
            ("text", "calendar") => {
                read_calendar(&lossy(part.contents()), kind.attribute("method"), &mut report)
            }
            _ => {}
        }
    }
    if let Some(notice) = read_notice(text) {
        report.recipients.extend(notice.recipients);
        report.feedback = report.feedback.or(notice.feedback);
    }
    report.original = report.original.or_else(|| copied(text));
    report
}

/// The report that a mail carries within another one, as filters and gateways wrap the notices they pass on.
fn wrapped(message: &Message<'_>) -> Vec<DeliveryStatus> {
    let nested = message.parts.iter().filter_map(|part| match &part.body {
        PartType::Message(nested) => Some(nested),
        _ => None,
    });
    let statuses = nested.flat_map(|mail| &mail.parts).filter(|part| {
        part.content_type()
            .is_some_and(|kind| kind.subtype().is_some_and(|s| s.eq_ignore_ascii_case("delivery-status")))
    });
    statuses.flat_map(|part| delivery_status(&lossy(part.contents()))).take(RECIPIENT_CAP).collect()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

fn original(message: &Message<'_>) -> Original {
    Original { message_id: message.message_id().map(str::to_owned), headers: headers(message) }
}

/// Servers older than delivery reports paste the original, or its header, below their text.
fn copied(text: &str) -> Option<Original> {
    let lines = cut_at(text, SEARCH_CAP).lines();
    let quoted = |line: &str| line.trim_start_matches(['>', ' ', '|', '\t']).to_owned();
    let id_line = lines.map(quoted).find(|l| prefixed(l, "message-id:").is_some())?;
    let id = prefixed(&id_line, "message-id:")?.trim();
    let id = id.trim_start_matches('<').split(['>', ' ']).next().filter(|id| id.contains('@'))?;
    Some(Original {
        message_id: Some(id.to_owned()),
        headers: fields(cut_at(text, SEARCH_CAP)).into_iter().take(200).collect(),
    })
}

fn prefixed<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    line.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name)).map(|_| &line[name.len()..])
}

/// `Name: value` lines with folded continuations; names lower case.
fn fields(block: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = found.last_mut().filter(|_| !line.trim().is_empty()) {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':').map(|(n, v)| (n.trim_end(), v))
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        {
            found.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    found
}

fn field<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    header_of(fields, name)
}

/// The recipients a delivery status names, wherever it stands: in its own part or in the text.
pub(crate) fn delivery_status(text: &str) -> Vec<DeliveryStatus> {
    let told = text.split("\n\n").flat_map(|block| by_recipient(fields(block)));
    told.filter_map(|fields| recipient_status(&fields)).take(RECIPIENT_CAP).collect()
}

/// The fields of one block, one group per recipient: some servers leave out the empty line between them.
fn by_recipient(fields: Vec<(String, String)>) -> Vec<Vec<(String, String)>> {
    let mut groups: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for pair in fields {
        let begins = matches!(pair.0.as_str(), "final-recipient" | "original-recipient" | "action");
        let again = groups.last().is_some_and(|group| begins && field(group, &pair.0).is_some());
        if again {
            groups.push(Vec::new());
        }
        if let Some(group) = groups.last_mut() {
            group.push(pair);
        }
    }
    groups
}

fn recipient_status(fields: &[(String, String)]) -> Option<DeliveryStatus> {
    let last = field(fields, "final-recipient").map(address_of);
    let first = field(fields, "original-recipient").map(address_of);
    if last.is_none() && first.is_none() && field(fields, "action").is_none() {
        return None;
    }
    let first = first.filter(|a| a.contains('@'));
    let final_recipient = last.clone().filter(|l| first.as_ref().is_some_and(|f| f != l));
    let (kind, diagnostic) = field(fields, "diagnostic-code").map(typed).unwrap_or_default();
    Some(DeliveryStatus {
        recipient: first.or(last).filter(|a| !a.is_empty()),
        final_recipient,
        action: field(fields, "action").unwrap_or_default().trim().to_lowercase(),
        status: field(fields, "status").and_then(status_code),
        diagnostic_type: kind,
        diagnostic,
    })
}

/// `rfc822; a@b` → `a@b`.
fn address_of(value: &str) -> String {
    let address = value.split_once(';').map_or(value, |(_, a)| a);
    address.trim().trim_start_matches('<').trim_end_matches('>').to_lowercase()
}

/// `smtp; 550 no` → `smtp`, `550 no`.
fn typed(value: &str) -> (String, String) {
    match value.split_once(';') {
        Some((kind, words)) if kind.len() <= 25 && !kind.trim().contains(' ') => {
            (kind.trim().to_lowercase(), words.trim().to_owned())
        }
        _ => (String::new(), value.trim().to_owned()),
    }
}

/// The status at the start of a Status field, such as `5.1.1 (bad destination)`.
fn status_code(value: &str) -> Option<String> {
    let code = value.split_whitespace().next()?;
    let shaped = code.split('.').count() == 3 && code.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    shaped.then(|| code.to_owned())
}

fn feedback(text: &str) -> Feedback {
    let fields = fields(text);
    let recipients = fields
        .iter()
        .filter(|(name, _)| name == "original-rcpt-to" || name == "original-recipient")
        .map(|(_, value)| address_of(value));
    Feedback {
        kind: field(&fields, "feedback-type").unwrap_or_default().to_lowercase(),
        recipients: recipients.filter(|r| r.contains('@')).collect(),
    }
}

fn read_calendar(text: &str, method: Option<&str>, report: &mut Report) {
    let unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    let stated = unfolded.lines().find_map(|l| prefixed(l, "METHOD:"));
    report.calendar_method = stated.or(method).map(|m| m.trim().to_uppercase());
    let answer = unfolded.lines().filter(|l| prefixed(l, "ATTENDEE").is_some()).find_map(|line| {
        let upper = line.to_uppercase();
        let (_, state) = upper.split_once("PARTSTAT=")?;
        Some(state.split([';', ':']).next().unwrap_or_default().trim_matches('"').to_owned())
    });
    report.calendar_answer = answer;
    report.calendar_uid = unfolded.lines().find_map(|l| prefixed(l, "UID:")).map(|uid| uid.trim().to_owned());
}

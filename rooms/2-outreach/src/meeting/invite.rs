//! The invitation that goes with a mail: an iCalendar object (RFC 5545, RFC 5546) that calendars put in, move and take
//! out by its UID and SEQUENCE. Pure.

use kernel::{MeetingId, Timestamp};
use serde::{Deserialize, Serialize};

/// How the UID of every meeting of ours begins.
pub const OURS: &str = "sevenfold-meeting-";
/// Octets of a line without its end (RFC 5545, section 3.1).
const LINE: usize = 75;

/// What an invitation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// A new meeting, or a new time.
    Request,
    /// It will not take place.
    Cancel,
}

impl Method {
    /// The word in METHOD.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// A meeting as both calendars see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// What it is for.
    pub method: Method,
    /// From [`uid_of`]; never changed.
    pub uid: String,
    /// Counts changes of time and the cancelling.
    pub sequence: i64,
    /// Begins.
    pub starts: Timestamp,
    /// Ends.
    pub ends: Timestamp,
    /// Written.
    pub now: Timestamp,
    /// What it is called.
    pub title: String,
    /// In more words.
    pub text: String,
    /// Where.
    pub place: String,
    /// Where it is moved or cancelled.
    pub url: Option<String>,
    /// Name and address of the host.
    pub host: (String, String),
    /// Name and address of the guest.
    pub guest: (String, String),
}

/// The UID of a meeting, for ever.
#[must_use]
pub fn uid_of(id: MeetingId, host: &str) -> String {
    let domain = host.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    format!("{OURS}{id}@{domain}")
}

impl Invite {
    /// The object, lines folded, CRLF.
    #[must_use]
    pub fn to_text(&self) -> String {
        let status = if self.method == Method::Cancel { "CANCELLED" } else { "CONFIRMED" };
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Sevenfold//Meetings//EN".to_owned(),
            "CALSCALE:GREGORIAN".to_owned(),
            format!("METHOD:{}", self.method.key()),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", escaped(&self.uid)),
            format!("SEQUENCE:{}", self.sequence),
            format!("DTSTAMP:{}", utc(self.now)),
            format!("DTSTART:{}", utc(self.starts)),
            format!("DTEND:{}", utc(self.ends)),
            format!("SUMMARY:{}", escaped(&self.title)),
        ];
        for (name, text) in [("DESCRIPTION", &self.text), ("LOCATION", &self.place)] {
            if !text.trim().is_empty() {
                lines.push(format!("{name}:{}", escaped(text.trim())));
            }
        }
        lines.extend(self.url.as_ref().map(|url| format!("URL:{}", single(url))));
        let (host, guest) = (&self.host, &self.guest);
        lines.push(format!("ORGANIZER;CN={}:mailto:{}", quoted(&host.0), single(&host.1)));
        lines.push(format!(
            "ATTENDEE;CN={};CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{}",
            quoted(&guest.0),
            single(&guest.1)
        ));
        lines.extend([format!("STATUS:{status}"), "TRANSP:OPAQUE".to_owned()]);
        if self.method == Method::Request {
            let alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M"];
            lines.extend(alarm.map(str::to_owned));
            lines.extend([format!("DESCRIPTION:{}", escaped(&self.title)), "END:VALARM".to_owned()]);
        }
        lines.extend(["END:VEVENT".to_owned(), "END:VCALENDAR".to_owned()]);
        lines.iter().map(|line| folded(line)).collect()
    }
}

fn utc(at: Timestamp) -> String {
    at.to_utc().format("%Y%m%dT%H%M%SZ").to_string()
}

/// A TEXT value.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A value that is no TEXT: nothing in it can end its line.
fn single(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// A parameter's value: quotes cannot be written in it at all.
fn quoted(text: &str) -> String {
    format!("\"{}\"", single(text).replace('"', "'"))
}

fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 4);
    let mut room = LINE;
    for c in line.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = LINE - 1;
        }
        room -= c.len_utf8();
        out.push(c);
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use calcard::icalendar::{ICalendarProperty, ICalendarValue};
    use calcard::{Entry, Parser};

    fn invite() -> Invite {
        Invite {
            method: Method::Request,
            uid: uid_of(MeetingId::new(), "mina@sales.test"),
            sequence: 2,
            starts: Timestamp::parse("2026-12-03T01:00:00Z").expect("an instant"),
            ends: Timestamp::parse("2026-12-03T01:30:00Z").expect("an instant"),
            now: Timestamp::parse("2026-11-27T01:00:00Z").expect("an instant"),
            title: "첫 통화, 계획; 그리고 \\ 질문 — 삼십 분 동안 서로를 알아보는 자리입니다".to_owned(),
            text: "Line one\nLine two\r\nBEGIN:VEVENT".to_owned(),
            place: "https://meet.test/room?a=1;b=2".to_owned(),
            url: Some("https://sales.test/m/b/abc".to_owned()),
            host: ("Mina \"The\" Host\r\nX-EVIL:1".to_owned(), "mina@sales.test".to_owned()),
            guest: ("Ada; Kim: Ltd".to_owned(), "ada@customer.test".to_owned()),
        }
    }

    #[test]
    fn what_is_written_is_read_back_as_it_was_meant() {
        let (one, text) = (invite(), invite().to_text());
        let Entry::ICalendar(calendar) = Parser::new(&text).entry() else { panic!("a calendar: {text}") };
        let event = calendar.components.iter().find(|c| c.component_type.is_event()).expect("an event");
        let said = |name: ICalendarProperty| {
            let entry = event.property(&name).unwrap_or_else(|| panic!("{name:?} in {text}"));
            entry.values.first().and_then(ICalendarValue::as_text).map(str::to_owned)
        };
        assert!(event.uid().is_some_and(|uid| uid.starts_with(OURS) && uid.ends_with("@sales.test")));
        assert_eq!(said(ICalendarProperty::Summary).as_deref(), Some(one.title.as_str()));
        assert_eq!(said(ICalendarProperty::Description).as_deref(), Some("Line one\nLine two\nBEGIN:VEVENT"));
        assert_eq!(said(ICalendarProperty::Location).as_deref(), Some(one.place.as_str()));
        let sequence = event.property(&ICalendarProperty::Sequence).and_then(|e| e.values.first());
        assert_eq!(sequence, Some(&ICalendarValue::Integer(2)));
        let guest = event.property(&ICalendarProperty::Attendee).and_then(|e| e.calendar_address());
        assert!(guest.is_some_and(|guest| guest.contains("ada@customer.test")), "{guest:?}");
        assert!(!text.lines().any(|line| line.starts_with("X-EVIL")), "no value begins a line of its own");
        assert_eq!(text.matches("\r\nBEGIN:VEVENT\r\n").count(), 1);
    }

    #[test]
    fn lines_are_short_and_end_as_they_must() {
        let text = invite().to_text();
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        for line in text.split("\r\n") {
            assert!(line.len() <= LINE && !line.contains('\n'), "{line}");
        }
        let cancelled = Invite { method: Method::Cancel, ..invite() }.to_text();
        assert!(cancelled.contains("METHOD:CANCEL\r\n") && cancelled.contains("STATUS:CANCELLED\r\n"));
        assert!(!cancelled.contains("VALARM"));
    }
}

//! What is asked of a calendar server, and what it answers: CalDAV (RFC 4791) over WebDAV's multistatus (RFC 4918). Pure.
//!
//! What is *not* here: how it is sent, and what the calendar texts in it mean.

use kernel::Timestamp;
use quick_xml::NsReader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};

use super::rules::Span;

const DAV: &str = "DAV:";
const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
/// Elements within elements that are followed; a multistatus has nine.
const DEPTH: usize = 64;

/// Asks an address what it is.
pub const WHAT_IS_IT: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
    <D:propfind xmlns:D=\"DAV:\"><D:prop><D:resourcetype/></D:prop></D:propfind>";

/// Asks a calendar for its events of a time; with every repetition as an event of its own, where `expand` says so.
#[must_use]
pub fn query(within: Span, expand: bool) -> String {
    let stamp = |at: Timestamp| at.to_utc().format("%Y%m%dT%H%M%SZ").to_string();
    let range = format!("start=\"{}\" end=\"{}\"", stamp(within.from), stamp(within.to));
    let expand = if expand { format!("<C:expand {range}/>") } else { String::new() };
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <C:calendar-query xmlns:D=\"DAV:\" xmlns:C=\"{CALDAV}\">\
         <D:prop><C:calendar-data>{expand}</C:calendar-data></D:prop>\
         <C:filter><C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\"><C:time-range {range}/>\
         </C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
    )
}

/// What a server answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Multistatus {
    /// Something in it is a calendar.
    pub calendar: bool,
    /// iCalendar texts.
    pub texts: Vec<String>,
    /// The server says that it left some out.
    pub cut: bool,
}

/// The answer is no multistatus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what came back is no answer of a calendar server")]
pub struct NoMultistatus;

/// Reads an answer.
///
/// # Errors
/// When it is not well-formed XML, declares a document type, or is something else.
pub fn read(xml: &str) -> Result<Multistatus, NoMultistatus> {
    let mut reader = NsReader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut found = Multistatus::default();
    let mut inside: Vec<Element> = Vec::new();
    let (mut text, mut begun) = (String::new(), false);
    loop {
        let (space, event) = reader.read_resolved_event().map_err(|_| NoMultistatus)?;
        match event {
            Event::Start(start) => {
                let element = Element::of(&space, start.local_name().as_ref());
                let fits = if begun { inside.len() < DEPTH } else { element == Element::Multistatus };
                if !fits {
                    return Err(NoMultistatus);
                }
                begun = true;
                found.calendar |=
                    element == Element::Calendar && inside.last() == Some(&Element::ResourceType);
                inside.push(element);
                text.clear();
            }
            Event::End(_) => {
                let told = std::mem::take(&mut text);
                match inside.pop() {
                    Some(Element::CalendarData) if !told.trim().is_empty() => found.texts.push(told),
                    // Of a response, not of one of its properties: only so much was answered (RFC 6578, 3.6).
                    Some(Element::Status) if inside.last() == Some(&Element::Response) => {
                        found.cut |= told.split_whitespace().nth(1) == Some("507");
                    }
                    _ => {}
                }
            }
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::CData(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(name) => match name.resolve_char_ref().map_err(|_| NoMultistatus)? {
                Some(c) => text.push(c),
                None => text.push_str(resolve_predefined_entity(name.as_ref()).ok_or(NoMultistatus)?),
            },
            Event::DocType(_) => return Err(NoMultistatus),
            Event::Eof => return if begun && inside.is_empty() { Ok(found) } else { Err(NoMultistatus) },
            _ => {}
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Multistatus,
    Response,
    Status,
    ResourceType,
    Calendar,
    CalendarData,
    Other,
}

impl Element {
    fn of(space: &ResolveResult<'_>, name: &str) -> Self {
        let ResolveResult::Bound(Namespace(space)) = space else { return Self::Other };
        let space: &str = space;
        match (space, name) {
            (DAV, "multistatus") => Self::Multistatus,
            (DAV, "response") => Self::Response,
            (DAV, "status") => Self::Status,
            (DAV, "resourcetype") => Self::ResourceType,
            (CALDAV, "calendar") => Self::Calendar,
            (CALDAV, "calendar-data") => Self::CalendarData,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(inner: &str) -> String {
        format!(
            "<x:multistatus xmlns:x=\"DAV:\" xmlns=\"urn:ietf:params:xml:ns:caldav\"><x:response><x:href>/a</x:href><x:propstat>\
             <x:prop><calendar-data>{inner}</calendar-data></x:prop><x:status>HTTP/1.1 200 OK</x:status></x:propstat></x:response></x:multistatus>"
        )
    }

    #[test]
    fn calendars_are_known_by_their_namespace() {
        let what = |space: &str, element: &str| {
            format!(
                "<?xml version='1.0'?><multistatus xmlns=\"DAV:\" xmlns:C=\"{space}\"><response><propstat><prop><resourcetype>\
                 <collection/>{element}</resourcetype></prop></propstat></response></multistatus>"
            )
        };
        let cases = [
            (what(CALDAV, "<C:calendar/>"), true),
            (what(CALDAV, "<C:calendar></C:calendar>"), true),
            (what("urn:ietf:params:xml:ns:carddav", "<C:calendar/>"), false),
            (what(CALDAV, "<C:schedule-inbox/>"), false),
            (what(CALDAV, ""), false),
            (data("calendar"), false),
        ];
        for (xml, expected) in cases {
            assert_eq!(read(&xml).expect("a multistatus").calendar, expected, "{xml}");
        }
    }

    #[test]
    fn texts_are_read_however_they_are_written() {
        let cases = [
            ("BEGIN:VCALENDAR&#13;\nEND", Some("BEGIN:VCALENDAR\r\nEND")),
            ("<![CDATA[a & b <c>]]>", Some("a & b <c>")),
            ("a &amp; b &lt;c&gt; &quot;&apos;", Some("a & b <c> \"'")),
            ("한국어 &#xAC00;", Some("한국어 가")),
            ("  \n ", None),
            ("", None),
        ];
        for (inner, expected) in cases {
            let found = read(&data(inner)).expect("a multistatus").texts;
            assert_eq!(found, expected.into_iter().map(str::to_owned).collect::<Vec<_>>(), "{inner}");
        }
    }

    #[test]
    fn an_answer_that_was_cut_says_so() {
        let cut = "<multistatus xmlns=\"DAV:\"><response><href>/</href><status>HTTP/1.1 507 Insufficient Storage</status></response></multistatus>";
        let not = "<multistatus xmlns=\"DAV:\"><response><propstat><status>HTTP/1.1 507 no</status></propstat></response></multistatus>";
        assert!(read(cut).expect("a multistatus").cut);
        assert!(!read(not).expect("a multistatus").cut);
    }

    #[test]
    fn anything_else_is_refused() {
        let deep = format!("<multistatus xmlns=\"DAV:\">{}", "<a>".repeat(100_000));
        let entity = "<!DOCTYPE m [<!ENTITY a \"aaaa\">]><multistatus xmlns=\"DAV:\"><response>&a;</response></multistatus>";
        let cases = [
            "",
            "hello",
            "<html><body>Sign in</body></html>",
            "<multistatus/>",
            "<multistatus xmlns=\"DAV:\">",
            "<multistatus xmlns=\"DAV:\"><response></multistatus>",
            "<multistatus xmlns=\"DAV:\">&unknown;</multistatus>",
            entity,
            &deep,
        ];
        for xml in cases {
            assert_eq!(read(xml), Err(NoMultistatus), "{}", &xml[..xml.len().min(80)]);
        }
        assert_eq!(read("<multistatus xmlns=\"DAV:\"/>"), Ok(Multistatus::default()));
    }

    #[test]
    fn a_query_names_its_time_in_utc() {
        let within = Span { from: Timestamp(0), to: Timestamp(0).plus_days(1) };
        let range = "start=\"19700101T000000Z\" end=\"19700102T000000Z\"";
        assert!(query(within, true).contains(&format!("<C:expand {range}/></C:calendar-data>")));
        let plain = query(within, false);
        assert!(
            plain.contains("<C:calendar-data></C:calendar-data>")
                && plain.contains(&format!("<C:time-range {range}/>"))
        );
        assert!(!plain.contains("expand"));
    }
}

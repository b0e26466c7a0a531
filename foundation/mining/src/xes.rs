//! Event logs in XES (IEEE 1849), read as a stream, packed with gzip or not.
//!
//! Needed of an event: `concept:name` and `time:timestamp`. Traces of one name are one case; a trace without a
//! name is a case of its own. Nested attributes, globals, classifiers and extensions are passed over.

use std::io::{BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use quick_xml::events::{BytesStart, Event as Xml};
use quick_xml::{Reader, XmlVersion};

use crate::limits::{Limits, MiningError};
use crate::log::{EventLog, LogBuilder};
use crate::measure_time::micros;

/// Reads a log; gzip is recognised by its first bytes.
///
/// # Errors
/// When the file is no whole XES log, an event lacks its name or time, or a limit is passed.
pub fn read_xes(mut from: impl BufRead, limits: Limits) -> Result<EventLog, MiningError> {
    let packed = from.fill_buf().map_err(|why| MiningError::Io { at: 0, why })?.starts_with(&[0x1f, 0x8b]);
    if packed { read(MultiGzDecoder::new(from), limits) } else { read(from, limits) }
}

fn read(from: impl Read, limits: Limits) -> Result<EventLog, MiningError> {
    let mut xml = Reader::from_reader(BufReader::new(from.take(limits.bytes.saturating_add(1))));
    let mut reading =
        Reading { log: LogBuilder::new(limits), open: Vec::new(), trace: Trace::default(), traces: 0 };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = xml.read_event_into(&mut buffer);
        let at = xml.buffer_position();
        if xml.get_ref().get_ref().limit() == 0 {
            return Err(MiningError::TooLarge { what: "bytes", limit: limits.bytes });
        }
        match event.map_err(|why| broken(xml.error_position(), why))? {
            Xml::Start(tag) => reading.start(&tag, at)?,
            Xml::Empty(tag) => {
                reading.start(&tag, at)?;
                reading.end(at)?;
            }
            Xml::End(_) => reading.end(at)?,
            Xml::Eof => return reading.finish(at),
            _ => {}
        }
    }
}

fn broken(at: u64, why: quick_xml::Error) -> MiningError {
    match why {
        quick_xml::Error::Io(why) => {
            MiningError::Io { at, why: std::io::Error::new(why.kind(), why.to_string()) }
        }
        why => MiningError::Xml { at, why: why.to_string() },
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Log,
    Trace,
    Event,
    Other,
}

/// What was read of the trace that is open.
#[derive(Default)]
struct Trace {
    name: Option<String>,
    events: Vec<(String, i64)>,
    activity: Option<String>,
    time: Option<i64>,
}

struct Reading {
    log: LogBuilder,
    open: Vec<Element>,
    trace: Trace,
    traces: u64,
}

impl Reading {
    fn start(&mut self, tag: &BytesStart<'_>, at: u64) -> Result<(), MiningError> {
        let inside = self.open.last().copied();
        let element = match (inside, tag.local_name().as_ref()) {
            (None, "log") => Element::Log,
            (None, other) => {
                return Err(MiningError::NoLog { found: other.into() });
            }
            (Some(Element::Log), "trace") => Element::Trace,
            (Some(Element::Trace), "event") => Element::Event,
            _ => Element::Other,
        };
        if element == Element::Other && matches!(inside, Some(Element::Trace | Element::Event)) {
            self.attribute(inside == Some(Element::Event), tag, at)?;
        }
        self.open.push(element);
        Ok(())
    }

    fn attribute(&mut self, of_event: bool, tag: &BytesStart<'_>, at: u64) -> Result<(), MiningError> {
        let (mut key, mut value) = (None, None);
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|why| broken(at, why.into()))?;
            match attribute.key.as_ref() {
                "key" => key = Some(attribute.value),
                "value" => value = Some(attribute),
                _ => {}
            }
        }
        let (Some(key), Some(value)) = (key, value) else { return Ok(()) };
        if !matches!(key.as_ref(), "concept:name" | "time:timestamp") {
            return Ok(());
        }
        let text = value.normalized_value(XmlVersion::Implicit1_0);
        let text = text.map_err(|why| broken(at, why))?;
        match (of_event, key.as_ref()) {
            (false, "concept:name") => self.trace.name = Some(text.into_owned()),
            (true, "concept:name") => self.trace.activity = Some(text.into_owned()),
            (true, _) => self.trace.time = Some(micros(&text, || format!("at byte {at}"))?),
            (false, _) => {}
        }
        Ok(())
    }

    fn end(&mut self, at: u64) -> Result<(), MiningError> {
        match self.open.pop() {
            Some(Element::Event) => {
                let name =
                    self.trace.activity.take().ok_or(MiningError::Missing { at, key: "concept:name" })?;
                let time =
                    self.trace.time.take().ok_or(MiningError::Missing { at, key: "time:timestamp" })?;
                self.trace.events.push((name, time));
            }
            Some(Element::Trace) => {
                let trace = std::mem::take(&mut self.trace);
                self.traces += 1;
                // A control character keeps names we make apart from names of logs.
                let name = trace.name.unwrap_or_else(|| format!("\u{1}{}", self.traces));
                let case = self.log.case(&name)?;
                for (activity, time) in &trace.events {
                    self.log.event(case, activity, *time)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(self, at: u64) -> Result<EventLog, MiningError> {
        match self.open.last() {
            None if at == 0 => Err(MiningError::NoLog { found: String::new() }),
            None => Ok(self.log.finish()),
            Some(inside) => {
                let inside = match inside {
                    Element::Log => "log",
                    Element::Trace => "trace",
                    Element::Event => "event",
                    Element::Other => "attribute",
                };
                Err(MiningError::CutOff { at, inside: inside.into() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mine;

    fn of(text: &str) -> Result<EventLog, MiningError> {
        read_xes(text.as_bytes(), Limits::default())
    }

    const GOOD: &str = r#"<?xml version="1.0"?><log><global scope="event"><string key="concept:name" value="none"/></global>
<trace><event><date key="time:timestamp" value="2026-03-02T09:00:00.000+01:00"/><string key="concept:name" value="A &amp; B">
<string key="concept:name" value="nested"/></string></event><string key="concept:name" value="c1"/></trace>
<trace><string key="concept:name" value="c1"/><event><string key="concept:name" value="Z"/><date key="time:timestamp" value="2026-03-02T08:00:10Z"/></event></trace></log>"#;

    #[test]
    fn traces_of_one_name_are_one_case_and_nested_attributes_are_passed_over() {
        let found = mine(&of(GOOD).unwrap(), 5);
        assert_eq!((found.cases, found.duration_mean_s), (1, Some(10.0)));
        assert_eq!(found.top_variants[0].trace, ["A & B", "Z"]);
    }

    #[test]
    fn broken_logs_say_where() {
        let cases = [
            (GOOD.replace("</log>", ""), "inside <log>: the file is cut off"),
            (GOOD.replace("</trace></log>", "</log>"), "broken at byte"),
            (GOOD.replace(r#"<string key="concept:name" value="Z"/>"#, ""), "has no concept:name"),
            (GOOD.replace("T08:00:10Z", "T8"), "is no time"),
            ("<html></html>".into(), "begins with <html>"),
            (String::new(), "no event log"),
        ];
        for (text, wanted) in cases {
            let found = of(&text).unwrap_err().to_string();
            assert!(found.contains(wanted), "{found} for {wanted}");
        }
        let small = Limits { bytes: 100, ..Limits::default() };
        assert!(read_xes(GOOD.as_bytes(), small).unwrap_err().to_string().contains("more than 100 bytes"));
    }
}

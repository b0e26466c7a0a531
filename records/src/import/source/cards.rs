//! vCards, one row each. A card that cannot be read is a refused row with the card's number.

use super::SourceError;
use super::meter::PIECE;
use super::spool::{Spool, push};
use crate::import::decode::{decode_head, detect_encoding};
use calcard::vcard::{
    VCard, VCardEntry, VCardParameterName, VCardParameterValue, VCardProperty, VCardType, VCardValue,
};
use calcard::{Entry, Parser};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use tempfile::TempPath;

/// Columns of the spool. Names that fields are known by are found as in any list.
const COLUMNS: [&str; 24] = [
    "Full name",
    "Given name",
    "Family name",
    "Company",
    "Department",
    "Job title",
    "Email",
    "Email 2",
    "Email 3",
    "Phone",
    "Mobile phone",
    "Home phone",
    "Fax",
    "Website",
    "LinkedIn",
    "Street",
    "City",
    "State",
    "Postal code",
    "Country",
    "Categories",
    "Birthday",
    "Note",
    "Time zone",
];

const EMAILS: [&str; 3] = ["Email", "Email 2", "Email 3"];
const PHONES: [&str; 3] = ["Phone", "Mobile phone", "Home phone"];

/// Spools all cards of a file; the first is number 1.
pub fn spool(path: &Path) -> Result<TempPath, SourceError> {
    let mut spool = Spool::new()?;
    spool.row(0, &COLUMNS.map(str::to_owned))?;
    let mut cards = Cards { lines: BufReader::new(File::open(path)?), kept: None };
    let mut number = 0;
    while let Some(card) = cards.next_card()? {
        number += 1;
        let text = text_of(&card.bytes);
        let read = if card.whole { row_of(&text) } else { None };
        match read {
            Some(row) => spool.row(number, &row)?,
            None => spool.unreadable(number, &text)?,
        }
    }
    spool.done()
}

struct Cards<R> {
    lines: R,
    /// A line that begins the next card.
    kept: Option<Vec<u8>>,
}

struct Card {
    bytes: Vec<u8>,
    /// It has an end, and is no larger than a piece may be.
    whole: bool,
}

impl<R: BufRead> Cards<R> {
    /// From `BEGIN:VCARD` to its `END:VCARD`, the next `BEGIN:VCARD` or the end of the file.
    fn next_card(&mut self) -> Result<Option<Card>, SourceError> {
        let mut card: Option<Card> = None;
        let mut within = 0;
        while let Some(line) = self.line()? {
            let begins = says(&line, b"BEGIN:VCARD");
            let Some(card) = card.as_mut() else {
                card = begins.then_some(Card { bytes: line, whole: true });
                continue;
            };
            if begins && within == 0 && !ends_as_agent(&card.bytes) {
                self.kept = Some(line);
                return Ok(Some(Card { bytes: std::mem::take(&mut card.bytes), whole: false }));
            }
            within += usize::from(begins);
            if (card.bytes.len() + line.len()) as u64 > PIECE {
                card.whole = false;
                card.bytes.truncate(1000);
            } else {
                card.bytes.extend_from_slice(&line);
            }
            if says(&line, b"END:VCARD") {
                if within == 0 {
                    return Ok(Some(Card { bytes: std::mem::take(&mut card.bytes), whole: card.whole }));
                }
                within -= 1;
            }
        }
        Ok(card.map(|card| Card { whole: false, ..card }))
    }

    /// A line with its end, at most a piece of it.
    fn line(&mut self) -> Result<Option<Vec<u8>>, SourceError> {
        if let Some(line) = self.kept.take() {
            return Ok(Some(line));
        }
        let mut line = Vec::new();
        self.lines.by_ref().take(PIECE + 1).read_until(b'\n', &mut line)?;
        Ok(if line.is_empty() { None } else { Some(line) })
    }
}

fn says(line: &[u8], word: &[u8]) -> bool {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    line.trim_ascii().eq_ignore_ascii_case(word)
}

/// vCard 2.1 puts an agent's card within the card.
fn ends_as_agent(bytes: &[u8]) -> bool {
    let last = bytes.trim_ascii_end().rsplit(|b| *b == b'\n').next().unwrap_or_default();
    last.trim_ascii().eq_ignore_ascii_case(b"AGENT:")
}

/// Cards of one file can be in different encodings.
fn text_of(card: &[u8]) -> String {
    match std::str::from_utf8(card) {
        Ok(text) => text.trim_start_matches('\u{FEFF}').to_owned(),
        Err(_) => detect_encoding(card).map(|encoding| decode_head(card, encoding)).unwrap_or_default(),
    }
}

/// vCard 2.1 lets a parameter stand without its name; the library wants `ENCODING=` before this one.
fn with_named_encoding(text: &str) -> String {
    let mut named = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (parameters, value) = line.split_at(line.find(':').unwrap_or(0));
        match parameters.to_ascii_uppercase().find(";QUOTED-PRINTABLE") {
            Some(at) => {
                named.push_str(&parameters[..at]);
                named.push_str(";ENCODING=");
                named.push_str(&parameters[at + 1..]);
            }
            None => named.push_str(parameters),
        }
        named.push_str(value);
    }
    named
}

/// The cells of a card; `None` when it is no card or names nobody.
fn row_of(text: &str) -> Option<Vec<String>> {
    let text = with_named_encoding(text);
    let Entry::VCard(card) = Parser::new(&text).entry() else { return None };
    let mut row = Row(vec![String::new(); COLUMNS.len()]);
    for entry in &card.entries {
        row.take(entry);
    }
    row.address(&card);
    let named = ["Full name", "Given name", "Family name", "Company", "Email"];
    named.iter().any(|column| !row.cell(column).is_empty()).then_some(row.0)
}

struct Row(Vec<String>);

impl Row {
    fn cell(&mut self, column: &str) -> &mut String {
        let at = COLUMNS.iter().position(|c| *c == column).unwrap_or(COLUMNS.len() - 1);
        &mut self.0[at]
    }

    /// The first value stands.
    fn put(&mut self, column: &str, text: &str) {
        let cell = self.cell(column);
        if cell.is_empty() {
            push(cell, text.trim());
        }
    }

    fn put_first_free(&mut self, columns: &[&str], text: &str) {
        if let Some(column) = columns.iter().find(|c| self.cell(c).is_empty()) {
            self.put(column, text);
        }
    }

    fn take(&mut self, entry: &VCardEntry) {
        let values = texts(entry);
        let first = values.first().map_or("", String::as_str);
        match &entry.name {
            VCardProperty::Fn => self.put("Full name", first),
            VCardProperty::N => {
                self.put("Family name", first);
                self.put("Given name", values.get(1).map_or("", String::as_str));
            }
            VCardProperty::Org => {
                self.put("Company", first);
                self.put("Department", values.get(1).map_or("", String::as_str));
            }
            VCardProperty::Title => self.put("Job title", first),
            VCardProperty::Email => self.put_first_free(&EMAILS, first.trim_start_matches("mailto:")),
            VCardProperty::Tel => self.number(entry, first.trim_start_matches("tel:")),
            VCardProperty::Url | VCardProperty::Socialprofile => self.link(first),
            VCardProperty::Other(name) if name.eq_ignore_ascii_case("X-SOCIALPROFILE") => self.link(first),
            VCardProperty::Categories => self.put("Categories", &values.join(", ")),
            VCardProperty::Bday => self.put("Birthday", first),
            VCardProperty::Note => self.put("Note", first),
            VCardProperty::Tz => self.put("Time zone", first),
            _ => {}
        }
    }

    fn number(&mut self, entry: &VCardEntry, text: &str) {
        let of = |kind| is(entry, &kind);
        if of(VCardType::Fax) {
            self.put("Fax", text);
        } else if of(VCardType::Cell) {
            self.put_first_free(&["Mobile phone", "Phone", "Home phone"], text);
        } else if of(VCardType::Home) {
            self.put_first_free(&["Home phone", "Phone", "Mobile phone"], text);
        } else {
            self.put_first_free(&PHONES, text);
        }
    }

    fn link(&mut self, text: &str) {
        let column = if text.to_lowercase().contains("linkedin.com/") { "LinkedIn" } else { "Website" };
        self.put(column, text);
    }

    /// The address at work, else the first.
    fn address(&mut self, card: &VCard) {
        let addresses: Vec<_> = card.entries.iter().filter(|e| e.name == VCardProperty::Adr).collect();
        let work = addresses.iter().find(|e| is(e, &VCardType::Work)).or_else(|| addresses.first());
        let Some(entry) = work else { return };
        // Post box, extension, street, place, region, code, country: RFC 6350 section 6.3.1.
        let parts = texts(entry);
        for (at, column) in [(2, "Street"), (3, "City"), (4, "State"), (5, "Postal code"), (6, "Country")] {
            self.put(column, parts.get(at).map_or("", String::as_str));
        }
    }
}

fn is(entry: &VCardEntry, kind: &VCardType) -> bool {
    entry.params.iter().any(|p| {
        p.name == VCardParameterName::Type && matches!(&p.value, VCardParameterValue::Type(t) if t == kind)
    })
}

fn texts(entry: &VCardEntry) -> Vec<String> {
    let text = |value: &VCardValue| match value {
        VCardValue::Text(text) => text.clone(),
        VCardValue::Component(parts) => parts.join(" "),
        VCardValue::Integer(n) => n.to_string(),
        VCardValue::Float(n) => n.to_string(),
        VCardValue::PartialDateTime(day) => match (day.year, day.month, day.day) {
            (Some(y), Some(m), Some(d)) => format!("{y:04}-{m:02}-{d:02}"),
            _ => String::new(),
        },
        _ => String::new(),
    };
    entry.values.iter().map(text).collect()
}

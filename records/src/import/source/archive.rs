//! A look into a workbook's archive before it is opened: how much it unpacks to, and whether its XML
//! declares entities. The library behind reads whole elements into memory; here they are measured.

use super::SourceError;
use super::meter::{Meter, is_too_long};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use zip::ZipArchive;

/// Parts of a workbook at most; a sheet is one.
const PARTS: usize = 10_000;
/// All parts unpacked: bytes.
const UNPACKED: u64 = 2 << 30;
/// A part that is held in memory as a whole, such as the table of texts: bytes.
const HELD: u64 = 64 << 20;
/// The value of one cell with its marks: bytes.
const VALUE: u64 = super::meter::PIECE;

/// Refuses what is no workbook or would not be good to open.
///
/// # Errors
/// Why not.
pub fn check(file: &File) -> Result<(), SourceError> {
    few_parts(file)?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| broken(&e))?;
    let named =
        |names: &[&str]| archive.file_names().flatten().any(|n| names.contains(&n.to_lowercase().as_str()));
    if named(&["xl/workbook.bin"]) {
        return Err(SourceError::OldWorkbook);
    }
    if !named(&["xl/workbook.xml"]) {
        return Err(SourceError::NoWorkbook);
    }
    let mut left = UNPACKED;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|e| broken(&e))?;
        if part.size() > left {
            return Err(SourceError::TooMuchInside);
        }
        let name = part.name().map_err(|e| broken(&e))?.to_lowercase();
        let most = if name.starts_with("xl/worksheets/") { left } else { left.min(HELD) };
        // One byte more than may be: reaching it tells that the size declared was a lie.
        let mut part = BufReader::new(part.take(most + 1));
        let read = if is_xml(&name, part.fill_buf()?) { scan(&mut part) } else { drain(&mut part) };
        if part.get_ref().limit() == 0 {
            return Err(SourceError::TooMuchInside);
        }
        left -= read?;
    }
    Ok(())
}

/// The number of parts stands in the last record of the archive; the library trusts it and makes
/// room for all of them.
fn few_parts(mut file: &File) -> Result<(), SourceError> {
    let end = file.seek(SeekFrom::End(0))?;
    let from = end.saturating_sub(22 + 65_536);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(22 + 65_536).read_to_end(&mut tail)?;
    file.seek(SeekFrom::Start(0))?;
    let at = tail.windows(4).rposition(|w| w == b"PK\x05\x06");
    let count =
        at.and_then(|at| tail.get(at + 10..at + 12)).map(|b| usize::from(b[0]) | usize::from(b[1]) << 8);
    match count {
        None => Err(SourceError::BrokenWorkbook("its end is missing".to_owned())),
        Some(count) if count > PARTS => Err(SourceError::TooMuchInside),
        Some(_) => Ok(()),
    }
}

fn is_xml(name: &str, head: &[u8]) -> bool {
    let first = head.iter().find(|b| !b.is_ascii_whitespace() && !matches!(b, 0xEF | 0xBB | 0xBF));
    [".xml", ".rels", ".vml"].iter().any(|end| name.ends_with(end)) || first == Some(&b'<')
}

fn drain(part: &mut impl Read) -> Result<u64, SourceError> {
    std::io::copy(part, &mut std::io::sink()).map_err(|e| broken(&e))
}

/// Elements whose text is put together to one value.
const VALUES: [&str; 4] = ["si", "is", "v", "f"];

/// Reads a part as XML, a token at a time, and answers its size.
fn scan(part: &mut impl Read) -> Result<u64, SourceError> {
    let meter = Meter::default();
    let mut xml = Reader::from_reader(BufReader::new(meter.over(part)));
    xml.config_mut().check_end_names = false;
    let mut token = Vec::new();
    let mut value: Option<(String, u64)> = None;
    loop {
        token.clear();
        let event = xml.read_event_into(&mut token).map_err(|e| unread(&e))?;
        meter.reset();
        match event {
            Event::DocType(_) => return Err(SourceError::Entities),
            Event::Eof => return Ok(xml.buffer_position()),
            Event::Start(start) if value.is_none() => {
                let name = start.local_name();
                let name: &str = name.as_ref();
                if VALUES.contains(&name) {
                    value = Some((name.to_owned(), xml.buffer_position()));
                }
            }
            Event::End(end) if value.as_ref().is_some_and(|(n, _)| n == end.local_name().as_ref()) => {
                value = None;
            }
            _ => {}
        }
        if value.as_ref().is_some_and(|(_, from)| xml.buffer_position() - from > VALUE) {
            return Err(SourceError::PieceTooLong);
        }
    }
}

fn unread(error: &quick_xml::Error) -> SourceError {
    match error {
        quick_xml::Error::Io(io) if is_too_long(io) => SourceError::PieceTooLong,
        other => broken(other),
    }
}

fn broken(error: &dyn std::fmt::Display) -> SourceError {
    SourceError::BrokenWorkbook(error.to_string())
}

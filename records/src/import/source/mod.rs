//! What a file is, told by its content, and its rows as one kind of text whatever it was.
//!
//! CSV is read as it stands. A workbook, a table in a web page or a pile of vCards is first copied into
//! a spool: CSV in UTF-8 on disk, whose first column is the row's own number in the file. Everything
//! behind (dialect, table, plan, run) reads text and knows no other format.

mod archive;
mod cards;
mod fault;
mod meter;
mod page;
mod sheet;
mod spool;

pub use fault::SourceError;
pub use meter::{Meter, Metered, is_too_long};
pub use spool::UNREADABLE;

use super::decode::{TextEncoding, detect_encoding};
use kernel::limits::IMPORT_BYTES;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Text with delimiters.
    #[default]
    Csv,
    /// An Excel workbook (Office Open XML).
    Xlsx,
    /// A table in a web page, often named `.xls`.
    Html,
    /// vCards, 2.1 to 4.0.
    Vcard,
}

/// A file made ready to be read as text.
#[derive(Debug)]
pub struct Prepared {
    /// What it was.
    pub format: Format,
    /// Names of the sheets that hold anything, when there are several to choose from.
    pub sheets: Vec<String>,
    /// The sheet read.
    pub sheet: Option<String>,
    text: Text,
}

#[derive(Debug)]
enum Text {
    AsItIs(PathBuf),
    Spool(TempPath),
}

impl Prepared {
    /// Where the text is: the file itself, or its spool, which goes away with this value.
    #[must_use]
    pub fn path(&self) -> &Path {
        match &self.text {
            Text::AsItIs(path) => path,
            Text::Spool(path) => path,
        }
    }
}

/// Bytes that tell what a file is.
const HEAD: u64 = 64 * 1024;

/// Tells what a file is, and spools it when it is no CSV. `sheet` chooses a sheet of a workbook.
///
/// # Errors
/// Why it cannot be read.
pub fn prepare(path: &Path, sheet: Option<&str>) -> Result<Prepared, SourceError> {
    let file = File::open(path)?;
    if file.metadata()?.len() > IMPORT_BYTES as u64 {
        return Err(SourceError::TooLarge);
    }
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    let format = format_of(&head)?;
    let spooled =
        |text: TempPath| Prepared { format, sheets: Vec::new(), sheet: None, text: Text::Spool(text) };
    Ok(match format {
        Format::Csv => {
            Prepared { format, sheets: Vec::new(), sheet: None, text: Text::AsItIs(path.to_owned()) }
        }
        Format::Xlsx => {
            let read = sheet::spool(path, sheet)?;
            Prepared { format, sheets: read.sheets, sheet: Some(read.sheet), text: Text::Spool(read.text) }
        }
        Format::Html => spooled(page::spool(path, &head)?),
        Format::Vcard => spooled(cards::spool(path)?),
    })
}

/// The format of a file that begins like this.
fn format_of(head: &[u8]) -> Result<Format, SourceError> {
    match head {
        [b'P', b'K', 3, 4, ..] => return Ok(Format::Xlsx),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(SourceError::OldWorkbook),
        _ => {}
    }
    let encoding = detect_encoding(head)?;
    let text = super::decode::decode_head(head, encoding).to_lowercase();
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    if text.starts_with("begin:vcard") {
        return Ok(Format::Vcard);
    }
    if text.starts_with('<') {
        if text.contains("urn:schemas-microsoft-com:office:spreadsheet") && text.contains("<workbook") {
            return Err(SourceError::XmlWorkbook);
        }
        let page = ["<table", "<html", "<!doctype html", "<meta", "<body", "<style"];
        if page.iter().any(|tag| text.contains(tag)) {
            return Ok(Format::Html);
        }
    }
    Ok(Format::Csv)
}

/// The encoding of a text file of any size: its first 4 MiB decide, or the first MiB after that which
/// holds anything but ASCII.
///
/// # Errors
/// When it is no text.
pub fn encoding_of(path: &Path) -> Result<TextEncoding, SourceError> {
    let mut file = File::open(path)?;
    let mut part = Vec::new();
    file.by_ref().take(4 << 20).read_to_end(&mut part)?;
    let first = detect_encoding(&part)?;
    if first != TextEncoding::Utf8 {
        return Ok(first);
    }
    while part.is_ascii() && !part.is_empty() {
        part.clear();
        file.by_ref().take(1 << 20).read_to_end(&mut part)?;
    }
    Ok(if part.is_ascii() { first } else { detect_encoding(&part)? })
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

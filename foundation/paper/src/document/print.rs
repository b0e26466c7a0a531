//! From a document to a PDF.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Timelike};
use serde_json::Value as Json;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Array, Bytes, Dict, IntoValue, Smart, Value};
use typst_as_lib::{TypstEngine, TypstTemplateMainFile};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use unicode_normalization::UnicodeNormalization;

use super::{DOCUMENT_BYTES, DOCUMENT_PAGES, Document, Picture};
use crate::engine::{FONTS, is_printable, words};
use crate::{PaperError, Printed};

const TEMPLATE: &str = include_str!("../../templates/document.typ");

static ENGINE: LazyLock<TypstEngine<TypstTemplateMainFile>> =
    LazyLock::new(|| TypstEngine::builder().main_file(TEMPLATE).fonts(FONTS.iter().cloned()).build());

/// The document as a PDF. The first takes the time it takes to read the fonts; those after it some hundredths of a
/// second on the thread they are called on.
///
/// Letters that are in no font (Chinese ones, pictographs) are printed as `?`.
///
/// # Errors
/// When it is too long or its picture cannot be read.
pub fn print_document(document: &Document) -> Result<Printed, PaperError> {
    let engine = |all: &[SourceDiagnostic]| PaperError::Engine(words(all));
    let pages = set(document)?;
    if pages.pages().len() > DOCUMENT_PAGES {
        return Err(PaperError::TooLong { sheet: 0 });
    }
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|why| PaperError::Engine(why.message().to_string()))?;
    let options = PdfOptions {
        creator: Smart::Custom(Some("Sevenfold".to_owned())),
        timestamp: stamp(document.made_at),
        standards,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&pages, &options).map_err(|all| engine(&all))?;
    Ok(Printed { pdf, pages: pages.pages().len() })
}

/// The document as pages.
pub(super) fn set(document: &Document) -> Result<PagedDocument, PaperError> {
    let why = |e: serde_json::Error| PaperError::Engine(e.to_string());
    let mut json = serde_json::to_value(document).map_err(why)?;
    let mut bytes = 0;
    make_printable(&mut json, &mut bytes);
    if bytes > DOCUMENT_BYTES {
        return Err(PaperError::TooLong { sheet: 0 });
    }
    let mut values: Dict = serde_json::from_value(json).map_err(why)?;
    let logo = document.logo.as_ref().map(picture).transpose()?;
    values.insert("logo".into(), logo.unwrap_or(Value::None));
    let pictures: Array = document.pictures.iter().map(picture).collect::<Result<_, _>>()?;
    values.insert("pictures".into(), pictures.into_value());
    let mut inputs = Dict::new();
    inputs.insert("document".into(), values.into_value());
    let set = ENGINE.compile_with_input(inputs).output;
    set.map_err(|why| PaperError::Engine(why.to_string().chars().take(500).collect()))
}

fn picture(picture: &Picture) -> Result<Value, PaperError> {
    let bytes = &picture.bytes;
    if crate::picture::size(bytes).is_none() {
        return Err(PaperError::Picture);
    }
    let mut values = Dict::new();
    values.insert("bytes".into(), Bytes::new(bytes.clone()).into_value());
    values.insert("alt".into(), printable(&picture.alt).into_value());
    Ok(values.into_value())
}

fn printable(text: &str) -> String {
    let keep = |letter: char| if is_printable(letter) { letter } else { '?' };
    // What only joins or chooses letters has no form of its own.
    let silent =
        |letter: &char| !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}');
    text.nfc().filter(silent).filter(|c| !c.is_control() || *c == '\n').map(keep).collect()
}

fn make_printable(value: &mut Json, bytes: &mut usize) {
    match value {
        Json::String(text) => {
            *text = printable(text);
            *bytes += text.len();
        }
        Json::Array(items) => items.iter_mut().for_each(|item| make_printable(item, bytes)),
        Json::Object(map) => map.values_mut().for_each(|item| make_printable(item, bytes)),
        _ => {}
    }
}

fn stamp(seconds: i64) -> Option<Timestamp> {
    let at = DateTime::from_timestamp(seconds, 0)?;
    let small = |n: u32| u8::try_from(n).ok();
    let datetime = typst::foundations::Datetime::from_ymd_hms(
        at.year(),
        small(at.month())?,
        small(at.day())?,
        small(at.hour())?,
        small(at.minute())?,
        small(at.second())?,
    )?;
    Some(Timestamp::new_utc(datetime))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

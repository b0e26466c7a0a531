//! The text of a file in any of the encodings transcripts come in.
//!
//! As imports read lists, and UTF-32 beside, which caption tools can write.

use records::import::decode::{self, DecodeError};

use super::fault::{Fault, Reason};

/// The name of the encoding, and the text without a mark at its start.
pub(super) fn decode(bytes: &[u8]) -> Result<(&'static str, String), Fault> {
    let (name, text) = match bytes {
        [0xFF, 0xFE, 0, 0, rest @ ..] => ("utf-32le", utf32(rest, u32::from_le_bytes)?),
        [0, 0, 0xFE, 0xFF, rest @ ..] => ("utf-32be", utf32(rest, u32::from_be_bytes)?),
        _ => {
            let (encoding, text) = decode::decode(bytes).map_err(|why| refused(bytes, &why))?;
            (encoding.key(), text)
        }
    };
    match text.chars().position(|c| c == '\0') {
        Some(_) => Err(Fault {
            line: line_of(text.as_bytes(), text.find('\0').unwrap_or(0)),
            reason: Reason::NotText("a character that no text has".to_owned()),
        }),
        None if text.trim().is_empty() => Err(Fault { line: 1, reason: Reason::Empty }),
        None => Ok((name, text)),
    }
}

fn refused(bytes: &[u8], why: &DecodeError) -> Fault {
    let (line, reason) = match why {
        DecodeError::NotText(kind) => (1, format!("this is {kind}, not a transcript")),
        DecodeError::Malformed { offset, .. } => {
            (line_of(bytes, usize::try_from(*offset).unwrap_or(usize::MAX)), why.to_string())
        }
        DecodeError::Io(_) => (1, why.to_string()),
    };
    Fault { line, reason: Reason::NotText(reason) }
}

/// The line of a byte, counted from 1. Line ends are the same byte in every encoding but UTF-16, where half of the
/// pairs hold it.
fn line_of(bytes: &[u8], at: usize) -> usize {
    1 + bytes.iter().take(at).filter(|b| **b == b'\n').count()
}

fn utf32(bytes: &[u8], number: fn([u8; 4]) -> u32) -> Result<String, Fault> {
    let mut text = String::with_capacity(bytes.len() / 4);
    let mut line = 1;
    let (quads, rest) = bytes.as_chunks::<4>();
    for quad in quads {
        let broken = || Fault { line, reason: Reason::NotText("not valid UTF-32".to_owned()) };
        let letter = char::from_u32(number(*quad)).ok_or_else(broken)?;
        text.push(letter);
        line += usize::from(letter == '\n');
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err(Fault { line, reason: Reason::NotText("cut within a character of UTF-32".to_owned()) })
    }
}

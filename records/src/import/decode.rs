//! Which encoding a file is in, and its text as UTF-8 with the place of the first broken byte.

use std::io::{self, Read};

use encoding_rs::{CoderResult, DecoderResult, EUC_KR, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

/// The encodings lists of companies come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TextEncoding {
    /// UTF-8 without mark; plain ASCII is this too.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-8 behind the bytes EF BB BF.
    #[serde(rename = "utf-8-bom")]
    Utf8Bom,
    /// UTF-16, low byte first, with or without mark.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, high byte first, with or without mark.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// Korean Windows code page 949, which holds EUC-KR.
    #[serde(rename = "cp949")]
    Cp949,
    /// Western Windows code page 1252, which holds ISO 8859-1's letters.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// Why bytes are no text.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are a workbook, archive or picture.
    #[error("this is {0}, not a list: save it as CSV or XLSX and try again")]
    NotText(&'static str),
    /// A sequence that the encoding does not know.
    #[error("byte {offset} is not valid {encoding}: save the file as UTF-8 and try again")]
    Malformed {
        /// Counted from 0, the mark included.
        offset: u64,
        /// Name of the encoding.
        encoding: &'static str,
    },
    /// The reader below failed.
    #[error("the file could not be read: {0}")]
    Io(#[from] io::Error),
}

impl TextEncoding {
    /// The name people know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 (with BOM)",
            Self::Utf16Le => "UTF-16 LE",
            Self::Utf16Be => "UTF-16 BE",
            Self::Cp949 => "CP949 (EUC-KR)",
            Self::Windows1252 => "Windows-1252",
        }
    }

    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf8Bom => "utf-8-bom",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Cp949 => "cp949",
            Self::Windows1252 => "windows-1252",
        }
    }

    fn codec(self) -> &'static Encoding {
        match self {
            Self::Utf8 | Self::Utf8Bom => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Cp949 => EUC_KR,
            Self::Windows1252 => WINDOWS_1252,
        }
    }
}

/// Guesses the encoding. Give the whole file where it fits memory, else its first megabyte; a
/// character cut at the end does no harm.
///
/// # Errors
/// [`DecodeError::NotText`] for workbooks, archives and pictures.
pub fn detect_encoding(bytes: &[u8]) -> Result<TextEncoding, DecodeError> {
    if let Some(kind) = binary_kind(bytes) {
        return Err(DecodeError::NotText(kind));
    }
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => return Ok(TextEncoding::Utf8Bom),
        [0xFF, 0xFE, ..] => return Ok(TextEncoding::Utf16Le),
        [0xFE, 0xFF, ..] => return Ok(TextEncoding::Utf16Be),
        _ => {}
    }
    if let Some(encoding) = utf16_without_mark(bytes)? {
        return Ok(encoding);
    }
    let utf8 = count_utf8(bytes);
    if utf8.broken == 0 || utf8.sound > 4 * utf8.broken {
        return Ok(TextEncoding::Utf8);
    }
    let korean = count_korean(bytes);
    Ok(if korean.sound > korean.broken { TextEncoding::Cp949 } else { TextEncoding::Windows1252 })
}

fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'P', b'K', 3, 4, ..] => Some("an Excel workbook or zip archive"),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Some("an old Excel workbook"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF"),
        [0x1F, 0x8B, ..] => Some("a gzip archive"),
        [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..] => Some("a picture"),
        _ => None,
    }
}

/// Delimiters and line ends have a zero byte in UTF-16, and nothing has one in the other encodings.
fn utf16_without_mark(bytes: &[u8]) -> Result<Option<TextEncoding>, DecodeError> {
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    match (even, odd) {
        (0, 0) => Ok(None),
        _ if odd > 8 * even => Ok(Some(TextEncoding::Utf16Le)),
        _ if even > 8 * odd => Ok(Some(TextEncoding::Utf16Be)),
        _ => Err(DecodeError::NotText("a binary file")),
    }
}

struct Count {
    /// Sequences of several bytes that mean a character of this encoding.
    sound: usize,
    /// Sequences that do not.
    broken: usize,
}

fn count_utf8(bytes: &[u8]) -> Count {
    let mut count = Count { sound: 0, broken: 0 };
    for chunk in bytes.utf8_chunks() {
        // A lead byte and its followers: counting non-followers outside ASCII counts characters.
        count.sound += chunk.valid().bytes().filter(|b| *b >= 0xC0).count();
        count.broken += usize::from(!chunk.invalid().is_empty());
    }
    if std::str::from_utf8(bytes).is_err_and(|e| e.error_len().is_none()) {
        count.broken -= 1;
    }
    count
}

/// Pairs that are syllables of the everyday KS X 1001 set count as sound; every other pair, and lone
/// high bytes, as broken. Western text pairs accented letters with ASCII, which is never sound.
fn count_korean(bytes: &[u8]) -> Count {
    let mut count = Count { sound: 0, broken: 0 };
    let mut rest = bytes.iter();
    while let Some(lead) = rest.by_ref().find(|b| **b >= 0x80) {
        match (lead, rest.as_slice().first()) {
            (_, None) => {}
            (0xB0..=0xC8, Some(0xA1..=0xFE)) => count.sound += 1,
            // Punctuation, Roman and Japanese letters, Chinese characters, rarer syllables.
            (0x81..=0xFE, Some(0xA1..=0xFE)) => count.sound += usize::from(*lead < 0xB0),
            _ => {
                count.broken += 1;
                continue;
            }
        }
        rest.next();
    }
    count
}

/// Turns bytes of an encoding into UTF-8 while they are read, in bounded memory. A mark at the start
/// is dropped. Broken bytes end the reading with an [`io::ErrorKind::InvalidData`] error whose source
/// is [`DecodeError::Malformed`].
pub struct Decoder<R> {
    inner: R,
    encoding: TextEncoding,
    decoder: encoding_rs::Decoder,
    input: Vec<u8>,
    input_at: usize,
    input_end: usize,
    /// Bytes taken from `inner` before those in `input`.
    consumed: u64,
    ended: bool,
    text: Vec<u8>,
    text_at: usize,
}

const CHUNK: usize = 64 * 1024;

impl<R: Read> Decoder<R> {
    /// Reads `inner` as `encoding`.
    pub fn new(inner: R, encoding: TextEncoding) -> Self {
        let decoder = encoding.codec().new_decoder_with_bom_removal();
        Self {
            inner,
            encoding,
            decoder,
            input: vec![0; CHUNK],
            input_at: 0,
            input_end: 0,
            consumed: 0,
            ended: false,
            text: Vec::new(),
            text_at: 0,
        }
    }

    /// Decodes until there is text or the end.
    fn fill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.text_at = 0;
        while self.text.is_empty() && !(self.ended && self.input_at == self.input_end) {
            if self.input_at == self.input_end {
                self.refill()?;
            }
            self.decode()?;
        }
        Ok(())
    }

    fn refill(&mut self) -> io::Result<()> {
        self.consumed += self.input_end as u64;
        self.input_at = 0;
        self.input_end = self.inner.read(&mut self.input)?;
        self.ended = self.input_end == 0;
        Ok(())
    }

    fn decode(&mut self) -> io::Result<()> {
        let source = &self.input[self.input_at..self.input_end];
        let room = self.decoder.max_utf8_buffer_length_without_replacement(source.len()).unwrap_or(CHUNK * 4);
        self.text.resize(room.max(16), 0);
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(source, &mut self.text, self.ended);
        self.text.truncate(written);
        self.input_at += read;
        match result {
            DecoderResult::InputEmpty | DecoderResult::OutputFull => Ok(()),
            DecoderResult::Malformed(bad, after) => {
                let end = self.consumed + self.input_at as u64;
                let offset = end.saturating_sub(u64::from(bad) + u64::from(after));
                let error = DecodeError::Malformed { offset, encoding: self.encoding.name() };
                Err(io::Error::new(io::ErrorKind::InvalidData, error))
            }
        }
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.text_at == self.text.len() {
            self.fill()?;
        }
        let ready = &self.text[self.text_at..];
        let count = ready.len().min(out.len());
        out[..count].copy_from_slice(&ready[..count]);
        self.text_at += count;
        Ok(count)
    }
}

/// The encoding and the whole text of a file in memory.
///
/// # Errors
/// When it is no text, or names the first broken byte.
pub fn decode(bytes: &[u8]) -> Result<(TextEncoding, String), DecodeError> {
    let encoding = detect_encoding(bytes)?;
    Ok((encoding, decode_as(bytes, encoding)?))
}

/// The text of a file in memory in a given encoding. For a head that was cut mid-character use
/// [`decode_head`].
///
/// # Errors
/// Names the first broken byte.
pub fn decode_as(bytes: &[u8], encoding: TextEncoding) -> Result<String, DecodeError> {
    let mut text = String::new();
    Decoder::new(bytes, encoding).read_to_string(&mut text).map_err(unwrap_io)?;
    Ok(text)
}

/// The text of the first bytes of a file, for looking at: a character cut at the end is left out and
/// broken ones become U+FFFD.
#[must_use]
pub fn decode_head(bytes: &[u8], encoding: TextEncoding) -> String {
    let mut decoder = encoding.codec().new_decoder_with_bom_removal();
    let mut text =
        String::with_capacity(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 4));
    let (result, ..) = decoder.decode_to_string(bytes, &mut text, false);
    debug_assert_eq!(result, CoderResult::InputEmpty);
    text
}

/// The decoding error inside an I/O error, if that is what it is.
#[must_use]
pub fn unwrap_io(error: io::Error) -> DecodeError {
    match error.downcast::<DecodeError>() {
        Ok(decode) => decode,
        Err(other) => DecodeError::Io(other),
    }
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;

//! The largest table of a web page. Exchanges and government sites hand such pages out as `.xls`.
//!
//! Two passes, a token at a time: the first counts what each table holds, the second spools the one
//! that holds most. A cell over several rows or columns is repeated downwards, left empty sideways.

use super::SourceError;
use super::meter::Meter;
use super::spool::{Spool, push};
use crate::import::decode::{Decoder, TextEncoding, detect_encoding};
use html5gum::{DefaultEmitter, HtmlString, IoReader, StartTag, Token, Tokenizer};
use kernel::limits::IMPORT_COLUMNS;
use std::fs::File;
use std::path::Path;
use tempfile::TempPath;

/// Tables within tables at most.
const DEPTH: usize = 32;
/// Rows a cell may reach over, as browsers have it.
const ROWSPAN: usize = 65_534;

/// Spools the largest table.
pub fn spool(path: &Path, head: &[u8]) -> Result<TempPath, SourceError> {
    let encoding = encoding_of(head)?;
    let mut filled: Vec<u64> = Vec::new();
    read(path, encoding, &mut |table, _, row| {
        if filled.len() <= table {
            filled.resize(table + 1, 0);
        }
        filled[table] += row.iter().filter(|cell| !cell.is_empty()).count() as u64;
        Ok(())
    })?;
    let most = filled.iter().max().copied().filter(|n| *n > 0).ok_or(SourceError::NoTable)?;
    let chosen = filled.iter().position(|n| *n == most).unwrap_or(0);
    let mut spool = Spool::new()?;
    read(path, encoding, &mut |table, number, row| {
        if table == chosen { spool.row(number, row) } else { Ok(()) }
    })?;
    spool.done()
}

/// What the page says of itself, unless its bytes are UTF-8.
fn encoding_of(head: &[u8]) -> Result<TextEncoding, SourceError> {
    let detected = detect_encoding(head)?;
    if !matches!(detected, TextEncoding::Windows1252 | TextEncoding::Cp949 | TextEncoding::Utf8) {
        return Ok(detected);
    }
    let named = String::from_utf8_lossy(head).to_lowercase();
    let named = named.split_once("charset=").map_or("", |(_, rest)| rest.trim_start_matches(['"', '\'']));
    let label = named.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c))).next().unwrap_or("");
    let declared = encoding_rs::Encoding::for_label(label.as_bytes());
    let korean = declared == Some(encoding_rs::EUC_KR);
    Ok(if korean && (detected != TextEncoding::Utf8 || head.is_ascii()) {
        TextEncoding::Cp949
    } else {
        detected
    })
}

type OnRow<'a> = dyn FnMut(usize, u64, &[String]) -> Result<(), SourceError> + 'a;

fn read(path: &Path, encoding: TextEncoding, on_row: &mut OnRow<'_>) -> Result<(), SourceError> {
    let meter = Meter::default();
    let text = meter.over(Decoder::new(File::open(path)?, encoding));
    let mut emitter = DefaultEmitter::<()>::default();
    emitter.naively_switch_states(true);
    let mut tables = Tables { open: Vec::new(), count: 0, silent: None, on_row };
    for token in Tokenizer::new_with_emitter(IoReader::new(text), emitter) {
        meter.reset();
        match token? {
            Token::StartTag(tag) => tables.begin(&tag)?,
            Token::EndTag(tag) => tables.end(&tag.name)?,
            Token::String(text) => tables.text(&text),
            _ => {}
        }
    }
    while !tables.open.is_empty() {
        tables.end(b"table")?;
    }
    Ok(())
}

/// Tables that are open, the innermost last.
struct Tables<'a> {
    open: Vec<Open>,
    count: usize,
    /// An element whose text is not shown.
    silent: Option<Vec<u8>>,
    on_row: &'a mut OnRow<'a>,
}

#[derive(Default)]
struct Open {
    index: usize,
    rows: u64,
    row: Option<Vec<String>>,
    cell: Option<Span>,
    /// Cells that reach down into the rows to come: column, rows left, text.
    reaching: Vec<(usize, usize, String)>,
}

struct Span {
    text: String,
    columns: usize,
    rows: usize,
}

impl Tables<'_> {
    fn begin(&mut self, tag: &StartTag<()>) -> Result<(), SourceError> {
        if self.silent.is_some() {
            return Ok(());
        }
        match tag.name.as_slice() {
            name @ (b"script" | b"style" | b"title") if !tag.self_closing => {
                self.silent = Some(name.to_vec())
            }
            b"table" if self.open.len() < DEPTH => {
                self.open.push(Open { index: self.count, ..Open::default() });
                self.count += 1;
            }
            b"tr" => {
                self.end_row()?;
                if let Some(table) = self.open.last_mut() {
                    table.row = Some(Vec::new());
                }
            }
            b"td" | b"th" => {
                if let Some(table) = self.open.last_mut() {
                    table.end_cell()?;
                    table.row.get_or_insert_default();
                    let reach = |name: &[u8], most: usize| number(tag, name).clamp(1, most);
                    let (columns, rows) = (reach(b"colspan", IMPORT_COLUMNS), reach(b"rowspan", ROWSPAN));
                    table.cell = Some(Span { text: String::new(), columns, rows });
                }
            }
            b"br" | b"p" | b"div" | b"li" => self.text(b"\n"),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &[u8]) -> Result<(), SourceError> {
        if let Some(silent) = &self.silent {
            if silent == name {
                self.silent = None;
            }
            return Ok(());
        }
        match name {
            b"td" | b"th" => self.open.last_mut().map_or(Ok(()), Open::end_cell),
            b"tr" => self.end_row(),
            b"table" => {
                self.end_row()?;
                self.open.pop();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn text(&mut self, text: &[u8]) {
        let cell = self.open.last_mut().and_then(|table| table.cell.as_mut());
        if let (Some(cell), None) = (cell, &self.silent) {
            push(&mut cell.text, &String::from_utf8_lossy(text));
        }
    }

    fn end_row(&mut self) -> Result<(), SourceError> {
        let Some(table) = self.open.last_mut() else { return Ok(()) };
        table.end_cell()?;
        let Some(mut row) = table.row.take() else { return Ok(()) };
        table.carry(&mut row, true)?;
        table.rows += 1;
        (self.on_row)(table.index, table.rows, &row)
    }
}

impl Open {
    fn end_cell(&mut self) -> Result<(), SourceError> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let mut row = self.row.take().unwrap_or_default();
        self.carry(&mut row, false)?;
        let text = plain(&cell.text);
        for n in 0..cell.columns {
            let text = if n == 0 { text.clone() } else { String::new() };
            if cell.rows > 1 {
                self.reaching.push((row.len(), cell.rows, text.clone()));
            }
            row.push(text);
        }
        wide(row.len())?;
        self.row = Some(row);
        Ok(())
    }

    /// Puts down the cells that reach here from rows above: those at the place of the next cell, or
    /// at the end of the row all that are left, which also uses one row of each up.
    fn carry(&mut self, row: &mut Vec<String>, ends: bool) -> Result<(), SourceError> {
        let from_above = |at: &(usize, usize, String), len: usize| at.0 == len;
        while let Some((.., text)) = self.reaching.iter().find(|at| from_above(at, row.len())) {
            row.push(text.clone());
        }
        if ends {
            let last = self.reaching.iter().map(|at| at.0 + 1).max().unwrap_or(0);
            while row.len() < last {
                let text = self.reaching.iter().find(|at| from_above(at, row.len()));
                row.push(text.map(|at| at.2.clone()).unwrap_or_default());
            }
            self.reaching.iter_mut().for_each(|at| at.1 -= 1);
            self.reaching.retain(|at| at.1 > 0);
        }
        wide(row.len())
    }
}

fn wide(columns: usize) -> Result<(), SourceError> {
    if columns > 2 * IMPORT_COLUMNS { Err(SourceError::TooManyColumns(columns)) } else { Ok(()) }
}

fn number(tag: &StartTag<()>, name: &[u8]) -> usize {
    let value = tag.attributes.get(&HtmlString(name.to_vec()));
    value.and_then(|v| std::str::from_utf8(v).ok()?.trim().parse().ok()).unwrap_or(1)
}

/// Spaces drawn together as a browser shows them; breaks stay.
fn plain(text: &str) -> String {
    let lines = text.split('\n').map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

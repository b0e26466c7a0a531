//! Why a whole file cannot be read.

use super::super::decode::DecodeError;
use super::super::table::TableError;
use kernel::limits::{IMPORT_BYTES, IMPORT_COLUMNS};
use std::io;

/// Why a file cannot be read. [`super::super::reason::of_source`] says it in Korean too.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Over the limit.
    #[error("the file is larger than {} MB: split it", IMPORT_BYTES >> 20)]
    TooLarge,
    /// An OLE2 container: Excel 97-2003, or a workbook with a password.
    #[error(
        "this is an Excel workbook of before 2007, or one with a password: save it as .xlsx without a password, or as CSV"
    )]
    OldWorkbook,
    /// `SpreadsheetML` 2003.
    #[error("this is an XML spreadsheet of 2003: save it as .xlsx or CSV")]
    XmlWorkbook,
    /// A zip archive without a workbook inside.
    #[error("this is an archive without an Excel workbook (.xlsx) inside")]
    NoWorkbook,
    /// The archive or its XML is damaged.
    #[error("the workbook is damaged ({0}): open it in Excel and save it anew")]
    BrokenWorkbook(String),
    /// It unpacks to far more than it seems.
    #[error("the workbook unpacks to more than can be taken: save the sheet as CSV")]
    TooMuchInside,
    /// A document type declaration, by which XML names entities and other files.
    #[error("the workbook declares XML entities, which no spreadsheet program writes: it was not opened")]
    Entities,
    /// Nothing in any sheet.
    #[error("the workbook holds no filled sheet")]
    NoSheet,
    /// No sheet of that name.
    #[error("the workbook has no sheet '{0}' that holds anything")]
    UnknownSheet(String),
    /// A cell far to the right.
    #[error("the file has at least {0} columns, at most {IMPORT_COLUMNS} are taken")]
    TooManyColumns(usize),
    /// A web page without rows.
    #[error("the page holds no table with rows")]
    NoTable,
    /// A tag or word without end.
    #[error("the file holds a single piece of more than {} MB: is a quote or tag left open?", super::meter::PIECE >> 20)]
    PieceTooLong,
    /// It is no text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// It is no table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The disk failed.
    #[error("the file could not be read: {0}")]
    Io(io::Error),
}

impl From<io::Error> for SourceError {
    fn from(error: io::Error) -> Self {
        if super::meter::is_too_long(&error) {
            return Self::PieceTooLong;
        }
        match super::super::decode::unwrap_io(error) {
            DecodeError::Io(io) => Self::Io(io),
            decode => Self::Decode(decode),
        }
    }
}

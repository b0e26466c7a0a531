//! Pages: letters, postcards and documents become PDFs, set by typst with fonts of our own, Korean and English alike.
//!
//! The templates are ours; whatever somebody wrote goes into them as values and is never read as markup. What is *not*
//! here: who gets a letter and why, merge fields, and how a file is handed out. This crate knows no CRM.

pub mod document;
mod engine;
pub mod picture;
pub mod prose;
mod sheet;

pub use document::print_document;
pub use engine::{Printed, print};
pub use sheet::{Format, Sheet};

/// Sheets of one file at most.
pub const SHEETS: usize = 200;
/// Pages of one letter at most.
pub const PAGES: usize = 4;
/// Longest text of a sheet, in bytes.
pub const TEXT_BYTES: usize = 32 * 1024;

/// Why there are no pages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// No sheet, or more than [`SHEETS`].
    #[error("from 1 to {SHEETS} sheets are printed at once")]
    Count,
    /// A text does not fit: a letter has [`PAGES`] pages, a card one.
    #[error("sheet {sheet}: the text is too long")]
    TooLong {
        /// Which, from 0.
        sheet: usize,
    },
    /// A letter is in none of our fonts; it would be printed as an empty box.
    #[error("sheet {sheet}: '{letter}' is in no font")]
    NoGlyph {
        /// Which, from 0.
        sheet: usize,
        /// The letter.
        letter: char,
    },
    /// A picture is no PNG or JPEG, larger than two megabytes, or has too many dots.
    #[error("the picture must be a PNG or JPEG of at most 2 MiB and 24 million dots")]
    Picture,
    /// The pages could not be set or written: a mistake of ours.
    #[error("the pages could not be set: {0}")]
    Engine(String),
}

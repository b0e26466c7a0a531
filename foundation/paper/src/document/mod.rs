//! A document of several pages: a cover, chapters of prose, tables of lines with their totals, a place to sign.
//!
//! Whoever makes one says everything in words and values; how it looks is the template's. It is set as a tagged PDF in
//! its language (PDF/A-2a and PDF/UA-1), so that it can be kept for long and read aloud. The same document is always the same bytes.

mod print;

use serde::Serialize;

use crate::prose::Block;

pub use print::print_document;

/// Longest text of a document, in bytes.
pub const DOCUMENT_BYTES: usize = 2 << 20;
/// Pages of one document at most.
pub const DOCUMENT_PAGES: usize = 400;
/// Largest picture, in bytes.
pub const PICTURE_BYTES: usize = 2 << 20;

/// Everything that is printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Set as Korean; English otherwise.
    pub korean: bool,
    /// Its title, on the cover and in the file's properties.
    pub title: String,
    /// Whose it is: in the file's properties and at the foot of each page.
    pub author: String,
    /// Stands above the title: what kind of document it is.
    pub kind: String,
    /// The colour of lines and headings, as `#1864ab`.
    pub accent: String,
    /// The picture on the cover.
    #[serde(skip)]
    pub logo: Option<Picture>,
    /// The pictures of its parts.
    #[serde(skip)]
    pub pictures: Vec<Picture>,
    /// What is said on the cover: names with their values.
    pub facts: Vec<Fact>,
    /// What follows.
    pub parts: Vec<Part>,
    /// When it was made, in seconds since 1970: part of the file's properties.
    #[serde(skip)]
    pub made_at: i64,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// PNG or JPEG.
    pub bytes: Vec<u8>,
    /// What it shows, for those who do not see it.
    pub alt: String,
}

/// A name and its value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is.
    pub name: String,
    /// What it says.
    pub value: String,
}

impl Fact {
    /// A name and its value.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Part {
    /// A heading of a chapter.
    Heading {
        /// Its words.
        text: String,
    },
    /// Paragraphs, lists, tables.
    Prose {
        /// In their order.
        blocks: Vec<Block>,
    },
    /// Several things side by side: a column for each, a row for each property.
    Compare {
        /// A column for each.
        columns: Vec<Column>,
        /// The names of the properties, as many as each column has values.
        rows: Vec<String>,
    },
    /// Lines with their totals. The head is repeated on each page; the totals never stand on a page alone.
    Lines {
        /// The heads of the four columns.
        heads: Vec<String>,
        /// Line by line.
        lines: Vec<Line>,
        /// What they come to.
        totals: Vec<Total>,
    },
    /// Names and values.
    Facts {
        /// In their order.
        facts: Vec<Fact>,
    },
    /// Short words in small print.
    Small {
        /// The words.
        text: String,
    },
    /// Words that stand out.
    Callout {
        /// The words.
        text: String,
    },
    /// A place to sign, which is never torn in two.
    Sign {
        /// Lines to fill in, each with what belongs there; a value stands on the line.
        facts: Vec<Fact>,
    },
    /// A picture, no higher than this.
    Picture {
        /// Which of the document's.
        index: usize,
        /// Millimetres.
        height: u32,
    },
    /// What follows begins a page.
    Page,
}

/// One of several things that stand side by side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Column {
    /// What it is called.
    pub name: String,
    /// For whom it is.
    pub text: String,
    /// The one that is advised, in one word.
    pub badge: String,
    /// Its values, in the order of the rows.
    pub values: Vec<String>,
}

/// A line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it is.
    pub text: String,
    /// What it is, at length.
    pub detail: String,
    /// How many.
    pub quantity: String,
    /// What one costs.
    pub price: String,
    /// What it comes to.
    pub amount: String,
    /// Not part of the totals.
    pub apart: bool,
}

/// A line of totals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Total {
    /// What it is.
    pub name: String,
    /// How much.
    pub amount: String,
    /// One of those that matter most.
    pub strong: bool,
}

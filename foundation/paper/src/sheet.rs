//! What stands on a sheet.

use typst::foundations::{Array, Dict, IntoValue, Value};

use crate::PAGES;

/// What a sheet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A4, with the address in the window of an envelope.
    Letter,
    /// A6, two pages: front and back.
    Postcard,
}

/// A letter or a postcard. Texts are plain; an empty line begins a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Letter or postcard.
    pub format: Format,
    /// Set as Korean: lines break between words.
    pub korean: bool,
    /// Who writes.
    pub sender_name: String,
    /// Where from, line by line.
    pub sender_address: Vec<String>,
    /// To whom and where, line by line.
    pub recipient: Vec<String>,
    /// The day, as it is to be read.
    pub date: String,
    /// The letter's subject, the large words on a card.
    pub headline: String,
    /// The text.
    pub body: String,
}

impl Sheet {
    /// Everything that is printed of it.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let one = [&self.sender_name, &self.date, &self.headline, &self.body];
        one.into_iter().chain(&self.sender_address).chain(&self.recipient).map(String::as_str)
    }

    /// The same as values of the template.
    pub(crate) fn values(&self) -> Value {
        let lines = |list: &[String]| {
            let values: Array = list.iter().map(|line| line.as_str().into_value()).collect();
            values.into_value()
        };
        let format = match self.format {
            Format::Letter => "letter",
            Format::Postcard => "postcard",
        };
        let mut all = Dict::new();
        let values = [
            ("format", format.into_value()),
            ("korean", self.korean.into_value()),
            ("sender_name", self.sender_name.as_str().into_value()),
            ("sender_address", lines(&self.sender_address)),
            ("recipient", lines(&self.recipient)),
            ("date", self.date.as_str().into_value()),
            ("headline", self.headline.as_str().into_value()),
            ("body", self.body.replace("\r\n", "\n").into_value()),
            ("pages", PAGES.into_value()),
        ];
        for (key, value) in values {
            all.insert(key.into(), value);
        }
        all.into_value()
    }
}

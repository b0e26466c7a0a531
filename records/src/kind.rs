//! The three kinds of record, and the table that describes each of their fields.
//!
//! Forms, lists, filters, import, bulk edit, undo and the API all read the same table: a field added
//! there is everywhere.

use http_room::{Field, FieldKind};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A company.
    Company,
    /// A person.
    Person,
    /// A deal.
    Deal,
}

/// How a value that was sent becomes a value that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One line, at most 200 characters, never empty.
    Name,
    /// One line, at most 500 characters.
    Line,
    /// Several lines, at most 100 KiB.
    Long,
    /// A web address.
    Url,
    /// A mail address.
    Email,
    /// A phone number as typed.
    Phone,
    /// A whole number within bounds.
    Whole(i64, i64),
    /// Any number.
    Decimal,
    /// An amount, kept in two columns `<column>_minor` and `<column>_currency`.
    Money,
    /// A calendar day.
    Date,
    /// A country, by code or name, kept as ISO 3166 alpha-2.
    Country,
    /// An IANA time zone.
    Zone,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of short words.
    Words,
    /// A list of these words.
    Choices(&'static [&'static str]),
    /// Mail addresses, phone numbers or profiles of a person.
    Points,
    /// A member.
    User,
    /// A company of the workspace.
    Company,
    /// Kept by the program, not written by clients.
    Kept,
}

/// A field.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    /// Its name in the API.
    pub key: &'static str,
    /// Its column; money has two that begin with it.
    pub column: &'static str,
    /// What lists compare it as.
    pub kind: FieldKind,
    /// How it is read.
    pub shape: Shape,
    /// Its label in English and Korean.
    pub label: (&'static str, &'static str),
    /// The index lists are sorted by it with; none when they cannot be.
    pub sorted_by: Option<&'static str>,
    /// The index its values are looked up in, where that is no index of sorting.
    pub found_by: Option<&'static str>,
    /// Whether its value changes with nothing but a new line of the record in the search index: then what is known of a
    /// line holds for the value too. [`crate::write`] makes one.
    pub of_line: bool,
}

/// A field clients may write.
pub const fn field(
    key: &'static str,
    kind: FieldKind,
    shape: Shape,
    label: (&'static str, &'static str),
) -> FieldSpec {
    // Owners and companies change by the thousand at once.
    let of_line = !matches!(shape, Shape::User | Shape::Company);
    FieldSpec { key, column: key, kind, shape, label, sorted_by: None, found_by: None, of_line }
}

/// A field the program keeps.
pub const fn kept(key: &'static str, kind: FieldKind, label: (&'static str, &'static str)) -> FieldSpec {
    let (shape, of_line) = (Shape::Kept, false);
    FieldSpec { key, column: key, kind, shape, label, sorted_by: None, found_by: None, of_line }
}

impl FieldSpec {
    /// The same, sorted with this index: of the workspace, the value as [`Field::sort_expression`] says, and the id.
    pub const fn sorted(mut self, index: &'static str) -> Self {
        self.sorted_by = Some(index);
        self
    }

    /// The same, looked up in this index: of the workspace and the column.
    pub const fn found(mut self, index: &'static str) -> Self {
        self.found_by = Some(index);
        self
    }

    /// The same, a value that changes with nothing but a new line in the search index.
    pub const fn of_line(mut self) -> Self {
        self.of_line = true;
        self
    }

    /// As a list sees it.
    #[must_use]
    pub fn as_list_field(&self) -> Field {
        let column = match self.shape {
            Shape::Money => Cow::Owned(format!("{}_minor", self.column)),
            _ => Cow::Borrowed(self.column),
        };
        Field { key: Cow::Borrowed(self.key), column, kind: self.kind, sortable: self.sorted_by.is_some() }
    }
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Company, Self::Person, Self::Deal];

    /// The word for it, which is also its table.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Person => "person",
            Self::Deal => "deal",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    /// Its fields.
    #[must_use]
    pub fn fields(self) -> &'static [FieldSpec] {
        match self {
            Self::Company => crate::company::FIELDS,
            Self::Person => crate::person::FIELDS,
            Self::Deal => crate::deal::FIELDS,
        }
    }

    /// The columns its rows are read from.
    #[must_use]
    pub fn columns(self) -> &'static str {
        match self {
            Self::Company => crate::company::COLUMNS,
            Self::Person => crate::person::COLUMNS,
            Self::Deal => crate::deal::COLUMNS,
        }
    }
}

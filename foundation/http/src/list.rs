//! Lists: filters, search words, sort and pages by cursor, the same for every kind of record.
//!
//! `?where=employees.gte.50&where=grade.in.A,B&q=한빛&sort=-created_at&limit=50&cursor=…`
//! A page is found by its place in an index, never by counting rows from the start.

mod condition;
mod cursor;
mod query;

pub use condition::{field_of, push_conditions, push_filter};
pub use cursor::{Cursor, page, place, push_place, sort_value};
pub use query::{Filter, ListQuery, Op};

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What a field holds, which decides how it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Words.
    Text,
    /// A web address.
    Url,
    /// One of a list of words.
    Choice,
    /// Several words of a list, kept as a JSON array.
    MultiChoice,
    /// A number.
    Number,
    /// An amount; compared by its minor units.
    Money,
    /// A calendar day, `YYYY-MM-DD`.
    Date,
    /// An instant.
    Instant,
    /// Yes or no.
    YesNo,
    /// The id of a member.
    User,
    /// The id of a company.
    Company,
    /// The id of a person.
    Person,
}

impl FieldKind {
    /// Reads the stored word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::from(key)).ok()
    }

    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Url => "url",
            Self::Choice => "choice",
            Self::MultiChoice => "multi_choice",
            Self::Number => "number",
            Self::Money => "money",
            Self::Date => "date",
            Self::Instant => "instant",
            Self::YesNo => "yes_no",
            Self::User => "user",
            Self::Company => "company",
            Self::Person => "person",
        }
    }
}

/// A field a list can filter or sort by.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name in the API.
    pub key: Cow<'static, str>,
    /// The SQL expression, made by the program, never from input.
    pub column: Cow<'static, str>,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether an index supports sorting by it.
    pub sortable: bool,
}

impl Field {
    /// A field of a column of the same name.
    #[must_use]
    pub const fn column(key: &'static str, kind: FieldKind, sortable: bool) -> Self {
        Self { key: Cow::Borrowed(key), column: Cow::Borrowed(key), kind, sortable }
    }

    /// What a list sorts by: rows without a value come first upwards, last downwards, on every database.
    #[must_use]
    pub fn sort_expression(&self) -> String {
        let column = &self.column;
        match self.kind {
            FieldKind::Number | FieldKind::Money | FieldKind::Instant => format!("COALESCE({column}, -1)"),
            FieldKind::YesNo => format!("CASE WHEN {column} THEN 1 ELSE 0 END"),
            _ => format!("COALESCE({column}, '')"),
        }
    }

    /// A field computed by an SQL expression.
    #[must_use]
    pub const fn expression(
        key: &'static str,
        column: &'static str,
        kind: FieldKind,
        sortable: bool,
    ) -> Self {
        Self { key: Cow::Borrowed(key), column: Cow::Borrowed(column), kind, sortable }
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

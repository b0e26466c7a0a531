//! Reading a list request.

use crate::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// How a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Equal.
    Eq,
    /// Not equal, or not known.
    Ne,
    /// One of.
    In,
    /// None of, or not known.
    Nin,
    /// Less.
    Lt,
    /// Less or equal.
    Lte,
    /// Greater.
    Gt,
    /// Greater or equal.
    Gte,
    /// Has these letters in it, in any case; for several choices: has this one.
    Contains,
    /// Begins with these letters, in any case.
    Starts,
    /// Not known.
    Empty,
    /// Known.
    Filled,
}

impl Op {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "eq" => Self::Eq,
            "ne" => Self::Ne,
            "in" => Self::In,
            "nin" => Self::Nin,
            "lt" => Self::Lt,
            "lte" => Self::Lte,
            "gt" => Self::Gt,
            "gte" => Self::Gte,
            "contains" => Self::Contains,
            "starts" => Self::Starts,
            "empty" => Self::Empty,
            "filled" => Self::Filled,
            _ => return None,
        })
    }
}

/// One condition, such as `employees.gte.50`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The field's key; custom fields as `custom.key`.
    pub field: String,
    /// How it compares.
    pub op: Op,
    /// With what.
    pub value: String,
}

impl Filter {
    /// Reads `field.op.value`; the field may itself have a dot when it begins with `custom.`.
    ///
    /// # Errors
    /// When it has another shape or an unknown operator.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let wrong = || {
            let shape =
                "expected field.operator.value, with eq ne in nin lt lte gt gte contains starts empty filled";
            Problem::field("where", "invalid", format!("'{text}': {shape}"))
        };
        let (prefix, rest) = match text.strip_prefix("custom.") {
            Some(rest) => ("custom.", rest),
            None => ("", text),
        };
        let mut parts = rest.splitn(3, '.');
        let (Some(field), Some(op)) = (parts.next(), parts.next().and_then(Op::parse)) else {
            return Err(wrong());
        };
        let value = parts.next().unwrap_or_default().to_owned();
        Ok(Self { field: format!("{prefix}{field}"), op, value })
    }
}

/// Rows on a page when the client does not say.
const DEFAULT_LIMIT: u32 = 50;
/// Rows on a page at most.
const MAX_LIMIT: u32 = 200;
/// Filters at most.
const MAX_FILTERS: usize = 30;

/// A request for a page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// All of these must hold.
    pub filters: Vec<Filter>,
    /// Search words.
    pub q: Option<String>,
    /// Field to sort by, and whether downwards.
    pub sort: Option<(String, bool)>,
    /// Rows wanted.
    pub limit: u32,
    /// Where to go on.
    pub cursor: Option<String>,
    /// Parameters that are not the list's own, such as `format`.
    pub others: Vec<(String, String)>,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            filters: Vec::new(),
            q: None,
            sort: None,
            limit: DEFAULT_LIMIT,
            cursor: None,
            others: Vec::new(),
        }
    }
}

impl ListQuery {
    /// Reads a query string.
    ///
    /// # Errors
    /// When a part of it does not have the shape described in [`crate::list`].
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let mut list = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match key.as_ref() {
                "where" => list.filters.push(Filter::parse(&value)?),
                "q" => {
                    list.q = Some(value.trim().chars().take(200).collect()).filter(|q: &String| !q.is_empty())
                }
                "sort" => {
                    let down = value.starts_with('-');
                    list.sort =
                        Some((value.trim_start_matches('-').to_owned(), down)).filter(|(f, _)| !f.is_empty());
                }
                "limit" => {
                    let n: u32 = value
                        .parse()
                        .map_err(|_| Problem::field("limit", "invalid", "a number from 1 to 200"))?;
                    list.limit = n.clamp(1, MAX_LIMIT);
                }
                "cursor" => list.cursor = Some(value.into_owned()).filter(|c| !c.is_empty()),
                _ => list.others.push((key.into_owned(), value.into_owned())),
            }
        }
        if list.filters.len() > MAX_FILTERS {
            return Err(Problem::field("where", "too_many", format!("at most {MAX_FILTERS} filters")));
        }
        Ok(list)
    }

    /// A parameter that is not the list's own.
    #[must_use]
    pub fn other(&self, key: &str) -> Option<&str> {
        self.others.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ListQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_keep_dots_in_their_values_and_custom_keys_whole() {
        let filter = |f: &str, op, v: &str| Filter { field: f.to_owned(), op, value: v.to_owned() };
        let cases = [
            ("domain.eq.acme.co.kr", filter("domain", Op::Eq, "acme.co.kr")),
            ("custom.crm_in_use.in.sheet,none", filter("custom.crm_in_use", Op::In, "sheet,none")),
            ("owner_id.empty", filter("owner_id", Op::Empty, "")),
        ];
        for (text, expected) in cases {
            assert_eq!(Filter::parse(text).unwrap(), expected);
        }
        for text in ["", "name", "name.like.x", "custom.x"] {
            assert!(Filter::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_query_string_becomes_a_list_request() {
        let q =
            ListQuery::parse("where=name.contains.%ED%95%9C%EB%B9%9B&sort=-created_at&limit=9999&format=csv")
                .unwrap();
        assert_eq!(q.filters[0].value, "한빛");
        assert_eq!(q.sort, Some(("created_at".to_owned(), true)));
        assert_eq!(q.limit, MAX_LIMIT);
        assert_eq!(q.other("format"), Some("csv"));
    }
}

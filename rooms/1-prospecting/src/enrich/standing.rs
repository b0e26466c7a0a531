//! Whether a value that was found may be written. A value a person typed or an import brought is never overwritten
//! silently: what is on the record is a source's own only while it equals what that source wrote last.

use serde_json::Value as Json;

/// What becomes of a value that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is written.
    Write,
    /// The record says so already.
    Same,
    /// Somebody is asked.
    Propose,
    /// Somebody was asked and said no.
    Rejected,
}

/// What a source wrote to a field last of all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Written<'a> {
    /// What.
    pub value: &'a Json,
    /// Whether it was the source that speaks now.
    pub same_source: bool,
}

/// Decides. `current` is what the record holds, `written` the last that any source wrote to the field, `rejected`
/// what somebody refused of this source.
#[must_use]
pub fn decide(
    current: &Json,
    written: Option<Written<'_>>,
    rejected: Option<&Json>,
    found: &Json,
) -> Standing {
    if alike(current, found) {
        Standing::Same
    } else if rejected.is_some_and(|rejected| alike(rejected, found)) {
        Standing::Rejected
    } else {
        match written {
            // Nobody ever said anything. Once something was written and is gone, somebody took it away.
            None if is_empty(current) => Standing::Write,
            Some(last) if last.same_source && last.value == current && !is_empty(current) => Standing::Write,
            _ => Standing::Propose,
        }
    }
}

/// Whether a field says nothing.
#[must_use]
pub fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// Whether two values differ in spelling only: case, spaces, how a web address or a number is written.
#[must_use]
pub fn alike(one: &Json, other: &Json) -> bool {
    if one == other {
        return true;
    }
    match (one, other) {
        (Json::String(one), Json::String(other)) => spelling(one) == spelling(other),
        (Json::Number(one), Json::Number(other)) => one.as_f64() == other.as_f64(),
        _ => false,
    }
}

fn spelling(text: &str) -> String {
    let text = text.trim();
    let web = ["http://", "https://"].iter().any(|scheme| text.to_lowercase().starts_with(scheme));
    if web {
        return kernel::domain::page_key(text);
    }
    let number = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || "+-() ./".contains(c));
    if number {
        return text.chars().filter(char::is_ascii_digit).collect();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_a_person_typed_is_never_overwritten_silently() {
        let (null, a, b, c) = (json!(null), json!("A"), json!("B"), json!("C"));
        let own = |value| Some(Written { value, same_source: true });
        let others = |value| Some(Written { value, same_source: false });
        let table = [
            ("nobody said anything", &null, None, None, &b, Standing::Write),
            ("a text of nothing", &json!(" "), None, None, &b, Standing::Write),
            ("an empty list", &json!([]), None, None, &json!(["x"]), Standing::Write),
            ("a person typed it", &a, None, None, &b, Standing::Propose),
            ("it is as the source wrote it", &a, own(&a), None, &b, Standing::Write),
            ("a person changed it since", &c, own(&a), None, &b, Standing::Propose),
            ("a person took it away since", &null, own(&a), None, &a, Standing::Propose),
            ("another source wrote it", &a, others(&a), None, &b, Standing::Propose),
            (
                "another source wrote it, a person took it away",
                &null,
                others(&a),
                None,
                &b,
                Standing::Propose,
            ),
            ("it says so already", &b, None, None, &b, Standing::Same),
            (
                "it says so in another spelling",
                &json!("acme  GmbH"),
                None,
                None,
                &json!("Acme GmbH"),
                Standing::Same,
            ),
            ("somebody refused it", &a, None, Some(&b), &b, Standing::Rejected),
            ("somebody refused it, and the field is empty", &null, None, Some(&b), &b, Standing::Rejected),
            ("somebody refused another value", &a, None, Some(&c), &b, Standing::Propose),
            ("no is a value", &json!(false), None, None, &json!(true), Standing::Propose),
            ("nought is a value", &json!(0), None, None, &json!(5), Standing::Propose),
        ];
        for (what, current, written, rejected, found, expected) in table {
            assert_eq!(decide(current, written, rejected, found), expected, "{what}");
        }
    }

    #[test]
    fn spelling_is_no_difference() {
        let same = [
            (json!("https://www.acme.com/"), json!("http://acme.com")),
            (json!("02-123-4567"), json!("02 123 4567")),
            (json!(40), json!(40.0)),
        ];
        for (one, other) in same {
            assert!(alike(&one, &other), "{one} {other}");
        }
        assert!(!alike(&json!("Hanbit"), &json!("Hanbit Soft")));
        assert!(!alike(&json!("02-123-4567"), &json!("02-123-4568")));
    }
}

//! Which of two records stays. Pure.

use serde_json::Value as Json;

/// Whether `b` is the better one to keep: the one of which more is known, or else the older.
#[must_use]
pub fn keep_second(a: &Json, b: &Json) -> bool {
    let (known_a, known_b) = (known(a), known(b));
    if known_a != known_b {
        return known_b > known_a;
    }
    let made = |record: &Json| record["created_at"].as_str().unwrap_or_default().to_owned();
    made(b) < made(a)
}

/// Fields that say something.
fn known(record: &Json) -> usize {
    let says = |value: &Json| match value {
        Json::Null => false,
        Json::String(text) => !text.trim().is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    record.as_object().map_or(0, |fields| fields.values().filter(|value| says(value)).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_fuller_record_stays_or_else_the_older() {
        let day = |n: u32| format!("2026-11-{n:02}T00:00:00Z");
        let cases = [
            (json!({ "created_at": day(1) }), json!({ "created_at": day(2), "city": "Seoul" }), true),
            (
                json!({ "created_at": day(1), "tags": [] }),
                json!({ "created_at": day(2), "city": " " }),
                false,
            ),
            (json!({ "created_at": day(2) }), json!({ "created_at": day(1) }), true),
            (json!({ "created_at": day(1) }), json!({ "created_at": day(1) }), false),
        ];
        for (a, b, second) in cases {
            assert_eq!(keep_second(&a, &b), second, "{a} {b}");
        }
    }
}

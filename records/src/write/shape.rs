//! Values: from JSON as sent to JSON as shown and columns as kept.

use crate::custom_field::CustomField;
use crate::kind::{FieldSpec, Shape};
use crate::person::ContactPoint;
use chrono::NaiveDate;
use http_room::{FieldError, FieldKind};
use kernel::{Currency, Money, limits};
use sea_orm::Value;
use serde_json::{Value as Json, json};

type Read = (Json, Vec<(&'static str, Value)>);
type Wrong = (&'static str, String);

/// Reads one value.
///
/// # Errors
/// What does not fit, and what would.
pub fn read(spec: &FieldSpec, value: &Json, currency: Currency) -> Result<Read, FieldError> {
    read_shape(spec, value, currency).map_err(|(code, message)| FieldError::new(spec.key, code, message))
}

fn read_shape(spec: &FieldSpec, value: &Json, currency: Currency) -> Result<Read, Wrong> {
    let one = |shown: Json, kept: Value| Ok((shown, vec![(spec.column, kept)]));
    match spec.shape {
        Shape::Whole(low, high) => {
            let number = whole(value, low, high)?;
            one(json!(number), number.into())
        }
        Shape::Decimal => {
            let number = decimal(value)?;
            one(json!(number), number.into())
        }
        Shape::Money => read_money(spec, value, currency),
        Shape::Words => {
            let words = words(value, None)?;
            one(words.clone(), words.into())
        }
        Shape::Choices(allowed) => {
            let words = words(value, Some(allowed))?;
            one(words.clone(), words.into())
        }
        Shape::Points => {
            let points = points(value)?;
            one(points.clone(), points.into())
        }
        Shape::User | Shape::Company => {
            let id = optional_text(value)?.map(|t| uuid::Uuid::parse_str(&t)).transpose();
            let id = id.map_err(|_| ("invalid", "an id is expected".to_owned()))?;
            one(json!(id), id.into())
        }
        Shape::Kept => Err(("unknown_field", "this field cannot be written".to_owned())),
        _ => {
            let text = optional_text(value)?.map(|t| text(spec.shape, &t)).transpose()?;
            one(json!(text), text.into())
        }
    }
}

/// The value of a column nobody sent anything for.
pub fn absent(spec: &FieldSpec) -> Vec<(&'static str, Value)> {
    match spec.shape {
        Shape::Whole(..) => vec![(spec.column, Option::<i64>::None.into())],
        Shape::Decimal => vec![(spec.column, Option::<f64>::None.into())],
        Shape::Money => money_columns(spec, None),
        Shape::Words | Shape::Choices(_) | Shape::Points => vec![(spec.column, json!([]).into())],
        Shape::User | Shape::Company => vec![(spec.column, Option::<uuid::Uuid>::None.into())],
        _ => vec![(spec.column, Option::<String>::None.into())],
    }
}

fn optional_text(value: &Json) -> Result<Option<String>, Wrong> {
    match value {
        Json::Null => Ok(None),
        Json::String(text) => {
            let text = text.trim();
            Ok(if text.is_empty() { None } else { Some(text.to_owned()) })
        }
        Json::Number(number) => Ok(Some(number.to_string())),
        _ => Err(("invalid", "text is expected".to_owned())),
    }
}

fn text(shape: Shape, text: &str) -> Result<String, Wrong> {
    let one_line = |max: usize| -> Result<String, Wrong> {
        if text.chars().count() > max {
            return Err(("too_long", format!("at most {max} characters")));
        }
        if text.contains(['\n', '\r', '\0']) {
            return Err(("invalid", "one line is expected".to_owned()));
        }
        Ok(text.to_owned())
    };
    match shape {
        Shape::Name => one_line(limits::NAME_CHARS),
        Shape::Long if text.len() > limits::NOTE_BYTES => {
            Err(("too_long", format!("at most {} bytes", limits::NOTE_BYTES)))
        }
        Shape::Long if text.contains('\0') => Err(("invalid", "the text holds a NUL character".to_owned())),
        Shape::Long => Ok(text.to_owned()),
        Shape::Url => {
            let text = one_line(limits::URL_CHARS)?;
            let scheme = text.split_once("://").map(|(s, _)| s.to_lowercase());
            match scheme.as_deref() {
                None | Some("http" | "https") if !text.to_lowercase().starts_with("javascript:") => Ok(text),
                _ => Err(("invalid", "a web address is expected".to_owned())),
            }
        }
        Shape::Email => {
            let text = one_line(limits::EMAIL_BYTES)?;
            kernel::EmailAddress::parse(&text)
                .map(|e| e.as_str().to_owned())
                .map_err(|e| ("invalid", e.to_string()))
        }
        Shape::Phone => one_line(limits::PHONE_CHARS),
        Shape::Date => NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(|d| d.format("%Y-%m-%d").to_string())
            .map_err(|_| ("invalid", "a date as YYYY-MM-DD is expected".to_owned())),
        Shape::Country => kernel::Country::parse(text)
            .map(|c| c.code().to_owned())
            .ok_or_else(|| ("invalid", format!("'{text}' is not a country we know, by code or name"))),
        Shape::Zone => text
            .parse::<chrono_tz::Tz>()
            .map(|z| z.name().to_owned())
            .map_err(|_| ("invalid", format!("'{text}' is not a time zone such as Asia/Seoul"))),
        Shape::Choice(allowed) if !allowed.contains(&text) => {
            Err(("invalid", format!("one of {} is expected", allowed.join(", "))))
        }
        Shape::Choice(_) => Ok(text.to_owned()),
        _ => one_line(limits::LINE_CHARS),
    }
}

fn whole(value: &Json, low: i64, high: i64) -> Result<Option<i64>, Wrong> {
    let wrong = || ("invalid", format!("a whole number from {low} to {high} is expected"));
    let number = match value {
        Json::Null => return Ok(None),
        Json::String(text) if text.trim().is_empty() => return Ok(None),
        Json::String(text) => text.trim().parse().map_err(|_| wrong())?,
        // 12.0 is a whole number to whoever typed it into a spreadsheet.
        #[allow(clippy::cast_possible_truncation)]
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole,
            (None, Some(float)) if float.fract() == 0.0 && float.abs() < 9e15 => float as i64,
            _ => return Err(wrong()),
        },
        _ => return Err(wrong()),
    };
    if (low..=high).contains(&number) { Ok(Some(number)) } else { Err(wrong()) }
}

fn decimal(value: &Json) -> Result<Option<f64>, Wrong> {
    let wrong = || ("invalid", "a number is expected".to_owned());
    let number = match value {
        Json::Null => return Ok(None),
        Json::String(text) if text.trim().is_empty() => return Ok(None),
        Json::String(text) => text.trim().parse().map_err(|_| wrong())?,
        Json::Number(number) => number.as_f64().ok_or_else(wrong)?,
        _ => return Err(wrong()),
    };
    if number.is_finite() { Ok(Some(number)) } else { Err(wrong()) }
}

fn read_money(spec: &FieldSpec, value: &Json, currency: Currency) -> Result<Read, Wrong> {
    let money = money(value, currency)?;
    Ok((json!(money), money_columns(spec, money)))
}

fn money(value: &Json, currency: Currency) -> Result<Option<Money>, Wrong> {
    let wrong =
        || ("invalid", "an amount such as {\"minor\": 125000, \"currency\": \"USD\"} is expected".to_owned());
    match value {
        Json::Null => Ok(None),
        Json::Object(_) => serde_json::from_value(value.clone()).map(Some).map_err(|_| wrong()),
        Json::Number(number) => {
            Money::from_major(&number.to_string(), currency).map(Some).map_err(|e| ("invalid", e.to_string()))
        }
        _ => Err(wrong()),
    }
}

fn money_columns(spec: &FieldSpec, money: Option<Money>) -> Vec<(&'static str, Value)> {
    let (minor, currency) = match spec.column {
        "revenue" => ("revenue_minor", "revenue_currency"),
        _ => ("value_minor", "value_currency"),
    };
    vec![
        (minor, money.map(|m| m.minor).into()),
        (currency, money.map(|m| m.currency.code().to_owned()).into()),
    ]
}

fn words(value: &Json, allowed: Option<&[&str]>) -> Result<Json, Wrong> {
    let list = match value {
        Json::Null => return Ok(json!([])),
        Json::String(text) => text.split([',', ';']).map(|w| json!(w.trim())).collect(),
        Json::Array(list) => list.clone(),
        _ => return Err(("invalid", "a list of words is expected".to_owned())),
    };
    let mut words: Vec<String> = Vec::new();
    for word in list {
        let word = optional_text(&word)?.unwrap_or_default();
        if word.chars().count() > limits::LABEL_CHARS {
            return Err(("too_long", format!("at most {} characters a word", limits::LABEL_CHARS)));
        }
        if let Some(allowed) = allowed.filter(|a| !word.is_empty() && !a.contains(&word.as_str())) {
            return Err(("invalid", format!("'{word}': one of {} is expected", allowed.join(", "))));
        }
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    if words.len() > limits::TAGS {
        return Err(("too_many", format!("at most {} words", limits::TAGS)));
    }
    Ok(json!(words))
}

fn points(value: &Json) -> Result<Json, Wrong> {
    if value.is_null() {
        return Ok(json!([]));
    }
    let list: Vec<ContactPoint> = serde_json::from_value(value.clone())
        .map_err(|_| ("invalid", "a list of {value, label, primary} is expected".to_owned()))?;
    if list.len() > limits::CONTACT_POINTS {
        return Err(("too_many", format!("at most {}", limits::CONTACT_POINTS)));
    }
    if let Some(long) = list
        .iter()
        .find(|p| p.value.trim().is_empty() || p.value.len() > limits::URL_CHARS || p.label.len() > 100)
    {
        return Err((
            "invalid",
            format!("'{}' is empty or too long", long.value.chars().take(40).collect::<String>()),
        ));
    }
    serde_json::to_value(list).map_err(|e| ("invalid", e.to_string()))
}

/// Reads a custom field's value. Null clears it.
///
/// # Errors
/// What does not fit, and what would.
pub fn read_custom(field: &CustomField, value: &Json) -> Result<Json, Wrong> {
    if value.is_null() || value.as_str().is_some_and(|t| t.trim().is_empty()) {
        return Ok(Json::Null);
    }
    let options = field.option_keys();
    let Some(kind) = FieldKind::parse(&field.kind) else {
        return Err(("invalid", "the field's kind is not known".to_owned()));
    };
    let plain = |shape: Shape| optional_text(value)?.map(|t| text(shape, &t)).transpose().map(|t| json!(t));
    match kind {
        FieldKind::Number => decimal(value).map(|n| json!(n)),
        FieldKind::Money => money(value, Currency::USD).map(|m| json!(m)),
        FieldKind::Date => plain(Shape::Date),
        FieldKind::Url => plain(Shape::Url),
        FieldKind::YesNo => match value {
            Json::Bool(_) => Ok(value.clone()),
            Json::String(t) if t == "true" => Ok(json!(true)),
            Json::String(t) if t == "false" => Ok(json!(false)),
            _ => Err(("invalid", "true or false is expected".to_owned())),
        },
        FieldKind::Choice => {
            let chosen = optional_text(value)?.unwrap_or_default();
            if options.contains(&chosen) {
                Ok(json!(chosen))
            } else {
                Err(("invalid", format!("one of {} is expected", options.join(", "))))
            }
        }
        FieldKind::MultiChoice => {
            let allowed: Vec<&str> = options.iter().map(String::as_str).collect();
            words(value, Some(&allowed))
        }
        FieldKind::User | FieldKind::Company | FieldKind::Person => {
            let id = optional_text(value)?.unwrap_or_default();
            uuid::Uuid::parse_str(&id)
                .map(|id| json!(id))
                .map_err(|_| ("invalid", "an id is expected".to_owned()))
        }
        FieldKind::Text | FieldKind::Instant => {
            let text = optional_text(value)?.unwrap_or_default();
            if text.chars().count() > limits::CUSTOM_TEXT_CHARS {
                return Err(("too_long", format!("at most {} characters", limits::CUSTOM_TEXT_CHARS)));
            }
            Ok(json!(text))
        }
    }
}

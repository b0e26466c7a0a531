//! What was sent, read by the field table.

use super::shape;
use crate::custom_field::CustomField;
use crate::kind::{Kind, Shape};
use http_room::FieldError;
use kernel::Currency;
use sea_orm::Value;
use serde_json::{Map, Value as Json};

/// Values to write, in two forms: as the API shows them and as columns.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// In the order they came; they are few.
    values: Vec<(&'static str, Json)>,
    columns: Vec<(&'static str, Value)>,
    custom: Map<String, Json>,
    before: Option<Json>,
}

impl Draft {
    /// Whether this makes a new record.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.before.is_none()
    }

    /// Whether the client sent this field.
    #[must_use]
    pub fn sent(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// A value that was sent.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Json> {
        self.values.iter().find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// A text that was sent and is not empty.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<String> {
        self.value(key).and_then(Json::as_str).filter(|t| !t.is_empty()).map(str::to_owned)
    }

    /// The value the record had before.
    #[must_use]
    pub fn before(&self, key: &str) -> Option<&Json> {
        self.before.as_ref().and_then(|b| b.get(key)).filter(|v| !v.is_null())
    }

    /// The text sent, or else the one before.
    #[must_use]
    pub fn text_or_before(&self, key: &str) -> Option<String> {
        if self.sent(key) {
            self.text(key)
        } else {
            self.before(key).and_then(Json::as_str).map(str::to_owned)
        }
    }

    /// Whether the record has or gets a value here.
    #[must_use]
    pub fn knows(&self, key: &str) -> bool {
        self.text_or_before(key).is_some()
    }

    /// Sets a field.
    pub fn put(&mut self, key: &'static str, column: &'static str, value: Json, kept: Value) {
        self.values.retain(|(k, _)| *k != key);
        self.values.push((key, value));
        self.keep(column, kept);
    }

    /// Sets a column that the API does not show.
    pub fn keep(&mut self, column: &'static str, kept: Value) {
        self.columns.retain(|(c, _)| *c != column);
        self.columns.push((column, kept));
    }

    /// Custom values that were sent.
    #[must_use]
    pub fn custom(&self) -> &Map<String, Json> {
        &self.custom
    }

    /// Columns to write.
    #[must_use]
    pub fn columns(&self) -> &[(&'static str, Value)] {
        &self.columns
    }

    /// Columns to write, and custom values.
    pub(super) fn into_columns(self) -> (Vec<(&'static str, Value)>, Map<String, Json>) {
        (self.columns, self.custom)
    }

    /// The values as the API shows them, custom ones under `custom`.
    #[must_use]
    pub fn shown(&self) -> Map<String, Json> {
        let mut shown: Map<String, Json> =
            self.values.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        if !self.custom.is_empty() {
            shown.insert("custom".to_owned(), Json::Object(self.custom.clone()));
        }
        shown
    }
}

/// Reads what was sent: a JSON object of field keys. `before` is the record for a change, `None` for
/// a new one. All faults are told at once.
///
/// # Errors
/// One entry per field that is unknown, not writable or does not fit.
pub fn read(
    kind: Kind,
    sent: &Map<String, Json>,
    custom: &[CustomField],
    before: Option<Json>,
    currency: Currency,
) -> Result<Draft, Vec<FieldError>> {
    let mut draft = Draft { before, ..Draft::default() };
    let mut errors = Vec::new();
    for (key, value) in sent {
        if key == "custom" {
            read_custom(&mut draft, value, custom, &mut errors);
            continue;
        }
        let Some(spec) = kind.fields().iter().find(|f| f.key == key && f.shape != Shape::Kept) else {
            errors.push(FieldError::new(
                key,
                "unknown_field",
                "this field does not exist or cannot be written",
            ));
            continue;
        };
        match shape::read(spec, value, currency) {
            Ok((shown, columns)) => {
                draft.values.push((spec.key, shown));
                draft.columns.extend(columns);
            }
            Err(error) => errors.push(error),
        }
    }
    match kind {
        Kind::Company => crate::company::complete(&mut draft),
        Kind::Person => crate::person::complete(&mut draft),
        Kind::Deal => {}
    }
    let nameless = if draft.sent("name") { draft.text("name").is_none() } else { draft.is_new() };
    if nameless && errors.iter().all(|e| e.field != "name") {
        errors.push(FieldError::new("name", "required", "a name is needed"));
    }
    if errors.is_empty() { Ok(draft) } else { Err(errors) }
}

fn read_custom(draft: &mut Draft, value: &Json, fields: &[CustomField], errors: &mut Vec<FieldError>) {
    let Some(map) = value.as_object() else {
        errors.push(FieldError::new("custom", "invalid", "an object of custom fields is expected"));
        return;
    };
    for (key, value) in map {
        let path = format!("custom.{key}");
        match fields.iter().find(|f| f.key == *key) {
            None => errors.push(FieldError::new(path, "unknown_field", "there is no such custom field")),
            Some(field) => match shape::read_custom(field, value) {
                Ok(value) => {
                    draft.custom.insert(key.clone(), value);
                }
                Err((code, message)) => errors.push(FieldError::new(path, code, message)),
            },
        }
    }
}

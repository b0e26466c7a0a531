//! JSON that is passed on as the database holds it. Lists show many such values and look into none.

use sea_orm::TryGetableFromJson;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use serde_json::value::RawValue;

/// A JSON value as its text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stored(Box<RawValue>);

impl TryGetableFromJson for Stored {}

impl Stored {
    /// The value.
    #[must_use]
    pub fn value(&self) -> Json {
        serde_json::from_str(self.0.get()).unwrap_or_default()
    }
}

impl From<&Json> for Stored {
    fn from(value: &Json) -> Self {
        Self(RawValue::from_string(value.to_string()).expect("the text of a JSON value is JSON"))
    }
}

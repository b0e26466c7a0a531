//! One form of a content only, and its hash.

use std::fmt::Write as _;

use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Content;

impl Content {
    /// Gives everything that has no id yet the next one.
    #[must_use]
    pub fn with_ids(mut self, mut next: impl FnMut() -> Uuid) -> Self {
        let mut name = |id: &mut Uuid| {
            if id.is_nil() {
                *id = next();
            }
        };
        for section in &mut self.sections {
            name(&mut section.id);
        }
        for package in &mut self.packages {
            name(&mut package.id);
            for line in &mut package.lines {
                name(&mut line.id);
            }
        }
        self
    }

    /// The content as JSON of one form only: keys sorted, no space between.
    ///
    /// # Errors
    /// None that can be met: every part of it is JSON.
    pub fn canonical(&self) -> serde_json::Result<String> {
        let mut out = String::new();
        write_sorted(&serde_json::to_value(self)?, &mut out);
        Ok(out)
    }

    /// SHA-256 of the canonical form, in hexadecimal.
    ///
    /// # Errors
    /// As of [`Content::canonical`].
    pub fn hash(&self) -> serde_json::Result<String> {
        Ok(hex::encode(Sha256::digest(self.canonical()?.as_bytes())))
    }
}

/// JSON with its keys in order, no space between.
pub(crate) fn write_sorted(value: &Json, out: &mut String) {
    match value {
        Json::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            out.push('{');
            for (n, key) in keys.into_iter().enumerate() {
                out.push_str(if n == 0 { "" } else { "," });
                let _ = write!(out, "{}:", Json::from(key.as_str()));
                write_sorted(&map[key], out);
            }
            out.push('}');
        }
        Json::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                out.push_str(if n == 0 { "" } else { "," });
                write_sorted(item, out);
            }
            out.push(']');
        }
        plain => {
            let _ = write!(out, "{plain}");
        }
    }
}

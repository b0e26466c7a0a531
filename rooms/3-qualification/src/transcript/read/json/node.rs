//! A value of JSON that knows its line.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::transcript::read::fault::{Fault, Reason};

/// A value, where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    file: &'a str,
    raw: &'a RawValue,
}

impl<'a> Node<'a> {
    pub fn root(file: &'a str) -> Result<Self, Fault> {
        match serde_json::from_str(file) {
            Ok(raw) => Ok(Self { file, raw }),
            Err(why) => {
                let text = why.to_string();
                let text = text.split(" at line ").next().unwrap_or_default().to_owned();
                Err(Fault { line: why.line().max(1), reason: Reason::Json(text) })
            }
        }
    }

    /// The line it begins in.
    pub fn line(&self) -> usize {
        // Both are pieces of one text.
        let at = (self.raw.get().as_ptr() as usize).saturating_sub(self.file.as_ptr() as usize);
        1 + self.file.bytes().take(at).filter(|b| *b == b'\n').count()
    }

    pub fn fault(&self, reason: Reason) -> Fault {
        Fault { line: self.line(), reason }
    }

    /// The fields of an object; none of anything else.
    pub fn fields(&self) -> BTreeMap<String, Node<'a>> {
        if !self.raw.get().starts_with('{') {
            return BTreeMap::new();
        }
        let fields: BTreeMap<String, &'a RawValue> = serde_json::from_str(self.raw.get()).unwrap_or_default();
        fields.into_iter().map(|(key, raw)| (key, Node { file: self.file, raw })).collect()
    }

    /// A field of an object, unless it is null.
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        self.fields().remove(key).filter(|node| node.raw.get() != "null")
    }

    /// The first of several fields, by their order here.
    pub fn first(&self, keys: &[&str]) -> Option<Node<'a>> {
        let mut fields = self.fields();
        keys.iter().find_map(|key| fields.remove(*key).filter(|node| node.raw.get() != "null"))
    }

    /// What lies behind several fields.
    pub fn path(&self, keys: &[&str]) -> Option<Node<'a>> {
        keys.iter().try_fold(*self, |node, key| node.get(key))
    }

    /// The entries of a list.
    pub fn list(&self) -> Option<Vec<Node<'a>>> {
        if !self.raw.get().starts_with('[') {
            return None;
        }
        let list: Vec<&'a RawValue> = serde_json::from_str(self.raw.get()).ok()?;
        Some(list.into_iter().map(|raw| Node { file: self.file, raw }).collect())
    }

    pub fn is_object(&self) -> bool {
        self.raw.get().starts_with('{')
    }

    pub fn text(&self) -> Option<String> {
        serde_json::from_str(self.raw.get()).ok()
    }

    pub fn number(&self) -> Option<f64> {
        serde_json::from_str(self.raw.get()).ok()
    }

    /// As it is written.
    pub fn raw(&self) -> &'a str {
        self.raw.get()
    }
}

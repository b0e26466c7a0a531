//! What becomes of the fields when two records become one, and when they become two again. Pure.

use crate::kind::{FieldSpec, Kind, Shape};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Whose value a field takes where both have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// The record that stays.
    Kept,
    /// The record that goes into it.
    Merged,
}

/// A field in which the two differ.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Difference {
    /// The field; custom ones begin with `custom.`.
    pub field: String,
    /// What the record that stays says.
    #[schema(value_type = Object)]
    pub kept: Json,
    /// What the other says.
    #[schema(value_type = Object)]
    pub merged: Json,
}

/// Fields that only say when and where a record came from: those of the record that stays are right for it.
const OF_ITS_OWN: &[&str] = &["source", "source_date"];

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn is_list(spec: &FieldSpec) -> bool {
    matches!(spec.shape, Shape::Words | Shape::Choices(_) | Shape::Points)
}

/// What two entries of a list are compared by: the address, number or word, folded.
fn item_key(item: &Json) -> String {
    let text = item.get("value").and_then(Json::as_str).or(item.as_str());
    text.map_or_else(|| item.to_string(), |text| text.trim().to_lowercase())
}

/// The entries of both, the first list's first. Of what is added nothing is the first to use.
fn united(kept: &Json, merged: &Json) -> Json {
    let mut all: Vec<Json> = kept.as_array().cloned().unwrap_or_default();
    let first_to_use = all.iter().any(|item| item.get("primary") == Some(&json!(true)));
    for item in merged.as_array().into_iter().flatten() {
        if all.iter().any(|known| item_key(known) == item_key(item)) {
            continue;
        }
        let mut item = item.clone();
        if first_to_use && let Some(point) = item.as_object_mut().filter(|p| p.contains_key("primary")) {
            point.insert("primary".to_owned(), json!(false));
        }
        all.push(item);
    }
    Json::Array(all)
}

/// The patch that makes `kept` of both: lists are united, gaps are filled, and where both have a value the
/// kept one stays unless `choose` says otherwise. Single addresses follow their lists.
#[must_use]
pub fn combine(
    kind: Kind,
    kept: &Json,
    merged: &Json,
    choose: &BTreeMap<String, Whose>,
) -> Map<String, Json> {
    let mut patch = Map::new();
    for spec in kind.fields().iter().filter(|f| f.shape != Shape::Kept && !OF_ITS_OWN.contains(&f.key)) {
        if leads_a_list(kind, spec) {
            continue;
        }
        let (a, b) = (&kept[spec.key], &merged[spec.key]);
        let chosen = choose.get(spec.key).copied().unwrap_or(Whose::Kept);
        let value = if is_list(spec) {
            let (first, second) = if chosen == Whose::Merged { (b, a) } else { (a, b) };
            united(first, second)
        } else if is_empty(a) || (chosen == Whose::Merged && !is_empty(b)) {
            b.clone()
        } else {
            a.clone()
        };
        if &value != a && !is_empty(&value) {
            patch.insert(spec.key.to_owned(), value);
        }
    }
    keep_names_together(kind, kept, merged, choose, &mut patch);
    let custom = combine_custom(&kept["custom"], &merged["custom"], choose);
    if !custom.is_empty() {
        patch.insert("custom".to_owned(), Json::Object(custom));
    }
    patch
}

/// A person's first address and number are read from the lists beside them.
fn leads_a_list(kind: Kind, spec: &FieldSpec) -> bool {
    kind == Kind::Person && matches!(spec.shape, Shape::Email | Shape::Phone)
}

/// The parts of a name come from the same record as the name.
fn keep_names_together(
    kind: Kind,
    kept: &Json,
    merged: &Json,
    choose: &BTreeMap<String, Whose>,
    patch: &mut Map<String, Json>,
) {
    if kind != Kind::Person {
        return;
    }
    let whole = choose.get("name") == Some(&Whose::Merged);
    let of = if whole { merged } else { kept };
    for &part in PARTS_OF_NAME {
        patch.remove(part);
        if (whole || patch.contains_key("name")) && kept[part] != of[part] {
            patch.insert(part.to_owned(), of[part].clone());
        }
    }
}

fn combine_custom(kept: &Json, merged: &Json, choose: &BTreeMap<String, Whose>) -> Map<String, Json> {
    let mut custom = Map::new();
    for (key, value) in merged.as_object().into_iter().flatten() {
        let chosen = choose.get(&format!("custom.{key}")) == Some(&Whose::Merged);
        let known = kept.get(key).unwrap_or(&Json::Null);
        if !is_empty(value) && known != value && (is_empty(known) || chosen) {
            custom.insert(key.clone(), value.clone());
        }
    }
    custom
}

/// Parts of a person's name, which follow the name.
const PARTS_OF_NAME: &[&str] = &["given_name", "family_name"];

/// The fields in which both have a value, the values differ, and one of them has to be chosen. Fields that say where
/// a record came from stay its own, and the parts of a name follow the name: there is nothing to choose in them.
#[must_use]
pub fn differences(kind: Kind, kept: &Json, merged: &Json) -> Vec<Difference> {
    let follows = |f: &FieldSpec| {
        OF_ITS_OWN.contains(&f.key) || PARTS_OF_NAME.contains(&f.key) || leads_a_list(kind, f)
    };
    let single = kind.fields().iter().filter(|f| f.shape != Shape::Kept && !is_list(f) && !follows(f));
    let own = single.map(|f| (f.key.to_owned(), &kept[f.key], &merged[f.key]));
    let custom = kept["custom"].as_object().into_iter().flatten();
    let custom = custom.map(|(key, value)| (format!("custom.{key}"), value, &merged["custom"][key]));
    own.chain(custom)
        .filter(|(_, a, b)| !is_empty(a) && !is_empty(b) && a != b)
        .map(|(field, a, b)| Difference { field, kept: a.clone(), merged: b.clone() })
        .collect()
}

/// The patch that takes a merge out of a record again. `before` and `after` are what the merge changed,
/// `now` is the record today. A field nobody touched since goes back to what it was; a field somebody
/// changed stays as they left it, save that lists lose the entries the merge brought.
#[must_use]
pub fn way_back(before: &Map<String, Json>, after: &Map<String, Json>, now: &Json) -> Map<String, Json> {
    let mut patch = Map::new();
    for (key, brought) in after {
        let (old, today) = (before.get(key).unwrap_or(&Json::Null), &now[key]);
        if key == "custom" {
            let empty = Map::new();
            let custom =
                way_back(old.as_object().unwrap_or(&empty), brought.as_object().unwrap_or(&empty), today);
            if !custom.is_empty() {
                patch.insert(key.clone(), Json::Object(custom));
            }
        } else if today == brought {
            patch.insert(key.clone(), old.clone());
        } else if let (Some(brought), Some(today)) = (brought.as_array(), today.as_array()) {
            let left = without_brought(old, brought, today);
            if left.len() != today.len() {
                patch.insert(key.clone(), Json::Array(left));
            }
        }
    }
    patch
}

/// The entries of today without those the merge brought.
fn without_brought(old: &Json, brought: &[Json], today: &[Json]) -> Vec<Json> {
    let was_there =
        |item: &Json| old.as_array().is_some_and(|o| o.iter().any(|i| item_key(i) == item_key(item)));
    let came = |item: &Json| brought.iter().any(|b| item_key(b) == item_key(item)) && !was_there(item);
    today.iter().filter(|item| !came(item)).cloned().collect()
}

/// The roles of both in a committee.
#[must_use]
pub fn united_roles(kept: &Json, merged: &Json) -> Json {
    united(kept, merged)
}

/// Puts new ids in the place of old ones wherever a value holds one.
pub fn rename(value: &mut Json, ids: &BTreeMap<String, String>) {
    match value {
        Json::String(text) => {
            if let Some(now) = ids.get(text.as_str()) {
                text.clone_from(now);
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| rename(item, ids)),
        Json::Object(fields) => fields.values_mut().for_each(|field| rename(field, ids)),
        _ => {}
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;

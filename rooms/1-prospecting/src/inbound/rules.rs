//! What a form may be, who is taken for a machine, what is filled in of a record that is there.

use std::collections::BTreeSet;

use http_room::FieldError;
use kernel::{Timestamp, limits};
use records::custom_field::Label;
use serde_json::{Map, Value as Json};

use super::ask::{Askable, is_email};
use super::form::LeadFormInput;

/// Fields of one form.
pub const FIELDS: usize = 40;
/// Owners of one form.
pub const OWNERS: usize = 50;
/// Longest consent: characters.
pub const CONSENT_CHARS: usize = 10_000;
/// Most leads an hour a limit can be set to.
pub const MOST_AN_HOUR: i64 = 10_000;
/// Seconds nobody fills a form in faster than.
pub const FILL_SECONDS: i64 = 2;
/// Seconds a page that was opened can be sent.
pub const TICKET_SECONDS: i64 = 24 * 3600;
/// Days spam is kept for somebody to look at.
pub const SPAM_DAYS: i64 = 30;

fn texts(content: &LeadFormInput) -> Vec<(String, &Label, usize)> {
    let t = &content.texts;
    let mut all = vec![
        ("texts.title".to_owned(), &t.title, limits::NAME_CHARS),
        ("texts.intro".to_owned(), &t.intro, limits::REASON_CHARS),
        ("texts.button".to_owned(), &t.button, limits::LABEL_CHARS),
        ("texts.thanks".to_owned(), &t.thanks, limits::REASON_CHARS),
    ];
    all.extend(content.consent.iter().map(|c| ("consent.text".to_owned(), &c.text, CONSENT_CHARS)));
    let labels = content.fields.iter().enumerate();
    all.extend(
        labels
            .filter_map(|(n, f)| Some((format!("fields.{n}.label"), f.label.as_ref()?, limits::NAME_CHARS))),
    );
    all
}

/// Everything wrong with a form, given what it may ask for.
#[must_use]
pub fn faults(content: &LeadFormInput, askable: &[Askable]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut refuse =
        |field: &str, code: &str, message: &str| errors.push(FieldError::new(field, code, message));
    if content.name.trim().is_empty() || !limits::fits(&content.name, limits::NAME_CHARS) {
        refuse("name", "required", "from 1 to 200 characters");
    }
    for (field, label, max) in texts(content) {
        if !limits::fits(&label.en, max) || !limits::fits(&label.ko, max) {
            refuse(&field, "too_long", &format!("at most {max} characters"));
        }
    }
    if content.consent.as_ref().is_some_and(|c| c.text.en.trim().is_empty() && c.text.ko.trim().is_empty()) {
        refuse("consent.text", "required", "say what they agree to");
    }
    if content.redirect_url.as_deref().is_some_and(|url| origin_of(url).is_none()) {
        refuse("redirect_url", "invalid", "an address that begins with https:// is expected");
    }
    if content.source.as_deref().is_some_and(|s| !limits::fits(s, limits::LINE_CHARS)) {
        refuse("source", "too_long", "at most 500 characters");
    }
    if content.owner_ids.len() > OWNERS {
        refuse("owner_ids", "too_many", "at most 50");
    }
    for (field, value) in [("per_address", content.per_address), ("per_form", content.per_form)] {
        if !(1..=MOST_AN_HOUR).contains(&value) {
            refuse(field, "invalid", "a whole number from 1 to 10000 is expected");
        }
    }
    errors.extend(fields_at_fault(content, askable));
    errors
}

fn fields_at_fault(content: &LeadFormInput, askable: &[Askable]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    for (n, asked) in content.fields.iter().enumerate() {
        let place = format!("fields.{n}.field");
        if askable.iter().all(|a| a.key != asked.field) {
            errors.push(FieldError::new(&place, "unknown_field", "a form cannot ask for this"));
        }
        if !seen.insert(&asked.field) {
            errors.push(FieldError::new(&place, "taken", "each field once"));
        }
    }
    if content.fields.len() > FIELDS {
        errors.push(FieldError::new("fields", "too_many", "at most 40 fields"));
    }
    if !content.fields.iter().any(|f| is_email(&f.field)) {
        errors.push(FieldError::new("fields", "required", "the form must ask for person.email"));
    }
    errors
}

/// The scheme and host of an https address: `https://acme.com`.
#[must_use]
pub fn origin_of(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let sound = !host.is_empty()
        && limits::fits(url, limits::URL_CHARS)
        && url.bytes().all(|b| b.is_ascii_graphic())
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b));
    sound.then(|| format!("https://{host}"))
}

/// Why a visitor is taken for a machine.
#[must_use]
pub fn spam_reason(trap: &str, opened: Timestamp, now: Timestamp) -> Option<&'static str> {
    if !trap.is_empty() {
        Some("trap_filled")
    } else if now.seconds_since(opened) < FILL_SECONDS {
        Some("too_quick")
    } else {
        None
    }
}

/// Whose turn is the `turn`-th, counted from 1.
#[must_use]
pub fn in_turn<T: Copy>(owners: &[T], turn: i64) -> Option<T> {
    let count = i64::try_from(owners.len()).ok().filter(|n| *n > 0)?;
    owners.get(usize::try_from((turn - 1).rem_euclid(count)).ok()?).copied()
}

fn is_gap(value: Option<&Json>) -> bool {
    match value {
        None | Some(Json::Null) => true,
        Some(Json::String(text)) => text.trim().is_empty(),
        Some(Json::Array(list)) => list.is_empty(),
        Some(_) => false,
    }
}

/// What of `sent` a record has no value for. What it has stays as it is; a person who is called by their mail
/// address has no name yet.
#[must_use]
pub fn gaps(record: &Json, sent: &Map<String, Json>) -> Map<String, Json> {
    let nameless = is_gap(record.get("name")) || record.get("email").is_some_and(|e| record["name"] == *e);
    let mut fill = Map::new();
    for (key, value) in sent.iter().filter(|(_, value)| !is_gap(Some(value))) {
        match key.as_str() {
            "custom" => {
                let empty = Map::new();
                let sent = value.as_object().unwrap_or(&empty).iter();
                let new = sent.filter(|(k, v)| !is_gap(Some(v)) && is_gap(record["custom"].get(k.as_str())));
                let new: Map<String, Json> = new.map(|(k, v)| (k.clone(), v.clone())).collect();
                if !new.is_empty() {
                    fill.insert(key.clone(), Json::Object(new));
                }
            }
            "name" | "given_name" | "family_name" if nameless => {
                drop(fill.insert(key.clone(), value.clone()))
            }
            "name" | "given_name" | "family_name" => {}
            _ if is_gap(record.get(key)) => drop(fill.insert(key.clone(), value.clone())),
            _ => {}
        }
    }
    fill
}

/// Whether what was sent of a company may be said of this one: it has the same name or domain.
#[must_use]
pub fn same_company(company: &Json, sent: &Map<String, Json>) -> bool {
    let text = |key: &str| sent.get(key).and_then(Json::as_str).filter(|t| !t.trim().is_empty());
    let name = |name: &str| kernel::name::company_name_key(name);
    let named = text("name").zip(company["name"].as_str()).is_some_and(|(a, b)| name(a) == name(b));
    let domain = text("domain").or_else(|| text("website")).and_then(kernel::domain::company_domain);
    named || domain.is_some_and(|domain| company["domain"] == domain.as_str())
}

/// The names of fields that were filled in, those of the workspace's own as `custom.key`.
#[must_use]
pub fn names_of(kind: &str, filled: &Map<String, Json>) -> Vec<String> {
    let mut names = Vec::new();
    for (key, value) in filled {
        match value.as_object().filter(|_| key == "custom") {
            Some(custom) => names.extend(custom.keys().map(|key| format!("{kind}.custom.{key}"))),
            None => names.push(format!("{kind}.{key}")),
        }
    }
    names
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;

//! What a row is known by: the record it stands for, and the company it names.

use super::record::RowValues;
use crate::kind::Kind;
use serde_json::Value as Json;
use uuid::Uuid;

/// Keys by which a record may be known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// A company's domain.
    Domain(String),
    /// Its number in a register.
    Registration(String),
    /// Its name without legal forms; only when nothing else is known of the row.
    Name(String),
    /// A person's mail address.
    Email(String),
    /// A person's name within a company.
    PersonName(String, Option<Uuid>),
    /// A deal's id in the system it comes from.
    External(String),
}

/// What a row is known by, worked out once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Keys {
    /// The record, the strongest first; a person without mail address is known within their company only.
    pub(super) own: Vec<Key>,
    /// What others may know the record by, though it is not looked for by it.
    also: Vec<Key>,
    /// The company a person or deal names.
    pub(super) named: Vec<Key>,
    /// The company whose domain a person's mail address has, unless anybody can have such an address. It
    /// links to a company that is there; it makes none.
    mailed: Option<Key>,
}

impl Keys {
    /// The keys of a row.
    #[must_use]
    pub fn of(kind: Kind, row: &RowValues) -> Self {
        let mut keys = Self { own: own_keys(kind, row), also: other_keys(kind, row), ..Self::default() };
        if kind != Kind::Company {
            keys.named = company_keys(row);
            // Whoever names their company's site belongs there, whatever address they write from.
            let sited = keys.named.iter().any(|key| matches!(key, Key::Domain(_)));
            let email = row.fields.get("email").and_then(Json::as_str).filter(|_| !sited);
            keys.mailed = email.and_then(kernel::domain::company_domain).map(Key::Domain);
        }
        keys
    }

    /// The record's keys when its company is known.
    #[must_use]
    pub fn within(&self, company: Option<Uuid>) -> Vec<Key> {
        self.own.iter().filter_map(|key| placed(key, company)).collect()
    }

    /// All the record is known by once it is made.
    #[must_use]
    pub fn all_within(&self, company: Option<Uuid>) -> Vec<Key> {
        self.own.iter().chain(&self.also).filter_map(|key| placed(key, company)).collect()
    }

    pub(super) fn companies(&self) -> impl Iterator<Item = &Key> {
        self.named.iter().chain(&self.mailed)
    }
}

/// A name alone is shared by many: it says who somebody is within their company.
fn placed(key: &Key, company: Option<Uuid>) -> Option<Key> {
    match key {
        Key::PersonName(name, None) => company.map(|id| Key::PersonName(name.clone(), Some(id))),
        other => Some(other.clone()),
    }
}

/// Names, and a person's further addresses.
fn other_keys(kind: Kind, row: &RowValues) -> Vec<Key> {
    let name = row.fields.get("name").and_then(Json::as_str).map(str::trim);
    match kind {
        Kind::Company => name.map(|n| Key::Name(kernel::name::company_name_key(n))).into_iter().collect(),
        Kind::Person => {
            let points = row.fields.get("emails").and_then(Json::as_array).into_iter().flatten();
            let emails = points.filter_map(|point| point["value"].as_str());
            let emails = emails.map(|email| Key::Email(crate::person::fold_email(email)));
            emails.chain(name.map(|n| Key::PersonName(n.to_lowercase(), None))).collect()
        }
        Kind::Deal => Vec::new(),
    }
}

fn own_keys(kind: Kind, row: &RowValues) -> Vec<Key> {
    let text =
        |key: &str| row.fields.get(key).and_then(Json::as_str).map(str::trim).filter(|t| !t.is_empty());
    let mut keys = Vec::new();
    match kind {
        Kind::Company => {
            let domain = text("domain").and_then(kernel::domain::registrable_domain);
            let domain = domain.or_else(|| text("website").and_then(kernel::domain::company_domain));
            keys.extend(text("registration_number").map(|n| Key::Registration(n.to_owned())));
            keys.extend(domain.map(Key::Domain));
            if keys.is_empty() {
                keys.extend(text("name").map(|n| Key::Name(kernel::name::company_name_key(n))));
            }
        }
        Kind::Person => {
            keys.extend(text("email").map(|e| Key::Email(crate::person::fold_email(e))));
            if keys.is_empty() {
                keys.extend(text("name").map(|n| Key::PersonName(n.to_lowercase(), None)));
            }
        }
        Kind::Deal => keys.extend(text("external_id").map(|e| Key::External(e.to_owned()))),
    }
    keys
}

/// Keys of the company a row of people or deals names.
fn company_keys(row: &RowValues) -> Vec<Key> {
    let mut keys = Vec::new();
    keys.extend(row.company_domain.as_deref().and_then(site_domain).map(Key::Domain));
    keys.extend(row.company.as_deref().map(|n| Key::Name(kernel::name::company_name_key(n))));
    keys
}

/// Hosts on which others have their pages.
const HOSTS: &[&str] = &[
    "linkedin.com",
    "facebook.com",
    "instagram.com",
    "twitter.com",
    "x.com",
    "youtube.com",
    "github.com",
    "tistory.com",
];

/// The domain of a company's site; none for a page on somebody else's.
#[must_use]
pub fn site_domain(site: &str) -> Option<String> {
    let domain = kernel::domain::company_domain(site)?;
    let address = site.split_once("://").map_or(site, |(_, rest)| rest);
    let page = address.split_once('/').is_some_and(|(_, path)| !path.is_empty());
    if page && HOSTS.contains(&domain.as_str()) { None } else { Some(domain) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_names_its_company_unless_it_is_a_page_on_another_site() {
        let cases = [
            ("https://www.acme.co.kr/about", Some("acme.co.kr")),
            ("acme.com", Some("acme.com")),
            ("https://www.linkedin.com/company/acme", None),
            ("https://linkedin.com/", Some("linkedin.com")),
            ("blog.naver.com/acme", None),
            ("gmail.com", None),
        ];
        for (site, expected) in cases {
            assert_eq!(site_domain(site).as_deref(), expected, "{site}");
        }
    }
}

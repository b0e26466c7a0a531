//! Finding what a row means among what is there: the same record, its company, its owner.
//!
//! A chunk of rows asks once per kind of key, not once per row; what the chunk itself makes is
//! remembered, so that a file that names a company twice makes it once.

use super::record::RowValues;
use crate::kind::Kind;
use http_room::Answer;
use kernel::WorkspaceId;
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use store::Sql;
use store::db::Source;
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
    own: Vec<Key>,
    /// The company a person or deal names.
    named: Vec<Key>,
    /// The company whose domain a person's mail address has, unless anybody can have such an address. It
    /// links to a company that is there; it makes none.
    mailed: Option<Key>,
}

impl Keys {
    /// The keys of a row.
    #[must_use]
    pub fn of(kind: Kind, row: &RowValues) -> Self {
        let mut keys = Self { own: own_keys(kind, row), ..Self::default() };
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
        let placed = |key: &Key| match key {
            Key::PersonName(name, None) => Key::PersonName(name.clone(), company),
            other => other.clone(),
        };
        self.own.iter().map(placed).collect()
    }

    fn companies(&self) -> impl Iterator<Item = &Key> {
        self.named.iter().chain(&self.mailed)
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

/// A company that is there, or about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firm {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: Arc<str>,
}

/// What is known of a chunk's keys.
#[derive(Debug, Default)]
pub struct Known {
    records: HashMap<Key, Uuid>,
    companies: HashMap<Key, Firm>,
    owners: HashMap<String, Uuid>,
}

impl Known {
    /// The record a row stands for.
    #[must_use]
    pub fn record(&self, keys: &[Key]) -> Option<Uuid> {
        keys.iter().find_map(|key| self.records.get(key)).copied()
    }

    /// Knows what another knows as well.
    pub fn join(&mut self, other: Self) {
        for (key, id) in other.records {
            self.records.entry(key).or_insert(id);
        }
        for (key, firm) in other.companies {
            self.companies.entry(key).or_insert(firm);
        }
        self.owners.extend(other.owners);
    }

    /// Remembers a record made by the chunk.
    pub fn remember(&mut self, keys: Vec<Key>, id: Uuid) {
        for key in keys {
            self.records.entry(key).or_insert(id);
        }
    }

    /// The company a person or deal belongs to.
    #[must_use]
    pub fn company(&self, row: &RowValues) -> Option<&Firm> {
        row.keys.companies().find_map(|key| self.companies.get(key))
    }

    /// Remembers a company made by the chunk.
    pub fn remember_company(&mut self, row: &RowValues, made: &Firm) {
        for key in &row.keys.named {
            self.companies.entry(key.clone()).or_insert_with(|| made.clone());
        }
    }

    /// The member a row names as owner.
    #[must_use]
    pub fn owner(&self, row: &RowValues) -> Option<Uuid> {
        row.owner.as_ref().and_then(|owner| self.owners.get(&owner.trim().to_lowercase())).copied()
    }
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

/// Looks a chunk's keys up.
///
/// # Errors
/// Whatever the database says.
pub async fn look_up(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    rows: &[&RowValues],
) -> Answer<Known> {
    let mut known = Known::default();
    match kind {
        Kind::Company => {
            let keys: Vec<Key> = rows.iter().flat_map(|row| row.keys.own.iter().cloned()).collect();
            let there = companies(db, workspace, &keys).await?;
            known.records = there.into_iter().map(|(key, company)| (key, company.id)).collect();
        }
        Kind::Person | Kind::Deal => {
            // The strongest keys of all rows at once; then what they did not find.
            let strong = |key: &&Key| !matches!(key, Key::Name(_) | Key::PersonName(..));
            let named = rows.iter().flat_map(|row| row.keys.companies()).filter(strong).cloned();
            let own = rows.iter().flat_map(|row| &row.keys.own).filter(strong).cloned();
            let (named, own) = (named.collect::<Vec<Key>>(), own.collect::<Vec<Key>>());
            (known.companies, known.records) =
                tokio::try_join!(companies(db, workspace, &named), records(db, workspace, kind, &own))?;
            // A name says more than the domain of a mail address, and less than the company's own.
            let unknown =
                rows.iter().filter(|row| row.keys.named.iter().all(|key| !known.companies.contains_key(key)));
            let named: Vec<Key> = unknown.flat_map(|row| &row.keys.named).cloned().collect();
            let more = companies(db, workspace, &named).await?;
            known.companies.extend(more);
            let within = |row: &&RowValues| row.keys.within(known.company(row).map(|c| c.id));
            let own: Vec<Key> = rows.iter().flat_map(within).filter(|key| !strong(&key)).collect();
            let more = records(db, workspace, kind, &own).await?;
            known.records.extend(more);
        }
    }
    if rows.iter().any(|row| row.owner.is_some()) {
        for member in crate::workspace::members(db, workspace).await? {
            known.owners.insert(member.email.to_lowercase(), member.user_id.0);
            known.owners.entry(member.name.to_lowercase()).or_insert(member.user_id.0);
        }
    }
    Ok(known)
}

async fn records(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    keys: &[Key],
) -> Answer<HashMap<Key, Uuid>> {
    match kind {
        Kind::Deal => deals(db, workspace, keys).await,
        _ => people(db, workspace, keys).await,
    }
}

/// Companies known by their domain, their number in a register, or their name.
///
/// # Errors
/// Whatever the database says.
pub async fn companies(db: &impl Source, workspace: WorkspaceId, keys: &[Key]) -> Answer<HashMap<Key, Firm>> {
    let of = |pick: fn(&Key) -> Option<&String>| {
        let values: BTreeSet<&String> = keys.iter().filter_map(pick).collect();
        values.into_iter().cloned().collect::<Vec<String>>()
    };
    let domains = of(|k| if let Key::Domain(t) = k { Some(t) } else { None });
    let numbers = of(|k| if let Key::Registration(t) = k { Some(t) } else { None });
    let names = of(|k| if let Key::Name(t) = k { Some(t) } else { None });
    let mut found = HashMap::new();
    for (column, values, wrap) in [
        ("COALESCE(c.domain, '')", domains, Key::Domain as fn(String) -> Key),
        ("c.registration_number", numbers, Key::Registration),
        ("c.name_key", names, Key::Name),
    ] {
        // A company that was merged into another stands for that other.
        let text = format!(
            "SELECT {column}, COALESCE(k.id, c.id) AS id, COALESCE(k.name, c.name) FROM company c LEFT JOIN company k \
             ON k.id = c.merged_into AND k.deleted_at IS NULL WHERE c.workspace_id = ? AND (c.deleted_at IS NULL OR \
             k.id IS NOT NULL) AND {column} IN "
        );
        for part in values.chunks(ASKED) {
            let mut sql = Sql::with(db.engine(), &text, [workspace.into()]);
            sql.bind_list(part.iter().map(|value| value.clone().into())).push(" ORDER BY id");
            for row in sql.rows(db.conn()).await? {
                let name: String = row.try_get_by_index(2)?;
                let firm = Firm { id: row.try_get_by_index(1)?, name: name.into() };
                found.entry(wrap(row.try_get_by_index(0)?)).or_insert(firm);
            }
        }
    }
    Ok(found)
}

/// Values of one look-up.
const ASKED: usize = 1_000;

async fn deals(db: &impl Source, workspace: WorkspaceId, keys: &[Key]) -> Answer<HashMap<Key, Uuid>> {
    let mut found = HashMap::new();
    let ids = keys.iter().filter_map(|k| if let Key::External(t) = k { Some(t) } else { None });
    for part in ids.collect::<Vec<_>>().chunks(ASKED) {
        let text = "SELECT external_id, id FROM deal WHERE workspace_id = ? AND deleted_at IS NULL AND external_id IN ";
        let mut sql = Sql::with(db.engine(), text, [workspace.into()]);
        sql.bind_list(part.iter().map(|id| (*id).clone().into())).push(" ORDER BY id");
        for row in sql.rows(db.conn()).await? {
            found.entry(Key::External(row.try_get_by_index(0)?)).or_insert(row.try_get_by_index(1)?);
        }
    }
    Ok(found)
}

/// People known by a mail address, or by their name within a company.
///
/// # Errors
/// Whatever the database says.
pub async fn people(db: &impl Source, workspace: WorkspaceId, keys: &[Key]) -> Answer<HashMap<Key, Uuid>> {
    let mut found = HashMap::new();
    let emails: Vec<sea_orm::Value> = keys
        .iter()
        .filter_map(|k| if let Key::Email(t) = k { Some(t.clone().into()) } else { None })
        .collect();
    for part in emails.chunks(ASKED) {
        let text = "SELECT c.folded, c.person_id FROM contact_point c JOIN person p ON p.id = c.person_id \
                    WHERE c.workspace_id = ? AND c.kind = 'email' AND p.deleted_at IS NULL AND c.folded IN ";
        let mut sql = Sql::with(db.engine(), text, [workspace.into()]);
        sql.bind_list(part.iter().cloned());
        for row in sql.rows(db.conn()).await? {
            found.entry(Key::Email(row.try_get_by_index(0)?)).or_insert(row.try_get_by_index(1)?);
        }
    }
    let names: Vec<(Uuid, &String)> = keys
        .iter()
        .filter_map(
            |k| if let Key::PersonName(name, Some(company)) = k { Some((*company, name)) } else { None },
        )
        .collect();
    for part in names.chunks(500) {
        let mut sql = Sql::new(db.engine(), "WITH asked (company_id, name) AS (VALUES ");
        for (n, (company, name)) in part.iter().enumerate() {
            if n > 0 {
                sql.push(", ");
            }
            sql.bind_list([(*company).into(), (*name).clone().into()]);
        }
        sql.push(
            ") SELECT asked.company_id, asked.name, p.id FROM asked JOIN person p ON p.company_id = asked.company_id \
             AND lower(p.name) = asked.name AND p.deleted_at IS NULL WHERE p.workspace_id = ",
        );
        sql.bind(workspace).push(" ORDER BY p.id");
        for row in sql.rows(db.conn()).await? {
            let key = Key::PersonName(row.try_get_by_index(1)?, Some(row.try_get_by_index(0)?));
            found.entry(key).or_insert(row.try_get_by_index(2)?);
        }
    }
    Ok(found)
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

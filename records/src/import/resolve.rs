//! Finding what a row means among what is there: the same record, its company, its owner.
//!
//! A chunk of rows asks once per kind of key, not once per row; what the chunk itself makes is
//! remembered, so that a file that names a company twice makes it once.

use super::known_by::Key;
use super::record::RowValues;
use crate::kind::Kind;
use hashbrown::{HashMap, HashSet};
use http_room::Answer;
use kernel::WorkspaceId;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Sql;
use store::db::Source;
use uuid::Uuid;

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
    // What lower() knows of capitals other than ASCII's depends on the database: such names are compared here.
    let capitals = |name: &str| name.chars().any(|c| !c.is_ascii() && c.is_lowercase());
    let (foreign, names): (Vec<_>, Vec<_>) = names.into_iter().partition(|(_, name)| capitals(name));
    let of: BTreeSet<Uuid> = foreign.iter().map(|(company, _)| *company).collect();
    let asked: HashSet<(Uuid, &String)> = foreign.into_iter().collect();
    for part in of.into_iter().collect::<Vec<_>>().chunks(ASKED) {
        let text = "SELECT company_id, name, id FROM person WHERE workspace_id = ? AND deleted_at IS NULL AND company_id IN ";
        let mut sql = Sql::with(db.engine(), text, [workspace.into()]);
        sql.bind_list(part.iter().map(|company| (*company).into())).push(" ORDER BY id");
        for row in sql.rows(db.conn()).await? {
            let (company, name): (Uuid, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            let name = name.to_lowercase();
            if asked.contains(&(company, &name)) {
                found.entry(Key::PersonName(name, Some(company))).or_insert(row.try_get_by_index(2)?);
            }
        }
    }
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

//! Taking rows: made, written over what is there, left alone, or refused with a reason. Nothing here asks the
//! database, so that it goes on while the database writes the rows taken before.

use super::read::Said;
use super::{Runner, Tally};
use crate::import::history;
use crate::import::known_by::site_domain;
use crate::import::plan::Duplicates;
use crate::import::reason::of_fields;
use crate::import::record::RowValues;
use crate::import::refusal::{Refusal, Wrong};
use crate::import::resolve::{Firm, Known};
use crate::import::table::{Row, TableError};
use crate::kind::Kind;
use crate::write::{self, Draft, NewRecord};
use hashbrown::HashMap;
use http_room::FieldError;
use kernel::limits;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

/// Records that are made and not yet written.
#[derive(Default)]
pub(super) struct Fresh {
    /// Companies that people or deals name and that were not there.
    pub(super) companies: Vec<NewRecord>,
    pub(super) records: Vec<NewRecord>,
    at: HashMap<Uuid, usize>,
}

impl Fresh {
    fn push(&mut self, record: NewRecord) {
        self.at.insert(record.id, self.records.len());
        self.records.push(record);
    }

    fn get_mut(&mut self, id: Uuid) -> Option<&mut NewRecord> {
        self.at.get(&id).map(|at| &mut self.records[*at])
    }
}

/// A row that is written over a record that is there.
pub(super) struct Over {
    pub(super) id: Uuid,
    pub(super) patch: Map<String, Json>,
    pub(super) row: Row,
}

/// What taking the rows of one transaction comes to.
#[derive(Default)]
pub(super) struct Taking {
    pub(super) known: Known,
    pub(super) fresh: Fresh,
    pub(super) over: Vec<Over>,
    pub(super) refused: Vec<Refusal>,
    pub(super) tally: Tally,
    /// Whether the file has no more rows.
    pub(super) last: bool,
    /// Why it cannot be read on.
    pub(super) stopped: Option<TableError>,
}

impl Runner {
    /// Takes one row.
    pub(super) fn take(&mut self, to: &mut Taking, said: Said) {
        let Said { row, values: mut said, record } = said;
        let company = self.company(to, &said, record.as_ref().ok().map(NewRecord::draft));
        let owner = to.known.owner(&said);
        let firm = company.as_ref().map(|c| c.id);
        let keys = said.keys.within(firm);
        let there = to.known.record(&keys).or_else(|| keys.iter().find_map(|k| self.seen.get(k)).copied());
        match (there, self.reader.plan.duplicates, record) {
            (Some(_), Duplicates::Skip, _) => to.tally.skipped += 1,
            (Some(id), Duplicates::Update, record) => {
                let mut patch = match record {
                    Ok(record) => record.draft().patch(&said.said),
                    Err(_) => {
                        let sent = std::mem::take(&mut said.fields);
                        sent.into_iter().filter(|(key, _)| said.said.contains(key)).collect()
                    }
                };
                for (key, id) in [("company_id", company.as_ref().map(|c| c.id)), ("owner_id", owner)] {
                    if let Some(id) = id {
                        patch.insert(key.to_owned(), json!(id));
                    }
                }
                self.write_over(to, row, &said, id, patch, company);
            }
            (_, _, Err(errors)) => {
                to.refused.push(Refusal::of_record(row, &self.reader.plan, self.wrong(&errors)));
            }
            (_, _, Ok(mut record)) => {
                if let Some(company) = company {
                    record.belong_to(company.id, &company.name);
                }
                if let Some(owner) = owner {
                    record.give_to(owner);
                }
                let keys = said.keys.all_within(firm);
                if self.dry {
                    self.seen.extend(keys.iter().map(|k| (k.clone(), record.id)));
                }
                to.known.remember(keys, record.id);
                to.fresh.push(record);
                to.tally.created += 1;
            }
        }
    }

    /// A record made by the same rows and not yet written is completed; any other is changed when they are.
    fn write_over(
        &self,
        to: &mut Taking,
        row: Row,
        said: &RowValues,
        id: Uuid,
        patch: Map<String, Json>,
        company: Option<Firm>,
    ) {
        let Some(record) = to.fresh.get_mut(id) else {
            to.over.push(Over { id, patch, row });
            return;
        };
        let mut merged = record.draft().shown();
        merge(&mut merged, &patch);
        for kept in ["stage", "status", "created_at", "closed_at", "lost_reason"] {
            merged.remove(kept);
        }
        match write::read(self.kind, &merged, &self.reader.fields, None, self.author.currency) {
            Ok(mut again) => {
                if self.kind == Kind::Deal {
                    history::into_draft(said, &mut again, self.author.now);
                }
                let named = record.company_name().map(str::to_owned);
                *record = NewRecord::of(self.author.workspace, self.kind, id, again);
                if let Some(name) = company.map(|c| c.name.to_string()).or(named) {
                    record.found_by_company(name);
                }
                to.tally.updated += 1;
            }
            Err(errors) => {
                to.refused.push(Refusal::of_record(row, &self.reader.plan, self.wrong(&errors)));
            }
        }
    }

    pub(super) fn wrong(&self, errors: &[FieldError]) -> Wrong {
        Wrong {
            field: errors.first().map(|e| e.field.clone()),
            reason: of_fields(self.kind, errors, self.reader.locale),
        }
    }

    /// The company a person or deal belongs to: the one that is there, or that the row makes.
    fn company(&self, to: &mut Taking, said: &RowValues, draft: Option<&Draft>) -> Option<Firm> {
        if self.kind == Kind::Company {
            return None;
        }
        if let Some(there) = to.known.company(said) {
            return Some(there.clone());
        }
        let fields = self.company_of(said, draft)?;
        let draft = write::read(Kind::Company, &fields, &[], None, self.author.currency).ok()?;
        let firm = Firm { id: Uuid::now_v7(), name: draft.text("name").unwrap_or_default().into() };
        to.known.remember_company(said, &firm);
        to.fresh.companies.push(NewRecord::of(self.author.workspace, Kind::Company, firm.id, draft));
        Some(firm)
    }

    fn company_of(&self, said: &RowValues, draft: Option<&Draft>) -> Option<Map<String, Json>> {
        let site = said.company_domain.as_deref().and_then(site_domain);
        let name = said.company.clone().or_else(|| site.clone())?;
        let mut fields = Map::new();
        fields.insert("name".to_owned(), json!(name.chars().take(limits::NAME_CHARS).collect::<String>()));
        if let Some(domain) = site {
            fields.insert("domain".to_owned(), json!(domain));
        }
        for key in ["source", "source_date", "lawful_basis"] {
            if let Some(value) = draft.and_then(|draft| draft.value(key)) {
                fields.insert(key.to_owned(), value.clone());
            }
        }
        self.reader.give_provenance(&mut fields);
        Some(fields)
    }
}

/// Writes the values of one patch over those of another.
pub(super) fn merge(into: &mut Map<String, Json>, from: &Map<String, Json>) {
    for (key, value) in from {
        match (into.get_mut(key), value) {
            (Some(Json::Object(a)), Json::Object(b)) if key == "custom" => merge(a, b),
            _ => {
                into.insert(key.clone(), value.clone());
            }
        }
    }
}

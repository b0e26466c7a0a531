//! Taking one row: made, written over what is there, left alone, or refused with a reason.

use super::{Runner, Tally};
use crate::import::history;
use crate::import::plan::Duplicates;
use crate::import::reason::of_fields;
use crate::import::record::RowValues;
use crate::import::refusal::Wrong;
use crate::import::resolve::{Firm, Known, site_domain};
use crate::kind::Kind;
use crate::write::{self, NewRecord};
use http_room::{Answer, FieldError, IfMatch};
use kernel::limits;
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;
use store::WriteTx;
use uuid::Uuid;

/// Records the chunk makes.
#[derive(Default)]
pub(super) struct Fresh {
    pub(super) rows: Vec<NewRecord>,
    at: HashMap<Uuid, usize>,
}

impl Fresh {
    fn push(&mut self, record: NewRecord) {
        self.at.insert(record.id, self.rows.len());
        self.rows.push(record);
    }

    fn get_mut(&mut self, id: Uuid) -> Option<&mut NewRecord> {
        self.at.get(&id).map(|at| &mut self.rows[*at])
    }
}

impl Runner {
    /// Takes one row. The inner error is the reason it is refused.
    pub(super) async fn take(
        &mut self,
        tx: &mut WriteTx,
        known: &mut Known,
        mut row: RowValues,
        record: Result<NewRecord, Vec<FieldError>>,
        fresh: &mut Fresh,
        tally: &mut Tally,
    ) -> Answer<Result<(), Wrong>> {
        let company = if self.kind == Kind::Company { None } else { known.company(&row).cloned() };
        let owner = known.owner(&row);
        let keys = row.keys.within(company.as_ref().map(|c| c.id));
        let there = known.record(&keys).or_else(|| keys.iter().find_map(|k| self.seen.get(k)).copied());
        match (there, self.reader.plan.duplicates) {
            (Some(_), Duplicates::Skip) => {
                tally.skipped += 1;
                Ok(Ok(()))
            }
            (Some(id), Duplicates::Update) => {
                for given in &row.given {
                    row.fields.remove(given);
                }
                for (key, id) in [("company_id", company.as_ref().map(|c| c.id)), ("owner_id", owner)] {
                    if let Some(id) = id {
                        row.fields.insert(key.to_owned(), json!(id));
                    }
                }
                self.update(tx, id, &row, company, fresh, tally).await
            }
            _ => {
                let mut record = match record {
                    Ok(record) => record,
                    Err(errors) => return Ok(Err(self.wrong(&errors))),
                };
                if let Some(company) = company {
                    record.belong_to(company.id, &company.name);
                }
                if let Some(owner) = owner {
                    record.give_to(owner);
                }
                if self.dry {
                    self.seen.extend(keys.iter().map(|k| (k.clone(), record.id)));
                }
                known.remember(keys, record.id);
                fresh.push(record);
                tally.created += 1;
                Ok(Ok(()))
            }
        }
    }

    async fn update(
        &self,
        tx: &mut WriteTx,
        id: Uuid,
        row: &RowValues,
        company: Option<Firm>,
        fresh: &mut Fresh,
        tally: &mut Tally,
    ) -> Answer<Result<(), Wrong>> {
        if let Some(record) = fresh.get_mut(id) {
            // The same record twice in one chunk: the later row completes the earlier one.
            let mut merged = record.draft().shown();
            merge(&mut merged, &row.fields);
            for kept in ["stage", "status", "created_at", "closed_at", "lost_reason"] {
                merged.remove(kept);
            }
            match write::read(self.kind, &merged, &self.reader.fields, None, self.author.currency) {
                Ok(mut again) => {
                    if self.kind == Kind::Deal {
                        history::into_draft(row, &mut again, self.author.now);
                    }
                    let named = record.company_name().map(str::to_owned);
                    *record = NewRecord::of(self.author.workspace, self.kind, id, again);
                    if let Some(name) = company.map(|c| c.name.to_string()).or(named) {
                        record.found_by_company(name);
                    }
                    tally.updated += 1;
                    return Ok(Ok(()));
                }
                Err(errors) => return Ok(Err(self.wrong(&errors))),
            }
        }
        if self.dry && write::load(tx, self.author.workspace, self.kind, id).await?.is_none() {
            tally.updated += 1;
            return Ok(Ok(()));
        }
        match write::change(tx, &self.author, self.kind, id, &row.fields, IfMatch(None)).await {
            Ok(_) => {
                tally.updated += 1;
                Ok(Ok(()))
            }
            Err(problem) if problem.status < 500 && !problem.errors.is_empty() => {
                Ok(Err(self.wrong(&problem.errors)))
            }
            Err(problem) if problem.status < 500 => Ok(Err(Wrong::whole(problem.detail))),
            Err(problem) => Err(problem),
        }
    }

    fn wrong(&self, errors: &[FieldError]) -> Wrong {
        Wrong {
            field: errors.first().map(|e| e.field.clone()),
            reason: of_fields(self.kind, errors, self.reader.locale),
        }
    }

    /// Makes the companies these people or deals name that are not there, each once.
    pub(super) async fn make_companies(
        &self,
        tx: &mut WriteTx,
        known: &mut Known,
        rows: &[&RowValues],
    ) -> Answer<()> {
        let mut made = Vec::new();
        for row in rows {
            if known.company(row).is_some() {
                continue;
            }
            let Some(fields) = self.company_of(row) else { continue };
            if let Ok(draft) = write::read(Kind::Company, &fields, &[], None, self.author.currency) {
                let id = Uuid::now_v7();
                let name = draft.text("name").unwrap_or_default().into();
                known.remember_company(row, &Firm { id, name });
                made.push(NewRecord::of(self.author.workspace, Kind::Company, id, draft));
            }
        }
        write::insert_imported(tx, &self.author, Kind::Company, made, self.import).await
    }

    fn company_of(&self, row: &RowValues) -> Option<Map<String, Json>> {
        let site = row.company_domain.as_deref().and_then(site_domain);
        let name = row.company.clone().or_else(|| site.clone())?;
        let mut fields = Map::new();
        fields.insert("name".to_owned(), json!(name.chars().take(limits::NAME_CHARS).collect::<String>()));
        if let Some(domain) = site {
            fields.insert("domain".to_owned(), json!(domain));
        }
        for key in ["source", "source_date", "lawful_basis"] {
            if let Some(value) = row.fields.get(key) {
                fields.insert(key.to_owned(), value.clone());
            }
        }
        self.reader.give_provenance(&mut fields);
        Some(fields)
    }
}

fn merge(into: &mut Map<String, Json>, from: &Map<String, Json>) {
    for (key, value) in from {
        match (into.get_mut(key), value) {
            (Some(Json::Object(a)), Json::Object(b)) if key == "custom" => merge(a, b),
            _ => {
                into.insert(key.clone(), value.clone());
            }
        }
    }
}

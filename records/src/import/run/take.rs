//! Taking one row: made, written over what is there, left alone, or refused with a reason.

use super::{Runner, Tally};
use crate::import::history;
use crate::import::plan::Duplicates;
use crate::import::reason::of_fields;
use crate::import::record::RowValues;
use crate::import::refusal::Wrong;
use crate::import::resolve::{Known, keys_of, site_domain};
use crate::kind::Kind;
use crate::write::{self, Draft};
use http_room::{Answer, FieldError, IfMatch};
use kernel::limits;
use serde_json::{Map, Value as Json, json};
use store::WriteTx;
use uuid::Uuid;

impl Runner {
    /// Takes one row. The inner error is the reason it is refused.
    pub(super) async fn take(
        &mut self,
        tx: &mut WriteTx,
        known: &mut Known,
        mut row: RowValues,
        fresh: &mut Vec<(Uuid, Draft)>,
        tally: &mut Tally,
    ) -> Answer<Result<(), Wrong>> {
        if self.kind != Kind::Company
            && let Some(company) = self.company(tx, known, &row).await?
        {
            row.fields.insert("company_id".to_owned(), json!(company));
        }
        if let Some(owner) = known.owner(&row) {
            row.fields.insert("owner_id".to_owned(), json!(owner));
        }
        let company =
            row.fields.get("company_id").and_then(Json::as_str).and_then(|c| Uuid::parse_str(c).ok());
        let keys = keys_of(self.kind, &row, company);
        let there = known.record(&keys).or_else(|| keys.iter().find_map(|k| self.seen.get(k)).copied());
        match (there, self.plan.duplicates) {
            (Some(_), Duplicates::Skip) => {
                tally.skipped += 1;
                Ok(Ok(()))
            }
            (Some(id), Duplicates::Update) => self.update(tx, id, &row, fresh, tally).await,
            _ => {
                self.give_provenance(&mut row.fields);
                let draft =
                    match write::read(self.kind, &row.fields, &self.fields, None, self.author.currency) {
                        Ok(mut draft) => {
                            if self.kind == Kind::Deal {
                                history::into_draft(&row, &mut draft, self.author.now);
                            }
                            draft
                        }
                        Err(errors) => return Ok(Err(self.wrong(&errors))),
                    };
                let id = Uuid::now_v7();
                if self.dry {
                    self.seen.extend(keys.iter().map(|k| (k.clone(), id)));
                }
                known.remember(keys, id);
                fresh.push((id, draft));
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
        fresh: &mut [(Uuid, Draft)],
        tally: &mut Tally,
    ) -> Answer<Result<(), Wrong>> {
        if let Some((_, draft)) = fresh.iter_mut().find(|(made, _)| *made == id) {
            // The same record twice in one chunk: the later row completes the earlier one.
            let mut merged = draft.shown();
            merge(&mut merged, &row.fields);
            for kept in ["stage", "status", "created_at", "closed_at", "lost_reason"] {
                merged.remove(kept);
            }
            match write::read(self.kind, &merged, &self.fields, None, self.author.currency) {
                Ok(mut again) => {
                    if self.kind == Kind::Deal {
                        history::into_draft(row, &mut again, self.author.now);
                    }
                    *draft = again;
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

    /// Source, day and ground of a record that is made, where its row does not say them.
    fn give_provenance(&self, fields: &mut Map<String, Json>) {
        for (key, value) in &self.provenance {
            fields.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }

    fn wrong(&self, errors: &[FieldError]) -> Wrong {
        Wrong {
            field: errors.first().map(|e| e.field.clone()),
            reason: of_fields(self.kind, errors, self.locale),
        }
    }

    /// The company of a person or deal; made when the file names one that is not there.
    async fn company(&self, tx: &mut WriteTx, known: &mut Known, row: &RowValues) -> Answer<Option<Uuid>> {
        if let Some(id) = known.company(row) {
            return Ok(Some(id));
        }
        let site = row.company_domain.as_deref().and_then(site_domain);
        let name = row.company.clone().or(site);
        let Some(name) = name else {
            return Ok(None);
        };
        let mut fields = Map::new();
        fields.insert("name".to_owned(), json!(name.chars().take(limits::NAME_CHARS).collect::<String>()));
        if let Some(domain) = row.company_domain.as_deref().and_then(site_domain) {
            fields.insert("domain".to_owned(), json!(domain));
        }
        for key in ["source", "source_date", "lawful_basis"] {
            if let Some(value) = row.fields.get(key) {
                fields.insert(key.to_owned(), value.clone());
            }
        }
        self.give_provenance(&mut fields);
        let id = write::create(tx, &self.author, Kind::Company, &fields).await?;
        known.remember_company(row, id);
        Ok(Some(id))
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

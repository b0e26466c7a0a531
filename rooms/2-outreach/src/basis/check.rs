//! Who of many people may be written to, by a few queries; by none where the law asks nothing.

use std::collections::HashMap;

use kernel::{CompanyId, Country, PersonId, Timestamp, WorkspaceId};
use records::workspace::Workspace;
use store::db::Source;
use store::{Result, Sql};

use super::law::{self, Ground, Known, OnRecord, Verdict, verdict};
use crate::recipient::Recipient;

/// A person, and the country whose law holds for them.
pub type Standing<'a> = (&'a Recipient, Country);

/// What the law says of each.
///
/// # Errors
/// Whatever the database says.
pub async fn standings(
    db: &impl Source,
    workspace: &Workspace,
    people: &[Standing<'_>],
    now: Timestamp,
) -> Result<HashMap<PersonId, Verdict>> {
    let rules = workspace.settings().mail_rules;
    let asked: Vec<&Standing<'_>> =
        people.iter().filter(|(_, country)| !law::asks_nothing(*country, &rules)).collect();
    let ids: Vec<PersonId> = asked.iter().map(|(who, _)| who.id).collect();
    let on_record = on_record(db, workspace.id, &ids).await?;
    let buying: Vec<&Recipient> =
        asked.iter().filter(|(_, country)| law::asks_purchase(*country)).map(|(who, _)| *who).collect();
    let bought = bought(db, workspace.id, &buying).await?;
    let judge = |(who, country): &Standing<'_>| {
        let known = Known {
            kept: who.lawful_basis.as_deref().and_then(Ground::parse),
            kept_since: who.basis_since(),
            on_record: on_record.get(&who.id).map_or(&[], Vec::as_slice),
            bought: bought.of(who),
            of_company: who.company_id.is_some(),
        };
        (who.id, verdict(*country, &rules, &known, now))
    };
    Ok(people.iter().map(judge).collect())
}

/// Consents and words that something is no advertisement, of those that were not taken back.
async fn on_record(
    db: &impl Source,
    workspace: WorkspaceId,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Vec<OnRecord>>> {
    let mut all: HashMap<PersonId, Vec<OnRecord>> = HashMap::new();
    if people.is_empty() {
        return Ok(all);
    }
    let text = "SELECT person_id, kind, COALESCE(confirmed_at, given_at) FROM consent \
                WHERE withdrawn_at IS NULL AND person_id IN ";
    let mut sql = Sql::new(db.engine(), text);
    sql.bind_list(people.iter().map(|id| (*id).into())).push(" AND ").push_check("workspace_id", workspace);
    for row in sql.rows(db.conn()).await? {
        let kind: String = row.try_get_by_index(1)?;
        let Some(ground) = Ground::parse(&kind) else { continue };
        let record = OnRecord { ground, since: row.try_get_by_index(2)? };
        all.entry(row.try_get_by_index(0)?).or_default().push(record);
    }
    Ok(all)
}

/// When companies and people without one bought last.
#[derive(Default)]
struct Bought {
    companies: HashMap<CompanyId, Timestamp>,
    people: HashMap<PersonId, Timestamp>,
}

impl Bought {
    fn of(&self, who: &Recipient) -> Option<Timestamp> {
        let own = self.people.get(&who.id).copied();
        own.max(who.company_id.and_then(|company| self.companies.get(&company).copied()))
    }
}

async fn bought(db: &impl Source, workspace: WorkspaceId, people: &[&Recipient]) -> Result<Bought> {
    let mut bought = Bought::default();
    let companies: Vec<CompanyId> = people.iter().filter_map(|who| who.company_id).collect();
    if !companies.is_empty() {
        let text = "SELECT company_id, MAX(closed_at) FROM deal WHERE status = 'won' AND closed_at IS NOT NULL \
                    AND deleted_at IS NULL AND company_id IN ";
        let mut sql = Sql::new(db.engine(), text);
        sql.bind_list(companies.into_iter().map(Into::into))
            .push(" AND ")
            .push_check("workspace_id", workspace);
        sql.push(" GROUP BY company_id");
        for row in sql.rows(db.conn()).await? {
            bought.companies.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
    }
    if !people.is_empty() {
        let text = "SELECT p.person_id, MAX(d.closed_at) FROM deal_person p JOIN deal d ON d.id = p.deal_id \
                    WHERE d.status = 'won' AND d.closed_at IS NOT NULL AND d.deleted_at IS NULL AND p.person_id IN ";
        let mut sql = Sql::new(db.engine(), text);
        sql.bind_list(people.iter().map(|who| who.id.into()))
            .push(" AND ")
            .push_check("d.workspace_id", workspace);
        sql.push(" GROUP BY p.person_id");
        for row in sql.rows(db.conn()).await? {
            bought.people.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
    }
    Ok(bought)
}

//! When people, or the companies they work for, bought last: a purchase is a deal that was won.

use std::collections::HashMap;

use kernel::{CompanyId, PersonId, Timestamp, WorkspaceId};
use store::db::Source;
use store::{Result, Sql};

/// When companies and people without one bought last.
#[derive(Debug, Default)]
pub struct Bought {
    companies: HashMap<CompanyId, Timestamp>,
    people: HashMap<PersonId, Timestamp>,
}

impl Bought {
    /// When somebody of a company bought last.
    #[must_use]
    pub fn of(&self, person: PersonId, company: Option<CompanyId>) -> Option<Timestamp> {
        let own = self.people.get(&person).copied();
        own.max(company.and_then(|company| self.companies.get(&company).copied()))
    }
}

/// When these people and their companies bought last.
///
/// # Errors
/// Whatever the database says.
pub async fn bought(
    db: &impl Source,
    workspace: WorkspaceId,
    people: &[(PersonId, Option<CompanyId>)],
) -> Result<Bought> {
    let mut bought = Bought::default();
    let companies: Vec<CompanyId> = people.iter().filter_map(|(_, company)| *company).collect();
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
        sql.bind_list(people.iter().map(|(person, _)| (*person).into()))
            .push(" AND ")
            .push_check("d.workspace_id", workspace);
        sql.push(" GROUP BY p.person_id");
        for row in sql.rows(db.conn()).await? {
            bought.people.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
    }
    Ok(bought)
}

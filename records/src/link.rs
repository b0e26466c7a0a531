//! What a task or activity belongs to: checked to be of the workspace, and completed from the deal.

use http_room::{Answer, FieldError};
use kernel::{CompanyId, DealId, PersonId, WorkspaceId};
use store::db::Source;
use store::{Sql, Subject, WriteTx};
use uuid::Uuid;

/// The links of a row.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// The deal.
    pub deal: Option<DealId>,
    /// The company.
    pub company: Option<CompanyId>,
    /// The person.
    pub person: Option<PersonId>,
    missing: Vec<&'static str>,
}

impl Links {
    /// One complaint per link that leads nowhere.
    #[must_use]
    pub fn errors(&self) -> Vec<FieldError> {
        self.missing
            .iter()
            .map(|field| FieldError::new(*field, "not_found", "there is no such record"))
            .collect()
    }

    /// For the event.
    #[must_use]
    pub fn subject(&self, row: Option<Uuid>) -> Subject {
        Subject { company: self.company, person: self.person, deal: self.deal, row }
    }
}

/// Checks the links; a missing company is taken from the deal, or else from the person.
///
/// # Errors
/// Whatever the database says.
pub async fn resolve(
    tx: &WriteTx,
    workspace: WorkspaceId,
    deal: Option<DealId>,
    company: Option<CompanyId>,
    person: Option<PersonId>,
) -> Answer<Links> {
    let mut links = Links { deal, company, person, missing: Vec::new() };
    if let Some(deal) = deal {
        let found = company_behind(tx, "deal", workspace, deal.0).await?;
        match found {
            Some(of_deal) => links.company = links.company.or(of_deal),
            None => links.missing.push("deal_id"),
        }
    }
    if let Some(person) = person {
        let found = company_behind(tx, "person", workspace, person.0).await?;
        match found {
            Some(of_person) => links.company = links.company.or(of_person),
            None => links.missing.push("person_id"),
        }
    }
    if let Some(company) = company {
        let text = "SELECT 1 FROM company WHERE id = ? AND workspace_id = ? AND deleted_at IS NULL";
        if Sql::with(tx.engine(), text, [company.into(), workspace.into()]).rows(tx.conn()).await?.is_empty()
        {
            links.missing.push("company_id");
        }
    }
    Ok(links)
}

/// `None`: no such row. `Some(None)`: a row without company.
async fn company_behind(
    tx: &WriteTx,
    table: &str,
    workspace: WorkspaceId,
    id: Uuid,
) -> Answer<Option<Option<CompanyId>>> {
    let text =
        format!("SELECT company_id FROM {table} WHERE id = ? AND workspace_id = ? AND deleted_at IS NULL");
    let rows = Sql::with(tx.engine(), &text, [id.into(), workspace.into()]).rows(tx.conn()).await?;
    Ok(rows.first().map(|row| row.try_get_by_index(0)).transpose()?)
}

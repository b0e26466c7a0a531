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
    let buying: Vec<(PersonId, Option<CompanyId>)> = asked
        .iter()
        .filter(|(_, country)| law::asks_purchase(*country))
        .map(|(who, _)| (who.id, who.company_id))
        .collect();
    let bought = law::bought(db, workspace.id, &buying).await?;
    let judge = |(who, country): &Standing<'_>| {
        let known = Known {
            kept: who.lawful_basis.as_deref().and_then(Ground::parse),
            kept_since: who.basis_since(),
            on_record: on_record.get(&who.id).map_or(&[], Vec::as_slice),
            bought: bought.of(who.id, who.company_id),
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

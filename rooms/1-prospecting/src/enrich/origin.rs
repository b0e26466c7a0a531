//! Which source a person's mail address was taken from, where it was taken from one.

use std::collections::HashMap;

use kernel::{PersonId, WorkspaceId};
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql};

/// The names of the sources that wrote these people's mail addresses, with the address each wrote.
///
/// # Errors
/// Whatever the database says.
pub async fn of_addresses(
    db: &impl Source,
    workspace: WorkspaceId,
    people: &[PersonId],
) -> Result<HashMap<PersonId, (String, String)>> {
    let text = "SELECT v.person_id, v.written, p.content FROM enrichment_value v \
                JOIN enrichment_provider p ON p.id = v.provider_id WHERE v.field = 'email' AND v.written IS NOT NULL \
                AND v.person_id IN ";
    let mut sql = Sql::new(db.engine(), text);
    sql.bind_list(people.iter().map(|id| (*id).into())).push(" AND ").push_check("v.workspace_id", workspace);
    sql.push(" ORDER BY v.written_at");
    let mut all = HashMap::new();
    for row in sql.rows(db.conn()).await? {
        let (written, content): (Json, Json) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        if let (Some(address), Some(name)) = (written.as_str(), content["name"].as_str()) {
            all.insert(row.try_get_by_index(0)?, (name.to_owned(), address.to_owned()));
        }
    }
    Ok(all)
}

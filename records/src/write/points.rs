//! The look-up table of addresses and numbers, kept in step with people.

use super::Draft;
use kernel::WorkspaceId;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Engine, Result, Sql, WriteTx, run_parts};
use uuid::Uuid;

/// Adds the addresses of new people.
pub async fn insert(tx: &WriteTx, workspace: WorkspaceId, people: &[(Uuid, Draft)]) -> Result<()> {
    let empty = json!([]);
    let mut rows: Vec<(Uuid, &'static str, String)> = Vec::new();
    for (id, draft) in people {
        let emails = draft.value("emails").unwrap_or(&empty);
        let phones = draft.value("phones").unwrap_or(&empty);
        let folded = crate::person::folded_points(emails, phones, draft.text("country").as_deref());
        rows.extend(folded.into_iter().map(|(kind, key)| (*id, kind, key)));
    }
    write(tx, workspace, &rows).await
}

/// Replaces the addresses of one person.
pub async fn replace(tx: &WriteTx, workspace: WorkspaceId, id: Uuid, person: &Json) -> Result<()> {
    let text = "DELETE FROM contact_point WHERE person_id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [id.into(), workspace.into()]).run(tx.conn()).await?;
    let folded =
        crate::person::folded_points(&person["emails"], &person["phones"], person["country"].as_str());
    let rows: Vec<_> = folded.into_iter().map(|(kind, key)| (id, kind, key)).collect();
    write(tx, workspace, &rows).await
}

async fn write(tx: &WriteTx, workspace: WorkspaceId, rows: &[(Uuid, &'static str, String)]) -> Result<()> {
    let engine = tx.engine();
    run_parts(tx.conn(), rows, 500, |part| statement(engine, workspace, part)).await
}

fn statement(engine: Engine, workspace: WorkspaceId, part: &[(Uuid, &'static str, String)]) -> Sql {
    let mut sql =
        Sql::new(engine, "INSERT INTO contact_point (workspace_id, kind, folded, person_id) VALUES ");
    for (n, (id, kind, key)) in part.iter().enumerate() {
        if n > 0 {
            sql.push(", ");
        }
        sql.bind_list([workspace.into(), (*kind).into(), key.clone().into(), (*id).into()]);
    }
    sql.push(" ON CONFLICT DO NOTHING");
    sql
}

//! The look-up table of addresses and numbers, kept in step with people.

use super::Draft;
use kernel::WorkspaceId;
use sea_orm::Value;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Clash, Engine, NewRows, Result, Sql, Statements, WriteTx, run_all};
use uuid::Uuid;

/// The folded addresses of somebody who is about to be made: (kind, folded).
pub fn of_draft(draft: &Draft) -> Vec<(&'static str, String)> {
    let empty = json!([]);
    let emails = draft.value("emails").unwrap_or(&empty);
    let phones = draft.value("phones").unwrap_or(&empty);
    crate::person::folded_points(emails, phones, draft.text("country").as_deref())
}

/// Replaces the addresses of one person.
pub async fn replace(tx: &WriteTx, workspace: WorkspaceId, id: Uuid, person: &Json) -> Result<()> {
    let text = "DELETE FROM contact_point WHERE person_id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [id.into(), workspace.into()]).run(tx.conn()).await?;
    let folded =
        crate::person::folded_points(&person["emails"], &person["phones"], person["country"].as_str());
    let points = folded.into_iter().map(|(kind, key)| (id, kind, key)).collect();
    run_all(tx.conn(), statements(tx.engine(), workspace, points)).await
}

/// The statements that add addresses: (person, kind, folded).
pub fn statements<'a>(
    engine: Engine,
    workspace: WorkspaceId,
    points: Vec<(Uuid, &'static str, String)>,
) -> Statements<'a> {
    let rows = NewRows {
        table: "contact_point",
        shared: vec![("workspace_id", workspace.into())],
        own: vec!["kind", "folded", "person_id"],
        clash: Clash::Ignored,
    };
    let fill = |(person, kind, folded): (Uuid, &'static str, String), values: &mut Vec<Value>| {
        values.extend([kind.into(), folded.into(), person.into()]);
    };
    rows.statements(engine, points, fill)
}

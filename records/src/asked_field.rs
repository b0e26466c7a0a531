//! Fields of companies that are asked when a company is researched, besides those its fit is judged by.
//!
//! A workspace lists them itself, and rules that read a field ask for it. Who asks is kept, so that a field is asked
//! as long as anybody needs it.

use std::collections::BTreeSet;

use kernel::WorkspaceId;
use store::db::Source;
use store::{Result, Sql, WriteTx};

use crate::custom_field::{self, CustomField};
use crate::kind::{Kind, Shape};

/// Who asks for what a workspace lists itself.
pub const CHECKLIST: &str = "checklist";

/// Fields that are asked, by their keys.
///
/// # Errors
/// Whatever the database says.
pub async fn all(db: &impl Source, workspace: WorkspaceId) -> Result<BTreeSet<String>> {
    let text = "SELECT DISTINCT field_key FROM asked_field WHERE workspace_id = ?";
    let rows = Sql::with(db.engine(), text, [workspace.into()]).rows(db.conn()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Fields asked by one who asks.
///
/// # Errors
/// Whatever the database says.
pub async fn of(db: &impl Source, workspace: WorkspaceId, asked_by: &str) -> Result<BTreeSet<String>> {
    let text = "SELECT field_key FROM asked_field WHERE workspace_id = ? AND asked_by = ?";
    let values = [workspace.into(), asked_by.into()];
    let rows = Sql::with(db.engine(), text, values).rows(db.conn()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Asks for these fields and no others on behalf of one who asks.
///
/// # Errors
/// Whatever the database says.
pub async fn put(
    tx: &WriteTx,
    workspace: WorkspaceId,
    asked_by: &str,
    fields: &BTreeSet<String>,
) -> Result<()> {
    let text = "DELETE FROM asked_field WHERE workspace_id = ? AND asked_by = ?";
    Sql::with(tx.engine(), text, [workspace.into(), asked_by.into()]).run(tx.conn()).await?;
    for field in fields {
        let text = "INSERT INTO asked_field (workspace_id, field_key, asked_by) VALUES (?, ?, ?)";
        let values = [workspace.into(), field.clone().into(), asked_by.into()];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    }
    Ok(())
}

/// Whether a company has such a field that somebody can fill in: its own key, or `custom.` and that of a field of
/// the workspace's own.
#[must_use]
pub fn is_askable(key: &str, custom: &[CustomField]) -> bool {
    match key.strip_prefix("custom.") {
        Some(own) => custom.iter().any(|field| field.key == own),
        None => {
            let kept = ["name", "owner_id", "source", "source_date", "lawful_basis"];
            let fields = Kind::Company.fields().iter();
            fields.filter(|f| f.shape != Shape::Kept && !kept.contains(&f.key)).any(|f| f.key == key)
        }
    }
}

/// Fields of the workspace's own that companies have.
///
/// # Errors
/// Whatever the database says.
pub async fn own(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<CustomField>> {
    custom_field::in_use(db, workspace, Kind::Company).await
}

//! What a record is found by.

use crate::kind::Kind;
use crate::{deal::Deal, person::Person};
use kernel::WorkspaceId;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use store::db::Source;
use store::search::Entry;
use store::{Result, Sql, WriteTx};
use uuid::Uuid;

/// Fields of companies and people by which a search is narrowed inside the index. A value is a plain word.
pub const FACETS: &[&str] = &["country"];

/// The line of a record in the search index.
#[must_use]
pub fn of(workspace: WorkspaceId, kind: Kind, record: Uuid, shown: &Map<String, Json>) -> Entry {
    of_values(workspace, kind, record, |key| shown.get(key).and_then(Json::as_str))
}

/// The same, of a record whose texts `value` knows.
#[must_use]
pub fn of_values<'v>(
    workspace: WorkspaceId,
    kind: Kind,
    record: Uuid,
    value: impl Fn(&str) -> Option<&'v str>,
) -> Entry {
    let text = |key: &str| value(key).unwrap_or_default();
    let joined = |keys: &[&str], by: &str| {
        keys.iter().map(|k| text(k)).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(by)
    };
    let (subtitle, body) = match kind {
        Kind::Company => (
            joined(&["domain", "industry"], " · "),
            joined(&["legal_name", "registration_number", "city"], " "),
        ),
        Kind::Person => (
            joined(&["title", "email"], " · "),
            joined(&["given_name", "family_name", "phone", "company_name"], " "),
        ),
        Kind::Deal => (joined(&["company_name"], " · "), joined(&["external_id"], " ")),
    };
    let mut entry = Entry::new(workspace, kind.key(), record, text("name"), subtitle, body);
    for field in FACETS.iter().filter(|field| kind != Kind::Deal && !text(field).is_empty()) {
        entry.file_under(field, text(field));
    }
    entry
}

/// Puts records in the index, or anew, and writes the numbers of their lines down with them and their own values.
///
/// # Errors
/// Whatever the database says.
pub async fn index(tx: &WriteTx, kind: Kind, entries: &[Entry]) -> Result<()> {
    for (record, number) in store::search::index(tx, entries).await? {
        let text = format!("UPDATE {} SET search_no = ? WHERE id = ?", kind.key());
        Sql::with(tx.engine(), &text, [number.into(), record.into()]).run(tx.conn()).await?;
        let text = "UPDATE custom_value SET search_no = ? WHERE record_id = ?";
        Sql::with(tx.engine(), text, [number.into(), record.into()]).run(tx.conn()).await?;
    }
    Ok(())
}

/// Puts the people and deals of a company in the index anew: they are found by its name.
///
/// # Errors
/// Whatever the database says.
pub async fn of_company_again(tx: &WriteTx, workspace: WorkspaceId, company: Uuid) -> Result<()> {
    again::<Person>(tx, workspace, Kind::Person, company).await?;
    again::<Deal>(tx, workspace, Kind::Deal, company).await
}

/// Rows of one read.
const BATCH: i64 = 500;

async fn again<T: FromQueryResult + Serialize>(
    tx: &WriteTx,
    workspace: WorkspaceId,
    kind: Kind,
    company: Uuid,
) -> Result<()> {
    let mut after = Uuid::nil();
    loop {
        let mut sql = Sql::new(tx.engine(), "SELECT ");
        sql.push(kind.columns()).push(" FROM ").push(kind.key());
        let text = " WHERE workspace_id = ? AND company_id = ? AND deleted_at IS NULL AND id > ? ORDER BY id LIMIT ?";
        sql.push_with(text, [workspace.into(), company.into(), after.into(), BATCH.into()]);
        let rows: Vec<T> = sql.all(tx.conn()).await?;
        let shown = rows.iter().filter_map(|row| serde_json::to_value(row).ok()?.as_object().cloned());
        let id = |row: &Map<String, Json>| Uuid::parse_str(row.get("id")?.as_str()?).ok();
        let found: Vec<(Uuid, Entry)> =
            shown.filter_map(|row| id(&row).map(|id| (id, of(workspace, kind, id, &row)))).collect();
        let Some((last, _)) = found.last() else { return Ok(()) };
        after = *last;
        index(tx, kind, &found.into_iter().map(|(_, entry)| entry).collect::<Vec<_>>()).await?;
    }
}

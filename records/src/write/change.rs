//! Changing, deleting and restoring one record.

use super::insert::{check_references, subject};
use super::{Author, Draft, custom_fields, load_or_404, points, read};
use crate::kind::Kind;
use crate::{custom_value, events, search_entry};
use http_room::{IfMatch, Problem};
use serde_json::{Map, Value as Json, json};
use store::db::Source;
use store::{NewEvent, Sql, WriteTx};
use uuid::Uuid;

/// Applies a merge patch. Answers the record as it is then; a patch that changes nothing writes nothing.
///
/// # Errors
/// 404, 412 when it has moved on, 422 with every field at fault.
pub async fn change(
    tx: &mut WriteTx,
    author: &Author,
    kind: Kind,
    id: Uuid,
    patch: &Map<String, Json>,
    seen: IfMatch,
) -> Result<Json, Problem> {
    let before = load_or_404(tx, author, kind, id).await?;
    if !before["deleted_at"].is_null() {
        return Err(Problem::not_found(kind.key()));
    }
    seen.check(before["revision"].as_i64().unwrap_or(0))?;
    let Some(changed) = apply(tx, author, kind, id, before.clone(), patch).await? else {
        return Ok(before);
    };
    let word = match kind {
        Kind::Company => events::COMPANY_CHANGED,
        Kind::Person => events::PERSON_CHANGED,
        Kind::Deal => events::DEAL_CHANGED,
    };
    let payload = json!({ "before": changed.before, "after": changed.after });
    tell(tx, author, word, kind, id, &changed.record, payload).await?;
    Ok(changed.record)
}

/// A change that was written and not yet told of.
pub(crate) struct Changed {
    /// The changed fields as they were.
    pub before: Map<String, Json>,
    /// The changed fields as they are.
    pub after: Map<String, Json>,
    /// The whole record as it is.
    pub record: Json,
}

/// Writes a merge patch on the record `before` without telling of it; the caller does. `None` when it changes nothing.
pub(crate) async fn apply(
    tx: &WriteTx,
    author: &Author,
    kind: Kind,
    id: Uuid,
    before: Json,
    patch: &Map<String, Json>,
) -> Result<Option<Changed>, Problem> {
    let custom = custom_fields(tx, author, kind).await?;
    let draft =
        read(kind, patch, &custom, Some(before.clone()), author.currency).map_err(Problem::invalid)?;
    check_references(tx, author, &draft).await?;
    let (old, new) = difference(&before, &draft.shown());
    if new.is_empty() {
        return Ok(None);
    }
    write(tx, author, kind, id, &before, &draft).await?;
    if !draft.custom().is_empty() {
        custom_value::replace(tx, &custom, id, draft.custom()).await?;
    }
    let record = load_or_404(tx, author, kind, id).await?;
    if record["deleted_at"].is_null() {
        if kind == Kind::Person {
            points::replace(tx, author.workspace, id, &record).await?;
        }
        let shown = record.as_object().cloned().unwrap_or_default();
        search_entry::index(tx, kind, &[search_entry::of(author.workspace, kind, id, &shown)]).await?;
        if kind == Kind::Company && new.contains_key("name") {
            search_entry::of_company_again(tx, author.workspace, id).await?;
        }
    }
    Ok(Some(Changed { before: old, after: new, record }))
}

/// The fields that differ: as they were, as they become. Custom fields are compared one by one.
fn difference(before: &Json, sent: &Map<String, Json>) -> (Map<String, Json>, Map<String, Json>) {
    let (mut old, mut new) = (Map::new(), Map::new());
    for (key, value) in sent {
        if key == "custom" {
            let empty = Map::new();
            let (a, b) = difference(&before["custom"], value.as_object().unwrap_or(&empty));
            if !b.is_empty() {
                old.insert(key.clone(), Json::Object(a));
                new.insert(key.clone(), Json::Object(b));
            }
        } else if before.get(key).unwrap_or(&Json::Null) != value {
            old.insert(key.clone(), before.get(key).cloned().unwrap_or(Json::Null));
            new.insert(key.clone(), value.clone());
        }
    }
    (old, new)
}

async fn write(
    tx: &WriteTx,
    author: &Author,
    kind: Kind,
    id: Uuid,
    before: &Json,
    draft: &Draft,
) -> Result<(), Problem> {
    let mut sql =
        Sql::new(tx.engine(), &format!("UPDATE {} SET revision = revision + 1, updated_at = ", kind.key()));
    sql.bind(author.now);
    for (column, value) in draft.columns() {
        sql.push(", ").push(column).push(" = ").bind(value.clone());
    }
    if !draft.custom().is_empty() {
        let mut custom = before["custom"].as_object().cloned().unwrap_or_default();
        for (key, value) in draft.custom() {
            if value.is_null() {
                custom.remove(key);
            } else {
                custom.insert(key.clone(), value.clone());
            }
        }
        sql.push(", custom = ").bind(Json::Object(custom));
    }
    sql.push_with(" WHERE id = ? AND workspace_id = ?", [id.into(), author.workspace.into()]);
    sql.run(tx.conn()).await?;
    Ok(())
}

/// Deletes a record so that it can be restored.
///
/// # Errors
/// 404, 412 when it has moved on.
pub async fn remove(
    tx: &mut WriteTx,
    author: &Author,
    kind: Kind,
    id: Uuid,
    seen: IfMatch,
) -> Result<(), Problem> {
    let before = load_or_404(tx, author, kind, id).await?;
    if !before["deleted_at"].is_null() {
        return Err(Problem::not_found(kind.key()));
    }
    seen.check(before["revision"].as_i64().unwrap_or(0))?;
    set_deleted(tx, author, kind, id, true).await?;
    store::search::remove_all(tx, [id]).await?;
    let word = match kind {
        Kind::Company => events::COMPANY_DELETED,
        Kind::Person => events::PERSON_DELETED,
        Kind::Deal => events::DEAL_DELETED,
    };
    tell(tx, author, word, kind, id, &before, json!({ "name": before["name"] })).await
}

/// Brings a deleted record back.
///
/// # Errors
/// 404 when it is not there or not deleted.
pub async fn restore(tx: &mut WriteTx, author: &Author, kind: Kind, id: Uuid) -> Result<Json, Problem> {
    let before = load_or_404(tx, author, kind, id).await?;
    if before["deleted_at"].is_null() {
        return Ok(before);
    }
    if let Some(into) = before.get("merged_into").filter(|into| !into.is_null()) {
        let problem =
            Problem::conflict("merged", "This record was merged into another: take the merge back.");
        return Err(problem.with_facts(json!({ "merged_into": into })));
    }
    set_deleted(tx, author, kind, id, false).await?;
    let shown = before.as_object().cloned().unwrap_or_default();
    search_entry::index(tx, kind, &[search_entry::of(author.workspace, kind, id, &shown)]).await?;
    let word = match kind {
        Kind::Company => events::COMPANY_RESTORED,
        Kind::Person => events::PERSON_RESTORED,
        Kind::Deal => events::DEAL_RESTORED,
    };
    tell(tx, author, word, kind, id, &before, json!({ "name": before["name"] })).await?;
    load_or_404(tx, author, kind, id).await
}

async fn set_deleted(
    tx: &WriteTx,
    author: &Author,
    kind: Kind,
    id: Uuid,
    deleted: bool,
) -> Result<(), Problem> {
    let at = deleted.then_some(author.now);
    let mut sql =
        Sql::new(tx.engine(), &format!("UPDATE {} SET revision = revision + 1, deleted_at = ", kind.key()));
    sql.bind(at);
    sql.push_with(
        ", updated_at = ? WHERE id = ? AND workspace_id = ?",
        [author.now.into(), id.into(), author.workspace.into()],
    );
    sql.run(tx.conn()).await?;
    Ok(())
}

async fn tell(
    tx: &mut WriteTx,
    author: &Author,
    word: &'static str,
    kind: Kind,
    id: Uuid,
    record: &Json,
    payload: Json,
) -> Result<(), Problem> {
    let mut event = NewEvent::now(author.workspace, word, author.actor, author.now)
        .about(subject(kind, id, record.get("company_id")))
        .with(payload);
    event.cause = author.cause;
    tx.record(event).await?;
    Ok(())
}

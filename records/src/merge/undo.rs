//! Making two of one again.

use super::log::{self, RecordMerge};
use super::{columns_naming, hold, make, rules};
use crate::kind::Kind;
use crate::write::{self, Author};
use crate::{events, search_entry};
use http_room::{Answer, App, Problem};
use kernel::MergeId;
use serde_json::{Map, Value as Json, json};
use store::db::Source;
use store::{NewEvent, Sql, Subject, WriteTx};
use uuid::Uuid;

/// Takes a merge back, in the caller's transaction: rows, addresses and the log go back to the record they
/// came from; the record that stayed loses what the merge brought, and keeps what was written since.
///
/// # Errors
/// 404; 409 when it was taken back already, or the record that stayed was itself merged since.
pub async fn undo(app: &App, tx: &mut WriteTx, author: &Author, id: MergeId) -> Answer<()> {
    let merge = log::find(tx, author.workspace, id).await?.ok_or_else(|| Problem::not_found("merge"))?;
    if merge.undone_at.is_some() {
        return Err(Problem::conflict("already_undone", "This merge was taken back already."));
    }
    let kind = merge.kind()?;
    let (kept, merged) = hold(tx, author, kind, merge.kept_id, merge.merged_id).await?;
    if !kept["merged_into"].is_null() {
        let problem = Problem::conflict(
            "merged_again",
            format!(
                "'{}' was merged into another record since: take that merge back first.",
                merge.kept_name
            ),
        );
        return Err(problem.with_facts(json!({ "merged_into": kept["merged_into"] })));
    }
    open_again(tx, author, kind, merge.merged_id).await?;
    move_back(app, tx, author, &merge, kind).await?;
    give_back_roles(tx, author, &merge).await?;
    take_out(tx, author, &merge, kind, kept).await?;
    find_again(tx, author, kind, &merge, &merged).await?;
    forget_on_timelines(tx, author, &merge).await?;
    log::set_undone(tx, author, id).await?;
    set_last_change(tx, author, &merge, kind).await?;
    tell(tx, author, &merge, kind).await
}

async fn open_again(tx: &WriteTx, author: &Author, kind: Kind, id: Uuid) -> Answer<()> {
    let text = format!(
        "UPDATE {} SET deleted_at = NULL, merged_into = NULL WHERE id = ? AND workspace_id = ?",
        kind.key()
    );
    Sql::with(tx.engine(), &text, [id.into(), author.workspace.into()]).run(tx.conn()).await?;
    Ok(())
}

async fn move_back(app: &App, tx: &WriteTx, author: &Author, merge: &RecordMerge, kind: Kind) -> Answer<()> {
    for moved in log::moved(tx, author.workspace, merge.id).await? {
        let reference = columns_naming(app, kind)
            .find(|r| r.table == moved.table_name && r.column == moved.column_name)
            .ok_or_else(|| Problem::not_found("table"))?;
        let keys = moved.row_keys.as_array().cloned().unwrap_or_default();
        reference.move_back(tx, author.workspace, merge.merged_id, merge.kept_id, &keys).await?;
    }
    Ok(())
}

async fn give_back_roles(tx: &WriteTx, author: &Author, merge: &RecordMerge) -> Answer<()> {
    let none = Map::new();
    for change in merge.roles.as_array().into_iter().flatten() {
        let Some(deal) = change["deal_id"].as_str().and_then(|d| Uuid::parse_str(d).ok()) else { continue };
        let text = "SELECT roles FROM deal_person WHERE deal_id = ? AND person_id = ? AND workspace_id = ?";
        let values = [deal.into(), merge.kept_id.into(), author.workspace.into()];
        let Some(now) = Sql::with(tx.engine(), text, values).scalar::<Json>(tx.conn()).await? else {
            continue;
        };
        let parts = |key: &str| change[key].as_object().unwrap_or(&none).clone();
        let back = rules::way_back(&parts("before"), &parts("after"), &json!({ "roles": now }));
        if let Some(roles) = back.get("roles") {
            make::set_roles(tx, author.workspace, deal, merge.kept_id, roles).await?;
        }
    }
    Ok(())
}

/// Takes out of the record that stayed what the merge brought.
async fn take_out(tx: &WriteTx, author: &Author, merge: &RecordMerge, kind: Kind, kept: Json) -> Answer<()> {
    let none = Map::new();
    let (before, after) =
        (merge.before.as_object().unwrap_or(&none), merge.after.as_object().unwrap_or(&none));
    let patch = rules::way_back(before, after, &kept);
    write::apply(tx, author, kind, merge.kept_id, kept, &patch).await?;
    Ok(())
}

/// The record that stayed was last changed when somebody last changed it, or a merge that still holds did.
async fn set_last_change(tx: &WriteTx, author: &Author, merge: &RecordMerge, kind: Kind) -> Answer<()> {
    let text = format!(
        "SELECT MAX(at) FROM (SELECT MAX(recorded_at) AS at FROM event WHERE {kind}_id = ? AND workspace_id = ? \
         AND kind IN ('{kind}.created', '{kind}.changed', '{kind}.restored') \
         UNION ALL SELECT MAX(created_at) FROM record_merge WHERE kept_id = ? AND workspace_id = ? AND undone_at IS NULL) AS times",
        kind = kind.key()
    );
    let (id, workspace) = (merge.kept_id, author.workspace);
    let values = [id.into(), workspace.into(), id.into(), workspace.into()];
    let last: Option<Option<i64>> = Sql::with(tx.engine(), &text, values).scalar(tx.conn()).await?;
    let Some(last) = last.flatten() else { return Ok(()) };
    let text = format!("UPDATE {} SET updated_at = ? WHERE id = ? AND workspace_id = ?", kind.key());
    Sql::with(tx.engine(), &text, [last.into(), id.into(), workspace.into()]).run(tx.conn()).await?;
    // What is known of the line that was there spoke for another time.
    let kept = write::load(tx, workspace, kind, id).await?.filter(|kept| kept["deleted_at"].is_null());
    if let Some(shown) = kept.as_ref().and_then(Json::as_object) {
        search_entry::index(tx, kind, &[search_entry::of(workspace, kind, id, shown)]).await?;
    }
    Ok(())
}

/// The record is found again by its words, its addresses, and its people by its name.
async fn find_again(
    tx: &WriteTx,
    author: &Author,
    kind: Kind,
    merge: &RecordMerge,
    merged: &Json,
) -> Answer<()> {
    let shown = merged.as_object().cloned().unwrap_or_default();
    let entry = search_entry::of(author.workspace, kind, merge.merged_id, &shown);
    search_entry::index(tx, kind, &[entry]).await?;
    match kind {
        Kind::Person => write::points::replace(tx, author.workspace, merge.merged_id, merged).await?,
        _ => search_entry::of_company_again(tx, author.workspace, merge.merged_id).await?,
    }
    Ok(())
}

/// The timelines tell of no merge that was taken back; the log and the list of merges keep it.
async fn forget_on_timelines(tx: &WriteTx, author: &Author, merge: &RecordMerge) -> Answer<()> {
    let Some(event) = merge.event_id else { return Ok(()) };
    let text = "UPDATE event SET company_id = NULL, person_id = NULL WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [event.into(), author.workspace.into()]).run(tx.conn()).await?;
    Ok(())
}

async fn tell(tx: &mut WriteTx, author: &Author, merge: &RecordMerge, kind: Kind) -> Answer<()> {
    let word = match kind {
        Kind::Person => events::PERSON_MERGE_UNDONE,
        _ => events::COMPANY_MERGE_UNDONE,
    };
    let payload = json!({ "merge_id": merge.id, "kept_id": merge.kept_id, "merged_id": merge.merged_id });
    let mut event = NewEvent::now(author.workspace, word, author.actor, author.now)
        .about(Subject { row: Some(merge.id.0), ..Subject::default() })
        .with(payload);
    event.cause = author.cause;
    tx.record(event).await?;
    Ok(())
}

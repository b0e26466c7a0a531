//! Making one of two.

use super::log::{self, Merge};
use super::rules::{self, Difference, Whose};
use super::{columns_naming, hold};
use crate::kind::Kind;
use crate::write::{self, Author};
use crate::{events, search_entry};
use http_room::{Answer, App, FieldError, Problem};
use kernel::{CompanyId, EventId, MergeId, PersonId, WorkspaceId};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use store::db::Source;
use store::{NewEvent, Sql, Subject, WriteTx};
use uuid::Uuid;

/// Which two, and how.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The record that stays.
    pub kept: Uuid,
    /// The record that goes into it.
    pub merged: Uuid,
    /// Whose value to take where both have one; the kept record's when nothing is said.
    pub choose: BTreeMap<String, Whose>,
    /// How sure the matcher was, 0 to 1.
    pub score: Option<f64>,
    /// Whether nobody looked at it.
    pub automatic: bool,
}

/// Makes one record of two, in the caller's transaction.
///
/// # Errors
/// 404 for either record, 422 for a record merged with itself, deals, or a choice of an unknown field.
pub async fn make(
    app: &App,
    tx: &mut WriteTx,
    author: &Author,
    kind: Kind,
    request: &Request,
) -> Answer<MergeId> {
    check(kind, request)?;
    let (kept, merged) = hold(tx, author, kind, request.kept, request.merged).await?;
    if !(kept["deleted_at"].is_null() && merged["deleted_at"].is_null()) {
        return Err(Problem::not_found(kind.key()));
    }
    let patch = rules::combine(kind, &kept, &merged, &request.choose);
    let changed = write::apply(tx, author, kind, request.kept, kept.clone(), &patch).await?;
    let (before, after) = changed.map(|c| (c.before, c.after)).unwrap_or_default();
    let roles = if kind == Kind::Person { unite_roles(tx, author, request).await? } else { Vec::new() };
    let merge = Merge {
        id: MergeId::new(),
        kind,
        kept_id: request.kept,
        merged_id: request.merged,
        kept_name: text(&kept["name"]),
        merged_name: text(&merged["name"]),
        before: Json::Object(before),
        after: Json::Object(after),
        roles: Json::Array(roles),
        score: request.score,
        automatic: request.automatic,
    };
    log::insert(tx, author, &merge).await?;
    let moved = move_rows(app, tx, author.workspace, &merge).await?;
    close(tx, author, kind, request).await?;
    if kind == Kind::Company {
        search_entry::of_company_again(tx, author.workspace, request.kept).await?;
    }
    let event = tell(tx, author, &merge, &kept, &moved).await?;
    log::set_event(tx, author.workspace, merge.id, event).await?;
    Ok(merge.id)
}

fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn check(kind: Kind, request: &Request) -> Answer<()> {
    let mut errors = Vec::new();
    if kind == Kind::Deal {
        errors.push(FieldError::new("merged_id", "invalid", "deals are not merged"));
    }
    if request.kept == request.merged {
        errors.push(FieldError::new("merged_id", "invalid", "a record cannot be merged with itself"));
    }
    for field in request.choose.keys() {
        let known = field.starts_with("custom.") || kind.fields().iter().any(|f| f.key == field);
        if !known {
            errors.push(FieldError::new(
                format!("choose.{field}"),
                "unknown_field",
                "there is no such field",
            ));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

async fn move_rows(
    app: &App,
    tx: &WriteTx,
    workspace: WorkspaceId,
    merge: &Merge,
) -> Answer<BTreeMap<&'static str, usize>> {
    let mut moved = BTreeMap::new();
    let mut n = 0;
    for reference in columns_naming(app, merge.kind) {
        let keys = reference.move_rows(tx, workspace, merge.merged_id, merge.kept_id).await?;
        *moved.entry(reference.table).or_default() += keys.len();
        n = log::keep_moved(tx, merge.id, n, reference, &keys).await?;
    }
    moved.retain(|_, rows| *rows > 0);
    Ok(moved)
}

/// Where both sit in the same committee, the one that stays takes the roles of both. Answers the rows that
/// changed: deal, before, after.
async fn unite_roles(tx: &WriteTx, author: &Author, request: &Request) -> Answer<Vec<Json>> {
    let text = "SELECT a.deal_id, a.roles, b.roles FROM deal_person a JOIN deal_person b ON b.deal_id = a.deal_id \
                WHERE a.workspace_id = ? AND a.person_id = ? AND b.person_id = ?";
    let values = [author.workspace.into(), request.kept.into(), request.merged.into()];
    let mut changed = Vec::new();
    for row in Sql::with(tx.engine(), text, values).rows(tx.conn()).await? {
        let (deal, a, b): (Uuid, Json, Json) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let both = rules::united_roles(&a, &b);
        if both != a {
            set_roles(tx, author.workspace, deal, request.kept, &both).await?;
            changed.push(json!({ "deal_id": deal, "before": { "roles": a }, "after": { "roles": both } }));
        }
    }
    Ok(changed)
}

/// Writes somebody's roles in a committee.
pub(super) async fn set_roles(
    tx: &WriteTx,
    workspace: WorkspaceId,
    deal: Uuid,
    person: Uuid,
    roles: &Json,
) -> Answer<()> {
    let text = "UPDATE deal_person SET roles = ? WHERE deal_id = ? AND person_id = ? AND workspace_id = ?";
    let values = [roles.clone().into(), deal.into(), person.into(), workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// The record that went is found no more. Its row is otherwise left as it was.
async fn close(tx: &WriteTx, author: &Author, kind: Kind, request: &Request) -> Answer<()> {
    let mut sql = Sql::new(tx.engine(), &format!("UPDATE {} SET deleted_at = ", kind.key()));
    sql.bind(author.now).push(", merged_into = ").bind(request.kept);
    sql.push_with(" WHERE id = ? AND workspace_id = ?", [request.merged.into(), author.workspace.into()]);
    sql.run(tx.conn()).await?;
    store::search::remove_all(tx, [request.merged]).await?;
    if kind == Kind::Person {
        let text = "DELETE FROM contact_point WHERE person_id = ? AND workspace_id = ?";
        let values = [request.merged.into(), author.workspace.into()];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    }
    Ok(())
}

async fn tell(
    tx: &mut WriteTx,
    author: &Author,
    merge: &Merge,
    kept: &Json,
    moved: &BTreeMap<&'static str, usize>,
) -> Answer<EventId> {
    let company = kept["company_id"].as_str().and_then(|id| Uuid::parse_str(id).ok()).map(CompanyId);
    let (word, subject) = match merge.kind {
        Kind::Person => (
            events::PERSON_MERGED,
            Subject { person: Some(PersonId(merge.kept_id)), company, ..Subject::default() },
        ),
        _ => (
            events::COMPANY_MERGED,
            Subject { company: Some(CompanyId(merge.kept_id)), ..Subject::default() },
        ),
    };
    let payload = json!({
        "merge_id": merge.id, "kept_id": merge.kept_id, "merged_id": merge.merged_id,
        "merged_name": merge.merged_name, "before": merge.before, "after": merge.after, "moved": moved,
        "automatic": merge.automatic, "score": merge.score,
    });
    let mut event = NewEvent::now(author.workspace, word, author.actor, author.now)
        .about(Subject { row: Some(merge.id.0), ..subject })
        .with(payload);
    event.cause = author.cause;
    Ok(tx.record(event).await?)
}

/// What a merge would make, without making it: the fields that would change, and those to choose in.
///
/// # Errors
/// 404 for either record.
pub async fn combined(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    kept: Uuid,
    merged: Uuid,
) -> Answer<(Map<String, Json>, Vec<Difference>)> {
    let load = async |id| {
        let found = write::load(db, workspace, kind, id).await?;
        found.filter(|r| r["deleted_at"].is_null()).ok_or_else(|| Problem::not_found(kind.key()))
    };
    let (kept, merged) = (load(kept).await?, load(merged).await?);
    let patch = rules::combine(kind, &kept, &merged, &BTreeMap::new());
    Ok((patch, rules::differences(kind, &kept, &merged)))
}

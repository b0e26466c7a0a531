//! Keeps on each company how many people there are known, and whether it fits and nobody is.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{CompanyId, WorkspaceId};
use records::events;
use serde_json::Value as Json;
use store::db::Source;
use store::reaction::Reaction;
use store::{Engine, Event, Result, Sql, WriteTx};
use uuid::Uuid;

type Failed = Box<dyn std::error::Error + Send + Sync>;

const KINDS: &[&str] = &[
    events::PERSON_CREATED,
    events::PERSON_CHANGED,
    events::PERSON_DELETED,
    events::PERSON_RESTORED,
    events::PERSON_MERGED,
    events::PERSON_MERGE_UNDONE,
    events::COMPANY_RESTORED,
    events::COMPANY_MERGED,
    events::COMPANY_MERGE_UNDONE,
];

/// Companies counted in one statement.
const PART: usize = 400;

/// The reaction.
#[must_use]
pub fn reaction() -> Reaction {
    Reaction::together("prospecting.count_people", KINDS, |events, tx| Box::pin(react(events, tx)))
}

async fn react(events: &[Event], tx: &mut WriteTx) -> Result<(), Failed> {
    let mut of: BTreeMap<WorkspaceId, (BTreeSet<CompanyId>, Vec<Uuid>)> = BTreeMap::new();
    for event in events {
        let (companies, people) = of.entry(event.workspace_id).or_default();
        companies.extend(companies_of(event));
        if matches!(event.kind.as_str(), events::PERSON_MERGED | events::PERSON_MERGE_UNDONE) {
            people.extend(events::merged_records(event));
        }
        people.extend(event.person_id.map(|person| person.0));
    }
    for (workspace, (mut companies, people)) in of {
        companies.extend(where_they_work(tx, workspace, &people).await?);
        let companies: Vec<CompanyId> = companies.into_iter().collect();
        recount(tx, workspace, &companies).await?;
    }
    Ok(())
}

/// The companies an event names: where somebody works, and where they worked before.
fn companies_of(event: &Event) -> Vec<CompanyId> {
    let id = |value: &Json| value.as_str().and_then(|id| id.parse::<CompanyId>().ok());
    let mut found: Vec<CompanyId> = event.company_id.into_iter().collect();
    match event.kind.as_str() {
        events::COMPANY_MERGED | events::COMPANY_MERGE_UNDONE => {
            found.extend(events::merged_records(event).into_iter().map(CompanyId));
        }
        events::PERSON_CHANGED => {
            found
                .extend(["before", "after"].iter().filter_map(|side| id(&event.payload[side]["company_id"])));
        }
        _ => {}
    }
    found
}

async fn where_they_work(tx: &WriteTx, workspace: WorkspaceId, people: &[Uuid]) -> Result<Vec<CompanyId>> {
    let mut found = Vec::new();
    for part in people.chunks(PART) {
        let mut sql = Sql::new(tx.engine(), "SELECT company_id FROM person WHERE id IN ");
        sql.bind_list(part.iter().map(|id| (*id).into()));
        sql.push(" AND ").push_check("workspace_id", workspace).push(" AND company_id IS NOT NULL");
        for row in sql.rows(tx.conn()).await? {
            found.push(CompanyId(row.try_get_by_index(0)?));
        }
    }
    Ok(found)
}

/// Counts anew who is known at these companies, unless they are deleted.
///
/// # Errors
/// Whatever the database says.
pub async fn recount(tx: &WriteTx, workspace: WorkspaceId, companies: &[CompanyId]) -> Result<()> {
    for part in companies.chunks(PART) {
        counting(tx.engine(), workspace, part).run(tx.conn()).await?;
    }
    Ok(())
}

/// The statement that counts.
#[must_use]
pub fn counting(engine: Engine, workspace: WorkspaceId, companies: &[CompanyId]) -> Sql {
    let there = "FROM person p WHERE p.workspace_id = company.workspace_id AND p.company_id = company.id \
                 AND p.deleted_at IS NULL";
    // Of those that are there: SQLite would else read the whole workspace through an index of names.
    let text = format!(
        "UPDATE company SET people = (SELECT COUNT(*) {there}), needs_people = (COALESCE(icp_grade, '') IN ('A', 'B') \
         AND NOT EXISTS (SELECT 1 {there})) WHERE workspace_id = ? AND deleted_at IS NULL AND id IN "
    );
    let mut sql = Sql::with(engine, &text, [workspace.into()]);
    sql.bind_list(companies.iter().map(|id| (*id).into()));
    sql
}

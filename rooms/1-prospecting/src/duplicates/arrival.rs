//! Who comes in is compared with those who are there; what is merged or taken apart elsewhere is heard of.

use super::pair::{self, Likeness};
use super::{matched_as, read, search};
use kernel::WorkspaceId;
use linkage::{Matcher, Record, THRESHOLD};
use records::{Kind, events};
use serde_json::json;
use store::db::Source;
use store::reaction::Reaction;
use store::{Event, WriteTx};
use uuid::Uuid;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Others a newcomer is compared with at most.
const CANDIDATES: i64 = 20;

/// The reactions.
#[must_use]
pub fn reactions() -> Vec<Reaction> {
    vec![
        Reaction::together(
            "prospecting.compare_newcomers",
            &[events::COMPANY_CREATED, events::PERSON_CREATED, events::IMPORT_ENDED],
            |events, tx| Box::pin(compare_all(events, tx)),
        ),
        Reaction::each(
            "prospecting.follow_merges",
            &[
                events::COMPANY_MERGED,
                events::PERSON_MERGED,
                events::COMPANY_MERGE_UNDONE,
                events::PERSON_MERGE_UNDONE,
            ],
            |e, tx| Box::pin(follow(e, tx)),
        ),
    ]
}

/// An import tells of every record it made, and there is nothing to do for one of them.
async fn compare_all(events: &[Event], tx: &mut WriteTx) -> Result<(), Failed> {
    for event in events {
        compare(event, tx).await?;
    }
    Ok(())
}

/// A record that came in alone is compared at once; after an import everything is, in the background.
async fn compare(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let workspace = event.workspace_id;
    match (event.kind.as_str(), event.company_id, event.person_id) {
        (events::IMPORT_ENDED, _, _) => after_import(event, tx).await,
        _ if event.payload.get("import_id").is_some() => Ok(()),
        (events::COMPANY_CREATED, Some(company), _) => {
            newcomer(tx, workspace, Kind::Company, company.0, event).await
        }
        (events::PERSON_CREATED, _, Some(person)) => {
            newcomer(tx, workspace, Kind::Person, person.0, event).await
        }
        _ => Ok(()),
    }
}

async fn after_import(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let made = event.payload["created"].as_i64().unwrap_or(0);
    let kind = event.payload["kind"].as_str().and_then(Kind::parse);
    // A list of people brings companies too.
    let kinds: &[Kind] = match kind {
        Some(Kind::Person) => &super::KINDS,
        Some(Kind::Company) => &[Kind::Company],
        _ => &[],
    };
    for kind in kinds.iter().filter(|_| made > 0) {
        search::enqueue(tx, event.workspace_id, *kind, event.actor_id, event.recorded_at).await?;
    }
    Ok(())
}

/// Others a record may be the same as, as probably as a pair must be to be kept.
///
/// # Errors
/// Whatever the database says.
pub async fn likenesses(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    id: Uuid,
) -> store::Result<Vec<Likeness>> {
    let others = read::alike(db, workspace, kind, id, CANDIDATES).await?;
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let Some(own) = read::of_ids(db, workspace, kind, &[id]).await?.pop() else { return Ok(Vec::new()) };
    let others = read::of_ids(db, workspace, kind, &others).await?;
    let candidates: Vec<Record> =
        others.iter().map(|other| Record { fields: other.fields.clone() }).collect();
    let scored = Matcher::new(matched_as(kind)).score(&Record { fields: own.fields }, &candidates);
    let found = scored.iter().filter(|pair| pair.score >= THRESHOLD).map(|pair| Likeness {
        one: id,
        other: others[pair.b].id,
        score: pair.score,
        weight: pair.weight,
        evidence: json!(pair.evidence),
    });
    Ok(found.collect())
}

async fn newcomer(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    kind: Kind,
    id: Uuid,
    event: &Event,
) -> Result<(), Failed> {
    let pairs = likenesses(tx, workspace, kind, id).await?;
    Ok(pair::keep(tx, workspace, kind, None, &pairs, event.recorded_at).await?)
}

async fn follow(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let [kept, merged] = events::merged_records(event)[..] else { return Ok(()) };
    let (workspace, now) = (event.workspace_id, event.recorded_at);
    let Some(kind) = event.kind.split_once('.').and_then(|(kind, _)| Kind::parse(kind)) else {
        return Ok(());
    };
    match event.kind.as_str() {
        events::COMPANY_MERGED | events::PERSON_MERGED => {
            Ok(pair::follow(tx, workspace, kind, kept, merged, now).await?)
        }
        _ => Ok(pair::told_apart(tx, workspace, kind, kept, merged, now).await?),
    }
}

//! Taking a change back, from its event: fields return to what they were, what was deleted comes
//! back, what was made is deleted. A field that somebody changed since stays, and is named.

use crate::events;
use crate::kind::Kind;
use crate::write::{self, Author};
use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, IfMatch, Problem, Writer};
use kernel::{EventId, MergeId};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use store::db::Source;
use store::event::{self, Event};
use store::{NewEvent, Sql, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Whether an event of this kind can be taken back here. Moves of deals have their own undo.
#[must_use]
pub fn can_be_undone(kind: &str) -> bool {
    let Some((record, what)) = kind.split_once('.') else {
        return false;
    };
    (Kind::parse(record).is_some() && matches!(what, "created" | "changed" | "deleted" | "restored"))
        || [events::BULK_DONE, events::COMPANY_MERGED, events::PERSON_MERGED].contains(&kind)
}

/// What was taken back.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Undone {
    /// Records that are as they were.
    pub undone: usize,
    /// Records that were left alone because somebody changed the same fields since.
    pub left: usize,
}

async fn undo_one(tx: &mut WriteTx, author: &Author, event: &Event) -> Answer<()> {
    let (record, what) = event.kind.split_once('.').unwrap_or_default();
    let kind = Kind::parse(record).ok_or_else(|| not_undoable(&event.kind))?;
    let id = record_of(event, kind).ok_or_else(|| not_undoable(&event.kind))?;
    match what {
        "created" | "restored" => write::remove(tx, author, kind, id, IfMatch(None)).await,
        "deleted" => write::restore(tx, author, kind, id).await.map(|_| ()),
        "changed" => {
            let patch = way_back(tx, author, kind, id, event).await?;
            write::change(tx, author, kind, id, &patch, IfMatch(None)).await.map(|_| ())
        }
        _ => Err(not_undoable(&event.kind)),
    }
}

/// A merge has a way back of its own, which leaves no trace on the timelines.
fn merge_of(event: &Event) -> Option<MergeId> {
    let merged = [events::COMPANY_MERGED, events::PERSON_MERGED].contains(&event.kind.as_str());
    event.subject_id.filter(|_| merged).map(MergeId)
}

fn record_of(event: &Event, kind: Kind) -> Option<Uuid> {
    match kind {
        Kind::Company => event.company_id.map(|c| c.0),
        Kind::Person => event.person_id.map(|p| p.0),
        Kind::Deal => event.deal_id.map(|d| d.0),
    }
}

/// The patch that puts the old values back.
async fn way_back(
    tx: &WriteTx,
    author: &Author,
    kind: Kind,
    id: Uuid,
    event: &Event,
) -> Answer<Map<String, Json>> {
    let now =
        write::load(tx, author.workspace, kind, id).await?.ok_or_else(|| Problem::not_found(kind.key()))?;
    let empty = Map::new();
    let (before, after) = (
        event.payload["before"].as_object().unwrap_or(&empty),
        event.payload["after"].as_object().unwrap_or(&empty),
    );
    let writable = |key: &str| key == "custom" || kind.fields().iter().any(|f| f.key == key);
    let since: Vec<&str> = after
        .iter()
        .filter(|(key, value)| *key != "custom" && now.get(*key).unwrap_or(&Json::Null) != *value)
        .map(|(key, _)| key.as_str())
        .collect();
    if !since.is_empty() {
        let detail = format!("Changed again since: {}. Take that change back first.", since.join(", "));
        return Err(Problem::conflict("changed_since", detail).with_facts(json!({ "fields": since })));
    }
    Ok(before.iter().filter(|(key, _)| writable(key)).map(|(k, v)| (k.clone(), v.clone())).collect())
}

fn not_undoable(kind: &str) -> Problem {
    Problem::conflict("cannot_undo", format!("'{kind}' cannot be taken back here."))
}

async fn caused_by(tx: &WriteTx, cause: EventId) -> Answer<Vec<Event>> {
    let mut sql = Sql::new(tx.engine(), "SELECT ");
    sql.push(event::COLUMNS).push(" FROM event WHERE cause_id = ").bind(cause);
    // The parts of a bulk action stand behind it in the log, within the same transaction.
    sql.push(" AND seq > (SELECT seq FROM event WHERE id = ")
        .bind(cause)
        .push(") AND seq <= (SELECT seq FROM event WHERE id = ")
        .bind(cause);
    sql.push(") + 5000 ORDER BY seq DESC");
    Ok(sql.all(tx.conn()).await?)
}

#[utoipa::path(post, path = "/events/{id}/undo", tag = "timeline", operation_id = "undo_event", params(("id" = Uuid, Path, description = "The event of the change")),
    responses((status = 200, description = "What was taken back", body = Undone), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "It cannot be taken back, or was changed since", body = Problem)))]
async fn undo(me: Writer, State(app): State<App>, Path(id): Path<EventId>) -> Answer<Answered<Undone>> {
    let mut author = crate::routes::author(&app, &me).await?;
    let mut tx = app.db.write_tx().await?;
    let event = event::find(&tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("event"))?;
    if !can_be_undone(&event.kind) {
        return Err(not_undoable(&event.kind));
    }
    if let Some(merge) = merge_of(&event) {
        crate::merge::undo(&app, &mut tx, &author, merge).await?;
        tx.commit().await?;
        return Ok(Answered(Undone { undone: 1, left: 0 }));
    }
    let subject =
        Subject { company: event.company_id, person: event.person_id, deal: event.deal_id, row: Some(id.0) };
    let taken_back = NewEvent::now(me.workspace, events::CHANGE_UNDONE, author.actor, author.now)
        .about(subject)
        .with(json!({ "event_id": id, "kind": event.kind }));
    author.cause = Some(tx.record(taken_back).await?);
    let mut done = Undone { undone: 0, left: 0 };
    if event.kind == events::BULK_DONE {
        for part in caused_by(&tx, id).await? {
            match undo_one(&mut tx, &author, &part).await {
                Ok(()) => done.undone += 1,
                Err(problem) if problem.status < 500 => done.left += 1,
                Err(problem) => return Err(problem),
            }
        }
    } else {
        undo_one(&mut tx, &author, &event).await?;
        done.undone = 1;
    }
    tx.commit().await?;
    Ok(Answered(done))
}

/// The route.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(undo))
}

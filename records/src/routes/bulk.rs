//! One action on many records, each on its own: what cannot be done is told, the rest is done.

use crate::events;
use crate::kind::Kind;
use crate::write::{self, Author};
use http_room::{Answer, App, IfMatch, Member, Problem};
use kernel::limits;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use store::{NewEvent, WriteTx};
use uuid::Uuid;

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Write the same changes to all.
    Update,
    /// Delete all.
    Delete,
    /// Bring all back.
    Restore,
}

/// An action on many records.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkRequest {
    /// What to do.
    pub action: Action,
    /// With which records, at most 1,000.
    pub ids: Vec<Uuid>,
    /// What to write, for `update`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub changes: Map<String, Json>,
}

/// A record that was not changed.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BulkRefusal {
    /// Which.
    pub id: Uuid,
    /// Why, for programs.
    pub code: String,
    /// Why, for people.
    pub message: String,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BulkAnswer {
    /// Records changed.
    pub changed: usize,
    /// Records refused.
    pub refused: Vec<BulkRefusal>,
    /// The event to undo it all by.
    pub event_id: kernel::EventId,
}

/// Does it.
pub async fn run(app: &App, me: &Member, kind: Kind, request: BulkRequest) -> Answer<BulkAnswer> {
    if request.ids.is_empty() || request.ids.len() > limits::BULK_ROWS {
        return Err(Problem::field("ids", "invalid", format!("from 1 to {} records", limits::BULK_ROWS)));
    }
    let mut author = super::author(app, me).await?;
    let mut tx = app.db.write_tx().await?;
    let done = NewEvent::now(me.workspace, events::BULK_DONE, author.actor, author.now)
        .with(json!({ "kind": kind.key(), "action": request.action, "count": request.ids.len() }));
    let event_id = tx.record(done).await?;
    author.cause = Some(event_id);
    let mut answer = BulkAnswer { changed: 0, refused: Vec::new(), event_id };
    for id in &request.ids {
        match one(&mut tx, &author, kind, *id, &request).await {
            Ok(()) => answer.changed += 1,
            Err(problem) if problem.status < 500 => {
                answer.refused.push(BulkRefusal { id: *id, code: problem.code, message: problem.detail });
            }
            Err(problem) => return Err(problem),
        }
    }
    tx.commit().await?;
    Ok(answer)
}

async fn one(tx: &mut WriteTx, author: &Author, kind: Kind, id: Uuid, request: &BulkRequest) -> Answer<()> {
    match request.action {
        Action::Update => {
            write::change(tx, author, kind, id, &request.changes, IfMatch(None)).await.map(|_| ())
        }
        Action::Delete => write::remove(tx, author, kind, id, IfMatch(None)).await,
        Action::Restore => write::restore(tx, author, kind, id).await.map(|_| ()),
    }
}

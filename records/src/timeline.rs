//! What happened to a record, newest first, read from the event log.

use crate::kind::Kind;
use http_room::{Answer, ListQuery, Page, Problem};
use kernel::{CompanyId, DealId, EventId, PersonId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::Sql;
use store::db::Source;
use uuid::Uuid;

/// One entry.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct TimelineEntry {
    /// The event.
    pub id: EventId,
    /// Its place in the log.
    pub seq: i64,
    /// `deal.moved`, `note.added`, …
    pub kind: String,
    /// When it happened.
    pub at: Timestamp,
    /// `user`, `token`, `system`, `outside`.
    pub actor_kind: String,
    /// Who.
    pub actor_id: Option<UserId>,
    /// Their name.
    pub actor_name: Option<String>,
    /// The company.
    pub company_id: Option<CompanyId>,
    /// The person.
    pub person_id: Option<PersonId>,
    /// Their name.
    pub person_name: Option<String>,
    /// The deal.
    pub deal_id: Option<DealId>,
    /// Its name.
    pub deal_name: Option<String>,
    /// The note, call, task, mail, offer it is about.
    pub subject_id: Option<Uuid>,
    /// What the kind says: see the event list in the documentation.
    #[schema(value_type = Object)]
    pub payload: Json,
    /// Whether it can be taken back.
    #[sea_orm(skip)]
    pub can_undo: bool,
}

/// A page of a record's timeline.
///
/// # Errors
/// 404 when there is no such record in this workspace.
pub async fn of(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    id: Uuid,
    query: &ListQuery,
) -> Answer<Page<TimelineEntry>> {
    let there = format!("SELECT 1 FROM {} WHERE id = ? AND workspace_id = ?", kind.key());
    if Sql::with(db.engine(), &there, [id.into(), workspace.into()]).rows(db.conn()).await?.is_empty() {
        return Err(Problem::not_found(kind.key()));
    }
    let mut sql = Sql::new(
        db.engine(),
        "SELECT e.id, e.seq, e.kind, e.at, e.actor_kind, e.actor_id, u.name AS actor_name, e.company_id, e.person_id, \
         p.name AS person_name, e.deal_id, d.name AS deal_name, e.subject_id, e.payload FROM event e \
         LEFT JOIN app_user u ON u.id = e.actor_id LEFT JOIN person p ON p.id = e.person_id LEFT JOIN deal d ON d.id = e.deal_id \
         WHERE e.",
    );
    sql.push(kind.key()).push_with("_id = ? AND e.workspace_id = ?", [id.into(), workspace.into()]);
    if let Some((at, seq)) = query.cursor.as_deref().map(read_cursor).transpose()? {
        sql.push_with(" AND (e.at, e.seq) < (?, ?)", [at.into(), seq.into()]);
    }
    sql.push(" ORDER BY e.at DESC, e.seq DESC LIMIT ").bind(i64::from(query.limit) + 1);
    let mut items: Vec<TimelineEntry> = sql.all(db.conn()).await?;
    let more = items.len() > query.limit as usize;
    items.truncate(query.limit as usize);
    for item in &mut items {
        item.can_undo = crate::undo::can_be_undone(&item.kind);
    }
    let next_cursor = items.last().filter(|_| more).map(|last| format!("{}.{}", last.at.0, last.seq));
    Ok(Page { items, next_cursor })
}

fn read_cursor(text: &str) -> Answer<(i64, i64)> {
    let parts = text.split_once('.').and_then(|(at, seq)| Some((at.parse().ok()?, seq.parse().ok()?)));
    parts.ok_or_else(|| Problem::field("cursor", "invalid", "this cursor belongs to another list"))
}

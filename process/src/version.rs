//! Versions of the process in the database. A published one never changes.

use kernel::{ProcessVersionId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, NewEvent, Result, Sql, StoreError, Subject, WriteTx};

use crate::definition::Definition;

/// A version was published. Payload: `number`, `note`.
pub const VERSION_PUBLISHED: &str = "process.published";

/// A version, its document read.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Version {
    /// Its id.
    pub id: ProcessVersionId,
    /// Counted from 1 within the workspace.
    pub number: i64,
    /// `draft`, `published` or `retired`.
    pub state: String,
    /// The process.
    pub definition: Definition,
    /// Why it was made.
    pub note: Option<String>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// By whom; nobody for the one that ships.
    pub published_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: ProcessVersionId,
    number: i64,
    state: String,
    definition: Json,
    note: Option<String>,
    published_at: Option<Timestamp>,
    published_by: Option<UserId>,
    created_at: Timestamp,
}

const COLUMNS: &str = "id, number, state, definition, note, published_at, published_by, created_at";

impl TryFrom<Row> for Version {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self> {
        let definition = serde_json::from_value(row.definition).map_err(|e| StoreError::Shape {
            what: format!("process version {}", row.id),
            why: e.to_string(),
        })?;
        Ok(Self {
            id: row.id,
            number: row.number,
            state: row.state,
            definition,
            note: row.note,
            published_at: row.published_at,
            published_by: row.published_by,
            created_at: row.created_at,
        })
    }
}

/// The versions of a workspace, newest first.
///
/// # Errors
/// Whatever the database says, or a document that cannot be read.
pub async fn all(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<Version>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM process_version WHERE workspace_id = ").bind(workspace);
    sql.push(" ORDER BY number DESC");
    sql.all::<Row>(db.conn()).await?.into_iter().map(Version::try_from).collect()
}

/// One version of a workspace.
///
/// # Errors
/// As [`all`].
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: ProcessVersionId) -> Result<Option<Version>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM process_version WHERE ");
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql.one::<Row>(db.conn()).await?.map(Version::try_from).transpose()
}

/// The version new deals follow; `None` in a workspace that has published none.
///
/// # Errors
/// As [`all`].
pub async fn current(db: &impl Source, workspace: WorkspaceId) -> Result<Option<Version>> {
    let mut sql = Sql::new(db.engine(), "SELECT v.");
    sql.push(&COLUMNS.replace(", ", ", v.")).push(" FROM process_version v JOIN workspace w ");
    sql.push("ON w.process_version_id = v.id AND w.id = v.workspace_id WHERE w.id = ").bind(workspace);
    sql.one::<Row>(db.conn()).await?.map(Version::try_from).transpose()
}

/// The version a deal follows: the one it is pinned to, else the current one.
///
/// # Errors
/// As [`all`]; [`StoreError::Shape`] when the workspace has none at all.
pub async fn of_deal(
    db: &impl Source,
    workspace: WorkspaceId,
    pinned: Option<ProcessVersionId>,
) -> Result<Version> {
    let found = match pinned {
        Some(id) => find(db, workspace, id).await?,
        None => None,
    };
    match found {
        Some(version) => Ok(version),
        None => current(db, workspace).await?.ok_or_else(|| StoreError::Shape {
            what: format!("process of workspace {workspace}"),
            why: "no version is published".to_owned(),
        }),
    }
}

/// Publishes "Seven stages" as version 1 of a new workspace. Does nothing where one is published.
///
/// # Errors
/// Whatever the database says.
pub async fn publish_default(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    actor: Actor,
    now: Timestamp,
) -> Result<ProcessVersionId> {
    if let Some(version) = current(tx, workspace).await? {
        return Ok(version.id);
    }
    let id = ProcessVersionId::new();
    let definition = serde_json::to_value(Definition::seven_stages())
        .map_err(|e| StoreError::Shape { what: "the shipped process".to_owned(), why: e.to_string() })?;
    let text = "INSERT INTO process_version (id, workspace_id, number, state, definition, note, published_at, \
                published_by, created_at) VALUES (?, ?, 1, 'published', ?, NULL, ?, ?, ?)";
    let values =
        [id.into(), workspace.into(), definition.into(), now.into(), actor.user().into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let text = "UPDATE workspace SET process_version_id = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [id.into(), workspace.into()]).run(tx.conn()).await?;
    let event = NewEvent::now(workspace, VERSION_PUBLISHED, actor, now)
        .about(Subject { row: Some(id.0), ..Subject::default() })
        .under(Some(id))
        .with(json!({ "number": 1, "note": null }));
    tx.record(event).await?;
    Ok(id)
}

/// Publishes a document as the next version of a workspace: new deals follow it, and deals under way keep theirs.
/// Answers the current version when the document says the same.
///
/// # Errors
/// [`StoreError::Shape`] where none is published yet, or whatever the database says.
pub async fn publish_next(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    definition: &Definition,
    note: Option<&str>,
    actor: Actor,
    now: Timestamp,
) -> Result<ProcessVersionId> {
    let shape = |why: String| StoreError::Shape { what: format!("process of workspace {workspace}"), why };
    let mut held = Sql::with(tx.engine(), "SELECT id FROM workspace WHERE id = ?", [workspace.into()]);
    held.hold();
    held.rows(tx.conn()).await?;
    let before = current(tx, workspace).await?.ok_or_else(|| shape("no version is published".to_owned()))?;
    if before.definition == *definition {
        return Ok(before.id);
    }
    let (id, number) = (ProcessVersionId::new(), before.number + 1);
    let document = serde_json::to_value(definition).map_err(|e| shape(e.to_string()))?;
    let text = "UPDATE process_version SET state = 'retired' WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [before.id.into(), workspace.into()]).run(tx.conn()).await?;
    let text = "INSERT INTO process_version (id, workspace_id, number, state, definition, note, published_at, \
                published_by, created_at) VALUES (?, ?, ?, 'published', ?, ?, ?, ?, ?)";
    let values = [
        id.into(),
        workspace.into(),
        number.into(),
        document.into(),
        note.map(str::to_owned).into(),
        now.into(),
        actor.user().into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let text = "UPDATE workspace SET process_version_id = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [id.into(), workspace.into()]).run(tx.conn()).await?;
    let event = NewEvent::now(workspace, VERSION_PUBLISHED, actor, now)
        .about(Subject { row: Some(id.0), ..Subject::default() })
        .under(Some(id))
        .with(json!({ "number": number, "note": note }));
    tx.record(event).await?;
    Ok(id)
}

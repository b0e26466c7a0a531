//! Frameworks in the database: a working copy, and the versions that were published. Those never change.

use std::collections::BTreeMap;

use http_room::{Answer, FieldError, Problem};
use kernel::{FrameworkId, Timestamp, UserId, WorkspaceId};
use process::deal_row::DealRow;
use process::definition::Definition;
use process::version;
use records::Kind;
use records::custom_field;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, NewEvent, Result, Sql, StoreError, Subject, WriteTx};

use super::outline::{AnswerTarget, Outline, is_key};
use super::template::template;

/// A framework was written down or its working copy changed. Payload: `key`.
pub const FRAMEWORK_CHANGED: &str = "framework.changed";
/// A version of a framework was published. Payload: `key`, `version`.
pub const FRAMEWORK_PUBLISHED: &str = "framework.published";
/// Most frameworks of a workspace.
pub const FRAMEWORKS: usize = 100;

/// A framework.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Framework {
    /// Its id.
    pub id: FrameworkId,
    /// Its name in the process.
    pub key: String,
    /// The working copy.
    pub outline: Outline,
    /// The newest published version, 0 before the first.
    pub version: i64,
    /// Whether the working copy differs from it.
    pub changed: bool,
    /// Counts changes.
    pub revision: i64,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// Stages of the current process that open it, each with the version it has there.
    pub stages: BTreeMap<String, i64>,
}

#[derive(FromQueryResult)]
struct Row {
    id: FrameworkId,
    framework_key: String,
    outline: Json,
    published: Option<Json>,
    version: i64,
    revision: i64,
    updated_at: Timestamp,
}

/// Reads a stored outline.
fn read(what: &str, outline: Json) -> Result<Outline> {
    serde_json::from_value(outline)
        .map_err(|e| StoreError::Shape { what: format!("framework {what}"), why: e.to_string() })
}

impl Row {
    fn shown(self, process: Option<&Definition>) -> Result<Framework> {
        let stages = process.into_iter().flat_map(|p| &p.stages).flat_map(|stage| {
            let pins = stage.outlines.iter().filter(|pin| pin.framework == self.framework_key);
            pins.map(|pin| (stage.key.clone(), pin.version))
        });
        Ok(Framework {
            stages: stages.collect(),
            changed: self.published.as_ref() != Some(&self.outline),
            outline: read(&self.framework_key, self.outline)?,
            id: self.id,
            key: self.framework_key,
            version: self.version,
            revision: self.revision,
            updated_at: self.updated_at,
        })
    }
}

const SELECT: &str = "SELECT f.id, f.framework_key, f.outline, v.outline AS published, f.version, f.revision, f.updated_at \
    FROM framework f LEFT JOIN framework_version v ON v.framework_id = f.id AND v.number = f.version \
    WHERE f.archived_at IS NULL AND f.workspace_id = ";

/// The frameworks of a workspace in use, the oldest first.
///
/// # Errors
/// Whatever the database says, or a document that cannot be read.
pub async fn all(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<Framework>> {
    let process = version::current(db, workspace).await?.map(|v| v.definition);
    let mut sql = Sql::new(db.engine(), SELECT);
    sql.bind(workspace).push(" ORDER BY f.id");
    sql.all::<Row>(db.conn()).await?.into_iter().map(|row| row.shown(process.as_ref())).collect()
}

/// One framework in use.
///
/// # Errors
/// 404, or whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: FrameworkId) -> Answer<Framework> {
    let process = version::current(db, workspace).await?.map(|v| v.definition);
    let mut sql = Sql::new(db.engine(), SELECT);
    sql.bind(workspace).push(" AND f.id = ").bind(id);
    let row: Option<Row> = sql.one(db.conn()).await?;
    Ok(row.ok_or_else(|| Problem::not_found("framework"))?.shown(process.as_ref())?)
}

/// A published version of a framework.
///
/// # Errors
/// Whatever the database says, or a document that cannot be read.
pub async fn published(
    db: &impl Source,
    workspace: WorkspaceId,
    id: FrameworkId,
    number: i64,
) -> Result<Option<Outline>> {
    let text =
        "SELECT outline FROM framework_version WHERE framework_id = ? AND number = ? AND workspace_id = ?";
    let values = [id.into(), number.into(), workspace.into()];
    let found: Option<Json> = Sql::with(db.engine(), text, values).scalar(db.conn()).await?;
    found.map(|outline| read(&id.to_string(), outline)).transpose()
}

/// Who writes, and when.
#[derive(Debug, Clone, Copy)]
pub struct By {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
}

impl By {
    fn user(self) -> Option<UserId> {
        self.actor.user()
    }
}

/// Refuses a document with faults, or one that fills fields that are not there.
///
/// # Errors
/// 422 with every place at fault.
pub async fn check(db: &impl Source, workspace: WorkspaceId, outline: &Outline) -> Answer<()> {
    let mut faults = outline.faults();
    for kind in [Kind::Deal, Kind::Company] {
        let fields = custom_field::in_use(db, workspace, kind).await?;
        for (i, question) in outline.questions.iter().enumerate() {
            if let Some(AnswerTarget::Field { on, field }) = &question.fills
                && *on == kind
                && !field.is_empty()
                && !fields.iter().any(|f| f.key == *field)
            {
                let place = format!("questions.{i}.fills.field");
                faults.push(FieldError::new(place, "not_found", "there is no such field; make it first"));
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults)) }
}

/// Writes a new framework down.
///
/// # Errors
/// 422 for the document or the key, 409 when the key is taken or there are too many.
pub async fn insert(tx: &mut WriteTx, by: By, key: &str, outline: &Outline) -> Answer<FrameworkId> {
    if !is_key(key) {
        return Err(Problem::field("key", "invalid", "a-z, 0-9 and _, at most 50"));
    }
    check(tx, by.workspace, outline).await?;
    let text = "SELECT framework_key, archived_at IS NOT NULL FROM framework WHERE workspace_id = ?";
    let rows = Sql::with(tx.engine(), text, [by.workspace.into()]).rows(tx.conn()).await?;
    let keys: Vec<String> =
        rows.iter().map(|r| r.try_get_by_index(0)).collect::<Result<_, _>>().map_err(StoreError::from)?;
    if keys.iter().any(|k| k == key) {
        return Err(Problem::field("key", "taken", "another framework has or had this key"));
    }
    if keys.len() >= FRAMEWORKS {
        return Err(Problem::conflict(
            "too_many",
            format!("A workspace has at most {FRAMEWORKS} frameworks."),
        ));
    }
    let id = FrameworkId::new();
    let text = "INSERT INTO framework (id, workspace_id, framework_key, outline, version, revision, created_by, created_at, \
                updated_at) VALUES (?, ?, ?, ?, 0, 1, ?, ?, ?)";
    let values = [
        id.into(),
        by.workspace.into(),
        key.into(),
        json!(outline).into(),
        by.user().into(),
        by.now.into(),
        by.now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tell(tx, by, FRAMEWORK_CHANGED, id, json!({ "key": key })).await?;
    Ok(id)
}

/// Tells of a change of a framework.
///
/// # Errors
/// Whatever the database says.
pub async fn tell(
    tx: &mut WriteTx,
    by: By,
    kind: &'static str,
    id: FrameworkId,
    payload: Json,
) -> Result<()> {
    let subject = Subject { row: Some(id.0), ..Subject::default() };
    tx.record(NewEvent::now(by.workspace, kind, by.actor, by.now).about(subject).with(payload)).await?;
    Ok(())
}

/// Holds a framework until the transaction ends.
///
/// # Errors
/// 404, or whatever the database says.
pub async fn hold(tx: &WriteTx, workspace: WorkspaceId, id: FrameworkId) -> Answer<Framework> {
    let text = "SELECT id FROM framework WHERE id = ? AND workspace_id = ?";
    let mut sql = Sql::with(tx.engine(), text, [id.into(), workspace.into()]);
    sql.hold();
    sql.rows(tx.conn()).await?;
    find(tx, workspace, id).await
}

/// Publishes the working copy as the next version; answers its number. The same text again is no new version.
///
/// # Errors
/// 404, 422 for the document, or whatever the database says.
pub async fn publish(tx: &mut WriteTx, by: By, id: FrameworkId) -> Answer<i64> {
    let framework = hold(tx, by.workspace, id).await?;
    if !framework.changed {
        return Ok(framework.version);
    }
    check(tx, by.workspace, &framework.outline).await?;
    let number = framework.version + 1;
    let text = "INSERT INTO framework_version (framework_id, number, workspace_id, outline, published_by, published_at) \
                VALUES (?, ?, ?, ?, ?, ?)";
    let values = [
        id.into(),
        number.into(),
        by.workspace.into(),
        json!(framework.outline).into(),
        by.user().into(),
        by.now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let text = "UPDATE framework SET version = ?, revision = revision + 1, updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [number.into(), by.now.into(), id.into()]).run(tx.conn()).await?;
    tell(tx, by, FRAMEWORK_PUBLISHED, id, json!({ "key": framework.key, "version": number })).await?;
    Ok(number)
}

/// The workspace's own copy of a framework that ships, made and published at its first use.
///
/// # Errors
/// 422 when none ships under this key, or whatever the database says.
pub async fn adopt(tx: &mut WriteTx, by: By, key: &str) -> Answer<FrameworkId> {
    let shipped = template(key)
        .ok_or_else(|| Problem::field("template", "not_found", "no framework of this key ships"))?;
    let own = all(tx, by.workspace).await?.into_iter().find(|f| f.key == key);
    let id = match own {
        Some(own) => own.id,
        None => insert(tx, by, key, &shipped.outline).await?,
    };
    if find(tx, by.workspace, id).await?.version == 0 {
        publish(tx, by, id).await?;
    }
    Ok(id)
}

/// A framework that can be opened beside a talk about a deal.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OfferedOutline {
    /// The framework; none for one that ships and was never used here.
    pub framework_id: Option<FrameworkId>,
    /// Its key; of one that ships, the template's.
    pub key: String,
    /// The version the talk would follow.
    pub version: Option<i64>,
    /// Whether the process of the deal opens it in the stage where the deal stands.
    pub of_stage: bool,
    /// Its document.
    pub outline: Outline,
}

/// The version of a framework that a talk about a deal follows: the one its process was published with, else the newest.
///
/// # Errors
/// Whatever the database says.
pub async fn version_for(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: &DealRow,
    framework: &Framework,
) -> Result<i64> {
    let process = version::of_deal(db, workspace, deal.process_version_id).await?.definition;
    let pins = process.stages.iter().flat_map(|s| &s.outlines);
    Ok(pins
        .filter(|p| p.framework == framework.key)
        .map(|p| p.version)
        .next_back()
        .unwrap_or(framework.version))
}

/// What can be opened beside a talk about a deal, those of its stage first, then the workspace's own, then what ships.
///
/// # Errors
/// Whatever the database says.
pub async fn offered(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: &DealRow,
) -> Answer<Vec<OfferedOutline>> {
    let process = version::of_deal(db, workspace, deal.process_version_id).await?.definition;
    let stage = deal.position()?.stage;
    let pinned = |key: &str| process.stages_of(stage).any(|s| s.outlines.iter().any(|o| o.framework == key));
    let own = all(db, workspace).await?;
    let mut offered = Vec::new();
    for framework in own.iter().filter(|f| f.version > 0) {
        let number = version_for(db, workspace, deal, framework).await?;
        let Some(outline) = published(db, workspace, framework.id, number).await? else { continue };
        offered.push(OfferedOutline {
            framework_id: Some(framework.id),
            key: framework.key.clone(),
            version: Some(number),
            of_stage: pinned(&framework.key),
            outline,
        });
    }
    let shipped = super::template::templates().into_iter().filter(|t| own.iter().all(|f| f.key != t.key));
    offered.extend(shipped.map(|t| OfferedOutline {
        framework_id: None,
        key: t.key.to_owned(),
        version: None,
        of_stage: false,
        outline: t.outline,
    }));
    offered.sort_by_key(|o| !o.of_stage);
    Ok(offered)
}

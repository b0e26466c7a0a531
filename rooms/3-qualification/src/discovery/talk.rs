//! A talk with a prospect: which questions it follows, what was noted and answered, how it ended.

use std::collections::BTreeMap;

use http_room::{Answer, Problem};
use kernel::{DealId, FrameworkId, PersonId, TalkId, TaskId, Timestamp, UserId, WorkspaceId, limits};
use process::room::{Visit, optional};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql, StoreError, WriteTx};
use uuid::Uuid;

use super::cell::checklist;
use super::framework::{self, By};
use super::outline::Outline;

/// A talk began. Payload: `kind`, `framework`, `version`.
pub const TALK_STARTED: &str = "discovery.started";
/// A talk ended. Payload: `kind`, `seconds`, `two_way`, `answered`, `questions`.
pub const TALK_FINISHED: &str = "discovery.finished";
/// A prospect sent the form of a framework. Payload: `answered`, `questions`.
pub const FORM_ANSWERED: &str = "discovery.form_answered";

/// Kinds of talk a rep begins; `form` is the prospect's own.
pub const KINDS: &[&str] = &["call", "meeting", "video"];
/// The kind of talk that is a form.
pub const FORM: &str = "form";

/// A talk.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
#[schema(as = DiscoveryTalk)]
pub struct Talk {
    /// Its id.
    pub id: TalkId,
    /// About which deal.
    pub deal_id: DealId,
    /// `call`, `meeting`, `video`, or `form`.
    pub kind: String,
    /// Which framework it follows.
    pub framework_id: FrameworkId,
    /// In which version, to its end.
    pub framework_version: i64,
    /// With whom.
    pub person_id: Option<PersonId>,
    /// The call or meeting that was logged of it.
    pub activity_id: Option<Uuid>,
    /// The task that asked for it.
    pub task_id: Option<TaskId>,
    /// Where it takes place.
    pub link: Option<String>,
    /// The part of a form's public address that cannot be guessed.
    pub token: Option<String>,
    /// `open`, `done`.
    pub state: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How long it was.
    pub seconds: Option<i64>,
    /// Who held it.
    pub created_by: Option<UserId>,
    /// When anything in it changed last.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "id, deal_id, kind, framework_id, framework_version, person_id, activity_id, task_id, link, token, state, \
    started_at, ended_at, seconds, created_by, updated_at";

/// What stands in a place of a talk.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TalkCell {
    /// What.
    #[schema(value_type = Object)]
    pub value: Json,
    /// Counts its changes; a change says on which one it was made.
    pub revision: i64,
    /// Who changed it last; nobody of ours for a form.
    pub updated_by: Option<UserId>,
    /// When.
    pub updated_at: Timestamp,
}

/// A talk with its questions and everything that stands in it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TalkView {
    /// The talk.
    #[serde(flatten)]
    pub talk: Talk,
    /// The questions, as they were published.
    pub outline: Outline,
    /// What is ticked off before it begins.
    pub checklist: Vec<String>,
    /// What stands where: `notes`, `q.today.words`, … Places nobody wrote in are absent.
    pub cells: BTreeMap<String, TalkCell>,
}

/// A talk to begin.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTalk {
    /// `call`, `meeting`, `video`.
    pub kind: String,
    /// Which framework it follows; one of the two must be given.
    #[serde(default)]
    pub framework_id: Option<FrameworkId>,
    /// A framework that ships: becomes the workspace's own at its first use.
    #[serde(default)]
    pub template: Option<String>,
    /// With whom of the committee.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// The task that asks for it; done when the talk is.
    #[serde(default)]
    pub task_id: Option<TaskId>,
    /// Where it takes place.
    #[serde(default)]
    pub link: Option<String>,
}

/// One talk.
///
/// # Errors
/// 404, or whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: TalkId) -> Answer<Talk> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM talk WHERE ");
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("talk"))
}

/// The talk and workspace behind the address of a form.
///
/// # Errors
/// Whatever the database says.
pub async fn by_token(db: &impl Source, token: &str) -> Result<Option<(WorkspaceId, TalkId)>> {
    let text = "SELECT workspace_id, id FROM talk WHERE token = ?";
    let rows = Sql::with(db.engine(), text, [token.into()]).rows(db.conn()).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some((WorkspaceId(row.try_get_by_index(0)?), TalkId(row.try_get_by_index(1)?))))
}

/// The talks about a deal, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of_deal(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Vec<Talk>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM talk WHERE ");
    sql.push_with("deal_id = ? AND workspace_id = ?", [deal.into(), workspace.into()]);
    sql.push(" ORDER BY started_at DESC, id DESC LIMIT 200");
    sql.all(db.conn()).await
}

#[derive(FromQueryResult)]
struct CellRow {
    cell: String,
    value: Json,
    revision: i64,
    updated_by: Option<UserId>,
    updated_at: Timestamp,
}

/// What stands in a talk.
///
/// # Errors
/// Whatever the database says.
pub async fn cells(
    db: &impl Source,
    workspace: WorkspaceId,
    id: TalkId,
) -> Result<BTreeMap<String, TalkCell>> {
    let text = "SELECT cell, value, revision, updated_by, updated_at FROM talk_cell WHERE talk_id = ? AND workspace_id = ?";
    let rows: Vec<CellRow> =
        Sql::with(db.engine(), text, [id.into(), workspace.into()]).all(db.conn()).await?;
    let shown = |row: CellRow| {
        let CellRow { cell, value, revision, updated_by, updated_at } = row;
        (cell, TalkCell { value, revision, updated_by, updated_at })
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// The questions a talk follows.
///
/// # Errors
/// Whatever the database says.
pub async fn outline(db: &impl Source, workspace: WorkspaceId, talk: &Talk) -> Result<Outline> {
    let found = framework::published(db, workspace, talk.framework_id, talk.framework_version).await?;
    found.ok_or_else(|| StoreError::Shape {
        what: format!("talk {}", talk.id),
        why: "its version of the framework is gone".to_owned(),
    })
}

/// A talk with all that is in it.
///
/// # Errors
/// 404, or whatever the database says.
pub async fn view(db: &impl Source, workspace: WorkspaceId, id: TalkId) -> Answer<TalkView> {
    let talk = find(db, workspace, id).await?;
    let outline = outline(db, workspace, &talk).await?;
    let cells = cells(db, workspace, id).await?;
    let checklist = checklist(&talk.kind).iter().map(|t| (*t).to_owned()).collect();
    Ok(TalkView { talk, outline, checklist, cells })
}

/// Begins a talk.
///
/// # Errors
/// 422 for fields at fault.
pub async fn start(visit: &mut Visit, new: &NewTalk) -> Answer<TalkId> {
    if !KINDS.contains(&new.kind.as_str()) {
        return Err(Problem::field("kind", "invalid", format!("one of {}", KINDS.join(", "))));
    }
    begin(visit, new, None).await
}

/// Begins a talk of any kind, a form among them.
///
/// # Errors
/// 422 for fields at fault.
pub async fn begin(visit: &mut Visit, new: &NewTalk, token: Option<&str>) -> Answer<TalkId> {
    let link = optional("link", new.link.as_deref(), limits::URL_CHARS)?;
    if link.as_deref().is_some_and(|l| !l.starts_with("https://") && !l.starts_with("http://")) {
        return Err(Problem::field("link", "invalid", "an address such as https://…"));
    }
    visit.check_person("person_id", new.person_id).await?;
    if let Some(task) = new.task_id {
        let task = records::task::find(&visit.tx, visit.workspace, task).await?;
        if task.deal_id != Some(visit.deal.id) {
            return Err(Problem::field("task_id", "not_found", "no task of this deal"));
        }
    }
    let by = By { workspace: visit.workspace, actor: visit.actor, now: visit.now };
    let framework = match (new.framework_id, &new.template) {
        (Some(id), _) => id,
        (None, Some(key)) => framework::adopt(&mut visit.tx, by, key).await?,
        (None, None) => return Err(Problem::field("framework_id", "required", "say which questions")),
    };
    let framework = framework::find(&visit.tx, visit.workspace, framework).await?;
    if framework.version == 0 {
        return Err(Problem::field("framework_id", "not_published", "publish it first"));
    }
    let version = framework::version_for(&visit.tx, visit.workspace, &visit.deal, &framework).await?;
    let id = TalkId::new();
    let mut sql = Sql::new(
        visit.tx.engine(),
        "INSERT INTO talk (id, workspace_id, deal_id, kind, framework_id, framework_version, person_id, task_id, link, token, \
         state, started_at, created_by, updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        visit.workspace.into(),
        visit.deal.id.into(),
        new.kind.clone().into(),
        framework.id.into(),
        version.into(),
        new.person_id.into(),
        new.task_id.into(),
        link.into(),
        token.map(str::to_owned).into(),
        "open".into(),
        visit.now.into(),
        visit.actor.user().into(),
        visit.now.into(),
    ]);
    sql.run(visit.tx.conn()).await?;
    if token.is_none() {
        let payload = json!({ "kind": new.kind, "framework": framework.key, "version": version });
        visit.tell(TALK_STARTED, id.0, new.person_id, payload).await?;
    }
    Ok(id)
}

/// Holds a talk, so that two changes of it are decided one after the other.
///
/// # Errors
/// 404, or whatever the database says.
pub async fn hold(tx: &WriteTx, workspace: WorkspaceId, id: TalkId) -> Answer<Talk> {
    let text = "SELECT id FROM talk WHERE id = ? AND workspace_id = ?";
    let mut sql = Sql::with(tx.engine(), text, [id.into(), workspace.into()]);
    sql.hold();
    sql.rows(tx.conn()).await?;
    find(tx, workspace, id).await
}

/// Of how many questions something is written down.
#[must_use]
pub fn answered(outline: &Outline, cells: &BTreeMap<String, TalkCell>) -> usize {
    let filled = |key: String| cells.get(&key).is_some_and(|c| !is_blank(&c.value));
    let part = |question: &str| {
        ["words", "summary", "value", "person_id"].iter().any(|p| filled(format!("q.{question}.{p}")))
    };
    outline.questions.iter().filter(|q| part(&q.key)).count()
}

/// Whether a value says nothing.
#[must_use]
pub fn is_blank(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Object(parts) => parts.values().all(is_blank),
        Json::Array(parts) => parts.is_empty(),
        _ => false,
    }
}

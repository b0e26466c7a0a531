//! Sequences: a few mails and tasks with business days between them, towards one goal.

pub(crate) mod condition;
mod enrol;
mod input;
pub mod lint;
mod preview;
mod refusal;
mod routes;
pub(crate) mod rules;
mod simulate;
mod step;
mod template;
mod text;
mod track;
pub(crate) mod variant;
pub(crate) mod way;

use http_room::{Answer, Problem};
use kernel::{MailboxId, SequenceId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, StoreError, WriteTx};

pub use enrol::{EnrolAnswer, EnrolRequest};
pub use preview::{Preview, PreviewMail};
pub use refusal::Refused;
pub use routes::routes;
pub use step::{Allocation, Branch, Gives, Step, StepKind, ThreadKind, Variant};
pub use track::{Draft, begin_track, join_track, read_draft};

use crate::timing::Windows;

/// A sequence was written. Payload: `after`.
pub const SEQUENCE_CREATED: &str = "sequence.created";
/// A sequence changed. Payload: `before`, `after`.
pub const SEQUENCE_CHANGED: &str = "sequence.changed";
/// A sequence was switched on, halted or put away. Payload: `before`, `after` (states), `version`.
pub const SEQUENCE_MOVED: &str = "sequence.moved";
/// A sequence was deleted. Payload: `name`.
pub const SEQUENCE_DELETED: &str = "sequence.deleted";

/// What a sequence is for (R31): usually not a sale.
pub const GOALS: [&str; 5] = ["conversation", "meeting", "referral", "event", "sale"];

#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct SequenceRow {
    pub id: SequenceId,
    pub name: String,
    pub goal: String,
    pub purpose: String,
    pub state: String,
    pub mailbox_id: Option<MailboxId>,
    mailbox_ids: Option<Json>,
    windows: Json,
    steps: Json,
    pub version: i64,
    pub revision: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    running: i64,
    replied: i64,
}

/// Open enrolments and replies stand beside each sequence.
const COLUMNS: &str = "id, name, goal, purpose, state, mailbox_id, mailbox_ids, windows, steps, version, revision, created_at, updated_at, \
    (SELECT COUNT(*) FROM enrolment e WHERE e.sequence_id = sequence.id AND e.state IN ('scheduled', 'active', 'waiting', 'paused')) AS running, \
    (SELECT COUNT(*) FROM enrolment e WHERE e.sequence_id = sequence.id AND e.state = 'replied') AS replied";

/// A sequence as clients see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SequenceView {
    /// Its id.
    pub id: SequenceId,
    /// Its name.
    pub name: String,
    /// `conversation`, `meeting`, `referral`, `event`, `sale`.
    pub goal: String,
    /// `outreach`, `track`, or `campaign`: a track in which no price is named.
    pub purpose: String,
    /// `draft`, `active`, `paused`, `archived`.
    pub state: String,
    /// The mailbox it sends from unless another is named at enrolling.
    pub mailbox_id: Option<MailboxId>,
    /// Further mailboxes that take turns with it.
    pub mailbox_ids: Vec<MailboxId>,
    /// When it sends, in the recipient's own time.
    pub windows: Windows,
    /// The steps in their order.
    pub steps: Vec<Step>,
    /// Counts published forms; 0 while it was never active.
    pub version: i64,
    /// People on their way.
    pub running: i64,
    /// People who answered.
    pub replied: i64,
    /// Counts changes.
    pub revision: i64,
    /// Written when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

fn shape(what: &str, why: &serde_json::Error) -> StoreError {
    StoreError::Shape { what: what.to_owned(), why: why.to_string() }
}

/// Steps as they are kept.
pub(crate) fn read_steps(value: &Json) -> Result<Vec<Step>> {
    serde_json::from_value(value.clone()).map_err(|e| shape("sequence.steps", &e))
}

/// Windows as they are kept.
pub(crate) fn read_windows(value: &Json) -> Result<Windows> {
    serde_json::from_value(value.clone()).map_err(|e| shape("sequence.windows", &e))
}

/// Mailboxes that take turns, as they are kept.
pub(crate) fn read_mailboxes(value: Option<&Json>) -> Result<Vec<MailboxId>> {
    let read =
        |value: &Json| serde_json::from_value(value.clone()).map_err(|e| shape("sequence.mailbox_ids", &e));
    value.map_or_else(|| Ok(Vec::new()), read)
}

impl SequenceRow {
    pub(crate) fn steps(&self) -> Result<Vec<Step>> {
        read_steps(&self.steps)
    }

    pub(crate) fn windows(&self) -> Result<Windows> {
        read_windows(&self.windows)
    }

    pub(crate) fn view(&self) -> Result<SequenceView> {
        Ok(SequenceView {
            id: self.id,
            name: self.name.clone(),
            goal: self.goal.clone(),
            purpose: self.purpose.clone(),
            state: self.state.clone(),
            mailbox_id: self.mailbox_id,
            mailbox_ids: read_mailboxes(self.mailbox_ids.as_ref())?,
            windows: self.windows()?,
            steps: self.steps()?,
            version: self.version,
            running: self.running,
            replied: self.replied,
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// A sequence, unless deleted, or 404.
pub(crate) async fn found(db: &impl Source, workspace: WorkspaceId, id: SequenceId) -> Answer<SequenceRow> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM sequence WHERE ");
    sql.push_with("id = ? AND workspace_id = ? AND deleted_at IS NULL", [id.into(), workspace.into()]);
    sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("sequence"))
}

/// What an enrolment follows.
#[derive(Debug, Clone)]
pub struct Followed {
    /// The steps as they were published.
    pub steps: Vec<Step>,
    /// When it sends.
    pub windows: Windows,
}

/// A published form of a sequence.
///
/// # Errors
/// Whatever the database says.
pub async fn followed(db: &impl Source, id: SequenceId, version: i64) -> Result<Option<Followed>> {
    let text = "SELECT steps, windows FROM sequence_version WHERE sequence_id = ? AND version = ?";
    let rows = Sql::with(db.engine(), text, [id.into(), version.into()]).rows(db.conn()).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (steps, windows): (Json, Json) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    Ok(Some(Followed { steps: read_steps(&steps)?, windows: read_windows(&windows)? }))
}

/// A sequence for outreach.
pub const OUTREACH: &str = "outreach";
/// A sequence that keeps in touch.
pub const TRACK: &str = "track";
/// A track in which no price is named (R107).
pub const CAMPAIGN: &str = "campaign";

/// Publishes the steps as the next version, for enrolments from now on.
async fn publish(tx: &WriteTx, row: &SequenceRow, now: Timestamp) -> Result<i64> {
    let version = row.version + 1;
    let text = "INSERT INTO sequence_version (sequence_id, version, steps, windows, created_at) VALUES (?, ?, ?, ?, ?)";
    let values =
        [row.id.into(), version.into(), row.steps.clone().into(), row.windows.clone().into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Sql::with(tx.engine(), "UPDATE sequence SET version = ? WHERE id = ?", [version.into(), row.id.into()])
        .run(tx.conn())
        .await?;
    Ok(version)
}

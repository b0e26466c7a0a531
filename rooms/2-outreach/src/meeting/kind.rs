//! Kinds of meetings: what a rep offers to be booked, and the address of the page that books it.

use http_room::{Answer, FieldError, Problem};
use kernel::{MailboxId, MeetingKindId, Timestamp, UserId, WorkspaceId, limits};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::reading::AHEAD_DAYS;
use super::rules::Shape;
use crate::mailbox::{self, MailboxRow};

/// Where a meeting may take place.
pub const PLACES: [&str; 4] = ["video", "phone", "in_person", "other"];

/// A kind of meeting.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct MeetingKind {
    /// Its id.
    pub id: MeetingKindId,
    #[serde(skip)]
    pub(crate) workspace_id: WorkspaceId,
    /// With whom.
    pub owner_id: UserId,
    /// From which mailbox its mails are sent.
    pub mailbox_id: MailboxId,
    /// Names its public page: `/m/{token}`.
    pub token: String,
    /// What it is called.
    pub name: String,
    /// In more words.
    pub text: String,
    /// How long it takes, minutes.
    pub minutes: i64,
    /// Kept free before it, minutes.
    pub before_minutes: i64,
    /// Kept free after it, minutes.
    pub after_minutes: i64,
    /// From one possible beginning to the next, minutes.
    pub step_minutes: i64,
    /// Booked at least so long ahead, minutes.
    pub notice_minutes: i64,
    /// Booked at most so many days ahead.
    pub horizon_days: i64,
    /// `video`, `phone`, `in_person`, `other`.
    pub place_kind: String,
    /// A link, a number, an address; for `phone` without one, we call the guest.
    pub place: String,
    /// Whether it can be booked.
    pub active: bool,
    /// Counts changes.
    pub revision: i64,
    /// Made when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

/// Columns of [`MeetingKind`].
pub const COLUMNS: &str = "id, workspace_id, owner_id, mailbox_id, token, name, text, minutes, before_minutes, after_minutes, \
    step_minutes, notice_minutes, horizon_days, place_kind, place, active, revision, created_at, updated_at";

/// A kind of meeting to save.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingKindInput {
    /// What it is called.
    pub name: String,
    /// In more words.
    #[serde(default)]
    pub text: String,
    /// From which mailbox its mails are sent; left out: your own first.
    #[serde(default)]
    pub mailbox_id: Option<MailboxId>,
    /// How long it takes, minutes, 5 to 480.
    pub minutes: i64,
    /// Kept free before it, minutes, to 240.
    #[serde(default)]
    pub before_minutes: i64,
    /// Kept free after it, minutes, to 240.
    #[serde(default)]
    pub after_minutes: i64,
    /// From one possible beginning to the next, minutes, 5 to 240.
    #[serde(default = "half_hour")]
    pub step_minutes: i64,
    /// Booked at least so long ahead, minutes, to 30 days.
    #[serde(default = "four_hours")]
    pub notice_minutes: i64,
    /// Booked at most so many days ahead, 1 to 365.
    #[serde(default = "month")]
    pub horizon_days: i64,
    /// `video`, `phone`, `in_person`, `other`.
    #[serde(default = "video")]
    pub place_kind: String,
    /// A link, a number, an address.
    #[serde(default)]
    pub place: String,
    /// Whether it can be booked.
    #[serde(default = "yes")]
    pub active: bool,
}

fn half_hour() -> i64 {
    30
}
fn four_hours() -> i64 {
    240
}
fn month() -> i64 {
    30
}
fn video() -> String {
    "video".to_owned()
}
fn yes() -> bool {
    true
}

impl MeetingKind {
    /// How it may lie.
    #[must_use]
    pub fn shape(&self) -> Shape {
        Shape {
            minutes: self.minutes,
            before: self.before_minutes,
            after: self.after_minutes,
            step: self.step_minutes,
            notice: self.notice_minutes,
            horizon: self.horizon_days,
        }
    }

    /// As it would be saved again.
    #[must_use]
    pub fn as_input(&self) -> MeetingKindInput {
        MeetingKindInput {
            name: self.name.clone(),
            text: self.text.clone(),
            mailbox_id: Some(self.mailbox_id),
            minutes: self.minutes,
            before_minutes: self.before_minutes,
            after_minutes: self.after_minutes,
            step_minutes: self.step_minutes,
            notice_minutes: self.notice_minutes,
            horizon_days: self.horizon_days,
            place_kind: self.place_kind.clone(),
            place: self.place.clone(),
            active: self.active,
        }
    }
}

impl MeetingKindInput {
    /// Every field at fault.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut refuse =
            |field: &str, code: &str, message: &str| errors.push(FieldError::new(field, code, message));
        if self.name.trim().is_empty() {
            refuse("name", "required", "must be given");
        }
        for (field, text, most) in [
            ("name", &self.name, limits::NAME_CHARS),
            ("text", &self.text, limits::REASON_CHARS),
            ("place", &self.place, limits::LINE_CHARS),
        ] {
            if !limits::fits(text, most) {
                refuse(field, "too_long", "too long");
            }
            let control = |c: char| c.is_control() && (field != "text" || c != '\n');
            if text.chars().any(control) {
                refuse(field, "invalid", "without control characters");
            }
        }
        for (field, value, from, to) in [
            ("minutes", self.minutes, 5, 480),
            ("before_minutes", self.before_minutes, 0, 240),
            ("after_minutes", self.after_minutes, 0, 240),
            ("step_minutes", self.step_minutes, 5, 240),
            ("notice_minutes", self.notice_minutes, 0, 43_200),
            ("horizon_days", self.horizon_days, 1, AHEAD_DAYS - 5),
        ] {
            if !(from..=to).contains(&value) {
                refuse(field, "invalid", &format!("a whole number from {from} to {to} is expected"));
            }
        }
        if !PLACES.contains(&self.place_kind.as_str()) {
            refuse("place_kind", "invalid", "video, phone, in_person or other");
        }
        errors
    }
}

/// A kind of a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    db: &impl Source,
    workspace: WorkspaceId,
    id: MeetingKindId,
) -> Result<Option<MeetingKind>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM meeting_kind WHERE deleted_at IS NULL AND ");
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql.one(db.conn()).await
}

/// The kind a public page is of, if it can be booked.
///
/// # Errors
/// Whatever the database says.
pub async fn by_token(db: &impl Source, token: &str) -> Result<Option<MeetingKind>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM meeting_kind WHERE deleted_at IS NULL AND active AND token = ").bind(token);
    sql.one(db.conn()).await
}

/// The token of the first kind each of these members offers: what `{{ booking_link }}` leads to.
///
/// # Errors
/// Whatever the database says.
pub async fn first_of(
    db: &impl Source,
    workspace: WorkspaceId,
    owners: impl IntoIterator<Item = UserId>,
) -> Result<std::collections::HashMap<UserId, String>> {
    let owners: Vec<sea_orm::Value> = owners.into_iter().map(Into::into).collect();
    let mut found = std::collections::HashMap::new();
    if owners.is_empty() {
        return Ok(found);
    }
    let text =
        "SELECT owner_id, token FROM meeting_kind WHERE deleted_at IS NULL AND active AND workspace_id = ";
    let mut sql = Sql::new(db.engine(), text);
    sql.bind(workspace)
        .push(" AND owner_id IN ")
        .bind_list(owners)
        .push(" ORDER BY created_at DESC, id DESC");
    for row in sql.rows(db.conn()).await? {
        found.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    }
    Ok(found)
}

/// The mailbox it is sent from: the one named, else the owner's own first, a real one before a sandbox.
///
/// # Errors
/// 422 when there is none.
pub async fn mailbox_for(
    db: &impl Source,
    workspace: WorkspaceId,
    owner: UserId,
    named: Option<MailboxId>,
) -> Answer<MailboxRow> {
    if let Some(id) = named {
        let found = mailbox::find(db, workspace, id).await?;
        return found.ok_or_else(|| Problem::field("mailbox_id", "not_found", "there is no such mailbox"));
    }
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(mailbox::COLUMNS)
        .push(" FROM mailbox WHERE deleted_at IS NULL AND workspace_id = ")
        .bind(workspace);
    sql.push(" AND owner_id = ").bind(owner);
    sql.push(" ORDER BY CASE WHEN kind = 'real' THEN 0 ELSE 1 END, created_at LIMIT 1");
    let found = sql.one(db.conn()).await?;
    found.ok_or_else(|| {
        Problem::field("mailbox_id", "required", "connect a mailbox first: confirmations are sent from it")
    })
}

fn new_token() -> String {
    let mut bytes = [0_u8; 10];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    hex::encode(bytes)
}

/// Saves a new kind.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(
    tx: &WriteTx,
    (workspace, owner, mailbox): (WorkspaceId, UserId, MailboxId),
    input: &MeetingKindInput,
    now: Timestamp,
) -> Result<MeetingKindId> {
    let id = MeetingKindId::new();
    let mut sql = Sql::new(tx.engine(), "INSERT INTO meeting_kind (");
    sql.push(COLUMNS).push(") VALUES ").bind_list([
        id.into(),
        workspace.into(),
        owner.into(),
        mailbox.into(),
        new_token().into(),
        input.name.trim().into(),
        input.text.trim().into(),
        input.minutes.into(),
        input.before_minutes.into(),
        input.after_minutes.into(),
        input.step_minutes.into(),
        input.notice_minutes.into(),
        input.horizon_days.into(),
        input.place_kind.clone().into(),
        input.place.trim().into(),
        input.active.into(),
        1_i64.into(),
        now.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    Ok(id)
}

/// Saves a kind that is there.
///
/// # Errors
/// Whatever the database says.
pub async fn update(
    tx: &WriteTx,
    kind: &MeetingKind,
    mailbox: MailboxId,
    input: &MeetingKindInput,
    now: Timestamp,
) -> Result<()> {
    let text = "UPDATE meeting_kind SET mailbox_id = ?, name = ?, text = ?, minutes = ?, before_minutes = ?, after_minutes = ?, \
                step_minutes = ?, notice_minutes = ?, horizon_days = ?, place_kind = ?, place = ?, active = ?, \
                revision = revision + 1, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [
        mailbox.into(),
        input.name.trim().into(),
        input.text.trim().into(),
        input.minutes.into(),
        input.before_minutes.into(),
        input.after_minutes.into(),
        input.step_minutes.into(),
        input.notice_minutes.into(),
        input.horizon_days.into(),
        input.place_kind.clone().into(),
        input.place.trim().into(),
        input.active.into(),
        now.into(),
        kind.id.into(),
        kind.workspace_id.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Takes a kind away; meetings that were booked stay.
///
/// # Errors
/// Whatever the database says.
pub async fn remove(tx: &WriteTx, kind: &MeetingKind, now: Timestamp) -> Result<()> {
    let text =
        "UPDATE meeting_kind SET deleted_at = ?, revision = revision + 1 WHERE id = ? AND workspace_id = ?";
    let values = [now.into(), kind.id.into(), kind.workspace_id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

//! Meetings as they are kept.

use chrono_tz::Tz;
use kernel::{
    ActivityId, CompanyId, DealId, EnrolmentId, Locale, MailboxId, MeetingId, MeetingKindId, PersonId,
    Timestamp, UserId, WorkspaceId,
};
use sea_orm::FromQueryResult;
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::db::Source;
use store::{Result, Sql, StoreError, Subject, WriteTx};

use super::rules::MeetingState;

/// A meeting.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Meeting {
    /// Its id.
    pub id: MeetingId,
    #[serde(skip)]
    pub(crate) workspace_id: WorkspaceId,
    /// Of which kind.
    pub kind_id: MeetingKindId,
    /// What the kind is called.
    pub kind_name: String,
    /// With whom of us.
    pub owner_id: UserId,
    #[serde(skip)]
    pub(crate) mailbox_id: MailboxId,
    /// With whom.
    pub person_id: Option<PersonId>,
    /// What they are called.
    pub person_name: Option<String>,
    /// Their company.
    pub company_id: Option<CompanyId>,
    /// About which deal.
    pub deal_id: Option<DealId>,
    /// The sequence it came from.
    pub enrolment_id: Option<EnrolmentId>,
    #[serde(skip)]
    pub(crate) activity_id: Option<ActivityId>,
    /// `booked`, `moved`, `cancelled`, `held`, `missed`.
    pub state: String,
    /// What the guest's calendar answered: `accepted`, `declined`, `tentative`.
    pub answer: Option<String>,
    /// Begins.
    pub starts_at: Timestamp,
    /// Ends.
    pub ends_at: Timestamp,
    /// `video`, `phone`, `in_person`, `other`.
    pub place_kind: String,
    /// A link, a number, an address.
    pub place: String,
    /// The guest's zone.
    pub zone: String,
    #[serde(skip)]
    pub(crate) locale: String,
    /// The name the guest gave.
    pub name: String,
    /// The address the guest gave.
    pub email: String,
    /// What the guest wrote.
    pub note: Option<String>,
    /// Why it was cancelled.
    pub reason: Option<String>,
    #[serde(skip)]
    pub(crate) uid: String,
    #[serde(skip)]
    pub(crate) ics_sequence: i64,
    /// Counts changes.
    pub revision: i64,
    /// Booked when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

/// Columns of [`Meeting`].
pub const COLUMNS: &str = "id, workspace_id, kind_id, (SELECT k.name FROM meeting_kind k WHERE k.id = meeting.kind_id) AS kind_name, \
    owner_id, mailbox_id, person_id, (SELECT p.name FROM person p WHERE p.id = meeting.person_id) AS person_name, company_id, \
    deal_id, enrolment_id, activity_id, state, answer, starts_at, ends_at, place_kind, place, zone, locale, name, email, note, reason, uid, \
    ics_sequence, revision, created_at, updated_at";

impl Meeting {
    /// Where it stands.
    ///
    /// # Errors
    /// When the row names a state that does not exist.
    pub fn state(&self) -> Result<MeetingState> {
        let shape = || StoreError::Shape { what: format!("meeting {}", self.id), why: self.state.clone() };
        MeetingState::parse(&self.state).ok_or_else(shape)
    }

    /// The guest's zone.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone.parse().unwrap_or(Tz::UTC)
    }

    /// The guest's language.
    #[must_use]
    pub fn locale(&self) -> Locale {
        Locale::parse(&self.locale).unwrap_or_default()
    }

    /// What events of it are about.
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject { company: self.company_id, person: self.person_id, deal: self.deal_id, row: Some(self.id.0) }
    }
}

/// A token as it is kept.
#[must_use]
pub fn hash_of(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

async fn one(db: &impl Source, text: &str, value: sea_orm::Value, held: bool) -> Result<Option<Meeting>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM meeting WHERE ").push(text).push(" = ").bind(value);
    if held {
        sql.hold();
    }
    sql.one(db.conn()).await
}

/// The meeting a link leads to.
///
/// # Errors
/// Whatever the database says.
pub async fn by_token(db: &impl Source, token: &str) -> Result<Option<Meeting>> {
    one(db, "token_hash", hash_of(token).into(), false).await
}

/// A meeting, held until the transaction ends.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &WriteTx, id: MeetingId) -> Result<Option<Meeting>> {
    one(tx, "id", id.into(), true).await
}

/// A meeting of a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: MeetingId) -> Result<Option<Meeting>> {
    Ok(one(db, "id", id.into(), false).await?.filter(|meeting| meeting.workspace_id == workspace))
}

/// The meeting with an invitation's UID.
///
/// # Errors
/// Whatever the database says.
pub async fn by_uid(db: &impl Source, workspace: WorkspaceId, uid: &str) -> Result<Option<Meeting>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM meeting WHERE ");
    sql.push_with("uid = ? AND workspace_id = ?", [uid.into(), workspace.into()]);
    sql.one(db.conn()).await
}

/// Bookings since an instant: from one network address, of a kind in all; and those of an address that lie ahead.
///
/// # Errors
/// Whatever the database says.
pub async fn since(
    db: &impl Source,
    kind: MeetingKindId,
    (address, email_key): (&str, &str),
    (hour, now): (Timestamp, Timestamp),
) -> Result<(i64, i64, i64)> {
    let text = "SELECT COALESCE(SUM(CASE WHEN address = ? AND created_at > ? THEN 1 ELSE 0 END), 0), \
                COALESCE(SUM(CASE WHEN created_at > ? THEN 1 ELSE 0 END), 0), \
                COALESCE(SUM(CASE WHEN email_key = ? AND starts_at > ? AND state IN ('booked', 'moved') THEN 1 ELSE 0 END), 0) \
                FROM meeting WHERE kind_id = ? AND (created_at > ? OR email_key = ?)";
    let values = [
        address.into(),
        hour.into(),
        hour.into(),
        email_key.into(),
        now.into(),
        kind.into(),
        hour.into(),
        email_key.into(),
    ];
    let rows = Sql::with(db.engine(), text, values).rows(db.conn()).await?;
    let Some(row) = rows.first() else { return Ok((0, 0, 0)) };
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?))
}

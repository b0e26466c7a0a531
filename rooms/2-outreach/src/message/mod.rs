//! Messages: every mail out and in, as rows. How one goes on is in `rules`, whether it may leave in
//! `check`; this file holds its shape and how it is written down.

pub mod check;
pub mod correction;
mod hand;
mod routes;
pub mod rules;
mod standing;
mod writing;

use std::collections::HashMap;

use kernel::{
    CompanyId, DealId, EnrolmentId, MailboxId, MessageId, PersonId, SequenceId, Timestamp, UserId,
    WorkspaceId,
};
use sea_orm::{FromQueryResult, Value};
use serde::Serialize;
use serde_json::Value as Json;
use store::db::Source;
use store::{Engine, Result, Sql, Subject, WriteTx, full};

pub use hand::{HandWritten, write_by_hand};
pub use routes::routes;
pub use rules::MessageState;
pub use standing::{Standing, hold_standing, hold_unchanged};
pub use writing::{Calendar, NewMessage, write_all_out, write_out};

use crate::basis::notice::rules::kept_from;

/// Whence a mail comes that the law wants sent.
const LAW: &str = "law";
/// The label of a mail that tells somebody that their refusal was heard: it reaches them although they refuse.
pub const REFUSAL_HEARD: &str = "refusal_heard";

/// A mail, out or in.
#[derive(Debug, Clone, PartialEq, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct MessageRow {
    /// Its id.
    pub id: MessageId,
    #[serde(skip)]
    pub(crate) workspace_id: WorkspaceId,
    /// `out` or `in`.
    pub direction: String,
    /// `sequence`, `hand`, `meeting` for what is written about one, `law` for what the law wants people to be told, or
    /// `reply` for mail that came in.
    pub origin: String,
    /// The enrolment it belongs to.
    pub enrolment_id: Option<EnrolmentId>,
    /// The sequence it belongs to.
    pub sequence_id: Option<SequenceId>,
    /// Its step, from 1.
    pub step: Option<i64>,
    /// Which wording of the step it has, from 1, where there are several.
    pub variant: Option<i64>,
    #[serde(skip)]
    pub(crate) replan: i64,
    /// From or to which mailbox.
    pub mailbox_id: Option<MailboxId>,
    /// To or from whom.
    pub person_id: Option<PersonId>,
    /// Their company.
    pub company_id: Option<CompanyId>,
    /// The deal it is about.
    pub deal_id: Option<DealId>,
    /// `planned`, `needs_edit`, `queued`, `sending`, `uncertain`, `sent`, `bounced`, `failed`, `cancelled`;
    /// `received` or `unmatched` for mail that came in.
    pub state: String,
    /// Why it is in this state.
    pub reason: Option<String>,
    /// Merge fields without value: fill them in and save.
    #[schema(value_type = Vec<String>)]
    pub missing: Json,
    /// Sender's name.
    pub from_name: Option<String>,
    /// Sender's address.
    pub from_address: String,
    /// Recipient's name.
    pub to_name: Option<String>,
    /// Recipient's address.
    pub to_address: String,
    /// Subject.
    pub subject: String,
    /// Text without signature and footer; for mail that came in, the whole text. What only its reader may know is veiled.
    #[serde(serialize_with = "crate::sealed::veiled")]
    pub text: String,
    /// HTML of mail that came in, made harmless.
    pub html: Option<String>,
    /// What they wrote themselves, without what they quoted.
    pub excerpt: Option<String>,
    /// The Message-ID, without brackets.
    pub mime_id: Option<String>,
    #[serde(skip)]
    pub(crate) in_reply_to: Option<String>,
    #[serde(skip)]
    thread_ids: Json,
    #[serde(skip)]
    pub(crate) signature: Option<String>,
    /// `ad_kr` where it is marked as an advertisement, as Korean law wants it; `refusal_heard` where it tells somebody that
    /// their refusal was.
    pub label: Option<String>,
    /// What it tells its reader of where their data came from.
    pub source_told: Option<String>,
    #[serde(skip)]
    pub(crate) token: Option<String>,
    #[serde(skip)]
    pub(crate) calendar: Option<Json>,
    /// When it is to leave.
    pub due_at: Option<Timestamp>,
    /// How often it was tried.
    pub attempts: i64,
    #[serde(skip)]
    pub(crate) lease_until: Option<Timestamp>,
    #[serde(skip)]
    pub(crate) data_started_at: Option<Timestamp>,
    /// When the first server took it; for mail that came in, when it arrived.
    pub sent_at: Option<Timestamp>,
    /// The server's words.
    pub response: Option<String>,
    /// The mail of ours it answers.
    pub answers_id: Option<MessageId>,
    /// What it is: `human`, `automatic`, `bounce`, …
    pub class: Option<String>,
    /// By which rule.
    pub class_rule: Option<String>,
    /// How it was put to the person.
    pub matched_by: Option<String>,
    /// What they want: the first that fits.
    pub intent: Option<String>,
    /// Everything they were read to want, the primary one first; corrections do not change it.
    #[schema(value_type = Vec<ReadIntent>)]
    pub intents: Json,
    /// Whether it counts as a positive answer.
    pub positive: bool,
    /// Who corrected what it was taken for.
    pub corrected_by: Option<UserId>,
    /// Since when its intent is a person's word.
    pub intent_corrected_at: Option<Timestamp>,
    /// Counts changes.
    pub revision: i64,
    /// Written when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

/// What a reply was read to want.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReadIntent {
    /// `interested`, `question`, `not_now`, …
    pub intent: String,
    /// How sure, 0 to 1; empty for what was read before there was a measure.
    pub confidence: Option<f64>,
}

pub(crate) const COLUMNS: &str = "id, workspace_id, direction, origin, enrolment_id, sequence_id, step, variant, replan, mailbox_id, \
    person_id, company_id, deal_id, state, reason, missing, from_name, from_address, to_name, to_address, subject, \
    text, html, excerpt, mime_id, in_reply_to, thread_ids, signature, label, source_told, token, calendar, due_at, attempts, lease_until, \
    data_started_at, sent_at, response, answers_id, class, class_rule, matched_by, intent, intents, positive, corrected_by, \
    intent_corrected_at, revision, created_at, updated_at";

impl MessageRow {
    /// A sequence sends it, not a person.
    #[must_use]
    pub fn is_automatic(&self) -> bool {
        self.origin == "sequence"
    }

    /// It tells of a meeting, or of what the law wants told: no outreach.
    #[must_use]
    pub fn is_notice(&self) -> bool {
        self.origin == "meeting" || self.is_of_law()
    }

    /// The law wants them told.
    #[must_use]
    pub fn is_of_law(&self) -> bool {
        self.origin == LAW
    }

    /// What keeps it from leaving of what was asked of the list of those not to be written to and of the person.
    #[must_use]
    pub fn kept_from(&self, suppressed: Option<&str>, refuses_mail: bool) -> Option<String> {
        kept_from(self.label.as_deref() == Some(REFUSAL_HEARD), suppressed, refuses_mail)
    }

    /// The invitation that goes with it.
    #[must_use]
    pub fn invitation(&self) -> Option<Calendar> {
        serde_json::from_value(self.calendar.clone()?).ok()
    }

    /// Ids of the thread before it, oldest first; of mail that names none, the one it answers (RFC 5322, 3.6.4).
    #[must_use]
    pub fn thread(&self) -> Vec<String> {
        let ids: Vec<String> = serde_json::from_value(self.thread_ids.clone()).unwrap_or_default();
        if ids.is_empty() { self.in_reply_to.clone().into_iter().collect() } else { ids }
    }

    /// What events of it are about.
    #[must_use]
    pub fn subject_of_events(&self) -> Subject {
        Subject { company: self.company_id, person: self.person_id, deal: self.deal_id, row: Some(self.id.0) }
    }
}

/// A subject as threads are compared by: without marks of answers, lower case.
#[must_use]
pub fn thread_key(subject: &str) -> String {
    mail::base_subject(subject).to_lowercase()
}

fn select(engine: Engine) -> Sql {
    let mut sql = Sql::new(engine, "SELECT ");
    sql.push(COLUMNS).push(" FROM message WHERE ");
    sql
}

/// A mail of a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: MessageId) -> Result<Option<MessageRow>> {
    let mut sql = select(db.engine());
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql.one(db.conn()).await
}

/// A mail, held until the transaction ends. Hold its enrolment first.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &WriteTx, id: MessageId) -> Result<Option<MessageRow>> {
    let mut sql = select(tx.engine());
    sql.push("id = ").bind(id);
    sql.hold();
    sql.one(tx.conn()).await
}

/// These mails of a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn find_all(
    db: &impl Source,
    workspace: WorkspaceId,
    ids: impl Iterator<Item = MessageId>,
) -> Result<Vec<MessageRow>> {
    let mut sql = select(db.engine());
    sql.push("id IN ").bind_list(ids.map(Into::into)).push(" AND ").push_check("workspace_id", workspace);
    sql.all(db.conn()).await
}

/// Moves a mail to a state.
///
/// # Errors
/// Whatever the database says.
pub async fn set_state(
    tx: &WriteTx,
    id: MessageId,
    state: MessageState,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let text = "UPDATE message SET state = ?, reason = ?, lease_until = NULL, lease_by = NULL, revision = revision + 1, \
                updated_at = ? WHERE id = ?";
    let values = [state.key().into(), reason.into(), now.into(), id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Their servers took these mails of a workspace: when their contents began to leave, and the servers' words.
///
/// # Errors
/// Whatever the database says.
pub async fn all_sent(
    tx: &WriteTx,
    workspace: WorkspaceId,
    sent: &[(MessageId, Timestamp, String)],
    now: Timestamp,
) -> Result<()> {
    if sent.is_empty() {
        return Ok(());
    }
    let text = "UPDATE message SET state = 'sent', reason = NULL, sent_at = v.column2, response = v.column3, \
                lease_until = NULL, lease_by = NULL, revision = revision + 1, updated_at = ? FROM (VALUES ";
    let mut sql = Sql::with(tx.engine(), text, [now.into()]);
    // The last is said again and again until the statement has a length that comes often.
    for n in 0..full(sent.len()) {
        let (id, at, response) = &sent[n.min(sent.len() - 1)];
        sql.push(if n > 0 { ", " } else { "" });
        sql.bind_list([(*id).into(), (*at).into(), response.clone().into()]);
    }
    sql.push(") AS v WHERE message.id = v.column1 AND ").push_check("message.workspace_id", workspace);
    sql.run(tx.conn()).await?;
    Ok(())
}

/// Mails that waited because their sequence rested are due.
///
/// # Errors
/// Whatever the database says.
pub async fn held_are_due(
    tx: &WriteTx,
    workspace: WorkspaceId,
    sequence: SequenceId,
    now: Timestamp,
) -> Result<()> {
    let text = "UPDATE message SET due_at = ? WHERE state = 'queued' AND sequence_id = ? AND due_at > ? \
                AND reason IS NULL AND attempts = 0 AND ";
    let mut sql = Sql::with(tx.engine(), text, [now.into(), sequence.into(), now.into()]);
    sql.push_check("workspace_id", workspace).clone().run(tx.conn()).await?;
    Ok(())
}

/// The newest mail of ours in an enrolment that left or may have left: what the next one answers.
///
/// # Errors
/// Whatever the database says.
pub async fn last_of(db: &impl Source, enrolment: EnrolmentId) -> Result<Option<MessageRow>> {
    let mut sql = select(db.engine());
    sql.push("direction = 'out' AND state IN ('sent', 'uncertain') AND enrolment_id = ").bind(enrolment);
    sql.push(" ORDER BY step DESC, replan DESC LIMIT 1");
    sql.one(db.conn()).await
}

/// The same of many enrolments.
///
/// # Errors
/// Whatever the database says.
pub async fn last_of_all(
    db: &impl Source,
    enrolments: impl IntoIterator<Item = EnrolmentId>,
) -> Result<HashMap<EnrolmentId, MessageRow>> {
    let ids: Vec<Value> = enrolments.into_iter().map(Into::into).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = select(db.engine());
    sql.push("direction = 'out' AND state IN ('sent', 'uncertain') AND enrolment_id IN ").bind_list(ids);
    let rows: Vec<MessageRow> = sql.push(" ORDER BY step, replan").clone().all(db.conn()).await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.enrolment_id?, row))).collect())
}

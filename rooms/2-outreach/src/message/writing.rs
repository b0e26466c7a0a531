//! How mails out are written down: what is to be said becomes a row, once.

use kernel::{
    CompanyId, DealId, EnrolmentId, MessageId, PersonId, SequenceId, Timestamp, UserId, WorkspaceId,
};
use sea_orm::Value;
use serde::Serialize;
use serde_json::json;
use store::db::Source;
use store::{Clash, NewRows, Result, WriteTx};

use super::{LAW, MessageRow, MessageState, thread_key};
use crate::mailbox::MailboxRow;

/// A mail to write down.
#[derive(Debug, Clone, Default)]
pub struct NewMessage {
    /// The enrolment, with sequence and step, for one of a sequence.
    pub step: Option<(EnrolmentId, SequenceId, i64)>,
    /// 1 for the second try after a soft bounce.
    pub replan: i64,
    /// To whom.
    pub person: Option<PersonId>,
    /// Their company.
    pub company: Option<CompanyId>,
    /// About which deal.
    pub deal: Option<DealId>,
    /// Recipient's name.
    pub to_name: String,
    /// Recipient's address.
    pub to_address: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// Fields without value.
    pub missing: Vec<String>,
    /// Why a person should look at it before it goes.
    pub doubt: Option<&'static str>,
    /// The mail before it in the thread.
    pub after: Option<(String, Vec<String>)>,
    /// When it is to leave.
    pub due_at: Option<Timestamp>,
    /// Who writes, for mail by hand.
    pub author: Option<UserId>,
    /// The mail of theirs it answers.
    pub answers: Option<MessageId>,
    /// Which wording of the step it is, from 1, where there are several.
    pub variant: Option<i64>,
    /// Its token and Message-ID, when its text names the token; made otherwise.
    pub ids: Option<(String, String)>,
    /// The signature under it, where it is not the mailbox's.
    pub signature: Option<String>,
    /// The invitation that goes with it.
    pub calendar: Option<Calendar>,
    /// What it is marked with.
    pub label: Option<&'static str>,
    /// What it tells of where their data came from.
    pub source_told: Option<String>,
    /// Whether the law wants them told this.
    pub of_law: bool,
}

/// An invitation for calendars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Calendar {
    /// `REQUEST` or `CANCEL`.
    pub method: String,
    /// The iCalendar object.
    pub text: String,
}

/// Writes a mail out down, once: Message-ID and token are made here. Queued at once, or put aside for
/// editing when something is missing. A second mail of the same step is not written.
///
/// # Errors
/// Whatever the database says.
pub async fn write_out(
    tx: &WriteTx,
    from: &MailboxRow,
    new: NewMessage,
    now: Timestamp,
) -> Result<Option<MessageId>> {
    let mail = Written::of(from, new, now);
    let written = insert(tx, from.workspace_id, std::slice::from_ref(&mail), now).await?;
    Ok((written > 0).then_some(mail.row.id))
}

/// The same for many mails of a workspace, each with the mailbox it leaves from. Answers their rows, with those of a step
/// that had its mail already.
///
/// # Errors
/// Whatever the database says.
pub async fn write_all_out(
    tx: &WriteTx,
    workspace: WorkspaceId,
    mails: Vec<(&MailboxRow, NewMessage)>,
    now: Timestamp,
) -> Result<Vec<MessageRow>> {
    let mails: Vec<Written> = mails.into_iter().map(|(from, new)| Written::of(from, new, now)).collect();
    insert(tx, workspace, &mails, now).await?;
    Ok(mails.into_iter().map(|mail| mail.row).collect())
}

/// Columns of a mail out, in the order of [`Written::values`].
const WRITTEN: [&str; 34] = [
    "id",
    "origin",
    "enrolment_id",
    "sequence_id",
    "step",
    "replan",
    "mailbox_id",
    "person_id",
    "company_id",
    "deal_id",
    "state",
    "missing",
    "from_name",
    "from_address",
    "to_name",
    "to_key",
    "to_address",
    "thread_subject",
    "subject",
    "text",
    "mime_id",
    "in_reply_to",
    "thread_ids",
    "token",
    "due_at",
    "answers_id",
    "intents",
    "created_by",
    "variant",
    "reason",
    "signature",
    "calendar",
    "label",
    "source_told",
];

async fn insert(tx: &WriteTx, workspace: WorkspaceId, mails: &[Written], now: Timestamp) -> Result<u64> {
    let rows = NewRows {
        table: "message",
        shared: vec![
            ("workspace_id", workspace.into()),
            ("direction", "out".into()),
            ("revision", 1_i64.into()),
            ("created_at", now.into()),
            ("updated_at", now.into()),
        ],
        own: WRITTEN.to_vec(),
        clash: Clash::Ignored,
    };
    let mut written = 0;
    for sql in rows.statements(tx.engine(), mails, Written::values) {
        written += sql.run(tx.conn()).await?;
    }
    Ok(written)
}

/// A mail out as it is written down.
struct Written {
    row: MessageRow,
    author: Option<UserId>,
}

impl Written {
    fn of(from: &MailboxRow, new: NewMessage, now: Timestamp) -> Self {
        let (token, mime_id) = new.ids.unwrap_or_else(|| crate::letter::new_ids(&from.address));
        let fine = new.missing.is_empty() && new.doubt.is_none();
        let state = if fine { MessageState::Queued } else { MessageState::NeedsEdit };
        let (before, mut thread) = new.after.map_or((None, Vec::new()), |(id, ids)| (Some(id), ids));
        thread.extend(before.clone());
        let origin = match (new.step.is_some(), new.calendar.is_some()) {
            (true, _) => "sequence",
            (false, true) => "meeting",
            (false, false) if new.of_law => LAW,
            (false, false) => "hand",
        };
        let row = MessageRow {
            id: MessageId::new(),
            workspace_id: from.workspace_id,
            direction: "out".to_owned(),
            origin: origin.to_owned(),
            enrolment_id: new.step.map(|s| s.0),
            sequence_id: new.step.map(|s| s.1),
            step: new.step.map(|s| s.2),
            variant: new.variant,
            replan: new.replan,
            mailbox_id: Some(from.id),
            person_id: new.person,
            company_id: new.company,
            deal_id: new.deal,
            state: state.key().to_owned(),
            reason: new.doubt.map(str::to_owned),
            missing: json!(new.missing),
            from_name: Some(from.from_name.clone()),
            from_address: from.address.clone(),
            to_name: Some(new.to_name),
            to_address: new.to_address,
            subject: new.subject,
            text: new.text,
            html: None,
            excerpt: None,
            mime_id: Some(mime_id),
            in_reply_to: before,
            thread_ids: json!(thread),
            signature: new.signature,
            label: new.label.map(str::to_owned),
            source_told: new.source_told,
            token: Some(token),
            calendar: new.calendar.map(|calendar| json!(calendar)),
            due_at: Some(new.due_at.unwrap_or(now)),
            attempts: 0,
            lease_until: None,
            data_started_at: None,
            sent_at: None,
            response: None,
            answers_id: new.answers,
            class: None,
            class_rule: None,
            matched_by: None,
            intent: None,
            intents: json!([]),
            positive: false,
            corrected_by: None,
            intent_corrected_at: None,
            revision: 1,
            created_at: now,
            updated_at: now,
        };
        Self { row, author: new.author }
    }

    fn values(mail: &Self, into: &mut Vec<Value>) {
        let row = mail.row.clone();
        into.extend([
            row.id.into(),
            row.origin.into(),
            row.enrolment_id.into(),
            row.sequence_id.into(),
            row.step.into(),
            row.replan.into(),
            row.mailbox_id.into(),
            row.person_id.into(),
            row.company_id.into(),
            row.deal_id.into(),
            row.state.into(),
            row.missing.into(),
            row.from_name.into(),
            row.from_address.into(),
            row.to_name.into(),
            records::person::fold_email(&row.to_address).into(),
            row.to_address.into(),
            thread_key(&row.subject).into(),
            row.subject.into(),
            row.text.into(),
            row.mime_id.into(),
            row.in_reply_to.into(),
            row.thread_ids.into(),
            row.token.into(),
            row.due_at.into(),
            row.answers_id.into(),
            row.intents.into(),
            mail.author.into(),
            row.variant.into(),
            row.reason.into(),
            row.signature.into(),
            row.calendar.into(),
            row.label.into(),
            row.source_told.into(),
        ]);
    }
}

//! What the database knows about a mail that came in: which mails of ours it names, and who wrote it.

use std::collections::HashSet;

use kernel::{CompanyId, EmailAddress, MessageId, PersonId, Timestamp, WorkspaceId};
use mail::Incoming;
use sea_orm::FromQueryResult;
use store::db::Source;
use store::{Result, Sql};

use super::matching::{Found, SUBJECT_DAYS};
use crate::letter::TOKEN_HEADER;
use crate::message::thread_key;

/// Names a mail uses at most; more are an attack or an accident.
const NAMES: usize = 60;

#[derive(Debug, FromQueryResult)]
struct Ours {
    id: MessageId,
    mime_id: Option<String>,
    token: Option<String>,
    sent_at: Option<Timestamp>,
}

/// Everything known about a mail before it is classified.
#[derive(Debug, Default)]
pub(super) struct Known {
    ours: Vec<Ours>,
    pub found: Found,
    pub country: Option<String>,
}

impl Known {
    pub fn is_ours(&self, mime_id: &str) -> bool {
        self.ours.iter().any(|m| m.mime_id.as_deref() == Some(mime_id))
    }

    pub fn is_token(&self, token: &str) -> bool {
        self.ours.iter().any(|m| m.token.as_deref() == Some(token))
    }

    pub fn by_mime(&self, mime_id: &str) -> Option<MessageId> {
        self.ours.iter().find(|m| m.mime_id.as_deref() == Some(mime_id)).map(|m| m.id)
    }

    pub fn by_token(&self, token: &str) -> Option<MessageId> {
        self.ours.iter().find(|m| m.token.as_deref() == Some(token)).map(|m| m.id)
    }

    pub fn sent_at(&self, id: MessageId) -> Option<Timestamp> {
        self.ours.iter().find(|m| m.id == id).and_then(|m| m.sent_at)
    }
}

/// Ids of mails that this one may name: its own, those it answers, the one it gives back.
fn named_ids(mail: &Incoming) -> Vec<String> {
    let original = mail.report.original.as_ref().and_then(|o| o.message_id.as_deref());
    let all = mail.message_id.as_deref().into_iter().chain(mail.refers_to()).chain(original);
    unique(all.map(str::to_owned))
}

/// Tokens that this mail may carry: in `x+token@` recipients and in our own header.
fn named_tokens(mail: &Incoming) -> Vec<String> {
    let delivered =
        ["delivered-to", "x-original-to", "envelope-to"].into_iter().filter_map(|h| mail.header(h));
    let recipients = mail.to.iter().chain(&mail.cc).map(|m| m.address.as_str()).chain(delivered);
    let tags = recipients.filter_map(|address| {
        let (local, _) = address.trim_matches(['<', '>', ' ']).rsplit_once('@')?;
        local.split_once('+').map(|(_, tag)| tag.to_owned())
    });
    let original = mail.report.original.as_ref().and_then(|o| o.header(TOKEN_HEADER)).map(str::to_owned);
    unique(tags.chain(original))
}

fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    names.filter(|n| !n.is_empty() && seen.insert(n.clone())).take(NAMES).collect()
}

/// Asks the database, once for each kind of evidence.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn look_up(
    db: &impl Source,
    workspace: WorkspaceId,
    mail: &Incoming,
    now: Timestamp,
) -> Result<Known> {
    let mut known = Known { ours: ours(db, workspace, mail).await?, ..Known::default() };
    let original = mail.report.original.as_ref();
    let found = Found {
        referenced: mail.refers_to().filter_map(|id| known.by_mime(id)).collect(),
        by_token: named_tokens(mail).iter().find_map(|t| known.by_token(t)),
        attached: original.and_then(|o| o.message_id.as_deref()).and_then(|id| known.by_mime(id)),
        conversation: conversation(db, workspace, mail).await?,
        ..Found::default()
    };
    known.found = found;
    let sender = mail.sender();
    if sender.is_empty() {
        return Ok(known);
    }
    known.found.same_subject = same_subject(db, workspace, &sender, &mail.subject, now).await?;
    let text = "SELECT p.id, p.country FROM contact_point c JOIN person p ON p.id = c.person_id \
                WHERE c.workspace_id = ? AND c.kind = 'email' AND c.folded = ? AND p.deleted_at IS NULL \
                ORDER BY p.created_at LIMIT 1";
    let key = records::person::fold_email(&sender);
    let rows = Sql::with(db.engine(), text, [workspace.into(), key.into()]).rows(db.conn()).await?;
    if let Some(row) = rows.first() {
        let person: PersonId = row.try_get_by_index(0)?;
        known.found.person = Some(person);
        known.country = row.try_get_by_index(1)?;
    }
    known.found.company = company(db, workspace, &sender).await?;
    Ok(known)
}

async fn ours(db: &impl Source, workspace: WorkspaceId, mail: &Incoming) -> Result<Vec<Ours>> {
    let mut sql = Sql::new(
        db.engine(),
        "SELECT id, mime_id, token, sent_at FROM message WHERE direction = 'out' AND workspace_id = ",
    );
    sql.bind(workspace).push(" AND (mime_id IN ").bind_list(named_ids(mail).into_iter().map(Into::into));
    sql.push(" OR token IN ").bind_list(named_tokens(mail).into_iter().map(Into::into)).push(")");
    sql.all(db.conn()).await
}

/// Outlook's conversation: an earlier mail of theirs in it was put to a mail of ours.
async fn conversation(
    db: &impl Source,
    workspace: WorkspaceId,
    mail: &Incoming,
) -> Result<Option<MessageId>> {
    let Some(root) = &mail.thread_index_root else { return Ok(None) };
    let text = "SELECT answers_id FROM message WHERE workspace_id = ? AND thread_root = ? AND answers_id IS NOT NULL \
                ORDER BY created_at DESC LIMIT 1";
    Sql::with(db.engine(), text, [workspace.into(), root.clone().into()]).scalar(db.conn()).await
}

async fn same_subject(
    db: &impl Source,
    workspace: WorkspaceId,
    sender: &str,
    subject: &str,
    now: Timestamp,
) -> Result<Option<MessageId>> {
    let text = "SELECT id FROM message WHERE workspace_id = ? AND to_key = ? AND direction = 'out' \
                AND state IN ('sent', 'uncertain', 'bounced') AND thread_subject = ? AND sent_at > ? \
                ORDER BY sent_at DESC LIMIT 1";
    let values = [
        workspace.into(),
        records::person::fold_email(sender).into(),
        thread_key(subject).into(),
        now.plus_days(-SUBJECT_DAYS).into(),
    ];
    Sql::with(db.engine(), text, values).scalar(db.conn()).await
}

async fn company(db: &impl Source, workspace: WorkspaceId, sender: &str) -> Result<Option<CompanyId>> {
    let domain = EmailAddress::parse(sender).ok().and_then(|a| a.company_domain());
    let Some(domain) = domain else { return Ok(None) };
    let text = "SELECT id FROM company WHERE workspace_id = ? AND domain = ? AND deleted_at IS NULL LIMIT 2";
    let rows = Sql::with(db.engine(), text, [workspace.into(), domain.into()]).rows(db.conn()).await?;
    match rows.as_slice() {
        [row] => Ok(Some(row.try_get_by_index(0)?)),
        _ => Ok(None),
    }
}

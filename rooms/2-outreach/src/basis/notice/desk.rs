//! From which mailbox a notice leaves, when, and who tells by hand what no mail can.

use kernel::{MailboxId, PersonId, Timestamp, UserId, WorkspaceId};
use store::db::Source;
use store::{Result, Sql, WriteTx};

use crate::mailbox::{self, MailboxRow};

/// A mailbox, called `b`, from which mail really leaves now.
const WORKS: &str =
    "b.deleted_at IS NULL AND b.kind = 'real' AND b.state = 'active' AND b.signed_out_at IS NULL";

/// The mailbox that wrote to them last, else the oldest of their rep, else the workspace's oldest.
pub(super) async fn mailbox(
    tx: &WriteTx,
    workspace: WorkspaceId,
    person: PersonId,
    rep: Option<UserId>,
) -> Result<Option<MailboxRow>> {
    let text = format!(
        "SELECT b.id FROM message m JOIN mailbox b ON b.id = m.mailbox_id WHERE m.person_id = ? AND m.workspace_id = ? \
         AND m.direction = 'out' AND m.state IN ('sent', 'uncertain') AND {WORKS} ORDER BY m.sent_at DESC LIMIT 1"
    );
    let values = [person.into(), workspace.into()];
    let mut id: Option<MailboxId> = Sql::with(tx.engine(), &text, values).scalar(tx.conn()).await?;
    if id.is_none() {
        let text = format!("SELECT b.id FROM mailbox b WHERE b.workspace_id = ? AND {WORKS}");
        let mut sql = Sql::with(tx.engine(), &text, [workspace.into()]);
        sql.push(" ORDER BY CASE WHEN b.owner_id = ")
            .bind(rep)
            .push(" THEN 0 ELSE 1 END, b.created_at, b.id LIMIT 1");
        id = sql.scalar(tx.conn()).await?;
    }
    match id {
        Some(id) => mailbox::find(tx, workspace, id).await,
        None => Ok(None),
    }
}

/// When the next notice may leave from a mailbox: many at once follow each other like other mails of it.
pub(super) async fn slot(tx: &WriteTx, from: &MailboxRow, now: Timestamp) -> Result<Timestamp> {
    let text = "SELECT MAX(due_at) FROM message WHERE mailbox_id = ? AND workspace_id = ? AND state = 'queued' \
                AND enrolment_id IS NULL AND origin = 'law'";
    let values = [from.id.into(), from.workspace_id.into()];
    let last: Option<Option<Timestamp>> = Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?;
    Ok(last.flatten().map_or(now, |last| last.plus_seconds(from.gap()).max(now)))
}

/// Whose the person is: their own rep, that of their company, else who owns the workspace; of those who are still there.
pub(super) async fn rep(
    db: &impl Source,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Option<UserId>> {
    let text = "SELECT m.user_id FROM person p LEFT JOIN company c ON c.id = p.company_id AND c.deleted_at IS NULL \
                JOIN membership m ON m.workspace_id = p.workspace_id \
                AND (m.user_id = p.owner_id OR m.user_id = c.owner_id OR m.role = 'owner') \
                WHERE p.id = ? AND p.workspace_id = ? ORDER BY CASE WHEN m.user_id = p.owner_id THEN 0 \
                WHEN m.user_id = c.owner_id THEN 1 ELSE 2 END, m.user_id LIMIT 1";
    Sql::with(db.engine(), text, [person.into(), workspace.into()]).scalar(db.conn()).await
}

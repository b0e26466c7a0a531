//! The mailbox to practise with: mail is kept inside, sample prospects answer.

use kernel::{MailboxId, Timestamp, UserId, WorkspaceId};
use serde_json::json;
use store::db::Source;
use store::{Actor, NewEvent, Result, Sql, Subject, WriteTx};

use super::MAILBOX_CREATED;

/// The workspace's sandbox mailbox, made if there is none. It connects to nothing.
///
/// # Errors
/// Whatever the database says.
pub async fn ensure_sandbox_mailbox(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    owner: UserId,
    now: Timestamp,
) -> Result<MailboxId> {
    let text =
        "SELECT id FROM mailbox WHERE workspace_id = ? AND kind = 'sandbox' AND deleted_at IS NULL LIMIT 1";
    if let Some(id) = Sql::with(tx.engine(), text, [workspace.into()]).scalar(tx.conn()).await? {
        return Ok(id);
    }
    let name: Option<String> =
        Sql::with(tx.engine(), "SELECT name FROM app_user WHERE id = ?", [owner.into()])
            .scalar(tx.conn())
            .await?;
    let id = MailboxId::new();
    let nowhere = json!({ "host": "sandbox.invalid", "port": 465, "security": "tls", "username": "" });
    let address = "you@sandbox.invalid";
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO mailbox (id, workspace_id, owner_id, kind, from_name, address, address_key, smtp, imap, signature, \
         daily_cap, gap_seconds, state, revision, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        workspace.into(),
        owner.into(),
        "sandbox".into(),
        name.unwrap_or_else(|| "You".to_owned()).into(),
        address.into(),
        address.into(),
        nowhere.clone().into(),
        nowhere.into(),
        "".into(),
        200_i64.into(),
        0_i64.into(),
        "active".into(),
        1_i64.into(),
        now.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    let subject = Subject { row: Some(id.0), ..Subject::default() };
    let event = NewEvent::now(workspace, MAILBOX_CREATED, Actor::User(owner), now).about(subject);
    tx.record(event.with(json!({ "address": address, "kind": "sandbox" }))).await?;
    Ok(id)
}

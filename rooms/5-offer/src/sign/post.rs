//! Mail to whoever signs: from which mailbox, to which address, and whether they may be written to at all.

use kernel::{EmailAddress, MailboxId, MessageId, Timestamp, WorkspaceId};
use outreach::mailbox::{self, MailboxRow};
use outreach::message::{NewMessage, write_out};
use outreach::recipient::Recipient;
use outreach::suppression;
use process::deal_row::DealRow;
use store::db::Source;
use store::{Result, Sql, WriteTx};
use uuid::Uuid;

use super::letters::Letter;

/// How a mail about a deal comes to somebody.
#[derive(Debug)]
pub struct Way {
    /// The mailbox it leaves from: the workspace's oldest, whoever owns the deal, so that nobody adds one of their own to
    /// read what goes to a signer. One that only tries things out only where there never was another.
    pub from: MailboxRow,
    /// Where it goes.
    pub address: EmailAddress,
}

async fn mailbox_for(db: &impl Source, workspace: WorkspaceId) -> Result<Option<MailboxRow>> {
    let mut sql =
        Sql::new(db.engine(), "SELECT id, state FROM mailbox WHERE deleted_at IS NULL AND workspace_id = ");
    sql.bind(workspace).push(
        " ORDER BY CASE WHEN kind = 'sandbox' THEN 1 ELSE 0 END, CASE WHEN state = 'active' THEN 0 ELSE 1 END, created_at, id LIMIT 1",
    );
    let Some(row) = sql.rows(db.conn()).await?.pop() else { return Ok(None) };
    let (id, state): (Uuid, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    match state.as_str() {
        "active" => mailbox::find(db, workspace, MailboxId(id)).await,
        _ => Ok(None),
    }
}

impl Way {
    /// To somebody; none when there is no mailbox or no address, or they must not be written to.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn to(tx: &WriteTx, workspace: WorkspaceId, who: &Recipient) -> Result<Option<Self>> {
        let Some(address) = who.address().filter(|_| !who.refuses_mail()) else { return Ok(None) };
        if suppression::in_force(tx, workspace, Some(&address), Some(who.id)).await?.is_some() {
            return Ok(None);
        }
        Ok(mailbox_for(tx, workspace).await?.map(|from| Self { from, address }))
    }

    /// Writes a mail, to leave at once.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn write(
        &self,
        tx: &WriteTx,
        deal: &DealRow,
        who: &Recipient,
        (subject, text): Letter,
        now: Timestamp,
    ) -> Result<Option<MessageId>> {
        let new = NewMessage {
            person: Some(who.id),
            company: who.company_id,
            deal: Some(deal.id),
            to_name: who.name.clone(),
            to_address: self.address.as_str().to_owned(),
            subject,
            text,
            due_at: Some(now),
            ..NewMessage::default()
        };
        write_out(tx, &self.from, new, now).await
    }
}

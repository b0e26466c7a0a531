//! Where claimed mails stand: all that is asked anew before and after a mail leaves. The rest of a row does not change
//! while it is somebody's to send.

use std::collections::HashMap;

use kernel::{CompanyId, DealId, MessageId, PersonId, Timestamp, WorkspaceId};
use prospecting::channel::{Channel, Refusals};
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::MessageRow;

/// How far a mail is.
#[derive(Debug, FromQueryResult)]
pub struct Standing {
    id: MessageId,
    /// Its state, as in its row.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// Since when its content may be on the way.
    pub data_started_at: Option<Timestamp>,
    do_not_contact: Option<Json>,
}

impl Standing {
    /// Whether its person asked not to get mail.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.do_not_contact.as_ref().is_some_and(|said| Refusals::read(said).refuse(Channel::Email))
    }
}

/// Where these mails of a workspace stand, held until the transaction ends, in a fixed order. Hold their enrolments
/// first.
///
/// # Errors
/// Whatever the database says.
pub async fn hold_standing(
    tx: &WriteTx,
    workspace: WorkspaceId,
    ids: &[MessageId],
) -> Result<HashMap<MessageId, Standing>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let text = "SELECT m.id, m.state, m.attempts, m.data_started_at, p.do_not_contact FROM message m \
                LEFT JOIN person p ON p.id = m.person_id AND p.deleted_at IS NULL WHERE m.id IN ";
    let mut sql = Sql::new(tx.engine(), text);
    sql.bind_list(ids.iter().map(|id| (*id).into()));
    sql.push(" AND ").push_check("m.workspace_id", workspace).push(" ORDER BY m.id");
    sql.hold_of("m");
    let rows: Vec<Standing> = sql.all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// What of a mail may change while nobody holds it.
#[derive(Debug, FromQueryResult, PartialEq, Eq)]
struct Changing {
    id: MessageId,
    state: String,
    due_at: Option<Timestamp>,
    attempts: i64,
    revision: i64,
    updated_at: Timestamp,
    person_id: Option<PersonId>,
    company_id: Option<CompanyId>,
    deal_id: Option<DealId>,
}

impl Changing {
    fn of(row: &MessageRow) -> Self {
        Self {
            id: row.id,
            state: row.state.clone(),
            due_at: row.due_at,
            attempts: row.attempts,
            revision: row.revision,
            updated_at: row.updated_at,
            person_id: row.person_id,
            company_id: row.company_id,
            deal_id: row.deal_id,
        }
    }
}

/// Of mails of a workspace that were read before, those that are still as they were read, held until the transaction
/// ends, in a fixed order. Hold their enrolments first.
///
/// # Errors
/// Whatever the database says.
pub async fn hold_unchanged(
    tx: &WriteTx,
    workspace: WorkspaceId,
    read: Vec<MessageRow>,
) -> Result<Vec<MessageRow>> {
    if read.is_empty() {
        return Ok(read);
    }
    let text = "SELECT id, state, due_at, attempts, revision, updated_at, person_id, company_id, deal_id FROM message WHERE id IN ";
    let mut sql = Sql::new(tx.engine(), text);
    sql.bind_list(read.iter().map(|row| row.id.into()));
    sql.push(" AND ").push_check("workspace_id", workspace).push(" ORDER BY id");
    sql.hold();
    let now: Vec<Changing> = sql.all(tx.conn()).await?;
    let now: HashMap<MessageId, Changing> = now.into_iter().map(|row| (row.id, row)).collect();
    Ok(read.into_iter().filter(|row| now.get(&row.id) == Some(&Changing::of(row))).collect())
}

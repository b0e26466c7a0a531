//! Where enrolments stand: all that may change of one from step to step. The rest of a row never does.

use std::collections::HashMap;

use kernel::{CompanyId, DealId, EnrolmentId, MailboxId, PersonId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::{EnrolmentRow, EnrolmentState, select, state_of};

/// How far an enrolment is: all that a mail asks of it before and after it leaves.
#[derive(Debug, FromQueryResult)]
pub struct Standing {
    id: EnrolmentId,
    state: String,
    /// Steps done.
    pub step: i64,
}

impl Standing {
    /// Where it stands.
    ///
    /// # Errors
    /// When the row names a state that does not exist.
    pub fn state(&self) -> Result<EnrolmentState> {
        state_of(self.id, &self.state)
    }
}

/// Where these enrolments of a workspace stand, held until the transaction ends, in a fixed order.
///
/// # Errors
/// Whatever the database says.
pub async fn hold_standing(
    tx: &WriteTx,
    workspace: WorkspaceId,
    ids: &[EnrolmentId],
) -> Result<HashMap<EnrolmentId, Standing>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = select(tx.engine(), "id, state, step", workspace, ids);
    sql.hold();
    let rows: Vec<Standing> = sql.all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// What of an enrolment may change while nobody holds it.
#[derive(Debug, FromQueryResult, PartialEq, Eq)]
struct Changing {
    id: EnrolmentId,
    state: String,
    step: i64,
    next_run_at: Option<Timestamp>,
    mailbox_id: MailboxId,
    person_id: PersonId,
    company_id: Option<CompanyId>,
    deal_id: Option<DealId>,
}

impl Changing {
    fn of(row: &EnrolmentRow) -> Self {
        Self {
            id: row.id,
            state: row.state.clone(),
            step: row.step,
            next_run_at: row.next_run_at,
            mailbox_id: row.mailbox_id,
            person_id: row.person_id,
            company_id: row.company_id,
            deal_id: row.deal_id,
        }
    }
}

/// Of enrolments of a workspace that were read before, those that nobody else holds and that are still as they were read,
/// held until the transaction ends, in a fixed order.
///
/// # Errors
/// Whatever the database says.
pub async fn hold_unchanged(
    tx: &WriteTx,
    workspace: WorkspaceId,
    read: Vec<EnrolmentRow>,
) -> Result<Vec<EnrolmentRow>> {
    if read.is_empty() {
        return Ok(read);
    }
    let columns = "id, state, step, next_run_at, mailbox_id, person_id, company_id, deal_id";
    let ids: Vec<EnrolmentId> = read.iter().map(|row| row.id).collect();
    let mut sql: Sql = select(tx.engine(), columns, workspace, &ids);
    sql.hold_free();
    let now: Vec<Changing> = sql.all(tx.conn()).await?;
    let now: HashMap<EnrolmentId, Changing> = now.into_iter().map(|row| (row.id, row)).collect();
    Ok(read.into_iter().filter(|row| now.get(&row.id) == Some(&Changing::of(row))).collect())
}

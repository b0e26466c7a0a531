//! Many companies change hands at once.

use super::Author;
use crate::events;
use http_room::Problem;
use kernel::{CompanyId, UserId};
use serde_json::json;
use std::collections::BTreeMap;
use store::db::Source;
use store::{Engine, NewEvent, Sql, Subject, WriteTx};

/// A company that goes from one owner to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandOver {
    /// Which.
    pub company: CompanyId,
    /// Whose it is.
    pub from: Option<UserId>,
    /// Whose it becomes; a member of the workspace, which the caller has made sure of.
    pub to: Option<UserId>,
}

/// Companies of one statement.
const PART: usize = 500;

/// Hands companies over, each with its event, as a single change of the owner would. Answers those that
/// changed: a company that is deleted, or belongs to somebody else by now, is left alone.
///
/// # Errors
/// Whatever the database says.
pub async fn hand_over_companies(
    tx: &mut WriteTx,
    author: &Author,
    hand_overs: &[HandOver],
) -> Result<Vec<CompanyId>, Problem> {
    let mut of: BTreeMap<(Option<UserId>, Option<UserId>), Vec<CompanyId>> = BTreeMap::new();
    for one in hand_overs.iter().filter(|one| one.from != one.to) {
        of.entry((one.from, one.to)).or_default().push(one.company);
    }
    hold(tx, author, hand_overs).await?;
    let mut changed = Vec::new();
    for ((from, to), companies) in of {
        for part in companies.chunks(PART) {
            let done = update(tx, author, part, from, to).await?;
            tx.record_all(done.iter().map(|company| event(author, *company, from, to)).collect()).await?;
            changed.extend(done);
        }
    }
    Ok(changed)
}

/// On PostgreSQL the rows are held in the order of their ids first, as whoever scores them does, so that two
/// writers never wait for each other. SQLite has one writer.
async fn hold(tx: &WriteTx, author: &Author, hand_overs: &[HandOver]) -> Result<(), Problem> {
    if tx.engine() == Engine::Sqlite {
        return Ok(());
    }
    let mut ids: Vec<CompanyId> = hand_overs.iter().map(|one| one.company).collect();
    ids.sort_unstable();
    for part in ids.chunks(PART) {
        let text = "SELECT id FROM company WHERE workspace_id = ? AND id IN ";
        let mut sql = Sql::with(tx.engine(), text, [author.workspace.into()]);
        sql.bind_list(part.iter().map(|id| (*id).into())).push(" ORDER BY id FOR UPDATE");
        sql.rows(tx.conn()).await?;
    }
    Ok(())
}

async fn update(
    tx: &WriteTx,
    author: &Author,
    companies: &[CompanyId],
    from: Option<UserId>,
    to: Option<UserId>,
) -> Result<Vec<CompanyId>, Problem> {
    let text = "UPDATE company SET owner_id = ?, revision = revision + 1, updated_at = ? \
                WHERE deleted_at IS NULL AND ";
    let mut sql = Sql::with(tx.engine(), text, [to.into(), author.now.into()]);
    sql.push_check("workspace_id", author.workspace).push(" AND ");
    match from {
        Some(from) => sql.push_check("owner_id", from),
        None => {
            sql.push(if tx.engine() == Engine::Sqlite { "+owner_id IS NULL" } else { "owner_id IS NULL" })
        }
    };
    sql.push(" AND id IN ").bind_list(companies.iter().map(|c| (*c).into())).push(" RETURNING id");
    let rows = sql.rows(tx.conn()).await?;
    let id = |row: &store::Row| Ok(CompanyId(row.try_get_by_index(0)?));
    rows.iter().map(id).collect::<store::Result<_>>().map_err(Problem::from)
}

fn event(author: &Author, company: CompanyId, from: Option<UserId>, to: Option<UserId>) -> NewEvent {
    let mut event = NewEvent::now(author.workspace, events::COMPANY_CHANGED, author.actor, author.now)
        .about(Subject { company: Some(company), ..Subject::default() })
        .with(json!({ "before": { "owner_id": from }, "after": { "owner_id": to } }));
    event.cause = author.cause;
    event
}

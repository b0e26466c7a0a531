//! What happened to an offer, row by row: who, when, from where, to which content. Rows are only ever added.
//!
//! Each row is sealed with SHA-256 over the row before and itself, so that one that was changed or taken out is noticed
//! by whoever has the export.

use http_room::Visitor;
use kernel::{OfferId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use store::db::Source;
use store::{Engine, Result, Sql, WriteTx};
use uuid::Uuid;

use crate::content::canonical::write_sorted;

/// Rows of one export at most.
const MOST: i64 = 10_000;

/// A row.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Audited {
    /// Counted from 1 within the version.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// What: `sent`, `linked`, `renewed`, `incentive`, `mailed`, `opened`, `printed`, `commented`, `code_sent`, `code_wrong`, `refused`, `signed`, `accepted`,
    /// `declined`, `expired`, `superseded`, `withdrawn`.
    pub kind: String,
    /// Through which link.
    pub link_id: Option<Uuid>,
    /// From which network address.
    pub address: String,
    /// Everything else that is known of it.
    #[schema(value_type = Object)]
    pub facts: Json,
    /// SHA-256 over the seal before and this row.
    pub seal: String,
}

/// A row to write.
#[derive(Debug, Clone)]
pub struct Happened<'a> {
    /// What.
    pub kind: &'static str,
    /// Through which link.
    pub link: Option<Uuid>,
    /// Who asked for it, when it came through a page.
    pub visitor: Option<&'a Visitor>,
    /// Everything else that is known of it.
    pub facts: Json,
}

fn seal(before: &str, n: i64, at: Timestamp, happened: &Happened<'_>, facts: &Json) -> String {
    let address = happened.visitor.map(|v| v.address.as_str()).unwrap_or_default();
    sealed(before, &json!([n, at.0, happened.kind, happened.link, address, facts]))
}

fn sealed(before: &str, row: &Json) -> String {
    let mut whole = before.to_owned();
    write_sorted(row, &mut whole);
    hex::encode(Sha256::digest(whole))
}

/// Whether the rows are whole, from the first on.
#[must_use]
pub fn is_whole(rows: &[Audited]) -> bool {
    let mut before = String::new();
    rows.iter().enumerate().all(|(n, row)| {
        let wanted =
            sealed(&before, &json!([row.n, row.at.0, row.kind, row.link_id, row.address, row.facts]));
        before.clone_from(&row.seal);
        usize::try_from(row.n) == Ok(n + 1) && wanted == row.seal
    })
}

/// Holds an offer until the transaction ends.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &WriteTx, offer: OfferId) -> Result<()> {
    let mut hold = Sql::new(tx.engine(), "SELECT 1 FROM offer WHERE id = ");
    hold.bind(offer);
    if tx.engine() == Engine::Postgres {
        hold.push(" FOR UPDATE");
    }
    hold.rows(tx.conn()).await?;
    Ok(())
}

/// Adds a row; the offer is held until the transaction ends, so that rows have one order.
///
/// # Errors
/// Whatever the database says.
pub async fn add(
    tx: &WriteTx,
    workspace: WorkspaceId,
    offer: OfferId,
    happened: Happened<'_>,
    now: Timestamp,
) -> Result<()> {
    hold(tx, offer).await?;
    let text = "SELECT n, at, kind, link_id, address, facts, seal FROM offer_audit WHERE offer_id = ? AND workspace_id = ? \
                ORDER BY n DESC LIMIT 1";
    let last: Option<Audited> =
        Sql::with(tx.engine(), text, [offer.into(), workspace.into()]).one(tx.conn()).await?;
    let (n, before) = last.map_or((1, String::new()), |row| (row.n + 1, row.seal));
    let mut facts = happened.facts.clone();
    if let (Some(visitor), Some(map)) = (happened.visitor, facts.as_object_mut()) {
        map.insert("user_agent".to_owned(), json!(visitor.user_agent.chars().take(400).collect::<String>()));
    }
    let seal = seal(&before, n, now, &happened, &facts);
    let text = "INSERT INTO offer_audit (offer_id, n, workspace_id, at, kind, link_id, address, facts, seal) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        offer.into(),
        n.into(),
        workspace.into(),
        now.into(),
        happened.kind.into(),
        happened.link.into(),
        happened.visitor.map(|v| v.address.clone()).unwrap_or_default().into(),
        facts.into(),
        seal.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// The rows of a version, the oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of_offer(db: &impl Source, workspace: WorkspaceId, offer: OfferId) -> Result<Vec<Audited>> {
    let text = "SELECT n, at, kind, link_id, address, facts, seal FROM offer_audit WHERE offer_id = ? AND workspace_id = ? \
                ORDER BY n LIMIT ?";
    Sql::with(db.engine(), text, [offer.into(), workspace.into(), MOST.into()]).all(db.conn()).await
}

/// How often that happened through a link since then.
///
/// # Errors
/// Whatever the database says.
pub async fn count_since(db: &impl Source, link: Uuid, kind: &str, since: Timestamp) -> Result<i64> {
    let text = "SELECT COUNT(*) FROM offer_audit WHERE link_id = ? AND kind = ? AND at >= ?";
    let values = [link.into(), kind.into(), since.into()];
    Ok(Sql::with(db.engine(), text, values).scalar(db.conn()).await?.unwrap_or(0))
}

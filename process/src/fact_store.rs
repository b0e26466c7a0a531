//! Facts in the database: one row a key, written by rooms in their own transactions.
//!
//! Writing a fact judges the deal's gate anew in the same transaction, so that the board never shows
//! a criterion as missing that was just met.

use kernel::{DealId, Timestamp, WorkspaceId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use store::db::Source;
use store::{Result, Sql, StoreError, WriteTx};
use uuid::Uuid;

use crate::facts::{
    Bant, Closing, Committee, Discovery, Evidence, Nurture, Objections, Offer, Qualifiers, Replies, Reply,
    Research,
};
use crate::gate_cache;

/// Something gates read, kept under a key.
pub trait Fact: Serialize + DeserializeOwned + Send + Sync {
    /// The key; one row per deal and key.
    const KEY: &'static str;
}

macro_rules! fact {
    ($($type:ty => $key:literal),+ $(,)?) => {$(
        impl Fact for $type {
            const KEY: &'static str = $key;
        }
    )+};
}

fact! {
    Research => "research",
    Replies => "replies",
    Discovery => "discovery",
    Bant => "bant",
    Qualifiers => "qualifiers",
    Committee => "committee",
    Nurture => "nurturing",
    Offer => "offer",
    Objections => "objections",
    Closing => "closing",
}

/// Replies kept for a deal; older ones no longer decide anything.
const MAX_REPLIES: usize = 200;

/// Writes a fact, in place of what was written under its key, and judges the gate anew.
///
/// # Errors
/// Whatever the database says.
pub async fn put<F: Fact>(
    tx: &WriteTx,
    workspace: WorkspaceId,
    deal: DealId,
    fact: &F,
    evidence: &[Evidence],
    now: Timestamp,
) -> Result<()> {
    let value = serde_json::to_value(fact).map_err(|e| shape(F::KEY, &e))?;
    let text = "INSERT INTO deal_fact (workspace_id, deal_id, fact_key, value, evidence, updated_at) \
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (workspace_id, deal_id, fact_key) \
                DO UPDATE SET value = excluded.value, evidence = excluded.evidence, updated_at = excluded.updated_at";
    let values =
        [workspace.into(), deal.into(), F::KEY.into(), value.into(), json!(evidence).into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    gate_cache::refresh(tx, workspace, deal, now).await
}

/// Takes a fact away: nothing is known under its key any more.
///
/// # Errors
/// Whatever the database says.
pub async fn remove<F: Fact>(
    tx: &WriteTx,
    workspace: WorkspaceId,
    deal: DealId,
    now: Timestamp,
) -> Result<()> {
    let text = "DELETE FROM deal_fact WHERE workspace_id = ? AND deal_id = ? AND fact_key = ?";
    Sql::with(tx.engine(), text, [workspace.into(), deal.into(), F::KEY.into()]).run(tx.conn()).await?;
    gate_cache::refresh(tx, workspace, deal, now).await
}

/// A fact of a deal.
///
/// # Errors
/// Whatever the database says, or a value that cannot be read.
pub async fn get<F: Fact>(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Option<F>> {
    let text = "SELECT value FROM deal_fact WHERE workspace_id = ? AND deal_id = ? AND fact_key = ?";
    let value: Option<Json> = Sql::with(db.engine(), text, [workspace.into(), deal.into(), F::KEY.into()])
        .scalar(db.conn())
        .await?;
    value.map(|v| serde_json::from_value(v).map_err(|e| shape(F::KEY, &e))).transpose()
}

/// A fact of each of these deals that has it.
///
/// # Errors
/// Whatever the database says, or a value that cannot be read.
pub async fn of_deals<F: Fact>(
    db: &impl Source,
    workspace: WorkspaceId,
    deals: &[DealId],
) -> Result<Vec<(DealId, F)>> {
    if deals.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT deal_id, value FROM deal_fact WHERE workspace_id = ? AND fact_key = ? AND deal_id IN ";
    let mut sql = Sql::with(db.engine(), text, [workspace.into(), F::KEY.into()]);
    sql.bind_list(deals.iter().map(|deal| (*deal).into()));
    let read = |row: &store::Row| {
        let value = serde_json::from_value(row.try_get_by_index(1)?).map_err(|e| shape(F::KEY, &e))?;
        Ok((DealId(row.try_get_by_index(0)?), value))
    };
    sql.rows(db.conn()).await?.iter().map(read).collect()
}

/// Adds a human reply, or corrects the one of the same mail.
///
/// # Errors
/// Whatever the database says.
pub async fn put_reply(
    tx: &WriteTx,
    workspace: WorkspaceId,
    deal: DealId,
    reply: Reply,
    now: Timestamp,
) -> Result<()> {
    let mut replies: Replies = get(tx, workspace, deal).await?.unwrap_or_default();
    replies.items.retain(|r| r.message != reply.message);
    replies.items.push(reply);
    replies.items.sort_by_key(|r| (r.at, r.message));
    let surplus = replies.items.len().saturating_sub(MAX_REPLIES);
    replies.items.drain(..surplus);
    put(tx, workspace, deal, &replies, &[], now).await
}

/// A reply that is known is taken for something else from now on.
///
/// # Errors
/// Whatever the database says.
pub async fn correct_reply(
    tx: &WriteTx,
    workspace: WorkspaceId,
    deal: DealId,
    message: Uuid,
    intent: &str,
    now: Timestamp,
) -> Result<()> {
    let replies: Replies = get(tx, workspace, deal).await?.unwrap_or_default();
    match replies.items.into_iter().find(|reply| reply.message == message) {
        Some(known) if known.intent != intent => {
            put_reply(tx, workspace, deal, Reply { intent: intent.to_owned(), ..known }, now).await
        }
        _ => Ok(()),
    }
}

/// All facts of a deal, by key.
pub(crate) struct Stored(BTreeMap<String, Json>);

impl Stored {
    pub(crate) async fn load(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Self> {
        let text = "SELECT fact_key, value FROM deal_fact WHERE workspace_id = ? AND deal_id = ?";
        let rows = Sql::with(db.engine(), text, [workspace.into(), deal.into()]).rows(db.conn()).await?;
        let read = |row: &store::Row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
        let mut facts: BTreeMap<String, Json> = rows.iter().map(read).collect::<Result<_>>()?;
        let merged = records::merge::log::merged_into_committee(db, workspace, deal).await?;
        if !merged.is_empty() {
            facts.values_mut().for_each(|fact| records::merge::rules::rename(fact, &merged));
        }
        Ok(Self(facts))
    }

    pub(crate) fn take<F: Fact>(&mut self) -> Result<Option<F>> {
        let value = self.0.remove(F::KEY);
        value.map(|v| serde_json::from_value(v).map_err(|e| shape(F::KEY, &e))).transpose()
    }
}

fn shape(key: &str, why: &serde_json::Error) -> StoreError {
    StoreError::Shape { what: format!("fact '{key}'"), why: why.to_string() }
}

//! May this be asked now? Counted in the transaction that allows it, so that no number of workers exceeds a quota,
//! and remembered by what was asked, so that the same question is asked once.

use http_room::{Answer, Problem};
use kernel::{EnrichmentProviderId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql, StoreError, WriteTx};

use super::mapping::EnrichmentFinding;
use super::provider;
use super::quota::{Wait, WaitReason, take};

/// Seconds a question may be under way before another may ask the same; longer than any time limit.
const LEASE: i64 = 300;
/// Seconds to wait for another's answer.
const PATIENCE: i64 = 2;

/// An answer that is remembered.
#[derive(Debug, Clone)]
pub struct Remembered {
    /// What was found in it.
    pub findings: Vec<EnrichmentFinding>,
    /// Where it came from.
    pub source_url: Option<String>,
    /// When.
    pub asked_at: Timestamp,
}

/// Whether to ask.
#[derive(Debug, Clone)]
pub enum Claim {
    /// No need to.
    Known(Remembered),
    /// Yes; the call is counted. With the failures in a row before it.
    Go(i64),
    /// Not yet.
    Wait(Wait),
    /// The source is switched off or gone.
    Off,
}

/// Which question of which source.
#[derive(Debug, Clone)]
pub struct Question {
    /// Whose.
    pub workspace: WorkspaceId,
    /// The source.
    pub provider: EnrichmentProviderId,
    /// What is asked, folded to a key.
    pub key: String,
    /// Whether it is only tried: no matter whether it is switched on, and always anew.
    pub trial: bool,
}

/// Counts a call, or says why not.
///
/// # Errors
/// Whatever the database says.
pub async fn claim(tx: &WriteTx, question: &Question, now: Timestamp) -> Answer<Claim> {
    let Some(row) = provider::hold(tx, question.workspace, question.provider).await? else {
        return Ok(Claim::Off);
    };
    if !row.content.enabled && !question.trial {
        return Ok(Claim::Off);
    }
    if !question.trial {
        match remembered(tx, question, now).await? {
            Some(Known::Answer(answer)) => return Ok(Claim::Known(answer)),
            Some(Known::UnderWay) => {
                let until = now.plus_seconds(PATIENCE);
                return Ok(Claim::Wait(Wait { until, why: WaitReason::SameRequest }));
            }
            None => {}
        }
        if let Some(until) = row.paused_until.filter(|until| *until > now) {
            return Ok(Claim::Wait(Wait { until, why: WaitReason::Pause }));
        }
    }
    match take(&row.content.quota, row.meter, now) {
        Err(wait) => Ok(Claim::Wait(wait)),
        Ok(meter) => {
            provider::save_meter(tx, &row, meter).await?;
            if !question.trial {
                put(tx, question, ("asking", &[], None), now, now.plus_seconds(LEASE)).await?;
            }
            Ok(Claim::Go(row.failures))
        }
    }
}

enum Known {
    Answer(Remembered),
    UnderWay,
}

#[derive(FromQueryResult)]
struct Columns {
    state: String,
    findings: Json,
    source_url: Option<String>,
    asked_at: Timestamp,
}

async fn remembered(tx: &WriteTx, question: &Question, now: Timestamp) -> Result<Option<Known>> {
    let text = "SELECT state, findings, source_url, asked_at FROM enrichment_answer \
                WHERE provider_id = ? AND request_key = ? AND expires_at > ?";
    let values = [question.provider.into(), question.key.clone().into(), now.into()];
    let row: Option<Columns> = Sql::with(tx.engine(), text, values).one(tx.conn()).await?;
    let Some(row) = row else { return Ok(None) };
    if row.state == "asking" {
        return Ok(Some(Known::UnderWay));
    }
    let findings = serde_json::from_value(row.findings)
        .map_err(|why| StoreError::Shape { what: "enrichment_answer".to_owned(), why: why.to_string() })?;
    Ok(Some(Known::Answer(Remembered { findings, source_url: row.source_url, asked_at: row.asked_at })))
}

/// Remembers an answer, also that there is none.
///
/// # Errors
/// Whatever the database says.
pub async fn remember(tx: &WriteTx, question: &Question, answer: &Remembered, days: i64) -> Answer<()> {
    let what = ("answered", answer.findings.as_slice(), answer.source_url.clone());
    put(tx, question, what, answer.asked_at, answer.asked_at.plus_days(days)).await.map_err(Problem::from)
}

/// Forgets that a question is under way: it failed.
///
/// # Errors
/// Whatever the database says.
pub async fn give_up(tx: &WriteTx, question: &Question) -> Result<()> {
    let text = "DELETE FROM enrichment_answer WHERE provider_id = ? AND request_key = ? AND state = 'asking'";
    Sql::with(tx.engine(), text, [question.provider.into(), question.key.clone().into()])
        .run(tx.conn())
        .await?;
    Ok(())
}

/// Whether there are answers that no longer hold.
///
/// # Errors
/// Whatever the database says.
pub async fn has_old(db: &impl Source, now: Timestamp) -> Result<bool> {
    let text = "SELECT 1 FROM enrichment_answer WHERE expires_at <= ? LIMIT 1";
    Ok(!Sql::with(db.engine(), text, [now.into()]).rows(db.conn()).await?.is_empty())
}

/// Forgets answers that no longer hold, some at a time.
///
/// # Errors
/// Whatever the database says.
pub async fn forget_old(tx: &WriteTx, now: Timestamp) -> Result<u64> {
    let text = "DELETE FROM enrichment_answer WHERE (provider_id, request_key) IN \
                (SELECT provider_id, request_key FROM enrichment_answer WHERE expires_at <= ? LIMIT 500)";
    Sql::with(tx.engine(), text, [now.into()]).run(tx.conn()).await
}

async fn put(
    tx: &WriteTx,
    question: &Question,
    (state, findings, source_url): (&str, &[EnrichmentFinding], Option<String>),
    asked_at: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO enrichment_answer (provider_id, request_key, workspace_id, state, findings, source_url, asked_at, \
         expires_at) VALUES ",
    );
    sql.bind_list([
        question.provider.into(),
        question.key.clone().into(),
        question.workspace.into(),
        state.into(),
        json!(findings).into(),
        source_url.into(),
        asked_at.into(),
        expires_at.into(),
    ]);
    sql.push(
        " ON CONFLICT (provider_id, request_key) DO UPDATE SET state = excluded.state, findings = excluded.findings, \
         source_url = excluded.source_url, asked_at = excluded.asked_at, expires_at = excluded.expires_at",
    );
    sql.run(tx.conn()).await?;
    Ok(())
}

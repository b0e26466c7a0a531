//! Sources of values as rows.

use http_room::{Answer, Problem};
use kernel::{EnrichmentProviderId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use store::db::Source;
use store::{Engine, Result, Sql, StoreError, WriteTx};

use super::{EnrichmentProviderContent, ProviderRow};
use crate::enrich::quota::Meter;

#[derive(FromQueryResult)]
struct Columns {
    id: EnrichmentProviderId,
    workspace_id: WorkspaceId,
    content: Json,
    secrets: Json,
    meter_day: i64,
    meter_day_calls: i64,
    meter_month: i64,
    meter_month_calls: i64,
    next_call_at: Timestamp,
    failures: i64,
    trouble: Option<String>,
    trouble_detail: Option<String>,
    trouble_at: Option<Timestamp>,
    paused_until: Option<Timestamp>,
    revision: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

const COLUMNS: &str = "id, workspace_id, content, secrets, meter_day, meter_day_calls, meter_month, meter_month_calls, \
    next_call_at, failures, trouble, trouble_detail, trouble_at, paused_until, revision, created_at, updated_at";

impl TryFrom<Columns> for ProviderRow {
    type Error = StoreError;

    fn try_from(row: Columns) -> Result<Self> {
        let shape = |why: serde_json::Error| StoreError::Shape {
            what: "enrichment_provider".to_owned(),
            why: why.to_string(),
        };
        let at = row.trouble_at.unwrap_or(row.updated_at);
        Ok(Self {
            id: row.id,
            workspace: row.workspace_id,
            content: serde_json::from_value(row.content).map_err(shape)?,
            secrets: serde_json::from_value(row.secrets).map_err(shape)?,
            meter: Meter {
                day: row.meter_day,
                day_calls: row.meter_day_calls,
                month: row.meter_month,
                month_calls: row.meter_month_calls,
                next_call_at: row.next_call_at,
            },
            failures: row.failures,
            trouble: row.trouble.map(|word| (word, row.trouble_detail.unwrap_or_default(), at)),
            paused_until: row.paused_until,
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// All sources of a workspace, in the order in which they were set up.
///
/// # Errors
/// Whatever the database says.
pub async fn all(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<ProviderRow>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM enrichment_provider WHERE deleted_at IS NULL AND workspace_id = ");
    sql.bind(workspace).push(" ORDER BY id");
    let rows: Vec<Columns> = sql.all(db.conn()).await?;
    rows.into_iter().map(ProviderRow::try_from).collect()
}

/// Every source of the installation that looks records up by itself.
///
/// # Errors
/// Whatever the database says.
pub async fn automatic(db: &impl Source) -> Result<Vec<ProviderRow>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM enrichment_provider WHERE deleted_at IS NULL AND enabled = ").bind(true);
    sql.push(" AND (on_arrival = ").bind(true).push(" OR refresh_days IS NOT NULL)");
    let rows: Vec<Columns> = sql.all(db.conn()).await?;
    rows.into_iter().map(ProviderRow::try_from).collect()
}

/// One source, unless it was taken away.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    db: &impl Source,
    workspace: WorkspaceId,
    id: EnrichmentProviderId,
) -> Result<Option<ProviderRow>> {
    let row: Option<Columns> = select(db.engine(), workspace, id).one(db.conn()).await?;
    row.map(ProviderRow::try_from).transpose()
}

/// The same, held until the transaction ends, so that its counts hold under many workers.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(
    tx: &WriteTx,
    workspace: WorkspaceId,
    id: EnrichmentProviderId,
) -> Result<Option<ProviderRow>> {
    let mut sql = select(tx.engine(), workspace, id);
    sql.hold();
    let row: Option<Columns> = sql.one(tx.conn()).await?;
    row.map(ProviderRow::try_from).transpose()
}

fn select(engine: Engine, workspace: WorkspaceId, id: EnrichmentProviderId) -> Sql {
    let mut sql = Sql::new(engine, "SELECT ");
    sql.push(COLUMNS).push(" FROM enrichment_provider WHERE deleted_at IS NULL AND ");
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql
}

/// One source, or 404.
///
/// # Errors
/// 404, or whatever the database says.
pub async fn found(
    db: &impl Source,
    workspace: WorkspaceId,
    id: EnrichmentProviderId,
) -> Answer<ProviderRow> {
    find(db, workspace, id).await?.ok_or_else(|| Problem::not_found("provider"))
}

/// Writes a new one down.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(
    tx: &WriteTx,
    workspace: WorkspaceId,
    id: EnrichmentProviderId,
    content: &EnrichmentProviderContent,
    secrets: &BTreeMap<String, String>,
    now: Timestamp,
) -> Result<()> {
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO enrichment_provider (id, workspace_id, record_kind, enabled, on_arrival, refresh_days, content, \
         secrets, meter_day, meter_day_calls, meter_month, meter_month_calls, next_call_at, failures, revision, \
         created_at, updated_at) VALUES ",
    );
    let nought = 0_i64;
    sql.bind_list([
        id.into(),
        workspace.into(),
        content.on.key().into(),
        content.enabled.into(),
        content.on_arrival.into(),
        content.refresh_days.into(),
        json!(content).into(),
        json!(secrets).into(),
        nought.into(),
        nought.into(),
        nought.into(),
        nought.into(),
        nought.into(),
        nought.into(),
        1_i64.into(),
        now.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    Ok(())
}

/// Writes changes down. What it was in trouble for is forgotten: it gets a new chance.
///
/// # Errors
/// Whatever the database says.
pub async fn update(
    tx: &WriteTx,
    row: &ProviderRow,
    content: &EnrichmentProviderContent,
    secrets: &BTreeMap<String, String>,
    now: Timestamp,
) -> Result<()> {
    let text = "UPDATE enrichment_provider SET record_kind = ?, enabled = ?, on_arrival = ?, refresh_days = ?, content = ?, \
                secrets = ?, failures = 0, trouble = NULL, trouble_detail = NULL, paused_until = NULL, \
                revision = revision + 1, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [
        content.on.key().into(),
        content.enabled.into(),
        content.on_arrival.into(),
        content.refresh_days.into(),
        json!(content).into(),
        json!(secrets).into(),
        now.into(),
        row.id.into(),
        row.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    if !content.on_arrival {
        let text = "DELETE FROM enrichment_run WHERE provider_id = ? AND asked_at = 0 AND state = 'due'";
        Sql::with(tx.engine(), text, [row.id.into()]).run(tx.conn()).await?;
    }
    Ok(())
}

/// Takes one away; what it said stays with the records.
///
/// # Errors
/// Whatever the database says.
pub async fn remove(tx: &WriteTx, row: &ProviderRow, now: Timestamp) -> Result<()> {
    let text = "UPDATE enrichment_provider SET deleted_at = ?, enabled = ?, secrets = ? WHERE id = ? AND workspace_id = ?";
    let values = [now.into(), false.into(), json!({}).into(), row.id.into(), row.workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Notes what was used.
///
/// # Errors
/// Whatever the database says.
pub async fn save_meter(tx: &WriteTx, row: &ProviderRow, meter: Meter) -> Result<()> {
    let text = "UPDATE enrichment_provider SET meter_day = ?, meter_day_calls = ?, meter_month = ?, meter_month_calls = ?, \
                next_call_at = ? WHERE id = ?";
    let values = [
        meter.day.into(),
        meter.day_calls.into(),
        meter.month.into(),
        meter.month_calls.into(),
        meter.next_call_at.into(),
        row.id.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Notes that it answers.
///
/// # Errors
/// Whatever the database says.
pub async fn is_well(tx: &WriteTx, id: EnrichmentProviderId) -> Result<()> {
    let text = "UPDATE enrichment_provider SET failures = 0, trouble = NULL, trouble_detail = NULL, paused_until = NULL \
                WHERE id = ? AND (failures > 0 OR trouble IS NOT NULL)";
    Sql::with(tx.engine(), text, [id.into()]).run(tx.conn()).await?;
    Ok(())
}

/// Notes that it does not, why, and until when it is left alone.
///
/// # Errors
/// Whatever the database says.
pub async fn is_in_trouble(
    tx: &WriteTx,
    id: EnrichmentProviderId,
    (reason, detail): (&str, &str),
    until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let text = "UPDATE enrichment_provider SET failures = failures + 1, trouble = ?, trouble_detail = ?, trouble_at = ?, \
                paused_until = ? WHERE id = ?";
    let values = [reason.into(), detail.into(), now.into(), until.into(), id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

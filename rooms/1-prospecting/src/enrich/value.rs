//! What sources said of the fields of records, and what became of it.

use http_room::{Answer, IfMatch, Problem};
use kernel::{EnrichmentProviderId, EnrichmentValueId, Timestamp, UserId, WorkspaceId};
use records::Kind;
use records::write::{self, Author};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use store::db::Source;
use store::{Result, Sql, Subject, WriteTx};
use uuid::Uuid;

use super::run::column;
use crate::events;

/// A value a source gave for a field of a record.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct EnrichmentValue {
    /// Its id.
    pub id: EnrichmentValueId,
    /// Which source.
    pub provider_id: EnrichmentProviderId,
    /// Of which company.
    pub company_id: Option<Uuid>,
    /// Of which person.
    pub person_id: Option<Uuid>,
    /// Our field: `employees`, `custom.segment`; `extra.…` for what is kept beside the record.
    pub field: String,
    /// What it says.
    #[schema(value_type = Object)]
    pub value: Json,
    /// `written`, `proposed`, `same` (the record said so already), `rejected`, `beside`.
    pub state: String,
    /// How sure the source is, 0 to 1.
    pub confidence: f64,
    /// Where it stands.
    pub source_url: Option<String>,
    /// When it was said last.
    pub fetched_at: Timestamp,
    /// What the record held before it was written.
    #[schema(value_type = Object)]
    pub before_value: Option<Json>,
    /// What it wrote last.
    #[schema(value_type = Object)]
    pub written: Option<Json>,
    /// When it wrote it.
    pub written_at: Option<Timestamp>,
    /// Who accepted or rejected it.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, provider_id, company_id, person_id, field, value, state, confidence, source_url, fetched_at, \
    before_value, written, written_at, decided_by, decided_at";

impl EnrichmentValue {
    /// The record it is about.
    #[must_use]
    pub fn record(&self) -> (Kind, Uuid) {
        match (self.company_id, self.person_id) {
            (_, Some(person)) => (Kind::Person, person),
            (company, None) => (Kind::Company, company.unwrap_or_default()),
        }
    }
}

/// What a record holds in a field.
#[must_use]
pub fn held(record: &Json, field: &str) -> Json {
    let value = match field.strip_prefix("custom.") {
        Some(key) => record["custom"].get(key),
        None => record.get(field),
    };
    value.cloned().unwrap_or_default()
}

/// Adds a value to a patch.
pub fn put(patch: &mut Map<String, Json>, field: &str, value: Json) {
    match field.strip_prefix("custom.") {
        Some(key) => {
            let custom = patch.entry("custom").or_insert_with(|| json!({}));
            custom[key] = value;
        }
        None => {
            patch.insert(field.to_owned(), value);
        }
    }
}

/// All values of a record, in the order of their fields.
///
/// # Errors
/// Whatever the database says.
pub async fn of_record(
    db: &impl Source,
    workspace: WorkspaceId,
    (kind, id): (Kind, Uuid),
) -> Result<Vec<EnrichmentValue>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM enrichment_value WHERE ").push(column(kind));
    sql.push_with(" = ? AND workspace_id = ? ORDER BY field, id", [id.into(), workspace.into()]);
    sql.all(db.conn()).await
}

/// Keeps a value, in place of what the source said before.
///
/// # Errors
/// Whatever the database says.
pub async fn save(tx: &WriteTx, workspace: WorkspaceId, value: &EnrichmentValue) -> Result<()> {
    let (kind, _) = value.record();
    let mut sql = Sql::new(tx.engine(), "INSERT INTO enrichment_value (workspace_id, ");
    sql.push(COLUMNS).push(") VALUES ");
    sql.bind_list([
        workspace.into(),
        value.id.into(),
        value.provider_id.into(),
        value.company_id.into(),
        value.person_id.into(),
        value.field.clone().into(),
        value.value.clone().into(),
        value.state.clone().into(),
        value.confidence.into(),
        value.source_url.clone().into(),
        value.fetched_at.into(),
        value.before_value.clone().into(),
        value.written.clone().into(),
        value.written_at.into(),
        value.decided_by.into(),
        value.decided_at.into(),
    ]);
    sql.push(&format!(" ON CONFLICT ({}, field, provider_id) DO UPDATE SET ", column(kind)));
    let changing = [
        "value",
        "state",
        "confidence",
        "source_url",
        "fetched_at",
        "before_value",
        "written",
        "written_at",
        "decided_by",
        "decided_at",
    ];
    sql.push(&changing.map(|name| format!("{name} = excluded.{name}")).join(", "));
    sql.run(tx.conn()).await?;
    Ok(())
}

/// What to do with values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnrichmentDecision {
    /// Write it to the record.
    Accept,
    /// Leave the record as it is; the same value is not proposed again.
    Reject,
    /// Take back what was decided or filled in: the record is as it was, and the value proposed.
    Reopen,
}

/// A decision on values of one record.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrichmentDecide {
    /// Which, at most 200, all of one record.
    pub ids: Vec<EnrichmentValueId>,
    /// What to do.
    pub decision: EnrichmentDecision,
}

/// The values meant, all of one record.
async fn chosen(
    tx: &WriteTx,
    workspace: WorkspaceId,
    ids: &[EnrichmentValueId],
) -> Answer<Vec<EnrichmentValue>> {
    if ids.is_empty() || ids.len() > 200 {
        return Err(Problem::field("ids", "invalid", "from 1 to 200 values of one record"));
    }
    let mut sql = Sql::new(tx.engine(), "SELECT ");
    sql.push(COLUMNS)
        .push(" FROM enrichment_value WHERE workspace_id = ")
        .bind(workspace)
        .push(" AND id IN ");
    sql.bind_list(ids.iter().map(|id| (*id).into()));
    let values: Vec<EnrichmentValue> = sql.all(tx.conn()).await?;
    let one_record = values.windows(2).all(|pair| pair[0].record() == pair[1].record());
    match values.first() {
        None => Err(Problem::not_found("value")),
        Some(_) if !one_record => Err(Problem::field("ids", "invalid", "from 1 to 200 values of one record")),
        Some(_) => Ok(values),
    }
}

/// Decides on values: writes the record by its ordinary way, or leaves it. What cannot be decided is refused whole.
///
/// # Errors
/// 404; 409 when a value is beside the record, or the record was changed since; 422 when it does not fit any more.
pub async fn decide(tx: &mut WriteTx, by: &Author, request: &EnrichmentDecide) -> Answer<(Kind, Uuid)> {
    let mut values = chosen(tx, by.workspace, &request.ids).await?;
    let (kind, id) = values[0].record();
    super::settle::lock(tx, kind, id).await?;
    let record = write::load(tx, by.workspace, kind, id).await?;
    let record =
        record.filter(|r| r["deleted_at"].is_null()).ok_or_else(|| Problem::not_found(kind.key()))?;
    if request.decision == EnrichmentDecision::Accept && disagree(&values) {
        return Err(Problem::field("ids", "contradicts_value", "two values for one field: choose one"));
    }
    let mut patch = Map::new();
    for value in &mut values {
        change(value, &record, request.decision, &mut patch, by)?;
    }
    if request.decision == EnrichmentDecision::Reject {
        tell_rejected(tx, by, (kind, id), &record, &values).await?;
    }
    if !patch.is_empty() {
        write::change(tx, by, kind, id, &patch, IfMatch(None)).await?;
    }
    for value in &values {
        save(tx, by.workspace, value).await?;
    }
    Ok((kind, id))
}

/// Whether two say different things of one field.
fn disagree(values: &[EnrichmentValue]) -> bool {
    values.iter().any(|one| values.iter().any(|other| one.field == other.field && one.value != other.value))
}

fn change(
    value: &mut EnrichmentValue,
    record: &Json,
    decision: EnrichmentDecision,
    patch: &mut Map<String, Json>,
    by: &Author,
) -> Answer<()> {
    let refused =
        || Problem::conflict("not_decidable", "This value is not one to accept, reject or take back.");
    let current = held(record, &value.field);
    match (decision, value.state.as_str()) {
        (EnrichmentDecision::Accept, "proposed" | "rejected") => {
            put(patch, &value.field, value.value.clone());
            value.before_value = Some(current);
            value.written = Some(value.value.clone());
            value.written_at = Some(by.now);
            value.state = "written".to_owned();
        }
        (EnrichmentDecision::Reject, "proposed") => value.state = "rejected".to_owned(),
        (EnrichmentDecision::Reopen, "rejected") => value.state = "proposed".to_owned(),
        (EnrichmentDecision::Reopen, "written") => {
            if value.written.as_ref() != Some(&current) {
                let detail = "The field was changed since: take that change back first.";
                let problem = Problem::conflict("changed_since", detail);
                return Err(problem.with_facts(json!({ "fields": [value.field] })));
            }
            put(patch, &value.field, value.before_value.clone().unwrap_or_default());
            value.state = "proposed".to_owned();
        }
        _ => return Err(refused()),
    }
    value.decided_by = by.actor.user();
    value.decided_at = Some(by.now);
    Ok(())
}

async fn tell_rejected(
    tx: &mut WriteTx,
    by: &Author,
    (kind, id): (Kind, Uuid),
    record: &Json,
    values: &[EnrichmentValue],
) -> Answer<()> {
    let fields: Vec<&str> = values.iter().map(|value| value.field.as_str()).collect();
    let event = store::NewEvent::now(by.workspace, events::ENRICHMENT_REJECTED, by.actor, by.now);
    let payload = json!({ "fields": fields, "values": values.iter().map(|v| &v.value).collect::<Vec<_>>() });
    tx.record(event.about(subject(kind, id, record)).with(payload)).await?;
    Ok(())
}

/// The record, for the log.
#[must_use]
pub fn subject(kind: Kind, id: Uuid, record: &Json) -> Subject {
    let company = record["company_id"].as_str().and_then(|id| id.parse().ok());
    match kind {
        Kind::Person => Subject { person: Some(kernel::PersonId(id)), company, ..Subject::default() },
        _ => Subject { company: Some(kernel::CompanyId(id)), ..Subject::default() },
    }
}

//! The responses of a workspace, and what came of each.

use std::collections::HashMap;

use kernel::{Timestamp, UserId, WorkspaceId};
use process::facts::CommitteeRole;
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, StoreError};
use uuid::Uuid;

use super::rules::{self, HOLDS_DAYS, Settled, effect};
use super::{ObjectionResponse, Outcome, ResponseTexts};
use crate::rules::ObjectionKind;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    kind: String,
    roles: Json,
    texts: Json,
    starter: Option<String>,
    version: i64,
    revision: i64,
    created_by: Option<UserId>,
    updated_at: Timestamp,
}

const COLUMNS: &str = "id, kind, roles, texts, starter, version, revision, created_by, updated_at";

impl Row {
    fn read(self, tally: &Tally) -> Result<ObjectionResponse> {
        let shape = |why: String| StoreError::Shape { what: format!("response {}", self.id), why };
        let kind = ObjectionKind::parse(&self.kind).ok_or_else(|| shape(format!("kind '{}'", self.kind)))?;
        let roles: Vec<CommitteeRole> =
            serde_json::from_value(self.roles).map_err(|e| shape(e.to_string()))?;
        let texts: ResponseTexts = serde_json::from_value(self.texts).map_err(|e| shape(e.to_string()))?;
        Ok(ObjectionResponse {
            id: self.id,
            kind,
            roles,
            texts,
            starter: self.starter.is_some() && self.version == 1,
            version: self.version,
            revision: self.revision,
            created_by: self.created_by,
            updated_at: self.updated_at,
            outcome: tally.outcome(self.id, kind),
        })
    }
}

#[derive(FromQueryResult)]
struct Counted {
    response_id: Uuid,
    kind: String,
    uses: i64,
    settled: i64,
    held: i64,
    decided: i64,
    won: i64,
}

/// What came of the responses of a workspace.
struct Tally {
    of: HashMap<(Uuid, String), Counted>,
    kinds: HashMap<String, Settled>,
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

impl Tally {
    async fn load(db: &impl Source, workspace: WorkspaceId) -> Result<Self> {
        let window = HOLDS_DAYS * kernel::time::DAY;
        let held = format!(
            "u.confirmed_at IS NOT NULL AND u.lost_at IS NULL AND (u.reopened_at IS NULL OR u.reopened_at > u.confirmed_at + {window})"
        );
        let text = format!(
            "SELECT u.response_id, u.kind, COUNT(*) AS uses, \
             CAST(SUM(CASE WHEN u.confirmed_at IS NOT NULL OR u.reopened_at IS NOT NULL OR u.lost_at IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS settled, \
             CAST(SUM(CASE WHEN {held} THEN 1 ELSE 0 END) AS BIGINT) AS held, \
             COUNT(DISTINCT CASE WHEN d.status IN ('won', 'lost') THEN u.deal_id END) AS decided, \
             COUNT(DISTINCT CASE WHEN d.status = 'won' THEN u.deal_id END) AS won \
             FROM objection_use u JOIN deal d ON d.id = u.deal_id AND d.deleted_at IS NULL WHERE u.workspace_id = ? \
             GROUP BY u.response_id, u.kind"
        );
        let rows: Vec<Counted> = Sql::with(db.engine(), &text, [workspace.into()]).all(db.conn()).await?;
        let mut kinds: HashMap<String, Settled> = HashMap::new();
        for row in &rows {
            let kind = kinds.entry(row.kind.clone()).or_default();
            *kind = kind.plus(Settled { held: count(row.held), all: count(row.settled) });
        }
        let of = rows.into_iter().map(|row| ((row.response_id, row.kind.clone()), row)).collect();
        Ok(Self { of, kinds })
    }

    fn outcome(&self, response: Uuid, kind: ObjectionKind) -> Outcome {
        let of_kind = self.kinds.get(kind.key()).copied().unwrap_or_default();
        let row = self.of.get(&(response, kind.key().to_owned()));
        let n = |of: fn(&Counted) -> i64| row.map_or(0, |row| count(of(row)));
        Outcome {
            effect: effect(Settled { held: n(|r| r.held), all: n(|r| r.settled) }, of_kind),
            uses: n(|r| r.uses),
            decided: n(|r| r.decided),
            won: n(|r| r.won),
        }
    }
}

/// The responses of a workspace, of one kind if it is named, the best of each kind first.
///
/// # Errors
/// Whatever the database says.
pub async fn ranked(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Option<ObjectionKind>,
) -> Result<Vec<ObjectionResponse>> {
    let tally = Tally::load(db, workspace).await?;
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM objection_response WHERE deleted_at IS NULL AND workspace_id = ");
    sql.bind(workspace);
    if let Some(kind) = kind {
        sql.push(" AND kind = ").bind(kind.key());
    }
    sql.push(" ORDER BY created_at, id LIMIT ").bind(super::RESPONSES);
    let rows: Vec<Row> = sql.all(db.conn()).await?;
    let read = rows.into_iter().map(|row| row.read(&tally)).collect::<Result<Vec<_>>>()?;
    let mut list: Vec<_> = read.into_iter().map(|response| (response.outcome.effect, response)).collect();
    rules::order(&mut list);
    let mut list: Vec<ObjectionResponse> = list.into_iter().map(|(_, response)| response).collect();
    list.sort_by_key(|response| ObjectionKind::ALL.iter().position(|kind| *kind == response.kind));
    Ok(list)
}

/// One response, unless deleted.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: Uuid) -> Result<Option<ObjectionResponse>> {
    let tally = Tally::load(db, workspace).await?;
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM objection_response WHERE ");
    sql.push_with("id = ? AND workspace_id = ? AND deleted_at IS NULL", [id.into(), workspace.into()]);
    sql.one::<Row>(db.conn()).await?.map(|row| row.read(&tally)).transpose()
}

/// How many responses there are.
pub(super) async fn how_many(db: &impl Source, workspace: WorkspaceId) -> Result<i64> {
    let text = "SELECT COUNT(*) FROM objection_response WHERE deleted_at IS NULL AND workspace_id = ?";
    let found: Option<i64> = Sql::with(db.engine(), text, [workspace.into()]).scalar(db.conn()).await?;
    Ok(found.unwrap_or(0))
}

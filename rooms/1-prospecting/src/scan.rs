//! Reading the companies of a workspace by the thousand, as far as a profile asks for: whole rows take longer to carry
//! than to judge.

use http_room::Answer;
use kernel::{CompanyId, WorkspaceId};
use serde_json::Value as Json;
use store::db::Source;
use store::{Engine, Sql, StoreError};
use uuid::Uuid;

use crate::icp::values::{self, Held};
use crate::scoring::{Published, Standing};

/// A company as a profile sees it.
pub struct Seen {
    /// As it stands.
    pub standing: Standing,
    /// Its values of the fields the profile asks for.
    pub held: Vec<Option<Held>>,
    /// Whether this version of the profile has scored it already.
    pub is_scored: bool,
}

/// Fields in one call: PostgreSQL's functions take a hundred arguments.
const ARGUMENTS: usize = 50;

/// The next companies by id after `after`.
///
/// # Errors
/// Whatever the database says.
pub async fn page(
    db: &impl Source,
    workspace: WorkspaceId,
    by: &Published,
    after: Option<CompanyId>,
    limit: i64,
) -> Answer<Vec<Seen>> {
    let engine = db.engine();
    let (all, one, id) = match engine {
        Engine::Sqlite => ("json_group_array", "json_array", "hex(id)"),
        Engine::Postgres => ("json_agg", "json_build_array", "id::text"),
    };
    let mut sql = Sql::new(engine, "SELECT CAST(");
    sql.push(all).push("(").push(one).push("(").push(id);
    sql.push(", revision, icp_score, icp_grade, CASE WHEN icp_profile_id = ").bind(by.id);
    sql.push(" AND icp_profile_version = ").bind(by.version).push(" THEN 1 ELSE 0 END");
    for fields in by.scorer.fields().chunks(ARGUMENTS) {
        let columns: Vec<String> = fields.iter().map(|field| values::column(engine, field)).collect();
        sql.push(", ").push(one).push("(").push(&columns.join(", ")).push(")");
    }
    sql.push(")) AS TEXT) FROM (SELECT * FROM company WHERE deleted_at IS NULL AND workspace_id = ")
        .bind(workspace);
    if let Some(after) = after {
        sql.push(" AND id > ").bind(after);
    }
    sql.push(" ORDER BY id LIMIT ").bind(limit).push(") AS page");
    let text: Option<Option<String>> = sql.scalar(db.conn()).await?;
    let rows: Vec<Vec<Json>> = match text.flatten() {
        Some(text) => serde_json::from_str(&text).map_err(|e| unreadable(&e.to_string()))?,
        None => Vec::new(),
    };
    rows.into_iter().map(|row| seen(by, row)).collect()
}

fn seen(by: &Published, mut row: Vec<Json>) -> Answer<Seen> {
    let fields = by.scorer.fields();
    let parts = row.split_off(row.len().min(5));
    let columns: Vec<Json> = parts
        .into_iter()
        .flat_map(|part| if let Json::Array(part) = part { part } else { Vec::new() })
        .collect();
    if row.len() != 5 || columns.len() != fields.len() {
        return Err(unreadable("a company has another number of values").into());
    }
    let currency = by.scorer.currency();
    let held = fields.iter().zip(&columns).map(|(key, column)| values::of_column(key, column, currency));
    let id = row[0].as_str().and_then(|id| Uuid::parse_str(id).ok()).ok_or_else(|| unreadable("an id"))?;
    Ok(Seen {
        held: held.collect(),
        is_scored: row[4] == 1,
        standing: Standing {
            id: CompanyId(id),
            revision: row[1].as_i64().ok_or_else(|| unreadable("a revision"))?,
            score: row[2].as_i64(),
            grade: row[3].as_str().map(str::to_owned),
        },
    })
}

fn unreadable(why: &str) -> StoreError {
    StoreError::Shape { what: "a page of companies".to_owned(), why: why.to_owned() }
}

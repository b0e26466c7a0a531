//! The search index: one line per record, found by whole words, prefixes and pairs of Hangul.
//!
//! The words are cut by the program (`kernel::search`), so that a two-syllable Korean name is found
//! on both databases alike; neither database's own tokenizer can do that.

use crate::db::Source;
use crate::{Engine, Result, Sql, WriteTx, run_parts};
use kernel::WorkspaceId;
use kernel::search::QueryTerm;
use sea_orm::FromQueryResult;
use serde::Serialize;
use uuid::Uuid;

/// A record as the index knows it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Whose.
    pub workspace: WorkspaceId,
    /// `company`, `person`, `deal`.
    pub kind: &'static str,
    /// Which record.
    pub record: Uuid,
    /// What to show first.
    pub title: String,
    /// What to show beside it.
    pub subtitle: String,
    /// Further words it is found by.
    pub body: String,
}

/// A record that was found.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Hit {
    /// `company`, `person`, `deal`.
    pub kind: String,
    /// The record's id.
    #[serde(rename = "id")]
    pub record_id: Uuid,
    /// Its name.
    pub title: String,
    /// What tells it from others of that name.
    pub subtitle: String,
}

/// The word that keeps workspaces apart inside the index.
fn wall(workspace: WorkspaceId) -> String {
    format!("w{}", workspace.0.simple())
}

fn grams_of(entry: &Entry) -> Vec<String> {
    let mut grams = kernel::search::grams(&format!("{} {} {}", entry.title, entry.subtitle, entry.body));
    grams.push(wall(entry.workspace));
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// Puts records in the index, or anew when they are there already.
///
/// # Errors
/// Whatever the database says.
pub async fn index(tx: &WriteTx, entries: &[Entry]) -> Result<()> {
    for part in entries.chunks(PART) {
        remove_all(tx, part.iter().map(|e| e.record)).await?;
        index_new(tx, part).await?;
    }
    Ok(())
}

/// Puts records in the index that are known not to be in it: a bulk import's short way.
///
/// # Errors
/// Whatever the database says, a record that is there already included.
pub async fn index_new(tx: &WriteTx, entries: &[Entry]) -> Result<()> {
    match tx.engine() {
        _ if entries.is_empty() => Ok(()),
        Engine::Sqlite => insert_sqlite(tx, entries).await,
        Engine::Postgres => run_parts(tx.conn(), entries, PART, insert_postgres).await,
    }
}

/// Records of one statement.
const PART: usize = 250;

/// Rows are numbered here: asking the database for the numbers it gave costs as much as the rows.
async fn insert_sqlite(tx: &WriteTx, entries: &[Entry]) -> Result<()> {
    let last = Sql::new(tx.engine(), "SELECT max(row_no) FROM search_entry");
    let last: i64 = last.scalar::<Option<i64>>(tx.conn()).await?.flatten().unwrap_or(0);
    let numbered: Vec<(i64, &Entry)> = (last + 1..).zip(entries).collect();
    run_parts(tx.conn(), &numbered, PART, rows_sqlite).await?;
    run_parts(tx.conn(), &numbered, PART, grams_sqlite).await
}

fn rows_sqlite(part: &[(i64, &Entry)]) -> Sql {
    let text =
        "INSERT INTO search_entry (row_no, workspace_id, kind, record_id, title, subtitle, body) VALUES ";
    let mut sql = Sql::new(Engine::Sqlite, text);
    for (n, (row_no, e)) in part.iter().enumerate() {
        if n > 0 {
            sql.push(", ");
        }
        sql.bind_list([
            (*row_no).into(),
            e.workspace.into(),
            e.kind.into(),
            e.record.into(),
            e.title.clone().into(),
            e.subtitle.clone().into(),
            e.body.clone().into(),
        ]);
    }
    sql
}

fn grams_sqlite(part: &[(i64, &Entry)]) -> Sql {
    let mut sql = Sql::new(Engine::Sqlite, "INSERT INTO search_grams (rowid, grams) VALUES ");
    for (n, (row_no, e)) in part.iter().enumerate() {
        if n > 0 {
            sql.push(", ");
        }
        sql.bind_list([(*row_no).into(), grams_of(e).join(" ").into()]);
    }
    sql
}

fn insert_postgres(part: &[Entry]) -> Sql {
    let text =
        "INSERT INTO search_entry (workspace_id, kind, record_id, title, subtitle, body, grams) VALUES ";
    let mut sql = Sql::new(Engine::Postgres, text);
    for (n, e) in part.iter().enumerate() {
        if n > 0 {
            sql.push(", ");
        }
        sql.push("(").bind(e.workspace).push(", ").bind(e.kind).push(", ").bind(e.record).push(", ");
        sql.bind(e.title.clone()).push(", ").bind(e.subtitle.clone()).push(", ").bind(e.body.clone());
        let words = grams_of(e).join("\n");
        sql.push(", array_to_tsvector(string_to_array(").bind(words).push(", E'\\n')))");
    }
    sql
}

/// Takes records out of the index.
///
/// # Errors
/// Whatever the database says.
pub async fn remove_all(tx: &WriteTx, records: impl IntoIterator<Item = Uuid>) -> Result<()> {
    let mut sql = Sql::new(tx.engine(), "DELETE FROM search_entry WHERE record_id IN ");
    sql.bind_list(records.into_iter().map(Into::into));
    if tx.engine() == Engine::Postgres {
        sql.run(tx.conn()).await?;
        return Ok(());
    }
    sql.push(" RETURNING row_no");
    let rows = sql.rows(tx.conn()).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut grams = Sql::new(tx.engine(), "DELETE FROM search_grams WHERE rowid IN ");
    let numbers: Result<Vec<i64>, _> = rows.iter().map(|r| r.try_get_by_index::<i64>(0)).collect();
    grams.bind_list(numbers?.into_iter().map(Into::into));
    grams.run(tx.conn()).await?;
    Ok(())
}

/// Finds records whose words begin with, or contain as Hangul pairs, all words of `query`.
/// `kinds` empty means all kinds. Best first: titles that begin with the query, then by title.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    db: &impl Source,
    workspace: WorkspaceId,
    query: &str,
    kinds: &[&str],
    limit: u32,
) -> Result<Vec<Hit>> {
    let words = kernel::search::query_grams(query);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(db.engine(), "SELECT kind, record_id, title, subtitle FROM search_entry WHERE ");
    push_match(&mut sql, workspace, &words);
    if !kinds.is_empty() {
        sql.push(" AND kind IN ").bind_list(kinds.iter().map(|k| (*k).into()));
    }
    let folded = query.trim().to_lowercase();
    sql.push(" ORDER BY CASE WHEN lower(title) = ").bind(folded.clone());
    sql.push(" THEN 0 WHEN substr(lower(title), 1, ")
        .bind(i64::try_from(folded.chars().count()).unwrap_or(0));
    if db.engine() == Engine::Postgres {
        sql.push("::int");
    }
    sql.push(") = ").bind(folded).push(" THEN 1 ELSE 2 END, title LIMIT ").bind(i64::from(limit));
    sql.all(db.conn()).await
}

/// Appends the condition that a `search_entry` row matches all words.
pub fn push_match(sql: &mut Sql, workspace: WorkspaceId, words: &[QueryTerm]) {
    let wall = QueryTerm { text: wall(workspace), prefix: false };
    let all: Vec<&QueryTerm> = std::iter::once(&wall).chain(words).collect();
    match sql.engine() {
        Engine::Sqlite => {
            let query = all
                .iter()
                .map(|w| format!("\"{}\"{}", w.text, if w.prefix { "*" } else { "" }))
                .collect::<Vec<_>>()
                .join(" AND ");
            sql.push("row_no IN (SELECT rowid FROM search_grams WHERE search_grams MATCH ")
                .bind(query)
                .push(")");
        }
        Engine::Postgres => {
            let query = all
                .iter()
                .map(|w| format!("'{}'{}", w.text, if w.prefix { ":*" } else { "" }))
                .collect::<Vec<_>>()
                .join(" & ");
            sql.push("grams @@ ").bind(query).push("::tsquery");
        }
    }
}

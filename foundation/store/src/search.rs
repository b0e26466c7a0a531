//! The search index: one line per record, found by whole words, prefixes and pairs of Hangul.
//!
//! The words are cut by the program (`kernel::search`), so that a two-syllable Korean name is found
//! on both databases alike; neither database's own tokenizer can do that. Every word stands behind a mark of its
//! workspace and kind, so that a search reads no other's. A record that changes gets a new line.

use crate::db::Source;
use crate::lines::{Known, Moment};
use crate::{Clash, Db, Engine, NewRows, Result, Row, Sql, Statements, WriteTx, run_all};
use kernel::WorkspaceId;
use kernel::search::{QueryTerm, push_grams};
use roaring::RoaringTreemap;
use sea_orm::{FromQueryResult, Value};
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// A record as the index knows it.
#[derive(Debug, Clone)]
pub struct Entry {
    workspace: WorkspaceId,
    kind: &'static str,
    record: Uuid,
    title: String,
    subtitle: String,
    body: String,
    /// What it is filed under, `field·value`, separated by spaces.
    facets: String,
    /// All words and facets, each behind a space and the mark.
    words: String,
}

/// A condition on what records are filed under: the field, and any of these values.
pub type Facet = (&'static str, Vec<String>);

/// What an index of words is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// All of these.
    pub words: Vec<QueryTerm>,
    /// Filed under each of these.
    pub facets: Vec<Facet>,
}

/// Letters and digits in lower case; no word that is searched for holds the dot.
fn facet(field: &str, value: &str) -> String {
    format!("{field}·{}", kernel::fold::fold_key(value))
}

impl Entry {
    /// Of a record of kind `company`, `person` or `deal`: what to show first, what to show beside it, and further
    /// words it is found by.
    #[must_use]
    pub fn new(
        workspace: WorkspaceId,
        kind: &'static str,
        record: Uuid,
        title: &str,
        subtitle: String,
        body: String,
    ) -> Self {
        let mark = mark(workspace, kind);
        let texts = [title, &subtitle, &body];
        let mut words = String::with_capacity(texts.iter().map(|t| t.len() + 4 * MARK).sum());
        texts.iter().for_each(|text| push_grams(text, &mark, &mut words));
        Self {
            workspace,
            kind,
            record,
            title: title.to_owned(),
            subtitle,
            body,
            facets: String::new(),
            words,
        }
    }

    /// Files it under the value of a field.
    pub fn file_under(&mut self, field: &str, value: &str) {
        self.file(&facet(field, value));
    }

    fn file(&mut self, facet: &str) {
        let mark = mark(self.workspace, self.kind);
        for (to, mark) in [(&mut self.facets, ""), (&mut self.words, mark.as_str())] {
            if !to.is_empty() {
                to.push(' ');
            }
            to.push_str(mark);
            to.push_str(facet);
        }
    }

    /// Lets it be found by these words too.
    pub fn add(&mut self, text: &str) {
        if !self.body.is_empty() {
            self.body.push(' ');
        }
        self.body.push_str(text);
        push_grams(text, &mark(self.workspace, self.kind), &mut self.words);
    }

    /// Shows this beside the title, and lets it be found by it.
    pub fn show_beside(&mut self, text: &str) {
        text.clone_into(&mut self.subtitle);
        push_grams(text, &mark(self.workspace, self.kind), &mut self.words);
    }
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

/// Letters of a mark.
const MARK: usize = 9;

/// What stands before every word of a workspace's records of one kind. Two workspaces may by chance share it:
/// whoever looks a line up asks for the workspace too.
fn mark(workspace: WorkspaceId, kind: &str) -> String {
    let id = workspace.0.simple().to_string();
    let mut mark = id[id.len() - (MARK - 1)..].to_owned();
    mark.push(kind.chars().next().unwrap_or('x'));
    mark
}

/// Puts records in the index, or anew when they are there already. Answers the numbers of their lines.
///
/// # Errors
/// Whatever the database says.
pub async fn index(tx: &WriteTx, entries: &[Entry]) -> Result<Vec<(Uuid, i64)>> {
    let mut numbers = Vec::new();
    for part in entries.chunks(PART) {
        remove_all(tx, part.iter().map(|e| e.record)).await?;
        let lines = index_new(tx, part).await?;
        numbers.extend(part.iter().map(|entry| entry.record).zip(lines));
    }
    Ok(numbers)
}

async fn index_new(tx: &WriteTx, entries: &[Entry]) -> Result<Vec<i64>> {
    let numbers = number(tx, entries.len()).await?;
    let lines = numbers.iter().copied().zip(entries.iter().cloned()).collect();
    let (lines, words) = new_lines(tx.engine(), lines);
    run_all(tx.conn(), lines.chain(words.statements())).await?;
    Ok(numbers)
}

/// Words of lines, still to be written in the same transaction. On SQLite every statement that writes words closes a
/// segment of its index, and segments are merged: those of many lines are written together.
#[derive(Debug, Default)]
#[must_use = "a line without its words is not found"]
pub struct Words(Vec<(i64, String)>);

impl Words {
    /// These as well.
    pub fn join(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Of how many lines.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.0.len()
    }

    /// The statements that write them.
    pub fn statements<'a>(self) -> Statements<'a> {
        words_sqlite(self.0)
    }
}

/// The statements that put records in the index that are known not to be in it, each with the number of its line, and
/// the words to be written with them: on PostgreSQL none, for they stand in the line.
pub fn new_lines<'a>(engine: Engine, lines: Vec<(i64, Entry)>) -> (Statements<'a>, Words) {
    match engine {
        Engine::Sqlite => lines_sqlite(lines),
        Engine::Postgres => {
            let mut rest = lines;
            let statements = std::iter::from_fn(move || {
                let part: Vec<_> = rest.drain(..rest.len().min(PART)).collect();
                (!part.is_empty()).then(|| insert_postgres(&part))
            });
            (Box::new(statements), Words::default())
        }
    }
}

/// Records of one statement.
const PART: usize = 250;

/// Numbers of new lines, each higher than any before. Asking the database for the numbers it gave costs as much as the
/// rows.
///
/// # Errors
/// Whatever the database says.
pub async fn number(tx: &WriteTx, many: usize) -> Result<Vec<i64>> {
    let many = i64::try_from(many).unwrap_or(0);
    if tx.engine() == Engine::Sqlite {
        let text = "UPDATE search_line SET last = last + ? RETURNING last";
        let last = Sql::with(tx.engine(), text, [many.into()]).scalar(tx.conn()).await?.unwrap_or(many);
        return Ok((last - many + 1..=last).collect());
    }
    let text =
        "SELECT nextval(pg_get_serial_sequence('search_entry', 'row_no')) FROM generate_series(1, ?::bigint)";
    let rows = Sql::with(tx.engine(), text, [many.into()]).rows(tx.conn()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

fn lines_sqlite<'a>(lines: Vec<(i64, Entry)>) -> (Statements<'a>, Words) {
    let own = vec!["row_no", "workspace_id", "kind", "record_id", "title", "subtitle", "body", "facets"];
    let rows = NewRows { table: "search_entry", shared: Vec::new(), own, clash: Clash::Fails };
    let mut words = Vec::with_capacity(lines.len());
    let mut entries = Vec::with_capacity(lines.len());
    for (number, mut entry) in lines {
        words.push((number, std::mem::take(&mut entry.words)));
        entries.push((number, entry));
    }
    let line = |(number, e): (i64, Entry), values: &mut Vec<Value>| {
        values.extend([number.into(), e.workspace.into(), e.kind.into(), e.record.into()]);
        values.extend([e.title, e.subtitle, e.body, e.facets].map(Value::from));
    };
    (rows.statements(Engine::Sqlite, entries, line), Words(words))
}

fn words_sqlite<'a>(lines: Vec<(i64, String)>) -> Statements<'a> {
    let own = vec!["rowid", "words"];
    let rows = NewRows { table: "search_words", shared: Vec::new(), own, clash: Clash::Fails };
    rows.statements(Engine::Sqlite, lines, |(number, words), values| {
        values.extend([number.into(), words.into()]);
    })
}

fn insert_postgres(part: &[(i64, Entry)]) -> Sql {
    let text = "INSERT INTO search_entry (row_no, workspace_id, kind, record_id, title, subtitle, body, facets, words) VALUES ";
    let mut sql = Sql::new(Engine::Postgres, text);
    for (n, (number, e)) in part.iter().enumerate() {
        sql.push(if n > 0 { ", (" } else { "(" }).bind(*number).push(", ").bind(e.workspace).push(", ");
        sql.bind(e.kind).push(", ").bind(e.record).push(", ");
        sql.bind(e.title.clone()).push(", ").bind(e.subtitle.clone()).push(", ").bind(e.body.clone());
        sql.push(", ").bind(e.facets.clone());
        sql.push(", ").push(WORDS_START).bind(e.words.trim()).push(WORDS_END).push(")");
    }
    sql
}

/// What makes PostgreSQL's words of ours.
const WORDS_START: &str = "array_to_tsvector(string_to_array(";
const WORDS_END: &str = "::text, ' '))";

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
    let mut words = Sql::new(tx.engine(), "DELETE FROM search_words WHERE rowid IN ");
    let numbers: Result<Vec<i64>, _> = rows.iter().map(|r| r.try_get_by_index::<i64>(0)).collect();
    words.bind_list(numbers?.into_iter().map(Into::into));
    words.run(tx.conn()).await?;
    Ok(())
}

/// Lines read at a time when the index is made anew.
const LINES: i64 = 10_000;

/// Makes the words of all lines that have none: an older index had words of another form.
///
/// # Errors
/// Whatever the database says; then it goes on where it was when called again.
pub async fn complete(db: &Db) -> Result<()> {
    loop {
        let tx = db.bulk_tx().await?;
        let mut sql = Sql::new(db.engine(), "SELECT ");
        sql.push(LINE).push(" FROM search_entry WHERE ");
        sql.push(match db.engine() {
            Engine::Sqlite => {
                "row_no > COALESCE((SELECT rowid FROM search_words ORDER BY rowid DESC LIMIT 1), 0)"
            }
            Engine::Postgres => "words IS NULL",
        });
        sql.push(" ORDER BY row_no LIMIT ").bind(LINES);
        let rows = sql.rows(tx.conn()).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let lines = rows.iter().map(words_of).collect::<Result<Vec<(i64, String)>>>()?;
        match db.engine() {
            Engine::Sqlite => run_all(tx.conn(), words_sqlite(lines)).await?,
            Engine::Postgres => run_all(tx.conn(), lines.chunks(PART).map(update_postgres)).await?,
        }
        tx.commit().await?;
    }
}

/// The columns [`words_of`] reads.
const LINE: &str = "row_no, workspace_id, kind, record_id, title, subtitle, body, facets";

/// A line's number and its words, each behind the mark.
fn words_of(row: &Row) -> Result<(i64, String)> {
    let kind: String = row.try_get_by_index(2)?;
    let kind = KINDS.iter().chain(ASKED_FOR).find(|k| **k == kind).copied().unwrap_or_default();
    let (workspace, record) = (WorkspaceId(row.try_get_by_index(1)?), row.try_get_by_index(3)?);
    let title: String = row.try_get_by_index(4)?;
    let facets: String = row.try_get_by_index(7)?;
    let mut entry =
        Entry::new(workspace, kind, record, &title, row.try_get_by_index(5)?, row.try_get_by_index(6)?);
    facets.split_whitespace().for_each(|facet| entry.file(facet));
    Ok((row.try_get_by_index(0)?, entry.words))
}

fn update_postgres(part: &[(i64, String)]) -> Sql {
    let mut sql = Sql::new(Engine::Postgres, "UPDATE search_entry e SET words = ");
    sql.push(WORDS_START).push("v.words").push(WORDS_END).push(" FROM (VALUES ");
    for (n, (number, words)) in part.iter().enumerate() {
        sql.push(if n > 0 { ", (" } else { "(" }).bind(*number);
        sql.push("::bigint, ").bind(words.trim()).push("::text)");
    }
    sql.push(") AS v (row_no, words) WHERE e.row_no = v.row_no");
    sql
}

/// Kinds of records that are found when none is asked for.
const KINDS: &[&str] = &["company", "person", "deal"];
/// Kinds that are found only when they are asked for: what was said in talks.
const ASKED_FOR: &[&str] = &["transcript"];

/// Lines looked at, at most, to show the best of them.
const LOOKED_AT: i64 = 2_000;

/// Finds records whose words begin with, or contain as Hangul pairs, all words of `query`.
/// `kinds` empty means companies, people and deals. Best first: titles that begin with the query, then by title; of more than two
/// thousand records the newest are looked at.
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
    let asked = Query { words: kernel::search::query_grams(query), facets: Vec::new() };
    if asked.words.is_empty() {
        return Ok(Vec::new());
    }
    let kinds = if kinds.is_empty() { KINDS } else { kinds };
    let mut sql =
        Sql::new(db.engine(), "SELECT kind, record_id, title, subtitle FROM search_entry WHERE row_no IN (");
    sql.push(if db.engine() == Engine::Postgres { "SELECT line FROM (" } else { "" });
    push_lines(&mut sql, workspace, kinds, &asked);
    sql.push(" ORDER BY 1 DESC LIMIT ").bind(LOOKED_AT);
    sql.push(if db.engine() == Engine::Postgres { ") AS found)" } else { ")" });
    sql.push(" AND workspace_id = ").bind(workspace);
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

/// Appends the selection of the numbers of all lines that match all words.
fn push_lines(sql: &mut Sql, workspace: WorkspaceId, kinds: &[&str], query: &Query) {
    let engine = sql.engine();
    let (quote, and, or) = match engine {
        Engine::Sqlite => ('"', " AND ", " OR "),
        Engine::Postgres => ('\'', " & ", " | "),
    };
    let prefix = if engine == Engine::Sqlite { "*" } else { ":*" };
    let of_kind = |kind: &&str| {
        let mark = mark(workspace, kind);
        let word =
            |w: &QueryTerm| format!("{quote}{mark}{}{quote}{}", w.text, if w.prefix { prefix } else { "" });
        let any = |(field, values): &Facet| {
            let any = values.iter().map(|value| format!("{quote}{mark}{}{quote}", facet(field, value)));
            format!("({})", any.collect::<Vec<_>>().join(or))
        };
        let all = query.words.iter().map(word).chain(query.facets.iter().map(any));
        format!("({})", all.collect::<Vec<_>>().join(and))
    };
    let asked = kinds.iter().map(of_kind).collect::<Vec<_>>().join(or);
    match engine {
        Engine::Sqlite => {
            sql.push("SELECT rowid AS line FROM search_words WHERE search_words MATCH ").bind(asked);
        }
        Engine::Postgres => {
            sql.push("SELECT row_no AS line, record_id FROM search_entry WHERE words @@ ");
            sql.bind(asked).push("::tsquery");
        }
    }
}

/// The moment `db` is at.
///
/// # Errors
/// Whatever the database says.
pub async fn moment(db: &impl Source) -> Result<Moment> {
    let text = match db.engine() {
        Engine::Sqlite => "SELECT CAST(last + 1 AS TEXT) FROM search_line",
        // Its beginning is the oldest transaction that is not over.
        Engine::Postgres => "SELECT pg_current_snapshot()::text",
    };
    let seen: String = Sql::new(db.engine(), text).scalar(db.conn()).await?.unwrap_or_default();
    let horizon = seen.split(':').next().and_then(|horizon| horizon.parse().ok()).unwrap_or(0);
    Ok(Moment { horizon, seen })
}

/// Appends the condition that a line is not older than a horizon.
pub fn push_newer(sql: &mut Sql, horizon: u64) {
    sql.push(if sql.engine() == Engine::Sqlite { "row_no >= " } else { "tx >= " });
    sql.bind(i64::try_from(horizon).unwrap_or(i64::MAX));
}

/// Lines that are read one by one to complete what is known, at most; of more, the indexes are asked. Some chunks of an
/// import: while one runs, lists are completed by it rather than made anew.
const NEW_LINES: i64 = 20_000;

/// Whether few lines of a workspace are newer than a horizon, of which there was one before.
///
/// # Errors
/// Whatever the database says.
pub async fn few_newer(db: &impl Source, workspace: WorkspaceId, horizon: u64) -> Result<bool> {
    if horizon == 0 {
        return Ok(false);
    }
    let mut sql = Sql::new(db.engine(), "SELECT count(*) FROM (SELECT 1 AS one FROM search_entry WHERE ");
    push_newer(&mut sql, horizon);
    sql.push(" AND workspace_id = ").bind(workspace).push(" LIMIT ").bind(NEW_LINES + 1).push(") AS newer");
    Ok(sql.scalar::<i64>(db.conn()).await?.unwrap_or(0) <= NEW_LINES)
}

/// The lines that fit a query; nothing when it asks for nothing.
///
/// # Errors
/// Whatever the database says.
pub async fn lines(
    db: &impl Source,
    sets: &Known<RoaringTreemap>,
    workspace: WorkspaceId,
    kind: &'static str,
    query: &Query,
    now: &Moment,
) -> Result<Option<RoaringTreemap>> {
    let mut all: Option<RoaringTreemap> = None;
    for word in &query.words {
        let lines = lines_of_word(db, sets, workspace, kind, word, now).await?;
        all = Some(all.map_or_else(|| (*lines).clone(), |all| all & &*lines));
    }
    Ok(all)
}

async fn lines_of_word(
    db: &impl Source,
    sets: &Known<RoaringTreemap>,
    workspace: WorkspaceId,
    kind: &'static str,
    word: &QueryTerm,
    now: &Moment,
) -> Result<Arc<RoaringTreemap>> {
    let marked = format!("{}{}", mark(workspace, kind), word.text);
    let mut set = sets.open(format!("{workspace} {marked}{}", if word.prefix { "*" } else { "" })).await;
    let Some(since) = set.behind(now) else { return Ok(set.known()) };
    let fitting: RoaringTreemap = if few_newer(db, workspace, since).await? {
        let mut sql = Sql::new(db.engine(), "SELECT ");
        sql.push(LINE).push(" FROM search_entry WHERE ");
        push_newer(&mut sql, since);
        sql.push(" AND workspace_id = ").bind(workspace).push(" AND kind = ").bind(kind);
        let mut fitting = RoaringTreemap::new();
        for row in sql.rows(db.conn()).await? {
            let (line, words) = words_of(&row)?;
            let fits = |w: &str| if word.prefix { w.starts_with(&marked) } else { w == marked };
            if words.split(' ').any(fits) {
                fitting.extend(u64::try_from(line));
            }
        }
        fitting
    } else {
        let asked = Query { words: vec![word.clone()], facets: Vec::new() };
        let mut sql = Sql::new(db.engine(), "SELECT ");
        sql.push(&joined(db.engine(), "line")).push(" FROM (");
        push_lines(&mut sql, workspace, &[kind], &asked);
        if db.engine() == Engine::Sqlite {
            sql.push(" AND rowid >= ").bind(i64::try_from(since).unwrap_or(i64::MAX));
        } else {
            sql.push(" AND workspace_id = ").bind(workspace);
        }
        sql.push(") AS lines");
        read_joined(sql, db).await?
    };
    set.complete(now, |set| *set |= fitting);
    Ok(set.known())
}

/// Appends the condition that a record matches all words: on SQLite by the number of its line, `search_no`, which
/// stands in the indexes of lists; else by its id.
pub fn push_match(sql: &mut Sql, workspace: WorkspaceId, kind: &str, query: &Query) {
    let (start, end) = match sql.engine() {
        Engine::Sqlite => ("search_no IN (", ")"),
        Engine::Postgres => ("id IN (SELECT record_id FROM (", ") AS found)"),
    };
    sql.push(start);
    push_lines(sql, workspace, &[kind], query);
    sql.push(end);
}

/// Appends the condition that a record has one of these lines.
pub fn push_lines_of(sql: &mut Sql, workspace: WorkspaceId, lines: &[u64]) {
    sql.push(" AND id IN (SELECT record_id FROM search_entry WHERE row_no ");
    push_among(sql, lines);
    sql.push(" AND workspace_id = ").bind(workspace).push(")");
}

/// Appends that a number is among these: one value to bind, however many they are.
pub fn push_among(sql: &mut Sql, numbers: &[u64]) {
    let list = numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    match sql.engine() {
        Engine::Sqlite => {
            sql.push("IN (SELECT value FROM json_each(").bind(format!("[{list}]")).push("))");
        }
        Engine::Postgres => {
            sql.push("= ANY (").bind(format!("{{{list}}}")).push("::text::bigint[])");
        }
    }
}

/// The aggregate that joins numbers to a text [`read_joined`] reads: far quicker than a row for each.
#[must_use]
pub fn joined(engine: Engine, expression: &str) -> String {
    match engine {
        Engine::Sqlite => format!("group_concat({expression})"),
        Engine::Postgres => format!("string_agg(({expression})::text, ',')"),
    }
}

/// Reads the one text of a query that joined numbers.
///
/// # Errors
/// Whatever the database says.
pub async fn read_joined<T: FromIterator<u64>>(sql: Sql, db: &impl Source) -> Result<T> {
    let text: Option<Option<String>> = sql.scalar(db.conn()).await?;
    let text = text.flatten().unwrap_or_default();
    Ok(text.split(',').filter_map(|number| number.parse().ok()).collect())
}

//! SQL text that grows with its values, and reads the same on both databases.
//!
//! [`Sql::bind`] writes placeholders in the order of the values: `$1`, `$2`, … for PostgreSQL, `?` for SQLite.
//! SQLite reads `$1` too, but as a name, and to find the name of every value it walks a list of all names:
//! a statement of 4,000 values spent three quarters of its time there.

use crate::{Engine, Result, Statements};
use futures::{Stream, StreamExt, TryStreamExt, future, stream};
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Statement, Value};
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// A statement under construction.
#[derive(Debug, Clone)]
pub struct Sql {
    engine: Engine,
    text: String,
    values: Vec<Value>,
}

/// Lists longer than this are not padded: they are rare, and placeholders are limited.
const PADDED: usize = 1024;

/// How many values a list of so many is padded to.
#[must_use]
pub fn full(len: usize) -> usize {
    if len > PADDED { len } else { len.next_power_of_two() }
}

/// One row of an answer.
pub type Row = QueryResult;

impl Sql {
    /// Starts with fixed text. `text` must not contain input.
    #[must_use]
    pub fn new(engine: Engine, text: &str) -> Self {
        Self { engine, text: text.to_owned(), values: Vec::new() }
    }

    /// Fixed text in which each `?` stands for the next of `values`.
    #[must_use]
    pub fn with<const N: usize>(engine: Engine, text: &str, values: [Value; N]) -> Self {
        let mut sql = Self::new(engine, "");
        sql.push_with(text, values);
        sql
    }

    /// Text whose placeholders stand for `values` already.
    pub(crate) fn of_parts(engine: Engine, text: String, values: Vec<Value>) -> Self {
        Self { engine, text, values }
    }

    /// The database this is for.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Appends fixed text.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a placeholder for a value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        match self.engine {
            Engine::Sqlite => self.text.push('?'),
            Engine::Postgres => self.text.push_str(&format!("${}", self.values.len())),
        }
        self
    }

    /// Appends fixed text in which each `?` stands for the next of `values`.
    ///
    /// # Panics
    /// When the number of `?` and of values differ: a mistake in the program, found by its first test.
    pub fn push_with<const N: usize>(&mut self, text: &str, values: [Value; N]) -> &mut Self {
        let mut parts = text.split('?');
        self.push(parts.next().unwrap_or_default());
        let mut rest = values.into_iter();
        for part in parts {
            let value = rest.next().expect("as many values as question marks");
            self.bind(value).push(part);
        }
        assert!(rest.next().is_none(), "as many question marks as values: {text}");
        self
    }

    /// Appends `column = value` as a check of rows that are found by their ids. Without figures of its values SQLite
    /// would take the index that begins with the column, and read a whole workspace for it.
    pub fn push_check(&mut self, column: &str, value: impl Into<Value>) -> &mut Self {
        self.push(if self.engine == Engine::Sqlite { "+" } else { "" });
        self.push(column).push(" = ").bind(value)
    }

    /// Holds the rows that are found until the transaction ends: nobody else changes them, rows that refer to them may come
    /// in. SQLite writes one at a time anyway.
    pub fn hold(&mut self) -> &mut Self {
        self.push(if self.engine == Engine::Postgres { " FOR NO KEY UPDATE" } else { "" })
    }

    /// The same of the rows of one table of several, by its alias.
    pub fn hold_of(&mut self, alias: &str) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.push(" FOR NO KEY UPDATE OF ").push(alias),
            Engine::Sqlite => self,
        }
    }

    /// The same of those rows that nobody else holds; the others are left out.
    pub fn hold_free(&mut self) -> &mut Self {
        self.push(if self.engine == Engine::Postgres { " FOR NO KEY UPDATE SKIP LOCKED" } else { "" })
    }

    /// Appends placeholders in brackets, `($1,$2,…)`. An empty list becomes `(NULL)`, which matches nothing. After `IN `
    /// its last value is repeated until their number is a power of two: otherwise each length of a list would be a
    /// statement of its own, to be prepared anew.
    pub fn bind_list(&mut self, values: impl IntoIterator<Item = Value>) -> &mut Self {
        let padded = self.text.ends_with("IN ");
        self.push("(");
        let mut first = true;
        let mut values: Vec<Value> = values.into_iter().collect();
        if let (true, Some(last)) = (padded, values.last().cloned()) {
            values.resize(full(values.len()), last);
        }
        for value in values {
            if !first {
                // No space: the text of a statement is hashed whenever it is run, and bulk statements are long.
                self.push(",");
            }
            first = false;
            self.bind(value);
        }
        if first {
            self.push("NULL");
        }
        self.push(")")
    }

    /// The same with fixed text before it.
    #[must_use]
    pub fn prefixed(mut self, text: &str) -> Self {
        self.text.insert_str(0, text);
        self
    }

    /// The finished statement.
    #[must_use]
    pub fn build(self) -> Statement {
        Statement::from_sql_and_values(self.engine.backend(), self.text, self.values)
    }

    /// Runs it; answers the number of rows touched.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn run(self, on: &impl ConnectionTrait) -> Result<u64> {
        Ok(on.execute_raw(self.build()).await?.rows_affected())
    }

    /// All rows as `T`.
    ///
    /// # Errors
    /// Whatever the database says, or a column that does not fit `T`.
    pub async fn all<T: FromQueryResult>(self, on: &impl ConnectionTrait) -> Result<Vec<T>> {
        let rows = on.query_all_raw(self.build()).await?;
        rows.iter().map(|row| T::from_query_result(row, "").map_err(Into::into)).collect()
    }

    /// The first row as `T`.
    ///
    /// # Errors
    /// As [`Sql::all`].
    pub async fn one<T: FromQueryResult>(self, on: &impl ConnectionTrait) -> Result<Option<T>> {
        let row = on.query_one_raw(self.build()).await?;
        row.map(|row| T::from_query_result(&row, "").map_err(Into::into)).transpose()
    }

    /// The rows as they are.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn rows(self, on: &impl ConnectionTrait) -> Result<Vec<Row>> {
        Ok(on.query_all_raw(self.build()).await?)
    }

    /// The first column of the first row.
    ///
    /// # Errors
    /// Whatever the database says, or a value that does not fit `T`.
    pub async fn scalar<T: sea_orm::TryGetable>(self, on: &impl ConnectionTrait) -> Result<Option<T>> {
        let row = on.query_one_raw(self.build()).await?;
        row.map(|row| row.try_get_by_index(0).map_err(Into::into)).transpose()
    }
}

/// Runs statements one after the other. The next is made and its values are put in order while the database is at the
/// one before.
///
/// # Errors
/// Whatever the database says; then the rest is not run.
pub async fn run_all(
    on: &impl ConnectionTrait,
    statements: impl IntoIterator<Item = Sql, IntoIter: Send>,
) -> Result<()> {
    run_each(on, stream::iter(statements)).await
}

/// As [`run_all`], statements that somebody else makes ready meanwhile.
///
/// # Errors
/// As [`run_all`].
pub async fn run_received(
    on: &impl ConnectionTrait,
    mut ready: mpsc::Receiver<Statements<'static>>,
) -> Result<()> {
    let mut these: Statements<'static> = Box::new(std::iter::empty());
    let next = move |context: &mut Context<'_>| {
        loop {
            if let Some(sql) = these.next() {
                return Poll::Ready(Some(sql));
            }
            match std::task::ready!(ready.poll_recv(context)) {
                Some(more) => these = more,
                None => return Poll::Ready(None),
            }
        }
    };
    run_each(on, stream::poll_fn(next)).await
}

async fn run_each(on: &impl ConnectionTrait, statements: impl Stream<Item = Sql>) -> Result<()> {
    let running = statements.map(|sql| sql.run(on));
    // The second waits for the connection, in its order.
    running.buffered(2).try_for_each(|_| future::ready(Ok(()))).await
}

//! Columns that name a record of another table, and how they follow when two records become one.
//!
//! Each room names its own columns at its door; whoever makes two records one walks the list. What moved is
//! answered row by row, so that it can be moved back exactly.

use crate::db::Source;
use crate::{Result, Row, Sql, StoreError, WriteTx};
use kernel::WorkspaceId;
use sea_orm::Value;
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// What a column of a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPart {
    /// An id.
    Id(&'static str),
    /// A word.
    Word(&'static str),
    /// A whole number.
    Number(&'static str),
}

/// A column that names a record. Its table has a column `workspace_id`.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// The table it stands in.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The table it names: `company`, `person`.
    pub to: &'static str,
    /// What tells a row of the table from the others that name the same record.
    pub key: &'static [KeyPart],
    /// Which rows, called `t`, stay with the old record because the new one has its like already. One `?`
    /// stands for the new record.
    pub stays: Option<&'static str>,
}

/// Rows found again by moving back in one statement.
const BATCH: usize = 400;

impl Reference {
    /// A column of a table whose rows are known by `id`.
    #[must_use]
    pub const fn by_id(table: &'static str, column: &'static str, to: &'static str) -> Self {
        Self { table, column, to, key: &[KeyPart::Id("id")], stays: None }
    }

    /// Makes the rows that name `from` name `into`. Answers their keys, one JSON array a row.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn move_rows(
        &self,
        tx: &WriteTx,
        workspace: WorkspaceId,
        from: Uuid,
        into: Uuid,
    ) -> Result<Vec<Json>> {
        let mut sql = Sql::new(tx.engine(), &format!("UPDATE {} AS t SET {} = ", self.table, self.column));
        sql.bind(into).push(" WHERE t.").push(self.column);
        sql.push_with(" = ? AND t.workspace_id = ?", [from.into(), workspace.into()]);
        if let Some(stays) = self.stays {
            sql.push(" AND NOT (").push_with(stays, [into.into()]).push(")");
        }
        sql.push(" RETURNING ").push(&self.names().join(", "));
        sql.rows(tx.conn()).await?.iter().map(|row| self.read_key(row)).collect()
    }

    /// Moves rows back by their keys, where they still name `into`. Rows that are gone or belong to another
    /// record by now are left. Answers how many moved.
    ///
    /// # Errors
    /// Whatever the database says, or keys that are not of this table.
    pub async fn move_back(
        &self,
        tx: &WriteTx,
        workspace: WorkspaceId,
        from: Uuid,
        into: Uuid,
        keys: &[Json],
    ) -> Result<u64> {
        let mut moved = 0;
        for part in keys.chunks(BATCH) {
            let mut sql = Sql::new(tx.engine(), &format!("UPDATE {} SET {} = ", self.table, self.column));
            sql.bind(from).push(" WHERE workspace_id = ").bind(workspace).push(" AND ").push(self.column);
            sql.push(" = ").bind(into).push(" AND (").push(&self.names().join(", ")).push(") IN (");
            if self.key.len() > 1 && tx.engine() == crate::Engine::Sqlite {
                sql.push("VALUES ");
            }
            for (n, key) in part.iter().enumerate() {
                if n > 0 {
                    sql.push(", ");
                }
                let values = self.bind_key(key)?;
                if self.key.len() == 1 {
                    sql.bind(values.into_iter().next().unwrap_or(Value::Bool(None)));
                } else {
                    sql.bind_list(values);
                }
            }
            sql.push(")");
            moved += sql.run(tx.conn()).await?;
        }
        Ok(moved)
    }

    fn names(&self) -> Vec<&'static str> {
        self.key
            .iter()
            .map(|part| match part {
                KeyPart::Id(name) | KeyPart::Word(name) | KeyPart::Number(name) => *name,
            })
            .collect()
    }

    fn read_key(&self, row: &Row) -> Result<Json> {
        let part = |(at, part): (usize, &KeyPart)| -> Result<Json> {
            Ok(match part {
                KeyPart::Id(_) => json!(row.try_get_by_index::<Uuid>(at)?),
                KeyPart::Word(_) => json!(row.try_get_by_index::<String>(at)?),
                KeyPart::Number(_) => json!(row.try_get_by_index::<i64>(at)?),
            })
        };
        self.key.iter().enumerate().map(part).collect()
    }

    fn bind_key(&self, key: &Json) -> Result<Vec<Value>> {
        let strange = || StoreError::Shape { what: format!("key of {}", self.table), why: key.to_string() };
        let part = |(at, part): (usize, &KeyPart)| -> Result<Value> {
            let value = key.get(at).ok_or_else(strange)?;
            let text = || value.as_str().ok_or_else(strange);
            Ok(match part {
                KeyPart::Id(_) => Uuid::parse_str(text()?).map_err(|_| strange())?.into(),
                KeyPart::Word(_) => text()?.into(),
                KeyPart::Number(_) => value.as_i64().ok_or_else(strange)?.into(),
            })
        };
        self.key.iter().enumerate().map(part).collect()
    }
}

/// The log's own columns: what happened to a record that became another is told of that other.
pub const OF_EVENTS: &[Reference] = &[
    Reference { key: &[KeyPart::Number("seq")], ..Reference::by_id("event", "company_id", "company") },
    Reference { key: &[KeyPart::Number("seq")], ..Reference::by_id("event", "person_id", "person") },
];

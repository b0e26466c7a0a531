//! Records by the values of fields: sets of lines on SQLite, a table of values on PostgreSQL.

use crate::custom_field::CustomField;
use crate::custom_value;
use crate::kind::{FieldSpec, Kind};
use http_room::list::{Filter, Op, push_filter};
use http_room::{Answer, Field, FieldKind};
use kernel::WorkspaceId;
use roaring::RoaringTreemap;
use std::sync::Arc;
use store::db::Source;
use store::lines::{Known, read_numbers};
use store::{Engine, Sql};

/// Records PostgreSQL looks up, at most. Where a value is that of more, it is as quick to look at the records.
const SET: i64 = 30_000;
/// New lines whose values are looked at one by one, at most.
const NEW_LINES: u64 = 500;

/// A filter by an own field whose values are looked up.
pub(super) struct Own {
    field: CustomField,
    from: From,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// From a set of lines.
    Set,
    /// From the table of values.
    Values,
    /// From nothing but the record itself.
    Record,
}

/// How a filter finds its records, if it is by an own field whose values are looked up.
pub(super) async fn own(db: &impl Source, custom: &[CustomField], filter: &Filter) -> Answer<Option<Own>> {
    let key = filter.field.strip_prefix("custom.");
    let field = key.and_then(|key| custom.iter().find(|f| f.key == key));
    let Some(field) = field.filter(|field| is_looked_up(field, filter.op)) else { return Ok(None) };
    let from = match db.engine() {
        // Of long words only the beginning is looked up, the record knows the rest.
        Engine::Sqlite if filter.value.chars().count() >= custom_value::TEXT_CHARS => From::Record,
        Engine::Sqlite => From::Set,
        Engine::Postgres => {
            let text = "SELECT count(*) FROM (SELECT 1 AS one FROM custom_value WHERE ";
            let mut sql = Sql::new(db.engine(), text);
            push_own(&mut sql, field, filter)?;
            sql.push(" LIMIT ").bind(SET + 1).push(") AS counted");
            let count: i64 = sql.scalar(db.conn()).await?.unwrap_or(0);
            if count <= SET { From::Values } else { From::Record }
        }
    };
    Ok(Some(Own { field: field.clone(), from }))
}

impl Own {
    /// Whether a set of lines tells all there is to know.
    pub(super) fn is_in_set(&self) -> bool {
        self.from == From::Set
    }

    /// Appends what finds the records, where that is not the look at each record alone.
    pub(super) fn push(&self, sql: &mut Sql, filter: &Filter) -> Answer<()> {
        if self.from == From::Values {
            sql.push(" AND id IN (SELECT record_id FROM custom_value WHERE ");
            push_own(sql, &self.field, filter)?;
            sql.push(")");
        }
        Ok(())
    }

    /// The lines up to `last` that have the value, on SQLite.
    pub(super) async fn lines(
        &self,
        db: &impl Source,
        sets: &Known<RoaringTreemap>,
        filter: &Filter,
        last: u64,
    ) -> Answer<Arc<RoaringTreemap>> {
        let mut set = sets.open(format!("{} {:?} {}", self.field.id, filter.op, filter.value)).await;
        let Some(after) = set.behind(last) else { return Ok(set.known()) };
        let mut sql = Sql::new(db.engine(), "SELECT group_concat(value.search_no) FROM ");
        if last - after > NEW_LINES {
            sql.push("custom_value AS value WHERE search_no > ");
        } else {
            let text =
                "search_entry AS line CROSS JOIN custom_value AS value ON value.record_id = line.record_id ";
            sql.push(text).push("WHERE line.row_no > ");
        }
        sql.bind(i64::try_from(after).unwrap_or(i64::MAX)).push(" AND ");
        push_own(&mut sql, &self.field, filter)?;
        let lines: Option<Option<String>> = sql.scalar(db.conn()).await?;
        set.complete(last, |set| set.extend(read_numbers(&lines.flatten().unwrap_or_default())));
        Ok(set.known())
    }
}

/// A filter by a field whose values a line tells, on SQLite.
pub(super) struct Values<'f> {
    workspace: WorkspaceId,
    kind: Kind,
    spec: &'static FieldSpec,
    filter: &'f Filter,
}

impl<'f> Values<'f> {
    pub(super) fn of(
        workspace: WorkspaceId,
        kind: Kind,
        spec: &'static FieldSpec,
        filter: &'f Filter,
    ) -> Self {
        Self { workspace, kind, spec, filter }
    }

    /// What the set of its lines is called.
    pub(super) fn name(&self) -> String {
        let Self { workspace, kind, filter, .. } = self;
        format!("{workspace} {} {} {:?} {}", kind.key(), filter.field, filter.op, filter.value)
    }

    /// The lines up to `last` of records that fit.
    pub(super) async fn lines(
        &self,
        db: &impl Source,
        sets: &Known<RoaringTreemap>,
        last: u64,
    ) -> Answer<Arc<RoaringTreemap>> {
        let mut set = sets.open(self.name()).await;
        let Some(after) = set.behind(last) else { return Ok(set.known()) };
        let (kind, line) = (self.kind.key(), i64::try_from(after).unwrap_or(i64::MAX));
        let mut field = self.spec.as_list_field();
        let mut sql = Sql::new(db.engine(), "SELECT group_concat(search_no) FROM ");
        sql.push(kind);
        if last - after > NEW_LINES {
            if let Some(index) = self.spec.sorted_by.filter(|_| self.is_in_index(&field)) {
                sql.push(" INDEXED BY ").push(index);
                field.column = field.sort_expression().into();
            }
            sql.push(" WHERE workspace_id = ").bind(self.workspace).push(" AND search_no > ").bind(line);
        } else {
            sql.push(" WHERE id IN (SELECT record_id FROM search_entry WHERE row_no > ").bind(line);
            sql.push(" AND workspace_id = ").bind(self.workspace).push(" AND kind = ").bind(kind).push(")");
        }
        sql.push(" AND deleted_at IS NULL AND (");
        push_filter(&mut sql, &field, self.filter)?;
        sql.push(")");
        let lines: Option<Option<String>> = sql.scalar(db.conn()).await?;
        set.complete(last, |set| set.extend(read_numbers(&lines.flatten().unwrap_or_default())));
        Ok(set.known())
    }

    /// Whether the index of sorting, which knows no difference between nothing and an empty text, tells who fits.
    fn is_in_index(&self, field: &Field) -> bool {
        let text = matches!(field.kind, FieldKind::Text | FieldKind::Url | FieldKind::Choice);
        let whole = matches!(self.filter.op, Op::Eq | Op::In | Op::Contains | Op::Starts);
        text && whole && !self.filter.value.is_empty()
    }
}

/// Whether an operator asks for a value or a range of values.
pub(super) fn compares(op: Op) -> bool {
    matches!(op, Op::Eq | Op::In | Op::Lt | Op::Lte | Op::Gt | Op::Gte)
}

/// Whether values of a workspace's own field are looked up that way: words are compared whole.
fn is_looked_up(field: &CustomField, op: Op) -> bool {
    match FieldKind::parse(&field.kind) {
        Some(FieldKind::Number | FieldKind::Money | FieldKind::Date) => compares(op),
        Some(FieldKind::MultiChoice) => matches!(op, Op::Eq | Op::Contains),
        _ => matches!(op, Op::Eq | Op::In),
    }
}

/// Appends the condition of the rows of `custom_value` that a filter asks for.
fn push_own(sql: &mut Sql, field: &CustomField, filter: &Filter) -> Answer<()> {
    let kind = FieldKind::parse(&field.kind).unwrap_or(FieldKind::Text);
    let (column, kind) = match kind {
        FieldKind::Number | FieldKind::Money => ("number", kind),
        FieldKind::Date => ("text", kind),
        _ => ("text", FieldKind::Text),
    };
    let cut = |words: &str| words.chars().take(custom_value::TEXT_CHARS).collect::<String>();
    let (op, value) = match filter.op {
        Op::In => (Op::In, filter.value.split(',').map(cut).collect::<Vec<_>>().join(",")),
        Op::Contains => (Op::Eq, cut(&filter.value)),
        op => (op, cut(&filter.value)),
    };
    sql.push("field_id = ").bind(field.id).push(" AND (");
    let field = Field { key: field.key.clone().into(), column: column.into(), kind, sortable: false };
    push_filter(sql, &field, &Filter { field: filter.field.clone(), op, value })?;
    sql.push(")");
    Ok(())
}

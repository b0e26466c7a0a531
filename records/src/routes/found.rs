//! Sets of lines of the search index by the values of fields.

use crate::custom_field::CustomField;
use crate::custom_value;
use crate::kind::{FieldSpec, Kind};
use http_room::list::{Filter, Op, push_filter};
use http_room::{Answer, Field, FieldKind};
use kernel::WorkspaceId;
use roaring::RoaringTreemap;
use std::sync::Arc;
use store::db::Source;
use store::lines::{Known, Moment};
use store::search::{few_newer, joined, push_newer, read_joined};
use store::{Engine, Sql};

/// A filter by an own field of the workspace whose values have a table.
pub(super) struct Own {
    field: CustomField,
}

impl Own {
    /// Of a filter, if it is one. Of long texts only the beginning is in the table, the record knows the rest.
    pub(super) fn of(custom: &[CustomField], filter: &Filter) -> Option<Self> {
        let key = filter.field.strip_prefix("custom.")?;
        let field = custom.iter().find(|f| f.key == key)?;
        let whole = filter.value.chars().count() < custom_value::TEXT_CHARS;
        (whole && is_looked_up(field, filter.op)).then(|| Self { field: field.clone() })
    }

    /// The lines that have the value.
    pub(super) async fn lines(
        &self,
        db: &impl Source,
        sets: &Known<RoaringTreemap>,
        (workspace, filter): (WorkspaceId, &Filter),
        now: &Moment,
    ) -> Answer<Arc<RoaringTreemap>> {
        let mut set = sets.open(format!("{} {:?} {}", self.field.id, filter.op, filter.value)).await;
        let Some(since) = set.behind(now) else { return Ok(set.known()) };
        let mut sql = Sql::new(db.engine(), "SELECT ");
        sql.push(&joined(db.engine(), "value.search_no")).push(" FROM custom_value AS value WHERE ");
        if few_newer(db, workspace, since).await? {
            sql.push("record_id IN (SELECT record_id FROM search_entry WHERE ");
            push_newer(&mut sql, since);
            sql.push(" AND workspace_id = ").bind(workspace).push(") AND ");
        }
        push_own(&mut sql, &self.field, filter)?;
        let lines: Vec<u64> = read_joined(sql, db).await?;
        set.complete(now, |set| set.extend(lines));
        Ok(set.known())
    }
}

/// A filter by a field whose values a line tells.
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

    /// The lines of records that fit.
    pub(super) async fn lines(
        &self,
        db: &impl Source,
        sets: &Known<RoaringTreemap>,
        now: &Moment,
    ) -> Answer<Arc<RoaringTreemap>> {
        let mut set = sets.open(self.name()).await;
        let Some(since) = set.behind(now) else { return Ok(set.known()) };
        let mut field = self.spec.as_list_field();
        let mut sql = Sql::new(db.engine(), "SELECT ");
        sql.push(&joined(db.engine(), "search_no")).push(" FROM ").push(self.kind.key());
        if few_newer(db, self.workspace, since).await? {
            sql.push(" WHERE id IN (SELECT record_id FROM search_entry WHERE ");
            push_newer(&mut sql, since);
            sql.push(" AND workspace_id = ").bind(self.workspace).push(" AND kind = ").bind(self.kind.key());
            sql.push(")");
        } else {
            if let Some(index) = self.spec.sorted_by.filter(|_| self.is_in_index(&field)) {
                push_index(&mut sql, index);
                field.column = field.sort_expression().into();
            }
            sql.push(" WHERE workspace_id = ").bind(self.workspace);
        }
        sql.push(" AND deleted_at IS NULL AND (");
        push_filter(&mut sql, &field, self.filter)?;
        sql.push(")");
        let lines: Vec<u64> = read_joined(sql, db).await?;
        set.complete(now, |set| set.extend(lines));
        Ok(set.known())
    }

    /// Whether the index of sorting, which knows no difference between nothing and an empty text, tells who fits.
    fn is_in_index(&self, field: &Field) -> bool {
        let text = matches!(field.kind, FieldKind::Text | FieldKind::Url | FieldKind::Choice);
        let whole = matches!(self.filter.op, Op::Eq | Op::In | Op::Contains | Op::Starts);
        text && whole && !self.filter.value.is_empty()
    }
}

/// Appends which index is read. PostgreSQL knows by itself.
pub(super) fn push_index(sql: &mut Sql, index: &str) {
    if sql.engine() == Engine::Sqlite {
        sql.push(" INDEXED BY ").push(index);
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

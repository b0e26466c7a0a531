//! How a list of any size is read on SQLite, which knows nothing of how its values are spread and cannot choose.
//!
//! Either few records have what the rarest condition asks for: they are looked up, checked and sorted. Or many do: the
//! index of the sort is walked from where the page begins, and what does not fit is passed over, until the page is
//! full. The rarest condition is found by counting each in its index, never further than [`FEW`].
//! PostgreSQL chooses so by itself.

use crate::custom_field::CustomField;
use crate::custom_value;
use crate::kind::Kind;
use crate::search_entry::FACETS;
use http_room::list::{Filter, Op, push_filter};
use http_room::{Answer, Field, FieldKind, ListQuery};
use kernel::WorkspaceId;
use kernel::search::query_grams;
use std::borrow::Cow;
use store::db::Source;
use store::search::{Facet, Query};
use store::{Engine, Sql};

/// Records that are looked up one by one, at most: about as costly as passing over fifty thousand in an index.
const FEW: i64 = 2_000;
/// Records that are put in a set while an index is walked, at most. Where a value of a workspace's own field is that of
/// more, it is as quick to look at the records.
const SET: i64 = 30_000;

/// What is asked of a list, and how it is found out.
pub(crate) struct Plan<'q> {
    workspace: WorkspaceId,
    kind: Kind,
    fields: Vec<Field>,
    filters: Vec<&'q Filter>,
    search: Option<Query>,
    /// The field of the workspace's own a filter asks for, and whether its values are put in a set.
    own: Vec<Option<(CustomField, bool)>>,
    drive: Drive,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drive {
    /// However the database likes.
    Free,
    /// Along this index.
    Along(&'static str),
    /// From the records that match the words.
    Words,
    /// From those that match the filter of this place.
    Filter(usize),
}

impl<'q> Plan<'q> {
    /// A plan that leaves the database free.
    pub(crate) fn free(
        workspace: WorkspaceId,
        kind: Kind,
        fields: Vec<Field>,
        filters: Vec<&'q Filter>,
        q: Option<&str>,
    ) -> Self {
        let own = filters.iter().map(|_| None).collect();
        let search = q.map(|q| Query { words: query_grams(q), facets: facets(kind, &filters) });
        Self { workspace, kind, fields, filters, search, own, drive: Drive::Free }
    }

    /// Chooses how a page is read whose rows are sorted by `sort`.
    pub(crate) async fn choose(
        mut self,
        db: &impl Source,
        custom: &[CustomField],
        query: &ListQuery,
        default_sort: &str,
    ) -> Answer<Self> {
        self.look_up_own(db, custom).await?;
        if db.engine() == Engine::Postgres {
            return Ok(self);
        }
        let mut rarest = (FEW + 1, Drive::Free);
        if let Some(search) = self.search.as_ref().filter(|search| !search.words.is_empty()) {
            let count = store::search::count(db, self.workspace, self.kind.key(), search, FEW + 1).await?;
            rarest = rarest.min_by_count((count, Drive::Words));
        }
        for at in 0..self.filters.len() {
            if let Some(count) = self.count(db, at).await? {
                rarest = rarest.min_by_count((count, Drive::Filter(at)));
            }
        }
        let sort = query.sort.as_ref().map_or(default_sort, |(field, _)| field.as_str());
        let index = self.kind.fields().iter().find(|f| f.key == sort).and_then(|f| f.sorted_by);
        self.drive = match rarest {
            (count, drive) if count <= FEW => drive,
            _ => index.map_or(Drive::Free, Drive::Along),
        };
        Ok(self)
    }

    /// The workspace's own fields among the filters, and which of them have few enough values for a set.
    async fn look_up_own(&mut self, db: &impl Source, custom: &[CustomField]) -> Answer<()> {
        for (at, filter) in self.filters.iter().enumerate() {
            let key = filter.field.strip_prefix("custom.");
            let field = key.and_then(|key| custom.iter().find(|f| f.key == key));
            if let Some(field) = field.filter(|field| is_looked_up(field, filter.op)) {
                let mut sql =
                    Sql::new(db.engine(), "SELECT count(*) FROM (SELECT 1 AS one FROM custom_value WHERE ");
                push_own(&mut sql, field, filter)?;
                sql.push(" LIMIT ").bind(SET + 1).push(") AS counted");
                let count: i64 = sql.scalar(db.conn()).await?.unwrap_or(0);
                self.own[at] = Some((field.clone(), count <= SET));
            }
        }
        Ok(())
    }

    /// How many records match a filter, up to one more than [`FEW`]; nothing when no index tells.
    async fn count(&self, db: &impl Source, at: usize) -> Answer<Option<i64>> {
        let mut sql = Sql::new(db.engine(), "SELECT count(*) FROM (SELECT 1 FROM ");
        if let Some((field, _)) = &self.own[at] {
            sql.push("custom_value WHERE ");
            push_own(&mut sql, field, self.filters[at])?;
        } else if let Some((index, field)) = self.indexed(at) {
            sql.push(self.kind.key()).push(" INDEXED BY ").push(index).push(" WHERE workspace_id = ");
            sql.bind(self.workspace).push(" AND deleted_at IS NULL AND (");
            push_filter(&mut sql, &field, self.filters[at])?;
            sql.push(")");
        } else {
            return Ok(None);
        }
        sql.push(" LIMIT ").bind(FEW + 1).push(")");
        Ok(sql.scalar(db.conn()).await?)
    }

    /// The index in which a filter finds its records, and its field as that index has it.
    fn indexed(&self, at: usize) -> Option<(&'static str, Field)> {
        let filter = self.filters[at];
        let spec = self.kind.fields().iter().find(|f| f.key == filter.field)?;
        let field = self.fields.iter().find(|f| f.key == filter.field)?;
        match (spec.found_by, spec.sorted_by) {
            // An index of a yes holds no other.
            (Some(_), _) if field.kind == FieldKind::YesNo && filter.value != "true" => None,
            (Some(index), _) if filter.op == Op::Eq => Some((index, field.clone())),
            (Some(index), _) if filter.op == Op::In && field.kind != FieldKind::YesNo => {
                Some((index, field.clone()))
            }
            (None, Some(index)) if compares(filter.op) => {
                let column = Cow::Owned(field.sort_expression());
                Some((index, Field { column, ..field.clone() }))
            }
            _ => None,
        }
    }

    /// The fields as the list is sorted by them.
    pub(crate) fn sorted(&self) -> Vec<Field> {
        if self.looks_up() { self.fields.iter().map(by_hand).collect() } else { self.fields.clone() }
    }

    fn looks_up(&self) -> bool {
        matches!(self.drive, Drive::Words | Drive::Filter(_))
    }

    /// Appends `FROM <kind> WHERE …` with the filters and words.
    pub(crate) fn push(&self, sql: &mut Sql) -> Answer<()> {
        sql.push("FROM ").push(self.kind.key());
        if let Drive::Along(index) = self.drive {
            sql.push(" INDEXED BY ").push(index);
        }
        // A plus sign keeps SQLite from starting at this condition.
        sql.push(if self.looks_up() { " WHERE +workspace_id = " } else { " WHERE workspace_id = " });
        sql.bind(self.workspace).push(" AND deleted_at IS NULL");
        let fields = self.sorted();
        for (at, filter) in self.filters.iter().enumerate() {
            self.push_condition(sql, at)?;
            sql.push(" AND (");
            let field = http_room::list::field_of(&fields, filter)?;
            push_filter(sql, field, filter)?;
            sql.push(")");
        }
        self.push_words(sql);
        Ok(())
    }

    /// Appends what finds the records of a filter, where that is not the look at each record alone.
    fn push_condition(&self, sql: &mut Sql, at: usize) -> Answer<()> {
        match (&self.own[at], self.indexed(at)) {
            (Some((field, set)), _) if *set || self.drive == Drive::Filter(at) => {
                sql.push(" AND id IN (SELECT record_id FROM custom_value WHERE ");
                push_own(sql, field, self.filters[at])?;
                sql.push(")");
            }
            (_, Some((index, field))) if self.drive == Drive::Filter(at) => {
                sql.push(" AND id IN (SELECT id FROM ")
                    .push(self.kind.key())
                    .push(" INDEXED BY ")
                    .push(index);
                sql.push(" WHERE workspace_id = ").bind(self.workspace).push(" AND deleted_at IS NULL AND (");
                push_filter(sql, &field, self.filters[at])?;
                sql.push("))");
            }
            // The walk begins and ends where the values do. An equality would be no range to SQLite: it forgets that
            // the index has the rows in order, and sorts all of them.
            (_, Some((index, field))) if self.drive == Drive::Along(index) => {
                let bounds: &[Op] = match self.filters[at].op {
                    Op::Eq => &[Op::Gte, Op::Lte],
                    Op::In => &[],
                    op => &[op],
                };
                for op in bounds {
                    sql.push(" AND (");
                    push_filter(sql, &field, &Filter { op: *op, ..self.filters[at].clone() })?;
                    sql.push(")");
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn push_words(&self, sql: &mut Sql) {
        let Some(search) = &self.search else { return };
        if search.words.is_empty() {
            sql.push(" AND 1 = 0");
            return;
        }
        sql.push(" AND ");
        match self.drive {
            Drive::Words => store::search::push_found(sql, self.workspace, self.kind.key(), search),
            _ => store::search::push_match(sql, self.workspace, self.kind.key(), search),
        }
    }
}

/// The filters a search is narrowed by inside the index of words.
fn facets(kind: Kind, filters: &[&Filter]) -> Vec<Facet> {
    let facet = |filter: &&Filter| {
        let field = FACETS.iter().find(|field| **field == filter.field && kind != Kind::Deal)?;
        let values = match filter.op {
            Op::Eq => vec![filter.value.clone()],
            Op::In => filter.value.split(',').map(str::to_owned).collect(),
            _ => return None,
        };
        Some((*field, values))
    };
    filters.iter().filter_map(facet).collect()
}

trait MinByCount {
    fn min_by_count(self, other: Self) -> Self;
}

impl MinByCount for (i64, Drive) {
    fn min_by_count(self, other: Self) -> Self {
        if other.0 < self.0 { other } else { self }
    }
}

/// Whether an operator asks for a value or a range of values.
fn compares(op: Op) -> bool {
    matches!(op, Op::Eq | Op::In | Op::Lt | Op::Lte | Op::Gt | Op::Gte)
}

/// The same field under an expression no index has: SQLite then sorts what it has found.
fn by_hand(field: &Field) -> Field {
    Field { column: Cow::Owned(format!("+{}", field.column)), ..field.clone() }
}

/// Whether values of a workspace's own field are looked up that way: words are compared whole, for of long ones
/// only the beginning is kept.
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

//! How a list of any size is read on SQLite, which knows nothing of how its values are spread and cannot choose.
//!
//! Words and values of own fields pick sets of lines of the search index, kept between questions (`store::lines`), and
//! what fits them all is known at once. If that is few, or if few records have what another condition asks for, they
//! are looked up, checked and sorted. Or many do: the index of the sort is walked from where the page begins, and what
//! does not fit is passed over, until the page is full.
//! PostgreSQL chooses by itself.

use super::found::{self, Own};
use crate::custom_field::CustomField;
use crate::kind::Kind;
use crate::search_entry::FACETS;
use http_room::list::{Filter, Op, push_filter};
use http_room::{Answer, Field, FieldKind, ListQuery};
use kernel::WorkspaceId;
use kernel::search::query_grams;
use roaring::RoaringTreemap;
use std::borrow::Cow;
use store::db::Source;
use store::lines::LineSets;
use store::search::{Facet, Query};
use store::{Engine, Sql};

/// Records that are looked up one by one, at most: about as costly as passing over fifty thousand in an index.
const FEW: i64 = 2_000;

/// What is asked of a list, and how it is found out.
pub(crate) struct Plan<'q> {
    workspace: WorkspaceId,
    kind: Kind,
    fields: Vec<Field>,
    filters: Vec<&'q Filter>,
    search: Option<Query>,
    /// What is known of filters by the workspace's own fields.
    own: Vec<Option<Own>>,
    /// The lines that have the words and values of own fields, some that went among them.
    found: Option<RoaringTreemap>,
    drive: Drive,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Drive {
    /// However the database likes.
    Free,
    /// Along this index.
    Along(&'static str),
    /// From those that match the filter of this place.
    Filter(usize),
    /// From these lines, which have the words and values.
    Lines(Vec<u64>),
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
        Self { workspace, kind, fields, filters, search, own, found: None, drive: Drive::Free }
    }

    /// Chooses how a page is read whose rows are sorted by `sort`.
    pub(crate) async fn choose(
        mut self,
        db: &impl Source,
        sets: &LineSets,
        custom: &[CustomField],
        query: &ListQuery,
        default_sort: &str,
    ) -> Answer<Self> {
        for at in 0..self.filters.len() {
            self.own[at] = found::own(db, custom, self.filters[at]).await?;
        }
        if db.engine() == Engine::Postgres {
            return Ok(self);
        }
        self.found = self.find(db, sets).await?;
        if let Some(found) = self.found.as_ref().filter(|found| found.len() <= FEW.unsigned_abs()) {
            self.drive = Drive::Lines(found.iter().collect());
            return Ok(self);
        }
        let mut rarest = (FEW + 1, 0);
        for at in 0..self.filters.len() {
            if let Some(count) = self.count(db, at).await?.filter(|count| *count < rarest.0) {
                rarest = (count, at);
            }
        }
        let sort = query.sort.as_ref().map_or(default_sort, |(field, _)| field.as_str());
        let index = self.kind.fields().iter().find(|f| f.key == sort).and_then(|f| f.sorted_by);
        self.drive = match (rarest, &self.found, index) {
            ((count, at), None, _) if count <= FEW => Drive::Filter(at),
            ((count, at), Some(found), _) if count <= FEW => {
                let lines = self.lines(db, at).await?;
                Drive::Lines(lines.into_iter().filter(|line| found.contains(*line)).collect())
            }
            (_, _, Some(index)) => Drive::Along(index),
            (_, _, None) => {
                self.found = None;
                Drive::Free
            }
        };
        Ok(self)
    }

    /// The lines that have the words and values of own fields.
    async fn find(&self, db: &impl Source, sets: &LineSets) -> Answer<Option<RoaringTreemap>> {
        let asked = self.search.as_ref().is_some_and(|search| !search.words.is_empty());
        let owned = self.own.iter().flatten().any(Own::is_in_set);
        if !asked && !owned {
            return Ok(None);
        }
        let last = store::search::last_line(db).await?;
        let words = self.search.as_ref().map_or_else(Vec::new, |search| search.words.clone());
        let query = Query { words, facets: facets(self.kind, &self.filters) };
        let (workspace, kind) = (self.workspace, self.kind.key());
        let mut all = store::search::lines(db, sets, workspace, kind, &query, last).await?;
        for (own, filter) in self.own.iter().zip(&self.filters) {
            if let Some(own) = own.as_ref().filter(|own| own.is_in_set()) {
                let lines = own.lines(db, sets, filter, last).await?;
                all = Some(all.map_or_else(|| (*lines).clone(), |all| all & &*lines));
            }
        }
        Ok(all)
    }

    /// How many records match a filter, up to one more than [`FEW`]; nothing when no index tells.
    async fn count(&self, db: &impl Source, at: usize) -> Answer<Option<i64>> {
        let Some(mut sql) = self.matching(db.engine(), "SELECT count(*) FROM (SELECT 1 ", at)? else {
            return Ok(None);
        };
        sql.push(" LIMIT ").bind(FEW + 1).push(")");
        Ok(sql.scalar(db.conn()).await?)
    }

    /// The lines of the few records that match a filter.
    async fn lines(&self, db: &impl Source, at: usize) -> Answer<Vec<u64>> {
        let Some(mut sql) =
            self.matching(db.engine(), "SELECT group_concat(search_no) FROM (SELECT search_no ", at)?
        else {
            return Ok(Vec::new());
        };
        sql.push(")");
        let lines: Option<Option<String>> = sql.scalar(db.conn()).await?;
        Ok(store::lines::read_numbers(&lines.flatten().unwrap_or_default()))
    }

    /// `FROM … WHERE …` of the records an index finds for a filter.
    fn matching(&self, engine: Engine, start: &str, at: usize) -> Answer<Option<Sql>> {
        let Some((index, field)) = self.indexed(at) else { return Ok(None) };
        let mut sql = Sql::new(engine, start);
        sql.push("FROM ")
            .push(self.kind.key())
            .push(" INDEXED BY ")
            .push(index)
            .push(" WHERE workspace_id = ");
        sql.bind(self.workspace).push(" AND deleted_at IS NULL AND (");
        push_filter(&mut sql, &field, self.filters[at])?;
        sql.push(")");
        Ok(Some(sql))
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
            (None, Some(index)) if found::compares(filter.op) => {
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
        matches!(self.drive, Drive::Lines(_) | Drive::Filter(_))
    }

    /// The lines to keep while an index is walked, when there are any to keep.
    pub(crate) fn walked(&self) -> Option<&RoaringTreemap> {
        self.found.as_ref().filter(|_| matches!(self.drive, Drive::Along(_)))
    }

    /// The same, read from these lines alone.
    pub(crate) fn reading(self, lines: Vec<u64>) -> Self {
        Self { drive: Drive::Lines(lines), ..self }
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
            if self.found.is_some() && self.own[at].as_ref().is_some_and(Own::is_in_set) {
                continue;
            }
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
            (Some(own), _) => own.push(sql, self.filters[at])?,
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
        if let Drive::Lines(lines) = &self.drive {
            store::search::push_lines_of(sql, lines);
            return;
        }
        let Some(search) = &self.search else { return };
        if search.words.is_empty() {
            sql.push(" AND 1 = 0");
        } else if self.found.is_none() {
            sql.push(" AND ");
            store::search::push_match(sql, self.workspace, self.kind.key(), search);
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

/// The same field under an expression no index has: SQLite then sorts what it has found.
fn by_hand(field: &Field) -> Field {
    Field { column: Cow::Owned(format!("+{}", field.column)), ..field.clone() }
}

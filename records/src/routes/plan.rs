//! What a list is asked for, and how its records are found.
//!
//! No database finds at once what fits several conditions that each fit many. So words and values of own fields pick sets
//! of lines of the search index, kept between questions (`store::lines`); so do other filters when it is worth while.
//! What fits them all is known at once.

use super::found::{self, Own, Values, push_index};
use crate::custom_field::CustomField;
use crate::kind::{FieldSpec, Kind};
use crate::search_entry::FACETS;
use http_room::list::{Filter, Op, push_filter};
use http_room::{Answer, Field, FieldKind, ListQuery};
use kernel::WorkspaceId;
use kernel::search::query_grams;
use roaring::RoaringTreemap;
use std::borrow::Cow;
use store::db::Source;
use store::lines::Lines;
use store::search::{Facet, Query, joined, read_joined};
use store::{Engine, Sql};

/// Records of an indexed value that are picked by it, at most.
const FEW: i64 = 2_000;
/// Records that are looked up and sorted rather than picked in their order, at most.
const LOOKED_UP: u64 = 200;

/// What is asked of a list, and how it is found out.
pub(crate) struct Plan<'q> {
    pub(super) workspace: WorkspaceId,
    pub(super) kind: Kind,
    fields: Vec<Field>,
    filters: Vec<&'q Filter>,
    search: Option<Query>,
    /// Which filters are by own fields that have their values in a table.
    own: Vec<Option<Own>>,
    /// Which filters `found` speaks for.
    settled: Vec<bool>,
    /// The lines that fit the words and the settled filters, some that went among them.
    pub(super) found: Option<RoaringTreemap>,
    /// The field the list is sorted by, where an index sorts it.
    pub(super) sort: Option<&'static FieldSpec>,
    drive: Drive,
    /// Whether SQLite is to leave the indexes alone, of which it would choose a wrong one.
    by_hand: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Drive {
    /// However the database likes.
    Free,
    /// Along this index.
    Along(&'static str),
    /// From these lines, which fit what is found.
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
        let settled = filters.iter().map(|_| false).collect();
        let search = q.map(|q| Query { words: query_grams(q), facets: facets(kind, &filters) });
        Self {
            workspace,
            kind,
            fields,
            filters,
            search,
            own,
            settled,
            found: None,
            sort: None,
            drive: Drive::Free,
            by_hand: false,
        }
    }

    /// Chooses how a page is read.
    pub(crate) async fn choose(
        mut self,
        db: &impl Source,
        known: &Lines,
        custom: &[CustomField],
        query: &ListQuery,
        default_sort: &str,
    ) -> Answer<Self> {
        self.own = self.filters.iter().map(|filter| Own::of(custom, filter)).collect();
        let sort = query.sort.as_ref().map_or(default_sort, |(field, _)| field.as_str());
        self.sort = self.kind.fields().iter().find(|f| f.key == sort && f.sorted_by.is_some());
        self.find(db, known).await?;
        self.find_out(db, known, false).await?;
        Ok(self)
    }

    /// Finds the lines that have the words and the values of own fields.
    async fn find(&mut self, db: &impl Source, known: &Lines) -> Answer<()> {
        let words = self.search.as_ref().map_or_else(Vec::new, |search| search.words.clone());
        if words.is_empty() && self.own.iter().flatten().next().is_none() {
            return Ok(());
        }
        let now = store::search::moment(db).await?;
        let query = Query { words, facets: Vec::new() };
        self.found =
            store::search::lines(db, &known.sets, self.workspace, self.kind.key(), &query, &now).await?;
        for at in 0..self.filters.len() {
            if let Some(own) = &self.own[at] {
                let asked = (self.workspace, self.filters[at]);
                let lines = own.lines(db, &known.sets, asked, &now).await?;
                self.settle(at, &lines);
            }
        }
        Ok(())
    }

    /// Finds the lines that fit the other filters too, where a line tells: of those asked for before, or of all.
    pub(super) async fn find_out(&mut self, db: &impl Source, known: &Lines, all: bool) -> Answer<()> {
        let mut now = None;
        for at in 0..self.filters.len() {
            let spec = self.spec(at).filter(|spec| spec.of_line && !self.settled[at]);
            let Some(spec) = spec else { continue };
            let values = Values::of(self.workspace, self.kind, spec, self.filters[at]);
            if all || known.sets.has(&values.name()) {
                if now.is_none() {
                    now = Some(store::search::moment(db).await?);
                }
                let lines = values.lines(db, &known.sets, &now.clone().unwrap_or_default()).await?;
                self.settle(at, &lines);
            }
        }
        self.decide(db).await
    }

    fn settle(&mut self, at: usize, lines: &RoaringTreemap) {
        self.settled[at] = true;
        self.narrow(lines);
    }

    /// Leaves these lines alone among those found.
    pub(super) fn narrow(&mut self, lines: &RoaringTreemap) {
        self.found = Some(match self.found.take() {
            Some(found) => found & lines,
            None => lines.clone(),
        });
    }

    /// Chooses by what is found so far, and by the rarest other condition an index knows.
    pub(super) async fn decide(&mut self, db: &impl Source) -> Answer<()> {
        let few = |found: &Option<RoaringTreemap>, most: u64| found.as_ref().is_some_and(|f| f.len() <= most);
        if !few(&self.found, LOOKED_UP) {
            let mut rarest = (FEW + 1, 0);
            for at in 0..self.filters.len() {
                if let Some(count) = self.count(db, at).await?.filter(|count| *count < rarest.0) {
                    rarest = (count, at);
                }
            }
            if rarest.0 <= FEW {
                let lines = self.lines(db, rarest.1).await?;
                self.settle(rarest.1, &lines);
            }
        }
        let in_order = self.sort.is_some_and(|sort| sort.of_line);
        let most = if in_order { LOOKED_UP } else { FEW.unsigned_abs() };
        self.drive = match (&self.found, self.sort.and_then(|sort| sort.sorted_by)) {
            (Some(found), _) if few(&self.found, most) => Drive::Lines(found.iter().collect()),
            (_, Some(index)) => Drive::Along(index),
            (_, None) => {
                self.found = None;
                self.settled.fill(false);
                Drive::Free
            }
        };
        self.by_hand = db.engine() == Engine::Sqlite && matches!(self.drive, Drive::Lines(_));
        Ok(())
    }

    /// How many records match a filter, up to one more than [`FEW`]; nothing when no index tells or it is settled.
    async fn count(&self, db: &impl Source, at: usize) -> Answer<Option<i64>> {
        let Some(mut sql) = self.matching(db.engine(), "SELECT count(*) FROM (SELECT 1 AS one ", at)? else {
            return Ok(None);
        };
        sql.push(" LIMIT ").bind(FEW + 1).push(") AS matching");
        Ok(sql.scalar(db.conn()).await?)
    }

    /// The lines of the few records that match a filter.
    async fn lines(&self, db: &impl Source, at: usize) -> Answer<RoaringTreemap> {
        let start = format!("SELECT {} FROM (SELECT search_no ", joined(db.engine(), "search_no"));
        let Some(mut sql) = self.matching(db.engine(), &start, at)? else { return Ok(RoaringTreemap::new()) };
        sql.push(") AS matching");
        Ok(read_joined(sql, db).await?)
    }

    /// `FROM … WHERE …` of the records an index finds for a filter.
    fn matching(&self, engine: Engine, start: &str, at: usize) -> Answer<Option<Sql>> {
        let Some((index, field)) = self.indexed(at).filter(|_| !self.settled[at]) else { return Ok(None) };
        let mut sql = Sql::new(engine, start);
        sql.push("FROM ").push(self.kind.key());
        push_index(&mut sql, index);
        sql.push(" WHERE workspace_id = ");
        sql.bind(self.workspace).push(" AND deleted_at IS NULL AND (");
        push_filter(&mut sql, &field, self.filters[at])?;
        sql.push(")");
        Ok(Some(sql))
    }

    /// The index in which a filter finds its records, and its field as that index has it.
    fn indexed(&self, at: usize) -> Option<(&'static str, Field)> {
        let filter = self.filters[at];
        let spec = self.spec(at)?;
        let field = self.fields.iter().find(|f| f.key == filter.field)?;
        match (spec.found_by, spec.sorted_by) {
            // An index of a yes holds no other.
            (Some(_), _) if field.kind == FieldKind::YesNo && filter.value != "true" => None,
            (Some(index), _) if filter.op == Op::Eq => Some((index, field.clone())),
            (Some(index), _) if matches!(filter.op, Op::In | Op::Empty) && field.kind != FieldKind::YesNo => {
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
        if self.by_hand { self.fields.iter().map(by_hand).collect() } else { self.fields.clone() }
    }

    /// Whether an index is walked.
    pub(super) fn walks(&self) -> bool {
        matches!(self.drive, Drive::Along(_))
    }

    /// Whether an index is walked although lines would tell more of what fits.
    pub(super) fn is_open(&self) -> bool {
        self.walks()
            && (0..self.filters.len()).any(|at| !self.settled[at] && self.spec(at).is_some_and(|s| s.of_line))
    }

    fn spec(&self, at: usize) -> Option<&'static FieldSpec> {
        self.kind.fields().iter().find(|f| f.key == self.filters[at].field)
    }

    /// Whether what is found speaks for all that is asked.
    pub(super) fn is_settled(&self) -> bool {
        self.found.is_some() && !self.settled.contains(&false)
    }

    /// The same, read from these lines alone.
    pub(super) fn read_from(&mut self, engine: Engine, lines: Vec<u64>) {
        self.drive = Drive::Lines(lines);
        self.by_hand = engine == Engine::Sqlite;
    }

    /// Appends `FROM <kind> WHERE …` with the filters and words.
    pub(crate) fn push(&self, sql: &mut Sql) -> Answer<()> {
        self.push_source(sql)?;
        self.push_checks(sql)?;
        if let Drive::Lines(lines) = &self.drive {
            store::search::push_lines_of(sql, self.workspace, lines);
        }
        Ok(())
    }

    /// Appends `FROM <kind> WHERE …` with the workspace, and between which values an index is walked.
    pub(super) fn push_source(&self, sql: &mut Sql) -> Answer<()> {
        sql.push("FROM ").push(self.kind.key());
        if let Drive::Along(index) = self.drive {
            push_index(sql, index);
        }
        // A plus sign keeps SQLite from starting at this condition.
        sql.push(if self.by_hand { " WHERE +workspace_id = " } else { " WHERE workspace_id = " });
        sql.bind(self.workspace).push(" AND deleted_at IS NULL");
        for at in 0..self.filters.len() {
            if let Some((index, field)) = self.indexed(at)
                && self.drive == Drive::Along(index)
            {
                self.push_bounds(sql, &field, self.filters[at])?;
            }
        }
        Ok(())
    }

    /// The walk begins and ends where the values do. An equality would be no range to SQLite: it forgets that the index
    /// has the rows in order, and sorts all of them.
    fn push_bounds(&self, sql: &mut Sql, field: &Field, filter: &Filter) -> Answer<()> {
        let text = matches!(field.kind, FieldKind::Text | FieldKind::Choice);
        let bounds: Vec<(Op, &str)> = match filter.op {
            Op::Eq => vec![(Op::Gte, &filter.value), (Op::Lte, &filter.value)],
            Op::In if text => {
                let (least, most) = (filter.value.split(',').min(), filter.value.split(',').max());
                vec![(Op::Gte, least.unwrap_or_default()), (Op::Lte, most.unwrap_or_default())]
            }
            Op::In => Vec::new(),
            op => vec![(op, &filter.value)],
        };
        for (op, value) in bounds {
            sql.push(" AND (");
            push_filter(sql, field, &Filter { field: filter.field.clone(), op, value: value.to_owned() })?;
            sql.push(")");
        }
        Ok(())
    }

    /// Appends what is to be looked at in each record: whatever what is found does not speak for.
    pub(super) fn push_checks(&self, sql: &mut Sql) -> Answer<()> {
        let fields = self.sorted();
        for (filter, _) in self.filters.iter().zip(&self.settled).filter(|(_, settled)| !**settled) {
            sql.push(" AND (");
            push_filter(sql, http_room::list::field_of(&fields, filter)?, filter)?;
            sql.push(")");
        }
        match &self.search {
            Some(search) if search.words.is_empty() => _ = sql.push(" AND 1 = 0"),
            Some(search) if self.found.is_none() => {
                sql.push(" AND ");
                store::search::push_match(sql, self.workspace, self.kind.key(), search);
            }
            _ => {}
        }
        Ok(())
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

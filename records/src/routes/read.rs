//! Reading a page, or a count, of a list of any size.
//!
//! Few records that fit are looked up and sorted. Of many, the beginning of the sort's index is looked at first: often
//! that fills the page. If not, it is found out which lines fit, and the next of them are picked from the order of all
//! lines by that sort, which is kept between questions (`store::order`). A sort whose values change without a new line
//! has no such order; its index is walked.

use super::found::push_index;
use super::list::{COUNTED, DEFAULT_SORT, planned, push_lists};
use super::plan::Plan;
use crate::kind::FieldSpec;
use http_room::list;
use http_room::{Answer, ListQuery, Page, Problem};
use kernel::WorkspaceId;
use sea_orm::FromQueryResult;
use std::sync::Arc;
use store::db::Source;
use store::lines::Lines;
use store::order::{BLOCK, Order, Place};
use store::search::{few_newer, joined, moment, push_among, push_newer, read_joined};
use store::{Engine, Snapshot, Sql};
use uuid::Uuid;

/// Rows of an index that are looked at before it is found out what fits: a first part, and further ones when that is
/// not enough.
const LOOKED_AT: [i64; 3] = [400, 1_600, 4_000];
/// Lines that are picked for one page at most, before the index is walked instead.
const PICKED: usize = 3_000;
/// Rows an index is walked at a time.
const STEP: i64 = 50_000;

/// What is asked, and what it is read from.
pub(super) struct Reading<'r> {
    pub(super) db: &'r Snapshot,
    pub(super) known: &'r Lines,
    pub(super) query: &'r ListQuery,
}

impl Reading<'_> {
    /// One page.
    pub(super) async fn page<T: FromQueryResult>(&self, mut plan: Plan<'_>) -> Answer<Page<T>> {
        let enough = self.query.limit as usize + 1;
        let open = plan.is_open();
        if open || plan.walks() && plan.found.is_some() && !self.knows_order(&plan) {
            let (lines, all) = self.look(&plan, enough, open).await?;
            if all || lines.len() >= enough {
                plan.read_from(self.db.engine(), lines);
                return self.read(&plan, None).await;
            }
            plan.find_out(self.db, self.known, true).await?;
        }
        if plan.walks() && plan.found.is_some() {
            if plan.sort.is_some_and(|sort| sort.of_line)
                && let Some(page) = self.in_order(&mut plan, enough).await?
            {
                return Ok(page);
            }
            let lines = self.walk(&plan, enough).await?;
            plan.read_from(self.db.engine(), lines);
        }
        self.read(&plan, None).await
    }

    async fn read<T: FromQueryResult>(
        &self,
        plan: &Plan<'_>,
        until: Option<(&Place, bool)>,
    ) -> Answer<Page<T>> {
        let mut conditions = planned(self.db, self.query, plan).await?;
        let fields = plan.sorted();
        if let Some((place, down)) = until {
            let sort = plan.sort.and_then(|sort| fields.iter().find(|f| f.key == sort.key));
            let expression =
                sort.ok_or_else(|| Problem::internal(&"an order without a field"))?.sort_expression();
            conditions.push(" AND (").push(&expression).push(", id) ").push(if down {
                ">= ("
            } else {
                "< ("
            });
            conditions.bind(place.value.clone()).push(", ").bind(place.id).push(")");
        }
        list::page(self.db.conn(), plan.kind.columns(), conditions, &fields, self.query, DEFAULT_SORT).await
    }

    /// How many rows there are, counted up to one more than [`COUNTED`].
    pub(super) async fn count(&self, mut plan: Plan<'_>) -> Answer<i64> {
        if plan.walks() && plan.found.is_some() {
            plan.find_out(self.db, self.known, true).await?;
        }
        let lists = self.query.filters.iter().any(|filter| super::list::of_list(plan.kind, filter));
        if let Some(found) = plan.found.as_ref().filter(|_| plan.walks() && plan.is_settled() && !lists) {
            return self.count_lines(plan.workspace, found.iter()).await;
        }
        if plan.walks() && plan.found.is_some() {
            let lines = self.walk(&plan, usize::try_from(COUNTED + 1).unwrap_or(usize::MAX)).await?;
            return Ok(i64::try_from(lines.len()).unwrap_or(i64::MAX));
        }
        let mut sql =
            planned(self.db, self.query, &plan).await?.prefixed("SELECT count(*) FROM (SELECT 1 AS one ");
        sql.push(" LIMIT ").bind(COUNTED + 1).push(") AS counted");
        Ok(sql.scalar(self.db.conn()).await?.unwrap_or(0))
    }

    /// How many of these lines are there still.
    async fn count_lines(
        &self,
        workspace: WorkspaceId,
        mut lines: impl Iterator<Item = u64> + Send,
    ) -> Answer<i64> {
        let mut count = 0;
        while count <= COUNTED {
            let part: Vec<u64> =
                lines.by_ref().take(usize::try_from(COUNTED + 1 - count).unwrap_or(0)).collect();
            if part.is_empty() {
                break;
            }
            let mut sql = Sql::new(self.db.engine(), "SELECT count(*) FROM search_entry WHERE row_no ");
            push_among(&mut sql, &part);
            sql.push(" AND workspace_id = ").bind(workspace);
            count += sql.scalar::<i64>(self.db.conn()).await?.unwrap_or(0);
        }
        Ok(count)
    }

    /// Looks at the beginning of the index of the sort: which lines fit there, and whether that was all of it.
    async fn look(&self, plan: &Plan<'_>, enough: usize, long: bool) -> Answer<(Vec<u64>, bool)> {
        let (mut kept, mut passed) = (Vec::new(), 0);
        let steps = if long { &LOOKED_AT[..] } else { &LOOKED_AT[..1] };
        for step in steps.iter().copied() {
            let lines = joined(self.db.engine(), "CASE WHEN fits THEN line ELSE 0 END");
            let text = format!("SELECT {lines} FROM (SELECT COALESCE(search_no, 0) AS line, (1 = 1");
            let mut sql = Sql::new(self.db.engine(), &text);
            plan.push_checks(&mut sql)?;
            push_lists(&mut sql, self.db, plan, self.query).await?;
            sql.push(") AS fits ");
            plan.push_source(&mut sql)?;
            let lines = self.part(sql, plan, step, passed).await?;
            let all = i64::try_from(lines.len()).is_ok_and(|n| n < step);
            let fits =
                |line: &u64| *line > 0 && plan.found.as_ref().is_none_or(|found| found.contains(*line));
            kept.extend(lines.into_iter().filter(fits));
            if all || kept.len() >= enough {
                kept.truncate(enough);
                return Ok((kept, all));
            }
            passed += step;
        }
        Ok((kept, false))
    }

    /// Walks the index of the sort from where the page begins and keeps the lines that fit, until there are `enough`.
    async fn walk(&self, plan: &Plan<'_>, enough: usize) -> Answer<Vec<u64>> {
        let (mut kept, mut passed, mut step) = (Vec::new(), 0, LOOKED_AT[2]);
        loop {
            let sql = planned(self.db, self.query, plan).await?;
            let lines = joined(self.db.engine(), "line");
            let sql = sql.prefixed(&format!("SELECT {lines} FROM (SELECT COALESCE(search_no, 0) AS line "));
            let lines = self.part(sql, plan, step, passed).await?;
            let all = i64::try_from(lines.len()).is_ok_and(|n| n < step);
            kept.extend(
                lines.into_iter().filter(|line| plan.found.as_ref().is_none_or(|f| f.contains(*line))),
            );
            if all || kept.len() >= enough {
                kept.truncate(enough);
                return Ok(kept);
            }
            passed += step;
            step = STEP;
        }
    }

    /// Some rows of a walk.
    async fn part(&self, mut sql: Sql, plan: &Plan<'_>, many: i64, passed: i64) -> Answer<Vec<u64>> {
        list::push_place(&mut sql, &plan.sorted(), self.query, DEFAULT_SORT)?;
        sql.push(" LIMIT ").bind(many).push(" OFFSET ").bind(passed).push(") AS part");
        Ok(read_joined(sql, self.db).await?)
    }

    /// A page of the next lines in the order of the sort; nothing when the walk is shorter.
    async fn in_order<T: FromQueryResult>(
        &self,
        plan: &mut Plan<'_>,
        enough: usize,
    ) -> Answer<Option<Page<T>>> {
        let order = self.order(plan).await?;
        if !order.is_whole() {
            return Ok(None);
        }
        let (from, down) = list::place(&plan.sorted(), self.query, DEFAULT_SORT)?;
        let found = plan.found.clone().unwrap_or_default();
        let mut picked = enough + 20;
        while picked <= PICKED {
            let next = order.pick(&found, from.as_ref(), down, picked);
            plan.read_from(self.db.engine(), next.lines);
            let page = self.read(plan, next.until.as_ref().map(|until| (until, down))).await?;
            if next.until.is_none() || page.next_cursor.is_some() {
                return Ok(Some(page));
            }
            picked *= 5;
        }
        plan.decide(self.db).await?;
        Ok(None)
    }

    fn order_name(plan: &Plan<'_>) -> Option<String> {
        let sort = plan.sort.filter(|sort| sort.of_line)?;
        Some(format!("{} {}", plan.workspace, sort.sorted_by?))
    }

    fn knows_order(&self, plan: &Plan<'_>) -> bool {
        Self::order_name(plan).is_some_and(|name| self.known.orders.has(&name))
    }

    /// The order of all lines by the field a list is sorted by.
    async fn order(&self, plan: &Plan<'_>) -> Answer<Arc<Order>> {
        let (Some(name), Some(sort)) = (Self::order_name(plan), plan.sort) else {
            return Err(Problem::internal(&"an order without an index"));
        };
        let mut order = self.known.orders.open(name).await;
        let now = moment(self.db).await?;
        let Some(since) = order.behind(&now) else { return Ok(order.known()) };
        if few_newer(self.db, plan.workspace, since).await? {
            let expression = sort.as_list_field().sort_expression();
            let mut sql = Sql::new(self.db.engine(), "SELECT ");
            sql.push(&expression).push(" AS sort_value, id, search_no FROM ").push(plan.kind.key());
            sql.push(" WHERE deleted_at IS NULL AND id IN (SELECT record_id FROM search_entry WHERE ");
            push_newer(&mut sql, since);
            sql.push(" AND workspace_id = ").bind(plan.workspace);
            sql.push(" AND kind = ").bind(plan.kind.key()).push(") ORDER BY ");
            sql.push(&expression).push(", id");
            let places = self.read_places(sql, sort).await?;
            order.complete(&now, |order| order.take_in(places));
            if !order.known().is_worn() {
                return Ok(order.known());
            }
        }
        let made = self.make_order(plan, sort).await?;
        order.complete(&now, |order| *order = made);
        Ok(order.known())
    }

    /// In two passes over the index: all lines, and where each block of them begins.
    async fn make_order(&self, plan: &Plan<'_>, sort: &FieldSpec) -> Answer<Order> {
        let (engine, field) = (self.db.engine(), sort.as_list_field());
        let expression = field.sort_expression();
        // With a limit SQLite keeps the order, and reads the index alone.
        let all = if engine == Engine::Sqlite { " LIMIT -1" } else { "" };
        let along = |start: &str, of: &str| {
            let mut sql = Sql::new(engine, start);
            sql.push(of).push(" FROM ").push(plan.kind.key());
            push_index(&mut sql, sort.sorted_by.unwrap_or_default());
            sql.push(" WHERE workspace_id = ").bind(plan.workspace).push(" AND deleted_at IS NULL ORDER BY ");
            sql.push(&expression).push(", id").push(all);
            sql
        };
        let start = format!("SELECT {} FROM (SELECT ", joined(engine, "line"));
        let mut sql = along(&start, "COALESCE(search_no, 0) AS line");
        sql.push(") AS places");
        let lines: Vec<u64> = read_joined(sql, self.db).await?;
        let numbered = if engine == Engine::Sqlite { "" } else { "ORDER BY sort_value, id" };
        let start = format!(
            "SELECT sort_value, id, CAST(0 AS BIGINT) FROM (SELECT sort_value, id, row_number() OVER ({numbered}) AS n FROM (SELECT "
        );
        let mut sql = along(&start, &format!("{expression} AS sort_value, id"));
        sql.push(") AS places) AS numbered WHERE (n - 1) % ").bind(i64::try_from(BLOCK).unwrap_or(1));
        sql.push(" = 0 OR n = ").bind(i64::try_from(lines.len()).unwrap_or(0)).push(" ORDER BY n");
        let mut begins: Vec<Place> =
            self.read_places(sql, sort).await?.into_iter().map(|(place, _)| place).collect();
        let end = begins.last().cloned();
        begins.truncate(lines.len().div_ceil(BLOCK));
        Ok(Order::of(&lines, begins, end))
    }

    async fn read_places(&self, sql: Sql, sort: &FieldSpec) -> Answer<Vec<(Place, u64)>> {
        let field = sort.as_list_field();
        let mut places = Vec::new();
        for row in sql.rows(self.db.conn()).await? {
            let (id, line): (Uuid, Option<i64>) = (
                row.try_get_by_index(1).map_err(store::StoreError::from)?,
                row.try_get_by_index(2).map_err(store::StoreError::from)?,
            );
            let value = list::sort_value(&row, &field)?;
            places.push((Place { value, id }, line.and_then(|line| u64::try_from(line).ok()).unwrap_or(0)));
        }
        Ok(places)
    }
}

//! New rows of one table, many to a statement.
//!
//! What all rows of a statement have in common is bound once: many columns of imported records are empty or the same,
//! and binding a value costs about as much as writing it.

use crate::{Engine, Sql};
use sea_orm::Value;
use std::fmt::Write;

/// Values of one statement at most: both databases take at least 32,766.
const VALUES: usize = 30_000;

/// So few rows are written by statements of one, two, four … rows, which come again and again and are prepared once.
const FEW: usize = 64;

/// How many of the rows that are left go into the next statement, `most` at most.
fn next_rows(left: usize, most: usize) -> usize {
    if (1..=FEW).contains(&left) { (left + 1).next_power_of_two() / 2 } else { most }
}

/// What happens to a row that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// It is a mistake: the transaction must not be committed.
    Fails,
    /// It stays as it is.
    Ignored,
}

/// The rows of one call.
#[derive(Debug)]
pub struct NewRows<'a> {
    /// Into which table.
    pub table: &'a str,
    /// Columns that are the same in all rows, each with its value.
    pub shared: Vec<(&'a str, Value)>,
    /// Columns of which every row has its own value; one at least.
    pub own: Vec<&'a str>,
    /// What happens to rows that are there already.
    pub clash: Clash,
}

/// Statements that write rows, made one by one as they are asked for.
pub type Statements<'a> = Box<dyn Iterator<Item = Sql> + Send + 'a>;

impl<'a> NewRows<'a> {
    /// The statements that write a row of each item, to be run in their order by [`run_all`](crate::run_all), with others
    /// before and behind: `fill` appends its own values, in the order of the columns.
    pub fn statements<T: Send + 'a>(
        self,
        engine: Engine,
        items: impl IntoIterator<Item = T, IntoIter: Send + 'a>,
        fill: impl Fn(T, &mut Vec<Value>) + Send + Sync + 'a,
    ) -> Statements<'a> {
        let mut items = items.into_iter();
        let most = VALUES / self.own.len();
        Box::new(std::iter::from_fn(move || {
            let size = next_rows(items.size_hint().0, most);
            self.statement(engine, items.by_ref().take(size), &fill)
        }))
    }

    /// The statement that writes these items; none when there are none.
    fn statement<T>(
        &self,
        engine: Engine,
        items: impl Iterator<Item = T>,
        fill: &impl Fn(T, &mut Vec<Value>),
    ) -> Option<Sql> {
        let columns = self.own.len();
        let mut values = Vec::with_capacity(columns * items.size_hint().0);
        items.for_each(|item| fill(item, &mut values));
        let rows = values.len() / columns;
        debug_assert_eq!(values.len(), rows * columns, "values of the rows of {}", self.table);
        if rows == 0 {
            return None;
        }
        let alike = alike(&values, columns);
        let common = (0..columns).filter(|n| alike[*n]);
        let shared: Vec<&str> =
            self.shared.iter().map(|(name, _)| *name).chain(common.clone().map(|n| self.own[n])).collect();
        let own: Vec<&str> = (0..columns).filter(|n| !alike[*n]).map(|n| self.own[n]).collect();
        let mut bound: Vec<Value> = Vec::with_capacity(shared.len() + rows * own.len());
        bound.extend(self.shared.iter().map(|(_, value)| value.clone()));
        bound.extend(common.map(|n| values[n].clone()));
        let differ = values.into_iter().zip(alike.iter().cycle());
        bound.extend(differ.filter_map(|(value, alike)| (!alike).then_some(value)));
        let text = self.text(engine, &shared, &own, rows);
        Some(Sql::of_parts(engine, text, bound))
    }

    fn text(&self, engine: Engine, shared: &[&str], own: &[&str], rows: usize) -> String {
        let head = self.head(engine, shared, own);
        let mut text = String::with_capacity(head.len() + 16 + rows * (3 + 2 * own.len()));
        text.push_str(&head);
        for row in 0..rows {
            text.push_str(if row > 0 { ",(" } else { "(" });
            placeholders(engine, &mut text, shared.len(), own.len(), row);
            text.push(')');
        }
        match (engine, self.clash) {
            (Engine::Sqlite, _) => text.push(')'),
            (Engine::Postgres, Clash::Ignored) => text.push_str(" ON CONFLICT DO NOTHING"),
            (Engine::Postgres, Clash::Fails) => {}
        }
        text
    }

    /// All that stands before the rows.
    fn head(&self, engine: Engine, shared: &[&str], own: &[&str]) -> String {
        let (table, names) = (self.table, [shared, own].concat().join(", "));
        if engine == Engine::Postgres {
            return format!("INSERT INTO {table} ({names}) VALUES ");
        }
        let verb = match self.clash {
            // Nothing of it is kept when it fails: no journal is needed to take the statement back alone.
            Clash::Fails => "INSERT OR FAIL",
            Clash::Ignored => "INSERT OR IGNORE",
        };
        // The shared values are bound in the list of what is selected.
        let shared = shared.iter().map(|_| "?".to_owned());
        let own = (1..=own.len()).map(|n| format!("column{n}"));
        let selected = shared.chain(own).collect::<Vec<_>>().join(",");
        format!("{verb} INTO {table} ({names}) SELECT {selected} FROM (VALUES ")
    }
}

/// Which columns are the same in all rows; never all of them, and of a single row none.
fn alike(values: &[Value], columns: usize) -> Vec<bool> {
    let (first, rest) = values.split_at(columns);
    let same = |n: usize| !rest.is_empty() && rest.iter().skip(n).step_by(columns).all(|v| *v == first[n]);
    let mut alike: Vec<bool> = (0..columns).map(same).collect();
    if alike.iter().all(|same| *same) {
        alike[0] = false;
    }
    alike
}

/// The values of one row. PostgreSQL numbers them, and so names a shared one again in every row.
fn placeholders(engine: Engine, text: &mut String, shared: usize, own: usize, row: usize) {
    if engine == Engine::Sqlite {
        text.extend((0..own).map(|n| if n > 0 { ",?" } else { "?" }));
        return;
    }
    let before = shared + row * own;
    for (n, number) in (1..=shared).chain(before + 1..=before + own).enumerate() {
        let comma = if n > 0 { "," } else { "" };
        // Writing to a String does not fail.
        let _ = write!(text, "{comma}${number}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(engine: Engine, items: Vec<(i64, &'static str, i64)>) -> (String, Vec<Value>) {
        let rows = NewRows {
            table: "t",
            shared: vec![("w", 7.into())],
            own: vec!["a", "b", "c"],
            clash: Clash::Fails,
        };
        let fill = |(a, b, c): (i64, &'static str, i64), values: &mut Vec<Value>| {
            values.extend([a.into(), b.into(), c.into()]);
        };
        let statement = rows.statements(engine, items, fill).next().unwrap().build();
        (statement.sql, statement.values.unwrap().0)
    }

    #[test]
    fn what_all_rows_have_in_common_is_bound_once() {
        let differ = vec![(1, "x", 5), (2, "x", 6)];
        let (text, values) = statement(Engine::Sqlite, differ.clone());
        assert_eq!(
            text,
            "INSERT OR FAIL INTO t (w, b, a, c) SELECT ?,?,column1,column2 FROM (VALUES (?,?),(?,?))"
        );
        let bound: Vec<Value> =
            vec![7.into(), "x".into(), 1_i64.into(), 5_i64.into(), 2_i64.into(), 6_i64.into()];
        assert_eq!(values, bound);
        let (text, values) = statement(Engine::Postgres, differ);
        assert_eq!(text, "INSERT INTO t (w, b, a, c) VALUES ($1,$2,$3,$4),($1,$2,$5,$6)");
        assert_eq!(values, bound);
    }

    #[test]
    fn a_single_row_and_rows_all_alike_keep_columns_of_their_own() {
        let (text, _) = statement(Engine::Postgres, vec![(1, "x", 5)]);
        assert_eq!(text, "INSERT INTO t (w, a, b, c) VALUES ($1,$2,$3,$4)");
        let (text, _) = statement(Engine::Sqlite, vec![(1, "x", 5); 2]);
        assert_eq!(text, "INSERT OR FAIL INTO t (w, b, c, a) SELECT ?,?,?,column1 FROM (VALUES (?),(?))");
    }

    #[test]
    fn a_few_rows_are_written_by_lengths_that_come_again() {
        let lengths = |rows: usize| {
            let (mut left, mut lengths) = (rows, Vec::new());
            while left > 0 {
                let next = next_rows(left, 2000).min(left);
                lengths.push(next);
                left -= next;
            }
            lengths
        };
        for (rows, expected) in
            [(1, vec![1]), (7, vec![4, 2, 1]), (64, vec![64]), (65, vec![65]), (2016, vec![2000, 16])]
        {
            assert_eq!(lengths(rows), expected, "{rows}");
        }
    }
}

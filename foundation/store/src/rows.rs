//! New rows of one table, many to a statement.
//!
//! What all rows of a call have in common is bound once a statement: most columns of imported records are
//! empty or the same, and binding a value costs about as much as writing it.

use crate::{Engine, Sql};
use sea_orm::Value;
use std::fmt::Write;

/// Values of one statement at most: both databases take at least 32,766.
const VALUES: usize = 30_000;
/// Rows of one statement at most.
const ROWS: usize = 1_500;

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
        let size = ROWS.min(VALUES / self.own.len());
        let head = self.head(engine);
        let next = move || self.statement(engine, &head, items.by_ref().take(size), &fill);
        Box::new(std::iter::from_fn(next))
    }

    /// All that stands before the rows.
    fn head(&self, engine: Engine) -> String {
        let shared = self.shared.iter().map(|(column, _)| *column);
        let names: Vec<&str> = shared.chain(self.own.iter().copied()).collect();
        let names = names.join(", ");
        let table = self.table;
        if engine == Engine::Postgres {
            return format!("INSERT INTO {table} ({names}) VALUES ");
        }
        let verb = match self.clash {
            // Nothing of it is kept when it fails: no journal is needed to take the statement back alone.
            Clash::Fails => "INSERT OR FAIL",
            Clash::Ignored => "INSERT OR IGNORE",
        };
        // The shared values are bound in the list of what is selected.
        let shared = self.shared.iter().map(|_| "?".to_owned());
        let own = (1..=self.own.len()).map(|n| format!("column{n}"));
        let selected = shared.chain(own).collect::<Vec<_>>().join(",");
        format!("{verb} INTO {table} ({names}) SELECT {selected} FROM (VALUES ")
    }

    /// The statement that writes these items; none when there are none.
    fn statement<T>(
        &self,
        engine: Engine,
        head: &str,
        items: impl Iterator<Item = T>,
        fill: &impl Fn(T, &mut Vec<Value>),
    ) -> Option<Sql> {
        let (shared, own) = (self.shared.len(), self.own.len());
        let mut values = Vec::with_capacity(shared + own * items.size_hint().1.unwrap_or(1));
        values.extend(self.shared.iter().map(|(_, value)| value.clone()));
        items.for_each(|item| fill(item, &mut values));
        let rows = (values.len() - shared) / own;
        debug_assert_eq!(values.len(), shared + rows * own, "values of the rows of {}", self.table);
        if rows == 0 {
            return None;
        }
        let mut text = String::with_capacity(head.len() + 16 + rows * (3 + 2 * own));
        text.push_str(head);
        for row in 0..rows {
            text.push_str(if row > 0 { ",(" } else { "(" });
            self.placeholders(engine, &mut text, shared + row * own);
            text.push(')');
        }
        match (engine, self.clash) {
            (Engine::Sqlite, _) => text.push(')'),
            (Engine::Postgres, Clash::Ignored) => text.push_str(" ON CONFLICT DO NOTHING"),
            (Engine::Postgres, Clash::Fails) => {}
        }
        Some(Sql::of_parts(engine, text, values))
    }

    /// The values of one row, before which `bound` are bound. PostgreSQL numbers them, and so names a shared one
    /// again in every row.
    fn placeholders(&self, engine: Engine, text: &mut String, bound: usize) {
        let own = self.own.len();
        if engine == Engine::Sqlite {
            text.extend((0..own).map(|n| if n > 0 { ",?" } else { "?" }));
            return;
        }
        for (n, number) in (1..=self.shared.len()).chain(bound + 1..=bound + own).enumerate() {
            let comma = if n > 0 { "," } else { "" };
            // Writing to a String does not fail.
            let _ = write!(text, "{comma}${number}");
        }
    }
}

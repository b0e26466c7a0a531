//! Pages by cursor: the sort value and id of the last row, sealed in base64.

use super::{Field, FieldKind, ListQuery, Page};
use crate::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};
use store::order::{Place, SortValue};
use store::{Row, Sql, StoreError};
use uuid::Uuid;

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    /// The sort field, so that a cursor is not used with another sort.
    s: String,
    /// Its value in the last row.
    v: SortValue,
    /// The last row.
    id: Uuid,
}

impl Cursor {
    fn read(text: &str) -> Result<Self, Problem> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        bytes.and_then(|b| serde_json::from_slice(&b).ok()).ok_or_else(wrong_cursor)
    }

    fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }
}

fn wrong_cursor() -> Problem {
    Problem::field(
        "cursor",
        "invalid",
        "this cursor belongs to another list or sort: start from the first page",
    )
}

/// The value a row is sorted by, which stands in its column `sort_value`.
///
/// # Errors
/// When the database wrote something else there.
pub fn sort_value(row: &Row, field: &Field) -> Result<SortValue, StoreError> {
    Ok(match field.kind {
        FieldKind::Money | FieldKind::Instant | FieldKind::YesNo => {
            SortValue::Whole(row.try_get("", "sort_value")?)
        }
        FieldKind::Number => match row.try_get::<i64>("", "sort_value") {
            Ok(whole) => SortValue::Whole(whole),
            Err(_) => SortValue::Number(row.try_get("", "sort_value")?),
        },
        _ => SortValue::Text(row.try_get("", "sort_value")?),
    })
}

/// How a list is sorted.
struct Sort<'f> {
    key: &'f str,
    field: &'f Field,
    expression: String,
    order: &'static str,
}

impl<'f> Sort<'f> {
    fn of(fields: &'f [Field], query: &'f ListQuery, default_sort: (&'f str, bool)) -> Result<Self, Problem> {
        let (key, down) = query.sort.as_ref().map_or(default_sort, |(f, d)| (f.as_str(), *d));
        let field = fields.iter().find(|f| f.key == key && f.sortable);
        let field = field.ok_or_else(|| {
            Problem::field("sort", "unknown_field", format!("this list cannot be sorted by '{key}'"))
        })?;
        let order = if down { " DESC" } else { " ASC" };
        Ok(Self { key, field, expression: field.sort_expression(), order })
    }

    /// Where the page begins, if not at the start.
    fn place(&self, query: &ListQuery) -> Result<Option<Place>, Problem> {
        let Some(text) = &query.cursor else { return Ok(None) };
        let cursor = Cursor::read(text)?;
        let numeric = matches!(
            self.field.kind,
            FieldKind::Money | FieldKind::Instant | FieldKind::YesNo | FieldKind::Number
        );
        let fits = numeric != matches!(cursor.v, SortValue::Text(_));
        if !fits || cursor.s != format!("{}{}", self.key, self.order) {
            return Err(wrong_cursor());
        }
        Ok(Some(Place { value: cursor.v, id: cursor.id }))
    }

    /// Appends where the page begins, and the order of its rows.
    fn push(&self, sql: &mut Sql, query: &ListQuery) -> Result<(), Problem> {
        let Self { expression, order, .. } = self;
        if let Some(place) = self.place(query)? {
            sql.push(" AND (").push(expression).push(", id)");
            sql.push(if *order == " DESC" { " < (" } else { " > (" });
            sql.bind(place.value).push(", ").bind(place.id).push(")");
        }
        sql.push(" ORDER BY ").push(expression).push(order).push(", id").push(order);
        Ok(())
    }
}

/// Appends where a page begins that `query` asks for, and the order of its rows.
///
/// # Errors
/// 422 for a sort field or cursor that does not fit.
pub fn push_place(
    sql: &mut Sql,
    fields: &[Field],
    query: &ListQuery,
    default_sort: (&str, bool),
) -> Result<(), Problem> {
    Sort::of(fields, query, default_sort)?.push(sql, query)
}

/// Where a page begins that `query` asks for, if not at the start, and whether it is sorted downwards.
///
/// # Errors
/// 422 for a sort field or cursor that does not fit.
pub fn place(
    fields: &[Field],
    query: &ListQuery,
    default_sort: (&str, bool),
) -> Result<(Option<Place>, bool), Problem> {
    let sort = Sort::of(fields, query, default_sort)?;
    Ok((sort.place(query)?, sort.order == " DESC"))
}

/// Fetches one page: `SELECT <columns>, <sort> FROM <source> WHERE <conditions>` in `body`, to which
/// the filters of the query have been appended already, is sorted, cut and read.
///
/// `columns` and `source` are the program's own text; `source` has `id` as a column.
///
/// # Errors
/// 422 for a sort field or cursor that does not fit; the database's errors.
pub async fn page<T: FromQueryResult>(
    on: &impl ConnectionTrait,
    columns: &str,
    conditions: Sql,
    fields: &[Field],
    query: &ListQuery,
    default_sort: (&str, bool),
) -> Result<Page<T>, Problem> {
    let sort = Sort::of(fields, query, default_sort)?;
    let (key, field, order) = (sort.key, sort.field, sort.order);
    let mut sql = conditions.prefixed(&format!("SELECT {columns}, {} AS sort_value ", sort.expression));
    sort.push(&mut sql, query)?;
    sql.push(" LIMIT ").bind(i64::from(query.limit) + 1);
    let mut rows = sql.rows(on).await?;
    let more = rows.len() > query.limit as usize;
    rows.truncate(query.limit as usize);
    let next_cursor = match rows.last().filter(|_| more) {
        Some(row) => {
            let id = row.try_get("", "id").map_err(StoreError::from)?;
            Some(Cursor { s: format!("{key}{order}"), v: sort_value(row, field)?, id }.write())
        }
        None => None,
    };
    let items = rows.iter().map(|row| T::from_query_result(row, "")).collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor })
}

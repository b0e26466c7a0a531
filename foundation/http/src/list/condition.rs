//! Filters as SQL. Values are always bound, never written into the text.

use super::{Field, FieldKind, Filter, Op};
use crate::Problem;
use kernel::Timestamp;
use sea_orm::Value;
use store::{Engine, Sql};

/// Appends ` AND (…)` for every filter.
///
/// # Errors
/// 422 when a field is not known, cannot be compared that way, or the value does not fit it.
pub fn push_conditions(sql: &mut Sql, fields: &[Field], filters: &[Filter]) -> Result<(), Problem> {
    for filter in filters {
        let field = field_of(fields, filter)?;
        sql.push(" AND (");
        push_filter(sql, field, filter)?;
        sql.push(")");
    }
    Ok(())
}

/// The field a filter asks for.
///
/// # Errors
/// 422 when it is none of this list.
pub fn field_of<'f>(fields: &'f [Field], filter: &Filter) -> Result<&'f Field, Problem> {
    fields.iter().find(|f| f.key == filter.field).ok_or_else(|| {
        let unknown = format!("'{}' is not a field of this list", filter.field);
        Problem::field("where", "unknown_field", unknown)
    })
}

/// Appends one condition, without brackets.
///
/// # Errors
/// 422 when the field cannot be compared that way, or the value does not fit it.
pub fn push_filter(sql: &mut Sql, field: &Field, filter: &Filter) -> Result<(), Problem> {
    let column = field.column.as_ref();
    match filter.op {
        Op::Empty => push_empty(sql, field, true),
        Op::Filled => push_empty(sql, field, false),
        Op::Contains if field.kind == FieldKind::MultiChoice => push_has(sql, column, &filter.value),
        Op::Eq if field.kind == FieldKind::MultiChoice => push_has(sql, column, &filter.value),
        Op::Contains | Op::Starts => push_like(sql, field, filter)?,
        Op::In | Op::Nin => {
            let values =
                filter.value.split(',').map(|v| value_of(field, v)).collect::<Result<Vec<_>, _>>()?;
            if filter.op == Op::Nin {
                sql.push(column).push(" IS NULL OR ").push(column).push(" NOT IN ").bind_list(values);
            } else {
                sql.push(column).push(" IN ").bind_list(values);
            }
        }
        Op::Ne => {
            sql.push(column)
                .push(" IS NULL OR ")
                .push(column)
                .push(" <> ")
                .bind(value_of(field, &filter.value)?);
        }
        // The word itself, so that an index of those that are so is used.
        Op::Eq if field.kind == FieldKind::YesNo => {
            let yes = matches!(value_of(field, &filter.value)?, Value::Bool(Some(true)));
            sql.push(column).push(if yes { " = TRUE" } else { " = FALSE" });
        }
        Op::Eq | Op::Lt | Op::Lte | Op::Gt | Op::Gte => {
            let sign = match filter.op {
                Op::Lt => " < ",
                Op::Lte => " <= ",
                Op::Gt => " > ",
                Op::Gte => " >= ",
                _ => " = ",
            };
            sql.push(column).push(sign).bind(value_of(field, &filter.value)?);
        }
    }
    Ok(())
}

fn push_empty(sql: &mut Sql, field: &Field, empty: bool) {
    let column = field.column.as_ref();
    let text_like = matches!(field.kind, FieldKind::Text | FieldKind::Url | FieldKind::Choice);
    match (empty, text_like, field.kind == FieldKind::MultiChoice) {
        (true, _, true) => sql.push(column).push(" IS NULL OR CAST(").push(column).push(" AS TEXT) = '[]'"),
        (false, _, true) => {
            sql.push(column).push(" IS NOT NULL AND CAST(").push(column).push(" AS TEXT) <> '[]'")
        }
        (true, true, _) => sql.push(column).push(" IS NULL OR ").push(column).push(" = ''"),
        (false, true, _) => sql.push(column).push(" <> ''"),
        (true, false, _) => sql.push(column).push(" IS NULL"),
        (false, false, _) => sql.push(column).push(" IS NOT NULL"),
    };
}

fn push_has(sql: &mut Sql, column: &str, value: &str) {
    match sql.engine() {
        Engine::Sqlite => {
            sql.push("EXISTS (SELECT 1 FROM json_each(")
                .push(column)
                .push(") WHERE json_each.value = ")
                .bind(value)
                .push(")");
        }
        Engine::Postgres => {
            sql.push("jsonb_exists(").push(column).push(", ").bind(value).push(")");
        }
    }
}

fn push_like(sql: &mut Sql, field: &Field, filter: &Filter) -> Result<(), Problem> {
    if !matches!(field.kind, FieldKind::Text | FieldKind::Url | FieldKind::Choice) {
        return Err(unfit(field, "contains and starts are for text"));
    }
    let column = field.column.as_ref();
    let lower = filter.value.to_lowercase();
    match sql.engine() {
        // Columns lists are sorted by are compared by bytes, which knows no letters beyond ASCII.
        Engine::Postgres => sql.push("lower(").push(column).push(" COLLATE \"default\") LIKE "),
        Engine::Sqlite => sql.push("lower(").push(column).push(") LIKE "),
    };
    sql.bind(pattern(filter.op, &lower)).push(" ESCAPE '\\'");
    // SQLite's lower() leaves letters beyond ASCII as they are: they are found as they were typed, too.
    if sql.engine() == Engine::Sqlite && lower != filter.value.to_ascii_lowercase() {
        sql.push(" OR ")
            .push(column)
            .push(" LIKE ")
            .bind(pattern(filter.op, &filter.value))
            .push(" ESCAPE '\\'");
    }
    Ok(())
}

fn pattern(op: Op, text: &str) -> String {
    let mut pattern = if op == Op::Contains { "%".to_owned() } else { String::new() };
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn value_of(field: &Field, text: &str) -> Result<Value, Problem> {
    match field.kind {
        FieldKind::Text | FieldKind::Url | FieldKind::Choice | FieldKind::MultiChoice => Ok(text.into()),
        FieldKind::Number => {
            let number: f64 = text.trim().parse().map_err(|_| unfit(field, "a number is expected"))?;
            let whole = number.fract() == 0.0 && number.abs() < 9e15;
            // A whole number is bound as one, so that the index on an integer column is used.
            #[allow(clippy::cast_possible_truncation)]
            Ok(if whole { (number as i64).into() } else { number.into() })
        }
        FieldKind::Money => text
            .trim()
            .parse::<i64>()
            .map(Into::into)
            .map_err(|_| unfit(field, "an amount in minor units is expected")),
        FieldKind::Date => {
            let good = text.len() == 10
                && text
                    .bytes()
                    .enumerate()
                    .all(|(n, b)| if n == 4 || n == 7 { b == b'-' } else { b.is_ascii_digit() });
            if good { Ok(text.into()) } else { Err(unfit(field, "a date as YYYY-MM-DD is expected")) }
        }
        FieldKind::Instant => {
            let full = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
            Timestamp::parse(&full)
                .map(Into::into)
                .map_err(|_| unfit(field, "an instant such as 2026-11-23T09:00:00Z is expected"))
        }
        FieldKind::YesNo => match text {
            "true" => Ok(true.into()),
            "false" => Ok(false.into()),
            _ => Err(unfit(field, "true or false is expected")),
        },
        FieldKind::User | FieldKind::Company | FieldKind::Person => {
            uuid::Uuid::parse_str(text).map(Into::into).map_err(|_| unfit(field, "an id is expected"))
        }
    }
}

fn unfit(field: &Field, expected: &str) -> Problem {
    Problem::field("where", "invalid", format!("{}: {expected}", field.key))
}

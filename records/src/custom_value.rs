//! Values of the workspace's own fields, a row each, by which lists find the records that have them. The values
//! themselves stand with their record; a row here is made of them and says no more.

use crate::custom_field::CustomField;
use http_room::FieldKind;
use sea_orm::Value;
use serde_json::{Map, Value as Json};
use store::db::Source;
use store::{Clash, Engine, NewRows, Result, Sql, Statements, WriteTx, run_all};
use uuid::Uuid;

/// Characters of a text that are looked up by; what is longer is told apart by the record itself.
pub const TEXT_CHARS: usize = 100;

/// A value as it is looked up.
#[derive(Debug, Clone, PartialEq)]
enum Sought {
    Number(f64),
    Text(String),
}

/// Whether a field's values are looked up as numbers; amounts are by their minor units.
#[must_use]
pub fn is_number(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Number | FieldKind::Money)
}

fn sought(kind: FieldKind, value: &Json) -> Vec<Sought> {
    let text = |t: &str| Sought::Text(t.chars().take(TEXT_CHARS).collect());
    match (kind, value) {
        (FieldKind::Money, money) => money["minor"].as_f64().map(Sought::Number).into_iter().collect(),
        (FieldKind::Number, number) => number.as_f64().map(Sought::Number).into_iter().collect(),
        (_, Json::Array(words)) => words.iter().filter_map(Json::as_str).map(text).collect(),
        (_, Json::Bool(yes)) => vec![text(if *yes { "true" } else { "false" })],
        (_, Json::String(words)) => vec![text(words)],
        _ => Vec::new(),
    }
}

fn rows<'v>(
    fields: &'v [CustomField],
    record: Uuid,
    values: &'v Map<String, Json>,
) -> impl Iterator<Item = (Uuid, Uuid, Sought)> + 'v {
    let known = |(key, value): (&String, &'v Json)| {
        let field = fields.iter().find(|f| f.key == *key)?;
        Some((field.id.0, FieldKind::parse(&field.kind)?, value))
    };
    values.iter().filter_map(known).flat_map(move |(field, kind, value)| {
        sought(kind, value).into_iter().map(move |sought| (field, record, sought))
    })
}

/// The statements that write the values of new records down: the record, the number of its line in the search index if
/// it has one already, and its values.
pub fn statements<'s, 'v>(
    engine: Engine,
    fields: &[CustomField],
    records: impl Iterator<Item = (Uuid, Option<i64>, &'v Map<String, Json>)>,
) -> Statements<'s> {
    let of_record = |(record, line, values)| {
        let all = rows(fields, record, values).map(move |row| (line, row));
        all.collect::<Vec<_>>()
    };
    let all: Vec<(Option<i64>, (Uuid, Uuid, Sought))> = records.flat_map(of_record).collect();
    let new = NewRows {
        table: "custom_value",
        shared: Vec::new(),
        own: vec!["field_id", "record_id", "number", "text", "search_no"],
        clash: Clash::Fails,
    };
    let fill = |(line, (field, record, sought)): (Option<i64>, (Uuid, Uuid, Sought)),
                values: &mut Vec<Value>| {
        let (number, text) = match sought {
            Sought::Number(number) => (Some(number), None),
            Sought::Text(text) => (None, Some(text)),
        };
        values.extend([field.into(), record.into(), number.into(), text.into(), line.into()]);
    };
    new.statements(engine, all, fill)
}

/// Writes the values of one record down that have changed; the record is put in the search index anew afterwards.
///
/// # Errors
/// Whatever the database says.
pub async fn replace(
    tx: &WriteTx,
    fields: &[CustomField],
    record: Uuid,
    changed: &Map<String, Json>,
) -> Result<()> {
    let ids = fields.iter().filter(|f| changed.contains_key(&f.key)).map(|f| f.id.into());
    let mut sql = Sql::with(tx.engine(), "DELETE FROM custom_value WHERE record_id = ?", [record.into()]);
    sql.push(" AND field_id IN ").bind_list(ids);
    sql.run(tx.conn()).await?;
    run_all(tx.conn(), statements(tx.engine(), fields, std::iter::once((record, None, changed)))).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_looked_up_in_the_form_filters_ask_for() {
        let text = |t: &str| vec![Sought::Text(t.to_owned())];
        let cases = [
            (FieldKind::Number, json!(12.5), vec![Sought::Number(12.5)]),
            (FieldKind::Money, json!({"minor": 1250, "currency": "USD"}), vec![Sought::Number(1250.0)]),
            (FieldKind::YesNo, json!(true), text("true")),
            (FieldKind::Date, json!("2026-11-26"), text("2026-11-26")),
            (FieldKind::Text, json!("한".repeat(150)), text(&"한".repeat(100))),
            (FieldKind::MultiChoice, json!(["a", "b"]), [text("a"), text("b")].concat()),
            (FieldKind::Text, Json::Null, Vec::new()),
        ];
        for (kind, value, expected) in cases {
            assert_eq!(sought(kind, &value), expected, "{value}");
        }
    }
}

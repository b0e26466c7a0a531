//! From a row's cells to the values of a record.

use super::date::{DateOrder, parse_date};
use super::known_by::Keys;
use super::mapping::{FieldType, Target};
use super::plan::Plan;
use super::reason::{CellError, CellFault};
use super::value::{is_blank, parse_count, parse_money, parse_number, parse_yes_no};
use crate::kind::{Kind, Shape};
use kernel::{Currency, PersonName};
use serde_json::{Map, Value as Json, json};

/// What a row says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowValues {
    /// Fields of the record, as clients would send them; given away when the record is made of them.
    pub fields: Map<String, Json>,
    /// The company of a person or deal, by name.
    pub company: Option<String>,
    /// The company, by domain.
    pub company_domain: Option<String>,
    /// The owner's mail address or name.
    pub owner: Option<String>,
    /// A deal's stage and status in the words of the file.
    pub stage: Option<String>,
    /// See `stage`.
    pub status: Option<String>,
    /// When a deal was opened.
    pub opened_on: Option<String>,
    /// When it was closed.
    pub closed_on: Option<String>,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// Keys of `fields` the row says itself: what is written over a record that is there.
    pub said: Vec<String>,
    /// What it is known by.
    pub keys: Keys,
}

/// Keys that are no fields of the record but say where it belongs.
const LINKS: &[&str] = &[
    "company",
    "company_domain",
    "owner",
    "stage",
    "status",
    "created_at",
    "closed_at",
    "lost_reason",
    "currency",
];

/// Words that stand in columns of countries and name none.
const NOWHERE: &[&str] =
    &["remote", "worldwide", "global", "international", "other", "various", "기타", "해외"];

/// Keys a column may be mapped to.
#[must_use]
pub fn field_keys(kind: Kind) -> Vec<&'static str> {
    let own = kind
        .fields()
        .iter()
        .filter(|f| !matches!(f.shape, Shape::Kept | Shape::Points | Shape::User | Shape::Company));
    let mut keys: Vec<&str> = own.map(|f| f.key).collect();
    if kind != Kind::Company {
        keys.extend(LINKS);
    } else {
        keys.extend(["owner"]);
    }
    keys
}

/// Reads a row. The error names the column.
///
/// # Errors
/// The first cell that does not fit its field, with what would.
pub fn values(kind: Kind, plan: &Plan, cells: &[String], currency: Currency) -> Result<RowValues, CellFault> {
    let mut row = RowValues::default();
    let currency = currency_of(plan, cells).unwrap_or(currency);
    for column in &plan.columns {
        let Some(cell) = cells.get(column.column).map(|c| c.trim()).filter(|c| !is_blank(c)) else {
            continue;
        };
        if plan.blank.iter().any(|word| word == cell) {
            continue;
        }
        let named = |why| CellFault { column: column.header.clone(), cell: cell.to_owned(), why };
        let order = column.date_order.unwrap_or_default();
        match &column.target {
            Target::Ignore => {}
            Target::Custom { key, field_type, .. } => {
                let value = custom_value(*field_type, cell, currency, order).map_err(named)?;
                let custom = row.fields.entry("custom").or_insert_with(|| json!({}));
                custom[key] = value;
            }
            Target::Field { key } => put(&mut row, kind, key, cell, currency, order).map_err(named)?,
        }
    }
    match kind {
        Kind::Company => place_it(&mut row),
        Kind::Deal => expect_it(&mut row),
        Kind::Person => {}
    }
    row.said = row.fields.keys().cloned().collect();
    name_it(kind, &mut row);
    Ok(row)
}

fn currency_of(plan: &Plan, cells: &[String]) -> Option<Currency> {
    let column =
        plan.columns.iter().find(|c| matches!(&c.target, Target::Field { key } if key == "currency"))?;
    Currency::parse(cells.get(column.column)?).ok()
}

fn put(
    row: &mut RowValues,
    kind: Kind,
    key: &str,
    cell: &str,
    currency: Currency,
    order: DateOrder,
) -> Result<(), CellError> {
    let text = cell.to_owned();
    if kind != Kind::Company || key == "owner" {
        match key {
            "company" => return set(&mut row.company, text),
            "company_domain" => return set(&mut row.company_domain, text),
            "owner" => return set(&mut row.owner, text),
            "stage" => return set(&mut row.stage, text),
            "status" => return set(&mut row.status, text),
            "created_at" => return set(&mut row.opened_on, day(cell, order)?),
            "closed_at" => return set(&mut row.closed_on, day(cell, order)?),
            "lost_reason" => return set(&mut row.lost_reason, text),
            "currency" => {
                return Currency::parse(cell).map(|_| ()).map_err(|_| CellError::NotACurrency(text));
            }
            _ => {}
        }
    }
    let Some(spec) = kind.fields().iter().find(|f| f.key == key) else {
        return Ok(());
    };
    let value = match spec.shape {
        Shape::Whole(..) if key == "founded_year" => json!(year(cell)?),
        Shape::Whole(..) => json!(parse_count(cell)?),
        Shape::Decimal => json!(parse_number(cell)?.to_f64()),
        Shape::Money => json!(parse_money(cell, currency)?),
        Shape::Date => json!(day(cell, order)?),
        Shape::Country if NOWHERE.contains(&cell.to_lowercase().as_str()) => return Ok(()),
        Shape::Words => return add_words(row, key, cell),
        Shape::Email | Shape::Phone => return add_points(row, kind, key, cell),
        _ => json!(text),
    };
    row.fields.insert(key.to_owned(), value);
    Ok(())
}

fn set(place: &mut Option<String>, value: String) -> Result<(), CellError> {
    *place = Some(value);
    Ok(())
}

/// Several columns of tags are one list.
fn add_words(row: &mut RowValues, key: &str, cell: &str) -> Result<(), CellError> {
    let mut words = row.fields.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
    words.extend(cell.split([',', ';']).map(|w| json!(w.trim())));
    row.fields.insert(key.to_owned(), Json::Array(words));
    Ok(())
}

/// Addresses or numbers of one cell: Google writes several with ` ::: ` between them, and some exports
/// put an apostrophe before numbers so that spreadsheets leave them alone. A company has one number.
fn add_points(row: &mut RowValues, kind: Kind, key: &str, cell: &str) -> Result<(), CellError> {
    for part in cell.split(" ::: ") {
        let part = part.trim().trim_start_matches('\'');
        match row.fields.get(key) {
            None => {
                row.fields.insert(key.to_owned(), json!(part));
            }
            Some(first) if first == part || kind != Kind::Person => {}
            Some(_) => add_point(row, key, part),
        }
    }
    Ok(())
}

/// A second address or number joins the first.
fn add_point(row: &mut RowValues, key: &str, cell: &str) {
    let many = if key == "email" { "emails" } else { "phones" };
    let first = row.fields.get(key).cloned().unwrap_or(Json::Null);
    let points = row
        .fields
        .entry(many)
        .or_insert_with(|| json!([{ "value": first, "label": "work", "primary": true }]));
    if let Some(points) = points.as_array_mut()
        && points.iter().all(|point| point["value"] != cell)
    {
        points.push(json!({ "value": cell, "label": "other", "primary": false }));
    }
}

fn day(cell: &str, order: DateOrder) -> Result<String, CellError> {
    Ok(parse_date(cell, order)?.format("%Y-%m-%d").to_string())
}

fn year(cell: &str) -> Result<i64, CellError> {
    let digits = cell.trim().trim_end_matches('년');
    if let Ok(year) = digits.parse::<i64>() {
        return Ok(year);
    }
    let date = parse_date(cell, DateOrder::MonthFirst).map_err(|_| CellError::NotAYear(cell.to_owned()))?;
    Ok(i64::from(chrono::Datelike::year(&date)))
}

fn custom_value(
    kind: FieldType,
    cell: &str,
    currency: Currency,
    order: DateOrder,
) -> Result<Json, CellError> {
    Ok(match kind {
        FieldType::Text | FieldType::Choice | FieldType::Url => json!(cell),
        FieldType::Number => json!(parse_number(cell)?.to_f64()),
        FieldType::Money => json!(parse_money(cell, currency)?),
        FieldType::Date => json!(day(cell, order)?),
        FieldType::YesNo => json!(parse_yes_no(cell)?),
    })
}

/// `San Francisco, California, United States` is an address that names city, region and country.
fn place_it(row: &mut RowValues) {
    let address = row.fields.get("address").and_then(Json::as_str).unwrap_or_default().to_owned();
    let parts: Vec<&str> = address.split(',').map(str::trim).collect();
    let Some(country) = parts.last().filter(|_| parts.len() > 1).and_then(|c| kernel::Country::parse(c))
    else {
        return;
    };
    let mut add = |key: &str, value: &str| {
        row.fields.entry(key).or_insert_with(|| json!(value));
    };
    add("country", country.code());
    if let [city, region, _] = parts[..]
        && !address.contains(|c: char| c.is_ascii_digit())
    {
        add("city", city);
        add("region", region);
    }
}

/// The day systems call the close of a deal is, while it is open, the day it is expected to close.
fn expect_it(row: &mut RowValues) {
    let (_, status) = super::history::stage_and_status(row.stage.as_deref(), row.status.as_deref());
    if let Some(day) = row.closed_on.as_ref().filter(|_| !matches!(status, "won" | "lost" | "disqualified")) {
        row.fields.entry("expected_close").or_insert_with(|| json!(day));
    }
}

/// A company without a name is called by its domain, a deal by its company and number, a person by the parts of theirs.
fn name_it(kind: Kind, row: &mut RowValues) {
    if row.fields.contains_key("name") {
        return;
    }
    let text = |key: &str| row.fields.get(key).and_then(Json::as_str).map(str::to_owned);
    let name = match kind {
        Kind::Company => {
            text("domain").or_else(|| text("website").and_then(|w| kernel::domain::registrable_domain(&w)))
        }
        Kind::Person => {
            let (given, family) = (text("given_name"), text("family_name"));
            let name = PersonName::new(&given.unwrap_or_default(), &family.unwrap_or_default());
            Some(name.display(kernel::Locale::En)).filter(|shown| !shown.is_empty())
        }
        Kind::Deal => match (row.company.clone(), text("external_id")) {
            (Some(company), Some(id)) => Some(format!("{company} {id}")),
            (company, id) => company.or(id),
        },
    };
    if let Some(name) = name {
        row.fields.insert("name".to_owned(), json!(name));
    }
}

//! What the columns of a file mean: a suggestion a person can change.
//!
//! The name of a column decides first; its values confirm, correct or refuse. A column that is no
//! field becomes a custom field of the type its values have; empty columns, known decoys, columns that say
//! the same in every row and running numbers are left.

use kernel::domain::registrable_domain;
use kernel::fold::fold_key;
use kernel::limits::LABEL_CHARS;
use kernel::phone::parse_phone;
use kernel::{Country, Currency, EmailAddress};
use serde::{Deserialize, Serialize};

use super::date::{DateOrder, infer_date_order, parse_date};
use super::key::custom_key;
use super::synonyms::{field_named, is_decoy};
use super::value::{is_blank, parse_count, parse_money, parse_number, parse_yes_no};

/// What a file holds a list of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// Companies.
    Companies,
    /// People.
    People,
    /// Deals.
    Deals,
}

/// What a column is taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Target {
    /// A field of the record.
    Field {
        /// Its key, such as `founded_year`.
        key: String,
    },
    /// A custom field, made if there is none of that key.
    Custom {
        /// Key made from the column's name: `a-z`, digits and `_`, a letter first, at most 50.
        key: String,
        /// The column's name.
        label: String,
        /// Type the values have.
        field_type: FieldType,
    },
    /// Not taken.
    Ignore,
}

/// Types of custom fields a column can be guessed to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Free text; also numbers that are names, such as `000660`.
    Text,
    /// A number.
    Number,
    /// An amount with its currency.
    Money,
    /// A day.
    Date,
    /// One of a few values that repeat.
    Choice,
    /// Yes or no.
    YesNo,
    /// A web address.
    Url,
}

/// The suggestion for one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ColumnSuggestion {
    /// Position, from 0.
    pub column: usize,
    /// Name in the file.
    pub header: String,
    /// What it is taken for.
    pub target: Target,
    /// How sure, from 0 to 1: 1 name and values agree, under 0.5 worth a look.
    pub confidence: f64,
    /// For columns of days: how `3/4/2026` is read.
    pub date_order: Option<DateOrder>,
}

/// Keys several columns may be mapped to at once; every other key is given to one column.
const REPEATABLE: &[&str] = &["email", "phone", "tags"];
/// Share of the filled cells that must have a form for the column to have it.
const MOST: f64 = 0.9;

/// Whether several columns may be mapped to a field.
pub(super) fn is_repeatable(key: &str) -> bool {
    REPEATABLE.contains(&key)
}

/// A suggestion for every column, by its name and the cells of the rows sampled (a few hundred do).
#[must_use]
pub fn suggest_columns(kind: RecordKind, headers: &[String], rows: &[Vec<String>]) -> Vec<ColumnSuggestion> {
    let columns: Vec<Vec<&str>> = (0..headers.len())
        .map(|at| {
            rows.iter().filter_map(|row| row.get(at)).map(String::as_str).filter(|c| !is_blank(c)).collect()
        })
        .collect();
    let mut found: Vec<(Option<&str>, f64)> =
        headers.iter().zip(&columns).map(|(header, cells)| field_of(kind, header, cells)).collect();
    keep_best(&mut found);
    let mut taken = Vec::new();
    headers
        .iter()
        .zip(&columns)
        .zip(found)
        .enumerate()
        .map(|(column, ((header, cells), (field, confidence)))| {
            let (target, confidence) = match field {
                Some(key) => (Target::Field { key: key.to_owned() }, confidence),
                None => other(header, cells, column == 0, rows.is_empty(), &mut taken),
            };
            ColumnSuggestion {
                column,
                header: header.clone(),
                date_order: date_order(cells),
                target,
                confidence,
            }
        })
        .collect()
}

/// The field a column is by name and values, and how sure that is.
fn field_of(kind: RecordKind, header: &str, cells: &[&str]) -> (Option<&'static str>, f64) {
    let name = header_key(header);
    if is_decoy(&name) {
        return (None, 0.0);
    }
    match field_named(kind, &name) {
        Some((field, rank)) => confirmed(kind, field, if rank == 0 { 0.9 } else { 0.85 }, cells),
        None => by_values(kind, cells),
    }
}

/// Folded name without the object some products put in front (`Person - Email`).
fn header_key(header: &str) -> String {
    let bare = header.trim().trim_end_matches(['*', ':']);
    let rest = bare.split_once(" - ").and_then(|(object, rest)| match object.trim() {
        "Person" | "Deal" => Some(rest),
        _ => None,
    });
    // `Organization - Name` on a list of people is their company: the joined name says so.
    fold_key(rest.unwrap_or(bare))
}

/// What the values say to a field found by name.
fn confirmed(
    kind: RecordKind,
    field: &'static str,
    sure: f64,
    cells: &[&str],
) -> (Option<&'static str>, f64) {
    if cells.is_empty() {
        return (Some(field), sure - 0.2);
    }
    // A place named as address or region that holds countries is the country.
    if matches!(field, "address" | "region") && share(cells, |c| Country::parse(c).is_some()) >= MOST {
        return (Some("country"), 0.7);
    }
    let fits = share(cells, |c| fits(field, c));
    if fits >= MOST {
        return (Some(field), (sure + 0.1).min(1.0));
    }
    match field {
        // A name, web site or profile under a name that means something else is told by its values.
        "email" | "website" | "linkedin_url" | "phone" => by_values(kind, cells),
        _ if fits >= 0.5 => (Some(field), sure - 0.3),
        _ => (None, 0.0),
    }
}

/// Whether a cell has the form its field needs. Text fields take anything.
fn fits(field: &str, cell: &str) -> bool {
    match field {
        "email" | "owner" => EmailAddress::parse(cell).is_ok(),
        "domain" | "website" | "company_domain" => registrable_domain(cell).is_some(),
        "linkedin_url" => cell.to_lowercase().contains("linkedin.com/"),
        "employees" => parse_count(cell).is_ok(),
        "revenue" | "value" => parse_money(cell, Currency::USD).is_ok(),
        "founded_year" => year(cell),
        "country" => Country::parse(cell).is_some(),
        "phone" => {
            cell.chars().filter(char::is_ascii_digit).count() >= 6 || parse_phone(cell, None).is_some()
        }
        "created_at" | "expected_close" | "closed_at" => {
            parse_date(cell, DateOrder::MonthFirst).is_ok() || parse_date(cell, DateOrder::DayFirst).is_ok()
        }
        "currency" => Currency::parse(cell).is_ok(),
        _ => true,
    }
}

fn year(cell: &str) -> bool {
    let year = cell.trim().trim_end_matches('년').parse::<i32>();
    year.is_ok_and(|y| (1200..=2200).contains(&y)) || parse_date(cell, DateOrder::MonthFirst).is_ok()
}

/// A field whose values have a form of their own, whatever the column is called.
fn by_values(kind: RecordKind, cells: &[&str]) -> (Option<&'static str>, f64) {
    if cells.is_empty() {
        return (None, 0.0);
    }
    let most = |field: &str| share(cells, |c| fits(field, c)) >= MOST;
    let web = share(cells, |c| c.contains("://") && registrable_domain(c).is_some()) >= MOST;
    match kind {
        RecordKind::People if most("email") => (Some("email"), 0.6),
        RecordKind::Companies | RecordKind::People if most("linkedin_url") => (Some("linkedin_url"), 0.6),
        RecordKind::Companies if web => (Some("website"), 0.5),
        _ => (None, 0.0),
    }
}

/// Gives each field to its surest column; earlier columns win a tie.
fn keep_best(found: &mut [(Option<&str>, f64)]) {
    for at in 0..found.len() {
        let (Some(field), sure) = found[at] else { continue };
        let rival = |i: usize, other: (Option<&str>, f64)| {
            i != at && other.0 == Some(field) && (other.1 > sure || i < at && other.1 >= sure)
        };
        let beaten = found.iter().enumerate().any(|(i, other)| rival(i, *other));
        if beaten && !REPEATABLE.contains(&field) {
            found[at] = (None, 0.0);
        }
    }
}

/// A column that is no field.
fn other(
    header: &str,
    cells: &[&str],
    first: bool,
    unsampled: bool,
    taken: &mut Vec<String>,
) -> (Target, f64) {
    if is_decoy(&header_key(header)) || cells.is_empty() && !unsampled {
        return (Target::Ignore, 0.8);
    }
    if says_nothing(header, first, cells) {
        return (Target::Ignore, 0.6);
    }
    let label: String = header.trim().chars().take(LABEL_CHARS).collect();
    let key = custom_key(header, taken);
    taken.push(key.clone());
    (Target::Custom { key, label, field_type: type_of(cells) }, 0.5)
}

/// Rows from which on a column that never changes, or only counts, is taken for idle.
const ENOUGH: usize = 10;

/// Names of columns that number the rows.
const NUMBERS: &[&str] =
    &["", "no", "nr", "index", "idx", "row", "rownumber", "unnamed0", "번호", "순번", "연번"];

/// One value all the way down, or the numbers of the rows in the first column or one named so.
fn says_nothing(header: &str, leads: bool, cells: &[&str]) -> bool {
    let Some(first) = cells.first().filter(|_| cells.len() >= ENOUGH) else { return false };
    let start = u64::from(first.trim() != "0");
    let counted = |(at, cell): (usize, &&str)| cell.trim().parse::<u64>() == Ok(start + at as u64);
    let numbers = leads || NUMBERS.contains(&header_key(header).as_str());
    cells.iter().all(|cell| cell == first) || numbers && cells.iter().enumerate().all(counted)
}

/// The type all filled cells have; text when none fits or there is no cell.
fn type_of(cells: &[&str]) -> FieldType {
    let all = |test: &dyn Fn(&str) -> bool| !cells.is_empty() && cells.iter().all(|c| test(c));
    let leading_zero = |c: &str| c.len() > 1 && c.starts_with('0') && !c.starts_with("0.");
    let distinct = cells.iter().collect::<std::collections::BTreeSet<_>>().len();
    if all(&|c| parse_yes_no(c).is_ok()) && distinct <= 2 {
        FieldType::YesNo
    } else if all(&|c| c.len() == 8 && parse_date(c, DateOrder::MonthFirst).is_ok()) {
        FieldType::Date
    } else if all(&|c| parse_number(c).is_ok()) && !cells.iter().any(|c| leading_zero(c)) {
        FieldType::Number
    } else if all(&|c| {
        !c.starts_with(char::is_alphabetic) && parse_money(c, Currency::USD).is_ok() && !leading_zero(c)
    }) {
        FieldType::Money
    } else if all(&|c| parse_date(c, DateOrder::MonthFirst).is_ok())
        || all(&|c| parse_date(c, DateOrder::DayFirst).is_ok())
    {
        FieldType::Date
    } else if all(&|c| c.contains("://") && registrable_domain(c).is_some()) {
        FieldType::Url
    } else if distinct <= 12 && cells.len() >= 3 * distinct && all(&|c| c.chars().count() <= LABEL_CHARS) {
        FieldType::Choice
    } else {
        FieldType::Text
    }
}

/// The order of days and months in a column of days, when its values show one.
fn date_order(cells: &[&str]) -> Option<DateOrder> {
    let sample = cells.first()?;
    let is_date = parse_date(sample, DateOrder::MonthFirst)
        .or_else(|_| parse_date(sample, DateOrder::DayFirst))
        .is_ok();
    if is_date { infer_date_order(cells.iter().copied()) } else { None }
}

#[allow(clippy::cast_precision_loss)] // a few hundred cells
fn share(cells: &[&str], test: impl Fn(&str) -> bool) -> f64 {
    cells.iter().filter(|c| test(c)).count() as f64 / cells.len() as f64
}

#[cfg(test)]
#[path = "mapping_tests.rs"]
mod tests;

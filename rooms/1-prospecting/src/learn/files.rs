//! Observations from exports: one file of deals, and files of companies, products or teams beside it.
//!
//! Bytes in, observations out; encodings, delimiters, numbers and days are read as the import reads them.

use std::collections::{HashMap, HashSet};

use kernel::fold::{fold, fold_key};
use records::import::TableError;
use records::import::date::{DateOrder, infer_date_order, parse_date};
use records::import::value::{is_blank, parse_number, parse_yes_no};
use serde::Serialize;

use super::columns::{self, Part, Reads};
use super::drift::Window;
use super::observed::{Deal, FactSort, Field, Observed, Origin, Outcome};
use super::sheet::Sheet;
use crate::icp::values::Held;

/// Two quarters, in days.
const NEWEST_DAYS: i64 = 182;

/// A file as it came.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Columns somebody named, for when recognising them is not enough.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// How a deal ended.
    pub outcome: Option<String>,
    /// With which company.
    pub company: Option<String>,
    /// What it was worth.
    pub value: Option<String>,
    /// Columns that are never criteria.
    pub leave_out: Vec<String>,
}

/// What was read.
#[derive(Debug, Clone)]
pub struct FromFiles {
    /// The deals with their facts.
    pub observed: Observed,
    /// What each file was taken for, in the order given.
    pub files: Vec<FileRead>,
    /// The newest half year against what came before; `None` without days.
    pub window: Option<Window>,
}

/// What a file was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileRead {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub role: Role,
    /// Its encoding.
    pub encoding: &'static str,
    /// Rows read.
    pub rows: usize,
    /// Rows with more or fewer cells than the header; they are left out.
    pub refused_rows: usize,
    /// The column of the deals it is joined by.
    pub joined_by: Option<String>,
    /// For deals: the column that says how they ended.
    pub outcome: Option<String>,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Deals.
    Deals,
    /// Facts of companies.
    Companies,
    /// Facts of what is sold or of who sells: known, but never criteria.
    Selling,
    /// Nothing that belongs to the deals.
    Unused,
}

/// Why files cannot be learned from.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// A file that cannot be read.
    #[error("{name}: {why}")]
    Unreadable {
        /// Its name.
        name: String,
        /// Why.
        why: TableError,
    },
    /// No column says how deals ended.
    #[error("no column says which deals were won and which lost: name it with --outcome. Columns: {0}")]
    NoOutcome(String),
    /// A column that was named is in no file that could hold it.
    #[error("no column '{0}' in the file of deals. Columns: {1}")]
    NoColumn(String, String),
}

/// Another file's rows, found from a column of the deals.
struct Joined<'a> {
    sheet: &'a Sheet<'a>,
    role: Role,
    /// Column of the deals.
    by: usize,
    /// Column of its own.
    key: usize,
    rows: HashMap<String, usize>,
}

/// Reads deals and what belongs to them.
///
/// # Errors
/// When a file cannot be read, or none holds deals that were won or lost.
pub fn read(sources: &[Source<'_>], named: &Named) -> Result<FromFiles, FilesError> {
    let sheets: Vec<Sheet<'_>> = sources.iter().map(|s| Sheet::read(*s)).collect::<Result<_, _>>()?;
    let (at, outcome) = deals_of(&sheets, named)?;
    let deals = &sheets[at];
    let company = column_of(deals, named.company.as_deref())?.or_else(|| {
        (0..deals.headers.len()).find(|c| *c != outcome && columns::is_company(&deals.headers[*c], true))
    });
    let others = sheets.iter().enumerate().filter(|(other, _)| *other != at);
    let joined: Vec<(usize, Option<Joined<'_>>)> =
        others.map(|(other, sheet)| (other, join(deals, company, outcome, sheet))).collect();
    let files =
        sheets.iter().enumerate().map(|(n, sheet)| told(n, sheet, at, outcome, deals, &joined)).collect();
    let joined: Vec<Joined<'_>> = joined.into_iter().filter_map(|(_, joined)| joined).collect();
    let value = column_of(deals, named.value.as_deref())?;
    let layout = Layout::new(deals, outcome, company, value, &joined, named);
    let observed = layout.observe();
    let window = window(&observed);
    Ok(FromFiles { observed, files, window })
}

/// Which file holds deals, and in which column they say how they ended: the one with the largest share
/// of answers.
fn deals_of(sheets: &[Sheet<'_>], named: &Named) -> Result<(usize, usize), FilesError> {
    let all = || sheets.iter().flat_map(|s| s.headers.clone()).collect::<Vec<_>>().join(", ");
    if let Some(name) = &named.outcome {
        let found = sheets.iter().enumerate().find_map(|(at, sheet)| Some((at, sheet.column(name)?)));
        return found.ok_or_else(|| FilesError::NoColumn(name.clone(), all()));
    }
    let mut best = (0.0, None);
    for (at, sheet) in sheets.iter().enumerate() {
        for (column, header) in sheet.headers.iter().enumerate() {
            let share = columns::outcome_share(header, &sheet.cells(column));
            if share > best.0 {
                best = (share, Some((at, column)));
            }
        }
    }
    best.1.ok_or_else(|| FilesError::NoOutcome(all()))
}

fn column_of(sheet: &Sheet<'_>, name: Option<&str>) -> Result<Option<usize>, FilesError> {
    let Some(name) = name else { return Ok(None) };
    let missing = || FilesError::NoColumn(name.to_owned(), sheet.headers.join(", "));
    sheet.column(name).map(Some).ok_or_else(missing)
}

/// How a file belongs to the deals: by their company, or by another column of the same name whose
/// values stand once in the file.
fn join<'a>(
    deals: &Sheet<'_>,
    company: Option<usize>,
    outcome: usize,
    sheet: &'a Sheet<'a>,
) -> Option<Joined<'a>> {
    let meets = |by: usize, rows: &HashMap<String, usize>| {
        deals.rows.iter().any(|row| rows.contains_key(&fold(&row[by])))
    };
    let by_company = company.and_then(|by| {
        let same = sheet.column(&deals.headers[by]);
        let key = same.or_else(|| sheet.headers.iter().position(|h| columns::is_company(h, false)))?;
        let (rows, _) = sheet.index(key);
        meets(by, &rows).then_some(Joined { sheet, role: Role::Companies, by, key, rows })
    });
    by_company.or_else(|| {
        (0..deals.headers.len()).filter(|by| *by != outcome && Some(*by) != company).find_map(|by| {
            let key = sheet.column(&deals.headers[by])?;
            let (rows, once) = sheet.index(key);
            (once && meets(by, &rows)).then_some(Joined { sheet, role: Role::Selling, by, key, rows })
        })
    })
}

fn told(
    n: usize,
    sheet: &Sheet<'_>,
    deals_at: usize,
    outcome: usize,
    deals: &Sheet<'_>,
    joined: &[(usize, Option<Joined<'_>>)],
) -> FileRead {
    let join = joined.iter().find(|(other, _)| *other == n).and_then(|(_, joined)| joined.as_ref());
    let role = if n == deals_at { Role::Deals } else { join.map_or(Role::Unused, |j| j.role) };
    FileRead {
        name: sheet.name.to_owned(),
        role,
        encoding: sheet.encoding,
        rows: sheet.rows.len(),
        refused_rows: sheet.refused,
        joined_by: join.map(|j| deals.headers[j.by].clone()),
        outcome: (n == deals_at).then(|| deals.headers[outcome].clone()),
    }
}

/// Where a fact is read from.
struct Fact {
    field: Field,
    reads: Reads,
    /// Place of the joined file; none for the deals themselves.
    joined: Option<usize>,
    column: usize,
}

/// Which column is what.
struct Layout<'a> {
    deals: &'a Sheet<'a>,
    outcome: usize,
    company: Option<usize>,
    parts: Vec<(Part, usize, DateOrder)>,
    joined: &'a [Joined<'a>],
    facts: Vec<Fact>,
}

impl<'a> Layout<'a> {
    fn new(
        deals: &'a Sheet<'a>,
        outcome: usize,
        company: Option<usize>,
        value: Option<usize>,
        joined: &'a [Joined<'a>],
        named: &Named,
    ) -> Self {
        let parts = parts(deals, outcome, value);
        let has_companies = joined.iter().any(|j| j.role == Role::Companies);
        let mut facts = Vec::new();
        for column in (0..deals.headers.len()).filter(|c| *c != outcome) {
            let mut fact = fact(deals, column, None, has_companies);
            if parts.iter().any(|(_, part, _)| *part == column) {
                fact.field.origin = Origin::Selling;
            }
            if company == Some(column) {
                fact.field.origin = Origin::Identifier;
            }
            facts.push(fact);
        }
        for (at, join) in joined.iter().enumerate() {
            let columns = (0..join.sheet.headers.len()).filter(|c| *c != join.key);
            facts.extend(columns.map(|c| fact(join.sheet, c, Some(at), join.role == Role::Selling)));
        }
        let left_out: HashSet<String> = named.leave_out.iter().map(|name| fold_key(name)).collect();
        facts.retain(|fact| !left_out.contains(&fold_key(&fact.field.key)));
        Self { deals, outcome, company, parts, joined, facts }
    }

    fn observe(&self) -> Observed {
        let mut companies: HashMap<String, usize> = HashMap::new();
        let deals = self.deals.rows.iter().enumerate();
        let deals = deals.filter_map(|(at, row)| self.deal(at, row, &mut companies)).collect();
        Observed { fields: self.facts.iter().map(|f| f.field.clone()).collect(), deals }
    }

    fn deal(&self, at: usize, row: &[String], companies: &mut HashMap<String, usize>) -> Option<Deal> {
        let cell = &row[self.outcome];
        let outcome = if is_blank(cell) { Outcome::Open } else { columns::outcome(cell)? };
        // Without a column that names companies each row is one of its own.
        let company = match self.company {
            None => Some(at),
            Some(column) if is_blank(&row[column]) => None,
            Some(column) => {
                let next = companies.len();
                Some(*companies.entry(fold(&row[column])).or_insert(next))
            }
        };
        let day = |wanted| self.day(row, wanted);
        let (opened, closed) = (day(Part::Opened), day(Part::Closed));
        Some(Deal {
            outcome,
            company,
            value: self
                .part(row, |p| p == Part::Value)
                .and_then(|(_, cell, _)| Some(parse_number(cell).ok()?.to_f64())),
            cycle_days: opened.and_then(|opened| Some(closed? - opened)).filter(|days| *days >= 0),
            retained: self.stayed(row),
            decided_on: closed.filter(|_| outcome != Outcome::Open),
            facts: self.facts.iter().map(|fact| self.held(row, fact)).collect(),
        })
    }

    fn part<'r>(&self, row: &'r [String], is: impl Fn(Part) -> bool) -> Option<(Part, &'r str, DateOrder)> {
        let filled = |column: usize| !is_blank(&row[column]);
        let found = self.parts.iter().find(|(part, column, _)| is(*part) && filled(*column))?;
        Some((found.0, row[found.1].as_str(), found.2))
    }

    fn day(&self, row: &[String], wanted: Part) -> Option<i64> {
        let (_, cell, order) = self.part(row, |part| part == wanted)?;
        let day = parse_date(cell, order).ok()?;
        Some(i64::from(chrono::Datelike::num_days_from_ce(&day)))
    }

    fn stayed(&self, row: &[String]) -> Option<bool> {
        match self.part(row, |part| matches!(part, Part::Stayed(_)))? {
            (Part::Stayed(left), cell, _) => parse_yes_no(cell).ok().map(|yes| yes != left),
            _ => None,
        }
    }

    fn held(&self, row: &[String], fact: &Fact) -> Option<Held> {
        let Some(at) = fact.joined else { return columns::held(&row[fact.column], fact.reads) };
        let join = &self.joined[at];
        let found = join.rows.get(&fold(&row[join.by]))?;
        columns::held(&join.sheet.rows[*found][fact.column], fact.reads)
    }
}

/// The first column of each part a deal has besides its facts; a named value comes before a recognised one.
fn parts(deals: &Sheet<'_>, outcome: usize, value: Option<usize>) -> Vec<(Part, usize, DateOrder)> {
    let mut parts: Vec<(Part, usize, DateOrder)> = Vec::new();
    let mut add = |part: Part, column: usize| {
        if !parts.iter().any(|(known, _, _)| *known == part) {
            parts.push((part, column, infer_date_order(deals.cells(column)).unwrap_or_default()));
        }
    };
    if let Some(column) = value {
        add(Part::Value, column);
    }
    for (column, header) in deals.headers.iter().enumerate().filter(|(column, _)| *column != outcome) {
        if let Some(part) = columns::part(header) {
            add(part, column);
        }
    }
    parts
}

fn fact(sheet: &Sheet<'_>, column: usize, joined: Option<usize>, of_sale: bool) -> Fact {
    let header = &sheet.headers[column];
    let reads = columns::reads(header, &sheet.cells(column), of_sale);
    let (sort, origin): (FactSort, Origin) = (reads.sort, reads.origin);
    Fact { field: Field { key: header.clone(), sort, origin }, reads, joined, column }
}

fn window(observed: &Observed) -> Option<Window> {
    let won = observed.deals.iter().filter(|d| d.outcome == Outcome::Won);
    let newest_from = won.filter_map(|d| d.decided_on).max()? - NEWEST_DAYS;
    Some(Window { basis_until: newest_from - 1, newest_from })
}

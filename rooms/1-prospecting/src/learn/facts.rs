//! Observations from the workspace: its deals, and what was known of their companies when each opened.

use std::collections::HashMap;

use http_room::{Answer, FieldKind};
use kernel::{CompanyId, Currency, Timestamp, WorkspaceId};
use records::company::Company;
use records::events::COMPANY_CHANGED;
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql};

use super::assumed::Assumed;
use super::drift::Window;
use super::observed::{Deal, FactSort, Field, Observed, Origin, Outcome};
use super::rules::Asked;
use crate::icp::criteria::{Criterion, Role};
use crate::icp::values::{self, Held, Scorable, scorable};
use crate::profile::IcpProfile;
use crate::scoring::{Scorer, companies};

/// Decided deals looked at, the newest first; and as many open ones.
const MOST_DEALS: i64 = 50_000;
/// Two quarters.
const NEWEST_DAYS: i64 = 182;
/// Customers a profile must have rested on to be compared with the newest.
const LEAST_BASIS: usize = 30;
const DAY: i64 = 86_400_000_000;

/// Fields that tell one company from all others, or only how we came to write to it.
const NO_FACTS: [&str; 13] = [
    "name",
    "legal_name",
    "domain",
    "website",
    "registration_number",
    "phone",
    "linkedin_url",
    "address",
    "description",
    "lawful_basis",
    "time_zone",
    "locale",
    "city",
];

#[derive(FromQueryResult)]
struct DealRow {
    company_id: Option<CompanyId>,
    status: String,
    value_minor: Option<i64>,
    value_currency: Option<String>,
    created_at: Timestamp,
    closed_at: Option<Timestamp>,
}

#[derive(FromQueryResult)]
struct ChangeRow {
    company_id: CompanyId,
    at: Timestamp,
    payload: Json,
}

/// What the workspace knows, and what to ask of it.
///
/// # Errors
/// Whatever the database says.
pub async fn gather(
    db: &impl Source,
    workspace: WorkspaceId,
    currency: Currency,
    profile: Option<&IcpProfile>,
    now: Timestamp,
) -> Answer<(Observed, Asked)> {
    let fields: Vec<Field> =
        scorable(db, workspace).await?.iter().filter_map(|field| fact(field, currency)).collect();
    let mut rows = deals(db, workspace, true).await?;
    rows.extend(deals(db, workspace, false).await?);
    let known = Known::read(db, workspace).await?;
    let mut places: HashMap<CompanyId, usize> = HashMap::new();
    let mut observe = |row: &DealRow| {
        let next = places.len();
        let company = row.company_id.map(|id| *places.entry(id).or_insert(next));
        let facts = fields.iter().map(|field| known.held(row, &field.key, currency)).collect();
        deal(row, company, facts, currency)
    };
    let observed = rows.iter().map(&mut observe).collect();
    let observed = Observed { fields, deals: observed };
    let window = window(&observed, profile.and_then(|p| p.published_at), now);
    let assumed = profile.map_or(Ok(Vec::new()), |p| assumed(p, &rows, &known))?;
    Ok((observed, Asked { assumed, window: Some(window), seed: 1 }))
}

fn fact(field: &Scorable, currency: Currency) -> Option<Field> {
    let key = field.key.as_str();
    let sort = match (key, field.kind) {
        (key, _) if NO_FACTS.contains(&key) => return None,
        ("employees", _) => FactSort::Employees,
        ("founded_year", _) => FactSort::FoundedYear,
        ("country", _) => FactSort::Country,
        // An amount without minor units is worth about a thousandth of one that has them.
        ("revenue", _) => FactSort::Revenue { unit: if currency.exponent() == 0 { 0.001 } else { 1.0 } },
        (_, FieldKind::YesNo) => FactSort::YesNo,
        (_, FieldKind::Number | FieldKind::Money) => FactSort::Number,
        (_, FieldKind::Url) => return None,
        _ => FactSort::Words,
    };
    Some(Field { key: field.key.clone(), sort, origin: Origin::Customer })
}

/// Deals that were won or lost, or those that are open; neither those disqualified before they were
/// qualified opportunities.
async fn deals(db: &impl Source, workspace: WorkspaceId, decided: bool) -> Result<Vec<DealRow>> {
    let mut sql = Sql::new(
        db.engine(),
        "SELECT company_id, status, value_minor, value_currency, created_at, closed_at FROM deal WHERE deleted_at IS NULL",
    );
    sql.push_with(" AND workspace_id = ?", [workspace.into()]);
    sql.push(if decided { " AND status IN ('won', 'lost')" } else { " AND status IN ('open', 'not_yet')" });
    sql.push(" ORDER BY COALESCE(closed_at, created_at) DESC, id LIMIT ").bind(MOST_DEALS);
    sql.all(db.conn()).await
}

/// Companies as they are, and what was changed of them.
struct Known {
    companies: HashMap<CompanyId, Company>,
    /// Oldest first.
    changes: HashMap<CompanyId, Vec<(Timestamp, Json)>>,
}

const WITH_DEALS: &str = "IN (SELECT company_id FROM deal WHERE deleted_at IS NULL AND company_id IS NOT NULL \
    AND status <> 'disqualified' AND workspace_id = ?)";

impl Known {
    async fn read(db: &impl Source, workspace: WorkspaceId) -> Result<Self> {
        let mut sql = companies(db.engine(), workspace);
        sql.push(" AND id ").push_with(WITH_DEALS, [workspace.into()]);
        let found: Vec<Company> = sql.all(db.conn()).await?;
        let mut sql = Sql::new(db.engine(), "SELECT company_id, at, payload FROM event WHERE ");
        sql.push_with("workspace_id = ? AND kind = ?", [workspace.into(), COMPANY_CHANGED.into()]);
        sql.push(" AND company_id ").push_with(WITH_DEALS, [workspace.into()]).push(" ORDER BY at, seq");
        let mut changes: HashMap<CompanyId, Vec<(Timestamp, Json)>> = HashMap::new();
        for change in sql.all::<ChangeRow>(db.conn()).await? {
            changes.entry(change.company_id).or_default().push((change.at, change.payload));
        }
        Ok(Self { companies: found.into_iter().map(|c| (c.id, c)).collect(), changes })
    }

    /// What was known when a deal opened: as it is now, unless it was changed since; then as it was
    /// before the first such change.
    fn held(&self, row: &DealRow, key: &str, currency: Currency) -> Option<Held> {
        let id = row.company_id?;
        let since = self.changes.get(&id).into_iter().flatten().filter(|(at, _)| *at > row.created_at);
        let before = since.map(|(_, payload)| &payload["before"]).find_map(|before| {
            match key.strip_prefix("custom.") {
                Some(own) => before.get("custom")?.get(own),
                None => before.get(key),
            }
        });
        match before {
            Some(then) => values::of_json(then, currency),
            None => values::value(self.companies.get(&id)?, key, currency),
        }
    }
}

fn deal(row: &DealRow, company: Option<usize>, facts: Vec<Option<Held>>, currency: Currency) -> Deal {
    let outcome = match row.status.as_str() {
        "won" => Outcome::Won,
        "lost" => Outcome::Lost,
        _ => Outcome::Open,
    };
    let value = row.value_minor.zip(row.value_currency.as_deref());
    let value = value.and_then(|(minor, of)| values::major(minor, of, currency));
    Deal {
        outcome,
        company,
        value: if let Some(Held::Number(n)) = value { Some(n) } else { None },
        cycle_days: row.closed_at.map(|closed| (closed.0 - row.created_at.0) / DAY).filter(|days| *days >= 0),
        retained: None,
        decided_on: row.closed_at.filter(|_| outcome != Outcome::Open).map(day),
        facts,
    }
}

fn day(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY)
}

/// The newest half year, against the customers that were there when the profile was published; where
/// they were too few, against all before the newest.
fn window(observed: &Observed, published_at: Option<Timestamp>, now: Timestamp) -> Window {
    let newest_from = day(now) - NEWEST_DAYS;
    let until = |last: i64| {
        let won = observed.deals.iter().filter(|d| d.outcome == Outcome::Won);
        let customers = won.filter(|d| d.decided_on.is_some_and(|on| on <= last)).filter_map(|d| d.company);
        customers.collect::<std::collections::HashSet<_>>().len()
    };
    let published = published_at.map(day).filter(|on| *on < newest_from && until(*on) >= LEAST_BASIS);
    Window { basis_until: published.unwrap_or(newest_from - 1), newest_from }
}

/// Weighted criteria of a profile with the deals whose company meets them fully.
fn assumed(profile: &IcpProfile, rows: &[DealRow], known: &Known) -> Result<Vec<Assumed>> {
    let criteria: Vec<Criterion> = profile.criteria()?;
    let currency = Currency::parse(&profile.currency).unwrap_or(Currency::USD);
    let scorer = Scorer::new(&criteria, currency, Vec::new())?;
    let matches: HashMap<CompanyId, Vec<Option<f64>>> =
        known.companies.iter().map(|(id, company)| (*id, scorer.matches(company))).collect();
    let of = |(at, criterion): (usize, &Criterion)| {
        let Role::Weight { weight, .. } = criterion.role else { return None };
        let met = rows.iter().map(|row| matches.get(&row.company_id?)?[at].map(|m| m >= 1.0));
        Some(Assumed { criterion: at, field: criterion.field.clone(), weight, met: met.collect() })
    };
    Ok(criteria.iter().enumerate().filter_map(of).collect())
}

//! Deals with what was known of their companies, as the learning reads them.

use serde::Serialize;

use crate::icp::values::Held;

/// How a deal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The company became a customer.
    Won,
    /// It did not.
    Lost,
    /// Nobody knows yet; never counted, but it shows which facts come only with the decision.
    Open,
}

/// What a fact is, which decides how its values are grouped. Bands are fixed per sort, upper edge
/// included; they are never searched for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(tag = "sort", rename_all = "snake_case")]
pub enum FactSort {
    /// Words; each is a group.
    Words,
    /// Yes or no.
    YesNo,
    /// People employed: 1–200, 201–1000, 1001–5000, 5001+.
    Employees,
    /// Yearly revenue.
    Revenue {
        /// What one of the column's units is in dollars or their like: 1,000,000 for a column in
        /// millions, 1 for whole dollars, 0.001 for won.
        unit: f64,
    },
    /// Year of founding: before 1990, the 1990s, 2000 and later.
    FoundedYear,
    /// A country. Those with too few deals or companies are one group, "elsewhere".
    Country,
    /// Any other number: bands between 1, 2 and 5 times the powers of ten. Whole numbers of at most 20
    /// different values are each a group.
    Number,
}

/// When a fact comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Held of the company or person before the deal: may become a criterion.
    Customer,
    /// Filled, chosen or agreed while selling: never a criterion.
    Selling,
    /// A name or number that tells one record from all others.
    Identifier,
}

/// A fact there may be of each deal.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its key, as criteria name it, or the name of its column.
    pub key: String,
    /// What it is.
    pub sort: FactSort,
    /// When it comes about.
    pub origin: Origin,
}

/// One qualified deal.
#[derive(Debug, Clone, PartialEq)]
pub struct Deal {
    /// How it ended.
    pub outcome: Outcome,
    /// Which company, counted from 0.
    pub company: Option<usize>,
    /// What it was worth, in one currency; unknown amounts are left out of every value.
    pub value: Option<f64>,
    /// Days from its opening to its end.
    pub cycle_days: Option<i64>,
    /// Whether the customer stayed, when that is recorded.
    pub retained: Option<bool>,
    /// The day it was decided, counted from any fixed day.
    pub decided_on: Option<i64>,
    /// What was known, in the order of the fields; `None` is unknown, never "no".
    pub facts: Vec<Option<Held>>,
}

/// Everything looked at in one run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Observed {
    /// The facts.
    pub fields: Vec<Field>,
    /// The deals.
    pub deals: Vec<Deal>,
}

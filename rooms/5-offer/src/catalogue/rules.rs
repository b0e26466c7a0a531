//! What a price book asks for a product: by quantity, by day and by term.

use chrono::NaiveDate;
use kernel::Currency;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::content::{Content, OfferLine, Rise};
use crate::price::{Period, PriceError, Quantity, Step, Term, WHOLE_BP, round_half_away, small};

/// How prices by quantity are meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TierMode {
    /// The price of the quantity reached holds for all of it.
    #[default]
    Volume,
    /// Each part of the quantity has its own price.
    Graduated,
}

/// What a price book asks for one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookItem {
    /// The product.
    pub product_id: Uuid,
    /// How often it is paid.
    #[serde(default)]
    pub period: Period,
    /// Minor units for one.
    pub minor: i64,
    /// How the tiers are meant.
    #[serde(default)]
    pub mode: TierMode,
    /// Prices from a quantity on, lowest quantity first; the price above holds below the first.
    #[serde(default)]
    #[schema(required = true)]
    pub tiers: Vec<Step>,
    /// The least for one without approval.
    #[serde(default)]
    pub floor_minor: Option<i64>,
    /// Rises with their days, earliest first: from then on one costs this. Tiers rise by the same share.
    #[serde(default)]
    #[schema(required = true)]
    pub rises: Vec<Rise>,
}

/// A term of a price book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookTerm {
    /// For how long.
    pub term: Term,
    /// What it changes of what recurs, in basis points: -1000 makes it 10 % cheaper.
    #[serde(default)]
    pub change_bp: i32,
}

/// Whom a price book is for; what is left out holds for everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Segment {
    /// ISO 3166 alpha-2 codes.
    #[schema(required = true)]
    pub countries: Vec<String>,
    /// Industries, in any case.
    #[schema(required = true)]
    pub industries: Vec<String>,
    /// People employed at least.
    pub min_employees: Option<i64>,
    /// People employed at most.
    pub max_employees: Option<i64>,
}

/// A company, as far as segments ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Customer {
    /// ISO 3166 alpha-2.
    pub country: Option<String>,
    /// What it does.
    pub industry: Option<String>,
    /// People employed.
    pub employees: Option<i64>,
}

impl Segment {
    /// How closely it fits: how many of its conditions are met; `None` when one is not, or not known.
    #[must_use]
    pub fn fit(&self, who: &Customer) -> Option<u32> {
        let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
        let among = |list: &[String], of: &Option<String>| {
            list.is_empty() || of.as_ref().is_some_and(|o| list.iter().any(|l| same(l, o)))
        };
        let size = |bound: Option<i64>, holds: fn(i64, i64) -> bool| {
            bound.is_none_or(|b| who.employees.is_some_and(|e| holds(e, b)))
        };
        let conditions = [
            (!self.countries.is_empty(), among(&self.countries, &who.country)),
            (!self.industries.is_empty(), among(&self.industries, &who.industry)),
            (self.min_employees.is_some(), size(self.min_employees, |e, b| e >= b)),
            (self.max_employees.is_some(), size(self.max_employees, |e, b| e <= b)),
        ];
        if conditions.iter().any(|(_, met)| !met) {
            return None;
        }
        u32::try_from(conditions.iter().filter(|(asked, _)| *asked).count()).ok()
    }
}

/// What a price book says; a published version never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// What it is called.
    pub name: String,
    /// ISO 4217.
    pub currency: Currency,
    /// Prices contain the tax.
    #[serde(default)]
    pub inclusive: bool,
    /// Whom it is for.
    #[serde(default)]
    pub segment: Segment,
    /// Its first day; always when absent.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// Its last day; for ever when absent.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// Terms it offers; the usual ones when it names none.
    #[serde(default)]
    #[schema(required = true)]
    pub terms: Vec<BookTerm>,
    /// What it asks for.
    #[serde(default)]
    #[schema(required = true)]
    pub items: Vec<BookItem>,
}

impl Book {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|f| f <= day) && self.valid_until.is_none_or(|u| day <= u)
    }

    fn change_bp(&self, term: Term, period: Period) -> i32 {
        let of = self.terms.iter().find(|t| t.term == term).map_or(0, |t| t.change_bp);
        if period == Period::OneOff { 0 } else { of }
    }
}

/// What a product costs for a quantity, on a day, for a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Minor units for one.
    pub minor: i64,
    /// Prices by quantity, of a graduated price.
    pub steps: Vec<Step>,
    /// The least for one.
    pub floor_minor: Option<i64>,
    /// The next rise.
    pub rise: Option<Rise>,
}

/// What a book asks.
///
/// # Errors
/// When a price does not fit.
pub fn listed(
    book: &Book,
    item: &BookItem,
    quantity: Quantity,
    term: Term,
    day: NaiveDate,
) -> Result<Listed, PriceError> {
    let change = i128::from(WHOLE_BP) + i128::from(book.change_bp(term, item.period));
    let by_term = |minor: i64| small(round_half_away(i128::from(minor) * change, i128::from(WHOLE_BP)));
    let base = item.rises.iter().rev().find(|r| r.on <= day).map_or(item.minor, |r| r.minor);
    // A rise lifts every tier by the same share.
    let risen = |minor: i64, base: i64| match item.minor {
        0 => Ok(minor),
        was => small(round_half_away(i128::from(minor) * i128::from(base), i128::from(was))),
    };
    let mut steps = vec![Step { from: Quantity::from_micro(0).unwrap_or_default(), minor: by_term(base)? }];
    for tier in &item.tiers {
        steps.push(Step { from: tier.from, minor: by_term(risen(tier.minor, base)?)? });
    }
    let reached = match item.mode {
        TierMode::Volume => item.tiers.iter().rposition(|t| t.from <= quantity),
        TierMode::Graduated => None,
    };
    let minor = steps[reached.map_or(0, |n| n + 1)].minor;
    let later = |to: i64| reached.map_or(Ok(to), |n| risen(item.tiers[n].minor, to));
    let is_graduated = item.mode == TierMode::Graduated && !item.tiers.is_empty();
    let rise = item.rises.iter().find(|r| r.on > day).copied();
    Ok(Listed {
        minor,
        steps: if is_graduated { steps } else { Vec::new() },
        floor_minor: item.floor_minor,
        rise: rise.map(|r| Ok(Rise { on: r.on, minor: by_term(later(r.minor)?)? })).transpose()?,
    })
}

/// Writes the prices of a book into the lines of an offer. A line whose price was not lowered or raised by hand
/// follows the list; what the book does not know has no list price.
///
/// # Errors
/// When a price does not fit.
pub fn stamp(content: &mut Content, book: Option<&Book>, day: NaiveDate) -> Result<(), PriceError> {
    let term = content.term;
    for line in content.packages.iter_mut().flat_map(|p| &mut p.lines) {
        let item =
            book.and_then(|b| Some((b, b.items.iter().find(|i| Some(i.product_id) == line.product_id)?)));
        match item {
            Some((book, item)) => {
                stamp_line(line, &listed(book, item, line.quantity, term, day)?, item.period)
            }
            None => {
                (line.list_minor, line.floor_minor, line.rise) = (None, None, None);
                line.steps.clear();
            }
        }
    }
    if let Some(book) = book {
        content.currency = book.currency;
        content.tax.inclusive = book.inclusive;
    }
    Ok(())
}

fn stamp_line(line: &mut OfferLine, listed: &Listed, period: Period) {
    let follows = line.list_minor.is_none_or(|l| l == line.unit_minor) || !listed.steps.is_empty();
    if follows {
        line.unit_minor = listed.minor;
    }
    line.list_minor = Some(listed.minor);
    line.steps.clone_from(&listed.steps);
    (line.floor_minor, line.rise, line.period) = (listed.floor_minor, listed.rise, period);
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;

//! From lines to totals: per line, per rate, per period, and over the term.

use serde::{Deserialize, Serialize};

use super::quantity::MICRO;
use super::{
    OrderDiscount, Period, PriceError, Quantity, Tax, TaxRules, Term, WHOLE_BP, round_half_away, small,
    spread,
};

/// A price that holds from a quantity on, of a price that is graduated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What is above this quantity costs this.
    pub from: Quantity,
    /// Minor units for one.
    pub minor: i64,
}

/// A line, as far as arithmetic asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    /// How many.
    pub quantity: Quantity,
    /// Minor units for one.
    pub unit_minor: i64,
    /// Prices by quantity, lowest first, in place of the one price.
    pub steps: Vec<Step>,
    /// What is taken off, in basis points.
    pub discount_bp: u32,
    /// How often it is paid.
    pub period: Period,
    /// Its tax.
    pub tax: Tax,
}

/// What holds for all lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How tax is reckoned.
    pub tax: TaxRules,
    /// What is taken off the whole.
    pub discount: OrderDiscount,
    /// For how long.
    pub term: Term,
}

/// What a line comes to, in minor units. With inclusive prices all of it contains the tax.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LineAmount {
    /// Quantity times price.
    pub full: i64,
    /// After the line's own discount.
    pub net: i64,
    /// Its part of the order's discount.
    pub share: i64,
    /// What is left, and shown: `net - share`.
    pub amount: i64,
    /// Its tax, when tax is reckoned line by line.
    pub tax: Option<i64>,
}

/// Net, tax and both, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Amount {
    /// Without tax.
    pub net: i64,
    /// Tax.
    pub tax: i64,
    /// With tax.
    pub total: i64,
}

impl Amount {
    fn plus(self, other: Self, times: u16) -> Result<Self, PriceError> {
        let add = |a: i64, b: i64| small(i128::from(a) + i128::from(b) * i128::from(times));
        Ok(Self {
            net: add(self.net, other.net)?,
            tax: add(self.tax, other.tax)?,
            total: add(self.total, other.total)?,
        })
    }
}

/// The lines of one kind and rate of tax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TaxGroup {
    /// Which tax.
    pub tax: Tax,
    /// What its lines come to.
    pub amount: Amount,
}

/// What is paid once, every month or every year.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PeriodTotals {
    /// The sum of its lines as shown.
    pub lines: i64,
    /// By kind and rate of tax, in the order of kinds and rates.
    pub groups: Vec<TaxGroup>,
    /// All of it.
    pub amount: Amount,
}

/// Everything an offer comes to, in minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Totals {
    /// Line by line, in their order.
    pub lines: Vec<LineAmount>,
    /// Sum of quantity times price.
    pub full: i64,
    /// What the lines' own discounts take off.
    pub line_discount: i64,
    /// What the order's discount takes off.
    pub order_discount: i64,
    /// Paid once.
    pub one_off: PeriodTotals,
    /// Paid every month.
    pub monthly: PeriodTotals,
    /// Paid every year.
    pub yearly: PeriodTotals,
    /// The first bill: what is paid once, the first month and the first year.
    pub first: Amount,
    /// Over the term: once, its months, its years begun; one month for month to month.
    pub contract: Amount,
}

/// Reckons an offer.
///
/// # Errors
/// When something is out of range or does not fit.
pub fn compute(lines: &[PricedLine], terms: &Terms) -> Result<Totals, PriceError> {
    let mut amounts = lines.iter().map(line_amount).collect::<Result<Vec<_>, _>>()?;
    let nets: Vec<i64> = amounts.iter().map(|l| l.net).collect();
    sum(nets.iter().copied())?;
    let order_discount = terms.discount.of(&nets)?;
    for (line, share) in amounts.iter_mut().zip(spread(order_discount, &nets)) {
        line.share = share;
        line.amount = line.net - share;
    }
    if terms.tax.per_line {
        for (amount, line) in amounts.iter_mut().zip(lines) {
            amount.tax = Some(terms.tax.on(amount.amount, line.tax.charged_bp())?);
        }
    }
    let of = |period| period_totals(lines, &amounts, period, terms.tax);
    let (one_off, monthly, yearly) = (of(Period::OneOff)?, of(Period::Monthly)?, of(Period::Yearly)?);
    let over = |months, years| one_off.amount.plus(monthly.amount, months)?.plus(yearly.amount, years);
    let full = sum(amounts.iter().map(|l| l.full))?;
    Ok(Totals {
        full,
        line_discount: full - sum(nets.into_iter())?,
        order_discount,
        first: over(1, 1)?,
        contract: over(terms.term.committed_months(), terms.term.committed_years())?,
        lines: amounts,
        one_off,
        monthly,
        yearly,
    })
}

fn sum(parts: impl Iterator<Item = i64>) -> Result<i64, PriceError> {
    small(parts.map(i128::from).sum())
}

/// Rounded once: quantity times price, less the discount.
fn line_amount(line: &PricedLine) -> Result<LineAmount, PriceError> {
    if line.unit_minor < 0 || line.discount_bp > WHOLE_BP || line.tax.bp > WHOLE_BP {
        return Err(PriceError::OutOfRange);
    }
    let exact = exact(line)?;
    let kept = i128::from(WHOLE_BP - line.discount_bp);
    let discounted = exact.checked_mul(kept).ok_or(PriceError::TooLarge)?;
    let net = small(round_half_away(discounted, i128::from(MICRO) * i128::from(WHOLE_BP)))?;
    let full = small(round_half_away(exact, i128::from(MICRO)))?;
    Ok(LineAmount { full, net, share: 0, amount: net, tax: None })
}

/// Quantity times price, in millionths of a minor unit.
fn exact(line: &PricedLine) -> Result<i128, PriceError> {
    let micro = line.quantity.micro();
    if line.steps.is_empty() {
        return Ok(i128::from(micro) * i128::from(line.unit_minor));
    }
    let ordered = line.steps[0].from.micro() == 0 && line.steps.is_sorted_by(|a, b| a.from < b.from);
    if !ordered || line.steps.iter().any(|s| s.minor < 0) {
        return Err(PriceError::OutOfRange);
    }
    let ends = line.steps.iter().skip(1).map(|s| s.from.micro()).chain([i64::MAX]);
    let part = |(step, end): (&Step, i64)| {
        i128::from((micro.min(end) - step.from.micro()).max(0)) * i128::from(step.minor)
    };
    Ok(line.steps.iter().zip(ends).map(part).sum())
}

fn period_totals(
    lines: &[PricedLine],
    amounts: &[LineAmount],
    period: Period,
    rules: TaxRules,
) -> Result<PeriodTotals, PriceError> {
    let mut all: Vec<(&Tax, LineAmount)> =
        lines.iter().zip(amounts).filter(|(l, _)| l.period == period).map(|(l, a)| (&l.tax, *a)).collect();
    all.sort_by(|a, b| a.0.cmp(b.0));
    let (mut groups, mut whole) = (Vec::new(), Amount::default());
    for group in all.chunk_by(|a, b| a.0 == b.0) {
        let tax = group[0].0.clone();
        let shown = sum(group.iter().map(|(_, a)| a.amount))?;
        let charged = match rules.per_line {
            true => sum(group.iter().filter_map(|(_, a)| a.tax))?,
            false => rules.on(shown, tax.charged_bp())?,
        };
        let amount = match rules.inclusive {
            true => Amount { net: shown - charged, tax: charged, total: shown },
            false => {
                Amount { net: shown, tax: charged, total: small(i128::from(shown) + i128::from(charged))? }
            }
        };
        whole = whole.plus(amount, 1)?;
        groups.push(TaxGroup { tax, amount });
    }
    Ok(PeriodTotals { lines: sum(all.iter().map(|(_, a)| a.amount))?, groups, amount: whole })
}

#[cfg(test)]
#[path = "totals_tests.rs"]
mod tests;

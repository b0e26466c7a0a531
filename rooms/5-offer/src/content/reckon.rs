//! What the packages of an offer come to, and what is taken off their list prices.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Money;
use uuid::Uuid;

use super::{Content, LineApart, OfferLine, Package, PackageTotals};
use crate::price::{
    LineAmount, OrderDiscount, PriceError, PricedLine, Tax, TaxRounding, TaxRules, Term, Terms, compute,
};

impl Package {
    /// The lines that count: all that cannot be left out, and what was chosen. A chosen alternative
    /// takes the place of the line it is an alternative to.
    #[must_use]
    pub fn counted(&self, chosen: &BTreeSet<Uuid>) -> Vec<&OfferLine> {
        let taken = |l: &&OfferLine| chosen.contains(&l.id);
        let replaced: BTreeSet<Uuid> =
            self.lines.iter().filter(taken).filter_map(|l| l.alternative_to).collect();
        let counts = |l: &&OfferLine| {
            let stands = l.mandatory && l.alternative_to.is_none();
            (stands || chosen.contains(&l.id)) && !replaced.contains(&l.id)
        };
        self.lines.iter().filter(counts).collect()
    }
}

impl OfferLine {
    fn priced(&self) -> PricedLine {
        PricedLine {
            quantity: self.quantity,
            unit_minor: self.unit_minor,
            steps: self.steps.clone(),
            discount_bp: self.discount_bp,
            period: self.period,
            tax: self.tax.clone(),
        }
    }

    fn alone(&self) -> Result<LineAmount, PriceError> {
        let tax = TaxRules { inclusive: false, rounding: TaxRounding::HalfUp, per_line: false };
        let terms = Terms { tax, discount: OrderDiscount::None, term: Term::default() };
        let bare = PricedLine { tax: Tax::default(), ..self.priced() };
        Ok(compute(&[bare], &terms)?.lines.first().copied().unwrap_or_default())
    }

    fn own_discount_bp(&self) -> u32 {
        let kept = i128::from(self.unit_minor) * i128::from(10_000_u32.saturating_sub(self.discount_bp));
        share_off(i128::from(self.list()) * 10_000, kept)
    }

    /// The price of the list, or the line's own when it was not lowered.
    #[must_use]
    pub fn list(&self) -> i64 {
        self.list_minor.unwrap_or(self.unit_minor).max(self.unit_minor)
    }
}

impl PackageTotals {
    /// What each line that counts comes to.
    #[must_use]
    pub fn amounts(&self) -> BTreeMap<Uuid, i64> {
        self.counted.iter().copied().zip(self.totals.lines.iter().map(|l| l.amount)).collect()
    }
}

impl Content {
    /// The rules of tax it is reckoned by.
    #[must_use]
    pub fn tax_rules(&self) -> TaxRules {
        TaxRules {
            inclusive: self.tax.inclusive,
            rounding: self.tax.rounding.unwrap_or_else(|| TaxRounding::of(self.currency)),
            per_line: self.tax.per_line,
        }
    }

    /// What a package comes to with these optional lines and alternatives chosen.
    ///
    /// # Errors
    /// When something is out of range or does not fit.
    pub fn price(&self, package: &Package, chosen: &BTreeSet<Uuid>) -> Result<PackageTotals, PriceError> {
        let lines = package.counted(chosen);
        let terms = Terms { tax: self.tax_rules(), discount: package.discount, term: self.term };
        let priced: Vec<PricedLine> = lines.iter().map(|l| l.priced()).collect();
        let totals = compute(&priced, &terms)?;
        let bare = Terms { discount: OrderDiscount::None, ..terms };
        let listed: Vec<PricedLine> =
            lines.iter().map(|l| PricedLine { unit_minor: l.list(), discount_bp: 0, ..l.priced() }).collect();
        let full = i128::from(compute(&listed, &bare)?.full);
        let left: i128 = totals.lines.iter().map(|l| i128::from(l.amount)).sum();
        let counted: Vec<Uuid> = lines.iter().map(|l| l.id).collect();
        let counts: BTreeSet<Uuid> = counted.iter().copied().collect();
        let apart = package.lines.iter().filter(|l| !counts.contains(&l.id));
        let apart = apart.map(|l| Ok(LineApart { line_id: l.id, amount: l.alone()? }));
        Ok(PackageTotals {
            package_id: package.id,
            apart: apart.collect::<Result<_, _>>()?,
            counted,
            totals,
            discount_bp: share_off(full, left),
        })
    }

    /// What every package comes to with nothing optional chosen, in their order.
    ///
    /// # Errors
    /// When something is out of range or does not fit.
    pub fn totals(&self) -> Result<Vec<PackageTotals>, PriceError> {
        self.packages.iter().map(|p| self.price(p, &BTreeSet::new())).collect()
    }

    /// The package we advise.
    #[must_use]
    pub fn advised(&self) -> Option<&Package> {
        self.packages.iter().find(|p| p.recommended).or(self.packages.first())
    }

    /// What the advised package comes to over the term, without tax unless prices contain it.
    ///
    /// # Errors
    /// When something is out of range or does not fit.
    pub fn value(&self) -> Result<Money, PriceError> {
        let Some(package) = self.advised() else { return Ok(Money::new(0, self.currency)) };
        let contract = self.price(package, &BTreeSet::new())?.totals.contract;
        let minor = if self.tax.inclusive { contract.total } else { contract.net };
        Ok(Money::new(minor, self.currency))
    }

    /// All lines of all packages.
    pub fn lines(&self) -> impl Iterator<Item = &OfferLine> {
        self.packages.iter().flat_map(|p| &p.lines)
    }

    /// The most that is taken off anything, in basis points: off a package, or off a line that does not count in it.
    ///
    /// # Errors
    /// When something is out of range or does not fit.
    pub fn discount_bp(&self) -> Result<u32, PriceError> {
        let mut most = 0;
        for package in &self.packages {
            let priced = self.price(package, &BTreeSet::new())?;
            let counts: BTreeSet<Uuid> = priced.counted.iter().copied().collect();
            let apart = package.lines.iter().filter(|l| !counts.contains(&l.id));
            let apart = apart.map(OfferLine::own_discount_bp).max().unwrap_or(0);
            most = most.max(priced.discount_bp).max(apart);
        }
        Ok(most)
    }

    /// Whether any line has a price of its own that stands in no list.
    #[must_use]
    pub fn has_free_price(&self) -> bool {
        self.lines().any(|line| line.list_minor.is_none() && line.unit_minor > 0)
    }

    /// Whether any line costs less than the price book allows, all discounts taken off.
    ///
    /// # Errors
    /// When something is out of range or does not fit.
    pub fn is_under_floor(&self) -> Result<bool, PriceError> {
        for package in &self.packages {
            let priced = self.price(package, &BTreeSet::new())?;
            let amounts = priced.amounts();
            for line in &package.lines {
                let amount = match amounts.get(&line.id) {
                    Some(amount) => *amount,
                    None => line.alone()?.amount,
                };
                let floor = line.floor_minor.unwrap_or(0);
                let floor =
                    OfferLine { unit_minor: floor, discount_bp: 0, steps: Vec::new(), ..line.clone() };
                if amount < floor.alone()?.amount {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// What was taken off, in basis points, rounded up: any discount is at least one.
fn share_off(full: i128, left: i128) -> u32 {
    let off = full - left;
    if full <= 0 || off <= 0 {
        return 0;
    }
    u32::try_from((off * 10_000 + full - 1) / full).unwrap_or(10_000)
}

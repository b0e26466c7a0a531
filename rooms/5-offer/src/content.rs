//! What a version of an offer says: words, packages of priced lines, terms.
//!
//! The same types are stored, sent and shown. [`Content::hash`] is what they accept: two contents have
//! one hash exactly when they say the same. What is *not* here: who may change it (`routes`), and
//! which faults are refused (`check`).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use chrono::NaiveDate;
use kernel::{Currency, Money};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::price::{
    OrderDiscount, Period, PriceError, PricedLine, Quantity, Tax, TaxRounding, TaxRules, Term, Terms, Totals,
    compute,
};
use crate::relevance::PromisedResult;

/// What an offer says; a change sends the whole of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Content {
    /// What it is called.
    pub title: String,
    /// `en` or `ko`: the language they read it in.
    pub locale: String,
    /// ISO 4217, for all of it.
    pub currency: Currency,
    /// The words in front, Markdown.
    pub note: String,
    /// Its chapters, in their order.
    #[schema(required = true)]
    pub sections: Vec<Section>,
    /// One to three ways to buy, side by side.
    #[schema(required = true)]
    pub packages: Vec<Package>,
    /// What it promises.
    #[schema(required = true)]
    pub results: Vec<PromisedResult>,
    /// For how long they bind themselves.
    pub term: Term,
    /// How tax is reckoned.
    pub tax: TaxSetting,
    /// The published version of the price book its prices come from.
    pub price_book_version: Option<Uuid>,
    /// Its last day in their zone; 30 days after sending when none is named.
    pub valid_until: Option<NaiveDate>,
    /// Days after the invoice within which they pay.
    pub payment_days: u16,
    /// What is said about paying, beside the days.
    pub payment_terms: String,
    /// A clause of its own, which somebody else has to read.
    pub clause: String,
    /// A film that explains it: a web address.
    pub video_url: Option<String>,
    /// No long-term ambition of theirs is known.
    pub no_ambition_known: bool,
    /// Why it may cost more than they have.
    pub budget_note: Option<String>,
    /// Why anything is taken off the price.
    pub discount_reason: Option<String>,
}

impl Default for Content {
    fn default() -> Self {
        Self {
            title: String::new(),
            locale: "en".to_owned(),
            currency: Currency::USD,
            note: String::new(),
            sections: Vec::new(),
            packages: Vec::new(),
            results: Vec::new(),
            term: Term::default(),
            tax: TaxSetting::default(),
            price_book_version: None,
            valid_until: None,
            payment_days: 30,
            payment_terms: String::new(),
            clause: String::new(),
            video_url: None,
            no_ambition_known: false,
            budget_note: None,
            discount_reason: None,
        }
    }
}

/// A chapter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Section {
    /// Its id, kept through all versions.
    pub id: Uuid,
    /// Its heading.
    pub title: String,
    /// Markdown with merge fields; filled in when the offer is sent.
    pub body: String,
    /// A picture of the workspace's files.
    pub file_id: Option<Uuid>,
}

/// One way to buy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Package {
    /// Its id, kept through all versions.
    pub id: Uuid,
    /// What it is called: `Good`, `Better`, `Best`.
    pub name: String,
    /// For whom it is.
    pub text: String,
    /// The one we advise; the first is when none says so.
    pub recommended: bool,
    /// What is taken off all of it.
    pub discount: OrderDiscount,
    /// What it consists of, in its order.
    #[schema(required = true)]
    pub lines: Vec<OfferLine>,
}

/// A line of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OfferLine {
    /// Its id, kept through all versions.
    pub id: Uuid,
    /// The product, when it comes from the catalogue.
    pub product_id: Option<Uuid>,
    /// The product's code.
    pub code: String,
    /// What it is.
    pub text: String,
    /// What it is, at length.
    pub detail: String,
    /// Counted in: `seat`, `day`.
    pub unit: String,
    /// How many.
    pub quantity: Quantity,
    /// Minor units for one.
    #[serde(alias = "minor")]
    pub unit_minor: i64,
    /// What the price book asks for one; a lower `unit_minor` is a discount.
    pub list_minor: Option<i64>,
    /// The least the price book allows for one without approval.
    pub floor_minor: Option<i64>,
    /// What is taken off, in basis points: 1000 is 10 %.
    pub discount_bp: u32,
    /// How often it is paid.
    pub period: Period,
    /// Its tax.
    pub tax: Tax,
    /// They cannot leave it out.
    pub mandatory: bool,
    /// The line of the package they can take this one in place of.
    pub alternative_to: Option<Uuid>,
    /// Findings of the deal it answers.
    #[schema(required = true)]
    pub answers: Vec<Uuid>,
    /// A dated rise of its price, shown with its date.
    pub rise: Option<Rise>,
}

impl Default for OfferLine {
    fn default() -> Self {
        Self {
            id: Uuid::nil(),
            product_id: None,
            code: String::new(),
            text: String::new(),
            detail: String::new(),
            unit: String::new(),
            quantity: Quantity::ONE,
            unit_minor: 0,
            list_minor: None,
            floor_minor: None,
            discount_bp: 0,
            period: Period::OneOff,
            tax: Tax::default(),
            mandatory: true,
            alternative_to: None,
            answers: Vec::new(),
            rise: None,
        }
    }
}

/// A price that rises on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rise {
    /// From this day.
    pub on: NaiveDate,
    /// Minor units for one.
    pub minor: i64,
}

/// How an offer reckons tax; what is not said follows from its currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TaxSetting {
    /// Prices contain the tax.
    pub inclusive: bool,
    /// How it becomes whole; the custom of the currency when absent.
    pub rounding: Option<TaxRounding>,
    /// Reckoned line by line.
    pub per_line: bool,
}

/// What a package comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PackageTotals {
    /// The package.
    pub package_id: Uuid,
    /// Its lines that count, in the order of `totals.lines`.
    pub counted: Vec<Uuid>,
    /// What they come to.
    pub totals: Totals,
    /// What is taken off the list prices in all, in basis points of what they would come to.
    pub discount_bp: u32,
}

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
            discount_bp: self.discount_bp,
            period: self.period,
            tax: self.tax.clone(),
        }
    }

    /// The price of the list, or the line's own when it was not lowered.
    #[must_use]
    pub fn list(&self) -> i64 {
        self.list_minor.unwrap_or(self.unit_minor).max(self.unit_minor)
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
        let counted = lines.iter().map(|l| l.id).collect();
        Ok(PackageTotals { package_id: package.id, counted, totals, discount_bp: share_off(full, left) })
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

    /// Gives everything that has no id yet one of its own.
    #[must_use]
    pub fn with_ids(mut self) -> Self {
        let name = |id: &mut Uuid| {
            if id.is_nil() {
                *id = Uuid::now_v7();
            }
        };
        self.sections.iter_mut().for_each(|s| name(&mut s.id));
        for package in &mut self.packages {
            name(&mut package.id);
            package.lines.iter_mut().for_each(|l| name(&mut l.id));
        }
        self
    }

    /// The content as JSON of one form only: keys sorted, no space between.
    ///
    /// # Errors
    /// None that can be met: every part of it is JSON.
    pub fn canonical(&self) -> serde_json::Result<String> {
        let mut out = String::new();
        write_sorted(&serde_json::to_value(self)?, &mut out);
        Ok(out)
    }

    /// SHA-256 of the canonical form, in hexadecimal.
    ///
    /// # Errors
    /// As of [`Content::canonical`].
    pub fn hash(&self) -> serde_json::Result<String> {
        Ok(hex::encode(Sha256::digest(self.canonical()?.as_bytes())))
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

fn write_sorted(value: &Json, out: &mut String) {
    match value {
        Json::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            out.push('{');
            for (n, key) in keys.into_iter().enumerate() {
                out.push_str(if n == 0 { "" } else { "," });
                let _ = write!(out, "{}:", Json::from(key.as_str()));
                write_sorted(&map[key], out);
            }
            out.push('}');
        }
        Json::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                out.push_str(if n == 0 { "" } else { "," });
                write_sorted(item, out);
            }
            out.push(']');
        }
        plain => {
            let _ = write!(out, "{plain}");
        }
    }
}

#[cfg(test)]
#[path = "content_tests.rs"]
mod tests;

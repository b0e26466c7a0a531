//! What a version of an offer says: words, packages of priced lines, terms.
//!
//! The same types are stored, sent and shown. [`Content::hash`] is what they accept: two contents have
//! one hash exactly when they say the same. What is *not* here: who may change it (`routes`), and
//! which faults are refused (`check`).

pub(crate) mod canonical;
mod reckon;

use chrono::NaiveDate;
use kernel::Currency;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::price::{LineAmount, OrderDiscount, Period, Quantity, Step, Tax, TaxRounding, Term, Totals};
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
    /// Prices by quantity of a graduated price, lowest first, in place of the one price; the price book writes them.
    #[schema(required = true)]
    pub steps: Vec<Step>,
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
            steps: Vec::new(),
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

/// A line that was not chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LineApart {
    /// The line.
    pub line_id: Uuid,
    /// What it would come to.
    pub amount: LineAmount,
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
    /// Its lines that do not count yet, each as it would be without the order's discount.
    pub apart: Vec<LineApart>,
    /// What is taken off the list prices in all, in basis points of what they would come to.
    pub discount_bp: u32,
}

#[cfg(test)]
mod tests;

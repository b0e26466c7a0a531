//! An offer as its reader sees it: the page and the PDF are made of the same lines, sums and words.
//!
//! Pure: a content, what is chosen and the day go in, what is shown comes out. The prices are those of the day: a line
//! whose price has risen costs more from that day on. What is *not* here: who may look (`link`) and how it looks
//! (`page`, and paper's template).

mod paper;
mod price;
mod words;

use std::collections::BTreeSet;

use ::paper::prose::{Block, prose};
use chrono::NaiveDate;
use kernel::{Locale, Money};
use serde::Serialize;
use uuid::Uuid;

use crate::content::{Content, Package, PackageTotals};
use crate::price::PriceError;

pub use paper::{Cover, document};
pub use price::{on_day, rises};
pub use words::{Words, term_text, words};

/// What a buyer chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Choice {
    /// The package.
    pub package: Uuid,
    /// Its optional lines and alternatives.
    pub lines: BTreeSet<Uuid>,
}

impl Choice {
    /// The package that is advised, and nothing optional.
    #[must_use]
    pub fn usual(content: &Content) -> Option<Self> {
        content.advised().map(|package| Self { package: package.id, lines: BTreeSet::new() })
    }

    /// The same as far as the content has it: an unknown package is the advised one, unknown lines are left out.
    #[must_use]
    pub fn within(self, content: &Content) -> Option<Self> {
        let Some(package) = content.packages.iter().find(|p| p.id == self.package) else {
            return Self::usual(content);
        };
        let free = |id: &Uuid| {
            package.lines.iter().any(|l| l.id == *id && (!l.mandatory || l.alternative_to.is_some()))
        };
        let lines = self.lines.into_iter().filter(free).collect();
        Some(Self { package: package.id, lines })
    }
}

/// Something they get for deciding by a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct ShownIncentive {
    /// What it is.
    pub text: String,
    /// What it is worth.
    pub value: Option<Money>,
    /// Its last day, where they are.
    pub until_on: NaiveDate,
}

/// Everything that is shown.
#[derive(Debug, Clone, Serialize)]
pub struct Sight {
    /// What it is called.
    pub title: String,
    /// The words in front.
    #[serde(skip)]
    pub note: Vec<Block>,
    /// Its chapters.
    pub sections: Vec<ShownSection>,
    /// What it promises.
    pub results: Vec<String>,
    /// The ways to buy.
    pub packages: Vec<ShownPackage>,
    /// The way that is chosen.
    pub chosen: Option<Uuid>,
    /// What holds for all of it.
    pub terms: Vec<(String, String)>,
    /// Words about paying, and a clause of its own.
    pub small: Vec<String>,
    /// Prices that rise, with their days.
    pub rises: Vec<String>,
    /// What they get for deciding by a day.
    pub incentive: Option<String>,
    /// A film.
    pub video_url: Option<String>,
}

/// A chapter.
#[derive(Debug, Clone, Serialize)]
pub struct ShownSection {
    /// Its id.
    pub id: Uuid,
    /// Its heading.
    pub title: String,
    /// Its text.
    #[serde(skip)]
    pub blocks: Vec<Block>,
    /// The same for a page.
    pub html: String,
    /// Its picture.
    pub file_id: Option<Uuid>,
}

/// A way to buy.
#[derive(Debug, Clone, Serialize)]
pub struct ShownPackage {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// For whom it is.
    pub text: String,
    /// The one that is advised.
    pub advised: bool,
    /// Its lines.
    pub lines: Vec<ShownLine>,
    /// What it comes to.
    pub totals: Vec<ShownTotal>,
    /// The sum that matters most, as it is shown large.
    pub headline: ShownTotal,
    /// What it comes to over the term with tax, in minor units.
    pub contract_minor: i64,
}

/// A line.
#[derive(Debug, Clone, Serialize)]
pub struct ShownLine {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub text: String,
    /// What it is, at length.
    pub detail: String,
    /// How many of what.
    pub quantity: String,
    /// What one costs.
    pub price: String,
    /// What it comes to.
    pub amount: String,
    /// It can be chosen, or left out.
    pub free: bool,
    /// It counts.
    pub counts: bool,
    /// It is there in place of this line.
    pub instead_of: Option<String>,
}

/// A sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownTotal {
    /// Of what.
    pub name: String,
    /// How much.
    pub amount: String,
    /// One of those that matter most.
    pub strong: bool,
}

/// An offer on a day, with what is chosen.
///
/// # Errors
/// When something is out of range or does not fit.
pub fn sight(
    content: &Content,
    choice: Option<&Choice>,
    incentive: Option<&ShownIncentive>,
    day: NaiveDate,
) -> Result<Sight, PriceError> {
    let locale = Locale::parse(&content.locale).unwrap_or_default();
    let says = words(locale);
    let today = on_day(content, day);
    let nothing = BTreeSet::new();
    let chosen = |package: &Package| match choice {
        Some(choice) if choice.package == package.id => choice.lines.clone(),
        _ => nothing.clone(),
    };
    let of = |package: &Package| price::package(&today, package, &chosen(package), locale);
    Ok(Sight {
        title: content.title.clone(),
        note: prose(&content.note),
        sections: content.sections.iter().map(section).collect(),
        results: content.results.iter().map(result).collect(),
        packages: today.packages.iter().map(of).collect::<Result<_, _>>()?,
        chosen: choice.map(|c| c.package).or_else(|| content.advised().map(|p| p.id)),
        terms: terms(content, says, locale),
        small: small(content, says),
        rises: rises(content, day, locale),
        incentive: incentive.filter(|i| day <= i.until_on).map(|i| price::incentive_text(i, locale)),
        video_url: content.video_url.clone().filter(|url| ::paper::prose::is_safe(url)),
    })
}

/// What a choice comes to on a day.
///
/// # Errors
/// When something is out of range or does not fit.
pub fn reckon(
    content: &Content,
    choice: &Choice,
    day: NaiveDate,
) -> Result<Option<PackageTotals>, PriceError> {
    let today = on_day(content, day);
    let Some(package) = today.packages.iter().find(|p| p.id == choice.package) else { return Ok(None) };
    today.price(package, &choice.lines).map(Some)
}

fn section(section: &crate::content::Section) -> ShownSection {
    let blocks = prose(&section.body);
    let html = ::paper::prose::to_html(&blocks, 3);
    ShownSection { id: section.id, title: section.title.clone(), blocks, html, file_id: section.file_id }
}

fn result(result: &crate::relevance::PromisedResult) -> String {
    let figure = [result.number.as_deref(), result.unit.as_deref()].into_iter().flatten().collect::<Vec<_>>();
    let mut text = result.what.clone();
    if !figure.is_empty() {
        text = format!("{text}: {}", figure.join(" "));
    }
    match result.source.as_deref().filter(|s| !s.is_empty()) {
        Some(source) => format!("{text} ({source})"),
        None => text,
    }
}

fn terms(content: &Content, says: &Words, locale: Locale) -> Vec<(String, String)> {
    let days = match locale {
        Locale::En => format!("within {} days of the invoice", content.payment_days),
        Locale::Ko => format!("청구서 수령 후 {}일 이내", content.payment_days),
    };
    vec![
        (says.term.to_owned(), term_text(content.term, locale)),
        (says.payment.to_owned(), days),
        (says.currency.to_owned(), content.currency.code().to_owned()),
    ]
}

fn small(content: &Content, says: &Words) -> Vec<String> {
    let tax = if content.tax.inclusive { says.with_tax } else { says.without_tax };
    let texts = [tax, content.payment_terms.trim(), content.clause.trim()];
    texts.into_iter().filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

//! Which faults of products and price books are refused.

use http_room::{Answer, Problem};
use kernel::limits;
use process::room::{given, optional};
use uuid::Uuid;

use super::products::ProductContent;
use super::rules::{Book, BookItem};
use crate::check::STEPS;
use crate::price::{Quantity, WHOLE_BP};

/// Products of one workspace, and items of one price book.
pub const PRODUCTS: usize = 2_000;
/// Price books of one workspace.
pub const BOOKS: usize = 200;
/// Rises of one price.
const RISES: usize = 20;
/// Terms of one book.
const TERMS: usize = 20;

fn invalid(field: &str, message: &str) -> Problem {
    Problem::field(field, "invalid", message)
}

/// A product tidied. `known` are the products there are.
///
/// # Errors
/// 422 naming the field.
pub fn product(mut new: ProductContent, own: Uuid, known: &[Uuid]) -> Answer<ProductContent> {
    new.code = given("code", &new.code, limits::LABEL_CHARS)?;
    new.name.en = optional("name.en", Some(&new.name.en), limits::NAME_CHARS)?.unwrap_or_default();
    new.name.ko = optional("name.ko", Some(&new.name.ko), limits::NAME_CHARS)?.unwrap_or_default();
    if new.name.en.is_empty() && new.name.ko.is_empty() {
        return Err(Problem::field("name.en", "required", "a name in one of the languages"));
    }
    optional("text.en", Some(&new.text.en), limits::REASON_CHARS)?;
    optional("text.ko", Some(&new.text.ko), limits::REASON_CHARS)?;
    optional("unit", Some(&new.unit), limits::LABEL_CHARS)?;
    optional("tax.text", Some(&new.tax.text), limits::NAME_CHARS)?;
    if new.tax.bp > WHOLE_BP {
        return Err(invalid("tax.bp", "from 0 to 10000"));
    }
    if new.parts.len() > limits::TAGS {
        return Err(Problem::field("parts", "too_many", "at most 50"));
    }
    if new.parts.iter().any(|p| p.product_id == own || !known.contains(&p.product_id)) {
        return Err(Problem::field("parts", "not_found", "other products that are sold"));
    }
    Ok(new)
}

/// A price book tidied.
///
/// # Errors
/// 422 naming the field.
pub fn book(mut new: Book, known: &[Uuid]) -> Answer<Book> {
    new.name = given("name", &new.name, limits::NAME_CHARS)?;
    if new.valid_from.zip(new.valid_until).is_some_and(|(from, until)| from > until) {
        return Err(invalid("valid_until", "not before its first day"));
    }
    let segment = &new.segment;
    if segment.countries.len().max(segment.industries.len()) > limits::CHOICE_OPTIONS {
        return Err(Problem::field("segment", "too_many", "at most 200"));
    }
    if segment.countries.iter().any(|c| kernel::Country::from_code(c).is_none()) {
        return Err(invalid("segment.countries", "ISO 3166 codes of two letters"));
    }
    for industry in &segment.industries {
        given("segment.industries", industry, limits::LINE_CHARS)?;
    }
    let mut terms: Vec<_> = new.terms.iter().map(|t| t.term).collect();
    terms.sort_unstable();
    terms.dedup();
    if terms.len() != new.terms.len() || terms.len() > TERMS {
        return Err(invalid("terms", "each once, at most 20"));
    }
    if new.terms.iter().any(|t| !(-9_000..=10_000).contains(&t.change_bp)) {
        return Err(invalid("terms", "a change from -9000 to 10000"));
    }
    if new.items.len() > PRODUCTS {
        return Err(Problem::field("items", "too_many", "at most 2,000"));
    }
    let mut seen = std::collections::BTreeSet::new();
    for (n, item) in new.items.iter().enumerate() {
        let at = |field: &str| format!("items.{n}.{field}");
        if !known.contains(&item.product_id) || !seen.insert(item.product_id) {
            return Err(Problem::field(&at("product_id"), "not_found", "a product, once"));
        }
        check_item(item, at)?;
    }
    Ok(new)
}

fn check_item(item: &BookItem, at: impl Fn(&str) -> String) -> Answer<()> {
    if item.minor < 0 || item.floor_minor.is_some_and(|f| f < 0) {
        return Err(invalid(&at("minor"), "must not be negative"));
    }
    let nothing = Quantity::from_micro(0).unwrap_or_default();
    let ordered = item.tiers.is_sorted_by(|a, b| a.from < b.from);
    let sound = item.tiers.iter().all(|t| t.minor >= 0 && t.from > nothing);
    if !ordered || !sound || item.tiers.len() >= STEPS {
        return Err(invalid(&at("tiers"), "quantities over 0, lowest first, at most 19"));
    }
    let ordered = item.rises.is_sorted_by(|a, b| a.on < b.on);
    if !ordered || item.rises.len() > RISES || item.rises.iter().any(|r| r.minor < 0) {
        return Err(invalid(&at("rises"), "days in their order, at most 20"));
    }
    Ok(())
}

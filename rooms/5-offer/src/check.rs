//! Which faults of a content are refused, each named by its field.

use http_room::{Answer, Problem};
use kernel::limits;
use process::room::{given, optional};
use uuid::Uuid;

use crate::content::{Content, OfferLine, Package};
use crate::price::{OrderDiscount, PriceError, WHOLE_BP};

/// Packages side by side.
pub const PACKAGES: usize = 3;
/// Lines of one package.
pub const LINES: usize = 500;
/// Chapters of one offer.
pub const SECTIONS: usize = 30;
/// Promised results of one offer.
pub const RESULTS: usize = 50;
/// Prices by quantity of one line.
pub const STEPS: usize = 20;
/// A chapter's text, bytes.
const BODY_BYTES: usize = 20 * 1024;
/// Days within which an invoice can be paid at most.
const PAYMENT_DAYS: u16 = 365;
/// The longest text beside a tax, characters.
const TAX_TEXT_CHARS: usize = 200;

fn at_most(field: &str, count: usize, most: usize) -> Answer<()> {
    match count > most {
        true => Err(Problem::field(field, "too_many", format!("at most {most}"))),
        false => Ok(()),
    }
}

fn at_most_bytes(field: &str, text: &str, most: usize) -> Answer<()> {
    match text.len() > most {
        true => Err(Problem::field(field, "too_long", format!("at most {} KiB", most / 1024))),
        false => Ok(()),
    }
}

fn fits(field: &str, text: &str, most: usize) -> Answer<()> {
    optional(field, Some(text), most).map(|_| ())
}

fn invalid(field: &str, message: &str) -> Problem {
    Problem::field(field, "invalid", message)
}

/// The content tidied. `findings` are those of the deal.
///
/// # Errors
/// 422 naming the first field at fault.
pub fn checked(mut content: Content, findings: &[Uuid]) -> Answer<Content> {
    content.title = given("title", &content.title, limits::NAME_CHARS)?;
    // It stands in the subjects of mails.
    if content.title.chars().any(char::is_control) {
        return Err(invalid("title", "must be one line"));
    }
    content.budget_note = optional("budget_note", content.budget_note.as_deref(), limits::REASON_CHARS)?;
    content.discount_reason =
        optional("discount_reason", content.discount_reason.as_deref(), limits::REASON_CHARS)?;
    content.video_url = optional("video_url", content.video_url.as_deref(), limits::URL_CHARS)?;
    if content.video_url.as_deref().is_some_and(|url| !url.starts_with("https://")) {
        return Err(invalid("video_url", "must begin with https://"));
    }
    if kernel::Locale::parse(&content.locale).is_none() {
        return Err(invalid("locale", "en or ko"));
    }
    at_most_bytes("note", &content.note, limits::NOTE_BYTES)?;
    fits("payment_terms", &content.payment_terms, limits::REASON_CHARS)?;
    at_most_bytes("clause", &content.clause, BODY_BYTES)?;
    if content.payment_days > PAYMENT_DAYS {
        return Err(invalid("payment_days", "at most 365"));
    }
    at_most("sections", content.sections.len(), SECTIONS)?;
    for (n, section) in content.sections.iter().enumerate() {
        fits(&format!("sections.{n}.title"), &section.title, limits::NAME_CHARS)?;
        at_most_bytes(&format!("sections.{n}.body"), &section.body, BODY_BYTES)?;
    }
    at_most("results", content.results.len(), RESULTS)?;
    for (n, result) in content.results.iter().enumerate() {
        given(&format!("results.{n}.what"), &result.what, limits::LINE_CHARS)?;
        let rest = [("number", &result.number), ("unit", &result.unit), ("source", &result.source)];
        for (name, text) in rest {
            optional(&format!("results.{n}.{name}"), text.as_deref(), limits::LINE_CHARS)?;
        }
    }
    at_most("packages", content.packages.len(), PACKAGES)?;
    for (n, package) in content.packages.iter().enumerate() {
        check_package(&format!("packages.{n}"), package, findings)?;
    }
    let content = content.with_ids(Uuid::now_v7);
    check_ids(&content)?;
    check_totals(&content)?;
    Ok(content)
}

fn check_package(at: &str, package: &Package, findings: &[Uuid]) -> Answer<()> {
    fits(&format!("{at}.name"), &package.name, limits::NAME_CHARS)?;
    fits(&format!("{at}.text"), &package.text, limits::REASON_CHARS)?;
    at_most(&format!("{at}.lines"), package.lines.len(), LINES)?;
    let in_range = match package.discount {
        OrderDiscount::None => true,
        OrderDiscount::Share { bp } => bp <= WHOLE_BP,
        OrderDiscount::Fixed { minor } => minor >= 0,
    };
    if !in_range {
        return Err(invalid(&format!("{at}.discount"), "from 0 to all of it"));
    }
    for (n, line) in package.lines.iter().enumerate() {
        check_line(&format!("{at}.lines.{n}"), line, package, findings)?;
    }
    Ok(())
}

fn check_line(at: &str, line: &OfferLine, package: &Package, findings: &[Uuid]) -> Answer<()> {
    given(&format!("{at}.text"), &line.text, limits::LINE_CHARS)?;
    at_most_bytes(&format!("{at}.detail"), &line.detail, BODY_BYTES)?;
    fits(&format!("{at}.code"), &line.code, limits::LABEL_CHARS)?;
    fits(&format!("{at}.unit"), &line.unit, limits::LABEL_CHARS)?;
    fits(&format!("{at}.tax.text"), &line.tax.text, TAX_TEXT_CHARS)?;
    at_most(&format!("{at}.steps"), line.steps.len(), STEPS)?;
    at_most(&format!("{at}.answers"), line.answers.len(), limits::TAGS)?;
    if line.unit_minor < 0 || line.steps.iter().any(|s| s.minor < 0) {
        return Err(invalid(&format!("{at}.unit_minor"), "must not be negative"));
    }
    for (name, bp) in [("discount_bp", line.discount_bp), ("tax.bp", line.tax.bp)] {
        if bp > WHOLE_BP {
            return Err(invalid(&format!("{at}.{name}"), "from 0 to 10000"));
        }
    }
    let other =
        |id: Uuid| package.lines.iter().any(|l| l.id == id && id != line.id && l.alternative_to.is_none());
    if line.alternative_to.is_some_and(|id| !other(id)) {
        return Err(Problem::field(&format!("{at}.alternative_to"), "not_found", "a line of this package"));
    }
    if line.answers.iter().any(|a| !findings.contains(a)) {
        return Err(Problem::field(&format!("{at}.answers"), "not_found", "must name findings of this deal"));
    }
    Ok(())
}

fn check_ids(content: &Content) -> Answer<()> {
    let mut ids: Vec<Uuid> = content.lines().map(|l| l.id).collect();
    ids.extend(content.packages.iter().map(|p| p.id));
    ids.extend(content.sections.iter().map(|s| s.id));
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    match ids.len() == all {
        true => Ok(()),
        false => Err(invalid("packages", "two of its parts have one id")),
    }
}

fn check_totals(content: &Content) -> Answer<()> {
    // All that can be chosen has to fit too.
    for (n, package) in content.packages.iter().enumerate() {
        let all = package.lines.iter().map(|l| l.id).collect();
        let priced = content.price(package, &std::collections::BTreeSet::new());
        let Err(fault) = priced.and_then(|_| content.price(package, &all)) else { continue };
        let (lines, discount) = (format!("packages.{n}.lines"), format!("packages.{n}.discount"));
        return Err(match fault {
            PriceError::TooLarge => Problem::field(&lines, "too_large", fault.to_string()),
            PriceError::DiscountTooLarge => Problem::field(&discount, "too_large", fault.to_string()),
            PriceError::OutOfRange => Problem::field(&lines, "invalid", fault.to_string()),
        });
    }
    Ok(())
}

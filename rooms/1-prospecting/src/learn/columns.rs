//! What the columns of an export mean for the learning: outcome, company, facts of the customer, or
//! something of the sale that must never become a criterion.

use kernel::fold::{fold, fold_key};
use records::import::date::{infer_date_order, parse_date};
use records::import::value::{is_blank, parse_count, parse_number, parse_yes_no};
use records::import::{RecordKind, field_named};

use super::observed::{FactSort, Origin, Outcome};
use super::spelling::is_country;
use crate::icp::values::Held;

/// Columns that may hold how a deal ended, besides those the import knows as status and stage.
const OUTCOMES: [&str; 14] = [
    "outcome",
    "won",
    "iswon",
    "closedwon",
    "converted",
    "isconverted",
    "conversion",
    "success",
    "y",
    "성사여부",
    "수주여부",
    "계약여부",
    "성공여부",
    "수주결과",
];
const WON: [&str; 13] = [
    "won",
    "closedwon",
    "win",
    "success",
    "successful",
    "customer",
    "converted",
    "수주",
    "수주완료",
    "성사",
    "성공",
    "계약완료",
    "체결",
];
const LOST: [&str; 12] = [
    "lost",
    "closedlost",
    "loss",
    "lose",
    "failed",
    "failure",
    "notconverted",
    "실주",
    "수주실패",
    "실패",
    "탈락",
    "미성사",
];
/// Never qualified opportunities: neither decided nor open.
const NEVER_QUALIFIED: [&str; 6] = ["disqualified", "unqualified", "junk", "duplicate", "부적격", "중복"];
/// Companies by number or by a name the import does not list.
const COMPANIES: [&str; 9] = [
    "companyid",
    "accountid",
    "customer",
    "customername",
    "customerid",
    "client",
    "clientname",
    "고객사명",
    "고객번호",
];
/// Words in the name of a column that belongs to the sale, not to the customer.
const OF_THE_SALE: [&str; 37] = [
    "agent",
    "rep",
    "owner",
    "manager",
    "seller",
    "salesperson",
    "product",
    "price",
    "discount",
    "stage",
    "status",
    "probability",
    "forecast",
    "close",
    "closed",
    "lost",
    "won",
    "reason",
    "competitor",
    "next",
    "activity",
    "activities",
    "last",
    "date",
    "modified",
    "created",
    "calls",
    "meetings",
    "emails",
    "quote",
    "amount",
    "duration",
    "contacted",
    "pipeline",
    "deal",
    "opportunity",
    "notes",
];
const OF_THE_SALE_KOREAN: [&str; 12] =
    ["담당", "단계", "할인", "제품", "상품", "단가", "가격", "사유", "경쟁사", "금액", "일자", "영업"];
/// Columns that name the firm a company belongs to; empty means it stands alone.
const PARENTS: [&str; 7] =
    ["subsidiaryof", "parent", "parentcompany", "parentaccount", "parentorganization", "모회사", "모기업"];
/// Days on which deals began and ended.
const OPENED: [&str; 12] = [
    "engagedate",
    "createdate",
    "createddate",
    "createdat",
    "opendate",
    "openedat",
    "opened",
    "startdate",
    "dealcreatedate",
    "생성일",
    "등록일",
    "시작일",
];
const CLOSED: [&str; 12] = [
    "closedate",
    "closeddate",
    "closedat",
    "wondate",
    "decidedat",
    "decisiondate",
    "enddate",
    "마감일",
    "종료일",
    "계약일",
    "수주일",
    "결정일",
];
const STAYED: [&str; 6] = ["retained", "retention", "renewed", "isrenewed", "재계약", "유지"];
const LEFT: [&str; 4] = ["churned", "churn", "ischurned", "해지"];
/// Fields of a company that tell it from all others.
const NAMING: [&str; 10] = [
    "name",
    "legal_name",
    "domain",
    "website",
    "registration_number",
    "phone",
    "linkedin_url",
    "address",
    "description",
    "email",
];
/// Share of a column's filled cells that must read as numbers, days or countries for it to be one.
const READABLE: f64 = 0.8;
/// From so many rows on a column of nothing but different texts names the rows.
const NAMES_ROWS: usize = 20;

/// How a cell says a deal ended; the outer `None` for a deal that was never qualified.
pub(super) fn outcome(cell: &str) -> Option<Outcome> {
    let word = fold_key(cell);
    let word = word.as_str();
    if NEVER_QUALIFIED.contains(&word) {
        return None;
    }
    Some(match () {
        () if WON.contains(&word) => Outcome::Won,
        () if LOST.contains(&word) => Outcome::Lost,
        () => match parse_yes_no(cell) {
            Ok(true) => Outcome::Won,
            Ok(false) => Outcome::Lost,
            Err(_) => Outcome::Open,
        },
    })
}

/// How well a column says how deals ended: the share of its filled cells that say it, 0 when its name or
/// its words do not. Without a name for it, only words such as won and lost count, not yes and no.
#[allow(clippy::cast_precision_loss)] // a number of rows
pub(super) fn outcome_share(header: &str, cells: &[&str]) -> f64 {
    let key = fold_key(header);
    let named = OUTCOMES.contains(&key.as_str())
        || matches!(field_named(RecordKind::Deals, &key), Some(("status" | "stage", _)));
    let worded = |cell: &str| {
        let word = fold_key(cell);
        WON.contains(&word.as_str()) || LOST.contains(&word.as_str())
    };
    let says = |cell: &str| match outcome(cell) {
        Some(Outcome::Won | Outcome::Lost) => named || worded(cell),
        _ => false,
    };
    let filled = cells.iter().filter(|c| !is_blank(c)).count();
    let told = cells.iter().filter(|c| !is_blank(c) && says(c)).count();
    let of = |outcome_is: Outcome| cells.iter().any(|c| !is_blank(c) && outcome(c) == Some(outcome_is));
    let both = of(Outcome::Won) && of(Outcome::Lost);
    if filled == 0 || !both || (!named && told < filled) { 0.0 } else { told as f64 / filled as f64 }
}

/// Whether a column names the company a row is of.
pub(super) fn is_company(header: &str, of_deals: bool) -> bool {
    let key = fold_key(header);
    let kind = if of_deals { RecordKind::Deals } else { RecordKind::Companies };
    let field = field_named(kind, &key).map(|(field, _)| field);
    COMPANIES.contains(&key.as_str()) || field == Some(if of_deals { "company" } else { "name" })
}

/// What a column of deals is besides a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What the deal is worth.
    Value,
    /// The day it began.
    Opened,
    /// The day it was decided.
    Closed,
    /// Whether the customer stayed; `true` when the column tells who left.
    Stayed(bool),
}

/// What a column of deals is besides a fact, by its name.
pub(super) fn part(header: &str) -> Option<Part> {
    let key = fold_key(header);
    match key.as_str() {
        key if OPENED.contains(&key) => Some(Part::Opened),
        key if CLOSED.contains(&key) => Some(Part::Closed),
        key if STAYED.contains(&key) => Some(Part::Stayed(false)),
        key if LEFT.contains(&key) => Some(Part::Stayed(true)),
        key => match field_named(RecordKind::Deals, key) {
            Some(("value", _)) => Some(Part::Value),
            _ => None,
        },
    }
}

/// What a column of facts is. `blank_is_no` when an empty cell means "no".
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reads {
    pub sort: FactSort,
    pub origin: Origin,
    pub blank_is_no: bool,
}

/// What a column of facts is, by its name and its cells. `of_sale` says that the file is about the sale.
pub(super) fn reads(header: &str, cells: &[&str], of_sale: bool) -> Reads {
    let key = fold_key(header);
    let filled: Vec<&str> = cells.iter().copied().filter(|c| !is_blank(c)).collect();
    let field = field_named(RecordKind::Companies, &key).map(|(field, _)| field);
    let fact = |sort| Reads { sort, origin: Origin::Customer, blank_is_no: false };
    let sort = sort(&key, field, &filled);
    let origin = match field {
        _ if part(header).is_some() => Origin::Selling,
        _ if names_rows(&filled, sort) => Origin::Identifier,
        Some(name) if NAMING.contains(&name) && sort == FactSort::Words => Origin::Identifier,
        _ if is_of_the_sale(header) => Origin::Selling,
        _ if of_sale => Origin::Selling,
        _ => Origin::Customer,
    };
    let parent = PARENTS.contains(&key.as_str()) && !filled.is_empty();
    if parent {
        return Reads { sort: FactSort::YesNo, origin, blank_is_no: true };
    }
    Reads { origin, ..fact(sort) }
}

fn is_of_the_sale(header: &str) -> bool {
    let folded = fold(header);
    let word = |w: &str| OF_THE_SALE.contains(&w);
    folded.split(|c: char| !c.is_alphanumeric()).any(word)
        || OF_THE_SALE_KOREAN.iter().any(|w| folded.contains(w))
        || matches!(
            field_named(RecordKind::Deals, &fold_key(header)),
            Some(("owner" | "stage" | "status" | "value", _))
        )
}

fn sort(key: &str, field: Option<&str>, filled: &[&str]) -> FactSort {
    let numbers = |reads: fn(&str) -> bool| share(filled, reads) >= READABLE;
    let is_number = |c: &str| parse_number(c).is_ok();
    match field {
        Some("employees") if numbers(|c| parse_count(c).is_ok()) => FactSort::Employees,
        Some("founded_year") if numbers(|c| year(c).is_some()) => FactSort::FoundedYear,
        Some("revenue") if numbers(is_number) => FactSort::Revenue { unit: revenue_unit(filled) },
        Some("country" | "address" | "region") if numbers(is_country) => FactSort::Country,
        _ if key.contains("country") && numbers(is_country) => FactSort::Country,
        _ if filled.is_empty() => FactSort::Words,
        // 0 and 1 alone are an answer, unless a third number says that they are counts.
        _ if filled.iter().all(|c| parse_yes_no(c).is_ok()) => FactSort::YesNo,
        _ if numbers(is_number) => FactSort::Number,
        _ => FactSort::Words,
    }
}

#[allow(clippy::cast_precision_loss)] // a number of rows
fn share(cells: &[&str], reads: fn(&str) -> bool) -> f64 {
    let read = cells.iter().filter(|c| reads(c)).count();
    if cells.is_empty() { 0.0 } else { read as f64 / cells.len() as f64 }
}

/// No firm of note earns under a million: a column without such a number counts in millions.
fn revenue_unit(filled: &[&str]) -> f64 {
    let most = filled.iter().filter_map(|c| parse_number(c).ok()).map(|n| n.to_f64()).fold(0.0, f64::max);
    if most < 1e6 { 1e6 } else { 1.0 }
}

fn names_rows(filled: &[&str], sort: FactSort) -> bool {
    let different: std::collections::HashSet<&str> = filled.iter().copied().collect();
    sort == FactSort::Words && filled.len() >= NAMES_ROWS && different.len() == filled.len()
}

/// A cell as a fact; `None` when it is blank or cannot be read as its sort.
pub(super) fn held(cell: &str, reads: Reads) -> Option<Held> {
    if is_blank(cell) {
        return reads.blank_is_no.then_some(Held::Flag(false));
    }
    #[allow(clippy::cast_precision_loss)] // people employed
    match reads.sort {
        _ if reads.blank_is_no => Some(Held::Flag(true)),
        FactSort::Words | FactSort::Country => Some(Held::Text(cell.trim().to_owned())),
        FactSort::YesNo => parse_yes_no(cell).ok().map(Held::Flag),
        FactSort::Employees => parse_count(cell).ok().map(|n| Held::Number(n as f64)),
        FactSort::FoundedYear => year(cell).map(Held::Number),
        FactSort::Revenue { .. } | FactSort::Number => {
            parse_number(cell).ok().map(|n| Held::Number(n.to_f64()))
        }
    }
}

fn year(cell: &str) -> Option<f64> {
    let plausible = |year: &f64| (1000.0..=2200.0).contains(year);
    let number = parse_number(cell).ok().map(|n| n.to_f64()).filter(plausible);
    number.or_else(|| {
        parse_date(cell, infer_date_order([cell]).unwrap_or_default())
            .ok()
            .map(|d| f64::from(chrono::Datelike::year(&d)))
    })
}

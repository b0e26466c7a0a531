//! What the program itself says in an offer, on the page and in the PDF.

use kernel::Locale;
use serde::Serialize;

use super::price::share_text;
use crate::price::{Period, Tax, TaxKind, Term};

/// The words of one language.
#[derive(Debug, Clone, Copy, Serialize)]
#[allow(missing_docs)] // each is named for what it is said of
pub struct Words {
    pub offer: &'static str,
    pub version: &'static str,
    pub for_whom: &'static str,
    pub from: &'static str,
    pub valid: &'static str,
    pub date: &'static str,
    pub results: &'static str,
    pub ways: &'static str,
    pub parts: &'static str,
    pub advised: &'static str,
    pub what: &'static str,
    pub quantity: &'static str,
    pub price: &'static str,
    pub amount: &'static str,
    pub optional: &'static str,
    pub instead: &'static str,
    pub list: &'static str,
    pub discount: &'static str,
    pub net: &'static str,
    pub total: &'static str,
    pub first: &'static str,
    pub contract: &'static str,
    pub terms: &'static str,
    pub term: &'static str,
    pub payment: &'static str,
    pub currency: &'static str,
    pub with_tax: &'static str,
    pub without_tax: &'static str,
    pub video: &'static str,
    pub sign: &'static str,
    pub name: &'static str,
    pub role: &'static str,
    pub place_date: &'static str,
    pub signature: &'static str,
    pub content_hash: &'static str,
}

const ENGLISH: Words = Words {
    offer: "Offer",
    version: "Version",
    for_whom: "For",
    from: "From",
    valid: "Valid until",
    date: "Date",
    results: "What you can expect",
    ways: "Your options",
    parts: "What it consists of",
    advised: "Recommended",
    what: "Item",
    quantity: "Quantity",
    price: "Price",
    amount: "Amount",
    optional: "optional",
    instead: "instead of",
    list: "Before discount",
    discount: "Discount",
    net: "Net",
    total: "Total",
    first: "First payment with tax",
    contract: "Total over the term",
    terms: "Terms",
    term: "Term",
    payment: "Payment",
    currency: "Currency",
    with_tax: "Prices contain tax.",
    without_tax: "Line prices are without tax.",
    video: "Watch the video",
    sign: "Agreement",
    name: "Name",
    role: "Role",
    place_date: "Place and date",
    signature: "Signature",
    content_hash: "Content SHA-256",
};

const KOREAN: Words = Words {
    offer: "제안서",
    version: "버전",
    for_whom: "받는 분",
    from: "보내는 곳",
    valid: "유효 기간",
    date: "작성일",
    results: "기대하실 수 있는 결과",
    ways: "선택하실 수 있는 구성",
    parts: "구성 내역",
    advised: "추천",
    what: "항목",
    quantity: "수량",
    price: "단가",
    amount: "금액",
    optional: "선택",
    instead: "대체 항목:",
    list: "할인 전 금액",
    discount: "할인",
    net: "공급가액",
    total: "합계",
    first: "첫 결제 금액 (세금 포함)",
    contract: "계약 기간 총액",
    terms: "조건",
    term: "계약 기간",
    payment: "결제",
    currency: "통화",
    with_tax: "가격에는 세금이 포함되어 있습니다.",
    without_tax: "항목별 가격은 세금 별도입니다.",
    video: "영상 보기",
    sign: "동의",
    name: "성명",
    role: "직책",
    place_date: "장소와 날짜",
    signature: "서명",
    content_hash: "내용 SHA-256",
};

/// The words of a language.
#[must_use]
pub fn words(locale: Locale) -> &'static Words {
    match locale {
        Locale::En => &ENGLISH,
        Locale::Ko => &KOREAN,
    }
}

/// For how long they bind themselves.
#[must_use]
pub fn term_text(term: Term, locale: Locale) -> String {
    let months = term.committed_months();
    match (locale, term == Term::MONTH_TO_MONTH) {
        (Locale::En, true) => "month to month".to_owned(),
        (Locale::Ko, true) => "월 단위".to_owned(),
        (Locale::En, false) if months == 1 => "1 month".to_owned(),
        (Locale::En, false) => format!("{months} months"),
        (Locale::Ko, false) => format!("{months}개월"),
    }
}

pub(super) fn period_text(period: Period, locale: Locale) -> &'static str {
    match (period, locale) {
        (Period::OneOff, Locale::En) => "Once",
        (Period::Monthly, Locale::En) => "Monthly",
        (Period::Yearly, Locale::En) => "Yearly",
        (Period::OneOff, Locale::Ko) => "일회",
        (Period::Monthly, Locale::Ko) => "매월",
        (Period::Yearly, Locale::Ko) => "매년",
    }
}

pub(super) fn per(period: Period, locale: Locale) -> &'static str {
    match (period, locale) {
        (Period::OneOff, _) => "",
        (Period::Monthly, Locale::En) => " / month",
        (Period::Yearly, Locale::En) => " / year",
        (Period::Monthly, Locale::Ko) => " / 월",
        (Period::Yearly, Locale::Ko) => " / 년",
    }
}

/// A tax in words; none where there is nothing to say.
pub(super) fn tax_text(tax: &Tax, locale: Locale) -> Option<String> {
    let name = match (tax.kind, locale) {
        (TaxKind::Rate, Locale::En) => format!("Tax {} %", share_text(tax.bp)),
        (TaxKind::Rate, Locale::Ko) => format!("부가세 {}%", share_text(tax.bp)),
        (TaxKind::ZeroRated, Locale::En) => "Zero-rated".to_owned(),
        (TaxKind::ZeroRated, Locale::Ko) => "영세율".to_owned(),
        (TaxKind::ReverseCharge, Locale::En) => "Reverse charge".to_owned(),
        (TaxKind::ReverseCharge, Locale::Ko) => "대리납부 (역과세)".to_owned(),
        (TaxKind::Exempt, _) if tax.text.trim().is_empty() => return None,
        (TaxKind::Exempt, Locale::En) => "Tax exempt".to_owned(),
        (TaxKind::Exempt, Locale::Ko) => "면세".to_owned(),
    };
    Some(if tax.text.trim().is_empty() { name } else { format!("{name}: {}", tax.text.trim()) })
}

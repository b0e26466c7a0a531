//! What is shown of an offer.

use super::*;
use crate::content::{OfferLine, Rise, Section};
use crate::price::{Period, Tax, Term};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn line(id: u128, text: &str, minor: i64) -> OfferLine {
    OfferLine {
        id: Uuid::from_u128(id),
        text: text.into(),
        unit_minor: minor,
        tax: Tax::rate(1_000),
        ..OfferLine::default()
    }
}

fn content(locale: &str) -> Content {
    let rise = Some(Rise { on: day("2027-01-01"), minor: 120_000 });
    let lines = vec![
        OfferLine { period: Period::Monthly, rise, ..line(1, "Licence", 100_000) },
        OfferLine { mandatory: false, ..line(2, "Training", 20_000) },
        OfferLine {
            alternative_to: Some(Uuid::from_u128(2)),
            mandatory: false,
            ..line(3, "Long training", 50_000)
        },
    ];
    Content {
        title: "Close in two days".into(),
        locale: locale.into(),
        currency: kernel::Currency::parse("KRW").expect("won"),
        sections: vec![Section {
            id: Uuid::from_u128(20),
            title: "Why".into(),
            body: "**Because**".into(),
            file_id: None,
        }],
        packages: vec![Package { id: Uuid::from_u128(10), name: "Good".into(), lines, ..Package::default() }],
        term: Term::months(12).expect("a term"),
        ..Content::default()
    }
}

fn choice(lines: &[u128]) -> Choice {
    Choice { package: Uuid::from_u128(10), lines: lines.iter().map(|id| Uuid::from_u128(*id)).collect() }
}

fn sums(sight: &Sight) -> Vec<(String, String)> {
    sight.packages[0].totals.iter().map(|t| (t.name.clone(), t.amount.clone())).collect()
}

#[test]
fn sums_are_said_by_period_with_their_tax_and_over_the_term() {
    let shown = sight(&content("ko"), Some(&choice(&[2])), None, day("2026-12-01")).expect("it is shown");
    let wanted = [
        ("일회: 공급가액", "20,000원"),
        ("부가세 10%", "2,000원"),
        ("일회: 합계", "22,000원"),
        ("매월: 공급가액", "100,000원"),
        ("부가세 10%", "10,000원"),
        ("매월: 합계", "110,000원"),
        ("첫 결제 금액 (세금 포함)", "132,000원"),
        ("계약 기간 총액 (12개월)", "1,342,000원"),
    ];
    assert_eq!(sums(&shown), wanted.map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert_eq!(shown.packages[0].contract_minor, 1_342_000);
    assert_eq!(shown.sections[0].html, "<p><strong>Because</strong></p>");
}

#[test]
fn r70_after_the_day_of_a_rise_the_new_price_is_shown_and_reckoned() {
    let table =
        [("2026-12-31", "₩100,000", "until 1 Jan 2027"), ("2027-01-01", "₩120,000", "since 1 Jan 2027")];
    for (on, price, words) in table {
        let shown = sight(&content("en"), None, None, day(on)).expect("it is shown");
        assert_eq!(shown.packages[0].lines[0].price, price, "{on}");
        assert!(shown.rises[0].contains(words), "{:?}", shown.rises);
    }
    let after = reckon(&content("en"), &choice(&[]), day("2027-06-01")).expect("reckoned").expect("there");
    assert_eq!(after.totals.monthly.amount.net, 120_000);
}

#[test]
fn r67_an_incentive_appears_and_lapses_on_its_own() {
    let incentive = ShownIncentive {
        text: "Setting up is free".into(),
        value: Some(Money::new(300_000, content("en").currency)),
        until_on: day("2026-12-10"),
    };
    let said = |on: &str| sight(&content("en"), None, Some(&incentive), day(on)).expect("shown").incentive;
    assert_eq!(
        said("2026-12-10").as_deref(),
        Some("Setting up is free (worth ₩300,000), if you decide by 10 Dec 2026.")
    );
    assert_eq!(said("2026-12-11"), None);
}

#[test]
fn what_is_not_chosen_is_shown_at_what_it_would_come_to() {
    let shown = sight(&content("en"), Some(&choice(&[])), None, day("2026-12-01")).expect("it is shown");
    let lines: Vec<_> =
        shown.packages[0].lines.iter().map(|l| (l.amount.as_str(), l.free, l.counts)).collect();
    assert_eq!(
        lines,
        [("₩100,000 / month", false, true), ("₩20,000", true, false), ("₩50,000", true, false)]
    );
    let unknown = Choice { package: Uuid::from_u128(99), lines: BTreeSet::new() };
    assert_eq!(unknown.within(&content("en")).map(|c| c.package), Some(Uuid::from_u128(10)));
    assert_eq!(
        choice(&[1, 2, 77]).within(&content("en")).map(|c| c.lines.len()),
        Some(1),
        "only what is free"
    );
}

#[test]
fn r53_the_pdf_shows_the_totals_of_the_page() {
    let shown = sight(&content("en"), Some(&choice(&[2])), None, day("2026-12-01")).expect("it is shown");
    let cover = Cover { sender: "Hanbit".into(), accent: "#1864ab".into(), ..Cover::default() };
    let document = document(&shown, &cover, true);
    let printed: Vec<(String, String)> = document
        .parts
        .iter()
        .filter_map(|part| match part {
            ::paper::document::Part::Lines { totals, .. } => Some(totals),
            _ => None,
        })
        .flatten()
        .map(|t| (t.name.clone(), t.amount.clone()))
        .collect();
    assert_eq!(printed, sums(&shown));
    let printed = ::paper::print_document(&document).expect("it prints");
    assert!(printed.pages >= 1);
}

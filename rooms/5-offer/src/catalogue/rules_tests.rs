//! Prices by quantity, by day, by term, and whom a book is for.

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn amount(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

fn term(months: u16) -> Term {
    Term::months(months).unwrap_or(Term::MONTH_TO_MONTH)
}

fn book(mode: TierMode) -> Book {
    let item = BookItem {
        product_id: Uuid::from_u128(1),
        period: Period::Monthly,
        minor: 10_000,
        mode,
        tiers: vec![Step { from: amount("10"), minor: 9_000 }, Step { from: amount("50"), minor: 7_000 }],
        floor_minor: Some(6_000),
        rises: vec![
            Rise { on: day("2027-01-01"), minor: 11_000 },
            Rise { on: day("2028-01-01"), minor: 12_000 },
        ],
    };
    Book {
        name: "2026".into(),
        currency: Currency::KRW,
        inclusive: false,
        segment: Segment::default(),
        valid_from: Some(day("2026-01-01")),
        valid_until: Some(day("2026-12-31")),
        terms: vec![
            BookTerm { term: term(0), change_bp: 1_000 },
            BookTerm { term: term(12), change_bp: 0 },
            BookTerm { term: term(24), change_bp: -500 },
        ],
        items: vec![item],
    }
}

#[test]
fn a_price_follows_quantity_day_and_term() {
    let ask = |quantity, months, on| {
        let book = book(TierMode::Volume);
        listed(&book, &book.items[0], amount(quantity), term(months), day(on)).unwrap()
    };
    for (quantity, months, on, minor) in [
        ("1", 12, "2026-11-23", 10_000),
        ("9.999999", 12, "2026-11-23", 10_000),
        ("10", 12, "2026-11-23", 9_000),
        ("50", 12, "2026-11-23", 7_000),
        ("1", 0, "2026-11-23", 11_000),
        ("1", 24, "2026-11-23", 9_500),
        ("1", 36, "2026-11-23", 10_000),
        ("1", 12, "2027-01-01", 11_000),
        ("10", 12, "2027-06-01", 9_900),
        ("1", 12, "2028-02-01", 12_000),
    ] {
        let found = ask(quantity, months, on);
        assert_eq!((found.minor, found.steps.len()), (minor, 0), "{quantity} {months} {on}");
    }
    let rise = |on| ask("1", 24, on).rise.map(|r| (r.on, r.minor));
    assert_eq!(rise("2026-11-23"), Some((day("2027-01-01"), 10_450)), "the next rise, for this term");
    assert_eq!(rise("2027-01-01"), Some((day("2028-01-01"), 11_400)));
    assert_eq!(rise("2028-01-01"), None);
    let tier = |on| ask("10", 12, on).rise.map(|r| r.minor);
    assert_eq!(
        (tier("2026-11-23"), tier("2027-01-01")),
        (Some(9_900), Some(10_800)),
        "by the tier's own share"
    );
    let mut free = book(TierMode::Volume);
    (free.items[0].minor, free.items[0].tiers) = (0, Vec::new());
    let found = listed(&free, &free.items[0], amount("1"), term(12), day("2026-11-23")).unwrap();
    assert_eq!(
        (found.minor, found.rise.map(|r| r.minor)),
        (0, Some(11_000)),
        "what begins at nothing rises, too"
    );
}

#[test]
fn a_graduated_price_is_written_in_steps() {
    let book = book(TierMode::Graduated);
    let found = listed(&book, &book.items[0], amount("60"), term(12), day("2026-11-23")).unwrap();
    let steps: Vec<(String, i64)> = found.steps.iter().map(|s| (s.from.to_string(), s.minor)).collect();
    assert_eq!(found.minor, 10_000);
    assert_eq!(steps, [("0".into(), 10_000), ("10".into(), 9_000), ("50".into(), 7_000)]);
}

#[test]
fn a_line_follows_the_list_until_its_price_is_set_by_hand() {
    let mut content = Content {
        packages: vec![crate::content::Package {
            lines: vec![OfferLine { product_id: Some(Uuid::from_u128(1)), ..OfferLine::default() }],
            ..Default::default()
        }],
        term: term(12),
        ..Content::default()
    };
    let book = book(TierMode::Volume);
    let mut stamped = |change: &dyn Fn(&mut OfferLine), with: Option<&Book>| {
        change(&mut content.packages[0].lines[0]);
        stamp(&mut content, with, day("2026-11-23")).unwrap();
        let line = &content.packages[0].lines[0];
        (line.unit_minor, line.list_minor, line.floor_minor, line.period)
    };
    let monthly = Period::Monthly;
    assert_eq!(stamped(&|_| (), Some(&book)), (10_000, Some(10_000), Some(6_000), monthly));
    assert_eq!(stamped(&|l| l.quantity = amount("10"), Some(&book)).0, 9_000);
    assert_eq!(stamped(&|l| l.unit_minor = 8_000, Some(&book)), (8_000, Some(9_000), Some(6_000), monthly));
    assert_eq!(stamped(&|l| l.quantity = amount("1"), Some(&book)).0, 8_000, "lowered by hand, it stays");
    assert_eq!(
        stamped(&|l| l.list_minor = Some(1), Some(&book)).1,
        Some(10_000),
        "a list price is the book's"
    );
    assert_eq!(stamped(&|_| (), None), (8_000, None, None, monthly));
    assert_eq!(content.currency, Currency::KRW);
}

#[test]
fn a_book_is_for_those_its_segment_names() {
    let who =
        Customer { country: Some("KR".into()), industry: Some("Automotive".into()), employees: Some(120) };
    let segment = |change: fn(&mut Segment)| {
        let mut segment = Segment::default();
        change(&mut segment);
        (segment.fit(&who), segment.fit(&Customer::default()))
    };
    assert_eq!(segment(|_| ()), (Some(0), Some(0)));
    assert_eq!(segment(|s| s.countries = vec!["kr".into(), "JP".into()]), (Some(1), None));
    assert_eq!(segment(|s| s.countries = vec!["US".into()]), (None, None));
    assert_eq!(segment(|s| s.industries = vec![" automotive".into()]), (Some(1), None));
    assert_eq!(segment(|s| (s.min_employees, s.max_employees) = (Some(120), Some(120))), (Some(2), None));
    assert_eq!(segment(|s| s.min_employees = Some(121)), (None, None));
    let book = book(TierMode::Volume);
    let holds = |on| book.holds_on(day(on));
    assert_eq!(
        [holds("2025-12-31"), holds("2026-01-01"), holds("2026-12-31"), holds("2027-01-01")],
        [false, true, true, false]
    );
}

use super::*;
use proptest::prelude::*;

#[test]
fn numbers_are_read_in_every_spelling_seen() {
    let cases = [
        ("1200", 1200.0),
        ("1,200.50", 1200.5),
        ("1.234,5", 1234.5),
        ("1 200", 1200.0),
        ("1'200", 1200.0),
        ("1,5", 1.5),
        ("1,401", 1401.0),
        ("1.5", 1.5),
        ("1,401만", 14_010_000.0),
        ("1억 2,000만", 120_000_000.0),
        ("3조", 3e12),
        ("1.2M", 1.2e6),
        ("4.5 billion", 4.5e9),
        ("-7", -7.0),
        ("(1,200)", -1200.0),
        ("'0042", 42.0),
        ("1,234,567", 1_234_567.0),
        ("581673889635000", 581_673_889_635_000.0),
        ("500백만", 5e8),
        ("12k", 12_000.0),
        ("0.5", 0.5),
    ];
    for (cell, value) in cases {
        assert_eq!(parse_number(cell).map(Decimal::to_f64), Ok(value), "{cell}");
    }
    for cell in [
        "",
        "abc",
        "1,2,3",
        "1.2.3.4",
        "12%",
        "1 apple",
        "--1",
        "1,40,100",
        "9".repeat(31).as_str(),
        ".",
        ",",
    ] {
        assert!(parse_number(cell).is_err(), "{cell}");
    }
}

#[test]
fn money_knows_its_currency_and_its_smallest_unit() {
    let cases = [
        ("$1.2M", "KRW", 120_000_000, "USD"),
        ("1,401만", "KRW", 14_010_000, "KRW"),
        ("₩1,500,000", "USD", 1_500_000, "KRW"),
        ("1054", "USD", 105_400, "USD"),
        ("500 EUR", "USD", 50_000, "EUR"),
        ("EUR 500", "USD", 50_000, "EUR"),
        ("3억원", "USD", 300_000_000, "KRW"),
        ("-$19.99", "KRW", -1_999, "USD"),
        ("1100.04", "KRW", 1_100, "KRW"),
        ("1100.5", "KRW", 1_101, "KRW"),
        ("2 bn", "USD", 200_000_000_000, "USD"),
        ("2bn usd", "KRW", 200_000_000_000, "USD"),
        ("£1,234.56", "USD", 123_456, "GBP"),
        ("C$10", "USD", 1_000, "CAD"),
        ("(500)", "USD", -50_000, "USD"),
    ];
    for (cell, default, minor, code) in cases {
        let money = parse_money(cell, Currency::parse(default).unwrap());
        assert_eq!(money, Ok(Money::new(minor, Currency::parse(code).unwrap())), "{cell}");
    }
    assert_eq!(parse_money("free", Currency::USD), Err(ValueError::NotMoney("free".into())));
    assert_eq!(
        parse_money("99999999999999999999", Currency::USD),
        Err(ValueError::TooLarge("99999999999999999999".into()))
    );
}

#[test]
fn counts_of_people_come_as_numbers_and_ranges() {
    let cases = [
        ("58", 58),
        ("1,000", 1000),
        ("51-200", 125),
        ("5001+", 5001),
        ("10,000+", 10_000),
        ("58명", 58),
        ("11–50 employees", 30),
        ("2 ~ 10", 6),
    ];
    for (cell, count) in cases {
        assert_eq!(parse_count(cell), Ok(count), "{cell}");
    }
    for cell in ["", "-5", "many", "1-2-3", "Large"] {
        assert!(parse_count(cell).is_err(), "{cell}");
    }
}

#[test]
fn yes_and_no_are_read_in_two_languages() {
    for cell in ["Yes", "TRUE", "y", "1", "예", " o "] {
        assert_eq!(parse_yes_no(cell), Ok(true), "{cell}");
    }
    for cell in ["no", "FALSE", "0", "아니오", "X"] {
        assert_eq!(parse_yes_no(cell), Ok(false), "{cell}");
    }
    assert!(parse_yes_no("maybe").is_err());
    assert!(is_blank(" N/A ") && is_blank("-") && !is_blank("0"));
}

proptest! {
    #[test]
    fn a_grouped_number_is_read_back(value in any::<i32>()) {
        let text = kernel::Locale::En.number(value.into());
        prop_assert_eq!(parse_number(&text).unwrap().scaled(0), Some(value.into()));
    }

    #[test]
    fn any_text_is_safe(text in "\\PC{0,30}") {
        let _ = (parse_number(&text), parse_money(&text, Currency::KRW), parse_count(&text));
    }
}

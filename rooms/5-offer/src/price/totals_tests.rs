//! The worked cases of the offer's arithmetic, and what holds for every offer.

use kernel::Currency;
use proptest::prelude::*;

use super::*;
use crate::price::{TaxKind, TaxRounding};

fn line(quantity: &str, unit_minor: i64, discount_bp: u32, bp: u32) -> PricedLine {
    PricedLine {
        quantity: Quantity::parse(quantity).unwrap(),
        unit_minor,
        steps: Vec::new(),
        discount_bp,
        period: Period::OneOff,
        tax: Tax::rate(bp),
    }
}

fn terms(code: &str, inclusive: bool) -> Terms {
    let rounding = TaxRounding::of(Currency::parse(code).unwrap());
    let tax = TaxRules { inclusive, rounding, per_line: false };
    Terms { tax, discount: OrderDiscount::None, term: Term::default() }
}

fn off(terms: Terms, discount: OrderDiscount) -> Terms {
    Terms { discount, ..terms }
}

fn amount(net: i64, tax: i64) -> Amount {
    Amount { net, tax, total: net + tax }
}

#[test]
fn the_worked_cases_come_out_to_the_unit() {
    let krw = terms("KRW", false);
    let found = compute(&[line("3", 33_333, 0, 1_000)], &krw).unwrap();
    assert_eq!((found.lines[0].net, found.first), (99_999, amount(99_999, 9_999)));

    let found = compute(&[line("1", 1_000_000, 0, 1_000)], &terms("KRW", true)).unwrap();
    assert_eq!(found.first, amount(909_091, 90_909));
    let found = compute(&[line("1", 110_005, 0, 1_000)], &terms("KRW", true)).unwrap();
    assert_eq!(found.first, amount(100_005, 10_000));

    let usd = terms("USD", false);
    assert_eq!(compute(&[line("3", 1_999, 1_000, 0)], &usd).unwrap().lines[0].net, 5_397);

    let three = vec![line("1", 1_000, 0, 0); 3];
    let found = compute(&three, &off(usd, OrderDiscount::Fixed { minor: 100 })).unwrap();
    assert_eq!(found.lines.iter().map(|l| l.share).collect::<Vec<_>>(), [34, 33, 33]);
    assert_eq!(found.first.net, 2_900);

    let two = [line("3", 33_333, 1_000, 1_000), line("1", 150_000, 0, 1_000)];
    let found = compute(&two, &off(krw, OrderDiscount::Share { bp: 500 })).unwrap();
    assert_eq!((found.lines[0].net, found.order_discount), (89_999, 12_000));
    assert_eq!(found.first, Amount { net: 227_999, tax: 22_799, total: 250_798 });
    assert_eq!((found.full, found.line_discount), (249_999, 10_000));

    let yen = [line("1", 2_331, 0, 1_000), line("1", 1_239, 0, 1_000)];
    assert_eq!(compute(&yen, &terms("JPY", false)).unwrap().first.tax, 357);
}

#[test]
fn tax_is_reckoned_once_a_rate_unless_the_offer_says_line_by_line() {
    let three = vec![line("1", 1_999, 0, 1_900); 3];
    let once = terms("EUR", false);
    assert_eq!(compute(&three, &once).unwrap().first.tax, 1_139);
    let each = Terms { tax: TaxRules { per_line: true, ..once.tax }, ..once };
    let found = compute(&three, &each).unwrap();
    assert_eq!((found.first.tax, found.lines[0].tax), (1_140, Some(380)));
}

#[test]
fn every_kind_of_tax_stands_in_its_own_group() {
    let of = |kind| Tax { kind, bp: 1_900, text: format!("{kind:?}") };
    let kinds = [TaxKind::ReverseCharge, TaxKind::Rate, TaxKind::Exempt, TaxKind::ZeroRated, TaxKind::Rate];
    let lines: Vec<PricedLine> =
        kinds.into_iter().map(|k| PricedLine { tax: of(k), ..line("1", 1_000, 0, 0) }).collect();
    let found = compute(&lines, &terms("EUR", false)).unwrap().one_off;
    let groups: Vec<(TaxKind, Amount)> = found.groups.iter().map(|g| (g.tax.kind, g.amount)).collect();
    assert_eq!(
        groups,
        [
            (TaxKind::Rate, amount(2_000, 380)),
            (TaxKind::ZeroRated, amount(1_000, 0)),
            (TaxKind::Exempt, amount(1_000, 0)),
            (TaxKind::ReverseCharge, amount(1_000, 0)),
        ]
    );
    assert_eq!(found.amount, amount(5_000, 380));
}

#[test]
fn what_recurs_is_shown_apart_and_counted_over_the_term() {
    let of = |period, minor| PricedLine { period, ..line("1", minor, 0, 1_000) };
    let lines = [of(Period::OneOff, 500_000), of(Period::Monthly, 100_000), of(Period::Yearly, 240_000)];
    for (term, contract) in [
        ("month_to_month", 840_000),
        ("3_months", 1_040_000),
        ("6_months", 1_340_000),
        ("12_months", 1_940_000),
        ("24_months", 3_380_000),
        ("36_months", 4_820_000),
    ] {
        let term = Term::parse(term).unwrap();
        let found = compute(&lines, &Terms { term, ..terms("KRW", false) }).unwrap();
        assert_eq!(found.first, amount(840_000, 84_000));
        assert_eq!(found.contract, amount(contract, contract / 10), "{term:?}");
        assert_eq!(found.monthly.amount, amount(100_000, 10_000));
        assert_eq!(found.yearly.amount, amount(240_000, 24_000));
    }
}

#[test]
fn what_does_not_fit_is_an_error_and_nothing_is_nothing() {
    let usd = terms("USD", false);
    assert_eq!(compute(&[line("2", i64::MAX, 0, 0)], &usd), Err(PriceError::TooLarge));
    assert_eq!(compute(&[line("1000000000", i64::MAX, 0, 0)], &usd), Err(PriceError::TooLarge));
    assert_eq!(compute(&[line("1", i64::MAX, 0, 0), line("1", 1, 0, 0)], &usd), Err(PriceError::TooLarge));
    assert_eq!(compute(&[line("1", i64::MAX, 0, 1_000)], &usd), Err(PriceError::TooLarge));
    assert_eq!(compute(&[line("1", -1, 0, 0)], &usd), Err(PriceError::OutOfRange));
    assert_eq!(compute(&[line("1", 1, 10_001, 0)], &usd), Err(PriceError::OutOfRange));
    assert_eq!(compute(&[], &usd).unwrap(), Totals::default());
    assert_eq!(compute(&[line("0", 500, 0, 1_000)], &usd).unwrap().first, amount(0, 0));
}

#[test]
fn a_graduated_price_asks_each_part_its_own_price() {
    let step = |from: &str, minor| Step { from: Quantity::parse(from).unwrap(), minor };
    let steps = vec![step("0", 1_000), step("10", 800), step("50", 500)];
    let of = |quantity: &str| {
        let line = PricedLine { steps: steps.clone(), ..line(quantity, 1_000, 0, 0) };
        compute(&[line], &terms("USD", false)).unwrap().first.net
    };
    for (quantity, net) in [("0", 0), ("10", 10_000), ("10.5", 10_400), ("50", 42_000), ("60", 47_000)] {
        assert_eq!(of(quantity), net, "{quantity}");
    }
    let unordered = PricedLine { steps: vec![step("5", 1)], ..line("1", 1, 0, 0) };
    assert_eq!(compute(&[unordered], &terms("USD", false)), Err(PriceError::OutOfRange));
}

fn a_line() -> impl Strategy<Value = PricedLine> {
    let kind = prop::sample::select(vec![
        TaxKind::Rate,
        TaxKind::Rate,
        TaxKind::ZeroRated,
        TaxKind::Exempt,
        TaxKind::ReverseCharge,
    ]);
    let bp = prop::sample::select(vec![0_u32, 500, 700, 800, 1_000, 1_900, 2_500]);
    let micro = prop_oneof![(0_i64..1_000).prop_map(|n| n * MICRO), 0_i64..5_000_000_000];
    (micro, 0_i64..1_000_000_000, 0..=10_000_u32, prop::sample::select(Period::ALL.to_vec()), kind, bp)
        .prop_map(|(micro, unit_minor, discount_bp, period, kind, bp)| PricedLine {
            quantity: Quantity::from_micro(micro).unwrap(),
            unit_minor,
            steps: Vec::new(),
            discount_bp,
            period,
            tax: Tax { kind, bp, text: String::new() },
        })
}

fn a_discount() -> impl Strategy<Value = OrderDiscount> {
    prop_oneof![
        Just(OrderDiscount::None),
        (0..=10_000_u32).prop_map(|bp| OrderDiscount::Share { bp }),
        (0..1_000_000_i64).prop_map(|minor| OrderDiscount::Fixed { minor }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn totals_equal_the_sum_of_the_lines_shown_to_the_minor_unit(
        lines in prop::collection::vec(a_line(), 0..=500), discount in a_discount(), inclusive: bool, per_line: bool,
        code in prop::sample::select(vec!["KRW", "JPY", "USD", "EUR", "KWD", "CLF"]),
        term in prop::sample::select(Term::USUAL.to_vec()),
    ) {
        let base = terms(code, inclusive);
        let terms = Terms { tax: TaxRules { per_line, ..base.tax }, discount, term };
        let found = match compute(&lines, &terms) {
            Err(PriceError::DiscountTooLarge) => return Ok(()),
            found => found.unwrap(),
        };
        let shown: i64 = found.lines.iter().map(|l| l.amount).sum();
        prop_assert_eq!(shown, found.full - found.line_discount - found.order_discount);
        prop_assert_eq!(found.lines.iter().map(|l| l.share).sum::<i64>(), found.order_discount);
        for (period, totals) in Period::ALL.into_iter().zip([&found.one_off, &found.monthly, &found.yearly]) {
            let of_lines: i64 =
                lines.iter().zip(&found.lines).filter(|(l, _)| l.period == period).map(|(_, a)| a.amount).sum();
            prop_assert_eq!(of_lines, totals.lines);
            prop_assert_eq!(of_lines, if inclusive { totals.amount.total } else { totals.amount.net });
            prop_assert_eq!(totals.groups.iter().map(|g| g.amount.tax).sum::<i64>(), totals.amount.tax);
            prop_assert_eq!(totals.amount.net + totals.amount.tax, totals.amount.total);
        }
        let sum = |of: fn(&PeriodTotals) -> i64| of(&found.one_off) + of(&found.monthly) + of(&found.yearly);
        prop_assert_eq!(found.first.total, sum(|p| p.amount.total));
        prop_assert_eq!(found.contract.net + found.contract.tax, found.contract.total);
        prop_assert!(found.lines.iter().all(|l| l.amount >= 0 && l.amount <= l.full + 1));
    }
}

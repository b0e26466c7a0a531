//! Ten thousand random offers against what `oracle.py` reckoned with decimals.

use kernel::Currency;
use offer::price::{
    OrderDiscount, Period, PriceError, PricedLine, Quantity, Tax, TaxKind, TaxRounding, TaxRules, Term,
    Terms, compute,
};
use sha2::{Digest, Sha256};
use stats::SplitMix64;

const SEED: u64 = 20_261_128;
const CURRENCIES: [&str; 6] = ["KRW", "JPY", "USD", "EUR", "KWD", "CLF"];
const TERMS: [u16; 6] = [0, 3, 6, 12, 24, 36];
const RATES: [u32; 7] = [0, 500, 700, 800, 1_000, 1_900, 2_500];
const KINDS: [TaxKind; 5] =
    [TaxKind::Rate, TaxKind::Rate, TaxKind::ZeroRated, TaxKind::Exempt, TaxKind::ReverseCharge];

struct Random(SplitMix64);

impl Random {
    fn below(&mut self, count: u64) -> u64 {
        self.0.bits() % count
    }

    fn of<T: Clone>(&mut self, items: &[T]) -> T {
        items[usize::try_from(self.below(items.len() as u64)).unwrap()].clone()
    }

    fn small(&mut self, count: u64) -> i64 {
        i64::try_from(self.below(count)).unwrap()
    }
}

fn line(random: &mut Random) -> PricedLine {
    let micro = if random.below(2) == 0 { random.small(50) * 1_000_000 } else { random.small(5_000_000_000) };
    let unit_minor = random.small(10_000_000);
    let discount_bp = if random.below(3) == 0 { u32::try_from(random.below(10_001)).unwrap() } else { 0 };
    let (period, kind, bp) = (random.of(&Period::ALL), random.of(&KINDS), random.of(&RATES));
    let quantity = Quantity::from_micro(micro).unwrap();
    PricedLine {
        quantity,
        unit_minor,
        steps: Vec::new(),
        discount_bp,
        period,
        tax: Tax { kind, bp, text: String::new() },
    }
}

fn draw(random: &mut Random) -> (Vec<PricedLine>, Terms) {
    let rounding = TaxRounding::of(Currency::parse(random.of(&CURRENCIES)).unwrap());
    let inclusive = random.below(2) == 1;
    let tax = TaxRules { inclusive, rounding, per_line: random.below(4) == 0 };
    let term = Term::months(random.of(&TERMS)).unwrap_or(Term::MONTH_TO_MONTH);
    let count = random.below(13);
    let lines = (0..count).map(|_| line(random)).collect();
    let discount = match random.below(3) {
        1 => OrderDiscount::Share { bp: u32::try_from(random.below(10_001)).unwrap() },
        2 => OrderDiscount::Fixed { minor: random.small(100_000) },
        _ => {
            random.below(100_000);
            OrderDiscount::None
        }
    };
    (lines, Terms { tax, discount, term })
}

fn figures(lines: &[PricedLine], terms: &Terms) -> String {
    let found = match compute(lines, terms) {
        Err(PriceError::DiscountTooLarge) => return "discount_too_large".to_owned(),
        found => found.unwrap(),
    };
    let row = |numbers: Vec<i64>| numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    let mut rows = vec![
        row(found.lines.iter().map(|l| l.net).collect()),
        row(found.lines.iter().map(|l| l.share).collect()),
    ];
    let amounts =
        [found.one_off.amount, found.monthly.amount, found.yearly.amount, found.first, found.contract];
    rows.extend(amounts.map(|a| row(vec![a.net, a.tax])));
    rows.join(";")
}

#[test]
fn ten_thousand_random_offers_equal_the_decimal_computation() {
    let wanted = include_str!("totals.txt");
    let mut random = Random(SplitMix64::new(SEED));
    let mut compared = 0;
    for (n, wanted) in wanted.lines().enumerate() {
        let (lines, terms) = draw(&mut random);
        let figures = figures(&lines, &terms);
        let found = hex::encode(Sha256::digest(figures.as_bytes()));
        assert_eq!(&found[..8], wanted, "offer {n}, seed {SEED}: {figures}\n{lines:?}\n{terms:?}");
        compared += 1;
    }
    assert_eq!(compared, 10_000);
}

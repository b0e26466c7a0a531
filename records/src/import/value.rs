//! Cells as values: numbers, money, yes and no. Errors say what a cell should look like.

use kernel::fold::fold_key;
use kernel::{Currency, Money};

/// Why a cell is not the value its field needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// No number.
    #[error("'{0}' is not a number: write it like 1200, 1,200.50, 1.2M or 1,401만")]
    NotANumber(String),
    /// A number that does not fit its field.
    #[error("'{0}' is too large")]
    TooLarge(String),
    /// No amount of money.
    #[error("'{0}' is not an amount: write it like 1200, $1.2M, 1,401만 or 500 EUR")]
    NotMoney(String),
    /// No day.
    #[error("'{0}' is not a date: write it like 2026-01-30")]
    NotADate(String),
    /// Neither yes nor no.
    #[error("'{0}' is neither yes nor no")]
    NotYesNo(String),
}

/// A decimal number, exact: `digits` / 10^`places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// All digits as one whole number.
    pub digits: i128,
    /// How many of them stand behind the point.
    pub places: u32,
}

impl Decimal {
    /// Times 10^`exponent`, rounded half away from zero, if it fits 64 bits.
    #[must_use]
    pub fn scaled(self, exponent: u32) -> Option<i64> {
        let value = if exponent >= self.places {
            self.digits.checked_mul(10_i128.checked_pow(exponent - self.places)?)?
        } else {
            let divisor = 10_i128.checked_pow(self.places - exponent)?;
            let half = divisor / 2 * self.digits.signum();
            self.digits.checked_add(half)? / divisor
        };
        i64::try_from(value).ok()
    }

    /// The nearest floating point number.
    #[must_use]
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_wrap)] // nearest is what is asked for
    pub fn to_f64(self) -> f64 {
        self.digits as f64 / 10_f64.powi(self.places as i32)
    }
}

/// Powers of ten of units behind a number, longest spelling first.
const UNITS: &[(&str, u32)] = &[
    ("thousand", 3),
    ("million", 6),
    ("billion", 9),
    ("trillion", 12),
    ("백만", 6),
    ("천만", 7),
    ("십억", 9),
    ("백억", 10),
    ("천억", 11),
    ("mio", 6),
    ("mrd", 9),
    ("mn", 6),
    ("bn", 9),
    ("k", 3),
    ("m", 6),
    ("b", 9),
    ("t", 12),
    ("천", 3),
    ("만", 4),
    ("억", 8),
    ("조", 12),
];

/// Reads a number: digits grouped by `,`, space or `'`, or by `.` with a decimal comma (`1.234,5`); a
/// unit such as K, M, B, 천, 만, 억, 조 (`1억 2,000만` adds up); a minus or brackets around.
///
/// # Errors
/// When it is no number, or has over 30 digits.
pub fn parse_number(cell: &str) -> Result<Decimal, ValueError> {
    let wrong = || ValueError::NotANumber(cell.to_owned());
    let text = cell.trim().trim_start_matches('\'').trim();
    let (text, negative) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => text
            .strip_prefix(['-', '−'])
            .map_or((text.strip_prefix('+').unwrap_or(text), false), |t| (t, true)),
    };
    let sum = sum_of_units(&text.trim().to_lowercase()).ok_or_else(wrong)?;
    Ok(if negative { Decimal { digits: -sum.digits, ..sum } } else { sum })
}

/// Parts of number and unit, largest unit first.
fn sum_of_units(text: &str) -> Option<Decimal> {
    let mut rest = text;
    let mut sum: Option<Decimal> = None;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !is_number_char(c)).unwrap_or(rest.len());
        let number = plain(&rest[..end])?;
        rest = rest[end..].trim_start();
        let (unit, power) = UNITS.iter().find(|(unit, _)| rest.starts_with(unit)).copied().unwrap_or(("", 0));
        rest = rest[unit.len()..].trim_start();
        if unit.is_empty() && !rest.is_empty() {
            return None;
        }
        let part = Decimal { digits: number.digits.checked_mul(10_i128.pow(power))?, places: number.places };
        sum = Some(match sum {
            None => part,
            Some(sum) => add(sum, part)?,
        });
    }
    sum
}

fn is_number_char(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, ',' | '.' | '\'' | '’' | ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}')
}

fn add(a: Decimal, b: Decimal) -> Option<Decimal> {
    let places = a.places.max(b.places);
    let lift = |d: Decimal| d.digits.checked_mul(10_i128.checked_pow(places - d.places)?);
    Some(Decimal { digits: lift(a)?.checked_add(lift(b)?)?, places })
}

/// Digits with separators, no sign and no unit.
fn plain(text: &str) -> Option<Decimal> {
    let text: String = text
        .trim()
        .chars()
        .filter(|c| !matches!(c, ' ' | '\'' | '’' | '\u{A0}' | '\u{202F}' | '\u{2009}'))
        .collect();
    let point = decimal_point(&text);
    let (whole, fraction) = match point {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text.as_str(), ""),
    };
    let groups: Vec<&str> = whole.split([',', '.']).collect();
    let grouped = groups.iter().skip(1).all(|g| g.len() == 3)
        && groups.first().is_some_and(|g| g.len() <= 3 && !g.is_empty());
    if groups.len() > 1 && !grouped || fraction.contains([',', '.']) {
        return None;
    }
    let digits = format!("{}{fraction}", groups.concat());
    if digits.is_empty() || digits.len() > 30 {
        return None;
    }
    Some(Decimal { digits: digits.parse().ok()?, places: u32::try_from(fraction.len()).ok()? })
}

/// Where the fraction starts: at the last separator when both kinds occur, at a lone point, or at a
/// lone comma that does not stand before exactly three digits.
fn decimal_point(text: &str) -> Option<usize> {
    let (comma, point) = (text.rfind(','), text.rfind('.'));
    match (comma, point) {
        (Some(comma), Some(point)) => Some(comma.max(point)),
        (None, Some(point)) => (text.matches('.').count() == 1).then_some(point),
        (Some(comma), None) => (text.matches(',').count() == 1 && text.len() - comma != 4).then_some(comma),
        (None, None) => None,
    }
}

/// A whole number such as a count of people: a range gives its middle (`51-200`), `5001+` its start,
/// and words behind it are passed over (`58명`, `about 40 people` is refused).
///
/// # Errors
/// When it is no number, negative, or does not fit.
pub fn parse_count(cell: &str) -> Result<i64, ValueError> {
    let wrong = || ValueError::NotANumber(cell.to_owned());
    let text = cell
        .trim()
        .trim_end_matches(['+', '명', '인'])
        .trim_end_matches("employees")
        .trim_end_matches("people")
        .trim();
    let one = |part: &str| {
        parse_number(part).and_then(|d| d.scaled(0).ok_or_else(|| ValueError::TooLarge(cell.to_owned())))
    };
    let count = match text
        .split_once(['-', '–', '~'])
        .filter(|(low, high)| !low.trim().is_empty() && !high.trim().is_empty())
    {
        Some((low, high)) => i64::midpoint(one(low).map_err(|_| wrong())?, one(high).map_err(|_| wrong())?),
        None => one(text)
            .map_err(|error| if matches!(error, ValueError::TooLarge(_)) { error } else { wrong() })?,
    };
    if count < 0 { Err(wrong()) } else { Ok(count) }
}

/// Signs of currencies, and words for them.
const SIGNS: &[(&str, &str)] = &[
    ("us$", "USD"),
    ("a$", "AUD"),
    ("c$", "CAD"),
    ("hk$", "HKD"),
    ("s$", "SGD"),
    ("nt$", "TWD"),
    ("r$", "BRL"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("₩", "KRW"),
    ("￦", "KRW"),
    ("¥", "JPY"),
    ("₹", "INR"),
    ("원", "KRW"),
    ("달러", "USD"),
    ("유로", "EUR"),
    ("엔", "JPY"),
];

/// Reads an amount with its currency sign, code or word before or behind; without one it is in
/// `default`. Digits beyond the currency's smallest unit are rounded half away from zero.
///
/// # Errors
/// When it is no amount, or does not fit 64 bits of minor units.
pub fn parse_money(cell: &str, default: Currency) -> Result<Money, ValueError> {
    let wrong = || ValueError::NotMoney(cell.to_owned());
    let (number, currency) = split_currency(cell.trim(), default);
    let amount = parse_number(&number).map_err(|_| wrong())?;
    let minor = amount.scaled(currency.exponent()).ok_or_else(|| ValueError::TooLarge(cell.to_owned()))?;
    Ok(Money::new(minor, currency))
}

fn split_currency(text: &str, default: Currency) -> (String, Currency) {
    let (minus, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest.trim_start()));
    let lower = text.to_lowercase();
    let sign = SIGNS.iter().find_map(|(sign, code)| {
        let rest = lower.strip_prefix(sign).or_else(|| lower.strip_suffix(sign))?;
        Some((rest.to_owned(), Currency::parse(code).ok()?))
    });
    let (rest, currency) = sign.or_else(|| by_code(&lower)).unwrap_or((lower, default));
    (format!("{minus}{}", rest.trim()), currency)
}

/// Three letters before or behind the digits.
fn by_code(lower: &str) -> Option<(String, Currency)> {
    let front = lower.get(..3).filter(|c| c.bytes().all(|b| b.is_ascii_alphabetic()));
    if let Some(code) = front {
        return Some((lower[3..].to_owned(), Currency::parse(code).ok()?));
    }
    let at = lower.len().checked_sub(3)?;
    let code = lower.get(at..).filter(|c| c.bytes().all(|b| b.is_ascii_alphabetic()))?;
    let units = UNITS.iter().any(|(unit, _)| unit == &code);
    if units { None } else { Some((lower[..at].to_owned(), Currency::parse(code).ok()?)) }
}

/// Yes or no in English and Korean, as spreadsheets and exports write it.
///
/// # Errors
/// For anything else.
pub fn parse_yes_no(cell: &str) -> Result<bool, ValueError> {
    match fold_key(cell).as_str() {
        "yes" | "y" | "true" | "t" | "1" | "o" | "예" | "네" | "참" | "있음" | "유" | "동의" => {
            Ok(true)
        }
        "no" | "n" | "false" | "f" | "0" | "x" | "아니오" | "아니요" | "거짓" | "없음" | "무" | "미동의" => {
            Ok(false)
        }
        _ => Err(ValueError::NotYesNo(cell.to_owned())),
    }
}

/// Whether a cell says "nothing here" in one of the ways exports do.
#[must_use]
pub fn is_blank(cell: &str) -> bool {
    matches!(
        cell.trim().to_lowercase().as_str(),
        "" | "-"
            | "--"
            | "—"
            | "n/a"
            | "na"
            | "#n/a"
            | "null"
            | "unknown"
            | "unspecified"
            | "not specified"
            | "미상"
            | "미지정"
            | "none"
            | "nan"
            | "(blank)"
            | "없음"
            | "해당없음"
            | "미정"
    )
}

#[cfg(test)]
#[path = "value_tests.rs"]
mod tests;

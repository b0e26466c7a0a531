//! Languages the product speaks, and the little formatting the server itself needs (mails, documents).
//!
//! The screen formats for itself; nothing here is for the screen.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::Money;

/// A language of screens, mails and documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl Locale {
    /// Every language, in the order a chooser shows them.
    pub const ALL: [Self; 2] = [Self::En, Self::Ko];

    /// Reads a language tag such as `ko`, `ko-KR` or `en_US`; `None` for a language we do not speak.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "ko" => Some(Self::Ko),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` header that we speak, by its weights.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for part in header.split(',') {
            let (tag, params) = part.split_once(';').unwrap_or((part, ""));
            let weight = params.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse().ok());
            let (Some(locale), Some(weight)) = (Self::parse(tag), weight) else { continue };
            if weight > 0.0 && best.is_none_or(|(w, _)| weight > w) {
                best = Some((weight, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }

    /// The tag, `en` or `ko`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }

    /// A whole number with thousands separated by commas (the same in both languages).
    #[must_use]
    pub fn number(self, value: i64) -> String {
        let sign = if value < 0 { "-" } else { "" };
        format!("{sign}{}", group(&value.unsigned_abs().to_string()))
    }

    /// An amount: `₩1,500,000` or `150만 원` is the screen's choice; here `1,500,000원` in Korean for won,
    /// otherwise the symbol or code before the number with the currency's own decimals.
    #[must_use]
    pub fn money(self, amount: Money) -> String {
        let major = amount.to_major();
        let (sign, digits) = major.strip_prefix('-').map_or(("", major.as_str()), |d| ("-", d));
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
        let mut number = group(whole);
        if let Some(fraction) = fraction {
            number = format!("{number}.{fraction}");
        }
        match (self, amount.currency.code()) {
            (Self::Ko, "KRW") => format!("{sign}{number}원"),
            (_, "KRW") => format!("{sign}₩{number}"),
            (_, "USD") => format!("{sign}${number}"),
            (_, "EUR") => format!("{sign}€{number}"),
            (_, "GBP") => format!("{sign}£{number}"),
            (_, "JPY") => format!("{sign}¥{number}"),
            (_, code) => format!("{sign}{code} {number}"),
        }
    }

    /// A calendar day: `23 Nov 2026` or `2026년 11월 23일`.
    #[must_use]
    pub fn date(self, day: NaiveDate) -> String {
        match self {
            Self::En => day.format("%-d %b %Y").to_string(),
            Self::Ko => format!("{}년 {}월 {}일", day.year(), day.month(), day.day()),
        }
    }
}

fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    #[test]
    fn won_has_no_decimals_and_dollars_have_two() {
        let cases = [
            (Locale::Ko, 1_500_000, "KRW", "1,500,000원"),
            (Locale::En, 1_500_000, "KRW", "₩1,500,000"),
            (Locale::En, 105_400, "USD", "$1,054.00"),
            (Locale::En, -199, "USD", "-$1.99"),
            (Locale::Ko, 1_500, "KWD", "KWD 1.500"),
            (Locale::Ko, 999, "KRW", "999원"),
        ];
        for (locale, minor, code, text) in cases {
            assert_eq!(locale.money(Money::new(minor, Currency::parse(code).unwrap())), text);
        }
    }

    #[test]
    fn days_are_written_the_readers_way() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
        assert_eq!(Locale::En.date(day), "3 Nov 2026");
        assert_eq!(Locale::Ko.date(day), "2026년 11월 3일");
        assert_eq!(Locale::En.number(-1_234_567), "-1,234,567");
    }

    #[test]
    fn a_browsers_wish_is_read_by_weight() {
        let cases = [
            ("ko-KR,ko;q=0.9,en;q=0.8", Some(Locale::Ko)),
            ("fr;q=1, en;q=0.3, ko;q=0.7", Some(Locale::Ko)),
            ("de,fr", None),
            ("en_US", Some(Locale::En)),
            ("ko;q=0, en;q=0.1", Some(Locale::En)),
        ];
        for (header, locale) in cases {
            assert_eq!(Locale::from_accept_language(header), locale, "{header}");
        }
    }
}

//! Money: an integer count of the smallest unit, and the currency that says what the unit is.

use serde::{Deserialize, Serialize};

/// An ISO 4217 code, three capital letters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "KRW")]
pub struct Currency([u8; 3]);

/// What can be wrong with an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not three letters.
    #[error("'{0}' is not an ISO 4217 currency code: three letters such as USD or KRW")]
    NotACurrency(String),
    /// Two amounts of different currencies were added.
    #[error("{0} and {1} cannot be added: convert one of them first")]
    CurrencyMismatch(Currency, Currency),
    /// The sum does not fit 64 bits.
    #[error("the amount is too large")]
    Overflow,
    /// The text is not an amount.
    #[error("'{0}' is not an amount")]
    NotAnAmount(String),
}

impl Currency {
    /// US dollar.
    pub const USD: Self = Self(*b"USD");
    /// South Korean won.
    pub const KRW: Self = Self(*b"KRW");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");

    /// Reads a code in any case.
    ///
    /// # Errors
    /// [`MoneyError::NotACurrency`] when it is not three letters.
    pub fn parse(code: &str) -> Result<Self, MoneyError> {
        let upper = code.trim().to_ascii_uppercase();
        match <[u8; 3]>::try_from(upper.as_bytes()) {
            Ok(bytes) if bytes.iter().all(u8::is_ascii_uppercase) => Ok(Self(bytes)),
            _ => Err(MoneyError::NotACurrency(code.to_owned())),
        }
    }

    /// The code, such as `KRW`.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Digits behind the decimal point (ISO 4217, domain rules of the offer stage).
    #[must_use]
    pub fn exponent(&self) -> u32 {
        match self.code() {
            "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "XAF" | "XOF" | "XPF" | "PYG" | "UGX" | "RWF" | "KMF"
            | "GNF" | "DJF" | "BIF" | "VUV" | "UYI" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(code: String) -> Result<Self, MoneyError> {
        Self::parse(&code)
    }
}

impl From<Currency> for String {
    fn from(c: Currency) -> Self {
        c.code().to_owned()
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in minor units: 1,250 in USD is 12.50 dollars, 1,250 in KRW is 1,250 won.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Money {
    /// Count of the currency's smallest unit.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: Currency,
}

impl Money {
    /// An amount of minor units.
    #[must_use]
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads a plain decimal such as `1054` or `19.99` as major units.
    ///
    /// # Errors
    /// When it is not a decimal, has more digits than the currency, or does not fit.
    pub fn from_major(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::NotAnAmount(text.to_owned());
        let trimmed = text.trim();
        let (negative, digits) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let places = currency.exponent() as usize;
        let kept = fraction.trim_end_matches('0');
        let numeric = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !numeric(whole) || !numeric(fraction) || kept.len() > places {
            return Err(wrong());
        }
        let text = format!("{whole}{kept:0<places$}");
        let minor: i64 = text.parse().map_err(|_| MoneyError::Overflow)?;
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// As a plain decimal in major units, without grouping.
    #[must_use]
    pub fn to_major(self) -> String {
        let places = self.currency.exponent() as usize;
        if places == 0 {
            return self.minor.to_string();
        }
        let scale = 10_u64.pow(places as u32);
        let value = self.minor.unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        format!("{sign}{}.{:0places$}", value / scale, value % scale)
    }

    /// The sum of two amounts of one currency.
    ///
    /// # Errors
    /// When the currencies differ or the sum does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_minor_unit_is_the_currencys_own() {
        let cases = [
            ("1054", "USD", 105_400),
            ("19.99", "USD", 1_999),
            ("1500000", "KRW", 1_500_000),
            ("1.5", "KWD", 1_500),
            ("-0.10", "EUR", -10),
        ];
        for (text, code, minor) in cases {
            let money = Money::from_major(text, Currency::parse(code).unwrap()).unwrap();
            assert_eq!(money.minor, minor, "{text} {code}");
        }
    }

    #[test]
    fn half_a_won_and_nonsense_are_refused() {
        for text in ["1.5", "", "abc", "1,000", "9999999999999999999"] {
            assert!(Money::from_major(text, Currency::KRW).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn major_text_round_trips(minor in any::<i64>().prop_filter("abs", |m| *m != i64::MIN), code in "USD|KRW|KWD|CLF") {
            let money = Money::new(minor, Currency::parse(&code).unwrap());
            prop_assert_eq!(Money::from_major(&money.to_major(), money.currency).unwrap(), money);
        }
    }
}

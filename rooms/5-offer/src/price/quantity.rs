//! How many: a decimal of at most six places, kept as a whole number of millionths.

use serde::{Deserialize, Serialize};

/// Millionths of one.
pub const MICRO: i64 = 1_000_000;
/// The most of anything on one line.
pub const MOST: i64 = 1_000_000_000;

/// A quantity from 0 to 1,000,000,000 with at most six places, written as a decimal text: `2.5`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "2.5")]
pub struct Quantity(i64);

/// A text that is no quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a quantity: a number from 0 to 1,000,000,000 with at most six places")]
pub struct NotAQuantity(String);

impl Quantity {
    /// One.
    pub const ONE: Self = Self(MICRO);

    /// So many millionths; `None` outside the range.
    #[must_use]
    pub fn from_micro(micro: i64) -> Option<Self> {
        (0..=MOST * MICRO).contains(&micro).then_some(Self(micro))
    }

    /// Millionths.
    #[must_use]
    pub fn micro(self) -> i64 {
        self.0
    }

    /// Reads `3`, `2.5` or `0.000001`.
    ///
    /// # Errors
    /// When it is not such a number.
    pub fn parse(text: &str) -> Result<Self, NotAQuantity> {
        let wrong = || NotAQuantity(text.to_owned());
        let (whole, places) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let places = places.trim_end_matches('0');
        if whole.is_empty() || whole.len() > 10 || places.len() > 6 || !digits(whole) || !digits(places) {
            return Err(wrong());
        }
        let micro: i64 = format!("{whole}{places:0<6}").parse().map_err(|_| wrong())?;
        Self::from_micro(micro).ok_or_else(wrong)
    }
}

impl Default for Quantity {
    fn default() -> Self {
        Self::ONE
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, places) = (self.0 / MICRO, self.0 % MICRO);
        if places == 0 {
            return write!(f, "{whole}");
        }
        write!(f, "{whole}.{}", format!("{places:06}").trim_end_matches('0'))
    }
}

impl TryFrom<String> for Quantity {
    type Error = NotAQuantity;
    fn try_from(text: String) -> Result<Self, NotAQuantity> {
        Self::parse(&text)
    }
}

impl From<Quantity> for String {
    fn from(quantity: Quantity) -> Self {
        quantity.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantities_have_six_places_and_bounds() {
        for (text, micro, shown) in [
            ("3", 3_000_000, "3"),
            ("2.50", 2_500_000, "2.5"),
            ("0.000001", 1, "0.000001"),
            ("1.0000000", 1_000_000, "1"),
            ("1000000000", 1_000_000_000_000_000, "1000000000"),
            ("0", 0, "0"),
        ] {
            let found = Quantity::parse(text).unwrap();
            assert_eq!((found.micro(), found.to_string().as_str()), (micro, shown), "{text}");
        }
        for text in ["", "-1", "1.0000001", "1,5", "1e3", "1000000000.000001", "99999999999", ".5", "one"] {
            assert!(Quantity::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_quantity_reads_what_it_writes(micro in 0..=MOST * MICRO) {
            let quantity = Quantity::from_micro(micro).unwrap();
            prop_assert_eq!(Quantity::parse(&quantity.to_string()).unwrap(), quantity);
        }
    }
}
